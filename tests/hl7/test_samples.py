"""Whole messages of each device family read as expected.jsonl says, written by eye before the reader ran."""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from monitor.hl7.codes import CodeTable
from monitor.hl7.explain import explain
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import RECEIVED_AT

FIXTURES = Path(__file__).with_name("fixtures")
Line = dict[str, object]


def expected(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def explained(path: Path, codes: CodeTable) -> list[dict]:
    lines = explain(path.read_bytes(), codes, SourceSettings(), RECEIVED_AT)
    return [json.loads(json.dumps(line)) for line in lines]


def differences(line: dict, wanted: dict) -> list[str]:
    found = [
        f"{name}: {line[name]!r}, not {wanted[name]!r}"
        for name in ("control_id", "patient_id", "bed", "device_alarms")
        if line[name] != wanted[name]
    ]
    if line["ack"] not in wanted.get("ack_any", [wanted.get("ack")]):
        found.append(f"ack {line['ack']}")
    keys = ("vital", "value", "unit", "measured_at")
    readings = {reading["vital"]: {key: reading[key] for key in keys} for reading in line["readings"]}
    if readings != {reading["vital"]: reading for reading in wanted["readings"]}:
        found.append(f"readings {readings}")
    if len(readings) != len(line["readings"]):
        found.append("a vital is charted twice")
    return found + unlisted(line["not_charted"], wanted["not_charted"])


def unlisted(rows: list[dict], wanted: list[dict]) -> list[str]:
    """Rows that match nothing wanted (by the keys that are given), and wanted ones that did not come."""
    rest = list(wanted)
    extra = []
    for row in rows:
        match = next((want for want in rest if all(row[key] == value for key, value in want.items())), None)
        if match is None:
            extra.append(f"not wanted: {row}")
        else:
            rest.remove(match)
    return extra + [f"missing: {want}" for want in rest]


def check_file(path: Path, wanted: list[dict], codes: CodeTable) -> None:
    lines = explained(path, codes)
    if "frames" in wanted[0]:
        check_counts(lines, wanted[0])
        return
    assert len(lines) >= max(want["n"] for want in wanted)
    for want in wanted:
        assert differences(lines[want["n"] - 1], want) == [], (path.name, want["n"])


def check_counts(lines: list[dict], want: dict) -> None:
    by_bed: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        by_bed[line["bed"]].update(reading["vital"] for reading in line["readings"])
    assert len(lines) == want["frames"]
    assert sum(line["ack"] is not None for line in lines) == want["acks"]
    assert {bed: dict(counts) for bed, counts in by_bed.items() if counts} == want["nm_readings_by_bed"]
    assert sum(len(line["device_alarms"]) for line in lines) == want["alert_rows"]
    assert sum(line["type"] == "NMD" for line in lines) == want["clock_messages"]


def by_file(path: Path) -> dict[str, list[dict]]:
    files: dict[str, list[dict]] = defaultdict(list)
    for want in expected(path):
        files[want["file"]].append(want)
    return files


OWN = by_file(FIXTURES / "expected.jsonl")


@pytest.mark.parametrize("name", sorted(OWN))
def test_each_device_family_is_read_as_expected(name: str, codes: CodeTable) -> None:
    check_file(FIXTURES / name, OWN[name], codes)


def test_every_fixture_has_its_expectation() -> None:
    assert {path.name for path in FIXTURES.glob("*.hl7")} | {"philips_capture.mllp"} == set(OWN)


@pytest.mark.parametrize("name", sorted(name for name in OWN if name.endswith(".hl7")))
@pytest.mark.parametrize("terminator", [b"\r", b"\n", b"\r\n"])
def test_the_terminator_of_segments_does_not_matter(name: str, terminator: bytes, codes: CodeTable) -> None:
    raw = (FIXTURES / name).read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", terminator)
    assert explain(raw, codes, SourceSettings(), RECEIVED_AT) == explain(
        (FIXTURES / name).read_bytes(), codes, SourceSettings(), RECEIVED_AT
    )


def test_real_captures_are_read_as_their_expectation_says(codes: CodeTable) -> None:
    folder = os.environ.get("MONITOR_SAMPLES")
    if not folder:
        pytest.skip("MONITOR_SAMPLES names no folder with hl7/ and expected.jsonl")
    for name, wanted in by_file(Path(folder) / "expected.jsonl").items():
        check_file(Path(folder) / "hl7" / name, wanted, codes)
