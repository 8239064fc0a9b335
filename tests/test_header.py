"""Header: number, type, issuer, day, place, subject, signer, addressees, recipients; also of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import extractor
from extractor.record import Document, Record
from tests.test_layout import BODY, SHAPES

if TYPE_CHECKING:
    from spacy.language import Language


PEOPLE_OF_LAO_CAI = "Ủy ban nhân dân tỉnh Lào Cai"


def read(nlp: Language, text: str) -> Record:
    return extractor.extract(text, nlp=nlp)


def flat(document: Document) -> dict[str, Any]:
    """The fields that have a value; agencies by name, the signer as (authority, title, name)."""
    out: dict[str, Any] = {}
    for name, value in document:
        if name == "spans" or not value:
            continue
        if name == "type":
            value = document.type.code if document.type else None
        elif name == "issuer":
            value = document.issuer.name if document.issuer else None
        elif name == "signer" and document.signer:
            value = (document.signer.authority, document.signer.title, document.signer.name)
        elif name in ("addressees", "recipients", "executors"):
            value = [f"{a.name} ({a.title})" if a.title else a.name for a in value]
        out[name] = value
    return out


@pytest.mark.parametrize("shape", SHAPES)
def test_one_header_in_all_shapes(shape: str, nlp: Language) -> None:
    found = flat(read(nlp, SHAPES[shape] + BODY).document)
    authority, title, name = found.pop("signer")
    assert (authority, title.lower(), name) == ("KT.", "phó chủ tịch", "Lò Thị Mây")
    assert found == {
        "number": "214/UBND-KT",
        "type": "CV",
        "issuer": "Ủy ban nhân dân tỉnh Sơn La",
        "issued_on": "2024-07-06",
        "place": "Sơn La",
        "subject": "an toàn hồ chứa",
        "addressees": ["Sở Công Thương tỉnh Sơn La"],
        "recipients": ["Như trên"],
    }


PARTY = """TỈNH ỦY SƠN LA
*
Số 12-CV/TU
Về việc tặng quà
ĐẢNG CỘNG SẢN VIỆT NAM
Sơn La, ngày 3 tháng 2 năm 2023

Kính gửi: - Các huyện ủy,
- Đảng ủy Công an tỉnh.

Thường trực Tỉnh ủy yêu cầu lập danh sách.

Nơi nhận:
- Như trên,
- Các đồng chí Ủy viên Ban Thường vụ (để báo cáo),
- Lưu Văn phòng Tỉnh ủy.

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ

Lò Minh Tú
"""
DEPARTMENT = """UBND TỈNH SƠN LA
SỞ Y TẾ
|
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
|
Số: 90/KH-SYT
|
Sơn La, ngày 3 tháng 2 năm 2023
|

KẾ HOẠCH
Phòng, chống bệnh dại năm 2023

Thực hiện chỉ đạo của tỉnh, Sở Y tế xây dựng kế hoạch.

KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC

BSCKII. Hà Văn Sáu
"""
WIRE = """HỎA TỐC
BỘ CÔNG THƯƠNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 5/CĐ-BCT
Hà Nội, ngày 3 tháng 2 năm 2023

CÔNG ĐIỆN
Về việc cung ứng xăng dầu

BỘ TRƯỞNG BỘ CÔNG THƯƠNG điện:
- Sở Công Thương các tỉnh;
- Tập đoàn Xăng dầu Việt Nam.

Giá dầu tăng nhanh.

BỘ TRƯỞNG

Đỗ Hải An
"""
DECISION = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
MẬT
Số: 1/QĐ-UBND
Sơn La, ngày 3 tháng 2 năm 2023

QUYẾT ĐỊNH
Về việc thành lập Tổ công tác

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH

Căn cứ Luật Đê điều;

QUYẾT ĐỊNH:
Điều 1. Thành lập Tổ công tác.
Điều 2. Giám đốc Sở Y tế, Chủ tịch UBND các xã chịu trách nhiệm thi hành Quyết định này.

Nơi nhận: - Như Điều 2; - Bộ Y tế; - Lưu: VT.

CHỦ TỊCH

Đinh Tiến Lâm
"""
LETTERS = [
    pytest.param(
        PARTY,
        {
            "number": "12-CV/TU",
            "type": "CV",
            "issuer": "Tỉnh ủy Sơn La",
            "issued_on": "2023-02-03",
            "place": "Sơn La",
            "subject": "tặng quà",
            "addressees": ["các huyện ủy", "Đảng ủy Công an tỉnh Sơn La"],
            "recipients": ["Như trên", "Các đồng chí Ủy viên Ban Thường vụ"],
        },
        ("phó bí thư", "Lò Minh Tú"),
        id="party",
    ),
    pytest.param(
        DEPARTMENT,
        {
            "number": "90/KH-SYT",
            "type": "KH",
            "issuer": "Sở Y tế tỉnh Sơn La",
            "issued_on": "2023-02-03",
            "place": "Sơn La",
            "subject": "Phòng, chống bệnh dại năm 2023",
        },
        ("phó giám đốc", "Hà Văn Sáu"),
        id="department-under-its-committee",
    ),
    pytest.param(
        WIRE,
        {
            "number": "5/CĐ-BCT",
            "type": "CĐ",
            "issuer": "Bộ Công Thương",
            "issued_on": "2023-02-03",
            "place": "Hà Nội",
            "subject": "cung ứng xăng dầu",
            "addressees": ["Sở Công Thương các tỉnh", "Tập đoàn Xăng dầu Việt Nam"],
            "urgency": "HỎA TỐC",
        },
        ("bộ trưởng", "Đỗ Hải An"),
        id="wire",
    ),
    pytest.param(
        DECISION,
        {
            "number": "1/QĐ-UBND",
            "type": "QĐ",
            "issuer": "Ủy ban nhân dân tỉnh Sơn La",
            "issued_on": "2023-02-03",
            "place": "Sơn La",
            "subject": "thành lập Tổ công tác",
            "recipients": ["Như Điều 2", "Bộ Y tế"],
            "executors": ["Sở Y tế tỉnh Sơn La (Giám đốc)", "Ủy ban nhân dân các xã (Chủ tịch)"],
            "secrecy": "MẬT",
        },
        ("chủ tịch", "Đinh Tiến Lâm"),
        id="decision",
    ),
]


@pytest.mark.parametrize(("text", "expected", "signer"), LETTERS)
def test_letters(text: str, expected: dict[str, Any], signer: tuple[str, str], nlp: Language) -> None:
    record = read(nlp, text)
    found = flat(record.document)
    _, title, name = found.pop("signer")
    assert (title.lower(), name) == signer
    assert found == expected
    for span in record.document.spans.values():
        assert record.text[span.start : span.end] == span.text


def test_what_a_letter_lacks_is_told(nlp: Language) -> None:
    record = read(
        nlp, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nKính gửi: UBND xã Tân Lập\n\nĐề nghị mở cống.\n"
    )
    assert record.source_kind == "letter"
    assert flat(record.document) == {
        "type": "CV",
        "addressees": ["Ủy ban nhân dân xã Tân Lập"],
        "inferred": ["type"],
    }
    assert {w.code for w in record.warnings} == {"no_number", "no_issuer", "no_date"}


def test_an_issuer_told_by_the_number_alone_is_the_registers(nlp: Language) -> None:
    text = "Số: 123/BTC-TCT\nV/v mở cống\n\nKính gửi: UBND xã Tân Lập\n\nĐề nghị mở cống.\n"
    found = read(nlp, text).document
    assert found.issuer is not None
    assert (found.issuer.id, found.issuer.name) == ("bo-tai-chinh", "Bộ Tài chính")
    assert "issuer" in found.inferred


REPORTS = [
    pytest.param(
        """Tặng quà Tết cho hộ nghèo
Ngày 15/1/2023, Tỉnh ủy Sơn La ban hành Công văn 12-CV/TU về việc tặng quà cho hộ nghèo.
""",
        {
            "number": "12-CV/TU",
            "type": "CV",
            "issuer": "Tỉnh ủy Sơn La",
            "issued_on": "2023-01-15",
            "subject": "tặng quà cho hộ nghèo",
        },
        id="who-issued-what",
    ),
    pytest.param(
        """Họp bàn phòng bệnh dại
Sáng ngày 5/6/2023, UBND huyện Mộc Châu đã tổ chức hội nghị về phòng, chống bệnh dại.
Đồng chí Chủ tịch yêu cầu UBND các xã tiêm phòng cho đàn chó.
""",
        {
            "issuer": "Ủy ban nhân dân huyện Mộc Châu",
            "issued_on": "2023-06-05",
            "subject": "phòng, chống bệnh dại",
        },
        id="meeting",
    ),
    pytest.param(
        "Tỉnh trồng thêm rừng\nUBND tỉnh Sơn La yêu cầu các xã trồng rừng.\nNguồn Công văn số: 18/UBND-NL\n",
        {
            "number": "18/UBND-NL",
            "type": "CV",
            "issuer": "Ủy ban nhân dân tỉnh Sơn La",
            "subject": "Tỉnh trồng thêm rừng",
            "inferred": ["issuer", "subject"],
        },
        id="source-line",
    ),
    pytest.param(
        """Chống ngập ở Sơn La
Thông tin này nằm trong kế hoạch số 59/KH-UBND do Phó Chủ tịch UBND tỉnh Sơn La ký ngày 9/10/2024.
""",
        {
            "number": "59/KH-UBND",
            "type": "KH",
            "issuer": "Ủy ban nhân dân tỉnh Sơn La",
            "issued_on": "2024-10-09",
            "subject": "Chống ngập ở Sơn La",
            "inferred": ["subject"],
        },
        id="who-signed-it",
    ),
    pytest.param(
        "Nắng nóng kéo dài\nNhiệt độ lên tới 39 độ. Người dân hạn chế ra ngoài.\n",
        {"subject": "Nắng nóng kéo dài", "inferred": ["subject"]},
        id="no-directive",
    ),
]


@pytest.mark.parametrize(("text", "expected"), REPORTS)
def test_reports(text: str, expected: dict[str, Any], nlp: Language) -> None:
    record = read(nlp, text)
    assert record.source_kind == "report"
    assert flat(record.document) == expected


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("ĐẢNG BỘ TỈNH LÂM ĐỒNG\nHUYỆN ỦY BẢO LÂM", "Huyện ủy Bảo Lâm"),
        ("ĐẢNG BỘ TỈNH LÂM ĐỒNG HUYỆN ỦY BẢO LÂM", "Huyện ủy Bảo Lâm"),
        ("ĐẢNG BỘ TỈNH NGHỆ AN\nTHÀNH ỦY VINH", "Thành ủy Vinh"),
        ("ĐẢNG BỘ HUYỆN BẢO LÂM\nĐẢNG ỦY XÃ LỘC AN", "Đảng ủy xã Lộc An"),
        ("TỈNH ỦY LÂM ĐỒNG\nBAN TUYÊN GIÁO", "Ban Tuyên giáo Tỉnh ủy Lâm Đồng"),
    ],
)
def test_the_committee_below_the_party_organisation(head: str, issuer: str, nlp: Language) -> None:
    below = "*\nSố 12-CT/HU\nĐẢNG CỘNG SẢN VIỆT NAM\n\nBảo Lâm, ngày 5 tháng 3 năm 2021\n\n"
    found = read(nlp, f"{head}\n{below}CHỈ THỊ\nvề bảo vệ rừng\n\nCác chi bộ rà soát.\n").document.issuer
    assert found is not None
    assert found.name == issuer


def test_a_report_that_only_names_the_place(nlp: Language) -> None:
    text = "Phòng dịch\n\nNgày 12/5/2023, TP.HCM có Công văn số 1234/UBND-VX về phòng dịch.\n"
    found = read(nlp, text).document.issuer
    assert found is not None
    assert found.name == "Ủy ban nhân dân thành phố Hồ Chí Minh"


@pytest.mark.parametrize(
    ("text", "number", "issuer", "day"),
    [
        (  # the day of the letter that is carried out is not the report's
            "Thực hiện Công văn số 812/BYT-DP ngày 3/4/2019 của Bộ Y tế, "
            "UBND tỉnh Lào Cai vừa có Công văn số 1207/UBND-VX "
            "yêu cầu các sở rà soát vắc xin.",
            "1207/UBND-VX",
            "Ủy ban nhân dân tỉnh Lào Cai",
            None,
        ),
        (  # a decision that is only cited is not what the page tells of
            "Ngày 8/5/2020, Sở Y tế tỉnh Lào Cai yêu cầu các bệnh viện "
            "chi trả theo quy định tại Điều 4 Quyết định số 77/QĐ-UBND "
            "ngày 2/3/2020 do Chủ tịch UBND tỉnh ký ban hành.",
            None,
            "Sở Y tế tỉnh Lào Cai",
            None,
        ),
        (
            "Tại Công văn số 455/UBND-KT ngày 9/6/2021, "
            "Chủ tịch UBND tỉnh Lào Cai yêu cầu Sở Xây dựng rà soát các mỏ đá.",
            "455/UBND-KT",
            "Ủy ban nhân dân tỉnh Lào Cai",
            "2021-06-09",
        ),
        (
            "Đây là yêu cầu tại Công văn số 455/UBND-KT ngày 9/6/2021 của UBND tỉnh Lào Cai gửi các sở.",
            "455/UBND-KT",
            "Ủy ban nhân dân tỉnh Lào Cai",
            "2021-06-09",
        ),
        (  # a letter to those above gives no directions
            "Thủ tướng Chính phủ giao Bộ Tài chính bố trí vốn.\n\n"
            "Tỉnh Lào Cai đã có văn bản kiến nghị Thủ tướng Chính phủ.",
            None,
            "Thủ tướng Chính phủ",
            None,
        ),
    ],
)
def test_what_a_report_tells_of(
    text: str, number: str | None, issuer: str, day: str | None, nlp: Language
) -> None:
    found = read(nlp, f"Tin trong ngày\n\n{text}\n").document
    assert found.issuer is not None
    assert (found.number, found.issuer.name) == (number, issuer)
    assert found.issued_on == day


def test_days_of_a_page_take_its_year(nlp: Language) -> None:
    text = (
        "Xử lý bến bãi\n\n05/02/2016 08:15 GMT+7\n\n"
        "Ngày 4/2, UBND tỉnh Lào Cai có Công văn số 91/UBND-NL yêu cầu "
        "Công an tỉnh kiểm tra bến bãi lập từ ngày 20/11/2011, báo cáo trước ngày 1/3.\n"
    )
    record = read(nlp, text)
    assert record.document.issued_on == "2016-02-04"
    assert [str(a.deadline.start) for a in record.assignments if a.deadline] == ["2016-03-01"]


def test_the_later_letter_is_the_one_that_is_told_of(nlp: Language) -> None:
    text = (
        "Ngày 19/4/2019, UBND tỉnh Lào Cai đã ban hành Chỉ thị số 08/CT-UBND về bảo vệ rừng. "
        "Để tiếp tục việc ấy, ngày 2/5/2019, "
        "Chủ tịch UBND tỉnh Lào Cai đã có Công văn số 252/UBND-NN về phòng cháy rừng.\n"
    )
    found = read(nlp, f"Giữ rừng mùa khô\n\n{text}").document
    assert (found.number, found.issued_on) == ("252/UBND-NN", "2019-05-02")


def test_who_signs_for_another_does_not_issue(nlp: Language) -> None:
    text = "Phó Thủ tướng Chính phủ vừa ký Công điện 31/CĐ-TTg ngày 4/4/2024 của Thủ tướng về giữ rừng.\n"
    found = read(nlp, f"Chính phủ ra công điện giữ rừng\n\n{text}").document
    assert found.issuer is not None
    assert (found.number, found.issuer.name) == ("31/CĐ-TTg", "Thủ tướng Chính phủ")


COLUMNS = """ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |
Số: 45/QĐ-UBND | Sơn La, ngày 6 tháng 7 năm 2024 |
CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH SƠN LA
Căn cứ Luật Thủy lợi ngày 19 tháng 6 năm 2017;
QUYẾT ĐỊNH:
Điều 1. Phê duyệt quy trình vận hành hồ Tiền Phong.
Điều 2. Giám đốc Sở Công Thương chịu trách nhiệm thi hành Quyết định này./.
Nơi nhận: | KT. CHỦ TỊCH |
- Như Điều 2; | PHÓ CHỦ TỊCH |
- Lưu: VT. | Lò Thị Mây |
"""


def test_two_columns_as_cells_of_one_line(nlp: Language) -> None:
    found = flat(read(nlp, COLUMNS).document)
    assert found["issuer"] == "Ủy ban nhân dân tỉnh Sơn La"
    assert found["signer"] == ("KT.", "Phó Chủ tịch", "Lò Thị Mây")
    assert found["recipients"] == ["Như Điều 2"]


@pytest.mark.parametrize(
    ("head", "number", "issuer"),
    [
        (
            "UBND TỈNH SƠN LA\nBAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH COVID-19\nSố: 31/BCĐ",
            "31/BCĐ",
            "Ban Chỉ đạo Phòng, Chống Dịch Covid-19 tỉnh Sơn La",
        ),
        ("SỞ Y TẾ SƠN LA\nBỆNH VIỆN ĐA KHOA TỈNH\nSố: 8/BV-KH", "8/BV-KH", "Bệnh viện Đa khoa tỉnh Sơn La"),
        (
            "TỈNH ĐOÀN SƠN LA\nBAN THƯỜNG VỤ\nSố: 12-CV/TĐTN",
            "12-CV/TĐTN",
            "Ban Thường vụ Tỉnh đoàn Sơn La",
        ),
        (
            "BỘ NÔNG NGHIỆP VÀ MÔI\nTRƯỜNG\nCỤC TRỒNG TRỌT VÀ BẢO VỆ\nTHỰC VẬT\nSố: 8/TTBVTV-QLCL",
            "8/TTBVTV-QLCL",
            "Cục Trồng trọt và Bảo vệ thực vật",
        ),
    ],
)
def test_letterheads_of_boards_and_units(head: str, number: str, issuer: str, nlp: Language) -> None:
    body = "\nSơn La, hồi 15 giờ 30 ngày 6 tháng 7 năm 2024\nKính gửi: Sở Công Thương\nĐề nghị gửi báo cáo.\n"
    found = flat(read(nlp, head + body).document)
    assert (found["number"], found["issuer"], found["place"]) == (number, issuer, "Sơn La")


def test_a_second_office_is_not_the_signers_title(nlp: Language) -> None:
    letter = (
        "UBND HUYỆN MAI SƠN\nSố: 5/UBND-NN\nMai Sơn, ngày 6 tháng 7 năm 2024\nKính gửi: UBND các xã\n"
        "Đề nghị UBND các xã đắp bờ bao.\nKT. TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\nGIÁM ĐỐC SỞ XÂY DỰNG\nLò Thị Mây\n"
    )
    assert flat(read(nlp, letter).document)["signer"] == ("KT.", "Phó Trưởng ban", "Lò Thị Mây")


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("Cục Thú y (Bộ Nông nghiệp và Môi trường) vừa có văn bản gửi các trại giống", "Cục Thú y"),
        ("Cục Thú y thuộc Bộ Nông nghiệp và Môi trường có công văn gửi các trại giống", "Cục Thú y"),
        ("Chủ tịch UBND tỉnh Lào Cai Lò Văn Mây đã ký công văn gửi các trại giống", PEOPLE_OF_LAO_CAI),
        ("Thủ tướng Lò Văn Mây vừa có công điện gửi các trại giống", "Thủ tướng Chính phủ"),
    ],
)
def test_who_a_report_says_has_sent_a_letter(text: str, issuer: str, nlp: Language) -> None:
    found = read(nlp, f"Ngày 5/3, {text}.\n").document
    assert found.issuer is not None
    assert found.issuer.name == issuer


def test_a_city_is_not_the_place_of_a_tinh(nlp: Language) -> None:
    text = (
        "Theo văn bản của Tổng Lãnh sự quán Lào tại thành phố Đà Nẵng, UBND tỉnh vừa ban hành "
        "văn bản số 412/UBND-KGVX về ngày hội. Theo đó, giao Sở Ngoại vụ chủ trì tổ chức.\n"
    )
    (task,) = read(nlp, f"Ngày hội\n\n{text}").assignments
    assert [a.name for a in task.agencies] == ["Sở Ngoại vụ"]


def test_the_day_of_a_news_agency_is_not_the_letters(nlp: Language) -> None:
    text = (
        "Trồng rừng\n\nLào Cai (TTXVN 9/3/2024) Ngày 8/3/2024, Chủ tịch UBND tỉnh Lào Cai đã ký "
        "Công điện số 04/CĐ-UBND gửi các sở về trồng rừng.\n"
    )
    assert read(nlp, text).document.issued_on == "2024-03-08"


def test_a_letter_named_by_its_bare_number(nlp: Language) -> None:
    text = "Trồng rừng\n\nUBND tỉnh Lào Cai vừa ban hành công văn 2326 yêu cầu các sở trồng rừng.\n"
    assert read(nlp, text).document.number == "2326"


def test_theo_do_without_a_comma(nlp: Language) -> None:
    text = "Trồng rừng\n\nTheo đó UBND tỉnh yêu cầu Sở Y tế chủ trì rà soát thuốc.\n"
    found = read(nlp, text)
    assert found.document.issuer is not None
    assert found.document.issuer.name == "Ủy ban nhân dân tỉnh"
    assert [a.assigned_by for a in found.assignments] == ["UBND tỉnh"]


def test_a_first_sentence_is_no_title(nlp: Language) -> None:
    text = (
        "UBND tỉnh Lào Cai vừa có công văn hỏa tốc về trồng rừng.\n"
        "Tiếp đó, UBND huyện Bát Xát cũng đã có văn bản yêu cầu Công an huyện trồng rừng.\n"
    )
    found = read(nlp, text).document.issuer
    assert found is not None
    assert found.name == PEOPLE_OF_LAO_CAI


def test_the_last_word_of_a_subject_on_a_line_of_its_own(nlp: Language) -> None:
    text = (
        "TỈNH ỦY SƠN LA\nBAN TỔ CHỨC\nSố: 512-CV/BTCTU\nvề chế độ báo cáo công tác đảng\nviên\n\n"
        "ĐẢNG CỘNG SẢN VIỆT NAM\nSơn La, ngày 22 tháng 3 năm 2021\n\n"
        "Kính gửi: Các huyện ủy, thị ủy.\nĐề nghị các huyện ủy báo cáo.\n"
    )
    assert flat(read(nlp, text).document)["subject"] == "về chế độ báo cáo công tác đảng viên"
