"""What goes wrong with a request, and how it is told: problem+json under /api (RFC 9457), else a page.

Neither ever holds a stack trace, an SQL statement or a path of this machine.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

log = logging.getLogger("extractor.web")

#: code -> (status, what it says)
PROBLEMS: dict[str, tuple[int, str]] = {
    "host": (400, "Tên máy chủ trong yêu cầu không phải của trang này."),
    "malformed": (400, "Địa chỉ hoặc dữ liệu gửi lên không đúng dạng."),
    "cursor": (400, "Con trỏ trang (cursor) không hợp lệ. Hãy dùng đúng giá trị next đã nhận được."),
    "sign_in": (401, "Cần đăng nhập bằng mã truy cập."),
    "token": (401, "Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."),
    "read_only": (403, "Máy chủ đang chạy ở chế độ chỉ đọc. Muốn ghi, hãy chạy: congvan serve --allow-write"),
    "role": (403, "Mã truy cập này chỉ được đọc, không được ghi."),
    "csrf": (403, "Yêu cầu ghi không đến từ trang này. Hãy tải lại trang rồi làm lại."),
    "cross_site": (403, "Trang khác không được lấy dữ liệu của trang này."),
    "not_found": (404, "Không có trang hoặc văn bản này."),
    "method": (405, "Địa chỉ này không nhận loại yêu cầu ấy."),
    "slow": (408, "Gửi dữ liệu quá chậm."),
    "conflict": (409, "Dữ liệu đã thay đổi. Hãy tải lại rồi làm lại."),
    "too_large": (413, "Dữ liệu gửi lên quá lớn."),
    "too_many_files": (413, "Gửi quá nhiều tệp một lần."),
    "address": (414, "Địa chỉ quá dài."),
    "media_type": (415, "Không nhận dữ liệu ở dạng này."),
    "invalid": (422, "Tham số không hợp lệ."),
    "often": (429, "Thử mã truy cập sai quá nhiều lần. Hãy đợi một phút."),
    "headers": (431, "Phần đầu của yêu cầu quá lớn."),
    "internal": (500, "Máy chủ gặp lỗi khi trả lời. Chi tiết nằm trong nhật ký của máy chủ."),
    "busy": (503, "Cơ sở dữ liệu đang bận. Hãy thử lại sau ít giây."),
}
_BY_STATUS = {404: "not_found", 405: "method", 413: "too_large", 401: "sign_in", 403: "role", 422: "invalid"}


class Problem(HTTPException):
    """A request that is answered with one of `PROBLEMS`; `detail` says more where there is more to say."""

    def __init__(
        self, code: str, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        status, text = PROBLEMS[code]
        super().__init__(status, detail or text, dict(headers) if headers else None)
        self.code = code


def known(error: AnyHTTPException) -> Problem:
    """An HTTP error of the framework in our words: its own are English and may quote the request."""
    if isinstance(error, Problem):
        return error
    code = _BY_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "internal")
    problem = Problem(code, None, error.headers)
    problem.status_code = error.status_code
    return problem


def invalid(error: RequestValidationError) -> Problem:
    """Which parameters are wrong, by name; what they held is not repeated."""
    names = {".".join(str(p) for p in e["loc"][1:]) or str(e["loc"][0]) for e in error.errors()}
    plain = sorted(name[:40] for name in names if name.isprintable())
    return Problem("invalid", f"Tham số không hợp lệ: {', '.join(plain)}" if plain else None)


def answer(request: Request, problem: Problem) -> Response:
    """The response for a problem: JSON under /api, else the application's own error page."""
    headers = dict(problem.headers or {})
    if request.url.path == "/api" or request.url.path.startswith("/api/"):
        body: dict[str, Any] = {
            "type": f"urn:congvan:{problem.code}",
            "title": PROBLEMS[problem.code][1],
            "status": problem.status_code,
            "detail": problem.detail,
        }
        return JSONResponse(body, problem.status_code, headers, media_type="application/problem+json")
    page = getattr(request.app.state, "error_page", None)
    if page is not None:
        try:
            made: Response = page(request, problem)
        except Exception:  # a page that fails must not hide what went wrong
            log.exception("error page")
        else:
            made.headers.update(headers)
            return made
    text = html.escape(problem.detail)
    return HTMLResponse(
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{problem.status_code}</title>'
        f'<h1>{problem.status_code}</h1><p>{text}</p><p><a href="/">Về trang đầu</a></p></html>',
        problem.status_code,
        headers,
    )
