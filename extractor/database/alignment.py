"""Where a place of one text is in another form of it: a scan beside its text, a letter cleaned otherwise.

Words are matched in order: first those runs that either text has once (patience diff), then what lies
between two such runs. Linear but for the sorting; long stretches without a common run stay unmatched.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+|[^\w\s]")
#: words of a run that must be the only one of its kind
_RUN = 3
#: words of one text times those of the other, between two runs, that are compared one with another
_GAP = 40_000
#: least share of the words at a place, with this many around it, that are in the other text as well
_KEPT, _AROUND = 0.6, 6
#: least share of the longer text's words that two forms of one letter have in common
_ALIKE = 0.6


class Alignment:
    """The words of `old` with their places in `new`."""

    def __init__(self, old: str, new: str) -> None:
        before, behind = [*_WORD.finditer(old)], [*_WORD.finditer(new)]
        a, b = [m[0].lower() for m in before], [m[0].lower() for m in behind]
        self._starts, self._ends = [m.start() for m in before], [m.end() for m in before]
        self._there = [m.span() for m in behind]
        self._to = _matched(a, b)
        same = sum(j >= 0 for j in self._to)
        #: whether both are forms of one letter
        self.alike = same >= _ALIKE * max(len(a), len(b))

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where ``old[start:end]`` is in the new text; None where its words are not there any more."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        there = [j for j in self._to[first:last] if j >= 0]
        around = self._to[max(0, first - _AROUND) : last + _AROUND]
        known = sum(j >= 0 for j in around)
        if not there or 2 * len(there) < last - first or known < _KEPT * len(around):
            return None
        if there[-1] - there[0] >= 2 * (last - first):  # much has come in between
            return None
        return self._there[there[0]][0], self._there[there[-1]][1]


def _matched(a: list[str], b: list[str]) -> list[int]:
    """For each word of `a` the position of its match in `b`, -1 without; growing."""
    to = [-1] * len(a)
    i = j = 0
    for x, y in [*_anchors(a, b), (len(a), len(b))]:
        if x < i or y < j:  # in the run before
            continue
        k, m = x, y
        while k > i and m > j and a[k - 1] == b[m - 1]:
            k, m = k - 1, m - 1
            to[k] = m
        if 0 < (k - i) * (m - j) <= _GAP:
            for block in SequenceMatcher(None, a[i:k], b[j:m], autojunk=False).get_matching_blocks():
                for n in range(block.size):
                    to[i + block.a + n] = j + block.b + n
        i, j = x, y
        while i < len(a) and j < len(b) and a[i] == b[j]:
            to[i] = j
            i, j = i + 1, j + 1
    return to


def _anchors(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Where runs begin that are in each text once: the longest list that grows in both."""
    once_a, once_b = _once(a), _once(b)
    pairs = [(i, once_b[run]) for run, i in once_a.items() if run in once_b]
    heads: list[int] = []
    best: list[int] = []
    back = [-1] * len(pairs)
    for n, (_, j) in enumerate(pairs):
        at = bisect_left(heads, j)
        heads[at : at + 1], best[at : at + 1] = [j], [n]
        back[n] = best[at - 1] if at else -1
    found, n = [], best[-1] if best else -1
    while n >= 0:
        found.append(pairs[n])
        n = back[n]
    return found[::-1]


def _once(words: list[str]) -> dict[tuple[str, ...], int]:
    """Runs that are there once, with their places, in order."""
    found: dict[tuple[str, ...], int] = {}
    again = set()
    for i in range(len(words) - _RUN + 1):
        run = tuple(words[i : i + _RUN])
        if run in found:
            again.add(run)
        found[run] = i
    return {run: i for run, i in found.items() if run not in again}
