"""People and tokens are added from the command line while a real server holds the record."""

import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.commands.server_file import running
from monitor.security.roles import Role
from tests.server import HOUSE, Api, Server

PEOPLE = {"charge": Role.CHARGE_NURSE, "admin": Role.ADMINISTRATOR}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    server = Server(tmp_path_factory.mktemp("served") / "var")
    tokens = server.prepare(PEOPLE)
    server.start()
    yield server, tokens
    server.stop()


def command(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", *words],
        check=False, cwd=HOUSE, env=server.environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def lock_of(server: Server) -> Path:
    return server.data_dir / "server.lock"


def test_a_token_is_added_through_the_server_and_is_all_that_is_printed(served: tuple[Server, dict[str, str]]) -> None:
    server, tokens = served
    done = command(server, "token", "add", "lab", "--role", "integration")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("imt_")
    assert done.stdout.count("\n") == 1
    assert server.api(done.stdout.strip()).get("/sessions") == []
    newest = server.api(tokens["charge"]).get("/audit?limit=1")[0]
    assert (newest["actor"], newest["person_id"], newest["action"]) == ("command line", None, "token_added")


def test_a_person_is_added_and_disabled_through_the_server(served: tuple[Server, dict[str, str]]) -> None:
    server, tokens = served
    done = command(server, "user", "add", "ana", "--role", "nurse", "--printed-name", "Ana Ruiz RN")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 23
    people = {one["name"]: one for one in server.api(tokens["charge"]).get("/people")}
    assert people["ana"]["printed_name"] == "Ana Ruiz RN"
    assert people["ana"]["must_change_password"]
    assert command(server, "user", "disable", "ANA").returncode == 0
    people = {one["name"]: one for one in server.api(tokens["charge"]).get("/people")}
    assert people["ana"]["disabled_at"] is not None
    assert len(command(server, "user", "enable", "ana").stdout.strip()) == 23
    assert command(server, "user", "role", "ana", "--role", "pharmacist").returncode == 0
    people = {one["name"]: one for one in server.api(tokens["charge"]).get("/people")}
    assert (people["ana"]["disabled_at"], people["ana"]["role"]) == (None, "pharmacist")


def test_a_lost_phone_and_a_forgotten_password_are_reset_through_the_server(
    served: tuple[Server, dict[str, str]],
) -> None:
    server, tokens = served
    before = {one["name"]: one for one in server.api(tokens["charge"]).get("/people")}
    assert (before["admin"]["app"], before["admin"]["recovery_codes"]) == (True, 10)
    assert command(server, "user", "reset-factor", "Admin").returncode == 0
    done = command(server, "user", "reset-password", "admin")
    assert (done.returncode, len(done.stdout.strip())) == (0, 23)
    people = {one["name"]: one for one in server.api(tokens["charge"]).get("/people")}
    assert (people["admin"]["app"], people["admin"]["recovery_codes"]) == (False, 0)
    assert people["admin"]["must_change_password"]
    again = command(server, "user", "reset-factor", "admin")
    assert again.returncode == 1
    assert "no second step to reset" in again.stderr


def test_what_the_server_refuses_is_said_in_its_own_sentence(served: tuple[Server, dict[str, str]]) -> None:
    server, _ = served
    taken = command(server, "user", "add", "ADMIN", "--role", "nurse")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "already somebody called 'ADMIN'" in taken.stderr
    unknown = command(server, "user", "disable", "nobody")
    assert unknown.returncode == 1
    assert "no person named nobody" in unknown.stderr


def test_only_the_owner_may_read_the_servers_token_and_the_record_never_holds_it(
    served: tuple[Server, dict[str, str]],
) -> None:
    server, _ = served
    assert stat.S_IMODE(lock_of(server).stat().st_mode) == 0o600
    secret = json.loads(lock_of(server).read_text())["token"]
    assert server.api(secret).get("/people")
    kept = sqlite3.connect(f"file:{server.data_dir / 'monitor.db'}?mode=ro", uri=True)
    assert secret not in "\n".join(kept.iterdump())
    kept.close()
    assert server.api(secret[:-1]).ask("GET", "/api/v1/people")[0] == 401


def test_the_command_line_may_do_what_an_administrator_may_and_nothing_clinical(
    served: tuple[Server, dict[str, str]],
) -> None:
    server, _ = served
    api = Api(server.http_port, json.loads(lock_of(server).read_text())["token"])
    assert api.get("/audit")
    for path in ("events", "scores", "alarms/A1/acknowledge", "discharge/override"):
        assert api.ask("POST", f"/api/v1/sessions/1/{path}", {})[0] == 403


def test_after_a_kill_the_file_left_behind_is_not_believed(tmp_path: Path) -> None:
    server = Server(tmp_path / "var")
    server.prepare()
    server.start()
    first = json.loads(lock_of(server).read_text())["token"]
    server.kill()
    assert lock_of(server).exists()
    assert running(server.data_dir) is None
    done = command(server, "token", "add", "lab", "--role", "administrator")
    assert done.returncode == 0, done.stderr
    server.http_port = server.mllp_port = 0
    server.start()
    try:
        assert server.api(done.stdout.strip()).get("/people")
        assert server.api(first).ask("GET", "/api/v1/people")[0] == 401
    finally:
        server.stop()
    assert not lock_of(server).exists()


def test_a_port_in_use_is_said_in_one_sentence_with_the_setting_to_change(
    served: tuple[Server, dict[str, str]], tmp_path: Path
) -> None:
    other = Server(tmp_path / "var", http_port=served[0].http_port)
    refused = command(other, "serve")
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("set MONITOR_HTTP_PORT.")
    assert "Traceback" not in refused.stderr
