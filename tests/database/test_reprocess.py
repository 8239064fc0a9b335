"""What a change of the rules makes to be read again, and what it leaves alone."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from extractor.batch import Document, Reader, Settings, documents
from extractor.cli import main
from extractor.database import rule_changes, ruleset, writing
from extractor.database import schema as t
from extractor.database.ingest import Options, ingest
from extractor.database.reprocess import plan, reprocess
from extractor.database.rule_changes import Seen, between, demanded, loosened
from extractor.rulebook import Rulebook, rules_folder
from extractor.textview import lower, tone_key
from tests.conftest import ROOT
from tests.database.folders import letter

SETTINGS = Settings(ner="none")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(SETTINGS)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Rules that know one agency more."""
    folder = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(rules_folder(), folder)
    with (folder / "agencies.csv").open("a", encoding="utf-8") as f:
        f.write("cuc-thu-nghiem,Cục Thử nghiệm Văn bản,CTNVB,central,,,\n")
    return Settings(ner="none", rules=folder)


def manifest(book: Rulebook) -> Any:
    return json.loads(json.dumps(ruleset.manifest(book)))


def seen(text: str, media_type: str = "text/plain", alone: bool = True) -> Seen:
    return Seen(text, json.dumps({"text": text}, ensure_ascii=False), media_type, alone)


def test_each_example_of_a_rule_holds_what_its_matches_must_hold(book: Rulebook) -> None:
    told = 0
    for rule in book.rules.values():
        it = manifest_of(rule)
        strings, pattern = demanded(it), rule_changes.asked(it).pattern
        told += strings is not None
        for example in rule.examples:
            cased = tone_key(example.text)
            text = cased if rule.case else lower(cased)
            assert pattern.search(text), (rule.id, example.text)
            if strings is not None:
                assert any(s in lower(cased) for s in strings), (rule.id, example.text)
    assert told > len(book.rules) / 2


def manifest_of(rule: Any) -> Any:
    return json.loads(json.dumps(ruleset._of_rule(rule)))


@pytest.mark.parametrize(
    ("source", "loose"),
    [
        (r"(?<=a)b+(?!c)$", r"(?:)b+(?:)(?:)"),
        (r"^(?>a|b)++c?+", r"(?:)(?:a|b)+c?"),
        (r"(?=(x)(y))z[$^+]\b", r"(?:)z[$^+](?:)"),
        (r"a{2,3}+b+?", r"a{2,3}b+?"),
        (r"\p{Lu}+\p{Ll}*+", r"\p{Lu}+\p{Ll}*"),
    ],
)
def test_a_loosened_pattern(source: str, loose: str) -> None:
    assert loosened(source) == loose


def test_a_change_touches_what_holds_its_words(book: Rulebook) -> None:
    old = manifest(book)
    new = json.loads(json.dumps(old))
    added = {**new["rules"]["dates.past"], "source": r"gắng\s+sức", "anchors": [], "words": []}
    new["rules"]["dates.new"] = added
    change = between(old, new)
    assert (change.rules, change.why) == (["dates.new"], None)
    assert change.may_touch(seen("Phải gắng\nsức làm"))
    assert not change.may_touch(seen("Phải làm"))
    assert not change.may_touch(seen("Phải làm", "application/pdf"))

    new = json.loads(json.dumps(old))
    new["tables"]["agencies.csv"].append(
        {**new["tables"]["agencies.csv"][0], "id": "ctn", "name": "Cục Thử nghiệm", "aliases": "CTN|C.T.N"}
    )
    change = between(old, new)
    assert change.names == ["agencies.csv"]
    assert change.may_touch(seen("gửi Cục Thử  nghiệm"))
    assert change.may_touch(seen("gửi C.T.N."))
    assert not change.may_touch(seen("gửi Cục Thí nghiệm"))

    new = json.loads(json.dumps(old))
    words = new["rules"]["dates.past"]["words"]
    if words:
        words.append("mới rồi")
        change = between(old, new)
        assert change.may_touch(seen("mới rồi"))
        assert not change.may_touch(seen(words[0]))


def test_what_cannot_be_told_touches_everything(book: Rulebook) -> None:
    old = manifest(book)
    text = seen("x")
    assert between(None, old).may_touch(text)
    assert not between(old, old).may_touch(text)
    first = next(r for r in old["rules"] if r.startswith("cleaning."))
    changed = json.loads(json.dumps(old))
    changed["rules"][first]["source"] += "x"
    assert between(old, changed).may_touch(text)
    reordered = {**old, "rules": dict(reversed(old["rules"].items()))}
    assert between(old, reordered).may_touch(text)
    changed = json.loads(json.dumps(old))
    changed["tables"]["confidence.csv"][0]["factor"] = "0.1"
    assert between(old, changed).may_touch(text)
    changed = json.loads(json.dumps(old))
    changed["tables"]["agencies.csv"].reverse()
    assert between(old, changed).may_touch(text)
    pages = next(r for r in old["rules"] if r.startswith("pages."))
    changed = json.loads(json.dumps(old))
    changed["rules"][pages]["source"] += "x"
    change = between(old, changed)
    assert change.may_touch(seen("x", "application/pdf"))
    assert change.may_touch(seen("x", alone=False))
    assert not change.may_touch(text)


def test_each_topic_asked_before_there_is_a_text_is_known_as_such() -> None:
    import re

    topics = set()
    for path in (ROOT / "extractor" / "ingest").glob("*.py"):
        asked = r'(?:book|rules)\[?\(?"([a-z_]+)\.|(?:topic|having|named|openers)\("([a-z_]+)"'
        for m in re.finditer(asked, path.read_text(encoding="utf-8")):
            topics.add(m[1] or m[2])
    known = {*rule_changes._ALWAYS, *rule_changes._WITH_PAGES, *rule_changes._PAGES_TOO, rule_changes._PORTAL}
    assert topics <= known, topics - known
    assert topics


def test_reprocess_reads_what_changed_rules_may_read_otherwise(
    database: Engine, reader: Reader, other: Settings, tmp_path: Path
) -> None:
    texts = [letter(1), letter(2) + "\nGiao Cục Thử nghiệm Văn bản báo cáo trước ngày 01/3/2024.", letter(3)]
    inputs = [Document(f"{i}.txt", text.encode()) for i, text in enumerate(texts)]
    (tmp_path / "empty.txt").touch()
    inputs.append(Document("empty.txt", tmp_path / "empty.txt"))
    list(ingest(database, inputs, SETTINGS, reader=reader))
    wanted = plan(database, SETTINGS)
    assert (wanted.documents, wanted.passed, wanted.current, wanted.files) == (0, [], 3, set())

    wanted = plan(database, other)
    assert (wanted.documents, len(wanted.passed), wanted.current, wanted.rejects) == (1, 2, 0, 1)
    events = list(reprocess(database, other, wanted, reader=Reader(other)))
    assert Counter(e.what for e in events) == {"updated": 1, "rejected": 1}
    with database.connect() as connection:
        records = {r.name: r.extracted for r in connection.execute(select(t.documents))}
    assert "cuc-thu-nghiem" in records["1.txt"]
    wanted = plan(database, other)
    assert (wanted.documents, wanted.current, wanted.rejects, wanted.files) == (0, 3, 0, set())
    anew = {o.name: o.record() for d in inputs for o in Reader(other).read(d) if o.code is None}
    assert {name: json.loads(record) for name, record in records.items()} == anew

    everything = plan(database, other, everything=True)
    assert (everything.documents, everything.rejects) == (3, 1)
    events = list(reprocess(database, other, everything, reader=Reader(other)))
    assert Counter(e.what for e in events) == {"unchanged": 3, "rejected": 1}


def test_another_program_or_model_reads_all_again_and_goes_on_where_it_stopped(
    database: Engine, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [Document(f"{i}.txt", letter(i).encode()) for i in range(1, 5)]
    list(ingest(database, inputs, SETTINGS, reader=reader))
    monkeypatch.setattr(ruleset, "__version__", "9.9")
    wanted = plan(database, SETTINGS)
    assert (wanted.documents, wanted.others) == (4, {"0.1.0 none"})
    events = reprocess(database, SETTINGS, wanted, reader=reader)
    next(events)
    next(events)
    events.close()
    assert plan(database, SETTINGS).documents == 2
    list(reprocess(database, SETTINGS, plan(database, SETTINGS), reader=reader))
    assert plan(database, SETTINGS).documents == 0


def test_what_can_no_longer_be_read_stays_as_it_was(database: Engine, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(letter(1), encoding="utf-8")
    found, _ = documents([str(path)])
    list(ingest(database, found, SETTINGS, reader=reader))
    with writing(database) as connection:
        connection.execute(t.files.update().values(content=None))
    path.write_text("khác", encoding="utf-8")
    (event,) = reprocess(database, SETTINGS, plan(database, SETTINGS, everything=True), reader=reader)
    assert event.code == "no_original"
    path.write_text(letter(1), encoding="utf-8")
    (event,) = reprocess(database, SETTINGS, plan(database, SETTINGS, everything=True), reader=reader)
    assert event.what == "unchanged"  # read from where it lay

    class Broken(Reader):
        def read(self, document: Document) -> Any:
            from extractor.batch import rejected
            from extractor.errors import Reject

            yield rejected(document.name, Reject("needs", "x"))

    broken = Broken(SETTINGS)
    (event,) = reprocess(database, SETTINGS, plan(database, SETTINGS, everything=True), reader=broken)
    assert event.code == "needs"
    with database.connect() as connection:
        assert connection.execute(select(t.sources.c.code)).scalar_one() is None
        assert connection.execute(select(t.documents.c.number)).scalar_one() == "1/SYT-NVY"


def test_a_letter_whose_text_is_read_otherwise_stays_one_document(database: Engine, reader: Reader) -> None:
    """Its text changes (as by another rule of cleaning): the same document, found by its new words only."""
    from extractor.database.search import Query, search

    (outcome,) = reader.read(Document("a.txt", letter(1).encode()))
    list(ingest(database, [Document("a.txt", letter(1).encode())], SETTINGS, reader=reader))

    class Otherwise(Reader):
        def read(self, document: Document) -> Any:
            yield from reader.read(Document("a.txt", (letter(1) + "\nxylophon").encode()))

    wanted = plan(database, SETTINGS, everything=True)
    (event,) = reprocess(database, SETTINGS, wanted, reader=Otherwise(SETTINGS))
    assert event.what == "updated"
    with database.connect() as connection:
        (document,) = connection.execute(select(t.documents)).all()
        assert document.text_id != outcome.record()["id"]
        assert document.current
        assert [h.document_id for h in search(connection, Query(text="xylophon")).hits] == [document.id]


def test_a_document_is_read_from_the_source_that_is_still_there(
    database: Engine, reader: Reader, other: Settings, tmp_path: Path
) -> None:
    text = letter(2) + "\nGiao Cục Thử nghiệm Văn bản báo cáo trước ngày 01/3/2024."
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    found, _ = documents([str(path)])
    list(ingest(database, found, SETTINGS, options=Options(originals=False), reader=reader))
    (event,) = ingest(database, [Document("b.txt", f"{text}\n".encode())], SETTINGS, reader=reader)
    assert event.what == "unchanged"  # the same text from another file
    path.unlink()
    wanted = plan(database, other)
    assert (wanted.documents, wanted.lost, len(wanted.files)) == (1, 0, 1)
    (event,) = reprocess(database, other, wanted, reader=Reader(other))
    assert (event.what, event.name) == ("updated", "b.txt")
    with database.connect() as connection:
        assert "cuc-thu-nghiem" in connection.execute(select(t.documents.c.extracted)).scalar_one()
    assert plan(database, other).documents == 0


def test_each_version_of_a_letter_is_read_from_its_own_source(
    database: Engine, reader: Reader, other: Settings
) -> None:
    line = "\nGiao Cục Thử nghiệm Văn bản báo cáo trước ngày 01/3/2024."
    inputs = [Document("short.txt", (letter(1) + line).encode())]
    inputs.append(Document("long.txt", (letter(1) + line + line).encode()))
    events = list(ingest(database, inputs, SETTINGS, reader=reader))
    assert [e.what for e in events] == ["added", "linked"]
    events = list(reprocess(database, other, plan(database, other), reader=Reader(other)))
    assert [(e.what, e.name) for e in events] == [("updated", "short.txt"), ("updated", "long.txt")]
    with database.connect() as connection:
        rows = connection.execute(select(t.documents.c.name, t.documents.c.extracted, t.documents.c.current))
        assert {(r.name, "cuc-thu-nghiem" in r.extracted, r.current) for r in rows} == {
            ("short.txt", True, False), ("long.txt", True, True),
        }  # fmt: skip


def test_command(sqlite_url: str, tmp_path: Path, reader: Reader, other: Settings) -> None:
    from extractor.database import open_database

    inputs = [Document(f"{i}.txt", letter(i).encode()) for i in range(1, 3)]
    list(ingest(open_database(sqlite_url, write=True), inputs, SETTINGS, reader=reader))
    args = ["reprocess", "--db", sqlite_url, "--ner", "none"]
    done = CliRunner().invoke(main, [*args, "--rules", str(other.rules), "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "Quy tắc đã đổi: agencies.csv" in done.stderr
    assert "0 văn bản phải đọc lại, 2 không bị ảnh hưởng" in done.stderr
    done = CliRunner().invoke(main, [*args, "--all"])
    assert "Văn bản: 2 không đổi" in done.stderr
    assert CliRunner().invoke(main, ["reprocess", "--db", str(tmp_path / "no.db")]).exit_code == 2


def test_corrections_outlive_another_reading(database: Engine, reader: Reader) -> None:
    from extractor.database import corrections

    (event,) = ingest(database, [Document("a.txt", letter(1).encode())], SETTINGS, reader=reader)
    assert event.document_id is not None
    with writing(database) as connection:
        corrections.add(
            connection, event.document_id, "document", None, "subject", "correct", "Việc khác", "Lan", None
        )

    class Otherwise(Reader):
        def read(self, document: Document) -> Any:
            yield from reader.read(Document("a.txt", ("\n\n" + letter(1) + "\nThêm chữ.").encode()))

    wanted = plan(database, SETTINGS, everything=True)
    (event,) = reprocess(database, SETTINGS, wanted, reader=Otherwise(SETTINGS))
    assert event.what == "updated"
    with database.connect() as connection:
        (document,) = connection.execute(select(t.documents)).all()
        (kept,) = connection.execute(select(t.corrections)).all()
    assert document.subject == "Việc khác"
    assert json.loads(document.record)["document"]["subject"] == "Việc khác"
    assert json.loads(document.extracted)["document"]["subject"] != "Việc khác"
    assert "Thêm chữ." in document.text
    assert (kept.author, kept.document_id, kept.lost) == ("Lan", document.id, False)
