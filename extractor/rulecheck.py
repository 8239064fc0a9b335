"""Checks rules by their own examples, and two states of the rules by what they find in the corpus."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from extractor.errors import CongvanError, RuleError
from extractor.evaluate import Evaluation, Miss, evaluate, read_gold
from extractor.rulebook import Rule, Rulebook
from extractor.stages import topics
from extractor.stages.confidence import TABLE, scales_of
from extractor.textview import TextView

#: how many examples a rule has at least
EXAMPLES = 2


@dataclass(frozen=True)
class Finding:
    """A mistake in a rule file, with its place."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def check(book: Rulebook) -> list[Finding]:
    """What all examples and counter-examples say against their rules, and registers that cannot be read."""
    found = []
    for rule in book.rules.values():
        try:
            found += [Finding(rule.file, rule.line, message) for message in rule.failures()]
            if len(rule.examples) < EXAMPLES:
                message = f"{rule.id}: phải có ít nhất {EXAMPLES} ví dụ. Hãy thêm câu vào examples."
                found.append(Finding(rule.file, rule.line, message))
        except RuleError as e:
            found.append(Finding(e.file, e.line, e.message))
    if (book.folder / topics.TABLE).is_file():
        for code, sentence, wanted in topics.failures(book):
            message = (
                f"{code}: câu “{sentence}” phải thuộc chủ đề này nhưng không có từ nào của nó. Hãy sửa words."
                if wanted
                else f"{code}: câu “{sentence}” không được thuộc chủ đề này. Hãy sửa words hoặc covered."
            )
            found.append(Finding(topics.TABLE, book.row_line(topics.TABLE, code=code), message))
    for path in sorted(book.folder.glob("*.csv")):
        try:
            book.table(path.name)
            if path.name == TABLE:
                scales_of(book)
        except RuleError as e:
            found.append(Finding(e.file, e.line, e.message))
    return found


def neighbours(book: Rulebook) -> Iterator[tuple[Rule, Rule, str]]:
    """For information: (rule, other rule of its topic, stretch) where it fires on the other's examples."""
    for rule in book.rules.values():
        for other in book.topic(rule.id.split(".")[0]):
            if other is rule:
                continue
            for example in other.examples:
                view = TextView(example.text)
                for m in rule.finditer(view):
                    start, end = rule.span_of(m)
                    yield rule, other, example.text[start:end]


@contextmanager
def rules_at(revision: str, folder: Path) -> Iterator[Path]:
    """The rules as they were in a revision of the repository that holds `folder`, in a temporary folder.

    Raises `CongvanError` when git does not know them.
    """
    command = ["git", "-C", str(folder), "archive", "--format=tar", revision, "."]
    try:
        packed = subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise CongvanError("Không tìm thấy chương trình git, cần có để so với một phiên bản.") from None
    except subprocess.CalledProcessError as e:
        said = e.stderr.decode(errors="replace").strip()
        raise CongvanError(f"git không đưa ra được quy tắc ở phiên bản {revision}: {said}") from None
    with TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
        yield Path(place)


def corpus_records(letters: Path, rules: Path) -> dict[str, dict[str, Any]]:
    """Records of all documents in a folder, read by the given rules alone, by file name."""
    from extractor.batch import Reader, Settings, documents

    reader = Reader(Settings(ner="none", rules=rules))
    read = (outcome for d in documents([str(letters)])[0] for outcome in reader.read(d))
    return {Path(o.name).name: o.record() for o in read if o.code is None}


@dataclass(frozen=True)
class Comparison:
    """Two evaluations of one corpus: `gained` were mistakes and are none now, `lost` the other way round."""

    before: Evaluation
    after: Evaluation
    gained: list[Miss]
    lost: list[Miss]

    def changed_fields(self) -> list[tuple[str, float, float]]:
        """(field, F1 before, F1 after) where they differ; a field that was not scored counts as 0."""
        before, after = self.before.as_json(), self.after.as_json()
        rows = []
        for name in sorted(before.keys() | after.keys()):
            old, new = (side[name]["f1"] if name in side else 0.0 for side in (before, after))
            if old != new:
                rows.append((name, old, new))
        return rows


def compare(before: Rulebook, after: Rulebook, corpus: Path) -> Comparison:
    """Read a corpus (folder with ``letters`` and ``gold``) with two rulebooks; `after` also scores."""
    golds = read_gold([corpus / "gold"])
    old, new = (evaluate(corpus_records(corpus / "letters", b.folder), golds, after) for b in (before, after))
    was, now = Counter(old.misses), Counter(new.misses)
    return Comparison(old, new, list((was - now).elements()), list((now - was).elements()))
