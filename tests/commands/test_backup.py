"""`run.py backup`: a copy made while a server records, what is found wrong in one, and where it is put back."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.store.backup import kept_file
from tests.journeys.clinic import Clinic
from tests.journeys.sender import Sender
from tests.server import HOUSE, Server, wait_for

BED = "BED7"


def run(data_dir: Path, *words: str, limit: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "run.py", *words],
        check=False, cwd=HOUSE, env={**clean, "MONITOR_DATA_DIR": str(data_dir)}, capture_output=True, text=True,
        timeout=60, preexec_fn=limit,
    )  # fmt: skip


def newest(folder: Path) -> Path:
    return max(folder.glob("backup-*"))


@dataclass(frozen=True)
class Made:
    """A backup of a server that recorded, and what was acknowledged before it was begun."""

    clinic: Clinic
    session_id: int
    backup: Path
    acknowledged_at: tuple[datetime, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("backup")
    clinic = Clinic.open(folder, {"CH1": BED})
    session_id = clinic.plan("CH1", "K-1")
    clinic.begin(session_id, BED)
    sender = Sender(BED, clinic.server.mllp_port).start()
    wait_for(lambda: "spo2_desaturation" in [one["rule"] for one in clinic.alarms(session_id)], 20)
    before = tuple(one.at for one in sender.acknowledged)
    done = run(clinic.server.data_dir, "backup", "make", str(folder / "copies"))
    assert (done.returncode, done.stderr) == (0, ""), done
    count = len(sender.acknowledged)
    wait_for(lambda: len(sender.acknowledged) > count, 10)
    assert clinic.server.stop() == 0
    return Made(clinic, session_id, newest(folder / "copies"), before)


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    """A backup of one's own to spoil."""
    return Path(shutil.copytree(made.backup, tmp_path / made.backup.name))


def test_what_was_acknowledged_before_is_in_a_copy_made_while_the_server_wrote(made: Made) -> None:
    with closing(sqlite3.connect(made.backup / "monitor.db")) as connection:
        stored = {at_ms for (at_ms,) in connection.execute("SELECT device_at_ms FROM readings")}
    assert [at for at in made.acknowledged_at if _ms(at) not in stored] == []
    assert [path.name for path in made.backup.glob("*")], "one file of the database, no journal beside it"
    assert not list(made.backup.glob("*-wal"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.backup.glob("*") if path.name != "manifest.json")


def test_a_copy_is_put_back_and_the_session_goes_on_with_its_alarm(made: Made, tmp_path: Path) -> None:
    target = tmp_path / "var"
    done = run(target, "backup", "restore", str(made.backup))
    assert done.returncode == 0, done
    assert "restored as of" in done.stdout
    assert run(target, "audit", "verify").returncode == 0
    server = Server(target, {**made.clinic.server.settings})
    server.start()
    try:
        nurse = server.api(made.clinic.tokens["nurse"])
        assert nurse.get(f"/sessions/{made.session_id}")["state"] == "infusing"
        standing = [one["rule"] for one in nurse.get(f"/sessions/{made.session_id}/alarms")]
        assert "spo2_desaturation" in standing
    finally:
        server.stop()


def test_nothing_is_restored_over_a_record_and_what_an_earlier_try_left_is_no_hindrance(
    copy: Path, tmp_path: Path
) -> None:
    target = tmp_path / "var"
    (tmp_path / "var.restoring").mkdir()
    (tmp_path / "var.restoring" / "monitor.db").write_bytes(b"half of it")
    assert run(target, "backup", "restore", str(copy)).returncode == 0
    again = run(target, "backup", "restore", str(copy))
    assert again.returncode == 1
    assert "is not empty: move it away; nothing is ever restored over a record" in again.stderr


def _flip_a_page(copy: Path) -> None:
    with (copy / "monitor.db").open("rb+") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 4096)


def _as_if_copied_so(copy: Path, statement: str) -> None:
    """Change the database and its manifest too, as somebody would who wants it unnoticed."""
    with closing(sqlite3.connect(copy / "monitor.db")) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(statement).rowcount > 0
        connection.commit()
    said = json.loads((copy / "manifest.json").read_text())
    kept = kept_file(copy / "monitor.db")
    said["files"]["monitor.db"] = {"size_bytes": kept.size_bytes, "sha256": kept.sha256}
    (copy / "manifest.json").write_text(json.dumps(said))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a page": (_flip_a_page, "monitor.db is not what was copied"),
    "an anchor gone": (lambda copy: (copy / "audit_anchors").unlink(), "audit_anchors is missing"),
    "an entry of the trail": (
        lambda copy: _as_if_copied_so(copy, "UPDATE audit SET actor = 'nobody' WHERE seq = 2"),
        "audit entry 2 is not what was written",
    ),
    "readings taken out": (
        lambda copy: _as_if_copied_so(copy, "DELETE FROM readings"),
        "the manifest counts other rows than the database holds",
    ),
    "a row that refers to nothing": (
        lambda copy: _as_if_copied_so(copy, "UPDATE sessions SET chair_id = 999"),
        "rows refer to rows that are not there",
    ),
    "no manifest": (lambda copy: (copy / "manifest.json").unlink(), "it has no manifest"),
    "half a manifest": (lambda copy: (copy / "manifest.json").write_text('{"files": {'), "cannot be read"),
    "files elsewhere": (
        lambda copy: (copy / "manifest.json").write_text(
            (copy / "manifest.json").read_text().replace('"audit_anchors"', '"../audit_anchors"')
        ),
        "names files outside it",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_copy_is_found_and_never_restored(copy: Path, tmp_path: Path, what: str) -> None:
    spoil, sentence = SPOILT[what]
    spoil(copy)
    done = run(tmp_path / "var", "backup", "restore", str(copy))
    assert done.returncode == 1
    assert sentence in done.stdout + done.stderr
    assert not (tmp_path / "var").exists()


def test_older_whole_copies_are_removed_and_a_half_one_is_left_to_be_looked_at(made: Made, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    for day in ("20260301", "20260302", "20260303"):
        shutil.copytree(made.backup, copies / f"backup-{day}T010000Z")
    (copies / "backup-20260302T010000Z" / "manifest.json").unlink()
    done = run(made.clinic.server.data_dir, "backup", "make", str(copies), "--keep", "2")
    assert done.returncode == 0, done
    assert sorted(path.name[7:15] for path in copies.iterdir())[:2] == ["20260302", "20260303"]
    assert len(list(copies.iterdir())) == 3


def test_a_full_disk_makes_no_backup_and_says_so(made: Made, tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = run(made.clinic.server.data_dir, "backup", "make", str(tmp_path / "copies"), "--keep", "1", limit=small)
    assert done.returncode == 1
    assert "No backup was made." in done.stderr
    assert list((tmp_path / "copies").iterdir()) == []


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000 + at.microsecond // 1000
