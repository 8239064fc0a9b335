"""What a quantity measures, where, when, and against what."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from extractor.annotations import Block
from extractor.record import Interval
from extractor.stages.figure_verdicts import RESULT
from extractor.stages.figure_words import HEADING, Item, Words
from extractor.textview import match_key, squeeze
from extractor.values.dates import DateValue

#: characters behind a quantity in which its date or place may stand
_NEAR_DATE, _NEAR_PLACE = 40, 60
#: syllables of a verb phrase that are kept with a counted noun (xử phạt 85 trường hợp)
_VERB = 3


def describe(words: Words, items: list[Item], before: Item | None) -> None:
    """Fill in metric, place and times of a sentence's quantities; `before` is the last of the one before."""
    for i, item in enumerate(items):
        later = items[i + 1] if i + 1 < len(items) else None
        _Description(words, item, items[:i], later).fill(before)
    for first, second in pairwise(items):
        if first.metric is None:  # "gần 2%, tương đương 5.900 em …" names what it counts only once
            first.metric = second.metric


def section_period(words: Words, block: Block) -> Interval | None:
    """The period that the nearest heading above a block names, if it is not over."""
    issued = words.annotations.issued_on
    today = issued.isoformat() if issued is not None else ""
    for owner in words.above(block):
        for d in words.dates_in(owner.start, min(owner.end, owner.start + HEADING)):
            if d.value.granularity != "day" and (d.value.end or "9") > today:
                return _interval(d.value)
    return None


def result_period(words: Words, block: Block) -> Interval | None:
    """The period that the nearest heading or lead-in above a block names for the results it tells."""
    for owner in words.above(block):
        end = min(owner.end, owner.start + HEADING)
        if words.book["targets.result_section"].search(words.view, owner.start, end) is None and (
            owner is not words.lead_in(block)
        ):
            continue
        for d in words.dates_in(owner.start, end):
            if d.value.granularity != "day" or d.value.relation in {"until", "by"}:
                return _interval(d.value)
    return None


class _Description:
    """One quantity in its sentence, between those before it and the next one."""

    def __init__(self, words: Words, item: Item, earlier: list[Item], later: Item | None) -> None:
        self.words, self.view, self.rules = words, words.view, words.rules
        self.item, self.earlier, self.later = item, earlier, later
        self.previous = previous = earlier[-1] if earlier else None
        self.start, self.end = item.mention.start, item.mention.end
        self.begin = words.clause_behind(previous, self.start) if previous else item.sentence.start
        self.head = words.clause_start(self.begin, self.start)
        self.named_place = self._named_place()
        self.percent = item.quantity.measure in {"percent", "times"}

    def fill(self, before: Item | None) -> None:
        item, q = self.item, self.item.quantity
        item.kind, item.comparator = q.kind, q.comparator
        limit = min(item.sentence.end, self.later.mention.start if self.later else item.sentence.end)
        item.tail_end = self.words.tail_end(item, limit)
        tail = squeeze(self.view.text[self.end : item.tail_end]).strip(" ,")
        if self.previous is not None and self.percent and self.words.starts_with("elliptic", tail):
            tail = ""  # "… và 90% đạt cấp độ 5" says what they do, not what they are
        if item.mention.rule == "figures.bare_ratio":
            tail = squeeze(self.words.behind_ratio(item)).strip(" ,")
        self._read_behind()
        stop, cues = self.words.strip_cues(self.head, q.spoken)
        self._name(stop, cues, tail)
        self._settle_kind(cues)
        item.place = self._place()
        item.as_of = item.as_of or self._as_of(before)
        inner = self.previous is not None and self._bracketed()
        item.governs = self.previous.governs if self.previous is not None and inner else item.as_of
        if item.kind in {"increase", "decrease"}:
            item.baseline = self._baseline()

    def _read_behind(self) -> None:
        """Take what stands right behind a quantity and its noun: ``trở lên``, or the date it holds for."""
        item, end = self.item, self.item.sentence.end
        words = self.words.words(item.tail_end, min(item.tail_end + 24, end))
        said = self.words.lexicon.behind.get(" ".join(w for _, w in words[:2]))
        if said is not None and item.comparator == "=":
            item.comparator = said
        for d in self.words.dates_in(self.end, min(self.end + _NEAR_DATE, end))[:1]:
            gap = self.view.key[self.end : d.start].strip()
            if not gap or (len(gap) < 6 and d.value.relation in {"during", "until"}):
                item.as_of, item.tail_end = _interval(d.value), max(item.tail_end, d.end)

    # ------------------------------------------------------------ the name of what is measured

    def _name(self, stop: int, cues: set[str], tail: str) -> None:
        """Settle metric and population: the subject before the verb, the noun behind, or what went before."""
        item, previous, percent = self.item, self.previous, self.percent
        counted = item.quantity.measure in {"count", "open"}
        based = percent and bool(tail) and self.words.starts_with("base", tail)
        subject = self.words.subject(self.head, stop, deeds=based)
        if counted and not self.words.trim(self.view.text[self._last_comma(stop) : stop]):
            subject = ""
        named = bool(subject) and self.words.has_head(subject)
        predicate = "predicate" in cues or self._beyond()
        if counted and "done" in cues and not named:
            subject = ""  # "vận động được 40 thẻ": what stands before is a deed
        bare = counted and not tail and match_key(item.quantity.unit or "") in self.words.empty_units
        behind = " ".join(filter(None, [item.quantity.unit if counted else "", tail]))
        if counted and subject and not (tail or named or predicate):
            behind = " ".join(filter(None, [self._verb(subject), behind]))
        if previous is not None and subject and not tail and self.words.starts_with("base", subject):
            subject = "" if len(subject.split()) <= 2 else subject
        led = self._led(stop) if not named else None
        alike = self._alike(previous) if previous is not None and not tail else None
        again = counted and not subject and alike is not previous
        if alike is not None and (again or self.named_place is not None):
            item.metric = alike.metric
        elif led is not None:
            self._own(led)
        elif bare and subject:
            self._own(subject)
        elif growth := self._growth(stop):
            self._own(growth)
        elif behind and self._stands_behind(subject, cues, tail):
            self._own(behind)
        elif subject and predicate:
            self._own(subject)
            if tail and not counted and len(subject.split()) <= 2:
                self._own(f"{subject} {tail}")
            elif tail and percent:
                item.population = tail
        elif named and (not tail or (counted and "/" in (item.quantity.unit or ""))):
            self._own(subject)
        elif behind and not predicate and not (based and previous is not None):
            self._own(behind)
        elif subject and not (counted or percent):
            self._own(subject)
        elif counted and tail and item.kind == "level":
            self._own(behind)
        elif previous is not None and counted and "/" in (item.quantity.unit or ""):
            self._own((item.quantity.unit or "").partition("/")[0])
        elif previous is not None and ";" not in self.view.key[previous.mention.end : self.start]:
            apart = percent and self.words.in_bracket(self.head) and not self._in_bracket_of(previous)
            item.metric = self._rate((self._alike(previous) if apart else previous).metric)
            item.population = (tail or None) if percent else None
        else:
            far = self._far_subject()
            if counted and behind and far and match_key(behind) not in match_key(far):
                far = None if self.previous is not None else far  # "… trên mức trung bình; còn 29 bộ"
            self._own(far or subject or behind or None)
            item.population = (tail or None) if percent and item.metric != behind else None

    def _alike(self, previous: Item) -> Item:
        """The nearest quantity before with the same unit, else `previous`."""
        unit = self.item.quantity.unit
        return next((i for i in reversed(self.earlier) if i.quantity.unit == unit and i.metric), previous)

    def _growth(self, stop: int) -> str:
        """The word of growth that an aim names before the quantity (``mục tiêu tăng trưởng trên 8%``)."""
        said = self.rules["growth"].match(self.view, stop, self.item.quantity.spoken)
        if said is None:
            return ""
        aims = self.rules["target_word"].finditer(self.view, max(self.head, stop - _NEAR_DATE), stop)
        aimed = any(not self.view.key[m.end() : stop].strip() for m in aims)
        return squeeze(self.view.text[slice(*said.span())]) if aimed else ""

    def _stands_behind(self, subject: str, cues: set[str], tail: str) -> bool:
        """Whether what is changed stands behind the quantity, whatever stands before.

        So it is in ``cắt giảm 50% thời gian``, ``mỗi xã tăng thêm 50 người tham gia`` and, where nothing
        stands before, ``giảm 2%/năm số cặp tảo hôn``.
        """
        if subject and self.words.has_head(subject):
            return False
        if "transitive" in cues:
            return True
        if not tail or not cues & {"increase", "decrease"}:
            return False
        if not self.percent:
            return bool(subject) and self.item.quantity.measure in {"count", "open"}
        return not subject and self.words.has_head(tail) and not self.words.starts_with("base", tail)

    def _led(self, stop: int) -> str | None:
        """The metric of the lead-in above a list item that names just a place or an agency before `stop`."""
        sentence, words = self.item.sentence, self.words
        if self.previous is not None or not sentence.first or not words.only_name(sentence.start, stop):
            return None
        owner = words.lead_in(sentence.block)
        return words.lead_metric(owner) if owner is not None else None

    def _verb(self, subject: str) -> str:
        """The verb that is kept with a counted noun: all of a short subject, unless it tells nothing."""
        verb = subject.split()
        light = any(self.words.is_light(" ".join(verb[-size:])) for size in (1, 2))
        return "" if light or len(verb) > _VERB else " ".join(verb)

    def _named_place(self) -> str | None:
        """The place right before a quantity in brackets or in a list (``Hà Tĩnh 78 nhà, Nghệ An (12%)``)."""
        if self.previous is None and not self.words.in_bracket(self.head):
            return None
        named = self.rules["place_before_number"].search(self.view, max(0, self.start - 40), self.start)
        return self.words.said(named) if named is not None else None

    def _last_comma(self, stop: int) -> int:
        """Where the comma piece that ends at `stop` begins."""
        return max(self.head, self.view.key.rfind(",", self.head, stop) + 1)

    def _own(self, metric: str | None) -> None:
        self.item.metric, self.item.own_metric = metric, metric is not None

    def _settle_kind(self, cues: set[str]) -> None:
        """Kind and comparator from the words around: a list under one verb, a bracket, a rate of growth."""
        item, previous = self.item, self.previous
        if item.comparator == "=" and self._exceeds():
            item.comparator = ">"
        if item.comparator == ">" and self._beyond():
            item.comparator, item.kind = "=", "increase"
        if previous is not None and not cues & {"increase", "decrease", "level"}:
            bracket = (
                self.percent and self.view.key[previous.mention.end : item.quantity.spoken].strip() == "("
            )
            if (item.own_metric and _listed(self.words, previous, item)) or (
                bracket and item.kind == "level" and previous.kind in {"increase", "decrease"}
            ):
                item.kind = previous.kind
        if (
            item.metric
            and self.percent
            and item.kind == "level"
            and self.words.starts_with("growth", item.metric)
        ):
            item.kind = "increase"

    def _rate(self, carried: str | None) -> str | None:
        """For a percentage behind a count: the rate that the sentence names before, rather than the count."""
        item = self.item
        if not carried or item.quantity.measure != "percent" or item.kind != "level":
            return carried
        named = self.rules["rate_head"].search(self.view, item.sentence.start, self.start)
        if named is None or self.words.starts_with("rate_head", carried):
            return carried
        if match_key(carried.split()[0]) in self.words.lexicon.before:
            return carried
        if self._in_bracket_of(self.previous):
            return carried
        end = self.words.stop_behind(named.end(), self._until(named.end()))
        phrase = self.words.trim(self.view.text[named.start() : end])
        return phrase if len(phrase.split()) > 2 else carried

    def _in_bracket_of(self, previous: Item | None) -> bool:
        """Whether the quantity opens a bracket right behind the one before (``tăng 48 người (2,9%)``)."""
        return previous is not None and self.view.key[previous.mention.end : self.start].strip() == "("

    def _until(self, at: int) -> int:
        """Where the first quantity behind `at` begins."""
        first = next((i.quantity.spoken for i in self.earlier if i.quantity.spoken >= at), self.start)
        return self.words.strip_cues(at, first)[0]

    def _far_subject(self) -> str | None:
        """A metric named earlier in the sentence: from its head word on, else the clause before."""
        words, start, head = self.words, self.item.sentence.start, self.head
        if words.in_bracket(head):
            return self._inner_subject(words.clause_start(start, head - 1), head - 1)
        heads = list(self.rules["metric_head"].finditer(self.view, start, head))
        if heads:
            at, end = heads[-1].start(), words.stop_behind(heads[-1].end(), self._until(heads[-1].end()))
        elif head > start + 1:
            at = words.clause_start(start, head - 1)
            end = words.stop_behind(at, head - 1)
        else:
            return None
        return words.trim(self.view.text[at:end]) or None

    def _inner_subject(self, start: int, end: int) -> str | None:
        """The subject of a whole clause: what stands before its verb of exceeding, or of measuring."""
        exceeding, measuring = self._exceeding(start, end), []
        for at, word in self.words.words(start, end)[1:]:
            found = self.words.lexicon.before.get(word, {})
            if "direction" in found or found.get("role") == "link":
                measuring.append(at)
        for stop in [*exceeding, *reversed(measuring), end]:
            phrase = self.words.phrase(start, stop)
            if phrase:
                return phrase
        return None

    def _exceeds(self) -> bool:
        """Whether a bracketed quantity is named as what is to be exceeded (``vượt mục tiêu … (10%)``)."""
        if not self.words.in_bracket(self.head):
            return False
        start = self.words.clause_start(self.item.sentence.start, self.head - 1)
        return bool(self._exceeding(start, self.head - 1))

    def _beyond(self) -> bool:
        """Whether a percentage is the share by which a plan is exceeded (``vượt 12% dự toán``)."""
        start, end = self.start, self.item.quantity.spoken
        said = self.rules["of_base"].finditer(self.view, start, end + _NEAR_DATE)
        return any(m.end() == end for m in said)

    def _exceeding(self, start: int, end: int) -> list[int]:
        """Where verbs of exceeding begin."""
        return [m.start() for m in self.rules["exceeding"].finditer(self.view, start, end)]

    # ------------------------------------------------------------ place and time

    def _place(self) -> str | None:
        item, previous, words = self.item, self.previous, self.words
        if self.named_place is not None:
            item.in_bracket = words.in_bracket(words.clause_start(item.sentence.start, self.start))
            return self.named_place
        own = words.places_in(self.begin, self.start)
        if own:
            return words.said(own[-1])
        if previous is not None and not item.own_metric:
            limit = min(self.start + 8, item.sentence.end)
            subjects = list(self.rules["place_as_subject"].finditer(self.view, self.begin, limit))
            if subjects and subjects[-1].end() < self.start:
                return words.said(subjects[-1])
        behind = words.places_in(self.end, min(item.sentence.end, self.end + _NEAR_PLACE))
        if behind and not set(",;:)") & set(self.view.key[self.end : behind[0].start()]):
            return words.said(behind[0])
        for other in reversed(self.earlier):
            if (
                not (other.in_bracket and ")" in self.view.key[other.mention.end : self.start])
                and other.place
            ):
                return other.place
        earlier = words.places_in(item.sentence.start, self.start)
        return words.said(earlier[-1]) if earlier else None

    def _as_of(self, before: Item | None) -> Interval | None:
        """The time that governs the quantity: in its clause, of the quantity before, or right behind."""
        item, words = self.item, self.words
        governing = self._governing(before)
        for d in reversed(words.dates_in(self.begin, self.start)):
            value: DateValue = d.value
            if self._is_event(value) or self._compared(d.start):
                continue
            own = _interval(value)
            return self._same_period(d.start, own, governing) if own and governing else own
        if self.previous is not None and governing is not None:
            return governing
        for d in words.dates_in(self.end, item.sentence.end)[:1]:
            due = item.verdict != RESULT and not self._is_event(d.value)
            if (due or d.value.relation in {"during", "until"}) and not self._compared(d.start):
                return _interval(d.value)
        if before is not None and item.verdict == RESULT and governing is not None:
            item.inferred.append("as_of")
            return governing
        told = result_period(words, item.sentence.block) if item.verdict == RESULT else None
        if told is not None:
            item.inferred.append("as_of")
        return told

    def _governing(self, before: Item | None) -> Interval | None:
        """The time of the quantity before in the sentence, or of the last one of the sentence before.

        What a bracket that is closed says of another time (``(cùng kỳ năm 2024 đạt 28%)``) no longer governs.
        """
        if self.previous is None:
            return before.governs if before is not None else None
        closed = ")" in self.view.key[self.previous.mention.end : self.start]
        return self.previous.governs if closed else self.previous.as_of

    def _bracketed(self) -> bool:
        """Whether the quantity stands in a bracket of its sentence."""
        opened = self.view.key.rfind("(", self.item.sentence.start, self.start)
        return opened > self.view.key.rfind(")", self.item.sentence.start, self.start)

    def _same_period(self, at: int, own: Interval, governing: Interval) -> Interval:
        """The time named at offset `at`; behind ``cùng kỳ`` the days that govern, in that year."""
        same = self.rules["same_period"].finditer(self.view, max(self.begin, at - _NEAR_DATE), at + 4)
        if any(m.start() < at and m.end() >= at - 1 for m in same) and own.start[5:] == "01-01":
            return _shifted(governing, int(own.end[:4]))
        return own

    def _is_event(self, value: DateValue) -> bool:
        """Whether a date is that of an event or a document, not one at which something is measured or due."""
        aimed = self.item.verdict != RESULT
        return value.granularity == "day" and (
            value.relation == "on" or (value.relation == "before" and not aimed)
        )

    def _compared(self, at: int) -> bool:
        """Whether words of comparison (so với …), or of moving on to a time, end right before `at`."""
        return any(
            not self.view.key[m.end() : at].strip()
            for role in ("compared_to", "moved_on")
            for m in self.rules[role].finditer(self.view, max(0, at - 30), at)
        )

    def _baseline(self) -> Interval | None:
        """The time that a change is measured against: a date, or the same period of an earlier year."""
        item, later = self.item, self.later
        until = item.sentence.end
        if later is not None and not _listed(self.words, item, later):
            until = later.mention.start
        behind = self.words.dates_in(self.end, until)
        same = self.rules["same_period"].search(self.view, self.end, until)
        if same is not None:
            named = [d.value.start for d in behind if same.start() <= d.start <= same.end() + 12]
            year = int(named[0][:4]) if named and named[0] else None
            return _shifted(item.as_of, year) if item.as_of else None
        compared = self.rules["compared_to"].search(self.view, self.end, until)
        if compared is None:
            return None
        after = [d for d in behind if d.end > compared.end()]
        if not after or self.view.key[compared.end() : after[0].start].strip():
            return None
        return _interval(after[0].value)


def _listed(words: Words, first: Item, second: Item) -> bool:
    """Whether two quantities are members of one list (``50% A, 50% B``) under one verb."""
    between = words.view.key[first.mention.end : second.mention.start].rstrip()
    alike = first.quantity.measure == second.quantity.measure and first.own_metric
    last = words.words(max(first.mention.end, second.mention.start - 8), second.mention.start)[-1:]
    joined = between.endswith(",") or bool(last and last[0][1] in words.rules["and"].words)
    return alike and joined and ";" not in between


def _interval(value: DateValue) -> Interval | None:
    return Interval(start=value.start, end=value.end) if value.start and value.end else None


def _shifted(interval: Interval, year: int | None) -> Interval:
    """The same days of the year before, or of `year`."""
    start, end = date.fromisoformat(interval.start), date.fromisoformat(interval.end)
    step = (year - end.year) if year else -1
    return Interval(start=_moved(start, step), end=_moved(end, step))


def _moved(day: date, years: int) -> str:
    leap = day.day == 29 and day.month == 2
    return day.replace(year=day.year + years, day=28 if leap else day.day).isoformat()
