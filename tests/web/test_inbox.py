"""Letters sent over the page: none is lost with the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from extractor.batch import Document
from extractor.database import open_database
from extractor.database import schema as t
from extractor.web import inbox as module
from extractor.web.inbox import Inbox
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
    until = time.monotonic() + 60
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
    until = time.monotonic() + 60
    while not batch.done and time.monotonic() < until:
        time.sleep(0.02)
    inbox.add([Document("other.txt", NEW + b" ")])
    inbox.close()
