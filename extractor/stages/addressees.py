"""Addressees: to whom a letter goes, and the names that its own list of them gives.

Each line below "Kính gửi", or part of one behind ";", holds names from end to end, however little of them the
registers know; further down the same words are the same body.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.textview import match_key, squeeze
from extractor.values.agencies import AgencyValue, lexicon_of, made_id

Piece = tuple[int, int]
#: the rule that stands for somebody whom no register knows
_AS_WRITTEN = "assignments.role"
#: words before a known name that may make it part of another
_OWN_WORDS = 5
#: words of a name, and characters, that make it safe to look for further down
_MOST_WORDS, _FEWEST_WORDS, _FEWEST_LETTERS = 16, 3, 12
#: names that are looked for further down, and places where each of them is put
_MOST_NAMES, _MOST_PLACES = 40, 500
_PARTING = re.compile("[;()]")
#: marks around a name
_MARKS = " \t\n.,;:-–•*+"
_start = attrgetter("start")


def read_addressees(annotations: Annotations, book: Rulebook) -> None:
    """Set ``addressees`` of the header, and give their whole names to where the letter names them again."""
    lines: list[Piece] = annotations.header.pop("addressee_lines", [])
    out: list[Mention] = []
    own: list[Mention] = []
    for start, end in lines:
        for s, e in _parts(annotations.view.text, start, end):
            found, made = _read(annotations, book, s, e)
            out += found
            own += made
    annotations.header["addressees"] = sorted(out, key=_start)
    if lines:
        annotations.header["spans"]["addressees"] = (lines[0][0], lines[-1][1])
        for m in own[:_MOST_NAMES]:
            _name_again(annotations, book, m, lines[-1][1])


def _parts(text: str, start: int, end: int) -> Iterator[Piece]:
    """The parts of a line between marks ";" outside brackets."""
    at, depth = start, 0
    for mark in _PARTING.finditer(text, start, end):
        depth = max(0, depth + {"(": 1, ")": -1}.get(mark[0], 0))
        if mark[0] == ";" and not depth:
            yield at, mark.start()
            at = mark.end()
    if at < end:
        yield at, end


def _read(
    annotations: Annotations, book: Rulebook, start: int, end: int
) -> tuple[list[Mention], list[Mention]]:
    """The addressees of one part of a line, and those among them whose name only the line tells whole."""
    view = annotations.view
    remark = book["header.remark"].search(view, start, end)
    stop = remark.start() if remark else end
    while start < stop and view.text[start] in _MARKS:
        start += 1
    while start < stop and view.text[stop - 1] in _MARKS:
        stop -= 1
    if start >= stop:
        return [], []
    known = [*annotations.within("agencies", start, stop)]
    if known and _inside_name(annotations, book, start, known[0]):
        marks = (i for i in range(1, len(known)) if _apart(annotations, book, known[i - 1], known[i]))
        behind = next(marks, 0)
        if behind:  # "Công đoàn các Tập đoàn kinh tế, Công đoàn Tổng công ty A"
            end = _before_mark(annotations, book, known, behind)
            first = _unknown(book, start, end, squeeze(view.text[start:end]))
            out, own = _read(annotations, book, known[behind].start, stop)
            return [first, *out], [first, *own]
        known = []
    if not known:
        if next(annotations.beginning("places", start, start + 1), None) is not None:
            return [], []
        made = _unknown(book, start, stop, squeeze(view.text[start:stop]))
        return [made], [made]
    if members := _members(annotations, book, known[0], stop):
        return members, [m for m in members if m.rule == _AS_WRITTEN]
    owners = _owners(annotations, book, known)
    firsts = [0]
    firsts += [
        i
        for i in range(1, len(known))
        if i not in owners and _apart(annotations, book, known[i - 1], known[i])
    ]
    out, own = [], []
    for n, at in enumerate(firsts):
        behind = firsts[n + 1] if n + 1 < len(firsts) else len(known)
        m, inside = known[at], known[at + 1 : behind]
        to = stop if behind == len(known) else _before_mark(annotations, book, known, behind)
        set_up = m.value.group and book["header.set_up_by"].match(view, m.end + 1, to) is not None
        if set_up or at + 1 in owners or _is_one(annotations, book, m, inside, to):
            _extend(annotations, m, inside, to)
            own.append(m)
            inside = []
        out += [m, *inside]
    return out, own


def _members(annotations: Annotations, book: Rulebook, group: Mention, stop: int) -> list[Mention]:
    """Those listed behind a group by the rest of their names: "Các Bệnh viện tuyến cuối: Bạch Mai, Nhi".

    Where one of them is known as it stands ("Các nhà mạng: Viettel, VNPT, A"), they are whole names.
    """
    view = annotations.view
    colon = view.text.find(":", group.start, stop)
    if colon < group.end or not group.value.group:
        return []
    words = squeeze(view.cased[group.start : colon]).split()[1:]
    heads = lexicon_of(annotations.doc, book).heads
    head = next((h for n in range(len(words), 0, -1) if (h := " ".join(words[:n])) in heads), None)
    known = {m.start: m for m in annotations.within("agencies", colon, stop)}
    if head is None and not known:
        return []
    out: list[Mention] = []
    at = colon + 1
    while at < stop:
        mark = book["assignments.list_gap"].search(view, at, stop)
        end = mark.start() if mark else stop
        while at < end and view.text[at].isspace():
            at += 1
        said = squeeze(view.cased[at:end])
        if not said[:1].isupper() or len(said.split()) > _OWN_WORDS + 1:
            return []
        level = heads[head]["level"] or None if head is not None and not known else None
        name = f"{head} {said}" if head is not None and not known else said
        value = AgencyValue(made_id(name), name, level, core=name)
        m = known.get(at)
        out.append(m if m and m.end == end else Mention(at, end, "agency", _AS_WRITTEN, value, value.id))
        at = mark.end() if mark else stop
    return out if len(out) > 1 else []


def _apart(annotations: Annotations, book: Rulebook, before: Mention, m: Mention) -> bool:
    """Whether a mark, "và" or a line break stands right before a name that follows another."""
    gap = annotations.view.key[before.end : m.start]
    words = gap.split()
    if not words:
        return "\n" in gap
    last = words[-2:] if words[-1] in book["agencies.each"].keys else words[-1:]
    return last[0].endswith((",", ";")) or last[0] in book["agencies.and"].keys


def _before_mark(annotations: Annotations, book: Rulebook, known: list[Mention], behind: int) -> int:
    """Where a name ends before the mark, or "và", that stands before the next one."""
    text = annotations.view.text
    start, end = known[behind - 1].end, known[behind].start
    while True:
        gap = text[start:end].rstrip(" \t\n,;")
        words = match_key(gap).split()
        if not words or words[-1] not in book["agencies.and"].keys | book["agencies.each"].keys:
            return start + len(gap)
        end = start + gap.rindex(gap.split()[-1])


def _owners(annotations: Annotations, book: Rulebook, known: list[Mention]) -> set[int]:
    """Those of a part's mentions that have set up, or own, the one before: "… do Bộ A, Bộ B quản lý"."""
    key, sets_up = annotations.view.key, book["header.set_up_by"].keys
    joins = book["agencies.and"].keys | {","}
    out: set[int] = set()
    for i in range(1, len(known)):
        before = key[known[i - 1].end : known[i].start].split()
        if before and (before[-1] in sets_up or (i - 1 in out and before[-1] in joins)):
            out.add(i)
    return out


def _is_one(annotations: Annotations, book: Rulebook, m: Mention, inside: list[Mention], to: int) -> bool:
    """Whether a mention is a piece of one name that reaches to the end of its part."""
    view = annotations.view
    rest = view.text[m.end : to]
    if not rest.strip(_MARKS) or len(rest.split()) > _MOST_WORDS or any(c in rest for c in ":()"):
        return False
    if any(book[f"assignments.{n}"].match(view, m.end, to) for n in ("not_work", "agency_remark")):
        return False
    if book["assignments.name_break"].search(view, m.end, to) or any(map(str.isdigit, rest)):
        return False
    if "," not in rest:
        return rest[:1].isspace()
    if not m.value.group:
        return False
    return (
        rest[:1].isspace() if not inside else inside[-1].end == to and _owned(annotations, book, inside[-1])
    )


def _owned(annotations: Annotations, book: Rulebook, m: Mention) -> bool:
    """Whether a mention is the body that others belong to: "… trực thuộc Bộ Y tế"."""
    before = annotations.view.key[max(0, m.start - 20) : m.start].split()
    return bool(before) and before[-1] in book["agencies.belongs_to"].keys


def _extend(annotations: Annotations, m: Mention, inside: list[Mention], to: int) -> None:
    """Make a mention the whole name up to `to`; mentions inside it go."""
    rest = squeeze(annotations.view.text[m.end : to])
    name = f"{m.value.name}{'' if rest[0] == ',' else ' '}{rest}"
    if m.value.title is None:
        name = squeeze(annotations.view.cased[m.start : to])
        name = name[0].lower() + name[1:] if m.value.group else name
    m.value = m.value.changed(id=made_id(name), name=name, core=name, tail="", known=False)
    m.end, m.key = to, m.value.id
    if inside:
        gone = {id(x) for x in inside}
        group = annotations.group("agencies")
        at = bisect_left(group, m.start, key=_start)
        group[at : at + 1 + len(inside)] = [x for x in group[at : at + 1 + len(inside)] if id(x) not in gone]


def _inside_name(annotations: Annotations, book: Rulebook, start: int, known: Mention) -> bool:
    """Whether words before a known name make it part of another: "Bệnh viện thuộc Bộ Y tế"."""
    before = annotations.view.text[start : known.start].strip()
    if before and match_key(before.split()[-1]) in book["agencies.belongs_to"].keys:
        return True
    named = before and len(before.split()) <= _OWN_WORDS and before.replace(" ", "").isalpha()
    return bool(named) and not book["agencies.comrade"].match(annotations.view, start)


@lru_cache(maxsize=8)
def _posts(book: Rulebook) -> frozenset[str]:
    """The posts that stand before any name of a body."""
    return frozenset(match_key(r["post"]) for r in book.table("posts.csv") if not r["head"])


def _unknown(book: Rulebook, start: int, end: int, words: str) -> Mention:
    """Somebody whom no register knows, as written; a post before the name is the title."""
    parts, title = words.split(), None
    for n in range(min(4, len(parts) - 1), 0, -1):
        if match_key(" ".join(parts[:n])) in _posts(book):
            title, words = " ".join(parts[:n]), " ".join(parts[n:])
            break
    if match_key(words.split()[0]) in book["agencies.each"].keys:
        words = words[0].lower() + words[1:]
    value = AgencyValue(made_id(words), words, None, group=True, core=words, title=title)
    return Mention(start, end, "group", _AS_WRITTEN, value, value.id)


def _name_again(annotations: Annotations, book: Rulebook, m: Mention, begin: int) -> None:
    """Make an addressee's name, told whole by its line, the name wherever it stands behind `begin`."""
    each = book["agencies.each"].keys
    words = match_key(squeeze(m.value.name)).split()
    words = words[1:] if words[0] in each else words
    name = " ".join(words)
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or len(name) < _FEWEST_LETTERS:
        return
    issuer = annotations.header.get("issuer")
    names = [name]
    if issuer is not None and name.endswith(" " + match_key(issuer.name)):  # "… thuộc Bộ" of the ministry
        names.append(name[: -len(issuer.name)] + match_key(issuer.name).split()[0])
    text, key = annotations.view.text, annotations.view.key
    for said in names:
        at, places = key.find(said, begin), 0
        while at >= 0 and places < _MOST_PLACES:
            places += 1
            end = at + len(said)
            whole = not key[at - 1].isalnum() and not key[end : end + 1].isalnum()
            if whole and not (text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()):
                _put(annotations, book, m, at, end)
            at = key.find(said, end)


def _put(annotations: Annotations, book: Rulebook, m: Mention, start: int, end: int) -> None:
    """Make ``[start, end)`` a mention of an addressee, unless it is part of a longer name."""
    view, agencies = annotations.view, annotations.group("agencies")
    value = m.value.changed(title=None)
    for word in book["agencies.each"].keys:
        if view.key.startswith(word + " ", start - len(word) - 1):
            start -= len(word) + 1
    post = match_key(m.value.title or "")
    if post and view.key.startswith(post + " ", start - len(post) - 1):
        start, value = start - len(post) - 1, m.value
    i = bisect_left(agencies, start, key=_start)
    if i and agencies[i - 1].end > start:
        before = agencies[i - 1]
        if before.end > end:
            return
        words = match_key(squeeze(view.text[before.start : start]))
        if before.value.title and words == match_key(before.value.title):
            i, start, value = i - 1, before.start, value.changed(title=before.value.title)
        elif not before.value.group:
            return
        else:  # "…, chi nhánh ngân hàng và tổ chức": the group's last word begins the name
            cut = before.start + len(view.text[before.start : start].rstrip(" ,;"))
            last = view.key[before.start : cut].rsplit(None, 1)
            if len(last) == 2 and last[1] in book["agencies.and"].keys:
                cut = before.start + len(view.text[before.start : before.start + len(last[0])].rstrip(" ,;"))
            name = squeeze(view.text[before.start : cut])
            title = match_key(before.value.title or "")
            if title and match_key(name).startswith(title + " "):
                name = name[len(title) + 1 :]
            name = name[0].lower() + name[1:]
            before.value = before.value.changed(id=made_id(name), name=name, core=name)
            before.end, before.key = cut, before.value.id
    behind = i
    while behind < len(agencies) and agencies[behind].start < end:
        if agencies[behind].end > end:
            return
        if agencies[behind].start == start and agencies[behind].value.title:
            value = value.changed(title=agencies[behind].value.title)
        behind += 1
    agencies[i:behind] = [Mention(start, end, m.label, m.rule, value, value.id)]
