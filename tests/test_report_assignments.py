"""Assignments in the running prose of reports: who is told, what only is said of them, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import extractor
from tests.test_assignments import LEAD, given, who_what

if TYPE_CHECKING:
    from spacy.language import Language

HEAD = (
    "Giữ rừng mùa khô\n\n"
    "Ngày 5/3/2024, UBND tỉnh Lai Châu ban hành Công văn số 12/UBND-NL về giữ rừng mùa khô.\n\n"
    "UBND tỉnh yêu cầu Sở Công Thương rà soát các xưởng gỗ.\n\n"
)
TRADE, FINANCE = "Sở Công Thương tỉnh Lai Châu", "Sở Tài chính tỉnh Lai Châu"
HEALTH, POLICE = "Sở Y tế tỉnh Lai Châu", "Công an tỉnh Lai Châu"
FIRST = ([TRADE], "rà soát các xưởng gỗ")


def told(nlp: Language, text: str) -> list[tuple[list[str], str]]:
    """(agencies, task) of each task that a report gives behind its first one."""
    found = [(names, task) for _, names, task in who_what(given(nlp, HEAD + text + "\n"))]
    assert found[0] == FIRST
    return found[1:]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "Theo Chủ tịch UBND tỉnh, các địa phương cần lập chốt gác rừng.",
            [(["các địa phương"], "lập chốt gác rừng")],
            id="who-is-quoted-is-not-told",
        ),
        pytest.param(
            "Cũng theo chỉ đạo của Chủ tịch UBND tỉnh, Công an tỉnh tuần tra ban đêm.",
            [([POLICE], "tuần tra ban đêm")],
            id="whose-orders-they-are",
        ),
        pytest.param(
            "Chủ tịch UBND tỉnh cho rằng, Sở Y tế cần sớm mua thuốc bỏng.",
            [([HEALTH], "sớm mua thuốc bỏng")],
            id="opinion-of-the-one-who-orders",
        ),
        pytest.param(
            "Sở Y tế phải yêu cầu các trạm xá trữ thuốc bỏng.",
            [([HEALTH], "yêu cầu các trạm xá trữ thuốc bỏng")],
            id="who-has-to-ask-others",
        ),
        pytest.param(
            "Sở Y tế, Sở Tài chính yêu cầu doanh nghiệp đóng góp kinh phí.",
            [([HEALTH, FINANCE], "yêu cầu doanh nghiệp đóng góp kinh phí")],
            id="two-who-ask-others",
        ),
        pytest.param(
            "UBND tỉnh chỉ đạo thành phố Lai Châu, huyện Nậm Nhùn dựng chòi canh lửa.",
            [(["thành phố Lai Châu", "huyện Nậm Nhùn"], "dựng chòi canh lửa")],
            id="places-for-their-administrations",
        ),
        pytest.param(
            "UBND các xã bị ảnh hưởng của cháy rừng thống kê thiệt hại.",
            [(["Ủy ban nhân dân các xã bị ảnh hưởng của cháy rừng"], "thống kê thiệt hại")],
            id="which-of-a-group",
        ),
        pytest.param(
            "UBND tỉnh lưu ý các chủ rừng đang khai thác gỗ phải phát băng cản lửa.",
            [(["các chủ rừng"], "phát băng cản lửa")],
            id="which-of-a-group-before-has-to",
        ),
        pytest.param(
            "Nhiệm vụ mở lớp chữa cháy rừng được giao cho Công an tỉnh.",
            [([POLICE], "mở lớp chữa cháy rừng")],
            id="handed-to-a-body",
        ),
        pytest.param(
            "Bên cạnh đó, các Tổ cơ động của vườn quốc gia trực suốt đêm.",
            [(["các Tổ cơ động của vườn quốc gia"], "trực suốt đêm")],
            id="unknown-group-among-orders",
        ),
        pytest.param(
            "Đối với các nhà xe đường dài, UBND tỉnh đề nghị không chở gỗ lậu.",
            [(["các nhà xe đường dài"], "không chở gỗ lậu")],
            id="unknown-group-asked-behind-toward",
        ),
        pytest.param(
            "UBND các xã lập chốt gác rừng. Người đứng đầu địa phương phải trực suốt đêm. Cắm biển cấm lửa.",
            [
                (["Ủy ban nhân dân các xã"], "lập chốt gác rừng"),
                (["người đứng đầu địa phương"], "trực suốt đêm"),
                (["Ủy ban nhân dân các xã"], "Cắm biển cấm lửa"),
            ],
            id="a-head-does-not-take-what-follows",
        ),
        pytest.param(
            "Sở Y tế mua thuốc bỏng. Giám đốc Sở chịu trách nhiệm về giá thuốc.",
            [([HEALTH], "mua thuốc bỏng"), ([HEALTH], "chịu trách nhiệm về giá thuốc")],
            id="the-head-of-the-body-before",
        ),
        pytest.param(
            "Sở Y tế mua thuốc bỏng. Từ nay đến hết mùa khô, đơn vị này phải trực cấp cứu.",
            [([HEALTH], "mua thuốc bỏng"), ([HEALTH], "trực cấp cứu")],
            id="pronoun-behind-a-condition",
        ),
        pytest.param(
            "UBND các xã gửi danh sách về Sở Y tế trước ngày 20/3, Sở Y tế tổng hợp.",
            [
                (["Ủy ban nhân dân các xã"], "gửi danh sách về Sở Y tế trước ngày 20/3, Sở Y tế tổng hợp"),
            ],
            id="too-few-words-are-no-task",
        ),
        pytest.param(
            "Sở Y tế mua thuốc bỏng. Cấp ủy, chính quyền các xã vận động dân không đốt nương.",
            [
                ([HEALTH], "mua thuốc bỏng"),
                (["cấp ủy, chính quyền các xã"], "vận động dân không đốt nương"),
            ],
            id="a-noun-that-looks-like-a-verb",
        ),
    ],
)
def test_those_told_in_a_report(text: str, wanted: list[tuple[list[str], str]], nlp: Language) -> None:
    assert told(nlp, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ngành Y tế khuyến cáo người dân không đốt nương.", id="advice"),
        pytest.param("Theo Sở Y tế, các bệnh viện tăng cường trực cấp cứu.", id="told-by-a-body"),
        pytest.param("Chuyên gia cho rằng, Sở Y tế cần sớm mua thuốc bỏng.", id="opinion-of-others"),
        pytest.param("Công an tỉnh sẽ tăng cường tuần tra ban đêm.", id="plan"),
        pytest.param("Dịp này, Tỉnh đoàn Lai Châu tặng 60 suất quà.", id="gifts"),
        pytest.param("Thay mặt chủ rừng, ông Lò Văn Pản cam kết trồng lại rừng.", id="on-behalf-of"),
        pytest.param("Nhà xe Hoa Mai dừng đón khách hai ngày.", id="one-unknown-body"),
        pytest.param(
            "Siết chặt quản lý lâm sản\n\nGỗ lậu vẫn được chở qua các tuyến đường rừng vào ban đêm.",
            id="sub-heading",
        ),
    ],
)
def test_what_a_report_tells_without_an_order(text: str, nlp: Language) -> None:
    assert told(nlp, text) == []


def test_the_days_that_work_lasts_are_its_deadline(nlp: Language) -> None:
    text = (
        "Công an tỉnh tuần tra ban đêm từ ngày 10/3 đến ngày 30/4/2024.\n\n"
        "Sở Y tế trực cấp cứu trong đợt nắng nóng từ ngày 10/3 đến ngày 20/3/2024.\n\n"
        "UBND các xã cấm lửa từ ngày 10/3 đến ngày 30/4/2024, báo cáo trước ngày 5/5/2024."
    )
    due = [a.deadline and (a.deadline.start, a.deadline.end) for a in given(nlp, HEAD + text + "\n")]
    assert due == [None, ("2024-03-10", "2024-04-30"), None, ("2024-05-05", "2024-05-05")]


def test_the_day_of_one_task_is_not_that_of_the_next(nlp: Language) -> None:
    text = "UBND các xã gửi danh sách về Sở Y tế trước ngày 20/3, Sở Y tế tổng hợp trình UBND tỉnh.\n"
    (_, sent, made) = given(nlp, HEAD + text)
    assert sent.deadline
    assert sent.deadline.end == "2024-03-20"
    assert made.task == "tổng hợp trình UBND tỉnh"
    assert made.deadline is None


def test_who_speaks_before_a_lead_in_is_told_nothing(nlp: Language) -> None:
    text = (
        "Trên cơ sở đó, Chủ tịch UBND tỉnh thống nhất một số nội dung và giao nhiệm vụ như sau:\n\n"
        "Các thành viên UBND tỉnh kiểm tra cơ sở mỗi tháng một lần.\n\n"
        "* Liên quan đến gỗ lậu:\n\nSở Y tế khám cho kiểm lâm viên.\n"
    )
    assert told(nlp, text) == [
        (["Ủy ban nhân dân tỉnh Lai Châu"], "kiểm tra cơ sở mỗi tháng một lần"),
        ([HEALTH], "khám cho kiểm lâm viên"),
    ]


def test_what_is_counted_in_words_goes_on_with_the_work_before(nlp: Language) -> None:
    text = "UBND tỉnh giao Sở Y tế làm tốt 2 việc.\n\nThứ nhất, mua thuốc bỏng. Thứ hai, tập huấn y sĩ xã.\n"
    assert [names for names, _ in told(nlp, text)] == [[HEALTH]] * 3


def test_work_before_a_lead_in_and_behind_a_topic(nlp: Language) -> None:
    text = (
        "1. Về thuốc bỏng: Sở Y tế mua đủ thuốc. Trong quá trình mua cần lưu ý:\n"
        "a) Mua đúng giá niêm yết;\nb) Mua đủ cho 12 xã.\n"
    )
    assert [(label, task) for label, _, task in who_what(given(nlp, LEAD + text))] == [
        ("1.", "mua đủ thuốc"),
        ("1.a", "Mua đúng giá niêm yết"),
        ("1.b", "Mua đủ cho 12 xã"),
    ]


def test_a_report_takes_the_day_of_a_working_visit(nlp: Language) -> None:
    text = (
        "Thăm đồn kiểm lâm\n\nChiều 9/3/2024, Bí thư Tỉnh ủy Lai Châu đã có buổi làm việc với Hạt Kiểm lâm "
        "Mường Tè.\n\nBí thư Tỉnh ủy giao Sở Y tế mua đủ thuốc bỏng trong tuần này.\n"
    )
    found = extractor.extract(text, nlp=nlp)
    assert found.document.issued_on == "2024-03-09"
    assert [a.deadline and a.deadline.end for a in found.assignments] == ["2024-03-10"]


def test_what_another_body_ordered_earlier_is_no_task_of_the_reported_letter(nlp: Language) -> None:
    earlier = "Trước đó, ngày 2/2, {} đã yêu cầu các sở, ngành đẩy mạnh tuyên truyền."
    assert told(nlp, earlier.format("Thủ tướng Chính phủ")) == []
    assert [task for _, task in told(nlp, earlier.format("UBND tỉnh Lai Châu"))] == ["đẩy mạnh tuyên truyền"]
