"""What is typed into the search box, taken apart."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.database.query import MOST_WORDS, first_day, last_day, parse, words
from extractor.errors import CongvanError


def terms(text: str) -> list[tuple[str, ...]]:
    return [term.exact for term in parse(text).terms]


def test_words_are_lower_case_with_the_tone_in_one_place() -> None:
    assert words("UỶ BAN, Hoà Bình; khoẻ") == ["ủy", "ban", "hòa", "bình", "khỏe"]


def test_decomposed_letters_are_put_together() -> None:
    assert words(unicodedata.normalize("NFD", "Điện Biên")) == ["điện", "biên"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("bảo hiểm", [("bảo",), ("hiểm",)]),
        ('"bảo hiểm" y tế', [("bảo", "hiểm"), ("y",), ("tế",)]),
        ("“bảo hiểm” y", [("bảo", "hiểm"), ("y",)]),
        ('"chưa đóng', [("chưa",), ("đóng",)]),
        ("y y y", [("y",)]),
        ("Tương-Dương", [("tương",), ("dương",)]),
        ("", []),
        (' "" -- * ( ) : ^ ', []),
    ],
)
def test_terms(typed: str, wanted: list[tuple[str, ...]]) -> None:
    assert terms(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("bao hiem", ["folded"]),
        ("bảo hiem", ["exact", "typed", "folded"]),
        ("bảo hiểm", ["exact", "folded"]),
        ("đong", ["exact", "folded"]),
        ("757/UBND-KGVX", ["folded"]),
    ],
)
def test_the_ways_to_look_words_up(typed: str, ways: list[str]) -> None:
    assert list(parse(typed).ways()) == ways


def test_a_phrase_marked_here_and_there_is_looked_up_without_marks() -> None:
    (term,) = parse('"bảo hiem"').terms
    assert (term.column("typed"), term.words("typed"), term.marked()) == ("folded", ("bao", "hiem"), ("bảo",))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("757/ubnd-kgvx", "757/ubnd-kgvx"),
        ("757 / UBND – KGVX", "757/ubnd-kgvx"),
        ("số 0757/UBND-KGVX", "757/ubnd-kgvx"),
        ("75/2023/nđ-cp", "75/2023/nd-cp"),
        ("434-CV/TU", "434-cv/tu"),
        ("so 757", "757"),
        ("Số: 757", "757"),
    ],
)
def test_numbers(typed: str, number: str) -> None:
    assert parse(typed).numbers == (number,)


@pytest.mark.parametrize("typed", ["19/7/2019", "90,06", "99.323/102.319", "năm 2020", "5 tỷ", "2016-2020"])
def test_what_is_no_number_of_a_document(typed: str) -> None:
    assert parse(typed).numbers == ()


def test_words_beside_a_number_are_told_apart() -> None:
    parsed = parse("757/UBND-KGVX học sinh")
    assert [t.exact for t in parsed.others] == [("học",), ("sinh",)]
    assert [t.exact for t in parsed.terms] == [("757", "ubnd", "kgvx"), ("học",), ("sinh",)]


def test_a_pasted_text_is_cut() -> None:
    assert sum(len(t.exact) for t in parse(" ".join(f"w{i}" for i in range(500))).terms) == MOST_WORDS


@given(st.text(max_size=60))
def test_nothing_but_letters_and_digits_reaches_an_engine(typed: str) -> None:
    for term in parse(typed).terms:
        assert len(term.exact) == len(term.folded)
        assert all(word.isalnum() for word in term.exact)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020-05-31", date(2020, 5, 31), date(2020, 5, 31)),
        ("31/5/2020", date(2020, 5, 31), date(2020, 5, 31)),
    ],
)
def test_days(typed: str, first: date, last: date) -> None:
    assert (first_day(typed), last_day(typed)) == (first, last)


@pytest.mark.parametrize("typed", ["hôm qua", "31/2/2020", "2020-13", "0000", "20", "9999-12"])
def test_days_that_are_none(typed: str) -> None:
    with pytest.raises(CongvanError):
        first_day(typed)
