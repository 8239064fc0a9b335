"""Confidence: the signs of single sentences, the table of factors, and what the corpus says of both."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor.batch import Reader, Settings, documents
from extractor.calibration import PARTS, Case, cases_of, fitted, from_on, left_out, product, reliability
from extractor.errors import RuleError
from extractor.evaluate import read_gold
from extractor.rulebook import Rulebook
from extractor.rulecheck import check
from extractor.stages import confidence
from extractor.stages.confidence import OTHER_RULE, REVIEW_BELOW, Scale, factors_of, scales_of, sign_texts
from tests.conftest import ROOT

if TYPE_CHECKING:
    from spacy.language import Language

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA
Số: 45/UBND-VX
Sơn La, ngày 03 tháng 6 năm 2024
Kính gửi: Sở Y tế
Ủy ban nhân dân tỉnh yêu cầu các đơn vị thực hiện các nội dung sau:
"""
#: from here on an item counts as sure, and so many of the sure ones must be right
SURE, RIGHT = 0.9, 0.97


def signs(nlp: Language, book: Rulebook, body: str) -> list[list[str]]:
    """The signs of each assignment of a letter, without its rule."""
    _, annotations = extractor.read(HEAD + body, "a.txt", nlp=nlp)
    factors = factors_of(annotations, book, "assignments")
    return [[f.sign for f in factors(i)[1:]] for i in range(len(annotations.assignments))]


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        ("1. Sở Y tế:\na) Rà soát danh sách người bệnh tại các xã.", None),
        ("1. Sở Y tế rà soát danh sách người bệnh tại các xã trước ngày 15/8/2024.", None),
        ("1. Các cơ quan, đơn vị:\na) Rà soát danh sách người bệnh tại các xã.", "agency_group"),
        ("1. Sở Y tế:\na) Danh sách người bệnh tại các xã phải được rà soát.", "begins_without_verb"),
        (
            "1. Sở Y tế rà soát danh sách trước ngày 15/8/2024, báo cáo trước ngày 30/9/2024.",
            "several_dates",
        ),
        ("1. Sở Y tế tổ chức các đội tình nguyện về các xã trong dịp hè năm 2024.", "date_not_due"),
        (
            "1. Sở Y tế chấm dứt hợp đồng với nhà thầu nếu đến hết ngày 15/8/2024 không đủ thiết bị.",
            "deadline_in_condition",
        ),
        ("1. Sở Y tế rà soát danh sách.", "short"),
        (
            "1. Sở Y tế rà soát danh sách người bệnh. Số người bệnh tại các xã vùng cao tăng lên.",
            "states_something",
        ),
    ],
)
def test_signs(nlp: Language, book: Rulebook, body: str, sign: str | None) -> None:
    found = signs(nlp, book, body)
    assert found, "no assignment"
    if sign is None:
        assert found[0] == []
    else:
        assert sign in found[0]


def test_confidence_is_the_product_of_the_factors(nlp: Language, book: Rulebook) -> None:
    body = "1. Các cơ quan, đơn vị rà soát danh sách trước 15/8/2024, báo cáo trước ngày 30/9/2024."
    record, annotations = extractor.read(HEAD + body, "a.txt", nlp=nlp)
    factors = factors_of(annotations, book, "assignments")(0)
    expected = 1.0
    for f in factors:
        expected *= f.factor
    assert record.assignments[0].confidence == round(expected, 2) < 0.9


def test_what_is_below_the_limit_is_reviewed_for_its_signs(nlp: Language, book: Rulebook) -> None:
    limit = scales_of(book)["assignments"].limit
    reviewed: dict[str, set[bool]] = {part: set() for part in PARTS}
    for path in sorted((ROOT / "corpus" / "letters").iterdir())[:12]:
        record = extractor.extract(path.read_bytes(), path.name, nlp=nlp)
        for part in PARTS:
            texts = sign_texts(book)[part]
            for item in getattr(record, part):
                assert 0 < item.confidence <= 1
                assert item.review == (item.confidence < limit)
                assert bool(item.review_reasons) == item.review
                assert set(item.review_reasons) <= set(texts)
                reviewed[part].add(item.review)
    assert all(reviewed.values())
    assert set.union(*reviewed.values()) == {True, False}


def test_every_sign_has_a_row_and_every_row_a_sign(book: Rulebook) -> None:
    tree = ast.parse(Path(confidence.__file__).read_text(encoding="utf-8"))
    said = {
        node.value
        for y in ast.walk(tree)
        if isinstance(y, ast.Yield)
        for node in ast.walk(y)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    rows = book.table(confidence.TABLE)
    named = {row["sign"] for row in rows} - {REVIEW_BELOW, OTHER_RULE}
    assert {sign for sign in named if "." not in sign} == said
    assert {sign for sign in named if "." in sign} <= set(book.rules)
    assert all(row["means"] for row in rows)
    keys = [(row["item"], row["sign"]) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("factor", ["", "x", "1.2", "-0.1", "nan"])
def test_a_factor_that_is_none_is_a_mistake(factor: str) -> None:
    rows = [
        {"item": "figures", "sign": sign, "factor": "0.9", "means": "m"}
        for sign in (REVIEW_BELOW, OTHER_RULE)
    ]
    Scale(rows, "figures")
    with pytest.raises(RuleError):
        Scale([*rows, {"item": "figures", "sign": "a", "factor": factor, "means": "m"}], "figures")
    with pytest.raises(RuleError):
        Scale(rows[:1], "figures")


def test_a_mistake_in_the_table_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder)
    table = folder / confidence.TABLE
    lines = table.read_text(encoding="utf-8").split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("figures,doubted,"))
    lines[at] = "figures,doubted,high,x"
    table.write_text("\n".join(lines), encoding="utf-8")
    book = Rulebook(folder)
    assert [(f.file, f.line) for f in check(book)] == [(confidence.TABLE, at + 1)]
    with pytest.raises(RuleError) as told:
        extractor.load(ner="none", rules=str(folder))
    assert told.value.line == at + 1


def test_a_rule_without_a_row_and_a_sign_without_a_row() -> None:
    rows = [
        {"item": "figures", "sign": sign, "factor": "0.8", "means": "m"}
        for sign in (REVIEW_BELOW, OTHER_RULE)
    ]
    assert [f.sign for f in Scale(rows, "figures").factors("unheard.of", iter(["a"]))] == [OTHER_RULE]


# -- calibration ---------------------------------------------------------------------------------------------


def test_reliability() -> None:
    pairs = [(0.97, True), (0.9, True), (0.91, False), (0.2, False)]
    table = reliability(pairs, (0.95, 0.9, 0.0))
    assert [(b.low, b.items, b.right) for b in table] == [(0.95, 1, 1), (0.9, 2, 1), (0.0, 1, 0)]
    assert from_on(pairs, 0.9).share == pytest.approx(2 / 3)
    assert from_on([], 0.9).share == 1.0


def case(document: str, right: bool, *marks: str) -> Case:
    return Case(document, "figures", 0.9, marks, right)


def test_fitted_factors_tell_good_signs_from_bad() -> None:
    cases = [case(f"{i}", True, "rule") for i in range(60)]
    cases += [case(f"{i}", i % 2 == 0, "rule", "bad") for i in range(60)]
    factors = fitted(cases)
    assert factors["rule"] > 0.9
    assert 0.4 < factors["bad"] < 0.65
    assert product(("rule", "never met"), factors) == pytest.approx(0.95 * factors["rule"])


def test_a_document_left_out_says_nothing_about_itself() -> None:
    cases = [case("a", False, "rule", "own") for _ in range(30)] + [case("b", True, "rule")] * 30
    by_document = left_out(cases)
    assert len(by_document) == len(cases)
    assert min(c for c, right in by_document if not right) > 0.9  # "own" is known from this document only
    assert fitted(cases)["own"] < 0.5


@pytest.fixture(scope="module")
def corpus_cases(book: Rulebook) -> list[Case]:
    found, _ = documents([str(ROOT / "corpus" / "letters")])
    golds = read_gold([ROOT / "corpus" / "gold"])
    return cases_of(found, golds, Reader(Settings(ner="none")), book)


@pytest.mark.parametrize("part", PARTS)
def test_of_the_sure_items_of_the_corpus_nearly_all_are_right(corpus_cases: list[Case], part: str) -> None:
    cases = [c for c in corpus_cases if c.part == part]
    sure = from_on([(c.confidence, c.right) for c in cases], SURE)
    assert sure.share >= RIGHT
    assert sure.items >= 0.6 * len(cases)


def test_of_the_doubtful_items_fewer_are_right(corpus_cases: list[Case]) -> None:
    pairs = [(c.confidence, c.right) for c in corpus_cases]
    doubtful = [(c, r) for c, r in pairs if c < 0.7]
    assert from_on(doubtful, 0).share < from_on(pairs, SURE).share - 0.1


def test_the_signs_hold_for_documents_that_were_left_out(corpus_cases: list[Case]) -> None:
    pairs = [p for part in PARTS for p in left_out([c for c in corpus_cases if c.part == part])]
    assert from_on(pairs, SURE).share >= RIGHT
