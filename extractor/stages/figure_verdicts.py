"""Result or aim: whether a quantity is stated as a fact, is to be reached, or is neither."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from extractor.annotations import Block, Mention
from extractor.rulebook import Rule, possible
from extractor.stages.figure_words import HEADING, LEAD_IN, Item, Sentence, Words
from extractor.values.dates import DateValue

RESULT, AIM = "figure", "target"
#: the number of a normative document has its year: 75/2023/NĐ-CP
_NORMATIVE = regex.compile(r"\d+/\d{4}/")
#: comparators of a plain statement; the others set a limit
_PLAIN = {"=", "~", "<~", ">"}
#: what may stand before the first word of a sentence
_MARKS = ' -–+•*\n"“'
#: characters that the rest of a counted noun takes, and a word behind it
_NOUN = 16
#: cues before a quantity that are weighed
_MOST_CUES = 60
#: so many of something, at least, make the work of a plan a target
_MANY = 10
#: kinds of block in a list
_LISTED = ("item", "bullet")
#: characters behind a quantity in which its own date may stand
_NEAR = 40


@dataclass(slots=True)
class _Cues:
    """Per role, where the last cue before a quantity begins, and its rule."""

    at: dict[str, int] = field(default_factory=dict)
    rule: dict[str, Rule] = field(default_factory=dict)

    def last(self, role: str) -> int:
        return self.at.get(role, -1)


class Judge:
    """Weighs the cues (topic ``targets``) of one document."""

    def __init__(self, words: Words) -> None:
        self.words, self.view, self.book = words, words.view, words.book
        self.rules = possible(words.book.having("targets", "role"), words.view)
        number = str(words.annotations.header.get("number") or "")
        self._lead_ins: dict[int, str] = {}
        self.normative = _NORMATIVE.match(number) is not None

    def judge(self, sentence: Sentence, items: list[Item]) -> None:
        """Give each quantity of a sentence its verdict and the rule behind it; "" where it is neither."""
        end = min(sentence.end, items[-1].mention.end + _NEAR)
        found = [
            (m.start(), m.end(), rule)
            for rule in self.rules
            for m in rule.finditer(self.view, sentence.start, end)
        ]
        found.sort(key=lambda cue: cue[:2])
        starts = [start for start, _, _ in found]
        before: Item | None = None
        for item in items:
            at = item.quantity.spoken
            near = found[max(0, bisect_left(starts, at) - _MOST_CUES) : bisect_left(starts, at)]
            self._verdict(item, self._cues(near, sentence, at), before)
            before = item
        for first, second in pairwise(items):
            if first.verdict == AIM and self._leads_up(first, second):
                first.verdict = RESULT

    def _cues(self, cues: list[tuple[int, int, Rule]], sentence: Sentence, at: int) -> _Cues:
        """The last cue of each role that ends before offset `at`."""
        out = _Cues()
        for start, end, rule in reversed(cues):
            role = rule.set["role"]
            if role == "plan" and ":" in self.view.key[end:at]:
                role = "aim_list"
            if end > at or role in out.at or (role == "aim" and self._reached(start)):
                continue
            if rule.set.get("verb") and not self.view.key[sentence.start : start].strip(_MARKS):
                continue  # a sentence that begins with its verb gives an order
            if rule.set.get("near") and any(sign in self.view.key[end:at] for sign in ",;"):
                continue
            out.at[role], out.rule[role] = start, rule
        return out

    def _verdict(self, item: Item, cues: _Cues, before: Item | None) -> None:
        q = item.quantity
        counted = q.measure in {"count", "open", "measure"}
        strong = not counted or q.comparator != "="
        aim, result, past = cues.last("aim"), cues.last("result"), cues.last("past")
        rule = cues.rule.get("aim", self.book["targets.aim"])
        if max(aim, result, past) < 0 and "aim_list" in cues.at:
            aim, rule = cues.last("aim_list"), cues.rule["aim_list"]
        if before is not None and before.verdict == AIM and result < before.mention.start:
            aim = max(aim, before.mention.start)
        if self.normative and (aim < 0 or rule.set.get("near")):
            return
        if aim < 0 and "norm" in cues.at and max(result, past) < 0:
            return
        if (counted and self._attributive(item)) or "banned" in cues.at:
            return
        if q.measure == "open" and q.value < 10 and q.comparator == "=":
            return
        section = self._section(item.sentence.block)
        told = section is not None and section.set["role"] == "result_section"
        budget = self._is_budget(item, cues, before)
        planned = not budget and self._planned(item)
        plan = "plan" in cues.at
        if aim >= 0 and aim >= result:
            item.verdict, item.by = AIM, rule.id
        elif result >= 0:
            item.verdict, item.by = RESULT, cues.rule["result"].id
        elif led := self._led(item, before):
            item.verdict, item.by = led, "targets.aim" if led == AIM else "targets.result"
        elif budget:
            item.verdict, item.by = RESULT, "targets.budget"
        elif section is not None and section.set["role"] == "aim_section" and past < 0:
            item.verdict, item.by = (AIM, section.id) if strong or self._listed_aim(item) else ("", "")
        elif planned and (strong or plan):
            item.verdict, item.by = AIM, "targets.plan"
        elif self.words.task_at(item.mention.start) is not None:
            if past >= 0 and not any(sign in self.view.key[past : q.spoken] for sign in ",;"):
                return  # "rà soát các dự án đã giải ngân dưới 30%": what is, beside what is to be done
            if q.measure in {"percent", "times"} or q.comparator != "=" or (plan and strong):
                item.verdict, item.by = AIM, "targets.plan"
            elif self._work(item):
                item.verdict, item.by = AIM, "targets.work"
        elif self._told(item, cues, before, counted, strong):
            item.verdict, item.by = RESULT, "targets.past" if past >= 0 else "targets.stated"
        elif told and section is not None and not plan and (strong or self._weighty(item, cues)):
            item.verdict, item.by = RESULT, section.id
        elif plan and strong:
            item.verdict, item.by = AIM, "targets.plan"
        elif self.words.annotations.kind == "report" and (strong or self._weighty(item, cues)):
            item.verdict, item.by = RESULT, "figures.number"

    @staticmethod
    def _listed_aim(item: Item) -> bool:
        """Whether so many of something stand in a list of aims ("- 15 bản đạt tiêu chí")."""
        return item.sentence.block.kind in _LISTED and item.quantity.value >= _MANY

    @staticmethod
    def _is_budget(item: Item, cues: _Cues, before: Item | None) -> bool:
        """Whether a sum is the money that a plan costs, or a part of such a sum."""
        if item.quantity.measure != "money":
            return False
        return "budget" in cues.at or (before is not None and before.by == "targets.budget")

    def _led(self, item: Item, before: Item | None) -> str:
        """The verdict that a lead-in gives the items of its list that name just a place or an agency."""
        sentence, words = item.sentence, self.words
        if before is not None or not sentence.first:
            return ""
        owner = words.lead_in(sentence.block)
        stop = words.strip_cues(sentence.start, item.quantity.spoken)[0]
        if owner is None or not words.only_name(sentence.start, stop):
            return ""
        if owner.start not in self._lead_ins:
            self._lead_ins[owner.start] = self._lead_in(owner)
        return self._lead_ins[owner.start]

    def _lead_in(self, owner: Block) -> str:
        """The verdict that the words of a lead-in give."""
        start = max(owner.content, owner.end - LEAD_IN)
        said = {r.set["role"] for r in self.rules if r.search(self.view, start, owner.end) is not None}
        if "norm" in said:
            return ""
        if "result" in said or "past" in said or self._over(start, owner.end):
            return RESULT
        return AIM if said & {"aim", "plan"} else ""

    def _work(self, item: Item) -> bool:
        """Whether a plan has work done for so many (``Đào tạo nghề cho 2.000 lao động``)."""
        rule, q = self.book["targets.work"], item.quantity
        if q.measure not in {"count", "measure", "money"} or q.value < _MANY:
            return False
        if self.words.annotations.header.get("type", ("", ""))[0] not in rule.set["types"]:
            return False
        start, end = item.sentence.start, item.mention.start
        while start < end and self.view.key[start] in _MARKS:
            start += 1
        said = rule.match(self.view, start, end + 1)
        return said is not None and said.end() == end

    def _told(self, item: Item, cues: _Cues, before: Item | None, counted: bool, strong: bool) -> bool:
        """Whether the tense, a stating verb, or the figure before it makes the quantity a result."""
        at = item.quantity.spoken
        if before is not None and before.verdict == RESULT:
            if self.words.same_clause(before.mention.end, at):
                return True
            if counted and self.view.key[item.mention.start - 2 : item.mention.start] == "; ":
                return True
        if item.quantity.of is not None:
            return True
        past, stated = cues.last("past"), cues.last("stated")
        if past >= 0 and (strong or self.words.same_clause(past, at)):
            return True
        plain = stated >= 0 and item.quantity.comparator in _PLAIN
        if plain and (not counted or self.words.same_clause(stated, at)):
            return True
        return self._told_behind(item) or self._dated(item)

    def _dated(self, item: Item) -> bool:
        """Whether a time that is over by the document's date rules the quantity (``Đến quý I có 12 xã``)."""
        return self._over(item.sentence.start, item.mention.start)

    def _over(self, start: int, end: int) -> bool:
        """Whether a date in ``[start, end)`` holds for it and is over by the document's own."""
        issued = self.words.annotations.issued_on
        dates = self.words.dates_in(start, end) if issued else []
        return any(
            (d.value.relation in {"until", "by", "during"} or self._opens(start, d, end))
            and (d.value.end or "9") <= str(issued)
            for d in dates
        )

    def _opens(self, start: int, d: Mention, end: int) -> bool:
        """Whether a date is a period that the sentence begins with (``Năm 2025, thành phố đón …``).

        A day holds only for what stands right behind it (``Ngày 11/5, 47 công nhân …``).
        """
        near = d.value.granularity != "day" or self.view.key[d.end : end] == ", "
        return near and not self.view.key[start : d.start].strip(_MARKS)

    def _told_behind(self, item: Item) -> bool:
        """Whether words behind the quantity say that it happened (``12 xã đã đạt``, ``3 nhà bị sập``)."""
        start, end = item.mention.end, item.sentence.end
        signs = (at for sign in ",;:(" if (at := self.view.key.find(sign, start, end)) >= 0)
        end = min(signs, default=end)
        if self.book["targets.past"].search(self.view, start, end) is not None:
            return True
        return self.book["targets.happened"].search(self.view, start, min(end, start + _NOUN)) is not None

    def _weighty(self, item: Item, cues: _Cues) -> bool:
        """Whether a report would count so many of something in earnest: not ``2 cấp``, but ``02 người``."""
        q = item.quantity
        counted = q.measure == "count" and (q.value >= 10 or self.view.key[q.spoken] == "0")
        told = cues.last("told")
        if told >= 0 and q.value >= 10 and self.words.same_clause(told, q.spoken):
            return True
        return counted or q.measure == "measure"

    def _reached(self, at: int) -> bool:
        """Whether a past particle stands right before offset `at`: what was aimed at is reached."""
        head = self.view.key[max(0, at - 12) : at].split()
        return bool(head) and head[-1] in self.words.past

    def _attributive(self, item: Item) -> bool:
        """Whether a preposition makes the number a mere attribute (``phạm vi quản lý của 14 Bộ``)."""
        end = item.mention.start
        found = self.book["targets.attributive"].finditer(self.view, max(item.sentence.start, end - 12), end)
        return any(not self.view.key[m.end() : end].strip() for m in found)

    def _section(self, block: Block) -> Rule | None:
        """The rule that the nearest telling heading above a block meets, if any."""
        for owner in self.words.above(block):
            end = min(owner.end, owner.start + HEADING)
            for name in ("targets.aim_section", "targets.result_section"):
                if self.book[name].search(self.view, owner.start, end) is not None:
                    return self.book[name]
        return None

    def _planned(self, item: Item) -> bool:
        """Whether a date by the quantity names a time that lies ahead of the document."""
        issued = self.words.annotations.issued_on
        if issued is None:
            return False
        sentence = item.sentence
        for d in self.words.dates_in(sentence.start, min(item.mention.end + _NEAR, sentence.end)):
            value: DateValue = d.value
            if value.end is None or value.end <= issued.isoformat() or value.granularity == "day":
                continue
            ahead = value.start == value.end or value.end[:4] > str(issued.year)
            if ahead and value.relation in {"by", "before", "during", "on"}:
                return True
        return False

    def _leads_up(self, first: Item, second: Item) -> bool:
        """Whether `first` is only where a change starts (``từ 65% lên 70%``)."""
        at = first.quantity.spoken
        start = self.words.strip_cues(first.sentence.start, at)[0]
        before = self.words.lexicon.before
        opened = any(before.get(w, {}).get("role") == "from" for _, w in self.words.words(start, at))
        return opened and "level" in self.words.strip_cues(first.mention.end, second.quantity.spoken)[1]
