"""The stretch of a text that shows best why it was found, with the words that were found marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.database.fold import fold
from extractor.database.query import Marks, Parsed, words
from extractor.textview import match_key

#: pieces of a text; those that were asked for are True
Pieces = list[tuple[str, bool]]

#: characters of a stretch; of a text that is looked at first, and at most; hits in it
_LENGTH, _FIRST, _MOST, _HITS = 240, 5_000, 40_000, 80
_SPACE = re.compile(r"\s+")
_BETWEEN = r"[\W_]{1,4}"


def mark(text: str, parsed: Parsed, marks: Marks, length: int = _LENGTH) -> Pieces:
    """The best `length` characters of a text (NFC) for a query; all of a shorter one. `marks` says with which
    marks words count as found."""
    text = text[:_MOST]
    hits = _hits(text[:_FIRST], parsed, marks) or _hits(text, parsed, marks)
    start, end = _window(text, hits, length)
    pieces: Pieces = []
    at = start
    for first, behind, _ in hits:
        if first < at or behind > end:
            continue
        if first > at:
            gap = text[at:first]
            if pieces and gap.isspace():  # hits side by side are one
                pieces[-1] = (pieces[-1][0] + gap + text[first:behind], True)
                at = behind
                continue
            pieces.append((gap, False))
        pieces.append((text[first:behind], True))
        at = behind
    if at < end:
        pieces.append((text[at:end], False))
    pieces = [(_SPACE.sub(" ", piece), hit) for piece, hit in pieces]
    if start > 0:
        pieces.insert(0, ("… ", False))
    if end < len(text.rstrip()):
        pieces.append((" …", False))
    return _joined(pieces)


def _view(text: str, marks: Marks) -> str:
    """The text as its words are compared, letter for letter."""
    if marks == "exact":
        return match_key(text)
    view = fold(text)
    if len(view) == len(text):
        return view
    return "".join((fold(c) or " ")[0] for c in text)


def _hits(text: str, parsed: Parsed, marks: Marks) -> list[tuple[int, int, int]]:
    """Where terms stand: start, end and which term."""
    terms = sorted(
        ((term.exact if marks == "exact" else term.folded, i) for i, term in enumerate(parsed.terms)),
        key=lambda t: -len(" ".join(t[0])),
    )
    if not terms:
        return []
    # every word is letters and digits, so nothing needs to be escaped; that none goes before a term is asked
    # behind its first word, since `re` looks for letters much faster than for places
    pattern = "|".join(
        f"(?P<t{i}>{first}(?<![^\\W_]{first}){''.join(_BETWEEN + word for word in rest)})"
        for (first, *rest), i in terms
    )
    found = []
    for m in re.finditer(rf"(?:{pattern})(?![^\W_])", _view(text, marks)):
        term = int((m.lastgroup or "t0")[1:])
        if marks == "typed" and not {*parsed.terms[term].marked()} <= {*words(text[m.start() : m.end()])}:
            continue
        found.append((m.start(), m.end(), term))
        if len(found) >= _HITS:
            break
    return found


def _window(text: str, hits: Sequence[tuple[int, int, int]], length: int) -> tuple[int, int]:
    """Start and end of the stretch with the most different terms, then the most of them side by side."""
    if len(text) <= length or not hits:
        return 0, _edge(text, min(length, len(text)))
    best, best_score, behind = 0, (-1, -1), 0
    counts: dict[int, int] = {}
    near = 0
    for first, hit in enumerate(hits):
        while behind < len(hits) and hits[behind][1] - hit[0] <= length * 3 // 4:
            counts[hits[behind][2]] = counts.get(hits[behind][2], 0) + 1
            near += behind > first and hits[behind][0] - hits[behind - 1][1] <= 1
            behind += 1
        score = (len(counts), near)
        if score > best_score:
            best, best_score = first, score
        if behind > first:
            counts[hit[2]] -= 1
            if not counts[hit[2]]:
                del counts[hit[2]]
            if first + 1 < behind:
                near -= hits[first + 1][0] - hit[1] <= 1
        else:
            behind = first + 1
    start = max(0, hits[best][0] - length // 5)
    if start:
        blank = re.compile(r"\s").search(text, start, hits[best][0])
        start = blank.end() if blank else hits[best][0]
    return start, _edge(text, min(len(text), max(start + length, hits[best][1])))


def _edge(text: str, end: int) -> int:
    """The last end of a word at or before `end`."""
    if end >= len(text) or text[end].isspace():
        return end
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return blank if blank > end - 40 and blank > 0 else end


def _joined(pieces: Pieces) -> Pieces:
    out: Pieces = []
    for piece, hit in pieces:
        if out and out[-1][1] == hit:
            out[-1] = (out[-1][0] + piece, hit)
        elif piece:
            out.append((piece, hit))
    return out
