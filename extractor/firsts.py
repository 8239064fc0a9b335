"""Where a rule's match can begin: an index from the first letters of a token to the rules worth asking there.

Most rules begin at a word's border. Scanning a text for each of them costs 20 to 100 ns a character and
rule; asking a rule only where a token begins with letters that it can begin with costs a table look-up a
token for all of them. The table is derived from the patterns themselves by `regex`'s partial matching
(could a text that goes on from these letters match?), so a rule's author need not know of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
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
_DIGITS = list("0123456789")
_MARKS = list("([{\"'-+*/.,;:%&#|<>=_…•")
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


def begins_at_border(source: str, found: set[str]) -> bool:
    """Whether every match of a pattern with these `prefixes` begins where a token begins."""
    letters, digits = _border(source)
    return letters or (digits and all(not prefix[0].isalpha() for prefix in found))


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


def prefixes(pattern: Any, case: bool) -> set[str]:
    """The prefixes of up to `DEPTH` characters with which a token can begin a match of a compiled `pattern`.

    The empty set stands for too many of them.
    """
    letters = [*_LETTERS, *(x.upper() for x in _LETTERS)] if case else _LETTERS
    found: set[str] = set()
    level = [c for c in (*letters, *_DIGITS, *_MARKS) if pattern.match(c, partial=True)]
    found.update(level)
    for _ in range(DEPTH - 1):
        deeper = []
        for prefix in level:
            more = _DIGITS if prefix[-1].isdigit() else letters if prefix[-1].isalpha() else ()
            deeper += [prefix + c for c in more if pattern.match(prefix + c, partial=True)]
        if len(deeper) > _MOST:
            return set()
        found.update(deeper)
        level = deeper
    return found


class FirstIndex:
    """Prefix -> ids of the rules that a token with this prefix can begin; `rules` are the ids it knows."""

    def __init__(self, rules: Iterable[tuple[str, str, Any]], case: bool) -> None:
        self.table: dict[str, list[str]] = {}
        self.rules: set[str] = set()
        for rule_id, source, pattern in rules:
            if not any(_border(source)) or "(?<=" in source:
                continue  # what must stand before a match cannot be tried out on its first letters
            found = prefixes(pattern, case)
            if found and begins_at_border(source, found):
                self.rules.add(rule_id)
                for prefix in found:
                    self.table.setdefault(prefix, []).append(rule_id)

    def candidates(self, text: str, starts: list[int], ends: list[int]) -> dict[str, list[int]]:
        """Rule id -> offsets of the tokens at which it is worth asking, in text order."""
        out: dict[str, list[int]] = {}
        get = self.table.get
        for start, end in zip(starts, ends, strict=True):
            ids = get(text[start : end if end < start + DEPTH else start + DEPTH])
            if ids is not None:
                for rule_id in ids:
                    if rule_id in out:
                        out[rule_id].append(start)
                    else:
                        out[rule_id] = [start]
        return out
