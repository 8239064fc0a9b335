"""Golden records: whole letters of the corpus as JSON, so that every change of a record is seen in review.

Written anew with CONGVAN_REGENERATE=1, never under CI.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor.record import Record
from tests.conftest import ROOT

if TYPE_CHECKING:
    from spacy.language import Language

LETTERS = ("ttg-cd-bao-2025.txt", "tinhuy-cv434-bhyt-2022.txt", "laocai-bhyt-2023.html")
GOLDEN = Path(__file__).parent / "golden"
REGENERATE = os.environ.get("CONGVAN_REGENERATE") == "1"


def golden_path(name: str) -> Path:
    return GOLDEN / f"{Path(name).stem}.json"


@pytest.mark.parametrize("name", LETTERS)
def test_golden_record(name: str, nlp: Language) -> None:
    data = (ROOT / "corpus" / "letters" / name).read_bytes()
    found = extractor.extract(data, name, nlp=nlp).model_dump(mode="json")
    path = golden_path(name)
    if REGENERATE:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LETTERS)
def test_a_golden_record_is_a_record(name: str) -> None:
    record = Record.model_validate_json(golden_path(name).read_text(encoding="utf-8"))
    assert record.source.name == name
    for agency in record.agencies:
        for span in agency.mentions:
            assert record.text[span.start : span.end] == span.text


def test_no_golden_record_without_a_letter() -> None:
    assert {p.name for p in GOLDEN.iterdir()} == {golden_path(name).name for name in LETTERS}


def test_golden_records_are_not_written_under_ci() -> None:
    assert not (os.environ.get("CI") and REGENERATE), "CONGVAN_REGENERATE must not be set under CI"
