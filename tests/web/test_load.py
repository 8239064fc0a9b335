"""The load test, small: as ``congvan bench --load`` runs it for a minute."""

from __future__ import annotations

from extractor.bench_load import measure, quantile


def test_a_short_load(letters_url: str) -> None:
    measured = measure(letters_url, rate=10, seconds=3)
    assert measured.errors == {}
    assert len(measured.all) == 30
    assert {"search", "letter"} <= set(measured.times)
    assert len(measured.times["search"]) == 6, "one search to four pages"
    assert quantile(measured.all, 0.99) < 5_000
