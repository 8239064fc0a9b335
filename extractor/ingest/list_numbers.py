"""The numbers and marks that a word processor puts before the paragraphs of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: levels of a list
LEVELS = 9
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_PLACE = re.compile(r"%([1-9])")
#: marks of a list that stay as they are; any other becomes a dash
_MARKS = {"+", "*"}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: the kind of its numbers (`written`), where they start, what is shown.

    `shown` holds ``%1`` to ``%9`` for the numbers of the levels 0 to 8; `restart` counts the levels (from the
    outermost) whose next item sets it back, None for all above it; `all_decimal` shows those of the other
    levels in Arabic figures too; `gap` is what parts the number from the words.
    """

    kind: str = "decimal"
    start: int = 1
    shown: str = ""
    restart: int | None = None
    all_decimal: bool = False
    gap: str = " "

    @property
    def bullet(self) -> bool:
        return self.kind == "bullet"


@dataclass
class Counters:
    """How far a list has come: the number of each level, None before its first item."""

    values: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def next(self, at: int, levels: list[Level], start: int | None = None, steps: bool = False) -> str:
        """Count an item of level `at` and give what stands before it; `start`: a number to begin anew at.

        `steps` says that an item also counts as the first one of the levels above that had none (LibreOffice
        does so, Word does not).
        """
        level, before = levels[at], self.values[at]
        value = start if start is not None else level.start if before is None else before + 1
        self.values[at] = value
        for deeper in range(at + 1, LEVELS):
            restart = levels[deeper].restart
            if restart is None or at < restart:
                self.values[deeper] = None
        if steps:
            for above in range(at):
                if self.values[above] is None:
                    self.values[above] = levels[above].start
        if level.bullet:
            return (level.shown if level.shown in _MARKS else "-") + " " if level.shown else ""

        def number(m: re.Match[str]) -> str:
            n = int(m[1]) - 1
            kind = "decimal" if level.all_decimal and levels[n].kind != "none" else levels[n].kind
            value = self.values[n]
            return written(levels[n].start if value is None else value, kind)

        shown = _PLACE.sub(number, level.shown)
        return shown + level.gap if shown.strip() else ""


def written(value: int, kind: str) -> str:
    """A number as a list shows it; letters after the 26th are doubled (aa, bb)."""
    if kind == "none":
        return ""
    if kind == "decimalZero":
        return f"{value:02}"
    if kind in {"lowerLetter", "upperLetter"} and 0 < value <= 26 * 30:
        rounds, letter = divmod(value - 1, 26)
        return chr((97 if kind == "lowerLetter" else 65) + letter) * (rounds + 1)
    if kind in {"lowerRoman", "upperRoman"} and 0 < value < 4000:
        found = ""
        for worth, sign in _ROMAN:
            count, value = divmod(value, worth)
            found += sign * count
        return found if kind == "upperRoman" else found.lower()
    return str(value)
