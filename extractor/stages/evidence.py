"""Evidence: what something beside the letter's own words says of its header, weighed against them.

An exchange package goes before the text; a file's digital signature, its name and a portal's table only fill
what the text leaves open. Where they say something else than the text, both are told in a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.ingest.formats import EDXML
from extractor.ingest.reading import Evidence
from extractor.rulebook import Rulebook
from extractor.stages.header import agencies_in_capitals, type_of_code, type_of_words
from extractor.textview import TextView, fold, is_upper, match_key, squeeze
from extractor.values.agencies import AgencyFinder, AgencyValue, lexicon_of, made_id
from extractor.values.dates import find_dates
from extractor.values.document_numbers import find_numbers
from extractor.values.places import find_places

#: whom to believe first; what is not named here comes last
_ORDER = ("package", "cover", "page", "signature", "file_name")
#: what is the letter's own word, as good as the text
_OVER_TEXT = "package"
#: days between the letter's date and another source's that are no conflict: a file may be signed later
_SAME_DATE = 31
#: share of the words of the shorter of two subjects that stand in the longer one
_SAME_WORDS = 0.7
#: how the words between two bodies of one name are parted ("UBND xã A - UBND huyện B")
_ABOVE = re.compile(r"\s+-\s+|\s*,\s+")
_WORD = re.compile(r"[^\W_]+")
#: fields that a person's record holds
_SIGNER = ("name", "title", "authority")


def weigh_evidence(annotations: Annotations, book: Rulebook) -> None:
    """Complete and correct ``annotations.header`` (and `issued_on`) by the evidence of the source."""
    said: list[Evidence] = annotations.source.evidence if annotations.source is not None else []
    if not said:
        return
    if annotations.source.media_type == EDXML:
        _forget_text(annotations)
    own = {"number", "issuer"} & annotations.header.keys()
    for evidence in sorted(said, key=lambda e: _ORDER.index(e.by) if e.by in _ORDER else len(_ORDER)):
        if evidence.by == "cover" and own:
            continue
        value = _value(annotations, book, evidence)
        if value is not None:
            _weigh(annotations, book, evidence, value)


def _forget_text(annotations: Annotations) -> None:
    """Let only the package speak: the text is its header and was not laid out as a letter is."""
    annotations.kind = "letter"
    annotations.header = {"spans": {}, "inferred": []}
    annotations.zones, annotations.blocks, annotations.issued_on = {}, [], None


def _value(annotations: Annotations, book: Rulebook, evidence: Evidence) -> Any:
    """What a piece of evidence says, as the header holds it; None for nothing of use."""
    value = evidence.value
    match evidence.field:
        case "issuer":
            return agency_of_name(annotations, book, squeeze(value)) if squeeze(value) else None
        case "issued_on":
            try:
                return date.fromisoformat(value)
            except (TypeError, ValueError):
                return None
        case "type":
            words = next(iter(value.values()), "") if isinstance(value, dict) else value
            words = words if isinstance(words, str) else words[0]
            row = type_of_code(book, words) or type_of_words(book, words)
            return (row["code"], row["name"]) if row is not None and row["system"] != "generic" else None
        case "number":
            found = find_numbers(TextView(squeeze(value)), book)
            whole = len(found) == 1 and found[0].end - found[0].start == len(squeeze(value))
            return found[0].value.normalized if whole else "".join(value.split()).replace("Ð", "Đ") or None
        case "subject":
            view = TextView(squeeze(value))
            m = book["header.subject_start"].match(view)
            return view.text[m.end() :] if m else view.text or None
        case "signer":
            named = {name: squeeze(value.get(name) or "") or None for name in _SIGNER}
            return named if named["name"] else None
        case "place" | "urgency" | "secrecy":
            return squeeze(value) or None
        case "addressees":
            return list(_bodies(annotations, book, value))
        case "recipients":
            return list(value)
    return None


def agency_of_name(annotations: Annotations, book: Rulebook, name: str) -> AgencyValue:
    """The body that a full name means ("UBND xã A - UBND huyện B" is the first); unknown ones as written."""
    if is_upper(name):
        found = agencies_in_capitals(annotations, book, [name])
        if found:
            return found[-1]
    lexicon = lexicon_of(annotations.doc, book)
    view = TextView(name)
    part = Annotations(view, doc=lexicon.tokenizer.from_view(view))
    part.mentions["places"] = find_places(view, book)
    for m in AgencyFinder(part.doc, part, lexicon, []).find():
        value: AgencyValue = m.value
        ends = m.end == len(name) or _ABOVE.match(name, m.end)
        if m.start == 0 and ends and not (value.group or value.title):
            return value
    return AgencyValue(made_id(name), name, core=name, known=False)


def _bodies(annotations: Annotations, book: Rulebook, names: list[str]) -> Iterator[Mention]:
    """The bodies of these names where the text has them, as they are known from there."""
    for name in names:
        for start, end in _places(annotations.view, match_key(name), 0, len(annotations.view.text)):
            value = agency_of_name(annotations, book, name)
            known = (m for m in annotations.beginning("agencies", start, end) if m.value.id == value.id)
            yield next(known, None) or Mention(start, end, "agency", "package", value, value.id)
            break


def _weigh(annotations: Annotations, book: Rulebook, evidence: Evidence, value: Any) -> None:
    header, field = annotations.header, evidence.field
    spans = header.setdefault("spans", {})
    written = header.get(field)
    if written is None:
        _take(annotations, book, field, value)
        if evidence.by != _OVER_TEXT and field not in header["inferred"]:
            header["inferred"].append(field)
        return
    guessed = field in header["inferred"]
    if _agree(field, written, value):
        if field == "signer" and evidence.by == _OVER_TEXT:
            header[field] = {k: written[k] or value[k] for k in _SIGNER}
        if not guessed or field not in spans:
            return
    elif not guessed and (evidence.by == _OVER_TEXT or _clearly_other(field, written, value)):
        start, end = spans.get(field, (0, 0))
        message = f"{_shown(field, written)} ≠ {_shown(field, value)}"
        annotations.warn("evidence_conflict", message, start, end)
    if evidence.by == _OVER_TEXT:
        header["inferred"] = [f for f in header["inferred"] if f != field]
        spans.pop(field, None)
        _take(annotations, book, field, value)


def _take(annotations: Annotations, book: Rulebook, field: str, value: Any) -> None:
    """Set a field; where the text has the same words, with their span, else as inferred."""
    header = annotations.header
    header[field] = value.isoformat() if field == "issued_on" else value
    if field == "issued_on":
        _date_anew(annotations, book, value)
    elif field == "secrecy":
        annotations.warn("secret", value, 0, 0)
    span = _in_text(annotations, book, field, value)
    if span is not None:
        header["spans"][field] = span
    elif field not in (*header["inferred"], "addressees", "recipients"):
        header["inferred"].append(field)


def _date_anew(annotations: Annotations, book: Rulebook, day: date) -> None:
    """Let the letter be of this day, and dates without a year be of its year."""
    if annotations.issued_on == day:
        return
    annotations.issued_on = day
    dates = annotations.group("dates")
    if any(m.value.inferred or m.value.problem for m in dates):
        annotations.mentions["dates"] = find_dates(annotations.view, book, day, annotations.group("numbers"))


def _in_text(annotations: Annotations, book: Rulebook, field: str, value: Any) -> tuple[int, int] | None:
    """Where the text has a value; a whole line or the rest of one (behind a label) before other places."""
    view = annotations.view
    stop = (
        annotations.zones.get("body", (0, 0))[0] if annotations.kind == "letter" and field != "signer" else 0
    )
    stop = stop or len(view.text)
    if field in ("addressees", "recipients"):
        return None
    if field == "issued_on":
        return _first(annotations, "dates", stop, lambda v: v.start == v.end == value.isoformat())
    if field == "number":
        found = _first(annotations, "numbers", stop, lambda v: v.normalized == value)
    else:
        found = _first(annotations, "agencies", stop, lambda v: field == "issuer" and v.id == value.id)
    if found is not None:
        return found
    best = None
    for start, end in _places(view, match_key(_shown(field, value)), 0, stop):
        if best is None:
            best = (start, end)
        line = view.line_span(view.line_of(start))
        before, behind = view.text[line[0] : start].rstrip(), view.text[end : line[1]].strip(" .;|")
        if not behind and (not before or before[-1] in ":|"):
            return start, end
    return best


def _first(
    annotations: Annotations, group: str, stop: int, fits: Callable[[Any], bool]
) -> tuple[int, int] | None:
    """The first mention of a group before `stop` whose value fits."""
    return next(((m.start, m.end) for m in annotations.within(group, 0, stop) if fits(m.value)), None)


def _places(view: TextView, words: str, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where words stand as whole words."""
    key = view.key
    at = key.find(words, at, stop) if words else -1
    while at >= 0:
        end = at + len(words)
        if not (key[at - 1 : at].isalnum() or key[end : end + 1].isalnum()):
            yield at, end
        at = key.find(words, end, stop)


def _shown(field: str, value: Any) -> str:
    """A value of the header in words, as a letter would have it."""
    if field == "issued_on":
        with suppress(TypeError, ValueError):
            value = date.fromisoformat(value)
        return f"{value:%d/%m/%Y}"
    if field == "issuer":
        return str(value.name)
    if field == "type":
        return str(value[1])
    return str(value["name"] if field == "signer" else value)


def _agree(field: str, written: Any, value: Any) -> bool:
    """Whether two values of a field mean the same, as two people would write it."""
    match field:
        case "issued_on":
            return bool(written == value.isoformat())
        case "type":
            return bool(written[0] == value[0])
        case "issuer":
            return bool(written.id == value.id) or _within(fold(written.name), fold(value.name))
        case "subject":
            one, other = sorted((_words(written), _words(value)), key=len)
            return len(one & other) >= _SAME_WORDS * len(one)
        case "number":
            return _letters(written) == _letters(value)
        case "signer":
            return _letters(written["name"]) == _letters(value["name"])
    return _within(fold(_shown(field, written)), fold(_shown(field, value)))


def _clearly_other(field: str, written: Any, value: Any) -> bool:
    """Whether a source that is no package contradicts the text, and does not just say it otherwise."""
    match field:
        case "issued_on":
            return bool(abs((date.fromisoformat(written) - value).days) > _SAME_DATE)
        case "number":
            one, other = (re.match(r"\d*", _letters(v)) for v in (written, value))
            return bool(one and other and one[0].lstrip("0") != other[0].lstrip("0"))
    return field in ("type", "issuer")


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def _within(one: str, other: str) -> bool:
    """Whether one of two names is the beginning or end of the other, in whole words."""
    short, long = sorted((" ".join(one.split()), " ".join(other.split())), key=len)
    return f" {long} ".startswith(f" {short} ") or f" {long} ".endswith(f" {short} ")
