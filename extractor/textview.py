"""Views of one text that all have the same length, so that an offset in one is an offset in each.

Vietnamese writes the tone mark of an open syllable in two places (``hoà`` and ``hòa``, ``uỷ`` and ``ủy``).
Rules are written in the newer placement; the views move the mark, letter for letter; the text stays as it is.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from extractor.firsts import FirstIndex

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng


def _tone_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for glide, mains in (("o", "ae"), ("u", "y")):
        for main in mains:
            for tone in _TONES:
                for first in (glide, glide.upper()):
                    for second in (main, main.upper()):
                        old = first + unicodedata.normalize("NFC", second + tone)
                        new = unicodedata.normalize("NFC", first + tone) + second
                        pairs[old] = new
    return pairs


_PAIRS = _tone_pairs()
_PAIR = regex.compile(r"(?<![qQ])(?:" + "|".join(map(regex.escape, _PAIRS)) + r")(?!\p{L})")
#: marks that look alike; each maps to one character, so lengths stay
_SAME = str.maketrans(
    {
        "\u00d0": "Đ", "\u00f0": "đ", "\u0110": "Đ", "\u0189": "Đ",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
        "\u2014": "-", "\u2015": "-", "\u2212": "-",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'",
        "\u2215": "/", "\u2044": "/",
    }
)  # fmt: skip


def tone_key(text: str) -> str:
    """The text with look-alike marks unified and tone marks in the newer place; same length, case kept."""
    return _PAIR.sub(lambda m: _PAIRS[m[0]], text.translate(_SAME))


def lower(text: str) -> str:
    """Lower case without changing the length (a few letters would grow: they stay as they are)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def match_key(text: str) -> str:
    """What two spellings of one Vietnamese phrase have in common; same length as `text`."""
    return lower(tone_key(text))


def fold(text: str) -> str:
    """Lower case, without any mark, ``đ`` as ``d``: for ids and tolerant look-ups (length may change)."""
    decomposed = unicodedata.normalize("NFD", match_key(text).replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 14)
def slug(text: str) -> str:
    """`fold` with everything but letters and digits as single hyphens."""
    return regex.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def squeeze(text: str) -> str:
    """White space runs as one space, ends trimmed."""
    return " ".join(text.split())


_RUN = regex.compile(r"[\p{L}\p{M}]+|\p{N}+|[^\w\s]|_")


class TextView:
    """A text (NFC) with its same-length views and its lines.

    ``text`` is what spans refer to; ``cased`` has unified marks; ``key`` is ``cased`` in lower case.
    """

    __slots__ = ("__dict__", "text")

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def cased(self) -> str:
        return tone_key(self.text)

    @cached_property
    def key(self) -> str:
        return lower(self.cased)

    @cached_property
    def borders(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the runs of letters, of digits, and of single marks (white space left out)."""
        spans = [m.span() for m in _RUN.finditer(self.text)]
        return [s for s, _ in spans], [e for _, e in spans]

    def candidates(self, index: FirstIndex, case: bool) -> dict[str, list[int]]:
        """Where each rule of an index is worth asking, found once per view."""
        kept: dict[int, dict[str, list[int]]] = self.__dict__.setdefault("_candidates", {})
        found = kept.get(id(index))
        if found is None:
            found = kept[id(index)] = index.candidates(self.cased if case else self.key, *self.borders)
        return found

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line's first character (lines end at ``\\n``)."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def line_of(self, offset: int) -> int:
        """Number of the line that holds `offset`, from 0."""
        return bisect_right(self.line_starts, offset) - 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Start and end (without the line break) of line number `line`."""
        starts = self.line_starts
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)
        return starts[line], end
