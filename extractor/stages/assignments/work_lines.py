"""Lines beside a work that say who leads, who helps, by when, with what product."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from extractor.annotations import Block
from extractor.firsts import LETTERS
from extractor.stages.assignments.beside import Attributes, Line, Run
from extractor.stages.assignments.context import Context, Part
from extractor.stages.assignments.labelled_names import LabelledNames
from extractor.stages.assignments.products import Products

#: characters of an order that names no work of its own
_BARE = 400
#: rules of the lines that say something of the work beside them
_BESIDE = (
    "lead_line",
    "coordinating_line",
    "deadline_line",
    "product_line",
    "result_line",
    "leader_line",
    "task_line",
    "aside_line",
)


class WorkLines(Part):
    """Reads the lines beside the works of one document."""

    def __init__(self, context: Context, labels: LabelledNames, products: Products) -> None:
        super().__init__(context)
        self.labels, self.products = labels, products
        self.beside = self.book.openers("assignments", _BESIDE)

    def collect(self) -> None:
        lines: list[Line] = []
        #: parents of works told by a label ("Nội dung: …") or with lines beside them
        works: set[int] = set()
        for i, block in enumerate(self.blocks):
            if block.parent is None and block.kind != "paragraph":
                continue
            can = self.beside[self.view.text[block.content : block.content + LETTERS]]
            if not can:
                continue
            line = self._read_line(i, block, can)
            if line is not None:
                lines.append(line)
                if line.aside:
                    continue
            if block.parent is not None and (
                line is not None
                or ("task_line" in can and self.rule("task_line").match(self.view, block.content, block.end))
            ):
                works.add(block.parent)
        works -= {self.blocks[line.block].parent or 0 for line in lines if line.who}
        if bare := [line for parent in works for line in self._bare_orders(parent)]:
            lines = sorted([*lines, *bare], key=attrgetter("block"))
        runs: dict[int | None, list[Run]] = {}
        for line in lines:
            above = self._work_above(line.block)
            beside = runs.setdefault(self.blocks[line.block].parent, [])
            if beside and beside[-1].lines[-1].block == above:
                beside[-1].lines.append(line)
            else:
                beside.append(Run(above, [line]))
        for beside in runs.values():
            self._route(beside)
        for line in sorted(lines, key=attrgetter("aside")):
            self._take_line(line, self.blocks[line.block])
        self._share_last()

    def _work_above(self, i: int) -> int:
        """The block that a line stands below: for a line without a mark the item right above it."""
        if i and self.blocks[i].kind == "paragraph" and self.context.is_item(i - 1):
            return i - 1
        return self.context.sibling_above(i)

    def _bare_orders(self, parent: int) -> Iterator[Line]:
        """The orders below a block that name no work of their own, but that beside them: "Giao Sở A chủ trì".

        Where nothing is told by a label they stand for that only below an item that is no heading of duties.
        """
        below = self.children[parent]
        told = any(
            self.rule("task_line").match(self.view, self.blocks[c].content, self.blocks[c].end) for c in below
        )
        if not told and (not self.context.is_item(parent) or self.context.under_duties(self.blocks[parent])):
            return
        for c in below:
            at, end = self.blocks[c].content, self.context.trim(self.blocks[c].content, self.blocks[c].end)
            if end - at > _BARE or c in self.children:
                continue
            order = self.rule("order_opening").match(self.view, at, end)
            begin = order.end() if order else at
            if not self.lists.agency_list(begin, end)[0]:
                continue
            until = self.labels.time_behind(begin, end) or end
            if self.rule("cell_role").search(self.view, begin, until) and self.labels.is_bare(begin, until):
                mode = self.view.key[slice(*order.span("m"))] if order else None
                yield Line(c, who=self.labels.named_in(begin, until, until, until), mode=mode)

    def _read_line(self, i: int, block: Block, can: frozenset[str]) -> Line | None:
        """The labels of a block that says something of the work beside it; None for another block.

        `can` names the rules that may match at its first word.
        """
        at, end = block.content, block.end

        def label_of(name: str) -> Any:
            return self.rule(name).match(self.view, at, end) if name in can else None

        line = Line(i)
        label = label_of("lead_line")
        if label is None:
            line.partner = label_of("coordinating_line")
            line.due = None if line.partner else label_of("deadline_line")
            if line.partner is None and self.view.text.find(":", at, end - 1) >= 0:
                label = self._lead_behind(at, end)
                line.inner = label.start("m") if label else None
        if label is not None:
            line.who = self.labels.named_behind(i, label, end)
            line.listed = i in self.children and not self.view.text[label.end() : end].strip()
            if line.inner is not None and line.who and self.labels.are_posts(line.who[0]):
                line.who = None  # who is in the chair of a meeting at the time told before
            if line.who is None and line.inner is None:
                return None
        if line.due and line.who is None and not self._only_deadline(line.due.end(), end):
            return None
        if not (line.due or line.partner) and (label is None or line.inner is not None):
            line.product = label_of("product_line")
            line.result = None if line.product else label_of("result_line")
        if not (line.who or line.partner or line.due or line.product or line.result):
            aside = label_of("aside_line") or label_of("leader_line")
            line.aside = aside is not None and self._orders_nothing(aside.end(), end)
            return line if line.aside else None
        return line

    def _orders_nothing(self, at: int, end: int) -> bool:
        """Whether what stands behind a label (of money, place or leader) opens no order."""
        opening = self.openings.read(at, end)
        return opening is None or opening.rest >= end

    def _route(self, beside: list[Run]) -> None:
        """Give the runs of lines below one block to the works that they are about, where these are several.

        So it is for lines without marks below items, and in "- Work A / - Chủ trì: … / - Work B / - Chủ trì:
        …". Elsewhere lines hold for all work beside them.
        """
        leading = [run for run in beside if any(line.who for line in run.lines)]
        ahead = len(leading) > 1 and leading[0].above < 0
        for n, run in enumerate(leading):
            first, last = self.blocks[run.lines[0].block], run.lines[-1].block
            plain = first.kind == "paragraph"
            if len(leading) < 2 and not (plain and run.above >= 0 and self.context.is_item(run.above)):
                continue
            works = [run.above]
            if ahead or not plain:
                begin = last if ahead else leading[n - 1].lines[-1].block if n else -1
                until = leading[n + 1].lines[0].block if n + 1 < len(leading) else len(self.blocks)
                below = self.children.get(-1 if first.parent is None else first.parent, [])
                until = until if ahead else run.lines[0].block
                near = below[bisect_right(below, begin) : bisect_left(below, until)]
                works = [c for c in near if ahead or self.blocks[c].kind == first.kind] or works
            if works[0] < 0:
                continue
            said = self.attributes.get(works[-1]) or Attributes()
            for work in works:
                self.attributes.setdefault(work, said)
            self.line_of.update((line.block, said) for line in run.lines)

    def _take_line(self, line: Line, block: Block) -> None:
        """Keep what a line says for the work that it is about."""
        i, at, end = line.block, block.content, block.end
        parent = -1 if block.parent is None else block.parent
        said = self.line_of.get(i) or self.attributes.get(parent)
        if block.parent is None and (line.who or line.partner) and not line.due and i not in self.line_of:
            return
        if (line.result or line.aside) and not (said and said.lead):
            return
        said = self.attributes.setdefault(parent, Attributes()) if said is None else said
        self.line_of[i] = said
        if line.product or line.result:
            self.products.take(line, block, said)
        if line.listed or (line.aside and i in self.children):
            self.line_of.update(dict.fromkeys(self.children[i], said))
        if line.who is not None:
            said.lead += line.who[0]
            said.coordinating += line.who[1]
            said.mode = said.mode or line.mode
        if line.partner:
            said.coordinating += self.annotations.within("agencies", line.partner.end(), end)
        if line.product or line.result or line.aside:
            return
        time = at if line.due else self.labels.time_behind(at, end)
        if time is not None:
            self._time_of(i, time, said)

    def _lead_behind(self, at: int, end: int) -> Any:
        """The label of those who lead, on a line that says something else of the work before: or None."""
        if not any(
            self.rule(n).match(self.view, at, end) for n in ("leader_line", "deadline_line", "product_line")
        ):
            return None
        return self.rule("lead_inside").search(self.view, at, end)

    def _time_of(self, i: int, at: int, attributes: Attributes) -> None:
        """By when and how often, as a line (from `at` on) says that says nothing else."""
        block = self.blocks[i]
        plan = block.parent is None or self.blocks[block.parent].kind == "paragraph"
        deadline = self.deadlines.whole(at, block.end, plan)
        self.deadlines.warn_of_unknown(at, block.end, alone=True)
        if deadline is not None:
            attributes.due[i] = deadline
        attributes.deadline = attributes.deadline or deadline
        attributes.recurrence = attributes.recurrence or self.deadlines.recurrence(at, block.end)

    def _share_last(self) -> None:
        """Lines under the last item of a list, and under no other, tell who does all items of the list."""
        for parent, below in self.children.items():
            beside = [c for c in below if self.blocks[c].kind == "item"]
            if len(beside) < 2 or parent in self.attributes or beside[-1] not in self.attributes:
                continue
            shared = self.attributes[beside[-1]]
            if shared.lead and not any(c in self.children for c in beside[:-1]):
                self.attributes[beside[-1]] = Attributes()
                self.attributes[parent] = shared

    def _only_deadline(self, at: int, end: int) -> bool:
        """Whether a deadline line says nothing but the time."""
        return end - at <= 90 and next(self.annotations.within("agencies", at, end), None) is None
