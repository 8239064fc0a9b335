"""What a format's module takes out of a file, before the words are repaired and cleaned.

A format is read by ``read(data, name, book, limits)``, which yields a `Reading` for each letter of the file;
a container (mail, archive, exchange package) by ``unpack(data, name, book, limits)``, which yields `Part` by
`Part`. A container whose module has ``read`` too has a text of its own (a mail's words, a package's header):
it is read when no part gives a text.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from extractor.errors import Reject
from extractor.ingest.text import IDENTITY, OffsetMap

#: left, top, right, bottom in points (1/72 inch) from the page's upper left corner
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What something beside the letter's own words says of a header field.

    `value` is what the record's field takes (`issuer`: the name as written); `by` says where it comes from:
    ``package`` (edXML), ``cover`` (the package of the letter to which this one is attached), ``page`` (a
    portal's table), ``signature`` (digital signature of the file), ``file_name``. What a `package` says goes
    before the text, a `cover` speaks for a text without number and issuer only, anything else only fills what
    the text leaves open.
    """

    field: str
    value: Any
    by: str


def cover(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What evidence of a letter is for another one that came with it."""
    return tuple(Evidence(e.field, e.value, "cover") for e in evidence)


@dataclass(frozen=True, slots=True)
class OcrInfo:
    """Which program read the letters off a picture, and the mean confidence of its words (0 to 1)."""

    engine: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a blank on a page; `confidence` (0 to 1) is below 1 only after OCR."""

    text: str
    box: Box
    confidence: float = 1.0


@dataclass
class Sheet:
    """One page of a file: its number (from 1), its size in points, its words in no certain order.

    `rules` are the lines drawn on it (as boxes), from which tables are known; `ocr` is set for a page whose
    words were read off a picture; `turn` counts the quarters by which the page as it is shown was turned
    clockwise for its words to stand upright: `width`, `height` and all boxes are those of the turned page.
    `notes` are (code, detail) with codes of `extractor.errors.WARNINGS`.
    """

    number: int
    width: float
    height: float
    words: list[Word]
    rules: list[Box] = field(default_factory=list)
    ocr: OcrInfo | None = None
    turn: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Places:
    """Where the words of a text stand on its pages.

    Word ``i`` is ``text[starts[i]:ends[i]]`` (ascending) on page ``pages[i]`` (index into `sizes`), in visual
    line ``lines[i]`` (numbered through the text), inside ``boxes[4 * i : 4 * i + 4]``.
    """

    #: width and height of each page in points, by its number in the file (from 1)
    sizes: dict[int, tuple[float, float]] = field(default_factory=dict)
    starts: array[int] = field(default_factory=lambda: array("L"))
    ends: array[int] = field(default_factory=lambda: array("L"))
    pages: array[int] = field(default_factory=lambda: array("L"))
    lines: array[int] = field(default_factory=lambda: array("L"))
    boxes: array[float] = field(default_factory=lambda: array("f"))

    def add(self, start: int, end: int, page: int, line: int, box: Box) -> None:
        """A word; words are added in the order of the text."""
        self.starts.append(start)
        self.ends.append(end)
        self.pages.append(page)
        self.lines.append(line)
        self.boxes.extend(box)

    def within(self, start: int, end: int) -> Iterator[tuple[int, Box]]:
        """Page and box of each visual line that ``text[start:end]`` touches, in text order."""
        at = max(0, bisect_right(self.starts, start) - 1)
        line, page, found = -1, 0, None
        while at < len(self.starts) and self.starts[at] < end:
            if self.ends[at] > start:
                x0, y0, x1, y1 = self.boxes[4 * at : 4 * at + 4]
                if found is not None and self.lines[at] == line:
                    found = (min(found[0], x0), min(found[1], y0), max(found[2], x1), max(found[3], y1))
                else:
                    if found is not None:
                        yield page, found
                    line, page, found = self.lines[at], self.pages[at], (x0, y0, x1, y1)
            at += 1
        if found is not None:
            yield page, found


@dataclass
class Reading:
    """One letter as a file holds it.

    `text` is its characters with a line break at each line or paragraph; table rows as ``a | b``; `origin`
    leads from its offsets to those of the characters that the file holds (IDENTITY where there are none);
    `grid`, `url`, `published_on`, `title`: see `SourceText`; `encoding`, if the file has one; `repair` is the
    name of the repair that its characters need, if known; `pipes` says that its tables may be written with
    bars and tabs. `number` counts the letters of a file from 1, 0 when it holds one.
    """

    text: str
    origin: OffsetMap = IDENTITY
    grid: dict[int, str] = field(default_factory=dict)
    encoding: str | None = None
    repair: str | None = None
    pipes: bool = False
    url: str | None = None
    published_on: str | None = None
    title: str | None = None
    evidence: list[Evidence] = field(default_factory=list)
    ocr: OcrInfo | None = None
    places: Places | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a container: its name in it, its bytes, and what the container says of the letter.

    `problem` says why it has no bytes; `notes` are warnings for each letter in it, as those of a `Reading`;
    `media_type` overrules what its content says.
    """

    name: str
    data: bytes
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    problem: Reject | None = None
    media_type: str | None = None
