"""Tables that only arrange a page: a letterhead's two columns, a signature beside the recipients."""

from __future__ import annotations

from extractor.rulebook import Rulebook

#: a table with more rows, or more filled cells in a row, holds data
_ROWS, _CELLS = 4, 3


def arranges(rows: list[list[str]], book: Rulebook) -> bool:
    """Whether a table with these texts in its filled cells, row by row, has no data."""
    if all(len(cells) <= 1 for cells in rows):
        return True
    if len(rows) > _ROWS or max(map(len, rows)) > _CELLS:
        return False
    rule = book["cleaning.layout_cell"]
    return any(rule.hit(cell) for cells in rows for cell in cells)
