"""Short forms that a document defines for itself: "Ban Quản lý Khu kinh tế (sau đây gọi là Ban Quản lý)"."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.textview import TextView, match_key, squeeze
from extractor.values.agencies import AgencyValue, made_id

#: characters of a name behind what the grammar took for its end
_LONGEST_REST = 80
_start = attrgetter("start")


def resolve_short_forms(annotations: Annotations, book: Rulebook) -> None:
    """Give every later use of a defined short form the agency that it was last defined for.

    A short form that no register knows becomes a mention; one inside a longer name stays part of it.
    """
    view, agencies = annotations.view, annotations.group("agencies")
    #: short form -> (end of the definition, what it stands for from there on) in text order
    defined: dict[str, list[tuple[int, AgencyValue]]] = {}
    for said in book["agencies.short_form"].finditer(view):
        short, value = squeeze(view.cased[slice(*said.span("m"))]), None
        i = bisect_left(agencies, said.start(), key=_start) - 1
        if i >= 0 and (said["all"] or book["agencies.each"].match(view, said.start("m"))):
            members = _listed(annotations, book, agencies, i, said.start())
            value = _together(short, members) if len(members) > 1 else None
            if value is None:
                m = members[0] if members else agencies[i]
                alone = m.value.group and not view.text[m.end : said.start()].strip()
                value = m.value if alone else None
        elif i >= 0 and not agencies[i].value.group and _reaches(view, agencies[i], said.start(), short):
            value = agencies[i].value
        if value is not None:
            defined.setdefault(short, []).append((said.end(), value))
    for short, meant in defined.items():
        last = 0
        for start in _uses(view, short, meant[0][0]):
            while last + 1 < len(meant) and meant[last + 1][0] <= start:
                last += 1
            _put(agencies, start, short, meant[last][1].changed(title=None))


def _listed(
    annotations: Annotations, book: Rulebook, agencies: list[Mention], last: int, end: int
) -> list[Mention]:
    """The list of agencies, two or more, that ends where a short form for all of them is defined."""
    view = annotations.view
    start, behind = annotations.header.get("spans", {}).get("addressees", (0, 0))
    if start <= agencies[last].start < behind or start < end <= behind:
        return [a for a in annotations.header["addressees"] if isinstance(a, Mention)]
    if view.text[agencies[last].end : end].strip(" \n.;,"):
        return []
    gap, first = book["agencies.together"], last
    while first and gap.match(view, agencies[first - 1].end, agencies[first].start):
        first -= 1
    return agencies[first : last + 1] if last > first else []


def _together(short: str, members: list[Mention]) -> AgencyValue:
    """What a short form for several agencies stands for."""
    values = tuple(member for m in members for member in m.value.members or (m.value,))
    return AgencyValue(made_id(short), short, group=True, core=short, known=False, members=values)


def _reaches(view: TextView, m: Mention, end: int, short: str) -> bool:
    """Whether a name ends where its definition begins; a name that was cut too early is mended."""
    rest = view.text[m.end : end]
    if not rest.strip():
        return True
    if (
        len(rest) > _LONGEST_REST
        or any(c in rest for c in ".;:()")
        or not _shortens(short, view.key[m.start : end], m.value)
    ):
        return False
    name = squeeze(view.cased[m.start : end]) if m.value.title is None else f"{m.value.name} {squeeze(rest)}"
    name = name.replace(" ,", ",")
    m.value = m.value.changed(id=made_id(name), name=name, core=name, tail="", known=False)
    m.end, m.key = end, m.value.id
    return True


def _shortens(short: str, name: str, value: AgencyValue) -> bool:
    """Whether a short form begins with a name's first words, or with their first letters."""
    first = short.split()[0]
    initials = "".join(w[0] for w in value.core.split()).upper()
    return name.startswith(match_key(short)) or (first.isupper() and initials.startswith(first))


def _uses(view: TextView, short: str, begin: int) -> Iterator[int]:
    """Where a short form is written from `begin` on as whole words, with the capitals it was defined with."""
    text, at = view.cased, view.cased.find(short, begin)
    while at >= 0:
        end = at + len(short)
        if not text[at - 1].isalnum() and not text[end : end + 1].isalnum():
            yield at
        at = text.find(short, end)


def _put(agencies: list[Mention], start: int, short: str, value: AgencyValue) -> None:
    """Make the short form at `start` a mention of `value`, unless a longer or other name stands there."""
    end = start + len(short)
    i = bisect_left(agencies, start, key=_start)
    before = agencies[i - 1] if i and agencies[i - 1].end > start else None
    here = agencies[i] if i < len(agencies) and agencies[i].start < end else None
    if before is not None:  # a post with its agency: "Trưởng Ban Quản lý"
        if before.value.title and (before.end <= end or match_key(before.value.core) == match_key(short)):
            title = before.value.title
            members = tuple(member.changed(title=title) for member in value.members)
            before.value = value.changed(title=title, members=members)
            before.end, before.key = max(before.end, end), value.id
    elif here is None:
        agencies.insert(i, Mention(start, end, "agency", "agencies.short_form", value, value.id))
    elif here.start == start and here.end <= end:
        here.value, here.rule, here.end = value.changed(title=here.value.title), "agencies.short_form", end
