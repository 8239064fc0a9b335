"""Owners: whose work is told, how, by whom and until when."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractor.annotations import Mention
from extractor.record import Deadline


@dataclass(slots=True)
class Owner:
    """Whose work the blocks under a lead-in are; without `agencies` only how and by whom orders are given."""

    agencies: list[Mention] = field(default_factory=list)
    coordinating: list[Mention] = field(default_factory=list)
    mode: str | None = None
    assigned_by: str | None = None
    deadline: Deadline | None = None
    specific: bool = False
    rule: str = "assignments.lead_order"
    inferred: bool = False
    cue: tuple[int, int] | None = None
