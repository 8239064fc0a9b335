"""A record as one page of HTML: no script, nothing loaded from elsewhere, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from extractor.record import Record
from extractor.show import (
    KINDS,
    REFERENCE_RELATIONS,
    Explanation,
    Highlight,
    agencies,
    changes,
    doubt,
    header,
    highlights,
    period,
    quantity,
    reference,
    segments,
    told,
)
from extractor.show.why import Why

_FOLDER = Path(__file__).parent
Row = tuple[str, tuple[str, ...]]
Signs = Mapping[str, Mapping[str, str]]


def page(
    record: Record,
    explained: list[Explanation] | None = None,
    reasons: Sequence[Why] = (),
    signs: Signs | None = None,
) -> str:
    """The whole page; table rows link to their stretch of the text, which lights up when it is the target.

    `reasons` tell why each task is given, `signs` has the sentences of the signs that make an item doubtful.
    """
    found = highlights(record)
    template = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
    title = " – ".join(filter(None, [record.document.number, record.document.subject])) or record.source.name
    return template.substitute(
        title=escape(title),
        style=(_FOLDER / "page.css").read_text(encoding="utf-8") + _lights(found),
        source=escape(record.source.name),
        header=_header(record),
        tables="\n".join([*_tables(record, explained, signs or {}), *map(_why, reasons)]),
        legend="".join(f'<span class="{k}">{escape(name)}</span> ' for k, name in KINDS.items()),
        text=text_html(record.text, found),
    )


def text_html(text: str, found: list[Highlight]) -> str:
    """The text with its highlights: flat elements that follow each other, one per segment."""
    anchored: set[str] = set()
    parts: list[str] = []
    for s in segments(len(text), found):
        for h in s.over:
            if h.anchor not in anchored:
                anchored.add(h.anchor)
                parts.append(f'<a id="{escape(h.anchor)}"></a>')
        piece = escape(text[s.start : s.end])
        if s.over:
            classes = " ".join(dict.fromkeys(c for h in s.over for c in (h.kind, f"at-{h.anchor}")))
            notes = "\n".join(f"{KINDS[h.kind]}: {h.note}" for h in s.over)
            piece = f'<span class="{escape(classes)}" title="{escape(notes)}">{piece}</span>'
        parts.append(piece)
    return "".join(parts)


def _lights(found: list[Highlight]) -> str:
    """One style rule per item: its stretch lights up when a row's link has been followed."""
    anchors = dict.fromkeys(h.anchor for h in found if h.kind not in ("agency", "header"))
    return "\n".join(f"#{a}:target ~ .at-{a} {{ outline: 2px solid #c40; }}" for a in anchors)


def _header(record: Record) -> str:
    rows = (f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in header(record))
    return f'<table class="fields">{"".join(rows)}</table>'


def _tables(record: Record, explained: list[Explanation] | None, signs: Signs) -> list[str]:
    tasks = [
        (
            f"assignment-{i}",
            (
                t.label or "",
                told(t, "agencies"),
                t.task,
                told(t, "deadline"),
                told(t, "coordinating"),
                t.product or "",
                doubt(t, signs.get("assignments", {})),
            ),
        )
        for i, t in enumerate(record.assignments)
    ]
    targets = [
        (
            f"target-{i}",
            (
                quantity(t),
                t.metric or "",
                agencies(t.agencies),
                period(t.deadline),
                doubt(t, signs.get("targets", {})),
            ),
        )
        for i, t in enumerate(record.targets)
    ]
    figures = [
        (
            f"figure-{i}",
            (
                quantity(f),
                f.metric or "",
                f.place or "",
                period(f.as_of),
                doubt(f, signs.get("figures", {})),
            ),
        )
        for i, f in enumerate(record.figures)
    ]
    cited = [
        (f"reference-{i}", (reference(r), REFERENCE_RELATIONS[r.relation]))
        for i, r in enumerate(record.references)
    ]
    ended = [(f"agency-{i}", row) for i, row in changes(record)]
    doubts = [(f"warning-{i}" if w.span else "", (w.message, w.code)) for i, w in enumerate(record.warnings)]
    tables = [
        _table("Nhiệm vụ", ("", "Ai", "phải làm gì", "bao giờ", "phối hợp với", "sản phẩm", "chú ý"), tasks),
        _table("Chỉ tiêu", ("mức", "của", "ai", "hạn", "chú ý"), targets),
        _table("Số liệu", ("số", "của", "ở", "tính đến", "chú ý"), figures),
        _table("Văn bản viện dẫn", ("văn bản", "quan hệ"), cited),
        _table("Cơ quan đã thay đổi", ("cơ quan", "thay đổi", "nay là", "căn cứ"), ended),
        _table("Cảnh báo", ("điều cần xem lại", "mã"), doubts),
    ]
    if explained is not None:
        rules = [("", (KINDS[e.kind], e.item, e.rule, e.means, e.place)) for e in explained]
        tables.append(_table("Quy tắc", ("mục", "nội dung", "quy tắc", "nghĩa", "ở"), rules))
    return [t for t in tables if t]


def _why(why: Why) -> str:
    """Why a task is given, folded; its heading links to the task."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(what)}</td></tr>" for name, what in why.reasons)
    link = f'<a href="#assignment-{why.position - 1}" title="xem trong văn bản">¶</a>'
    title = f"Vì sao có nhiệm vụ {why.position}: {escape(why.task)}"
    return f'<details><summary>{link} {title}</summary><table class="fields">{rows}</table></details>'


def _table(title: str, columns: tuple[str, ...], rows: Sequence[Row]) -> str:
    """A titled table; each row begins with a link to its place in the text. Empty without rows.

    A last column without any value is left out.
    """
    if not rows:
        return ""
    if not any(cells[-1] for _, cells in rows):
        columns, rows = columns[:-1], [(anchor, cells[:-1]) for anchor, cells in rows]
    head = "".join(f"<th>{escape(c)}</th>" for c in ("", *columns))
    body = []
    for anchor, cells in rows:
        link = f'<a href="#{escape(anchor)}" title="xem trong văn bản">¶</a>' if anchor else ""
        body.append(f"<tr><td>{link}</td>" + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>")
    rows_html = "".join(body)
    return (
        f"<h2>{escape(title)}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>{rows_html}</tbody></table>"
    )
