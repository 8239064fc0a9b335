"""What the database holds as files: records (JSON Lines), tables (CSV, XLSX), deadlines (iCalendar).

Only current versions of letters, in the order in which they came; read and written row by row; the same
database gives the same bytes. A file is replaced when all is written.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Select, select

from extractor.database import schema as t
from extractor.database.agency_names import day
from extractor.database.audit import Task, TaskQuery
from extractor.database.audit_report import each_task, names, tasks_table
from extractor.database.audit_tasks import letters_of
from extractor.database.headings import TITLES, heading, said
from extractor.database.tables import FORMULA, Column, Table, visible
from extractor.database.workbook import write_workbook
from extractor.errors import CongvanError
from extractor.outputs import replacing

#: rows that are fetched at once
_AT_ONCE = 1_000
#: tasks of a file at most
_MOST_TASKS = 10_000_000
TABLES = tuple(TITLES)
_HIDDEN = {"extracted", "record", "text", "revision", "run_id", "letter_id", "current", "text_id", "claim"}
_DATES = {"issued_on", "deadline_start", "deadline_end", "as_of_start", "as_of_end"}
#: how often a task recurs -> the parts of an iCalendar rule
_RULES: dict[str, dict[str, Any]] = {
    "daily": {"freq": "daily"},
    "weekly": {"freq": "weekly"},
    "monthly": {"freq": "monthly"},
    "quarterly": {"freq": "monthly", "interval": 3},
    "half_yearly": {"freq": "monthly", "interval": 6},
    "yearly": {"freq": "yearly"},
}
#: a month's last days, so that a turn on the 31st is not left out in shorter months
_MONTH_END = range(28, 32)


def write_export(
    connection: Connection,
    path: Path,
    form: str,
    query: TaskQuery,
    table: str = "assignments",
    raw: bool = False,
) -> int:
    """Write a file of a form (jsonl, csv, xlsx, ics); gives the number of records, rows, or events."""
    count = _Count()
    if form == "jsonl":
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
            for line in count.of(records(connection, query, raw)):
                file.write(line + "\n")
    elif form == "csv":
        with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
            _csv(file, table_of(connection, table, query), count)
    elif form == "xlsx":
        tables = (table_of(connection, name, query) for name in TABLES)
        write_workbook(path, (replace(one, rows=count.of(one.rows)) for one in tables))
    elif form == "ics":
        with replacing(path) as part, part.open("wb") as stream:
            for piece in calendar(connection, query, count):
                stream.write(piece)
    else:
        raise CongvanError(f"Không có dạng “{form}”. Hãy chọn: jsonl, csv, xlsx, ics.")
    return count.number


class _Count:
    """Counts what goes by."""

    def __init__(self) -> None:
        self.number = 0

    def of(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.number += 1
            yield row


# -- records ------------------------------------------------------------------------------------------------


def records(connection: Connection, query: TaskQuery, raw: bool = False) -> Iterator[str]:
    """Records as JSON lines: with the corrections laid over, or (`raw`) as they were read."""
    column = t.documents.c.extracted if raw else t.documents.c.record
    for row in _rows(connection, t.documents.c.id, _filtered(connection, select(column), query)):
        yield row[1]


def _filtered(connection: Connection, rows: Select[Any], query: TaskQuery) -> Select[Any]:
    """The rows (of documents, or joined with them) of the letters of a query."""
    rows = rows.where(t.documents.c.current.is_(True))
    for condition in letters_of(connection, query, t.documents.c.id):
        rows = rows.where(condition)
    return rows


def _rows(connection: Connection, id: Any, rows: Select[Any]) -> Iterator[Any]:
    """All rows in the order of an id, which comes first in each; fetched in portions, whatever the driver."""
    last = 0
    while True:
        portion = rows.add_columns(id.label("_id")).where(id > last).order_by(id).limit(_AT_ONCE)
        found = connection.execute(portion).all()
        for row in found:
            yield (row[-1], *row[:-1])
        if len(found) < _AT_ONCE:
            return
        last = found[-1][-1]


# -- tables -------------------------------------------------------------------------------------------------


def table_of(connection: Connection, name: str, query: TaskQuery) -> Table:
    """A table of the database with the letter of each row, in words; assignments as an audit shows them."""
    if name == "assignments":
        return tasks_table(each_task(connection, query, _MOST_TASKS), TITLES[name])
    if name not in TABLES:
        raise CongvanError(f"Không có bảng “{name}”. Hãy chọn: {', '.join(TABLES)}.")
    table = getattr(t, name)
    letter = t.documents.c
    own = [c for c in table.c if c.name not in _HIDDEN and not c.name.endswith("_key") and c.name != "id"]
    if name == "documents":
        rows = select(*own)
        columns = [_column(name, c) for c in own]
    else:
        own = [c for c in own if c.name != "document_id"]
        about = [letter.number, letter.issued_on, letter.issuer_name, table.c.document_id]
        heads = ["letter_number", "letter_issued_on", "letter_issuer", "document_id"]
        rows = select(*about, *own).select_from(table.join(t.documents, letter.id == table.c.document_id))
        columns = [
            *(_column(name, c, head) for head, c in zip(heads, about, strict=True)),
            *(_column(name, c) for c in own),
        ]
        own = [*about, *own]
    names = ["id", *(c.name for c in own)]
    found = _rows(connection, table.c.id, _filtered(connection, rows, query))
    told = (tuple(map(said, names, row)) for row in found)
    return Table(TITLES[name], [Column(heading(name, "id"), "number", 8), *columns], told)


def _column(table: str, c: Any, name: str | None = None) -> Column:
    told = heading(table, name or c.name)
    if c.name in _DATES:
        return Column(told, "date", 12)
    if c.type.python_type in (int, float):
        return Column(told, "number", 12)
    return Column(told, width=50 if c.name in ("task", "subject", "title", "metric") else 18)


def _csv(file: IO[str], table: Table, count: _Count) -> None:
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([c.name for c in table.columns])
    for row in count.of(table.rows):
        writer.writerow([_plain(value) for value in row])


def _plain(value: Any) -> Any:
    """A cell of CSV: text that a spreadsheet would take for a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    text = visible(value)
    return f"'{text}" if text.startswith(FORMULA) else text


# -- calendar -----------------------------------------------------------------------------------------------


def calendar(connection: Connection, query: TaskQuery, count: _Count | None = None) -> Iterator[bytes]:
    """The deadlines as an iCalendar file, piece by piece: an all-day event each, recurring ones as such."""
    from icalendar import Calendar

    frame = Calendar()
    frame.add("prodid", "-//congvan//deadlines//VI")
    frame.add("version", "2.0")
    frame.add("calscale", "GREGORIAN")
    frame.add("x-wr-calname", query.agency or "Nhiệm vụ được giao")
    begin, end = frame.to_ical().split(b"END:VCALENDAR")
    yield begin
    stamps = _Stamps(connection)
    dated = replace(query, undated=False, sort="deadline")
    for task in (count or _Count()).of(each_task(connection, dated, _MOST_TASKS)):
        yield _event(task, stamps.of(task.document_id))
    yield b"END:VCALENDAR" + end


class _Stamps:
    """When a letter was last read, and the digest of its text."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.known: tuple[int, str, str] = (0, "", "")

    def of(self, document_id: int) -> tuple[str, str]:
        if self.known[0] != document_id:
            letter = t.documents.c
            query = select(letter.text_id, letter.read_at).where(letter.id == document_id)
            row = self.connection.execute(query).one()
            self.known = (document_id, row.text_id, row.read_at)
        return self.known[1:]


def _event(task: Task, letter: tuple[str, str]) -> bytes:
    from icalendar import Event

    text_id, read_at = letter
    due = date.fromisoformat(task.deadline_end or "")
    event = Event()
    # the same task of the same letter keeps its id whenever it is read again
    event.add("uid", f"{text_id.removeprefix('sha256:')[:32]}-{task.start}-{task.end}@congvan")
    event.add("dtstamp", datetime.fromisoformat(read_at).astimezone(UTC))
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    who = names(task, "lead")
    event.add("summary", visible(_short(": ".join(filter(None, (who, " ".join(task.task.split())))))))
    about = [
        task.sentence,
        f"Phối hợp: {names(task, 'coordinating')}" if task.coordinating else "",
        f"Văn bản {task.number or task.title}, {task.issuer or 'không rõ cơ quan ban hành'}"
        + (f", {day(task.issued_on)}" if task.issued_on else ""),
    ]
    event.add("description", visible("\n".join(filter(None, about))))
    event.add("transp", "TRANSPARENT")
    if task.recurrence:
        event.add("rrule", _rule(task.recurrence, due))
    written: bytes = event.to_ical()
    return written


def _rule(recurrence: str, due: date) -> dict[str, Any]:
    rule = dict(_RULES[recurrence])
    if rule["freq"] == "monthly" and due.day > _MONTH_END[0]:
        rule |= {"bymonthday": [n for n in _MONTH_END if n <= due.day], "bysetpos": -1}
    elif recurrence == "yearly" and (due.month, due.day) == (2, 29):
        rule |= {"bymonth": 2, "bymonthday": -1}
    return rule


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"
