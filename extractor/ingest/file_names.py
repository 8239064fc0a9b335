"""What a file's own name says of the letter: "05CT.pdf", "2352_(_07-CT-UBND).signed.pdf".

A name is written by hand and often short. It counts only when every group of its letters is known as a type
of document or an issuer's code, and a number only with a whole symbol: the name's own, or the one that the
page shows and the name agrees with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import regex

from extractor.ingest.reading import Evidence
from extractor.rulebook import Rulebook
from extractor.textview import TextView, fold
from extractor.values.document_numbers import find_numbers

_GROUP = regex.compile(r"\p{L}+")
#: characters of the text in which the line with number and symbol is looked for
_HEAD = 1_500
_SHAPES = ("file_names.inside_brackets", "file_names.number_first", "file_names.type_first")


def evidence(name: str, text: str, book: Rulebook) -> Iterator[Evidence]:
    """Number and type that the name of a letter's file tells; `text` is what the file says, for the symbol.

    `name` may be a path, or a part's name inside a container.
    """
    stem = regex.split(r"[/\\]", name.split("#")[0])[-1]
    ending = book["file_names.suffix"].search(TextView(stem))
    if ending is not None:
        stem = stem[: ending.start()]
    if stem == stem.lower():
        stem = stem.upper()
    m = next((m for m in (book[shape].search(TextView(stem)) for shape in _SHAPES) if m is not None), None)
    if m is None:
        return
    serial, groups = m["serial"].lower(), _GROUP.findall(m["groups"])
    if "type" in m.groupdict():
        groups.insert(0, m["type"])
    types, issuers = _known(book)
    row = types.get(fold(groups[0]))
    if row is None and fold(groups[0]) not in issuers:
        return
    shown = book["file_names.symbol_on_page"].search(TextView(text[:_HEAD]))
    if shown is not None and not _agree(groups, _GROUP.findall(text[slice(*shown.span("groups"))]), book):
        return
    if row is not None:
        yield Evidence("type", {"code": row["code"], "name": row["name"]}, "file_name")
        groups[0] = row["symbol"] or row["code"]
    if shown is not None:
        number = _whole(serial + "".join(text[slice(*shown.span("m"))].split()), book)
    else:
        number = _number(serial, groups, book, issuers)
    if number:
        yield Evidence("number", number, "file_name")


def _number(serial: str, groups: list[str], book: Rulebook, issuers: dict[str, bool]) -> str | None:
    """The whole number, if the name itself has a whole symbol."""
    if len(groups) < 2 or (fold(groups[1]) not in issuers and fold(groups[0]) not in issuers):
        return None
    party = issuers.get(fold(groups[1]), False)
    return _whole(
        f"{serial}-{groups[0]}/{'-'.join(groups[1:])}" if party else f"{serial}/{'-'.join(groups)}", book
    )


def _agree(said: list[str], written: list[str], book: Rulebook) -> bool:
    """Whether the name's groups are those of the symbol, in their order, from its first."""
    short = {fold(w) for w in book["file_names.shortened"].words}
    if len(said) > len(written):
        return False
    for one, other in zip(said, written, strict=False):
        a, b = fold(one), fold(other)
        if a != b and not (a in short and b.startswith(a)):
            return False
    return True


def _whole(number: str, book: Rulebook) -> str | None:
    """The number in its usual spelling if it is one."""
    found = find_numbers(TextView(number), book)
    if len(found) == 1 and found[0].end - found[0].start == len(number):
        value: Any = found[0].value
        return str(value.normalized)
    return None


@lru_cache(maxsize=4)
def _known(book: Rulebook) -> tuple[dict[str, dict[str, str]], dict[str, bool]]:
    """Types of document by their folded letters (of one type only), issuers' codes: whether the Party's."""
    types: dict[str, dict[str, str]] = {}
    several: set[str] = set()
    for row in book.table("document_types.csv"):
        if row["system"] in {"generic", "qppl"} and not row["symbol"]:
            continue
        for code in (row["symbol"] or row["code"], row["code"], *row["abbreviations"].split("|")):
            if len(code) > 1 and types.setdefault(fold(code), row) is not row:
                several.add(fold(code))
    issuers: dict[str, bool] = {fold(w): False for w in book["file_names.shortened"].words}
    for row in book.table("issuer_codes.csv"):
        for code in (row["code"], *row["aliases"].split("|")):
            if code:
                issuers.setdefault(fold(code), row["system"] == "party")
    return {code: row for code, row in types.items() if code not in several}, issuers
