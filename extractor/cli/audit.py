"""``congvan audit``: who was told to do what by when, and what does not fit together."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli import Command
from extractor.cli.common import FILE, db_option
from extractor.errors import CongvanError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from extractor.database.audit import TaskPage, TaskQuery
    from extractor.database.tables import Table

_DUE = re.compile(r"(before|after|trước|sau):(.+)")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def iso_day(text: str) -> str:
    """A day typed as 2025-12-31 or 31/12/2025. Raises `BadParameter`."""
    m = _DAY.fullmatch(text.strip())
    try:
        return (date(int(m[3]), int(m[2]), int(m[1])) if m else date.fromisoformat(text.strip())).isoformat()
    except ValueError:
        raise click.BadParameter(f"“{text}” không phải ngày. Hãy viết như 2025-12-31.") from None


def filters(command: Any) -> Any:
    """The options that make a `TaskQuery`."""
    options = (
        click.option("--agency", metavar="TÊN", help="Cơ quan được giao việc, có dấu hay không, viết tắt cũng"
                     " được; không nêu tỉnh là cơ quan ấy của mọi tỉnh."),
        click.option("--role", type=click.Choice(["lead", "coordinating"]), help="Chủ trì, hay phối hợp."),
        click.option("--due", multiple=True, metavar="before:NGÀY", help="Hạn trước (sau) một ngày,"
                     " kể cả ngày ấy; sau là after:NGÀY."),
        click.option("--overdue", is_flag=True, help="Chỉ việc đã quá hạn; việc định kỳ không tính."),
        click.option("--undated", is_flag=True, help="Chỉ việc không ghi hạn."),
        click.option("--today", metavar="NGÀY", help="Tính quá hạn đến ngày này thay cho hôm nay."),
        click.option("--across-successors", is_flag=True, help="Cả việc giao cho những cơ quan trước khi"
                     " hợp nhất, đổi tên, và cho cơ quan nay làm thay."),
        click.option("--topic", metavar="CHỦ_ĐỀ", help="Chủ đề của văn bản, mã hoặc tên (rules/topics.csv)."),
        click.option("--issuer", metavar="TÊN", help="Cơ quan ban hành."),
        click.option("--type", "kind", metavar="LOẠI", help="Loại văn bản: CV, CT, KH, …"),
        click.option("--text", metavar="CHỮ", help="Chữ có trong phần việc."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def task_query(given: dict[str, Any], per_page: int = 50) -> TaskQuery:
    """The query of the options of `filters`. Raises `BadParameter`."""
    from extractor.database.audit import TaskQuery
    from extractor.database.topics import topic_code

    due: dict[str, Any] = {}
    for text in given["due"]:
        m = _DUE.fullmatch(text.strip())
        if m is None:
            raise click.BadParameter(f"“{text}” không dùng được. Hãy viết như --due before:2025-12-31.")
        due["due_before" if m[1] in ("before", "trước") else "due_after"] = iso_day(m[2])
    return TaskQuery(
        agency=given["agency"],
        role=given["role"],
        overdue=given["overdue"],
        undated=True if given["undated"] else None,
        today=iso_day(given["today"]) if given["today"] else None,
        across_successors=given["across_successors"],
        topic=given["topic"] and (topic_code(given["topic"]) or given["topic"]),
        issuer=given["issuer"],
        type=given["kind"],
        text=given["text"],
        per_page=per_page,
        **due,
    )


@click.command(cls=Command)
@db_option
@filters
@click.option(
    "--matrix", type=click.Choice(["topic", "month"]), help="Bảng cơ quan theo chủ đề, theo tháng đến hạn."
)
@click.option("--repeated", is_flag=True, help="Việc đã giao hơn một lần cho cơ quan ấy.")
@click.option("--targets", metavar="CHỈ_TIÊU", help="Một chỉ tiêu qua các năm, chỗ các văn bản mâu thuẫn.")
@click.option("--contradictions", is_flag=True, help="Chỗ các văn bản ghi chỉ tiêu khác nhau.")
@click.option("--no-addressee", is_flag=True, help="Văn bản có giao việc mà không có nơi nhận.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Số dòng nhiều nhất."
)
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
@click.option("--xlsx", type=FILE, help="Ghi báo cáo thành tệp Excel.")
@click.option("--html", type=FILE, help="Ghi báo cáo thành trang in được (A4 ngang).")
def command(
    db: str,
    matrix: str | None,
    repeated: bool,
    targets: str | None,
    contradictions: bool,
    no_addressee: bool,
    limit: int,
    as_json: bool,
    xlsx: Path | None,
    html: Path | None,
    **given: Any,
) -> None:
    """Ai được giao việc gì, bao giờ xong, theo văn bản nào; mỗi việc kèm câu văn làm chứng.

    Các điều kiện chọn việc dùng được với mọi câu hỏi: --matrix và --repeated chỉ tính những việc ấy,
    --targets, --contradictions và --no-addressee chỉ xét những văn bản có việc ấy. Với hai câu hỏi về chỉ
    tiêu, --due, --overdue và --undated xét hạn của chỉ tiêu.

    Mã thoát: 0 có kết quả, 1 không có, 2 dùng sai cách.

    \b
    Ví dụ:
      congvan audit --agency "Sở Tài chính" --overdue
      congvan audit --agency "UBND tỉnh An Giang" --role lead --due before:2025-12-31
      congvan audit --agency "Sở Xây dựng tỉnh Bắc Ninh" --across-successors --xlsx bao-cao.xlsx
      congvan audit --matrix month --issuer "UBND tỉnh An Giang"
      congvan audit --targets "tỷ lệ bao phủ bảo hiểm y tế"
    """
    chosen = [bool(x) for x in (matrix, repeated, targets, contradictions, no_addressee)]
    if sum(chosen) > 1:
        raise click.UsageError(
            "Chỉ dùng một trong --matrix, --repeated, --targets, --contradictions, --no-addressee."
        )
    if repeated and not given["agency"]:
        raise click.UsageError("--repeated cần --agency: việc của cơ quan nào?")
    from extractor.database import open_database

    query = task_query(given, limit)
    engine = open_database(db)
    try:
        with engine.connect() as connection:
            if any(chosen):
                modes = (matrix, repeated, targets, contradictions)
                found, table = _other(connection, query, modes, limit)
                _out([table], found, as_json, xlsx, html, table.title)
                done = bool(found)
            else:
                done = _tasks(connection, query, as_json, xlsx, html)
    finally:
        engine.dispose()
    if not done:
        raise click.exceptions.Exit(1)


def _other(
    connection: Connection, query: TaskQuery, modes: tuple[Any, ...], limit: int
) -> tuple[list[Any], Table]:
    """The answer to a question that is not for tasks, as data and as a table."""
    from extractor.database import audit
    from extractor.database import audit_report as tables

    matrix, repeated, targets, contradictions = modes
    if query.agency and not audit.agency_ids(connection, query.agency):
        _unknown(connection, query.agency)
    if matrix:
        cells = audit.matrix(connection, matrix, limit=limit, of=query)
        return [cells] if cells.rows else [], tables.matrix_table(cells)
    if repeated:
        twice = audit.repeated(connection, query.agency or "", query.across_successors, limit, of=query)
        return list(twice), tables.repeated_table(twice)
    if targets:
        rows = audit.targets_over_years(connection, targets, limit=limit, of=query)
        return list(rows), tables.targets_table(rows)
    if contradictions:
        split = audit.contradictions(connection, per_page=limit, of=query)
        return list(split), tables.contradictions_table(split)
    open_ = audit.no_addressee(connection, per_page=limit, of=query)
    return list(open_), tables.addressees_table(open_)


def _tasks(
    connection: Connection, query: TaskQuery, as_json: bool, xlsx: Path | None, html: Path | None
) -> bool:
    from extractor.database import audit
    from extractor.database import audit_report as tables

    page = audit.tasks(connection, query)
    if query.agency and not page.candidates:
        _unknown(connection, query.agency)
    if xlsx or html:
        title = f"Nhiệm vụ của {query.agency}" if query.agency else "Nhiệm vụ được giao"
        lines = _lines(query, page)
        if xlsx:
            from extractor.database.workbook import write_workbook

            write_workbook(xlsx, tables.report(connection, query, page))
            click.echo(f"Đã ghi {xlsx}", err=True)
        if html:
            from extractor.database.printable import write_page

            write_page(html, title, lines, tables.report(connection, query, page))
            click.echo(f"Đã ghi {html}", err=True)
        if not as_json:
            return bool(page.tasks)
    if as_json:
        _json(asdict(page))
    else:
        for line in _lines(query, page):
            click.echo(line)
        if page.tasks:
            _show_tasks(page)
    return bool(page.tasks)


def _unknown(connection: Connection, name: str) -> None:
    from extractor.database import audit

    near = audit.similar(connection, name)
    hint = f" Gần giống: {'; '.join(near)}." if near else ""
    raise CongvanError(f"Không có cơ quan nào tên “{name}” trong cơ sở dữ liệu.{hint}")


def _lines(query: TaskQuery, page: TaskPage) -> list[str]:
    """What was asked and how much was found, in a few sentences."""
    from extractor.database.agency_names import day

    count = f"hơn {page.total}" if page.capped else str(page.total)
    late = "quá hạn " if query.overdue else ""
    lines = [f"{count} việc {late}tính đến {day(page.today)}; dưới đây là {len(page.tasks)} việc đầu."]
    if len(page.tasks) == page.total:
        lines = [f"{count} việc {late}tính đến {day(page.today)}."]
    if len(page.candidates) > 1:
        first = ", ".join(f"{c.name} ({c.tasks} việc)" for c in page.candidates[:6])
        more = f" và {len(page.candidates) - 6} cơ quan nữa" if len(page.candidates) > 6 else ""
        lines.append(f"“{query.agency}” là {len(page.candidates)} cơ quan: {first}{more}.")
    return lines


def _out(
    tables: list[Table], found: list[Any], as_json: bool, xlsx: Path | None, html: Path | None, title: str
) -> None:
    if xlsx or html:
        tables = [_kept(table) for table in tables]
        if xlsx:
            from extractor.database.workbook import write_workbook

            write_workbook(xlsx, tables)
            click.echo(f"Đã ghi {xlsx}", err=True)
        if html:
            from extractor.database.printable import write_page

            write_page(html, title, (), tables)
            click.echo(f"Đã ghi {html}", err=True)
        if not as_json:
            return
    if as_json:
        _json([asdict(x) for x in found])
    else:
        for table in tables:
            _show(table)


def _kept(table: Table) -> Table:
    """The table with its rows in memory, so that they can be written twice."""
    from dataclasses import replace

    return replace(table, rows=list(table.rows))


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _console() -> Any:
    import sys

    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def _show(table: Table) -> None:
    """A table on the terminal, details under each row."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    from extractor.database.agency_names import day
    from extractor.database.tables import visible

    grid = Grid(title=table.title, caption=table.note or None, box=box.SIMPLE_HEAD, title_justify="left",
                caption_justify="left", show_lines=False)  # fmt: skip
    shown = [i for i, c in enumerate(table.columns) if not c.detail]
    for i in shown:
        column = table.columns[i]
        grid.add_column(column.name, justify="right" if column.kind == "number" else "left", overflow="fold")

    def cell(i: int, value: Any) -> Text:
        if value is None:
            return Text("")
        if table.columns[i].kind == "date" and value:
            return Text(day(value))
        if isinstance(value, float):
            return Text(f"{value:.10g}".replace(".", ","))
        return Text(visible(str(value)))

    for row in table.rows:
        cells = [cell(i, row[i]) for i in shown]
        said = [visible(str(row[i])) for i, c in enumerate(table.columns) if c.detail and row[i]]
        if said:
            widest = max(shown, key=lambda i: table.columns[i].width)
            words = cells[shown.index(widest)]
            for line in said:
                words.append(f"\n“{line}”", style="dim")
        grid.add_row(*cells)
    _console().print(grid)


def _show_tasks(page: TaskPage) -> None:
    """Tasks on the terminal: by when, who, what with the sentence that proves it, in which letter."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    from extractor.database import audit_report as tables
    from extractor.database.agency_names import day
    from extractor.database.tables import visible

    grid = Grid(box=box.SIMPLE_HEAD, show_lines=True, expand=True)
    for name, ratio in (("Hạn", 2), ("Cơ quan", 4), ("Nhiệm vụ và câu văn", 10), ("Văn bản", 4)):
        grid.add_column(name, ratio=ratio, overflow="fold")
    for x in page.tasks:
        due = Text(tables.when(x) or "không ghi hạn")
        if x.overdue:
            due.append(f"\nquá hạn {-(x.days_left or 0)} ngày", style="bold red")
        elif x.days_left is not None:
            due.append(f"\ncòn {x.days_left} ngày", style="green")
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
        if x.corrected:
            what.append("\nđã có người sửa", style="cyan")
        elif x.review:
            what.append("\ncần xem lại", style="magenta")
        letter = Text(visible(x.number or x.title))
        if x.issued_on:
            letter.append(f"\n{day(x.issued_on)}")
        letter.append(f"\n{visible(x.issuer or '')}", style="dim")
        grid.add_row(due, who, what, letter)
    _console().print(grid)
