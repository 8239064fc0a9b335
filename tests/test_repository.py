"""What holds for the repository as a whole: where Vietnamese may stand, help, READMEs, names, floors."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

import extractor
from extractor import errors
from extractor.batch import Outcome, documents
from extractor.cli import COMMANDS, main
from extractor.evaluate import evaluate, read_gold
from extractor.floors import broken, fingerprint, read_floors
from extractor.rulebook import Rule, Rulebook
from tests.conftest import ROOT

if TYPE_CHECKING:
    from spacy.language import Language

PACKAGE = ROOT / "extractor"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: modules whose strings users read, and tables of letters
USER_TEXTS = {"cli", "show", "database", "web", "mcp_server.py", "errors.py"}
LETTER_TABLES = {"textview.py", "firsts.py"}
#: constants of other modules that end up in messages
TOLD = {"_MAGIC", "_KIND_NAMES", "UNREAD", "message"}
#: what is said inside a call of these is told to the user
TELLING = {
    "warn",
    "_warn",
    "Reject",
    "RuleError",
    "CongvanError",
    "FloorError",
    "FileNotFoundError",
    "UsageError",
}


def strings_of_code(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and value of every string that is neither a docstring nor part of a message."""
    if isinstance(tree, ast.Call):
        name = getattr(tree.func, "attr", getattr(tree.func, "id", ""))
        if name in TELLING:
            return
    if isinstance(tree, ast.Assign) and any(getattr(t, "id", "") in TOLD for t in tree.targets):
        return
    body = getattr(tree, "body", None)
    skipped: ast.AST | None = None
    if isinstance(tree, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            skipped = first
    for child in ast.iter_child_nodes(tree):
        if child is skipped:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        yield from strings_of_code(child)


def has_vietnamese(text: str) -> bool:
    """Whether a string has Vietnamese in it; a letter by itself is a matter of characters, not of words."""
    return len(text) > 1 and any(
        c.isalpha() and not c.isascii() and "LATIN" in unicodedata.name(c, "") for c in text
    )


MODULES = [
    p
    for p in sorted(PACKAGE.rglob("*.py"))
    if not p.name.startswith("bench")
    and p.relative_to(PACKAGE).parts[0] not in USER_TEXTS
    and p.name not in LETTER_TABLES
]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_code_knows_no_vietnamese(path: Path) -> None:
    found = strings_of_code(ast.parse(path.read_text(encoding="utf-8")))
    told = [f"{path.name}:{line}: {text!r}" for line, text in found if has_vietnamese(text)]
    assert not told, "\n".join(told)


def test_the_check_for_vietnamese_sees_it() -> None:
    code = '"""Sở"""\ndef f():\n    """Sở"""\n    warn("Sở")\n    return ["a", f"Sở {1}"]\n'
    assert [line for line, text in strings_of_code(ast.parse(code)) if has_vietnamese(text)] == [5]


def told_by(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and fixed words of every error that is told to the user."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {*TELLING} - {"Reject"}:
            words = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
            yield node.lineno, " ".join(w for w in words if isinstance(w, str) and " " in w.strip())


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_errors_are_told_in_vietnamese(path: Path) -> None:
    found = told_by(ast.parse(path.read_text(encoding="utf-8")))
    assert [f"{line}: {words}" for line, words in found if words and not has_vietnamese(words)] == []


def test_the_check_of_errors_sees_them() -> None:
    code = 'raise RuleError(f"{name} is not known", "a.toml", 0)\nraise CongvanError("thiếu tệp")\n'
    assert [bool(has_vietnamese(words)) for _, words in told_by(ast.parse(code))] == [False, True]


# -- no knowledge that nothing reads -----------------------------------------------------------------------


class Asked(ast.NodeVisitor):
    """What one module asks of the rules: ids written in parts, whole topics, keys of a rule's `set`."""

    def __init__(self, tree: ast.AST) -> None:
        self.strings = {text for _, text in strings_of_code(tree)}
        self.ids: list[str] = []
        self.topics: set[str] = set()
        self.keys: set[str] = set()
        self.ignore = False
        self.visit(tree)

    @staticmethod
    def is_set(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "set"

    @staticmethod
    def words(nodes: list[ast.expr]) -> list[str]:
        return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [re.escape(*self.words([v])) if isinstance(v, ast.Constant) else ".+" for v in node.values]
        if re.search(r"\w", "".join(parts).partition(".")[2].replace("\\", "")):
            self.ids.append("".join(parts))  # not those that give nothing but the topic
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.ignore = self.ignore or node.attr == "ignore"
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.is_set(node.value):
            self.keys |= {*self.words([node.slice])}
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if any(map(self.is_set, node.comparators)):
            self.keys |= {*self.words([node.left])}
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        asked = node.right.func if isinstance(node.right, ast.Call) else None
        if isinstance(asked, ast.Attribute) and self.is_set(asked.value) and isinstance(node.left, ast.Set):
            self.keys |= {*self.words(node.left.elts)}
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name, words = getattr(node.func, "attr", ""), self.words(node.args)
        if name in {"topic", "having"} and words:
            self.topics.add(words[0])
            self.keys |= {*words[1:]}
        elif name == "get" and isinstance(node.func, ast.Attribute) and self.is_set(node.func.value):
            self.keys |= {*words[:1]}
        self.generic_visit(node)


ASKED = {p: Asked(ast.parse(p.read_text(encoding="utf-8"))) for p in sorted(PACKAGE.rglob("*.py"))}
#: topics of which a rule's `set` is handed on as it is -> the modules that read it then
HANDED_ON = {"figures": {"quantities.py", "figure_words.py"}}
#: columns of registers for people
FOR_PEOPLE = {"note"}


def never_asked(book: Rulebook) -> list[str]:
    """Rules that no module names, no other rule holds, and no module picks from their topic."""
    strings = set().union(*(a.strings for a in ASKED.values()))
    parts = [part for a in ASKED.values() for part in a.ids]
    sources = "".join(p.read_text(encoding="utf-8") for p in book.folder.glob("*.toml"))

    def is_picked(topic: str, rule: Rule) -> bool:
        role = rule.set.get("role")
        return any(
            topic in a.topics and ((rule.ignore and a.ignore) or not a.strings.isdisjoint(rule.set))
            for a in ASKED.values()
        ) and (role is None or role in strings)

    return [
        rule.id
        for rule in book.rules.values()
        for topic, _, name in [rule.id.partition(".")]
        if not {rule.id, name} & strings
        and f"{{@{rule.id}}}" not in sources
        and not any(re.fullmatch(part, rule.id) for part in parts)
        and not is_picked(topic, rule)
    ]


def unread_keys(book: Rulebook) -> list[str]:
    """Keys of rules' `set` that no module reads."""
    read = set().union(*(a.keys for a in ASKED.values()))
    handed = {
        topic: set().union(*(a.strings for p, a in ASKED.items() if p.name in names))
        for topic, names in HANDED_ON.items()
    }
    return [
        f"{rule.id}: {key}"
        for rule in book.rules.values()
        for key in rule.set
        if key not in read | handed.get(rule.id.partition(".")[0], set())
    ]


def unread_registers(book: Rulebook) -> list[str]:
    """Registers that neither a module nor a rule file names, and columns of registers likewise."""
    words = set().union(*(a.strings for a in ASKED.values())) | FOR_PEOPLE
    for path in book.folder.glob("*.toml"):
        fragments = tomllib.loads(path.read_text(encoding="utf-8")).get("csv_fragments", {})
        words |= {value for spec in fragments.values() for value in spec.values()}
    found = []
    for path in sorted(book.folder.glob("*.csv")):
        found += [name for name in [path.name, *book.table(path.name)[0]] if name not in words]
    return found


def test_every_rule_is_asked(book: Rulebook) -> None:
    assert never_asked(book) == []


def test_every_key_of_a_rule_is_read(book: Rulebook) -> None:
    assert unread_keys(book) == []


def test_every_register_is_read(book: Rulebook) -> None:
    assert unread_registers(book) == []


def test_what_nothing_reads_is_seen(tmp_path: Path) -> None:
    rule = (
        '[[rule]]\nid = "{id}"\nmeans = "Để thử"\npattern = "a"\nexamples = ["<m>a</m>"]\nset = {{ {set} }}\n'
    )
    rules = [
        ("links.amends", 'relation = "amends"'),
        ("links.no_such_link", 'relation = "mentions"'),
        ("links.proposal", 'no_such_key = "a"'),
    ]
    text = "".join(rule.format(id=name, set=keys) for name, keys in rules)
    (tmp_path / "links.toml").write_text('topic = "links"\n' + text, encoding="utf-8")
    (tmp_path / "units.csv").write_text("surface,no_such_column,note\na,b,c\n", encoding="utf-8")
    (tmp_path / "no_such_register.csv").write_text("id,name\na,b\n", encoding="utf-8")
    toy = Rulebook(tmp_path)
    assert never_asked(toy) == ["links.no_such_link"]
    assert unread_keys(toy) == ["links.proposal: no_such_key"]
    assert unread_registers(toy) == ["no_such_register.csv", "no_such_column"]


# -- commands and what is written about them -----------------------------------------------------------------


def all_commands() -> dict[str, click.Command]:
    """Every command by the words that call it."""
    context = click.Context(main)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {member}": c for member, c in command.commands.items()}
    return found


ALL_COMMANDS = all_commands()


def calls_in(text: str) -> list[str]:
    """What is typed in a text: lines (or parts of lines) that begin with the command's name."""
    return [
        m[0].strip()
        for m in re.finditer(r"(?<![\w.])congvan [a-z][^`\n#&>|]*", text)
        if m[0].split()[1] in COMMANDS
    ]


def complaint_about(call: str) -> str | None:
    """Why a call cannot be right: its command or one of its options does not exist."""
    words = shlex.split(call)[1:]
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in ALL_COMMANDS), None)
    if name is None:
        return f"{call}: no such command"
    options = {o for p in ALL_COMMANDS[name].params for o in p.opts} | {"--help"}
    unknown = [w for w in words if re.match(r"--?[a-z]", w) and w.split("=")[0] not in options]
    return f"{call}: {unknown}" if unknown else None


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_help_has_an_example(name: str) -> None:
    text = ALL_COMMANDS[name].help or ""
    examples = text.split("Ví dụ:")[1].strip().splitlines()
    assert examples
    for line in examples:
        assert line.strip().startswith(f"congvan {name}")
        assert complaint_about(line.strip().split(" > ")[0]) is None


@pytest.mark.parametrize("name", ["README.md", "README.vi.md", "CONTRIBUTING.md", "rules/README.md"])
def test_documents_name_commands_that_exist(name: str) -> None:
    calls = calls_in((ROOT / name).read_text(encoding="utf-8"))
    assert calls
    assert [c for c in map(complaint_about, calls) if c] == []


def test_complaints_are_made() -> None:
    assert complaint_about("congvan show x --explain") is None
    assert complaint_about("congvan show x --explane") is not None
    assert complaint_about("congvan rules check --against HEAD") is None


def test_readmes_give_the_same_two_commands() -> None:
    def commands(name: str) -> list[str]:
        return re.findall(r"^python3 -m venv .*$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)

    assert len(commands("README.md")) == 2
    assert commands("README.vi.md") == commands("README.md")


def test_the_readme_for_users_explains_every_code() -> None:
    text = (ROOT / "README.vi.md").read_text(encoding="utf-8")
    assert [c for c in [*errors.WARNINGS, *errors.REJECTS] if f"`{c}`" not in text] == []


def test_links_between_documents_hold() -> None:
    for document in [*ROOT.glob("*.md"), ROOT / "rules/README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def missing(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where `found` lacks something of `expected`; a list's items must be there in their order."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{path}: {found!r}"]
        return [m for k, v in expected.items() for m in missing(v, found.get(k), f"{path}.{k}")]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) < len(expected):
            return [f"{path}: {found!r}"]
        return [m for i, v in enumerate(expected) for m in missing(v, found[i], f"{path}[{i}]")]
    return [] if expected == found else [f"{path}: {found!r} is not {expected!r}"]


def test_the_readme_shows_what_the_program_gives(nlp: Language) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"```(text|json)\n(.*?)```", text, re.DOTALL)
    letter = (ROOT / "docs" / "letter.txt").read_text(encoding="utf-8")
    for line in shown[0][1].splitlines():
        assert line == "…" or line in letter.splitlines()
    record = extractor.extract(letter, "docs/letter.txt", nlp=nlp)
    assert missing(json.loads(shown[1][1]), record.model_dump(mode="json")) == []


# -- the package ---------------------------------------------------------------------------------------------


def test_public_names() -> None:
    """The golden list: a name that goes or comes is a decision."""
    assert sorted(extractor.__all__) == ["__version__", "extract", "extract_all", "load", "read"]
    assert all(hasattr(extractor, name) for name in extractor.__all__)
    assert extractor.__version__ == PROJECT["project"]["version"]


def test_lock_names_no_place() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
    assert sum("--hash=sha256:" in line for line in lines) > 100


def test_lock_has_every_dependency() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    locked = {
        m.lower() for m in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    }
    names = [re.split(r"[^\w.-]", w)[0].lower().replace("_", "-") for w in wanted]
    assert [n for n in names if n not in locked] == []


# -- the corpus ----------------------------------------------------------------------------------------------


def test_corpus_holds_its_floors(book: Rulebook) -> None:
    golds, nlp = read_gold([ROOT / "corpus" / "gold"]), extractor.load()
    records = {}
    for document in documents([str(ROOT / "corpus" / "letters")])[0]:
        assert isinstance(document.content, Path)
        record = extractor.extract(document.content.read_bytes(), document.name, nlp=nlp)
        records[Path(document.name).name] = Outcome(document.name, record.model_dump_json()).record()
    assert sorted(records) == sorted(Path(g["source"]).name for g in golds)
    found = evaluate(records, golds, book)
    assert broken(read_floors(ROOT / "corpus" / "floors.json"), found, fingerprint(golds, records)) == []
