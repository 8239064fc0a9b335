"""Packages of the exchange between offices (edXML, QCVN 102:2016/BTTTT; older ones of www.e-doc.vn).

Elements are known by their local names: senders use both namespaces, any prefix, and prefixes that they never
declare. What the header says of the letter is its evidence, the attachments are its text. A document type, in
which entities would stand, is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

from extractor.errors import Reject
from extractor.ingest.archive import only_file
from extractor.ingest.days import iso_day
from extractor.ingest.formats import EDXML, ZIP
from extractor.ingest.media_types import media_type_of
from extractor.ingest.reading import Evidence, Part, Reading, cover
from extractor.limits import Limits
from extractor.rulebook import Rulebook
from extractor.textview import TextView, squeeze

#: elements inside elements
_DEEPEST = 60
#: bytes in which the XML must begin: some gateways write a number before it
_BEFORE = 64
_NO_CODE = {"", "0"}
#: to whom a package is sent: as good as the letter's own list only where there is no letter
_LISTS = ("addressees", "recipients")
#: parts of the signer
_SIGNER = {"signer": "name", "signer_title": "title", "signer_authority": "authority"}


@dataclass(slots=True)
class _Element:
    """An element without its namespace: `text` is what stands directly in it."""

    name: str
    pieces: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return unicodedata.normalize("NFC", "".join(self.pieces)).strip()

    def every(self, path: str) -> list[_Element]:
        """The elements at ``A/B`` below this one."""
        found = [self]
        for step in path.split("/"):
            found = [c for e in found for c in e.children if c.name == step]
        return found

    def first(self, paths: str) -> str:
        """The first words at one of ``A/B|C/D``, on one line."""
        for path in paths.split("|"):
            for element in self.every(path):
                if element.text:
                    return squeeze(element.text)
        return ""

    def below(self, *names: str) -> Iterator[_Element]:
        """All elements of these names anywhere below, in document order."""
        waiting = self.children[::-1]
        while waiting:
            element = waiting.pop()
            if element.name in names:
                yield element
            waiting += element.children[::-1]


@dataclass(frozen=True, slots=True)
class _Package:
    """The header of a package of a letter, and its attachments as they stand there."""

    header: _Element
    attachments: list[_Element]


def unpack(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Part]:
    """The attachments of a package, the letter first; those that cannot be read with the reason.

    The letter is the first one whose name does not say that it is an appendix. Raises `Reject` (damaged,
    status_message, recall).
    """
    package = _package(data, book)
    evidence, notes = _evidence(package.header, book)
    appendix = book["package.appendix_name"]
    named = [(_attachment_name(a, n), a) for n, a in enumerate(package.attachments, 1)]
    named.sort(key=lambda item: appendix.search(TextView(item[0])) is not None)
    for n, (shown, element) in enumerate(named):
        part = _attachment(element, shown, book, limits)
        alone = n == 0 and part.media_type != ZIP
        said = evidence if alone else cover(evidence)
        yield Part(shown, part.data, said, notes if alone else (), part.problem, part.media_type)


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """What the header of a package says, one field a line: for packages whose attachments give no text."""
    header = _package(data, book).header
    evidence, notes = _evidence(header, book)
    lines = header_lines(header, book)
    if not lines:
        raise Reject("empty")
    to_whom = {r["field"]: [squeeze(e.text) for e in _elements(header, r)] for r in _rows(book)}
    lists = [Evidence(f, names, "package") for f in _LISTS if (names := [*filter(None, to_whom[f])])]
    yield Reading("\n".join(lines), evidence=[*evidence, *lists], notes=list(notes))


def header_lines(header: _Element, book: Rulebook) -> list[str]:
    """The fields of a header with their labels of package_fields.csv; a list's members are parted by ``;``.

    Many senders repeat the subject as the content.
    """
    lines, said = [], set[str]()
    for row in _rows(book):
        values = dict.fromkeys(filter(None, (_shown(row, e, book) for e in _elements(header, row))))
        words = "; ".join(values)
        if words and words not in said:
            lines.append(f"{row['label']}: {words}")
        if row["field"] == "subject":
            said.add(words)
    return lines


def _rows(book: Rulebook) -> list[dict[str, str]]:
    return book.table("package_fields.csv")


def _elements(header: _Element, row: dict[str, str]) -> list[_Element]:
    return next((found for p in row["path"].split("|") if (found := header.every(p))), [])


def _shown(row: dict[str, str], element: _Element, book: Rulebook) -> str:
    """A field as it is written in the text."""
    if row["field"] == "number":
        return _number(element)
    words = squeeze(element.text)
    if row["field"] == "urgency":
        return _means(book, "priority", words)
    day = iso_day(words) if words[:1].isdigit() else None
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else words


def _number(code: _Element) -> str:
    """``757/UBND-KGVX``; a Party symbol, which names its type and body only, is joined by a hyphen."""
    number, notation = code.first("CodeNumber"), code.first("CodeNotation").lstrip("/-")
    if not number or not notation:
        return number or notation or squeeze(code.text)
    party = re.fullmatch(r"[^\W\d]{1,6}/[^\W\d-]{1,20}", notation)
    return f"{number}{'-' if party else '/'}{notation}"


def _evidence(header: _Element, book: Rulebook) -> tuple[tuple[Evidence, ...], tuple[tuple[str, str], ...]]:
    """What the header says of the letter, and warnings."""
    found: dict[str, object] = {}
    signer: dict[str, str | None] = {}
    notes = []
    for row in _rows(book):
        elements = _elements(header, row)
        words = _shown(row, elements[0], book) if elements else ""
        name = row["field"]
        if not words or name in ("", *_LISTS):
            continue
        if name == "issued_on":
            found[name] = iso_day(words)
            if found[name] is None:
                notes.append(("impossible_date", words))
        elif name in _SIGNER:
            signer[_SIGNER[name]] = _authority(book, words) if name == "signer_authority" else words
        else:
            found[name] = words
    if signer.get("name"):
        found["signer"] = {"name": None, "title": None, "authority": None} | signer
    return tuple(Evidence(f, v, "package") for f, v in found.items() if v), tuple(notes)


def _authority(book: Rulebook, words: str) -> str | None:
    """The abbreviation under which somebody signs: ``TL.``; None for anything else."""
    view = TextView(words)
    short = book["package.authority"].match(view)
    if short:
        return str(short["m"]).replace("/", "") + "."
    return next((str(r.set["code"]) for r in book.having("package", "code") if r.match(view)), None)


def _attachment_name(element: _Element, n: int) -> str:
    return squeeze(element.first("AttachmentName|Description|ContentId")).replace("/", "_") or str(n)


def _attachment(element: _Element, shown: str, book: Rulebook, limits: Limits) -> Part:
    """An attachment with its bytes, taken out of the base64 and the ZIP file around them."""
    coded = max((e.text for e in element.below("ContentTransferEncoded", "Content")), key=len, default="")
    try:
        data = base64.b64decode(coded or element.text)
        if not data:
            return Part(shown, b"", problem=Reject("empty"))
        if media_type_of(data, shown, book) == ZIP and (inner := only_file(data, limits)) is not None:
            data = inner.data
            if inner.problem is not None:
                return Part(shown, b"", problem=inner.problem)
        kind = media_type_of(data, shown, book)
        if kind == EDXML:  # a package of its own, of another letter
            raise Reject("unsupported", "gói tin edXML nằm trong gói tin khác")
    except (binascii.Error, ValueError) as e:
        return Part(shown, b"", problem=Reject("damaged", str(e)))
    except Reject as reject:
        return Part(shown, b"", problem=reject)
    return Part(shown, data, media_type=kind)


def _package(data: bytes, book: Rulebook) -> _Package:
    """A package that brings a letter. Raises `Reject` for any other."""
    root = _tree(data)
    header = next(root.below("MessageHeader"), None)
    if header is None:
        raise Reject("damaged", "MessageHeader")
    status = header.first("StatusCode")
    about = header.every("ResponseFor") or [header]
    if status:
        means = _means(book, "status", status)
        told = header.first("Description")
        said = f"{status} ({means})" if means else status
        raise Reject("status_message", ": ".join(filter(None, [f"{_named(about[0])} {said}".strip(), told])))
    code = next((e.text for e in root.below("BussinessDocType", "BusinessDocType")), "")
    if _means(book, "business", code) == "recall":
        reason = next((e.text for e in root.below("BussinessDocReason", "BusinessDocReason")), "")
        raise Reject("recall", ": ".join(filter(None, [_named(header), squeeze(reason)])))
    return _Package(header, list(root.below("Attachment")))


def _means(book: Rulebook, codes: str, code: str) -> str:
    """What a code of package_codes.csv means, "" for one that is not there."""
    if code in _NO_CODE:
        return ""
    rows = book.table("package_codes.csv")
    return next(
        (r["means"] for r in rows if r["list"] == codes and r["code"].lstrip("0") == code.lstrip("0")), ""
    )


def _named(element: _Element) -> str:
    """Number and day of the letter that a message is about."""
    code = element.every("Code")
    day = iso_day(element.first("PromulgationDate|PromulgationInfo/PromulgationDate"))
    shown = f"({date.fromisoformat(day):%d/%m/%Y})" if day else ""
    return " ".join(filter(None, [_number(code[0]) if code else element.first("DocumentId"), shown]))


def _tree(data: bytes) -> _Element:
    """The elements of a package. Raises `Reject` (damaged) for what is no XML or holds a document type."""
    start = max(0, data.find(b"<", 0, _BEFORE)) if data[:1].isalnum() else 0
    root = _Element("")
    stack = [root]
    parser = expat.ParserCreate()  # without namespaces: prefixes need not be declared
    parser.buffer_text = True

    def begin(name: str, _: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise Reject("damaged", f"> {_DEEPEST}")
        element = _Element(name.rpartition(":")[2])
        stack[-1].children.append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        raise Reject("damaged", "DOCTYPE")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = lambda words: stack[-1].pieces.append(words)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data[start:], True)
    except (expat.ExpatError, ValueError, LookupError) as e:
        raise Reject("damaged", str(e)[:100]) from None
    return root
