"""Quantities: numbers with their unit, what is said about their size, and which numbers are none.

Numbers, comparators and ignore rules are the topic ``figures``; units are the register ``units.csv``
(``surface, unit, factor, kind``; kind: percent, scale, money, measure, times, time, count).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import regex

from extractor.annotations import Mention
from extractor.quick import TwoEngines
from extractor.rulebook import Rulebook, possible
from extractor.textview import TextView, match_key, squeeze

#: characters looked at before and behind a number
_LEFT, _RIGHT = 48, 48
#: longest unit or cue, in syllables
_LONGEST = 5
#: longest number, in characters, and most scale words behind it, that mean a size
_LONGEST_NUMBER, _MOST_SCALES = 20, 3
#: most blanks between a number and its unit
_WIDEST_GAP = 3
#: longest phrase of comparison, in syllables
_LONGEST_CUE = 4
#: a sign in a bracket before a percentage
_SIGNS = {"(-": "decrease", "(+": "increase"}
_THREE_DIGITS = regex.compile(r"[.,]\d{3}$")
_WORD = TwoEngines(r"[\p{L}\p{M}%‰²³]+\d?")
_WORD_BEFORE = TwoEngines(r"[\p{L}\p{M}]+|[^\s\p{L}\p{M}]+")
_PER = regex.compile(r"/(?:\d[\d.]*[ ])?(?P<noun>\p{L}+)[\d²³]?")
_SLASH = TwoEngines(r"\s?/\s?(?=\d)")
_SYLLABLE = regex.compile(r"[ ]\p{L}+")
_OF = TwoEngines(r"\s?/\s?(\d+(?:[.,]\d+)*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A size in the unit's base: ``12 tỷ đồng`` is 12000000000 ``đồng``.

    `measure` is the kind of unit (percent, money, measure, times, count, open: a noun no register knows);
    `spoken` the offset where number and unit begin (the mention also covers the words of comparison before).
    """

    value: int | float
    unit: str | None
    value_max: int | float | None = None
    of: int | float | None = None
    comparator: str = "="
    kind: str = "level"
    measure: str = "open"
    spoken: int = 0
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    factor: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of the rules, keyed by squeezed lower-case phrase."""

    units: dict[str, _Unit]
    before: dict[str, dict[str, Any]]
    behind: dict[str, str]
    not_counted: frozenset[str]


@dataclass(slots=True)
class _Size:
    """Number tokens with their common unit: ``a``, ``a/b unit``, ``a - b unit``; offsets into the text."""

    start: int
    end: int
    first: str
    second: str | None
    link: str
    unit: _Unit | None
    scale: Decimal


@dataclass(frozen=True, slots=True)
class _Style:
    """Whether a text writes numbers the English way (``1,298.5``), and whether it mixes both ways."""

    english: bool
    mixed: bool


def find_quantities(view: TextView, book: Rulebook, skip: Sequence[Mention] = ()) -> list[Mention]:
    """All quantities of a text, in text order, each with a `Quantity`.

    Numbers inside `skip` (document numbers, dates) or inside what an ignore rule finds are left out, and so
    are durations and ages. Whether ``.`` or ``,`` groups thousands is decided once for the whole text.
    """
    lexicon = lexicon_of(book)
    number = book["figures.number"]
    blocked = _blocked(view, book, skip)
    heads = [s for s, _ in blocked]
    style = _number_style(view, book)
    out: list[Mention] = []
    done = 0
    for m in number.finditer(view):
        if m.start() < done or m.end() - m.start() > _LONGEST_NUMBER or _inside(blocked, heads, m.start()):
            continue
        size = _size(view, book, lexicon, m.start(), m.end())
        if size is None:
            continue
        done = size.end
        if size.unit is not None and size.unit.kind == "time":
            continue
        mention = _quantity(view, lexicon, size, style, out[-1].end if out else 0, number.id)
        if mention is not None:
            out.append(mention)
    return _merge_ranges(view, book, out)


def parse_number(token: str, english: bool = False, whole: bool = False) -> tuple[Decimal, bool]:
    """The value of ``1.298.030`` or ``74,93``, and whether it can be read in two ways.

    `english` is the style of the whole text; `whole` says that the unit is counted, so a comma before three
    digits cannot begin a fraction.
    """
    marks = [c for c in token if c in ".,"]
    if not marks:
        return Decimal(token), False
    group, point = (",", ".") if english else (".", ",")
    if len(set(marks)) == 2:
        last = max(token.rfind("."), token.rfind(","))
        return Decimal(regex.sub(r"[.,]", "", token[:last]) + "." + token[last + 1 :]), False
    mark = marks[0]
    parts = token.split(mark)
    thousands = all(len(p) == 3 for p in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
    if len(marks) > 1:
        return Decimal("".join(parts)), not thousands
    if not thousands:
        return Decimal(parts[0] + "." + parts[1]), False
    if mark == group or whole:
        return Decimal("".join(parts)), mark == point
    return Decimal(parts[0] + "." + parts[1]), mark == point and english


def plain(value: Decimal) -> int | float:
    """An int where the value is whole, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)


@lru_cache(maxsize=8)
def lexicon_of(book: Rulebook) -> Lexicon:
    units = {
        match_key(row["surface"]): _Unit(row["unit"], Decimal(row["factor"]), row["kind"])
        for row in book.table("units.csv")
    }
    before: dict[str, dict[str, Any]] = {}
    behind: dict[str, str] = {}
    not_counted: set[str] = set()
    for rule in book.topic("figures"):
        words = [match_key(w) for w in rule.words]
        if "comparator_behind" in rule.set:
            behind.update((w, rule.set["comparator_behind"]) for w in words)
        elif {"comparator", "direction"} & rule.set.keys() or rule.set.get("role") in {"link", "from"}:
            before.update((w, rule.set) for w in words)
        elif rule.set.get("role") == "not_counted":
            not_counted.update(words)
    return Lexicon(units, before, behind, frozenset(not_counted))


def _blocked(view: TextView, book: Rulebook, skip: Sequence[Mention]) -> list[tuple[int, int]]:
    spans = [(s.start, s.end) for s in skip]
    for rule in possible((r for r in book.topic("figures") if r.ignore), view):
        spans.extend(m.span() for m in rule.finditer(view))
    spans.sort()
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _inside(blocked: list[tuple[int, int]], heads: list[int], at: int) -> bool:
    i = bisect_left(heads, at + 1) - 1
    return i >= 0 and blocked[i][1] > at


def _number_style(view: TextView, book: Rulebook) -> _Style:
    vietnamese = sum(1 for _ in book["figures.vietnamese_marks"].finditer(view))
    english = sum(1 for _ in book["figures.english_marks"].finditer(view))
    return _Style(english > vietnamese, english > 0 and vietnamese > 0)


def _size(view: TextView, book: Rulebook, lexicon: Lexicon, start: int, end: int) -> _Size | None:
    """The number at ``[start, end)`` with what follows it: a second number, a unit; None without a unit."""
    key = view.key
    second, link, at = None, "", end
    joint = _SLASH.of(view.is_usual).match(key, end) or book["figures.range"].match(view, end)
    if joint is not None:
        other = book["figures.number"].match(view, joint.end())
        if other is not None:
            second, link, at = other[0], "of" if "/" in joint[0] else "max", other.end()
    year = end - start == 4 and key[start:end].isdigit() and key[start:end].startswith(("19", "20"))
    unit, scale, stop = _unit_at(view, lexicon, at, (end - start > 1 and not year) or second is not None)
    if unit is None and scale == 1:
        return None
    if second is None and unit is not None:
        again = _OF.of(view.is_usual).match(key, stop)
        if again is not None and _unit_at(view, lexicon, again.end(), False)[0] == unit:
            second, link, stop = again[1], "of", _unit_at(view, lexicon, again.end(), False)[2]
    return _Size(start, stop, key[start:end], second, link, unit, scale)


def _unit_at(
    view: TextView, lexicon: Lexicon, at: int, open_nouns: bool
) -> tuple[_Unit | None, Decimal, int]:
    """The unit behind a number that ends at `at`, the product of its scale words and factor, and its end."""
    scale, scales = Decimal(1), 0
    unit, stop = _registered(view, lexicon, at)
    while unit is not None and unit.kind == "scale" and scales < _MOST_SCALES:
        scale, scales, at = scale * unit.factor, scales + 1, stop
        unit, stop = _registered(view, lexicon, at)
    if unit is None or unit.kind == "scale":
        if open_nouns or scales:
            unit, stop = _open_noun(view, lexicon, at)
            return unit, scale, stop
        return None, scale, at
    if not _repeats(view, lexicon, unit, stop):
        end = _end_of_rate(view, lexicon, stop)
        if end > stop:
            unit, stop = replace(unit, name=unit.name + view.text[stop:end]), end
    return unit, scale * unit.factor, stop


def _registered(view: TextView, lexicon: Lexicon, at: int) -> tuple[_Unit | None, int]:
    """The longest unit of the register that begins behind `at`, and its end."""
    words = _words_from(view, at)
    for i in range(len(words), 0, -1):
        unit = lexicon.units.get(squeeze(view.key[words[0][0] : words[i - 1][1]]))
        if unit is not None:
            return unit, words[i - 1][1]
    return None, at


def _end_of_rate(view: TextView, lexicon: Lexicon, at: int) -> int:
    """Where ``/người/năm`` behind a unit ends; its nouns may have two syllables (``/cơ sở``)."""
    while (per := _PER.match(view.key, at)) is not None:
        at = per.end()
        follows = _SYLLABLE.match(view.key, at)
        if follows is not None and per["noun"] + follows[0] in lexicon.units:
            at = follows.end()
    return at


def _repeats(view: TextView, lexicon: Lexicon, unit: _Unit, at: int) -> bool:
    """Whether ``/number`` with the same unit follows: ``12 xã/15 xã`` is a ratio, not a rate."""
    again = _OF.of(view.is_usual).match(view.key, at)
    if again is None:
        return False
    words = _words_from(view, again.end())
    return any(lexicon.units.get(squeeze(view.key[words[0][0] : end])) == unit for _, end in words)


def _words_from(view: TextView, at: int) -> list[tuple[int, int]]:
    """Offsets of the next few words behind `at`, while only a blank, a line break or a comma parts them."""
    out: list[tuple[int, int]] = []
    for m in _WORD.of(view.is_usual).finditer(view.key, at, at + _RIGHT):
        gap = view.key[out[-1][1] if out else at : m.start()]
        blank = not gap.strip() and len(gap) <= _WIDEST_GAP and gap.count("\n") <= 1
        if not blank and not (out and gap in {", ", ".", "-"}):
            break
        out.append(m.span())
        if len(out) == _LONGEST:
            break
    return out


def _open_noun(view: TextView, lexicon: Lexicon, at: int) -> tuple[_Unit | None, int]:
    """A noun of one or two syllables that no register knows, if the words behind a number can be one."""
    taken: list[tuple[int, int]] = []
    for start, end in _words_from(view, at)[:2]:
        word = view.key[start:end]
        gap = view.key[taken[-1][1] if taken else at : start]
        if word in lexicon.not_counted or word in lexicon.before:
            break
        initials = not taken and len(word) > 2 and view.cased[start:end].isupper()
        small = view.cased[start] == word[0] and len(word) > 1
        if gap != " " or not (small or initials):
            break
        taken.append((start, end))
        if initials:
            break
    if not taken:
        return None, at
    stop = taken[-1][1]
    return _Unit(view.text[taken[0][0] : stop], Decimal(1), "open"), stop


def _quantity(
    view: TextView, lexicon: Lexicon, size: _Size, style: _Style, floor: int, rule: str
) -> Mention | None:
    """The mention that a size makes with the words around it, none of them before `floor`."""
    measure = size.unit.kind if size.unit is not None else "open"
    whole = measure in {"count", "open"} and size.scale == 1
    first, doubt = parse_number(size.first, style.english, whole)
    of = most = None
    if size.second is not None:
        second, also = parse_number(size.second, style.english, whole)
        doubt = doubt or also
        if second <= (first if size.link == "max" else 0):
            return None
        of, most = (
            (plain(second * size.scale), None) if size.link == "of" else (None, plain(second * size.scale))
        )
    end, behind = _cue_behind(view, lexicon, size.end)
    open_range = size.link == "max" or behind is not None
    begin, comparator, direction = _cues_before(view, lexicon, floor, size.start, open_range)
    if measure == "times" and direction is None:
        return None
    kind = direction or ("range" if size.link == "max" else "level")
    if size.link == "of":
        kind = "ratio"
    elif kind == "level" and measure == "percent":
        kind = _SIGNS.get(view.key[max(0, size.start - 2) : size.start], kind)
    value = Quantity(
        value=plain(first * size.scale),
        unit=size.unit.name if size.unit is not None else None,
        value_max=most,
        of=of,
        comparator=behind or comparator,
        kind=kind,
        measure=measure,
        spoken=size.start,
        ambiguous=doubt or (style.mixed and not whole and _THREE_DIGITS.search(size.first) is not None),
    )
    return Mention(begin, end, measure, rule, value)


def _cues_before(
    view: TextView, lexicon: Lexicon, floor: int, at: int, open_range: bool
) -> tuple[int, str, str | None]:
    """Where the words of comparison before a number begin, the comparator, and increase or decrease, if said.

    Of stacked comparators the one next to the number counts. A word such as ``từ`` belongs to the number only
    in an `open_range`; else it says where a change starts.
    """
    from_ = max(floor, at - _LEFT)
    words = [(m.start(), m[0]) for m in _WORD_BEFORE.of(view.is_usual).finditer(view.key, from_, at)]
    words = words[1 + max((i for i, (_, w) in enumerate(words) if not w[0].isalpha()), default=-1) :]
    if from_ > floor and words and words[0][0] == from_:
        words.pop(0)  # cut in two by the window
    comparator, begin, count = None, at, len(words)
    while count:
        size, found = _longest_cue(lexicon, words[:count])
        if found is None or (found.get("role") == "from" and not open_range):
            break
        count -= size
        if "direction" in found:
            if found["direction"] == "level":
                return begin, comparator or "=", None
            if comparator is None and count:  # "gần gấp 3 lần"
                comparator = lexicon.before.get(words[count - 1][1], {}).get("comparator")
                count -= comparator is not None
            return words[count][0], comparator or "=", found["direction"]
        comparator = comparator or found.get("comparator")
        if found.get("role") != "link":
            begin = words[count][0]
    return begin, comparator or "=", None


def _longest_cue(lexicon: Lexicon, words: list[tuple[int, str]]) -> tuple[int, dict[str, Any] | None]:
    """The longest phrase of comparison that ends `words`: its syllables and what its rule sets."""
    for size in range(min(_LONGEST_CUE, len(words)), 0, -1):
        found = lexicon.before.get(" ".join(w for _, w in words[-size:]))
        if found is not None:
            return size, found
    return 0, None


def _cue_behind(view: TextView, lexicon: Lexicon, at: int) -> tuple[int, str | None]:
    words = _words_from(view, at)[:2]
    if len(words) == 2:
        found = lexicon.behind.get(squeeze(view.key[words[0][0] : words[1][1]]))
        if found is not None:
            return words[1][1], found
    return at, None


def _merge_ranges(view: TextView, book: Rulebook, mentions: list[Mention]) -> list[Mention]:
    """Join ``5% - 10%`` (two quantities of one unit around a range word) to one."""
    out: list[Mention] = []
    for m in mentions:
        last, floor = (out[-1] if out else None), (out[-2].end if len(out) > 1 else 0)
        if last is not None and m.start - last.end < 8 and _is_range(view, book, last, m):
            low, high = last.value, m.value
            begin, kind = last.start, low.kind
            if "/" in (high.unit or "") and kind == "level":  # "giảm bình quân từ 3% đến 4%/năm"
                begin, _, direction = _cues_before(view, lexicon_of(book), floor, low.spoken, True)
                kind = direction or kind
            kind = kind if kind in {"increase", "decrease"} else "range"
            doubt = low.ambiguous or high.ambiguous
            value = replace(low, value_max=high.value, unit=high.unit, kind=kind, ambiguous=doubt)
            out[-1] = Mention(begin, m.end, last.label, last.rule, value)
        else:
            out.append(m)
    return out


def _is_range(view: TextView, book: Rulebook, low: Mention, high: Mention) -> bool:
    if not _same_unit(low.value.unit, high.value.unit):
        return False
    if low.value.value_max or high.value.value_max or high.value.of:
        return False
    link = book["figures.range"].match(view, low.end)
    return link is not None and link.end() == high.start and bool(low.value.value < high.value.value)


def _same_unit(low: str | None, high: str | None) -> bool:
    """Whether two ends of a range have one unit; the second alone may say per what (``2% - 3%/năm``)."""
    return low == high or bool(low and high and high.startswith(low + "/"))
