"""``congvan show``: one letter or one record for people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli import Command
from extractor.cli.common import FILE, ner_option, rulebook, rules_option
from extractor.errors import CongvanError, Reject

if TYPE_CHECKING:
    from extractor.annotations import Annotations
    from extractor.record import Record

STDIN = Path("-")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="TỆP")
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
@click.option(
    "--explain",
    is_flag=True,
    help="Nêu vì sao có từng nhiệm vụ (lời dẫn, quy tắc, danh mục, hạn, độ chắc) và quy tắc của mọi mục.",
)
@click.option("--task", type=click.IntRange(1), help="Chỉ nêu vì sao có nhiệm vụ thứ mấy (cùng --explain).")
@ner_option
@rules_option
def command(
    file: Path,
    position: int,
    html: Path | None,
    svg: Path | None,
    explain: bool,
    task: int | None,
    ner: str,
    rules: Path | None,
) -> None:
    """Xem TỆP: một tệp bản ghi (.jsonl), hoặc một văn bản ("-" là dữ liệu vào chuẩn; xem congvan formats).

    Mã thoát: 0 đọc được, 1 văn bản bị từ chối, 2 dùng sai cách.

    \b
    Ví dụ:
      congvan show cong-van-12.txt
      congvan show records.jsonl --record 3
      congvan show cong-van-12.txt --explain --task 4
      congvan show cong-van-12.txt --html cong-van-12.html
    """
    from extractor.show import explanations, needs_review

    if position > 1 and file.suffix != ".jsonl":
        raise click.UsageError("--record chỉ dùng với tệp bản ghi (.jsonl).")
    if file != STDIN and not file.exists():
        raise click.UsageError(f"Không có tệp này: {file}")
    for target in (html, svg):
        if target and not target.parent.is_dir():
            raise click.UsageError(f"Không ghi được {target}: không có thư mục {target.parent}")
    if task and not explain:
        raise click.UsageError("--task chỉ dùng cùng --explain.")
    record, annotations = (
        (_from_records(file, position), None) if file.suffix == ".jsonl" else _from_letter(file, ner, rules)
    )
    if task and task > len(record.assignments):
        raise click.UsageError(
            f"Văn bản chỉ có {len(record.assignments)} nhiệm vụ, không có nhiệm vụ {task}."
        )
    explained, reasons, signs = None, [], None
    if explain or needs_review(record):
        from extractor.stages.confidence import sign_texts

        signs = sign_texts(rulebook(rules))
    if explain:
        from extractor.show.why import whys

        reasons = whys(record, annotations, rulebook(rules), task)
        explained = None if task else explanations(record, rulebook(rules))
    if html:
        from extractor.show.page import page

        _write(html, page(record, explained, reasons, signs))
    if svg:
        from extractor.show.picture import picture

        _write(svg, picture(record))
    if html or svg:
        return
    from rich.console import Console

    from extractor.show import terminal

    console = Console(highlight=False)
    if task:
        terminal.explain(reasons, console)
    else:
        terminal.show(record, console, explained, reasons, signs)


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as e:
        raise click.UsageError(f"Không ghi được {target}: {e.strerror}") from None


def _from_records(file: Path, position: int) -> Record:
    """Record number `position` (from 1) of a JSON Lines file. Raises `CongvanError`."""
    from pydantic import ValidationError

    from extractor.record import Record

    try:
        with file.open(encoding="utf-8") as lines:
            line = next((text for i, text in enumerate(lines, 1) if i == position), None)
    except OSError as e:
        raise CongvanError(f"Không đọc được {file}: {e.strerror}") from None
    except UnicodeDecodeError:
        raise CongvanError(f"Không đọc được {file}: tệp không phải UTF-8") from None
    if line is None:
        raise CongvanError(f"{file} không có bản ghi thứ {position}.")
    try:
        return Record.model_validate_json(line)
    except ValidationError as e:
        first = e.errors()[0]
        field = ".".join(map(str, first["loc"]))
        why = f"trường “{field}” thiếu hoặc sai" if field else "dòng này không phải một đối tượng JSON"
        raise CongvanError(f"{file}:{position} không phải bản ghi của chương trình này: {why}.") from None


def _from_letter(file: Path, ner: str, rules: Path | None) -> tuple[Record, Annotations]:
    """The record of a letter and what it was made of; a reject ends the command with exit code 1."""
    from extractor.batch import Document, Reader, Settings

    content = sys.stdin.buffer.read() if file == STDIN else file
    try:
        return Reader(Settings(ner=ner, rules=rules)).annotated(Document(str(file), content))
    except Reject as e:
        click.echo(f"{file}: {e.message}", err=True)
        raise click.exceptions.Exit(1) from None
