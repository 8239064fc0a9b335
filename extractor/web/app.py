"""The application: the database, the pages, what they share.

The way of a request: `security` (hosts, headers, who is asking) -> `pages` or `writing` (routes) -> `views`
and `extractor.database` (queries) -> `templates`.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import Response

from extractor.database import open_database
from extractor.web import api, audits, checks, pages, security, writing
from extractor.web.assets import Assets
from extractor.web.problems import Problem
from extractor.web.site import Site

STATIC = Path(__file__).parent / "static"
#: pages that are made at the same time, each with a connection: more only get in each other's way
_THREADS = 10


def create_app(
    database_url: str,
    *,
    allow_write: bool = False,
    rules: Path | None = None,
    settings: security.Settings | None = None,
) -> FastAPI:
    """The application over the database at `database_url`; only with `allow_write` is anything written.

    `settings` says whom it answers and how much it takes (its `allow_write` counts then). Raises
    `DatabaseError` when the database cannot be opened.
    """
    settings = settings or security.Settings(allow_write=allow_write)
    allow_write = settings.allow_write
    site = Site(open_database(database_url, write=allow_write), allow_write=allow_write, rules=rules)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        warming = threading.Thread(target=site.warm, daemon=True)
        warming.start()
        yield
        await to_thread.run_sync(warming.join)
        site.close()

    app = FastAPI(title="congvan", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.error_page = _error
    app.state.login_page = _sign_in
    app.mount("/static", Assets(STATIC), name="static")
    app.include_router(pages.router)
    app.include_router(audits.router)
    app.include_router(checks.router)
    if allow_write:
        app.include_router(writing.router)
    api.install(app)
    security.install(app, settings, site.engine)
    return app


def _error(request: Request, problem: Problem) -> Response:
    """A page that says what is not there or not allowed, and what to do."""
    site: Site = request.app.state.site
    return site.error(request, problem.status_code, problem.detail)


def _sign_in(request: Request, target: str) -> Response:
    site: Site = request.app.state.site
    return site.page(request, "login.html", next=target)
