"""Tables of tasks written one row to a line: which column holds what, and what each row says.

Columns are known by their headings, which may stand in two rows. A cell that reaches down over several rows
is known where the page's source tells of it (`SourceText.grid`); in plain text an empty cell of an agency or
of a deadline takes what stands above it, and says so. Rows of a table broken over the page are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.firsts import LETTERS
from extractor.rulebook import Rulebook
from extractor.textview import TextView, squeeze

Cell = tuple[int, int]

#: kinds of columns that name who leads
LEADING = frozenset({"lead", "lead_coordinating"})
#: columns whose empty cells stand for the cell above
_INHERITING = frozenset({*LEADING, "deadline"})
#: columns of a first heading row that a second one may divide
_DIVIDED = frozenset({"", "other", "group", "body", *LEADING, "deadline"})
#: a heading cell is no longer than this
_HEADING = 80
#: how a cell stands in a page's table: its own words, part of the cell above, part of the cell at its left
OWN, DOWN, ACROSS = "o", "d", "a"


@dataclass(slots=True)
class Line:
    """``[start, end)``; `last` is the number of the last line before the next blank line."""

    start: int
    end: int
    last: int = 0


@dataclass(slots=True)
class Row:
    """What one line of a table is.

    `kind` is header_row, section (a heading over the rows below), row, rest (what a page break cut off the
    row above) or plain (a row of a table that gives no tasks). `inherited` names the columns whose cell was
    taken from above although only the empty place says so.
    """

    kind: str
    cells: list[Cell]
    columns: list[str] = field(default_factory=list)
    inherited: frozenset[str] = frozenset()
    label: Cell | None = None
    title: Cell | None = None


def column_of(view: TextView, book: Rulebook, start: int, end: int) -> str:
    """Which column a table's heading cell names ("" for none)."""
    if not 1 < end - start <= _HEADING:
        return ""
    return column_of_text(book, squeeze(view.text[start:end]))


def column_of_text(book: Rulebook, text: str) -> str:
    """The `set.column` of the first layout.column_* rule that covers a heading cell without its remarks.

    `text` is squeezed; the cells of rows begin with other words than headings, or nearly all do.
    """
    rules = book.having("layout", "column")
    can = book.openers("layout", tuple(r.id.removeprefix("layout.") for r in rules))[text[:LETTERS]]
    if not can:
        return ""
    short = TextView(text)
    end = len(text)
    remark = book["layout.column_remark"].search(short)
    if remark is not None and remark.start("m"):
        end = remark.start("m")
    return next((str(rule.set["column"]) for rule in rules if rule.match(short, 0, end)), "")


def task_columns(kinds: Sequence[str]) -> list[str] | None:
    """The columns of a table of tasks from what its headings name; None when it is no such table."""
    columns = ["other" if k in ("", "body") else k for k in kinds]
    if not LEADING & set(columns) and columns.count("group") == 1:
        columns[columns.index("group")] = "lead"
    columns = ["other" if c == "group" else c for c in columns]
    return columns if "task" in columns and LEADING & set(columns) else None


class TableReader:
    """Reads the rows of one text's tables, line by line."""

    def __init__(self, view: TextView, book: Rulebook, source: Any = None) -> None:
        self.view, self.book, self.source = view, book, source
        self.columns: list[str] = []
        #: what the cells of the heading row right above name
        self._upper: list[str] = []
        self._fresh = False
        #: column number -> the last cell with words of its own
        self._above: dict[int, Cell] = {}
        self._task: Cell | None = None
        self._broken = False

    def close(self) -> None:
        """The table has ended."""
        self.columns = []
        self._upper = []
        self._forget()
        self._broken = False

    def turn_page(self) -> None:
        """A page ended inside the table."""
        self._broken = True

    def read(self, start: int, end: int) -> Row:
        """What the line ``[start, end)``, a row with bars between its cells, says."""
        flags = self._flags(start, end)
        cells = self._cells(start, end)
        kinds = [column_of(self.view, self.book, s, e) for s, e in cells]
        heading = self._heading(cells, kinds)
        if heading is not None:
            return heading
        after_heading, self._fresh, self._upper = self._fresh, False, []
        if not self.columns:
            return Row("plain", cells)
        if after_heading and self._numbers(cells):
            return Row("header_row", cells, list(self.columns))
        if self._is_page_number(cells):
            self.turn_page()
            return Row("header_row", cells, list(self.columns))
        if len(flags) != len(cells):
            flags = ""
        cells += [(end, end)] * (len(self.columns) - len(cells))
        row = self._section(cells, flags, end) or self._rest(cells, flags) or self._row(cells, flags)
        self._broken = False
        return row

    # -- cells ----------------------------------------------------------------------------------------------

    def _flags(self, start: int, end: int) -> str:
        """How each cell stands in the page's table, where the source tells."""
        grid = getattr(self.source, "grid", None)
        if not grid:
            return ""
        at = next((i for i in range(start, end) if self.view.text[i].isalnum()), start)
        return str(grid.get(self.source.origin.to_source(at), ""))

    def _cells(self, start: int, end: int) -> list[Cell]:
        """The cells of a row; bars around the row are no cells of their own where the columns are known."""
        text = self.view.text
        cells, at = [], start
        for piece in text[start:end].split("|"):
            s, e = at, at + len(piece)
            at = e + 1
            while s < e and text[s].isspace():
                s += 1
            while e > s and text[e - 1].isspace():
                e -= 1
            cells.append((s, e))
        width = len(self.columns)
        if len(cells) > width and cells[0][0] == cells[0][1] and self._is_border(cells, width):
            cells = cells[1:]
            if not width and cells[-1][0] == cells[-1][1]:
                cells = cells[:-1]
        if len(cells) > width and width and cells[-1][0] == cells[-1][1]:
            cells = cells[:-1]
        return cells

    def _is_border(self, cells: list[Cell], width: int) -> bool:
        """Whether the bar at the beginning of a row only frames it."""
        if width:
            return True
        return len(cells) > 1 and column_of(self.view, self.book, *cells[1]) == "ordinal"

    def _words(self, cell: Cell) -> str:
        return self.view.text[cell[0] : cell[1]]

    def _filled(self, cell: Cell) -> bool:
        return any(c.isalnum() for c in self._words(cell))

    def _is_ditto(self, cell: Cell) -> bool:
        return 0 < cell[1] - cell[0] <= 16 and bool(
            self.book["layout.ditto_cell"].match(self.view, cell[0], cell[1])
        )

    # -- headings -------------------------------------------------------------------------------------------

    def _heading(self, cells: list[Cell], kinds: list[str]) -> Row | None:
        """A row of headings: it opens a table of tasks, divides the headings above, or opens another."""
        if self._upper:
            below = self._divided(cells, kinds)
            if below is not None:
                self._upper = []
                return self._opened(cells, below)
        known = [k for k in kinds if k]
        columns = task_columns(kinds) if len(set(known)) >= 2 else None
        if columns is not None:
            row = self._opened(cells, columns)
            self._upper = kinds
            return row
        if len(set(known)) >= 2 and "task" in known and not self.columns:
            self._upper = kinds  # who does it may stand in the second row of headings
            return Row("header_row", cells)
        if kinds and kinds[0] == "ordinal":
            self.close()
            self._upper = kinds if "task" in known else []
            return Row("plain", cells)
        return None

    def _divided(self, cells: list[Cell], kinds: list[str]) -> list[str] | None:
        """The columns when this second row of headings divides cells of the row above."""
        upper = self._upper
        filled = [i for i, c in enumerate(cells) if self._filled(c)]
        if not filled or not all(kinds[i] for i in filled):
            return None
        named = [kinds[i] for i in filled]
        if not {"lead", "coordinating", "lead_coordinating", "deadline"} & set(named):
            return None
        if "task" in named or "ordinal" in named:
            return None
        if len(cells) >= len(upper):
            merged = [*upper, *[""] * (len(cells) - len(upper))]
            if any(merged[i] not in _DIVIDED for i in filled):
                return None
            for i in filled:
                merged[i] = kinds[i]
            return task_columns(merged)
        at = next((i for i, k in enumerate(upper) if k in ("group", "body")), None)
        if at is None or len(filled) != len(cells):
            return None
        room = 1
        while at + room < len(upper) and room < len(cells) and not upper[at + room]:
            room += 1
        return task_columns([*upper[:at], *named, *upper[at + room :]])

    def _opened(self, cells: list[Cell], columns: list[str]) -> Row:
        if columns == self.columns:
            self._broken = True
        else:
            self._forget()
        self.columns = columns
        self._fresh = True
        return Row("header_row", cells, list(columns))

    def _is_page_number(self, cells: list[Cell]) -> bool:
        """Whether a row holds nothing but the number of a page."""
        filled = [n for n, c in enumerate(cells) if self._filled(c)]
        words = TextView(self._words(cells[filled[0]])) if len(filled) == 1 else None
        if words is None or len(words.text) > 14 or (filled[0] == self._index("ordinal") and len(cells) > 1):
            return words is not None and self._is_page(words) and not words.text[0].isdigit()
        return self._is_page(words)

    def _is_page(self, words: TextView) -> bool:
        return self.book["layout.page_number"].match(words) is not None

    def _numbers(self, cells: list[Cell]) -> bool:
        """Whether a row only numbers the columns."""
        rule = self.book["layout.column_number"]
        filled = [c for c in cells if self._filled(c)]
        return len(filled) > 1 and all(rule.match(self.view, *c) for c in filled)

    # -- rows -----------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._above = {}
        self._task = None

    def _index(self, *kinds: str) -> int | None:
        return next((i for i, c in enumerate(self.columns) if c in kinds), None)

    def _section(self, cells: list[Cell], flags: str, end: int) -> Row | None:
        """A row that is a heading over the rows below it."""
        filled = [i for i, c in enumerate(cells) if self._filled(c)]
        if not filled or len(filled) > 2:
            return None
        ordinal, task = self._index("ordinal"), self._index("task")
        first = cells[filled[0]]
        if wide := flags.lstrip(OWN):
            alone = set(wide) == {ACROSS} and len(flags) - len(wide) <= 2
            found = alone and len(filled) == len(flags) - len(wide)
        elif len(filled) == 1:
            found = filled[0] == ordinal or (filled[0] == 0 and task != 0)
            found = found and len(self._words(first).split()) > 1
            found = found or (filled[0] == task and self._is_shouted(first))
        else:
            found = filled == [ordinal, task] and self._is_section_label(first, cells[filled[1]], end)
        if not found or any(c in LEADING for c in (self.columns[i] for i in filled if i < len(self.columns))):
            return None
        if not flags:
            self._forget()
        self._task = None
        columns = list(self.columns)
        if len(filled) == 2:
            return Row("section", cells, columns, label=first, title=cells[filled[1]])
        label = self.book["layout.section_label"].match(self.view, *first)
        if label is None:
            return Row("section", cells, columns, label=(first[0], first[0]), title=first)
        title = label.end()
        return Row("section", cells, columns, label=label.span("m"), title=(title, first[1]))

    def _is_shouted(self, cell: Cell) -> bool:
        return len(self._words(cell)) > 3 and self._words(cell).isupper()

    def _is_section_label(self, label: Cell, title: Cell, end: int) -> bool:
        """Whether number and words alone in a row are a heading, not a task whose other cells are merged."""
        if self._is_shouted(title) or self.book["layout.section_ordinal"].match(self.view, *label):
            return True
        own = self._words(label).strip(" .)")
        below = self._label_below(end)
        return below.startswith(own + ".") or (below in ("1", "01", "a") and own not in ("0", "a"))

    def _label_below(self, end: int) -> str:
        """What stands in the first cell of the next line."""
        lines = self.view.text[end : end + 200].split("\n")
        return next((line.strip("| ").split("|", 1)[0].strip(" .)") for line in lines[1:] if line), "")

    def _rest(self, cells: list[Cell], flags: str) -> Row | None:
        """What a page break cut off the row above: no number, no agency of its own."""
        task, ordinal, lead = self._index("task"), self._index("ordinal"), self._index(*LEADING)
        if self._task is None or task is None or lead is None or DOWN in flags:
            return None
        if ordinal is not None and self._filled(cells[ordinal]):
            return None
        names = {self.columns[i] for i, c in enumerate(cells[: len(self.columns)]) if self._filled(c)}
        if not names:
            return None
        if self._filled(cells[task]):
            first = self._words(cells[task])[0]
            open_end = self._words(self._task)[-1:] not in ".;:!?"
            joined = first.islower() and (ordinal is not None or self._broken or open_end)
            if self._filled(cells[lead]) or not (
                joined or (self._broken and ordinal is not None and open_end and first.isalpha())
            ):
                return None
        elif names & LEADING and names & {"deadline", "product"}:
            return None
        self._task = cells[task] if self._filled(cells[task]) else self._task
        return Row("rest", cells, list(self.columns))

    def _row(self, cells: list[Cell], flags: str) -> Row:
        task, lead = self._index("task"), self._index(*LEADING)
        own_lead = lead is not None and self._filled(cells[lead])
        has_task = task is not None and (self._filled(cells[task]) or flags[task : task + 1] == DOWN)
        guessed = set()
        taken = list(cells)
        for i, name in enumerate(self.columns):
            cell, above = cells[i], self._above.get(i)
            if self._filled(cell) and not self._is_ditto(cell):
                self._above[i] = cell
                continue
            if above is None or not has_task:
                continue
            if flags[i : i + 1] == DOWN or self._is_ditto(cell):
                taken[i] = above
            elif not flags and cell[0] == cell[1]:
                if name in _INHERITING or (name == "coordinating" and not own_lead):
                    taken[i] = above
                    guessed.add(name)
            elif not flags:
                self._above.pop(i)  # a dash: nothing is given here, nor below
        if task is not None and self._filled(taken[task]):
            self._task = taken[task]
        ordinal = self._index("ordinal")
        label = taken[ordinal] if ordinal is not None and self._filled(taken[ordinal]) else None
        return Row("row", taken, list(self.columns), frozenset(guessed), label)
