"""Where a rule's match can begin: the first letters of a token, or of a line, where it is worth asking.

Most rules begin at a word's border or a line's beginning. Scanning a text for each of them costs 20 to
100 ns a character and rule; a table of a text's tokens by their first letters is made once, and a rule is
asked only where it can begin. What it can begin with is derived from its pattern by `regex`'s partial
matching (could a text that goes on from these letters match?), so a rule's author need not know of it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import Any

import regex

#: letters of a token that the table looks at
DEPTH = 3
#: a rule that more prefixes of one length can begin is not worth an index: nearly any word can begin it
_MOST = 2000
_VOWELS = "aăâeêioôơuưy"
_CONSONANTS = "bcdđfghjklmnpqrstvwxz"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_LETTERS = [*_CONSONANTS, *(unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES)]
_CASED = [*_LETTERS, *(x.upper() for x in _LETTERS)]
_DIGITS = list("0123456789")
_MARKS = list("([{\"'-+*/.,;:%&#|<>=_…•")
_BLANKS = " \n"
_TRIED = frozenset([*_CASED, *_DIGITS, *_MARKS, *_BLANKS, ""])
#: stands for lines that begin with a character that is not tried out (or with none)
OTHER = "\0"
#: a rule that more prefixes of one length can begin is looked for everywhere: nearly any word can begin it
_MOST = 2000
_OPENER = regex.compile(r"\(\?(?::|P?<[a-z_]\w*>)")
#: a negative look-behind at one character: its set, or what it says before its first "|"
_BEHIND = regex.compile(
    r"\(\?<!(?<first>\[[^\]]*\]|\\p\{L\}|\\d)(?<rest>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"
)


def _border(source: str) -> tuple[bool, bool]:
    """Whether a pattern's beginning forbids a letter, and a digit, right before its matches."""
    at, opened = 0, 0
    while m := _OPENER.match(source, at):
        at, opened = m.end(), opened + 1
    letters = digits = False
    behind = False
    while m := _BEHIND.match(source, at):
        if not m["rest"] or m["rest"][0] == "|":
            letters |= r"\p{L}" in m["first"]
            digits |= r"\d" in m["first"] or r"\p{N}" in m["first"]
        behind, at = True, m.end()
        while opened and source.startswith(")", at):
            at, opened = at + 1, opened - 1
    if not behind or _alternates(source, at, opened):
        return False, False
    return letters, digits


def begins_at_line(source: str) -> bool:
    """Whether every match of a pattern begins at the beginning of a line."""
    return source.startswith("^") and not _alternates(source, 0, 0)


def begins_at_border(source: str, found: frozenset[str]) -> bool:
    """Whether every match of a pattern with these `prefixes` begins where a token begins."""
    letters, digits = _border(source)
    return all(letters if x[0].isalpha() else digits or not x[0].isdigit() for x in found)


def _alternates(source: str, at: int, opened: int) -> bool:
    """Whether an alternative stands beside what begins at `at`, in any of the `opened` groups around it."""
    depth, i = opened, at
    level = opened
    while i < len(source):
        c = source[i]
        if c == "\\":
            i += 1
        elif c == "[":
            i += 1
            while i < len(source) and source[i] != "]":
                i += 2 if source[i] == "\\" else 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            level = min(level, depth)
        elif c == "|" and depth <= level:
            return True
        i += 1
    return False


def prefixes(pattern: Any, case: bool, extra: str = "") -> frozenset[str] | None:
    """The prefixes of up to `DEPTH` characters with which a token can begin a match of a compiled `pattern`.

    None when there are so many that asking for them would rule out little. `extra` are more single characters
    to try.
    """
    letters = _CASED if case else _LETTERS
    found: set[str] = set()
    level = [c for c in (*letters, *_DIGITS, *_MARKS, *extra) if pattern.match(c, partial=True)]
    for _ in range(DEPTH):
        if len(level) > _MOST:
            return None
        found.update(level)
        level = [
            prefix + c
            for prefix in level
            for c in (_DIGITS if prefix[-1].isdigit() else letters if prefix[-1].isalpha() else ())
            if pattern.match(prefix + c, partial=True)
        ]
    return frozenset(found)


def token_prefixes(source: str, pattern: Any, case: bool) -> frozenset[str] | None:
    """What a token begins with that can begin a match; None for a rule that must be looked for everywhere."""
    if not any(_border(source)) or "(?<=" in source:
        return None  # what must stand before a match cannot be tried out on its first letters
    found = prefixes(pattern, case)
    return found if found is not None and begins_at_border(source, found) else None


def line_prefixes(pattern: Any, case: bool) -> frozenset[str] | None:
    """The same of a line, for a rule that `begins_at_line`; `OTHER` stands for characters not tried out."""
    found = prefixes(pattern, case, _BLANKS)
    return found if found is None else found | {OTHER}


class Starts:
    """Where tokens, or lines, begin, by their first letters."""

    def __init__(self) -> None:
        self.offsets: defaultdict[str, list[int]] = defaultdict(list)

    @classmethod
    def of_tokens(cls, words: Iterable[str], starts: Iterable[int]) -> Starts:
        """Tokens given as their words in lower case and their offsets."""
        made = cls()
        offsets = made.offsets
        for word, start in zip(words, starts, strict=True):
            offsets[word[:DEPTH]].append(start)
        return made

    @classmethod
    def of_lines(cls, text: str, starts: Iterable[int]) -> Starts:
        """Lines of a text in lower case, given as their offsets."""
        made = cls()
        for start in starts:
            prefix = text[start : start + DEPTH]
            if not prefix.isalpha() and not prefix.isdigit():
                prefix = prefix[:2] if prefix[:2].isalpha() or prefix[:2].isdigit() else prefix[:1]
            made.offsets[prefix if _TRIED.issuperset(prefix) else OTHER].append(start)
        return made

    @cached_property
    def prefixes(self) -> frozenset[str]:
        return frozenset(self.offsets)

    def places(self, found: frozenset[str]) -> list[int]:
        """The offsets, in text order, where to ask a rule that can begin with the prefixes `found`."""
        both = found & self.prefixes
        if len(both) == 1:
            return self.offsets[next(iter(both))]
        return sorted(chain.from_iterable([self.offsets[prefix] for prefix in both]))
