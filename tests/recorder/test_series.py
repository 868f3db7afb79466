"""Sessions of a series: whose, how many and how near, asked of the record when one is planned or moved."""

from datetime import date, timedelta

import pytest

from monitor.errors import Refused
from monitor.recorder.acts import Actor, PlanSession
from monitor.store.patients import insert_patient
from monitor.store.queries.series import series, series_place
from monitor.store.queries.trail import audit_page
from monitor.store.rows import PatientRow
from monitor.store.series import SeriesRevisionRow, insert_series, revise_series
from tests.recorder.house import START_AT, House


def revision(planned: int = 3, closed_reason: str | None = None) -> SeriesRevisionRow:
    return SeriesRevisionRow("pain", planned, 24, "", closed_reason, START_AT, None, "Dana")


@pytest.fixture
def planned(house: House) -> int:
    return int(str(house.recorder.transact(lambda c: insert_series(c, house.patient_id, revision()))))


def book(house: House, series_id: int, in_h: float, by: Actor | None = None, **more: object) -> int:
    at = START_AT + timedelta(hours=in_h)
    patient_id = int(str(more.pop("patient_id", house.patient_id)))
    act = PlanSession(patient_id, house.chair("1").id, at, by or house.nurse, series_id=series_id, **more)
    return house.desk.plan_session(act)


def test_a_session_too_near_is_refused_with_the_earliest_time(house: House, planned: int) -> None:
    book(house, planned, 24)
    with pytest.raises(Refused, match=r"at least 24 h apart.*the earliest time is") as refusal:
        book(house, planned, 30)
    assert refusal.value.missing == ("physician", "reason")
    book(house, planned, 48)


def test_a_physician_may_plan_it_nearer_and_the_reason_is_kept(house: House, planned: int) -> None:
    book(house, planned, 24)
    with pytest.raises(Refused) as refusal:
        book(house, planned, 30, by=house.physician)
    assert refusal.value.missing == ("reason",)
    book(house, planned, 30, by=house.physician, reason="travels home on Friday")
    newest = house.store.read(audit_page)[0]
    assert (newest.action, newest.facts["nearer_because"]) == ("session.plan", "travels home on Friday")


def test_one_more_than_planned_asks_for_a_revision_first(house: House, planned: int) -> None:
    for day in (1, 2, 3):
        book(house, planned, day * 24)
    with pytest.raises(Refused, match="infusion 4 of 3 planned"):
        book(house, planned, 5 * 24)
    house.recorder.transact(lambda c: revise_series(c, planned, 1, revision(4)))
    session_id = book(house, planned, 5 * 24)
    place = house.store.read(series_place, session_id)
    assert place is not None
    assert (place.number, place.planned) == (4, 4)


def test_a_series_of_somebody_else_or_a_closed_one_takes_no_session(house: House, planned: int) -> None:
    row = PatientRow("P77", "Lis", "Ewa", date(1960, 1, 1), "F", START_AT, None)
    other = int(str(house.recorder.transact(lambda c: insert_patient(c, row))))
    with pytest.raises(Refused, match="another patient's"):
        book(house, planned, 24, patient_id=other)
    house.recorder.transact(lambda c: revise_series(c, planned, 1, revision(closed_reason="no relief")))
    with pytest.raises(Refused, match="closed"):
        book(house, planned, 24)


def test_a_session_is_not_moved_too_near_to_the_one_before(house: House, planned: int) -> None:
    book(house, planned, 24)
    second = book(house, planned, 72)
    too_near = (START_AT + timedelta(hours=40)).isoformat()
    with pytest.raises(Refused, match="at least 24 h apart"):
        house.act(second, "reschedule", scheduled_for=too_near)
    house.act(second, "reschedule", chair_id=house.chair("2").id)
    house.act(second, "reschedule", scheduled_for=(START_AT + timedelta(hours=48)).isoformat())
    assert house.store.read(series, planned).version == 1
