"""Rules find what their examples mark and nothing in their counter-examples; the checks themselves work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from extractor import rulecheck
from extractor.errors import CongvanError, RuleError
from extractor.rulebook import Rulebook, default_rulebook
from tests.conftest import needs_program

RULES = default_rulebook().rules

TOY = """
topic = "toy"

[[rule]]
id = "toy.year"
means = "Năm viết bằng bốn chữ số"
pattern = '\\d{4}'
examples = ["năm <y>2020</y>", "<y>2021</y> và <y>2022</y>"]
not = ["12.3"]

[[rule]]
id = "toy.day"
means = "Ngày"
pattern = 'ngày \\d+'
examples = ["<d>ngày 5</d>", "<d>Ngày 12</d> năm 2020"]
"""


@pytest.mark.parametrize("rule_id", RULES)
def test_examples(rule_id: str) -> None:
    assert RULES[rule_id].failures() == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_two_examples_and_says_what_it_means(rule_id: str) -> None:
    assert len(RULES[rule_id].examples) >= 2
    assert len(RULES[rule_id].means) > 5


def test_registers_can_be_read(book: Rulebook) -> None:
    names = [p.name for p in book.folder.glob("*.csv")]
    assert len(names) > 5
    for name in names:
        assert book.table(name), name


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "toy.toml").write_text(TOY, encoding="utf-8")
    return folder


def test_check_is_silent_when_all_is_well(toy: Path) -> None:
    assert rulecheck.check(Rulebook(toy)) == []


def test_openers_are_those_of_their_topic(toy: Path) -> None:
    other = TOY.replace("toy", "second").replace(r"\d{4}", "[a-z]{4}")
    (toy / "second.toml").write_text(other, encoding="utf-8")
    book = Rulebook(toy)
    assert book.openers("toy", ("year",))["2020"] == {"year"}
    assert book.openers("second", ("year",))["2020"] == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("<y>2020</y>", "<y>202</y>0", 5, "phải bắt “202” nhưng bắt được “2020”"),
        ('"12.3"', '"số 1234"', 5, "phải bỏ qua phản ví dụ"),
        (r"'\d{4}'", r"'(\d{4}'", 5, "pattern"),
        (r"'ngày \d+'", r"'ngày\d+'", 12, "không bắt được gì"),
    ],
)
def test_check_says_where(toy: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in TOY
    (toy / "toy.toml").write_text(TOY.replace(old, new, 1), encoding="utf-8")
    findings = rulecheck.check(Rulebook(toy))
    assert [f.file for f in findings] == ["toy.toml"] * len(findings)
    assert [f.line for f in findings[:1]] == [line]
    assert says in findings[0].message
    assert str(findings[0]).startswith(f"toy.toml:{line}: ")


def test_check_wants_two_examples(toy: Path) -> None:
    few = TOY.replace(', "<d>Ngày 12</d> năm 2020"', "")
    (toy / "toy.toml").write_text(few, encoding="utf-8")
    assert [(f.line, f.message) for f in rulecheck.check(Rulebook(toy))] == [
        (12, "toy.day: phải có ít nhất 2 ví dụ. Hãy thêm câu vào examples.")
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (r"'\d{4}'", "5", 5, "toy.year: pattern phải là một chuỗi"),
        (r"pattern = '\d{4}'", 'words = "năm"', 5, "toy.year: words phải là một danh sách"),
        (r"'\d{4}'", "''", 5, "toy.year: mục pattern còn thiếu"),
        ('"12.3"', "12.3", 5, "toy.year: not phải là danh sách các chuỗi"),
        ('id = "toy.day"', "id = 5", 11, "5: id phải là một chuỗi"),
        ('id = "toy.day"', "", 11, "quy tắc chưa có tên"),
        ('topic = "toy"\n', 'topic = "toy"\n[fragments]\nx = 5\n', 4, "đoạn mẫu {x} phải là một chuỗi"),
        ('topic = "toy"\n', 'topic = "toy"\nfragments = 5\n', 3, "fragments phải là một bảng"),
        ('topic = "toy"\n', 'topic = "toy"\nabot = "toy"\n', 3, "không có mục “abot”"),
    ],
)
def test_values_of_another_kind_are_refused(toy: Path, old: str, new: str, line: int, says: str) -> None:
    assert TOY.count(old) == 1
    (toy / "toy.toml").write_text(TOY.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        Rulebook(toy)
    assert (refused.value.file, refused.value.line) == ("toy.toml", line)
    assert says in refused.value.message


def test_files_that_are_not_utf_8_are_refused(toy: Path) -> None:
    (toy / "units.csv").write_bytes("name,code\na,1\nđ,2\n".encode("utf-16"))
    (toy / "posts.csv").write_bytes(b"name,code\na,1\n\xd0,2\n")
    found = rulecheck.check(Rulebook(toy))
    assert [(f.file, f.line) for f in found if "không phải UTF-8" in f.message] == [
        ("posts.csv", 3),
        ("units.csv", 1),
    ]
    (toy / "toy.toml").write_bytes(TOY.encode("utf-8").replace("Năm".encode(), b"N\xe3m"))
    with pytest.raises(RuleError, match=r"^toy\.toml:6: tệp không phải UTF-8"):
        Rulebook(toy)


def test_the_line_of_a_rule_is_that_of_its_id(toy: Path) -> None:
    (toy / "toy.toml").write_text("# toy.day, toy.year\n" + TOY.replace("id =", "id   ="), encoding="utf-8")
    assert [rule.line for rule in Rulebook(toy).rules.values()] == [6, 13]


def test_check_reads_registers(toy: Path) -> None:
    (toy / "units.csv").write_text("name,code\na,1\nb\n", encoding="utf-8")
    assert [(f.file, f.line) for f in rulecheck.check(Rulebook(toy))] == [("units.csv", 3)]


def test_neighbours(toy: Path) -> None:
    found = [(rule.id, other.id, text) for rule, other, text in rulecheck.neighbours(Rulebook(toy))]
    assert found == [("toy.year", "toy.day", "2020")]


def test_rules_of_a_revision(toy: Path) -> None:
    needs_program("git", "git")

    def git(*args: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(toy.parent), *identity, *args], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    (toy / "toy.toml").write_text(TOY.replace("toy.day", "toy.date"), encoding="utf-8")
    with rulecheck.rules_at("HEAD", toy) as old:
        assert list(Rulebook(old).rules) == ["toy.year", "toy.day"]
    assert list(Rulebook(toy).rules) == ["toy.year", "toy.date"]
    with pytest.raises(CongvanError, match="no-such-revision"), rulecheck.rules_at("no-such-revision", toy):
        pass
