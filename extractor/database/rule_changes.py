"""Which documents a change of the rules can touch: those in which what was changed finds something.

A rule is asked about the text of a letter or pieces of it. What it finds in a piece, its pattern without
conditions on what stands around finds in the whole. So a document in whose text and record (which holds the
names of registers) that pattern finds nothing, of the rule as it was and as it is, would be read the same;
and where the strings are missing that each match must hold, it need not even be asked. A row of a register
of names matters where one of its names stands.

What cannot be told like this touches every document that can be concerned: a rule that cleans or arranges a
page before there is a text, a register that is no list of names, another order of rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import regex

from extractor.database.fold import key
from extractor.database.ruleset import Manifest
from extractor.firsts import PIECE as _PIECE
from extractor.ingest.formats import HTML, TEXT
from extractor.quick import in_re
from extractor.rulebook import EDGE_L, EDGE_R, words_pattern
from extractor.textview import lower, match_key, tone_key

#: topics of rules that make every file's text: what they cut away is not in the record
_ALWAYS = frozenset({"cleaning", "encodings", "secrecy"})
#: those that are asked for files with pages, signatures, metadata, and not for plain texts and web pages
_WITH_PAGES = frozenset({"file_names", "package", "pages", "scans", "signatures"})
#: those that are asked for both: how a page is arranged, and what a text consists of
_PAGES_TOO = frozenset({"layout"})
_PORTAL = "portal"
#: registers whose rows matter only where one of these cells stands in the text; `|` divides several
NAMES = {
    "agencies.csv": ("id", "name", "aliases"),
    "agency_fields.csv": ("field", "aliases"),
    "communes.csv": ("id", "name"),
    "districts.csv": ("id", "name"),
    "posts.csv": ("post", "aliases"),
    "unit_codes.csv": ("unit", "name", "aliases"),
    "topics.csv": ("code", "words"),
}
#: registers that no reading looks into
UNREAD = frozenset({"evaluation.csv"})
#: a string that is shorter stands in nearly every text
_SHORTEST = 2
#: seconds after which a pattern counts as found
_TIMEOUT = 1.0
_BLANKS = re.compile(r"\s+")
_AROUND = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_PLACES = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\Z", r"\z", r"\G", r"\m", r"\M"})
#: what ends a number of repetitions; a plus behind it forbids to try fewer
_REPEATS = frozenset({"?", "*", "+", "}"})
#: what a brace follows that tells no number
_PROPERTY = frozenset({r"\p", r"\P"})
#: stand for the borders of words, which are conditions too
_WORD_BEGINS, _WORD_ENDS = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a document: its text, its record as JSON, the media type, whether it came alone."""

    text: str
    record: str
    media_type: str
    alone: bool

    @property
    def plain(self) -> bool:
        """Whether it is a text without pages and without another file around it."""
        return self.alone and self.media_type == TEXT


@dataclass(frozen=True, slots=True)
class _Asked:
    """A changed rule: strings of which each match holds one (None: not known), and its loosened pattern."""

    strings: frozenset[str] | None
    pattern: Any
    case: bool

    def finds(self, held: str, cased: str) -> bool:
        if self.strings is not None and not any(string in held for string in self.strings):
            return False
        try:
            return self.pattern.search(cased if self.case else held, timeout=_TIMEOUT) is not None
        except TimeoutError:
            return True


@dataclass(slots=True)
class Change:
    """What was changed between two states of the rules; `why` names what may touch any document."""

    rules: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    why: str | None = None
    #: what may touch any document with pages, or any web page
    pages: bool = False
    web: bool = False
    asked: list[_Asked] = field(default_factory=list)
    #: folded names with a blank around
    folded: set[str] = field(default_factory=set)

    def may_touch(self, seen: Seen) -> bool:
        """Whether a document may be read otherwise now."""
        if self.why is not None or (
            self.pages and not (seen.plain or (seen.alone and seen.media_type == HTML))
        ):
            return True
        if self.web and not seen.plain:
            return True
        if self.asked:
            for text in (seen.text, _BLANKS.sub(" ", seen.text), seen.record):
                cased = tone_key(text)
                held = lower(cased)
                if any(rule.finds(held, cased) for rule in self.asked):
                    return True
        if self.folded:
            held = f" {key(seen.text)} {key(seen.record)} "
            return any(name in held for name in self.folded)
        return False


def between(old: Manifest | None, new: Manifest) -> Change:
    """What was changed from `old` to `new`; everything where `old` is not known."""
    change = Change()
    if old is None:
        change.why = "rules of an unknown state"
        return change
    _compare_rules(old["rules"], new["rules"], change)
    _compare_tables(old["tables"], new["tables"], change)
    return change


def _compare_rules(old: Manifest, new: Manifest, change: Change) -> None:
    if [r for r in old if r in new] != [r for r in new if r in old]:
        change.why = "order of the rules"
    for rule_id in [*old, *(r for r in new if r not in old)]:
        before, after = old.get(rule_id), new.get(rule_id)
        if before == after:
            continue
        change.rules.append(rule_id)
        topic = rule_id.split(".")[0]
        if topic in _ALWAYS:
            change.why = rule_id
        change.pages = change.pages or topic in _WITH_PAGES | _PAGES_TOO
        change.web = change.web or topic == _PORTAL
        if topic not in _WITH_PAGES and topic != _PORTAL:
            change.asked += map(asked, _differing(before, after))


def _differing(before: Manifest | None, after: Manifest | None) -> list[Manifest]:
    """What of a rule to look for: the words that were added or taken out, else the rule in both states."""
    if before and after and all(before[k] == after[k] for k in before if k not in {"words", "source"}):
        words = sorted({*before["words"]} ^ {*after["words"]})
        if before["words"] and after["words"] and words:
            return [{**after, "words": words, "source": words_pattern(words, after["case"])}]
    return [rule for rule in (before, after) if rule is not None]


def _compare_tables(old: Manifest, new: Manifest, change: Change) -> None:
    for name in sorted({*old, *new} - UNREAD):
        if old.get(name) == new.get(name):
            continue
        change.names.append(name)
        if name not in NAMES or name not in old or name not in new:
            change.why = name
            continue
        before = [tuple(row.items()) for row in old[name]]
        after = [tuple(row.items()) for row in new[name]]
        was, stands = set(before), set(after)
        if [row for row in before if row in stands] != [row for row in after if row in was]:
            change.why = f"order of {name}"
        for row in map(dict, was ^ stands):
            cells = (cell for column in NAMES[name] for cell in row.get(column, "").split("|"))
            words = {f" {word} " for word in map(key, cells) if word}
            change.folded |= words
            if not words:
                change.why = name


def asked(rule: Manifest) -> _Asked:
    """A rule as it is asked here."""
    strings = demanded(rule)
    pattern = regex.compile(loosened(rule["source"]), regex.V0 | regex.MULTILINE)
    return _Asked(frozenset(strings) if strings is not None else None, pattern, rule["case"])


def loosened(source: str) -> str:
    """A pattern without conditions on what stands around a match, or on where it begins and ends.

    Words stay whole: the pieces of a text that rules are asked about are never cut inside a word.
    """
    out: list[str] = []
    dropped = depth = 0
    before = ""
    for m in _PIECE.finditer(source.replace(EDGE_L, _WORD_BEGINS).replace(EDGE_R, _WORD_ENDS)):
        piece = m[0]
        opens = piece.startswith("(")
        depth += opens
        if opens and not dropped and piece in _AROUND:
            dropped = depth
        if not dropped:
            if piece in _PLACES:
                piece = "(?:)"
            elif piece == "(?>":
                piece = "(?:"
            elif piece == "+" and before in _REPEATS:
                piece = ""
            out.append(piece)
        if piece in _PROPERTY:
            before = piece
        elif before not in _PROPERTY:
            before = piece if piece in _REPEATS and before not in _REPEATS else ""
        elif piece == "}":
            before = ""
        if piece == ")":
            if depth == dropped:
                dropped = 0
                out.append("(?:)")
            depth -= 1
    return "".join(out).replace(_WORD_BEGINS, r"(?<!\p{L})").replace(_WORD_ENDS, r"(?!\p{L})")


def demanded(rule: Manifest) -> set[str] | None:
    """Strings of which each match of a rule holds one, in the form of `match_key`; None when not known."""
    choices = []
    if rule["anchors"]:
        choices.append({match_key(a) for a in rule["anchors"]})
    pattern = in_re(rule["source"])
    if pattern is not None:
        found = _of_sequence(_parser.parse(pattern.pattern, re.MULTILINE))
        if found is not None:
            choices.append({match_key(string) for string in found})
    choices = [c for c in choices if min(map(len, c)) >= _SHORTEST]
    return max(choices, key=_worth, default=None)


def _worth(strings: set[str]) -> tuple[int, int]:
    """How much it says that one of these strings is there: the longer and fewer, the more."""
    return min(map(len, strings)), -len(strings)


def _of_sequence(pieces: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """Strings of which whatever matches a parsed sequence holds one."""
    choices = list(_choices(pieces))
    return max(choices, key=_worth, default=None)


def _choices(pieces: Iterable[tuple[Any, Any]]) -> Iterator[set[str]]:
    run = ""
    for kind, value in pieces:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        if kind is op.AT:
            continue
        if run.strip():
            yield {run.strip()}
        run = ""
        inside = _of_piece(kind, value)
        if inside is not None:
            yield inside
    if run.strip():
        yield {run.strip()}


def _of_piece(kind: Any, value: Any) -> set[str] | None:
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0] >= 1:
        return _of_sequence(value[2])
    if kind is op.BRANCH:
        found: set[str] = set()
        for branch in value[1]:
            inside = _of_sequence(branch)
            if inside is None:
                return None
            found |= inside
        return found
    return None
