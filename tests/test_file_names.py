"""What a file's own name says of number and type."""

from __future__ import annotations

import pytest

from extractor.ingest.file_names import evidence
from extractor.rulebook import Rulebook


def said(name: str, text: str, book: Rulebook) -> dict[str, str]:
    found = {e.field: e.value for e in evidence(name, text, book)}
    return {k: v["code"] if isinstance(v, dict) else v for k, v in found.items()}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("08CT.pdf", "Số: /CT-UBND", {"type": "CT", "number": "08/CT-UBND"}),
        ("08CT.pdf", "", {"type": "CT"}),
        ("thu/den/1204_(_09-KH-UBND).signed.pdf", "", {"type": "KH", "number": "09/KH-UBND"}),
        ("311_UB.signed.pdf", "Số: /UBND-NN\nV/v", {"number": "311/UBND-NN"}),
        ("06_TTr.signed.pdf", "Số: 06/TTr-SXD", {"type": "TTr", "number": "06/TTr-SXD"}),
        ("418-UBND-VX.pdf", "", {"number": "418/UBND-VX"}),
        ("KH 19 UBND.pdf", "", {"type": "KH", "number": "19/KH-UBND"}),
        ("212-cv-tu.pdf", "", {"type": "CV", "number": "212-CV/TU"}),
        ("27 KH UBND ve phong chay (2).docx", "", {"type": "KH", "number": "27/KH-UBND"}),
    ],
)
def test_a_name_tells_number_and_type(name: str, text: str, expected: dict[str, str], book: Rulebook) -> None:
    assert said(name, text, book) == expected


@pytest.mark.parametrize(
    "name",
    [
        "2021-06-16 (9).pdf", "20240115_TB.pdf", "2023_KH.pdf", "15.4.2020 CT.pdf", "scan0001.pdf",
        "IMG_1234.jpg", "trang 3.png", "vbd507.signed.pdf", "phu luc 2.pdf", "", "....", "HD 05.pdf",
    ],
)  # fmt: skip
def test_a_date_a_serial_or_an_unknown_word_is_no_number(name: str, book: Rulebook) -> None:
    assert said(name, "", book) == {}


def test_a_name_that_disagrees_with_the_page_says_nothing(book: Rulebook) -> None:
    assert said("08CT.pdf", "Số: 7/QĐ-UBND", book) == {}
