"""Assignments: who was told to do what, with whom, by when.

Structure first: a heading or lead-in owns what stands under it; an item that names its own agency keeps it.
Then the sentence: an order verb with agencies, or an agency that opens the sentence. Then continuation: a
sentence that goes on with work after one that named who has to do it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from operator import attrgetter, itemgetter
from typing import Any

from extractor.annotations import Annotations, Block, Mention, Origin
from extractor.firsts import LETTERS
from extractor.record import AgencyRef, Assignment, Deadline, Span
from extractor.rulebook import Rulebook
from extractor.stages.deadlines import DeadlineReader
from extractor.stages.openings import PRONOUN, Opening, OpeningReader
from extractor.stages.reported import TITLE_LIMIT
from extractor.stages.roles import by_role
from extractor.stages.task_rows import RowReader
from extractor.textview import match_key, squeeze
from extractor.values.agencies import AgencyValue

#: within how many characters a deadline that opens a sentence must end
_LEADING = 60
#: how far into a sentence the words that ask for work may stand
_ASKING = 260
#: how far before a ";" the words are looked for that say who leads
_BEFORE = 40
#: characters of an order that names no work of its own
_BARE = 400
#: characters that a picture's caption may have
_CAPTION = 260
#: characters of a paragraph of a report that only repeats something between others
_ASIDE = 120
#: how far before an order verb its speaker is looked for
_SPEAKER = 160
#: characters between the agency and its verb
_NEAR = 24
#: how many bodies told above "các đơn vị nêu trên" may mean
_FEW = 6
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
#: the rule of work whose doer stands behind it
_DONE_BY = "assignments.done_by"
_LISTED = ("item", "bullet")
_NUMBERED = ("item", "heading")
#: blocks of a table that are no rows of their own
_BETWEEN_ROWS = ("row_rest", "header_row")


@dataclass(slots=True)
class Owner:
    """Whose work the blocks under a lead-in are; without `agencies` only how and by whom orders are given."""

    agencies: list[Mention] = field(default_factory=list)
    coordinating: list[Mention] = field(default_factory=list)
    mode: str | None = None
    assigned_by: str | None = None
    deadline: Deadline | None = None
    specific: bool = False
    rule: str = "assignments.lead_order"
    inferred: bool = False
    cue: tuple[int, int] | None = None


@dataclass(slots=True)
class _Attributes:
    """What lines such as "Cơ quan chủ trì: …" say of the work beside them; `due`: line -> its deadline."""

    lead: list[Mention] = field(default_factory=list)
    coordinating: list[Mention] = field(default_factory=list)
    mode: str | None = None
    deadline: Deadline | None = None
    recurrence: str | None = None
    #: number of a block and the words in it that name a product, in text order
    products: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    due: dict[int, Deadline] = field(default_factory=dict)


@dataclass(slots=True)
class _Line:
    """A line beside a work, by the labels that it has; `who`: those who lead and those who help."""

    block: int
    who: tuple[list[Mention], list[Mention]] | None = None
    #: the verb of an order that names no work of its own
    mode: str | None = None
    partner: Any = None
    due: Any = None
    #: where the label of those who lead begins, when the line says something else before
    inner: int | None = None
    #: whether those who lead stand in a list below the line
    listed: bool = False
    product: Any = None
    result: Any = None
    #: a leader in charge, money, a place: nothing that is kept
    aside: bool = False


@dataclass(slots=True)
class _Run:
    """Lines one right below the other; `above` is the block above the first of them, or -1."""

    above: int
    lines: list[_Line]


@dataclass(slots=True)
class _Inside:
    """A product named inside the words of a task: where the work ends before it, and the time behind it."""

    work_end: int
    product: tuple[int, int]
    behind: tuple[int, int]


def find_assignments(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.assignments`` (and ``header["executors"]``)."""
    _Walker(annotations, book).walk()


def _singled_out(opening: Opening, owner: Owner) -> bool:
    """Whether an item names single bodies while its lead-in only names a group ("các cơ quan")."""
    generic = all(a.value.group and not a.value.head for a in owner.agencies)
    return generic and not any(a.value.group and not a.value.head for a in opening.agencies[:1])


class _Walker:
    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.rule = book.named("assignments")
        self.blocks = annotations.blocks
        self.openings = OpeningReader(annotations, book)
        self.beside = book.openers("assignments", _BESIDE)
        self.out: list[Assignment] = []
        self.origins: list[Origin] = []
        self.refs: dict[tuple[str, str, str | None], AgencyRef] = {}
        self.below: dict[int, Owner] = {}
        self.children: dict[int, list[int]] = {}
        for i, b in enumerate(self.blocks):
            if b.parent is not None:
                self.children.setdefault(b.parent, []).append(i)
        ends = annotations.sentence_ends(book["layout.sentence_end"])
        self.ends = [start for start, _ in ends]
        self.ends_behind = [end for _, end in ends]
        #: second orders inside a sentence: end of the words before, begin of the verb, whether it hands on
        self.joined = [
            (m.start(), m.start("m"), m["hands"] is not None)
            for m in book["assignments.joined_order"].finditer(self.view)
        ]
        self.numbers = annotations.group("numbers")
        self.number_starts = [n.start for n in self.numbers]
        issuer = annotations.header.get("issuer")
        self.title = self._title_block()
        self.issuer = (match_key(issuer.name), match_key(issuer.core)) if issuer is not None else ("", "")
        self.open = False
        self.orders = True
        #: whether the blocks are those of an attached plan
        self.plan = False
        code = annotations.header.get("type", ("", ""))[0]
        self.norms = self.rule("norm_types").hit(code) or self._dated_number()
        self.deadlines = DeadlineReader(annotations, book, self.norms)
        self.rows = RowReader(annotations, book, self.deadlines)
        self.voice: Owner | None = None
        self.prose: Owner | None = None
        self.last_paragraph = -2
        #: where the work of an item that hands it on begins, and where its order does
        self.handed = (-1, -1)
        #: whose work a short paragraph that gives none has interrupted, and its number
        self.interrupted: tuple[Owner | None, int] = None, -2
        self.attributes: dict[int, _Attributes] = {}
        #: whether any line names a product
        self.products = False
        self.above_lines: dict[int, int] = {}
        #: block that is a line beside a work, or in the list below one -> what such lines say
        self.line_of: dict[int, _Attributes] = {}
        self.tasks_of: dict[int, list[int]] = {}
        #: ids of those who have given orders in a report
        self.speakers: set[str] = set()
        #: the mentions by which they are named there
        self.spoken: list[Mention] = []
        #: number of a task in `out` -> whose it is
        self.owner_of: dict[int, Owner] = {}
        #: what `_told_below` has found, and in how many tasks
        self.told: dict[int | None, tuple[dict[str, Mention], int]] = {}
        #: number of a block -> how many tasks below it, from the first on, have a deadline
        self.dated: dict[int, int] = {}
        self.shared = 0
        #: the last of the lines that each only name somebody, and all who are named there
        self.line_names: tuple[int, Owner] | None = None

    def _title_block(self) -> int:
        """The number of the block that is a report's title, which tells what the text tells again; or -1."""
        body = [i for i, b in enumerate(self.blocks) if b.part == "body"]
        if self.annotations.kind != "report" or len(body) < 2:
            return -1
        block = self.blocks[body[0]]
        line = self.view.text[block.start : block.end].rstrip()
        return body[0] if len(line) <= TITLE_LIMIT and "\n" not in line and line[-1] not in ".:;,/" else -1

    def _dated_number(self) -> bool:
        """Whether the letter's own number holds a year: then it sets norms (văn bản quy phạm pháp luật)."""
        own = self.annotations.header["spans"].get("number")
        return any(n.value.year and own and n.start == own[0] for n in self.numbers)

    def _read(
        self, start: int, end: int, parent: int | None, lead: bool = False, last: Owner | None = None
    ) -> Opening | None:
        """The opening of ``[start, end)``; a pronoun there stands for whoever was given the work before.

        `last` is whose work the sentence before was.
        """
        made = self.openings.read(start, end, lead=lead)
        at = self.openings.skip(start, end)
        if made is not None and not (made.start == at and self.openings.says_above(made)):
            return self._to_readers(made) if made.how == "order" and self.openings.says_above(made) else made
        said = self._pronoun(at, end)
        if said is None and made is None and "condition" in self.openings.can_begin(at):
            linked = self.book["assignments.link_word"].match(self.view, at, end)
            if linked is not None:  # "Ngoài ra, Bộ cần …"
                at = self.openings.skip(linked.end(), end)
                said = self._pronoun(at, end)
        if said is None:
            if made is None and last is not None and self.annotations.kind == "report":
                return self._place_again(at, end, last)
            return self._to_readers(made) if made is not None else None
        below = -1 if parent is None else parent
        if said["all"]:
            told = self._told_below(below)
            told = told if last is None else told | {a.value.id: a for a in last.agencies}
            if parent is None and self.owner_of:  # those told in lists above, when they are few
                anywhere = self._told_below(None) | told
                told = anywhere if len(anywhere) <= _FEW else told
            agencies = [*told.values()]
        else:
            tasks = self.tasks_of.get(below)
            owner = self.owner_of[tasks[-1]] if last is None and tasks else last
            agencies = [*{a.value.id: a for a in owner.agencies}.values()] if owner is not None else []
            if said["own"] and not all(match_key(a.value.name).startswith(said["own"]) for a in agencies):
                return made
        agencies = [a for a in agencies if self._meant(a, said)]
        many = len(agencies) > 1 or any(a.value.group for a in agencies)
        if not agencies or many != bool(said["many"]):
            return made
        return self.openings.made(agencies, said.end(), end, "subject", PRONOUN, None, at)

    def _place_again(self, at: int, end: int, last: Owner) -> Opening | None:
        """A place that stands for its administration, told before ("giao UBND TP A …. TP A tổ chức …")."""
        place = next(self.annotations.beginning("places", at, at + 1), None)
        if place is None or not self.rule("task_verb").match(self.view, place.end, end):
            return None
        told = [
            a
            for a in last.agencies
            if a.value.place is not None
            and (a.value.place.name, a.value.place.level) == (place.value.name, place.value.level)
        ]
        if len(told) != 1:
            return None
        return Opening(told, self.openings.skip(place.end, end), "subject", PRONOUN, None, at)

    def _meant(self, told: Mention, said: Any) -> bool:
        """Whether a pronoun can mean one told before: no ministry is meant by "các địa phương này"."""
        if said["local"]:
            return self.rule("local_body").hit(told.value.name)
        return not said["head"] or said["head"] in match_key(told.value.name).split()[:2]

    def _to_readers(self, made: Opening) -> Opening:
        """An order to "các đơn vị nêu trên" where nobody was told anything yet: they are the addressees.

        "Các Tập đoàn, Tổng công ty nêu trên" are those of the addressees, and of whom was told, of that kind.
        """
        readers = self._addressees()
        if self.openings.says_above(made):
            known = {m.value.id: m for m in readers} | self._told_below(None)
            made.agencies = self.openings.of_kinds(made, [*known.values()]) or made.agencies
        if made.how == "order" and readers and self.openings.says_above(made):
            made.agencies = readers
        return made

    def _told_below(self, parent: int | None) -> dict[str, Mention]:
        """Who was told the tasks below a block (-1: those below none) so far, by id; None: any of the tasks.

        Told in a sentence or list, not in a table. Only what came since the last question is looked at.
        """
        tasks = range(len(self.out)) if parent is None else self.tasks_of.get(parent, ())
        known, seen = self.told.get(parent, ({}, 0))
        for i in tasks[seen:]:
            owner = self.owner_of.get(i)
            if owner is not None:
                known.update((a.value.id, a) for a in owner.agencies)
        self.told[parent] = known, len(tasks)
        return known

    def _pronoun(self, at: int, end: int) -> Any:
        """The match of a pronoun ("các đơn vị này") that opens work at `at`, or None."""
        if "pronoun" not in self.openings.can_begin(at):
            return None
        said = self.rule("pronoun").match(self.view, at, end)
        return said if said and self.rule("task_verb").match(self.view, said.end(), end) else None

    # -- the walk -------------------------------------------------------------------------------------------

    def walk(self) -> None:
        self._collect_attributes()
        part = "body"
        for i, block in enumerate(self.blocks):
            if block.part != part:
                part, self.open, self.prose, self.voice = block.part, False, None, None
                self.orders, self.plan = block.part != "attachments", False
            if block.part == "attachments":
                self._kind_of_attachment(block)
                if self.plan:
                    self.annotations.planned.append(block)
            if block.kind == "row":
                self._row(i, block)
            elif block.kind not in _BETWEEN_ROWS and self.orders:
                self._block(i, block)
        ranked = sorted(range(len(self.out)), key=lambda n: self.out[n].span.start)
        self.annotations.assignments = [self.out[n] for n in ranked]
        self.annotations.made["assignments"] = [self.origins[n] for n in ranked]
        if self.annotations.kind == "report" and "issuer" not in self.annotations.header:
            self._take_speaker()

    def _take_speaker(self) -> None:
        """A report that names nobody as the issuer: it is the body that gives the first order."""
        for task in self.annotations.assignments:
            said = [m for m in self.spoken if m.start < task.span.start]
            if task.assigned_by is None or not said:
                continue
            if not said[-1].value.group:
                header = self.annotations.header
                header["issuer"] = said[-1].value
                header.setdefault("spans", {})["issuer"] = (said[-1].start, said[-1].end)
            return

    def _kind_of_attachment(self, block: Block) -> None:
        """An attached plan gives orders, regulations only where they say so, forms and lists none."""
        if block.label or block.end - block.content > 400:
            return  # a numbered line stands inside of what is attached
        title = self.book["assignments.attached_title"].match(self.view, block.content, block.end)
        if title is None:
            return
        kind = next(name for name, words in title.groupdict().items() if words and name != "m")
        self.orders = kind != "list"
        self.norms = kind == "norms"
        self.plan = kind == "plan"

    def _collect_attributes(self) -> None:
        lines: list[_Line] = []
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
        runs: dict[int | None, list[_Run]] = {}
        for line in lines:
            above = self._sibling_above(line.block)
            beside = runs.setdefault(self.blocks[line.block].parent, [])
            if beside and beside[-1].lines[-1].block == above:
                beside[-1].lines.append(line)
            else:
                beside.append(_Run(above, [line]))
        for beside in runs.values():
            self._route(beside)
        for line in sorted(lines, key=attrgetter("aside")):
            self._take_line(line, self.blocks[line.block])
        self._share_last()

    def _bare_orders(self, parent: int) -> Iterator[_Line]:
        """The orders below a block that name no work of their own, but that beside them: "Giao Sở A chủ trì".

        Where nothing is told by a label they stand for that only below an item that is no heading of duties.
        """
        below = self.children[parent]
        told = any(
            self.rule("task_line").match(self.view, self.blocks[c].content, self.blocks[c].end) for c in below
        )
        if not told and (not self._is_item(parent) or self._duties(self.blocks[parent])):
            return
        for c in below:
            at, end = self.blocks[c].content, self._trim(self.blocks[c].content, self.blocks[c].end)
            if end - at > _BARE or c in self.children:
                continue
            order = self.rule("order_opening").match(self.view, at, end)
            begin = order.end() if order else at
            if not self.openings.agency_list(begin, end)[0]:
                continue
            until = self._time_behind(begin, end) or end
            if self.rule("cell_role").search(self.view, begin, until) and self._is_bare(begin, until):
                mode = self.view.key[slice(*order.span("m"))] if order else None
                yield _Line(c, who=self._named_in(begin, until, until, until), mode=mode)

    def _read_line(self, i: int, block: Block, can: frozenset[str]) -> _Line | None:
        """The labels of a block that says something of the work beside it; None for another block.

        `can` names the rules that may match at its first word.
        """
        at, end = block.content, block.end

        def label_of(name: str) -> Any:
            return self.rule(name).match(self.view, at, end) if name in can else None

        line = _Line(i)
        label = label_of("lead_line")
        if label is None:
            line.partner = label_of("coordinating_line")
            line.due = None if line.partner else label_of("deadline_line")
            if line.partner is None and self.view.text.find(":", at, end - 1) >= 0:
                label = self._lead_behind(at, end)
                line.inner = label.start("m") if label else None
        if label is not None:
            line.who = self._named_behind(i, label, end)
            line.listed = i in self.children and not self.view.text[label.end() : end].strip()
            if line.inner is not None and line.who and self._are_posts(line.who[0]):
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

    def _route(self, beside: list[_Run]) -> None:
        """Give the runs of lines below one block to the works that they are about, where these are several.

        So it is for lines without marks below items, and in "- Work A / - Chủ trì: … / - Work B / - Chủ trì:
        …". Elsewhere lines hold for all work beside them.
        """
        leading = [run for run in beside if any(line.who for line in run.lines)]
        ahead = len(leading) > 1 and leading[0].above < 0
        for n, run in enumerate(leading):
            first, last = self.blocks[run.lines[0].block], run.lines[-1].block
            plain = first.kind == "paragraph"
            if len(leading) < 2 and not (plain and run.above >= 0 and self._is_item(run.above)):
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
            said = self.attributes.get(works[-1]) or _Attributes()
            for work in works:
                self.attributes.setdefault(work, said)
            self.line_of.update((line.block, said) for line in run.lines)

    def _is_item(self, i: int) -> bool:
        return self.blocks[i].kind in _LISTED

    def _sibling_above(self, i: int) -> int:
        """The block right above one of the same parent, or -1."""
        parent, at = self.blocks[i].parent, i - 1
        while at >= 0 and at != parent:
            above = self.blocks[at].parent
            if above == parent:
                return at
            at = -1 if above is None else above
        return -1

    def _take_line(self, line: _Line, block: Block) -> None:
        """Keep what a line says for the work that it is about."""
        i, at, end = line.block, block.content, block.end
        parent = -1 if block.parent is None else block.parent
        said = self.line_of.get(i) or self.attributes.get(parent)
        if block.parent is None and (line.who or line.partner) and not line.due and i not in self.line_of:
            return
        if (line.result or line.aside) and not (said and said.lead):
            return
        said = self.attributes.setdefault(parent, _Attributes()) if said is None else said
        self.line_of[i] = said
        if line.product or line.result:
            self._take_product(line, block, said)
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
        time = at if line.due else self._time_behind(at, end)
        if time is not None:
            self._time_of(i, time, said)

    def _lead_behind(self, at: int, end: int) -> Any:
        """The label of those who lead, on a line that says something else of the work before: or None."""
        if not any(
            self.rule(n).match(self.view, at, end) for n in ("leader_line", "deadline_line", "product_line")
        ):
            return None
        return self.rule("lead_inside").search(self.view, at, end)

    def _named_behind(self, i: int, label: Any, end: int) -> tuple[list[Mention], list[Mention]] | None:
        """Who leads and who helps, of those named behind a label; None where the words there are work."""
        at = label.end()
        if i in self.children and not self.view.text[at:end].strip():
            return self._named_below(i)
        stop = self.rule("coordinating_line").search(self.view, at, end)
        until = stop.start() if stop else end
        order = self.rule("order_opening").match(self.view, self.openings.skip(at, until), until)
        begin = order.end() if order else self.openings.skip(at, until)
        if label["open"] and not (
            self.openings.agency_list(begin, until)[0]
            and self._is_bare(begin, self._time_behind(at, until) or until)
        ):
            return None
        return self._named_in(begin, until, stop.end() if stop else end, end)

    def _named_in(
        self, begin: int, until: int, behind_label: int, end: int
    ) -> tuple[list[Mention], list[Mention]]:
        """Who leads and who helps in ``[begin, until)``; all in ``[behind_label, end)`` help."""
        lead, behind = self.openings.agency_list(begin, until)
        lead, behind = self.openings.whole_list(lead, behind, until) if lead else (lead, begin)
        partners: list[Mention] = []
        roles = list(self.rule("cell_role").finditer(self.view, begin, until))
        if self._tells_roles(roles):
            named = [*lead, *self.annotations.within("agencies", behind, until)]
            lead, partners = by_role(named, roles, self.view.text, begin)
        partners += self.annotations.within("agencies", behind_label, end)
        known = {a.value.id for a in (*lead, *partners)}
        more = self.openings.coordinating(begin, end, lead)
        return lead, [*partners, *(a for a in more if a.value.id not in known)]

    @staticmethod
    def _are_posts(lead: list[Mention]) -> bool:
        """Whether only posts are named, no body."""
        return all(a.value.title is not None for a in lead)

    def _named_below(self, i: int) -> tuple[list[Mention], list[Mention]] | None:
        """Who leads and who helps, of those named in the list below a label; None where it is no such list.

        Lines of the list that have a label of their own are read when their turn comes.
        """
        lead: list[Mention] = []
        partners: list[Mention] = []
        labels = False
        for c in self.children[i]:
            at, end = self.blocks[c].content, self.blocks[c].end
            if any(self.rule(n).match(self.view, at, end) for n in ("lead_line", "coordinating_line")):
                labels = True
                continue
            if c in self.children or not self._is_bare(at, end):
                return None
            found, _ = self.openings.agency_list(at, end)
            found = found or list(self.annotations.within("agencies", at, end))
            roles = list(self.rule("cell_role").finditer(self.view, at, end))
            leads, helps = by_role(found, roles, self.view.text, at) if roles else (found, [])
            lead += leads
            partners += helps
        return (lead, partners) if lead or labels else None

    def _tells_roles(self, roles: list[Any]) -> bool:
        """Whether the words beside the names tell some who lead from others."""
        if any(m["partner"] for m in roles):
            return True
        return any(self.view.text[m.start("m") - 1] == "(" for m in roles)

    def _is_bare(self, start: int, end: int) -> bool:
        """Whether only agencies stand in ``[start, end)``, and words that join them or tell their roles."""
        at = start
        for a in self.annotations.within("agencies", start, end):
            if a.start >= at and not self._is_gap(at, a.start):
                return False
            at = max(at, a.end)
        return self._is_gap(at, end)

    def _is_gap(self, start: int, end: int) -> bool:
        said = self.rule("bare_gap").match(self.view, start, end)
        return start >= end or (said is not None and said.end() == end)

    def _time_behind(self, start: int, end: int) -> int | None:
        """Where a sentence that only tells the time begins on a line: "Chủ trì: Sở A. Thời gian: quý I"."""
        dot = self.view.text.find(". ", start, end)
        while dot >= 0:
            if self.rule("deadline_line").match(self.view, dot + 2, end):
                return dot + 2
            dot = self.view.text.find(". ", dot + 1, end)
        said = self.rule("time_said").search(self.view, start, end)
        return said.start("m") if said is not None else None

    def _time_of(self, i: int, at: int, attributes: _Attributes) -> None:
        """By when and how often, as a line (from `at` on) says that says nothing else."""
        block = self.blocks[i]
        plan = block.parent is None or self.blocks[block.parent].kind == "paragraph"
        deadline = self.deadlines.whole(at, block.end, plan)
        self.deadlines.warn_of_unknown(at, block.end, alone=True)
        if deadline is not None:
            attributes.due[i] = deadline
        attributes.deadline = attributes.deadline or deadline
        attributes.recurrence = attributes.recurrence or self.deadlines.recurrence(at, block.end)

    def _take_product(self, line: _Line, block: Block, said: _Attributes) -> None:
        """The product that a line names, in its own words or in the list below it."""
        i = line.block
        words = self._bare((line.product or line.result).end(), line.inner or block.end)
        below = [] if line.who else self.children.get(i, [])
        if below:
            self.line_of.update(dict.fromkeys(below, said))
            if words[1] <= words[0]:
                words = self._bare(self.blocks[below[0]].content, self.blocks[below[-1]].end)
        if words[1] > words[0]:
            said.products.append((i, words))
            self.products = True

    def _product_of(self, i: int) -> tuple[int, int] | None:
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
            above = self._sibling_above(line)
            while above in self.line_of:
                above = self._sibling_above(above)
            self.above_lines[line] = above
        return self.above_lines[line]

    def _bare(self, start: int, end: int) -> tuple[int, int]:
        """A stretch without blanks and without marks at its end."""
        text = self.view.text
        while end > start and (text[end - 1].isspace() or text[end - 1] in ".;,/"):
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        return start, end

    def _share_last(self) -> None:
        """Lines under the last item of a list, and under no other, tell who does all items of the list."""
        for parent, below in self.children.items():
            beside = [c for c in below if self.blocks[c].kind == "item"]
            if len(beside) < 2 or parent in self.attributes or beside[-1] not in self.attributes:
                continue
            shared = self.attributes[beside[-1]]
            if shared.lead and not any(c in self.children for c in beside[:-1]):
                self.attributes[beside[-1]] = _Attributes()
                self.attributes[parent] = shared

    def _only_deadline(self, at: int, end: int) -> bool:
        """Whether a deadline line says nothing but the time."""
        return end - at <= 90 and next(self.annotations.within("agencies", at, end), None) is None

    def _owner(self, block: Block) -> Owner | None:
        return self.below.get(block.parent) if block.parent is not None else None

    def _block(self, i: int, block: Block) -> None:
        if i == self.title:
            return
        owner = self._owner(block)
        said = self.line_of.get(i)
        if said is not None:
            if said is self.attributes.get(-1 if block.parent is None else block.parent):
                self._apply_deadline(i, block, said)
            return
        own = self.attributes.get(i)
        if own is not None and own.lead:
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
                self._task(block, self.below[i], start, block.end, i)
            return
        text = self.view.text
        end = self._trim(block.content, block.end)
        if end <= block.content:
            return
        if block.kind in _LISTED and self._labelled_work(i, block, end):
            return
        end = self._trim(block.content, self._before_execution(block.content, end))
        if end <= block.content:
            return
        if (
            block.kind == "paragraph"
            and self._informs(block.content, end, _ASKING)
            and not (text[end - 1] == ":" and self._lead_tells(block.content, end))
        ):
            return
        if block.kind == "paragraph" and (
            text[block.content : end].isupper()
            or (text[end - 1] in ";," and self.book["layout.basis"].match(self.view, block.start, end))
            or self.rule("footnote").match(self.view, block.content, end)
        ):
            return
        children = self.children.get(i, [])
        announces = text[end - 1] == ":" or (
            bool(children)
            and (
                text[end - 1] not in ".;"
                if block.kind != "paragraph"
                else self.book["layout.announces"].search(self.view, max(block.content, end - _NEAR), end)
                is not None
            )
        )
        opening = self._read(block.content, end, block.parent, lead=True)
        if opening is not None and not (
            self._allowed(opening, block, owner) and self._told(opening, block, end)
        ):
            if owner is not None and block.kind != "paragraph" and self._hands_on(opening, end):
                owner = replace(owner, agencies=[], coordinating=[])  # the issuer orders others here
            opening = None
        if opening is None and self._pronoun(self.openings.skip(block.content, end), end):
            return  # it is not clear who is meant
        unread = opening is None or (opening.rest < end and text[opening.rest].isdigit())
        if (
            unread
            and announces
            and block.kind != "paragraph"
            and (self._context(owner) or self._duties(block))
        ):
            opening = self.openings.named_line(block.content, end) or opening
        if (
            opening is None
            and owner is not None
            and owner.agencies
            and not owner.specific
            and block.kind in _LISTED
            and not announces
        ):
            opening = self.openings.up_to_work(block.content, end)
        if (
            opening is None
            and owner is not None
            and not (owner.agencies and owner.specific)
            and block.kind in _LISTED
            and not announces
        ):
            opening = self._done_by(block.content, end) or self.openings.unknown_work(block.content, end)
        if opening is None and block.kind in _LISTED and not announces and self._duties(block):
            opening = self.openings.unit_work(block.content, end)
        above = self._names_above(i)
        if opening is None and above is None and owner is not None and text[end - 1] == ";":
            opening = self._first_of_names(i, block, end)
        if above is not None:
            opening, owner = self._with_names(above, opening, owner, block, end, announces)
            beside = announces and opening is not None and not children and block.parent is not None
            if beside and opening and self.rule("opens_list").search(self.view, opening.rest, end):
                self.below[block.parent or 0] = self._from_opening(opening, owner, block)
                return  # the items beside it are the list
        elif opening is None and block.kind == "paragraph" and text[end - 1] in ";,":
            order = self._embedded(self._last_sentence(block.content, end), end)
            if order is not None and order.rest >= end:
                self.line_names = i, self._order_owner(order, owner, block.content)
                return
        if announces and self._lead_in(i, block, opening, owner, end):
            below = self.below.get(i)
            if block.kind == "paragraph" and not children and below is not None and below.agencies:
                self.prose, self.last_paragraph = below, i  # its list has no marks
            return
        if opening is not None and opening.rest >= end - (above is not None and text[end - 1] == "."):
            self.below[i] = made = self._from_opening(opening, owner, block)
            if above is not None or text[end - 1] in ";," or block.kind == "bullet":
                self.line_names = i, made
            return
        if block.kind in _LISTED or (block.kind == "heading" and opening is not None):
            self._item(i, block, opening, owner, end)
        elif block.kind == "paragraph":
            self._paragraph(i, block, owner, end)
        elif owner is not None:
            self.below[i] = owner

    def _first_of_names(self, i: int, block: Block, end: int) -> Opening | None:
        """A line that names somebody unknown, when the next line beside it only names somebody."""
        after = self.blocks[i + 1] if i + 1 < len(self.blocks) else None
        if after is None or after.parent != block.parent or after.kind != block.kind:
            return None
        made = self.openings.named_alone(self.openings.skip(block.content, end), end)
        stop = self._trim(after.content, after.end)
        if made is None or self.view.text[stop - 1] not in ";.":
            return None
        found, behind = self.openings.agency_list(self.openings.skip(after.content, stop), stop)
        return made if found and self.openings.skip(behind, stop, " ;.") >= stop else None

    def _names_above(self, i: int) -> Owner | None:
        """Those whom the lines right above a block name, where each only names somebody; else None."""
        return self.line_names[1] if self.line_names is not None and self.line_names[0] == i - 1 else None

    def _with_names(
        self, above: Owner, opening: Opening | None, owner: Owner | None, block: Block, end: int, lead: bool
    ) -> tuple[Opening | None, Owner | None]:
        """The opening and owner of a block that goes on with a list of names on lines of their own.

        "Bộ Y tế đề nghị Sở A; / Bệnh viện B; / Viện C thực hiện các nội dung sau:" tells all three.
        """
        at = self.openings.skip(block.content, end)
        if opening is None and self.view.text[end - 1] == ";":
            found, stop = self.openings.agency_list(at, end)
            found, stop = self.openings.whole_list(found, stop, end) if found else (found, stop)
            if found and self.openings.skip(stop, end) >= end:
                opening = Opening(found, end, "subject", "assignments.agency_gap", None, at)
        if opening is None and lead:
            semicolon = self.view.text.find(";", at, end)
            work = self.openings.skip(semicolon, end) if semicolon >= 0 else end
            if work < end and self.rule("task_verb").match(self.view, work, end):
                found, stop = self.openings.agency_list(at, end)
                last = self.openings.named_alone(at, semicolon) if stop != semicolon else None
                found = last.agencies if last is not None else found if stop == semicolon else []
                opening = (
                    Opening(found, work, "subject", "assignments.agency_gap", None, at) if found else None
                )
        if opening is None and not lead:
            opening = self.openings.named_alone(at, end)
        if opening is not None:
            names = opening.rest >= end - (self.view.text[end - 1] == ".") and not lead
            if (names or lead) and opening.how == "subject" and opening.rule != PRONOUN:
                told = {a.value.id: a for a in (*above.agencies, *opening.agencies)}
                return replace(opening, agencies=[*told.values()], mode=above.mode), above
        elif block.kind == "paragraph" and self.rule("task_verb").match(self.view, at, end):
            if lead:
                return Opening(above.agencies, at, "order", above.rule, above.mode, at), above
            if self.view.text[at].islower():
                return None, above
        return opening, owner

    def _labelled_work(self, i: int, block: Block, end: int) -> bool:
        """Work whose item tells, behind a label inside of it, who has to do it: "… (chủ trì: Sở A)"."""
        if self.view.text.find(":", block.content, end - 1) < 0 or self.annotations.kind == "report":
            return False
        label = self.rule("lead_inside").search(self.view, block.content, end)
        if label is None or any(c not in self.line_of for c in self.children.get(i, [])):
            return False
        who = self._named_behind(i, label, end)
        if who is None or self._are_posts(who[0]):
            return False
        if self.openings.read(block.content, end, lead=True) is not None:
            return False
        line = self.rule("task_line").match(self.view, block.content, end)
        start = line.end() if line else block.content
        said = self.rule("time_said").search(self.view, start, end)
        stop = min(label.start("m"), said.start("m") if said else end)
        stop = self._trim(start, stop)
        while stop > start and self.view.text[stop - 1] in "(;,.-":
            stop = self._trim(start, stop - 1)
        owner = Owner(
            *who,
            deadline=self.deadlines.whole(said.end(), end) if said else None,
            specific=True,
            rule="assignments.lead_line",
            cue=(label.start("m"), max(a.end for a in who[0])),
        )
        self.below[i] = owner
        self._task(block, owner, start, stop, i)
        return True

    def _informs(self, start: int, end: int, reach: int | None = None) -> bool:
        """Whether a sentence only tells its readers something, and no work stands before that."""
        said = self.rule("informs").search(
            self.view, start, end if reach is None else min(end, start + reach)
        )
        if said is None:
            return False
        opening = self.openings.read(start, end)
        if opening is None:
            far = self.annotations.kind == "report" and said.start("m") - start > _SPEAKER
            return not (far and self._continues(start, end))
        return bool(said.start("m") - opening.rest <= _NEAR)

    def _trim(self, start: int, end: int) -> int:
        while end > start and self.view.text[end - 1].isspace():
            end -= 1
        return end

    def _allowed(self, opening: Opening, block: Block, owner: Owner | None) -> bool:
        """Whether an opening really gives an order here.

        Under an agency's own lead-in "Yêu cầu X …" is that agency's work; only "giao" hands it on.
        """
        if self.norms and opening.mode is None and not (owner and owner.agencies) and not self._duties(block):
            return False
        if (
            self.norms
            and block.kind in _LISTED
            and opening.how == "order"
            and self.rule("proposes").hit(opening.mode or "")
        ):
            return False
        if owner is not None and owner.agencies and owner.specific and block.kind in _LISTED:
            if opening.how == "subject" and self.rule("leads_itself").match(self.view, opening.start):
                return False
            if opening.how == "order":
                return self.book["agencies.hands_on"].hit(opening.mode or "") or _singled_out(opening, owner)
            return opening.how != "condition" or opening.mode is not None
        return True

    def _duties(self, block: Block) -> bool:
        """Whether the block is, or stands under, a heading such as "Tổ chức thực hiện", "Trách nhiệm của"."""
        above: Block | None = block
        while above is not None:
            if self.rule("duty_heading").match(self.view, above.content, above.end):
                return True
            above = self.blocks[above.parent] if above.parent is not None else None
        return False

    def _told(self, opening: Opening, block: Block, end: int) -> bool:
        """Whether the agency that opens a block is the one told, not the one who speaks or issues."""
        if opening.how not in ("subject", "condition"):
            return True
        if block.kind != "paragraph":
            return not (all(map(self._speaks, opening.agencies)) and self._hands_on(opening, end))
        if opening.mode and not self.book["agencies.hands_on"].hit(opening.mode):
            return True
        if all(self._speaks(a) for a in opening.agencies):
            return bool(self.out and self.rule("office_follows").match(self.view, opening.start, end))
        if self.annotations.kind == "report" and self.rule("asks_readers").match(
            self.view, self.openings.skip(opening.rest, end), end
        ):
            return False
        if opening.mode:
            return True
        if self.annotations.kind == "report" and self._rebukes(opening, end):
            return False
        if self.annotations.kind == "report" and self.rule("pictured").match(self.view, opening.start, end):
            return self._must_before(opening.rest)
        return not self._hands_on(opening, end)

    def _rebukes(self, opening: Opening, end: int) -> bool:
        """Whether what looks like work is a word of blame or praise for another body."""
        said = self.rule("rebukes").match(self.view, opening.rest, end)
        return said is not None and bool(self.openings.agency_list(said.end(), end)[0])

    def _hands_on(self, opening: Opening, end: int) -> bool:
        """Whether the work of an opening is to give work to others: "UBND tỉnh yêu cầu các sở …"."""
        also = self.rule("also").match(self.view, opening.rest, end)
        verb = self.openings.skip(also.end(), end) if also else opening.rest
        order = self.rule("order").match(self.view, verb, end)
        if order is None or self.rule("spoken_order").match(self.view, verb, end):
            return False
        return bool(self.openings.agency_list(order.end(), end)[0])

    def _must_before(self, at: int) -> bool:
        """Whether "phải", "cần" stands right before the work at `at`."""
        return any(m.end() == at for m in self.rule("must").finditer(self.view, max(0, at - _NEAR), at + 1))

    def _speaks(self, a: Mention) -> bool:
        """Whether an agency is the issuer, named short, or the committee's own board that speaks for it.

        A report may not name the issuer: then it is whoever gave the orders before.
        """
        name, core = self.issuer
        if a.value.id in self.speakers and self.annotations.kind == "report":
            return True
        if not name or a.value.group:
            return False
        own, full = match_key(a.value.core), match_key(a.value.name)
        return name.startswith(full) or full.startswith(name) or own.endswith(" " + core)

    def _from_opening(self, opening: Opening, owner: Owner | None, block: Block) -> Owner:
        coordinating = (
            self.openings.coordinating(opening.start, block.end, opening.agencies)
            if opening.rest < block.end
            else []
        )
        return Owner(
            opening.agencies,
            coordinating,
            opening.mode or (owner.mode if owner else None),
            owner.assigned_by if owner else None,
            None,
            block.kind in _NUMBERED or block.kind in _LISTED,
            opening.rule,
            opening.rule == PRONOUN,
            cue=self._cue(opening),
        )

    def _cue(self, opening: Opening) -> tuple[int, int]:
        """The words of an opening: from its first to the work."""
        return opening.start, self._trim(opening.start, opening.rest)

    def _lead_in(self, i: int, block: Block, opening: Opening | None, owner: Owner | None, end: int) -> bool:
        """A block that announces what stands under it. True when it is no task itself."""
        children = self.children.get(i, [])
        if opening is not None and opening.mode is None and opening.how in ("subject", "condition"):
            said = self.rule("lead_order").search(self.view, opening.start, end)
            if (
                said
                and opening.rest <= said.start("m") <= opening.rest + 1
                and not self._has_to(i, said, owner)
            ):
                opening = None
        if opening is not None:
            opening.agencies += self._also_told(opening, end)
            made = self._from_opening(opening, owner, block)
            made.deadline = self.deadlines.read(opening.rest, end)
            self.deadlines.warn_of_unknown(opening.rest, end)
            self.below[i] = made
            self.open = True
            return opening.rest >= end - 1 or bool(children)
        last = self._last_sentence(block.content, end)
        order = self._embedded(last, end) or self._lead_tells(last, end)
        if order is not None:
            made = Owner(
                [*order.agencies, *self._also_told(order, end)],
                [],
                order.mode,
                self._speaker(order.start, block.content),
                None,
                False,
                order.rule,
                cue=self._cue(order),
            )
            self.below[i] = made
            self.open = True
            return True
        lead = self.rule("lead_order").search(self.view, max(block.content, end - 200), end)
        if lead:
            mode = lead["verb"] and self.view.key[slice(*lead.span("verb"))]
            kept = owner.agencies if owner and owner.specific else []
            readers = [] if kept or owner or block.kind != "paragraph" else self._readers(lead)
            self.below[i] = Owner(
                kept or readers,
                owner.coordinating if owner and kept else [],
                mode,
                self._speaker(lead.start("m"), block.content) or (owner.assigned_by if owner else None),
                None,
                bool(kept),
                inferred=bool(readers),
                cue=lead.span("m"),
            )
            self.open = True
            if block.kind == "paragraph" and block.parent is None:
                self.voice = replace(self.below[i], agencies=[], coordinating=[])
            return True
        if self.rule("opens_list").search(self.view, max(block.content, end - 60), end):
            self.open = True
        if owner is not None:
            partners = (
                self.openings.coordinating(block.content, end, owner.agencies) if owner.agencies else []
            )
            self.below[i] = replace(owner, coordinating=partners) if partners else owner
        return bool(children) or block.kind == "paragraph"

    def _lead_tells(self, start: int, end: int) -> Opening | None:
        """A lead-in by which the issuer guides or informs those who do what stands below it.

        "Sở A hướng dẫn các trường thực hiện như sau:", "Bộ A thông báo đến B, C để thực hiện như sau:"
        """
        if self.annotations.kind == "report" or not self.rule("opens_list").search(
            self.view, max(start, end - _NEAR), end
        ):
            return None
        for hit in self.rule("lead_tells").finditer(self.view, start, end):
            if not self._is_spoken(hit.start("m"), start):
                continue
            found, stop = self.openings.told_together(hit.end(), end)
            behind = self.rule("tells_work").match(self.view, stop, end) if found else None
            if behind is not None:
                mode = self.view.key[slice(*hit.span("m"))]
                return Opening(found, behind.end(), "order", "assignments.lead_tells", mode, hit.start("m"))
        return None

    def _also_told(self, opening: Opening, end: int) -> list[Mention]:
        """Who else is told what a lead-in announces: "Sở A chỉ đạo các xã; Viện B; Viện C thực hiện:"."""
        semicolon = self.view.text.find(";", opening.rest, end)
        if semicolon < 0 or not self.book["assignments.directs"].match(self.view, opening.rest, semicolon):
            return []
        found, stop = self.openings.told_together(self.openings.skip(semicolon, end), end)
        return found if self.openings._goes_on(stop, end, True) else []

    def _has_to(self, i: int, lead: Any, owner: Owner | None) -> bool:
        """Whether an item under orders ("1. Chủ tịch UBND xã chỉ đạo:") tells its body to give directions.

        Below it stands then what has to be done, not who has to do it.
        """
        if owner is None or self.blocks[i].kind not in _NUMBERED or not lead["verb"]:
            return False
        if not self.rule("spoken_order").match(self.view, lead.start("verb")):
            return False
        below = self.children.get(i, [])
        return not any(
            self.openings.read(self.blocks[c].content, self._trim(self.blocks[c].content, self.blocks[c].end))
            for c in below[:3]
        )

    def _readers(self, lead: Any) -> list[Mention]:
        """Whom "đề nghị:" without a name asks: those whom the letter is sent to."""
        if not lead["verb"] or not self.rule("asks_readers").match(self.view, lead.start("verb")):
            return []
        return self._addressees()

    def _last_sentence(self, start: int, end: int) -> int:
        last = bisect_left(self.ends, end - 1) - 1
        return max(start, self.ends_behind[last]) if last >= 0 and self.ends[last] >= start else start

    # -- items ----------------------------------------------------------------------------------------------

    def _item(self, i: int, block: Block, opening: Opening | None, owner: Owner | None, end: int) -> None:
        """One numbered or bulleted item: one task, but for sentences that name their own agency."""
        start = block.content
        line = self.rule("task_line").match(self.view, start, end)
        if line:
            start = line.end()
        bracket = self.rule("bracket_order").search(self.view, start, end)
        if bracket and opening is None:
            verb = bracket["verb"]
            lead, stop = self.openings.agency_list(
                self.openings.skip(bracket.end("verb") if verb else bracket.start("m"), end), end
            )
            if lead:
                partners = self.openings.coordinating(stop, bracket.end("m"), lead)
                by = owner.assigned_by if owner else None
                told = Owner(
                    lead, partners, verb, by, None, True, "assignments.bracket_order", cue=bracket.span("m")
                )
                self._task(block, told, start, self._trim(start, bracket.start()), i, due_end=bracket.start())
                return
        current: Owner | None
        if opening is None and owner is not None and owner.inferred and self._hands_to_unknown(start, end):
            return
        if opening is not None:
            current = self._from_opening(opening, owner, block)
            current.coordinating = []
            self.below[i] = current
            self.open = True
            begin = opening.rest
        else:
            current = owner if owner is not None and owner.agencies else self._told_beside(i, start, end)
            begin = start
            topic = self._topic(start, end)
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
                    current = self._from_opening(inner, owner, block)
                    current.coordinating = []
                    begin = inner.rest
            kept = owner if owner is not None else current
            if kept is not None:
                self.below[i] = kept
        if opening is not None and self.book["agencies.hands_on"].hit(opening.mode or ""):
            self.handed = (begin, opening.start)
        pieces = self._split(begin, end)
        task_start = reached = begin
        for s, e in pieces:
            before, reached = reached, e
            if self.rule("about_itself").match(self.view, s, e):
                if current is not None and task_start < s:
                    self._task(block, current, task_start, before, i)
                task_start = e
                continue
            if s == begin:
                if current is None:
                    found = self._embedded(s, e)
                    if found is not None and self._order_counts(found, s):
                        self._task(block, self._order_owner(found, owner, s), found.rest, e, i)
                        task_start = e
                    elif asked := self._asked(s, e, owner):
                        self._task(block, asked[0], asked[1], e, i)
                        task_start = e
                continue
            made = self.openings.read(s, e)
            if made is None and self.view.text[before : before + 1] == ";":
                made = self._behind_mark(s, e)
            if made is None or made.rest >= e or not self._allowed(made, block, current):
                if current is None and made is None:
                    found = self._embedded(s, e)
                    if found is not None and self._order_counts(found, s):
                        self._task(block, self._order_owner(found, owner, s), found.rest, e, i)
                continue
            if made.how == "condition" and current is not None and made.mode is None:
                continue
            if current is not None and task_start < s:
                self._task(block, current, task_start, before, i)
            current = self._from_opening(made, owner, block)
            current.coordinating = []
            task_start = made.rest
        if current is not None and task_start < end and current.agencies:
            self._task(block, current, task_start, end, i)

    def _told_beside(self, i: int, start: int, end: int) -> Owner | None:
        """In a report's list, those whom the item before tells to work, where that names only groups.

        "- Yêu cầu các sở, các huyện rà soát … / - Đẩy mạnh tuyên truyền …"
        """
        if self.annotations.kind != "report" or self.blocks[i].parent is not None:
            return None
        told = self.below.get(self._sibling_above(i))
        if told is None or not told.agencies or not all(a.value.group for a in told.agencies):
            return None
        return replace(told, coordinating=[]) if self._continues(start, end) else None

    def _hands_to_unknown(self, start: int, end: int) -> bool:
        """Whether an item gives its work to somebody who is not known: not to those the letter goes to."""
        order = self.rule("order_opening").match(self.view, start, end)
        return order is not None and self.book["agencies.hands_on"].hit(
            self.view.key[slice(*order.span("m"))]
        )

    def _topic(self, start: int, end: int) -> int | None:
        """Where the words behind a topic begin: "Về đầu tư công: giao Sở Tài chính …"."""
        colon = self.view.text.find(":", start, min(end, start + 200))
        if colon < 0 or "." in self.view.text[start:colon] or colon + 1 >= end:
            return None
        return self.openings.skip(colon + 1, end)

    def _split(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences of ``[start, end)``."""
        out = []
        at = start
        for n in range(bisect_left(self.ends, start), bisect_right(self.ends, end)):
            stop = min(self.ends_behind[n], end)
            if stop > at:
                out.append((at, self._trim(at, min(self.ends[n], end))))
            at = self.openings.skip(stop, end, " \n\t")
        if at < end:
            out.append((at, end))
        return [piece for s, e in out if e > s for piece in self._clauses(s, e)]

    def _clauses(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A sentence, cut at each ";" behind which another is given work or the letter speaks of itself."""
        at, told = start, (-1, -1)
        semicolon = self.view.text.find(";", start, end)
        while semicolon >= 0:
            behind = self.openings.skip(semicolon + 1, end)
            if self.rule("about_itself").match(self.view, behind, end):
                yield from self._orders(at, self._trim(at, semicolon))
                at = behind
            # inside a list its rest would be read again from each mark
            if not self._lists_agencies(semicolon):
                linked = self.rule("link_word").match(self.view, behind, end)
                made = self.openings.read(behind, end) if behind < end else None
                if linked and (made is None or made.how == "condition"):
                    behind = linked.end()
                    made = self.openings.read(behind, end)
                made = made or self._behind_mark(behind, end)
                if made is not None and self._gives(made, end) and not self._each_told(made, behind, end):
                    if told[0] != at:
                        first = self.openings.read(at, end)
                        told = at, first.rest if first is not None else at
                    made = None if told[1] > behind else made  # it is one of those told together
                else:
                    made = None
                if made is not None:
                    yield from self._orders(at, self._trim(at, semicolon))
                    at = behind
            semicolon = self.view.text.find(";", semicolon + 1, end)
        yield from self._orders(at, end)

    def _behind_mark(self, start: int, end: int) -> Opening | None:
        """Whose work stands behind a ";" where nobody known opens it."""
        return self._done_by(start, end) or self.openings.unknown_work(start, end)

    def _each_told(self, made: Opening, start: int, end: int) -> bool:
        """Whether an opening means each of those told before: "; mỗi đơn vị tổ chức ít nhất 02 cuộc"."""
        group = made.how == "subject" and made.agencies[0].value.group
        return group and bool(self.rule("each_told").match(self.view, start, end))

    def _orders(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A clause, cut where a second order stands in it: "…, đồng thời giao Sở Y tế …"; then by commas."""
        at = start
        first = bisect_left(self.joined, start, key=itemgetter(0))
        for stop, verb, hands in islice(self.joined, first, None):
            if stop >= end:
                break
            made = self.openings.read(verb, end)
            if made is None or made.how != "order" or not self.openings.goes_on(made, end):
                continue
            if hands or self._spoken_before(at, stop):
                yield from self._bodies(at, self._trim(at, stop))
                at = verb
        yield from self._bodies(at, end)

    def _spoken_before(self, start: int, stop: int) -> bool:
        """Whether a report's clause tells of an order before `stop`: a second one is the same speaker's."""
        if self.annotations.kind != "report":
            return False
        return next(iter(self.rule("order").finditer(self.view, start, stop)), None) is not None

    def _told_by_verb(self, start: int, at: int) -> bool:
        """Whether an order verb stands right before the body that begins at `at`."""
        near = max(start, at - _NEAR)
        return any(m.end() == at for m in self.rule("order").finditer(self.view, near, at + 1))

    def _bodies(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A clause, cut at commas: "giao Sở Tài chính bố trí vốn, Sở Xây dựng lập dự toán".

        In a letter only behind a verb that hands work on, right at the beginning.
        """
        at = start
        among = self.rule("among").search(self.view, start, end)
        if among is not None:
            made = self.openings.read(among.end(), end)
            if made is not None and self._gives(made, end):
                yield start, among.start()
                yield from self._bodies(among.end(), end)
                return
        report = self.annotations.kind == "report"
        if report and (comma := self._second_speaker(start, end)) is not None:
            yield start, comma
            yield from self._bodies(self.openings.skip(comma, end), end)
            return
        low = self.handed[1] if start == self.handed[0] else start
        if report or low < start or self._hands_at(start, end):
            told = False
            for before, a in pairwise(list(self.annotations.within("agencies", low, end))):
                told = told or (report and before.start == start) or self._told_by_verb(low, before.start)
                if not report and self.rule("coordinates_first").match(self.view, a.end, end):
                    continue
                comma = self.view.text.rfind(",", before.end, a.start) if told else -1
                turns = comma >= 0 and bool(self.view.text[comma + 1 : a.start].strip())
                if comma < 0 or (turns and not self._turns(comma + 1, a.start)):
                    continue
                if (
                    self.rule("task_verb").match(self.view, before.end, comma)
                    and self.rule("task_verb").match(self.view, a.end, end)
                    and not self.rule("order").match(self.view, self.openings.skip(a.end, end), end)
                    and (turns or not self.rule("carried").search(self.view, before.end, comma))
                ):
                    yield at, comma
                    at = a.start
        yield at, end

    def _second_speaker(self, start: int, end: int) -> int | None:
        """The comma behind an order that opens a clause, with another speaker's order behind it."""
        if "order_opening" not in self.openings.can_begin(start):
            return None
        opening = self.rule("order_opening").match(self.view, start, end)
        if opening is None:
            return None
        before = self.book["header.right_before"]
        for hit in self.rule("order").finditer(self.view, opening.end(), end):
            verb = hit.start("m")
            for a in self.annotations.within("agencies", max(opening.end(), verb - _SPEAKER), verb):
                comma = self.view.text.rfind(",", start, a.start)
                if comma < 0 or self.view.text[comma + 1 : a.start].strip() or a.value.title is None:
                    continue
                if self._named_person(a, verb) or before.match(self.view, a.end, verb):
                    return comma
        return None

    def _hands_at(self, start: int, end: int) -> bool:
        """Whether a clause begins with a verb that hands work on ("giao")."""
        if "order_opening" not in self.openings.can_begin(start):
            return False
        order = self.rule("order_opening").match(self.view, start, end)
        return bool(order and self.book["agencies.hands_on"].hit(self.view.key[slice(*order.span("m"))]))

    def _turns(self, start: int, end: int) -> bool:
        """Whether only words that turn to somebody else stand in ``[start, end)``: "trong khi"."""
        said = self.rule("while_other").match(self.view, start, end)
        return said is not None and said.end() == end

    def _lists_agencies(self, semicolon: int) -> bool:
        """Whether the words right before a ";" name an agency: a list of agencies goes on behind it."""
        return any(
            a.end == semicolon
            for a in self.annotations.within("agencies", max(0, semicolon - 200), semicolon)
        )

    def _gives(self, made: Opening, end: int) -> bool:
        """Whether an opening behind ";" has an order verb, or a verb of work right behind the agencies."""
        if made.rest >= end or made.how not in ("order", "subject", "told", "toward"):
            return False
        if made.rule == _DONE_BY:
            return True
        if self.openings.helps(made, made.start - _BEFORE, end):
            return False
        return made.mode is not None or bool(self.rule("task_verb").match(self.view, made.rest - 1, end))

    # -- prose ----------------------------------------------------------------------------------------------

    def _paragraph(self, i: int, block: Block, owner: Owner | None, end: int) -> None:
        """Running prose: each sentence is a task of whom it names, or of whom the sentence before named."""
        if self._is_caption(i, block, end):
            return
        owner = owner or self.voice
        background = bool(self.rule("background").match(self.view, block.content, end))
        if background and self.open and self.annotations.kind == "report":
            background = not self.rule("besides").match(self.view, block.content, end)
        states = self.annotations.kind == "report" and self.rule("states").match(
            self.view, block.content, end
        )
        if owner is not None and owner.agencies:
            current: Owner | None = owner
        elif (
            self.prose is not None
            and self.last_paragraph == i - 1
            and block.parent == self.blocks[i - 1].parent
        ):
            current = self.prose
            near = min(end, block.content + _NEAR)
            if self.below.get(i - 1) is self.prose and self.rule("asks_readers").search(
                self.view, block.content, near
            ):
                current = None  # behind a lead-in: it is the readers that are asked again
        elif self._resumes(i, block, end):
            current = self.interrupted[0]
        else:
            current = None
        if background:
            current = None
            self.open = self.open and self.annotations.kind == "letter"
        background = background or bool(states)
        made_any = False
        pending: tuple[int, int] | None = None
        holder: Owner | None = None
        for s, e in self._split(block.content, end):
            begins = self._sentence(s, e, current, owner, block, background)
            if begins is not None and begins[1] == s and pending and self._elaborates(s, e):
                begins = None
            if begins is not None:
                self._flush(block, holder, pending, i)
                holder, at = begins
                pending = (at, e)
                current = holder
                made_any = True
            elif pending is not None and (self._elaborates(s, e) or self._says_more(s, e, owner, current)):
                pending = (pending[0], e)
            else:
                self._flush(block, holder, pending, i)
                pending = None
                if current is not None and not self._continues(s, e):
                    current = owner if owner is not None and owner.agencies else None
            if not self.open:
                self.open = self._issues(s, e)
        self._flush(block, holder, pending, i)
        if not made_any and not background and end - block.content <= _ASIDE:
            self.interrupted = self.prose if self.last_paragraph == i - 1 else None, i
        self.prose = current if made_any else None
        self.last_paragraph = i
        if owner is not None:
            self.below.setdefault(i, owner)

    def _resumes(self, i: int, block: Block, end: int) -> bool:
        """Whether a report's paragraph ("Ngoài ra, …") goes on with work that a short one has interrupted."""
        if self.interrupted[1] != i - 1 or self.interrupted[0] is None or self.annotations.kind != "report":
            return False
        linked = self.book["assignments.link_word"].match(self.view, block.content, end)
        return linked is not None and self._continues(block.content, end)

    def _is_caption(self, i: int, block: Block, end: int) -> bool:
        """Whether a report's short paragraph stands below a picture: what is told goes on behind it."""
        if self.annotations.kind != "report" or end - block.content > _CAPTION:
            return False
        if self.rule("caption").search(self.view, block.content, end) is None:
            return False
        if self.last_paragraph == i - 1:
            self.last_paragraph = i
        return True

    def _issues(self, start: int, end: int) -> bool:
        """Whether a report tells here of the document that it reports: what follows are its orders."""
        spans = self.annotations.header["spans"]
        told = spans.get("number") or (spans.get("issuer") if "type" in spans else None)
        if self.annotations.kind != "report":
            return False
        return (
            bool(told and start <= told[0] < end)
            or self.rule("tells_orders").search(self.view, start, end) is not None
            or self._from_lead(start, end)
        )

    def _elaborates(self, s: int, e: int) -> bool:
        """Whether a sentence only says more of the work before it, or names its product."""
        return any(self.rule(name).match(self.view, s, e) for name in ("elaboration", "product_line"))

    def _says_more(self, s: int, e: int, owner: Owner | None, current: Owner | None) -> bool:
        """Whether a sentence below a heading that names who works says more of the work before it.

        Not what tells of work done or of the letter itself, nor a sentence that addresses a body.
        """
        if owner is None or current is None or not (owner.specific and owner.agencies):
            return False
        if self.annotations.kind != "letter" or owner.agencies != current.agencies or self._informs(s, e):
            return False
        if any(
            self.rule(n).match(self.view, s, e) for n in ("reported", "background", "about_itself", "option")
        ):
            return False
        found, stop = self.openings.agency_list(s, e)
        return not found or not self.rule("reported").match(self.view, stop, e)

    def _flush(self, block: Block, holder: Owner | None, span: tuple[int, int] | None, i: int) -> None:
        if holder is not None and span is not None and holder.agencies:
            ahead = self.view.text[span[1] - 1] == ":" and self.rule("list_ahead").match(self.view, *span)
            if ahead:
                return  # the list below says what the work is
            self._task(block, holder, span[0], span[1], i)

    def _sentence(
        self, s: int, e: int, current: Owner | None, owner: Owner | None, block: Block, background: bool
    ) -> tuple[Owner, int] | None:
        """Owner and start of the work when a sentence gives some."""
        if (
            self.rule("option").match(self.view, s, e)
            or self._informs(s, e)
            or self.rule("about_itself").match(self.view, s, e)
        ):
            return None
        if not background and (done := self._done_by(s, e)) is not None:
            return self._order_owner(done, owner, s), done.rest
        made = self._read(s, e, block.parent, last=current)
        if made is None and not background and (current is not None or self._context(owner)):
            made = self.openings.unknown_work(s, e, duty=self.view.text[s - 2 : s] != "; ")
        if made is not None and made.rest < e:
            trusted = (
                made.how in ("order", "toward")
                or (made.mode is not None and (made.how != "told" or self.annotations.kind == "report"))
                or current is not None
                or self._context(owner)
                or (self.annotations.kind == "report" and self._by_letter_told(made, s, e))
            )
            if trusted and not background and self._told(made, block, e):
                self.open = True
                return Owner(
                    made.agencies,
                    [],
                    made.mode or (owner.mode if owner else None),
                    owner.assigned_by if owner else None,
                    None,
                    False,
                    made.rule,
                    made.rule == PRONOUN,
                    cue=self._cue(made),
                ), made.rest
        found = self._after_colon(s, e, block.parent) or self._embedded(s, e) or self._sent(s, e)
        found = found or self._stressed(s, e) or (None if background else self._given(s, e))
        if (
            found is not None
            and self._order_counts(found, s)
            and not (background and self.annotations.kind == "letter")
            and not (current is not None and found.start <= s + 2)
        ):
            self.open = True
            return self._order_owner(found, owner, s), found.rest
        if self.annotations.kind == "report" and self.rule("hands_to_name").match(self.view, s, e):
            return None
        if current is not None and (
            self._continues(s, e)
            or self._is_whole_work(s, e, owner, block)
            or (current is owner and current.specific and self.openings.work_behind_condition(s, e))
        ):
            return replace(current, coordinating=[]), s
        if background or current is not None:
            return None
        return self._asked(s, e, owner, plain=block.parent is None)

    def _by_letter_told(self, made: Opening, s: int, e: int) -> bool:
        """Whether a report's sentence opens by naming the letter that it tells ("Theo công văn này, …").

        Not where the body it names may be the one that gives the orders.
        """
        if self.rule("order").match(self.view, made.rest, e):
            return False
        if self.rule("by_letter").match(self.view, s, e):
            return True
        return not self.out and self._from_lead(s, e)

    def _from_lead(self, s: int, e: int) -> bool:
        """Whether a report's text begins here with "Theo đó, …", at most its title and date line above."""
        above = self.view.text[self.blocks[0].start : s].strip()
        if len(above) > TITLE_LIMIT or above.endswith((".", ":", ";")):
            return False
        return self.rule("from_lead").match(self.view, s, e) is not None

    def _asked(self, s: int, e: int, owner: Owner | None, plain: bool = False) -> tuple[Owner, int] | None:
        """Work that a letter asks for without naming who: those whom it is sent to have to do it.

        Only `plain` text, under no heading, may ask by a bare verb ("Tổ chức trực ban …").
        """
        readers = self._addressees()
        if not readers:
            return None
        asked = self.rule("asks_work").search(self.view, s, min(e, s + _ASKING))
        if asked and (
            s in (asked.start(), asked.start("m")) or asked["who"] or self._speaker(asked.start("m"), s)
        ):
            mode = self.view.key[slice(*asked.span("m"))]
            speaker = self._speaker(asked.start("m"), s) or (owner.assigned_by if owner else None)
            made = Owner(
                readers, [], mode, speaker, rule="assignments.asks_work", inferred=True, cue=asked.span("m")
            )
            return made, asked.end()
        if self.open and self.rule("sends_back").match(self.view, s, e):
            name = "sends_back"
        elif (
            plain and (self.out or (owner and owner.mode)) and self.rule("imperative").match(self.view, s, e)
        ):
            name = "imperative"
        else:
            return None
        wanted = owner.mode if owner else None
        return Owner(readers, [], wanted, rule=f"assignments.{name}", inferred=True), s

    def _addressees(self) -> list[Mention]:
        """The agencies that the letter is sent to."""
        found: list[Mention] = self.annotations.header.get("addressees", [])
        return found

    def _context(self, owner: Owner | None) -> bool:
        """Whether orders are being given here: the preamble has opened them, or a lead-in stands above."""
        return owner is not None or self.open or self.prose is not None

    def _continues(self, s: int, e: int) -> bool:
        """Whether a sentence goes on with work: it opens with a verb (after "Đồng thời," and the like)."""
        if self.rule("reported").match(self.view, s, e):
            return False
        at = s
        linked = self.book["assignments.link_word"].match(self.view, at, e)
        if self.rule("background").match(self.view, s, e) and not (
            linked and self.annotations.kind == "report" and self.rule("besides").match(self.view, s, e)
        ):
            return False
        if linked:
            at = linked.end()
        return bool(
            self.rule("task_verb").match(self.view, at, e)
            or self.rule("within_work").match(self.view, at, e)
            or self.rule("forbids").match(self.view, at, e)
        )

    def _is_whole_work(self, s: int, e: int, owner: Owner | None, block: Block) -> bool:
        """Whether a sentence opens the paragraph that a line "Cơ quan chủ trì: …" below gives away."""
        if owner is None or owner.rule != "assignments.lead_line" or s != block.content:
            return False
        return not any(self.rule(n).match(self.view, s, e) for n in ("reported", "background"))

    def _embedded(self, s: int, e: int) -> Opening | None:
        """An order inside a sentence: verb of assignment, agencies, work."""
        by_letter = self._by_letter(s, e)
        for hit in by_letter or self.rule("order").finditer(self.view, s, e):
            found, stop = self.openings.told_together(hit.end(), e)
            if not found and (time := self.rule("time_between").match(self.view, hit.end(), e)):
                found, stop = self.openings.told_together(self.openings.skip(time.end(), e), e)
            if not found and not self.rule("spoken_order").match(self.view, hit.start("m"), hit.end()):
                made = self.openings.unknown_work(hit.start("m"), e)
                if made is not None and not self._is_procedure(hit.start("m"), hit["m"], s):
                    return made
            if not found or self._is_procedure(hit.start("m"), hit["m"], s):
                continue
            rest = self.openings.made(
                found,
                stop,
                e,
                "order",
                "assignments.order",
                self.view.key[slice(*hit.span("m"))],
                hit.start("m"),
            )
            verb = hit.start("m")
            if self.rule("spoken_order").match(self.view, verb, hit.end()) and not (
                by_letter
                or (self.rule("reported_order").search(self.view, s, verb) and self._speaker(verb, s))
                or (self.annotations.kind == "report" and self._is_spoken(verb, s))
            ):
                continue
            if self.rule("reported").match(self.view, stop, e) and not (
                self.rule("where_between").match(self.view, stop, e)
            ):
                continue
            tail = self.view.text[stop:e].strip()
            if (
                not tail
                or tail[0] == ":"
                or self.openings._goes_on(stop, e, True)
                or (tail[-1] == ":" and self.rule("opens_list").match(self.view, rest.rest, e))
            ):
                return self._to_readers(rest)
        return None

    def _after_colon(self, s: int, e: int, parent: int | None) -> Opening | None:
        """The first order of a list in a sentence: "UBND tỉnh yêu cầu: Sở Y tế …; Sở Xây dựng …"."""
        if self.view.text.find(": ", s, e) < 0:
            return None
        hit = self.rule("says_list").search(self.view, s, e)
        made = self._read(hit.end(), e, parent) if hit is not None else None
        if hit is None or made is None or made.rest >= e:
            return None
        made.mode = made.mode or self.view.key[slice(*hit.span("m"))]
        made.start = hit.start("m")
        return made

    def _stressed(self, s: int, e: int) -> Opening | None:
        """What a report says somebody stresses that others have to do: "… nhấn mạnh, các xã cần rà soát"."""
        said = self.rule("stresses").search(self.view, s, e) if self.annotations.kind == "report" else None
        if said is None:
            return None
        found, stop = self.openings.agency_list(said.end(), e)
        if not found:
            found, stop = self.openings.bare_place(said.end(), e)
        must = self.rule("has_to").match(self.view, stop, e) if found else None
        if must is None or not self.rule("task_verb").match(self.view, must.end(), e):
            return None
        mode = self.view.key[slice(*said.span("m"))]
        return Opening(found, must.end(), "order", "assignments.stresses", mode, said.start("m"))

    def _given(self, s: int, e: int) -> Opening | None:
        """Who a report says was given work: "Với giá than, Sở A được giao …"."""
        if self.annotations.kind != "report":
            return None
        said = self.rule("given").search(self.view, s, e)
        if said is None:
            return None
        for a in self.annotations.within("agencies", s, said.start()):
            before = self.rule("before_given").match(self.view, s, a.start)
            if before is None or before.end() != a.start:
                continue
            found, stop = self.openings.agency_list(a.start, e)
            told = self.rule("told").match(self.view, stop, e) if found else None
            if told is not None:
                mode = self.view.key[slice(*told.span("m"))]
                rest = self.openings.skip(told.end(), e)
                return Opening(found, rest, "told", "assignments.told", mode, a.start)
        return None

    def _done_by(self, s: int, e: int) -> Opening | None:
        """Work whose doer is named behind it: "Việc thanh tra … do Sở A chủ trì"."""
        if self.norms or not self.open:
            return None
        said = self.rule("done_by").match(self.view, s, e)
        found, stop = self.openings.agency_list(said.end(), e) if said is not None else ([], s)
        if said is None or not found or not self.rule("done_behind").match(self.view, stop, e):
            return None
        return Opening(found, said.start("work"), "told", _DONE_BY, None, said.start("m"))

    def _sent(self, s: int, e: int) -> Opening | None:
        """What a report says a letter asks of those whom it is sent to."""
        if self.annotations.kind != "report":
            return None
        sent = self.rule("sent_to").search(self.view, s, e)
        if sent is None:
            return None
        found, stop = self.openings.recipients(sent.end(), e)
        asks = self.rule("sent_asks").match(self.view, stop, e) if found else None
        if asks is None and (not found or (found[-1].value.group and not found[-1].value.head)):
            found, stop = self.openings.sent_names(sent.end(), e)
            asks = self.rule("sent_asks").match(self.view, stop, e) if found else None
        mode = self.view.key[slice(*asks.span("m"))] if asks else None
        work = self.rule("sent_work").match(self.view, stop, e) if found and asks is None else None
        rest = asks.end() if asks else work.start("m") if work else e
        if rest == e:
            return None
        return Opening(found, rest, "order", "assignments.sent_to", mode, sent.start("m"))

    def _by_letter(self, s: int, e: int) -> list[Any]:
        """The order that a report says a letter gives ("vừa có văn bản yêu cầu …"), if there is one."""
        if self.annotations.kind != "report":
            return []
        hit = self.rule("letter_orders").search(self.view, s, e)
        return [hit] if hit is not None else []

    def _is_spoken(self, verb: int, start: int) -> bool:
        """Whether the issuer stands right before a verb; in a report that has none yet, any single body."""
        near = [*self.annotations.within("agencies", max(start, verb - _SPEAKER), verb)]
        first = self.annotations.kind == "report" and not self.issuer[0] and not self.speakers
        before = self.book["header.right_before"]
        if self.annotations.kind == "report" and any(self._named_person(a, verb) for a in near):
            return True
        return any(
            (self._speaks(a) or (first and not a.value.group)) and before.match(self.view, a.end, verb)
            for a in near
            if verb - a.end <= _NEAR
        )

    def _named_person(self, post: Mention, verb: int) -> bool:
        """Whether only the name of a post's holder stands between the post and a verb."""
        if post.value.title is None:
            return False
        person = self.rule("person_behind").match(self.view, post.end, verb)
        behind = person.end() if person is not None else post.end
        return person is not None and bool(self.book["header.right_before"].match(self.view, behind, verb))

    def _is_procedure(self, verb: int, mode: str, start: int) -> bool:
        """Whether a text that sets norms only tells who proposes what to whom, the issuer itself excepted."""
        if not (self.norms and self.rule("proposes").hit(mode)) or verb <= start + 2:
            return False
        return not self._is_spoken(verb, start)

    def _order_counts(self, order: Opening, start: int) -> bool:
        """A reported order counts in a report; in a letter what was ordered before is background."""
        told = self.rule("reported_order").search(self.view, max(start, order.start - 24), order.start)
        return order.rest > 0 and (self.annotations.kind == "report" or not told)

    def _order_owner(self, order: Opening, owner: Owner | None, start: int) -> Owner:
        speaker = self._speaker(order.start, start) or (owner.assigned_by if owner else None)
        return Owner(order.agencies, [], order.mode, speaker, None, False, order.rule, cue=self._cue(order))

    def _speaker(self, verb: int, start: int) -> str | None:
        """Who gives the order: the agency or post that stands right before the verb."""
        low = max(start, verb - _SPEAKER)
        near = [
            a
            for a in self.annotations.within("agencies", low, verb)
            if verb - a.end <= 60 and not set(self.view.text[a.end : verb]) & set(".;:,")
        ]
        if near:
            m = near[-1]
            if len(near) > 1 and self.book["header.inside_of"].match(self.view, near[-2].end, m.start):
                m = near[-2]  # "Cục A (Bộ B) đề nghị": Cục A
            self.speakers.add(m.value.id)
            self.spoken.append(m)
            return squeeze(self.view.text[m.start : m.end])
        posts = [
            m
            for m in self.rule("speaker_post").finditer(self.view, low, verb)
            if not set(self.view.text[m.end() : verb]) & set(".;:,")
        ]
        return squeeze(self.view.text[slice(*posts[-1].span("m"))]) if posts else None

    # -- tables and lines -----------------------------------------------------------------------------------

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
        self._emit(
            row.lead,
            row.coordinating,
            None,
            None,
            row.task,
            row.deadline,
            row.recurrence,
            self._label(i),
            "layout.column_task",
            Origin(block, None, False, *row.mentions, "cell" if row.deadline else ""),
            row.inferred,
            row.product,
        )

    def _apply_deadline(self, i: int, block: Block, attributes: _Attributes) -> None:
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

    def _before_execution(self, start: int, end: int) -> int:
        """Where the execution clause of a decision begins, `end` without one: its agencies are executors."""
        clause = self.rule("execution").search(self.view, start, end)
        if clause is None:
            return end
        begin = self._last_sentence(start, clause.start())
        found: list[AgencyRef] = []
        reached = begin
        for a in self.annotations.within("agencies", begin, clause.start()):
            if not self.rule("modifier_before").search(self.view, max(reached, a.start - 40), a.start):
                found += self._refs([a])
            reached = a.end
        if found and self.orders:
            self.annotations.header.setdefault("executors", []).extend(found)
        return begin

    # -- out ------------------------------------------------------------------------------------------------

    def _task(
        self, block: Block, owner: Owner, start: int, end: int, i: int, due_end: int | None = None
    ) -> None:
        start = self.openings.skip(start, end)
        end = self._trim(start, end)
        while end > start and self.view.text[end - 1] in ".;,/:":
            end -= 1
        if self.annotations.kind == "report" and (
            said := self.rule("quoted_by").search(self.view, start, end)
        ):
            end = said.start("m")
        if self.view.text[end - 1 : end] == "”" and "“" not in self.view.text[start:end]:
            end -= 1  # the quotation began before the work
        if (
            len(self.view.text[start:end].split()) < 3
            or not owner.agencies
            or self.rule("option").match(self.view, start, end)
        ):
            return
        inside = self._product_inside(start, end)
        product = inside.product if inside else self._product_of(i)
        told_end, due_end = due_end or end, due_end or end
        if inside is not None:
            end = told_end = inside.work_end
        partners = self.openings.coordinating(start, told_end, owner.agencies)
        known = {a.value.id for a in partners}
        partners += [a for a in owner.coordinating if a.value.id not in known]
        lead = self._last_sentence(block.content, start)
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
        self._emit(
            self._refs(owner.agencies),
            self._refs(partners),
            owner.mode,
            owner.assigned_by,
            [(start, end)],
            deadline,
            recurrence,
            self._label(i),
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

    def _product_inside(self, start: int, end: int) -> _Inside | None:
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
        words = self._bare(said.end(), until)
        if words[1] <= words[0]:
            return None
        behind = self._bare(until + 1, end) if until < end else (end, end)
        more = behind[1] > behind[0] and not self.rule("deadline_line").match(self.view, *behind)
        before = said.start("m")
        while before > start and (text[before - 1].isspace() or text[before - 1] in ".;,("):
            before -= 1
        return _Inside(end if more or before <= start else before, words, (end, end) if more else behind)

    def _due_before(self, lead: int, start: int, within: int) -> Deadline | None:
        """A deadline that opens the sentence, before the agency: "Trước ngày 30/5/2022, Sở Tài chính …"."""
        within = min(start, within)
        found = self.deadlines.read(lead, within) or self.deadlines.leading(lead, start, within)
        if found is None or found.span is None or "," not in self.view.text[found.span.end : start]:
            return None
        return found

    def _emit(
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

    def _refs(self, agencies: list[Mention]) -> list[AgencyRef]:
        """References to agencies; for a short form of several to each of them."""
        return [self._ref(value) for a in agencies for value in a.value.members or (a.value,)]

    def _ref(self, value: AgencyValue) -> AgencyRef:
        key = value.id, value.name, value.title
        if key not in self.refs:
            self.refs[key] = AgencyRef(id=value.id, name=value.name, title=value.title)
        return self.refs[key]

    def _label(self, i: int) -> str | None:
        """The numbering down to this block as written: ``1.``, ``2.a``, ``II.3``."""
        parts: list[str] = []
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
