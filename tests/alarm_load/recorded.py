"""Recordings of real patients under the policy: their load an hour.

Law: a recording is judged as it comes; an empty cell is an absence, an empty row is silence.
"""

import os
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median

from monitor.clinical.session import SessionState
from simulators.recordings import RecordedRow, RecordingRefused, read_recording
from tests.alarm_load.bed import Bed

OWN = Path(__file__).with_name("recordings")


def folder() -> Path:
    """MONITOR_RECORDINGS, or the small recordings of this repository."""
    return Path(os.environ.get("MONITOR_RECORDINGS") or OWN)


def recordings(where: Path) -> dict[str, list[RecordedRow]]:
    """Every recording of vital signs in a folder, by file name; other CSV files are left out."""
    found: dict[str, list[RecordedRow]] = {}
    for path in sorted(where.glob("*.csv")):
        try:
            with path.open(encoding="utf-8", newline="") as lines:
                rows = read_recording(lines)
        except RecordingRefused:
            continue
        if len(rows) > 1:
            found[path.stem] = rows
    return found


def run_recording(rows: list[RecordedRow], beds: Mapping[str, Bed]) -> float:
    """The recording in each bed; gives its hours. Without a baseline, as nobody took one."""
    gaps = [later.time_s - earlier.time_s for earlier, later in pairwise(rows)]
    interval_s = median(gap for gap in gaps if gap > 0)
    for bed in beds.values():
        bed.interval_s = interval_s
        bed.enter(SessionState.OBSERVING)
        told_s = rows[0].time_s
        for row in rows:
            while told_s + 1 < row.time_s:
                told_s += 1
                bed.tick(told_s)
            told_s = row.time_s
            bed.see(row.time_s, {vital: float(text) for vital, text in row.cells})
    return (rows[-1].time_s - rows[0].time_s) / 3600
