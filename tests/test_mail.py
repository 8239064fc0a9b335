"""Mails and saved pages: which part is the letter, names in all their spellings, broken and hostile ones."""

from __future__ import annotations

import struct
import time
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Reject
from extractor.ingest import Limits, SourceText, read_sources
from extractor.ingest.formats import EML, MHTML, MSG
from extractor.ingest.media_types import media_type_of
from extractor.rulebook import Rulebook, default_rulebook
from tests.compound import Tree, compound

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTER = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 41/SYT-NVY
V/v tiêm chủng mùa hè

Kính gửi: Trung tâm Y tế các huyện

Đề nghị các đơn vị báo cáo trước ngày 12/6/2024.
"""
PAGE = "<html><body><p>Sở Y tế <b>báo cáo</b> kết quả tiêm chủng.</p></body></html>"


def mail(text: str = "Kính gửi anh, em gửi công văn ạ.", html: str = "") -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = "Văn thư <vt@example.vn>", "a@example.vn"
    message["Subject"] = "Gửi công văn số 41"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def attach(
    message: EmailMessage, name: str, data: bytes, kind: str = "application/octet-stream", **more: Any
) -> None:
    main, sub = kind.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name, **more)


def read(data: bytes, name: str = "thu.eml", **limits: Any) -> list[tuple[str, str]]:
    found = read_sources(data, name, default_rulebook(), limits=Limits(**limits))
    return [(f.name, f.source.text if isinstance(f.source, SourceText) else f.source.code) for f in found]


def test_attachments_are_the_letters_and_the_words_are_not() -> None:
    message = mail()
    attach(message, "Công văn 41.txt", LETTER.encode())
    attach(message, "logo.png", b"\x89PNG" + bytes(2000), "image/png", disposition="inline", cid="<logo>")
    attach(message, "smime.p7s", b"x", "application/pkcs7-signature")
    attach(message, "so lieu.csv", b"a,b")
    assert read(message.as_bytes()) == [("thu.eml/Công văn 41.txt", LETTER.strip())]


@pytest.mark.parametrize(
    "header",
    [
        'attachment; filename="=?utf-8?B?Q8O0bmcgdsSDbiA0MS50eHQ=?="',
        "attachment; filename*=utf-8''C%C3%B4ng%20v%C4%83n%2041.txt",
        "attachment; filename*0*=utf-8''C%C3%B4ng%20v; filename*1*=%C4%83n%2041.txt",
        'attachment; filename="Công văn 41.txt"',
        'attachment; filename="../../x/Công văn 41.txt"',
        'attachment; filename="C:\\\\x\\\\Công văn 41.txt"',
    ],
)
def test_names_of_attachments(header: str) -> None:
    message = mail()
    attach(message, "NAME", LETTER.encode())
    data = message.as_bytes().replace(b'attachment; filename="NAME"', header.encode())
    assert read(data) == [("thu.eml/Công văn 41.txt", LETTER.strip())]


def test_the_words_are_read_when_no_attachment_is_a_letter() -> None:
    order = "Đề nghị Trung tâm Y tế huyện báo cáo kết quả tiêm chủng trước ngày 12/6/2024."
    assert read(mail(order).as_bytes()) == [("thu.eml", order)]
    assert read(mail("\n", PAGE).as_bytes()) == [("thu.eml", "Sở Y tế báo cáo kết quả tiêm chủng.")]
    long = " ".join([order] * 6)
    message = mail(long)
    attach(message, "a.doc", b"\x7fELF" + bytes(40))
    assert read(message.as_bytes()) == [("thu.eml", long)]
    [found] = read_sources(message.as_bytes(), "thu.eml", default_rulebook())
    assert isinstance(found.source, SourceText)
    assert [code for code, _ in found.source.notes] == ["attachment_unreadable"]
    assert "a.doc" in found.source.notes[0][1]
    assert found.source.title == "Gửi công văn số 41"
    assert found.source.media_type == EML


def test_words_with_a_letterhead_are_a_letter_beside_the_attachment() -> None:
    message = mail(LETTER)
    attach(message, "b.txt", LETTER.replace("41/", "42/").encode())
    assert [name for name, _ in read(message.as_bytes())] == ["thu.eml/b.txt", "thu.eml/body.txt"]


def test_a_note_with_nothing_readable_beside_it() -> None:
    message = mail()
    attach(message, "a.doc", b"\x7fELF" + bytes(40))
    attach(message, "winmail.dat", b"\x78\x9f\x3e\x22" + bytes(40), "application/ms-tnef")
    assert [name for name, _ in read(message.as_bytes())] == ["thu.eml/a.doc", "thu.eml/winmail.dat"]
    assert {text for _, text in read(message.as_bytes())} <= {"unsupported", "not_text", "damaged"}
    message = mail("\n")
    attach(message, "so lieu.csv", b"a,b")
    [found] = read_sources(message.as_bytes(), "thu.eml", default_rulebook())
    assert isinstance(found.source, Reject)
    assert found.source.code == "no_letter_inside"
    assert "so lieu.csv" in found.source.message


def test_mails_inside_mails() -> None:
    inner, outer = mail(), mail()
    attach(inner, "a.txt", LETTER.encode())
    outer.add_attachment(inner)
    assert read(outer.as_bytes()) == [("thu.eml/Gửi công văn số 41.eml/a.txt", LETTER.strip())]
    for _ in range(5):
        inner, outer = outer, mail()
        outer.add_attachment(inner)
    assert [text for _, text in read(outer.as_bytes())] == ["too_deep"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1258", "iso-8859-1", "no-such-charset"])
def test_charsets_of_the_words(charset: str) -> None:
    words = "So Y te bao cao ket qua tiem chung." if charset == "iso-8859-1" else "Sở Y tế họp."
    encoding = "utf-8" if charset == "no-such-charset" else charset
    if charset == "windows-1258":
        words, raw = "Số Y tế", b"S\xf4\xec Y t\xea\xec"
    else:
        raw = words.encode(encoding)
    head = f"From: a@b.vn\r\nTo: c@d.vn\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert read(head + raw) == [("thu.eml", words)]


def saved_page(charset: str = "utf-8", **headers: str) -> bytes:
    lines = LETTER.replace("\n", "<br>")
    page = f"<html><head><meta charset=x-none></head><body><p>{lines}</p></body></html>"
    more = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    head = (
        f"From: <Saved by Blink>\r\n{more}Subject: =?utf-8?B?VGnDqm0gY2jhu6duZw==?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n----x\r\n'
        f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
        "Content-Location: https://congbao.example.vn/41\r\n\r\n"
    )
    tail = b"\r\n----x\r\nContent-Type: image/png\r\n\r\nxx\r\n----x--\r\n"
    return head.encode() + page.encode(charset) + tail


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_saved_pages(charset: str) -> None:
    data = saved_page(charset, Snapshot_Content_Location="https://congbao.example.vn/41")
    assert media_type_of(data, "a.mhtml", default_rulebook()) == MHTML
    [found] = read_sources(data, "a.mhtml", default_rulebook())
    assert isinstance(found.source, SourceText)
    assert found.source.text.startswith("CỘNG HÒA XÃ HỘI")
    assert found.source.url == "https://congbao.example.vn/41"
    assert found.source.title == "Tiêm chủng"
    assert (found.name, found.source.media_type) == ("a.mhtml", MHTML)


def test_a_mail_with_pictures_in_its_words_is_no_saved_page() -> None:
    message = mail()
    message.set_content(PAGE, subtype="html")
    message.add_related(b"\x89PNG", "image", "png", cid="<logo>")
    assert b"multipart/related" in message.as_bytes()
    assert media_type_of(message.as_bytes(), "a.eml", default_rulebook()) == EML


def stream(tag: int, kind: int) -> str:
    return f"__substg1.0_{tag:04X}{kind:04X}"


def text_stream(tag: int, words: str) -> Tree:
    return {stream(tag, 0x1F): words.encode("utf-16-le")}


def properties(head: int, *values: tuple[int, int, int]) -> bytes:
    return bytes(head) + b"".join(
        struct.pack("<HHIII", kind, tag, 6, value, 0) for kind, tag, value in values
    )


def outlook(body: str, *attached: tuple[str, bytes]) -> bytes:
    head = struct.pack("<8x4I8x", 0, len(attached), 0, len(attached))
    tree: Tree = {
        "__properties_version1.0": head
        + properties(0, (3, 0x340D, 0x40000), *((0x1F, tag, 9) for tag in (0x1A, 0x37, 0x1000))),
        "__nameid_version1.0": {stream(2, 0x102): b"", stream(3, 0x102): b"", stream(4, 0x102): b""},
        **text_stream(0x001A, "IPM.Note"), **text_stream(0x0037, "Gửi công văn"), **text_stream(0x1000, body),
    }  # fmt: skip
    for n, (name, data) in enumerate(attached):
        tree[f"__attach_version1.0_#{n:08X}"] = {
            "__properties_version1.0": properties(8, (3, 0x3705, 1), (0x102, 0x3701, 9), (0x1F, 0x3707, 9)),
            stream(0x3701, 0x102): data,
            **text_stream(0x3707, name),
        }
    return compound(tree)


def test_outlook_mails() -> None:
    data = outlook("Kính gửi anh", ("Công văn 41.txt", LETTER.encode()), ("b.txt", (LETTER * 30).encode()))
    assert media_type_of(data, "a", default_rulebook()) == MSG
    assert [n for n, _ in read(data, "a.msg")] == ["a.msg/Công văn 41.txt", "a.msg/b.txt"]
    assert read(data, "a.msg")[0][1] == LETTER.strip()
    order = "Đề nghị Trung tâm Y tế huyện báo cáo trước ngày 12/6/2024."
    assert read(outlook(order), "a.msg") == [("a.msg", order)]
    assert read(outlook("", ("a.csv", b"1")), "a.msg") == [("a.msg", "no_letter_inside")]


def samples() -> Iterator[bytes]:
    message = mail(html=PAGE)
    attach(message, "Công văn 41.txt", LETTER.encode())
    message.add_attachment(mail())
    yield message.as_bytes()
    yield saved_page()
    yield outlook("Kính gửi", ("a.txt", LETTER.encode()))


@pytest.mark.parametrize("data", samples(), ids=["eml", "mhtml", "msg"])
def test_every_beginning(data: bytes, book: Rulebook) -> None:
    for end in range(1, len(data), 131):
        for found in read_sources(data[:end], "a", book):
            assert not isinstance(found.source, Reject) or found.source.code != "internal", found.source


@pytest.mark.parametrize("which", range(3))
@settings(max_examples=50, deadline=None)
@given(noise=st.binary(min_size=1, max_size=200), at=st.integers(0, 6000))
def test_noise_inside(which: int, noise: bytes, at: int) -> None:
    data = list(samples())[which]
    at %= len(data)
    for found in read_sources(data[:at] + noise + data[at + len(noise) :], "a", default_rulebook()):
        assert not isinstance(found.source, Reject) or found.source.code != "internal", found.source


def test_a_hundred_thousand_attachments(book: Rulebook) -> None:
    part = b"--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    data = b"From: a@b.vn\r\nTo: c@d.vn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 100_000
    started = time.perf_counter()
    assert read(data) == [("thu.eml", "unpacks_too_large")]
    assert time.perf_counter() - started < 5


def test_multiparts_inside_multiparts(book: Rulebook) -> None:
    data = b"From: a@b.vn\r\nTo: c@d.vn\r\n"
    for n in range(3000):
        data += f"Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n".encode()
    assert read(data) == [("thu.eml", "too_deep")]
    data = b"From: a@b.vn\r\nTo: c@d.vn\r\n"
    for n in range(100):
        data += f"Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n".encode()
    assert [code for _, code in read(data)] in (["too_deep"], ["damaged"])


def test_endless_headers(book: Rulebook) -> None:
    data = b"From: a@b.vn\r\nTo: c@d.vn\r\nSubject: " + b"=?utf-8?B?QUFB?= (" * 100_000 + b"\r\n\r\nx"
    started = time.perf_counter()
    assert read(data) == [("thu.eml", "x")]
    assert time.perf_counter() - started < 5
