"""What commands leave behind when there is nothing to work on; and a pipeline that was saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.tokenizer import SyllableTokenizer

if TYPE_CHECKING:
    from spacy.language import Language


def call(*args: str | Path, **more: Any) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], **more)


def test_records_stay_when_nothing_could_be_read(tmp_path: Path) -> None:
    out, rejects = tmp_path / "records.jsonl", tmp_path / "records.rejects.jsonl"
    out.write_text("old\n", encoding="utf-8")
    rejects.write_text("old\n", encoding="utf-8")
    (tmp_path / "none").mkdir()
    nothing = call("extract", tmp_path / "none", "-o", out, "--ner", "none")
    assert nothing.exit_code == 0
    assert (out.read_text(encoding="utf-8"), rejects.read_text(encoding="utf-8")) == ("old\n", "old\n")

    broken = tmp_path / "a.txt"
    broken.write_bytes(b"\x7fELF\x00\x01" * 20)
    result = call("extract", broken, "-o", out, "--ner", "none")
    assert result.exit_code == 1
    assert out.read_text(encoding="utf-8") == "old\n"
    assert "unsupported" in rejects.read_text(encoding="utf-8")
    assert f"giữ nguyên tệp đã có: {out}" in result.stderr
    assert f"→ {out}" not in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "none", out.name, rejects.name]

    broken.write_text("Sở Y tế báo cáo.", encoding="utf-8")
    assert call("extract", broken, "-o", out, "--ner", "none").exit_code == 0
    assert '"a.txt"' in out.read_text(encoding="utf-8").replace(str(tmp_path) + "/", "")
    assert not rejects.exists()


def test_records_without_a_file_before_are_written_empty(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    out = tmp_path / "records.jsonl"
    assert call("extract", tmp_path / "a.txt", "-o", out, "--ner", "none").exit_code == 1
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("record", "gold", "says"),
    [
        ('{"source": {"name": "in/a.txt"}}\n', "source: b.txt\ndocument: {}\n", "Không bản ghi nào của"),
        ("", "source: b.txt\ndocument: {}\n", "Không bản ghi nào của"),
        ('{"source": {"name": "a.txt"}}\n', None, "Không có đáp án nào"),
        ('{"source": {"name": "in/a.txt"}}\n', "source: a.txt\ndocument: {number: '1'}\n", None),
    ],
)
def test_evaluate_says_when_nothing_has_gold(
    tmp_path: Path, record: str, gold: str | None, says: str | None
) -> None:
    (tmp_path / "r.jsonl").write_text(record, encoding="utf-8")
    (tmp_path / "gold").mkdir()
    if gold:
        (tmp_path / "gold" / "g.yaml").write_text(gold, encoding="utf-8")
    result = call("evaluate", tmp_path / "r.jsonl", "--gold", tmp_path / "gold")
    assert result.exit_code == (2 if says else 0), result.output
    assert (says or "document.number") in result.output


@pytest.mark.parametrize(
    "args",
    [["extract"], ["extract", "x", "--workers", "0"], ["x"], ["show", "x", "--x"], ["bench", "no-file"]],
)
def test_wrong_use_is_told_in_vietnamese(args: list[str]) -> None:
    result = call(*args)
    assert result.exit_code == 2
    english = ("Error", "Usage", "Try ", "Missing", "Invalid", "No such", "for help", "range", "does not")
    assert [word for word in english if word in result.output] == []


def test_a_saved_pipeline_cuts_as_it_did(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    text = "Sở Y tế đạt 74,93% trước 5/3/2024."
    assert isinstance(again.tokenizer, SyllableTokenizer)
    assert [t.text for t in again(text)] == [t.text for t in nlp(text)]
    assert [s.text for s in again(text).spans["agencies"]] == ["Sở Y tế"]
