"""Places of one text in another form of it."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.database.alignment import Alignment

OLD = "Sở Tài chính bố trí kinh phí 95 triệu đồng. Sở Y tế rà soát thẻ bảo hiểm, đạt 95% trước ngày 30/9."


def moved(old: str, new: str, words: str) -> str | None:
    start = old.index(words)
    place = Alignment(old, new).place(start, start + len(words))
    return new[place[0] : place[1]] if place else None


def test_a_place_is_found_in_a_scan_of_it() -> None:
    scan = (
        "Tr. 1\nSỞ Tài chính bố tri kinh phí 95 triệu đông."
        "\nSở Y tế rà soát thẻ bảo\nhiểm, đạt 95% trước ngày 30/9."
    )
    assert moved(OLD, scan, "95%") == "95%"
    assert moved(OLD, scan, "thẻ bảo hiểm") == "thẻ bảo\nhiểm"
    assert Alignment(OLD, scan).alike


def test_words_that_are_gone_have_no_place() -> None:
    without = "Sở Tài chính bố trí kinh phí 95 triệu đồng."
    assert moved(OLD, without, "95%") is None
    assert moved(OLD, without, "95 triệu") == "95 triệu"
    assert moved(OLD, "Chi cục Thuế thu 95% số nợ còn lại trong quý.", "95%") is None
    assert not Alignment(OLD, without).alike
    assert Alignment("", "").place(0, 0) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "."]), max_size=60),
       st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "."]), max_size=60))  # fmt: skip
def test_words_are_matched_with_themselves_and_in_order(a: list[str], b: list[str]) -> None:
    to = Alignment(" ".join(a), " ".join(b))._to
    pairs = [(i, j) for i, j in enumerate(to) if j >= 0]
    assert all(a[i] == b[j] for i, j in pairs)
    assert [j for _, j in pairs] == sorted({j for _, j in pairs})


def test_long_texts_do_not_take_long() -> None:
    began = time.process_time()
    for old, new in (
        ("a " * 100_000, "a b " * 50_000),
        ("a b " * 50_000, " ".join(map(str, range(100_000)))),
    ):
        Alignment(old, new)
    assert time.process_time() - began < 5
