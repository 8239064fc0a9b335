"""Reports and exports, opened again with what people open them with."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from icalendar import Calendar
from lxml import html
from rich.console import Console
from sqlalchemy import Connection, Engine

from extractor.cli import main
from extractor.cli.common import local_time
from extractor.cli.tables import show, show_tasks
from extractor.database import audit, corrections, open_database, store
from extractor.database.audit import TaskQuery
from extractor.database.exports import TABLES, table_of, write_export
from extractor.database.tables import Column, Table
from extractor.database.workbook import write_workbook
from extractor.errors import CongvanError
from tests.database.letters import READING, fill, records

Json = dict[str, Any]
EVIL = '=HYPERLINK("http://x","<script>alert(1)</script>")'


@pytest.fixture
def filled(database: Engine) -> Iterator[Connection]:
    with database.begin() as connection:
        fill(connection)
        record = records()["no-addressee.txt"]
        record["id"] = "sha256:" + "e" * 64
        record["document"] |= {"number": "+1/TB", "subject": EVIL}
        record["assignments"][0]["task"] = "@SUM(1) \x01\u202ecmd"
        record["assignments"][0]["agencies"][0] = {"id": "x:evil", "name": "-2+3", "title": None}
        store.put(connection, record, READING)
    with database.connect() as connection:
        yield connection


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_records_with_and_without_corrections(filled: Connection, database: Engine, tmp_path: Path) -> None:
    filled.rollback()
    with database.begin() as connection:
        corrections.add(connection, 1, "document", None, "place", "correct", "Hà Nội", "Lan")
    path = tmp_path / "r.jsonl"
    assert write_export(filled, path, "jsonl", TaskQuery()) == 6
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [x["document"]["place"] for x in lines][:2] == ["Hà Nội", "Bắc Giang"]
    write_export(filled, path, "jsonl", TaskQuery(), raw=True)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == records()["roads.txt"]
    assert write_export(filled, path, "jsonl", TaskQuery(issuer="UBND tỉnh An Giang")) == 2
    assert write_export(filled, path, "jsonl", TaskQuery(agency="Sở GTVT")) == 2
    assert write_export(filled, path, "jsonl", TaskQuery(overdue=True, today="2024-04-01")) == 1


@pytest.mark.parametrize("table", TABLES)
def test_csv_holds_no_formula(filled: Connection, tmp_path: Path, table: str) -> None:
    path = tmp_path / "t.csv"
    count = write_export(filled, path, "csv", TaskQuery(), table)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    heading, *rows = rows_of(path)
    assert len(rows) == count
    assert all(len(row) == len(heading) for row in rows)
    assert not [c for row in rows for c in row if c.startswith(("=", "+", "@", "\t")) or c == "-2+3"]
    if table == "documents":
        assert f"'{EVIL}" in {row[heading.index("Trích yếu")] for row in rows}
    if table == "assignments":
        assert "'@SUM(1) cmd" in {row[heading.index("Nhiệm vụ")] for row in rows}


def test_a_workbook_holds_dates_and_no_formula(filled: Connection, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_export(filled, path, "xlsx", TaskQuery())
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Văn bản", "Nhiệm vụ", "Số liệu", "Chỉ tiêu", "Viện dẫn"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert not [c.coordinate for row in sheet for c in row if c.data_type == "f"]
    sheet = book["Nhiệm vụ"]
    heading = [c.value for c in sheet[1]]
    due = {sheet.cell(i, heading.index("Hạn") + 1).value for i in range(2, sheet.max_row + 1)}
    assert date(2024, 6, 30) in {x.date() for x in due if x}
    assert EVIL in {c.value for row in book["Văn bản"] for c in row}


def test_the_same_database_gives_the_same_bytes(filled: Connection, tmp_path: Path) -> None:
    for form in ("jsonl", "csv", "xlsx", "ics"):
        made = []
        for name in ("a", "b"):
            write_export(filled, tmp_path / name, form, TaskQuery(today="2024-06-01"))
            made.append((tmp_path / name).read_bytes())
        assert made[0] == made[1], form
    assert not list(tmp_path.glob("*.part"))


def test_deadlines_are_events(filled: Connection, tmp_path: Path) -> None:
    path = tmp_path / "t.ics"
    assert write_export(filled, path, "ics", TaskQuery(agency="Sở Tài chính")) == 2
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert [e["dtstart"].dt for e in events] == [date(2024, 3, 31), date(2024, 5, 15)]
    assert [e["dtend"].dt for e in events] == [date(2024, 4, 1), date(2024, 5, 16)]
    assert "Sở Tài chính thẩm định dự toán" in events[1]["description"]
    assert "101/UBND-KTN" in events[1]["description"]
    assert len({e["uid"] for e in events}) == 2


def test_a_task_keeps_its_event_and_recurs(database: Engine, tmp_path: Path) -> None:
    record = records()["roads.txt"]
    item = record["assignments"][2]
    item["deadline"] = {"start": "2024-03-31", "end": "2024-03-31", "relation": "before", "relative": None,
                        "span": None}  # fmt: skip
    path, ids = tmp_path / "t.ics", []
    for recurrence, rule in (
        ("monthly", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("yearly", "FREQ=YEARLY"),
    ):
        item["recurrence"] = recurrence
        with database.begin() as connection:
            store.put(connection, record, READING)
            write_export(connection, path, "ics", TaskQuery(agency="Công an tỉnh", role="lead"))
        (event,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        assert event["rrule"].to_ical().decode() == rule
        ids.append(event["uid"])
    assert len(set(ids)) == 1


def test_nothing_is_left_of_a_file_that_could_not_be_written(filled: Connection, tmp_path: Path) -> None:
    def rows() -> Iterator[tuple[str]]:
        yield ("a",)
        raise CongvanError("x")

    path = tmp_path / "kept.xlsx"
    path.write_bytes(b"before")
    with pytest.raises(CongvanError):
        write_workbook(path, [Table("t", [Column("c")], rows())])
    assert path.read_bytes() == b"before"
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(CongvanError, match="Không ghi được"):
        write_export(filled, tmp_path / "no" / "t.csv", "csv", TaskQuery())


# -- commands -----------------------------------------------------------------------------------------------


@pytest.fixture
def db(filled: Connection, database_url: str) -> str:
    filled.rollback()
    return database_url


def run(*args: str) -> Any:
    return CliRunner().invoke(main, [*args], catch_exceptions=False)


def test_audit_on_the_terminal(db: str) -> None:
    asked = ["--agency", "Sở Tài chính", "--due", "before:2024-04-01", "--today", "2024-06-01"]
    found = run("audit", "--db", db, *asked)
    assert found.exit_code == 0
    assert "1 việc tính đến 01/06/2024" in found.output
    assert "quá hạn 62" in found.output
    for mode in (
        ["--matrix", "month"],
        ["--matrix", "topic"],
        ["--contradictions"],
        ["--no-addressee"],
        ["--targets", "bảo hiểm y tế"],
        ["--repeated", "--agency", "Sở GTVT"],
    ):
        assert run("audit", "--db", db, *mode).exit_code == 0, mode
        told = run("audit", "--db", db, *mode, "--json")
        assert json.loads(told.stdout), mode
    assert "\x1b" not in run("audit", "--db", db, "--text", "SUM").output


def test_audit_says_what_is_wrong(db: str, tmp_path: Path) -> None:
    for args, said in (
        (["--agency", "Sở Tài trính"], "Gần giống: Sở Tài chính"),
        (["--due", "2024"], "before:2025-12-31"),
        (["--due", "before:31/2/2024"], "không phải ngày"),
        (["--repeated"], "--agency"),
        (["--matrix", "month", "--contradictions"], "Chỉ dùng một"),
        (["--issuer", "UBND tinh An Gian"], "Gần giống: Ủy ban nhân dân tỉnh An Giang"),
        (["--agency", "UBND tỉnh AG"], "Gần giống: Ủy ban nhân dân tỉnh An Giang"),
        (["--topic", "giáo dụ"], "Gần giống: Giáo dục và đào tạo"),
        (["--type", "Chỉ thịị"], "Gần giống: CT (Chỉ thị)"),
        (["--matrix", "month", "--type", "XYZ"], "Không có loại văn bản “XYZ”"),
    ):
        found = run("audit", "--db", db, *args)
        assert (found.exit_code, said in " ".join(found.output.split())) == (2, True), (args, found.output)
    path = tmp_path / "none.csv"
    assert run("export", "--db", db, "-o", str(path), "--issuer", "Sở Không có").exit_code == 2
    assert not path.exists()


def test_nothing_found_is_told(db: str, tmp_path: Path) -> None:
    for mode, said in (
        (["--agency", "Sở Tài chính", "--type", "Quyết định"], "Không có việc nào như vậy"),
        (["--repeated", "--agency", "STC"], "Giao nhiều lần: không có gì"),
        (["--targets", "vô nghĩa"], "Chỉ tiêu qua các năm: không có gì"),
        (["--contradictions", "--type", "QĐ"], "Chỉ tiêu mâu thuẫn: không có gì"),
        (["--no-addressee", "--type", "QĐ"], "Không có nơi nhận: không có gì"),
        (["--matrix", "month", "--type", "QĐ"], "Cơ quan và tháng đến hạn: không có gì"),
    ):
        for more in ([], ["--xlsx", str(tmp_path / "none.xlsx")]):
            found = run("audit", "--db", db, *mode, *more)
            assert (found.exit_code, said in found.output) == (0, True), (mode, found.output)
    found = run("export", "--db", db, "-o", str(tmp_path / "none.csv"), "--type", "QĐ")
    assert (found.exit_code, "Không có gì như vậy" in found.output) == (0, True)


def test_short_forms_of_agencies_are_understood(db: str) -> None:
    for name in ("STC", "stc", "Sở TC", "STC An Giang", "Sở Tài chính"):
        found = json.loads(run("audit", "--db", db, "--agency", name, "--json").stdout)
        assert found["tasks"], name
    assert run("search", "--db", db, "--issuer", "UBND An Giang").exit_code == 0
    hits = json.loads(run("search", "--db", db, "--agency", "STC An Giang", "--json").stdout)["hits"]
    assert "57/UBND-KGVX" in {hit["number"] for hit in hits}


def test_what_was_cut_is_told(db: str, tmp_path: Path) -> None:
    assert "Chỉ gồm 1 chỉ tiêu đầu, còn nữa." in run(
        "audit", "--db", db, "--targets", "bảo hiểm y tế", "--limit", "1"
    ).output.replace("\n", " ")
    told = " ".join(run("audit", "--db", db, "--matrix", "month", "--limit", "2").output.split())
    assert "Đây là 2 cơ quan có nhiều việc nhất trong" in told
    page = tmp_path / "r.html"
    run("audit", "--db", db, "--limit", "1", "--html", str(page))
    text = html.fromstring(page.read_text(encoding="utf-8")).text_content()
    assert "việc đầu" not in text
    assert "Phạm vi: mọi việc trong cơ sở dữ liệu; Tính đến ngày:" in text


def wide(columns: int, latest: bool) -> Table:
    heads = [Column("Cơ quan"), *(Column(f"{i:02}/2024", "number") for i in range(1, columns + 1))]
    rows = [("Sở Tài chính tỉnh An Giang", *range(1, columns + 1), 999)]
    return Table("Bảng", [*heads, Column("Tất cả", "number")], rows, "Ghi chú.", latest=latest)


@pytest.mark.parametrize(
    ("width", "latest", "seen", "unseen", "told"),
    [
        (600, True, ["01/2024", "48/2024"], [], False),
        (100, True, ["48/2024", "47/2024", "999"], ["01/2024"], True),
        (100, False, ["01/2024", "02/2024", "999"], ["48/2024"], True),
        (40, True, ["01/2024: 1", "48/2024: 48", "Tất cả: 999"], [], False),
    ],
)
def test_a_matrix_in_a_terminal(
    width: int, latest: bool, seen: list[str], unseen: list[str], told: bool
) -> None:
    to = Console(width=width, file=io.StringIO())
    show(wide(48, latest), to)
    said = to.file.getvalue()  # type: ignore[attr-defined]
    assert all(len(line) <= width for line in said.splitlines())
    assert [x for x in seen if x not in said] == []
    assert [x for x in unseen if x in said] == []
    assert ("Màn hình chỉ đủ chỗ cho" in said) is told
    assert "Ghi chú." in said


def test_tasks_in_a_narrow_terminal(filled: Connection) -> None:
    to = Console(width=40, file=io.StringIO())
    show_tasks(audit.tasks(filled, TaskQuery(agency="Sở Tài chính", today="2024-06-01")), to)
    lines = to.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert all(len(line) <= 40 for line in lines)
    assert "101/UBND-KTN" in lines
    assert "quá hạn 17 ngày" in lines


def test_every_column_has_a_heading_in_words(filled: Connection) -> None:
    for name in TABLES:
        for column in table_of(filled, name, TaskQuery()).columns:
            assert not re.fullmatch("[a-z_]+", column.name), (name, column.name)


def test_no_filter_of_audit_is_passed_over(db: str, tmp_path: Path) -> None:
    def rows(*args: str) -> int:
        return len(json.loads(run("audit", "--db", db, *args, "--json").stdout))

    issuer = ["--issuer", "UBND tỉnh Bắc Ninh"]
    (matrix,) = json.loads(run("audit", "--db", db, "--matrix", "month", *issuer, "--json").stdout)
    assert {row["id"]: row["total"] for row in matrix["rows"]}.get("x:so-xay-dung-tinh-bac-ninh") == 1
    assert not [row for row in matrix["rows"] if "Giang" in row["name"]]
    for mode in (["--contradictions"], ["--targets", "bảo hiểm y tế"]):
        assert rows(*mode)
        assert not rows(*mode, *issuer), mode
    assert rows("--no-addressee", *issuer)
    assert not rows("--no-addressee", "--due", "before:2020-01-01")
    assert not rows("--repeated", "--agency", "Sở GTVT", *issuer)
    xlsx = tmp_path / "r.xlsx"
    assert run("audit", "--db", db, *issuer, "--xlsx", str(xlsx)).exit_code == 0
    book = openpyxl.load_workbook(xlsx)
    for name in ("Cơ quan và chủ đề", "Cơ quan và tháng đến hạn"):
        said = " ".join(str(c.value) for row in book[name] for c in row)
        assert "Sở Xây dựng" in said
        assert "Giáo dục" not in said
    assert "bảo hiểm" not in " ".join(str(c.value) for row in book["Chỉ tiêu mâu thuẫn"] for c in row)


def test_reports(db: str, tmp_path: Path) -> None:
    xlsx, page = tmp_path / "r.xlsx", tmp_path / "r.html"
    args = ["--agency", "Sở Xây dựng tỉnh Bắc Ninh", "--across-successors", "--today", "2025-01-01"]
    assert run("audit", "--db", db, *args, "--xlsx", str(xlsx), "--html", str(page)).exit_code == 0
    book = openpyxl.load_workbook(xlsx)
    assert book.sheetnames[:3] == ["Câu hỏi", "Nhiệm vụ", "Quá hạn"]
    asked = {row[0].value: row[1].value for row in book["Câu hỏi"]}
    assert asked["Cơ quan được giao"] == "Sở Xây dựng tỉnh Bắc Ninh"
    assert asked["Tính đến ngày"] == "01/01/2025"
    assert asked["Kết quả"].startswith("“Sở Xây dựng")  # the last line of it
    assert [c.value for c in book["Quá hạn"]["A"]] == ["Tình trạng", "quá hạn", "quá hạn"]
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    assert not tree.xpath("//script | //link | //img | //iframe | //@onclick")
    assert not [a for a in tree.xpath("//@href | //@src") if not a.startswith("#")]
    assert "Sở Giao thông vận tải tỉnh Bắc Giang, hợp nhất từ 01/03/2025" in tree.text_content()
    assert tree.xpath("//thead")
    assert "kiểm tra các bến xe khách" in " ".join(tree.xpath("//q/text()"))
    page_2 = tmp_path / "all.html"
    assert run("audit", "--db", db, "--html", str(page_2)).exit_code == 0
    text = page_2.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_export_command(db: str, tmp_path: Path) -> None:
    for form in ("jsonl", "csv", "xlsx", "ics"):
        path = tmp_path / f"e.{form}"
        assert run("export", "--db", db, "-o", str(path)).exit_code == 0
        assert path.stat().st_size
    assert run("export", "--db", db, "-o", str(tmp_path / "x.txt")).exit_code == 2
    assert run("export", "--db", db, "-o", str(tmp_path / "x.csv"), "--raw").exit_code == 2


def test_corrections_command(db: str, tmp_path: Path) -> None:
    engine = open_database(db, write=True)
    with engine.begin() as connection:
        corrections.add(connection, 1, "document", None, "place", "correct", "Hà Nội", "Lan")
    engine.dispose()
    told = run("corrections", "list", "--db", db)
    assert "Lan  101/UBND-KTN  sửa document.place: Bắc Giang → Hà Nội".replace("  ", " ") in told.output
    assert re.search(r"^1 \d\d/\d\d/\d{4} \d\d:\d\d \(UTC[+-]\d\d(:\d\d)?\) Lan", told.output)
    assert run("corrections", "export-gold", str(tmp_path / "gold"), "--db", db, "--texts").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "gold").iterdir()) == ["roads.txt", "roads.yaml"]
    assert run("corrections", "export-examples", "-o", str(tmp_path / "e.toml"), "--db", db).exit_code == 0
    assert run("corrections", "undo", "1", "--db", db).exit_code == 0
    assert "(đã bỏ)" in run("corrections", "list", "--db", db).output
    assert run("corrections", "undo", "9", "--db", db).exit_code == 2


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set")
@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Ho_Chi_Minh", "23/11/2026 03:30 (UTC+07)"),
        ("UTC", "22/11/2026 20:30 (UTC+00)"),
        ("Asia/Kolkata", "23/11/2026 02:00 (UTC+05:30)"),
    ],
)
def test_times_are_those_of_the_clock_here(zone: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        assert local_time("2026-11-22T20:30:00+00:00") == told
    time.tzset()
