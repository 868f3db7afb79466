"""A recording replayed by the simulator: every cell stored once at its time, gaps are gaps, no pressure is invented."""

import csv
import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import simulator, wait_for

SPEED = 600
BED = "BED1"
Cells = Counter[tuple[str, int, float]]  # (vital, seconds from the start, value)


def own_recording(path: Path) -> Path:
    """75 minutes at 1/min: SpO2 missing for a quarter of an hour, a cuff every 10 min, an empty minute."""
    lines = ["time_s,hr,spo2,rr,nibp_sys,nibp_dia,nibp_mean"]
    for minute in range(75):
        spo2 = "" if 30 <= minute < 45 else f"{95 + minute % 4}.0"
        cuff = f"{120 + minute},{70 + minute % 9},{88 + minute % 9}" if minute % 10 == 5 else ",,"
        lines.append(
            f"{60 * minute}" + (",,,,,," if minute == 58 else f",{68 + minute % 7}.5,{spo2},{14 + minute % 3},{cuff}")
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def cells_of(recording: Path) -> Cells:
    """Every non-empty cell of a recording."""
    with recording.open(newline="") as lines:
        return Counter(
            (vital, int(float(row["time_s"])), float(text))
            for row in csv.DictReader(lines)
            for vital, text in row.items()
            if vital != "time_s" and text
        )


class Replay:
    """A server whose clock runs 600 times as fast, and a recording sent to it."""

    def __init__(self, folder: Path) -> None:
        sources = folder / "sources.toml"
        sources.write_text('[source."SIM"]\nclock = "device"\n')
        clock = f"{SPEED}x@2026-03-01T08:00:00Z"
        self.clinic = Clinic.open(folder, {"CH1": BED}, MONITOR_CLOCK=clock, MONITOR_SOURCES=str(sources))
        self.session_id = self.clinic.plan("CH1", "R-1")
        self.clinic.nurse.act(self.session_id, "check_in")
        self.start = self.clinic.now(self.session_id) + timedelta(seconds=0.4 * SPEED)
        self.start = self.start.replace(microsecond=0)

    def run(self, recording: Path, within_s: float) -> None:
        """Replay the whole file; the simulator ends after the last acknowledgement."""
        arguments = ("--to", self.clinic.mllp, "--bed", BED, "--speed", str(SPEED), "--start", self.start.isoformat())
        with simulator("recording", str(recording), *arguments) as process:
            assert process.wait(within_s) == 0
            assert process.stdout is not None
            sent = process.stdout.read().decode().split()
            assert (sent[1], sent[3], sent[5]) == (sent[1], sent[1], "0"), sent
            process.stdout.close()

    def stored(self) -> Cells:
        rows = self.clinic.nurse.get(f"/sessions/{self.session_id}/readings")
        for row in rows:
            assert row["at"] == row["measured_at"], "clock = device: charted at the device's own time"
        return Counter((row["vital"], self.second(row["at"]), row["value"]) for row in rows)

    def second(self, at: str) -> int:
        return round((datetime.fromisoformat(at) - self.start).total_seconds())

    def live(self) -> dict[str, Any]:
        return dict(self.clinic.nurse.get(f"/sessions/{self.session_id}")["live"])

    def gaps(self, vital: str) -> list[tuple[int, int]]:
        """(last second before, first second after) of each gap drawn in a curve."""
        curve = self.live()["series"][vital]
        known = [
            (self.second(at), index)
            for index, (at, value) in enumerate(zip(curve["at"], curve["value"], strict=True))
            if value is not None
        ]
        return [(before, after) for (before, one), (after, next_) in pairwise(known) if next_ - one > 1]

    def alarms(self, rule: str) -> list[dict[str, Any]]:
        return [alarm for alarm in self.clinic.alarms(self.session_id) if alarm["rule"] == rule]


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    replay = Replay(tmp_path)
    yield replay
    replay.clinic.server.stop()
    assert "Traceback" not in replay.clinic.server.log()


def test_a_recording_is_stored_cell_by_cell_and_its_gap_is_a_gap_and_an_alarm(replay: Replay, tmp_path: Path) -> None:
    recording = own_recording(tmp_path / "recording.csv")
    with Page(replay.clinic.nurse) as page:
        page.watch(board="A")
        replay.run(recording, 60)
        page.wait_for_alarm(lambda alarm: alarm["rule"] == "vital_missing.spo2")
    assert replay.stored() == cells_of(recording)
    assert (29 * 60, 45 * 60) in replay.gaps("spo2")
    assert (57 * 60, 59 * 60) not in replay.gaps("hr"), "one missing minute of a reading a minute is no gap yet"
    pressures = [(replay.second(one["at"]), one["sys"]) for one in replay.live()["bp"]]
    assert pressures == [(60 * minute, 120.0 + minute) for minute in range(5, 75, 10)]
    missing = replay.alarms("vital_missing.spo2")
    assert missing[0]["kind"] == "technical"
    wait_for(lambda: replay.alarms("vital_missing.spo2")[0]["state"] == "normal")


@pytest.mark.slow
def test_sixteen_hours_of_a_real_patient_are_stored_cell_by_cell(replay: Replay) -> None:
    samples = os.environ.get("MONITOR_SAMPLES")
    if not samples:
        pytest.skip("MONITOR_SAMPLES names no folder with recordings/")
    recording = Path(samples) / "recordings" / "mimic_s00001_first16h_1min.csv"
    began_s = time.monotonic()
    replay.run(recording, 240)
    assert replay.stored() == cells_of(recording), f"after {time.monotonic() - began_s:.0f} s"
    gaps = replay.gaps("spo2")
    assert any(after - before > 60 * 60 for before, after in gaps), gaps
    assert replay.alarms("vital_missing.spo2")
    wanted = {second for vital, second, _ in cells_of(recording) if vital == "nibp_sys"}
    assert {replay.second(one["at"]) for one in replay.live()["bp"]} <= wanted
