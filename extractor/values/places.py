"""Places: provinces, districts and communes by name, lists of them, and areas without a name ("toàn tỉnh").

Patterns are rules of the topic ``places``; names, their periods and their order are in ``provinces.csv``,
``districts.csv`` and ``communes.csv``. Names are compared without regard to the
place of the tone mark and to i or y.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice, pairwise

import regex

from extractor.annotations import Mention, longest_first
from extractor.quick import TwoEngines
from extractor.rulebook import Rulebook
from extractor.textview import TextView, match_key, squeeze

Row = dict[str, str]

_LEVELLED = (
    "places.province", "places.city", "places.district", "places.urban_district", "places.town",
    "places.district_short", "places.urban_district_short",
    "places.commune", "places.ward", "places.township", "places.special_zone", "places.hamlet",
)  # fmt: skip
_SYLLABLE = TwoEngines(r"[\p{L}\p{M}'\d]+")
#: what two spellings of one name may differ in besides case, tone placement and i/y
_MARKS = str.maketrans({"-": " ", "'": "", ".": ""})
_LONGEST_NAME, _LONGEST_UNKNOWN, _LONGEST_LIST = 6, 3, 60
#: words that a person's name has at least; characters before it in which a post is looked for
_PERSON, _POST = 3, 90
_CAPITAL_FOLLOWS = regex.compile(r"\x20\p{Lu}")
_CHAIN = regex.compile(r"\s*,?\s+")
_SENTENCE_END = regex.compile(r"[.!?]\s|\n")
_PUNCTUATION = regex.compile(r"[,/]\s*")
_SAME_SENTENCE = 150
_RANKED = {"province", "district", "commune"}
#: characters in front of a hit in which "các", a surname or a street is looked for
_BEFORE = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `name` canonical with its level word ("huyện Long Điền").

    `level` is province, district, commune or None; `province` the canonical name of its province where it is
    certain; `id` the register's id ("": in no register, or several of that name); `kind` the level word.
    `district` is a commune's district, by its bare name, where the text names it behind the commune.
    Areas without a name have the words as `name`. A list has its single places in `members`.
    """

    name: str
    level: str | None = None
    province: str | None = None
    id: str = ""
    kind: str = ""
    members: tuple[Place, ...] = ()
    district: str | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type of unit: its level and whether the registers have all of its names (`closed`)."""

    level: str
    word: str
    closed: bool


@lru_cache(maxsize=8)
def _families(book: Rulebook) -> frozenset[str]:
    """The first words of persons' names."""
    return frozenset(match_key(row["name"]) for row in book.table("family_names.csv"))


@lru_cache(maxsize=1 << 15)
def name_key(name: str) -> str:
    """What two spellings of a place's name have in common."""
    plain = unicodedata.normalize("NFD", match_key(name).translate(_MARKS)).replace("y", "i")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _covers(row: Row, on: date) -> bool:
    """Whether a register row is valid on a day."""
    day = on.isoformat()
    return (not row["from"] or row["from"] <= day) and (not row["to"] or day <= row["to"])


def _indexed(rows: Iterable[Row], aliases: bool = False) -> dict[str, list[Row]]:
    index: dict[str, list[Row]] = {}
    for row in rows:
        names = [row["name"], *(filter(None, row["aliases"].split("|")) if aliases else ())]
        for name in dict.fromkeys(map(name_key, names)):
            index.setdefault(name, []).append(row)
    return index


class PlaceIndex:
    """The registers of administrative units, by name."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        rules = (book[rule_id] for rule_id in _LEVELLED)
        self.kinds = {
            r.id: _Kind(str(r.set["level"]), str(r.set["type"]), bool(r.set.get("closed"))) for r in rules
        }
        self.provinces = _indexed(book.table("provinces.csv"), aliases=True)
        self.bare_names = {_full_name(r): r["name"] for r in book.table("provinces.csv")}
        self.districts = _indexed(book.table("districts.csv"))
        self.communes = _indexed(book.table("communes.csv"))

    def province(self, name: str, on: date | None = None) -> Row | None:
        """The province's row that is valid `on` that day; without a day the newest one."""
        rows = self.provinces.get(name_key(name), [])
        if on is not None:
            return next((r for r in rows if _covers(r, on)), None)
        return max(rows, key=_last_day, default=None)

    def as_of(self, place: Place, day: date) -> Place:
        """The city of district rank that only later became the province `place`; else `place` itself."""
        rows = self.provinces.get(name_key(place.name.removeprefix(place.kind)), [])
        if not rows or any(r["type"] == place.kind and _covers(r, day) for r in rows):
            return place
        cities = self.districts.get(name_key(rows[0]["name"]), [])
        city = _only([r for r in cities if r["type"] == place.kind and _covers(r, day)])
        if city is None:
            return place
        home = self.province_name(city["province"])
        return Place(_full_name(city), "district", home, city["id"], city["type"])

    def province_name(self, name: str) -> str | None:
        """``tỉnh Lào Cai`` of a bare name, with the type of its first period; None when it is no province."""
        rows = self.provinces.get(name_key(name))
        return _full_name(min(rows, key=_last_day)) if rows else None

    def look_up(self, kind: _Kind, name: str, province: str | None = None) -> Place | None:
        """The place of a kind, or None when no register has it; `province` is a name without level word.

        Where a name stands for several places, `id` and `province` are left empty. A name that the registers
        have under another type (a district that became a town) is known too, without an id.
        """
        key, level, word = name_key(name), kind.level, kind.word
        if level == "area":
            return None
        if level in {"province", "city"}:
            rows = [r for r in self.provinces.get(key, []) if r["type"] == word or level == "province"]
            if rows:
                row = max((r for r in rows if r["type"] == word), key=_last_day, default=rows[-1])
                full = _full_name(row)
                return Place(full, "province", full, row["id"], row["type"])
        if level == "province":
            return None
        rows = _inside((self.communes if level == "commune" else self.districts).get(key, []), province)
        same = [r for r in rows if r["type"] == word]
        if not rows or (level == "city" and not same):
            return None
        homes = {r["province"] for r in same or rows}
        home = self.province_name(homes.pop()) if len(homes) == 1 else None
        row = (same or rows)[-1]
        sure = bool(same) and (
            len(same) == 1 or (home is not None and len({r["district"] for r in same}) == 1)
        )
        rank = "commune" if level == "commune" else "district"
        return Place(f"{word} {row['name']}", rank, home, row["id"] if sure else "", word)


def _last_day(row: Row) -> str:
    return row["to"] or "9"


def _full_name(row: Row) -> str:
    return f"{row['type']} {row['name']}"


def _only(rows: list[Row]) -> Row | None:
    return rows[0] if len(rows) == 1 else None


def _inside(rows: list[Row], within: str | None) -> list[Row]:
    """The rows whose province or district has the name `within`."""
    if within is None:
        return rows
    wanted = name_key(within)
    return [r for r in rows if wanted in {name_key(r["province"]), name_key(r.get("district", ""))}]


@lru_cache(maxsize=8)
def place_index(book: Rulebook) -> PlaceIndex:
    """The index of a rule book, built once."""
    return PlaceIndex(book)


@dataclass(frozen=True, slots=True)
class _Named:
    """A name at its offsets, with what it stands for."""

    start: int
    end: int
    place: Place


class _Finder:
    """One pass over one text."""

    def __init__(self, view: TextView, book: Rulebook) -> None:
        self.view, self.book, self.index = view, book, place_index(book)
        self.kinds = self.index.kinds

    def mentions(self) -> list[Mention]:
        named = longest_first([*self._levelled(), *self._listed()])
        named = longest_first([*named, *self._bare(), *self._areas()])
        named = longest_first([*named, *self._siblings(named)])
        return self._chained(named)

    def _levelled(self) -> Iterator[Mention]:
        """Names behind a level word, alone or as a list."""
        for rule_id in _LEVELLED:
            kind = self.kinds[rule_id]
            for m in self.book[rule_id].finditer(self.view):
                start = m.start("word")
                own = replace(kind, word=match_key(squeeze(m["word"]))) if kind.level == "area" else kind
                plural = self.book["places.plural"].search(self.view, max(0, start - _BEFORE), start)
                strict = m["word"].isupper() or "\n" in m[0]
                names = self._names(m.span("m"), (own,), strict, plural is not None)
                if len(names) > 1 and plural:
                    start = plural.start()
                if names:
                    yield self._mention(rule_id, start, names)

    def _listed(self) -> Iterator[Mention]:
        """``các tỉnh, thành phố: Hà Nội, Hải Phòng``."""
        for m in self.book["places.listed"].finditer(self.view):
            words = f" {_PUNCTUATION.sub(' ', match_key(squeeze(m['words'])))} "
            wanted = tuple(k for k in self.kinds.values() if f" {k.word} " in words)
            names = self._names(m.span("m"), wanted, False, True)
            if names:
                yield self._mention("places.listed", m.start(), names)

    def _mention(self, rule: str, start: int, names: list[_Named]) -> Mention:
        """One mention from `start` to the end of the last name."""
        end, first = names[-1].end, names[0].place
        if len(names) == 1:
            return Mention(start, end, first.level or "area", rule, first, first.id)
        members = tuple(n.place for n in names)
        provinces = {p.province for p in members}
        shared = provinces.pop() if len(provinces) == 1 else None
        words = squeeze(self.view.cased[start:end])
        return Mention(start, end, "list", rule, Place(words, first.level, shared, members=members))

    def _names(
        self, span: tuple[int, int], kinds: tuple[_Kind, ...], strict: bool, plural: bool
    ) -> list[_Named]:
        """The name in `span` and those that follow it in the list; empty when it is no name.

        Names that no register has are taken as the first, and in a list that is announced (`plural`); never
        with `strict`.
        """
        names: list[_Named] = []
        found = self._known(span, kinds) or (None if strict else self._unknown(span, kinds))
        numbered = self.view.key[span[0]].isdigit()
        while found is not None and len(names) < _LONGEST_LIST:
            names.append(found)
            levelled = len(kinds) > 1 and self.book["places.next_levelled"].match(self.view, found.end)
            m = levelled or self.book["places.next_name"].match(self.view, found.end)
            if m is None or m["m"].isdigit() != numbered:
                break
            span = m.span("m")
            found = self._known(span, kinds)
            if plural:
                found = found or (None if strict else self._unknown(span, kinds))
            elif found and found.place.level != "province" and self._province_end(span) >= found.end:
                break
        return names

    def _ends(self, span: tuple[int, int]) -> list[int]:
        """Where each syllable of a name ends."""
        syllables = _SYLLABLE.of(self.view.is_usual).finditer(self.view.cased, *span)
        return [m.end() for m in islice(syllables, _LONGEST_NAME)]

    def _known(self, span: tuple[int, int], kinds: tuple[_Kind, ...]) -> _Named | None:
        """The longest name at the start of `span` that a register has."""
        start = span[0]
        for stop in reversed(self._ends(span)):
            for kind in kinds:
                place = self.index.look_up(kind, self.view.cased[start:stop])
                if place is not None:
                    return _Named(start, stop, place)
        return None

    def _province_end(self, span: tuple[int, int]) -> int:
        """Where the longest name of a province at the start of `span` ends, -1 when there is none."""
        text = self.view.cased
        return next(
            (e for e in reversed(self._ends(span)) if self.index.province_name(text[span[0] : e])), -1
        )

    def _unknown(self, span: tuple[int, int], kinds: tuple[_Kind, ...]) -> _Named | None:
        """A name that no register has, when the registers are not complete for its kind."""
        kind, start = kinds[0], span[0]
        stop = start if kind.closed else self._unknown_end(start, self._ends(span))
        if stop == start or self._is_person(start, stop):
            return None
        rank = None if kind.level == "area" else kind.level
        place = Place(f"{kind.word} {squeeze(self.view.cased[start:stop])}", rank, kind=kind.word)
        return _Named(start, stop, place)

    def _is_person(self, start: int, stop: int) -> bool:
        """Whether an unknown name behind a post is that of who holds it: "Chủ tịch UBND huyện Lê Văn An"."""
        words = match_key(self.view.cased[start:stop]).split()
        if len(words) < _PERSON or words[0] not in _families(self.book):
            return False
        return bool(self.book["places.post_before"].search(self.view, max(0, start - _POST), start))

    def _unknown_end(self, start: int, ends: list[int]) -> int:
        """Where a name that no register has ends; `start` when it is no name."""
        stop = start
        for end in ends[:_LONGEST_UNKNOWN]:
            gap = self.view.cased[stop:end]
            word = gap.strip(" -")
            at = end - len(word)
            opens = self.book["places.not_a_name"].match(self.view, at)
            if opens or "\n" in gap or (len(word) > 1 and word.isupper()):
                break
            stop = end
        return stop

    def _bare(self) -> Iterator[Mention]:
        """Names of provinces without a level word."""
        text, syllable = self.view.cased, _SYLLABLE.of(self.view.is_usual)
        for m in self.book["places.bare"].finditer(self.view):
            start, end = m.span("m")
            if not all(text[s.start()].isupper() for s in syllable.finditer(text, start, end)):
                continue
            if _CAPITAL_FOLLOWS.match(text, end) or self.book["places.not_bare"].match(self.view, start, end):
                continue
            if self.book["places.not_before"].search(self.view, max(0, start - _BEFORE), start):
                continue
            name = self.index.province_name(text[start:end])
            row = self.index.province(text[start:end])
            if name and row:
                place = Place(name, "province", name, row["id"], name.removesuffix(row["name"]).rstrip())
                yield Mention(start, end, "province", "places.bare", place, row["id"])

    def _areas(self) -> Iterator[Mention]:
        """Areas without a name of their own, and regions."""
        levels = {k.word: k.level for k in self.kinds.values()}
        for m in self.book["places.area"].finditer(self.view):
            start, end = m.span("m")
            level = levels.get(match_key(squeeze(m["word"] or m["word2"])))
            place = Place(squeeze(m["m"]), None if level == "city" else level)
            yield Mention(start, end, "area", "places.area", place)
        for m in self.book["places.region"].finditer(self.view):
            start, end = m.span("m")
            yield Mention(start, end, "area", "places.region", Place(squeeze(m["m"])))

    def _siblings(self, named: list[Mention]) -> Iterator[Mention]:
        """Bare names of the same level as a commune or district earlier in the sentence."""
        ranked = [m for m in named if m.label in {"district", "commune"}]
        ends = [m.end for m in ranked]
        for m in self.book["places.sibling"].finditer(self.view) if ranked else ():
            start, end = m.span("m")
            i = bisect_right(ends, start) - 1
            if i < 0 or start - ends[i] > _SAME_SENTENCE:
                continue
            if _SENTENCE_END.search(self.view.key, ends[i], start):
                continue
            sibling: Place = ranked[i].value
            kind = _Kind(sibling.level or "", sibling.kind, True)
            home = self.index.bare_names.get(sibling.province or "")
            place = self.index.look_up(kind, self.view.cased[start:end], home)
            if place is not None:
                yield Mention(start, end, ranked[i].label, "places.sibling", place, place.id)

    def _chained(self, mentions: list[Mention]) -> list[Mention]:
        """Give a place what stands behind it: ``xã Bảo Khê, huyện Kim Động, tỉnh Hưng Yên``."""
        for here, behind in reversed(list(pairwise(mentions))):
            place: Place = here.value
            home: str | None = behind.value.province
            in_district = here.label == "commune" and behind.label == "district"
            if (
                (not in_district and (home is None or place.province == home))
                or here.label not in _RANKED
                or behind.label not in _RANKED
                or not _CHAIN.fullmatch(self.view.key[here.end : behind.start])
            ):
                continue
            if home is not None and place.province != home:
                found = self._within(place, home)
                if found is not None:
                    here.label, here.value, here.key = found.level or here.label, found, found.id
                elif place.province is None and place.level != "province":
                    here.value = replace(place, province=home)
            if in_district:
                name = behind.value.name.removeprefix(behind.value.kind).strip()
                here.value = replace(here.value, district=name)
        return mentions

    def _within(self, place: Place, province: str) -> Place | None:
        """The district or commune of the place's name and kind in a province, or None."""
        home = self.index.bare_names.get(province)
        name = place.name.removeprefix(place.kind).strip()
        levels = ("district",) if place.level == "province" else (place.level or "",)
        return next(
            (p for v in levels if (p := self.index.look_up(_Kind(v, place.kind, True), name, home))), None
        )


def find_places(view: TextView, book: Rulebook) -> list[Mention]:
    """All places of a text as mentions of group ``places``; value: `Place`.

    Labels: province, district, commune, list (several names behind one level word) and area.
    """
    return _Finder(view, book).mentions()
