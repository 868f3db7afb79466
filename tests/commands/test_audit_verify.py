"""`run.py audit verify` names the entry for an edit, a deletion, a swap, a cut tail and a database put back."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.clock import Clock
from monitor.commands.main import main
from monitor.counters import Counters
from monitor.runtime import ThreadRuntime
from monitor.security.signing_key import open_signing_key
from monitor.security.trail_watch import Outside, TrailWatch
from monitor.store.engine import open_engine
from monitor.store.rows import AuditEntry, Batch
from monitor.store.store import Store
from tests.fresh_record import fresh_record

T0 = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOUSE = Path(__file__).parents[2]


@dataclass
class Clinic:
    """A record with a trail, anchored as the server does it, and somebody who owns the machine."""

    folder: Path
    store: Store
    watch: TrailWatch
    run: Callable[..., tuple[int, str, str]]

    def write(self, count: int, who: str = "dana") -> None:
        entries = tuple(AuditEntry(T0 + timedelta(seconds=n), who, "note", f"session {n}", 1) for n in range(count))
        self.store.write(Batch(audit=entries))
        self.watch.anchor()

    def tamper(self, *statements: str) -> None:
        self.store.close()
        connection = sqlite3.connect(self.folder / "monitor.db")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()
        connection.close()


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Clinic]:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    url = fresh_record(tmp_path / "monitor.db")
    store = Store(open_engine(url, tmp_path))
    clock = Clock(T0, 0.0, system=False, real_mono_s=lambda: 0.0)
    key = open_signing_key(tmp_path / "signing_key")
    watch = TrailWatch(
        store.read, key, Outside(tmp_path / "audit_anchors"), clock, ThreadRuntime(), Counters(), ZoneInfo("UTC")
    )

    def run(*more: str) -> tuple[int, str, str]:
        code = main(["audit", "verify", *more], ThreadRuntime)
        said = capsys.readouterr()
        return code, said.out, said.err

    made = Clinic(tmp_path, store, watch, run)
    made.write(30)
    made.write(10)
    yield made
    store.close()


def test_what_nobody_touched_is_whole_and_its_anchors_agree(clinic: Clinic) -> None:
    code, out, err = clinic.run()
    assert (code, err) == (0, "")
    assert "40 entries, unbroken, 2 anchors agree" in out
    assert clinic.watch.check().word == "whole"


EDIT = ["UPDATE audit SET actor = 'omar' WHERE seq = 17"]
DELETION = ["DELETE FROM audit WHERE seq = 23"]
SWAP = [
    "UPDATE audit SET seq = 1000 WHERE seq = 11",
    "UPDATE audit SET seq = 11 WHERE seq = 12",
    "UPDATE audit SET seq = 12 WHERE seq = 1000",
]


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (EDIT, 17, "it was changed"),
        (DELETION, 23, "it is missing"),
        (SWAP, 11, "swapped"),
        (["DELETE FROM audit WHERE seq > 36"], 37, "its end was cut off, or put back"),
    ],
    ids=["edit", "deletion", "swap", "cut tail"],
)
def test_the_command_and_the_server_name_the_entry(clinic: Clinic, statements: list[str], seq: int, why: str) -> None:
    clinic.tamper(*statements)
    code, _, err = clinic.run()
    assert code == 1
    assert f"entry {seq} is not what was written" in err
    assert why in err
    state = clinic.watch.check(last=35)
    assert (state.word, state.seq) == ("broken", seq)


def test_a_database_put_back_from_yesterday_is_found_before_and_after_it_has_gone_on(clinic: Clinic) -> None:
    clinic.store.close()
    yesterday = clinic.folder / "yesterday.db"
    shutil.copy(clinic.folder / "monitor.db", yesterday)
    clinic.write(20)
    clinic.store.close()
    shutil.copy(yesterday, clinic.folder / "monitor.db")
    code, _, err = clinic.run()
    assert code == 1
    assert "entry 41 is not what was written" in err
    assert "entry 60 was anchored" in err
    clinic.write(25, who="omar")
    code, _, err = clinic.run()
    assert code == 1
    assert "entry 60 is not what was written" in err
    assert "what follows entry 40, the last that agrees, was written anew" in err


def test_a_later_anchor_of_the_same_entry_takes_nothing_back(clinic: Clinic) -> None:
    clinic.tamper("DELETE FROM audit WHERE seq > 36")
    clinic.watch.anchor()
    clinic.write(4, who="omar")
    code, _, err = clinic.run()
    assert code == 1
    assert "entry 40 is not what was written" in err


def test_an_anchor_our_keys_did_not_sign_is_named_and_not_believed(clinic: Clinic) -> None:
    file = clinic.folder / "audit_anchors"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1].replace("40 ", "39 ", 1), "nonsense"]) + "\n")
    code, _, err = clinic.run()
    assert code == 1
    assert "line 2 of audit_anchors" in err
    assert "line 3 of audit_anchors" in err
    assert clinic.watch.check().word == "broken"


def test_a_short_hash_from_paper_is_an_anchor(clinic: Clinic) -> None:
    (clinic.folder / "audit_anchors").unlink()
    seq, _, newest = clinic.run()[1].rpartition(" ")[2].strip().partition(":")
    paper = f"{seq}:{newest[:16]}"
    assert clinic.run("--anchor", paper)[0] == 0
    clinic.tamper("DELETE FROM audit WHERE seq > 36")
    assert clinic.run()[0] == 0
    assert "entry 37" in clinic.run("--anchor", paper)[2]


def test_without_anchors_it_says_that_a_cut_end_would_not_be_found(clinic: Clinic) -> None:
    (clinic.folder / "audit_anchors").unlink()
    code, _, err = clinic.run()
    assert code == 0
    assert "no anchors" in err


def test_a_copy_of_the_anchors_kept_elsewhere_counts_too(clinic: Clinic) -> None:
    copy = clinic.folder.parent / "copy"
    shutil.move(clinic.folder / "audit_anchors", copy)
    clinic.tamper("DELETE FROM audit WHERE seq > 36")
    assert clinic.run()[0] == 0
    assert "entry 37" in clinic.run("--anchors", str(copy))[2]


def test_it_runs_as_cron_runs_it(clinic: Clinic) -> None:
    clinic.tamper(*EDIT)
    command = [sys.executable, "run.py", "audit", "verify"]
    done = subprocess.run(command, cwd=HOUSE, env={**os.environ}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "entry 17" in done.stderr
