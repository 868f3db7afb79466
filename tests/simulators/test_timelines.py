"""The messages of a bed follow from scenario, seed, bed and start time, and from nothing else."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulators.bedside import Outgoing
from simulators.hl7_writer import Sender
from simulators.recordings import RecordingRefused, read_recording
from simulators.scenario import load, names
from simulators.timelines import Beat, recording_messages, scenario_messages

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = START + timedelta(hours=5, minutes=1)
TIME = re.compile(rb"\d{14}\.\d{3}\+0000|\.\d{15}\.")  # an HL7 time, and the start time inside MSH-10

# An own recording of the usual shape: gaps, a cuff measurement alone, odd decimals, Philips' word for perfusion.
RECORDING = """time_s,hr,pr,spo2,rr,nibp_sys,nibp_dia,nibp_mean,abp_sys,perf,etco2
0,,,,,,,,,,
5,61.25,,97,,,,,,0.80,
10,,,,,118.0,71,86.5,,,
15,,,,,,,,,,
3600,0,60,,12.0,,,,131.5,,4.9
"""


def messages(
    name: str = "clinic", seed: int = 1, bed: str = "SIM1", start: datetime = START, **beat: float
) -> list[Outgoing]:
    scenario = load(name).beds[0]
    return list(scenario_messages(scenario, seed, Sender(bed), start, Beat(**({"duration_s": 120.0} | beat))))


def rows(message: Outgoing) -> list[tuple[str, str, str]]:
    """(reference id, value, time) of each OBX."""
    lines = [line.split("|") for line in message.payload.decode().split("\r") if line.startswith("OBX")]
    lines = [fields for fields in lines if fields[2] == "NM"]
    return [(fields[3].split("^")[1], fields[5], fields[14]) for fields in lines]


@pytest.mark.parametrize("name", [name for name in names() if name != "demo"])
def test_the_same_seed_sends_the_same_bytes(name: str) -> None:
    assert messages(name) == messages(name)


def test_another_start_changes_only_times() -> None:
    without = [[TIME.sub(b"T", m.payload) for m in messages(start=start)] for start in (START, LATER)]
    assert without[0] == without[1]
    assert messages(start=START) != messages(start=LATER)


KEYS = [(1, "SIM1"), (2, "SIM1"), (1, "SIM2")]


def test_another_seed_or_bed_is_another_patient() -> None:
    values = {key: [row[1] for m in messages(seed=key[0], bed=key[1]) for row in rows(m)] for key in KEYS}
    assert len({tuple(v) for v in values.values()}) == len(KEYS)


def test_no_control_id_occurs_twice_in_a_ward() -> None:
    ids = [m.control_id for bed in ("SIM1", "SIM2") for start in (START, LATER) for m in messages(bed=bed, start=start)]
    assert len(ids) == len(set(ids)) == 480


def test_eight_continuous_vitals_each_time_and_a_cuff_measurement_once() -> None:
    sent = messages("calm", duration_s=160.0)
    counts = Counter(reference for m in sent for reference, _, _ in rows(m))
    assert counts["MDC_ECG_HEART_RATE"] == 160
    assert counts["MDC_PRESS_BLD_NONINV_SYS"] == counts["MDC_PRESS_BLD_NONINV_MEAN"] == 1
    assert {len(rows(m)) for m in sent} == {8, 11}


def test_a_cuff_measurement_is_sent_in_the_next_message_with_its_own_time() -> None:
    sent = messages("calm", phase_s=0.5)
    with_cuff = [m for m in sent if len(rows(m)) == 11]
    assert [m.due_s for m in with_cuff] == [15.5]
    times = {reference: time for reference, _, time in rows(with_cuff[0])}
    assert times["MDC_PRESS_BLD_NONINV_SYS"] == "20260301080015.000+0000"
    assert times["MDC_ECG_HEART_RATE"] == "20260301080015.500+0000"


def test_a_cuff_measurement_finished_at_the_moment_of_sending_is_in_that_message() -> None:
    assert [m.due_s for m in messages("calm") if len(rows(m)) == 11] == [15.0]


def test_hz_and_phase_set_the_device_times() -> None:
    sent = messages("calm", hz=4.0, phase_s=0.125, duration_s=1.0)
    assert [m.due_s for m in sent] == [0.125, 0.375, 0.625, 0.875]
    assert rows(sent[-1])[0][2] == "20260301080000.875+0000"


def test_a_silent_minute_sends_nothing_at_all() -> None:
    due = [m.due_s for m in messages("feed_lost", duration_s=150.0)]
    assert due == [float(t) for t in range(150) if not 60 <= t < 120]


def recorded(text: str = RECORDING, **options: float) -> list[Outgoing]:
    return list(recording_messages(read_recording(text.splitlines()), Sender("CH7"), START, **options))


def test_a_recording_sends_exactly_its_non_empty_cells_as_they_are_written() -> None:
    sent = [(m.due_s, sorted((reference, value) for reference, value, _ in rows(m))) for m in recorded()]
    cells = [
        (
            5.0,
            [("MDC_ECG_HEART_RATE", "61.25"), ("MDC_PULS_OXIM_SAT_O2", "97"), ("MDC_BLD_PERF_INDEX", "0.80")],
        ),
        (
            10.0,
            [
                ("MDC_PRESS_BLD_NONINV_SYS", "118.0"),
                ("MDC_PRESS_BLD_NONINV_DIA", "71"),
                ("MDC_PRESS_BLD_NONINV_MEAN", "86.5"),
            ],
        ),
        (
            3600.0,
            [
                ("MDC_ECG_HEART_RATE", "0"),
                ("MDC_PULS_OXIM_PULS_RATE", "60"),
                ("MDC_TTHOR_RESP_RATE", "12.0"),
                ("MDC_PRESS_BLD_ART_ABP_SYS", "131.5"),
                ("MDC_CONC_AWAY_CO2_ET", "4.9"),
            ],
        ),
    ]
    assert sent == [(due_s, sorted(row)) for due_s, row in cells]


def test_a_recorded_cell_carries_the_start_plus_its_own_second() -> None:
    times = [{time for _, _, time in rows(m)} for m in recorded()]
    assert times == [{"20260301080005.000+0000"}, {"20260301080010.000+0000"}, {"20260301090000.000+0000"}]


def test_a_recording_may_be_cut_short() -> None:
    assert [m.due_s for m in recorded(duration_s=10.0)] == [5.0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "first column"),
        ("second,hr\n1,2", "first column"),
        ("time_s,mood\n1,2", "unknown column mood"),
        ("time_s,pi,perf\n1,2,3", "occurs twice"),
        ("time_s,hr\n1,fast", "line 2, hr: 'fast'"),
        ("time_s,hr\n1,nan", "not a number"),
        ("time_s,hr\n5,60\n4,61", "line 3: time goes backwards"),
        ("time_s,hr\n5,60,61", "more cells"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(RecordingRefused, match=why):
        read_recording(text.splitlines())
