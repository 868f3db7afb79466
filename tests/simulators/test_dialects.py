"""Whatever dialect a simulated monitor speaks, the real reader finds exactly the numbers its patient has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from monitor.hl7.codes import CodeTable
from monitor.hl7.explain import explain
from monitor.hl7.source import SourceSettings
from simulators.hl7_writer import nihon_kohden, pcd01, philips
from simulators.hl7_writer.dialects import DIALECTS, Moment
from simulators.hl7_writer.words import Observation, OwnAlarm, Sender
from simulators.own_alarms import OwnAlarms
from simulators.scenario import load
from simulators.timelines import Beat, scenario_messages

AT = datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC)
ICU_3 = Sender("ICU 3")
CUFF_AT = AT - timedelta(seconds=23)
VALUES = {
    "hr": "72", "pr": "71", "spo2": "97", "pi": "3.45", "rr": "15", "etco2": "38", "fico2": "1", "temp": "36.8",
    "abp_sys": "124", "abp_dia": "74", "abp_mean": "90", "nibp_sys": "131", "nibp_dia": "77", "nibp_mean": "95",
}  # fmt: skip
SPEAKS = {"pcd01": set(pcd01.ROWS), "philips": set(philips.ROWS), "nihon-kohden": set(nihon_kohden.ROWS)}
CODES = CodeTable.from_toml(Path("monitor/hl7/codes.toml").read_text("utf-8"))
DESAT = OwnAlarm("196670^MDC_EVT_LO", "*** DESAT", "start", "PH", "1^RedAlarm", "150456^MDC_PULS_OXIM_SAT_O2^MDC", AT)


def observations(*vitals: str) -> list[Observation]:
    return [Observation(v, VALUES[v], CUFF_AT if v.startswith("nibp") else AT) for v in vitals or VALUES]


def said(dialect: str, moment: Moment, sender: Sender = ICU_3) -> Iterator[dict[str, Any]]:
    numbers = count(1)
    for _, raw in DIALECTS[dialect](sender, moment, lambda: f"C{next(numbers)}"):
        yield from explain(raw, CODES, SourceSettings(), AT)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_vital_comes_back_with_its_number_and_its_own_time(dialect: str) -> None:
    (line,) = said(dialect, Moment(AT, observations()))
    found = {r["vital"]: (r["value"], datetime.fromisoformat(r["measured_at"])) for r in line["readings"]}
    sent = {o.vital: (float(o.text), o.measured_at) for o in observations() if o.vital in SPEAKS[dialect]}
    assert found == sent
    assert {row["reason"] for row in line["not_charted"]} <= {"container", "unknown_code"}
    assert (line["bed"], line["control_id"]) == ("ICU 3", "C1")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("vital", VALUES)
def test_every_vital_alone_comes_back(dialect: str, vital: str) -> None:
    lines = list(said(dialect, Moment(AT, observations(vital))))
    if vital in SPEAKS[dialect]:
        assert [(r["vital"], r["value"]) for r in lines[0]["readings"]] == [(vital, float(VALUES[vital]))]
    else:
        assert not lines  # what a dialect has no code for it does not send


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_that_it_is_simulated_and_can_name_the_patient(dialect: str) -> None:
    numbers = count(1)
    for _, raw in DIALECTS[dialect](Sender("B", "MRN-7"), Moment(AT, observations()), lambda: str(next(numbers))):
        assert raw.split(b"|")[2].startswith(b"SIM^")
    (line,) = said(dialect, Moment(AT, observations()), Sender("B", "MRN-7"))
    assert line["patient_id"] == "MRN-7"


@pytest.mark.parametrize(("dialect", "answer"), [("pcd01", "CA"), ("philips", "AA"), ("nihon-kohden", "AA")])
def test_each_dialect_asks_for_the_acknowledgement_its_model_asks_for(dialect: str, answer: str) -> None:
    (line,) = said(dialect, Moment(AT, observations()))
    assert line["ack"] == answer


@pytest.mark.parametrize("phase", ["start", "update", "end"])
def test_pcd_sends_an_alarm_of_the_monitor_as_a_message_of_its_own(phase: str) -> None:
    change = OwnAlarm(DESAT.condition, DESAT.words, phase, "PH", DESAT.grade, DESAT.source, AT)
    alarm, report = said("pcd01", Moment(AT, observations("hr"), [change], [DESAT]))
    assert (alarm["type"], alarm["device_alarms"]) == ("ORU^R40", [{"text": "*** DESAT", "phase": phase}])
    assert report["device_alarms"] == []


def test_philips_sends_the_alarms_that_are_on_among_its_numbers_and_tells_the_time() -> None:
    clock, report = said("philips", Moment(AT, observations("hr"), [DESAT], [DESAT], clock_due=True))
    assert (clock["ack"], clock["readings"]) == ("AA", [])
    assert report["device_alarms"] == [{"text": "*** DESAT", "phase": None}]
    assert [r["value"] for r in report["readings"]] == [72]


def test_the_containers_name_the_device_which_stays_the_same() -> None:
    first, again, other = (pcd01.oru(Sender(bed, containment=True), "1", AT, observations()) for bed in "AAB")
    ids = [raw.split(b"OBX|1||69965^")[1].split(b"\r")[0].split(b"|")[-1] for raw in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert b"70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC|1.5.0.0|" in first


def test_an_alarm_starts_is_said_again_every_15_s_and_ends() -> None:
    own, phases = OwnAlarms(), []
    for second in range(40):
        shown = {"hr": 72.0, "spo2": 83.0 if 5 <= second < 30 else 97.0, "rr": 15.0}
        phases += [(second, alarm.phase) for alarm in own.changes(shown, AT + timedelta(seconds=second))]
    assert phases == [(5, "start"), (20, "update"), (30, "end")]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({"hr": 70.0, "spo2": 84.0, "rr": 12.0}, ["*** DESAT"]),
        ({"hr": 70.0, "spo2": 85.0, "rr": 12.0}, []),
        ({"hr": 70.0, "spo2": 97.0, "rr": 0.0}, ["*** APNEA"]),
        ({"spo2": 97.0, "rr": 12.0}, ["ECG LEADS OFF"]),
        ({"hr": 70.0, "spo2": 0.0, "rr": 12.0}, ["SpO2 SENSOR OFF"]),
    ],
)
def test_each_condition_has_its_own_words(shown: dict[str, float], words: list[str]) -> None:
    assert [alarm.words for alarm in OwnAlarms().changes(shown, AT)] == words


def test_a_desaturation_raises_the_monitors_own_alarm_and_ends_it() -> None:
    beat = Beat(duration_s=330.0)
    sent = scenario_messages(load("desaturation").beds[0], 1, Sender("SIM1"), AT, beat)
    phases = [raw.payload.split(b"MDC_ATTR_EVENT_PHASE")[1].split(b"|")[2] for raw in sent if b"ORU_R40" in raw.payload]
    assert phases[0] == b"start"
    assert phases[-1] == b"end"
