"""The audit's questions over a small set of letters, on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, update

from extractor.database import audit, audit_report, store, summaries
from extractor.database import schema as t
from extractor.database.audit import TaskQuery
from extractor.database.audit_tasks import Rows
from extractor.database.metric_names import metric_key
from extractor.database.proof import sentence_around
from extractor.database.recurrences import next_due
from extractor.errors import CongvanError
from tests.database.letters import READING, fill, records

TODAY = "2024-12-01"


@pytest.fixture
def filled(database: Engine) -> Iterator[Connection]:
    with database.begin() as connection:
        fill(connection)
    with database.connect() as connection:
        yield connection


def short(page: audit.TaskPage) -> list[tuple[Any, ...]]:
    return [(x.number, x.label, x.role, x.deadline_end, x.overdue) for x in page.tasks]


CHECK_1 = ("101/UBND-KTN", "1.", "lead", "2024-06-30", True)
CHECK_2 = ("245/UBND-KTN", "1.", "lead", "2024-12-31", False)
BUDGET_BG = ("101/UBND-KTN", "2.", "lead", "2024-05-15", True)
BUDGET_AG = ("57/UBND-KGVX", "2.", "lead", "2024-03-31", True)
POLICE_1 = ("101/UBND-KTN", "1.", "coordinating", "2024-06-30", True)
POLICE_2 = ("245/UBND-KTN", "1.", "coordinating", "2024-12-31", False)
POLICE_MONTHLY = ("101/UBND-KTN", "3.", "lead", None, False)
STATIONS = ("12/TB-UBND", "1.", "lead", "2025-11-30", False)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"agency": "Sở Tài chính"}, [BUDGET_AG, BUDGET_BG]),
        ({"agency": "so tai chinh"}, [BUDGET_AG, BUDGET_BG]),
        ({"agency": "Sở Tài chính tỉnh An Giang"}, [BUDGET_AG]),
        ({"agency": "sở tài chính an giang"}, [BUDGET_AG]),
        ({"agency": "x:so-tai-chinh-tinh-bac-giang"}, [BUDGET_BG]),
        ({"agency": "Sở GTVT Bắc Giang"}, [CHECK_1, CHECK_2]),
        ({"agency": "Công an tỉnh"}, [POLICE_1, POLICE_2, POLICE_MONTHLY]),
        ({"agency": "CA tỉnh Bắc Giang", "role": "lead"}, [POLICE_MONTHLY]),
        ({"agency": "CA tỉnh Bắc Giang", "role": "coordinating"}, [POLICE_1, POLICE_2]),
        ({"agency": "Công an tỉnh", "overdue": True}, [POLICE_1]),
        ({"agency": "Công an tỉnh", "undated": True}, [POLICE_MONTHLY]),
        ({"agency": "Công an tỉnh", "undated": False}, [POLICE_1, POLICE_2]),
        ({"agency": "Sở Tài chính", "due_before": "2024-03-31"}, [BUDGET_AG]),
        ({"agency": "Sở Tài chính", "due_after": "2024-04-01"}, [BUDGET_BG]),
        ({"agency": "Sở Tài chính", "issuer": "UBND tỉnh Bắc Giang"}, [BUDGET_BG]),
        ({"agency": "Sở Tài chính", "type": "cv", "text": "kinh phí"}, [BUDGET_AG]),
        ({"agency": "Sở Tài chính", "type": "QĐ"}, []),
        ({"agency": "Sở Xây dựng tỉnh Bắc Ninh"}, [STATIONS]),
        ({"agency": "Sở Xây dựng tỉnh Bắc Ninh", "across_successors": True}, [CHECK_1, CHECK_2, STATIONS]),
        ({"agency": "Sở Giao thông vận tải tỉnh Bắc Giang", "across_successors": True},
         [CHECK_1, CHECK_2, STATIONS]),
        ({"agency": "Sở Nội vụ"}, []),
        ({"overdue": True, "issuer": "UBND tỉnh Bắc Giang"}, [BUDGET_BG, CHECK_1]),
        ({"issuer": "UBND tỉnh Bắc Ninh"}, [STATIONS]),
    ],
)  # fmt: skip
def test_tasks(filled: Connection, query: dict[str, Any], wanted: list[tuple[Any, ...]]) -> None:
    page = audit.tasks(filled, TaskQuery(**query, today=TODAY))
    assert short(page) == wanted
    assert page.total == len(wanted)
    for task in page.tasks:
        assert task.task.split()[-1] in task.sentence


def test_each_task_is_proved_by_its_sentence_and_the_line_that_names_the_agency(filled: Connection) -> None:
    page = audit.tasks(filled, TaskQuery(agency="Sở GD&ĐT tỉnh An Giang", today=TODAY, undated=False))
    one = next(x for x in page.tasks if x.deadline_end == "2025-09-30")
    assert one.sentence == (
        "b) Chỉ đạo các trường học rà soát học sinh chưa có thẻ bảo hiểm y tế trước ngày 30/9/2025."
    )
    assert one.lead_in == "1. Sở Giáo dục và Đào tạo:"
    assert (one.days_left, one.issued_on, one.asked_as) == (
        303, "2024-02-12", "Sở Giáo dục và Đào tạo tỉnh An Giang",
    )  # fmt: skip
    text = records()["insurance.txt"]["text"]
    assert text[one.sentence_start :].startswith(one.sentence)
    assert one.lead_in_start is not None
    assert text[one.lead_in_start :].startswith(one.lead_in)


def test_a_deadline_that_stands_elsewhere_is_quoted_as_well(database: Engine) -> None:
    record = records()["roads.txt"]
    text, task = record["text"], record["assignments"][2]
    said = "trước ngày 15/5/2024"  # in the item above
    start = text.index(said)
    task["deadline"] = {"start": "2024-05-15", "end": "2024-05-15", "relation": "before", "relative": None,
                        "span": {"start": start, "end": start + len(said), "text": said}}  # fmt: skip
    with database.begin() as connection:
        store.put(connection, record, READING)
        first, second, third = sorted(audit.tasks(connection, TaskQuery()).tasks, key=lambda x: x.position)
        assert (first.deadline_sentence, second.deadline_sentence) == (None, None)
        assert third.deadline_sentence == second.sentence
        assert third.deadline_sentence_start == second.sentence_start
        table = audit_report.tasks_table([third])
        (row,) = table.rows
        assert row[[c.name for c in table.columns].index("Câu nêu hạn")] == second.sentence


def test_a_deadline_that_could_not_be_reckoned_is_told_in_its_words(database: Engine) -> None:
    record = records()["roads.txt"]
    text, task = record["text"], record["assignments"][1]
    words = "sửa chữa bến xe khách"
    start = text.index(words)
    task["deadline"] = None
    span = {"start": start, "end": start + len(words), "text": words}
    said = {"code": "relative_deadline", "message": f"Thời hạn chưa tính thành ngày: {words}", "span": span}
    record["warnings"].append(said)
    record["assignments"][0] |= {"deadline": None, "recurrence": None}
    with database.begin() as connection:
        store.put(connection, record, READING)
        none, said, often = sorted(audit.tasks(connection, TaskQuery()).tasks, key=lambda x: x.position)
    assert [x.deadline_said for x in (none, said, often)] == [None, words, None]
    assert [audit_report.status(x) for x in (none, said, often)] == [
        "không ghi hạn",
        "chưa rõ ngày",
        "định kỳ",
    ]
    assert [audit_report.when(x) for x in (none, said, often)] == ["", f"“{words}”", "hằng tháng"]


def test_the_way_of_the_work_is_told(filled: Connection) -> None:
    query = TaskQuery(agency="Sở Xây dựng tỉnh Bắc Ninh", across_successors=True, today=TODAY)
    through = [x.through for x in audit.tasks(filled, query).tasks]
    assert through[0] is not None
    assert through[0].startswith("Sở Giao thông vận tải tỉnh Bắc Giang, hợp nhất từ 01/03/2025 (")
    assert through[0].endswith("→ Sở Xây dựng tỉnh Bắc Ninh (từ 01/07/2025)")
    assert through[-1] is None


def test_candidates_have_counts(filled: Connection) -> None:
    found = audit.agency_ids(filled, "Sở Tài chính")
    assert {(c.name, c.tasks) for c in found} == {
        ("Sở Tài chính tỉnh An Giang", 1),
        ("Sở Tài chính tỉnh Bắc Giang", 1),
    }
    assert audit.similar(filled, "Sở Tài trính")[0].startswith("Sở Tài chính")
    assert audit.agency_ids(filled, "%_'\"; drop table") == []


def test_marks_tell_agencies_apart(database: Engine) -> None:
    with database.begin() as connection:
        for i, name in enumerate(("Sở Văn hóa", "Sở Vận hoa")):
            record = records()["no-addressee.txt"]
            record["id"] = f"sha256:{i:064}"
            record["document"]["number"] = f"{i}/UBND"
            record["assignments"][0]["agencies"] = [{"id": f"y:{i}", "name": name, "title": None}]
            store.put(connection, record, READING)
        assert len(audit.agency_ids(connection, "so van hoa")) == 2
        assert [c.name for c in audit.agency_ids(connection, "Sở Văn hoá")] == ["Sở Văn hóa"]


@pytest.mark.parametrize("sort", ["deadline", "newest"])
@pytest.mark.parametrize("agency", ["Công an tỉnh", None])
def test_pages_and_cursors_give_every_task_once(filled: Connection, agency: str | None, sort: Any) -> None:
    def ask(**more: Any) -> audit.TaskPage:
        return audit.tasks(filled, TaskQuery(agency=agency, today=TODAY, sort=sort, **more))

    everything = [x.assignment_id for x in ask().tasks]
    assert len(everything) == len(set(everything)) == ask().total
    by_number = [x.assignment_id for n in range(1, 20) for x in ask(page=n, per_page=1).tasks]
    assert by_number == everything
    by_cursor, after = [], None
    for _ in everything:
        page = ask(after=after, per_page=1)
        by_cursor += [x.assignment_id for x in page.tasks]
        after = page.next
    assert by_cursor == everything
    assert after is None


def test_only_the_current_version_counts(filled: Connection, database: Engine) -> None:
    scan = records()["roads.txt"]
    scan["id"] = "sha256:" + "3" * 64
    scan["source"]["ocr"] = {"engine": "tesseract", "confidence": 0.8}
    filled.rollback()
    with database.begin() as connection:
        store.put(connection, scan, READING)
        page = audit.tasks(connection, TaskQuery(agency="Sở Tài chính", today=TODAY))
        assert short(page) == [BUDGET_AG, BUDGET_BG]
        assert audit.tasks(connection, TaskQuery(issuer="UBND tỉnh Bắc Giang")).total == 4


def test_a_day_that_is_none_is_told(filled: Connection) -> None:
    with pytest.raises(CongvanError, match="2025-02-31"):
        audit.tasks(filled, TaskQuery(due_before="2025-02-31"))


def test_an_agency_and_its_sums(filled: Connection) -> None:
    page = audit.agency(filled, "x:cong-an-tinh-bac-giang", TODAY)
    assert page is not None
    assert (page.lead, page.coordinating, page.overdue, page.upcoming) == (1, 2, 1, 1)
    assert (page.recurring, page.undated, page.issued) == (1, 0, 0)
    assert page.months == {"2024-06": 1, "2024-12": 1}
    assert [s.name for s in page.successors] == ["Công an tỉnh Bắc Ninh"]
    issuer = audit.agency(filled, "x:uy-ban-nhan-dan-tinh-bac-giang", TODAY)
    assert issuer is not None
    assert issuer.issued == 2
    assert audit.agency(filled, "x:no-such") is None


def test_a_matrix_by_month(filled: Connection) -> None:
    found = audit.matrix(filled, "month")
    assert found.columns[0] == "2024-03"
    police = next(row for row in found.rows if row.id == "x:cong-an-tinh-bac-giang")
    assert dict(zip(found.columns, police.counts, strict=True))["2024-06"] == 1
    assert police.total == 3
    of_one = audit.matrix(filled, "month", agency="CA tỉnh Bắc Giang", role="lead")
    assert [(row.total, row.counts) for row in of_one.rows] == [(1, [])]
    until = audit.matrix(filled, "month", since="2024-04", until="2024-06")
    assert until.columns == ["2024-05", "2024-06"]


@pytest.mark.parametrize("by", ["month", "topic"])
@pytest.mark.parametrize(
    "asked",
    [
        {"issuer": "UBND tỉnh Bắc Giang"},
        {"due_after": "2024-05-01", "due_before": "2024-06-30"},
        {"overdue": True},
        {"undated": True},
        {"type": "CV", "text": "bến xe"},
        {"topic": "giao-thong"},
        {"agency": "Sở Tài chính", "issuer": "UBND tỉnh An Giang"},
        {"role": "coordinating", "issuer": "UBND tỉnh Bắc Giang"},
    ],
)
def test_a_matrix_counts_the_tasks_of_a_query(filled: Connection, asked: dict[str, Any], by: Any) -> None:
    query = TaskQuery(**asked, today=TODAY)
    wanted: Counter[str] = Counter()
    for task in audit.tasks(filled, query).tasks:
        told = {x.id for x in task.agencies} if query.role != "coordinating" else set()
        told |= {x.id for x in task.coordinating} if query.role != "lead" else set()
        wanted.update(told)
    if query.agency:
        named = {c.id for c in audit.agency_ids(filled, query.agency)}
        wanted = Counter({id: n for id, n in wanted.items() if id in named})
    rows = audit.matrix(filled, by, of=query).rows
    assert {row.id: row.total for row in rows if row.total} == wanted


def test_a_matrix_by_topic_of_some_months(filled: Connection) -> None:
    found = audit.matrix(filled, "topic", since="2024-04", until="2024-05")
    assert [(row.id, row.total) for row in found.rows] == [("x:so-tai-chinh-tinh-bac-giang", 1)]
    assert found.columns


def test_words_of_tasks_are_looked_up_in_the_index(database: Engine) -> None:
    with database.begin() as connection:
        fill(connection)
        everywhere = {
            "kinh phí": 1,
            "Kinh": 1,
            "kinh ph": 1,
            "bến xe khách": 3,
            "100%": 0,
            '()"': 0,
            "xe*": 0,
        }
        for text, number in everywhere.items():
            assert audit.tasks(connection, TaskQuery(text=text)).total == number, text
            assert audit.tasks(connection, TaskQuery(agency="Sở Tài chính", text=text)).total <= number
        # what the index does not know of: words of a person, and words behind those that are indexed
        other = t.assignments.c
        first = select(other.id).order_by(other.id).limit(1).scalar_subquery()
        corrected = {"task": "rà soát thẻ xanh", "corrected": True}
        for change in (corrected, {"start": 300_000, "corrected": False}):
            connection.execute(update(t.assignments).where(other.id == first).values(**change))
            assert Rows(connection, TaskQuery(text="thẻ xanh"), TODAY, None).count() == 1
        connection.execute(update(t.assignments).where(other.id == first).values(start=0))
        assert audit.tasks(connection, TaskQuery(text="thẻ xanh")).total == 0


def test_a_role_without_agency(filled: Connection) -> None:
    page = audit.tasks(filled, TaskQuery(role="coordinating", today=TODAY))
    assert [x.number for x in page.tasks] == ["101/UBND-KTN", "245/UBND-KTN"]


def test_other_questions_about_the_letters_of_a_query(filled: Connection) -> None:
    here, there = TaskQuery(issuer="UBND tỉnh An Giang"), TaskQuery(issuer="UBND tỉnh Bắc Giang")
    assert len(audit.contradictions(filled, of=here)) == 1
    assert audit.contradictions(filled, of=there) == []
    assert audit.contradictions(filled, of=TaskQuery(due_before="2025-12-30")) == []
    assert len(audit.contradictions(filled, of=TaskQuery(due_before="2025-12-31"))) == 1
    metric = "bảo hiểm y tế"
    assert len(audit.targets_over_years(filled, metric, of=here)) == 2
    assert audit.targets_over_years(filled, metric, of=there) == []
    assert audit.targets_over_years(filled, metric, of=TaskQuery(overdue=True, today="2025-12-31")) == []
    assert audit.no_addressee(filled, of=here) == []
    assert len(audit.no_addressee(filled, of=TaskQuery(agency="Sở Xây dựng", text="bến xe"))) == 1
    roads = "Sở Giao thông vận tải"
    assert len(audit.repeated(filled, roads, of=there)) == 1
    assert audit.repeated(filled, roads, of=here) == []
    assert audit.repeated(filled, roads, of=TaskQuery(due_before="2024-06-30")) == []


def test_what_was_told_twice(filled: Connection) -> None:
    (found,) = audit.repeated(filled, "Sở Giao thông vận tải", today=TODAY)
    assert [x.number for x in found.tasks] == ["101/UBND-KTN", "245/UBND-KTN"]
    assert found.likeness == [1.0, 1.0]
    assert audit.repeated(filled, "Sở Tài chính") == []
    assert audit.repeated(filled, "no such agency") == []


def test_targets_over_the_years_and_where_letters_contradict_each_other(filled: Connection) -> None:
    (found,) = audit.contradictions(filled)
    assert (found.deadline, found.unit) == ("2025-12-31", "%")
    assert [(x.value, x.number) for x in found.targets] == [(95, "57/UBND-KGVX"), (98, "88/UBND-KGVX")]
    assert all(x.contradicted and str(int(x.value)) in x.sentence for x in found.targets)
    rows = audit.targets_over_years(filled, found.metric)
    assert [x.value for x in rows] == [95, 98]
    assert [x.value for x in audit.targets_over_years(filled, "bảo hiểm y tế")] == [95, 98]
    assert audit.targets_over_years(filled, "bảo hiểm y tế", issuer="UBND tỉnh Bắc Ninh") == []
    assert audit.contradictions(filled, metric="bao hiem y te") == [found]
    assert audit.contradictions(filled, metric="hộ nghèo") == []


def test_the_same_aim_of_two_provinces_is_no_contradiction(database: Engine) -> None:
    with database.begin() as connection:
        fill(connection, "insurance.txt")
        other = records()["insurance-plan.txt"]
        other["document"]["issuer"] = {"id": "x:ubnd-b", "name": "UBND tỉnh Bắc Ninh", "title": None}
        other["agencies"].append(
            {"id": "x:ubnd-b", "name": "UBND tỉnh Bắc Ninh", "level": "province", "locality": "tỉnh Bắc Ninh",
             "ended": None, "successors": [], "mentions": []}
        )  # fmt: skip
        store.put(connection, other, READING)
        assert audit.contradictions(connection) == []


def aim(connection: Connection, number: str, *said: tuple[str, float, float | None], due: int = 2025) -> None:
    """A letter with an aim for each of (comparator, value, value_max), all of one claim."""
    record = records()["insurance.txt"]
    record["id"] = "sha256:" + number
    record["document"]["number"] = f"{number}/UBND"
    record["assignments"], (base,) = [], record["targets"]
    day = {**base["deadline"], "end": f"{due}-12-31"}
    record["targets"] = [
        {**base, "comparator": c, "value": v, "value_max": m, "deadline": day} for c, v, m in said
    ]
    store.put(connection, record, READING)


@pytest.mark.parametrize(
    ("one", "other", "split"),
    [
        ([("=", 90, None), ("=", 95, None)], [("=", 95, None), ("=", 90, None)], False),
        ([("=", 95, None), ("=", 95, None)], [("=", 95, None)], False),
        ([(">=", 95, None)], [("<", 95, None)], True),
        ([("=", 90, 95)], [("=", 90, 98)], True),
        ([("=", 90, 95)], [("=", 90, 95)], False),
        ([("=", 90, None), ("=", 95, None)], [("=", 95, None)], True),
        ([("=", 90, None)], [("=", 95, None)], True),
    ],
)
def test_letters_contradict_each_other_when_they_do_not_say_the_same(
    database: Engine, one: Any, other: Any, split: bool
) -> None:
    with database.begin() as connection:
        aim(connection, "1", *one)
        aim(connection, "2", *other)
        assert bool(audit.contradictions(connection)) == split
        assert {x.contradicted for x in audit.targets_over_years(connection, "bảo hiểm y tế")} == {split}


def test_a_short_form_is_the_same_metric(database: Engine) -> None:
    with database.begin() as connection:
        aim(connection, "1", ("=", 90, None))
        aim(connection, "2", ("=", 95, None))
        last = connection.execute(select(t.documents.c.record).order_by(t.documents.c.id)).all()[-1]
        record = json.loads(last.record)
        for target in record["targets"]:
            target["metric"] = target["metric"].replace("bảo hiểm y tế", "BHYT")
        store.put(connection, record, READING)
        assert len(audit.contradictions(connection)) == 1
        for typed in ("bảo hiểm y tế", "BHYT", "bhyt", "bao hiem y te"):
            assert len(audit.targets_over_years(connection, typed)) == 2, typed
            assert len(audit.contradictions(connection, metric=typed)) == 1
        rows = select(t.targets.c.metric_key, t.targets.c.claim).order_by(t.targets.c.id)
        kept = connection.execute(rows).all()
        connection.execute(update(t.targets).values(metric_key="x", claim=None))
        summaries.renew_metrics(connection)
        assert connection.execute(rows).all() == kept
        assert len(audit.contradictions(connection)) == 1


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ("Tỷ lệ bao phủ BHYT", "ty le bao phu bao hiem y te"),
        ("số HTX thành lập mới", "so hop tac xa thanh lap moi"),
        ("số htx", "so hop tac xa"),
        ("số cat tinh, THU NHẬP", "so cat tinh thu nhap"),
        ("tỷ lệ TNN", "ty le tnn"),  # a register has it for a name of other words
        ("giải ngân vốn ĐTC", "giai ngan von dtc"),
    ],
)
def test_metrics_are_compared_with_short_forms_written_out(metric: str, wanted: str) -> None:
    assert metric_key(metric) == wanted


def test_claims_of_many_letters_crowd_out_none(database: Engine) -> None:
    with database.begin() as connection:
        for n in range(25):
            aim(connection, f"1{n:02}", ("=", 90, None), due=2025)
        aim(connection, "200", ("=", 95, None), due=2025)
        aim(connection, "300", ("=", 80, None), due=2026)
        aim(connection, "400", ("=", 85, None), due=2026)
        (first,) = audit.contradictions(connection, 1)
        (second,) = audit.contradictions(connection, 1, after=(first.deadline, first.claim))
        assert {x.value for x in first.targets} == {80, 85}
        assert {x.value for x in second.targets} == {90, 95}
        assert audit.contradictions(connection, 1, after=(second.deadline, second.claim)) == []
        assert audit.contradictions(connection, 2) == [first, second]


@pytest.mark.parametrize(
    ("ask", "after", "sought"),
    [
        (audit.contradictions, ("2020-12-31", "0"), "(deadline<?)"),
        (audit.no_addressee, ("2020-12-31", 7), "ix_documents_no_addressee (<expr><?)"),
    ],
)
def test_a_later_page_begins_where_the_one_before_it_ended(
    filled: Connection, ask: Callable[..., Any], after: tuple[Any, ...], sought: str
) -> None:
    """What lies before it is not gone through again: the index is asked from there."""
    if filled.dialect.name != "sqlite":
        pytest.skip("plans are told in another way")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(filled, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    ask(filled, 5, after=after)
    event.remove(filled, "before_cursor_execute", note)
    cursor = filled.connection.cursor()
    plans = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1])]
    assert any(sought in step for step in plans), plans


def test_letters_with_orders_but_no_addressee(filled: Connection) -> None:
    assert [(x.number, x.tasks, x.nameless) for x in audit.no_addressee(filled)] == [("12/TB-UBND", 1, 0)]
    assert audit.no_addressee(filled, type="QĐ") == []


@pytest.mark.parametrize(
    ("first", "recurrence", "today", "due"),
    [
        ("2024-12-25", "yearly", "2025-01-01", "2025-12-25"),
        ("2024-12-25", "yearly", "2025-12-25", "2025-12-25"),
        ("2024-02-29", "yearly", "2026-01-01", "2026-02-28"),
        ("2024-01-31", "monthly", "2024-02-10", "2024-02-29"),
        ("2024-01-31", "quarterly", "2024-02-10", "2024-04-30"),
        ("2024-01-31", "half_yearly", "2024-08-01", "2025-01-31"),
        ("2024-01-05", "weekly", "2024-01-06", "2024-01-12"),
        ("2024-01-05", "daily", "2024-03-06", "2024-03-06"),
        ("2024-01-05", "monthly", "2023-03-06", "2024-01-05"),
        (None, "monthly", "2024-01-01", None),
    ],
)
def test_next_due(first: str | None, recurrence: str, today: str, due: str | None) -> None:
    assert next_due(first, recurrence, today) == due


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        ("Năm 2024. Giao TP. Hà Nội làm việc. Hai.", "làm", "Giao TP. Hà Nội làm việc."),
        ("Kính gửi:\n1. Sở Y tế\na) rà soát\nb) báo cáo", "rà soát", "a) rà soát"),
        ("1. Sở Y tế rà soát các\ntrạm y tế.\n2. Hết", "trạm y tế", "1. Sở Y tế rà soát các\ntrạm y tế."),
        ("Đạt 3.500 hộ. Giao sở Y tế làm.", "Giao", "Giao sở Y tế làm."),
    ],
)
def test_a_sentence_around_words(text: str, part: str, sentence: str) -> None:
    start, end = sentence_around(text, text.index(part), text.index(part) + len(part))
    assert text[start:end] == sentence
