"""A rule that is asked only where it can begin finds what a search of the whole text finds."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView

LETTERS = sorted((Path(__file__).parent.parent / "corpus" / "letters").glob("*.txt"))


@pytest.fixture(scope="module")
def views() -> list[TextView]:
    texts = (path.read_bytes().decode("utf-8", "replace") for path in LETTERS)
    return [TextView(unicodedata.normalize("NFC", text)) for text in texts]


@pytest.fixture(scope="module")
def rules(book: Rulebook) -> list[Rule]:
    book.compile()
    return [rule for rule in book.rules.values() if rule.index is not None]


def test_most_rules_know_where_they_begin(rules: list[Rule], book: Rulebook) -> None:
    searched = [rule for rule in book.rules.values() if not rule.local and not rule.at_start]
    assert len(rules) > len(searched) * 0.7


def test_nothing_is_missed(rules: list[Rule], views: list[TextView]) -> None:
    for view in views:
        for rule in rules:
            over = view.cased if rule.case else view.key
            if rule.anchors and not any(a in over for a in rule.anchors):
                continue
            whole = [m.span() for m in rule.regex.finditer(over)]
            assert [m.span() for m in rule.finditer(view)] == whole, rule.id


@pytest.mark.parametrize("mark", ["\u00a7", "\u2713", "\u3000", "", "\t"])
def test_lines_with_any_beginning(rules: list[Rule], mark: str) -> None:
    filler = "\n" * 300
    for rule in rules:
        if rule.index is not None and rule.index.lines:
            for example in rule.examples:
                view = TextView(filler + mark + example.text)
                over = view.cased if rule.case else view.key
                assert [m.span() for m in rule.finditer(view)] == [
                    m.span() for m in rule.regex.finditer(over)
                ]


def test_a_tone_mark_cut_off_from_the_letter_behind_it(book: Rulebook, rules: list[Rule]) -> None:
    view = TextView("Rà soát.\nKhoản 1. Mua thuốc.\nKhoản 2. Tập huấn.\n")
    found = [view.text[slice(*m.span("m"))] for m in book["layout.marker_number"].finditer(view)]
    assert found == ["Khoản 1.", "Khoản 2."]
