"""Name lines: lists of those told, each name on a line of its own."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Block
from extractor.stages.assignments.context import Context, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.openings.opening import PRONOUN, Opening


class NameLines(Part):
    """Joins the lines of one document that each only name somebody."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: the last of the lines that each only name somebody, and all who are named there
        self.line_names: tuple[int, Owner] | None = None

    def first(self, i: int, block: Block, end: int) -> Opening | None:
        """A line that names somebody unknown, when the next line beside it only names somebody."""
        after = self.blocks[i + 1] if i + 1 < len(self.blocks) else None
        if after is None or after.parent != block.parent or after.kind != block.kind:
            return None
        made = self.unknown.named_alone(self.words.skip(block.content, end), end)
        stop = self.context.trim(after.content, after.end)
        if made is None or self.view.text[stop - 1] not in ";.":
            return None
        found, behind = self.lists.agency_list(self.words.skip(after.content, stop), stop)
        return made if found and self.words.skip(behind, stop, " ;.") >= stop else None

    def above(self, i: int) -> Owner | None:
        """Those whom the lines right above a block name, where each only names somebody; else None."""
        return self.line_names[1] if self.line_names is not None and self.line_names[0] == i - 1 else None

    def together(
        self, above: Owner, opening: Opening | None, owner: Owner | None, block: Block, end: int, lead: bool
    ) -> tuple[Opening | None, Owner | None]:
        """The opening and owner of a block that goes on with a list of names on lines of their own.

        "Bộ Y tế đề nghị Sở A; / Bệnh viện B; / Viện C thực hiện các nội dung sau:" tells all three.
        """
        at = self.words.skip(block.content, end)
        if opening is None and self.view.text[end - 1] == ";":
            found, stop = self.lists.agency_list(at, end)
            found, stop = self.told.whole_list(found, stop, end) if found else (found, stop)
            if found and self.words.skip(stop, end) >= end:
                opening = Opening(found, end, "subject", "assignments.agency_gap", None, at)
        if opening is None and lead:
            semicolon = self.view.text.find(";", at, end)
            work = self.words.skip(semicolon, end) if semicolon >= 0 else end
            if work < end and self.rule("task_verb").match(self.view, work, end):
                found, stop = self.lists.agency_list(at, end)
                last = self.unknown.named_alone(at, semicolon) if stop != semicolon else None
                found = last.agencies if last is not None else found if stop == semicolon else []
                opening = (
                    Opening(found, work, "subject", "assignments.agency_gap", None, at) if found else None
                )
        if opening is None and not lead:
            opening = self.unknown.named_alone(at, end)
        if opening is not None:
            names = opening.rest >= end - (self.view.text[end - 1] == ".") and not lead
            if (names or lead) and opening.how == "subject" and opening.rule != PRONOUN:
                told = {a.value.id: a for a in (*above.agencies, *opening.agencies)}
                return replace(opening, agencies=[*told.values()], mode=above.mode), above
        elif block.kind == "paragraph" and self.rule("task_verb").match(self.view, at, end):
            if lead:
                return Opening(above.agencies, at, "order", above.rule, above.mode, at), above
            if self.view.text[at].islower():
                return None, above
        return opening, owner
