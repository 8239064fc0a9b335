"""Bytes in, main text out: encodings, HTML, offsets, and refusal with a code."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import time
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.errors import REJECTS, WARNINGS, Reject
from extractor.ingest import read_source
from extractor.ingest.days import iso_day
from extractor.ingest.encodings import clean_characters, repair
from extractor.ingest.files import BROKEN_LINK, LINKED_FOLDER, NO_FILE, walk
from extractor.ingest.html import read_page
from extractor.ingest.text import IDENTITY, cut, rewrite, to_nfc
from extractor.rulebook import Rulebook, default_rulebook

LETTER = """ỦY BAN NHÂN DÂN
HUYỆN PHÚ AN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 45/UBND-VX
V/v tăng cường công tác bảo hiểm y tế

Phú An, ngày 03 tháng 6 năm 2021

Kính gửi:
- Phòng Y tế huyện;
- Bảo hiểm xã hội huyện.
Chủ tịch UBND huyện yêu cầu tất cả các cơ quan, đơn vị thực hiện ngay các nhiệm vụ sau đây:
1. Phòng Y tế rà soát các đối tượng chưa tham gia, báo cáo kết quả trước ngày 30/6/2021.
2. Bảo hiểm xã hội huyện cung cấp số liệu đến hết tháng 5/2021, đạt tỷ lệ 91,5% dân số.

Nơi nhận:
- Như trên;
- Lưu: VT.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Trần Văn Bình"""


def to_tcvn3(text: str, book: Rulebook) -> bytes:
    """Typed in an ABC font; capitals with a tone come out as small letters, as the fonts have them."""
    codes = {r["letter"]: int(r["code"], 16) for r in book.table("tcvn3.csv") if r["letter"]}
    return bytes(codes.get(c) or codes.get(c.lower()) or ord(c) for c in text)


def to_vni(text: str, book: Rulebook) -> bytes:
    written = {r["letter"]: r["written"] for r in reversed(book.table("vni.csv")) if r["letter"]}
    return "".join(written.get(c, c) for c in text).encode("cp1252")


def to_1258(text: str) -> bytes:
    def one(c: str) -> str:
        try:
            c.encode("cp1258")
        except UnicodeEncodeError:
            tones = [m for m in unicodedata.normalize("NFD", c) if m in "\u0300\u0301\u0303\u0309\u0323"]
            rest = [m for m in unicodedata.normalize("NFD", c) if m not in tones]
            return unicodedata.normalize("NFC", "".join(rest)) + "".join(tones)
        return c

    return "".join(map(one, text)).encode("cp1258")


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (lambda t, b: t.encode(), "utf-8"),
        (lambda t, b: t.encode("utf-8-sig"), "utf-8"),
        (lambda t, b: t.encode("utf-16"), "utf-16"),
        (lambda t, b: t.encode("utf-16-le"), "utf-16-le"),
        (lambda t, b: t.encode("utf-16-be"), "utf-16-be"),
        (lambda t, b: t.encode("utf-32"), "utf-32"),
        (lambda t, b: unicodedata.normalize("NFD", t).encode(), "utf-8"),
        (lambda t, b: t.replace("\n", "\r\n").encode(), "utf-8"),
        (lambda t, b: to_1258(t), "windows-1258"),
        (lambda t, b: to_tcvn3(t, b), "tcvn3"),
        (lambda t, b: to_tcvn3(t, b).decode("latin-1").encode(), "tcvn3"),
        (lambda t, b: to_vni(t, b), "vni"),
        (lambda t, b: to_vni(t, b).decode("cp1252").encode(), "vni"),
        (lambda t, b: t.encode().decode("latin-1").encode(), "utf-8 read as windows-1252"),
        (lambda t, b: (t + " ").encode()[:-1] + b"\xe1", "utf-8"),
    ],
)
def test_every_encoding_gives_the_same_letter(
    book: Rulebook, encode: Callable[[str, Rulebook], bytes], name: str
) -> None:
    source = read_source(encode(LETTER, book), "a.txt", book)
    assert source.text.rstrip("\ufffd") == LETTER
    assert source.encoding == name
    legacy = name not in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
    assert [code for code, _ in source.notes] == (["encoding_repaired"] if legacy else [])
    assert all(code in WARNINGS for code, _ in source.notes)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Uû ban nh©n d©n tØnh b\u00ad\u00edc ®Çu thùc hiÖn", "Uỷ ban nhân dân tỉnh bước đầu thực hiện"),
        ("Bé Y tÕ vµ Së Y tÕ\nCéNG HßA X· HéI CHñ NGHÜA", "Bộ Y tế và Sở Y tế\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA"),
        ("Uyû ban nhaân daân tænh Ñoàng Nai", "Uỷ ban nhân dân tỉnh Đồng Nai"),
        ("COÄNG HOØA XAÕ HOÄI, ñöôïc, söï, ngöôøi", "CỘNG HÒA XÃ HỘI, được, sự, người"),
        ("Độc lập - Tự do © 2024, số 5 ® µm", "Độc lập - Tự do © 2024, số 5 ® µm"),
        ("Café à la carte, naïve, Århus, Göteborg", "Café à la carte, naïve, Århus, Göteborg"),
    ],
)
def test_repair(book: Rulebook, written: str, meant: str) -> None:
    assert repair(written, book)[0] == meant


def test_code_tables_have_every_letter_once(book: Rulebook) -> None:
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in tones} | {"đ"}
    for table in ("tcvn3.csv", "vni.csv"):
        made = [r["letter"] for r in book.table(table) if r["letter"]]
        assert letters - set("aeiouy") <= set(made), table
    codes = [r["code"] for r in book.table("tcvn3.csv") if r["letter"]]
    assert len(codes) == len(set(codes)) == 74


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\x0cd", "a\nb\nc\nd"),
        ("12\u00a0345\u2009đồng", "12 345 đồng"),
        ("Bảo\u200b hiểm\ufeff xã\u00ad hội\x07", "Bảo hiểm xã hội"),
        ("QÐ-UBND, ðiều", "QĐ-UBND, điều"),
        ("Nghị quуết số 5", "Nghị quyết số 5"),
        ("Москва", "Москва"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("e\u0302\u0323 \u212b \u1112\u1161\u11ab", "ệ Å 한"),
    ],
)
def test_clean_characters(book: Rulebook, raw: str, clean: str) -> None:
    assert clean_characters(raw, book)[0] == clean


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\0", "empty"),
        ("--- … ---".encode(), "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "damaged"),
        (b"PK\x03\x04\x14\x00\x06\x00word/document.xml", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "unsupported"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "damaged"),
        (bytes(range(256)) * 40, "not_text"),
        (bytes(range(161, 256)) * 40, "unknown_encoding"),
        (b"<html><body><nav>Trang ch\xe1\xbb\xa7</nav><script>x</script></body></html>", "no_main_text"),
    ],
)
def test_what_is_no_text_is_refused(book: Rulebook, data: bytes, code: str) -> None:
    with pytest.raises(Reject) as caught:
        read_source(data, "tep", book)
    assert caught.value.code == code
    assert caught.value.message


def _zip(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return data.getvalue()


def test_a_refusal_names_what_it_saw(book: Rulebook) -> None:
    with pytest.raises(Reject, match="bảng tính"):
        read_source(_zip("[Content_Types].xml", "xl/workbook.xml"), "vanban.txt", book)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html"]))
def test_any_bytes_give_a_text_or_a_reject(data: bytes, name: str) -> None:
    book = default_rulebook()
    try:
        source = read_source(data, name, book)
    except Reject as e:
        outcome = e.code
    else:
        outcome = "read"
        assert unicodedata.is_normalized("NFC", source.text)
        assert "\0" not in source.text
        source.text.encode()
    assert outcome in {"read", *REJECTS}


_MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<ul>", "<li>", "<br>", "</div>",
         "<b", "<div class=menu>", '<a href="x', "&amp;", "&#38", "<!--", "-->", "<script>", "</script>",
         "số 5", "|", " đạt 9% ", "\n", "<th colspan=3 rowspan=2>", "<sup>", "Nơi nhận:", "<pre>", "<title>",
         "</title>", "<![CDATA[", "<"]
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@example(["<table>", "<td>", "số 5", "<tr>", "&amp;"])
@given(_MARKUP)
def test_broken_html_never_raises_and_offsets_lead_back(pieces: list[str]) -> None:
    page = "".join(pieces)
    read = read_page(page, default_rulebook())
    for offset, character in enumerate(read.text):
        place = read.origin.to_source(offset)
        assert 0 <= place <= len(page)
        if character in "số5đạt9%":
            assert page[place] == character


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_nfc_keeps_the_way_back(text: str) -> None:
    composed, origin = to_nfc(text)
    assert composed == unicodedata.normalize("NFC", text)
    places = [origin.to_source(i) for i in range(len(composed) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(text) or not composed
    for place, character in zip(places, composed, strict=False):
        if character < "\u00a0":  # such a letter is never made from others
            assert text[place] == character


@settings(max_examples=50, deadline=None)
@given(
    st.text(alphabet="ab", max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), max_size=4),
    st.sampled_from(["a+", "b", "ab", "(?=a)"]),
)
def test_two_changes_in_a_row_lead_back_through_both(
    text: str, wanted: list[tuple[int, int]], pattern: str
) -> None:
    spans: list[tuple[int, int]] = []
    for start, length in sorted(wanted):
        if (not spans or start > spans[-1][1]) and start + length <= len(text):
            spans.append((start, start + length))
    first, to_first = cut(text, spans)
    second, to_second = rewrite(first, regex.compile(pattern), lambda m: "x" if m[0] else "yy")
    through = to_second.after(to_first)
    for offset in range(len(second) + 1):
        assert through.to_source(offset) == to_first.to_source(to_second.to_source(offset))


def test_offsets_of_a_changed_text(book: Rulebook) -> None:
    raw = "Skip to main content\r\n\r\nNga\u0300y 5/3/2020,\u200b Sở Y tế họp bàn về bảo hiểm y tế.\r\n"
    source = read_source(raw.encode(), "a.txt", book)
    assert source.text.startswith("Ngày 5/3/2020, Sở")
    for word in ("5/3/2020", "Sở Y tế", "bảo hiểm"):
        at = source.text.index(word)
        start, last = (source.origin.to_source(n) for n in (at, at + len(word) - 1))
        assert raw[start : last + 1] == word
    assert source.origin is not IDENTITY


def test_what_is_known_of_a_file(book: Rulebook) -> None:
    source = read_source(LETTER.encode(), "thu/a.txt", book)
    assert (source.name, source.media_type, source.encoding) == ("thu/a.txt", "text/plain", "utf-8")
    assert source.bytes == len(LETTER.encode())
    assert source.sha256 == hashlib.sha256(LETTER.encode()).hexdigest()
    assert (source.url, source.published_on, source.title, source.kind, source.notes) == (
        None,
        None,
        None,
        None,
        [],
    )
    assert source.origin is IDENTITY
    assert source.view.text == source.text == LETTER


ARTICLE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>Huyện Phú An đôn đốc công tác bảo hiểm y tế - Cổng thông tin</title>
<meta property="article:published_time" content="2021-06-14T08:30:00+07:00">
<link rel="canonical" href="https://phuan.example/tin/123?a=1&amp;b=2">
<script>var a = "<div>không phải chữ</div>";</script><style>.x{color:red}</style></head>
<body class="menu-open"><form id="aspnetForm"><div id="header"><div class="banner">CỔNG THÔNG TIN HUYỆN</div>
<ul class="main-menu"><li><a href="/">Trang chủ</a></li><li><a href="/tt">Tin tức</a></li></ul></div>
<div class="breadcrumb"><a href="/">Trang chủ</a> &gt; <a href="/tt">Tin tức</a></div>
<div class="row"><div class="col content"><h1>Huyện Phú An đôn đốc công tác bảo hiểm y tế</h1>
<div class="date">Thứ hai, 14/06/2021, 08:30</div>
<div class="detail">
<p><strong>Sáng 14/6, UBND huyện Phú An tổ chức họp về công tác <em>bảo hi</em>ểm y tế.</strong></p>
<p>Tính đến hết ng&agrave;y 31/5/2021, toàn huyện có 88.120 người tham gia, đạt 91,5% dân số, tăng 1,2% so với
cùng kỳ năm trước theo báo cáo của Bảo hiểm xã hội huyện tại cuộc họp giao ban thường kỳ của huyện.</p>
<table class="tbl"><tr><th>TT</th><th>Đơn vị</th><th>Tỷ lệ</th></tr><tr>
<td>1</td><td>Xã<br>Hòa Bình</td><td>90,1%</td></tr>
<tr><td>2</td><td>Xã Tân Lập</td><td>85,3%</td></tr></table>
<p>Chủ tịch UBND huyện yêu cầu Phòng Y tế chủ trì, phối hợp với Bảo hiểm xã hội huyện rà soát các đối
tượng chưa tham gia, báo cáo kết quả trước ngày 30/6/2021 để trình Thường trực Huyện ủy xem xét, chỉ đạo.</p>
<p style="text-align:right"><strong>Hồng Minh</strong></p></div>
<div class="social-share"><a href="#">Facebook</a> <a href="#">Zalo</a></div>
<div class="other-news"><h3>Tin liên quan</h3>
<ul><li><a href="/1">Khai mạc giải bóng đá mùa hè năm 2021</a></li></ul></div></div>
<div class="right"><div class="weather">Thời tiết 32 độ</div></div></div>
<div id="footer">Bản quyền thuộc UBND huyện Phú An. Điện thoại 0123456789</div></form></body></html>"""


def test_an_article_page(book: Rulebook) -> None:
    source = read_source(ARTICLE.encode(), "tin.html", book)
    lines = source.text.split("\n")
    assert lines[0] == "Huyện Phú An đôn đốc công tác bảo hiểm y tế"
    assert lines[1] == "Sáng 14/6, UBND huyện Phú An tổ chức họp về công tác bảo hiểm y tế."
    assert "Tính đến hết ngày 31/5/2021, toàn huyện có 88.120 người tham gia" in lines[2]
    assert lines[3:6] == ["TT | Đơn vị | Tỷ lệ", "1 | Xã Hòa Bình | 90,1%", "2 | Xã Tân Lập | 85,3%"]
    assert lines[-1].endswith("xem xét, chỉ đạo.")
    assert (source.url, source.published_on) == ("https://phuan.example/tin/123?a=1&b=2", "2021-06-14")
    assert source.title == "Huyện Phú An đôn đốc công tác bảo hiểm y tế - Cổng thông tin"
    assert source.media_type == "text/html"
    at = source.text.index("88.120")
    assert ARTICLE[source.origin.to_source(at) :].startswith("88.120 người")


LETTER_PAGE = """<html><head><title>Văn bản 45/UBND-VX</title></head><body>
<table width="100%"><tr><td><table>
<tr><td><a href="/">Trang chủ</a></td><td><a href="/vb">Văn bản</a></td></tr>
</table></td></tr><tr><td>
<table><tr><td align=center>ỦY BAN NHÂN DÂN<br><b>HUYỆN PHÚ AN</b></td><td align=center>
<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br>Độc lập - Tự do - Hạnh phúc</td></tr>
<tr><td>Số: 45/UBND-VX<br>V/v tăng cường công tác bảo hiểm y tế</td>
<td><i>Phú An, ngày 03 tháng 6 năm 2021</i></td></tr></table>
<p align=center>Kính gửi: <ul><li>Phòng Y tế huyện;<li>Bảo hiểm xã hội huyện.</ul>
<p>Chủ tịch UBND huyện yêu cầu tất cả các cơ quan, đơn vị thực hiện ngay các nhiệm vụ sau đây:
<p>1. Phòng Y tế rà soát các đối tượng chưa tham gia, báo cáo kết quả trước ngày 30/6/2021.
<p>2. Bảo hiểm xã hội huyện cung cấp số liệu đến hết tháng 5/2021, đạt tỷ lệ 91,5%&nbsp;dân số.
<table><tr><td><b>Nơi nhận:</b><br>- Như trên;<br>- Lưu: VT.</td><td>
<b>KT. CHỦ TỊCH<br>PHÓ CHỦ TỊCH<br><br><br>Trần Văn Bình</b></td></tr></table>
</td></tr></table></body></html>"""


def test_a_letter_page_in_layout_tables_reads_as_the_letter(book: Rulebook) -> None:
    assert read_source(LETTER_PAGE.encode(), "vb.aspx", book).text == LETTER


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>một <b>h</b>ai<p>ba", "một hai\nba"),
        ("<div>một</div>hai<br/>ba<hr>bốn", "một\nhai\nba\nbốn"),
        ("<p>a &lt; b &amp; c&nbsp;&#273;</p>", "a < b & c\u00a0đ"),
        ("<p>  một\n   hai  </p>", "một hai"),
        ("<pre>một\n  hai</pre>", "một\nhai"),
        ("<ol><li>một<li>hai</ol><ul><li>ba</ul>", "1. một\n2. hai\n- ba"),
        ("<p>98%<sup>1</sup> của 5 m<sup>2</sup></p>", "98% 1 của 5 m2"),
        ("<p hidden>x</p><p style='display: none'>y</p><p>z</p>", "z"),
        ("một<!-- hai -->ba<script>bốn</script>", "mộtba"),
        ('<p title="a > b">chữ</p>', "chữ"),
        ("<p>1 < 2 và 3 > 2</p>", "1 < 2 và 3 > 2"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a | b\nc | d"),
        (
            "<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td rowspan=2>1</td><td>x</td><td>y</td></tr>"
            "<tr><td>z</td><td>w</td></tr><tr><td colspan=2>t</td><td>u</td></tr></table>",
            "A | B | C\n1 | x | y\n| z | w\nt | | u",
        ),
        ("<table><tr><td></td><td>BỘ TRƯỞNG<br>Lê An</td></tr></table>", "BỘ TRƯỞNG\nLê An"),
    ],
)
def test_html_to_lines(book: Rulebook, page: str, text: str) -> None:
    assert read_page(page, book).text == text


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-04-22T08:00:00+07:00", "2022-04-22"),
        ("08:15, 21/05/2020", "2020-05-21"),
        ("22.4.2022", "2022-04-22"),
        ("31/2/2018", None),
        ("không có ngày", None),
    ],
)
def test_iso_day(written: str, day: str | None) -> None:
    assert iso_day(written) == day


@pytest.mark.parametrize(
    "piece", ["<a ", '<a "', "<table><tr><td>x", "<!--", "&a", "\\", "<div>", "**a", "| a |\n"]
)
def test_time_grows_with_the_text(book: Rulebook, piece: str) -> None:
    """200,000 characters of the worst kind: a quadratic step would need minutes."""
    start = time.process_time()
    data = (piece * (200_000 // len(piece))).encode()
    for name in ("a.html", "a.txt"):
        with contextlib.suppress(Reject):
            read_source(data, name, book, "text/html" if name == "a.html" else "text/plain")
    assert time.process_time() - start < 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a/z.html", "a/y.TXT", "x.yaml", "a/.an", ".git/c.txt", "d.7z", "e"):
        path = tmp_path / "vb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "vb"


def test_walk_a_folder(folder: Path) -> None:
    files = walk([folder])
    assert [f.name for f in files] == ["a/y.TXT", "a/z.html", "b.txt", "e"]
    assert files.skipped == {".yaml": 1, ".7z": 1, ".an": 1, ".git": 1}
    assert [f.read() for f in files][2] == b"b.txt"
    assert files.skipped.total() == 4


def test_walk_everything_and_named_files(folder: Path) -> None:
    assert len(list(walk([folder], everything=True))) == 8
    named = walk([folder / "x.yaml", str(folder / "b.txt")])
    assert [f.name for f in named] == [str(folder / "x.yaml"), str(folder / "b.txt")]


@pytest.mark.parametrize("everything", [False, True])
def test_walk_counts_links_and_pipes(tmp_path: Path, everything: bool) -> None:
    folder = tmp_path / "in"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_bytes(b"a")
    folder.mkdir()
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere")
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "linked.txt").symlink_to(tmp_path / "other" / "letter.txt")
    os.mkfifo(folder / "pipe.txt")
    files = walk([folder], everything)
    assert [f.name for f in files] == ["linked.txt"]
    assert files.skipped == {BROKEN_LINK: 2, LINKED_FOLDER: 1, NO_FILE: 1}
    assert [f.name for f in walk([folder / "linked"])] == ["letter.txt"]


def test_walk_refuses_a_missing_path(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="khong-co"):
        walk([folder / "khong-co.txt"])


def test_walk_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"abc")))
    (file,) = walk(["-"])
    assert (file.name, file.path, file.read()) == ("-", None, b"abc")


def test_files_that_cannot_be_read_are_refused(folder: Path) -> None:
    (file,) = walk([folder / "b.txt"])
    with pytest.raises(Reject) as caught:
        file.read(max_bytes=3)
    assert caught.value.code == "too_large"
    os.unlink(folder / "b.txt")
    with pytest.raises(Reject) as caught:
        file.read()
    assert caught.value.code == "unreadable"


def test_pages_of_a_legal_portal(book: Rulebook, shared: Path) -> None:
    pages = [json.loads(line) for line in (shared / "html" / "gold.jsonl").read_text("utf-8").splitlines()]
    assert pages
    for gold in pages:
        source = read_source((shared / "html" / gold["name"]).read_bytes(), gold["name"], book)
        squeezed = "".join(source.text.split()).lower()
        assert "".join(gold["number"].split()).lower() in squeezed, gold["name"]
        assert "".join(gold["subject"].split()).lower()[:50] in squeezed, gold["name"]
        assert regex.search(r"(?i), ngày \d+ tháng \d+ năm 202\d", source.text), gold["name"]
        assert regex.search(
            r"(?m)^(?:T[ML]|KT|TUQ)\. ?\p{Lu}|^(?:PHÓ )?(?:THỦ TƯỚNG|BỘ TRƯỞNG|THỐNG ĐỐC)", source.text
        ), gold["name"]


def test_registers_of_letters_are_csv(book: Rulebook) -> None:
    with (book.folder / "lookalikes.csv").open(encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["letter"]]
    assert all(
        len(r["written"]) == len(r["letter"]) == 1 and r["where"] in {"anywhere", "in_word"} for r in rows
    )


def test_the_cells_of_a_page_s_rows_are_known(book: Rulebook) -> None:
    """``o`` a cell's own words, ``d`` reached by the cell above, ``a`` part of the cell at its left."""
    page = (
        "<table><tr><td>A<td>B<td rowspan=2>C<tr><td colspan=2>d<tr><td><b>e</b><td><td>f"
        "<tr><td rowspan=2>g<td colspan=2>h<tr><td>i<td>j</table>"
    )
    found = read_page(page, book)
    assert found.text == "A | B | C\nd | | \ne | | f\ng | h | \n| i | j".replace(" | \n", " |\n")
    assert {page[at]: how for at, how in found.grid.items()} == {
        "A": "ooo",
        "d": "oad",
        "e": "ooo",
        "g": "ooa",
        "i": "doo",
    }
