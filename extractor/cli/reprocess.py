"""``congvan reprocess``: what changed rules may read otherwise is read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli import Command
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

if TYPE_CHECKING:
    from extractor.database.reprocess import Plan


@click.command(cls=Command)
@db_option
@ner_option
@workers_option
@rules_option
@limit_options
@click.option("--all", "everything", is_flag=True, help="Đọc lại tất cả.")
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết sẽ đọc lại những gì.")
def command(
    db: str,
    ner: str,
    workers: int,
    rules: Path | None,
    max_bytes: int,
    max_pages: int,
    timeout: float,
    everything: bool,
    dry_run: bool,
) -> None:
    """Đọc lại những văn bản đã đọc bằng quy tắc, chương trình hay mô hình khác với hiện nay.

    Khi chỉ quy tắc thay đổi, văn bản không chứa từ nào của quy tắc ấy được bỏ qua. Bản gốc lấy từ cơ sở dữ
    liệu. Những chỗ người đã sửa được giữ. Dừng lúc nào cũng được: chạy lại lệnh là đọc tiếp.
    Mã thoát: 0 mọi văn bản đều đọc được, 1 có văn bản bị từ chối, 2 dùng sai cách.

    \b
    Ví dụ:
      congvan reprocess
      congvan reprocess --dry-run
      congvan reprocess --all --workers 4
    """
    from extractor.batch import Settings
    from extractor.cli.ingest import follow
    from extractor.database.reprocess import plan, reprocess

    rulebook(rules)
    settings = Settings(ner, rules, Limits(bytes=max_bytes, pages=max_pages, seconds=timeout))
    opened(db)  # it must be there
    engine = opened(db, write=True)
    wanted = plan(engine, settings, everything=everything)
    for line in told(wanted):
        click.echo(line, err=True)
    if dry_run:
        return
    events = reprocess(engine, settings, wanted, workers=workers)
    if follow(events, len(wanted.files), db):
        raise click.exceptions.Exit(1)


def told(wanted: Plan) -> list[str]:
    """A plan in words."""
    lines = []
    for change in wanted.changes.values():
        changed = [*change.rules, *change.names]
        some = ", ".join(changed[:8]) + (", …" if len(changed) > 8 else "")
        every = f"; {change.why} có thể đổi mọi văn bản" if change.why else ""
        lines.append(f"Quy tắc đã đổi: {some or 'thứ tự'}{every}")
    if wanted.others:
        lines.append(f"Đã đọc bằng: {', '.join(sorted(wanted.others))}")
    counts = f"{wanted.documents} văn bản phải đọc lại, {len(wanted.passed)} không bị ảnh hưởng"
    lines.append(f"{counts}, {wanted.current} đã đúng quy tắc hiện nay, {wanted.rejects} trong kho chờ")
    if wanted.lost:
        lines.append(f"{wanted.lost} văn bản không có tệp gốc, không đọc lại được")
    return lines
