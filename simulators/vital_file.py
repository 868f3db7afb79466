"""VitalDB's `.vital` recordings, by the documented format: gzip, a header, then packets; everything little-endian.

Law: a number is handed on as recorded; waveforms and texts are passed over. The recorder repeats the last cuff pressure
until the next measurement: only a changed one is a measurement.
"""

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from simulators.recordings import RecordedRow, RecordingRefused

_TRACK, _RECORD = 0, 1
_NUMERIC = 2
_FORMATS = {1: "f", 2: "d", 3: "b", 4: "B", 5: "h", 6: "H", 7: "i", 8: "I"}
_VITALS = {  # by the track's name: Solar 8000, Intellivue and Primus call them so
    "HR": "hr", "ECG_HR": "hr", "PLETH_HR": "pr", "PLETH_SPO2": "spo2", "RR_CO2": "rr", "CO2_RR": "rr", "RR": "rr",
    "ETCO2": "etco2", "CO2_CONC": "etco2", "INCO2": "fico2", "BT": "temp", "BT_BLD": "temp", "PLETH_PERF": "pi",
    "NIBP_SBP": "nibp_sys", "NIBP_DBP": "nibp_dia", "NIBP_MBP": "nibp_mean",
    "ART_SBP": "abp_sys", "ART_DBP": "abp_dia", "ART_MBP": "abp_mean",
    "ABP_SBP": "abp_sys", "ABP_DBP": "abp_dia", "ABP_MBP": "abp_mean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Track:
    vital: str
    layout: str
    gain: float
    offset: float


def _text(packet: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", packet, at)
    return packet[at + 4 : at + 4 + length].decode("utf-8", "replace"), at + 4 + length


def _packets(raw: bytes) -> Iterator[tuple[int, bytes]]:
    if raw[:4] != b"VITA":
        raise RecordingRefused("not a VitalDB file: it does not begin with VITA")
    at = 10 + int(struct.unpack_from("<H", raw, 8)[0])
    while at + 5 <= len(raw):
        kind, length = struct.unpack_from("<BI", raw, at)
        yield kind, raw[at + 5 : at + 5 + length]  # the last one of a recording cut short may be incomplete
        at += 5 + length


def _track(packet: bytes) -> tuple[int, _Track | None]:
    number, kind, layout = struct.unpack_from("<HBB", packet, 0)
    name, at = _text(packet, 4)
    _, at = _text(packet, at)
    gain, offset = struct.unpack_from("<dd", packet, at + 16)
    vital = _VITALS.get(name)
    if kind != _NUMERIC or layout not in _FORMATS or vital is None:
        return number, None
    return number, _Track(vital, _FORMATS[layout], gain, offset)


def _value(track: _Track, packet: bytes, at: int) -> float:
    (stored,) = struct.unpack_from(f"<{track.layout}", packet, at)
    return float(stored) if track.layout in "fd" else track.offset + stored * track.gain


def _numbers(raw: bytes) -> Iterator[tuple[float, str, float]]:
    """(time, vital, value) of every number in the file, in its order."""
    tracks: dict[int, _Track] = {}
    for kind, packet in _packets(raw):
        if kind == _TRACK:
            number, track = _track(packet)
            if track is not None:
                tracks[number] = track
        elif kind == _RECORD:
            info, at_s, number = struct.unpack_from("<HdH", packet, 0)
            if number in tracks:
                value = _value(tracks[number], packet, 2 + info)
                if math.isfinite(value):
                    yield at_s, tracks[number].vital, value


def _cells(found: dict[str, float], cuff: dict[str, float]) -> tuple[tuple[str, str], ...]:
    pressures = {vital: value for vital, value in found.items() if vital.startswith("nibp")}
    if pressures and all(cuff.get(vital) == value for vital, value in pressures.items()):
        found = {vital: value for vital, value in found.items() if vital not in pressures}
    cuff.update(pressures)
    return tuple((vital, f"{value:.2f}".rstrip("0").rstrip(".")) for vital, value in found.items())


def read_vital_file(content: bytes) -> list[RecordedRow]:
    """The rows of a `.vital` file, one a second, from its first number on; raises RecordingRefused."""
    rows: dict[float, dict[str, float]] = {}
    try:
        for at_s, vital, value in _numbers(gzip.decompress(content)):
            rows.setdefault(float(math.floor(at_s)), {}).setdefault(vital, value)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise RecordingRefused(f"not a whole VitalDB file: {error}") from error
    if not rows:
        raise RecordingRefused(f"no track of it is a vital sign; known names are {', '.join(_VITALS)}")
    first_s, cuff = min(rows), dict[str, float]()
    return [RecordedRow(at_s - first_s, _cells(rows[at_s], cuff)) for at_s in sorted(rows)]
