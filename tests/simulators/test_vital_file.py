"""A `.vital` file, written here after the documented format, is replayed as it was recorded."""

import gzip
import math
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.recordings import RecordingRefused
from simulators.vital_file import read_vital_file
from tests.simulators.receiver import receiver

HERE = Path(__file__).resolve().parents[2]
BEGAN_S = 1_700_000_000.0


def text(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode()


def packet(kind: int, content: bytes) -> bytes:
    return struct.pack("<BI", kind, len(content)) + content


def track(number: int, name: str, kind: int = 2, layout: int = 1, gain: float = 1.0, offset: float = 0.0) -> bytes:
    head = struct.pack("<HBB", number, kind, layout) + text(name) + text("unit")
    return packet(0, head + struct.pack("<ffIfddBI", 0, 0, 0, 0, gain, offset, 0, 1))


def record(at_s: float, number: int, value: bytes) -> bytes:
    return packet(1, struct.pack("<HdH", 10, BEGAN_S + at_s, number) + value)


def number(at_s: float, track_number: int, value: float) -> bytes:
    return record(at_s, track_number, struct.pack("<f", value))


def file(*packets: bytes) -> bytes:
    header = b"VITA" + struct.pack("<IHhII", 3, 10, 0, 1, 1)
    return gzip.compress(header + b"".join(packets))


WHOLE = file(
    packet(9, struct.pack("<I", 1) + text("Solar8000") + text("Solar8000") + text("COM1")),
    track(1, "HR"),
    track(2, "PLETH_SPO2"),
    track(3, "NIBP_SBP"),
    track(4, "NIBP_DBP"),
    track(5, "ECG_II", kind=1),
    track(6, "BT", layout=5, gain=0.1, offset=20.0),
    packet(77, b"unknown"),
    number(0.2, 1, 72),
    number(0.4, 2, 97),
    record(0.5, 5, struct.pack("<Iff", 2, 0.1, 0.2)),
    number(2, 1, math.nan),
    number(2, 3, 131),
    number(2, 4, 77),
    number(4, 3, 131),
    number(4, 4, 77),
    number(4, 1, 73.5),
    record(6, 6, struct.pack("<h", 168)),
    number(6, 3, 131),
    number(6, 4, 79),
)


def test_numbers_come_at_their_second_and_nothing_is_made_up() -> None:
    assert [(row.time_s, row.cells) for row in read_vital_file(WHOLE)] == [
        (0, (("hr", "72"), ("spo2", "97"))),
        (2, (("nibp_sys", "131"), ("nibp_dia", "77"))),
        (4, (("hr", "73.5"),)),  # the recorder repeats the last cuff pressure
        (6, (("temp", "36.8"), ("nibp_sys", "131"), ("nibp_dia", "79"))),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"time_s,hr\n", WHOLE[:40], gzip.compress(b"VITX"), file(track(1, "MAC"))],
    ids=["empty", "a CSV file", "cut off", "another format", "no vital sign"],
)
def test_what_is_no_whole_recording_of_vital_signs_is_refused(content: bytes) -> None:
    with pytest.raises(RecordingRefused):
        read_vital_file(content)


def test_it_is_replayed_from_the_command_line(tmp_path: Path) -> None:
    recording = tmp_path / "own.vital"
    recording.write_bytes(WHOLE)
    with receiver() as there:
        line = [sys.executable, "-m", "simulators", "recording", str(recording), "--bed", "CH1", "--speed", "1000"]
        line += ["--start", "2026-03-01T08:00:00Z", "--to", f"127.0.0.1:{there.port}"]
        done = subprocess.run(line, cwd=HERE, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (0, "sent 4 acked 4 refused 0\n")
    assert b"|73.5|" in there.messages[2]
