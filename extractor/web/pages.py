"""The pages that only read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.web.site import Site

router = APIRouter(default_response_class=HTMLResponse)


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


@router.get("/")
def search_page(request: Request) -> HTMLResponse:
    return site_of(request).page(request, "search.html")
