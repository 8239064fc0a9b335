"""References: number, type, issuer, day, subject and relation of the documents that a letter cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.pipeline import annotate
from extractor.record import Reference

if TYPE_CHECKING:
    from spacy.language import Language

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 18/UBND-NL
Sơn La, ngày 6 tháng 7 năm 2024

Kính gửi: Các sở, ban, ngành

"""


def references(nlp: Language, text: str) -> list[Reference]:
    found: list[Reference] = annotate(nlp, HEAD + text).references
    for r in found:
        assert (HEAD + text)[r.span.start : r.span.end] == r.span.text
    return found


#: sentence, (number, type, issuer, day, subject, relation)
CITED = [
    (
        "Căn cứ Nghị định số 13/2019/NĐ-CP ngày 01/02/2019 của Chính phủ về doanh nghiệp khoa học;",
        ("13/2019/NĐ-CP", "NĐ", "Chính phủ", "2019-02-01", "doanh nghiệp khoa học", "basis"),
    ),
    (
        "Căn cứ Luật Đê điều ngày 29 tháng 11 năm 2006;",
        (None, "L", None, "2006-11-29", "Luật Đê điều", "basis"),
    ),
    (
        "Thực hiện Công văn số 812/BYT-DP ngày 4/3/2024 của Bộ Y tế về việc tiêm chủng; đề nghị rà soát.",
        ("812/BYT-DP", "CV", "Bộ Y tế", "2024-03-04", "tiêm chủng", "implements"),
    ),
    (
        "Tiếp theo Công văn số 77/UBND-NL ngày 2/5/2024 của UBND tỉnh.",
        ("77/UBND-NL", "CV", "Ủy ban nhân dân tỉnh Sơn La", "2024-05-02", None, "follows"),
    ),
    (
        "Văn bản này thay thế Quyết định số 45/QĐ-UBND ngày 3/4/2023.",
        ("45/QĐ-UBND", "QĐ", None, "2023-04-03", None, "replaces"),
    ),
    ("Bãi bỏ Quyết định số 9/2015/QĐ-UBND.", ("9/2015/QĐ-UBND", "QĐ", None, None, None, "repeals")),
    (
        "Sửa đổi, bổ sung một số điều của Thông tư số 12/2021/TT-BTC.",
        ("12/2021/TT-BTC", "TT", "Bộ Tài chính", None, None, "amends"),
    ),
    (
        "Theo đề nghị của Giám đốc Sở Y tế tại Tờ trình số 30/TTr-SYT ngày 1/7/2024.",
        ("30/TTr-SYT", "TTr", "Sở Y tế tỉnh Sơn La", "2024-07-01", None, "mentions"),
    ),
    (
        "Nhân dân xã đã đọc Thông tư số 15/2022/TT-BCA về đăng ký xe.",
        ("15/2022/TT-BCA", "TT", "Bộ Công an", None, "đăng ký xe", "mentions"),
    ),
]


@pytest.mark.parametrize(("sentence", "expected"), CITED)
def test_cited(sentence: str, expected: tuple[str | None, ...], nlp: Language) -> None:
    (r,) = references(nlp, sentence)
    issuer = r.issuer.name if r.issuer else None
    subject = r.subject.removeprefix("về ").removeprefix("việc ") if r.subject else None
    assert (r.number, r.type, issuer, r.issued_on, subject, r.relation) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Số điện thoại: 0912.345.678.",
        "Có 12/34 hộ đã ký cam kết.",
        "Đúng pháp luật hiện hành.",
        "Ngày 5/6/2024 trời mưa.",
    ],
)
def test_not_cited(sentence: str, nlp: Language) -> None:
    assert references(nlp, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "relations"),
    [
        (
            "Căn cứ Quyết định số 12/QĐ-TTg ngày 4/3/2024 của Thủ tướng Chính phủ; Chỉ thị số 10/CT-TTg;",
            ["basis", "basis"],
        ),
        (
            "Thực hiện Công văn số 7/BYT-DP ngày 2/5/2024 của Bộ Y tế, Công văn số 8/BTC-NS "
            "và Công văn số 9/BNV-TL.",
            ["implements"] * 3,
        ),
        ("Thực hiện Công văn số 7/BYT-DP. Công văn số 8/BTC-NS đã nêu.", ["implements", "mentions"]),
        (
            "Thực hiện Công văn số 7/BYT-DP, Sở Y tế có Báo cáo số 8/BC-SYT và Báo cáo số 9/BC-SYT.",
            ["implements", "mentions", "mentions"],
        ),
        ("Căn cứ Luật Đê điều ngày 29/11/2006; Nghị định số 13/2019/NĐ-CP;", ["basis", "basis"]),
    ],
)
def test_an_enumeration_has_one_relation(sentence: str, relations: list[str], nlp: Language) -> None:
    assert [r.relation for r in references(nlp, sentence)] == relations


@pytest.mark.parametrize(
    ("sentence", "relations"),
    [
        (
            "Căn cứ Luật Thú y số 79/2015/QH13 được sửa đổi, bổ sung bởi Luật số 15/2023/QH15;",
            ["basis", "basis"],
        ),
        (
            "Nghị định số 13/2019/NĐ-CP đã được sửa đổi tại Nghị định số 76/2022/NĐ-CP vẫn còn hiệu lực.",
            ["mentions", "mentions"],
        ),
        (
            "Nghị định số 76/2022/NĐ-CP ngày 5/10/2022 của Chính phủ sửa đổi một số điều của "
            "Nghị định số 13/2019/NĐ-CP.",
            ["mentions", "mentions"],
        ),
        ("Quyết định này có hiệu lực từ ngày 5/3/2025 và thay thế Quyết định số 8/QĐ-UBND.", ["replaces"]),
        (
            "Sửa đổi khoản 2 của Thông tư số 12/2021/TT-BTC đã được bổ sung tại Thông tư số 20/2023/TT-BTC.",
            ["amends", "mentions"],
        ),
    ],
)
def test_what_other_documents_change(sentence: str, relations: list[str], nlp: Language) -> None:
    assert [r.relation for r in references(nlp, sentence)] == relations


def test_a_day_that_cannot_be_hides_no_issuer(nlp: Language) -> None:
    (r,) = references(nlp, "Thực hiện Chỉ thị số 08 ngày 31/2/2018 của Ban Thường vụ Tỉnh ủy.")
    assert r.issued_on is None
    assert r.issuer is not None
    assert r.issuer.name.startswith("Ban Thường vụ Tỉnh ủy")


@pytest.mark.parametrize(
    ("sentence", "warned"),
    [
        ("Theo Nghị định số 361/2025/ND-CP.", [("damaged_symbol", "361/2025/ND-CP → 361/2025/NĐ-CP")]),
        ("Theo Quyết định số 1281/-UBND.", [("type_missing", "1281/-UBND")]),
        ("Theo Nghị định số 361/2025/NĐ-CP.", []),
    ],
)
def test_symbols_to_look_at_again(sentence: str, warned: list[tuple[str, str]], nlp: Language) -> None:
    codes = ("damaged_symbol", "type_missing")
    found = annotate(nlp, HEAD + sentence).warnings
    assert [(w.code, w.message) for w in found if w.code in codes] == warned


def test_the_letter_itself_is_no_reference(nlp: Language) -> None:
    found = references(nlp, "Văn bản số 18/UBND-NL này bổ sung Kế hoạch số 20/KH-UBND.")
    assert [r.number for r in found] == ["20/KH-UBND"]


def test_what_a_symbol_says_is_inferred(nlp: Language) -> None:
    (read,) = references(nlp, "Theo Thông tư số 12/2021/TT-BTC của Bộ Tài chính.")
    (inferred,) = references(nlp, "Theo Thông tư số 12/2021/TT-BTC.")
    assert read.issuer == inferred.issuer
    assert (read.inferred, inferred.inferred) == ([], ["issuer"])


def test_later_mentions_keep_day_and_issuer(nlp: Language) -> None:
    text = "Theo Công văn số 7/STC-NS ngày 2/5/2024 của Sở Tài chính. Công văn số 7/STC-NS nêu ba việc."
    first, second = references(nlp, text)
    assert (second.issued_on, second.issuer) == (first.issued_on, first.issuer) != (None, None)
    assert set(second.inferred) == {"issued_on", "issuer"}
