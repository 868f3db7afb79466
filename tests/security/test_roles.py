"""The one table of who may do what."""

from dataclasses import dataclass

import pytest

from monitor.clinical.session import SessionEvent
from monitor.errors import NotAllowed
from monitor.security.roles import EVENT_ACTIONS, MAY, Action, Role, action_of_event, may, require


@dataclass(frozen=True)
class Somebody:
    role: str


def test_every_action_has_its_row_in_the_table() -> None:
    assert set(MAY) == set(Action)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.VIEW_BOARD])
def test_a_wall_display_sees_the_board_and_nothing_else(action: Action) -> None:
    assert not may(Somebody(Role.STATION_DISPLAY), action)


@pytest.mark.parametrize("action", [Action.ORDER, Action.CLEAR, Action.OVERRIDE_DISCHARGE])
def test_only_a_physician_orders_clears_and_overrides(action: Action) -> None:
    assert MAY[action] == {Role.PHYSICIAN}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION, Role.STATION_DISPLAY])
def test_who_is_not_at_the_bedside_moves_no_session_and_signs_nothing(role: Role) -> None:
    for action in (
        Action.ACT_SESSION,
        Action.ORDER,
        Action.CLEAR,
        Action.ACKNOWLEDGE,
        Action.SIGN_DISCHARGE,
        Action.OVERRIDE_DISCHARGE,
    ):
        assert not may(Somebody(role), action)


def test_only_an_administrator_manages_people() -> None:
    assert MAY[Action.MANAGE_PEOPLE] == {Role.ADMINISTRATOR}


def test_a_role_nobody_knows_may_do_nothing() -> None:
    assert not any(may(Somebody("root"), action) for action in Action)


def test_a_refusal_says_which_roles_may() -> None:
    with pytest.raises(NotAllowed, match="needs the role physician; you are signed in as charge nurse"):
        require(Somebody(Role.CHARGE_NURSE), Action.ORDER)


def test_an_event_without_its_own_row_needs_the_right_to_act_on_sessions() -> None:
    assert action_of_event("start") is Action.ACT_SESSION
    assert action_of_event("record_order") is Action.ORDER
    assert "start" not in EVENT_ACTIONS


def test_every_event_of_the_course_names_who_may_do_it() -> None:
    bedside = {"nurse", "charge_nurse", "physician"}
    charting = bedside | {"discharge_staff"}
    expected = {
        **dict.fromkeys(SessionEvent, bedside),
        SessionEvent.RECORD_ORDER: {"physician"},  # a prescription
        SessionEvent.CHANGE_ORDER: {"physician"},
        SessionEvent.RESCHEDULE: charting | {"integration"},
        SessionEvent.PHYSICIAN_CLEARANCE: {"physician"},
        SessionEvent.OVERRIDE_STOP: {"physician"},
        SessionEvent.ACKNOWLEDGE_GATE: {"physician"},
        SessionEvent.SECOND_CHECK: bedside | {"pharmacist"},
        **dict.fromkeys(("discharge", "record_weight", "note", "symptom", "addendum", "correct_entry"), charting),
        **dict.fromkeys(("record_adverse_event", "resolve_adverse_event"), charting),
    }
    assert {event: MAY[action_of_event(event)] for event in SessionEvent} == expected
    assert set(EVENT_ACTIONS) <= set(SessionEvent)
