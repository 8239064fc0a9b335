"""Relative dates: anchors, offsets, and the days that the law and the calendar make of them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import extractor
from extractor.record import Assignment, Record
from extractor.values.terms import add_months, add_working_days, is_working_day, last_day, period

if TYPE_CHECKING:
    from spacy.language import Language

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 18/UBND-NL
Sơn La, ngày 6 tháng 7 năm 2024

Kính gửi: Các sở, ban, ngành

Ủy ban nhân dân tỉnh yêu cầu các đơn vị thực hiện các việc sau:
"""


def day(iso: str) -> date:
    return date.fromisoformat(iso)


@pytest.mark.parametrize(
    ("start", "offset", "unit", "working", "expected"),
    [
        # the day itself is not counted (Civil Code, điều 147)
        ("2024-07-01", 10, "day", False, "2024-07-11"),
        ("2024-07-05", 1, "day", True, "2024-07-08"),
        # the last day is a Saturday, a Sunday, or lies in a row of days off (điều 148)
        ("2024-07-06", 14, "day", False, "2024-07-22"),
        ("2024-07-05", 2, "week", False, "2024-07-19"),
        ("2025-08-15", 15, "day", False, "2025-09-03"),
        # Tết: 27 to 31 January 2025, 16 to 20 February 2026; the Hùng kings: 7 April 2025
        ("2025-01-20", 10, "day", True, "2025-02-10"),
        ("2026-02-06", 15, "day", True, "2026-03-06"),
        ("2025-04-04", 1, "day", True, "2025-04-08"),
        # 2 May 2025 was off in exchange for Saturday 26 April
        ("2025-04-25", 1, "day", True, "2025-04-26"),
        ("2025-04-29", 1, "day", True, "2025-05-05"),
        # months end with the day of the same number, or with the last of a shorter month
        ("2025-01-31", 1, "month", False, "2025-02-28"),
        ("2024-11-30", 1, "quarter", False, "2025-02-28"),
        ("2024-02-29", 1, "year", False, "2025-02-28"),
        # hours run from the hour, a day off or not
        ("2024-07-05", 24, "hour", False, "2024-07-06"),
        ("2024-07-05", 36, "hour", False, None),
        # before a day; it is not moved
        ("2025-09-15", -5, "day", True, "2025-09-08"),
        ("2024-07-10", -3, "day", False, "2024-07-07"),
        ("2024-03-31", -1, "month", False, "2024-02-29"),
        # no five-day week yet, no lunar calendar any more
        ("1998-03-02", 5, "day", True, None),
        ("2099-12-01", 400, "day", True, None),
        ("2099-12-01", 999, "year", False, None),
    ],
)
def test_last_day(start: str, offset: int, unit: str, working: bool, expected: str | None) -> None:
    found = last_day(day(start), offset, unit, working)
    assert (found and found.isoformat()) == expected


def test_working_days_do_not_depend_on_what_was_asked_before() -> None:
    assert is_working_day(day("2014-12-27"))  # worked for 2 January 2015
    assert not is_working_day(day("2015-01-02"))
    assert is_working_day(day("2014-12-27"))
    assert add_working_days(day("2014-12-26"), 1) == day("2014-12-27")
    assert add_months(day("2024-12-31"), 2) == day("2025-02-28")


@pytest.mark.parametrize(
    ("start", "offset", "unit", "expected"),
    [
        ("2024-07-06", 1, "month", ("2024-08-01", "2024-08-31")),
        ("2024-11-06", 1, "quarter", ("2025-01-01", "2025-03-31")),
        ("2024-12-31", 1, "week", ("2025-01-06", "2025-01-12")),
        ("2024-07-06", 0, "week", ("2024-07-01", "2024-07-07")),
    ],
)
def test_period(start: str, offset: int, unit: str, expected: tuple[str, str]) -> None:
    found = period(day(start), offset, unit)
    assert found is not None
    assert tuple(d.isoformat() for d in found) == expected


def read(nlp: Language, task: str, head: str = HEAD) -> tuple[Assignment, Record]:
    record = extractor.extract(f"{head}1. {task}\n", nlp=nlp)
    (found,) = record.assignments
    return found, record


def warned(record: Record) -> list[str]:
    return [w.span.text for w in record.warnings if w.code == "relative_deadline" and w.span]


#: task, deadline, what `relative` holds
RECKONED = [
    (
        "Sở Y tế báo cáo trong thời hạn 15 ngày làm việc kể từ ngày ban hành Công văn này.",
        ("by", "2024-07-26"),
        ("ngày ban hành Công văn này", "issued", "2024-07-06", 15, "day", True),
    ),
    (
        "Sở Y tế báo cáo chậm nhất sau 10 ngày kể từ ngày ký.",
        ("by", "2024-07-16"),
        ("ngày ký", "issued", "2024-07-06", 10, "day", False),
    ),
    (
        "Sở Y tế hoàn thành trong 02 tháng, kể từ ngày 01/8/2024.",
        ("by", "2024-10-01"),
        ("ngày 01/8/2024", "date", "2024-08-01", 2, "month", False),
    ),
    (
        "Sở Y tế mua thuốc trong vòng 03 (ba) tuần kể từ ngày Công văn này được ban hành.",
        ("by", "2024-07-29"),
        ("ngày Công văn này được ban hành", "issued", "2024-07-06", 3, "week", False),
    ),
    (
        "Sở Y tế trả lời trong 05 - 07 ngày làm việc kể từ ngày ký.",
        ("by", "2024-07-16"),
        ("ngày ký", "issued", "2024-07-06", 7, "day", True),
    ),
    (
        "Sở Y tế trả lời trong thời hạn ba mươi ngày kể từ ngày ký.",
        ("by", "2024-08-05"),
        ("ngày ký", "issued", "2024-07-06", 30, "day", False),
    ),
    (
        "Sở Y tế báo cáo trong 24 giờ kể từ khi ban hành Công văn này.",
        ("by", "2024-07-07"),
        ("khi ban hành Công văn này", "issued", "2024-07-06", 24, "hour", False),
    ),
    (
        "Sở Y tế gửi tài liệu trước ngày 15/8/2024 ít nhất 05 ngày làm việc.",
        ("by", "2024-08-08"),
        ("ngày 15/8/2024", "date", "2024-08-15", -5, "day", True),
    ),
    (
        "Sở Y tế gửi tài liệu chậm nhất 03 ngày trước ngày khai mạc (15/8/2024).",
        ("by", "2024-08-12"),
        ("ngày khai mạc (15/8/2024)", "event", "2024-08-15", -3, "day", False),
    ),
    (
        "Sau 30 ngày kể từ ngày ban hành Công văn này, Sở Y tế báo cáo kết quả.",
        ("after", "2024-08-05"),
        ("ngày ban hành Công văn này", "issued", "2024-07-06", 30, "day", False),
    ),
    (
        "Trong thời hạn 10 ngày làm việc kể từ ngày ban hành Công văn này, Sở Y tế tổng hợp kết quả.",
        ("by", "2024-07-19"),
        ("ngày ban hành Công văn này", "issued", "2024-07-06", 10, "day", True),
    ),
    (
        "Sở Y tế báo cáo trước ngày 10/7/2024, hoàn thành trong thời hạn 20 ngày kể từ ngày ký.",
        ("by", "2024-07-26"),
        ("ngày ký", "issued", "2024-07-06", 20, "day", False),
    ),
]


@pytest.mark.parametrize(("task", "due", "relative"), RECKONED)
def test_reckoned(task: str, due: tuple[str, str], relative: tuple[Any, ...], nlp: Language) -> None:
    found, record = read(nlp, task)
    assert found.deadline is not None
    assert found.deadline.relative is not None
    assert (found.deadline.relation, found.deadline.start, found.deadline.end) == (*due, due[1])
    assert tuple(found.deadline.relative.model_dump().values()) == relative
    assert found.inferred == ["deadline"]
    assert found.deadline.span is not None
    assert relative[0] in found.deadline.span.text
    assert warned(record) == []


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (
            "Sở Y tế trả lời trong vòng 07 ngày làm việc kể từ ngày nhận được văn bản.",
            "trong vòng 07 ngày làm việc kể từ ngày nhận được văn bản",
        ),
        (
            "Sở Y tế báo cáo chậm nhất 05 ngày làm việc sau khi kết thúc đợt kiểm tra.",
            "chậm nhất 05 ngày làm việc sau khi kết thúc đợt kiểm tra",
        ),
        ("Sở Y tế gửi tài liệu trước ngày họp 03 ngày.", "trước ngày họp 03 ngày"),
        ("Sở Y tế trả lời trong thời hạn 07 ngày làm việc.", "trong thời hạn 07 ngày làm việc"),
        ("Sở Y tế mua thuốc ngay sau khi được cấp kinh phí.", "ngay sau khi được cấp kinh phí"),
        # whose day of issue? that of the regulation, it seems
        (
            "Sở Y tế ban hành quy chế, gửi báo cáo trong 05 ngày kể từ ngày ban hành.",
            "trong 05 ngày kể từ ngày ban hành",
        ),
        ("Sở Y tế trả lời trong 10 ngày kể từ ngày ký hợp đồng.", "trong 10 ngày kể từ ngày ký hợp đồng"),
        # a day in the number of a letter that was received is not the day of receipt
        (
            "Sở Y tế trả lời trong 05 ngày kể từ ngày nhận được Công văn số 12/BYT-KH ngày 01/7/2024.",
            "trong 05 ngày kể từ ngày nhận được Công văn số 12/BYT-KH ngày 01/7/2024",
        ),
    ],
)
def test_an_unknown_day_is_not_made_up(task: str, words: str, nlp: Language) -> None:
    found, record = read(nlp, task)
    assert (found.deadline, found.inferred) == (None, [])
    assert warned(record) == [words]


@pytest.mark.parametrize(
    "task",
    [
        "Sở Y tế cấp giấy phép có giá trị 12 tháng kể từ ngày ký.",
        "Sở Y tế niêm yết công khai trong thời gian 15 ngày kể từ ngày ký.",
        "Sở Y tế tập huấn trong 02 ngày cho y sĩ xã.",
        "Sở Y tế kiểm tra những nơi quá thời hạn 15 ngày kể từ ngày ký.",
        "Sở Y tế theo dõi ít nhất 15 ngày kể từ ngày ký.",
    ],
)
def test_a_length_of_time_is_no_deadline(task: str, nlp: Language) -> None:
    found, record = read(nlp, task)
    assert found.deadline is None
    assert warned(record) == []


def test_an_absolute_deadline_stays_beside_an_unknown_one(nlp: Language) -> None:
    found, record = read(nlp, "Sở Y tế mua thuốc ngay sau khi được cấp kinh phí, xong trước ngày 30/8/2024.")
    assert found.deadline is not None
    assert (found.deadline.start, found.deadline.relative) == ("2024-08-30", None)
    assert warned(record) == ["ngay sau khi được cấp kinh phí"]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("có hiệu lực kể từ ngày 15/7/2024.", "2024-08-05"),
        ("có hiệu lực thi hành kể từ ngày ký.", "2024-07-26"),
        ("có hiệu lực sau 10 ngày kể từ ngày ký.", "2024-08-05"),
        ("thay thế Công văn số 2/UBND-NL.", None),
    ],
)
def test_from_the_day_on_which_the_letter_is_in_force(
    clause: str, expected: str | None, nlp: Language
) -> None:
    task = "Sở Y tế báo cáo chậm nhất 20 ngày kể từ ngày Quy định này có hiệu lực."
    found, _ = read(nlp, f"{task}\n2. Quy định này {clause}")
    assert (found.deadline and found.deadline.end) == expected


@pytest.mark.parametrize(("named", "expected"), [("Công văn", "2024-07-26"), ("Quyết định", None)])
def test_a_bare_type_is_the_letter_of_that_type(named: str, expected: str | None, nlp: Language) -> None:
    task = f"Sở Y tế báo cáo chậm nhất 20 ngày kể từ ngày {named} có hiệu lực."
    found, _ = read(nlp, f"{task}\n2. {named} có hiệu lực thi hành kể từ ngày ký.")
    assert (found.deadline and found.deadline.end) == expected


def test_without_a_day_of_issue_nothing_is_reckoned(nlp: Language) -> None:
    head = HEAD.replace("Sơn La, ngày 6 tháng 7 năm 2024\n", "")
    found, record = read(nlp, "Sở Y tế báo cáo trong 15 ngày kể từ ngày ký.", head)
    assert found.deadline is None
    assert warned(record) == ["trong 15 ngày kể từ ngày ký"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("hoàn thành trong tháng tới", ("2024-08-01", "2024-08-31")),
        ("hoàn thành trong quý sau", ("2024-10-01", "2024-12-31")),
        ("hoàn thành ngay trong tuần này", ("2024-07-01", "2024-07-07")),
        ("hằng tháng báo cáo trong tuần tới", None),
    ],
)
def test_the_next_month(said: str, expected: tuple[str, str] | None, nlp: Language) -> None:
    found, _ = read(nlp, f"Sở Y tế {said}.")
    assert (found.deadline and (found.deadline.start, found.deadline.end)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1. Giao Sở Y tế trong thời hạn 15 ngày kể từ ngày ký Công văn này:\na) Mua thuốc sốt rét;\n"
        "b) Tập huấn y sĩ xã.\n",
        "1. Sở Y tế mua thuốc sốt rét.\n2. Công an tỉnh canh gác kho.\n"
        "Thời hạn hoàn thành: 15 ngày kể từ ngày ban hành Công văn này.\n",
        "TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn\n"
        "1 | Mua thuốc sốt rét | Sở Y tế | 15 ngày kể từ ngày ký\n"
        "2 | Tập huấn y sĩ | Sở Y tế | Trong 15 ngày kể từ ngày ký\n",
    ],
)
def test_a_relative_deadline_is_shared(text: str, nlp: Language) -> None:
    found = extractor.extract(HEAD + text, nlp=nlp).assignments
    assert [(a.deadline and a.deadline.end, a.inferred) for a in found] == [("2024-07-22", ["deadline"])] * 2


def test_a_circular_speaks_of_the_issue_of_others(nlp: Language) -> None:
    head = HEAD.replace("18/UBND-NL", "18/2024/TT-BYT").replace("TỈNH SƠN LA\n", "")
    record = extractor.extract(f"{head}1. Giao Sở Y tế báo cáo trong 15 ngày kể từ ngày ký.\n", nlp=nlp)
    assert [a.deadline for a in record.assignments] == [None]


def test_holidays_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, extractor.cli, extractor.stages.assignments; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
