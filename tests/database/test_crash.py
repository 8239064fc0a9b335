"""An ingest killed with SIGKILL again and again, and two at a time: nothing is lost, nothing is there twice.

CONGVAN_CRASH=50 kills fifty times over 300 files instead of five times over 30.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from extractor.batch import Reader, Settings, documents
from extractor.database import DatabaseError, open_database
from extractor.database import schema as t
from extractor.database.ingest import ingest, retry
from tests.database.folders import contents, folder, letter

SETTINGS = Settings(ner="none")
KILLS = int(os.environ.get("CONGVAN_CRASH", "5"))
FILES = 6 * KILLS
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: the pipeline is loaded once")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(SETTINGS)


def work(url: str, place: Path, reader: Reader, told: Connection) -> None:
    """A program of its own that reads a folder, and tells of each event."""
    engine = open_database(url, write=True)
    found, _ = documents([str(place)])
    for event in ingest(engine, found, SETTINGS, reader=reader):
        told.send(event.what)
    told.send(None)


def start(url: str, place: Path, reader: Reader) -> tuple[mp.process.BaseProcess, Connection]:
    context = mp.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(url, place, reader, theirs))
    process.start()
    theirs.close()
    return process, ours


def until_end(process: mp.process.BaseProcess, told: Connection) -> None:
    while told.recv() is not None:
        pass
    process.join(60)
    assert process.exitcode == 0


@pytest.fixture
def undisturbed(sqlite_template: Path, reader: Reader, tmp_path: Path) -> Iterator[tuple[Path, Engine]]:
    """A folder, and the database that one run makes of it."""
    place = folder(tmp_path / "in", FILES)
    engine = open_database(str(shutil.copy(sqlite_template, tmp_path / "undisturbed.db")), write=True)
    found, _ = documents([str(place)])
    list(ingest(engine, found, SETTINGS, reader=reader))
    yield place, engine
    engine.dispose()


@fork
def test_killed_at_random_moments(
    database_url: str, undisturbed: tuple[Path, Engine], reader: Reader
) -> None:
    place, whole = undisturbed
    chance = random.Random(KILLS)
    for _ in range(KILLS):
        process, told = start(database_url, place, reader)
        for _ in range(chance.randrange(FILES // KILLS)):
            while told.recv() == "unchanged":  # what is known passes quickly: only news counts
                pass
        time.sleep(chance.random() * 0.06)
        process.kill()
        process.join()
        assert process.exitcode == -9
    process, told = start(database_url, place, reader)
    until_end(process, told)
    engine = open_database(database_url, write=True)
    assert contents(engine) == contents(whole)
    with engine.connect() as connection:
        runs = connection.execute(select(func.count()).where(t.runs.c.finished_at.is_(None))).scalar_one()
    assert runs > KILLS // 2  # some are killed before they have their row
    engine.dispose()


@fork
def test_two_at_a_time(database_url: str, undisturbed: tuple[Path, Engine], reader: Reader) -> None:
    place, whole = undisturbed
    both = [start(database_url, place, reader) for _ in range(2)]
    for process, told in both:
        until_end(process, told)
    engine = open_database(database_url)
    found = contents(engine)
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in contents(whole).items()
    }
    texts = select(t.documents.c.text_id, t.documents.c.current, t.documents.c.record)
    with engine.connect() as a, whole.connect() as b:
        assert sorted(map(tuple, a.execute(texts))) == sorted(map(tuple, b.execute(texts)))
        assert a.execute(select(func.count()).where(t.files.c.done.is_(False))).scalar_one() == 0
    engine.dispose()


def test_an_index_that_lost_or_doubled_a_letter_is_noticed(
    sqlite_url: str, reader: Reader, tmp_path: Path
) -> None:
    from extractor.database import search_index, search_tables

    place = folder(tmp_path / "in", 3)
    found, _ = documents([str(place)])
    engine = open_database(sqlite_url, write=True)
    list(ingest(engine, found, SETTINGS, reader=reader))
    contents(engine)
    with engine.connect() as connection:
        row = connection.execute(select(search_tables.search_documents)).first()
        assert row is not None
        body = connection.execute(
            select(t.documents.c.text).where(t.documents.c.id == row.document_id)
        ).scalar_one()
        words = search_index._words_of(row.title, body, row.codes)
    with engine.begin() as connection:
        connection.execute(search_index._take("search_words"), {"id": row.id, **words["search_words"]})
    with pytest.raises(AssertionError, match="search_words"):
        contents(engine)
    with engine.begin() as connection:
        for i in (row.id, row.id + 7):
            connection.execute(
                search_index._add("search_words", "sqlite"), {"id": i, **words["search_words"]}
            )
    with pytest.raises(AssertionError, match="search_words"):
        contents(engine)


@fork
def test_two_open_a_new_database_at_once(tmp_path: Path, postgres_url: str) -> None:
    url = str(tmp_path / "new.db")
    context = mp.get_context("fork")
    for _ in range(2):
        processes = [context.Process(target=_open, args=(url,)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [p.exitcode for p in processes] == [0, 0, 0]


def _open(url: str) -> None:
    open_database(url, write=True).dispose()


def test_a_full_disk_is_told_and_loses_nothing(sqlite_url: str, reader: Reader, tmp_path: Path) -> None:
    from sqlalchemy import event

    place = folder(tmp_path / "in", 10)
    found, _ = documents([str(place)])
    engine = open_database(sqlite_url, write=True)

    events = ingest(engine, found, SETTINGS, reader=reader)
    assert next(events).what == "added"

    @event.listens_for(engine, "checkout")
    def fill(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # not one page more than there are

    with pytest.raises(DatabaseError, match="Ổ đĩa đã đầy"):
        list(events)
    engine.dispose()
    engine = open_database(sqlite_url, write=True)
    list(ingest(engine, found, SETTINGS, reader=reader))
    whole = open_database(str(tmp_path / "whole.db"), write=True)
    list(ingest(whole, found, SETTINGS, reader=reader))
    assert contents(engine) == contents(whole)


def test_a_database_that_cannot_be_written_is_told(
    sqlite_url: str, postgres_url: str, reader: Reader
) -> None:
    from sqlalchemy import text

    engine = open_database(sqlite_url)  # an engine for reading
    with pytest.raises(DatabaseError, match="Không có quyền ghi"):
        list(retry(engine, SETTINGS, reader=reader))
    with open_database(postgres_url, write=True).begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    with pytest.raises(DatabaseError, match="chỉ cho đọc"):
        list(retry(open_database(postgres_url, write=True), SETTINGS, reader=reader))


def test_a_locked_database_is_waited_for(sqlite_url: str, reader: Reader, tmp_path: Path) -> None:
    import threading

    (tmp_path / "a.txt").write_text(letter(1), encoding="utf-8")
    found, _ = documents([str(tmp_path / "a.txt")])
    other = sqlite3.connect(sqlite_url, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    (event,) = ingest(open_database(sqlite_url, write=True), found, SETTINGS, reader=reader)
    assert event.what == "added"


def test_the_command_killed_with_two_workers(sqlite_url: str, reader: Reader, tmp_path: Path) -> None:
    place = folder(tmp_path / "in", 20)
    code = "from extractor.cli import main; main()"
    args = [sys.executable, "-c", code, "ingest", str(place), "--db", sqlite_url, "--ner", "none"]
    process = subprocess.Popen([*args, "--workers", "2"], stderr=subprocess.DEVNULL)
    engine = open_database(sqlite_url)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(select(func.count()).select_from(t.documents)).scalar_one() > 3:
                break
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    found, _ = documents([str(place)])
    list(ingest(open_database(sqlite_url, write=True), found, SETTINGS, reader=reader))
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).where(t.files.c.done)).scalar_one() == 17
