"""OpenDocument texts: what their paper shows, list numbers, and refusal of hostile files with a code."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Reject
from extractor.ingest import read_sources
from extractor.ingest.formats import FODT, ODT
from extractor.ingest.odt import read
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook, default_rulebook

NAMES = {
    "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
    "fo": "xsl-fo-compatible", "svg": "svg-compatible",
}  # fmt: skip
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in NAMES.items()
)
LIST = """<text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="I" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="." text:start-value="3"/>
<text:list-level-style-number text:level="3" style:num-format="1" style:num-suffix="."
 text:display-levels="2"/>
<text:list-level-style-number text:level="4" style:num-format="a" style:num-suffix=")"/>
<text:list-level-style-bullet text:level="5" text:bullet-char="•"/>
</text:list-style>"""


def content(body: str, styles: str = "", root: str = "document-content", more: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><office:{root} {SPACES}{more}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:{root}>"
    ).encode()


def odt(body: str, styles: str = "", manifest: bytes = b"<manifest/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(zipfile.ZipInfo("mimetype"), ODT)
        z.writestr("content.xml", content(body, styles))
        z.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def items(*inside: str, more: str = "") -> str:
    each = "".join(f"<text:list-item>{i}</text:list-item>" for i in inside)
    return f'<text:list text:style-name="L"{more}>{each}</text:list>'


def reading(data: bytes, book: Rulebook) -> Reading:
    return next(read(data, "letter.odt", book, Limits()))


def lines(data: bytes, book: Rulebook) -> list[str]:
    return [line for line in reading(data, book).text.split("\n") if line]


def refused(data: bytes, book: Rulebook, limits: Limits | None = None) -> str:
    found = [f.source for f in read_sources(data, "letter.odt", book, limits=limits)]
    assert len(found) == 1
    assert isinstance(found[0], Reject), found[0]
    return found[0].code


def test_lists_are_numbered(book: Rulebook) -> None:
    body = (
        items(
            p("Một") + items(p("Hai") + items(p("Ba"), p("Bốn") + items(p("Năm") + items(p("Sáu"))))),
            p("Bảy") + p("cùng mục"),
            more=' text:id="A"',
        )
        + p("Giữa")
        + items(p("Tiếp"), more=' text:continue-list="A"')
        + items(p("Mới"))
        + items(p("Cũ"), more=' text:continue-numbering="true"')
        + items(items(p("Con"), p("Sau")))
        + '<text:list text:style-name="L"><text:list-item text:start-value="9">'
        + p("Chín")
        + "</text:list-item></text:list>"
    )
    assert lines(odt(body, LIST), book) == [
        "I. Một", "3. Hai", "3.1. Ba", "3.2. Bốn", "a) Năm", "- Sáu", "II. Bảy", "cùng mục", "Giữa",
        "III. Tiếp", "I. Mới", "II. Cũ", "3. Con", "4. Sau", "IX. Chín",
    ]  # fmt: skip


def test_headings_are_numbered_by_the_outline(book: Rulebook) -> None:
    outline = (
        '<text:outline-style style:name="O"><text:outline-level-style text:level="1" style:num-format="1"'
        ' style:num-prefix="Điều " style:num-suffix="."/></text:outline-style>'
    )
    styles = content("", root="document-styles").replace(
        b"<office:body>", f"<office:styles>{outline}</office:styles><office:body>".encode()
    )
    body = '<text:h text:outline-level="1">Phạm vi</text:h><text:h text:outline-level="2">Con</text:h>'
    assert lines(odt(body * 2), book) == ["Phạm vi", "Con"] * 2
    out = io.BytesIO(odt(body * 2))
    with zipfile.ZipFile(out, "a") as z:
        z.writestr("styles.xml", styles)
    assert lines(out.getvalue(), book) == ["Điều 1. Phạm vi", "Con", "Điều 2. Phạm vi", "Con"]


def test_tables_with_merged_cells(book: Rulebook) -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell{more}>{p(text)}</table:table-cell>"

    covered = "<table:covered-table-cell/>"
    body = (
        "<table:table><table:table-header-rows><table:table-row>"
        + cell("TT", ' table:number-rows-spanned="2"')
        + cell("Phân công", ' table:number-columns-spanned="2"')
        + covered
        + "</table:table-row><table:table-row>"
        + covered + cell("Chủ trì") + cell("Phối hợp")
        + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell("1") + cell("Sở Y tế") + cell("Sở Tư pháp")
        + "</table:table-row></table:table>"
    )  # fmt: skip
    found = reading(odt(body), book)
    assert found.text.split("\n") == [
        "TT | Phân công | ",
        " | Chủ trì | Phối hợp",
        "1 | Sở Y tế | Sở Tư pháp",
    ]
    assert list(found.grid.values()) == ["ooa", "doo", "ooo"]


def test_what_the_paper_shows(book: Rulebook) -> None:
    looks = {"An": 'text:display="none"', "Hoa": 'fo:text-transform="uppercase"', "Cu": 'style:font-name="F"'}
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties {look}/></style:style>'
        for name, look in looks.items()
    )
    body = (
        "<text:tracked-changes><text:changed-region>"
        + p("Bỏ") + "</text:changed-region></text:tracked-changes>"
        + p('Giao <text:change-start/>Sở  Y\n tế<text:change-end/>'
            '<text:span text:style-name="An"> ẩn</text:span>')
        + p('<text:span text:style-name="Hoa">thường vụ</text:span>')
        + p('a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d')
        + p('Đạt 95<text:note><text:note-citation>1</text:note-citation><text:note-body>' + p("Theo báo cáo")
            + "</text:note-body></text:note>%")
        + p("<office:annotation>" + p("Ghi chú") + "</office:annotation>Có chữ")
        + p('Trước<draw:frame><draw:text-box>' + p("HỎA TỐC") + "</draw:text-box><svg:title>x</svg:title>"
            "</draw:frame> sau")
        + p('<text:span text:style-name="Cu">§Ò nghÞ b¸o c¸o</text:span> và đề nghị')
    )  # fmt: skip
    fonts = '</office:automatic-styles><office:font-face-decls><style:font-face style:name="F" '
    fonts += "svg:font-family=\"'.VnTime'\"/></office:font-face-decls><office:automatic-styles>"
    found = reading(odt(body, styles + fonts), book)
    assert [line for line in found.text.split("\n") if line] == [
        "Giao Sở Y tế", "THƯỜNG VỤ", "a  b\tc", "d", "Đạt 95%", "[1] Theo báo cáo", "Có chữ", "Trước sau",
        "HỎA TỐC", "Đề nghị báo cáo và đề nghị",
    ]  # fmt: skip
    assert found.encoding == "tcvn3"


def test_a_flat_file_is_read_too(book: Rulebook) -> None:
    data = content(p("Kính gửi: Sở Y tế."), root="document", more=f' office:mimetype="{ODT}"')
    (found,) = read_sources(data, "letter.xml", book)
    assert not isinstance(found.source, Reject)
    assert (found.source.text, found.source.media_type) == ("Kính gửi: Sở Y tế.", FODT)


def test_hostile_files_are_refused(book: Rulebook) -> None:
    locked = b'<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    assert refused(odt(p("a"), manifest=locked), book) == "encrypted"
    assert refused(odt("x" * 2000), book, Limits(unpacked=1000)) == "unpacks_too_large"
    evil = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    data = content(p("&a;"), root="document", more=f' office:mimetype="{ODT}"')
    assert refused(data.replace(b"?>", b"?>" + evil, 1), book) == "damaged"
    assert refused(odt(""), book) == "empty"
    whole = odt(p("Kính gửi: Sở Y tế."))
    for end in range(4, len(whole) - 1, 61):
        assert refused(whole[:end], book) in {"damaged", "unsupported", "not_text", "empty"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<text:list><text:list-item>", "</text:list-item></text:list>"),
        (
            "<table:table><table:table-row><table:table-cell>",
            "</table:table-cell></table:table-row></table:table>",
        ),
        ("<text:p><draw:text-box>", "</draw:text-box></text:p>"),
        ("<text:section>", "</text:section>"),
    ],
)
def test_depth_costs_no_recursion(book: Rulebook, start: str, end: str) -> None:
    found = lines(odt(p("Đầu") + start * 20_000 + p("Đáy") + end * 20_000 + p("Cuối")), book)
    assert (found[0], found[-1]) == ("Đầu", "Cuối")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_changes_never_break_the_reader(data: st.DataObject) -> None:
    whole = bytearray(odt(items(p("a"), items(p("b"))) + p("Kính gửi"), LIST))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for found in read_sources(bytes(whole), "x.odt", default_rulebook(), ODT):
        assert not isinstance(found.source, Reject) or found.source.code != "internal", found.source
