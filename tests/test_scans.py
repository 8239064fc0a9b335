"""Pictures of pages: what is made of them before and after Tesseract, what it reads on a page of our own."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from extractor.errors import Reject
from extractor.ingest import ocr_doubts, ocr_words, pictures, read_sources, scan
from extractor.ingest.ocr_boxes import even
from extractor.ingest.ocr_codes import with_digits
from extractor.ingest.ocr_spelling import figures, names, pairs, quarters, spell
from extractor.ingest.page_columns import letterhead
from extractor.ingest.page_lines import Line
from extractor.ingest.reading import Word
from extractor.ingest.tesseract import Glyphs
from extractor.ingest.text import SourceText
from extractor.limits import Limits
from extractor.rulebook import Rulebook
from tests.conftest import needs_program

FONTS = Path("/usr/share/fonts/truetype/freefont")
DPI = 200


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def page_of(lines: list[tuple[int, int, int, int]]) -> Image.Image:
    """An A4 page with black bars: left, top, right, bottom."""
    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    for box in lines:
        for x in range(box[0], box[2], 24):  # letters
            draw.rectangle((x, box[1], min(x + 14, box[2]), box[3]), fill=0)
    return page


BODY = [(240, y, 1500, y + 22) for y in range(700, 1600, 45)]
HEAD = [(260, 200, 620, 222), (300, 245, 580, 267), (820, 200, 1480, 222), (900, 245, 1400, 267)]


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> list[Image.Image]:
    """Reads no words; the pictures that were to be read."""
    seen: list[Image.Image] = []

    def read(picture: Image.Image, *_: object, **__: object) -> list[Glyphs]:
        seen.append(picture)
        return []

    monkeypatch.setattr(scan, "read_words", read)
    monkeypatch.setattr(scan, "turned", lambda *_: 0)
    return seen


@pytest.mark.parametrize("angle", [-4.0, -1.3, 0.6, 2.0])
def test_a_slope_is_found_and_mended(angle: float) -> None:
    crooked = page_of(HEAD + BODY).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert pictures.slope(crooked, DPI) == pytest.approx(-angle, abs=0.15)


def test_columns_come_apart_and_the_body_stays_whole() -> None:
    page = page_of(HEAD + BODY)
    parts = pictures.pieces(page, DPI)
    columns = [p for p in parts if p.right - p.left < page.width]
    assert len(columns) == 2
    assert columns[0].bottom == columns[1].bottom
    assert 267 <= columns[0].bottom <= 700
    assert 620 < columns[0].right <= 820
    assert sum((p.bottom - p.top) * (p.right - p.left) for p in parts) == page.width * page.height


def test_a_large_seal_goes_and_black_writing_under_it_stays() -> None:
    page = page_of(BODY).convert("RGB")
    seal = Image.new("RGB", page.size, "white")
    ImageDraw.Draw(seal).ellipse((900, 1300, 1180, 1580), outline=(210, 30, 50), width=8)
    both = Image.fromarray(np.minimum(np.asarray(page), np.asarray(seal)))
    assert np.array_equal(pictures.ink(pictures.grey(both, DPI)), pictures.ink(page.convert("L")))


def test_a_small_coloured_mark_stays() -> None:
    page = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(page).rectangle((200, 300, 320, 340), fill=(200, 20, 40))
    assert pictures.ink(pictures.grey(page, DPI)).sum() == 121 * 41


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "LA"])
def test_every_kind_of_picture_becomes_grey(mode: str) -> None:
    assert pictures.grey(Image.new("L", (300, 200), 255).convert(mode), DPI).mode == "L"


def words(text: str) -> list[Glyphs]:
    return [Glyphs(w, 40 * n, 0, 40 * n + 30, 20, 0.9, (1, 1, 1)) for n, w in enumerate(text.split())]


@pytest.mark.parametrize(
    ("read", "spelt"),
    [
        ("ÙY BAN NHAN DẦN", "ỦY BAN NHÂN DÂN"),
        ("TÍNH KON TÙM", "TỈNH KON TUM"),
        ("CHÍ THỊ", "CHỈ THỊ"),
        ("PHO CHỦ TICH", "PHÓ CHỦ TỊCH"),
        ("UỶ BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"),
        ("HỢP TÁC XÃ SAO MÁI", "HỢP TÁC XÃ SAO MÁI"),
        ("Chí thị", "Chí thị"),
        ("Kinh gùi: Sở Y tế", "Kính gửi: Sở Y tế"),
        (".Vơi nhân:", "Nơi nhận:"),
        ("Kinh phí gửi: hai", "Kinh phí gửi: hai"),
        ("V/ xử lý kiến nghị", "V/v xử lý kiến nghị"),
        ("VW giải đáp", "V/v giải đáp"),
        ("Vũ xử lý", "Vũ xử lý"),
        ("- ưu: VT, KT.", "- Lưu: VT, KT."),
        ("- Uy ban nhân dân các xã;", "- Ủy ban nhân dân các xã;"),
        ("- Uy ban Thường vụ Quốc hội;", "- Ủy ban Thường vụ Quốc hội;"),
        ("Uy ban nhân dan", "Uy ban nhân dan"),
        ("Uy ban giám sát", "Uy ban giám sát"),
        ("HỘII ĐỒNG NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"),
        ("Đỉnh Văn Sáu", "Đinh Văn Sáu"),
        ("Trân Thị Bảy", "Trần Thị Bảy"),
        ("Hà Văn Tám", "Hà Văn Tám"),
        ("Đỉnh đồi", "Đỉnh đồi"),
    ],
)
def test_marks_of_names_in_capitals_are_put_right(read: str, spelt: str, book: Rulebook) -> None:
    row = words(read)
    spell(row, book)
    assert " ".join(w.text for w in row) == spelt


@pytest.mark.parametrize(
    ("read", "spelt"),
    [
        ("cấp cao l, 2, 3;", "cấp cao 1, 2, 3;"),
        ("l. Sở Y tế", "1. Sở Y tế"),
        ("quý II1/2021", "quý III/2021"),
        ("Vụ: NN,CN, NC;", "Vụ: NN, CN, NC;"),
        ("quý H/2025.", "quý II/2025."),
        ("quý HI/2025", "quý III/2025"),
        ("Số 12/H/2025", "Số 12/H/2025"),
        ("tháng 11/2021", "tháng 11/2021"),
        ("HĐND tỉnh;_", "HĐND tỉnh;"),
        ("phần I, Sở", "phần I, Sở"),
        ("mỗi hộ 5 l, 2 kg", "mỗi hộ 5 l, 2 kg"),
        ("tăng 1,5 lần", "tăng 1,5 lần"),
    ],
)
def test_strokes_that_are_read_as_letters(read: str, spelt: str) -> None:
    row = words(read)
    figures(row)
    assert " ".join(w.text for w in row) == spelt


@pytest.mark.parametrize(
    ("read", "spelt"),
    [
        ("Quý [II năm 2024", "Quý III năm 2024"),
        ("xong trong quý H năm 2024", "xong trong quý II năm 2024"),
        ("quý I1 năm 2024", "quý I1 năm 2024"),  # two strokes or three
        ("quý [1] năm 2024", "quý [1] năm 2024"),
    ],
)
def test_strokes_of_quarters(read: str, spelt: str, book: Rulebook) -> None:
    row = words(read)
    quarters(row, book)
    assert " ".join(w.text for w in row) == spelt


@pytest.mark.parametrize(
    ("read", "spelt"),
    [
        ("các chỉ bộ trực thuộc", "các chi bộ trực thuộc"),
        ("các phòng, chị cục; chỉ nhánh", "các phòng, chi cục; chi nhánh"),
        ("chỉ đạo chi bộ", "chỉ đạo chi bộ"),
        ("Chỉ bộ", "Chỉ bộ"),
    ],
)
def test_pairs_that_have_one_spelling_only(read: str, spelt: str, book: Rulebook) -> None:
    row = words(read)
    pairs(row, book)
    assert " ".join(w.text for w in row) == spelt


def test_a_name_goes_on_in_the_line_below(book: Rulebook) -> None:
    above, below = words("CỌNG HOA XA HỌI CHU"), words("NGHIA VIET NAM")
    names([above, below], book)
    assert " ".join(w.text for w in above + below) == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def test_words_of_a_line_get_boxes_of_one_height() -> None:
    tops = {"sau:": (9, 18), "Đo": (4, 18), "gạo": (9, 23), "-": (13, 15)}
    line = [Glyphs(t, 0, top, 9, bottom, 0.9, (1, 1, 1)) for t, (top, bottom) in tops.items()]
    even(line)
    assert all(abs(w.top - 5) <= 1 and abs(w.bottom - 23) <= 1 for w in line)


def printed(text: str, left: float, top: float, gap: float = 3.0) -> Line:
    """A printed line of a page in points; its words stand `gap` apart."""
    words, at = [], left
    for word in text.split():
        words.append(Word(word, (at, top, at + 6 * len(word), top + 12), 1.0))
        at += 6 * len(word) + gap
    return Line(1, words)


def test_a_date_inside_a_justified_sentence_opens_no_column(book: Rulebook) -> None:
    lines = [
        printed("ỦY BAN NHÂN DÂN", 130, 60),
        printed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA", 330, 60),
        printed("TỈNH VĨNH LONG", 135, 76),
        printed("VIỆT NAM", 390, 76),
        printed("Số: 31/KH-UBND", 135, 92),
        printed("Vĩnh Long, ngày 4 tháng 5 năm 2025", 320, 92),
        printed("KẾ HOẠCH", 280, 112),
        printed("Theo Chỉ thị số 7/CT-TTg ngày 06 tháng 10 năm 2024 của Thủ tướng", 85, 140, 6),
    ]
    head = letterhead(lines, 595, book, opens_file=True)
    assert head is not None
    assert [len(head.left), len(head.right), len(lines)] == [3, 3, 8]


def test_without_the_countrys_name_the_date_opens_the_right_column(book: Rulebook) -> None:
    lines = [
        printed("BAN CHẤP HÀNH", 100, 60),
        printed("Huế, ngày 3 tháng 5 năm 2024", 340, 60),
        printed("Số: 12-CV/TĐTN", 110, 76),
        printed("Kính gửi: Sở Y tế", 120, 110),
    ]
    assert letterhead(lines, 595, book, opens_file=False) is None  # the day of what a plan is attached to
    head = letterhead(lines, 595, book, opens_file=True)
    assert head is not None
    assert [line.text for line in head.right] == ["Huế, ngày 3 tháng 5 năm 2024"]
    assert [line.text for line in head.left] == ["BAN CHẤP HÀNH", "Số: 12-CV/TĐTN"]


def test_a_title_below_a_date_on_two_lines_is_no_part_of_the_letterhead(book: Rulebook) -> None:
    lines = [
        printed("TỈNH ỦY HÀ TĨNH", 110, 60),
        printed("ĐẢNG CỘNG SẢN VIỆT NAM", 330, 60),
        printed("*", 150, 76),
        printed("Hà Tĩnh, ngày 09 tháng 8", 330, 76),
        printed("Số: 12-CT/TU", 110, 92),
        printed("năm 2021", 380, 92),
        printed("CHỈ THỊ", 230, 108),
    ]
    head = letterhead(lines, 595, book, opens_file=True)
    assert head is not None
    assert [line.text for line in head.left] == ["TỈNH ỦY HÀ TĨNH", "*", "Số: 12-CT/TU"]
    assert head.right[-1].text == "năm 2021"


def test_a_date_beside_no_number_opens_no_letterhead(book: Rulebook) -> None:
    lines = [printed("Huế, ngày 3 tháng 5 năm 2024", 340, 60), printed("CHỦ TỊCH", 380, 76)]
    assert letterhead(lines, 595, book, opens_file=True) is None


def read_as(text: str, sure: float = 0.9) -> list[Glyphs]:
    """A line of words 10 pixels apart, each character 10 pixels wide."""
    out, at = [], 0
    for word in text.split():
        out.append(Glyphs(word, at, 0, at + 10 * len(word), 20, sure, (1, 1, 1)))
        at += 10 * len(word) + 10
    return out


NOTHING: Counter[str] = Counter()


def reader(*texts: str, sure: float = 0.9) -> ocr_doubts.Again:
    """Reads a line in each of the ways in turn as one of the texts says."""
    ways = [scale for _, scale in ocr_doubts._WAYS]
    said = dict(zip(ways, texts, strict=True))
    return lambda _box, _languages, scale: read_as(said[scale], sure)


@pytest.mark.parametrize(
    ("first", "others", "settled"),
    [
        ("TP HĐND tỉnh", ("TP HĐND tỉnh", "TT HĐND tỉnh", "TT HĐND tỉnh"), "TT HĐND tỉnh"),
        ("TP HĐND tỉnh", ("TP HĐND tỉnh", "TT HĐND tỉnh", "TF HĐND tỉnh"), "TP HĐND tỉnh"),
        ("TP HĐND tỉnh", ("TF HĐND tỉnh", "TT HĐND tỉnh", "TI HĐND tỉnh"), "TP HĐND tỉnh"),
        ("Dân vận ''khéo\"'", ('Dân vận "khéo"',) * 3, 'Dân vận "khéo"'),
        ("1 ~ Như trên", ("1 - Như trên",) * 3, "1 ~ Như trên"),
    ],
)
def test_readings_of_an_unsure_line_vote(first: str, others: tuple[str, ...], settled: str) -> None:
    line = ocr_doubts.settled(read_as(first, 0.6), reader(*others), NOTHING)
    assert " ".join(w.text for w in line) == settled


@pytest.mark.parametrize(("last", "settled"), [("- CPVP;", "- CPVP;"), ("- CPVEP;", "SICOEIV E2")])
def test_a_line_misread_as_a_whole_is_what_two_readings_say(last: str, settled: str) -> None:
    again = reader("- CPVP;", "-áLvL", last)
    line = ocr_doubts.settled(read_as("SICOEIV E2", 0.1), again, NOTHING)
    assert " ".join(w.text for w in line) == settled


@pytest.mark.parametrize(
    ("known", "settled"),
    [
        ({"TTBVTV": 1, "TYBVTV": 1}, "Bộ: TTBVTV, TL"),
        ({"TTBVTV": 1, "TYBVTV": 2}, "Bộ: TYBVTV, TL"),  # both stand elsewhere: the vote decides
        ({"TYBVTV": 1}, "Bộ: TYBVTV, TL"),
        ({"TIBVTV": 1, "TYBVTV": 1}, "Bộ: TYBVTV, TL"),  # no reading has it
    ],
)
def test_an_abbreviation_that_stands_elsewhere_is_believed(known: dict[str, int], settled: str) -> None:
    again = reader("Bộ: TYBVTV, TL", "Bộ: TYBVTV, TL", "Bộ: TTBVTV, TL", sure=0.6)
    line = ocr_doubts.settled(read_as("Bộ: TYBVTV, TL", 0.6), again, Counter(known))
    assert " ".join(w.text for w in line) == settled


def test_abbreviations_are_those_of_the_page_and_of_the_registers(book: Rulebook) -> None:
    said = ocr_doubts.abbreviations(read_as("Số: 12/BNNMT-CTTTX Lưu: VT, CTTTX"), book)
    assert (said["CTTTX"], said["BNNMT"], said["UBND"], said["CTTTI"]) == (2, 2, 1, 0)


def test_a_sure_line_is_not_read_again() -> None:
    line = read_as("Bộ Y tế", 0.95)
    assert ocr_doubts.settled(line, lambda *_: pytest.fail("read again"), NOTHING) is line


def test_a_word_that_other_readings_have_is_put_in() -> None:
    whole, short = "các tỉnh trực thuộc TW;", "các tỉnh trực thuộc"
    line = read_as(short, 0.6)
    for others, there in (
        ((whole,) * 3, True),
        ((short, whole, whole), True),
        ((whole, short, short), False),
    ):
        found = ocr_doubts.settled(line, reader(*others), NOTHING)
        assert " ".join(w.text for w in found) == (whole if there else short)


def test_short_lines_at_a_pages_top_go_on_with_recipients(book: Rulebook) -> None:
    page = Image.new("L", (1654, 2339), 255)
    head = ocr_words._Head(page, book, lambda *_: read_as("TW;"), NOTHING)
    top, body = read_as("EN:", 0.1), [replace(w, top=100, bottom=120) for w in read_as("n " * 50, 0.6)]
    below = [replace(w, top=200, bottom=220) for w in read_as("EN:", 0.1)]
    words = [*top, *body, *below]
    assert [w.text for w in ocr_words._settled(words, head, False, book)] == ["TW;", *"n" * 50, "EN:"]
    assert next(ocr_words._settled(words, head, True, book)).text == "EN:"


def test_a_short_line_that_was_missed_whole_is_read() -> None:
    dark = np.zeros((200, 400), dtype=bool)
    dark[64:78, 12:60] = True
    above, below = read_as("- UBND các tỉnh"), read_as("- Lưu: VT.")
    for word in below:
        word.top, word.bottom = 90, 110
    asked: list[tuple[int, ...]] = []

    def again(box: tuple[int, int, int, int], _languages: str, _scale: int) -> list[Glyphs]:
        asked.append(box)
        return [Glyphs("TW;", 12, 64, 60, 78, 0.9, (1, 1, 1))]

    found = list(ocr_doubts.missed_lines([above, below], dark, again))
    assert [w.text for w in found] == ["TW;"]
    assert all(box[0] <= 12 and box[1] <= 64 and box[2] >= 60 and box[3] >= 78 for box in asked)
    dark[64:78] = False
    assert not list(ocr_doubts.missed_lines([above, below], dark, again))


def test_unsure_abbreviations_stay_in_a_list(book: Rulebook) -> None:
    words = []
    for n, (dash, text, sure) in enumerate(
        [(0.9, "Như trên;", 0.95), (0.4, "Sở Y tế;", 0.95), (0.8, "LĐVP;", 0.35), (0.9, "Lưu: VT.", 0.95)]
    ):
        top = 100 + 40 * n
        words.append(Glyphs("-", 100, top + 10, 108, top + 14, dash, (1, 1, n)))
        words.append(Glyphs(text, 120, top, 120 + 12 * len(text), top + 25, sure, (1, 1, n)))
    words.append(Glyphs("SCE", 400, 180, 440, 205, 0.35, (2, 1, 1)))  # of a signature
    kept = [w.text for w in ocr_words._without_scraps(words, set(), book)]
    assert kept == ["-", "Như trên;", "-", "Sở Y tế;", "-", "LĐVP;", "-", "Lưu: VT."]


def test_a_number_below_its_label_is_looked_at(book: Rulebook) -> None:
    page = Image.new("L", (1654, 2339), 255)
    ImageDraw.Draw(page).line((300, 265, 340, 250), fill=0, width=6)  # no print
    head = ocr_words._Head(page, book, lambda *_: [], Counter())
    motto = [Glyphs("CỘNG HÒA XÃ HỘI", 900, 160, 1300, 190, 0.9, (2, 1, 1))]
    label = [Glyphs("Số:", 330, 205, 370, 230, 0.9, (1, 1, 1))]
    number = [Glyphs("88/TB-VPCP", 290, 245, 480, 270, 0.9, (1, 1, 2))]
    assert [head.read(row) for row in (motto, label)] == [motto, label]
    assert [w.text for w in head.read(number)] == ["/TB-VPCP"]
    assert head.notes == [("handwritten", "Số: … /TB-VPCP")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hà Nội.", "Hà Nội,"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu,"),
        ("TP. Hồ Chí Minh,", "TP. Hồ Chí Minh,"),
        ("theo Công văn số 41/KH-UBND", "theo Công văn số 41/KH-UBND"),
        ("căn cứ Nghị quyết", "căn cứ Nghị quyết"),
    ],
)
def test_the_comma_behind_a_letters_place(before: str, after: str) -> None:
    line = read_as(f"{before} ngày 5")
    ocr_words._end_place(line, line[-2])
    assert " ".join(w.text for w in line) == f"{after} ngày 5"


def test_another_reading_is_taken_apart_slot_by_slot(book: Rulebook) -> None:
    day, number = book["scans.date_line"], book["scans.number_line"]
    assert ocr_words._said("ngay 1 5 thang 7 nam 2024", day)["day"] == "15"
    assert ocr_words._said("thing 6 nim 2026", day) == {}
    assert ocr_words._said("ngay 02 thing 6 nim 2026", day) == {"day": "02", "month": "6", "year": "2026"}
    assert ocr_words._said("S6: 2685/VKSTC-V 14", number)["symbol"] == "/VKSTC-V14"
    assert ocr_words._said("$6: 18/CT-UBND", number) == {"written": "18", "symbol": "/CT-UBND"}
    assert ocr_words._most("day", ["15", "1 5", "1 5", "15", "15"]) == "15"
    assert ocr_words._most("day", ["15", "15"]) == ""
    readings = ["/C\u0110\u0110-UBND", "/CD-UBND", "/C\u0110-UBND", "/CD-UBND", "/C\u0110-UBND"]
    assert ocr_words._most("symbol", readings) == "/C\u0110-UBND"
    assert ocr_words._most("symbol", readings[:4]) == ""
    assert ocr_words._most("day", ["15", "16"]) == ""
    assert ocr_words._most("written", ["512", "912", "912"]) == ""
    assert ocr_words._most("written", ["512", "912", "912", "912", "912"]) == "912"
    assert ocr_words._most("written", ["512", "912", "912", "912", "512"]) == ""
    assert ocr_words._most("written", ["S12x", "912", "912", "912"]) == "912"
    twice = ["/STC-CTTT", "/STC-CTTI", "/STC-CTIT", "/STC-CTTT"]
    assert ocr_words._most("symbol", twice) == ""
    assert ocr_words._confirmed(twice, Counter({"STC": 2, "CTTT": 2})) == "/STC-CTTT"
    assert ocr_words._confirmed(twice, Counter({"STC": 2, "CTTT": 1})) == ""  # nowhere but in the number
    assert ocr_words._confirmed(twice[:3], Counter({"STC": 2, "CTTT": 2})) == ""  # read once
    assert ocr_words._said("So ced Es 27/UBND-KTNV", number) == {}
    assert ocr_words._said("S6: 61 20/BNV-TL", number)["written"] == "6120"
    assert ocr_words._value("symbol", "/C\u0110- TTg.") == "/C\u0110-TTg"


def test_a_number_alone_in_its_column_opens_a_letterhead(book: Rulebook) -> None:
    page = Image.new("L", (1654, 2339), 255)
    for text, opens in (
        ("Số: 9216-CV/TWĐTN", True),
        ("Số: 9216-CV/TWĐTN ngày 5", False),
        ("Số người", False),
    ):
        head = ocr_words._Head(page, book, lambda *_: [], NOTHING)
        head.read(read_as(text))
        assert head.holds(read_as("V/v hè")) is opens


def code_of(data: bytes, book: Rulebook, limits: Limits | None = None) -> str | None:
    (found,) = read_sources(data, "trang.png", book, limits=limits)
    return found.source.code if isinstance(found.source, Reject) else None


def test_without_tesseract_it_is_said_what_to_install(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    (found,) = read_sources(file_of(page_of(BODY)), "trang.png", book)
    assert isinstance(found.source, Reject)
    assert found.source.code == "needs"
    assert "tesseract-ocr-vie" in found.source.message


def test_an_empty_file_and_a_blank_picture_are_told_apart(
    book: Rulebook, no_tesseract: list[Image.Image]
) -> None:
    needs_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    said = []
    for data, name in ((b"", "a.png"), (file_of(Image.new("L", (400, 560), 255)), "a.png"), (b"  ", "a.txt")):
        (found,) = read_sources(data, name, book)
        assert isinstance(found.source, Reject)
        assert found.source.code == "empty"
        said.append(found.source.message)
    assert len(set(said)) == 3
    assert "0 byte" in said[0]


def test_hostile_and_broken_files_are_rejected(book: Rulebook, no_tesseract: list[Image.Image]) -> None:
    needs_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    bomb = Image.new("1", (20_000, 20_000), 1)
    assert code_of(file_of(bomb), book) == "too_large"
    pages = file_of(bomb.resize((50, 50)), "TIFF", save_all=True, append_images=[bomb.resize((50, 50))] * 5)
    assert code_of(pages, book, Limits(pages=5)) == "too_many_pages"
    assert code_of(pages, book) == "empty"
    for kind in ("PNG", "JPEG", "TIFF"):
        whole = file_of(page_of(BODY).resize((400, 560)), kind)
        for stop in range(8, len(whole) - 20, max(1, len(whole) // 25)):
            assert code_of(whole[:stop], book) in {"damaged", "empty", "too_large", "unsupported"}
    assert not no_tesseract or max(p.width for p in no_tesseract) < 5_000


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_behind_the_magic_are_damaged(tail: bytes) -> None:
    from extractor.rulebook import default_rulebook

    for magic in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\x00", b"MM\x00*"):
        with pytest.raises(Reject, match=r"damaged|too_large|too_many"):
            list(scan.read(magic + tail, "x", default_rulebook(), Limits()))


def test_a_photo_is_turned_as_its_camera_says(book: Rulebook, no_tesseract: list[Image.Image]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    list(scan.read(file_of(Image.new("L", (1100, 800), 255), "JPEG", exif=exif), "x.jpg", book, Limits()))
    assert no_tesseract[0].height > no_tesseract[0].width


def letter(by_hand: bool, stamp: str = "") -> Image.Image:
    """A letter's first page as a printer and a scanner leave it; `stamp`: that of who received it."""
    face = FONTS / "FreeSerif.ttf"
    if not face.exists():
        pytest.skip("FreeSerif is missing: apt-get install fonts-freefont-ttf")
    page = Image.new("L", (1654, 2339), 250)
    draw = ImageDraw.Draw(page)

    def put(x: int, y: int, text: str, style: str = "") -> None:
        draw.text((x, y), text, 20, ImageFont.truetype(FONTS / f"FreeSerif{style}.ttf", 37), anchor="ms")

    put(420, 200, "ỦY BAN NHÂN DÂN")
    put(420, 248, "TỈNH KON TUM", "Bold")
    put(1100, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold")
    put(1100, 248, "Độc lập - Tự do - Hạnh phúc", "Bold")
    number, day = ("      ", "     ") if by_hand else ("318", "24")
    put(420, 330, f"Số: {number}{' ' if by_hand else ''}/UBND-NN")
    put(1100, 330, f"Kon Tum, ngày {day} tháng 10 năm 2023", "Italic")
    put(827, 450, "Kính gửi: Sở Nông nghiệp và Phát triển nông thôn")
    body = [
        "Qua kiểm tra các vườn cà phê ở ba huyện phía nam, nhiều hộ chưa thu gom vỏ",
        "bao thuốc sau khi phun. Ủy ban nhân dân tỉnh yêu cầu Sở Nông nghiệp và Phát",
        "triển nông thôn chủ trì, phối hợp với Sở Y tế hướng dẫn các hộ thu gom, báo cáo",
        "kết quả trước ngày 15 tháng 12 năm 2023.",
    ]
    for n, line in enumerate(body):
        draw.text((240, 560 + 52 * n), line, 20, ImageFont.truetype(face, 37))
    if by_hand:
        three = (0, 296), (22, 302), (4, 318), (26, 326), (0, 344)
        one = (40, 292), (36, 344)
        two = (0, 300), (18, 296), (2, 338), (22, 336)
        for x, stroke in ((312, three), (312, one), (1058, two)):
            draw.line([(x + dx, y) for dx, y in stroke], fill=30, width=5)
    if stamp:
        sans = ImageFont.truetype(FONTS / "FreeSansBold.ttf", 28)
        for n, line in enumerate(("CÔNG VĂN ĐẾN", "Số: 4021/VT", "Ngày: 26/10/2022", "Chuyển: Phòng TH")):
            draw.text((140, 362 + 38 * n), line, 20, sans)
    if stamp == "framed":
        draw.rectangle((120, 354, 424, 522), outline=20, width=4)
    page = page.rotate(-1.2, Image.Resampling.BICUBIC, fillcolor=250)
    noise = np.random.default_rng(5).normal(0, 6, (page.height, page.width))
    return Image.fromarray(np.clip(np.asarray(page) + noise, 0, 255).astype(np.uint8))


def source_of(image: Image.Image, name: str, book: Rulebook) -> SourceText:
    needs_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    (found,) = read_sources(file_of(image, dpi=(DPI, DPI)), name, book)
    assert isinstance(found.source, SourceText)
    return found.source


def test_a_printed_letter_is_read_with_its_places(book: Rulebook) -> None:
    source = source_of(letter(by_hand=False), "cv.png", book)
    for line in (
        "ỦY BAN NHÂN DÂN", "TỈNH KON TUM", "Số: 318/UBND-NN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Kon Tum, ngày 24 tháng 10 năm 2023",
    ):  # fmt: skip
        assert line in source.text.split("\n")
    assert source.ocr is not None
    assert source.ocr.engine.startswith("tesseract ")
    assert source.ocr.confidence > 0.85
    assert source.notes == []
    start = source.text.index("318/")
    ((page, box),) = source.boxes(start, start + 3)
    assert page == 1
    assert box == pytest.approx((135, 105, 200, 125), abs=20)


@pytest.mark.parametrize("stamp", ["framed", "without a frame"])
def test_the_stamp_of_who_received_a_letter_is_not_read(stamp: str, book: Rulebook) -> None:
    plain = source_of(letter(by_hand=False), "cv.png", book).text
    stamped = source_of(letter(by_hand=False, stamp=stamp), "cv.png", book).text
    assert stamped == plain


def test_what_is_written_by_hand_stays_open_with_a_warning(book: Rulebook) -> None:
    source = source_of(letter(by_hand=True), "318_UB.signed.png", book)
    lines = source.text.split("\n")
    assert "Số: /UBND-NN" in lines
    assert "Kon Tum, ngày tháng 10 năm 2023" in lines
    assert {code for code, _ in source.notes} == {"handwritten"}
    assert len(source.notes) == 2
    assert [(e.field, e.value) for e in source.evidence] == [("number", "318/UBND-NN")]


@pytest.mark.parametrize(
    ("line", "readings", "wanted"),
    [
        pytest.param("VO, VI, NLNI;", ["VO, V1, NLN1;"] * 3, "V0, V1, NLN1;", id="digits-and-their-series"),
        pytest.param("VI, NLNI;", ["V1, NLN1;", "VI, NLN1;", "V1, NLN1;"], "VI, NLN1;", id="one-disagrees"),
        pytest.param("NLNI, NVI.", ["NLN1, XY1."] * 3, "NLN1, NVI.", id="what-looks-otherwise"),
        pytest.param("VO, HO;", ["VO, HO;"] * 3, "VO, HO;", id="no-digit-beside"),
    ],
)
def test_codes_get_the_digits_that_all_readings_have(line: str, readings: list[str], wanted: str) -> None:
    left = iter(readings)
    found = with_digits(words(line), words(line), lambda *way: words(next(left)))
    assert " ".join(w.text for w in found) == wanted


def test_words_without_digits_are_not_read_for_codes() -> None:
    def read(*way: Any) -> list[Glyphs]:
        raise AssertionError(way)

    line = words("Lưu: VT, UBND tỉnh")
    assert with_digits(line, line, read) == line
