"""Proposes agencies, persons and places for capitalised names that registers and rules left unexplained.

A statistical model sees only short windows around such names, few per letter; it never overrules a rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.tokenizer import WORDS

if TYPE_CHECKING:
    from extractor.names_model.tagger import Tagger

#: the groups whose mentions explain a name
EXPLAINED = ("numbers", "dates", "quantities", "agencies", "places")
#: the rule that finds what a model is asked about
_CANDIDATES = {"own": "names.sight", "underthesea": "names.candidate"}
#: characters before and behind a name that a model sees; a single syllable can only begin a name
_AROUND = {"own": (60, 35), "underthesea": (50, 30)}
_AROUND_SYLLABLE = (25, 80)
#: a model may see so many characters of any text, and this share of it besides
_ALLOWED, _SHARE = {"own": 3000, "underthesea": 240}, {"own": 0.1, "underthesea": 0.02}
_MAX_WINDOWS = 200
#: behind these and a blank a capital says nothing
_ENDS_SENTENCE = '.:!?)"'
#: characters before a name in which a word tells what it is
_TOLD_WITHIN = 24


def propose_names(annotations: Annotations, book: Rulebook, model: str) -> None:
    """Fill group ``names`` (labels agency, person, place; rule ``ner.`` and the model's name, or ``names.``).

    `model` is ``own``, ``underthesea`` or ``none``. Raises ValueError for another one.
    """
    if model != "none" and model not in _CANDIDATES:
        raise ValueError(f"unknown model of names: {model}")
    annotations.mentions["names"] = [] if model == "none" else _proposals(annotations, book, model)


def clear_cache() -> None:
    """Forget the windows seen so far."""
    _entities.cache_clear()


def _proposals(annotations: Annotations, book: Rulebook, model: str) -> list[Mention]:
    candidates = unexplained(annotations, book, _CANDIDATES[model])
    if not candidates:
        return []
    told, asked = _Told(annotations, book), _Asked(annotations, model)
    proposed: list[Mention] = []
    for start, end in candidates:
        last = proposed[-1].end if proposed else 0
        if start < last:
            continue
        by_words = told.label(start, end)
        if by_words is not None:
            if by_words[0] and not asked.is_syllable(start, end):
                proposed.append(Mention(start, end, *by_words))
            continue
        found = asked.name(start, end)
        if found is not None and found[0] >= last:
            proposed.append(Mention(*found, f"ner.{model}"))
    return proposed


class _Asked:
    """What a model says of the names of one text: each is asked once, within what the text allows."""

    def __init__(self, annotations: Annotations, model: str) -> None:
        self.annotations, self.text, self.model = annotations, annotations.view.text, model
        self._left = int(len(self.text) * _SHARE[model]) + _ALLOWED[model]
        self._windows = 0
        self._window = 0, 0
        self._labels: dict[str, str] = {}
        #: part of an agency's name -> what stands before and behind it in the name
        self._agencies: dict[str, tuple[str, str]] = {}

    @cached_property
    def taken(self) -> _Taken:
        return _Taken(self.annotations)

    def is_syllable(self, start: int, end: int) -> bool:
        """Whether a candidate is one syllable: that can begin an agency's name, but is no name by itself."""
        return " " not in self.text[start:end]

    def name(self, start: int, end: int) -> tuple[int, int, str] | None:
        """Place and label of the name at (an agency's: around) a candidate; None where there is none."""
        text, name = self.text, self.text[start:end]
        before, behind = self._agencies.get(name, ("", ""))
        first, last = start - len(before), end + len(behind)
        if name in self._agencies and text[first:start] == before and text[end:last] == behind:
            return (first, last, "agency") if self.taken.free(first, last) else None
        label = self._labels.get(name)
        if label is None:
            if not self._look(start, end):
                return None
            first, last, label = self._entity(start, end)
            if label == "agency":
                if not (self._is_whole(first, last) and self.taken.free(first, last)):
                    return None
                self._agencies[name] = text[first:start], text[end:last]
                return first, last, label
            if self.is_syllable(start, end):
                label = ""
            self._labels[name] = label
        return (start, end, label) if label else None

    def _look(self, start: int, end: int) -> bool:
        """Have a window around the candidate; False when the text's allowance is used up."""
        first, last = self._window
        if first <= start and end <= last and self._windows:
            return True
        if self._left < 0 or self._windows == _MAX_WINDOWS:
            return False
        around = _AROUND_SYLLABLE if self.is_syllable(start, end) else _AROUND[self.model]
        first, last = _window(self.text, start, end, *around)
        self._left -= last - first
        if self._left < 0:
            return False
        self._window, self._windows = (first, last), self._windows + 1
        return True

    def _entity(self, start: int, end: int) -> tuple[int, int, str]:
        """The entity in the window that covers the candidate; the candidate itself with "" without one."""
        offset, border = self._window
        for first, last, kind in _entities(self.model, self.text[offset:border]):
            if offset + first <= start and end <= offset + last:
                return offset + first, offset + last, kind
        return start, end, ""

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether a name has several syllables and no border of the window cuts it off."""
        first, last = self._window
        begins = start > first or first == 0 or self.text[first - 1] == "\n"
        ends = end < last or last == len(self.text) or self.text[last] == "\n"
        return begins and ends and not self.is_syllable(start, end)


class _Taken:
    """The stretches that an agency's name cannot share with a mention: of all groups but the places."""

    def __init__(self, annotations: Annotations) -> None:
        groups = (g for g in EXPLAINED if g != "places")
        spans = sorted((m.start, m.end) for g in groups for m in annotations.group(g))
        self.starts, self.reach = _reach(spans)

    def free(self, start: int, end: int) -> bool:
        before = bisect_right(self.starts, end - 1)
        return not (before and self.reach[before - 1] > start)


def _reach(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Starts of sorted spans, and how far the spans up to each of them reach."""
    return [start for start, _ in spans], list(accumulate((end for _, end in spans), max))


def told_names(annotations: Annotations, book: Rulebook) -> list[Mention]:
    """Unexplained names of which the words before them say what they are (label "" for none of the kinds)."""
    told, found = _Told(annotations, book), []
    for start, end in unexplained(annotations, book):
        by_words = told.label(start, end)
        if by_words is not None:
            found.append(Mention(start, end, *by_words))
    return found


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


def unexplained(
    annotations: Annotations, book: Rulebook, candidates: str = "names.candidate"
) -> list[tuple[int, int]]:
    """Places of capitalised names (rule `candidates`) that no mention touches, in text order."""
    starts, reach = _reach(sorted((m.start, m.end) for g in EXPLAINED for m in annotations.group(g)))
    view, rule, ordinary = annotations.view, book[candidates], book["names.ordinary"]
    _, places, _, capitals = annotations.doc.user_data[WORDS]
    found: list[tuple[int, int]] = []
    done = 0
    for start in compress(places, capitals):
        if start < done or view.text[start - 1 : start] != " " or view.text[start - 2] in _ENDS_SENTENCE:
            continue
        before = bisect_right(starts, start)
        if before and reach[before - 1] > start:
            continue
        m = rule.match(view, start)
        if m is None:
            continue
        start, done = m.span("m")
        before = bisect_right(starts, done - 1)
        if not (before and reach[before - 1] > start) and not ordinary.match(view, start):
            found.append((start, done))
    return found


def _window(text: str, start: int, end: int, ahead: int, behind: int) -> tuple[int, int]:
    """The name with some words around it, within its line."""
    first = max(text.rfind("\n", 0, start) + 1, start - ahead)
    if first and text[first - 1] not in " \n":
        first = text.find(" ", first, start) + 1 or start
    last = text.find("\n", end, end + behind)
    if last < 0:
        last = min(len(text), end + behind)
        if last < len(text):
            last = max(text.rfind(" ", end, last), end)
    return first, last


@contextmanager
def use_own(model: Tagger) -> Iterator[None]:
    """Let another model of ours stand in for the shipped one, for judging it."""
    clear_cache()
    _own.append(model)
    try:
        yield
    finally:
        _own.remove(model)
        clear_cache()


#: our models, the one in use last
_own: list[Tagger] = []


@lru_cache(maxsize=4096)
def _entities(model: str, window: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and label (agency, person, place) of the names that a model sees in a window."""
    if model == "own":
        if not _own:
            from extractor.names_model.tagger import tagger

            _own.append(tagger())
        return tuple(_own[-1].entities(window))
    from extractor.stages.underthesea_tagger import LABELS
    from extractor.stages.underthesea_tagger import tagger as other

    return tuple((e.start, e.end, LABELS.get(e.kind, "")) for e in other().entities(window))
