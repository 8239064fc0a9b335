"""Searching: the same questions to SQLite and to PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, select, text

from extractor.cli import main
from extractor.database import codes_memory, open_database, search_index, store
from extractor.database import search as module
from extractor.database import search_tables as s
from extractor.database.engine import writing
from extractor.database.search import Page, Query, search, without
from extractor.errors import CongvanError

READING = store.Reading("1", "r", "none")
Json = dict[str, Any]


def record(
    name: str,
    subject: str,
    body: str = "",
    *,
    number: str | None = None,
    kind: tuple[str, str] = ("CV", "Công văn"),
    issuer: str = "Ủy ban nhân dân tỉnh An Giang",
    province: str | None = "tỉnh An Giang",
    day: str | None = "2020-03-05",
    agencies: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
) -> Json:
    """A record of a letter with just what a search looks at."""
    from extractor.textview import slug

    whole = f"{issuer}\nSố: {number or ''}\nV/v {subject}\n{body}"
    digest = hashlib.sha256(whole.encode()).hexdigest()

    def agency(name: str, locality: str | None) -> Json:
        level = "province" if locality else "central"
        return {"id": f"x:{slug(name)}", "name": name, "level": level, "locality": locality, "ended": None,
                "successors": [], "mentions": [{"start": 0, "end": 1, "text": whole[0]}]}  # fmt: skip

    return {
        "schema_version": "1", "id": f"sha256:{digest}", "source_kind": "letter", "text": whole,
        "source": {"name": name, "media_type": "text/plain", "sha256": digest, "bytes": 1, "url": None,
                   "published_on": None, "encoding": "utf-8", "ocr": None, "pages": []},
        "document": {
            "number": number, "type": {"code": kind[0], "name": kind[1]},
            "issuer": {"id": f"x:{slug(issuer)}", "name": issuer, "title": None}, "issued_on": day,
            "place": None, "subject": subject, "signer": None, "addressees": [], "recipients": [],
            "executors": [], "urgency": None, "secrecy": None, "spans": {}, "inferred": [],
        },
        "agencies": [agency(issuer, province), *(agency(a, province) for a in agencies)],
        "references": [], "dates": [], "figures": [], "targets": [], "assignments": [],
        "topics": list(topics), "warnings": [],
    }  # fmt: skip


LETTERS = [
    record("pupils", "vận động học sinh tham gia bảo hiểm y tế", "Kính gửi Sở Y tế.", number="757/UBND-KGVX",
           day="2019-07-19", agencies=("Sở Y tế tỉnh An Giang",), topics=("giao-duc", "bao-hiem")),
    record("cites", "triển khai năm học mới", "Theo Công văn số 757/UBND-KGVX, thu bảo hiểm y tế học sinh.",
           number="12/SGD-VP", issuer="Sở Giáo dục và Đào tạo tỉnh An Giang", day="2019-08-01"),
    record("district", "hỗ trợ huyện Tương Dương sau lũ", "Gạo và thuốc.", number="88/UBND-NN",
           issuer="Ủy ban nhân dân tỉnh Nghệ An", province="tỉnh Nghệ An", day="2021-09-30",
           topics=("thien-tai",)),
    record("equal", "công nhận văn bằng tương đương", "Hồ sơ tương đương.", number="5/QĐ-BGDĐT",
           kind=("QĐ", "Quyết định"), issuer="Bộ Giáo dục và Đào tạo", province=None, day="2022-01-10"),
    record("power", "cung ứng điện mùa khô", "Ngành điện tiết kiệm điện. Hòa Bình và Hoà Vang.",
           number="75/2023/NĐ-CP", kind=("NĐ", "Nghị định"), issuer="Chính phủ", province=None,
           day="2023-05-01", topics=("cong-thuong",)),
    record("undated", "phòng cháy rừng", "Khu rừng khô, dễ cháy. Phòng trực. Bảo hiểm y tế không.",
           day=None),
    record("old", "cháy rừng phòng hộ", "Phòng cháy khi rừng khô.", number="3/UB-NN", day="2004-02-09"),
]  # fmt: skip


def fill(engine: Engine) -> None:
    with writing(engine) as connection:
        for letter in LETTERS:
            store.put(connection, letter, READING)


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    fill(database)
    with database.connect() as connection:
        yield connection


def names(connection: Connection, page: Page) -> list[str]:
    by_id = dict(connection.execute(text("SELECT id, name FROM documents")).all())  # type: ignore[arg-type]
    return [by_id[hit.document_id] for hit in page.hits]


#: query -> names of what is found, in their order where one comes clearly before another
QUESTIONS: list[tuple[Query, list[str]]] = [
    (Query("bảo hiểm y tế học sinh"), ["pupils", "cites"]),
    (Query("bao hiem y te hoc sinh"), ["pupils", "cites"]),
    (Query("BẢO HIỂM Y TẾ HỌC SINH"), ["pupils", "cites"]),
    (Query("757/ubnd-kgvx"), ["pupils", "cites"]),
    (Query("so 757"), ["pupils", "cites"]),
    (Query("số 0757 / UBND – KGVX"), ["pupils", "cites"]),
    (Query("757/ubnd-kgvx thu"), ["cites"]),
    (Query("12/sgd-vp"), ["cites"]),
    (Query("75/2023/nd-cp"), ["power"]),
    (Query("75/2023/NĐ-CP"), ["power"]),
    (Query("Tương Dương"), ["district", "equal"]),
    (Query("tương đương"), ["equal", "district"]),
    (Query("tương duong"), ["equal", "district"]),
    (Query("tuong Dương"), ["district", "equal"]),
    (Query('"tuong Dương"'), ["district", "equal"]),
    (Query("tuong duong"), ["equal", "district"]),
    (Query("điện"), ["power"]),
    (Query("dien"), ["power"]),
    (Query("hoà bình"), ["power"]),
    (Query("hòa vang"), ["power"]),
    (Query('"phòng cháy"'), ["undated", "old"]),
    (Query('"cháy rừng phòng"'), ["old"]),
    (Query("phòng cháy rừng"), ["undated", "old"]),
    (Query("bảo hiêm y tế hoc sinh"), ["pupils", "cites"]),
    (Query("", agency="Sở Y tế"), ["pupils"]),
    (Query("", agency="so y te"), ["pupils"]),
    (Query("", agency="Sở Y tế tỉnh An Giang"), ["pupils"]),
    (Query("", agency="x:so-y-te-tinh-an-giang"), ["pupils"]),
    (Query("", issuer="bộ giáo dục và đào tạo"), ["equal"]),
    (Query("", type="nđ"), ["power"]),
    (Query("", type="Quyết định"), ["equal"]),
    (Query("", place="Nghệ An"), ["district"]),
    (Query("", place="tinh nghe an"), ["district"]),
    (Query("", topic="thien-tai"), ["district"]),
    (Query("", topic="Bảo hiểm"), ["pupils"]),
    (Query("", since="2022"), ["power", "equal"]),
    (Query("", until="2019-07"), ["pupils", "old"]),
    (Query("", since="19/7/2019", until="2019-07-19"), ["pupils"]),
    (Query("", year=2021), ["district"]),
    (Query("bảo hiểm y tế", sort="newest"), ["cites", "pupils", "undated"]),
    (Query("bảo hiểm y tế", sort="oldest"), ["undated", "pupils", "cites"]),
    (Query("bảo hiểm y tế", type="CV", since="2019", place="An Giang", agency="Sở Y tế"), ["pupils"]),
    (Query("bảo hiểm", per_page=1, page=2, sort="newest"), ["pupils"]),
    (Query("bảo hiểm", page=9), []),
    (Query("xe lửa"), []),
    (Query("bảo hiểm", agency="Sở Xây dựng"), []),
    (Query("bảo hiểm", since="2021", until="2020"), []),
    (Query('"'), []),
    (Query("* AND ("), []),
]


def test_questions(connection: Connection) -> None:
    found = [(query, names(connection, search(connection, query))) for query, _ in QUESTIONS]
    assert found == QUESTIONS


@pytest.mark.parametrize(
    "typed",
    ['a" OR "b', "NEAR(a b)", "{title} : a", "a*", "^a", "a AND", "' OR 1=1 --", "a:b", "(((", "\x00", "\\",
     "%", "_", "a & | ! <-> b", "'", "😀", "ﷺ", "\ud800".encode("utf-16", "surrogatepass").hex(), "x" * 5000],
)  # fmt: skip
def test_no_text_is_a_mistake(connection: Connection, typed: str) -> None:
    search(connection, Query(typed))
    assert search(connection, Query("bảo hiểm", agency=typed)).total >= 0
    assert search(connection, Query("", place=typed, topic=typed, type=typed, issuer=typed)).total == 0


def test_a_day_that_is_none_is_told(connection: Connection) -> None:
    with pytest.raises(CongvanError, match="hôm qua"):
        search(connection, Query("a", since="hôm qua"))


def test_facets_count_what_was_found(connection: Connection) -> None:
    page = search(connection, Query("bảo hiểm y tế"))
    assert page.total == 3
    counted = {kind: {f.label: f.count for f in values} for kind, values in page.facets.items()}
    assert counted["type"] == {"Công văn": 3}
    assert counted["year"] == {"2019": 2}
    assert counted["place"] == {"tỉnh An Giang": 3}
    assert counted["issuer"] == {
        "Ủy ban nhân dân tỉnh An Giang": 2, "Sở Giáo dục và Đào tạo tỉnh An Giang": 1,
    }  # fmt: skip
    assert counted["topic"] == {"Bảo hiểm": 1, "Giáo dục và đào tạo": 1}
    assert counted["agency"]["Sở Y tế tỉnh An Giang"] == 1


def test_a_facet_s_value_is_a_filter(connection: Connection) -> None:
    everything = search(connection, Query())
    for kind, values in everything.facets.items():
        for facet in values:
            narrowed = search(connection, Query(**{kind: facet.value}))
            assert narrowed.total == facet.count, (kind, facet)
            assert [f.value for f in narrowed.facets[kind] if f.selected] == [facet.value]


def test_hits_are_marked_with_and_without_marks(connection: Connection) -> None:
    for typed in ("bảo hiểm", "bao hiem"):
        hit = search(connection, Query(typed)).hits[0]
        assert ("bảo hiểm", True) in hit.marked
        assert ("bảo hiểm", True) in hit.snippet
        assert "".join(piece for piece, _ in hit.marked) == hit.title


def test_found_only_without_marks_is_told(connection: Connection) -> None:
    assert search(connection, Query("bảo hiêm")).folded
    assert not search(connection, Query("bảo hiểm")).folded
    assert not search(connection, Query("bao hiem")).folded


def test_words_are_looked_up_with_the_marks_that_each_was_typed_with(connection: Connection) -> None:
    def found(typed: str) -> list[tuple[str, bool]]:
        page = search(connection, Query(typed))
        assert page.as_typed == sum(hit.as_typed for hit in page.hits)
        return [(name, hit.as_typed) for name, hit in zip(names(connection, page), page.hits, strict=True)]

    assert found("Tương Dương") == [("district", True), ("equal", False)]
    assert found("tương duong") == [("equal", True), ("district", True)]  # both are "tương"
    assert found("tuong Dương") == [("district", True), ("equal", False)]
    assert found('"tuong Dương"') == [("district", True), ("equal", False)]
    assert found("tuong duong") == [("equal", True), ("district", True)]
    assert found("bảo hiem y te hoc sinh") == [("pupils", True), ("cites", True)]


def test_only_marked_words_are_shown_as_hits(connection: Connection) -> None:
    hits = {hit.title: hit for hit in search(connection, Query("tuong Dương")).hits}
    assert ("Tương Dương", True) in hits["hỗ trợ huyện Tương Dương sau lũ"].marked
    page = search(connection, Query("hoà binh"))
    assert "Hòa Bình" in {piece for piece, hit in page.hits[0].snippet if hit}
    assert "Hoà" not in {piece.strip() for piece, hit in page.hits[0].snippet if not hit}


def test_other_marks_follow_only_where_few_have_those_typed(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    assert names(connection, search(connection, Query("Tương Dương"))) == ["district"]
    one = search(connection, Query("tương duong", per_page=1, page=2))
    assert (one.total, names(connection, one)) == (2, ["district"])


@pytest.mark.parametrize("sort", ["rank", "newest", "oldest"])
def test_pages_go_on_from_one_way_to_the_next(connection: Connection, sort: str) -> None:
    whole = names(connection, search(connection, Query("Tương Dương", sort=sort)))
    pages = [search(connection, Query("Tương Dương", sort=sort, per_page=1, page=n)) for n in (1, 2, 3)]
    assert [name for page in pages for name in names(connection, page)] == whole == ["district", "equal"]


def test_counting_stops(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    page = search(connection, Query("bảo hiểm y tế"))
    assert (page.total, page.capped) == (2, True)
    assert sum(f.count for f in page.facets["type"]) == 2


def test_a_title_is_found_behind_many_younger_letters(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    assert names(connection, search(connection, Query("học sinh bảo hiểm"))) == ["pupils"]


def test_pages_are_the_whole_in_order(connection: Connection) -> None:
    whole = names(connection, search(connection, Query("rừng tỉnh bảo hiểm điện"[:4])))
    parts = [names(connection, search(connection, Query("rừng", page=n, per_page=1))) for n in (1, 2)]
    assert [p[0] for p in parts] == whole


def test_what_a_filter_hides_is_told(connection: Connection) -> None:
    query = Query("bảo hiểm", type="QĐ", since="2019")
    assert [(name, total) for name, _, total in without(connection, query)] == [("type", 2)]


def test_a_spelling_that_finds_something_is_told(connection: Connection) -> None:
    page = search(connection, Query("baro hiểmm y tế"))
    assert page.total == 0
    if connection.dialect.name == "sqlite":
        assert page.corrected == "bao hiem y te"
    assert search(connection, Query("baro hiểmm", type="QĐ")).corrected is None
    assert search(connection, Query("zzz")).corrected is None


def test_counts_from_memory_are_those_of_the_database(connection: Connection) -> None:
    first, second, third = (search(connection, Query("bảo hiểm y tế")) for _ in range(3))
    assert codes_memory.memory(connection) is not None
    assert first.facets == second.facets == third.facets
    with writing(connection.engine) as writer:
        letter = record("new", "bảo hiểm y tế hộ gia đình", day="2026-02-02", topics=("bao-hiem",))
        store.put(writer, letter, READING)
        counted = {f.value: f.count for f in search(writer, Query("bảo hiểm y tế")).facets["year"]}
        assert counted == {"2026": 1, "2019": 2}
    with connection.engine.connect() as later:
        for _ in range(3):
            assert search(later, Query("bảo hiểm y tế")).facets["topic"][0].count == 2


def index_rows(connection: Connection) -> list[Any]:
    """Every document in the index with the words of its codes."""
    codes = {row.id: row.value for row in connection.execute(select(s.search_codes))}
    rows = connection.execute(select(s.search_documents).order_by(s.search_documents.c.document_id))
    return [
        (r.document_id, r.id // s.DAY, r.title,
         sorted(codes[n // len(s.KINDS)] for n in search_index.unpack(r.codes)))
        for r in rows
    ]  # fmt: skip


def test_written_one_by_one_is_the_same_as_made_anew(database: Engine) -> None:
    fill(database)
    with writing(database) as connection:
        before = index_rows(connection)
        found = [names(connection, search(connection, query)) for query, _ in QUESTIONS]
        assert search_index.rebuild(connection) == len(LETTERS)
        assert index_rows(connection) == before
        assert [names(connection, search(connection, query)) for query, _ in QUESTIONS] == found


def test_a_letter_is_found_as_it_is_now(database: Engine) -> None:
    fill(database)
    changed = json.loads(json.dumps(LETTERS[0]))
    changed["document"] |= {"subject": "thi nghề cho thợ lặn", "issued_on": "2026-01-01"}
    with writing(database) as connection:
        store.put(connection, changed, READING)
        assert search(connection, Query("thợ lặn")).total == 1
        (hit,) = search(connection, Query("", since="2026")).hits
        assert hit.title == "thi nghề cho thợ lặn"
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO search_words (search_words) VALUES ('integrity-check')"))


def test_a_text_that_was_read_otherwise_leaves_no_words(database: Engine) -> None:
    fill(database)
    other = record("pupils", "vận động học sinh", "Chữ khác hẳn.", number="757/UBND-KGVX", day="2019-07-19")
    with writing(database) as connection:
        old = connection.execute(text("SELECT id FROM documents WHERE name = 'pupils'")).scalar_one()
        store.put(connection, other, READING, document_id=old)
        assert names(connection, search(connection, Query("chữ khác hẳn"))) == ["pupils"]
        assert names(connection, search(connection, Query("tham gia bảo hiểm"))) == []


def test_only_the_current_version_is_found_and_a_removed_letter_is_not(database: Engine) -> None:
    fill(database)
    longer = record("longer", "vận động học sinh tham gia bảo hiểm y tế", "Bản đầy đủ hơn, có phụ lục kèm.",
                    number="757/UBND-KGVX", day="2019-07-19")  # fmt: skip
    with writing(database) as connection:
        stored = store.put(connection, longer, READING)
        assert names(connection, search(connection, Query("757/ubnd-kgvx"))) == ["longer", "cites"]
        store.remove(connection, stored.document_id)
        assert names(connection, search(connection, Query("757/ubnd-kgvx"))) == ["pupils", "cites"]
        assert search(connection, Query("phụ lục")).total == 0


def run(url: str, *args: str) -> Any:
    return CliRunner().invoke(main, ["search", *args, "--db", url])


def test_the_command(sqlite_url: str) -> None:
    engine = open_database(sqlite_url, write=True)
    fill(engine)
    engine.dispose()
    result = run(sqlite_url, "bảo", "hiểm", "--agency", "Sở Y tế", "--type", "CV", "--from", "2019")
    assert result.exit_code == 0
    assert "757/UBND-KGVX" in result.stdout
    assert "«bảo hiểm»" in result.stdout
    assert "✓ Sở Y tế tỉnh An Giang" in result.stdout
    told = json.loads(run(sqlite_url, "757/ubnd-kgvx", "--json", "--per-page", "1").stdout)
    assert (told["total"], told["pages"], told["hits"][0]["number"]) == (2, 2, "757/UBND-KGVX")
    nothing = run(sqlite_url, "bảo hiểm", "--type", "QĐ")
    assert (nothing.exit_code, "Không tìm thấy văn bản nào" in nothing.stderr) == (0, True)
    for args, said in (
        (["--agency", "Sở Y tếeee"], "Gần giống: Sở Y tế tỉnh An Giang"),
        (["--issuer", "Chính phu mới"], "Gần giống: Chính phủ"),
        (["--place", "Nghệ Am"], "Gần giống: tỉnh Nghệ An"),
        (["--topic", "bảo hiẻmm"], "Gần giống: Bảo hiểm"),
        (["--type", "Quyết địnhh"], "Gần giống: Quyết định"),
    ):
        found = run(sqlite_url, *args)
        assert (found.exit_code, said in " ".join(found.stderr.split())) == (2, True), (args, found.stderr)
    assert run(sqlite_url, "--type", "Chỉ thị").exit_code == 0  # known, but no letter is one
    assert "757/UBND-KGVX" in run(sqlite_url, "--agency", "SYT").stdout
    assert "--type “QĐ” thì có 3 văn bản" in nothing.stderr
    assert run(sqlite_url, "a", "--from", "mai").exit_code == 2
    follows = run(sqlite_url, "Tương", "Dương").stdout
    assert "1 văn bản đúng dấu như đã gõ, xếp trước" in follows
    assert follows.index("88/UBND-NN") < follows.index("Không kể dấu:") < follows.index("5/QĐ-BGDĐT")
    assert "Không kể dấu" not in run(sqlite_url, "bảo", "hiem").stdout
    again = CliRunner().invoke(main, ["reindex", "--db", sqlite_url])
    assert (again.exit_code, again.stdout) == (0, f"Đã lập chỉ mục cho {len(LETTERS)} văn bản.\n")


def test_a_server_forgets_what_it_kept_when_the_index_is_made_anew(sqlite_url: str) -> None:
    engine = open_database(sqlite_url, write=True)
    kinds = (("QĐ", "Quyết định"), ("CV", "Công văn"), ("KH", "Kế hoạch"))
    with writing(engine) as connection:
        for i, kind in enumerate(kinds):  # the newest comes first: made anew its codes have other numbers
            letter = record(f"{i}.txt", "bảo hiểm y tế", f"lần {i}", kind=kind, day=f"202{5 - i}-01-01")
            store.put(connection, letter, READING)
    with engine.connect() as reader:
        before = [search(reader, Query("bảo hiểm", type="QĐ")).facets for _ in range(3)]
    assert [(f.value, f.selected) for f in before[2]["type"]] == [("QĐ", True)]
    assert CliRunner().invoke(main, ["reindex", "--db", sqlite_url]).exit_code == 0
    with engine.connect() as reader:
        assert [search(reader, Query("bảo hiểm", type="QĐ")).facets for _ in range(3)] == before
    engine.dispose()
