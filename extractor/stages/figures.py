"""Figures and targets: what a quantity measures, where, when, against what, and whether it is reached or aimed at.

Works sentence by sentence on the body. The words it goes by are the topics ``figures`` and ``targets``; a rule's
``role`` says what its words are for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import regex

from extractor.annotations import Annotations, Block, Mention
from extractor.record import AgencyRef, Assignment, Figure, Interval, Span, Target
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, match_key, squeeze
from extractor.values.dates import DateValue
from extractor.values.quantities import Lexicon, Quantity, lexicon_of

#: kinds of block that state facts or tasks
_PROSE = {"paragraph", "item", "bullet"}
#: syllables that the name of a metric has at most, as a rule
_LONGEST_METRIC = 12
#: characters at the beginning of a block that count as its heading
_HEADING = 120
_RESULT, _AIM = "figure", "target"
_WORD = regex.compile(r"[\p{L}\p{M}\d]+|[^\s\p{L}\p{M}\d]")
_BRACKETS = regex.compile(r"\([^()]*+\)|\[\d++\]")
#: the number of a normative document has its year: 75/2023/NĐ-CP
_NORMATIVE = regex.compile(r"\d+/\d{4}/")


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    block: Block
    first: bool


@dataclass(slots=True)
class _Item:
    """A quantity on its way to a figure or a target."""

    mention: Mention
    quantity: Quantity
    sentence: _Sentence
    verdict: str = ""
    tail_end: int = 0
    by: str = ""
    metric: str | None = None
    own_metric: bool = False
    population: str | None = None
    place: str | None = None
    as_of: Interval | None = None
    baseline: Interval | None = None
    kind: str = "level"
    comparator: str = "="
    inferred: list[str] = field(default_factory=list)


def relate_figures(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.figures`` and ``annotations.targets`` and warn of figures that cannot be right.

    Reads the groups ``quantities``, ``dates`` and ``agencies``, the blocks and the assignments.
    """
    work = _Work(annotations, book)
    items = work.items()
    items = [i for i in items if not work.retold(i, items)]
    for item in items:
        span = Span(start=item.mention.start, end=item.mention.end, text=annotations.view.text[item.mention.start : item.mention.end])
        if item.verdict == _AIM:
            annotations.targets.append(work.target(item, span))
        else:
            annotations.figures.append(_figure(item, span))
    _warn(annotations, items)


def _figure(item: _Item, span: Span) -> Figure:
    return Figure(**_fields(item, span))


def _fields(item: _Item, span: Span) -> dict[str, Any]:
    q = item.quantity
    return {
        "value": q.value, "value_max": q.value_max, "of": q.of, "unit": q.unit, "kind": item.kind,
        "comparator": item.comparator, "metric": item.metric, "population": item.population, "place": item.place,
        "as_of": item.as_of, "baseline": item.baseline, "inferred": item.inferred, "by": item.by, "span": span,
    }  # fmt: skip


class _Work:
    """The rules and mentions of one document, and what is asked of them."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.lexicon: Lexicon = lexicon_of(book)
        self.rules = {r.set["role"]: r for r in book.topic("figures") if "role" in r.set}
        self.cues = [r for r in book.topic("targets") if "role" in r.set]
        self.dates = annotations.group("dates")
        self.date_starts = [d.start for d in self.dates]
        self.normative = _NORMATIVE.match(str(annotations.header.get("number") or "")) is not None
        self.past = _phrases(book["targets.past"])
        self.edges = {role: _phrases(self.rules[role]) for role in ("lead", "trail", "tail_stop")}

    # ------------------------------------------------------------ which quantities count

    def items(self) -> list[_Item]:
        out: list[_Item] = []
        for sentence, quantities in self._sentences():
            found = [_Item(m, m.value, sentence) for m in quantities]
            for i, item in enumerate(found):
                self._judge(item, found[:i])
            for first, second in zip(found, found[1:], strict=False):
                if first.verdict == _AIM and self._leads_up(first, second):
                    first.verdict = _RESULT
            kept = [item for item in found if item.verdict]
            before = out[-1] if out and not sentence.first and out[-1].sentence.block is sentence.block else None
            for i, item in enumerate(kept):
                self._describe(item, kept[:i], kept[i + 1 :], before)
            self._lend_metric(kept)
            out.extend(kept)
        return out

    def retold(self, item: _Item, items: list[_Item]) -> bool:
        """Whether a line without a full stop, such as a title, only says what a sentence says too."""
        block = item.sentence.block
        if self.view.key[block.start : block.end].rstrip().endswith((".", ";", ":", "!", "?", ")")):
            return False
        said = (item.verdict, item.quantity.value, item.quantity.unit)
        return any(
            said == (i.verdict, i.quantity.value, i.quantity.unit) for i in items if i.sentence.block is not block
        )

    def _sentences(self) -> Iterable[tuple[_Sentence, list[Mention]]]:
        """The sentences of the body that hold quantities."""
        quantities = self.annotations.group("quantities")
        starts = [q.start for q in quantities]
        for block in self._blocks():
            if bisect_left(starts, block.content) == bisect_left(starts, block.end):
                continue
            at, first = block.content, True
            cuts = [m.span() for m in self.rules["sentence_end"].finditer(self.view, block.content, block.end)]
            for cut_start, cut_end in [*cuts, (block.end, block.end)]:
                inside = quantities[bisect_left(starts, at) : bisect_left(starts, cut_start)]
                if inside:
                    yield _Sentence(at, cut_start, block, first), inside
                at, first = cut_end, False

    def _blocks(self) -> list[Block]:
        """The prose of the body; without a layout every line is a paragraph."""
        if self.annotations.blocks:
            return [b for b in self.annotations.blocks if b.kind in _PROSE and b.part == "body"]
        lines = (self.view.line_span(i) for i in range(len(self.view.line_starts)))
        return [Block("paragraph", start, end) for start, end in lines if end > start]

    def _judge(self, item: _Item, earlier: list[_Item]) -> None:
        """Decide between result, aim and neither, by the cue nearest before the quantity."""
        q, sentence = item.quantity, item.sentence
        last: dict[str, int] = {}
        rule_of: dict[str, Rule] = {}
        for rule in self.cues:
            role = rule.set["role"]
            for m in rule.finditer(self.view, sentence.start, q.spoken + 1):
                if role == "aim" and self._follows(m.start()):
                    continue
                if rule.set.get("near") and any(sign in self.view.key[m.end() : q.spoken] for sign in ",;"):
                    continue
                if m.start() > last.get(role, -1):
                    last[role], rule_of[role] = m.start(), rule
        self._verdict(item, last, rule_of, earlier[-1] if earlier else None)
        if item.verdict and q.measure == "open" and not (q.value >= 10 or q.comparator != "="):
            item.verdict = ""

    def _verdict(self, item: _Item, last: dict[str, int], rule_of: dict[str, Rule], before: _Item | None) -> None:
        """Weigh the cues: `last` says where each role's last cue before the quantity begins."""
        q, sentence = item.quantity, item.sentence
        counted = q.measure in {"count", "open", "measure"}
        strong = not counted or q.comparator != "="
        aim, result, past = last.get("aim", -1), last.get("result", -1), last.get("past", -1)
        if before is not None and before.verdict == _AIM and result < before.mention.start:
            aim, rule_of["aim"] = max(aim, before.mention.start), rule_of.get("aim", self.book["targets.aim"])
        if "norm" in last and aim < 0 and result < 0 and past < 0:
            return
        if counted and self._attributive(item) or self.normative and aim < 0:
            return
        section = self._section(sentence.block)
        planned = self._planned(item)
        task = self._assignment(item)
        chained = before is not None and before.verdict == _RESULT and self._same_clause(before.mention.end, q.spoken)
        told = past >= 0 and (strong or self._same_clause(past, q.spoken)) or chained or self._told_behind(item)
        plain = not counted or q.comparator in {"=", "~", "<~", ">"} and self._same_clause(last.get("stated", 0), q.spoken)
        told = told or "stated" in last and plain
        if aim >= 0 and aim >= result:
            item.verdict, item.by = _AIM, rule_of["aim"].id
        elif result >= 0:
            item.verdict, item.by = _RESULT, rule_of["result"].id
        elif section is not None and section.set["role"] == "aim_section" and past < 0:
            item.verdict, item.by = (_AIM, section.id) if strong else ("", "")
        elif planned and (strong or "plan" in last):
            item.verdict, item.by = _AIM, "targets.plan"
        elif task is not None:
            if q.measure in {"percent", "times"} or q.comparator != "=" or "plan" in last and strong:
                item.verdict, item.by = _AIM, "targets.plan"
        elif told:
            item.verdict, item.by = _RESULT, "targets.past" if past >= 0 else "targets.stated"
        elif "plan" in last and strong:
            item.verdict, item.by = _AIM, "targets.plan"
        elif self.annotations.kind == "report" and (strong or (q.measure == "count" and (q.value >= 10 or self.view.key[q.spoken] == "0"))):
            item.verdict, item.by = _RESULT, "figures.number"

    def _same_clause(self, start: int, end: int) -> bool:
        return not any(sign in self.view.key[start:end] for sign in ";:")

    def _told_behind(self, item: _Item) -> bool:
        """Whether the clause goes on in the past tense behind the quantity (``12 xã đã đạt chuẩn``)."""
        end = self._stop_at_sign(item.mention.end, item.sentence.end)
        past = self.book["targets.past"].search(self.view, item.mention.end, end)
        return past is not None

    def _stop_at_sign(self, start: int, end: int) -> int:
        signs = (at for sign in ",;:(" if (at := self.view.key.find(sign, start, end)) >= 0)
        return min(signs, default=end)

    def _leads_up(self, first: _Item, second: _Item) -> bool:
        """Whether `first` is only where a change starts (``từ 65% lên 70%``)."""
        start = self._strip_cues(first.sentence.start, first.quantity.spoken)[0]
        opened = any(self.lexicon.before.get(w, {}).get("role") == "from" for _, w in _words(self.view, start, first.quantity.spoken))
        return opened and "level" in self._strip_cues(first.mention.end, second.quantity.spoken)[1]

    def _attributive(self, item: _Item) -> bool:
        """Whether a preposition makes the number a mere attribute (``phạm vi quản lý của 14 Bộ``)."""
        rule = self.book["targets.attributive"]
        start = max(item.sentence.start, item.mention.start - 12)
        return any(not self.view.key[m.end() : item.mention.start].strip() for m in rule.finditer(self.view, start, item.mention.start))

    def _above(self, block: Block) -> Iterable[Block]:
        """The blocks that own `block`, the nearest first."""
        while block.parent is not None:
            block = self.annotations.blocks[block.parent]
            yield block

    def _section(self, block: Block) -> Rule | None:
        """The rule that the nearest telling heading above a block meets, if any."""
        for owner in self._above(block):
            end = min(owner.end, owner.start + _HEADING)
            for name in ("targets.aim_section", "targets.result_section"):
                if self.book[name].search(self.view, owner.start, end) is not None:
                    return self.book[name]
        return None

    def _follows(self, at: int) -> bool:
        """Whether a past particle stands right before offset `at`."""
        head = self.view.key[max(0, at - 12) : at].split()
        return bool(head) and head[-1] in self.past

    def _planned(self, item: _Item) -> bool:
        """Whether a date by the quantity names a time that lies ahead of the document."""
        issued = self.annotations.issued_on
        if issued is None:
            return False
        for d in self._dates_in(item.sentence.start, min(item.mention.end + 40, item.sentence.end)):
            value: DateValue = d.value
            if value.end is None or value.end <= issued.isoformat() or value.granularity == "day":
                continue
            if value.relation in {"by", "before", "during", "on"} and (value.start == value.end or value.end[:4] > str(issued.year)):
                return True
        return False

    def _assignment(self, item: _Item) -> Assignment | None:
        at = item.mention.start
        return next((a for a in self.annotations.assignments if a.span.start <= at < a.span.end), None)

    # ------------------------------------------------------------ what is measured, where and when

    def _describe(self, item: _Item, earlier: list[_Item], later: list[_Item], before: _Item | None) -> None:
        q = item.quantity
        item.kind, item.comparator = q.kind, q.comparator
        previous = earlier[-1] if earlier else None
        begin = self._clause_behind(previous, item.mention.start) if previous else item.sentence.start
        head = self._clause_start(begin, item.mention.start)
        stop, cues = self._strip_cues(head, q.spoken)
        item.tail_end = self._tail_end(item, later)
        tail = squeeze(self.view.text[item.mention.end : item.tail_end]).strip(" ,")
        self._read_behind(item)
        self._name(item, previous, head, stop, cues, tail)
        if previous and not cues & {"increase", "decrease", "level"} and item.metric and item.own_metric and self._listed(previous, item):
            item.kind = previous.kind
        if previous and item.kind == "level" and previous.kind in {"increase", "decrease"}:
            if q.measure == "percent" and self.view.key[previous.mention.end : q.spoken].strip() == "(":
                item.kind = previous.kind
        item.place = self._place(item, previous, begin)
        item.as_of = item.as_of or self._as_of(item, begin, previous, before)
        if item.kind in {"increase", "decrease"}:
            until = later[0].mention.start if later and not self._listed(item, later[0]) else item.sentence.end
            item.baseline = self._baseline(item, until)

    def _read_behind(self, item: _Item) -> None:
        """Take what stands right behind a quantity and its noun: ``trở lên``, or the date it holds for."""
        words = _words(self.view, item.tail_end, min(item.tail_end + 24, item.sentence.end))
        said = self.lexicon.behind.get(" ".join(w for _, w in words[:2]))
        if said is not None and item.comparator == "=":
            item.comparator = said
        for d in self._dates_in(item.mention.end, min(item.mention.end + 40, item.sentence.end))[:1]:
            gap = self.view.key[item.mention.end : d.start].strip()
            if gap == "" or (len(gap) < 6 and d.value.relation in {"during", "until"}):
                item.as_of, item.tail_end = _interval(d.value), max(item.tail_end, d.end)

    def _clause_behind(self, previous: _Item, at: int) -> int:
        """Where the words about the quantity `previous` end, before `at`."""
        for i in range(previous.tail_end, at):
            if self.view.key[i] in ",;":
                return i + 1
        return previous.tail_end

    def _clause_start(self, begin: int, at: int) -> int:
        """Behind the last ``;``, ``:`` or open bracket between `begin` and `at`."""
        key, depth = self.view.key, 0
        for i in range(at - 1, begin - 1, -1):
            sign = key[i]
            if sign == ")":
                depth += 1
            elif sign == "(":
                if depth == 0:
                    return i + 1
                depth -= 1
            elif sign in ";:" and depth == 0:
                return i + 1
        return begin

    def _strip_cues(self, begin: int, at: int) -> tuple[int, set[str]]:
        """Go left over words of comparison, direction and linking: where they begin, and what kinds were among them.

        Kinds: ``predicate`` (the words before are a subject), ``transitive``, and the directions.
        """
        words = _words(self.view, begin, at)
        kinds: set[str] = set()
        count = len(words)
        while count:
            for size in range(min(4, count), 0, -1):
                found = self.lexicon.before.get(" ".join(w for _, w in words[count - size : count]))
                if found is not None:
                    break
            else:
                break
            if found.get("transitive"):
                kinds.add("transitive")
            elif "comparator" not in found:
                kinds.add("predicate")
            if "direction" in found:
                kinds.add(found["direction"])
            count -= size
        return (words[count][0] if count < len(words) else at), kinds

    def _name(self, item: _Item, previous: _Item | None, head: int, stop: int, cues: set[str], tail: str) -> None:
        """Settle metric and population: the subject before the verb, else the noun behind, else what went before."""
        q = item.quantity
        counted = q.measure in {"count", "open"}
        percent = q.measure in {"percent", "times"}
        subject = self._subject(head, stop)
        behind = " ".join(filter(None, [q.unit if counted else "", tail]))
        named = bool(subject) and self._has_head(subject)
        predicate = "predicate" in cues
        based = percent and bool(tail) and self.rules["base"].match(TextView(tail), 0) is not None
        if counted and subject and not tail and not named and not predicate:
            behind = " ".join([*subject.split()[-4:], behind])
        if "transitive" in cues and behind and not named:
            item.metric, item.own_metric = behind, True
        elif subject and predicate:
            item.metric, item.own_metric = subject, True
            if tail and not counted and len(subject.split()) <= 2:
                item.metric = f"{subject} {tail}"
            elif tail and percent:
                item.population = tail
        elif named and not tail:
            item.metric, item.own_metric = subject, True
        elif behind and not predicate and not (based and previous is not None):
            item.metric, item.own_metric = behind, True
        elif subject and not counted and not percent:
            item.metric, item.own_metric = subject, True
        elif previous is not None and ";" not in self.view.key[previous.mention.end : item.mention.start]:
            item.metric = self._rate(item, previous.metric)
            item.population = tail or None if percent else None
        else:
            item.metric = self._far_subject(item, head) or subject or behind or None
            item.own_metric = item.metric is not None
            item.population = tail or None if percent and item.metric != behind else None
        if item.comparator == "=" and self._exceeds(item, head):
            item.comparator = ">"
        growth = self.rules["growth"]
        if item.metric and percent and item.kind == "level" and growth.match(TextView(item.metric), 0) is not None:
            item.kind = "increase"

    def _subject(self, head: int, stop: int) -> str:
        """The noun phrase that ends before `stop`: without dates, places, brackets and leading words."""
        pieces = self._without_dates(head, stop)
        for start, end in reversed(pieces):
            phrase = self._phrase(start, end)
            if phrase:
                return "" if self._is_place(phrase) else phrase
        return ""

    def _is_place(self, phrase: str) -> bool:
        """Whether a subject is just the proper name of a place (``Phước Hưng đạt …``)."""
        return len(phrase.split()) > 1 and all(w[0].isupper() and not w.isupper() for w in phrase.split())

    def _without_dates(self, start: int, end: int) -> list[tuple[int, int]]:
        out, at = [], start
        for d in self._dates_in(start, end):
            out.append((at, d.start))
            at = d.end
        out.append((at, end))
        return [(s, e) for s, e in out if e > s]

    def _phrase(self, start: int, end: int) -> str:
        text = self.view.text[start:end]
        text = _drop(text, [(m.start() - start, m.end() - start) for m in self._places(start, end)])
        text = _drop_brackets(text)
        pieces = text.split(",")
        phrase = ""
        for i in range(len(pieces) - 1, -1, -1):
            joined = ",".join(pieces[i:])
            found = self.rules["metric_head"].search(TextView(pieces[i]))
            if found is not None:
                phrase = joined[found.start() :]
                break
        else:
            phrase = next((p for p in reversed(pieces) if self._trim(p)), "")
        words = self._trim(phrase).split()
        return " ".join(words[: self._length(words)])

    def _length(self, words: list[str]) -> int:
        """How many words of a long subject belong to its name: up to the first word that ends a noun phrase."""
        if len(words) <= _LONGEST_METRIC:
            return len(words)
        keys = [match_key(w).strip(",.") for w in words]
        stops = (i for i in range(2, len(words)) if keys[i] in self.edges["tail_stop"] or words[i - 1].endswith(","))
        return min(next(stops, len(words)), 2 * _LONGEST_METRIC)

    def _trim(self, phrase: str) -> str:
        """Without the leading and trailing words that are no part of a name, and what stands before a past tense."""
        words = squeeze(phrase.strip(" \n.,;:-–+•\"“”")).split()
        keys = [match_key(w).strip(".,;:") for w in words]
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
            for size in range(0 if self._has_head(" ".join(words[low:high])) else min(4, high - low), 0, -1):
                if " ".join(keys[low : low + size]) in self.edges["lead"]:
                    low, moved = low + size, True
                    break
            for size in range(min(3, high - low), 0, -1):
                if " ".join(keys[high - size : high]) in self.edges["trail"]:
                    high, moved = high - size, True
                    break
        return " ".join(words[low:high]).strip(" ,;:")

    def _has_head(self, phrase: str) -> bool:
        return self.rules["metric_head"].match(TextView(phrase), 0) is not None

    def _far_subject(self, item: _Item, head: int) -> str | None:
        """A metric named earlier in the sentence: behind its head word, else the subject of the clause before."""
        start = item.sentence.start
        best = None
        for m in self.rules["metric_head"].finditer(self.view, start, head):
            best = m
        if self.view.key[head - 1 : head] == "(":
            inner = self._clause_start(start, head - 1)
            return self._inner_subject(inner, head - 1)
        if best is not None:
            end = self._stop_behind(best.end(), item.mention.start)
            return self._trim(self.view.text[best.start() : end]) or None
        if head <= start + 1:
            return None
        inner = self._clause_start(start, head - 1)
        end = self._stop_behind(inner, head - 1)
        return self._trim(self.view.text[inner:end]) or None

    def _inner_subject(self, start: int, end: int) -> str | None:
        """The subject of a whole clause: what stands before its last verb of measuring."""
        words = _words(self.view, start, end)
        for i in range(len(words) - 1, 0, -1):
            found = self.lexicon.before.get(words[i][1])
            if found is not None and ("direction" in found or found.get("comparator") == ">" or found.get("role") == "link"):
                phrase = self._phrase(start, words[i][0])
                if phrase:
                    return phrase
        return self._phrase(start, end) or None

    def _exceeds(self, item: _Item, head: int) -> bool:
        """Whether a bracketed quantity is named as what is to be exceeded."""
        if self.view.key[head - 1 : head] != "(":
            return False
        start = self._clause_start(item.sentence.start, head - 1)
        return any(
            len(w) > 3 and self.lexicon.before.get(w, {}).get("comparator") == ">" for _, w in _words(self.view, start, head - 1)
        )

    def _rate(self, item: _Item, carried: str | None) -> str | None:
        """For a percentage behind a count: the rate that the sentence names before, rather than the count."""
        if carried is None or item.quantity.measure != "percent" or item.kind != "level":
            return carried
        rate = self.rules["rate_head"]
        if rate.match(TextView(carried), 0) is not None:
            return carried
        named = rate.search(self.view, item.sentence.start, item.mention.start)
        if named is None or self.lexicon.before.get(match_key(carried.split()[0])):
            return carried
        phrase = self._trim(self.view.text[named.start() : self._stop_behind(named.end(), item.mention.start)])
        return phrase if len(phrase.split()) > 2 else carried

    def _tail_end(self, item: _Item, later: list[_Item]) -> int:
        limit = min([item.sentence.end, *(x.mention.start for x in later[:1])])
        end = self._stop_behind(item.mention.end, limit, item.quantity.measure == "percent")
        return self._before_comma(item.mention.end, self._strip_cues(item.mention.end, end)[0])

    def _stop_behind(self, start: int, limit: int, lists: bool = False) -> int:
        """Where the noun phrase that begins at `start` ends, at the latest at `limit`; `lists`: it may have commas."""
        for d in self._dates_in(start, limit):
            limit = d.start
            break
        key = self.view.key
        at = start
        begun = start
        while at < limit:
            if key[at] in ";:()[.\n\"" and not (key[at] == "\n" and key[at + 1 : at + 2].isalpha()):
                limit = at
            elif key[at] == ",":
                if not (lists and self._enumerates(begun, at) or self._paired(at)):
                    limit = at
                begun = at + 1
            at += 1
        limit = min([limit, *(m.start() for m in self._places(start, limit) if m.start() > start + 1)])
        words = _words(self.view, start, limit)
        for i in range(len(words)):
            for size in (2, 1):
                if " ".join(w for _, w in words[i : i + size]) in self.edges["tail_stop"]:
                    return self._before_comma(start, words[i][0])
        return self._before_comma(start, limit)

    def _before_comma(self, start: int, end: int) -> int:
        while end > start and self.view.key[end - 1] in " ,\n":
            end -= 1
        return end

    def _enumerates(self, start: int, comma: int) -> bool:
        """Whether so few words stand before a comma that it must be part of a list of nouns (``bộ, ngành``)."""
        return 1 <= len(self.view.key[start:comma].split()) <= 2 and not self.view.key[comma + 2 : comma + 3].isdigit()

    def _paired(self, comma: int) -> bool:
        found = self.rules["pair"].search(self.view, max(0, comma - 20), comma + 20)
        return found is not None and found.start() < comma < found.end()

    # ------------------------------------------------------------ place and time

    def _places(self, start: int, end: int) -> list[Any]:
        """Matches of the place rule that are no part of an agency's name."""
        agencies = [(a.start, a.end) for a in self.annotations.group("agencies") if a.end > start and a.start < end]
        return [
            m
            for m in self.rules["place"].finditer(self.view, start, end)
            if not any(s < m.end("m") and m.start("m") < e and not (s == m.start("m")) for s, e in agencies)
        ]

    def _place(self, item: _Item, previous: _Item | None, begin: int) -> str | None:
        own = self._places(begin, item.mention.start)
        if own:
            return self._place_text(own[-1])
        subject = None
        for m in self.rules["place_as_subject"].finditer(self.view, begin, min(item.mention.start + 8, item.sentence.end)):
            subject = m
        if subject is not None and previous is not None and not item.own_metric and subject.end() < item.mention.start:
            return squeeze(self.view.text[slice(*subject.span("m"))])
        limit = item.sentence.end
        behind = self._places(item.mention.end, min(limit, item.mention.end + 60))
        if behind and "," not in self.view.key[item.mention.end : behind[0].start()]:
            return self._place_text(behind[0])
        if previous is not None and previous.place:
            return previous.place
        earlier = self._places(item.sentence.start, item.mention.start)
        return self._place_text(earlier[-1]) if earlier else None

    def _place_text(self, m: Any) -> str:
        return squeeze(self.view.text[slice(*m.span("m"))])

    def _dates_in(self, start: int, end: int) -> list[Mention]:
        found = self.dates[bisect_left(self.date_starts, start) : bisect_left(self.date_starts, end)]
        return [d for d in found if d.end <= end]

    def _compared(self, at: int) -> bool:
        """Whether words of comparison (so với …) end right before offset `at`."""
        start = max(0, at - 30)
        return any(
            not self.view.key[m.end() : at].strip() for m in self.rules["compared_to"].finditer(self.view, start, at)
        )

    def _as_of(
        self, item: _Item, begin: int, previous: _Item | None, before: _Item | None
    ) -> Interval | None:
        for d in reversed(self._dates_in(begin, item.mention.start)):
            value: DateValue = d.value
            if self._compared(d.start) or (value.granularity == "day" and value.relation in {"on", "before"}):
                continue
            return _interval(value)
        if previous is not None:
            return previous.as_of
        for d in self._dates_in(item.mention.end, item.sentence.end)[:1]:
            if d.value.relation in {"during", "until"} and not self._compared(d.start):
                return _interval(d.value)
        if before is not None and item.verdict == _RESULT and before.as_of is not None:
            item.inferred.append("as_of")
            return before.as_of
        return None

    def _baseline(self, item: _Item, until: int) -> Interval | None:
        """The time that a change is measured against: a date, or the same period of an earlier year."""
        compared = self.rules["compared_to"].search(self.view, item.mention.end, until)
        same = self.rules["same_period"].search(self.view, item.mention.end, until)
        behind = self._dates_in(item.mention.end, until)
        if same is not None:
            named = [d for d in behind if same.start() <= d.start <= same.end() + 12]
            year = int(named[0].value.start[:4]) if named and named[0].value.start else None
            return _shifted(item.as_of, year) if item.as_of else None
        if compared is None:
            return None
        named = [d for d in behind if d.start >= compared.end() and not self.view.key[compared.end() : d.start].strip()]
        return _interval(named[0].value) if named else None

    def _listed(self, first: _Item, second: _Item) -> bool:
        """Whether two quantities are members of one list (``50% A, 50% B``) under one verb."""
        between = self.view.key[first.mention.end : second.mention.start]
        return (
            first.quantity.measure == second.quantity.measure
            and first.own_metric
            and between.rstrip().endswith((",", " và"))
            and ";" not in between
        )

    def _lend_metric(self, items: list[_Item]) -> None:
        """A quantity without a name takes that of the one that says the same in other units."""
        for first, second in zip(items, items[1:], strict=False):
            if first.metric is None and second.metric is not None:
                first.metric = second.metric

    # ------------------------------------------------------------ targets

    def target(self, item: _Item, span: Span) -> Target:
        task = self._assignment(item)
        agencies: list[AgencyRef] = list(task.agencies) if task else []
        deadline = item.as_of or self._section_period(item.sentence.block)
        if deadline is None and task is not None and task.deadline is not None:
            deadline = Interval(start=task.deadline.start, end=task.deadline.end)
        fields = _fields(item, span)
        fields["as_of"] = None
        return Target(**fields, deadline=deadline, agencies=agencies)


    def _section_period(self, block: Block) -> Interval | None:
        """The period that the nearest heading above a block names."""
        for owner in self._above(block):
            for d in self._dates_in(owner.start, min(owner.end, owner.start + _HEADING)):
                if d.value.granularity != "day":
                    return _interval(d.value)
        return None


def _phrases(rule: Rule) -> frozenset[str]:
    return frozenset(match_key(w) for w in rule.words)


def _words(view: TextView, start: int, end: int) -> list[tuple[int, str]]:
    """Offsets and lower-case words of ``[start, end)``; a sign of punctuation counts as a word."""
    return [(m.start(), m[0]) for m in _WORD.finditer(view.key, start, end)]


def _interval(value: DateValue) -> Interval | None:
    return Interval(start=value.start, end=value.end) if value.start and value.end else None


def _shifted(interval: Interval, year: int | None) -> Interval:
    """The same days of the year before, or of `year`."""
    start, end = date.fromisoformat(interval.start), date.fromisoformat(interval.end)
    step = (year - end.year) if year else -1
    return Interval(start=_in_year(start, start.year + step).isoformat(), end=_in_year(end, end.year + step).isoformat())


def _in_year(day: date, year: int) -> date:
    last = day.day == 29 and day.month == 2
    return day.replace(year=year, day=28) if last else day.replace(year=year)


def _drop(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` without the stretches `spans`."""
    out, at = [], 0
    for start, end in spans:
        out.append(text[at:start])
        at = end
    return "".join([*out, text[at:]])


def _drop_brackets(text: str) -> str:
    return _BRACKETS.sub("", text)


def _warn(annotations: Annotations, items: list[_Item]) -> None:
    """Say where a date, a number, a ratio or a difference cannot be taken as it is written."""
    for d in annotations.group("dates"):
        if d.value.problem == "impossible_date":
            annotations.warn("impossible_date", f"Ngày không có trong lịch: {_said(annotations, d)}", d.start, d.end)
    for item in items:
        if item.quantity.ambiguous:
            said = _said(annotations, item.mention)
            message = f"Không rõ dấu chấm, dấu phẩy trong “{said}” ngăn hàng nghìn hay phần thập phân"
            annotations.warn("ambiguous_number", message, item.mention.start, item.mention.end)
    for first, second in zip(items, items[1:], strict=False):
        _check_ratio(annotations, first, second)
    _check_points(annotations, items)
    _check_contradictions(annotations, items)


def _said(annotations: Annotations, m: Mention) -> str:
    return squeeze(annotations.view.text[m.start : m.end])


def _check_ratio(annotations: Annotations, first: _Item, second: _Item) -> None:
    """A ratio and the percentage right behind it in one sentence must agree."""
    a, b = first.quantity, second.quantity
    if not a.of or b.measure != "percent" or b.kind != "level" or first.sentence is not second.sentence:
        return
    real = 100 * a.value / a.of
    decimals = len(str(b.value).partition(".")[2]) if isinstance(b.value, float) else 0
    if abs(real - b.value) > 10**-decimals:
        message = f"{_said(annotations, first.mention)} là {real:.2f}%, văn bản viết {_said(annotations, second.mention)}"
        annotations.warn("ratio_mismatch", message, second.mention.start, second.mention.end)


def _check_points(annotations: Annotations, items: list[_Item]) -> None:
    """A change in % that is just the difference of two levels in % is meant in percentage points."""
    levels = [i for i in items if i.quantity.measure == "percent" and i.kind == "level"]
    for item, last in zip(items[1:], items, strict=False):
        q = item.quantity
        if q.measure != "percent" or item.kind not in {"increase", "decrease"} or last not in levels:
            continue
        change = q.value if item.kind == "increase" else -q.value
        before = last.quantity.value - change
        if any(abs(other.quantity.value - before) < 0.006 for other in levels if other is not last):
            message = f"“{_said(annotations, item.mention)}” là hiệu của hai tỷ lệ: điểm phần trăm, không phải %"
            annotations.warn("percentage_points", message, item.mention.start, item.mention.end)


def _check_contradictions(annotations: Annotations, items: list[_Item]) -> None:
    """Two levels of one thing at one time and place must be equal."""
    seen: dict[tuple[Any, ...], _Item] = {}
    for item in items:
        if item.kind != "level" or not item.own_metric or item.as_of is None or item.metric is None:
            continue
        key = (match_key(item.metric), item.place, item.as_of.start, item.as_of.end, item.quantity.unit, item.population, item.verdict)
        other = seen.setdefault(key, item)
        if other.quantity.value != item.quantity.value:
            message = f"Cùng một chỉ số: {_said(annotations, other.mention)} và {_said(annotations, item.mention)}"
            annotations.warn("contradiction", message, item.mention.start, item.mention.end)
