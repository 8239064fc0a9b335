"""``congvan show``: one letter or one record for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli import Command
from extractor.cli.common import FILE, ner_option, rulebook, rules_option
from extractor.errors import CongvanError

if TYPE_CHECKING:
    from extractor.record import Record


@click.command(cls=Command)
@click.argument("file", type=FILE)
@click.option(
    "--record",
    "position",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Bản ghi thứ mấy của tệp .jsonl.",
)
@click.option("--html", type=FILE, help="Ghi một trang HTML: văn bản được tô màu và bảng nhiệm vụ.")
@click.option("--svg", type=FILE, help="Ghi một hình SVG: văn bản được tô màu.")
@click.option("--explain", is_flag=True, help="Nêu quy tắc đã tạo ra từng mục.")
@ner_option
@rules_option
def command(
    file: Path,
    position: int,
    html: Path | None,
    svg: Path | None,
    explain: bool,
    ner: str,
    rules: Path | None,
) -> None:
    """Xem FILE: một văn bản (.txt, .html) hoặc một tệp bản ghi (.jsonl).

    \b
    Ví dụ:
      congvan show cong-van-12.txt
      congvan show records.jsonl --record 3 --explain
      congvan show cong-van-12.txt --html cong-van-12.html
    """
    from extractor.show import explanations

    if position > 1 and file.suffix != ".jsonl":
        raise click.UsageError("--record chỉ dùng với tệp bản ghi (.jsonl).")
    record = _from_records(file, position) if file.suffix == ".jsonl" else _from_letter(file, ner, rules)
    explained = explanations(record, rulebook(rules)) if explain else None
    if html:
        from extractor.show.page import page

        html.write_text(page(record, explained), encoding="utf-8")
    if svg:
        from extractor.show.picture import picture

        svg.write_text(picture(record), encoding="utf-8")
    if html or svg:
        return
    from rich.console import Console

    from extractor.show.terminal import show

    show(record, Console(highlight=False), explained)


def _from_records(file: Path, position: int) -> Record:
    """Record number `position` (from 1) of a JSON Lines file."""
    from pydantic import ValidationError

    from extractor.record import Record

    try:
        with file.open(encoding="utf-8") as lines:
            line = next((text for i, text in enumerate(lines, 1) if i == position), None)
    except (OSError, UnicodeDecodeError) as e:
        raise CongvanError(f"Không đọc được {file}: {e}") from None
    if line is None:
        raise CongvanError(f"{file} không có bản ghi thứ {position}.")
    try:
        return Record.model_validate_json(line)
    except ValidationError as e:
        raise CongvanError(
            f"{file}:{position} không phải bản ghi của chương trình này: {e.errors()[0]}"
        ) from None


def _from_letter(file: Path, ner: str, rules: Path | None) -> Record:
    from extractor.batch import Document, Reader, Settings
    from extractor.record import Record

    found = Reader(Settings(ner=ner, rules=rules)).read(Document(str(file), file))
    if found.code:
        raise CongvanError(f"{file}: {found.record()['message']}")
    return Record.model_validate_json(found.line)
