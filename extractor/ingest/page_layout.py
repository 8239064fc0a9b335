"""Sheets of words to letters: reading order, paragraphs over pages, tables, where a letter begins.

Works alike on a PDF's text layer and on what was read off a picture, whose boxes waver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor.ingest.page_columns import Columns, go_on, letterhead, signature, signatures
from extractor.ingest.page_edges import footnotes, without_edges, without_stamps
from extractor.ingest.page_grid import aligned
from extractor.ingest.page_lines import Line, joined, lines_from, rows_of
from extractor.ingest.page_tables import Table, add_rows, put_table, same_table, tables_of
from extractor.ingest.page_text import (
    Measure,
    PageText,
    put_letterhead,
    put_lines,
    put_paragraphs,
    put_recipients,
)
from extractor.ingest.reading import OcrInfo, Reading, Sheet
from extractor.rulebook import Rulebook

#: rows below a letterhead in which it may say that it is attached to another letter
_ATTACHED_WITHIN = 10
#: points from the top of a page within which a letter begins, as a share of the page's height
_TOP = 0.4


@dataclass
class _Page:
    """A sheet with what stands on it: lines outside of tables and of its letterhead `head`."""

    sheet: Sheet
    lines: list[Line]
    tables: list[Table]
    head: Columns | None

    @property
    def above(self) -> list[Line]:
        """The lines above the letterhead."""
        top = self.head.top if self.head else 0.0
        return [line for line in self.lines if line.middle < top]


def arrange(sheets: Iterable[Sheet], book: Rulebook) -> Iterator[Reading]:
    """The letters that stand on some pages; an attachment stays with the letter before it."""
    pages = [_page(sheet, book, n == 0) for n, sheet in enumerate(sheets)]
    kept = without_edges([(p.sheet, p.lines, set(p.head.lines) if p.head else set()) for p in pages], book)
    letters: list[list[_Page]] = []
    for page, lines in zip(pages, kept, strict=True):
        page.lines = lines
        if not letters or _begins_letter(page, book):
            letters.append([])
        letters[-1].append(page)
    for number, letter in enumerate(letters, start=1):
        yield _reading(letter, number if len(letters) > 1 else 0, book)


def _page(sheet: Sheet, book: Rulebook, first: bool) -> _Page:
    tables, words = tables_of(sheet)
    lines = without_stamps(lines_from(words, sheet.number), book)
    return _Page(sheet, lines, tables, letterhead(lines, sheet.width, book, first))


def _begins_letter(page: _Page, book: Rulebook) -> bool:
    """Whether a page opens with the letterhead of a letter of its own."""
    head = page.head
    if head is None or head.top > _TOP * page.sheet.height:
        return False
    below = [line for line in page.lines if line.middle > head.bottom][:_ATTACHED_WITHIN]
    if any(book["pages.attached"].hit(line.text) for line in (*page.above, *below)):
        return False
    said = "\n".join(" ".join(n.text for n in row) for row in rows_of(head.left))
    number = book["pages.number_line"].regex.search(said.lower())
    if number is None:
        return False
    dated = any(book["layout.place_date"].regex.search(line.text.lower()) for line in head.right)
    return bool(number["digits"]) or dated


def _reading(pages: list[_Page], number: int, book: Rulebook) -> Reading:
    sheets = {page.sheet.number: page.sheet for page in pages}
    text = PageText()
    for page in pages:
        text.page(page.sheet)
    put = _Putter(text, Measure([n for page in pages for n in _flow(page)]), sheets, book)
    notes: list[Line] = []
    open_columns: Columns | None = None
    for page in pages:
        below = footnotes(page.sheet, page.lines)
        notes += below
        page.lines = [line for line in page.lines if line not in below]
        if open_columns is not None:
            taken = go_on(page.lines, open_columns, page.sheet.width, book)
            page.lines = [line for line in page.lines if line not in taken]
        pieces = _pieces(page, book)
        for piece in pieces:
            put.piece(piece)
        last = pieces[-1] if pieces else None
        open_columns = last if isinstance(last, Columns) and last.kind == "recipients" else None
    put.flush()
    if notes:
        text.end_line(blank=True)
        put_paragraphs(text, notes, Measure(notes), sheets, book)
    return Reading(
        text.text,
        grid=text.grid,
        ocr=_ocr(pages),
        places=text.places,
        notes=[note for page in pages for note in page.sheet.notes],
        number=number,
    )


def _flow(page: _Page) -> list[Line]:
    head = set(page.head.lines) if page.head else set()
    return [joined(row) for row in rows_of([n for n in page.lines if n not in head])]


def _pieces(page: _Page, book: Rulebook) -> list[Line | Columns | Table]:
    """What stands on a page, from its top."""
    head = set(page.head.lines) if page.head else set()
    lines = [line for line in page.lines if line not in head]
    columns = [page.head] if page.head else []
    signed = signature(lines, page.sheet.width, book) or signatures(lines, book)
    if signed is not None:
        columns.append(signed)
        taken = set(signed.lines)
        lines = [line for line in lines if line not in taken]
    pieces: list[tuple[float, Line | Columns | Table]] = [(c.top, c) for c in columns]
    pieces += [(table.top, table) for table in page.tables]
    for part in aligned(rows_of(lines)):
        if isinstance(part, Table):
            pieces.append((part.top, part))
        else:
            pieces += [(row[0].top, joined(row)) for row in part]
    pieces.sort(key=lambda p: p[0])
    return [piece for _, piece in pieces]


class _Putter:
    """Puts the pieces of a letter into its text: lines and tables wait for what goes on with them."""

    def __init__(self, text: PageText, measure: Measure, sheets: dict[int, Sheet], book: Rulebook) -> None:
        self.text, self.measure, self.sheets, self.book = text, measure, sheets, book
        self._lines: list[Line] = []
        self._table: Table | None = None
        self._open: Columns | None = None

    def piece(self, piece: Line | Columns | Table) -> None:
        self._end_columns()
        if isinstance(piece, Line):
            self._end_table()
            self._lines.append(piece)
            return
        self._end_lines()
        if isinstance(piece, Columns):
            self._end_table()
            self._open = piece
        elif self._table is not None and same_table(self._table, piece):
            add_rows(self._table, piece)
        else:
            self._end_table()
            self._table = piece

    def flush(self) -> None:
        self._end_columns()
        self._end_lines()
        self._end_table()

    def _end_columns(self) -> None:
        """Columns wait too: the next page may go on with them."""
        columns, self._open = self._open, None
        if columns is None:
            return
        self.text.end_line(blank=True)
        left = [joined(row) for row in rows_of(columns.left)]
        if columns.kind == "recipients":
            put_recipients(self.text, left, self.sheets, self.book)
        elif columns.kind == "letterhead":
            put_letterhead(self.text, left, self.sheets, self.book)
        else:
            put_lines(self.text, left, self.sheets)
        if columns.right:
            self.text.end_line(blank=True)
            put_lines(self.text, [joined(row) for row in rows_of(columns.right)], self.sheets)
        self.text.end_line(blank=True)

    def _end_lines(self) -> None:
        if self._lines:
            put_paragraphs(self.text, self._lines, self.measure, self.sheets, self.book)
            self._lines = []

    def _end_table(self) -> None:
        if self._table is not None:
            put_table(self.text, self._table, self.sheets)
            self._table = None


def _ocr(pages: list[_Page]) -> OcrInfo | None:
    """Who read the pages that were pictures, and how sure it is of their words."""
    seen = [page.sheet for page in pages if page.sheet.ocr is not None]
    words = [word.confidence for sheet in seen for word in sheet.words]
    if not seen or seen[0].ocr is None:
        return None
    return OcrInfo(seen[0].ocr.engine, sum(words) / len(words) if words else 0.0)
