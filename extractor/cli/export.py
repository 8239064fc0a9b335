"""``congvan export``: what the database holds as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extractor.cli import Command
from extractor.cli.audit import filters, task_query
from extractor.cli.common import FILE, db_option

_FORMS = ("jsonl", "csv", "xlsx", "ics")
_TABLES = ("documents", "assignments", "figures", "targets", "references")
_WHAT = {"jsonl": "bản ghi", "csv": "dòng", "xlsx": "dòng", "ics": "thời hạn"}


@click.command(cls=Command)
@db_option
@click.option("--format", "form", type=click.Choice(_FORMS), help="Dạng tệp; không nêu thì theo đuôi tệp.")
@click.option("-o", "--output", type=FILE, required=True, help="Tệp kết quả.")
@click.option(
    "--table", type=click.Choice(_TABLES), default="assignments", show_default=True, help="Bảng của tệp CSV."
)
@click.option(
    "--raw", is_flag=True, help="Bản ghi (jsonl) như máy đọc được, không kèm những chỗ người đã sửa."
)
@filters
def command(db: str, form: str | None, output: Path, table: str, raw: bool, **given: Any) -> None:
    """Ghi những gì trong cơ sở dữ liệu ra tệp, chỉ bản hiện hành của mỗi văn bản.

    jsonl: bản ghi của các văn bản có việc như vậy (không lọc thì mọi văn bản). csv: một bảng. xlsx: mọi bảng.
    ics: thời hạn để đưa vào lịch. Cột của bảng có tên tiếng Việt; tên trường bằng tiếng Anh ở jsonl và API.

    \b
    Ví dụ:
      congvan export -o records.jsonl
      congvan export -o viec.csv --agency "Sở Y tế" --overdue
      congvan export -o so-lieu.csv --table figures
      congvan export -o lich.ics --agency "UBND tỉnh An Giang" --due after:2025-01-01
    """
    form = form or output.suffix.lstrip(".").lower()
    if form not in _FORMS:
        raise click.UsageError(f"Không rõ dạng tệp của {output}. Hãy thêm --format {'|'.join(_FORMS)}.")
    if raw and form != "jsonl":
        raise click.UsageError("--raw chỉ dùng với jsonl.")
    from extractor.database import open_database
    from extractor.database.exports import write_export
    from extractor.database.filters import understood

    engine = open_database(db)
    try:
        with engine.connect() as connection:
            query = understood(connection, task_query(given))
            count = write_export(connection, output, form, query, table, raw)
    finally:
        engine.dispose()
    if not count:
        click.echo("Không có gì như vậy: tệp không có dòng nào.", err=True)
    click.echo(f"Đã ghi {count} {_WHAT[form]} → {output}", err=True)
