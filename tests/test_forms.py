"""The records of a letter's other forms agree with the record of its text."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from spacy.language import Language

import extractor
from extractor.evaluate import Evaluation, evaluate
from extractor.rulebook import default_rulebook
from tests.conftest import ROOT, needs_program

LETTERS = ROOT / "corpus" / "letters"
#: letters of which PDF and scan are made: Party and state, long and short, with and without tables
FEW = ("angiang-757-ubnd-kgvx", "binhphuoc-ct-tu-2022", "bnnmt-cv-dongxuan-2025", "langson-qd-cuakhau-2026",
       "yenbai-cd-ubnd-2024")  # fmt: skip


@pytest.fixture(scope="module")
def forms() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_forms", ROOT / "corpus" / "forms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def letters(forms: ModuleType, nlp: Language) -> list[Any]:
    return [forms.letter_of(path, nlp) for path in sorted(LETTERS.iterdir())]


def agreement(forms: ModuleType, nlp: Language, made: Any) -> Evaluation:
    """The records of the made files, scored against those of the texts."""
    golds, records = [], {}
    for letter, form, data in made:
        name = f"{letter.name}.{form}"
        golds.append(forms.gold_of(letter.record, name))
        found = [record for _, record in extractor.extract_all(data, name, nlp=nlp)]
        assert len(found) == 1, name
        assert found[0] is not None, name
        records[name] = found[0].model_dump(mode="json")
    return evaluate(records, golds, default_rulebook())


def header_misses(result: Evaluation) -> list[str]:
    return [str(miss) for miss in result.misses if miss.field.startswith("document.")]


@pytest.mark.parametrize("form", ["docx", "html", "edxml", "eml"])
def test_quick_forms_agree(form: str, forms: ModuleType, letters: list[Any], nlp: Language) -> None:
    result = agreement(forms, nlp, forms.make(letters, [form]))
    assert header_misses(result) == []
    assert result.fields["assignments"].f1 >= 0.98


@pytest.mark.parametrize(("form", "bar"), [("pdf", 0.97), ("scan", 0.85)])
def test_printed_forms_agree(
    form: str, bar: float, forms: ModuleType, letters: list[Any], nlp: Language
) -> None:
    needs_program("soffice", "libreoffice-writer-nogui fonts-freefont-ttf")
    if form == "scan":
        needs_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    chosen = [letter for letter in letters if letter.name in FEW]
    assert len(chosen) == len(FEW)
    result = agreement(forms, nlp, forms.make(chosen[:2] if form == "scan" else chosen, [form]))
    assert header_misses(result) == []
    assert result.fields["assignments"].f1 >= bar


def test_every_letter_keeps_its_words(letters: list[Any]) -> None:
    """What the forms are made of is the whole text of the letter, and nothing else."""

    def words(text: str) -> list[str]:
        return sorted(w for w in text.split() if any(map(str.isalnum, w)))

    for letter in letters:
        flat: Callable[[list[Any]], str] = lambda blocks: "\n".join(  # noqa: E731
            b if isinstance(b, str) else "\n".join("\n".join(row) for row in b) for b in blocks
        )
        parts = [*letter.left, *letter.right, *letter.title, flat(letter.body), *letter.recipients]
        made = "\n".join([*parts, *letter.signature, flat(letter.behind)])
        assert words(made) == words(letter.record.text.replace("|", " ")), letter.name


def test_the_script_writes_and_compares(
    forms: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "angiang-757-ubnd-kgvx"
    monkeypatch.setattr(
        sys, "argv", ["forms.py", str(tmp_path), f"{name}.txt", "--forms", "html", "--compare"]
    )
    forms.main()
    assert [p.name for p in tmp_path.iterdir()] == [f"{name}.html"]
    said = capsys.readouterr().out
    assert said.startswith("html: 1\n")
    assert "assignments" in said
