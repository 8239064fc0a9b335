"""Enumerations: tasks counted inside a sentence are tasks of their own; things counted are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_assignments import HEALTH, LEAD, POLICE, given, who_what

if TYPE_CHECKING:
    from spacy.language import Language


@pytest.mark.parametrize("marks", [("1", "2"), ("i", "ii"), ("a", "b")])
@pytest.mark.parametrize("lead", ["Sở Y tế:", "Giao Sở Y tế thực hiện các nhiệm vụ sau:"])
def test_each_counted_task_is_a_task(marks: tuple[str, str], lead: str, nlp: Language) -> None:
    first, second = marks
    text = f"3. {lead} ({first}) mua thuốc sốt rét; ({second}) tập huấn y sĩ trước ngày 20/8/2024.\n"
    found = given(nlp, LEAD + text)
    assert who_what(found) == [
        (f"3.{first}", [HEALTH], "mua thuốc sốt rét"),
        (f"3.{second}", [HEALTH], "tập huấn y sĩ trước ngày 20/8/2024"),
    ]
    assert [a.deadline and a.deadline.end for a in found] == [None, "2024-08-20"]


def test_partners_named_before_the_first_number_work_in_all(nlp: Language) -> None:
    text = "1. Sở Y tế phối hợp với Công an tỉnh thực hiện các việc: (1) mua thuốc sốt rét; (2) mời y sĩ.\n"
    assert [[c.name for c in a.coordinating] for a in given(nlp, LEAD + text)] == [[POLICE], [POLICE]]


@pytest.mark.parametrize(
    "work",
    [
        "lập danh sách theo hai nhóm: (1) hộ nghèo; (2) hộ cận nghèo",
        "mua thuốc cho (1) trạm y tế xã; (3) bệnh viện",
    ],
)
def test_counted_things_stay_in_their_task(work: str, nlp: Language) -> None:
    assert who_what(given(nlp, LEAD + f"1. Sở Y tế {work}.\n")) == [("1.", [HEALTH], work)]
