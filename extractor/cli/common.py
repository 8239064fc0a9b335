"""What several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.limits import Limits

if TYPE_CHECKING:
    from collections import Counter

    from sqlalchemy import Engine

    from extractor.rulebook import Rulebook

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)

rules_option = click.option(
    "--rules", type=FOLDER, help="Dùng thư mục quy tắc này thay cho quy tắc kèm theo chương trình."
)
ner_option = click.option(
    "--ner", type=click.Choice(["own", "underthesea", "none"]), default="own", show_default=True,
    help="Mô hình nhận tên riêng cho những chỗ quy tắc chưa giải thích được; none: chỉ dùng quy tắc.",
)  # fmt: skip
all_option = click.option(
    "--all", "everything", is_flag=True, help="Trong thư mục, đọc cả những tệp không giống văn bản."
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Số tiến trình đọc song song."
)
db_option = click.option(
    "--db", default="directives.db", show_default=True, envvar="CONGVAN_DB", metavar="DB",
    help="Cơ sở dữ liệu: một tệp, hoặc postgresql://…; biến môi trường CONGVAN_DB đặt sẵn.",
)  # fmt: skip
_LIMITS = (
    click.option(
        "--max-bytes", type=click.IntRange(1), default=Limits.bytes, show_default=True,
        help="Từ chối tệp lớn hơn chừng này byte.",
    ),
    click.option(
        "--max-pages", type=click.IntRange(1), default=Limits.pages, show_default=True,
        help="Từ chối tệp có nhiều trang hơn thế này.",
    ),
    click.option(
        "--timeout", type=click.FloatRange(0), default=Limits.seconds, show_default=True,
        help="Từ chối văn bản đọc lâu hơn chừng này giây; 0 là không giới hạn.",
    ),
)  # fmt: skip
#: what of a folder is no file of a letter, as it is told (keys: `extractor.ingest.files`)
_PASSED_OVER = {
    "broken_link": "liên kết hỏng",
    "linked_folder": "liên kết đến thư mục",
    "no_file": "mục không phải tệp thường",
}


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make `Limits`: max_bytes, max_pages, timeout."""
    for option in reversed(_LIMITS):
        command = option(command)
    return command


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on the error stream when that is a terminal; gives the function that moves it on."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Đang đọc"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def tell_skipped(skipped: Counter[str]) -> None:
    """Say which files of folders were passed over."""
    if skipped:
        kinds = ", ".join(
            f"{number} {_PASSED_OVER.get(kind, kind)}" for kind, number in skipped.most_common(8)
        )
        click.echo(f"Bỏ qua: {kinds}{', …' if len(skipped) > 8 else ''}", err=True)


def local_time(iso: str) -> str:
    """A moment as the clock of this machine shows it, with its zone."""
    moment = datetime.fromisoformat(iso).astimezone()
    zone = f"{moment:%z}"
    return f"{moment:%d/%m/%Y %H:%M} (UTC{zone[:3]}{'' if zone[3:] == '00' else f':{zone[3:]}'})"


def rulebook(folder: Path | None) -> Rulebook:
    """The rules of `folder` (None: the shipped ones). Raises `RuleError` for a mistake in them."""
    from extractor.rulebook import Rulebook, default_rulebook

    return Rulebook(folder) if folder else default_rulebook()


def opened(db: str, write: bool = False) -> Engine:
    """The database of a command, closed when the command ends: then it is one whole file."""
    from extractor.database import open_database

    engine = open_database(db, write=write)
    click.get_current_context().call_on_close(engine.dispose)
    return engine
