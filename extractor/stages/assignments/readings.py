"""Readings: the openings of sentences, where a pronoun or a place stands for who was told before."""

from __future__ import annotations

from typing import Any

from extractor.annotations import Mention
from extractor.stages.assignments.context import Context, Part
from extractor.stages.assignments.owners import Owner
from extractor.stages.openings.opening import PRONOUN, Opening
from extractor.textview import match_key

#: characters of a condition before a pronoun
_CONDITION = 80
#: how many bodies told above "các đơn vị nêu trên" may mean
_FEW = 6


class Readings(Part):
    """Reads openings in the light of who was told what above."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: what `_told_below` has found, and in how many tasks
        self._told: dict[int | None, tuple[dict[str, Mention], int]] = {}

    def read(
        self, start: int, end: int, parent: int | None, lead: bool = False, last: Owner | None = None
    ) -> Opening | None:
        """The opening of ``[start, end)``; a pronoun there stands for whoever was given the work before.

        `last` is whose work the sentence before was.
        """
        made = self.openings.read(start, end, lead=lead)
        at = self.words.skip(start, end)
        if made is not None and not (made.start == at and self.openings.says_above(made)):
            return self.to_readers(made) if made.how == "order" else made
        said = self.pronoun(at, end)
        if said is None and made is None and "condition" in self.names.can_begin(at):
            linked = self.book["assignments.link_word"].match(self.view, at, end)
            if linked is not None:  # "Ngoài ra, Bộ cần …"
                at = self.words.skip(linked.end(), end)
                said = self.pronoun(at, end)
            elif self.annotations.kind == "report" and self.rule("condition").match(self.view, at, end):
                comma = self.view.text.find(",", at, min(end, at + _CONDITION))
                behind = self.words.skip(comma, end) if comma >= 0 else end
                said = self.pronoun(behind, end)  # "Từ nay đến cuối năm, đơn vị này phải …"
                at = behind if said is not None else at
        if said is None:
            if made is None and last is not None and self.annotations.kind == "report":
                return self._place_again(at, end, last)
            return self.to_readers(made) if made is not None else None
        below = -1 if parent is None else parent
        if said["all"]:
            told = self._told_below(below)
            told = told if last is None else told | {a.value.id: a for a in last.agencies}
            if parent is None and self.owner_of:  # those told in lists above, when they are few
                anywhere = self._told_below(None) | told
                told = anywhere if len(anywhere) <= _FEW else told
            agencies = [*told.values()]
        else:
            tasks = self.tasks_of.get(below)
            owner = self.owner_of[tasks[-1]] if last is None and tasks else last
            agencies = [*{a.value.id: a for a in owner.agencies}.values()] if owner is not None else []
            own = said["own"] or said["body"]
            if own and not all(match_key(a.value.name).startswith(own) for a in agencies):
                return made
        agencies = [a for a in agencies if self._meant(a, said)]
        many = len(agencies) > 1 or any(a.value.group for a in agencies)
        if not agencies or many != bool(said["many"]):
            return self.to_readers(made) if made is not None else None
        return self.words.opening(agencies, said.end(), end, "subject", PRONOUN, None, at)

    def _place_again(self, at: int, end: int, last: Owner) -> Opening | None:
        """A place that stands for its administration, told before ("giao UBND TP A …. TP A tổ chức …")."""
        place = next(self.annotations.beginning("places", at, at + 1), None)
        if place is None or not self.rule("task_verb").match(self.view, place.end, end):
            return None
        told = [
            a
            for a in last.agencies
            if a.value.place is not None
            and (a.value.place.name, a.value.place.level) == (place.value.name, place.value.level)
        ]
        if len(told) != 1:
            return None
        return Opening(told, self.words.skip(place.end, end), "subject", PRONOUN, None, at)

    def _meant(self, told: Mention, said: Any) -> bool:
        """Whether a pronoun can mean one told before: no ministry is meant by "các địa phương này"."""
        if said["local"]:
            return self.rule("local_body").hit(told.value.name)
        return not said["head"] or said["head"] in match_key(told.value.name).split()[:2]

    def to_readers(self, made: Opening) -> Opening:
        """An order to "các đơn vị nêu trên" where nobody was told anything yet: they are the addressees.

        "Các Tập đoàn, Tổng công ty nêu trên" are those of the addressees, and of whom was told, of that kind;
        "UBND các tỉnh nêu trên" those of that name, "các tỉnh nêu trên" the bodies of places.
        """
        if not self.openings.says_above(made):
            return made
        readers = self.context.addressees()
        known = [*({m.value.id: m for m in readers} | self._told_below(None)).values()]
        name = match_key(made.agencies[0].value.name)
        if name.split()[0] not in self.book["agencies.each"].keys:
            same = [m for m in known if match_key(m.value.name).startswith(name)]
            made.agencies = same or made.agencies
        elif found := self.openings.of_kinds(made, known):
            made.agencies = found
        elif self.rule("local_body").hit(name):
            local = [m for m in known if self.rule("local_body").hit(m.value.name)]
            made.agencies = local or made.agencies
        elif made.how == "order" and readers:
            made.agencies = readers
        return made

    def _told_below(self, parent: int | None) -> dict[str, Mention]:
        """Who was told the tasks below a block (-1: those below none) so far, by id; None: any of the tasks.

        Told in a sentence or list, not in a table. Only what came since the last question is looked at.
        """
        tasks = range(len(self.out)) if parent is None else self.tasks_of.get(parent, ())
        known, seen = self._told.get(parent, ({}, 0))
        for i in tasks[seen:]:
            owner = self.owner_of.get(i)
            if owner is not None:
                known.update((a.value.id, a) for a in owner.agencies)
        self._told[parent] = known, len(tasks)
        return known

    def pronoun(self, at: int, end: int) -> Any:
        """The match of a pronoun ("các đơn vị này") that opens work at `at`, or None."""
        if "pronoun" not in self.names.can_begin(at):
            return None
        said = self.rule("pronoun").match(self.view, at, end)
        return said if said and self.rule("task_verb").match(self.view, said.end(), end) else None
