"""Bytes of a file or page in, `SourceText` out; whatever cannot be read is refused with a code."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

import regex

from extractor.errors import Reject
from extractor.ingest.cleaning import clean
from extractor.ingest.encodings import clean_characters, decode, repair
from extractor.ingest.html import read_page
from extractor.ingest.text import IDENTITY, OffsetMap, SourceText
from extractor.rulebook import Rulebook

__all__ = ["OffsetMap", "SourceText", "read_source"]

_HTML_NAMES = {".html", ".htm", ".xhtml", ".shtml", ".aspx", ".php"}
_HTML_START = regex.compile(r"\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?:<!doctype\s+html|<html\b)", regex.I)
_HTML_TAGS = regex.compile(
    r"<(?:html|head|body|div|p|table|tr|td|br|span|article|section|h[1-6]|ul|li|meta)\b[^<>]*>", regex.I
)
_LETTER = regex.compile(r"[\p{L}\p{N}]")


def read_source(data: bytes, name: str, book: Rulebook, media_type: str | None = None) -> SourceText:
    """The main text of a file's bytes; `media_type` (``text/html``, ``text/plain``) overrules the guess.

    Raises `Reject`: empty, not_text, unknown_encoding, no_main_text.
    """
    decoded = decode(data, book)
    text, origin = decoded.text, IDENTITY
    if not _LETTER.search(text):
        raise Reject("empty")
    url = title = published_on = None
    grid: dict[int, str] = {}
    page = media_type == "text/html" if media_type else _looks_like_html(text, name)
    if page:
        found = read_page(text, book)
        text, origin, grid = found.text, found.origin, found.grid
        url, title, published_on = found.url, found.title, found.published_on
    text, step, repaired = repair(text, book, None if page else decoded.repair)
    origin = step.after(origin)
    text, step = clean_characters(text, book)
    origin = step.after(origin)
    cleaned = clean(text, book, pipes=not page)
    if not _LETTER.search(cleaned.view.text):
        raise Reject("no_main_text")
    source = SourceText(
        view=cleaned.view,
        name=name.encode("utf-8", "replace").decode(),
        media_type=media_type or ("text/html" if page else "text/plain"),
        encoding=repaired or decoded.encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        url=url,
        published_on=cleaned.published_on or published_on,
        title=title,
        origin=cleaned.origin.after(origin),
        grid=grid,
    )
    if repaired or decoded.encoding == "windows-1258":
        source.notes.append(("encoding_repaired", repaired or decoded.encoding))
    return source


def _looks_like_html(text: str, name: str) -> bool:
    """By its beginning, or by its name when there are tags at all, or by many tags."""
    if _HTML_START.match(text):
        return True
    tags = sum(1 for _ in _HTML_TAGS.finditer(text, 0, 20_000))
    return tags >= (1 if PurePath(name).suffix.lower() in _HTML_NAMES else 12)
