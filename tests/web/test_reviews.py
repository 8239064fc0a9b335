"""What people say of values on the page, and what it tells of tasks beside that."""

from __future__ import annotations

import html
import re
from typing import Any

from sqlalchemy import select

from extractor.database import corrections, open_database, writing
from extractor.database import schema as t
from extractor.web import create_app
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
