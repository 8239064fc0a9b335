"""Header of a letter: number, type, issuer, date, place, subject, signer, to whom it goes, its marks.

Letterheads come in many shapes once a page is text (columns side by side, cells, fragments). What is known
for sure is taken out first (constants, number, place and date, "V/v"); what is left in capitals is who
issued the letter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rule, Rulebook
from extractor.stages.addressees import read_addressees
from extractor.stages.reported import read_report
from extractor.textview import TextView, fold, is_upper, match_key, squeeze
from extractor.values.agencies import AgencyFinder, AgencyValue, lexicon_of, made_id
from extractor.values.places import find_places

Piece = tuple[int, int]
#: characters above the signature in which the place and date may be written
_ABOVE_SIGNATURE = 200
#: characters from the top in which the line is looked for that tells who speaks
_SPEAKER_REACH = 4000
#: the rule that stands for somebody whom no register knows
_AS_WRITTEN = "assignments.role"
#: characters of a stray piece in a letterhead; in lower case they end the subject above them
_SHORT = 8
#: words before a known name that may make it part of another
_OWN_WORDS = 5
#: words that the name of a place may have
_PLACE_WORDS = 4
#: Latin letters that are a vowel, whatever their marks
_LATIN = map(chr, (*range(0x250), *range(0x1E00, 0x1F00)))
_VOWEL = re.compile(f"[{''.join(c for c in _LATIN if fold(c) in {*'aeiouy'})}]")


def read_header(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.header`` (values, and ``spans``: field -> (start, end)) from the layout's zones."""
    header = annotations.header
    header.setdefault("spans", {})
    header.setdefault("inferred", [])
    _share_tails(annotations, book)
    if annotations.kind == "report":
        read_report(annotations, book)
        return
    start, end = annotations.zones["letterhead"]
    about = book["layout.about"].search(annotations.view, start, end)
    number = _own_number(annotations, book, start, end, about.start() if about else end)
    _type(annotations, book, number, about is not None)
    _date(annotations, book)
    _check_date(annotations, book)
    masked = _masked(annotations, book, number, start, end)
    subject = _subject(annotations, book, about, masked, end)
    if subject:
        masked = sorted([*masked, subject])
    _issuer(annotations, book, masked, start, end)
    for field in ("urgency", "secrecy"):
        m = book[f"layout.{field}"].search(annotations.view, start, end)
        if m:
            s, e = Rule.span_of(m)
            header[field] = squeeze(annotations.view.text[s:e])
            header["spans"][field] = (s, e)
            if field == "secrecy":
                annotations.warn("secret", header[field], s, e)
    _signer(annotations, book)
    read_addressees(annotations, book)
    _recipients(annotations, book)


def _share_tails(annotations: Annotations, book: Rulebook) -> None:
    """Bodies named side by side share the words behind the last: "UBND, Công an các huyện"."""
    mentions = annotations.group("agencies")
    everywhere = book["header.shares_tail"].keys
    joined = {",", *book["agencies.and"].keys}
    for m, after in zip(reversed(mentions[:-1]), reversed(mentions[1:]), strict=True):
        value, tail = m.value, after.value.tail
        if value.tail or value.group or not (after.value.group and tail and after.value.head):
            continue
        if (
            match_key(value.name) in everywhere
            and annotations.view.key[m.end : after.start].strip() in joined
        ):
            name = f"{value.core} {tail}"
            m.value = value.changed(name=name, tail=tail, group=True, level=None, id=made_id(name))


def _keep(annotations: Annotations, field: str, value: Any, span: Piece) -> None:
    annotations.header[field] = value
    annotations.header["spans"][field] = span


def _own_number(annotations: Annotations, book: Rulebook, start: int, end: int, about: int) -> Mention | None:
    """The letter's own number: behind its label, else the first one above the subject."""
    numbers = [m for m in annotations.group("numbers") if start <= m.start < end]
    for label in book["layout.number_label"].finditer(annotations.view, start, end):
        at = Rule.span_of(label)[1]
        for m in numbers:
            if 0 <= m.start - at <= 6 and not annotations.view.text[at : m.start].strip():
                return _take_number(annotations, m)
    for m in numbers:
        if m.start < about:
            return _take_number(annotations, m)
    return None


def _take_number(annotations: Annotations, m: Mention) -> Mention:
    _keep(annotations, "number", m.value.normalized, (m.start, m.end))
    return m


def type_of_words(book: Rulebook, words: str) -> dict[str, str] | None:
    """The row of document_types.csv whose name begins `words` (the longest); blanks do not count."""
    key = match_key(words).replace(" ", "").replace("\n", "")
    return next((row for name, row in _type_names(book) if key.startswith(name)), None)


@lru_cache(maxsize=8)
def _type_names(book: Rulebook) -> list[tuple[str, dict[str, str]]]:
    """The names of types without blanks, the longest first, with their rows."""
    rows = sorted(book.table("document_types.csv"), key=lambda r: -len(r["name"]))
    return [(match_key(r["name"]).replace(" ", ""), r) for r in rows]


def type_of_code(book: Rulebook, code: str) -> dict[str, str] | None:
    """The row of document_types.csv with this record code."""
    return next((r for r in book.table("document_types.csv") if r["code"] == code), None)


def _letter_type(book: Rulebook) -> dict[str, str] | None:
    """The row of document_types.csv for a plain letter (công văn), whose symbol need not name its type."""
    return next((r for r in book.table("document_types.csv") if r["system"] == "letter"), None)


def _type(annotations: Annotations, book: Rulebook, number: Mention | None, about: bool) -> None:
    """The type by its line and the number; with V/v and no such line it is a letter whatever the symbol.

    ``341/TTr-PC`` of an inspectorate (Thanh tra) is no tờ trình.
    """
    row, span = None, None
    if "type" in annotations.zones:
        span = annotations.zones["type"]
        row = type_of_words(book, annotations.view.text[slice(*span)])
    coded = (
        type_of_code(book, number.value.type_code) if number is not None and number.value.type_code else None
    )
    if coded is not None and (row is None or (coded["code"] != row["code"] and coded["system"] != "party")):
        row, span = (row or coded), (span or (number.start, number.end) if number else span)
    symbol_only = "type" not in annotations.zones and (number is None or about)
    letter = symbol_only and "addressees" in annotations.zones and (row is None or row["system"] != "letter")
    if letter and (number is None or row is not None):
        row, span = _letter_type(book), None
        annotations.header["inferred"].append("type")
    if row is not None:
        annotations.header["type"] = (row["code"], row["name"])
        if span:
            annotations.header["spans"]["type"] = span


def _date(annotations: Annotations, book: Rulebook) -> None:
    header, zone = annotations.header, annotations.zones.get("date")
    if zone is None:
        return
    m = book["layout.place_date"].match(annotations.view, zone[0], zone[1]) or book[
        "layout.place_date_short"
    ].match(annotations.view, zone[0], zone[1])
    if m and m["place"]:
        s, e = m.span("place")
        own = header["spans"].get("number")
        if own and s < own[1] < e:  # the number stands on the same line, right before the place
            s = own[1]
        name = annotations.view.text[s:e]
        cut = max((i + 1 for i, c in enumerate(name) if c in "\n|"), default=0)
        s += cut + (len(name[cut:]) - len(name[cut:].lstrip()))
        words = squeeze(annotations.view.text[s:e])
        if words:
            _keep(annotations, "place", words, (s, e))
    if annotations.issued_on:
        s = m.start("day") if m else zone[0]
        lead = (
            annotations.view.key.rfind(
                annotations.view.key[m.end("place") : m.start("day")].strip(" ,\n") or " ", zone[0], s
            )
            if m and m["place"]
            else zone[0]
        )
        _keep(annotations, "issued_on", annotations.issued_on.isoformat(), (max(zone[0], lead), zone[1]))


def _check_date(annotations: Annotations, book: Rulebook) -> None:
    """Warn when the place and date right above the signature are not those of the head."""
    issued, head, signature = (
        annotations.issued_on,
        annotations.zones.get("date"),
        annotations.zones.get("signature"),
    )
    if issued is None or head is None or signature is None:
        return
    view = annotations.view
    start = max(head[1], signature[0] - _ABOVE_SIGNATURE)
    for name in ("layout.place_date", "layout.place_date_short"):
        for m in book[name].finditer(view, start, signature[1]):
            bounds = view.line_span(view.line_of(m.start()))
            own_line = not (view.text[bounds[0] : m.start()] + view.text[m.end() : bounds[1]]).strip(" |*_.")
            written = tuple(m[part] for part in ("year", "month", "day"))
            if not (m["place"] and own_line and all(w.isdigit() for w in written)):
                continue
            if tuple(map(int, written)) != (issued.year, issued.month, issued.day):
                message = f"{issued:%d/%m/%Y} ≠ {squeeze(m[0])}"
                annotations.warn("number_date_conflict", message, *m.span())


def _masked(
    annotations: Annotations, book: Rulebook, number: Mention | None, start: int, end: int
) -> list[Piece]:
    """What is known in the letterhead: constants, number line, place and date, marks."""
    view = annotations.view
    out: list[Piece] = []
    for name in ("quoc_hieu", "tieu_ngu", "party_line", "urgency", "secrecy", "separator"):
        out += [Rule.span_of(m) for m in book[f"layout.{name}"].finditer(view, start, end)]
    if "date" in annotations.zones:
        out.append(annotations.zones["date"])
    for m in book["layout.number_label"].finditer(view, start, end):
        s, e = Rule.span_of(m)
        line_end = view.line_span(view.line_of(e))[1]
        if number is not None and 0 <= number.start - e <= 6:
            out.append((s, number.end))
        elif number is None:
            out.append((s, line_end))
    if number is not None and not any(s <= number.start < e for s, e in out):
        out.append((number.start, number.end))
    return sorted(out)


def _pieces(annotations: Annotations, masked: list[Piece], start: int, end: int) -> list[Piece]:
    """What of ``[start, end)`` is not masked, cut at line ends and cell borders, without blanks around."""
    text = annotations.view.text
    out: list[Piece] = []
    cuts = [*masked, (end, end)]
    at = start
    for s, e in cuts:
        piece_start = at
        for i in range(at, max(at, s) + 1):
            if i >= s or text[i] in "\n|":
                a, b = piece_start, min(i, s)
                while a < b and (text[a].isspace() or text[a] in "-*_.:•#"):
                    a += 1
                while b > a and (text[b - 1].isspace() or text[b - 1] in "-*_.:#"):
                    b -= 1
                if b - a > 1 and any(c.isalpha() for c in text[a:b]):
                    out.append((a, b))
                piece_start = i + 1
        at = max(at, e)
    return out


def _subject(
    annotations: Annotations, book: Rulebook, about: Any, masked: list[Piece], end: int
) -> Piece | None:
    """The subject's words: under the title, or behind "V/v" in the letterhead. Returns what to mask there."""
    view = annotations.view
    if "subject" in annotations.zones:
        s, e = annotations.zones["subject"]
        _put_subject(annotations, book, s, e)
        return None
    if about is None:
        return _party_subject(annotations, book, masked, end)
    s = Rule.span_of(about)[1]
    stop = min([a for a, b in masked if a >= s], default=end)
    stop = min(stop, end)
    line = view.line_of(s)
    last = s
    while line < len(view.line_starts):
        a, b = view.line_span(line)
        a, b = max(a, s), min(b, stop)
        if a >= stop:
            break
        words = view.text[a:b].strip(" |")
        if not words and last > s:
            break
        if words:
            if last > s and is_upper(words) and not is_upper(view.text[s:last]):
                break
            last = a + len(view.text[a:b].rstrip(" |"))
        line += 1
    _put_subject(annotations, book, s, last)
    return (Rule.span_of(about)[0], last)


def _party_subject(annotations: Annotations, book: Rulebook, masked: list[Piece], end: int) -> Piece | None:
    """A Party công văn has its subject under the number without "V/v": words not in capitals."""
    number = annotations.header["spans"].get("number")
    if number is None:
        return None
    pieces = [
        p
        for p in _pieces(annotations, masked, number[1], end)
        if not is_upper(annotations.view.text[slice(*p)])
    ]
    place = annotations.header["spans"].get("place")
    pieces = [p for p in pieces if not (place and p[0] <= place[0] < p[1])]
    while pieces and pieces[0][1] - pieces[0][0] <= _SHORT:
        del pieces[0]
    if not pieces:
        return None
    s, e = pieces[0][0], pieces[0][1]
    for a, b in pieces[1:]:
        if any(e <= m[0] < a and m[1] - m[0] > 3 for m in masked):
            break
        if b - a <= _SHORT and not annotations.view.text[a].islower():
            continue
        e = b
    _put_subject(annotations, book, s, e)
    return (s, e)


def _put_subject(annotations: Annotations, book: Rulebook, start: int, end: int) -> None:
    view = annotations.view
    made = book["header.made_by"].match(view, start, end)
    if made:
        start = made.end()
    m = book["header.subject_start"].match(view, start, end)
    if m:
        start = m.end()
    while start < end and (view.text[start].isspace() or view.text[start] in "#*(|"):
        start += 1
    while end > start and (
        view.text[end - 1].isspace()
        or (
            view.text[end - 1] in "#*|_-.)"
            and not (view.text[end - 1] == ")" and "(" in view.text[start:end])
        )
    ):
        end -= 1
    if end > start:
        _keep(annotations, "subject", squeeze(view.text[start:end]), (start, end))


def _issuer(annotations: Annotations, book: Rulebook, masked: list[Piece], start: int, end: int) -> None:
    view, header = annotations.view, annotations.header
    number = header["spans"].get("number")
    every = _pieces(annotations, masked, start, end)
    pieces = [p for p in every if is_upper(view.text[slice(*p)]) or p[1] - p[0] < 4] or every
    above = [p for p in pieces if number is None or p[0] < number[0]] or pieces
    found = _found_whole(annotations, above) or agencies_in_capitals(
        annotations, book, [view.text[slice(*p)] for p in above]
    )
    if found:
        value = found[-1]
        parent = found[-2] if len(found) > 1 else None
        if parent is not None:
            if value.place is None:
                value = _under(value, parent, book)
        elif not value.tail and value.place is None and value.level != "central":
            value = _as_it_speaks(annotations, book, value)
        value = _by_code(annotations, book, value)
        _keep(annotations, "issuer", value, (above[0][0], above[-1][1]))
        first = next(
            (
                p
                for p in above
                if match_key(view.text[slice(*p)]).startswith(match_key(value.core.split()[0]))
            ),
            above[0],
        )
        if parent is not None:
            header["spans"]["issuer"] = (max(first[0], above[0][0]), above[-1][1])
        return
    _issuer_from_closing(annotations, book)


def _found_whole(annotations: Annotations, lines: list[Piece]) -> list[AgencyValue]:
    """The agencies of a letterhead, when registers and places explain all its lines as they stand there."""
    known = list(annotations.within("agencies", lines[0][0], lines[-1][1])) if lines else []
    values: list[AgencyValue] = [m.value for m in known]
    if any(v.group or v.title or not v.known or (v.tail and v.place is None) for v in values):
        return []
    covered = all(any(m.start <= start and end <= m.end for m in known) for start, end in lines)
    return values if covered else []


def _as_it_speaks(annotations: Annotations, book: Rulebook, value: AgencyValue) -> AgencyValue:
    """An issuer whose letterhead lost its place, with the place of the line above the grounds.

    ``CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH A`` tells whose ``ỦY BAN NHÂN DÂN`` the letterhead means.
    """
    view = annotations.view
    top = annotations.zones["letterhead"][0]
    said = book["layout.speaker_line"].search(view, top, min(len(view.text), top + _SPEAKER_REACH))
    while said:
        line = view.text[said.start("m") : view.line_span(view.line_of(said.start("m")))[1]]
        for found in reversed(agencies_in_capitals(annotations, book, [line])):
            if found.place is not None and match_key(found.core) == match_key(value.core):
                return found.changed(title=None)
        at = said.end("m")
        said = book["layout.speaker_line"].search(view, at, min(len(view.text), top + _SPEAKER_REACH))
    return value


def _under(value: AgencyValue, parent: AgencyValue, book: Rulebook) -> AgencyValue:
    """A department with the place of the body above it; a board or office of that body with its name."""
    part = book["header.part_of"].match(TextView(value.core))
    if part and (book["header.committee"].match(TextView(parent.core)) or part.end() == len(value.core)):
        name = f"{value.core} {parent.name}"
        return value.changed(name=name, place=parent.place, level=parent.level, id=made_id(name))
    if parent.place is None or value.tail or value.level == "central" or not parent.place.name:
        return value
    core, place = value.core.split(), parent.place.name.split()
    level = next((n for n in (2, 1) if match_key(" ".join(core[-n:])) == match_key(" ".join(place[:n]))), 0)
    name = " ".join([*core[: len(core) - level], *place])
    return value.changed(
        name=name,
        place=parent.place,
        tail=parent.place.name,
        level=value.level or parent.level,
        id=made_id(name),
    )


def agencies_in_capitals(annotations: Annotations, book: Rulebook, lines: list[str]) -> list[AgencyValue]:
    """The agencies that lines of capitals spell, e.g. ``["UBND TỈNH X", "SỞ Y TẾ"]``: two, in this order."""
    lexicon = lexicon_of(annotations.doc, book)
    spaced = [_spaced(squeeze(line), book) for line in lines]
    titled = [_title_case(line, lexicon.joins) for line in spaced]
    text = ""
    for line in titled:
        above = text.rsplit("\n\n", 1)[-1]
        goes_on = bool(text) and (lexicon.opens_only(above) or lexicon.ends_name(above, line))
        starts = lexicon.opens_name(line) and not goes_on
        text = line if not text else f"{text}\n\n{line}" if starts else f"{text} {line}"
    view = TextView(text)
    part = Annotations(view, doc=lexicon.tokenizer.from_view(view))
    part.mentions["places"] = find_places(view, book)
    found = AgencyFinder(part.doc, part, lexicon, []).find()
    return [_with_own_name(m, text, book) for m in found if not m.value.group]


def _with_own_name(m: Mention, text: str, book: Rulebook) -> AgencyValue:
    """A body with the words of its line that no register knows (THÀNH ỦY X, QUẬN ỦY QUẬN 3)."""
    value: AgencyValue = m.value
    own = squeeze(text[m.end :].split("\n")[0])
    name = value.name
    numbered = own.isdigit() and value.tail and value.place is None
    placed = own and not value.tail and len(own.split()) <= _PLACE_WORDS and _is_committee(value, book)
    if numbered or placed:
        name = f"{name} {own}"
    if value.place is None and not value.known:
        name = _small_levels(name, book)
    if name != value.name:
        value = value.changed(name=name, tail=own, id=made_id(name))
    return _with_committee_place(value, book)


def _with_committee_place(value: AgencyValue, book: Rulebook) -> AgencyValue:
    """A committee with the place that its name and its own level tell: Huyện ủy A sits in huyện A."""
    if value.place is not None or not value.tail or not _is_committee(value, book):
        return value
    first = match_key(value.core.split()[-2])
    words = [r["locality_word"] for r in book.table("levels.csv") if r["locality_word"]]
    word = next((w for w in words if w.split()[0] == first), None)
    view = TextView(f"{word} {value.tail}")
    found = find_places(view, book) if word else []
    if not found or found[0].start or found[0].end != len(view.text) or found[0].value.members:
        return value
    return value.changed(place=found[0].value, level=found[0].value.level or value.level)


def _small_levels(name: str, book: Rulebook) -> str:
    """The word for a level in front of a place in small letters: "Đảng ủy Xã A" is "Đảng ủy xã A"."""
    return str(book["header.level_in_name"].regex.sub(lambda m: m[0].lower(), name))


def _is_committee(value: AgencyValue, book: Rulebook) -> bool:
    """Whether a body is a Party committee or youth union whose name tells its level."""
    return book["agencies.bare_place"].hit(value.core)


def _spaced(line: str, book: Rulebook) -> str:
    """The blank that was lost where two lines were joined."""
    cuts = [Rule.span_of(m)[0] for m in book["header.glued_level"].finditer(TextView(line))]
    for at in reversed(cuts):
        line = f"{line[:at]} {line[at:]}"
    return line


def _title_case(line: str, joins: frozenset[str]) -> str:
    words = []
    for word in line.split(" "):
        low = word.lower()
        if match_key(word) in joins:
            words.append(low)
        elif word.isupper() and not _VOWEL.search(word):
            words.append(word)
        else:
            words.append(low[:1].upper() + low[1:])
    return " ".join(words)


def _issuer_from_closing(annotations: Annotations, book: Rulebook) -> None:
    """Without a letterhead: the body that speaks of itself in the closing sentence."""
    paragraphs = [b for b in annotations.blocks if b.part == "body" and b.kind == "paragraph"]
    for block in reversed(paragraphs[-3:]):
        for m in annotations.within("agencies", block.content, block.end):
            if (
                m.start == block.content
                and not m.value.group
                and book["header.closing_subject"].match(annotations.view, m.end, block.end)
            ):
                _keep(annotations, "issuer", m.value, (m.start, m.end))
                annotations.header["inferred"].append("issuer")
                return
    row = _code_row(annotations, book)
    number = annotations.header["spans"].get("number")
    if row is not None and number:
        _keep(annotations, "issuer", _central(annotations, book, row["name"]), tuple(number))
        annotations.header["inferred"].append("issuer")


def _code_row(annotations: Annotations, book: Rulebook) -> dict[str, str] | None:
    """The row of the central issuer whose code the letter's own number holds."""
    number = annotations.header["spans"].get("number")
    mention = next((m for m in annotations.group("numbers") if number and m.start == number[0]), None)
    if mention is None:
        return None
    code = (mention.value.issuer or "").split("+")[0]
    return next(
        (r for r in book.table("issuer_codes.csv") if r["code"] == code and r["level"] == "central"), None
    )


def _central(annotations: Annotations, book: Rulebook, name: str) -> AgencyValue:
    """A central body by its name."""
    known = lexicon_of(annotations.doc, book).names.get(match_key(name))
    return AgencyValue(known["id"] if known is not None else made_id(name), name, "central", core=name)


def _by_code(annotations: Annotations, book: Rulebook, value: AgencyValue) -> AgencyValue:
    """A central committee of which the letterhead tells only a part, by the code of the number.

    ``BAN CHẤP HÀNH TRUNG ƯƠNG`` with the number ``…/TWĐTN`` is the youth union's, not the Party's.
    """
    rows = book.table("issuer_codes.csv")
    if value.level != "central" or not any(r["name"] == value.name and r["system"] == "party" for r in rows):
        return value
    row = _code_row(annotations, book)
    return _central(annotations, book, row["name"]) if row is not None and row["system"] == "mass" else value


def _signer(annotations: Annotations, book: Rulebook) -> None:
    view, zones = annotations.view, annotations.zones
    if "signer" not in zones:
        return
    s, e = zones["signer"]
    rank = book["layout.rank"].match(view, s, e)
    if rank:
        s = rank.end()
    begin = zones["signature"][0]
    authority = title = None
    for m in book["layout.authority"].finditer(view, begin, s):
        authority = view.text[slice(*Rule.span_of(m))]
    posts = [Rule.span_of(m) for m in book["header.post_in_signature"].finditer(view, begin, s)]
    own = 1 if authority and book["header.second_post"].match(TextView(authority)) else 0
    for n, (first, last) in enumerate(posts):
        line_end = view.line_span(view.line_of(first))[1]
        if n > own and view.text[last:line_end].strip(" |"):
            break  # another office that the signer holds: "GIÁM ĐỐC SỞ …" under "TRƯỞNG BAN"
        title = _post_name(book, squeeze(view.text[first:last]))
    if authority:
        authority = authority.replace("/", "") + "."
    _keep(
        annotations,
        "signer",
        {"name": squeeze(view.text[s:e]), "title": title, "authority": authority},
        (s, e),
    )


def _post_name(book: Rulebook, words: str) -> str:
    """A post as the register writes it; one that no register knows with a capital at its beginning."""
    return _posts(book).get(match_key(words)) or words[0] + words[1:].lower()


@lru_cache(maxsize=8)
def _posts(book: Rulebook) -> dict[str, str]:
    return {match_key(r["post"]): r["post"] for r in reversed(book.table("posts.csv"))}


def _without_remarks(book: Rulebook, text: str) -> str:
    view = TextView(text)
    kept, at = [], 0
    for m in book["header.remark"].finditer(view):
        kept.append(text[at : m.start()])
        at = m.end()
    kept.append(text[at:])
    return squeeze("".join(kept)).strip(" ;.,:")


def _without(text: str, start: int, end: int, spans: list[Piece]) -> str:
    """``text[start:end]`` less what `spans` cover of it."""
    kept, at = [], start
    for s, e in sorted(spans):
        if s < end and e > at:
            kept.append(text[at : max(at, s)])
            at = max(at, e)
    return "".join([*kept, text[at:end]]) if at < end else "".join(kept)


def _recipients(annotations: Annotations, book: Rulebook) -> None:
    view, zone = annotations.view, annotations.zones.get("recipients")
    if zone is None:
        return
    head = book["layout.recipients_start"].match(view, zone[0], zone[1])
    start = head.end() if head else zone[0]
    end = zone[1]
    starts = [Rule.span_of(m)[0] for m in book["header.recipient_start"].finditer(view, start, end)]
    first = starts[0] if starts else end
    if not starts or (
        view.text[start:first].strip(" |\n") and not book["header.tail_column"].search(view, zone[0], first)
    ):
        starts.insert(0, start)
    names = []
    beside = [Rule.span_of(m) for m in book["header.tail_column"].finditer(view, zone[0], end)]
    if "signer" in annotations.zones:
        beside.append(annotations.zones["signer"])
    for a, b in zip(starts, [*starts[1:], end], strict=True):
        line = _without(view.text, a, b, beside).strip().lstrip("-+ |").strip()
        if not line or book["layout.archive_line"].match(TextView("- " + line)):
            continue
        name = _without_remarks(book, line.replace("|", " "))
        if name:
            names.append(name)
    annotations.header["recipients"] = names
    annotations.header["spans"]["recipients"] = (
        start + len(view.text[start:end]) - len(view.text[start:end].lstrip()),
        start + len(view.text[start:end].rstrip()),
    )
