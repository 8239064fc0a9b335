"""Exchange packages: header and attachments, what is no letter, and packages made to harm."""

from __future__ import annotations

import base64
import io
import re
import tracemalloc
import unicodedata
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extractor
from extractor.errors import Reject
from extractor.ingest import Limits, read_sources
from extractor.textview import fold

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.record import Record
    from extractor.rulebook import Rulebook

NEW, OLD = "http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://www.e-doc.vn/Schema/"
LETTER = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 318/UBND-KT
V/v kiểm tra hồ chứa trước mùa mưa
Sơn La, ngày 6 tháng 5 năm 2024

Kính gửi: Sở Nông nghiệp và Phát triển nông thôn

Giao Sở Nông nghiệp và Phát triển nông thôn kiểm tra các hồ chứa, báo cáo trước ngày 20/5/2024.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Lò Văn Bình
"""
FIELDS = {
    "From": "<p:OrganName>UBND tỉnh Sơn La</p:OrganName>",
    "To": "<p:OrganName>Sở Nông nghiệp và Phát triển nông thôn</p:OrganName>",
    "Code": "<p:CodeNumber>318</p:CodeNumber><p:CodeNotation>UBND-KT</p:CodeNotation>",
    "PromulgationInfo": "<p:Place>Sơn La</p:Place><p:PromulgationDate>2024/05/06</p:PromulgationDate>",
    "DocumentType": "<p:Type>7</p:Type><p:TypeName>Công văn</p:TypeName>",
    "Subject": "V/v kiểm tra hồ chứa trước mùa mưa",
    "SignerInfo": "<p:Competence>TM. ỦY BAN NHÂN DÂN</p:Competence><p:Position>Chủ tịch</p:Position>"
    "<p:FullName>Lò Văn Bình</p:FullName>",
    "OtherInfo": "<p:Priority>2</p:Priority>",
}


def package(
    *attachments: tuple[str, bytes], space: str = NEW, prefix: str = "edXML", head: str = "", more: str = "",
    **fields: str,
) -> bytes:  # fmt: skip
    header = "".join(f"<p:{k}>{v}</p:{k}>" for k, v in (FIELDS | fields).items() if v)
    files = "".join(
        f"<p:Attachment><p:AttachmentName>{name}</p:AttachmentName><p:ContentType>application/zip"
        f"</p:ContentType><p:ContentTransferEncoded>{base64.b64encode(data).decode()}"
        "</p:ContentTransferEncoded></p:Attachment>"
        for name, data in attachments
    )
    text = (
        f'{head}<p:edXML xmlns:p="{space}"><p:edXMLEnvelope><p:edXMLHeader><p:MessageHeader>{header}'
        f"</p:MessageHeader>{more}</p:edXMLHeader></p:edXMLEnvelope>"
        f"<p:AttachmentEncoded>{files}</p:AttachmentEncoded></p:edXML>"
    )
    if not prefix:
        text = text.replace("<p:", "<").replace("</p:", "</").replace("xmlns:p", "xmlns")
    return (
        text.replace("<p:", f"<{prefix}:")
        .replace("</p:", f"</{prefix}:")
        .replace("xmlns:p", f"xmlns:{prefix}")
        .encode()
    )


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(name, data)
    return out.getvalue()


def read(
    data: bytes, nlp: Language, name: str = "a.edxml", **limits: Any
) -> list[tuple[str, Record | Reject]]:
    found = extractor.extract_all(data, name, nlp=nlp, limits=Limits(**limits))
    return [(f.name, r if r is not None else f.source) for f, r in found]  # type: ignore[misc]


def only(data: bytes, nlp: Language, **limits: Any) -> Record:
    [(_, record)] = read(data, nlp, **limits)
    assert not isinstance(record, Reject), record
    return record


def code(data: bytes, book: Rulebook, **limits: Any) -> str:
    [found] = read_sources(data, "a.edxml", book, limits=Limits(**limits))
    return found.source.code if isinstance(found.source, Reject) else ""


def warned(record: Record) -> list[str]:
    return [w.code for w in record.warnings]


@pytest.mark.parametrize("space", [NEW, OLD])
@pytest.mark.parametrize("prefix", ["edXML", "ns2", ""])
@pytest.mark.parametrize("packed", [False, True])
def test_a_letter_with_its_header(space: str, prefix: str, packed: bool, nlp: Language) -> None:
    data = zipped(**{"5c7082fe.txt": LETTER.encode()}) if packed else LETTER.encode()
    [(name, record)] = read(package(("318.txt", data), space=space, prefix=prefix), nlp)
    assert name == "a.edxml/318.txt"
    assert not isinstance(record, Reject)
    plain = extractor.extract(LETTER.encode(), "a.txt", nlp=nlp)
    assert record.document.model_copy(update={"urgency": None, "inferred": []}) == plain.document
    assert (record.document.urgency, record.document.inferred) == ("Thượng khẩn", ["urgency"])
    assert [a.task for a in record.assignments] == [a.task for a in plain.assignments] != []
    assert "evidence_conflict" not in warned(record)


def test_what_the_header_says_goes_before_the_text(nlp: Language) -> None:
    other = {
        "Code": "<p:CodeNumber>320</p:CodeNumber><p:CodeNotation>UBND-KT</p:CodeNotation>",
        "PromulgationInfo": "<p:PromulgationDate>07/05/2024</p:PromulgationDate>",
        "From": "<p:OrganName>Sở Y tế tỉnh Sơn La</p:OrganName>",
    }
    record = only(package(("318.txt", LETTER.encode()), **other), nlp)
    document = record.document
    assert (document.number, document.issued_on) == ("320/UBND-KT", "2024-05-07")
    assert document.issuer
    assert document.issuer.name == "Sở Y tế tỉnh Sơn La"
    assert {"number", "issued_on", "issuer"} <= set(document.inferred)
    assert not {"number", "issued_on", "issuer"} & set(document.spans)
    told = {w.span.text: w.message for w in record.warnings if w.code == "evidence_conflict" and w.span}
    assert "318/UBND-KT ≠ 320/UBND-KT" in told["318/UBND-KT"]
    assert any("06/05/2024 ≠ 07/05/2024" in m for m in told.values())


def test_without_a_readable_attachment_the_header_is_the_text(nlp: Language) -> None:
    record = only(package(("ban goc.bin", b"\x7fELF" + bytes(80))), nlp)
    lines = record.text.split("\n")
    assert "Số: 318/UBND-KT" in lines
    assert "Trích yếu: V/v kiểm tra hồ chứa trước mùa mưa" in lines
    document = record.document
    spans = {field: span.text for field, span in document.spans.items()}
    assert spans == {
        "issuer": "UBND tỉnh Sơn La", "number": "318/UBND-KT", "type": "Công văn", "place": "Sơn La",
        "issued_on": "06/05/2024", "subject": "kiểm tra hồ chứa trước mùa mưa", "urgency": "Thượng khẩn",
        "signer": "Lò Văn Bình",
    }  # fmt: skip
    assert document.inferred == []
    assert document.signer
    assert document.signer.model_dump() == {"name": "Lò Văn Bình", "title": "Chủ tịch", "authority": "TM."}
    assert [a.name for a in document.addressees] == ["Sở Nông nghiệp và Phát triển nông thôn tỉnh Sơn La"]
    assert record.source.media_type == "application/edxml+xml"
    [warning] = [w for w in record.warnings if w.code == "attachment_unreadable"]
    assert "ban goc.bin" in warning.message
    assert "application/" in warning.message
    assert record.assignments == []


@pytest.mark.parametrize(
    "attachment",
    [
        b"",
        b"PK\x03\x04broken",
        zipped(**{"a.bin": b"\x7fELF" + bytes(80)}),
        package(("b.txt", LETTER.encode())),
    ],
)
def test_attachments_that_give_nothing(attachment: bytes, nlp: Language) -> None:
    record = only(package(("x.doc", attachment)), nlp)
    assert "attachment_unreadable" in warned(record)
    assert record.document.number == "318/UBND-KT"


def test_letter_and_appendices(nlp: Language) -> None:
    appendix = "PHỤ LỤC\nNHIỆM VỤ\n\n1. Giao Sở Y tế rà soát các trạm trước ngày 5/6/2024."
    own = LETTER.replace("318/UBND-KT", "77/UBND-NC").replace("6 tháng 5", "2 tháng 4")
    data = package(("PL01.txt", appendix.encode()), ("318.txt", LETTER.encode()), ("77.txt", own.encode()))
    found = read(data, nlp)
    assert [name for name, _ in found] == ["a.edxml/318.txt", "a.edxml/77.txt", "a.edxml/PL01.txt"]
    records = [r for _, r in found if not isinstance(r, Reject)]
    assert [r.document.number for r in records] == ["318/UBND-KT", "77/UBND-NC", "318/UBND-KT"]
    assert [r.document.issued_on for r in records] == ["2024-05-06", "2024-04-02", "2024-05-06"]
    assert "evidence_conflict" not in warned(records[1])
    assert "number" in records[2].document.inferred
    assert [a.agencies[0].name for a in records[2].assignments] == ["Sở Y tế tỉnh Sơn La"]

    found = read(package(("318.txt", LETTER.encode()), ("PL.bin", b"\x7fELF" + bytes(80))), nlp)
    assert [r.code if isinstance(r, Reject) else r.document.number for _, r in found] == [
        "318/UBND-KT", "unsupported",
    ]  # fmt: skip


def test_several_letters_in_one_attachment(nlp: Language) -> None:
    own = LETTER.replace("318/UBND-KT", "77/UBND-NC")
    files = {"a.txt": LETTER.encode(), "b.txt": own.encode()}
    found = read(package(("vb.zip", zipped(**files))), nlp)
    assert [name for name, _ in found] == ["a.edxml/vb.zip/a.txt", "a.edxml/vb.zip/b.txt"]
    records = [r for _, r in found if not isinstance(r, Reject)]
    assert [r.document.number for r in records] == ["318/UBND-KT", "77/UBND-NC"]
    assert not any("evidence_conflict" in warned(r) for r in records)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_packages_in_other_encodings(encoding: str, nlp: Language) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    data = package(("318.txt", LETTER.encode()), head=head).decode().encode(encoding)
    assert only(data, nlp).document.number == "318/UBND-KT"


def test_a_party_symbol_is_joined_by_a_hyphen(nlp: Language) -> None:
    parts = "<p:CodeNumber>434</p:CodeNumber><p:CodeNotation>CV/TU</p:CodeNotation>"
    assert only(package(Code=parts), nlp).document.number == "434-CV/TU"
    parts = "<p:CodeNumber>75</p:CodeNumber><p:CodeNotation>2023/NĐ-CP</p:CodeNotation>"
    assert only(package(Code=parts), nlp).document.number == "75/2023/NĐ-CP"


@pytest.mark.parametrize(
    ("competence", "authority"),
    [
        ("KT. CHỦ TỊCH", "KT."),
        ("KT", "KT."),
        ("Thừa lệnh", "TL."),
        ("Quyền 1", None),
        ("T/M", "TM."),
        ("", None),
    ],
)
def test_authority(competence: str, authority: str | None, nlp: Language) -> None:
    signer = f"<p:Competence>{competence}</p:Competence><p:FullName>Lò Văn Bình</p:FullName>"
    found = only(package(SignerInfo=signer), nlp).document.signer
    assert found
    assert found.authority == authority


def test_an_impossible_day_is_told(nlp: Language) -> None:
    record = only(package(PromulgationInfo="<p:PromulgationDate>2014/02/30</p:PromulgationDate>"), nlp)
    assert record.document.issued_on is None
    assert "impossible_date" in warned(record)


def test_status_messages_and_recalls(book: Rulebook) -> None:
    about = "<p:Code>318/UBND-KT</p:Code><p:PromulgationDate>2024/05/06</p:PromulgationDate>"
    status = package(StatusCode="02", Description="Gửi nhầm nơi nhận", ResponseFor=about)
    [found] = read_sources(status, "s.edxml", book)
    assert isinstance(found.source, Reject)
    assert found.source.code == "status_message"
    for words in ("318/UBND-KT", "06/05/2024", "02", "từ chối nhận", "Gửi nhầm nơi nhận"):
        assert words in found.source.message
    for kind, expected in (("0", ""), ("1", "recall"), ("2", ""), ("3", "")):
        business = (
            f"<p:TraceHeaderList><p:Bussiness><p:BussinessDocType>{kind}</p:BussinessDocType>"
            "<p:BussinessDocReason>Sai phụ lục</p:BussinessDocReason></p:Bussiness></p:TraceHeaderList>"
        )
        assert code(package(more=business), book) == expected
        if expected:
            [found] = read_sources(package(more=business), "s.edxml", book)
            assert isinstance(found.source, Reject)
            assert "318/UBND-KT (06/05/2024): Sai phụ lục" in found.source.message


def test_words_before_the_declaration(nlp: Language) -> None:
    data = b"1212" + package(("318.txt", LETTER.encode()), head='<?xml version="1.0" encoding="UTF-8"?>\r\n')
    assert only(data, nlp).document.number == "318/UBND-KT"


LAUGHS = "<!DOCTYPE edXML [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE edXML SYSTEM "http://192.0.2.1/a.dtd">',
        "<!DOCTYPE edXML>",
        LAUGHS + "]>",
    ],
)
def test_document_types_are_refused(head: str, book: Rulebook) -> None:
    for entity in ("&x;", "&a11;", "x"):
        data = package(head=head, Subject=entity)
        assert code(data, book) == "damaged"
        assert code(b"\xff\xfe" + data.decode().encode("utf-16-le"), book) == "damaged"


def test_entities_that_nobody_declared_are_refused(book: Rulebook) -> None:
    assert code(package(Subject="&nowhere;"), book) == "damaged"


def test_elements_inside_elements(book: Rulebook) -> None:
    deep = "<p:a>" * 100_000 + "</p:a>" * 100_000
    assert code(package(Subject=deep), book) == "damaged"


def test_many_attachments(book: Rulebook) -> None:
    data = package(*[(f"{n}.txt", b"x") for n in range(100_000)])
    found = list(read_sources(data, "a.edxml", book, limits=Limits(bytes=60_000_000, files=200)))
    assert len(found) <= 202
    codes = {f.source.code for f in found if isinstance(f.source, Reject)}
    assert "unpacks_too_large" in codes


def test_attachments_that_swell(book: Rulebook) -> None:
    bomb = zipped(**{"a.txt": b"a" * 8_000_000})
    data = package(*[(f"{n}.txt", bomb) for n in range(60)])
    tracemalloc.start()
    list(read_sources(data, "a.edxml", book, limits=Limits(unpacked=20_000_000)))
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_every_beginning_of_a_package(book: Rulebook) -> None:
    data = package(("318.txt", LETTER.encode()))
    for end in range(200, len(data), 97):
        for found in read_sources(data[:end], "a.edxml", book):
            assert not isinstance(found.source, Reject) or found.source.code in ("damaged", "no_main_text")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_random_bytes_inside(noise: bytes, at: int) -> None:
    from extractor.rulebook import default_rulebook

    data = package(("318.txt", LETTER.encode()))
    broken = data[:at] + noise + data[at + len(noise) :]
    for found in read_sources(broken, "a.edxml", default_rulebook()):
        assert not isinstance(found.source, Reject) or found.source.code != "internal", found.source


#: field of the record -> where the package has it
PATHS = {
    "number": ("CodeNumber", "CodeNotation"), "place": ("Place",), "issued_on": ("PromulgationDate",),
    "type": ("TypeName",), "subject": ("Subject",), "issuer": ("OrganName",), "signer": ("FullName",),
    "title": ("Position",), "urgency": ("Priority",),
}  # fmt: skip


def said_by(package: bytes) -> dict[str, str]:
    """What the header of a sample says, read without the program."""
    header = re.search(r"<(?:\w+:)?MessageHeader>.*?</(?:\w+:)?MessageHeader>", package.decode(), re.S)
    assert header
    words = re.sub(r"<(/?)\w+:", r"<\1", unicodedata.normalize("NFC", header[0]))
    sender = re.search(r"<From>.*?</From>", words, re.S)
    rest = words.replace(sender[0], "") if sender else words
    rest = re.sub(r"<(To|ToPlaces|ResponseFor)\b.*?</\1>", "", rest, flags=re.S)
    found = {}
    for field, names in PATHS.items():
        where = sender[0] if sender and field == "issuer" else rest
        hits = [m[1].strip() for n in names if (m := re.search(f"<{n}>([^<]*)</{n}>", where))]
        if len(hits) == len(names) and all(hits):
            found[field] = "/".join(hits)
    return found


DOCUMENTS = [
    "852e179c-8eca-4502-ac38-0b97321f29c3", "874e0f18-90dc-45fb-989a-65401470ba84",
    "9e272474-0603-48a2-b525-9cd1af689612", "edoc", "edoc_new", "edoc_replacement", "edoc_update",
]  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_samples_fields_are_the_packages(name: str, shared: Path, nlp: Language) -> None:
    data = (shared / "edxml" / f"{name}.edxml").read_bytes()
    said, document = said_by(data), only(data, nlp).document
    assert document.number == said["number"]
    assert document.place == said["place"]
    assert document.issued_on == said["issued_on"].replace("/", "-")
    assert date.fromisoformat(document.issued_on)
    assert document.type
    assert document.type.name == said["type"]
    assert document.subject == said["subject"].removeprefix("V/v ")
    assert document.signer
    assert (document.signer.name, document.signer.title) == (said["signer"], said.get("title"))
    assert document.urgency == {"0": None, "1": "Khẩn"}[said["urgency"]]
    assert (document.issuer is not None) is ("issuer" in said)
    if document.issuer:
        expected = said["issuer"].split(" - ")[0].replace("UBND", "Ủy ban nhân dân")
        assert fold(document.issuer.name) == fold(expected)


def test_the_samples_that_are_no_letters(shared: Path, book: Rulebook) -> None:
    found = {p.stem: code(p.read_bytes(), book) for p in sorted((shared / "edxml").iterdir())}
    assert {found.pop(name) for name in DOCUMENTS} == {""}
    assert found.pop("edoc_revocation") == "recall"
    assert len(found) == 10
    assert set(found.values()) == {"status_message"}
