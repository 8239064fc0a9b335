"""One agency with what became of it, and how many tasks agencies have by topic or month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, bindparam, func, literal, select, text

from extractor.database import schema as t
from extractor.database.agency_names import Candidate, agency_ids
from extractor.database.audit_tasks import Role, Rows, TaskQuery, check_day, not_old

_told = t.assignment_agencies.c
_letter = t.documents.c

_heir, _counts = t.agency_successors.c, t.task_counts.c
_this: BindParameter[str] = bindparam("agency")
_AGENCY = select(t.agencies).where(t.agencies.c.id == _this)
_SUCCESSORS = select(t.agency_successors).where(_heir.agency_id == _this).order_by(_heir.name)
_PREDECESSORS = (
    select(_heir.agency_id, t.agencies.c.name, _heir.since, _heir.change)
    .select_from(t.agency_successors.join(t.agencies, t.agencies.c.id == _heir.agency_id))
    .where(_heir.successor_id == _this)
    .order_by(t.agencies.c.name)
)
_SUMS = select(_counts.kind, _counts.value, _counts.role, _counts.tasks).where(_counts.agency_id == _this)
_mine = (
    select(_told.assignment_id, _told.deadline, _told.recurring)
    .where(_told.agency_id == _this, not_old(_told.document_id))
    .distinct()
    .subquery()
)
_once = _mine.c.recurring.is_(False)
_today: BindParameter[str] = bindparam("today")
#: overdue, upcoming, recurring, undated
_TOTALS = select(
    func.count().filter(_once, _mine.c.deadline < _today),
    func.count().filter(_once, _mine.c.deadline >= _today),
    func.count().filter(_mine.c.recurring.is_(True)),
    func.count().filter(_once, _mine.c.deadline.is_(None)),
).select_from(_mine)
_ISSUED = (
    select(func.count()).select_from(t.documents).where(_letter.issuer_id == _this, _letter.current.is_(True))
)


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
    asked = {"agency": id}
    row = connection.execute(_AGENCY, asked).first()
    if row is None:
        return None
    after = connection.execute(_SUCCESSORS, asked)
    before = connection.execute(_PREDECESSORS, asked)
    sums = connection.execute(_SUMS, asked).all()
    by_value: dict[str, defaultdict[str, int]] = {"month": defaultdict(int), "topic": defaultdict(int)}
    for kind, value, role, number in sums:
        if kind in by_value and value and not role:
            by_value[kind][value] += number
    roles = {role: number for kind, _, role, number in sums if kind == "all"}
    totals = connection.execute(_TOTALS, {**asked, "today": today}).one()
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
        issued=int(connection.execute(_ISSUED, asked).scalar_one()),
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
    """Agencies by topic or by month of the deadline; `columns` are codes or months (2025-12). `agencies`: how
    many have such tasks, of which `rows` are those with most."""

    by: Literal["topic", "month"]
    columns: list[str]
    rows: list[MatrixRow]
    agencies: int = 0
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
    of: TaskQuery | None = None,
) -> Matrix:
    """How many tasks agencies have by topic or month: those named, else those with most tasks.

    Each task counts once for each agency told it, in whichever role, however often it names that agency.

    `since`, `until`: first and last month (2025-01) of the deadline; by month they choose columns, by topic
    they choose tasks. A letter of two topics counts for both. `of`: only tasks of this query, whose agency,
    role and successors hold where they are not given beside it.
    Raises `CongvanError` for a day that is none.
    """
    of = replace(of or TaskQuery(), page=1, per_page=limit, after=None)
    agency, role = agency or of.agency, role or of.role
    across_successors = across_successors or of.across_successors
    for value in (of.today, of.due_before, of.due_after):
        check_day(value)
    if by == "topic" and (since or until):
        first, last = since and f"{since}-01", until and f"{until}-31"
        of = replace(
            of,
            due_after=max(filter(None, (first, of.due_after)), default=None),
            due_before=min(filter(None, (last, of.due_before)), default=None),
        )
        since = until = None
    named = agency_ids(connection, agency, across_successors) if agency else []
    ids = [c.id for c in named[:limit]] if agency else None
    asked = (of.due_before, of.due_after, of.overdue, of.topic, of.issuer, of.type, of.text)
    if any(asked) or of.review is not None or of.undated is not None:
        ids, found, agencies = _counted(connection, replace(of, role=role), by, ids)
    else:
        ids, found, agencies = _kept(connection, role, by, ids, limit)
    names = select(t.agencies.c.id, t.agencies.c.name).where(t.agencies.c.id.in_(ids))
    name_of = {row.id: row.name for row in connection.execute(names)}
    cells: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: defaultdict[str, int] = defaultdict(int)
    for id, kind, value, number in found:
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
    return Matrix(by, columns, rows, len(named) if agency else agencies, named)


def _kept(
    connection: Connection, role: Role | None, by: str, ids: list[str] | None, limit: int
) -> tuple[list[str], list[Any], int]:
    """The busiest agencies (or `ids`), rows (agency, kind, value, tasks), and how many agencies there are,
    from the sums that are kept."""
    counts = t.task_counts.c
    mine = counts.role == (role or "")
    if ids is None:
        query = select(counts.agency_id).where(counts.kind == "all", counts.value == "", mine)
        rank = (counts.tasks.desc(), counts.agency_id)
        ids = list(connection.execute(query.order_by(*rank).limit(limit)).scalars())
    rows = select(counts.agency_id, counts.kind, counts.value, counts.tasks)
    rows = rows.where(counts.agency_id.in_(ids), counts.kind.in_(("all", by)), mine)
    agencies = select(func.count()).select_from(t.task_counts).where(counts.kind == "all", mine)
    return ids, list(connection.execute(rows)), int(connection.execute(agencies).scalar_one())


def _counted(
    connection: Connection, query: TaskQuery, by: str, ids: list[str] | None
) -> tuple[list[str], list[Any], int]:
    """The same over the tasks of a query, counted one by one."""
    where = Rows(connection, query, query.today or date.today().isoformat(), ids, told=True).where
    tasks = func.count(_told.assignment_id.distinct())
    totals = select(_told.agency_id, literal("all"), literal(""), tasks).where(*where)
    totals = totals.group_by(_told.agency_id).order_by(tasks.desc(), _told.agency_id).limit(query.per_page)
    found = list(connection.execute(totals))
    ids = [row[0] for row in found] if ids is None else ids
    source: Any = t.assignment_agencies
    value: Any = func.substr(_told.deadline, 1, 7)
    if by == "topic":
        value = t.topics.c.code
        source = source.join(t.topics, t.topics.c.document_id == _told.document_id)
    cells = select(_told.agency_id, value.label("value"), tasks).select_from(source)
    cells = cells.where(_told.agency_id.in_(ids), *where).group_by(_told.agency_id, text("value"))
    groups = connection.execute(cells)
    rows: list[Any] = [*found, *((id, by, value, number) for id, value, number in groups if value)]
    agencies = select(func.count(_told.agency_id.distinct())).where(*where)
    return ids, rows, int(connection.execute(agencies).scalar_one())
