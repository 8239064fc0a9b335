"""Which format a file has, by its content; its name decides only where the content leaves it open."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePath

import regex

from extractor.errors import Reject
from extractor.ingest.formats import (
    DOC,
    DOCX,
    EDXML,
    EML,
    FODT,
    HTML,
    MHTML,
    MSG,
    ODT,
    RTF,
    TEXT,
    WORD_XML,
    ZIP,
)
from extractor.rulebook import Rulebook

#: a file that begins with none of these, nor holds zero bytes, is held to be text of some kind
_BINARY = (
    b"%PDF", b"PK", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM",
    b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", b"MZ", b"SQLite format 3",
)  # fmt: skip
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
#: what stands in the directory of an OLE file, in UTF-16
_WORD_STREAM, _MAIL_STREAM = "WordDocument".encode("utf-16-le"), "__properties_version1.0".encode("utf-16-le")
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MAIL_START = re.compile(
    rb"\s{0,20}(?:[A-Za-z][A-Za-z0-9-]{1,40}: ?[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", re.A
)
_MAIL_FIELD = re.compile(rb"(?im)^(?:from|to|received|return-path|message-id|mime-version|subject):")
#: a saved page says so itself, or was sent to nobody
_SAVED_PAGE = re.compile(rb"(?im)^snapshot-content-location:|^from:[^\r\n]{0,5}<saved by ")
_RELATED = re.compile(rb"(?im)^content-type:\s*multipart/related")
_SENT = re.compile(rb"(?im)^(?:to|cc|received|return-path|message-id|delivered-to):")
_EDXML_ROOT = re.compile(rb"<(?:\w+:)?edXML[\s>]")
_FLAT_ODT = re.compile(rb"<office:document\s[^>]*opendocument\.text[\"']")
_WORD_XML = re.compile(rb"<w:wordDocument\s")
#: the main part of a document, template or document with macros, whatever it is called
_WORD_MAIN = re.compile(rb"(?:wordprocessingml|ms-word)\.(?:document|template)[\w.]*\.main\+xml")
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,20}<\?xml\s")
_HTML_NAMES = {".html", ".htm", ".xhtml", ".shtml", ".aspx", ".php"}
_HTML_START = regex.compile(rb"\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?:<!doctype\s+html|<html\b)", regex.I)
_HTML_TAGS = regex.compile(
    rb"<(?:html|head|body|div|p|table|tr|td|br|span|article|section|h[1-6]|ul|li|meta)\b[^<>]*>", regex.I
)
#: begins an entry of a ZIP file's directory; no office document has more of them
_ZIP_ENTRY, _MOST_PARTS = b"PK\x01\x02", 20_000
#: bytes that are looked at
_HEAD, _TAGS_WITHIN, _TYPES_WITHIN = 4_096, 20_000, 200_000


def media_type_of(data: bytes, name: str, book: Rulebook) -> str:
    """The media type of a file's bytes; one that is not among `formats` for what cannot be read.

    Raises `Reject` (encrypted) for an office file with a password, which does not tell what it is.
    """
    head = data[:_HEAD]
    if head.startswith(b"{\\rtf"):
        return RTF
    if head.startswith(_BINARY):
        return _binary(data, name)
    body = _narrow(data[: 4 * _TAGS_WITHIN])
    if _EDXML_ROOT.search(body, 0, _HEAD):
        return EDXML
    if _FLAT_ODT.search(body, 0, _HEAD):
        return FODT
    if _WORD_XML.search(body, 0, _HEAD):
        return WORD_XML
    headers = _MAIL_START.match(body)
    if headers and _MAIL_FIELD.search(headers[0]):
        related = _RELATED.search(headers[0]) and not _SENT.search(headers[0])
        return MHTML if related or _SAVED_PAGE.search(headers[0]) else EML
    if _is_html(body, name):
        return HTML
    return "application/xml" if _XML_START.match(body) else TEXT


def _narrow(data: bytes) -> bytes:
    """The bytes of UTF-16 or UTF-32 without their zeros, so that ASCII can be found in them."""
    return data.replace(b"\0", b"") if b"\0" in data[:_HEAD] else data


def _is_html(data: bytes, name: str) -> bool:
    """By its beginning, or by its name when there are tags at all, or by many tags."""
    start = 3 if data.startswith(_BOMS[0]) else 2 if data.startswith(_BOMS[1:3]) else 0
    if _HTML_START.match(data, start):
        return True
    tags = sum(1 for _ in _HTML_TAGS.finditer(data, 0, _TAGS_WITHIN))
    return tags >= (1 if PurePath(name).suffix.lower() in _HTML_NAMES else 12)


def _binary(data: bytes, name: str) -> str:
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _MAIL_STREAM in data:
            return MSG
        if _LOCKED_STREAM in data and _WORD_STREAM not in data:
            raise Reject("encrypted", "Office")
        return DOC if _WORD_STREAM in data else "application/x-ole-storage"
    import puremagic

    try:
        found = puremagic.magic_string(data[:_HEAD])
    except (puremagic.PureError, ValueError):
        found = []
    return next((str(f.mime_type) for f in found if f.mime_type), TEXT)


def _zipped(data: bytes) -> str:
    """What lies in a ZIP file: an office document says so itself. A damaged one counts as a ZIP file."""
    if data.count(_ZIP_ENTRY) > _MOST_PARTS:
        return ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return ODT if said.startswith(ODT) else said
            types = b""
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as f:
                    types = f.read(_TYPES_WITHIN)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return ZIP
    if "[Content_Types].xml" not in names:
        return ZIP
    if "word/document.xml" in names or _WORD_MAIN.search(types):
        return DOCX
    kinds = {"xl/workbook.xml": "spreadsheetml.sheet", "ppt/presentation.xml": "presentationml.presentation"}
    kind = next((kinds[n] for n in kinds if n in names), "")
    return f"application/vnd.openxmlformats-officedocument.{kind}" if kind else ZIP
