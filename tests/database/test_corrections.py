"""Corrections: laid over a record, kept over new readings, undone, queued, exported."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from extractor.database import audit, corrections, store
from extractor.database import schema as t
from extractor.database.overlays import LISTS, Correction, lay
from extractor.errors import CongvanError
from extractor.evaluate import evaluate, read_gold
from extractor.record import Record
from extractor.rulebook import Rulebook
from extractor.web import reviews
from tests.database.letters import READING, fill, records

Json = dict[str, Any]


def record_of(connection: Connection, document_id: int) -> Json:
    return corrections._record(connection, document_id)


def fix(connection: Connection, id: int, item: Json | None, field: str | None, new: Any, **more: Any) -> int:
    """Correct a field of an assignment, of the header for None."""
    kind = "document" if item is None else more.pop("kind", "assignment")
    span = item["span"] if item else None
    verdict = more.pop("verdict", "correct")
    return corrections.add(connection, id, kind, span, field, verdict, new, more.pop("author", "Lan"), **more)


@pytest.fixture
def roads(database: Engine) -> Any:
    with database.begin() as connection:
        id = fill(connection)["roads.txt"]
        yield connection, id


def test_a_corrected_value_says_what_was_read_and_who_changed_it(roads: Any) -> None:
    connection, id = roads
    item = record_of(connection, id)["assignments"][1]
    number = fix(connection, id, item, "deadline", "20/5/2024", note="xem bản giấy")
    shown = record_of(connection, id)["assignments"][1]
    assert (shown["deadline"]["start"], shown["deadline"]["end"]) == ("2024-05-20", "2024-05-20")
    assert shown["corrected"]["deadline"]["old"] == item["deadline"]
    assert shown["corrected"]["deadline"]["by"] == "Lan"
    row = connection.execute(
        select(t.assignments).where(t.assignments.c.document_id == id, t.assignments.c.position == 1)
    ).one()
    assert (row.deadline_end, row.corrected, row.review) == ("2024-05-20", True, False)
    found = audit.tasks(connection, audit.TaskQuery(agency="Sở Tài chính tỉnh Bắc Giang", today="2024-05-18"))
    assert [(x.deadline_end, x.corrected, x.overdue) for x in found.tasks] == [("2024-05-20", True, False)]
    (change,) = corrections.history(connection, id)
    assert (change.id, change.old, change.note) == (number, item["deadline"], "xem bản giấy")

    corrections.undo(connection, number)
    assert record_of(connection, id)["assignments"][1] == item
    (change,) = corrections.history(connection, id)
    assert change.undone_at is not None


def test_corrections_survive_a_new_reading(roads: Any) -> None:
    connection, id = roads
    before = record_of(connection, id)
    fix(connection, id, before["assignments"][0], "coordinating", ["Thanh tra tỉnh"])
    fix(connection, id, before["assignments"][2], None, None, verdict="reject")
    fix(connection, id, None, "number", "102/UBND-KTN")
    fix(connection, id, before["assignments"][1], None, None, verdict="confirm")

    again = records()["roads.txt"]
    cut = again["assignments"][0]  # cut otherwise
    cut["span"]["end"] -= len(" 30/6/2024")
    cut["span"]["text"] = again["text"][cut["span"]["start"] : cut["span"]["end"]]
    again["assignments"][1]["deadline"] = None  # a worse reading of what was confirmed
    assert store.put(connection, again, READING).what == "updated"
    shown = record_of(connection, id)
    assert [a["name"] for a in shown["assignments"][0]["coordinating"]] == ["Thanh tra tỉnh"]
    assert shown["assignments"][0]["span"] == cut["span"]
    assert len(shown["assignments"]) == 2
    assert shown["document"]["number"] == "102/UBND-KTN"
    assert shown["assignments"][1]["deadline"]["end"] == "2024-05-15"
    assert shown["assignments"][1]["confirmed"]["by"] == "Lan"
    assert corrections.history(connection, id, lost=True) == []

    again["assignments"] = again["assignments"][1:]
    store.put(connection, again, READING)
    assert [c.field for c in corrections.history(connection, lost=True)] == ["coordinating"]
    store.put(connection, records()["roads.txt"], READING)
    assert corrections.history(connection, lost=True) == []
    assert len(record_of(connection, id)["assignments"]) == 2


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Sở Tài chính", "x:so-tai-chinh-tinh-bac-giang"),
        ("sở tài chính tỉnh bắc giang", "x:so-tai-chinh-tinh-bac-giang"),
        ("Bộ Y tế", "bo-y-te"),
        ("UBTVQH", "uy-ban-thuong-vu-quoc-hoi"),
        ("Sở Giáo dục và Đào tạo tỉnh An Giang", "x:so-giao-duc-va-dao-tao-tinh-an-giang"),
        ("Tổ công tác bến xe", "x:to-cong-tac-ben-xe"),
    ],
)
def test_an_agency_is_known_by_its_name(roads: Any, name: str, id: str) -> None:
    connection, letter = roads
    item = record_of(connection, letter)["assignments"][1]
    fix(connection, letter, item, "agencies", [{"name": name, "id": "made-up", "title": "Giám đốc"}])
    (who,) = record_of(connection, letter)["assignments"][1]["agencies"]
    assert (who["id"], who["title"]) == (id, "Giám đốc")
    assert audit.agency(connection, id) is not None


@pytest.mark.parametrize(
    ("item", "field", "new", "said"),
    [
        ("assignment", "deadline", "31/2/2025", "không phải ngày"),
        ("assignment", "deadline", {"start": "2025-02-02", "end": "2025-01-01"}, "sau ngày kết thúc"),
        ("assignment", "deadline", {"start": "2025-02-02", "end": "2025-02-02", "relation": "x"}, "Hãy chọn"),
        ("assignment", "recurrence", "hourly", "Hãy chọn"),
        ("assignment", "task", " ", "không được để trống"),
        ("assignment", "task", 5, "phải là chữ"),
        ("assignment", "task", "x" * 30_000, "dài quá"),
        ("assignment", "span", "x", "Không sửa được"),
        ("assignment", None, "x", "Hãy nêu trường"),
        ("assignment", "agencies", [{"title": "Giám đốc"}], "không được để trống"),
        ("assignment", "agencies", 3, "danh sách"),
        ("target", "value", "nhiều", "không phải là số"),
        ("target", "value", None, "không được để trống"),
        ("target", "value", True, "không phải là số"),
        ("target", "comparator", "!", "Hãy chọn"),
        ("document", "type", "XX", "Không có loại văn bản"),
        ("document", "signer", 3, "Người ký"),
        ("document", None, None, "Hãy nêu trường"),
        ("table", "x", "y", "Không có loại mục"),
    ],
)
def test_what_cannot_be_is_told(roads: Any, item: str, field: str | None, new: Any, said: str) -> None:
    connection, _ = roads
    id = connection.execute(select(t.documents.c.id).where(t.documents.c.name == "insurance.txt")).scalar()
    record = record_of(connection, id)
    one = record[LISTS[item]][0] if item in LISTS else None
    with pytest.raises(CongvanError, match=said):
        corrections.add(connection, id, item, one and one["span"], field, "correct", new, "Lan")
    assert record_of(connection, id) == record


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"author": " "}, "tên người sửa"),
        ({"verdict": "delete"}, "Hãy chọn"),
        ({"span": None}, "span"),
        ({"span": {"start": 3, "end": 5, "text": "không có ở đây"}}, "tải lại trang"),
        ({"document_id": 99}, "Không có văn bản"),
    ],
)
def test_what_does_not_fit_is_told(roads: Any, more: Json, said: str) -> None:
    connection, id = roads
    item = record_of(connection, id)["assignments"][0]
    given: Json = {"document_id": id, "item": "assignment", "span": item["span"], "field": "task",
                   "verdict": "correct", "new": "x", "author": "Lan"}  # fmt: skip
    with pytest.raises(CongvanError, match=said):
        corrections.add(connection, **{**given, **more})
    with pytest.raises(CongvanError, match="Không có lần sửa"):
        corrections.undo(connection, 99)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.298.030", 1298030), ("74,93", 74.93), ("1.250,5", 1250.5), ("98", 98), (98.5, 98.5), ("2.5", 2.5)],
)
def test_numbers_as_they_are_written_in_vietnam(roads: Any, typed: Any, value: float) -> None:
    connection, _ = roads
    id = connection.execute(select(t.documents.c.id).where(t.documents.c.name == "insurance.txt")).scalar()
    item = record_of(connection, id)["targets"][0]
    corrections.add(connection, id, "target", item["span"], "value", "correct", typed, "Lan")
    assert record_of(connection, id)["targets"][0]["value"] == value
    row = connection.execute(select(t.targets.c.value).where(t.targets.c.document_id == id)).scalar()
    assert row == value


def test_the_queue_has_the_least_sure_first(database: Engine) -> None:
    with database.begin() as connection:
        record = records()["roads.txt"]
        for confidence, item in zip((0.6, 0.4, 0.9), record["assignments"], strict=True):
            item.update(confidence=confidence, review=confidence < 0.7)
        id = store.put(connection, record, READING).document_id
        spans = [item["span"]["start"] for item in record["assignments"]]
        assert [(x.kind, x.start) for x in reviews.queue(connection)] == [
            ("assignment", spans[1]),
            ("assignment", spans[0]),
        ]
        fix(connection, id, record["assignments"][1], None, None, verdict="confirm")
        fix(connection, id, record["assignments"][0], "mode", "giao")
        assert reviews.queue(connection) == []
        assert [x.start for x in reviews.queue(connection, which="corrected")] == [spans[0]]
        assert reviews.queue(connection, "target", "corrected") == []


def test_corrections_are_gold(roads: Any, book: Rulebook, tmp_path: Any) -> None:
    connection, id = roads
    before = record_of(connection, id)
    fix(connection, id, before["assignments"][0], "coordinating", ["Thanh tra tỉnh Bắc Giang"])
    fix(connection, id, before["assignments"][1], None, None, verdict="confirm")
    fix(connection, id, None, "subject", "sửa chữa bến xe")
    (gold,) = corrections.export_gold(connection)
    assert gold.document["source"] == "roads.txt"
    (tmp_path / f"{gold.name}.yaml").write_text(gold.yaml(), encoding="utf-8")
    golds = read_gold([tmp_path])
    right = evaluate({"roads.txt": record_of(connection, id)}, golds, book)
    assert right.misses == []
    assert right.fields["assignments"].tp == 2
    wrong = evaluate({"roads.txt": before}, golds, book)
    assert {m.field for m in wrong.misses} == {"assignments.coordinating", "document.subject"}


def test_what_was_rejected_is_no_gold(roads: Any) -> None:
    connection, id = roads
    item = record_of(connection, id)["assignments"][2]
    fix(connection, id, item, None, None, verdict="reject")
    (gold,) = corrections.export_gold(connection, texts=True)
    assert [x.get("optional") for x in gold.document["assignments"]] == [True, True]
    assert gold.text == record_of(connection, id)["text"]
    assert yaml.safe_load(gold.yaml())["source"] == "roads.txt"


def test_corrections_are_examples_of_rules(roads: Any) -> None:
    connection, id = roads
    record = record_of(connection, id)
    fix(connection, id, record["assignments"][1], None, None, verdict="confirm")
    fix(connection, id, record["assignments"][2], None, None, verdict="reject")
    found = tomllib.loads(corrections.export_rule_examples(connection))["rule"]
    assert {rule["id"] for rule in found} <= {x["by"].split()[0] for x in record["assignments"]}
    (example,) = [e for rule in found for e in rule.get("examples", ())]
    assert f"<m>{record['assignments'][1]['span']['text']}</m>" in example
    (counter,) = [e for rule in found for e in rule.get("not", ())]
    assert "Công an tỉnh báo cáo kết quả" in counter


def test_no_corrections_change_nothing() -> None:
    for record in records().values():
        assert lay(record, []) == (record, [])


def test_a_correction_does_not_go_to_another_item_with_the_same_words(roads: Any) -> None:
    connection, id = roads
    record = records()["roads.txt"]
    item = copy.deepcopy(record["assignments"][1])
    text = record["text"]
    record["id"], record["text"] = "twice", f"{text}\n{'Việc khác hẳn. ' * 300}\n{item['span']['text']}\n"
    where = record["text"].rindex(item["span"]["text"])
    far = copy.deepcopy(item)
    far["span"].update(start=where, end=where + len(item["span"]["text"]))
    store.put(connection, record, READING, id)
    fix(connection, id, item, "mode", "giao")

    only_far = copy.deepcopy(record)
    only_far["assignments"][1] = far
    store.put(connection, only_far, READING)
    assert [a.get("corrected") for a in record_of(connection, id)["assignments"]] == [None] * 3
    assert [c.field for c in corrections.history(connection, lost=True)] == ["mode"]

    moved = copy.deepcopy(only_far)  # another text: the words stand only at the place that was not meant
    moved["id"] = "once"
    moved["text"] = text.replace(item["span"]["text"], "Bỏ.") + record["text"][len(text) :]
    shift = len(record["text"]) - len(moved["text"])
    moved["assignments"] = [copy.deepcopy(far)]
    moved["assignments"][0]["span"].update(start=where - shift, end=far["span"]["end"] - shift)
    shown = lay(moved, [Correction.of(row) for row in connection.execute(select(t.corrections))],
                {record["id"]: record["text"]})  # fmt: skip
    assert shown[0] == moved
    assert len(shown[1]) == 1


def test_what_was_said_of_a_scan_holds_for_the_text_that_comes_later(database: Engine) -> None:
    record = records()["roads.txt"]
    scan = copy.deepcopy(record)
    scan["id"], scan["text"] = "scan", "Trang 1\n" + record["text"].replace("tăng cường", "tăng cuờng")
    scan["source"]["ocr"] = {"engine": "tesseract", "confidence": 0.8}
    for item in scan["assignments"]:
        item["span"].update(start=item["span"]["start"] + 8, end=item["span"]["end"] + 8)
    task = scan["assignments"][1]
    query = audit.TaskQuery(agency="Sở Tài chính tỉnh Bắc Giang", today="2024-01-01")
    with database.begin() as connection:
        old = store.put(connection, scan, READING).document_id
        due = fix(connection, old, task, "deadline", "20/5/2024")
        fix(connection, old, scan["assignments"][2], None, None, verdict="reject")
        fix(connection, old, None, "subject", "quản lý bến xe")
        assert corrections.history(connection, lost=True) == []
        new = store.put(connection, record, READING).document_id
        shown = record_of(connection, new)
        assert [x.document_id for x in audit.tasks(connection, query).tasks] == [new]
        assert shown["document"]["subject"] == "quản lý bến xe"
        assert [a["deadline"]["end"] for a in shown["assignments"]][1:] == ["2024-05-20"]
        assert corrections.history(connection, lost=True) == []

        corrections.undo(connection, due)
        (found,) = audit.tasks(connection, query).tasks
        assert (found.document_id, found.deadline_end) == (new, "2024-05-15")
        fix(connection, old, task, "product", "báo cáo")
        assert record_of(connection, new)["assignments"][1]["product"] == "báo cáo"

        without = copy.deepcopy(record)
        del without["assignments"][1]
        store.put(connection, without, READING)
        assert [c.field for c in corrections.history(connection, lost=True)] == ["product"]
        store.remove(connection, new)
        assert corrections.history(connection, lost=True) == []
        assert record_of(connection, old)["assignments"][1]["product"] == "báo cáo"
        store.remove(connection, old)
        assert connection.execute(select(t.corrected_texts)).all() == []


def test_corrections_do_not_go_to_another_letter_in_the_place_of_theirs(roads: Any) -> None:
    connection, id = roads
    shown = record_of(connection, id)
    fix(connection, id, None, None, None, verdict="confirm")
    fix(connection, id, None, "signer", None)
    fix(connection, id, shown["assignments"][0], "mode", "giao")
    other = records()["no-addressee.txt"]
    other["id"] = "other"
    store.put(connection, other, READING, id)
    assert record_of(connection, id) == other
    assert len(corrections.history(connection, id, lost=True)) == 3

    store.put(connection, records()["roads.txt"], READING, id)
    assert corrections.history(connection, id, lost=True) == []
    assert record_of(connection, id)["document"]["signer"] is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_corrections_find_their_items_again_wherever_these_have_moved(data: st.DataObject) -> None:
    """The same letter behind other words, its items in another order: the same corrections, none lost."""
    record = records()["roads.txt"]
    made = []
    for i in range(data.draw(st.integers(1, 6))):
        item = data.draw(st.sampled_from(record["assignments"]))
        verdict = data.draw(st.sampled_from(["confirm", "correct", "reject"]))
        field = "mode" if verdict == "correct" else None
        new = f"việc {i}" if verdict == "correct" else None
        span = item["span"]
        made.append(
            Correction(
                i,
                "assignment",
                field,
                span["text"],
                span["start"],
                span["end"],
                verdict,
                new,
                "L",
                "t",
                record["id"],
            )
        )
    shown, lost = lay(record, made)
    assert lost == []
    moved = copy.deepcopy(record)
    before = data.draw(st.text(max_size=50))
    moved["id"], moved["text"] = "moved", before + moved["text"]
    for item in moved["assignments"]:
        item["span"]["start"] += len(before)
        item["span"]["end"] += len(before)
    moved["assignments"] = data.draw(st.permutations(moved["assignments"]))
    again, lost = lay(moved, made, {record["id"]: record["text"]})
    assert lost == []

    def of(record: Json) -> list[Json]:
        items = copy.deepcopy(record["assignments"])
        for item in items:
            item["span"] = item["span"]["text"]
        return sorted(items, key=lambda x: (x["label"] or "", x["task"]))

    assert of(again) == of(shown)
    assert lay(shown, [])[0] == shown


def test_a_corrected_record_is_a_record(roads: Any) -> None:
    connection, id = roads
    item = record_of(connection, id)["assignments"][1]
    fix(connection, id, item, "deadline", "20/5/2024")
    fix(connection, id, item, None, None, verdict="confirm")
    fix(connection, id, None, "issuer", "Bộ Y tế")
    shown = record_of(connection, id)
    read = Record.model_validate(shown)
    assert read.assignments[1].corrected is not None
    assert read.model_dump(mode="json")["assignments"][1] == shown["assignments"][1]
    assert "corrected" not in read.model_dump(mode="json")["assignments"][0]
