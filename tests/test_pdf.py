"""PDF files: words by their places, columns, paragraphs, tables, letters, and what may be wrong with a file."""

from __future__ import annotations

import random
import re
import sys
import time
import types
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extractor
from extractor.errors import Reject
from extractor.ingest import read_sources
from extractor.ingest.page_layout import arrange
from extractor.ingest.pdf import read, sheets
from extractor.ingest.reading import OcrInfo, Reading, Sheet, Word
from extractor.limits import Limits
from extractor.rulebook import Rulebook, default_rulebook
from tests.pdf_maker import Page, pdf, width

LEFT, RIGHT = 85.0, 540.0
BODY = (
    "Thực hiện Công văn số 318/UBND-VX của Ủy ban nhân dân tỉnh về việc phòng, chống bệnh dại ở vật nuôi, Sở"
    " Nông nghiệp và Môi trường đề nghị các địa phương thực hiện những việc sau đây trước ngày 30/6/2025."
)
ITEMS = (
    "1. Ủy ban nhân dân các xã, phường lập danh sách hộ nuôi chó, mèo; tổ chức tiêm phòng, bảo đảm ít nhất 80%"
    " tổng đàn được tiêm trong tháng 5/2025.",
    "2. Chi cục Chăn nuôi và Thú y cung ứng đủ vắc xin, phối hợp với Đài Phát thanh - Truyền hình tỉnh phổ"
    " biến cách phòng bệnh đến từng hộ dân trên địa bàn.",
)
RECIPIENTS = ("- Như trên;", "- UBND tỉnh (để báo cáo);", "- Lưu: VT, CNTY.")


def texts(data: bytes, **limits: int) -> list[str]:
    return [r.text for r in readings(data, **limits)]


def readings(data: bytes, **limits: int) -> list[Reading]:
    return list(read(data, "a.pdf", default_rulebook(), Limits(**limits)))


def head(page: Page, number: str = "Số: 1204/SNNMT-CNTY", top: float = 80.0) -> float:
    """A letterhead in two columns; its right one is drawn first."""
    page.centred(405, top, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11)
    page.centred(405, top + 16, "Độc lập - Tự do - Hạnh phúc", 13)
    page.centred(405, top + 42, "Long Sơn, ngày 12 tháng 5 năm 2025", 13)
    page.centred(170, top, "UBND TỈNH LONG SƠN", 11)
    page.centred(170, top + 16, "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", 9)
    page.line(130, top + 20, 210, top + 20)
    page.centred(170, top + 42, number, 12)
    page.centred(170, top + 57, "V/v phòng bệnh dại ở", 12)
    page.centred(170, top + 71, "vật nuôi năm 2025", 12)
    return top + 120


def foot(page: Page, y: float) -> None:
    page.text(LEFT, y, "Nơi nhận:", 12)
    for number, line in enumerate(RECIPIENTS, start=1):
        page.text(LEFT, y + 14 * number, line, 11)
    page.centred(430, y + 2, "KT. GIÁM ĐỐC", 13)
    page.centred(430, y + 18, "PHÓ GIÁM ĐỐC", 13)
    page.centred(430, y + 100, "Đỗ Thị Hồng Liên", 14)


def letter() -> list[Page]:
    """A letter on two pages, a paragraph running over both."""
    one, two = Page(), Page()
    y = head(one)
    y = one.paragraph(LEFT, y, RIGHT, "Kính gửi: Ủy ban nhân dân các xã, phường.")
    y = one.paragraph(LEFT, y + 6, RIGHT, BODY)
    y = one.paragraph(LEFT, y + 6, RIGHT, ITEMS[0])
    above, below = Page(), Page()
    above.paragraph(LEFT, 770, RIGHT, ITEMS[1])
    below.paragraph(LEFT, 70 - 17.5, RIGHT, ITEMS[1])
    one.marks += above.marks[:1]
    two.centred(300, 40, "2", 13)
    two.marks += below.marks[1:]
    y = two.paragraph(LEFT, 105, RIGHT, "Đề nghị các địa phương khẩn trương thực hiện./.")
    foot(two, y + 20)
    return [one, two]


TEXT = f"""UBND TỈNH LONG SƠN
SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG
Số: 1204/SNNMT-CNTY
V/v phòng bệnh dại ở vật nuôi năm 2025

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Long Sơn, ngày 12 tháng 5 năm 2025

Kính gửi: Ủy ban nhân dân các xã, phường.
{BODY}
{ITEMS[0]}
{ITEMS[1]}
Đề nghị các địa phương khẩn trương thực hiện./.

Nơi nhận:
- Như trên;
- UBND tỉnh (để báo cáo);
- Lưu: VT, CNTY.

KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC

Đỗ Thị Hồng Liên"""


def plain(text: str) -> str:
    """Without empty lines."""
    return re.sub(r"\n+", "\n", text)


@pytest.mark.parametrize("packed", [False, True])
def test_letter(packed: bool) -> None:
    (text,) = texts(pdf(*letter(), packed=packed))
    assert plain(text) == plain(TEXT)


def test_record(nlp: object) -> None:
    """The record of the file is that of its text, and knows where each of its words stands."""
    found = extractor.extract(pdf(*letter()), "a.pdf", nlp=nlp)  # type: ignore[arg-type]
    text = extractor.extract(TEXT.encode(), "a.txt", nlp=nlp)  # type: ignore[arg-type]
    assert found.source.media_type == "application/pdf"
    assert found.document.model_copy(update={"spans": {}}) == text.document.model_copy(update={"spans": {}})
    assert [a.task for a in found.assignments] == [a.task for a in text.assignments]
    assert [page.number for page in found.source.pages] == [1, 2]
    assert (found.source.pages[0].width, found.source.pages[0].height) == (595, 842)
    number = found.document.spans["number"]
    (box,) = [b for b in found.source.pages[0].boxes if (b.start, b.end) == (number.start, number.end)]
    x0, y0, x1, y1 = box.box
    whole = width("Số: 1204/SNNMT-CNTY", 12)
    assert x1 == pytest.approx(170 + whole / 2, abs=1)
    assert x0 == pytest.approx(170 - whole / 2 + width("Số: ", 12), abs=1)
    assert y0 < 122 - 8
    assert 122 <= y1 < 127
