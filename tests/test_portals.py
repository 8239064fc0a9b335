"""Tables in which a legal portal tells of the text on its page: evidence, not the letter's words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import extractor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from extractor.record import Record

#: as vbpl.vn, thuvienphapluat.vn and vanban.chinhphu.vn lay it out
TABLES: dict[str, Sequence[Sequence[str]]] = {
    "four cells": [
        ["Thông tư 7/2024/TT-BYT"],
        ["Số ký hiệu", "7/2024/TT-BYT", "Ngày ban hành", "05/02/2024"],
        ["Loại văn bản", "Thông tư", "Ngày có hiệu lực", "01/04/2024"],
        ["Nguồn thu thập", "", "Ngày đăng công báo", ""],
        ["Cơ quan ban hành/ Chức danh / Người ký", "Bộ Y tế", "Thứ trưởng", "Trần Văn Nam"],
        ["Phạm vi", "Toàn quốc"],
    ],
    "with colons": [
        ["Số hiệu:", "7/2024/TT-BYT", "Loại văn bản:", "Thông tư"],
        ["Nơi ban hành:", "Bộ Y tế", "Người ký:", "Trần Văn Nam"],
        ["Ngày ban hành:", "05/02/2024", "Ngày hiệu lực:", "Đã biết"],
    ],
    "in one cell": [
        ["Số/ký hiệu: 7/2024/TT-BYT", "Ngày ban hành: 05-02-2024"],
        ["Hình thức văn bản: Thông tư", "Cơ quan ban hành: Bộ Y tế", "Người ký: Trần Văn Nam"],
    ],
}
ARTICLE = "<p>Thông tư này quy định việc lập sổ theo dõi sức khỏe của người cao tuổi tại trạm y tế xã. {}</p>"
LETTER = """<p>BỘ Y TẾ</p><p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</p>
<p>Số: 8/2024/TT-BYT</p><p><i>Hà Nội, ngày 06 tháng 02 năm 2024</i></p><p>THÔNG TƯ</p>
<p>Quy định về sổ theo dõi sức khỏe</p><p>Điều 1. Giao Sở Y tế các tỉnh lập sổ trước ngày 01/6/2024.</p>
<p>KT. BỘ TRƯỞNG<br>THỨ TRƯỞNG</p><p>Lê Thị Hoa</p>"""


def table(rows: Sequence[Sequence[str]]) -> str:
    inside = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table>{inside}</table>"


def read(body: str, nlp: Language) -> Record:
    return extractor.extract(f"<html><body>{body}</body></html>".encode(), "a.html", nlp=nlp)


@pytest.mark.parametrize("shape", TABLES)
def test_what_the_page_leaves_open_is_taken_from_its_table(shape: str, nlp: Language) -> None:
    long = " ".join(["Trạm y tế xã lập sổ, cập nhật hằng tháng và báo cáo."] * 8)
    record = read(table(TABLES[shape]) + ARTICLE.format(long), nlp)
    document = record.document
    assert document.number == "7/2024/TT-BYT"
    assert document.type
    assert document.issuer
    assert document.signer
    assert (document.type.code, document.issuer.name, document.issued_on) == ("TT", "Bộ Y tế", "2024-02-05")
    assert document.signer.name == "Trần Văn Nam"
    assert document.signer.title == ("Thứ trưởng" if shape == "four cells" else None)
    assert {"number", "issuer", "issued_on", "signer", "type"} <= set(document.inferred)
    assert "ban hành" not in record.text
    assert record.text.startswith("Thông tư này quy định")


@pytest.mark.parametrize("shape", TABLES)
def test_the_letters_own_words_go_first(shape: str, nlp: Language) -> None:
    plain, record = read(LETTER, nlp), read(table(TABLES[shape]) + LETTER, nlp)
    assert record.text == plain.text
    assert record.document == plain.document
    assert record.document.number == "8/2024/TT-BYT"
    told = [w.message for w in record.warnings if w.code == "evidence_conflict"]
    assert any("8/2024/TT-BYT ≠ 7/2024/TT-BYT" in message for message in told)


def test_a_page_with_nothing_but_the_table_keeps_it(nlp: Language) -> None:
    record = read(table(TABLES["four cells"]), nlp)
    assert "7/2024/TT-BYT" in record.text
    assert record.document.number == "7/2024/TT-BYT"


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Số ký hiệu", "Ngày ban hành", "Cơ quan ban hành", "Trích yếu"],
            ["7/TT", "05/02/2024", "Bộ Y tế", "x"],
        ],
        [["Cơ quan ban hành", "Bộ Y tế"], ["Ghi chú", "không"]],
        [["TT", "Nhiệm vụ", "Cơ quan ban hành", "Ngày ban hành"], ["1", "Lập sổ", "Bộ Y tế", "05/02/2024"]],
    ],
)
def test_other_tables_stay(rows: Sequence[Sequence[str]], nlp: Language) -> None:
    record = read(LETTER.replace("<p>KT.", table(rows) + "<p>KT."), nlp)
    assert "Bộ Y tế" in record.text
    assert record.document.number == "8/2024/TT-BYT"
    assert "evidence_conflict" not in [w.code for w in record.warnings]


def test_the_pages_of_the_reference_stay_right(shared: Path, nlp: Language, tmp_path: Path) -> None:
    gold = shared / "html" / "gold.jsonl"
    lines = []
    for page in sorted((shared / "html").glob("*.html")):
        lines.append(extractor.extract(page.read_bytes(), page.name, nlp=nlp).model_dump_json())
    (tmp_path / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    call = [sys.executable, str(shared / "score.py"), str(tmp_path / "r.jsonl"), str(gold), "--json"]
    scores = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    assert len(lines) == 20
    for field in ("number", "type", "subject"):
        assert scores[f"document.{field}"] | {"tp": 20, "fp": 0, "fn": 0} == scores[f"document.{field}"]
