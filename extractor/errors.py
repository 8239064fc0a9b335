"""The catalogue of codes: why an input was rejected, and what a record warns of.

Codes never change their meaning.
"""

from __future__ import annotations

#: reject code -> what it says to the user ({detail} is filled in)
REJECTS = {
    "unreadable": "Không đọc được tệp: {detail}",
    "empty": "Tệp không có chữ nào để đọc.",
    "not_text": "Tệp không phải văn bản (.txt, .html): {detail}",
    "too_large": "Tệp quá lớn: {detail}. Hãy chia nhỏ hoặc tăng --max-bytes.",
    "unknown_encoding": "Không nhận ra bảng mã của tệp. Hãy lưu lại tệp ở dạng UTF-8.",
    "no_main_text": "Trang không còn nội dung nào sau khi bỏ trình đơn, quảng cáo và tin liên quan.",
    "rule_timeout": (
        "Quy tắc {detail} chạy quá lâu trên văn bản này. Hãy chia nhỏ văn bản hoặc viết lại quy tắc."
    ),
    "internal": "Lỗi trong chương trình khi đọc văn bản này: {detail}",
}

#: warning code -> what it means
WARNINGS = {
    "impossible_date": "Ngày không có trong lịch",
    "unknown_year": "Ngày không ghi năm, không suy ra được năm từ văn bản",
    "ambiguous_number": "Số có thể đọc theo hai cách (dấu chấm, dấu phẩy)",
    "percentage_points": "Chênh lệch giữa hai tỷ lệ: là điểm phần trăm, văn bản viết %",
    "ratio_mismatch": "Tỷ lệ phần trăm nêu ra không bằng phép chia nêu cạnh đó",
    "contradiction": "Hai số liệu trong văn bản mâu thuẫn nhau",
    "type_missing": "Ký hiệu thiếu chữ viết tắt của loại văn bản",
    "damaged_symbol": "Ký hiệu bị mất dấu hoặc viết sai, đã đọc theo dạng chuẩn",
    "number_date_conflict": "Ngày ở đầu văn bản không khớp với ngày trên chữ ký",
    "no_number": "Không thấy số, ký hiệu của văn bản",
    "no_issuer": "Không xác định được cơ quan ban hành",
    "no_date": "Không thấy ngày ban hành",
    "abolished_agency": "Cơ quan đã hết hoạt động vào ngày của văn bản",
    "district_assignment": "Giao việc cho cấp huyện, cấp đã kết thúc hoạt động vào ngày của văn bản",
    "unresolved_place": "Không xác định được địa phương của cơ quan",
    "relative_deadline": "Thời hạn tính từ một mốc chưa biết ngày, chưa tính thành ngày",
    "encoding_repaired": "Văn bản dùng bảng mã cũ, đã chuyển sang Unicode",
    "secret": "Văn bản có dấu độ mật",
}


class CongvanError(Exception):
    """Base of the errors that a user can do something about."""


class RuleError(CongvanError):
    """A mistake in `rules/`; `file` and `line` (from 1, 0: no certain one) say where."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        self.message, self.file, self.line = message, file, line
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {message}" if place else message)


class Reject(CongvanError):
    """An input that gives no record; `code` is a key of `REJECTS`."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        self.message = REJECTS[code].format(detail=detail)
        super().__init__(f"{code}: {self.message}")
