"""Read queries of the pages: one letter with its versions and links, lists, counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from extractor.database import schema as t
from extractor.database import search, store
from extractor.database.fold import key, number_key
from extractor.database.secrecy import SECRET

Json = dict[str, Any]
_D, _R = t.documents.c, t.references.c
_LINK = (_D.id, _D.number, _D.type, _D.issuer_name, _D.issued_on, _D.title)
# Statements are made once: to make one takes longer than to ask it.
_DOCUMENT = select(t.documents).where(_D.id == bindparam("document"))
_CARD = select(*_LINK).where(_D.id == bindparam("document"))
_VERSIONS = (
    select(_D.id, _D.current, _D.name, _D.kind, _D.ocr, _D.added_at)
    .where(_D.letter_id == bindparam("letter"))
    .order_by(_D.current.desc(), _D.id)
)
_TOPICS = select(t.topics.c.code).where(t.topics.c.document_id == bindparam("document"))
_CITED = select(*_LINK, _D.number_key, _D.issuer_id).where(
    _D.number_key.in_(bindparam("numbers", expanding=True)), _D.current, _D.letter_id != bindparam("letter")
)
_CITING = (
    select(*_LINK, _R.relation, _R.issuer_id, _R.issued_on.label("day"))
    .select_from(t.references.join(t.documents, _R.document_id == _D.id))
    .where(_R.number_key == bindparam("number"), _D.current, _D.letter_id != bindparam("letter"))
    .order_by(_D.issued_on.desc(), _D.id)
    .limit(200)
)
_NAMESAKES = select(_D.issuer_id, _D.issued_on).where(
    _D.number_key == bindparam("number"), _D.current, _D.letter_id != bindparam("letter")
)
_FILE = (
    select(t.files.c.id, t.files.c.name)
    .select_from(t.sources.join(t.files, t.sources.c.file_id == t.files.c.id))
    .where(t.sources.c.document_id == bindparam("document"), t.files.c.content.is_not(None))
    .order_by(t.files.c.id)
    .limit(1)
)
_BRIEFS = select(_D.id, _D.tasks, _D.review, _D.ocr).where(_D.id.in_(bindparam("ids", expanding=True)))


def _by_month(name: Any, source: Any) -> Select[Any]:
    """How many tasks agencies were told, by a name and the month of the letter."""
    told, month = t.assignment_agencies.c, func.substr(_D.issued_on, 1, 7)
    mine = told.agency_id.in_(bindparam("ids", expanding=True))
    return (
        select(name, month, func.count(func.distinct(told.assignment_id)))
        .select_from(source)
        .where(mine, _D.current, _D.issued_on.is_not(None), name.is_not(None))
        .group_by(name, month)
    )


_told_in = t.assignment_agencies.join(t.documents, t.assignment_agencies.c.document_id == _D.id)
_BY_ISSUER = _by_month(_D.issuer_name, _told_in)
_BY_TOPIC = _by_month(t.topics.c.code, _told_in.join(t.topics, t.topics.c.document_id == _D.id))


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
    """A document with all that its page shows. `cites`: position of a reference -> the document it names.

    `several`: positions of references that can mean more than one document.
    """

    id: int
    row: Any
    record: Json
    versions: list[Version]
    cites: dict[int, Link]
    several: set[int]
    cited_by: list[Link]
    has_original: bool
    topics: list[str]


def letter(connection: Connection, document_id: int) -> Letter | None:
    """None when there is no such document."""
    row = connection.execute(_DOCUMENT, {"document": document_id}).first()
    if row is None:
        return None
    record = json.loads(row.record)
    versions = connection.execute(_VERSIONS, {"letter": row.letter_id})
    return Letter(
        document_id,
        row,
        record,
        [Version(*v) for v in versions],
        *cites(connection, record, row.letter_id),
        cited_by(connection, row.number_key, row.letter_id, row.issuer_id, row.issued_on),
        original_file(connection, document_id) is not None,
        list(connection.execute(_TOPICS, {"document": document_id}).scalars()),
    )


def cites(connection: Connection, record: Json, letter_id: int) -> tuple[dict[int, Link], set[int]]:
    """The letters in the database that a record's references name: same number, no other issuer or day.

    Where several can be meant none is; the positions of those references come beside.
    """
    numbers = {i: number_key(r["number"]) for i, r in enumerate(record["references"]) if r["number"]}
    if not numbers:
        return {}, set()
    rows = connection.execute(_CITED, {"numbers": [*set(numbers.values())], "letter": letter_id}).all()
    found, several = {}, set()
    for i, number in numbers.items():
        reference = record["references"][i]
        issuer, day = (reference["issuer"] or {}).get("id"), reference["issued_on"]
        meant = [r for r in rows if r.number_key == number and _can_be(r, issuer, day)]
        if len(meant) == 1:
            found[i] = Link(*meant[0][:6], reference["relation"])
        elif meant:
            several.add(i)
    return found, several


def cited_by(
    connection: Connection, number: str | None, letter_id: int, issuer: str | None, day: str | None
) -> list[Link]:
    """The letters in the database that refer to one and to no other of its number, the latest first."""
    if not number:
        return []
    asked = {"number": number, "letter": letter_id}
    rows = connection.execute(_CITING, asked).all()
    others = connection.execute(_NAMESAKES, asked).all() if rows else []
    links = [
        Link(*row[:7])
        for row in rows
        if agree(issuer, row.issuer_id) and agree(day, row.day)
        if not any(_can_be(other, row.issuer_id, row.day) for other in others)
    ]
    return list({(link.id, link.relation): link for link in links}.values())


def _can_be(row: Any, issuer: str | None, day: str | None) -> bool:
    """Whether a document is one of this issuer and day, as far as they are known."""
    return agree(issuer, row.issuer_id) and agree(day, row.issued_on)


def agree(one: str | None, other: str | None) -> bool:
    """Whether two values can be of one letter: the same, or one of them unknown."""
    return not one or not other or one == other


def original_file(connection: Connection, document_id: int) -> Any | None:
    """Name and bytes (zlib) of the file that a document came from, None where it was not kept."""
    return connection.execute(_FILE, {"document": document_id}).first()


def file_content(connection: Connection, file_id: int) -> bytes:
    """The bytes as kept (zlib)."""
    content: bytes = connection.execute(select(t.files.c.content).where(t.files.c.id == file_id)).scalar_one()
    return content


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in the database."""

    letters: int
    tasks: int
    agencies: int
    review: int


def counts(connection: Connection) -> Counts:
    """How much is in the database."""
    kept = {row.kind: row.number for row in connection.execute(select(t.totals))}
    letters, tasks, review = (kept.get(kind, 0) for kind in ("letters", "tasks", "review"))
    agencies = connection.execute(select(func.count()).select_from(t.agencies)).scalar_one()
    return Counts(letters, tasks, agencies, review)


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
    rows = connection.execute(_BRIEFS, {"ids": ids})
    return {r.id: Brief(r.tasks, r.review, r.ocr is not None) for r in rows}


@dataclass(frozen=True, slots=True)
class Start:
    """What the start page shows: the latest letters, and how much there is at this revision."""

    revision: int
    found: search.Page
    briefs: dict[int, Brief]
    counts: Counts


#: letters that the start page shows
_RECENT = 6


def start(connection: Connection, known: Start | None = None) -> Start:
    """What the start page shows; `known` as long as nothing is written."""
    revision = store.revision(connection)
    if known is not None and known.revision == revision:
        return known
    found = search.search(connection, search.Query(sort="newest", per_page=_RECENT))
    shown = briefs(connection, [hit.document_id for hit in found.hits])
    return Start(revision, found, shown, counts(connection))


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency with the number of its tasks, as the list of agencies shows it."""

    id: str
    name: str
    level: str | None
    locality: str | None
    ended_from: str | None
    tasks: int


#: agencies on a page of their list
AGENCIES = 50


def agency_list(connection: Connection, text: str, page: int = 1) -> list[AgencyLine]:
    """Agencies that were told to do something and whose name holds the words of `text`, the busiest first.

    One more than fits on a page when there is another page.
    """
    g, counts = t.agencies.c, t.task_counts.c
    named = (g.key.contains(word, autoescape=True) for word in key(text).split())
    query = (
        select(g.id, g.name, g.level, g.locality, g.ended_from, counts.tasks)
        .select_from(t.task_counts.join(t.agencies, counts.agency_id == g.id))
        .where(counts.kind == "all", counts.value == "", counts.role == "", *named)
        .order_by(counts.tasks.desc(), g.name)
        .offset((page - 1) * AGENCIES)
        .limit(AGENCIES + 1)
    )
    return [AgencyLine(*row) for row in connection.execute(query)]


def quoted(agency_id: str) -> str:
    """An agency's id as a part of an address."""
    return quote(agency_id, safe=":")


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: str
    filter: str
    cells: list[int]


@dataclass(frozen=True, slots=True)
class Heat:
    """How many tasks per issuer or topic (rows) and month or year of the letter (columns)."""

    columns: list[str]
    rows: list[HeatRow]
    most: int


#: rows and columns of a heat map; with more months than that, years are columns
_HEAT_ROWS, _HEAT_COLUMNS = 10, 18


def heat(connection: Connection, ids: Sequence[str], by: str) -> Heat | None:
    """By whom, or in what field, agencies were told how much and when; None without any."""
    rows = connection.execute(_BY_TOPIC if by == "topic" else _BY_ISSUER, {"ids": ids}).all()
    if not rows:
        return None
    months = {row[1] for row in rows}
    width = 7 if len(months) <= _HEAT_COLUMNS else 4
    columns = sorted({m[:width] for m in months})[-_HEAT_COLUMNS:]
    cells: dict[str, dict[str, int]] = {}
    for who, when, number in rows:
        row = cells.setdefault(who, {})
        row[when[:width]] = row.get(when[:width], 0) + number
    busiest = sorted(cells, key=lambda n: (-sum(cells[n].values()), n))[:_HEAT_ROWS]
    found = [HeatRow(n, n, [cells[n].get(c, 0) for c in columns]) for n in busiest]
    return Heat(columns, found, max(max(row.cells) for row in found))


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that waits in quarantine; `again`: its bytes are to be had, so that it can be read again."""

    file: int
    name: str
    code: str
    message: str | None
    attempts: int
    again: bool


def quarantine(connection: Connection, limit: int = 200) -> list[Rejected]:
    """What could not be read and waits, the latest first."""
    s, f = t.sources.c, t.files.c
    there = or_(f.content.is_not(None), f.path.is_not(None)) & (s.code != SECRET)
    rows = connection.execute(
        select(f.id, s.name, s.code, s.message, s.attempts, there)
        .select_from(t.sources.join(t.files, s.file_id == f.id))
        .where(s.code.is_not(None))
        .order_by(s.at.desc(), s.id.desc())
        .limit(limit)
    )
    return [Rejected(*row) for row in rows]


def card(connection: Connection, document_id: int) -> Any | None:
    """Number, title and day of a document."""
    return connection.execute(_CARD, {"document": document_id}).first()


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run over letters, as the page of ingest tells of it."""

    command: str
    started_at: str
    finished_at: str | None
    added: int
    linked: int
    updated: int
    unchanged: int
    rejected: int


def runs(connection: Connection, limit: int = 8) -> list[RunLine]:
    """The latest runs."""
    r = t.runs.c
    columns = (r.command, r.started_at, r.finished_at, r.added, r.linked, r.updated, r.unchanged, r.rejected)
    return [RunLine(*row) for row in connection.execute(select(*columns).order_by(r.id.desc()).limit(limit))]


def metrics(connection: Connection, limit: int = 8) -> list[str]:
    """What targets are set of most often."""
    c = t.targets.c
    rows = connection.execute(
        select(func.min(c.metric))
        .where(c.metric_key.is_not(None))
        .group_by(c.metric_key)
        .order_by(func.count().desc(), c.metric_key)
        .limit(limit)
    )
    return list(rows.scalars())
