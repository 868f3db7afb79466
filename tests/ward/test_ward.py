"""Chairs, beds and sessions: each found in one step, each patient's numbers in one chair only."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.vitals import Reading, Vital
from monitor.errors import Conflict, NotFound
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.ward import Ward
from tests.recorder.house import POLICY

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_ward() -> Ward:
    return Ward(Chair(number, str(number), "AB"[number > 2], f"BED{number}", 10 - number) for number in (1, 2, 3))


def a_session(session_id: int, chair_id: int = 1, minutes: int = 0) -> LiveSession:
    label = PatientLabel(session_id, f"MRN{session_id}", "M.K.", "42")
    return LiveSession(session_id, label, chair_id, POLICY, Course(), T0 + timedelta(minutes=minutes), False)


def test_chairs_stand_by_their_place_and_stations_by_their_first_chair() -> None:
    ward = a_ward()
    assert [chair.id for chair in ward.in_order()] == [3, 2, 1]
    assert ward.stations() == ["B", "A"]
    assert [chair.id for chair in ward.of_station("A")] == [2, 1]
    with pytest.raises(NotFound):
        ward.of_station("Z")
    with pytest.raises(NotFound):
        ward.chair(9)


def test_a_chair_with_another_bed_forgets_what_the_old_monitor_showed() -> None:
    ward = a_ward()
    chair = ward.chair(1)
    chair.heard(1.0)
    chair.take([Reading(Vital.HR, 70, T0), Reading(Vital.NIBP_SYS, 120, T0)], None, 1.0, T0, "MON")
    chair.conditions |= {"clock_wrong"}
    ward.bind(1, "NEW")
    assert ward.by_bed("BED1") is None
    assert ward.by_bed("NEW") is chair
    assert (chair.latest, chair.cuff, chair.feed, chair.conditions, chair.clocks) == ({}, None, None, set(), {})
    assert all(trend.is_empty for trend in chair.trends.values())
    ward.bind(1, None)
    assert ward.by_bed("NEW") is None
    assert ward.by_bed("") is None
    assert ward.by_bed(None) is None


def test_a_bed_taken_over_is_not_lost_when_its_former_chair_is_bound_anew() -> None:
    ward = a_ward()
    ward.bind(2, "BED1")
    ward.bind(1, "OTHER")
    assert ward.by_bed("BED1") is ward.chair(2)


def test_a_session_waits_on_the_list_sits_in_its_chair_and_leaves_it_free() -> None:
    ward, live = a_ward(), a_session(7)
    ward.add(live)
    assert ward.session(7) is live
    assert ward.chair_of(7) is None
    assert ward.next_for(1) is live
    assert ward.seat(live) is ward.chair(1)
    assert ward.session(7) is live
    assert ward.next_for(1) is None
    assert dict(ward.sessions()) == {7: live}
    ward.release(7)
    assert ward.chair(1).session is None
    with pytest.raises(NotFound):
        ward.session(7)
    ward.release(7)  # twice is no fault


def test_a_second_session_is_never_put_into_a_taken_chair_nor_found_under_the_firsts_name() -> None:
    ward, first, second = a_ward(), a_session(1), a_session(2)
    ward.seat(first)
    ward.add(second)
    with pytest.raises(Conflict):
        ward.seat(second)
    assert ward.session(1) is first
    assert ward.session(2) is second
    ward.release(2)
    assert ward.chair(1).session is first
    ward.seat(first)  # where it sits already


def test_who_is_booked_next_is_the_earliest() -> None:
    ward = a_ward()
    for session_id, minutes in ((1, 60), (2, 30), (3, 90)):
        ward.add(a_session(session_id, minutes=minutes))
    booked = ward.next_for(1)
    assert booked is not None
    assert booked.id == 2
    assert ward.next_for(2) is None
