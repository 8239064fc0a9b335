"""Keeps the search in step with the documents: called in the transaction that writes one."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, TextClause, delete, func, insert, select, text, union
from sqlalchemy.dialects import postgresql, sqlite

from extractor.database import schema as t
from extractor.database import search_tables as s
from extractor.database.fold import fold, key
from extractor.database.query import words
from extractor.database.topics import topic_names
from extractor.textview import TONE_PAIRS

#: characters of a text whose words are looked up; PostgreSQL takes no more than 1 MB of words for a row
MOST = 250_000
#: documents that are indexed at a time when all are
_BATCH = 500
#: how often a word stands in a text that says it often
_OFTEN = 3


def _add(table: str, dialect: str) -> TextClause:
    """The statement that puts a row into a table of words."""
    if dialect == "sqlite":
        return text(
            f"INSERT INTO {table} (rowid, exact, folded, codes) VALUES (:id, :exact, :folded, :codes)"
        )
    values = ", ".join(f"to_tsvector('simple', :{name})" for name in s.WORDS)
    return text(f"INSERT INTO {table} (id, exact, folded, codes) VALUES (:id, {values})")


def _take(table: str) -> TextClause:
    """The statement that takes a row out of an FTS5 table, which has no content to know it by."""
    return text(
        f"INSERT INTO {table} ({table}, rowid, exact, folded, codes)"
        " VALUES ('delete', :id, :exact, :folded, :codes)"
    )


_COLUMNS = tuple(
    t.documents.c[name]
    for name in ("id", "current", "title", "text", "type", "type_name", "issuer_id", "issuer_name",
                 "issuer_level", "issued_on", "year", "place", "province")
)  # fmt: skip


def write(connection: Connection, document_id: int) -> None:
    """Let a document be found as it is now; one that is not its letter's current version is taken out.

    When its text has changed, `forget` has to be called before.
    """
    row = connection.execute(select(*_COLUMNS).where(t.documents.c.id == document_id)).first()
    if row is None or not row.current:
        forget(connection, document_id)
        return
    entry = _Filler(connection).entry(row, *_named(connection, [document_id]))
    old = connection.execute(
        select(s.search_documents).where(s.search_documents.c.document_id == document_id)
    ).first()
    first = day_number(row.issued_on) * s.DAY
    if old is not None:
        if (old.title, old.codes) == (entry["title"], entry["codes"]) and first <= old.id < first + s.DAY:
            return
        forget(connection, document_id)
    here = s.search_documents.c.id
    last = connection.execute(select(func.max(here)).where(here >= first, here < first + s.DAY)).scalar()
    entry["id"] = first if last is None else last + 1  # the documents of a day are counted up
    _insert(connection, [(entry, row.text)])


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
        for table, columns in _words_of(row.title, row.text, row.codes).items():
            connection.execute(_take(table), {"id": row.id, **columns})
    connection.execute(delete(s.search_documents).where(s.search_documents.c.id == row.id))


def rebuild(connection: Connection, told: Callable[[int], None] | None = None) -> int:
    """Make the whole index anew from the documents; how many can be found. `told` hears of each batch."""
    s.drop(connection)
    s.create(connection)
    stamp(connection)
    d = t.documents.c
    current = select(d.id, d.issued_on).where(d.current)
    # from the oldest to the newest: what is written in the order of its ids is written fastest
    ids = [
        row.id for row in sorted(connection.execute(current), key=lambda r: (day_number(r.issued_on), r.id))
    ]
    filler, days = _Filler(connection), Counter[int]()
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        rows = {row.id: row for row in connection.execute(select(*_COLUMNS).where(d.id.in_(batch)))}
        named, topics = _named(connection, batch)
        entries = []
        for i in batch:
            entry = filler.entry(rows[i], named, topics)
            day = day_number(rows[i].issued_on)
            entry["id"] = day * s.DAY + days[day]
            days[day] += 1
            entries.append((entry, rows[i].text))
        _insert(connection, entries)
        if told is not None:
            told(start + len(batch))
    optimize(connection)
    return len(ids)


def version() -> str:
    """How the words of a text are made now, as a digest: of all Latin letters, of marks behind them, of both
    places of a tone. What is looked up by other words than were written is not found, nor taken out."""
    letters = [chr(code) for code in (*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2030))]
    marks = [f"{letter}{chr(mark)}" for letter in "aAdDeEiIoOuUyY" for mark in range(0x300, 0x370)]
    probe = " ".join((*letters, *marks, *TONE_PAIRS, *TONE_PAIRS.values(), "12/NĐ-CP a a a"))
    made = _words_of("Hoà Bình ĐẶNG", probe, struct.pack("<2i", 7, 100))
    return hashlib.sha256(repr((made, MOST, sorted(s.WORDS))).encode()).hexdigest()


def state(connection: Connection) -> Literal["fresh", "empty", "stale"]:
    """Whether the words of the index were made as those of a question are now; else whether it has any."""
    if connection.execute(select(s.search_state.c.words)).scalar() == version():
        return "fresh"
    there = connection.execute(select(s.search_documents.c.id).limit(1)).first()
    return "empty" if there is None else "stale"


def stamp(connection: Connection) -> None:
    """Note how words are made, in an index that has none yet."""
    connection.execute(delete(s.search_state))
    connection.execute(insert(s.search_state), {"id": 1, "words": version()})


def optimize(connection: Connection) -> None:
    """Put the index in one piece: after many letters were written."""
    if connection.dialect.name == "sqlite":
        for table in s.TABLES:
            connection.execute(text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))
        connection.execute(text("ANALYZE"))


def day_number(day: str | None) -> int:
    """Days since 1900 of an ISO day, 0 for none and for what lies before."""
    if not day:
        return 0
    return max(0, date.fromisoformat(day).toordinal() - date(1900, 1, 1).toordinal())


def code_word(code_id: int) -> str:
    """A code as a word."""
    return f"c{code_id}"


def _words_of(title: str, body: str, codes: bytes) -> dict[str, dict[str, str]]:
    """The columns of each table of words. All the words hold the title's too, where it is not in the text."""
    head, each = " ".join(words(title)), words(body[:MOST])
    whole = " ".join(each)
    if head not in whole:
        whole = f"{whole} {head}"
    often = " ".join(word for word, count in Counter(each).items() if count >= _OFTEN)
    coded = " ".join(code_word(n // len(s.KINDS)) for n in unpack(codes))
    return {
        table: {"exact": exact, "folded": fold(exact), "codes": coded}
        for table, exact in zip(s.TABLES, (head, often, whole), strict=True)
    }


def _insert(connection: Connection, entries: list[tuple[dict[str, Any], str]]) -> None:
    """Write rows of `search_documents` with their texts."""
    connection.execute(insert(s.search_documents), [entry for entry, _ in entries])
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in s.TABLES}
    for entry, body in entries:
        for table, columns in _words_of(entry["title"], body, entry["codes"]).items():
            rows[table].append({"id": entry["id"], **columns})
    for table in s.TABLES:
        connection.execute(_add(table, connection.dialect.name), rows[table])


def _named(connection: Connection, ids: list[int]) -> tuple[dict[int, list[Any]], dict[int, list[str]]]:
    """Document -> the agencies it names, in any role, and document -> codes of its topics."""
    told = t.assignment_agencies.c
    pairs = union(
        select(t.mentions.c.document_id, t.mentions.c.agency_id).where(t.mentions.c.document_id.in_(ids)),
        select(t.participants.c.document_id, t.participants.c.agency_id).where(
            t.participants.c.document_id.in_(ids)
        ),
        select(t.assignments.c.document_id, told.agency_id)
        .join_from(t.assignments, t.assignment_agencies, told.assignment_id == t.assignments.c.id)
        .where(t.assignments.c.document_id.in_(ids)),
    ).subquery()
    a = t.agencies.c
    found: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(pairs.c.document_id, a.id, a.name, a.locality).join(t.agencies, a.id == pairs.c.agency_id)
    ):
        found[row.document_id].append(row)
    topics: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.topics).where(t.topics.c.document_id.in_(ids))):
        topics[row.document_id].append(row.code)
    return found, topics


class _Filler:
    """Makes rows of `search_documents`; it knows the codes it has met."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.codes: dict[str, int] = {}

    def entry(
        self, row: Any, named: Mapping[int, list[Any]], topics: Mapping[int, list[str]]
    ) -> dict[str, Any]:
        """The row for a document, without its id."""
        counted = _counted(row, named.get(row.id, ()), topics.get(row.id, ()))
        return {"document_id": row.id, "title": row.title, "codes": self.pack(counted)}

    def pack(self, found: Iterable[tuple[str, str, str]]) -> bytes:
        """(kind, value, label) as the bytes of `search_documents.codes`; what is new gets a number."""
        wanted = {f"{kind}:{value}"[:400]: (kind, label) for kind, value, label in found}
        new = {value: said for value, said in wanted.items() if value not in self.codes}
        if new:
            c = s.search_codes.c
            there = select(c.value, c.id).where(c.value.in_(new))
            self.codes.update((row.value, row.id) for row in self.connection.execute(there))
            rows = [
                {"value": value, "kind": s.KINDS.index(kind), "label": label, "key": key(label)}
                for value, (kind, label) in new.items()
                if value not in self.codes
            ]
            if rows:
                dialect: Any = sqlite if self.connection.dialect.name == "sqlite" else postgresql
                self.connection.execute(dialect.insert(s.search_codes).on_conflict_do_nothing(), rows)
                self.codes.update((row.value, row.id) for row in self.connection.execute(there))
        numbers = sorted(
            self.codes[value] * len(s.KINDS) + s.KINDS.index(kind) for value, (kind, _) in wanted.items()
        )
        return struct.pack(f"<{len(numbers)}i", *numbers)


def _counted(row: Any, agencies: Iterable[Any], topics: Iterable[str]) -> list[tuple[str, str, str]]:
    """What a document is counted under: (kind, value, label)."""
    found = [("agency", a.id, a.name) for a in agencies]
    if row.issuer_id:
        found.append(("agency", row.issuer_id, row.issuer_name))
        found.append(("issuer", row.issuer_id, row.issuer_name))
    if row.type:
        found.append(("type", row.type, row.type_name or row.type))
    if row.year:
        found.append(("year", str(row.year), str(row.year)))
    places = dict.fromkeys(filter(None, (row.province, *(a.locality for a in agencies))))
    # where a letter was signed says what it is about unless the issuer works for the whole country
    if row.place and row.issuer_level != "central":
        signed = f" {key(row.place)}"
        if not any(f" {key(place)}".endswith(signed) for place in places):
            places[row.place] = None
    found += [("place", key(place), place) for place in places]
    names = topic_names()
    return [*found, *(("topic", code, names.get(code, code)) for code in topics)]


def unpack(codes: bytes) -> tuple[int, ...]:
    """The numbers in `search_documents.codes`."""
    return struct.unpack(f"<{len(codes) // 4}i", codes)
