"""Topics: the words of rules/topics.csv, and what they make of a letter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor import rulecheck
from extractor.rulebook import Rulebook, default_rulebook
from extractor.stages.topics import TABLE, failures

if TYPE_CHECKING:
    from spacy.language import Language

ROWS = default_rulebook().table(TABLE)


def test_every_example_and_counter_example_holds(book: Rulebook) -> None:
    assert list(failures(book)) == []


@pytest.mark.parametrize("row", ROWS, ids=[r["code"] for r in ROWS])
def test_a_topic_has_a_name_and_two_examples_of_each_kind(row: dict[str, str]) -> None:
    assert row["name"]
    assert len(row["examples"].split("|")) >= 2
    assert len(row["counter_examples"].split("|")) >= 2


def test_codes_are_plain_and_unique() -> None:
    codes = [r["code"] for r in ROWS]
    assert len(set(codes)) == len(codes) >= 25
    assert all(code.isascii() and code.replace("-", "").isalpha() and len(code) <= 40 for code in codes)


def test_a_broken_example_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "toy.toml").write_text('topic = "toy"\n', encoding="utf-8")
    (tmp_path / TABLE).write_text(
        "code,name,words,covered,examples,counter_examples\n"
        "bien,Biển,cảng cá,,mở rộng cảng cá|nạo vét luồng lạch,giá cá tăng\n",
        encoding="utf-8",
    )
    (found,) = rulecheck.check(Rulebook(tmp_path))
    assert (found.file, found.line) == (TABLE, 2)
    assert "nạo vét luồng lạch" in found.message


def topics(nlp: Language, text: str) -> list[str]:
    return extractor.extract(text.encode(), "a.txt", nlp=nlp).topics


LETTER = """ỦY BAN NHÂN DÂN
TỈNH LÀO CAI
Số: 91/UBND-VX
V/v {subject}

Lào Cai, ngày 12 tháng 5 năm 2021

Kính gửi: Sở Tài chính, Sở Giáo dục và Đào tạo.

{body}
"""


def test_the_subject_weighs_more_than_the_body(nlp: Language) -> None:
    text = LETTER.format(
        subject="bảo hiểm y tế học sinh",
        body="1. Sở Tài chính bố trí ngân sách; lập dự toán, quyết toán ngân sách, thuế, tài sản công.",
    )
    assert topics(nlp, text)[:2] == ["bao-hiem", "giao-duc"]


def test_a_body_that_speaks_of_little_else_gives_a_topic(nlp: Language) -> None:
    body = "Rừng khô. Trực gác cháy rừng, chữa cháy rừng, phòng cháy, kiểm tra PCCC. Không để cháy nổ."
    assert topics(nlp, LETTER.format(subject="một số việc cần làm", body=body)) == ["phong-chay-chua-chay"]


def test_names_of_agencies_tell_no_topic(nlp: Language) -> None:
    body = "Sở Tài chính, Sở Y tế, Sở Giáo dục và Đào tạo, Sở Tài chính, Sở Y tế báo cáo.\n" * 6
    assert topics(nlp, LETTER.format(subject="họp giao ban tuần", body=body)) == []


def test_tone_marks_in_either_place(nlp: Language) -> None:
    assert topics(nlp, LETTER.format(subject="số hoá sổ đăng ký", body="")) == ["chuyen-doi-so"]
