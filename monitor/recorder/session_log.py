"""A session's log as pages, papers and programs are told it: everything of one session on one page, and every event.

Law: what was not measured, not given or not signed is said so (null, or an empty list), never left to be guessed; what
was signed is told as it was signed, not as it would be judged now. Plain JSON values, units in the names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.gate import evaluate
from monitor.clinical.log.answers import MARKS_S, Answered, AnswerTimes
from monitor.clinical.log.silences import Silence
from monitor.clinical.log.summary import Extreme, VitalSummary
from monitor.clinical.scores.scales import score_kinds
from monitor.clinical.vitals import KINDS
from monitor.clinical.words import NAMES
from monitor.recorder.log_facts import LogFacts, Policies, log_facts
from monitor.recorder.log_rows import log_rows
from monitor.store.queries.assessments import AssessmentRecord, SignatureRecord, assessments, signatures
from monitor.store.queries.patients import Patient, patient
from monitor.store.queries.series import series_place
from monitor.store.queries.sessions import SessionRecord, session
from monitor.ward.adverse_events import adverse_events, told_adverse_events
from monitor.ward.dose_picture import account

Json = dict[str, object]


def recorded_log(connection: Connection, session_id: int, policies: Policies, now: datetime) -> Json:
    """The log of one session as of now, or of its end; raises NotFound."""
    stored = session(connection, session_id)
    facts = log_facts(connection, session_id, policies, now)
    place = series_place(connection, session_id)
    scores = assessments(connection, session_id, replaced=True)
    return {
        "session": _head(stored.session, facts),
        "patient": _who(patient(connection, stored.session.patient_id)),
        "series": None if place is None else asdict(place),
        "vitals": [_vital(one, facts.summary.silences) for one in facts.summary.vitals],
        "silences": [_silence(one) for one in facts.summary.silences],
        "alarms": [_answered(one) for one in facts.summary.alarms],
        "answer_times": {
            priority.value: _times(one) for priority, one in facts.summary.answer_times.items()
        },
        "dose": account(facts.live, facts.until_at),
        "adverse_events": told_adverse_events(adverse_events(facts.live.course.events)),
        "scores": [_score(one) for one in scores],
        "discharge": _discharge(connection, facts),
        "events": log_rows(connection, facts),
    }  # fmt: skip


def _head(head: SessionRecord, facts: LogFacts) -> Json:
    course, live = facts.live.course, facts.live
    return {
        "id": head.id,
        "version": course.version,
        "state": course.state.value,
        "over": facts.over,
        "simulated": head.simulated,
        "chair_id": head.chair_id,
        "series_id": head.series_id,
        "scheduled_for": head.scheduled_for.isoformat(),
        "checked_in_at": _iso(course.checked_in_at),
        "started_at": _iso(course.started_at),
        "ended_at": _iso(course.ended_at),
        "from_at": facts.from_at.isoformat(),
        "until_at": facts.until_at.isoformat(),
        "weight_kg": course.weight_kg,
        "policy": {
            "id": live.policy.id,
            "version": live.policy.version,
            "sha256": head.policy_sha256,
            "approved": live.policy.approved_by is not None,
        },
    }


def _who(one: Patient) -> Json:
    return {
        "id": one.id,
        "hospital_id": one.hospital_id,
        "family_name": one.family_name,
        "given_name": one.given_name,
        "birth_date": None if one.birth_date is None else one.birth_date.isoformat(),
    }


def _vital(one: VitalSummary, silences: Sequence[Silence]) -> Json:
    silent = [gap.length_s for gap in silences if gap.vital is one.vital]
    measured_s = one.beyond.measured_s
    out_s = one.beyond.above_s + one.beyond.below_s
    return {
        "vital": one.vital.value,
        "name": NAMES[one.vital],
        "unit": KINDS[one.vital].unit,
        "count": one.count,
        "lowest": _extreme(one.lowest),
        "highest": _extreme(one.highest),
        "doubted_lowest": _extreme(one.doubted_lowest),
        "doubted_highest": _extreme(one.doubted_highest),
        "above_s": round(one.beyond.above_s, 1),
        "below_s": round(one.beyond.below_s, 1),
        "measured_s": round(measured_s, 1),
        "out_of_range_share": round(out_s / measured_s, 4) if measured_s else None,
        "silences": len(silent),
        "silent_s": round(sum(silent), 1),
        "questionable": one.questionable,
        "implausible": one.implausible,
        "struck": one.struck,
    }


def _extreme(one: Extreme | None) -> Json | None:
    return None if one is None else {"value": one.value, "at": one.at.isoformat()}


def _silence(one: Silence) -> Json:
    return {
        "vital": one.vital.value,
        "name": NAMES[one.vital],
        "from_at": one.from_at.isoformat(),
        "to_at": one.to_at.isoformat() if one.ended else None,
        "length_s": round(one.length_s, 1),
    }


def _answered(one: Answered) -> Json:
    return {
        "id": one.id,
        "rule": one.rule_id,
        "kind": one.kind,
        "vital": one.vital,
        "priority": one.priority.value,
        "words": one.words,
        "value": one.value,
        "raised_at": one.raised_at.isoformat(),
        "became_at": one.became_at.isoformat(),
        "over_at": _iso(one.over_at),
        "answered_at": _iso(one.answered_at),
        "answered_by": one.answered_by,
        "answer_s": one.answer_s,
        "ended_unanswered": one.ended_unanswered,
        "reach": one.reach.value,
    }


def _times(one: AnswerTimes) -> Json:
    within = {f"within_{mark}_s": count for mark, count in zip(MARKS_S, one.within, strict=True)}
    return {
        "count": one.count,
        "answered": one.answered,
        **within,
        "median_s": one.median_s,
        "longest_s": one.longest_s,
    }


def _score(one: AssessmentRecord) -> Json:
    known = score_kinds().get(one.kind)
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.kind.replace("_", " ").capitalize() if known is None else known.title,
        "total": one.total,
        "items": dict(one.items),
        "at": one.at.isoformat(),
        "recorded_at": one.recorded_at.isoformat(),
        "by": one.by,
        "replaced": one.replaced_by_id is not None,
    }


def _discharge(connection: Connection, facts: LogFacts) -> Json | None:
    """The evaluation as it was when somebody signed it; None of a session nobody discharged."""
    signed = [one for one in signatures(connection, facts.live.id) if _said(one).get("kind") == "discharge"]
    if not signed:
        return None
    first, said = signed[0], _said(signed[0])
    titles = _titles(facts)
    listed = said.get("criteria")
    criteria = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {
        "evaluated_at": said.get("evaluated_at"),
        "override_reason": first.override_reason,
        "criteria": [
            {
                "id": one["id"],
                "title": titles.get(str(one["id"]), str(one["id"])),
                "result": one["result"],
                "evidence": one["evidence"],
            }
            for one in criteria
        ],
    }


def _said(one: SignatureRecord) -> Mapping[str, object]:
    """The text that was signed; a broken one says nothing here, and its verification says that it is broken."""
    try:
        said = json.loads(one.record)
    except ValueError:
        return {}
    return said if isinstance(said, Mapping) else {}


def _titles(facts: LogFacts) -> dict[str, str]:
    """The criteria's titles with the numbers of the session's own policy, by id; nothing is judged again for them."""
    nothing = DischargeEvidence(started_at=None, ended_at=None)
    return {one.id: one.words for one in evaluate(facts.live.policy, nothing, facts.until_at).criteria}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
