"""Told: all who are told the same work, those too behind somebody unknown who breaks a list."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.name_ends import NameEnds
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Part
from extractor.stages.openings.proper_names import ProperNames
from extractor.stages.openings.words import Words
from extractor.textview import squeeze
from extractor.values.agencies import made_id

#: words behind a group right before a lead-in's colon that may belong to its name
_COLON_WORDS = 3
#: words behind a group in a list that may belong to its name
_TAIL_WORDS = 7
#: rules of words in a lead-in that name nobody
_NO_NAME = ("task_verb", "by_function", "time_between", "not_work", "condition", "named_above")
#: rules of words that are no kind of a group
_NO_KIND = (*_NO_NAME, "responsible", "must", "where_between", "reported", "order")
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: characters of unknown words that go on with a name in a list
_TAIL = 60
#: characters that the colon behind a lead-in takes at most
_ENDING = 12
#: words that tell what the bodies of a group do
_FIELD_WORDS = 5


class Told(Part):
    """Reads all who are told something in one document."""

    def __init__(
        self,
        annotations: Annotations,
        book: Rulebook,
        words: Words,
        names: Names,
        name_ends: NameEnds,
        lists: Lists,
        proper: ProperNames,
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.name_ends, self.lists = words, names, name_ends, lists
        self.proper = proper

    def told_together(self, start: int, end: int) -> tuple[list[Mention], int]:
        """Those behind an order verb, and behind others for the same work ("yêu cầu A; đề nghị B họp")."""
        told: list[Mention] = []
        stop = start
        while True:
            found, behind = self.lists.listed(*self.lists.list_from(start, end, told=True), end)
            if not told and not self.rule("task_verb").match(self.view, behind, end):
                found, behind = self._with_places(found, behind, start, end)
            if not found:
                return told, stop
            if len(found) > 1 and (leads := self.lists.leads(found, behind, end, True)) is not None:
                return [*told, *leads[0]], leads[1]
            if told or not self.rule("task_verb").match(self.view, behind, end):
                found, behind = self.rest_of_list(found, behind, end)
                found, behind = self._with_kind(found, behind, end)
            told, stop = [*told, *found], behind
            also = self.rule("also_order").match(self.view, stop, end)
            if also is None:
                return told, stop
            start = also.end()

    def _with_places(
        self, found: list[Mention], stop: int, start: int, end: int
    ) -> tuple[list[Mention], int]:
        """Those told with places that stand for their administrations, right before the work.

        "chỉ đạo Hà Nội, Đà Nẵng đẩy nhanh …", "giao Bộ A và thành phố Đà Nẵng nghiên cứu …"
        """
        if found:
            gap = self.rule("agency_gap").match(self.view, stop, end)
            if gap is None or not gap["m"].strip():
                return found, stop
            start = gap.end()
        places, behind = self.lists.bare_places(start, end)
        if not places or not self.words.goes_to_work(behind, end):
            return found, stop
        return [*found, *places], behind

    def _with_kind(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The last of those told with the words up to the work: "các cơ sở nuôi trồng thủy sản rà soát"."""
        if not found[-1].value.group or found[-1].end != stop or self.view.text[stop : stop + 1] != " ":
            return found, stop
        if any(self.rule(n).match(self.view, stop + 1, end) for n in _NO_KIND):
            return found, stop
        work = self.words.work_past_name(stop, min(end, stop + _TAIL))
        words = self.view.text[stop:work]
        if not words.replace(" ", "").isalpha() or not words.islower() or len(words.split()) > _TAIL_WORDS:
            return found, stop
        if self.rule("no_kind").search(self.view, stop, work):
            return found, stop
        if not self.rule("task_verb").match(self.view, work, end) or self.rule("name_break").search(
            self.view, stop, work
        ):
            return found, stop
        last = self.names.named_to(found[-1], stop + len(words.rstrip()))
        return [*found[:-1], last], last.end

    def rest_of_list(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The agencies of a lead-in ("A, <nobody known>, B và C:") whose list somebody unknown breaks.

        Outside a lead-in only a noun of a body goes on with the list ("Sở A và Nhóm B rà soát …").
        """
        found, stop = self._with_field(*self._to_name_end(found, stop, end), end)
        gap = self.rule("list_gap").match(self.view, stop, end)
        if gap is None or not found or not self.words.names_body(gap.end(), end):
            if gap is not None and found and self.view.text[gap.end() : gap.end() + 1].isupper():
                further, behind = self.proper.going_on(found, stop, end)
                if len(further) > len(found):
                    return self.rest_of_list(further, behind, end)
            if not self._heads(stop, end) or not self.view.text[stop:end].strip(" :"):
                return found, stop
        return self.whole_list(found, stop, end)

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
        if self.words.work_from(stop, behind) < behind or self.rule("opens_list").search(
            self.view, stop, end
        ):
            return found, stop
        name = squeeze(self.view.text[found[-1].start : behind])
        return [*found[:-1], self.names.as_written(found[-1].start, name)], behind

    def _with_field(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """A group with what its bodies do, where the list goes on: "các đơn vị khai thác mỏ; UBND xã …"."""
        if not found or not found[-1].value.group or found[-1].value.head or found[-1].end != stop:
            return found, stop
        does = self.rule("name_verb").match(self.view, self.words.skip(stop, end, " "), end)
        mark = self.rule("list_gap").search(self.view, stop, min(end, stop + _TAIL)) if does else None
        if mark is None or self.view.text[stop : mark.start("m")].count(" ") > _FIELD_WORDS:
            return found, stop
        further, behind = self.lists.agency_list(mark.end(), end)
        if not further or not self.words.work_follows(behind, end, False):
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
        heads = self._heads(stop, end)
        if heads:
            found, stop = self._to_gap(found, stop, end)
        at = self.name_ends.behind_tail(stop, end)
        while (gap := self.rule("list_gap").match(self.view, at, end)) is not None:
            start = gap.end()
            further, behind = self.lists.agency_list(start, end)
            if further:
                if heads:
                    further, behind = self._to_gap(further, behind, end)
                found = [*found, *unknown, *further]
                unknown, stop, at = [], behind, self.name_ends.behind_tail(behind, end)
                continue
            noun = self.book["agencies.body_noun"].match(self.view, start, end)
            if not noun and any(self.rule(n).match(self.view, start, end) for n in _NO_NAME):
                break
            mark = self.names.next_gap(start, end)
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
            work = self.words.work_behind_name(start, min(at, start + _LONGEST_NAME)) if last else at
            name = self.view.text[start:work].rstrip(" :")
            if not last and self.words.is_long(name):  # the work behind it goes on with commas of its own
                work = self.words.work_behind_name(start, min(at, start + _LONGEST_NAME))
                owned = self.rule("owner").search(self.view, start, work)
                verb = self.rule("owner_verb").match(self.view, work, at) if owned else None
                work = at if verb is not None and verb.end() == at else work
                name = self.view.text[start:work].rstrip(" :")
            if not last and work == at:
                work = self.words.work_told(start, at)
                name = self.view.text[start:work].rstrip(" :")
            if not name.strip() or (self.words.is_long(name) and (last or work < at)):
                break
            if work < at or must:  # the last of the list, with the work right behind
                named = self.words.is_body(start, end) if last else self.words.names_body(start, end)
                if not named or self.rule("name_break").search(self.view, start, work):
                    break
                return [*found, *unknown, self.names.as_written(start, name)], work
            if " " in name:
                unknown.append(self.names.as_written(start, name))
        rest = self.view.text[unknown[-1].end : end].strip() if unknown else None
        if unknown and (rest in (":", ";") or (not rest and self.words.names_body(unknown[-1].start, end))):
            return self._to_colon(found, unknown, end), unknown[-1].end
        if unknown and self.words.names_body(unknown[-1].start, end):
            m = unknown.pop()
            work = self.words.work_behind_name(m.start, m.end)
            kind = self.rule("name_verb").match(self.view, work, end) if work < m.end else None
            if work < m.end and not kind and not self.rule("name_break").search(self.view, m.start, work):
                return [
                    *found,
                    *unknown,
                    self.names.as_written(m.start, self.view.text[m.start : work].rstrip()),
                ], work
        return found, stop

    def _heads(self, start: int, end: int) -> bool:
        """Whether the words from `start` on are the rest of a lead-in: a colon ends them, and no sentence."""
        rest = self.view.text[start:end].rstrip()
        return rest[-1:] == ":" and ". " not in rest

    def _to_gap(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """The last of a lead-in's names with the unknown words behind it that go on with it.

        "Hội Chất độc da cam/dioxin tỉnh, Sở A:", "Ban Đại diện hội viên cao tuổi:"
        """
        mark = self.names.next_gap(stop, min(end, stop + _TAIL))
        words = self.view.text[stop : mark.start("m")] if mark is not None else ""
        if not found or not words.strip() or found[-1].end != stop or found[-1].value.title is not None:
            return found, stop
        if not set(words).isdisjoint(",.;:()\n") or len(words.split()) > _TAIL_WORDS or "-" in words:
            return found, stop
        behind = stop + len(words)
        if self.words.work_from(stop, behind) < behind or any(
            self.rule(n).search(self.view, stop, behind + 1) for n in ("name_break", "opens_list")
        ):
            return found, stop
        return [*found[:-1], self.names.named_to(found[-1], behind)], behind

    def _to_colon(self, found: list[Mention], unknown: list[Mention], end: int) -> list[Mention]:
        """A lead-in with the unknown at its end; words that name no body belong to the group before."""
        if not found or not found[-1].value.group or any(self.words.is_body(m.start, end) for m in unknown):
            return [*found, *unknown]
        start, stop = found[-1].start, unknown[-1].end
        return [*found[:-1], self.names.as_written(start, squeeze(self.view.text[start:stop]))]

    def recipients(self, start: int, end: int) -> tuple[list[Mention], int]:
        """Those to whom a report says a letter is sent; of "các đơn vị gồm A, B" the members."""
        found, stop = self.lists.agency_list(start, end)
        named = self.rule("members").match(self.view, stop, end) if found else None
        if named is not None and found[-1].value.group:
            members, behind = self.lists.agency_list(named.end(), end)
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
        return [self.names.written(at, stop, words[0].lower() + words[1:])], stop
