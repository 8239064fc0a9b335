"""Pages without results say what to do next, and no page lies deeper than what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from extractor.database import audit
from extractor.web import checks, create_app
from tests.web import served


@pytest.fixture
def reader(letters_url: str) -> Iterator[TestClient]:
    with served.client(create_app(letters_url)) as found:
        yield found


def main(page: str) -> Any:
    return html.fromstring(page).get_element_by_id("main")


def links(page: str) -> dict[str, str]:
    """Words of the main part's links -> where they lead."""
    return {" ".join(a.text_content().split()): a.get("href") for a in main(page).iter("a")}


class TestNothingFound:
    def test_a_filter_without_which_something_is_found(self, reader: TestClient) -> None:
        page = reader.get("/", params={"q": "bến xe", "year": "1999"}).text
        assert "Bỏ một điều kiện thì có:" in page
        target = links(page)["Năm"]
        assert "year" not in target
        wider = reader.get(target).text
        assert "Không tìm thấy văn bản nào" not in wider

    @pytest.mark.parametrize(
        ("path", "typed", "near"),
        [
            ("/", {"q": "bến xe", "agency": "Sở Giao thông vận chuyển"}, "Sở Giao thông vận tải"),
            ("/", {"q": "bến xe", "place": "Bắc Giag"}, "tỉnh Bắc Giang"),
            ("/", {"q": "bến xe", "type": "Công vănn"}, "Công văn"),
            ("/audit", {"agency": "Sở Giao thông vận chuyển"}, "Sở Giao thông vận tải tỉnh Bắc Giang"),
            ("/audit", {"issuer": "Ủy ban nhân dân tỉnh Bắc Giag"}, "Ủy ban nhân dân tỉnh Bắc Giang"),
            ("/audit/matrix", {"agency": "Sở Giao thông vận chuyển"}, "Sở Giao thông vận tải tỉnh Bắc Giang"),
            (
                "/audit/targets",
                {"metric": "tỉ lệ học sinh có bảo hiểm"},
                "tỷ lệ học sinh tham gia bảo hiểm y tế",
            ),
            ("/agencies", {"q": "Sở Giao thông vận chuyển"}, "Sở Giao thông vận tải tỉnh Bắc Giang"),
        ],
    )
    def test_the_nearest_names(self, reader: TestClient, path: str, typed: dict[str, str], near: str) -> None:
        page = reader.get(path, params=typed).text
        assert "Có phải:" in main(page).text_content()
        offered = next(target for words, target in links(page).items() if words.startswith(near))
        assert "Có phải:" not in main(reader.get(offered).text).text_content()

    def test_a_short_name_of_an_agency(self, reader: TestClient) -> None:
        page = reader.get("/agencies", params={"q": "Sở GTVT"}).text
        assert "Sở Giao thông vận tải tỉnh Bắc Giang" in links(page)

    def test_conditions_of_tasks(self, reader: TestClient) -> None:
        params = {"text": "bến xe", "due_after": "2090-02-01", "status": "dated"}
        page = reader.get("/audit", params=params).text
        found = links(page)
        assert found["Bỏ điều kiện này: Hạn từ ngày: 01/02/2090 ×"] == found["Hạn từ ngày"]
        assert "due_after" not in found["Hạn từ ngày"]
        assert "text=" in found["Hạn từ ngày"]
        assert "Không có nhiệm vụ nào như vậy" not in reader.get(found["Hạn từ ngày"]).text

    def test_what_is_typed_is_escaped(self, reader: TestClient) -> None:
        for payload in served.PAYLOADS:
            for path, name in (
                ("/", "agency"),
                ("/audit", "issuer"),
                ("/audit/matrix", "agency"),
                ("/agencies", "q"),
            ):
                page = reader.get(path, params={name: payload}).text
                assert "<script>window" not in page
                assert "<img src=x" not in page


class TestDeepPages:
    @pytest.mark.parametrize("path", ["/?q=xe", "/?sort=newest", "/audit", "/audit?sort=newest", "/agencies"])
    def test_there_is_none_behind_the_last(self, reader: TestClient, path: str) -> None:
        answer = reader.get(path, params={**_of(path), "page": 5_000})
        assert answer.status_code == 303
        assert "page=" not in answer.headers["location"]
        assert reader.get(answer.headers["location"]).status_code == 200

    def test_nor_of_an_agency(self, reader: TestClient) -> None:
        target = links(reader.get("/agencies").text)["Sở Giao thông vận tải tỉnh Bắc Giang"]
        assert reader.get(target, params={"page": 5_000}).status_code == 303

    def test_checks_go_on_from_the_last_row(
        self, reader: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [
            audit.Unaddressed(n, f"{n}/UBND", "CV", None, f"2024-01-{n:02}", f"Số {n}", 1, 0)
            for n in range(28, 0, -1)
        ]

        def ask(_: Any, count: int, after: tuple[Any, ...] | None = None) -> list[audit.Unaddressed]:
            return [r for r in rows if after is None or (r.issued_on, r.document_id) < after][:count]

        monkeypatch.setattr(audit, "no_addressee", ask)
        monkeypatch.setattr(checks, "_OF_ONE", 12)
        first = reader.get("/audit/checks").text
        assert "10+" in first
        address, seen = links(first)["Xem tất cả"], []
        while address:
            page = reader.get(address).text
            seen += [word for word in links(page) if word.endswith("/UBND")]
            address = links(page).get("Sau ›", "")
        assert seen == [r.number for r in rows]
        assert reader.get("/audit/checks?only=unaddressed&cursor=x").status_code == 400


def _of(path: str) -> dict[str, str]:
    """The parameters that an address has: a client's own would take their place."""
    return dict(part.split("=") for part in path.partition("?")[2].split("&") if part)
