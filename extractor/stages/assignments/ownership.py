"""Ownership: whose the work is that an opening, an order or a request gives."""

from __future__ import annotations

from extractor.annotations import Block
from extractor.stages.assignments.context import LISTED, NUMBERED, Context, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.openings.opening import PRONOUN, Opening

#: how far into a sentence the words that ask for work may stand
_ASKING = 260


class Ownership(Part):
    """Makes the owners of work in one document."""

    def __init__(self, context: Context, speakers: Speakers) -> None:
        super().__init__(context)
        self.speakers = speakers

    def of_opening(self, opening: Opening, owner: Owner | None, block: Block) -> Owner:
        coordinating = (
            self.partners.coordinating(opening.start, block.end, opening.agencies)
            if opening.rest < block.end
            else []
        )
        return Owner(
            opening.agencies,
            coordinating,
            opening.mode or (owner.mode if owner else None),
            owner.assigned_by if owner else None,
            owner.deadline if owner else None,
            block.kind in NUMBERED or block.kind in LISTED,
            opening.rule,
            opening.rule == PRONOUN,
            cue=self.cue(opening),
        )

    def cue(self, opening: Opening) -> tuple[int, int]:
        """The words of an opening: from its first to the work."""
        return opening.start, self.context.trim(opening.start, opening.rest)

    def of_order(self, order: Opening, owner: Owner | None, start: int) -> Owner:
        speaker = self.speakers.speaker(order.start, start) or (owner.assigned_by if owner else None)
        return Owner(order.agencies, [], order.mode, speaker, None, False, order.rule, cue=self.cue(order))

    def of_readers(
        self, s: int, e: int, owner: Owner | None, plain: bool = False
    ) -> tuple[Owner, int] | None:
        """Work that a letter asks for without naming who: those whom it is sent to have to do it.

        Only `plain` text, under no heading, may ask by a bare verb ("Tổ chức trực ban …").
        """
        readers = self.context.addressees()
        if not readers:
            return None
        asked = self.rule("asks_work").search(self.view, s, min(e, s + _ASKING))
        if asked and (
            s in (asked.start(), asked.start("m"))
            or asked["who"]
            or self.rule("purpose").match(self.view, s, asked.start("m"))
            or self.speakers.speaker(asked.start("m"), s)
        ):
            mode = self.view.key[slice(*asked.span("m"))]
            speaker = self.speakers.speaker(asked.start("m"), s) or (owner.assigned_by if owner else None)
            made = Owner(
                readers, [], mode, speaker, rule="assignments.asks_work", inferred=True, cue=asked.span("m")
            )
            return made, asked.end()
        if self.context.open and self.rule("sends_back").match(self.view, s, e):
            name = "sends_back"
        elif (
            plain and (self.out or (owner and owner.mode)) and self.rule("imperative").match(self.view, s, e)
        ):
            name = "imperative"
        else:
            return None
        wanted = owner.mode if owner else None
        return Owner(readers, [], wanted, rule=f"assignments.{name}", inferred=True), s
