"""Opening: who a sentence or an item addresses, and where its work begins; what its readers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook

#: the rule of a pronoun for those named before
PRONOUN = "assignments.pronoun"
#: levels of places, the highest first
LEVELS = ("province", "district", "commune")


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


class Part:
    """One who reads a side of the openings of one document."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.annotations, self.book, self.view = annotations, book, annotations.view
        self.rule = book.named("assignments")


def level_of(place: Any) -> str | None:
    """The level of a place; of a list that of its places."""
    level: str | None = place.members[0].level if place.members else place.level
    return level
