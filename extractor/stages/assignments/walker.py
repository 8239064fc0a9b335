"""Walker: the blocks of a document in text order, each given to who can read its kind."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Block, Origin
from extractor.record import AgencyRef
from extractor.stages.assignments.admission import Admission
from extractor.stages.assignments.clauses import Clauses
from extractor.stages.assignments.context import LISTED, NEAR, Context, Part
from extractor.stages.assignments.inner_orders import InnerOrders
from extractor.stages.assignments.items import Items
from extractor.stages.assignments.labelled_names import LabelledNames
from extractor.stages.assignments.lead_ins import LeadIns
from extractor.stages.assignments.name_lines import NameLines
from extractor.stages.assignments.noun_lists import NounLists
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.ownership import Ownership
from extractor.stages.assignments.products import Products
from extractor.stages.assignments.prose import Prose
from extractor.stages.assignments.readings import Readings
from extractor.stages.assignments.report_orders import ReportOrders
from extractor.stages.assignments.sentence_kinds import SentenceKinds
from extractor.stages.assignments.shared_deadlines import SharedDeadlines
from extractor.stages.assignments.speakers import Speakers
from extractor.stages.assignments.task_writer import TaskWriter
from extractor.stages.assignments.work_lines import WorkLines
from extractor.stages.openings.opening import Opening
from extractor.stages.reported import TITLE_LIMIT
from extractor.stages.task_rows import RowReader

#: how far into a sentence the words that ask for work may stand
_ASKING = 260
#: blocks of a table that are no rows of their own
_BETWEEN_ROWS = ("row_rest", "header_row")


class Walker(Part):
    """Walks through the blocks of one document."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.speakers = Speakers(context)
        self.labels = LabelledNames(context)
        self.products = Products(context)
        self.lines = WorkLines(context, self.labels, self.products)
        self.readings = Readings(context)
        self.admission = Admission(context, self.speakers)
        self.sentences = SentenceKinds(context)
        self.reported = ReportOrders(context, self.speakers)
        self.orders = InnerOrders(context, self.speakers, self.readings)
        self.owners = Ownership(context, self.speakers)
        self.clauses = Clauses(context, self.speakers, self.orders)
        self.writer = TaskWriter(context, self.products)
        self.due_lines = SharedDeadlines(context)
        self.lead_ins = LeadIns(context, self.speakers, self.orders, self.owners, self.writer)
        self.name_lines = NameLines(context)
        self.noun_lists = NounLists(context, self.owners, self.writer)
        self.items = Items(
            context,
            self.labels,
            self.admission,
            self.sentences,
            self.orders,
            self.owners,
            self.clauses,
            self.writer,
        )
        self.paragraphs = Prose(
            context,
            self.readings,
            self.admission,
            self.sentences,
            self.reported,
            self.orders,
            self.owners,
            self.clauses,
            self.writer,
        )
        self.rows = RowReader(self.annotations, self.book, self.deadlines)
        self.title = self._title_block()
        self.giving = True
        #: lines that belong to the item above them
        self.taken: set[int] = set()
        #: whether the blocks are those of an attached plan
        self.plan = False
        #: the last line of the title of what is attached
        self.titled = -1

    def _title_block(self) -> int:
        """The number of the block that is a report's title, which tells what the text tells again; or -1."""
        body = [i for i, b in enumerate(self.blocks) if b.part == "body"]
        if self.annotations.kind != "report" or len(body) < 2:
            return -1
        block = self.blocks[body[0]]
        line = self.view.text[block.start : block.end].rstrip()
        return body[0] if len(line) <= TITLE_LIMIT and "\n" not in line and line[-1] not in ".:;,/" else -1

    def walk(self) -> None:
        self.lines.collect()
        part = "body"
        for i, block in enumerate(self.blocks):
            if block.part != part:
                part = block.part
                self.context.open, self.context.prose, self.context.voice = False, None, None
                self.giving, self.plan = block.part != "attachments", False
                self.titled = i - 1
            if block.part == "attachments":
                self._kind_of_attachment(i, block)
                if self.plan:
                    self.annotations.planned.append(block)
            if block.kind == "row":
                self._row(i, block)
            elif block.kind not in _BETWEEN_ROWS and self.giving:
                self._block(i, block)
        ranked = sorted(range(len(self.out)), key=lambda n: self.out[n].span.start)
        self.annotations.assignments = [self.out[n] for n in ranked]
        self.annotations.made["assignments"] = [self.origins[n] for n in ranked]
        if self.annotations.kind == "report" and "issuer" not in self.annotations.header:
            self.speakers.take_issuer()

    def _kind_of_attachment(self, i: int, block: Block) -> None:
        """An attached plan gives orders, regulations only where they say so, forms and lists none."""
        if block.label or block.end - block.content > 400:
            return  # a numbered line stands inside of what is attached
        first = self.titled == i - 1
        title = self.book["assignments.attached_title"].match(self.view, block.content, block.end)
        if title is None:
            if first and self.view.text[block.content] == "(":
                self.titled = i  # "(Kèm theo Quyết định số …)" stands among the lines of a title
            return
        kind = next(name for name, words in title.groupdict().items() if words and name != "m")
        if kind != "list" and not first and not self.view.text[slice(*title.span("m"))].isupper():
            return  # "Phân công người thụ lý hồ sơ" inside of a procedure is no title
        self.titled = i
        self.giving = kind != "list"
        self.context.norms = kind == "norms"
        self.plan = kind == "plan"

    def _block(self, i: int, block: Block) -> None:
        if i == self.title or i in self.noun_lists.joined or i in self.taken:
            return
        if self._is_told_by_lines(i, block):
            return
        owner = self.below.get(block.parent) if block.parent is not None else None
        end = self.context.trim(block.content, block.end)
        if end <= block.content or (block.kind in LISTED and self.items.labelled(i, block, end)):
            return
        end = self.context.trim(block.content, self._before_execution(block.content, end))
        if end <= block.content or (block.kind == "paragraph" and self._orders_nothing(block, end)):
            return
        text, children = self.view.text, self.children.get(i, [])
        announces = self._announces(i, block, end)
        opening = self.readings.read(block.content, end, block.parent, lead=True)
        if opening is not None and not (
            self.admission.allowed(opening, block, owner) and self.admission.is_told(opening, block, end)
        ):
            if owner is not None and block.kind != "paragraph" and self.admission.hands_on(opening, end):
                owner = replace(owner, agencies=[], coordinating=[])  # the issuer orders others here
            opening = None
        if opening is None and self.readings.pronoun(self.words.skip(block.content, end), end):
            return  # it is not clear who is meant
        opening = self._somebody_unknown(opening, block, owner, end, announces)
        above = self.name_lines.above(i)
        if opening is None and above is None and owner is not None and text[end - 1] == ";":
            opening = self.name_lines.first(i, block, end)
        if above is not None:
            opening, owner = self.name_lines.together(above, opening, owner, block, end, announces)
            beside = announces and opening is not None and not children and block.parent is not None
            if beside and opening and self.rule("opens_list").search(self.view, opening.rest, end):
                self.below[block.parent or 0] = self.owners.of_opening(opening, owner, block)
                return  # the items beside it are the list
        elif opening is None and block.kind == "paragraph" and text[end - 1] in ";,":
            order = self.orders.embedded(self.context.last_sentence(block.content, end), end)
            if order is not None and order.rest >= end:
                self.name_lines.line_names = i, self.owners.of_order(order, owner, block.content)
                return
        if announces and above is None and self.noun_lists.read(i, block, opening, owner, end):
            return
        if announces and self.lead_ins.read(i, block, opening, owner, end):
            below = self.below.get(i)
            if block.kind == "paragraph" and not children and below is not None and below.agencies:
                self.context.prose, self.context.last_paragraph = below, i  # its list has no marks
            return
        if opening is not None and opening.rest >= end - (above is not None and text[end - 1] == "."):
            self.below[i] = made = self.owners.of_opening(opening, owner, block)
            if above is not None or text[end - 1] in ";," or block.kind == "bullet":
                self.name_lines.line_names = i, made
            elif block.kind == "paragraph" and text[end - 1].isalpha() and not children:
                self.context.prose, self.context.last_paragraph = replace(made, specific=True), i
            return
        if (
            announces
            and opening is None
            and block.kind in LISTED
            and self.sentences.is_topic(block.content, end)
        ):
            return
        if opening is None and owner is None and self.sentences.goes_on_counting(block, end):
            self.paragraphs.read(i, block, owner, end)
        elif block.kind in LISTED or (block.kind == "heading" and opening is not None):
            self.items.read(i, block, opening, owner, self._with_lines_below(i, end))
        elif block.kind == "paragraph":
            self.paragraphs.read(i, block, owner, end)
        elif owner is not None:
            self.below[i] = owner

    def _with_lines_below(self, i: int, end: int) -> int:
        """The end of an item with the unmarked lines right below it that only say more of its work."""
        if self.annotations.kind != "letter" or any(
            self.blocks[n].kind != "paragraph" for n in self.children.get(i, [])
        ):
            return end
        for n in range(i + 1, len(self.blocks)):
            below = self.blocks[n]
            if below.kind != "paragraph" or below.part != self.blocks[i].part or n in self.children:
                break
            stop = self.context.trim(below.content, below.end)
            if n in self.line_of or stop <= below.content or self.view.text[stop - 1] == ":":
                break
            after = self.blocks[n + 1] if n + 1 < len(self.blocks) else below
            listed = after.kind in LISTED and after.parent == self.blocks[i].parent
            if not self.sentences.is_of_item(below.content, stop, listed):
                break
            self.taken.add(n)
            end = stop
        return end

    def _is_told_by_lines(self, i: int, block: Block) -> bool:
        """Whether a block is a line beside a work, or a work that such lines give to somebody."""
        said = self.line_of.get(i)
        if said is not None:
            if said is self.attributes.get(-1 if block.parent is None else block.parent):
                self.due_lines.apply(i, block, said)
            return True
        own = self.attributes.get(i)
        if own is None or not own.lead:
            return False
        self.below[i] = Owner(
            own.lead,
            own.coordinating,
            own.mode,
            None,
            own.deadline,
            True,
            "assignments.lead_line",
            cue=(min(a.start for a in own.lead), max(a.end for a in own.lead)),
        )
        if not [c for c in self.children.get(i, []) if c not in self.line_of]:
            line = self.rule("task_line").match(self.view, block.content, block.end)
            start = line.end() if line else block.content
            self.writer.write(block, self.below[i], start, block.end, i)
        return True

    def _orders_nothing(self, block: Block, end: int) -> bool:
        """Whether a paragraph only informs, or is a title, a basis or a footnote."""
        text = self.view.text
        if self.sentences.informs(block.content, end, _ASKING) and not (
            text[end - 1] == ":" and self.lead_ins.lead_tells(block.content, end)
        ):
            return True
        return bool(
            text[block.content : end].isupper()
            or (text[end - 1] in ";," and self.book["layout.basis"].match(self.view, block.start, end))
            or self.rule("footnote").match(self.view, block.content, end)
        )

    def _announces(self, i: int, block: Block, end: int) -> bool:
        """Whether a block announces what stands below it."""
        last = self.view.text[end - 1]
        if last == ":" or i not in self.children:
            return last == ":"
        if block.kind != "paragraph":
            return last not in ".;"
        said = self.book["layout.announces"].search(self.view, max(block.content, end - NEAR), end)
        return said is not None

    def _somebody_unknown(
        self, opening: Opening | None, block: Block, owner: Owner | None, end: int, announces: bool
    ) -> Opening | None:
        """The opening of a block, where need be that by somebody whom no register knows."""
        at, text = block.content, self.view.text
        unread = opening is None or (opening.rest < end and text[opening.rest].isdigit())
        if announces:
            if not unread or block.kind == "paragraph":
                return opening
            if not (self.context.orders_given(owner) or self.context.under_duties(block)):
                return opening
            return self.unknown.named_line(at, end) or self.unknown.duty_of(at, end) or opening
        if opening is not None or block.kind not in LISTED:
            return opening
        if owner is not None and owner.agencies and not owner.specific:
            opening = self.unknown.up_to_work(at, end)
        if opening is None and owner is not None and not (owner.agencies and owner.specific):
            opening = self.orders.done_by(at, end) or self.unknown.unknown_work(at, end)
        if opening is None and self.context.under_duties(block):
            opening = self.unknown.unit_work(at, end)
        if opening is None and owner is not None and not owner.specific:
            opening = self.unknown.named_first(at, end)
        return opening

    def _row(self, i: int, block: Block) -> None:
        if "task" not in block.columns:
            return
        rests, at = [], i + 1
        while at < len(self.blocks) and self.blocks[at].kind in _BETWEEN_ROWS:
            if self.blocks[at].kind == "row_rest":
                rests.append(self.blocks[at])
            at += 1
        row = self.rows.read(block, rests)
        if row is None:
            return
        self.writer.emit(
            row.lead,
            row.coordinating,
            None,
            None,
            row.task,
            row.deadline,
            row.recurrence,
            self.writer.label(i),
            "layout.column_task",
            Origin(block, None, False, *row.mentions, "cell" if row.deadline else ""),
            row.inferred,
            row.product,
        )

    def _before_execution(self, start: int, end: int) -> int:
        """Where the execution clause of a decision begins, `end` without one: its agencies are executors."""
        clause = self.rule("execution").search(self.view, start, end)
        if clause is None:
            return end
        begin = self.context.last_sentence(start, clause.start())
        found: list[AgencyRef] = []
        reached = begin
        for a in self.annotations.within("agencies", begin, clause.start()):
            if not self.rule("modifier_before").search(self.view, max(reached, a.start - 40), a.start):
                found += self.writer.refs([a])
            reached = a.end
        if found and self.giving:
            self.annotations.header.setdefault("executors", []).extend(found)
        return begin
