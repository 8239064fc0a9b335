"""Paging and freshness of the API: cursors on sort keys, and ETags from the documents' revision."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from datetime import date

from fastapi import Request
from sqlalchemy import Connection

from extractor import __version__
from extractor.database import store
from extractor.web.problems import Problem

Key = tuple[str | int | float, ...]
_LONGEST = 600
_LARGEST = 2**31 - 1


def cursor(request: Request, last: Sequence[str | int | float]) -> str:
    """Where the next page begins: behind the row with these sort keys, in this very list."""
    body = json.dumps([_list(request), *last], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()


def after(request: Request, text: str | None, *kinds: type) -> Key | None:
    """The sort keys in a cursor, of these types; None without cursor.

    Raises `Problem` for a cursor that is none, or one of another list.
    """
    if text is None:
        return None
    try:
        if len(text) > _LONGEST:
            raise ValueError
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        values = json.loads(raw)
        list_, *keys = values
        right = len(keys) == len(kinds) and all(
            type(key) is kind and not (isinstance(key, int) and abs(key) > _LARGEST)
            and not (isinstance(key, str) and "\0" in key)
            for key, kind in zip(keys, kinds, strict=True)
        )  # fmt: skip
        "".join(k for k in keys if isinstance(k, str)).encode()  # no half characters
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError):
        raise Problem("cursor") from None
    if not right or list_ != _list(request):
        raise Problem("cursor")
    return tuple(keys)


def _list(request: Request) -> str:
    """A short name of the list: its address and filters, whatever their order."""
    filters = sorted(
        (k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "limit", "lang")
    )
    return hashlib.sha256(json.dumps([request.url.path, filters]).encode()).hexdigest()[:10]


def tag_of_list(request: Request, connection: Connection, *more: object) -> str:
    """The ETag of an answer that depends on any document and on the day (what is overdue).

    The day is that of the clock here, like the answer's; it is taken before the answer is made.
    """
    today = date.today().isoformat()
    place = (request.url.path, request.url.query)
    seen = [store.revision(connection), *place, today, __version__, *map(str, more)]
    return f'W/"{hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:20]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the other side has the answer with this ETag already (weak comparison, RFC 9110)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    plain = tag.removeprefix("W/")
    return given.strip() == "*" or any(g.strip().removeprefix("W/") == plain for g in given.split(","))
