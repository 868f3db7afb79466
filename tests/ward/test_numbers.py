"""A number is fresh, old, missing or implausible by its age on our clock; what is too old is no number at all."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.dosing.orders import Ordered, OrderForm
from monitor.clinical.quality import SignalMemory, assess
from monitor.clinical.session import SessionEvent, SessionState
from monitor.clinical.vitals import Doubt, Quality, Reading, Vital
from monitor.ward.chairs import Chair
from monitor.ward.course import Course, InfusionOrder, Mark
from monitor.ward.due import due_list
from monitor.ward.entries import CourseEvent
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.numbers import numbers
from tests.recorder.house import POLICY

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDERED = Ordered(OrderForm.MG_PER_KG, 0.5, 40, 0.99)


def a_chair(*vitals: Vital, interval_s: float = 1.0, quality: Quality = Quality.ACCEPTED, count: int = 4) -> Chair:
    """A chair whose last message came at 1000 s by our clock."""
    chair = Chair(1, "1", "A", "BED1", 1)
    for number in range(count):
        ago_s = (count - 1 - number) * interval_s
        at = T0 - timedelta(seconds=ago_s)
        chair.take([Reading(vital, 90.0, at, quality=quality) for vital in vitals], None, 1000.0 - ago_s, at, "MON")
    return chair


@pytest.mark.parametrize(
    ("interval_s", "age_s", "state"),
    [(1, 0, "fresh"), (1, 10, "fresh"), (1, 10.1, "old"), (1, 30, "old"), (1, 30.1, "missing"),
     (6, 18, "fresh"), (6, 18.1, "old"), (60, 180, "fresh"), (60, 180.1, "missing")],
)  # fmt: skip
def test_a_continuous_number_ages_by_its_interval(interval_s: float, age_s: float, state: str) -> None:
    number = numbers(a_chair(Vital.HR, interval_s=interval_s), POLICY, 1000.0 + age_s)["hr"]
    assert number["state"] == state
    assert number["value"] == (None if state == "missing" else 90.0)
    assert number["age_s"] == age_s


def test_a_number_that_was_held_up_on_its_way_is_as_old_as_it_is() -> None:
    chair = a_chair(Vital.HR)
    at = T0 + timedelta(seconds=1)
    chair.take([Reading(Vital.HR, 77.0, at)], None, 1010.6, at + timedelta(seconds=9.6), "MON")
    number, later = (numbers(chair, POLICY, mono_s)["hr"] for mono_s in (1010.6, 1011.1))
    assert (number["value"], number["age_s"], number["state"]) == (77.0, 9.6, "fresh")
    assert (later["age_s"], later["state"]) == (10.1, "old")

    chair.take([Reading(Vital.HR, 78.0, T0 + timedelta(seconds=12))], None, 1012.0, T0 + timedelta(seconds=12), "MON")
    assert (numbers(chair, POLICY, 1012.0)["hr"]["age_s"], chair.latest[Vital.HR].late_s) == (0, 0)


def test_what_never_came_is_no_number() -> None:
    number = numbers(a_chair(Vital.HR), POLICY, 1000.0)["spo2"]
    assert (number["state"], number["value"], number["age_s"]) == ("none", None, None)


def test_an_implausible_number_is_shown_as_one_and_not_for_ever() -> None:
    chair = a_chair(Vital.HR, quality=Quality.IMPLAUSIBLE)
    assert numbers(chair, POLICY, 1005.0)["hr"]["state"] == "implausible"
    assert numbers(chair, POLICY, 1031.0)["hr"]["state"] == "missing"


def test_a_pressure_keeps_its_value_and_says_that_it_is_old() -> None:
    chair = a_chair(Vital.NIBP_SYS, Vital.NIBP_DIA, count=1)
    edge_s = POLICY.freshness.episodic_s
    fresh, old = (numbers(chair, POLICY, 1000.0 + age_s)["bp"] for age_s in (edge_s, edge_s + 0.1))
    assert (fresh["state"], old["state"]) == ("fresh", "old")
    assert old["value"] == 90.0


def test_a_pressure_measured_minutes_before_it_was_sent_is_minutes_old() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    cuff = [
        Reading(Vital.NIBP_SYS, 120, T0 - timedelta(minutes=4)),
        Reading(Vital.NIBP_DIA, 80, T0 - timedelta(minutes=4)),
    ]
    chair.take(cuff, None, 1000.0, T0, "MON")
    assert numbers(chair, POLICY, 1000.0)["bp"]["age_s"] == 240


def test_parts_of_two_measurements_never_stand_together() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    chair.take([Reading(Vital.NIBP_SYS, 180, T0), Reading(Vital.NIBP_DIA, 110, T0)], None, 1000.0, T0, "MON")
    later = T0 + timedelta(minutes=5)
    chair.take([Reading(Vital.NIBP_SYS, 120, later)], None, 1300.0, later, "MON")
    assert chair.cuff is not None
    assert (chair.cuff.systolic, chair.cuff.diastolic) == (120, None)
    chair.take([Reading(Vital.NIBP_DIA, 80, later)], None, 1301.0, later, "MON")
    assert (chair.cuff.systolic, chair.cuff.diastolic) == (120, 80)


def infusing(chair: Chair, minutes_ago: float = 0.0) -> LiveSession:
    course = Course(state=SessionState.PREPARING)
    course.add(
        CourseEvent(1, SessionEvent.START, SessionState.PREPARING, SessionState.INFUSING,
                    T0 - timedelta(minutes=minutes_ago), "N", None, {"rate_ml_per_h": 50.0}, "r1")
    )  # fmt: skip
    live = LiveSession(1, PatientLabel(1, "M", "M.K.", "42"), 1, POLICY, course, T0, False)
    chair.session = live
    return live


def test_the_next_pressure_is_due_from_the_start_and_negative_when_overdue() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    close_s = POLICY.bp_schedule.close_every_s
    assert next((due.words, due.due_s) for due in due_list(infusing(chair), chair, T0)) == ("BP", close_s)
    assert due_list(infusing(chair, minutes_ago=10), chair, T0)[0].due_s == close_s - 600


@pytest.mark.parametrize(
    ("minutes_ago", "words", "due_s"),
    [(10, "End of infusion", 1800), (40, "Ordered dose given: end the infusion", 0),
     (50, "Ordered dose given: end the infusion", -600)],
)  # fmt: skip
def test_the_end_of_the_ordered_dose_is_due_and_overdue(minutes_ago: float, words: str, due_s: float) -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    live = infusing(chair, minutes_ago)
    live.course.weight_kg = 66.0
    live.course.order = InfusionOrder(ORDERED, Mark("P", T0))  # 33 mg; 50 mL/h give 49.5 mg/h: 40 minutes
    due = {one.words: one.due_s for one in due_list(live, chair, T0)}
    assert due[words] == pytest.approx(due_s, abs=0.01)


def test_limits_and_the_worst_alarm_stand_beside_the_number() -> None:
    chair = a_chair(Vital.SPO2)
    infusing(chair)
    number = numbers(chair, POLICY, 1000.0)["spo2"]
    assert number["low"] == 92
    assert number["priority"] is None


def test_a_questionable_number_is_shown_with_its_evidence_until_it_is_old() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    doubted = Reading(Vital.SPO2, 80, T0, quality=Quality.QUESTIONABLE, doubts=(Doubt.STEP, Doubt.PULSE))
    chair.take([doubted], None, 1000.0, T0, "MON")
    number = numbers(chair, POLICY, 1005.0)["spo2"]
    assert (number["state"], number["value"], number["doubts"]) == ("questionable", 80, ["step", "pulse"])
    number = numbers(chair, POLICY, 1061.0)["spo2"]
    assert (number["state"], number["value"], number["doubts"]) == ("missing", None, [])
    later = T0 + timedelta(seconds=1)
    chair.take([Reading(Vital.SPO2, 96, later)], None, 1001.0, later, "MON")
    number = numbers(chair, POLICY, 1001.0)["spo2"]
    assert (number["state"], number["doubts"]) == ("fresh", [])


def test_a_pressure_is_as_doubtful_as_the_worst_of_its_parts() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    parts = [Reading(Vital.NIBP_SYS, 120, T0, quality=Quality.QUESTIONABLE), Reading(Vital.NIBP_DIA, 80, T0)]
    chair.take(parts, None, 1000.0, T0, "MON")
    assert numbers(chair, POLICY, 1000.0)["bp"]["state"] == "questionable"
    later = T0 + timedelta(minutes=5)
    parts = [
        Reading(Vital.NIBP_SYS, 120, later, quality=Quality.QUESTIONABLE),
        Reading(Vital.NIBP_DIA, 10, later, quality=Quality.IMPLAUSIBLE),
    ]
    chair.take(parts, None, 1300.0, later, "MON")
    assert numbers(chair, POLICY, 1300.0)["bp"]["state"] == "implausible"


def test_since_when_a_vital_is_questionable_is_known_until_a_value_is_believed() -> None:
    chair = Chair(1, "1", "A", "BED1", 1)
    for second, quality in enumerate((Quality.ACCEPTED, Quality.QUESTIONABLE, Quality.QUESTIONABLE)):
        at = T0 + timedelta(seconds=second)
        chair.take([Reading(Vital.SPO2, 90, at, quality=quality)], None, 1000.0 + second, at, "MON")
    assert chair.latest[Vital.SPO2].questionable_since_mono_s == 1001
    at = T0 + timedelta(seconds=3)
    chair.take([Reading(Vital.SPO2, 90, at)], None, 1003.0, at, "MON")
    assert chair.latest[Vital.SPO2].questionable_since_mono_s is None
    assert len(chair.trends[Vital.SPO2].points(at.timestamp())) == 1, "what is doubted is drawn as well"


def test_another_monitor_begins_with_an_empty_memory() -> None:
    chair = a_chair(Vital.SPO2)
    _, chair.signal = assess(POLICY.quality, chair.signal, [Reading(Vital.SPO2, 97, T0)])
    chair.forget_feed()
    assert chair.signal == SignalMemory()
