"""Name ends: how far a name goes on in a list with words, numbers, owners and places behind it."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import LEVELS, Part, level_of
from extractor.stages.openings.words import Words
from extractor.values.agencies import made_id

#: words behind a group in a list that may belong to its name
_TAIL_WORDS = 7
#: words of the number or proper name behind a body in a list
_OWN_WORDS = 4
#: parts between commas of the words behind a group
_TAIL_PARTS = 3
#: rules of words in a lead-in that name nobody
_NO_NAME = ("task_verb", "by_function", "time_between", "not_work", "condition", "named_above")
#: characters of unknown words that go on with a name in a list
_TAIL = 60
#: how the words begin that may join a second post, but for a comma
_BEFORE_POST = (" -", " k")


class NameEnds(Part):
    """Finds the ends of the names in the lists of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook, words: Words, names: Names) -> None:
        super().__init__(annotations, book)
        self.words, self.names = words, names

    def with_rest(self, m: Mention, end: int) -> Mention:
        """A group with the words behind it that go on with its name: "các tổng công ty vận tải; Sở A"."""
        near = min(end, m.end + _TAIL)
        if not m.value.head and self.rule("name_verb").match(self.view, m.end + 1, end):
            runs = self.rule("runs").match(self.view, m.end, near)
            if runs is not None:
                return self.names.named_to(m, runs.end("m"))
        owner = self.rule("owner").search(self.view, m.start, near)
        if owner is not None:
            return self._with_owner(m, owner, end)
        if self.view.text[m.end : m.end + 1] != " ":
            return m
        kind = self.rule("kind_behind").match(self.view, m.end, end)
        if kind is not None and self.words.goes_to_work(kind.end("m"), end):
            return self.names.named_to(m, kind.end("m"))
        stop = self._tail_end(m.end, end)
        return m if stop is None else self.names.named_to(m, stop)

    def with_numbers(self, m: Mention, end: int) -> Mention:
        """The bodies of a kind with the numbers behind their name: "các Chi cục Thú y vùng I, II, III"."""
        text = self.view.text
        if m.value.place is not None or not (m.value.group or text[m.end - 1].isdigit()):
            return m
        if text[m.end : m.end + 1] not in (" ", ","):
            return m
        numbered = self.rule("numbers_behind").match(self.view, m.end, end)
        return m if numbered is None else self.names.named_to(m, numbered.end("m"))

    def with_own_name(self, m: Mention, end: int) -> Mention:
        """A body with the number or own name behind it, where a list goes on: "Trung tâm B 115; Sở A"."""
        text = self.view.text
        if text[m.end : m.end + 1] != " " or m.value.title is not None or m.end + 1 >= end:
            return m
        if not (text[m.end + 1].isupper() or text[m.end + 1].isdigit()):
            return m
        mark = self.names.next_gap(m.end, min(end, m.end + _TAIL))
        words = text[m.end : mark.start("m")].split() if mark is not None else []
        if not 0 < len(words) <= _OWN_WORDS or not all(w.isalnum() and not w[0].islower() for w in words):
            return m
        if self.names.starting(m.end + 1, end) is not None:
            return m
        if self.names.agency_at(mark.end(), end) is None and not self.words.names_body(mark.end(), end):
            return m
        return self.names.named_to(m, mark.start("m"))

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
            mark = self.names.next_gap(at, min(end, at + _TAIL))
            words = self.view.text[at : mark.start("m")] if mark is not None else ""
            if not words.replace(" ", "").isalnum() or len(words.split()) > _TAIL_WORDS:
                return None
            first = words.split()[0]
            if at == start and not (first.islower() or first.isupper()):
                return None
            if not self.words.is_name(at, at + len(words)):
                return None
            at = mark.end()
            if self.names.agency_at(at, end) is not None or (
                self.words.names_body(at, end) and words[-1:].isalnum()
            ):
                return int(mark.start("m"))
            if self.words.is_body(at, end) or not words.islower():
                return None
        return None

    def _with_owner(self, m: Mention, owner: Any, end: int) -> Mention:
        """A group with those whom it belongs to: "các tổng công ty nhà nước do Bộ A, Bộ B quản lý".

        So they are not told the work, and the list goes on behind them.
        """
        at, sets_up = m.end, owner["by"] is not None
        if owner.start("m") >= m.end:
            if not set(",;:.()\n").isdisjoint(self.view.text[m.end : owner.start("m")]):
                return m
            if self.words.work_past_name(m.end, owner.start("m")) < owner.start("m"):
                return m
            at = self._behind_owners(self.words.skip(owner.end(), end, " "), end, sets_up)
        mark = self.names.next_gap(at, min(end, at + _TAIL))
        limit = mark.start("m") if mark is not None else min(end, at + _TAIL)
        verb = self.rule("owner_verb").search(self.view, at, limit)
        if verb is not None and self.words.work_from(at, verb.start()) >= verb.start():
            at = verb.end()
        elif sets_up:
            return m
        if mark is not None and self.words.work_from(at, limit) == limit:
            at = limit
        return self.names.named_to(m, at) if at > m.end and self._list_or_work(at, end) else m

    def _list_or_work(self, at: int, end: int) -> bool:
        """Whether a list goes on at `at`, work begins there, or nothing is left."""
        gap = self.rule("list_gap").match(self.view, at, end)
        if not self.view.text[at:end].strip(" ;,.:"):
            return True
        if gap is None:
            return bool(self.rule("task_verb").match(self.view, at, end))
        return self.names.agency_at(gap.end(), end) is not None or self.words.names_body(gap.end(), end)

    def _behind_owners(self, at: int, end: int, several: bool) -> int:
        """The offset behind the owner that begins at `at`, or behind `several` in a list."""
        while (owner := self.names.agency_at(at, end)) is not None:
            at = owner.end
            gap = self.rule("agency_gap").match(self.view, at, end) if several else None
            if gap is None or self.names.agency_at(gap.end(), end) is None:
                return at
            at = gap.end()
        return at

    def past_dots(self, at: int, end: int) -> int:
        """Behind the dots that cut a list of names off ("Sở A, Sở B… rà soát"), where words go on."""
        for dots in ("…", "..."):
            behind = at + len(dots)
            if (
                self.view.text.startswith(dots, at)
                and self.view.text[behind : behind + 2].strip()[:1].islower()
            ):
                return behind
        return at

    def behind(self, m: Mention, end: int) -> int:
        """The offset behind a mention, the person's name, remark in brackets, second post behind it."""
        stop = m.end
        named = self.rule("person_behind").match(self.view, stop, end) if m.value.title else None
        if named and bisect_left(self.names.starts, stop) == bisect_left(self.names.starts, named.end()):
            stop = named.end()
        remark = self.rule("agency_remark").match(self.view, stop, end)
        stop = remark.end() if remark else stop
        if self.view.key[stop : stop + 1] != "," and self.view.key[stop : stop + 2] not in _BEFORE_POST:
            return stop
        further = self.rule("further_post").match(self.view, stop, end)
        return further.end("m") if further else stop

    def behind_tail(self, at: int, end: int) -> int:
        """Behind unknown words that go on with a name up to the next of its list ("… cửa khẩu A, Sở B")."""
        mark = self.rule("list_gap").search(self.view, at, min(end, at + _TAIL))
        if mark is None or not any(map(str.isupper, self.view.text[at : mark.start("m")])):
            return at
        return mark.start("m") if self.words.work_from(at, mark.start("m")) == mark.start("m") else at

    def same_head(self, m: Mention, at: int, end: int) -> tuple[list[Mention], int]:
        """The bodies of the places behind a body ("UBND thành phố A, thị xã B, các huyện C, D"), and the end.

        A place of a higher level ("UBND huyện A, tỉnh B") only says where the body is.
        """
        out: list[Mention] = []
        level = level_of(m.value.place) if m.value.place is not None and m.value.head else None
        while level in LEVELS:
            gap = self.rule("agency_gap").match(self.view, at, end)
            further = self._place_at(gap.end(), end) if gap and gap["m"].strip() else None
            of = level_of(further.value) if further is not None else None
            if further is None or of not in LEVELS or LEVELS.index(of) > LEVELS.index(level):
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
