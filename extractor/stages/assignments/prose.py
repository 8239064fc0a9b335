"""Prose: each sentence is a task of whom it names, or of whom the sentence before named."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Block
from extractor.stages.assignments.admission import Admission
from extractor.stages.assignments.clauses import Clauses
from extractor.stages.assignments.context import NEAR, Context, Part
from extractor.stages.assignments.inner_orders import InnerOrders
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.ownership import Ownership
from extractor.stages.assignments.readings import Readings
from extractor.stages.assignments.report_orders import ReportOrders
from extractor.stages.assignments.sentence_kinds import SentenceKinds
from extractor.stages.assignments.task_writer import TaskWriter
from extractor.stages.openings.opening import PRONOUN, Opening

#: characters that a picture's caption may have
_CAPTION = 260
#: marks at the end of a full paragraph
_FULL = frozenset('.:…”"!?)')
#: characters of a paragraph of a report that only repeats something between others
_ASIDE = 120


class Prose(Part):
    """Reads the running prose of one document."""

    def __init__(
        self,
        context: Context,
        readings: Readings,
        admission: Admission,
        sentences: SentenceKinds,
        reported: ReportOrders,
        orders: InnerOrders,
        owners: Ownership,
        clauses: Clauses,
        writer: TaskWriter,
    ) -> None:
        super().__init__(context)
        (
            self.readings,
            self.admission,
            self.sentences,
            self.reported,
            self.orders,
            self.owners,
            self.clauses,
            self.writer,
        ) = readings, admission, sentences, reported, orders, owners, clauses, writer
        #: whose work a short paragraph that gives none has interrupted, and its number
        self.interrupted: tuple[Owner | None, int] = None, -2

    def read(self, i: int, block: Block, owner: Owner | None, end: int) -> None:
        """Running prose: each sentence is a task of whom it names, or of whom the sentence before named."""
        if self._is_caption(i, block, end) or self._is_subheading(i, block, end):
            return
        owner = owner or self.context.voice
        background = bool(self.rule("background").match(self.view, block.content, end))
        if background and self.context.open and self.annotations.kind == "report":
            background = not self.rule("besides").match(self.view, block.content, end)
        states = self.annotations.kind == "report" and self.rule("states").match(
            self.view, block.content, end
        )
        if owner is not None and owner.agencies:
            current: Owner | None = owner
        elif (
            self.context.prose is not None
            and self.context.last_paragraph == i - 1
            and block.parent == self.blocks[i - 1].parent
        ):
            current = self.context.prose
            near = min(end, block.content + NEAR)
            if self.below.get(i - 1) is self.context.prose and self.rule("asks_readers").search(
                self.view, block.content, near
            ):
                current = None  # behind a lead-in: it is the readers that are asked again
        elif self._resumes(i, block, end):
            current = self.interrupted[0]
        else:
            current = None
        if background:
            current = None
            self.context.open = self.context.open and self.annotations.kind == "letter"
        background = background or bool(states)
        made_any = False
        pending: tuple[int, int] | None = None
        holder: Owner | None = None
        for s, e in self.clauses.split(block.content, end):
            begins = self._sentence(s, e, current, owner, block, background)
            if begins is not None and begins[1] == s and pending and self._same_task(s, e, holder):
                pending = (pending[0], e)
                continue
            if begins is not None:
                self._flush(block, holder, pending, i)
                holder, at = begins
                pending = (at, e)
                if current is None or not self._only_heads(holder):
                    current = holder
                made_any = True
            elif pending is not None and (
                self.sentences.elaborates(s, e) or self.sentences.says_more(s, e, owner, current)
            ):
                pending = (pending[0], e)
            else:
                self._flush(block, holder, pending, i)
                pending = None
                if current is not None and not self.sentences.continues(s, e):
                    current = owner if owner is not None and owner.agencies else None
            if not self.context.open:
                self.context.open = self.sentences.issues(s, e)
        self._flush(block, holder, pending, i)
        if not made_any and not background and end - block.content <= _ASIDE:
            self.interrupted = self.context.prose if self.context.last_paragraph == i - 1 else None, i
        self.context.prose = current if made_any else None
        self.context.last_paragraph = i
        if owner is not None:
            self.below.setdefault(i, owner)

    def _same_task(self, s: int, e: int, holder: Owner | None) -> bool:
        """Whether a sentence that names nobody belongs to the task before it.

        It says more of it; or they stand below a heading that names who works, where a paragraph is an item.
        """
        if self.sentences.elaborates(s, e):
            return True
        return holder is not None and holder.specific and self.annotations.kind == "letter"

    def _among_orders(self, s: int, block: Block, current: Owner | None) -> bool:
        """Whether a report's sentence stands among others that give work."""
        if self.annotations.kind != "report" or current is None:
            return False
        return s > block.content or self.book["assignments.link_word"].match(self.view, s) is not None

    def _on_own_line(self, made: Opening) -> bool:
        """Whether those who open a sentence stand on a line of their own, as a heading."""
        text = self.view.text
        return text[made.rest - 1] == "\n" and text[made.rest].isupper()

    def _resumes(self, i: int, block: Block, end: int) -> bool:
        """Whether a report's paragraph ("Ngoài ra, …") goes on with work that a short one has interrupted."""
        if self.interrupted[1] != i - 1 or self.interrupted[0] is None or self.annotations.kind != "report":
            return False
        linked = self.book["assignments.link_word"].match(self.view, block.content, end)
        return linked is not None and self.sentences.continues(block.content, end)

    def _only_heads(self, holder: Owner) -> bool:
        """Whether work is only that of whoever heads those told before: they go on with the next sentence."""
        heads = self.rule("head_of_body")
        return self.annotations.kind == "report" and all(heads.hit(a.value.name) for a in holder.agencies)

    def _is_subheading(self, i: int, block: Block, end: int) -> bool:
        """Whether a report's short line without a mark at its end stands over the paragraphs of a topic."""
        text = self.view.text
        if self.annotations.kind != "report" or end - block.content > _CAPTION or not text[end - 1].isalnum():
            return False
        if not 0 < i < len(self.blocks) - 1:
            return False
        above, below = self.blocks[i - 1], self.blocks[i + 1]
        last = self.context.trim(above.content, above.end) - 1
        stop = self.context.trim(below.content, below.end)
        full = stop - below.content > end - block.content and text[stop - 1] in _FULL
        return below.kind == "paragraph" and text[last] in _FULL and full

    def _is_caption(self, i: int, block: Block, end: int) -> bool:
        """Whether a report's short paragraph stands below a picture: what is told goes on behind it."""
        if self.annotations.kind != "report" or end - block.content > _CAPTION:
            return False
        if self.rule("caption").search(self.view, block.content, end) is None:
            return False
        if self.context.last_paragraph == i - 1:
            self.context.last_paragraph = i
        return True

    def _flush(self, block: Block, holder: Owner | None, span: tuple[int, int] | None, i: int) -> None:
        if holder is not None and span is not None and holder.agencies:
            ahead = self.view.text[span[1] - 1] == ":" and self.rule("list_ahead").match(self.view, *span)
            if ahead:
                return  # the list below says what the work is
            self.writer.write(block, holder, span[0], span[1], i)

    def _sentence(
        self, s: int, e: int, current: Owner | None, owner: Owner | None, block: Block, background: bool
    ) -> tuple[Owner, int] | None:
        """Owner and start of the work when a sentence gives some."""
        if (
            self.rule("option").match(self.view, s, e)
            or self.sentences.informs(s, e)
            or self.rule("about_itself").match(self.view, s, e)
        ):
            return None
        if not background and (done := self.orders.done_by(s, e)) is not None:
            return self.owners.of_order(done, owner, s), done.rest
        made = self.readings.read(s, e, block.parent, last=current)
        if made is None and not background and (current is not None or self.context.orders_given(owner)):
            listed = self.view.text[s - 2 : s] == "; "
            among = self._among_orders(s, block, current)
            made = self.unknown.unknown_work(s, e, duty=not listed, among=among)
        if made is not None and made.rest < e:
            trusted = (
                made.how in ("order", "toward")
                or (made.mode is not None and (made.how != "told" or self.annotations.kind == "report"))
                or current is not None
                or self.context.orders_given(owner)
                or (self.annotations.kind == "report" and self.sentences.by_letter_told(made, s, e))
            )
            if trusted and not background and self.admission.is_told(made, block, e):
                self.context.open = True
                return Owner(
                    made.agencies,
                    [],
                    made.mode or (owner.mode if owner else None),
                    owner.assigned_by if owner else None,
                    None,
                    self._on_own_line(made),
                    made.rule,
                    made.rule == PRONOUN,
                    cue=self.owners.cue(made),
                ), made.rest
        found = (
            self.orders.after_colon(s, e, block.parent)
            or self.orders.embedded(s, e)
            or self.reported.sent(s, e)
        )
        found = found or self.reported.stressed(s, e) or (None if background else self.reported.given(s, e))
        if (
            found is not None
            and self.orders.order_counts(found, s)
            and not (background and self.annotations.kind == "letter")
            and not (current is not None and found.start <= s + 2)
        ):
            self.context.open = True
            return self.owners.of_order(found, owner, s), found.rest
        if self.annotations.kind == "report" and self.rule("hands_to_name").match(self.view, s, e):
            return None
        if current is not None and (
            self.sentences.continues(s, e)
            or self.sentences.is_whole_work(s, e, owner, block)
            or (current is owner and current.specific and self.openings.work_behind_condition(s, e))
        ):
            return replace(current, coordinating=[]), s
        if background or current is not None:
            return None
        return self.owners.of_readers(s, e, owner, plain=block.parent is None)
