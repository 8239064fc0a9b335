"""The formats that can be read: how they are called, which module reads them, what they need.

A module is imported when the first file of its format comes.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec

TEXT, HTML = "text/plain", "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOC, RTF, WORD_XML = "application/msword", "application/rtf", "application/vnd.ms-wordml"
ODT, FODT = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-flat-xml"
MHTML, EML, MSG = "multipart/related", "message/rfc822", "application/vnd.ms-outlook"
ZIP, EDXML = "application/zip", "application/edxml+xml"
PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
#: how media types that cannot be read are called; one that is not here is told as it is
UNREAD = {
    **dict.fromkeys(
        (
            "application/vnd.rar", "application/x-rar-compressed", "application/vnd.comicbook-rar",
            "application/x-7z-compressed", "application/x-gzip", "application/gzip", "application/x-bzip2",
            "application/x-tar",
        ),
        "tệp nén khác ZIP, hãy giải nén rồi đọc lại",
    ),
    **dict.fromkeys(
        ("application/vnd.ms-excel", _OFFICE + "spreadsheetml.sheet", _OPEN + "spreadsheet"), "bảng tính"
    ),
    **dict.fromkeys(
        ("application/vnd.ms-powerpoint", _OFFICE + "presentationml.presentation", _OPEN + "presentation"),
        "trình chiếu",
    ),
    "application/x-ole-storage": "tệp Office cũ không phải Word hay thư Outlook",
    "application/xml": "XML không phải gói tin edXML hay tài liệu Word",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    """Something beside the program: one of `names` must be there (`kind`: package or program)."""

    kind: str
    names: tuple[str, ...]
    install: str

    def met(self) -> bool:
        return self.found() is not None

    def found(self) -> str | None:
        """The first of its names that is there: a package's name, a program's path."""
        if self.kind == "package":
            return next((name for name in self.names if find_spec(name)), None)
        return next((path for name in self.names if (path := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `module` below extractor.ingest; a container's parts are read by their own formats.

    `needs` must be met to read it at all, `helps` only for some of its files.
    """

    title: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    module: str
    container: bool = False
    needs: tuple[Need, ...] = ()
    helps: tuple[Need, ...] = ()


LIBREOFFICE = Need("program", ("soffice", "libreoffice"), "apt-get install libreoffice-writer-nogui")
#: what reads the words of a .doc where LibreOffice is missing; catdoc keeps paragraphs in tables whole
WORDS_OF_DOC = Need("program", ("catdoc", "antiword"), "apt-get install catdoc")
WORDS_OF_RTF = Need("package", ("striprtf",), "pip install striprtf")
_DOC = Need("program", LIBREOFFICE.names + WORDS_OF_DOC.names, LIBREOFFICE.install)
#: reads the words off pictures of pages
OCR = Need("program", ("tesseract",), "apt-get install tesseract-ocr tesseract-ocr-vie")
PICTURES = Need("package", ("PIL",), "pip install 'congvan[ocr]'")

FORMATS = (
    Format("TXT", (TEXT,), (".txt", ".text"), "plain"),
    Format("DOCX", (DOCX,), (".docx", ".docm", ".dotx", ".dotm"), "docx"),
    Format("DOC", (DOC,), (".doc", ".dot"), "office", needs=(_DOC,), helps=(LIBREOFFICE,)),
    Format("RTF", (RTF,), (".rtf",), "office", helps=(LIBREOFFICE,)),
    Format("Word 2003 XML", (WORD_XML,), (".xml",), "office", needs=(LIBREOFFICE,)),
    Format("ODT", (ODT, FODT), (".odt", ".ott", ".fodt"), "odt"),
    Format("PDF", (PDF,), (".pdf",), "pdf", helps=(PICTURES, OCR)),
    Format("HTML", (HTML,), (".html", ".htm", ".xhtml"), "html"),
    Format("MHTML", (MHTML,), (".mhtml", ".mht"), "mhtml"),
    Format("EML", (EML,), (".eml",), "mail", container=True),
    Format("MSG", (MSG,), (".msg",), "outlook", container=True),
    Format("edXML", (EDXML,), (".edxml",), "edxml", container=True),
    Format("ZIP", (ZIP,), (".zip",), "archive", container=True),
    Format(
        "PNG, JPEG, TIFF",
        (PNG, JPEG, TIFF),
        (".png", ".jpg", ".jpeg", ".tif", ".tiff"),
        "scan",
        needs=(PICTURES, OCR),
    ),
)

BY_TYPE = {media_type: f for f in FORMATS for media_type in f.media_types}
