"""Lead-ins: blocks that announce what stands under them, and give it to somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from extractor.annotations import Block, Mention
from extractor.record import Deadline
from extractor.stages.assignments.context import LISTED, NEAR, NUMBERED, Context, Part
from extractor.stages.assignments.inner_orders import InnerOrders
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.ownership import Ownership
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.assignments.task_writer import TaskWriter
from extractor.stages.openings.opening import Opening


class LeadIns(Part):
    """Reads the lead-ins of one document."""

    def __init__(
        self,
        context: Context,
        speakers: Speakers,
        orders: InnerOrders,
        owners: Ownership,
        writer: TaskWriter,
    ) -> None:
        super().__init__(context)
        self.speakers, self.orders, self.owners, self.writer = speakers, orders, owners, writer

    def read(self, i: int, block: Block, opening: Opening | None, owner: Owner | None, end: int) -> bool:
        """A block that announces what stands under it. True when it is no task itself."""
        children = self.children.get(i, [])
        if opening is not None and opening.mode is None and opening.how in ("subject", "condition"):
            said = self.rule("lead_order").search(self.view, opening.start, end)
            if (
                said
                and (opening.rest <= said.start("m") <= opening.rest + 1 or self._speaks_then(opening, said))
                and not self._has_to(i, said, owner)
            ):
                opening = None
        last = self.context.last_sentence(block.content, end)
        if opening is None and children:
            opening = self._behind_topic(block, end)
        if opening is not None:
            opening.agencies += self._also_told(opening, end)
            made = self.owners.of_opening(opening, owner, block)
            before = opening.rest < last and bool(children) and self.openings.goes_on(opening, last)
            if before:  # its first sentences are work of their own
                self.writer.write(block, made, opening.rest, last, i)
            made.deadline = (
                self.deadlines.read(last, end) if before else self._due(block.content, opening, end)
            ) or made.deadline
            self.deadlines.warn_of_unknown(last if before else opening.rest, end)
            self.below[i] = made
            self.context.open = True
            return opening.rest >= end - 1 or bool(children)
        order = self.orders.embedded(last, end) or self.lead_tells(last, end)
        if order is not None:
            made = Owner(
                [*order.agencies, *self._also_told(order, end)],
                [],
                order.mode,
                self.speakers.speaker(order.start, block.content),
                self._due(last, order, end),
                False,
                order.rule,
                cue=self.owners.cue(order),
            )
            self.below[i] = made
            self.context.open = True
            return True
        lead = self.rule("lead_order").search(self.view, max(block.content, end - 200), end)
        if lead:
            mode = lead["verb"] and self.view.key[slice(*lead.span("verb"))]
            kept = owner.agencies if owner and owner.specific else []
            readers = [] if kept or owner or block.kind != "paragraph" else self._readers(lead)
            self.below[i] = Owner(
                kept or readers,
                owner.coordinating if owner and kept else [],
                mode,
                self.speakers.speaker(lead.start("m"), block.content)
                or (owner.assigned_by if owner else None),
                None,
                bool(kept),
                inferred=bool(readers),
                cue=lead.span("m"),
            )
            self.context.open = True
            if block.kind == "paragraph" and block.parent is None:
                self.context.voice = replace(self.below[i], agencies=[], coordinating=[])
            return True
        if self.rule("opens_list").search(self.view, max(block.content, end - 60), end):
            self.context.open = True
        if owner is not None:
            due = self.deadlines.read(block.content, end) if block.kind in NUMBERED else None
            owner = replace(owner, deadline=due) if due is not None else owner
            partners = (
                self.partners.coordinating(block.content, end, owner.agencies) if owner.agencies else []
            )
            self.below[i] = replace(owner, coordinating=partners) if partners else owner
        return bool(children) or block.kind == "paragraph"

    def _speaks_then(self, opening: Opening, lead: Any) -> bool:
        """Whether who opens a lead-in speaks in it: "Chủ tịch A thống nhất và giao nhiệm vụ như sau:"."""
        behind = opening.agencies[-1].end
        return self.rule("speaks_then").match(self.view, behind, lead.start("m")) is not None

    def _behind_topic(self, block: Block, end: int) -> Opening | None:
        """Who is told behind the topic of an item: "Về kinh phí: Sở Tài chính bố trí vốn, trong đó:"."""
        topic = self.words.topic_end(block.content, end) if block.kind in LISTED else None
        made = self.openings.read(topic, end) if topic is not None else None
        return made if made is not None and made.rest < end and self.openings.goes_on(made, end) else None

    def _due(self, start: int, order: Opening, end: int) -> Deadline | None:
        """By when what a lead-in announces is due: said behind those told, or a day before the order."""
        due = self.deadlines.read(order.rest, end)
        if due is None:
            due = self.deadlines.read(start, order.start)
            due = due if due is not None and due.start == due.end else None
        return due

    def lead_tells(self, start: int, end: int) -> Opening | None:
        """A lead-in by which the issuer guides or informs those who do what stands below it.

        "Sở A hướng dẫn các trường thực hiện như sau:", "Bộ A thông báo đến B, C để thực hiện như sau:"
        """
        if self.annotations.kind == "report" or not self.rule("opens_list").search(
            self.view, max(start, end - NEAR), end
        ):
            return None
        for hit in self.rule("lead_tells").finditer(self.view, start, end):
            if not self.speakers.is_spoken(hit.start("m"), start):
                continue
            found, stop = self.told.told_together(hit.end(), end)
            behind = self.rule("tells_work").match(self.view, stop, end) if found else None
            if behind is not None:
                mode = self.view.key[slice(*hit.span("m"))]
                return Opening(found, behind.end(), "order", "assignments.lead_tells", mode, hit.start("m"))
        return None

    def _also_told(self, opening: Opening, end: int) -> list[Mention]:
        """Who else is told what a lead-in announces: "Sở A chỉ đạo các xã; Viện B; Viện C thực hiện:"."""
        semicolon = self.view.text.find(";", opening.rest, end)
        if semicolon < 0 or not self.book["assignments.directs"].match(self.view, opening.rest, semicolon):
            return []
        found, stop = self.told.told_together(self.words.skip(semicolon, end), end)
        return found if self.words.work_follows(stop, end, True) else []

    def _has_to(self, i: int, lead: Any, owner: Owner | None) -> bool:
        """Whether an item under orders ("1. Chủ tịch UBND xã chỉ đạo:") tells its body to give directions.

        Below it stands then what has to be done, not who has to do it.
        """
        if owner is None or self.blocks[i].kind not in NUMBERED or not lead["verb"]:
            return False
        if not self.rule("spoken_order").match(self.view, lead.start("verb")):
            return False
        below = self.children.get(i, [])
        return not any(
            self.openings.read(
                self.blocks[c].content, self.context.trim(self.blocks[c].content, self.blocks[c].end)
            )
            for c in below[:3]
        )

    def _readers(self, lead: Any) -> list[Mention]:
        """Whom "đề nghị:" without a name asks: those whom the letter is sent to."""
        if not lead["verb"] or not self.rule("asks_readers").match(self.view, lead.start("verb")):
            return []
        return self.context.addressees()
