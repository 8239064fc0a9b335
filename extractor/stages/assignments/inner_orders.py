"""Orders inside a sentence: a verb of assignment, those told, the work."""

from __future__ import annotations

from typing import Any

from extractor.stages.assignments.context import DONE_BY, Context, Part
from extractor.stages.assignments.readings import Readings
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.openings.opening import Opening


class InnerOrders(Part):
    """Finds the orders inside the sentences of one document."""

    def __init__(self, context: Context, speakers: Speakers, readings: Readings) -> None:
        super().__init__(context)
        self.speakers, self.readings = speakers, readings

    def embedded(self, s: int, e: int) -> Opening | None:
        """An order inside a sentence: verb of assignment, agencies, work."""
        by_letter = self._by_letter(s, e)
        for hit in by_letter or self.rule("order").finditer(self.view, s, e):
            found, stop = self.told.told_together(hit.end(), e)
            if not found and (time := self.rule("time_between").match(self.view, hit.end(), e)):
                found, stop = self.told.told_together(self.words.skip(time.end(), e), e)
            if not found and not self.rule("spoken_order").match(self.view, hit.start("m"), hit.end()):
                made = self.unknown.unknown_work(hit.start("m"), e)
                if made is not None and not self._is_procedure(hit.start("m"), hit["m"], s):
                    return made
            if not found or self._is_procedure(hit.start("m"), hit["m"], s):
                continue
            which = self.rule("which_of_them").match(self.view, stop, e) if found[-1].value.group else None
            stop = which.end() if which is not None else stop
            rest = self.words.opening(
                found,
                stop,
                e,
                "order",
                "assignments.order",
                self.view.key[slice(*hit.span("m"))],
                hit.start("m"),
            )
            verb = hit.start("m")
            if self.rule("spoken_order").match(self.view, verb, hit.end()) and not (
                by_letter
                or (self.rule("reported_order").search(self.view, s, verb) and self.speakers.speaker(verb, s))
                or (self.annotations.kind == "report" and self.speakers.is_spoken(verb, s))
            ):
                continue
            if self.rule("reported").match(self.view, stop, e) and not (
                self.rule("where_between").match(self.view, stop, e)
            ):
                continue
            tail = self.view.text[stop:e].strip()
            if (
                not tail
                or tail[0] == ":"
                or self.words.work_follows(stop, e, True)
                or (tail[-1] == ":" and self.rule("opens_list").match(self.view, rest.rest, e))
            ):
                return self.readings.to_readers(rest)
        return None

    def after_colon(self, s: int, e: int, parent: int | None) -> Opening | None:
        """The first order of a list in a sentence: "UBND tỉnh yêu cầu: Sở Y tế …; Sở Xây dựng …"."""
        if self.view.text.find(": ", s, e) < 0:
            return None
        hit = self.rule("says_list").search(self.view, s, e)
        made = self.readings.read(hit.end(), e, parent) if hit is not None else None
        if hit is None or made is None or made.rest >= e:
            return None
        made.mode = made.mode or self.view.key[slice(*hit.span("m"))]
        made.start = hit.start("m")
        return made

    def done_by(self, s: int, e: int) -> Opening | None:
        """Work whose doer is named behind it: "Việc thanh tra … do Sở A chủ trì"."""
        if self.context.norms or not self.context.open:
            return None
        said = self.rule("done_by").match(self.view, s, e)
        found, stop = self.lists.agency_list(said.end(), e) if said is not None else ([], s)
        if said is None or not found:
            return None
        handed = said["handed"] is not None and not self.view.text[stop:e].strip(" .;")
        if not handed and not self.rule("done_behind").match(self.view, stop, e):
            return None
        return Opening(found, said.start("work"), "told", DONE_BY, None, said.start("m"))

    def _by_letter(self, s: int, e: int) -> list[Any]:
        """The order that a report says a letter gives ("vừa có văn bản yêu cầu …"), if there is one."""
        if self.annotations.kind != "report":
            return []
        hit = self.rule("letter_orders").search(self.view, s, e)
        return [hit] if hit is not None else []

    def _is_procedure(self, verb: int, mode: str, start: int) -> bool:
        """Whether a text that sets norms only tells who proposes what to whom, the issuer itself excepted."""
        if not (self.context.norms and self.rule("proposes").hit(mode)) or verb <= start + 2:
            return False
        return not self.speakers.is_spoken(verb, start)

    def order_counts(self, order: Opening, start: int) -> bool:
        """A reported order counts in a report; in a letter what was ordered before is background."""
        told = self.rule("reported_order").search(self.view, max(start, order.start - 24), order.start)
        if self.annotations.kind == "report":
            return order.rest > 0 and not self._of_another_before(order, start)
        return order.rest > 0 and not told

    def _of_another_before(self, order: Opening, start: int) -> bool:
        """Whether a report tells what another body ordered earlier: "Trước đó, Thủ tướng đã yêu cầu …"."""
        if not self.speakers.issuer[0] or not self.rule("earlier").match(self.view, start, order.start):
            return False
        named = [*self.annotations.within("agencies", start, order.start)]
        return bool(named) and not any(map(self.speakers.issues, named))
