"""What an agency was told more than once: near-equal tasks of different letters, found by their sketches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from extractor.database import schema as t
from extractor.database.agency_names import agency_ids
from extractor.database.audit_tasks import Rows, Task, TaskQuery, check_day, load
from extractor.database.sketches import NEAR, likeness

#: tasks of one cluster of near-equal ones that are compared
_MOST_COMPARED = 200
_told = t.assignment_agencies.c
_task = t.assignments.c


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
) -> list[Repeat]:
    """What an agency was told in more than one letter in nearly the same words, most often told first.

    `of`: counting only tasks of this query, whose agency is not looked at.
    """
    named = {c.id: c for c in agency_ids(connection, agency, across_successors)}
    of = of or TaskQuery()
    for value in (of.today, of.due_before, of.due_after):
        check_day(value)
    day = today or of.today or date.today().isoformat()
    mine = Rows(connection, of, day, list(named), told=True).where
    clusters: dict[tuple[int, ...], str] = {}
    for sketch in (_told.sketch_1, _told.sketch_2, _told.sketch_3):
        letters = func.count(_told.document_id.distinct())
        groups = (
            select(_told.agency_id, sketch)
            .where(*mine)
            .group_by(_told.agency_id, sketch)
            .having(letters > 1)
            .order_by(letters.desc(), _told.agency_id, sketch)
            .limit(limit)
        )
        for id, number in connection.execute(groups).all():
            members = select(_told.assignment_id).where(_told.agency_id == id, sketch == number, *mine)
            near = connection.execute(members.distinct().order_by(_told.assignment_id).limit(_MOST_COMPARED))
            clusters.setdefault(tuple(near.scalars()), id)
    wanted = {i for ids in clusters for i in ids}
    words = select(_task.id, _task.document_id, _task.task).where(_task.id.in_(wanted))
    known = {row.id: row for row in connection.execute(words)}
    found: dict[tuple[str, int], list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for near_ids, id in sorted(clusters.items(), key=lambda c: (-len(c[0]), c[0])):
        for first, alike in _alike([known[i] for i in near_ids]):
            fresh = [i for i in alike if (id, i) not in seen]
            if first in fresh and len({known[i].document_id for i in fresh}) > 1:
                seen.update((id, i) for i in fresh)
                found[id, first] = fresh
    most = sorted(found.items(), key=lambda f: (-len(f[1]), f[0]))[:limit]
    loaded = {x.assignment_id: x for x in load(connection, [i for _, ids in most for i in ids], day)}
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
