"""Task writer: an assignment with its words, partners, deadline, product, label and signs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Any

from extractor.annotations import Block, Mention, Origin
from extractor.record import AgencyRef, Assignment, Deadline, Span
from extractor.stages.assignments.context import DONE_BY, Context, Part
from extractor.stages.assignments.enumerations import Enumerations
from extractor.stages.assignments.owners import Owner
from extractor.stages.assignments.products import Products
from extractor.textview import squeeze
from extractor.values.agencies import AgencyValue

#: within how many characters a deadline that opens a sentence must end
_LEADING = 60


class TaskWriter(Part):
    """Writes the assignments of one document."""

    def __init__(self, context: Context, products: Products) -> None:
        super().__init__(context)
        self.products = products
        self.enumerations = Enumerations(context)
        self.numbers = self.annotations.group("numbers")
        self.number_starts = [n.start for n in self.numbers]
        self.made: dict[tuple[str, str, str | None], AgencyRef] = {}

    def write(
        self, block: Block, owner: Owner, start: int, end: int, i: int, due_end: int | None = None
    ) -> None:
        """Write the work in ``[start, end)``; each part of it that is counted is a task."""
        parts = self.enumerations.parts(start, end)
        if not parts:
            self._write(block, owner, start, end, i, due_end)
            return
        partners = self.partners.coordinating(start, parts[0][1], owner.agencies)
        shared = replace(owner, coordinating=partners or owner.coordinating)
        for count, s, e in parts:
            self._write(block, shared, s, e, i, None, count)

    def _write(
        self,
        block: Block,
        owner: Owner,
        start: int,
        end: int,
        i: int,
        due_end: int | None = None,
        count: str | None = None,
    ) -> None:
        start = self.words.skip(start, end)
        end = self.context.trim(start, end)
        while end > start and self.view.text[end - 1] in ".;,/:":
            end -= 1
        if self.annotations.kind == "report" and (
            said := self.rule("quoted_by").search(self.view, start, end)
        ):
            end = said.start("m")
        if owner.rule == DONE_BY and (handed := self.rule("handed_behind").search(self.view, start, end)):
            end = handed.start()
        if self.view.text[end - 1 : end] == "”" and "“" not in self.view.text[start:end]:
            end -= 1  # the quotation began before the work
        if self.view.text[end - 1 : end] == '"' and self.view.text.count('"', start, end) == 1:
            end -= 1
        if (
            len(self.view.text[start:end].split()) < 3
            or not owner.agencies
            or self.rule("option").match(self.view, start, end)
        ):
            return
        inside = self.products.inside(start, end)
        product = inside.product if inside else self.products.of_block(i)
        told_end, due_end = due_end or end, due_end or end
        if inside is not None:
            end = told_end = inside.work_end
        partners = self.partners.coordinating(start, told_end, owner.agencies)
        known = {a.value.id for a in partners}
        partners += [a for a in owner.coordinating if a.value.id not in known]
        lead = self.context.last_sentence(block.content, start)
        often = self._often_before(lead, start)
        deadline, due = self.deadlines.read(start, due_end), "own"
        if deadline is None and inside is not None:
            deadline = self.deadlines.whole(*inside.behind)
        if deadline is None:
            said = self.rule("time_said").search(self.view, start, due_end)
            deadline = self.deadlines.whole(said.end(), due_end) if said is not None else None
        if deadline is None:
            deadline = self._due_before(lead, start, start if often else lead + _LEADING)
            due = "before"
        if deadline is None:
            deadline, due = owner.deadline, "lead_in" if owner.deadline else ""
        self.deadlines.warn_of_unknown(lead, due_end)
        attributes = self.attributes.get(-1 if block.parent is None else block.parent)
        own = self.attributes.get(i)
        recurrence = (
            self.deadlines.recurrence(start, end)
            or often
            or (own.recurrence if own is not None else None)
            or (attributes.recurrence if attributes is not None else None)
        )
        self.tasks_of.setdefault(-1 if block.parent is None else block.parent, []).append(len(self.out))
        self.owner_of[len(self.out)] = owner
        self.emit(
            self.refs(owner.agencies),
            self.refs(partners),
            owner.mode,
            owner.assigned_by,
            [(start, end)],
            deadline,
            recurrence,
            self.label(i, count),
            owner.rule,
            Origin(block, owner.cue, self._goes_on(owner, lead), owner.agencies, partners, due),
            ["agencies"] if owner.inferred else [],
            [product] if product else None,
        )

    def _goes_on(self, owner: Owner, sentence: int) -> bool:
        """Whether a task in running prose stands in another sentence than the words that give it."""
        return owner.cue is not None and not owner.specific and owner.cue[1] <= sentence

    def _often_before(self, lead: int, start: int) -> str | None:
        """How often, said before the agency: "Định kỳ hằng quý, Sở Tài chính …"."""
        comma = self.view.text.rfind(",", lead, start)
        return self.deadlines.recurrence(lead, comma) if comma >= 0 else None

    def _due_before(self, lead: int, start: int, within: int) -> Deadline | None:
        """A deadline that opens the sentence, before the agency: "Trước ngày 30/5/2022, Sở Tài chính …"."""
        within = min(start, within)
        found = self.deadlines.read(lead, within) or self.deadlines.leading(lead, start, within)
        if found is None or found.span is None or "," not in self.view.text[found.span.end : start]:
            return None
        if self.out and self.out[-1].span.start <= found.span.start < self.out[-1].span.end:
            return None  # it is the day of the work before
        return found

    def emit(
        self,
        agencies: list[AgencyRef],
        coordinating: list[AgencyRef],
        mode: str | None,
        assigned_by: str | None,
        pieces: list[tuple[int, int]],
        deadline: Deadline | None,
        recurrence: Any,
        label: str | None,
        rule: str,
        origin: Origin,
        inferred: list[str] | None = None,
        product: list[tuple[int, int]] | None = None,
    ) -> None:
        """Write an assignment; the words of its task and product stand in one piece or, rarely, in more."""
        numbers = [
            n
            for start, end in pieces
            for n in self.numbers[
                bisect_left(self.number_starts, start) : bisect_left(self.number_starts, end)
            ]
        ]
        inferred = [*(inferred or []), *(["deadline"] if deadline and deadline.relative else [])]
        self.origins.append(origin)
        self.out.append(
            Assignment(
                agencies=agencies,
                coordinating=coordinating,
                assigned_by=assigned_by,
                mode=squeeze(mode) if mode else None,
                task=self._words(pieces),
                deadline=deadline,
                recurrence=recurrence,
                product=self._words(product) if product else None,
                product_span=self._span(product) if product else None,
                label=label,
                references=[n.value.normalized for n in numbers],
                inferred=list(dict.fromkeys(inferred)),
                by=rule,
                span=self._span(pieces),
            )
        )

    def _words(self, pieces: list[tuple[int, int]]) -> str:
        return squeeze(" ".join(self.view.text[s:e] for s, e in pieces))

    def _span(self, pieces: list[tuple[int, int]]) -> Span:
        """From the first piece's start to the last one's end."""
        start, end = pieces[0][0], pieces[-1][1]
        return Span(start=start, end=end, text=self.view.text[start:end])

    def refs(self, agencies: list[Mention]) -> list[AgencyRef]:
        """References to agencies; for a short form of several to each of them."""
        return [self._ref(value) for a in agencies for value in a.value.members or (a.value,)]

    def _ref(self, value: AgencyValue) -> AgencyRef:
        key = value.id, value.name, value.title
        if key not in self.made:
            self.made[key] = AgencyRef(id=value.id, name=value.name, title=value.title)
        return self.made[key]

    def label(self, i: int, count: str | None = None) -> str | None:
        """The numbering down to this block, or to a part of it, as written: ``1.``, ``2.a``, ``II.3``."""
        parts: list[str] = [f"({count})"] if count else []
        at: int | None = i
        while at is not None:
            block = self.blocks[at]
            label = block.label.strip()
            counted = block.kind != "bullet" and any(c.isalnum() for c in label)
            if counted and not (parts and parts[-1].startswith(label.strip(" .)-") + ".")):
                parts.append(label)
            at = block.parent
        if not parts:
            return None
        if len(parts) == 1:
            return parts[0]
        return ".".join(p.strip(" .)(/-") for p in reversed(parts))
