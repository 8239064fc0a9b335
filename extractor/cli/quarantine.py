"""``congvan quarantine``: the letters that gave no record, and what to do with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from extractor.cli import Group
from extractor.cli.common import (
    db_option,
    limit_options,
    ner_option,
    opened,
    rulebook,
    rules_option,
    workers_option,
)
from extractor.limits import Limits

codes_option = click.option("--code", "codes", multiple=True, help="Chỉ những văn bản có mã lý do này.")


@click.group(cls=Group)
def command() -> None:
    """Kho chờ: những văn bản chưa đọc được, kèm lý do.

    \b
    Ví dụ:
      congvan quarantine list
      congvan quarantine retry --code needs
      congvan quarantine drop --code damaged
    """


@command.command("list")
@db_option
@codes_option
@click.option("--json", "as_json", is_flag=True, help="In ra JSON, mỗi văn bản một dòng.")
def show(db: str, codes: tuple[str, ...], as_json: bool) -> None:
    """Liệt kê những văn bản trong kho chờ. Mã thoát 1 khi kho không trống.

    \b
    Ví dụ:
      congvan quarantine list --code needs
    """
    from sqlalchemy import select

    from extractor.database import schema as t

    c = t.sources.c
    wanted = (
        select(c.name, c.code, c.message, c.attempts, c.at, t.files.c.sha256)
        .join_from(t.sources, t.files)
        .where(c.code.in_(codes) if codes else c.code.is_not(None))
        .order_by(c.code, c.id)
    )
    with opened(db).connect() as connection:
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))
    if not as_json:
        click.echo(f"{len(rows)} văn bản trong kho chờ" if rows else "Kho chờ trống.", err=True)
    if rows:
        raise click.exceptions.Exit(1)


def _line(row: dict[str, Any]) -> str:
    tries = f", đã đọc {row['attempts']} lần" if row["attempts"] > 1 else ""
    return f"{row['name']}  [{row['code']}{tries}]  {row['message']}"


@command.command("retry")
@db_option
@codes_option
@ner_option
@workers_option
@rules_option
@limit_options
@click.option("--allow-secret", is_flag=True, help="Nhận cả văn bản có dấu MẬT, TỐI MẬT, TUYỆT MẬT.")
def again(
    db: str,
    codes: tuple[str, ...],
    ner: str,
    workers: int,
    rules: Path | None,
    max_bytes: int,
    max_pages: int,
    timeout: float,
    allow_secret: bool,
) -> None:
    """Đọc lại những văn bản trong kho chờ, như congvan ingest --retry.

    \b
    Ví dụ:
      congvan quarantine retry --code too_large --max-bytes 50000000
    """
    from extractor.batch import Settings
    from extractor.cli.ingest import follow
    from extractor.database.ingest import Options, retry

    rulebook(rules)
    settings = Settings(ner, rules, Limits(bytes=max_bytes, pages=max_pages, seconds=timeout))
    engine = opened(db, write=True)
    options = Options(allow_secret=allow_secret)
    events = retry(engine, settings, options=options, codes=codes, workers=workers)
    if follow(events, 0, db):
        raise click.exceptions.Exit(1)


@command.command("drop")
@db_option
@codes_option
@click.option("--name", "names", multiple=True, help="Chỉ văn bản có tên này.")
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
def drop(db: str, codes: tuple[str, ...], names: tuple[str, ...], yes: bool) -> None:
    """Bỏ văn bản khỏi kho chờ, cùng bản gốc khi tệp không còn văn bản nào khác.

    Lần sau congvan ingest gặp lại tệp ấy sẽ coi như tệp mới.

    \b
    Ví dụ:
      congvan quarantine drop --code damaged
    """
    from extractor.database import quarantine, writing

    engine = opened(db, write=True)
    with engine.connect() as connection:
        found = quarantine.count(connection, codes, names)
    if not found:
        click.echo("Không có văn bản nào như vậy trong kho chờ.", err=True)
        return
    if not yes:
        click.confirm(f"Bỏ {found} văn bản khỏi kho chờ?", abort=True, err=True)
    with writing(engine) as connection:
        quarantine.drop(connection, codes, names)
    click.echo(f"Đã bỏ {found} văn bản.", err=True)
