"""The pages that write: ingest and review. They are there only when the program may write."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from extractor.web.pages import site_of
from extractor.web.site import User


def editor(request: Request) -> User:
    """Who is asking, if that is an editor. Raises 403."""
    user = site_of(request).user(request)
    if not user.editor:
        raise HTTPException(403)
    return user


Editor = Annotated[User, Depends(editor)]
router = APIRouter(default_response_class=HTMLResponse, dependencies=[Depends(editor)])
