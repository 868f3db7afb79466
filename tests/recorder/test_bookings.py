"""Appointments: where one may lie, and how it is moved."""

from datetime import date, timedelta
from functools import partial

import pytest

from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import PlanSession
from monitor.recorder.jobs import Job
from monitor.store.patients import insert_patient
from monitor.store.queries.sessions import session_head
from monitor.store.requests import Request
from monitor.store.rows import PatientRow
from tests.recorder.house import START_AT, House


@pytest.fixture
def other_patient(house: House) -> int:
    row = PatientRow("P77", "Lis", "Ewa", date(1960, 1, 1), "F", START_AT, None)
    return int(str(house.recorder.transact(lambda connection: insert_patient(connection, row))))


def at(hours: float) -> str:
    return (START_AT + timedelta(hours=hours)).isoformat()


def test_an_appointment_is_moved_to_another_chair_and_time_in_one_step(house: House) -> None:
    session_id = house.plan(in_h=2)
    done = house.act(session_id, "reschedule", chair_id=house.chair("2").id, scheduled_for=at(4), reason="late bus")
    live = house.live(session_id)
    assert (done.version, done.state) == (1, "scheduled")
    assert (live.chair_id, live.scheduled_for) == (house.chair("2").id, START_AT + timedelta(hours=4))
    head = house.store.read(session_head, session_id)
    assert head is not None
    assert (head.chair_id, head.scheduled_for) == (live.chair_id, live.scheduled_for)
    said = live.course.events[-1].details
    assert (said["from_chair_id"], said["from_scheduled_for"]) == (house.chair("1").id, at(2))


def test_who_was_moved_is_checked_in_where_they_were_moved_to(house: House) -> None:
    session_id = house.plan(in_h=2)
    house.act(session_id, "reschedule", chair_id=house.chair("2").id)
    house.act(session_id, "check_in")
    assert house.chair("2").session is not None
    assert house.chair("1").session is None


def test_the_same_move_sent_twice_is_one(house: House) -> None:
    session_id = house.plan(in_h=2)
    act = house.as_act(session_id, "reschedule", scheduled_for=at(3), request_id="move-1")
    assert house.desk.act(act) == house.desk.act(act)


def test_who_saw_an_older_appointment_is_told_who_moved_it(house: House) -> None:
    session_id = house.plan(in_h=2)
    house.act(session_id, "reschedule", scheduled_for=at(3))
    with pytest.raises(Conflict, match="acted first"):
        house.act(session_id, "reschedule", scheduled_for=at(5), version=0)


def test_a_taken_chair_is_refused_with_who_is_there_and_the_next_free_time(house: House, other_patient: int) -> None:
    first = house.plan(in_h=1)
    with pytest.raises(Conflict) as refused:
        house.plan(in_h=2, patient_id=other_patient)
    words = refused.value.message
    assert f"session {first}" in words
    assert "2026-03-02 10:00–12:10" in words
    assert words.endswith("free from 2026-03-02 12:20.")
    assert refused.value.current == {"session": first, "free_at": at(3 + 1 / 3)}
    house.plan(in_h=3 + 1 / 3, patient_id=other_patient)


def test_a_patient_is_not_planned_twice_at_the_same_time(house: House) -> None:
    house.plan(in_h=1)
    with pytest.raises(Conflict, match="This patient has another session then"):
        house.plan("2", in_h=2)


def test_a_patient_who_is_here_longer_than_planned_still_takes_the_chair(house: House, other_patient: int) -> None:
    session_id = house.plan()
    house.act(session_id, "check_in")
    house.wait(4 * 3600)
    with pytest.raises(Conflict, match=f"session {session_id}"):
        house.plan(patient_id=other_patient)


def test_two_moves_to_one_chair_in_the_same_moment_are_one_move(house: House, other_patient: int) -> None:
    first, second = house.plan("1", in_h=1), house.plan("2", in_h=5, patient_id=other_patient)
    moves = [
        house.as_act(one, "reschedule", chair_id=house.chair("2").id, scheduled_for=at(9)) for one in (first, second)
    ]
    acting = house.desk._acting
    jobs = [Job(partial(acting.prepare, one), partial(acting.settle, one), house.runtime.signal()) for one in moves]
    house.recorder._jobs.extend(jobs)  # both in one turn: neither sees the other when it is prepared
    house.recorder.tick([])
    assert all(job.done.wait(10) for job in jobs)
    assert [type(job.refusal) for job in jobs] == [type(None), Conflict]
    assert house.live(second).chair_id == house.chair("2").id
    assert house.live(second).scheduled_for == START_AT + timedelta(hours=5)


@pytest.mark.parametrize(
    "details", [{}, {"scheduled_for": at(2)}, {"scheduled_for": at(-3)}, {"scheduled_for": at(30000)}]
)
def test_a_move_to_nowhere_or_to_a_time_that_is_over_is_refused(house: House, details: dict[str, object]) -> None:
    session_id = house.plan(in_h=2)
    with pytest.raises(Refused):
        house.act(session_id, "reschedule", **details)


def test_there_is_no_move_to_a_chair_that_is_not_there_nor_of_somebody_who_is_here(house: House) -> None:
    session_id = house.plan(in_h=2)
    with pytest.raises(NotFound):
        house.act(session_id, "reschedule", chair_id=99)
    house.act(session_id, "check_in")
    with pytest.raises(Refused, match="cannot take"):
        house.act(session_id, "reschedule", scheduled_for=at(5))


def test_a_plan_that_was_sent_before_is_answered_and_not_found_in_its_own_way(house: House) -> None:
    request = Request("nurse", "r1", "0" * 64, START_AT)
    plan = PlanSession(house.patient_id, house.chair().id, START_AT, house.nurse, request)
    assert house.desk.plan_session(plan) == house.desk.plan_session(plan)
