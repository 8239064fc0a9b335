"""Calibration: how often items of a confidence are right, and which factors the gold asks for.

The factors of ``rules/confidence.csv`` are written by people. `fitted` shows what a gold asks for instead;
`left_out` judges the signs honestly: each document by factors fitted on the other documents alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import Reject
from extractor.evaluate import evaluate
from extractor.rulebook import Rulebook

if TYPE_CHECKING:
    from extractor.batch import Document, Reader

#: the lists of a record whose items have a confidence
PARTS = ("assignments", "targets", "figures")
#: lower borders of the bins of a reliability table
BINS = (0.95, 0.9, 0.8, 0.7, 0.5, 0.0)
#: a factor before anything is known of its sign, and how many items that counts for
_PRIOR, _WEIGHT = 0.95, 10.0
_PASSES = 30


@dataclass(frozen=True, slots=True)
class Case:
    """An item of a record with its signs, the rule's id first, and whether gold says that it is right."""

    document: str
    part: str
    confidence: float
    signs: tuple[str, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The items with a confidence of at least `low` and below the next bin."""

    low: float
    items: int
    right: int
    mean: float

    @property
    def share(self) -> float:
        return self.right / self.items if self.items else 1.0

    def as_json(self) -> dict[str, float]:
        numbers = {"low": self.low, "items": self.items, "right": self.right}
        return numbers | {"share": round(self.share, 4), "mean": round(self.mean, 4)}


def cases_of(
    documents: Iterable[Document], golds: list[dict[str, Any]], reader: Reader, book: Rulebook
) -> list[Case]:
    """The cases of the documents that have gold; a document that gives no record has none."""
    from extractor.stages.confidence import factors_of

    wanted = {Path(g["source"]).name for g in golds}
    records: dict[str, dict[str, Any]] = {}
    signs: dict[int, tuple[str, ...]] = {}
    for document in documents:
        name = Path(document.name).name
        if name not in wanted:
            continue
        try:
            record, annotations = reader.annotated(document)
        except Reject:
            continue
        records[name] = record.model_dump(mode="json")
        for part in PARTS:
            if items := records[name][part]:
                factors = factors_of(annotations, book, part)
                for i, item in enumerate(items):
                    signs[id(item)] = (item["by"], *(f.sign for f in factors(i)[1:]))
    golds = [g for g in golds if Path(g["source"]).name in records]
    return [
        Case(j.document, j.part, j.item["confidence"], signs[id(j.item)], j.right)
        for j in evaluate(records, golds, book).judged
    ]


def recorded_cases(
    records: Mapping[str, dict[str, Any]], golds: list[dict[str, Any]], book: Rulebook
) -> list[Case]:
    """The cases of records read earlier, with the confidences they hold: without their signs."""
    golds = [g for g in golds if Path(g["source"]).name in records]
    judged = evaluate(records, golds, book).judged
    return [Case(j.document, j.part, j.item.get("confidence") or 0.0, (), j.right) for j in judged]


def reliability(cases: Iterable[tuple[float, bool]], borders: Sequence[float] = BINS) -> list[Bin]:
    """The reliability table of (confidence, right) pairs, the surest bin first; empty bins are left out."""
    inside: dict[float, list[tuple[float, bool]]] = {low: [] for low in borders}
    for confidence, right in cases:
        inside[next(low for low in borders if confidence >= low)].append((confidence, right))
    return [
        Bin(low, len(found), sum(r for _, r in found), sum(c for c, _ in found) / len(found))
        for low, found in inside.items()
        if found
    ]


def from_on(cases: Iterable[tuple[float, bool]], low: float) -> Bin:
    """All items with a confidence of at least `low`."""
    found = [(c, r) for c, r in cases if c >= low]
    mean = sum(c for c, _ in found) / len(found) if found else low
    return Bin(low, len(found), sum(r for _, r in found), mean)


def product(signs: Iterable[str], factors: Mapping[str, float]) -> float:
    """The confidence that factors give; a sign that has none counts with the prior."""
    confidence = 1.0
    for sign in signs:
        confidence *= factors.get(sign, _PRIOR)
    return confidence


def fitted(cases: Sequence[Case]) -> dict[str, float]:
    """The factors that make as many items of each sign right as the confidences say, from a neutral start."""
    count, right = Counter[str](), Counter[str]()
    for case in cases:
        count.update(case.signs)
        if case.right:
            right.update(case.signs)
    factors = dict.fromkeys(count, _PRIOR)
    for _ in range(_PASSES):
        expected: Counter[str] = Counter()
        for case in cases:
            whole = product(case.signs, factors)
            for sign in case.signs:
                expected[sign] += whole / factors[sign]  # type: ignore[assignment]
        factors = {
            sign: min(1.0, (right[sign] + _WEIGHT * _PRIOR) / (expected[sign] + _WEIGHT)) for sign in factors
        }
    return factors


def left_out(cases: Sequence[Case]) -> list[tuple[float, bool]]:
    """(confidence, right) of each case, with factors fitted on the cases of all other documents."""
    out = []
    for document in dict.fromkeys(case.document for case in cases):
        factors = fitted([case for case in cases if case.document != document])
        out += [
            (round(product(case.signs, factors), 2), case.right)
            for case in cases
            if case.document == document
        ]
    return out
