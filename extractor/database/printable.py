"""Tables as one page for the printer: A4 landscape, heads repeated, nothing from outside, all escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from extractor.database.agency_names import day
from extractor.database.tables import Table, visible
from extractor.outputs import replacing

#: characters that a column needs at least, by what it holds
_LEAST = {"text": 11, "date": 18, "number": 11}
#: nothing is loaded and nothing runs
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
@page { size: A4 landscape; margin: 12mm; @bottom-right { content: counter(page) "/" counter(pages); } }
:root { color-scheme: light; }
body { font: 10.5pt/1.4 "Times New Roman", "Liberation Serif", serif; color: #111; background: #fff;
  margin: 0 auto; max-width: 270mm; padding: 8mm; }
h1 { font-size: 17pt; margin: 0 0 2mm; } h2 { font-size: 13pt; margin: 8mm 0 1mm; break-after: avoid; }
p { margin: 0 0 2mm; } .note { color: #444; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 9.5pt; }
thead { display: table-header-group; }
th { text-align: left; background: #e8eef4; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
th, td { border: .4pt solid #889; padding: 1mm 1.5mm; vertical-align: top; overflow-wrap: break-word; }
td.number, th.number { text-align: right; } td.date { white-space: nowrap; overflow: hidden; }
tbody { break-inside: avoid; }
tr.detail td { border-top: none; color: #333; padding-left: 6mm; }
tr.detail q { font-style: italic; quotes: "“" "”"; } tr.detail b { font-weight: 600; }
tbody.marked tr:first-child td:first-child { color: #a00; font-weight: bold; }
nav li { break-inside: avoid; }
@media print { body { padding: 0; max-width: none; } nav { display: none; } }
"""


def write_page(path: Path, title: str, lines: Iterable[str], tables: Iterable[Table]) -> None:
    """Write tables to a file, which is replaced when all is written; `lines` stand under the title."""
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for piece in page(title, lines, list(tables)):
            file.write(piece)


def page(title: str, lines: Iterable[str], tables: list[Table]) -> Iterator[str]:
    """The page, piece by piece; columns without any value are left out."""
    name = _text(title)
    yield '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield f"<title>{name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
    yield from (f"<p>{_text(line)}</p>\n" for line in lines)
    if len(tables) > 1:
        yield "<nav><ul>\n"
        yield from (f'<li><a href="#t{i}">{_text(table.title)}</a></li>\n' for i, table in enumerate(tables))
        yield "</ul></nav>\n"
    for i, table in enumerate(tables):
        yield f'<section id="t{i}">\n<h2>{_text(table.title)}</h2>\n'
        if table.note:
            yield f'<p class="note">{_text(table.note)}</p>\n'
        yield from _table(table)
        yield "</section>\n"
    yield "</body>\n</html>\n"


def _table(table: Table) -> Iterator[str]:
    rows = list(table.rows)
    shown = [
        i
        for i, column in enumerate(table.columns)
        if not column.detail and (not i or not rows or any(row[i] not in (None, "") for row in rows))
    ]
    under = [i for i, column in enumerate(table.columns) if column.detail]
    widths = [max(table.columns[i].width, _LEAST[table.columns[i].kind]) for i in shown]
    yield "<table>\n<colgroup>"
    yield from (f'<col style="width: {100 * width / sum(widths):.1f}%">' for width in widths)
    yield "</colgroup>\n<thead><tr>"
    for i in shown:
        column = table.columns[i]
        yield f'<th scope="col" class="{column.kind}">{_text(column.name)}</th>'
    yield "</tr></thead>\n"
    for row in rows:
        marked = ' class="marked"' if row[shown[0]] in table.marked else ""
        cells = "".join(f'<td class="{table.columns[i].kind}">{_cell(table, i, row[i])}</td>' for i in shown)
        yield f"<tbody{marked}><tr>{cells}</tr>"
        said = [(table.columns[i].name, row[i]) for i in under if row[i] not in (None, "")]
        if said:
            lines = "<br>".join(f"<b>{_text(name)}:</b> <q>{_text(value)}</q>" for name, value in said)
            yield f'<tr class="detail"><td colspan="{len(shown)}">{lines}</td></tr>'
        yield "</tbody>\n"
    if not rows:
        yield f'<tbody><tr><td colspan="{len(shown)}">Không có.</td></tr></tbody>\n'
    yield "</table>\n"


def _cell(table: Table, i: int, value: Any) -> str:
    if value is None:
        return ""
    if table.columns[i].kind == "date" and value:
        return _text(day(value))
    if isinstance(value, float):
        return _text(f"{value:,.10g}".replace(",", " ").replace(".", ","))
    return _text(value)


def _text(value: Any) -> str:
    return escape(visible(str(value)))
