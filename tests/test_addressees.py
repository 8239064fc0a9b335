"""Addressees whose names only the letter's own list tells whole."""

import pytest
from spacy.language import Language

import extractor

HEAD = """BỘ CÔNG THƯƠNG
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 118/BCT-TTTN
V/v bảo đảm nguồn cung xăng dầu
Hà Nội, ngày 03 tháng 4 năm 2023

Kính gửi:
{to}

Bộ Công Thương yêu cầu các đơn vị thực hiện các nội dung sau:

{orders}

Nơi nhận:
- Như trên;
- Lưu: VT.

BỘ TRƯỞNG

Lê Văn Hòa
"""


def read(to: str, orders: str):
    record = extractor.extract(HEAD.format(to=to, orders=orders).encode(), "letter.txt")
    told = [([a.name for a in t.agencies], t.task) for t in record.assignments]
    return [a.name for a in record.document.addressees], told


@pytest.mark.parametrize(
    ("line", "order", "name"),
    [
        (
            "- Các tổ chức cung ứng kho bãi thuê ngoài (để phối hợp);",
            "1. Các tổ chức cung ứng kho bãi thuê ngoài báo cáo sức chứa.",
            "các tổ chức cung ứng kho bãi thuê ngoài",
        ),
        (
            "- Công ty cổ phần Đầu tư khai thác bồn chứa Vân Phong;",
            "1. Giao Công ty cổ phần Đầu tư khai thác bồn chứa Vân Phong báo cáo sức chứa.",
            "Công ty Cổ phần Đầu tư khai thác bồn chứa Vân Phong",
        ),
        (
            "- Thủ trưởng Vật tư các Bộ, ngành.",
            "1. Thủ trưởng Vật tư các Bộ, ngành báo cáo sức chứa.",
            "Vật tư các Bộ, ngành",
        ),
    ],
)
def test_a_line_gives_the_whole_name_and_the_orders_know_it(line, order, name):
    addressees, told = read(line, order)
    assert [a.lower() for a in addressees] == [name.lower()]
    assert [[n.lower() for n in names] for names, _ in told] == [[name.lower()]]
    assert told[0][1] == "báo cáo sức chứa"


def test_the_ministry_that_others_belong_to_is_no_addressee():
    addressees, told = read(
        "- Giám đốc các Trung tâm, Viện có phòng thử nghiệm trực thuộc Bộ Công Thương.",
        "1. Các Trung tâm, Viện có phòng thử nghiệm trực thuộc Bộ lập danh mục thiết bị.",
    )
    assert len(addressees) == 1
    assert told[0][0] == addressees


def test_a_part_of_a_longer_name_is_left_alone():
    _, told = read(
        "- Các cửa hàng bán lẻ xăng dầu;\n- Sở Công Thương các tỉnh.",
        "1. Sở Công Thương các tỉnh kiểm tra các cửa hàng bán lẻ xăng dầu Petrolimex.",
    )
    assert told == [(["Sở Công Thương các tỉnh"], "kiểm tra các cửa hàng bán lẻ xăng dầu Petrolimex")]


def test_a_list_on_one_line_stays_a_list():
    addressees, _ = read("- Sở Công Thương, Sở Tài chính tỉnh Hà Nam; Cục Hải quan.", "1. Báo cáo giá.")
    assert [a.split(" tỉnh")[0] for a in addressees] == ["Sở Công Thương", "Sở Tài chính", "Cục Hải quan"]


def test_members_of_a_listed_group_are_named_one_by_one():
    addressees, _ = read("- Các Bệnh viện tuyến cuối: An Bình, Nhi Trung ương và Hữu Nghị.", "1. Báo cáo.")
    assert addressees == ["Bệnh viện An Bình", "Bệnh viện Nhi Trung ương", "Bệnh viện Hữu Nghị"]


def test_bodies_of_the_kinds_named_above_are_those_of_the_addressees():
    _, told = read(
        "- Sở Công Thương các tỉnh;\n- Các Tập đoàn: Điện lực Việt Nam, Xăng dầu Việt Nam;\n"
        "- Tổng công ty Đông Bắc.",
        "1. Yêu cầu các Tập đoàn, Tổng công ty nêu trên rà soát kế hoạch sửa chữa.",
    )
    assert told[0][0] == ["Tập đoàn Điện lực Việt Nam", "Tập đoàn Xăng dầu Việt Nam", "Tổng công ty Đông Bắc"]


def test_a_short_form_may_stand_for_one_group():
    _, told = read(
        "- Các hộ nuôi biển xa bờ, tàu dịch vụ (sau đây gọi chung là cơ sở nuôi);",
        "1. Các cơ sở nuôi báo cáo sản lượng.",
    )
    assert told == [(["các hộ nuôi biển xa bờ, tàu dịch vụ"], "báo cáo sản lượng")]


def test_whom_to_ring_up_is_no_work():
    _, told = read(
        "- Sở Công Thương các tỉnh.",
        "1. Sở Công Thương các tỉnh báo cáo giá. Đồng chí Lê Văn Tám, chuyên viên, là đầu mối tiếp nhận, "
        "điện thoại 0243 888 999.",
    )
    assert len(told) == 1


def test_each_of_those_told_is_no_other_body():
    _, told = read(
        "- Sở Công Thương các tỉnh.",
        "1. Sở Công Thương các tỉnh mở đợt kiểm tra; mỗi đơn vị tổ chức ít nhất 02 cuộc.",
    )
    assert [task for _, task in told] == ["mở đợt kiểm tra; mỗi đơn vị tổ chức ít nhất 02 cuộc"]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (
            "1. Các đơn vị tại khu vực cảng nổi rà soát hợp đồng.",
            (["các đơn vị tại khu vực cảng nổi"], "rà soát hợp đồng"),
        ),
        (
            "1. Các cơ quan báo chí của tập đoàn mẹ và Cục Hóa chất tuyên truyền nếp sống văn minh.",
            (
                ["các cơ quan báo chí của tập đoàn mẹ", "Cục Hóa chất"],
                "tuyên truyền nếp sống văn minh",
            ),
        ),
    ],
)
def test_an_item_is_told_to_those_with_whom_it_begins(order, told):
    assert read("- Sở Công Thương các tỉnh.", order)[1] == [told]


def test_work_handed_to_two_is_cut_at_the_comma():
    _, told = read(
        "- Sở Công Thương các tỉnh.",
        "1. Giao Cục Hóa chất lập danh mục kho, Vụ Pháp chế thẩm định quy trình.",
    )
    assert told == [(["Cục Hóa chất"], "lập danh mục kho"), (["Vụ Pháp chế"], "thẩm định quy trình")]


def test_a_name_of_which_a_group_is_a_part_is_cut_at_the_next_name():
    addressees, _ = read(
        "- Công đoàn các Tập đoàn kinh tế, Công đoàn Tổng công ty Hồng Hà trực thuộc Bộ.", "1. Báo cáo giá."
    )
    assert addressees[0] == "Công đoàn các Tập đoàn kinh tế"
    assert len(addressees) == 2


def test_an_addressee_whose_dash_was_not_read(nlp: Language) -> None:
    text = (
        "UBND TỈNH SƠN LA\nSố: 12/UBND-TH\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Sơn La, ngày 5 tháng 6 năm 2023\n\nKính gửi:\n- Sở Y tế;\nCông an tỉnh;\n- Sở Tài chính.\n\n"
        "UBND tỉnh đề nghị Sở Y tế báo cáo trước ngày 10/6/2023.\n"
    )
    record = extractor.extract(text, nlp=nlp)
    assert [a.name for a in record.document.addressees] == [
        "Sở Y tế tỉnh Sơn La",
        "Công an tỉnh Sơn La",
        "Sở Tài chính tỉnh Sơn La",
    ]
