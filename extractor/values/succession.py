"""What became of an agency: the change that ended it, and the bodies that have its work today.

``successors.csv`` says what became of a body, ``local_bodies.csv`` which bodies every unit has once, so that
they go with their province or commune; ``provinces.csv`` and ``commune_successors.csv`` what became of the
unit, ``reorganisations.csv`` by which text. "Today" is the last state that the registers know, not the clock.
Registers are read when they are first asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from extractor.rulebook import Rulebook
from extractor.textview import match_key
from extractor.values.agencies import AgencyValue, made_id
from extractor.values.places import PlaceIndex, Row, name_key, place_index

#: answers that are remembered
_MEMORY = 1 << 14
#: steps after which a chain of changes is taken for a mistake of the registers
_LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Heir:
    """A body of today: since which ISO day it has had the work, and by which kind of change."""

    id: str
    name: str
    since: str
    change: str


@dataclass(frozen=True, slots=True)
class Fate:
    """The change that ended a body: first ISO day without it, kind, legal basis; today's bodies if known."""

    since: str
    change: str
    basis: str
    heirs: tuple[Heir, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """A body: `core` is its name without place, or the id of one that exists once.

    `place` is a row of the registers of units, None where it is not known; `tail` the words of level then.
    """

    core: str
    level: str
    place: Row | None = None
    tail: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """One change of a body: the bodies after it, with the day since when they have had the work."""

    since: str
    change: str
    basis: str
    bodies: tuple[_Body, ...]
    working_since: str


class Succession:
    """The registers of changes, and how a chain of them is followed."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._bare_place = book["agencies.bare_place"]
        self._rows: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        self._patterns: list[tuple[str, str, str, Row]] = []
        for row in book.table("successors.csv"):
            name = row["former"]
            if "*" in name:
                before, _, behind = match_key(name).partition("*")
                self._patterns.append((row["level"], before, behind, row))
            else:
                self._rows[_key(name, row["level"]), row["level"]].append(row)
        self._local = {(match_key(r["name"]), r["level"]): r for r in book.table("local_bodies.csv")}
        self._known: dict[tuple[str, str, str, str], Fate | None] = {}
        self._asked: dict[tuple[str, str], bool] = {}

    # -- registers that few letters need --------------------------------------------------------------------

    @cached_property
    def _index(self) -> PlaceIndex:
        return place_index(self.book)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Id -> name of the bodies that exist once."""
        return {r["id"]: r["name"] for r in self.book.table("agencies.csv")}

    @cached_property
    def _types(self) -> list[str]:
        """The words that open a place's full name, the longest first."""
        words = {r["locality_word"] for r in self.book.table("levels.csv") if r["locality_word"]}
        return sorted(words, key=len, reverse=True)

    @cached_property
    def _provinces(self) -> dict[str, Row]:
        return {r["id"]: r for r in self.book.table("provinces.csv")}

    @cached_property
    def _communes(self) -> dict[str, Row]:
        return {r["id"]: r for r in self.book.table("communes.csv")}

    @cached_property
    def _communes_by_district(self) -> dict[tuple[str, str], list[str]]:
        """Province and district -> ids of the communes."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self._communes.values():
            if row["district"]:
                found[row["province"], row["district"]].append(row["id"])
        return dict(found)

    @cached_property
    def _commune_heirs(self) -> dict[str, list[str]]:
        """Id of an old commune -> ids of the communes that have its land."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.book.table("commune_successors.csv"):
            found[row["old"]].append(row["new"])
        return dict(found)

    @cached_property
    def _formers(self) -> Counter[str]:
        """Id of a unit -> how many units went into it."""
        provinces = Counter(r["successors"] for r in self._provinces.values() if r["successors"])
        return provinces + Counter(new for heirs in self._commune_heirs.values() for new in heirs)

    # -- the question ---------------------------------------------------------------------------------------

    def fate(self, value: AgencyValue, day: date | None, localities: dict[str, str]) -> Fate | None:
        """What became of an agency of a letter of that day; None when it still exists or nothing is known.

        `localities` are the places that the letter speaks of, by level.
        """
        level = value.level or ""
        if value.group or not level:
            return None
        core = value.core if value.id.startswith("x:") else value.id
        if not self._concerned(core, level):
            return None
        place = self._place(value, level, day, localities)
        key = (core, level, place["id"] if place is not None else "", value.tail if place is None else "")
        if key not in self._known:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            self._known[key] = self._follow(_Body(core, level, place, value.tail), 0)
        return self._known[key]

    def ended_in_districts(self, core: str, day: date) -> bool:
        """Whether a body of that name had ended by `day` in all districts."""
        row = self._row(core, "district", "")
        return row is not None and row["from"] <= day.isoformat()

    def districts_ended(self, day: date) -> bool:
        """Whether there were no districts any more on a day."""
        return any(
            r["level"] == "district" and r["from"] and r["from"] <= day.isoformat()
            for r in self.book.table("reorganisations.csv")
        )

    def _concerned(self, core: str, level: str) -> bool:
        """Whether the registers say anything of such a body."""
        known = self._asked.get((core, level))
        if known is None:
            known = (match_key(core), level) in self._local or self._row(core, level, "") is not None
            if len(self._asked) < _MEMORY:
                self._asked[core, level] = known
        return known

    def _row(self, core: str, level: str, place: str) -> Row | None:
        """The row of successors.csv: the one for that place before the one for all."""
        key = _key(core, level)
        rows = self._rows.get((key, level), ())
        for row in sorted(rows, key=lambda r: r["place"] != place):
            if row["place"] in ("", place) or not place:
                return row
        for of_level, before, behind, row in self._patterns:
            if of_level == level and key.startswith(before) and key.endswith(behind):
                return row
        return None

    # -- places as of a day ---------------------------------------------------------------------------------

    def _place(
        self, value: AgencyValue, level: str, day: date | None, localities: dict[str, str]
    ) -> Row | None:
        """The unit's row that was valid on the letter's day, or the last one before; None when not sure."""
        if value.locality is None or level == "central":
            return None
        kind, name = self._split(value.locality)
        if level == "province":
            return self._index.province(name, day) or self._index.province(name)
        province = getattr(value.place, "province", None) or localities.get("province")
        home = self._split(province)[1] if province else ""
        homes = {name_key(home), name_key(self._renamed(home))} if home else set()
        if level == "district":
            return _only_valid(self._index.districts.get(name_key(name), []), kind, homes, day)
        rows = self._index.communes.get(name_key(name), [])
        own = getattr(value.place, "district", None)
        if own:
            return _only_valid([r for r in rows if _is(r["district"], own)], kind, homes, day)
        found = _only_valid(rows, kind, homes, day)
        if found is None and homes and (near := localities.get("district")):
            near = self._split(near)[1]
            found = _only_valid([r for r in rows if _is(r["district"], near)], kind, homes, day)
        return found

    def _split(self, full: str) -> tuple[str, str]:
        """``("tỉnh", "Hải Dương")`` of a full name."""
        key = full.lower()
        word = next((w for w in self._types if key.startswith(w + " ")), "")
        return word, full[len(word) :].strip()

    def _renamed(self, province: str) -> str:
        """The later name of a province that only changed its name, "" where there is none.

        The registers of districts and communes know a province by its last name only.
        """
        row = self._index.province(province)
        if row is None or not row["successors"]:
            return ""
        later = self._provinces[row["successors"]]
        return later["name"] if self._formers[later["id"]] == 1 and later["from"] > row["to"] else ""

    # -- chains ---------------------------------------------------------------------------------------------

    def _follow(self, body: _Body, depth: int) -> Fate | None:
        """The change that ended a body, and today's bodies. A change that leaves the name is no end."""
        step = self._step(body)
        if step is None or depth > _LONGEST_CHAIN:
            return None
        name = self._name(body)
        if step.bodies and all(self._name(b) == name for b in step.bodies):
            return self._follow(step.bodies[0], depth + 1)
        heirs: dict[str, Heir] = {}
        for after in step.bodies:
            for heir in self._heirs(after, step, depth + 1):
                heirs.setdefault(heir.id, heir)
        return Fate(step.since, step.change, step.basis, tuple(heirs.values()))

    def _heirs(self, body: _Body, step: _Step, depth: int) -> Iterable[Heir]:
        """Today's bodies behind a body that came out of `step`."""
        later = self._follow(body, depth)
        if later is not None:
            return later.heirs
        name = self._name(body)
        id = body.core if body.level == "central" else made_id(name)
        return (Heir(id, name, step.working_since, step.change),)

    def _name(self, body: _Body) -> str:
        if body.level == "central":
            return self._names[body.core]
        place = body.place
        if place is None:
            return f"{body.core} {body.tail}".strip()
        full = place["name"] if self._bare_place.hit(body.core) else f"{place['type']} {place['name']}"
        return f"{body.core} {full}"

    def _step(self, body: _Body) -> _Step | None:
        """The next change of a body: its own, else that of its unit."""
        place = body.place
        row = self._row(body.core, body.level, place["name"] if place is not None else "")
        if body.level == "district" and place is not None and row is not None and place["to"]:
            ended = _day_after(place["to"])
            if ended < row["from"]:  # the district ended before its level did
                return _Step(ended, "abolished", self._basis(place, ended), (), ended)
        if row is not None and (place is None or not place["to"] or row["from"] <= _day_after(place["to"])):
            return self._own_step(body, row)
        return self._unit_step(body) if place is not None and place["to"] else None

    def _own_step(self, body: _Body, row: Row) -> _Step:
        names = [n for n in row["successors"].split("|") if n]
        if row["at"] == "commune":
            units = self._communes_of(body.place)
            after = tuple(_Body(name, "commune", unit) for unit in units for name in names)
        else:
            after = tuple(replace(body, core=name) for name in names)
        return _Step(row["from"], row["change"], row["basis"], after, row["since"] or row["from"])

    def _unit_step(self, body: _Body) -> _Step | None:
        """A body that every unit has once goes with its unit."""
        local = self._local.get((match_key(body.core), body.level))
        unit = body.place
        if local is None or unit is None:
            return None
        since = _day_after(unit["to"])
        if body.level == "province":
            units = [self._provinces[i] for i in unit["successors"].split("|") if i]
        else:
            units = [self._communes[i] for i in self._commune_heirs.get(unit["id"], ())]
        if not units:
            return None
        alone = self._formers[units[0]["id"]] == 1 and units[0]["from"] == since
        change = "split" if len(units) > 1 else "renamed" if alone else "merged"
        city = local["in_city"]
        after = tuple(
            replace(body, core=city if city and u["type"] != unit["type"] else body.core, place=u)
            for u in units
        )
        return _Step(since, change, self._basis(unit, since, units), after, since)

    def _communes_of(self, district: Row | None) -> list[Row]:
        """The communes that have the land of a district, in the order of the register."""
        if district is None:
            return []
        communes = self._communes_by_district.get((district["province"], district["name"]), ())
        ids = dict.fromkeys(new for old in communes for new in self._commune_heirs.get(old, ()))
        return [self._communes[i] for i in ids]

    def _basis(self, unit: Row, since: str, after: Iterable[Row] = ()) -> str:
        """The text by which a unit changed on a day."""
        level = {"p": "province", "d": "district", "c": "commune"}[unit["id"][0]]
        places = {"", *(u["name"] for u in after)}
        return next(
            (
                r["basis"]
                for r in self.book.table("reorganisations.csv")
                if r["level"] == level and r["from"] in ("", since) and r["place"] in places
            ),
            "",
        )


def _key(core: str, level: str) -> str:
    """How a body is found: an id as it is, a name without regard to its spelling."""
    return core if level == "central" else match_key(core)


def _is(name: str, wanted: str) -> bool:
    return name_key(name) == name_key(wanted)


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _only_valid(rows: Iterable[Row], kind: str, homes: set[str], day: date | None) -> Row | None:
    """The only unit of a type (in one of the provinces) on a day; where none is left, of those before."""
    near = [r for r in rows if not homes or name_key(r["province"]) in homes]
    iso = day.isoformat() if day is not None else ""
    alive = [r for r in near if not iso or (r["from"] or "0") <= iso <= (r["to"] or "9")]
    if not alive:
        alive = [r for r in near if r["to"] and r["to"] < iso]
    found = [r for r in alive if r["type"] == kind]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=8)
def succession_of(book: Rulebook) -> Succession:
    """The registers of a rule book, read when the first agency is asked for."""
    return Succession(book)
