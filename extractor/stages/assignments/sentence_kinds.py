"""Kinds of sentences: what goes on with work, says more of it, only informs, or tells of the letter."""

from __future__ import annotations

from extractor.annotations import Block
from extractor.stages.assignments.context import NEAR, SPEAKER, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.openings.opening import Opening
from extractor.stages.reported import TITLE_LIMIT


class SentenceKinds(Part):
    """Tells the kinds of the sentences of one document."""

    def informs(self, start: int, end: int, reach: int | None = None) -> bool:
        """Whether a sentence only tells its readers something, and no work stands before that."""
        said = self.rule("informs").search(
            self.view, start, end if reach is None else min(end, start + reach)
        )
        if said is None:
            return False
        opening = self.openings.read(start, end)
        if opening is None:
            far = self.annotations.kind == "report" and said.start("m") - start > SPEAKER
            return not (far and self.continues(start, end))
        return bool(said.start("m") - opening.rest <= NEAR)

    def continues(self, s: int, e: int) -> bool:
        """Whether a sentence goes on with work: it opens with a verb (after "Đồng thời," and the like)."""
        if self.rule("reported").match(self.view, s, e):
            return False
        at = s
        linked = self.book["assignments.link_word"].match(self.view, at, e)
        if self.rule("background").match(self.view, s, e) and not (
            linked and self.annotations.kind == "report" and self.rule("besides").match(self.view, s, e)
        ):
            return False
        if linked:
            at = linked.end()
        function = self.rule("by_function").match(self.view, at, e)
        if function:
            at = function.end()
        return bool(
            self.rule("task_verb").match(self.view, at, e)
            or self.rule("within_work").match(self.view, at, e)
            or self.rule("forbids").match(self.view, at, e)
        )

    def elaborates(self, s: int, e: int) -> bool:
        """Whether a sentence only says more of the work before it, or names its product."""
        return any(self.rule(name).match(self.view, s, e) for name in ("elaboration", "product_line"))

    def goes_on_counting(self, block: Block, end: int) -> bool:
        """Whether a report's paragraph counts in words ("Thứ nhất, …") what was told to somebody before."""
        if self.annotations.kind != "report" or block.kind != "item":
            return False
        return self.book["assignments.link_word"].match(self.view, block.start, end) is not None

    def is_topic(self, s: int, e: int) -> bool:
        """Whether an item only names the topic of the paragraphs below it: "Về thu ngân sách:"."""
        return self.rule("topic_line").match(self.view, s, e) is not None

    def is_of_item(self, s: int, e: int, listed: bool) -> bool:
        """Whether a line of its own below an item says more of its work: "Danh sách phải gửi trước …".

        By when to report holds for the item alone only inside of its list, where items follow (`listed`).
        """
        said = self.rule("of_item").match(self.view, s, e)
        return said is not None and (listed or said["report"] is None)

    def says_more(self, s: int, e: int, owner: Owner | None, current: Owner | None) -> bool:
        """Whether a sentence says more of the work before it, as a rule or a heading above with names has it.

        Not what tells of work done or of the letter itself, nor a sentence that addresses a body.
        """
        if current is None or self.annotations.kind != "letter" or self.informs(s, e):
            return False
        named_above = owner is not None and owner.specific and owner.agencies == current.agencies
        prescribes = self.rule("prescribes").match(self.view, s, e) is not None
        others = ("reported", "about_itself", "option", *(() if prescribes else ("background",)))
        if not (named_above or prescribes) or any(self.rule(n).match(self.view, s, e) for n in others):
            return False
        found, stop = self.lists.agency_list(s, e)
        return not found or not self.rule("reported").match(self.view, stop, e)

    def is_whole_work(self, s: int, e: int, owner: Owner | None, block: Block) -> bool:
        """Whether a sentence opens the paragraph that a line "Cơ quan chủ trì: …" below gives away."""
        if owner is None or owner.rule != "assignments.lead_line" or s != block.content:
            return False
        return not any(self.rule(n).match(self.view, s, e) for n in ("reported", "background"))

    def issues(self, start: int, end: int) -> bool:
        """Whether a report tells here of the document that it reports: what follows are its orders."""
        spans = self.annotations.header["spans"]
        told = spans.get("number") or (spans.get("issuer") if "type" in spans else None)
        if self.annotations.kind != "report":
            return False
        return (
            bool(told and start <= told[0] < end)
            or self.rule("tells_orders").search(self.view, start, end) is not None
            or self._from_lead(start, end)
        )

    def _from_lead(self, s: int, e: int) -> bool:
        """Whether a report's text begins here with "Theo đó, …", at most its title and date line above."""
        above = self.view.text[self.blocks[0].start : s].strip()
        if len(above) > TITLE_LIMIT or above.endswith((".", ":", ";")):
            return False
        return self.rule("from_lead").match(self.view, s, e) is not None

    def by_letter_told(self, made: Opening, s: int, e: int) -> bool:
        """Whether a report's sentence opens by naming the letter that it tells ("Theo công văn này, …").

        Not where the body it names may be the one that gives the orders.
        """
        if self.rule("order").match(self.view, made.rest, e):
            return False
        if self.rule("by_letter").match(self.view, s, e):
            return True
        return not self.out and self._from_lead(s, e)
