"""The questions of an audit, timed: p50 and p95 of each on whatever letters a database has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from sqlalchemy import Connection, func, select

from extractor.database import audit
from extractor.database import schema as t
from extractor.database.audit import TaskQuery


@dataclass(frozen=True, slots=True)
class Timed:
    """A question, how much it found, and its times in milliseconds."""

    name: str
    found: int
    p50: float
    p95: float


def questions(connection: Connection, today: str = "2024-06-01") -> dict[str, Callable[[], Any]]:
    """Ten typical questions, of agencies, topics, issuers and metrics that the database has."""
    busy = audit.matrix(connection, "topic", limit=200)
    named = [audit.agency_ids(connection, row.id)[0] for row in busy.rows[:200]]
    one = next((c for c in named if c.locality), named[0])
    bare = one.name.removesuffix(one.locality or "").strip() or one.name
    topic = busy.columns[0] if busy.columns else ""
    letter, metric = t.documents.c, t.targets.c.metric
    often = func.count().desc()
    issuer = connection.execute(
        select(letter.issuer_id)
        .where(letter.issuer_id.is_not(None))
        .group_by(letter.issuer_id)
        .order_by(often)
    ).scalar()
    measured = connection.execute(
        select(metric).where(metric.is_not(None)).group_by(metric).order_by(often).offset(5)
    ).scalar()

    def ask(**more: Any) -> Callable[[], Any]:
        return lambda: audit.tasks(connection, TaskQuery(today=today, **more)).total

    def size(answer: Callable[[], Any]) -> Callable[[], int]:
        return lambda: len(answer())

    return {
        "one agency": ask(agency=one.name),
        "an agency of every province": ask(agency=bare),
        "what it leads, by a day": ask(agency=bare, role="lead", due_before=today),
        "overdue, across successors": ask(agency=bare, overdue=True, across_successors=True),
        "of one topic": ask(agency=bare, topic=topic),
        "of one issuer": ask(agency=bare, issuer=issuer),
        "overdue, of everybody": ask(overdue=True),
        "an agency's page": lambda: int(audit.agency(connection, one.id, today) is not None),
        "matrix by topic": size(lambda: audit.matrix(connection, "topic").rows),
        "matrix by month": size(lambda: audit.matrix(connection, "month", agency=bare).rows),
        "told more than once": size(lambda: audit.repeated(connection, one.name, today=today)),
        "targets of a metric": size(lambda: audit.targets_over_years(connection, measured or "")),
        "contradictions": size(lambda: audit.contradictions(connection)),
        "no addressee": size(lambda: audit.no_addressee(connection)),
    }


def times(connection: Connection, rounds: int = 30) -> Iterator[Timed]:
    """Each question asked so many times."""
    for name, answer in questions(connection).items():
        found, taken = int(answer()), []
        for _ in range(rounds):
            started = time.perf_counter()
            answer()
            taken.append(1000 * (time.perf_counter() - started))
        cuts = quantiles(taken, n=20, method="inclusive")
        yield Timed(name, found, cuts[9], cuts[18])
