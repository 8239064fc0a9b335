"""Addressees whose names only the letter's own list tells whole."""

import pytest

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
