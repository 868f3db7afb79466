"""Several devices of one chair, and messages that find their place later by a named person."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from monitor.errors import Conflict, Refused
from monitor.recorder.acts import AssignUnassigned, BindChair, BindDevice, ReplayQuarantine
from monitor.store import queries
from monitor.store.queries.refused import Whose
from monitor.store.requests import request_of
from tests.recorder.house import START_AT, House, open_house, oru

PUMP = {"pump_rate": 52.5, "pump_volume": 1.0}


def rules(house: House, session_id: int) -> set[str]:
    return {alarm.rule_id for alarm in house.live(session_id).shown()}


def give(house: House, chair: str, identifier: str, *, off: bool = False) -> None:
    house.desk.bind_device(BindDevice(house.chair(chair).id, identifier, off, house.nurse))


def assign(house: House, *, bed: str = "NEW1", source: str = "MON^SIM", request_id: str = "", **where: object):
    asked = request_of(house.nurse.person_id, request_id, {"bed": bed}, house.clock.now()) if request_id else None
    whose = Whose(source, bed)
    said = {"chair_id": None, "session_id": None, "override_reason": None, **where}
    return house.desk.assign_unassigned(
        AssignUnassigned(
            whose, said["chair_id"], said["session_id"], "hers", said["override_reason"], house.nurse, asked
        )
    )


def replay(house: House, quarantine_id: int | None = None, of_reason: str | None = None):
    return house.desk.replay_quarantine(ReplayQuarantine(quarantine_id, of_reason, "mended", house.nurse))


def charted(house: House, session_id: int):
    span = (START_AT - timedelta(hours=1), START_AT + timedelta(hours=1))
    found = house.read(lambda c: queries.session_readings(c, session_id, *span))
    return [one for one in found if one.source != "BEFORE"]


def test_a_pump_beside_the_monitor_never_keeps_its_feed_alive(house: House) -> None:
    session_id = house.infusing()
    give(house, "1", "PUMP7")
    house.vitals(hr=72.0, spo2=97.0)
    for _ in range(70):
        house.wait(1)
        house.send(oru(house.clock.now(), bed="PUMP7", source="PUMP^X", **PUMP))
        house.tick(0.1)
    assert "feed_silent" in rules(house, session_id)
    assert house.live(session_id).pump.newest, "the pump itself was heard all the time"


def test_a_pump_at_the_monitors_own_bed_does_not_either(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=72.0, spo2=97.0)
    for _ in range(70):
        house.wait(1)
        house.send(oru(house.clock.now(), source="PUMP^X", **PUMP))
        house.tick(0.1)
    assert "feed_silent" in rules(house, session_id)
    assert house.chair().source == "MON^SIM"


def test_a_device_that_sends_less_than_the_monitor_keeps_nothing_alive_beside_it(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=72.0, spo2=97.0)
    for _ in range(70):
        house.wait(1)
        house.send(oru(house.clock.now(), source="CUFF^X", nibp_sys=120.0, nibp_dia=80.0))
        house.tick(0.1)
    assert "feed_silent" in rules(house, session_id)


def test_another_monitor_at_the_same_bed_takes_over(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=72.0, spo2=97.0)
    for _ in range(70):
        house.wait(1)
        house.send(oru(house.clock.now(), source="MON2^X", hr=72.0, spo2=97.0))
        house.tick(0.1)
    assert "feed_silent" not in rules(house, session_id)


def test_a_pump_that_falls_silent_while_drug_runs_is_a_condition_of_its_own(house: House) -> None:
    session_id = house.infusing()
    give(house, "1", "PUMP7")
    for _ in range(4):
        house.wait(5)
        house.vitals(hr=72.0, spo2=97.0)
        house.send(oru(house.clock.now(), bed="PUMP7", source="PUMP^X", **PUMP))
    for _ in range(40):
        house.wait(1)
        house.vitals(hr=72.0, spo2=97.0)
        house.tick(0.1)
    assert {"pump_silent"} == {"pump_silent", "feed_silent"} & rules(house, session_id)
    house.send(oru(house.clock.now(), bed="PUMP7", source="PUMP^X", **PUMP))
    house.tick(1)
    assert "pump_silent" not in rules(house, session_id)


def test_a_restart_does_not_end_the_alarm_of_a_silent_pump(house: House, folder) -> None:
    session_id = house.infusing()
    give(house, "1", "PUMP7")
    for _ in range(4):
        house.wait(5)
        house.send(oru(house.clock.now(), bed="PUMP7", source="PUMP^X", **PUMP))
    house.tick(60)
    assert "pump_silent" in rules(house, session_id)
    with open_house(folder, clock=house.clock) as again:
        again.tick(3)
        assert "pump_silent" in rules(again, session_id)


def test_a_chair_is_simulated_as_long_as_one_of_its_devices_is(house: House) -> None:
    give(house, "1", "PUMP7")
    house.send(oru(house.clock.now(), bed="PUMP7", source="SIM^PUMP", **PUMP))
    house.vitals(hr=72.0)
    assert house.chair().simulated
    give(house, "1", "PUMP7", off=True)
    assert not house.chair().simulated


def test_an_identifier_speaks_for_one_chair_at_most(house: House) -> None:
    give(house, "1", "PUMP7")
    with pytest.raises(Conflict, match="already speaks for chair 1"):
        give(house, "2", "PUMP7")
    with pytest.raises(Conflict, match="already speaks for chair 2"):
        give(house, "1", "BED2")
    with pytest.raises(Conflict, match="further device of chair 1"):
        house.desk.bind_chair(BindChair(house.chair("2").id, "PUMP7", house.nurse))
    give(house, "1", "PUMP7", off=True)
    give(house, "2", "PUMP7")
    assert [one.identifier for one in house.read(lambda c: queries.devices(c, house.chair("2").id))] == ["PUMP7"]
    actions = [one.action for one in house.read(queries.audit_page)]
    assert actions[:3] == ["chair.bind_device", "chair.take_device_off", "chair.bind_device"]


def test_devices_stand_again_after_a_restart(house: House, folder) -> None:
    give(house, "1", "PUMP7")
    with open_house(folder, clock=house.clock) as again:
        again.send(oru(again.clock.now(), bed="PUMP7", source="PUMP^X", **PUMP))
        assert again.read(lambda c: c.execute(text("select count(*) from unassigned")).scalar()) == 0


def test_a_source_name_counts_only_where_the_message_says_neither_bed_nor_device(house: House) -> None:
    give(house, "1", "GATEWAY^7")
    house.send(oru(house.clock.now(), bed="", source="GATEWAY^7", hr=71.0))
    house.send(oru(house.clock.now(), bed="ELSEWHERE", source="GATEWAY^7", hr=140.0))
    assert house.read(lambda c: c.execute(text("select hr from readings")).scalars().all()) == [71.0]
    assert [one.bed for one in house.read(queries.unassigned)] == ["ELSEWHERE"]


def earlier(house: House, count: int = 3, **changes: object) -> list[datetime]:
    """What an unknown device sent."""
    times = []
    for _ in range(count):
        house.wait(1)
        times.append(house.clock.now())
        house.send(oru(house.clock.now(), **{"bed": "NEW1", "hr": 88.0, "spo2": 84.0, **changes}))  # type: ignore[arg-type]
    return times


def test_earlier_readings_are_assigned_at_their_own_time_and_are_never_live(house: House) -> None:
    session_id = house.infusing()
    times = earlier(house)
    heard = len(house.ears.heard)
    done = assign(house, session_id=session_id)
    assert (done["assigned"], done["values"], done["remaining"]) == (3, 6, 0)
    found = charted(house, session_id)
    assert [one.at for one in found if one.vital == "spo2"] == times
    assert {one.quality for one in found} == {"questionable"}, "they open no gate"
    assert all(one.late_id == done["id"] for one in found)
    house.tick(2)
    assert house.chair().latest == {}
    assert not {"spo2_low", "spo2_desaturation"} & rules(house, session_id)
    assert not any(event == "values" for event, _, _ in house.ears.heard[heard:])
    entry = house.read(queries.audit_page)[0]
    assert (entry.action, entry.actor, entry.about) == ("readings.assign", "Nurse", f"session {session_id}")


def test_a_message_is_assigned_once_and_a_repeated_request_answers_as_before(house: House) -> None:
    session_id = house.infusing()
    earlier(house)
    first = assign(house, session_id=session_id, request_id="r1")
    again = assign(house, session_id=session_id, request_id="r1")
    assert (again["id"], again["assigned"]) == (first["id"], 3)
    with pytest.raises(Refused, match="still waits"):
        assign(house, session_id=session_id)
    places = house.read(lambda c: queries.assignments_of(c, [one.id for one in queries.unassigned(c)]))
    assert {(one.by, one.session_id) for one in places.values()} == {("Nurse", session_id)}
    assert len(house.read(queries.unassigned)) == 3, "the rows themselves stay"


def test_another_known_patients_messages_are_refused_outright(house: House) -> None:
    session_id = house.infusing()
    from monitor.store.patients import insert_patient
    from monitor.store.rows import PatientRow

    house.desk.transact(lambda c: insert_patient(c, PatientRow("MRN99", "Other", "O", None, None, START_AT)))
    earlier(house, patient="MRN99")
    with pytest.raises(Refused, match="another patient"):
        assign(house, session_id=session_id, override_reason="I am sure")
    assert charted(house, session_id) == []


def test_an_identifier_nobody_knows_needs_a_reason_of_its_own(house: House) -> None:
    session_id = house.infusing()
    earlier(house, patient="TYPO42")
    with pytest.raises(Refused) as refused:
        assign(house, session_id=session_id)
    assert refused.value.missing == ("override_reason",)
    assert assign(house, session_id=session_id, override_reason="typed wrong at the monitor")["assigned"] == 3


def test_simulated_readings_never_get_into_a_real_session(house: House) -> None:
    session_id = house.infusing()
    earlier(house, source="SIM^X")
    with pytest.raises(Refused, match="simulated"):
        assign(house, source="SIM^X", session_id=session_id)


def test_what_was_measured_before_the_patient_came_stays_unassigned(house: House) -> None:
    earlier(house)
    house.wait(60)
    session_id = house.infusing()
    done = assign(house, session_id=session_id)
    assert (done["assigned"], done["outside"]) == (0, 3)
    assert charted(house, session_id) == []


def test_readings_of_a_session_that_is_over_are_late_data_of_it(house: House) -> None:
    session_id = house.infusing()
    earlier(house)
    house.wait(5)
    house.act(session_id, "end_infusion")
    house.act(session_id, "leave_against_advice", reason="went")
    assert assign(house, session_id=session_id)["assigned"] == 3
    assert all(one.late_id is not None for one in charted(house, session_id))


def test_the_same_bytes_sent_again_are_kept_once(house: House) -> None:
    raw = oru(house.clock.now(), bed="NEW1", hr=80.0)
    for _ in range(3):
        house.send(raw)
        house.send(b"MSH|^~\\&|X||||20260101||ADT^A01|B4|P|2.6\rPV1||O|^^BED1\r")
    assert len(house.read(queries.unassigned)) == 1
    assert len(house.read(queries.quarantine)) == 1


def test_unknown_devices_are_listed_with_what_they_send(house: House) -> None:
    earlier(house)
    house.send(oru(house.clock.now(), bed="NEW1", rr=14.0))
    (group,) = house.read(lambda c: queries.unassigned_groups(c, START_AT - timedelta(days=1)))
    assert (group.source, group.bed, group.count, group.assigned) == ("MON^SIM", "NEW1", 4, 0)
    assert group.vitals == ("hr", "spo2", "rr")


def test_a_refused_message_is_charted_when_it_can_be_read(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    arrived = house.arrive(oru(at, spo2=84.0, hr=90.0), refused="stalled")
    assert arrived.done.wait(10)
    (kept,) = house.read(queries.quarantine)
    house.wait(30)
    done = replay(house, kept.id)
    assert [(one["outcome"], one["values"], one["session_id"]) for one in done["outcomes"]] == [
        ("charted", 2, session_id)
    ]
    assert {one.at for one in charted(house, session_id)} == {at}
    house.tick(2)
    assert house.chair().latest == {}
    with pytest.raises(Conflict, match="replayed before"):
        replay(house, kept.id)
    (tried,) = house.read(lambda c: queries.replays_of(c, [kept.id]))[kept.id]
    assert (tried.outcome, tried.by, tried.reason) == ("charted", "Nurse", "mended")


def test_what_still_cannot_be_read_says_why_and_may_be_tried_again(house: House) -> None:
    house.send(b"MSH|^~\\&|X||||20260101||ADT^A01|B4|P|2.6\rPV1||O|^^BED1\r")
    (kept,) = house.read(queries.quarantine)
    for _ in range(2):
        (one,) = replay(house, of_reason=kept.reason)["outcomes"]
        assert one["outcome"] == "refused"
        assert one["detail"]


def test_a_replayed_message_of_nobody_is_unassigned_and_of_another_patient_too(house: House) -> None:
    house.infusing()
    house.wait(1)
    for raw in (oru(house.clock.now(), bed="NEW1", hr=80.0), oru(house.clock.now(), patient="SOMEBODY", hr=80.0)):
        assert house.arrive(raw, refused="stalled").done.wait(10)
    reason = house.read(queries.quarantine)[0].reason
    assert [one["outcome"] for one in replay(house, of_reason=reason)["outcomes"]] == ["unassigned", "unassigned"]
    assert len(house.read(queries.unassigned)) == 2
    assert replay(house, of_reason=reason)["replayed"] == 0


def test_a_bed_that_spoke_for_another_chair_then_is_charted_nowhere_by_replay(house: House) -> None:
    house.wait(1)
    assert house.arrive(oru(house.clock.now(), hr=80.0), refused="stalled").done.wait(10)
    (kept,) = house.read(queries.quarantine)
    house.wait(60)
    house.desk.bind_chair(BindChair(house.chair("1").id, None, house.nurse))
    house.desk.bind_chair(BindChair(house.chair("2").id, "BED1", house.nurse))
    (one,) = replay(house, kept.id)["outcomes"]
    assert (one["outcome"], "another chair" in one["detail"]) == ("unassigned", True)
