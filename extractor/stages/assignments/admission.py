"""Admission: whether an opening really gives an order, to the body that it names."""

from __future__ import annotations

from extractor.annotations import Block
from extractor.stages.assignments.context import LISTED, NEAR, Context, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.openings.opening import Opening
from extractor.textview import match_key


def _singled_out(opening: Opening, owner: Owner) -> bool:
    """Whether an item names single bodies while its lead-in only names a group ("các cơ quan")."""
    generic = all(a.value.group and not a.value.head for a in owner.agencies)
    return generic and not any(a.value.group and not a.value.head for a in opening.agencies[:1])


class Admission(Part):
    """Judges the openings of one document."""

    def __init__(self, context: Context, speakers: Speakers) -> None:
        super().__init__(context)
        self.speakers = speakers

    def allowed(self, opening: Opening, block: Block, owner: Owner | None) -> bool:
        """Whether an opening really gives an order here.

        Under an agency's own lead-in "Yêu cầu X …" is that agency's work; only "giao" hands it on. Nor does
        "Phân công cán bộ …", which is said of the agency's own staff.
        """
        if (
            self.context.norms
            and opening.mode is None
            and not (owner and owner.agencies)
            and not self.context.under_duties(block)
        ):
            return False
        if (
            self.context.norms
            and block.kind in LISTED
            and opening.how == "order"
            and self.rule("proposes").hit(opening.mode or "")
            and not self.context.under_duties(block)
        ):
            return False
        if (
            owner is not None
            and owner.agencies
            and opening.how == "order"
            and self.rule("own_staff").match(self.view, opening.start)
        ):
            return False
        if owner is not None and owner.agencies and owner.specific and block.kind in LISTED:
            if opening.how == "subject" and self.rule("leads_itself").match(self.view, opening.start):
                return False
            if opening.how == "order":
                return self.book["agencies.hands_on"].hit(opening.mode or "") or _singled_out(opening, owner)
            return opening.how != "condition" or opening.mode is not None
        return True

    def is_told(self, opening: Opening, block: Block, end: int) -> bool:
        """Whether the agency that opens a block is the one told, not the one who speaks or issues."""
        if opening.how not in ("subject", "condition"):
            return True
        if block.kind != "paragraph":
            return not (all(map(self.speakers.speaks, opening.agencies)) and self.hands_on(opening, end))
        if opening.mode and not self.book["agencies.hands_on"].hit(opening.mode):
            return True
        if all(self.speakers.speaks(a) for a in opening.agencies):
            return bool(self.out and self.rule("office_follows").match(self.view, opening.start, end))
        must = self._must_before(opening.rest) or self._are_told(opening)
        if (
            self.annotations.kind == "report"
            and not must
            and self.rule("asks_readers").match(self.view, self.words.skip(opening.rest, end), end)
        ):
            return False
        if opening.mode:
            return True
        if self.annotations.kind == "report" and (self._plans(opening.rest) or self._rebukes(opening, end)):
            return False
        if self.annotations.kind == "report" and self.rule("pictured").match(self.view, opening.start, end):
            return must
        return must or not self.hands_on(opening, end)

    def _are_told(self, opening: Opening) -> bool:
        """Whether several bodies are told to ask others, in the report of another body's letter."""
        told = opening.agencies
        if self.annotations.kind != "report" or len(told) < 2 or not self.speakers.issuer[0]:
            return False
        return self.context.open and not any(map(self.speakers.speaks, told))

    def _rebukes(self, opening: Opening, end: int) -> bool:
        """Whether what looks like work is a word of blame, praise or advice for somebody else."""
        advises = self.rule("advises").match(self.view, opening.rest, end) is not None
        if advises and not self._must_before(opening.rest):
            many = self.book["agencies.each"].keys
            return many.isdisjoint(w for a in opening.agencies for w in match_key(a.value.name).split())
        said = self.rule("rebukes").match(self.view, opening.rest, end)
        return said is not None and bool(self.lists.agency_list(said.end(), end)[0])

    def hands_on(self, opening: Opening, end: int) -> bool:
        """Whether the work of an opening is to give work to others: "UBND tỉnh yêu cầu các sở …"."""
        also = self.rule("also").match(self.view, opening.rest, end)
        verb = self.words.skip(also.end(), end) if also else opening.rest
        order = self.rule("order").match(self.view, verb, end)
        if order is None or self.rule("spoken_order").match(self.view, verb, end):
            return False
        return bool(self.lists.agency_list(order.end(), end)[0])

    def _must_before(self, at: int) -> bool:
        """Whether "phải", "cần", "thì" stands right before the work at `at`."""
        stands = any(m.end() == at for m in self.rule("must").finditer(self.view, max(0, at - NEAR), at + 1))
        return stands and not self._plans(at)

    def _plans(self, at: int) -> bool:
        """Whether "sẽ" stands right before the work at `at`: in a report that tells what somebody plans."""
        return self.rule("will_before").search(self.view, max(0, at - NEAR), at) is not None

    def hands_to_unknown(self, start: int, end: int) -> bool:
        """Whether an item gives its work to somebody who is not known: not to those the letter goes to."""
        order = self.rule("order_opening").match(self.view, start, end)
        return order is not None and self.book["agencies.hands_on"].hit(
            self.view.key[slice(*order.span("m"))]
        )
