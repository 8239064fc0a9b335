"""What one version of a letter says otherwise than another: tasks, their agencies and days, numbers."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from extractor.database import schema as t
from extractor.database.agency_names import day
from extractor.database.fold import key
from extractor.database.sketches import NEAR, likeness

Json = dict[str, Any]
What = Literal["task", "deadline", "agencies", "number", "figure", "target"]
#: tasks of a version that are compared
_MOST = 400
_NUMBER = re.compile(r"\d[\d.,/]*\d|\d")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of one version and of the other, None where it has none; `about`: its task or metric."""

    what: What
    about: str
    old: str | None
    new: str | None


#: other versions of a letter, each with what a document says otherwise
Versions = list[tuple[int, list[Difference]]]


def differences(old: Json, new: Json) -> list[Difference]:
    """What a record says otherwise than an older one of the same letter, in the order of the text."""
    pairs, gone, added = _paired(old["assignments"][:_MOST], new["assignments"][:_MOST])
    found = [one for pair in pairs for one in _of_task(*pair)]
    found += [Difference("task", task["task"], task["task"], None) for task in gone]
    found += [Difference("task", task["task"], None, task["task"]) for task in added]
    for what, name in (("target", "targets"), ("figure", "figures")):
        found += _of_quantities(what, old[name], new[name])  # type: ignore[arg-type]
    return found


def _paired(old: list[Json], new: list[Json]) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Tasks that are the same but for their days and numbers, those that are gone, and those that are new."""
    left, pairs, gone = [*new], [], []
    for task in old:
        near = max(left, key=lambda other: likeness(task["task"], other["task"]), default=None)
        if near is None or likeness(task["task"], near["task"]) < NEAR:
            gone.append(task)
            continue
        left.remove(near)
        pairs.append((task, near))
    return pairs, gone, left


def _of_task(old: Json, new: Json) -> Iterator[Difference]:
    about = new["task"]
    if (before := _due(old)) != (after := _due(new)):
        yield Difference("deadline", about, before, after)
    if (before := _numbers(old)) != (after := _numbers(new)) and _due(old) == _due(new):
        yield Difference("number", about, before, after)
    for field in ("agencies", "coordinating"):
        if {a["id"] for a in old[field]} != {a["id"] for a in new[field]}:
            yield Difference("agencies", about, _names(old[field]), _names(new[field]))


def _due(task: Json) -> str | None:
    return day(task["deadline"]["end"]) if task["deadline"] else None


def _numbers(task: Json) -> str | None:
    return ", ".join(_NUMBER.findall(task["task"])) or None


def _names(agencies: Iterable[Json]) -> str | None:
    return "; ".join(a["name"] for a in agencies) or None


def _of_quantities(what: What, old: list[Json], new: list[Json]) -> Iterator[Difference]:
    """Numbers that only one of two versions has, beside each other where they measure the same."""
    before, after = (Counter(map(_quantity, items)) for items in (old, new))
    gone, added = _by_metric(before - after), _by_metric(after - before)
    for metric in dict.fromkeys((*gone, *added)):
        ours, theirs = gone.get(metric, []), added.get(metric, [])
        for i in range(max(len(ours), len(theirs))):
            one, other = (x[i] if i < len(x) else None for x in (ours, theirs))
            yield Difference(what, metric, one, other)


def _quantity(item: Json) -> tuple[str, str]:
    """What is measured, and the value as people write it."""
    numbers = [item["value"], *(n for n in (item["value_max"], item["of"]) if n is not None)]
    said = " / ".join(f"{n:,.10g}".translate(str.maketrans(",.", ".,")) for n in numbers)
    compared = "" if item["comparator"] == "=" else f"{item['comparator']} "
    return " ".join((item["metric"] or "").split()), f"{compared}{said} {item['unit'] or ''}".strip()


def _by_metric(counts: Mapping[tuple[str, str], int]) -> dict[str, list[str]]:
    """Metric -> its values; the same metric may be written with other marks or capitals."""
    names: dict[str, str] = {}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (metric, value), count in counts.items():
        found[names.setdefault(key(metric), metric)] += [value] * count
    return found


def told(one: Difference, most: int = 80) -> str:
    """A difference in words."""
    what = {
        "task": "việc", "deadline": "hạn", "agencies": "cơ quan", "number": "số", "figure": "số liệu",
        "target": "chỉ tiêu",
    }[one.what]  # fmt: skip
    about = " ".join(one.about.split())
    about = about if len(about) <= most else about[: most - 1] + "…"
    if one.what == "task":
        return f"{'thêm' if one.old is None else 'không còn'} việc “{about}”"
    change = f"{what}: {one.old or 'không có'} → {one.new or 'không có'}"
    return f"{change} (“{about}”)" if about else change


def of_versions(connection: Connection, documents: Iterable[int]) -> dict[int, Versions]:
    """Document -> the other versions of its letter, each with what the document says otherwise than it."""
    d = t.documents.c
    mine = select(d.letter_id).where(d.id.in_(list(documents)))
    several = connection.execute(select(d.id, d.letter_id).where(d.letter_id.in_(mine)).order_by(d.id)).all()
    of_letter: defaultdict[int, list[int]] = defaultdict(list)
    for row in several:
        of_letter[row.letter_id].append(row.id)
    wanted = {id: ids for ids in of_letter.values() if len(ids) > 1 for id in ids}
    rows = connection.execute(select(d.id, d.record).where(d.id.in_(wanted))) if wanted else ()
    records = {row.id: json.loads(row.record) for row in rows}
    return {
        id: [(other, differences(records[other], records[id])) for other in wanted[id] if other != id]
        for id in documents
        if id in wanted
    }
