"""The words of the page: the same keys in each language, and all that templates and code ask for."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import extractor.web
from extractor.web.texts import LANGUAGES, Texts

WEB = Path(extractor.web.__file__).parent
ASKED = re.compile(r"""\bt(?:exts)?\(\s*["']([a-z0-9_.]+)["']""")


@pytest.fixture(scope="module")
def texts() -> dict[str, Texts]:
    return {language: Texts.read(language) for language in LANGUAGES}


def test_languages_have_the_same_texts(texts: dict[str, Texts]) -> None:
    keys = {name: {k for k in t.keys() if not k.endswith("_one")} for name, t in texts.items()}  # noqa: SIM118
    assert keys["vi"] == keys["en"]


def test_texts_name_the_same_values(texts: dict[str, Texts]) -> None:
    def named(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    for key in texts["vi"].keys():  # noqa: SIM118
        assert named(texts["vi"].get(key, "")) == named(texts["en"].get(key, "")), key


def test_what_is_asked_for_is_there(texts: dict[str, Texts]) -> None:
    asked = {
        (path.name, key)
        for path in [*WEB.rglob("*.html"), *WEB.glob("*.py")]
        for key in ASKED.findall(path.read_text(encoding="utf-8"))
        if key[-1] not in "._"  # what follows is put in there
    }
    assert len(asked) > 100
    assert {(name, key) for name, key in asked if key not in texts["vi"]} == set()


def test_one_thing_has_a_form_of_its_own(texts: dict[str, Texts]) -> None:
    assert texts["en"]("search.n_tasks", n=1) == "1 task"
    assert texts["en"]("search.n_tasks", n=2) == "2 tasks"
    assert texts["vi"]("search.n_tasks", n=1) == "1 nhiệm vụ"
