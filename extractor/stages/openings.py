"""Openings: who a sentence or an item addresses, before it says what is to be done.

``Giao Giám đốc Sở Y tế chủ trì …``, ``Đối với BHXH tỉnh, …``, ``Sở Y tế, Công an tỉnh:``, ``Trên cơ sở …,
Sở Y tế …``
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rule, Rulebook

#: characters of a condition ("Trên cơ sở …,") that may stand before the agency
CONDITION_LIMIT = 420
#: characters that may stand between an order and the agency that it names
_LONGEST_GAP = 80


@dataclass(slots=True)
class Opening:
    """Agencies that are addressed, the order verb if any, and where the work itself begins.

    `how` is ``order`` (a verb of assignment), ``subject`` (the agency opens the sentence), ``toward``
    (Đối với …) or ``condition``; `rest` is the offset of the first word of the work, `rule` the id of the
    rule that decided.
    """

    agencies: list[Mention]
    rest: int
    how: str
    rule: str
    mode: str | None = None
    start: int = 0
    coordinating: list[Mention] = field(default_factory=list)


class OpeningReader:
    """Reads openings of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.agencies = annotations.group("agencies")
        self.starts = [m.start for m in self.agencies]

    def rule(self, name: str) -> Rule:
        return self.book[f"assignments.{name}"]

    def skip(self, at: int, end: int, marks: str = ' \n\t,:;-–"“”*') -> int:
        while at < end and (self.view.text[at] in marks or self.view.text[at].isspace()):
            at += 1
        return at

    def agency_at(self, at: int, end: int) -> Mention | None:
        """The agency mention that begins at `at` (particles such as "các đồng chí" may stand before it)."""
        i = bisect_left(self.starts, at)
        if (
            i < len(self.agencies)
            and self.agencies[i].end <= end
            and self.agencies[i].start - at <= _LONGEST_GAP
        ):
            m = self.agencies[i]
            gap = self.view.key[at : m.start]
            if not gap.strip():
                return m
            if (
                len(gap) <= 30
                and self.book["agencies.comrade"].match(self.view, at)
                and len(gap.split()) <= 3
            ):
                return m
            if self.book["agencies.each"].match(self.view, at) and len(gap.split()) == 1:
                return m
        return None

    def agency_list(self, at: int, end: int) -> tuple[list[Mention], int]:
        """Agencies joined by commas and "và" from `at` on, and the offset behind the last."""
        out: list[Mention] = []
        first = self.agency_at(at, end)
        stop = at
        gap_rule = self.rule("agency_gap")
        while first is not None:
            out.append(first)
            remark = self.rule("agency_remark").match(self.view, first.end, end)
            stop = remark.end() if remark else first.end
            gap = gap_rule.match(self.view, stop, end)
            if gap is None:
                break
            first = self.agency_at(gap.end(), end)
            if (
                first is not None
                and not self.view.text[stop : first.start].strip()
                and first.start - stop <= 1
                and "\n" not in self.view.text[stop : first.start]
                and first.value.title is None
            ):
                break  # two names side by side without a comma are not a list
        return out, stop

    def read(self, start: int, end: int, lead: bool = False) -> Opening | None:
        """The opening of ``[start, end)``. With `lead` an agency alone, or followed by a colon, is enough."""
        at = self.skip(start, end)
        order = self.rule("order_opening").match(self.view, at, end)
        if order:
            found, stop = self.agency_list(order.end(), end)
            if found:
                mode = self.view.key[slice(*order.span("m"))]
                return self._opening(found, stop, end, "order", "assignments.order_opening", mode, at)
        toward = self.rule("toward").match(self.view, at, end)
        if toward:
            found, stop = self.agency_list(toward.end(), end)
            if found and self._goes_on(stop, end, lead):
                return self._opening(found, stop, end, "toward", "assignments.toward", None, at)
        found, stop = self.agency_list(at, end)
        if found and self._goes_on(stop, end, lead):
            return self._opening(found, stop, end, "subject", "assignments.task_verb", None, at)
        return self._after_condition(at, end)

    def _after_condition(self, at: int, end: int) -> Opening | None:
        """A condition, then the agency behind a comma and a verb of work behind the agency."""
        if not self.rule("condition").match(self.view, at, end):
            return None
        limit = min(end, at + CONDITION_LIMIT)
        i = bisect_left(self.starts, at)
        while i < len(self.agencies) and self.agencies[i].start < limit:
            m = self.agencies[i]
            before = self.view.key[at : m.start].rstrip()
            order = None
            for hit in self.rule("order").finditer(self.view, max(at, m.start - 24), m.start + 1):
                if hit.end() == m.start:
                    order = hit
            if before.endswith((",", ";")) or order:
                found, stop = self.agency_list(m.start, end)
                if found and (self._goes_on(stop, end, False) or order):
                    mode = self.view.key[slice(*order.span("m"))] if order else None
                    return self._opening(
                        found,
                        stop,
                        end,
                        "condition",
                        "assignments.condition",
                        mode,
                        order.start() if order else m.start,
                    )
            i += 1
        return None

    def _goes_on(self, at: int, end: int, lead: bool) -> bool:
        """Whether what follows the agencies is the work they are given (or nothing, for a lead-in)."""
        rest = self.view.text[at:end].strip()
        if not rest or rest in (":", ".", ";") or rest[0] == ":":
            return (
                (lead or rest == ":")
                if not rest[1:]
                else not self.rule("only_names").match(self.view, at, end)
            )
        if lead and rest[0] in ",(" and rest[-1] == ":" and ". " not in rest:
            return True
        if self.rule("reported").match(self.view, at, end):
            return False
        at = self._past_function(at, end)
        if any(self.rule(n).match(self.view, at, end) for n in ("responsible", "must", "task_verb")):
            return True
        return (
            lead
            and self.view.text[at : at + 1].isspace()
            and not self.rule("not_work").match(self.view, at, end)
        )

    def _past_function(self, at: int, end: int) -> int:
        m = self.rule("by_function").match(self.view, at, end)
        return m.end() if m else at

    def _opening(
        self, found: list[Mention], stop: int, end: int, how: str, rule: str, mode: str | None, start: int
    ) -> Opening:
        rest = stop
        for name in ("responsible", "must"):
            m = self.rule(name).match(self.view, rest, end)
            if m:
                if mode is None and name == "responsible":
                    mode = self.view.key[slice(*m.span("m"))]
                rest = m.end()
        return Opening(found, self.skip(rest, end), how, rule, mode, start)

    def coordinating(self, start: int, end: int, owners: list[Mention]) -> list[Mention]:
        """Those with whom the work in ``[start, end)`` is to be done."""
        out: list[Mention] = []
        for m in self.rule("coordination").finditer(self.view, start, end):
            if self._directed(start, m.start()):
                continue
            found, stop = self.agency_list(m.end(), end)
            while found:
                out += found
                gap = self.rule("agency_gap").match(self.view, stop, end)
                found = []
                if gap and self.view.text[stop : stop + 1] == ";":
                    found, stop = self.agency_list(gap.end(), end)
        unique: dict[str, Mention] = {}
        taken = {o.start for o in owners}
        for a in out:
            if a.start not in taken:
                unique.setdefault(a.value.id, a)
        return list(unique.values())

    def _directed(self, start: int, offset: int) -> bool:
        """Whether somebody else is told to cooperate: "chỉ đạo X phối hợp với Y"."""
        clause = max(start, *(self.view.text.rfind(c, start, offset) + 1 for c in (";", ". ", ": ")))
        for hit in self.book["assignments.directs"].finditer(self.view, clause, offset):
            i = bisect_left(self.starts, hit.end())
            if i < len(self.agencies) and self.agencies[i].start < offset:
                return True
        return False
