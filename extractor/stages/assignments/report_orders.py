"""Orders that only a report tells: "… nhấn mạnh, các xã cần …", "Sở A được giao …", "gửi Sở A đề nghị …"."""

from __future__ import annotations

from extractor.stages.assignments.context import Context, Part
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.openings.opening import Opening


class ReportOrders(Part):
    """Finds what a report says others were told."""

    def __init__(self, context: Context, speakers: Speakers) -> None:
        super().__init__(context)
        self.speakers = speakers

    def stressed(self, s: int, e: int) -> Opening | None:
        """What a report says somebody stresses that others have to do: "… nhấn mạnh, các xã cần rà soát"."""
        said = self.rule("stresses").search(self.view, s, e) if self.annotations.kind == "report" else None
        if said is None or (said["opinion"] and not self.speakers.is_spoken(said.start("m"), s)):
            return None
        found, stop = self.lists.agency_list(said.end(), e)
        if not found:
            found, stop = self.names.bare_place(said.end(), e)
        must = self.rule("has_to").match(self.view, stop, e) if found else None
        work = must.end() if must is not None else self.words.skip(stop, e, " ")
        needed = "task_verb" if must is not None else "forbids"
        if not found or not self.rule(needed).match(self.view, work, e):
            return None
        mode = self.view.key[slice(*said.span("m"))]
        return Opening(found, work, "order", "assignments.stresses", mode, said.start("m"))

    def given(self, s: int, e: int) -> Opening | None:
        """Who a report says was given work: "Với giá than, Sở A được giao …"."""
        if self.annotations.kind != "report":
            return None
        said = self.rule("given").search(self.view, s, e)
        if said is None:
            return None
        for a in self.annotations.within("agencies", s, said.start()):
            before = self.rule("before_given").match(self.view, s, a.start)
            if before is None or before.end() != a.start:
                continue
            found, stop = self.lists.agency_list(a.start, e)
            told = self.rule("told").match(self.view, stop, e) if found else None
            if told is not None:
                mode = self.view.key[slice(*told.span("m"))]
                rest = self.words.skip(told.end(), e)
                return Opening(found, rest, "told", "assignments.told", mode, a.start)
        return None

    def sent(self, s: int, e: int) -> Opening | None:
        """What a report says a letter asks of those whom it is sent to."""
        if self.annotations.kind != "report":
            return None
        sent = self.rule("sent_to").search(self.view, s, e)
        if sent is None:
            return None
        found, stop = self.told.recipients(sent.end(), e)
        asks = self.rule("sent_asks").match(self.view, stop, e) if found else None
        if asks is None and (not found or (found[-1].value.group and not found[-1].value.head)):
            found, stop = self.told.sent_names(sent.end(), e)
            asks = self.rule("sent_asks").match(self.view, stop, e) if found else None
        mode = self.view.key[slice(*asks.span("m"))] if asks else None
        work = self.rule("sent_work").match(self.view, stop, e) if found and asks is None else None
        rest = asks.end() if asks else work.start("m") if work else e
        if rest == e:
            return None
        return Opening(found, rest, "order", "assignments.sent_to", mode, sent.start("m"))
