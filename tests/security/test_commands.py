"""People and tokens from the command line, while no server holds the record."""

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Config, from_environment
from monitor.commands import token, user
from monitor.commands.server_file import ServerFile, say
from monitor.errors import ConfigurationRefused, Conflict, NotFound, Refused
from monitor.security.secrets import fingerprint
from monitor.store.assignments import AssignmentRow, insert_assignment
from monitor.store.chairs import upsert_chair
from monitor.store.engine import open_engine
from monitor.store.folder import claim
from monitor.store.queries.assignments import newest_assignments
from monitor.store.queries.people import person_by_name, token_by_hash
from monitor.store.queries.trail import audit_page
from monitor.store.second_step import insert_app
from tests.fresh_record import fresh_record


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = from_environment({"MONITOR_DATA_DIR": str(tmp_path)})
    fresh_record(made.data_dir / "monitor.db")
    return made


def run(config: Config, line: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for command in (user, token):
        command.register(subparsers)
    args = parser.parse_args(line.split())
    return int(args.run(args, config))


def test_a_person_is_added_with_a_one_time_password_and_disabled(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(config, "user add ana --role nurse") == 0
    assert len(capsys.readouterr().out.strip()) == 23
    assert run(config, "user disable Ana") == 0
    engines = open_engine(config.database, config.data_dir)
    with engines.read.connect() as connection:
        person = person_by_name(connection, "ana")
    engines.dispose()
    assert person is not None
    assert person.must_change_password
    assert person.disabled_at is not None


@pytest.mark.parametrize("line", ["user disable ana", "user role ana --role physician"])
def test_who_is_no_nurse_any_more_is_responsible_for_no_chair_at_the_next_start(config: Config, line: str) -> None:
    run(config, "user add ana --role nurse")
    now = datetime.now(UTC)
    engines = open_engine(config.database, config.data_dir)
    with engines.write.begin() as connection:
        ana = person_by_name(connection, "ana")
        assert ana is not None
        chair_id = upsert_chair(connection, "1", 1)
        row = AssignmentRow(chair_id, ana.id, "Ana", now, now + timedelta(hours=12), None, "", ana.id, "Ana")
        insert_assignment(connection, row)
    engines.dispose()
    assert run(config, line) == 0
    engines = open_engine(config.database, config.data_dir)
    with engines.read.connect() as connection:
        assert [one.person_id for one in newest_assignments(connection)] == [None]
        assert "chair.assign" in [one.action for one in audit_page(connection)]
    engines.dispose()


def test_somebody_disabled_comes_again_with_another_password_and_role(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    run(config, "user add ana --role nurse")
    run(config, "user disable ana")
    capsys.readouterr()
    assert run(config, "user enable Ana") == 0
    assert len(capsys.readouterr().out.strip()) == 23
    assert run(config, "user role ana --role charge_nurse") == 0
    engines = open_engine(config.database, config.data_dir)
    with engines.read.connect() as connection:
        person = person_by_name(connection, "ana")
    engines.dispose()
    assert person is not None
    assert (person.disabled_at, person.must_change_password, person.role) == (None, True, "charge_nurse")
    with pytest.raises(Refused, match="not disabled"):
        run(config, "user enable ana")
    with pytest.raises(NotFound, match="no person named ben"):
        run(config, "user role ben --role nurse")


def test_adding_a_token_prints_the_token_and_nothing_else(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    run(config, "token add lab --role integration")
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    engines = open_engine(config.database, config.data_dir)
    with engines.read.connect() as connection:
        found = token_by_hash(connection, fingerprint(printed.strip()))
    engines.dispose()
    assert found is not None
    assert (found.name, found.role) == ("lab", "integration")


def test_a_name_that_is_taken_or_unknown_is_said_in_a_sentence(config: Config) -> None:
    run(config, "user add ana --role nurse")
    with pytest.raises(Conflict):
        run(config, "user add ANA --role nurse")
    with pytest.raises(NotFound, match="no person named ben"):
        run(config, "user disable ben")


def test_the_only_administrators_lost_phone_is_reset_and_a_forgotten_password_too(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    run(config, "user add it --role administrator")
    engines = open_engine(config.database, config.data_dir)
    with engines.write.begin() as connection:
        person = person_by_name(connection, "it")
        assert person is not None
        insert_app(connection, person.id, b"sealed", 0, person.created_at)
    engines.dispose()
    capsys.readouterr()
    assert run(config, "user reset-factor IT") == 0
    assert run(config, "user reset-password it") == 0
    assert len(capsys.readouterr().out.strip()) == 23
    with pytest.raises(Refused, match="no second step"):
        run(config, "user reset-factor it")
    for command in ("reset-factor", "reset-password"):
        with pytest.raises(NotFound, match="no person named ben"):
            run(config, f"user {command} ben")


def test_nothing_is_written_while_a_server_holds_the_folder(config: Config) -> None:
    with claim(config.data_dir), pytest.raises(ConfigurationRefused, match="stop the server"):
        run(config, "user add ana --role nurse")


@pytest.mark.parametrize("left_behind", ["8000", "{}", '{"pid": 1}'])
def test_a_file_that_no_living_server_holds_is_not_believed(
    config: Config, capsys: pytest.CaptureFixture[str], left_behind: str
) -> None:
    (config.data_dir / "server.lock").write_text(left_behind)
    assert run(config, "token add lab --role nurse") == 0
    assert capsys.readouterr().out.startswith("imt_")


def test_a_killed_servers_file_is_not_believed_when_another_program_has_its_number_now(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    say(config.data_dir, ServerFile(os.getpid(), "127.0.0.1", 1, 1, "127.0.0.1:1", "imt_gone"))
    assert run(config, "token add lab --role nurse") == 0
    assert capsys.readouterr().out.startswith("imt_")
