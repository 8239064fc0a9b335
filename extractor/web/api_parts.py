"""What the routes of the API share: parameters, the problems they tell, a page of rows, a fresh answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection, Select
from starlette.responses import Response

from extractor.web import paging

Json = dict[str, Any]
Responses = dict[int | str, Json]

_PROBLEM: Json = {
    "description": "Lỗi, theo RFC 9457",
    "content": {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": "urn:congvan:cursor",
                "title": "Con trỏ trang (cursor) không hợp lệ. Hãy dùng đúng giá trị next đã nhận được.",
                "status": 400,
                "detail": "Con trỏ trang (cursor) không hợp lệ. Hãy dùng đúng giá trị next đã nhận được.",
            },
        }
    },
}
READS: Responses = {304: {"description": "Chưa có gì mới (If-None-Match)"}, 400: _PROBLEM, 422: _PROBLEM}
READS_ONE: Responses = {**READS, 404: _PROBLEM}
WRITES: Responses = dict.fromkeys((400, 401, 403, 404, 408, 409, 413, 415, 422), _PROBLEM)

Words = Annotated[str | None, Query(max_length=300)]
Cursor = Annotated[
    str | None, Query(max_length=600, description="Giá trị `next` của trang trước; để trống: trang đầu.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Số mục mỗi trang, nhiều nhất 200.")]
DocumentId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Số của văn bản trong cơ sở dữ liệu.")]
MaybeDocument = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Chỉ của văn bản này.")]


def reading(request: Request) -> Connection:
    """A connection of this application's database; used as a context manager."""
    connection: Connection = request.app.state.site.engine.connect()
    return connection


def answered(
    request: Request, connection: Connection, make: Callable[[], BaseModel], *more: object
) -> Response:
    """The answer that `make()` gives (a model), unless the other side has it."""
    tag = paging.tag_of_list(request, connection, *more)
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if paging.is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(make().model_dump_json(), 200, headers, "application/json")


def page_of(
    request: Request, connection: Connection, wanted: Select[Any], limit: int, *keys: str
) -> tuple[list[Any], str | None]:
    """A page of rows and the cursor behind it; `keys` are the columns by which `wanted` is sorted."""
    rows = list(connection.execute(wanted.limit(limit + 1)))
    if len(rows) <= limit:
        return rows, None
    rows = rows[:limit]
    return rows, paging.cursor(request, [getattr(rows[-1], key) for key in keys])
