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

if TYPE_CHECKING:
    from collections.abc import Callable

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
        topic=given["topic"],
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

    Mã thoát: 0 (cả khi không có việc nào như vậy), 2 dùng sai cách.

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
    from extractor.database.filters import understood

    query = task_query(given, limit)
    engine = open_database(db)
    try:
        with engine.connect() as connection:
            query = understood(connection, query)
            if any(chosen):
                modes = (matrix, repeated, targets, contradictions)
                found, table = _other(connection, query, modes, limit)
                _out(connection, query, table, found, as_json, xlsx, html)
            else:
                _tasks(connection, query, as_json, xlsx, html)
    finally:
        engine.dispose()


def _other(
    connection: Connection, query: TaskQuery, modes: tuple[Any, ...], limit: int
) -> tuple[list[Any], Table]:
    """The answer to a question that is not for tasks, as data and as a table."""
    from extractor.database import audit
    from extractor.database import audit_report as tables

    matrix, repeated, targets, contradictions = modes
    if matrix:
        cells = audit.matrix(connection, matrix, limit=limit, of=query)
        return [cells] if cells.rows else [], tables.matrix_table(cells)
    found: list[Any]
    make: Callable[[list[Any]], Table]
    if repeated:
        agency, across = query.agency or "", query.across_successors
        found = audit.repeated(connection, agency, across, limit + 1, of=query)
        make, what = tables.repeated_table, "việc"
    elif targets:
        found = audit.targets_over_years(connection, targets, limit=limit + 1, of=query)
        make, what = tables.targets_table, "chỉ tiêu"
    elif contradictions:
        found = audit.contradictions(connection, per_page=limit + 1, of=query)
        make, what = tables.contradictions_table, "chỗ mâu thuẫn"
    else:
        found = audit.no_addressee(connection, per_page=limit + 1, of=query)
        make, what = tables.addressees_table, "văn bản"
    return found[:limit], tables.cut(found, limit, make, what)


def _tasks(
    connection: Connection, query: TaskQuery, as_json: bool, xlsx: Path | None, html: Path | None
) -> None:
    from extractor.cli.tables import show_tasks
    from extractor.database import audit
    from extractor.database import audit_report as tables

    page = audit.tasks(connection, query)
    if xlsx or html:
        title = f"Nhiệm vụ của {query.agency}" if query.agency else "Nhiệm vụ được giao"
        lines = tables.summary(query, page, min(page.total, tables.MOST))
        if xlsx:
            _workbook(xlsx, query, page, lines, tables.report(connection, query, page))
        if html:
            _page(html, title, query, page, lines, tables.report(connection, query, page))
        if not as_json:
            click.echo(lines[0], err=True)
            return
    if as_json:
        _json(asdict(page))
        return
    for line in tables.summary(query, page):
        click.echo(line)
    if page.tasks:
        show_tasks(page)


def _workbook(path: Path, query: TaskQuery, page: TaskPage, lines: list[str], found: list[Table]) -> None:
    from extractor.database.audit_report import question_table
    from extractor.database.workbook import write_workbook

    write_workbook(path, [question_table(query, page, lines, found), *found])
    click.echo(f"Đã ghi {path}", err=True)


def _page(
    path: Path, title: str, query: TaskQuery, page: TaskPage, lines: list[str], found: list[Table]
) -> None:
    from extractor.database.audit_report import asked
    from extractor.database.printable import write_page

    told = "; ".join(f"{name}: {value}" for name, value in asked(query, page))
    write_page(path, title, [f"{told}.", *lines], found)
    click.echo(f"Đã ghi {path}", err=True)


def _out(
    connection: Connection,
    query: TaskQuery,
    table: Table,
    found: list[Any],
    as_json: bool,
    xlsx: Path | None,
    html: Path | None,
) -> None:
    from dataclasses import replace

    from extractor.cli.tables import show
    from extractor.database.audit import TaskPage

    if xlsx or html:
        table = replace(table, rows=list(table.rows))  # so that they can be written twice
        page = TaskPage([], 0, False, [], query.today or date.today().isoformat())
        if xlsx:
            _workbook(xlsx, query, page, [], [table])
        if html:
            _page(html, table.title, query, page, [], [table])
        if not found:
            click.echo(f"{table.title}: không có gì như vậy.", err=True)
        if not as_json:
            return
    if as_json:
        _json([asdict(x) for x in found])
    else:
        show(table)


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
