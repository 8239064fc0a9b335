"""Letters of our own writing for the tests of audits, exports and corrections, read once."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from sqlalchemy import Connection

from extractor.batch import Document, Reader, Settings
from extractor.database import store

Json = dict[str, Any]
READING = store.Reading("1", "r", "none")
_HEAD = """{issuer}
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: {number}
{place}, ngày {day} tháng {month} năm {year}
{subject}

"""
_END = """

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn Bình
"""


def _letter(issuer: str, number: str, place: str, day: str, subject: str, body: str) -> bytes:
    """In the official layout; a line of `body` that begins with a blank goes on in the one before."""
    d, m, y = day.split("/")
    about = f"V/v {subject}" if subject else ""
    head = _HEAD.format(issuer=issuer, number=number, place=place, day=d, month=m, year=y, subject=about)
    return (head + body.strip().replace("\n  ", " ") + _END).encode()


LETTERS = {
    "roads.txt": _letter(
        "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "101/UBND-KTN", "Bắc Giang", "05/3/2024",
        "tăng cường quản lý vận tải hành khách",
        """Kính gửi:
- Sở Giao thông vận tải;
- Sở Tài chính;
- Công an tỉnh.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giao thông vận tải chủ trì, phối hợp với Công an tỉnh kiểm tra các bến xe khách, xử lý nghiêm vi phạm,
  hoàn thành trước ngày 30/6/2024.
2. Sở Tài chính thẩm định dự toán sửa chữa bến xe khách, trình UBND tỉnh trước ngày 15/5/2024.
3. Giao Công an tỉnh báo cáo kết quả xử lý vi phạm về UBND tỉnh trước ngày 20 hằng tháng.""",
    ),
    "roads-again.txt": _letter(
        "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "245/UBND-KTN", "Bắc Giang", "10/9/2024",
        "đôn đốc quản lý vận tải hành khách",
        """Kính gửi: Sở Giao thông vận tải.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giao thông vận tải chủ trì, phối hợp với Công an tỉnh kiểm tra các bến xe khách, xử lý nghiêm vi phạm,
  hoàn thành trước ngày 31/12/2024.""",
    ),
    "insurance.txt": _letter(
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG", "57/UBND-KGVX", "An Giang", "12/02/2024",
        "vận động học sinh tham gia bảo hiểm y tế",
        """Kính gửi:
- Sở Giáo dục và Đào tạo;
- Sở Tài chính.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giáo dục và Đào tạo: 
a) Phấn đấu đến ngày 31/12/2025 tỷ lệ học sinh tham gia bảo hiểm y tế đạt 95%.
b) Chỉ đạo các trường học rà soát học sinh chưa có thẻ bảo hiểm y tế trước ngày 30/9/2025.
2. Sở Tài chính bố trí kinh phí hỗ trợ đóng bảo hiểm y tế cho học sinh trước ngày 31/3/2024.""",
    ),
    "insurance-plan.txt": _letter(
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG", "88/UBND-KGVX", "An Giang", "20/5/2024",
        "bảo hiểm y tế học sinh",
        """Kính gửi: Sở Giáo dục và Đào tạo.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giáo dục và Đào tạo phấn đấu đến ngày 31/12/2025 tỷ lệ học sinh tham gia bảo hiểm y tế đạt 98%.""",
    ),
    "no-addressee.txt": _letter(
        "ỦY BAN NHÂN DÂN TỈNH BẮC NINH", "12/TB-UBND", "Bắc Ninh", "02/8/2025", "",
        """THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh về quản lý bến xe

Ngày 01/8/2025, Chủ tịch UBND tỉnh chủ trì họp về quản lý bến xe khách. Chủ tịch UBND tỉnh kết luận như sau:
1. Sở Xây dựng rà soát, nâng cấp các bến xe trên địa bàn tỉnh trước ngày 30/11/2025.""",
    ).replace("Nơi nhận:\n- Như trên;\n- Lưu: VT.\n".encode(), b""),
}  # fmt: skip


@cache
def _read() -> dict[str, Json]:
    reader, found = Reader(Settings(ner="none")), {}
    for name, content in LETTERS.items():
        (outcome,) = reader.read(Document(name, content))
        found[name] = outcome.record()
    return found


def records() -> dict[str, Json]:
    """File name -> record, each a copy of its own."""
    return copy.deepcopy(_read())


def fill(connection: Connection, *names: str) -> dict[str, int]:
    """Put the letters (all, or those named) into a database; file name -> id of the document."""
    found = records()
    return {name: store.put(connection, found[name], READING).document_id for name in names or found}
