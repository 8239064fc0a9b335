"""How the words of a word processor's document look, as far as it changes what they say.

Among them are fonts that have their own codes (TCVN3: .VnTime; VNI: VNI-Times), beside others in Unicode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from extractor.ingest.encodings import repair
from extractor.rulebook import Rulebook

#: the beginning of a font's name -> the repair that its characters need (rules/tcvn3.csv, rules/vni.csv)
_FAMILIES = (("tcvn3", re.compile(r"\.vn", re.I)), ("vni", re.compile(r"vni[-\s]", re.I)))
#: TCVN3 fonts whose small letters look like capitals: .VnTimeH, .VnArialH
_CAPITALS = re.compile(r"\.vn.*h$", re.I)
_HIGH = re.compile(r"[\x80-\xff]")
#: letters that only Unicode has: who types them does not use the font's own codes
_UNICODE = re.compile(r"[\u0102\u0103\u0110\u0111\u01a0-\u01b0\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look, None where nothing is said: font, written in capitals, hidden."""

    font: str | None = None
    capitals: bool | None = None
    hidden: bool | None = None

    def over(self, base: Look) -> Look:
        """This look, with what it leaves open taken from `base`."""
        if self is PLAIN:
            return base
        return Look(
            base.font if self.font is None else self.font,
            base.capitals if self.capitals is None else self.capitals,
            base.hidden if self.hidden is None else self.hidden,
        )


PLAIN = Look()


#: words of a paragraph: the repair that they need, whether they show as capitals after it, the words
Piece = tuple[str, bool, str]


def piece(text: str, look: Look) -> Piece:
    """Words that look so."""
    repair_by = family(look.font)
    shown = text.upper() if look.capitals else text
    return repair_by, bool(repair_by) and _CAPITALS.match(look.font or "") is not None, shown


@lru_cache(maxsize=256)
def family(font: str | None) -> str:
    """The repair that a font's characters need, "" for a font of Unicode."""
    return next((name for name, start in _FAMILIES if start.match(font)), "") if font else ""


class LegacyRuns:
    """Turns runs into Unicode; `used` are the repairs, `wrong` those of fonts that hold Unicode after all."""

    def __init__(self, book: Rulebook, without: frozenset[str] = frozenset()) -> None:
        self.book = book
        self.without = without
        self.used: set[str] = set()
        self._high: dict[str, int] = {}
        self._unicode: dict[str, int] = {}

    def join(self, pieces: list[Piece]) -> str:
        """The words of a paragraph; pieces of one repair are joined first: a letter may be two characters."""
        if not any(repair_by for repair_by, _, _ in pieces):
            return "".join(text for _, _, text in pieces)
        parts = []
        for (repair_by, capitals), group in groupby(pieces, key=lambda p: (p[0], p[1])):
            text = "".join(words for _, _, words in group)
            text = self._read(text, repair_by) if repair_by else text
            parts.append(text.upper() if capitals else text)
        return "".join(parts)

    def _read(self, text: str, name: str) -> str:
        if name in self.without:
            return text
        high = len(_HIGH.findall(text))
        if not high and text.isascii():
            return text
        self._high[name] = self._high.get(name, 0) + high
        self._unicode[name] = self._unicode.get(name, 0) + len(_UNICODE.findall(text))
        if not high:
            return text
        self.used.add(name)
        return repair(text, self.book, name)[0]

    @property
    def wrong(self) -> frozenset[str]:
        return frozenset(name for name, count in self._unicode.items() if count * 10 > self._high[name])
