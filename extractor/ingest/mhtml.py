"""Web pages as a browser saves them in one file (MHTML, RFC 2557): the page itself, without its pictures."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from extractor.errors import Reject
from extractor.ingest import html
from extractor.ingest.mail import decoded
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook

_PAGES = ("text/html", "application/xhtml+xml")
_BOM = b"\xef\xbb\xbf"


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The main text of a page. Raises `Reject` (damaged, no_main_text, and what a page may raise)."""
    if data.lower().count(b"content-type:") > limits.files:
        raise Reject("unpacks_too_large", f"> {limits.files} tệp")
    try:
        message = email.message_from_bytes(data)
        page = _root(message)
    except Exception as e:  # the library raises whatever its parts raise on broken files
        raise Reject("damaged", f"{type(e).__name__}: {e}"[:100]) from None
    if page is None:
        raise Reject("no_main_text")
    where = decoded(page.get("content-location") or message.get("snapshot-content-location") or "")
    title = decoded(message.get("subject", ""))
    for reading in html.read(_bytes(page), name, book, limits):
        url = reading.url or (where if where.startswith(("http:", "https:")) else None)
        yield replace(reading, url=url, title=reading.title or title or None)


def _root(message: Message) -> Message | None:
    """The part that the others belong to: the one that ``start`` names, else the first page."""
    start = str(message.get_param("start") or "").strip()
    pages = [p for p in message.walk() if p.get_content_type() in _PAGES]
    return next((p for p in pages if start and p.get("content-id") == start), pages[0] if pages else None)


def _bytes(page: Message) -> bytes:
    """The page, in UTF-8 where its part tells the encoding: it goes before what the page says of itself."""
    content = page.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    charset = page.get_content_charset()
    if charset and not data.startswith(_BOM):
        try:
            return _BOM + data.decode(charset).encode()
        except (LookupError, UnicodeDecodeError, UnicodeEncodeError):
            return data
    return data
