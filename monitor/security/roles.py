"""Who may do what. Law: one table, action x role; whatever is not in it is refused.

People act, and a token may act in the role it was given; a signature (signing and overriding a discharge) is always
a person's own, whoever carries the request.
"""

from enum import StrEnum
from typing import Protocol

from monitor.errors import NotAllowed


class Role(StrEnum):
    """What a person or a token is in this clinic; the value is the word stored and sent."""

    NURSE = "nurse"
    CHARGE_NURSE = "charge_nurse"
    PHYSICIAN = "physician"
    DISCHARGE_STAFF = "discharge_staff"
    PHARMACIST = "pharmacist"
    ADMINISTRATOR = "administrator"
    STATION_DISPLAY = "station_display"
    INTEGRATION = "integration"
    BREAK_GLASS = "break_glass"  # for an hour, whoever it is; nobody is given it


class Action(StrEnum):
    """Something a route, a socket event or a session event asks for."""

    VIEW_BOARD = "view_board"
    VIEW_CHAIRS = "view_chairs"
    VIEW_SESSION = "view_session"
    VIEW_PATIENTS = "view_patients"
    EDIT_PATIENTS = "edit_patients"
    MERGE_PATIENTS = "merge_patients"
    EDIT_SESSIONS = "edit_sessions"
    MOVE_SESSION = "move_session"
    EDIT_SERIES = "edit_series"
    ACT_SESSION = "act_session"
    CHART = "chart"
    ORDER = "order"
    ADOPT_ORDER = "adopt_order"
    SECOND_CHECK = "second_check"
    CLEAR = "clear"
    CONSULT = "consult"
    ACKNOWLEDGE = "acknowledge"
    MARK = "mark"
    SIGN_DISCHARGE = "sign_discharge"
    OVERRIDE_DISCHARGE = "override_discharge"
    EXPORT = "export"
    WRITE_LETTER = "write_letter"
    BIND_CHAIR = "bind_chair"
    ASSIGN_CHAIR = "assign_chair"
    VIEW_UNASSIGNED = "view_unassigned"
    VIEW_QUARANTINE = "view_quarantine"
    ASSIGN_READINGS = "assign_readings"
    REPLAY_QUARANTINE = "replay_quarantine"
    VIEW_OUTBOX = "view_outbox"
    MANAGE_OUTBOX = "manage_outbox"
    VIEW_ANALYTICS = "view_analytics"
    VIEW_AUDIT = "view_audit"
    VIEW_PEOPLE = "view_people"
    MANAGE_PEOPLE = "manage_people"
    RECORD_TRAINING = "record_training"
    ENROL_DISPLAY = "enrol_display"
    OWN_SIGN_IN = "own_sign_in"
    REVIEW_BREAK_GLASS = "review_break_glass"
    REVIEW = "review"
    CO_SIGN = "co_sign"


NURSES = frozenset({Role.NURSE, Role.CHARGE_NURSE})  # who can be responsible for a chair
_BEDSIDE = NURSES | {Role.PHYSICIAN}
_CLINICAL = _BEDSIDE | {Role.DISCHARGE_STAFF, Role.PHARMACIST}
_OFFICE = frozenset({Role.ADMINISTRATOR, Role.INTEGRATION})
_GLASS = frozenset({Role.BREAK_GLASS})
GIVEN = frozenset(Role) - _GLASS  # what a person or a token can be made
MAY_BREAK_GLASS = frozenset(role.value for role in _CLINICAL | _GLASS)

MAY: dict[Action, frozenset[Role]] = {
    Action.VIEW_BOARD: frozenset(Role),
    Action.VIEW_CHAIRS: frozenset(Role) - {Role.STATION_DISPLAY},
    Action.VIEW_SESSION: _CLINICAL | {Role.INTEGRATION} | _GLASS,
    Action.VIEW_PATIENTS: _CLINICAL | _OFFICE | _GLASS,
    Action.EDIT_PATIENTS: _BEDSIDE | {Role.DISCHARGE_STAFF} | _OFFICE,
    Action.MERGE_PATIENTS: frozenset({Role.CHARGE_NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR}),
    Action.EDIT_SESSIONS: _BEDSIDE | {Role.DISCHARGE_STAFF} | _OFFICE,
    Action.EDIT_SERIES: _BEDSIDE,
    Action.MOVE_SESSION: _BEDSIDE | {Role.DISCHARGE_STAFF, Role.INTEGRATION},  # who sees the session as well
    Action.ACT_SESSION: _BEDSIDE,
    Action.CHART: _BEDSIDE | {Role.DISCHARGE_STAFF},
    Action.ORDER: frozenset({Role.PHYSICIAN}),
    Action.ADOPT_ORDER: _BEDSIDE,  # a nurse where the policy says so: recorder/series_orders.py
    Action.SECOND_CHECK: _BEDSIDE | {Role.PHARMACIST},
    Action.CLEAR: frozenset({Role.PHYSICIAN}),
    Action.CONSULT: frozenset({Role.PHYSICIAN}),
    Action.ACKNOWLEDGE: _BEDSIDE | _GLASS,
    Action.MARK: _BEDSIDE,
    Action.SIGN_DISCHARGE: _BEDSIDE | {Role.DISCHARGE_STAFF},
    Action.OVERRIDE_DISCHARGE: frozenset({Role.PHYSICIAN}),
    Action.EXPORT: _BEDSIDE | {Role.DISCHARGE_STAFF, Role.INTEGRATION},
    Action.WRITE_LETTER: frozenset({Role.PHYSICIAN}),
    Action.ASSIGN_CHAIR: NURSES,
    Action.BIND_CHAIR: _BEDSIDE | _OFFICE,
    Action.VIEW_UNASSIGNED: _BEDSIDE | _OFFICE,
    Action.VIEW_QUARANTINE: _BEDSIDE | _OFFICE,
    Action.ASSIGN_READINGS: _BEDSIDE,
    Action.REPLAY_QUARANTINE: _BEDSIDE | {Role.ADMINISTRATOR},
    Action.VIEW_OUTBOX: frozenset({Role.CHARGE_NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR}),
    Action.MANAGE_OUTBOX: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Action.VIEW_ANALYTICS: frozenset({Role.CHARGE_NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR}),
    Action.VIEW_AUDIT: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Action.VIEW_PEOPLE: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.RECORD_TRAINING: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Action.ENROL_DISPLAY: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Action.OWN_SIGN_IN: GIVEN - {Role.STATION_DISPLAY},  # one's password, PIN, second step
    Action.REVIEW: frozenset({Role.PHYSICIAN}),  # of a session that is over
    Action.CO_SIGN: frozenset({Role.PHYSICIAN}),
    Action.REVIEW_BREAK_GLASS: frozenset({Role.CHARGE_NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR}),
}

# What a session event needs beyond acting on sessions at all; every other event needs ACT_SESSION.
EVENT_ACTIONS: dict[str, Action] = {
    "reschedule": Action.MOVE_SESSION,
    "record_order": Action.ORDER,
    "adopt_order": Action.ADOPT_ORDER,
    "change_order": Action.ORDER,
    "physician_clearance": Action.CLEAR,
    "override_stop": Action.CLEAR,
    "acknowledge_gate": Action.CLEAR,
    "second_check": Action.SECOND_CHECK,
    "mark_artefact": Action.MARK,
    "mark_values": Action.MARK,
    "record_weight": Action.CHART,
    "note": Action.CHART,
    "symptom": Action.CHART,
    "record_adverse_event": Action.CHART,
    "resolve_adverse_event": Action.CHART,
    "correct_entry": Action.CHART,  # and what the corrected entry itself needs: recorder/correcting.py
    "addendum": Action.CHART,
    "discharge": Action.SIGN_DISCHARGE,
}


class Bearer(Protocol):
    """Whoever has a role: a person, a token, an actor."""

    @property
    def role(self) -> str:
        """One of the words of Role; an unknown word may do nothing."""


def may(bearer: Bearer, action: Action) -> bool:
    """Whether this role may do this."""
    return bearer.role in MAY[action]


def require(bearer: Bearer, action: Action) -> None:
    """Pass, or raise NotAllowed with the roles that may."""
    if not may(bearer, action):
        who = " or ".join(sorted(spoken(role) for role in MAY[action]))
        raise NotAllowed(f"This needs the role {who}; you are signed in as {spoken(bearer.role)}.")


def action_of_event(event: str) -> Action:
    """The action a session event needs."""
    return EVENT_ACTIONS.get(event, Action.ACT_SESSION)


def spoken(role: str) -> str:
    """A role in words for a sentence."""
    return str(role).replace("_", " ")
