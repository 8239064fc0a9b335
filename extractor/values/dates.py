"""Dates and periods: from the words of a text to inclusive days.

The shapes (day, month, quarter, …), the words before a date and the words that name a year are rules of the
topic ``dates``. A shape rule says ``granularity``; its groups are ``d``, ``mon``, ``q``, ``y`` (``yy``: two
digits), the second end of a range ``d2``, ``mon2``, ``y2``, a number of months ``n`` from the ``head`` or
the ``tail`` of the year, a week ``w``, and ``first`` or ``last`` for the edge of the period meant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from extractor.annotations import Mention, longest_first
from extractor.rulebook import Rule, Rulebook, possible
from extractor.textview import TextView

#: how far before a date its cue ends, and how far a word about the year may stand behind it, in characters
_CUE_WINDOW, _TAIL_WINDOW = 40, 24
#: a deadline without a year that lies this many days before the document is meant for the next year
_STALE = 60
#: months or days that end, or begin, so many days behind the document are those of the year before
_AHEAD, _FAR = 120, 183
#: characters between two dates of one list or range
_BREATH = 14
#: characters that a conjunction and a day without a year take
_ONE_DAY = 12
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class DateValue:
    """A day or a period, both ends inclusive (ISO 8601), or None with the `problem` that hinders it."""

    start: str | None
    end: str | None
    granularity: str
    relation: str = "on"
    inferred: list[str] = field(default_factory=list)
    problem: str | None = None


class _Point(NamedTuple):
    """A day, month, quarter or year as written; what is not written is None."""

    day: int | None = None
    month: int | None = None
    quarter: int | None = None
    year: int | None = None

    def interval(self, year: int) -> tuple[date, date]:
        """First and last day. Raises ValueError when the calendar has no such day."""
        if self.day is not None and self.month is not None:
            day = date(year, self.month, self.day)
            return day, day
        if self.month is not None:
            return date(year, self.month, 1), date(year, self.month, monthrange(year, self.month)[1])
        if self.quarter is not None:
            last = self.quarter * 3
            return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])
        return date(year, 1, 1), date(year, 12, 31)


@dataclass(slots=True)
class _Found:
    """One date expression before its year is settled."""

    start: int
    end: int
    rule: Rule
    groups: dict[str, str]
    point: _Point
    until: _Point | None = None
    relation: str = "on"
    due: bool = False

    @property
    def written_year(self) -> int | None:
        if self.until is not None and self.until.year is not None:
            return self.until.year
        return self.point.year


def find_dates(
    view: TextView, book: Rulebook, issued_on: date | None = None, skip: Sequence[Mention] = ()
) -> list[Mention]:
    """All dates of a text, in text order, each with a `DateValue`.

    A year that is not written comes from words beside the date, from a dated neighbour in the same breath,
    from `issued_on`, or from the nearest date that has one; the value then says ``inferred: ["year"]``.
    Nothing is found inside the stretches of `skip` (document numbers).
    """
    shapes = possible(book.having("dates", "granularity"), view)
    cues = possible(book.having("dates", "relation"), view)
    hints = [r for r in book.topic("dates") if "offset" in r.set or "past" in r.set]
    hour = book["dates.time_of_day"]
    found = _search(view, shapes, skip)
    dated = [f for f in found if f.written_year is not None]
    starts = [f.start for f in dated]
    mentions = []
    for f in found:
        if "since" in f.groups:
            f.relation = "during"
        elif (cue := _cue_before(view, cues, hour, f.start)) is not None:
            f.relation, f.due = cue.set["relation"], cue.set.get("due", False)
        value = _evaluate(f, view, hints, issued_on, _neighbours(f, dated, starts))
        mentions.append(Mention(f.start, f.end, value.granularity, f.rule.id, value))
    return mentions


def _cue_before(view: TextView, cues: list[Rule], hour: Rule, start: int) -> Rule | None:
    """The rule of the longest words about time that end right before `start`, or before an `hour` there."""
    longest, found, begin = 0, None, max(0, start - _CUE_WINDOW)
    for cue in cues:
        for m in cue.finditer(view, begin, start):
            if m.end() - m.start() > longest and _only_hour(view, hour, m.end(), start):
                longest, found = m.end() - m.start(), cue
    return found


def _only_hour(view: TextView, hour: Rule, start: int, end: int) -> bool:
    """Whether ``[start, end)`` holds nothing, or just a time of day."""
    gap = view.key[start:end].lstrip(" \n:(")
    if not gap:
        return True
    said = hour.match(view, end - len(gap), end)
    return said is not None and said.end() == end


def _search(view: TextView, shapes: list[Rule], skip: Sequence[Mention]) -> list[_Found]:
    """The date expressions that win against each other and against `skip`; lists give one item per date."""
    by_id = {r.id: r for r in shapes}
    candidates = []
    for rule in shapes:
        for m in rule.finditer(view):
            start, end = rule.span_of(m)
            candidates.append(Mention(start, end, "ignore" if rule.ignore else "date", rule.id, m))
    forbidden = sorted((s.start, s.end) for s in skip)
    heads = [s for s, _ in forbidden]
    out = []
    for c in longest_first(candidates):
        at = bisect_left(heads, c.end) - 1
        if at >= 0 and forbidden[at][1] > c.start:
            continue
        out.extend(_items(c.start, c.end, by_id[c.rule], c.value))
    return out


def _items(start: int, end: int, rule: Rule, m: Any) -> list[_Found]:
    groups = {k: v for k, v in m.groupdict().items() if v is not None}
    lists = rule.set.get("list", False)
    repeated = next(
        (k for k in ("d", "mon", "q", "y") if lists and k in groups and len(m.captures(k)) > 1), None
    )
    if repeated is None:
        return [_Found(start, end, rule, groups, _point(groups, ""), _until(groups))]
    spans = m.spans(repeated)
    out = []
    for i, (value, (s, e)) in enumerate(zip(m.captures(repeated), spans, strict=True)):
        own = {**groups, repeated: value}
        if i:
            own = {k: v for k, v in own.items() if k not in {"first", "last"}}
        first, last = (start if i == 0 else s), (end if i == len(spans) - 1 else e)
        out.append(_Found(first, last, rule, own, _point(own, "")))
    return out


def _point(groups: dict[str, str], suffix: str) -> _Point:
    def number(name: str) -> int | None:
        text = groups.get(name + suffix)
        return None if text is None else int(text)

    quarter = groups.get("q" + suffix)
    year = number("y")
    if year is None and "yy" in groups:
        year = 2000 + int(groups["yy"])
    return _Point(
        number("d"), number("mon"), None if quarter is None else _ROMAN.get(quarter) or int(quarter), year
    )


def _until(groups: dict[str, str]) -> _Point | None:
    point = _point(groups, "2")
    return None if point == _Point() else point


def _neighbours(f: _Found, dated: list[_Found], starts: list[int]) -> tuple[_Found | None, _Found | None]:
    """The nearest dates with a written year before and behind `f`."""
    at = bisect_right(starts, f.start)
    before = dated[at - 1] if at and dated[at - 1] is not f else dated[at - 2] if at > 1 else None
    return before, dated[at] if at < len(dated) else None


def _evaluate(
    f: _Found,
    view: TextView,
    hints: list[Rule],
    issued_on: date | None,
    neighbours: tuple[_Found | None, _Found | None],
) -> DateValue:
    granularity: str = f.rule.set["granularity"]
    if granularity == "half" and _months(f) != 6:
        granularity = "period"
    year = f.written_year
    inferred = [] if year is not None else ["year"]
    problem = "impossible_date"
    try:
        if year is None:
            year = _infer_year(f, view, hints, issued_on, neighbours)
        if year is None:
            problem = "unknown_year"
        else:
            start, end = _interval(f, year)
            if start <= end:
                return DateValue(start.isoformat(), end.isoformat(), granularity, f.relation, inferred)
    except ValueError:
        pass
    return DateValue(None, None, granularity, f.relation, inferred, problem)


def _months(f: _Found) -> int:
    return int(f.groups["n"]) if "n" in f.groups else 6


def _interval(f: _Found, year: int) -> tuple[date, date]:
    """First and last day of `f` in `year` (a range: of its end). Raises ValueError if impossible."""
    groups = f.groups
    if f.until is not None:
        last = f.until.interval(year)[1]
        own = f.point.year
        point = f.point._replace(month=f.point.month or (f.until.month if f.point.day is not None else None))
        if own is None:
            rolls = (point.month or 0) > (f.until.month or 12)
            own = year - 1 if rolls else year
        return point.interval(own)[0], last
    granularity = f.rule.set["granularity"]
    if granularity == "half":
        months = _months(f)
        if "tail" in groups:
            return date(year, 13 - months, 1), date(year, 12, 31)
        return date(year, 1, 1), date(year, months, monthrange(year, months)[1])
    if granularity == "week":
        return _week(f, year)
    if granularity == "school_year":
        month = f.rule.set["first_month"]
        start, end = date(year, month, 1), date(year + 1, month, 1) - timedelta(days=1)
    else:
        start, end = f.point.interval(year)
    if "last" in groups:
        return end, end
    if "first" in groups:
        return start, start
    return start, end


def _week(f: _Found, year: int) -> tuple[date, date]:
    start, end = f.point.interval(year)
    if "last" in f.groups:
        return end - timedelta(days=6), end
    start += timedelta(days=7 * (int(f.groups.get("w", "1")) - 1))
    return start, min(start + timedelta(days=6), end)


def _infer_year(
    f: _Found,
    view: TextView,
    hints: list[Rule],
    issued_on: date | None,
    neighbours: tuple[_Found | None, _Found | None],
) -> int | None:
    """The year that is not written, or None when nothing tells it. Raises ValueError for a day of no year."""
    before, behind = neighbours
    base = issued_on.year if issued_on else None
    if base is None:
        nearest = before or behind
        base = nearest.written_year if nearest else None
    if base is None:
        return None
    past = False
    limit = min(len(view.key), f.end + _TAIL_WINDOW)
    for rule in hints:
        said = rule.search(view, f.end, limit)
        if said is not None and _adjoins(view, f.end, said.start()):
            if "offset" in rule.set:
                return base + int(rule.set["offset"])
            past = True
    if behind is not None and _one_breath(view, f.end, behind.start):
        return _before(f, behind.written_year or base, behind)
    if before is not None and _one_breath(view, before.end, f.start):
        return before.written_year
    if issued_on is None:
        return base
    if before is not None and _heads(before, base + 1, view, f.start):
        return before.written_year
    return _near_issue(f, base, issued_on, past)


def _adjoins(view: TextView, end: int, start: int) -> bool:
    """Whether at most one more day without a year stands between (``ngày 15/6 và 15/12 hằng năm``)."""
    gap = view.key[end:start]
    return not gap.strip() or (len(gap) <= _ONE_DAY and sum(c.isalpha() for c in gap) <= 2 and "." not in gap)


def _heads(before: _Found, year: int, view: TextView, start: int) -> bool:
    """Whether a date is the plain `year` that rules the line up to `start` (``Năm 2026: … ngày 15/3``)."""
    plain = before.rule.set["granularity"] == "year" and before.written_year == year
    return plain and view.line_of(before.end) == view.line_of(start)


def _one_breath(view: TextView, end: int, start: int) -> bool:
    """Whether two dates stand in one list or range: only a few signs lie between them."""
    return start - end <= _BREATH and not any(sign in view.key[end:start] for sign in ".\n(|")


def _before(f: _Found, year: int, behind: _Found) -> int:
    """The year of `f`, which is listed before a date of `year`: the year before if it would lie behind it."""
    if f.point.month and behind.point.month and f.point.month > behind.point.month:
        return year - 1
    return year


def _near_issue(f: _Found, year: int, issued_on: date, past: bool) -> int:
    """The year around the document's own that fits: results lie behind it, deadlines are not long past."""
    start, end = _interval(f, year)
    if past or ("n" in f.groups and "tail" not in f.groups and issued_on.month <= 2):
        ahead = end > issued_on and (start > date(year, 1, 1) or end > issued_on + timedelta(days=_AHEAD))
        return year - 1 if ahead else year
    if f.due:
        return year + 1 if end < issued_on - timedelta(days=_STALE) else year
    if f.point.day is not None and f.relation != "by" and start > issued_on + timedelta(days=_FAR):
        return year - 1
    return year
