"""The course of an infusion session: one table.

Laws
1. Everything that moves a session stands in TRANSITIONS; an event that is not there for a state is refused.
2. The table is total over the states: every state has a row, the final ones only what becomes known later.
3. Only persons move a session; nothing here is caused by a reading, an alarm or the passing of time.
4. `discharge` is reached only by signing: criteria met and signed, or a physician's override with a reason.
5. Events that map a state to itself record something and move nothing (an entry, a pause, a note).
6. A guard never moves anything either: what a start still needs is answered by preparation/start_gate.py alone.

Source: DESIGN.md "The session". Who may do what: monitor/security/roles.py, one table for the whole house.
"""

from collections.abc import Mapping
from enum import StrEnum

from monitor.errors import Refused


class SessionState(StrEnum):
    """Where a session stands."""

    SCHEDULED = "scheduled"  # on the list; the order may be missing
    PREPARING = "preparing"  # screening, consent, baseline, physician clearance, second check
    INFUSING = "infusing"  # drug running at a known rate
    HELD = "held"  # stopped for a reason: reaction, alarm, line, patient's wish
    OBSERVING = "observing"  # infusion over, watching; criteria evaluated live
    DISCHARGED = "discharged"
    LEFT = "left"  # left against advice
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


class SessionEvent(StrEnum):
    """What a person does to a session."""

    CHECK_IN = "check_in"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    START = "start"
    CHANGE_RATE = "change_rate"
    GIVE_BOLUS = "give_bolus"
    HOLD = "hold"
    RESUME = "resume"
    END_INFUSION = "end_infusion"
    RECORD_WASTE = "record_waste"
    DISCHARGE = "discharge"
    LEAVE_AGAINST_ADVICE = "leave_against_advice"
    TRANSFER = "transfer"
    PAUSE_MONITORING = "pause_monitoring"
    RESUME_MONITORING = "resume_monitoring"
    PAUSE_AUDIO = "pause_audio"
    RESUME_AUDIO = "resume_audio"
    END_MONITORING = "end_monitoring"
    RECORD_ORDER = "record_order"
    ADOPT_ORDER = "adopt_order"
    CHANGE_ORDER = "change_order"
    RECORD_WEIGHT = "record_weight"
    CONFIRM_CONSENT = "confirm_consent"
    SECOND_CHECK = "second_check"
    PHYSICIAN_CLEARANCE = "physician_clearance"
    CAPTURE_BASELINE = "capture_baseline"
    CHANGE_LIMITS = "change_limits"
    RECORD_SCREENING = "record_screening"
    OVERRIDE_STOP = "override_stop"
    RECORD_PREPARATION = "record_preparation"
    ACKNOWLEDGE_GATE = "acknowledge_gate"
    GIVE_MEDICATION = "give_medication"
    MARK_ARTEFACT = "mark_artefact"
    MARK_VALUES = "mark_values"
    CONFIRM_PATIENT = "confirm_patient"
    CORRECT_ENTRY = "correct_entry"
    NOTE = "note"
    SYMPTOM = "symptom"
    RECORD_ADVERSE_EVENT = "record_adverse_event"
    RESOLVE_ADVERSE_EVENT = "resolve_adverse_event"
    ADDENDUM = "addendum"


_S, _E = SessionState, SessionEvent

FINAL_STATES = frozenset({_S.DISCHARGED, _S.LEFT, _S.TRANSFERRED, _S.CANCELLED})
LIVE_STATES = frozenset({_S.PREPARING, _S.INFUSING, _S.HELD, _S.OBSERVING})  # vitals are judged
DRUG_STATES = LIVE_STATES - {_S.PREPARING}  # drug runs or has run, and the patient is still here


def _stays(state: SessionState, *events: SessionEvent) -> dict[SessionEvent, SessionState]:
    return dict.fromkeys(events, state)


_ALWAYS = (  # in every state but the final ones
    _E.NOTE,
    _E.SYMPTOM,
    _E.CORRECT_ENTRY,
    _E.PAUSE_MONITORING,
    _E.RESUME_MONITORING,
)
_JUDGED = (_E.PAUSE_AUDIO, _E.RESUME_AUDIO, _E.CHANGE_LIMITS)  # while vitals are judged
_ENTRIES = (
    _E.RECORD_ORDER,
    _E.ADOPT_ORDER,
    _E.RECORD_WEIGHT,
    _E.CONFIRM_CONSENT,
    _E.SECOND_CHECK,
    _E.PHYSICIAN_CLEARANCE,
    _E.CAPTURE_BASELINE,
    _E.RECORD_SCREENING,
    _E.OVERRIDE_STOP,
    _E.RECORD_PREPARATION,
    _E.ACKNOWLEDGE_GATE,
)
_BESIDE = (  # while vitals are judged
    _E.GIVE_MEDICATION,
    _E.MARK_ARTEFACT,
    _E.MARK_VALUES,
    _E.CONFIRM_PATIENT,
    _E.RECORD_ADVERSE_EVENT,
    _E.RESOLVE_ADVERSE_EVENT,
)
_RUNNING = (_E.RECORD_WASTE, _E.CHANGE_ORDER)  # from the start to the end of the infusion
_LATER = (_E.RECORD_ADVERSE_EVENT, _E.RESOLVE_ADVERSE_EVENT, _E.ADDENDUM)  # once drug was given, known afterwards

TRANSITIONS: Mapping[SessionState, Mapping[SessionEvent, SessionState]] = {
    _S.SCHEDULED: {
        _E.CHECK_IN: _S.PREPARING,
        _E.CANCEL: _S.CANCELLED,
        **_stays(_S.SCHEDULED, *_ALWAYS, _E.RECORD_ORDER, _E.RESCHEDULE),
    },
    _S.PREPARING: {
        _E.START: _S.INFUSING,
        _E.CANCEL: _S.CANCELLED,
        _E.TRANSFER: _S.TRANSFERRED,
        **_stays(_S.PREPARING, *_ALWAYS, *_JUDGED, *_BESIDE, *_ENTRIES),
    },
    _S.INFUSING: {
        _E.HOLD: _S.HELD,
        _E.END_INFUSION: _S.OBSERVING,
        _E.TRANSFER: _S.TRANSFERRED,
        **_stays(_S.INFUSING, *_ALWAYS, *_JUDGED, *_BESIDE, _E.CHANGE_RATE, _E.GIVE_BOLUS, *_RUNNING),
    },
    _S.HELD: {
        _E.RESUME: _S.INFUSING,
        _E.END_INFUSION: _S.OBSERVING,
        _E.TRANSFER: _S.TRANSFERRED,
        **_stays(_S.HELD, *_ALWAYS, *_JUDGED, *_BESIDE, *_RUNNING),
    },
    _S.OBSERVING: {
        _E.DISCHARGE: _S.DISCHARGED,
        _E.LEAVE_AGAINST_ADVICE: _S.LEFT,
        _E.TRANSFER: _S.TRANSFERRED,
        **_stays(_S.OBSERVING, *_ALWAYS, *_JUDGED, *_BESIDE, _E.END_MONITORING, _E.ACKNOWLEDGE_GATE, _E.RECORD_WASTE),
    },
    _S.DISCHARGED: _stays(_S.DISCHARGED, *_LATER),
    _S.LEFT: _stays(_S.LEFT, *_LATER),
    _S.TRANSFERRED: _stays(_S.TRANSFERRED, *_LATER),
    _S.CANCELLED: _stays(_S.CANCELLED, _E.ADDENDUM),
}


class EventRefused(Refused):
    """This event is not possible in this state."""

    code = "event_refused"


def next_state(state: SessionState, event: SessionEvent) -> SessionState:
    """The state after the event; raises EventRefused with a sentence when the table has no such move."""
    moved = TRANSITIONS[state].get(event)
    if moved is None:
        possible = ", ".join(word.replace("_", " ") for word in allowed_events(state))
        raise EventRefused(
            f"A session that is {state} cannot take “{event.replace('_', ' ')}”; possible now: {possible}."
        )
    return moved


def allowed_events(state: SessionState) -> tuple[SessionEvent, ...]:
    """The events the table has for this state, in the order of the enumeration."""
    row = TRANSITIONS[state]
    return tuple(event for event in SessionEvent if event in row)
