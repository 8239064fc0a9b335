"""The answers of an audit as tables, and all of them together as a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Connection

from extractor.database import audit
from extractor.database.agency_names import day
from extractor.database.audit import Task, TaskQuery
from extractor.database.tables import Column, Table
from extractor.database.topics import topic_names

ROLES = {"lead": "chủ trì", "coordinating": "phối hợp"}
RECURRENCES = {
    "daily": "hằng ngày", "weekly": "hằng tuần", "monthly": "hằng tháng", "quarterly": "hằng quý",
    "half_yearly": "6 tháng một lần", "yearly": "hằng năm",
}  # fmt: skip
OVERDUE = "quá hạn"
#: what that does not say: no letter tells whether the work has been done
_NOT_SAID = "“Quá hạn” là đã qua ngày hạn trong văn bản; văn bản không cho biết việc đã làm xong hay chưa."
_COUNTED = "Mỗi ô là số việc; việc giao cho nhiều cơ quan được tính một lần ở mỗi cơ quan."
#: tasks of a report at most, and rows of each other table
MOST = 50_000
_MOST_ROWS = 2_000
_MOST_REPEATS, _MOST_AGENCIES = 200, 1_000
_AT_ONCE = 500
_LETTER = [
    Column("Văn bản", width=18),
    Column("Ngày ban hành", "date", 12),
    Column("Cơ quan ban hành", width=26),
]


def status(task: Task) -> str:
    """Where a task stands, in words."""
    if task.recurrence:
        return "định kỳ"
    if task.deadline_end is None:
        return "chưa rõ ngày" if task.deadline_said else "không ghi hạn"
    return OVERDUE if task.overdue else "còn hạn"


def when(task: Task) -> str:
    """By when, in words: the deadline or how often, and the next turn; else the letter's words."""
    often = RECURRENCES.get(task.recurrence or "", "")
    if task.deadline_end is None:
        return ", ".join(filter(None, (often, f"“{task.deadline_said}”" if task.deadline_said else "")))
    if not often:
        return day(task.deadline_end)
    return f"{often}, kỳ tới {day(task.next_due)}" if task.next_due else often


def names(task: Task, role: str) -> str:
    """The agencies of a task in a role, with the posts that are named."""
    told = task.agencies if role == "lead" else task.coordinating
    return "; ".join(" ".join(filter(None, (a.title, a.name))) for a in told)


def each_task(connection: Connection, query: TaskQuery, most: int = MOST) -> Iterator[Task]:
    """All tasks of a query, page by page."""
    after, left = query.after, most
    while left > 0:
        page = audit.tasks(connection, replace(query, after=after, page=1, per_page=min(_AT_ONCE, left)))
        yield from page.tasks
        left -= len(page.tasks)
        after = page.next
        if after is None:
            return


def tasks_table(tasks: Iterable[Task], title: str = "Nhiệm vụ", note: str = "") -> Table:
    columns = [
        Column("Tình trạng", width=12), Column("Hạn", "date", 12), Column("Định kỳ", width=14),
        Column("Kỳ tới", "date", 12), Column("Còn (ngày)", "number", 9), Column("Vai trò", width=10),
        Column("Cơ quan chủ trì", width=30), Column("Phối hợp", width=30), Column("Nhiệm vụ", width=60),
        *_LETTER, Column("Mục", width=8), Column("Câu văn", width=60, detail=True),
        Column("Lời giao việc", width=40, detail=True), Column("Câu nêu hạn", width=40, detail=True),
        Column("Lời của hạn", width=24, detail=True), Column("Kế thừa từ", width=40, detail=True),
        Column("Cần xem lại", width=12),
    ]  # fmt: skip
    rows = (
        (status(x), x.deadline_end, RECURRENCES.get(x.recurrence or "", ""), x.next_due, x.days_left,
         ROLES.get(x.role or "", ""), names(x, "lead"), names(x, "coordinating"), x.task, x.number,
         x.issued_on, x.issuer, x.label, x.sentence, x.lead_in, x.deadline_sentence,
         x.deadline_said, x.through,
         "đã sửa" if x.corrected else "cần xem lại" if x.review else "")
        for x in tasks
    )  # fmt: skip
    return Table(title, columns, rows, note, frozenset({OVERDUE}))


def matrix_table(matrix: audit.Matrix) -> Table:
    labels = topic_names() if matrix.by == "topic" else {}
    columns = [
        Column("Cơ quan", width=40),
        *(
            Column(labels.get(c, c if matrix.by == "topic" else month(c)), "number", 10)
            for c in matrix.columns
        ),
        Column("Tất cả", "number", 10),
    ]
    rows = ((row.name, *(n or None for n in row.counts), row.total) for row in matrix.rows)
    if matrix.by == "topic":
        note = f"{_COUNTED} Việc của văn bản thuộc nhiều chủ đề được tính ở mỗi chủ đề, một lần ở cột tất cả."
        return Table("Cơ quan và chủ đề", columns, rows, note + _left_out(matrix))
    note = f"{_COUNTED} Cột tất cả tính cả việc chưa có ngày hạn."
    return Table("Cơ quan và tháng đến hạn", columns, rows, note + _left_out(matrix), latest=True)


def _left_out(matrix: audit.Matrix) -> str:
    if matrix.agencies <= len(matrix.rows):
        return ""
    return f" Đây là {len(matrix.rows)} cơ quan có nhiều việc nhất trong {matrix.agencies} cơ quan có việc."


def cut(found: list[Any], most: int, table: Callable[[list[Any]], Table], what: str) -> Table:
    """The table of the first rows found, which says so where there are more than `most`."""
    made = table(found[:most])
    if len(found) <= most:
        return made
    return replace(made, note=f"{made.note} Chỉ gồm {most} {what} đầu, còn nữa.".strip())


def month(value: str) -> str:
    """``2025-12`` as it is written in Vietnam."""
    return f"{value[5:]}/{value[:4]}"


def repeated_table(repeats: list[audit.Repeat]) -> Table:
    columns = [
        Column("Lần", "number", 6), Column("Cơ quan", width=34), Column("Hạn", "date", 12),
        Column("Nhiệm vụ", width=60), *_LETTER, Column("Giống (%)", "number", 10),
        Column("Câu văn", width=60, detail=True),
    ]  # fmt: skip
    rows = (
        (i, repeat.agency, x.deadline_end, x.task, x.number, x.issued_on, x.issuer, round(100 * alike),
         x.sentence)
        for repeat in repeats
        for i, (x, alike) in enumerate(zip(repeat.tasks, repeat.likeness, strict=True), 1)
    )  # fmt: skip
    return Table("Giao nhiều lần", columns, rows, "Việc gần như cùng lời, giao trong nhiều văn bản.")


_TARGET = [
    Column("Chỉ tiêu", width=44), Column("So sánh", width=8), Column("Giá trị", "number", 14),
    Column("Đến", "number", 12), Column("Đơn vị", width=10), Column("Nơi", width=20),
    Column("Hạn", "date", 12), *_LETTER, Column("Câu văn", width=60, detail=True),
]  # fmt: skip


def _target(x: audit.TargetRow) -> tuple[str | float | None, ...]:
    compared = "" if x.comparator == "=" else x.comparator
    return (x.metric, compared, x.value, x.value_max, x.unit, x.place, x.deadline_end, x.number, x.issued_on,
            x.issuer, x.sentence)  # fmt: skip


def targets_table(rows: list[audit.TargetRow]) -> Table:
    columns = [Column("Lưu ý", width=12), *_TARGET]
    cells = (("mâu thuẫn" if x.contradicted else "", *_target(x)) for x in rows)
    return Table("Chỉ tiêu qua các năm", columns, cells, marked=frozenset({"mâu thuẫn"}))


def contradictions_table(found: list[audit.Contradiction]) -> Table:
    columns = [Column("Số thứ tự", "number", 9), *_TARGET]
    cells = ((i, *_target(x)) for i, one in enumerate(found, 1) for x in one.targets)
    note = "Cùng chỉ tiêu, nơi và thời hạn nhưng các văn bản ghi giá trị khác nhau."
    return Table("Chỉ tiêu mâu thuẫn", columns, cells, note)


def addressees_table(found: list[audit.Unaddressed]) -> Table:
    columns = [
        *_LETTER, Column("Loại", width=8), Column("Trích yếu", width=60), Column("Số việc", "number", 9),
        Column("Việc không rõ cơ quan", "number", 12),
    ]  # fmt: skip
    cells = ((x.number, x.issued_on, x.issuer, x.type, x.title, x.tasks, x.nameless) for x in found)
    note = "Văn bản có giao việc nhưng không tìm thấy nơi nhận (Kính gửi)."
    return Table("Không có nơi nhận", columns, cells, note)


def candidates_table(found: list[audit.Candidate]) -> Table:
    columns = [Column("Cơ quan", width=44), Column("Nơi", width=24), Column("Số việc", "number", 9),
               Column("Kế thừa", width=70)]  # fmt: skip
    return Table("Cơ quan được hỏi", columns, ((c.name, c.locality, c.tasks, c.through) for c in found))


def asked(query: TaskQuery, page: audit.TaskPage) -> list[tuple[str, str]]:
    """What was asked, in words: what narrows the question, then the day it is asked for."""
    filters = {
        "Cơ quan được giao": query.agency,
        "Vai trò": ROLES.get(query.role or ""),
        "Kể cả cơ quan trước và sau khi sắp xếp": "có" if query.across_successors else None,
        "Hạn từ": query.due_after and day(query.due_after),
        "Hạn đến hết": query.due_before and day(query.due_before),
        "Chỉ việc quá hạn": "có" if query.overdue else None,
        "Ngày hạn": {True: "chưa có", False: "đã có", None: None}[query.undated],
        "Chủ đề": query.topic and topic_names().get(query.topic, query.topic),
        "Cơ quan ban hành": query.issuer,
        "Loại văn bản": query.type,
        "Chữ trong phần việc": query.text,
        "Cần xem lại": {True: "có", False: "không", None: None}[query.review],
    }
    told = [(name, value) for name, value in filters.items() if value]
    return [*(told or [("Phạm vi", "mọi việc trong cơ sở dữ liệu")]), ("Tính đến ngày", day(page.today))]


def summary(query: TaskQuery, page: audit.TaskPage, shown: int | None = None) -> list[str]:
    """How much was found, and of which agencies, in a few sentences; `shown`: tasks that stand below."""
    shown = len(page.tasks) if shown is None else shown
    count = f"hơn {page.total}" if page.capped else str(page.total)
    late = "quá hạn " if query.overdue else ""
    lines = [f"{count} việc {late}tính đến {day(page.today)}"]
    lines[0] += f"; dưới đây là {shown} việc đầu." if shown < page.total or page.capped else "."
    if not page.total:
        lines = [f"Không có việc {late}nào như vậy, tính đến {day(page.today)}."]
    if len(page.candidates) > 1:
        first = ", ".join(f"{c.name} ({c.tasks} việc)" for c in page.candidates[:6])
        more = f" và {len(page.candidates) - 6} cơ quan nữa" if len(page.candidates) > 6 else ""
        lines.append(f"“{query.agency}” là {len(page.candidates)} cơ quan: {first}{more}.")
    if query.overdue and page.total:
        lines.append(_NOT_SAID)
    return lines


def question_table(
    query: TaskQuery, page: audit.TaskPage, lines: Iterable[str], tables: Iterable[Table]
) -> Table:
    """The question of a report with its day, what was found (`lines`), and what each of its tables holds."""
    rows = [*asked(query, page), *(("Kết quả", line) for line in lines)]
    rows += [(table.title, table.note) for table in tables if table.note]
    return Table("Câu hỏi", [Column("Mục", width=36), Column("Nội dung", width=100)], rows)


def report(connection: Connection, query: TaskQuery, page: audit.TaskPage) -> list[Table]:
    """All tables of a report on a query, whose first page was `page`; tasks are read as they are written."""
    tables = [tasks_table(each_task(connection, query))]
    if not query.overdue:
        late = replace(query, overdue=True, undated=None)
        note = f"Tính đến {day(page.today)}. {_NOT_SAID}"
        tables.append(tasks_table(each_task(connection, late), "Quá hạn", note))
    by: Literal["topic", "month"]
    for by in ("topic", "month"):
        tables.append(matrix_table(audit.matrix(connection, by, limit=_MOST_AGENCIES, of=query)))
    if query.agency:
        across, most = query.across_successors, _MOST_REPEATS
        repeats = audit.repeated(connection, query.agency, across, most + 1, page.today, query)
        tables.append(cut(repeats, most, repeated_table, "việc"))
        tables.append(candidates_table(page.candidates))
    most = _MOST_ROWS // 4
    split = audit.contradictions(connection, per_page=most + 1, of=query)
    tables.append(cut(split, most, contradictions_table, "chỉ tiêu"))
    unaddressed = audit.no_addressee(connection, per_page=_MOST_ROWS + 1, of=query)
    tables.append(cut(unaddressed, _MOST_ROWS, addressees_table, "văn bản"))
    return tables
