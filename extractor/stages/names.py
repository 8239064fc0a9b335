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
#: NER models; the first is the default
MODELS = ("own", "underthesea", "none")
#: characters before and behind a name that a model sees
_AROUND = {"own": (60, 90), "underthesea": (50, 30)}
#: a model may see so many characters of any text, and this share of it besides
_ALLOWED, _SHARE = 240, {"own": 0.1, "underthesea": 0.02}
_MAX_WINDOWS = 200
#: characters before a name in which a word tells what it is
_TOLD_WITHIN = 24


def propose_names(annotations: Annotations, book: Rulebook, model: str) -> None:
    """Fill group ``names`` (labels agency, person, place; rule ``ner.`` and the model's name, or ``names.``).

    `model` is one of `MODELS`. Raises ValueError for another one.
    """
    if model not in MODELS:
        raise ValueError(f"unknown model of names: {model}")
    annotations.mentions["names"] = [] if model == "none" else _proposals(annotations, book, model)


def clear_cache() -> None:
    """Forget the windows seen so far."""
    _entities.cache_clear()


def _proposals(annotations: Annotations, book: Rulebook, model: str) -> list[Mention]:
    text = annotations.view.text
    left = int(len(text) * _SHARE[model]) + _ALLOWED
    windows = 0
    first = last = 0  # the window that the model saw last
    seen: dict[str, str] = {}
    proposed: list[Mention] = []
    told = _Told(annotations, book)
    taken = _Taken(annotations)
    candidates = ["names.candidate"] if model == "underthesea" else ["names.candidate", "names.opening"]
    for start, end in unexplained(annotations, book, *candidates):
        if proposed and start < proposed[-1].end:
            continue
        by_words = told.label(start, end)
        if by_words is not None:
            if by_words[0] and " " in text[start:end]:
                proposed.append(Mention(start, end, *by_words))
            continue
        name = text[start:end]
        if name in seen and seen[name] != "agency":
            if seen[name]:
                proposed.append(Mention(start, end, seen[name], f"ner.{model}"))
            continue
        if start < first or end > last:
            first, last = _window(text, start, end, *_AROUND[model])
            left, windows = left - (last - first), windows + 1
            if left < 0 or windows > _MAX_WINDOWS:
                break
        begin, stop, label = _entity(model, text[first:last], start - first, end - first)
        if label == "agency":
            begin, stop = begin + first, stop + first
            after_last = not proposed or begin >= proposed[-1].end
            if after_last and _is_whole(text, first, last, begin, stop) and taken.free(begin, stop):
                proposed.append(Mention(begin, stop, label, f"ner.{model}"))
            continue
        if " " not in name:
            label = ""  # one syllable can begin an agency's name, but is none of another kind
        seen[name] = label
        if label:
            proposed.append(Mention(start, end, label, f"ner.{model}"))
    return proposed


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
    reach: list[int] = []
    for _, end in spans:
        reach.append(max(end, reach[-1]) if reach else end)
    return [start for start, _ in spans], reach


def told_names(annotations: Annotations, book: Rulebook) -> list[Mention]:
    """The unexplained names of which the words before them say what they are (label "" for none of the kinds)."""
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
    annotations: Annotations, book: Rulebook, *candidates: str
) -> list[tuple[int, int]]:
    """Places of capitalised names (rules `candidates`) that no mention touches, in text order."""
    starts, reach = _reach(sorted((m.start, m.end) for g in EXPLAINED for m in annotations.group(g)))
    ordinary = book["names.ordinary"]
    found = set()
    for rule in candidates or ("names.candidate",):
        for m in book[rule].finditer(annotations.view):
            start, end = m.span("m")
            before = bisect_right(starts, end - 1)
            if not (before and reach[before - 1] > start) and not ordinary.match(annotations.view, start):
                found.add((start, end))
    return sorted(found, key=lambda span: (span[0], -span[1]))


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


def _is_whole(text: str, first: int, last: int, start: int, end: int) -> bool:
    """Whether a name of several syllables does not reach a border of the window that cuts its line."""
    begins = start > first or first == 0 or text[first - 1] == "\n"
    ends = end < last or last == len(text) or text[last] == "\n"
    return begins and ends and " " in text[start:end]


def _entity(model: str, window: str, start: int, end: int) -> tuple[int, int, str]:
    """The entity that covers the whole name with its kind, the name itself with "" without one."""
    for first, last, kind in _entities(model, window):
        if first <= start and end <= last:
            return first, last, kind
    return start, end, ""


@lru_cache(maxsize=4096)
def _entities(model: str, window: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and label (agency, person, place) of the names that a model sees in a window."""
    if model == "own":
        from extractor.names_model.tagger import tagger

        return tuple(tagger().entities(window))
    from extractor.stages.underthesea_tagger import LABELS
    from extractor.stages.underthesea_tagger import tagger as other

    return tuple((e.start, e.end, LABELS.get(e.kind, "")) for e in other().entities(window))
