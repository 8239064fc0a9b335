"""What the CRF sees of each syllable: the word, its shape, its neighbours, and what registers know of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from extractor.textview import Memo, match_key

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
#: a word that training hides, so that the model learns to do without it
HIDDEN = "?"
#: syllables behind a head word that still count as near it
_NEAR = 9


def cut(text: str) -> list[tuple[int, int]]:
    """Places of the syllables, numbers and marks of a text."""
    return [m.span() for m in _TOKEN.finditer(text)]


def shape_of(word: str) -> str:
    """A letter for how a word is written: X one capital, C capitals, T a capital first, M mixed, x small.

    A number is d (one or two digits) or D; a mark is itself.
    """
    if word[0].isdigit():
        return "d" if len(word) < 3 else "D"
    if not word[0].isalpha():
        return word
    if word.islower():
        return "x"
    if word.isupper():
        return "X" if len(word) == 1 else "C"
    return "T" if word[0].isupper() and word[1:].islower() else "M"


class Lexicon:
    """Words of the registers: phrases (lower case, blank between syllables) with a letter for their kind."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self.phrases = sorted(set(phrases))
        #: first word -> the lengths of its phrases, the longest first
        self._lengths: dict[str, list[int]] = {}
        self._kinds: dict[tuple[str, ...], list[str]] = {}
        for kind, phrase in self.phrases:
            words = tuple(phrase.split())
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
            self._kinds.setdefault(words, []).append(kind)
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def tags(self, keys: Sequence[str], shapes: Sequence[str]) -> list[str]:
        """For each word ``-``, or the kind and the place (B, I) of the longest phrase there.

        A phrase begins with a capital; heads (``h``) may also be written small.
        """
        tags = ["-"] * len(keys)
        at = 0
        while at < len(keys):
            step = 1
            for length in self._lengths.get(keys[at], ()):
                words = tuple(keys[at : at + length])
                kinds = self._kinds.get(words, ())
                kind = next((k for k in kinds if k == "h" or shapes[at] in "XCTM"), None)
                if kind is not None and len(words) == length:
                    tags[at : at + length] = [kind + "B", *[kind + "I"] * (length - 1)]
                    step = length
                    break
            at += step
        return tags

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """The lexicon of a file as `write` makes it. Raises OSError."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls((line[0], line[2:]) for line in lines)

    def write(self, path: Path) -> None:
        path.write_text("".join(f"{kind} {phrase}\n" for kind, phrase in self.phrases), encoding="utf-8")


_shape = Memo(shape_of)
_key = Memo(match_key)


def features(words: Sequence[str], lexicon: Lexicon, hidden: frozenset[int] = frozenset()) -> list[list[str]]:
    """The features of each word of a sentence; the words at places `hidden` show only their shape."""
    keys = [_key[w] for w in words]
    shapes = [_shape[w] for w in words]
    tags = lexicon.tags(keys, shapes)
    for at in hidden:
        keys[at], tags[at] = HIDDEN, "-"
    k, s, t = (["^", "^", *column, "$", "$"] for column in (keys, shapes, tags))
    near = "-"
    since = _NEAR
    rows = []
    for i in range(2, len(words) + 2):
        if t[i] == "hB":
            since, near = 0, "h"
        elif since < _NEAR:
            since += 1
            near = str(since) if since < 4 else "+"
            if since == _NEAR or s[i] in ".;:()|":
                since, near = _NEAR, "-"
        before, word, after = k[i - 1], k[i], k[i + 1]
        shape = s[i - 1] + s[i] + s[i + 1]
        rows.append(
            [
                "b",
                "w=" + word,
                "p=" + before,
                "n=" + after,
                "pp=" + k[i - 2],
                "nn=" + k[i + 2],
                f"pw={before} {word}",
                f"wn={word} {after}",
                f"ppp={k[i - 2]} {before}",
                "s=" + s[i],
                "sh=" + shape,
                f"s5={s[i - 2]}{shape}{s[i + 2]}",
                "t=" + t[i],
                "pt=" + t[i - 1],
                "nt=" + t[i + 1],
                f"tt={t[i - 1]}{t[i]}{t[i + 1]}",
                f"st={s[i]}{t[i]}{near}",
                f"ps={before}{s[i]}",
                f"hs={near}{s[i]}{s[i + 1]}",
                f"hw={near}{word}",
            ]
        )
    return rows
