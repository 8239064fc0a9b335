"""Sums over the current documents, kept up to date with each write, so that an audit need not count all rows.

`forget` is called before a document's rows go or it stops being current, `add` after its rows stand or it has
become current; both do nothing for a document that is not current. What counts is only what is current then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from extractor.database import schema as t
from extractor.database.fold import key
from extractor.database.metric_names import metric_key

Json = dict[str, Any]
#: parameters of one statement
_BATCH = 500
#: what tasks are counted by: kinds of value, and the role in them, or whichever that is
_KINDS = ("all", "month", "topic")
_ANY = literal("")
_ROLES = (_ANY, t.assignment_agencies.c.role)


def claim(target: Json, area: str | None) -> str | None:
    """What a target speaks of, as a digest: metric, whose, where, unit, kind, by when; `area`: the issuer's.

    A place without a name of its own ("toàn tỉnh") is the issuer's area. None without metric or deadline.
    """
    if not target["metric"] or not target["deadline"]:
        return None
    place = target["place"] or ""
    words = (
        metric_key(target["metric"]),
        key(target["population"] or ""),
        key(place) if any(c.isupper() for c in place) else "",
        key(area or ""),
        key(target["unit"] or ""),
        target["kind"],
        target["deadline"]["end"],
    )
    return hashlib.md5("\0".join(words).encode(), usedforsecurity=False).hexdigest()


def forget(connection: Connection, document_id: int) -> None:
    """Take a document's rows out of the sums."""
    if not _is_current(connection, document_id):
        return
    _total(connection, document_id, -1)
    counts = t.task_counts.c
    for row in _counts(connection, document_id):
        this = (
            (counts.agency_id == row["agency_id"])
            & (counts.kind == row["kind"])
            & (counts.value == row["value"])
            & (counts.role == row["role"])
        )
        connection.execute(update(t.task_counts).where(this).values(tasks=counts.tasks - row["tasks"]))
        connection.execute(delete(t.task_counts).where(this, counts.tasks <= 0))
    _claims(connection, _claims_of(connection, document_id), without=document_id)


def add(connection: Connection, document_id: int) -> None:
    """Put a document's rows into the sums."""
    if not _is_current(connection, document_id):
        return
    _total(connection, document_id, 1)
    rows = list(_counts(connection, document_id))
    if rows:
        _add_to(connection, t.task_counts, "tasks", rows)
    _claims(connection, _claims_of(connection, document_id))


def rebuild(connection: Connection) -> None:
    """Make all sums anew from the rows, for rows that were written past `add`."""
    connection.execute(delete(t.task_counts))
    connection.execute(delete(t.claims))
    connection.execute(delete(t.totals))
    _add_to(connection, t.totals, "number", _totals(connection))
    columns = [c.name for c in t.task_counts.c]
    for kind, role in product(_KINDS, _ROLES):
        connection.execute(insert(t.task_counts).from_select(columns, _count_query(kind, role)))
    columns = [c.name for c in t.claims.c]
    connection.execute(insert(t.claims).from_select(columns, _claim_query()))


def renew_metrics(connection: Connection) -> None:
    """Make the keys of metrics and what they claim anew, as after a change of the short forms."""
    for table in (t.figures, t.targets):
        c = table.c
        known = connection.execute(select(c.metric, c.metric_key).where(c.metric.is_not(None)).distinct())
        new = [
            {"said": row.metric, "made": made}
            for row in known
            if (made := metric_key(row.metric)) != row.metric_key
        ]
        if new:
            this = update(table).where(c.metric == bindparam("said"))
            connection.execute(this.values(metric_key=bindparam("made")), new)
    target, letter = t.targets.c, t.documents.c
    due = target.metric.is_not(None) & target.deadline_end.is_not(None)
    rows = connection.execute(
        select(t.targets, letter.province)
        .select_from(t.targets.join(t.documents, letter.id == target.document_id))
        .where(due)
    )
    claims = []
    for row in rows:
        said = {**row._mapping, "deadline": {"end": row.deadline_end}}
        if (of_now := claim(said, row.province)) != row.claim:
            claims.append({"which": row.id, "made": of_now})
    if claims:
        this = update(t.targets).where(target.id == bindparam("which")).values(claim=bindparam("made"))
        connection.execute(this, claims)
    connection.execute(delete(t.claims))
    connection.execute(insert(t.claims).from_select([c.name for c in t.claims.c], _claim_query()))


def _is_current(connection: Connection, document_id: int) -> bool:
    row = select(t.documents.c.current).where(t.documents.c.id == document_id)
    return bool(connection.execute(row).scalar())


def _count_query(kind: str, role: Any, document_id: int | None = None) -> Select[Any]:
    """Tasks by agency, `kind` and `role`; each task counts once, however often it names the agency."""
    told = t.assignment_agencies.c
    value: Any = literal("")
    source: Any = t.assignment_agencies.join(t.documents, t.documents.c.id == told.document_id)
    if kind == "month":
        value = case((told.deadline.is_(None), ""), else_=func.substr(told.deadline, 1, 7))
    elif kind == "topic":
        value = t.topics.c.code
        source = source.join(t.topics, t.topics.c.document_id == told.document_id)
    query = (
        select(
            told.agency_id,
            literal(kind).label("kind"),
            value.label("value"),
            role.label("role"),
            func.count(told.assignment_id.distinct()).label("tasks"),
        )
        .select_from(source)
        .where(t.documents.c.current)
    )
    if document_id is not None:
        mine = select(t.assignments.c.id).where(t.assignments.c.document_id == document_id)
        query = query.where(told.assignment_id.in_(mine))
    return query.group_by(told.agency_id, text("value"), *(() if role is _ANY else (role,)))


def _counts(connection: Connection, document_id: int) -> Iterator[Json]:
    """The rows that a document counts for, in the order of their keys (so that writers cannot deadlock)."""
    rows = [
        dict(row._mapping)
        for kind, role in product(_KINDS, _ROLES)
        for row in connection.execute(_count_query(kind, role, document_id))
    ]
    yield from sorted(rows, key=lambda r: (r["agency_id"], r["kind"], r["value"], r["role"]))


def _totals(connection: Connection, document_id: int | None = None) -> list[Json]:
    """How much is in the current documents, or in one of them."""
    letter = t.documents.c
    which = [letter.current] if document_id is None else [letter.id == document_id]

    def number(table: Table, *more: Any) -> int:
        query = select(func.count()).select_from(table.join(t.documents, letter.id == table.c.document_id))
        return int(connection.execute(query.where(*which, *more)).scalar_one())

    letters = select(func.count()).select_from(t.documents).where(*which)
    items = (t.assignments, t.targets, t.figures)
    return [
        {"kind": "letters", "number": int(connection.execute(letters).scalar_one())},
        {"kind": "review", "number": sum(number(table, table.c.review.is_(True)) for table in items)},
        {"kind": "tasks", "number": number(t.assignments)},
    ]


def _total(connection: Connection, document_id: int, sign: int) -> None:
    rows = [{**row, "number": sign * row["number"]} for row in _totals(connection, document_id)]
    _add_to(connection, t.totals, "number", [row for row in rows if row["number"]])


def _add_to(connection: Connection, table: Table, column: str, rows: list[Json]) -> None:
    """Put rows into a table of sums, or add to those that are there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    new = upsert(table)
    total = table.c[column] + new.excluded[column]
    query = new.on_conflict_do_update(index_elements=list(table.primary_key), set_={column: total})
    connection.execute(query, rows)


def _claims_of(connection: Connection, document_id: int) -> list[str]:
    query = select(t.targets.c.claim).where(
        t.targets.c.document_id == document_id, t.targets.c.claim.is_not(None)
    )
    return sorted({row.claim for row in connection.execute(query)})


def _claim_query(*which: Any) -> Select[Any]:
    """Sums of claims: letters agree when each value that one of them has is in all of them."""
    target = t.targets.c
    value = (target.claim, target.comparator, target.value, target.value_max)
    source = t.targets.join(t.documents, t.documents.c.id == target.document_id)
    here = (t.documents.c.current, target.claim.is_not(None), *which)
    values = select(*value, func.count(target.document_id.distinct()).label("documents"))
    each = values.select_from(source).where(*here).group_by(*value).subquery()
    fewest = select(each.c.claim, func.min(each.c.documents).label("fewest")).group_by(each.c.claim)
    least = fewest.subquery()
    return (
        select(
            target.claim,
            func.count(target.document_id.distinct()).label("documents"),
            least.c.fewest,
            func.max(target.deadline_end).label("deadline"),
        )
        .select_from(source.join(least, least.c.claim == target.claim))
        .where(*here)
        .group_by(target.claim, least.c.fewest)
        .having(func.count(target.document_id.distinct()) > 1)
    )


def _claims(connection: Connection, wanted: Iterable[str], without: int | None = None) -> None:
    """Sum claims anew; only those of several documents are kept."""
    names = list(wanted)
    for i in range(0, len(names), _BATCH):
        some = names[i : i + _BATCH]
        connection.execute(delete(t.claims).where(t.claims.c.claim.in_(some)))
        which: list[Any] = [t.targets.c.claim.in_(some)]
        if without is not None:
            which.append(t.targets.c.document_id != without)
        columns = [c.name for c in t.claims.c]
        connection.execute(insert(t.claims).from_select(columns, _claim_query(*which)))
