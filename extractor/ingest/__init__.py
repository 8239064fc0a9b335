"""Bytes of a file or page in, `SourceText`\\s out; whatever cannot be read is refused with a code."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from typing import Any

import regex

from extractor.errors import EMPTY_FILE, EMPTY_PICTURE, Reject, where
from extractor.ingest.cleaning import clean
from extractor.ingest.encodings import clean_characters, repair
from extractor.ingest.formats import BY_TYPE, UNREAD, Format
from extractor.ingest.media_types import media_type_of
from extractor.ingest.reading import Part, Reading, cover
from extractor.ingest.text import OffsetMap, SourceText
from extractor.limits import Limits
from extractor.rulebook import Rulebook

__all__ = ["Found", "Limits", "OffsetMap", "SourceText", "read_source", "read_sources"]

_LETTER = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a file: its name, the digest of its bytes if any, its text or why it has none."""

    name: str
    sha256: str | None
    source: SourceText | Reject


def read_source(
    data: bytes, name: str, book: Rulebook, media_type: str | None = None, limits: Limits | None = None
) -> SourceText:
    """The main text of a file that holds one letter; `media_type` overrules what its content says.

    Raises `Reject` where the file gives none, and ``several`` where it holds a letter and anything beside it.
    """
    found = [found.source for found in islice(read_sources(data, name, book, media_type, limits), 2)]
    if len(found) > 1 and any(isinstance(source, SourceText) for source in found):
        raise Reject("several")
    first = found[0] if found else Reject("empty")
    if isinstance(first, Reject):
        raise first
    return first


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
    limits = limits or Limits()
    reader = _Reader(book, limits, _Purse(limits))
    return reader.read(Part(name, data, media_type=media_type))


@dataclass(slots=True)
class _Purse:
    """What has come out of a container and of those inside it, at most what `limits` allow."""

    limits: Limits
    paid: int = 0
    files: int = 0

    def pay(self, data: bytes) -> None:
        """For a file that came out. Raises `Reject` (unpacks_too_large)."""
        self.paid += len(data)
        self.files += 1
        if self.empty:
            raise Reject("unpacks_too_large", f"> {self.limits.unpacked} byte, > {self.limits.files} tệp")

    @property
    def empty(self) -> bool:
        return self.paid > self.limits.unpacked or self.files > self.limits.files


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the files inside a file are read: by the same rules, from the same purse."""

    book: Rulebook
    limits: Limits
    purse: _Purse

    def read(self, part: Part, depth: int = 0) -> Iterator[Found]:
        """The documents of a file, `part.name` as its name; `depth` counts the containers around it."""
        name = part.name.encode("utf-8", "replace").decode()
        data = part.data
        digest = hashlib.sha256(data).hexdigest()
        known_digest = digest if data or part.problem is None else None
        shown = name
        try:
            if part.problem is not None:
                raise part.problem
            if not data:
                raise Reject("empty", EMPTY_FILE)
            if len(data) > self.limits.bytes:
                raise Reject("too_large", f"> {self.limits.bytes} byte")
            kind = part.media_type or media_type_of(data, name, self.book)
            known = BY_TYPE.get(kind)
            if known is None:
                raise Reject("unsupported", UNREAD.get(kind, kind))
            _require(known)
            module: Any = import_module(f"extractor.ingest.{known.module}")
            if known.container:
                if depth == self.limits.depth:
                    raise Reject("too_deep", str(self.limits.depth))
                lost: list[Found] = []
                if (yield from self._parts(module, part, name, depth, lost)):
                    return
                try:
                    for reading in module.read(data, name, self.book, self.limits):
                        reading.notes += [("attachment_unreadable", _why(f, name)) for f in lost]
                        yield Found(name, digest, _source(reading, len(data), digest, name, kind, self.book))
                except Reject:
                    if not lost:
                        raise
                    yield from lost
                return
            for reading in module.read(data, name, self.book, self.limits):
                shown = f"{name}#{reading.number}" if reading.number else name
                reading.evidence[:0] = part.evidence if reading.number < 2 else cover(part.evidence)
                reading.notes[:0] = part.notes
                yield Found(shown, digest, _source(reading, len(data), digest, shown, kind, self.book))
        except Reject as reject:
            yield Found(shown, known_digest, reject)
        except Exception as error:  # one broken file must not take the others of its container with it
            yield Found(shown, known_digest, Reject("internal", where(error)))

    def _parts(
        self, module: Any, whole: Part, name: str, depth: int, lost: list[Found]
    ) -> Generator[Found, None, bool]:
        """The documents of a container's parts; whether there is no need to read the container's own text.

        As long as none gave a text, those of a container with an own text are kept in `lost`.
        """
        enough = not hasattr(module, "read")
        try:
            for part in module.unpack(whole.data, name, self.book, self.limits):
                self.purse.pay(part.data)
                inner = replace(part, name=f"{name}/{part.name}", evidence=part.evidence or whole.evidence)
                for found in self.read(inner, depth + 1):
                    enough = enough or isinstance(found.source, SourceText)
                    if enough:
                        yield from lost
                        lost.clear()
                        yield found
                    else:
                        lost.append(found)
                if self.purse.empty:
                    enough = True
                    break
        except Reject:
            yield from lost
            raise
        if enough:
            yield from lost
        return enough


def _why(lost: Found, container: str) -> str:
    """Which file in a container could not be read, and why."""
    assert isinstance(lost.source, Reject)
    return f"{lost.name.removeprefix(container + '/')} ({lost.source.message})"


def _require(known: Format) -> None:
    """Raises `Reject` (needs) when something that a format needs is not installed."""
    missing = [need for need in known.needs if not need.met()]
    if missing:
        raise Reject("needs", f"{known.title}: {'; '.join(need.install for need in missing)}")


def _source(
    reading: Reading, size: int, digest: str, name: str, kind: str, book: Rulebook
) -> SourceText | Reject:
    """A reading with its words repaired and cleaned; a `Reject` when no words are left."""
    if not _LETTER.search(reading.text):
        return Reject("empty", EMPTY_PICTURE if reading.ocr else "")
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
        bytes=size,
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
