"""`db` and `audit` say in one line and one exit code how the record stands."""

import argparse
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Config
from monitor.commands import audit, db
from monitor.errors import ConfigurationRefused
from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.errors import SchemaRefused
from monitor.store.folder import claim
from monitor.store.rows import AuditEntry, Batch
from monitor.store.store import Store


def run(config: Config, *words: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    db.register(subparsers)
    audit.register(subparsers)
    args = parser.parse_args(words)
    return args.run(args, config)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path / "var")


def write_audit(config: Config, count: int) -> None:
    store = Store(open_engine(config.database, config.data_dir))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    store.write(Batch(audit=tuple(AuditEntry(at, "dana", "look", f"session/{n}", None) for n in range(count))))
    store.close()


def test_a_new_database_is_upgraded_once(config, capsys):
    assert run(config, "db", "current") == 1
    assert run(config, "db", "upgrade") == 0
    assert run(config, "db", "upgrade") == 0
    assert run(config, "db", "current") == 0
    newest = migrate.head()
    assert capsys.readouterr().out.splitlines() == [
        f"database empty, program {newest}",
        f"empty -> {newest}",
        f"{newest}: nothing to do",
        f"database {newest}, program {newest}",
    ]


def test_no_upgrade_while_a_server_writes(config):
    with claim(config.data_dir), pytest.raises(ConfigurationRefused, match="stop the server"):
        run(config, "db", "upgrade")


def test_an_audit_trail_is_verified_against_a_head_noted_earlier(config, capsys):
    run(config, "db", "upgrade")
    write_audit(config, 3)
    capsys.readouterr()
    assert run(config, "audit", "verify") == 0
    noted = capsys.readouterr().out.split()[-1]
    assert noted.startswith("3:")
    write_audit(config, 2)
    assert run(config, "audit", "verify", "--anchor", noted) == 0
    assert run(config, "audit", "verify", "--anchor", "9:" + "00" * 32) == 1
    assert "entry 6" in capsys.readouterr().err


def test_a_broken_trail_is_named_and_fails(config, capsys):
    run(config, "db", "upgrade")
    write_audit(config, 5)
    connection = sqlite3.connect(config.data_dir / "monitor.db")
    connection.execute("DROP TRIGGER audit_refuses_update")
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 4")
    connection.commit()
    connection.close()
    assert run(config, "audit", "verify") == 1
    assert "entry 4" in capsys.readouterr().err


@pytest.mark.parametrize("anchor", ["", "x:00", "3:zz", "3:00"])
def test_an_anchor_that_is_none_is_refused(config, anchor):
    with pytest.raises(SystemExit):
        run(config, "audit", "verify", "--anchor", anchor)


def test_a_database_that_was_never_upgraded_is_not_called_whole(config):
    with pytest.raises(SchemaRefused, match="db upgrade"):
        run(config, "audit", "verify")
