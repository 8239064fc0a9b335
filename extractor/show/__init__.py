"""A record for people: its values in words, its highlighted stretches, the rules behind its items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from extractor.record import (
    AgencyRef,
    Assignment,
    DateItem,
    Deadline,
    Figure,
    Interval,
    Record,
    Reference,
    Span,
    Target,
)
from extractor.rulebook import Rulebook

#: kind of a highlight -> its name; the order is that of the legend
KINDS = {
    "header": "Phần đầu, phần ký",
    "assignment": "Nhiệm vụ",
    "product": "Sản phẩm",
    "agency": "Cơ quan",
    "date": "Ngày, thời gian",
    "figure": "Số liệu",
    "target": "Chỉ tiêu",
    "reference": "Văn bản viện dẫn",
    "warning": "Cảnh báo",
}
FIELDS = {
    "number": "Số, ký hiệu",
    "type": "Loại",
    "issuer": "Cơ quan ban hành",
    "issued_on": "Ngày ban hành",
    "place": "Địa danh",
    "subject": "Trích yếu",
    "signer": "Người ký",
    "addressees": "Kính gửi",
    "executors": "Thi hành",
    "recipients": "Nơi nhận",
    "urgency": "Độ khẩn",
    "secrecy": "Độ mật",
}
_RELATIONS = {
    "on": "", "before": "trước ", "by": "chậm nhất ", "after": "sau ", "since": "từ ", "during": "trong ",
    "until": "đến hết ",
}  # fmt: skip
_RECURRENCES = {
    "daily": "hằng ngày", "weekly": "hằng tuần", "monthly": "hằng tháng", "quarterly": "hằng quý",
    "half_yearly": "6 tháng một lần", "yearly": "hằng năm",
}  # fmt: skip
REFERENCE_RELATIONS = {
    "basis": "căn cứ", "implements": "thực hiện", "follows": "tiếp theo", "replaces": "thay thế",
    "amends": "sửa đổi", "repeals": "bãi bỏ", "mentions": "nhắc đến",
}  # fmt: skip
CHANGES = {
    "merged": "hợp nhất, sáp nhập", "renamed": "đổi tên", "split": "chia tách",
    "abolished": "kết thúc hoạt động",
}  # fmt: skip
_COMPARATORS = {
    "=": "",
    "~": "khoảng ",
    "<~": "gần ",
    ">": "trên ",
    ">=": "từ ",
    "<": "dưới ",
    "<=": "không quá ",
}
_CHANGES = {"increase": "tăng ", "decrease": "giảm "}


def day(iso: str) -> str:
    """``2020-03-05`` as it is written in letters."""
    year, month, of_month = iso.split("-")
    return f"{of_month}/{month}/{year}"


def period(interval: Interval | DateItem | None) -> str:
    if interval is None or interval.start is None or interval.end is None:
        return ""
    if interval.start == interval.end:
        return day(interval.start)
    return f"{day(interval.start)} – {day(interval.end)}"


def due(deadline: Deadline | None, recurrence: str | None = None) -> str:
    """By when and how often; a day that was reckoned with the words and the day it was reckoned from."""
    when = _RELATIONS[deadline.relation] + period(deadline) if deadline else ""
    if deadline and deadline.relative and deadline.span:
        said = " ".join(deadline.span.text.split())
        when += f" ({said}; tính từ {day(deadline.relative.anchor_on)})"
    return ", ".join(filter(None, [when, _RECURRENCES.get(recurrence or "")]))


def number(value: float) -> str:
    """A number with points between thousands and a comma before decimals."""
    text = f"{value:,}" if isinstance(value, int) or not value.is_integer() else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,"))


def quantity(item: Figure | Target) -> str:
    """``giảm 149.763 người``, ``99.323/102.319 người``, ``từ 95 đến 98 %``."""
    text = number(item.value)
    if item.value_max is not None:
        text += f" – {number(item.value_max)}"
    if item.of is not None:
        text += f"/{number(item.of)}"
    return f"{_CHANGES.get(item.kind, '')}{_COMPARATORS[item.comparator]}{text} {item.unit or ''}".strip()


def needs_review(record: Record) -> bool:
    """Whether a person should look at some item of a record."""
    figures: list[Figure] = [*record.figures, *record.targets]
    return any(t.review for t in record.assignments) or any(f.review for f in figures)


def doubt(item: Assignment | Figure, signs: Mapping[str, str]) -> str:
    """Why a person should look at an item, "" when nobody need; `signs` gives the sentence of each sign."""
    if not item.review:
        return ""
    reasons = "; ".join(signs.get(sign, sign) for sign in item.review_reasons)
    return f"cần xem lại: {reasons} (độ chắc {number(item.confidence)})"


def agencies(refs: Iterable[AgencyRef]) -> str:
    return "; ".join(" ".join(filter(None, [a.title, a.name])) for a in refs)


def changes(record: Record) -> list[tuple[int, tuple[str, str, str, str]]]:
    """Agencies that came to an end: their index, name, how and since when, today's bodies, legal basis."""
    return [
        (
            i,
            (
                a.name,
                f"{CHANGES[a.ended.change]} từ {day(a.ended.since)}",
                "; ".join(s.name for s in a.successors),
                a.ended.basis,
            ),
        )
        for i, a in enumerate(record.agencies)
        if a.ended is not None
    ]


def told(task: Assignment, name: str) -> str:
    """Who does a task or helps with it, or by when (`name`: a field); what was inferred is marked."""
    values = {
        "agencies": agencies(task.agencies),
        "coordinating": agencies(task.coordinating),
        "deadline": due(task.deadline, task.recurrence),
    }
    return values[name] + (" (suy ra)" if values[name] and name in task.inferred else "")


def reference(item: Reference) -> str:
    date = f"ngày {day(item.issued_on)}" if item.issued_on else ""
    issuer = f"của {item.issuer.name}" if item.issuer else ""
    return " ".join(filter(None, [item.number or item.subject or item.span.text, date, issuer]))


def header(record: Record) -> list[tuple[str, str]]:
    """Names and values of the header's fields, those that are known; what was inferred is marked."""
    d = record.document
    signer = ""
    if d.signer:
        signer = " ".join(filter(None, [d.signer.authority, d.signer.title]))
        signer = f"{signer}: {d.signer.name}" if signer else d.signer.name
    values = {
        "number": d.number,
        "type": f"{d.type.name} ({d.type.code})" if d.type else "",
        "issuer": agencies([d.issuer]) if d.issuer else "",
        "issued_on": day(d.issued_on) if d.issued_on else "",
        "place": d.place,
        "subject": d.subject,
        "signer": signer,
        "addressees": agencies(d.addressees),
        "executors": agencies(d.executors),
        "recipients": agencies(d.recipients),
        "urgency": d.urgency,
        "secrecy": d.secrecy,
    }
    inferred = set(d.inferred)
    return [(FIELDS[k], v + (" (suy ra)" if k in inferred else "")) for k, v in values.items() if v]


@dataclass(frozen=True)
class Highlight:
    """A stretch ``[start, end)`` of the text to be shown; `anchor` names the item that it belongs to."""

    start: int
    end: int
    kind: str
    note: str
    anchor: str


def highlights(record: Record) -> list[Highlight]:
    """All highlighted stretches of a record in text order, the longer before the shorter."""
    found: list[Highlight] = []

    def add(kind: str, span: Span | None, note: str, anchor: str) -> None:
        if span is not None:
            found.append(Highlight(span.start, span.end, kind, note, anchor))

    for name, span in record.document.spans.items():
        add("header", span, FIELDS.get(name.split(".")[0], name), f"header-{name}")
    for i, agency in enumerate(record.agencies):
        for span in agency.mentions:
            add("agency", span, agency.name, f"agency-{i}")
    for i, task in enumerate(record.assignments):
        note = ": ".join(filter(None, [agencies(task.agencies), due(task.deadline, task.recurrence)]))
        add("assignment", task.span, note, f"assignment-{i}")
        if task.product is not None:
            add("product", task.product_span, task.product, f"assignment-{i}")
    for i, date in enumerate(record.dates):
        add("date", date.span, period(date) or "không có trong lịch", f"date-{i}")
    for i, figure in enumerate(record.figures):
        add("figure", figure.span, ": ".join(filter(None, [figure.metric, quantity(figure)])), f"figure-{i}")
    for i, target in enumerate(record.targets):
        add("target", target.span, ": ".join(filter(None, [target.metric, quantity(target)])), f"target-{i}")
    for i, cited in enumerate(record.references):
        add("reference", cited.span, reference(cited), f"reference-{i}")
    for i, warning in enumerate(record.warnings):
        add("warning", warning.span, warning.message, f"warning-{i}")
    return sorted(found, key=lambda h: (h.start, -h.end))


@dataclass(frozen=True)
class Segment:
    """A stretch of the text with all highlights that cover it, the longest first."""

    start: int
    end: int
    over: tuple[Highlight, ...]


def segments(length: int, found: list[Highlight]) -> list[Segment]:
    """Cut ``[0, length)`` at every border of a highlight; the segments follow each other without a gap."""
    borders = sorted({0, length, *(h.start for h in found), *(h.end for h in found)})
    pending, at = sorted(found, key=lambda h: h.start), 0
    active: list[Highlight] = []
    cut = []
    for start, end in pairwise(borders):
        while at < len(pending) and pending[at].start <= start:
            active.append(pending[at])
            at += 1
        active = [h for h in active if h.end > start]
        cut.append(Segment(start, end, tuple(sorted(active, key=lambda h: h.start - h.end))))
    return cut


@dataclass(frozen=True)
class Explanation:
    """Which rule made an item: the item in words, the rule's id, its sentence, its file and line."""

    kind: str
    item: str
    rule: str
    means: str
    place: str


def explanations(record: Record, book: Rulebook) -> list[Explanation]:
    """The rule or the model behind every item of a record, in the record's order."""
    items = [
        *(("assignment", t.task, t.by) for t in record.assignments),
        *(("target", t.span.text, t.by) for t in record.targets),
        *(("figure", f.span.text, f.by) for f in record.figures),
        *(("date", d.span.text, d.by) for d in record.dates),
        *(("reference", reference(r), r.by) for r in record.references),
    ]
    found = []
    for kind, item, by in items:
        for name in re.split(r"[\s+,;]+", by):
            rule = book.rules.get(name)
            means = rule.means if rule else "không phải quy tắc trong rules/: mô hình hoặc bước xử lý"
            place = f"{rule.file}:{rule.line}" if rule else ""
            found.append(Explanation(kind, item, name, means, place))
    return found
