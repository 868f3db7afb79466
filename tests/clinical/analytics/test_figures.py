"""What a clinic's period says, and that nothing is said of nothing."""

from datetime import date, timedelta

import pytest

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.analytics.anonymised import COLUMNS, SessionRow, anonymised
from monitor.clinical.analytics.counted import CountedAlarms, CountedRange, CountedSession
from monitor.clinical.analytics.figures import Counted, clinic_figures
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.errors import Refused
from tests.clinical.bedside import START

DAY = date(2026, 3, 2)
HIGH, MEDIUM = AlarmPriority.HIGH, AlarmPriority.MEDIUM


def session(state: SessionState = SessionState.DISCHARGED, hours: float = 2.0, **more: bool) -> CountedSession:
    return CountedSession(1, 1, state, more.get("overridden", False), START, START + timedelta(hours=hours))


def rang(rule: str, priority: AlarmPriority, count: int, *within: int) -> CountedAlarms:
    return CountedAlarms(rule, "physiological", priority, count, within[-1], within)


def test_load_is_alarms_an_hour_of_sessions_that_are_over_and_shares_are_of_all_alarms_of_a_priority():
    weeks = [
        Counted(DAY, [session(), session(SessionState.INFUSING, 9)], [rang("spo2_low", HIGH, 4, 1, 2, 3)]),
        Counted(DAY + timedelta(days=7), [session(hours=3)], [rang("hr_high", MEDIUM, 1, 0, 0, 0)]),
    ]
    told = clinic_figures(weeks)
    high, medium, low = told.priorities
    assert (told.sessions, told.watched_h, high.per_hour) == (2, 5.0, 0.8)
    assert (high.shares, medium.shares, low.shares) == ((0.25, 0.5, 0.75), (0, 0, 0), (None, None, None))
    assert [(one.rule_id, one.count, one.share_of_all) for one in told.limits] == [
        ("spo2_low", 4, 0.8),
        ("hr_high", 1, 0.2),
    ]
    assert [week.priorities[0].per_hour for week in told.weeks] == [2.0, 0.0]


def test_how_sessions_ended_counts_each_once_and_overrides_among_the_discharged():
    states = [
        SessionState.DISCHARGED,
        SessionState.LEFT,
        SessionState.CANCELLED,
        SessionState.HELD,
        SessionState.SCHEDULED,
    ]
    told = clinic_figures([Counted(DAY, [*map(session, states), session(overridden=True)], [])])
    ends = told.ends
    assert (ends.discharged, ends.overridden, ends.left, ends.cancelled, ends.running, ends.scheduled) == (
        2,
        1,
        1,
        1,
        1,
        1,
    )
    assert ends.total == 6


def test_an_empty_period_has_no_load_and_no_share():
    told = clinic_figures([Counted(DAY, [], [])])
    assert (told.sessions, told.limits, {one.per_hour for one in told.priorities}) == (0, (), {None})


def rows(*told: tuple[int, str, int, int]) -> list[SessionRow]:
    return [
        SessionRow(patient, ended, number, days, 2.1, (0, 2, 11), 4, False) for patient, ended, number, days in told
    ]


def written(found: list[SessionRow]) -> list[dict[str, str]]:
    keys = [f"{place:02}" for place in range(len(found))]
    return [dict(zip(COLUMNS, row, strict=True)) for row in anonymised(found, keys)]


def test_fewer_than_five_patients_are_no_export_however_many_sessions_they_had():
    with pytest.raises(Refused, match="Fewer than 5 patients"):
        written(rows(*((patient % 4, "discharged", 1, 0) for patient in range(20))))


def test_what_fewer_than_five_patients_share_is_left_out_the_finest_first():
    found = written(
        rows(
            *((patient, "discharged", 1, 0) for patient in range(6)),
            *((patient, "discharged", 2, 2 + patient) for patient in range(6)),
            *((0, "discharged", 7, 30) for _ in range(9)),
            (5, "left", 1, 0),
        )
    )
    assert {(one["infusion_number"], one["days_since_first"]) for one in found[:6]} == {("1", "0")}
    assert {(one["infusion_number"], one["days_since_first"]) for one in found[6:12]} == {("2", "")}
    assert len(found) == 12, "neither one patient's seventh infusions nor the only one who left"


def test_hours_and_counts_are_told_in_steps():
    one = written(rows(*((patient, "discharged", 1, 0) for patient in range(5))))[0]
    assert (one["watched_h"], one["alarms_high"], one["alarms_medium"], one["alarms_low"]) == (
        "2.0",
        "0",
        "1..2",
        ">10",
    )


def test_time_out_of_range_is_of_measured_time_and_says_of_how_many_sessions_it_is():
    one = CountedRange(1, Vital.SPO2, 0.0, 60.0, 3600.0)
    other = CountedRange(2, Vital.SPO2, 30.0, 0.0, 5400.0)
    weeks = [
        Counted(DAY, [session(), session()], [], [one, CountedRange(1, Vital.HR, 0.0, 0.0, 0.0)], 2),
        Counted(DAY + timedelta(days=7), [session()], [], [other], 1),
    ]
    told = clinic_figures(weeks)
    heart, saturation = told.ranges
    assert (saturation.sessions, saturation.above_s, saturation.below_s, saturation.share) == (2, 30.0, 60.0, 0.01)
    assert heart.share is None, "a share of nothing is none"
    assert told.reckoned == 3
