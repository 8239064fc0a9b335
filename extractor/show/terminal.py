"""A record as tables in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from extractor.record import Assignment, Figure, Record
from extractor.show import (
    KINDS,
    REFERENCE_RELATIONS,
    Explanation,
    agencies,
    changes,
    doubt,
    header,
    period,
    quantity,
    reference,
    told,
)
from extractor.show.why import Why

#: from here on a sentence is cut in a table
SENTENCE = 160


def show(
    record: Record,
    console: Console,
    explained: list[Explanation] | None = None,
    reasons: Sequence[Why] = (),
    signs: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Print a record; with `explained` also the rule behind each item, with `reasons` why it gives tasks.

    `signs` has, for each list of the record, the sentences of the signs that make an item doubtful.
    """

    def marked(words: str | None, item: Assignment | Figure, part: str) -> str:
        """Words with the reason why a person should look at the item."""
        why = doubt(item, (signs or {}).get(part, {}))
        return " ".join(filter(None, [words, f"⚠ {why}" if why else ""]))

    kind = "văn bản" if record.source_kind == "letter" else "trang đưa tin về văn bản"
    console.print(f"[bold]{escape(record.source.name)}[/] — {kind}")
    _print(console, "", ("", ""), header(record))
    tasks = [
        (
            t.label or "",
            told(t, "agencies"),
            marked(t.task, t, "assignments"),
            told(t, "deadline"),
            told(t, "coordinating"),
            t.product or "",
            _cut(t.span.text) if t.span.text != t.task else "",
        )
        for t in record.assignments
    ]
    columns = ("", "Ai", "phải làm gì", "bao giờ", "phối hợp với", "sản phẩm", "câu trong văn bản")
    _print(console, "Nhiệm vụ", columns, tasks)
    targets = [
        (
            quantity(t),
            marked(t.metric, t, "targets"),
            agencies(t.agencies),
            period(t.deadline),
            _cut(t.span.text),
        )
        for t in record.targets
    ]
    _print(console, "Chỉ tiêu", ("mức", "của", "ai", "hạn", "trong văn bản"), targets)
    figures = [
        (
            quantity(f),
            marked(f.metric, f, "figures"),
            f.place or "",
            period(f.as_of),
            _cut(f.span.text),
        )
        for f in record.figures
    ]
    _print(console, "Số liệu", ("số", "của", "ở", "tính đến", "trong văn bản"), figures)
    cited = [(reference(r), REFERENCE_RELATIONS[r.relation]) for r in record.references]
    _print(console, "Văn bản viện dẫn", ("văn bản", "quan hệ"), cited)
    ended = [row for _, row in changes(record)]
    _print(console, "Cơ quan đã thay đổi", ("cơ quan", "thay đổi", "nay là", "căn cứ"), ended)
    doubts = [(w.message, _cut(w.span.text) if w.span else "", w.code) for w in record.warnings]
    _print(console, "Cảnh báo", ("điều cần xem lại", "chỗ", "mã"), doubts)
    explain(reasons, console)
    if explained is not None:
        rows = [(KINDS[e.kind], _cut(e.item), f"{e.rule} ({e.place or '–'}): {e.means}") for e in explained]
        _print(console, "Quy tắc", ("mục", "nội dung", "quy tắc đã tạo ra"), rows)


def explain(reasons: Sequence[Why], console: Console) -> None:
    """Print why each task is given as it is."""
    for why in reasons:
        _print(console, f"Vì sao có nhiệm vụ {why.position}: {_cut(why.task)}", ("", ""), why.reasons)


def _print(console: Console, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table; a column without any value and a table without rows are left out."""
    if not rows:
        return
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    table = Table(
        title=escape(title) or None, title_justify="left", box=SIMPLE_HEAD, show_header=any(columns)
    )
    for i in kept:
        table.add_column(columns[i], overflow="fold")
    for row in rows:
        table.add_row(*(escape(" ".join(row[i].split())) for i in kept))
    console.print(table)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SENTENCE else text[: SENTENCE - 1] + "…"
