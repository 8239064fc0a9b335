"""The application: the database, the pages, what they share. Nothing is read or written before a request.

The way of a request: `security` (hosts, headers, who is asking) -> `pages` or `writing` (routes) -> `views` and
`extractor.database` (queries) -> `templates`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from extractor.database import open_database
from extractor.web import pages, writing
from extractor.web.site import Site

STATIC = Path(__file__).parent / "static"


def create_app(database_url: str, *, allow_write: bool = False, rules: Path | None = None) -> FastAPI:
    """The application over the database at `database_url`; only with `allow_write` is anything written.

    Raises `DatabaseError` when the database cannot be opened.
    """
    site = Site(open_database(database_url, write=allow_write), allow_write=allow_write, rules=rules)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.close()

    app = FastAPI(title="congvan", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages.router)
    if allow_write:
        app.include_router(writing.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _failed)
    # what asks who is there and sets request.state.user and request.state.csrf (site.User) is installed here
    return app


async def _refused(request: Request, error: Any) -> Response:
    """A page that says what is not there or not allowed, and what to do."""
    site: Site = request.app.state.site
    return site.error(request, error.status_code, headers=error.headers)


async def _failed(request: Request, _: Exception) -> Response:
    site: Site = request.app.state.site
    return site.error(request, 500)
