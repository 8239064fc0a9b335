"""Boxes of read words as high as the type they are printed in.

Tesseract's boxes close around the ink: "sau" is half as high as "Hội". Where lines and paragraphs are told
apart by their height and the blank between them, words need boxes as a PDF's text layer has them.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from unicodedata import normalize

import regex

from extractor.ingest.tesseract import Glyphs

#: how far the letters of official letters' type reach, as shares of its size: small letters, tall ones,
#: capitals with marks, and what hangs below the base line
_SMALL, _TALL, _MARKED, _HANGS = 0.46, 0.68, 0.88, 0.22
#: words at each side of one by which its base line is told: some boxes hold ink of the lines beside them
_NEAR = 3
_TALL_ONES = regex.compile(r"[\p{Lu}\p{Nd}bdfhklt]|\p{Ll}\p{Mn}")
_MARKED_CAPITAL = regex.compile(r"\p{Lu}[\N{COMBINING HORN}]?[\u0300\u0301\u0302\u0303\u0306\u0309]")
_HANGING = regex.compile(r"[gjpqyQ,;()]|\N{COMBINING DOT BELOW}")
_WRITING = regex.compile(r"[\p{L}\p{Nd}]")


def even(words: list[Glyphs]) -> None:
    """Give the words of each printed line boxes of one height, around their base line."""
    lines: dict[tuple[int, int, int], list[Glyphs]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    for line in lines.values():
        line.sort(key=lambda w: w.left)
        measured = [_measured(w) if _WRITING.search(w.text) else None for w in line]
        sizes = [m[0] for m in measured if m]
        if not sizes:
            continue
        size = median(sizes)
        usual = median(m[1] for m in measured if m)
        for at, word in enumerate(line):
            near = [m[1] for m in measured[max(0, at - _NEAR) : at + _NEAR + 1] if m]
            base = median(near) if near else usual
            word.top, word.bottom = round(base - _TALL * size), round(base + _HANGS * size)


def _measured(word: Glyphs) -> tuple[float, float]:
    """The size of a word's type and its base line, in pixels, by how far its letters reach."""
    text = normalize("NFD", word.text)
    tall = _MARKED if _MARKED_CAPITAL.search(text) else _TALL if _TALL_ONES.search(text) else _SMALL
    hangs = _HANGS if _HANGING.search(text) else 0.0
    size = (word.bottom - word.top) / (tall + hangs)
    return size, word.bottom - hangs * size
