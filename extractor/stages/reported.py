"""Header of a report: the page or article that tells of a directive, or of a meeting that gave directions."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from operator import itemgetter
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, fold, slug, squeeze
from extractor.values.agencies import AgencyValue

#: characters of a sentence that are looked at on either side of what it tells
_LONGEST = 3000
#: characters at the top of a report in which it says what it reports
_TOP = 1500
#: characters before an agency in which the words are looked for that end a subject
_BEFORE = 30
#: characters that the title of a page may have
TITLE_LIMIT = 220
#: characters behind "ban hành" within which the document's number begins
_TO_NUMBER = 61
#: characters that may stand between a document's number and its day
_DATED = 8
#: characters before a day in which the misread number of its document is looked for
_NUMBER = 50
#: levels of places that have an administration of their own
_GOVERNED = ("province", "district", "commune")


def read_report(annotations: Annotations, book: Rulebook) -> None:
    """Fill the header from the sentence that says who issued what when, the source line, or the meeting."""
    _date_by_page(annotations, book)
    title = _title(annotations)
    told = (
        _issued(annotations, book)
        or _named(annotations, book)
        or _signed(annotations, book)
        or _source_line(annotations, book)
        or _meeting(annotations, book)
        or _unnumbered(annotations, book, title)
    )
    if "subject" not in annotations.header and title is not None:
        _subject_of_title(annotations, book, title, cut=told)
    if told and "issuer" not in annotations.header:
        _issuer_of_title(annotations, title)
    if "issued_on" in annotations.header:
        annotations.issued_on = date.fromisoformat(annotations.header["issued_on"])
        _infer_years(annotations, book)


def _keep(annotations: Annotations, field: str, value: Any, span: tuple[int, int]) -> None:
    annotations.header.setdefault(field, value)
    annotations.header["spans"].setdefault(field, span)


def _title(annotations: Annotations) -> tuple[int, int] | None:
    """The page's title: its first block, if that is one short line."""
    block = next((b for b in annotations.blocks if b.part == "body"), None)
    if block is None:
        return None
    end = annotations.view.text.find("\n", block.start, block.end)
    end = end if end > 0 else block.end
    return (block.start, end) if end - block.start <= TITLE_LIMIT else None


def _sentence(annotations: Annotations, book: Rulebook, offset: int) -> tuple[int, int]:
    """The sentence around `offset`, within its line; of a very long one what stands near."""
    view = annotations.view
    start, end = view.line_span(view.line_of(offset))
    ends = annotations.sentence_ends(book["layout.sentence_end"])
    behind = bisect_right(ends, offset, key=itemgetter(0))
    before = behind - 1 if behind and ends[behind - 1][1] <= offset else behind - 2
    if before >= 0:
        start = max(start, ends[before][1])
    if behind < len(ends):
        end = min(end, ends[behind][0])
    return max(start, offset - _LONGEST), min(end, offset + _LONGEST)


def _issued(annotations: Annotations, book: Rulebook) -> bool:
    """The first sentence with a number: "Ngày 15/4/2022, Tỉnh ủy ban hành Công văn 434-CV/TU về việc …".

    When the same body has issued another one later, which the top of the page tells too, it is that one.
    """
    view = annotations.view
    told: tuple[Mention, Mention, Mention | None, int] | None = None
    for verb in book["header.issued"].finditer(view):
        number = next(annotations.beginning("numbers", verb.end(), verb.end() + _TO_NUMBER), None)
        if number is None or "." in view.text[verb.end() : number.start]:
            continue
        if book["header.issued_other"].search(view, verb.end(), number.start):
            continue
        start, end = _sentence(annotations, book, verb.start())
        issuer = _last_agency(annotations, book, start, verb.start()) or _place_as_issuer(
            annotations, book, start, verb.start()
        )
        if issuer is None:
            continue
        day = _day(annotations, book, start, verb.start()) or _day_behind(annotations, book, number.end, end)
        if annotations.kind == "report" and day is None and verb.start() > 3000:
            continue
        issuer = _of(annotations, book, number, end) or issuer
        if told is None:
            told = number, issuer, day, end
        elif told[2] is not None and day is not None and _same_head(issuer, told[1]):
            told = (number, issuer, day, end) if day.value.start > told[2].value.start else told
        if told[2] is None or verb.start() > _TOP:
            break
    if told is None:
        return False
    number, issuer, day, end = told
    _take(annotations, book, number, issuer, day)
    _subject_behind(annotations, book, number.end if day is None or day.start < number.end else day.end, end)
    return True


def _same_head(one: Mention, other: Mention) -> bool:
    """Whether two mentions name a body of the same kind and level ("UBND tỉnh", "UBND tỉnh Sơn La")."""
    return (one.value.core, one.value.level) == (other.value.core, other.value.level)


def _signed(annotations: Annotations, book: Rulebook) -> bool:
    """The first number that is said to be signed or issued: "kế hoạch số 5921/KH-UBND do … ký ngày 9-10"."""
    if annotations.kind != "report":
        return False
    for number in annotations.group("numbers"):
        start, end = _sentence(annotations, book, number.start)
        m = book["header.signed_by"].match(annotations.view, number.end, end)
        if m is None or book["header.cited_before"].search(annotations.view, start, number.start):
            continue
        issuer = next(annotations.within("agencies", *Rule.span_of(m)), None)
        if issuer is not None and not issuer.value.group:
            day = _day(annotations, book, number.end, m.end()) or _day_behind(annotations, book, m.end(), end)
            _take(annotations, book, number, issuer, day)
            return True
    return False


def _named(annotations: Annotations, book: Rulebook) -> bool:
    """Near the top, a number by which the page names what it reports: "Tại Công văn số …, UBND tỉnh yêu cầu".

    Who issued it stands behind "của", or is who speaks in that sentence; then the symbol must be its own.
    """
    view = annotations.view
    for number in annotations.within("numbers", 0, _TOP):
        start, end = _sentence(annotations, book, number.start)
        said = book["header.told_of"].match(view, start, number.start)
        if number.value.year or said is None:
            continue
        issuer = _of(annotations, book, number, end)
        if issuer is None and said["whole"]:
            issuer = _last_agency(annotations, book, start, number.start)
        issuer = issuer or _speaking(annotations, book, number, end)
        if issuer is None or issuer.value.group:
            continue
        _take(annotations, book, number, issuer, _day_behind(annotations, book, number.end, end))
        return True
    return False


def _of(annotations: Annotations, book: Rulebook, number: Mention, end: int) -> Mention | None:
    """Whose document it is, said behind its number and day: "31/CĐ-TTg ngày 4/4/2024 của Thủ tướng"."""
    of = book["header.of_behind"].match(annotations.view, number.end, end)
    issuer = next(annotations.within("agencies", of.end(), end), None) if of else None
    return issuer if of is not None and issuer is not None and issuer.start <= of.end() + 1 else None


def _speaking(annotations: Annotations, book: Rulebook, number: Mention, end: int) -> Mention | None:
    """Who gives an order behind a number, when the number's symbol is that body's."""
    for m in annotations.within("agencies", number.end, end):
        if book["header.title_order"].match(annotations.view, m.end, end):
            return m if _has_symbol(m, number) else None
    return None


def _date_by_page(annotations: Annotations, book: Rulebook) -> None:
    """Days without a year take the year of the day on which the page was published."""
    published = annotations.source.published_on if annotations.source is not None else None
    if published is not None:
        annotations.issued_on = date.fromisoformat(published)
        _infer_years(annotations, book)
        annotations.issued_on = None


def _unnumbered(annotations: Annotations, book: Rulebook, title: tuple[int, int] | None) -> bool:
    """Near the top, who issued what kind of document, without its number: "UBND tỉnh vừa có công văn …"."""
    from extractor.stages.header import type_of_words

    view = annotations.view
    verbs = list(book["header.issued"].finditer(view, 0, min(len(view.text), _TOP)))
    if title is not None and view.text[title[1] - 1] != ".":  # the text tells better than the title
        verbs.sort(key=lambda m: title[0] <= m.start() < title[1])
    for verb in verbs:
        start, end = _sentence(annotations, book, verb.start())
        issuer, stop = _last_named(annotations, book, start, verb.start())
        if issuer is not None and not book["header.right_before"].match(view, stop, verb.start()):
            issuer = None
        issuer = issuer or _place_as_issuer(annotations, book, start, verb.start())
        if issuer is None or issuer.value.group or book["header.asks_above"].match(view, verb.end(), end):
            continue
        _keep(annotations, "issuer", issuer.value, (issuer.start, issuer.end))
        behind = verb.end()
        row = type_of_words(book, view.text[behind:end])
        if row is not None:
            behind += len(row["name"])
            _keep(annotations, "type", (row["code"], row["name"]), (verb.end(), behind))
        day = _day(annotations, book, start, verb.start()) or _day_behind(annotations, book, behind, end)
        if day is not None:
            _keep(annotations, "issued_on", day.value.start, (day.start, day.end))
        _subject_behind(annotations, book, behind, end)
        return True
    return False


def _take(
    annotations: Annotations, book: Rulebook, number: Mention, issuer: Mention | None, day: Mention | None
) -> None:
    from extractor.stages.header import type_of_code

    _keep(annotations, "number", number.value.normalized, (number.start, number.end))
    row = type_of_code(book, number.value.type_code) if number.value.type_code else None
    if row is not None:
        _keep(annotations, "type", (row["code"], row["name"]), (number.start, number.end))
    if issuer is not None:
        _keep(annotations, "issuer", issuer.value, (issuer.start, issuer.end))
    if day is not None:
        _keep(annotations, "issued_on", day.value.start, (day.start, day.end))


def _last_agency(annotations: Annotations, book: Rulebook, start: int, end: int) -> Mention | None:
    return _last_named(annotations, book, start, end)[0]


def _last_named(annotations: Annotations, book: Rulebook, start: int, end: int) -> tuple[Mention | None, int]:
    """The last agency of ``[start, end)`` and where its name ends, with whose it is and who heads it.

    Of "Cục A (Bộ B)" and "Cục A thuộc Bộ B" that is Cục A; a person's name may follow ("Chủ tịch UBND tỉnh
    Nguyễn Văn A").
    """
    view = annotations.view
    named = sorted(annotations.within("agencies", start, end), key=lambda m: m.start)
    if not named:
        return None, start
    last, stop = named[-1], named[-1].end
    for before in reversed(named[:-1]):
        inside = book["header.inside_of"].match(view, before.end, last.start)
        if inside is None or before.value.group or (inside["m"] == "(" and view.text[stop : stop + 1] != ")"):
            break
        last, stop = before, stop + (inside["m"] == "(")
    person = book["assignments.person_behind"].match(view, stop, end)
    return last, person.end() if person else stop


def _place_as_issuer(annotations: Annotations, book: Rulebook, start: int, end: int) -> Mention | None:
    """The administration of the place that stands right before the verb: "TP.HCM có Công văn số …"."""
    place = max(annotations.within("places", start, end), key=lambda m: m.start, default=None)
    if place is None or place.value.level not in _GOVERNED or place.value.members:
        return None
    if not book["header.right_before"].match(annotations.view, place.end, end):
        return None
    core = book["header.administration"].words[0]
    name = f"{core} {place.value.name}"
    value = AgencyValue(
        "x:" + slug(name),
        name,
        place.value.level,
        head=core,
        core=core,
        tail=place.value.name,
        place=place.value,
    )
    return Mention(place.start, place.end, "agency", "header.administration", value, value.id)


def _day(annotations: Annotations, book: Rulebook, start: int, end: int) -> Mention | None:
    """The first full day that is named in ``[start, end)`` and is not the day of another document there.

    One in brackets, as of the agency that tells it ("(TTXVN 5/3/2024)"), counts only when there is no other.
    """
    cited = [n.end for n in annotations.within("numbers", start, end)]
    text = annotations.view.text
    days = [
        d
        for d in annotations.within("dates", start, end)
        if d.value.granularity == "day"
        and d.value.start
        and not any(0 <= d.start - behind <= _DATED for behind in cited)
        and not book["header.misread_number"].search(annotations.view, max(start, d.start - _NUMBER), d.start)
    ]
    told = (d for d in days if text.rfind("(", start, d.start) <= text.rfind(")", start, d.start))
    return next(told, days[0] if days else None)


def _day_behind(annotations: Annotations, book: Rulebook, start: int, end: int) -> Mention | None:
    """The day directly behind a number: "434-CV/TU ngày 15/4/2022"."""
    day = _day(annotations, book, start, end)
    return day if day is not None and day.start - start <= 4 else None


def _subject_behind(annotations: Annotations, book: Rulebook, start: int, end: int) -> None:
    m = book["header.about_word"].match(annotations.view, start, end)
    if m is None:
        later = book["header.about_word"].search(annotations.view, start, min(end, start + 80))
        m = later if later and "," not in annotations.view.text[start : later.start()] else None
    if m is None:
        return
    s, e = m.end(), end
    for agency in annotations.within("agencies", s, end):
        stop = book["header.subject_stop"].search(
            annotations.view, max(s, agency.start - _BEFORE), agency.start
        )
        if stop is not None:
            e = stop.start("m")
            break
    while e > s and annotations.view.text[e - 1] in " .;:,":
        e -= 1
    if e > s:
        _keep(annotations, "subject", squeeze(annotations.view.text[s:e]), (s, e))


def _source_line(annotations: Annotations, book: Rulebook) -> bool:
    """ "Nguồn Công văn số: 757/UBND-KGVX": the number; its issuer is who gives the directions in the text."""
    m = book["header.source_line"].search(annotations.view)
    if m is None:
        return False
    number = next(annotations.beginning("numbers", m.start(), m.start() + _TO_NUMBER), None)
    if number is None:
        return False
    end = annotations.view.line_span(annotations.view.line_of(number.end))[1]
    issuer = _last_agency(annotations, book, number.end, end) or _speaker(annotations, number)
    _take(annotations, book, number, issuer, _day_behind(annotations, book, number.end, end))
    if issuer is not None and not number.end <= issuer.start <= end:
        annotations.header["inferred"].append("issuer")
    _subject_behind(annotations, book, number.end, end)
    return True


def _speaker(annotations: Annotations, number: Mention) -> Mention | None:
    """The first agency of the text whose head fits the number's symbol (UBND in 757/UBND-KGVX)."""
    return next((m for m in annotations.group("agencies") if _has_symbol(m, number)), None)


def _has_symbol(m: Mention, number: Mention) -> bool:
    """Whether the letters of a number's symbol are those of a body's head (UBND in 757/UBND-KGVX)."""
    code = (number.value.issuer or "").split("+")[0]
    return bool(code and m.value.head and not m.value.group and _initials(m.value.head) == fold(code).upper())


def _initials(head: str) -> str:
    return fold("".join(w[0] for w in head.split() if w)).upper()


def _meeting(annotations: Annotations, book: Rulebook) -> bool:
    """ "Sáng ngày 13/9/2018, Ban Chỉ đạo … đã tổ chức Hội nghị …": the body, the day, what it was about."""
    view = annotations.view
    for m in book["header.meeting"].finditer(view, 0, min(len(view.text), 4000)):
        start, end = _sentence(annotations, book, m.start())
        if not book["header.meeting_day"].match(view, start, end):
            continue
        day = _day(annotations, book, start, m.start())
        issuer = _last_agency(annotations, book, start, m.start())
        if day is None or issuer is None:
            continue
        _keep(annotations, "issuer", issuer.value, (issuer.start, issuer.end))
        _keep(annotations, "issued_on", day.value.start, (day.start, day.end))
        if "year" in day.value.inferred:
            annotations.header["inferred"].append("issued_on")
        s = Rule.span_of(m)[1]
        _subject_behind(annotations, book, s, end)
        if "subject" not in annotations.header:
            while s < end and view.text[s].isspace():
                s += 1
            e = end
            while e > s and view.text[e - 1] in " .;:,":
                e -= 1
            if e > s:
                _keep(annotations, "subject", squeeze(view.text[s:e]), (s, e))
        return True
    return False


def _subject_of_title(annotations: Annotations, book: Rulebook, title: tuple[int, int], cut: bool) -> None:
    """The title; of a told directive without who and the verb of direction."""
    view = annotations.view
    s, e = title
    if cut:
        lead = next((m for m in annotations.within("agencies", s, e) if m.start - s <= 3), None)
        if lead is not None:
            verb = book["header.title_order"].match(view, lead.end, e)
            if verb:
                s = verb.end()
                about = book["header.about_word"].match(view, s - 1, e)
                s = about.end() if about else s
    if e > s:
        _keep(annotations, "subject", squeeze(view.text[s:e]), (s, e))
        annotations.header["inferred"].append("subject")


def _issuer_of_title(annotations: Annotations, title: tuple[int, int] | None) -> None:
    if title is None:
        return
    lead = next(iter(annotations.within("agencies", *title)), None)
    if lead is not None and not lead.value.group:
        _keep(annotations, "issuer", lead.value, (lead.start, lead.end))
        annotations.header["inferred"].append("issuer")


def _infer_years(annotations: Annotations, book: Rulebook) -> None:
    """Dates without a year take the year of the directive, now that its day is known."""
    from extractor.values.dates import find_dates

    if any(
        "year" in d.value.inferred or (d.value.start is None and not d.value.problem)
        for d in annotations.group("dates")
    ):
        view: TextView = annotations.view
        annotations.mentions["dates"] = find_dates(
            view, book, annotations.issued_on, annotations.group("numbers")
        )
