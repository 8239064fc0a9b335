"""Keeps the search in step with the documents: called in the transaction that writes one."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from extractor.database import schema as t
from extractor.database import search_tables as s
from extractor.database.fold import key
from extractor.database.query import bare, words

#: characters of a text whose words are looked up; PostgreSQL takes no more than 1 MB of words for a row
MOST = 250_000
_ADD_SQLITE = text(
    "INSERT INTO search_words (rowid, title_exact, title_folded, exact, folded, codes)"
    " VALUES (:id, :title_exact, :title_folded, :exact, :folded, :codes)"
)
_TAKE_SQLITE = text(
    "INSERT INTO search_words (search_words, rowid, title_exact, title_folded, exact, folded, codes)"
    " VALUES ('delete', :id, :title_exact, :title_folded, :exact, :folded, :codes)"
)
_ADD_POSTGRESQL = text(
    "INSERT INTO search_words (id, title_exact, title_folded, exact, folded, codes) VALUES (:id, "
    + ", ".join(f"to_tsvector('simple', :{name})" for name in s.WORDS)
    + ")"
)


def write(connection: Connection, document_id: int) -> None:
    """Let a document be found as it is now; one that is not its letter's current version is taken out."""
    d = t.documents.c
    row = connection.execute(
        select(d.current, d.title, d.text, d.type, d.type_name, d.issuer_id, d.issuer_name, d.issuer_level,
               d.issued_on, d.year, d.place, d.province).where(d.id == document_id)
    ).mappings().first()  # fmt: skip
    if row is None or not row["current"]:
        forget(connection, document_id)
        return
    codes = _codes_of(connection, document_id, row)
    first = day_number(row["issued_on"]) * s.DAY
    old = connection.execute(
        select(s.search_documents).where(s.search_documents.c.document_id == document_id)
    ).first()
    if old is not None:
        if (old.title, old.codes) == (row["title"], codes) and first <= old.id < first + s.DAY:
            return
        forget(connection, document_id)
    here = s.search_documents.c.id
    last = connection.execute(
        select(func.max(here)).where(here >= first, here < first + s.DAY)
    ).scalar()  # the documents of a day are counted up
    new = first if last is None else last + 1
    connection.execute(
        insert(s.search_documents).values(id=new, document_id=document_id, title=row["title"], codes=codes)
    )
    add = _ADD_SQLITE if connection.dialect.name == "sqlite" else _ADD_POSTGRESQL
    connection.execute(add, {"id": new, **_words_of(row["title"], row["text"], codes)})


def forget(connection: Connection, document_id: int) -> None:
    """Let a document be found no longer; called before its row goes."""
    row = connection.execute(
        select(s.search_documents, t.documents.c.text)
        .join(t.documents)
        .where(s.search_documents.c.document_id == document_id)
    ).first()
    if row is None:
        return
    if connection.dialect.name == "sqlite":
        # an index without content is told what to take out; a document's text never changes
        connection.execute(_TAKE_SQLITE, {"id": row.id, **_words_of(row.title, row.text, row.codes)})
    connection.execute(delete(s.search_documents).where(s.search_documents.c.id == row.id))


def rebuild(connection: Connection) -> int:
    """Make the whole index anew from the documents; how many can be found."""
    s.drop(connection)
    s.create(connection)
    d = t.documents.c
    current = connection.execute(select(d.id).where(d.current).order_by(d.id)).scalars().all()
    for document_id in current:
        write(connection, document_id)
    optimize(connection)
    return len(current)


def optimize(connection: Connection) -> None:
    """Put the index in one piece: after many letters were written."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_words (search_words) VALUES ('optimize')"))
        connection.execute(text("ANALYZE"))


def day_number(day: str | None) -> int:
    """Days since 1900 of an ISO day, 0 for none and for what lies before."""
    if not day:
        return 0
    return max(0, date.fromisoformat(day).toordinal() - date(1900, 1, 1).toordinal())


def code_word(code_id: int) -> str:
    """A code as a word."""
    return f"c{code_id}"


def _words_of(title: str, body: str, codes: bytes) -> dict[str, str]:
    """The columns of words. The text's own hold the title too, where it is not in the text."""
    title_words, text_words = words(title), words(body[:MOST])
    head, tail = " ".join(title_words), " ".join(text_words)
    if head not in tail:
        text_words += title_words
        tail = " ".join(text_words)
    return {
        "title_exact": head,
        "title_folded": " ".join(bare(title_words)),
        "exact": tail,
        "folded": " ".join(bare(text_words)),
        "codes": " ".join(code_word(n // len(s.KINDS)) for n in unpack(codes)),
    }


def _codes_of(connection: Connection, document_id: int, row: Any) -> bytes:
    """What a document is counted under, as `search_documents.codes` holds it."""
    agencies = connection.execute(
        select(t.agencies.c.id, t.agencies.c.name, t.agencies.c.locality)
        .where(
            t.agencies.c.id.in_(
                select(t.mentions.c.agency_id)
                .where(t.mentions.c.document_id == document_id)
                .union(
                    select(t.participants.c.agency_id).where(t.participants.c.document_id == document_id),
                    select(t.assignment_agencies.c.agency_id)
                    .join(t.assignments)
                    .where(t.assignments.c.document_id == document_id),
                )
            )
        )
        .order_by(t.agencies.c.id)
    ).all()
    found = [("agency", a.id, a.name) for a in agencies]
    if row["issuer_id"]:
        found.append(("agency", row["issuer_id"], row["issuer_name"]))
        found.append(("issuer", row["issuer_id"], row["issuer_name"]))
    if row["type"]:
        found.append(("type", row["type"], row["type_name"] or row["type"]))
    if row["year"]:
        found.append(("year", str(row["year"]), str(row["year"])))
    places = dict.fromkeys(filter(None, (row["province"], *(a.locality for a in agencies))))
    # where a letter was signed says what it is about unless the issuer works for the whole country
    if row["place"] and row["issuer_level"] != "central":
        known = key(row["place"])
        if not any(f" {key(p)}".endswith(f" {known}") for p in places):
            places[row["place"]] = None
    found += [("place", key(p), p) for p in places]
    topics = connection.execute(
        select(t.topics.c.code).where(t.topics.c.document_id == document_id).order_by(t.topics.c.code)
    ).scalars()
    found += [("topic", code, code) for code in topics]
    return pack(connection, dict.fromkeys(found))


def pack(connection: Connection, found: Iterable[tuple[str, str, str]]) -> bytes:
    """(kind, value, label) of a document as the bytes of `search_documents.codes`; new codes get a number."""
    wanted = {f"{kind}:{value}"[:400]: (kind, label) for kind, value, label in found}
    if not wanted:
        return b""
    c = s.search_codes.c
    there = select(c.value, c.id).where(c.value.in_(wanted))
    known = {row.value: row.id for row in connection.execute(there)}
    new = [
        {"value": value, "kind": s.KINDS.index(kind), "label": label, "key": key(label)}
        for value, (kind, label) in wanted.items()
        if value not in known
    ]
    if new:
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(s.search_codes).on_conflict_do_nothing(), new)
        known = {row.value: row.id for row in connection.execute(there)}
    numbers = sorted(known[v] * len(s.KINDS) + s.KINDS.index(kind) for v, (kind, _) in wanted.items())
    return struct.pack(f"<{len(numbers)}i", *numbers)


def unpack(codes: bytes) -> tuple[int, ...]:
    """The numbers in `search_documents.codes`."""
    return struct.unpack(f"<{len(codes) // 4}i", codes)
