"""From the stored record to the evidence of the discharge gate. Law: stored facts only; doubted values apart."""

from collections.abc import Mapping
from datetime import datetime

from monitor.clinical.alarms.recorded import BECAME, over_at
from monitor.clinical.alarms.table import AlarmKind
from monitor.clinical.discharge.evidence import DischargeEvidence, HighAlarm, RassAccepted
from monitor.clinical.marked_values import is_marked
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.clinical.vitals import Quality, Vital
from monitor.store.queries.alarms import AlarmRecord
from monitor.store.queries.rebuild import DischargeRecord
from monitor.ward.course import Course
from monitor.ward.predicted import expected_clear_at
from monitor.ward.restore import course_event
from monitor.ward.said import Artefact

_BASELINE_SCORES = ("nrs", "cadss6")


def discharge_evidence(
    record: DischargeRecord, now: datetime | None = None, prediction: PredictionPolicy | None = None
) -> DischargeEvidence:
    """Everything the gate may look at; what a clock that runs ahead has timed after `now` is of now.

    With a `prediction`, also when the drug's effect is expected to be over.
    """
    course = Course()
    for event in record.events:
        course.add(course_event(event))
    readings: dict[Vital, list[tuple[datetime, float]]] = {}
    questionable: dict[Vital, list[tuple[datetime, float]]] = {}
    kept = {Quality.ACCEPTED.value: readings, Quality.QUESTIONABLE.value: questionable}
    for reading in record.readings:
        marked = is_marked(course.marked, Vital(reading.vital), reading.at)
        doubted = marked and reading.quality == Quality.ACCEPTED
        values = questionable if doubted else kept.get(reading.quality)
        if values is not None:
            at = reading.at if now is None else min(reading.at, now)
            values.setdefault(Vital(reading.vital), []).append((at, reading.value))
    scores: dict[str, list[tuple[datetime, Mapping[str, object]]]] = {}
    for assessment in record.assessments:
        scores.setdefault(assessment.kind, []).append((assessment.at, assessment.items))
    return DischargeEvidence(
        started_at=course.started_at,
        ended_at=course.ended_at,
        baseline=course.baseline,
        baseline_scores=_baseline_scores(record, course.started_at),
        readings=readings,
        questionable=questionable,
        scores=scores,
        high_alarms=tuple(high for alarm in record.alarms if (high := _high(alarm, course.artefacts)) is not None),
        drugs=tuple((given.at, given.drug) for given in course.medications),
        rass_accepted=tuple(
            RassAccepted(one.value, one.mark.by, one.mark.at) for one in course.said.reviews if one.finding == "rass"
        ),
        monitoring_ended_at=course.monitoring_ended_at,
        predicted_clear_at=None if prediction is None else expected_clear_at(prediction, course),
    )


def _baseline_scores(record: DischargeRecord, started_at: datetime | None) -> dict[str, int]:
    """The last total of each score before the infusion began."""
    before: dict[str, int] = {}
    for assessment in record.assessments:
        if started_at is not None and assessment.at > started_at:
            continue
        if assessment.kind in _BASELINE_SCORES and assessment.total is not None:
            before[assessment.kind] = int(assessment.total)
    return before


def _high(alarm: AlarmRecord, artefacts: Mapping[str, Artefact]) -> HighAlarm | None:
    """The alarm if it ever was High; it is over when its condition is.

    A technical alarm ends with its condition and leaves nothing that could be acknowledged afterwards: over is enough.
    """
    high = [event for event in alarm.events if event.priority == "high"]
    if not high:
        return None
    ended_at, marked = over_at(alarm), artefacts.get(alarm.id)
    needs_nobody = alarm.kind == AlarmKind.TECHNICAL and ended_at is not None
    return HighAlarm(
        words=high[-1].words,
        raised_at=alarm.raised_at,
        ended_at=ended_at,
        acknowledged=_seen_as_high(alarm) or needs_nobody,
        # A mark speaks for what was over when it was made, never for a condition that came back.
        artefact=marked is not None and ended_at is not None and marked.mark.at >= ended_at,
    )


def _seen_as_high(alarm: AlarmRecord) -> bool:
    """Whether somebody has seen it as High since it last became so; seeing it as Medium before is not that."""
    told = [event for event in alarm.events if event.event in BECAME and event.priority == "high"]
    became_at = told[-1].at if told else alarm.raised_at
    return any(one.priority_seen == "high" and one.at >= became_at for one in alarm.acknowledgements)
