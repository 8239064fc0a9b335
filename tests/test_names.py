"""The names stage: same tags as underthesea, few characters shown to a model, nothing overruled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from spacy.vocab import Vocab

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages import names
from extractor.stages.names import clear_cache, propose_names
from extractor.textview import TextView
from extractor.tokenizer import SyllableTokenizer
from extractor.values.agencies import AgencyValue

SENTENCES = [
    "Ông Nguyễn Văn An, Giám đốc Công ty Sao Mai, làm việc với Ủy ban nhân dân tỉnh An Giang ngày 05/3/2020.",
    "Theo Quyết định số 861/QĐ-TTg, tỷ lệ bao phủ bảo hiểm y tế đạt 90,06% dân số (tăng 1,82%).",
    "Hội Chữ thập đỏ trao 200 suất quà tại xã Hoà Bình, huyện Yên Thế, tỉnh Bắc Giang.",
    "UBND huyện Long Điền họp chuyên đề về BHYT; đồng chí Lâm Văn Hồng chủ trì cuộc họp.",
    "Khoẻ để lao động, vui để học tập: phong trào “Khoẻ vì nước” tại thành phố Uông Bí…",
    "a",
]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    clear_cache()
    yield
    clear_cache()


def annotated(text: str, **groups: list[Mention]) -> Annotations:
    view = TextView(text)
    return Annotations(view, SyllableTokenizer(Vocab()).from_view(view), mentions=dict(groups))


def proposed(annotations: Annotations) -> list[tuple[str, str]]:
    text = annotations.view.text
    return [(text[m.start : m.end], m.label) for m in annotations.group("names")]


def test_the_tagger_gives_the_tags_of_underthesea() -> None:
    import underthesea

    from extractor.stages.underthesea_tagger import tagger

    for sentence in SENTENCES:
        ours = tagger().words(sentence)
        assert [(w.text, w.tag) for w in ours] == [(t[0], t[3]) for t in underthesea.ner(sentence)]
        for word in ours:
            assert sentence[word.start : word.end].split()[0][:1] == word.text[:1]


def test_entities_have_their_places() -> None:
    from extractor.stages.underthesea_tagger import tagger

    text = "Đoàn công tác đến làm việc tại tỉnh Lào Cai và huyện Si Ma Cai."
    assert [text[e.start : e.end] for e in tagger().entities(text) if e.kind == "LOC"] == [
        "tỉnh Lào Cai",
        "Si Ma Cai",
    ]


def test_no_model_no_names(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_entities", lambda model, window: pytest.fail("the model was asked"))
    letter = annotated("Đoàn đến tại tỉnh Lào Cai và huyện Si Ma Cai.")
    propose_names(letter, book, "none")
    assert letter.mentions["names"] == []


def test_an_unknown_model_is_refused(book: Rulebook) -> None:
    with pytest.raises(ValueError, match="khong-co"):
        propose_names(annotated("a"), book, "khong-co")


def whole(model: str, window: str, kind: str = "place") -> tuple[tuple[int, int, str], ...]:
    return ((0, len(window), kind),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Đoàn đến làm việc tại Phú Xuân và Phú Lợi.", ["Phú Xuân", "Phú Lợi"]),
        ("Phú Xuân họp dân.\nSao Mai nhận hàng.", []),
        ("thực hiện theo Luật Đất Đai và Nghị Quyết này", []),
        ("gửi ỦY BAN NHÂN DÂN và Sở đúng hạn", []),
        ("ban hành Kế hoạch này", []),
    ],
)
def test_candidates(book: Rulebook, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str]) -> None:
    monkeypatch.setattr(names, "_entities", whole)
    letter = annotated(text)
    propose_names(letter, book, "underthesea")
    assert proposed(letter) == [(name, "place") for name in found]
    assert {m.rule for m in letter.group("names")} <= {"ner.underthesea"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("do đồng chí Lâm Văn Hồng chủ trì", [("Lâm Văn Hồng", "person")]),
        ("cát trên sông Đăk Bla và sông Pô Kô", [("Đăk Bla", "place"), ("Pô Kô", "place")]),
        ("ở các đảo Cô Tô, Quan Lạn về bờ", [("Cô Tô", "place"), ("Quan Lạn", "place")]),
        ("bằng tiếng dân tộc Xơ Đăng, Giẻ Triêng và vụ Đông Xuân", []),
    ],
)
def test_a_word_before_a_name_tells_what_it_is(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch, text: str, found: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(names, "_entities", lambda model, window: pytest.fail("the model was asked"))
    letter = annotated(text)
    propose_names(letter, book, "underthesea")
    assert proposed(letter) == found


def test_a_name_behind_a_post_is_a_person(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_entities", lambda model, window: pytest.fail("the model was asked"))
    text = "do Phó Chủ tịch UBND tỉnh Mai Trọng Nghĩa chủ trì"
    end = text.index(" Mai")
    post = Mention(3, end, "agency", "x", AgencyValue("x", "UBND tỉnh", "province", title="Phó Chủ tịch"))
    letter = annotated(text, agencies=[post])
    propose_names(letter, book, "underthesea")
    assert proposed(letter) == [("Mai Trọng Nghĩa", "person")]


@pytest.mark.parametrize("group", names.EXPLAINED)
def test_a_mention_is_never_overruled(book: Rulebook, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    monkeypatch.setattr(names, "_entities", whole)
    text = "Đoàn đến làm việc tại Phú Xuân và Phú Lợi."
    at = text.index("Phú Xuân")
    outer, inner = Mention(0, at + 3, "x", "x"), Mention(2, 5, "x", "x")
    letter = annotated(text, **{group: [outer, inner]})
    propose_names(letter, book, "underthesea")
    assert proposed(letter) == [("Phú Lợi", "place")]
    assert letter.mentions[group] == [outer, inner]


@pytest.mark.parametrize("label", ["agency", "person", "place", ""])
def test_labels(book: Rulebook, monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    monkeypatch.setattr(names, "_entities", lambda model, window: whole(model, window, label))
    letter = annotated("làm việc với Sao Mai")
    propose_names(letter, book, "underthesea")
    assert [m.label for m in letter.group("names")] == ([label] if label else [])


@pytest.mark.parametrize(
    ("kind", "label"), [("ORG", "agency"), ("PER", "person"), ("LOC", "place"), ("MISC", "")]
)
def test_labels_of_underthesea(monkeypatch: pytest.MonkeyPatch, kind: str, label: str) -> None:
    from extractor.stages import underthesea_tagger as other

    class Fake:
        def entities(self, text: str) -> list[other.Entity]:
            return [other.Entity(0, 3, kind)]

    monkeypatch.setattr(other, "tagger", Fake)
    assert names._entities("underthesea", "abc") == ((0, 3, label),)


def test_an_entity_that_holds_a_part_of_the_name_proposes_nothing(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_entities", lambda model, window: ((0, window.index("Mai"), "place"),))
    letter = annotated("làm việc với Sao Mai")
    propose_names(letter, book, "underthesea")
    assert proposed(letter) == []


def test_the_model_sees_a_small_share_in_short_windows(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watch(model: str, window: str) -> tuple[tuple[int, int, str], ...]:
        seen.append(window)
        return whole(model, window)

    monkeypatch.setattr(names, "_entities", watch)
    syllables = ["Ba", "Chi", "Du", "Ga", "Hoa", "Kim", "La", "Mai", "Na", "Pha"]
    line = (
        "làm việc với {} về việc rà soát, lập danh sách các hộ gia đình trên địa bàn trong thời gian tới.\n"
    )
    text = "".join(line.format(f"{a} {b}") for a in syllables for b in syllables)
    letter = annotated(text)
    propose_names(letter, book, "underthesea")
    assert 0 < sum(map(len, seen)) <= 0.02 * len(text) + 240
    assert max(map(len, seen)) <= 120
    assert all(window in text and "\n" not in window for window in seen)
    assert len(letter.group("names")) == len(seen)


def test_a_name_is_asked_once_and_a_window_is_remembered(book: Rulebook) -> None:
    text = "Đoàn công tác đến làm việc tại Si Ma Cai, sau đó rời Si Ma Cai."
    for _ in range(2):
        letter = annotated(text)
        propose_names(letter, book, "underthesea")
    assert [name for name, _ in proposed(letter)] == ["Si Ma Cai", "Si Ma Cai"]
    info = names._entities.cache_info()
    assert (info.misses, info.hits) == (1, 1)
    clear_cache()
    assert names._entities.cache_info().currsize == 0
