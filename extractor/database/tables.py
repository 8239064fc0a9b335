"""A table as reports show it, whatever they are written as: workbook, page, terminal, CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

#: characters that no cell, page or terminal should see
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: beginnings that a spreadsheet takes for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its cells are (a date is ISO 8601), its width in characters.

    A `detail` stands under its row where there is room for that (page, terminal).
    """

    name: str
    kind: Literal["text", "date", "number"] = "text"
    width: int = 20
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; `note` says what they are. Rows may come from a generator and be read once."""

    title: str
    columns: list[Column]
    rows: Iterable[tuple[Any, ...]]
    note: str = ""
    #: indices of rows that need attention are told by their first cell being one of these
    marked: frozenset[str] = field(default_factory=frozenset)
    #: of many columns of numbers the last ones matter most
    latest: bool = False


def visible(text: str) -> str:
    """Without control characters and marks that turn the direction of writing."""
    return _UNSEEN.sub("", text)
