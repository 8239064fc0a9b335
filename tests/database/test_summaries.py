"""The sums over current documents are those that counting everything gives."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, func, select

from extractor.database import audit, store, summaries
from extractor.database import schema as t
from extractor.database.sketches import NEAR, likeness, sketch
from extractor.web import views
from tests.database.letters import READING, fill, records


def sums(connection: Connection) -> list[tuple[Any, ...]]:
    counts = connection.execute(select(t.task_counts).order_by(*t.task_counts.primary_key)).all()
    claims = connection.execute(select(t.claims).order_by(t.claims.c.claim)).all()
    totals = sorted(connection.execute(select(t.totals).where(t.totals.c.number != 0)).all())
    return [tuple(row) for row in (*totals, *counts, *claims)]


def same_when_rebuilt(connection: Connection) -> list[tuple[Any, ...]]:
    kept = sums(connection)
    summaries.rebuild(connection)
    assert sums(connection) == kept
    return kept


def test_sums_follow_each_write(database: Engine) -> None:
    found = records()
    with database.begin() as connection:
        for record in found.values():
            store.put(connection, record, READING)
            same_when_rebuilt(connection)
        before = same_when_rebuilt(connection)
        assert any(row[-1] == "2025-12-31" for row in before), "two letters contradict each other"

        again = records()["roads.txt"]
        again["assignments"].pop()
        assert store.put(connection, again, READING).what == "updated"
        assert len(same_when_rebuilt(connection)) < len(before)

        store.put(connection, found["roads.txt"], READING)
        assert same_when_rebuilt(connection) == before


def test_what_is_in_the_database_is_not_counted_anew(database: Engine) -> None:
    asked: list[str] = []
    with database.begin() as connection:
        found = fill(connection)
        store.remove(connection, found["roads-again.txt"])
        event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
        counts = views.counts(connection)
        assert not [sql for sql in asked if "sum(" in sql or "documents.current" in sql]
        d = t.documents.c
        letters, tasks, review = connection.execute(
            select(func.count(), func.sum(d.tasks), func.sum(d.review)).where(d.current)
        ).one()
    assert (counts.letters, counts.tasks, counts.review) == (letters, tasks, review) == (4, tasks, review)


def test_an_older_version_does_not_count(database: Engine) -> None:
    with database.begin() as connection:
        fill(connection)
        before = same_when_rebuilt(connection)
        scan = records()["insurance.txt"]
        scan["id"] = "sha256:" + "1" * 64
        scan["source"]["ocr"] = {"engine": "tesseract", "confidence": 0.9}
        assert store.put(connection, scan, READING).what == "linked"
        assert same_when_rebuilt(connection) == before

        better = records()["insurance.txt"]
        better["id"] = "sha256:" + "2" * 64
        better["text"] += "\n."
        better["assignments"] = []
        store.put(connection, better, READING)
        assert same_when_rebuilt(connection) != before


def test_a_task_told_again_shares_a_number_of_its_sketch() -> None:
    a = "kiểm tra các bến xe khách, xử lý nghiêm vi phạm, hoàn thành trước ngày 30/6/2024"
    b = "Kiểm tra các bến xe khách, xử lý nghiêm vi phạm, hoàn thành trước ngày 31/12/2025"
    other = "thẩm định dự toán sửa chữa trụ sở, trình UBND tỉnh xem xét"
    assert likeness(a, b) == 1
    assert sketch(a) == sketch(b)
    assert likeness(a, other) < NEAR
    assert not set(sketch(a)) & set(sketch(other))
    assert all(0 <= number < 1 << 63 for number in sketch("") + sketch(a))


def test_a_task_counts_once_for_an_agency_however_often_it_names_it(database: Engine) -> None:
    with database.begin() as connection:
        record = records()["roads.txt"]
        first = record["assignments"][0]
        agency = first["agencies"][0]
        first["agencies"] += [{**agency, "title": "Giám đốc"}, {**agency, "title": "Phó Giám đốc"}]
        first["coordinating"].append(agency)
        document_id = store.put(connection, record, READING).document_id
        same_when_rebuilt(connection)
        counts = t.task_counts.c
        mine = select(counts.role, counts.tasks).where(counts.agency_id == agency["id"], counts.kind == "all")
        assert dict(connection.execute(mine).all()) == {"": 1, "lead": 1, "coordinating": 1}  # type: ignore[arg-type]
        assert [c.tasks for c in audit.agency_ids(connection, agency["id"])] == [1]
        assert next(x.tasks for x in views.agency_list(connection, "") if x.id == agency["id"]) == 1
        for of in (None, audit.TaskQuery(type="CV")):
            row = next(r for r in audit.matrix(connection, "month", of=of).rows if r.id == agency["id"])
            assert (sum(row.counts), row.total) == (1, 1)
        page = audit.agency(connection, agency["id"])
        assert page is not None
        assert sum(page.months.values()) == 1
        assert audit.tasks(connection, audit.TaskQuery(agency=agency["id"])).total == 1
        store.remove(connection, document_id)
        assert connection.execute(select(func.count()).select_from(t.task_counts)).scalar() == 0
