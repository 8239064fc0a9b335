"""One record into the database, in its caller's transaction; the same record twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from extractor.database import schema as t
from extractor.database import search_index, summaries
from extractor.database.fold import key, number_key
from extractor.database.metric_names import metric_key
from extractor.database.sketches import sketch

Json = dict[str, Any]
#: rows of a document that are made anew when it is read again
_ROWS = (t.mentions, t.participants, t.references, t.figures, t.targets, t.assignments, t.warnings, t.topics)
#: characters of a text that stand for a title where there is no subject
_TITLE = 160


@dataclass(frozen=True, slots=True)
class Reading:
    """With what a record was made: the program's version, the digest of the rules, the names model."""

    version: str
    rules: str
    ner: str
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a record: its document, and whether that is new, a letter's next version, or known."""

    document_id: int
    what: Literal["added", "linked", "updated", "unchanged"]


def now() -> str:
    """This moment, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def put(connection: Connection, record: Json, reading: Reading, document_id: int | None = None) -> Stored:
    """Write a record (as JSON). A document with the same text is read anew, unless nothing has changed.

    `document_id` is the document of which this is a new reading, where its text may have changed as well;
    when another document has that text already, that one is read anew.
    """
    extracted = _dumped(record)
    if "\\u0000" in extracted:
        record = _without_nul(record)
        extracted = _dumped(record)
    known = _known(connection, t.documents.c.text_id == record["id"])
    if known is None and document_id is not None:
        known = _known(connection, t.documents.c.id == document_id)
    if known is not None and known.extracted == extracted:
        pass_over(connection, known.id, reading)
        return Stored(known.id, "unchanged")
    shown = _corrected(connection, known.id, record) if known else record
    letter_id, others = _letter(connection, shown, known.id if known else None)
    read_at = now()
    values: Json = {
        "text_id": record["id"],
        "letter_id": letter_id,
        "revision": next_revision(connection),
        "run_id": reading.run_id,
        "read_at": read_at,
        "version": reading.version,
        "rules": reading.rules,
        "ner": reading.ner,
        "extracted": extracted,
    }
    if known is None:
        values |= {**columns_of(record), "record": extracted, "added_at": read_at, "current": True}
        new = insert(t.documents).returning(t.documents.c.id)
        written = int(connection.execute(new, values).scalar_one())
        _insert_rows(connection, written, record)
        what: Literal["added", "linked", "updated"] = "linked" if others else "added"
    else:
        written, what = known.id, "updated"
        if known.text_id != record["id"]:
            search_index.forget(connection, written)  # while the text that it holds can still be read
        values |= {**columns_of(shown), "record": _dumped(shown)}
        connection.execute(update(t.documents).where(t.documents.c.id == written).values(values))
        write_rows(connection, written, shown)
        if known.letter_id != letter_id:
            choose_current(connection, known.letter_id)
            _share(connection, known.letter_id)
    if known is not None or others:
        choose_current(connection, letter_id)
        _share(connection, letter_id)
    search_index.write(connection, written)
    return Stored(written, what)


def _without_nul(value: Any) -> Any:
    """A record with U+FFFD for each NUL, which PostgreSQL does not take; all offsets stay."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _without_nul(inner) for name, inner in value.items()}
    return [*map(_without_nul, value)] if isinstance(value, list) else value


def _dumped(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _known(connection: Connection, condition: ColumnElement[bool]) -> Any:
    c = t.documents.c
    columns = (c.id, c.text_id, c.extracted, c.letter_id)
    return connection.execute(select(*columns).where(condition)).first()


def pass_over(connection: Connection, document_id: int, reading: Reading) -> None:
    """Note that a document would be read the same now."""
    c = t.documents.c
    stale = (c.rules != reading.rules) | (c.version != reading.version) | (c.ner != reading.ner)
    now_read = {"rules": reading.rules, "version": reading.version, "ner": reading.ner}
    connection.execute(update(t.documents).where((c.id == document_id) & stale).values(now_read))


def refresh(connection: Connection, document_id: int) -> None:
    """Lay the corrections over what was read once more, after one was added or undone."""
    extracted = connection.execute(
        select(t.documents.c.extracted).where(t.documents.c.id == document_id)
    ).scalar_one()
    shown = _corrected(connection, document_id, json.loads(extracted))
    letter_id, _ = _letter(connection, shown, document_id)
    old = connection.execute(
        select(t.documents.c.letter_id).where(t.documents.c.id == document_id)
    ).scalar_one()
    values = {**columns_of(shown), "record": _dumped(shown), "letter_id": letter_id}
    values["revision"] = next_revision(connection)
    connection.execute(update(t.documents).where(t.documents.c.id == document_id).values(values))
    write_rows(connection, document_id, shown)
    if old != letter_id:
        choose_current(connection, old)
        _share(connection, old)
    choose_current(connection, letter_id)
    _share(connection, letter_id)
    search_index.write(connection, document_id)


def remove(connection: Connection, document_id: int) -> None:
    """Delete a document with its rows; the next best version of its letter takes its place."""
    letter_id = connection.execute(
        select(t.documents.c.letter_id).where(t.documents.c.id == document_id)
    ).scalar_one()
    search_index.forget(connection, document_id)
    summaries.forget(connection, document_id)
    connection.execute(delete(t.documents).where(t.documents.c.id == document_id))
    gone = {"revision": next_revision(connection), "document_id": document_id, "at": now()}
    connection.execute(insert(t.removals), gone)
    kept = select(t.corrections.c.text_id)
    connection.execute(delete(t.corrected_texts).where(t.corrected_texts.c.text_id.not_in(kept)))
    choose_current(connection, letter_id)
    _share(connection, letter_id)


def _corrected(connection: Connection, document_id: int, record: Json, others: Sequence[int] = ()) -> Json:
    """The record with the corrections of its document, and of `others`, laid over it."""
    c = t.corrections.c
    kept = select(c.id).where(c.document_id.in_([document_id, *others]) & c.undone_at.is_(None)).limit(1)
    if connection.execute(kept).first() is None:
        return record
    overlay = import_module("extractor.database.corrections").overlay
    shown: Json = overlay(connection, document_id, record, others)
    return shown


def _share(connection: Connection, letter_id: int) -> None:
    """Lay what people said of any version of a letter over its current one, over the others their own only.

    Which versions are one letter is told by each one's own corrections, so that undoing one of another
    version does not part them.
    """
    d, c = t.documents.c, t.corrections.c
    mine = d.letter_id == letter_id
    said = select(c.id).join(t.documents, d.id == c.document_id).where(mine).limit(1)
    changed = select(d.id).where(mine & (d.record != d.extracted)).limit(1)
    if not (connection.execute(said).first() or connection.execute(changed).first()):
        return
    rows = connection.execute(select(d.id, d.current, d.extracted, d.record).where(mine).order_by(d.current))
    versions = rows.all()  # the current one comes last: it tells what is lost
    for row in versions:
        others = [other.id for other in versions if row.current and other.id != row.id]
        shown = _corrected(connection, row.id, json.loads(row.extracted), others)
        record = _dumped(shown)
        if record != row.record:
            values = {**columns_of(shown), "record": record, "revision": next_revision(connection)}
            connection.execute(update(t.documents).where(d.id == row.id).values(values))
            write_rows(connection, row.id, shown)
            search_index.write(connection, row.id)


_REVISION = select(
    select(t.revisions.c.revision).where(t.revisions.c.id == 1).scalar_subquery(),
    select(func.max(t.documents.c.revision)).scalar_subquery(),
)


def revision(connection: Connection) -> int:
    """The revision of the database: it grows with each document that is written or removed."""
    return max(int(number or 0) for number in connection.execute(_REVISION).one())


def next_revision(connection: Connection) -> int:
    """A revision that no document has had, also none that is gone."""
    new = revision(connection) + 1
    there = update(t.revisions).where(t.revisions.c.id == 1).values(revision=new)
    if connection.execute(there).rowcount == 0:
        connection.execute(insert(t.revisions), {"id": 1, "revision": new})
    return new


def letter_key(record: Json) -> str:
    """What makes two documents one letter: number, issuer and day; the text where one of them is unknown."""
    document = record["document"]
    if document["number"] and document["issuer"] and document["issued_on"]:
        return f"{number_key(document['number'])} {document['issuer']['id']} {document['issued_on']}"
    return str(record["id"])


def _letter(connection: Connection, record: Json, document_id: int | None) -> tuple[int, bool]:
    """The letter of a record, made when it is not there, and whether it has documents beside this one."""
    wanted = letter_key(record)
    found = connection.execute(select(t.letters.c.id).where(t.letters.c.key == wanted)).scalar()
    if found is None:
        new = insert(t.letters).returning(t.letters.c.id)
        return int(connection.execute(new, {"key": wanted}).scalar_one()), False
    others = select(t.documents.c.id).where(t.documents.c.letter_id == found).limit(2)
    return int(found), any(row.id != document_id for row in connection.execute(others))


def choose_current(connection: Connection, letter_id: int) -> None:
    """Mark a letter's best version: a letter before a report of it, text before a scan, then the longest.

    A letter without any version left is deleted.
    """
    rows = connection.execute(
        select(t.documents.c.id, t.documents.c.current)
        .where(t.documents.c.letter_id == letter_id)
        .order_by(
            t.documents.c.kind,  # "letter" sorts before "report"
            t.documents.c.ocr.is_not(None),
            func.length(t.documents.c.text).desc(),
            t.documents.c.id,
        )
    ).all()
    if not rows:
        connection.execute(delete(t.letters).where(t.letters.c.id == letter_id))
    for i, row in enumerate(rows):
        if row.current != (i == 0):
            if row.current:
                summaries.forget(connection, row.id)
            connection.execute(
                update(t.documents)
                .where(t.documents.c.id == row.id)
                .values(current=i == 0, revision=next_revision(connection))
            )
            if not row.current:
                summaries.add(connection, row.id)
            search_index.write(connection, row.id)


def columns_of(record: Json) -> Json:
    """A document's own columns."""
    document, source = record["document"], record["source"]
    issuer, kind = document["issuer"] or {}, document["type"] or {}
    agency: Json = next((a for a in record["agencies"] if a["id"] == issuer.get("id")), {})
    subject, text = document["subject"], record["text"]
    items = (*record["assignments"], *record["targets"], *record["figures"])
    return {
        "name": source["name"],
        "media_type": source["media_type"],
        "url": source["url"],
        "kind": record["source_kind"],
        "ocr": source["ocr"]["confidence"] if source["ocr"] else None,
        "number": document["number"],
        "number_key": number_key(document["number"]) if document["number"] else None,
        "type": kind.get("code"),
        "type_name": kind.get("name"),
        "issuer_id": issuer.get("id"),
        "issuer_name": issuer.get("name"),
        "issuer_level": agency.get("level"),
        "issued_on": document["issued_on"],
        "year": int(document["issued_on"][:4]) if document["issued_on"] else None,
        "place": document["place"],
        "province": agency.get("locality"),
        "subject": subject,
        "signer": document["signer"]["name"] if document["signer"] else None,
        "urgency": document["urgency"],
        "secrecy": document["secrecy"],
        "title": subject or " ".join(text[: 2 * _TITLE].split())[:_TITLE],
        "text": text,
        "review": sum(item["review"] for item in items),
        "tasks": len(record["assignments"]),
        "addressees": sum(len(document[part]) for part in ("addressees", "recipients", "executors")),
    }


def write_rows(connection: Connection, document_id: int, record: Json) -> None:
    """The rows of a document, in place of those that are there."""
    summaries.forget(connection, document_id)
    for table in _ROWS:
        connection.execute(delete(table).where(table.c.document_id == document_id))
    _insert_rows(connection, document_id, record)


def _insert_rows(connection: Connection, document_id: int, record: Json) -> None:
    _agencies(connection, record)
    for table, rows in rows_of(document_id, record):
        _many(connection, table, rows)
    _assignments(connection, document_id, record["assignments"])
    summaries.add(connection, document_id)


def rows_of(document_id: int, record: Json) -> Iterator[tuple[Table, Iterable[Json]]]:
    """The rows of a document, without those of its assignments."""
    area = columns_of(record)["province"]
    yield t.mentions, (
        {"document_id": document_id, "agency_id": agency["id"], **_span(mention)}
        for agency in record["agencies"] for mention in agency["mentions"]
    )  # fmt: skip
    spans = record["document"]["spans"]
    yield t.participants, (
        {"document_id": document_id, "role": role, "position": i, "agency_id": who["id"], "name": who["name"],
         "title": who["title"], **_span(spans.get(f"{role}s"))}
        for role in ("addressee", "recipient", "executor")
        for i, who in enumerate(record["document"][f"{role}s"])
    )  # fmt: skip
    yield t.references, (
        {"document_id": document_id, "number": ref["number"], "type": ref["type"],
         "number_key": number_key(ref["number"]) if ref["number"] else None,
         "issuer_id": ref["issuer"]["id"] if ref["issuer"] else None,
         "issuer_name": ref["issuer"]["name"] if ref["issuer"] else None,
         "issued_on": ref["issued_on"], "subject": ref["subject"], "relation": ref["relation"],
         "by": ref["by"],
         **_span(ref["span"])}
        for ref in record["references"]
    )  # fmt: skip
    yield t.figures, (_quantity(document_id, item) for item in record["figures"])
    yield t.targets, (
        {**_quantity(document_id, item), **_days("deadline", item["deadline"]),
         "claim": summaries.claim(item, area),
         "agencies": json.dumps([a["name"] for a in item["agencies"]], ensure_ascii=False)}
        for item in record["targets"]
    )  # fmt: skip
    yield t.warnings, (
        {"document_id": document_id, "code": w["code"], "message": w["message"], **_span(w["span"])}
        for w in record["warnings"]
    )  # fmt: skip
    yield t.topics, ({"document_id": document_id, "code": code} for code in record.get("topics", ()))


def _many(connection: Connection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    values = list(rows)
    if values:
        connection.execute(insert(table), values)


def _span(span: Json | None) -> Json:
    return {"start": span["start"], "end": span["end"]} if span else {"start": None, "end": None}


def _days(name: str, period: Json | None) -> Json:
    start, end = (period["start"], period["end"]) if period else (None, None)
    return {f"{name}_start": start, f"{name}_end": end}


def _quantity(document_id: int, item: Json) -> Json:
    same = ("value", "value_max", "of", "unit", "kind", "comparator", "metric", "population", "place")
    return {
        "document_id": document_id,
        **{name: item[name] for name in (*same, "confidence", "review", "by")},
        "metric_key": metric_key(item["metric"]) if item["metric"] else None,
        "corrected": bool(item.get("corrected")),
        **_days("as_of", item["as_of"]),
        **_span(item["span"]),
    }


def _assignments(connection: Connection, document_id: int, items: list[Json]) -> None:
    if not items:
        return
    _many(connection, t.assignments, (assignment_of(document_id, i, item) for i, item in enumerate(items)))
    c = t.assignments.c
    ids = connection.execute(select(c.id).where(c.document_id == document_id).order_by(c.position)).scalars()
    told = (told_of(i, document_id, item) for i, item in zip(ids, items, strict=True))
    _many(connection, t.assignment_agencies, chain.from_iterable(told))


def told_of(assignment_id: int, document_id: int, item: Json) -> Iterator[Json]:
    """The rows of those who are told to do one task."""
    same = {
        "assignment_id": assignment_id,
        "document_id": document_id,
        "deadline": item["deadline"]["end"] if item["deadline"] else None,
        "recurring": item["recurrence"] is not None,
        **_sketches(item["task"]),
    }
    for role, field in (("lead", "agencies"), ("coordinating", "coordinating")):
        for i, who in enumerate(item[field]):
            named = {"agency_id": who["id"], "name": who["name"], "title": who["title"]}
            yield {**same, **named, "role": role, "position": i}


def _sketches(task: str) -> Json:
    return {f"sketch_{i}": number for i, number in enumerate(sketch(task), 1)}


def assignment_of(document_id: int, position: int, item: Json) -> Json:
    deadline = item["deadline"] or {}
    span = _span(deadline.get("span"))
    same = ("label", "task", "mode", "assigned_by", "recurrence", "product", "confidence", "review", "by")
    return {
        "document_id": document_id,
        "position": position,
        **{name: item[name] for name in same},
        **_days("deadline", item["deadline"]),
        "deadline_relation": deadline.get("relation"),
        "deadline_span_start": span["start"],
        "deadline_span_end": span["end"],
        "review_reasons": json.dumps(item["review_reasons"]),
        "inferred": json.dumps(item["inferred"]),
        "corrected": bool(item.get("corrected")),
        **_span(item["span"]),
    }


def _agencies(connection: Connection, record: Json) -> None:
    """The agencies of a record that are not in the table yet; what is known of one is brought up to date."""
    named: dict[str, Json] = {a["id"]: a for a in record["agencies"]}
    for item in record["assignments"]:
        for who in (*item["agencies"], *item["coordinating"]):
            named.setdefault(who["id"], {"id": who["id"], "name": who["name"]})
    if not named:
        return
    c = t.agencies.c
    there = {row.id: row._asdict() for row in connection.execute(select(t.agencies).where(c.id.in_(named)))}
    _many(connection, t.agencies, (agency_row(a, {}) for a in named.values() if a["id"] not in there))
    for known in there.values():
        agency = agency_row(named[known["id"]], known)
        if agency != known:
            connection.execute(update(t.agencies).where(c.id == agency["id"]).values(agency))
    _successors(connection, {a["id"]: a["successors"] for a in record["agencies"] if a.get("successors")})


def agency_row(agency: Json, known: Json) -> Json:
    """An agency's row; a name outside the registers, and what only some letters tell, stays as known."""
    if not agency.get("mentions") and known:
        return known
    outside = agency["id"].startswith("x:")
    name = known["name"] if known and outside else agency["name"]
    ended = agency.get("ended") or {}
    return {
        "id": agency["id"],
        "name": name,
        "key": key(name),
        "level": agency.get("level") or known.get("level"),
        "locality": agency.get("locality") or known.get("locality"),
        "ended_from": ended.get("from"),
        "ended_change": ended.get("change"),
        "ended_basis": ended.get("basis"),
    }


def _successors(connection: Connection, found: dict[str, list[Json]]) -> None:
    """Who has the work of agencies that ended, where that is not in the table yet."""
    if not found:
        return
    table = t.agency_successors
    rows = [
        {"agency_id": agency_id, "successor_id": s["id"], "name": s["name"], "key": key(s["name"]),
         "since": s["from"], "change": s["change"]}
        for agency_id, successors in found.items()
        for s in successors
    ]  # fmt: skip
    there = [r._asdict() for r in connection.execute(select(table).where(table.c.agency_id.in_(found)))]
    if sorted(rows, key=_pair) != sorted(there, key=_pair):
        connection.execute(delete(table).where(table.c.agency_id.in_(found)))
        _many(connection, table, rows)


def _pair(row: Json) -> tuple[str, str]:
    return row["agency_id"], row["successor_id"]
