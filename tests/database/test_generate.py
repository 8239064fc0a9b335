"""Made-up letters, and the measuring of a database with them."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from extractor.assemble import check_spans
from extractor.cli import main
from extractor.database import generate, open_database, search_index, store
from extractor.database import schema as t
from extractor.database.engine import writing
from extractor.database.search import Query, search
from extractor.record import Record
from extractor.rulebook import Rulebook


@pytest.fixture(scope="module")
def records(book: Rulebook) -> list[dict[str, Any]]:
    return list(generate.Maker(book).records(60))


def test_they_are_records(records: list[dict[str, Any]]) -> None:
    for record in records:
        check_spans(Record.model_validate(record))
    assert len({r["id"] for r in records}) == len(records)


def test_the_same_seed_gives_the_same_letters(book: Rulebook, records: list[dict[str, Any]]) -> None:
    assert list(generate.Maker(book).records(3)) == records[:3]
    assert next(generate.Maker(book, seed=2).records(1)) != records[0]


def test_loaded_at_once_is_the_same_as_put_one_by_one(sqlite_url: str, records: list[dict[str, Any]]) -> None:
    engine = open_database(sqlite_url, write=True)
    counted = (t.documents, t.agencies, t.mentions, t.references, t.assignments, t.assignment_agencies,
               t.task_counts, t.topics)  # fmt: skip
    sizes = []
    for _ in range(2):
        with writing(engine) as connection:
            if not sizes:
                generate.load(connection, records)
                search_index.rebuild(connection)
            else:
                for record in records:
                    store.put(connection, record, store.Reading("0", "generated", "none"))
            rows = [connection.execute(select(func.count()).select_from(table)).scalar() for table in counted]
            found = search(connection, Query("năm"))
            sizes.append((rows, found.total, found.facets["type"]))
            for table in reversed(t.metadata.sorted_tables):
                connection.execute(table.delete())
            search_index.rebuild(connection)
    engine.dispose()
    assert sizes[0] == sizes[1]
    assert sizes[0][1] == len(records)


def test_the_command_measures() -> None:
    result = CliRunner().invoke(main, ["bench", "--search", "--letters", "40", "--turns", "2"])
    assert result.exit_code == 0, result.output
    assert "40 văn bản" in result.stdout
    assert "Tìm, tất cả: p50" in result.stdout
    assert "Kiểm tra, tất cả: p50" in result.stdout
