"""Places: names with and without a level word, lists, areas, and the registers behind them."""

from __future__ import annotations

import csv
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.rulebook import Rulebook, default_rulebook
from extractor.textview import TextView
from extractor.values.places import find_places, name_key, place_index

#: text -> (label, stretch, canonical name, province) of every place
FOUND = [
    ("UBND tỉnh Lào Cai họp", [("province", "tỉnh Lào Cai", "tỉnh Lào Cai", "tỉnh Lào Cai")]),
    (
        "ỦY BAN NHÂN DÂN\nTỈNH AN GIANG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        [("province", "TỈNH AN GIANG", "tỉnh An Giang", "tỉnh An Giang")],
    ),
    ("tỉnh Hoà Bình", [("province", "tỉnh Hoà Bình", "tỉnh Hòa Bình", "tỉnh Hòa Bình")]),
    ("tỉnh Đắc Lắc", [("province", "tỉnh Đắc Lắc", "tỉnh Đắk Lắk", "tỉnh Đắk Lắk")]),
    ("tại TP.HCM.", [("province", "TP.HCM", "thành phố Hồ Chí Minh", "thành phố Hồ Chí Minh")]),
    ("Thuế tỉnh Bắc\nNinh", [("province", "tỉnh Bắc\nNinh", "tỉnh Bắc Ninh", "tỉnh Bắc Ninh")]),
    ("Sở Y tế Lào Cai", [("province", "Lào Cai", "tỉnh Lào Cai", "tỉnh Lào Cai")]),
    ("TỈNH ỦY LÀO CAI", [("province", "LÀO CAI", "tỉnh Lào Cai", "tỉnh Lào Cai")]),
    ("BHXH huyện Si Ma Cai.", [("district", "huyện Si Ma Cai", "huyện Si Ma Cai", "tỉnh Lào Cai")]),
    (
        "TX. Tân Uyên, tỉnh Bình Dương",
        [
            ("district", "TX. Tân Uyên", "thị xã Tân Uyên", "tỉnh Bình Dương"),
            ("province", "tỉnh Bình Dương", "tỉnh Bình Dương", "tỉnh Bình Dương"),
        ],
    ),
    (
        "UBND TP Huế, tỉnh Thừa Thiên Huế",
        [
            ("district", "TP Huế", "thành phố Huế", "tỉnh Thừa Thiên Huế"),
            ("province", "tỉnh Thừa Thiên Huế", "tỉnh Thừa Thiên Huế", "tỉnh Thừa Thiên Huế"),
        ],
    ),
    ("huyện Ea H’leo", [("district", "huyện Ea H’leo", "huyện Ea H'leo", "tỉnh Đắk Lắk")]),
    (
        "Quận 12 và phường Cống Vị",
        [
            ("district", "Quận 12", "quận 12", "thành phố Hồ Chí Minh"),
            ("commune", "phường Cống Vị", "phường Cống Vị", "thành phố Hà Nội"),
        ],
    ),
    ("đặc khu Phú Quốc", [("commune", "đặc khu Phú Quốc", "đặc khu Phú Quốc", "tỉnh An Giang")]),
    ("xã Tân An", [("commune", "xã Tân An", "xã Tân An", None)]),
    ("xã Mường Mới họp", [("commune", "xã Mường Mới", "xã Mường Mới", None)]),
    (
        "thôn Na Lang, khu phố 3",
        [
            ("area", "thôn Na Lang", "thôn Na Lang", None),
            ("area", "khu phố 3", "khu phố 3", None),
        ],
    ),
    (
        "toàn tỉnh, cả nước, trên địa bàn huyện, toàn địa bàn xã",
        [
            ("area", "toàn tỉnh", "toàn tỉnh", None),
            ("area", "cả nước", "cả nước", None),
            ("area", "trên địa bàn huyện", "trên địa bàn huyện", None),
            ("area", "toàn địa bàn xã", "toàn địa bàn xã", None),
        ],
    ),
    ("trên địa bàn tỉnh Sơn La", [("province", "tỉnh Sơn La", "tỉnh Sơn La", "tỉnh Sơn La")]),
    ("mưa ở khu vực miền Trung", [("area", "khu vực miền Trung", "khu vực miền Trung", None)]),
    (
        "xã Phước Tỉnh đạt 70%, Phước Hưng đạt 71%",
        [
            ("commune", "xã Phước Tỉnh", "xã Phước Tỉnh", "tỉnh Bà Rịa - Vũng Tàu"),
            ("commune", "Phước Hưng", "xã Phước Hưng", "tỉnh Bà Rịa - Vũng Tàu"),
        ],
    ),
]

SILENT = [
    "các huyện, thị xã, thành phố, UBND các xã, phường, đặc khu",
    "phát triển kinh tế - xã hội, CỘNG HÒA XÃ HỘI CHỦ NGHĨA",
    "Huyện ủy, Tỉnh Đoàn, HUYỆN ỦY, xã Đảng ủy, huyện NTM nâng cao",
    "UBND huyện Phòng Y tế báo cáo",
    "ông Nguyễn Hòa Bình, đồng chí Lê Thái Bình, Thái Bình Dương",
    "Chủ tịch Hồ Chí Minh, Đoàn TNCS Hồ Chí Minh",
    "số 5 đường Hà Giang, giữ thái độ hòa bình",
    "Thành phố Thông minh, nông thôn Việt Nam, toàn xã hội",
    "thực hiện của xã\n\nKiểm tra hồ sơ",
    "Q. CHỦ TỊCH, bà H. Mai, chuẩn H.264",
]

#: text -> stretch of the list, its members
LISTS = [
    (
        "tại các tỉnh Đắk Lắk, Khánh Hòa, Gia Lai và Lâm Đồng bị thiệt hại",
        "các tỉnh Đắk Lắk, Khánh Hòa, Gia Lai và Lâm Đồng",
        ["tỉnh Đắk Lắk", "tỉnh Khánh Hòa", "tỉnh Gia Lai", "tỉnh Lâm Đồng"],
    ),
    (
        "các tỉnh, thành phố: Hà Nội, Hải Phòng và Lào Cai; các bộ",
        "các tỉnh, thành phố: Hà Nội, Hải Phòng và Lào Cai",
        ["thành phố Hà Nội", "thành phố Hải Phòng", "tỉnh Lào Cai"],
    ),
    (
        "UBND các huyện: Long Điền, Đất Đỏ, Xuyên Mộc",
        "các huyện: Long Điền, Đất Đỏ, Xuyên Mộc",
        ["huyện Long Điền", "huyện Đất Đỏ", "huyện Xuyên Mộc"],
    ),
    ("hai tỉnh Phú Yên và Khánh Hòa", "hai tỉnh Phú Yên và Khánh Hòa", ["tỉnh Phú Yên", "tỉnh Khánh Hòa"]),
    ("các xã Mường Mới, Bản Cũ, ngày 5", "các xã Mường Mới, Bản Cũ", ["xã Mường Mới", "xã Bản Cũ"]),
]


FOUND += [
    ("UBND H.Bắc Bình báo cáo", [("district", "H.Bắc Bình", "huyện Bắc Bình", "tỉnh Bình Thuận")]),
    (
        "Công an Q.Bình Thạnh",
        [("district", "Q.Bình Thạnh", "quận Bình Thạnh", "thành phố Hồ Chí Minh")],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), FOUND, ids=[t for t, _ in FOUND])
def test_places_in_text(text: str, wanted: list[tuple[str, str, str, str | None]], book: Rulebook) -> None:
    found = find_places(TextView(text), book)
    assert [(m.label, text[m.start : m.end], m.value.name, m.value.province) for m in found] == wanted


@pytest.mark.parametrize("text", SILENT)
def test_no_place(text: str, book: Rulebook) -> None:
    assert [text[m.start : m.end] for m in find_places(TextView(text), book)] == []


@pytest.mark.parametrize(("text", "stretch", "members"), LISTS, ids=[t for t, _, _ in LISTS])
def test_lists(text: str, stretch: str, members: list[str], book: Rulebook) -> None:
    (mention,) = find_places(TextView(text), book)
    assert mention.label == "list"
    assert text[mention.start : mention.end] == stretch
    assert [p.name for p in mention.value.members] == members


def test_a_district_and_its_province_are_no_list(book: Rulebook) -> None:
    text = "huyện Long Điền, Bà Rịa - Vũng Tàu"
    assert [m.label for m in find_places(TextView(text), book)] == ["district", "province"]


@pytest.mark.parametrize(
    ("name", "on", "kind", "end"),
    [
        ("An Giang", date(2024, 1, 1), "tỉnh", "2025-06-30"),
        ("An Giang", date(2025, 7, 1), "tỉnh", ""),
        ("Huế", date(2025, 1, 1), "thành phố", ""),
        ("Thừa Thiên Huế", date(2024, 12, 31), "tỉnh", "2024-12-31"),
        ("Đồng Nai", date(2026, 4, 29), "tỉnh", "2026-04-29"),
        ("Đồng Nai", date(2026, 4, 30), "thành phố", ""),
        ("hoà bình", date(2020, 1, 1), "tỉnh", "2025-06-30"),
        ("TPHCM", None, "thành phố", ""),
        ("Bà Rịa Vũng Tàu", None, "tỉnh", "2025-06-30"),
    ],
)
def test_a_province_on_a_day(name: str, on: date | None, kind: str, end: str, book: Rulebook) -> None:
    row = place_index(book).province(name, on)
    assert row is not None
    assert (row["type"], row["to"]) == (kind, end)


@pytest.mark.parametrize(
    ("name", "on"), [("Yên Bái", date(2025, 7, 1)), ("Huế", date(2024, 12, 31)), ("Xyz", None)]
)
def test_no_province_of_that_name_then(name: str, on: date | None, book: Rulebook) -> None:
    assert place_index(book).province(name, on) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Bắc Mỹ", "Bắc Mĩ"),
        ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Ea H’leo", "EA H'LEO"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_names_stay_different() -> None:
    assert name_key("Hòa Bình") != name_key("Hoa Binh")


def test_registers_are_whole(book: Rulebook) -> None:
    provinces = book.table("provinces.csv")
    ids = {r["id"] for r in provinces}
    assert len(ids) == len(provinces)
    assert all(not r["successors"] or r["successors"] in ids for r in provinces)

    def alive(day: str) -> list[str]:
        return [r["type"] for r in provinces if (r["from"] or "0") <= day <= (r["to"] or "9")]

    assert len(alive("2025-06-30")) == 63
    assert sorted(alive("2025-07-01")).count("thành phố") == 6
    assert sorted(alive("2026-05-01")).count("thành phố") == 7
    assert len(alive("2026-05-01")) == 34
    communes = book.table("communes.csv")
    assert sum(not r["to"] for r in communes) == 3321
    assert sum(r["to"] == "2025-06-30" for r in communes) == 10035
    known = {r["id"] for r in communes}
    assert len(known) == len(communes)
    assert all(r["old"] in known and r["new"] in known for r in book.table("commune_successors.csv"))
    assert sum(r["to"] == "2025-06-30" for r in book.table("districts.csv")) == 696


def test_agency_registers_are_whole(book: Rulebook) -> None:
    agencies = book.table("agencies.csv")
    ids = {r["id"] for r in agencies}
    assert len(ids) == len(agencies)
    for row in agencies:
        assert row["level"] in {"central", "province", "district", "commune", ""}
        for column in ("from", "to"):
            assert not row[column] or date.fromisoformat(row[column])
    aliases = [a.lower() for r in agencies for a in filter(None, r["aliases"].split("|"))]
    assert len(aliases) == len(set(aliases))
    heads = book.table("agency_heads.csv")
    assert {r["takes"] for r in heads} == {"field", "place", "free", "alone"}
    codes = [r["code"] for r in book.table("document_types.csv")]
    assert len(codes) == len(set(codes))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "tỉnh ",
                "các ",
                "TP.",
                "Lào Cai",
                "Huế",
                ", ",
                " và ",
                "\n",
                "xã ",
                "toàn ",
                "12",
                ".",
                "HÀ NỘI ",
            ]
        ),
        max_size=20,
    ).map("".join)
)
def test_mentions_lie_in_order_inside_the_text(text: str) -> None:
    ends = [0]
    for m in find_places(TextView(text), default_rulebook()):
        assert ends[-1] <= m.start < m.end <= len(text)
        assert m.value.name == " ".join(m.value.name.split())
        ends.append(m.end)


@pytest.mark.parametrize(
    "piece", ["tỉnh ", "A ", "các xã A, ", "Hà Nội ", "xã A ", "toàn ", "các tỉnh: Hà Nội, "]
)
def test_long_inputs_stay_linear(piece: str, book: Rulebook) -> None:
    view = TextView(piece * (200_000 // len(piece)))
    begin = time.process_time()
    find_places(view, book)
    assert time.process_time() - begin < 6


def test_every_register_has_rows_of_one_length(book: Rulebook) -> None:
    for path in sorted(book.folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as f:
            lengths = {len(r) for r in csv.reader(f) if r and not r[0].startswith("#")}
        assert len(lengths) == 1, path.name
