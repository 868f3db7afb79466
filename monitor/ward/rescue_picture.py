"""What is suggested while alarms stand, for the open page. Law: the record's words go with the spoken ones."""

from monitor.clinical.alarms.rescue import StopRule, rescues_for, stops_for, wishes
from monitor.clinical.session import SessionState
from monitor.ward.entries import symptom_grades
from monitor.ward.live_session import LiveSession

Json = dict[str, object]


def rescue_picture(live: LiveSession) -> Json:
    """Checklists (`note`: what a ticked line is charted as), rules that suggest to hold and the patient's own word."""
    rules, grades = live.policy.stop_rules, symptom_grades(live.course.events)
    states, infusing = tuple(live.states.values()), live.course.state is SessionState.INFUSING
    return {
        "rescues": [
            {
                "id": one.id,
                "words": one.words,
                "since_at": _since(live, one.alarms),
                "lines": [
                    {"words": line.words, "drug": line.drug, "note": f"Checklist “{one.words}”: {line.words}"}
                    for line in one.lines
                ],
            }
            for one in rescues_for(live.policy.rescues, states)
        ],
        "stops": [_stop(one) for one in stops_for(rules, states, grades, infusing=infusing)],
        "wishes": [_stop(one) for one in wishes(rules, infusing=infusing)],
    }


def _stop(rule: StopRule) -> Json:
    return {"id": rule.id, "words": rule.words, "reason": rule.reason}


def _since(live: LiveSession, alarms: frozenset[str]) -> str | None:
    """When the oldest of these alarms that stands was raised: what was ticked before belongs to another one."""
    raised = [one.raised_at for one in live.shown() if one.rule_id in alarms]
    return min(raised).isoformat() if raised else None
