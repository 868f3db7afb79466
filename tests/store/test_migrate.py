"""The migrated database is the one the code speaks of, and only ever moves forwards."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from monitor.store import dialects, migrate
from monitor.store.engine import Engines, open_engine
from monitor.store.errors import SchemaRefused
from monitor.store.queries.curves import _decimating
from monitor.store.schema import APPEND_ONLY, metadata

CAME_LATER = {"fk_sessions_series_id"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'record.db'}"


@pytest.fixture
def empty(tmp_path: Path, url: str):
    engines = open_engine(url, tmp_path)
    yield engines
    engines.dispose()


def test_the_migrated_schema_is_the_schema_of_the_code(empty: Engines):
    migrate.upgrade_engine(empty.write)
    with empty.read.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_name_of_a_key_or_index_is_the_one_the_code_gives_it(empty: Engines):
    migrate.upgrade_engine(empty.write)
    found = inspect(empty.read)
    for name, table in metadata.tables.items():
        assert {index["name"] for index in found.get_indexes(name)} == {str(index.name) for index in table.indexes}
        foreign = {key["name"] for key in found.get_foreign_keys(name)} - {None}  # SQLite names none that came later
        named = {str(key.name) for key in table.foreign_key_constraints}
        assert foreign == named - CAME_LATER


def test_readings_have_no_rowid_in_sqlite(empty: Engines):
    migrate.upgrade_engine(empty.write)
    with empty.read.connect() as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'readings'")).scalar_one()
    assert "WITHOUT ROWID" in made


def test_every_append_only_table_has_its_triggers(empty: Engines):
    migrate.upgrade_engine(empty.write)
    with empty.read.connect() as connection:
        names = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert {f"{table}_refuses_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")} <= names


def test_a_second_upgrade_changes_nothing(url: str):
    first = migrate.upgrade(url)
    assert first == (None, migrate.head())
    assert migrate.upgrade(url) == (migrate.head(), migrate.head())


def test_a_database_newer_than_the_code_is_left_alone(url: str, empty: Engines):
    migrate.upgrade_engine(empty.write)
    with empty.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaRefused, match="newer version"):
        migrate.upgrade_engine(empty.write)
    with empty.read.connect() as connection, pytest.raises(SchemaRefused, match="newer version"):
        migrate.require_current(connection)


def test_an_empty_database_is_told_to_upgrade_first(empty: Engines):
    with empty.read.connect() as connection, pytest.raises(SchemaRefused, match="db upgrade"):
        migrate.require_current(connection)


def test_an_upgrade_that_breaks_half_way_leaves_the_database_as_it_was(empty: Engines, monkeypatch):
    def fail(*_args: object) -> list[str]:
        raise RuntimeError("power cut")

    monkeypatch.setattr("monitor.store.dialects.refuse_changes", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade_engine(empty.write)
    assert inspect(empty.read).get_table_names() == []


def test_a_damaged_file_is_neither_upgraded_nor_overwritten(url: str, tmp_path: Path):
    damaged = b"this was a database once" * 100
    (tmp_path / "record.db").write_bytes(damaged)
    (tmp_path / "record.db").chmod(0o600)
    with pytest.raises(SchemaRefused, match="file is not a database"):
        migrate.upgrade(url)
    assert (tmp_path / "record.db").read_bytes() == damaged


def test_the_schema_and_the_curves_can_be_said_in_postgresql_too():
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    assert "min(" in str(_decimating("hr", True, "late").compile(dialect=dialect))
    statements = dialects.refuse_changes("postgresql", APPEND_ONLY)
    assert len(statements) == len(APPEND_ONLY) + 2
    assert "NOT NEW.simulated" in dialects.let_become_simulated("postgresql")[-1]
