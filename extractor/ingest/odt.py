"""OpenDocument texts (.odt, .ott, flat .fodt): what their paper shows, from top to bottom.

Tracked changes count as accepted; comments, hidden text, headers and footers are dropped; the numbers of
lists are written out; a note follows its paragraph as ``[1] ...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from posixpath import normpath
from xml.etree.ElementTree import TreeBuilder

import regex

from extractor.errors import Reject
from extractor.ingest.flow import Flow, Line, reading_of
from extractor.ingest.list_numbers import LEVELS, Counters, Level
from extractor.ingest.looks import LegacyRuns, Look, Piece, piece
from extractor.ingest.odt_styles import OdtStyles
from extractor.ingest.packages import Attributes, Package, local, parse, whole
from extractor.ingest.pasted_pictures import read_pictures
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    f"{_SPACE}{name}:1.0 ": name
    for name in ("office", "text", "table", "drawing", "style", "meta", "svg-compatible", "form")
}
#: elements whose insides the paper does not show
_UNSEEN = {
    "text tracked-changes", "office annotation", "office annotation-end", "text ruby-text",
    "text hidden-text", "svg-compatible title", "svg-compatible desc", "office scripts", "office meta",
    "office settings", "text sequence-decls", "text variable-decls", "text user-field-decls",
    "text note-citation", "text placeholder", "office forms",
    "table shapes", "office event-listeners", "office master-styles", "office binary-data",
}  # fmt: skip
_STYLES = {"office font-face-decls", "office styles", "office automatic-styles"}
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_BLANKS = regex.compile(r"[ \t\r\n]{2,}+|[\t\r\n]")
_MAX_BOXES = 10


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The letter. Raises `Reject` (damaged, encrypted, unpacks_too_large, no_text_layer)."""
    package = Package(data, limits) if data.startswith(b"PK") else None
    if package is not None:
        if b"encryption-data" in package.read("META-INF/manifest.xml") or "encrypted-package" in package:
            raise Reject("encrypted", "ODT")
        if "content.xml" not in package:
            raise Reject("damaged", "content.xml")
    runs = LegacyRuns(book)
    story = _story(package, data, book, limits, runs)
    if runs.wrong:
        runs = LegacyRuns(book, runs.wrong)
        story = _story(package, data, book, limits, runs)
    reading = reading_of(story.lines, book)
    if story.pictures and package is not None and not _LETTER.search(reading.text):
        parts = [normpath(p) for p in dict.fromkeys(story.pictures)]
        yield from read_pictures([package.read(p) for p in parts if p in package], name, book, limits)
        return
    for repaired in sorted(runs.used):
        reading.encoding = repaired
        reading.notes.append(("encoding_repaired", repaired))
    yield reading


def _story(package: Package | None, data: bytes, book: Rulebook, limits: Limits, runs: LegacyRuns) -> _Story:
    story = _Story(book, limits, runs)
    if package is None:
        story.read([data])
    else:
        if "styles.xml" in package:
            story.read(package.chunks("styles.xml"), words=False)
        story.read(package.chunks("content.xml"))
    return story


@dataclass(slots=True)
class _Paragraph:
    style: str
    label: str
    looks: list[Look]
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Line] = field(default_factory=list)
    blank: bool = True  #: what came last was a blank, or nothing


@dataclass(slots=True)
class _List:
    """An open list: its style, its level from 0, how far it has come, the number its open item begins at."""

    style: str
    level: int
    counters: Counters
    start: int | None = None
    #: the item that is open has not had its number yet
    waiting: bool = False


class _Story:
    """One pass over a part: its lines and the pictures in it."""

    def __init__(self, book: Rulebook, limits: Limits, runs: LegacyRuns) -> None:
        self.book, self.runs = book, runs
        self.styles = OdtStyles()
        self.lines: list[Line] = []
        self.pictures: list[str] = []
        self._left = limits.bytes
        self._flow = Flow(book)
        self._paragraphs: list[_Paragraph] = []
        self._lists: list[_List] = []
        self._by_style: dict[str, Counters] = {}
        self._by_id: dict[str, Counters] = {}
        self._headings = Counters()
        self._outer: list[tuple[Flow, list[_Paragraph], list[_List], str]] = []
        self._waiting: list[str] = []
        self._note_count = self._skip = self._deep = 0
        self._styles: TreeBuilder | None = None
        self._words = True
        self._names: dict[str, str] = {}
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "text p": self._start_paragraph, "text h": self._start_heading, "text span": self._start_span,
            "text s": self._blanks, "text tab": self._tab, "text line-break": self._break,
            "text list": self._start_list, "text list-item": self._start_item,
            "table table": self._start_table, "table table-row": self._start_row,
            "table table-cell": self._start_cell,
            "drawing text-box": self._start_box, "text note": self._start_note, "drawing image": self._image,
        }  # fmt: skip
        self._ends: dict[str, Callable[[], None]] = {
            "text p": self._end_paragraph, "text h": self._end_paragraph, "text span": self._end_span,
            "text list": self._end_list, "table table": self._end_table, "table table-row": self._end_row,
            "table table-cell": self._end_cell, "drawing text-box": self._end_aside,
            "text note": self._end_aside,
        }  # fmt: skip

    def read(self, chunks: Iterable[bytes], words: bool = True) -> None:
        """Take a part; its words only with `words`. Raises `Reject` (damaged, unpacks_too_large)."""
        self._words = words
        parse(chunks, self._start, self._end, self._characters)
        self._write_notes()
        self.lines = self._flow.end()

    def _short(self, name: str) -> str:
        found = self._names.get(name)
        if found is None:
            space, _, own = name.rpartition(" ")
            found = self._names[name] = f"{_SPACES.get(space + ' ', '')} {own}"
        return found

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skip:
            self._skip += 1
            return
        if self._styles is not None:
            self._deep += 1
            self._styles.start(local(name), {local(k): v for k, v in attributes.items()})
            return
        short = self._short(name)
        if short in _UNSEEN or (short == "office body" and not self._words):
            self._skip = 1
        elif short in _STYLES:
            self._styles, self._deep = TreeBuilder(), 1
            self._styles.start("styles", {})
        else:
            start = self._starts.get(short)
            if start is not None:
                start({local(k): v for k, v in attributes.items()})

    def _end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        if self._styles is not None:
            self._deep -= 1
            self._styles.end(local(name) if self._deep else "styles")
            if not self._deep:
                self.styles.add(self._styles.close())
                self._styles = None
            return
        end = self._ends.get(self._short(name))
        if end is not None:
            end()

    def _characters(self, text: str) -> None:
        if self._skip or self._styles is not None or not self._paragraphs:
            return
        words = _BLANKS.sub(" ", text)
        if self._paragraphs[-1].blank:
            words = words.lstrip(" ")
        self._put(words)

    def _put(self, text: str) -> None:
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        if paragraph is None or not text or paragraph.looks[-1].hidden:
            return
        self._left -= len(text)
        if self._left < 0:
            raise Reject("unpacks_too_large", "chữ")
        paragraph.blank = text[-1] in " \n"
        paragraph.pieces.append(piece(text, paragraph.looks[-1]))

    # paragraphs and runs

    def _start_paragraph(self, attributes: Attributes) -> None:
        style = attributes.get("style-name", "")
        label = ""
        if self._lists and self._lists[-1].waiting:
            label = self._label(style)
        self._paragraphs.append(_Paragraph(style, label, [self.styles.look("paragraph", style)]))

    def _start_heading(self, attributes: Attributes) -> None:
        self._start_paragraph(attributes)
        if not self._lists and attributes.get("is-list-header") != "true":
            at = min(max(whole(attributes.get("outline-level"), 1) - 1, 0), LEVELS - 1)
            self._paragraphs[-1].label = self._headings.next(at, self.styles.outline, steps=True)

    def _label(self, style: str) -> str:
        """The number of the item that is open."""
        inner = self._lists[-1]
        inner.waiting = False
        for outer in self._lists:
            outer.waiting = False
        levels: list[Level] | None = self.styles.levels(inner.style or self.styles.list_of(style))
        if levels is None:
            return ""
        start, inner.start = inner.start, None
        return inner.counters.next(min(inner.level, LEVELS - 1), levels, start, steps=True)

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        text = self.runs.join(paragraph.pieces)
        label = paragraph.label
        if label and (text.strip() or (self._flow.in_table and label != "- ")):
            text = label + text.lstrip()
        self._flow.add(text, self.styles.centred(paragraph.style))
        if paragraph.boxes:
            self._flow.extend(paragraph.boxes)
        self._write_notes()

    def _start_span(self, attributes: Attributes) -> None:
        if self._paragraphs:
            looks = self._paragraphs[-1].looks
            looks.append(self.styles.look("text", attributes.get("style-name", "")).over(looks[-1]))

    def _end_span(self) -> None:
        if self._paragraphs and len(self._paragraphs[-1].looks) > 1:
            self._paragraphs[-1].looks.pop()

    def _blanks(self, attributes: Attributes) -> None:
        self._put(" " * min(whole(attributes.get("c"), 1), 200))

    def _tab(self, _: Attributes) -> None:
        self._put("\t")

    def _break(self, _: Attributes) -> None:
        self._put("\n")

    # lists

    def _start_list(self, attributes: Attributes) -> None:
        style = attributes.get("style-name", "")
        if self._lists:
            outer = self._lists[-1]
            self._lists.append(_List(style or outer.style, outer.level + 1, outer.counters))
            return
        before = self._by_id.get(attributes.get("continue-list", ""))
        if before is None and attributes.get("continue-numbering") == "true":
            before = self._by_style.get(style)
        counters = before or Counters()
        self._by_style[style] = counters
        if own := attributes.get("id", ""):
            self._by_id[own] = counters
        self._lists.append(_List(style, 0, counters))

    def _start_item(self, attributes: Attributes) -> None:
        if self._lists:
            start = attributes.get("start-value")
            self._lists[-1].waiting = True
            self._lists[-1].start = whole(start, 1) if start is not None else None

    def _end_list(self) -> None:
        if self._lists:
            self._lists.pop()

    # tables

    def _start_table(self, _: Attributes) -> None:
        self._flow.start_table()

    def _end_table(self) -> None:
        self._flow.end_table()
        self._write_notes()

    def _start_row(self, _: Attributes) -> None:
        self._flow.start_row()

    def _end_row(self) -> None:
        self._flow.end_row()

    def _start_cell(self, attributes: Attributes) -> None:
        across, down = attributes.get("number-columns-spanned"), attributes.get("number-rows-spanned")
        self._flow.start_cell(whole(across, 1), whole(down, 1))

    def _end_cell(self) -> None:
        self._flow.end_cell()

    # what stands apart: boxes, notes, pictures

    def _start_box(self, _: Attributes) -> None:
        self._start_aside("box")

    def _start_note(self, _: Attributes) -> None:
        self._start_aside("note")

    def _start_aside(self, kind: str) -> None:
        if len(self._outer) == _MAX_BOXES:
            self._skip = 1
            return
        self._outer.append((self._flow, self._paragraphs, self._lists, kind))
        self._flow, self._paragraphs, self._lists = Flow(self.book), [], []

    def _end_aside(self) -> None:
        if not self._outer:
            return
        lines = self._flow.end()
        self._flow, self._paragraphs, self._lists, kind = self._outer.pop()
        if kind == "note":
            text = " ".join(line.text for line in lines if line.text)
            if text:
                self._note_count += 1
                self._waiting.append(f"[{self._note_count}] {text}")
        elif self._paragraphs:
            self._paragraphs[-1].boxes += lines
        else:
            self._flow.extend(lines)

    def _write_notes(self) -> None:
        if self._waiting and not self._outer and not self._flow.in_table:
            self._flow.extend(Line(note) for note in self._waiting)
            self._waiting.clear()

    def _image(self, attributes: Attributes) -> None:
        self.pictures.append(attributes.get("href", ""))
