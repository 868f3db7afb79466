"""What holds of every stream of values, silences, acts and seconds, whoever wrote the rules (Hypothesis)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.alarms.table import ALARM_MOVES, STANDING, AlarmCause, AlarmStage, next_stage
from monitor.clinical.session import TRANSITIONS, EventRefused, SessionEvent, SessionState, next_state
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import FeedPicture, Watched
from tests.clinical.bedside import BASELINE, START, Bedside

VALUES = {
    "hr": st.sampled_from([35, 48, 52, 76, 118, 122, 135]),
    "spo2": st.sampled_from([80, 86, 89, 91, 93, 97]),
    "rr": st.sampled_from([0, 7, 9, 14, 26, 32]),
    "etco2": st.sampled_from([0, 12, 27, 38, 52, 63]),
    "nibp_sys": st.sampled_from([85, 96, 125, 158, 165, 185, 205]),
    "nibp_dia": st.sampled_from([35, 45, 78, 102, 112, 124]),
}
MISSING = st.sampled_from([None, "off", ("!", 999)])
A_MESSAGE = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1, max_size=4).flatmap(
    lambda words: st.fixed_dictionaries({word: st.one_of(VALUES[word], MISSING) for word in words})
)
A_STEP = st.one_of(
    st.tuples(st.just("measure"), st.integers(1, 25), A_MESSAGE),
    st.tuples(st.just("tick"), st.integers(1, 60), st.none()),
    st.tuples(st.just("see"), st.integers(0, 3), st.none()),
    st.tuples(st.just("pause"), st.integers(0, 3), st.booleans()),
)
STREAM = st.lists(A_STEP, min_size=1, max_size=30)


def play(steps, bedside: Bedside | None = None, from_s: float = 0.0) -> Bedside:
    """Run a stream at a bedside; time goes on by each step's seconds."""
    bedside, t = bedside or Bedside(context=Watched(SessionState.INFUSING, BASELINE)), from_s
    for kind, seconds, more in steps:
        t += seconds
        if kind == "measure":
            bedside.measure(t, **more)
        elif kind == "see":
            for state in [one for one in bedside.states.values() if one.unacknowledged]:
                bedside.acknowledge(state.rule_id, t)
        elif kind == "pause" and more:
            bedside.pause_audio(t)
        elif kind == "pause":
            bedside.now(audio_paused=False)
        bedside.tick(t)
    return bedside


def story(bedside: Bedside, shift: timedelta = timedelta(0)):
    """Everything told, and where every rule stands, without the times of the run itself."""
    told = [
        (e.event, e.rule_id, e.alarm_id, e.priority, e.value, e.limit, e.words, e.cause, e.signal, e.at - shift)
        for e in bedside.events
    ]
    return told, {rule_id: (s.stage, s.priority, s.value) for rule_id, s in bedside.states.items()}


@settings(deadline=None, max_examples=60)
@given(STREAM, st.integers(1, 10_000))
def test_shifting_all_times_changes_nothing(steps, later):
    shifted, shift = Bedside(context=Watched(SessionState.INFUSING, BASELINE)), timedelta(seconds=later)
    play([("tick", later, None), *steps], shifted)
    shifted.events = [replace(event) for event in shifted.events if event.at >= START + shift]
    assert story(shifted, shift) == story(play(steps))


@settings(deadline=None, max_examples=60)
@given(STREAM)
def test_a_message_that_is_judged_again_at_once_changes_nothing(steps):
    twice = []
    for step in steps:
        twice.append(step)
        if step[0] == "measure" and all(not isinstance(value, tuple | str) for value in step[2].values()):
            twice.append(("measure", 0, step[2]))
    assert story(play(twice)) == story(play(steps))


@settings(deadline=None, max_examples=60)
@given(STREAM, st.integers(1, 60), st.sampled_from(sorted(VALUES)), MISSING)
def test_a_missing_value_neither_raises_nor_clears_what_the_patient_does(steps, seconds, word, missing):
    bedside = play(steps)
    bedside.tick(10_000)
    before = {rule_id: (s.stage, s.priority, s.alarm_id) for rule_id, s in bedside.states.items()}
    bedside.measure(10_000 + seconds, **{word: missing})
    for rule_id, (stage, priority, alarm_id) in before.items():
        now = bedside.states[rule_id]
        if bedside.policy.rules_by_id.get(rule_id) is not None:
            assert (now.stage, now.priority, now.alarm_id) == (stage, priority, alarm_id)
    raised = [rule_id for rule_id, s in bedside.states.items() if s.stands and rule_id not in before]
    assert all(rule_id not in bedside.policy.rules_by_id for rule_id in raised)


@settings(deadline=None, max_examples=60)
@given(STREAM, STREAM)
def test_an_acknowledgement_never_hides_a_later_or_a_worse_condition(before, after):
    bedside = play(before)
    t = 5_000.0
    for state in [one for one in bedside.states.values() if one.unacknowledged]:
        bedside.acknowledge(state.rule_id, t)
    seen = {s.alarm_id: s.priority.rank for s in bedside.states.values() if s.stage is AlarmStage.ACKNOWLEDGED}
    play([step for step in after if step[0] in ("measure", "tick")], bedside, t)
    for state in bedside.states.values():
        if state.stage is AlarmStage.ACKNOWLEDGED:
            assert state.priority.rank <= seen.get(state.alarm_id, 0)


@settings(deadline=None, max_examples=60)
@given(STREAM)
def test_no_alarm_leaves_active_without_an_event_that_says_why(steps):
    bedside = play(steps)
    ended = {event.alarm_id for event in bedside.events if event.event in ("ended", "latched", "acknowledged")}
    raised = {event.alarm_id for event in bedside.events if event.event == "raised"}
    standing = {state.alarm_id for state in bedside.states.values() if state.stands}
    assert raised - standing <= ended
    assert all(event.cause for event in bedside.events)


@settings(deadline=None, max_examples=60)
@given(STREAM)
def test_a_sound_pause_ends_by_itself(steps):
    bedside = play(steps)
    bedside.now(audio_paused=False)  # what the server says two minutes later, whoever paused and whatever happened
    bedside.tick(20_000)
    assert not any(state.silenced for state in bedside.states.values() if state.stands)


@settings(deadline=None, max_examples=40)
@given(STREAM, st.integers(61, 400))
def test_silence_ends_no_alarm_of_the_patient_and_becomes_one_of_its_own(steps, silent_s):
    bedside = play(steps)
    stood = {state.alarm_id for state in bedside.states.values() if state.stands}
    bedside.tick(30_000 + silent_s, FeedPicture(watching_since_mono_s=0, last_mono_s=30_000))
    standing = {state.alarm_id for state in bedside.states.values() if state.stands}
    assert {one for one in stood if one in standing} == stood
    assert bedside.states["feed_silent"].stands


@pytest.mark.parametrize("stage", AlarmStage)
@pytest.mark.parametrize("cause", AlarmCause)
def test_every_pair_of_the_alarm_table_is_walked(stage, cause):
    reached = next_stage(stage, cause)
    assert reached is ALARM_MOVES[stage][cause]
    if cause is AlarmCause.MISSING:
        assert reached is stage
    if cause is AlarmCause.HELD:
        assert reached is AlarmStage.ACTIVE
    if cause is AlarmCause.CLOSED:
        assert reached is AlarmStage.NORMAL
    if stage not in STANDING and cause is AlarmCause.ACKNOWLEDGED:
        assert reached is None


@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("event", SessionEvent)
def test_every_pair_of_the_session_table_is_walked(state, event):
    if event in TRANSITIONS[state]:
        assert next_state(state, event) is TRANSITIONS[state][event]
        return
    with pytest.raises(EventRefused) as refused:
        next_state(state, event)
    assert str(state) in refused.value.message
    assert str(event).replace("_", " ") in refused.value.message


def test_the_words_of_the_stream_are_vitals():
    assert all(Vital(word) for word in VALUES)
