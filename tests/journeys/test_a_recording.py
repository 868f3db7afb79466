"""A VitalDB recording plays through a live session: every number is in its record, and seen live."""

import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.clinic import Clinic
from tests.server import HOUSE
from tests.simulators.test_vital_file import file, number, packet, text, track

PULSES = [float(70 + second % 5) for second in range(0, 40, 2)]


def recording() -> bytes:
    device = packet(9, struct.pack("<I", 1) + text("Solar8000") + text("Solar8000") + text("COM1"))
    pulses = [number(2.0 * n, 1, value) for n, value in enumerate(PULSES)]
    return file(device, track(1, "HR"), track(2, "PLETH_SPO2"), *pulses, number(4, 2, 96))


@pytest.mark.slow
def test_a_vital_file_plays_through_a_live_session(tmp_path: Path) -> None:
    (tmp_path / "own.vital").write_bytes(recording())
    clinic = Clinic.open(tmp_path / "clinic", {"CH1": "BED7"})
    try:
        session_id = clinic.plan("CH1", "V-1")
        clinic.begin(session_id, "BED7")
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)  # after the baseline was measured
        line = [sys.executable, "-m", "simulators", "recording", str(tmp_path / "own.vital"), "--bed", "BED7"]
        line += ["--to", clinic.mllp, "--speed", "10", "--start", start.isoformat()]
        done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout == f"sent {len(PULSES)} acked {len(PULSES)} refused 0\n", done.stderr
        rows = [
            (datetime.fromisoformat(row["measured_at"]), row["vital"], row["value"])
            for row in clinic.nurse.get(f"/sessions/{session_id}/readings")
        ]
        stored = sorted(row for row in rows if row[0] >= start)
        sent = [(start + timedelta(seconds=2 * n), "hr", value) for n, value in enumerate(PULSES)]
        assert stored == sorted([*sent, (start + timedelta(seconds=4), "spo2", 96.0)])
        live = clinic.nurse.get(f"/sessions/{session_id}")["live"]["numbers"]["hr"]
        assert live["value"] == PULSES[-1]
    finally:
        clinic.server.stop()
    assert "Traceback" not in clinic.server.log()
