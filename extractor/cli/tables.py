"""Tables and tasks on a terminal: as wide as it is, as a list where it is too narrow for columns."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from extractor.database.tables import Table, visible

if TYPE_CHECKING:
    from rich.console import Console

    from extractor.database.audit import Task, TaskPage

#: characters that a column needs at least, by what it holds, and between two of them
_LEAST, _BETWEEN = {"text": 9, "date": 10, "number": 4}, 3
#: columns of numbers that are worth a table; characters for the first one beside them
_FEWEST, _FIRST = 3, 24
#: a terminal narrower than this shows tasks as a list; what is no terminal is as wide as that
_NARROW, _WIDE = 80, 160


def console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, soft_wrap=False)


def show(table: Table, to: Console | None = None) -> None:
    """A table, details under each row. Columns of numbers that find no room are left out and told."""
    to = to or console()
    table = _fitted(replace(table, rows=list(table.rows)), to.width)
    if not table.rows:
        to.print(f"{table.title}: không có gì như vậy.", markup=False)
    elif _needed(table) > to.width:
        _list(table, to)
    else:
        _grid(table, to)


def _shown(table: Table) -> list[int]:
    return [i for i, column in enumerate(table.columns) if not column.detail]


def _width(table: Table, i: int) -> int:
    column = table.columns[i]
    longest = max((len(word) for word in column.name.split()), default=0)
    return min(column.width, max(_LEAST[column.kind], longest if column.kind == "number" else 0))


def _needed(table: Table) -> int:
    return sum(_width(table, i) + _BETWEEN for i in _shown(table))


def _fitted(table: Table, width: int) -> Table:
    """A table of a text and many numbers with as many of these as there is room for; the last is the sum."""
    middle = range(1, len(table.columns) - 1)
    if len(middle) < _FEWEST or any(table.columns[i].kind != "number" for i in (*middle, -1)):
        return table
    each = [_width(table, i) + _BETWEEN for i in middle]
    room = width - _FIRST - _width(table, len(table.columns) - 1) - 2 * _BETWEEN
    if sum(each) <= room:
        return table
    fits = 0
    order = each[::-1] if table.latest else each
    while fits < len(each) and sum(order[: fits + 1]) <= room:
        fits += 1
    if fits < _FEWEST:
        return table  # too narrow for columns: a list has all of them
    kept = [0, *(middle[-fits:] if table.latest else middle[:fits]), len(table.columns) - 1]
    which = "cuối" if table.latest else "đầu"
    told = (
        f"Màn hình chỉ đủ chỗ cho {fits} trong {len(each)} cột, đây là {fits} cột {which}."
        " Xem đủ: --xlsx TỆP, --html TỆP hoặc --json."
    )
    return replace(
        table,
        columns=[table.columns[i] for i in kept],
        rows=[tuple(row[i] for i in kept) for row in table.rows],
        note=" ".join(filter(None, (table.note, told))),
    )


def _cell(table: Table, i: int, value: Any) -> str:
    from extractor.database.agency_names import day

    if value is None:
        return ""
    if table.columns[i].kind == "date" and value:
        return day(value)
    return f"{value:.10g}".replace(".", ",") if isinstance(value, float) else visible(str(value))


def _list(table: Table, to: Console) -> None:
    """Each row as lines of names and values; what is empty is left out."""
    from rich.text import Text

    to.print(Text(table.title, style="italic"))
    for row in table.rows:
        cells = [(table.columns[i].name, _cell(table, i, row[i])) for i in range(len(table.columns))]
        first, *others = [(name, cell) for name, cell in cells if cell]
        to.print(Text(f"\n{first[1]}", style="bold"))
        for name, cell in others:
            to.print(Text(f"  {name}: {cell}"))
    if table.note:
        to.print(Text(f"\n{table.note}", style="dim"))


def _grid(table: Table, to: Console) -> None:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(title=table.title, caption=table.note or None, box=box.SIMPLE_HEAD, title_justify="left",
                caption_justify="left", show_lines=False)  # fmt: skip
    shown = _shown(table)
    for i in shown:
        column = table.columns[i]
        grid.add_column(column.name, justify="right" if column.kind == "number" else "left", overflow="fold")
    for row in table.rows:
        cells = [Text(_cell(table, i, row[i])) for i in shown]
        said = [visible(str(row[i])) for i, c in enumerate(table.columns) if c.detail and row[i]]
        if said:
            widest = max(shown, key=lambda i: table.columns[i].width)
            words = cells[shown.index(widest)]
            for line in said:
                words.append(f"\n“{line}”", style="dim")
        grid.add_row(*cells)
    to.print(grid)


def show_tasks(page: TaskPage, to: Console | None = None) -> None:
    """By when, who, what with the sentences that prove it, in which letter; a list in a narrow terminal."""
    from rich import box
    from rich.table import Table as Grid

    to = to or console()
    if to.width < _NARROW:
        for task in page.tasks:
            for part in _task(task):
                to.print(part)
            to.print()
        return
    grid = Grid(box=box.SIMPLE_HEAD, show_lines=True, expand=True)
    for name, ratio in (("Hạn", 2), ("Cơ quan", 4), ("Nhiệm vụ và câu văn", 10), ("Văn bản", 4)):
        grid.add_column(name, ratio=ratio, overflow="fold")
    for task in page.tasks:
        grid.add_row(*_task(task))
    to.print(grid)


def _task(x: Task) -> tuple[Any, Any, Any, Any]:
    """The four parts of a task."""
    from rich.text import Text

    from extractor.database import audit_report as tables
    from extractor.database.agency_names import day

    due = Text(tables.when(x) or "không ghi hạn")
    if x.overdue:
        due.append(f"\nquá hạn {-(x.days_left or 0)} ngày", style="bold red")
    elif x.days_left is not None:
        due.append(f"\ncòn {x.days_left} ngày", style="green")
    elif x.deadline_said:
        due.append("\nchưa tính thành ngày", style="yellow")
    who = Text(visible(tables.names(x, "lead")) or "không rõ ai")
    if x.role:
        who.append(f"\n{tables.ROLES[x.role]}", style="bold")
    if x.coordinating:
        who.append(f"\nphối hợp: {visible(tables.names(x, 'coordinating'))}", style="dim")
    if x.through:
        who.append(f"\n{visible(x.through)}", style="yellow")
    what = Text(visible(" ".join(x.task.split())))
    proof = " … ".join(" ".join(s.split()) for s in (x.lead_in, x.sentence) if s)
    what.append(f"\n“{visible(proof)}”", style="dim")
    if x.deadline_sentence:
        what.append(f"\nhạn: “{visible(' '.join(x.deadline_sentence.split()))}”", style="dim")
    if x.corrected:
        what.append("\nđã có người sửa", style="cyan")
    elif x.review:
        what.append("\ncần xem lại", style="magenta")
    letter = Text(visible(x.number or x.title))
    if x.issued_on:
        letter.append(f"\n{day(x.issued_on)}")
    letter.append(f"\n{visible(x.issuer or '')}", style="dim")
    return due, who, what, letter
