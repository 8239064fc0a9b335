"""What people see: words for values, the page, the picture, the terminal."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from extractor import show
from extractor.record import Deadline, Figure, Interval, Record, Span
from extractor.rulebook import default_rulebook
from extractor.show.page import page, text_html
from extractor.show.picture import COLUMNS, picture
from extractor.show.terminal import show as show_in_terminal

TEXT = (
    "Số: 12/UBND-VX\n</script><img src=x onerror=alert(1)> & \"Sở Y tế\"\n\n\n"
    "Sở Y tế rà soát 1.298.030 người, phấn đấu đạt 98% trước ngày 05/3/2020 [bold]."
)  # fmt: skip


def span(quote: str) -> Span:
    at = TEXT.index(quote)
    return Span(start=at, end=at + len(quote), text=quote)


def a_record() -> Record:
    rule = next(iter(default_rulebook().rules))
    agency = {"id": "x:so-y-te", "name": "Sở Y tế"}
    quote = "rà soát 1.298.030 người, phấn đấu đạt 98% trước ngày 05/3/2020"
    interval = {"start": "2020-03-05", "end": "2020-03-05"}
    return Record.model_validate(
        {
            "id": "sha256:0",
            "source": {"name": "a<b>.txt", "media_type": "text/plain", "sha256": "0", "bytes": 1},
            "source_kind": "letter",
            "text": TEXT,
            "document": {
                "number": "12/UBND-VX",
                "issued_on": "2020-02-24",
                "inferred": ["issued_on"],
                "spans": {"number": span("12/UBND-VX")},
                "signer": {"name": "Lê Văn A", "title": "Phó Chủ tịch", "authority": "KT."},
            },
            "agencies": [agency | {"mentions": [span("Sở Y tế")]}],
            "dates": [
                interval | {"granularity": "day", "relation": "before", "by": rule, "span": span("05/3/2020")}
            ],
            "figures": [
                {"value": 1298030, "unit": "người", "kind": "level", "comparator": "=", "by": rule,
                 "metric": "số người", "span": span("1.298.030 người")},
            ],
            "targets": [
                {"value": 98, "unit": "%", "kind": "level", "comparator": ">=", "by": "model.x",
                 "span": span("98%"), "deadline": interval},
            ],
            "assignments": [
                {"agencies": [agency | {"title": "Giám đốc"}], "task": quote, "by": rule, "span": span(quote),
                 "deadline": interval | {"relation": "before"}, "recurrence": "yearly", "label": "1."},
            ],
            "warnings": [{"code": "no_issuer", "message": "Không xác định được [bold] cơ quan ban hành"}],
        }
    )  # fmt: skip


class Reader(HTMLParser):
    """Gathers the tags, the attributes and the text inside ``<div class="text">``."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]
        self.inside = self.inside or ("class", "text") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "div"

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1298030, "1.298.030"),
        (74.93, "74,93"),
        (98.0, "98"),
        (5870000000000, "5.870.000.000.000"),
        (0.5, "0,5"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert show.number(value) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"kind": "decrease"}, "giảm 149.763 người"),
        ({"comparator": "~"}, "khoảng 149.763 người"),
        ({"kind": "range", "value_max": 150000}, "149.763 – 150.000 người"),
        ({"kind": "ratio", "of": 200000}, "149.763/200.000 người"),
        ({"unit": None}, "149.763"),
    ],
)
def test_quantities(fields: dict[str, object], text: str) -> None:
    base = {
        "value": 149763,
        "unit": "người",
        "kind": "level",
        "comparator": "=",
        "by": "a",
        "span": span("98%"),
    }
    assert show.quantity(Figure.model_validate(base | fields)) == text


def test_deadlines() -> None:
    last = Deadline(start="2020-03-05", end="2020-03-05", relation="before")
    assert show.due(last, "yearly") == "trước 05/03/2020, hằng năm"
    assert show.due(None, None) == ""
    term = {"anchor": "ngày ký", "anchor_kind": "issued", "anchor_on": "2020-02-24", "offset": 10}
    term |= {"unit": "day", "working_days": False}
    said = Span(start=0, end=32, text="trong 10 ngày,\nkể từ ngày ký")
    reckoned = Deadline.model_validate(
        {**last.model_dump(), "relation": "by", "relative": term, "span": said}
    )
    assert show.due(reckoned) == "chậm nhất 05/03/2020 (trong 10 ngày, kể từ ngày ký; tính từ 24/02/2020)"
    assert show.period(Interval(start="2020-01-01", end="2020-03-31")) == "01/01/2020 – 31/03/2020"


def test_header_marks_what_was_inferred() -> None:
    rows = dict(show.header(a_record()))
    assert rows["Ngày ban hành"] == "24/02/2020 (suy ra)"
    assert rows["Người ký"] == "KT. Phó Chủ tịch: Lê Văn A"
    assert "Trích yếu" not in rows


def test_explanations_name_the_rule_and_its_place() -> None:
    book = default_rulebook()
    rule = next(iter(book.rules.values()))
    found = show.explanations(a_record(), book)
    assert [e.kind for e in found] == ["assignment", "target", "figure", "date"]
    assert (found[0].rule, found[0].means, found[0].place) == (
        rule.id,
        rule.means,
        f"{rule.file}:{rule.line}",
    )
    assert (found[1].rule, found[1].place) == ("model.x", "")


def test_page_holds_the_text_and_is_self_contained() -> None:
    record = a_record()
    html = page(record, show.explanations(record, default_rulebook()))
    reader = read(html)
    assert reader.text == TEXT
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert all(v.startswith("#") for k, v in reader.attributes if k in ("href", "src"))
    assert "url(" not in html
    anchors = {v for k, v in reader.attributes if k == "id"}
    assert {v[1:] for k, v in reader.attributes if k == "href"} <= anchors
    assert "assignment-0" in anchors
    assert "model.x" in html


marks = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(sorted(show.KINDS))), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='aâ<>&"\n ', max_size=40), marks)
def test_segments_cover_the_text_once(text: str, places: list[tuple[int, int, str]]) -> None:
    found = [
        show.Highlight(start, min(len(text), start + length), kind, "<n>", f"{kind}-{i}")
        for i, (start, length, kind) in enumerate(places)
        if start < len(text)
    ]
    cut = show.segments(len(text), found)
    assert "".join(text[s.start : s.end] for s in cut) == text
    for s in cut:
        assert set(s.over) == {h for h in found if h.start < s.end and h.end > s.start}
    assert read(f'<div class="text">{text_html(text, found)}</div>').text == text


def test_picture_is_well_formed_and_holds_the_words() -> None:
    image = ElementTree.fromstring(picture(a_record()))
    tags = {e.tag.rsplit("}")[-1] for e in image.iter()}
    assert tags == {"svg", "title", "rect", "text"}
    lines = [e.text or "" for e in image.iter() if e.tag.endswith("text")]
    words = TEXT.split()
    assert " ".join(lines).split()[: len(words)] == words
    assert max(map(len, lines)) <= COLUMNS


def test_terminal_shows_tasks_and_warnings() -> None:
    out = io.StringIO()
    record = a_record()
    show_in_terminal(record, Console(file=out, width=200), show.explanations(record, default_rulebook()))
    shown = re.sub(r"\s+", " ", out.getvalue())
    for words in (
        "12/UBND-VX",
        "Giám đốc Sở Y tế",
        "trước 05/03/2020",
        "98 %",
        "no_issuer",
        "[bold]",
        "model.x",
    ):
        assert words in shown, words


def test_a_product_and_what_was_inferred_are_shown() -> None:
    made = a_record()
    task = made.assignments[0].model_copy(
        update={"product": "98%", "product_span": span("98%"), "inferred": ["deadline"]}
    )
    record = made.model_copy(update={"assignments": [task]})
    assert "<td>98%</td>" in page(record)
    assert show.told(task, "deadline").endswith(" (suy ra)")
    assert show.told(task, "agencies") == "Giám đốc Sở Y tế"
    assert [h.note for h in show.highlights(record) if h.kind == "product"] == ["98%"]
