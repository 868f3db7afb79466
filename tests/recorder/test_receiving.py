"""One frame on its way to the record: whose it is, by whose clock, what is news, and that nothing of it is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.clinical.vitals import Doubt, Vital
from monitor.hl7.source import SourceSettings
from monitor.recorder.acts import BindChair
from monitor.store import schema
from tests.recorder.house import SENT, UTC_ZONE, House, open_house, oru


def rows(house: House, what: str) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in house.read(
            lambda connection: connection.execute(text(what.replace("from readings", f"from {SENT}"))).all()
        )
    ]  # type: ignore[attr-defined]


def charted(house: House) -> list[object]:
    """How many ms after the device's time each row is charted, in the order of receipt."""
    found = rows(
        house,
        "select charted_at_ms - device_at_ms from readings order by device_at_ms + coalesce(received_delay_ms, 0), hr",
    )
    return [row[0] for row in found]


def shown(house: House, vital: Vital) -> float | None:
    latest = house.chair().latest.get(vital)
    return None if latest is None else latest.value


def test_a_bed_nobody_is_bound_to_is_kept_unassigned_and_accepted(house: House) -> None:
    assert b"MSA|AA|" in house.send(oru(house.clock.now(), bed="NOWHERE", hr=70))
    assert rows(house, "select bed, reason from unassigned") == [("NOWHERE", "no chair is bound to this bed or device")]
    assert rows(house, "select * from readings") == []


def test_another_patient_is_shown_as_a_mismatch_and_charted_nowhere(house: House) -> None:
    session_id = house.infusing()
    house.send(oru(house.clock.now(), patient="MRN42", hr=70))
    house.wait(1)
    house.send(oru(house.clock.now(), patient="MRN99", hr=200))
    assert shown(house, Vital.HR) == 70
    assert len(rows(house, "select * from readings")) == 1
    assert rows(house, "select patient_id from unassigned") == [("MRN99",)]
    house.tick(1)
    assert "patient_mismatch" in {alarm.rule_id for alarm in house.live(session_id).shown()}
    house.send(oru(house.clock.now(), patient="MRN42", hr=71))
    house.tick(1)
    assert "patient_mismatch" not in {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_without_a_session_readings_are_stored_and_shown_for_nobody(house: House) -> None:
    house.send(oru(house.clock.now(), patient="MRN99", hr=70))
    assert rows(house, "select session_id, hr from readings") == [(None, 70.0)]
    assert shown(house, Vital.HR) == 70


def test_a_device_id_finds_the_chair_where_no_bed_is_named(house: House) -> None:
    house.desk.bind_chair(BindChair(house.chair().id, "dev-7", house.nurse))
    raw = oru(house.clock.now(), bed="", hr=70).replace(b"|||F|||", b"|||F|||", 1)
    raw = raw.replace(b"MSH|^~\\&|MON^SIM|", b"MSH|^~\\&|dev-7|")
    house.send(raw)
    found = rows(house, "select count(*) from readings")[0][0], rows(house, "select count(*) from unassigned")[0][0]
    assert sum(map(int, map(str, found))) == 1  # whichever way the identity is read, it is kept exactly once


def test_a_right_clock_is_charted_by_its_own_time_and_a_backlog_is_neither_shown_nor_judged(house: House) -> None:
    session_id = house.infusing()
    for _ in range(3):
        house.wait(1)
        house.vitals(hr=70, spo2=97)
    house.wait(300)
    assert b"MSA|AA|" in house.vitals(seconds_ago=200, hr=70, spo2=60)
    assert shown(house, Vital.SPO2) == 97
    assert house.live(session_id).states == {}
    assert charted(house) == [None] * 4
    house.vitals(hr=71, spo2=96)
    assert shown(house, Vital.SPO2) == 96


def test_a_backlog_after_a_restart_is_still_a_backlog(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.infusing()
        house.vitals(hr=70, spo2=97)
        clock = house.clock
    clock.passed_s += 300
    with open_house(folder, clock=clock) as house:
        assert b"MSA|AA|" in house.vitals(seconds_ago=200, hr=70, spo2=60)
        assert shown(house, Vital.SPO2) == 97
        assert house.live(session_id).states == {}
        age_s = house.clock.mono_s() - house.chair().latest[Vital.SPO2].rhythm.last_mono_s
        assert age_s == 300


def test_a_value_of_a_clock_that_runs_ahead_is_not_fresher_after_a_restart_than_before(folder: Path) -> None:
    with open_house(folder) as house:
        house.infusing()
        house.vitals(seconds_ago=-100, hr=70)
        clock = house.clock
    clock.passed_s += 60
    with open_house(folder, clock=clock) as house:
        assert house.clock.mono_s() - house.chair().latest[Vital.HR].rhythm.last_mono_s == 60


@pytest.mark.parametrize("off_s", [3600, -3600, 86400 * 365])
def test_a_clock_wrong_from_the_start_is_charted_by_ours_and_told(house: House, off_s: int) -> None:
    session_id = house.infusing()
    for _ in range(3):
        house.wait(1)
        house.vitals(seconds_ago=off_s, hr=70, spo2=97)
    assert charted(house) == [off_s * 1000] * 3
    assert shown(house, Vital.HR) == 70
    house.tick(1)
    assert "clock_wrong" in {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_a_clock_set_forward_is_charted_by_ours_from_its_first_message_on(house: House) -> None:
    house.infusing()
    house.wait(1)
    house.vitals(hr=70)
    for value in (71, 72):
        house.wait(1)
        house.vitals(seconds_ago=-3600, hr=value)
        assert shown(house, Vital.HR) == value
    assert charted(house) == [None, -3600_000, -3600_000]
    for _ in range(5):
        house.wait(1)
        house.vitals(hr=73)  # and set right again, which is a clock set back: believed after a few messages
    assert shown(house, Vital.HR) == 73


def test_a_clock_set_back_is_believed_after_a_few_messages_and_then_told(house: House) -> None:
    session_id = house.infusing()
    for _ in range(3):
        house.wait(1)
        house.vitals(hr=70, spo2=97)
    for number in range(6):
        house.wait(1)
        house.vitals(seconds_ago=3600, hr=80 + number)
    assert shown(house, Vital.HR) == 85
    house.tick(1)
    assert "clock_wrong" in {alarm.rule_id for alarm in house.live(session_id).shown()}
    house.wait(1)
    house.vitals(seconds_ago=3600, hr=86, spo2=88)  # a vital that was missing at the step comes back
    assert shown(house, Vital.SPO2) == 88


def test_a_message_sent_again_and_again_is_stored_once_and_never_shown_as_fresh(house: House) -> None:
    house.infusing()
    raw = oru(house.clock.now(), hr=70, spo2=97)
    house.send(raw)
    came_s = house.chair().latest[Vital.HR].rhythm.last_mono_s
    for _ in range(12):
        house.wait(1)
        assert b"MSA|AA|" in house.send(raw)
    assert house.chair().latest[Vital.HR].rhythm.last_mono_s == came_s
    assert len(rows(house, "select * from readings")) == 1


def test_two_devices_of_one_bed_whose_clocks_disagree_are_both_shown_and_judged(house: House) -> None:
    session_id = house.infusing()
    for _ in range(45):
        house.wait(1)
        now = house.clock.now()
        house.send(oru(now, source="MONITOR", hr=70, spo2=97))
        house.send(oru(now - timedelta(seconds=45), source="CAPNO", rr=4))
    assert shown(house, Vital.RR) == 4
    assert "rr" in {alarm.vital for alarm in house.live(session_id).shown()}
    house.send(oru(house.clock.now() - timedelta(hours=1), source="PUMP", nibp_sys=120))
    house.send(oru(house.clock.now(), source="MONITOR", hr=70))
    house.tick(1)
    assert "clock_wrong" in {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_a_source_whose_clock_is_believed_is_charted_by_it_whatever_it_says(folder: Path) -> None:
    with open_house(folder, settings=SourceSettings(clock="device", zone=UTC_ZONE)) as house:
        house.infusing()
        house.vitals(seconds_ago=86400, hr=70)
        house.vitals(seconds_ago=86340, hr=71)
        assert charted(house) == [None, None]
        assert shown(house, Vital.HR) == 71
        assert house.chair().conditions == set()


def test_a_pressure_has_a_row_of_its_own_time_and_an_older_part_never_stands_beside_a_newer(house: House) -> None:
    house.infusing()
    house.wait(600)
    house.vitals(seconds_ago=60, nibp_sys=130, nibp_dia=80)
    house.vitals(hr=70)
    house.vitals(seconds_ago=400, nibp_mean=60)
    cuff = house.chair().cuff
    assert cuff is not None
    assert (cuff.systolic, cuff.diastolic, cuff.mean) == (130, 80, None)
    assert house.clock.mono_s() - cuff.mono_s == 60
    assert rows(house, "select nibp_sys, nibp_mean from readings where hr is null order by device_at_ms") == [
        (None, 60.0),
        (130.0, None),
    ]


def test_a_correction_stands_beside_what_it_corrects(house: House) -> None:
    at = house.clock.now()
    house.send(oru(at, hr=170))
    house.send(oru(at, hr=70).replace(b"|||||F|||", b"|||||C|||"))
    assert rows(house, "select hr, corrects from readings order by corrects") == [(170.0, 0), (70.0, 1)]


LEAD_OFF = "OBX|9|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.9||262688^MDC_DIM_PERCENT^MDC|||||X|||{stamp}+0000"


def test_an_absence_is_kept_with_its_reason_and_a_late_one_raises_nothing(house: House) -> None:
    session_id = house.infusing()
    old = house.clock.now()
    lost = LEAD_OFF.format(stamp=f"{old:%Y%m%d%H%M%S}")
    raw = oru(old, hr=70, extra=(lost,))
    house.send(raw)
    assert any("spo2" in str(row[0]) for row in rows(house, "select extra from readings"))
    house.wait(1)
    house.vitals(hr=70, spo2=97)
    before = rows(house, "select count(*) from alarms")
    house.send(raw)
    house.tick(1)
    assert rows(house, "select count(*) from alarms") == before
    assert all(alarm.vital is not Vital.SPO2 for alarm in house.live(session_id).shown())


def test_what_cannot_be_read_is_kept_in_quarantine_and_its_neighbours_in_the_frame_are_not_lost(house: House) -> None:
    at = house.clock.now()
    head = b"FHS|^~\\&\rBHS|^~\\&\rOBX|1|NM|1^X||70\r"
    batch = head + oru(at, hr=70) + oru(at, bed="BED2", hr=71) + b"BTS|3\rFTS|1\r"
    answer = house.send(batch)
    assert answer.count(b"MSA|AA|") == 2
    assert len(rows(house, "select * from readings")) == 2
    assert len(rows(house, "select * from quarantine")) == 1
    house.send(b"GET / HTTP/1.1\r\n")
    assert len(rows(house, "select * from quarantine")) == 2
    assert house.send(b"") == b""


@pytest.mark.parametrize("refused", ["stalled", "unfinished", "oversize"])
def test_a_broken_frame_is_refused_kept_and_charted_nowhere(house: House, refused: str) -> None:
    arrived = house.arrive(oru(house.clock.now(), hr=70), refused)
    assert arrived.done.wait(10)
    assert b"MSA|AE|" in b"".join(arrived.answers)
    assert rows(house, "select * from readings") == []
    assert len(rows(house, "select * from quarantine")) == 1


def test_a_speeded_clock_takes_simulated_sources_only(folder: Path) -> None:
    with open_house(folder, system=False) as house:
        assert b"MSA|AA|" not in house.vitals(hr=70)
        assert rows(house, "select * from readings") == []
        assert b"MSA|AA|" in house.send(oru(house.clock.now(), source="SIM^1", hr=70))


def test_an_acknowledgement_is_never_acknowledged(house: House) -> None:
    raw = b"MSH|^~\\&|X|Y|IM|CLINIC|20260302090000||ACK^R01^ACK|1|P|2.6\rMSA|AA|1\r"
    assert house.send(raw) == b""


APNOEA = "OBX|5|ST|196616^MDC_EVT_ALARM^MDC|1.5|{text}||||||F|||{stamp}+0000"


def test_a_fault_in_judging_is_an_alarm_loses_no_reading_and_ends_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = house.infusing()

    def fault(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("injected")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.recorder.judging.judge_readings", fault)
        house.wait(1)
        assert b"MSA|AA|" in house.vitals(hr=70, spo2=60)
    assert len(rows(house, "select * from readings")) == 1
    assert "judging_fault" in {alarm.rule_id for alarm in house.live(session_id).shown()}
    house.tick(1)
    assert "judging_fault" in {alarm.rule_id for alarm in house.live(session_id).shown()}
    assert rows(house, "select count(*) from alarms where rule_id = 'judging_fault'") == [(1,)]
    for _ in range(70):
        house.wait(1)
        house.vitals(hr=70, spo2=97)
    house.tick(1)
    assert "judging_fault" not in {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_a_fault_in_judging_time_is_an_alarm_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = house.infusing()
    from monitor.recorder import judging

    real = judging.judge_time

    def fault(states, policy, context, feed, *more):  # type: ignore[no-untyped-def]
        if feed.vitals or feed.bp_due_mono_s is not None:
            raise ZeroDivisionError("injected")
        return real(states, policy, context, feed, *more)

    monkeypatch.setattr("monitor.recorder.judging.judge_time", fault)
    house.vitals(hr=70)
    house.tick(1)
    assert "judging_fault" in {alarm.rule_id for alarm in house.live(session_id).shown()}


def questionable(house: House) -> list[tuple[object, ...]]:
    return rows(house, "select spo2, questionable from readings where spo2 is not null order by device_at_ms")


def test_a_sudden_saturation_is_stored_as_questionable_shown_and_rings_within_its_bound(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=72, spo2=97, rr=14)
    for _ in range(20):
        house.tick(1)
        house.vitals(hr=72, spo2=80, rr=14)
    assert house.chair().latest[Vital.SPO2].doubts == (Doubt.STEP,)
    assert "spo2_desaturation" not in {one.rule_id for one in house.live(session_id).shown()}
    house.tick(1)
    house.vitals(hr=72, spo2=80, rr=14)
    assert "spo2_desaturation" in {one.rule_id for one in house.live(session_id).shown()}
    bit = schema.VITAL_BIT["spo2"]
    assert questionable(house) == [(97.0, None), *[(80.0, bit)] * 20, (80.0, None)]


def test_a_message_sent_again_is_the_same_row_whatever_is_thought_of_it_now(house: House) -> None:
    house.infusing()
    house.vitals(hr=72, spo2=97, rr=14)
    house.wait(1)
    raw = oru(house.clock.now(), hr=72, spo2=80, rr=14)
    house.send(raw)
    for _ in range(3):
        house.wait(1)
        house.vitals(hr=72, spo2=97, rr=14)
    house.send(raw)
    assert len(questionable(house)) == 5


def test_a_fault_in_assessing_loses_no_reading_and_is_an_alarm(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = house.infusing()

    def broken(*_: object) -> None:
        raise ArithmeticError("a fault of ours")

    monkeypatch.setattr("monitor.recorder.judging.assess", broken)
    assert b"MSA|AA|" in house.vitals(hr=72, spo2=97, rr=14)
    assert questionable(house) == [(97.0, None)]
    assert "judging_fault" in {one.rule_id for one in house.live(session_id).shown()}


def test_without_a_session_nothing_is_doubted(house: House) -> None:
    house.vitals(spo2=97)
    house.wait(1)
    house.vitals(spo2=60)
    assert questionable(house) == [(97.0, None), (60.0, None)]
