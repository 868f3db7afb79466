"""Everything goes wrong between monitor and receiver: every acknowledged value is in the record, each once."""

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulators.hl7_writer import Sender
from simulators.scenario import load
from simulators.timelines import Beat, scenario_messages
from tests.journeys.clinic import Clinic
from tests.server import HOUSE

pytestmark = pytest.mark.faults

SECONDS = 60
FAULTS = ("--junk", "--truncate", "--lost-end-block", "--byte-by-byte", "--reorder", "--duplicate", "0.1")


def pulses(start: datetime) -> Counter[tuple[str, float]]:
    """(time, heart rate) of everything the monitor measures."""
    sent = scenario_messages(load("calm").beds[0], 1, Sender("BED7"), start, Beat(duration_s=SECONDS))
    rows = [row for one in sent for row in re.findall(rb"\|147842\^.*?\r", one.payload)]
    return Counter((row.split(b"|")[12].decode().strip(), float(row.split(b"|")[3])) for row in rows)


@pytest.mark.slow
def test_no_value_is_lost_and_none_is_recorded_twice(tmp_path: Path) -> None:
    clinic = Clinic.open(tmp_path, {"CH1": "BED7"})
    try:
        session_id = clinic.plan("CH1", "W-1")
        clinic.begin(session_id, "BED7")
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)  # after the baseline was measured
        line = [sys.executable, "-m", "simulators", "calm", "--bed", "BED7", "--to", clinic.mllp, *FAULTS]
        line += ["--duration", str(SECONDS), "--speed", "3", "--start", start.isoformat(), "--answer-timeout", "3"]
        done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert "sent again" in done.stderr
        rows = clinic.nurse.get(f"/sessions/{session_id}/readings")
        stored = Counter(
            (datetime.fromisoformat(row["measured_at"]).strftime("%Y%m%d%H%M%S.000+0000"), row["value"])
            for row in rows
            if row["vital"] == "hr" and datetime.fromisoformat(row["measured_at"]) >= start
        )
        assert stored == pulses(start)
    finally:
        clinic.server.stop()
    assert "Traceback" not in clinic.server.log()
