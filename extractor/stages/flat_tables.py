"""Tables of tasks flattened to one cell per line or per paragraph, as text saved from a word processor.

The run of heading cells tells the columns, the numbering where each row begins. Empty cells have left no
trace, and a cell may run over several lines: so the lines of a row are dealt out over its columns, in order,
in the way that fits best what each line looks like (an agency, a time, other words).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from extractor.rulebook import Rulebook
from extractor.stages.tables import LEADING, Cell, Line, column_of, column_of_text, task_columns
from extractor.textview import TextView, squeeze

#: heading cells may be broken over so many lines
_HEADING_LINES = 4
#: a table has at least so many columns
_FEWEST = 3
#: lines that a row may have for each column, and besides
_ROW_LINES, _MORE_LINES = 3, 8
#: what it costs to leave a column without a line
_EMPTY = {"task": 6.0, "lead": 1.5, "lead_coordinating": 1.5, "coordinating": 0.4, "deadline": 0.5}
_EMPTY_OTHER = 0.3
#: what it costs to say that a line goes on with the cell of the line above
_STAY = {"lead": 0.8, "lead_coordinating": 0.6, "coordinating": 0.7, "deadline": 1.0}
#: the same where each cell is a paragraph of its own
_PARAGRAPHS = 1.6
#: what it costs to say that the table ends before a line
_OUTSIDE = 1.2
#: lines longer than this are seldom the name of a product or a remark
_LONG = 140
_AGENCIES = frozenset({*LEADING, "coordinating"})


@dataclass(slots=True)
class FlatRow:
    """A row: `kind` is row or section; `own` its lines, `cells` with those taken from the row above."""

    kind: str
    own: list[Cell]
    cells: list[Cell] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    inherited: frozenset[str] = frozenset()
    label: Cell | None = None
    title: Cell | None = None


@dataclass(slots=True)
class Flat:
    """A flattened table: its rows and how many lines it took."""

    rows: list[FlatRow]
    lines: int


@dataclass(slots=True)
class _Unit:
    """A line, or a paragraph, that is one cell or a part of one; `line` is the number of its last line."""

    start: int
    end: int
    line: int
    like: str = ""
    small: bool = False


@dataclass(slots=True)
class _Draft:
    """The lines of a row that is being read."""

    label: _Unit
    units: list[_Unit] = field(default_factory=list)


def read_flat_table(view: TextView, book: Rulebook, lines: Sequence[Line], index: int) -> Flat | None:
    """The flattened table of tasks that begins at line `index`; None when there is none."""
    first = lines[index]
    if first.end - first.start > 14 or not book["layout.column_ordinal"].match(view, first.start, first.end):
        return None
    return _FlatTable(view, book, lines, index).read()


class _FlatTable:
    def __init__(self, view: TextView, book: Rulebook, lines: Sequence[Line], index: int) -> None:
        self.view, self.book, self.lines, self.index = view, book, lines, index
        self.by_paragraph = lines[index].last == index
        self.columns: list[str] = []
        self.rows: list[FlatRow] = []
        self.last = index
        self._kept: list[_Unit] = []
        self._source = self._units()

    # -- cells ----------------------------------------------------------------------------------------------

    def _units(self) -> Iterator[_Unit]:
        at = self.index
        while at < len(self.lines):
            line = self.lines[at]
            last = line.last if self.by_paragraph else at
            if line.start < line.end:
                yield _Unit(line.start, self.lines[last].end, last)
            at = last + 1

    def _unit(self, number: int) -> _Unit | None:
        """The unit at `number`, read no further than needed."""
        while len(self._kept) <= number:
            unit = next(self._source, None)
            if unit is None:
                return None
            self._kept.append(unit)
        return self._kept[number]

    def words(self, unit: _Unit) -> str:
        return self.view.text[unit.start : unit.end]

    def _is(self, rule: str, unit: _Unit | None) -> bool:
        return unit is not None and bool(self.book[rule].match(self.view, unit.start, unit.end))

    # -- headings -------------------------------------------------------------------------------------------

    def _headings(self, number: int) -> tuple[list[str], int]:
        """What the run of heading cells from unit `number` on names, and the unit behind it."""
        kinds: list[str] = []
        while unit := self._unit(number):
            kind, behind = self._heading(number)
            if not kind or (kind in kinds and kind != "other"):
                break
            if kinds and unit.end - unit.start <= 3:
                break
            kinds.append(kind)
            number = behind
        return kinds, number

    def _heading(self, number: int) -> tuple[str, int]:
        """The column named by the unit and those that go on with it in small letters."""
        unit = self._unit(number)
        assert unit is not None
        kind, behind = column_of(self.view, self.book, unit.start, unit.end), number + 1
        if self.by_paragraph:
            return kind, behind
        end = unit.end
        for more in range(number + 1, number + _HEADING_LINES):
            below = self._unit(more)
            if below is None or below.end - unit.start > 80:
                break
            small = self._goes_on(below)
            if kind and not small:
                break
            end = below.end
            joined = column_of_text(self.book, squeeze(self.view.text[unit.start : end]))
            if joined:
                kind, behind = joined, more + 1
            elif kind:
                break
        return kind, behind

    def _goes_on(self, unit: _Unit) -> bool:
        """Whether a line below a heading cell belongs to it: small letters, or a remark in brackets."""
        words = self.words(unit)
        return words[0].islower() or (words[0] in "(,/" and sum(c.isalpha() for c in words) > 1)

    def _numbered(self, number: int, width: int) -> int:
        """The unit behind a run of cells that number the columns."""
        run = [self._unit(n) for n in range(number, number + width)]
        marks = [self.words(u).strip("() ") for u in run if u is not None]
        counted = [str(n) for n in range(1, width + 1)], [chr(ord("A") + n) for n in range(width)]
        return number + width if marks in counted else number

    # -- rows -----------------------------------------------------------------------------------------------

    def read(self) -> Flat | None:
        kinds, number = self._headings(0)
        columns = task_columns(kinds)
        if columns is None or len(columns) < _FEWEST or columns[0] != "ordinal":
            return None
        self.columns = columns[1:]
        number = self._numbered(number, len(columns))
        drafts = self._drafts(number, kinds)
        for at, draft in enumerate(drafts):
            below = drafts[at + 1] if at + 1 < len(drafts) else None
            self._deal(draft, below)
        if not self.rows:
            return None
        return Flat(self.rows, self.last - self.index + 1)

    def _drafts(self, number: int, kinds: list[str]) -> list[_Draft]:
        """The rows as their lines: each number that goes on with the counting begins one."""
        drafts: list[_Draft] = []
        most = _ROW_LINES * len(self.columns) + _MORE_LINES
        gap = False
        while (unit := self._unit(number)) is not None:
            again = self._repeated(number, kinds) if drafts else number
            if again > number:
                number = again
                continue
            if not any(c.isalnum() for c in self.words(unit)):
                gap = gap or len(self.words(unit)) > 3
                number += 1
                continue
            if self._is_ordinal(unit):
                if self._begins_row(number, drafts, gap):
                    drafts.append(_Draft(unit))
                    gap = False
                elif drafts and not self._is_page_number(unit):
                    drafts[-1].units.append(unit)
            elif not drafts or self._stops(number) or len(drafts[-1].units) >= most:
                break
            elif self._is_section(number):
                drafts.append(_Draft(_Unit(unit.start, unit.start, unit.line), [unit]))
            else:
                drafts[-1].units.append(unit)
            number += 1
        return drafts

    def _repeated(self, number: int, kinds: list[str]) -> int:
        """The unit behind headings that are said again on the next page, below the number of a page."""
        at = number
        unit = self._unit(at)
        if unit is not None and self._is_page_number(unit):
            at += 1
            unit = self._unit(at)
        if not self._is("layout.column_ordinal", unit):
            return number
        found, behind = self._headings(at)
        return self._numbered(behind, len(kinds)) if found == kinds else number

    def _is_ordinal(self, unit: _Unit) -> bool:
        return unit.end - unit.start <= 8 and self._is("layout.ordinal_cell", unit)

    def _is_page_number(self, unit: _Unit) -> bool:
        return unit.end - unit.start <= 12 and self._is("layout.page_number", unit)

    def _begins_row(self, number: int, drafts: list[_Draft], gap: bool) -> bool:
        """Whether a number is that of a row: it goes on counting, or words of a task stand behind it."""
        unit, below = self._unit(number), self._unit(number + 1)
        assert unit is not None
        if below is None or (self._is_ordinal(below) and not self._is_section_number(unit)):
            return False
        if not drafts or gap or self._is_section_number(unit) or self._counts_on(unit, drafts):
            return True
        if len(drafts[-1].units) < 2 or self.look(below)[0] in "at":
            return False
        return not self.look(below)[1]

    def _is_section_number(self, unit: _Unit) -> bool:
        return self._is("layout.section_ordinal", unit)

    def _counts_on(self, unit: _Unit, drafts: list[_Draft]) -> bool:
        own = self.words(unit).strip(" .)")
        last = self.words(drafts[-1].label).strip(" .)")
        if own in ("1", "01", "a"):
            return True
        if own.isdigit():
            known = (self.words(d.label).strip(" .)") for d in reversed(drafts))
            before = next((k for k in known if k.isdigit()), "0")
            return int(own) == int(before) + 1
        if "." in own:
            head, _, tail = own.rpartition(".")
            above, _, count = last.rpartition(".")
            if tail == "1":
                return True
            return head == above and count.isdigit() and int(tail) == int(count) + 1
        return len(own) == 1 and own.isalpha()

    def _is_section(self, number: int) -> bool:
        """Whether a line with its own Roman number or capital is a heading over the rows below it."""
        unit, below = self._unit(number), self._unit(number + 1)
        assert unit is not None
        return (
            below is not None
            and self._is_ordinal(below)
            and bool(self.book["layout.section_label"].match(self.view, unit.start, unit.end))
        )

    def _stops(self, number: int) -> bool:
        """Whether the table has ended before the unit: another part of the text begins here."""
        unit = self._unit(number)
        assert unit is not None
        rules = ("attachment_start", "recipients_start", "heading_article")
        if any(self._is(f"layout.{name}", unit) for name in rules):
            return True
        numbered = self._is("layout.marker_roman", unit) or self._is("layout.marker_upper", unit)
        return numbered and not self._is_section(number)

    # -- dealing out ----------------------------------------------------------------------------------------

    def _deal(self, draft: _Draft, below: _Draft | None) -> None:
        """Turn the lines of a row into its cells; the table's last row may have lines that are none of it."""
        units = draft.units
        if not units:
            return
        if self._is_heading(draft, below):
            title = (units[0].start, units[-1].end)
            label = (draft.label.start, draft.label.end)
            if label[0] == label[1]:
                said = self.book["layout.section_label"].match(self.view, *title)
                label, title = (said.span("m"), (said.end(), title[1])) if said else (label, title)
            self.rows.append(FlatRow("section", [], label=label, title=title))
            self.last = units[-1].line
            return
        dealt = _Dealer(self, units, below is None).best()
        cells: dict[str, Cell] = {}
        for unit, column in zip(units, dealt, strict=False):
            name = self.columns[column]
            start = cells[name][0] if name in cells else unit.start
            cells[name] = (start, unit.end)
            self.last = unit.line
        label = (draft.label.start, draft.label.end)
        own = [label, *cells.values()]
        row = FlatRow("row", own, label=label)
        inherited = self._inherit(cells)
        row.columns = ["ordinal", *cells]
        row.cells = [label, *cells.values()]
        row.inherited = frozenset(inherited)
        self.rows.append(row)

    def _is_heading(self, draft: _Draft, below: _Draft | None) -> bool:
        """Whether a number and words alone are a heading, not a task whose other cells are merged."""
        label = self.words(draft.label).strip(" .)")
        words = self.view.text[draft.units[0].start : draft.units[-1].end]
        if not label or words.isupper():
            return True
        if any(self.look(u)[0] == "t" for u in draft.units[1:]):
            return False
        if len(draft.units) > 1:
            agencies = [u for u in draft.units[1:] if self.look(u)[0] == "a"]
            return self._is_section_number(draft.label) and not agencies and below is not None
        if below is None or self._is_section_number(draft.label):
            return True
        own = self.words(below.label).strip(" .)")
        before = self.rows[-1] if self.rows else None
        goes_on = label.isdigit() and own.isdigit() and int(own) == int(label) + 1
        goes_on = goes_on or (label.isdigit() and self._is_section_number(below.label))
        return not (goes_on and before is not None and before.kind == "row")

    def _inherit(self, cells: dict[str, Cell]) -> set[str]:
        """A row without who leads shares the merged cells of the row above."""
        before = self.rows[-1] if self.rows else None
        if before is None or before.kind != "row" or LEADING & set(cells):
            return set()
        taken = set()
        for name, cell in zip(before.columns, before.cells, strict=True):
            if name in (*LEADING, "coordinating", "deadline") and name not in cells:
                cells[name] = cell
                taken.add(name)
        return taken

    def look(self, unit: _Unit) -> tuple[str, bool]:
        """What a unit looks like (a: agency, t: time, o: other) and whether it goes on in small letters."""
        if not unit.like:
            short = TextView(squeeze(self.words(unit)[:200]))
            if len(short.text) <= 100 and self.book["layout.time_cell"].match(short):
                unit.like = "t"
            elif self.book["layout.agency_cell"].match(short):
                unit.like = "a"
            else:
                unit.like = "o"
            first = next((c for c in short.text if c.isalnum() or c in "(-+•"), "")
            unit.small = first.islower() or first == "("
        return unit.like, unit.small


class _Dealer:
    """Finds the cheapest way to deal the lines of a row over its columns, in order."""

    def __init__(self, table: _FlatTable, units: list[_Unit], last: bool) -> None:
        self.table, self.units, self.last = table, units, last
        self.columns = table.columns
        text, rule = table.view.text, table.book["layout.incomplete_line"]
        #: whether a line's last words say that it goes on below: a comma, a word that wants another
        self.unfinished = [
            text[u.end - 1] in ",;-"
            or (
                table.look(below)[0] == "o" and bool(rule.search(table.view, max(u.start, u.end - 24), u.end))
            )
            for u, below in pairwise(units)
            if not table.by_paragraph
        ]

    def best(self) -> list[int]:
        """The column of each line; fewer than there are lines when the last ones are none of the table."""
        width, stop = len(self.columns), len(self.units) - 1
        empty = [0.0, *accumulate(_EMPTY.get(name, _EMPTY_OTHER) for name in self.columns)]
        costs = [empty[c] + self._fit(0, c) for c in range(width)]
        came: list[list[int]] = []
        ends: list[tuple[float, int, int]] = []
        for n in range(len(self.units)):
            if n:
                before, costs, ways = costs, [], []
                for c in range(width):
                    turned = ((before[b] + empty[c] - empty[b + 1] + self._turn(n), b) for b in range(c))
                    cost, way = min([(before[c] + self._stay(n, c), c), *turned])
                    goes_on = way == c and not self.table.by_paragraph and self.table.look(self.units[n])[1]
                    costs.append(cost + (0.0 if goes_on else self._fit(n, c)))
                    ways.append(way)
                came.append(ways)
            if self.last or n == stop:
                cost, c = min((costs[c] + empty[-1] - empty[c + 1], c) for c in range(width))
                ends.append((cost + (_OUTSIDE if n < stop else 0.0), n, c))
        _, n, column = min(ends)
        dealt = [column]
        for ways in reversed(came[:n]):
            dealt.append(ways[dealt[-1]])
        return dealt[::-1]

    def _fit(self, n: int, column: int) -> float:
        """What it costs to put a line's words into a column."""
        unit, name = self.units[n], self.columns[column]
        like, _ = self.table.look(unit)
        if name == "task":
            return {"a": 0.6, "t": 1.5, "o": 0.0}[like]
        if name in _AGENCIES:
            return {"a": 0.0, "t": 3.0, "o": 1.2}[like] + (1.5 if unit.end - unit.start > _LONG else 0.0)
        if name == "deadline":
            return 0.0 if like == "t" else 3.0
        cost = {"a": 0.8, "t": 1.5, "o": 0.2}[like]
        if unit.end - unit.start > _LONG:
            cost += 1.5
        return cost + (2.0 if self.table.words(unit).endswith((":", "./.")) else 0.0)

    def _turn(self, n: int) -> float:
        """What it costs to say that a new cell begins with a line."""
        if self.table.by_paragraph:
            return 0.0
        small = self.table.look(self.units[n])[1]
        return (1.5 if small else 0.0) + (0.8 if self.unfinished[n - 1] else 0.0)

    def _stay(self, n: int, column: int) -> float:
        """What it costs to say that a line goes on with the cell of the line above."""
        unit, name = self.units[n], self.columns[column]
        if self.table.by_paragraph:
            return _PARAGRAPHS
        if self.table.look(unit)[1] or self.unfinished[n - 1]:
            return 0.0
        first = self.table.view.text[unit.start]
        if first in "-+•" or (name == "deadline" and first.isdigit()):
            return 0.2
        return _STAY.get(name, 0.9)
