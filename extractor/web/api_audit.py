"""The audit's questions under ``/api``: tasks, what was told twice, contradictions, orders to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection
from starlette.responses import Response

from extractor.database import audit
from extractor.errors import Changed, CongvanError
from extractor.web import paging
from extractor.web.api_parts import READS, Cursor, Limit, Words, answered, reading
from extractor.web.problems import Problem

router = APIRouter(prefix="/api", tags=["audit"])
Item = TypeVar("Item")
Found = TypeVar("Found")

Agency = Annotated[
    str,
    Query(
        min_length=1,
        max_length=300,
        description="Tên (có dấu hoặc không) hoặc id.",
        examples=["Sở Tài chính"],
    ),
]
AcrossSuccessors = Annotated[bool, Query(description="Kể cả cơ quan trước và sau khi sáp nhập, đổi tên.")]


class Listed(BaseModel, Generic[Item]):
    """Một trang; `next` là con trỏ của trang sau."""

    items: list[Item]
    next: str | None


class TasksOut(BaseModel):
    """Nhiệm vụ; `sentence` là câu chứng minh, nằm ở [start, end) của văn bản."""

    total: int = Field(description="Dừng ở 10.000.")
    capped: bool
    today: str = Field(description="Ngày dùng để tính quá hạn.")
    agencies: list[audit.Candidate] = Field(description="Những cơ quan mà tên đã nêu có thể chỉ.")
    items: list[audit.Task]
    next: str | None


class RepeatsOut(BaseModel):
    items: list[audit.Repeat]


@router.get("/assignments", response_model=TasksOut, responses=READS)
def assignments(
    request: Request,
    agency: Annotated[Words, Query(description="Cơ quan được giao, tên hoặc id.")] = None,
    role: Annotated[Literal["lead", "coordinating"] | None, Query(description="Chủ trì, phối hợp")] = None,
    due_before: Annotated[date | None, Query(description="Hạn đến hết ngày này.")] = None,
    due_after: Annotated[date | None, Query(description="Hạn từ ngày này.")] = None,
    overdue: Annotated[bool, Query(description="Chỉ việc đã quá hạn.")] = False,
    today: Annotated[date | None, Query(description="Tính quá hạn theo ngày này thay cho hôm nay.")] = None,
    across_successors: AcrossSuccessors = False,
    topic: Words = None,
    issuer: Words = None,
    type: Words = None,
    text: Annotated[Words, Query(description="Chữ trong nhiệm vụ.")] = None,
    review: Annotated[bool | None, Query(description="Cần người xem lại.")] = None,
    undated: Annotated[bool | None, Query(description="Không có thời hạn.")] = None,
    sort: Literal["deadline", "newest"] = "deadline",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Ai phải làm gì, bao giờ xong, câu nào của văn bản nào nói thế."""
    query = audit.TaskQuery(
        agency=agency,
        role=role,
        due_before=_day(due_before),
        due_after=_day(due_after),
        overdue=overdue,
        today=_day(today),
        across_successors=across_successors,
        topic=topic,
        issuer=issuer,
        type=type,
        text=text,
        review=review,
        undated=undated,
        per_page=limit,
        sort=sort,
        after=paging.after(request, cursor, str, int, int),
    )

    def make() -> TasksOut:
        found = told(lambda: audit.tasks(connection, query))
        return TasksOut(
            total=found.total,
            capped=found.capped,
            today=found.today,
            agencies=found.candidates,
            items=found.tasks,
            next=paging.cursor(request, found.next) if found.next else None,
        )

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/repeated", response_model=RepeatsOut, responses=READS)
def repeated(
    request: Request, agency: Agency, across_successors: AcrossSuccessors = False, limit: Limit = 50
) -> Response:
    """Việc mà một cơ quan được giao nhiều lần."""

    def make() -> RepeatsOut:
        found = told(lambda: audit.repeated(connection, agency, across_successors, limit=limit))
        return RepeatsOut(items=found)

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/contradictions", response_model=Listed[audit.Contradiction], responses=READS)
def contradictions(
    request: Request, metric: Words = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Chỉ tiêu mà hai văn bản nêu khác nhau."""
    after = paging.after(request, cursor, str, str)
    return _listed(
        request, limit, Listed[audit.Contradiction],
        lambda connection, size: audit.contradictions(connection, size, metric, after=after),
        lambda item: (item.deadline, item.claim),
    )  # fmt: skip


@router.get("/no-addressee", response_model=Listed[audit.Unaddressed], responses=READS)
def no_addressee(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Văn bản giao việc mà không thấy nơi nhận (kính gửi)."""
    after = paging.after(request, cursor, str, int)
    return _listed(
        request, limit, Listed[audit.Unaddressed],
        lambda connection, size: audit.no_addressee(connection, size, after=after),
        lambda item: (item.issued_on or "", item.document_id),
    )  # fmt: skip


def _listed(
    request: Request,
    limit: int,
    model: Any,
    ask: Callable[[Connection, int], list[Any]],
    key: Callable[[Any], paging.Key],
) -> Response:
    """A page of what `ask` gives at most so many of; the next one goes on behind the last's sort key."""

    def make() -> BaseModel:
        items = told(lambda: ask(connection, limit + 1))
        more = len(items) > limit
        made: BaseModel = model(
            items=items[:limit], next=paging.cursor(request, key(items[limit - 1])) if more else None
        )
        return made

    with reading(request) as connection:
        return answered(request, connection, make)


def told(ask: Callable[[], Found]) -> Found:
    """What `ask` gives; a mistake in a parameter is told as a problem."""
    try:
        return ask()
    except Changed as e:
        raise Problem("conflict", str(e)) from None
    except CongvanError as e:
        raise Problem("invalid", str(e)) from None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
