"""The migrations lead to the tables that the program knows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, select, text, update

from extractor.cli import main
from extractor.database import (
    DatabaseError,
    fold,
    open_database,
    schema,
    search_index,
    search_tables,
    writing,
)
from extractor.database.engine import _MIGRATIONS, HEAD
from extractor.database.search import Query, search
from tests.database import letters


def shape(engine: Engine) -> dict[str, Any]:
    """Tables with columns, keys and constraints, and each index as the database itself tells it."""
    found = inspect(engine)
    out: dict[str, Any] = {}
    for table in found.get_table_names():
        if table.startswith(("search_titles_", "search_often_", "search_words_")) or table in (
            "alembic_version",
            "sqlite_stat1",
        ):
            continue
        out[table] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            "key": found.get_pk_constraint(table),
            "foreign": sorted(map(str, found.get_foreign_keys(table))),
            "unique": sorted(map(str, found.get_unique_constraints(table))),
            "check": sorted(map(str, found.get_check_constraints(table))),
        }
    lite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' OR sql LIKE '%VIRTUAL%'"
    full = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    with engine.connect() as connection:
        rows = connection.execute(text(lite if engine.dialect.name == "sqlite" else full))
        out["indexes"] = {name: " ".join(sql.split()) for name, sql in rows if "alembic" not in name}
    return out


def migrate(engine: Engine, where: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        (command.upgrade if where == "head" else command.downgrade)(config, where)


def test_there_is_one_head_and_the_program_knows_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_give_the_tables_of_the_schema(database: Engine) -> None:
    migrated = shape(database)
    assert len(migrated) > 20
    migrate(database, "base")
    assert set(inspect(database).get_table_names()) <= {"alembic_version", "sqlite_stat1"}
    with writing(database) as connection:
        schema.metadata.create_all(connection)
        search_tables.create(connection)
    assert shape(database) == migrated


def test_down_and_up_again(database: Engine) -> None:
    before = shape(database)
    migrate(database, "base")
    migrate(database, "head")
    assert shape(database) == before


def test_a_database_of_a_newer_program_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    url = str(shutil.copy(sqlite_template, tmp_path / "newer.db"))
    engine = open_database(url, write=True)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for write in (True, False):
        with pytest.raises(DatabaseError):
            open_database(url, write=write)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("no database, but long enough to be looked at " * 40)
    for write in (True, False):
        with pytest.raises(DatabaseError, match="Không mở được"):
            open_database(str(path), write=write)


def test_counts_of_an_older_database_are_made_anew(database: Engine) -> None:
    with writing(database) as connection:
        letters.fill(connection)
        kept = select(schema.task_counts).order_by(*schema.task_counts.primary_key)
        before = connection.execute(kept).all()
    migrate(database, "0001")
    with writing(database) as connection:
        connection.execute(update(schema.task_counts).values(tasks=99))
    migrate(database, "head")
    with database.connect() as connection:
        assert connection.execute(kept).all() == before
        assert search_index.state(connection) == "fresh"


def test_words_made_otherwise_ask_for_a_new_index(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(shutil.copy(sqlite_template, tmp_path / "older.db"))
    engine = open_database(url, write=True)
    with monkeypatch.context() as patch:
        patch.setitem(fold._TABLE, ord("đ"), "dd")  # as another version of the program might have it
        open_database(url, write=True).dispose()  # no letter has been written: nothing is asked for
        with writing(engine) as connection:
            letters.fill(connection)
        open_database(url).dispose()
    for write in (True, False):
        with pytest.raises(DatabaseError, match=f"congvan reindex --db {url}"):
            open_database(url, write=write)
    made = CliRunner().invoke(main, ["reindex", "--db", url])
    assert made.exit_code == 0, made.output
    open_database(url).dispose()
    with engine.connect() as connection:
        assert search(connection, Query("đào tạo")).total == search(connection, Query("dao tao")).total > 0
