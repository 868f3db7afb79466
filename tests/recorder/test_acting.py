"""Acts of people on sessions: who may, from which state, at which version, at what time, and what is stored of them."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.clinical.session import SessionEvent, SessionState
from monitor.clinical.vitals import Vital
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound, Refused
from monitor.recorder.acts import Actor, Assess
from monitor.recorder.jobs import Job
from monitor.security.roles import MAY, Role, action_of_event
from monitor.store.queries.sessions import session_events
from monitor.ward.course import Course
from monitor.ward.restore import course_event
from tests.prepared import PREPARED
from tests.recorder.house import BASELINE, START_AT, HandClock, House, open_house

DETAILS: dict[str, dict[str, object]] = {
    "record_weight": {"weight_kg": 70.0},
    "record_order": {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0},
    "capture_baseline": {"values": BASELINE},
    "start": {"rate_ml_per_h": 52.5},
    "change_rate": {"rate_ml_per_h": 40.0},
    "resume": {"rate_ml_per_h": 40.0},
    "give_bolus": {"dose_mg": 5.0},
    "record_waste": {"waste_mg": 5.0},
    "note": {"text": "calm"},
    "symptom": {"symptom": "nausea", "grade": 1},
    "change_limits": {"rule": "spo2_low", "limits": {"medium": 91}},
}
ALDRETE = dict.fromkeys(("activity", "respiration", "circulation", "consciousness", "oxygen_saturation"), 2)
ENTERED = [event for event in SessionEvent if event not in (SessionEvent.DISCHARGE, SessionEvent.ADDENDUM)]


def stored_course(house: House, session_id: int) -> Course:
    course = Course()
    for event in house.store.read(session_events, session_id):
        course.add(course_event(event))
    return course


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("event", ["start", "hold", "record_order", "second_check", "note"])
def test_the_table_of_roles_decides_who_may(house: House, role: Role, event: str) -> None:
    session_id = house.infusing() if event == "hold" else house.prepared()
    somebody = Actor(house.second_nurse.person_id, "Somebody", role.value)
    if role in MAY[action_of_event(event)]:
        house.act(session_id, event, by=somebody, reason="as asked", **DETAILS.get(event, {}))
    else:
        with pytest.raises(NotAllowed):
            house.act(session_id, event, by=somebody, reason="as asked", **DETAILS.get(event, {}))


def test_the_same_request_twice_has_one_effect_even_at_once_and_after_the_session_is_over(house: House) -> None:
    session_id = house.infusing()
    act = house.as_act(session_id, "give_bolus", dose_mg=5.0, request_id="bolus-1")
    done: list[object] = []
    threads = [threading.Thread(target=lambda: done.append(house.desk.act(act))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 5
    assert len(set(map(repr, done))) == 1
    assert len(house.live(session_id).course.boluses) == 1
    away = house.as_act(session_id, "transfer", reason="to the ward", request_id="away-1")
    first = house.desk.act(away)
    assert house.desk.act(away) == first
    with pytest.raises(NotFound):
        house.desk.act(replace(away, request_id="another-id"))


def test_a_request_id_of_another_act_is_a_conflict(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "note", text="one", request_id="same")
    with pytest.raises(Conflict):
        house.act(session_id, "hold", reason="x", request_id="same")


def test_whoever_did_not_see_the_newest_is_told_what_it_is(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Conflict) as refused:
        house.act(session_id, "hold", reason="nausea", version=1)
    current = refused.value.current
    assert (current["version"], current["state"]) == (house.live(session_id).course.version, "infusing")


@pytest.mark.parametrize("event", ["hold", "transfer", "pause_monitoring"])
@pytest.mark.parametrize("reason", [None, "", "   "])
def test_what_needs_a_reason_is_refused_without(house: House, event: str, reason: str | None) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused) as refused:
        house.act(session_id, event, reason=reason)
    assert refused.value.missing == ("reason",)


def test_the_start_names_what_is_still_missing(house: House) -> None:
    session_id = house.plan()
    house.act(session_id, "check_in")
    with pytest.raises(Refused) as refused:
        house.act(session_id, "start", rate_ml_per_h=52.5)
    assert set(refused.value.missing) == {
        "order",
        "consent",
        "second_check",
        "physician_clearance",
        "baseline",
        "weight",
        "screening",
        *PREPARED,
        "vital_gate",
    }


@pytest.mark.parametrize(
    ("event", "details", "missing"),
    [
        ("record_weight", {"weight_kg": 70.0}, set()),  # the same weight again
        ("record_weight", {"weight_kg": 48.0}, {"second_check", "physician_clearance"}),
        ("record_order", DETAILS["record_order"], {"second_check", "physician_clearance"}),
    ],
)
def test_another_dose_must_be_checked_and_cleared_again(
    house: House, event: str, details: dict[str, object], missing: set[str]
) -> None:
    session_id = house.prepared()
    house.act(session_id, event, by=house.physician, **details)
    if not missing:
        house.act(session_id, "start", rate_ml_per_h=52.5)
        return
    with pytest.raises(Refused) as refused:
        house.act(session_id, "start", rate_ml_per_h=52.5)
    assert set(refused.value.missing) == missing


def test_an_entry_may_be_timed_back_twelve_hours_and_never_ahead(house: House) -> None:
    session_id = house.infusing()
    now = house.clock.now()
    for wrong in (now - timedelta(hours=12, seconds=1), now + timedelta(seconds=121)):
        with pytest.raises(Refused) as refused:
            house.act(session_id, "note", text="x", at=wrong)
        assert refused.value.missing == ("at",)
    house.act(session_id, "note", text="x", at=now - timedelta(hours=12))
    house.act(session_id, "note", text="x", at=now + timedelta(seconds=119))  # a page whose clock runs ahead
    assert house.live(session_id).course.events[-1].at == now


def test_what_changes_the_rate_cannot_lie_before_the_last_change(house: House) -> None:
    session_id = house.infusing()
    house.wait(1200)
    house.act(session_id, "change_rate", rate_ml_per_h=40.0)
    for event, more in (
        ("hold", {"reason": "late entry"}),
        ("end_infusion", {}),
        ("change_rate", {"rate_ml_per_h": 1.0}),
    ):
        with pytest.raises(Refused) as refused:
            house.act(session_id, event, at=house.clock.now() - timedelta(minutes=5), **more)
        assert refused.value.missing == ("at",)
    house.wait(60)
    house.act(session_id, "hold", reason="late entry", at=house.clock.now() - timedelta(seconds=30))
    rates = house.live(session_id).course.rates
    assert [step.at for step in rates] == sorted(step.at for step in rates)


@pytest.mark.parametrize(
    ("event", "details"),
    [
        ("change_rate", {}),
        ("change_rate", {"rate_ml_per_h": "fast"}),
        ("change_rate", {"rate_ml_per_h": float("nan")}),
        ("give_bolus", {"dose_mg": True}),
    ],
)
def test_what_could_not_be_read_again_after_a_restart_is_never_stored(
    house: House, event: str, details: dict[str, object]
) -> None:
    session_id = house.infusing()
    version = house.live(session_id).course.version
    with pytest.raises(MonitorError):
        house.act(session_id, event, **details)
    assert house.live(session_id).course.version == version
    assert stored_course(house, session_id).version == version


def test_two_check_ins_on_one_chair_seat_one_patient(house: House) -> None:
    first, second = house.plan(), house.plan(in_h=4)
    acts = [house.as_act(one, "check_in") for one in (first, second)]
    acting = house.desk._acting
    jobs = [
        Job(
            partial(acting.prepare, act),
            partial(acting.settle, act),
            house.runtime.signal(),
        )
        for act in acts
    ]
    house.recorder._jobs.extend(jobs)  # both in one turn: neither sees the other when it is prepared
    house.recorder.tick([])
    assert all(job.done.wait(10) for job in jobs)
    assert [type(job.refusal) for job in jobs] == [type(None), Conflict]
    assert house.chair().session is not None
    assert house.chair().session.id == first
    assert house.live(second).course.state is SessionState.SCHEDULED


def test_a_chair_that_is_taken_refuses_the_next_check_in(house: House) -> None:
    house.prepared()
    second = house.plan(in_h=4)
    with pytest.raises(Conflict):
        house.act(second, "check_in")


def test_a_discharge_is_never_only_entered(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "end_infusion")
    with pytest.raises(Refused) as refused:
        house.act(session_id, "discharge")
    assert refused.value.missing == ("signature",)
    assert house.live(session_id).course.state is SessionState.OBSERVING


def test_monitoring_ends_only_once_the_stored_vitals_meet_the_criteria(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "end_infusion")
    house.wait(15 * 60)  # what was measured before the start is old by now
    with pytest.raises(Refused) as refused:
        house.act(session_id, "end_monitoring")
    assert set(refused.value.missing) == {"circulation", "breathing"}
    for minute in range(70):
        pressure = {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0} if minute % 5 == 0 else {}
        for _ in range(2):
            house.wait(30)
            house.vitals(hr=74, spo2=97, rr=14, **pressure)
    with pytest.raises(Refused) as refused:
        house.act(session_id, "end_monitoring")
    assert refused.value.missing == ("breathing",)  # nobody has said that the patient breathes room air
    house.desk.assess(Assess(session_id, "aldrete-1", "aldrete", ALDRETE, house.nurse))
    house.act(session_id, "end_monitoring")
    assert not house.live(session_id).is_watched


acts_of_a_day = st.lists(
    st.tuples(st.sampled_from(ENTERED), st.integers(0, 900), st.integers(0, 30)), min_size=1, max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=acts_of_a_day)
def test_what_is_live_is_the_fold_of_what_is_stored_whatever_people_did(
    house: House, day: list[tuple[SessionEvent, int, int]]
) -> None:
    for chair in house.ward:
        if chair.session is not None:
            house.act(chair.session.id, "transfer", reason="next")
    session_id = house.prepared()
    for event, pause_s, back_s in day:
        house.wait(pause_s + 0.0001234)
        try:
            house.act(
                session_id, event.value, by=house.physician, reason="property",
                at=house.clock.now() - timedelta(seconds=back_s), **DETAILS.get(event.value, {}),
            )  # fmt: skip
        except (Refused, Conflict, NotFound):
            continue
    live = house.ward.sessions().get(session_id)
    if live is not None:
        assert stored_course(house, session_id) == live.course
        rates = [step.at for step in live.course.rates]
        assert rates == sorted(rates)


def test_after_a_restart_the_course_is_the_same(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.infusing()
        house.wait(333)
        house.act(session_id, "hold", reason="nausea")
        before = house.live(session_id).course
    with open_house(folder) as house:
        assert house.live(session_id).course == before
        assert house.chair().session is house.live(session_id)
        assert before.events[0].at == START_AT


def test_after_a_restart_the_small_curves_go_on_where_they_were(folder: Path) -> None:
    with open_house(folder) as house:
        house.infusing()
        house.wait(20 * 60)
        for value in (97, 91, 96):
            house.wait(20)
            house.send(house.vitals(spo2=value))
        now_s = house.clock.now().timestamp()
        before = house.chair().trends[Vital.SPO2].points(now_s)
        passed_s = house.clock.passed_s
    clock = HandClock()
    clock.passed_s = passed_s
    with open_house(folder, clock=clock) as house:
        assert house.chair().trends[Vital.SPO2].points(now_s) == before
        assert [value for _, value in before if value] == [97, 91, 96]


def test_a_curve_without_gaps_has_none_after_a_restart(folder: Path) -> None:
    with open_house(folder) as house:
        house.infusing()
        house.wait(20 * 60)
        for n in range(60):
            house.wait(3)
            house.send(house.vitals(spo2=95 + n % 3))
        now_s, passed_s = house.clock.now().timestamp(), house.clock.passed_s
    clock = HandClock()
    clock.passed_s = passed_s
    with open_house(folder, clock=clock) as house:
        points = house.chair().trends[Vital.SPO2].points(now_s)
    assert [age for age, value in points if value is None] == []


def test_a_session_that_is_over_takes_addenda_and_nothing_else(house: House) -> None:
    session_id = house.infusing()
    away = house.as_act(session_id, "transfer", reason="to the ward")
    over = house.desk.act(away)
    later = replace(away, event="addendum", request_id="later", expected_version=over.version, details={"text": "well"})
    done = house.desk.act(later)
    assert (done.version, done.state) == (over.version + 1, "transferred")
    assert house.desk.act(later) == done
    with pytest.raises(Conflict):
        house.desk.act(replace(later, request_id="another"))
    with pytest.raises(NotFound):
        house.desk.act(replace(later, event="note", request_id="note", expected_version=done.version))
