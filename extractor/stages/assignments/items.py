"""Items: a numbered or bulleted item is one task, but for sentences that name their own agency."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Block
from extractor.stages.assignments.admission import Admission
from extractor.stages.assignments.clauses import Clauses
from extractor.stages.assignments.context import Context, Part
from extractor.stages.assignments.inner_orders import InnerOrders
from extractor.stages.assignments.labelled_names import LabelledNames
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.ownership import Ownership
from extractor.stages.assignments.sentence_kinds import SentenceKinds
from extractor.stages.assignments.task_writer import TaskWriter
from extractor.stages.openings.opening import Opening


class Items(Part):
    """Reads the items of one document."""

    def __init__(
        self,
        context: Context,
        labels: LabelledNames,
        admission: Admission,
        sentences: SentenceKinds,
        orders: InnerOrders,
        owners: Ownership,
        clauses: Clauses,
        writer: TaskWriter,
    ) -> None:
        super().__init__(context)
        self.labels, self.admission, self.sentences, self.orders, self.owners, self.clauses, self.writer = (
            labels,
            admission,
            sentences,
            orders,
            owners,
            clauses,
            writer,
        )

    def read(self, i: int, block: Block, opening: Opening | None, owner: Owner | None, end: int) -> None:
        """One numbered or bulleted item: one task, but for sentences that name their own agency."""
        start = block.content
        line = self.rule("task_line").match(self.view, start, end)
        if line:
            start = line.end()
        bracket = self.rule("bracket_order").search(self.view, start, end)
        if bracket and opening is None:
            verb = bracket["verb"]
            lead, stop = self.lists.agency_list(
                self.words.skip(bracket.end("verb") if verb else bracket.start("m"), end), end
            )
            if lead:
                partners = self.partners.coordinating(stop, bracket.end("m"), lead)
                by = owner.assigned_by if owner else None
                due = self.deadlines.read(*bracket.span("m"))
                told = Owner(
                    lead, partners, verb, by, due, True, "assignments.bracket_order", cue=bracket.span("m")
                )
                self.writer.write(
                    block, told, start, self.context.trim(start, bracket.start()), i, due_end=bracket.start()
                )
                return
        current: Owner | None
        if (
            opening is None
            and owner is not None
            and owner.inferred
            and self.admission.hands_to_unknown(start, end)
        ):
            return
        if opening is not None:
            current = self.owners.of_opening(opening, owner, block)
            current.coordinating = []
            self.below[i] = current
            self.context.open = True
            begin = opening.rest
        else:
            current = owner if owner is not None and owner.agencies else self._told_beside(i, start, end)
            begin = start
            topic = self.words.topic_end(start, end)
            agreed = self.rule("agreed").match(self.view, start if topic is None else topic, end)
            topic = agreed.end() if agreed else topic
            if topic is not None:
                inner = self.openings.read(topic, end)
                if (
                    inner is not None
                    and inner.rest < end
                    and (
                        current is None
                        or not current.specific
                        or inner.how in ("subject", "told")
                        or self.book["agencies.hands_on"].hit(inner.mode or "")
                    )
                ):
                    current = self.owners.of_opening(inner, owner, block)
                    current.coordinating = []
                    begin = inner.rest
            kept = owner if owner is not None else current
            if kept is not None:
                self.below[i] = kept
        if opening is not None and self.book["agencies.hands_on"].hit(opening.mode or ""):
            self.clauses.handed = (begin, opening.start)
        pieces = self.clauses.split(begin, end)
        task_start = reached = begin
        for s, e in pieces:
            before, reached = reached, e
            if self.rule("about_itself").match(self.view, s, e):
                if current is not None and task_start < s:
                    self.writer.write(block, current, task_start, before, i)
                task_start = e
                continue
            if s == begin:
                if current is None:
                    found = self.orders.embedded(s, e)
                    if found is not None and not self.admission.allowed(found, block, owner):
                        found = None
                    if found is not None and self.orders.order_counts(found, s):
                        self.writer.write(block, self.owners.of_order(found, owner, s), found.rest, e, i)
                        task_start = e
                    elif asked := self.owners.of_readers(s, e, owner):
                        self.writer.write(block, asked[0], asked[1], e, i)
                        task_start = e
                continue
            made = self.openings.read(s, e)
            if made is None and self.view.text[before : before + 1] == ";":
                made = self.clauses.behind_mark(s, e)
            if made is None or made.rest >= e or not self.admission.allowed(made, block, current):
                if current is None and made is None:
                    found = self.orders.embedded(s, e)
                    if found is not None and self.orders.order_counts(found, s):
                        self.writer.write(block, self.owners.of_order(found, owner, s), found.rest, e, i)
                continue
            if made.how == "condition" and current is not None and made.mode is None:
                continue
            if current is not None and task_start < s:
                self.writer.write(block, current, task_start, before, i)
            current = self.owners.of_opening(made, owner, block)
            current.coordinating = []
            task_start = made.rest
        if current is not None and task_start < end and current.agencies:
            self.writer.write(block, current, task_start, end, i)

    def _told_beside(self, i: int, start: int, end: int) -> Owner | None:
        """In a report's list, those whom the item before tells to work, where that names only groups.

        "- Yêu cầu các sở, các huyện rà soát … / - Đẩy mạnh tuyên truyền …"
        """
        if self.annotations.kind != "report" or self.blocks[i].parent is not None:
            return None
        told = self.below.get(self.context.sibling_above(i))
        if told is None or not told.agencies or not all(a.value.group for a in told.agencies):
            return None
        return replace(told, coordinating=[]) if self.sentences.continues(start, end) else None

    def labelled(self, i: int, block: Block, end: int) -> bool:
        """Work whose item tells, behind a label inside of it, who has to do it: "… (chủ trì: Sở A)"."""
        if self.view.text.find(":", block.content, end - 1) < 0 or self.annotations.kind == "report":
            return False
        label = self.rule("lead_inside").search(self.view, block.content, end)
        if label is None or any(c not in self.line_of for c in self.children.get(i, [])):
            return False
        who = self.labels.named_behind(i, label, end)
        if who is None or self.labels.are_posts(who[0]):
            return False
        if self.openings.read(block.content, end, lead=True) is not None:
            return False
        line = self.rule("task_line").match(self.view, block.content, end)
        start = line.end() if line else block.content
        said = self.rule("time_said").search(self.view, start, end)
        stop = min(label.start("m"), said.start("m") if said else end)
        stop = self.context.trim(start, stop)
        while stop > start and self.view.text[stop - 1] in "(;,.-":
            stop = self.context.trim(start, stop - 1)
        owner = Owner(
            *who,
            deadline=self.deadlines.whole(said.end(), end) if said else None,
            specific=True,
            rule="assignments.lead_line",
            cue=(label.start("m"), max(a.end for a in who[0])),
        )
        self.below[i] = owner
        self.writer.write(block, owner, start, stop, i)
        return True
