"""Limits a person sets for one patient: refused outside the policy's bounds, then judged.

Law: a change counts from now on and for this session only (clinical/alarms/own_limits.py, changing_limits.py).
"""

from monitor.clinical.alarms.own_limits import check_change, read_wanted
from monitor.clinical.session import SessionEvent
from monitor.errors import Refused
from monitor.recorder.acts import SessionAct
from monitor.recorder.judging import Judging
from monitor.recorder.turn import Turn
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession


def check_limits(live: LiveSession, act: SessionAct, event: SessionEvent) -> None:
    """Raises Refused or NotAllowed when the session's policy does not allow these limits to this person."""
    if event is not SessionEvent.CHANGE_LIMITS:
        return
    if act.at is not None:
        raise Refused("A limit counts from now on; its change cannot be timed back.", ("at",))
    try:
        rule_id, wanted = read_wanted(act.details)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"This entry is not complete: {error}.", ("limits",)) from error
    physician = act.person.role == "physician"
    check_change(live.policy, live.course.own_limits, rule_id, wanted, physician=physician)


def limits_changed(judging: Judging, chair: Chair, live: LiveSession, turn: Turn, person_id: int | None) -> None:
    """Judge the rule's alarm by the limits the newest event has put in force."""
    event = live.course.events[-1]
    rule_id, wanted = read_wanted(event.details)
    cause = f"limit {'changed' if wanted is not None else 'taken back to the policy'} by {event.by}"
    judging.limits_changed(chair, live, live.judged_by.rules_by_id[rule_id], cause, turn, person_id)
