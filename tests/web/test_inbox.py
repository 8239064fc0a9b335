"""Letters sent over the page: none is lost with the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from extractor.batch import Document, Settings
from extractor.database import ingest, open_database
from extractor.database import schema as t
from extractor.limits import Limits
from extractor.web import inbox as module
from extractor.web import views
from extractor.web.inbox import Batch, Inbox
from extractor.web.problems import Problem
from tests.database.letters import LETTERS

NEW = LETTERS["roads.txt"].replace(b"101/", b"999/")


def blocked(inbox: Inbox) -> threading.Event:
    """Let the inbox's thread wait in a job of its own."""
    gate = threading.Event()

    def wait(reader: Any) -> Iterator[Any]:
        gate.wait(20)
        yield from ()

    inbox._waiting.put((inbox._batch([]), wait))
    return gate


def test_what_a_server_took_and_did_not_read_the_next_one_reads(letters_url: str) -> None:
    engine = open_database(letters_url, write=True)
    first = Inbox(engine, None)
    gate = blocked(first)
    first.add([Document("new.txt", NEW), Document("same.txt", NEW)])
    first._closing.set()
    with engine.connect() as connection:
        (row,) = connection.execute(select(t.files.c.name, t.files.c.done)).all()
    assert tuple(row) == ("new.txt", False)

    second = Inbox(engine, None)
    (batch,) = second._batches.values()
    until = time.monotonic() + 240
    while not batch.done and time.monotonic() < until:
        time.sleep(0.02)
    assert [(e.name, e.what) for e in batch.events] == [("new.txt", "added")]
    gate.set()
    for inbox in (first, second):
        inbox.close()
    with engine.connect() as connection:
        assert connection.execute(select(t.files.c.done)).scalars().all() == [True]


def test_no_more_waits_than_may(letters_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 2 * len(NEW) - 1)
    inbox = Inbox(open_database(letters_url, write=True), None)
    gate = blocked(inbox)
    batch = inbox.add([Document("new.txt", NEW)])
    with pytest.raises(Problem) as refused:
        inbox.add([Document("other.txt", NEW + b" ")])
    assert refused.value.status_code == 503
    gate.set()
    until = time.monotonic() + 240
    while not batch.done and time.monotonic() < until:
        time.sleep(0.02)
    inbox.add([Document("other.txt", NEW + b" ")])
    inbox.close()


def read(inbox: Inbox, *documents: Document) -> list[tuple[str, str | None]]:
    """What became of documents: (what, code)."""
    return events(inbox.add(list(documents)))


def events(batch: Batch) -> list[tuple[str, str | None]]:
    until = time.monotonic() + 240
    while not batch.done and time.monotonic() < until:
        time.sleep(0.02)
    return [(e.what, e.code) for e in batch.events]


def test_no_letter_is_read_for_longer_than_it_may(letters_url: str) -> None:
    inbox = Inbox(open_database(letters_url, write=True), None, Limits(seconds=0.001))
    assert read(inbox, Document("new.txt", NEW)) == [("rejected", "timeout")]
    inbox.close()


def test_a_letter_that_ends_the_process_does_not_end_the_inbox(letters_url: str) -> None:
    inbox = Inbox(open_database(letters_url, write=True), None)
    assert read(inbox, Document("empty.txt", b"")) == [("rejected", "empty")]
    (worker,) = inbox._reader._pool._workers
    worker.process.kill()
    worker.process.join()
    assert read(inbox, Document("new.txt", NEW)) == [("added", None)]
    inbox.close()
    assert inbox._reader._pool._workers == []


def test_what_could_not_be_read_is_not_kept_and_read_when_it_is_sent_again(letters_url: str) -> None:
    """Nobody knows whether it bears a secrecy mark."""
    engine = open_database(letters_url, write=True)
    hasty, inbox = Inbox(engine, None, Limits(seconds=0.001)), Inbox(engine, None)
    assert read(hasty, Document("new.txt", NEW)) == [("rejected", "timeout")]
    with engine.connect() as connection:
        (waiting,) = views.quarantine(connection)
        assert connection.execute(select(t.files.c.content)).scalars().all() == [None]
    assert (waiting.code, waiting.again) == ("timeout", False)
    assert events(inbox.retry()) == []
    assert read(inbox, Document("new.txt", NEW)) == [("added", None)]
    with engine.connect() as connection:
        assert views.quarantine(connection) == []
        assert connection.execute(select(t.files.c.content)).scalar_one() is not None
    for one in (hasty, inbox):
        one.close()


def test_what_was_refused_before_is_told_with_its_reason_and_read_again(
    letters_url: str, tmp_path: Path
) -> None:
    engine = open_database(letters_url, write=True)
    inbox = Inbox(engine, None)
    path = tmp_path / "lần trước.txt"
    path.write_bytes(NEW)
    hasty = Settings(ner="none", limits=Limits(seconds=0.001))
    (event,) = ingest.ingest(engine, [Document(path.name, path)], hasty)
    assert event.code == "timeout"
    assert read(inbox, Document("new.txt", NEW)) == [("unchanged", "timeout")]
    with engine.connect() as connection:
        (waiting,) = views.quarantine(connection)
    assert waiting.again
    assert events(inbox.retry([waiting.file + 1])) == []
    assert events(inbox.retry([waiting.file])) == [("added", None)]
    inbox.close()
