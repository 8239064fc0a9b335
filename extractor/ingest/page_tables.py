"""Tables on a page: by the lines drawn around their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from extractor.ingest.page_lines import Line, lines_from
from extractor.ingest.page_text import PageText
from extractor.ingest.reading import Box, Sheet, Word

#: points within which two lines are one, and a line reaches another
_NEAR = 3.5
#: drawn lines of a page and cells of a table beyond which it is no table
_MAX_RULES, _MAX_CELLS = 2_000, 20_000

#: lines drawn in one direction: place across -> stretches along, apart from each other
Ruled = dict[float, list[tuple[float, float]]]
Cell = list[Line]


@dataclass
class Table:
    """A table on a page: the edges of its columns, its rows of cells, and how each cell stands.

    `grid` is as `SourceText.grid` has it: ``o`` a cell of its own, ``d`` part of the one above, ``a`` of the
    one at its left; empty for rows of which it is not known.
    """

    page: int
    top: float
    bottom: float
    edges: list[float]
    rows: list[list[Cell]] = field(default_factory=list)
    grid: list[str] = field(default_factory=list)


def tables_of(sheet: Sheet) -> tuple[list[Table], list[Word]]:
    """The ruled tables of a page, and the words outside of them."""
    across, down = _merged(sheet.rules)
    if len(across) < 2 or len(down) < 2 or sum(map(len, (*across.values(), *down.values()))) > _MAX_RULES:
        return [], sheet.words
    tables, words = [], sheet.words
    for group_across, group_down in _groups(across, down):
        found = _table(sheet.number, group_across, group_down, words)
        if found is not None:
            table, words = found
            tables.append(table)
    return tables, words


def _merged(rules: list[Box]) -> tuple[Ruled, Ruled]:
    """Drawn lines by their place, pieces of one line put together: those across the page, those down."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    for x0, y0, x1, y1 in rules:
        if x1 - x0 >= y1 - y0:
            across.append(((y0 + y1) / 2, x0, x1))
        else:
            down.append(((x0 + x1) / 2, y0, y1))
    return _placed(across), _placed(down)


def _placed(lines: list[tuple[float, float, float]]) -> Ruled:
    places: dict[float, list[tuple[float, float]]] = defaultdict(list)
    last = None
    for place, start, end in sorted(lines):
        if last is None or place - last > _NEAR:
            last = place
        places[last].append((start, end))
    return {place: _stretches(pieces) for place, pieces in places.items()}


def _stretches(pieces: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(pieces):
        if out and start <= out[-1][1] + _NEAR:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _groups(across: Ruled, down: Ruled) -> list[tuple[Ruled, Ruled]]:
    """Lines that hang together: those of one table."""
    flat = [(y, s, e) for y, stretches in across.items() for s, e in stretches]
    tall = [(x, s, e) for x, stretches in down.items() for s, e in stretches]
    parent = list(range(len(flat) + len(tall)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for i, (y, left, right) in enumerate(flat):
        for j, (x, top, bottom) in enumerate(tall):
            if left - _NEAR <= x <= right + _NEAR and top - _NEAR <= y <= bottom + _NEAR:
                parent[root(i)] = root(len(flat) + j)
    groups: dict[int, tuple[Ruled, Ruled]] = {}
    for n, (place, start, end) in enumerate(flat + tall):
        group = groups.setdefault(root(n), ({}, {}))
        group[n >= len(flat)].setdefault(place, []).append((start, end))
    return [g for g in groups.values() if len(g[0]) >= 2 and len(g[1]) >= 2]


def _table(page: int, across: Ruled, down: Ruled, words: list[Word]) -> tuple[Table, list[Word]] | None:
    """A table and the words outside of it; None where there are no two columns."""
    xs, ys = _edges(down, across), _edges(across, down)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > _MAX_CELLS:
        return None
    roots = _cells(xs, ys, across, down)
    if len(set(roots.values())) < 3:
        return None
    held: dict[tuple[int, int], list[Word]] = defaultdict(list)
    rest = []
    for word in words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        if xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]:
            column = min(bisect_right(xs, x) - 1, columns - 1)
            row = min(bisect_right(ys, y) - 1, rows - 1)
            held[roots[row, column]].append(word)
        else:
            rest.append(word)
    table = Table(page, ys[0], ys[-1], xs)
    for row in range(rows):
        table.rows.append([lines_from(held.pop((row, column), []), page) for column in range(columns)])
        table.grid.append("".join(_stands(row, column, roots[row, column]) for column in range(columns)))
    return table, rest


def _edges(ruled: Ruled, other: Ruled) -> list[float]:
    """Where cells begin and end: at the lines, and where the lines of the other direction end."""
    ends = [v for stretches in other.values() for stretch in stretches for v in stretch]
    places = sorted(ruled)
    if min(ends) < places[0] - _NEAR:
        places.insert(0, min(ends))
    if max(ends) > places[-1] + _NEAR:
        places.append(max(ends))
    return places


def _cells(
    xs: list[float], ys: list[float], across: Ruled, down: Ruled
) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, column) of each place in the grid -> of the upper left place of the cell it belongs to."""
    roots = {(row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}
    for row in range(len(ys) - 1):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(len(xs) - 1):
            centre = (xs[column] + xs[column + 1]) / 2
            if column and not _drawn(down, xs[column], middle):
                roots[row, column] = roots[row, column - 1]
            elif row and not _drawn(across, ys[row], centre):
                roots[row, column] = roots[row - 1, column]
    return roots


def _drawn(ruled: Ruled, place: float, at: float) -> bool:
    return any(start <= at <= end for start, end in ruled.get(place, ()))


def _stands(row: int, column: int, root: tuple[int, int]) -> str:
    if root == (row, column):
        return "o"
    return "d" if root[0] < row else "a"


def same_table(table: Table, more: Table) -> bool:
    """Whether `more`, at the top of a page, has the columns of `table`."""
    if len(table.edges) != len(more.edges):
        return False
    shift = more.edges[0] - table.edges[0]
    return all(abs(b - a - shift) < 2 * _NEAR for a, b in zip(table.edges, more.edges, strict=True))


def add_rows(table: Table, more: Table) -> None:
    """Put the rows of a table's next page below it: without the heading it repeats, a cut row in one."""
    start = 0
    while start < min(3, len(more.rows), len(table.rows)) and _same_row(table.rows[start], more.rows[start]):
        start += 1
    if start == len(more.rows):
        start = 0
    rows, grid = more.rows[start:], more.grid[start:]
    if rows and table.rows and _cut_off(table.rows[-1], rows[0], grid[0]):
        for above, below in zip(table.rows[-1], rows[0], strict=True):
            above.extend(below)
        rows, grid = rows[1:], grid[1:]
    table.rows += rows
    table.grid += grid


def _same_row(row: list[Cell], other: list[Cell]) -> bool:
    return any(row) and [_said(cell) for cell in row] == [_said(cell) for cell in other]


def _said(cell: Cell) -> str:
    return " ".join(line.text for line in cell).lower()


def _cut_off(row: list[Cell], more: list[Cell], grid: str) -> bool:
    """Whether `more` is the rest of a row that the end of the page has cut: it has no cell of the first."""
    if more[0] or not row[0] or grid[:1] in ("", "d") or not any(more):
        return False
    return all(above or not below for above, below in zip(row, more, strict=True))


def put_table(text: PageText, table: Table, sheets: dict[int, Sheet]) -> None:
    """A line of the text for each row with words."""
    for cells, grid in zip(table.rows, table.grid, strict=True):
        if not any(cells):
            continue
        text.end_line()
        start = text.length
        for number, cell in enumerate(cells):
            if number:
                text.bar()
            for at, line in enumerate(cell):
                if at:
                    text.wrap()
                text.words(line, sheets)
        text.end_line()
        if grid:
            text.row(start, grid)
    text.end_line()
