"""Relative dates: "within 15 working days from the day of issue", "03 days before the meeting".

What is said is an anchor (its words, its kind, and its day where that is known), an offset with its unit, and
whether only working days count. Shapes and the words of anchors are the rules of the topic ``relative``; how
a term runs is told in `extractor.values.terms`. A relative date whose anchor has no known day, such as the
day on which somebody receives the letter, has no days: nothing is guessed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from extractor.annotations import Mention
from extractor.record import AnchorKind, TermUnit
from extractor.rulebook import Rule, Rulebook, possible
from extractor.textview import TextView, match_key, squeeze
from extractor.values import terms

#: how far before a number of days the words may begin that lead to it, in characters
_LEAD = 60
#: how far before it another document may be issued whose day is meant
_ISSUE = 300
#: how many characters lie at most between an anchor and its day in brackets
_BRACKET = 4
_UNITS: tuple[TermUnit, ...] = ("hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a term is reckoned from: ``[start, end)`` are its words, `on` is its day if known."""

    start: int
    end: int
    kind: AnchorKind
    on: date | None


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """A term and its anchor; `start` and `end` (inclusive days) are None unless the anchor's day is known.

    `offset` counts `unit`; it is negative before the anchor. What is not said is None.
    """

    relation: Literal["by", "after", "during"]
    anchor: Anchor | None = None
    offset: int | None = None
    unit: TermUnit | None = None
    working_days: bool = False
    start: date | None = None
    end: date | None = None


class RelativeDates:
    """Finds the relative dates of one document.

    `dates` are its dates with known days in text order, `issued_on` its own day, `kind` the name of its type
    ("Quyết định"). In a text that sets `norms`, "the day of issue" without a name is that of whatever the
    norm speaks of.
    """

    def __init__(
        self,
        view: TextView,
        book: Rulebook,
        dates: Sequence[Mention],
        issued_on: date | None,
        norms: bool,
        kind: str = "",
    ) -> None:
        self.kind = match_key(kind)
        self.view, self.book, self.dates, self.issued_on, self.norms = view, book, dates, issued_on, norms
        self.rule = book.named("relative")
        self.starts = [d.start for d in dates]
        found = [
            (*rule.span_of(m), rule, m)
            for rule in possible(book.having("relative", "shape"), view)
            for m in rule.finditer(view)
        ]
        self.heads = sorted(found, key=lambda f: (f[0], -f[1]))
        self.head_starts = [f[0] for f in self.heads]

    def within(self, start: int, end: int, alone: bool = False) -> list[Mention]:
        """The relative dates in ``[start, end)``; `alone`: a number of days needs no words before it."""
        out: list[Mention] = []
        for at in range(bisect_left(self.head_starts, start), len(self.heads)):
            first, last, rule, m = self.heads[at]
            if first >= end:
                break
            if last > end or (out and first < out[-1].end):
                continue
            found = self._read(rule, m, start, end, alone)
            if found is not None:
                out.append(found)
        return out

    def _read(self, rule: Rule, m: Any, start: int, end: int, alone: bool = False) -> Mention | None:
        """The relative date of one head, or None when it is no deadline."""
        first, last = rule.span_of(m)
        shape: str = rule.set["shape"]
        if shape == "next":
            return Mention(first, last, "relative", rule.id, self._next(m, first, last))
        lead = None
        if shape in ("after", "ahead"):
            lead = self.rule("lead").search(self.view, max(start, first - _LEAD), first)
            if shape == "after" and (lead["least"] if lead else not alone):
                return None
            first = lead.start("m") if lead else first
        if self.rule("no_deadline_before").search(self.view, max(start, first - _LEAD), first):
            return None
        if shape == "term":
            return Mention(first, last, "relative", rule.id, RelativeDate("by"))
        at, stop = m.span("mark") if shape == "ahead_of" else (m.end(), end)
        anchor = self._anchor(at, stop, start, first)
        if anchor is None:
            return None
        if shape == "at_once":
            value = RelativeDate("by", anchor)
        else:
            later = shape == "after" and lead is not None and lead["after"] is not None
            value = self._term(m, anchor, shape != "after", "after" if later else "by")
        return Mention(first, max(last, anchor.end), "relative", rule.id, value)

    def _term(
        self, m: Any, anchor: Anchor, backwards: bool, relation: Literal["by", "after"]
    ) -> RelativeDate:
        unit = _unit(m)
        count = self._count(m["n"]) * (-1 if backwards else 1)
        working = unit == "day" and bool(m["working"])
        due = terms.last_day(anchor.on, count, unit, working) if anchor.on is not None else None
        return RelativeDate(relation, anchor, count, unit, working, due, due)

    def _next(self, m: Any, first: int, last: int) -> RelativeDate:
        unit, offset = _unit(m), 0 if m["this"] else 1
        anchor = Anchor(first, last, "issued", self.issued_on)
        days = terms.period(self.issued_on, offset, unit) if self.issued_on else None
        return RelativeDate("during", anchor, offset, unit, False, *(days or (None, None)))

    def _count(self, written: str) -> int:
        if written.isdigit():
            return int(written)
        words = squeeze(written)
        rows = self.book.table("counts.csv")
        return next(int(r["count"]) for r in rows if match_key(r["word"]) == words)

    # -- anchors --------------------------------------------------------------------------------------------

    def _anchor(self, at: int, end: int, start: int, first: int) -> Anchor | None:
        """The anchor whose words begin at `at`; the task begins at `start`, the relative date at `first`."""
        day = self._day_at(at)
        if day is not None and day.end <= end:
            return Anchor(at, day.end, "date", date.fromisoformat(day.value.start))
        words = self.rule("mark").match(self.view, at, end)
        if words is None:
            return None
        stop = words.end("m")
        kind, on = self._kind(at, end, start, first)
        said = self._day_behind(stop)
        if said is not None and said.end < end:
            stop, on = said.end, date.fromisoformat(said.value.start)
            stop += self.view.text[stop] == ")"
        return Anchor(at, stop, kind, on)

    def _kind(self, at: int, end: int, start: int, first: int) -> tuple[AnchorKind, date | None]:
        issued = self.rule("mark_issued").match(self.view, at, end)
        if issued is not None:
            if issued["verb"] is None or issued["own"] or self._own_issue(start, first):
                return "issued", self.issued_on
            return "event", None
        effective = self.rule("mark_effective").match(self.view, at, end)
        if effective is not None:
            own = effective["own"] and effective["type"] in (None, self.kind)
            return "effective", self._effective_on if own else None
        if self.rule("mark_received").match(self.view, at, end):
            return "received", None
        return "event", None

    def _own_issue(self, start: int, first: int) -> bool:
        """Whether a nameless day of issue is the letter's own: no other thing is to be issued before."""
        return not self.norms and not self._issues(max(start, first - _ISSUE), first)

    def _issues(self, start: int, end: int) -> bool:
        return self.rule("issuing").search(self.view, start, end) is not None

    def _day_at(self, at: int) -> Mention | None:
        i = bisect_left(self.starts, at)
        if i == len(self.dates) or self.starts[i] != at or self.dates[i].value.granularity != "day":
            return None
        return self.dates[i]

    def _day_behind(self, end: int) -> Mention | None:
        """A day in brackets right behind `end`."""
        i = bisect_left(self.starts, end)
        if i == len(self.dates) or self.starts[i] > end + _BRACKET:
            return None
        if self.view.text[end : self.starts[i]].strip() != "(":
            return None
        return self.dates[i] if self.dates[i].value.granularity == "day" else None

    @cached_property
    def _effective_on(self) -> date | None:
        """The day from which the document says that it is in force; None when it does not say so."""
        for m in self.rule("own_effect").finditer(self.view):
            if m["type"] not in (None, self.kind):
                continue
            at = m.end("m")
            day = self._day_at(at)
            if day is not None:
                return date.fromisoformat(day.value.start)
            if self.rule("mark_issued").match(self.view, at):
                return self.issued_on
            term = self._term_at(at)
            if term is not None:
                return term
        return None

    def _term_at(self, at: int) -> date | None:
        """The day of a term whose words begin at `at` ("in force 45 days from the day of issue")."""
        line = self.view.text.find("\n", at)
        end = line if line >= 0 else len(self.view.text)
        i = bisect_left(self.head_starts, at)
        if i == len(self.heads) or self.heads[i][2].set["shape"] != "after":
            return None
        found = self._read(*self.heads[i][2:], at, end, alone=True)
        return found.value.end if found is not None and found.start == at else None


def _unit(m: Any) -> TermUnit:
    groups = m.groupdict()
    return next(u for u in _UNITS if groups.get(u))
