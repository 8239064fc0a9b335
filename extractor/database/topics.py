"""The topics that a letter can have, by code and by name."""

from __future__ import annotations

from functools import cache

from extractor.database.fold import key
from extractor.rulebook import read_table, rules_folder


@cache
def topic_names() -> dict[str, str]:
    """Code of a topic -> its name, of the shipped rules."""
    return {row["code"]: row["name"] for row in read_table(rules_folder(), "topics.csv")}


def topic_code(typed: str) -> str | None:
    """The code of a topic that was typed as code or name; None where there is none."""
    names = topic_names()
    known = {key(name): code for code, name in names.items()} | {key(code): code for code in names}
    return typed if typed in names else known.get(key(typed))
