"""What the exports tell of a session beside its readings: answers whose description is the schema that is served.

Law: nothing is told that the schema does not name; a change of a name or its meaning is another FORMAT_VERSION.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from monitor.clinical.marked_values import MarkedValues
from monitor.store.queries import LateAct, alarms, assessments
from monitor.store.queries.assessments import AssessmentRecord
from monitor.store.queries.assignments import responsible_during
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory, SessionRecord
from monitor.ward.course import Course
from monitor.ward.entries import corrections
from monitor.ward.limits_picture import rules_then
from monitor.ward.restore import course_event
from monitor.web.api.alarms import AlarmAnswer, DeviceAlarmAnswer, told_by_devices
from monitor.web.api.alarms import told as told_alarm
from monitor.web.api.allergies import AllergyStatementAnswer, told_allergies
from monitor.web.api.assignments import AssignmentAnswer
from monitor.web.api.assignments import told as told_assignment
from monitor.web.api.pump_events import PumpEventAnswer, told_by_pumps
from monitor.web.api.readings import ReadingAnswer
from monitor.web.fields import Answer, Time
from monitor.web.services import Policies

FORMAT = "infusion-monitor/session"
FORMAT_VERSION = "1.0"


class Exported(Answer):
    """A part of the export; it has no other names."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="forbid")


class ExportedPolicy(Exported):
    """The policy the session is pinned to."""

    id: str
    version: str
    sha256: str


class ExportedSession(Exported):
    """The session as it stood; `mark` is SIMULATED or empty."""

    id: int
    state: str
    version: int
    scheduled_for: Time
    simulated: bool
    mark: Literal["SIMULATED", ""]
    policy: ExportedPolicy


class ExportedEvent(Exported):
    """One entry of the session's history; `corrected_by` is the version of the entry that stands instead."""

    version: int
    event: str
    to_state: str
    at: Time
    by: str
    role: str
    reason: str | None
    details: dict[str, object]
    corrected_by: int | None


class ExportedScore(Exported):
    """A score or a set of confirmations; `replaced_by` is the id of the one that stands instead."""

    id: int
    kind: str
    items: dict[str, object]
    total: float | None
    at: Time
    by: str
    replaced_by: int | None


class ExportedSignature(Exported):
    """A signature, with what anybody needs to verify it, in hex, and what verification found at the export."""

    id: int
    meaning: str
    printed_name: str
    role: str
    signed_at: Time
    utc_offset_min: int
    override_reason: str | None
    record_sha256: str
    key_id: str | None
    digest: str
    verified: bool
    verification: str
    why: str
    record: Annotated[str, Field(description="The signed text, exactly")]
    signature: Annotated[str | None, Field(description="Ed25519 over the digest's text")]
    public_key: str | None


class ExportedReading(ReadingAnswer):
    """One value at full resolution; `marked`: a named person marked it as an artefact."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="forbid")
    received_at: Time
    source: str
    marked: bool


class SessionExport(Exported):
    """A session with everything recorded of it; times are ISO 8601 UTC.

    `notices` say in sentences what is missing or unusual: no readings, not over yet, a clock change.
    """

    format: Literal["infusion-monitor/session"]
    format_version: Literal["1.0"]
    exported_at: Time
    session: ExportedSession
    allergies: list[AllergyStatementAnswer]
    events: list[ExportedEvent]
    scores: list[ExportedScore]
    responsible: list[AssignmentAnswer]
    alarms: list[AlarmAnswer]
    device_alarms: list[DeviceAlarmAnswer]
    pump_events: list[PumpEventAnswer]
    signatures: list[ExportedSignature]
    readings: list[ExportedReading]
    notices: list[str]


def beside_readings(connection: Connection, history: SessionHistory, policies: Policies) -> Mapping[str, object]:
    """Every list of the export but the signatures, the readings and the notices, by its name."""
    head = history.session
    then = rules_then(policies(connection, head.policy_sha256), [course_event(event) for event in history.events])
    return {
        "session": _session(head),
        "allergies": told_allergies(connection, head.patient_id),
        "events": _events(history),
        "scores": [_score(one) for one in assessments(connection, head.id, replaced=True)],
        "responsible": [told_assignment(one) for one in responsible_during(connection, head.id)],
        "alarms": [told_alarm(alarm, then) for alarm in alarms(connection, head.id)],
        "device_alarms": told_by_devices(connection, head.id),
        "pump_events": told_by_pumps(connection, head.id),
    }


def marks_of(history: SessionHistory) -> list[MarkedValues]:
    """What a person marked as artefact, as it stands."""
    course = Course()
    for event in history.events:
        course.add(course_event(event))
    return course.marked


def late_by(acts: Mapping[int, LateAct]) -> dict[int, str]:
    """Who brought readings into the record later, by the number of the act."""
    return {number: act.by for number, act in acts.items()}


def told_reading(one: ReadingRecord, by: Mapping[int, str], *, marked: bool) -> dict[str, object]:
    """A reading as `ExportedReading` says, made without it: there are a hundred thousand."""
    return {
        "at": one.at.isoformat(),
        "vital": one.vital,
        "value": one.value,
        "unit": one.unit,
        "sub_id": one.sub_id,
        "quality": one.quality,
        "measured_at": one.measured_at.isoformat(),
        "received_at": one.received_at.isoformat(),
        "source": one.source,
        "late": one.late_id is not None,
        "assigned_by": None if one.late_id is None else by.get(one.late_id),
        "struck": one.struck,
        "marked": marked,
    }


def _session(head: SessionRecord) -> ExportedSession:
    return ExportedSession(
        id=head.id,
        state=head.state,
        version=head.version,
        scheduled_for=head.scheduled_for,
        simulated=head.simulated,
        mark="SIMULATED" if head.simulated else "",
        policy=ExportedPolicy(id=head.policy_id, version=head.policy_version, sha256=head.policy_sha256),
    )


def _events(history: SessionHistory) -> list[ExportedEvent]:
    corrected = corrections(course_event(event) for event in history.events)
    names = ExportedEvent.model_fields.keys() - {"corrected_by"}
    return [
        ExportedEvent(
            **{name: said for name, said in asdict(event).items() if name in names},
            corrected_by=corrected[event.version].version if event.version in corrected else None,
        )
        for event in history.events
    ]


def _score(one: AssessmentRecord) -> ExportedScore:
    return ExportedScore(
        id=one.id,
        kind=one.kind,
        items=dict(one.items),
        total=one.total,
        at=one.at,
        by=one.by,
        replaced_by=one.replaced_by_id,
    )
