"""``congvan runs``: which runs have written into the database."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click

from extractor.cli import Command
from extractor.cli.common import db_option, local_time, opened
from extractor.cli.ingest import told

_WHATS = ("added", "linked", "updated", "unchanged", "rejected", "secret")


@click.command(cls=Command)
@db_option
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="Số lần gần nhất.")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON, mỗi lần một dòng.")
def command(db: str, last: int, as_json: bool) -> None:
    """Liệt kê các lần đọc văn bản vào cơ sở dữ liệu, lần mới nhất trước.

    \b
    Ví dụ:
      congvan runs
      congvan runs --db directives.db --last 5
    """
    from sqlalchemy import select

    from extractor.database import schema as t

    with opened(db).connect() as connection:
        rows = connection.execute(select(t.runs).order_by(t.runs.c.id.desc()).limit(last)).mappings().all()
    for row in rows:
        click.echo(json.dumps(dict(row)) if as_json else _line(dict(row)))


def _line(run: dict[str, Any]) -> str:
    began, ended = local_time(run["started_at"]), run["finished_at"]
    when = f"{began} → {local_time(ended) if ended else 'dừng giữa chừng'}"
    counts = told(Counter({what: run[what] for what in _WHATS}))
    with_what = f"congvan {run['version']}, quy tắc {run['rules'][:8]}, {run['ner']}"
    return f"{run['id']:>4}  {run['command']:<9} {when}  {counts}  ({with_what})"
