"""The commands as a user calls them; and the workers behind them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from extractor.batch import Document, Outcome, Reader, Settings, outcomes
from extractor.cli import COMMANDS, main
from extractor.cli.extract import Sink
from extractor.record import Record
from tests.conftest import ROOT

LETTER = ROOT / "docs" / "letter.txt"
ONLY_RULES = Settings(ner="none")


def call(*args: str | Path, **more: Any) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], **more)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two letters, a file that is none, an empty one and one that the walk passes over."""
    folder = tmp_path_factory.mktemp("letters")
    text = LETTER.read_text(encoding="utf-8")
    (folder / "b.txt").write_text(text, encoding="utf-8")
    (folder / "a.txt").write_text(text.replace("412/", "413/"), encoding="utf-8")
    (folder / "c.txt").write_bytes(b"%PDF-1.7\n\x00\x01\x02\xff")
    (folder / "d.txt").write_bytes(b"")
    (folder / "notes.md").write_text("# x", encoding="utf-8")
    return folder


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from extractor.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('spacy', 'pydantic', 'underthesea', 'rich', 'lxml') if m in sys.modules])"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.monotonic() - started < 2
    assert all(name in done.stdout for name in COMMANDS)


def test_version() -> None:
    assert call("--version").output.startswith("congvan ")


def test_extract_gives_one_line_per_document(letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "records.jsonl"
    result = call("extract", letters, "-o", out, "--ner", "none")
    assert result.exit_code == 1
    records = [Record.model_validate(r) for r in lines(out)]
    assert [(r.source.name, r.document.number) for r in records] == [
        ("a.txt", "413/SYT-NVY"),
        ("b.txt", "412/SYT-NVY"),
    ]
    rejects = lines(tmp_path / "records.rejects.jsonl")
    assert [(r["name"], r["code"]) for r in rejects] == [("c.txt", "damaged"), ("d.txt", "empty")]
    assert "Đã đọc 2 văn bản, từ chối 2, bỏ qua 1 tệp" in result.stderr
    assert "Bỏ qua: 1 .md" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["records.jsonl", "records.rejects.jsonl"]

    result = call("extract", letters / "a.txt", "-o", out, "--ner", "none")
    assert result.exit_code == 0
    assert [r["source"]["name"] for r in lines(out)] == [str(letters / "a.txt")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["records.jsonl"]


def test_one_worker_or_two_give_the_same_bytes(letters: Path, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        call("extract", letters, "-o", tmp_path / f"{workers}.jsonl", "--ner", "none", "--workers", workers)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert (tmp_path / "1.rejects.jsonl").read_bytes() == (tmp_path / "2.rejects.jsonl").read_bytes()
    assert len(lines(tmp_path / "1.jsonl")) == 2


def test_extract_to_standard_output_and_from_standard_input() -> None:
    result = call("extract", "-", "-o", "-", "--ner", "none", input=LETTER.read_bytes())
    assert result.exit_code == 0
    record = Record.model_validate_json(result.stdout)
    assert record.source.name == "-"
    assert record.document.number == "412/SYT-NVY"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="chỉ có trên Linux và macOS")
def test_a_pipe_is_written_to_and_not_replaced(letters: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        result = call("extract", letters / "a.txt", "-o", pipe)
        assert result.exit_code == 0, result.output
        assert read.result(timeout=30).count("\n") == 1
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("pipe")] == ["pipe"]


def test_too_large_and_unreadable_documents_are_rejected(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    gone = tmp_path / "gone.txt"
    gone.symlink_to(tmp_path / "nowhere")
    assert call("extract", LETTER, "-o", out, "--ner", "none", "--max-bytes", "10").exit_code == 1
    assert [r["code"] for r in lines(tmp_path / "r.rejects.jsonl")] == ["too_large"]
    (read,) = Reader(ONLY_RULES).read(Document("gone.txt", gone))
    assert read.code == "unreadable"


def _commands() -> list[list[str]]:
    """Every command and subcommand."""
    found = []
    for name in COMMANDS:
        one = main.get_command(click.Context(main), name)
        found.append([name])
        if isinstance(one, click.Group):
            found += [[name, below] for below in one.commands]
    return found


def test_no_help_page_speaks_english() -> None:
    english = re.compile(
        r"\b(?:Usage|Options?|Commands?|Arguments|Show|default|required|[A-Z]*(?:OPTIONS|ARGS|COMMAND"
        r"|INTEGER|FLOAT|RANGE|TEXT|FILE|DIRECTORY|PATHS?|FOLDER|NUMBER|RECORDS|NAME))\b"
    )
    pages = {" ".join(args): call(*args, "--help").output for args in ([], *_commands())}
    assert len(pages) > 25
    assert {name: english.findall(page) for name, page in pages.items() if english.search(page)} == {}


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["serve", "--prot", "1"], "Không có tùy chọn '--prot'. Có phải: '--host', '--port'?"),
        (["bench", "--form"], "Không có tùy chọn '--form'. Có phải"),
        (["serch"], "Không có lệnh 'serch'."),
        (["serve", "--port", "x"], "Giá trị không dùng được cho '--port': 'x' không phải là số."),
        (["show"], "Thiếu đối số 'TỆP'."),
    ],
)
def test_what_is_wrong_is_told_in_vietnamese(args: list[str], says: str) -> None:
    assert says in call(*args).stderr


@pytest.mark.parametrize(
    "args",
    [
        ["extract"],
        ["extract", "no-such-folder"],
        ["extract", str(LETTER), "-o", str(LETTER)],
        ["extract", str(LETTER), "-o", "no/such/folder/r.jsonl"],
        ["extract", str(LETTER), "--rules", str(ROOT / "docs")],
        ["show", "no-such-letter.txt"],
        ["show", str(LETTER), "--html", "no/such/folder/p.html"],
        ["show", str(LETTER), "--svg", "no/such/folder/p.svg"],
        ["show", str(ROOT / "corpus" / "floors.json"), "--record", "99999"],
        ["evaluate", str(LETTER), "--gold", str(ROOT / "corpus" / "gold")],
        ["rules", "check", "--rules", str(ROOT / "docs")],
        ["no-such-command"],
    ],
)
def test_wrong_use_ends_with_2_and_writes_nothing(args: list[str], tmp_path: Path) -> None:
    before = LETTER.read_bytes()
    with CliRunner().isolated_filesystem(tmp_path) as place:
        result = call(*args)
        assert result.exit_code == 2, result.output
        assert result.stderr
        assert os.listdir(place) == []
    assert LETTER.read_bytes() == before


def test_an_unexpected_error_in_one_document_rejects_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor import pipeline

    whole = pipeline.annotate

    def fragile(nlp: Any, text: str, source: Any = None) -> Any:
        if source.name == "bad":
            raise ZeroDivisionError("so\nit goes")
        return whole(nlp, text, source)

    monkeypatch.setattr(pipeline, "annotate", fragile)
    content = LETTER.read_bytes()
    found = list(outcomes([Document(n, content) for n in ("a", "bad", "c")], ONLY_RULES))
    assert [(o.name, o.code) for o in found] == [("a", None), ("bad", "internal"), ("c", None)]
    assert "ZeroDivisionError: so it goes" in found[1].record()["message"]


class Deadly:
    """A document's content that ends the process which unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def test_a_worker_that_dies_loses_only_its_document(caplog: pytest.LogCaptureFixture) -> None:
    content = LETTER.read_bytes()
    deadly: Any = Deadly()
    batch = [Document(n, deadly if n == "deadly" else content) for n in ("a", "deadly", "b", "c")]
    found = list(outcomes(batch, ONLY_RULES, workers=2))
    assert [(o.name, o.code) for o in found] == [
        ("a", None),
        ("deadly", "internal"),
        ("b", None),
        ("c", None),
    ]
    assert caplog.text.count("exit code 9") == 2


def test_interruption_keeps_what_is_done(tmp_path: Path) -> None:
    out = tmp_path / "records.jsonl"
    out.write_text("old\n", encoding="utf-8")
    with pytest.raises(BaseException) as stop, Sink(out) as sink:  # noqa: PT011, PT012
        sink.write(Outcome("a", '{"a": 1}'))
        raise KeyboardInterrupt
    assert getattr(stop.value, "exit_code", None) == 130
    assert out.read_text(encoding="utf-8") == "old\n"
    assert lines(tmp_path / "records.jsonl.part") == [{"a": 1}]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["records.jsonl", "records.jsonl.part"]


def test_show_a_letter_and_a_record(letters: Path, tmp_path: Path) -> None:
    shown = call("show", LETTER, "--ner", "none", "--explain")
    assert shown.exit_code == 0
    assert "412/SYT-NVY" in shown.output
    assert ".toml:" in shown.output
    out, page, image = tmp_path / "r.jsonl", tmp_path / "p.html", tmp_path / "p.svg"
    call("extract", letters, "-o", out, "--ner", "none")
    assert "412/SYT-NVY" in call("show", out, "--record", "2").output
    assert call("show", out, "--record", "2", "--html", page, "--svg", image).output == ""
    assert "412/SYT-NVY" in page.read_text(encoding="utf-8")
    assert image.read_text(encoding="utf-8").startswith("<svg")


def test_show_reads_standard_input() -> None:
    shown = call("show", "-", "--ner", "none", input=LETTER.read_bytes())
    assert shown.exit_code == 0
    assert "412/SYT-NVY" in shown.output


def test_show_of_a_rejected_document_ends_with_1(letters: Path, tmp_path: Path) -> None:
    shown = call("show", letters / "d.txt", "--ner", "none", "--html", tmp_path / "p.html")
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"{letters / 'd.txt'}: Tệp không có chữ nào để đọc (0 byte).")
    assert not list(tmp_path.iterdir())
    assert call("show", "-", "--ner", "none", input=b"").exit_code == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{not json", "không phải một đối tượng JSON"),
        (b"[]", "không phải một đối tượng JSON"),
        (b'{"source": 5}', "trường “"),
        (b"\xff\xfe", "không phải UTF-8"),
    ],
)
def test_show_says_what_is_wrong_with_a_record(line: bytes, says: str, tmp_path: Path) -> None:
    records = tmp_path / "r.jsonl"
    records.write_bytes(line + b"\n")
    shown = call("show", records)
    assert shown.exit_code == 2
    assert str(records) in shown.stderr
    assert says in shown.stderr
    assert "{'" not in shown.stderr


def test_the_picture_of_the_readme_is_up_to_date(tmp_path: Path) -> None:
    image = tmp_path / "letter.svg"
    assert call("show", LETTER, "--ner", "none", "--svg", image).exit_code == 0
    assert image.read_bytes() == (ROOT / "docs" / "letter.svg").read_bytes(), (
        "congvan show docs/letter.txt --svg …"
    )


def test_evaluate_holds_floors(tmp_path: Path) -> None:
    record = next(Reader(ONLY_RULES).read(Document("letter.txt", LETTER.read_bytes()))).line
    (tmp_path / "r.jsonl").write_text(record + "\n", encoding="utf-8")
    (tmp_path / "g.yaml").write_text(
        "source: letter.txt\ndocument: {number: 412/SYT-NVY}\n", encoding="utf-8"
    )
    base: list[str | Path] = ["evaluate", tmp_path / "r.jsonl", "--gold", tmp_path / "g.yaml"]
    assert json.loads(call(*base, "--json").stdout)["document.number"]["f1"] == 1.0
    floors = tmp_path / "floors.json"
    assert call(*base, "--floors", floors, "--update-floors").exit_code == 0
    assert call(*base, "--floors", floors).exit_code == 0
    (tmp_path / "r.jsonl").write_text(record.replace("412/SYT-NVY", "411/SYT-NVY") + "\n", encoding="utf-8")
    worse = call(*base, "--floors", floors, "--errors")
    assert worse.exit_code == 1
    assert "document.number" in worse.stderr
    assert call(*base, "--floors", floors, "--update-floors").exit_code == 2
    assert call(*base, "--floors", floors, "--update-floors", "--allow-regression").exit_code == 0


def test_rules_check_passes_on_the_shipped_rules() -> None:
    result = call("rules", "check")
    assert result.exit_code == 0, result.output
    assert result.output.rstrip().endswith("0 lỗi")


def test_schema_is_that_of_the_record() -> None:
    assert json.loads(call("schema").output) == Record.model_json_schema()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_where_the_finished_records_are(workers: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "records.jsonl"
    folder.mkdir()
    for i in range(2000):
        (folder / f"{i:04}.txt").symlink_to(LETTER)
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from extractor.cli import main; main()"
    args = ["extract", str(folder), "-o", str(out), "--ner", "none", "--workers", workers]
    part = tmp_path / "records.jsonl.part"
    with subprocess.Popen([sys.executable, "-c", code, *args], stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert str(part) in said
    assert "Traceback" not in said
    names = [r["source"]["name"] for r in lines(part)]
    assert names == [f"{i:04}.txt" for i in range(len(names))]
    assert 0 < len(names) < 2000
    assert not out.exists()


def test_a_terminated_run_says_where_the_finished_records_are(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "records.jsonl"
    folder.mkdir()
    for i in range(2000):
        (folder / f"{i:04}.txt").symlink_to(LETTER)
    part = tmp_path / "records.jsonl.part"
    args = [sys.executable, "-m", "extractor", "extract", str(folder), "-o", str(out), "--ner", "none"]
    with subprocess.Popen(args, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        deadline = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert str(part) in said


def test_formats_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.ingest import formats

    whole = call("formats", "--json")
    assert {"TXT", "HTML"} <= {row["name"] for row in json.loads(whole.stdout) if row["ready"]}
    need = formats.Need("program", ("no-such-program",), "apt install no-such-program")
    odd = formats.Format("ODD", ("application/odd",), (".odd",), "odd", needs=(need,), helps=(need,))
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, odd))
    lacking = call("formats")
    assert lacking.exit_code == 1
    assert lacking.stdout.count("apt install no-such-program    (ODD)") == 1


def test_bench_of_formats(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(LETTER.read_bytes())
    (tmp_path / "b.html").write_bytes(b"<html><body><p>So 5</p></body></html>")
    measured = call("bench", "--formats", tmp_path, "--documents", "3", "--ner", "none")
    assert measured.exit_code == 0, measured.output
    assert [line.split()[:2] for line in measured.stdout.splitlines()[1:]] == [["TXT", "3"], ["HTML", "3"]]
    assert call("bench", "--formats").exit_code == 2


def test_bench_of_formats_leaves_out_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extractor.ingest import formats

    monkeypatch.setattr(formats.Need, "met", lambda need: need is not formats.OCR)
    (tmp_path / "a.scan.pdf").write_bytes(b"%PDF-1.4\n")
    measured = call("bench", "--formats", tmp_path, "--ner", "none")
    assert measured.exit_code == 0, measured.output
    assert measured.stdout.splitlines()[1].split()[:2] == ["PDF", "(scan)"]
    assert formats.OCR.install in measured.stdout


def test_progress_counts_inputs_and_not_letters() -> None:
    from extractor.batch import Outcome
    from extractor.cli.extract import _stepped

    names = ["a.zip", "b.txt", "c.pdf"]
    steps: list[int] = []
    found = [Outcome(n, "{}") for n in ("a.zip/1.txt", "a.zip/2.txt", "b.txt", "c.pdf#1", "c.pdf#2")]
    done = []
    for outcome in _stepped(found, names, lambda: steps.append(1)):
        done.append((outcome.name, len(steps)))
    assert done == [("a.zip/1.txt", 0), ("a.zip/2.txt", 0), ("b.txt", 1), ("c.pdf#1", 2), ("c.pdf#2", 2)]
    assert len(steps) == len(names)
