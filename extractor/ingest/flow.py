"""The flow of a word processor's document: paragraphs and tables in, the text of a `Reading` out.

A table that only arranges the page (letterhead, signature) gives its cells one after the other, any other a
line per row, its cells parted by bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractor.ingest.layout_tables import arranges
from extractor.ingest.reading import Reading
from extractor.rulebook import Rulebook

#: tables inside tables, columns that one cell may cover; what goes beyond is read as if it were not there
MAX_NESTED, MAX_SPAN = 40, 60
_TABS = re.compile(r"\t[\t ]*")
#: characters from which on a paragraph fills more than a printed line
_PROSE = 80


@dataclass(slots=True)
class Line:
    """A line; one without words is a gap. `grid` tells of a table row how its cells stand."""

    text: str
    grid: str = ""


@dataclass(slots=True)
class _Row:
    """Cells of lines, one for each column of the grid, and how each stands (see `SourceText.grid`)."""

    cells: list[list[Line]] = field(default_factory=list)
    grid: str = ""


@dataclass(slots=True)
class _Table:
    outer: list[Line]
    rows: list[_Row] = field(default_factory=list)
    nested: bool = False
    #: column -> rows still covered by a cell from above
    covered: dict[int, int] = field(default_factory=dict)


class Flow:
    """Takes paragraphs and tables in their order. `lines` is what it holds when all tables have ended."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.lines: list[Line] = []
        self._into = self.lines
        self._tables: list[_Table] = []
        self._ignored = 0  #: tables too deep inside others, whose cells are taken as they come

    @property
    def in_table(self) -> bool:
        return bool(self._tables)

    def add(self, text: str, centred: bool = False) -> None:
        """A paragraph; each of its line breaks begins a line.

        A long one that is not centred gets a gap before and behind it: what follows does not go on with it.
        """
        prose = not centred and len(text) >= _PROSE and not self._tables
        if prose:
            self._into.append(Line(""))
        for line in text.split("\n"):
            line = line.strip(" \t")
            if line or (self._into and self._into[-1].text):
                self._into.append(Line(line))
        if prose:
            self._into.append(Line(""))

    def extend(self, lines: Iterable[Line]) -> None:
        """Lines that belong together, with a gap before and behind them."""
        self._into += [Line(""), *lines, Line("")]

    def start_table(self) -> None:
        if self._ignored or len(self._tables) == MAX_NESTED:
            self._ignored += 1
            return
        if self._tables:
            self._tables[-1].nested = True
        self._tables.append(_Table(self._into))

    def start_row(self) -> None:
        if not self._ignored and self._tables:
            self._tables[-1].rows.append(_Row())
            self._into = self._tables[-1].outer

    def indent_row(self, columns: int) -> None:
        """The row begins with empty columns. Before its cells."""
        if not self._ignored and self._tables and self._tables[-1].rows:
            row = self._tables[-1].rows[-1]
            row.cells += [[] for _ in range(min(columns, MAX_SPAN))]
            row.grid = "o" * len(row.cells)

    def start_cell(self, width: int = 1, height: int = 1) -> None:
        """A cell over `width` columns and `height` rows."""
        if self._ignored or not self._tables:
            return
        table = self._tables[-1]
        if not table.rows:
            self.start_row()
        row = table.rows[-1]
        _fill_covered(table, row)
        if height > 1:
            first = len(row.cells)
            table.covered.update((first + n, height - 1) for n in range(max(1, min(width, MAX_SPAN))))
        self._into = []
        row.cells.append(self._into)
        row.grid += "o"
        self.shape_cell(width)

    def shape_cell(self, width: int, part_of: str = "") -> None:
        """The cell just begun covers `width` columns; it is part of the one above (``d``) or left (``a``)."""
        if self._ignored or not self._tables or not self._tables[-1].rows:
            return
        row = self._tables[-1].rows[-1]
        more = max(1, min(width, MAX_SPAN)) - 1
        row.cells += [[] for _ in range(more)]
        row.grid = (row.grid[:-1] + part_of if part_of else row.grid) + "a" * more

    def end_cell(self, drop: bool = False, slim: bool = False) -> None:
        """`drop` forgets the cell's words, `slim` the whole cell if it has none."""
        if self._ignored or not self._tables:
            return
        if drop:
            self._into.clear()
        row = self._tables[-1].rows[-1] if self._tables[-1].rows else None
        if slim and row is not None and row.cells and not any(line.text for line in row.cells[-1]):
            row.cells.pop()
            row.grid = row.grid[:-1]
        self._into = self._tables[-1].outer

    def end_row(self, drop: bool = False) -> None:
        """`drop` forgets the row."""
        if self._ignored or not self._tables:
            return
        table = self._tables[-1]
        if table.rows:
            _fill_covered(table, table.rows[-1])
            if drop:
                table.rows.pop()
        self._into = table.outer

    def end_table(self) -> None:
        if self._ignored:
            self._ignored -= 1
            return
        if self._tables:
            table = self._tables.pop()
            self._into = table.outer
            self._into += _table_lines(table, self.book)

    def end(self) -> list[Line]:
        """The lines, after any tables that were never closed."""
        self._ignored = 0
        while self._tables:
            self.end_table()
        return self.lines


def _fill_covered(table: _Table, row: _Row) -> None:
    """Empty cells where a cell of an earlier row reaches down."""
    while (left := table.covered.get(len(row.cells), 0)) > 0:
        table.covered[len(row.cells)] = left - 1
        row.cells.append([])
        row.grid += "d"


def reading_of(lines: list[Line], book: Rulebook) -> Reading:
    """Lines as one text: a single blank line where there is a gap."""
    if any("\t" in line.text for line in lines):
        lines = _columns_apart(lines, book)
    parts: list[str] = []
    grid: dict[int, str] = {}
    at, gap = 0, False
    for line in lines:
        if not line.text:
            gap = True
            continue
        if parts:
            parts.append("\n\n" if gap else "\n")
            at += len(parts[-1])
        if line.grid:
            first = next((n for n, c in enumerate(line.text) if c.isalnum()), None)
            if first is not None:
                grid[at + first] = line.grid
        parts.append(line.text)
        at += len(line.text)
        gap = False
    return Reading("".join(parts), grid=grid)


def _columns_apart(lines: list[Line], book: Rulebook) -> list[Line]:
    """A letterhead or signature whose two columns are set by tabs: the left one first, then the right one.

    A single line may be the place where a cell of several lines ends and the next one begins.
    """
    rule = book["cleaning.layout_cell"]
    out: list[Line] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and "\t" in lines[end].text.strip("\t") and not lines[end].grid:
            end += 1
        if end == at:
            out.append(lines[at])
            at += 1
            continue
        rows = [[cell.strip() for cell in _TABS.split(line.text, 1)] for line in lines[at:end]]
        if any(rule.hit(right) for _, right in rows):
            around = [Line("")] if len(rows) > 1 else []
            out += [*around, *(Line(left) for left, _ in rows if left), Line("")]
            out += [*(Line(right) for _, right in rows if right), *around]
        else:
            out += lines[at:end]
        at = end
    return out


def _table_lines(table: _Table, book: Rulebook) -> list[Line]:
    rows = [row for row in table.rows if any(line.text for cell in row.cells for line in cell)]
    texts = [["\n".join(line.text for line in cell) for cell in row.cells] for row in rows]
    if table.nested or arranges([[cell for cell in row if cell.strip()] for row in texts], book):
        cells = [cell for row in rows for cell in row.cells if cell]
        return [Line("")] + [line for cell in cells for line in [*cell, Line("")]]
    return [
        Line(" | ".join(" ".join(line.text for line in cell if line.text) for cell in row.cells), row.grid)
        for row in rows
    ]
