"""Openings: lists of bodies, those among them too whom no register knows, up to the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_assignments import LEAD, given

if TYPE_CHECKING:
    from spacy.language import Language


def told(nlp: Language, text: str) -> list[tuple[list[str], str]]:
    """(agencies without the province behind them, task) of each assignment."""
    places = " tỉnh Sơn La", " Sơn La"
    return [
        ([next((n.removesuffix(p) for p in places if n.endswith(p)), n) for n in names], a.task)
        for a in given(nlp, LEAD + text)
        for names in [[x.name for x in a.agencies]]
    ]


@pytest.mark.parametrize(
    ("text", "names", "task"),
    [
        (
            "1. Sở Xây dựng, Nông trại Bình Minh, Ga Suối Lìn, Tỉnh đoàn và Viettel Sơn La tổ chức lực lượng trực.\n",
            ["Sở Xây dựng", "Nông trại Bình Minh", "Ga Suối Lìn", "Tỉnh đoàn", "Viettel"],
            "tổ chức lực lượng trực",
        ),
        (
            "1. Đề nghị Hội Nông dân, Hội Chữ thập đỏ, Chùa Bửu Sơn, Họ đạo Tân Hưng vận động hội viên, phật tử.\n",
            ["Hội Nông dân", "Hội Chữ thập đỏ", "Chùa Bửu Sơn", "Họ đạo Tân Hưng"],
            "vận động hội viên, phật tử",
        ),
    ],
)
def test_a_list_goes_on_past_proper_names(text: str, names: list[str], task: str, nlp: Language) -> None:
    assert told(nlp, text) == [(names, task)]


@pytest.mark.parametrize(
    "text",
    [
        "1. Sở Y tế, Theo dõi diễn biến dịch bệnh và Báo cáo kết quả hằng tuần.\n",
        "1. Sở Y tế, Nghị quyết số 12/NQ-CP được rà soát trong tháng này.\n",
    ],
)
def test_work_and_things_with_capitals_are_no_bodies_of_a_list(text: str, nlp: Language) -> None:
    assert all(names == ["Sở Y tế"] for names, _ in told(nlp, text))
