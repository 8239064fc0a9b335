"""A pattern that is asked in `re` finds in usual texts what it finds in `regex`."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import regex

from extractor.quick import UNUSUAL, beginnings_shared, in_re, is_usual
from extractor.rulebook import Rulebook
from extractor.textview import TextView

LETTERS = sorted((Path(__file__).parent.parent / "corpus" / "letters").glob("*.txt"))
USUAL = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and not UNUSUAL.match(chr(c))]


@pytest.mark.parametrize(
    "one", [r"\w", r"\W", r"\d", r"\s", r"\p{L}", r"\p{Lu}", r"\p{Ll}", r"\p{N}", r"\p{M}", r"[\p{L}\p{M}-]"]
)
def test_classes_are_the_same_for_usual_characters(one: str) -> None:
    quick, plain = in_re(one), regex.compile(one)
    assert quick is not None
    assert [c for c in USUAL if bool(quick.match(c)) != bool(plain.match(c))] == []


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("Số: 12/UBND – “Đà Nẵng” ➢ 5 ≥ 4", True),
        ("5 m²", False),
        ("½", False),
        ("e\u0301", False),
        ("中", False),
    ],
)
def test_is_usual(text: str, usual: bool) -> None:
    assert is_usual(text) is usual


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (r"(?<m>a|b)\s++c", [(3, 6)]),
        (r"(?<=x|yz)a", [(1, 2), (12, 13)]),
        (r"(?<!x|yz)a", [(3, 4)]),
        (r"(?<!x|[|)]|\))(?:a|b)", [(3, 4), (12, 13)]),
        (r"(?<=\|)b", [(8, 9)]),
        (r"(?<=(?:x|y)|z)a(?!\s)", [(12, 13)]),
    ],
)
def test_translation(source: str, found: list[tuple[int, int]]) -> None:
    quick = in_re(source)
    assert quick is not None
    text = "xa a c |b yza"
    assert [m.span() for m in quick.finditer(text)] == found
    assert [m.span() for m in regex.finditer(source, text)] == found


@pytest.mark.parametrize(
    "source",
    [r"(?<=a+)b", r"(?<n>a)|(?<n>b)", r"\p{Greek}", r"\X", r"\m", "(?:a){e<=1}b", "[[:alpha:]]"],
)
def test_what_re_cannot_say_stays(source: str) -> None:
    assert in_re(source) is None


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        (r"kế\s+hoạch|báo|kế\s+toán|b", r"kế\s+(?:hoạch|toán)|b(?:áo|)"),
        (r"(?<m>ab|a|c)(?!ab|ac)", r"(?<m>a(?:b|)|c)(?!a(?:b|c))"),
        (r"ab|\d|ac|a?d|a{2}", r"ab|\d|ac|a?d|a{2}"),
        (r"(?<=ab|ac)x|(?i:ab|ac)|[ab|ac]|\(ab", r"(?<=ab|ac)x|(?i:ab|ac)|[ab|ac]|\(ab"),
    ],
)
def test_beginnings_are_shared_where_that_changes_nothing(source: str, shared: str) -> None:
    assert beginnings_shared(source) == shared


def test_rules_find_the_same(book: Rulebook) -> None:
    texts = [unicodedata.normalize("NFC", path.read_bytes().decode("utf-8", "replace")) for path in LETTERS]
    views = [TextView(text) for text in texts if is_usual(text)]
    assert len(views) > len(LETTERS) / 2
    translated = 0
    for rule in book.rules.values():
        if rule.quick is None:
            continue
        translated += 1
        examples = [TextView(t) for t in (*(e.text for e in rule.examples), *rule.negatives) if is_usual(t)]
        for view in [*examples, *views[:12]]:
            over = view.cased if rule.case else view.key
            quick = [(m.span(), m.groups()) for m in rule.quick.finditer(over)]
            assert quick == [(m.span(), m.groups()) for m in rule.regex.finditer(over)], rule.id
    assert translated > len(book.rules) * 0.8
    assert isinstance(book["agencies.group"].quick, re.Pattern)
