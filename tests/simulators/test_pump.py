"""The pump delivers as ordered and as a hand presses, and its patient gets what it delivered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.hl7.codes import CodeTable
from monitor.hl7.explain import explain
from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from simulators.chair import Chair
from simulators.hl7_writer import Sender
from simulators.pump import OrderRefused, Pump, PumpOrder, Script, parse_order, pump_messages
from simulators.scenario import load
from simulators.timelines import pump_for

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
ORDER = PumpOrder(0.5, 40, 70)
CODES = CodeTable.from_toml(Path("monitor/hl7/codes.toml").read_text("utf-8"))


def ran(until_s: float, *hands: tuple[float, str]) -> Pump:
    pump = Pump(ORDER)
    for at_s, words in hands:
        pump.advance(at_s)
        pump.obey(words)
    pump.advance(until_s)
    return pump


def told(duration_s: float, script: Script = ()) -> list[Any]:
    sent = pump_messages(Pump(ORDER), Sender("SIM1"), AT, duration_s, script)
    return [read(parse(message.payload), CODES, SourceSettings(), AT) for message in sent]


def test_it_gives_what_was_ordered_and_stops() -> None:
    half, over = ran(1200).state(), ran(2500)
    assert (half.infusing, half.current_ml_per_h) == (True, pytest.approx(52.5))
    assert half.delivered_ml == pytest.approx(17.5, abs=0.02)
    assert (over.state().infusing, over.state().current_ml_per_h) == (False, 0)
    assert over.state().delivered_ml == pytest.approx(35)
    assert [what for what, _ in over.happened] == ["start", "complete"]


def test_a_hand_changes_the_rate_stops_and_starts_again() -> None:
    assert ran(600, (0, "rate 30")).state().delivered_ml == pytest.approx(5, abs=0.02)
    stopped = ran(600, (300, "stop"))
    assert stopped.state().delivered_ml == pytest.approx(4.375, abs=0.02)
    assert ran(900, (300, "stop"), (600, "start")).state().delivered_ml == pytest.approx(8.75, abs=0.03)


def test_a_bolus_runs_fast_and_then_the_rate_goes_on() -> None:
    assert ran(301, (60, "bolus 2")).state().delivered_ml == pytest.approx(2 + (301 - 12) * 52.5 / 3600, abs=0.2)


def test_an_occluded_line_delivers_nothing_and_is_noticed_after_20_s() -> None:
    pump = ran(400, (300, "occlude"))
    assert pump.state().delivered_ml == pytest.approx(4.375, abs=0.02)
    assert [(what, round(at_s)) for what, at_s in pump.happened] == [("start", 0), ("occluded", 320), ("stop", 320)]
    pump.obey("clear")
    pump.advance(460)
    assert not pump.state().infusing  # a person starts it again
    pump.obey("start")
    pump.advance(520)
    assert pump.state().delivered_ml == pytest.approx(5.25, abs=0.03)


@pytest.mark.parametrize("words", ["", "faster", "rate", "rate -1", "rate 1e3", "rate nan", "bolus 2", "stop now"])
def test_words_that_make_no_sense_are_refused_and_change_nothing(words: str) -> None:
    pump = Pump(ORDER)
    before = pump.state()
    with pytest.raises(OrderRefused):
        pump.obey(words)
    assert pump.state() == before


def test_a_pump_nobody_has_programmed_says_so_gives_nothing_and_waits_for_its_start() -> None:
    pump = Pump(None)
    pump.advance(60)
    assert (pump.state().drug, pump.state().weight_kg, pump.state().delivered_ml) == (None, None, 0)
    with pytest.raises(OrderRefused):
        pump.obey("start")
    pump.obey("program 0.5 mg/kg over 40 min, 1 mg/mL, 70 kg")
    pump.advance(600)
    assert (pump.state().infusing, pump.state().delivered_ml, pump.state().weight_kg) == (False, 0, 70)
    pump.obey("start")
    with pytest.raises(OrderRefused):
        pump.obey("program 0.5 mg/kg over 40 min, 1 mg/mL, 80 kg")
    pump.advance(1200)
    assert pump.state().delivered_ml == pytest.approx(8.75, abs=0.02)


def test_what_was_done_before_the_first_message_has_been_given_by_then_and_is_told_as_no_event() -> None:
    pump = Pump(None, offset_min=14, identity="PUMP7")
    script = [(-720.0, "program 0.5 mg/kg over 40 min, 1 mg/mL, 70 kg"), (-720.0, "start"), (-120.0, "stop")]
    sent = list(pump_messages(pump, Sender("SIM1"), AT, 7, script))
    said = [read(parse(message.payload), CODES, SourceSettings(), AT) for message in sent]
    assert {(one.type, one.device_id) for one in said} == {("ORU^R01", "PUMP7")}
    assert {str(one.vital): one.value for one in said[0].readings}["pump_volume"] == 8.75
    assert [(round(step.from_min), round(step.mg_per_min, 3)) for step in pump.delivered] == [(2, 0.875), (12, 0)]


def test_an_idle_pump_is_read_without_drug_dose_or_weight() -> None:
    sent = list(pump_messages(Pump(None), Sender("SIM1"), AT, 3))
    said = read(parse(sent[0].payload), CODES, SourceSettings(), AT)
    assert {str(one.vital) for one in said.readings} == {"pump_rate", "pump_volume", "pump_remaining"}
    assert said.pump is not None
    assert (said.pump.drug, said.pump.weight_kg, said.pump.infusing) == (None, None, False)


def test_an_order_is_read_from_words() -> None:
    assert parse_order("0.5 mg/kg over 40 min, 1 mg/mL, 70 kg") == ORDER
    for wrong in ("", "0.5 mg/kg", "0 mg/kg over 40 min, 1 mg/mL, 70 kg", "1.2.3 mg/kg over 40 min, 1 mg/mL, 70 kg"):
        with pytest.raises(OrderRefused):
            parse_order(wrong)


def test_the_real_reader_finds_every_number_of_the_pump() -> None:
    reports = [message for message in told(601) if message.type == "ORU^R01"]
    last = {str(reading.vital): reading.value for reading in reports[-1].readings}
    assert last["pump_rate"] == 52.5
    assert last["pump_concentration"] == 1
    assert last["pump_volume"] == pytest.approx(8.75, abs=0.06)
    assert last["pump_dose"] == pytest.approx(8.75, abs=0.06)
    assert last["pump_remaining"] == pytest.approx(26.25, abs=0.06)
    facts = reports[-1].pump
    assert (facts.drug, facts.weight_kg, facts.infusing) == ("Ketamine", 70, True)
    assert (facts.programmed_ml_per_h, facts.volume_to_be_infused_ml) == (52.5, 35)
    assert {m.simulated for m in reports} == {True}
    assert len({m.device_id for m in reports}) == 1


def test_events_are_told_as_events_once() -> None:
    kinds = [str(e.kind) for m in told(200, ((60, "rate 30"), (90, "stop"), (120, "start"))) for e in m.pump_events]
    assert kinds == ["start", "rate_changed", "stop", "start"]


def test_an_occlusion_is_the_pumps_own_alarm_until_it_is_cleared() -> None:
    alarms = [a for m in told(200, ((60, "occlude"), (120, "clear"))) for a in m.device_alarms]
    assert [(alarm.text, alarm.phase, alarm.priority) for alarm in alarms] == [
        ("OCCLUSION DOWNSTREAM", "start", "high"),
        ("OCCLUSION DOWNSTREAM", "end", "high"),
    ]


def test_every_message_of_the_pump_is_read_without_a_remark() -> None:
    for message in pump_messages(Pump(ORDER), Sender("SIM1"), AT, 30):
        (line,) = explain(message.payload, CODES, SourceSettings(), AT)
        assert line["ack"] == "CA"
        assert line["bed"] == "SIM1"


def test_the_patient_answers_to_what_was_delivered_not_to_what_was_programmed() -> None:
    scenario = load("calm").beds[0]
    rested, raised = [], []
    for occluded, pressures in ((True, rested), (False, raised)):
        pump = pump_for(scenario, 1, "SIM1")
        chair = Chair(scenario, "1/SIM1", pump.delivered)
        for minute in range(46):
            pump.advance(minute * 60)
            if minute == 7 and occluded:
                pump.obey("occlude")
            pressures += [float(m.text) for m in chair.observe(minute * 60.0) if m.vital == "nibp_sys"]
    assert sum(raised[-4:]) > sum(rested[-4:]) + 4 * 3


def test_a_pump_that_delivers_as_planned_gives_the_planned_course() -> None:
    scenario = load("calm").beds[0]
    pump = pump_for(scenario, 1, "SIM1")
    with_pump, planned = Chair(scenario, "1/SIM1", pump.delivered), Chair(scenario, "1/SIM1")
    for minute in range(60):
        pump.advance(minute * 60)
        one, other = with_pump.observe(minute * 60.0), planned.observe(minute * 60.0)
        assert [m.vital for m in one] == [m.vital for m in other]
        assert all(abs(float(a.text) - float(b.text)) <= 1 for a, b in zip(one, other, strict=True))
