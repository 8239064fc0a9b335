"""Compares records with gold: precision, recall and F1 of every field, and the list of what is wrong.

A gold document is a YAML file of the shape of ``corpus/gold``; it is paired with the record whose source has
the same file name. Gold items marked ``optional`` cost nothing, whether they are found or not. Only the keys
that a gold file has are scored.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from extractor.errors import CongvanError
from extractor.likeness import ALIKE, Likeness, document_number, normal
from extractor.rulebook import Rulebook

Json = dict[str, Any]
Pair = tuple[Json, Json]
#: the least overlap of two tasks that are the same one, and of two metrics, places or units
TASK_OVERLAP, PHRASE_OVERLAP = 0.7, 0.5


@dataclass
class Counts:
    """True positives, false positives and false negatives of one field over all documents."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def as_json(self) -> dict[str, float]:
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {k: round(v, 4) for k, v in rates.items()} | {"tp": self.tp, "fp": self.fp, "fn": self.fn}


@dataclass(frozen=True)
class Miss:
    """A mistake: `wanted` is what the gold says, `got` what the record says ("" for nothing)."""

    document: str
    field: str
    wanted: str
    got: str

    def __str__(self) -> str:
        return f"{self.document}  {self.field}  − {self.wanted or '∅'}  + {self.got or '∅'}"


@dataclass(frozen=True)
class Judgement:
    """Whether one item that a record has is right as a whole; `part` is the record's list that it stands in.

    An assignment is right when the gold has it, for just these agencies, by this deadline; a figure or a
    target when the gold has its value and unit, with this kind and metric. What only an optional item of the
    gold asks for, and a quantity said a second time, is not judged.
    """

    document: str
    part: str
    item: Json
    right: bool


@dataclass
class Evaluation:
    """The counts of every field that occurs, and all misses in the order of the documents."""

    fields: dict[str, Counts] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)

    def as_json(self) -> dict[str, dict[str, float]]:
        return {name: self.fields[name].as_json() for name in sorted(self.fields)}


def read_gold(paths: Iterable[Path]) -> list[Json]:
    """Gold documents of YAML files, of all YAML files of a folder, and of JSON Lines files of headers.

    Raises `CongvanError` for a file that is no gold.
    """
    golds: list[Json] = []
    for path in paths:
        files = sorted(p for p in path.rglob("*.yaml")) if path.is_dir() else [path]
        for file in files:
            try:
                text = file.read_text(encoding="utf-8")
                found = _header_rows(text) if file.suffix == ".jsonl" else [yaml.safe_load(text)]
            except (OSError, UnicodeDecodeError, yaml.YAMLError, json.JSONDecodeError) as e:
                raise CongvanError(f"{file}: không đọc được đáp án: {e}") from None
            if not all(isinstance(g, dict) and "source" in g and "document" in g for g in found):
                raise CongvanError(
                    f"{file}: không phải đáp án, thiếu source hoặc document. Hãy thêm hai mục ấy."
                )
            golds += found
    return golds


def _header_rows(text: str) -> list[Json]:
    """Rows ``{name, gold: {number, type, …}}`` as gold documents with a header only, compared loosely."""
    names = ("number", "type", "issuer", "issued_on", "signer", "subject")
    golds = []
    for row in map(json.loads, filter(None, text.split("\n"))):
        header = {k: v for k, v in (row.get("gold") or row).items() if k in names and v is not None}
        golds.append({"source": row["name"], "document": header, "loose": True})
    return golds


def read_records(path: Path) -> dict[str, Json]:
    """Records of a JSON Lines file by the file name of their source. Raises `CongvanError`."""
    records = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as e:
                raise CongvanError(f"{path}:{number}: dòng này không phải bản ghi JSON: {e}") from None
            records[Path((record.get("source") or {}).get("name") or "").name] = record
    return records


def evaluate(records: Mapping[str, Json], golds: Iterable[Json], book: Rulebook) -> Evaluation:
    """Score `records` (by source file name) against `golds`; a document without a record is missed whole."""
    result, like = Evaluation(), Likeness(book)
    for gold in golds:
        name = Path(gold["source"]).name
        record = records.get(name)
        if record is None:
            result.misses.append(Miss(name, "record", name, ""))
        _Document(result, like, name, gold, record or {}).score()
    return result


def blank(value: Any) -> bool:
    """Null, empty, or an object of such values."""
    return value in (None, "", [], {}) or (isinstance(value, dict) and all(map(blank, value.values())))


def day(value: Any) -> str | None:
    return None if value is None else str(value)[:10]


def interval(value: Any) -> tuple[str | None, str | None] | None:
    """Two days, of an object with start and end or of a pair."""
    if blank(value):
        return None
    start, end = value if isinstance(value, list) else (value.get("start"), value.get("end"))
    return day(start), day(end)


def name_of(agency: Any) -> str:
    return agency if isinstance(agency, str) else (agency or {}).get("name") or ""


def span_text(item: Json) -> str:
    return (item.get("span") or {}).get("text") or item.get("text") or ""


def task_of(item: Json) -> str:
    return item.get("task") or span_text(item)


def _shown(value: Any) -> str:
    """A value of gold or of a record in a few words: who, what, from when to when."""
    if isinstance(value, list | tuple):
        return "; ".join(map(_shown, value))
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    if value.get("span"):
        who = _shown(value.get("agencies") or [])
        return ": ".join(filter(None, [who, span_text(value)[:160]]))
    if "start" in value:
        return _shown((value["start"], value.get("end")))
    return str(value.get("name") or value.get("code") or json.dumps(value, ensure_ascii=False, default=str))


@dataclass
class _Document:
    """One record and its gold."""

    result: Evaluation
    like: Likeness
    name: str
    gold: Json
    record: Json

    def score(self) -> None:
        self.header()
        for part in ("references", "dates", "figures", "targets", "assignments"):
            if part in self.gold:
                getattr(self, part)()
        self.boilerplate()
        self.spans()

    def count(self, name: str, tp: int, fp: int, fn: int) -> None:
        counts = self.result.fields.setdefault(name, Counts())
        counts.tp, counts.fp, counts.fn = counts.tp + tp, counts.fp + fp, counts.fn + fn

    def miss(self, name: str, wanted: Any, got: Any) -> None:
        self.result.misses.append(Miss(self.name, name, _shown(wanted), _shown(got)))

    def value(self, name: str, good: bool, wanted: Any, got: Any) -> None:
        """Count one value; a wrong one is a false positive (unless empty) and a false negative (likewise)."""
        if good:
            self.count(name, 1, 0, 0)
            return
        empty: tuple[Any, ...] = (None, "", [])
        self.count(name, 0, int(got not in empty), int(wanted not in empty))
        self.miss(name, wanted, got)

    def pair(
        self,
        gold: Sequence[Json],
        found: Sequence[Json],
        same: Callable[[Json, Json], bool],
        nearness: Callable[[Json, Json], float] | None = None,
    ) -> tuple[list[Pair], list[Json], list[Json]]:
        """Match one to one: required gold before optional, nearest before farther.

        Returns the pairs in gold order, the gold items without a partner and the found items without one.
        """  # fmt: skip
        ranked = sorted(
            (bool(g.get("optional")), -(nearness(g, f) if nearness else 0), i, j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if same(g, f)
        )
        partner: dict[int, int] = {}
        taken: set[int] = set()
        for _, _, i, j in ranked:
            if i not in partner and j not in taken:
                partner[i] = j
                taken.add(j)
        pairs = [(g, found[partner[i]]) for i, g in enumerate(gold) if i in partner]
        lost = [g for i, g in enumerate(gold) if i not in partner]
        return pairs, lost, [f for j, f in enumerate(found) if j not in taken]

    def judge(self, part: str, right: list[Pair], wrong: list[Json]) -> None:
        """Keep the verdict on each item found; `right` are those that gold pairs with, if all else agrees."""
        good = self._whole_task if part == "assignments" else self._whole_quantity
        pairs = [(f, good(g, f)) for g, f in right if not g.get("optional")]
        for item, verdict in [*pairs, *((f, False) for f in wrong)]:
            self.result.judged.append(Judgement(self.name, part, item, verdict))

    def _whole_quantity(self, gold: Json, found: Json) -> bool:
        """Whether a quantity that was paired agrees in kind and metric, where the gold names them."""
        if gold.get("kind") and gold["kind"] != found.get("kind"):
            return False
        wanted = gold.get("metric")
        return not wanted or self.like.overlap(wanted, found.get("metric") or "") >= PHRASE_OVERLAP

    def _whole_task(self, gold: Json, found: Json) -> bool:
        """Whether an assignment that was paired has all agencies, no other, and the deadline."""
        match = self.like.agency_match
        wanted, got = gold["agencies"], [name_of(a) for a in found.get("agencies") or []]
        return (
            all(any(match(w, g) for g in got) for w in wanted)
            and all(any(match(w, g) for w in wanted) for g in got)
            and interval(gold.get("deadline")) == interval(found.get("deadline"))
        )

    def items(
        self, name: str, pairs: list[Pair], lost: list[Json], extra: list[Json], show: Callable[[Json], str]
    ) -> None:
        """Count a list's matched, missed and superfluous items."""
        missed = [g for g in lost if not g.get("optional")]
        self.count(name, sum(not g.get("optional") for g, _ in pairs), len(extra), len(missed))
        for g in missed:
            self.miss(name, show(g), None)
        for f in extra:
            self.miss(name, None, f)

    # -- the header ------------------------------------------------------------------------------------------

    def header(self) -> None:
        gold, found = self.gold["document"], self.record.get("document") or {}
        for name, same in self._header_checks().items():
            if name not in gold:
                continue
            wanted, got = gold[name], found.get(name)
            if name == "published_on":
                got = got or (self.record.get("source") or {}).get("published_on")
            got = None if blank(got) else got
            if blank(wanted) and got is None:
                continue
            good = not blank(wanted) and got is not None and same(wanted, got)
            self.value(f"document.{name}", good, wanted, got)
        for name in ("addressees", "recipients", "executors"):
            if gold.get(name) is not None:
                self._agency_set(name, gold[name], found.get(name) or [])

    def _header_checks(self) -> dict[str, Callable[[Any, Any], bool]]:
        like, loose = self.like, bool(self.gold.get("loose"))

        def same_type(wanted: Any, got: Any) -> bool:
            code = like.type_code(wanted) if loose else wanted
            return normal(code) == normal(got.get("code") if isinstance(got, dict) else got)

        def same_issuer(wanted: Any, got: Any) -> bool:
            name = name_of(got)
            return like.same_agency(wanted, name) or (loose and like.expand(wanted) in like.expand(name))

        def same_subject(wanted: Any, got: Any) -> bool:
            compare = like.inside if loose else like.overlap
            return compare(like.subject(wanted, loose), like.subject(got, loose)) >= ALIKE

        def same_name(wanted: Any, got: Any) -> bool:
            return normal(_name_value(wanted)) == normal(_name_value(got))

        return {
            "number": lambda wanted, got: document_number(wanted) == document_number(got),
            "type": same_type,
            "issuer": same_issuer,
            "issued_on": lambda wanted, got: day(wanted) == day(got),
            "published_on": lambda wanted, got: day(wanted) == day(got),
            "subject": same_subject,
            "signer": same_name,
        }

    def _agency_set(self, name: str, gold: list[Any], found: list[Any]) -> None:
        same = self.like.same_agency if name == "recipients" else self.like.agency_match
        wanted = [name_of(g) for g in gold]
        got = [_line_of(f) if name == "recipients" else name_of(f) for f in found]
        lost = [w for w in wanted if not any(same(w, g) for g in got)]
        stray = [g for g in got if not any(same(w, g) for w in wanted)]
        self.count(f"document.{name}", len(wanted) - len(lost), len(stray), len(lost))
        for w in lost:
            self.miss(f"document.{name}", w, None)
        for g in stray:
            self.miss(f"document.{name}", None, g)

    # -- references and dates --------------------------------------------------------------------------------

    def references(self) -> None:
        """References by number; those without one (laws cited by name) and the document itself are free."""

        def number(item: Json) -> str:
            return document_number(item.get("number"))

        own = number(self.gold["document"])
        found = [r for r in self.record.get("references") or [] if number(r) and number(r) != own]
        gold = self.gold["references"]
        pairs, lost, left = self.pair(gold, found, lambda g, f: number(g) == number(f))
        known = {number(g) for g in gold}
        extra = [f for f in left if number(f) not in known]
        self.items("references", pairs, lost, extra, lambda g: str(g["number"]))
        for g, f in pairs:
            if g.get("issued_on"):
                wanted, got = day(g["issued_on"]), day(f.get("issued_on"))
                self.value("references.issued_on", wanted == got, wanted, f.get("issued_on"))

    def dates(self) -> None:
        """Distinct dates by their two days; one without (an impossible one) by its last written word."""

        def key(item: Json) -> tuple[str | None, str | None]:
            if item.get("start"):
                return day(item["start"]), day(item.get("end"))
            return "?", normal(item["quote"] if "quote" in item else span_text(item)).split(" ")[-1]

        optional_first = sorted(self.gold["dates"], key=lambda x: not x.get("optional"))
        gold = list({key(x): x for x in optional_first}.values())
        found = list({key(x): x for x in self.record.get("dates") or []}.values())
        pairs, lost, left = self.pair(gold, found, lambda g, f: key(g) == key(f))
        self.items("dates", pairs, lost, left, lambda g: str(g["quote"]))

    # -- quantities ------------------------------------------------------------------------------------------

    def figures(self) -> None:
        self._quantities("figures", "targets")

    def targets(self) -> None:
        self._quantities("targets", "figures")

    def _same_quantity(self, gold: Json, found: Json) -> bool:
        a, b = float(gold["value"]), found.get("value")
        if not isinstance(b, int | float) or abs(a - float(b)) > 1e-9 * max(1.0, abs(a)):
            return False
        if self.like.unit(gold["unit"]) == self.like.unit(found.get("unit")):
            return True
        return self.like.overlap(_text(gold["unit"]), _text(found.get("unit"))) >= PHRASE_OVERLAP

    def _quantities(self, name: str, other: str) -> None:
        """Figures or targets; optional ones of the `other` list may stand in either."""
        like, same = self.like, self._same_quantity
        gold = self.gold[name]
        either = [g for g in self.gold.get(other) or [] if g.get("optional")]

        def nearness(g: Json, f: Json) -> float:
            words = like.overlap(_text(g["quote"]), span_text(f))
            return words + like.overlap(_text(g.get("metric")), _text(f.get("metric")))

        pairs, lost, left = self.pair(gold, self.record.get(name) or [], same, nearness)
        extra = [f for f in left if not any(same(g, f) for g in [*either, *gold])]
        self.items(name, pairs, lost, extra, lambda g: str(g["quote"]))
        self.judge(name, pairs, extra)
        for g, f in pairs:
            for key in ("metric", "place"):
                if wanted := g.get(key):
                    good = like.overlap(wanted, f.get(key) or "") >= PHRASE_OVERLAP
                    self.value(f"{name}.{key}", good, wanted, f.get(key))
            for key in ("as_of", "baseline", "deadline"):
                if wanted := g.get(key):
                    good = interval(wanted) == interval(f.get(key))
                    self.value(f"{name}.{key}", good, wanted, f.get(key))
            for key in ("kind", "comparator", "of", "value_max"):
                if wanted := g.get(key):
                    self.value(f"{name}.{key}", wanted == f.get(key), wanted, f.get(key))
            if agencies := g.get("agencies") or [a for a in [g.get("agency")] if a]:
                got = f.get("agencies") or []
                good = any(like.same_agency(a, name_of(b)) for a in agencies for b in got)
                self.value(f"{name}.agencies", good, agencies, f.get("agencies"))

    # -- assignments -----------------------------------------------------------------------------------------

    def assignments(self) -> None:
        gold, found = self.gold["assignments"], self.record.get("assignments") or []

        def said(g: Json, f: Json) -> float:
            return self.like.overlap(g["task"], task_of(f))

        def same_words(g: Json, f: Json) -> bool:
            return said(g, f) >= TASK_OVERLAP

        def shared(g: Json, f: Json) -> bool:
            names = [name_of(a) for a in f.get("agencies") or []]
            return any(self.like.agency_match(a, b) for a in g["agencies"] for b in names)

        def same(g: Json, f: Json) -> bool:
            return same_words(g, f) and shared(g, f)

        self._attributed_words(gold, found)
        pairs, lost, left = self.pair(gold, found, same, said)
        extra = [f for f in left if not any(g.get("optional") and same(g, f) for g in gold)]
        self.items("assignments", pairs, lost, extra, lambda g: f"{_shown(g['agencies'])}: {g['task'][:160]}")
        self.judge("assignments", pairs, extra)
        # who got a task and by when is judged on every task whose words were found, whoever it was given to
        by_words, _, _ = self.pair(gold, found, same_words, lambda g, f: said(g, f) + shared(g, f))
        for g, f in by_words:
            if not g.get("optional"):
                self._task_fields(g, f)

    def _task_fields(self, gold: Json, found: Json) -> None:
        match = self.like.agency_match
        for key in ("agencies", "coordinating"):
            wanted, got = gold.get(key) or [], [name_of(a) for a in found.get(key) or []]
            hits = sum(any(match(w, g) for g in got) for w in wanted)
            stray = sum(not any(match(w, g) for w in wanted) for g in got)
            self.count(f"assignments.{key}", hits, stray, len(wanted) - hits)
            if stray or hits < len(wanted):
                self.miss(f"assignments.{key}", wanted, got)
        often, found_often = gold.get("recurrence"), found.get("recurrence")
        if often or found_often:
            self.value("assignments.recurrence", often == found_often, often, found_often)
        if "product" in gold and (gold["product"] or found.get("product")):
            made, found_made = _text(gold["product"]), _text(found.get("product"))
            good = bool(made and found_made) and self.like.overlap(made, found_made) >= ALIKE
            self.value("assignments.product", good, made, found_made)
        due, found_due = gold.get("deadline"), found.get("deadline")
        if due:
            self.value("assignments.deadline", interval(due) == interval(found_due), due, found_due)
        elif not blank(found_due):
            self.count("assignments.deadline", 0, 1, 0)
            self.miss("assignments.deadline", None, found_due)

    def _attributed_words(self, gold: list[Json], found: list[Json]) -> None:
        """Count (word, agency) pairs: right however the tasks are cut.

        A task said twice counts once; an optional one, and what was found for it, not at all.
        """
        like = self.like
        names: list[str] = []
        for item in gold:
            for agency in item["agencies"]:
                if not any(like.agency_match(known, agency) for known in names):
                    names.append(agency)

        def gold_names(agency: str) -> list[str]:
            """The gold names that an agency stands for: itself, or the members of a group."""
            full = like.expand(agency)
            if any(like.expand(n) == full for n in names):
                return [full]
            return [like.expand(n) for n in names if like.agency_match(n, agency)] or [full]

        def bag(items: Iterable[Json]) -> Counter[tuple[str, str]]:
            words: Counter[tuple[str, str]] = Counter()
            seen: set[tuple[str, tuple[str, ...]]] = set()
            for item in items:
                agencies = {n for a in item.get("agencies") or [] for n in gold_names(name_of(a))}
                key = (normal(task_of(item)), tuple(sorted(agencies)))
                if item.get("optional") or key in seen:
                    continue
                seen.add(key)
                for agency in agencies or {""}:
                    words.update((w, like.expand(agency)) for w in like.words(task_of(item)))
            return words

        def nearest(tasks: list[str], item: Json) -> float:
            return max((like.overlap(t, task_of(item)) for t in tasks), default=0.0)

        optional = [g["task"] for g in gold if g.get("optional")]
        required = [g["task"] for g in gold if not g.get("optional")]

        def counts(item: Json) -> bool:
            to_optional = nearest(optional, item)
            return to_optional < TASK_OVERLAP or to_optional <= nearest(required, item)

        wanted, got = bag(gold), bag(filter(counts, found))
        common = (wanted & got).total()
        self.count("assignments.tokens", common, got.total() - common, wanted.total() - common)

    # -- the text --------------------------------------------------------------------------------------------

    def boilerplate(self) -> None:
        text = self.record.get("text") or ""
        for phrase in self.gold.get("must_not_contain") or []:
            good = bool(text) and normal(phrase) not in normal(text)
            self.value("boilerplate", good, f"absent: {phrase}", "present" if text else "no text")

    def spans(self) -> None:
        """Every span is ``text[start:end]`` of the record's own text; every item has one."""
        text = self.record.get("text") or ""
        for part in ("references", "dates", "figures", "targets", "assignments"):
            for item in self.record.get(part) or []:
                if blank(item.get("span")):
                    self.value("spans", False, f"a span for {part}", None)
        for span in _all_spans(self.record):
            there = text[span["start"] : span["end"]]
            good = bool(span["text"]) and span["start"] >= 0 and there == span["text"]
            self.value("spans", good, str(span["text"])[:60], there[:60])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _name_value(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


def _line_of(recipient: Any) -> str:
    """A recipient as its line was written: the post, then the name."""
    if isinstance(recipient, str):
        return recipient
    return " ".join(filter(None, [recipient.get("title"), name_of(recipient)]))


def _all_spans(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys() and isinstance(value["start"], int):
            yield value
        for inner in value.values():
            yield from _all_spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_spans(inner)
