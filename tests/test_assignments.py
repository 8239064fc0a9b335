"""Assignments: who has to do what, with whom, by when, how often; what is told, possible or usual is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import extractor
from extractor.record import Assignment, Record

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
LEAD = HEAD + "Ủy ban nhân dân tỉnh yêu cầu các đơn vị thực hiện các việc sau:\n"


def record(nlp: Language, text: str) -> Record:
    return extractor.extract(text, nlp=nlp)


def given(nlp: Language, text: str) -> list[Assignment]:
    found = record(nlp, text)
    for a in found.assignments:
        assert found.text[a.span.start : a.span.end] == a.span.text
    return found.assignments


def who_what(found: list[Assignment]) -> list[tuple[str | None, list[str], str]]:
    """(label, agencies, task) of each."""
    return [(a.label, [x.name for x in a.agencies], a.task) for a in found]


HEALTH, TRADE, FINANCE = "Sở Y tế tỉnh Sơn La", "Sở Công Thương tỉnh Sơn La", "Sở Tài chính tỉnh Sơn La"
POLICE = "Công an tỉnh Sơn La"

#: text below the lead-in, (label, agencies, task)
GIVEN = [
    pytest.param(
        "1. Sở Y tế:\na) Mua thuốc phòng sốt rét;\nb) Tập huấn y sĩ xã.\n2. Công an tỉnh tuần tra ban đêm.\n",
        [
            ("1.a", [HEALTH], "Mua thuốc phòng sốt rét"),
            ("1.b", [HEALTH], "Tập huấn y sĩ xã"),
            ("2.", [POLICE], "tuần tra ban đêm"),
        ],
        id="an-agency-owns-what-stands-below",
    ),
    pytest.param(
        "1. Sở Y tế:\n- Mua thuốc phòng sốt rét.\nDanh sách niêm yết tại trạm.\n- Tập huấn y sĩ xã.\n"
        "2. Công an tỉnh tuần tra ban đêm.\n",
        [
            ("1.", [HEALTH], "Mua thuốc phòng sốt rét"),
            ("1.", [HEALTH], "Tập huấn y sĩ xã"),
            ("2.", [POLICE], "tuần tra ban đêm"),
        ],
        id="a-list-that-goes-on-behind-an-unmarked-line",
    ),
    pytest.param(
        "1. UBND các xã dọc sông Mã có trách nhiệm lập đường dây nóng.\n",
        [("1.", ["Ủy ban nhân dân các xã"], "lập đường dây nóng")],
        id="a-place-between-the-bodies-and-their-duty",
    ),
    pytest.param(
        "1. Sở Y tế:\nMua thuốc phòng sốt rét. Trường hợp thiếu thuốc thì báo cáo ngay Sở.\n"
        "Sở Công Thương dự trữ muối ăn. Nếu thiếu muối thì báo cáo ngay UBND tỉnh.\n",
        [
            ("1.", [HEALTH], "Mua thuốc phòng sốt rét. Trường hợp thiếu thuốc thì báo cáo ngay Sở"),
            ("1.", [TRADE], "dự trữ muối ăn. Nếu thiếu muối thì báo cáo ngay UBND tỉnh"),
        ],
        id="what-to-do-in-a-case-belongs-to-the-task",
    ),
    pytest.param(
        "1. Sở Y tế: mua thuốc phòng sốt rét. Phân công cán bộ trực từng bản.\n",
        [("1.", [HEALTH], "mua thuốc phòng sốt rét. Phân công cán bộ trực từng bản")],
        id="a-bodys-own-staff-is-told-by-it",
    ),
    pytest.param(
        "1. Các Ban QLDA: 2, 6, Đường Bắc Nam rà soát các hạng mục vượt lũ.\n",
        [("1.", ["các Ban QLDA: 2, 6, Đường Bắc Nam"], "rà soát các hạng mục vượt lũ")],
        id="a-group-with-numbers-and-names",
    ),
    pytest.param(
        "1. Sở Y tế:\n- Thống kê đàn lợn của từng bản;\n- Mua thuốc khử trùng chuồng.\n",
        [
            ("1.", [HEALTH], "Thống kê đàn lợn của từng bản"),
            ("1.", [HEALTH], "Mua thuốc khử trùng chuồng"),
        ],
        id="a-verb-that-is-a-bodys-name-too",
    ),
    pytest.param(
        "1. Nhiệm vụ của Sở Y tế là theo dõi, tổng hợp số liệu.\n",
        [("1.", [HEALTH], "theo dõi, tổng hợp số liệu")],
        id="the-duty-of-a-body-is-its-work",
    ),
    pytest.param(
        "1. Sở Y tế, Sở Công Thương – mỗi đơn vị cử hai cán bộ trực.\n",
        [("1.", [HEALTH, TRADE], "mỗi đơn vị cử hai cán bộ trực")],
        id="each-of-those-named",
    ),
    pytest.param(
        "1. Về kho thuốc: Sở Y tế kiểm tra các kho thuốc; Sở Tài chính bố trí kinh phí sửa kho.\n",
        [
            ("1.", [HEALTH], "kiểm tra các kho thuốc"),
            ("1.", [FINANCE], "bố trí kinh phí sửa kho"),
        ],
        id="two-bodies-behind-a-topic",
    ),
    pytest.param(
        "1. Các trường Mầm non Hoa Ban, Tiểu học Chiềng Cơi tổng kết năm học sớm.\n",
        [("1.", ["các trường Mầm non Hoa Ban, Tiểu học Chiềng Cơi"], "tổng kết năm học sớm")],
        id="a-group-with-the-names-of-its-members",
    ),
    pytest.param(
        "1. Sở Y tế:\na) Mua thuốc phòng sốt rét.\nDanh sách phải gửi trước cho trạm xá.\n"
        "b) Tập huấn y sĩ xã.\nMở lớp ở bản.\n",
        [
            ("1.a", [HEALTH], "Mua thuốc phòng sốt rét. Danh sách phải gửi trước cho trạm xá"),
            ("1.b", [HEALTH], "Tập huấn y sĩ xã"),
        ],
        id="a-line-below-an-item-that-says-more-of-it",
    ),
    pytest.param(
        "Sở Y tế\nMua thuốc phòng sốt rét. Cử y sĩ xuống từng bản.\n\n"
        "Sở Công Thương tỉnh Sơn La\nBảo đảm đủ muối ăn.\nKiểm tra các kho muối.\n",
        [
            (None, [HEALTH], "Mua thuốc phòng sốt rét. Cử y sĩ xuống từng bản"),
            (None, [TRADE], "Bảo đảm đủ muối ăn"),
            (None, [TRADE], "Kiểm tra các kho muối"),
        ],
        id="names-on-lines-of-their-own-without-marks",
    ),
    pytest.param(
        "1. Sở Y tế, Liên hội Nghề muối, Hội Thuyền chài vịnh Ba: thả phao dọc cửa lạch.\n",
        [
            (
                "1.",
                [HEALTH, "Liên hội Nghề muối", "Hội Thuyền chài vịnh Ba"],
                "thả phao dọc cửa lạch",
            )
        ],
        id="somebody-unknown-right-before-the-colon",
    ),
    pytest.param(
        "1. Sở Y tế, Hội Diêm dân/ngư dân tỉnh nhà, Sở Công Thương:\n- Kiểm tra các kho muối.\n",
        [("1.", [HEALTH, "Hội Diêm dân/ngư dân tỉnh nhà", TRADE], "Kiểm tra các kho muối")],
        id="a-name-that-goes-on-with-unknown-words",
    ),
    pytest.param(
        "1. Sở Y tế:\nTrong phạm vi chức năng, nhiệm vụ của mình, mua thuốc phòng sốt rét.\n",
        [
            (
                "1.",
                [HEALTH],
                "Trong phạm vi chức năng, nhiệm vụ của mình, mua thuốc phòng sốt rét",
            )
        ],
        id="the-function-before-the-work",
    ),
    pytest.param(
        "1. Chủ tịch Hội đồng thành viên Tập đoàn Điện lực Việt Nam kiểm tra các đập lớn.\n",
        [("1.", ["Tập đoàn Điện lực Việt Nam"], "kiểm tra các đập lớn")],
        id="a-post-in-the-board-of-a-company",
    ),
    pytest.param(
        "1. Sở Y tế:\na) Mua thuốc phòng sốt rét.\nDanh sách niêm yết tại trạm.\nb) Tập huấn y sĩ xã.\n",
        [
            ("1.a", [HEALTH], "Mua thuốc phòng sốt rét"),
            ("1.b", [HEALTH], "Tập huấn y sĩ xã"),
        ],
        id="letters-that-count-on-behind-an-unmarked-line",
    ),
    pytest.param(
        "1. Sở Y tế:\nMua thuốc phòng sốt rét. Cử y sĩ xuống từng bản.\nTập huấn y sĩ xã.\n",
        [
            ("1.", [HEALTH], "Mua thuốc phòng sốt rét. Cử y sĩ xuống từng bản"),
            ("1.", [HEALTH], "Tập huấn y sĩ xã"),
        ],
        id="below-a-heading-a-paragraph-is-an-item",
    ),
    pytest.param(
        "1. Sở Y tế, Sở Công Thương:\n- Kiểm tra các kho thuốc;\n- Lập biên bản kiểm tra.\n",
        [
            ("1.", [HEALTH, TRADE], "Kiểm tra các kho thuốc"),
            ("1.", [HEALTH, TRADE], "Lập biên bản kiểm tra"),
        ],
        id="a-lead-in-of-two",
    ),
    pytest.param(
        "1. Sở Y tế:\n- Mua thuốc phòng sốt rét;\n- Công an tỉnh tuần tra ban đêm;\n- Lập danh sách trẻ.\n",
        [
            ("1.", [HEALTH], "Mua thuốc phòng sốt rét"),
            ("1.", [POLICE], "tuần tra ban đêm"),
            ("1.", [HEALTH], "Lập danh sách trẻ"),
        ],
        id="an-item-with-its-own-agency",
    ),
    pytest.param(
        "1. Sở Y tế:\n- Yêu cầu các nhà thuốc niêm yết giá;\n- Giao Công an tỉnh tuần tra ban đêm.\n",
        [
            ("1.", [HEALTH], "Yêu cầu các nhà thuốc niêm yết giá"),
            ("1.", [POLICE], "tuần tra ban đêm"),
        ],
        id="only-giao-hands-work-on",
    ),
    pytest.param(
        "1. Rà soát quy hoạch đất (giao Sở Y tế chủ trì, phối hợp với Công an tỉnh).\n",
        [("1.", [HEALTH], "Rà soát quy hoạch đất")],
        id="brackets-at-the-end",
    ),
    pytest.param(
        "1. Căn cứ kết quả kiểm tra, Sở Tài chính cân đối ngân sách.\n",
        [("1.", [FINANCE], "cân đối ngân sách")],
        id="behind-a-condition",
    ),
    pytest.param(
        "1. Đối với Sở Công Thương: kiểm tra các kho xăng.\n",
        [("1.", [TRADE], "kiểm tra các kho xăng")],
        id="toward",
    ),
    pytest.param(
        "Giao Sở Y tế phun thuốc diệt muỗi. Tổng hợp số liệu hằng tuần. Dịch đã lan ra ba xã.\n",
        [
            (None, [HEALTH], "phun thuốc diệt muỗi"),
            (None, [HEALTH], "Tổng hợp số liệu hằng tuần"),
        ],
        id="sentences-that-go-on-with-work",
    ),
    pytest.param(
        "Giao Sở Y tế phun thuốc diệt muỗi. Trong đó ưu tiên các xã biên giới.\n",
        [(None, [HEALTH], "phun thuốc diệt muỗi. Trong đó ưu tiên các xã biên giới")],
        id="a-sentence-that-elaborates",
    ),
    pytest.param(
        "1. Sở Y tế tham mưu UBND tỉnh ban hành quy định về trực, trình HĐND tỉnh.\n",
        [("1.", [HEALTH], "tham mưu UBND tỉnh ban hành quy định về trực, trình HĐND tỉnh")],
        id="whom-one-advises-is-no-assignee",
    ),
    pytest.param(
        "1. Nạo vét kênh chính\n- Cơ quan chủ trì: Chi cục Thủy lợi.\n- Cơ quan phối hợp: UBND các xã.\n",
        [("1.", ["Chi cục Thủy lợi tỉnh Sơn La"], "Nạo vét kênh chính")],
        id="lines-behind-the-work",
    ),
    pytest.param(
        """TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn
1 | Nạo vét kênh chính | Sở Y tế | UBND các xã | Tháng 9/2024
2 | Đắp bờ bao | Công an tỉnh | | Hằng năm
""",
        [("1", [HEALTH], "Nạo vét kênh chính"), ("2", [POLICE], "Đắp bờ bao")],
        id="rows-of-a-task-table",
    ),
    pytest.param(
        "1. Giao đồng chí Lò Văn A, Phó Chủ tịch UBND tỉnh, trực tiếp chỉ đạo.\n"
        "2. Bà Vì Thị B (cán bộ Sở Y tế) theo dõi số liệu.\n"
        "3. Đồng chí Hà Văn C chuẩn bị hội trường.\n",
        [
            ("1.", ["Ủy ban nhân dân tỉnh Sơn La"], "trực tiếp chỉ đạo"),
            ("2.", [HEALTH], "theo dõi số liệu"),
            ("3.", ["Hà Văn C"], "chuẩn bị hội trường"),
        ],
        id="a-person-stands-for-the-agency-of-the-post",
    ),
    pytest.param(
        "1. Sở Y tế được giao chủ trì tiêm phòng.\n2. Công an tỉnh được đề nghị bố trí người canh gác.\n",
        [("1.", [HEALTH], "chủ trì tiêm phòng"), ("2.", [POLICE], "bố trí người canh gác")],
        id="told-in-the-passive",
    ),
    pytest.param(
        "1. Chủ đầu tư gia cố bờ kè.\n2. Các trường Tiểu học, THCS dạy bơi cho trẻ.\n",
        [
            ("1.", ["chủ đầu tư"], "gia cố bờ kè"),
            ("2.", ["các trường Tiểu học, THCS"], "dạy bơi cho trẻ"),
        ],
        id="whom-no-register-knows",
    ),
    pytest.param(
        "1. UBND thành phố Sơn La, các huyện Mộc Châu, Yên Châu rà soát hộ dân.\n"
        "2. Đề nghị UBND huyện Mộc Châu, tỉnh Sơn La rà soát hộ dân.\n",
        [
            (
                "1.",
                ["Ủy ban nhân dân thành phố Sơn La", "Ủy ban nhân dân các huyện Mộc Châu, Yên Châu"],
                "rà soát hộ dân",
            ),
            ("2.", ["Ủy ban nhân dân huyện Mộc Châu"], "rà soát hộ dân"),
        ],
        id="one-body-of-several-places",
    ),
    pytest.param(
        "1. Sở Y tế đôn đốc việc thực hiện; Chỉ thị này thay thế Chỉ thị số 2/CT-UBND.\n",
        [("1.", [HEALTH], "đôn đốc việc thực hiện")],
        id="what-the-letter-says-of-itself",
    ),
    pytest.param(
        "Sở Y tế 06 tháng/lần tổ chức tập huấn. Thanh tra, kiểm tra các kho thuốc.\n",
        [
            (None, [HEALTH], "06 tháng/lần tổ chức tập huấn"),
            (None, [HEALTH], "Thanh tra, kiểm tra các kho thuốc"),
        ],
        id="a-time-before-the-verb",
    ),
    pytest.param(
        "Thứ nhất, phun thuốc diệt muỗi.\nThứ hai, giao Sở Y tế lập danh sách trẻ.\n",
        [
            ("Thứ nhất", ["các đơn vị"], "phun thuốc diệt muỗi"),
            ("Thứ hai", [HEALTH], "lập danh sách trẻ"),
        ],
        id="counted-in-words",
    ),
    pytest.param(
        "1. Nạo vét kênh\na) Đắp bờ bao phía tây.\nb) Gia cố cống số 2.\n- Cơ quan chủ trì: Sở Y tế.\n",
        [("1.a", [HEALTH], "Đắp bờ bao phía tây"), ("1.b", [HEALTH], "Gia cố cống số 2")],
        id="lines-behind-a-list",
    ),
    pytest.param(
        "Đề nghị gửi báo cáo về Sở Y tế trước ngày 5/8/2024.\n",
        [(None, ["các sở, ban, ngành"], "gửi báo cáo về Sở Y tế trước ngày 5/8/2024")],
        id="asked-of-those-it-is-sent-to",
    ),
    pytest.param(
        "Ủy ban nhân dân tỉnh đề nghị các cơ quan, đơn vị nghiêm túc thực hiện./.\n",
        [(None, ["các cơ quan, đơn vị"], "nghiêm túc thực hiện")],
        id="closing-formula",
    ),
    pytest.param(
        "1. Giao Sở Công\nThương chủ trì, phối hợp với Sở Văn hóa, Thể\nthao và Du lịch mở hội chợ.\n",
        [
            (
                "1.",
                ["Sở Công Thương"],
                "chủ trì, phối hợp với Sở Văn hóa, Thể thao và Du lịch mở hội chợ",
            )
        ],
        id="name-over-two-lines",
    ),
    pytest.param(
        "1. Ban Quản lý Khu kinh tế tỉnh (sau đây gọi là Ban Quản lý) rà soát hồ sơ.\n"
        "2. Trưởng Ban Quản lý gửi kết quả về Sở Tài chính.\n",
        [
            ("1.", ["Ban Quản lý Khu kinh tế"], "rà soát hồ sơ"),
            ("2.", ["Ban Quản lý Khu kinh tế"], "gửi kết quả về Sở Tài chính"),
        ],
        id="short-form-of-its-own",
    ),
    pytest.param(
        "1. Ban Quản lý Khu kinh tế tỉnh (sau đây gọi là Ban Quản lý) rà soát hồ sơ.\n"
        "2. Giao Ban Quản lý gửi kết quả về Sở Tài chính.\n"
        "3. Ban Quản lý Rừng phòng hộ Sông Mã (sau đây gọi là Ban Quản lý) rà soát rừng.\n"
        "4. Giao Ban Quản lý gửi kết quả về Sở Tài chính.\n",
        [
            ("1.", ["Ban Quản lý Khu kinh tế"], "rà soát hồ sơ"),
            ("2.", ["Ban Quản lý Khu kinh tế"], "gửi kết quả về Sở Tài chính"),
            ("3.", ["Ban Quản lý Rừng phòng hộ Sông Mã"], "rà soát rừng"),
            ("4.", ["Ban Quản lý Rừng phòng hộ Sông Mã"], "gửi kết quả về Sở Tài chính"),
        ],
        id="short-form-defined-anew",
    ),
    pytest.param(
        "1. Sở Y tế, Công an tỉnh và Ban Dân tộc (sau đây gọi chung là các đơn vị kiểm tra) lập kế hoạch.\n"
        "2. Thủ trưởng các đơn vị kiểm tra gửi kết quả về Sở Tài chính.\n",
        [
            ("1.", ["Sở Y tế", "Công an", "Ban Dân tộc"], "lập kế hoạch"),
            ("2.", ["Sở Y tế", "Công an", "Ban Dân tộc"], "gửi kết quả về Sở Tài chính"),
        ],
        id="short-form-of-several",
    ),
    pytest.param(
        "Yêu cầu Sở Y tế, Sở Nội vụ; đồng thời đề nghị Hội Nông dân tỉnh rà soát danh sách.\n",
        [(None, ["Sở Y tế", "Sở Nội vụ", "Hội Nông dân"], "rà soát danh sách")],
        id="two-order-verbs-one-work",
    ),
    pytest.param(
        "1. UBND tỉnh yêu cầu các sở, ngành rà soát quy hoạch.\n2. Sở Y tế yêu cầu các bệnh viện báo cáo.\n",
        [
            ("1.", ["các sở, ngành"], "rà soát quy hoạch"),
            ("2.", ["Sở Y tế"], "yêu cầu các bệnh viện báo cáo"),
        ],
        id="the-issuer-orders-in-an-item",
    ),
    pytest.param(
        "1. Sở Công Thương, UBND các xã, chủ chợ, các công ty cấp nước:\n- Kiểm tra nguồn nước.\n",
        [
            (
                "1.",
                ["Sở Công Thương", "Ủy ban nhân dân các xã", "chủ chợ", "các công ty cấp nước"],
                "Kiểm tra nguồn nước",
            )
        ],
        id="unknown-at-the-end-of-a-lead-in",
    ),
    pytest.param(
        "1. Ban Chỉ đạo chống thất thu, nợ đọng và gian lận thuế huyện (viết tắt là BCĐ 24) họp hằng quý.\n"
        "2. BCĐ 24 gửi báo cáo trước ngày 10/12/2024.\n",
        [
            ("1.", ["Ban Chỉ đạo chống thất thu, nợ đọng và gian lận thuế huyện"], "họp hằng quý"),
            (
                "2.",
                ["Ban Chỉ đạo chống thất thu, nợ đọng và gian lận thuế huyện"],
                "gửi báo cáo trước ngày 10/12/2024",
            ),
        ],
        id="short-form-ends-the-name",
    ),
    pytest.param(
        "Các ban đảng Tỉnh ủy, các phòng, ban chuyên môn thuộc UBND huyện phối hợp kiểm tra việc chi trả.\n",
        [
            (
                None,
                ["các ban đảng Tỉnh ủy", "các phòng, ban chuyên môn thuộc UBND huyện"],
                "phối hợp kiểm tra việc chi trả",
            )
        ],
        id="groups-of-a-body",
    ),
    pytest.param(
        "1. Sở Tài chính kiểm tra giá cả hàng hóa.\n"
        "2. Sở Công Thương rà soát nguồn cung.\n"
        "3. Hai sở trên báo cáo kết quả trước ngày 05/12/2024.\n"
        "4. Các đơn vị này chuẩn bị phương án bình ổn giá.\n"
        "5. Cơ quan này tổng hợp kết quả.\n",
        [
            ("1.", ["Sở Tài chính"], "kiểm tra giá cả hàng hóa"),
            ("2.", ["Sở Công Thương"], "rà soát nguồn cung"),
            ("3.", ["Sở Tài chính", "Sở Công Thương"], "báo cáo kết quả trước ngày 05/12/2024"),
            ("4.", ["Sở Tài chính", "Sở Công Thương"], "chuẩn bị phương án bình ổn giá"),
        ],
        id="pronouns",
    ),
    pytest.param(
        "1. Sở Tài chính\nTrên cơ sở đề xuất của các đơn vị, tham mưu bố trí kinh phí.\n",
        [("1.", [FINANCE], "Trên cơ sở đề xuất của các đơn vị, tham mưu bố trí kinh phí")],
        id="a-condition-under-the-agency's-heading",
    ),
    pytest.param(
        "1. Công an các xã nơi có đường tỉnh đi qua phân luồng xe tải.\n",
        [("1.", ["Công an các xã"], "phân luồng xe tải")],
        id="a-place-tells-which-bodies",
    ),
    pytest.param(
        "1. Các Đội Quản lý thị trường số 2, 4:\na/ Kiểm tra kho gạo;\nb/ Lập biên bản kiểm tra.\n",
        [
            ("1.a", ["các Đội Quản lý thị trường số 2, 4"], "Kiểm tra kho gạo"),
            ("1.b", ["các Đội Quản lý thị trường số 2, 4"], "Lập biên bản kiểm tra"),
        ],
        id="a-heading-of-bodies-in-no-register",
    ),
    pytest.param(
        "- Công chức Địa chính - Xây dựng: đo lại mốc lộ giới.\n- Đoàn kiểm tra có nhiệm vụ lập biên bản.\n",
        [
            (None, ["công chức Địa chính - Xây dựng"], "đo lại mốc lộ giới"),
            (None, ["đoàn kiểm tra"], "lập biên bản"),
        ],
        id="roles",
    ),
    pytest.param(
        "1. Chủ tịch UBND các xã chỉ đạo:\na) Đắp lại bờ bao;\nb) Kiểm đếm thuyền trên hồ.\n",
        [
            ("1.a", ["Ủy ban nhân dân các xã"], "Đắp lại bờ bao"),
            ("1.b", ["Ủy ban nhân dân các xã"], "Kiểm đếm thuyền trên hồ"),
        ],
        id="an-item-that-tells-a-body-to-direct",
    ),
    pytest.param(
        "1. Đảng ủy xã Chiềng Ơn\n- Lãnh đạo UBND xã sửa lại đập tràn.\n",
        [("1.", ["Đảng ủy xã Chiềng Ơn"], "Lãnh đạo UBND xã sửa lại đập tràn")],
        id="to-lead-is-a-committee's-work",
    ),
    pytest.param(
        "1. Đề nghị Ủy ban MTTQ Việt Nam tỉnh, Tỉnh đoàn vận động quyên góp.\n",
        [
            (
                "1.",
                ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Sơn La", "Tỉnh đoàn Sơn La"],
                "vận động quyên góp",
            )
        ],
        id="a-level-before-the-youth-union",
    ),
    pytest.param(
        "II. PHÂN CÔNG NHIỆM VỤ\n1. Tổ Ngữ văn: biên tập tập san.\n2. Khoa Dược\n- Kiểm kê kho thuốc.\n",
        [
            ("II.1", ["Tổ Ngữ văn"], "biên tập tập san"),
            ("II.2", ["Khoa Dược"], "Kiểm kê kho thuốc"),
        ],
        id="units-inside-a-body",
    ),
]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("UBND tỉnh yêu cầu: Sở Y tế, Công an tỉnh kiểm tra các quầy thuốc.", [[HEALTH, POLICE]]),
        ("Chủ tịch UBND tỉnh chỉ đạo: Sở Y tế rà soát kho thuốc; Sở Tài chính bố trí kinh phí.",
         [[HEALTH], [FINANCE]]),
        ("UBND tỉnh giao: Sở Công Thương chủ trì, phối hợp với Công an tỉnh niêm phong các bồn.", [[TRADE]]),
    ],
)  # fmt: skip
def test_orders_behind_a_colon_in_a_letters_sentence(
    sentence: str, expected: list[list[str]], nlp: Language
) -> None:
    found = given(nlp, HEAD + "Giá thuốc tại một số chợ tăng cao.\n" + sentence + "\n")
    assert [[x.name for x in a.agencies] for a in found] == expected


@pytest.mark.parametrize(("text", "expected"), GIVEN)
def test_who_has_to_do_what(
    text: str, expected: list[tuple[str | None, list[str], str]], nlp: Language
) -> None:
    found = who_what(given(nlp, LEAD + text))
    named = [(label, [n.removesuffix(" tỉnh Sơn La") for n in names], task) for label, names, task in found]
    wanted = [
        (label, [n.removesuffix(" tỉnh Sơn La") for n in names], task) for label, names, task in expected
    ]
    assert named == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Thời gian qua, UBND tỉnh đã giao Sở Y tế phun thuốc diệt muỗi.",
        "Sở Y tế đã tổ chức tập huấn cho 30 người.",
        "Có thể tổ chức hội thi tại các xã.",
        "Văn phòng xin thông báo để Sở Y tế biết.",
        "Sở Y tế là cơ quan chuyên môn của tỉnh.",
        "Căn cứ báo cáo của Sở Y tế về tình hình dịch;",
    ],
)
def test_what_is_no_assignment(text: str, nlp: Language) -> None:
    assert who_what(given(nlp, HEAD + text + "\n")) == []


def test_the_execution_clause_names_executors(nlp: Language) -> None:
    clause = "Điều 3. Giám đốc Sở Y tế, Thủ trưởng các đơn vị chịu trách nhiệm thi hành Quyết định này.\n"
    found = record(nlp, HEAD + clause)
    assert found.assignments == []
    assert [(a.title, a.name) for a in found.document.executors] == [
        ("Giám đốc", HEALTH),
        ("Thủ trưởng", "các đơn vị"),
    ]


@pytest.mark.parametrize(
    ("text", "agencies", "partners"),
    [
        (
            "1. Sở Y tế chủ trì, phối hợp với Công an tỉnh, Sở Tài chính phun thuốc diệt muỗi.",
            [HEALTH],
            [POLICE, FINANCE],
        ),
        ("1. Giao Sở Y tế phối hợp với Công an tỉnh phun thuốc diệt muỗi.", [HEALTH], [POLICE]),
        ("1. Sở Y tế chỉ đạo Trung tâm Y tế phối hợp với Công an tỉnh phun thuốc.", [HEALTH], []),
        ("1. Rà soát quy hoạch đất (giao Sở Y tế chủ trì, phối hợp với Công an tỉnh).", [HEALTH], [POLICE]),
        (
            "1. Nạo vét kênh chính\n- Cơ quan chủ trì: Sở Y tế.\n- Cơ quan phối hợp: Công an tỉnh.",
            [HEALTH],
            [POLICE],
        ),
        ("1. Giao Sở Y tế chủ trì, Công an tỉnh phối hợp phun thuốc.", [HEALTH], [POLICE]),
        ("1. Sở Y tế phun thuốc diệt muỗi; Công an tỉnh phối hợp.", [HEALTH], [POLICE]),
        (
            "TT | Nhiệm vụ | Chủ trì | Phối hợp\n1 | Nạo vét kênh chính | Sở Y tế | Công an tỉnh",
            [HEALTH],
            [POLICE],
        ),
    ],
)
def test_with_whom(text: str, agencies: list[str], partners: list[str], nlp: Language) -> None:
    (a,) = given(nlp, LEAD + text + "\n")
    assert [x.name for x in a.agencies] == agencies
    assert [x.name for x in a.coordinating] == partners


@pytest.mark.parametrize(
    ("task", "deadline"),
    [
        ("rà soát danh sách trước ngày 15/8/2024", ("before", "2024-08-15", "2024-08-15")),
        ("rà soát danh sách, chậm nhất ngày 20/8/2024 báo cáo", ("by", "2024-08-20", "2024-08-20")),
        ("rà soát danh sách trong tháng 11/2024", ("during", "2024-11-01", "2024-11-30")),
        (
            "rà soát danh sách trước ngày 15/8/2024, hoàn thành trước ngày 30/9/2024",
            ("before", "2024-09-30", "2024-09-30"),
        ),
        ("thực hiện Quyết định số 4/QĐ-UBND ngày 3/4/2024", None),
        ("kiểm tra số liệu tính đến ngày 30/6/2024", None),
        ("rà soát danh sách hộ nghèo", None),
    ],
)
def test_deadline(task: str, deadline: tuple[str, str, str] | None, nlp: Language) -> None:
    (a,) = given(nlp, f"{LEAD}1. Sở Y tế {task}.\n")
    found = (a.deadline.relation, a.deadline.start, a.deadline.end) if a.deadline else None
    assert found == deadline


@pytest.mark.parametrize(
    "text",
    [
        "Giao các sở:\n1. Sở Y tế mua thêm thuốc.\n2. Công an tỉnh canh gác kho.\nHoàn thành {due}.\n",
        "1. Sở Y tế:\n- Mua thêm thuốc men;\n- Lập danh sách trẻ;\n- Thời hạn: {due}.\n",
        "1. Sở Y tế:\n- Mua thêm thuốc men;\n- Lập danh sách trẻ.\nCác việc trên hoàn thành {due}.\n",
        "II. NHIỆM VỤ\n1. Sở Y tế:\na) Mua thêm thuốc men.\n2. Công an tỉnh canh gác kho.\n"
        "Các nhiệm vụ nêu trên hoàn thành {due}.\n",
    ],
)
def test_a_deadline_on_its_own_line_holds_for_the_list(text: str, nlp: Language) -> None:
    found = given(nlp, LEAD + text.format(due="trước ngày 30/9/2024"))
    assert [a.deadline.start if a.deadline else None for a in found] == ["2024-09-30", "2024-09-30"]


@pytest.mark.parametrize(
    ("task", "recurrence", "deadline"),
    [
        ("báo cáo kết quả hằng tuần", "weekly", None),
        ("đối chiếu số nợ từng tuần", "weekly", None),
        ("báo cáo kết quả trước ngày 20 hằng tháng", "monthly", None),
        ("định kỳ hằng quý báo cáo kết quả", "quarterly", None),
        ("định kỳ 6 tháng báo cáo kết quả", "half_yearly", None),
        ("tổng hợp kết quả trước ngày 25/12 hằng năm", "yearly", "2024-12-25"),
        ("lo đời sống hằng ngày của dân", None, None),
        ("tuần tra hằng ngày tại các chợ", "daily", None),
        ("gửi số liệu trước 16 giờ hằng ngày", "daily", None),
        ("họp giao ban 6 tháng một lần", "half_yearly", None),
        ("báo cáo kết quả 6 tháng đầu năm", None, None),
        ("định kỳ 6 tháng, hằng năm báo cáo kết quả", "half_yearly", None),
        ("họp giao ban 03 tháng/lần", "quarterly", None),
        ("đối chiếu số nợ trước ngày 20/01 hằng năm", "yearly", "2024-01-20"),
        ("báo cáo ngày 20 hằng tháng, quý (trước ngày 15 của tháng cuối quý)", "monthly", None),
        ("báo cáo kết quả trước ngày 15 của tháng cuối quý", "quarterly", None),
        ("báo cáo kết quả trước ngày 10 tháng đầu quý sau", "quarterly", None),
        ("báo cáo định kỳ (quý, 6 tháng, năm)", "quarterly", None),
        ("báo cáo kết quả trước 16 giờ 30 thứ Sáu hằng tuần", "weekly", None),
        ("báo cáo 6 tháng, 01 năm gửi về UBND tỉnh", "half_yearly", None),
        ("báo cáo 6 tháng (trước ngày 15-6), năm (trước ngày 15-12)", "half_yearly", "2024-12-15"),
        ("báo cáo trước ngày 15-12 hằng năm", "yearly", "2024-12-15"),
    ],
)
def test_recurrence(task: str, recurrence: str | None, deadline: str | None, nlp: Language) -> None:
    (a,) = given(nlp, f"{LEAD}1. Sở Y tế {task}.\n")
    assert (a.recurrence, a.deadline.start if a.deadline else None) == (recurrence, deadline)


@pytest.mark.parametrize(
    ("before", "recurrence", "deadline"),
    [
        ("Hằng quý, ", "quarterly", None),
        ("Trước ngày 20 hằng tháng, ", "monthly", None),
        ("Định kỳ 6 tháng (trước ngày 15-6), 01 năm (trước ngày 15-12), ", "half_yearly", "2024-12-15"),
    ],
)
def test_how_often_said_before_the_agency(
    before: str, recurrence: str, deadline: str | None, nlp: Language
) -> None:
    (a,) = given(nlp, f"{LEAD}1. {before}Sở Y tế báo cáo kết quả.\n")
    assert ([x.name for x in a.agencies], a.task) == ([HEALTH], "báo cáo kết quả")
    assert (a.recurrence, a.deadline.start if a.deadline else None) == (recurrence, deadline)


def test_each_deadline_line_holds_for_its_own_list(nlp: Language) -> None:
    lists = (
        "1. Sở Y tế mua thêm thuốc.\nHoàn thành trước ngày 30/9/2024.\n"
        "2. Công an tỉnh canh gác kho.\nHoàn thành trước ngày 30/10/2024.\n"
    )
    found = given(nlp, LEAD + lists)
    assert [a.deadline.start if a.deadline else None for a in found] == ["2024-09-30", "2024-10-30"]


@pytest.mark.parametrize(
    "line",
    [
        "Thời gian thực hiện: năm 2024.",
        "Thời gian thực hiện: từ tháng 7/2024 đến tháng 12/2024.",
        "3. Thời gian thực hiện: từ ngày 10/7/2024 đến ngày 30/9/2024.",
    ],
)
def test_the_time_of_the_whole_plan_is_no_deadline(line: str, nlp: Language) -> None:
    found = given(nlp, f"{LEAD}1. Sở Y tế mua thêm thuốc.\n2. Công an tỉnh canh gác kho.\n{line}\n")
    assert [a.deadline for a in found] == [None, None]


@pytest.mark.parametrize(
    ("text", "mode", "speaker"),
    [
        ("Phó Chủ tịch UBND tỉnh yêu cầu Sở Y tế dừng thi công.", "yêu cầu", "Phó Chủ tịch UBND tỉnh"),
        ("Ủy ban nhân dân tỉnh yêu cầu:\n1. Sở Y tế kiểm tra các kho.", "yêu cầu", "Ủy ban nhân dân tỉnh"),
        ("Giao Sở Y tế kiểm tra các kho.", "giao", None),
        ("Đề nghị Hội Nông dân tỉnh vận động hội viên.", "đề nghị", None),
    ],
)
def test_who_orders_and_how(text: str, mode: str, speaker: str | None, nlp: Language) -> None:
    (a,) = given(nlp, HEAD + text + "\n")
    assert (a.mode, a.assigned_by) == (mode, speaker)


def test_numbers_cited_in_a_task(nlp: Language) -> None:
    (a,) = given(nlp, f"{LEAD}1. Sở Y tế thực hiện Quyết định số 45/QĐ-UBND và Kế hoạch số 6/KH-UBND.\n")
    assert a.references == ["45/QĐ-UBND", "6/KH-UBND"]


REPORTED = "Chiều 5/6, Chủ tịch UBND tỉnh Sơn La đã chỉ đạo Sở Y tế phun thuốc diệt muỗi."


def test_a_reported_order_counts_in_a_report_only(nlp: Language) -> None:
    (a,) = given(nlp, "Phòng sốt xuất huyết\n" + REPORTED + "\n")
    expected: dict[str, Any] = {"mode": "chỉ đạo", "assigned_by": "Chủ tịch UBND tỉnh Sơn La"}
    assert a.model_dump(include=set(expected)) == expected
    assert ([x.name for x in a.agencies], a.task) == ([HEALTH], "phun thuốc diệt muỗi")
    assert given(nlp, HEAD + REPORTED + "\n") == []


@pytest.mark.parametrize(
    "said", ["Thông tin được nêu tại cuộc họp.", "Báo cáo của Sở Y tế nêu rõ tình hình."]
)
def test_a_noun_that_is_a_verb_elsewhere_goes_on_with_no_work(said: str, nlp: Language) -> None:
    (a,) = given(nlp, "Phòng sốt xuất huyết\n" + REPORTED + " " + said + "\n")
    assert a.task == "phun thuốc diệt muỗi"


def test_companies_and_branches_are_told_in_a_report(nlp: Language) -> None:
    orders = (
        "Công ty điện lực, công ty cấp thoát nước và các đơn vị viễn thông có phương án dự phòng.\n"
        "Ngân hàng Nhà nước chi nhánh tỉnh Sơn La chỉ đạo các tổ chức tín dụng cho vay.\n"
    )
    names = [a.agencies[0].name for a in given(nlp, "Phòng sốt xuất huyết\n" + REPORTED + "\n" + orders)]
    assert names == [
        HEALTH,
        "công ty điện lực, công ty cấp thoát nước và các đơn vị viễn thông",
        "Ngân hàng Nhà nước chi nhánh tỉnh Sơn La",
    ]


NEWS = "Tin chỉ đạo\n\nNgày 3/5/2023, UBND tỉnh Sơn La ban hành Công văn số 1234/UBND-VX về phòng dịch.\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Theo đó, UBND tỉnh yêu cầu: Sở Y tế theo dõi chặt dịch bệnh; Sở Tài chính bố trí kinh phí.",
            [
                (["Sở Y tế tỉnh Sơn La"], "theo dõi chặt dịch bệnh"),
                (["Sở Tài chính tỉnh Sơn La"], "bố trí kinh phí"),
            ],
        ),
        (
            "Bên cạnh đó, Sở Y tế rà soát các trạm y tế xã. Bên cạnh đó, tuyên truyền cho người dân.",
            [
                (["Sở Y tế tỉnh Sơn La"], "rà soát các trạm y tế xã"),
                (["Sở Y tế tỉnh Sơn La"], "Bên cạnh đó, tuyên truyền cho người dân"),
            ],
        ),
        (
            "Vì vậy, UBND tỉnh có văn bản yêu cầu các sở ban ngành và các huyện trực ban 24/24 giờ.",
            [(["các sở ban ngành và các huyện"], "trực ban 24/24 giờ")],
        ),
        (
            "Sau đó, UBND tỉnh ban hành công văn 326, chỉ đạo Công an tỉnh tăng cường tuần tra.",
            [(["Công an tỉnh Sơn La"], "tăng cường tuần tra")],
        ),
        (  # who speaks is not told to do it
            "Sở Y tế yêu cầu báo cáo số ca mắc trước ngày 20/9.",
            [],
        ),
        (
            "Bí thư, Chủ tịch UBND các xã, phường tổ chức lực lượng trực ban.",
            [(["Chủ tịch Ủy ban nhân dân các xã, phường"], "tổ chức lực lượng trực ban")],
        ),
        (
            "UBND tỉnh yêu cầu Sở Y tế và các CLB nữ đảm bảo để mọi trẻ và mẹ đều được khám, ăn đủ.",
            [(["Sở Y tế tỉnh Sơn La", "các CLB nữ"], "đảm bảo để mọi trẻ và mẹ đều được khám, ăn đủ")],
        ),
        (
            "Các cấp công đoàn tổ chức các chuyến xe đưa công nhân về quê.",
            [(["các cấp công đoàn"], "tổ chức các chuyến xe đưa công nhân về quê")],
        ),
        (
            "Bên cạnh đó Sở Y tế cần lập kế hoạch trực.",
            [(["Sở Y tế tỉnh Sơn La"], "lập kế hoạch trực")],
        ),
        (
            "Bên cạnh đó Sở Y tế đã lập kế hoạch trực.",
            [],
        ),
        (
            "UBND tỉnh giao Sở Y tế, Sở Tài chính…rà soát các trạm y tế xã.",
            [(["Sở Y tế tỉnh Sơn La", "Sở Tài chính tỉnh Sơn La"], "rà soát các trạm y tế xã")],
        ),
        (
            "UBND tỉnh yêu cầu các Cục Dự trữ khu vực: Sông Mã, Mai Sơn, Tây Hồ tổ chức trực ban.",
            [(["các Cục Dự trữ khu vực: Sông Mã, Mai Sơn, Tây Hồ"], "tổ chức trực ban")],
        ),
        (
            "UBND tỉnh giao UBND huyện Sông Mã sửa các cầu treo. Huyện Sông Mã tổ chức trực ban.",
            [
                (["Ủy ban nhân dân huyện Sông Mã"], "sửa các cầu treo"),
                (["Ủy ban nhân dân huyện Sông Mã"], "tổ chức trực ban"),
            ],
        ),
        (
            "Với giá vé xe, Sở Tài chính được giao nhiệm vụ rà soát phương án giá.",
            [(["Sở Tài chính tỉnh Sơn La"], "rà soát phương án giá")],
        ),
        (
            "Năm 2020, Sở Tài chính được giao rà soát giá vé.",
            [],
        ),
        (
            "Sở Tài chính bố trí đủ kinh phí. Việc kiểm tra các trạm y tế xã do Sở Y tế chủ trì thực hiện.",
            [
                (["Sở Tài chính tỉnh Sơn La"], "bố trí đủ kinh phí"),
                (["Sở Y tế tỉnh Sơn La"], "kiểm tra các trạm y tế xã do Sở Y tế chủ trì thực hiện"),
            ],
        ),
        (
            "Việc thu phí các chợ hiện do Sở Y tế thực hiện.",
            [],
        ),
        (
            "“Sở Y tế phải lập kế hoạch mua thuốc từ sớm”, Chủ tịch UBND tỉnh nhấn mạnh.",
            [(["Sở Y tế tỉnh Sơn La"], "lập kế hoạch mua thuốc từ sớm")],
        ),
        (
            "Bên cạnh đó, các cấp công đoàn tổ chức các chuyến xe đưa công nhân về quê.",
            [(["các cấp công đoàn"], "tổ chức các chuyến xe đưa công nhân về quê")],
        ),
        (
            "Sở Y tế rà soát các trạm y tế xã. Ngoài ra, thông báo cũng nêu giá của mười loại thuốc.",
            [(["Sở Y tế tỉnh Sơn La"], "rà soát các trạm y tế xã")],
        ),
        (
            "UBND các huyện, trong đó có huyện Sông Mã, tổ chức trực ban.",
            [(["Ủy ban nhân dân các huyện"], "tổ chức trực ban")],
        ),
        (
            "Phó Chủ tịch UBND tỉnh Trần Văn An chỉ đạo Sở Y tế lập danh sách người cao tuổi.",
            [(["Sở Y tế tỉnh Sơn La"], "lập danh sách người cao tuổi")],
        ),
        (
            "UBND tỉnh yêu cầu các sở, ngành chức năng, địa phương trực ban.",
            [],
        ),
        (
            "UBND tỉnh yêu cầu các sở, ngành chức năng, địa phương tổ chức trực ban.",
            [(["các sở, ngành chức năng, địa phương"], "tổ chức trực ban")],
        ),
        (
            "Các đơn vị quản lý đường bộ tăng cường tuần tra trên tuyến.",
            [(["các đơn vị quản lý đường bộ"], "tăng cường tuần tra trên tuyến")],
        ),
        (
            "Bên cạnh đó, “UBND các huyện tổ chức trực ban” - công văn nêu rõ.",
            [(["Ủy ban nhân dân các huyện"], "tổ chức trực ban")],
        ),
        (
            "UBND tỉnh yêu cầu ngay trong chiều 4/5, Sở Y tế phải công bố số ca mắc.",
            [(["Sở Y tế tỉnh Sơn La"], "công bố số ca mắc")],
        ),
        (
            "Sở Y tế trên cơ sở kết quả rà soát của các huyện, chủ động mua thuốc.",
            [(["Sở Y tế tỉnh Sơn La"], "chủ động mua thuốc")],
        ),
        (
            "Yêu cầu các xã bám sát kịch bản dịch, Chủ tịch UBND tỉnh Trần An yêu cầu Sở Y tế mua đủ thuốc.",
            [
                (["các xã"], "bám sát kịch bản dịch"),
                (["Sở Y tế tỉnh Sơn La"], "mua đủ thuốc"),
            ],
        ),
        (
            "Chủ tịch UBND tỉnh nhấn mạnh huyện Sông Mã phải kiểm tra các bếp ăn.",
            [(["huyện Sông Mã"], "kiểm tra các bếp ăn")],
        ),
        (
            "Chủ tịch UBND tỉnh nêu rõ: “Sở Y tế phải rà soát các thủ tục”.",
            [(["Sở Y tế tỉnh Sơn La"], "rà soát các thủ tục")],
        ),
        (
            "Chủ tịch UBND tỉnh nhấn mạnh, Sở Y tế sẽ tiếp thu các ý kiến.",
            [],
        ),
        (
            "Đồng thời, chỉ đạo các ngành, UBND các xã tăng cường tuần tra.",
            [],
        ),
    ],
)
def test_orders_told_in_a_newspaper(text: str, expected: list[tuple[list[str], str]], nlp: Language) -> None:
    found = given(nlp, NEWS + text + "\n")
    assert [
        ([" ".join(filter(None, (g.title, g.name))) for g in a.agencies], a.task) for a in found
    ] == expected


def test_an_order_in_the_title_of_a_page_is_told_once(nlp: Language) -> None:
    text = (
        "Giao Sở Y tế kiểm tra nhà thuốc\n\nChủ tịch UBND tỉnh Sơn La giao Sở Y tế kiểm tra các nhà thuốc.\n"
    )
    found = record(nlp, text)
    assert [a.task for a in found.assignments] == ["kiểm tra các nhà thuốc"]
    assert found.document.issuer is not None
    assert found.document.issuer.name == "Ủy ban nhân dân tỉnh Sơn La"


@pytest.mark.parametrize(
    ("text", "agencies", "by", "task"),
    [
        (
            "Sở Y tế tỉnh Sơn La vừa có công văn số 91/SYT-NVY gửi các bệnh viện về việc phòng dịch sởi, "
            "yêu cầu chủ động thuốc và vật tư.",
            ["các bệnh viện"],
            "Sở Y tế tỉnh Sơn La",
            "chủ động thuốc và vật tư",
        ),
        (
            "UBND tỉnh Sơn La vừa chỉ đạo Công an tỉnh điều tra vụ phá rừng.",
            ["Công an tỉnh Sơn La"],
            "UBND tỉnh Sơn La",
            "điều tra vụ phá rừng",
        ),
        (
            "UBND tỉnh Sơn La yêu cầu các đơn vị: Sở Y tế, Sở Tài chính khẩn trương đối chiếu kinh phí.",
            ["Sở Y tế tỉnh Sơn La", "Sở Tài chính tỉnh Sơn La"],
            "UBND tỉnh Sơn La",
            "khẩn trương đối chiếu kinh phí",
        ),
    ],
)
def test_who_a_newspaper_says_was_told(
    text: str, agencies: list[str], by: str, task: str, nlp: Language
) -> None:
    (found,) = given(nlp, f"Tin vắn\n\n{text}\n")
    assert ([a.name for a in found.agencies], found.assigned_by, found.task) == (agencies, by, task)


def test_a_report_without_its_lead_tells_orders(nlp: Language) -> None:
    text = "Chủ động phòng dịch\n\nTheo đó, người dân cần bình tĩnh.\nCác địa phương tổ chức phun hóa chất.\n"
    assert [a.task for a in given(nlp, text)] == ["tổ chức phun hóa chất"]
    told = text.replace("Theo đó, người dân", "Người dân")
    assert given(nlp, told) == []


def test_work_handed_to_an_unknown_person_is_not_the_readers(nlp: Language) -> None:
    text = (
        HEAD
        + "Ủy ban nhân dân tỉnh đề nghị:\n1. Rà soát cầu treo.\n2. Giao ông phụ trách lịch trực chấm công.\n"
    )
    assert [(a.label, a.task) for a in given(nlp, text)] == [("1.", "Rà soát cầu treo")]


def test_the_issuer_that_gives_work_has_not_to_do_it(nlp: Language) -> None:
    text = HEAD + "Để đón đoàn công tác, UBND tỉnh giao:\n- Cán bộ lễ tân: chuẩn bị hội trường lớn.\n"
    assert not any("Ủy ban nhân dân tỉnh Sơn La" in [x.name for x in a.agencies] for a in given(nlp, text))


def test_the_time_behind_who_leads_on_one_line(nlp: Language) -> None:
    text = (
        HEAD + "1. Nạo vét kênh\nNạo vét 3 km kênh.\n"
        "Đơn vị thực hiện: Sở Y tế. Thời gian hoàn thành: Tháng 9/2024.\n"
    )
    (task,) = given(nlp, text)
    assert task.deadline is not None
    assert (str(task.deadline.start), str(task.deadline.end)) == ("2024-09-01", "2024-09-30")


def test_leading_together_names_a_partner(nlp: Language) -> None:
    (task,) = given(nlp, LEAD + "1. Sở Y tế chủ trì cùng Công an tỉnh kiểm tra các phòng khám.\n")
    assert [a.name for a in task.coordinating] == [POLICE]


OTHERS = "các nhóm thiện nguyện"
ALL = [HEALTH, OTHERS, FINANCE]


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("1. Sở Y tế, các nhóm thiện nguyện, Sở Tài chính:\n- {work}", ALL),
        ("1. Giao Sở Y tế, các nhóm thiện nguyện và Sở Tài chính:\n- {work}", ALL),
        ("1. Sở Y tế, khẩn trương, nghiêm túc thực hiện:\n- {work}", [HEALTH]),
        ("1. Các Sở Y tế, Tài chính; Công an tỉnh:\n- {work}", [HEALTH, FINANCE, POLICE]),
        ("Yêu cầu đồng chí Giám đốc Sở Y tế, đ/c Giám đốc Sở Tài chính {work}", [HEALTH, FINANCE]),
        ("1. Các Giám đốc: Sở Y tế, Sở Tài chính {work}", [HEALTH, FINANCE]),
        ("1. {work}\n- Cơ quan chủ trì: Sở Y tế, các nhóm thiện nguyện, Sở Tài chính.\n", ALL),
        ("1. Sở Y tế và Tổ Phản ứng 114 thực hiện các việc sau:\n- {work}", [HEALTH, "Tổ Phản ứng 114"]),
        ("Đề nghị Sở Y tế và Nhóm Tình nguyện Bếp Ấm {work}", [HEALTH, "Nhóm Tình nguyện Bếp Ấm"]),
        ("1. Sở Y tế, phòng khám tư; Sở Tài chính:\n- {work}", [HEALTH, "phòng khám tư", FINANCE]),
        ("Kính đề nghị Quý cơ quan, địa phương quan tâm, {work}", ["các sở, ban, ngành"]),
        ("1. Sở Y tế cùng với Sở Tài chính {work}", [HEALTH]),
        ("1. Đề nghị các Sở, ngành: Y tế, Tài chính và Công an tỉnh {work}", [HEALTH, FINANCE, POLICE]),
        ("1. Sở Y tế và Công an tỉnh nêu trên {work}", [HEALTH, POLICE]),
        ("1. Hai ngành phối hợp {work}", ["hai ngành"]),
        ("1. Các phó Thủ tướng Chính phủ: Lò Văn Nậm, Cầm Thị Pua {work}", ["Chính phủ"]),
        ("1. Đối với Sở Y tế có vùng trồng dược liệu: {work}", [HEALTH]),
    ],
)  # fmt: skip
def test_everybody_in_a_list_is_told(text: str, agencies: list[str], nlp: Language) -> None:
    (task,) = given(nlp, LEAD + text.format(work="tặng màn cho dân bản.") + "\n")
    assert [a.name for a in task.agencies] == agencies


def test_more_words_on_work_under_a_heading_stay_in_it(nlp: Language) -> None:
    text = LEAD + (
        "1. Sở Y tế:\n\nTập huấn y sĩ xã. Mỗi trạm được ít nhất hai lượt học.\n"
        "2. Công an tỉnh:\n\nCung ứng đủ bộ đàm. Sở Tài chính đã cấp tiền.\n"
    )
    assert [a.task for a in given(nlp, text)] == [
        "Tập huấn y sĩ xã. Mỗi trạm được ít nhất hai lượt học",
        "Cung ứng đủ bộ đàm",
    ]


def test_who_is_the_contact_is_told_so(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Các đơn vị thuộc Sở:\n- Sở Y tế là đầu mối gom số liệu.\n")
    assert [([x.name for x in a.agencies], a.task) for a in found] == [([HEALTH], "là đầu mối gom số liệu")]


def test_a_number_behind_a_dash_is_not_said_twice(nlp: Language) -> None:
    text = LEAD + "4- Sở Y tế:\n4.1- Mua màn tẩm thuốc.\n4.2- Tập huấn y sĩ xã.\n"
    assert [a.label for a in given(nlp, text)] == ["4.1-", "4.2-"]


@pytest.mark.parametrize(
    "names",
    [
        ["các quân khu", "Công an tỉnh Sơn La"],
        ["các nhà đầu tư, doanh nghiệp BOT"],
        ["ngành Y tế địa phương", "Sở Tài chính tỉnh Sơn La"],
        ["Cục Quản lý rủi ro"],
    ],
)
def test_where_a_group_or_name_ends(names: list[str], nlp: Language) -> None:
    said = " và ".join(n.removesuffix(" Sơn La") if "Công an" in n else n for n in names)
    (task,) = given(nlp, LEAD + f"1. {said[0].upper()}{said[1:]} thiết lập đường dây nóng.\n")
    assert ([a.name for a in task.agencies], task.task) == (names, "thiết lập đường dây nóng")


def test_what_a_report_says_will_be_asked_is_no_work(nlp: Language) -> None:
    text = "Sở Y tế có công văn về thuốc. Nơi nào không báo cáo, sở sẽ đề nghị UBND tỉnh xem xét thu hồi.\n"
    assert not given(nlp, f"Tin trong ngày\n\n{text}")


def test_a_bureau_in_a_ministry_speaks_itself(nlp: Language) -> None:
    text = "Cục Thú y (Bộ Nông nghiệp và Môi trường) yêu cầu các trại giống khai báo. "
    text += "Cục Thú y (Bộ Nông nghiệp và Môi trường) đề nghị Sở Y tế kiểm tra thuốc.\n"
    assert given(nlp, f"Tin trong ngày\n\n{text}")[-1].assigned_by == "Cục Thú y"


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("văn bản gửi các đơn vị gồm Bộ Công an, Bộ Y tế đề nghị tặng màn", ["Bộ Công an", "Bộ Y tế"]),
        ("công điện gửi UBND các tỉnh tập trung tặng màn", ["Ủy ban nhân dân các tỉnh"]),
        ("công văn gửi các nhà vườn ven sông, yêu cầu chủ động tặng màn", ["các nhà vườn ven sông"]),
        (
            "văn bản gửi Bộ Công an, các nhà vườn (Bà Rịa, Thủ Đức), Bộ Y tế đề nghị tặng màn",
            ["Bộ Công an", "các nhà vườn (Bà Rịa, Thủ Đức)", "Bộ Y tế"],
        ),
    ],
)
def test_those_to_whom_a_letter_is_sent_are_told(text: str, agencies: list[str], nlp: Language) -> None:
    (task,) = given(nlp, f"Tin trong ngày\n\nBộ Tư pháp vừa có {text} cho dân bản.\n")
    assert [a.name for a in task.agencies] == agencies
    assert "tặng màn cho dân bản" in task.task


def test_a_letter_sent_upwards_gives_no_work(nlp: Language) -> None:
    text = "Tin trong ngày\n\nSở Y tế vừa có văn bản gửi UBND tỉnh báo cáo kết quả tặng màn cho dân bản.\n"
    assert not given(nlp, text)


def test_heads_of_several_bodies_of_a_kind(nlp: Language) -> None:
    (task,) = given(nlp, LEAD + "1. Yêu cầu Giám đốc các Sở Y tế tặng màn cho dân bản.\n")
    assert [(a.title, a.name) for a in task.agencies] == [("Giám đốc", "các Sở Y tế")]


UNITS = "các cơ quan, đơn vị"


@pytest.mark.parametrize(
    ("who", "agencies"),
    [
        (f"{UNITS}, Sở Y tế", [UNITS, HEALTH]),
        ("Sở Y tế, các Hội Nông dân, Công an tỉnh", [HEALTH, "các Hội Nông dân", POLICE]),
        ("Sở Y tế/Công an tỉnh", [HEALTH, POLICE]),
        ("Sở Y tế, cũng như Công an tỉnh", [HEALTH, POLICE]),
        ("Sở Y tế, các quỹ tín dụng nhân dân", [HEALTH, "các quỹ tín dụng nhân dân"]),
        ("Sở Y tế, cơ sở đào tạo lái xe", [HEALTH, "cơ sở đào tạo lái xe"]),
        ("các đơn vị khai thác mỏ, Sở Y tế", ["các đơn vị khai thác mỏ", HEALTH]),
        ("Vụ trưởng, Cục trưởng, Thủ trưởng các đơn vị thuộc Bộ", ["các đơn vị thuộc Bộ"]),
        ("các Vụ, Cục, Thanh tra Bộ", ["các Vụ, Cục", "Thanh tra Bộ"]),
        ("Ban Chỉ huy các Bộ: Quốc phòng, Công an", ["Ban Chỉ huy các Bộ: Quốc phòng, Công an"]),
        ("Cục Kinh tế xây dựng, Thanh tra Bộ", ["Cục Kinh tế xây dựng", "Thanh tra Bộ"]),
        ("Giao các đơn vị: Sở Y tế, Công an tỉnh", [HEALTH, POLICE]),
        ("Khoa Dược, Sở Y tế", ["Khoa Dược", HEALTH]),
        ("Giao các hãng taxi, Sở Y tế", ["các hãng taxi", HEALTH]),
    ],
)
def test_each_of_a_list_is_told(who: str, agencies: list[str], nlp: Language) -> None:
    (a,) = given(nlp, f"{LEAD}1. {who} rà soát hồ sơ hằng năm.\n")
    assert ([x.name for x in a.agencies], a.task) == (agencies, "rà soát hồ sơ hằng năm")


def test_work_with_commas_of_its_own_ends_a_list(nlp: Language) -> None:
    text = LEAD + "1. Sở Y tế, các hãng xe đò đường dài lau xe mỗi ngày, kiểm tra thân nhiệt khách.\n"
    (a,) = given(nlp, text)
    assert [x.name for x in a.agencies][:1] == [HEALTH]
    assert a.task.endswith("kiểm tra thân nhiệt khách")


def test_those_named_above_are_those_told_before(nlp: Language) -> None:
    text = (
        LEAD + "Sở Y tế và Công an tỉnh tuần tra ban đêm. Các đơn vị nêu trên báo cáo trước ngày 5/9/2024.\n"
    )
    found = given(nlp, text)
    assert [[x.name for x in a.agencies] for a in found] == [[HEALTH, POLICE]] * 2


def test_readers_whom_no_register_knows_are_asked_too(nlp: Language) -> None:
    to = "Kính gửi:\n- Sở Y tế;\n- Bệnh xá thuộc Bộ Công an;\n- Chủ vựa rau Tám Lúa.\n\n"
    text = HEAD.partition("Kính gửi")[0] + to + "Ủy ban nhân dân tỉnh đề nghị báo cáo số người bệnh.\n"
    (a,) = given(nlp, text)
    assert [x.name for x in a.agencies] == [HEALTH, "Bệnh xá thuộc Bộ Công an", "Chủ vựa rau Tám Lúa"]


def test_a_task_before_the_execution_clause_is_kept(nlp: Language) -> None:
    text = (
        LEAD
        + "Giao Sở Y tế mua thêm thuốc. Giám đốc Sở Tài chính chịu trách nhiệm thi hành Quyết định này.\n"
    )
    found = record(nlp, text)
    assert [[x.name for x in a.agencies] for a in found.assignments] == [[HEALTH]]
    assert [x.name for x in found.document.executors] == [FINANCE]


#: line that tells who has to do the work of the line above it, who leads, who helps
TOLD_BESIDE = [
    ("Đầu mối: Sở Y tế; Sở Công Thương.", [HEALTH, TRADE], []),
    ("Cơ quan đầu mối: Sở Y tế.", [HEALTH], []),
    ("Đơn vị đầu mối thực hiện: Sở Y tế.", [HEALTH], []),
    ("Cơ quan chịu trách nhiệm: Sở Y tế.", [HEALTH], []),
    ("Đơn vị được giao: Sở Y tế, Công an tỉnh.", [HEALTH, POLICE], []),
    ("Sở, ngành chủ trì: Sở Y tế; các sở, ngành phối hợp: Công an tỉnh.", [HEALTH], [POLICE]),
    (
        "Trách nhiệm thực hiện: Sở Y tế và Sở Công Thương chủ trì, phối hợp với Công an tỉnh.",
        [HEALTH, TRADE],
        [POLICE],
    ),
    ("Phân công: Sở Y tế, phối hợp với Công an tỉnh thực hiện.", [HEALTH], [POLICE]),
    ("Tổ chức thực hiện: Sở Y tế chủ trì, Công an tỉnh phối hợp.", [HEALTH], [POLICE]),
    (
        "Cơ quan, đơn vị thực hiện: Sở Y tế (chủ trì), Sở Công Thương, Công an tỉnh (phối hợp).",
        [HEALTH],
        [TRADE, POLICE],
    ),
    ("Cơ quan chủ trì, phối hợp: Sở Y tế (chủ trì); Công an tỉnh.", [HEALTH], [POLICE]),
    ("Lãnh đạo phụ trách: Phó Chủ tịch UBND tỉnh Lê Hòa. Cơ quan chủ trì: Sở Y tế.", [HEALTH], []),
    ("Thời gian: Quý II/2025. Đơn vị chủ trì: Sở Y tế.", [HEALTH], []),
    ("Cơ quan chủ trì:\n* Sở Y tế;\n* Sở Công Thương.", [HEALTH, TRADE], []),
    ("Đơn vị thực hiện:\n* Chủ trì: Sở Y tế;\n* Phối hợp: Sở Công Thương.", [HEALTH], [TRADE]),
    ("Phân công nhiệm vụ:\n* Sở Y tế (chủ trì);\n* Sở Công Thương (phối hợp).", [HEALTH], [TRADE]),
    ("Giao Sở Y tế, Sở Công Thương thực hiện.", [HEALTH, TRADE], []),
    ("Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh tổ chức thực hiện.", [HEALTH], [POLICE]),
    ("Sở Y tế chủ trì; Công an tỉnh phối hợp thực hiện.", [HEALTH], [POLICE]),
    ("Cơ quan thực hiện:\n* Sở Y tế chủ trì.\n* Sở Công Thương phối hợp thực hiện.", [HEALTH], [TRADE]),
]


@pytest.mark.parametrize("mark", ["b) ", "- ", "+ "])
@pytest.mark.parametrize(("line", "lead", "partners"), TOLD_BESIDE, ids=[x[0][:40] for x in TOLD_BESIDE])
def test_a_line_beside_the_work_tells_who_has_to_do_it(
    nlp: Language, line: str, lead: list[str], partners: list[str], mark: str
) -> None:
    first = "a) " if mark == "b) " else mark
    (task,) = given(
        nlp, LEAD + f"1. Thống kê kho thuốc\n{first}Nội dung: Lập danh sách kho thuốc.\n{mark}{line}\n"
    )
    assert task.task == "Lập danh sách kho thuốc"
    assert [a.name for a in task.agencies] == lead
    assert [a.name for a in task.coordinating] == partners
    assert (task.deadline is not None) == ("Quý" in line)


def test_work_in_the_list_below_a_label_stays_work(nlp: Language) -> None:
    found = given(
        nlp,
        LEAD + "1. Kho thuốc\na) Phân công thực hiện:\n- Sở Y tế lập sổ kho;\n- Công an tỉnh canh gác kho.\n",
    )
    assert who_what(found) == [
        ("1.a", [HEALTH], "lập sổ kho"),
        ("1.a", [POLICE], "canh gác kho"),
    ]


def test_work_behind_a_label_of_duty_stays_work(nlp: Language) -> None:
    found = given(
        nlp,
        LEAD + "1. Kho thuốc\na) Trách nhiệm thực hiện: Sở Y tế lập danh sách kho thuốc.\n",
    )
    assert who_what(found) == [("1.a", [HEALTH], "lập danh sách kho thuốc")]


def test_to_count_is_no_body(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Sở Y tế:\n- Thống kê số kho thuốc;\n- Cập nhật sổ kho thuốc.\n")
    assert who_what(found) == [
        ("1.", [HEALTH], "Thống kê số kho thuốc"),
        ("1.", [HEALTH], "Cập nhật sổ kho thuốc"),
    ]


#: works with lines of their own, which stand in one list or have no marks
EACH_ITS_OWN = [
    "1. Đắp bờ bao phía tây.\nCơ quan chủ trì: Sở Y tế.\nThời gian: Quý IV/2024.\n"
    "2. Gia cố cống số hai.\nThời gian: Tháng 11/2024.\nCơ quan chủ trì: Sở Công Thương.\n",
    "1. Nạo vét kênh\n- Đắp bờ bao phía tây.\n- Cơ quan chủ trì: Sở Y tế.\n- Thời gian: Quý IV/2024.\n"
    "- Gia cố cống số hai.\n- Cơ quan chủ trì: Sở Công Thương.\n- Thời gian: Tháng 11/2024.\n",
    "1. Nạo vét kênh\n- Cơ quan chủ trì: Sở Y tế.\n- Thời gian: Quý IV/2024.\n- Đắp bờ bao phía tây.\n"
    "- Cơ quan chủ trì: Sở Công Thương.\n- Thời gian: Tháng 11/2024.\n- Gia cố cống số hai.\n",
    "I. NHIỆM VỤ\nĐắp bờ bao phía tây.\nCơ quan chủ trì: Sở Y tế.\nThời gian: Quý IV/2024.\n"
    "Gia cố cống số hai.\nCơ quan chủ trì: Sở Công Thương.\nThời gian: Tháng 11/2024.\n",
]


@pytest.mark.parametrize("text", EACH_ITS_OWN)
def test_each_work_has_the_lines_that_stand_with_it(nlp: Language, text: str) -> None:
    found = given(nlp, LEAD + text)
    assert [(x.name, a.task, a.deadline and a.deadline.end) for a in found for x in a.agencies] == [
        (HEALTH, "Đắp bờ bao phía tây", "2024-12-31"),
        (TRADE, "Gia cố cống số hai", "2024-11-30"),
    ]


def test_lines_behind_several_works_of_a_list_hold_for_those_since_the_lines_before(nlp: Language) -> None:
    found = given(
        nlp,
        LEAD + "1. Nạo vét kênh\n- Đắp bờ bao phía tây.\n- Trồng cỏ mái đê.\n- Cơ quan chủ trì: Sở Y tế.\n"
        "- Gia cố cống số hai.\n- Cơ quan chủ trì: Sở Công Thương.\n",
    )
    assert who_what(found) == [
        ("1.", [HEALTH], "Đắp bờ bao phía tây"),
        ("1.", [HEALTH], "Trồng cỏ mái đê"),
        ("1.", [TRADE], "Gia cố cống số hai"),
    ]


def test_how_often_a_work_is_done_may_stand_on_a_line_below_it(nlp: Language) -> None:
    (task,) = given(nlp, LEAD + "1. Gia cố cống số hai\n- Chủ trì: Sở Y tế.\n- Thời gian: hằng quý.\n")
    assert task.recurrence == "quarterly"


def test_a_bare_order_below_an_item_stands_for_its_work(nlp: Language) -> None:
    text = "1. Gia cố cống số hai\n- Giao Sở Y tế chủ trì thực hiện.\n- Thời gian: Quý IV/2024.\n"
    (task,) = given(nlp, LEAD + text)
    assert (task.task, task.mode) == ("Gia cố cống số hai", "giao")
    assert [a.name for a in task.agencies] == [HEALTH]


def test_an_order_with_work_beside_a_told_work_is_another_one(nlp: Language) -> None:
    text = (
        "1. Cống số hai\n- Nội dung: Gia cố cống số hai.\n- Giao Sở Y tế chủ trì lập dự toán cống số hai.\n"
    )
    assert who_what(given(nlp, LEAD + text))[1:] == [("1.", [HEALTH], "chủ trì lập dự toán cống số hai")]


def test_a_bare_order_under_a_heading_of_duties_has_no_other_work(nlp: Language) -> None:
    text = "1. Tổ chức thực hiện\n- Giao Sở Y tế chủ trì, tổ chức thực hiện.\n- Thời gian: Quý IV/2024.\n"
    assert [a.task for a in given(nlp, LEAD + text)] == ["chủ trì, tổ chức thực hiện"]


@pytest.mark.parametrize(
    "line",
    [
        "Kinh phí: 500 triệu đồng từ ngân sách tỉnh.",
        "Mục tiêu: Giữ nước ngọt cho vụ đông.",
        "Thành phần tham dự:\n+ Đại diện lãnh đạo các xã ven kênh.",
        "Địa điểm: Nhà văn hóa trung tâm của tỉnh.",
        "Lãnh đạo phụ trách: Phó Chủ tịch UBND tỉnh phụ trách nông nghiệp.",
        "Cơ quan trình: Sở Công Thương.",
        "Lộ trình thực hiện: Quý IV/2024.",
    ],
)
def test_money_place_and_leader_of_a_work_are_no_further_work(nlp: Language, line: str) -> None:
    for text in (
        f"1. Cống số hai\n- Nội dung: Gia cố cống số hai.\n- {line}\n- Chủ trì: Sở Y tế.\n",
        f"1. Gia cố cống số hai\n- {line}\n- Chủ trì: Sở Y tế.\n",
    ):
        assert who_what(given(nlp, LEAD + text)) == [("1.", [HEALTH], "Gia cố cống số hai")]


def test_who_has_to_find_the_money_keeps_that_work(nlp: Language) -> None:
    text = "1. Gia cố cống số hai\n- Kinh phí: Giao Sở Tài chính cân đối nguồn vốn.\n- Chủ trì: Sở Y tế.\n"
    assert ("1.", [FINANCE], "cân đối nguồn vốn") in who_what(given(nlp, LEAD + text))


@pytest.mark.parametrize(
    "text",
    [
        "1. Gia cố cống số hai. Cơ quan chủ trì: Sở Y tế; phối hợp: Công an tỉnh; thời gian: Quý IV/2024.\n",
        "1. Gia cố cống số hai (Thời gian: Quý IV/2024; chủ trì: Sở Y tế; phối hợp: Công an tỉnh).\n",
        "1. Nội dung: Gia cố cống số hai; Thời hạn: Quý IV/2024; Chủ trì: Sở Y tế; Phối hợp: Công an tỉnh.\n",
    ],
)
def test_labels_inside_an_item_tell_of_its_work(nlp: Language, text: str) -> None:
    (task,) = given(nlp, LEAD + text)
    assert task.task == "Gia cố cống số hai"
    assert [a.name for a in task.agencies] == [HEALTH]
    assert [a.name for a in task.coordinating] == [POLICE]
    assert [a.deadline.end for a in (task,) if a.deadline] == ["2024-12-31"]


def test_a_body_that_opens_an_item_keeps_its_work(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Sở Y tế lập quy chế kho thuốc; đơn vị thực hiện: Công an tỉnh.\n")
    assert [[x.name for x in a.agencies] for a in found] == [[HEALTH]]


def test_the_chair_of_a_meeting_is_given_no_work(nlp: Language) -> None:
    text = "1. Hội nghị tổng kết năm\n- Thời gian: ngày 20/12/2024; chủ trì: Phó Chủ tịch UBND tỉnh.\n"
    assert all(not x.title for a in given(nlp, LEAD + text) for x in a.agencies)


@pytest.mark.parametrize(
    ("lead", "told"),
    [
        (
            "Đề nghị:\n- Sở Y tế;\n- Công an tỉnh;\n- Ban Quản lý Khu kinh tế tỉnh\nthực hiện các việc sau:",
            ["Sở Y tế", "Công an", "Ban Quản lý Khu kinh tế"],
        ),
        (
            "Đề nghị Giám đốc Sở Y tế;\nGiám đốc Công an tỉnh;\nTrưởng Ban Quản lý Khu kinh tế tỉnh họp:",
            ["Sở Y tế", "Công an", "Ban Quản lý Khu kinh tế"],
        ),
        (
            "Đề nghị các hội do Sở Nội vụ, Sở Tài chính quản lý, Sở Y tế thực hiện:",
            ["các hội do Sở Nội vụ, Sở Tài chính quản lý", "Sở Y tế"],
        ),
        (
            "Đề nghị Sở Y tế chỉ đạo các trạm; Công an tỉnh; Ban Quản lý Khu kinh tế tỉnh họp:",
            ["Sở Y tế", "Công an", "Ban Quản lý Khu kinh tế"],
        ),
        (
            "Đề nghị Sở Y tế, Công an tỉnh thực hiện một số nội dung sau.",
            ["Sở Y tế", "Công an"],
        ),
    ],
    ids=["lines", "bare-lines", "owner", "directs", "no-colon"],
)
def test_each_of_those_a_lead_in_tells_is_named(lead: str, told: list[str], nlp: Language) -> None:
    record = extractor.extract(
        (HEAD + lead + "\n1. Rà soát hồ sơ.\n2. Kiểm tra kho hàng.\n").encode(), nlp=nlp
    )
    for task in record.assignments:
        assert [a.name.replace(" tỉnh Sơn La", "") for a in task.agencies] == told
    assert [a.task for a in record.assignments] == ["Rà soát hồ sơ", "Kiểm tra kho hàng"]


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (
            "Sở Y tế, các tổ chức hành nghề đấu giá, Công an tỉnh",
            ["Sở Y tế", "các tổ chức hành nghề đấu giá", "Công an"],
        ),
        (
            "các bệnh viện đa khoa, chuyên khoa hạng hai; Công an tỉnh",
            ["các bệnh viện đa khoa, chuyên khoa hạng hai", "Công an"],
        ),
        (
            "các doanh nghiệp có vốn góp của Nhà nước và Công an tỉnh",
            ["các doanh nghiệp có vốn góp của Nhà nước", "Công an"],
        ),
        ("các lò mổ gia súc; Sở Y tế", ["các lò mổ gia súc", "Sở Y tế"]),
        ("các bãi xe, bến đò, Sở Y tế", ["các bãi xe, bến đò", "Sở Y tế"]),
        ("Đồn Biên phòng Sông Mã, Sở Y tế", ["Đồn Biên phòng Sông Mã", "Sở Y tế"]),
    ],
)
def test_a_list_goes_on_past_names_that_no_register_knows(told: str, names: list[str], nlp: Language) -> None:
    (task,) = given(nlp, LEAD + f"Yêu cầu {told} rà soát hồ sơ.\n")
    assert [a.name.replace(" tỉnh Sơn La", "") for a in task.agencies] == names
    assert task.task == "rà soát hồ sơ"


@pytest.mark.parametrize(
    "text",
    [
        "Yêu cầu các biện pháp phòng bệnh, Sở Y tế rà soát hồ sơ.",
        "Đề nghị các chế độ cụ thể, Sở Y tế rà soát hồ sơ.",
        "Giao các xã kiểm tra kho hàng, Sở Y tế rà soát hồ sơ.",
    ],
)
def test_things_and_work_are_nobody_in_a_list(text: str, nlp: Language) -> None:
    names = [a.name for t in given(nlp, LEAD + text + "\n") for a in t.agencies]
    assert all(not n.startswith(("các biện", "các chế", "các xã kiểm")) for n in names)


@pytest.mark.parametrize(
    "lead",
    [
        "Đề nghị:\n- Sở Y tế;\n- Các nghiệp đoàn nghề cá;\n- Công an tỉnh;\nthực hiện các việc sau:",
        "Đề nghị:\n- Các nghiệp đoàn nghề cá;\n- Sở Y tế;\n- Công an tỉnh.\nThực hiện các việc sau:",
        "Đề nghị:\na) Công an tỉnh;\nb) Sở Y tế;\nc) Các nghiệp đoàn nghề cá;\nthực hiện các việc sau:",
        "Đề nghị:\nSở Y tế;\nCông an tỉnh;\nCác nghiệp đoàn nghề cá;\nthực hiện các việc sau:",
    ],
    ids=["middle", "first", "last", "no-marks"],
)
def test_lines_of_names_hold_somebody_unknown(lead: str, nlp: Language) -> None:
    found = given(nlp, HEAD + lead + "\n1. Rà soát hồ sơ.\n2. Kiểm tra kho hàng.\n")
    assert [a.task for a in found] == ["Rà soát hồ sơ", "Kiểm tra kho hàng"]
    for task in found:
        names = {a.name.replace(" tỉnh Sơn La", "") for a in task.agencies}
        assert names == {"Sở Y tế", "Công an", "các nghiệp đoàn nghề cá"}


def test_lines_of_things_are_no_names(nlp: Language) -> None:
    text = "Đề nghị Sở Y tế báo cáo:\n- Các biện pháp đã áp dụng;\n- Các cơ sở vi phạm;\n- Kết quả chung.\n"
    assert all(a.name.startswith("Sở Y tế") for t in given(nlp, HEAD + text) for a in t.agencies)


@pytest.mark.parametrize(
    ("lead", "told", "mode"),
    [
        ("hướng dẫn Sở Y tế, Công an tỉnh thực hiện như sau:", 2, "hướng dẫn"),
        ("thông báo đến Sở Y tế và Công an tỉnh để triển khai thực hiện như sau:", 2, "thông báo"),
        ("chỉ đạo Sở Y tế, các lò giết mổ gia súc triển khai một số nội dung sau:", 2, "chỉ đạo"),
    ],
)
def test_the_issuer_guides_those_who_work(lead: str, told: int, mode: str, nlp: Language) -> None:
    found = given(nlp, HEAD + f"Ủy ban nhân dân tỉnh {lead}\n1. Rà soát hồ sơ.\n2. Kiểm tra kho hàng.\n")
    assert [(len(a.agencies), a.task, a.mode) for a in found] == [
        (told, "Rà soát hồ sơ", mode),
        (told, "Kiểm tra kho hàng", mode),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Ủy ban nhân dân tỉnh thông báo đến Sở Y tế kết quả kiểm tra như sau:\n1. Hồ sơ đầy đủ.\n",
        "Sở Nội vụ đã hướng dẫn Sở Y tế thực hiện như sau:\n1. Lập hồ sơ trong tháng 3.\n",
    ],
)
def test_news_and_other_guides_give_no_work(text: str, nlp: Language) -> None:
    assert not [a for a in given(nlp, HEAD + text) if a.mode in ("thông báo", "hướng dẫn")]


def test_the_last_of_those_told_keeps_the_words_of_its_kind(nlp: Language) -> None:
    (task,) = given(nlp, LEAD + "Yêu cầu Sở Y tế và các tổ chức hành nghề đấu giá rà soát hồ sơ.\n")
    assert task.agencies[-1].name == "các tổ chức hành nghề đấu giá"
    assert task.task == "rà soát hồ sơ"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("1. Trung tâm Cấp cứu 115; Sở Y tế:", ["Trung tâm Cấp cứu 115", "Sở Y tế"]),
        ("1. Các lò giết mổ gia súc, Sở Y tế:", ["các lò giết mổ gia súc", "Sở Y tế"]),
        ("1. Đồn Biên phòng Sông Mã và Sở Y tế:", ["Đồn Biên phòng Sông Mã", "Sở Y tế"]),
    ],
)
def test_a_heading_may_begin_with_somebody_unknown(line: str, names: list[str], nlp: Language) -> None:
    (task,) = given(nlp, LEAD + line + "\n- Rà soát hồ sơ.\n")
    assert [a.name.replace(" tỉnh Sơn La", "") for a in task.agencies] == names


def test_a_heading_of_things_names_nobody(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Các giải pháp chung, Sở Y tế:\n- Rà soát hồ sơ.\n")
    assert all(not a.name.startswith("các giải") for t in found for a in t.agencies)


@pytest.mark.parametrize(
    ("text", "leads", "partners"),
    [
        ("1. Sở Y tế cùng với Sở Tài chính {work}", [HEALTH], [FINANCE]),
        ("1. Sở Y tế phối hợp cùng Sở Tài chính, Công an tỉnh {work}", [HEALTH], [FINANCE, POLICE]),
        ("1. Giao Sở Y tế, Sở Tài chính cùng với Công an tỉnh {work}", [HEALTH, FINANCE], [POLICE]),
        ("1. Sở Y tế xuống các bản, cùng Công an tỉnh {work}", [HEALTH], [POLICE]),
        ("1. Sở Y tế cùng Sở Tài chính {work}", [HEALTH, FINANCE], []),
        ("1. Sở Y tế chỉ đạo các bệnh viện cùng Công an tỉnh {work}", [HEALTH], []),
    ],
)
def test_those_named_behind_together_with_are_partners(
    text: str, leads: list[str], partners: list[str], nlp: Language
) -> None:
    (task,) = given(nlp, LEAD + text.format(work="tặng màn cho dân bản.") + "\n")
    assert [a.name for a in task.agencies] == leads
    assert [a.name for a in task.coordinating] == partners


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "1. Sở Y tế mua thuốc cho bản, trong đó Công an tỉnh tuần tra quanh kho.",
            [(HEALTH, "mua thuốc cho bản"), (POLICE, "tuần tra quanh kho")],
        ),
        ("1. Việc mua thuốc sốt rét do Sở Y tế làm đầu mối.", [(HEALTH, "mua thuốc sốt rét")]),
        (
            "1. Sở Y tế mua thuốc cho bản; việc canh giữ kho thuốc do Công an tỉnh đảm nhận.",
            [(HEALTH, "mua thuốc cho bản"), (POLICE, "canh giữ kho thuốc")],
        ),
        ("1. Sở Y tế mua thuốc, trong đó ưu tiên thuốc sốt rét.", [(HEALTH, "mua thuốc, trong đó")]),
        ("1. Việc mua thuốc hiện do Sở Y tế thực hiện.", []),
    ],
)
def test_whose_work_stands_behind_it_or_among_that_of_others(
    text: str, told: list[tuple[str, str]], nlp: Language
) -> None:
    found = [a for a in given(nlp, LEAD + text + "\n") if a.agencies[0].name in (HEALTH, POLICE)]
    assert [a.agencies[0].name for a in found] == [name for name, _ in told]
    assert all(a.task.startswith(words) for a, (_, words) in zip(found, told, strict=True))


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("1. Cơ quan thú y các cấp {work}", "cơ quan thú y các cấp"),
        ("1. Các cơ sở lưu trú trên địa bàn có trách nhiệm {work}", "các cơ sở lưu trú trên địa bàn"),
        ("1. Giao Nhóm tình nguyện bản Hua Tạt {work}", "Nhóm tình nguyện bản Hua Tạt"),
        ("1. Nhà xe Hoa Mai phải {work}", "Nhà xe Hoa Mai"),
        ("1. Tổ chức {work}", "các đơn vị"),
        ("1. Hội nghị phải {work}", "các đơn vị"),
    ],
)
def test_an_unknown_body_that_opens_an_item_is_told_and_no_other(
    text: str, agencies: str, nlp: Language
) -> None:
    (task,) = given(nlp, LEAD + text.format(work="tặng màn cho dân bản.") + "\n")
    assert [a.name for a in task.agencies] == [agencies]


def test_a_report_says_who_is_responsible_and_goes_on(nlp: Language) -> None:
    text = (
        "Gỡ vướng cho thủy điện nhỏ\n\nNgày 12/3/2024, Phó Thủ tướng họp với các bộ về thủy điện nhỏ.\n\n"
        "Phó Thủ tướng nêu rõ, Bộ Công Thương là cơ quan chủ trì, có trách nhiệm rà soát quy hoạch.\n\n"
        "Bộ Tài chính cho ý kiến về giá điện trước ngày 20/3.\n\n"
        "Bà Lò Thị Nậm, Vụ trưởng Vụ Pháp chế, chia sẻ hồ sơ còn thiếu nhiều.\n"
    )
    assert [([x.name for x in a.agencies], a.task) for a in given(nlp, text)] == [
        (["Bộ Công Thương"], "rà soát quy hoạch"),
        (["Bộ Tài chính"], "cho ý kiến về giá điện trước ngày 20/3"),
    ]


def test_a_report_names_those_told_behind_a_topic_a_place_or_a_link(nlp: Language) -> None:
    text = (
        "Lo chỗ ở cho dân vùng lũ\n\n"
        "UBND tỉnh Lai Châu vừa có chỉ đạo về việc lo chỗ ở cho dân vùng lũ Mường Mô.\n\n"
        "Theo chỉ đạo, UBND các huyện chịu trách nhiệm nếu dân thiếu chỗ ở. Trường hợp vượt thẩm quyền, "
        "báo cáo UBND tỉnh xem xét.\n\n"
        "Về kinh phí, Sở Tài chính ưu tiên cấp phát. Ngoài ra, Sở cần thẩm định đơn giá lợp nhà.\n\n"
        "Với những hộ mất nhà, UBND huyện Nậm Nhùn sớm dựng lán. Ngành điện nối lại đường dây.\n\n"
        '"Các xã tuyệt đối không để dân đói", văn bản nêu.\n\n'
        "Toàn tỉnh hiện có 4.000 hộ ở vùng lũ. Sở Xây dựng thường xuyên rà soát các hộ này.\n"
    )
    assert [([x.name for x in a.agencies], a.task) for a in given(nlp, text)] == [
        (
            ["Ủy ban nhân dân các huyện"],
            "chịu trách nhiệm nếu dân thiếu chỗ ở. Trường hợp vượt thẩm quyền, báo cáo UBND tỉnh xem xét",
        ),
        (["Sở Tài chính tỉnh Lai Châu"], "ưu tiên cấp phát"),
        (["Sở Tài chính tỉnh Lai Châu"], "thẩm định đơn giá lợp nhà"),
        (["Ủy ban nhân dân huyện Nậm Nhùn"], "sớm dựng lán"),
        (["ngành điện"], "nối lại đường dây"),
        (["các xã"], "tuyệt đối không để dân đói"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "1. Sở Y tế kiểm tra kho thuốc.\nLập biên bản từng kho.\nBáo cáo kết quả cho tỉnh.\n"
            "2. Công an tỉnh tuần tra ban đêm.\n",
            [
                ("1.", [HEALTH], "kiểm tra kho thuốc"),
                ("1.", [HEALTH], "Lập biên bản từng kho"),
                ("1.", [HEALTH], "Báo cáo kết quả cho tỉnh"),
                ("2.", [POLICE], "tuần tra ban đêm"),
            ],
            id="goes-on-with-the-item-above",
        ),
        pytest.param(
            "c) Sở Y tế:\n- Kiểm tra kho thuốc;\n- Mua thuốc phòng dịch.\nLập biên bản từng kho.\n"
            "d) Công an tỉnh tuần tra ban đêm.\n",
            [
                ("c)", [HEALTH], "Kiểm tra kho thuốc"),
                ("c)", [HEALTH], "Mua thuốc phòng dịch"),
                ("c)", [HEALTH], "Lập biên bản từng kho"),
                ("d)", [POLICE], "tuần tra ban đêm"),
            ],
            id="behind-the-bullets-of-the-item",
        ),
        pytest.param(
            "1. Sở Y tế kiểm tra kho thuốc.\nSở Tài chính bố trí kinh phí.\n2. Công an tỉnh tuần tra đêm.\n",
            [
                ("1.", [HEALTH], "kiểm tra kho thuốc"),
                ("1.", [FINANCE], "bố trí kinh phí"),
                ("2.", [POLICE], "tuần tra đêm"),
            ],
            id="names-its-own-body",
        ),
        pytest.param(
            "1. Sở Y tế kiểm tra kho thuốc.\nGiao Công an tỉnh:\n2. Tuần tra ban đêm.\n3. Canh gác kho.\n",
            [
                ("1.", [HEALTH], "kiểm tra kho thuốc"),
                ("2.", [POLICE], "Tuần tra ban đêm"),
                ("3.", [POLICE], "Canh gác kho"),
            ],
            id="a-lead-in-among-the-items",
        ),
    ],
)
def test_an_unmarked_paragraph_inside_a_list(
    text: str, wanted: list[tuple[str | None, list[str], str]], nlp: Language
) -> None:
    assert who_what(given(nlp, HEAD + "Ủy ban nhân dân tỉnh yêu cầu:\n" + text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "1. Sở Y tế kiểm tra các kho, gồm:\na) Kho thuốc của tỉnh;\nb) Kho vật tư của huyện.\n"
            "Lập biên bản từng kho.\n2. Công an tỉnh tuần tra ban đêm.\n",
            [
                (
                    "1.",
                    [HEALTH],
                    "kiểm tra các kho, gồm: a) Kho thuốc của tỉnh; b) Kho vật tư của huyện",
                ),
                ("1.", [HEALTH], "Lập biên bản từng kho"),
                ("2.", [POLICE], "tuần tra ban đêm"),
            ],
            id="things",
        ),
        pytest.param(
            "1. Sở Y tế kiểm tra các kho, gồm:\na) Kiểm tra kho thuốc của tỉnh;\nb) Lập biên bản từng kho.\n",
            [
                ("1.a", [HEALTH], "Kiểm tra kho thuốc của tỉnh"),
                ("1.b", [HEALTH], "Lập biên bản từng kho"),
            ],
            id="work",
        ),
        pytest.param(
            "1. Sở Y tế tập trung thực hiện các nhiệm vụ sau:\na) Phòng dịch sốt rét;\nb) Kho thuốc tỉnh.\n",
            [("1.a", [HEALTH], "Phòng dịch sốt rét"), ("1.b", [HEALTH], "Kho thuốc tỉnh")],
            id="a-lead-in-that-only-announces",
        ),
    ],
)
def test_work_is_one_task_with_the_list_of_things_below_it(
    text: str, wanted: list[tuple[str | None, list[str], str]], nlp: Language
) -> None:
    assert who_what(given(nlp, HEAD + "Ủy ban nhân dân tỉnh yêu cầu:\n" + text)) == wanted


def test_a_body_may_be_a_sentence_of_its_own(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Sở Công Thương. Theo dõi giá xăng. Niêm yết giá bán.\n")
    assert who_what(found) == [("1.", [TRADE], "Theo dõi giá xăng. Niêm yết giá bán")]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "UBND các tỉnh khu vực Bắc Bộ và Bắc Trung Bộ",
            "Ủy ban nhân dân các tỉnh khu vực Bắc Bộ và Bắc Trung Bộ",
        ),
        ("UBND các tỉnh miền núi, trung du Bắc Bộ", "Ủy ban nhân dân các tỉnh miền núi, trung du Bắc Bộ"),
        (
            "UBND các tỉnh khu vực Bắc Bộ, Thanh Hóa, Nghệ An",
            "Ủy ban nhân dân các tỉnh khu vực Bắc Bộ, Thanh Hóa, Nghệ An",
        ),
    ],
)
def test_a_group_of_provinces_is_named_to_its_end(said: str, name: str, nlp: Language) -> None:
    found = given(nlp, LEAD + f"1. {said} kiểm tra các hồ chứa.\n2. Sở Y tế mua thuốc phòng dịch.\n")
    assert who_what(found) == [
        ("1.", [name], "kiểm tra các hồ chứa"),
        ("2.", [HEALTH], "mua thuốc phòng dịch"),
    ]


def test_readers_do_not_get_the_work_of_a_body_that_opens_an_item(nlp: Language) -> None:
    """What stands between the body and its work was not understood: it is told all the same."""
    text = (
        HEAD + "Ủy ban nhân dân tỉnh yêu cầu:\n1. Sở Y tế, bên cạnh việc thường nhật, kiểm tra kho thuốc.\n"
    )
    found = given(nlp, text)
    assert [[x.name for x in a.agencies] for a in found] == [[HEALTH]]


@pytest.mark.parametrize(
    ("more", "work"),
    [
        ("Kết quả gửi về tỉnh trước ngày 15/9/2024.", "Kết quả gửi về tỉnh trước ngày 15/9/2024"),
        ("Qua kiểm tra, nếu kho ẩm thấp thì dời thuốc.", "Qua kiểm tra, nếu kho ẩm thấp thì dời thuốc"),
        ("Các kho thuốc năm ngoái đã được sửa.", None),
        ("Qua kiểm tra năm ngoái, các kho đã được sửa.", None),
    ],
)
def test_what_a_sentence_prescribes_belongs_to_the_work_before_it(
    more: str, work: str | None, nlp: Language
) -> None:
    found = given(nlp, HEAD + "Ủy ban nhân dân tỉnh giao Sở Y tế kiểm tra các kho thuốc. " + more + "\n")
    assert who_what(found) == [
        (None, [HEALTH], "kiểm tra các kho thuốc" + (f". {work}" if work else "")),
    ]


def test_a_bracket_that_gives_work_away_may_say_by_when(nlp: Language) -> None:
    text = "1. Sửa kho thuốc (Sở Y tế chủ trì, phối hợp với Sở Tài chính; hoàn thành trong quý IV/2024).\n"
    [found] = given(nlp, LEAD + text)
    assert (found.task, found.deadline and found.deadline.end) == ("Sửa kho thuốc", "2024-12-31")


WIRE = """THỦ TƯỚNG CHÍNH PHỦ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 31/CĐ-TTg
Hà Nội, ngày 18 tháng 3 năm 2026
CÔNG ĐIỆN
THỦ TƯỚNG CHÍNH PHỦ điện:
- Bộ trưởng các Bộ: Y tế, Quốc phòng;
- Chủ tịch Ủy ban nhân dân các tỉnh: Sơn La, Lào Cai.

Thủ tướng Chính phủ yêu cầu:
"""
THE_PROVINCES = ["Ủy ban nhân dân các tỉnh: Sơn La, Lào Cai"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Chủ tịch Ủy ban nhân dân các tỉnh nêu trên", THE_PROVINCES),
        ("Các tỉnh nêu trên", THE_PROVINCES),
        ("Các địa phương nêu trên", THE_PROVINCES),
        ("Các Bộ nêu trên", ["Bộ Y tế", "Bộ Quốc phòng"]),
        ("Chủ tịch UBND các tỉnh nêu trên:", THE_PROVINCES),
        ("Yêu cầu các cơ quan nêu trên", ["Bộ Y tế", "Bộ Quốc phòng", *THE_PROVINCES]),
    ],
)
def test_those_above_are_the_addressees_of_their_kind(said: str, names: list[str], nlp: Language) -> None:
    task = "rà soát các hồ chứa lớn"
    below = " theo chức năng, nhiệm vụ được giao và tình hình cụ thể tại địa phương"
    for text in (f"1. {said} {task}.\n", f"1. {said.rstrip(':')}{below}:\na) {task}.\n"):
        [found] = given(nlp, WIRE + text)
        assert [x.name for x in found.agencies] == names
        assert found.task == task


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("trong quý III, IV năm 2024", "2024-07-01", "2024-12-31"),
        ("trong tháng 9 và tháng 10 năm 2024", "2024-09-01", "2024-10-31"),
        ("trước ngày 15/9 và 15/12/2024", "2024-12-15", "2024-12-15"),
        ("không muộn hơn ngày 20/9/2024", "2024-09-20", "2024-09-20"),
    ],
)
def test_of_joined_days_the_last_is_the_deadline(said: str, start: str, end: str, nlp: Language) -> None:
    (found,) = given(nlp, LEAD + f"1. Sở Y tế kiểm tra các kho thuốc {said}.\n")
    assert found.deadline is not None
    assert (found.deadline.start, found.deadline.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Ủy ban nhân dân tỉnh yêu cầu:\n1. Các việc hoàn thành trong tháng 10/2024:\n", "2024-10-31"),
        ("Yêu cầu các đơn vị sau hoàn thành trước ngày 30/9/2024:\n", "2024-09-30"),
        ("Trước ngày 30/9/2024, đề nghị các đơn vị thực hiện:\n", "2024-09-30"),
    ],
)
def test_the_day_of_a_lead_in_holds_for_what_stands_below_it(text: str, due: str, nlp: Language) -> None:
    found = given(nlp, HEAD + text + "a) Sở Y tế kiểm tra kho thuốc.\nb) Sở Tài chính bố trí kinh phí.\n")
    assert [(a.agencies[0].name, a.deadline and a.deadline.end) for a in found] == [
        (HEALTH, due),
        (FINANCE, due),
    ]


def test_readers_are_asked_behind_a_purpose_that_names_a_body(nlp: Language) -> None:
    text = "Để tổng hợp báo cáo Bộ Y tế, đề nghị Quý cơ quan cung cấp số liệu trước ngày 20/8/2024.\n"
    (found,) = given(nlp, HEAD + text)
    assert [a.name for a in found.agencies] == ["các sở, ban, ngành"]
    assert found.inferred == ["agencies"]
    assert found.task == "cung cấp số liệu trước ngày 20/8/2024"


def test_another_body_that_asks_gives_the_readers_nothing(nlp: Language) -> None:
    assert given(nlp, HEAD + "Sở Y tế có Tờ trình số 12/TTr-SYT, đề nghị xem xét bố trí kinh phí.\n") == []


def test_districts_behind_a_semicolon_are_told_beside_the_body_before(nlp: Language) -> None:
    found = given(nlp, LEAD + "1. Công an tỉnh; các huyện: Mai Sơn, Yên Châu tuần tra ban đêm.\n")
    assert who_what(found) == [("1.", [POLICE, "các huyện: Mai Sơn, Yên Châu"], "tuần tra ban đêm")]


def test_steps_of_an_attached_procedure_are_no_tasks(nlp: Language) -> None:
    steps = (
        "PHỤ LỤC\n\nQUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH\n\nBước 1\n\n"
        "Phân công người thụ lý hồ sơ\n\nPhòng Nghiệp vụ tiếp nhận, thẩm định hồ sơ trình lãnh đạo Sở.\n\n"
    )
    plan = "PHỤ LỤC\n\nKẾ HOẠCH PHÒNG BỆNH\n\n1. Sở Tài chính bố trí kinh phí mua thuốc.\n"
    found = given(nlp, LEAD + "1. Sở Y tế niêm yết quy trình.\n\nCHỦ TỊCH\n\nLê Văn An\n\n" + steps)
    assert who_what(found) == [("1.", [HEALTH], "niêm yết quy trình")]
    found = given(nlp, LEAD + "1. Sở Y tế niêm yết quy trình.\n\nCHỦ TỊCH\n\nLê Văn An\n\n" + plan)
    assert who_what(found)[1:] == [("1.", [FINANCE], "bố trí kinh phí mua thuốc")]


def test_a_line_that_goes_on_with_a_cited_article_ends_no_list(nlp: Language) -> None:
    text = "1. Sở Y tế:\na) Mua thuốc theo quy định tại\nĐiều 6 của Nghị quyết này;\nb) Tập huấn y sĩ xã.\n"
    assert who_what(given(nlp, LEAD + text)) == [
        ("1.a", [HEALTH], "Mua thuốc theo quy định tại Điều 6 của Nghị quyết này"),
        ("1.b", [HEALTH], "Tập huấn y sĩ xã"),
    ]


CIRCULAR = """BỘ Y TẾ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 11/2024/TT-BYT
Hà Nội, ngày 6 tháng 7 năm 2024

THÔNG TƯ
Quy định về khen thưởng

"""


def test_in_norms_a_list_of_what_is_proposed_orders_nothing(nlp: Language) -> None:
    text = "{}\n1. Đề nghị Bộ Tài chính xét tặng Bằng khen.\n2. Kiến nghị Bộ Tài chính tặng Kỷ niệm chương.\n"
    assert given(nlp, CIRCULAR + text.format("Điều 17. Thẩm quyền của Giám đốc bệnh viện")) == []
    found = given(nlp, CIRCULAR + text.format("Điều 18. Tổ chức thực hiện"))
    assert [a.name for a in found[0].agencies] == ["Bộ Tài chính"]


def test_a_heading_of_duties_names_who_has_them_though_no_register_does(nlp: Language) -> None:
    text = (
        "Chương III\nTRÁCH NHIỆM CỦA CÁC ĐƠN VỊ LIÊN QUAN\n\n"
        "Điều 9. Trách nhiệm của tổ chức tín dụng\n1. Báo cáo Bộ Y tế việc tăng vốn.\n\n"
        "Điều 10. Trách nhiệm và quyền hạn của chủ nhà thuốc trong việc kê khai\n1. Lập sổ bán thuốc.\n\n"
        "Điều 11. Trách nhiệm của Bộ Tài chính\n1. Tiếp nhận hồ sơ.\n"
    )
    assert who_what(given(nlp, CIRCULAR + text)) == [
        ("Chương III.Điều 9.1", ["tổ chức tín dụng"], "Báo cáo Bộ Y tế việc tăng vốn"),
        ("Chương III.Điều 10.1", ["chủ nhà thuốc"], "Lập sổ bán thuốc"),
        ("Chương III.Điều 11.1", ["Bộ Tài chính"], "Tiếp nhận hồ sơ"),
    ]


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        (". Thời hạn gửi báo cáo tổng hợp: ngày 15/9/2024", "2024-09-15", "2024-09-15"),
        (" từ ngày 15/8/2024 đến hết ngày 20/9/2024", "2024-08-15", "2024-09-20"),
    ],
)
def test_days_in_which_and_until_which_work_is_done(said: str, start: str, end: str, nlp: Language) -> None:
    (found,) = given(nlp, LEAD + f"1. Sở Y tế kiểm tra các kho thuốc{said}.\n")
    assert found.deadline is not None
    assert (found.deadline.start, found.deadline.end) == (start, end)


@pytest.mark.parametrize(
    "said",
    [
        "thống kê ca mắc từ ngày 01/5/2024 đến ngày 30/6/2024",
        "lập quy hoạch từ ngày 01/01/2025 đến ngày 31/12/2030",
    ],
)
def test_days_that_are_over_or_years_are_no_deadline(said: str, nlp: Language) -> None:
    (found,) = given(nlp, LEAD + f"1. Sở Y tế {said}.\n")
    assert found.deadline is None


def test_a_deadline_line_in_brackets_holds_for_the_list(nlp: Language) -> None:
    text = (
        "1. Sở Y tế:\n- Mua thuốc sốt rét;\n- Mời y sĩ.\n(Thời gian thực hiện: từ nay đến ngày 15/9/2024)\n"
    )
    assert [a.deadline and a.deadline.end for a in given(nlp, LEAD + text)] == ["2024-09-15"] * 2


def test_to_build_something_is_work_and_no_field_of_the_body_before(nlp: Language) -> None:
    works = (
        "Trưởng các phòng, đơn vị thuộc Sở xây dựng kế hoạch chi tiết.",
        "Các đơn vị thuộc Sở Xây dựng lập hồ sơ.",
    )
    text = "".join(f"{n}. {work}\n" for n, work in enumerate(works, 1))
    assert who_what(given(nlp, LEAD + text)) == [
        ("1.", ["các phòng, đơn vị thuộc Sở"], "xây dựng kế hoạch chi tiết"),
        ("2.", ["các đơn vị thuộc Sở Xây dựng"], "lập hồ sơ"),
    ]
