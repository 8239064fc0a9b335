"""The words of the page: the same keys in each language, and all that templates and code ask for."""

from __future__ import annotations

import re
import time
from pathlib import Path
from string import Formatter

import pytest

import extractor.web
from extractor.database.ingest import NO_ORIGINAL
from extractor.database.secrecy import SECRET
from extractor.errors import REJECTS, WARNINGS
from extractor.web.texts import LANGUAGES, Texts
from extractor.web.words import Words

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


def test_each_code_is_told_in_each_language(texts: dict[str, Texts]) -> None:
    codes = [f"reject.{code}" for code in (*REJECTS, SECRET, NO_ORIGINAL)]
    codes += [f"warning.{code}" for code in WARNINGS]
    for known in texts.values():
        assert {key for key in known.keys() if key.startswith(("reject.", "warning."))} == set(codes)  # noqa: SIM118
    assert {code: texts["vi"](f"warning.{code}") for code in WARNINGS} == WARNINGS


def test_a_warning_keeps_its_detail_and_a_reason_its_message(texts: dict[str, Texts]) -> None:
    vi, en = Words(texts["vi"]), Words(texts["en"])
    message = f"{WARNINGS['impossible_date']}: 31/6/2023"
    assert vi.warning("impossible_date", message) == message
    assert en.warning("impossible_date", message) == "A day that is not in the calendar: 31/6/2023"
    assert vi.refused("timeout", "Đọc quá lâu: 300 giây.") == "Đọc quá lâu: 300 giây."
    assert en.refused("timeout", "Đọc quá lâu: 300 giây.") == texts["en"]("reject.timeout")
    assert vi.refused("timeout", None) == texts["vi"]("reject.timeout")


def test_a_moment_is_told_in_the_time_of_this_place(
    texts: dict[str, Texts], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words(texts["vi"])
    for zone, said, day in (
        ("Asia/Ho_Chi_Minh", "23/11/2026 03:24 (UTC+7)", "23/11/2026"),
        ("UTC", "22/11/2026 20:24 (UTC)", "22/11/2026"),
    ):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert (words.moment("2026-11-22T20:24:45+00:00"), words.moment_day("2026-11-22T20:24:45")) == (
            said,
            day,
        )
    monkeypatch.undo()
    time.tzset()
