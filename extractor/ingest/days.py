"""A calendar day as pages, packages and tables write it, in figures."""

from __future__ import annotations

from datetime import date

import regex

_YEAR_FIRST = regex.compile(r"(?<!\d)(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
_DAY_FIRST = regex.compile(r"(?<!\d)(\d\d?)[/.-](\d\d?)[/.-](\d{4})(?!\d)")


def iso_day(text: str) -> str | None:
    """The first calendar day in `text`, as ``2022-04-22``; day before month where the year stands last."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        m = pattern.search(text)
        if m:
            try:
                return date(*(int(m[i]) for i in order)).isoformat()
            except ValueError:
                continue
    return None
