"""Codes of desks and units in a scan ("V1, NLN1"): a model of Vietnamese takes their digits for letters.

Tesseract's English model, which comes with the program, has no such habit. It is asked about codes only; what
it says counts where each of its readings says the same and only signs that look alike differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import regex

from extractor.ingest.tesseract import Glyphs

#: reads the line once more: in a language, enlarged
Line = Callable[[str, float], list[Glyphs]]
#: how a line is read for its codes
_WAYS = (("eng", 1.0), ("eng", 1.5), ("eng", 2.0))
#: capitals that end with a sign which may be a digit, or hold one, with the marks behind them
_CODE = regex.compile(
    r"(?<code>\p{Lu}(?=[\p{Lu}0-9]*(?:[0-9]|[IOSZB]$|[IOSZB][.,;:]))[\p{Lu}0-9]{1,7})(?<mark>[.,;:]*)"
)
#: digits as the letters that look like them
_LETTERS = str.maketrans("01528", "OISZB")
#: how much of two boxes must be common for them to hold the same word, as a share of both together
_SAME = 0.6


def with_digits(words: list[Glyphs], unsure: list[Glyphs], read: Line) -> list[Glyphs]:
    """The words of a line with the digits of its codes; `unsure` are those that were read with doubts."""
    if not any(_CODE.fullmatch(word.text) for word in unsure):
        return words
    readings = [read(*way) for way in _WAYS]
    return _in_series([_read_alike(word, readings) for word in words])


def _read_alike(word: Glyphs, readings: list[list[Glyphs]]) -> Glyphs:
    """The code that all readings have where one stands, if it looks like that one."""
    m = _CODE.fullmatch(word.text)
    said = {_code_at(word, reading) for reading in readings} if m is not None else set()
    code = said.pop() if len(said) == 1 else ""
    if m is None or code.translate(_LETTERS) != m["code"].translate(_LETTERS):
        return word
    return replace(word, text=code + m["mark"])


def _code_at(word: Glyphs, reading: list[Glyphs]) -> str:
    """The code that a reading has where a word stands, "" if it has none there."""
    for found in reading:
        both = min(word.right, found.right) - max(word.left, found.left)
        m = _CODE.fullmatch(found.text)
        if m is not None and both >= _SAME * max(
            1, max(word.right, found.right) - min(word.left, found.left)
        ):
            return str(m["code"])
    return ""


def _in_series(words: list[Glyphs]) -> list[Glyphs]:
    """An O behind the letters that stand with another digit beside it is a nought ("VO, V1" is "V0, V1")."""
    heads = {m[1] for word in words if (m := regex.match(r"(\p{Lu}{1,4})[1-9][.,;:]*$", word.text))}
    out = []
    for word in words:
        m = regex.match(r"(\p{Lu}{1,4})O([.,;:]*)$", word.text)
        out.append(replace(word, text=f"{m[1]}0{m[2]}") if m is not None and m[1] in heads else word)
    return out
