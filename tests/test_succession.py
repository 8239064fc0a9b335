"""What became of agencies: today's bodies, names as of a day, warnings, and the registers themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor.record import Agency, Record
from extractor.rulebook import Rulebook
from extractor.values.agencies import AgencyValue, made_id
from extractor.values.succession import Succession, succession_of
from tests.conftest import ROOT

if TYPE_CHECKING:
    from spacy.language import Language

CHANGES = {"merged", "renamed", "split", "abolished"}


def letter(nlp: Language, issuer: str, day: str, body: str) -> Record:
    """A letter of an issuer (HD) of a day (d/m/yyyy)."""
    d, m, y = day.split("/")
    place = issuer.split(" ", 1)[1].removeprefix("PHỐ ").title()
    text = (
        f"ỦY BAN NHÂN DÂN\n{issuer}\nSố: 123/UBND-TH\nV/v thực hiện nhiệm vụ\n"
        f"{place}, ngày {int(d):02} tháng {m} năm {y}\nKính gửi: Các sở, ban, ngành.\n\n{body}\n"
    )
    return extractor.extract(text, "letter.txt", nlp=nlp)


def agency(record: Record, name: str) -> Agency:
    found = [a for a in record.agencies if a.name == name]
    assert found, [a.name for a in record.agencies]
    return found[0]


def after(record: Record, name: str) -> tuple[str | None, str | None, list[tuple[str, str, str]]]:
    """When and how an agency ended, and today's bodies."""
    a = agency(record, name)
    ended = (a.ended.since, a.ended.change) if a.ended else (None, None)
    return *ended, [(s.name, s.since, s.change) for s in a.successors]


def warned(record: Record, code: str) -> list[str]:
    return [w.span.text for w in record.warnings if w.code == code and w.span]


M1, D1 = "2025-03-01", "2025-07-01"
LC, HD, TTH = "TỈNH LAI CHÂU", "TỈNH HẢI DƯƠNG", "TỈNH THỪA THIÊN HUẾ"
#: issuer, day, sentence, canonical name, day and kind of the end, today's bodies
FATES = [
    (LC, "5/3/2018", "Bộ Kế hoạch và Đầu tư có ý kiến.", "Bộ Kế hoạch và Đầu tư", M1, "merged",
     [("Bộ Tài chính", M1, "merged")]),
    (LC, "5/3/2018", "Tổng cục Lâm nghiệp có ý kiến.", "Tổng cục Lâm nghiệp", "2023-03-01", "split",
     [("Cục Lâm nghiệp và Kiểm lâm", M1, "merged")]),
    (LC, "5/3/2018", "Sở Kế hoạch và Đầu tư rà soát.", "Sở Kế hoạch và Đầu tư tỉnh Lai Châu",
     M1, "merged", [("Sở Tài chính tỉnh Lai Châu", M1, "merged")]),
    (HD, "5/3/2018", "Sở Kế hoạch và Đầu tư rà soát.", "Sở Kế hoạch và Đầu tư tỉnh Hải Dương",
     M1, "merged", [("Sở Tài chính thành phố Hải Phòng", D1, "merged")]),
    ("TỈNH AN GIANG", "5/3/2018", "Sở Giao thông vận tải rà soát.", "Sở Giao thông vận tải tỉnh An Giang",
     M1, "merged", [("Sở Xây dựng tỉnh An Giang", M1, "merged")]),
    (LC, "5/3/2018", "Sở Lao động - Thương binh và Xã hội rà soát.",
     "Sở Lao động - Thương binh và Xã hội tỉnh Lai Châu", M1, "split",
     [("Sở Nội vụ tỉnh Lai Châu", M1, "split"), ("Sở Y tế tỉnh Lai Châu", M1, "split"),
      ("Sở Giáo dục và Đào tạo tỉnh Lai Châu", M1, "split")]),
    (HD, "5/4/2025", "Sở Y tế rà soát.", "Sở Y tế tỉnh Hải Dương", D1, "merged",
     [("Sở Y tế thành phố Hải Phòng", D1, "merged")]),
    (HD, "5/4/2018", "Báo cáo Tỉnh ủy.", "Tỉnh ủy Hải Dương", D1, "merged",
     [("Thành ủy Hải Phòng", D1, "merged")]),
    (HD, "5/4/2018", "Ban Dân vận Tỉnh ủy phối hợp.", "Ban Dân vận Tỉnh ủy Hải Dương", M1, "merged",
     [("Ban Tuyên giáo và Dân vận Thành ủy Hải Phòng", D1, "merged")]),
    ("TỈNH BÌNH PHƯỚC", "5/4/2018", "Báo cáo UBND tỉnh.", "Ủy ban nhân dân tỉnh Bình Phước", D1, "merged",
     [("Ủy ban nhân dân thành phố Đồng Nai", "2026-04-30", "renamed")]),
    ("TỈNH ĐỒNG NAI", "5/4/2018", "Báo cáo UBND tỉnh.", "Ủy ban nhân dân tỉnh Đồng Nai", "2026-04-30",
     "renamed",
     [("Ủy ban nhân dân thành phố Đồng Nai", "2026-04-30", "renamed")]),
    (TTH, "5/4/2018", "Báo cáo UBND tỉnh.", "Ủy ban nhân dân tỉnh Thừa Thiên Huế", "2025-01-01", "renamed",
     [("Ủy ban nhân dân thành phố Huế", "2025-01-01", "renamed")]),
    ("TỈNH HÀ TÂY", "5/4/2007", "Sở Kế hoạch và Đầu tư rà soát.", "Sở Kế hoạch và Đầu tư tỉnh Hà Tây",
     "2008-08-01", "merged", [("Sở Tài chính thành phố Hà Nội", M1, "merged")]),
    (HD, "5/4/2020", "Cục Thuế kiểm tra.", "Cục Thuế tỉnh Hải Dương", M1, "merged",
     [("Thuế thành phố Hải Phòng", D1, "merged")]),
    (LC, "5/3/2018", "Công an huyện Tam Đường kiểm tra.", "Công an huyện Tam Đường", M1, "abolished", []),
    (LC, "5/3/2018", "UBND cấp huyện kiểm tra.", "Ủy ban nhân dân cấp huyện", D1, "abolished", []),
    ("THÀNH PHỐ HỒ CHÍ MINH", "5/3/2018", "Sở Giao thông vận tải kiểm tra.",
     "Sở Giao thông vận tải thành phố Hồ Chí Minh", M1, "renamed", []),
    (TTH, "5/4/2018", "UBND thành phố Huế kiểm tra.", "Ủy ban nhân dân thành phố Huế",
     "2025-01-01", "abolished", []),
    (HD, "5/4/2018", "UBND xã Phạm Trấn, huyện Gia Lộc báo cáo.", "Ủy ban nhân dân xã Phạm Trấn",
     D1, "merged", [("Ủy ban nhân dân xã Trường Tân", D1, "merged")]),
]  # fmt: skip


@pytest.mark.parametrize(("issuer", "day", "body", "name", "since", "change", "heirs"), FATES)
def test_what_became_of_an_agency(
    issuer: str, day: str, body: str, name: str, since: str, change: str,
    heirs: list[tuple[str, str, str]], nlp: Language,
) -> None:  # fmt: skip
    record = letter(nlp, issuer, day, body)
    assert after(record, name) == (since, change, heirs)
    assert warned(record, "abolished_agency") == []
    ended = agency(record, name).ended
    assert ended is not None
    assert ended.basis


#: issuer, day, sentence, canonical name of a body that is still there, or of which nothing is known
STAYING = [
    (LC, "5/3/2018", "Sở Y tế rà soát.", "Sở Y tế tỉnh Lai Châu"),
    ("TỈNH AN GIANG", "5/3/2018", "Sở Y tế rà soát.", "Sở Y tế tỉnh An Giang"),
    (LC, "5/3/2018", "Bộ Tài chính hướng dẫn.", "Bộ Tài chính"),
    ("THÀNH PHỐ ĐỒNG NAI", "5/6/2026", "Sở Y tế rà soát.", "Sở Y tế thành phố Đồng Nai"),
    (LC, "5/3/2026", "UBND xã Bình Lư báo cáo.", "Ủy ban nhân dân xã Bình Lư"),
    (LC, "5/3/2018", "Trung tâm Y tế huyện Tam Đường họp.", "Trung tâm Y tế huyện Tam Đường"),
]  # fmt: skip


@pytest.mark.parametrize(("issuer", "day", "body", "name"), STAYING)
def test_a_body_that_is_still_there(issuer: str, day: str, body: str, name: str, nlp: Language) -> None:
    assert after(letter(nlp, issuer, day, body), name) == (None, None, [])


def test_a_district_is_followed_by_the_communes_on_its_land(nlp: Language) -> None:
    record = letter(nlp, HD, "5/4/2018", "UBND huyện Gia Lộc kiểm tra. Huyện ủy Gia Lộc chỉ đạo.")
    since, change, heirs = after(record, "Ủy ban nhân dân huyện Gia Lộc")
    assert (since, change) == (D1, "abolished")
    assert {name for name, _, _ in heirs} >= {"Ủy ban nhân dân xã Gia Lộc", "Ủy ban nhân dân xã Gia Phúc"}
    assert {(day, how) for _, day, how in heirs} == {(D1, "abolished")}
    assert after(record, "Huyện ủy Gia Lộc") == (D1, "abolished", [])


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("UBND xã Tân Lập báo cáo.", 0),  # several districts have one
        ("UBND xã Tân Lập, huyện Sông Lô, tỉnh Vĩnh Phúc báo cáo.", 1),
    ],
)
def test_a_commune_needs_its_district(body: str, count: int, nlp: Language) -> None:
    text = f"BỘ Y TẾ\nSố: 1/BYT-KCB\nHà Nội, ngày 05 tháng 4 năm 2018\nKính gửi: Sở Y tế.\n\n{body}\n"
    record = extractor.extract(text, "letter.txt", nlp=nlp)
    assert len(agency(record, "Ủy ban nhân dân xã Tân Lập").successors) == count


#: issuer, day, sentence, what is warned about as ended
ENDED = [
    (LC, "28/2/2025", "Sở Kế hoạch và Đầu tư rà soát.", []),
    (LC, "1/3/2025", "Sở Kế hoạch và Đầu tư rà soát.", ["Sở Kế hoạch và Đầu tư"]),
    (LC, "1/3/2025", "Bộ Xây dựng và Bộ Giao thông vận tải hướng dẫn. Bộ Giao thông vận tải trả lời.",
     ["Bộ Giao thông vận tải"]),
    (LC, "1/4/2025", "Theo Công văn số 15/SKHĐT-TH ngày 05/01/2025 của Sở Kế hoạch và Đầu tư về dự án.", []),
    (LC, "1/4/2025", "Tiếp nhận hồ sơ của Sở Kế hoạch và Đầu tư (cũ).", []),
    (LC, "1/4/2025", "Công việc trước đây do Sở Kế hoạch và Đầu tư theo dõi.", []),
    (LC, "1/4/2025", "Công an huyện Tam Đường kiểm tra.", ["Công an huyện Tam Đường"]),
    (LC, "1/8/2025", "Báo cáo UBND tỉnh Yên Bái.", ["UBND tỉnh Yên Bái"]),
]  # fmt: skip


@pytest.mark.parametrize(("issuer", "day", "body", "words"), ENDED)
def test_bodies_that_had_ended(issuer: str, day: str, body: str, words: list[str], nlp: Language) -> None:
    assert warned(letter(nlp, issuer, day, body), "abolished_agency") == words


#: day, order, what is warned about as work for a district
DISTRICTS = [
    ("30/6/2025", "Giao UBND huyện Tam Đường rà soát hồ sơ.", []),
    ("1/7/2025", "Giao UBND huyện Tam Đường rà soát hồ sơ.", ["UBND huyện Tam Đường"]),
    ("1/7/2025", "Giao UBND huyện Tam Đường rà soát hồ sơ. Giao UBND huyện Tam Đường báo cáo.",
     ["UBND huyện Tam Đường"]),
    ("1/7/2025", "Yêu cầu UBND các huyện, thị xã, thành phố kiểm tra hồ sơ.",
     ["UBND các huyện, thị xã, thành phố"]),
    ("1/7/2025", "Yêu cầu UBND các xã, phường kiểm tra hồ sơ.", []),
    ("1/7/2025", "Giao UBND cấp huyện kiểm tra hồ sơ.", ["UBND cấp huyện"]),
    ("1/7/2025", "Giao Phòng Nội vụ huyện Tam Đường kiểm tra hồ sơ.", ["Phòng Nội vụ huyện Tam Đường"]),
    ("1/7/2025", "Giao Trung tâm Y tế huyện Tam Đường kiểm tra hồ sơ.", []),
    ("1/7/2025", "Giao UBND xã Bình Lư nhận hồ sơ của UBND huyện Tam Đường (cũ).", []),
    ("1/7/2025", "Đề nghị Huyện ủy Tam Đường chỉ đạo kiểm tra hồ sơ.", ["Huyện ủy Tam Đường"]),
]  # fmt: skip


@pytest.mark.parametrize(("day", "body", "words"), DISTRICTS)
def test_work_given_to_a_district(day: str, body: str, words: list[str], nlp: Language) -> None:
    record = letter(nlp, LC, day, body)
    assert warned(record, "district_assignment") == words
    assert warned(record, "abolished_agency") == []


def test_nothing_is_warned_about_without_a_day(nlp: Language) -> None:
    record = extractor.extract("Giao UBND huyện Tam Đường rà soát hồ sơ.", "note.txt", nlp=nlp)
    assert agency(record, "Ủy ban nhân dân huyện Tam Đường").ended is not None
    assert warned(record, "district_assignment") == []


def test_successors_are_written_as_the_schema_says(nlp: Language) -> None:
    record = letter(nlp, HD, "5/3/2018", "Sở Y tế rà soát.")
    assert Record.model_validate_json(record.model_dump_json()) == record
    dumped = agency(record, "Sở Y tế tỉnh Hải Dương").model_dump(mode="json")
    assert dumped["successors"] == [
        {"id": "x:so-y-te-thanh-pho-hai-phong", "name": "Sở Y tế thành phố Hải Phòng", "from": D1,
         "change": "merged"}
    ]  # fmt: skip
    assert dumped["ended"] == {"from": D1, "change": "merged", "basis": "Nghị quyết 202/2025/QH15"}
    schema = Record.model_json_schema()["$defs"]["Successor"]
    assert schema["required"] == ["id", "name", "from", "change"]


def test_registers_are_read_when_they_are_asked_for(book: Rulebook) -> None:
    fresh = Rulebook(book.folder)
    succession = Succession(fresh)
    value = AgencyValue(
        made_id("Sở Y tế tỉnh Lai Châu"), "Sở Y tế tỉnh Lai Châu", "province", "tỉnh Lai Châu", core="Sở Y tế"
    )
    assert succession.fate(value, date(2018, 3, 5), {}) is None
    assert "commune_successors.csv" not in fresh._tables


# -- the registers -------------------------------------------------------------------------------------------


def test_rows_of_the_register_are_whole(book: Rulebook) -> None:
    agencies = {r["id"]: r for r in book.table("agencies.csv")}
    provinces = {r["name"] for r in book.table("provinces.csv")}
    rows = book.table("successors.csv")
    assert len({(r["former"], r["level"], r["place"]) for r in rows}) == len(rows)
    for row in rows:
        successors = [s for s in row["successors"].split("|") if s]
        assert row["change"] in CHANGES, row
        assert row["basis"], row
        assert date.fromisoformat(row["from"]).isoformat() == row["from"]
        assert not row["since"] or date.fromisoformat(row["since"]) > date.fromisoformat(row["from"])
        assert row["level"] in {"central", "province", "district", "commune"}
        assert row["at"] in {"", "commune"}
        assert row["place"] in {"", *provinces}
        assert row["former"] not in successors or row["at"]
        if row["level"] == "central":
            assert {row["former"], *successors} <= set(agencies), row
            last = date.fromisoformat(row["from"]) - timedelta(days=1)
            assert agencies[row["former"]]["to"] == last.isoformat(), row


def test_every_body_that_ended_has_a_row(book: Rulebook) -> None:
    told = {r["former"] for r in book.table("successors.csv") if r["level"] == "central"}
    assert {r["id"] for r in book.table("agencies.csv") if r["to"]} == told


def test_no_body_comes_back(book: Rulebook) -> None:
    """Chains of successors end: none leads back to a body it came from."""
    after: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in book.table("successors.csv"):
        level = row["at"] or row["level"]
        after.setdefault((row["former"], row["level"]), set()).update(
            (s, level) for s in row["successors"].split("|") if s
        )
    for start in after:
        seen, todo = set(), list(after[start])
        while todo:
            body = todo.pop()
            assert body != start
            if body not in seen:
                seen.add(body)
                todo += after.get(body, ())


def test_local_bodies_are_whole(book: Rulebook) -> None:
    rows = book.table("local_bodies.csv")
    assert len({(r["name"], r["level"]) for r in rows}) == len(rows)
    assert {r["level"] for r in rows} == {"province", "commune"}
    names = {(r["name"], r["level"]) for r in rows}
    assert all((r["in_city"], r["level"]) in names for r in rows if r["in_city"])


def test_every_change_of_a_unit_has_its_basis(book: Rulebook) -> None:
    told = {(r["level"], r["from"]) for r in book.table("reorganisations.csv")}
    for level, file in (("province", "provinces.csv"), ("commune", "communes.csv")):
        for day in {r["to"] for r in book.table(file) if r["to"]}:
            assert (level, (date.fromisoformat(day) + timedelta(days=1)).isoformat()) in told
    for row in book.table("reorganisations.csv"):
        assert row["basis"]
        assert row["note"]
    assert succession_of(book).districts_ended(date(2025, 7, 1))
    assert not succession_of(book).districts_ended(date(2025, 6, 30))


# -- letters of the corpus -----------------------------------------------------------------------------------

#: a letter from before, between and behind the reorganisations; agencies whose successors it must have
CORPUS = [
    ("vinhphuc-skhdt-cv-2021", [], [], {
        "Sở Kế hoạch và Đầu tư tỉnh Vĩnh Phúc": ["Sở Tài chính tỉnh Phú Thọ"],
        "Cục Thuế tỉnh Vĩnh Phúc": ["Thuế tỉnh Phú Thọ"],
        "Ủy ban nhân dân thành phố Phúc Yên": [
            "Ủy ban nhân dân phường Phúc Yên", "Ủy ban nhân dân phường Xuân Hòa",
        ],
    }),
    ("thaibinh-tb-vungnuoi-2025", [], [], {
        "Sở Nông nghiệp và Môi trường tỉnh Thái Bình": ["Sở Nông nghiệp và Môi trường tỉnh Hưng Yên"],
        "Sở Tài nguyên và Môi trường tỉnh Thái Bình": ["Sở Nông nghiệp và Môi trường tỉnh Hưng Yên"],
        "Bộ Chỉ huy Bộ đội Biên phòng tỉnh Thái Bình": [],
    }),
    ("vinhlong-ubnd-cv-2025", ["UBND huyện Trà Ôn"], [], {
        "Sở Tài chính tỉnh Vĩnh Long": [], "Ủy ban nhân dân xã Trà Ôn": [],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("name", "districts", "ended", "successors"), CORPUS)
def test_letters_of_the_corpus(
    name: str, districts: list[str], ended: list[str], successors: dict[str, list[str]], nlp: Language
) -> None:
    data = (ROOT / "corpus" / "letters" / f"{name}.txt").read_bytes()
    record = extractor.extract(data, name, nlp=nlp)
    assert warned(record, "district_assignment") == districts
    assert warned(record, "abolished_agency") == ended
    found = {a: [s.name for s in agency(record, a).successors] for a in successors}
    assert found == successors
