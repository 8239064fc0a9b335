"""The catalogue of codes: why an input was rejected, and what a record warns of.

Codes never change their meaning.
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb

#: reject code -> what it says to the user ({detail} is filled in)
REJECTS = {
    "unreadable": "Không đọc được tệp: {detail}",
    "empty": "Tệp không có chữ nào để đọc{detail}.",
    "not_text": "Tệp không phải văn bản (.txt, .html): {detail}",
    "too_large": "Tệp quá lớn: {detail}. Hãy chia nhỏ hoặc tăng --max-bytes.",
    "unsupported": (
        "Chưa đọc được loại tệp này: {detail}. Hãy lưu lại thành PDF, DOCX hoặc văn bản thường;"
        " congvan formats liệt kê các loại đọc được."
    ),
    "needs": "Máy còn thiếu chương trình để đọc tệp này. Hãy cài rồi chạy lại: {detail}",
    "damaged": "Tệp hỏng hoặc bị cắt cụt. Hãy mở thử và xin lại bản gốc. Chi tiết kỹ thuật: {detail}",
    "encrypted": "Tệp có mật khẩu: {detail}. Hãy gỡ mật khẩu rồi chạy lại.",
    "too_many_pages": "Tệp có quá nhiều trang: {detail}. Hãy tách nhỏ hoặc tăng --max-pages.",
    "unpacks_too_large": "Tệp nén bung ra quá lớn, có thể là tệp phá hoại: {detail}.",
    "too_deep": "Tệp nén lồng nhau quá {detail} lớp. Hãy bung bớt ra rồi chạy lại.",
    "timeout": "Đọc quá lâu: {detail} giây. Hãy tách nhỏ tệp hoặc tăng --timeout.",
    "several": "Tệp chứa nhiều văn bản. Hãy dùng congvan extract, mỗi văn bản sẽ thành một bản ghi.",
    "no_letter_inside": "Trong tệp này không có văn bản nào: {detail}.",
    "status_message": "Gói tin edXML này chỉ báo trạng thái, không phải văn bản: {detail}.",
    "recall": "Gói tin edXML này thu hồi văn bản đã gửi: {detail}.",
    "no_text_layer": "Tệp chỉ có ảnh chụp, không có lớp chữ: {detail}",
    "unknown_encoding": "Không nhận ra bảng mã của tệp. Hãy lưu lại tệp ở dạng UTF-8.",
    "no_main_text": "Trang không còn nội dung nào sau khi bỏ trình đơn, quảng cáo và tin liên quan.",
    "rule_timeout": (
        "Quy tắc {detail} chạy quá lâu trên văn bản này. Hãy chia nhỏ văn bản hoặc viết lại quy tắc."
    ),
    "internal": "Lỗi trong chương trình khi đọc văn bản này: {detail}",
}

#: what "empty" says of a file without bytes, and of a picture
EMPTY_FILE = " (0 byte). Hãy chép lại tệp hoặc xin lại bản gốc"
EMPTY_PICTURE = ": nhận dạng ảnh không ra chữ nào. Hãy xem ảnh có phải trang trắng, ảnh mờ hay bị ngược không"

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
    "evidence_conflict": "Thông tin đi kèm tệp khác với chữ trong văn bản",
    "attachment_unreadable": "Không đọc được văn bản đính kèm, bản ghi chỉ có thông tin của gói tin",
    "uncertain_ocr": "Chữ nhận dạng từ ảnh không chắc, hãy xem lại ảnh",
    "handwritten": "Chỗ này viết tay, chưa đọc được",
    "list_numbers_lost": "Số thứ tự do Word tự đánh không đọc được, hãy cài LibreOffice rồi đọc lại",
    "page_unread": "Chưa đọc được trang này, bản ghi thiếu phần ấy: trang",
}


class CongvanError(Exception):
    """Base of the errors that a user can do something about."""


class Changed(CongvanError):
    """What is spoken of is no longer as it was when it was shown."""


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


def where(error: Exception) -> str:
    """An exception in one line, with the innermost line of our own code."""
    here = Path(__file__).parent
    frames = [f for f in extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(here)]
    place = f" ({Path(frames[-1].filename).relative_to(here.parent)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{place}"
