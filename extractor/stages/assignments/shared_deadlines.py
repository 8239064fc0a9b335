"""Shared deadlines: a line of its own that says by when the tasks beside it are due."""

from __future__ import annotations

from extractor.annotations import Block
from extractor.stages.assignments.beside import Attributes
from extractor.stages.assignments.context import Context, Part


class SharedDeadlines(Part):
    """Gives the tasks of a list the deadline on a line beside it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: number of a block -> how many tasks below it, from the first on, have a deadline
        self.dated: dict[int, int] = {}
        self.shared = 0

    def apply(self, i: int, block: Block, attributes: Attributes) -> None:
        """A deadline on a line of its own holds for the tasks of the list above it."""
        deadline = attributes.due.get(i, attributes.deadline)
        if deadline is None:
            return
        lead_line = bool(attributes.lead)
        for index in self._tasks_beside(i, block):
            task = self.out[index]
            if task.deadline is None and (lead_line or task.span.start < block.start):
                inferred = [*task.inferred, "deadline"] if deadline.relative else task.inferred
                self.out[index] = task.model_copy(update={"deadline": deadline, "inferred": inferred})
                self.origins[index].due = "line"

    def _tasks_beside(self, i: int, block: Block) -> list[int]:
        """The tasks of the blocks beside a block; behind a list with a lead-in or heading, those of it.

        Those at the front that have a deadline already are left out.
        """
        at = self.blocks[i - 1].parent if i else None
        while at is not None and self.blocks[at].parent != block.parent:
            at = self.blocks[at].parent
        at = block.parent if at is None else at
        if at is None or block.kind != "paragraph":
            parent = -1 if block.parent is None else block.parent
            beside, first = self.tasks_of.get(parent, []), self.dated.get(parent, 0)
            while first < len(beside) and self.out[beside[first]].deadline is not None:
                first += 1
            self.dated[parent] = first
            return beside[first:]
        # those behind the last such line: what stands before that has its own
        first, self.shared = self.shared, len(self.out)
        begin = self.blocks[at].start
        return [n for n in range(first, self.shared) if self.out[n].span.start >= begin]
