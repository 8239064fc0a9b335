"""Read queries of the pages: one letter with its versions and links, lists, counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from extractor.database import schema as t
from extractor.database.fold import key, number_key

Json = dict[str, Any]
_D = t.documents.c


@dataclass(frozen=True, slots=True)
class Version:
    """One of the documents of a letter; `ocr` is how sure the letters were read off a picture."""

    id: int
    current: bool
    name: str
    kind: str
    ocr: float | None
    added_at: str


@dataclass(frozen=True, slots=True)
class Link:
    """A letter at the other end of a reference."""

    id: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    relation: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A document with all that its page shows. `cites`: position of a reference -> the document it names."""

    id: int
    row: Row[Any]
    record: Json
    versions: list[Version]
    cites: dict[int, Link]
    cited_by: list[Link]
    has_original: bool
    topics: list[str]


def letter(connection: Connection, document_id: int) -> Letter | None:
    """None when there is no such document."""
    row = connection.execute(select(t.documents).where(_D.id == document_id)).first()
    if row is None:
        return None
    record = json.loads(row.record)
    versions = connection.execute(
        select(_D.id, _D.current, _D.name, _D.kind, _D.ocr, _D.added_at)
        .where(_D.letter_id == row.letter_id)
        .order_by(_D.current.desc(), _D.id)
    )
    return Letter(
        document_id,
        row,
        record,
        [Version(*v) for v in versions],
        cites(connection, record, row.letter_id),
        cited_by(connection, row.number_key, row.letter_id, row.issuer_id, row.issued_on),
        original_file(connection, document_id) is not None,
        list(
            connection.execute(select(t.topics.c.code).where(t.topics.c.document_id == document_id)).scalars()
        ),
    )


def cites(connection: Connection, record: Json, letter_id: int) -> dict[int, Link]:
    """The letters in the database that a record's references name: same number, and no other issuer or day."""
    numbers = {i: number_key(r["number"]) for i, r in enumerate(record["references"]) if r["number"]}
    if not numbers:
        return {}
    columns = (_D.id, _D.number, _D.type, _D.issuer_name, _D.issued_on, _D.title, _D.number_key, _D.issuer_id)
    rows = connection.execute(
        select(*columns).where(
            _D.number_key.in_(set(numbers.values())), _D.current, _D.letter_id != letter_id
        )
    ).all()
    found = {}
    for i, number in numbers.items():
        reference = record["references"][i]
        issuer, day = (reference["issuer"] or {}).get("id"), reference["issued_on"]
        for row in rows:
            if row.number_key == number and agree(issuer, row.issuer_id) and agree(day, row.issued_on):
                found[i] = Link(*row[:6], reference["relation"])
                break
    return found


def cited_by(
    connection: Connection, number: str | None, letter_id: int, issuer: str | None, day: str | None
) -> list[Link]:
    """The letters in the database that refer to one, the latest first."""
    if not number:
        return []
    r = t.references.c
    columns = (_D.id, _D.number, _D.type, _D.issuer_name, _D.issued_on, _D.title, r.relation)
    rows = connection.execute(
        select(*columns, r.issuer_id, r.issued_on.label("day"))
        .select_from(t.references.join(t.documents, r.document_id == _D.id))
        .where(r.number_key == number, _D.current, _D.letter_id != letter_id)
        .order_by(_D.issued_on.desc(), _D.id)
        .limit(200)
    )
    links = [Link(*row[:7]) for row in rows if agree(issuer, row.issuer_id) and agree(day, row.day)]
    return list({(link.id, link.relation): link for link in links}.values())


def agree(one: str | None, other: str | None) -> bool:
    """Whether two values can be of one letter: the same, or one of them unknown."""
    return not one or not other or one == other


def original_file(connection: Connection, document_id: int) -> Row[Any] | None:
    """Name and bytes (zlib) of the file that a document came from, None where it was not kept."""
    return connection.execute(
        select(t.files.c.id, t.files.c.name)
        .select_from(t.sources.join(t.files, t.sources.c.file_id == t.files.c.id))
        .where(t.sources.c.document_id == document_id, t.files.c.content.is_not(None))
        .order_by(t.files.c.id)
        .limit(1)
    ).first()


def file_content(connection: Connection, file_id: int) -> bytes:
    """The bytes as kept (zlib)."""
    content: bytes = connection.execute(select(t.files.c.content).where(t.files.c.id == file_id)).scalar_one()
    return content


@dataclass(frozen=True, slots=True)
class Counts:
    letters: int
    tasks: int
    agencies: int
    review: int


def counts(connection: Connection) -> Counts:
    """How much is in the database, as the start page tells it."""
    current = select(func.count(), func.coalesce(func.sum(_D.review), 0)).where(_D.current)
    letters, review = connection.execute(current).one()
    tasks = connection.execute(select(func.count()).select_from(t.assignments)).scalar_one()
    agencies = connection.execute(select(func.count()).select_from(t.agencies)).scalar_one()
    return Counts(letters, tasks, agencies, int(review))


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list says of a letter beside its header."""

    tasks: int
    review: int
    ocr: bool


def briefs(connection: Connection, ids: Sequence[int]) -> dict[int, Brief]:
    """For each of the documents `ids`."""
    if not ids:
        return {}
    a = t.assignments.c
    tasks = dict(
        connection.execute(
            select(a.document_id, func.count()).where(a.document_id.in_(ids)).group_by(a.document_id)
        ).all()
    )
    rows = connection.execute(select(_D.id, _D.review, _D.ocr).where(_D.id.in_(ids)))
    return {r.id: Brief(tasks.get(r.id, 0), r.review, r.ocr is not None) for r in rows}


@dataclass(frozen=True, slots=True)
class AgencyLine:
    id: str
    name: str
    level: str | None
    ended_from: str | None
    tasks: int
    letters: int


def agency_list(connection: Connection, text: str, limit: int = 60) -> list[AgencyLine]:
    """Agencies that were told to do something and whose name holds the words of `text`, the busiest first."""
    a, g, link = t.assignments.c, t.agencies.c, t.assignment_agencies.c
    query = (
        select(
            g.id, g.name, g.level, g.ended_from,
            func.count(func.distinct(a.id)).label("tasks"),
            func.count(func.distinct(a.document_id)).label("letters"),
        )
        .select_from(
            t.agencies.join(t.assignment_agencies, link.agency_id == g.id)
            .join(t.assignments, link.assignment_id == a.id)
            .join(t.documents, a.document_id == _D.id)
        )
        .where(_D.current)
        .group_by(g.id, g.name, g.level, g.ended_from)
        .order_by(func.count(func.distinct(a.id)).desc(), g.name)
        .limit(limit)
    )  # fmt: skip
    for word in key(text).split():
        query = query.where(g.key.like(f"%{word}%"))
    return [AgencyLine(*row) for row in connection.execute(query)]


def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Agency id -> name, of those that are known."""
    rows = connection.execute(select(t.agencies.c.id, t.agencies.c.name).where(t.agencies.c.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Rejected:
    id: int
    name: str
    code: str
    message: str | None
    attempts: int
    at: str


def quarantine(connection: Connection, limit: int = 200) -> list[Rejected]:
    """What could not be read and waits, the latest first."""
    s = t.sources.c
    rows = connection.execute(
        select(s.id, s.name, s.code, s.message, s.attempts, s.at)
        .where(s.code.is_not(None))
        .order_by(s.at.desc(), s.id.desc())
        .limit(limit)
    )
    return [Rejected(*row) for row in rows]
