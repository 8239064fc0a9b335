"""The pipeline as users of spaCy know it: names, analysis, selection, spans, saving; models of names."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

import extractor
from extractor import pipeline
from extractor.annotations import Annotations
from extractor.pipeline import NER_MODELS, STAGES, annotate, load, rulebook_of
from extractor.stages import names
from extractor.tokenizer import SyllableTokenizer
from extractor.values.agencies import lexicon_of

if TYPE_CHECKING:
    from spacy.language import Language

#: the golden list: a stage that goes, comes or moves is a decision
PIPES = [
    "congvan_layout",
    "congvan_mentions",
    "congvan_header",
    "congvan_evidence",
    "congvan_normalize",
    "congvan_references",
    "congvan_assignments",
    "congvan_succession",
    "congvan_figures",
    "congvan_confidence",
    "congvan_topics",
    "congvan_spans",
]
TEXT = "Giao Sở Y tế tỉnh Sơn La kiểm tra 12 xã trước ngày 15/8/2024 theo Quyết định số 45/QĐ-UBND."


def test_pipe_names(nlp: Language) -> None:
    assert nlp.pipe_names == PIPES
    assert load().pipe_names == [*PIPES[:4], "congvan_names", *PIPES[4:]]


def test_the_stages_are_the_factories() -> None:
    assert set(PIPES) | {"congvan_names"} == {*STAGES, "congvan_spans"}
    for name in STAGES:
        assert spacy.language.Language.has_factory(name)


def test_analysis_finds_nothing_missing(nlp: Language) -> None:
    analysis: Any = nlp.analyze_pipes()
    assert list(analysis["summary"]) == PIPES
    assert [p for problems in analysis["problems"].values() for p in problems] == []
    with nlp.select_pipes(disable="congvan_layout"):
        without: Any = nlp.analyze_pipes()
    assert without["problems"]["congvan_mentions"] == ["doc._.congvan"]
    assert analysis["summary"]["congvan_spans"]["assigns"] == ["doc.spans"]


def test_selected_stages(nlp: Language) -> None:
    with nlp.select_pipes(disable=["congvan_assignments", "congvan_figures"]):
        doc = nlp(TEXT)
        assert doc._.congvan.assignments == []
        assert doc._.congvan.references != []
    assert nlp(TEXT)._.congvan.assignments != []


def test_spans_are_spacys_own(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert doc.text == TEXT
    shown = {group: [(s.text, s.kb_id_) for s in doc.spans[group]] for group in ("numbers", "agencies")}
    assert shown == {
        "numbers": [("45/QĐ-UBND", doc.spans["numbers"][0].kb_id_)],
        "agencies": [("Sở Y tế tỉnh Sơn La", "x:so-y-te-tinh-son-la")],
    }
    assert [s.label_ for s in doc.spans["agencies"]] == ["agency"]
    assert all(s.id_.startswith("agencies.") for s in doc.spans["agencies"])
    assert [s.label_ for s in doc.spans["blocks"]] == ["paragraph"]
    groups = set(doc._.congvan.mentions)
    assert groups >= {"numbers", "places", "agencies", "dates", "quantities"}
    assert {*groups, "blocks"} == set(doc.spans)
    for group in groups:
        assert [s.text for s in doc.spans[group]] == [
            TEXT[m.start : m.end] for m in doc._.congvan.group(group)
        ]


def test_saving_a_pipeline(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    config = spacy.util.load_config(tmp_path / "model" / "config.cfg")
    assert config["nlp"]["pipeline"] == PIPES
    assert (tmp_path / "model" / "meta.json").is_file()


def test_annotate_gives_what_a_call_gives(nlp: Language) -> None:
    direct, called = annotate(nlp, TEXT), nlp(TEXT)._.congvan
    assert isinstance(direct, Annotations)
    assert direct.mentions == called.mentions
    assert direct.assignments == called.assignments


def test_many_texts_at_once(nlp: Language) -> None:
    texts = [TEXT, "", "Trời mưa.", TEXT]
    docs = list(nlp.pipe(texts))
    assert [d.text for d in docs] == texts
    assert docs[0]._.congvan.mentions == docs[3]._.congvan.mentions


def test_models_of_names() -> None:
    assert NER_MODELS == ("own", "underthesea", "none")
    with pytest.raises(ValueError, match="must be one of own, underthesea, none, not 'phobert'"):
        load(ner="phobert")
    with pytest.raises(ValueError, match="phobert"):
        names.propose_names(Annotations(view=None), None, "phobert")  # type: ignore[arg-type]


def test_without_a_pipeline_one_is_built_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str]] = []

    def build(ner: str, rules: str) -> Language:
        made.append((ner, rules))
        return load(ner, rules)

    monkeypatch.setattr(pipeline, "load", build)
    pipeline.shared.cache_clear()
    assert extractor.extract("Sở Y tế") == extractor.extract("Sở Y tế")
    assert made == [("own", "")]


def test_the_registers_phrases_go_with_their_pipeline() -> None:
    nlp = load("none")
    record, annotations = extractor.read("Kính gửi: Sở Y tế", nlp=nlp)
    lexicon = weakref.ref(lexicon_of(annotations.doc, rulebook_of("")))
    assert lexicon() is not None
    del nlp, record, annotations
    gc.collect()
    assert lexicon() is None


def test_a_repaired_encoding_is_warned_of(nlp: Language) -> None:
    written = "Giao Sở Y tế kiểm tra các xã, báo cáo trước ngày 15/8/2024."
    record = extractor.extract(written.encode().decode("latin-1").encode(), "a.txt", nlp=nlp)
    assert "encoding_repaired" in [w.code for w in record.warnings]
    record = extractor.extract(written.encode(), "a.txt", nlp=nlp)
    assert "encoding_repaired" not in [w.code for w in record.warnings]


@pytest.mark.parametrize(("below", "warned"), [("6 tháng 7", False), ("8 tháng 7", True)])
def test_two_dates_of_one_letter(below: str, warned: bool, nlp: Language) -> None:
    text = f"""ỦY BAN NHÂN DÂN
TỈNH SƠN LA
Số: 18/UBND-NL
Sơn La, ngày 6 tháng 7 năm 2024

Kính gửi: Các sở, ban, ngành

Giao Sở Y tế kiểm tra các xã.

Sơn La, ngày {below} năm 2024
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Nguyễn Văn An
"""
    record = extractor.extract(text.encode(), "a.txt", nlp=nlp)
    assert ("number_date_conflict" in [w.code for w in record.warnings]) is warned


def test_other_rules(tmp_path: Path) -> None:
    with pytest.raises(extractor.errors.RuleError, match="không có tệp quy tắc"):
        load(ner="none", rules=tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_the_tokenizer_keeps_every_character(text: str) -> None:
    doc = SyllableTokenizer(spacy.blank("xx").vocab)(text)
    assert doc.text == text
    for token in doc:
        kinds = {
            "L" if c.isalpha() else "N" if c.isnumeric() else "S" if c.isspace() else "P" for c in token.text
        }
        assert len(kinds) == 1 or not token.text.isascii()
