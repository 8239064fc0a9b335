"""The API under ``/api``: what the pages show, as JSON; its description is at ``/api/openapi.json``.

Lists are paged with cursors that hold the sort keys of the last row, so a letter that comes in between moves
nothing; each answer has an ETag made from the documents' revision; problems are problem+json (RFC 9457).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.openapi.utils import get_openapi
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select
from starlette.responses import Response

from extractor import __version__
from extractor.database import audit
from extractor.database import schema as t
from extractor.database.fold import key as folded
from extractor.database.fold import number_key
from extractor.database.metric_names import metric_key
from extractor.database.search import Hit, Page, search
from extractor.database.search import Query as SearchQuery
from extractor.errors import CongvanError
from extractor.record import Record
from extractor.web import api_audit, api_write, paging
from extractor.web.api_models import (
    AgenciesOut,
    AgencyName,
    AgencyOut,
    AgencyPage,
    DocumentOut,
    DocumentsOut,
    FacetOut,
    FacetsOut,
    HitOut,
    Piece,
    ProblemBody,
    ReferenceOut,
    ReferencesOut,
    RemovalOut,
    RemovalsOut,
    RunOut,
    RunsOut,
    SearchOut,
    SpanOut,
    TargetOut,
    TargetsOut,
)
from extractor.web.api_parts import (
    READS,
    READS_ONE,
    Cursor,
    DocumentId,
    Json,
    Limit,
    MaybeDocument,
    Words,
    answered,
    page_of,
    reading,
)
from extractor.web.problems import Problem

router = APIRouter(prefix="/api")


def _asked(
    q: Annotated[str, Query(max_length=300, description="Từ tìm, có dấu hoặc không; \"…\" là cụm từ.",
                            examples=["bảo hiểm y tế học sinh"])] = "",
    agency: Annotated[Words, Query(description="Cơ quan được nhắc đến, tên hoặc id.")] = None,
    issuer: Annotated[Words, Query(description="Cơ quan ban hành, tên hoặc id.")] = None,
    type: Annotated[Words, Query(description="Loại văn bản: CV, QĐ, KH …", examples=["CV"])] = None,
    since: Annotated[Words, Query(alias="from", description="Từ năm, tháng, ngày: 2020, 2020-05")] = None,
    until: Annotated[Words, Query(alias="to", description="Đến hết năm, tháng hoặc ngày ấy")] = None,
    place: Annotated[Words, Query(description="Tỉnh, thành phố của cơ quan ban hành")] = None,
    topic: Annotated[Words, Query(description="Mã chủ đề")] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    sort: Annotated[Literal["rank", "newest", "oldest"], Query()] = "rank",
) -> SearchQuery:  # fmt: skip
    return SearchQuery(
        text=q, agency=agency, type=type, issuer=issuer, since=since, until=until, place=place, topic=topic,
        year=year, sort=sort,
    )  # fmt: skip


Asked = Annotated[SearchQuery, Depends(_asked)]


@router.get("/search", response_model=SearchOut, responses=READS, tags=["search"])
def search_letters(request: Request, asked: Asked, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """Tìm văn bản.

    Có dấu hoặc không dấu, cụm từ trong ngoặc kép, số văn bản như người ta gõ ("757/ubnd-kgvx"); kết quả xếp
    theo độ khớp, mỗi kết quả kèm đoạn trích có đánh dấu chỗ khớp.
    """
    page = _page_number(request, cursor)

    def make() -> SearchOut:
        found = _search(connection, replace(asked, page=page, per_page=limit))
        more = page * limit < found.total
        return SearchOut(
            total=found.total,
            capped=found.capped,
            folded=found.folded,
            as_typed=found.as_typed,
            corrected=found.corrected,
            items=[_hit(hit) for hit in found.hits],
            next=paging.cursor(request, [page]) if more else None,
        )

    with reading(request) as connection:
        return answered(request, connection, make)


def _page_number(request: Request, cursor: str | None) -> int:
    keys = paging.after(request, cursor, int)
    page = int(keys[0]) + 1 if keys else 1
    if not 1 <= page <= 10_000:
        raise Problem("cursor")
    return page


def _search(connection: Connection, asked: SearchQuery) -> Page:
    try:
        return search(connection, asked)
    except CongvanError as e:
        raise Problem("invalid", str(e)) from None


def _hit(hit: Hit) -> HitOut:
    return HitOut(
        document_id=hit.document_id,
        number=hit.number,
        type=hit.type,
        issuer=hit.issuer,
        issued_on=hit.issued_on,
        title=hit.title,
        snippet=[Piece(text=text, hit=is_hit) for text, is_hit in hit.snippet],
        score=hit.score,
    )


@router.get("/facets", response_model=FacetsOut, responses=READS, tags=["search"])
def facets(request: Request, asked: Asked) -> Response:
    """Số văn bản theo cơ quan, nơi ban hành, loại, năm, tỉnh, chủ đề, với cùng điều kiện như /search."""

    def make() -> FacetsOut:
        found = _search(connection, replace(asked, per_page=1))
        return FacetsOut(
            total=found.total,
            capped=found.capped,
            facets={
                kind: [
                    FacetOut(value=f.value, label=f.label, count=f.count, selected=f.selected) for f in values
                ]
                for kind, values in found.facets.items()
            },
        )

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/documents", response_model=DocumentsOut, responses=READS, tags=["documents"])
def documents(
    request: Request,
    since: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Chỉ những văn bản thay đổi sau revision này.")
    ] = 0,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Mọi văn bản theo thứ tự thay đổi: muốn theo kịp, hãy hỏi lại với `since` là revision cuối đã thấy.

    Văn bản đã bị xóa: xem /api/removals.
    """
    keys = paging.after(request, cursor, int)
    d = t.documents.c
    wanted = (
        select(
            d.id, d.text_id, d.revision, d.current, d.number, d.type, d.issuer_id, d.issuer_name, d.issued_on,
            d.title, d.kind,
        )
        .where(d.revision > (keys[0] if keys else since))
        .order_by(d.revision)
    )  # fmt: skip

    def make() -> DocumentsOut:
        rows, last = page_of(request, connection, wanted, limit, "revision")
        return DocumentsOut(
            items=[
                DocumentOut(
                    id=r.id, text_id=r.text_id, revision=r.revision, current=r.current, number=r.number,
                    type=r.type, issuer=AgencyName(id=r.issuer_id, name=r.issuer_name),
                    issued_on=r.issued_on, title=r.title, kind=r.kind,
                )
                for r in rows
            ],
            next=last,
        )  # fmt: skip

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/removals", response_model=RemovalsOut, responses=READS, tags=["documents"])
def removals(
    request: Request,
    since: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Chỉ những văn bản bị xóa sau revision này.")
    ] = 0,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Những văn bản đã bị xóa, theo thứ tự; số (id) của chúng có thể được dùng lại cho văn bản có revision
    lớn hơn."""
    keys = paging.after(request, cursor, int)
    r = t.removals.c
    wanted = select(t.removals).where(r.revision > (keys[0] if keys else since)).order_by(r.revision)

    def make() -> RemovalsOut:
        rows, last = page_of(request, connection, wanted, limit, "revision")
        items = [RemovalOut(revision=x.revision, document_id=x.document_id, at=x.at) for x in rows]
        return RemovalsOut(items=items, next=last)

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get(
    "/documents/{document_id}",
    responses={**READS_ONE, 200: {"description": "Bản ghi; xem `congvan schema`.", "model": Record}},
    tags=["documents"],
)
def document(request: Request, document_id: DocumentId) -> Response:
    """Bản ghi đầy đủ của một văn bản, kể cả chỗ người đã sửa (`corrected` trên mục ấy)."""
    return _of_document(request, document_id, t.documents.c.record, "application/json")


@router.get(
    "/documents/{document_id}/text",
    responses={**READS_ONE, 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    tags=["documents"],
)
def document_text(request: Request, document_id: DocumentId) -> Response:
    """Nội dung văn bản; mọi `span` của bản ghi là vị trí trong những chữ này."""
    return _of_document(request, document_id, t.documents.c.text, "text/plain; charset=utf-8")


def _of_document(request: Request, document_id: int, column: ColumnElement[str], media_type: str) -> Response:
    with reading(request) as connection:
        d = t.documents.c
        revision = connection.execute(select(d.revision).where(d.id == document_id)).scalar()
        if revision is None:
            raise Problem("not_found", "Không có văn bản này.")
        headers = {"etag": f'"{document_id}-{revision}"', "cache-control": "private, no-cache"}
        if paging.is_known(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        content = connection.execute(select(column).where(d.id == document_id)).scalar_one()
        return Response(content, 200, headers, media_type)


@router.get("/agencies", response_model=AgenciesOut, responses=READS, tags=["agencies"])
def agencies(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="Những từ trong tên, có dấu hoặc không.")] = "",
    level: Annotated[Literal["central", "province", "district", "commune"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Các cơ quan theo vần chữ cái."""
    keys = paging.after(request, cursor, str, str)
    a = t.agencies.c
    wanted = select(a.id, a.name, a.level, a.locality, a.ended_from, a.key).order_by(a.key, a.id)
    for word in folded(q).split():
        wanted = wanted.where(a.key.contains(word, autoescape=True))
    if level:
        wanted = wanted.where(a.level == level)
    if keys:
        wanted = wanted.where(or_(a.key > keys[0], and_(a.key == keys[0], a.id > keys[1])))

    def make() -> AgenciesOut:
        rows, last = page_of(request, connection, wanted, limit, "key", "id")
        items = [
            AgencyOut(id=r.id, name=r.name, level=r.level, locality=r.locality, ended_from=r.ended_from)
            for r in rows
        ]
        return AgenciesOut(items=items, next=last)

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/agencies/{agency_id}", response_model=AgencyPage, responses=READS_ONE, tags=["agencies"])
def agency(
    request: Request,
    agency_id: Annotated[str, Path(max_length=200, examples=["x:so-y-te-tinh-an-giang"])],
) -> Response:
    """Một cơ quan: cấp, nơi, đã sáp nhập hay giải thể, cơ quan kế thừa, số nhiệm vụ."""

    def make() -> AgencyPage:
        found = audit.agency(connection, agency_id)
        if found is None:
            raise Problem("not_found", "Không có cơ quan này.")
        return AgencyPage.model_validate(found, from_attributes=True)

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/targets", response_model=TargetsOut, responses=READS, tags=["audit"])
def targets(
    request: Request,
    metric: Annotated[
        Words, Query(description="Những từ của chỉ tiêu.", examples=["tỷ lệ tham gia bảo hiểm y tế"])
    ] = None,
    document: MaybeDocument = None,
    due_before: Annotated[date | None, Query(description="Hạn trước ngày này.")] = None,
    due_after: Annotated[date | None, Query(description="Hạn sau ngày này.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Các chỉ tiêu trong những văn bản hiện hành, mỗi chỉ tiêu kèm câu chữ của nó."""
    keys = paging.after(request, cursor, int)
    m, d = t.targets.c, t.documents.c
    wanted = (
        select(
            t.targets, d.number, d.issuer_id, d.issuer_name, d.issued_on,
            func.substr(d.text, m.start + 1, m.end - m.start).label("quote"),
        )
        .join_from(t.targets, t.documents, d.id == m.document_id)
        .where(d.current)
        .order_by(m.id)
    )  # fmt: skip
    for word in metric_key(metric or "").split():
        wanted = wanted.where(m.metric_key.contains(word, autoescape=True))
    if document:
        wanted = wanted.where(m.document_id == document)
    if due_before:
        wanted = wanted.where(m.deadline_end < due_before.isoformat())
    if due_after:
        wanted = wanted.where(m.deadline_end > due_after.isoformat())
    if keys:
        wanted = wanted.where(m.id > keys[0])

    def make() -> TargetsOut:
        rows, last = page_of(request, connection, wanted, limit, "id")
        return TargetsOut(
            items=[
                TargetOut(
                    id=r.id, document_id=r.document_id, number=r.number,
                    issuer=AgencyName(id=r.issuer_id, name=r.issuer_name), issued_on=r.issued_on,
                    metric=r.metric, comparator=r.comparator, value=r.value, value_max=r.value_max,
                    unit=r.unit, population=r.population, place=r.place, deadline_start=r.deadline_start,
                    deadline_end=r.deadline_end, agencies=json.loads(r.agencies), confidence=r.confidence,
                    review=r.review, corrected=r.corrected,
                    span=SpanOut(start=r.start, end=r.end, text=r.quote),
                )
                for r in rows
            ],
            next=last,
        )  # fmt: skip

    with reading(request) as connection:
        return answered(request, connection, make)


@router.get("/references", response_model=ReferencesOut, responses=READS, tags=["audit"])
def references(
    request: Request,
    document: MaybeDocument = None,
    number: Annotated[
        Words, Query(description="Số văn bản được viện dẫn.", examples=["75/2023/NĐ-CP"])
    ] = None,
    relation: Annotated[
        Literal["basis", "implements", "follows", "replaces", "amends", "repeals", "mentions"] | None, Query()
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Văn bản nào viện dẫn, thực hiện, sửa đổi, thay thế văn bản nào."""
    keys = paging.after(request, cursor, int)
    r, d = t.references.c, t.documents.c
    wanted = (
        select(t.references, func.substr(d.text, r.start + 1, r.end - r.start).label("quote"))
        .join_from(t.references, t.documents, d.id == r.document_id)
        .where(d.current)
        .order_by(r.id)
    )
    if document:
        wanted = wanted.where(r.document_id == document)
    if number:
        wanted = wanted.where(r.number_key == number_key(number))
    if relation:
        wanted = wanted.where(r.relation == relation)
    if keys:
        wanted = wanted.where(r.id > keys[0])

    def make() -> ReferencesOut:
        rows, last = page_of(request, connection, wanted, limit, "id")
        there = _numbered(connection, {row.number_key for row in rows if row.number_key})
        return ReferencesOut(
            items=[
                ReferenceOut(
                    id=row.id, document_id=row.document_id, relation=row.relation, number=row.number,
                    type=row.type, issuer=AgencyName(id=row.issuer_id, name=row.issuer_name),
                    issued_on=row.issued_on, subject=row.subject, found=there.get(row.number_key, []),
                    span=SpanOut(start=row.start, end=row.end, text=row.quote),
                )
                for row in rows
            ],
            next=last,
        )  # fmt: skip

    with reading(request) as connection:
        return answered(request, connection, make)


def _numbered(connection: Connection, numbers: set[str]) -> dict[str, list[int]]:
    d = t.documents.c
    found: dict[str, list[int]] = {}
    for row in connection.execute(
        select(d.number_key, d.id).where(d.number_key.in_(numbers), d.current).order_by(d.id).limit(1_000)
    ):
        found.setdefault(row.number_key, []).append(row.id)
    return found


@router.get("/runs", response_model=RunsOut, responses=READS, tags=["runs"])
def runs(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Những lần nạp và đọc lại, mới nhất trước."""
    keys = paging.after(request, cursor, int)
    c = t.runs.c
    wanted = select(t.runs).order_by(c.id.desc())
    if keys:
        wanted = wanted.where(c.id < keys[0])

    def make() -> RunsOut:
        rows, last = page_of(request, connection, wanted, limit, "id")
        names = RunOut.model_fields
        return RunsOut(items=[RunOut(**{n: getattr(row, n) for n in names}) for row in rows], next=last)

    with reading(request) as connection:
        newest = connection.execute(select(c.id, c.finished_at).order_by(c.id.desc()).limit(1)).first()
        return answered(request, connection, make, newest)


_NAMES = {"search": "Tìm kiếm", "documents": "Văn bản", "agencies": "Cơ quan", "audit": "Kiểm tra",
          "runs": "Lần chạy", "write": "Ghi (cần mã editor)"}  # fmt: skip


ROUTERS = (router, api_audit.router, api_write.router)


def openapi() -> Json:
    """The API's description."""
    schema = get_openapi(
        title="congvan",
        version=__version__,
        summary="Văn bản chỉ đạo: ai phải làm gì, bao giờ xong, câu nào nói thế",
        description=(
            "Chỉ đọc, trừ khi máy chủ chạy với --allow-write; khi ấy cần mã truy cập có vai trò editor "
            "(congvan tokens add TÊN --role editor) ở đầu đề Authorization: Bearer.\n\n"
            "Danh sách chia trang bằng `next` → `cursor`. Mọi câu trả lời có ETag."
        ),
        routes=[route for one in ROUTERS for route in one.routes],
        tags=[{"name": name, "description": text} for name, text in _NAMES.items()],
    )
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = ProblemBody.model_json_schema()
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            operation["security"] = [{"token": []}] if method in ("post", "delete") else [{}, {"token": []}]
    return schema


def install(app: FastAPI) -> None:
    """Add the API to an application, with its description."""
    described = openapi()
    schema_text = json.dumps(described, ensure_ascii=False).encode()
    for one in ROUTERS:
        app.include_router(one)

    @app.get("/api", include_in_schema=False)
    def page(request: Request) -> Response:
        made: Response = request.app.state.site.page(request, "api.html", api=described)
        return made

    @app.get("/api/openapi.json", include_in_schema=False)
    def schema() -> Response:
        return Response(schema_text, 200, {"cache-control": "public, max-age=300"}, "application/json")
