"""Figures and targets: what is measured, where, when, against what; result or aim; what cannot be right."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.annotations import Annotations, Block
from extractor.record import AgencyRef, Assignment, Deadline, Figure, Interval, Span, Target
from extractor.rulebook import Rulebook
from extractor.stages.figures import relate_figures
from extractor.textview import TextView
from extractor.values.dates import find_dates
from extractor.values.quantities import find_quantities

ISSUED = date(2025, 11, 20)


def read(book: Rulebook, text: str, kind: str = "letter", **fields: object) -> Annotations:
    view = TextView(text)
    a = Annotations(view, kind=kind, issued_on=ISSUED, **fields)  # type: ignore[arg-type]
    a.mentions["dates"] = find_dates(view, book, ISSUED)
    a.mentions["quantities"] = find_quantities(view, book, a.mentions["dates"])
    relate_figures(a, book)
    return a


def pair(interval: Interval | None) -> tuple[str, str] | None:
    return None if interval is None else (interval.start, interval.end)


def figures(a: Annotations) -> list[Figure]:
    assert not a.targets
    return list(a.figures)


def targets(a: Annotations) -> list[Target]:
    assert not a.figures
    return list(a.targets)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Tỷ lệ hộ nghèo toàn huyện còn 3,1%.", ["Tỷ lệ hộ nghèo"]),
        ("Hiện nay, số hộ chưa có điện là 52 hộ.", ["số hộ chưa có điện"]),
        (
            "Tổng thu ngân sách ước đạt 3.456 tỷ đồng, bằng 52% dự toán giao, tăng 8% so với cùng kỳ.",
            ["Tổng thu ngân sách"] * 3,
        ),
        ("Bão đã làm 15 nhà bị tốc mái, 120 nhà bị ngập.", ["nhà bị tốc mái", "nhà bị ngập"]),
        ("Toàn tỉnh hiện có 125/187 xã đạt chuẩn nông thôn mới.", ["xã đạt chuẩn nông thôn mới"]),
        ("Hiện còn gần 4%, tương đương khoảng 900 em chưa đến trường.", ["em chưa đến trường"] * 2),
        ("Huyện đã trồng được 350 ha rừng.", ["trồng rừng"]),
        ("Lực lượng chức năng đã xử phạt 85 trường hợp.", ["xử phạt trường hợp"]),
        ("Hoạt động du lịch với nhiều sản phẩm mới; 10 tháng ước đạt 86,7% mục tiêu.", ["Hoạt động du lịch"]),
        ("Thu hút vốn FDI đạt 12 triệu USD, cao hơn 3 lần so với cùng kỳ.", ["Thu hút vốn FDI"] * 2),
        (
            "Trong đó tỷ lệ học sinh, sinh viên có thẻ BHYT đạt 94%.",
            ["tỷ lệ học sinh, sinh viên có thẻ BHYT"],
        ),
        ("Đã có 963 hộ được cấp nước sạch theo chương trình.", ["hộ được cấp nước sạch"]),
        ("Qua kiểm tra, đến nay còn 15% hồ sơ quá hạn.", ["hồ sơ quá hạn"]),
        ("Song vẫn còn 25 nhiệm vụ chậm tiến độ.", ["nhiệm vụ chậm tiến độ"]),
        ("Toàn tỉnh đã vận động được gần 4.000 thẻ bảo hiểm.", ["thẻ bảo hiểm"]),
        ("Huyện đã bàn giao mặt bằng 38 dự án.", ["dự án"]),
        ("Theo kết quả rà soát, năm 2024 toàn tỉnh còn 356 hộ nghèo.", ["hộ nghèo"]),
        ("Tổng kế hoạch vốn năm 2025 của tỉnh là hơn 9.083 tỷ đồng.", ["Tổng kế hoạch vốn"]),
        ("Số tiền chậm đóng BHXH, BHYT là 214,6 tỷ đồng.", ["Số tiền chậm đóng BHXH, BHYT"]),
        (
            "Đến nay tỷ lệ hộ dân tộc thiểu số dùng nước sạch đạt 65%.",
            ["tỷ lệ hộ dân tộc thiểu số dùng nước sạch"],
        ),
        (
            "Toàn tỉnh có 1.702 người tham gia BHYT, đạt 90,1% dân số, tăng 48 người (2,9%).",
            ["người tham gia BHYT"] * 4,
        ),
        ("Đến nay, 60% trẻ em từ 6 đến dưới 16 tuổi biết bơi.", ["trẻ em từ 6 đến dưới 16 tuổi biết bơi"]),
        ("Đến nay, 15% lao động trong độ tuổi đóng phí.", ["lao động trong độ tuổi đóng phí"]),
        ("Thu ngân sách vượt 8,5% dự toán.", ["Thu ngân sách"]),
    ],
)
def test_metric(book: Rulebook, text: str, metrics: list[str]) -> None:
    assert [f.metric for f in figures(read(book, text))] == metrics


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Năm 2024, cả nước hoàn thành 102.600 căn nhà.", [102600]),
        (
            "Năm 2024, huyện đón 6,3 triệu lượt khách, trong đó khách quốc tế trên 1,9 triệu lượt.",
            [6300000, 1900000],
        ),
        ("Số dư chuyển sang năm 2025 là 4,15 tỷ đồng.", [4150000000]),
        ("Kết quả còn thấp. Còn 17 dự án chậm bàn giao.", [17]),
        ("Hoàn thành 17 dự án trước ngày 30/9/2025.", []),
        ("Năm 2026, huyện hoàn thành 17 căn nhà.", []),
        ("Mỗi tổ phải có ít nhất 3 thành viên.", []),
    ],
)
def test_results_are_told_by_a_past_period_or_as_what_there_is(
    book: Rulebook, text: str, values: list[int]
) -> None:
    assert [f.value for f in read(book, text).figures] == values


def test_a_bare_ratio_needs_its_percentage(book: Rulebook) -> None:
    ratio, percentage = figures(read(book, "Hiện còn 3.507/6.708 (chiếm 52,3%) giấy tờ cần chuẩn hóa."))
    assert (ratio.value, ratio.of, ratio.unit, ratio.kind) == (3507, 6708, None, "ratio")
    assert ratio.metric == percentage.metric == "giấy tờ cần chuẩn hóa"
    assert [f.value for f in figures(read(book, "Hiện còn 3.507/6.708 (chiếm 12%) giấy tờ."))] == [12]


@pytest.mark.parametrize(
    ("lead", "target"),
    [
        ("Giao chỉ tiêu tỷ lệ hộ nghèo năm 2026 cho các địa phương:", True),
        ("Tỷ lệ hộ nghèo đến ngày 31/12/2024 của các địa phương như sau:", False),
    ],
)
def test_a_lead_in_names_what_its_list_measures(book: Rulebook, lead: str, target: bool) -> None:
    lines = [lead, "Thành phố Tam Kỳ: 1,5%;", "Huyện Núi Thành: 2%."]
    starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(3)]
    blocks = [Block("paragraph", 0, len(lead))]
    blocks += [
        Block("bullet", at, at + len(line), parent=0) for at, line in zip(starts[1:], lines[1:], strict=True)
    ]
    a = read(book, "\n".join(lines), blocks=blocks)
    found = a.targets if target else a.figures
    assert [(f.value, f.place) for f in found] == [(1.5, "Thành phố Tam Kỳ"), (2, "Huyện Núi Thành")]
    assert {(f.metric or "").lower() for f in found} == {"tỷ lệ hộ nghèo"}
    assert not (a.figures if target else a.targets)
    times = {pair(f.deadline if isinstance(f, Target) else f.as_of) for f in found}
    assert times == {("2026-01-01", "2026-12-31") if target else ("2024-12-31", "2024-12-31")}


def test_a_plan_that_has_work_done_for_so_many_sets_a_target(book: Rulebook) -> None:
    text = "Đào tạo kỹ năng đón khách cho 2.000 lao động."
    span = Span(start=0, end=len(text), text=text)
    task = Assignment(agencies=[], task=text, by="test", span=span)
    [t] = targets(read(book, text, assignments=[task], header={"type": ("KH", "Kế hoạch")}))
    assert (t.value, t.metric) == (2000, "lao động")
    assert not read(book, text, assignments=[task], header={"type": ("CV", "Công văn")}).targets


def test_a_percentage_behind_a_count_belongs_to_the_rate_named_before(book: Rulebook) -> None:
    text = "Tỷ lệ bao phủ bảo hiểm y tế giảm; số người tham gia là 1.298 người, đã giảm 12 người, đạt 74,93%."
    said = [(f.metric, f.kind) for f in figures(read(book, text))]
    assert said == [
        ("số người tham gia", "level"),
        ("số người tham gia", "decrease"),
        ("Tỷ lệ bao phủ bảo hiểm y tế", "level"),
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Tỷ lệ tiêm chủng tại thị trấn Phú Hòa đạt 73%, xã Tân Lập đạt 71%, Bình Minh đạt 70%.", 3),
        ("Tính đến nay, toàn huyện đã có 120 hộ thoát nghèo.", 1),
    ],
)
def test_places_are_those_nearest(book: Rulebook, text: str, places: int) -> None:
    wanted = ["thị trấn Phú Hòa", "xã Tân Lập", "Bình Minh"] if places == 3 else ["toàn huyện"]
    found = figures(read(book, text))
    assert [f.place for f in found] == wanted
    assert len({f.metric for f in found}) == 1


@pytest.mark.parametrize(
    ("text", "as_of", "baseline"),
    [
        ("Tính đến hết quý III/2025, số dự án đạt 45 dự án.", ("2025-09-30", "2025-09-30"), None),
        ("Trong quý 1/2022 số thẻ là 500 thẻ.", ("2022-01-01", "2022-03-31"), None),
        (
            "9 tháng đầu năm 2024, sản lượng tăng 5% so với cùng kỳ.",
            ("2024-01-01", "2024-09-30"),
            ("2023-01-01", "2023-09-30"),
        ),
        (
            "Hết tháng 02/2024, dư nợ tăng 5% so với cùng kỳ năm 2022.",
            ("2024-02-29", "2024-02-29"),
            ("2022-02-28", "2022-02-28"),
        ),
        ("Số hộ nghèo giảm 120 hộ so với năm 2022.", None, ("2022-01-01", "2022-12-31")),
        ("Ngày 15/4/2022, đoàn kiểm tra đã làm việc với 12 đơn vị.", None, None),
    ],
)
def test_time_and_baseline(
    book: Rulebook, text: str, as_of: tuple[str, str] | None, baseline: tuple[str, str] | None
) -> None:
    [f] = figures(read(book, text))
    assert (pair(f.as_of), pair(f.baseline)) == (as_of, baseline)


def test_each_end_of_a_change_has_its_own_time(book: Rulebook) -> None:
    found = figures(read(book, "Tỷ lệ hộ nghèo giảm từ 5,2% năm 2022 xuống còn 3,1% năm 2023."))
    assert [(f.value, f.kind, pair(f.as_of)) for f in found] == [
        (5.2, "level", ("2022-01-01", "2022-12-31")),
        (3.1, "level", ("2023-01-01", "2023-12-31")),
    ]


def test_the_time_is_carried_to_the_next_sentence_and_said(book: Rulebook) -> None:
    text = "Tính đến hết năm 2024, số xã đạt chuẩn là 12 xã. Thu nhập bình quân đạt 60 triệu đồng."
    first, second = figures(read(book, text))
    assert pair(first.as_of) == pair(second.as_of) == ("2024-12-31", "2024-12-31")
    assert (first.inferred, second.inferred) == ([], ["as_of"])


@pytest.mark.parametrize(
    ("text", "value", "comparator", "metric", "deadline"),
    [
        (
            "Phấn đấu đến hết năm 2025 toàn huyện có 98% hộ dùng nước sạch.",
            98,
            "=",
            "hộ dùng nước sạch",
            "2025-12-31",
        ),
        ("Đến năm 2030, có ít nhất 80% số xã đạt chuẩn.", 80, ">=", "số xã đạt chuẩn", "2030-12-31"),
        ("Giảm tỷ lệ hộ nghèo xuống còn dưới 1% vào cuối năm 2025.", 1, "<", "tỷ lệ hộ nghèo", "2025-12-31"),
        ("Phấn đấu tỷ lệ hộ có thẻ đạt 95% số hộ trở lên.", 95, ">=", "tỷ lệ hộ có thẻ", None),
        ("Năm 2026, cắt giảm 50% thời gian giải quyết.", 50, "=", "thời gian giải quyết", "2026-12-31"),
        ("Phấn đấu tăng trưởng kinh tế vượt mục tiêu được giao (10%).", 10, ">", "tăng trưởng kinh tế", None),
        ("Đảm bảo 100% trạm y tế có bác sĩ.", 100, "=", "trạm y tế có bác sĩ", None),
    ],
)
def test_aims_are_targets(
    book: Rulebook, text: str, value: float, comparator: str, metric: str, deadline: str | None
) -> None:
    [t] = targets(read(book, text))
    assert (t.value, t.comparator, t.metric) == (value, comparator, metric)
    assert (t.deadline.end if t.deadline else None) == deadline
    assert t.as_of is None


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        (
            "Mục tiêu phấn đấu đến năm 2030: 100 % xã, phường hoàn thành số hóa.",
            "xã, phường hoàn thành số hóa",
        ),
        ("Phấn đấu giảm bình quân 2% - 3%/năm số cặp tảo hôn.", "số cặp tảo hôn"),
        ("Phấn đấu tỷ số giới tính khi sinh dưới 109 bé trai/100 bé gái.", "tỷ số giới tính khi sinh"),
        ("Phấn đấu ít nhất mỗi xã tăng thêm 50 người tham gia BHXH.", "người tham gia BHXH"),
        ("Phấn đấu vùng phủ mạng 5G đạt 70% dân số.", "vùng phủ mạng 5G"),
        ("Góp phần bảo đảm an ninh; đặt mục tiêu tăng trưởng trên 8%.", "tăng trưởng"),
        ("Phấn đấu 70% số người hưởng nhận tiền qua tài khoản.", "số người hưởng nhận tiền qua tài khoản"),
        ('Phấn đấu vận động tối thiểu 20 tỷ đồng Quỹ "Vì người nghèo".', 'Quỹ "Vì người nghèo"'),
        ("Phấn đấu tỷ lệ doanh nghiệp nhỏ và vừa dùng nền tảng số đạt 50%.", None),
        ("Hướng dẫn người hưởng trợ cấp, phấn đấu đạt 50% số người hưởng.", "số người hưởng"),
    ],
)
def test_what_a_target_measures_is_no_word_of_its_heading(
    book: Rulebook, text: str, metric: str | None
) -> None:
    (t,) = targets(read(book, text))
    assert t.metric == (metric or "tỷ lệ doanh nghiệp nhỏ và vừa dùng nền tảng số")


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("Phấn đấu ít nhất mỗi xã tăng thêm 50 người tham gia.", ">="),
        ("Phấn đấu tối thiểu phải có 60% hộ tham gia.", ">="),
        ("Bảo đảm ít nhất đến hết năm 2026 đạt 10% số hộ.", ">="),
        ("Phấn đấu không để quá 5% hồ sơ trễ hạn.", "<="),
        ("Phấn đấu mỗi xã có 50 người tham gia.", "="),
    ],
)
def test_the_comparator_may_stand_some_words_before(book: Rulebook, text: str, comparator: str) -> None:
    (t,) = targets(read(book, text))
    assert t.comparator == comparator


def test_a_kind_of_area_is_a_place(book: Rulebook) -> None:
    text = "Phấn đấu tỷ lệ hộ dùng nước sạch ở khu vực nông thôn đạt 65%; khu vực đô thị đạt 98%."
    first, second = targets(read(book, text))
    assert (first.place, second.place) == ("khu vực nông thôn", "khu vực đô thị")
    assert second.metric == first.metric


def test_the_time_of_a_bracket_ends_with_it(book: Rulebook) -> None:
    text = (
        "Ước giải ngân đến hết ngày 31/7/2025 đạt 39,4% kế hoạch (cùng kỳ năm 2024 đạt 27,7%). "
        "Trong đó vốn trong nước đạt 44,7%."
    )
    times = [pair(f.as_of) for f in figures(read(book, text))]
    assert times == [("2025-07-31",) * 2, ("2024-07-31",) * 2, ("2025-07-31",) * 2]


def test_a_series_of_aims_has_a_deadline_each(book: Rulebook) -> None:
    found = targets(read(book, "Chỉ tiêu tỷ lệ tham gia được giao: năm 2026: 80%; năm 2027 đạt 82%."))
    assert [(t.value, t.deadline.end if t.deadline else None) for t in found] == [
        (80, "2026-12-31"),
        (82, "2027-12-31"),
    ]


def test_places_of_a_list_and_of_a_bracket(book: Rulebook) -> None:
    text = "Lũ làm 900 nhà bị đổ (riêng Phú Hòa 500 nhà, An Nhơn 400 nhà), 30 hộ bị cô lập."
    found = figures(read(book, text))
    assert [(f.value, f.place, f.metric) for f in found] == [
        (900, None, "nhà bị đổ"),
        (500, "Phú Hòa", "nhà bị đổ"),
        (400, "An Nhơn", "nhà bị đổ"),
        (30, None, "hộ bị cô lập"),
    ]


def test_what_is_to_be_done_with_what_has_come_about_is_no_target(book: Rulebook) -> None:
    text = "Sở Tài chính rà soát các dự án đã giải ngân dưới 30% kế hoạch."
    span = Span(start=13, end=len(text), text=text[13:])
    owner = AgencyRef(id="so-tai-chinh", name="Sở Tài chính")
    a = read(book, text, assignments=[Assignment(agencies=[owner], task=span.text, by="test", span=span)])
    assert a.figures == a.targets == []


def test_result_and_aim_in_one_sentence(book: Rulebook) -> None:
    a = read(book, "Tỷ lệ bao phủ hiện nay đạt 73,76%, phấn đấu cuối năm đạt 80,3%.")
    assert ([f.value for f in a.figures], [t.value for t in a.targets]) == ([73.76], [80.3])


def test_a_list_of_aims_shares_verb_and_baseline(book: Rulebook) -> None:
    text = "Năm 2026, cắt giảm 50% thời gian giải quyết, 30% chi phí tuân thủ so với năm 2024."
    found = targets(read(book, text))
    assert [(t.metric, t.kind, pair(t.baseline)) for t in found] == [
        ("thời gian giải quyết", "decrease", ("2024-01-01", "2024-12-31")),
        ("chi phí tuân thủ", "decrease", ("2024-01-01", "2024-12-31")),
    ]


def test_a_target_belongs_to_whoever_has_its_task(book: Rulebook) -> None:
    text = "Sở Y tế rà soát, nâng 100% trạm y tế lên chuẩn mới."
    owner = AgencyRef(id="so-y-te", name="Sở Y tế")
    task = Span(start=8, end=len(text), text=text[8:])
    due = Deadline(start="2025-12-31", end="2025-12-31", relation="by")
    work = Assignment(agencies=[owner], task=task.text, deadline=due, by="test", span=task)
    [t] = targets(read(book, text, assignments=[work]))
    assert t.agencies == [owner]
    assert t.deadline == Interval(start="2025-12-31", end="2025-12-31")


def test_a_heading_makes_its_bullets_targets_and_dates_them(book: Rulebook) -> None:
    lines = ["2. Mục tiêu giai đoạn 2026-2030", "- 95% người dân hài lòng.", "- 100% hồ sơ được số hóa."]
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    blocks = [Block("item", 0, len(lines[0]), "2.", 3)]
    blocks += [
        Block("bullet", s, s + len(t), "-", s + 2, 1, 0) for s, t in zip(starts[1:], lines[1:], strict=True)
    ]
    found = targets(read(book, text, blocks=blocks))
    assert [t.value for t in found] == [95, 100]
    assert {pair(t.deadline) for t in found} == {("2026-01-01", "2030-12-31")}


@pytest.mark.parametrize(
    "text",
    [
        "Mức hỗ trợ là 50 triệu đồng/hộ đối với hộ nghèo.",
        "Hội nghị có sự tham dự của 150 đại biểu từ 12 xã.",
        "Trường hợp vượt 10% tổng mức đầu tư thì trình lại.",
        "Ban hành kèm theo Quyết định này 02 phụ lục.",
        "Chính quyền địa phương 02 cấp hoạt động ổn định.",
        "Rà soát các dự án giải ngân dưới 30% để điều chuyển.",
        "Phấn đấu không để xảy ra ngộ độc trên 30 người.",
    ],
)
def test_norms_and_asides_are_neither(book: Rulebook, text: str) -> None:
    a = read(book, text)
    assert a.figures == a.targets == []


def test_a_normative_document_states_no_figures(book: Rulebook) -> None:
    text = "Mức chi bằng 60% tổng mức chi trong xây dựng văn bản."
    assert read(book, text, header={"number": "197/2025/NQ-CP"}).figures == []


def test_a_report_states_figures_without_a_verb_of_result(book: Rulebook) -> None:
    text = "Người dân được hỗ trợ 70% mức đóng bảo hiểm y tế."
    assert [f.metric for f in figures(read(book, text, "report"))] == ["mức đóng bảo hiểm y tế"]
    assert read(book, text).figures == []


def test_a_title_that_is_told_again_counts_once(book: Rulebook) -> None:
    text = "Vận động 100% học sinh tham gia\nHuyện phấn đấu 100% học sinh tham gia bảo hiểm y tế."
    assert [t.span.start for t in read(book, text).targets] == [text.rindex("100%")]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Toàn huyện đã có 97/100 hộ tham gia, đạt tỷ lệ 97%.", []),
        ("Toàn huyện đã có 97/100 hộ tham gia, đạt tỷ lệ 79%.", ["ratio_mismatch"]),
        ("Tỷ lệ đạt 90,06%. Nay tỷ lệ đạt 91,88% (tăng 1,82%).", ["percentage_points"]),
        ("Tỷ lệ đạt 90,06%. Nay tỷ lệ đạt 91,88% (tăng 2%).", []),
        ("Tính đến 31/2/2018, tỷ lệ đạt 98%.", ["impossible_date"]),
        ("Hiện có 12,345 người tham gia.", ["ambiguous_number"]),
        (
            "Hết năm 2023, tỷ lệ che phủ rừng đạt 52%. Đến hết năm 2023, tỷ lệ che phủ rừng đạt 54%.",
            ["contradiction"],
        ),
    ],
)
def test_doubts_are_said(book: Rulebook, text: str, codes: list[str]) -> None:
    a = read(book, text)
    assert [w.code for w in a.warnings] == codes
    for w in a.warnings:
        assert w.message
        assert 0 <= w.start < w.end <= len(text)


pieces = st.sampled_from(
    [
        "Tỷ lệ hộ nghèo",
        "toàn huyện",
        "đạt",
        "5,2%",
        "(tăng 2%",
        ")",
        ",",
        ";",
        ":",
        ". ",
        "năm 2023",
        "100%",
        "đã",
    ]
)
more = st.sampled_from(
    ["so với cùng kỳ", "phấn đấu", "12/15 xã", "tại xã Tân Lập", "\n", "từ 3 - 5%", "99.000 người"]
)


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.one_of(pieces, more), max_size=24).map(" ".join)),
    st.sampled_from(["letter", "report"]),
)
def test_any_text_gives_grounded_items(book: Rulebook, text: str, kind: str) -> None:
    a = read(book, text, kind)
    for f in [*a.figures, *a.targets]:
        assert text[f.span.start : f.span.end] == f.span.text
        assert f.metric != ""
    assert not {f.span.start for f in a.figures} & {t.span.start for t in a.targets}


def test_a_long_run_of_quantities_stays_quick(book: Rulebook) -> None:
    from time import perf_counter

    numbers = count(1)
    text = " ".join(f"tỷ lệ hộ đạt {next(numbers) % 97}%," for _ in range(4000))
    begin = perf_counter()
    assert len(read(book, text).figures) == 4000
    assert perf_counter() - begin < 10
