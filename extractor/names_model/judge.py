"""How well names are found: against letters with marked names, and against the agencies that gold names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from extractor.errors import CongvanError
from extractor.evaluate import Counts, Json, name_of, read_gold
from extractor.ingest import read_source
from extractor.likeness import Likeness
from extractor.names_model import LABELS
from extractor.rulebook import Rulebook

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.annotations import Annotations

#: characters of a line that a model is shown at once when it reads the whole text
_LONGEST = 500


@dataclass(frozen=True)
class Found:
    """A name in a text: its place, its label and the name it stands for.

    The label is also "" where several bodies are meant, and "name" for another way to say the name.
    """

    start: int
    end: int
    label: str
    name: str


#: what finds the names of one text
Finder = Callable[["Annotations"], list[Found]]


@dataclass
class Judgement:
    """Counts per label against marks, and of gold names found: of those that act, of the recipients."""

    marks: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in LABELS})
    acting: Counts = field(default_factory=Counts)
    recipients: Counts = field(default_factory=Counts)

    def add(self, other: Judgement) -> None:
        """Add the counts of another one."""
        pairs = [(self.marks[label], counts) for label, counts in other.marks.items()]
        for mine, more in (*pairs, (self.acting, other.acting), (self.recipients, other.recipients)):
            mine.tp, mine.fp, mine.fn = mine.tp + more.tp, mine.fp + more.fp, mine.fn + more.fn


def of_pipeline(annotations: Annotations) -> list[Found]:
    """What the rules found and, where the names stage has run, what it proposed."""
    text = annotations.view.text
    found = []
    for m in annotations.group("agencies"):
        name = " ".join(filter(None, [m.value.title, m.value.name]))
        found.append(Found(m.start, m.end, "" if m.value.group else "agency", name))
        found.append(Found(m.start, m.end, "name", text[m.start : m.end]))
        if m.value.title:
            found.append(Found(m.start, m.end, "name", m.value.name))
    for m in annotations.group("names"):
        found.append(Found(m.start, m.end, m.label, text[m.start : m.end]))
    signer = annotations.header.get("spans", {}).get("signer")
    if signer:
        found.append(Found(signer[0], signer[1], "person", text[slice(*signer)]))
    return found


def of_model(entities: Callable[[str], Iterable[tuple[int, int, str]]]) -> Finder:
    """What a model alone finds, shown line by line."""

    def find(annotations: Annotations) -> list[Found]:
        text, found, at = annotations.view.text, [], 0
        for line in text.split("\n"):
            for first in range(0, len(line), _LONGEST):
                piece = line[first : first + _LONGEST]
                for start, end, label in entities(piece):
                    name = piece[start:end]
                    found.append(Found(at + first + start, at + first + end, label, name))
            at += len(line) + 1
        return found

    return find


def read_marks(path: Path) -> dict[str, dict[str, list[str]]]:
    """Letter -> label -> names as written. Raises `CongvanError`."""
    try:
        marks = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as e:
        raise CongvanError(f"{path}: không đọc được các tên đã đánh dấu: {e}") from None
    return {str(letter): dict(labels) for letter, labels in marks.items()}


def marked(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Every occurrence of the names as a whole word, the longer of two that overlap."""
    taken: list[tuple[int, int]] = []
    for name in sorted(names, key=len, reverse=True):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            alone = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
            if alone and not any(at < e and s < end for s, e in taken):
                taken.append((at, end))
            at = text.find(name, end)
    return sorted(taken)


def count_marks(
    counts: Mapping[str, Counts], text: str, marks: Mapping[str, Any], found: list[Found]
) -> None:
    """Add one letter: a name found is right when it overlaps a marked one of its label.

    Labels that the letter has no marks for (null) are not judged; what stands for several bodies is free.
    """
    several = [(f.start, f.end) for f in found if not f.label]
    for label, counted in counts.items():
        if label in marks and marks[label] is None:
            continue
        there = marked(text, marks.get(label) or ())
        mine = [(f.start, f.end) for f in found if f.label == label]
        hits = sum(any(s < e2 and s2 < e for s2, e2 in mine) for s, e in there)
        stray = sum(not any(s < e2 and s2 < e for s2, e2 in [*there, *several]) for s, e in set(mine))
        counted.tp, counted.fn, counted.fp = (
            counted.tp + hits,
            counted.fn + len(there) - hits,
            counted.fp + stray,
        )


def gold_names(gold: Json) -> tuple[list[str], list[str]]:
    """The agencies that gold names: those that issue, get, do and help; and the lines of recipients."""
    document = gold["document"]
    acting = [name_of(document["issuer"])] if document.get("issuer") else []
    acting += [name_of(a) for key in ("addressees", "executors") for a in document.get(key) or []]
    for task in gold.get("assignments") or []:
        acting += [name_of(a) for key in ("agencies", "coordinating") for a in task.get(key) or []]
    acting += [name_of(r["issuer"]) for r in gold.get("references") or [] if r.get("issuer")]
    lines = [name_of(a) for a in document.get("recipients") or []]
    return list(dict.fromkeys(acting)), list(dict.fromkeys(lines))


def count_gold(judgement: Judgement, gold: Json, found: list[Found], like: Likeness) -> None:
    names = {f.name for f in found if f.label in ("agency", "name", "")}
    acting, lines = gold_names(gold)
    for counted, wanted in ((judgement.acting, acting), (judgement.recipients, lines)):
        hits = sum(any(like.agency_match(w, name) for name in names) for w in wanted)
        counted.tp, counted.fn = counted.tp + hits, counted.fn + len(wanted) - hits


def gold_texts(folder: Path, skip: Iterable[str], book: Rulebook) -> Iterator[tuple[Json, Any]]:
    """Gold documents below a folder with their sources; those named in `skip` are not opened."""
    skipped = set(skip)
    files = {
        p.name: p
        for p in sorted(folder.rglob("*"))
        if p.suffix in (".txt", ".html") and p.stem not in skipped
    }
    for path in sorted(p for p in folder.rglob("*.yaml") if p.stem not in skipped):
        try:
            gold = read_gold([path])[0]
        except CongvanError:
            continue
        file = files.get(Path(gold["source"]).name)
        if file is not None:
            yield gold, read_source(file.read_bytes(), file.name, book)


def judge(
    finders: Mapping[str, tuple[Language, Finder]],
    letters: Iterable[tuple[str, Any, Mapping[str, Any] | None, Json | None]],
    like: Likeness,
) -> dict[str, Judgement]:
    """Each way's judgement over letters given as (name, source, marks, gold)."""
    from extractor.pipeline import annotate

    result = {way: Judgement() for way in finders}
    for _, source, marks, gold in letters:
        for way, (nlp, find) in finders.items():
            found = find(annotate(nlp, source.text, source))
            if marks is not None:
                count_marks(result[way].marks, source.text, marks, found)
            if gold is not None:
                count_gold(result[way], gold, found, like)
    return result


def underthesea_entities(text: str) -> list[tuple[int, int, str]]:
    """underthesea's names of a short text, under our labels."""
    from extractor.stages.underthesea_tagger import LABELS, tagger

    return [(e.start, e.end, LABELS[e.kind]) for e in tagger().entities(text) if e.kind in LABELS]
