"""Agencies: names of registers and names that are built, shared heads, posts, groups, completion."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extractor
from extractor.annotations import Mention
from extractor.pipeline import annotate, load

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.rulebook import Rulebook


def found(nlp: Language, text: str) -> list[Mention]:
    return annotate(nlp, text).group("agencies")


def one(nlp: Language, text: str) -> Mention:
    mentions = found(nlp, text)
    assert len(mentions) == 1, [text[m.start : m.end] for m in mentions]
    return mentions[0]


#: text, the stretch that names the agency, canonical id, canonical name, level
NAMES = [
    ("Bộ Y tế trả lời.", "Bộ Y tế", "bo-y-te", "Bộ Y tế", "central"),
    ("Theo Bộ GD&ĐT, kỳ thi dời.", "Bộ GD&ĐT", "bo-giao-duc-va-dao-tao", "Bộ Giáo dục và Đào tạo", "central"),
    (
        "BHXH Việt Nam công bố.",
        "BHXH Việt Nam",
        "bao-hiem-xa-hoi-viet-nam",
        "Bảo hiểm xã hội Việt Nam",
        "central",
    ),
    (
        "Thủ tướng Chính phủ quyết định.",
        "Thủ tướng Chính phủ",
        "thu-tuong-chinh-phu",
        "Thủ tướng Chính phủ",
        "central",
    ),
    (
        "Sở Công Thương tỉnh Kon Tum tổng hợp.",
        "Sở Công Thương tỉnh Kon Tum",
        "x:so-cong-thuong-tinh-kon-tum",
        "Sở Công Thương tỉnh Kon Tum",
        "province",
    ),
    (
        "UBND huyện Mộc Châu kiểm tra.",
        "UBND huyện Mộc Châu",
        "x:uy-ban-nhan-dan-huyen-moc-chau",
        "Ủy ban nhân dân huyện Mộc Châu",
        "district",
    ),
    (
        "Uỷ ban nhân dân xã Tân Lập họp.",
        "Uỷ ban nhân dân xã Tân Lập",
        "x:uy-ban-nhan-dan-xa-tan-lap",
        "Ủy ban nhân dân xã Tân Lập",
        "commune",
    ),
    (
        "Ủy ban MTTQ Việt Nam tỉnh Sơn La giám sát.",
        "Ủy ban MTTQ Việt Nam tỉnh Sơn La",
        "x:uy-ban-mat-tran-to-quoc-viet-nam-tinh-son-la",
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Sơn La",
        "province",
    ),
    ("Tỉnh ủy Sơn La kết luận.", "Tỉnh ủy Sơn La", "x:tinh-uy-son-la", "Tỉnh ủy Sơn La", "province"),
    ("TỈNH ỦY SƠN LA", "TỈNH ỦY SƠN LA", "x:tinh-uy-son-la", "Tỉnh ủy Sơn La", "province"),
    ("Huyện ủy Mộc Châu họp.", "Huyện ủy Mộc Châu", "x:huyen-uy-moc-chau", "Huyện ủy Mộc Châu", "district"),
    (
        "UBND cấp xã công khai.",
        "UBND cấp xã",
        "x:uy-ban-nhan-dan-cap-xa",
        "Ủy ban nhân dân cấp xã",
        "commune",
    ),
    (
        "Trung tâm Kiểm soát bệnh tật tỉnh Lai Châu phun thuốc.",
        "Trung tâm Kiểm soát bệnh tật tỉnh Lai Châu",
        "x:trung-tam-kiem-soat-benh-tat-tinh-lai-chau",
        "Trung tâm Kiểm soát bệnh tật tỉnh Lai Châu",
        "province",
    ),
    (
        "Ban Quản lý Vườn quốc gia Tràm Chim tuần tra.",
        "Ban Quản lý Vườn quốc gia Tràm Chim",
        "x:ban-quan-ly-vuon-quoc-gia-tram-chim",
        "Ban Quản lý Vườn Quốc gia Tràm Chim",
        None,
    ),
    (
        "Công ty Điện lực Sơn La khắc phục sự cố.",
        "Công ty Điện lực Sơn La",
        "x:cong-ty-dien-luc-son-la",
        "Công ty Điện lực Sơn La",
        None,
    ),
]


@pytest.mark.parametrize(("text", "stretch", "id_", "name", "level"), NAMES)
def test_names(text: str, stretch: str, id_: str, name: str, level: str | None, nlp: Language) -> None:
    m = one(nlp, text)
    assert text[m.start : m.end] == stretch
    assert (m.value.id, m.value.name, m.value.level, m.label) == (id_, name, level, "agency")


@pytest.mark.parametrize(
    "text",
    [
        "Xã có hai cơ sở y tế tư nhân.",
        "Cán bộ y tế thôn đến từng nhà.",
        "Theo luật công đoàn hiện hành.",
        "Trụ sở xây dựng mới khang trang.",
        "Ông Nguyễn Văn Sở thăm quê.",
        "Họ trao đổi với lãnh đạo.",
        "Mọi người ban đầu còn e ngại.",
    ],
)
def test_words_that_only_look_like_agencies(text: str, nlp: Language) -> None:
    assert [text[m.start : m.end] for m in found(nlp, text)] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Giao các Sở: Tài chính, Xây dựng và Công Thương tỉnh Sơn La rà soát.",
            ["Sở Tài chính tỉnh Sơn La", "Sở Xây dựng tỉnh Sơn La", "Sở Công Thương tỉnh Sơn La"],
        ),
        ("Giao các Bộ: Công an, Quốc phòng canh gác.", ["Bộ Công an", "Bộ Quốc phòng"]),
        ("Các Bộ Nội vụ, Tư pháp và Bộ Y tế góp ý.", ["Bộ Nội vụ", "Bộ Tư pháp", "Bộ Y tế"]),
        ("Bộ Nội vụ, Bộ Tư pháp góp ý.", ["Bộ Nội vụ", "Bộ Tư pháp"]),
    ],
)
def test_shared_heads(text: str, names: list[str], nlp: Language) -> None:
    assert [m.value.name for m in found(nlp, text)] == names


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [
        ("Giám đốc Sở Y tế tỉnh Sơn La báo cáo.", "Giám đốc", "Sở Y tế tỉnh Sơn La"),
        ("Chủ tịch UBND tỉnh Sơn La quyết định.", "Chủ tịch", "Ủy ban nhân dân tỉnh Sơn La"),
        ("Bí thư Huyện ủy Mộc Châu họp.", "Bí thư", "Huyện ủy Mộc Châu"),
        ("Bộ trưởng Bộ Tài chính ký.", "Bộ trưởng", "Bộ Tài chính"),
        ("Chánh Văn phòng Chính phủ trình.", "Chánh", "Văn phòng Chính phủ"),
        ("Thủ trưởng các cơ quan, đơn vị thực hiện.", "Thủ trưởng", "các cơ quan, đơn vị"),
    ],
)
def test_posts(text: str, title: str, name: str, nlp: Language) -> None:
    m = one(nlp, text)
    assert m.start == 0
    assert (m.value.title, m.value.name) == (title, name)


def test_a_post_shared_by_several(nlp: Language) -> None:
    first, second = found(nlp, "Giám đốc các Sở: Tài chính, Nội vụ chịu trách nhiệm.")
    assert (first.value.title, first.value.name, first.start) == ("Giám đốc", "Sở Tài chính", 0)
    assert (second.value.title, second.value.name) == ("Giám đốc", "Sở Nội vụ")


@pytest.mark.parametrize(
    ("text", "stretch", "name"),
    [
        ("Giao các sở, ban, ngành và địa phương rà soát.", "các sở, ban, ngành và địa phương", None),
        (
            "Các cơ quan, đơn vị liên quan góp ý.",
            "Các cơ quan, đơn vị liên quan",
            "các cơ quan, đơn vị liên quan",
        ),
        ("Gửi các bộ, cơ quan ngang bộ.", "các bộ, cơ quan ngang bộ", None),
        (
            "Cấp ủy, chính quyền các cấp vào cuộc.",
            "Cấp ủy, chính quyền các cấp",
            "cấp ủy, chính quyền các cấp",
        ),
        (
            "Giao UBND các huyện, thị xã, thành phố kiểm kê.",
            "UBND các huyện, thị xã, thành phố",
            "Ủy ban nhân dân các huyện, thị xã, thành phố",
        ),
        (
            "UBND các tỉnh: Sơn La, Lai Châu và Điện Biên trực ban.",
            "UBND các tỉnh: Sơn La, Lai Châu và Điện Biên",
            "Ủy ban nhân dân các tỉnh: Sơn La, Lai Châu và Điện Biên",
        ),
        ("Hội Nông dân các cấp vận động.", "Hội Nông dân các cấp", "Hội Nông dân các cấp"),
    ],
)
def test_groups(text: str, stretch: str, name: str | None, nlp: Language) -> None:
    """A group has no level and keeps its words."""
    m = one(nlp, text)
    assert text[m.start : m.end] == stretch
    assert (m.value.name, m.value.level, m.label) == (name or stretch, None, "group")


HEAD = """ỦY BAN NHÂN DÂN
{issuer}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 18/UBND-NL

Kính gửi: Sở Công Thương

"""


@pytest.mark.parametrize(
    ("issuer", "sentence", "name", "locality"),
    [
        ("TỈNH SƠN LA", "Giao Sở Y tế mua thuốc.", "Sở Y tế tỉnh Sơn La", "tỉnh Sơn La"),
        ("TỈNH SƠN LA", "Giao BHXH tỉnh thanh toán.", "Bảo hiểm xã hội tỉnh Sơn La", "tỉnh Sơn La"),
        ("TỈNH SƠN LA", "Mời Tỉnh ủy dự.", "Tỉnh ủy Sơn La", "tỉnh Sơn La"),
        ("TỈNH SƠN LA", "Mời Sở Y tế tỉnh Lai Châu dự.", "Sở Y tế tỉnh Lai Châu", "tỉnh Lai Châu"),
        ("TỈNH SƠN LA", "Trình Bộ Y tế xem xét.", "Bộ Y tế", None),
        ("TỈNH SƠN LA", "Giao UBND các xã kiểm kê.", "Ủy ban nhân dân các xã", None),
        (
            "HUYỆN MỘC CHÂU",
            "Giao UBND huyện kiểm kê.",
            "Ủy ban nhân dân huyện Mộc Châu",
            "huyện Mộc Châu",
        ),
        ("HUYỆN MỘC CHÂU", "Báo cáo UBND tỉnh biết.", "Ủy ban nhân dân tỉnh Sơn La", "tỉnh Sơn La"),
    ],
)
def test_the_place_of_the_document_completes_names(
    issuer: str, sentence: str, name: str, locality: str | None, nlp: Language
) -> None:
    last = found(nlp, HEAD.format(issuer=issuer) + sentence)[-1]
    assert (last.value.name, last.value.locality) == (name, locality)


def test_an_agency_that_had_ended_is_told(nlp: Language) -> None:
    text = HEAD.format(issuer="TỈNH SƠN LA") + "Trình Bộ Kế hoạch và Đầu tư thẩm định."
    later = text.replace("Số: 18/UBND-NL", "Số: 18/UBND-NL\nSơn La, ngày 2 tháng 6 năm 2025")
    before = later.replace("năm 2025", "năm 2024")
    assert "abolished_agency" in [w.code for w in annotate(nlp, later).warnings]
    assert "abolished_agency" not in [w.code for w in annotate(nlp, before).warnings]


NLP = load(ner="none")
WORDS = "Sở Y tế UBND tỉnh Sơn La các xã , và : Bộ Tài chính Giám đốc Hội Nông dân Huyện ủy & - 12 Ban"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=25).map(" ".join))
def test_mentions_are_in_order_apart_and_trimmed(text: str) -> None:
    mentions = annotate(NLP, text).group("agencies")
    for m in mentions:
        assert text[m.start : m.end].strip() == text[m.start : m.end] != ""
        assert m.value.name
        assert m.key == m.value.id
    for a, b in pairwise(mentions):
        assert a.end <= b.start


def test_a_short_name_in_brackets_before_the_level() -> None:
    text = "Chủ tịch Ủy ban nhân dân (UBND) tỉnh Lào Cai yêu cầu Sở Y tế (SYT), Công an tỉnh rà soát."
    found = annotate(NLP, text).group("agencies")
    assert [m.value.name for m in found][:2] == [
        "Ủy ban nhân dân tỉnh Lào Cai",
        "Sở Y tế tỉnh Lào Cai",
    ]
    assert found[0].value.title == "Chủ tịch"


def test_groups_of_banks_and_boards_are_whole() -> None:
    text = (
        "Yêu cầu các tổ chức tín dụng, chi nhánh ngân hàng nước ngoài và các Ban QLDA chuyên ngành rà soát."
    )
    found = annotate(NLP, text).group("agencies")
    assert [m.value.name for m in found] == [
        "các tổ chức tín dụng, chi nhánh ngân hàng nước ngoài và các Ban QLDA chuyên ngành"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Trạm Thú y cử người trực.", "Trạm Thú y"),
        ("Trường Đại học Tây Bắc chuyển giao giống ngô.", "Trường Đại học Tây Bắc"),
        ("Ban Chỉ đạo phòng, chống dịch Covid-19 họp.", "Ban Chỉ đạo phòng, chống dịch Covid-19"),
        ("Ban Thường vụ các huyện, thành ủy họp.", "Ban Thường vụ các huyện, thành ủy"),
        (
            "UBND các huyện, thị xã và thành phố Huế họp.",
            "Ủy ban nhân dân các huyện, thị xã và thành phố Huế",
        ),
        ("UBND 14 phường tổ chức ra quân.", "Ủy ban nhân dân 14 phường"),
        ("Đội Quản lý trật tự đô thị quận 3 họp.", "Đội Quản lý trật tự xây dựng đô thị quận 3"),
        ("Các Vụ, Cục thuộc Bộ họp.", "các Vụ, Cục thuộc Bộ"),
    ],
)
def test_where_a_name_ends(text: str, name: str, nlp: Language) -> None:
    assert one(nlp, text).value.name == name


def test_groups_of_companies_behind_one_head(nlp: Language) -> None:
    names = [
        m.value.name
        for m in found(nlp, "Các Tập đoàn: Điện lực Việt Nam, Hóa chất Việt Nam cắt giảm chi phí.")
    ]
    assert names == ["Tập đoàn Điện lực Việt Nam", "Tập đoàn Hóa chất Việt Nam"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Báo cáo Hội đông nhân dân tỉnh Bắc Kạn.", "Hội đồng nhân dân tỉnh Bắc Kạn"),
        ("Sở Kế hoach và Đầu tư tỉnh Bắc Kạn thẩm định.", "Sở Kế hoạch và Đầu tư tỉnh Bắc Kạn"),
        ("Uy ban nhân dân tỉnh Bắc Kạn thống nhất.", "Ủy ban nhân dân tỉnh Bắc Kạn"),
    ],
)
def test_a_long_name_with_wrong_marks(text: str, name: str, nlp: Language) -> None:
    assert [m.value.name for m in found(nlp, text)] == [name]


@pytest.mark.parametrize("text", ["giấy phép do thanh tra số 5 giữ", "đất thuộc quyền quản lý được thu hồi"])
def test_short_words_with_other_marks_are_other_words(text: str, nlp: Language) -> None:
    assert found(nlp, text) == []


def test_several_offices_of_a_kind_are_a_group(nlp: Language) -> None:
    found = extractor.extract("Các phòng Giáo dục và Đào tạo tổng hợp báo cáo.\n", nlp=nlp).agencies
    assert [a.name for a in found] == ["các Phòng Giáo dục và Đào tạo"]


def test_rules_of_groups_are_asked_at_few_words(book: Rulebook) -> None:
    """A rule that is known to begin at no certain word is asked at each word of each text."""
    book.compile()
    assert [r.id for r in book.topic("agencies") if r.set.get("group") and r.index is None] == []
