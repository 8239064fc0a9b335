"""Whatever comes in: a record whose spans hold, or a refusal with a code; the same for the same input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import extractor
from extractor.errors import REJECTS, Reject
from extractor.record import Record, Span
from tests import fuzz

if TYPE_CHECKING:
    from spacy.language import Language

#: kinds of input below, which share the examples
KINDS = 5
MANY = settings(
    max_examples=max(1, fuzz.EXAMPLES // KINDS), derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def pipeline() -> Language:
    """The whole pipeline, as users run it."""
    return extractor.load()


def spans_in(value: Any) -> Iterator[Span]:
    """Every span of a record, however deep."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, BaseModel):
        yield from spans_in([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, dict):
        yield from spans_in(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from spans_in(item)


def read(data: bytes | str, name: str, nlp: Language) -> str:
    """The record as JSON, looked at closely, or the code of the refusal."""
    try:
        record = extractor.extract(data, name, nlp=nlp)
    except Reject as refusal:
        code = refusal.code
        if code == "internal" or code not in REJECTS:
            raise
        return code
    for span in spans_in(record):
        assert record.text[span.start : span.end] == span.text
    dumped = record.model_dump_json()
    assert Record.model_validate_json(dumped) == record
    return dumped


def check(data: bytes | str, name: str, nlp: Language) -> None:
    assert read(data, name, nlp) == read(data, name, nlp)


@MANY
@given(data=st.binary(max_size=800), name=fuzz.NAMES)
def test_random_bytes(pipeline: Language, data: bytes, name: str) -> None:
    check(data, name, pipeline)


@MANY
@given(text=fuzz.texts(), name=fuzz.NAMES)
def test_random_text(pipeline: Language, text: str, name: str) -> None:
    check(text, name, pipeline)


@MANY
@given(page=fuzz.pages(), name=fuzz.NAMES)
def test_broken_pages(pipeline: Language, page: str, name: str) -> None:
    check(page, name, pipeline)


@MANY
@given(text=fuzz.spliced(), name=fuzz.NAMES)
def test_spliced_sentences(pipeline: Language, text: str, name: str) -> None:
    check(text, name, pipeline)


@MANY
@given(data=fuzz.mutated(), name=fuzz.NAMES)
def test_mutated_letters(pipeline: Language, data: bytes, name: str) -> None:
    check(data, name, pipeline)


@pytest.mark.parametrize(
    "text",
    [
        "Chiều ngày 02/4, tại hội trường",  # no year anywhere
        "STT\n\nThời gian\n\nNhiệm vụ\n\nCơ quan chủ trì\n\n1\n\nRà soát\n\nSở Y tế\n\nTháng 6\n",
        "Tỷ lệ tăng 5% so với cùng kỳ năm 0001",
        "từ ngày 30/12/9999 đến ngày 31/12/9999, trước 10 ngày",
        "Số: ٣٤/²-Ⅳ ngày ٣/٤/٢٠٢٣",
        "Kính gửi:",
        "Nơi nhận:",
        "KT. CHỦ TỊCH\n\nPHÓ CHỦ TỊCH",
        "| | |\n|---|\n||",
    ],
)
def test_texts_at_the_edge(pipeline: Language, text: str) -> None:
    check(text, "a.txt", pipeline)
