"""Letters with orders that name nobody they go to: no Kính gửi, no Nơi nhận, nobody to carry them out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from extractor.database import schema as t
from extractor.database.audit_tasks import TaskQuery, letters_of, not_old

_told = t.assignment_agencies.c
_task = t.assignments.c
_letter = t.documents.c


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A letter with orders that names nobody it goes to; `nameless` of its `tasks` name no agency either."""

    document_id: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    tasks: int
    nameless: int


def no_addressee(
    connection: Connection,
    per_page: int = 50,
    type: str | None = None,
    of: TaskQuery | None = None,
    after: tuple[int | float | str, ...] | None = None,
) -> list[Unaddressed]:
    """Letters with orders in which no addressee was found, the newest first.

    `of`: with such tasks. `after`: behind the letter of this day ("" for none) and id.
    """
    lead = select(_told.id).where(_told.assignment_id == _task.id, _told.role == "lead").exists()
    nameless = select(func.count()).select_from(t.assignments).where(_task.document_id == _letter.id, ~lead)
    query = (
        select(
            _letter.id, _letter.number, _letter.type, _letter.issuer_name, _letter.issued_on, _letter.title,
            _letter.tasks, nameless.scalar_subquery(),
        )
        .where(t.NO_ADDRESSEE)
        .where(not_old(_letter.id), _letter.kind == "letter")
        .order_by(t.ISSUED.desc(), _letter.id.desc())
        .limit(per_page)
    )  # fmt: skip
    if after:
        issued, (day, id) = t.ISSUED, after
        query = query.where(issued <= day, or_(issued < day, _letter.id < id))
    if of:
        query = query.where(*letters_of(connection, of, _letter.id))
    if type:
        query = query.where(func.upper(_letter.type) == type.upper())
    return [Unaddressed(*row) for row in connection.execute(query)]
