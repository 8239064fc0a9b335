"""``congvan extract``: documents in, one JSON line each out."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from extractor.cli import Command
from extractor.cli.common import (
    all_option,
    limit_options,
    ner_option,
    progress,
    rulebook,
    rules_option,
    tell_skipped,
    workers_option,
)
from extractor.limits import Limits
from extractor.outputs import is_stream

if TYPE_CHECKING:
    from extractor.batch import Outcome

STDOUT = Path("-")


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="ĐƯỜNG_DẪN...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("records.jsonl"), show_default=True, help="Tệp kết quả; “-” là màn hình.",
)  # fmt: skip
@ner_option
@all_option
@workers_option
@rules_option
@limit_options
def command(
    paths: tuple[str, ...],
    output: Path,
    ner: str,
    everything: bool,
    workers: int,
    rules: Path | None,
    max_bytes: int,
    max_pages: int,
    timeout: float,
) -> None:
    """Đọc các tệp và thư mục ĐƯỜNG_DẪN ("-" là dữ liệu vào chuẩn), ghi mỗi văn bản thành một dòng JSON.

    Văn bản không đọc được nằm ở tệp .rejects.jsonl bên cạnh, kèm lý do; các văn bản khác vẫn được đọc tiếp.
    Khi không đọc được văn bản nào, tệp kết quả đã có từ trước được giữ nguyên.
    Mã thoát: 0 mọi văn bản đều đọc được, 1 có văn bản bị từ chối, 2 dùng sai cách.

    \b
    Ví dụ:
      congvan extract van-ban/ -o records.jsonl
      congvan extract cv-12.txt trang.html -o - --ner none
      congvan extract kho/ -o records.jsonl --workers 2
    """
    from extractor.batch import Settings, documents, outcomes

    rulebook(rules)  # a mistake in the rules is told before anything is written
    try:
        inputs, skipped = documents(paths, everything)
    except FileNotFoundError as e:
        raise click.UsageError(str(e)) from None
    for document in inputs:
        if output != STDOUT and isinstance(document.content, Path) and _same_file(document.content, output):
            raise click.UsageError(f"Tệp kết quả trùng với văn bản cần đọc: {output}")
    started = time.monotonic()
    limits = Limits(bytes=max_bytes, pages=max_pages, seconds=timeout)
    settings = Settings(ner=ner, rules=rules, limits=limits)
    found = outcomes(inputs, settings, workers)
    with progress(len(inputs)) as step, Sink(output) as sink:
        for outcome in _stepped(found, [document.name for document in inputs], step):
            sink.write(outcome)
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    place = "" if output == STDOUT or sink.kept else f" → {output}"
    counts = f"Đã đọc {sink.read} văn bản, từ chối {sink.rejected}, bỏ qua {skipped.total()} tệp"
    click.echo(f"{counts}, {seconds} giây{place}", err=True)
    tell_skipped(skipped)
    if sink.kept:
        click.echo(f"Không đọc được văn bản nào, giữ nguyên tệp đã có: {output}", err=True)
    if sink.rejected and not sink.streams:
        click.echo(f"Lý do từ chối: {sink.rejects_path}", err=True)
    if sink.rejected:
        raise click.exceptions.Exit(1)


def _same_file(a: Path, b: Path) -> bool:
    return a.resolve() == b.resolve()


@dataclass
class Sink:
    """Writes outcomes to ``NAME.part`` files, line by line, and renames them when all is done.

    Rejects go to ``NAME.rejects.jsonl`` (removed when there are none); for ``-``, and for what is no file
    (``/dev/null``, a pipe), to the error stream. When nothing was read, records that were there before are
    `kept`.
    """

    output: Path
    read: int = 0
    rejected: int = 0
    kept: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        #: whether what is written goes on at once: nothing is there that a finished file could replace
        self.streams = self.output == STDOUT or is_stream(self.output)

    @property
    def rejects_path(self) -> Path:
        return self.output.with_name(f"{self.output.stem}.rejects.jsonl")

    def __enter__(self) -> Sink:
        if self.output == STDOUT:
            self._records, self._rejects = _writer(sys.stdout), _writer(sys.stderr)
            return self
        try:
            if self.streams:
                stream = self._stack.enter_context(self.output.open("w", encoding="utf-8", newline="\n"))
                self._records, self._rejects = _writer(stream), _writer(sys.stderr)
            else:
                self._records = _writer(self._open(self.output))
                self._rejects = _writer(self._open(self.rejects_path))
        except OSError as e:
            self._stack.close()
            raise click.UsageError(f"Không ghi được {self.output}: {e.strerror}") from None
        return self

    def _open(self, path: Path) -> IO[str]:
        return self._stack.enter_context(_part(path).open("w", encoding="utf-8", newline="\n"))

    def write(self, outcome: Outcome) -> None:
        if outcome.code is None:
            self.read += 1
            self._records.write(outcome.line)
        else:
            self.rejected += 1
            self._rejects.write(outcome.line)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stack.close()
        if self.streams:
            return
        if kind is None:
            self.kept = not self.read and self.output.exists()
            if self.kept:
                _part(self.output).unlink()
            else:
                os.replace(_part(self.output), self.output)
            if self.rejected:
                os.replace(_part(self.rejects_path), self.rejects_path)
            else:
                _part(self.rejects_path).unlink()
                if not self.kept:
                    self.rejects_path.unlink(missing_ok=True)
            return
        if not self.rejected:
            _part(self.rejects_path).unlink()
        click.echo(f"\nDừng giữa chừng: {self.read} bản ghi đã xong nằm ở {_part(self.output)}", err=True)
        if kind is KeyboardInterrupt:
            raise click.exceptions.Exit(130)


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _writer(file: IO[str]) -> Any:
    import jsonlines

    return jsonlines.Writer(file, flush=True, dumps=_dumps)


def _dumps(value: Any) -> str:
    """A finished line as it is; jsonlines itself tries the function on a dict."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _stepped(outcomes: Iterable[Outcome], names: list[str], step: Any) -> Iterator[Outcome]:
    """The outcomes, with a step for each of the inputs (`names`) that is done: one may hold many letters."""
    at = 0
    for outcome in outcomes:
        while at + 1 < len(names) and not _within(outcome.name, names[at]):
            at += 1
            step()
        yield outcome
    for _ in names[at:]:
        step()


def _within(name: str, outer: str) -> bool:
    """Whether a document is an input itself, or stands in it."""
    return name == outer or name.startswith((f"{outer}/", f"{outer}#"))
