"""Proper names: bodies that no register knows, told by their capitals in a list of those who are known."""

from __future__ import annotations

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Part
from extractor.stages.openings.words import Words

#: words that a proper name has at most
_PROPER_WORDS = 10
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: marks that stand in no name
_IN_NAME = frozenset(",.;:()\n“”\"'")
#: rules of words of which no name behind a comma begins
_NO_NAME = ("task_verb", "condition", "by_function", "time_between")


class ProperNames(Part):
    """Goes on with the lists of one document past names with capitals."""

    def __init__(
        self, annotations: Annotations, book: Rulebook, words: Words, names: Names, lists: Lists
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.lists = words, names, lists

    def going_on(self, found: list[Mention], stop: int, end: int) -> tuple[list[Mention], int]:
        """A list with the proper names behind it, up to the next who is known or to the work.

        "Sở A, Trung đoàn 841, Ga B và Sở C rà soát …": what does not lead to either is left out.
        """
        unknown: list[Mention] = []
        at = stop
        while (gap := self.rule("list_gap").match(self.view, at, end)) is not None:
            if unknown:
                further, behind = self.lists.agency_list(gap.end(), end)
                if further:
                    return [*found, *unknown, *further], behind
            name = self._name_at(gap.end(), end)
            if name is None:
                return found, stop
            unknown.append(name)
            at = name.end
            if self._work_at(at, end):
                # one name alone behind one body may be a word of the work
                return ([*found, *unknown], at) if len(found) + len(unknown) > 2 else (found, stop)
        return found, stop

    def _name_at(self, start: int, end: int) -> Mention | None:
        """The name with capitals that begins at `start` and ends at the next mark or before the work."""
        text = self.view.text
        if not text[start : start + 1].isupper() or any(
            self.rule(n).match(self.view, start, end) for n in _NO_NAME
        ):
            return None
        if next(self.annotations.beginning("places", start, start + 1), None) is not None:
            return None
        limit = min(end, start + _LONGEST_NAME)
        mark = self.names.next_gap(start, limit)
        limit = mark.start("m") if mark is not None else limit
        work = self.words.work_behind_name(start, limit)
        name = text[start:work].rstrip()
        words = name.split()
        if not 1 < len(words) <= _PROPER_WORDS or not _IN_NAME.isdisjoint(name):
            return None
        if (work == limit and mark is None) or not (words[-1].isalnum() or work == limit):
            return None
        if sum(w[0].isupper() or w[0].isdigit() for w in words) < 2:
            return None
        if self.rule("name_break").search(self.view, start, work):
            return None
        return self.names.written(start, start + len(name), name)

    def _work_at(self, at: int, end: int) -> bool:
        """Whether the work, or what may stand before it, begins at `at`."""
        return any(
            self.rule(n).match(self.view, at, end)
            for n in ("task_verb", "responsible", "must", "by_function", "time_between")
        )
