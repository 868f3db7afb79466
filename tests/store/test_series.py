"""A series is its revisions, and the place of an infusion follows from the sessions that stand."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.errors import Conflict, NotFound
from monitor.store import patients, schema, sessions
from monitor.store.errors import WriteFailed
from monitor.store.merging import insert_merge
from monitor.store.queries.profiles import profile_of, profiles_of
from monitor.store.queries.series import (
    next_appointment,
    series,
    series_history,
    series_of_patient,
    series_place,
    series_places,
    sessions_of_series,
)
from monitor.store.rows import SessionRow
from monitor.store.series import ProfileRow, SeriesRevisionRow, insert_profile, insert_series, revise_series

DAY_S = 86_400


def plan(clinic, **changes: object) -> SeriesRevisionRow:
    said = {"indication": "cancer pain", "planned_infusions": 6, "interval_h": 24, "plan": "", "closed_reason": None}
    return SeriesRevisionRow(**{**said, **changes}, at=clinic.t0, person_id=clinic.nurse, by="Dana")


@pytest.fixture
def planned(clinic) -> int:
    return clinic.do(lambda c: insert_series(c, clinic.patient, plan(clinic)))


def book(clinic, series_id: int | None, day: int) -> int:
    row = SessionRow(
        *(clinic.patient, clinic.chair, "scheduled", clinic.a_policy(), clinic.at(day * DAY_S), False, clinic.t0),
        series_id,
    )
    return clinic.do(lambda c: sessions.insert_session(c, row))


def cancel(clinic, session_id: int) -> None:
    clinic.do(
        lambda c: sessions.append_event(c, clinic.event(0, "cancel", "scheduled", "cancelled", session_id=session_id))
    )


def test_an_infusion_is_numbered_by_its_planned_time_and_a_cancelled_one_has_no_number(clinic, planned):
    third, first, second = (book(clinic, planned, day) for day in (5, 1, 3))
    numbers = {one.session_id: one.infusion_number for one in clinic.store.read(sessions_of_series, planned)}
    assert numbers == {first: 1, second: 2, third: 3}
    cancel(clinic, first)
    places = clinic.store.read(series_places, [first, second, third, clinic.session])
    assert {key: (place.id, place.number, place.planned) for key, place in places.items()} == {
        first: (planned, None, 6),
        second: (planned, 1, 6),
        third: (planned, 2, 6),
    }
    listed = [one.infusion_number for one in clinic.store.read(sessions_of_series, planned)]
    assert listed == [None, 1, 2]


def test_a_session_of_its_own_has_no_place(clinic, planned):
    assert clinic.store.read(series_place, clinic.session) is None


def test_the_next_appointment_is_the_first_that_still_waits(clinic, planned):
    first, second, third = (book(clinic, planned, day) for day in (1, 3, 5))
    cancel(clinic, second)
    assert clinic.store.read(next_appointment, planned, clinic.t0).session_id == first
    assert clinic.store.read(next_appointment, planned, clinic.t0 + timedelta(days=2)).session_id == third
    assert clinic.store.read(next_appointment, planned, clinic.t0 + timedelta(days=9)) is None


def test_a_change_is_a_revision_beside_the_old_and_whoever_did_not_see_it_is_refused(clinic, planned):
    assert clinic.do(lambda c: revise_series(c, planned, 1, plan(clinic, planned_infusions=8))) == 2
    with pytest.raises(Conflict) as refusal:
        clinic.do(lambda c: revise_series(c, planned, 1, plan(clinic, planned_infusions=4)))
    assert refusal.value.current == {"version": 2}
    stands = clinic.store.read(series, planned)
    assert (stands.version, stands.planned_infusions, stands.created_by) == (2, 8, "Dana")
    assert [one.planned_infusions for one in clinic.store.read(series_history, planned)] == [6, 8]


def test_a_series_nobody_opened_is_not_found(clinic):
    with pytest.raises(NotFound):
        clinic.store.read(series, 99)
    with pytest.raises(NotFound):
        clinic.do(lambda c: insert_series(c, 99, plan(clinic)))


def test_a_merged_patient_has_the_series_and_the_profile_of_both(clinic, planned):
    other = clinic.do(lambda c: patients.insert_patient(c, clinic.a_patient("MRN43")))
    theirs = clinic.do(lambda c: insert_series(c, other, plan(clinic)))
    clinic.do(lambda c: insert_profile(c, ProfileRow(other, clinic.t0, clinic.nurse, "Dana", diagnosis="sarcoma")))
    assert [one.id for one in clinic.store.read(series_of_patient, clinic.patient)] == [planned]
    assert clinic.store.read(profile_of, clinic.patient).at is None
    clinic.do(lambda c: insert_merge(c, "MRN43", "MRN42", clinic.t0, "ADT", "1"))
    for patient_id in (clinic.patient, other):
        assert [one.id for one in clinic.store.read(series_of_patient, patient_id)] == [theirs, planned]
        assert clinic.store.read(profile_of, patient_id).diagnosis == "sarcoma"


def test_the_newest_profile_stands_and_the_older_ones_stay(clinic):
    for ecog in (1, 3):
        row = ProfileRow(clinic.patient, clinic.t0, clinic.nurse, "Dana", ecog=ecog, language="es")
        clinic.do(lambda c, row=row: insert_profile(c, row))
    assert clinic.store.read(profile_of, clinic.patient).ecog == 3
    assert [one.ecog for one in clinic.store.read(profiles_of, clinic.patient)] == [1, 3]


def test_a_session_stays_in_its_series(clinic, planned):
    session_id = book(clinic, planned, 1)
    move = update(schema.sessions).where(schema.sessions.c.id == session_id).values(series_id=None)
    with pytest.raises((WriteFailed, Conflict)):
        clinic.do(lambda c: c.execute(move) and None)
    assert clinic.store.read(series_place, session_id).number == 1
