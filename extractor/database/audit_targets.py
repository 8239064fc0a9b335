"""Targets of a metric over the years, and where letters contradict each other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from extractor.database import schema as t
from extractor.database.agency_names import agency_ids
from extractor.database.audit_tasks import NEVER, TaskQuery, check_day, letters_of
from extractor.database.metric_names import metric_key
from extractor.database.proof import Wanted, proofs

_letter = t.documents.c
#: whether letters do not all say the same of a claim
_SPLIT = t.claims.c.fewest < t.claims.c.documents
#: targets of one value that a contradiction is shown with at most, the oldest
_MOST_ALIKE = 10
#: columns of a target's row that stand there under the same name
_SAME = (
    *("document_id", "number", "type", "issued_on", "title", "metric", "value", "value_max", "unit", "kind"),
    *("comparator", "population", "place", "deadline_start", "deadline_end", "start", "end", "confidence"),
    *("review", "corrected"),
)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target, its letter, the sentence it stands in; `contradicted`: another letter says otherwise."""

    target_id: int
    document_id: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    metric: str
    value: float
    value_max: float | None
    unit: str | None
    kind: str
    comparator: str
    population: str | None
    place: str | None
    deadline_start: str | None
    deadline_end: str | None
    agencies: tuple[str, ...]
    sentence: str
    start: int
    end: int
    confidence: float
    review: bool
    corrected: bool
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Targets of several letters for one metric, place and deadline with different values, oldest first.

    `claim`: what they all speak of, as it sorts among those of one deadline.
    """

    metric: str
    place: str | None
    unit: str | None
    deadline: str
    targets: list[TargetRow]
    claim: str


def targets_over_years(
    connection: Connection,
    metric: str,
    issuer: str | None = None,
    limit: int = 500,
    of: TaskQuery | None = None,
) -> list[TargetRow]:
    """The targets of a metric by the day they are due: those of just that name, else that contain it.

    `of`: due as it says, in letters with such tasks.
    """
    target, wanted = t.targets.c, metric_key(metric)
    which: list[Any] = [target.metric_key == wanted]
    if connection.execute(select(target.id).where(*which).limit(1)).first() is None:
        which = [target.metric_key.contains(word, autoescape=True) for word in wanted.split()]
        if not which:
            return []
    if issuer:
        which.append(_letter.issuer_id.in_([c.id for c in agency_ids(connection, issuer)]))
    which += _of(connection, of)
    return _targets(connection, which, limit)


def contradictions(
    connection: Connection,
    per_page: int = 50,
    metric: str | None = None,
    of: TaskQuery | None = None,
    after: tuple[int | float | str, ...] | None = None,
) -> list[Contradiction]:
    """Where letters contradict each other, the latest deadline first.

    Of each value the oldest letters are shown. `of`: due as it says, and one of the letters at least has such
    tasks. `after`: behind the one with this deadline and claim.
    """
    claim, target = t.claims.c, t.targets.c
    query = select(claim.claim).where(_SPLIT)
    if metric:
        words = [target.metric_key.contains(w, autoescape=True) for w in metric_key(metric).split()]
        query = query.where(claim.claim.in_(select(target.claim).where(*words)))
    which = list(_of(connection, of))
    if which:
        current = select(_letter.id).where(_letter.id == target.document_id, _letter.current.is_(True))
        query = query.where(claim.claim.in_(select(target.claim).where(current.exists(), *which)))
    query = query.order_by(claim.deadline.desc(), claim.claim)
    if after:
        day, last = after
        query = query.where(claim.deadline <= day, or_(claim.deadline < day, claim.claim > last))
    wanted = list(connection.execute(query.limit(per_page)).scalars())
    alike = (target.claim, target.comparator, target.value, target.value_max)
    count = func.row_number().over(partition_by=alike, order_by=(_letter.issued_on, target.id))
    numbered = (
        select(target.id, count.label("count"))
        .select_from(t.targets.join(t.documents, _letter.id == target.document_id))
        .where(_letter.current.is_(True), target.claim.in_(wanted))
        .subquery()
    )
    oldest = select(numbered.c.id).where(numbered.c.count <= _MOST_ALIKE)
    rows = _targets(connection, [target.id.in_(oldest)], None)
    claims = select(target.id, target.claim).where(target.claim.in_(wanted))
    claim_of = {row.id: row.claim for row in connection.execute(claims)}
    groups: defaultdict[str, list[TargetRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r.issued_on or "", r.document_id, r.start)):
        groups[claim_of[row.target_id]].append(row)
    return [
        Contradiction(first.metric, first.place, first.unit, first.deadline_end or "", groups[name], name)
        for name in wanted
        if (first := next(iter(groups[name]), None)) is not None
    ]


def _of(connection: Connection, of: TaskQuery | None) -> Iterator[Any]:
    """Conditions on targets: their deadlines, and the letters they stand in."""
    if of is None:
        return
    due = t.targets.c.deadline_end
    for value in (of.today, of.due_before, of.due_after):
        check_day(value)
    if of.overdue:
        yield due < (of.today or date.today().isoformat())
    if of.due_before:
        yield due <= of.due_before
    if of.due_after:
        yield due >= of.due_after
    if of.undated is not None:
        yield due.is_(None) if of.undated else due.is_not(None)
    letters = replace(of, overdue=False, due_before=None, due_after=None, undated=None)
    yield from letters_of(connection, letters, t.targets.c.document_id)


def _targets(connection: Connection, which: list[Any], limit: int | None) -> list[TargetRow]:
    target = t.targets.c
    split = select(t.claims.c.claim).where(_SPLIT, t.claims.c.claim == target.claim)
    query: Select[Any] = (
        select(
            t.targets, _letter.number, _letter.type, _letter.issuer_name, _letter.issued_on, _letter.title,
            split.exists().label("contradicted"),
        )
        .select_from(t.targets.join(t.documents, _letter.id == target.document_id))
        .where(_letter.current.is_(True), *which)
        .order_by(func.coalesce(target.deadline_end, NEVER), _letter.issued_on, target.id)
        .limit(limit)
    )  # fmt: skip
    rows = connection.execute(query).all()
    spans = [Wanted(row.document_id, row.start, row.end) for row in rows]
    return [
        TargetRow(
            target_id=row.id,
            issuer=row.issuer_name,
            agencies=tuple(json.loads(row.agencies)),
            sentence=proof.sentence.text,
            contradicted=bool(row.contradicted),
            **{name: getattr(row, name) for name in _SAME},
        )
        for row, proof in zip(rows, proofs(connection, spans), strict=True)
    ]  # fmt: skip
