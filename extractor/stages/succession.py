"""Succession: what became of the agencies of a letter, and warnings of those that had ended on its day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from extractor.annotations import Annotations, Mention
from extractor.record import Assignment
from extractor.rulebook import Rulebook
from extractor.values.agencies import AgencyValue
from extractor.values.succession import Fate, Succession, succession_of

_start = attrgetter("span.start")

#: characters beside a name in which words such as "(cũ)", "nguyên" are looked for
_BESIDE = 30
#: characters beside a citation within which its issuer is named
_CITED = 120
#: citations before a mention that are looked at
_NEAR = 8


def follow_agencies(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.fates``; warn of work given to an ended district, and of other ended bodies."""
    succession = succession_of(book)
    day, fates = annotations.issued_on, annotations.fates
    asked: set[str] = set()
    ended: dict[str, list[Mention]] = {}
    for m in annotations.group("agencies"):
        value = m.value
        if value.id in ended:
            ended[value.id].append(m)
        elif value.id not in asked:
            asked.add(value.id)
            fate = succession.fate(value, day, annotations.localities)
            if fate is not None:
                fates[value.id] = fate
                if day is not None and fate.since <= day.isoformat():
                    ended[value.id] = [m]
    if day is None:
        return
    told = _warn_of_districts(annotations, book, succession, day)
    for id, mentions in ended.items():
        if id not in told and (here := _first(annotations, book, mentions)) is not None:
            annotations.warn("abolished_agency", here.value.name, here.start, here.end)


def _warn_of_districts(
    annotations: Annotations, book: Rulebook, succession: Succession, day: date
) -> set[str]:
    """Warn of each body of a district, or group of such, that is given work; return their ids."""
    told: set[str] = set()
    if not succession.districts_ended(day):
        return told
    tasks: dict[str, Assignment] = {}
    for task in annotations.assignments:
        for ref in (*task.agencies, *task.coordinating):
            tasks.setdefault(ref.id, task)
    by_id: dict[str, list[Mention]] = {}
    for m in annotations.group("agencies"):
        if m.value.id in tasks:
            by_id.setdefault(m.value.id, []).append(m)
    for id, mentions in by_id.items():
        if not _of_district(mentions[0].value, annotations.fates.get(id), book, succession, day):
            continue
        span = tasks[id].span
        inside = [m for m in mentions if span.start <= m.start and m.end <= span.end]
        before = [m for m in mentions if m.end <= span.start]
        here = _first(annotations, book, inside or before[::-1] or mentions)
        if here is not None:
            told.add(id)
            annotations.warn("district_assignment", here.value.name, here.start, here.end)
    return told


def _of_district(
    value: AgencyValue, fate: Fate | None, book: Rulebook, succession: Succession, day: date
) -> bool:
    """Whether an agency is a body that ended with the districts, or a group of such."""
    if not value.group:
        return value.level == "district" and fate is not None and fate.since <= day.isoformat()
    if value.head:
        return book["agencies.of_districts"].hit(value.tail) and succession.ended_in_districts(
            value.core, day
        )
    return book["agencies.of_districts"].hit(value.name)


def _first(annotations: Annotations, book: Rulebook, mentions: Iterable[Mention]) -> Mention | None:
    """The first mention that tells of no earlier time.

    That is: it issued no older letter that is cited there, and no words beside it call it former.
    """
    view = annotations.view
    for m in mentions:
        if _issued_then(annotations, m):
            continue
        if book["agencies.former_behind"].match(view, m.end):
            continue
        if book["agencies.former_before"].search(view, max(0, m.start - _BESIDE), m.start) is not None:
            continue
        return m
    return None


def _issued_then(annotations: Annotations, m: Mention) -> bool:
    """Whether a mention belongs to a citation of a letter from the time of that agency."""
    fate = annotations.fates.get(m.value.id)
    references = annotations.references
    behind = bisect_right(references, m.start + _CITED, key=_start)
    for r in references[max(0, behind - _NEAR) : behind]:
        if r.span.end + _CITED < m.end:
            continue
        if fate is not None and r.issued_on is not None and r.issued_on >= fate.since:
            continue
        inside = r.span.start <= m.start and m.end <= r.span.end
        if inside or (r.issuer is not None and r.issuer.id == m.value.id):
            return True
    return False
