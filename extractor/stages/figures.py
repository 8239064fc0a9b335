"""Figures and targets: quantities related to what they measure, where, when, against what, and by whom.

Works sentence by sentence on the body. The words it goes by are the topics ``figures`` and ``targets``; the
``role`` of a rule says what its words are for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from extractor.annotations import Annotations
from extractor.record import Figure, Interval, Span, Target
from extractor.rulebook import Rulebook
from extractor.stages.figure_checks import check
from extractor.stages.figure_context import describe, section_period
from extractor.stages.figure_verdicts import AIM, Judge
from extractor.stages.figure_words import Item, Words

#: what a sentence, unlike a title, ends with
_CLOSING = (".", ";", ":", "!", "?", ")")


def relate_figures(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.figures`` and ``annotations.targets`` and warn of figures that cannot be right.

    Reads the groups ``quantities``, ``dates`` and ``agencies``, the blocks and the assignments.
    """
    words = Words(annotations, book)
    items = _without_retold(words, _items(words))
    made: dict[str, list[Item]] = {"figures": [], "targets": []}
    for item in items:
        if item.verdict == AIM:
            annotations.targets.append(_target(words, item))
            made["targets"].append(item)
        else:
            annotations.figures.append(Figure(**_fields(words, item)))
            made["figures"].append(item)
    annotations.made.update(made)
    check(annotations, items)


def _items(words: Words) -> list[Item]:
    """The quantities that are figures or targets, described, in text order."""
    judge = Judge(words)
    out: list[Item] = []
    for sentence, quantities in words.sentences():
        found = [Item(m, words.widened(m, sentence), sentence) for m in quantities]
        judge.judge(sentence, found)
        kept = [item for item in found if item.verdict]
        follows = bool(out) and not sentence.first and out[-1].sentence.block is sentence.block
        describe(words, kept, out[-1] if follows else None)
        out.extend(kept)
    return out


def _without_retold(words: Words, items: list[Item]) -> list[Item]:
    """Without what a line that is no sentence, such as a title, says and a sentence says too."""
    blocks: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for item in items:
        blocks[_said(item)].add(item.sentence.block.start)
    return [
        item
        for item in items
        if len(blocks[_said(item)]) == 1
        or words.view.key[item.sentence.block.start : item.sentence.block.end].rstrip().endswith(_CLOSING)
    ]


def _said(item: Item) -> tuple[Any, ...]:
    return item.verdict, item.quantity.value, item.quantity.unit


def _fields(words: Words, item: Item) -> dict[str, Any]:
    q, start, end = item.quantity, item.mention.start, item.mention.end
    return {
        "value": q.value,
        "value_max": q.value_max,
        "of": q.of,
        "unit": q.unit,
        "kind": item.kind,
        "comparator": item.comparator,
        "metric": item.metric,
        "population": item.population,
        "place": item.place,
        "as_of": item.as_of,
        "baseline": item.baseline,
        "inferred": item.inferred,
        "by": item.by,
        "span": Span(start=start, end=end, text=words.view.text[start:end]),
    }


def _target(words: Words, item: Item) -> Target:
    """A target: the time that governs it is its deadline, whoever has its task must reach it."""
    task = words.task_at(item.mention.start)
    deadline = item.as_of or section_period(words, item.sentence.block)
    if deadline is None and task is not None and task.deadline is not None and not task.recurrence:
        deadline = Interval(start=task.deadline.start, end=task.deadline.end)
    fields = {**_fields(words, item), "as_of": None}
    return Target(**fields, deadline=deadline, agencies=list(task.agencies) if task is not None else [])
