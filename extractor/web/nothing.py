"""What a page without results offers: conditions that stand in the way, the nearest names to one typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Connection, func, select

from extractor.database import audit, search
from extractor.database import schema as t
from extractor.database import search_tables as s
from extractor.database.audit_tasks import not_old
from extractor.database.fold import key
from extractor.web.views import AgencyLine

#: names that are offered, and names that are compared at most
_OFFERED, _COMPARED = 6, 5_000
#: how like the name typed one has to be
_LIKE = 0.5
#: the conditions of tasks that can be dropped, by their names in an address -> values that drop them
_OF_TASKS: dict[str, dict[str, Any]] = {
    "agency": {"agency": None, "across_successors": False},
    "issuer": {"issuer": None},
    "text": {"text": None},
    "role": {"role": None},
    "status": {"overdue": False, "undated": None},
    "due_after": {"due_after": None},
    "due_before": {"due_before": None},
    "topic": {"topic": None},
    "type": {"type": None},
    "review": {"review": None},
}


@dataclass(frozen=True, slots=True)
class Wider:
    """A condition without which something is found, and how much; `capped`: more than that."""

    name: str
    count: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A condition whose value names nothing here, and what is called nearly so."""

    name: str
    typed: str
    near: list[str]


def unknown_in_search(connection: Connection, query: search.Query) -> list[Unknown]:
    """The conditions of a search that name nothing."""
    found = []
    for name in ("agency", "issuer", "place", "topic", "type"):
        typed = getattr(query, name)
        if typed and not search.codes_for(connection, name, typed):
            found.append(Unknown(name, typed, _labels_near(connection, name, typed)))
    return found


def wider_search(connection: Connection, query: search.Query) -> list[Wider]:
    """The conditions of a search without which it finds something, the most first."""
    return [Wider(name, total) for name, _, total in search.without(connection, query)]


def unknown_in_tasks(connection: Connection, query: audit.TaskQuery) -> list[Unknown]:
    """The agencies of a question about tasks that are none here."""
    found = []
    for name, typed in (("agency", query.agency), ("issuer", query.issuer)):
        if typed and not audit.agency_ids(connection, typed, query.across_successors):
            found.append(Unknown(name, typed, audit.similar(connection, typed, _OFFERED)))
    return found


def wider_tasks(connection: Connection, query: audit.TaskQuery, set_: Iterable[str]) -> list[Wider]:
    """The conditions (of those that are `set_`) without which tasks are found, the most first."""
    found = []
    for name in set_:
        if name in _OF_TASKS:
            page = audit.tasks(connection, replace(query, **_OF_TASKS[name], page=1, per_page=1))
            if page.total:
                found.append(Wider(name, page.total, page.capped))
    return sorted(found, key=lambda w: -w.count)


def agencies_named(connection: Connection, text: str) -> list[AgencyLine]:
    """The agencies that a name can mean (a short form, say), else those whose names hold its words."""
    g, told = t.agencies.c, t.assignment_agencies.c
    named = [c.id for c in audit.agency_ids(connection, text)][: _OFFERED**2]
    words = [g.key.contains(word, autoescape=True) for word in key(text).split()]
    if not named and not words:
        return []
    number = (
        select(func.count(func.distinct(told.assignment_id)))
        .where(told.agency_id == g.id, not_old(told.document_id))
        .scalar_subquery()
        .label("tasks")
    )
    query = (
        select(g.id, g.name, g.level, g.locality, g.ended_from, number)
        .where(*([g.id.in_(named)] if named else words))
        .order_by(number.desc(), g.name)
        .limit(_OFFERED**2)
    )
    return [AgencyLine(*row) for row in connection.execute(query)]


def metrics_near(connection: Connection, text: str) -> list[str]:
    """What targets are set of that has a word of what was typed, the nearest first."""
    c, words = t.targets.c, set(key(text).split())
    rows = connection.execute(
        select(c.metric_key, func.min(c.metric)).where(c.metric_key.is_not(None)).group_by(c.metric_key)
    ).all()
    return _near(text, [(row[0], row[1]) for row in rows if words.intersection(row[0].split())])


def _labels_near(connection: Connection, kind: str, typed: str) -> list[str]:
    """What can be asked for under a condition and is called nearly as typed."""
    c = s.search_codes.c
    rows = connection.execute(
        select(c.label, c.key).where(c.kind == s.KINDS.index(kind)).limit(_COMPARED)
    ).all()
    words = set(key(typed).split())
    some = [(row.key, row.label) for row in rows if words.intersection(row.key.split())]
    if not some and kind in ("type", "topic", "place"):  # of which there are few
        some = [(row.key, row.label) for row in rows]
    return _near(typed, some)


def _near(typed: str, named: Sequence[tuple[str, str]]) -> list[str]:
    """The names (with their keys) most like what was typed."""
    wanted = key(typed)
    like: Callable[[str], float] = lambda name: SequenceMatcher(None, wanted, name).ratio()  # noqa: E731
    ranked = sorted(((like(name), said) for name, said in named), key=lambda r: (-r[0], len(r[1])))
    return list(dict.fromkeys(said for ratio, said in ranked if ratio >= _LIKE))[:_OFFERED]
