"""Where a rule's match can begin: at which tokens, or lines, of a text it is worth asking.

Most rules begin at a word's border or a line's beginning. Scanning a text for each of them costs 20 to
100 ns a character and rule; instead every token is looked up once, and a rule is asked only at tokens that
can begin one of its matches. Which these are is found by `regex`'s partial matching (could a text that goes
on from this word match?), so a rule's author need not know of it; what was found for a word is remembered.
"""

from __future__ import annotations

import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import compress, count
from typing import Any

import regex

from extractor.quick import one_length_each
from extractor.textview import Memo, Pieces, lower, tone_key

#: characters of a token, or of a line, that are looked at
_TOKEN, _LINE = 8, 3
#: characters from a word's beginning on that tell which rules it can begin
LETTERS = _TOKEN + 2
_VOWELS = "aăâeêioôơuưy"
_CONSONANTS = "bcdđfghjklmnpqrstvwxz"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_LETTERS = [*_CONSONANTS, *(unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES)]
#: the first characters that are tried out; a rule is asked at tokens with any other one
_TRIED = [*_LETTERS, *(x.upper() for x in _LETTERS), *string.digits, *string.punctuation, "…", "•"]
_BLANKS = (" ", "\n")
_STRANGE = (*_BLANKS, "§", "ж", "中")
#: a rule that more letters can begin is looked for everywhere: nearly any word can begin it
_MOST = 60
#: what may stand before a match, to see whether it can begin inside a run of letters or of digits
_BESIDE_LETTER, _BESIDE_DIGIT = ("a", "đ", "ớ", "q", "U"), ("0", "5")
#: a piece of a pattern: an escape, a set, an opening with what it says of its group, any other character
PIECE = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|[:>|]|P?<\w+>))?|.", regex.S)
_ONE_CHARACTER = regex.compile(r"\(\?<[=!](?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\p\{\w+\}|\\[a-z]|[^\\\[(|)])\)")
#: before a word of which it is not known what stands before it
_ANYTHING = "\0"
#: stands for the rules of a token that is looked at with the characters beside it
_LOOK_BESIDE = ("beside",)


def begins_at_line(source: str) -> bool:
    """Whether every match of a pattern begins at the beginning of a line."""
    if not source.startswith("^"):
        return False
    depth = 0
    for m in PIECE.finditer(source):
        depth += m[0].startswith("(") - (m[0] == ")")
        if m[0] == "|" and not depth:
            return False
    return True


def without_looking_back(source: str, far: bool = False, openings: tuple[str, ...] = ("(?<=",)) -> str:
    """The pattern without the look-behinds outside negative look-aheads, so that it matches more.

    `openings` says which kinds are taken out; with `far`, only those that look back further than a character.
    """
    out: list[str] = []
    dropped = denied = depth = 0  # the depth at which what is dropped, or denied, began
    for m in PIECE.finditer(source):
        piece = m[0]
        if piece.startswith("("):
            depth += 1
            if not dropped and not denied:
                if piece in openings:
                    dropped = 0 if far and _ONE_CHARACTER.match(source, m.start()) else depth
                elif piece in {"(?!", "(?<!"}:
                    denied = depth
        if not dropped:
            out.append(piece)
        if piece == ")":
            if depth == dropped:
                dropped = 0
                out.append("(?:)")
            if depth == denied:
                denied = 0
            depth -= 1
    return "".join(out)


def _compiled(source: str) -> Any:
    return regex.compile(source, regex.V0 | regex.MULTILINE)


class FirstIndex:
    """The rules that are asked at tokens, or with `lines` at lines, and which words can begin their matches.

    Made of (id, pattern, whether it looks at capitals); `rules` are the ids of those that it can take. With
    `at_words` the rules are never asked inside a word.
    """

    def __init__(
        self, rules: Iterable[tuple[str, str, bool]], lines: bool = False, at_words: bool = False
    ) -> None:
        self.lines = lines
        self.rules: set[str] = set()
        self._other: list[tuple[str, Any, bool]] = []
        self._by_first: dict[str, list[tuple[str, Any, bool]]] = {c: [] for c in (*_TRIED, *_BLANKS)}
        self._narrow = Memo(self._asked_at)
        self._known = Memo(lambda word: self._ask(_ANYTHING + word))
        self._beside = Memo(self._ask)
        self._pieces = Memo(self._of_piece)
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        for rule_id, source, case in rules:
            pattern = _compiled(without_looking_back(source))
            firsts = [c for c in self._by_first if pattern.match(c if case else c.lower(), partial=True)]
            if not lines:
                anywhere = sum(map(str.isalpha, firsts)) > _MOST
                if anywhere or any(pattern.match(c, partial=True) for c in _STRANGE):
                    continue
                if not at_words and not self._at_border(source, firsts):
                    continue
            self.rules.add(rule_id)
            pattern = _compiled(without_looking_back(one_length_each(source), True, ("(?<=", "(?<!")))
            self._other.append((rule_id, pattern, case))
            for c in firsts:
                self._by_first[c].append((rule_id, pattern, case))

    @staticmethod
    def _at_border(source: str, firsts: list[str]) -> bool:
        """Whether matches begin where tokens begin."""
        pattern = _compiled(without_looking_back(source, far=True))
        for first in firsts:
            beside = _BESIDE_LETTER if first.isalpha() else _BESIDE_DIGIT if first.isdigit() else ()
            if any(pattern.match(x + first, 1, partial=True) for x in beside):
                return False
        return True

    def _ask(self, word: str) -> tuple[str, ...]:
        """The ids of the rules that a text can match which goes on from `word` (its case kept).

        The first character is what stands before the word.
        """
        if word[1:2].isspace() and not self.lines:
            return ()
        word = tone_key(word)[: 1 + (_LINE if self.lines else _TOKEN)]
        found = tuple(rule_id for rule_id, _, _ in self._asked_at(word))
        return self._shared.setdefault(found, found)

    def _asked_at(self, word: str) -> list[tuple[str, Any, bool]]:
        """The rules that can match what goes on from `word`, from among those for half of it, and so on."""
        size = len(word) - 1
        if size < 2:
            rules = self._by_first.get(word[1:], self._other)
            return [rule for rule in rules if self._begins(rule, word)]
        half = 1 << (size - 1).bit_length() - 1
        return [rule for rule in self._narrow[word[: 1 + half]] if self._begins(rule, word)]

    @staticmethod
    def _begins(rule: tuple[str, Any, bool], word: str) -> bool:
        """Whether a match can begin with `word`, or be a part of it where a searched stretch ends."""
        _, pattern, case = rule
        text = word if case else lower(word)
        start = 1
        if text[0] == _ANYTHING:
            text, start = text[1:], 0
        if pattern.match(text, start, partial=True):
            return True
        return any(pattern.match(text, start, end) for end in range(len(text) - 1, start, -1))

    def at_pieces(self, text: str, pieces: Pieces) -> dict[str, list[int]]:
        """Rule id -> offsets of the tokens of `text` at which it is worth asking, in text order.

        A word with a blank behind it is looked at alone; any other token with the characters beside it, a
        number with one more behind it.
        """
        starts, texts, beside = pieces.starts, pieces.texts, self._beside
        out: defaultdict[str, list[int]] = defaultdict(list)
        found = list(map(self._pieces.__getitem__, texts))
        # half of all words begin no rule: they are passed over without a step of the loop
        for at, start, rules in zip(
            compress(count(), found), compress(starts, found), filter(None, found), strict=True
        ):
            if rules is _LOOK_BESIDE:
                end = start + len(texts[at]) + 1
                rules = beside[text[start - 1 : end]] if start else self._known[text[:end]]
            for rule_id in rules:
                out[rule_id].append(start)
        return out

    def _of_piece(self, piece: str) -> tuple[str, ...]:
        """What a token alone tells; `_LOOK_BESIDE` where it does not."""
        if piece[-1] == " " and piece[0] > "9":
            return self._known[piece]
        begins_none = piece.isspace() if not piece[0].isalpha() else not self._known[piece]
        return () if begins_none else _LOOK_BESIDE

    def at_lines(self, text: str, starts: list[int]) -> dict[str, list[int]]:
        """Rule id -> offsets of the lines at which it is worth asking, in text order.

        Two characters more are handed on: where a pair has its tone mark depends on the letter behind.
        """
        known = self._known
        out: defaultdict[str, list[int]] = defaultdict(list)
        for start in starts:
            for rule_id in known[text[start : start + _LINE + 2]]:
                out[rule_id].append(start)
        return out

    def begun_by(self, word: str) -> tuple[str, ...]:
        """The ids of the rules that may match where a word begins: `LETTERS` of it, or all that is left."""
        return self._known[word]
