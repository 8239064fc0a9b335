"""Names: who is named at a place: an agency, a person, a role, a place that stands for its administration."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from operator import attrgetter
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.firsts import LETTERS
from extractor.rulebook import Rulebook
from extractor.stages.openings.opening import LEVELS, Part, level_of
from extractor.stages.openings.words import Words
from extractor.textview import squeeze
from extractor.values.agencies import AgencyValue, made_id

#: characters that may stand between an order and the agency that it names
_LONGEST_GAP = 80
#: rules of which one matches where a sentence begins that gives work, or where an agency is named
_FIRST = ("order_opening", "toward", "condition", "person", "role", "pronoun", "list_body", "place_told")
_start = attrgetter("start")


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


class Names(Part):
    """Reads who is named in one document."""

    def __init__(self, annotations: Annotations, book: Rulebook, words: Words) -> None:
        super().__init__(annotations, book)
        self.words = words
        self.first = self.book.openers("assignments", _FIRST)
        self.agencies = _with_proposed(self.annotations)
        self.starts = [m.start for m in self.agencies]

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
                self.view, self.words.skip(called.end(), end) if called else at, end
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
        behind: Mention | None = self.starting(named.end(), end)
        while behind is not None and behind.value.title is not None:
            found = behind
            gap = self.rule("next_post").match(self.view, behind.end, end)
            behind = self.starting(gap.end(), end) if gap else None
        start, stop = named.span("m")
        return found or self._in_brackets(stop, end) or self._with_post(start, stop, end)

    def _with_post(self, start: int, stop: int, end: int) -> Mention:
        """A person as written, with the post behind the name that tells of no agency."""
        person = self.written(start, stop, self.view.text[start:stop])
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

    def starting(self, at: int, end: int) -> Mention | None:
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
        return self.written(at, place.end, self.view.text[at : place.end])

    def bare_place(self, at: int, end: int) -> tuple[list[Mention], int]:
        """A place that begins at `at` and stands for its administration ("Hà Nội phải …"), and its end."""
        place = next(self.annotations.beginning("places", at, at + 1), None)
        if place is None or place.end > end or level_of(place.value) not in LEVELS:
            return [], at
        return [self.written(at, place.end, self.view.text[at : place.end])], place.end

    def _with_names(self, m: Mention, end: int) -> Mention:
        """A group of places with the names behind it: "các xã A, B" is more than "các xã"."""
        if m.label != "group" or not self.view.text[m.end + 1 : m.end + 2].isupper():
            return m
        stop = max((p.end for p in self.annotations.beginning("places", m.start, m.end)), default=0)
        named = self.rule("names_of_group").match(self.view, m.end, end)
        stop = max(stop, named.end("m")) if named else stop
        if not m.end < stop <= end:
            return m
        words = self.view.text[m.start : stop]
        return self.written(m.start, stop, words[0].lower() + words[1:])

    def _role(self, at: int, end: int) -> Mention | None:
        """Somebody named by a role ("Chủ đầu tư"), whom no register holds."""
        role = self.rule("role").match(self.view, at, end)
        if role is None:
            return None
        start, stop = role.span("m")
        words = self.view.text[start:stop]
        return self.written(start, stop, words[0].lower() + words[1:])

    @staticmethod
    def written(start: int, end: int, name: str) -> Mention:
        """A mention of somebody whom no register knows."""
        name = squeeze(name)
        value = AgencyValue(made_id(name), name, None, group=True, core=name)
        return Mention(start, end, "group", "assignments.role", value, value.id)

    def as_written(self, start: int, name: str) -> Mention:
        """Somebody unknown; a capital that only opens the list says nothing of the name."""
        proper = any(map(str.isupper, name[1:]))
        return self.written(start, start + len(name), name if proper else name[0].lower() + name[1:])

    def named_to(self, m: Mention, end: int) -> Mention:
        """A mention with the words behind it up to `end` in its name."""
        name = squeeze(m.value.name + self.view.text[m.end : end])
        value = m.value.changed(name=name, core=name, id=made_id(name))
        return replace(m, end=end, value=value, key=value.id)

    def next_gap(self, start: int, end: int) -> Any:
        """The next mark between two of a list that is in no known name ("Y tế các bộ, ngành"), or None."""
        mark = self.rule("list_gap").search(self.view, start, end)
        while mark is not None:
            i = bisect_left(self.starts, mark.start("m")) - 1
            if i < 0 or not start < self.agencies[i].start < mark.start("m") < self.agencies[i].end:
                break
            mark = self.rule("list_gap").search(self.view, self.agencies[i].end, end)
        return mark
