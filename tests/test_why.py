"""Why an assignment is there: what ``show --explain`` tells, in the terminal and on a page."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rich.console import Console

import extractor
from extractor.cli import main
from extractor.rulebook import Rulebook
from extractor.show import terminal
from extractor.show.page import page
from extractor.show.why import Why, whys
from extractor.stages.confidence import sign_texts
from tests.conftest import ROOT

if TYPE_CHECKING:
    from spacy.language import Language

LETTER = ROOT / "docs" / "letter.txt"
HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
Số: 45/UBND-VX
Sơn La, ngày 03 tháng 6 năm 2024
Kính gửi: Sở Y tế
Ủy ban nhân dân tỉnh yêu cầu các đơn vị thực hiện các nội dung sau:
"""


def why(nlp: Language, book: Rulebook, body: str, number: int = 1) -> dict[str, str]:
    record, annotations = extractor.read(HEAD + body, "a.txt", nlp=nlp)
    (found,) = whys(record, annotations, book, number)
    return dict(found.reasons)


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        ("1. Sở Y tế:\na) Rà soát danh sách người bệnh.", "lời dẫn", ["“Sở Y tế:”"]),
        (
            "1. Giao Sở Y tế rà soát danh sách người bệnh.",
            "lời giao việc",
            ["“Giao Sở Y tế”"],
        ),
        ("1. Giao Sở Y tế rà soát danh sách người bệnh.", "động từ giao việc", ["“giao”"]),
        (
            "1. Giao Sở Y tế rà soát danh sách người bệnh.",
            "quy tắc",
            ["assignments.order_opening (assignments.toml:"],
        ),
        (
            "1. Sở Y tế:\na) Rà soát danh sách người bệnh.",
            "ai",
            [
                "“Sở” ở agency_heads.csv:",
                "“Y tế” ở agency_fields.csv:",
                "địa phương lấy theo văn bản: tỉnh Sơn La",
            ],
        ),
        ("1. Bộ Y tế:\na) Rà soát danh sách người bệnh.", "ai", ["Bộ Y tế: “Bộ Y tế”", ".csv:"]),
        (
            "1. Sở Y tế rà soát danh sách người bệnh trước ngày 15/8/2024.",
            "hạn",
            ["trước 15/08/2024", "trong phần việc", "dates.day_month_year (dates.toml:"],
        ),
        (
            "1. Sở Y tế rà soát danh sách người bệnh tại các xã vùng cao.",
            "độ chắc",
            ["0,97 = 0,97 ("],
        ),
    ],
)
def test_reasons(nlp: Language, book: Rulebook, body: str, name: str, words: list[str]) -> None:
    found = why(nlp, book, body)[name]
    for part in words:
        assert part in found


def test_places_named_in_reasons_are_those_of_the_registers(nlp: Language, book: Rulebook) -> None:
    found = why(nlp, book, "1. Sở Y tế:\na) Rà soát danh sách người bệnh.")["ai"]
    named = re.findall(r"“([^”]+)” ở (\w+\.csv):(\d+)", found)
    assert [word for word, _, _ in named] == ["Sở", "Y tế"]
    for word, file, line in named:
        row = (book.folder / file).read_text(encoding="utf-8").split("\n")[int(line) - 1]
        assert row.startswith(f"{word},")


def test_words_of_a_lead_in_stand_where_the_reason_says(nlp: Language, book: Rulebook) -> None:
    record, annotations = extractor.read(LETTER.read_bytes(), "letter.txt", nlp=nlp)
    told = [what for reasons in whys(record, annotations, book) for what in dict(reasons.reasons).values()]
    quoted = re.findall(r"“([^”]+)” \(ký tự (\d+)–(\d+)\)", "\n".join(told))
    assert len(quoted) >= len(record.assignments) > 0
    for words, start, end in quoted:
        assert " ".join(record.text[int(start) : int(end)].split()) == words


def test_a_record_alone_tells_what_it_holds(nlp: Language, book: Rulebook) -> None:
    record = extractor.extract(LETTER.read_bytes(), "letter.txt", nlp=nlp)
    names = [name for name, _ in whys(record, None, book)[0].reasons]
    assert "lời dẫn" not in names
    assert {"nằm ở", "quy tắc", "ai", "hạn", "độ chắc"} <= set(names)


def test_a_doubtful_item_is_marked_in_every_view(nlp: Language, book: Rulebook) -> None:
    body = "1. Sở Y tế tổ chức các đội tình nguyện về các xã trong dịp hè năm 2024."
    record = extractor.extract(HEAD + body, "a.txt", nlp=nlp)
    assert record.assignments[0].review_reasons == ["date_not_due", "assignments.task_verb"]
    signs = sign_texts(book)
    mark = f"cần xem lại: {signs['assignments']['date_not_due']}"
    out = io.StringIO()
    terminal.show(record, Console(file=out, width=300), signs=signs)
    assert mark in " ".join(out.getvalue().split())
    assert mark in page(record, signs=signs)
    assert "date_not_due" in page(record)  # without the sentences at least the sign


def test_page_folds_the_reasons() -> None:
    record = extractor.extract("a", "a.txt", ner="none")
    html = page(record, reasons=[Why(1, "<b>", [("ai", "<i>")])])
    assert "<details>" in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--explain", "--task", "2"], 0, "Vì sao có nhiệm vụ 2"),
        (["--explain", "--task", "99"], 2, "không có nhiệm vụ 99"),
        (["--task", "2"], 2, "--task"),
    ],
)
def test_one_task(arguments: list[str], code: int, words: str) -> None:
    result = CliRunner().invoke(main, ["show", str(LETTER), "--ner", "none", *arguments])
    assert result.exit_code == code
    assert words in result.output
    assert "Vì sao có nhiệm vụ 1:" not in result.output


def test_calibrate(tmp_path: Path) -> None:
    letters, gold = ROOT / "corpus" / "letters" / "sonla-ct-duoinuoc-2023.txt", ROOT / "corpus" / "gold"
    run = ["calibrate", str(letters), "--gold", str(gold), "--ner", "none"]
    shown = CliRunner().invoke(main, [*run, "--signs"]).output
    for words in ("Nhiệm vụ", "chắc (từ 0.90)", "để riêng văn bản", "assignments.task_verb", "several_dates"):
        assert words in shown
    table = CliRunner().invoke(main, [*run, "--json"])
    assert '"sure_left_out"' in table.output
    records = tmp_path / "r.jsonl"
    CliRunner().invoke(main, ["extract", str(letters), "-o", str(records), "--ner", "none"])
    recorded = CliRunner().invoke(main, ["calibrate", str(records), "--gold", str(gold), "--json"])
    assert '"sure_left_out"' not in recorded.output
    assert table.output.split('"bins"')[1].split("]")[0] == recorded.output.split('"bins"')[1].split("]")[0]
