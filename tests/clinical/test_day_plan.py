from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.clinical.day_plan import Booking, Stage, Visit, clash, gaps, hours_of, next_free, stretches
from monitor.clinical.session import SessionState
from tests.clinical.bedside import POLICY

PLAN = POLICY.day_plan
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def minutes(visit, now):
    return [(one.stage.value, (one.from_at - NINE).total_seconds() / 60, (one.until_at - NINE).total_seconds() / 60)
            for one in stretches(visit, PLAN, now)]  # fmt: skip


def booking(session_id, chair_id, patient_id, from_min, until_min):
    return Booking(
        session_id, chair_id, patient_id, NINE + timedelta(minutes=from_min), NINE + timedelta(minutes=until_min)
    )


def test_an_appointment_is_as_long_as_policy_and_order_say():
    planned = Visit(NINE, SessionState.SCHEDULED)
    assert minutes(planned, NINE) == [("preparation", 0, 30), ("infusion", 30, 70), ("observation", 70, 130)]
    ordered = Visit(NINE, SessionState.SCHEDULED, infusion_s=5400)
    assert minutes(ordered, NINE)[1] == ("infusion", 30, 120)


def test_an_appointment_nobody_came_to_keeps_its_time():
    assert minutes(Visit(NINE, SessionState.SCHEDULED), NINE + timedelta(hours=2))[0] == ("preparation", 0, 30)


def test_who_is_still_being_prepared_is_expected_to_start_no_earlier_than_now():
    visit = Visit(NINE, SessionState.PREPARING, checked_in_at=NINE + timedelta(minutes=10))
    assert minutes(visit, NINE + timedelta(minutes=50))[:2] == [("preparation", 10, 50), ("infusion", 50, 90)]


def test_a_running_infusion_ends_when_its_dose_will_be_given():
    visit = Visit(NINE, SessionState.INFUSING, checked_in_at=NINE, started_at=NINE + timedelta(minutes=20), left_s=1500)
    now = NINE + timedelta(minutes=40)
    assert minutes(visit, now)[1:] == [("infusion", 20, 65), ("observation", 65, 125)]
    held = Visit(NINE, SessionState.HELD, checked_in_at=NINE, started_at=NINE + timedelta(minutes=20))
    assert minutes(held, NINE + timedelta(minutes=90))[1] == ("infusion", 20, 90)


def test_who_is_observed_longer_than_usual_is_not_shown_as_gone():
    visit = Visit(
        NINE, SessionState.OBSERVING, checked_in_at=NINE, started_at=NINE, ended_at=NINE + timedelta(minutes=40),
        ready_at=NINE + timedelta(minutes=110),
    )  # fmt: skip
    assert minutes(visit, NINE + timedelta(minutes=60))[2] == ("observation", 40, 110)
    assert minutes(visit, NINE + timedelta(minutes=150))[2] == ("observation", 40, 150)


def test_a_visit_that_is_over_is_shown_as_it_went_and_a_cancelled_one_not_at_all():
    over = Visit(NINE, SessionState.LEFT, checked_in_at=NINE, over_at=NINE + timedelta(minutes=15))
    assert minutes(over, NINE) == [("preparation", 0, 15)]
    assert stretches(Visit(NINE, SessionState.CANCELLED), PLAN, NINE) == ()
    assert all(not one.expected for one in stretches(over, PLAN, NINE))


def test_a_chair_is_made_ready_between_two_and_a_patient_is_in_one_place():
    wanted = booking(0, 1, 7, 0, 130)
    assert clash(wanted, [booking(2, 1, 8, 139, 200)], PLAN) is not None
    assert clash(wanted, [booking(2, 1, 8, 140, 200)], PLAN) is None
    assert clash(wanted, [booking(2, 2, 8, 0, 130)], PLAN) is None
    assert clash(wanted, [booking(2, 2, 7, 129, 200)], PLAN) is not None
    assert clash(wanted, [booking(0, 1, 7, 0, 130)], PLAN) is None, "a session does not stand in its own way"


def test_the_same_patient_is_named_before_the_chair():
    found = clash(booking(0, 1, 7, 0, 130), [booking(2, 1, 8, 0, 130), booking(3, 2, 7, 60, 190)], PLAN)
    assert found is not None
    assert found.session_id == 3


def test_the_next_free_time_lies_behind_what_is_in_the_way_and_on_the_step():
    others = [booking(2, 1, 8, 0, 131), booking(3, 1, 9, 200, 330)]
    free_at = next_free(booking(0, 1, 7, 30, 90), others, PLAN, UTC)
    assert free_at == NINE + timedelta(minutes=340)
    assert next_free(booking(0, 1, 7, 30, 50), others, PLAN, UTC) == NINE + timedelta(minutes=145)


def test_the_next_free_time_is_one_when_the_clinic_is_open_by_its_own_wall():
    evening = Booking(0, 1, 7, datetime(2026, 3, 28, 17, 0, tzinfo=UTC), datetime(2026, 3, 28, 19, 0, tzinfo=UTC))
    # the night between them is an hour shorter: eight in the morning is 06:00 UTC after it
    assert next_free(evening, [], PLAN, MADRID) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)


def test_opening_hours_are_the_walls_on_the_days_the_clock_changes():
    for day, opens_utc in (((3, 28), 7), ((3, 29), 6), ((10, 25), 7)):
        opens_at, closes_at = hours_of(datetime(2026, *day, 12, tzinfo=MADRID), PLAN)
        assert (opens_at.hour, (closes_at - opens_at).total_seconds() / 3600) == (opens_utc, 10)


def test_a_chair_that_is_never_free_says_so():
    taken = Booking(2, 1, 8, NINE, NINE + timedelta(days=40))
    assert next_free(booking(0, 1, 7, 0, 130), [taken], PLAN, UTC) is None


def test_gaps_are_what_no_visit_takes():
    spans = [(one.from_at, one.until_at) for one in (booking(1, 1, 1, 30, 60), booking(2, 1, 2, 50, 90))]
    free = gaps(spans, NINE, NINE + timedelta(minutes=120))
    assert [((a - NINE).seconds / 60, (b - NINE).seconds / 60) for a, b in free] == [(0, 30), (90, 120)]
    assert [one.stage for one in stretches(Visit(NINE, SessionState.SCHEDULED), PLAN, NINE)] == list(Stage)
