"""Runs set in fonts that have their own codes (TCVN3: .VnTime; VNI: VNI-Times), beside runs in Unicode."""

from __future__ import annotations

import re

from extractor.ingest.encodings import repair
from extractor.rulebook import Rulebook

#: the beginning of a font's name -> the repair that its characters need (rules/tcvn3.csv, rules/vni.csv)
_FAMILIES = (("tcvn3", re.compile(r"\.vn", re.I)), ("vni", re.compile(r"vni[-\s]", re.I)))
#: TCVN3 fonts whose small letters look like capitals: .VnTimeH, .VnArialH
_CAPITALS = re.compile(r"\.vn.*h$", re.I)
_HIGH = re.compile(r"[\x80-\xff]")
#: letters that only Unicode has: who types them does not use the font's own codes
_UNICODE = re.compile(r"[\u0102\u0103\u0110\u0111\u01a0-\u01b0\u1ea0-\u1ef9]")


def family(font: str | None) -> str:
    """The repair that a font's characters need, "" for a font of Unicode."""
    return next((name for name, start in _FAMILIES if start.match(font)), "") if font else ""


def shows_capitals(font: str | None) -> bool:
    """Whether a font shows small letters as capitals."""
    return font is not None and _CAPITALS.match(font) is not None


class LegacyRuns:
    """Turns runs into Unicode; `used` are the repairs, `wrong` those of fonts that hold Unicode after all."""

    def __init__(self, book: Rulebook, without: frozenset[str] = frozenset()) -> None:
        self.book = book
        self.without = without
        self.used: set[str] = set()
        self._high: dict[str, int] = {}
        self._unicode: dict[str, int] = {}

    def read(self, text: str, name: str) -> str:
        """The words of a run whose font needs the repair `name`."""
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
