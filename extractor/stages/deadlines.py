"""By when, and how often: the deadline and the recurrence inside the words of a task."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from operator import attrgetter

from extractor.annotations import Annotations, Mention
from extractor.record import DateRelation, Deadline, RelativeTerm, Span
from extractor.rulebook import Rulebook, possible
from extractor.textview import TextView, squeeze
from extractor.values.relative_dates import RelativeDates

#: characters on each side of a date in which marks tell that it opens a sentence
_NEAR = 80
#: characters before a date in which it is said that something is laid before somebody to be issued
_SUBMITTED = 140
#: a table cell that tells a time is no longer than this
_CELL = 60
#: days of a period in which work is done; what takes longer is the time of a plan
_LONGEST_PERIOD = 124
_start = attrgetter("start")
_DUE = ("before", "by", "during")
_RECURRENCES = ("yearly", "half", "quarterly", "monthly", "weekly", "daily")


class DeadlineReader:
    """Reads deadlines of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook, norms: bool = False) -> None:
        self.annotations, self.view, self.book = annotations, annotations.view, book
        self.issued_on = annotations.issued_on.isoformat() if annotations.issued_on else None
        cited = {r.span.end for r in annotations.references if r.number}
        self.dates = [
            d for d in annotations.group("dates") if d.value.start and not self._of_citation(d, cited)
        ]
        self.starts = [d.start for d in self.dates]
        kind = (annotations.header.get("type") or ("", ""))[1]
        self._relative = RelativeDates(self.view, book, self.dates, annotations.issued_on, norms, kind)
        self.often = [book[f"assignments.recurrence_{name}"] for name in _RECURRENCES]
        rules = possible(self.often, self.view)
        said = ((rule.span_of(m), rule.set["recurrence"]) for rule in rules for m in rule.finditer(self.view))
        #: (end, start, how often) of all words that say so
        self._recurrences = sorted((end, start, str(often)) for (start, end), often in said)

    def _of_citation(self, d: Mention, cited: set[int]) -> bool:
        """A day right behind a cited number is that document's day."""
        return any(d.start - gap in cited for gap in range(4))

    def read(self, start: int, end: int, plan: bool = False) -> Deadline | None:
        """The last date in ``[start, end)`` by which the work is due; None when no date says so.

        From which day to which a whole `plan` lasts is no deadline.
        """
        terms = self._relative.within(start, end)
        found = None
        for at in range(bisect_left(self.starts, start), len(self.dates)):
            d = self.dates[at]
            if d.end > end:
                break
            lasts = d.value.granularity == "period" and d.value.relation == "during"
            if _inside(d, terms) or (lasts and (plan or found is not None)):
                continue
            relation = self._due(d, start, end)
            if relation:
                found = (d, relation)
        reckoned = self._last_reckoned(terms, start, end)
        if reckoned is not None and (found is None or reckoned.start > found[0].start):
            return self._of_term(reckoned)
        return self._of_date(*found) if found is not None else None

    def _of_date(self, d: Mention, relation: DateRelation) -> Deadline:
        first = self._before(d) if relation == "during" and d.value.relation == "on" else None
        if first is not None and first.value.granularity == d.value.granularity != "day":
            span = self._span(first.start, d.end)  # "trong quý III, IV năm 2021"
            return Deadline(start=first.value.start, end=d.value.end, relation=relation, span=span)
        return Deadline(
            start=d.value.start, end=d.value.end, relation=relation, span=self._span(d.start, d.end)
        )

    def _span(self, start: int, end: int) -> Span:
        return Span(start=start, end=end, text=self.view.text[start:end])

    def _of_term(self, t: Mention) -> Deadline:
        """The deadline of a relative date whose days are known."""
        value = t.value
        anchor = value.anchor
        return Deadline(
            start=value.start.isoformat(),
            end=value.end.isoformat(),
            relation=value.relation,
            relative=RelativeTerm(
                anchor=squeeze(self.view.text[anchor.start : anchor.end]),
                anchor_kind=anchor.kind,
                anchor_on=anchor.on.isoformat(),
                offset=value.offset,
                unit=value.unit,
                working_days=value.working_days,
            ),
            span=self._span(t.start, t.end),
        )

    def _last_reckoned(self, terms: list[Mention], start: int, end: int) -> Mention | None:
        """The last relative date with known days that is not over and does not come back."""
        often = self.recurrence(start, end) if terms else None
        for t in reversed(terms):
            due = t.value.end
            if due is None or (self.issued_on and due.isoformat() < self.issued_on):
                continue
            if t.value.relation != "during" or often is None:
                return t
        return None

    def leading(self, start: int, end: int, within: int) -> Deadline | None:
        """A relative date that opens ``[start, end)``: it begins before `within`."""
        terms = [t for t in self._relative.within(start, end) if t.start < within]
        reckoned = self._last_reckoned(terms, start, end)
        return self._of_term(reckoned) if reckoned is not None else None

    def warn_of_unknown(self, start: int, end: int, alone: bool = False) -> bool:
        """Warn of each relative date in ``[start, end)`` whose days are not known; whether there was one."""
        warned = False
        for t in self._relative.within(start, end, alone):
            if t.value.end is None and t.value.relation != "during":
                words = squeeze(self.view.text[t.start : t.end])
                self.annotations.warn("relative_deadline", words, t.start, t.end)
                warned = True
        return warned

    def _due(self, d: Mention, start: int, end: int) -> DateRelation | None:
        value = d.value
        relation: DateRelation = value.relation
        if value.granularity == "period" and relation not in ("before", "by") and not self._ahead(d):
            return None
        if self.issued_on and value.end < self.issued_on and not self._every_year(d, end):
            return None
        if self.book["assignments.not_deadline_before"].search(
            self.view, max(start, d.start - 40), d.start
        ) and not self.book["assignments.to_be_issued"].search(
            self.view, max(start, d.start - _SUBMITTED), d.start
        ):
            return None
        if relation in _DUE:
            return relation
        if relation != "on":
            return None
        joined = self._joined(d, start, end)
        if joined is not None:
            return joined
        if self.book["assignments.deadline_before"].search(self.view, max(start, d.start - 40), d.start):
            return "on" if value.granularity == "day" else "by"
        before = self.view.text[max(start, d.start - _NEAR) : d.start]
        behind = self.view.text[d.end : min(end, d.end + _NEAR)]
        opens = not before.strip(' -+"“,') or before.rstrip().endswith(".")
        if opens and behind.lstrip().startswith(",") and value.granularity in ("year", "month", "quarter"):
            return "during"
        return None

    def _ahead(self, d: Mention) -> bool:
        """Whether work lasts from one day to another, both ahead: "kiểm tra từ ngày A đến ngày B"."""
        if self.issued_on is None or d.value.relation != "during" or d.value.start < self.issued_on:
            return False
        days = date.fromisoformat(d.value.end) - date.fromisoformat(d.value.start)
        near = max(0, d.start - _NEAR)
        rules = (self.book[f"assignments.{name}"] for name in ("event_before", "not_deadline_before"))
        return days.days <= _LONGEST_PERIOD and not any(r.search(self.view, near, d.start) for r in rules)

    def _joined(self, d: Mention, start: int, end: int) -> DateRelation | None:
        """The relation of the date that `d` is joined to (``trước 15/6 và 15/12``): the last of them counts.

        Of days that come back each year the first counts that is not over.
        """
        first = self._before(d)
        if first is None or first.start < start or first.value.relation not in _DUE:
            return None
        over = self.issued_on is not None and first.value.end < self.issued_on
        return first.value.relation if over or not self._every_year(d, end) else None

    def _before(self, d: Mention) -> Mention | None:
        """The date that another is joined to by a comma or "và"."""
        at = bisect_left(self.starts, d.start) - 1
        if at < 0:
            return None
        joined = self.book["assignments.deadline_and"].match(self.view, self.dates[at].end, d.start)
        return self.dates[at] if joined and joined.end() == d.start else None

    def _every_year(self, d: Mention, end: int) -> bool:
        """Whether a day comes back each year: then its first one lies in the letter's year."""
        return bool(self.book["assignments.yearly_behind"].match(self.view, d.end, end))

    def whole(self, start: int, end: int, plan: bool = False) -> Deadline | None:
        """The deadline of a table cell or a line of its own: any date in it counts.

        A year or period of a line that stands beside a whole `plan` is the plan's time, and no deadline.
        """
        known = self.read(start, end, plan)
        if known:
            return known
        terms = self._relative.within(start, end, alone=True)
        reckoned = self._last_reckoned(terms, start, end)
        if reckoned is not None:
            return self._of_term(reckoned)
        for d in reversed(self.dates[bisect_left(self.starts, start) : bisect_left(self.starts, end)]):
            if _inside(d, terms):
                continue
            if plan and d.value.granularity in ("year", "period"):
                continue
            if d.end <= end and d.value.relation not in ("since", "after", "until"):
                relation: DateRelation = "on" if d.value.granularity == "day" else "during"
                if d.value.relation in _DUE:
                    relation = d.value.relation
                return self._of_date(d, relation)
        return None

    def how_often(self, words: str) -> str | None:
        """How often, by the words of a table cell alone: what stands in the cells beside it says nothing."""
        if len(words) > _CELL:
            return None
        view = TextView(words)
        return next((str(r.set["recurrence"]) for r in self.often if r.search(view)), None)

    def recurrence(self, start: int, end: int) -> str | None:
        """How often the work in ``[start, end)`` is to be done, when it says so; of several the first."""
        for i in range(bisect_left(self._recurrences, (start,)), len(self._recurrences)):
            stop, at, often = self._recurrences[i]
            if stop > end:
                break
            if at >= start:
                return often
        return None


def _inside(d: Mention, terms: list[Mention]) -> bool:
    """Whether a date belongs to one of the relative dates, which are in text order."""
    at = bisect_left(terms, d.end, key=_start) - 1
    return at >= 0 and terms[at].end > d.start
