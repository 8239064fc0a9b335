"""Normalize: agencies named short ("BHXH tỉnh", "Sở Y tế") get the place that the document gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from extractor.annotations import Annotations
from extractor.rulebook import Rulebook
from extractor.stages.short_forms import resolve_short_forms
from extractor.textview import match_key
from extractor.values.agencies import AgencyValue, lexicon_of, made_id
from extractor.values.places import Place, place_index


def normalize_agencies(annotations: Annotations, book: Rulebook) -> None:
    """Complete names, ids, levels and localities of all agency mentions and of the issuer."""
    header = annotations.header
    _take_as_of(annotations, book)
    annotations.localities = _document_places(annotations, header.get("issuer"), book)
    completer = _Completer(annotations.localities, book)
    if "issuer" in header:
        header["issuer"] = completer.complete(header["issuer"])
    _name_short_selves(annotations, book)
    resolve_short_forms(annotations, book)
    levels = _levels(book)
    unplaced: set[str] = set()
    for m in annotations.group("agencies"):
        value = completer.complete(m.value)
        if value.members:
            value = value.changed(members=tuple(map(completer.complete, value.members)))
        m.value, m.key = value, value.id
        placed = value.locality is not None or value.group or not value.tail or value.id in unplaced
        if not placed and levels.get(match_key(value.tail), {}).get("locality_word"):
            unplaced.add(value.id)
            annotations.warn("unresolved_place", value.name, m.start, m.end)
    if annotations.kind == "letter":
        for code, field in (("no_number", "number"), ("no_issuer", "issuer"), ("no_date", "issued_on")):
            if field not in header:
                annotations.warn(code, "", 0, 0)


def _take_as_of(annotations: Annotations, book: Rulebook) -> None:
    """Take a name for the body that had it on the letter's day.

    A body of the register that began later is the local one whose name it took over ("Cục Thuế" of a letter
    of 2020 is the province's); a city that became a province later is the district's.
    """
    day = annotations.issued_on
    if day is None or day.isoformat() >= _last_beginning(book):
        return
    later, heads = _agencies_by_id(book), lexicon_of(annotations.doc, book).heads
    index = place_index(book)
    for m in annotations.group("agencies"):
        value = m.value
        row = later.get(value.id)
        if row is not None and row["from"] > day.isoformat() and row["name"] in heads:
            level = heads[row["name"]]["level"] or None
            m.value = value.changed(id=made_id(row["name"]), level=level, head=row["name"])
        place = value.place
        if isinstance(place, Place) and value.level == place.level == "province":
            city = index.as_of(place, day)
            if city is not place:
                m.value = value.changed(level=city.level, place=city)


@lru_cache(maxsize=8)
def _last_beginning(book: Rulebook) -> str:
    """The last ISO day on which a body or a province of the registers began."""
    return max(r["from"] for file in ("agencies.csv", "provinces.csv") for r in book.table(file))


def _name_short_selves(annotations: Annotations, book: Rulebook) -> None:
    """ "Công ty", "Quý đơn vị" in a letter to one such addressee is that addressee."""
    short_self = book["agencies.short_self"]
    for m in annotations.group("agencies"):
        value = m.value
        if value.tail or value.core != value.head or not short_self.hit(value.core):
            continue
        same = [
            a
            for a in annotations.header.get("addressees", [])
            if a.value is not value and match_key(a.value.name).startswith(match_key(value.core) + " ")
        ]
        if len(same) == 1:
            m.value = same[0].value.changed(title=value.title)


@lru_cache(maxsize=8)
def _agencies_by_id(book: Rulebook) -> dict[str, dict[str, str]]:
    return {r["id"]: r for r in book.table("agencies.csv")}


@lru_cache(maxsize=8)
def _levels(book: Rulebook) -> dict[str, dict[str, str]]:
    """Level word -> its row of levels.csv."""
    return {r["word"]: r for r in book.table("levels.csv")}


def _document_places(annotations: Annotations, issuer: AgencyValue | None, book: Rulebook) -> dict[str, str]:
    """Level -> canonical place name ("tỉnh An Giang") that the document speaks of, where that is clear.

    The issuer's own place decides; else the one that agencies are most often named with; else the only one.
    A place that is of another type than the issuer says ("UBND tỉnh", a city) is not the document's.
    """
    out: dict[str, str] = {}
    if issuer is not None and issuer.place is not None:
        _take_place(out, issuer.place)
    counts: dict[str, Counter[str]] = {}
    for m in annotations.group("agencies"):
        place = m.value.place
        if place is not None and not m.value.group and getattr(place, "level", None):
            counts.setdefault(place.level, Counter())[place.name] += 1
    central = issuer is not None and issuer.level == "central"
    for level, counter in counts.items():
        if level in out or central:
            continue
        (name, best), *rest = counter.most_common(2)
        if not rest or best > rest[0][1]:
            out[level] = name
            province = next(
                (
                    m.value.place.province
                    for m in annotations.group("agencies")
                    if m.value.place is not None and m.value.place.name == name
                ),
                None,
            )
            if level == "district" and province and "province" not in out:
                out["province"] = province
    if "province" not in out and not central:
        named = Counter(m.value.name for m in annotations.group("places") if m.label == "province")
        if named and (len(named) == 1 or named.most_common(2)[0][1] > 2 * named.most_common(2)[1][1]):
            out["province"] = named.most_common(1)[0][0]
    if issuer is not None and issuer.place is None and issuer.level in out:
        tail = match_key(issuer.tail)
        if tail in _levels(book) and not match_key(out[issuer.level]).startswith(tail + " "):
            del out[issuer.level]
    return out


def _take_place(out: dict[str, str], place: Any) -> None:
    if getattr(place, "level", None):
        out[place.level] = place.name
    if getattr(place, "province", None):
        out.setdefault("province", place.province)


class _Completer:
    """Gives agencies the places of one document."""

    def __init__(self, places: dict[str, str], book: Rulebook) -> None:
        self.places, self.words = places, _levels(book)
        self.keys = {level: match_key(place) for level, place in places.items()}
        self.bare = {level: _without_level(place, self.words) for level, place in places.items()}
        self.bare_keys = {level: match_key(name) for level, name in self.bare.items()}
        self._bare_place = book["agencies.bare_place"]
        self._takes_bare: dict[str, bool] = {}

    def complete(self, value: AgencyValue) -> AgencyValue:
        """The agency with its place: its own, or the document's place of its level."""
        if value.group or value.level == "central":
            return value
        if value.place is not None:
            name = (
                value.place.name
                if value.level in ("province", "district", "commune")
                else (value.place.province or value.place.name)
            )
            return value.changed(locality=value.locality or name)
        words = self.words
        tail = match_key(value.tail) if value.tail else ""
        level = value.level
        if tail and tail not in words:
            return value
        if not tail and not value.head:
            return value
        full = (words[tail]["locality_word"] if tail else "") or tail
        if full != tail:
            name = f"{value.core} {full}"
            value, tail = value.changed(tail=full, name=name, id=made_id(name)), full
        level = (words[tail]["level"] if tail in words else "") or level
        if level is None and tail:
            level = next(
                (x for x in ("province", "district") if x in self.keys and self._fits(x, tail)), None
            )
        elif level is None and self._names_level(value.core):
            level = self._level_named(value.core)
        place = self.places.get(level or "")
        if level is None or place is None or (tail and not self._fits(level, tail)):
            return value.changed(level=level) if level != value.level else value
        if not tail and level != "province":
            return value
        if self.bare_keys[level] in match_key(value.name):
            return value.changed(level=level, locality=place)
        name = f"{value.core} {self.bare[level] if self._names_level(value.core) else place}"
        return value.changed(name=name, id=made_id(name), level=level, locality=place)

    def _level_named(self, core: str) -> str | None:
        """The level of a committee that its name tells by half ("Thành ủy"), when a place tells the rest."""
        first = match_key(core.split()[-2])
        words = [r["locality_word"] for r in self.words.values() if r["locality_word"].split()[:1] == [first]]
        return next(
            (x for x in ("province", "district") if x in self.keys for w in words if self._fits(x, w)), None
        )

    def _fits(self, level: str, tail: str) -> bool:
        """Whether the document's place of a level is of the type that `tail` says."""
        return self.keys[level].startswith(tail + " ")

    def _names_level(self, core: str) -> bool:
        """Whether a name already says its level, so that it takes a bare place name."""
        found = self._takes_bare.get(core)
        if found is None:
            found = self._takes_bare[core] = self._bare_place.hit(core)
        return found


def _without_level(place: str, words: Iterable[str]) -> str:
    """ "thành phố Huế" -> "Huế"."""
    key = match_key(place)
    level = max((w for w in words if key.startswith(w + " ")), key=len, default="")
    return " ".join(place.split()[len(level.split()) :])
