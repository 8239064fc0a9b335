"""Folders that are followed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from extractor.database.watch import batches
from tests.database.folders import letter


def test_a_file_is_given_when_it_is_written_to_its_end(tmp_path: Path) -> None:
    stop = threading.Event()
    looks = batches([str(tmp_path)], stop, seconds=0)
    (tmp_path / "old.txt").write_text("a")
    assert next(looks) == []
    assert [d.name for d in next(looks)] == ["old.txt"]
    new = tmp_path / "new.txt"
    for part in ("a", "ab", "abc"):
        new.write_text(part)
        assert next(looks) == []
    assert [d.name for d in next(looks)] == ["new.txt"]
    assert next(looks) == []
    (tmp_path / "x.part").write_text("a")  # a browser still loads it
    (tmp_path / "~$a.docx").write_text("a")
    new.write_text("abcd")
    assert next(looks) == []
    assert [d.name for d in next(looks)] == ["new.txt"]
    new.unlink()
    assert next(looks) == []
    new.write_text("abcd")
    assert next(looks) == []
    assert [d.name for d in next(looks)] == ["new.txt"]
    stop.set()
    assert list(looks) == []


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        batches(["no-such-folder"], threading.Event())


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT])
def test_the_command_tells_each_letter_and_ends_when_told(
    number: signal.Signals, sqlite_url: str, tmp_path: Path
) -> None:
    from sqlalchemy import select

    from extractor.database import open_database
    from extractor.database import schema as t

    place = tmp_path / "in"
    place.mkdir()
    (place / "a.txt").write_text(letter(1), encoding="utf-8")
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from extractor.cli import main; main()"
    args = [sys.executable, "-u", "-c", code, "ingest", str(place), "--db", sqlite_url, "--ner", "none"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*args, "--watch"], stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        (place / "b.txt").write_text(letter(2), encoding="utf-8")
        second = process.stdout.readline()
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "mới" in first
    assert first.rstrip().endswith("a.txt  1/SYT-NVY")
    assert second.rstrip().endswith("b.txt  2/SYT-NVY")
    assert said.rstrip().endswith("Đã dừng. Văn bản: 2 mới.")
    with open_database(sqlite_url).connect() as connection:
        (run,) = connection.execute(select(t.runs)).all()
    assert (run.command, run.added, run.finished_at is None) == ("watch", 2, False)
