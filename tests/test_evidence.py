"""What stands beside a letter's words, weighed against them: who goes first, what is marked, what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from extractor.assemble import assemble
from extractor.ingest import read_source
from extractor.ingest.reading import Evidence
from extractor.pipeline import annotate

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.record import Record
    from extractor.rulebook import Rulebook

HEAD = """ỦY BAN NHÂN DÂN
TỈNH HÀ GIANG
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
"""
BODY = """
Kính gửi: Sở Y tế

Giao Sở Y tế kiểm tra các trạm y tế, báo cáo trước ngày 15/7.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Hoàng Văn Sơn
"""
FULL = f"{HEAD}Số: 12/UBND-VX\nV/v kiểm tra trạm y tế\nHà Giang, ngày 3 tháng 6 năm 2023\n{BODY}"
BARE = f"{HEAD}Số:        /UBND-VX\nHà Giang, ngày      tháng      năm 2023\n{BODY}"


@pytest.fixture
def read(nlp: Language, book: Rulebook) -> Any:
    def call(text: str, *evidence: tuple[str, Any, str]) -> Record:
        source = read_source(text.encode(), "a.txt", book)
        source.evidence += [Evidence(*e) for e in evidence]
        return assemble(annotate(nlp, source.text, source))

    return call


def told(record: Record) -> list[tuple[str, str]]:
    return [
        (w.message, w.span.text if w.span else "") for w in record.warnings if w.code == "evidence_conflict"
    ]


@pytest.mark.parametrize("by", ["file_name", "signature", "page", "anything"])
def test_what_the_text_leaves_open_is_filled_and_marked(by: str, read: Any) -> None:
    record = read(BARE, ("number", "12 /UBND-VX", by), ("issued_on", "2023-06-03", by))
    assert (record.document.number, record.document.issued_on) == ("12/UBND-VX", "2023-06-03")
    assert {"number", "issued_on"} <= set(record.document.inferred)
    assert not {"no_number", "no_date"} & {w.code for w in record.warnings}
    assert told(record) == []
    assert [d.start for d in record.dates if d.span.text.endswith("15/7")] == ["2023-07-15"]


@pytest.mark.parametrize("by", ["file_name", "signature", "page"])
def test_what_the_text_says_stays_and_a_conflict_is_told(by: str, read: Any) -> None:
    plain = read(FULL)
    record = read(
        FULL, ("number", "21/UBND-VX", by), ("issued_on", "2024-06-03", by), ("type", "QĐ", by),
        ("issuer", "UBND tỉnh Lào Cai", by),
    )  # fmt: skip
    assert record.document == plain.document
    spans = [span for _, span in told(record)]
    assert "12/UBND-VX" in spans
    assert any("03/06/2023 ≠ 03/06/2024" in message for message, _ in told(record))
    assert any("tỉnh Hà Giang ≠ Ủy ban nhân dân tỉnh Lào Cai" in message for message, _ in told(record))


@pytest.mark.parametrize(
    "evidence",
    [
        ("number", "12", "file_name"),
        ("number", "0012/ubnd vx", "file_name"),
        ("issued_on", "2023-06-05", "signature"),
        ("issuer", "UBND TỈNH HÀ GIANG", "signature"),
        ("issuer", "Ủy ban nhân dân", "page"),
        ("type", {"code": "CV", "name": "Công văn"}, "page"),
        ("subject", "Kiểm tra các trạm y tế", "page"),
        ("signer", {"name": "HOÀNG VĂN SƠN"}, "signature"),
        ("number", " 12/UBND-VX", "package"),
        ("number", "12/ubnd-vx", "package"),
        ("subject", "V/v kiểm tra trạm y tế", "package"),
        ("issuer", "UBND tỉnh Hà Giang", "package"),
        ("place", "tỉnh Hà Giang", "package"),
    ],
)
def test_the_same_said_otherwise_changes_nothing(evidence: tuple[str, Any, str], read: Any) -> None:
    plain, record = read(FULL), read(FULL, evidence)
    assert record.document == plain.document
    assert told(record) == []


def test_a_package_goes_before_the_text(read: Any) -> None:
    record = read(
        FULL, ("number", "21/UBND-VX", "file_name"), ("number", "30/UBND-VX", "package"),
        ("signer", {"name": "Hoàng Văn Sơn", "title": None, "authority": "KT."}, "package"),
        ("urgency", "Khẩn", "package"),
    )  # fmt: skip
    assert record.document.number == "30/UBND-VX"
    assert "number" in record.document.inferred
    assert "number" not in record.document.spans
    assert record.document.signer.model_dump() == {
        "name": "Hoàng Văn Sơn",
        "title": "Chủ tịch",
        "authority": "TM.",
    }
    assert record.document.urgency == "Khẩn"
    assert [(s, "12/UBND-VX ≠ 30/UBND-VX" in m) for m, s in told(record)] == [("12/UBND-VX", True)]


def test_a_package_that_names_no_signers_post_leaves_it(read: Any) -> None:
    record = read(FULL, ("signer", {"name": "Lê Thị Hạnh"}, "package"))
    assert record.document.signer.model_dump() == {"name": "Lê Thị Hạnh", "title": None, "authority": None}
    assert "signer" in record.document.inferred
    assert [span for _, span in told(record)] == ["Hoàng Văn Sơn"]


def test_a_cover_speaks_only_for_what_has_no_head(read: Any) -> None:
    cover = (
        ("number", "90/UBND-VX", "cover"),
        ("issued_on", "2023-05-01", "cover"),
        ("issuer", "UBND tỉnh Hà Giang", "cover"),
    )
    assert read(FULL, *cover).document == read(FULL).document
    record = read("PHỤ LỤC\n\n1. Giao Sở Y tế kiểm tra các trạm y tế trước ngày 15/7.", *cover)
    assert (record.document.number, record.document.issued_on) == ("90/UBND-VX", "2023-05-01")
    assert record.document.issuer.name == "Ủy ban nhân dân tỉnh Hà Giang"
    assert {"number", "issued_on", "issuer"} <= set(record.document.inferred)


def test_the_issuers_place_helps_to_name_others(read: Any) -> None:
    text = "Giao Sở Y tế kiểm tra các trạm y tế trước ngày 15/7/2023."
    record = read(text, ("issuer", "UBND tỉnh Hà Giang", "package"))
    assert [a.agencies[0].name for a in record.assignments] == ["Sở Y tế tỉnh Hà Giang"]


@pytest.mark.parametrize(
    "evidence",
    [
        ("issued_on", "2023-02-30", "package"), ("issued_on", None, "package"), ("number", " ", "package"),
        ("issuer", "", "package"), ("type", "không rõ", "package"), ("signer", {"name": None}, "package"),
        ("no_such_field", "x", "package"), ("subject", "", "page"),
    ],
)  # fmt: skip
def test_what_says_nothing_changes_nothing(evidence: tuple[str, Any, str], read: Any) -> None:
    assert read(FULL, evidence).document == read(FULL).document
