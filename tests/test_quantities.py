"""Quantities: numbers and units, comparison words, ranges and ratios, and numbers that measure nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.annotations import Mention
from extractor.rulebook import Rulebook
from extractor.textview import TextView
from extractor.values.quantities import Quantity, find_quantities, parse_number, plain


def found(book: Rulebook, text: str) -> list[tuple[str, Quantity]]:
    return [(text[m.start : m.end], m.value) for m in find_quantities(TextView(text), book)]


@pytest.mark.parametrize(
    ("text", "value", "unit", "measure"),
    [
        ("có 1.298.030 người", 1298030, "người", "count"),
        ("đạt 74,93% dân số", 74.93, "%", "percent"),
        ("đạt 74,93 phần trăm", 74.93, "%", "percent"),
        ("cao hơn 2,5 điểm phần trăm", 2.5, "%", "percent"),
        ("thu 5.870 tỷ đồng", 5_870_000_000_000, "đồng", "money"),
        ("ước 47,5 nghìn tỷ đồng", 47_500_000_000_000, "đồng", "money"),
        ("vốn 1.219,11 triệu USD", 1_219_110_000, "USD", "money"),
        ("chi 2.500.000đ mỗi hộ", 2_500_000, "đồng", "money"),
        ("giải ngân 1.200 tỷ", 1_200_000_000_000, None, "open"),
        ("bàn giao 0,3km của dự án", 0.3, "km", "measure"),
        ("trồng 350 ha rừng", 350, "ha", "measure"),
        ("đón 1,5 triệu lượt khách", 1_500_000, "lượt khách", "count"),
        ("thu nhập 65 triệu đồng/người/năm", 65_000_000, "đồng/người/năm", "money"),
        ("tăng 8%/năm", 8, "%/năm", "percent"),
        ("chi 500.000 đồng/cơ sở/năm", 500_000, "đồng/cơ sở/năm", "money"),
        ("cấp 04 thẻ", 4, "thẻ", "count"),
        ("cho 120 học sinh, sinh viên", 120, "học sinh, sinh viên", "count"),
        ("rà soát 319 VBQPPL cũ", 319, "VBQPPL", "open"),
        ("lắp 1.200 bóng đèn", 1200, "bóng đèn", "open"),
        ("thu 5 tỷ\nđồng", 5_000_000_000, "đồng", "money"),
    ],
)
def test_value_and_unit(book: Rulebook, text: str, value: float, unit: str | None, measure: str) -> None:
    [(_, q)] = found(book, text)
    assert (q.value, q.unit, q.measure) == (value, unit, measure)
    assert isinstance(q.value, int) == float(value).is_integer()
    assert not q.ambiguous


@pytest.mark.parametrize(
    ("text", "quote", "comparator"),
    [
        ("có 98% hộ", "98%", "="),
        ("tương đương khoảng 5.900 em", "tương đương khoảng 5.900 em", "~"),
        ("còn gần 2%", "gần 2%", "<~"),
        ("khoảng gần 4.000 thẻ", "khoảng gần 4.000 thẻ", "<~"),
        ("thiệt hại khoảng trên 16.000 tỷ đồng", "khoảng trên 16.000 tỷ đồng", ">"),
        ("hơn 40.500 người", "hơn 40.500 người", ">"),
        ("ít nhất là 85%", "ít nhất là 85%", ">="),
        ("tối thiểu đạt 85%", "tối thiểu đạt 85%", ">="),
        ("không dưới 85%", "không dưới 85%", ">="),
        ("đạt từ 85% trở lên", "từ 85% trở lên", ">="),
        ("dưới 5%", "dưới 5%", "<"),
        ("chưa đến 10 hộ", "chưa đến 10 hộ", "<"),
        ("không quá 3%", "không quá 3%", "<="),
        ("từ 3% trở xuống", "từ 3% trở xuống", "<="),
    ],
)
def test_comparator_of_stacked_words_is_the_last(
    book: Rulebook, text: str, quote: str, comparator: str
) -> None:
    [(said, q)] = found(book, text)
    assert said.endswith(quote)
    assert q.comparator == comparator


@pytest.mark.parametrize(
    ("text", "kind", "value", "second"),
    [
        ("đã giảm 149.763 người", "decrease", 149763, None),
        ("tăng bình quân 7%", "increase", 7, None),
        ("tăng lên 92%", "level", 92, None),
        ("giảm xuống còn 3,1%", "level", 3.1, None),
        ("cao hơn gần gấp 3 lần", "increase", 3, None),
        ("cắt giảm tối thiểu 30%", "decrease", 30, None),
        ("(-1,86%) so với", "decrease", 1.86, None),
        ("99.323/102.319 người", "ratio", 99323, 102319),
        ("125 xã/187 xã đạt chuẩn", "ratio", 125, 187),
        ("từ 1 đến 2 ngày lương", "range", 1, 2),
        ("khoảng 5-10% tổng số", "range", 5, 10),
        ("đạt 8,5% - 9% mỗi kỳ", "range", 8.5, 9),
        ("giảm 1 - 1,5% mỗi vụ", "decrease", 1, 1.5),
    ],
)
def test_kind(book: Rulebook, text: str, kind: str, value: float, second: float | None) -> None:
    [(_, q)] = found(book, text)
    assert (q.kind, q.value) == (kind, value)
    assert (q.of or q.value_max) == second


@pytest.mark.parametrize(
    "text",
    [
        "theo Điều 7, khoản 3 và Mục 2",
        "Quyết định số 15/QĐ-UBND",
        "thực hiện Đề án 06 về dữ liệu",
        "Tổng đài 112 phục vụ",
        "Đoàn kiểm tra số 06, dự án",
        "Dự án thành phần 2 thuộc dự án",
        "quốc lộ 1A đoạn qua",
        "chính quyền địa phương 02 cấp",
        "trẻ em dưới 6 tuổi",
        "trong 03 ngày, 15 ngày làm việc, 5 năm, 06 tháng",
        "ổn định 24/7 đáp ứng",
        "trước 16h30 hằng ngày",
        "điện thoại 0269.3824404",
        "1. Sở Y tế\n2.1. Sở Nội vụ",
        "gửi 02 bản về Sở",
        "- Lưu: VT, CN (2) Ha",
        "QCVN 06:2022/BXD cho nhà",
        "Bộ chỉ số 766 vẫn còn",
        "ít nhất 2/3 tổng số thành viên",
        "họp 2 lần",
        "một, hai hoặc ba người",
        "Phòng thủ dân 1 sự",
    ],
)
def test_numbers_that_measure_nothing(book: Rulebook, text: str) -> None:
    assert found(book, text) == []


@pytest.mark.parametrize(
    ("token", "english", "whole", "value", "doubt"),
    [
        ("1.298.030", False, False, "1298030", False),
        ("74,93", False, False, "74.93", False),
        ("74.9", False, False, "74.9", False),
        ("1.219,11", False, False, "1219.11", False),
        ("1,219.11", False, False, "1219.11", False),
        ("5.870", False, False, "5870", False),
        ("5,870", True, False, "5870", False),
        ("0,125", False, False, "0.125", False),
        ("0.125", False, False, "0.125", False),
        ("12,345", False, False, "12.345", False),
        ("12,345", False, True, "12345", True),
        ("1.2.3", False, False, "123", True),
        ("03", False, False, "3", False),
    ],
)
def test_parse_number(token: str, english: bool, whole: bool, value: str, doubt: bool) -> None:
    assert parse_number(token, english, whole) == (Decimal(value), doubt)


def test_the_style_is_decided_for_the_whole_text(book: Rulebook) -> None:
    assert [q.value for _, q in found(book, "5.870 hộ và 74,93%")] == [5870, 74.93]
    assert [q.value for _, q in found(book, "5,870 tấn và 74.93%")] == [5870, 74.93]


def test_mixed_styles_are_in_doubt(book: Rulebook) -> None:
    doubts = {said: q.ambiguous for said, q in found(book, "đạt 74,93%; 74.93%; trồng 5.870 ha; 12 hộ")}
    assert doubts == {"74,93%": False, "74.93%": False, "5.870 ha": True, "12 hộ": False}


def test_nothing_is_found_inside_what_is_skipped(book: Rulebook) -> None:
    text = "số 12 hộ và 13 hộ"
    assert [m.start for m in find_quantities(TextView(text), book, [Mention(3, 5, "number", "test")])] == [12]


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_plain_keeps_whole_numbers_whole(value: Decimal) -> None:
    assert float(plain(value)) == float(value)
    assert isinstance(plain(value), int) == (value == int(value))


pieces = st.sampled_from(
    [
        "12",
        "1.200",
        "3,5",
        "-",
        "đến",
        "/",
        "%",
        "tỷ",
        "triệu",
        "đồng",
        "người",
        "từ",
        "trở lên",
        "tăng",
        "giảm",
        "khoảng",
        "Điều",
        "\n",
        "xã",
    ]
)


@settings(max_examples=50, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(pieces, max_size=14).map(" ".join),
        st.lists(pieces, max_size=9).map("".join),
    )
)
def test_any_text_gives_ordered_disjoint_spans(book: Rulebook, text: str) -> None:
    at = 0
    for m in find_quantities(TextView(text), book):
        assert at <= m.start <= m.value.spoken < m.end <= len(text)
        at = m.end
        assert text[m.value.spoken].isdigit()
        assert m.value.value_max is None or m.value.value_max > m.value.value
