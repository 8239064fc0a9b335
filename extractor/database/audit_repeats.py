"""What an agency was told more than once: near-equal tasks of different letters, found by their sketches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select

from extractor.database import schema as t
from extractor.database.agency_names import agency_ids
from extractor.database.audit_tasks import Rows, Task, TaskQuery, check_day, load, not_old
from extractor.database.sketches import NEAR, likeness

#: tasks of one cluster of near-equal ones that are compared
_MOST_COMPARED = 200
_told = t.assignment_agencies.c
_task = t.assignments.c
_WORDS = select(_task.id, _task.document_id, _task.task).where(_task.id.in_(bindparam("ids", expanding=True)))


def _members(mine: Sequence[Any], sketch: Any) -> Select[Any]:
    """Of the tasks `mine`: the first ones of each group (agency, sketch), of the groups of most letters."""
    group = (_told.agency_id, sketch.label("sketch"))
    letters = func.count(_told.document_id.distinct())
    groups = (
        select(*group)
        .where(*mine)
        .group_by(_told.agency_id, sketch)
        .having(letters > 1)
        .order_by(letters.desc(), _told.agency_id, sketch)
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    place = func.dense_rank().over(partition_by=(_told.agency_id, sketch), order_by=_told.assignment_id)
    among = (
        select(*group, _told.assignment_id, place.label("place"))
        .join(groups, (groups.c.agency_id == _told.agency_id) & (groups.c.sketch == sketch))
        .where(*mine)
        .distinct()
        .subquery()
    )
    return select(among).where(among.c.place <= _MOST_COMPARED).order_by(among.c.assignment_id)


_SKETCHES = (_told.sketch_1, _told.sketch_2, _told.sketch_3)
#: among all tasks of agencies; made once, since to make a statement takes longer than to ask it
_OF_ALL = [
    _members([_told.agency_id.in_(bindparam("agencies", expanding=True)), not_old(_told.document_id)], sketch)
    for sketch in _SKETCHES
]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A task given to an agency in several letters, the oldest first; `likeness` to that one, 0 to 1."""

    agency_id: str
    agency: str
    tasks: list[Task]
    likeness: list[float]


def repeated(
    connection: Connection,
    agency: str,
    across_successors: bool = False,
    limit: int = 50,
    today: str | None = None,
    of: TaskQuery | None = None,
    proved: bool = True,
) -> list[Repeat]:
    """What an agency was told in more than one letter in nearly the same words, most often told first.

    `of`: counting only tasks of this query, whose agency is not looked at; `proved`: with their sentences.
    """
    named = {c.id: c for c in agency_ids(connection, agency, across_successors)}
    of = of or TaskQuery()
    for value in (of.today, of.due_before, of.due_after):
        check_day(value)
    day = today or of.today or date.today().isoformat()
    mine = Rows(connection, of, day, list(named), told=True).where if of != TaskQuery() else None
    clusters: dict[tuple[int, ...], str] = {}
    for statement in _OF_ALL if mine is None else map(partial(_members, mine), _SKETCHES):
        near: dict[tuple[str, int], list[int]] = {}
        for id, sketch, i, _ in connection.execute(statement, {"agencies": list(named), "most": limit}):
            near.setdefault((id, sketch), []).append(i)
        for (id, _), ids in near.items():
            clusters.setdefault(tuple(ids), id)
    wanted = {i for ids in clusters for i in ids}
    known = {row.id: row for row in connection.execute(_WORDS, {"ids": list(wanted)})} if wanted else {}
    found: dict[tuple[str, int], list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for near_ids, id in sorted(clusters.items(), key=lambda c: (-len(c[0]), c[0])):
        for first, alike in _alike([known[i] for i in near_ids]):
            fresh = [i for i in alike if (id, i) not in seen]
            if first in fresh and len({known[i].document_id for i in fresh}) > 1:
                seen.update((id, i) for i in fresh)
                found[id, first] = fresh
    most = sorted(found.items(), key=lambda f: (-len(f[1]), f[0]))[:limit]
    loaded = {x.assignment_id: x for x in load(connection, [i for _, ids in most for i in ids], day, proved)}
    repeats = []
    for (id, _), ids in most:
        group = sorted((loaded[i] for i in ids), key=lambda x: (x.issued_on or "", x.assignment_id))
        alike_to = [round(likeness(group[0].task, x.task), 2) for x in group]
        repeats.append(Repeat(id, named[id].name, group, alike_to))
    return repeats


def _alike(rows: Iterable[Any]) -> list[tuple[int, list[int]]]:
    """Tasks in groups of those near to the first of each."""
    groups: list[tuple[Any, list[int]]] = []
    for row in rows:
        for first, ids in groups:
            if likeness(first.task, row.task) >= NEAR:
                ids.append(row.id)
                break
        else:
            groups.append((row, [row.id]))
    return [(first.id, ids) for first, ids in groups if len(ids) > 1]
