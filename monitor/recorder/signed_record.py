"""What is signed at a discharge: policy, every criterion with the readings and scores it rests on, open alarms.

Law: stored facts by their ids; a reading is named by the key of its row: chair / device time in ms / part.
"""

from datetime import datetime

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.findings import CriterionResult
from monitor.clinical.discharge.gate import DischargeEvaluation
from monitor.clinical.discharge.used import ASSESSMENTS, Window, windows
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Quality
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.rebuild import DischargeRecord
from monitor.store.types import to_ms

_JUDGED = (Quality.ACCEPTED.value, Quality.QUESTIONABLE.value)


def signed_content(
    record: DischargeRecord,
    policy: ClinicPolicy,
    evidence: DischargeEvidence,
    evaluation: DischargeEvaluation,
    now: datetime,
) -> dict[str, object]:
    """The part of the signed text that says what was found, as of `now`."""
    looked_at = windows(policy.discharge, evidence, now)
    return {
        "kind": "discharge",
        "version": record.session.version,
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "evaluated_at": now.isoformat(),
        "criteria": [_criterion(one, looked_at.get(one.id, ()), record, now) for one in evaluation.criteria],
        "alarms_open": [alarm.id for alarm in record.alarms if alarm.open],
        "simulated": record.session.simulated,
    }


def _criterion(
    one: CriterionResult, looked_at: tuple[Window, ...], record: DischargeRecord, now: datetime
) -> dict[str, object]:
    used: dict[str, object] = {"id": one.id, "result": one.result.value, "evidence": one.evidence}
    if looked_at:
        used["readings"] = _readings(looked_at, record, now)
    kinds = ASSESSMENTS.get(one.id, ())
    if kinds:
        used["assessments"] = [each.id for each in record.assessments if each.kind in kinds]
    if one.id == "alarms":
        used["alarms"] = [each.id for each in record.alarms if any(event.priority == "high" for event in each.events)]
    return used


def _readings(looked_at: tuple[Window, ...], record: DischargeRecord, now: datetime) -> list[str]:
    """Each row once, by when it was charted; what a fast clock timed after `now` is of now, as the gate takes it."""
    used = (
        reading_id(one)
        for one in record.readings
        if one.quality in _JUDGED and any(window.holds(one.vital, min(one.at, now)) for window in looked_at)
    )
    return list(dict.fromkeys(used))


def reading_id(one: ReadingRecord) -> str:
    """The key of a reading's row as one word."""
    return f"{one.chair_id}/{to_ms(one.measured_at)}/{one.part}"
