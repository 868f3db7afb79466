"""The session table: total, true to its laws, guarded."""

import pytest

from monitor.clinical.session import (
    FINAL_STATES,
    TRANSITIONS,
    EventRefused,
    SessionEvent,
    SessionState,
    allowed_events,
    next_state,
)


def test_every_state_has_a_row_and_every_event_is_somewhere():
    assert set(TRANSITIONS) == set(SessionState)
    assert {event for row in TRANSITIONS.values() for event in row} == set(SessionEvent)


@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("event", SessionEvent)
def test_every_pair_moves_or_is_refused_with_a_sentence(state, event):
    if event in allowed_events(state):
        assert next_state(state, event) in SessionState
    else:
        with pytest.raises(EventRefused, match="possible now: "):
            next_state(state, event)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_final_state_takes_what_is_known_later_and_nothing_else(state):
    adverse = (SessionEvent.RECORD_ADVERSE_EVENT, SessionEvent.RESOLVE_ADVERSE_EVENT)
    drug_was_given = state is not SessionState.CANCELLED
    assert allowed_events(state) == (*(adverse if drug_was_given else ()), SessionEvent.ADDENDUM)
    assert next_state(state, SessionEvent.ADDENDUM) is state


def test_the_ordinary_course():
    state = SessionState.SCHEDULED
    course = ["check_in", "start", "change_rate", "hold", "resume", "end_infusion", "discharge"]
    passed = [state := next_state(state, SessionEvent(event)) for event in course]
    assert passed == ["preparing", "infusing", "infusing", "held", "infusing", "observing", "discharged"]


def test_monitoring_is_paused_in_every_state_but_the_final_ones():
    pausable = {state for state in SessionState if SessionEvent.PAUSE_MONITORING in TRANSITIONS[state]}
    assert pausable == set(SessionState) - FINAL_STATES
