"""Confidence: how likely each assignment, target and figure is right, and which of them a person should see.

How an item was made shows in its signs: the rule that found it, whether a lead-in or a guess names who is
told, where the deadline stands, what else the words could mean. ``rules/confidence.csv`` gives each sign a
factor, roughly the share of items with it that are right; the confidence is the product of an item's factors.
Below the row ``review_below`` an item is to be reviewed, for the signs that pulled it down.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from extractor.annotations import Annotations, Origin
from extractor.errors import RuleError
from extractor.record import Assignment, Figure
from extractor.rulebook import Rulebook
from extractor.stages.figure_words import Item
from extractor.textview import TextView

TABLE = "confidence.csv"
#: the row that holds the threshold, and the row for a rule without one of its own
REVIEW_BELOW, OTHER_RULE = "review_below", "other_rule"
#: words of a task that is short, and of one that is long
SHORT, LONG = 5, 90
#: characters before a date in which a word makes it a condition
_CONDITION = 60
#: signs behind which another clause begins
_CLAUSE_ENDS = ".;:"
#: rules of which one matches where a further sentence of a task begins
_ASKS = ("task_verb", "elaboration", "link_word", "within_work", "condition")
_LEVELS = ("province", "district", "commune")
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Factor:
    """What a sign says of an item: the factor of its confidence, and the sentence that explains it."""

    sign: str
    factor: float
    means: str


class FactorError(RuleError):
    """A row of the table whose factor is no number from 0 to 1."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row = row
        message = (
            f"{row['item']}, {row['sign']}: hệ số (factor) “{row['factor']}” phải là một số từ 0 đến 1,"
            " viết với dấu chấm."
        )
        super().__init__(message, TABLE)


class Scale:
    """The factors of one list of the record."""

    def __init__(self, rows: list[dict[str, str]], part: str) -> None:
        self.of: dict[str, Factor] = {}
        for row in rows:
            if row["item"] == part:
                self.of[row["sign"]] = Factor(row["sign"], _number(row), row["means"])
        for sign in (REVIEW_BELOW, OTHER_RULE):
            if sign not in self.of:
                raise RuleError(f"thiếu dòng {part},{sign}. Hãy thêm dòng ấy.", TABLE, 0)
        self.limit = self.of[REVIEW_BELOW].factor

    def factors(self, rule: str, signs: Iterator[str]) -> list[Factor]:
        """The factors of an item, that of its rule first; a sign without a row counts for nothing."""
        found = [self.of.get(rule) or self.of[OTHER_RULE]]
        found += [self.of[sign] for sign in dict.fromkeys(signs) if sign in self.of]
        return found


def _number(row: dict[str, str]) -> float:
    """The factor of a row. Raises `FactorError` unless it lies between 0 and 1."""
    try:
        value = float(row["factor"])
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise FactorError(row)
    return value


@lru_cache(maxsize=8)
def scales_of(book: Rulebook) -> dict[str, Scale]:
    """List of the record -> its factors. Raises `RuleError`, with the line of a factor that is none."""
    rows = book.table(TABLE)
    try:
        return {part: Scale(rows, part) for part in ("assignments", "figures", "targets")}
    except FactorError as e:
        line = book.row_line(TABLE, item=e.row["item"], sign=e.row["sign"])
        raise RuleError(e.message, TABLE, line) from None


def sign_texts(book: Rulebook) -> dict[str, dict[str, str]]:
    """List of the record -> sign -> the sentence that explains it."""
    return {part: {f.sign: f.means for f in scale.of.values()} for part, scale in scales_of(book).items()}


def assess(annotations: Annotations, book: Rulebook) -> None:
    """Give every assignment, figure and target its confidence, and say which need a review."""
    for part, items in _lists(annotations):
        if not items:
            continue
        scale, factors = scales_of(book)[part], factors_of(annotations, book, part)
        for i, item in enumerate(items):
            found = factors(i)
            confidence = 1.0
            for f in found:
                confidence *= f.factor
            item.confidence = round(confidence, 2)
            if item.confidence < scale.limit:
                item.review = True
                item.review_reasons = [f.sign for f in sorted(found, key=_factor) if f.factor < 1]


def _factor(found: Factor) -> float:
    return found.factor


def _lists(annotations: Annotations) -> list[tuple[str, list[Any]]]:
    return [(part, getattr(annotations, part)) for part in ("assignments", "figures", "targets")]


def factors_of(annotations: Annotations, book: Rulebook, part: str) -> Callable[[int], list[Factor]]:
    """What gives the factors of item number `i` of a list."""
    items, made, scale = getattr(annotations, part), annotations.made[part], scales_of(book)[part]
    if part == "assignments":
        reader = _TaskSigns(annotations, book)
        return lambda i: scale.factors(items[i].by, reader.signs(items[i], made[i]))
    other = _QuantitySigns(annotations, book)
    return lambda i: scale.factors(items[i].by, other.signs(items[i], made[i]))


class _TaskSigns:
    """The signs of the assignments of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.view = annotations, annotations.view
        rule = book.named("assignments")
        self.work, self.order = rule("task_verb"), rule("order_opening")
        self.asks = [rule(name) for name in _ASKS]
        self.if_before = book["confidence.condition_before"]
        self.dates = annotations.group("dates")
        self.agencies = annotations.group("agencies")
        issuer = annotations.header.get("issuer")
        self.issuer = issuer.id if issuer is not None else ""
        self.sentence_end = book["layout.sentence_end"]
        self.report = annotations.kind == "report"
        self.today = annotations.issued_on.isoformat() if annotations.issued_on else ""

    def signs(self, task: Assignment, origin: Origin) -> Iterator[str]:
        start, end = task.span.start, task.span.end
        if self.report:
            yield "report"
        if origin.block.part == "attachments":
            yield "attachment"
        if task.inferred:
            yield "agencies_of_addressees"
        elif origin.continued:
            yield "continued"
        yield from self._who(origin)
        yield from self._what(start, end, task)
        yield from self._when(start, end, task, origin)

    def _who(self, origin: Origin) -> Iterator[str]:
        """Signs of the agencies that are told."""
        if not origin.agencies:
            yield "agency_as_written"
        for a in origin.agencies:
            value = a.value
            if a.rule == "assignments.role":
                yield "agency_as_written"
            elif a.rule.startswith("ner."):
                yield "agency_by_model"
            elif value.group and not value.head:
                yield "agency_group"
            elif not value.known:
                yield "agency_built"
            if value.level in _LEVELS and value.locality is None and not value.group:
                yield "agency_unplaced"
            if value.id == self.issuer:
                yield "agency_is_issuer"

    def _what(self, start: int, end: int, task: Assignment) -> Iterator[str]:
        """Signs of the work: other ways to cut it, or to read it."""
        words = task.task.count(" ") + 1
        if words <= SHORT:
            yield "short"
        elif words > LONG:
            yield "long"
        at = bisect_left(self.agencies, start, key=_start)
        if at < len(self.agencies) and self.agencies[at].start == start:
            yield "begins_with_agency"
        elif task.by != "layout.column_task" and not self.work.match(self.view, start, end):
            order = self.order.match(self.view, start, end)
            yield "begins_with_order" if order else "begins_without_verb"
        if ". " in task.task and self._states(start, end):
            yield "states_something"
        while at < len(self.agencies) and self.agencies[at].end <= end:
            named = self.agencies[at].start
            before = self.view.text[max(start, named - 2) : named].rstrip()
            if before and before[-1] in _CLAUSE_ENDS:
                yield "agency_in_task"
                break
            at += 1

    def _states(self, start: int, end: int) -> bool:
        """Whether a further sentence of a task begins as none does that goes on with the work."""
        ends = (m.end("m") for m in self.sentence_end.finditer(self.view, start, end))
        return any(at < end and not any(rule.match(self.view, at, end) for rule in self.asks) for at in ends)

    def _when(self, start: int, end: int, task: Assignment, origin: Origin) -> Iterator[str]:
        """Signs of the deadline: shared, one of several, or a date that was not taken for one."""
        if origin.due in ("lead_in", "line"):
            yield "deadline_shared"
        due = task.deadline.span if task.deadline else None
        at, ahead = bisect_left(self.dates, start, key=_start), 0
        while at < len(self.dates) and self.dates[at].end <= end:
            d = self.dates[at]
            at += 1
            if not d.value.end or d.value.end < self.today:
                continue
            ahead += 1
            if due is not None and d.start == due.start:
                if d.value.inferred:
                    yield "deadline_year_inferred"
                if self.if_before.search(self.view, max(start, d.start - _CONDITION), d.start):
                    yield "deadline_in_condition"
        if ahead > 1:
            yield "several_dates"
        elif ahead and due is None:
            yield "date_not_due"


class _QuantitySigns:
    """The signs of the figures and targets of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.view = annotations, annotations.view
        self.head = next(r for r in book.having("figures", "role") if r.set["role"] == "metric_head")
        self.doubted = {
            w.start
            for w in annotations.warnings
            if w.code in ("ambiguous_number", "ratio_mismatch", "contradiction")
        }
        self.report = annotations.kind == "report"

    def signs(self, figure: Figure, item: Item) -> Iterator[str]:
        if self.report:
            yield "report"
        if item.mention.start in self.doubted:
            yield "doubted"
        if item.quantity.measure == "open":
            yield "unit_open"
        if item.quantity.value_max is None and item.quantity.comparator != figure.comparator:
            yield "comparator_far"
        yield from self._metric(item)
        if figure.inferred:
            yield "time_inferred"

    def _metric(self, item: Item) -> Iterator[str]:
        """Signs of what is measured."""
        if item.metric is None:
            yield "no_metric"
            return
        if not item.own_metric:
            yield "metric_carried"
        elif not self._named(item.metric):
            behind = item.metric in self.view.text[item.mention.start : item.tail_end]
            yield "metric_behind" if behind else "metric_by_clause"
        if item.metric.count(" ") > 14:
            yield "metric_long"

    def _named(self, metric: str) -> bool:
        return self.head.match(TextView(metric), 0) is not None
