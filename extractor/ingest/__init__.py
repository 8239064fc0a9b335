"""Bytes of a file or page in, `SourceText`\\s out; whatever cannot be read is refused with a code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import regex

from extractor.errors import Reject, where
from extractor.ingest.cleaning import clean
from extractor.ingest.encodings import clean_characters, repair
from extractor.ingest.formats import BY_TYPE, Format
from extractor.ingest.media_types import media_type_of
from extractor.ingest.reading import Evidence, Reading
from extractor.ingest.text import OffsetMap, SourceText
from extractor.limits import Limits
from extractor.rulebook import Rulebook

__all__ = ["Found", "Limits", "OffsetMap", "SourceText", "read_source", "read_sources"]

_LETTER = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a file: its name, the digest of the bytes it came from, its text or why it has none."""

    name: str
    sha256: str
    source: SourceText | Reject


def read_source(
    data: bytes, name: str, book: Rulebook, media_type: str | None = None, limits: Limits | None = None
) -> SourceText:
    """The main text of a file that holds one letter; `media_type` overrules what its content says.

    Raises `Reject` where the file gives none, and ``several`` where it gives more than one.
    """
    first: SourceText | Reject | None = None
    for found in read_sources(data, name, book, media_type, limits):
        if first is not None:
            raise Reject("several")
        first = found.source
    if isinstance(first, SourceText):
        return first
    raise first or Reject("empty")


def read_sources(
    data: bytes,
    name: str,
    book: Rulebook,
    media_type: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Found]:
    """Every letter that a file holds, in its order, each or the reason why it cannot be read; never raises.

    A letter inside a container is named ``mail.eml/letter.pdf``, the second of a file ``letters.pdf#2``.
    """
    return _read(data, name, book, media_type, limits or Limits(), ())


def _read(
    data: bytes,
    name: str,
    book: Rulebook,
    media_type: str | None,
    limits: Limits,
    evidence: tuple[Evidence, ...],
    depth: int = 0,
) -> Iterator[Found]:
    name = name.encode("utf-8", "replace").decode()
    digest = hashlib.sha256(data).hexdigest()
    shown = name
    try:
        if len(data) > limits.bytes:
            raise Reject("too_large", f"> {limits.bytes} byte")
        kind = media_type or media_type_of(data, name, book)
        known = BY_TYPE.get(kind)
        if known is None:
            raise Reject("unsupported", kind)
        _require(known)
        module: Any = import_module(f"extractor.ingest.{known.module}")
        if known.container:
            if depth == limits.depth:
                raise Reject("too_deep", str(limits.depth))
            for part in module.unpack(data, name, book, limits):
                yield from _read(
                    part.data, f"{name}/{part.name}", book, None, limits, part.evidence, depth + 1
                )
            return
        for reading in module.read(data, name, book, limits):
            shown = f"{name}#{reading.number}" if reading.number else name
            reading.evidence[:0] = evidence
            yield Found(shown, digest, _source(reading, data, digest, shown, kind, book))
    except Reject as reject:
        yield Found(shown, digest, reject)
    except Exception as error:  # one broken file must not take the others of its container with it
        yield Found(shown, digest, Reject("internal", where(error)))


def _require(known: Format) -> None:
    """Raises `Reject` (needs) when something that a format needs is not installed."""
    missing = [need for need in known.needs if not need.met()]
    if missing:
        raise Reject("needs", f"{known.title}: {'; '.join(need.install for need in missing)}")


def _source(
    reading: Reading, data: bytes, digest: str, name: str, kind: str, book: Rulebook
) -> SourceText | Reject:
    """A reading with its words repaired and cleaned; a `Reject` when no words are left."""
    if not _LETTER.search(reading.text):
        return Reject("empty")
    text, step, repaired = repair(reading.text, book, reading.repair)
    origin = step.after(reading.origin)
    places = step
    text, step = clean_characters(text, book)
    origin, places = step.after(origin), step.after(places)
    cleaned = clean(text, book, pipes=reading.pipes)
    if not _LETTER.search(cleaned.view.text):
        return Reject("no_main_text")
    source = SourceText(
        view=cleaned.view,
        name=name,
        media_type=kind,
        encoding=repaired or reading.encoding,
        sha256=digest,
        bytes=len(data),
        url=reading.url,
        published_on=cleaned.published_on or reading.published_on,
        title=reading.title,
        origin=cleaned.origin.after(origin),
        grid=reading.grid,
        evidence=reading.evidence,
        ocr=reading.ocr,
        notes=[*reading.notes],
    )
    if reading.places is not None:
        source.places, source.on_pages = reading.places, cleaned.origin.after(places)
    if repaired or reading.encoding == "windows-1258":
        source.notes.append(("encoding_repaired", repaired or reading.encoding or ""))
    return source
