"""``congvan corrections``: what people corrected; undo it, take it out as gold or as examples of rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from extractor.cli import Command, Group
from extractor.cli.common import FILE, db_option, local_time

_VERDICTS = {"confirm": "đúng", "correct": "sửa", "reject": "bỏ"}


@click.group(cls=Group)
def command() -> None:
    """Những chỗ người đã xác nhận, đã sửa: ai, khi nào; lấy ra làm đáp án và câu mẫu cho quy tắc.

    \b
    Ví dụ:
      congvan corrections list --lost
      congvan corrections undo 12
      congvan corrections export-gold gold/ --texts
      congvan corrections export-examples -o mau.toml
    """


@command.command("list", cls=Command)
@db_option
@click.option("--lost", is_flag=True, help="Chỉ những chỗ không còn tìm thấy sau khi đọc lại.")
@click.option("--author", metavar="TÊN", help="Chỉ những chỗ người này sửa.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Số dòng nhiều nhất."
)
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def list_(db: str, lost: bool, author: str | None, limit: int, as_json: bool) -> None:
    """Liệt kê, mới nhất trước.

    \b
    Ví dụ:
      congvan corrections list --lost
      congvan corrections list --author "Nguyễn Thị An"
    """
    from dataclasses import asdict

    from extractor.database import corrections, open_database
    from extractor.database.tables import visible

    engine = open_database(db)
    with engine.connect() as connection:
        found = corrections.history(connection, lost=True if lost else None, author=author, per_page=limit)
    engine.dispose()
    if as_json:
        click.echo(json.dumps([asdict(x) for x in found], ensure_ascii=False, indent=2))
        return
    for x in found:
        state = " (đã bỏ)" if x.undone_at else " (không còn thấy)" if x.lost else ""
        where = ".".join(filter(None, (x.item, x.field)))
        said = f": {_said(x.old)} → {_said(x.new)}" if x.verdict != "confirm" and x.field else ""
        who = f"{x.id}  {local_time(x.at)}  {x.author}"
        line = f"{who}  {x.number or x.name}  {_VERDICTS[x.verdict]} {where}{said}{state}"
        click.echo(visible(" ".join(line.split())))
    if not found:
        filtered = lost or author is not None
        click.echo("Không có chỗ nào như vậy." if filtered else "Chưa có chỗ nào được sửa.", err=True)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_said, value)) or "∅"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("end") or json.dumps(value, ensure_ascii=False))
    return "∅" if value in (None, "") else str(value)


@command.command(cls=Command)
@click.argument("number", type=click.IntRange(1), metavar="SỐ")
@db_option
def undo(number: int, db: str) -> None:
    """Bỏ lần sửa SỐ (xem congvan corrections list); nó vẫn còn trong lịch sử.

    \b
    Ví dụ:
      congvan corrections undo 12
    """
    from extractor.database import corrections, open_database
    from extractor.database.engine import writing

    engine = open_database(db, write=True)
    try:
        with writing(engine) as connection:
            corrections.undo(connection, number)
    finally:
        engine.dispose()
    click.echo(f"Đã bỏ lần sửa {number}.", err=True)


@command.command("export-gold", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="THƯ_MỤC")
@db_option
@click.option("--texts", is_flag=True, help="Ghi cả văn bản thành tệp .txt bên cạnh.")
def export_gold(folder: Path, db: str, texts: bool) -> None:
    """Ghi đáp án (YAML) của các văn bản đã có người sửa vào THƯ_MỤC, để dùng với congvan evaluate.

    \b
    Ví dụ:
      congvan corrections export-gold gold/ --texts
    """
    from extractor.database import corrections, open_database
    from extractor.outputs import replacing

    engine = open_database(db)
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with engine.connect() as connection:
            for gold in corrections.export_gold(connection, texts):
                files = {f"{gold.name}.yaml": gold.yaml()}
                if texts:
                    files[f"{gold.name}.txt"] = gold.text
                for name, content in files.items():
                    with replacing(folder / name) as part:
                        part.write_bytes(content.encode())
                count += 1
    except OSError as e:
        raise click.UsageError(f"Không ghi được vào {folder}: {e.strerror}") from None
    finally:
        engine.dispose()
    click.echo(f"Đã ghi đáp án của {count} văn bản → {folder}", err=True)


@command.command("export-examples", cls=Command)
@click.option("-o", "--output", type=FILE, required=True, help="Tệp kết quả (TOML).")
@db_option
def export_examples(output: Path, db: str) -> None:
    """Ghi câu mẫu cho từng quy tắc: `examples` là câu người xác nhận, `not` là câu người đã bỏ.

    \b
    Ví dụ:
      congvan corrections export-examples -o mau.toml
    """
    from extractor.database import corrections, open_database
    from extractor.outputs import replacing

    engine = open_database(db)
    try:
        with engine.connect() as connection, replacing(output) as part:
            part.write_bytes(corrections.export_rule_examples(connection).encode())
    finally:
        engine.dispose()
    click.echo(f"Đã ghi {output}", err=True)
