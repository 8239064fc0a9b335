"""``congvan rules``: for those who write rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli import Group
from extractor.cli.common import FOLDER, rulebook, rules_option

if TYPE_CHECKING:
    from extractor.rulebook import Rulebook


@click.group(cls=Group, name="rules")
def command() -> None:
    """Kiểm tra các quy tắc trong rules/.

    \b
    Ví dụ:
      congvan rules check
    """


@command.command("check")
@rules_option
@click.option("--against", metavar="REV", help="So với quy tắc ở một phiên bản git (HEAD: lần ghi gần nhất).")
@click.option(
    "--corpus", type=FOLDER, help="Thư mục có letters/ và gold/; mặc định là corpus/ cạnh thư mục quy tắc."
)
@click.option(
    "--verbose", is_flag=True, help="Nêu cả những quy tắc bắt được ví dụ của quy tắc khác cùng chủ đề."
)
def check(rules: Path | None, against: str | None, corpus: Path | None, verbose: bool) -> None:
    """Chạy mọi ví dụ và phản ví dụ; với --against nêu thêm được gì, mất gì trên corpus/.

    Mã thoát 1 khi có ví dụ không đúng.

    \b
    Ví dụ:
      congvan rules check
      congvan rules check --against HEAD
    """
    from extractor import rulecheck

    book = rulebook(rules)
    findings = rulecheck.check(book)
    folder = os.path.relpath(book.folder)
    for finding in findings:
        click.echo(f"{folder}/{finding}")
    if verbose:
        for rule, other, found in rulecheck.neighbours(book):
            place = f"{folder}/{rule.file}:{rule.line}"
            click.echo(f"{place}: {rule.id} cũng bắt “{found}” trong ví dụ của {other.id}")
    examples = sum(len(r.examples) + len(r.negatives) for r in book.rules.values())
    click.echo(f"{len(book.rules)} quy tắc, {examples} ví dụ và phản ví dụ, {len(findings)} lỗi")
    if against and not findings:
        _compare(book, against, corpus or book.folder.parent / "corpus")
    if findings:
        raise click.exceptions.Exit(1)


def _compare(book: Rulebook, revision: str, corpus: Path) -> None:
    """Print what the rules gain and lose against those of a revision."""
    from extractor import rulecheck
    from extractor.rulebook import Rulebook

    with rulecheck.rules_at(revision, book.folder) as old:
        found = rulecheck.compare(Rulebook(old), book, corpus)
    for name, before, after in found.changed_fields():
        click.echo(f"{name:28} F1 {before:.3f} → {after:.3f}")
    for title, misses in (("Được thêm", found.gained), ("Mất đi", found.lost)):
        click.echo(f"{title}: {len(misses)}")
        for miss in misses:
            click.echo(f"  {miss}")
