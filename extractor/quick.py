"""The patterns of the rules in the words of `re`, which answers questions at a place some three times faster.

`regex` stays the language of the rules. In texts of usual characters only, where both modules draw the
same lines between letters, digits and blanks, a pattern that `re` can say too is asked there.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby, pairwise
from typing import Any

import regex

#: ASCII, Latin letters, marks, bullets, arrows and signs of typed letters; without raised digits, fractions
#: and marks that stand alone, which `re` counts among the letters of a word, or not, as `regex` does not;
#: without letters whose small or capital partner is none of these, and the kinds of i that `re` takes for one
_USUAL = (
    r"\t\n -~\xa0-\xb1\xb4-\xb8\xba\xbb\xbf-\u012f\u0132-\u017e\u0189\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff"
    r"\u2010-\u2027\u2030-\u203a\u20a0-\u20bf\u2190-\u22ff\u25a0-\u266f\u2701-\u2767\u2794-\u27bf\uf000-\uf0ff"
)
UNUSUAL = re.compile(f"[^{_USUAL}]")
_LETTERS = [chr(c) for c in range(0x2000) if not UNUSUAL.match(chr(c)) and chr(c).isalpha()]
#: an escape, the beginning of a set, its end, the beginning of a named group, anything else
_PIECE = regex.compile(r"\\p\{(?<name>\w+)\}|\\.|\[\^?\]?|\]|\(\?<(?=[a-z])|[^\\\[\]()]+|.", regex.S)
_BOUND = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?<?[=!])?|\)|\|", regex.S)
#: escapes that mean the same in both modules (`\w` and `\b` do so in usual texts)
_SAME = re.compile(r"\\(?:[sSdDwWbBntxAZ]|[^A-Za-z0-9])")
#: a brace that opens no number of repetitions: an approximate match, which `re` does not have
_FUZZY = re.compile(r"\{(?!\d*,?\d*\})")
#: what may stand behind the parenthesis of a group: flags, a name
_GROUP_HEAD = re.compile(r"\?(?:[=!:>]|[a-zA-Z-]+:|P?<[a-z]\w*>)")
#: a letter that stands for itself once, and the blanks between two words, in a pattern
_LETTER, _BLANKS = re.compile(r"[^\W\d_](?![?*+{])"), re.compile(r"\\s\+|\[ \]\+?|[ ]")
#: behind the parenthesis of a group: flags; P, as in a name, is none
_FLAGS = re.compile(r"\?[A-OQ-Za-z-]")


def _ranges(characters: list[str]) -> str:
    """Ascending characters as the inside of a set."""
    out: list[tuple[int, int]] = []
    for code in map(ord, characters):
        if out and out[-1][1] == code - 1:
            out[-1] = (out[-1][0], code)
        else:
            out.append((code, code))
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in out)


#: the letters of usual texts as the inside of a set: `re` finds them faster so than by asking what they are
LETTERS = _ranges(_LETTERS)
#: what a property is inside a set, for usual texts; None: nothing in them has it
_PROPERTIES = {
    "L": LETTERS,
    "Lu": _ranges([c for c in _LETTERS if unicodedata.category(c) == "Lu"]),
    "Ll": _ranges([c for c in _LETTERS if unicodedata.category(c) == "Ll"]),
    "N": "0-9",
    "M": None,
}


def is_usual(text: str) -> bool:
    """Whether a text holds only characters that `re` and `regex` sort alike."""
    return UNUSUAL.search(text) is None


def one_length_each(source: str) -> str:
    """Each look-behind with alternatives as one look-behind for each of them: `re` wants a single length."""
    out: list[str] = []
    open_groups: list[tuple[str, int, list[int]]] = []  # its opening, where its inside begins, its bars
    at = 0
    for m in _BOUND.finditer(source):
        piece = m[0]
        out.append(source[at : m.start()])
        at = m.end()
        if piece == "|":
            if open_groups:
                open_groups[-1][2].append(len(out))
            out.append(piece)
        elif piece == ")":
            if open_groups:
                opening, start, bars = open_groups.pop()
                if bars and opening in {"(?<=", "(?<!"}:
                    parts = ["".join(out[a + 1 : b]) for a, b in pairwise([start, *bars, len(out)])]
                    joint = "|" if opening == "(?<=" else ""
                    out[start:] = ["(?:" + joint.join(f"{opening}{part})" for part in parts) + ")"]
                    continue
            out.append(piece)
        elif piece[0] == "(":
            open_groups.append((piece, len(out), []))
            out.append(piece)
        else:
            out.append(piece)
    return "".join(out) + source[at:]


def beginnings_shared(source: str) -> str:
    """The pattern with alternatives that begin with the same letters put together, each letter asked once.

    `re` tries alternatives one by one. Those that begin with different letters may change places: at most
    one of them matches. Inside look-behinds, and where capitals do not count, nothing is changed.
    """
    stack: list[_Group] = [_Group("", False)]
    at = 0
    for m in _BOUND.finditer(source):
        piece, group = m[0], stack[-1]
        group.parts[-1] += source[at : m.start()]
        at = m.end()
        if piece == "|":
            group.parts.append("")
        elif piece == ")" and len(stack) > 1:
            stack.pop()
            stack[-1].parts[-1] += f"{group.opening}{group.joined()})"
        elif piece[0] == "(":
            head = _GROUP_HEAD.match(source, at)
            at = head.end() if head else at
            kept = piece in {"(?<=", "(?<!"} or (head is not None and head[0] == "?i:")
            stack.append(_Group(piece + (head[0] if head else ""), group.kept or kept))
        else:
            group.parts[-1] += piece
    stack[0].parts[-1] += source[at:]
    return stack[0].joined()


class _Group:
    """A group of a pattern: its opening and its alternatives; `kept` as they are or put together."""

    def __init__(self, opening: str, kept: bool) -> None:
        self.opening, self.kept, self.parts = opening, kept, [""]

    def joined(self) -> str:
        return "|".join(self.parts if self.kept else _by_letter(self.parts))


def _by_letter(parts: list[str]) -> list[str]:
    """Alternatives with those of each first letter as one, as long as letters follow each other."""
    out: list[str] = []
    for lettered, run in groupby(parts, lambda part: _LETTER.match(part) is not None):
        if not lettered:
            out += run
            continue
        rests: dict[str, list[str]] = {}
        for part in run:
            rests.setdefault(part[0], []).append(part[1:])
        out += [letter + _one_of(behind) for letter, behind in rests.items()]
    return out


def _one_of(rests: list[str]) -> str:
    """What follows a shared beginning, blanks that all have put before it."""
    if len(rests) == 1:
        return rests[0]
    blanks = _BLANKS.match(rests[0])
    if blanks and all(r.startswith(blanks[0]) and _LETTER.match(r, len(blanks[0])) for r in rests):
        return blanks[0] + _one_of([r[len(blanks[0]) :] for r in rests])
    ways = _by_letter(rests)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def in_re(source: str) -> re.Pattern[str] | None:
    r"""A pattern for `regex` (version 0, MULTILINE) as one for `re` with the same matches in usual texts.

    None when `re` cannot say it: a look-behind of many lengths, a name given twice, an unknown escape, a set
    inside a set, an approximate match, flags other than `i`, `\p{Lu}` or `\p{Ll}` without regard to case.
    """
    out: list[str] = []
    inside = False
    depth = careless = 0  # the depth at which a group began that does not look at capitals
    for m in _PIECE.finditer(beginnings_shared(one_length_each(source))):
        piece = m[0]
        if m["name"]:
            if m["name"] not in _PROPERTIES or (careless and m["name"] in {"Lu", "Ll"}):
                return None
            characters = _PROPERTIES[m["name"]]
            if inside:
                out.append(characters or "")
            else:
                out.append(f"[{characters}]" if characters else "(?!)")
            continue
        if piece[0] == "\\" and not _SAME.fullmatch(piece):
            return None
        if (inside and piece[0] == "[") or (not inside and _FUZZY.search(piece)):
            return None
        if not inside:
            depth += (piece[0] == "(") - (piece == ")")
            careless = 0 if depth < careless else careless
            if out and out[-1] == "(" and _FLAGS.match(piece):
                if not piece.startswith("?i:"):
                    return None
                careless = careless or depth
        if piece == "(?<":
            piece = "(?P<"
        elif piece[0] == "[" and not inside:
            inside = True
        elif piece == "]":
            inside = False
        out.append(piece)
    try:
        return re.compile("".join(out), re.MULTILINE)
    except re.error:
        return None


class TwoEngines:
    """A pattern of the code (for `regex`) that is asked in `re` in texts of usual characters."""

    __slots__ = ("quick", "regex")

    def __init__(self, source: str) -> None:
        self.regex = regex.compile(source)
        self.quick = in_re(source)

    def of(self, usual: bool) -> Any:
        """The compiled pattern for a text that is `usual` or not."""
        return self.quick if usual and self.quick is not None else self.regex
