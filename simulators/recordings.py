"""Vital signs of real patients from a CSV file: `time_s` and one column a vital; an empty cell is "no value".

Law: a cell is handed on as it is written in the file: not rounded, not repeated, not filled in.
"""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass

from simulators.hl7_writer import ROWS

_OTHER_NAMES = {"perf": "pi"}  # what the Philips recordings call the perfusion index


class RecordingRefused(Exception):
    """A file that cannot be replayed; the text says where and why."""


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """The non-empty cells of one row, as (vital, text), in the order of the columns."""

    time_s: float
    cells: tuple[tuple[str, str], ...]


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RecordingRefused(f"{where}: {text!r} is not a number")
    return number


def _columns(header: list[str]) -> list[str]:
    if not header or header[0] != "time_s":
        raise RecordingRefused("the first column must be time_s")
    vitals = [_OTHER_NAMES.get(name, name) for name in header[1:]]
    unknown = [name for name in vitals if name not in ROWS]
    if unknown:
        raise RecordingRefused(f"unknown column {', '.join(unknown)}; known are {', '.join(ROWS)}")
    if len(set(vitals)) != len(vitals):
        raise RecordingRefused("a column occurs twice")
    return vitals


def read_recording(lines: Iterable[str]) -> list[RecordedRow]:
    """Every row of the file, in order of time; raises RecordingRefused."""
    reader = csv.reader(lines)
    vitals = _columns([name.strip() for name in next(reader, [])])
    rows: list[RecordedRow] = []
    for line in reader:
        if not line:
            continue
        where = f"line {reader.line_num}"
        if len(line) > len(vitals) + 1:
            raise RecordingRefused(f"{where}: more cells than columns")
        time_s = _number(line[0].strip(), where)
        if rows and time_s < rows[-1].time_s:
            raise RecordingRefused(f"{where}: time goes backwards")
        cells = [(vital, text.strip()) for vital, text in zip(vitals, line[1:], strict=False) if text.strip()]
        for vital, text in cells:
            _number(text, f"{where}, {vital}")
        rows.append(RecordedRow(time_s, tuple(cells)))
    return rows
