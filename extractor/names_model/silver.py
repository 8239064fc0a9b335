"""Sentences of letters with the names that the rules find: silver labels, and contexts for made-up names."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from extractor.annotations import Annotations, Mention
from extractor.errors import Reject
from extractor.ingest import read_source
from extractor.names_model.generate import Generator, Sentence
from extractor.rulebook import Rulebook
from extractor.stages.names import told_names, unexplained
from extractor.textview import match_key

if TYPE_CHECKING:
    from spacy.language import Language

#: characters of a piece of text that is one sequence for the model
_LONGEST = 320
_CAPITALS = regex.compile(r"\p{Lu}\p{Ll}*(?: (?:- )?\p{Lu}\p{Ll}*)*")
_SENTENCE_END = re.compile(r"(?<=[.;]) ")


@dataclass(frozen=True)
class Letter:
    """A letter's name, the body that issued it ("" when unknown) and its sentences."""

    name: str
    issuer: str
    sentences: tuple[Sentence, ...]


def read_letters(folder: Path, nlp: Language, book: Rulebook) -> list[Letter]:
    """The letters of a folder, by name; files that are no text are left out."""
    from extractor.pipeline import annotate

    letters = []
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        try:
            source = read_source(path.read_bytes(), path.name, book)
        except Reject:
            continue
        annotations = annotate(nlp, source.text, source)
        issuer: Any = annotations.header.get("issuer")
        name = issuer.name if issuer is not None else ""
        letters.append(Letter(path.name, name, tuple(_sentences(annotations, book))))
    return letters


def _sentences(annotations: Annotations, book: Rulebook) -> Iterator[Sentence]:
    """Pieces of lines in which every name is explained; lines in capitals say nothing about names."""
    text = annotations.view.text
    found = _names(annotations, book)
    open_places = [start for start, _ in unexplained(annotations, book)]
    told = {start for start, *_ in found}
    at = 0
    for line in text.split("\n"):
        first = at
        for piece in _pieces(line):
            start, end = first, first + len(piece)
            first = end
            if piece.isupper() or not piece.strip():
                continue
            if any(start <= p < end and p not in told for p in open_places):
                continue
            inside = [n for n in found if start <= n[0] and n[1] <= end]
            if len(inside) < sum(n[0] < end and start < n[1] for n in found):
                continue  # a name crosses the border
            yield Sentence(piece, tuple((s - start, e - start, label) for s, e, label in inside if label))
        at += len(line) + 1


def _pieces(line: str) -> Iterator[str]:
    """The line, cut between sentences where it is long; nothing is lost."""
    if len(line) <= _LONGEST:
        yield line
        return
    start = 0
    for m in _SENTENCE_END.finditer(line):
        if m.end() - start > _LONGEST // 2:
            yield line[start : m.end()]
            start = m.end()
    yield line[start:]


def _names(annotations: Annotations, book: Rulebook) -> list[tuple[int, int, str]]:
    """Agencies without their posts, places that are no part of them, and persons; in text order."""
    text = annotations.view.text
    found = [_without_title(m, text) for m in annotations.group("agencies")]
    covered = bytearray(len(text))
    for m in annotations.group("agencies"):
        covered[m.start : m.end] = b"\1" * (m.end - m.start)
    for m in annotations.group("places"):
        if not any(covered[m.start : m.end]) and text[m.start : m.end].strip()[:1]:
            found += _place_names(m, text)
    found += [(m.start, m.end, m.label) for m in told_names(annotations, book)]
    signer = annotations.header.get("spans", {}).get("signer")
    if signer and not any(covered[signer[0] : signer[1]]):
        found.append((*signer, "person"))
    kept: list[tuple[int, int, str]] = []
    for name in sorted(set(found)):
        if not kept or name[0] >= kept[-1][1]:
            kept.append(name)
    return kept


def _place_names(m: Mention, text: str) -> list[tuple[int, int, str]]:
    """The place; of a list each of its names; nothing where no word has a capital."""
    words = text[m.start : m.end]
    if m.label != "list":
        return [(m.start, m.end, "place")] if any(c.isupper() for c in words) else []
    return [(m.start + n.start(), m.start + n.end(), "place") for n in _CAPITALS.finditer(words)]


def _without_title(m: Mention, text: str) -> tuple[int, int, str]:
    """The agency behind the post; no name ("") where it is written small or ends with the post."""
    start, title = m.start, m.value.title or ""
    words = text[m.start : m.end]
    if title and match_key(words).startswith(match_key(title) + " "):
        start += len(title) + 1
    name = text[start : m.end]
    return start, m.end, "agency" if name[:1].isupper() else ""


def varied(sentence: Sentence, generator: Generator, share: float, rng: random.Random) -> Sentence:
    """The sentence with a share of its names replaced by made-up ones of the same kind."""
    text, names, at = "", [], 0
    for start, end, label in sentence.names:
        text += sentence.text[at:start]
        name = generator.name(label, rng) if rng.random() < share else sentence.text[start:end]
        names.append((len(text), len(text) + len(name), label))
        text += name
        at = end
    return Sentence(text + sentence.text[at:], tuple(names))
