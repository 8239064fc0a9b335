"""Tables as a workbook (XLSX): a sheet each, heading frozen, filters, dates as dates, the same bytes always.

Text is written as text, whatever it begins with, so that no letter can bring a formula in.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from extractor.database.tables import FORMULA, Column, Table, visible
from extractor.outputs import replacing

#: what Excel takes: rows of a sheet, characters of a cell and of a sheet's name
_MOST_ROWS, _LONGEST_CELL, _LONGEST_NAME = 1_048_576, 32_767, 31
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\']")
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_workbook(path: Path, tables: Iterable[Table]) -> None:
    """Write tables to a file, which is replaced when all is written."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names: set[str] = set()
    with replacing(path) as part, tempfile.TemporaryDirectory() as folder:
        for table in tables:
            rows, more = iter(table.rows), True
            while more:
                more = _sheet(book, _name(table.title, names), table, rows)
        raw = Path(folder) / "book.xlsx"
        book.save(raw)
        _settle(raw, part)


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name that is not taken."""
    base = _NOT_IN_NAME.sub(" ", title)[:_LONGEST_NAME].strip() or "1"
    name, number = base, 2
    while name.lower() in taken:
        name = f"{base[: _LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _sheet(book: Any, name: str, table: Table, rows: Iterator[tuple[Any, ...]]) -> bool:
    """A sheet with as many of the rows as it holds; whether there may be more."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    for i, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = column.width
    heading = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, column.name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        heading.append(cell)
    sheet.append(heading)
    wrapped, count = Alignment(vertical="top", wrap_text=True), 1
    for row in islice(rows, _MOST_ROWS - 1):
        sheet.append([_cell(sheet, c, value, wrapped) for c, value in zip(table.columns, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{count}"
    return count == _MOST_ROWS


def _cell(sheet: Any, column: Column, value: Any, wrapped: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or value == "":
        return None
    if column.kind == "date":
        cell = WriteOnlyCell(sheet, date.fromisoformat(value))
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value)
    else:
        text = visible(str(value))[:_LONGEST_CELL]
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
    cell.alignment = wrapped
    return cell


def _settle(raw: Path, path: Path) -> None:
    """Copy a workbook without the time at which it was written."""
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in sorted(old.infolist(), key=lambda i: (i.filename != "[Content_Types].xml", i.filename)):
            entry = zipfile.ZipInfo(info.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if info.filename == "docProps/core.xml":
                new.writestr(entry, _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(info)))
                continue
            with (
                old.open(info) as source,
                new.open(entry, "w", force_zip64=info.file_size > 1 << 31) as target,
            ):
                while block := source.read(1 << 20):
                    target.write(block)
