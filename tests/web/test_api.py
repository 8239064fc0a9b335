"""The API: pages by cursors, ETags, problems, its description, writing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from extractor.database import open_database, store, writing
from extractor.database import schema as t
from extractor.record import Record
from extractor.web import api, create_app
from extractor.web.security import Settings
from tests.database import letters
from tests.web import served
from tests.web.test_security import bearer

LISTS = (
    "documents",
    "agencies",
    "assignments",
    "targets",
    "references",
    "runs",
    "contradictions",
    "no-addressee",
)


@pytest.fixture
def reader(letters_url: str) -> Iterator[TestClient]:
    with served.client(create_app(letters_url)) as found:
        yield found


def walk(client: TestClient, path: str, **params: Any) -> list[Any]:
    """All items of a list, page by page."""
    items: list[Any] = []
    cursor = None
    for _ in range(200):
        page = client.get(f"/api/{path}", params={**params, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return items
    raise AssertionError("a list without end")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has one time zone for a process")
def test_an_answer_is_stale_when_the_day_here_is_over(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = set()
    for zone in ("XXX-14", "XXX+12"):  # never on the same day
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        answer = reader.get("/api/assignments?overdue=true")
        tags.add((answer.headers["etag"], answer.json()["today"]))
    monkeypatch.undo()
    time.tzset()
    assert len({tag for tag, _ in tags}) == len({day for _, day in tags}) == 2


def test_an_agency_is_the_one_of_the_audit(reader: TestClient, letters_url: str) -> None:
    engine = open_database(letters_url)
    with engine.connect() as connection:
        heirs = select(t.agency_successors.c.agency_id)
        for id in connection.execute(select(t.agencies.c.id).where(t.agencies.c.id.in_(heirs))).scalars():
            told, found = reader.get(f"/api/agencies/{id}").json(), api.audit.agency(connection, id)
            assert found is not None
            assert told["successors"] == [asdict(x) for x in found.successors] != []
            assert (told["lead"], told["issued"]) == (found.lead, found.issued)
    engine.dispose()


class TestPaging:
    @pytest.mark.parametrize("name", LISTS)
    def test_pages_make_up_the_list(self, any_letters_url: str, name: str) -> None:
        with served.client(create_app(any_letters_url)) as client:
            whole = walk(client, name, limit=200)
            assert walk(client, name, limit=1) == whole
        keys = [repr(item) for item in whole]
        assert len(set(keys)) == len(keys)

    @pytest.mark.parametrize("sort", ["rank", "newest", "oldest"])
    def test_search(self, any_letters_url: str, sort: str) -> None:
        with served.client(create_app(any_letters_url)) as client:
            whole = walk(client, "search", q="chủ tịch", sort=sort, limit=200)
            single = walk(client, "search", q="chủ tịch", sort=sort, limit=1)
        assert [hit["document_id"] for hit in single] == [hit["document_id"] for hit in whole]
        assert len(whole) == 6

    @pytest.mark.parametrize(
        ("name", "params"),
        [
            ("documents", {}),
            ("agencies", {}),
            ("assignments", {}),
            ("assignments", {"sort": "newest"}),
            ("targets", {}),
            ("references", {}),
        ],
    )
    def test_what_comes_in_between_moves_nothing(self, any_letters_url: str, name: str, params: Any) -> None:
        """A letter comes in after each page: nothing is seen twice, nothing that was there is missed."""
        engine = open_database(any_letters_url, write=True)
        with served.client(create_app(any_letters_url)) as client:
            before = walk(client, name, limit=200, **params)
            seen: list[Any] = []
            cursor = None
            for i in range(100):
                more = {"cursor": cursor} if cursor else {}
                page = client.get(f"/api/{name}", params={**params, "limit": 2, **more}).json()
                seen += page["items"]
                cursor = page["next"]
                if cursor is None:
                    break
                if i < 5:
                    record = letters.records()["insurance.txt"]
                    record["id"] = f"sha256:{i}"
                    record["document"]["number"] = f"{i}/UBND"
                    with engine.begin() as connection:
                        store.put(connection, record, letters.READING)
        engine.dispose()
        keys = [repr(item) for item in seen]
        assert len(set(keys)) == len(keys)
        assert set(map(repr, before)) <= set(keys)

    @pytest.mark.parametrize("cursor", ["", "x", "W10", "WzFd", "bnVsbA", "W1tbW1tbW1tb", "a" * 600, "ă"])
    @pytest.mark.parametrize("name", ["documents", "agencies", "assignments", "search"])
    def test_strange_cursors(self, reader: TestClient, name: str, cursor: str) -> None:
        answer = reader.get(f"/api/{name}", params={"cursor": cursor})
        assert answer.status_code == 400
        assert answer.json()["type"] == "urn:congvan:cursor"

    def test_cursor_of_another_list(self, reader: TestClient) -> None:
        cursor = reader.get("/api/agencies", params={"limit": 1}).json()["next"]
        assert reader.get("/api/agencies", params={"cursor": cursor, "limit": 3}).status_code == 200
        assert reader.get("/api/agencies", params={"cursor": cursor, "q": "sở"}).status_code == 400
        assert reader.get("/api/documents", params={"cursor": cursor}).status_code == 400

    def test_limits(self, reader: TestClient) -> None:
        for limit, status in ((0, 422), (201, 422), (200, 200), ("x", 422)):
            answer = reader.get("/api/documents", params={"limit": limit})
            assert answer.status_code == status
            if status == 422:
                assert "limit" in answer.json()["detail"]


class TestFreshness:
    def test_unchanged_until_something_is_written(self, letters_url: str) -> None:
        engine = open_database(letters_url, write=True)
        with served.client(create_app(letters_url)) as client:
            for path in (
                "/api/documents",
                "/api/search?q=x",
                "/api/assignments",
                "/api/documents/1",
                "/api/runs",
            ):
                tag = client.get(path).headers["etag"]
                for given in (tag, f'"x", {tag}', "*", tag.removeprefix("W/")):
                    answer = client.get(path, headers={"if-none-match": given})
                    assert (answer.status_code, answer.content) == (304, b""), path
                    assert answer.headers["etag"] == tag
                assert client.get(path, headers={"if-none-match": '"x"'}).status_code == 200
            lists = client.get("/api/documents").headers["etag"]
            first, second = (client.get(f"/api/documents/{i}").headers["etag"] for i in (1, 2))
            record = letters.records()["roads.txt"]
            record["document"]["subject"] = "việc khác"
            with engine.begin() as connection:
                written = store.put(connection, record, letters.READING).document_id
            known = {"if-none-match": lists}
            assert client.get("/api/documents", headers=known).status_code == 200
            after = {i: client.get(f"/api/documents/{i}").headers["etag"] for i in (1, 2)}
            assert {1: first, 2: second}[written] != after[written]
            other = 3 - written
            assert {1: first, 2: second}[other] == after[other]
        engine.dispose()

    def test_filters_have_tags_of_their_own(self, reader: TestClient) -> None:
        tags = {reader.get(f"/api/search?q={word}").headers["etag"] for word in ("a", "b", "a&limit=2")}
        assert len(tags) == 3


class TestDocuments:
    def test_record_and_text(self, reader: TestClient, hostile_id: int) -> None:
        record = reader.get(f"/api/documents/{hostile_id}").json()
        Record.model_validate(record)
        assert reader.get(f"/api/documents/{hostile_id}/text").text == record["text"]
        for item in record["assignments"]:
            span = item["span"]
            assert record["text"][span["start"] : span["end"]] == span["text"]

    @pytest.mark.parametrize("path", ["documents/999", "documents/999/text", "agencies/x:nobody", "nothing"])
    def test_what_is_not_there(self, reader: TestClient, path: str) -> None:
        answer = reader.get(f"/api/{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:congvan:not_found"

    def test_since(self, reader: TestClient) -> None:
        everything = walk(reader, "documents")
        revision = everything[2]["revision"]
        assert walk(reader, "documents", since=revision) == everything[3:]

    def test_what_was_removed_is_told_and_no_revision_given_twice(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as client:
            before = walk(client, "documents")
            last, tag = before[-1], client.get("/api/runs").headers["etag"]
            engine = open_database(letters_url, write=True)
            with writing(engine) as connection:
                store.remove(connection, last["id"])
            assert client.get("/api/runs").headers["etag"] != tag
            with writing(engine) as connection:
                record = letters.records()["roads.txt"]
                new = store.put(connection, {**record, "id": "new"}, letters.READING).document_id
            told = walk(client, "removals", since=last["revision"])
            assert [x["document_id"] for x in told] == [last["id"]]
            seen = walk(client, "documents", since=told[0]["revision"])
            assert new in [x["id"] for x in seen]
            assert walk(client, "removals", since=told[0]["revision"]) == []

    def test_spans_prove(self, reader: TestClient) -> None:
        for name in ("targets", "references"):
            for item in walk(reader, name):
                text = reader.get(f"/api/documents/{item['document_id']}/text").text
                assert text[item["span"]["start"] : item["span"]["end"]] == item["span"]["text"]
        for item in walk(reader, "assignments"):
            text = reader.get(f"/api/documents/{item['document_id']}/text").text
            assert item["sentence"] in text

    def test_agency(self, reader: TestClient) -> None:
        found = walk(reader, "agencies", q="so tai chinh")
        assert found
        for agency in found:
            page = reader.get(f"/api/agencies/{agency['id']}").json()
            assert page["name"] == agency["name"]
            told = walk(reader, "assignments", agency=agency["id"])
            assert len(told) == page["lead"] + page["coordinating"]

    def test_filters(self, reader: TestClient) -> None:
        assert {t["metric"] for t in walk(reader, "targets", metric="bao hiem y te")}
        assert walk(reader, "targets", metric="không có chỉ tiêu này") == []
        early = walk(reader, "assignments", due_before="2024-06-30")
        late = walk(reader, "assignments", due_after="2024-07-01")
        undated = walk(reader, "assignments", undated=True)
        assert len(early) + len(late) + len(undated) == len(walk(reader, "assignments"))
        overdue = reader.get("/api/assignments", params={"overdue": True, "today": "2024-05-16"}).json()
        assert overdue["total"] > 0
        assert all(task["deadline_end"] < "2024-05-16" for task in overdue["items"])


class TestDescription:
    def test_complete(self, reader: TestClient) -> None:
        schema = reader.get("/api/openapi.json").json()
        assert schema == api.openapi()
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                assert operation.get("description"), path
                assert operation["tags"][0] in {tag["name"] for tag in schema["tags"]}
                written = method in ("post", "delete") or path.startswith("/api/ingest")
                assert ("400" in operation["responses"]) or path.endswith("openapi.json")
                if written:
                    assert {"401", "403"} <= set(operation["responses"])

    def test_page(self, reader: TestClient) -> None:
        page = reader.get("/api").text
        assert "/api/assignments" in page
        assert "http" not in page.split("<main", 1)[1].replace("http://www.w3.org", "")


class TestWriting:
    @pytest.fixture
    def editor(self, letters_url: str) -> Iterator[TestClient]:
        secret = served.token(letters_url)
        with served.client(create_app(letters_url, settings=Settings(allow_write=True))) as client:
            client.headers.update(bearer(secret))
            yield client

    def test_a_correction_and_back(self, editor: TestClient) -> None:
        task = editor.get("/api/assignments").json()["items"][0]
        number = task["document_id"]
        before = editor.get(f"/api/documents/{number}")
        item = before.json()["assignments"][task["position"]]
        body = {"document_id": number, "item": "assignment", "span": item["span"], "field": "deadline",
                "verdict": "correct", "new": {"start": "2031-01-02", "end": "2031-01-02", "relation": "by"},
                "note": "xem lại"}  # fmt: skip
        made = editor.post("/api/corrections", json=body)
        assert made.status_code == 201, made.text
        assert made.json()["author"] == "Nguyễn Thị An"
        known = {"if-none-match": before.headers["etag"]}
        after = editor.get(f"/api/documents/{number}", headers=known)
        assert after.status_code == 200
        changed = after.json()["assignments"][task["position"]]
        assert changed["deadline"]["end"] == "2031-01-02"
        assert changed["corrected"]["deadline"]["by"] == "Nguyễn Thị An"
        assert editor.delete(f"/api/corrections/{made.json()['id']}").status_code == 204
        assert editor.delete(f"/api/corrections/{made.json()['id']}").status_code == 404
        assert editor.get(f"/api/documents/{number}").json() == before.json()

    def test_a_correction_of_what_has_changed_is_a_conflict(self, editor: TestClient) -> None:
        gone = {"document_id": 1, "item": "assignment", "verdict": "confirm"}
        span = {"start": 0, "end": 4, "text": "khác"}
        answer = editor.post("/api/corrections", json={**gone, "span": span})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:congvan:conflict")

    @pytest.mark.parametrize(
        "change",
        [
            {"document_id": 10**12},
            {"document_id": 999},
            {"verdict": "destroy"},
            {"item": "token"},
            {"field": "hash"},
            {"new": "\0"},
            {"new": "hôm qua"},
            {"new": {"start": "2031-02-30", "end": "2031-02-30", "relation": "by"}},
            {"new": [[[[[[[["x"]]]]]]]]},
            {"new": {"start": 10**400}},
            {"note": "x\0"},
            {"note": "\ud800"},
            {"span": {"start": 0, "end": 2**40, "text": "x"}},
            {"span": None},
            {"author": "Chủ tịch"},
        ],
    )
    def test_strange_corrections(self, editor: TestClient, change: dict[str, Any]) -> None:
        import json

        task = editor.get("/api/assignments").json()["items"][0]
        record = editor.get(f"/api/documents/{task['document_id']}").json()
        body = {"document_id": task["document_id"], "item": "assignment",
                "span": record["assignments"][task["position"]]["span"], "field": "deadline",
                "verdict": "correct", "new": None, **change}  # fmt: skip
        answer = editor.post(
            "/api/corrections", content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert answer.status_code in (400, 404, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    def test_ingest(self, editor: TestClient, letters_url: str, tmp_path: Path) -> None:
        content = served._HOSTILE.replace("666/UBND-KTN", "667/UBND-KTN").encode()
        secret = content.replace(b"667/UBND", b"668/UBND").replace(
            b"S\xe1\xbb\x91: ", "TỐI MẬT\nSố: ".encode(), 1
        )
        files = [("files", ("../a.txt", content)), ("files", ("b.txt", secret)), ("files", ("c.txt", b""))]
        answer = editor.post("/api/ingest", files=files)
        assert answer.status_code == 202, answer.text
        place = answer.headers["location"]
        until = time.monotonic() + 120
        while not (batch := editor.get(place).json())["done"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert batch["names"] == ["a.txt", "b.txt", "c.txt"]
        assert [event["what"] for event in batch["events"]] == ["added", "secret", "rejected"]
        assert batch["events"][1]["code"] == "secret"
        assert batch["events"][1]["document_id"] is None
        with open_database(letters_url).connect() as connection:
            kept = connection.execute(select(t.files.c.path, t.files.c.content, t.files.c.name)).all()
            assert all(row.path is None for row in kept), "no name that was sent is ever a path"
            assert not connection.execute(
                select(t.documents.c.id).where(t.documents.c.number == "668/UBND-KTN")
            ).first()
        assert editor.post("/api/ingest", files={"x": ("", b"")}).status_code in (400, 422)
        assert editor.get("/api/ingest/unknown").status_code == 404

    def test_only_editors(self, letters_url: str) -> None:
        reader = served.token(letters_url, "Độc giả", "reader")
        app = create_app(letters_url, settings=Settings(allow_write=True))
        with served.client(app) as client:
            for headers, status in (({}, 401), (bearer(reader), 403)):
                assert client.post("/api/corrections", json={}, headers=headers).status_code == status
                files = {"files": ("a", b"x")}
                assert client.post("/api/ingest", files=files, headers=headers).status_code == status
                assert client.delete("/api/corrections/1", headers=headers).status_code == status
                assert client.get("/api/ingest/x", headers=headers).status_code == status
