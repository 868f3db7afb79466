"""What of the record a bundle is made of. Law: plain rows as they were read; nothing asks a database or a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.adverse_events import AdverseEvent
from monitor.clinical.marked_values import MarkedValues
from monitor.reports.fhir.codes import Reference, full_url
from monitor.store.queries.alarms import AlarmRecord
from monitor.store.queries.assessments import AssessmentRecord, SignatureRecord
from monitor.store.queries.patients import Patient
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord
from monitor.store.queries.trail import AuditRecord


@dataclass(frozen=True, slots=True)
class GivenDrug:
    """Drug that was given: a stretch of one rate, a bolus, or another drug; `entered_in_error` when it was struck.

    `until_at` is `from_at` for what was given at once, None for what still runs.
    """

    key: str
    drug: str
    from_at: datetime
    until_at: datetime | None
    amount: float
    unit: str
    by: str
    rate_ml_per_h: float | None = None
    route: str | None = None
    entered_in_error: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of the session as bytes."""

    content_type: str
    content: bytes
    title: str
    signed: bool


@dataclass(frozen=True, slots=True)
class SessionFile:
    """One session with everything that is told of it but its readings, at `asked_at`; times are aware."""

    patient: Patient
    head: SessionRecord
    chair: str
    events: Sequence[SessionEventRecord]
    given: Sequence[GivenDrug]
    adverse_events: Sequence[AdverseEvent]
    scores: Sequence[AssessmentRecord]
    alarms: Sequence[AlarmRecord]
    signatures: Sequence[SignatureRecord]
    trail: Sequence[AuditRecord]
    marks: Sequence[MarkedValues]
    late_by: Mapping[int, str]
    asked_at: datetime
    software_version: str
    document: Document | None = None

    @property
    def subject(self) -> Reference:
        """The patient."""
        return full_url("patient", self.patient.id)

    @property
    def encounter(self) -> Reference:
        """The visit."""
        return full_url("session", self.head.id)

    @property
    def software(self) -> Reference:
        """This product, which wrote the bundle."""
        return full_url("software", self.software_version)

    def device(self, source: str) -> Reference:
        """A monitor or pump, by the name it sends under."""
        return full_url("device", f"{self.head.chair_id} {source}")

    def person(self, name: str) -> Reference:
        """Whoever did something, by the name the record shows."""
        return full_url("person", name)

    def at(self, *events: str) -> datetime | None:
        """When the first of these events happened."""
        return next((one.at for one in self.events if one.event in events), None)

    @property
    def over_at(self) -> datetime | None:
        """When the session reached its end; None before."""
        ended = ("discharged", "left", "transferred", "cancelled")
        return next((one.at for one in self.events if one.to_state in ended), None)
