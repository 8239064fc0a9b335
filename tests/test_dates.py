"""Dates: every way of writing them, what stands before them, and the years that are not written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.annotations import Mention
from extractor.rulebook import Rulebook
from extractor.textview import TextView
from extractor.values.dates import DateValue, find_dates

ISSUED = date(2025, 11, 24)


def found(book: Rulebook, text: str, issued_on: date | None = ISSUED) -> list[tuple[str, DateValue]]:
    return [(text[m.start : m.end], m.value) for m in find_dates(TextView(text), book, issued_on)]


@pytest.mark.parametrize(
    ("text", "quote", "start", "end", "granularity"),
    [
        ("họp ngày 15/4/2022 tại tỉnh", "ngày 15/4/2022", "2022-04-15", "2022-04-15", "day"),
        ("Ngày đăng: 22.04.2022", "22.04.2022", "2022-04-22", "2022-04-22", "day"),
        ("đến 30-6-2018", "30-6-2018", "2018-06-30", "2018-06-30", "day"),
        ("ngày 05\ntháng 3 năm 2020", "ngày 05\ntháng 3 năm 2020", "2020-03-05", "2020-03-05", "day"),
        ("NGÀY 06/\nTHÁNG 11 NĂM 2025", "NGÀY 06/\nTHÁNG 11 NĂM 2025", "2025-11-06", "2025-11-06", "day"),
        ("ngày12tháng 4 năm 2016", "ngày12tháng 4 năm 2016", "2016-04-12", "2016-04-12", "day"),
        ("ngày 12tháng4năm2016", "ngày 12tháng4năm2016", "2016-04-12", "2016-04-12", "day"),
        ("ngày 15/4 năm 2022", "ngày 15/4 năm 2022", "2022-04-15", "2022-04-15", "day"),
        ("tối 22 tháng 11 năm 2025", "22 tháng 11 năm 2025", "2025-11-22", "2025-11-22", "day"),
        ("cập nhật 2025-11-22", "2025-11-22", "2025-11-22", "2025-11-22", "day"),
        ("đến T10/2025", "T10/2025", "2025-10-01", "2025-10-31", "month"),
        ("Năm 2025, 2000 hộ", "Năm 2025", "2025-01-01", "2025-12-31", "year"),
        ("Ngày 29/02/2024", "Ngày 29/02/2024", "2024-02-29", "2024-02-29", "day"),
        ("từ ngày 16 đến ngày 22/11/2025", None, "2025-11-16", "2025-11-22", "period"),
        ("đợt 16-22/11/2025", "16-22/11/2025", "2025-11-16", "2025-11-22", "period"),
        ("từ 28/12 đến 03/01/2026", None, "2025-12-28", "2026-01-03", "period"),
        ("so với tháng 12/2021", "tháng 12/2021", "2021-12-01", "2021-12-31", "month"),
        ("hết tháng 02/2024", "hết tháng 02/2024", "2024-02-29", "2024-02-29", "month"),
        ("đầu tháng 5 năm 2024", "đầu tháng 5 năm 2024", "2024-05-01", "2024-05-01", "month"),
        ("từ tháng 7 đến tháng 12/2020", None, "2020-07-01", "2020-12-31", "period"),
        ("trong quý 1/2022", "quý 1/2022", "2022-01-01", "2022-03-31", "quarter"),
        ("Quý IV năm 2025", "Quý IV năm 2025", "2025-10-01", "2025-12-31", "quarter"),
        ("hết quý II/2024", "hết quý II/2024", "2024-06-30", "2024-06-30", "quarter"),
        ("6 tháng đầu năm 2025", "6 tháng đầu năm 2025", "2025-01-01", "2025-06-30", "half"),
        ("sáu tháng cuối năm 2024", "sáu tháng cuối năm 2024", "2024-07-01", "2024-12-31", "half"),
        ("9 tháng đầu năm 2018", "9 tháng đầu năm 2018", "2018-01-01", "2018-09-30", "period"),
        ("Năm 2026, cắt giảm", "Năm 2026", "2026-01-01", "2026-12-31", "year"),
        ("đón năm mới 2026", "năm mới 2026", "2026-01-01", "2026-12-31", "year"),
        ("hết năm 2018", "hết năm 2018", "2018-12-31", "2018-12-31", "year"),
        ("Sở Tài chính\n\n2025\n\nQuyết định", "2025", "2025-01-01", "2025-12-31", "year"),
        ("kinh tế năm 2025-2026 (Công văn", "năm 2025-2026", "2025-01-01", "2026-12-31", "period"),
        ("năm học 2019 - 2020", "năm học 2019 - 2020", "2019-08-01", "2020-07-31", "school_year"),
        ("hết năm học 2023-2024", "hết năm học 2023-2024", "2024-07-31", "2024-07-31", "school_year"),
        ("giai đoạn 2016 - 2020", "giai đoạn 2016 - 2020", "2016-01-01", "2020-12-31", "period"),
        ("nhiệm kỳ 2026-2031.", "nhiệm kỳ 2026-2031", "2026-01-01", "2031-12-31", "period"),
        ("tuần 2 tháng 5/2020", "tuần 2 tháng 5/2020", "2020-05-08", "2020-05-14", "week"),
        ("tuần cuối tháng 02/2023", "tuần cuối tháng 02/2023", "2023-02-22", "2023-02-28", "week"),
    ],
)
def test_written_in_full(
    book: Rulebook, text: str, quote: str | None, start: str, end: str, granularity: str
) -> None:
    [(said, value)] = found(book, text)
    assert said == (quote or text)
    assert (value.start, value.end, value.granularity) == (start, end, granularity)
    assert value.inferred == []
    assert value.problem is None


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("1. Báo cáo trước ngày 10/6.\n2. Kiểm tra", ["ngày 10/6"]),
        ("trước ngày 30 tháng 11.\n2. Kiểm tra", ["ngày 30 tháng 11"]),
        ("trước ngày 30 tháng 11. 2 xã còn lại", ["ngày 30 tháng 11"]),
        ("trước ngày 10/6\n- 2 xã còn lại", ["ngày 10/6"]),
        ("hoàn thành trước 30/9\n- 2 xã còn lại", ["30/9"]),
        ("từ ngày 01/6 đến ngày 30/9.\n2. Họp", ["từ ngày 01/6 đến ngày 30/9"]),
        ("các ngày 02 và 03/9.\n2. Họp", ["ngày 02", "03/9"]),
        ("xong trong tháng 12.\n2025 là năm cuối", ["tháng 12"]),
        ("ngày 10.6.2025", ["ngày 10.6.2025"]),
    ],
)
def test_a_date_ends_with_its_sentence(book: Rulebook, text: str, quotes: list[str]) -> None:
    assert [quote for quote, _ in found(book, text)] == quotes


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("các ngày 14, 15/6/2025", ["2025-06-14", "2025-06-15"]),
        ("ngày 27 và ngày 28 tháng 6 năm 2025", ["2025-06-27", "2025-06-28"]),
        ("trước ngày 15/6 và 15/12 hằng năm", ["2025-06-15", "2025-12-15"]),
        ("năm 2025 và 2026", ["2025-01-01", "2026-01-01"]),
        ("quý III và quý IV năm 2025", ["2025-07-01", "2025-10-01"]),
        ("tháng 10, 11, 12/2025", ["2025-10-01", "2025-11-01", "2025-12-01"]),
    ],
)
def test_a_list_is_several_dates(book: Rulebook, text: str, days: list[str]) -> None:
    assert [v.start for _, v in found(book, text)] == days


@pytest.mark.parametrize(
    ("text", "issued_on", "start"),
    [
        ("Ngày 24-02, tại phòng họp", date(2020, 3, 1), "2020-02-24"),
        ("kế hoạch năm 2020\n\nNgày 24-02, tại phòng họp", None, "2020-02-24"),
        ("Cuối tháng 10 vừa qua", ISSUED, "2025-10-31"),
        ("tháng 12 vừa qua", date(2026, 1, 9), "2025-12-01"),
        ("tháng 12 năm trước", ISSUED, "2024-12-01"),
        ("trước ngày 25/12 hằng năm", ISSUED, "2025-12-25"),
        ("trước ngày 30 tháng 01 của năm tiếp theo", ISSUED, "2026-01-30"),
        ("báo cáo trước ngày 15/01", ISSUED, "2026-01-15"),
        ("Ngày 20/12, Thủ tướng đã họp", date(2026, 1, 9), "2025-12-20"),
        ("giải ngân đến 31/3 là 78 tỷ đồng", ISSUED, "2025-03-31"),
        ("09 tháng đầu năm", ISSUED, "2025-01-01"),
        ("lũy kế 11 tháng ước đạt", date(2026, 1, 9), "2025-01-01"),
        ("Năm 2026: báo cáo trước ngày 15/3", ISSUED, "2026-03-15"),
    ],
)
def test_a_missing_year_is_inferred_and_said(
    book: Rulebook, text: str, issued_on: date | None, start: str
) -> None:
    value = found(book, text, issued_on)[-1][1]
    assert value.start == start
    assert value.inferred == ["year"]


def test_a_list_lends_its_year(book: Rulebook) -> None:
    values = [v for _, v in found(book, "từ ngày 30/4 và ngày 01/5/2019")]
    assert [v.start for v in values] == ["2019-04-30", "2019-05-01"]
    assert [v.inferred for v in values] == [["year"], []]


def test_no_year_anywhere(book: Rulebook) -> None:
    [(_, value)] = found(book, "họp ngày 24-02", None)
    assert (value.start, value.end, value.problem) == (None, None, "unknown_year")


@pytest.mark.parametrize("text", ["Tính đến 31/2/2018", "ngày 30 tháng 02 năm 2024", "ngày 12/15/2020"])
def test_impossible_dates_are_kept_and_flagged(book: Rulebook, text: str) -> None:
    [(_, value)] = found(book, text)
    assert (value.start, value.end, value.problem) == (None, None, "impossible_date")


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định số 15/2022/QĐ-UBND",
        "hoạt động thông suốt 24/7",
        "đạt 99.323/102.319 người",
        "Điều 7, khoản 2",
        "điện thoại 0912.345.678",
        "1/2 dân số",
        "trong 6 tháng, 02 năm",
        "hằng tháng 2 lần",
        "chính quyền 2 cấp",
        "Nghị quyết số 66.25/2026/NQ-CP",
        "sau hơn 04 tháng hoạt động",
        "năm học mới",
    ],
)
def test_no_dates(book: Rulebook, text: str) -> None:
    assert found(book, text) == []


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("báo cáo trước ngày 05/3/2020", "before"),
        ("báo cáo trước 16h ngày 05/3/2020", "before"),
        ("tính đến 17 giờ 00 chiều ngày 21/11/2025", "until"),
        ("chậm nhất là ngày 25/7/2026", "by"),
        ("phấn đấu đến hết năm 2026", "by"),
        ("hoàn thành trong tháng 11/2025", "during"),
        ("có hiệu lực kể từ ngày 01/01/2026", "since"),
        ("sau ngày 01/7/2025", "after"),
        ("Tính đến hết ngày 31/8/2018", "until"),
        ("Công văn ngày 31/8/2018", "on"),
        ("từ ngày 03/9/2025 đến ngày 28/10/2025", "during"),
    ],
)
def test_relation(book: Rulebook, text: str, relation: str) -> None:
    [(_, value)] = found(book, text)
    assert value.relation == relation


def test_nothing_is_found_inside_what_is_skipped(book: Rulebook) -> None:
    text = "văn bản 12/5/2020 và ngày 13/5/2020"
    skip = [Mention(8, 17, "number", "test")]
    assert [m.start for m in find_dates(TextView(text), book, ISSUED, skip)] == [21]


words = st.sampled_from(
    [
        "ngày",
        "tháng",
        "năm",
        "quý",
        "từ",
        "đến",
        "hết",
        "31/2/2018",
        "5/2020",
        "2020",
        "-",
        "và",
        ",",
        "\n",
        "0",
        "IV",
        "năm học",
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(words, max_size=14).map(" ".join)))
def test_any_text_gives_ordered_disjoint_spans(book: Rulebook, text: str) -> None:
    at = 0
    for m in find_dates(TextView(text), book, ISSUED):
        assert at <= m.start < m.end <= len(text)
        at = m.end
        value = m.value
        assert (value.start is None) == (value.end is None) == (value.problem is not None)
        if value.start is not None:
            assert date.fromisoformat(value.start) <= date.fromisoformat(value.end)
