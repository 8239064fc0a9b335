"""What a letter's versions say otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.database.version_changes import differences, told
from tests.database.letters import records


def moved(record: Any) -> None:
    record["assignments"][1]["deadline"]["end"] = "2024-05-25"


def other_agency(record: Any) -> None:
    record["assignments"][0]["agencies"] = [{"id": "x:a", "name": "Sở A", "title": None}]


def other_number(record: Any) -> None:
    record["assignments"][0]["task"] = record["assignments"][0]["task"].replace("bến xe", "12 bến xe")


def without(record: Any) -> None:
    record["assignments"].pop()


def other_task(record: Any) -> None:
    record["assignments"][1]["task"] = "lập đề án thu phí tự động không dừng trên quốc lộ"


def other_target(record: Any) -> None:
    record["targets"][0]["value"] = 96


def other_words(record: Any) -> None:
    record["document"]["subject"] = "x"
    record["assignments"][0]["task"] = record["assignments"][0]["task"].upper()


@pytest.mark.parametrize(
    ("name", "change", "wanted"),
    [
        ("roads.txt", moved, ["hạn: 15/05/2024 → 25/05/2024 (“"]),
        ("roads.txt", other_agency, ["cơ quan: Sở Giao thông vận tải tỉnh Bắc Giang → Sở A (“"]),
        ("roads.txt", other_number, ["số: 30/6/2024 → 12, 30/6/2024 (“"]),
        ("roads.txt", without, ["không còn việc “"]),
        ("roads.txt", other_task, ["không còn việc “", "thêm việc “"]),
        ("insurance.txt", other_target, ["chỉ tiêu: 95 % → 96 % (“tỷ lệ"]),
        ("roads.txt", other_words, []),
    ],
)
def test_differences(name: str, change: Any, wanted: list[str]) -> None:
    old, new = records()[name], records()[name]
    assert differences(old, new) == []
    change(new)
    said = [told(x) for x in differences(old, new)]
    assert len(said) == len(wanted), said
    assert [line for line, begins in zip(said, wanted, strict=True) if not line.startswith(begins)] == []


def test_numbers_are_written_as_people_write_them() -> None:
    old, new = records()["insurance.txt"], records()["insurance.txt"]
    new["targets"][0] |= {"value": 1234567.5, "comparator": ">="}
    (one,) = differences(old, new)
    assert (one.old, one.new) == ("95 %", ">= 1.234.567,5 %")
