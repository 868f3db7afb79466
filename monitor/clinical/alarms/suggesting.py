"""What the staff may think of when alarms stand. Law: suggestions only; nothing here acts, and no alarm waits for one.

Source: CLINICAL.md §2.6 "Suggested infusion actions (always suggest, never actuate)" [D].
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from monitor.clinical.alarms.table import AlarmKind, AlarmPriority, AlarmState
from monitor.clinical.vitals import ABP, NIBP, Vital


class Suggestion(StrEnum):
    """Something a person may do now."""

    NOTIFY_AND_REPEAT = "notify_and_repeat"
    CONSIDER_HOLD = "consider_hold"
    PAGE_PHYSICIAN = "page_physician"


SUGGESTION_WORDS: Mapping[Suggestion, str] = {
    Suggestion.NOTIFY_AND_REPEAT: "Look at the patient and measure again",
    Suggestion.CONSIDER_HOLD: "Consider pausing the infusion",
    Suggestion.PAGE_PHYSICIAN: "Call the physician",
}
_TOGETHER: Mapping[Vital, str] = {
    **dict.fromkeys((*NIBP, *ABP), "blood pressure"),
    **dict.fromkeys((Vital.HR, Vital.PR), "pulse"),
}


def suggestions(states: Iterable[AlarmState], *, infusing: bool) -> tuple[Suggestion, ...]:
    """One Medium: look and repeat; two of different parameters, or one High: consider a pause, call the physician."""
    present = [state for state in states if _is_the_patients(state)]
    high = any(state.priority is AlarmPriority.HIGH for state in present)
    medium = {_parameter(state) for state in present if state.priority is AlarmPriority.MEDIUM}
    if high or len(medium) > 1:
        hold = (Suggestion.CONSIDER_HOLD,) if infusing else ()
        return (*hold, Suggestion.PAGE_PHYSICIAN)
    return (Suggestion.NOTIFY_AND_REPEAT,) if medium else ()


def _is_the_patients(state: AlarmState) -> bool:
    """Whether the patient is the matter now: an alarm that is over counts until somebody has seen it."""
    return state.kind is AlarmKind.PHYSIOLOGICAL and state.stands


def _parameter(state: AlarmState) -> str:
    return state.rule_id if state.vital is None else _TOGETHER.get(state.vital, state.vital)
