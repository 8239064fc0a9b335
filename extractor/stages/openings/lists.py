"""Lists: bodies named one after the other, those among them that no register knows too."""

from __future__ import annotations

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.name_ends import NameEnds
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Part
from extractor.stages.openings.words import Words

#: words of somebody in a list whom no register knows
_WORDS_OF_NAME = 11
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: unknown bodies with which a list may begin
_UNKNOWN = 4


class Lists(Part):
    """Reads the lists of bodies of one document."""

    def __init__(
        self, annotations: Annotations, book: Rulebook, words: Words, names: Names, name_ends: NameEnds
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.name_ends = words, names, name_ends

    def agency_list(self, at: int, end: int) -> tuple[list[Mention], int]:
        """Agencies joined by commas and "và" from `at` on, and the offset behind the last."""
        out: list[Mention] = []
        first = self.names.agency_at(at, end)
        stop = at
        gap_rule = self.rule("agency_gap")
        while first is not None:
            first = self.name_ends.with_numbers(first, end)
            first = (
                self.name_ends.with_rest(first, end)
                if first.value.group
                else self.name_ends.with_own_name(first, end)
            )
            out.append(first)
            further, stop = self.name_ends.same_head(first, self.name_ends.behind(first, end), end)
            out += further
            gap = gap_rule.match(self.view, stop, end)
            if gap is None:
                stop = self.name_ends.past_dots(stop, end)
                break
            first = self.names.agency_at(gap.end(), end)
            if (
                first is not None
                and not self.view.text[stop : first.start].strip()
                and first.start - stop <= 1
                and "\n" not in self.view.text[stop : first.start]
                and first.value.title is None
            ):
                # two names side by side without a comma are one: "Trường Quân sự Quân khu 2"
                beyond = self.name_ends.behind(first, end)
                if self.view.text[beyond:end].strip()[:1] in ("", ":"):
                    out[-1], stop = self.names.named_to(out[-1], first.end), beyond
                break
        return out, stop

    def bare_places(self, at: int, end: int) -> tuple[list[Mention], int]:
        """Places that stand for their administrations, one after the other, and the end of the last."""
        found, stop = self.names.bare_place(at, end)
        while found:
            gap = self.rule("agency_gap").match(self.view, stop, end)
            more, behind = self.names.bare_place(gap.end(), end) if gap and gap["m"].strip() else ([], stop)
            if not more:
                break
            found, stop = [*found, *more], behind
        return found, stop

    def leads(
        self, found: list[Mention], stop: int, end: int, lead: bool
    ) -> tuple[list[Mention], int] | None:
        """Those of a list who lead, and where the words for the others begin: "Sở A cùng với Sở B rà soát".

        None where nobody else only works with them, or no work follows the list.
        """
        for said in self.rule("partner").finditer(self.view, found[0].end, found[-1].start + 1):
            if said["with"] is None:
                continue  # "Sở A cùng Sở B": both lead
            first = next(i for i, a in enumerate(found) if a.start >= said.end())
            low = self.name_ends.behind(found[first - 1], end)
            if not self.view.text[low : said.start("m")].strip(" ,") and self.words.work_follows(
                stop, end, lead
            ):
                return found[:first], low
        return None

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
            told and self.words.names_told(start, noun, end)
        ):
            return found, stop
        unknown: list[Mention] = []
        at = start
        while len(unknown) < _UNKNOWN:
            mark = self.names.next_gap(at, min(end, at + _LONGEST_NAME))
            if mark is None or self.view.text[at : mark.start("m")].count(" ") >= _WORDS_OF_NAME:
                return [], start
            behind = mark.start("m")
            work = self.words.work_from(at, behind)
            if work < behind and not self.rule("name_verb").match(self.view, work, end):
                return [], start
            if self.rule("name_break").search(self.view, at, behind):
                return [], start
            if unknown and not self.words.is_body(at, end):  # "các cảng cá, bến cá": of the same kinds
                at = unknown.pop().start
            unknown.append(self.names.as_written(at, self.view.text[at:behind]))
            further, stop = self.agency_list(mark.end(), end)
            if further:
                return [*unknown, *further], stop
            if not told:
                return [], start
            at = mark.end()
        return [], start

    def listed(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """With the members of a group instead of the group: "các đơn vị: Sở A và Sở B"."""
        if not found or not found[-1].value.group or self.view.text[stop : stop + 1] != ":":
            return found, stop
        members, behind = self.agency_list(self.words.skip(stop + 1, end), end)
        if members:
            return [*found[:-1], *members], behind
        named = self.rule("names_listed").match(self.view, stop, end)
        if named is None or not self.words.work_follows(named.end(), end, False):
            return found, stop
        return [*found[:-1], self.names.named_to(found[-1], named.end())], named.end()
