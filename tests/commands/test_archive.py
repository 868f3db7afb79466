"""`run.py archive`: what is over is kept whole, once for each version, in the audit trail; what is spoilt is named."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.security.roles import Role
from tests.live_page import Person
from tests.server import HOUSE, PASSWORD, Server

PEOPLE = {"nurse": Role.NURSE, "charge": Role.CHARGE_NURSE, "archive": Role.INTEGRATION}


@dataclass(frozen=True)
class Kept:
    server: Server
    tokens: dict[str, str]
    folder: Path
    cancelled: int

    def archive(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "run.py", "archive", str(self.folder), *words],
            check=False, cwd=HOUSE, env=self.server.environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("archive")
    server = Server(folder / "var", {"MONITOR_CHAIRS": "CH1=BED1", "MONITOR_ARCHIVE_AFTER_DAYS": "0"})
    tokens = server.prepare(PEOPLE)
    server.start()
    nurse = server.api(tokens["nurse"])
    chair = nurse.get("/chairs")[0]["id"]
    sessions = []
    for number in range(2):
        who = {"hospital_id": f"P{number}", "family_name": "Kowal", "given_name": "Maria", "is_somebody_else": True}
        patient = nurse.post("/patients", who)["id"]
        at = f"2030-01-0{number + 1}T09:00:00Z" if number else None
        wanted = {"patient_id": patient, "chair_id": chair, "scheduled_for": at}
        sessions.append(nurse.post("/sessions", {name: value for name, value in wanted.items() if value})["id"])
    nurse.act(sessions[0], "cancel", reason="not today")
    (folder / "token").write_text(tokens["archive"] + "\n")
    yield Kept(server, tokens, folder / "kept", sessions[0])
    server.stop()


def test_what_is_over_is_kept_once_and_again_when_it_was_changed(kept: Kept) -> None:
    token = ("--token-file", str(kept.folder.parent / "token"))
    first = kept.archive(*token)
    assert (first.returncode, first.stderr) == (0, ""), first
    assert "1 kept now, 1 in all" in first.stdout, "the one that is planned is not over"
    assert "0 kept now, 1 in all" in kept.archive(*token).stdout
    line = json.loads((kept.folder / "index.jsonl").read_text())
    bundle = json.loads(gzip.decompress((kept.folder / line["file"]).read_bytes()))
    encounter = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Encounter")
    assert (encounter["identifier"][0]["value"], encounter["status"]) == (str(kept.cancelled), "cancelled")
    trail = kept.server.api(kept.tokens["charge"]).get(f"/audit?about=session%20{kept.cancelled}")
    assert [one["actor"] for one in trail if one["action"] == "exported"] == ["archive (program)"]

    nurse = Person(kept.server, "nurse").sign_in()
    nurse.act(kept.cancelled, "addendum", text="She was ill.", password=PASSWORD)
    assert "1 kept now, 2 in all" in kept.archive(*token).stdout
    assert len(list(kept.folder.glob("*.gz"))) == 2
    checked = kept.archive("--check")
    assert (checked.returncode, "2 of 2 files whole" in checked.stdout) == (0, True)


def test_what_is_spoilt_or_gone_is_named_and_a_half_line_is_kept_again(kept: Kept) -> None:
    token = ("--token-file", str(kept.folder.parent / "token"))
    kept.archive(*token)
    index = kept.folder / "index.jsonl"
    lines = index.read_text().splitlines(keepends=True)
    index.write_text("".join(lines[:-1]) + lines[-1][:20])
    assert "1 kept now" in kept.archive(*token).stdout
    file = next(kept.folder.glob("*.gz"))
    file.write_bytes(file.read_bytes()[:-1])
    checked = kept.archive("--check")
    assert checked.returncode == 1
    assert f"{file.name} is not what was kept" in checked.stdout
    file.unlink()
    assert f"{file.name} is missing" in kept.archive("--check").stdout


def test_who_may_not_export_archives_nothing(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("nobody")
    refused = kept.archive("--token-file", str(tmp_path / "token"))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
