"""Corrections laid over a record as it was read: pure, so that the same record and corrections give the same.

An item is found again by the place of its words, if it covers most of them: a reading may cut it otherwise.
Where the text has changed since, that place is looked for in the new text first (`alignment`). Other items
with the same words are other items. A corrected item says what was read:
``corrected: {field: {old, by, at}}``; one that a person found right has ``confirmed: {by, at}``. Neither is
up for review any more. A rejected item is left out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.database.alignment import Alignment

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
    """A row of the table of corrections, JSON read; `start` and `end`: where the words stood in the text
    `text_id`."""

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
    text_id: str

    @classmethod
    def of(cls, row: Any) -> Correction:
        new = json.loads(row.new) if row.new is not None else None
        return cls(
            row.id, row.item, row.field, row.quote, row.start, row.end, row.verdict, new, row.author, row.at,
            row.text_id,
        )  # fmt: skip


class Places:
    """Finds places of other texts (`texts`: id -> text) in the text of a record."""

    def __init__(self, record: Json, texts: Mapping[str, str] | None = None) -> None:
        self._record, self._texts = record, texts or {}
        self._made: dict[str, Alignment] = {}

    def of(self, correction: Correction) -> tuple[int, int] | None:
        """Where the words of a correction stand; None where they are not in the text any more."""
        start, end = correction.start, correction.end
        if start is None or end is None:
            return None
        if correction.text_id == self._record["id"]:
            return start, end
        with_old = self._with(correction.text_id)
        return with_old.place(start, end) if with_old else None

    def alike(self, text_id: str) -> bool:
        """Whether the record's text is a form of another."""
        if text_id == self._record["id"]:
            return True
        with_old = self._with(text_id)
        return with_old is not None and with_old.alike

    def _with(self, text_id: str) -> Alignment | None:
        if text_id not in self._made and text_id in self._texts:
            self._made[text_id] = Alignment(self._texts[text_id], self._record["text"])
        return self._made.get(text_id)


def lay(
    record: Json,
    corrections: Iterable[Correction],
    texts: Mapping[str, str] | None = None,
    same_letter: Container[int] = (),
) -> tuple[Json, list[int]]:
    """The record with the corrections (in the order they were made), and ids of those without their item.

    `texts` are those that corrections were made in, where it is another than the record's. Such a text must
    be like the record's, but for corrections (ids) that were made in another version of the `same_letter`.
    """
    shown, lost = copy.deepcopy(record), []
    places = Places(shown, texts)
    rejected: list[tuple[str, Json]] = []
    for correction in corrections:
        item: Json | None = None
        if correction.id not in same_letter and not places.alike(correction.text_id):
            pass  # another letter has taken the place of the one that was corrected
        elif correction.item == "document":
            item = shown["document"]
        else:
            item = find(shown, correction.item, places.of(correction))
        if item is None:
            lost.append(correction.id)
        elif correction.verdict == "reject" and correction.field is None:
            rejected.append((LISTS[correction.item], item))
        else:
            _change(shown, item, correction)
    for name, item in rejected:
        shown[name] = [other for other in shown[name] if other is not item]
    return shown, lost


def find(record: Json, kind: str, place: tuple[int, int] | None) -> Json | None:
    """The item whose words stand at a place of the text; None where no item of the record covers them."""
    if place is None:
        return None
    items: list[Json] = record[LISTS[kind]]
    best = max(items, key=lambda x: _shared(x["span"], place), default=None)
    return best if best is not None and _shared(best["span"], place) >= _SAME else None


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
