"""The items that a person should look at, one at a time, and what people have said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Connection, func, literal, select, union_all

from extractor.database import corrections
from extractor.database import schema as t
from extractor.errors import Changed
from extractor.record import Comparator, DateRelation, FigureKind, Recurrence
from extractor.web.items import LISTS

Json = dict[str, Any]
KINDS = ("assignment", "target", "figure")
#: the header of a letter, which is corrected like an item but has no words of its own
HEADER = "document"
#: items of the queue that are gone through in one go
MOST = 500
#: characters around an item's words, at most, and lines
_AROUND, _LINES = 700, 3


@dataclass(frozen=True, slots=True)
class Place:
    """An item of a document by its kind and its words."""

    document_id: int
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """An item's words and what stands around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form in which an item is corrected; `shape`: line, lines, day, or one of `choices`."""

    name: str
    value: str
    shape: str = "line"
    choices: tuple[str, ...] = ()
    #: the field of the item, where several inputs make one
    field: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a person said of a value."""

    id: int
    document_id: int
    number: str | None
    title: str
    kind: str
    field: str | None
    quote: str | None
    start: int | None
    end: int | None
    verdict: str
    author: str
    at: str
    undone: bool


def queue(connection: Connection, kind: str = "", which: str = "review") -> list[Place]:
    """What waits for a person (`which`: review), or what one has changed (corrected): least sure first."""
    letter, parts = t.documents.c, []
    for name, table in (("assignment", t.assignments), ("target", t.targets), ("figure", t.figures)):
        if kind in ("", name):
            c = table.c
            wanted = c.corrected if which == "corrected" else c.review
            parts.append(
                select(c.confidence, c.document_id, literal(name).label("kind"), c.start, c.end)
                .select_from(table.join(t.documents, letter.id == c.document_id))
                .where(wanted.is_(True), letter.current.is_(True))
            )
    rows = union_all(*parts).subquery()
    order = (rows.c.confidence, rows.c.document_id, rows.c.start, rows.c.kind)
    found = connection.execute(select(*list(rows.c)[1:]).order_by(*order).limit(MOST))
    return [Place(*row) for row in found]


def item_at(record: Json, place: Place) -> tuple[int, Json] | None:
    """Position and value of an item in a record; the header is the only one of its kind."""
    if place.kind == HEADER:
        return 0, record["document"]
    for i, item in enumerate(record[LISTS[place.kind]]):
        if (item["span"]["start"], item["span"]["end"]) == (place.start, place.end):
            return i, item
    return None


def context(text: str, start: int, end: int) -> Context:
    """The words ``text[start:end]`` with the lines around them; without words the beginning of the text."""
    if start == end:
        return Context("", "", text[: 2 * _AROUND])
    first = max(0, start - _AROUND)
    before = text[first:start].split("\n")[-_LINES:]
    after = text[end : end + _AROUND].split("\n")[:_LINES]
    return Context("\n".join(before).lstrip("\n"), text[start:end], "\n".join(after).rstrip("\n"))


def inputs(kind: str, item: Json) -> list[Input]:
    """The form of an item, filled with its values."""
    if kind == HEADER:
        return list(_header(item))
    return list(_task(item) if kind == "assignment" else _quantity(kind, item))


def _header(item: Json) -> Iterator[Input]:
    yield Input("number", item["number"] or "")
    yield Input("type", (item["type"] or {}).get("code") or "")
    yield Input("issuer", (item["issuer"] or {}).get("name") or "")
    yield Input("issued_on", item["issued_on"] or "", "day")
    yield Input("place", item["place"] or "")
    yield Input("subject", item["subject"] or "", "text")
    for name in ("addressees", "executors", "recipients"):
        yield Input(name, _names(item[name]), "lines")
    yield Input("urgency", item["urgency"] or "")
    yield Input("secrecy", item["secrecy"] or "")


def _task(item: Json) -> Iterator[Input]:
    yield Input("task", item["task"], "text")
    yield Input("agencies", _names(item["agencies"]), "lines")
    yield Input("coordinating", _names(item["coordinating"]), "lines")
    yield from _days("deadline", item["deadline"])
    relation = (item["deadline"] or {}).get("relation") or "before"
    yield Input("deadline.relation", relation, "choice", get_args(DateRelation), "deadline")
    yield Input("recurrence", item["recurrence"] or "", "choice", ("", *get_args(Recurrence)))
    yield Input("product", item["product"] or "")


def _quantity(kind: str, item: Json) -> Iterator[Input]:
    yield Input("value", _plain(item["value"]))
    yield Input("value_max", _plain(item["value_max"]))
    yield Input("of", _plain(item["of"]))
    yield Input("unit", item["unit"] or "")
    yield Input("kind", item["kind"], "choice", get_args(FigureKind))
    yield Input("comparator", item["comparator"], "choice", get_args(Comparator))
    for name in ("metric", "population", "place"):
        yield Input(name, item[name] or "")
    if kind == "target":
        yield from _days("deadline", item["deadline"])
        yield Input("agencies", _names(item["agencies"]), "lines")
    else:
        yield from _days("as_of", item["as_of"])


def _days(field: str, interval: Json | None) -> Iterator[Input]:
    for end in ("start", "end"):
        yield Input(f"{field}.{end}", (interval or {}).get(end) or "", "day", field=field)


def _names(agencies: list[Json]) -> str:
    return "\n".join(" ".join(filter(None, [a["title"], a["name"]])) for a in agencies)


def _plain(value: float | None) -> str:
    """A number as it is typed in Vietnam, without points between thousands."""
    return "" if value is None else f"{value}".replace(".", ",")


def changes(kind: str, item: Json, sent: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a sent form changes, with their new values as typed."""
    found: dict[str, Any] = {}
    days: dict[str, dict[str, str]] = {}
    changed_days: set[str] = set()
    for field in inputs(kind, item):
        new = " \n".join(line.strip() for line in sent.get(field.name, field.value).strip().splitlines())
        new = new.replace(" \n", "\n")
        if field.field:
            name = field.name.rpartition(".")[2]
            days.setdefault(field.field, {})[name] = new
            if new != field.value:
                changed_days.add(field.field)
        elif new != field.value:
            found[field.name] = _agencies(item, field.name, new) if field.shape == "lines" else new
    for name in changed_days:
        interval = days[name]
        found[name] = interval if interval.get("start") or interval.get("end") else None
    return found


def _agencies(item: Json, field: str, typed: str) -> list[Json]:
    """Agencies as typed, one in a line; those that stand there already keep their title and id."""
    known = {" ".join(filter(None, [a["title"], a["name"]])): a for a in item[field]}
    return [known.get(line, {"name": line}) for line in typed.splitlines() if line]


def save(
    connection: Connection, place: Place, verdict: str, sent: Mapping[str, str], author: str, note: str | None
) -> str:
    """Write down what a person said of an item. Gives what was said: confirm, correct, reject, or nothing.

    Raises `CongvanError` for a value that cannot be, `Changed` for an item that is not there any more.
    """
    row = connection.execute(
        select(t.documents.c.record).where(t.documents.c.id == place.document_id)
    ).scalar()
    found = item_at(json.loads(row), place) if row else None
    if found is None:
        raise Changed("Mục này không còn trong văn bản. Hãy tải lại trang.")
    span = None if place.kind == HEADER else found[1]["span"]
    if verdict != "correct":
        corrections.add(connection, place.document_id, place.kind, span, None, verdict, None, author, note)
        return verdict
    changed = changes(place.kind, found[1], sent)
    first: int | None = None
    for field, new in changed.items():
        id, kind = place.document_id, place.kind
        made = corrections.add(connection, id, kind, span, field, verdict, new, author, note, first)
        first = first or made
    return verdict if changed else "nothing"


def entries(connection: Connection, author: str | None = None, limit: int = 12) -> list[Entry]:
    """What was said last, by one person or by all."""
    c, d = t.corrections.c, t.documents.c
    query = (
        select(
            c.id, c.document_id, d.number, d.title, c.item, c.field, c.quote, c.start, c.end, c.verdict,
            c.author, c.at, c.undone_at.is_not(None),
        )
        .select_from(t.corrections.join(t.documents, c.document_id == d.id))
        .order_by(c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if author is not None:
        query = query.where(c.author == author, c.undone_at.is_(None))
    return [Entry(*tuple(row)) for row in connection.execute(query)]


def undo(connection: Connection, author: str) -> Entry | None:
    """Take back what a person said last, all fields of one form; None when there is nothing."""
    mine = entries(connection, author, 1)
    if not mine:
        return None
    c = t.corrections.c
    form = func.coalesce(c.form, c.id)
    of_last = select(form).where(c.id == mine[0].id).scalar_subquery()
    together = select(c.id).where(form == of_last, c.undone_at.is_(None), c.author == author)
    for id in connection.execute(together.order_by(c.id.desc())).scalars().all():
        corrections.undo(connection, id)
    return mine[0]
