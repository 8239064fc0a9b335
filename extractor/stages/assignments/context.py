"""Context: what all who read the assignments of one document share."""

from __future__ import annotations

from bisect import bisect_left

from extractor.annotations import Annotations, Block, Mention, Origin
from extractor.record import Assignment
from extractor.rulebook import Rulebook
from extractor.stages.assignments.beside import Attributes
from extractor.stages.assignments.owners import Owner
from extractor.stages.deadlines import DeadlineReader
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.name_ends import NameEnds
from extractor.stages.openings.names import Names
from extractor.stages.openings.partners import Partners
from extractor.stages.openings.proper_names import ProperNames
from extractor.stages.openings.reader import OpeningReader
from extractor.stages.openings.told import Told
from extractor.stages.openings.unknown import Unknown
from extractor.stages.openings.words import Words

#: kinds of blocks of a list, and those that may have a number
LISTED = ("item", "bullet")
NUMBERED = ("item", "heading")
#: characters between the agency and its verb
NEAR = 24
#: how far before an order verb its speaker is looked for
SPEAKER = 160
#: the rule of work whose doer stands behind it
DONE_BY = "assignments.done_by"


class Context:
    """A document, what was found in it so far, and where its reading stands."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.rule = book.named("assignments")
        self.blocks = annotations.blocks
        self.words = Words(annotations, book)
        self.names = Names(annotations, book, self.words)
        self.name_ends = NameEnds(annotations, book, self.words, self.names)
        self.lists = Lists(annotations, book, self.words, self.names, self.name_ends)
        proper = ProperNames(annotations, book, self.words, self.names, self.lists)
        self.told = Told(annotations, book, self.words, self.names, self.name_ends, self.lists, proper)
        self.unknown = Unknown(annotations, book, self.words, self.names, self.lists)
        self.partners = Partners(annotations, book, self.words, self.names, self.lists)
        self.openings = OpeningReader(annotations, book, self.words, self.names, self.lists, self.told)
        #: number of a block -> the blocks right below it
        self.children: dict[int, list[int]] = {}
        for i, b in enumerate(self.blocks):
            if b.parent is not None:
                self.children.setdefault(b.parent, []).append(i)
        ends = annotations.sentence_ends(book["layout.sentence_end"])
        self.ends = [start for start, _ in ends]
        self.ends_behind = [end for _, end in ends]
        self.out: list[Assignment] = []
        self.origins: list[Origin] = []
        #: number of a block -> whose work stands below it
        self.below: dict[int, Owner] = {}
        #: number of a block -> the tasks right below it
        self.tasks_of: dict[int, list[int]] = {}
        #: number of a task in `out` -> whose it is
        self.owner_of: dict[int, Owner] = {}
        #: number of a block -> what lines say of the work in it or below it
        self.attributes: dict[int, Attributes] = {}
        #: block that is a line beside a work, or in the list below one -> what such lines say
        self.line_of: dict[int, Attributes] = {}
        #: whether orders are being given here
        self.open = False
        code = annotations.header.get("type", ("", ""))[0]
        #: whether the text sets norms
        self.norms = self.rule("norm_types").hit(code) or self._dated_number()
        self.deadlines = DeadlineReader(annotations, book, self.norms)
        self.voice: Owner | None = None
        self.prose: Owner | None = None
        self.last_paragraph = -2

    def is_item(self, i: int) -> bool:
        return self.blocks[i].kind in LISTED

    def sibling_above(self, i: int) -> int:
        """The block right above one of the same parent, or -1."""
        parent, at = self.blocks[i].parent, i - 1
        while at >= 0 and at != parent:
            above = self.blocks[at].parent
            if above == parent:
                return at
            at = -1 if above is None else above
        return -1

    def bare(self, start: int, end: int) -> tuple[int, int]:
        """A stretch without blanks and without marks at its end."""
        text = self.view.text
        while end > start and (text[end - 1].isspace() or text[end - 1] in ".;,/"):
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        return start, end

    def trim(self, start: int, end: int) -> int:
        while end > start and self.view.text[end - 1].isspace():
            end -= 1
        return end

    def under_duties(self, block: Block) -> bool:
        """Whether the block is, or stands under, a heading such as "Tổ chức thực hiện", "Trách nhiệm của"."""
        above: Block | None = block
        while above is not None:
            if self.rule("duty_heading").match(self.view, above.content, above.end):
                return True
            above = self.blocks[above.parent] if above.parent is not None else None
        return False

    def last_sentence(self, start: int, end: int) -> int:
        last = bisect_left(self.ends, end - 1) - 1
        return max(start, self.ends_behind[last]) if last >= 0 and self.ends[last] >= start else start

    def addressees(self) -> list[Mention]:
        """The agencies that the letter is sent to."""
        found: list[Mention] = self.annotations.header.get("addressees", [])
        return found

    def orders_given(self, owner: Owner | None) -> bool:
        """Whether orders are being given here: the preamble has opened them, or a lead-in stands above."""
        return owner is not None or self.open or self.prose is not None

    def _dated_number(self) -> bool:
        """Whether the letter's own number holds a year: then it sets norms (văn bản quy phạm pháp luật)."""
        own = self.annotations.header["spans"].get("number")
        return any(n.value.year and own and n.start == own[0] for n in self.annotations.group("numbers"))


class Part:
    """One who reads or writes a side of the assignments, with the document at hand."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.annotations, self.book, self.view = context.annotations, context.book, context.view
        self.rule, self.blocks, self.children = context.rule, context.blocks, context.children
        self.words, self.names, self.lists, self.told = (
            context.words,
            context.names,
            context.lists,
            context.told,
        )
        self.openings, self.unknown, self.partners = context.openings, context.unknown, context.partners
        self.deadlines = context.deadlines
        self.out, self.origins = context.out, context.origins
        self.below, self.tasks_of, self.owner_of = context.below, context.tasks_of, context.owner_of
        self.attributes, self.line_of = context.attributes, context.line_of
