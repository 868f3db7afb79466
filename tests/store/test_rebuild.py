"""After a restart the ward knows what it knew; a discharge is judged on what is stored."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.errors import NotFound
from monitor.store import discharge, queries, sessions
from monitor.store.engine import open_engine
from monitor.store.rows import AcknowledgementRow, AssessmentRow, Batch, SessionRow
from monitor.store.store import Store


def infuse(clinic) -> None:
    """A session under way, with a baseline, a score, cuffs, and alarms in every condition."""
    steps = (
        ("check_in", "scheduled", "preparing"),
        ("capture_baseline", "preparing", "preparing"),
        ("start", "preparing", "infusing"),
    )
    for version, (event, from_state, to_state) in enumerate(steps):
        row = clinic.event(version, event, from_state, to_state)
        clinic.do(partial(sessions.append_event, row=row))
    score = AssessmentRow(clinic.session, "s1", "moaas", {"level": 5}, 5, clinic.at(30), clinic.at(30), clinic.nurse)
    clinic.do(lambda c: discharge.insert_assessment(c, score))
    cuffs = [
        clinic.reading(300 * n, values={"nibp_sys": 120.0 + n, "nibp_dia": 70.0, "nibp_mean": 90.0}) for n in range(15)
    ]
    hearts = [clinic.reading(n, values={"hr": 70.0 + n % 5}) for n in range(4300, 4320)]
    between_patients = clinic.reading(4400, session_id=None, values={"hr": 180.0})
    clinic.store.write(Batch(readings=(*cuffs, *hearts, between_patients)))


def raise_alarms(clinic) -> None:
    events = [
        clinic.alarm_event("open", 1, "raised", "active"),
        clinic.alarm_event("open", 2, "escalated", "active"),
        clinic.alarm_event("unseen", 1, "raised", "active"),
        clinic.alarm_event("unseen", 9, "ended", "normal"),
        clinic.alarm_event("over", 1, "raised", "active"),
        clinic.alarm_event("over", 5, "acknowledged", "acknowledged"),
        clinic.alarm_event("over", 9, "ended", "normal"),
    ]
    clinic.store.write(
        Batch(
            alarms=tuple(clinic.alarm(name) for name in ("open", "unseen", "over")),
            alarm_events=tuple(events),
            acknowledgements=(AcknowledgementRow("over", clinic.at(5), clinic.nurse, "high", 86.0),),
        )
    )


def test_an_open_session_comes_back_with_all_the_ward_keeps_of_it(clinic):
    infuse(clinic)
    raise_alarms(clinic)
    clinic.store.close()
    store = Store(open_engine(clinic.url, clinic.folder))
    (found,) = store.read(queries.open_sessions)
    store.close()
    assert (found.session.state, found.session.version) == ("infusing", 3)
    assert found.patient.family_name == "Kowalska"
    assert [event.event for event in found.events] == ["check_in", "capture_baseline", "start"]
    assert [event.event for event in found.baseline_events] == ["capture_baseline"]
    assert {alarm.id: alarm.state for alarm in found.alarms} == {"open": "active", "unseen": "normal"}
    assert found.newest["hr"].at == clinic.at(4319)
    assert found.newest["nibp_sys"].value == 134.0
    assert [one.value for one in found.pressures if one.vital == "nibp_sys"] == [123.0 + n for n in range(12)]
    assert found.assessments[0].items == {"level": 5}


def test_alarms_that_ended_and_were_seen_do_not_come_back(clinic):
    raise_alarms(clinic)
    standing = clinic.store.read(queries.standing_alarms, clinic.session)
    assert [(alarm.id, alarm.open, alarm.unseen) for alarm in standing] == [
        ("open", True, False),
        ("unseen", False, True),
    ]
    assert standing[0].latest.event == "escalated"
    assert len(clinic.store.read(queries.alarms, clinic.session)) == 3


def test_a_session_that_ended_does_not_come_back(clinic):
    clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "cancel", "scheduled", "cancelled")))
    assert clinic.store.read(queries.open_sessions) == []


def test_the_newest_value_of_a_session_is_not_that_of_the_patient_before(clinic):
    before = clinic.reading(5, session_id=None, values={"hr": 180.0, "temp": 39.0})
    clinic.store.write(Batch(readings=(before, clinic.reading(1, values={"hr": 70.0}))))
    newest = clinic.store.read(queries.newest_readings, clinic.chair, clinic.t0, session_id=clinic.session)
    assert {vital: one.value for vital, one in newest.items()} == {"hr": 70.0}
    assert clinic.store.read(queries.newest_readings, clinic.chair, clinic.at(2))["hr"].value == 180.0


def test_the_newest_value_is_the_one_charted_last_also_when_the_device_clock_is_wrong(clinic):
    wrong = clinic.reading(device_at=clinic.t0 - timedelta(days=400), charted_at=clinic.at(7), values={"hr": 90.0})
    clinic.store.write(Batch(readings=(clinic.reading(5), wrong)))
    newest = clinic.store.read(queries.newest_readings, clinic.chair, clinic.t0)
    assert (newest["hr"].value, newest["hr"].at) == (90.0, clinic.at(7))


def test_a_correction_does_not_push_an_older_measurement_out_of_the_last_ones(clinic):
    rows = [clinic.reading(n, values={"nibp_sys": 120.0 + n}) for n in range(4)]
    rows += [clinic.reading(n, values={"nibp_sys": 150.0 + n}, corrects=True) for n in range(4)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.last_readings, clinic.chair, "nibp_sys", 3, clinic.t0)
    assert [one.value for one in found] == [151.0, 152.0, 153.0]


def test_a_discharge_is_judged_on_everything_stored_of_its_session(clinic):
    infuse(clinic)
    raise_alarms(clinic)
    other = SessionRow(clinic.patient, clinic.other_chair, "scheduled", clinic.a_policy(), clinic.t0, False, clinic.t0)
    other_id = clinic.do(lambda c: sessions.insert_session(c, other))
    clinic.store.write(
        Batch(readings=(replace(clinic.reading(4310), chair_id=clinic.other_chair, session_id=other_id),))
    )
    record = clinic.store.read(queries.discharge_record, clinic.session, clinic.at(4200), clinic.at(9000))
    assert (record.session.id, len(record.events), len(record.alarms)) == (clinic.session, 3, 3)
    assert {(one.vital, one.session_id) for one in record.readings} == {
        (vital, clinic.session) for vital in ("hr", "nibp_sys", "nibp_dia", "nibp_mean")
    }
    assert (record.assessments[0].kind, record.signatures) == ("moaas", ())
    with pytest.raises(NotFound):
        clinic.store.read(queries.discharge_record, 999, clinic.t0, clinic.t0)
