"""Digital signatures in a PDF file: who signed, when, and what that says of the letter.

Nothing here checks whether a signature holds; it is read for what it tells. A file that is a scan of paper is
mostly signed a day or more after the letter, so its time says nothing of the letter's date.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import regex

from extractor.ingest.reading import Evidence
from extractor.rulebook import Rulebook
from extractor.textview import TextView, fold, squeeze

if TYPE_CHECKING:
    import pypdfium2

#: signatures that are looked at, and bytes that one may have
_MOST, _SIZE = 50, 1_000_000
_TIME = regex.compile(rb"D:(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Signature:
    """The name on the certificate of whom signed, the place and body it belongs to, and the day."""

    name: str
    body: str
    place: str
    signed_on: date | None


def signatures(pdf: pypdfium2.PdfDocument) -> list[Signature]:
    """The signatures of an open PDF file that can be read, in their order in the file."""
    from pypdfium2 import raw

    found = []
    for index in range(min(raw.FPDF_GetSignatureCount(pdf.raw), _MOST)):
        handle = raw.FPDF_GetSignatureObject(pdf.raw, index)
        if not handle:
            continue
        contents = _bytes(raw.FPDFSignatureObj_GetContents, handle)
        signature = _read(contents, _day(_bytes(raw.FPDFSignatureObj_GetTime, handle)))
        if signature is not None:
            found.append(signature)
    return found


def _bytes(function: Callable[..., int], handle: Any) -> bytes:
    size = function(handle, None, 0)
    if not 0 < size <= _SIZE:
        return b""
    buffer = ctypes.create_string_buffer(size)
    function(handle, buffer, size)
    return buffer.raw


def _day(time: bytes) -> date | None:
    m = _TIME.match(time)
    try:
        return date(*map(int, m.groups())) if m else None
    except ValueError:
        return None


def _read(contents: bytes, day: date | None) -> Signature | None:
    """The certificate of whom signed, out of a signature in CMS; None when it cannot be read."""
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(contents)["content"]
        serials = {info["sid"].chosen["serial_number"].native for info in content["signer_infos"]}
        for choice in content["certificates"]:
            certificate = choice.chosen
            if certificate.serial_number in serials:
                subject = certificate.subject.native
                name, body, place = (
                    _words(subject.get(key)) for key in ("common_name", "organization_name", "locality_name")
                )
                return Signature(name, body, place, day) if name else None
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError):
        return None
    return None


def _words(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return squeeze(value) if isinstance(value, str) else ""


def evidence(found: Sequence[Signature], scanned: bool, book: Rulebook) -> list[Evidence]:
    """Issuer, signer and date by the signatures of a file; `scanned`: its pages are pictures of paper.

    A body is the issuer when no other one signed but those who publish. In a file that was never paper the
    single person who signed before the body did is the signer, and the day of both the letter's date.
    """
    bodies: dict[str, Signature] = {}
    people: dict[str, Signature] = {}
    for signature in found:
        if book["signatures.body"].match(TextView(signature.name)):
            if not book["signatures.publisher"].search(TextView(signature.name)):
                bodies.setdefault(fold(signature.name), signature)
        elif book["signatures.person"].search(TextView(signature.name)):
            people.setdefault(fold(signature.name), signature)
    if len(bodies) != 1:
        return []
    (body,) = bodies.values()
    out = []
    if _is_full(body, book):
        out.append(Evidence("issuer", body.name, "signature"))
    if len(people) == 1 and not scanned:
        (person,) = people.values()
        if found.index(person) < found.index(body):
            out.append(Evidence("signer", {"name": person.name}, "signature"))
            if person.signed_on is not None and person.signed_on == body.signed_on:
                out.append(Evidence("issued_on", body.signed_on.isoformat(), "signature"))
    return out


def _is_full(body: Signature, book: Rulebook) -> bool:
    """Whether a body's name tells its place, or needs none."""
    name = fold(body.name)
    if body.place and fold(body.place) in name:
        return True
    return any(fold(row["name"]) == name for row in book.table("agencies.csv"))
