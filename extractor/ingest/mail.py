"""Mails: their attachments are the letters; the words of the mail only where no attachment is one.

This module reads EML (RFC 5322); `extractor.ingest.outlook` brings MSG files into the same shape.
"""

from __future__ import annotations

import email
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from pathlib import PurePosixPath

import regex

from extractor.errors import Reject
from extractor.ingest import html, plain
from extractor.ingest.archive import counted
from extractor.ingest.files import is_no_letter
from extractor.ingest.formats import EML, HTML, TEXT
from extractor.ingest.reading import Part, Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook

#: parts inside parts
_DEEPEST = 60
#: bytes of a picture that stands in the words of a mail and is larger than one of a signature
_PICTURE = 150_000
#: letters of the words of a mail that only go with its attachments
_COVER_NOTE = 300
_LONGEST_NAME = 200
#: parts that serve the mail itself
_NO_LETTERS = {
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "text/calendar", "text/vcard", "text/x-vcard", "message/delivery-status",
    "message/disposition-notification",
}  # fmt: skip
_BOM = b"\xef\xbb\xbf"
_CONTROL = regex.compile(r"\p{C}")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file attached to a mail; `inline`: shown among its words; `media_type` is set for a mail only."""

    name: str
    kind: str
    data: bytes
    inline: bool = False
    media_type: str | None = None


@dataclass(slots=True)
class Mail:
    """What a mail holds: its subject, its words (as text and as HTML, in UTF-8), its attachments."""

    subject: str = ""
    text: bytes = b""
    html: bytes = b""
    attached: list[Attached] = field(default_factory=list)

    @property
    def words(self) -> tuple[bytes, str]:
        """The words with their media type: HTML where it has a table or nothing else is there."""
        plain_text = self.text if _LETTER.search(self.text.decode("utf-8", "replace")) else b""
        as_html = bool(self.html) and (not plain_text or b"<table" in self.html.lower())
        return (_BOM + self.html, HTML) if as_html else (_BOM + plain_text if plain_text else b"", TEXT)


def unpack(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Part]:
    """The attachments that may be letters, and the mail's own words where they have a letterhead.

    Raises `Reject` (damaged, too_deep, unpacks_too_large).
    """
    yield from parts_of(parse(data, limits), book, limits)


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The words of a mail none of whose attachments is a letter. Raises `Reject` (no_letter_inside)."""
    yield from words_of(parse(data, limits), book, limits)


def parts_of(mail: Mail, book: Rulebook, limits: Limits) -> Iterator[Part]:
    """What of a mail may be a letter."""
    found = False
    for attached in mail.attached:
        if not _passed_over(attached):
            found = True
            yield Part(attached.name, attached.data, media_type=attached.media_type)
    if found and any(book["cleaning.letterhead"].hit(r.text) for r in _said(mail, book, limits)):
        words, kind = mail.words
        yield Part("body.html" if kind == HTML else "body.txt", words, media_type=kind)


def _said(mail: Mail, book: Rulebook, limits: Limits) -> list[Reading]:
    """The words of a mail as their own format reads them; nothing where there are none."""
    words, kind = mail.words
    with suppress(Reject):
        return list((html if kind == HTML else plain).read(words, "", book, limits))
    return []


def words_of(mail: Mail, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The words of a mail. Raises `Reject` (no_letter_inside) where they only go with what is attached."""
    readings = _said(mail, book, limits)
    for reading in readings:
        note = len(_LETTER.findall(reading.text)) < _COVER_NOTE and mail.attached
        if note and not book["cleaning.letterhead"].hit(reading.text):
            readings = []
    if not readings:
        raise Reject("no_letter_inside", counted(Counter(a.name for a in mail.attached)) or "thư trống")
    for reading in readings:
        reading.title = mail.subject or reading.title
        yield reading


def _passed_over(attached: Attached) -> bool:
    """Pictures of a signature, and what only serves the mail."""
    if attached.media_type:
        return False
    if attached.kind.startswith("image/"):
        return attached.inline and len(attached.data) < _PICTURE
    return attached.kind in _NO_LETTERS or is_no_letter(attached.name)


def parse(data: bytes, limits: Limits) -> Mail:
    """A mail's words and attachments. Raises `Reject` (damaged, too_deep, unpacks_too_large)."""
    low = data.lower()
    if low.count(b"content-type:") > limits.files:
        raise Reject("unpacks_too_large", f"> {limits.files} tệp")
    if low.count(b"boundary=") + low.count(b"message/rfc822") > _DEEPEST * 4:
        raise Reject("too_deep", str(_DEEPEST))
    mail = Mail()
    try:
        message = email.message_from_bytes(data)
        mail.subject = decoded(message.get("subject", ""))
        _gather(message, mail, 0)
    except Reject:
        raise
    except Exception as e:  # the library raises whatever its parts raise on broken mails
        raise Reject("damaged", f"{type(e).__name__}: {e}"[:100]) from None
    return mail


def _gather(part: Message, mail: Mail, depth: int) -> None:
    """Put the words and files of a part into `mail`."""
    if depth > _DEEPEST:
        raise Reject("too_deep", str(_DEEPEST))
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                shown = _file_name(part) or decoded(inner.get("subject", "")) or str(len(mail.attached) + 1)
                shown = shown if shown.lower().endswith(".eml") else f"{shown}.eml"
                mail.attached.append(Attached(clean_name(shown), kind, inner.as_bytes(), media_type=EML))
        return
    if part.is_multipart() and isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                _gather(inner, mail, depth + 1)
        return
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    shown = _file_name(part)
    disposition = str(part.get("content-disposition", "")).split(";")[0].strip().lower()
    if not shown and disposition != "attachment" and kind in (TEXT, HTML):
        words = _in_utf8(data, part)
        if kind == HTML:
            mail.html = mail.html or words
        else:
            mail.text = mail.text + b"\n\n" + words if mail.text else words
    elif data:
        inline = disposition == "inline" or bool(part.get("content-id"))
        mail.attached.append(Attached(clean_name(shown) or f"{len(mail.attached) + 1}", kind, data, inline))


def _in_utf8(data: bytes, part: Message) -> bytes:
    """Words in UTF-8 where their encoding is told and known; else as they are."""
    charset = part.get_content_charset()
    if not charset or charset in ("us-ascii", "utf-8", "ascii"):
        return data
    try:
        return data.decode(charset).encode()
    except (LookupError, UnicodeDecodeError, UnicodeEncodeError):
        return data


def _file_name(part: Message) -> str:
    """The name of an attached file: RFC 2231, RFC 2047 inside quotes, or bytes of UTF-8."""
    for header in ("content-disposition", "content-type"):
        for key, value in part.raw_items():
            if key.lower() == header and not str(value).isascii():
                part.replace_header(key, _unescaped(str(value)))
                break
    return decoded(part.get_filename() or "")


def _unescaped(text: str) -> str:
    """A header whose bytes were not decoded."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def decoded(value: object) -> str:
    """A header's words, on one line."""
    raw = _unescaped(str(value)[:2000])
    try:
        text = str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        text = raw
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean_name(name: str) -> str:
    """A file's name without folders and without what cannot be printed."""
    shown = _CONTROL.sub("_", unicodedata.normalize("NFC", name)).replace("\\", "/")
    return PurePosixPath(shown).name[-_LONGEST_NAME:]
