"""Noun lists: work whose sentence ends in a list of things is one task with that list.

"2. Sở Y tế rà soát hồ sơ, gồm: / a) Hồ sơ của cơ sở công lập; / b) Hồ sơ của cơ sở tư nhân."
"""

from __future__ import annotations

from extractor.annotations import Block
from extractor.stages.assignments.context import LISTED, Context, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.ownership import Ownership
from extractor.stages.assignments.task_writer import TaskWriter
from extractor.stages.openings.opening import Opening

#: members that a list of things has at least
_FEWEST = 2


class NounLists(Part):
    """Joins the lists of things of one document with the work they belong to."""

    def __init__(self, context: Context, owners: Ownership, writer: TaskWriter) -> None:
        super().__init__(context)
        self.owners, self.writer = owners, writer
        #: blocks that were written with the work above them
        self.joined: set[int] = set()

    def read(self, i: int, block: Block, opening: Opening | None, owner: Owner | None, end: int) -> bool:
        """Write the block and all below it as one task, if it is work that a list of things completes."""
        members = [n for n in self.children.get(i, []) if self.blocks[n].kind in LISTED]
        if len(members) < _FEWEST or self.annotations.kind == "report":
            return False
        if opening is not None:
            doer, start = self.owners.of_opening(opening, owner, block), opening.rest
        elif owner is not None and owner.agencies and (block.kind in LISTED or owner.specific):
            doer, start = owner, block.content
        else:
            return False
        start = self.words.skip(start, end)
        if not self._is_work(start, end) or not all(map(self._is_thing, members)):
            return False
        below = self._with_all_below(members)
        self.joined.update(below)
        self.below[i] = doer
        doer.coordinating = [] if opening is not None else doer.coordinating
        self.writer.write(block, doer, start, max(self.blocks[n].end for n in below), i)
        return True

    def _is_work(self, start: int, end: int) -> bool:
        """Whether a lead-in tells what to do, not only that what is to be done stands below it."""
        return (
            self.rule("task_verb").match(self.view, start, end) is not None
            and self.rule("only_announces").match(self.view, start, end) is None
        )

    def _is_thing(self, i: int) -> bool:
        """Whether a member of a list names a thing: it begins with no verb and with no body."""
        block = self.blocks[i]
        if i in self.line_of or i in self.attributes:
            return False
        start, end = block.content, self.context.trim(block.content, block.end)
        at = self.words.skip(start, end)
        topic = self.view.text.find(":", start, end - 1)
        return not (
            self._asks(at, end)
            or (topic >= 0 and self._asks(self.words.skip(topic + 1, end), end))
            or self.lists.agency_list(at, end)[0]
            or self.openings.read(at, end) is not None
        )

    def _asks(self, start: int, end: int) -> bool:
        """Whether work is said right here."""
        return any(self.rule(n).match(self.view, start, end) for n in ("task_verb", "within_work", "forbids"))

    def _with_all_below(self, members: list[int]) -> list[int]:
        found = list(members)
        for n in found:
            found.extend(self.children.get(n, []))
        return found
