"""Files into the database: once, again, broken, secret, two programs at a time."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from extractor.batch import Document, Reader, Settings, documents
from extractor.cli import main
from extractor.database import open_database
from extractor.database import schema as t
from extractor.database.ingest import Event, Options, ingest, retry
from extractor.limits import Limits
from tests.database.folders import LETTER, contents, folder, letter, secret

SETTINGS = Settings(ner="none")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(SETTINGS)


def call(*args: str | Path, **more: Any) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], **more)


def run(engine: Engine, path: Path, reader: Reader, **options: Any) -> list[Event]:
    found, _ = documents([str(path)])
    return list(ingest(engine, found, SETTINGS, reader=reader, options=Options(**options)))


def whats(events: Iterable[Event]) -> Counter[str]:
    return Counter(event.what for event in events)


def one(engine: Engine, query: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def test_a_folder_and_the_same_folder_again(database: Engine, reader: Reader, tmp_path: Path) -> None:
    place = folder(tmp_path / "in", 10)
    events = run(database, place, reader)
    # 10 files: 5 letters, an archive of 3 and an empty one, a web page of a letter, an empty file, ...
    assert whats(events) == {"added": 8, "linked": 1, "rejected": 2, "secret": 1, "unchanged": 1}
    assert [e.name for e in events if e.what == "rejected"] == ["003.zip/2.txt", "005.txt"]
    before = contents(database)
    again = run(database, place, reader)
    assert whats(again) == {"unchanged": 10}
    assert contents(database) == before
    copy = shutil.copytree(place, tmp_path / "elsewhere" / "x")
    assert whats(run(database, copy, reader)) == {"unchanged": 10}
    assert contents(database) == before
    with database.connect() as connection:
        first, second, _ = connection.execute(select(t.runs).order_by(t.runs.c.id)).all()
    assert (first.added, first.linked, first.rejected, first.secret, first.unchanged) == (8, 1, 2, 1, 1)
    assert (second.added, second.unchanged) == (0, 10)
    assert first.finished_at is not None


def test_one_worker_or_two_give_the_same_database(sqlite_url: str, tmp_path: Path) -> None:
    from extractor.database import open_database

    place = folder(tmp_path / "in", 12)
    found = []
    for workers in (1, 2):
        url = shutil.copy(sqlite_url, tmp_path / f"{workers}.db")
        engine = open_database(str(url), write=True)
        inputs, _ = documents([str(place)])
        list(ingest(engine, inputs, SETTINGS, workers=workers))
        found.append(contents(engine))
        assert whats(ingest(engine, inputs, SETTINGS, workers=workers)) == {"unchanged": 12}
        engine.dispose()
    assert found[0] == found[1]


def test_originals_are_kept_or_not(database: Engine, reader: Reader, tmp_path: Path) -> None:
    import zlib

    (tmp_path / "a.txt").write_text(letter(1), encoding="utf-8")
    (tmp_path / "b.txt").write_text(letter(2), encoding="utf-8")
    run(database, tmp_path / "a.txt", reader)
    run(database, tmp_path / "b.txt", reader, originals=False)
    with database.connect() as connection:
        a, b = connection.execute(select(t.files.c.content).order_by(t.files.c.id)).scalars()
    assert zlib.decompress(a) == (tmp_path / "a.txt").read_bytes()
    assert b is None
    from extractor.database.reprocess import plan, reprocess

    list(reprocess(database, SETTINGS, plan(database, SETTINGS, everything=True), reader=reader))
    kept = select(t.files.c.content.is_not(None)).order_by(t.files.c.id)
    with database.connect() as connection:
        assert connection.execute(kept).scalars().all() == [True, False]


def test_a_secret_letter_leaves_only_its_name(database: Engine, reader: Reader, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.txt").write_text(secret(1), encoding="utf-8")
    with zipfile.ZipFile(place / "b.zip", "w") as archive:
        archive.writestr("open.txt", letter(2))
        archive.writestr("closed.txt", secret(3))
    events = run(database, place, reader)
    assert whats(events) == {"secret": 2, "added": 1}
    refused = next(e for e in events if e.what == "secret")
    assert "MẬT" in (refused.message or "")
    assert "--allow-secret" in (refused.message or "")
    assert one(database, select(func.count()).where(t.files.c.content.is_not(None))) == 0
    assert one(database, select(func.count()).select_from(t.documents)) == 1
    assert all("412" not in str(row) and "1/SYT" not in str(row) for row in contents(database)["sources"])
    assert whats(run(database, place, reader)) == {"unchanged": 2}
    assert list(retry(database, SETTINGS, reader=reader)) == []
    allowed = retry(database, SETTINGS, reader=reader, options=Options(allow_secret=True))
    assert whats(allowed) == {"added": 2, "unchanged": 1}
    assert one(database, select(func.count()).where(t.documents.c.secrecy == "MẬT")) == 2


def test_a_mark_that_later_rules_know_takes_a_letter_out(
    database: Engine, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extractor.database import ingest as module
    from extractor.database.reprocess import plan, reprocess

    for name, number in (("a.txt", 1), ("b.txt", 2)):
        (tmp_path / name).write_text(secret(number), encoding="utf-8")
    again = Document("copy.txt", secret(1).encode("utf-16"))
    with monkeypatch.context() as patch:
        patch.setattr(module, "refusal", lambda *_: None)
        assert whats(run(database, tmp_path / "a.txt", reader)) == {"added": 1}
        assert whats(ingest(database, [again], SETTINGS, reader=reader)) == {"unchanged": 1}
    assert whats(run(database, tmp_path / "b.txt", reader, allow_secret=True)) == {"added": 1}
    wanted = plan(database, SETTINGS, everything=True)
    events = reprocess(database, SETTINGS, wanted, reader=reader)
    assert sorted(e.what for e in events) == ["secret", "unchanged"]
    with database.connect() as connection:
        assert connection.execute(select(t.documents.c.number)).scalars().all() == ["2/SYT-NVY"]
        kept = select(t.files.c.name).where(t.files.c.content.is_not(None))
        assert connection.execute(kept).scalars().one().endswith("b.txt")
        codes = select(t.sources.c.name).where(t.sources.c.code == "secret").order_by(t.sources.c.name)
        found = connection.execute(codes).scalars()
        assert [name.rpartition("/")[2] for name in found] == ["a.txt", "copy.txt"]


def test_a_refused_letter_comes_in_when_the_command_is_run_again_with_leave(
    database: Engine, reader: Reader
) -> None:
    inputs = [Document("a.txt", secret(1).encode())]
    assert whats(ingest(database, inputs, SETTINGS, reader=reader)) == {"secret": 1}
    assert whats(ingest(database, inputs, SETTINGS, reader=reader)) == {"unchanged": 1}
    leave = Options(allow_secret=True)
    assert whats(ingest(database, inputs, SETTINGS, reader=reader, options=leave)) == {"added": 1}
    assert one(database, select(t.files.c.content)) is not None
    assert whats(ingest(database, inputs, SETTINGS, reader=reader, options=leave)) == {"unchanged": 1}


def test_a_lost_file_that_waits_is_read_when_it_comes_again(
    database: Engine, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(letter(1), encoding="utf-8")
    run(database, path, reader, originals=False)
    with database.begin() as connection:
        connection.execute(t.documents.update().values(rules="others"))
    moved = path.rename(tmp_path / "moved.txt")
    run(database, moved, reader, originals=False)
    assert one(database, select(t.files.c.path)) == str(moved)
    assert one(database, select(t.documents.c.rules)) != "others"


def test_letters_of_one_name_in_an_archive_are_told_apart(
    database: Engine, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", letter(1))
        for number, name in ((2, "a.txt"), (3, "a.txt (2)"), (4, "a.txt")):
            entry = zipfile.ZipInfo(name)
            if name in archive.NameToInfo:
                with pytest.warns(UserWarning, match="Duplicate name"):
                    archive.writestr(entry, letter(number))
            else:
                archive.writestr(entry, letter(number))
    events = run(database, path, reader)
    assert sorted((e.what, e.number) for e in events) == [("added", f"{i}/SYT-NVY") for i in (1, 2, 3, 4)]
    assert one(database, select(func.count()).select_from(t.documents)) == 4
    assert one(database, select(func.count()).select_from(t.sources)) == 4


def test_an_archive_that_changed_while_it_was_read_leaves_nothing_undone(
    database: Engine, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"

    def pack(*numbers: int) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for number in numbers:
                archive.writestr(f"{number}.txt", letter(number))

    pack(1, 2, 3)
    whole = Reader.read

    def slow(self: Reader, document: Document) -> Any:
        yield from whole(self, document)
        pack(2, 4)

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read", slow)
        assert whats(run(database, path, reader)) == {"added": 2, "rejected": 1}
    run(database, path, reader)
    assert one(database, select(func.count()).select_from(t.files)) == 1
    assert one(database, select(func.count()).where(t.files.c.done.is_(False))) == 0
    with database.connect() as connection:
        numbers = connection.execute(select(t.documents.c.number)).scalars().all()
    assert sorted(numbers) == ["2/SYT-NVY", "4/SYT-NVY"]
    assert list(retry(database, SETTINGS, reader=reader)) == []


def _with(old: str, new: str) -> str:
    text = letter(1)
    assert old in text
    return text.replace(old, new, 1)


def test_a_doubtful_secrecy_mark_is_refused(reader: Reader, sqlite_url: str) -> None:
    from extractor.database import open_database

    text = letter(1)
    number = next(line for line in text.splitlines() if "1/SYT-NVY" in line)
    doubtful = [
        _with(number, f"{number}   MẬT"),
        _with(number, f"{number} (Mật)"),
        *(
            f"{mark}\n{text}"
            for mark in ("* MẬT *", "[TỐI MẬT]", "MẬT - HỎA TỐC", "Mật", "M Ậ T", "Tuyệt mật")
        ),
        f"Độ mật: Mật\n{text}",
        f"{text}\nMẬT\n",
        _with("\nKính gửi", "\nKính gửi: Như trên\nMẬT\nKính gửi"),
    ]
    engine = open_database(sqlite_url, write=True)
    inputs = [Document(f"{i}.txt", text.encode()) for i, text in enumerate(doubtful)]
    events = list(ingest(engine, inputs, SETTINGS, reader=reader))
    assert [doubtful[e.file][:80] for e in events if e.what != "secret"] == []
    assert all("--allow-secret" in (e.message or "") for e in events)
    assert one(engine, select(func.count()).where(t.files.c.content.is_not(None))) == 0
    assert one(engine, select(func.count()).select_from(t.documents)) == 0


@pytest.mark.parametrize(
    "line",
    [
        "Tăng cường bảo vệ bí mật nhà nước và bảo mật thông tin.",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Mật độ dân số 300 người/km2, mật ong, mật khẩu.",
        "Ban Cơ yếu Chính phủ quản lý mật mã dân sự; tài liệu có độ mật theo Luật.",
        "Độ mật: Thường",
        "phối hợp bảo\nmật",
    ],
)
def test_words_that_are_no_secrecy_mark_are_let_in(line: str, reader: Reader) -> None:
    from extractor.database.secrecy import refusal

    (outcome,) = reader.read(Document("a.txt", f"{letter(1)}\n{line}\n".encode()))
    assert refusal(outcome.record(), SETTINGS) is None


def test_a_secret_letter_leaves_no_byte_in_the_file(sqlite_url: str, reader: Reader, tmp_path: Path) -> None:
    from extractor.database import open_database

    engine = open_database(sqlite_url, write=True)
    text = secret(1).replace("412", "1") + "\nchữ-không-ai-được-thấy"
    run_on = Document("a.txt", text.encode())
    assert whats(ingest(engine, [run_on], SETTINGS, reader=reader)) == {"secret": 1}
    engine.dispose()
    left = b"".join(path.read_bytes() for path in Path(sqlite_url).parent.glob("directives.db*"))
    assert "chữ-không-ai-được-thấy".encode() not in left


def test_what_was_rejected_becomes_a_document_when_it_can(
    database: Engine, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extractor.ingest import formats

    path = tmp_path / "a.txt"
    path.write_text(letter(1), encoding="utf-8")
    need = formats.Need("program", ("no-such-program",), "apt install no-such-program")
    lacking = formats.BY_TYPE["text/plain"]
    with monkeypatch.context() as patch:
        patch.setitem(
            formats.BY_TYPE, "text/plain", formats.Format("TXT", ("text/plain",), (), "plain", needs=(need,))
        )
        (event,) = run(database, path, reader)
        assert (event.what, event.code) == ("rejected", "needs")
        assert one(database, select(t.files.c.content)) is None  # nobody has seen whether it is secret
        (event,) = retry(database, SETTINGS, reader=reader)
        assert event.code == "needs"
    assert lacking is formats.BY_TYPE["text/plain"]
    assert one(database, select(t.sources.c.attempts)) == 2
    (known,) = run(database, _again(tmp_path / "b.txt"), reader)
    assert (known.what, known.code) == ("unchanged", "needs")
    path.unlink()
    (event,) = retry(database, SETTINGS, reader=reader)
    assert event.code == "no_original"
    (event,) = run(database, tmp_path / "b.txt", reader)
    assert (event.what, event.number) == ("added", "1/SYT-NVY")
    assert one(database, select(t.sources.c.code)) is None
    assert one(database, select(t.files.c.content)) is not None
    assert list(retry(database, SETTINGS, reader=reader)) == []


def _again(path: Path) -> Path:
    path.write_text(letter(1), encoding="utf-8")
    return path


def test_a_file_that_was_too_large_is_read_under_a_higher_limit(
    database: Engine, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(letter(1), encoding="utf-8")
    small = Settings(ner="none", limits=Limits(bytes=100))
    found, _ = documents([str(path)])
    for _ in range(2):
        (event,) = ingest(database, found, small, reader=Reader(small))
        assert event.code == "too_large"
    assert one(database, select(func.count()).select_from(t.files)) == 1
    (event,) = retry(database, SETTINGS, reader=reader)
    assert event.what == "added"
    assert one(database, select(t.files.c.sha256)) is not None


def test_an_edited_file_is_a_new_version_and_replaces_its_rejects(
    database: Engine, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    assert whats(run(database, path, reader)) == {"rejected": 1}
    path.write_text(letter(1), encoding="utf-8")
    assert whats(run(database, path, reader)) == {"added": 1}
    assert one(database, select(func.count()).select_from(t.files)) == 1
    path.write_text(letter(1) + "\nThêm một dòng.", encoding="utf-8")
    assert whats(run(database, path, reader)) == {"linked": 1}
    assert one(database, select(func.count()).where(t.documents.c.current)) == 1


def test_the_same_text_in_another_file_changes_nothing(database: Engine, reader: Reader) -> None:
    text = letter(1)
    twice = [Document("a.txt", text.encode()), Document("b.txt", text.encode("utf-16"))]
    events = list(ingest(database, twice, SETTINGS, reader=reader))
    assert [e.what for e in events] == ["added", "unchanged"]
    assert events[0].document_id == events[1].document_id
    assert one(database, select(t.documents.c.name)) == "a.txt"
    assert one(database, select(func.count()).select_from(t.sources)) == 2


def test_a_file_that_changes_while_it_is_read_is_read_again(
    database: Engine, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(letter(1), encoding="utf-8")
    whole = Reader.read

    def slow(self: Reader, document: Document) -> Any:
        yield from whole(self, document)
        path.write_text(letter(2), encoding="utf-8")

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read", slow)
        (event,) = run(database, path, reader)
    assert event.code == "unreadable"
    assert one(database, select(func.count()).select_from(t.documents)) == 0
    (event,) = run(database, path, reader)
    assert (event.what, event.number) == ("added", "2/SYT-NVY")
    assert one(database, select(func.count()).select_from(t.files)) == 1


def test_stopping_in_the_midst_of_an_archive_loses_and_doubles_nothing(
    database: Engine, reader: Reader, tmp_path: Path
) -> None:
    place = folder(tmp_path / "in", 5)
    found, _ = documents([str(place)])
    for stop in (2, 5, 6):
        events = ingest(database, found, SETTINGS, reader=reader)
        for _ in range(stop):
            next(events)
        events.close()
    run(database, place, reader)
    interrupted = contents(database)
    assert len(interrupted["documents"]) == 7
    with database.begin() as connection:
        for table in reversed(t.metadata.sorted_tables):
            connection.execute(table.delete())
    run(database, place, reader)
    assert contents(database) == interrupted


def test_commands(tmp_path: Path, sqlite_url: str) -> None:
    place = folder(tmp_path / "in", 7)
    done = call("ingest", place, "--db", sqlite_url, "--ner", "none")
    assert done.exit_code == 1, done.output
    assert "Văn bản: 6 mới, 1 là bản khác của văn bản đã có, 2 chưa đọc được, 1 có dấu mật" in done.stderr
    assert "006.txt: Văn bản có dấu “MẬT”" in done.stderr
    done = call("ingest", place, "--ner", "none", env={"CONGVAN_DB": sqlite_url})
    assert done.exit_code == 1
    assert "Văn bản: 7 không đổi" in done.stderr
    assert "3 văn bản của những tệp đã có vẫn nằm trong kho chờ" in done.stderr
    listed = call("quarantine", "list", "--db", sqlite_url, "--json")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(r["name"], r["code"]) for r in rows] == [
        ("003.zip/2.txt", "empty"),
        ("005.txt", "empty"),
        ("006.txt", "secret"),
    ]
    assert listed.exit_code == 1
    again = call("ingest", "--retry", "--db", sqlite_url, "--ner", "none")
    assert again.exit_code == 1
    assert "2 chưa đọc được" in again.stderr
    assert call("quarantine", "drop", "--code", "empty", "--db", sqlite_url, input="n\n").exit_code == 130
    assert call("quarantine", "drop", "--code", "empty", "--yes", "--db", sqlite_url).exit_code == 0
    assert "006.txt" in call("quarantine", "list", "--db", sqlite_url).stdout
    lines = call("runs", "--db", sqlite_url).stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["retry", "ingest", "ingest"]
    assert json.loads(call("runs", "--db", sqlite_url, "--last", "1", "--json").stdout)["command"] == "retry"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["ingest"], "Hãy cho biết"),
        (["ingest", "no-such-folder"], "Không có tệp"),
        (["ingest", str(LETTER), "--retry"], "Hãy cho biết"),
        (["ingest", str(LETTER), "--db", "no/such/place.db"], "Không có thư mục"),
        (["ingest", str(LETTER), "--db", "mysql://x/y"], "Không hiểu địa chỉ"),
        (["ingest", "no-such-folder", "--watch"], "Không có tệp"),
        (["runs"], "congvan ingest"),
        (["quarantine", "list"], "congvan ingest"),
    ],
)
def test_wrong_use(args: list[str], says: str, tmp_path: Path) -> None:
    with CliRunner().isolated_filesystem(tmp_path) as place:
        done = call(*args)
        assert done.exit_code == 2, done.output
        assert says in done.stderr
        assert list(Path(place).iterdir()) == []


def test_a_record_with_a_nul_is_written(database: Engine, reader: Reader) -> None:
    from extractor.database import store, writing

    (outcome,) = reader.read(Document("a.txt", letter(1).encode()))
    record = outcome.record()
    record["text"] += "\0"
    record["source"]["name"] = "a\0.txt"
    with writing(database) as connection:
        store.put(connection, record, store.Reading("1", "r", "none"))
    assert one(database, select(t.documents.c.text)).endswith("\ufffd")
    events = ingest(database, [Document("b\0.txt", b"")], SETTINGS, reader=reader)
    assert whats(events) == {"rejected": 1}


def test_what_still_waits_is_told_when_a_folder_comes_again(tmp_path: Path, sqlite_url: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "good.txt").write_text(letter(1), encoding="utf-8")
    args = ["ingest", place, "--db", sqlite_url, "--ner", "none"]
    assert "kho chờ" not in call(*args).stderr
    (place / "empty.txt").touch()
    with zipfile.ZipFile(place / "three.zip", "w") as archive:
        for name, text in (("a.txt", letter(2)), ("b.txt", ""), ("c.txt", "")):
            archive.writestr(name, text)
    assert call(*args).exit_code == 1
    again = call(*args)
    assert again.exit_code == 1
    assert "3 không đổi" in again.stderr
    told = "3 văn bản của những tệp đã có vẫn nằm trong kho chờ. Xem: congvan quarantine list --db "
    assert f"{told}{sqlite_url}" in again.stderr


def test_another_version_is_told_with_what_it_says_otherwise(
    tmp_path: Path, sqlite_url: str, reader: Reader
) -> None:
    first, same, other = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt"
    text = letter(1)
    first.write_text(text, encoding="utf-8")
    same.write_text(f"{text}\nX", encoding="utf-8")
    changed = text.replace("hoàn thành trước ngày 20/3/2024", "hoàn thành trước ngày 25/3/2024")
    assert changed != text
    other.write_text(changed, encoding="utf-8")
    engine = open_database(sqlite_url, write=True)
    (one,) = run(engine, first, reader)
    (like,) = run(engine, same, reader)
    (unlike,) = run(engine, other, reader)
    assert [e.what for e in (one, like, unlike)] == ["added", "linked", "linked"]
    assert (like.of, like.changes) == (one.document_id, ())
    assert [(x.what, x.old, x.new) for x in unlike.changes] == [("deadline", "20/03/2024", "25/03/2024")]
    engine.dispose()
    other.write_text(changed.replace("25/3/2024", "28/3/2024"), encoding="utf-8")
    told = call("ingest", other, "--db", sqlite_url, "--ner", "none")
    assert "ghi khác bản trước 1 chỗ" in told.stderr
    assert "hạn: 25/03/2024 → 28/03/2024" in told.stderr
    found = call("search", "1/SYT-NVY", "--db", sqlite_url).stdout
    assert "Có bản khác ghi khác" in " ".join(found.split())
