"""What writes under ``/api``: letters come in, values are confirmed and corrected. Needs the role editor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from extractor.batch import Document
from extractor.database import corrections as kept
from extractor.database import schema as t
from extractor.database.engine import writing
from extractor.web.api_audit import told
from extractor.web.api_parts import WRITES
from extractor.web.problems import Problem
from extractor.web.security import Editor
from extractor.web.uploads import received

router = APIRouter(prefix="/api", tags=["write"])


def _storable(text: str) -> str:
    """Databases take no NUL and no half of a character."""
    if "\0" in text:
        raise ValueError("NUL")
    text.encode("utf-8")
    return text


def _plain(value: Any) -> Any:
    """The same for every string in a JSON value, which must not be deep."""
    _walk(value, 6)
    return value


def _walk(value: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        _storable(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _storable(name)
            _walk(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, depth - 1)


Line = Annotated[str, AfterValidator(_storable)]


class SpanIn(BaseModel):
    """Chỗ trong văn bản, [start, end) tính bằng ký tự, và chính những chữ ấy, như bản ghi có."""

    model_config = ConfigDict(extra="forbid")
    start: int = Field(ge=0, le=2**31 - 1)
    end: int = Field(ge=0, le=2**31 - 1)
    text: Line = Field(max_length=50_000)


class CorrectionIn(BaseModel):
    """Một lần xác nhận, sửa hoặc bỏ một giá trị."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "document_id": 12,
                    "item": "assignment",
                    "span": {"start": 812, "end": 836, "text": "rà soát các bến xe khách"},
                    "field": "deadline",
                    "verdict": "correct",
                    "new": {"start": "2024-06-30", "end": "2024-06-30", "relation": "before"},
                    "note": "Xem trang 2",
                }
            ]
        },
    )
    document_id: int = Field(ge=1, le=2**31 - 1)
    item: Line = Field(max_length=12, description="document, assignment, target, figure, reference")
    span: SpanIn | None = Field(default=None, description="Của mục; không cần với item = document.")
    field: Line | None = Field(default=None, max_length=40, description="Để trống: cả mục.")
    verdict: Literal["confirm", "correct", "reject"]
    new: Annotated[Any, AfterValidator(_plain)] = Field(default=None, description="Giá trị đúng.")
    note: Line | None = Field(default=None, max_length=2_000)


class CorrectionMade(BaseModel):
    id: int
    author: str


class EventOut(BaseModel):
    """Điều đã xảy ra với một văn bản."""

    name: str
    what: str
    document_id: int | None
    code: str | None
    message: str | None
    number: str | None


class BatchOut(BaseModel):
    """Một lần nạp: các tệp, và những gì đã xong."""

    id: str
    names: list[str]
    done: bool
    error: str | None
    events: list[EventOut]


@router.post(
    "/ingest",
    status_code=202,
    response_model=BatchOut,
    responses=WRITES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                        },
                    }
                }
            },
        }
    },
)
async def ingest(request: Request, who: Editor) -> Response:
    """Nạp tệp (multipart/form-data, trường `files`).

    Trả lời ngay với số của lần nạp; GET /api/ingest/{id} cho biết đã đọc đến đâu. Văn bản có dấu MẬT, TỐI
    MẬT, TUYỆT MẬT bị từ chối, nội dung không được giữ lại.
    """
    async with received(request) as files:
        documents = [Document(file.name, await run_in_threadpool(file.read)) for file in files]
    if not documents:
        raise Problem("invalid", "Không có tệp nào trong yêu cầu.")
    batch = await run_in_threadpool(lambda: request.app.state.site.inbox.add(documents))
    return JSONResponse(_batch(batch), 202, {"location": f"/api/ingest/{batch.id}"})


@router.get("/ingest/{batch_id}", response_model=BatchOut, responses=WRITES)
def ingested(request: Request, who: Editor, batch_id: Annotated[str, Path(max_length=40)]) -> Response:
    """Một lần nạp đã đến đâu, và điều đã xảy ra với từng văn bản."""
    batch = request.app.state.site.inbox.get(batch_id)
    if batch is None:
        raise Problem("not_found", "Không có lần nạp này, hoặc máy chủ đã khởi động lại.")
    return JSONResponse(_batch(batch))


def _batch(batch: Any) -> dict[str, Any]:
    names = EventOut.model_fields
    return {
        "id": batch.id,
        "names": batch.names,
        "done": batch.done,
        "error": batch.error,
        "events": [{n: v for n, v in asdict(e).items() if n in names} for e in list(batch.events)],
    }


@router.post("/corrections", status_code=201, response_model=CorrectionMade, responses=WRITES)
def correct(request: Request, who: Editor, body: CorrectionIn) -> Response:
    """Xác nhận, sửa hoặc bỏ một giá trị; tác giả là tên của mã truy cập."""
    with writing(request.app.state.site.engine) as connection:
        there = select(t.documents.c.id).where(t.documents.c.id == body.document_id)
        if connection.execute(there).first() is None:
            raise Problem("not_found", "Không có văn bản này.")
        span = body.span.model_dump() if body.span else None
        made = told(
            lambda: kept.add(
                connection, body.document_id, body.item, span, body.field, body.verdict, body.new, who.name,
                body.note,
            )
        )  # fmt: skip
    return JSONResponse({"id": made, "author": who.name}, 201)


@router.delete("/corrections/{correction_id}", status_code=204, responses=WRITES)
def undo(request: Request, who: Editor, correction_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """Rút lại một lần sửa; lịch sử vẫn còn."""
    with writing(request.app.state.site.engine) as connection:
        there = select(t.corrections.c.id).where(
            t.corrections.c.id == correction_id, t.corrections.c.undone_at.is_(None)
        )
        if connection.execute(there).first() is None:
            raise Problem("not_found", "Không có lần sửa này, hoặc nó đã được rút lại.")
        told(lambda: kept.undo(connection, correction_id))
    return Response(status_code=204)
