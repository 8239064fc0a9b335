"""A source's text, and the map that leads from an offset in it back to the text as it was decoded."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import regex

from extractor.textview import TextView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.ingest.reading import Box, Evidence, OcrInfo, Places


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Offsets of a text as offsets of the text it was made from, in segments.

    Segment ``i`` begins at ``starts[i]`` (ascending, the first is 0) and comes from ``sources[i]`` (never
    descending); inside a segment both run in step, but never beyond the source of the next one.
    """

    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)

    def to_source(self, offset: int) -> int:
        """Where the character at `offset` (0 or more) comes from."""
        at = bisect_right(self.starts, offset) - 1
        found = self.sources[at] + offset - self.starts[at]
        return min(found, self.sources[at + 1]) if at + 1 < len(self.sources) else found

    def after(self, earlier: OffsetMap) -> OffsetMap:
        """The map of two changes in a row: `earlier` was done first, then this one."""
        if self is IDENTITY or earlier is IDENTITY:
            return earlier if self is IDENTITY else self
        draft = MapDraft()
        inner = 0
        for at, (start, source) in enumerate(zip(self.starts, self.sources, strict=True)):
            draft.mark(start, earlier.to_source(source))
            last = at + 1 == len(self.starts)
            stop = None if last else self.sources[at + 1]
            inner = max(inner, bisect_right(earlier.starts, source))
            while inner < len(earlier.starts) and (stop is None or earlier.starts[inner] < stop):
                ahead = earlier.starts[inner] - source
                if not last and start + ahead >= self.starts[at + 1]:
                    break
                draft.mark(start + ahead, earlier.sources[inner])
                inner += 1
            if stop is not None and stop - source < self.starts[at + 1] - start:
                draft.mark(start + stop - source, earlier.to_source(stop))
        return draft.done()


IDENTITY = OffsetMap()


class MapDraft:
    """Collects the segments of an `OffsetMap` from left to right, without those that say nothing new."""

    __slots__ = ("_sources", "_starts")

    def __init__(self) -> None:
        self._starts = [0]
        self._sources = [0]

    def mark(self, start: int, source: int) -> None:
        """From `start` on the text comes from `source` on."""
        source = max(source, self._sources[-1])
        if start == self._starts[-1]:
            self._sources[-1] = source
        elif source - self._sources[-1] != start - self._starts[-1]:
            self._starts.append(start)
            self._sources.append(source)

    def done(self) -> OffsetMap:
        if len(self._starts) == 1 and self._sources[0] == 0:
            return IDENTITY
        return OffsetMap(tuple(self._starts), tuple(self._sources))


class Draft:
    """A text that is put together from pieces of another one, left to right."""

    __slots__ = ("_length", "_map", "_parts")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._map = MapDraft()

    def add(self, piece: str, source: int) -> None:
        """Append `piece`, which stands (or stands for what stands) at `source`."""
        if piece:
            self._map.mark(self._length, source)
            self._parts.append(piece)
            self._length += len(piece)

    def done(self, source_end: int) -> tuple[str, OffsetMap]:
        """The text and its map; `source_end` is the length of the text it was made from."""
        self._map.mark(self._length, source_end)
        return "".join(self._parts), self._map.done()


def rewrite(text: str, pattern: Any, replace: Callable[[Any], str]) -> tuple[str, OffsetMap]:
    """`text` with each match of a compiled pattern replaced, and the map back; linear."""
    draft = None
    at = 0
    for m in pattern.finditer(text):
        new = replace(m)
        if new == m[0]:
            continue
        draft = draft or Draft()
        draft.add(text[at : m.start()], at)
        draft.add(new, m.start())
        at = m.end()
    if draft is None:
        return text, IDENTITY
    draft.add(text[at:], at)
    return draft.done(len(text))


def cut(text: str, spans: list[tuple[int, int]]) -> tuple[str, OffsetMap]:
    """`text` without `spans` (ascending, apart from each other)."""
    if not spans:
        return text, IDENTITY
    draft = Draft()
    at = 0
    for start, end in spans:
        draft.add(text[at:start], at)
        at = end
    draft.add(text[at:], at)
    return draft.done(len(text))


# A character below U+0300 never joins the one before it, so a text may be cut before each of them.
_CLUSTER = regex.compile(r"[\x00-\u02ff]?[\u0300-\U0010ffff]++")


def to_nfc(text: str) -> tuple[str, OffsetMap]:
    """`text` in Unicode normal form C and the map back; no work when it is in that form already."""
    if unicodedata.is_normalized("NFC", text):
        return text, IDENTITY
    return rewrite(text, _CLUSTER, lambda m: unicodedata.normalize("NFC", m[0]))


@dataclass
class SourceText:
    """What a file or page says: the main text (NFC, lines kept, boilerplate gone) and what is known of it.

    `view` holds the text; `sha256` and `bytes` are those of the file; `origin` leads from offsets of the text
    to offsets of the decoded file; `notes` are (code, detail) with codes of `extractor.errors.WARNINGS`;
    `kind` is left to the layout stage; `grid` tells of each row of a page's tables, by the place of its first
    letter or digit in the decoded file, how its cells stand: ``o`` its own, ``d`` part of the cell above,
    ``a`` part of the cell at its left; `evidence` is what something beside the words says of the header,
    `ocr` who read them off a picture; `places` are those of the words on pages, by the offsets that
    `on_pages` leads to.
    """

    view: TextView
    name: str
    media_type: str
    encoding: str | None
    sha256: str
    bytes: int
    url: str | None = None
    published_on: str | None = None
    title: str | None = None
    kind: str | None = None
    origin: OffsetMap = IDENTITY
    notes: list[tuple[str, str]] = field(default_factory=list)
    grid: dict[int, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    ocr: OcrInfo | None = None
    places: Places | None = None
    on_pages: OffsetMap = IDENTITY

    @property
    def text(self) -> str:
        return self.view.text

    def boxes(self, start: int, end: int) -> Iterator[tuple[int, Box]]:
        """Page (from 1) and box of each printed line that ``text[start:end]`` touches; none without pages."""
        if self.places is not None and start < end:
            first, last = self.on_pages.to_source(start), self.on_pages.to_source(end - 1)
            yield from self.places.within(first, last + 1)
