"""What the doctor finds, and what it tells an operator to do."""

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Config, from_environment
from monitor.commands import doctor, tls
from monitor.commands.main import main
from monitor.runtime import ThreadRuntime
from monitor.store.backup import Manifest, write_manifest
from tests.fresh_record import fresh_record

NOW = datetime.now(UTC)


def findings(config: Config) -> dict[str, doctor.Finding]:
    return {one.what: one for one in doctor.examine(config, NOW)}


def settings(folder: Path, **more: str) -> Config:
    free = {"MONITOR_HTTP_PORT": "0", "MONITOR_MLLP_PORT": "0", "MONITOR_DATA_DIR": str(folder)}
    return from_environment({**free, **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir(mode=0o700)
    fresh_record(place / "monitor.db")
    return place


def test_a_sound_folder_fails_nothing(folder: Path) -> None:
    found = findings(settings(folder))
    assert [one for one in found.values() if one.verdict == doctor.FAIL] == []
    assert found["database"].verdict == doctor.OK
    assert found["data folder"].verdict == doctor.OK
    assert found["policy"].verdict == doctor.WARN
    assert all(one.advice for one in found.values() if one.verdict != doctor.OK)


@pytest.mark.parametrize("name", ["monitor.db", "."])
def test_what_others_can_read_fails_with_the_command_that_mends_it(folder: Path, name: str) -> None:
    (folder / name).chmod(0o755 if name == "." else 0o644)
    assert findings(settings(folder))["data folder"].verdict == doctor.FAIL
    assert "chmod" in findings(settings(folder))["data folder"].advice


def test_a_folder_that_is_not_there_yet_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    found = findings(settings(tmp_path / "new"))
    assert (found["data folder"].verdict, found["database"].verdict) == (doctor.WARN, doctor.WARN)
    assert not (tmp_path / "new").exists()


def test_a_database_that_is_none_fails_without_a_traceback(folder: Path) -> None:
    (folder / "monitor.db").write_bytes(b"nothing of SQLite" * 100)
    assert findings(settings(folder))["database"].verdict == doctor.FAIL


def test_a_port_of_another_program_fails(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = findings(settings(folder, MONITOR_HTTP_PORT=str(taken.getsockname()[1])))
    assert found["HTTP port"].verdict == doctor.FAIL
    assert found["MLLP port"].verdict == doctor.OK


@pytest.mark.parametrize(
    ("kind", "verdict"), [("ext4", doctor.OK), ("nfs4", doctor.WARN), ("cifs", doctor.WARN), (None, doctor.WARN)]
)
def test_a_folder_on_the_network_is_warned_of(tmp_path: Path, kind: str | None, verdict: str) -> None:
    mounts = [(Path("/"), "/dev/sda1", "ext4"), (tmp_path, "server:/share", kind)] if kind else []
    assert doctor.file_system(tmp_path / "data", mounts).verdict == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kinds", "said"), [("crypt\npart\ndisk", "dm-crypt"), ("part\ndisk", "none seen"), (None, "cannot be seen")]
)
def test_encryption_is_said_only_where_it_is_seen(tmp_path: Path, kinds: str | None, said: str) -> None:
    asked: Callable[[str], str | None] = lambda _: kinds  # noqa: E731
    assert doctor.encryption(tmp_path, asked).said == said


@pytest.mark.parametrize(("days", "verdict"), [(0, doctor.OK), (70, doctor.WARN), (91, doctor.FAIL), (-1, doctor.FAIL)])
def test_a_certificate_is_renewed_before_it_ends(tmp_path: Path, days: int, verdict: str) -> None:
    tls.make_trial(tmp_path / "tls", "localhost", NOW)
    assert doctor.certificate(tmp_path / "tls" / "server.pem", NOW + timedelta(days=days)).verdict == verdict


@pytest.mark.parametrize(("hours", "verdict"), [(2, "OK"), (30, "WARN")])
def test_the_newest_whole_copy_is_told_by_its_age_and_a_half_one_is_none(
    tmp_path: Path, hours: int, verdict: str
) -> None:
    (tmp_path / "backup-20260302T030000Z").mkdir()
    assert doctor.newest_copy(tmp_path, NOW).verdict == "FAIL"
    whole = tmp_path / "backup-20260301T010000Z"
    whole.mkdir()
    write_manifest(whole, Manifest((NOW - timedelta(hours=hours)).isoformat(), "1", "0001", "0:00", {}, {}))
    assert doctor.newest_copy(tmp_path, NOW).verdict == verdict


def test_programs_read_it_as_json_and_by_its_exit_code(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("DATA_DIR", str(folder)), ("HTTP_PORT", "0"), ("MLLP_PORT", "0")):
        monkeypatch.setenv(f"MONITOR_{name}", value)
    assert main(["doctor", "--json"], ThreadRuntime) == 0
    assert {one["verdict"] for one in json.loads(capsys.readouterr().out)["findings"]} <= {"OK", "WARN"}
    folder.chmod(0o755)
    assert main(["doctor"], ThreadRuntime) == 1
    assert "FAIL  data folder" in capsys.readouterr().out


def test_a_start_is_told_of_disk_file_system_and_clock_and_only_of_what_is_not_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 10**18)
    monkeypatch.setattr(doctor, "_mounts", lambda: [(Path("/"), "server:/share", "nfs4")])
    monkeypatch.setattr(doctor, "_asked", lambda *_: "no")
    assert [one.what for one in doctor.at_start(settings(folder))] == ["disk", "file system", "clock"]
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1)
    monkeypatch.setattr(doctor, "_mounts", lambda: [(Path("/"), "/dev/sda1", "ext4")])
    monkeypatch.setattr(doctor, "_asked", lambda *_: "yes")
    assert list(doctor.at_start(settings(folder))) == []
