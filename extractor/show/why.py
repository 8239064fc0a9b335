"""Why an assignment stands in the record: lead-in, rule, the agencies' register rows, deadline, confidence.

Needs the annotations that the record was made of; of a record alone only what it holds itself is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractor.annotations import Annotations, Mention, Origin
from extractor.record import AgencyRef, Assignment, Record
from extractor.rulebook import Rulebook
from extractor.show import doubt, due, number
from extractor.stages.confidence import Factor, factors_of, sign_texts
from extractor.textview import match_key, squeeze

_DUE = {
    "own": "trong phần việc",
    "before": "ở đầu câu, trước tên cơ quan",
    "lead_in": "ở lời dẫn, chung cho các việc bên dưới",
    "line": "ở dòng riêng, chung cho các việc bên cạnh",
    "cell": "ở ô thời hạn của bảng",
}
#: the rule of a mention begins with this when a model proposed it
_MODEL = "ner."


@dataclass(frozen=True)
class Why:
    """The reasons for assignment number `position` (from 1): names of the reasons and what they are."""

    position: int
    task: str
    reasons: list[tuple[str, str]]


def whys(
    record: Record, annotations: Annotations | None, book: Rulebook, only: int | None = None
) -> list[Why]:
    """The reasons for every assignment of a record, or for number `only` (from 1)."""
    reader = _Reasons(record, annotations, book)
    return [
        Why(i + 1, task.task, list(reader.of(i, task)))
        for i, task in enumerate(record.assignments)
        if only in (None, i + 1)
    ]


class _Reasons:
    def __init__(self, record: Record, annotations: Annotations | None, book: Rulebook) -> None:
        self.record, self.annotations, self.book = record, annotations, book
        self.factors: Callable[[int], list[Factor]] | None = None
        if annotations is not None and record.assignments:
            self.factors = factors_of(annotations, book, "assignments")
        self._lines: dict[tuple[str, str, str], str] = {}

    def of(self, i: int, task: Assignment) -> Iterator[tuple[str, str]]:
        origin: Origin | None = self.annotations.made["assignments"][i] if self.annotations else None
        yield "nằm ở", self._place(task.span.start, task.span.end)
        if origin is not None:
            yield from self._cue(origin)
        if task.mode:
            yield "động từ giao việc", f"“{task.mode}”"
        yield "quy tắc", self._rule(task.by)
        mentions = [*origin.agencies, *origin.coordinating] if origin is not None else []
        for name, refs in (("ai", task.agencies), ("phối hợp với", task.coordinating)):
            for ref in refs:
                yield name, self._agency(ref, mentions)
        if task.deadline is not None or task.recurrence:
            yield "hạn", self._deadline(task, origin)
        yield from self._confidence(i, task)

    def _cue(self, origin: Origin) -> Iterator[tuple[str, str]]:
        """The words that name who is told: a lead-in above, or the opening of the sentence itself."""
        if origin.cue is None:
            how = "dòng của bảng phân công" if origin.block.kind == "row" else "không nêu tên ai phải làm"
            yield "lời giao việc", how
            return
        start, end = origin.cue
        above = not origin.block.start <= start < origin.block.end
        where = "lời dẫn" if above else "lời giao việc"
        goes_on = "; câu này đi tiếp lời ấy" if origin.continued else ""
        yield where, self._quoted(start, end) + goes_on

    def _place(self, start: int, end: int) -> str:
        return f"ký tự {start}–{end}"

    def _quoted(self, start: int, end: int) -> str:
        return f"“{squeeze(self.record.text[start:end])}” ({self._place(start, end)})"

    def _rule(self, name: str) -> str:
        rule = self.book.rules.get(name)
        return f"{name} ({rule.file}:{rule.line}): {rule.means}" if rule is not None else name

    def _row(self, file: str, column: str, value: str) -> str:
        """The place of a register's row, "" without one."""
        key = file, column, value
        if key not in self._lines:
            line = self.book.row_line(file, **{column: value}) if value else 0
            self._lines[key] = f"{file}:{line}" if line else ""
        return self._lines[key]

    def _agency(self, ref: AgencyRef, mentions: list[Mention]) -> str:
        """How an agency was resolved: words, register rows, place."""
        known = self._row("agencies.csv", "id", ref.id)
        m = next((m for m in mentions if m.value.id == ref.id and m.value.title == ref.title), None)
        parts = [f"danh mục {known}, mã {ref.id}"] if known else []
        if m is not None:
            parts = [self._quoted(m.start, m.end), *(parts or self._built(m)), *self._locality(m)]
        elif not known:
            parts.append("tên ghi đúng như trong văn bản")
        return f"{ref.name}: " + "; ".join(filter(None, parts))

    def _built(self, m: Mention) -> Iterator[str]:
        """The rows that a name was put together from."""
        value = m.value
        if m.rule.startswith(_MODEL):
            yield f"mô hình {m.rule} đề xuất"
        elif value.head:
            head = self._row("agency_heads.csv", "head", value.head)
            yield f"“{value.head}” ở {head}" if head else ""
            said = value.core.removeprefix(value.head).strip()
            field = self._row("agency_fields.csv", "field", said)
            if said:
                yield f"“{said}” ở {field}" if field else f"“{said}” theo chữ trong văn bản"
        elif m.rule in self.book.rules:
            yield self._rule(m.rule)
        else:
            yield "nhóm, hoặc tên ghi đúng như trong văn bản"
        post = self._row("posts.csv", "post", value.title or "")
        yield f"chức danh “{value.title}” ở {post}" if post else ""

    def _locality(self, m: Mention) -> Iterator[str]:
        """The place of an agency, when its words do not name it."""
        place = m.value.locality
        said = match_key(self.record.text[m.start : m.end])
        if place and match_key(place) not in said:
            yield f"địa phương lấy theo văn bản: {place}"

    def _deadline(self, task: Assignment, origin: Origin | None) -> str:
        """What the deadline is, its words and where they stand."""
        parts = [due(task.deadline, task.recurrence)]
        span = task.deadline.span if task.deadline else None
        if origin is not None and origin.due:
            parts.append(_DUE[origin.due])
        if span is not None:
            parts.append(self._quoted(span.start, span.end))
            dates = [d for d in self.record.dates if d.span.start == span.start]
            parts += [f"quy tắc {self._rule(d.by)}" for d in dates[:1]]
            parts += ["năm suy ra" for d in dates[:1] if d.inferred]
        return "; ".join(parts)

    def _confidence(self, i: int, task: Assignment) -> Iterator[tuple[str, str]]:
        if self.factors is not None:
            product = " × ".join(f"{number(f.factor)} ({f.means})" for f in self.factors(i))
            yield "độ chắc", f"{number(task.confidence)} = {product}"
        elif task.confidence:
            yield "độ chắc", number(task.confidence)
        if task.review:
            yield "cần xem lại", doubt(task, sign_texts(self.book)["assignments"])
