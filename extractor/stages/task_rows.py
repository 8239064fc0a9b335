"""Rows of a table of tasks: who leads, who works with them, by when, with what product.

A cell may name several agencies, say who leads and who only helps, use short names that the text explains, or
have been broken over a page; every value keeps its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractor.annotations import Annotations, Block, Mention
from extractor.record import AgencyRef, Deadline
from extractor.rulebook import Rulebook
from extractor.stages.deadlines import DeadlineReader
from extractor.stages.roles import by_role
from extractor.stages.tables import LEADING, Cell
from extractor.textview import TextView, squeeze
from extractor.values.agencies import AgencyValue, each_once, ref_to

#: a word that is no number, Roman or Arabic
_NAME_WORD = regex.compile(r"\b(?![IVXLC]+\b)\p{L}{2,}")
#: a task has at least so many characters
_SHORTEST = 4
#: so many places of a short name are looked at for its explanation
_MOST_PLACES = 40
#: so many short names are looked up
_MOST_SHORT = 300
#: characters between a name and the short name that stands for it
_NEAR = 60


@dataclass(slots=True)
class RowTask:
    """What a row says. `task` and `product` are the stretches of their words, in text order."""

    task: list[Cell]
    lead: list[AgencyRef]
    coordinating: list[AgencyRef] = field(default_factory=list)
    deadline: Deadline | None = None
    recurrence: str | None = None
    product: list[Cell] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    #: the mentions behind `lead` and behind `coordinating`
    mentions: tuple[list[Mention], list[Mention]] = ([], [])


@dataclass(slots=True)
class _Named:
    """An agency named at ``[start, end)`` of a cell."""

    start: int
    end: int
    ref: AgencyRef


class RowReader:
    """Reads the rows of one document's tables of tasks."""

    def __init__(self, annotations: Annotations, book: Rulebook, deadlines: DeadlineReader) -> None:
        self.annotations, self.view, self.deadlines = annotations, annotations.view, deadlines
        self.rule = book.named("assignments")
        self.agency_cell = book["layout.agency_cell"]
        self._explained: dict[str, AgencyRef | None] = {}

    def read(self, block: Block, rests: list[Block]) -> RowTask | None:
        """The task of a row and of what a page break cut off it; None when it gives none."""
        cells: dict[str, list[Cell]] = {}
        for part in [block, *rests]:
            for name, cell in zip(part.columns, part.cells, strict=False):
                if cell[1] > cell[0]:
                    cells.setdefault(name, []).append(cell)
        task = [self._unmarked(c) for c in cells.get("task", [])]
        if sum(e - s for s, e in task) < _SHORTEST or not any(
            _NAME_WORD.search(self._words(c)) for c in task
        ):
            return None
        lead: list[AgencyRef] = []
        partners: list[AgencyRef] = []
        inferred = [_FIELDS[name] for name in block.inherited if name in _FIELDS]
        for name in ("lead", "lead_coordinating"):
            for cell in cells.get(name, []):
                leads, helps, guessed = self._roles(cell, both=name == "lead_coordinating")
                lead += leads
                partners += helps
                inferred += ["agencies", "coordinating"] if guessed else []
        if not lead:
            return None
        for cell in cells.get("coordinating", []):
            partners += [named.ref for named in self._agencies(cell)]
        found = RowTask(task, each_once(lead), each_once(partners), inferred=sorted(set(inferred)))
        found.mentions = self._mentions(cells, {ref.id for ref in lead})
        for due in cells.get("deadline", []):
            found.deadline = self.deadlines.whole(*due) or found.deadline
            often = self.deadlines.recurrence(*due) or self.deadlines.how_often(self._words(due))
            found.recurrence = often or found.recurrence
        if found.deadline is None and found.recurrence is None:
            for due in cells.get("deadline", []):
                self._warn_of_unknown(due)
        product = [self._trimmed(c) for c in cells.get("product", [])]
        found.product = [c for c in product if _NAME_WORD.search(self._words(c))]
        return found

    def _words(self, cell: Cell) -> str:
        return self.view.text[cell[0] : cell[1]]

    def _trimmed(self, cell: Cell) -> Cell:
        """A cell without blanks and marks at its ends."""
        start, end = cell
        while end > start and self.view.text[end - 1] in " \n\t.;,":
            end -= 1
        while start < end and self.view.text[start] in " \n\t-+•":
            start += 1
        return start, end

    def _unmarked(self, cell: Cell) -> Cell:
        """A cell without the dash that opens it and the marks that close it."""
        start, end = cell
        while end > start and self.view.text[end - 1] in " \n\t.;,/:":
            end -= 1
        while start < end and self.view.text[start] in " \n\t-+•":
            start += 1
        return start, end

    def _mentions(
        self, cells: dict[str, list[Cell]], leading: set[str]
    ) -> tuple[list[Mention], list[Mention]]:
        """The mentions in the cells of agencies: of those that lead, and of the others."""
        sides: tuple[list[Mention], list[Mention]] = ([], [])
        for name in (*sorted(LEADING), "coordinating"):
            for cell in cells.get(name, []):
                for m in self.annotations.within("agencies", *cell):
                    sides[m.value.id not in leading].append(m)
        return sides

    def _warn_of_unknown(self, cell: Cell) -> None:
        """Warn of a time that is counted from something else and so is no day."""
        if self.deadlines.warn_of_unknown(*cell, alone=True):
            return
        if self.rule("after_event").match(TextView(self._words(cell))) is not None:
            self.annotations.warn("relative_deadline", squeeze(self._words(cell)), *cell)

    # -- agencies -------------------------------------------------------------------------------------------

    def _agencies(self, cell: Cell) -> list[_Named]:
        """The agencies of a cell in text order; words that no register knows stand as they are written."""
        start, end = cell
        mentions = list(self.annotations.within("agencies", start, end))
        named = [_Named(m.start, m.end, ref) for m in mentions for ref in _refs(m)]
        for s, e in self._gaps(cell, mentions):
            ref = self._unknown(s, e, alone=not mentions)
            if ref is not None:
                named.append(_Named(s, e, ref))
        if not named:
            words = self._without_role(cell)
            if _NAME_WORD.search(words):
                return [_Named(start, end, ref_to(words))]
        return sorted(named, key=lambda n: n.start)

    def _gaps(self, cell: Cell, mentions: list[Mention]) -> Iterator[Cell]:
        """The parts of a cell between its commas and line breaks that no known agency touches."""
        text = self.view.text
        starts = [m.start for m in mentions]

        def touched(start: int, end: int) -> bool:
            near = bisect_left(starts, end) - 1
            return near >= 0 and mentions[near].end > start

        at, counted, depth = cell[0], cell[0], 0
        borders = [m.span("m") for m in self.rule("cell_gap").finditer(self.view, *cell)]
        for start, end in [*borders, (cell[1], cell[1])]:
            depth += text.count("(", counted, start) - text.count(")", counted, start)
            counted = start
            if touched(start, end) and start < cell[1]:
                continue  # a mark inside a name
            if depth <= 0 and start > at and not touched(at, start):
                yield at, start
            at = max(at, end)

    def _unknown(self, start: int, end: int, alone: bool) -> AgencyRef | None:
        """The agency that words of a cell name, when no register knows it."""
        words = self._without_role((start, end))
        short = self.rule("abbreviation").match(TextView(words))
        if short is not None and short.end("m") == len(words):
            explained = self._explain(words)
            return explained or ref_to(words)
        behind = self.view.text[start - 1 : start] == ";" or self.view.text[start - 2 : start] == "; "
        starts_so = self.agency_cell.match(self.view, start, end) is not None
        if alone or not _NAME_WORD.search(words) or len(words.split()) > 14:
            return None
        if starts_so or (behind and words[:1].isupper()):
            return ref_to(words)
        return None

    def _without_role(self, cell: Cell) -> str:
        """The words of a cell without those that tell who leads."""
        words = self._words(cell)
        spans = [m.span() for m in self.rule("cell_role").finditer(self.view, *cell)]
        for s, e in reversed(spans):
            words = words[: s - cell[0]] + words[e - cell[0] :]
        return squeeze(words.replace("()", " ")).strip(" .;,:-+•/()")

    def _explain(self, short: str) -> AgencyRef | None:
        """The agency that a short name stands for, where the text says so."""
        if short not in self._explained:
            self._explained[short] = self._look_up(short) if len(self._explained) < _MOST_SHORT else None
        return self._explained[short]

    def _look_up(self, short: str) -> AgencyRef | None:
        text, view = self.view.text, self.view
        at = text.find(short)
        for _ in range(_MOST_PLACES):
            if at < 0:
                return None
            end = at + len(short)
            said = self.rule("stands_for").match(view, end, min(len(text), end + _NEAR))
            if said is not None:
                for m in self.annotations.beginning("agencies", said.end(), said.end() + 1):
                    return _refs(m)[0]
            for m in self.annotations.within("agencies", max(0, at - 3 * _NEAR), at):
                said = self.rule("short_for").match(view, m.end, end)
                if said is not None and said.end() == at:
                    return _refs(m)[0]
            at = text.find(short, end)
        return None

    # -- roles ----------------------------------------------------------------------------------------------

    def _roles(self, cell: Cell, both: bool) -> tuple[list[AgencyRef], list[AgencyRef], bool]:
        """Who leads and who helps by the words beside the names; and whether only the order told it.

        In a column of both kinds (`both`) without such words the first agency leads.
        """
        named = self._agencies(cell)
        roles = list(self.rule("cell_role").finditer(self.view, *cell))
        if not any(m["partner"] for m in roles):
            refs = [n.ref for n in named]
            if both and not roles and len(refs) > 1:
                return refs[:1], refs[1:], True
            return refs, [], False
        lead, partners = by_role(named, roles, self.view.text, cell[0])
        return [n.ref for n in lead], [n.ref for n in partners], False


#: columns -> fields of an assignment
_FIELDS = {
    **dict.fromkeys(LEADING, "agencies"),
    "coordinating": "coordinating",
    "deadline": "deadline",
    "product": "product",
}


def _refs(m: Mention) -> list[AgencyRef]:
    """References to an agency, or to each of those for whom a short form stands."""
    value: AgencyValue = m.value
    return [body.ref() for body in value.bodies]
