"""The pages that write: ingest and review. They are there only when the program may write."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from extractor.batch import Document
from extractor.web import views
from extractor.web.pages import site_of
from extractor.web.problems import Problem
from extractor.web.security import require_editor
from extractor.web.uploads import received

router = APIRouter(default_response_class=HTMLResponse, dependencies=[Depends(require_editor)])


@router.get("/ingest")
def ingest_page(request: Request) -> HTMLResponse:
    """A place to drop files on, and what could not be read before."""
    site = site_of(request)
    with site.connection() as connection:
        waiting = views.quarantine(connection)
        runs = views.runs(connection)
    return site.page(request, "ingest.html", batch=None, waiting=waiting, runs=runs)


@router.post("/ingest")
async def upload(request: Request) -> Response:
    """Take files in; a script is told where to look how they fare."""
    async with received(request) as files:
        documents = [Document(f.name, f.read()) for f in files]
    if not documents:
        raise Problem("invalid")
    return _go_to(request, site_of(request).inbox.add(documents).id)


@router.post("/ingest/retry")
def retry(request: Request) -> Response:
    """Read again what waits in quarantine."""
    site = site_of(request)
    with site.connection() as connection:
        names = [w.name for w in views.quarantine(connection)]
    return _go_to(request, site.inbox.retry(names).id)


def _go_to(request: Request, batch_id: str) -> Response:
    address = f"/ingest/{batch_id}"
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"batch": address}, 202)
    return RedirectResponse(address, 303)


@router.get("/ingest/{batch_id}")
def batch_page(request: Request, batch_id: str) -> HTMLResponse:
    """What became of each file of a batch so far."""
    site = site_of(request)
    batch = site.inbox.get(batch_id)
    if batch is None:
        raise Problem("not_found")
    with site.connection() as connection:
        waiting = views.quarantine(connection) if batch.done else []
    return site.page(request, "ingest.html", batch=batch, waiting=waiting, runs=[])
