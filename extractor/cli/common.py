"""What several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
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


def rulebook(folder: Path | None) -> Rulebook:
    """The rules of `folder` (None: the shipped ones). Raises `RuleError` for a mistake in them."""
    from extractor.rulebook import Rulebook, default_rulebook

    return Rulebook(folder) if folder else default_rulebook()
