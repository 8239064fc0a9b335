"""The words around quantities: sentences, clauses, noun phrases, places and dates, asked of one document."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import regex

from extractor.annotations import Annotations, Block, Mention
from extractor.record import Assignment, Interval
from extractor.rulebook import SHORTEST, Rule, Rulebook
from extractor.textview import TextView, match_key, squeeze
from extractor.values.quantities import Quantity, lexicon_of, parse_number, plain

#: kinds of block that state facts or tasks
_PROSE = {"paragraph", "item", "bullet"}
#: characters a sentence has at most; a longer one is read in pieces
_LONGEST_SENTENCE = 2000
#: characters before a number in which words of comparison stand
_CUES = 64
#: syllables that the name of a metric has at most, as a rule
_LONGEST_METRIC = 16
#: syllables of a leading phrase that is no part of a metric
_LONGEST_LEAD = 5
#: characters at the beginning of a block that count as its heading
HEADING = 120
#: characters that a name in quotes has at most
_NAME = 60
#: signs around a phrase that are none of its words
_EDGES = " \n.;:-+•*"
#: characters of a lead-in, at its end, that are read; characters in which its last sign stands
LEAD_IN, _FEW = 400, 8
_WORD = regex.compile(r"[\p{L}\p{M}\d]+|[^\s\p{L}\p{M}\d]")
#: the same for texts in which `re` and `regex` sort all characters alike
_USUAL_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_BRACKETS = regex.compile(r"\([^()]*+\)|\[\d++\]")
#: signs at which a clause begins or a noun phrase ends (`re` finds single characters faster than `regex`)
_CLAUSE_SIGN, _COMMA, _STOP_SIGN = re.compile(r"[();:]"), re.compile(r"[,;]"), re.compile(r"[;:()\[.\n\",]")


@dataclass(slots=True)
class Sentence:
    """A sentence ``[start, end)`` of a block; `first` says that the block begins with it."""

    start: int
    end: int
    block: Block
    first: bool


@dataclass(slots=True)
class Item:
    """A quantity on its way to a figure or a target (`verdict`), with what is found out about it.

    `tail_end` is where the words that belong to it end; `own_metric` says that its name is not carried over,
    `in_bracket` that its place holds within a bracket only, `governs` the time that holds behind it.
    """

    mention: Mention
    quantity: Quantity
    sentence: Sentence
    verdict: str = ""
    by: str = ""
    tail_end: int = 0
    metric: str | None = None
    own_metric: bool = False
    population: str | None = None
    place: str | None = None
    in_bracket: bool = False
    as_of: Interval | None = None
    governs: Interval | None = None
    baseline: Interval | None = None
    kind: str = "level"
    comparator: str = "="
    inferred: list[str] = field(default_factory=list)


@lru_cache(maxsize=8)
def _rules_by_role(book: Rulebook) -> dict[str, Rule]:
    return {r.set["role"]: r for r in book.having("figures", "role")}


class Words:
    """The rules and mentions of one document, and the questions that are asked of its words."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.lexicon = lexicon_of(book)
        self.rules = _rules_by_role(book)
        self._lead, self._trail, self._stops, self._bound, self._agents, self._light = (
            self.rules[role].keys
            for role in ("lead", "trail", "tail_stop", "bound_syllable", "agent", "light_verb")
        )
        self._headings = self.rules["heading_word"].keys
        self._orders = book["agencies.hands_on"].keys | book["assignments.proposes"].keys
        self.empty_units = self.rules["empty_unit"].keys
        self.past = book["targets.past"].keys
        self._dates = annotations.group("dates")
        self._quantities = self._with_bare_ratios(annotations.group("quantities"))
        self._date_starts = [d.start for d in self._dates]
        self._agencies = annotations.group("agencies")
        self._agency_starts = [a.start for a in self._agencies]
        self._tasks = sorted(annotations.assignments, key=lambda a: a.span.start)
        self._task_starts = [a.span.start for a in self._tasks]
        self._places = self.rules["place"].places(self.view)
        self._trimmed: dict[str, str] = {}
        self._beginnings: dict[tuple[str, str], bool] = {}

    # ------------------------------------------------------------ sentences and blocks

    def sentences(self) -> Iterator[tuple[Sentence, list[Mention]]]:
        """The sentences of the body that hold quantities, with these."""
        quantities = self._quantities
        starts = [q.start for q in quantities]
        for block in self._blocks():
            if bisect_left(starts, block.content) == bisect_left(starts, block.end):
                continue
            first = True
            for start, end in self._pieces(block):
                inside = quantities[bisect_left(starts, start) : bisect_left(starts, end)]
                if inside:
                    yield Sentence(start, end, block, first), inside
                first = False

    def _with_bare_ratios(self, quantities: list[Mention]) -> list[Mention]:
        """The quantities and, among them, ratios without a unit whose percentage stands behind."""
        taken = sorted((m.start, m.end) for m in [*quantities, *self._dates])
        out = []
        for m in self.rules["bare_ratio"].finditer(self.view):
            (start, _), (_, end) = m.span("a"), m.span("b")
            at = bisect_left(taken, (end, 0)) - 1
            if at >= 0 and taken[at][1] > start:
                continue
            value, of, said = (parse_number(m[name])[0] for name in ("a", "b", "p"))
            if of <= value or abs(100 * value / of - said) > 1:
                continue
            ratio = Quantity(plain(value), None, of=plain(of), kind="ratio", measure="count", spoken=start)
            out.append(Mention(start, end, "count", "figures.bare_ratio", ratio))
        return sorted([*quantities, *out], key=lambda q: q.start) if out else quantities

    def behind_ratio(self, item: Item) -> str:
        """The noun phrase behind a bare ratio and its percentage."""
        end = item.sentence.end
        said = self.rules["bare_ratio"].match(self.view, item.mention.start, end)
        if said is None or not said[0].endswith(")"):
            return ""
        return self.view.text[said.end() : self.stop_behind(said.end(), end, lists=True)]

    def _blocks(self) -> list[Block]:
        """The prose of the body and of attached plans; without a layout every line is a paragraph."""
        if self.annotations.blocks:
            body = [b for b in self.annotations.blocks if b.kind in _PROSE and b.part == "body"]
            return body + [b for b in self.annotations.planned if b.kind in _PROSE]
        lines = (self.view.line_span(i) for i in range(len(self.view.line_starts)))
        return [Block("paragraph", start, end) for start, end in lines if end > start]

    def _pieces(self, block: Block) -> Iterator[tuple[int, int]]:
        at = block.content
        cuts = [m.span() for m in self.rules["sentence_end"].finditer(self.view, block.content, block.end)]
        for end, begin in [*cuts, (block.end, block.end)]:
            while end - at > _LONGEST_SENTENCE:
                limit = at + _LONGEST_SENTENCE
                comma = self.view.key.rfind(", ", at + 1, limit)
                yield at, comma if comma > 0 else limit
                at = comma if comma > 0 else limit
            yield at, end
            at = begin

    def widened(self, m: Mention, sentence: Sentence) -> Quantity:
        """A quantity with the comparator that stands a few words before it (``ít nhất mỗi xã có 5 hộ``)."""
        quantity: Quantity = m.value
        least, start = self.rules["at_least_before"], max(sentence.start, m.start - _CUES)
        if quantity.comparator != "=" or least.search(self.view, start, m.start) is None:
            return quantity
        return replace(quantity, comparator=least.set["said"])

    def above(self, block: Block) -> Iterator[Block]:
        """The blocks that own `block`, the nearest first."""
        while block.parent is not None:
            block = self.annotations.blocks[block.parent]
            yield block

    def task_at(self, offset: int) -> Assignment | None:
        """The assignment whose task holds `offset`."""
        at = bisect_right(self._task_starts, offset)
        near: list[Assignment] = self._tasks[max(0, at - 8) : at]
        return next((a for a in reversed(near) if offset < a.span.end), None)

    # ------------------------------------------------------------ dates and places

    def dates_in(self, start: int, end: int) -> list[Mention]:
        """The dates inside ``[start, end)``."""
        found = self._dates[bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)]
        return [d for d in found if d.end <= end]

    def places_in(self, start: int, end: int) -> list[Any]:
        """Matches of the place rule (group ``m``: the place) that are no part of an agency's name."""
        at = bisect_left(self._places, start)
        if end - start >= SHORTEST and (at == len(self._places) or self._places[at] >= end):
            return []
        return [
            m
            for m in self.rules["place"].finditer(self.view, start, end)
            if not self._in_agency(*m.span("m"))
        ]

    def _in_agency(self, start: int, end: int) -> bool:
        at = bisect_left(self._agency_starts, end)
        return any(
            a.start < start < a.end or start < a.start < end < a.end
            for a in self._agencies[max(0, at - 4) : at]
        )

    def _agency_at(self, offset: int) -> bool:
        """Whether an agency's name begins at `offset`."""
        at = bisect_left(self._agency_starts, offset)
        return at < len(self._agency_starts) and self._agency_starts[at] == offset

    def only_name(self, start: int, end: int) -> bool:
        """Whether ``[start, end)`` names a place or an agency and says nothing else."""
        at = bisect_left(self._agency_starts, start)
        until = bisect_left(self._agency_starts, end)
        named = [m.span("m") for m in self.places_in(start, end)]
        named += [(a.start, a.end) for a in self._agencies[at:until]]
        if not named:
            return False
        text, at = [], start
        for low, high in sorted(named):
            text.append(self.view.key[at : max(at, low)])
            at = max(at, high)
        rest = [w for w in "".join([*text, self.view.key[at:end]]).split() if any(c.isalpha() for c in w)]
        return not rest

    def lead_in(self, block: Block) -> Block | None:
        """The block that owns `block` and ends with a colon."""
        owner = next(self.above(block), None)
        said = self.view.key[max(owner.start, owner.end - _FEW) : owner.end].rstrip() if owner else ""
        return owner if said.endswith(":") else None

    def lead_metric(self, block: Block) -> str | None:
        """The metric that a lead-in names for its list (``Giao chỉ tiêu tỷ lệ hộ nghèo cho các xã:``)."""
        start = max(block.content, block.end - LEAD_IN)
        heads = list(self.rules["metric_head"].finditer(self.view, start, block.end))
        if not heads:
            return None
        begin, end = heads[0].start(), self.stop_behind(heads[0].end(), block.end)
        general = self.rules["target_word"].match(self.view, begin, end)
        return self.trim(self.view.text[general.end() if general is not None else begin : end]) or None

    def is_light(self, word: str) -> bool:
        """Whether a verb is no part of the name of what is counted behind it."""
        return match_key(word) in self._light

    def said(self, m: Any) -> str:
        """The place that a match names, as written."""
        return squeeze(self.view.text[slice(*m.span("m"))])

    # ------------------------------------------------------------ clauses

    def words(self, start: int, end: int) -> list[tuple[int, str]]:
        """Offsets and lower-case words of ``[start, end)``; a sign of punctuation counts as a word."""
        word = _USUAL_WORD if self.view.is_usual else _WORD
        return [(m.start(), m[0]) for m in word.finditer(self.view.key, start, end)]

    def same_clause(self, start: int, end: int) -> bool:
        return not any(sign in self.view.key[start:end] for sign in ";:")

    def clause_start(self, begin: int, at: int) -> int:
        """Behind the last ``;``, ``:`` or open bracket between `begin` and `at`."""
        depth = 0
        for m in reversed(list(_CLAUSE_SIGN.finditer(self.view.key, begin, at))):
            sign = m[0]
            if sign == ")":
                depth += 1
            elif depth == 0:
                return m.end()
            elif sign == "(":
                depth -= 1
        return begin

    def clause_behind(self, previous: Item, at: int) -> int:
        """Where the words about the quantity `previous` end, before `at`."""
        comma = _COMMA.search(self.view.key, previous.tail_end, at)
        return comma.end() if comma is not None else previous.tail_end

    def in_bracket(self, head: int) -> bool:
        """Whether the clause that begins at `head` is the inside of a bracket."""
        return self.view.key[head - 1 : head] == "("

    def strip_cues(self, begin: int, at: int) -> tuple[int, set[str]]:
        """Go left from `at` over words of comparison, direction and linking: their begin and their kinds.

        Kinds: ``predicate`` (the words before are a subject), ``transitive``, and the directions.
        """
        words = self.words(max(begin, at - _CUES), at)
        said = [word for _, word in words]
        kinds: set[str] = set()
        count = len(words)
        while count:
            for size in range(min(4, count), 0, -1):
                found = self.lexicon.before.get(" ".join(said[count - size : count]))
                if found is not None:
                    break
            else:
                break
            if size == 1 and " ".join(said[max(0, count - 2) : count]) in self._bound:
                break
            if found.get("transitive"):
                kinds.add("transitive")
            elif "comparator" not in found:
                kinds.add("predicate")
            if found.get("done"):
                kinds.add("done")
            if "direction" in found:
                kinds.add(found["direction"])
            count -= size
        return (words[count][0] if count < len(words) else at), kinds

    # ------------------------------------------------------------ noun phrases

    def has_head(self, phrase: str) -> bool:
        """Whether a phrase begins like the name of a metric (tỷ lệ, số, tổng …)."""
        return self.starts_with("metric_head", phrase)

    def starts_with(self, role: str, phrase: str) -> bool:
        """Whether a phrase begins with what the rule of a role finds."""
        found = self._beginnings.get((role, phrase))
        if found is None:
            found = self.rules[role].match(TextView(phrase), 0) is not None
            self._beginnings[role, phrase] = found
        return found

    def subject(self, head: int, stop: int, deeds: bool = False) -> str:
        """The noun phrase that ends before `stop`: without dates, places, brackets and leading words.

        `deeds`: what is done counts too, where an aim stands behind it.
        """
        pieces, at = [], head
        for d in self.dates_in(head, stop):
            pieces.append((at, d.start))
            at = d.end
        pieces.append((at, stop))
        for i in range(len(pieces) - 1, -1, -1):
            phrase = self.phrase(*pieces[i], deeds)
            if phrase and i < len(pieces) - 1 and not self.has_head(phrase) and self._parted(pieces[i][1]):
                return ""  # "Theo kết quả rà soát, năm 2023 còn 12 hộ"
            if phrase and i and not self.has_head(phrase) and "," not in self.view.key[slice(*pieces[i])]:
                before = "" if self._parted(pieces[i - 1][1]) else self.phrase(*pieces[i - 1])
                phrase = before if self.has_head(before) else phrase  # "tổng vốn năm 2025 của tỉnh"
            if phrase:
                return "" if _is_name(phrase) else phrase
        return ""

    def _parted(self, end: int) -> bool:
        """Whether a comma ends the words before `end`."""
        return self.view.key[max(0, end - _FEW) : end].rstrip().endswith(",")

    def phrase(self, start: int, end: int, deeds: bool = True) -> str:
        """The metric that ``[start, end)`` names: from its head word on, else its last clause."""
        text = self.view.text[start:end]
        away = [*(m.span() for m in self.places_in(start, end)), *self._doers(start, end)]
        text = _drop(text, [(low - start, high - start) for low, high in sorted(away)])
        pieces = _BRACKETS.sub("", text).split(",")
        found = ""
        for i in range(len(pieces) - 1, -1, -1):
            head = self.rules["metric_head"].search(TextView(pieces[i]))
            if head is not None:
                found = ",".join(pieces[i:])[head.start() :]
                break
        else:
            found = self._last_named(pieces, deeds)
        words = self.trim(found).split()
        return " ".join(words[: self._length(words)])

    def _last_named(self, pieces: list[str], deeds: bool) -> str:
        """The last comma piece that names something; one with an aim behind it tells of a deed."""
        for piece in reversed(pieces):
            if self.trim(piece):
                return piece
            if not deeds and self.rules["aim_word"].search(TextView(piece)) is not None:
                break
        return ""

    def _doers(self, start: int, end: int) -> list[tuple[int, int]]:
        """The agencies in ``[start, end)`` that begin a clause: who does it, no part of what is measured."""
        at = bisect_left(self._agency_starts, start)
        out = []
        for a in self._agencies[at : bisect_left(self._agency_starts, end)]:
            before, behind = self.view.key[start : a.start].strip(_EDGES), self.view.key[a.end : end].strip()
            ordered = before in self._orders
            begins = not before or self._parted(a.start) or ordered
            if a.end <= end and begins and behind[:1].isalpha():
                out.append((start if ordered else a.start, a.end))
        return out

    def _length(self, words: list[str]) -> int:
        """How many words of a long subject belong to its name: up to the first that ends a noun phrase."""
        if len(words) <= _LONGEST_METRIC:
            return len(words)
        keys = [w.strip(",.") for w in match_key(" ".join(words)).split()]
        stops = (i for i in range(2, len(words)) if keys[i] in self._stops or words[i - 1].endswith(","))
        return min(next(stops, len(words)), 2 * _LONGEST_METRIC)

    def trim(self, phrase: str) -> str:
        """Without the words around that are no part of a name, and what stands before a past tense."""
        name = self._trimmed.get(phrase)
        if name is None:
            name = self._trimmed[phrase] = self._trim(phrase)
        return name

    def _trim(self, phrase: str) -> str:
        words = squeeze(phrase.strip(' \n.,;:-–+•"“”')).split()
        keys = [w.strip(".,;:") for w in match_key(" ".join(words)).split()]
        marks = [i for i, k in enumerate(keys) if k in self.past and i + 1 < len(keys)]
        if marks:
            rest = self._strip_edges(words[marks[-1] + 1 :], keys[marks[-1] + 1 :])
            if rest:
                return rest
        return self._strip_edges(words, keys)

    def _strip_edges(self, words: list[str], keys: list[str]) -> str:
        low, high = 0, len(words)
        moved = True
        while moved and low < high:
            moved = False
            named = self.has_head(" ".join(words[low:high]))
            for size in range(0 if named else min(_LONGEST_LEAD, high - low), 0, -1):
                if " ".join(keys[low : low + size]) in self._lead:
                    low, moved = low + size, True
                    break
            for size in range(min(3, high - low), 0, -1):
                if size == 1 and " ".join(keys[max(low, high - 2) : high]) in self._bound:
                    continue
                if " ".join(keys[high - size : high]) in self._trail:
                    high, moved = high - size, True
                    break
        name = " ".join(words[low:high]).strip(" ,;:")
        if match_key(name) in self._headings:
            return ""
        return name if any(c.isalpha() for c in name) else ""

    def tail_end(self, item: Item, limit: int) -> int:
        """Where the noun phrase behind a quantity ends, at the latest at `limit`."""
        start = item.mention.end
        end = self.stop_behind(start, limit, lists=item.quantity.measure == "percent")
        return self._before_comma(start, self.strip_cues(start, end)[0])

    def stop_behind(self, start: int, limit: int, lists: bool = False) -> int:
        """Where the noun phrase that begins at `start` ends, at most at `limit`; `lists`: with commas."""
        for d in self.dates_in(start, limit)[:1]:
            limit = d.start
        key, begun, quoted = self.view.key, start, start
        for m in _STOP_SIGN.finditer(key, start, limit):
            at = m.start()
            if at < quoted:
                continue
            if m[0] == '"':
                quoted = self._quoted(at, limit)
                inside = quoted > at
            elif m[0] == ",":
                inside = self._paired(at) or (lists and self._enumerates(begun, at))
                begun = at + 1
            else:
                inside = m[0] == "\n" and key[at + 1 : at + 2].isalpha()
            if not inside:
                limit = at
                break
        limit = min([limit, *(m.start() for m in self.places_in(start, limit) if m.start() > start + 1)])
        words = self.words(start, limit)
        kept = [m.span() for m in self.rules["tail_inside"].finditer(self.view, start, limit)]
        said = [word for _, word in words]
        for i, (at, word) in enumerate(words):
            if any(" ".join(said[i : i + size]) in self._stops for size in (3, 2, 1)):
                if any(low <= at < high for low, high in kept):
                    continue
                if word in self._agents and self._agency_at(at + len(word) + 1):
                    continue
                return self._before_comma(start, at)
        return self._before_comma(start, limit)

    def _before_comma(self, start: int, end: int) -> int:
        while end > start and self.view.key[end - 1] in " ,\n":
            end -= 1
        return end

    def _enumerates(self, start: int, comma: int) -> bool:
        """Whether so few words stand before a comma that it is part of a list of nouns (``bộ, ngành``)."""
        few = 1 <= len(self.view.key[start:comma].split()) <= 2
        if not few or self.view.key[comma + 2 : comma + 3].isdigit():
            return False
        return self.rules["metric_head"].match(self.view, comma + 2) is None

    def _quoted(self, at: int, limit: int) -> int:
        """Where a name in quotes that goes on with a noun ends (``Quỹ "Vì người nghèo"``), else `at`."""
        close = self.view.key.find('"', at + 1, min(limit, at + _NAME))
        follows = self.view.key[at - 2 : at - 1].isalpha() and self.view.key[at - 1] == " "
        return close + 1 if close > 0 and follows else at

    def _paired(self, comma: int) -> bool:
        found = self.rules["pair"].search(self.view, max(0, comma - 20), comma + 20)
        return found is not None and found.start() < comma < found.end()


def _is_name(phrase: str) -> bool:
    """Whether a phrase is just a proper name (``Phước Hưng đạt …``)."""
    words = phrase.split()
    return len(words) > 1 and all(w[0].isupper() and not w.isupper() for w in words)


def _drop(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` without the stretches `spans`."""
    out, at = [], 0
    for start, end in spans:
        out.append(text[at:start])
        at = max(at, end)
    return "".join([*out, text[at:]])
