"""What people say of values on the page, and what it tells of tasks beside that."""

from __future__ import annotations

import html
import re
from typing import Any

from sqlalchemy import select

from extractor.database import corrections, open_database, writing
from extractor.database import schema as t
from extractor.web import create_app, reviews
from tests.web import served


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
