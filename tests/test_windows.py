"""Stretches of a text, and texts at the edge of what `re` and `regex` sort alike: each way finds the same."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import regex

from extractor.quick import UNUSUAL, in_re, is_usual
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, match_key

LETTERS = sorted((Path(__file__).parent.parent / "corpus" / "letters").glob("*.txt"))
TEXTS = [unicodedata.normalize("NFC", path.read_bytes().decode("utf-8", "replace")) for path in LETTERS]
USUAL = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and not UNUSUAL.match(chr(c))]


@pytest.fixture(scope="module")
def rules(book: Rulebook) -> list[Rule]:
    book.compile()
    return list(book.rules.values())


def spliced(rules: list[Rule], chance: random.Random) -> str:
    """Examples of rules one behind the other, some characters changed for usual ones."""
    said = [text for rule in rules for text in (*(e.text for e in rule.examples), *rule.negatives)]
    text = "".join(
        chance.choice(said) + chance.choice([" ", "\n", ". ", "; ", "\n\n", "\n- ", "\n1"]) for _ in range(6)
    )
    changed = list(text)
    for _ in range(5):
        changed[chance.randrange(len(changed))] = chance.choice(USUAL)
    return "".join(changed)


def groups(matches: Any) -> list[tuple[tuple[int, int], ...]]:
    return [tuple(m.span(i) for i in range(m.re.groups + 1)) for m in matches]


def test_views_of_usual_texts_are_usual() -> None:
    assert [c for c in USUAL if not is_usual(match_key(c))] == []


def test_letters_without_regard_to_case_are_the_same() -> None:
    text = "".join(USUAL)
    for letter in filter(str.isalpha, USUAL):
        quick = in_re(f"(?i:{letter})")
        assert quick is not None
        assert quick.findall(text) == regex.findall(f"(?i:{letter})", text)


@pytest.mark.parametrize("source", [r"(?i:a\p{Lu})", r"(?i:(b)|[\p{Ll}])", "(?i)a", "(?x: a b)", "(?-i:a)"])
def test_flags_that_re_takes_otherwise(source: str) -> None:
    assert in_re(source) is None


@pytest.mark.parametrize("source", [r"(?i:(a))\p{Lu}", r"a\(?i:\p{Lu}", r"[(]?i:\p{Lu}", r"(?P<m>a)\p{Ll}"])
def test_flags_that_end_or_are_none(source: str) -> None:
    assert in_re(source) is not None


@pytest.mark.parametrize("seed", range(4))
def test_rules_in_re_find_the_same_in_stretches(rules: list[Rule], seed: int) -> None:
    chance = random.Random(seed)
    views = [TextView(spliced(rules, chance)) for _ in range(15)]
    for view in filter(lambda v: v.is_usual, views):
        start = chance.randrange(len(view.text))
        end = chance.randrange(start, len(view.text) + 1)
        at = chance.randrange(start, end + 1)
        for rule in rules:
            if rule.quick is None:
                continue
            over = view.cased if rule.case else view.key
            quick, plain = (groups(p.finditer(over, start, end)) for p in (rule.quick, rule.regex))
            assert quick == plain, (rule.id, over, start, end)
            one, other = (p.match(over, at, end) for p in (rule.quick, rule.matcher))
            assert groups(filter(None, [one])) == groups(filter(None, [other])), (rule.id, over, at, end)


@pytest.mark.parametrize("seed", range(4))
def test_an_index_misses_nothing_in_stretches(rules: list[Rule], seed: int) -> None:
    chance = random.Random(seed)
    for text in [*(spliced(rules, chance) for _ in range(8)), *chance.sample(TEXTS, 4)]:
        view = TextView(text)
        assert view.pieces  # cut: the index is asked in short stretches, too
        for size in (15, 30, 60, 101, 400):
            start = chance.randrange(len(text))
            end = min(len(text), start + size)
            for rule in rules:
                if rule.index is None:
                    continue
                over = view.cased if rule.case else view.key
                plain = [m.span() for m in rule.regex.finditer(over, start, end)]
                assert [m.span() for m in rule.finditer(view, start, end)] == plain, (
                    rule.id,
                    text,
                    start,
                    end,
                )
                first = rule.search(view, start, end)
                assert ([first.span()] if first else []) == plain[:1], (rule.id, text, start, end)


def test_a_stretch_may_end_inside_a_line_mark_or_a_word(book: Rulebook) -> None:
    book.compile()
    text = "Kế hoạch thực hiện và phân công\n- ban quản lý"
    view, end = TextView(text), text.index("ban")
    separator = book["layout.separator"]
    assert view.pieces
    assert separator.index is not None
    plain = [m.span() for m in separator.regex.finditer(view.key, 0, end)]
    assert [m.span() for m in separator.finditer(view, 0, end)] == plain == [(end - 2, end)]


@pytest.mark.parametrize("line", ["Hoạt động", "Nội dung"])
def test_a_line_whose_first_letters_bear_a_tone_mark(book: Rulebook, line: str) -> None:
    book.compile()
    view, rule = TextView(f"Phân công thực hiện kế hoạch\n{line}\n"), book["layout.column_task"]
    assert rule.index is not None
    assert rule.index.lines
    assert view.pieces
    assert [m["m"] for m in rule.finditer(view)] == [line.lower()]
