"""The queue of what waits for a person is asked for once for each decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from extractor.database import open_database, writing
from extractor.database import schema as t
from extractor.web import create_app, reviews
from tests.database.letters import fill


def test_the_queue_is_asked_for_anew_when_something_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(tmp_path / "q.db")
    engine = open_database(url, write=True)
    with writing(engine) as connection:
        document_id = fill(connection)["roads.txt"]
        connection.execute(update(t.assignments).values(review=True))
    asked = []
    queue = reviews.queue
    monkeypatch.setattr(reviews, "queue", lambda *a: asked.append(a) or queue(*a))
    site = create_app(url).state.site
    with engine.connect() as connection:
        first = site.queue(connection, "", "review")
        assert site.queue(connection, "", "review") == first
        assert len(asked) == 1
        assert site.queue(connection, "target", "review") != first
        assert len(asked) == 2
    at = next(place for place in first if place.document_id == document_id)
    with writing(engine) as connection:
        reviews.save(connection, at, "reject", {}, "Lan", None)
    with engine.connect() as connection:
        assert at not in site.queue(connection, "", "review")
    site.close()
    engine.dispose()
