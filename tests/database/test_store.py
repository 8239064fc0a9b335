"""Records into the database: once, again, in another form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from extractor.batch import Document, Reader, Settings
from extractor.database import schema as t
from extractor.database import store
from tests.conftest import ROOT

READING = store.Reading("1", "r", "none")
LETTER = ROOT / "docs" / "letter.txt"


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    (outcome,) = Reader(Settings(ner="none")).read(Document("letter.txt", LETTER))
    return outcome.record()


def count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_same_record_twice_changes_nothing(database: Engine, record: dict[str, Any]) -> None:
    with database.begin() as connection:
        first = store.put(connection, record, READING)
    before = {table.name: count(database, table) for table in t.metadata.sorted_tables}
    with database.begin() as connection:
        again = store.put(connection, record, READING)
    assert (first.what, again.what) == ("added", "unchanged")
    assert again.document_id == first.document_id
    assert {table.name: count(database, table) for table in t.metadata.sorted_tables} == before
    assert before["assignments"] == len(record["assignments"]) > 0


def test_another_form_of_a_letter_is_its_next_version(database: Engine, record: dict[str, Any]) -> None:
    scan = json.loads(json.dumps(record))
    scan["id"] = "sha256:" + "0" * 64
    scan["source"]["ocr"] = {"engine": "tesseract", "confidence": 0.9}
    with database.begin() as connection:
        old = store.put(connection, scan, READING)
        new = store.put(connection, record, READING)
        assert (old.what, new.what) == ("added", "linked")
        rows = connection.execute(select(t.documents.c.id, t.documents.c.current, t.documents.c.letter_id))
        found = {row.id: (row.current, row.letter_id) for row in rows}
    assert found[old.document_id][0] is False
    assert found[new.document_id][0] is True
    assert count(database, t.letters) == 1
