"""Openings: who a sentence or an item addresses, before it says what is to be done.

``Giao Giám đốc Sở Y tế chủ trì …``, ``Đối với BHXH tỉnh, …``, ``Sở Y tế, Công an tỉnh:``, ``Trên cơ sở …,
Sở Y tế …``
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.firsts import LETTERS
from extractor.rulebook import Rulebook
from extractor.textview import match_key, squeeze
from extractor.values.agencies import AgencyValue, made_id

#: characters of a condition ("Trên cơ sở …,") that may stand before the agency
CONDITION_LIMIT = 420
#: characters before a cue in which the beginning of its clause is looked for
_CLAUSE = 420
#: words behind a group right before a lead-in's colon that may belong to its name
_COLON_WORDS = 3
#: words behind a group in a list that may belong to its name
_TAIL_WORDS = 7
#: words of the number or proper name behind a body in a list
_OWN_WORDS = 4
#: parts between commas of the words behind a group
_TAIL_PARTS = 3
#: characters that may stand between an order and the agency that it names
_LONGEST_GAP = 80
#: characters that a word which links two sentences takes at most
_LONGEST_LINK = 20
#: the rule of a pronoun for those named before
PRONOUN = "assignments.pronoun"
#: rules of which one matches where a sentence begins that gives work, or where an agency is named
_FIRST = ("order_opening", "toward", "condition", "person", "role", "pronoun", "list_body", "place_told")
#: rules of words in a lead-in that name nobody
_NO_NAME = ("task_verb", "by_function", "time_between", "not_work", "condition", "named_above")
#: words of somebody in a list whom no register knows
_WORDS_OF_NAME = 11
#: rules of words that are no kind of a group
_NO_KIND = (*_NO_NAME, "responsible", "must", "where_between", "reported", "order")
#: rules of words in a lead-in behind which no name goes on
_WORK = ("task_verb", "responsible", "by_function", "time_between", "must")
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: unknown bodies with which a list may begin
_UNKNOWN = 4
#: words of a proper name that no register knows, at the end of a list
_PROPER_WORDS = 8
#: characters of unknown words that go on with a name in a list
_TAIL = 60
#: marks that stand in no name
_IN_NAME = frozenset(',.;:()\n“”"')
#: characters that the colon behind a lead-in takes at most
_ENDING = 12
#: words that tell what the bodies of a group do
_FIELD_WORDS = 5
_start = attrgetter("start")
#: levels of places, the highest first
_LEVELS = ("province", "district", "commune")


@dataclass(slots=True)
class Opening:
    """Agencies that are addressed, the order verb if any, and where the work itself begins.

    `how` is ``order`` (a verb of assignment), ``subject`` (the agency opens the sentence), ``told`` (it opens
    the sentence and is given the work in the passive), ``toward`` (Đối với …) or ``condition``; `rest` is the
    offset of the first word of the work, `rule` the id of the rule that decided.
    """

    agencies: list[Mention]
    rest: int
    how: str
    rule: str
    mode: str | None = None
    start: int = 0


@lru_cache(maxsize=8)
def _heads(book: Rulebook) -> frozenset[str]:
    """The nouns with which the names of single bodies begin ("tập đoàn", "bệnh viện")."""
    return frozenset(match_key(r["head"]) for r in book.table("agency_heads.csv"))


def _level(place: Any) -> str | None:
    """The level of a place; of a list that of its places."""
    level: str | None = place.members[0].level if place.members else place.level
    return level


def _with_proposed(annotations: Annotations) -> list[Mention]:
    """The agencies in text order, those among them that only a model of names has seen."""
    known = annotations.group("agencies")
    proposed = [m for m in annotations.group("names") if m.label == "agency" and m.rule.startswith("ner.")]
    if not proposed:
        return known
    for m in proposed:
        name = squeeze(annotations.view.text[m.start : m.end])
        m.value = AgencyValue(made_id(name), name, core=name, known=False)
    return sorted([*known, *proposed], key=_start)


class OpeningReader:
    """Reads openings of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.rule = book.named("assignments")
        self.first = book.openers("assignments", _FIRST)
        self.agencies = _with_proposed(annotations)
        self.starts = [m.start for m in self.agencies]
        self.heads = _heads(book)

    def skip(self, at: int, end: int, marks: str = ' \n\t,:;-–"“”*') -> int:
        while at < end and (self.view.text[at] in marks or self.view.text[at].isspace()):
            at += 1
        return at

    def agency_at(self, at: int, end: int) -> Mention | None:
        """Who begins at `at`: an agency ("các đồng chí" may stand before it), a person, a role."""
        i = bisect_left(self.starts, at)
        if (
            i < len(self.agencies)
            and self.agencies[i].end <= end
            and self.agencies[i].start - at <= _LONGEST_GAP
        ):
            m = self.agencies[i]
            gap = self.view.key[at : m.start]
            if not gap.strip():
                return None if self._is_verb(m, end) else self._with_names(m, end)
            called = self.book["agencies.comrade"].match(self.view, at)
            if called and len(gap) <= 30 and len(gap.split()) <= 3:
                return m
            if self.book["agencies.each"].match(self.view, at) and len(gap.split()) == 1:
                return m
            shared = self.rule("post_before").match(
                self.view, self.skip(called.end(), end) if called else at, end
            )
            if shared and shared.end() == m.start:
                post = shared["post"] and squeeze(self.view.text[slice(*shared.span("post"))])
                return m if not post else replace(m, value=m.value.changed(title=post))
        can = self.can_begin(at)
        person = self._person(at, end) if "person" in can else None
        role = person or (self._role(at, end) if "role" in can else None)
        return role or (self._place(at, end) if "place_told" in can else None)

    def can_begin(self, at: int) -> frozenset[str]:
        """Which of the rules `_FIRST` the letters at `at`, where a word begins, can begin."""
        return self.first[self.view.text[at : at + LETTERS]]

    def _is_verb(self, m: Mention, end: int) -> bool:
        """Whether a body's name that is a verb too ("Thanh tra") is the verb here."""
        return not m.value.tail and bool(self.rule("verb_not_agency").match(self.view, m.start, end))

    def _person(self, at: int, end: int) -> Mention | None:
        """A person: the agency of the last post behind the name; without a post the name as written."""
        named = self.rule("person").match(self.view, at, end)
        if named is None:
            return None
        found: Mention | None = None
        behind: Mention | None = self._starting(named.end(), end)
        while behind is not None and behind.value.title is not None:
            found = behind
            gap = self.rule("next_post").match(self.view, behind.end, end)
            behind = self._starting(gap.end(), end) if gap else None
        start, stop = named.span("m")
        return found or self._in_brackets(stop, end) or self._with_post(start, stop, end)

    def _with_post(self, start: int, stop: int, end: int) -> Mention:
        """A person as written, with the post behind the name that tells of no agency."""
        person = self._written(start, stop, self.view.text[start:stop])
        post = self.rule("bare_post").match(self.view, stop, end)
        if post is None:
            return person
        value = person.value.changed(title=squeeze(self.view.text[slice(*post.span("m"))]))
        return replace(person, end=post.end("m"), value=value)

    def _in_brackets(self, at: int, end: int) -> Mention | None:
        """The agency of a person, when it stands in the brackets behind the name."""
        remark = self.rule("agency_remark").match(self.view, at, end)
        if remark is None:
            return None
        found = [*self.annotations.within("agencies", at, remark.end())]
        if len(found) != 1:
            return None
        post = squeeze(self.view.text[at : found[0].start]).lstrip("( ")
        value = found[0].value.changed(title=found[0].value.title or post or None)
        return Mention(found[0].start, remark.end(), found[0].label, found[0].rule, value, value.id)

    def _starting(self, at: int, end: int) -> Mention | None:
        """The agency mention that begins exactly at `at`."""
        i = bisect_left(self.starts, at)
        if i == len(self.agencies) or self.agencies[i].start != at or self.agencies[i].end > end:
            return None
        return self.agencies[i]

    def _place(self, at: int, end: int) -> Mention | None:
        """A place that stands for its administration: "yêu cầu tỉnh Hà Tĩnh …", "huyện Lục Ngạn phải …"."""
        if not self.rule("place_told").match(self.view, at, end):
            return None
        place = next(self.annotations.within("places", at, min(end, at + _LONGEST_GAP)), None)
        if place is None or place.start != at:
            return None
        return self._written(at, place.end, self.view.text[at : place.end])

    def bare_place(self, at: int, end: int) -> tuple[list[Mention], int]:
        """A place that begins at `at` and stands for its administration ("Hà Nội phải …"), and its end."""
        place = next(self.annotations.beginning("places", at, at + 1), None)
        if place is None or place.end > end or _level(place.value) not in _LEVELS:
            return [], at
        return [self._written(at, place.end, self.view.text[at : place.end])], place.end

    def _with_names(self, m: Mention, end: int) -> Mention:
        """A group of places with the names behind it: "các xã A, B" is more than "các xã"."""
        if m.label != "group" or not self.view.text[m.end + 1 : m.end + 2].isupper():
            return m
        stop = max((p.end for p in self.annotations.beginning("places", m.start, m.end)), default=0)
        if not m.end < stop <= end:
            return m
        words = self.view.text[m.start : stop]
        return self._written(m.start, stop, words[0].lower() + words[1:])

    def _role(self, at: int, end: int) -> Mention | None:
        """Somebody named by a role ("Chủ đầu tư"), whom no register holds."""
        role = self.rule("role").match(self.view, at, end)
        if role is None:
            return None
        start, stop = role.span("m")
        words = self.view.text[start:stop]
        return self._written(start, stop, words[0].lower() + words[1:])

    @staticmethod
    def _written(start: int, end: int, name: str) -> Mention:
        """A mention of somebody whom no register knows."""
        name = squeeze(name)
        value = AgencyValue(made_id(name), name, None, group=True, core=name)
        return Mention(start, end, "group", "assignments.role", value, value.id)

    def agency_list(self, at: int, end: int) -> tuple[list[Mention], int]:
        """Agencies joined by commas and "và" from `at` on, and the offset behind the last."""
        out: list[Mention] = []
        first = self.agency_at(at, end)
        stop = at
        gap_rule = self.rule("agency_gap")
        while first is not None:
            first = self._with_rest(first, end) if first.value.group else self._with_own_name(first, end)
            out.append(first)
            further, stop = self._same_head(first, self._behind(first, end), end)
            out += further
            gap = gap_rule.match(self.view, stop, end)
            if gap is None:
                stop = self._past_dots(stop, end)
                break
            first = self.agency_at(gap.end(), end)
            if (
                first is not None
                and not self.view.text[stop : first.start].strip()
                and first.start - stop <= 1
                and "\n" not in self.view.text[stop : first.start]
                and first.value.title is None
            ):
                break  # two names side by side without a comma are not a list
        return out, stop

    def _leads(
        self, found: list[Mention], stop: int, end: int, lead: bool
    ) -> tuple[list[Mention], int] | None:
        """Those of a list who lead, and where the words for the others begin: "Sở A cùng với Sở B rà soát".

        None where nobody else only works with them, or no work follows the list.
        """
        for said in self.rule("partner").finditer(self.view, found[0].end, found[-1].start + 1):
            if said["with"] is None:
                continue  # "Sở A cùng Sở B": both lead
            first = next(i for i, a in enumerate(found) if a.start >= said.end())
            low = self._behind(found[first - 1], end)
            if not self.view.text[low : said.start("m")].strip(" ,") and self._goes_on(stop, end, lead):
                return found[:first], low
        return None

    def _past_dots(self, at: int, end: int) -> int:
        """Behind the dots that cut a list of names off ("Sở A, Sở B… rà soát"), where words go on."""
        for dots in ("…", "..."):
            behind = at + len(dots)
            if (
                self.view.text.startswith(dots, at)
                and self.view.text[behind : behind + 2].strip()[:1].islower()
            ):
                return behind
        return at

    def _with_rest(self, m: Mention, end: int) -> Mention:
        """A group with the words behind it that go on with its name: "các tổng công ty vận tải; Sở A"."""
        near = min(end, m.end + _TAIL)
        if not m.value.head and self.rule("name_verb").match(self.view, m.end + 1, end):
            runs = self.rule("runs").match(self.view, m.end, near)
            if runs is not None:
                return self._named_to(m, runs.end("m"))
        owner = self.rule("owner").search(self.view, m.start, near)
        if owner is not None:
            return self._with_owner(m, owner, end)
        if self.view.text[m.end : m.end + 1] != " ":
            return m
        stop = self._tail_end(m.end, end)
        return m if stop is None else self._named_to(m, stop)

    def _with_own_name(self, m: Mention, end: int) -> Mention:
        """A body with the number or own name behind it, where a list goes on: "Trung tâm B 115; Sở A"."""
        text = self.view.text
        if text[m.end : m.end + 1] != " " or m.value.title is not None or m.end + 1 >= end:
            return m
        if not (text[m.end + 1].isupper() or text[m.end + 1].isdigit()):
            return m
        mark = self._next_gap(m.end, min(end, m.end + _TAIL))
        words = text[m.end : mark.start("m")].split() if mark is not None else []
        if not 0 < len(words) <= _OWN_WORDS or not all(w.isalnum() and not w[0].islower() for w in words):
            return m
        if self._starting(m.end + 1, end) is not None:
            return m
        if self.agency_at(mark.end(), end) is None and not self._names_body(mark.end(), end):
            return m
        return self._named_to(m, mark.start("m"))

    def _tail_end(self, start: int, end: int) -> int | None:
        """Where the words behind a group end that tell its kind, when a list goes on there; or None.

        "các tổ chức hành nghề công chứng; Sở A", "các bệnh viện đa khoa, chuyên khoa, Sở A"
        """
        if any(self.rule(n).match(self.view, start + 1, end) for n in _NO_NAME) and not self.rule(
            "where_of_name"
        ).match(self.view, start, end):
            return None
        at = start
        for _ in range(_TAIL_PARTS):
            mark = self._next_gap(at, min(end, at + _TAIL))
            words = self.view.text[at : mark.start("m")] if mark is not None else ""
            if not words.replace(" ", "").isalnum() or len(words.split()) > _TAIL_WORDS:
                return None
            first = words.split()[0]
            if at == start and not (first.islower() or first.isupper()):
                return None
            if not self._is_name(at, at + len(words)):
                return None
            at = mark.end()
            if self.agency_at(at, end) is not None or (self._names_body(at, end) and words[-1:].isalnum()):
                return int(mark.start("m"))
            if self._is_body(at, end) or not words.islower():
                return None
        return None

    def _is_name(self, start: int, end: int) -> bool:
        """Whether no work is told in ``[start, end)``; verbs of what a body does may stand there."""
        work = self._work_from(start, end)
        while work < end and (verb := self.rule("name_verb").match(self.view, work, end)):
            work = self._work_from(verb.end(), end)
        return work >= end and self.rule("name_break").search(self.view, start, end) is None

    def _named_to(self, m: Mention, end: int) -> Mention:
        """A mention with the words behind it up to `end` in its name."""
        name = squeeze(m.value.name + self.view.text[m.end : end])
        value = m.value.changed(name=name, core=name, id=made_id(name))
        return replace(m, end=end, value=value, key=value.id)

    def _with_owner(self, m: Mention, owner: Any, end: int) -> Mention:
        """A group with those whom it belongs to: "các tổng công ty nhà nước do Bộ A, Bộ B quản lý".

        So they are not told the work, and the list goes on behind them.
        """
        at, sets_up = m.end, owner["by"] is not None
        if owner.start("m") >= m.end:
            if not set(",;:.()\n").isdisjoint(self.view.text[m.end : owner.start("m")]):
                return m
            if self._work_past_name(m.end, owner.start("m")) < owner.start("m"):
                return m
            at = self._behind_owners(self.skip(owner.end(), end, " "), end, sets_up)
        mark = self._next_gap(at, min(end, at + _TAIL))
        limit = mark.start("m") if mark is not None else min(end, at + _TAIL)
        verb = self.rule("owner_verb").search(self.view, at, limit)
        if verb is not None and self._work_from(at, verb.start()) >= verb.start():
            at = verb.end()
        elif sets_up:
            return m
        if mark is not None and self._work_from(at, limit) == limit:
            at = limit
        return self._named_to(m, at) if at > m.end and self._list_or_work(at, end) else m

    def _list_or_work(self, at: int, end: int) -> bool:
        """Whether a list goes on at `at`, work begins there, or nothing is left."""
        gap = self.rule("list_gap").match(self.view, at, end)
        if not self.view.text[at:end].strip(" ;,.:"):
            return True
        if gap is None:
            return bool(self.rule("task_verb").match(self.view, at, end))
        return self.agency_at(gap.end(), end) is not None or self._names_body(gap.end(), end)

    def _behind_owners(self, at: int, end: int, several: bool) -> int:
        """The offset behind the owner that begins at `at`, or behind `several` in a list."""
        while (owner := self.agency_at(at, end)) is not None:
            at = owner.end
            gap = self.rule("agency_gap").match(self.view, at, end) if several else None
            if gap is None or self.agency_at(gap.end(), end) is None:
                return at
            at = gap.end()
        return at

    def told_together(self, start: int, end: int) -> tuple[list[Mention], int]:
        """Those behind an order verb, and behind others for the same work ("yêu cầu A; đề nghị B họp")."""
        told: list[Mention] = []
        stop = start
        while True:
            found, behind = self.listed(*self.list_from(start, end, told=True), end)
            if not found:
                return told, stop
            if len(found) > 1 and (leads := self._leads(found, behind, end, True)) is not None:
                return [*told, *leads[0]], leads[1]
            if told or not self.rule("task_verb").match(self.view, behind, end):
                found, behind = self.rest_of_list(found, behind, end)
                found, behind = self._with_kind(found, behind, end)
            told, stop = [*told, *found], behind
            also = self.rule("also_order").match(self.view, stop, end)
            if also is None:
                return told, stop
            start = also.end()

    def _with_kind(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The last of those told with the words up to the work: "các cơ sở nuôi trồng thủy sản rà soát"."""
        if not found[-1].value.group or found[-1].end != stop or self.view.text[stop : stop + 1] != " ":
            return found, stop
        if any(self.rule(n).match(self.view, stop + 1, end) for n in _NO_KIND):
            return found, stop
        work = self._work_past_name(stop, min(end, stop + _TAIL))
        words = self.view.text[stop:work]
        if not words.replace(" ", "").isalpha() or not words.islower() or len(words.split()) > _TAIL_WORDS:
            return found, stop
        if self.rule("no_kind").search(self.view, stop, work):
            return found, stop
        if not self.rule("task_verb").match(self.view, work, end) or self.rule("name_break").search(
            self.view, stop, work
        ):
            return found, stop
        last = self._named_to(found[-1], stop + len(words.rstrip()))
        return [*found[:-1], last], last.end

    def rest_of_list(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The agencies of a lead-in ("A, <nobody known>, B và C:") whose list somebody unknown breaks.

        Outside a lead-in only a noun of a body goes on with the list ("Sở A và Nhóm B rà soát …").
        """
        found, stop = self._with_field(*self._to_name_end(found, stop, end), end)
        gap = self.rule("list_gap").match(self.view, stop, end)
        if gap is None or not found or not self._names_body(gap.end(), end):
            if gap is not None and len(found) > 1 and (last := self._proper_name(gap.end(), end)):
                return [*found, last], last.end
            rest = self.view.text[stop:end].rstrip()
            if len(rest) < 2 or rest[-1] != ":" or ". " in rest:
                return found, stop
        return self.whole_list(found, stop, end)

    def _proper_name(self, start: int, end: int) -> Mention | None:
        """The last of a list, unknown but with a capital, work right behind: "… và Cổng tri thức A mở"."""
        if not self.view.text[start : start + 1].isupper():
            return None
        limit = min(end, start + _LONGEST_NAME)
        work = self._work_behind_name(start, limit)
        name = self.view.text[start:work].rstrip()
        words = name.split()
        if work == limit or not 1 < len(words) <= _PROPER_WORDS or not words[-1].isalpha():
            return None
        if any(c in name for c in ",.;:()\n") or self.rule("name_break").search(self.view, start, work):
            return None
        if sum(w[0].isupper() for w in words) < 2 or next(
            self.annotations.beginning("places", start, start + 1), None
        ):
            return None
        return self._written(start, start + len(name), name)

    def _to_name_end(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """A group with the few words behind it in a lead-in, if none is work: "các ngân hàng thu hộ:"."""
        rest = self.view.text[stop:end].rstrip()
        if not rest.endswith(":") or not found or not found[-1].value.group or found[-1].end != stop:
            return found, stop
        words = rest[:-1]
        if (
            not words[:1].isspace()
            or not words.replace(" ", "").isalpha()
            or len(words.split()) > _COLON_WORDS
        ):
            return found, stop
        behind = stop + len(words)
        if self._work_from(stop, behind) < behind or self.rule("opens_list").search(self.view, stop, end):
            return found, stop
        name = squeeze(self.view.text[found[-1].start : behind])
        return [*found[:-1], self._as_written(found[-1].start, name)], behind

    def _with_field(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """A group with what its bodies do, where the list goes on: "các đơn vị khai thác mỏ; UBND xã …"."""
        if not found or not found[-1].value.group or found[-1].value.head or found[-1].end != stop:
            return found, stop
        does = self.rule("name_verb").match(self.view, self.skip(stop, end, " "), end)
        mark = self.rule("list_gap").search(self.view, stop, min(end, stop + _TAIL)) if does else None
        if mark is None or self.view.text[stop : mark.start("m")].count(" ") > _FIELD_WORDS:
            return found, stop
        further, behind = self.agency_list(mark.end(), end)
        if not further or not self._goes_on(behind, end, False):
            return found, stop
        value, name = found[-1].value, squeeze(self.view.text[stop : mark.start("m")])
        value = value.changed(name=f"{value.name} {name}", id=made_id(f"{value.name} {name}"))
        last = replace(found[-1], end=mark.start("m"), value=value, key=value.id)
        return [*found[:-1], last, *further], behind

    def whole_list(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The agencies of a list that somebody unknown breaks behind `found`, and the offset behind the last.

        The unknown stand as they are written, one of them at the end only where work follows; words that are
        work end the list.
        """
        unknown: list[Mention] = []
        at = self._behind_tail(stop, end)
        while (gap := self.rule("list_gap").match(self.view, at, end)) is not None:
            start = gap.end()
            further, behind = self.agency_list(start, end)
            if further:
                found = [*found, *unknown, *further]
                unknown, stop, at = [], behind, self._behind_tail(behind, end)
                continue
            noun = self.book["agencies.body_noun"].match(self.view, start, end)
            if not noun and any(self.rule(n).match(self.view, start, end) for n in _NO_NAME):
                break
            mark = self._next_gap(start, end)
            at = mark.start("m") if mark is not None else end
            if "(" in (name := self.view.text[start:at]) and ")" not in name:
                at = max(at, self.view.text.find(")", at, end) + 1)  # a mark in brackets ends no name
            must = self.rule("must").search(self.view, start, at)
            at = must.start() if must else at
            last = (
                must is not None
                or mark is None
                or (mark.start("m") + _ENDING > end and self.view.text[mark.start("m") : end].strip() == ":")
            )
            announced = self.rule("opens_list").search(self.view, start, end) if last else None
            at = min(at, announced.start()) if announced else at
            work = self._work_behind_name(start, min(at, start + _LONGEST_NAME)) if last else at
            name = self.view.text[start:work].rstrip(" :")
            if not last and self._is_long(name):  # the work behind it goes on with commas of its own
                work = self._work_behind_name(start, min(at, start + _LONGEST_NAME))
                owned = self.rule("owner").search(self.view, start, work)
                verb = self.rule("owner_verb").match(self.view, work, at) if owned else None
                work = at if verb is not None and verb.end() == at else work
                name = self.view.text[start:work].rstrip(" :")
            if not last and work == at:
                work = self._work_told(start, at)
                name = self.view.text[start:work].rstrip(" :")
            if not name.strip() or (self._is_long(name) and (last or work < at)):
                break
            if work < at or must:  # the last of the list, with the work right behind
                named = self._is_body(start, end) if last else self._names_body(start, end)
                if not named or self.rule("name_break").search(self.view, start, work):
                    break
                return [*found, *unknown, self._as_written(start, name)], work
            if " " in name:
                unknown.append(self._as_written(start, name))
        rest = self.view.text[unknown[-1].end : end].strip() if unknown else None
        if unknown and (rest in (":", ";") or (not rest and self._names_body(unknown[-1].start, end))):
            return self._to_colon(found, unknown, end), unknown[-1].end
        if unknown and self._names_body(unknown[-1].start, end):
            m = unknown.pop()
            work = self._work_behind_name(m.start, m.end)
            kind = self.rule("name_verb").match(self.view, work, end) if work < m.end else None
            if work < m.end and not kind and not self.rule("name_break").search(self.view, m.start, work):
                return [
                    *found,
                    *unknown,
                    self._as_written(m.start, self.view.text[m.start : work].rstrip()),
                ], work
        return found, stop

    def _to_colon(self, found: list[Mention], unknown: list[Mention], end: int) -> list[Mention]:
        """A lead-in with the unknown at its end; words that name no body belong to the group before."""
        if not found[-1].value.group or any(self._is_body(m.start, end) for m in unknown):
            return [*found, *unknown]
        start, stop = found[-1].start, unknown[-1].end
        return [*found[:-1], self._as_written(start, squeeze(self.view.text[start:stop]))]

    @staticmethod
    def _is_long(name: str) -> bool:
        """Whether words are too many for a name, a remark in brackets apart."""
        return name.partition(" (")[0].count(" ") >= _WORDS_OF_NAME

    def _next_gap(self, start: int, end: int) -> Any:
        """The next mark between two of a list that is in no known name ("Y tế các bộ, ngành"), or None."""
        mark = self.rule("list_gap").search(self.view, start, end)
        while mark is not None:
            i = bisect_left(self.starts, mark.start("m")) - 1
            if i < 0 or not start < self.agencies[i].start < mark.start("m") < self.agencies[i].end:
                break
            mark = self.rule("list_gap").search(self.view, self.agencies[i].end, end)
        return mark

    def list_from(self, start: int, end: int, told: bool = False) -> tuple[list[Mention], int]:
        """As `agency_list`; the first may be somebody unknown, when one who is known comes next.

        Behind an order (`told`) any noun with a word for several, or a name with capitals, is somebody.
        """
        found, stop = self.agency_list(start, end)
        if found:
            return found, stop
        each = self.book["agencies.each"].match(self.view, start, end)
        noun = each.end() + 1 if each else start
        if not self.rule("list_body").match(self.view, noun, end) and not (
            told and self._is_told(start, noun, end)
        ):
            return found, stop
        unknown: list[Mention] = []
        at = start
        while len(unknown) < _UNKNOWN:
            mark = self._next_gap(at, min(end, at + _LONGEST_NAME))
            if mark is None or self.view.text[at : mark.start("m")].count(" ") >= _WORDS_OF_NAME:
                return [], start
            behind = mark.start("m")
            work = self._work_from(at, behind)
            if work < behind and not self.rule("name_verb").match(self.view, work, end):
                return [], start
            if self.rule("name_break").search(self.view, at, behind):
                return [], start
            if unknown and not self._is_body(at, end):  # "các cảng cá, bến cá": of the same kinds
                at = unknown.pop().start
            unknown.append(self._as_written(at, self.view.text[at:behind]))
            further, stop = self.agency_list(mark.end(), end)
            if further:
                return [*unknown, *further], stop
            if not told:
                return [], start
            at = mark.end()
        return [], start

    def _is_told(self, start: int, noun: int, end: int) -> bool:
        """Whether words behind an order verb name somebody: "các bến xe", "Khu Quản lý A"; no thing."""
        if noun > start:
            return self.rule("thing").match(self.view, noun, end) is None
        text = self.view.text
        if not text[start : start + 1].isupper():
            return self.book["agencies.body_noun"].match(self.view, start, end) is not None
        name = text[start : min(end, start + _TAIL)].partition(",")[0].split()
        return len(name) > 1 and any(w[0].isupper() for w in name[1:])

    def recipients(self, start: int, end: int) -> tuple[list[Mention], int]:
        """Those to whom a report says a letter is sent; of "các đơn vị gồm A, B" the members."""
        found, stop = self.agency_list(start, end)
        named = self.rule("members").match(self.view, stop, end) if found else None
        if named is not None and found[-1].value.group:
            members, behind = self.agency_list(named.end(), end)
            if members:
                found, stop = members, behind
        return self.whole_list(found, stop, end) if found else (found, stop)

    def sent_names(self, start: int, end: int) -> tuple[list[Mention], int]:
        """Groups that no register knows, to whom a letter is sent, as they are written."""
        said = self.rule("sent_names").match(self.view, start, end)
        if said is None:
            return [], start
        at, stop = said.span("m")
        words = self.view.text[at:stop]
        return [self._written(at, stop, words[0].lower() + words[1:])], stop

    def _as_written(self, start: int, name: str) -> Mention:
        """Somebody unknown; a capital that only opens the list says nothing of the name."""
        proper = any(map(str.isupper, name[1:]))
        return self._written(start, start + len(name), name if proper else name[0].lower() + name[1:])

    def _behind_tail(self, at: int, end: int) -> int:
        """Behind unknown words that go on with a name up to the next of its list ("… cửa khẩu A, Sở B")."""
        mark = self.rule("list_gap").search(self.view, at, min(end, at + _TAIL))
        if mark is None or not any(map(str.isupper, self.view.text[at : mark.start("m")])):
            return at
        return mark.start("m") if self._work_from(at, mark.start("m")) == mark.start("m") else at

    def _work_from(self, start: int, end: int) -> int:
        """Where words of work, or a time before them, begin in ``[start, end)``; `end` when they do not."""
        at = self.skip(start, end)
        while at < end:
            inside = self.view.text[at].isupper() and self.view.text[at - 1] == " "  # a word of the name
            if not inside and any(self.rule(n).match(self.view, at, end) for n in _WORK):
                return at
            at = self._next_word(at, end)
        return end

    def _next_word(self, at: int, end: int) -> int:
        """The offset behind the next blank or line break; `end` when there is none."""
        blank, line = (self.view.text.find(mark, at, end) for mark in " \n")
        found = min(blank, line) if blank >= 0 and line >= 0 else max(blank, line)
        return end if found < 0 else found + 1

    def _work_told(self, start: int, end: int) -> int:
        """Where work begins in ``[start, end)`` that goes on with words no name holds ("… để mọi …")."""
        work = self._work_behind_name(start, min(end, start + _LONGEST_NAME))
        told = work < end and self.rule("name_break").search(self.view, work, end) is not None
        return work if told else end

    def _work_behind_name(self, start: int, end: int) -> int:
        """As `_work_past_name`, for a name that begins at `start`."""
        noun = self.book["agencies.body_noun"].match(self.view, start, end)
        return self._work_past_name(noun.end() if noun else start, end)

    def _work_past_name(self, start: int, end: int) -> int:
        """As `_work_from`, past a verb that belongs to the name ("cơ sở đào tạo lái xe rà soát …")."""
        work = self._work_from(start, end)
        verb = self.rule("name_verb").match(self.view, work, end) if work < end else None
        if verb is None:
            return work
        further = self._work_from(verb.end(), end)
        return further if further < end else work

    def _is_body(self, start: int, end: int) -> bool:
        """Whether words may name a body: a capital, a word for several, a noun of a body begins them."""
        return self.view.text[start].isupper() or self._names_body(start, end)

    def _names_body(self, start: int, end: int) -> bool:
        """Whether a noun of a body, or a word for several, begins a name that no register knows."""
        known = (self.book["agencies.body_noun"], self.rule("list_body"))
        return any(rule.match(self.view, start, end) for rule in known)

    def _same_head(self, m: Mention, at: int, end: int) -> tuple[list[Mention], int]:
        """The bodies of the places behind a body ("UBND thành phố A, thị xã B, các huyện C, D"), and the end.

        A place of a higher level ("UBND huyện A, tỉnh B") only says where the body is.
        """
        out: list[Mention] = []
        level = _level(m.value.place) if m.value.place is not None and m.value.head else None
        while level in _LEVELS:
            gap = self.rule("agency_gap").match(self.view, at, end)
            further = self._place_at(gap.end(), end) if gap and gap["m"].strip() else None
            of = _level(further.value) if further is not None else None
            if further is None or of not in _LEVELS or _LEVELS.index(of) > _LEVELS.index(level):
                break
            at = further.end
            if of == level:
                out.append(self._with_place(m, further))
        return out, at

    @staticmethod
    def _with_place(m: Mention, place: Mention) -> Mention:
        """The body of another place: "thị xã B" behind "UBND thành phố A"."""
        name = f"{m.value.core} {place.value.name}"
        group = m.value.group or place.label == "list"
        value = m.value.changed(
            id=made_id(name), name=name, tail=place.value.name, place=place.value, group=group
        )
        return Mention(place.start, place.end, m.label, m.rule, value, value.id)

    def _place_at(self, at: int, end: int) -> Mention | None:
        """The place with its level word that begins at `at`."""
        found = next(self.annotations.within("places", at, end), None)
        if found is None or found.start != at or found.label == "area" or not self.view.text[at].islower():
            return None
        return found

    def _behind(self, m: Mention, end: int) -> int:
        """The offset behind a mention, the person's name and the remark in brackets that follow it."""
        stop = m.end
        named = self.rule("person_behind").match(self.view, stop, end) if m.value.title else None
        if named and bisect_left(self.starts, stop) == bisect_left(self.starts, named.end()):
            stop = named.end()
        remark = self.rule("agency_remark").match(self.view, stop, end)
        return remark.end() if remark else stop

    def read(self, start: int, end: int, lead: bool = False) -> Opening | None:
        """The opening of ``[start, end)``. With `lead` an agency alone, or followed by a colon, is enough."""
        at = self.skip(start, end)
        can = self.can_begin(at)
        order = self.rule("order_opening").match(self.view, at, end) if "order_opening" in can else None
        if order:
            found, stop = self.told_together(order.end(), end)
            if found:
                mode = self.view.key[slice(*order.span("m"))]
                return self.made(found, stop, end, "order", "assignments.order_opening", mode, at)
        toward = self.rule("toward").match(self.view, at, end) if "toward" in can else None
        if toward:
            found, stop = self.agency_list(toward.end(), end)
            ordered = None
            if len(found) > 1:
                says = self.skip(stop, end)
                ordered = self.rule("order").match(self.view, says, end)
                ordered = ordered or self.rule("says_list").match(self.view, says, end)
            if ordered:  # the last one speaks: "Đối với Sở A, UBND tỉnh đề nghị …"
                mode = self.view.key[slice(*ordered.span("m"))]
                named, behind = self.told_together(ordered.end(), end)
                if named and self._goes_on(behind, end, lead):
                    return self.made(named, behind, end, "order", "assignments.order", mode, at)
                return self.made(found[:-1], ordered.end(), end, "toward", "assignments.toward", mode, at)
            asked = self.rule("toward_asks").match(self.view, stop, end) if found else None
            if asked:
                mode = self.view.key[slice(*asked.span("m"))]
                if asked["where"] and found[-1].end == stop:
                    found = [*found[:-1], self._named_to(found[-1], asked.end("where"))]
                return self.made(found, asked.end(), end, "toward", "assignments.toward", mode, at)
            given = self.rule("told").match(self.view, stop, end) if found else None
            if given:
                mode = self.view.key[slice(*given.span("m"))]
                return self.made(found, given.end(), end, "told", "assignments.told", mode, at)
            found, stop = self.rest_of_list(found, stop, end)
            if found and self._goes_on(stop, end, lead):
                return self.made(found, stop, end, "toward", "assignments.toward", None, at)
        heads = lead and self.view.text[end - 1] == ":"
        if heads or "list_body" in can:
            found, stop = self.listed(*self.list_from(at, end, told=heads), end)
        else:
            found, stop = self.listed(*self.agency_list(at, end), end)
        told = self.rule("told").match(self.view, stop, end) if found else None
        if told:
            mode = self.view.key[slice(*told.span("m"))]
            return self.made(found, told.end(), end, "told", "assignments.told", mode, at)
        if len(found) > 1 and (leads := self._leads(found, stop, end, lead)) is not None:
            return self.made(*leads, end, "subject", "assignments.task_verb", None, at)
        if found:
            listed, behind = self.rest_of_list(found, stop, end)
            for names, place in ((listed, behind), (found, stop))[len(listed) == len(found) :]:
                if self._goes_on(place, end, lead):
                    return self.made(names, place, end, "subject", "assignments.task_verb", None, at)
        return self._after_condition(at, end) if "condition" in can else None

    def _after_condition(self, at: int, end: int) -> Opening | None:
        """A condition, then the agency behind a comma and a verb of work behind the agency."""
        condition = self.rule("condition").match(self.view, at, end)
        if condition is None:
            return None
        if self.view.text[condition.end() - 1] == "," and self.rule("task_verb").match(
            self.view, condition.end(), end
        ):
            order = self.rule("order").match(self.view, self.skip(condition.end(), end), end)
            if order is None or not self.book["agencies.hands_on"].hit(
                self.view.key[slice(*order.span("m"))]
            ):
                return None  # it goes on with the work of whoever was told before
        limit = min(end, at + CONDITION_LIMIT)
        i = bisect_left(self.starts, at)
        while i < len(self.agencies) and self.agencies[i].start < limit:
            m = self.agencies[i]
            before = self.view.key[at : m.start].rstrip(' \n\t"“')
            stop = self.view.text.find(". ", at, m.start)
            if stop > 0 and not self.view.text[stop - 1].isupper():
                return None  # it stands in another sentence
            if i and self.agencies[i - 1].start >= at and self.agencies[i - 1].end == at + len(before) - 1:
                i += 1  # one of a list
                continue
            order = None
            for hit in self.rule("order").finditer(self.view, max(at, m.start - 24), m.start + 1):
                if hit.end() == m.start and not self.rule("spoken_order").match(
                    self.view, hit.start("m"), hit.end()
                ):
                    order = hit
            linked = not order and m.start - at <= _LONGEST_LINK and self._links(at, m)
            if (
                before.endswith((",", ";"))
                or order
                or linked
                or self.rule("then").search(self.view, at, m.start)
            ):
                found, stop = self.rest_of_list(*self.agency_list(m.start, end), end)
                told = None if order else self.rule("told").match(self.view, stop, end)
                if (
                    not told
                    and len(found) > 1
                    and (leads := self._leads(found, stop, end, False)) is not None
                ):
                    found, stop = leads
                if told:
                    passive = self.view.key[slice(*told.span("m"))]
                    return self.made(found, told.end(), end, "told", "assignments.told", passive, m.start)
                if order and found and not self.rule("task_verb").match(self.view, stop, end):
                    found, stop = self.rest_of_list(found, stop, end)
                if found and (self._goes_on(stop, end, False) or order):
                    mode = self.view.key[slice(*order.span("m"))] if order else None
                    return self.made(
                        found,
                        stop,
                        end,
                        "condition",
                        "assignments.condition",
                        mode,
                        order.start() if order else m.start,
                    )
            i += 1
        return self._role_after(at, self.skip(condition.end(), end), limit, end)

    def _links(self, at: int, m: Mention) -> bool:
        """Whether only a word that links sentences stands from `at` up to an agency."""
        said = self.book["assignments.link_word"].match(self.view, at, m.start + 1)
        return said is not None and said.end() == m.start

    def _role_after(self, start: int, at: int, limit: int, end: int) -> Opening | None:
        """Somebody named by a role behind a condition's comma: "Riêng tuyến tránh, chủ đầu tư phải …".

        `start` is where the sentence begins, `at` what is behind the condition's own words.
        """
        comma = at - 1 if self.book["assignments.link_word"].match(self.view, start, at) else -1
        comma = comma if comma >= 0 else self.view.text.find(",", at, limit)
        while comma >= 0:
            place = self.skip(comma + 1, end)
            if "role" in self.can_begin(place):
                found, stop = self.agency_list(place, end)
                if found and self._goes_on(stop, end, False):
                    return self.made(found, stop, end, "condition", "assignments.condition", None, place)
            comma = self.view.text.find(",", comma + 1, limit)
        return None

    def up_to_work(self, start: int, end: int) -> Opening | None:
        """Those with whom an item begins, whose last name goes on with unknown words up to the work.

        "Các báo của ngành và Cục A tuyên truyền …", "Các đơn vị tại khu A rà soát …"
        """
        at = self.skip(start, end)
        found, stop = self.agency_list(at, end)
        if not found or found[0].start != at or self.rule("reported").match(self.view, stop, end):
            return None
        limit = min(end, stop + _LONGEST_NAME)
        work = self._work_from(stop, limit)
        between = self.view.text[stop:work]
        if work == limit or not between[:1].isspace() or not 0 < len(between.split()) <= _WORDS_OF_NAME:
            return None
        if any(c in between for c in ".:;(\n") or self.rule("name_break").search(self.view, stop, work):
            return None
        further = [*self.annotations.within("agencies", stop, work)]
        name_end = work
        if further:
            gap = self.rule("list_gap").search(self.view, stop, further[0].start)
            joined, behind = self.agency_list(further[0].start, end)
            if gap is None or gap.end() != further[0].start or behind < work - 1:
                return None
            name_end, further = gap.start(), joined
        elif "," in between:
            return None
        last = self._as_written(found[-1].start, squeeze(self.view.text[found[-1].start : name_end]))
        last = replace(last, value=last.value.changed(title=found[-1].value.title))
        return self.made(
            [*found[:-1], last, *further], work, end, "subject", "assignments.task_verb", None, at
        )

    def unknown_work(self, start: int, end: int, duty: bool = False) -> Opening | None:
        """Somebody no register knows with whom a clause begins, as written: "Ban quản trị chợ A rà soát …".

        An order verb may stand before the name. With `duty` only words such as "phải" make work of the rest.
        """
        at = self.skip(start, end)
        order = self.rule("order_opening").match(self.view, at, end)
        begin = order.end() if order else at
        each = self.book["agencies.each"].match(self.view, begin, end)
        noun = each.end() + 1 if each else begin
        body = self.rule("unknown_body").match(self.view, noun, end)
        if body is None and not (order and not each and self._is_told(begin, noun, end)):
            return None
        near = min(end, begin + _LONGEST_NAME)
        known = body.end() if body else noun
        work = self._work_past_name(known, near)
        name = self.view.text[begin:work].rstrip()
        while work < near and match_key(name.rpartition(" ")[2]) in self.book["agencies.each"].keys:
            work = self._work_from(self._next_word(work, near), near)  # "các cấp": no verb
            name = self.view.text[begin:work].rstrip()
        behind = begin + len(name)
        if work == near or self._is_long(name) or not _IN_NAME.isdisjoint(name):
            return None
        if (behind == known and not each) or " " not in name:
            return None
        if self.rule("name_break").search(self.view, begin, behind) or not self._goes_on(behind, end, False):
            return None
        if duty and not self.rule("duty").match(self.view, behind, end):
            return None
        mode = self.view.key[slice(*order.span("m"))] if order else None
        m = self._starting(known + 1, behind) if body and body["same"] else None
        found = [m if m is not None and m.end == behind else self._as_written(begin, name)]
        how = "order" if order else "subject"
        return self.made(found, behind, end, how, "assignments.unknown_body", mode, at)

    def says_above(self, made: Opening) -> bool:
        """Whether an opening only names a group that was told before ("Các đơn vị nêu trên")."""
        value = made.agencies[0].value
        return (
            len(made.agencies) == 1
            and value.group
            and not value.head
            and bool(self.rule("named_above").match(self.view, made.agencies[0].end, made.rest + 1))
        )

    def of_kinds(self, made: Opening, known: list[Mention]) -> list[Mention]:
        """Those among `known` who are of the kinds that an opening names ("các Tập đoàn nêu trên")."""
        words = match_key(made.agencies[0].value.name).split(" ", 1)
        kinds = [k.strip() for k in words[-1].split(",")]
        if words[0] not in self.book["agencies.each"].keys or any(kind not in self.heads for kind in kinds):
            return []
        return [m for m in known if m.value.bodies == (m.value,) and self._is_of(m.value.name, kinds)]

    def _is_of(self, name: str, kinds: list[str]) -> bool:
        """Whether a single body's name begins with one of `kinds`."""
        return any(match_key(name).startswith(kind + " ") for kind in kinds)

    def work_behind_condition(self, at: int, end: int) -> bool:
        """Whether work follows a comma behind a condition that opens a sentence, and nobody is named."""
        if not self.rule("condition").match(self.view, at, end):
            return False
        limit = min(end, at + CONDITION_LIMIT)
        comma = self.view.text.find(",", at, limit)
        while comma >= 0:
            behind = self.skip(comma + 1, end)
            if self.rule("task_verb").match(self.view, behind, end):
                return True
            comma = self.view.text.find(",", comma + 1, limit)
        return False

    def named_line(self, at: int, end: int) -> Opening | None:
        """A heading that only names bodies which no register knows ("Các Đội số 2, 4:"), as written."""
        at = self.skip(at, end)
        several = self.rule("body_line").match(self.view, at, end)
        said = several or self.rule("unit_line").match(self.view, at, end)
        if said is None:
            return None
        start, stop = said.span("m")
        words = self.view.text[start:stop]
        made = self._written(start, stop, words[0].lower() + words[1:] if several else words)
        return Opening([made], end, "subject", "assignments.body_line", None, at)

    def named_alone(self, at: int, end: int) -> Opening | None:
        """A line that only names somebody unknown ("Các nghiệp đoàn nghề cá;"), as written; or None."""
        each = self.book["agencies.each"].match(self.view, at, end)
        if not self._is_told(at, each.end() + 1 if each else at, end):
            return None
        stop = end
        while stop > at and self.view.text[stop - 1] in ";,. ":
            stop -= 1
        name = self.view.text[at:stop]
        if " " not in name or self._is_long(name) or not set(name).isdisjoint(":;.\n"):
            return None
        if not self._is_name(at, stop):
            return None
        return Opening([self._as_written(at, name)], end, "subject", "assignments.agency_gap", None, at)

    def unit_work(self, at: int, end: int) -> Opening | None:
        """A unit or post inside a body, a colon, and its work: "Tổ Ngữ văn: biên tập tập san"."""
        at = self.skip(at, end)
        said = self.rule("unit_work").match(self.view, at, end)
        if said is None or said.end() >= end:
            return None
        start, stop = said.span("m")
        made = self._written(start, stop, self.view.text[start:stop])
        return Opening([made], said.end(), "subject", "assignments.unit_work", None, at)

    def goes_on(self, made: Opening, end: int) -> bool:
        """Whether a verb of work stands where an opening says that the work begins."""
        return bool(self.rule("task_verb").match(self.view, made.rest, end))

    def _goes_on(self, at: int, end: int, lead: bool) -> bool:
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
        at = past
        return (
            lead
            and self.view.text[at : at + 1].isspace()
            and not self.rule("not_work").match(self.view, at, end)
        )

    def _past_function(self, at: int, end: int) -> int:
        """Behind a place, "theo chức năng …" and a time that stand between the agencies and their work."""
        for name in ("named_above", "where_between", "by_function", "time_between"):
            m = self.rule(name).match(self.view, at, end)
            at = m.end() if m else at
        return at

    def made(
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

    def coordinating(self, start: int, end: int, owners: list[Mention]) -> list[Mention]:
        """Those with whom the work in ``[start, end)`` is to be done."""
        out: list[Mention] = []
        for m in self.rule("coordination").finditer(self.view, start, end):
            if self._directed(start, m.start()):
                continue
            found, stop = self.listed(*self.list_from(m.end(), end), end)
            while found:
                out += found
                gap = self.rule("agency_gap").match(self.view, stop, end)
                found = []
                if gap and self.view.text[stop : stop + 1] == ";":
                    found, stop = self.agency_list(gap.end(), end)
        out += self._with_whom(start, end)
        out += self._helpers(start, end)
        unique: dict[str, Mention] = {}
        taken = {o.start for o in owners}
        for a in out:
            if a.start not in taken:
                unique.setdefault(a.value.id, a)
        return list(unique.values())

    def _with_whom(self, start: int, end: int) -> list[Mention]:
        """Those named behind "cùng", "cùng với" where the work begins or behind a comma."""
        out: list[Mention] = []
        for m in self.rule("partner").finditer(self.view, start, end):
            at = m.start("m")
            before = self.view.text[max(start, at - 2) : at].rstrip(" \n")
            i = bisect_left(self.starts, at) - 1
            behind_name = m["with"] is not None and i >= 0 and self.agencies[i].end == at - 1
            if (before and before[-1] not in ",;" and not behind_name) or self._directed(start, at):
                continue
            out += self.listed(*self.list_from(m.end(), end), end)[0]
        return out

    def listed(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """With the members of a group instead of the group: "các đơn vị: Sở A và Sở B"."""
        if not found or not found[-1].value.group or self.view.text[stop : stop + 1] != ":":
            return found, stop
        members, behind = self.agency_list(self.skip(stop + 1, end), end)
        if members:
            return [*found[:-1], *members], behind
        named = self.rule("names_listed").match(self.view, stop, end)
        if named is None or not self._goes_on(named.end(), end, False):
            return found, stop
        return [*found[:-1], self._named_to(found[-1], named.end())], named.end()

    def _helpers(self, start: int, end: int) -> list[Mention]:
        """Those named before "phối hợp": "chủ trì, Sở Y tế phối hợp tuyên truyền", "…; Sở Y tế phối hợp"."""
        out: list[Mention] = []
        for m in self.rule("coordinates_after").finditer(self.view, start, end):
            semicolon = self.view.text.rfind(";", max(start, m.start() - _CLAUSE), m.start())
            if semicolon >= 0:
                found, stop = self.agency_list(self.skip(semicolon + 1, end), end)
                out += found if stop == m.start() else []
        for m in self.rule("leads_then").finditer(self.view, start, end):
            found, stop = self.agency_list(m.end(), end)
            out += found if self.rule("coordinates_all").match(self.view, stop, end) else []
        return out

    def helps(self, made: Opening, start: int, end: int) -> bool:
        """Whether those behind a ";" only help whoever leads before it."""
        if self.rule("coordinates_after").match(self.view, made.rest - 1, end):
            return True
        return any(
            m.end() == made.start and self.rule("coordinates_all").match(self.view, made.rest - 1, end)
            for m in self.rule("leads_then").finditer(self.view, max(0, start), made.start + 1)
        )

    def _directed(self, start: int, offset: int) -> bool:
        """Whether somebody else is told to cooperate: "chỉ đạo X phối hợp với Y"."""
        near = max(start, offset - _CLAUSE)
        clause = max(near, *(self.view.text.rfind(c, near, offset) + 1 for c in (";", ". ", ": ")))
        for hit in self.book["assignments.directs"].finditer(self.view, clause, offset):
            i = bisect_left(self.starts, hit.end())
            if i < len(self.agencies) and self.agencies[i].start < offset:
                return True
        return False
