"""What people say of values on the page, and what it tells of tasks beside that."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest
from sqlalchemy import select

from extractor.database import corrections, open_database, writing
from extractor.database import schema as t
from extractor.web import create_app, reviews
from extractor.web import reasons as reasons_module
from tests.web import served
from tests.web.test_security import bearer


def letter(url: str, name: str = "roads.txt") -> tuple[Any, int, Any]:
    """A database, a letter in it and its record."""
    engine = open_database(url, write=True)
    with engine.connect() as connection:
        id = connection.execute(select(t.documents.c.id).where(t.documents.c.name == name)).scalar_one()
        return engine, id, corrections._record(connection, id)


def test_why_a_task_was_found_when_another_was_rejected(letters_url: str) -> None:
    engine, id, record = letter(letters_url)

    def reasons(position: int) -> str:
        page = client.get(f"/letters/{id}/why/{position}").text
        found = re.search(r'<div id="reasons">.*?</div>', page, re.S)
        assert found
        return html.unescape(found[0])

    with served.client(create_app(letters_url)) as client:
        first, second = reasons(0), reasons(1)
        assert first != second
        with writing(engine) as connection:
            span = record["assignments"][0]["span"]
            corrections.add(connection, id, "assignment", span, None, "reject", None, "Lan")
        assert reasons(0) == second


def test_reasons_that_take_long_do_not_stop_the_page(
    letters_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, id, _ = letter(letters_url)
    monkeypatch.setattr(reasons_module, "_PATIENCE", 0.05)
    with served.client(create_app(letters_url)) as client:
        book = client.app.state.site.reasons  # type: ignore[attr-defined]
        with book._lock:
            answer = client.get(f"/letters/{id}/why/0")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert client.get(f"/letters/{id}/why/0").status_code == 200
        with book._lock:  # what is known needs no reading
            assert client.get(f"/letters/{id}/why/1").status_code == 200


def test_uploads_are_read_and_kept_outside_the_loop(letters_url: str) -> None:
    secret = served.token(letters_url)
    at: list[str] = []
    app = create_app(letters_url, allow_write=True)
    with served.client(app) as client:
        inbox = app.state.site.inbox
        keep = inbox._keep

        def told(documents: Any) -> Any:
            at.append(threading.current_thread().name)
            return keep(documents)

        inbox._keep = told
        form = served.sign_in(client, secret)
        for path in ("/ingest", "/api/ingest"):
            headers = {**served.ORIGIN, "x-csrf-token": form} if path == "/ingest" else bearer(secret)
            answer = client.post(path, files={"files": (f"{len(at)}.txt", b"x" * 9)}, headers=headers)
            assert answer.status_code in (202, 303), answer.text
    assert len(at) == 2
    assert all(name.startswith("AnyIO worker thread") for name in at), at


def test_a_form_is_taken_back_as_a_whole_and_alone(letters_url: str) -> None:
    engine, id, record = letter(letters_url)
    place = reviews.Place(id, "document", 0, 0)
    names = [f.name for f in reviews.inputs("document", record["document"]) if f.shape == "line"]
    new = {"number": "9/UBND", "place": "Hà Nội", "issuer": "Bộ Y tế", "type": "TB", "urgency": "KHẨN"}
    assert set(new) < set(names)
    with writing(engine) as connection:
        assert reviews.save(connection, place, "correct", {"subject": "việc khác"}, "Lan", None) == "correct"
        assert reviews.save(connection, place, "correct", new, "Lan", None) == "correct"
        assert reviews.save(connection, place, "correct", {"secrecy": "MẬT"}, "Minh", None) == "correct"
        reviews.undo(connection, "Lan")
        left = [c.field for c in corrections.history(connection, id, undone=False)]
        assert left == ["secrecy", "subject"]
        reviews.undo(connection, "Lan")
        assert reviews.undo(connection, "Lan") is None
        assert [c.field for c in corrections.history(connection, id, undone=False)] == ["secrecy"]
