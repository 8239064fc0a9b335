"""PDF files: words by their places, columns, paragraphs, tables, letters, and what a file may be like."""

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
from tests.pdf_maker import Page, pdf, width, wrapped

LEFT, RIGHT = 85.0, 540.0
BODY = (
    "Thực hiện Công văn số 318/UBND-VX của Ủy ban nhân dân tỉnh về việc phòng, chống bệnh dại ở vật nuôi, Sở"
    " Nông nghiệp và Môi trường đề nghị các địa phương thực hiện những việc sau đây trước ngày 30/6/2025."
)
ITEMS = (
    "1. Ủy ban nhân dân các xã, phường lập danh sách hộ nuôi chó, mèo; tổ chức tiêm phòng, bảo đảm ít nhất"
    " 80% tổng đàn được tiêm trong tháng 5/2025.",
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


def test_words_by_place() -> None:
    """Words drawn in pieces and out of order, blanks left out, a raised mark, the same words drawn twice."""
    page = Page()
    x = LEFT
    pieces = []
    said = "Tỷ lệ bao phủ bảo hiểm y tế của tỉnh đạt 92,4% dân số"
    for word in said.split():
        for piece in re.findall(r"[^a-z]*[a-z][^a-z]*|.+", word):
            pieces.append((x, piece))
            x += width(piece, 14)
        x += 4.2
    random.Random(7).shuffle(pieces)
    for at, piece in pieces:
        page.text(at, 200, piece)
    end = page.text(LEFT, 240, "Năm 2024 có 15.320")
    page.text(end, 235, "1", 8)
    page.text(end + 10, 240, "thẻ, diện tích 40 m")
    page.text(end + 10 + width("thẻ, diện tích 40 m", 14), 235, "2", 8)
    page.text(LEFT, 280, "Chữ đậm giả")
    page.text(LEFT + 0.3, 280, "Chữ đậm giả")
    page.text(LEFT, 320, "e\u0302\u0301 va\u0300 o\u031b\u0323")
    (text,) = texts(pdf(page))
    assert plain(text).split("\n") == [
        said,
        "Năm 2024 có 15.320 1 thẻ, diện tích 40 m2",
        "Chữ đậm giả",
        "ế và ợ",
    ]


def test_paragraphs() -> None:
    """What begins a paragraph, and what does not: dashes and figures at the beginning of a line."""
    page = Page()
    said = (
        "Đẩy mạnh phát triển kinh tế - xã hội, bảo đảm quốc phòng - an ninh trên địa bàn toàn tỉnh; tăng"
        " cường phối hợp giữa Đài Phát thanh - Truyền hình với các cơ quan, phấn đấu hoàn thành trước ngày 15"
        " tháng 12",
        "a) Rà soát, bổ sung quy hoạch; công bố công khai trên Cổng thông tin điện tử của tỉnh trong quý I"
        " năm 2026 theo đúng quy định của pháp luật hiện hành và hướng dẫn của Bộ Xây dựng.",
        "- Công khai số điện thoại đường dây nóng;",
        "- Tiếp nhận phản ánh của người dân.",
    )
    for right in range(470, 545, 5):
        page = Page()
        y = 100.0
        for paragraph in said:
            y = page.paragraph(LEFT, y, right, paragraph)
        page.paragraph(
            LEFT, y, right, "Báo cáo kết quả về Sở Xây dựng để tổng hợp, trình Ủy ban nhân dân tỉnh."
        )
        (text,) = texts(pdf(page))
        assert text.split("\n")[:4] == list(said), right


def test_paragraphs_without_indent() -> None:
    page = Page()
    y = 100.0
    for paragraph in (BODY, *ITEMS):
        y = page.paragraph(LEFT, y, RIGHT, paragraph, first=0) + 8
    (text,) = texts(pdf(page))
    assert text.split("\n") == [BODY, *ITEMS]


def test_hyphens() -> None:
    page = Page()
    page.text(LEFT, 100, "Thực hiện Quyết định số 218/QĐ-")
    page.text(LEFT, 118, "UBND của Ủy ban nhân dân tỉnh và Thông tư số 15/2024/")
    page.text(LEFT, 136, "TT-BNNPTNT")
    (text,) = texts(pdf(page))
    assert (
        text
        == "Thực hiện Quyết định số 218/QĐ-UBND của Ủy ban nhân dân tỉnh và Thông tư số 15/2024/TT-BNNPTNT"
    )


def table(page: Page, y: float, rows: list[tuple[str, ...]], xs: list[float], high: float = 40) -> None:
    ys = [y + high * n for n in range(len(rows) + 1)]
    page.frame(xs, ys)
    for top, row in zip(ys, rows, strict=False):
        for x, cell in zip(xs, row, strict=False):
            for number, line in enumerate(cell.split("\n")):
                page.text(x + 4, top + 16 + 14 * number, line, 11)


HEADING = ("TT", "Nhiệm vụ", "Cơ quan\nchủ trì", "Thời hạn")
COLUMNS = [85.0, 120.0, 330.0, 440.0, 540.0]


def test_table_over_pages() -> None:
    one, two = Page(), Page()
    one.text(LEFT, 100, "Phân công nhiệm vụ như sau:")
    table(
        one,
        680,
        [HEADING, ("1", "Lập bản đồ nguy cơ", "Sở Xây dựng", "Quý I"), ("2", "Mua sắm", "Sở Y", "Quý")],
        COLUMNS,
    )
    two.centred(300, 40, "2", 13)
    table(
        two,
        60,
        [HEADING, ("", "vật tư", "tế", "II"), ("3", "Báo cáo\nkết quả", "Văn phòng", "Quý IV")],
        COLUMNS,
    )
    two.text(LEFT, 240, "Các cơ quan báo cáo hằng quý.")
    (text,) = texts(pdf(one, two))
    assert plain(text).split("\n") == [
        "Phân công nhiệm vụ như sau:",
        "TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn",
        "1 | Lập bản đồ nguy cơ | Sở Xây dựng | Quý I",
        "2 | Mua sắm vật tư | Sở Y tế | Quý II",
        "3 | Báo cáo kết quả | Văn phòng | Quý IV",
        "Các cơ quan báo cáo hằng quý.",
    ]


def test_merged_cells() -> None:
    """The agency's cell reaches over two rows, the group's heading over two columns."""
    page = Page()
    xs, ys = [85.0, 120.0, 330.0, 540.0], [100.0, 140.0, 180.0, 220.0, 260.0]
    for y in ys:
        page.line(xs[0], y, xs[2] if y == 220 else xs[3], y)
    for x in xs:
        page.line(x, ys[0], x, ys[-1])
    page.marks = [m for m in page.marks if not m.startswith("120.00 742")]
    page.line(120, 100, 120, 140)
    page.line(120, 180, 120, 260)
    for x, y, words in (
        (90, 120, "TT"), (125, 120, "Nhiệm vụ"), (335, 120, "Cơ quan"), (90, 160, "I. PHÒNG BỆNH"),
        (90, 200, "1"), (125, 200, "Tiêm phòng"), (335, 215, "Chi cục Thú y"), (90, 240, "2"),
        (125, 240, "Giám sát"),
    ):  # fmt: skip
        page.text(x, y, words, 11)
    (reading,) = readings(pdf(page))
    rows = reading.text.split("\n")
    assert rows[:2] == ["TT | Nhiệm vụ | Cơ quan", "I. PHÒNG BỆNH | | "]
    assert rows[2:] == ["1 | Tiêm phòng | Chi cục Thú y", "2 | Giám sát | "]
    starts = [reading.text.index(row) for row in rows]
    assert {at: reading.grid[at] for at in starts} == dict(
        zip(starts, ("ooo", "oao", "ooo", "ood"), strict=True)
    )


def test_table_without_lines() -> None:
    page = Page()
    page.text(LEFT, 100, "Số liệu tiêm phòng của các xã:")
    rows = ("TT|Xã, phường|Tổng đàn", "1|Xã An Phú|1.250", "2|Xã Bình Lâm|980", "3|Phường Hòa Thắng|2.045")
    for number, row in enumerate(words.split("|") for words in rows):
        for x, words in zip((100, 180, 420), row, strict=True):
            page.text(x, 140 + 20 * number, words)
    page.text(LEFT, 260, "Các xã, phường còn lại báo cáo sau.")
    (text,) = texts(pdf(page))
    assert plain(text).split("\n") == [
        "Số liệu tiêm phòng của các xã:",
        "TT | Xã, phường | Tổng đàn",
        "1 | Xã An Phú | 1.250",
        "2 | Xã Bình Lâm | 980",
        "3 | Phường Hòa Thắng | 2.045",
        "Các xã, phường còn lại báo cáo sau.",
    ]


def test_running_heads() -> None:
    pages = []
    for number in range(1, 5):
        page = Page()
        page.text(LEFT, 40, "CÔNG BÁO TỈNH LONG SƠN/Số 12/Ngày 20-5-2025", 10)
        page.centred(300, 820, f"Trang {number}/4", 10)
        page.paragraph(LEFT, 100, RIGHT, f"{BODY} Phần {number}.")
        page.text(LEFT, 780, f"Xã số {number * 7 % 5} chịu trách nhiệm về số liệu của mình.")
        pages.append(page)
    (text,) = texts(pdf(*pages))
    assert "CÔNG BÁO" not in text
    assert "Trang" not in text
    assert text.count("chịu trách nhiệm") == 4


def test_footnotes() -> None:
    """Notes at the foot of a page come behind the letter, not inside a paragraph that runs over pages."""
    one, two = Page(), Page()
    for number, line in enumerate(wrapped(BODY, 14, RIGHT - LEFT)):
        page, y = (one, 700.0) if number == 0 else (two, 60 + 18.0 * number)
        page.text(LEFT, y, line)
    for y in range(100, 690, 30):
        one.text(LEFT, y, "Các xã báo cáo kết quả hằng tuần;")
    one.line(LEFT, 740, LEFT + 144, 740)
    one.text(LEFT, 755, "1 Theo báo cáo của Chi cục Chăn nuôi và Thú y.", 10)
    (text,) = texts(pdf(one, two))
    assert BODY in text
    assert text.endswith("\n\n1 Theo báo cáo của Chi cục Chăn nuôi và Thú y.")


def test_turned_pages() -> None:
    """A page shown on its side, and a table that is written up a page: both are read, boxes are as shown."""
    shown = Page(595, 842, rotate=90)
    shown.upwards(100, 800, "Danh sách các xã được hỗ trợ kinh phí phòng bệnh năm 2025")
    shown.upwards(120, 800, "và số tiền được cấp cho từng xã trên địa bàn tỉnh")
    up = Page(595, 842)
    up.marks += shown.marks
    for page, size, box in (
        (shown, (842, 595), (42, 100, 42 + width("Danh", 14), 100)),
        (up, (595, 842), (100, 800 - width("Danh", 14), 100, 800)),
    ):
        (reading,) = readings(pdf(page))
        assert (
            reading.text
            == (
                "Danh sách các xã được hỗ trợ kinh phí phòng bệnh năm 2025\n"
                "và số tiền được cấp cho từng xã trên địa bàn tỉnh"
            ).replace("\n", " ")
            or "\n" in reading.text
        )
        assert reading.places is not None
        assert reading.places.sizes == {1: size}
        ((number, found),) = reading.places.within(0, 4)
        assert number == 1
        assert all(abs(a - b) < 14 for a, b in zip(found, box, strict=True)), found


def test_stamps_and_notes() -> None:
    """A number stamped later is read; frames of digital signatures are not, whether notes or words."""
    page = Page()
    head(page, "Số:            /SNNMT-CNTY")
    page.note((128, 105, 160, 128), ["1204"])
    page.note((330, 20, 540, 60), ["SỞ NÔNG NGHIỆP", "snnmt@longson.gov.vn", "12.05.2025 09:27:05", "+07:00"])
    for number, line in enumerate(
        ("Ký bởi: Sở Nông nghiệp và", "Môi trường", "Thời gian ký: 12/05/2025 09:27:05")
    ):
        page.text(LEFT, 24 + 9 * number, line, 7)
    page.paragraph(LEFT, 220, RIGHT, BODY)
    (text,) = texts(pdf(page))
    assert "gov.vn" not in text
    assert "ký" not in text.replace("ký, ", "").lower()
    assert re.search(r"Số: 1204\s?/SNNMT-CNTY", text), text


def test_several_letters() -> None:
    """A letterhead begins a letter, unless what it heads is attached to the one before."""
    second = Page()
    y = head(second, "Số: 1310/SNNMT-CNTY")
    second.paragraph(LEFT, y, RIGHT, BODY)
    plan = Page()
    plan.centred(170, 80, "UBND TỈNH LONG SƠN", 11)
    plan.centred(405, 80, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11)
    plan.centred(405, 96, "Độc lập - Tự do - Hạnh phúc", 13)
    plan.centred(170, 96, "Số: 44/KH-UBND", 12)
    plan.centred(312, 150, "KẾ HOẠCH PHÒNG BỆNH DẠI")
    plan.centred(312, 170, "(Ban hành kèm theo Công văn số 1204/SNNMT-CNTY)")
    plan.paragraph(LEFT, 210, RIGHT, ITEMS[1])
    list_of = Page()
    list_of.centred(312, 80, "PHỤ LỤC")
    list_of.paragraph(LEFT, 120, RIGHT, ITEMS[0])
    found = readings(pdf(*letter(), plan, list_of, second))
    assert [r.number for r in found] == [1, 2]
    assert "KẾ HOẠCH PHÒNG BỆNH DẠI" in found[0].text
    assert "PHỤ LỤC" in found[0].text
    assert found[1].places is not None
    assert list(found[1].places.sizes) == [5]
    outcomes = list(read_sources(pdf(*letter(), second), "a.pdf", default_rulebook()))
    assert [o.name for o in outcomes] == ["a.pdf#1", "a.pdf#2"]


def test_joint_signatures() -> None:
    page = Page()
    y = page.paragraph(LEFT, 100, RIGHT, BODY)
    for x, post, name in (
        (180, "GIÁM ĐỐC SỞ Y TẾ", "Ngô Văn Tấn"),
        (440, "GIÁM ĐỐC SỞ NỘI VỤ", "Lê Thị Mai"),
    ):
        page.centred(x, y + 30, post, 12)
        page.centred(x, y + 110, name)
    (text,) = texts(pdf(page))
    assert plain(text).split("\n")[1:] == [
        "GIÁM ĐỐC SỞ Y TẾ",
        "Ngô Văn Tấn",
        "GIÁM ĐỐC SỞ NỘI VỤ",
        "Lê Thị Mai",
    ]


def test_cut_signature() -> None:
    """The end of a page cuts recipients and signature: what stands on the next page goes on with them."""
    one, two = Page(), Page()
    one.paragraph(LEFT, 100, RIGHT, BODY)
    one.text(LEFT, 780, "Nơi nhận:", 12)
    one.text(LEFT, 794, "- Như trên;", 11)
    one.centred(430, 782, "KT. GIÁM ĐỐC", 13)
    two.text(LEFT, 70, "- UBND tỉnh (để báo cáo);", 11)
    two.text(LEFT, 84, "- Lưu: VT.", 11)
    two.centred(430, 72, "PHÓ GIÁM ĐỐC", 13)
    two.centred(430, 150, "Đỗ Thị Hồng Liên")
    two.centred(300, 40, "2", 13)
    (text,) = texts(pdf(one, two))
    assert plain(text).split("\n")[1:] == [
        "Nơi nhận:", "- Như trên;", "- UBND tỉnh (để báo cáo);", "- Lưu: VT.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC",
        "Đỗ Thị Hồng Liên",
    ]  # fmt: skip


def test_boxes_hold_their_words() -> None:
    """Every word of the text has a place, and the words inside that place are it."""
    data = pdf(*letter())
    (reading,) = readings(data)
    drawn = {s.number: s for s in sheets(data, default_rulebook(), Limits())}
    assert reading.places is not None
    places = reading.places
    told = [reading.text[s:e] for s, e in zip(places.starts, places.ends, strict=True)]
    assert told == reading.text.split()
    for number, word in enumerate(told):
        box = tuple(places.boxes[4 * number : 4 * number + 4])
        on_page = [w for w in drawn[places.pages[number]].words if w.text == word]
        assert any(all(abs(a - b) < 0.01 for a, b in zip(w.box, box, strict=True)) for w in on_page)


@pytest.mark.parametrize("seed", range(5))
def test_wavering_boxes(seed: int, book: Rulebook) -> None:
    """Boxes as a reader of pictures gives them: close around the letters, never quite level."""
    waver = random.Random(seed)
    noisy = []
    for sheet in sheets(pdf(*letter()), book, Limits()):
        words = []
        for word in sheet.words:
            x0, y0, x1, y1 = (v + waver.uniform(-0.7, 0.7) for v in word.box)
            tall = y1 - y0
            top = y0 + tall * (0.05 if any(c.isupper() or c in "bdđhklt" for c in word.text) else 0.3)
            low = y1 - tall * (0.02 if any(c in "gpqy,;" for c in word.text) else 0.2)
            words.append(Word(word.text, (x0, top, max(x1, x0 + 1), low), 0.9))
        waver.shuffle(words)
        noisy.append(Sheet(sheet.number, sheet.width, sheet.height, words, ocr=OcrInfo("test", 0.9)))
    (reading,) = arrange(noisy, book)
    assert plain(reading.text) == plain(TEXT)
    assert reading.ocr == OcrInfo("test", pytest.approx(0.9))


def without(text: str) -> str:
    return "".join(c for c in text if ord(c) < 128)


@pytest.mark.parametrize(
    ("said", "picture", "good"),
    [
        (BODY, True, True),
        ("Trang sau", False, True),
        ("Trang sau", True, False),
        ("", False, True),
        (" ".join("".join(c + " " for c in w if c not in "ảểếịự") for w in (BODY * 2).split()), True, False),
        (
            (BODY * 2)
            .replace("ạ", "\ufffd")
            .replace("ệ", "\ufffd")
            .replace("ị", "\ufffd")
            .replace("ố", "\ufffd"),
            True,
            False,
        ),
        (without(BODY * 2), True, False),
    ],
    ids=["text", "few words", "few words on a picture", "empty", "cut words", "unknown", "no Vietnamese"],
)
def test_usable_layer(said: str, picture: bool, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which layers are read; a page without one goes to the reader of pictures, with what was noted."""
    page = Page(picture=picture)
    page.paragraph(LEFT, 100, RIGHT, said or " ", first=0)
    page.note((300, 400, 400, 430), ["1204"])
    asked = []

    def read_page(image: object, dpi: int, number: int, book: Rulebook, limits: Limits) -> Sheet:
        asked.append((image.size, dpi, number))  # type: ignore[attr-defined]
        return Sheet(number, 595, 842, [Word("seen", (80, 90, 120, 104), 0.8)], ocr=OcrInfo("test", 0.8))

    scan = types.ModuleType("extractor.ingest.scan")
    scan.read_page, scan.DPI = read_page, 100  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "extractor.ingest.scan", scan)
    pytest.importorskip("PIL")
    (reading,) = readings(pdf(page))
    if good:
        assert not asked
        assert reading.ocr is None
    else:
        assert asked == [((827, 1170), 100, 1)]
        assert reading.text.split() == ["seen", "1204"]
        assert reading.ocr is not None


def test_no_reader_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one a file of pictures is refused; of a mixed one the rest is read, with a warning."""
    monkeypatch.setitem(sys.modules, "extractor.ingest.scan", None)
    with pytest.raises(Reject) as refused:
        readings(pdf(Page(picture=True), Page(picture=True)))
    assert refused.value.code == "no_text_layer"
    (reading,) = readings(pdf(*letter(), Page(picture=True)))
    assert plain(reading.text) == plain(TEXT)
    assert [(code, detail[:2]) for code, detail in reading.notes] == [("page_unread", "3.")]


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(Reject) as refused:
        readings(data, **limits)
    return refused.value.code


LOCK = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{0}> /U <{0}> /P -4 >> /ID [<{1}> <{1}>]".format(
    "5a" * 32, "11" * 16
)


def test_refused() -> None:
    assert refusal(b"%PDF-1.7\nnothing") == "damaged"
    assert refusal(pdf(*letter(), extra=LOCK)) == "encrypted"
    begun = time.monotonic()
    assert refusal(pdf(*[Page()] * 10_000)) == "too_many_pages"
    assert time.monotonic() - begun < 5
    assert refusal(pdf(Page(), Page(), Page()), pages=2) == "too_many_pages"
    crowd = Page()
    crowd.marks = ["BT /F 4 Tf 1 0 0 1 20 20 Tm"] + ["<00410020> Tj"] * 200_000 + ["ET"]
    assert refusal(pdf(crowd)) == "too_large"


def test_bomb() -> None:
    """A stream that unpacks to more than is allowed is refused before any of it is read."""
    bomb = zlib.compress(b" " * 30_000_000)
    head = f"5 0 obj\n<< /Length {len(bomb)} /Filter /FlateDecode >>\nstream\n".encode()
    assert (
        refusal(pdf(*letter()) + head + bomb + b"\nendstream\nendobj\n", unpacked=80_000_000)
        == "unpacks_too_large"
    )


def test_loops_and_sizes() -> None:
    """Pages that hold themselves, a page as large as a field, one without size: each comes to an end."""
    data = pdf(*letter())
    for old, new in (
        (b"/Kids [", b"/Kids [2 0 R "),
        (b"/Contents", b"/Parent 2 0 R /Contents"),
        (b"/MediaBox [0 0 595.0 842.0]", b"/MediaBox [0 0 9e9 9e9]"),
        (b"/MediaBox [0 0 595.0 842.0]", b"/MediaBox [0 0 0 0]"),
        (b"/Contents 8 0 R", b"/Contents [8 0 R 8 0 R]"),
    ):
        outcomes = list(read_sources(data.replace(old, new), "a.pdf", default_rulebook()))
        assert all(not isinstance(o.source, Reject) or o.source.code != "internal" for o in outcomes)


def test_every_prefix() -> None:
    """A file cut anywhere gives its text or a refusal with a code."""
    data = pdf(*letter())
    for end in range(9, len(data), 397):
        for outcome in read_sources(data[:end], "a.pdf", default_rulebook()):
            if isinstance(outcome.source, Reject):
                assert outcome.source.code in {"damaged", "empty", "no_main_text"}, (end, outcome.source)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 9_000), st.integers(1, 60))
def test_any_bytes(noise: bytes, at: int, length: int) -> None:
    """Bytes behind the magic, and a file with bytes changed in it."""
    data = _LETTER
    for case in (b"%PDF-1.5\n" + noise, data[:at] + noise[:length] + data[at + length :]):
        for outcome in read_sources(case, "a.pdf", default_rulebook()):
            assert not isinstance(outcome.source, Reject) or outcome.source.code != "internal", outcome.source


_LETTER = pdf(*letter())


def test_born_digital(shared: Path, nlp: object) -> None:
    """A real letter whose number and day were stamped on it after it was printed."""
    data = (shared / "scans" / "vht507.signed.pdf").read_bytes()
    record = extractor.extract(data, "vht507.signed.pdf", nlp=nlp)  # type: ignore[arg-type]
    assert record.document.number == "542/TB-UBND"
    assert str(record.document.issued_on) == "2024-11-06"
    assert record.document.issuer is not None
    assert record.source.ocr is None
