"""The pages of the audit: an agency, tasks by who and when, matrices."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from extractor.database import audit, audit_report
from extractor.database.tables import Table
from extractor.database.workbook import write_workbook
from extractor.errors import CongvanError
from extractor.web import charts, nothing, views
from extractor.web.pages import Address, Number, download, site_of
from extractor.web.problems import Problem
from extractor.web.site import Site
from extractor.web.words import Words

router = APIRouter(default_response_class=HTMLResponse)
Status = Literal["", "overdue", "dated", "undated"]
Role = Literal["", "lead", "coordinating"]
Flag = Annotated[str, Query(max_length=5)]
_PER_PAGE, _OF_AGENCY = 25, 10
#: tasks among which a time line's are chosen
_DRAWN = 200
#: tasks of a page to be printed, and of a workbook, at most
_PRINTED, _WRITTEN = 500, 5_000


@router.get("/agencies")
def agencies_page(request: Request, q: str = "", page: Number = 1) -> Response:
    """Agencies that were told to do something, by name."""
    site = site_of(request)
    address = Address("/agencies", {"q": q})
    near: list[str] = []
    with site.connection() as connection:
        found = views.agency_list(connection, q, page)
        if not found and page > 1:
            return RedirectResponse(address(), 303)
        if not found and q.strip():
            found = nothing.agencies_named(connection, q)
            near = [] if found else audit.similar(connection, q)
    return site.page(
        request, "agencies.html", q=q, found=found, near=near, page=page, address=address.page,
        per_page=views.AGENCIES,
    )  # fmt: skip


@router.get("/agencies/{agency_id:path}")
def agency_page(
    request: Request,
    agency_id: str,
    role: Role = "",
    status: Status = "",
    across: Flag = "",
    by: Literal["issuer", "topic"] = "issuer",
    page: Number = 1,
) -> Response:
    """One agency: its tasks, overdue ones first, when they are due, who told it what, when and how often."""
    site = site_of(request)
    wide = bool(across)
    asked = audit.TaskQuery(
        agency=agency_id,
        role=role or None,
        across_successors=wide,
        overdue=status == "overdue",
        undated={"undated": True, "dated": False}.get(status),
        page=page,
        per_page=_OF_AGENCY,
    )
    with site.connection() as connection:
        agency = audit.agency(connection, agency_id)
        if agency is None:
            raise Problem("not_found")
        found = audit.tasks(connection, asked)
        told, today = [c.id for c in found.candidates] or [agency_id], date.fromisoformat(found.today)
        drawn = charts.nearest(audit.deadlines(connection, asked, told, _DRAWN), today)
        line = charts.time_line(audit.load(connection, drawn, found.today, proved=False), today)
        heat = views.heat(connection, told, by)
        repeats = audit.repeated(connection, agency_id, wide, limit=8, proved=False)
    address = Address(
        f"/agencies/{views.quoted(agency_id)}",
        {"role": role, "status": status, "across": "1" if wide else "", "by": "" if by == "issuer" else by},
    )
    last = -(-found.total // _OF_AGENCY)
    if page > max(last, 1):
        return RedirectResponse(address.page(last), 303)
    return site.page(
        request,
        "agency.html",
        agency=agency,
        found=found,
        role=role,
        status=status,
        across=wide,
        by=by,
        line=line,
        heat=heat,
        repeats=repeats,
        page=page,
        last=last,
        address=address,
        charts=charts,
        topic_name=lambda code: next((t.name for t in site.topics if t.code == code), code),
    )


def task_query(
    agency: str = "",
    issuer: str = "",
    role: Role = "",
    due_after: str = "",
    due_before: str = "",
    status: Status = "",
    topic: str = "",
    type: str = "",
    text: str = "",
    across: Flag = "",
    review: Flag = "",
    sort: Literal["deadline", "newest"] = "deadline",
    page: Number = 1,
) -> audit.TaskQuery:
    """The tasks that the parameters of an address ask for."""
    return audit.TaskQuery(
        agency=agency.strip() or None,
        issuer=issuer.strip() or None,
        role=role or None,
        due_after=due_after or None,
        due_before=due_before or None,
        overdue=status == "overdue",
        undated={"undated": True, "dated": False}.get(status),
        topic=topic or None,
        type=type or None,
        text=text.strip() or None,
        across_successors=bool(across),
        review=True if review else None,
        sort=sort,
        page=page,
        per_page=_PER_PAGE,
    )


def address_of(query: audit.TaskQuery, path: str) -> Address:
    """The address of a page about the same tasks."""
    status = "overdue" if query.overdue else {True: "undated", False: "dated", None: ""}[query.undated]
    return Address(
        path,
        {
            "agency": query.agency, "issuer": query.issuer, "role": query.role, "due_after": query.due_after,
            "due_before": query.due_before, "status": status, "topic": query.topic, "type": query.type,
            "text": query.text, "across": "1" if query.across_successors else "",
            "review": "1" if query.review else "", "sort": "" if query.sort == "deadline" else query.sort,
        },
    )  # fmt: skip


@router.get("/audit")
def audit_page(request: Request, query: Annotated[audit.TaskQuery, Depends(task_query)]) -> Response:
    """Tasks in a table, each with the sentence that proves it."""
    site = site_of(request)
    address = address_of(query, "/audit")
    notice: str | None = None
    unknown: list[nothing.Unknown] = []
    wider: list[nothing.Wider] = []
    with site.connection() as connection:
        try:
            found = audit.tasks(connection, query)
        except CongvanError as e:
            found, notice = audit.TaskPage([], 0, False, [], ""), str(e)
        if not found.total and notice is None:
            unknown = nothing.unknown_in_tasks(connection, query)
            wider = nothing.wider_tasks(connection, query, address.values)
    last = -(-found.total // query.per_page)
    if query.page > max(last, 1):
        return RedirectResponse(address.page(last), 303)
    exports = [
        ("xlsx", address_of(query, "/audit/tasks.xlsx")()),
        ("print", address_of(query, "/audit/print")()),
    ]
    return site.page(
        request,
        "audit.html",
        query=query,
        status=address.values.get("status", ""),
        found=found,
        notice=notice,
        unknown=unknown,
        wider=wider,
        chosen=_chosen(site, site.words(request), address),
        topics=site.topics,
        last=last,
        address=address,
        exports=exports,
    )


def _chosen(site: Site, words: Words, address: Address) -> list[tuple[str, str, str]]:
    """The conditions of a question about tasks: the name, the value in words, the address without it."""
    topics = {topic.code: topic.name for topic in site.topics}
    found = []
    for name, value in address.values.items():
        said = value
        if name in ("due_after", "due_before"):
            said = words.day(value)
        elif name in ("role", "status"):
            said = words.t(f"{name}.{value}")
        elif name == "topic":
            said = topics.get(value, value)
        elif name in ("across", "review"):
            said = ""
        if name != "sort":
            found.append((name, said, address(**{name: None, "page": None})))
    return found


#: columns of a matrix at most
_COLUMNS = 24


@router.get("/audit/print")
def print_page(request: Request, query: Annotated[audit.TaskQuery, Depends(task_query)]) -> HTMLResponse:
    """The tasks as a report to be printed."""
    site = site_of(request)
    with site.connection() as connection:
        found = _asked(connection, query)
        first, *others = [_filled(table) for table in _report(connection, query, found.today, _PRINTED)]
    return site.page(
        request,
        "print.html",
        query=query,
        found=found,
        tables=[first, *((table, rows) for table, rows in others if rows)],
        most=_PRINTED,
        back=address_of(query, "/audit")(),
        xlsx=address_of(query, "/audit/tasks.xlsx")(),
    )


def _filled(table: Table) -> tuple[Table, list[tuple[Any, ...]]]:
    """A table without the columns in which nothing stands, and its rows."""
    rows = list(table.rows)
    kept = [i for i in range(len(table.columns)) if any(row[i] not in (None, "") for row in rows)]
    columns = [table.columns[i] for i in kept]
    return replace(table, columns=columns), [tuple(row[i] for i in kept) for row in rows]


@router.get("/audit/tasks.xlsx")
def workbook_file(request: Request, query: Annotated[audit.TaskQuery, Depends(task_query)]) -> Response:
    """The same as a workbook."""
    with site_of(request).connection() as connection, TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.xlsx"
        found = _asked(connection, query)
        tables = _report(connection, query, found.today, _WRITTEN)
        write_workbook(path, [_question(query, found, tables), *tables])
        return download("nhiem-vu.xlsx", path.read_bytes())


def _asked(connection: Connection, query: audit.TaskQuery) -> audit.TaskPage:
    """The first tasks of a report. Raises `Problem` where the query cannot be understood."""
    try:
        return audit.tasks(connection, replace(query, page=1))
    except CongvanError as e:
        raise Problem("invalid", str(e)) from None


def _report(connection: Connection, query: audit.TaskQuery, today: str, most: int) -> list[Table]:
    """The tasks, and what the agency asked for was told more than once."""
    all_pages = replace(query, page=1)
    tables = [audit_report.tasks_table(audit_report.each_task(connection, all_pages, most))]
    if query.agency:
        repeats = audit.repeated(connection, query.agency, query.across_successors, today=today)
        tables.append(audit_report.repeated_table(repeats))
    return tables


def _question(query: audit.TaskQuery, found: audit.TaskPage, tables: list[Table]) -> Table:
    """What a workbook answers, as of which day."""
    lines = audit_report.summary(query, found, min(found.total, _WRITTEN))
    return audit_report.question_table(query, found, lines, tables)


@router.get("/audit/matrix")
def matrix_page(
    request: Request,
    by: Literal["topic", "month"] = "month",
    agency: str = "",
    role: Role = "",
    across: Flag = "",
) -> HTMLResponse:
    """How many tasks agencies have by topic or by month of the deadline."""
    site = site_of(request)
    with site.connection() as connection:
        found = audit.matrix(
            connection, by, agency.strip() or None, role or None, across_successors=bool(across)
        )
        asked = audit.TaskQuery(agency=agency.strip() or None, across_successors=bool(across))
        unknown = [] if found.rows else nothing.unknown_in_tasks(connection, asked)
    first = max(0, len(found.columns) - _COLUMNS) if by == "month" else 0
    shown = found.columns[first:]

    def cell(agency_id: str, column: int) -> str:
        what = shown[column]
        days: dict[str, str] = {"topic": what}
        if by == "month":
            year, month = map(int, what.split("-"))
            days = {"due_after": f"{what}-01", "due_before": f"{what}-{monthrange(year, month)[1]}"}
        return Address("/audit", {"agency": agency_id, "role": role, **days})()

    names = {topic.code: topic.name for topic in site.topics}
    address = Address("/audit/matrix", {"by": by, "agency": agency, "role": role, "across": across})
    return site.page(
        request,
        "matrix.html",
        by=by,
        agency=agency,
        role=role,
        across=bool(across),
        found=found,
        first=first,
        columns=[names.get(c, c) if by == "topic" else "/".join(reversed(c.split("-"))) for c in shown],
        most=max((n for row in found.rows for n in row.counts[first:]), default=0),
        cell=cell,
        charts=charts,
        unknown=unknown,
        called=lambda name: address(agency=name),
    )
