"""The tables of the search, and what each engine needs beside them.

``search_documents`` has a row for each letter that can be found (its current version). Its `id` begins with
the letter's day, so that going down the ids goes from the newest letter to the oldest, and a span of days is
a span of ids. `codes` holds what the letter is counted under: agencies named, issuer, type, year, places,
topics, each a number of ``search_codes``.

The words are in two forms, with marks and without: those of the title, those that a letter says often, and
all of its text; beside them the codes as words, so that one question asks for both. SQLite: an FTS5 table
without content for each of the three, since what a question costs grows with the letters that have any of its
words. PostgreSQL: a table of tsvectors of the configuration 'simple' for each, under a GIN index.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from extractor.database.schema import documents
from extractor.database.schema import metadata as _main

metadata = MetaData(naming_convention=_main.naming_convention)
_there = documents.to_metadata(metadata)  # so that a key can point to it; made by the first tables

#: what results are counted by, in the order of their numbers
KINDS = ("agency", "issuer", "type", "year", "place", "topic")

search_codes = Table(
    "search_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", SmallInteger, nullable=False),  # place in KINDS
    Column("value", String(400), nullable=False, unique=True),  # "kind:value"
    Column("label", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),  # folded label
)

search_documents = Table(
    "search_documents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # day * DAY + count within the day
    Column(
        "document_id", Integer, ForeignKey(documents.c.id, ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("title", Text, nullable=False),
    Column("codes", LargeBinary, nullable=False),  # little-endian 32-bit numbers: id * len(KINDS) + kind
)

#: one row: how the words were made (`search_index.version`)
search_state = Table(
    "search_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("words", String(64), nullable=False),
)

#: the tables of words, from what weighs most to what weighs least; all is in the last one
TABLES = ("search_titles", "search_often", "search_words")
#: their columns
WORDS = ("exact", "folded", "codes")
#: ids of one day lie below this
DAY = 1 << 20


def _sqlite(name: str) -> tuple[str, ...]:
    columns = ", ".join(WORDS)
    tokens = "tokenize='unicode61 remove_diacritics 0'"
    return (f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, content='', {tokens})",)


def _postgresql(name: str) -> tuple[str, ...]:
    columns = ", ".join(f"{column} tsvector NOT NULL" for column in WORDS)
    key = "id bigint PRIMARY KEY REFERENCES search_documents (id) ON DELETE CASCADE"
    index = f"CREATE INDEX ix_{name} ON {name} USING gin ({', '.join(WORDS)}) WITH (fastupdate = off)"
    return f"CREATE TABLE {name} ({key}, {columns})", index


def create(connection: Connection) -> None:
    """Make the tables; called by the migration, behind the tables of `schema`."""
    metadata.create_all(connection, tables=[search_codes, search_documents, search_state])
    statements = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    for name in TABLES:
        for statement in statements(name):
            connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove the tables."""
    for name in TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    metadata.drop_all(connection, tables=[search_documents, search_codes, search_state])
