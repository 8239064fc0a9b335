"""Proposes agencies, persons and places for capitalised names that registers and rules left unexplained.

A statistical model sees only short windows around such names, few per letter; it never overrules a rule.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook

#: the groups whose mentions explain a name
EXPLAINED = ("numbers", "dates", "quantities", "agencies", "places")
LABELS = {"ORG": "agency", "PER": "person", "LOC": "place"}
#: characters on each side of a name that the model sees
_BEFORE, _AFTER = 50, 30
#: the model may see so many characters of any text, and this share of it besides
_ALLOWED, _SHARE = 240, 0.02
_MAX_WINDOWS = 200
#: characters before a name in which a word tells what it is
_TOLD_WITHIN = 24


def propose_names(annotations: Annotations, book: Rulebook, model: str) -> None:
    """Fill group ``names`` (labels agency, person, place; rule ``ner.`` and the model's name, or ``names.``).

    `model` is ``underthesea`` or ``none``. Raises ValueError for another one.
    """
    if model not in ("underthesea", "none"):
        raise ValueError(f"unknown model of names: {model}")
    annotations.mentions["names"] = [] if model == "none" else _proposals(annotations, book, f"ner.{model}")


def clear_cache() -> None:
    """Forget the windows seen so far."""
    _entities.cache_clear()


def _proposals(annotations: Annotations, book: Rulebook, rule: str) -> list[Mention]:
    text = annotations.view.text
    left = int(len(text) * _SHARE) + _ALLOWED
    first = last = 0  # the window that the model saw last
    labels: dict[str, str] = {}
    proposed = []
    told = _Told(annotations, book)
    for start, end in _unexplained(annotations, book):
        name = text[start:end]
        by_words = told.label(start, end)
        if by_words is not None:
            if by_words[0]:
                proposed.append(Mention(start, end, *by_words))
            continue
        if name not in labels:
            if start < first or end > last:
                first, last = _window(text, start, end)
                left -= last - first
                if left < 0 or len(labels) == _MAX_WINDOWS:
                    break
            labels[name] = _label(text[first:last], start - first, end - first)
        if labels[name]:
            proposed.append(Mention(start, end, labels[name], rule))
    return proposed


class _Told:
    """What the words before a name say it is: no model need be asked about "sông X" or "đồng chí Y"."""

    def __init__(self, annotations: Annotations, book: Rulebook) -> None:
        self.view = annotations.view
        self.rules = [book[f"names.{what}_before"] for what in ("person", "place", "other")]
        self.posts = {m.end for m in annotations.group("agencies") if m.value is not None and m.value.title}
        self._end = -1
        self._last: tuple[str, str] | None = None

    def label(self, start: int, end: int) -> tuple[str, str] | None:
        """Label ("" for none of the known kinds) and rule of the name at ``[start, end)``, None when untold.

        A name behind a comma is what the name before the comma is.
        """
        joined = self.view.text[self._end : start] in (", ", "; ") if 0 <= self._end < start else False
        found = self._last if joined else self._before(start)
        self._end, self._last = end, found
        return found

    def _before(self, start: int) -> tuple[str, str] | None:
        if start - 1 in self.posts:
            return "person", "names.person_before"
        for rule in self.rules:
            if rule.search(self.view, max(0, start - _TOLD_WITHIN), start):
                return rule.set["label"], rule.id
        return None


def _unexplained(annotations: Annotations, book: Rulebook) -> list[tuple[int, int]]:
    """Places of capitalised names that no mention touches."""
    taken = sorted((m.start, m.end) for group in EXPLAINED for m in annotations.group(group))
    starts = [start for start, _ in taken]
    reach: list[int] = []  # how far the mentions up to here reach
    for _, end in taken:
        reach.append(max(end, reach[-1]) if reach else end)
    ordinary = book["names.ordinary"]
    found = []
    for m in book["names.candidate"].finditer(annotations.view):
        start, end = m.span("m")
        before = bisect_right(starts, end - 1)
        if not (before and reach[before - 1] > start) and not ordinary.match(annotations.view, start):
            found.append((start, end))
    return found


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """The name with some words around it, within its line."""
    first = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
    if first and text[first - 1] not in " \n":
        first = text.find(" ", first, start) + 1 or start
    last = text.find("\n", end, end + _AFTER)
    if last < 0:
        last = min(len(text), end + _AFTER)
        if last < len(text):
            last = max(text.rfind(" ", end, last), end)
    return first, last


def _label(window: str, start: int, end: int) -> str:
    """The label of the entity that covers the whole name, "" without one."""
    for first, last, kind in _entities(window):
        if first <= start and end <= last:
            return LABELS.get(kind, "")
    return ""


@lru_cache(maxsize=4096)
def _entities(window: str) -> tuple[tuple[int, int, str], ...]:
    from extractor.stages.underthesea_tagger import tagger

    return tuple((e.start, e.end, e.kind) for e in tagger().entities(window))
