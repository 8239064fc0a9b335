"""``congvan ingest``: documents into the database."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli import Command
from extractor.cli.common import (
    all_option,
    db_option,
    limit_options,
    ner_option,
    opened,
    progress,
    rulebook,
    rules_option,
    tell_skipped,
    workers_option,
)
from extractor.limits import Limits

if TYPE_CHECKING:
    from extractor.batch import Settings
    from extractor.database.ingest import Event, Options

#: how a count is told, in this order
_COUNTS = {
    "added": "{} mới",
    "linked": "{} là bản khác của văn bản đã có",
    "updated": "{} cập nhật",
    "unchanged": "{} không đổi",
    "rejected": "{} chưa đọc được",
    "secret": "{} có dấu mật nên không nhận",
}
#: an event in a word or two
_WHAT = {
    "added": "mới",
    "linked": "bản khác",
    "updated": "cập nhật",
    "unchanged": "không đổi",
    "rejected": "chưa đọc được",
    "secret": "dấu mật",
}
#: values that another version says otherwise, as far as they are told one by one
_CHANGES = 8


@click.command(cls=Command)
@click.argument("paths", nargs=-1, metavar="ĐƯỜNG_DẪN...")
@db_option
@ner_option
@all_option
@workers_option
@rules_option
@limit_options
@click.option("--no-originals", is_flag=True, help="Không giữ bản gốc của tệp trong cơ sở dữ liệu.")
@click.option("--allow-secret", is_flag=True, help="Nhận cả văn bản có dấu MẬT, TỐI MẬT, TUYỆT MẬT.")
@click.option("--retry", is_flag=True, help="Đọc lại những văn bản đang nằm trong kho chờ.")
@click.option("--watch", is_flag=True, help="Theo dõi các thư mục ĐƯỜNG_DẪN, đọc mỗi tệp vừa được chép xong.")
def command(
    paths: tuple[str, ...],
    db: str,
    ner: str,
    everything: bool,
    workers: int,
    rules: Path | None,
    max_bytes: int,
    max_pages: int,
    timeout: float,
    no_originals: bool,
    allow_secret: bool,
    retry: bool,
    watch: bool,
) -> None:
    """Đọc các tệp và thư mục ĐƯỜNG_DẪN ("-" là dữ liệu vào chuẩn) vào cơ sở dữ liệu.

    Tệp đã có trong cơ sở dữ liệu không bị đọc lại; một văn bản đến ở dạng khác (ảnh chụp rồi bản chữ) được
    ghép vào văn bản ấy. Dừng lúc nào cũng được: chạy lại lệnh là đọc tiếp. Văn bản chưa đọc được nằm trong
    kho chờ cùng lý do (congvan quarantine), văn bản có dấu mật không được nhận. Bản khác của một văn bản đã
    có mà ghi khác về việc, hạn, số liệu thì được báo.
    Mã thoát: 0 mọi văn bản đều được nhận, 1 có văn bản bị từ chối hoặc còn trong kho chờ, 2 dùng sai cách.

    \b
    Ví dụ:
      congvan ingest hop-thu/ --db directives.db
      congvan ingest hop-thu/ --db postgresql://congvan@may-chu/congvan --workers 4
      congvan ingest --retry
      congvan ingest hop-thu/ --watch
    """
    from extractor import batch
    from extractor.database import ingest

    if retry == bool(paths) or (retry and watch):
        raise click.UsageError("Hãy cho biết tệp hoặc thư mục cần đọc, hoặc dùng riêng --retry.")
    rulebook(rules)  # a mistake in the rules is told before anything is written
    settings = batch.Settings(ner, rules, Limits(bytes=max_bytes, pages=max_pages, seconds=timeout))
    options = ingest.Options(originals=not no_originals, allow_secret=allow_secret)
    if watch:
        _watch(paths, db, settings, options, everything, workers)
        return
    try:
        found, skipped = batch.documents(paths, everything)
    except FileNotFoundError as e:
        raise click.UsageError(str(e)) from None
    engine = opened(db, write=True)
    if retry:
        events = ingest.retry(engine, settings, options=options, workers=workers)
    else:
        events = ingest.ingest(engine, found, settings, options=options, workers=workers)
    rejected = follow(events, len(found), db)
    tell_skipped(skipped)
    if rejected:
        raise click.exceptions.Exit(1)


def _watch(
    paths: tuple[str, ...],
    db: str,
    settings: Settings,
    options: Options,
    everything: bool,
    workers: int,
) -> None:
    """Read what comes into folders until the program is told to end: a line for each letter."""
    from extractor.database import ingest
    from extractor.database.watch import batches

    stop = threading.Event()
    try:
        found = batches(paths, stop, everything=everything)
    except FileNotFoundError as e:
        raise click.UsageError(str(e)) from None
    engine = opened(db, write=True)
    counts: Counter[str] = Counter()
    click.echo(f"Đang theo dõi {', '.join(paths)} → {db}. Nhấn Ctrl-C để dừng.", err=True)
    with _ended_by(stop):
        first, waiting = True, 0  # files that were there before are not told one by one
        for event in ingest.watch(engine, found, settings, stop, options=options, workers=workers):
            if event is None:
                _remind(waiting, db)
                waiting, first = 0, first and not counts
                continue
            counts[event.what] += 1
            waiting += event.waiting
            if not first or event.what != "unchanged":
                click.echo(_line(event))
                _tell_changes(event)
    click.echo(f"Đã dừng. {told(counts)}.", err=True)


@contextmanager
def _ended_by(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set `stop`, so that the letter in hand is finished; a second ends at once."""

    def end(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, before[number])


def _line(event: Event) -> str:
    """An event of a watched folder, with the hour."""
    said = event.message or event.number or ""
    return f"{datetime.now():%Y-%m-%d %H:%M:%S}  {_WHAT[event.what]:<13} {event.name}  {said}".rstrip()


def follow(events: Iterator[Event], total: int, db: str) -> int:
    """Show a run's progress, what was refused, and its counts; gives the number of letters not taken."""
    started = time.monotonic()
    counts: Counter[str] = Counter()
    refused: list[Event] = []
    linked: list[Event] = []
    waiting = 0
    try:
        with progress(total) as step:
            done = 0
            for event in events:
                counts[event.what] += 1
                waiting += event.waiting
                if event.what in ("rejected", "secret"):
                    refused.append(event)
                if event.what == "linked":
                    linked.append(event)
                while done < event.file:
                    done += 1
                    step()
    except KeyboardInterrupt:
        click.echo(f"\nDừng giữa chừng: {told(counts)} → {db}. Chạy lại lệnh này để đọc tiếp.", err=True)
        raise click.exceptions.Exit(130) from None
    for event in refused[:20]:
        click.echo(f"{event.name}: {event.message}", err=True)
    if len(refused) > 20:
        click.echo("…", err=True)
    for event in linked[:20]:
        _tell_changes(event)
    if len(linked) > 20:
        click.echo(f"… và {len(linked) - 20} bản khác nữa", err=True)
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    click.echo(f"{told(counts)}, {seconds} giây → {db}", err=True)
    if counts["rejected"]:
        click.echo(f"Lý do từ chối: congvan quarantine list --db {db}", err=True)
    _remind(waiting, db)
    return len(refused) + waiting


def _remind(waiting: int, db: str) -> None:
    """Say that letters of files that are known still wait."""
    if waiting:
        click.echo(
            f"{waiting} văn bản của những tệp đã có vẫn nằm trong kho chờ."
            f" Xem: congvan quarantine list --db {db}; đọc lại: congvan quarantine retry --db {db}",
            err=True,
        )


def _tell_changes(event: Event) -> None:
    """Say what a letter that is another version of one says otherwise."""
    if event.what != "linked":
        return
    from extractor.database.version_changes import told as words

    of = f"{event.name}: bản khác của văn bản {event.number or event.of}"
    if not event.changes:
        click.echo(f"{of}; việc, hạn và số liệu như bản trước.", err=True)
        return
    click.echo(f"{of}, ghi khác bản trước {len(event.changes)} chỗ. Hãy xem lại bản nào đúng:", err=True)
    for change in event.changes[:_CHANGES]:
        click.echo(f"  {words(change)}", err=True)
    if len(event.changes) > _CHANGES:
        click.echo(f"  … và {len(event.changes) - _CHANGES} chỗ nữa", err=True)


def told(counts: Counter[str]) -> str:
    """Counts in words."""
    words = [text.format(counts[what]) for what, text in _COUNTS.items() if counts[what]]
    return f"Văn bản: {', '.join(words)}" if words else "Không có văn bản nào"
