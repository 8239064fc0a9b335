"""Tables of tasks in all their shapes: each row one assignment, each value from the cell it stands in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor.rulebook import Rulebook
from extractor.stages.tables import column_of_text, task_columns

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.record import Assignment, Record

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 18/KH-UBND
Sơn La, ngày 6 tháng 7 năm 2024

KẾ HOẠCH
Phòng, chống dịch bệnh năm 2024

Nhiệm vụ cụ thể như sau:

"""
PAGE = "<html><body>" + "".join(f"<p>{line}</p>" for line in HEAD.split("\n") if line)
#: the province's own bodies by their short names
NAMES = {
    "SYT": "Sở Y tế tỉnh Sơn La",
    "SCT": "Sở Công Thương tỉnh Sơn La",
    "STC": "Sở Tài chính tỉnh Sơn La",
    "SNV": "Sở Nội vụ tỉnh Sơn La",
    "STP": "Sở Tư pháp tỉnh Sơn La",
    "CA": "Công an tỉnh Sơn La",
}

AUGUST, SEPTEMBER = "2024-08-01/2024-08-31 during", "2024-09-01/2024-09-30 during"
#: (label, task, who leads, who helps, by when or how often, product), joined by " | "
Said = str


def read(nlp: Language, text: str) -> Record:
    name = "bang.html" if text.startswith("<html>") else "bang.txt"
    return extractor.extract(text.encode(), name, nlp=nlp)


def said(a: Assignment) -> Said:
    short = {full: key for key, full in NAMES.items()}
    due = f"{a.deadline.start}/{a.deadline.end} {a.deadline.relation}" if a.deadline else ""
    return " | ".join(
        [
            a.label or "",
            a.task,
            "; ".join(short.get(x.name, x.name) for x in a.agencies),
            "; ".join(short.get(x.name, x.name) for x in a.coordinating),
            ", ".join(filter(None, [due, a.recurrence])),
            a.product or "",
            ",".join(a.inferred),
        ]
    )


def check(nlp: Language, text: str, wanted: list[Said]) -> None:
    record = read(nlp, text)
    assert [said(a) for a in record.assignments] == wanted
    for a in record.assignments:
        for span in (a.span, a.product_span, a.deadline and a.deadline.span):
            assert span is None or record.text[span.start : span.end] == span.text
        assert (a.product is None) == (a.product_span is None)


BARS = [
    pytest.param(
        "Thời hạn | Đơn vị thực hiện | Nội dung công việc | TT | Ghi chú\n"
        "Tháng 8/2024 | Sở Y tế | Phun thuốc diệt muỗi | 1 | Sở Nội vụ nhắc\n"
        "30/9/2024 | Sở Công Thương, Công an tỉnh | Kiểm tra kho xăng | 2 |\n",
        [
            f"1 | Phun thuốc diệt muỗi | SYT |  | {AUGUST} |  | ",
            "2 | Kiểm tra kho xăng | SCT; CA |  | 2024-09-30/2024-09-30 on |  | ",
        ],
        id="columns-in-any-order",
    ),
    pytest.param(
        "| TT | Nhiệm vụ (việc cần làm) | Lãnh đạo phụ trách | Phân công thực hiện | | Thời gian | |\n"
        "|---|---|---|---|---|---|---|\n"
        "| | | | Chủ trì | Phối hợp | Bắt đầu | Hoàn thành |\n"
        "| (1) | (2) | (3) | (4) | (5) | (6) | (7) |\n"
        "| 1 | Lập danh sách trẻ | Phó Chủ tịch UBND tỉnh | Sở Y tế "
        "| Các sở, ban, ngành | 01/7/2024 | 30/8/2024 |\n",
        ["1 | Lập danh sách trẻ | SYT | các sở, ban, ngành | 2024-08-30/2024-08-30 on |  | "],
        id="headings-in-two-rows",
    ),
    pytest.param(
        "| TT | Nhiệm vụ | Đơn vị chủ trì, phối hợp | Thời hạn |\n"
        "|---|---|---|---|\n"
        "| 1 | Lập danh sách trẻ | Sở Y tế chủ trì; Sở Tài chính phối hợp | Trước 30/8 |\n"
        "| 2 | Kiểm tra chợ | Sở Công Thương chủ trì, phối hợp với Công an tỉnh, Sở Y tế | Thường xuyên |\n"
        "| 3 | Lập chốt trực | Chủ trì: Công an tỉnh. Phối hợp: Sở Y tế, UBND các xã | Hằng năm |\n"
        "| 4 | Cấp thuốc cho trạm | Sở Y tế; phối hợp: Sở Tài chính | Quý III/2024 |\n"
        "| 5 | In tờ rơi | Sở Y tế, Sở Tài chính | 2024-2025 |\n"
        "| 6 | In sổ tay | Sở Tư pháp (chủ trì), Sở Nội vụ (phối hợp) | Trong tháng 9 |\n"
        "| 7 | Mở lớp học | Sở Nội vụ | Tháng 9/2024 |\n",
        [
            "1 | Lập danh sách trẻ | SYT | STC | 2024-08-30/2024-08-30 before |  | ",
            "2 | Kiểm tra chợ | SCT | CA; SYT |  |  | ",
            "3 | Lập chốt trực | CA | SYT; Ủy ban nhân dân các xã | yearly |  | ",
            "4 | Cấp thuốc cho trạm | SYT | STC | 2024-07-01/2024-09-30 during |  | ",
            "5 | In tờ rơi | SYT | STC | 2024-01-01/2025-12-31 during |  | agencies,coordinating",
            f"6 | In sổ tay | STP | SNV | {SEPTEMBER} |  | ",
            f"7 | Mở lớp học | SNV |  | {SEPTEMBER} |  | ",
        ],
        id="both-roles-in-one-column",
    ),
    pytest.param(
        "QLTT là Chi cục Quản lý thị trường.\n\n"
        "| TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn |\n"
        "|---|---|---|---|---|\n"
        "| 1 | Lập danh sách trẻ | Sở Y tế<br>Sở Tài chính | - Công an tỉnh<br>- UBND các huyện "
        "| Sau khi TW ban hành |\n"
        "| 2 | Kiểm tra chợ | Sở Y tế; Tổ liên gia số 5; Công an tỉnh | QLTT, Sở Nội vụ | Hằng quý |\n"
        "| 3 | Kiểm tra nhà trọ | Các sở, ban, ngành | nt | Từ tháng 8 đến tháng 9/2024 |\n"
        "| 4 | Kiểm tra nhà nghỉ | Sở Y tế - Công an tỉnh | - | Giai đoạn 2024-2025 |\n",
        [
            "1 | Lập danh sách trẻ | SYT; STC | CA; Ủy ban nhân dân các huyện |  |  | ",
            "2 | Kiểm tra chợ | SYT; Tổ liên gia số 5; CA | Chi cục Quản lý thị trường; SNV "
            "| quarterly |  | ",
            "3 | Kiểm tra nhà trọ | các sở, ban, ngành | Chi cục Quản lý thị trường; SNV "
            "| 2024-08-01/2024-09-30 during |  | ",
            "4 | Kiểm tra nhà nghỉ | SYT; CA |  | 2024-01-01/2025-12-31 during |  | ",
        ],
        id="several-agencies-in-a-cell",
    ),
    pytest.param(
        "TT | Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn | Sản phẩm\n"
        "1 | Xây dựng quy chế của tổ công tác, phân công | Sở Nội vụ | Sở Tư pháp; "
        "| Quý III/2024 | Quyết định\n"
        "Trang 2/3\n"
        "TT | Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn | Sản phẩm\n"
        " | từng thành viên | | Sở Tài chính | | ban hành quy chế\n"
        "2 | Họp tổ công tác | Sở Nội vụ | | Hằng tháng | Biên bản\n",
        [
            "1 | Xây dựng quy chế của tổ công tác, phân công từng thành viên | SNV | STP; STC "
            "| 2024-07-01/2024-09-30 during | Quyết định ban hành quy chế | ",
            "2 | Họp tổ công tác | SNV |  | monthly | Biên bản | ",
        ],
        id="a-row-broken-over-the-page",
    ),
    pytest.param(
        "| STT | Nội dung | Cơ quan chủ trì | Thời gian |\n"
        "|---|---|---|---|\n"
        "| I. LĨNH VỰC Y TẾ | | | |\n"
        "| 1 | Phun thuốc diệt muỗi | Sở Y tế | Tháng 8/2024 |\n"
        "| 2 | Về tiêm chủng | | |\n"
        "| 2.1 | Mua vắc xin | Sở Y tế | Tháng 9/2024 |\n"
        "| 2.2 | Tổ chức tiêm | UBND các xã | |\n"
        "| | LĨNH VỰC CÔNG THƯƠNG | | |\n"
        "| 1 | Kiểm tra kho xăng | Sở Công Thương | Hằng quý |\n",
        [
            f"I.1 | Phun thuốc diệt muỗi | SYT |  | {AUGUST} |  | ",
            f"I.2.1 | Mua vắc xin | SYT |  | {SEPTEMBER} |  | ",
            f"I.2.2 | Tổ chức tiêm | Ủy ban nhân dân các xã |  | {SEPTEMBER} |  | deadline",
            "1 | Kiểm tra kho xăng | SCT |  | quarterly |  | ",
        ],
        id="headings-among-the-rows",
    ),
    pytest.param(
        "Nhiệm vụ | Cơ quan thực hiện | Hoàn thành | Kết quả\n"
        "Đắp bờ bao | Sở Y tế | Tháng 8/2024 | Bờ bao\n"
        "Khơi kênh mương | | Tháng 9/2024\n"
        " | Công an tỉnh | | Cống\n"
        "Đặt cống | Công an tỉnh | - |\n"
        "Đóng cống | Công an tỉnh | | -\n",
        [
            f" | Đắp bờ bao | SYT |  | {AUGUST} | Bờ bao | ",
            f" | Khơi kênh mương | SYT |  | {SEPTEMBER} |  | agencies",
            " | Đặt cống | CA |  |  |  | ",
            " | Đóng cống | CA |  |  |  | ",
        ],
        id="merged-cells-but-never-a-task",
    ),
    pytest.param(
        "TT\tNhiệm vụ\tCơ quan chủ trì\tCơ quan phối hợp\tThời hạn\n"
        "1\tKiểm tra các chợ\tSở Y tế\t\tTháng 8/2024\n"
        "2\tKiểm tra nhà trọ\tCông an tỉnh\tSở Y tế\tTháng 9/2024\n",
        [
            f"1 | Kiểm tra các chợ | SYT |  | {AUGUST} |  | ",
            f"2 | Kiểm tra nhà trọ | CA | SYT | {SEPTEMBER} |  | ",
        ],
        id="tabs-between-the-cells",
    ),
]

FLAT = [
    pytest.param(
        "STT\nNhiệm vụ\nĐơn vị\nchủ trì\nĐơn vị phối hợp\nThời hạn\n"
        "1\nXây dựng kế hoạch\nCông an tỉnh\nSở Y tế\n30/9/2024\n"
        "2\nRà soát hộ nghèo ở các bản xa,\nbản mới lập\nUBND các xã\nTrước ngày\n15/8/2024\n"
        "3\nSơ kết sáu tháng\nSở Nội vụ\nSở Tài chính;\nSở Y tế\nTháng 9/2024\n"
        "II. TỔ CHỨC THỰC HIỆN\n1. Sở Tài chính bố trí kinh phí thực hiện.\n",
        [
            "1 | Xây dựng kế hoạch | CA | SYT | 2024-09-30/2024-09-30 on |  | ",
            "2 | Rà soát hộ nghèo ở các bản xa, bản mới lập | Ủy ban nhân dân các xã |  "
            "| 2024-08-15/2024-08-15 before |  | ",
            f"3 | Sơ kết sáu tháng | SNV | STC; SYT | {SEPTEMBER} |  | ",
            "II.1 | bố trí kinh phí thực hiện | STC |  |  |  | ",
        ],
        id="one-cell-to-a-line",
    ),
    pytest.param(
        "TT\n\nNhiệm vụ\n\nChủ trì\n\nPhối hợp\n\nKết quả\n\nThời gian\n\n"
        "III\n\nNỀN TẢNG SỐ\n\nIII.1\n\nNhóm nền tảng dùng chung\n\n"
        "1\n\nXây dựng kế hoạch\n\nCông an tỉnh\n\nCác sở, ngành\n\nBộ từ điển dùng chung\n\nTháng 9/2024\n\n"
        "III.1.2\n\nNhóm nền tảng chỉ đạo, điều hành\n\n"
        "2\n\nRà soát quy định\n\nSở Tư pháp\n\nSở Y tế\n\nBáo cáo\n\nTháng 9/2024\n",
        [
            f"III.1.1 | Xây dựng kế hoạch | CA | các sở, ngành | {SEPTEMBER} | Bộ từ điển dùng chung | ",
            f"III.1.2.2 | Rà soát quy định | STP | SYT | {SEPTEMBER} | Báo cáo | ",
        ],
        id="sections-counted-in-several-levels",
    ),
    pytest.param(
        "TT\nNội dung công việc\nĐơn vị thực hiện\nThời gian\nKết quả\n(1)\n(2)\n(3)\n(4)\n(5)\n"
        "I\nCÔNG TÁC PHÁP CHẾ\n"
        "1\nRà soát quy định\nSở Tư pháp\nQuý III/2024\nBáo cáo\n"
        "2\nSửa quy định\n"
        "2\nTT\nNội dung công việc\nĐơn vị thực hiện\nThời gian\nKết quả\n"
        "3\nCông bố quy định\nSở Nội vụ\nTháng 9/2024\n\n"
        "Yêu cầu các đơn vị nghiêm túc thực hiện, báo cáo kết quả về Ủy ban nhân dân tỉnh trước ngày 15 "
        "tháng 12 năm 2024 để tổng hợp, theo dõi chung.\n",
        [
            "I.1 | Rà soát quy định | STP |  | 2024-07-01/2024-09-30 during | Báo cáo | ",
            "I.2 | Sửa quy định | STP |  | 2024-07-01/2024-09-30 during |  | agencies,deadline",
            f"I.3 | Công bố quy định | SNV |  | {SEPTEMBER} |  | ",
            " | nghiêm túc thực hiện, báo cáo kết quả về Ủy ban nhân dân tỉnh trước ngày 15 tháng 12 "
            "năm 2024 để tổng hợp, theo dõi chung | các đơn vị |  | 2024-12-15/2024-12-15 before |  | ",
        ],
        id="headings-again-on-the-next-page",
    ),
    pytest.param(
        "TT\n\nNhiệm vụ\n\nCơ quan chủ trì\n\nCơ quan phối hợp\n\nThời hạn\n\nSản phẩm\n\n"
        "1\n\nKiểm tra chợ\n\nCông an\ntỉnh\n\nCác sở, ngành\nliên quan\n\nThường xuyên\n\n"
        "2\n\nKiểm tra nhà trọ\n\nCông an tỉnh\n\nTháng 8/2024\n\nBiên bản\nkiểm tra\n",
        [
            "1 | Kiểm tra chợ | CA | các sở, ngành liên quan |  |  | ",
            f"2 | Kiểm tra nhà trọ | CA |  | {AUGUST} | Biên bản kiểm tra | ",
        ],
        id="one-cell-to-a-paragraph",
    ),
]

PAGES = [
    pytest.param(
        "<table><tr><th>TT</th><th>Nội dung</th><th>Cơ quan<br>chủ trì</th><th>Thời gian<br>(hoàn thành)</th>"
        "<th>Sản phẩm</th></tr>"
        "<tr><td rowspan=2>1<td rowspan=2>Kiểm tra chợ<td>Sở Y tế<td>Tháng 8/2024<td>Biên bản</tr>"
        "<tr><td>Sở Công Thương<td><td>-</tr>"
        "<tr><td>2<td>Lập sổ theo dõi<td><td>Tháng 9/2024</tr>"
        "<tr><td colspan=5>Trang 2</td></tr>"
        "<tr><td>3<td>Mở lớp học cho y sĩ<td>Sở Nội vụ<br>Sở Tài chính<td>Hằng năm<td>03 lớp</tr></table>",
        [
            f"1 | Kiểm tra chợ | SYT |  | {AUGUST} | Biên bản | ",
            "1 | Kiểm tra chợ | SCT |  |  |  | ",
            "3 | Mở lớp học cho y sĩ | SNV; STC |  | yearly | 03 lớp | ",
        ],
        id="a-merged-task-and-cells-that-are-empty",
    ),
    pytest.param(
        "<table><tr><td rowspan=2>TT<td rowspan=2>Nhiệm vụ<td colspan=2>Trách nhiệm"
        "<td rowspan=2>Thời hạn</tr>"
        "<tr><td>Chủ trì<td>Phối hợp</tr>"
        "<tr><td colspan=5>I. Y TẾ</tr>"
        "<tr><td>1<td>Phun thuốc diệt muỗi<td rowspan=2>Sở Y tế<td>UBND các xã<td rowspan=3>Tháng 8/2024</tr>"
        "<tr><td>2<td>Cấp thuốc cho trạm<td>Sở Tài chính</tr>"
        "<tr><td>3<td>Canh gác kho thuốc<td colspan=2>Công an tỉnh</tr></table>",
        [
            f"I.1 | Phun thuốc diệt muỗi | SYT | Ủy ban nhân dân các xã | {AUGUST} |  | ",
            f"I.2 | Cấp thuốc cho trạm | SYT | STC | {AUGUST} |  | ",
            f"I.3 | Canh gác kho thuốc | CA |  | {AUGUST} |  | ",
        ],
        id="cells-that-reach-down-and-across",
    ),
]

NO_TASKS = [
    "| TT | Nội dung | Đơn vị | Số lượng |\n|---|---|---|---|\n| 1 | Máy tính | Bộ | 12 |\n",
    "| STT | Tên cơ quan | Số điện thoại |\n|---|---|---|\n| 1 | Sở Y tế | 0212 385 |\n",
    "| TT | Chỉ tiêu | Đơn vị thực hiện | Năm 2023 |\n|---|---|---|---|\n| 1 | Hộ nghèo | Sở Y tế | 5,2% |\n",
    "STT\nHọ và tên\nChức vụ\nĐơn vị\n1\nLò Văn A\nTrưởng phòng\nSở Y tế\n",
    "Lĩnh vực | Số hồ sơ | Tỷ lệ đúng hạn | Đơn vị thực hiện\nThủy sản | 412 | 97,8% | Chi cục Thủy sản\n",
    "| TT | Nhiệm vụ | Chủ trì | Thời hạn |\n|---|---|---|---|\n| 1 | 25 | Sở Y tế | 2024 |\n"
    "| 2 | Đắp đê | x | 2024 |\n",
]

PRODUCTS = [
    pytest.param(
        "1. Sở Y tế lập danh sách trẻ dưới 5 tuổi (sản phẩm: danh sách theo xã).\n"
        "2. Công an tỉnh tuần tra các điểm chợ; sản phẩm: nhật ký tuần tra; thời gian hoàn thành: tháng "
        "8/2024.\n"
        "3. Sở Nội vụ mở lớp tập huấn trong tháng 9/2024. Sản phẩm: 03 lớp. Đồng thời, cấp "
        "chứng nhận cho học viên.\n",
        [
            "1. | lập danh sách trẻ dưới 5 tuổi | SYT |  |  | danh sách theo xã | ",
            f"2. | tuần tra các điểm chợ | CA |  | {AUGUST} | nhật ký tuần tra | ",
            "3. | mở lớp tập huấn trong tháng 9/2024. Sản phẩm: 03 lớp. Đồng thời, cấp chứng nhận "
            f"cho học viên | SNV |  | {SEPTEMBER} | 03 lớp | ",
        ],
        id="behind-the-work",
    ),
    pytest.param(
        "1. Sở Công Thương:\na) Kiểm tra kho xăng.\nb) Niêm yết giá bán.\nSản phẩm: Kế hoạch của UBND tỉnh.\n"
        "2. Sở Nội vụ:\n- Mở lớp tập huấn.\n- Cấp chứng nhận.\n- Sản phẩm dự kiến: 03 lớp học.\n",
        [
            "1.a | Kiểm tra kho xăng | SCT |  |  | Kế hoạch của UBND tỉnh | ",
            "1.b | Niêm yết giá bán | SCT |  |  | Kế hoạch của UBND tỉnh | ",
            "2. | Mở lớp tập huấn | SNV |  |  | 03 lớp học | ",
            "2. | Cấp chứng nhận | SNV |  |  | 03 lớp học | ",
        ],
        id="lines-below-the-work",
    ),
    pytest.param(
        "1. Số hóa hồ sơ\na) Nhiệm vụ: Quét các quyết định còn hiệu lực.\nb) Cơ quan chủ trì: Sở Tư pháp.\n"
        "c) Thời gian: Tháng 8/2024.\nd) Kết quả:\n- Kho dữ liệu;\n- Báo cáo.\n",
        [f"1.a | Quét các quyết định còn hiệu lực | STP |  | {AUGUST} | Kho dữ liệu; - Báo cáo | "],
        id="lettered-lines-and-a-list-of-products",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), BARS)
def test_rows_on_lines(nlp: Language, text: str, wanted: list[Said]) -> None:
    check(nlp, HEAD + text, wanted)


@pytest.mark.parametrize(("text", "wanted"), FLAT)
def test_flattened_tables(nlp: Language, text: str, wanted: list[Said]) -> None:
    check(nlp, HEAD + text, wanted)


@pytest.mark.parametrize(("text", "wanted"), PAGES)
def test_tables_of_pages(nlp: Language, text: str, wanted: list[Said]) -> None:
    check(nlp, PAGE + text + "</body></html>", wanted)


@pytest.mark.parametrize(("text", "wanted"), PRODUCTS)
def test_products_outside_tables(nlp: Language, text: str, wanted: list[Said]) -> None:
    check(nlp, HEAD + text, wanted)


@pytest.mark.parametrize("text", NO_TASKS)
def test_tables_that_give_no_tasks(nlp: Language, text: str) -> None:
    assert [said(a) for a in read(nlp, HEAD + text).assignments] == []


def test_a_time_counted_from_an_event_is_a_warning(nlp: Language) -> None:
    rows = "TT | Nhiệm vụ | Chủ trì | Thời hạn\n1 | Sửa quy chế | Sở Nội vụ | Sau khi Trung ương ban hành\n"
    record = read(nlp, HEAD + rows)
    assert record.assignments[0].deadline is None
    assert [w.span.text for w in record.warnings if w.span] == ["Sau khi Trung ương ban hành"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Số TT", "ordinal"),
        ("Nội dung nhiệm vụ (*)", "task"),
        ("Cơ quan, đơn vị chủ trì", "lead"),
        ("Đơn vị thực hiện", "lead"),
        ("Cơ quan chủ trì (1)", "lead"),
        ("Đơn vị chủ trì, phối hợp", "lead_coordinating"),
        ("Cơ quan chủ trì/Cơ quan phối hợp", "lead_coordinating"),
        ("Các đơn vị phối hợp", "coordinating"),
        ("Thời hạn hoàn thành (tháng)", "deadline"),
        ("Thời gian bắt đầu", "other"),
        ("Sản phẩm, kết quả đầu ra", "product"),
        ("Dự kiến sản phẩm", "product"),
        ("Lãnh đạo UBND tỉnh phụ trách", "note"),
        ("Đơn vị theo dõi", "note"),
        ("Phân công thực hiện", "group"),
        ("Đơn vị", "body"),
        ("Đơn vị tính", ""),
        ("Số lượng", ""),
    ],
)
def test_headings_of_columns(book: Rulebook, heading: str, column: str) -> None:
    assert column_of_text(book, heading) == column


@pytest.mark.parametrize(
    ("kinds", "columns"),
    [
        (["task", "group"], ["task", "lead"]),
        (["task", "body", ""], None),
        (["task", "group", "lead", ""], ["task", "other", "lead", "other"]),
        (["ordinal", "lead", "deadline"], None),
    ],
)
def test_what_makes_a_table_of_tasks(kinds: list[str], columns: list[str] | None) -> None:
    assert task_columns(kinds) == columns


@pytest.mark.parametrize(
    "piece",
    [
        "TT\nNhiệm vụ\nChủ trì\n",
        "TT\nNhiệm vụ\nChủ trì\n1\nĐắp đê\nSở Y tế\n",
        "1\nĐắp đê\nSở Y tế\n",
        "Sản phẩm: Báo cáo\n",
        "TT | Nhiệm vụ | Chủ trì\n | đắp đê | \n",
        "a\tb\tc\n",
    ],
)
def test_time_grows_with_the_table(nlp: Language, piece: str) -> None:
    text = HEAD + "TT\nNhiệm vụ\nChủ trì\n1\nĐắp bờ bao\nSở Y tế\n" + piece * (300_000 // len(piece))
    start = time.process_time()
    read(nlp, text)
    assert time.process_time() - start < 40
