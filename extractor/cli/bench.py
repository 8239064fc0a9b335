"""``congvan bench``: how fast this machine reads."""

from __future__ import annotations

from pathlib import Path

import click

from extractor.cli import Command
from extractor.cli.common import ner_option


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[PATHS]...")
@click.option("--turns", type=click.IntRange(1), default=7, show_default=True, help="Số lượt đo.")
@ner_option
def command(paths: tuple[Path, ...], turns: int, ner: str) -> None:
    """Đo số ký tự đọc được mỗi giây và thời gian của từng bước; PATHS mặc định là corpus/letters.

    \b
    Ví dụ:
      congvan bench
      congvan bench van-ban/ --turns 9
    """
    from extractor.bench import run

    run([str(p) for p in paths], turns=turns, ner=ner)
