"""A PDF file as sheets: the words of each page with their boxes, and the lines drawn between them.

pdfium (by pypdfium2) says where each character stands; words are put together from that, never from the order
in which the file writes them (`pdf_page`). A page whose text layer is of no use is read off its picture.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import regex

from extractor.errors import Reject
from extractor.ingest import file_names, signatures
from extractor.ingest.formats import PICTURES
from extractor.ingest.page_layout import arrange
from extractor.ingest.pdf_page import Layer, read_layer
from extractor.ingest.reading import Evidence, Reading, Sheet
from extractor.limits import Limits
from extractor.rulebook import Rulebook

if TYPE_CHECKING:
    import pypdfium2

#: pixels that the picture of a page may have
_MAX_PIXELS = 30_000_000
#: a layer is of use with so many letters, or on a page that shows no picture of this share of its size
_LETTERS, _PICTURE = 60, 0.3
#: a layer is broken with more than these shares of unknown characters or of words of one letter, or fewer
#: letters with marks (Vietnamese has one in four); asked of layers with as many letters
_UNKNOWN, _SINGLE, _MARKED, _JUDGED = 0.05, 0.35, 0.02, 200
#: what a stream that is no picture may unpack to, as a share of what a file may
_SHARE = 8
_STREAM = re.compile(rb"(?<!end)stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_UNKNOWN_LETTER = regex.compile(r"[\ufffd\p{Co}\p{Cn}\p{Cc}]")
_LETTER = regex.compile(r"\p{L}")
_MARKED_LETTER = regex.compile(r"[^\P{L}a-zA-Z]")


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """Each letter of a PDF file.

    Raises `Reject` (encrypted, damaged, too_many_pages, unpacks_too_large, too_large, no_text_layer, needs,
    timeout).
    """
    for reading in arrange(sheets(data, book, limits), book):
        if not reading.number:
            reading.evidence += _evidence(data, name, reading, book)
        yield reading


def sheets(data: bytes, book: Rulebook, limits: Limits) -> Iterator[Sheet]:
    """The pages of a PDF file, one after the other; each is closed before the next is opened.

    A page that only a reader of pictures could read has a note where there is none; when no page is left, the
    `Reject` that tells so is raised.
    """
    missing: list[Reject] = []
    _check_streams(data, limits)
    with closing(_opened(data)) as pdf:
        count = len(pdf)
        if count > limits.pages:
            raise Reject("too_many_pages", f"{count} > {limits.pages}")
        if not count:
            raise Reject("damaged", "0 trang")
        for index in range(count):
            layer = _layer(pdf, index, book)
            if usable(layer):
                yield layer.sheet
                continue
            try:
                sheet = _from_picture(data, index, book, limits)
                sheet.words += layer.noted
            except Reject as reject:
                if reject.code not in ("no_text_layer", "needs"):
                    raise
                missing.append(reject)
                sheet = Sheet(index + 1, layer.sheet.width, layer.sheet.height, layer.noted)
                sheet.notes.append(("page_unread", f"{index + 1}. {reject.message}"))
            yield sheet
        if len(missing) == count:
            raise missing[0]


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise Reject("encrypted", "PDF") from error
        raise Reject("damaged", "PDF") from error


def _check_streams(data: bytes, limits: Limits) -> None:
    """Raises `Reject` (unpacks_too_large) for a stream that is small only while it is compressed."""
    for m in _STREAM.finditer(data):
        head = data[max(data.rfind(b" obj", 0, m.start()), m.start() - 2_000, 0) : m.start()]
        allowed = limits.unpacked if b"/Image" in head else limits.unpacked // _SHARE
        if head.count(b"/FlateDecode") > 1:
            raise Reject("unpacks_too_large", "FlateDecode FlateDecode")
        unpacker, at, size = zlib.decompressobj(), m.end(), 0
        chunk = data[at : at + 65_536]
        try:
            while chunk and not unpacker.eof:
                size += len(unpacker.decompress(chunk, 1_000_000))
                if size > allowed:
                    raise Reject("unpacks_too_large", f"> {allowed} byte")
                chunk = unpacker.unconsumed_tail
                if not chunk:
                    at += 65_536
                    chunk = data[at : at + 65_536]
        except zlib.error:
            continue


def _layer(pdf: pypdfium2.PdfDocument, index: int, book: Rulebook) -> Layer:
    import pypdfium2

    try:
        return read_layer(pdf, index, book)
    except pypdfium2.PdfiumError as error:
        raise Reject("damaged", f"PDF, {index + 1}") from error


def usable(layer: Layer) -> bool:
    """Whether a page's text layer says what the page shows; what was put on it later does not count."""
    later = {id(word) for word in layer.noted}
    words = [word.text for word in layer.sheet.words if id(word) not in later]
    text = " ".join(words)
    letters = len(_LETTER.findall(text))
    if letters < _LETTERS:
        return layer.pictures <= _PICTURE
    if letters < _JUDGED:
        return True
    if len(_UNKNOWN_LETTER.findall(text)) > _UNKNOWN * letters:
        return False
    words = [word for word in words if _LETTER.search(word)]
    single = sum(len(word) == 1 for word in words)
    return single <= _SINGLE * len(words) and len(_MARKED_LETTER.findall(text)) >= _MARKED * letters


def _from_picture(data: bytes, index: int, book: Rulebook, limits: Limits) -> Sheet:
    """A page as its picture shows it, without what was put on it later.

    Raises `Reject` (no_text_layer, needs) where nothing reads pictures.
    """
    scan = _scanner()
    with closing(_opened(data)) as pdf, closing(pdf[index]) as page:
        width, height = page.get_size()
        dpi = min(scan.DPI, int(72 * (_MAX_PIXELS / max(width * height, 1.0)) ** 0.5))
        bitmap = page.render(scale=max(dpi, 1) / 72, may_draw_forms=False, draw_annots=False)
        with closing(bitmap):
            sheet: Sheet = scan.read_page(bitmap.to_pil(), dpi, index + 1, book, limits)
    return sheet


def _evidence(data: bytes, name: str, reading: Reading, book: Rulebook) -> Iterator[Evidence]:
    """What the file's signatures and its name say of its only letter."""
    with closing(_opened(data)) as pdf:
        found = signatures.signatures(pdf)
    yield from signatures.evidence(found, reading.ocr is not None, book)
    yield from file_names.evidence(name, reading.text, book)


def _scanner() -> Any:
    """The module that reads pictures. Raises `Reject` (no_text_layer) where its packages are missing."""
    from importlib import import_module

    try:
        return import_module("extractor.ingest.scan")
    except ModuleNotFoundError as error:
        raise Reject("no_text_layer", PICTURES.install) from error
