"""Openings: lists of bodies, those among them too whom no register knows, up to the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_assignments import LEAD, given

if TYPE_CHECKING:
    from spacy.language import Language


def told(nlp: Language, text: str) -> list[tuple[list[str], str]]:
    """(agencies without the province behind them, task) of each assignment."""
    places = " tỉnh Sơn La", " Sơn La"
    return [
        ([next((n.removesuffix(p) for p in places if n.endswith(p)), n) for n in names], a.task)
        for a in given(nlp, LEAD + text)
        for names in [[x.name for x in a.agencies]]
    ]


@pytest.mark.parametrize(
    ("text", "names", "task"),
    [
        (
            "1. Sở Xây dựng, Nông trại Bình Minh, Ga Suối Lìn, Tỉnh đoàn và Viettel Sơn La lập đội trực.\n",
            ["Sở Xây dựng", "Nông trại Bình Minh", "Ga Suối Lìn", "Tỉnh đoàn", "Viettel"],
            "lập đội trực",
        ),
        (
            "1. Đề nghị Hội Nông dân, Hội Khuyến học, Chùa Bửu Sơn, Họ đạo Tân Hưng mời hội viên, phật tử.\n",
            ["Hội Nông dân", "Hội Khuyến học", "Chùa Bửu Sơn", "Họ đạo Tân Hưng"],
            "mời hội viên, phật tử",
        ),
    ],
)
def test_a_list_goes_on_past_proper_names(text: str, names: list[str], task: str, nlp: Language) -> None:
    assert told(nlp, text) == [(names, task)]


@pytest.mark.parametrize(
    "text",
    [
        "1. Sở Y tế, Theo dõi diễn biến dịch bệnh và Báo cáo kết quả hằng tuần.\n",
        "1. Sở Y tế, Nghị quyết số 12/NQ-CP được rà soát trong tháng này.\n",
    ],
)
def test_work_and_things_with_capitals_are_no_bodies_of_a_list(text: str, nlp: Language) -> None:
    assert all(names == ["Sở Y tế"] for names, _ in told(nlp, text))


@pytest.mark.parametrize(
    ("text", "names", "task"),
    [
        (
            "1. Sở Xây dựng các tỉnh chịu ảnh hưởng của bão, lũ từ Huế đến Lâm Đồng chủ động phân luồng.\n",
            ["Sở Xây dựng các tỉnh"],
            "chủ động phân luồng",
        ),
        (
            "1. Chủ các hồ chứa thủy điện Nậm Chim, Suối Sập có trách nhiệm vận hành đúng quy trình.\n",
            ["chủ các hồ chứa thủy điện Nậm Chim, Suối Sập"],
            "vận hành đúng quy trình",
        ),
    ],
)
def test_where_bodies_are_and_what_owners_own(text: str, names: list[str], task: str, nlp: Language) -> None:
    assert told(nlp, text) == [(names, task)]


@pytest.mark.parametrize("word", ["Khoản", "Câu", "Nhiệm vụ", "Nội dung"])
def test_items_counted_with_a_word(word: str, nlp: Language) -> None:
    text = f"{word} 1. Sở Y tế mua thuốc sốt rét.\n{word} 2. Sở Tài chính bố trí kinh phí.\n"
    found = given(nlp, LEAD + text)
    assert [a.label and a.label.strip(" .") for a in found] == [f"{word} 1", f"{word} 2"]


def test_a_list_of_provinces_goes_on_past_a_city_with_its_level(nlp: Language) -> None:
    places = "Quảng Ninh, Lâm Đồng, TP. Hồ Chí Minh, thành phố Cần Thơ và Cà Mau"
    text = f"1. Chủ tịch UBND các tỉnh, thành phố ven biển: {places} kiểm đếm tàu cá.\n"
    (found,) = given(nlp, LEAD + text)
    assert [a.name for a in found.agencies] == [f"Ủy ban nhân dân các tỉnh, thành phố ven biển: {places}"]
    assert found.task == "kiểm đếm tàu cá"


@pytest.mark.parametrize(
    "who",
    [
        "Giám đốc Sở Y tế - Phó Trưởng ban Thường trực:",
        "Giám đốc Sở Y tế, Phó Trưởng ban:",
        "Sở Y tế, cơ quan thường trực của Ban Chỉ đạo,",
        "Sở Y tế - Cơ quan thường trực Ban Chỉ đạo:",
    ],
)
def test_a_second_post_is_nobody_else(who: str, nlp: Language) -> None:
    assert told(nlp, f"1. {who} tổng hợp báo cáo tuần.\n") == [(["Sở Y tế"], "tổng hợp báo cáo tuần")]


def test_a_second_body_behind_a_dash_is_told_too(nlp: Language) -> None:
    text = "1. Sở Y tế - Công an tỉnh tổng hợp báo cáo tuần.\n"
    assert told(nlp, text) == [(["Sở Y tế", "Công an"], "tổng hợp báo cáo tuần")]


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("phối hợp với lực lượng chức năng của địa phương rà soát", ["lực lượng chức năng của địa phương"]),
        ("phối hợp với các đại lý thuốc rà soát", ["các đại lý thuốc"]),
        ("chỉ đạo kiểm lâm viên phối hợp với chính quyền cơ sở rà soát", []),
        ("phối hợp tổ chức tập huấn, rà soát", []),
    ],
)
def test_partners_whom_no_register_knows(text: str, partners: list[str], nlp: Language) -> None:
    (found,) = given(nlp, LEAD + f"1. Sở Y tế {text} các điểm bán thuốc.\n")
    assert [a.name for a in found.coordinating] == partners


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Cục Thú y, các Chi cục Thú y vùng I, II, III, Viện Thú y hướng dẫn kỹ thuật",
            ["Cục Thú y", "các Chi cục Thú y vùng I, II, III", "Viện Thú y"],
        ),
        ("Lữ đoàn 210, 297 và 298 rà soát phương tiện", ["Lữ đoàn 210, 297 và 298"]),
        ("Công an, Trường Quân sự Quân khu 2: rà soát phương tiện", ["Công an", "Trường Quân sự Quân khu 2"]),
        (
            "Công an phường, Tổ bảo vệ an ninh trật tự các buôn: rà soát phương tiện",
            ["Công an phường", "tổ bảo vệ an ninh trật tự các buôn"],
        ),
    ],
)
def test_numbers_and_whole_words_belong_to_names(text: str, names: list[str], nlp: Language) -> None:
    ((found, _),) = told(nlp, f"1. {text}.\n")
    assert [n.removesuffix(" tỉnh Sơn La") for n in found] == names


@pytest.mark.parametrize(
    ("who", "body"),
    [
        ("Chủ tịch UBND huyện Hoàng Thế Lân", "Ủy ban nhân dân huyện"),
        ("Chủ tịch UBND huyện Mai Sơn", "Ủy ban nhân dân huyện Mai Sơn"),
        ("Chủ tịch UBND xã Suối Lìn Thượng", "Ủy ban nhân dân xã Suối Lìn Thượng"),
    ],
)
def test_who_holds_a_post_is_no_place(who: str, body: str, nlp: Language) -> None:
    (found,) = given(nlp, LEAD + f"1. {who} tổ chức kiểm tra các kho thuốc.\n")
    name = found.agencies[0].name
    assert name.startswith(body)
    assert "Lân" not in name
