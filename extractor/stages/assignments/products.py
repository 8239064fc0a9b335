"""Products: what a task is to yield, named on a line beside the work or inside its words."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

from extractor.annotations import Block
from extractor.stages.assignments.beside import Attributes, Inside, Line
from extractor.stages.assignments.context import Context, Part


class Products(Part):
    """Finds the products of the tasks of one document."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: whether any line names a product
        self.products = False
        self.above_lines: dict[int, int] = {}

    def take(self, line: Line, block: Block, said: Attributes) -> None:
        """The product that a line names, in its own words or in the list below it."""
        i = line.block
        words = self.context.bare((line.product or line.result).end(), line.inner or block.end)
        below = [] if line.who else self.children.get(i, [])
        if below:
            self.line_of.update(dict.fromkeys(below, said))
            if words[1] <= words[0]:
                words = self.context.bare(self.blocks[below[0]].content, self.blocks[below[-1]].end)
        if words[1] > words[0]:
            said.products.append((i, words))
            self.products = True

    def of_block(self, i: int) -> tuple[int, int] | None:
        """The product that a line below a block, or below one of those above it, names for it."""
        if not self.products:
            return None
        own = self.attributes.get(i)
        if own is not None and own.products:
            return own.products[0][1]
        node, at = i, self.blocks[i].parent
        while True:
            beside = self.attributes.get(-1 if at is None else at)
            below = bisect_right(beside.products, node, key=itemgetter(0)) if beside else 0
            if beside is not None and below < len(beside.products):
                line = beside.products[below]
                listed = at is not None and self.blocks[line[0]].kind != "paragraph"
                if listed or self._right_above(line[0]) == node:
                    return line[1]
            if at is None:
                return None
            node, at = at, self.blocks[at].parent

    def _right_above(self, line: int) -> int:
        """The block beside a line that stands right above it, but for other such lines; -1 for none."""
        if line not in self.above_lines:
            above = self.context.sibling_above(line)
            while above in self.line_of:
                above = self.context.sibling_above(above)
            self.above_lines[line] = above
        return self.above_lines[line]

    def inside(self, start: int, end: int) -> Inside | None:
        """The product that is named behind the work, in the same words.

        The work keeps all its words when more of it stands behind the product.
        """
        said = self.rule("product_inside").search(self.view, start, end)
        if said is None:
            return None
        text = self.view.text
        bracket = text[said.start("m") - 1] == "("
        closing = text.find(")", said.end(), end) if bracket else -1
        stop = self.rule("product_stop").search(self.view, said.end(), end)
        until = closing if closing >= 0 else stop.start("m") if stop else end
        words = self.context.bare(said.end(), until)
        if words[1] <= words[0]:
            return None
        behind = self.context.bare(until + 1, end) if until < end else (end, end)
        more = behind[1] > behind[0] and not self.rule("deadline_line").match(self.view, *behind)
        before = said.start("m")
        while before > start and (text[before - 1].isspace() or text[before - 1] in ".;,("):
            before -= 1
        return Inside(end if more or before <= start else before, words, (end, end) if more else behind)
