"""What people read above and in the columns of an exported table, where the database has names and codes."""

from __future__ import annotations

import json
from typing import Any

#: table -> its title
TITLES = {
    "documents": "Văn bản",
    "assignments": "Nhiệm vụ",
    "figures": "Số liệu",
    "targets": "Chỉ tiêu",
    "references": "Viện dẫn",
}
#: column of the database, or of the letter that a row is from -> its heading
HEADINGS = {
    "id": "Mã dòng", "document_id": "Mã văn bản", "letter_number": "Số, ký hiệu văn bản",
    "letter_issued_on": "Ngày ban hành văn bản", "letter_issuer": "Cơ quan ban hành văn bản",
    "added_at": "Đưa vào lúc (UTC)", "read_at": "Đọc lúc (UTC)", "version": "Phiên bản chương trình",
    "rules": "Mã bộ quy tắc", "ner": "Mô hình tên", "name": "Tệp", "media_type": "Loại tệp", "url": "Địa chỉ",
    "ocr": "Độ chắc khi đọc ảnh", "number": "Số, ký hiệu", "type": "Mã loại", "type_name": "Loại văn bản",
    "issuer_id": "Mã cơ quan ban hành", "issuer_name": "Cơ quan ban hành", "issuer_level": "Cấp",
    "issued_on": "Ngày ban hành", "year": "Năm", "place": "Địa danh", "province": "Tỉnh",
    "subject": "Trích yếu", "signer": "Người ký", "urgency": "Độ khẩn", "secrecy": "Độ mật",
    "title": "Tiêu đề", "review": "Cần xem lại", "tasks": "Số nhiệm vụ", "addressees": "Số nơi nhận",
    "value": "Giá trị", "value_max": "Đến", "of": "Trên tổng số", "unit": "Đơn vị", "kind": "Loại",
    "comparator": "So sánh", "metric": "Chỉ tiêu đo", "population": "Đối tượng",
    "as_of_start": "Số liệu từ ngày", "as_of_end": "Số liệu đến ngày",
    "confidence": "Độ chắc", "corrected": "Đã sửa", "by": "Quy tắc",
    "deadline_start": "Hạn từ ngày", "deadline_end": "Hạn", "agencies": "Cơ quan", "relation": "Quan hệ",
    "start": "Từ ký tự", "end": "Đến ký tự",
}  # fmt: skip
#: columns that mean something else in a table
_OF_TABLE = {
    ("figures", "place"): "Nơi", ("targets", "place"): "Nơi", ("figures", "kind"): "Loại số",
    ("targets", "kind"): "Loại số", ("documents", "review"): "Số mục cần xem lại",
    ("references", "number"): "Số, ký hiệu được viện dẫn", ("references", "type"): "Mã loại được viện dẫn",
    ("references", "issuer_id"): "Mã cơ quan được viện dẫn",
    ("references", "issuer_name"): "Cơ quan được viện dẫn",
    ("references", "issued_on"): "Ngày được viện dẫn", ("references", "subject"): "Trích yếu được viện dẫn",
}  # fmt: skip
#: codes of a column in words
_WORDS = {
    "issuer_level": {"central": "trung ương", "province": "tỉnh", "district": "huyện", "commune": "xã"},
    "relation": {
        "basis": "căn cứ", "implements": "thực hiện", "follows": "tiếp theo", "replaces": "thay thế",
        "amends": "sửa đổi", "repeals": "bãi bỏ", "mentions": "nhắc đến",
    },
    "kind": {
        "letter": "văn bản", "report": "tin, bài", "level": "mức", "increase": "tăng", "decrease": "giảm",
        "ratio": "tỷ số", "range": "khoảng",
    },
}  # fmt: skip


def heading(table: str, column: str) -> str:
    """The heading of a column."""
    return _OF_TABLE.get((table, column)) or HEADINGS[column]


def said(column: str, value: Any) -> Any:
    """A value of the database as people read it: codes in words, lists in one line, yes or nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "có" if value else None
    if column == "agencies":
        return "; ".join(json.loads(value))
    return _WORDS[column].get(value, value) if column in _WORDS else value
