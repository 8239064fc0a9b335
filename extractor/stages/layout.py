"""Layout: which lines of a text are letterhead, title, addressees, body, signature, recipients, attachments.

Only the zones are found here; `extractor.stages.outline` cuts body and attachments into blocks, and
`extractor.stages.header` reads the fields out of the other zones.
"""

from __future__ import annotations

from datetime import date

from extractor.annotations import Annotations
from extractor.rulebook import Rule, Rulebook
from extractor.stages.outline import build_outline
from extractor.textview import TextView, is_upper

#: how far from its beginning a letter's head may reach (characters)
HEAD_REACH = 6000
#: how far above the constants the left column (issuer, number, subject) may begin when it was written first
HEAD_COLUMN = 700
#: lines between an authority line (KT. CHỦ TỊCH) and the name of who signed
SIGNATURE_REACH = 9
#: characters from an authority or post in which the name must begin that stands on the same line
_BESIDE = 200
#: layout rules of the lines that open a body, and so end a subject above them
_OPENS_BODY = (
    "heading_article",
    "marker_roman",
    "marker_upper",
    "marker_decimal",
    "marker_number",
    "marker_letter",
)
#: a line of more letters than this in capitals ends a subject in small letters
_CAPITALS = 8


def first_line(rule: Rule, view: TextView, start: int, end: int) -> int:
    """Start of the first line in ``[start, end)`` on which `rule` is found, or -1."""
    m = rule.search(view, start, end)
    return view.line_span(view.line_of(rule.span_of(m)[0]))[0] if m else -1


def find_layout(annotations: Annotations, book: Rulebook) -> None:
    """Fill `kind`, `zones`, `issued_on` (the place-and-date line) and `blocks`."""
    view = annotations.view
    size = len(view.text)
    reach = min(size, HEAD_REACH)
    constants = [
        book["layout.quoc_hieu"].search(view, 0, reach),
        book["layout.party_line"].search(view, 0, reach),
    ]
    top = min((m.start() for m in constants if m), default=-1)
    to = first_line(book["layout.addressee_start"], view, 0, reach)
    tail = first_line(book["layout.recipients_start"], view, 0, size)
    is_letter = top >= 0 or to >= 0
    if not is_letter:
        labelled = first_line(book["layout.number_label"], view, 0, reach) >= 0
        signed = _signature(view, book, 0, size) is not None
        is_letter = labelled + signed + (tail >= 0) >= 2
    annotations.kind = "letter" if is_letter else "report"
    if is_letter:
        _letter_zones(annotations, book, max(top, 0))
    else:
        annotations.zones["body"] = (0, size)
    annotations.blocks = []
    for part in ("body", "attachments"):
        if part in annotations.zones:
            start, end = annotations.zones[part]
            build_outline(annotations, book, start, end, part)


def _letter_zones(annotations: Annotations, book: Rulebook, top: int) -> None:
    view, zones, size = annotations.view, annotations.zones, len(annotations.view.text)
    label = first_line(book["layout.number_label"], view, max(0, top - HEAD_COLUMN), top)
    head_start = _head_start(view, label if label >= 0 else top)
    reach = min(size, head_start + HEAD_REACH)
    stops = {
        name: first_line(book[f"layout.{name}"], view, head_start, reach)
        for name in ("type_line", "type_start", "addressee_start", "wire_start", "basis", "decides")
    }
    found = sorted((at, name) for name, at in stops.items() if at >= 0)
    head_end, stop = found[0] if found else (_first_prose(view, head_start, reach), "")
    zones["letterhead"] = (head_start, head_end)
    _read_date(annotations, book, head_start, head_end)
    at = head_end
    if stop in ("type_line", "type_start"):
        at = _title(annotations, book, head_end)
    at = _addressees(annotations, book, at)
    _tail(annotations, book, at)


def _head_start(view: TextView, top: int) -> int:
    """Walk up from the constants over lines in capitals: what stands above is the page, not the letter."""
    line = view.line_of(top)
    start = view.line_span(line)[0]
    blank = 0
    while line > 0:
        line -= 1
        s, e = view.line_span(line)
        text = view.text[s:e].strip(" |#*-_")
        if not text:
            blank += 1
            if blank > 2:
                break
            continue
        if len(text) > 120 or not (is_upper(text) or len(text) < 30):
            break
        start, blank = s, 0
    return start


def _first_prose(view: TextView, start: int, end: int) -> int:
    """Start of the first line that reads like prose: long and not in capitals."""
    for line in range(view.line_of(start), view.line_of(max(start, end - 1)) + 1):
        s, e = view.line_span(line)
        if e - s > 120 and not is_upper(view.text[s:e]):
            return s
    return start


def _read_date(annotations: Annotations, book: Rulebook, start: int, end: int) -> None:
    for name in ("layout.place_date", "layout.place_date_short"):
        m = book[name].search(annotations.view, start, end)
        if m and m["day"].isdigit() and m["month"].isdigit():
            annotations.zones["date"] = m.span()
            try:
                annotations.issued_on = date(int(m["year"]), int(m["month"]), int(m["day"]))
            except ValueError:
                annotations.warn("impossible_date", m[0], m.start(), m.end())
            return


def _title(annotations: Annotations, book: Rulebook, start: int) -> int:
    """The type line and the subject under it; returns where the next zone begins."""
    view = annotations.view
    m = book["layout.type_line"].match(view, start) or book["layout.type_start"].match(view, start)
    if m is None:
        m = book["layout.type_line"].search(view, start, start + 200)
    span = Rule.span_of(m) if m else (start, view.line_span(view.line_of(start))[1])
    annotations.zones["type"] = span
    ends = [book[f"layout.{n}"] for n in ("basis", "wire_start", "addressee_start", "decides")]
    outline = [book[f"layout.{n}"] for n in _OPENS_BODY]
    lines = view.line_starts
    line = view.line_of(span[1])
    begin, end = -1, span[1]
    upper: bool | None = None
    position = span[1]
    while position < len(view.text):
        s, e = position, view.line_span(line)[1]
        text = view.text[s:e].strip()
        bare = text.strip("#*_-=.~ |")
        if not bare:
            if begin >= 0 and (not text or len(text) > 2):
                break
        elif begin >= 0 and (
            any(r.match(view, view.line_span(line)[0]) for r in (*ends, *outline))
            or _is_speaker(view, book, line)
            or (upper is False and is_upper(bare) and len(bare) > _CAPITALS)
        ):
            break
        else:
            if upper is None and sum(c.isalpha() for c in bare) > 2:
                # the first words decide: a body may be glued to a title in capitals
                upper = is_upper(" ".join(bare.split()[:6]))
            elif upper and not is_upper(bare) and book["layout.made_by_line"].match(view, begin, end):
                upper = False
            elif upper and not is_upper(bare):
                cut = _upper_prefix(view.text, s, e)
                end = max(end, cut)
                break
            if (
                upper is False
                and begin >= 0
                and (len(view.text[begin:e]) > 700 or bare[-1] in ".:;" or len(bare) > 200)
            ):
                break
            if begin < 0:
                begin = s + (len(view.text[s:e]) - len(view.text[s:e].lstrip(" #*")))
                if any(r.match(view, view.line_span(line)[0]) for r in ends):
                    begin = -1
                    break
            end = s + len(view.text[s:e].rstrip())
            if upper:
                cut = _upper_prefix(view.text, s, end)
                if cut < end:
                    end = cut
                    break
        line += 1
        if line >= len(lines):
            break
        position = lines[line]
    if begin >= 0 and end > begin:
        annotations.zones["subject"] = (begin, end)
        return end
    return span[1]


def _upper_prefix(text: str, start: int, end: int) -> int:
    """End of the words in capitals at the beginning of ``text[start:end]`` (a body glued to its title)."""
    at = start
    last = start
    for word in text[start:end].split(" "):
        letters = [c for c in word if c.isalpha()]
        if letters and any(c.islower() for c in letters) and not (word.isupper() or "/" in word):
            # one lower-case word inside a title ("và") does not end it, two in a row do
            rest = text[at:end].split()
            if len(rest) >= 2 and not is_upper(" ".join(rest[:3])):
                break
        at += len(word) + 1
        last = min(at - 1, end)
    return last


def _is_speaker(view: TextView, book: Rulebook, line: int) -> bool:
    """A line such as CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH: right before the grounds or the decision.

    It may be broken over several lines (HỘI ĐỒNG NHÂN DÂN / TỈNH A / KHÓA VII, KỲ HỌP THỨ 20).
    """
    s, _ = view.line_span(line)
    said = book["layout.speaker_line"].match(view, s)
    if not said:
        return False
    last = view.line_of(said.end("m") - 1)
    return any(_above_grounds(view, book, n) for n in dict.fromkeys((line, last)))


def _above_grounds(view: TextView, book: Rulebook, line: int) -> bool:
    """Whether the grounds, the decision or another such line stand right below a line."""
    for later in range(line + 1, min(line + 4, len(view.line_starts))):
        a, b = view.line_span(later)
        if view.text[a:b].strip():
            return any(book[f"layout.{n}"].match(view, a) for n in ("basis", "decides", "speaker_line"))
    return False


def _addressees(annotations: Annotations, book: Rulebook, start: int) -> int:
    """Kính gửi, or the list behind "điện:"; returns where the preamble begins."""
    view, text = annotations.view, annotations.view.text
    reach = min(len(text), start + 1500)
    for name in ("decides", "heading_article", "attachment_start"):
        stop = first_line(book[f"layout.{name}"], view, start, reach)
        reach = stop if stop >= 0 else reach
    m = book["layout.addressee_start"].search(view, start, reach) or book["layout.wire_start"].search(
        view, start, reach
    )
    if m is None or text[start : m.start()].count("\n\n") > 6:
        return start
    at = m.end()
    entries: list[tuple[int, int]] = []
    line = view.line_of(max(at - 1, m.start()))
    position = at
    bullet, cut_rule = book["layout.marker_bullet"], book["layout.preamble_word"]
    again = book["layout.addressee_start"]
    done: int = at
    while line < len(view.line_starts):
        s, e = position, view.line_span(line)[1]
        content = text[s:e].strip()
        ahead = again.match(view, view.line_span(line)[0]) if entries else None
        if ahead:
            s = ahead.end()
            content = text[s:e].strip()
        if content and content.strip("-_*.…"):
            mark = bullet.match(view, s, e)
            complete = entries and text[entries[-1][1] - 1] in ".;:"
            # an item whose dash was not read stands between others
            undashed = complete and content[-1] == ";" and not mark and _list_goes_on(annotations, book, line)
            if entries and not mark and not ahead and not undashed:
                short = (len(content) <= 60 and content[-1] in ".;") or len(content) <= 20
                if complete and content[0] != "(":
                    break
                if not (
                    short or content[0].islower() or content[0] == "(" or text[entries[-1][1] - 1] == ","
                ):
                    break
            a = mark.end() if mark else s
            a += len(text[a:e]) - len(text[a:e].lstrip(" \t-–•*+" if not entries else None))
            b = s + len(text[s:e].rstrip())
            cut = cut_rule.search(view, a, b)
            stop = cut is not None
            if cut:
                b = a + len(text[a : Rule.span_of(cut)[0]].rstrip())
            if b > a:
                if entries and not mark and not ahead and not undashed:
                    entries[-1] = (entries[-1][0], b)
                else:
                    entries.append((a, b))
            done = b
            if stop:
                break
        elif entries and not _list_goes_on(annotations, book, line):
            break
        line += 1
        if line < len(view.line_starts):
            position = view.line_starts[line]
    annotations.zones["addressees"] = (m.start(), done)
    annotations.header["addressee_lines"] = entries
    return done


def _list_goes_on(annotations: Annotations, book: Rulebook, line: int) -> bool:
    view = annotations.view
    for later in range(line + 1, min(line + 3, len(view.line_starts))):
        s, e = view.line_span(later)
        if view.text[s:e].strip():
            return bool(
                book["layout.marker_bullet"].match(view, s, e)
                or book["layout.addressee_start"].match(view, s, e)
            )
    return False


def _signature(view: TextView, book: Rulebook, start: int, end: int) -> tuple[int, int, int, int] | None:
    """The first signature block in ``[start, end)``: (start, end, name start, name end); None when unsigned.

    It begins with an authority or a post in capitals and ends with a person's name on a line of its own.
    """
    names, remark = book["layout.person_name"], book["layout.signed_remark"]
    starts = sorted(
        Rule.span_of(m)[0]
        for name in ("layout.authority", "layout.authority_mixed", "layout.post_line")
        for m in book[name].finditer(view, start, end)
    )
    below = -1
    for begin in starts:
        first = line = view.line_of(begin)
        seen = 0
        position = begin
        while line < len(view.line_starts) and seen < SIGNATURE_REACH:
            e = min(view.line_span(line)[1], end)
            stop = min(e, begin + _BESIDE) if line == first else e
            text = view.text[position:stop].strip(" |")
            if text and not remark.match(view, position, stop):
                seen += 1
                m = names.search(view, position, stop)
                if m and (stop == e or view.text[m.end() : stop].strip()):
                    s2, e2 = Rule.span_of(m)
                    before = view.text[position:s2].strip(" |.,:")
                    beside = before[:1] == "-" and view.text[position:s2].rstrip()[-1:] in ".;,|"
                    if (beside or not before or is_upper(before) or len(before) < 8) and not view.text[
                        s2:e2
                    ].isupper():
                        return begin, e2, s2, e2
                if not is_upper(text) and text[0] not in "-+" and len(text) > 60:
                    break
            if line == first:
                if below == first:
                    break  # the lines below were looked at for another beginning on this line
                below = first
            line += 1
            if line < len(view.line_starts):
                position = view.line_starts[line]
    return None


def _tail(annotations: Annotations, book: Rulebook, start: int) -> None:
    """Body, signature, recipients, attachments."""
    view, zones, size = annotations.view, annotations.zones, len(annotations.view.text)
    to_whom = first_line(book["layout.recipients_start"], view, start, size)
    signature = _signature(view, book, start, size)
    ends = [x for x in (to_whom, signature[0] if signature else -1) if x >= 0]
    body_end = min(ends) if ends else size
    rest = body_end
    if signature:
        zones["signature"] = (signature[0], signature[1])
        zones["signer"] = (signature[2], signature[3])
        rest = max(rest, signature[1])
    if to_whom >= 0:
        stop = _recipients_end(view, book, to_whom, size)
        if signature and signature[0] > to_whom:
            beside = view.line_of(signature[0]) == view.line_of(to_whom)
            stop = max(stop, signature[1]) if beside else signature[0]
        zones["recipients"] = (to_whom, stop)
        rest = max(rest, stop)
    if not ends:
        attached = _attachment(view, book, start, size)
        body_end = rest = attached if attached >= 0 else size
    zones["body"] = (start, body_end)
    if rest < size and view.text[rest:].strip():
        zones["attachments"] = (rest, size)


def _recipients_end(view: TextView, book: Rulebook, start: int, size: int) -> int:
    line = view.line_of(start)
    end = view.line_span(line)[1]
    archive = book["layout.archive_line"]
    while line < len(view.line_starts):
        s, e = view.line_span(line)
        text = view.text[s:e].strip()
        if book["layout.attachment_start"].match(view, s, e) and s > start:
            return s
        if text:
            end = e
            if archive.match(view, s, e):
                return end
        line += 1
        if s - start > 4000:
            break
    return min(end, size)


def _attachment(view: TextView, book: Rulebook, start: int, size: int) -> int:
    """Where attachments begin in a letter whose signature was lost: behind the closing mark of the text."""
    m = book["layout.text_end"].search(view, start, size)
    if not m:
        return -1
    return first_line(book["layout.attachment_start"], view, m.end(), size)
