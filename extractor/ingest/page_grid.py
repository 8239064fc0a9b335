"""Tables without drawn lines: rows whose words stand below each other in three columns or more."""

from __future__ import annotations

from itertools import pairwise

from extractor.ingest.page_lines import Line, around
from extractor.ingest.page_tables import Cell, Table

#: columns and rows that a table has at least, rows of it in which so many columns are filled
_COLUMNS, _ROWS, _FULL = 3, 3, 2
#: as shares of the height of a line: the blank between two rows that ends a table, by how much the blank
#: between two rows exceeds that inside a row
_END, _MORE = 2.2, 0.3


def aligned(rows: list[list[Line]]) -> list[list[list[Line]] | Table]:
    """Rows of lines, those of a table replaced by it."""
    out: list[list[list[Line]] | Table] = []
    plain: list[list[Line]] = []
    at = 0
    while at < len(rows):
        table, end = _table(rows, at)
        if table is None:
            plain.append(rows[at])
            at += 1
            continue
        if plain:
            out.append(plain)
            plain = []
        out.append(table)
        at = end
    return [*out, plain] if plain else out


def _table(rows: list[list[Line]], start: int) -> tuple[Table | None, int]:
    """The table that begins with a row, and the row behind it."""
    if len(rows[start]) < _COLUMNS:
        return None, start + 1
    columns = [(line.left, line.right) for line in rows[start]]
    end, full = start + 1, 1
    while end < len(rows) and rows[end][0].page == rows[start][0].page:
        row = rows[end]
        height = max(line.height for line in row)
        if min(n.top for n in row) - max(n.bottom for n in rows[end - 1]) > _END * height:
            break
        wider = _with(columns, row)
        if wider is None:
            break
        columns = wider
        full += len(row) >= _COLUMNS
        end += 1
    while end > start and len(rows[end - 1]) == 1 and rows[end - 1][0].right > columns[0][1]:
        end -= 1  # a single line below the last row may as well be a title
    if end - start < _ROWS or full < _FULL:
        return None, start + 1
    found = rows[start:end]
    _, top, _, bottom = around(line.box for row in found for line in row)
    edges = [left for left, _ in columns]
    table = Table(found[0][0].page, top, bottom, edges)
    for group in _groups(found, columns):
        table.rows.append(_cells(group, columns))
        table.grid.append("")
    return table, end


def _with(columns: list[tuple[float, float]], row: list[Line]) -> list[tuple[float, float]] | None:
    """Columns made wide enough for a row; None when a line of it stands in two of them, or in none."""
    wider = list(columns)
    taken = set()
    for line in row:
        held = [n for n, (left, right) in enumerate(columns) if line.left < right and line.right > left]
        if len(held) != 1 or held[0] in taken:
            return None
        taken.add(held[0])
        left, right = wider[held[0]]
        wider[held[0]] = min(left, line.left), max(right, line.right)
    if any(right >= left for (_, right), (left, _) in pairwise(wider)):
        return None
    return wider


def _groups(rows: list[list[Line]], columns: list[tuple[float, float]]) -> list[list[list[Line]]]:
    """Printed rows put together to rows of the table.

    By the blanks between them where some are larger; else a row begins with a line in the first column.
    """
    gaps = [min(n.top for n in b) - max(n.bottom for n in a) for a, b in pairwise(rows)]
    height = rows[0][0].height
    least, most = min(gaps), max(gaps)
    by_gap = most - least > _MORE * height
    groups = [[rows[0]]]
    for row, gap in zip(rows[1:], gaps, strict=True):
        starts = gap - least > _MORE * height if by_gap else row[0].left < columns[0][1]
        if starts:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups


def _cells(group: list[list[Line]], columns: list[tuple[float, float]]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in columns]
    for line in (line for row in group for line in row):
        cells[next(n for n, (_, right) in enumerate(columns) if line.left < right)].append(line)
    return cells
