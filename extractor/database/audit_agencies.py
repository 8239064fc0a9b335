"""One agency with what became of it, and how many tasks agencies have by topic or month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import Connection, func, select, true

from extractor.database import schema as t
from extractor.database.agency_names import Candidate, agency_ids
from extractor.database.audit_tasks import Role, check_day, not_old

_told = t.assignment_agencies.c
_letter = t.documents.c


@dataclass(frozen=True, slots=True)
class Change:
    """A body whose work went to another one, since when and by which kind of change."""

    id: str
    name: str
    since: str
    change: str


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """An agency: what became of it, how many tasks current letters give it (`overdue` as of `today`)."""

    id: str
    name: str
    level: str | None
    locality: str | None
    ended_from: str | None
    ended_change: str | None
    ended_basis: str | None
    successors: list[Change]
    predecessors: list[Change]
    lead: int
    coordinating: int
    overdue: int
    upcoming: int
    recurring: int
    undated: int
    issued: int
    months: dict[str, int]
    topics: dict[str, int]
    today: str


def agency(connection: Connection, id: str, today: str | None = None) -> AgencyPage | None:
    """An agency by its id; None when no letter names it."""
    today = today or date.today().isoformat()
    check_day(today)
    row = connection.execute(select(t.agencies).where(t.agencies.c.id == id)).first()
    if row is None:
        return None
    heir, named = t.agency_successors.c, t.agencies.c
    after = connection.execute(select(t.agency_successors).where(heir.agency_id == id).order_by(heir.name))
    before = connection.execute(
        select(heir.agency_id, named.name, heir.since, heir.change)
        .select_from(t.agency_successors.join(t.agencies, named.id == heir.agency_id))
        .where(heir.successor_id == id)
        .order_by(named.name)
    )
    counts = t.task_counts.c
    sums = connection.execute(
        select(counts.kind, counts.value, counts.role, counts.tasks).where(counts.agency_id == id)
    ).all()
    by_value: dict[str, defaultdict[str, int]] = {"month": defaultdict(int), "topic": defaultdict(int)}
    for kind, value, _, number in sums:
        if kind in by_value and value:
            by_value[kind][value] += number
    roles = {role: number for kind, _, role, number in sums if kind == "all"}
    mine = (
        select(_told.assignment_id, _told.deadline, _told.recurring)
        .where(_told.agency_id == id, not_old(_told.document_id))
        .distinct()
        .subquery()
    )
    once = mine.c.recurring.is_(False)
    totals = connection.execute(
        select(
            func.count().filter(once, mine.c.deadline < today),
            func.count().filter(once, mine.c.deadline >= today),
            func.count().filter(mine.c.recurring.is_(True)),
            func.count().filter(once, mine.c.deadline.is_(None)),
        ).select_from(mine)
    ).one()
    issued = select(func.count()).where(_letter.issuer_id == id, _letter.current.is_(True))
    return AgencyPage(
        id=row.id,
        name=row.name,
        level=row.level,
        locality=row.locality,
        ended_from=row.ended_from,
        ended_change=row.ended_change,
        ended_basis=row.ended_basis,
        successors=[Change(r.successor_id, r.name, r.since, r.change) for r in after],
        predecessors=[Change(*r) for r in before],
        lead=roles.get("lead", 0),
        coordinating=roles.get("coordinating", 0),
        overdue=totals[0],
        upcoming=totals[1],
        recurring=totals[2],
        undated=totals[3],
        issued=int(connection.execute(issued.select_from(t.documents)).scalar_one()),
        months=dict(sorted(by_value["month"].items())),
        topics=dict(sorted(by_value["topic"].items())),
        today=today,
    )


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An agency and its tasks per column of the matrix; `total` also counts what no column has."""

    id: str
    name: str
    counts: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Agencies by topic or by month of the deadline; `columns` are codes or months (2025-12)."""

    by: Literal["topic", "month"]
    columns: list[str]
    rows: list[MatrixRow]
    candidates: list[Candidate] = field(default_factory=list)


def matrix(
    connection: Connection,
    by: Literal["topic", "month"] = "topic",
    agency: str | None = None,
    role: Role | None = None,
    since: str | None = None,
    until: str | None = None,
    across_successors: bool = False,
    limit: int = 30,
) -> Matrix:
    """How many tasks agencies have by topic or month: those named, else those with most tasks.

    `since`, `until`: first and last month (2025-01). A letter of two topics counts for both.
    """
    counts = t.task_counts.c
    mine = counts.role == role if role else true()
    named = agency_ids(connection, agency, across_successors) if agency else []
    if agency:
        ids = [c.id for c in named[:limit]]
    else:
        rank = func.sum(counts.tasks).desc()
        query = select(counts.agency_id).where(counts.kind == "all", mine).group_by(counts.agency_id)
        ids = [r[0] for r in connection.execute(query.order_by(rank, counts.agency_id).limit(limit))]
    names = select(t.agencies.c.id, t.agencies.c.name).where(t.agencies.c.id.in_(ids))
    name_of = {row.id: row.name for row in connection.execute(names)}
    cells: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: defaultdict[str, int] = defaultdict(int)
    query = select(counts.agency_id, counts.kind, counts.value, counts.tasks)
    for id, kind, value, number in connection.execute(
        query.where(counts.agency_id.in_(ids), counts.kind.in_(("all", by)), mine)
    ):
        if kind == "all":
            totals[id] += number
        elif value and (since or "") <= value <= (until or "~"):
            cells[id][value] += number
    if by == "month":
        columns = sorted({value for row in cells.values() for value in row})
    else:
        sums: defaultdict[str, int] = defaultdict(int)
        for row in cells.values():
            for value, number in row.items():
                sums[value] += number
        columns = sorted(sums, key=lambda code: (-sums[code], code))
    rows = [
        MatrixRow(id, name_of[id], [cells[id][value] for value in columns], totals[id])
        for id in ids
        if id in name_of
    ]
    return Matrix(by, columns, rows, named)
