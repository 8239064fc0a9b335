"""What the stages write on a letter, beside the tokens of its spaCy ``Doc``.

`Annotations` hangs on the Doc as ``doc._.congvan``. A mention's truth is its character offsets; the same
mentions are published as ``doc.spans[group]`` (``label_``, ``kb_id_``: canonical id, ``id_``: rule id) for
spaCy's own tools.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from extractor.rulebook import Rule
    from extractor.textview import TextView
    from extractor.values.succession import Fate


_start = attrgetter("start")


@dataclass(slots=True)
class Mention:
    """A stretch ``[start, end)`` of the text that names something.

    `label` is the kind within its group, `rule` the id of the rule or model that made it,
    `value` what it stands for (a type of `extractor.values`), `key` the canonical id, where there is one.
    """

    start: int
    end: int
    label: str
    rule: str
    value: Any = None
    key: str = ""


@dataclass(slots=True)
class Block:
    """A piece of the layout: ``[start, end)`` with its kind, its numbering and its place in the outline.

    `kind` is one of heading, item, bullet, paragraph, header_row, row, row_rest (what a page break cut off
    the row above). `label` is the numbering as written
    (``1.``, ``a)``, ``-``); `content` the offset where the words behind it start; `depth` 0 is the outermost;
    `parent` the index of the block that owns it, or None. `cells` are a table row's cells as offsets,
    `columns` what they hold; `inherited` are the columns whose cell is that of a row above, because the row's
    own is empty.
    """

    kind: str
    start: int
    end: int
    label: str = ""
    content: int = -1
    depth: int = 0
    parent: int | None = None
    part: str = "body"
    cells: list[tuple[int, int]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    inherited: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.content < 0:
            self.content = self.start


@dataclass(slots=True)
class Warning_:
    """A doubt with its place: `code` is one of `extractor.errors.WARNINGS`."""

    code: str
    message: str
    start: int
    end: int


@dataclass(slots=True)
class Origin:
    """How an assignment was made, for its confidence and its explanation; no part of the record.

    `block` holds the task; `cue` is the stretch that names who is told (an opening, a lead-in, a line "Cơ
    quan chủ trì: …"), None for a table row and for work asked of the readers; `continued` says that the task
    stands in another sentence of the prose than its cue. `agencies` and `coordinating` are the mentions
    behind the record's agencies; `due` tells where the deadline stands: own, before, lead_in, line, cell, "".
    """

    block: Block
    cue: tuple[int, int] | None
    continued: bool
    agencies: list[Mention]
    coordinating: list[Mention]
    due: str = ""


@dataclass
class Annotations:
    """All that the stages have found so far, in text order."""

    view: TextView
    doc: Any = None
    source: Any = None
    kind: str = "letter"
    zones: dict[str, tuple[int, int]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    mentions: dict[str, list[Mention]] = field(default_factory=dict)
    issued_on: date | None = None
    #: places that the letter speaks of, by level: canonical names
    localities: dict[str, str] = field(default_factory=dict)
    #: id of an agency -> what became of it
    fates: dict[str, Fate] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    references: list[Any] = field(default_factory=list)
    figures: list[Any] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)
    assignments: list[Any] = field(default_factory=list)
    #: codes of what the letter is about, the weightiest first
    topics: list[str] = field(default_factory=list)
    #: blocks of attached plans, which state facts and aims as the body does
    planned: list[Block] = field(default_factory=list)
    #: list of the record -> how each of its items was made: an `Origin` of an assignment, else an ``Item``
    made: dict[str, list[Any]] = field(default_factory=dict)
    warnings: list[Warning_] = field(default_factory=list)
    #: start and end of the marks that end a sentence; None before somebody asks
    _sentence_ends: list[tuple[int, int]] | None = None

    def sentence_ends(self, rule: Rule) -> list[tuple[int, int]]:
        """Start and end of each mark that ends a sentence, by `rule`, found once per text."""
        if self._sentence_ends is None:
            self._sentence_ends = [m.span("m") for m in rule.finditer(self.view)]
        return self._sentence_ends

    def group(self, name: str) -> list[Mention]:
        return self.mentions.get(name, [])

    def within(self, name: str, start: int, end: int) -> Iterator[Mention]:
        """Mentions of group `name` that lie inside ``[start, end)``."""
        return (m for m in self.beginning(name, start, end) if m.end <= end)

    def beginning(self, name: str, start: int, end: int) -> Iterator[Mention]:
        """Mentions of group `name` that begin inside ``[start, end)``; a group is in text order."""
        mentions = self.group(name)
        for at in range(bisect_left(mentions, start, key=_start), len(mentions)):
            if mentions[at].start >= end:
                return
            yield mentions[at]

    def let_go(self) -> None:
        """Part from the Doc, so that both are freed at once and not when the collector comes to them."""
        self.doc = None

    def warn(self, code: str, message: str, start: int, end: int) -> None:
        self.warnings.append(Warning_(code, message, start, end))


def _rank(m: Mention) -> tuple[int, bool, int]:
    return m.start - m.end, m.label != "ignore", m.start


def longest_first(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions that remain when of two that overlap the longer (then the earlier) one wins; text order.

    A mention labelled ``ignore`` takes part in the contest and is dropped afterwards, so an ignore rule
    wins over what it covers.
    """
    found = sorted(mentions, key=_start)
    if all(before.end <= behind.start for before, behind in pairwise(found)):
        return [m for m in found if m.label != "ignore"]
    ranked = sorted(found, key=_rank)
    taken: list[Mention] = []
    occupied: dict[int, list[Mention]] = {}
    for m in ranked:
        pages = range(m.start >> 8, (m.end >> 8) + 1)
        if any(m.start < o.end and o.start < m.end for p in pages for o in occupied.get(p, ())):
            continue
        taken.append(m)
        for p in pages:
            occupied.setdefault(p, []).append(m)
    return sorted((m for m in taken if m.label != "ignore"), key=_start)


def publish(doc: Doc) -> None:
    """Show every mention group of ``doc._.congvan``, and its blocks, as ``doc.spans`` of the same name."""
    annotations: Annotations = doc._.congvan
    for group, mentions in annotations.mentions.items():
        spans = (
            doc.char_span(m.start, m.end, label=m.label, kb_id=m.key, span_id=m.rule, alignment_mode="expand")
            for m in mentions
        )
        doc.spans[group] = [span for span in spans if span is not None]
    blocks = (
        doc.char_span(b.start, b.end, label=b.kind, alignment_mode="expand") for b in annotations.blocks
    )
    doc.spans["blocks"] = [span for span in blocks if span is not None]
