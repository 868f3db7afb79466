"""What a start, a physician's review and an artefact mark are checked against in the record, inside their transaction.

Law: stored accepted readings and stored scores only; what the live picture believed counts for nothing here, and what
somebody marked as artefact counts only against.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.alarms.recorded import over_at
from monitor.clinical.discharge.drowsy import may_accept
from monitor.clinical.marked_values import is_marked
from monitor.clinical.preparation.gate_findings import GateLevel, GateReadings
from monitor.clinical.preparation.start_gate import Notice, StartGate
from monitor.clinical.preparation.vital_gate import vital_gate
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import NIBP, Quality, Vital
from monitor.errors import Conflict, Refused
from monitor.recorder.consulting import is_accepted
from monitor.recorder.series_record import open_reassessment
from monitor.recorder.training_check import look_at_staff
from monitor.store.queries.alarms import alarms
from monitor.store.queries.assessments import assessments
from monitor.store.queries.readings import last_readings, session_readings
from monitor.store.queries.sessions import session_head
from monitor.store.rows import SessionEventRow
from monitor.ward.entries import number
from monitor.ward.live_session import GateLook, LiveSession
from monitor.ward.starting import on_air, start_gate_of

CUFFS = 60  # so many cuff measurements before the start are more than anybody takes
_LEAD_IN = timedelta(hours=1)  # every row names its session: this only keeps the search short
_CONTINUOUS = (Vital.HR, Vital.PR, Vital.SPO2, Vital.RR, Vital.ETCO2)


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that is about to be stored: the session as it stands, the row, and whether its chair has a monitor."""

    live: LiveSession
    row: SessionEventRow
    now: datetime
    chair: bool


def look(connection: Connection, live: LiveSession, at: datetime, recorded_at: datetime) -> GateLook:
    """The vital gate and the series on what is stored as of this time, and the chair's nurse when it is recorded."""
    seen = _readings(connection, live, at)
    found = vital_gate(
        live.policy.vital_gate,
        live.policy.baseline,
        seen,
        at,
        baseline=live.course.baseline,
        on_air=on_air(live.course.said),
    )
    etco2 = bool(seen.readings.get(Vital.ETCO2))
    staff = look_at_staff(connection, live.policy, live.chair_id, recorded_at)
    head = session_head(connection, live.id)
    if head is None or head.series_id is None:
        return GateLook(found, etco2, staff)
    reassess = open_reassessment(connection, head.series_id, live.policy, at)
    return GateLook(found, etco2, staff, reassess, is_accepted(connection, head.series_id))


def _readings(connection: Connection, live: LiveSession, at: datetime) -> GateReadings:
    from_at = at - timedelta(seconds=live.policy.baseline.continuous_window_s)
    since = min((event.at for event in live.course.events), default=from_at) - _LEAD_IN
    records = session_readings(connection, live.id, from_at, at, [vital.value for vital in _CONTINUOUS])
    for vital in NIBP:
        records += last_readings(connection, live.chair_id, vital.value, CUFFS, since, session_id=live.id)
    readings: dict[Vital, list[tuple[datetime, float]]] = {}
    marked: dict[Vital, list[tuple[datetime, float]]] = {}
    for record in records:
        if record.quality == Quality.ACCEPTED and record.at <= at:
            vital = Vital(record.vital)
            kept = marked if is_marked(live.course.marked, vital, record.at) else readings
            kept.setdefault(vital, []).append((record.at, record.value))
    return GateReadings(readings, _newest(connection, live.id, "poss", at), marked)


def _newest(connection: Connection, session_id: int, kind: str, at: datetime) -> tuple[datetime, int] | None:
    scored = [one for one in assessments(connection, session_id) if one.kind == kind and one.at <= at]
    newest = max(scored, key=lambda one: one.at, default=None)
    return None if newest is None or newest.total is None else (newest.at, int(newest.total))


def may_start(connection: Connection, asked: Asked) -> None:
    """Raise Refused with everything that is missing before the start."""
    gate = gate_in_record(connection, asked.live, asked.row.at, asked.now, chair=asked.chair)
    if not gate.may_start:
        words = ", ".join(one.sentence for one in gate.missing)
        raise Refused(f"Not possible yet; still missing: {words}.", gate.ids)


def gate_in_record(
    connection: Connection,
    live: LiveSession,
    at: datetime,
    recorded_at: datetime,
    *,
    chair: bool,
    notices: tuple[Notice, ...] = (),
) -> StartGate:
    """The start gate as the record answers it for a start at this time that is (or was) recorded at that."""
    return start_gate_of(live, at, chair=chair, look=look(connection, live, at, recorded_at), notices=notices)


def may_review(connection: Connection, asked: Asked) -> None:
    """Raise unless the physician names a finding that stands, at the value it stands at."""
    finding, value = str(asked.row.details["finding"]), number(asked.row.details, "value")
    if asked.live.course.state is SessionState.OBSERVING:
        _may_accept_drowsiness(connection, asked, finding, value)
        return
    found = {one.id: one for one in look(connection, asked.live, asked.row.at, asked.now).findings}
    standing = found.get(finding)
    if standing is None or standing.value is None:
        raise Refused(f"There is nothing to review: “{finding}” is not among the findings now.", ("finding",))
    if standing.level is not GateLevel.REVIEW:
        raise Refused(f"{standing.words}. Only new readings open this.", ("new_readings",))
    _same(finding, standing.value, value, standing.words)


def _may_accept_drowsiness(connection: Connection, asked: Asked, finding: str, value: float) -> None:
    rass = _newest(connection, asked.live.id, "rass", asked.row.at)
    ended_at = asked.live.course.ended_at
    if finding != "rass" or rass is None or ended_at is None or rass[0] < ended_at:
        raise Refused("After the infusion a physician accepts only a RASS that was scored since.", ("finding",))
    if not may_accept(asked.live.policy.discharge, rass[1]):
        raise Refused(f"RASS {rass[1]} is not for acceptance.", ("value",))
    _same(finding, float(rass[1]), value, f"RASS {rass[1]}")


def _same(finding: str, stands: float, seen: float, words: str) -> None:
    if round(stands, 1) != round(seen, 1):
        raise Conflict(f"It is {words} now; you saw {seen:g}.", {"finding": finding, "value": round(stands, 1)})


def may_mark(connection: Connection, asked: Asked) -> None:
    """Raise unless the alarm is this session's and its condition is over."""
    alarm_id = str(asked.row.details["alarm_id"])
    alarm = next((one for one in alarms(connection, asked.live.id) if one.id == alarm_id), None)
    if alarm is None:
        raise Refused("This session has no such alarm.", ("alarm_id",))
    if over_at(alarm) is None:
        raise Refused("The condition of this alarm is still there; only one that is over can be marked.", ("over",))
