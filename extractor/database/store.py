"""One record into the database, in its caller's transaction; the same record twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from extractor.database import schema as t
from extractor.database import summaries
from extractor.database.fold import key, number_key
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


def put(connection: Connection, record: Json, reading: Reading) -> Stored:
    """Write a record (as JSON). A document with the same text is read anew, unless nothing has changed."""
    extracted = json.dumps(record, ensure_ascii=False, sort_keys=True)
    known = connection.execute(
        select(t.documents.c.id, t.documents.c.extracted, t.documents.c.rules, t.documents.c.version).where(
            t.documents.c.text_id == record["id"]
        )
    ).first()
    if known is not None and known.extracted == extracted:
        if (known.rules, known.version) != (reading.rules, reading.version):
            connection.execute(
                update(t.documents)
                .where(t.documents.c.id == known.id)
                .values(rules=reading.rules, version=reading.version, ner=reading.ner)
            )
        return Stored(known.id, "unchanged")
    letter_id, others = _letter(connection, record)
    values = {
        **_columns(record),
        "letter_id": letter_id,
        "revision": next_revision(connection),
        "run_id": reading.run_id,
        "read_at": now(),
        "version": reading.version,
        "rules": reading.rules,
        "ner": reading.ner,
        "extracted": extracted,
        "record": extracted,
    }
    if known is None:
        row = insert(t.documents).values(
            **values, text_id=record["id"], added_at=values["read_at"], current=True
        )
        document_id = int(connection.execute(row.returning(t.documents.c.id)).scalar_one())
        what: Literal["added", "linked", "updated"] = "linked" if others else "added"
    else:
        document_id, what = known.id, "updated"
        connection.execute(update(t.documents).where(t.documents.c.id == document_id).values(**values))
    write_rows(connection, document_id, record)
    choose_current(connection, letter_id)
    return Stored(document_id, what)


def next_revision(connection: Connection) -> int:
    """One more than the revision of any document."""
    return (
        int(connection.execute(select(func.coalesce(func.max(t.documents.c.revision), 0))).scalar_one()) + 1
    )


def letter_key(record: Json) -> str:
    """What makes two documents one letter: number, issuer and day; the text where one of them is unknown."""
    document = record["document"]
    if document["number"] and document["issuer"] and document["issued_on"]:
        return f"{number_key(document['number'])} {document['issuer']['id']} {document['issued_on']}"
    return str(record["id"])


def _letter(connection: Connection, record: Json) -> tuple[int, bool]:
    """The letter of a record, made when it is not there, and whether it has documents."""
    wanted = letter_key(record)
    found = connection.execute(select(t.letters.c.id).where(t.letters.c.key == wanted)).scalar()
    if found is None:
        new = insert(t.letters).values(key=wanted).returning(t.letters.c.id)
        return int(connection.execute(new).scalar_one()), False
    has = select(t.documents.c.id).where(t.documents.c.letter_id == found).limit(1)
    return int(found), connection.execute(has).first() is not None


def choose_current(connection: Connection, letter_id: int) -> None:
    """Mark a letter's best version: a letter before a report of it, text before a scan, then the longest."""
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


def _columns(record: Json) -> Json:
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
        "addressees": len(document["addressees"]),
    }


def write_rows(connection: Connection, document_id: int, record: Json) -> None:
    """The rows of a document, in place of those that are there."""
    summaries.forget(connection, document_id)
    for table in _ROWS:
        connection.execute(delete(table).where(table.c.document_id == document_id))
    _agencies(connection, record)
    area = _columns(record)["province"]
    _many(connection, t.mentions, (
        {"document_id": document_id, "agency_id": agency["id"], **_span(mention)}
        for agency in record["agencies"] for mention in agency["mentions"]
    ))  # fmt: skip
    spans = record["document"]["spans"]
    _many(connection, t.participants, (
        {"document_id": document_id, "role": role, "position": i, "agency_id": who["id"], "name": who["name"],
         "title": who["title"], **_span(spans.get(f"{role}s"))}
        for role in ("addressee", "recipient", "executor")
        for i, who in enumerate(record["document"][f"{role}s"])
    ))  # fmt: skip
    _many(connection, t.references, (
        {"document_id": document_id, "number": ref["number"], "type": ref["type"],
         "number_key": number_key(ref["number"]) if ref["number"] else None,
         "issuer_id": ref["issuer"]["id"] if ref["issuer"] else None,
         "issuer_name": ref["issuer"]["name"] if ref["issuer"] else None,
         "issued_on": ref["issued_on"], "subject": ref["subject"], "relation": ref["relation"],
         "by": ref["by"],
         **_span(ref["span"])}
        for ref in record["references"]
    ))  # fmt: skip
    _many(connection, t.figures, (_quantity(document_id, item) for item in record["figures"]))
    _many(connection, t.targets, (
        {**_quantity(document_id, item), **_days("deadline", item["deadline"]),
         "claim": summaries.claim(item, area),
         "agencies": json.dumps([a["name"] for a in item["agencies"]], ensure_ascii=False)}
        for item in record["targets"]
    ))  # fmt: skip
    _many(connection, t.warnings, (
        {"document_id": document_id, "code": w["code"], "message": w["message"], **_span(w["span"])}
        for w in record["warnings"]
    ))  # fmt: skip
    _many(connection, t.topics, (
        {"document_id": document_id, "code": code} for code in record.get("topics", ())
    ))  # fmt: skip
    for i, item in enumerate(record["assignments"]):
        _assignment(connection, document_id, i, item)
    summaries.add(connection, document_id)


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
        "metric_key": key(item["metric"]) if item["metric"] else None,
        "corrected": bool(item.get("corrected")),
        **_days("as_of", item["as_of"]),
        **_span(item["span"]),
    }


def _assignment(connection: Connection, document_id: int, position: int, item: Json) -> None:
    deadline = item["deadline"] or {}
    span = _span(deadline.get("span"))
    same = ("label", "task", "mode", "assigned_by", "recurrence", "product", "confidence", "review", "by")
    row = {
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
    new = insert(t.assignments).values(**row).returning(t.assignments.c.id)
    assignment_id = int(connection.execute(new).scalar_one())
    sketches = {f"sketch_{i}": number for i, number in enumerate(sketch(item["task"]), 1)}
    _many(connection, t.assignment_agencies, (
        {"assignment_id": assignment_id, "document_id": document_id, "deadline": row["deadline_end"],
         "recurring": item["recurrence"] is not None, **sketches,
         "agency_id": who["id"], "role": role, "position": i,
         "name": who["name"], "title": who["title"]}
        for role, field in (("lead", "agencies"), ("coordinating", "coordinating"))
        for i, who in enumerate(item[field])
    ))  # fmt: skip


def _agencies(connection: Connection, record: Json) -> None:
    """The agencies of a record that are not in the table yet; what is known of one is brought up to date."""
    named = {a["id"]: a for a in record["agencies"]}
    for item in record["assignments"]:
        for who in (*item["agencies"], *item["coordinating"]):
            named.setdefault(who["id"], {"id": who["id"], "name": who["name"]})
    if not named:
        return
    columns = (t.agencies.c.id, t.agencies.c.name, t.agencies.c.level, t.agencies.c.ended_from)
    there = {row.id: row for row in connection.execute(select(*columns).where(t.agencies.c.id.in_(named)))}
    for agency in named.values():
        ended = agency.get("ended") or {}
        row = {
            "name": agency["name"],
            "key": key(agency["name"]),
            "level": agency.get("level"),
            "locality": agency.get("locality"),
            "ended_from": ended.get("from"),
            "ended_change": ended.get("change"),
            "ended_basis": ended.get("basis"),
        }
        old = there.get(agency["id"])
        if old is None:
            connection.execute(insert(t.agencies).values(id=agency["id"], **row))
        elif "mentions" in agency and tuple(old)[1:] != (row["name"], row["level"], row["ended_from"]):
            connection.execute(update(t.agencies).where(t.agencies.c.id == agency["id"]).values(**row))
        else:
            continue
        successors = t.agency_successors
        connection.execute(delete(successors).where(successors.c.agency_id == agency["id"]))
        _many(connection, successors, (
            {"agency_id": agency["id"], "successor_id": s["id"], "name": s["name"], "key": key(s["name"]),
             "since": s["from"], "change": s["change"]}
            for s in agency.get("successors", ())
        ))  # fmt: skip
