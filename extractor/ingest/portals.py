"""The table in which a legal portal tells number, day, issuer and signer of the text on its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.ingest.days import iso_day
from extractor.ingest.reading import Evidence
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, squeeze

#: fields that a table must tell of to be one of these, among them one of `_CERTAIN`
_LEAST, _CERTAIN = 3, {"number", "issuer"}
#: characters of a label, cells of a row, rows
_LABEL, _CELLS, _ROWS = 60, 8, 40


def facts_of(rows: Iterable[list[str]], book: Rulebook) -> list[Evidence]:
    """What the cells of a table say of a letter; nothing for a table that is none of a portal's."""
    found: dict[str, str] = {}
    for n, row in enumerate(rows):
        if n >= _ROWS or len(row) > _CELLS:
            return []
        for field, value in _pairs(row, book):
            found.setdefault(field, value)
    if len(found) < _LEAST or not _CERTAIN & found.keys():
        return []
    found.pop("other", None)
    return list(_evidence(found))


def _evidence(found: dict[str, str]) -> Iterator[Evidence]:
    title = found.pop("signer_title", None)
    for field, words in found.items():
        value: object = words
        if field == "issued_on":
            value = iso_day(words)
        elif field == "signer":
            value = {"name": words, "title": title, "authority": None}
        if value:
            yield Evidence(field, value, "page")


def _pairs(row: list[str], book: Rulebook) -> Iterator[tuple[str, str]]:
    """Fields with what stands behind their labels, in the same cell or in the next ones."""
    at = 0
    while at < len(row):
        label = _label(row[at], book)
        at += 1
        if label is None:
            continue
        fields, inside = label
        for field in fields:
            if inside:
                yield field, inside
            elif at < len(row) and _label(row[at], book) is None:
                words = squeeze(row[at])
                at += 1
                if any(c.isalnum() for c in words):
                    yield field, words


def _label(cell: str, book: Rulebook) -> tuple[list[str], str] | None:
    """The fields that a cell names, and their value when it stands in the same cell."""
    words = squeeze(cell)
    if not words or (len(words) > _LABEL and ":" not in words[:_LABEL]):
        return None
    view = TextView(words)
    rules: list[Rule] = book.having("portal", "field")
    for rule in rules:
        m = rule.match(view)
        if m:
            value = m.groupdict().get("value")
            return str(rule.set["field"]).split(), words[m.start("value") :] if value else ""
    return None
