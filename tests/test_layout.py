"""Layout: letter or report, zones of the shapes a letterhead takes in plain text, outline, task tables."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.annotations import Annotations
from extractor.rulebook import Rulebook, default_rulebook
from extractor.stages.layout import find_layout
from extractor.textview import TextView, squeeze

BODY = """
Kính gửi: Sở Công Thương

Ủy ban nhân dân tỉnh yêu cầu kiểm tra các hồ chứa.
1. Sở Công Thương kiểm tra đập.

Nơi nhận:
- Như trên;
- Lưu: VT, NL.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Lò Thị Mây"""

#: the same letterhead as pages give it away
SHAPES = {
    "linear": """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 214/UBND-KT
Sơn La, ngày 06 tháng 7 năm 2024
V/v an toàn hồ chứa
""",
    "piped": """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
|
CỘNG HÒA XÃ HỘI CHỦ
NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
|
Số: 214/UBND-KT
V/v an toàn hồ chứa
|
Sơn La, ngày 06
tháng 7 năm 2024
""",
    "two columns": """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SƠN LA Độc lập - Tự do - Hạnh phúc
Số: 214/UBND-KT Sơn La, ngày 06 tháng 7 năm 2024
V/v an toàn hồ chứa
""",
    "interleaved": """ỦY BAN NHÂN DÂN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SƠN LA
Tự
Độc lập
do
Hạnh phúc
Số: 214/UBND-KT
Sơn La, ngày 06 tháng 7 năm 2024
V/v an toàn hồ chứa
""",
    "fragments": """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số:
214/UBND-KT
V/v an toàn hồ chứa
Sơn La,
ngày 06
tháng
7
năm 2024
""",
    "glued": """ỦY BAN NHÂN DÂNTỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAMĐộc lập - Tự do - Hạnh phúc
Số: 214/UBND-KT
Sơn La, ngày06 tháng7 năm 2024
V/v an toàn hồ chứa
""",
}


def laid_out(text: str, book: Rulebook) -> Annotations:
    annotations = Annotations(TextView(text))
    find_layout(annotations, book)
    return annotations


def zone(annotations: Annotations, name: str) -> str:
    start, end = annotations.zones[name]
    return annotations.view.text[start:end].strip()


@pytest.mark.parametrize("shape", SHAPES)
def test_zones_of_a_letter(shape: str, book: Rulebook) -> None:
    head = SHAPES[shape]
    found = laid_out(head + BODY, book)
    assert found.kind == "letter"
    assert found.issued_on == date(2024, 7, 6)
    assert zone(found, "letterhead") == head.strip()
    assert zone(found, "addressees") == "Kính gửi: Sở Công Thương"
    assert zone(found, "body").startswith("Ủy ban nhân dân tỉnh yêu cầu")
    assert zone(found, "body").endswith("kiểm tra đập.")
    assert zone(found, "recipients") == "Nơi nhận:\n- Như trên;\n- Lưu: VT, NL."
    assert zone(found, "signature").startswith("KT. CHỦ TỊCH")
    assert zone(found, "signer") == "Lò Thị Mây"
    assert "attachments" not in found.zones


DECISION = """HỘI ĐỒNG NHÂN DÂN
TỈNH KON TUM

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 31/NQ-HĐND
Kon Tum, ngày 9 tháng 12 năm 2023

NGHỊ QUYẾT
Về mức hỗ trợ
người trồng rừng

HỘI ĐỒNG NHÂN DÂN TỈNH KON TUM

Căn cứ Luật Lâm nghiệp;
QUYẾT NGHỊ:
Điều 1. Mức hỗ trợ.

CHỦ TỊCH

Y Ngọc

PHỤ LỤC
Danh sách thôn
"""


def test_zones_of_a_titled_letter(book: Rulebook) -> None:
    found = laid_out(DECISION, book)
    assert zone(found, "type") == "NGHỊ QUYẾT"
    assert zone(found, "subject") == "Về mức hỗ trợ\nngười trồng rừng"
    assert zone(found, "signer") == "Y Ngọc"
    assert zone(found, "attachments") == "PHỤ LỤC\nDanh sách thôn"
    assert {b.part for b in found.blocks} == {"body", "attachments"}
    body = [found.view.text[b.start : b.end] for b in found.blocks if b.part == "body"]
    assert "Điều 1. Mức hỗ trợ." in body
    assert "Danh sách thôn" not in " ".join(body)


@pytest.mark.parametrize(
    "signature",
    [
        "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nLò Thị Mây",
        "KT. CHỦ TỊCH " * 40 + "PHÓ CHỦ TỊCH Lò Thị Mây",
    ],
    ids=["below", "beside"],
)
def test_a_name_behind_several_authorities_of_one_line(signature: str, book: Rulebook) -> None:
    text = SHAPES["linear"] + BODY[: BODY.index("KT. CHỦ TỊCH")] + signature
    assert zone(laid_out(text, book), "signer") == "Lò Thị Mây"


WIRE = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 3/CĐ-UBND

CÔNG ĐIỆN
Về mưa lớn

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH ĐIỆN:
- Giám đốc các sở;
- Chủ tịch UBND các xã.

Mưa lớn còn kéo dài."""


def test_who_a_wire_goes_to(book: Rulebook) -> None:
    found = laid_out(WIRE, book)
    texts = [found.view.text[s:e] for s, e in found.header["addressee_lines"]]
    assert texts == ["Giám đốc các sở;", "Chủ tịch UBND các xã."]
    assert zone(found, "body") == "Mưa lớn còn kéo dài."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chiều 5/6, Sở Y tế họp bàn phòng bệnh.\nHội nghị thống nhất ba việc.", "report"),
        ("Kính gửi: Trạm Thủy nông\n\nĐề nghị mở cống.", "letter"),
        ("TỈNH ỦY SƠN LA\n*\nĐẢNG CỘNG SẢN VIỆT NAM\nSố 12-CV/TU\n\nĐề nghị mở cống.", "letter"),
        ("Số: 8/BC-XD\n\nĐã mở cống.\n\nNơi nhận:\n- Như trên;", "letter"),
        ("Kho hàng báo: nơi nhận: cảng số 5.", "report"),
        ("", "report"),
    ],
)
def test_letter_or_report(text: str, kind: str, book: Rulebook) -> None:
    assert laid_out(text, book).kind == kind


def test_an_impossible_day_is_told(book: Rulebook) -> None:
    found = laid_out(SHAPES["linear"].replace("06 tháng 7", "31 tháng 6") + BODY, book)
    assert found.issued_on is None
    assert [w.code for w in found.warnings] == ["impossible_date"]


# -- outline: (kind, label, depth, parent, text) -------------------------------------------------------------

OUTLINES = [
    pytest.param(
        """I. MỤC ĐÍCH
1. Giảm tai nạn.
II. NHIỆM VỤ
1. Sở Y tế:
a) Mua thuốc;
b) Tập huấn.
- Cho y sĩ;
+ tuyến xã;
2. Công an tỉnh tuần tra.
""",
        [
            ("heading", "I.", 0, None, "MỤC ĐÍCH"),
            ("item", "1.", 1, 0, "Giảm tai nạn."),
            ("heading", "II.", 0, None, "NHIỆM VỤ"),
            ("item", "1.", 1, 2, "Sở Y tế:"),
            ("item", "a)", 2, 3, "Mua thuốc;"),
            ("item", "b)", 2, 3, "Tập huấn."),
            ("bullet", "-", 3, 5, "Cho y sĩ;"),
            ("bullet", "+", 4, 6, "tuyến xã;"),
            ("item", "2.", 1, 2, "Công an tỉnh tuần tra."),
        ],
        id="headings-items-letters-bullets",
    ),
    pytest.param(
        """Điều 1. Lập Tổ công tác.
1. Tổ trưởng điều hành.
Điều 2. Việc của Tổ:
a) Rà soát;
Điều 3. Hiệu lực.""",
        [
            ("item", "Điều 1.", 0, None, "Lập Tổ công tác."),
            ("item", "1.", 1, 0, "Tổ trưởng điều hành."),
            ("item", "Điều 2.", 0, None, "Việc của Tổ:"),
            ("item", "a)", 1, 2, "Rà soát;"),
            ("item", "Điều 3.", 0, None, "Hiệu lực."),
        ],
        id="articles",
    ),
    pytest.param(
        """A. TÌNH HÌNH
1. Kết quả
1.1. Rừng trồng khá.
1.2. Giao rừng chậm.
2. Hạn chế
B. VIỆC TỚI
1. Giao đất.""",
        [
            ("heading", "A.", 0, None, "TÌNH HÌNH"),
            ("item", "1.", 1, 0, "Kết quả"),
            ("item", "1.1.", 2, 1, "Rừng trồng khá."),
            ("item", "1.2.", 2, 1, "Giao rừng chậm."),
            ("item", "2.", 1, 0, "Hạn chế"),
            ("heading", "B.", 0, None, "VIỆC TỚI"),
            ("item", "1.", 1, 5, "Giao đất."),
        ],
        id="decimals",
    ),
    pytest.param(
        "Sở Xây dựng:\n- Lập quy hoạch;\n- Cắm mốc:\n+ tuyến chính;\n- Bàn giao.\nCông an tỉnh giữ trật tự.",
        [
            ("paragraph", "", 0, None, "Sở Xây dựng:"),
            ("bullet", "-", 1, 0, "Lập quy hoạch;"),
            ("bullet", "-", 1, 0, "Cắm mốc:"),
            ("bullet", "+", 2, 2, "tuyến chính;"),
            ("bullet", "-", 1, 0, "Bàn giao."),
            ("paragraph", "", 0, None, "Công an tỉnh giữ trật tự."),
        ],
        id="a-lead-in-owns-its-bullets",
    ),
    pytest.param(
        "1. Kiểm tra hồ đập và\ncác trạm bơm.\n2. Trực ban.\n3\n\n3. Báo cáo.\n-----\nXin cảm ơn.",
        [
            ("item", "1.", 0, None, "Kiểm tra hồ đập và các trạm bơm."),
            ("item", "2.", 0, None, "Trực ban."),
            ("item", "3.", 0, None, "Báo cáo."),
            ("paragraph", "", 0, None, "Xin cảm ơn."),
        ],
        id="broken-lines-page-numbers-separators",
    ),
    pytest.param(
        "Tỷ lệ đạt 15.000 hộ.\n20.000 đồng mỗi suất.\n15/4/2022 là ngày hội.",
        [
            ("paragraph", "", 0, None, "Tỷ lệ đạt 15.000 hộ."),
            ("paragraph", "", 0, None, "20.000 đồng mỗi suất."),
            ("paragraph", "", 0, None, "15/4/2022 là ngày hội."),
        ],
        id="numbers-are-no-markers",
    ),
]


@pytest.mark.parametrize(("text", "outline"), OUTLINES)
def test_outline(text: str, outline: list[tuple[str, str, int, int | None, str]], book: Rulebook) -> None:
    found = laid_out(text, book)
    words = [squeeze(found.view.text[b.content : b.end]) for b in found.blocks]
    shown = [(b.kind, b.label, b.depth, b.parent, w) for b, w in zip(found.blocks, words, strict=True)]
    assert shown == outline


PIPED = """| TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn |
|---|---|---|---|
| 1 | Kiểm tra cống | Chi cục Thủy lợi | Tháng 4/2025 |
| 2 | Đắp bờ bao | UBND các xã | Quý II/2025 |
"""
FLAT = """TT

Nội dung công việc

Cơ quan chủ trì

Cơ quan phối hợp

Thời gian hoàn thành

I

Đê điều

1

Kiểm tra cống

Chi cục Thủy lợi

UBND các xã

Tháng 4/2025

2

Đắp bờ bao

UBND các xã

Trước ngày 30/5/2025
"""


def rows(found: Annotations) -> list[dict[str, str]]:
    """Each row as column -> words."""
    text = found.view.text
    return [
        {c: text[s:e] for c, (s, e) in zip(b.columns, b.cells, strict=True)}
        for b in found.blocks
        if b.kind == "row"
    ]


def test_piped_task_table(book: Rulebook) -> None:
    assert rows(laid_out(PIPED, book)) == [
        {"ordinal": "1", "task": "Kiểm tra cống", "lead": "Chi cục Thủy lợi", "deadline": "Tháng 4/2025"},
        {"ordinal": "2", "task": "Đắp bờ bao", "lead": "UBND các xã", "deadline": "Quý II/2025"},
    ]


def test_flattened_task_table(book: Rulebook) -> None:
    """One cell to a paragraph; a row may lack its partner, a heading has only a number and words."""
    found = laid_out(FLAT, book)
    assert rows(found) == [
        {
            "ordinal": "1",
            "task": "Kiểm tra cống",
            "lead": "Chi cục Thủy lợi",
            "coordinating": "UBND các xã",
            "deadline": "Tháng 4/2025",
        },
        {"ordinal": "2", "task": "Đắp bờ bao", "lead": "UBND các xã", "deadline": "Trước ngày 30/5/2025"},
    ]
    heading = found.blocks[0]
    assert (heading.kind, heading.label, found.view.text[heading.content : heading.end]) == (
        "heading",
        "I",
        "Đê điều",
    )
    assert [b.parent for b in found.blocks if b.kind == "row"] == [0, 0]


PIECES = st.sampled_from(
    [
        "1. ",
        "a) ",
        "- ",
        "I. ",
        "Điều 2. ",
        "Kính gửi: ",
        "Nơi nhận:",
        "|",
        "\n",
        "\n\n",
        " ",
        ":",
        ";",
        ".",
        "Sở Y tế",
        "KẾ HOẠCH",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_blocks_lie_in_their_zone_and_below_their_parent(text: str) -> None:
    found = laid_out(text, default_rulebook())
    for block in found.blocks:
        assert 0 <= block.start <= block.content <= block.end <= len(text)
        if block.part in ("body", "attachments"):
            start, end = found.zones[block.part]
            assert start <= block.start < block.end <= end
        if block.parent is not None:
            parent = found.blocks[block.parent]
            assert parent.depth < block.depth
            assert parent.start <= block.start


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [("d)", "đ)", True), ("đ)", "e)", True), ("2.", "3.", True), ("2.", "4.", False), ("c)", "a)", False)],
)
def test_a_list_goes_on_behind_a_line_when_its_marks_count_on(
    first: str, second: str, goes_on: bool, book: Rulebook
) -> None:
    text = SHAPES["linear"] + "\nKính gửi: Sở Công Thương\n\nSở Công Thương làm các việc sau:\n"
    text += f"{first} Kiểm tra đập lớn.\nNước dâng cao ở hạ lưu.\n{second} Sửa cống xả.\n"
    annotations = Annotations(TextView(text))
    find_layout(annotations, book)
    one, _, two = annotations.blocks[-3:]
    assert (one.parent == two.parent) is goes_on
