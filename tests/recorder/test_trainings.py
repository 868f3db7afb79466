"""Nobody orders, clears or starts without the training the session's policy asks of them; the refusal says which."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from monitor.errors import Refused
from monitor.recorder.acts import HandOver
from monitor.security import records
from monitor.security.records import By
from monitor.security.trainings import NewTraining, record_training, withdraw_training
from monitor.store.trainings import trainings_of
from tests.recorder.house import POLICY, START_AT, House

ORDER = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
BY = By("Office", None)


def expire(house: House, person_id: int, course: str, last: date | None) -> None:
    """What somebody had ends on this day; None: it was never recorded."""

    def act(connection) -> None:
        for one in trainings_of(connection, (person_id,)):
            if one.course == course and one.withdrawn_at is None:
                withdraw_training(connection, BY, START_AT, one.id, "another day")
        if last is not None:
            record_training(
                connection, BY, START_AT, POLICY.staff, NewTraining(person_id, course, last - timedelta(days=700), last)
            )

    house.desk.transact(act)


def checked_in(house: House) -> int:
    session_id = house.plan()
    house.act(session_id, "check_in")
    house.act(session_id, "record_weight", weight_kg=70.0)
    return session_id


@pytest.mark.parametrize("event", ["record_order", "physician_clearance"])
def test_a_physician_whose_training_has_expired_is_refused_and_told_since_when(house: House, event: str) -> None:
    session_id = checked_in(house)
    expire(house, house.physician.person_id, "acls", date(2026, 3, 1))
    details = ORDER if event == "record_order" else {}
    with pytest.raises(Refused, match=r"ACLS\): expired, last day 2026-03-01") as refusal:
        house.act(session_id, event, by=house.physician, **details)
    assert refusal.value.missing == ("training",)
    assert house.live(session_id).course.order is None
    expire(house, house.physician.person_id, "acls", date(2026, 3, 2))
    house.act(session_id, event, by=house.physician, **details)


def test_a_physician_of_whom_nothing_was_recorded_orders_nothing(house: House) -> None:
    session_id = checked_in(house)
    expire(house, house.physician.person_id, "moderate_sedation", None)
    with pytest.raises(Refused, match="Moderate sedation: not recorded"):
        house.act(session_id, "record_order", by=house.physician, **ORDER)


def test_a_start_asks_it_of_the_nurse_who_is_responsible_whoever_starts(house: House) -> None:
    session_id = house.prepared()
    expire(house, house.nurse.person_id, "acls", date(2026, 2, 10))
    with pytest.raises(Refused, match=r"Nurse: Advanced .*: expired, last day 2026-02-10") as refusal:
        house.act(session_id, "start", by=house.second_nurse, rate_ml_per_h=52.5)
    assert refusal.value.missing == ("training",)
    told = house.desk.preparation(session_id)["missing"]
    assert [one["id"] for one in told] == ["training"]
    standing = house.chair().assignment
    house.desk.hand_over(HandOver(house.chair().id, house.second_nurse.person_id, "", standing.id, house.second_nurse))
    house.act(session_id, "start", by=house.nurse, rate_ml_per_h=52.5)


@pytest.mark.parametrize("why", ["nobody", "disabled", "over"])
def test_a_start_is_refused_while_nobody_is_responsible_for_the_chair(house: House, why: str) -> None:
    session_id = house.prepared()
    if why == "disabled":
        house.desk.transact(lambda connection: records.disable_person(connection, BY, START_AT, house.nurse.person_id))
    else:
        statement = text(
            "insert into chair_assignments (chair_id, person_id, name, at, until_at, note, by) "
            "values (:chair, :person, 'Nurse', :at, :until, '', 'Test')"
        )
        at_ms, until_ms = (int(at.timestamp() * 1000) for at in (START_AT - timedelta(hours=1), START_AT))
        person = None if why == "nobody" else house.nurse.person_id
        values = {"chair": house.chair().id, "person": person, "at": at_ms, "until": until_ms}
        house.desk.transact(lambda connection: connection.execute(statement, values).rowcount)
    with pytest.raises(Refused, match="responsible nurse") as refusal:
        house.act(session_id, "start", rate_ml_per_h=52.5)
    assert refusal.value.missing == ("responsible_nurse",)


def test_a_policy_that_asks_for_nothing_refuses_nobody(house: House) -> None:
    session_id = checked_in(house)
    expire(house, house.physician.person_id, "acls", None)
    live = house.live(session_id)
    live.policy = replace(POLICY, staff=replace(POLICY.staff, needs=dict.fromkeys(POLICY.staff.needs, ())))
    house.act(session_id, "record_order", by=house.physician, **ORDER)
    assert house.live(session_id).course.order is not None
