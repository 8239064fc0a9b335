"""Which letter a reference names, where several have its number."""

from __future__ import annotations

import copy

import pytest
from sqlalchemy import Connection, Engine

from extractor.database import store, writing
from extractor.web import graph, views
from tests.database.letters import READING, records

NUMBER = "15/CT-UBND"
AN_GIANG, BAC_NINH = "x:uy-ban-nhan-dan-tinh-an-giang", "x:uy-ban-nhan-dan-tinh-bac-ninh"


def put(
    connection: Connection, number: str, issuer: str, day: str, *cited: tuple[str | None, str | None]
) -> int:
    """A letter that implements those of `NUMBER` by (issuer, day)."""
    record = copy.deepcopy(records()["roads.txt"])
    record["id"] = f"sha256:{number}{issuer}"
    agency = {"id": issuer, "name": issuer, "title": None}
    record["document"] |= {"number": number, "issuer": agency, "issued_on": day}
    record["references"] = [
        {"number": NUMBER, "type": "CT", "issuer": who and {"id": who, "name": who, "title": None},
         "issued_on": when, "subject": None, "relation": "implements", "by": "x",
         "span": {"start": 0, "end": 3, "text": record["text"][:3]}}
        for who, when in cited
    ]  # fmt: skip
    return store.put(connection, record, READING).document_id


def outside(drawing: graph.Drawing) -> list[tuple[str | None, bool]]:
    return sorted((n.issued_on, n.several) for n in drawing.nodes.values() if n.document_id is None)


def test_letters_of_two_issuers_are_two_nodes(database: Engine) -> None:
    with writing(database) as connection:
        one = put(connection, "1/A", "x:a", "2024-01-01", (AN_GIANG, "2021-05-01"))
        put(connection, "2/B", "x:b", "2024-01-02", (BAC_NINH, "2023-07-01"))
        put(connection, "3/C", "x:c", "2024-01-03", (AN_GIANG, None))
        found = graph.latest(connection, graph.STRONG)
        assert outside(found) == [("2021-05-01", False), ("2023-07-01", False)]
        assert len(found.edges) == 3
        near = graph.around(connection, one, 3, graph.RELATIONS)
        assert sorted(n.number for n in near.nodes.values()) == ["1/A", NUMBER, "3/C"]


def test_a_reference_that_can_mean_several_letters_is_linked_to_none(database: Engine) -> None:
    with writing(database) as connection:
        first = put(connection, NUMBER, AN_GIANG, "2021-05-01")
        put(connection, NUMBER, BAC_NINH, "2023-07-01")
        vague = put(connection, "1/A", "x:a", "2024-01-01", (None, None))
        exact = put(connection, "2/B", "x:b", "2024-01-02", (AN_GIANG, None))
        assert outside(graph.latest(connection, graph.STRONG)) == [(None, True)]
        near = graph.around(connection, first, 1, graph.RELATIONS)
        assert [(e.source, e.target) for e in near.edges] == [(f"d{exact}", f"d{first}")]

        letter = views.letter(connection, vague)
        assert letter is not None
        assert (letter.cites, letter.several) == ({}, {0})
        letter = views.letter(connection, exact)
        assert letter is not None
        assert (letter.cites[0].id, letter.several) == (first, set())
        letter = views.letter(connection, first)
        assert letter is not None
        assert [link.id for link in letter.cited_by] == [exact]


@pytest.mark.parametrize("named", [[("n", "a", "1"), ("n", "b", "2")], []])
def test_what_is_not_sure_is_not_filled_in(named: list[graph.Cited]) -> None:
    assert graph._in_full(("n", None, None), named) == ("n", None, None)
