"""Files of older word processors: through LibreOffice where it is there, else by smaller means."""

from __future__ import annotations

import io
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from extractor.errors import Reject
from extractor.ingest import formats, office, read_sources
from extractor.ingest.formats import DOC, DOCX, HTML, RTF, WORD_XML
from extractor.ingest.media_types import media_type_of
from extractor.ingest.office import _run
from extractor.ingest.text import SourceText
from extractor.limits import Limits
from extractor.rulebook import Rulebook
from tests.conftest import needs_program
from tests.test_docx import HEAD, cell, item, level, line, row, table, word

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def coded(text: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)


def rtf(*rows: tuple[str, ...], after: str = "") -> bytes:
    """An RTF file with a table of `rows` and a paragraph behind it."""
    body = ""
    for cells in rows:
        edges = "".join(f"\\cellx{2000 * (n + 1)}" for n in range(len(cells)))
        inside = "".join("\\pard\\intbl " + coded(c).replace("\n", "\\par ") + "\\cell " for c in cells)
        body += "\\trowd" + edges + inside + "\\row "
    start = "{\\rtf1\\ansi\\ansicpg1258{\\fonttbl{\\f0\\fcharset163 Times New Roman;}}\\f0 "
    return (start + body + "\\pard " + coded(after) + "\\par }").encode("ascii")


LETTER = rtf(
    ("ỦY BAN NHÂN DÂN\nTỈNH BÌNH AN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
    ("Số: 12/UBND-VX", "Bình An, ngày 03 tháng 02 năm 2024"),
    after="Kính gửi: Sở Y tế.",
)
SHOWN = (
    "ỦY BAN NHÂN DÂN\nTỈNH BÌNH AN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Số: 12/UBND-VX\n\nBình An, ngày 03 tháng 02 năm 2024\n\nKính gửi: Sở Y tế."
)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without LibreOffice."""
    found = formats.Need.found
    monkeypatch.setattr(
        formats.Need, "found", lambda need: None if need is formats.LIBREOFFICE else found(need)
    )


def one(data: bytes, name: str, book: Rulebook, limits: Limits | None = None) -> SourceText | Reject:
    (found,) = read_sources(data, name, book, limits=limits)
    return found.source


def read(data: bytes, name: str, book: Rulebook) -> SourceText:
    source = one(data, name, book)
    assert isinstance(source, SourceText), source
    return source


def code(data: bytes, name: str, book: Rulebook) -> str:
    source = one(data, name, book)
    assert isinstance(source, Reject), source
    return source.code


def test_rtf_is_read_without_libreoffice(book: Rulebook, bare: None) -> None:
    source = read(LETTER, "letter.doc", book)
    close = SHOWN.replace("phúc\n\nSố", "phúc\nSố").replace("2024\n\nKính", "2024\nKính")
    assert (source.text, source.media_type) == (close, RTF)
    tasks = rtf(("TT", "Nhiệm vụ", "Cơ quan"), ("1", "Đo mặn", "Sở Y tế"), ("2", "Xả nước", ""))
    assert "1 | Đo mặn | Sở Y tế" in read(tasks, "letter.rtf", book).text
    assert "thứ đ" in read(b"{\\rtf1\\ansi\\ansicpg1258 Th\\'fd\\'ec th\\'fd\\'ec \\'f0}", "a.rtf", book).text


def test_broken_rtf_is_refused_never_breaks(book: Rulebook, bare: None) -> None:
    for end in range(6, len(LETTER), 23):
        source = one(LETTER[:end], "letter.rtf", book)
        assert isinstance(source, SourceText) or source.code in {"damaged", "empty", "no_main_text"}
    for data in (b"{\\rtf" + b"{" * 100_000, b"{\\rtf1 \\u99999999999? \\'zz \\bin99999 }", b"{\\rtf}}}}"):
        source = one(data, "letter.rtf", book)
        assert isinstance(source, SourceText) or source.code in {"damaged", "empty", "no_main_text"}


def test_what_is_missing_is_said(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats.Need, "found", lambda need: None)
    for data, name in ((OLE + "WordDocument".encode("utf-16-le"), "a.doc"), (LETTER, "a.rtf")):
        source = one(data, name, book)
        assert isinstance(source, Reject)
        assert (source.code, "libreoffice" in source.message) == ("needs", True)


def test_the_content_tells_what_a_doc_is(book: Rulebook) -> None:
    kinds = {
        LETTER: RTF,
        word(line("a")): DOCX,
        OLE + "WordDocument".encode("utf-16-le"): DOC,
        b"<html xmlns:w='urn:schemas-microsoft-com:office:word'><body><p>a</p></body></html>": HTML,
        b'<?xml version="1.0"?><?mso-application x="Word.Document"?><w:wordDocument xmlns:w="x"/>': WORD_XML,
    }
    assert [media_type_of(data, "letter.doc", book) for data in kinds] == list(kinds.values())


def test_a_word_file_is_known_by_its_main_part(book: Rulebook) -> None:
    for kind in (
        "vnd.openxmlformats-officedocument.wordprocessingml.template",
        "vnd.ms-word.document.macroEnabled",
        "vnd.ms-word.template.macroEnabledTemplate",
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(word(line("Có chữ")))) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                data = old.read(name).replace(b"document.xml", b"document2.xml")
                if name.startswith("[Content"):
                    data = f'<Types><Override ContentType="application/{kind}.main+xml"/></Types>'.encode()
                new.writestr(name.replace("document.xml", "document2.xml"), data)
        source = read(out.getvalue(), "letter.docm", book)
        assert (source.text, source.media_type) == ("Có chữ", DOCX)


def test_files_with_a_password_are_told(book: Rulebook) -> None:
    locked = OLE + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")
    assert code(locked, "letter.docx", book) == "encrypted"
    block = b"\xec\xa5" + b"\0" * 8 + (0x0100).to_bytes(2, "little")
    assert office._is_locked(OLE + block)
    assert not office._is_locked(OLE + block[:10] + b"\0\0")


def test_lists_of_a_doc_are_known() -> None:
    block = b"\xec\xa5" + b"\0" * 62 + (200).to_bytes(4, "little") + b"\0" * 90
    assert office._has_lists(OLE + block + b"\x0b\x46\x01\x00")
    assert not office._has_lists(OLE + block + b"\x0b\x46\x00\x00")
    assert not office._has_lists(OLE + block + b"\0" * 200 + b"\x0b\x46\x01\x00")
    assert not office._has_lists(OLE)


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    needs_program("sleep", "coreutils")
    start = time.monotonic()
    with pytest.raises(Reject) as refused:
        _run(["sh", "-c", "sleep 30 & sleep 30"], tmp_path, Limits(seconds=0.3), None)
    assert refused.value.code == "timeout"
    assert time.monotonic() - start < 10


def test_through_libreoffice(book: Rulebook, tmp_path: Path) -> None:
    needs_program("soffice", "libreoffice-writer-nogui")
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    rows = [row(cell(line("TT")), cell(line("Việc"))), row(cell(line("1")), cell(line("Đo mặn")))]
    body = (
        HEAD + line("Kính gửi: Sở Y tế.") + item("Rà soát.") + item("Báo cáo.") + table(*rows) + line("Hết")
    )
    (tmp_path / "letter.docx").write_bytes(word(body, numbering=numbering))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", tmp_path, "letter.docx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xml:MS Word 2003 XML", "letter.docx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    older = read((tmp_path / "letter.xml").read_bytes(), "letter.xml", book)
    shown = f"{SHOWN}\n1. Rà soát.\n2. Báo cáo.\nTT | Việc\n1 | Đo mặn\nHết"
    assert older.media_type == WORD_XML
    assert older.text.replace("1.Rà", "1. Rà").replace("2.Báo", "2. Báo") == shown
    data = (tmp_path / "letter.doc").read_bytes()
    source = read(data, "letter.doc", book)
    assert source.media_type == DOC
    assert source.text == shown
    assert office._has_lists(data)
    assert read(LETTER, "letter.rtf", book).text == SHOWN
    for broken in (
        data[:700],
        data[: len(data) // 2],
        OLE + "WordDocument".encode("utf-16-le") + b"x" * 3000,
    ):
        found = one(broken, "letter.doc", book)
        assert isinstance(found, SourceText) or found.code in {
            "damaged",
            "empty",
            "no_main_text",
            "unsupported",
        }


def test_the_words_of_a_doc_without_libreoffice(book: Rulebook, bare: None) -> None:
    needs_program("catdoc", "catdoc")
    assert code(OLE + "WordDocument".encode("utf-16-le"), "letter.doc", book) in {"damaged", "empty"}
