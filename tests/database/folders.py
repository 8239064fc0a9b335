"""Folders of letters that are made for a test, and what a database holds in the end."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from extractor.database import schema as t
from extractor.database.search_index import unpack
from extractor.database.search_tables import KINDS, TABLES, search_codes, search_documents
from tests.conftest import ROOT

LETTER = ROOT / "docs" / "letter.txt"
#: what two runs that lead to the same may differ in
_VOLATILE = {"run_id", "revision", "started_at", "finished_at", "added_at", "read_at", "at"}


def letter(number: int) -> str:
    """A letter of its own number."""
    return LETTER.read_text(encoding="utf-8").replace("412/", f"{number}/")


def secret(number: int) -> str:
    return "MẬT\n" + letter(number)


def folder(place: Path, files: int) -> Path:
    """Letters, archives of letters, the same letter in two forms, copies, and what gives no record."""
    place.mkdir()
    for i in range(files):
        name = f"{i:03}"
        match i % 10:
            case 3:
                with zipfile.ZipFile(place / f"{name}.zip", "w") as archive:
                    for k in range(4):
                        archive.writestr(f"{k}.txt", letter(1000 + 10 * i + k) if k != 2 else "")
            case 4:
                page = "".join(f"<p>{line}</p>" for line in (letter(i - 2) + "\nX").splitlines() if line)
                (place / f"{name}.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
            case 5:
                (place / f"{name}.txt").write_bytes(b"")
            case 6:
                (place / f"{name}.txt").write_text(secret(i), encoding="utf-8")
            case 7:
                (place / f"{name}.txt").write_text(letter(i - 6), encoding="utf-8")
            case _:
                (place / f"{name}.txt").write_text(letter(i), encoding="utf-8")
    return place


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All tables but that of runs; rows in their order, each id as the row's place in its table."""
    out: dict[str, list[tuple[Any, ...]]] = {}
    with engine.connect() as connection:
        rows = {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns))
            .mappings()
            .all()
            for table in t.metadata.sorted_tables
        }
    places = {name: {r["id"]: i for i, r in enumerate(rs) if "id" in r} for name, rs in rows.items()}
    for table in t.metadata.sorted_tables:
        if table is t.runs:
            continue
        target = {
            column.name: next(iter(column.foreign_keys)).column.table.name
            for column in table.columns
            if column.foreign_keys
        }
        if "id" in table.columns:
            target["id"] = table.name
        if "document_id" in table.columns:
            target["document_id"] = "documents"
        out[table.name] = [
            tuple(
                places[target[name]].get(value, value) if name in target else value
                for name, value in row.items()
                if name not in _VOLATILE
            )
            for row in rows[table.name]
        ]
    out["search"] = _searched(engine, places["documents"])
    with engine.connect() as connection:
        by_document = {row.id: row.document_id for row in connection.execute(select(search_documents))}
        current = {row["id"] for row in rows["documents"] if row["current"]}
        assert sorted(by_document.values()) == sorted(current), "each current letter is found once"
        for table in TABLES:
            held = _words(connection, table)
            assert held == set(by_document), (
                f"{table}: no letter is lost or found twice, none forgotten is found"
            )
    return out


def _words(connection: Connection, table: str) -> set[int]:
    """The rows that a table of words leads to."""
    if connection.dialect.name != "sqlite":
        return {row.id for row in connection.execute(text(f"SELECT id FROM {table}"))}
    connection.execute(text(f"CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, {table}, 'instance')"))
    found = {int(row.doc) for row in connection.execute(text("SELECT DISTINCT doc FROM temp.v"))}
    connection.execute(text("DROP TABLE temp.v"))
    return found


def _searched(engine: Engine, places: dict[int, int]) -> list[tuple[Any, ...]]:
    """What the search has of each document: its place, its title, what it is counted under."""
    with engine.connect() as connection:
        codes = {row.id: row.value for row in connection.execute(select(search_codes))}
        rows = connection.execute(select(search_documents)).all()
    return sorted(
        (
            places[row.document_id],
            row.id,
            row.title,
            *sorted(codes[n // len(KINDS)] for n in unpack(row.codes)),
        )
        for row in rows
    )
