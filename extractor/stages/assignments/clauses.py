"""Clauses: sentences, cut where another body is given work in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice, pairwise
from operator import itemgetter

from extractor.stages.assignments.context import DONE_BY, NEAR, SPEAKER, Context, Part
from extractor.stages.assignments.inner_orders import InnerOrders
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.openings.opening import Opening

#: words that are too few for a task
_FEW = 2
#: how far before a ";" the words are looked for that say who leads
_BEFORE = 40


class Clauses(Part):
    """Cuts the sentences of one document."""

    def __init__(self, context: Context, speakers: Speakers, orders: InnerOrders) -> None:
        super().__init__(context)
        self.speakers, self.orders = speakers, orders
        #: second orders inside a sentence: end of the words before, begin of the verb, whether it hands on
        self.joined = [
            (m.start(), m.start("m"), m["hands"] is not None)
            for m in self.book["assignments.joined_order"].finditer(self.view)
        ]
        #: where the work of an item that hands it on begins, and where its order does
        self.handed = (-1, -1)

    def split(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences of ``[start, end)``."""
        out = []
        at = start
        for n in range(bisect_left(self.context.ends, start), bisect_right(self.context.ends, end)):
            stop = min(self.context.ends_behind[n], end)
            if stop > at:
                out.append((at, self.context.trim(at, min(self.context.ends[n], end))))
            at = self.words.skip(stop, end, " \n\t")
        if at < end:
            out.append((at, end))
        return [piece for s, e in out if e > s for piece in self._clauses(s, e)]

    def _clauses(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A sentence, cut at each ";" behind which another is given work or the letter speaks of itself."""
        at, told = start, (-1, -1)
        semicolon = self.view.text.find(";", start, end)
        while semicolon >= 0:
            behind = self.words.skip(semicolon + 1, end)
            if self.rule("about_itself").match(self.view, behind, end):
                yield from self._orders(at, self.context.trim(at, semicolon))
                at = behind
            # inside a list its rest would be read again from each mark
            if not self._lists_agencies(semicolon):
                linked = self.rule("link_word").match(self.view, behind, end)
                made = self.openings.read(behind, end) if behind < end else None
                if linked and (made is None or made.how == "condition"):
                    behind = linked.end()
                    made = self.openings.read(behind, end)
                made = made or self.behind_mark(behind, end)
                if made is not None and self._gives(made, end) and not self._each_told(made, behind, end):
                    if told[0] != at:
                        first = self.openings.read(at, end)
                        told = at, first.rest if first is not None else at
                    made = None if told[1] > behind else made  # it is one of those told together
                else:
                    made = None
                if made is not None:
                    yield from self._orders(at, self.context.trim(at, semicolon))
                    at = behind
            semicolon = self.view.text.find(";", semicolon + 1, end)
        yield from self._orders(at, end)

    def behind_mark(self, start: int, end: int) -> Opening | None:
        """Whose work stands behind a ";" where nobody known opens it."""
        return self.orders.done_by(start, end) or self.unknown.unknown_work(start, end)

    def _each_told(self, made: Opening, start: int, end: int) -> bool:
        """Whether an opening means each of those told before: "; mỗi đơn vị tổ chức ít nhất 02 cuộc"."""
        group = made.how == "subject" and made.agencies[0].value.group
        return group and bool(self.rule("each_told").match(self.view, start, end))

    def _orders(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A clause, cut where a second order stands in it: "…, đồng thời giao Sở Y tế …"; then by commas."""
        at = start
        first = bisect_left(self.joined, start, key=itemgetter(0))
        for stop, verb, hands in islice(self.joined, first, None):
            if stop >= end:
                break
            made = self.openings.read(verb, end)
            if made is None or made.how != "order" or not self.openings.goes_on(made, end):
                continue
            if hands or self._spoken_before(at, stop):
                yield from self._bodies(at, self.context.trim(at, stop))
                at = verb
        yield from self._bodies(at, end)

    def _spoken_before(self, start: int, stop: int) -> bool:
        """Whether a report's clause tells of an order before `stop`: a second one is the same speaker's."""
        if self.annotations.kind != "report":
            return False
        return next(iter(self.rule("order").finditer(self.view, start, stop)), None) is not None

    def _told_by_verb(self, start: int, at: int) -> bool:
        """Whether an order verb stands right before the body that begins at `at`."""
        near = max(start, at - NEAR)
        return any(m.end() == at for m in self.rule("order").finditer(self.view, near, at + 1))

    def _bodies(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A clause, cut at commas: "giao Sở Tài chính bố trí vốn, Sở Xây dựng lập dự toán".

        In a letter only behind a verb that hands work on, right at the beginning.
        """
        at = start
        among = self.rule("among").search(self.view, start, end)
        if among is not None:
            made = self.openings.read(among.end(), end)
            if made is not None and self._gives(made, end):
                yield start, among.start()
                yield from self._bodies(among.end(), end)
                return
        report = self.annotations.kind == "report"
        if report and (comma := self._second_speaker(start, end)) is not None:
            yield start, comma
            yield from self._bodies(self.words.skip(comma, end), end)
            return
        low = self.handed[1] if start == self.handed[0] else start
        if report or low < start or self._hands_at(start, end):
            told = False
            for before, a in pairwise(list(self.annotations.within("agencies", low, end))):
                told = told or (report and before.start == start) or self._told_by_verb(low, before.start)
                if not report and self.rule("coordinates_first").match(self.view, a.end, end):
                    continue
                # "gửi về Sở A trước ngày …, Sở A tổng hợp trình …"
                again = before.value.id == a.value.id and len(self.view.text[a.end : end].split()) > _FEW
                comma = self.view.text.rfind(",", before.end, a.start) if told or again else -1
                turns = comma >= 0 and bool(self.view.text[comma + 1 : a.start].strip())
                if comma < 0 or (turns and not self._turns(comma + 1, a.start)):
                    continue
                if (
                    (again or self.rule("task_verb").match(self.view, before.end, comma))
                    and self.rule("task_verb").match(self.view, a.end, end)
                    and not self.rule("order").match(self.view, self.words.skip(a.end, end), end)
                    and (turns or not self.rule("carried").search(self.view, before.end, comma))
                ):
                    yield at, comma
                    at = a.start
        yield at, end

    def _second_speaker(self, start: int, end: int) -> int | None:
        """The comma behind an order that opens a clause, with another speaker's order behind it."""
        if "order_opening" not in self.names.can_begin(start):
            return None
        opening = self.rule("order_opening").match(self.view, start, end)
        if opening is None:
            return None
        before = self.book["header.right_before"]
        for hit in self.rule("order").finditer(self.view, opening.end(), end):
            verb = hit.start("m")
            for a in self.annotations.within("agencies", max(opening.end(), verb - SPEAKER), verb):
                comma = self.view.text.rfind(",", start, a.start)
                if comma < 0 or self.view.text[comma + 1 : a.start].strip() or a.value.title is None:
                    continue
                if self.speakers.named_person(a, verb) or before.match(self.view, a.end, verb):
                    return comma
        return None

    def _hands_at(self, start: int, end: int) -> bool:
        """Whether a clause begins with a verb that hands work on ("giao")."""
        if "order_opening" not in self.names.can_begin(start):
            return False
        order = self.rule("order_opening").match(self.view, start, end)
        return bool(order and self.book["agencies.hands_on"].hit(self.view.key[slice(*order.span("m"))]))

    def _turns(self, start: int, end: int) -> bool:
        """Whether only words that turn to somebody else stand in ``[start, end)``: "trong khi"."""
        said = self.rule("while_other").match(self.view, start, end)
        return said is not None and said.end() == end

    def _lists_agencies(self, semicolon: int) -> bool:
        """Whether the words right before a ";" name an agency: a list of agencies goes on behind it."""
        return any(
            a.end == semicolon
            for a in self.annotations.within("agencies", max(0, semicolon - 200), semicolon)
        )

    def _gives(self, made: Opening, end: int) -> bool:
        """Whether an opening behind ";" has an order verb, or a verb of work right behind the agencies."""
        if made.rest >= end or made.how not in ("order", "subject", "told", "toward"):
            return False
        if made.rule == DONE_BY:
            return True
        if self.partners.helps(made, made.start - _BEFORE, end):
            return False
        return made.mode is not None or bool(self.rule("task_verb").match(self.view, made.rest - 1, end))
