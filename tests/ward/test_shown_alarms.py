"""What people are shown of an alarm, for every order in which things can happen to it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.table import AlarmEvent, AlarmEventName, AlarmKind, AlarmPriority, AlarmStage
from monitor.clinical.vitals import Vital
from monitor.ward.course import Course
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.shown import Seen
from tests.recorder.house import POLICY

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME, STAGE, HIGH, MEDIUM = AlarmEventName, AlarmStage, AlarmPriority.HIGH, AlarmPriority.MEDIUM
SEEN = Seen("Nurse", T0, "88")


def a_session() -> LiveSession:
    return LiveSession(1, PatientLabel(1, "MRN42", "M.K.", "42"), 1, POLICY, Course(), T0, False)


def event(name: AlarmEventName, stage: AlarmStage, **changes: object) -> AlarmEvent:
    said: dict[str, object] = {
        "rule_id": "spo2_low", "alarm_id": "a1", "kind": AlarmKind.PHYSIOLOGICAL, "vital": Vital.SPO2, "at": T0,
        "priority": MEDIUM, "value": 91.0, "limit": 92.0, "words": "SpO₂ 91 < 92", "cause": "test",
        "acknowledged": False, "signal": True, **changes,
    }  # fmt: skip
    return AlarmEvent(event=name, stage=stage, **said)  # type: ignore[arg-type]


RAISED = event(NAME.RAISED, STAGE.ACTIVE)
ACKNOWLEDGED = event(NAME.ACKNOWLEDGED, STAGE.ACKNOWLEDGED, signal=False)
ENDED = event(NAME.ENDED, STAGE.NORMAL, at=T0 + timedelta(minutes=1), signal=False)
LATCHED = event(NAME.LATCHED, STAGE.LATCHED, at=T0 + timedelta(minutes=1), signal=False)


def shown(live: LiveSession, *events: AlarmEvent) -> LiveSession:
    for one in events:
        live.show(one, recorded=True)
    return live


def test_a_raised_alarm_stands_until_it_ends_and_is_then_a_message_until_seen() -> None:
    live = shown(a_session(), RAISED)
    assert [alarm.id for alarm in live.shown()] == ["a1"]
    shown(live, ENDED)
    assert live.shown() == []
    assert [alarm.id for alarm in live.messages()] == ["a1"]
    live.mark_seen("a1", SEEN)
    assert live.alarms == {}


def test_one_acknowledged_before_it_ended_leaves_no_message() -> None:
    live = shown(a_session(), RAISED, ACKNOWLEDGED)
    live.mark_seen("a1", SEEN)
    assert live.alarms["a1"].seen is SEEN
    assert shown(live, ENDED).alarms == {}


def test_a_latched_alarm_stands_until_a_person_has_seen_it() -> None:
    live = shown(a_session(), RAISED, LATCHED)
    assert [alarm.stage for alarm in live.shown()] == [STAGE.LATCHED]
    shown(live, event(NAME.ACKNOWLEDGED, STAGE.NORMAL, signal=False), ENDED)
    live.mark_seen("a1", SEEN)
    assert live.alarms == {}


def test_a_latched_alarm_that_returns_is_not_over_any_more() -> None:
    live = shown(a_session(), RAISED, LATCHED, event(NAME.RETURNED, STAGE.ACTIVE, priority=HIGH))
    alarm = live.shown()[0]
    assert (alarm.cleared_at, alarm.priority, alarm.seen) == (None, HIGH, None)


def test_what_becomes_worse_is_unseen_again_even_when_a_companion_speaks_for_it() -> None:
    for heard in (True, False):
        live = shown(a_session(), RAISED, ACKNOWLEDGED)
        live.mark_seen("a1", SEEN)
        shown(live, event(NAME.ESCALATED, STAGE.ACTIVE, priority=HIGH, words="SpO₂ 88 < 90", signal=heard))
        alarm = live.alarms["a1"]
        assert (alarm.seen, alarm.words, alarm.priority) == (None, "SpO₂ 88 < 90", HIGH)
        shown(live, ENDED)
        assert [one.id for one in live.messages()] == ["a1"]  # nobody has seen it as High


def test_what_becomes_milder_stays_seen() -> None:
    live = shown(a_session(), RAISED, ACKNOWLEDGED)
    live.mark_seen("a1", SEEN)
    shown(live, event(NAME.DEESCALATED, STAGE.ACKNOWLEDGED, signal=False))
    assert live.alarms["a1"].seen is SEEN


def test_a_technical_alarm_leaves_no_message() -> None:
    technical = {"kind": AlarmKind.TECHNICAL, "rule_id": "feed_silent"}
    live = shown(a_session(), event(NAME.RAISED, STAGE.ACTIVE, **technical))
    assert len(live.shown()) == 1
    assert shown(live, event(NAME.ENDED, STAGE.NORMAL, **technical)).alarms == {}


def test_the_end_of_an_alarm_nobody_was_shown_shows_nothing() -> None:
    assert shown(a_session(), ENDED).alarms == {}


def test_the_worst_stands_first_then_the_unseen_then_the_newest() -> None:
    live = a_session()
    for number, (priority, stage) in enumerate(
        [(MEDIUM, STAGE.ACTIVE), (HIGH, STAGE.ACKNOWLEDGED), (HIGH, STAGE.ACTIVE), (HIGH, STAGE.ACTIVE)]
    ):
        at = T0 + timedelta(seconds=number)
        shown(live, event(NAME.RAISED, stage, alarm_id=f"a{number}", rule_id=f"r{number}", priority=priority, at=at))
    assert [alarm.id for alarm in live.shown()] == ["a3", "a2", "a1", "a0"]


def test_a_newer_alarm_of_the_equipment_does_not_hide_the_patient_s_of_the_same_priority() -> None:
    later = T0 + timedelta(seconds=9)
    live = shown(
        a_session(),
        event(NAME.RAISED, STAGE.ACTIVE, priority=HIGH),
        event(NAME.RAISED, STAGE.ACTIVE, alarm_id="a2", rule_id="no_sounding_station", priority=HIGH, at=later,
              kind=AlarmKind.TECHNICAL, vital=None),
    )  # fmt: skip
    assert [alarm.id for alarm in live.shown()] == ["a1", "a2"]


EVENTS = st.sampled_from(
    [
        RAISED,
        event(NAME.ESCALATED, STAGE.ACTIVE, priority=HIGH),
        event(NAME.ESCALATED, STAGE.ACTIVE, priority=HIGH, signal=False),
        event(NAME.DEESCALATED, STAGE.ACTIVE, signal=False),
        event(NAME.DEESCALATED, STAGE.ACKNOWLEDGED, signal=False),
        ACKNOWLEDGED,
        LATCHED,
        event(NAME.RETURNED, STAGE.ACTIVE),
        event(NAME.RESOUNDED, STAGE.ACTIVE),
        ENDED,
        "seen",
    ]
)


@given(st.lists(EVENTS, max_size=12))
def test_in_no_order_does_an_active_alarm_vanish_or_look_seen(happened: list[AlarmEvent | str]) -> None:
    live, stage = a_session(), None
    for one in happened:
        if isinstance(one, str):
            live.mark_seen("a1", SEEN)
            continue
        if "a1" not in live.alarms and one.event is not NAME.RAISED:
            continue
        live.show(one, recorded=True)
        stage = one.stage
        if stage in (STAGE.ACTIVE, STAGE.LATCHED):
            assert [alarm.id for alarm in live.shown()] == ["a1"]
        if stage is STAGE.ACTIVE:
            assert live.alarms["a1"].seen is None
            assert live.alarms["a1"].cleared_at is None
