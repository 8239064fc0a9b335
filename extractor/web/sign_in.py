"""Signing in: a token pasted into a form becomes a session; the link that `serve` prints does so once."""

from __future__ import annotations

import html
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from extractor.web import session, tokens
from extractor.web.problems import Problem
from extractor.web.security import (
    FIELD,
    Settings,
    check_slowly,
    cookie,
    csrf_token,
    identity,
    local,
    redirect,
)

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def form(request: Request, token: str = "", next: str = "/") -> Response:
    """The form; with the token of a link that signs in once, signed in at once."""
    if token:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Problem("cross_site")
        if request.headers.get("sec-purpose") or request.headers.get("purpose"):
            raise Problem("token")  # a browser that only looks ahead must not use the link up
        if not request.app.state.settings.allow_write:
            raise Problem("token")
        found = await check_slowly(
            request.app.state.throttle,
            request.app.state.security_engine,
            _address(request),
            partial(tokens.redeem, text=token),
            write=True,
        )
        if found is None:
            raise Problem("token", "Đường dẫn này đã dùng rồi hoặc đã hết hạn. Hãy chạy lại congvan serve.")
        return _begin(request, found, next)
    page = getattr(request.app.state, "login_page", None)
    response: Response = page(request, local(next)) if page is not None else _plain(request, local(next))
    response.headers["cache-control"] = "no-store"
    return response


@router.post("/login")
async def login(request: Request) -> Response:
    """A pasted token becomes a session."""
    async with request.form(max_files=0, max_fields=8) as fields:
        text, target = str(fields.get("token", "")).strip(), str(fields.get("next", "/"))
    found = await check_slowly(
        request.app.state.throttle,
        request.app.state.security_engine,
        _address(request),
        partial(tokens.check, text=text),
    )
    if found is None:
        raise Problem("token")
    return _begin(request, found, target)


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session in this browser."""
    response = redirect("/")
    response.headers.append("set-cookie", cookie(request.scope, session.COOKIE, "", lasts=0))
    return response


def _begin(request: Request, token: tokens.Token, target: str) -> Response:
    settings: Settings = request.app.state.settings
    response = redirect(target)
    value = session.start(settings.key, token.id)
    response.headers.append("set-cookie", cookie(request.scope, session.COOKIE, value, lasts=session.LASTS))
    response.headers["cache-control"] = "no-store"
    return response


def _plain(request: Request, target: str) -> Response:
    who = identity(request)
    state = f"<p>Đang đăng nhập: {html.escape(who.name)}</p>" if who.role else ""
    return HTMLResponse(
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Đăng nhập</title><h1>Đăng nhập</h1>'
        f'{state}<form method="post" action="/login">'
        f'<input type="hidden" name="{FIELD}" value="{csrf_token(request)}">'
        f'<input type="hidden" name="next" value="{html.escape(target)}">'
        '<label>Mã truy cập <input type="password" name="token" required autocomplete="off"></label> '
        "<button>Đăng nhập</button></form></html>"
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
