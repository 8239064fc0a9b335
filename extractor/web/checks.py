"""The pages of what does not fit together: contradictions, orders to nobody, targets over the years."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from extractor.database import audit
from extractor.web import nothing, paging, views
from extractor.web.pages import Address, site_of

router = APIRouter(default_response_class=HTMLResponse)
#: contradictions, and orders to nobody, on the page of both, and on a page of their own
_OF_BOTH, _OF_ONE = 10, 50


@router.get("/audit/checks")
def checks_page(
    request: Request,
    only: Literal["", "contradictions", "unaddressed"] = "",
    cursor: Annotated[str | None, Query(max_length=700)] = None,
) -> HTMLResponse:
    """Where letters contradict each other, letters with orders to nobody: the first of both, or one list."""
    site = site_of(request)
    size = _OF_ONE if only else _OF_BOTH
    last: paging.Key | None = None
    split: list[audit.Contradiction] = []
    unaddressed: list[audit.Unaddressed] = []
    with site.connection() as connection:
        if only != "unaddressed":
            after = paging.after(request, cursor, str, str) if only else None
            split = audit.contradictions(connection, size + 1, after=after)
            last = (split[size - 1].deadline, split[size - 1].claim) if len(split) > size else None
        if only != "contradictions":
            after = paging.after(request, cursor, str, int) if only else None
            unaddressed = audit.no_addressee(connection, size + 1, after=after)
            if len(unaddressed) > size:
                last = (unaddressed[size - 1].issued_on or "", unaddressed[size - 1].document_id)
    address = Address("/audit/checks", {"only": only})
    return site.page(
        request,
        "checks.html",
        only=only,
        contradictions=split[:size],
        unaddressed=unaddressed[:size],
        more={"contradictions": len(split) > size, "unaddressed": len(unaddressed) > size},
        first=cursor is None,
        following=address(cursor=paging.cursor(request, last)) if only and last else None,
    )


@router.get("/audit/targets")
def targets_page(request: Request, metric: str = "") -> HTMLResponse:
    """The targets of a metric over the years."""
    site = site_of(request)
    with site.connection() as connection:
        found = audit.targets_over_years(connection, metric) if metric.strip() else []
        metrics = [] if metric.strip() else views.metrics(connection)
        near = nothing.metrics_near(connection, metric) if metric.strip() and not found else []
    return site.page(request, "targets.html", metric=metric.strip(), found=found, metrics=metrics, near=near)
