"""Words: where the name of a body ends and its work begins."""

from __future__ import annotations

from extractor.annotations import Mention
from extractor.stages.openings.opening import Opening, Part

#: words of somebody in a list whom no register knows
_WORDS_OF_NAME = 11
#: rules of words in a lead-in behind which no name goes on
_WORK = ("task_verb", "responsible", "by_function", "time_between", "must")
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: characters of unknown words that go on with a name in a list
_TAIL = 60
#: characters within which the colon behind a topic stands
_TOPIC = 200
#: characters before a word in which the first half of it is looked for
_HALF = 8


class Words(Part):
    """Tells names from work in one document."""

    def skip(self, at: int, end: int, marks: str = ' \n\t,:;-–"“”*') -> int:
        while at < end and (self.view.text[at] in marks or self.view.text[at].isspace()):
            at += 1
        return at

    def work_from(self, start: int, end: int) -> int:
        """Where words of work, or a time before them, begin in ``[start, end)``; `end` when they do not."""
        at = self.skip(start, end)
        while at < end:
            inside = self.view.text[at].isupper() and self.view.text[at - 1] == " "  # a word of the name
            told = not inside and any(self.rule(n).match(self.view, at, end) for n in _WORK)
            if told and not self._second_half(at):
                return at
            at = self.next_word(at, end)
        return end

    def topic_end(self, start: int, end: int) -> int | None:
        """Where the words behind a topic begin: "Về đầu tư công: giao Sở Tài chính …"."""
        colon = self.view.text.find(":", start, min(end, start + _TOPIC))
        if colon < 0 or "." in self.view.text[start:colon] or colon + 1 >= end:
            return None
        return self.skip(colon + 1, end)

    def _second_half(self, at: int) -> bool:
        """Whether the word at `at` only ends another: "trật tự", "độc lập"."""
        before = self.view.key[max(0, at - _HALF) : at].split()
        return bool(before) and before[-1] in self.rule("word_half").keys

    def next_word(self, at: int, end: int) -> int:
        """The offset behind the next blank or line break; `end` when there is none."""
        blank, line = (self.view.text.find(mark, at, end) for mark in " \n")
        found = min(blank, line) if blank >= 0 and line >= 0 else max(blank, line)
        return end if found < 0 else found + 1

    def work_told(self, start: int, end: int) -> int:
        """Where work begins in ``[start, end)`` that goes on with words no name holds ("… để mọi …")."""
        work = self.work_behind_name(start, min(end, start + _LONGEST_NAME))
        told = work < end and self.rule("name_break").search(self.view, work, end) is not None
        return work if told else end

    def work_behind_name(self, start: int, end: int) -> int:
        """As `_work_past_name`, for a name that begins at `start`."""
        noun = self.book["agencies.body_noun"].match(self.view, start, end)
        return self.work_past_name(noun.end() if noun else start, end)

    def work_past_name(self, start: int, end: int) -> int:
        """As `_work_from`, past a verb that belongs to the name ("cơ sở đào tạo lái xe rà soát …")."""
        work = self.work_from(start, end)
        verb = self.rule("name_verb").match(self.view, work, end) if work < end else None
        if verb is None:
            return work
        further = self.work_from(verb.end(), end)
        return further if further < end else work

    def goes_to_work(self, at: int, end: int) -> bool:
        """Whether work, or a word such as "phải", stands right at `at`."""
        return any(self.rule(name).match(self.view, at, end) for name in ("task_verb", "has_to"))

    def work_follows(self, at: int, end: int, lead: bool) -> bool:
        """Whether what follows the agencies is the work they are given (or nothing, for a lead-in)."""
        rest = self.view.text[at:end].strip()
        if not rest or rest in (":", ".", ";") or rest[0] == ":":
            return (
                (lead or rest == ":")
                if not rest[1:]
                else not self.rule("only_names").match(self.view, at, end)
            )
        if rest[0] == "." and self.rule("task_verb").match(self.view, self.skip(at, end, ". "), end):
            return True  # "4. Sở Công Thương. Theo dõi diễn biến thị trường."
        if lead and rest[0] in ",(" and rest[-1] == ":" and ". " not in rest:
            return True
        past = self._past_function(at, end)
        if past == at and self.rule("reported").match(self.view, at, end):
            return False
        if any(
            self.rule(n).match(self.view, place, end)
            for place in dict.fromkeys((at, past))
            for n in ("responsible", "must", "task_verb")
        ):
            return True
        if past > at and self.view.text[past:end].lstrip()[:1] == ":":
            return self.work_follows(self.view.text.find(":", past, end), end, lead)
        at = past
        return (
            lead
            and self.view.text[at : at + 1].isspace()
            and not self.rule("not_work").match(self.view, at, end)
        )

    def _past_function(self, at: int, end: int) -> int:
        """Behind a place, "theo chức năng …" and a time that stand between the agencies and their work."""
        for name in ("named_above", "where_between", "by_function", "time_between", "each_of_them"):
            m = self.rule(name).match(self.view, at, end)
            at = m.end() if m else at
        return at

    def is_body(self, start: int, end: int) -> bool:
        """Whether words may name a body: a capital, a word for several, a noun of a body begins them."""
        return self.view.text[start].isupper() or self.names_body(start, end)

    def names_body(self, start: int, end: int) -> bool:
        """Whether a noun of a body, or a word for several, begins a name that no register knows."""
        known = (self.book["agencies.body_noun"], self.rule("list_body"))
        return any(rule.match(self.view, start, end) for rule in known)

    def is_name(self, start: int, end: int) -> bool:
        """Whether no work is told in ``[start, end)``; verbs of what a body does may stand there."""
        work = self.work_from(start, end)
        while work < end and (verb := self.rule("name_verb").match(self.view, work, end)):
            work = self.work_from(verb.end(), end)
        return work >= end and self.rule("name_break").search(self.view, start, end) is None

    @staticmethod
    def is_long(name: str) -> bool:
        """Whether words are too many for a name, a remark in brackets apart."""
        return name.partition(" (")[0].count(" ") >= _WORDS_OF_NAME

    def names_told(self, start: int, noun: int, end: int) -> bool:
        """Whether words behind an order verb name somebody: "các bến xe", "Khu Quản lý A"; no thing."""
        if noun > start:
            return self.rule("thing").match(self.view, noun, end) is None
        text = self.view.text
        if not text[start : start + 1].isupper():
            return self.book["agencies.body_noun"].match(self.view, start, end) is not None
        name = text[start : min(end, start + _TAIL)].partition(",")[0].split()
        return len(name) > 1 and any(w[0].isupper() for w in name[1:])

    def opening(
        self, found: list[Mention], stop: int, end: int, how: str, rule: str, mode: str | None, start: int
    ) -> Opening:
        """The opening of those `found` up to `stop`; words such as "có trách nhiệm", "phải" are no work."""
        rest = stop
        for name in ("named_above", "where_between", "responsible", "must"):
            m = self.rule(name).match(self.view, rest, end)
            if m:
                if mode is None and name == "responsible":
                    mode = self.view.key[slice(*m.span("m"))]
                rest = m.end()
        if self.view.text[rest : rest + 2] == ". ":
            rest += 1  # "4. Sở Công Thương. Theo dõi …"
        return Opening(found, self.skip(rest, end), how, rule, mode, start)
