"""Corrections laid over a record as it was read: pure, so that the same record and corrections give the same.

An item is found again by its words (`quote`) and the nearest place; where a new reading cut it otherwise,
by the place of its words in the text, if it covers most of them. A corrected item says what was read:
``corrected: {field: {old, by, at}}``; one that a person found right has ``confirmed: {by, at}``. Neither is
up for review any more. A rejected item is left out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
#: kind of item -> the record's list
LISTS = {
    "assignment": "assignments",
    "target": "targets",
    "figure": "figures",
    "reference": "references",
}
#: least share of the union that an item and the words of a correction have in common
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of the table of corrections, JSON read; `start` and `end`: where the words stood."""

    id: int
    item: str
    field: str | None
    quote: str | None
    start: int | None
    end: int | None
    verdict: str
    new: Any
    author: str
    at: str

    @classmethod
    def of(cls, row: Any) -> Correction:
        new = json.loads(row.new) if row.new is not None else None
        return cls(
            row.id, row.item, row.field, row.quote, row.start, row.end, row.verdict, new, row.author, row.at
        )


def lay(record: Json, corrections: Iterable[Correction]) -> tuple[Json, list[int]]:
    """The record with the corrections (in the order they were made), and ids of those without their item."""
    shown, lost = copy.deepcopy(record), []
    rejected: list[tuple[str, Json]] = []
    for correction in corrections:
        if correction.item == "document":
            item: Json | None = shown["document"]
        else:
            item = find(shown, correction.item, correction.quote, correction.start)
        if item is None:
            lost.append(correction.id)
        elif correction.verdict == "reject" and correction.field is None:
            rejected.append((LISTS[correction.item], item))
        else:
            _change(shown, item, correction)
    for name, item in rejected:
        shown[name] = [other for other in shown[name] if other is not item]
    return shown, lost


def find(record: Json, kind: str, quote: str | None, start: int | None) -> Json | None:
    """The item whose words these are; None where no item of the record has them."""
    items: Sequence[Json] = record[LISTS[kind]]
    at = start or 0
    same = [x for x in items if x["span"]["text"] == quote]
    if not same:
        words = _squeezed(quote or "")
        same = [x for x in items if _squeezed(x["span"]["text"]) == words]
    if same:
        return min(same, key=lambda x: abs(x["span"]["start"] - at))
    place = _nearest(record["text"], quote or "", at)
    if place is None:
        return None
    best = max(items, key=lambda x: _shared(x["span"], place), default=None)
    return best if best is not None and _shared(best["span"], place) >= _SAME else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _nearest(text: str, quote: str, at: int) -> tuple[int, int] | None:
    """Where words stand in a text, the place nearest to an offset."""
    if not quote:
        return None
    before, behind = text.rfind(quote, 0, at + len(quote)), text.find(quote, at)
    places = [p for p in (before, behind) if p >= 0]
    if not places:
        return None
    start = min(places, key=lambda p: abs(p - at))
    return start, start + len(quote)


def _shared(span: Json, place: tuple[int, int]) -> float:
    """Characters that both have, out of those that one has."""
    both = min(span["end"], place[1]) - max(span["start"], place[0])
    return both / (max(span["end"], place[1]) - min(span["start"], place[0])) if both > 0 else 0.0


def _change(record: Json, item: Json, correction: Correction) -> None:
    said = {"by": correction.author, "at": correction.at}
    whole = correction.field is None
    values: Json = correction.new or {} if whole else {str(correction.field): correction.new}
    for field, new in values.items():
        old = item.get(field)
        if _bare(old) == _bare(new):
            continue
        item[field] = copy.deepcopy(new)
        changes = item.setdefault("corrected", {})
        first = changes.get(field, {}).get("old", old)
        changes[field] = {"old": first, **said}
        if _bare(first) == _bare(new):  # back to what was read
            item[field] = first
            del changes[field]
            if not changes:
                del item["corrected"]
        if field in item.get("inferred", ()):
            item["inferred"] = [name for name in item["inferred"] if name != field]
        _name_agencies(record, new)
    if correction.verdict == "confirm" and whole:
        item["confirmed"] = said
    if "review" in item and (whole or correction.verdict != "confirm"):
        item["review"] = False
        item["review_reasons"] = []


def _bare(value: Any) -> Any:
    """A value without what only a reading can know (where it stands, how it was reckoned)."""
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if k not in ("span", "relative")}
    return value


def _name_agencies(record: Json, value: Any) -> None:
    """Let the record name the agencies of a corrected value: without a mention, for nobody read them."""
    refs = value if isinstance(value, list) else [value]
    known = {a["id"] for a in record["agencies"]}
    for ref in refs:
        if isinstance(ref, dict) and "id" in ref and ref["id"] not in known:
            known.add(ref["id"])
            record["agencies"].append(
                {"id": ref["id"], "name": ref["name"], "level": None, "locality": None, "ended": None,
                 "successors": [], "mentions": []}
            )  # fmt: skip
