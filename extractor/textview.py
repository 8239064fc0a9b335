"""Views of one text that all have the same length, so that an offset in one is an offset in each.

Vietnamese writes the tone mark of an open syllable in two places (``hoà`` and ``hòa``, ``uỷ`` and ``ủy``).
Rules are written in the newer placement; the views move the mark, letter for letter; the text stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

import regex

from extractor.quick import LETTERS, is_usual

if TYPE_CHECKING:
    from extractor.firsts import FirstIndex

_T = TypeVar("_T")
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


#: a glide and a vowel with the tone mark in the older place -> the same in the newer place
TONE_PAIRS = _tone_pairs()
#: marks that look alike; each maps to one character, so lengths stay
_SAME = {
    "\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
    "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'",
    "\u2215": "/", "\u2044": "/",
}  # fmt: skip
_LOOKS_SAME, _MARKED = "".join(_SAME), "".join(sorted({old[1] for old in TONE_PAIRS}))
#: a mark of `_SAME`, or a glide with a marked vowel (not the u of "qu"); `re` finds single characters several
#: times faster than `regex`, which the rules need
_WRITTEN_OTHERWISE = re.compile(
    f"[oOuU{_LOOKS_SAME}](?:(?<=[{_LOOKS_SAME}])|(?<=[oOuU])(?<![qQ].)[{_MARKED}])"
)


def _unified(m: re.Match[str]) -> str:
    """The mark for those that look alike; a pair that ends its syllable with its tone in the newer place."""
    found: str = m[0]
    if len(found) == 1:
        return _SAME[found]
    behind = m.string[m.end() : m.end() + 1]
    return found if behind.isalpha() else TONE_PAIRS.get(found, found)


def tone_key(text: str) -> str:
    """The text with look-alike marks unified and tone marks in the newer place; same length, case kept."""
    return _WRITTEN_OTHERWISE.sub(_unified, text)


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


def is_upper(text: str) -> bool:
    """Whether the words of `text` are written in capitals (at least three letters, nine in ten of them)."""
    letters = list(filter(str.isalpha, text))
    return len(letters) >= 3 and sum(map(str.isupper, letters)) >= 0.9 * len(letters)


#: a token with the blank behind it: a run of letters, of digits, one mark, or a run of white space
_PIECE = regex.compile(r"(?:[\p{L}\p{M}]+|\p{N}+|[^\w\s]|_|(?:(?![\p{L}\p{M}\p{N}_])[\w\s])+) ?")
#: the same for texts in which only the usual letters and marks occur, several times faster
_USUAL_PIECE = re.compile(rf"[{LETTERS}]+ ?|[0-9]+ ?|[^{LETTERS}0-9\s] ?|\s+")


class Memo(dict[str, _T]):
    """What a function said of each word asked so far; as fast as a dict for words that were asked before."""

    def __init__(self, function: Callable[[str], _T]) -> None:
        super().__init__()
        self.function = function
        #: words that are remembered
        self.size = 1 << 16

    def __missing__(self, word: str) -> _T:
        if len(self) >= self.size:
            self.clear()
        self[word] = found = self.function(word)
        return found


@dataclass(slots=True)
class Pieces:
    """A text cut up without a rest: each token with the blank behind it, if there is one, and its start."""

    texts: list[str]
    starts: list[int]


class TextView:
    """A text (NFC) with its same-length views and its lines.

    ``text`` is what spans refer to; ``cased`` has unified marks; ``key`` is ``cased`` in lower case;
    ``is_usual`` says whether only characters occur that `re` and `regex` sort alike.
    """

    __slots__ = ("__dict__", "asked", "cased", "is_usual", "key", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.cased = tone_key(text)
        self.key = lower(self.cased)
        self.is_usual = is_usual(text)
        #: what `places` has found
        self.asked: dict[FirstIndex | None, dict[str, list[int]]] = {}

    @cached_property
    def pieces(self) -> Pieces:
        """Runs of letters, of digits, of white space, and single marks, each with one blank behind it."""
        cut = _USUAL_PIECE if self.is_usual else _PIECE
        texts = cut.findall(self.text)
        starts = list(accumulate(map(len, texts), initial=0))
        starts.pop()
        return Pieces(texts, starts)

    @property
    def is_cut(self) -> bool:
        """Whether the pieces are known, so that looking them up is cheap."""
        return "pieces" in self.__dict__

    def places(self, index: FirstIndex) -> dict[str, list[int]]:
        """Where each rule of an index is worth asking, found once per view."""
        found = self.asked.get(index)
        if found is None:
            if index.lines:
                found = index.at_lines(self.text, self.line_starts)
            else:
                found = index.at_pieces(self.text, self.pieces)
            self.asked[index] = found
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
