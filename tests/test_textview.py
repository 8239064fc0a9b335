"""Views and pieces of a text: what is found fast is what the plain definition says."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.textview import Memo, TextView, tone_key

_LETTERS = (
    "aoeuyqgAOUYQ"
    + "oaoeuyqu"
    + "\u00f2\u00f3\u00e0\u1ea1\u00e8\u1ef3\u1ef5\u00fd\u1ef2\u00c1\u0110\u0111\u00d0"
)
_TEXTS = st.text(
    st.one_of(st.sampled_from(_LETTERS + " \n\t.-\u2013\u201c0159\u00b2\u00bd\u0301_|"), st.characters())
)
_RUN = regex.compile(r"[\p{L}\p{M}]+|\p{N}+|[^\w\s]|_")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ho\u00e0", "h\u00f2a"),
        ("HO\u00c0 u\u1ef7", "H\u00d2A \u1ee7y"),
        ("qu\u00fd", "qu\u00fd"),
        ("ho\u00e0n", "ho\u00e0n"),
        ("to\u1ea1\u00b2", "t\u1ecda\u00b2"),
        ("\u00d0\u00e0 \u2013 \u201cx\u201d", '\u0110\u00e0 - "x"'),
    ],
)
def test_tone_key(written: str, key: str) -> None:
    assert tone_key(written) == key


def tokens(text: str) -> list[tuple[int, int]]:
    """Starts and ends of the pieces without the white space."""
    pieces = TextView(text).pieces
    found = [
        (start, start + len(p) - (p[-1] == " " and p != " "))
        for start, p in zip(pieces.starts, pieces.texts, strict=True)
    ]
    return [(start, end) for start, end in found if _RUN.match(text[start:end])]


@given(_TEXTS)
@settings(max_examples=200)
def test_pieces_follow_the_definition(text: str) -> None:
    assert tokens(text) == [m.span() for m in _RUN.finditer(text)]
    pieces = TextView(text).pieces
    assert "".join(pieces.texts) == text
    assert pieces.starts == [sum(map(len, pieces.texts[:i])) for i in range(len(pieces.texts))]


def test_pieces_of_every_usual_character() -> None:
    for code in (*range(0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2040)):
        for text in (f"a{chr(code)}b", f"1{chr(code)}2", chr(code)):
            assert tokens(text) == [m.span() for m in _RUN.finditer(text)], hex(code)


def test_memo_forgets_before_it_grows_too_large() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    memo = Memo(length)
    memo.size = 2
    assert [memo[w] for w in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert asked == ["a", "bb", "ccc", "a"]
    assert len(memo) <= 2


@given(_TEXTS)
@settings(max_examples=100)
def test_views_have_one_length(text: str) -> None:
    view = TextView(text)
    assert len(view.cased) == len(view.key) == len(text)
