"""What the ward needs to go on after a restart, and what a discharge is judged on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import NOT_ASKED, Allergies
from monitor.clinical.vitals import KINDS, NIBP, Cadence
from monitor.store.queries.alarms import AlarmRecord, alarms, standing_alarms
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.assessments import AssessmentRecord, SignatureRecord, assessments, signatures
from monitor.store.queries.assignments import Assignment, assignments_within
from monitor.store.queries.patients import Patient, patient
from monitor.store.queries.pump_events import PumpEventRecord, pump_events
from monitor.store.queries.readings import ReadingRecord, last_readings, newest_readings, session_readings
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord, session, session_events, sessions

RUNNING_STATES = frozenset({"scheduled", "preparing", "infusing", "held", "observing"})
LAST_PRESSURES = 12
PUMP = frozenset(vital.value for vital, kind in KINDS.items() if kind.cadence is Cadence.PUMP)
LONGEST = timedelta(days=2)  # no session of a day clinic lasts longer


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended, with all the ward keeps of it in memory.

    `alarms` are those open or ended unseen, with their events; `pressures` the last cuff measurements, oldest first.
    """

    session: SessionRecord
    patient: Patient
    events: tuple[SessionEventRecord, ...]
    alarms: tuple[AlarmRecord, ...]
    newest: dict[str, ReadingRecord]
    pressures: tuple[ReadingRecord, ...]
    assessments: tuple[AssessmentRecord, ...]
    pump: tuple[ReadingRecord, ...] = ()  # everything the pump said, oldest first
    pump_events: tuple[PumpEventRecord, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    allergies: Allergies = NOT_ASKED

    @property
    def baseline_events(self) -> tuple[SessionEventRecord, ...]:
        """The events that captured a baseline, oldest first: the last one counts."""
        return tuple(event for event in self.events if event.event == "capture_baseline")


@dataclass(frozen=True, slots=True)
class DischargeRecord:
    """Everything stored that a discharge is judged on, of one session."""

    session: SessionRecord
    events: tuple[SessionEventRecord, ...]
    readings: tuple[ReadingRecord, ...]
    alarms: tuple[AlarmRecord, ...]
    assessments: tuple[AssessmentRecord, ...]
    signatures: tuple[SignatureRecord, ...]


def open_sessions(connection: Connection, states: Collection[str] = RUNNING_STATES) -> list[OpenSession]:
    """Every session that has not ended, by planned time."""
    return [_open_session(connection, head) for head in sessions(connection, states=states, limit=10_000)]


def open_session(connection: Connection, session_id: int) -> OpenSession:
    """One session with all the ward keeps of it; raises NotFound."""
    return _open_session(connection, session(connection, session_id).session)


def _open_session(connection: Connection, head: SessionRecord) -> OpenSession:
    events = tuple(session_events(connection, head.id))
    seated = head.state != "scheduled"  # thousands are only planned: nothing rang, pumped or was handed over there
    # What is measured belongs to a session from its first event on: a session is often planned weeks before.
    since = min((min(event.at, event.recorded_at) for event in events), default=None)
    newest = newest_readings(connection, head.chair_id, since, session_id=head.id) if since else {}
    pressures = [
        reading
        for vital in NIBP
        if since is not None and vital.value in newest
        for reading in last_readings(connection, head.chair_id, vital.value, LAST_PRESSURES, since, session_id=head.id)
    ]
    return OpenSession(
        head,
        patient(connection, head.patient_id),
        events,
        tuple(standing_alarms(connection, head.id)) if seated else (),
        newest,
        tuple(sorted(pressures, key=lambda reading: reading.at)),
        tuple(assessments(connection, head.id)),
        _pump(connection, head, since) if PUMP & newest.keys() and since is not None else (),
        tuple(pump_events(connection, head.id)) if seated else (),
        tuple(assignments_within(connection, head.id)) if seated else (),
        allergies_of(connection, head.patient_id),
    )


def _pump(connection: Connection, head: SessionRecord, since: datetime) -> tuple[ReadingRecord, ...]:
    said = session_readings(connection, head.id, since, since + LONGEST, sorted(PUMP))
    return tuple(sorted((one for one in said if one.late_id is None), key=lambda reading: reading.at))


def discharge_record(
    connection: Connection, session_id: int, readings_from: datetime, now: datetime
) -> DischargeRecord:
    """What a discharge is judged on: readings from a time on, and all else of the session; raises NotFound."""
    history = session(connection, session_id)
    return DischargeRecord(
        history.session,
        history.events,
        tuple(session_readings(connection, session_id, readings_from, now)),
        tuple(alarms(connection, session_id)),
        tuple(assessments(connection, session_id)),
        tuple(signatures(connection, session_id)),
    )
