"""Numbers and symbols: every form met in practice, in a field of its own and in running text."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.rulebook import Rulebook, default_rulebook
from extractor.textview import TextView
from extractor.values.document_numbers import DocumentNumber, find_numbers

FIELDS = ("kind", "number", "year", "type", "issuer", "unit")

#: raw -> kind, number, year, type, issuer, unit
PARSED = [
    ("1024/QĐ-TTg", ("state", "1024", "", "QĐ", "TTg", "")),
    ("số 77/KH-UBND", ("state", "77", "", "KH", "UBND", "")),
    ("Số: 02125/QĐ-UBND", ("state", "02125", "", "QĐ", "UBND", "")),
    ("Số:\n19/TB-VPCP", ("state", "19", "", "TB", "VPCP", "")),
    ("Số: 18 /QĐ-SGDĐT", ("state", "18", "", "QĐ", "SGDĐT", "")),
    ("số 141/KH-BCĐTKNQ18", ("state", "141", "", "KH", "BCĐTKNQ18", "")),
    ("01/QĐ-CĐGDT-UBKT", ("state", "01", "", "QĐ", "CĐGDT", "UBKT")),
    ("TB 31/TB-UBND", ("state", "31", "", "TB", "UBND", "")),
    ("12a/CT-UBND", ("state", "12a", "", "CT", "UBND", "")),
    ("31/QĐ-TW", ("state", "31", "", "QĐ", "TW", "")),
    ("102/CĐ-CT", ("state", "102", "", "CĐ", "CT", "")),
    ("Số 17/TM-SGDĐT", ("state", "17", "", "TM", "SGDĐT", "")),
    ("số 112/2024/NĐ-CP", ("qppl", "112", "2024", "NĐ", "CP", "")),
    ("66.25/2026/NQ-CP", ("qppl", "66.25", "2026", "NQ", "CP", "")),
    ("Quyết định số 44 /2005/QĐ-UBND", ("qppl", "44", "2005", "QĐ", "UBND", "")),
    ("146/2018/NĐ CP", ("qppl", "146", "2018", "NĐ", "CP", "")),
    ("361/2025/ND-CP", ("qppl", "361", "2025", "NĐ", "CP", "")),
    ("118/2025/NĐCP", ("qppl", "118", "2025", "NĐ", "CP", "")),
    ("37/2025/TTBNNMT", ("qppl", "37", "2025", "TT", "BNNMT", "")),
    ("49/2025TT-BCT", ("qppl", "49", "2025", "TT", "BCT", "")),
    ("10/2003/PL-UBTVQH11", ("qppl", "10", "2003", "PL", "UBTVQH11", "")),
    ("64/2025/QH15", ("assembly", "64", "2025", "", "QH15", "")),
    ("02/2020/UBTVQH14", ("assembly", "02", "2020", "", "UBTVQH14", "")),
    ("900/UBND-KGVX", ("cv", "900", "", "", "UBND", "KGVX")),
    ("5608/CT-CS", ("cv", "5608", "", "", "CT", "CS")),
    ("814/SGDĐT.CNTT-QLTB&TV", ("cv", "814", "", "", "SGDĐT", "CNTT-QLTB&TV")),
    ("Số: 838/CCTKV.XII-NVDTPC.HUE", ("cv", "838", "", "", "CCTKV.XII", "NVDTPC.HUE")),
    ("Công văn 10194/VPCP_KGVX", ("cv", "10194", "", "", "VPCP", "KGVX")),
    ("Văn bản số 1691/UBDNGS15", ("cv", "1691", "", "", "UBDNGS15", "")),
    ("Số: 2025-005/SAV-CHQ", ("cv", "2025-005", "", "", "SAV", "CHQ")),
    ("công văn số JHDPC/2025/276", ("other", "JHDPC/2025/276", "", "", "", "")),
    ("số 57-CV/TU", ("party", "57", "", "CV", "TU", "")),
    ("317-QĐ/TWĐTN-TNTH", ("party", "317", "", "QĐ", "TWĐTN", "TNTH")),
    ("919-CV/VPTW/nb", ("party", "919", "", "CV", "VPTW", "nb")),
    ("Số: 391 - CV/ĐU", ("party", "391", "", "CV", "ĐU", "")),
    ("Số: 115- HD/BTGW", ("party", "115", "", "HD", "BTGW", "")),
    ("Số: 84 QĐ/TWĐTN", ("party", "84", "", "QĐ", "TWĐTN", "")),
    ("27-KH/DU", ("party", "27", "", "KH", "ĐU", "")),
    ("số 15/KHLT-UBND-MTTQVN", ("joint", "15", "", "KHLT", "UBND+MTTQVN", "")),
    ("10/2007/TTLT-BLĐTB &XH-BTC-BQP", ("joint", "10", "2007", "TTLT", "BLĐTB&XH+BTC+BQP", "")),
    ("12/2015/TTLT/BYT-BTC", ("joint", "12", "2015", "TTLT", "BYT+BTC", "")),
    ("05/VBHN-BGDĐT", ("vbhn", "05", "", "VBHN", "BGDĐT", "")),
    ("Chỉ thị số 09", ("bare", "09", "", "CT", "", "")),
    ("Công văn số 468", ("bare", "468", "", "CV", "", "")),
    ("Nghị quyết 390-395/NQ-HĐND", ("list", "390-395", "", "NQ", "HĐND", "")),
]

#: raw -> number as the record writes it, record code of the type
NORMAL = [
    ("538/QĐ-TTG", "538/QĐ-TTg", "QĐ"),
    ("Số: 2/2019/QÐ-UBND", "2/2019/QĐ-UBND", "QĐ"),
    ("10/2015/TT- BTC", "10/2015/TT-BTC", "TT"),
    ("01/TTLT-BQP-\nBLĐTBXH-BTC", "01/TTLT-BQP-BLĐTBXH-BTC", "TTLT"),
    ("361/2025/ND-CP", "361/2025/NĐ-CP", "NĐ"),
    ("37/2025/TTBNNMT", "37/2025/TT-BNNMT", "TT"),
    ("12/HD-SXD", "12/HD-SXD", "HD"),
    ("12/DA-UBND", "12/DA-UBND", "DA"),
    ("17/TTR-SNV", "17/TTr-SNV", "TTr"),
    ("Số 17/TM-SGDĐT", "17/TM-SGDĐT", "GM"),
    ("Số: 115- HD/BTGTW", "115-HD/BTGTW", "HD"),
    ("Quy định số 399-QĐ/TW", "399-QĐ/TW", "QyĐ"),
    ("Quyết định số 983-QĐ/TU", "983-QĐ/TU", "QĐ"),
    ("12-TT/TU", "12-TT/TU", "TTri"),
    ("814/SGDĐT.CNTT-TV", "814/SGDĐT.CNTT-TV", "CV"),
    ("900 /UBND - KGVX", "900/UBND-KGVX", "CV"),
    ("Số: 1281/-UBND", "1281/-UBND", ""),
    ("Luật số 64/2025/QH15", "64/2025/QH15", "L"),
    ("Nghị quyết số 171/2024/QH15", "171/2024/QH15", "NQ"),
    ("Lệnh số 05/2025/L-CTN", "05/2025/L-CTN", "Lnh"),
]

#: running text -> (stretch, normal form) of every number in it
FOUND = [
    ("tại Công văn số 70 & 71/UBND-KGVX", [("70", "70/UBND-KGVX"), ("71/UBND-KGVX", "71/UBND-KGVX")]),
    ("Chỉ thị số 11, 26-CT/TU", [("11", "11-CT/TU"), ("26-CT/TU", "26-CT/TU")]),
    (
        "các Nghị định của Chính phủ: số 15/2019/NĐ-CP ngày 01/2/2019; số 27/2020/NĐ-CP",
        [("15/2019/NĐ-CP", "15/2019/NĐ-CP"), ("27/2020/NĐ-CP", "27/2020/NĐ-CP")],
    ),
    ("văn bản số\n308/BC-BXD ngày", [("308/BC-BXD", "308/BC-BXD")]),
    ("số31-QĐ/TW và số75/2023/NĐ-CPthì", [("31-QĐ/TW", "31-QĐ/TW"), ("75/2023/NĐ-CP", "75/2023/NĐ-CP")]),
    ("theo 05/VBHN-BGDĐTgồm các", [("05/VBHN-BGDĐT", "05/VBHN-BGDĐT")]),
    ("Thông báo số 45/TB-VPCP - UBND tỉnh giao", [("45/TB-VPCP", "45/TB-VPCP")]),
    ("thực hiện Nghị quyết 18, Nghị định 168 và Kết luận 49", [("18", "18"), ("168", "168"), ("49", "49")]),
    ("công văn số JHDPC/2025/276 ngày 5/9", [("JHDPC/2025/276", "JHDPC/2025/276")]),
    ("the Decree No. 70/2025/ND-CP dated", [("70/2025/ND-CP", "70/2025/NĐ-CP")]),
    ("Số:..../UBND-VX và số:      /QĐ-UBND", []),
    ("đạt 99.323/102.319 người, xếp thứ 04/34 tỉnh, trực 24/7", []),
    ("QCVN 06:2022/BXD và TCVN 5738:2021/BKHCN", []),
    ("theo mẫu số 02-ĐK/TCT, Mẫu số 01/TNDN-GT, biểu số 03/UBND-BC", []),
    ("ngày 15/4/2022, năm học 2019 - 2020, giai đoạn 2016-2020", []),
    ("chấm 5 TT/HU và 2 ĐA/KH", []),
    ("http://abc.vn/van-ban/12/QD-UBND", []),
    ("quyết định 15 ngày sau, Quy trình số 01, Mẫu số 02", []),
    ("đường số 5/LK-02, mã số 02/HW", []),
]


def the_number(text: str, book: Rulebook) -> DocumentNumber:
    """The only number of a text."""
    (mention,) = find_numbers(TextView(text), book)
    assert isinstance(mention.value, DocumentNumber)
    return mention.value


def fields(number: DocumentNumber) -> tuple[str, ...]:
    return tuple(getattr(number, f) for f in FIELDS)


@pytest.mark.parametrize(("raw", "wanted"), PARSED, ids=[r for r, _ in PARSED])
def test_a_number_is_taken_apart(raw: str, wanted: tuple[str, ...], book: Rulebook) -> None:
    assert fields(the_number(raw, book)) == wanted


@pytest.mark.parametrize(("raw", "normal", "code"), NORMAL, ids=[r for r, _, _ in NORMAL])
def test_a_number_has_one_normal_form(raw: str, normal: str, code: str, book: Rulebook) -> None:
    number = the_number(raw, book)
    assert (number.normalized, number.type_code) == (normal, code)


@pytest.mark.parametrize(("text", "wanted"), FOUND, ids=[t for t, _ in FOUND])
def test_numbers_in_running_text(text: str, wanted: list[tuple[str, str]], book: Rulebook) -> None:
    found = find_numbers(TextView(text), book)
    assert [(text[m.start : m.end], m.key) for m in found] == wanted


@pytest.mark.parametrize("raw", ["", "15/4/2022", "024 3822 1234", "Hà Nội", "...../QĐ-UBND", "74,93%"])
def test_what_is_no_number(raw: str, book: Rulebook) -> None:
    assert find_numbers(TextView(raw), book) == []


@pytest.mark.parametrize(
    ("text", "label", "code"),
    [
        ("theo Thông tư số 12/2024/TT-BYT", "Thông tư số", "TT"),
        ("theo QĐ số: 12/QĐ-UBND", "QĐ số:", "QĐ"),
        ("căn cứ Luật Đất đai số 31/2024/QH15", "Luật Đất đai số", "L"),
        ("tại khoản 3 Luật Thuế được sửa tại Luật số 90/2025/QH15", "Luật số", "L"),
        ("Nghị quyết của HĐND tỉnh số 05/2022/NQ-HĐND", "Nghị quyết của HĐND tỉnh số", "NQ"),
        ("Văn bản số 12/UBND-VX", "Văn bản số", "VB"),
        ("Chỉ thị số 08 của Ban Thường vụ", "Chỉ thị số", "CT"),
    ],
)
def test_the_label_before_a_number(text: str, label: str, code: str, book: Rulebook) -> None:
    (mention,) = find_numbers(TextView(text), book)
    value = mention.value
    start, end = value.label_span
    assert (text[start:end], value.type_word_code) == (label, code)


def test_later_laws_of_a_list_take_the_word_of_the_first(book: Rulebook) -> None:
    text = "các Luật số 31/2024/QH15, số 43/2024/QH15 và số 57/2024/QH15"
    assert [m.value.type_code for m in find_numbers(TextView(text), book)] == ["L", "L", "L"]


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("361/2025/ND-CP", True),
        ("118/2025/NĐCP", True),
        ("49/2025TT-BCT", True),
        ("Số: 1281/-UBND", True),
        ("75/2023/NĐ-CP", False),
        ("538/QĐ-TTG", False),
        ("900/UBND-KGVX", False),
    ],
)
def test_a_damaged_symbol_says_so(raw: str, repaired: bool, book: Rulebook) -> None:
    assert the_number(raw, book).repaired is repaired


def test_all_recorded_forms(book: Rulebook) -> None:
    """The table of forms met in the wild, where it is at hand."""
    shared = os.environ.get("CONGVAN_SHARED")
    if not shared:
        pytest.skip("CONGVAN_SHARED is not set")
    with (Path(shared) / "domain" / "document_numbers.tsv").open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    assert rows
    for row in rows:
        raw = row["raw"].replace("\\n", "\n")
        found = find_numbers(TextView(raw), book) or find_numbers(TextView("Số: " + raw), book)
        assert [fields(m.value) for m in found] == [tuple(row[k] for k in FIELDS)], raw


PIECES = [
    "số ",
    "Công văn ",
    "12",
    "/",
    "-",
    "QĐ",
    "UBND",
    "2024",
    "\n",
    ", ",
    " ",
    "CV/TU",
    "&",
    "Luật Đất đai ",
    ".",
]


@settings(max_examples=50, deadline=None)
@example("Công văn số 12/QĐ-UBND, số 12-CV/TU")
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_mentions_lie_in_order_inside_the_text(text: str) -> None:
    found = find_numbers(TextView(text), default_rulebook())
    ends = [0]
    for m in found:
        assert ends[-1] <= m.start < m.end <= len(text)
        assert m.value.raw == text[m.start : m.end]
        assert " " not in m.key
        assert "\n" not in m.key
        ends.append(m.end)


@pytest.mark.parametrize(
    "piece", ["1-", "12/QĐ-", "số 1, 2 & ", "A-", "1/2024/TTLT-B-", "Luật ", "Luật A số 1/2024/QH15 "]
)
def test_long_inputs_stay_linear(piece: str, book: Rulebook) -> None:
    view = TextView(piece * (200_000 // len(piece)))
    begin = time.process_time()
    find_numbers(view, book)
    assert time.process_time() - begin < 5
