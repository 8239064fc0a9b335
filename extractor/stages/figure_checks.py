"""Doubts about dates and figures: what cannot be, what can be read in two ways, what does not add up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.stages.figure_words import Item
from extractor.textview import match_key, squeeze

#: two percentages that differ by less are the same
_SAME = 0.006
#: syllables of a name from which on it means one thing only
_TELLING = 4


def check(annotations: Annotations, items: list[Item]) -> None:
    """Warn of impossible dates, ambiguous numbers, ratios, percentage points and contradictions."""
    for d in annotations.group("dates"):
        if d.value.problem == "impossible_date":
            annotations.warn(
                "impossible_date", f"Ngày không có trong lịch: {_said(annotations, d)}", d.start, d.end
            )
    for item in items:
        if item.quantity.ambiguous:
            said = _said(annotations, item.mention)
            _warn(
                annotations, item, "ambiguous_number", f"Không rõ dấu chấm, dấu phẩy trong “{said}” là dấu gì"
            )
    for first, second in pairwise(items):
        _check_ratio(annotations, first, second)
    _check_points(annotations, items)
    _check_contradictions(annotations, items)


def _said(annotations: Annotations, m: Mention) -> str:
    return squeeze(annotations.view.text[m.start : m.end])


def _warn(annotations: Annotations, item: Item, code: str, message: str) -> None:
    annotations.warn(code, message, item.mention.start, item.mention.end)


def _check_ratio(annotations: Annotations, first: Item, second: Item) -> None:
    """A ratio and the percentage right behind it in one sentence must agree."""
    a, b = first.quantity, second.quantity
    if not a.of or first.sentence is not second.sentence:
        return
    if b.measure != "percent" or b.kind != "level" or b.comparator != "=":
        return
    real = 100 * a.value / a.of
    decimals = len(str(b.value).partition(".")[2]) if isinstance(b.value, float) else 0
    if abs(real - b.value) > 10**-decimals:
        ratio, stated = _said(annotations, first.mention), _said(annotations, second.mention)
        _warn(annotations, second, "ratio_mismatch", f"{ratio} là {real:.2f}%, văn bản viết {stated}")


def _check_points(annotations: Annotations, items: list[Item]) -> None:
    """A change in % that is just the difference of two levels in % is meant in percentage points."""
    levels = sorted(
        float(i.quantity.value) for i in items if i.quantity.measure == "percent" and i.kind == "level"
    )
    for last, item in pairwise(items):
        if item.quantity.measure != "percent" or item.kind not in {"increase", "decrease"}:
            continue
        if last.quantity.measure != "percent" or last.kind != "level":
            continue
        change = item.quantity.value if item.kind == "increase" else -item.quantity.value
        before = last.quantity.value - change
        if bisect_right(levels, before + _SAME) > bisect_left(levels, before - _SAME):
            said = _said(annotations, item.mention)
            _warn(
                annotations,
                item,
                "percentage_points",
                f"“{said}” là hiệu của hai tỷ lệ: điểm phần trăm, không phải %",
            )


def _check_contradictions(annotations: Annotations, items: list[Item]) -> None:
    """Two levels of one thing at one time and place must be equal; a short name may mean several things."""
    seen: dict[tuple[Any, ...], Item] = {}
    for item in items:
        if item.kind != "level" or not item.own_metric or item.as_of is None or item.metric is None:
            continue
        if item.quantity.measure not in {"percent", "money"} or len(item.metric.split()) < _TELLING:
            continue
        time = (item.as_of.start, item.as_of.end)
        key = (match_key(item.metric), item.place, time, item.quantity.unit, item.population, item.verdict)
        other = seen.setdefault(key, item)
        if other.quantity.value != item.quantity.value:
            one, two = _said(annotations, other.mention), _said(annotations, item.mention)
            _warn(annotations, item, "contradiction", f"Cùng một chỉ số, cùng thời điểm: {one} và {two}")
