"""Databases for the tests of the page and the API."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.web import served


@pytest.fixture(scope="session")
def filled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """An SQLite file with the letters of `served.fill`, and the number of the hostile one."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("web") / "letters.db"))
    return path, served.filled(str(path))


@pytest.fixture
def letters_url(filled_template: tuple[Path, int], tmp_path: Path) -> str:
    """A fresh SQLite database with letters in it."""
    return str(shutil.copy(filled_template[0], tmp_path / "letters.db"))


@pytest.fixture
def hostile_id(filled_template: tuple[Path, int]) -> int:
    return filled_template[1]


@pytest.fixture(params=["sqlite", "postgres"])
def any_letters_url(request: pytest.FixtureRequest) -> str:
    """The letters in SQLite and in PostgreSQL."""
    if request.param == "sqlite":
        url: str = request.getfixturevalue("letters_url")
        return url
    url = request.getfixturevalue("postgres_url")
    served.filled(url)
    return url
