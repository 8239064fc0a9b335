"""The page's own files, read once when the server starts: no path of a request ever reaches the disk."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from extractor.web.problems import Problem

_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


class Assets:
    """An ASGI application that knows the files of one folder by name, for ``app.mount("/static", …)``."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, tuple[bytes, str, str]] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                if kind.startswith(_TEXT):
                    kind += "; charset=utf-8"
                name = path.relative_to(folder).as_posix()
                self._files[name] = (content, kind, hashlib.sha256(content).hexdigest()[:16])

    def address(self, name: str) -> str:
        """Where a file is; the address changes with its content, so browsers may keep it for ever."""
        return f"/static/{name}?v={self._files[name][2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem("method")
        if name not in self._files:
            raise Problem("not_found")
        content, kind, digest = self._files[name]
        kept = "max-age=31536000, immutable" if request.query_params.get("v") == digest else "no-cache"
        headers = {"etag": f'"{digest}"', "cache-control": f"public, {kept}"}
        if request.headers.get("if-none-match") == f'"{digest}"':
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return
        await Response(content, 200, headers, kind)(scope, receive, send)
