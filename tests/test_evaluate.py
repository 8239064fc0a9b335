"""The evaluation: small cases by hand, and agreement with the reference scorer on altered records."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import CongvanError
from extractor.evaluate import Counts, evaluate, interval, read_gold, read_records
from extractor.floors import FloorError, broken, read_floors, write_floors
from extractor.likeness import Likeness, document_number, normal
from extractor.rulebook import Rulebook
from tests.conftest import ROOT

Json = dict[str, Any]


@pytest.fixture(scope="module")
def like(book: Rulebook) -> Likeness:
    return Likeness(book)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("UBND tỉnh An Giang", "Ủy ban nhân dân tỉnh An Giang", True),
        ("Uỷ ban nhân dân huyện", "Ủy ban nhân dân huyện", True),
        ("Sở Y tế", "Sở Y tế tỉnh An Giang", True),
        ("Sở Y tế", "Bộ Y tế", False),
        ("Sở Y tế", "Sở Tài chính", False),
        ("đề nghị Sở Y tế", "Sở Y tế", True),
        ("UBND huyện Yên Thế", "UBND tỉnh Yên Thế", False),
        ("Ban Thường vụ Tỉnh ủy", "Tỉnh ủy", False),
        ("", "Sở Y tế", False),
        ("sở y te", "Sở Y tế", False),
    ],
)
def test_same_agency(like: Likeness, a: str, b: str, same: bool) -> None:
    assert like.same_agency(a, b) is same
    assert like.same_agency(b, a) is same


@pytest.mark.parametrize(
    ("group", "member", "match"),
    [
        ("các Sở: Y tế, Tài chính và Nội vụ", "Sở Nội vụ", True),
        ("các bộ, cơ quan ngang bộ", "cơ quan ngang Bộ", True),
        ("Sở Y tế", "Sở Y tế", True),
        ("các Sở: Y tế, Tài chính", "Sở Nội vụ", False),
    ],
)
def test_a_group_and_its_members(like: Likeness, group: str, member: str, match: bool) -> None:
    assert like.agency_match(group, member) is match
    assert like.agency_match(member, group) is match


def test_normal_forms(like: Likeness) -> None:
    assert normal("  Hoà  Bình. ") == "hòa bình"
    assert normal("quý 1 – 2") == "quý 1 - 2"
    assert document_number("757 /UBND-KGVX.") == "757/ubnd-kgvx"
    assert like.unit("VNĐ") == "đồng"
    assert like.overlap("tỷ lệ bao phủ", "tỷ lệ bao phủ bảo hiểm") == pytest.approx(8 / 10)
    assert interval(["2020-01-01", "2020-02-01T00:00"]) == interval(
        {"start": "2020-01-01", "end": "2020-02-01"}
    )
    assert interval({"start": None, "end": None}) is None


@pytest.mark.parametrize(
    ("counts", "rates"), [((0, 0, 0), (1, 1, 1)), ((0, 1, 1), (0, 0, 0)), ((3, 1, 3), (0.75, 0.5, 0.6))]
)
def test_rates(counts: tuple[int, int, int], rates: tuple[float, float, float]) -> None:
    c = Counts(*counts)
    assert (c.precision, c.recall, c.f1) == pytest.approx(rates)


def span(text: str, quote: str) -> Json:
    at = text.index(quote)
    return {"start": at, "end": at + len(quote), "text": quote}


TEXT = "Giao Sở Y tế rà soát danh sách trước ngày 05/3/2020; phấn đấu đạt 98% dân số."


def gold() -> Json:
    return {
        "source": "a.txt",
        "document": {"number": "1/UBND-VX", "type": "CV", "signer": None},
        "dates": [{"quote": "05/3/2020", "start": "2020-03-05", "end": "2020-03-05"}],
        "targets": [{"quote": "98%", "value": 98, "unit": "%", "metric": "dân số"}],
        "assignments": [
            {
                "agencies": ["Sở Y tế"],
                "task": "rà soát danh sách trước ngày 05/3/2020",
                "deadline": {"start": "2020-03-05", "end": "2020-03-05"},
            }
        ],
        "must_not_contain": ["Số lần đọc"],
    }


def record() -> Json:
    task = "rà soát danh sách trước ngày 05/3/2020"
    return {
        "source": {"name": "x/a.txt"},
        "text": TEXT,
        "document": {"number": "01/UBND-VX", "type": {"code": "CV", "name": "Công văn"}},
        "dates": [{"start": "2020-03-05", "end": "2020-03-05", "span": span(TEXT, "05/3/2020")}],
        "targets": [{"value": 98.0, "unit": "%", "metric": "số dân", "span": span(TEXT, "98%")}],
        "assignments": [
            {
                "agencies": [{"id": "x:so-y-te", "name": "Sở Y tế"}],
                "task": task,
                "deadline": {"start": "2020-03-05", "end": "2020-03-05", "relation": "before"},
                "span": span(TEXT, task),
            }
        ],
    }


def test_counts_and_misses(book: Rulebook) -> None:
    found = record()
    result = evaluate({"a.txt": found}, [gold()], book)
    assert [(m.field, m.wanted, m.got) for m in result.misses] == [
        ("document.number", "1/UBND-VX", "01/UBND-VX")
    ]
    assert result.fields["assignments"] == Counts(1, 0, 0)
    assert result.fields["boilerplate"] == Counts(1, 0, 0)
    assert result.fields["spans"] == Counts(3, 0, 0)

    found["assignments"][0]["agencies"][0]["name"] = "Sở Tài chính"
    found["dates"][0]["span"]["start"] += 1
    found["targets"] = []
    result = evaluate({"a.txt": found}, [gold()], book)
    assert result.fields["assignments"] == Counts(0, 1, 1)
    assert result.fields["assignments.deadline"] == Counts(1, 0, 0)
    assert result.fields["assignments.agencies"] == Counts(0, 1, 1)
    assert result.fields["spans"] == Counts(1, 1, 1)
    assert result.fields["targets"] == Counts(0, 0, 1)


def test_a_document_without_a_record_is_missed_whole(book: Rulebook) -> None:
    result = evaluate({}, [gold()], book)
    assert result.misses[0].field == "record"
    assert all(c.tp == 0 and c.fn > 0 for c in result.fields.values())


def test_optional_gold_costs_nothing(book: Rulebook) -> None:
    wanted = gold()
    for part in ("dates", "targets", "assignments"):
        wanted[part][0]["optional"] = True
    empty = record() | {"dates": [], "targets": [], "assignments": []}
    for found in (empty, record()):
        result = evaluate({"a.txt": found}, [wanted], book)
        assert [m.field for m in result.misses] == ["document.number"]
        assert result.fields["assignments.tokens"] == Counts(0, 0, 0)


def test_unreadable_gold_and_records_say_where(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("source: [", encoding="utf-8")
    with pytest.raises(CongvanError, match=r"bad\.yaml"):
        read_gold([tmp_path])
    bad.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(CongvanError, match=r"bad\.yaml"):
        read_gold([bad])
    lines = tmp_path / "r.jsonl"
    lines.write_text('{"source": {"name": "a"}}\n\n{', encoding="utf-8")
    with pytest.raises(CongvanError, match=r"r\.jsonl:3"):
        read_records(lines)


def test_floors(book: Rulebook, tmp_path: Path) -> None:
    place = tmp_path / "floors.json"
    good = record()
    good["document"]["number"] = "1/UBND-VX"
    worse = record() | {"dates": []}
    best = evaluate({"a.txt": good}, [gold()], book)
    less = evaluate({"a.txt": worse}, [gold()], book)
    write_floors(place, best, "sha256:1")
    assert broken(read_floors(place), best, "sha256:1") == []
    assert len(broken(read_floors(place), best, "sha256:2")) == 1
    assert [b.split(":")[0] for b in broken(read_floors(place), less, "sha256:1")] == [
        "dates",
        "document.number",
    ]
    before = place.read_bytes()
    with pytest.raises(FloorError, match="dates"):
        write_floors(place, less, "sha256:1")
    assert place.read_bytes() == before
    write_floors(place, less, "sha256:1", allow_regression=True)
    assert broken(read_floors(place), less, "sha256:1") == []


# -- agreement with the reference scorer ---------------------------------------------------------------------


def invented_record(wanted: Json, chance: random.Random) -> Json:
    """A record made from gold by losing, doubling and altering some of it."""

    def altered(value: Any) -> Any:
        if chance.random() > 0.15 or value is None:
            return value
        if isinstance(value, str):
            words = value.split()
            chance.shuffle(words)
            return " ".join(words[: max(1, len(words) - chance.randrange(3))])
        return value + 1 if isinstance(value, int) else value

    def agencies(names: list[str] | None) -> list[Json]:
        return [{"id": "x:1", "name": altered(n)} for n in names or [] if chance.random() > 0.05]

    def items(part: str) -> list[Json]:
        made = []
        for item in wanted.get(part) or []:
            if chance.random() < 0.15:
                continue
            quote = str(item.get("quote") or item.get("task") or item.get("number"))
            made.append({k: altered(v) for k, v in item.items() if k not in ("optional", "agency")})
            made[-1]["span"] = {"start": 0, "end": len(quote), "text": quote}
            for key in ("agencies", "coordinating"):
                made[-1][key] = agencies(item.get(key))
            for key in ("as_of", "baseline", "deadline"):
                if isinstance(item.get(key), list):
                    made[-1][key] = dict(zip(("start", "end"), item[key], strict=True))
            if chance.random() < 0.1:
                made.append(made[-1])
        if len(made) > 2 and chance.random() < 0.5:
            made[0], made[1] = made[1], made[0]
        return made

    header = wanted["document"]
    document = {k: altered(v) for k, v in header.items()}
    document["type"] = {"code": header.get("type"), "name": ""}
    document["issuer"] = {"id": "x:1", "name": altered(header.get("issuer"))}
    for key in ("addressees", "recipients", "executors"):
        document[key] = agencies(header.get(key))
    parts = ("references", "dates", "figures", "targets", "assignments")
    return {"source": {"name": wanted["source"]}, "text": "x" * 50, "document": document} | {
        part: items(part) for part in parts
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_the_reference_scorer(book: Rulebook, shared: Path, tmp_path: Path, seed: int) -> None:
    files = [
        shared / "gold",
        shared / "headers" / "letters.jsonl",
        shared / "html" / "gold.jsonl",
        ROOT / "corpus/gold",
    ]
    files = [f for f in files if f.exists()]
    golds = read_gold(files)
    chance = random.Random(seed)
    out = tmp_path / "records.jsonl"
    with out.open("w", encoding="utf-8") as lines:
        for g in golds:
            if chance.random() > 0.05:
                print(json.dumps(invented_record(g, chance), ensure_ascii=False, default=str), file=lines)
    single = [str(p) for f in files for p in (sorted(f.rglob("*.yaml")) if f.is_dir() else [f])]
    command = [sys.executable, str(shared / "score.py"), str(out), *single, "--json"]
    reference = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = evaluate(read_records(out), golds, book).as_json()
    del ours["assignments.product"]  # the reference asks for no products
    assert ours == reference
    assert len({f for f, c in ours.items() if 0 < c["f1"] < 1}) > 15


@pytest.mark.parametrize(
    ("gold", "found", "counts"),
    [
        ({"product": "Biên bản"}, {"product": "Biên bản"}, (1, 0, 0)),
        ({"product": "Biên bản"}, {"product": None}, (0, 0, 1)),
        ({"product": None}, {"product": "Biên bản"}, (0, 1, 0)),
        ({"product": "Biên bản"}, {"product": "Quyết định"}, (0, 1, 1)),
        ({"product": None}, {"product": None}, None),
        ({}, {"product": "Biên bản"}, None),
    ],
)
def test_products(
    book: Rulebook, gold: dict[str, str | None], found: dict[str, str | None], counts: tuple[int, ...] | None
) -> None:
    task = {"agencies": ["Sở Y tế"], "task": "Kiểm tra các chợ"}
    span = {"start": 0, "end": 1, "text": "a"}
    wanted = {"source": "a.txt", "document": {}, "assignments": [task | gold]}
    record = {"text": "a", "assignments": [task | {"agencies": [{"name": "Sở Y tế"}], "span": span} | found]}
    made = evaluate({"a.txt": record}, [wanted], book).fields.get("assignments.product")
    assert (made and (made.tp, made.fp, made.fn)) == counts
