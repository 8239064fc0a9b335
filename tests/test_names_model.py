"""The CRF of our own: features, made-up sentences, training, the shipped model."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from spacy.vocab import Vocab

from extractor.annotations import Annotations
from extractor.cli.train_names import command
from extractor.errors import CongvanError
from extractor.evaluate import Counts
from extractor.names_model import LABELS, judge
from extractor.names_model.features import Lexicon, cut, features, shape_of
from extractor.names_model.generate import Generator, Sentence
from extractor.names_model.silver import varied
from extractor.names_model.tagger import Tagger, entities_of, tagger
from extractor.names_model.training import lexicon_of, part_of, scores, tags_of, train
from extractor.rulebook import Rulebook
from extractor.stages.names import clear_cache, propose_names, use_own
from extractor.textview import TextView
from extractor.tokenizer import SyllableTokenizer


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in cut(text)]


@pytest.fixture(scope="module")
def generator(book: Rulebook) -> Generator:
    return Generator(book)


# -- features ------------------------------------------------------------------------------------------------


def test_a_text_is_cut_at_every_change() -> None:
    assert words_of("BHXH tỉnh, 05/3 (b/c)_") == [
        "BHXH",
        "tỉnh",
        ",",
        "05",
        "/",
        "3",
        "(",
        "b",
        "/",
        "c",
        ")",
        "_",
    ]


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("Sở", "T"),
        ("sở", "x"),
        ("UBND", "C"),
        ("A", "X"),
        ("PTTg", "M"),
        ("12", "d"),
        ("2026", "D"),
        (";", ";"),
    ],
)
def test_shapes(word: str, shape: str) -> None:
    assert shape_of(word) == shape


def test_the_lexicon_takes_the_longest_phrase_and_wants_a_capital() -> None:
    lexicon = Lexicon([("h", "công ty"), ("h", "công ty cổ phần"), ("p", "hòa bình")])
    keys = ["công", "ty", "cổ", "phần", "hòa", "bình", "hòa", "bình", "công", "ty"]
    shapes = list("TxxxTTxxxx")
    assert lexicon.tags(keys, shapes) == ["hB", "hI", "hI", "hI", "pB", "pI", "-", "-", "hB", "hI"]


def test_features_tell_a_word_its_neighbours_and_the_head_before_it() -> None:
    lexicon = Lexicon([("h", "trại")])
    rows = features(words_of("với Trại giống Gio Mai"), lexicon)
    assert len({len(row) for row in rows}) == 1
    assert {"w=gio", "p=giống", "n=mai", "s=T", "sh=xTT", "wn=gio mai", "st=T-2"} <= set(rows[3])
    assert "t=hB" in rows[1]
    assert "pp=^" in rows[0]
    assert "nn=$" in rows[-1]


def test_a_hidden_word_shows_its_shape_only() -> None:
    rows = features(["Sao", "Mai"], Lexicon([("p", "sao mai")]), frozenset({0}))
    assert {"w=?", "s=T", "t=-"} <= set(rows[0])
    assert "p=?" in rows[1]


def test_a_lexicon_is_read_as_written(tmp_path: Path) -> None:
    lexicon = Lexicon([("p", "hòa bình"), ("h", "sở")])
    lexicon.write(tmp_path / "x.words")
    assert Lexicon.read(tmp_path / "x.words").phrases == [("h", "sở"), ("p", "hòa bình")]


# -- made-up sentences ---------------------------------------------------------------------------------------


def test_names_stand_where_a_sentence_says(generator: Generator) -> None:
    rng = random.Random(1)
    for template in generator.templates:
        sentence = generator.sentence(template, rng)
        assert "{" not in sentence.text
        ends = 0
        for start, end, label in sentence.names:
            assert ends <= start < end <= len(sentence.text)
            assert label in LABELS
            ends = end


def test_the_same_seed_makes_the_same_sentences(generator: Generator) -> None:
    made = [[generator.sentence(t, random.Random(7)) for t in generator.templates] for _ in range(2)]
    assert made[0] == made[1]


def test_what_is_held_out_is_not_made(book: Rulebook) -> None:
    kept = Generator(book, lambda text: part_of(text, 4) != 0)
    rest = Generator(book, lambda text: part_of(text, 4) == 0)
    assert set(kept.templates).isdisjoint(rest.templates)
    assert kept.templates
    assert rest.templates
    assert set(kept.fillings["hospital"]).isdisjoint(rest.fillings["hospital"])


def test_a_slot_that_nothing_fills_is_told(
    tmp_path: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "names.toml").write_text(
        '[names]\nagency = ["{nothing}"]\n[forms]\n[lists]\n[words]\n[[template]]\ntext = "{agency}"\n',
        "utf-8",
    )
    monkeypatch.setattr(book, "folder", tmp_path)
    with pytest.raises(CongvanError, match="nothing"):
        Generator(book)


def test_a_varied_sentence_keeps_its_words_around_the_names(generator: Generator) -> None:
    sentence = Sentence("Giao Sở Y tế làm việc với Sở X.", ((5, 12, "agency"), (26, 30, "agency")))
    made = varied(sentence, generator, 1.0, random.Random(3))
    assert made.text.startswith("Giao ")
    assert made.text.endswith(".")
    (s1, e1, _), (s2, _e2, _) = made.names
    assert made.text[e1:s2] == " làm việc với "
    assert made.text[s1:e1] != "Sở Y tế"
    assert varied(sentence, generator, 0.0, random.Random(3)) == sentence


# -- training ------------------------------------------------------------------------------------------------


def test_tags_and_entities_are_inverse() -> None:
    sentence = Sentence("Giao Sở Y tế, ông An Bình", ((5, 12, "agency"), (18, 25, "person")))
    places = cut(sentence.text)
    tags = tags_of(sentence, places)
    assert tags == ["O", "B-agency", "I-agency", "I-agency", "O", "O", "B-person", "I-person"]
    assert [tuple(e) for e, _, _ in entities_of(places, tags)] == list(sentence.names)


def test_an_inside_tag_that_continues_nothing_begins_a_name() -> None:
    found = entities_of([(0, 1), (2, 3), (4, 5)], ["I-agency", "I-person", "I-person"])
    assert [tuple(e) for e, _, _ in found] == [(0, 1, "agency"), (2, 5, "person")]


def test_training_on_little_gives_a_model_that_works(
    tmp_path: Path, book: Rulebook, generator: Generator
) -> None:
    rng = random.Random(5)
    templates = ["Giao {agency} làm trước {day}.", "Ông {person} ở {place} báo tin."]
    sentences = [generator.sentence(t, rng) for t in templates for _ in range(150)]
    told: list[tuple[int, int, int]] = []
    for name in ("a.crf", "b.crf"):
        train(
            sentences,
            lexicon_of(book, generator),
            tmp_path / name,
            random.Random(5),
            lambda *n: told.append(n),
        )
    assert told[0] == told[1]
    assert told[0][0] == 300
    one, two = Tagger(tmp_path / "a.crf"), Tagger(tmp_path / "b.crf")
    fresh = [generator.sentence(t, rng) for t in templates for _ in range(30)]
    assert [one.entities(s.text) for s in fresh] == [two.entities(s.text) for s in fresh]
    counts = scores(one, fresh)
    assert all(c.recall > 0.5 and c.precision > 0.5 for c in counts.values()), counts


# -- the shipped model ---------------------------------------------------------------------------------------

TOLD = [
    ("Giao Hạt Quản lý đê Thanh Liêm chủ trì, phối hợp với Xí nghiệp gạch Sông Cầu rà soát.",
     [("agency", "Hạt Quản lý đê Thanh Liêm"), ("agency", "Xí nghiệp gạch Sông Cầu")]),
    ("Phó Chủ tịch UBND tỉnh Trần Văn Cảnh chủ trì cuộc họp.", [("person", "Trần Văn Cảnh")]),
    ("Thực hiện Luật Đất đai và Nghị quyết của Chính phủ về chống hạn.", [("agency", "Chính phủ")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), TOLD)
def test_the_shipped_model_tells_names(text: str, names: list[tuple[str, str]]) -> None:
    found = [(e.kind, text[e.start : e.end]) for e in tagger().entities(text)]
    assert [n for n in found if n in names] == names
    assert not [n for n in found if "Luật" in n[1]]


def test_the_same_text_has_the_same_names() -> None:
    text = TOLD[0][0]
    assert Tagger().entities(text) == Tagger().entities(text) == tagger().entities(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\n", ".", "a", "😀", "\u0301", "Ủ" * 300, "Sở Y tế " * 5_000, "1" * 9_999]
)
def test_unusual_input_breaks_nothing(text: str) -> None:
    for entity in tagger().entities(text):
        assert 0 <= entity.start < entity.end <= len(text)


def test_the_model_is_small_enough_to_commit() -> None:
    from extractor.names_model import MODEL, WORDS_SUFFIX

    assert MODEL.stat().st_size + MODEL.with_suffix(WORDS_SUFFIX).stat().st_size < 6_000_000


def test_own_needs_nothing_of_underthesea_but_its_core() -> None:
    program = (
        "import sys, extractor\n"
        "extractor.extract('Giao Sở Y tế phối hợp với Trại giống Gio Mai.', nlp=extractor.load())\n"
        "print('underthesea_core' in sys.modules, 'underthesea' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def annotated(text: str) -> Annotations:
    view = TextView(text)
    return Annotations(view, SyllableTokenizer(Vocab()).from_view(view))


def test_an_agency_is_proposed_whole_and_again(book: Rulebook) -> None:
    clear_cache()
    text = "Giao Trại giống thủy sản Gio Mai thả cá.\nYêu cầu Trại giống thủy sản Gio Mai báo cáo."
    letter = annotated(text)
    propose_names(letter, book, "own")
    found = [(m.label, text[m.start : m.end], m.rule) for m in letter.group("names")]
    assert found == [("agency", "Trại giống thủy sản Gio Mai", "ner.own")] * 2


def test_another_model_stands_in_for_a_while(book: Rulebook) -> None:
    class Silent(Tagger):
        def entities(self, text: str) -> list[object]:  # type: ignore[override]
            return []

    text = "Giao Trại giống thủy sản Gio Mai thả cá."
    with use_own(Silent()):
        letter = annotated(text)
        propose_names(letter, book, "own")
        assert letter.group("names") == []
    propose_names(letter, book, "own")
    assert letter.group("names")


# -- judging -------------------------------------------------------------------------------------------------


def test_marks_are_whole_words_and_the_longer_wins() -> None:
    text = "Sở Y tế tỉnh; Sở Y tếx; Sở Y tế."
    assert judge.marked(text, ["Sở Y tế", "Sở Y tế tỉnh"]) == [(0, 12), (24, 31)]


def test_marks_are_counted_by_overlap_and_several_are_free() -> None:
    text = "Giám đốc Sở Y tế, các sở, Công ty Sao Mai và ông An"
    found = [
        judge.Found(0, 16, "agency", "x"),
        judge.Found(18, 24, "", "các sở"),
        judge.Found(18, 24, "agency", "các sở"),
        judge.Found(45, 51, "agency", "ông An"),
    ]
    counts = {label: Counts() for label in LABELS}
    judge.count_marks(counts, text, {"agency": ["Sở Y tế", "Công ty Sao Mai"], "place": None}, found)
    assert counts["agency"] == Counts(tp=1, fp=1, fn=1)
    assert counts["place"] == Counts()


def test_every_mark_stands_in_its_letter(book: Rulebook) -> None:
    from extractor.ingest import read_source
    from tests.conftest import ROOT

    marks = judge.read_marks(ROOT / "corpus" / "names.yaml")
    assert any(names for labels in marks.values() for names in labels.values())
    for name, labels in marks.items():
        text = read_source((ROOT / "corpus" / "letters" / name).read_bytes(), name, book).text
        for label, names in labels.items():
            assert label in LABELS
            assert [n for n in names or () if n not in text] == [], name


def test_without_letters_nothing_is_trained(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--corpus", str(tmp_path), "--out", str(tmp_path / "x.crf")])
    assert result.exit_code == 2
    assert not (tmp_path / "x.crf").exists()
