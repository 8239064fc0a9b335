"""A part of a Word document with paragraphs (body, header, notes), read as a stream into lines.

Neither the size nor the depth of the part takes memory; names of elements are those of ECMA-376 part 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import TreeBuilder

import regex

from extractor.errors import Reject
from extractor.ingest.flow import Flow, Line
from extractor.ingest.looks import LegacyRuns, Look, Piece, piece
from extractor.ingest.packages import Attributes, Node, local, parse, whole
from extractor.ingest.word_styles import Lists, Styles, is_on, look_of, value_of
from extractor.limits import Limits
from extractor.rulebook import Rulebook

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_DRAWING = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
_MATH = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_COMPATIBLE = ("http://schemas.openxmlformats.org/markup-compatibility/2006",)
_VML = ("urn:schemas-microsoft-com:vml",)
#: elements whose insides the paper does not show: deleted or moved away, codes, the small type above a word
_UNSEEN = (
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "rt",
    "ffData",
    "tblPr",
    "tblPrEx",
)
#: elements that say how what follows looks; they are taken whole
_PROPERTIES = ("pPr", "rPr", "tcPr", "trPr", "tblGrid", "sdtPr", "sectPr")
#: elements that begin or end something
_PARTS = (
    "p", "r", "t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym", "fldChar", "tbl", "tr", "tc", "sdt",
    "txbxContent", "footnoteReference", "endnoteReference", "footnote", "endnote",
)  # fmt: skip
_NAMES = {
    f"{space} {name}": name
    for spaces, names in (
        (_WORD, _UNSEEN + _PROPERTIES + _PARTS),
        (_DRAWING, ("blip",)),
        (_MATH, ("t",)),
        (_COMPATIBLE, ("AlternateContent", "Choice", "Fallback")),
        (_VML, ("imagedata",)),
    )
    for space in spaces
    for name in names
}
_SKIPPED, _TAKEN = frozenset(_UNSEEN), frozenset(_PROPERTIES)
#: a column of this width (twips, 1/20 point) or less has no room for words: it comes from edges that are not
#: drawn quite below each other
_SLIM = 200
#: text boxes inside text boxes; Word itself allows none
_MAX_BOXES = 10
#: characters of a font of symbols
_SYMBOLS = regex.compile(r"[\uf020-\uf0ff]")


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is read."""

    style: str
    look: Look
    centred: bool | None = None
    number: tuple[str, int | None] | None = None
    #: its end is deleted or hidden, so that the next one follows in the same line
    open_end: bool = False
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Line] = field(default_factory=list)


class Story:
    """One pass over a part; `pictures`, `first_header` are ids of relations, `noted` notes by their ids."""

    def __init__(
        self,
        book: Rulebook,
        limits: Limits,
        styles: Styles,
        runs: LegacyRuns,
        lists: Lists | None,
        notes: Mapping[str, dict[str, str]],
    ) -> None:
        self.book, self.styles, self.runs, self.lists, self.notes = book, styles, runs, lists, notes
        self.pictures: list[str] = []
        self.first_header = ""
        self.noted: dict[str, str] = {}
        self._left = limits.bytes
        self._flow = Flow(book)
        self._paragraphs: list[_Paragraph] = []
        self._carried: _Paragraph | None = None
        self._outer: list[tuple[Flow, list[_Paragraph], _Paragraph | None]] = []
        self._waiting: list[str] = []
        self._note_count, self._note_id = 0, ""
        self._look = styles.base
        self._text: list[str] | None = None
        self._skip = 0
        self._properties: TreeBuilder | None = None
        self._deep = 0
        #: of each open field, whether its result has begun
        self._fields: list[bool] = []
        #: of each open choice, whether one was taken
        self._choices: list[bool] = []
        #: of each open content control, whether it shows only what to fill in
        self._prompts: list[bool] = []
        #: of each open table, whether each column of its grid is too slim for words
        self._grids: list[list[bool]] = []
        #: of each open row, whether it is deleted, and the column of the grid that it has come to
        self._rows: list[bool] = []
        self._columns: list[int] = []
        #: of each open cell, whether its words are dropped, and how many columns of the grid it covers
        self._cells: list[bool] = []
        self._spans: list[int] = []
        self._section_seen = False
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "p": self._start_paragraph, "r": self._start_run, "t": self._start_text, "tab": self._tab,
            "ptab": self._tab, "br": self._break, "cr": self._break, "noBreakHyphen": self._hyphen,
            "sym": self._symbol, "fldChar": self._field, "tbl": self._start_table, "tr": self._start_row,
            "tc": self._start_cell, "sdt": self._start_control, "txbxContent": self._start_box,
            "footnoteReference": self._footnote, "endnoteReference": self._endnote,
            "footnote": self._start_note, "endnote": self._start_note, "blip": self._picture,
            "imagedata": self._picture, "AlternateContent": self._start_choices, "Choice": self._start_choice,
            "Fallback": self._start_choice,
        }  # fmt: skip
        self._ends: dict[str, Callable[[], None]] = {
            "p": self._end_paragraph, "r": self._end_run, "t": self._end_text, "tbl": self._end_table,
            "tr": self._end_row, "tc": self._end_cell, "sdt": self._end_control, "txbxContent": self._end_box,
            "AlternateContent": self._end_choices, "footnote": self._end_note, "endnote": self._end_note,
        }  # fmt: skip
        self._takers: dict[str, Callable[[Node], None]] = {
            "pPr": self._paragraph_properties, "rPr": self._run_properties, "tcPr": self._cell_properties,
            "trPr": self._row_properties, "tblGrid": self._grid,
            "sdtPr": self._control_properties, "sectPr": self._section,
        }  # fmt: skip

    def read(self, chunks: Iterable[bytes]) -> list[Line]:
        """The lines of a part. Raises `Reject` (damaged, unpacks_too_large)."""
        parse(chunks, self._start, self._end, self._characters)
        self._flush()
        return self._flow.end()

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skip:
            self._skip += 1
            return
        if self._properties is not None:
            self._deep += 1
            self._properties.start(local(name), {local(k): v for k, v in attributes.items()})
            return
        short = _NAMES.get(name)
        if short is None:
            return
        if short in _SKIPPED:
            self._skip = 1
        elif short in _TAKEN:
            self._properties, self._deep = TreeBuilder(), 1
            self._properties.start(short, {})
        else:
            self._starts[short]({local(k): v for k, v in attributes.items()} if attributes else attributes)

    def _end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        if self._properties is not None:
            self._deep -= 1
            short = local(name)
            self._properties.end(short)
            if not self._deep:
                taken, self._properties = self._properties.close(), None
                self._takers[short](taken)
            return
        end = self._ends.get(_NAMES.get(name, ""))
        if end is not None:
            end()

    def _characters(self, text: str) -> None:
        if self._text is not None and not self._skip:
            self._text.append(text)

    # paragraphs and runs

    def _start_paragraph(self, _: Attributes) -> None:
        style = self.styles.normal
        new = _Paragraph(style, self.styles.look(style).over(self.styles.base))
        if self._carried is not None:
            new.pieces, new.boxes = self._carried.pieces, self._carried.boxes
            self._carried = None
        self._paragraphs.append(new)
        self._look = new.look

    def _paragraph_properties(self, item: Node) -> None:
        section = item.find("sectPr")
        if section is not None:
            self._section(section)
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        if style := value_of(item, "pStyle"):
            paragraph.style = style
            paragraph.look = self._look = self.styles.look(style).over(self.styles.base)
        if alignment := value_of(item, "jc"):
            paragraph.centred = alignment == "center"
        number = item.find("numPr")
        if number is not None:
            level = value_of(number, "ilvl")
            paragraph.number = (value_of(number, "numId"), whole(level) if level else None)
        mark = item.find("rPr")
        if mark is not None:
            moved = mark.find("del") is not None or mark.find("moveFrom") is not None
            paragraph.open_end = moved or look_of(mark).over(paragraph.look).hidden is True

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        self._fields = [True] * len(self._fields)  # a field whose code does not end must not take the rest
        if self._paragraphs:  # a paragraph inside another one, which no program writes
            self._write(paragraph)
        elif paragraph.open_end:
            self._carried = paragraph
        else:
            self._write(paragraph)
        self._look = self._paragraphs[-1].look if self._paragraphs else self.styles.base

    def _flush(self) -> None:
        """What a paragraph without an end has left over."""
        if self._carried is not None:
            carried, self._carried = self._carried, None
            if carried.pieces or carried.boxes:
                carried.number = ("0", 0)
                self._write(carried)

    def _write(self, paragraph: _Paragraph) -> None:
        text = self.runs.join(paragraph.pieces)
        label = self.lists.label(paragraph.number, paragraph.style) if self.lists else ""
        if label and (text.strip() or (self._flow.in_table and label != "- ")):
            text = label + text.lstrip()
        centred = self.styles.centred(paragraph.style) if paragraph.centred is None else paragraph.centred
        self._flow.add(text, centred)
        if paragraph.boxes:
            self._flow.extend(paragraph.boxes)
        self._write_notes()

    def _start_run(self, _: Attributes) -> None:
        self._look = self._paragraphs[-1].look if self._paragraphs else self.styles.base

    def _run_properties(self, item: Node) -> None:
        if not self._paragraphs:
            return
        look, base = look_of(item), self._paragraphs[-1].look
        if style := value_of(item, "rStyle"):
            look = look.over(self.styles.look(style))
        self._look = look.over(base)

    def _end_run(self) -> None:
        self._look = self._paragraphs[-1].look if self._paragraphs else self.styles.base

    def _put(self, text: str) -> None:
        """Words of the current run."""
        look = self._look
        if look.hidden or not self._paragraphs or (self._fields and not all(self._fields)):
            return
        if any(self._prompts):
            return
        self._left -= len(text)
        if self._left < 0:
            raise Reject("unpacks_too_large", "chữ")
        self._paragraphs[-1].pieces.append(piece(text, look))

    def _start_text(self, _: Attributes) -> None:
        self._text = []

    def _end_text(self) -> None:
        if self._text is not None:
            text, self._text = "".join(self._text).replace("\n", " "), None
            if _SYMBOLS.search(text):
                font = self._look.font or ""
                text = _SYMBOLS.sub(lambda m: symbol(self.book, font, ord(m[0])), text)
            self._put(text)

    def _tab(self, _: Attributes) -> None:
        self._put("\t")

    def _break(self, attributes: Attributes) -> None:
        self._put("\n\n" if attributes.get("type") in {"page", "column"} else "\n")

    def _hyphen(self, _: Attributes) -> None:
        self._put("-")

    def _symbol(self, attributes: Attributes) -> None:
        try:
            code = int(attributes.get("char", "")[:4], 16)
        except ValueError:
            return
        self._put(symbol(self.book, attributes.get("font", ""), code))

    def _field(self, attributes: Attributes) -> None:
        kind = attributes.get("fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    # tables

    def _start_table(self, _: Attributes) -> None:
        self._flush()
        self._grids.append([])
        self._flow.start_table()

    def _grid(self, item: Node) -> None:
        if self._grids:
            widths = [whole(column.get("w"), _SLIM + 1) for column in item.iterfind("gridCol")]
            slim = [width <= _SLIM for width in widths]
            self._grids[-1] = slim if not all(slim) else []

    def _end_table(self) -> None:
        self._flush()
        if self._grids:
            self._grids.pop()
        self._flow.end_table()
        self._write_notes()

    def _start_row(self, _: Attributes) -> None:
        self._rows.append(False)
        self._columns.append(0)
        self._flow.start_row()

    def _row_properties(self, item: Node) -> None:
        if self._rows:
            self._rows[-1] = item.find("del") is not None
            before = whole(value_of(item, "gridBefore"))
            self._flow.indent_row(self._wide(0, before))
            self._columns[-1] = before

    def _wide(self, first: int, count: int) -> int:
        """How many of some columns of the grid, those beyond it included, have room for words."""
        slim = self._grids[-1][first : first + count] if self._grids else []
        return count - sum(slim)

    def _end_row(self) -> None:
        if self._columns:
            self._columns.pop()
        self._flow.end_row(drop=bool(self._rows and self._rows.pop()))

    def _start_cell(self, _: Attributes) -> None:
        self._cells.append(False)
        self._spans.append(1)
        self._flow.start_cell()

    def _cell_properties(self, item: Node) -> None:
        below, beside = item.find("vMerge"), item.find("hMerge")
        part_of = ""
        if below is not None and below.get("val", "continue") == "continue":
            part_of = "d"
        elif beside is not None and beside.get("val", "continue") == "continue":
            part_of = "a"
        if self._cells:
            self._cells[-1] = bool(part_of) or item.find("cellDel") is not None
            self._spans[-1] = max(1, whole(value_of(item, "gridSpan"), 1))
        first = self._columns[-1] if self._columns else 0
        self._flow.shape_cell(self._wide(first, self._spans[-1] if self._spans else 1), part_of)

    def _end_cell(self) -> None:
        self._flush()
        drop, span = (self._cells.pop(), self._spans.pop()) if self._cells else (False, 1)
        first = self._columns[-1] if self._columns else 0
        self._flow.end_cell(drop, slim=not self._wide(first, span))
        if self._columns:
            self._columns[-1] = first + span

    # what stands apart: boxes, notes, content controls, choices, pictures, sections

    def _start_box(self, _: Attributes) -> None:
        if len(self._outer) == _MAX_BOXES:
            self._skip = 1
            return
        self._outer.append((self._flow, self._paragraphs, self._carried))
        self._flow, self._paragraphs, self._carried = Flow(self.book), [], None

    def _end_box(self) -> None:
        if self._outer:
            self._flush()
            lines = self._flow.end()
            self._flow, self._paragraphs, self._carried = self._outer.pop()
            if self._paragraphs:
                self._paragraphs[-1].boxes += lines
                self._look = self._paragraphs[-1].look
            else:
                self._flow.extend(lines)

    def _footnote(self, attributes: Attributes) -> None:
        self._refer("footnote", attributes)

    def _endnote(self, attributes: Attributes) -> None:
        self._refer("endnote", attributes)

    def _refer(self, kind: str, attributes: Attributes) -> None:
        text = self.notes.get(kind, {}).get(attributes.get("id", ""), "")
        if text and not self._look.hidden:
            self._note_count += 1
            self._waiting.append(f"[{self._note_count}] {text}")

    def _write_notes(self) -> None:
        """The notes of a paragraph or table that has ended."""
        if self._waiting and not self._outer and not self._flow.in_table:
            self._flow.extend(Line(note) for note in self._waiting)
            self._waiting.clear()

    def _start_note(self, attributes: Attributes) -> None:
        self._flow = Flow(self.book)
        self._note_id = attributes.get("id", "") if attributes.get("type", "normal") == "normal" else ""

    def _end_note(self) -> None:
        self._flush()
        text = " ".join(line.text for line in self._flow.end() if line.text)
        if self._note_id and text:
            self.noted[self._note_id] = text

    def _start_control(self, _: Attributes) -> None:
        self._prompts.append(False)

    def _control_properties(self, item: Node) -> None:
        prompt = item.find("showingPlcHdr")
        if self._prompts and prompt is not None:
            self._prompts[-1] = is_on(prompt.get("val"))

    def _end_control(self) -> None:
        if self._prompts:
            self._prompts.pop()

    def _start_choices(self, _: Attributes) -> None:
        self._choices.append(False)

    def _start_choice(self, _: Attributes) -> None:
        if self._choices and self._choices[-1]:
            self._skip = 1
        elif self._choices:
            self._choices[-1] = True

    def _end_choices(self) -> None:
        if self._choices:
            self._choices.pop()

    def _picture(self, attributes: Attributes) -> None:
        self.pictures.append(attributes.get("embed") or attributes.get("id", ""))

    def _section(self, item: Node) -> None:
        if self._section_seen:
            return
        self._section_seen = True
        headers = {h.get("type", "default"): h.get("id", "") for h in item.iterfind("headerReference")}
        page = item.find("titlePg")
        own = page is not None and is_on(page.get("val"))
        self.first_header = headers.get("first" if own else "default", "")


def symbol(book: Rulebook, font: str, code: int) -> str:
    """The letter or sign that a font of symbols shows for a code; "" for a picture that is no sign."""
    low = code & 0xFF if 0xF000 <= code <= 0xF0FF else code
    table = _symbols(book).get(font.lower())
    if table is not None and low != 0x20:
        return table.get(low, "")
    return chr(low) if 0x20 <= low < 0xD800 and (low < 0x7F or low > 0x9F) else ""


@lru_cache(maxsize=4)
def _symbols(book: Rulebook) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for row in book.table("symbols.csv"):
        found.setdefault(row["font"], {})[int(row["code"], 16)] = row["letter"]
    return found
