"""Tasks of an agency, or of all: by deadline, role, issuer, topic, words. Counts stop at `CAP`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Integer, and_, bindparam, column, func, or_, select, text, tuple_

from extractor.database import schema as t
from extractor.database.agency_names import Candidate, agency_ids
from extractor.database.proof import Proof, Quote, Wanted, proofs
from extractor.database.query import words
from extractor.database.recurrences import next_due
from extractor.errors import CongvanError

Role = Literal["lead", "coordinating"]
#: rows that are counted at most
CAP = 10_000
#: sorts behind every day
NEVER = "9999-12-31"
_told = t.assignment_agencies.c
_task = t.assignments.c
_letter = t.documents.c
_other = t.documents.alias("other")
_NO_PROOF = Proof(Quote(0, 0, ""))
_TASKS = (
    select(
        _letter.number, _letter.type, _letter.issuer_name, _letter.issued_on, _letter.title,
        *(c for c in _task if c.name not in ("product", "inferred", "by")),
    )
    .select_from(t.assignments.join(t.documents, _letter.id == _task.document_id))
    .where(_task.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
_AGENCIES = (
    select(_told.assignment_id, _told.agency_id, _told.role, _told.name, _told.title)
    .where(_told.assignment_id.in_(bindparam("ids", expanding=True)))
    .order_by(_told.role.desc(), _told.position)  # lead first
)
_OLD = select(_other.c.id).where(_other.c.current.is_(False))


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks: `agency`, `issuer` by name or id as typed, days in ISO 8601 (both ends inclusive).

    `due_before` and `due_after` look at the deadline's last day. `overdue`: the deadline lies before `today`
    (default: the clock's day) and the task does not recur. `undated`: only tasks without deadline (True), or
    only those with one (False). `after`: behind this task (`TaskPage.next`), instead of `page`.
    """

    agency: str | None = None
    role: Role | None = None
    due_before: str | None = None
    due_after: str | None = None
    overdue: bool = False
    today: str | None = None
    across_successors: bool = False
    topic: str | None = None
    issuer: str | None = None
    type: str | None = None
    text: str | None = None
    review: bool | None = None
    undated: bool | None = None
    page: int = 1
    per_page: int = 50
    sort: Literal["deadline", "newest"] = "deadline"
    after: tuple[int | float | str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An agency of a task, as the letter calls it."""

    id: str
    name: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task with its letter. `sentence` proves it; `lead_in` names the agency where the sentence does not,
    `deadline_sentence` says the deadline where neither does. `deadline_said`: the words of a deadline that
    could not be reckoned to a day.

    `role`, `asked_as` and `through` (how the work came to the agency asked for) are those of the agency that
    was asked for, else of the first. A task that recurs is never overdue, it has a `next_due` day.
    """

    assignment_id: int
    document_id: int
    position: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    label: str | None
    task: str
    sentence: str
    sentence_start: int
    lead_in: str | None
    lead_in_start: int | None
    deadline_sentence: str | None
    deadline_sentence_start: int | None
    start: int
    end: int
    role: str | None
    agencies: tuple[Told, ...]
    coordinating: tuple[Told, ...]
    mode: str | None
    assigned_by: str | None
    deadline_start: str | None
    deadline_end: str | None
    relation: str | None
    deadline_said: str | None
    recurrence: str | None
    next_due: str | None
    overdue: bool
    days_left: int | None
    confidence: float
    review: bool
    review_reasons: tuple[str, ...]
    corrected: bool
    asked_as: str | None
    through: str | None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Tasks of a page, and of the whole answer: how many (`capped`: more than that), for which agencies.

    `next`: where the next page goes on (`TaskQuery.after`), None behind the last.
    """

    tasks: list[Task]
    total: int
    capped: bool
    candidates: list[Candidate]
    today: str
    next: tuple[int | float | str, ...] | None = None


def tasks(connection: Connection, query: TaskQuery) -> TaskPage:
    """The tasks that a query asks for. Raises `CongvanError` for a day that is none."""
    today = query.today or date.today().isoformat()
    for value in (today, query.due_before, query.due_after):
        check_day(value)
    named: list[Candidate] = []
    if query.agency:
        named = agency_ids(connection, query.agency, query.across_successors)
        if not named:
            return TaskPage([], 0, False, [], today)
    rows = Rows(connection, query, today, [c.id for c in named] if query.agency else None)
    total = rows.count()
    ids, following = rows.page()
    found = _load(connection, ids, today, {c.id: c for c in named}, query.role)
    return TaskPage(found, min(total, CAP), total > CAP, named, today, following)


def deadlines(
    connection: Connection, query: TaskQuery, agencies: Sequence[str], limit: int
) -> list[tuple[str, int]]:
    """Day and assignment of the first tasks of a query that have a deadline; its agency is not looked at."""
    today = query.today or date.today().isoformat()
    return Rows(connection, replace(query, undated=False), today, agencies).dated(limit)


def check_day(value: str | None) -> None:
    if value is not None:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise CongvanError(f"“{value}” không phải ngày. Hãy viết như 2025-12-31.") from None


def not_old(column: Any) -> Any:
    """Whether a document is the current version of its letter: few are not, so those are looked up."""
    return column.not_in(_OLD)


class Rows:
    """The assignments of a query: from the index of agencies' tasks (`told`), else from all of them."""

    def __init__(
        self,
        connection: Connection,
        query: TaskQuery,
        today: str,
        agencies: Sequence[str] | None,
        told: bool = False,
    ) -> None:
        self.connection, self.query = connection, query
        self.of_agency = told or agencies is not None
        self.where: list[Any] = []
        if agencies is not None:
            self.where.append(_told.agency_id.in_(agencies))
        if self.of_agency:
            self.id, self.document, self.due = _told.assignment_id, _told.document_id, _told.deadline
            if query.role:
                self.where.append(_told.role == query.role)
            if query.overdue:
                self.where.append(_told.recurring.is_(False))
        else:
            self.id, self.document, self.due = _task.id, _task.document_id, _task.deadline_end
            if query.overdue:
                self.where.append(_task.recurrence.is_(None))
            if query.role:
                has = select(_told.id).where(_told.assignment_id == _task.id, _told.role == query.role)
                self.where.append(has.exists())
        self.where.append(not_old(self.document))
        self.where += self._due(today)
        self.where += self.letter()
        self.where += self._words()

    def _due(self, today: str) -> Iterator[Any]:
        query = self.query
        if query.overdue:
            yield self.due < today
        if query.due_before:
            yield self.due <= query.due_before
        if query.due_after:
            yield self.due >= query.due_after
        if query.undated is not None:
            yield self.due.is_(None) if query.undated else self.due.is_not(None)

    def letter(self) -> Iterator[Any]:
        """What the query asks of the letter."""
        query = self.query
        if query.topic:
            topics = select(t.topics.c.document_id).where(t.topics.c.code == query.topic)
            yield self.document.in_(topics)
        letter: list[Any] = []
        if query.issuer:
            named = [c.id for c in agency_ids(self.connection, query.issuer)]
            letter.append(_letter.issuer_id.in_(named))
        if query.type:
            letter.append(func.upper(_letter.type) == query.type.upper())
        if letter:
            yield self.document.in_(select(_letter.id).where(*letter))

    def _words(self) -> Iterator[Any]:
        query = self.query
        mine: list[Any] = []
        if query.review is not None:
            mine.append(_task.review.is_(query.review))
        if query.text:
            if said := words(query.text):
                yield self.document.in_(_letters_with(self.connection, said))
            mine.append(_task.task.icontains(query.text, autoescape=True))
        if mine:
            of_task = select(_task.id).where(_task.id == self.id, *mine).exists()
            yield of_task if self.of_agency else and_(*mine)

    def count(self) -> int:
        """How many assignments, at most one more than `CAP`."""
        rows = select(self.id).where(*self.where)
        rows = (rows.distinct() if self.of_agency else rows).limit(CAP + 1)
        return int(self.connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one())

    def page(self) -> tuple[list[int], tuple[int | float | str, ...] | None]:
        """Ids of the page's assignments, and the sort key of its last one if more follow."""
        query, limit = self.query, self.query.per_page
        offset = 0 if query.after else (query.page - 1) * limit
        rows = (
            self._newest(offset, limit + 1)
            if query.sort == "newest"
            else self._by_deadline(offset, limit + 1)
        )
        page = rows[:limit]
        following = tuple(page[-1]) if len(rows) > limit else None
        return [int(row[-1]) for row in page], following

    def dated(self, limit: int) -> list[tuple[str, int]]:
        """Day and assignment of the first tasks that have a deadline."""
        rows = self._ordered(self.due, self.due.is_not(None), None, 0, limit)
        return [(str(day), int(id)) for day, _, id in rows]

    def _by_deadline(self, offset: int, limit: int) -> list[Sequence[Any]]:
        """Rows (day, document, assignment): first those with a deadline, then those without."""
        after = self.query.after
        found: list[Sequence[Any]] = []
        if self.query.undated is not True and not (after and after[0] == NEVER):
            found = self._ordered(self.due, self.due.is_not(None), after, offset, limit)
        if len(found) == limit or self.query.undated is False:
            return found
        if self.query.overdue or self.query.due_before or self.query.due_after:
            return found
        if after is None and offset and not found:
            offset -= self._dated()
        else:
            offset = 0
        later = after if after and after[0] == NEVER else None
        rest = self._ordered(None, self.due.is_(None), later, offset, limit - len(found))
        return [*found, *rest]

    def _dated(self) -> int:
        rows = select(self.id).where(*self.where, self.due.is_not(None))
        rows = rows.distinct() if self.of_agency else rows
        return int(self.connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one())

    def _ordered(
        self, by: Any, which: Any, after: tuple[int | float | str, ...] | None, offset: int, limit: int
    ) -> list[Sequence[Any]]:
        order = (self.document, self.id) if by is None else (by, self.document, self.id)
        rows = select(*order).where(*self.where, which).order_by(*order).offset(offset).limit(limit)
        if self.of_agency:
            rows = rows.distinct()
        if after is not None:
            values = after[1:] if by is None else after
            rows = rows.where(tuple_(*order) > tuple_(*values))
        found: list[Sequence[Any]] = [tuple(row) for row in self.connection.execute(rows)]
        return [(NEVER, *row) for row in found] if by is None else found

    def _newest(self, offset: int, limit: int) -> list[Sequence[Any]]:
        """Rows (day of the letter, document, assignment), the latest letters first."""
        issued = t.ISSUED
        order = (issued.desc(), self.document.desc(), self.id)
        source = t.assignment_agencies if self.of_agency else t.assignments
        rows = select(issued, self.document, self.id).select_from(
            source.join(t.documents, _letter.id == self.document)
        )
        if self.of_agency:
            rows = rows.distinct()
        after = self.query.after
        if after is not None:
            same = and_(issued == after[0], self.document == after[1], self.id > after[2])
            older = and_(issued == after[0], self.document < after[1])
            rows = rows.where(or_(issued < after[0], older, same))
        rows = rows.where(*self.where).order_by(*order).offset(offset).limit(limit)
        return [tuple(row) for row in self.connection.execute(rows)]


def _letters_with(connection: Connection, said: list[str]) -> Any:
    """Ids of the documents that can have a task with these words, the last of which may be a beginning."""
    if connection.dialect.name == "sqlite":
        found = "SELECT rowid FROM search_words WHERE search_words MATCH :said"
        each = " AND ".join(f'"{word}"' for word in said)
        asked = f"exact : ({each} *)"
    else:
        found = "SELECT id FROM search_words WHERE exact @@ CAST(:said AS tsquery)"
        asked = " & ".join(f"'{word}'" for word in said) + ":*"
    sql = (
        f"SELECT document_id FROM search_documents WHERE id IN ({found})"
        f" UNION SELECT document_id FROM assignments WHERE {t.UNINDEXED}"
    )
    return text(sql).bindparams(said=asked).columns(column("document_id", Integer))


def letters_of(connection: Connection, query: TaskQuery, column: Any) -> Iterator[Any]:
    """Conditions on a column of document ids: the letters of a query, with such tasks if it asks for any."""
    named = (
        [c.id for c in agency_ids(connection, query.agency, query.across_successors)]
        if query.agency
        else None
    )
    rows = Rows(connection, query, query.today or date.today().isoformat(), named)
    task = (query.agency, query.role, query.due_before, query.due_after, query.overdue, query.text)
    if any(task) or query.undated is not None or query.review is not None:
        yield column.in_(select(rows.document).where(*rows.where))
    else:
        rows.document = column
        yield from rows.letter()


def load(
    connection: Connection, ids: Sequence[int], today: str | None = None, proved: bool = True
) -> list[Task]:
    """Assignments by their ids, in this order; without their sentences unless they are to be `proved`."""
    return _load(connection, ids, today or date.today().isoformat(), {}, None, proved)


def _load(
    connection: Connection,
    ids: Sequence[int],
    today: str,
    asked: dict[str, Candidate],
    role: str | None,
    proved: bool = True,
) -> list[Task]:
    if not ids:
        return []
    rows = {row.id: row for row in connection.execute(_TASKS, {"ids": ids}).all()}
    told = defaultdict(list)
    for row in connection.execute(_AGENCIES, {"ids": ids}).all():
        told[row.assignment_id].append(row)
    if not proved:
        return [_made(rows[i], told[i], _NO_PROOF, {}, today, asked, role) for i in ids]
    wanted = []
    for i in ids:
        mine = tuple(r.agency_id for r in told[i] if not asked or r.agency_id in asked)
        leads = tuple(r.agency_id for r in told[i] if r.role == "lead")
        row = rows[i]
        due = None if row.deadline_span_start is None else (row.deadline_span_start, row.deadline_span_end)
        wanted.append(Wanted(row.document_id, row.start, row.end, (mine, leads), due))
    said = _unreckoned(connection, {row.document_id for row in rows.values() if row.deadline_end is None})
    found = zip(ids, proofs(connection, wanted), strict=True)
    return [_made(rows[i], told[i], proof, said, today, asked, role) for i, proof in found]


def _unreckoned(connection: Connection, documents: set[int]) -> dict[int, list[Any]]:
    """Document -> the deadlines in it that could not be reckoned: start, end, words of the text."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    if not documents:
        return found
    warning = t.warnings.c
    words = func.substr(_letter.text, warning.start + 1, warning.end - warning.start).label("words")
    query = (
        select(warning.document_id, warning.start, warning.end, words)
        .select_from(t.warnings.join(t.documents, _letter.id == warning.document_id))
        .where(warning.document_id.in_(documents), warning.code == "relative_deadline")
        .where(warning.start.is_not(None))
        .order_by(warning.start)
    )
    for row in connection.execute(query):
        found[row.document_id].append(row)
    return found


def _said(row: Any, proof: Proof, deadlines: list[Any]) -> str | None:
    """The words of a task's deadline that could not be reckoned: in its own span, else in what proves it."""
    if row.deadline_end is not None:
        return None
    places = [(row.start, row.end), (proof.sentence.start, proof.sentence.end)]
    if proof.lead_in is not None:
        places.append((proof.lead_in.start, proof.lead_in.end))
    for start, end in places:
        inside = [due.words for due in deadlines if start <= due.start and due.end <= end]
        if inside:
            return " ".join(inside[-1].split())  # of several deadlines the last
    return None


def _made(
    row: Any,
    told: list[Any],
    proof: Proof,
    said: dict[int, list[Any]],
    today: str,
    asked: dict[str, Candidate],
    role: str | None,
) -> Task:
    mine = [r for r in told if r.agency_id in asked and role in (None, r.role)] if asked else told
    one = mine[0] if mine else None
    sentence, lead_in, of_deadline = proof.sentence, proof.lead_in, proof.deadline
    recurs = row.recurrence is not None
    due = next_due(row.deadline_end, row.recurrence, today) if recurs else row.deadline_end
    return Task(
        assignment_id=row.id,
        document_id=row.document_id,
        position=row.position,
        number=row.number,
        type=row.type,
        issuer=row.issuer_name,
        issued_on=row.issued_on,
        title=row.title,
        label=row.label,
        task=row.task,
        sentence=sentence.text,
        sentence_start=sentence.start,
        lead_in=lead_in.text if lead_in else None,
        lead_in_start=lead_in.start if lead_in else None,
        deadline_sentence=of_deadline.text if of_deadline else None,
        deadline_sentence_start=of_deadline.start if of_deadline else None,
        start=row.start,
        end=row.end,
        role=one.role if one else None,
        agencies=tuple(Told(r.agency_id, r.name, r.title) for r in told if r.role == "lead"),
        coordinating=tuple(Told(r.agency_id, r.name, r.title) for r in told if r.role != "lead"),
        mode=row.mode,
        assigned_by=row.assigned_by,
        deadline_start=row.deadline_start,
        deadline_end=row.deadline_end,
        relation=row.deadline_relation,
        deadline_said=_said(row, proof, said.get(row.document_id, [])),
        recurrence=row.recurrence,
        next_due=due if recurs else None,
        overdue=not recurs and due is not None and due < today,
        days_left=(date.fromisoformat(due) - date.fromisoformat(today)).days if due else None,
        confidence=row.confidence,
        review=row.review,
        review_reasons=tuple(json.loads(row.review_reasons)),
        corrected=row.corrected,
        asked_as=one.name if one else None,
        through=asked[one.agency_id].through if one and asked else None,
    )
