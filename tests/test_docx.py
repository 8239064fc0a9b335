"""Word documents: what their paper shows, list numbers, and refusal of hostile files with a code."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Reject
from extractor.ingest import read_source, read_sources
from extractor.ingest.docx import read
from extractor.ingest.formats import DOCX
from extractor.ingest.list_numbers import written
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook, default_rulebook

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OF_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_OF_RELATIONS}"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_MAIN}.numbering+xml"/></Types>'
)
#: a picture of one white point
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63f80f00010101001a5ff5e00000000049454e44ae426082"
)


def part(root: str, inside: str, space: str = W) -> bytes:
    return f'<?xml version="1.0"?><w:{root} xmlns:w="{space}" {SPACES}>{inside}</w:{root}>'.encode()


def relations(*items: tuple[str, str, str]) -> bytes:
    found = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, k, t in items)
    return f'<Relationships xmlns="{PACKAGE}">{found}</Relationships>'.encode()


def word(body: str, space: str = W, extra: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """A Word file; `parts` are the insides of styles, numbering, footnotes, header1 by their names."""
    kinds = {"header1": "header"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", TYPES)
        z.writestr("_rels/.rels", relations(("r", "officeDocument", "word/document.xml")))
        z.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>", space))
        items = [(f"id{name}", kinds.get(name, name), f"{name}.xml") for name in parts]
        items += [(f"p{n}", "image", name) for n, name in enumerate(extra or {})]
        z.writestr("word/_rels/document.xml.rels", relations(*items))
        for name, inside in parts.items():
            z.writestr(f"word/{name}.xml", part(name.rstrip("1"), inside, space))
        for name, data in (extra or {}).items():
            z.writestr(f"word/{name}", data)
    return out.getvalue()


def p(*runs: str, pr: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{pr}</w:pPr>' if pr else ''}{''.join(runs)}</w:p>"


def r(text: str, pr: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{pr}</w:rPr>" if pr else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def line(text: str, pr: str = "") -> str:
    return p(r(text), pr=pr)


def cell(*paragraphs: str, pr: str = "") -> str:
    return f"<w:tc><w:tcPr>{pr}</w:tcPr>{''.join(paragraphs) or '<w:p/>'}</w:tc>"


def row(*cells: str, pr: str = "") -> str:
    return f"<w:tr>{f'<w:trPr>{pr}</w:trPr>' if pr else ''}{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def control(properties: str, inside: str) -> str:
    return f"<w:sdt>{properties}<w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def item(text: str, level: int = 0, number: int = 1) -> str:
    return line(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(at: int, kind: str, shown: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{shown}"/>{more}</w:lvl>'
    )


def reading(data: bytes, book: Rulebook, limits: Limits | None = None) -> Reading:
    return next(read(data, "letter.docx", book, limits or Limits()))


def text(data: bytes, book: Rulebook) -> str:
    return reading(data, book).text


def refused(data: bytes, book: Rulebook, limits: Limits | None = None) -> str:
    found = [f.source for f in read_sources(data, "letter.docx", book, limits=limits)]
    assert len(found) == 1
    assert isinstance(found[0], Reject), found[0]
    return found[0].code


HEAD = table(
    row(
        cell(line("ỦY BAN NHÂN DÂN"), line("TỈNH BÌNH AN")),
        cell(line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), line("Độc lập - Tự do - Hạnh phúc")),
    ),
    row(cell(line("Số: 12/UBND-VX")), cell(line("Bình An, ngày 03 tháng 02 năm 2024"))),
)


def test_a_letterhead_gives_its_cells_one_after_the_other(book: Rulebook) -> None:
    found = text(word(HEAD + line("Kính gửi: Sở Y tế.")), book)
    assert found == (
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH AN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "Số: 12/UBND-VX\n\nBình An, ngày 03 tháng 02 năm 2024\n\nKính gửi: Sở Y tế."
    )


@pytest.mark.parametrize("space", [W, STRICT])
def test_a_table_gives_rows_and_how_its_cells_stand(book: Rulebook, space: str) -> None:
    merged = '<w:gridSpan w:val="2"/>'
    data = word(
        table(
            row(cell(line("TT")), cell(line("Nhiệm vụ"), pr=merged), cell(line("Cơ quan"))),
            row(
                cell(line("1")), cell(line("Đo mặn")), cell(line("a")),
                cell(line("Sở Y tế"), pr='<w:vMerge w:val="restart"/>'),
            ),
            row(cell(line("2")), cell(line("Xả"), line("nước")), cell(), cell(line("?"), pr="<w:vMerge/>")),
            row(cell(line("3")), cell(line("Bỏ")), pr="<w:del/>"),
            row(cell(line("4")), pr='<w:gridBefore w:val="1"/>'),
        ),
        space,
    )  # fmt: skip
    found = reading(data, book)
    assert found.text.split("\n") == [
        "TT | Nhiệm vụ |  | Cơ quan", "1 | Đo mặn | a | Sở Y tế", "2 | Xả nước |  | ", " | 4",
    ]  # fmt: skip
    assert list(found.grid.values()) == ["ooao", "oooo", "oood", "oo"]
    assert [found.text[at] for at in found.grid] == ["T", "1", "2", "4"]


def test_slivers_between_columns_are_no_columns(book: Rulebook) -> None:
    grid = (
        '<w:tblGrid><w:gridCol w:w="900"/><w:gridCol w:w="3000"/><w:gridCol w:w="1"/><w:gridCol w:w="3000"/>'
    )
    wide = '<w:gridSpan w:val="2"/>'
    rows = [
        row(cell(line("TT")), cell(line("Nhiệm vụ")), cell(line("Cơ quan"), pr=wide)),
        row(cell(line("1")), cell(line("Đo mặn"), pr=wide), cell(line("Sở Y tế"))),
        row(cell(line("2")), cell(line("Xả nước")), cell(), cell(line("Sở Y tế"))),
    ]
    found = reading(word(table(*rows).replace("<w:tblGrid/>", grid + "</w:tblGrid>")), book)
    assert found.text == "TT | Nhiệm vụ | Cơ quan\n1 | Đo mặn | Sở Y tế\n2 | Xả nước | Sở Y tế"
    assert set(found.grid.values()) == {"ooo"}


def test_tables_in_tables_are_read_cell_after_cell(book: Rulebook) -> None:
    inner = table(row(cell(line("trong 1")), cell(line("trong 2"))), row(cell(line("trong 3")), cell()))
    found = text(word(table(row(cell(line("trước"), inner, line("sau")), cell(line("cạnh"))))), book)
    assert found.split("\n\n") == ["trước\ntrong 1 | trong 2\ntrong 3 | \nsau", "cạnh"]


def test_lists_are_numbered_as_word_shows_them(book: Rulebook) -> None:
    levels = (
        level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%2.")
        + level(2, "decimal", "%2.%3.")
        + level(3, "lowerLetter", "%4)")
        + level(4, "bullet", "\uf0b7")
        + level(5, "bullet", "+")
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride'
        ' w:val="7"/></w:lvlOverride></w:num>'
    )
    body = [
        item("Một", 0), item("Hai", 1), item("Ba", 2), item("Bốn", 2), item("Năm", 3), item("Sáu", 3),
        item("Bảy", 4), item("Tám", 5), item("Chín", 1), item("Mười", 3), item("Lại", 0), item("Đầu", 1),
        item("Riêng", 1, 2), item("Tiếp", 1), item("Không", 0, 0), item("Lạ", 0, 99),
    ]  # fmt: skip
    assert text(word("".join(body), numbering=numbering), book).split("\n") == [
        "I. Một", "1. Hai", "1.1. Ba", "1.2. Bốn", "a) Năm", "b) Sáu", "- Bảy", "+ Tám", "2. Chín", "a) Mười",
        "II. Lại", "1. Đầu", "7. Riêng", "8. Tiếp", "Không", "Lạ",
    ]  # fmt: skip


def test_lists_by_style_and_levels_that_do_not_begin_anew(book: Rulebook) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Dieu"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        '</w:style><w:style w:type="paragraph" w:styleId="Con"><w:basedOn w:val="Dieu"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Khoan"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>"
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="4">'
        + level(0, "decimal", "Điều %1.", '<w:pStyle w:val="Dieu"/>')
        + level(1, "decimalZero", "%2", '<w:pStyle w:val="Khoan"/><w:lvlRestart w:val="0"/>')
        + level(2, "decimal", "%1.%2.%3", "<w:isLgl/>")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>'
    )
    body = [
        line("A", '<w:pStyle w:val="Dieu"/>'), line("B", '<w:pStyle w:val="Khoan"/>'),
        line("C", '<w:pStyle w:val="Con"/>'), line("D", '<w:pStyle w:val="Khoan"/>'), item("E", 2),
        line("F", '<w:pStyle w:val="Dieu"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
    ]  # fmt: skip
    found = text(word("".join(body), styles=styles, numbering=numbering), book).split("\n")
    assert found == ["Điều 1. A", "01 B", "Điều 2. C", "02 D", "2.2.1 E", "F"]


def test_a_number_alone_is_written_in_tables_only(book: Rulebook) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    alone = p(pr='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    rows = [row(cell(alone), cell(line("Sở Y tế"))), row(cell(alone), cell(line("Sở Tư pháp")))]
    found = text(word(alone + table(*rows) + line("Hết"), numbering=numbering), book)
    assert found.split("\n") == ["2 | Sở Y tế", "3 | Sở Tư pháp", "Hết"]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (28, "lowerLetter", "bb"), (3, "none", ""),
        (26, "upperLetter", "Z"), (10**8, "lowerLetter", "100000000"), (5, "chicago", "5"),
        (7, "decimalZero", "07"),
    ],
)  # fmt: skip
def test_numbers_in_their_kinds(value: int, kind: str, shown: str) -> None:
    assert written(value, kind) == shown


def test_changes_are_taken_as_accepted(book: Rulebook) -> None:
    body = (
        p(r("Giao "), f"<w:del>{r('Sở Y tế')}</w:del>", f"<w:ins>{r('Sở Tư pháp')}</w:ins>", r(" rà soát"))
        + p(f"<w:moveFrom>{r('Chuyển đi')}</w:moveFrom>", pr="<w:rPr><w:del/></w:rPr>")
        + p(f"<w:moveTo>{r('Chuyển đến')}</w:moveTo>")
        + p(r("Đầu câu"), pr="<w:rPr><w:del/></w:rPr>")
        + line(" và cuối câu")
        + p('<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>Thấy</w:t></w:r>')
    )  # fmt: skip
    assert text(word(body), book).split("\n") == [
        "Giao Sở Tư pháp rà soát", "Chuyển đến", "Đầu câu và cuối câu", "Thấy",
    ]  # fmt: skip


def test_what_the_paper_does_not_show_is_dropped(book: Rulebook) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Hoa"><w:rPr><w:caps/></w:rPr></w:style>'
    )
    sign = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \\@</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("05")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = (
        p(r("Ngày "), field, r(" tháng 3"), r("ẩn", "<w:vanish/>"), r("ẩn", '<w:rStyle w:val="An"/>'))
        + p(r("Hiện", '<w:rStyle w:val="An"/><w:vanish w:val="0"/>'))
        + line("thường vụ", '<w:pStyle w:val="Hoa"/>')
        + '<w:p><w:r><w:t>Số</w:t><w:tab/><w:t>05</w:t><w:noBreakHyphen/><w:t>CT</w:t><w:softHyphen/><w:br/>'
        '<w:t>dòng hai</w:t></w:r></w:p>'
        + control("<w:sdtPr><w:showingPlcHdr/></w:sdtPr>", line("Bấm để nhập"))
        + control("", line("Trong khung"))
        + p(f"<w:smartTag>{r('Hà Nội')}</w:smartTag><w:hyperlink>{r(' (xem)')}</w:hyperlink>")
        + p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + r("mã")) + line("Mã hở không nuốt đoạn sau")
        + p(sign.format("Symbol", "F0B3"), r(" 95%\uf0b0", '<w:rFonts w:hAnsi="Symbol"/>'))
        + p(sign.format("Wingdings", "F028"), "<m:oMath><m:r><m:t>x = 2</m:t></m:r></m:oMath>")
    )  # fmt: skip
    assert [t for t in text(word(body, styles=styles), book).split("\n") if t] == [
        "Ngày 05 tháng 3", "Hiện", "THƯỜNG VỤ", "Số\t05-CT", "dòng hai", "Trong khung", "Hà Nội (xem)",
        "Mã hở không nuốt đoạn sau", "≥ 95%°", "x = 2",
    ]  # fmt: skip


def test_text_boxes_are_read_once_behind_their_paragraph(book: Rulebook) -> None:
    box = f"<w:txbxContent>{line('HỎA TỐC')}{line('lần 2')}</w:txbxContent>"
    choice = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    found = text(word(p(r("Kính gửi: "), f"<w:r>{choice}</w:r>", r("Sở Y tế")) + line("Thực hiện")), book)
    assert found == "Kính gửi: Sở Y tế\n\nHỎA TỐC\nlần 2\n\nThực hiện"


def test_notes_follow_their_paragraph(book: Rulebook) -> None:
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{line("x")}</w:footnote>'
        f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>", r(" Theo báo cáo năm 2023"))}</w:footnote>'
    )
    body = p(r("Đạt 95"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r("%.")) + line("Sau")
    assert text(word(body, footnotes=notes), book) == "Đạt 95%.\n\n[1] Theo báo cáo năm 2023\n\nSau"


def test_a_header_counts_only_when_it_is_the_letterhead(book: Rulebook) -> None:
    section = '<w:sectPr><w:headerReference w:type="first" r:id="idheader1"/><w:titlePg/></w:sectPr>'
    body = line("Kính gửi: Sở Y tế.") + section
    assert text(word(body, header1=HEAD), book).startswith("ỦY BAN NHÂN DÂN\nTỈNH BÌNH AN\n\nCỘNG HÒA")
    assert text(word(body, header1=line("CÔNG BÁO/Số 3")), book) == "Kính gửi: Sở Y tế."
    assert text(word(HEAD + body, header1=HEAD), book).count("Hạnh phúc") == 1


def test_fonts_with_their_own_codes_are_read_run_by_run(book: Rulebook) -> None:
    old = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    capitals = '<w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/>'
    vni = '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>'
    data = word(
        p(r("Kính gửi: Sở Y tế tỉnh Bình An"))
        + p(r("ñy ban nh", capitals), r("©n d©n", capitals))
        + p(r("§Ò nghÞ b¸o c¸o", old), r(" trước ngày 15/3"))
        + p(r("ñeà nghò", vni))
    )
    found = reading(data, book)
    assert found.text.split("\n") == [
        "Kính gửi: Sở Y tế tỉnh Bình An", "ỦY BAN NHÂN DÂN", "Đề nghị báo cáo trước ngày 15/3", "đề nghị",
    ]  # fmt: skip
    assert ("encoding_repaired", "tcvn3") in found.notes
    assert found.encoding in {"tcvn3", "vni"}
    unicode = word(p(r("Đề nghị các sở báo cáo là", old)) + p(r("đã", old)))
    assert text(unicode, book).split("\n") == ["Đề nghị các sở báo cáo là", "đã"]
    assert not reading(unicode, book).notes


def test_a_pasted_scan_needs_what_reads_pictures(book: Rulebook) -> None:
    body = p('<w:r><w:drawing><a:blip r:embed="p0"/></w:drawing></w:r>')
    assert refused(word(body, extra={"media.bin": b"\x01\x02"}), book) == "no_text_layer"
    found = [f.source for f in read_sources(word(body, extra={"a.png": PICTURE}), "x.docx", book)]
    assert isinstance(found[0], Reject)
    assert found[0].code in {"no_text_layer", "needs", "empty", "damaged"}


def test_the_content_tells_a_word_file_whatever_its_name(book: Rulebook) -> None:
    for name in ("letter.doc", "letter.pdf", "letter"):
        source = read_source(word(HEAD + line("Kính gửi: Sở Y tế.")), name, book)
        assert source.media_type == DOCX


def test_long_documents_take_linear_time(book: Rulebook) -> None:
    times = []
    for count in (10_000, 80_000):
        data = word(line("Sở Y tế báo cáo") * count)
        start = time.process_time()
        assert text(data, book).count("\n") == count - 1
        times.append(time.process_time() - start)
    assert times[1] < 24 * max(times[0], 0.05)


def test_depth_costs_no_recursion(book: Rulebook) -> None:
    for start, end in (
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:p><w:r><w:txbxContent>", "</w:txbxContent></w:r></w:p>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:p><w:pPr>", "</w:pPr></w:p>"),
    ):
        data = word(line("Đầu") + start * 20_000 + line("Đáy") + end * 20_000 + line("Cuối"))
        found = text(data, book)
        assert found.startswith("Đầu"), start
        assert found.endswith("Cuối"), start


def test_hostile_files_are_refused(book: Rulebook) -> None:
    assert refused(word("x" * 310_000_000), book) == "unpacks_too_large"
    assert refused(word("<w:p/>" * 5_000_000), book) == "unpacks_too_large"
    limits = Limits(unpacked=10_000)
    assert refused(word(line("a" * 20_000)), book, limits) == "unpacks_too_large"
    assert refused(word(line("a")), book, Limits(files=2)) == "unpacks_too_large"
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
    )
    outside = laughs.replace('"ha"', 'SYSTEM "file:///etc/passwd"')
    for evil in (laughs, outside):
        for name in ("word/document.xml", "word/styles.xml", "word/numbering.xml", "_rels/.rels"):
            data = io.BytesIO(word(line("Kính gửi"), styles="", numbering=""))
            out = io.BytesIO()
            with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
                for own in old.namelist():
                    new.writestr(own, evil if own == name else old.read(own))
            assert refused(out.getvalue(), book) == "damaged", name


def test_missing_and_cyclic_parts(book: Rulebook) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("word/document.xml", part("document", f"<w:body>{line('Có chữ')}</w:body>"))
    assert text(out.getvalue(), book) == "Có chữ"
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="L"/><w:numStyleLink w:val="L"/>'
        "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"/>'
    )
    body = line("Một", '<w:pStyle w:val="A"/>') + item("Hai") + item("Ba", 3, 2) + item("Bốn", 99)
    assert text(word(body, styles=styles, numbering=numbering), book).split("\n") == [
        "Một",
        "Hai",
        "Ba",
        "Bốn",
    ]
    numbers = '<w:gridSpan w:val="99999999999999999999"/><w:vMerge w:val="?"/>'
    found = text(
        word(table(row(cell(line("a"), pr=numbers), cell(line("b"), pr='<w:gridSpan w:val="-3"/>')))), book
    )
    assert "a" in found


def test_cut_and_changed_files_are_refused_never_break(book: Rulebook) -> None:
    data = word(HEAD + line("Kính gửi: Sở Y tế."), styles="", numbering="")
    for end in range(4, len(data) - 1, 97):
        assert refused(data[:end], book) in {
            "damaged",
            "unsupported",
            "not_text",
            "empty",
            "unknown_encoding",
        }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_changes_never_break_the_reader(data: st.DataObject) -> None:
    book = default_rulebook()
    whole = bytearray(word(HEAD + item("a") + table(row(cell(line("b")))), styles="", numbering=""))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for found in read_sources(bytes(whole), "x.docx", book, DOCX):
        assert not isinstance(found.source, Reject) or found.source.code != "internal", found.source


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>",
            "</w:tc>", "<w:t>a</w:t>", "<w:tab/>", "<w:txbxContent>", "</w:txbxContent>", "<w:sdt>",
            "</w:sdt>", "<w:del>", "</w:del>", '<w:fldChar w:fldCharType="begin"/>', "<w:tcPr/>",
            '<w:fldChar w:fldCharType="end"/>', "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<mc:Choice>",
            "</mc:Choice>",
            "<w:footnote>", "</w:footnote>", "<w:trPr><w:gridBefore w:val='2'/></w:trPr>",
            "<w:rPr><w:vanish/></w:rPr>", "<w:sym/>",
        ]),
        max_size=40,
    )
)  # fmt: skip
def test_elements_in_any_order_never_break_the_reader(pieces: list[str]) -> None:
    import re

    opened: list[str] = []
    body = ""
    for piece in pieces:
        name = re.match(r"</?([\w:]+)", piece)
        assert name
        if piece.startswith("</"):
            if name[1] not in opened:
                continue
            while True:
                last = opened.pop()
                body += f"</{last}>"
                if last == name[1]:
                    break
        else:
            body += piece
            if not piece.endswith("/>") and "</" not in piece:
                opened.append(name[1])
    body += "".join(f"</{name}>" for name in reversed(opened))
    for found in read_sources(word(body), "x.docx", default_rulebook()):
        assert not isinstance(found.source, Reject) or found.source.code in {"empty", "no_main_text"}


def test_columns_set_by_tabs_are_taken_apart(book: Rulebook) -> None:
    def tabbed(*cells: str) -> str:
        return p("<w:r>" + "<w:tab/>".join(f"<w:t>{c}</w:t>" for c in cells) + "</w:r>")

    body = (
        tabbed("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        + tabbed("TỈNH BÌNH AN", "Độc lập - Tự do - Hạnh phúc")
        + line("")
        + tabbed("Kính gửi:", "Sở Y tế")
    )
    assert text(word(body), book) == (
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH AN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "Kính gửi:\tSở Y tế"
    )
