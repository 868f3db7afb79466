"""The full snapshot of one session: the live picture with its past from the record.

Law: curves come thinned from the record, off the hub, a few at a time; a gap stays a gap.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from monitor.clinical.dosing.dose import given_mg
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.vitals import NIBP, Quality, Vital
from monitor.clock import Clock
from monitor.store.queries.alarms import AlarmRecord, alarms, device_alarms
from monitor.store.queries.curves import curves
from monitor.store.queries.doubted import doubted
from monitor.store.queries.late import late_values
from monitor.store.queries.pump_events import pump_events
from monitor.store.queries.readings import session_readings
from monitor.store.queries.series import SeriesPlace, series_place
from monitor.store.queries.struck import struck_readings
from monitor.ward.admission import says_picture
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.device_alarm_log import spans
from monitor.ward.device_lane import device_lane
from monitor.ward.dose_picture import account
from monitor.ward.limits_picture import limit_steps, limits_picture
from monitor.ward.live_session import LiveSession
from monitor.ward.numbers import limits_of
from monitor.ward.picture import Json, Picture
from monitor.ward.predicted import predicted_curve
from monitor.ward.restore import Policies, restore_session
from monitor.ward.suggested_scores import suggested_scores
from monitor.ward.visits import visit_picture
from monitor.ward.ward import Ward

CURVES = (Vital.HR, Vital.PR, Vital.SPO2, Vital.RR, Vital.ETCO2, Vital.TEMP)
BUCKETS = 450  # two points a bucket: at most 900 points a trace
LEAD_IN = timedelta(minutes=30)

T = TypeVar("T")


class Read(Protocol):
    """Runs a query on a reading connection, off the hub."""

    def __call__(self, query: Callable[[Connection], T]) -> T:
        """What the query gives."""


class Snapshots:
    """What a page is given when it begins to watch."""

    def __init__(
        self,
        ward: Ward,
        picture: Picture,
        clock: Clock,
        read: Read,
        policies: Policies,
        turnstile: Callable[[], AbstractContextManager[None]],
        seq: Callable[[], int],
        recording: Callable[[], float | None],
    ) -> None:
        self._ward = ward
        self._picture = picture
        self._clock = clock
        self._read = read
        self._policies = policies
        self._turnstile = turnstile
        self._seq = seq
        self._recording = recording

    def stations(self) -> list[str]:
        """The stations' names, the main one first."""
        return self._ward.stations()

    def board(self, station: str) -> Mapping[str, object]:
        """The board's full snapshot; raises NotFound."""
        return {"seq": self._seq(), **self._picture.board(station)}

    def session(self, session_id: int, window_s: float | None = None) -> Mapping[str, object]:
        """One session's full snapshot, its curves of the last `window_s` seconds (None: from the beginning).

        A session that is over is drawn from the record alone, without numbers. Raises NotFound.
        """
        running = self._ward.sessions().get(session_id)
        live = running or self._read(lambda connection: self._restored(connection, session_id))
        now = self._clock.now() if running else _last_at(live.course)
        with self._turnstile():
            past = self._read(lambda connection: _past(connection, live, now, window_s))
            place = self._read(lambda connection: series_place(connection, session_id))
        chair = self._seat(live, running=running is not None)
        # The live part is drawn after the past was read, so that it is never older than its sequence number.
        shown = self._picture.session(live, chair)
        shown["session"] = self._head(live, chair, place)
        return {**past, "seq": self._seq(), **shown, "now_at": now.isoformat()}

    def head(self, session_id: int) -> Mapping[str, object]:
        """What a session's page says above everything else, without its curves; raises NotFound."""
        running = self._ward.sessions().get(session_id)
        live = running or self._read(lambda connection: self._restored(connection, session_id))
        place = self._read(lambda connection: series_place(connection, session_id))
        return self._head(live, self._seat(live, running=running is not None), place)

    def _head(self, live: LiveSession, chair: Chair, place: SeriesPlace | None) -> Json:
        return {**self._picture.head(live, chair), "series": None if place is None else asdict(place)}

    def _seat(self, live: LiveSession, *, running: bool) -> Chair:
        """The session's chair; an empty one for a session that is over: somebody else's numbers are not its own."""
        seat = self._ward.chair(live.chair_id)
        return seat if running else Chair(seat.id, seat.name, seat.station, seat.bed, seat.position)

    def hospital_says(self) -> Mapping[int, Mapping[str, object]]:
        """The hospital's word about the beds of chairs, by chair; those it has said something of."""
        said = {chair.id: says_picture(chair) for chair in self._ward}
        return {chair_id: picture for chair_id, picture in said.items() if picture is not None}

    def visits(self, session_ids: Collection[int], policy: DayPlanPolicy) -> Mapping[int, Mapping[str, object]]:
        """Those of the sessions that are not over as the day plan shows them, by session."""
        now, running = self._clock.now(), self._ward.sessions()
        found = [running[session_id] for session_id in session_ids if session_id in running]
        return {live.id: visit_picture(live, self._ward.chair(live.chair_id), now, policy) for live in found}

    def suggested_scores(self, session_id: int) -> Mapping[str, Mapping[str, int]]:
        """The points of scores that the chair's numbers answer now; raises NotFound once the session is over."""
        live = self._ward.session(session_id)
        return suggested_scores(self._ward.chair(live.chair_id), live, self._clock.mono_s())

    def limits(self, session_id: int) -> Mapping[str, object]:
        """The alarm limits of one session, running or over; raises NotFound."""
        running = self._ward.sessions().get(session_id)
        return limits_picture(running or self._read(lambda connection: self._restored(connection, session_id)))

    def dose(self, session_id: int) -> Mapping[str, object]:
        """The dose account of one session, also of one that is over; raises NotFound."""
        running = self._ward.sessions().get(session_id)
        live = running or self._read(lambda connection: self._restored(connection, session_id))
        return account(live, self._clock.now() if running else _last_at(live.course))

    def _restored(self, connection: Connection, session_id: int) -> LiveSession:
        return restore_session(connection, session_id, self._policies, self._clock.now(), self._clock.mono_s())

    def readiness(self) -> Mapping[str, object]:
        """Whether the record is kept."""
        failing_s = self._recording()
        return {"recording": failing_s is None, "not_recording_s": failing_s, "chairs": len(self._ward)}


def _last_at(course: Course) -> datetime:
    """When a session that is over moved last, whatever was added to its record later."""
    moves = [event.at for event in course.events if event.to_state is not event.from_state]
    return max(moves, default=course.events[-1].at)


def _past(connection: Connection, live: LiveSession, now: datetime, window_s: float | None) -> Json:
    course = live.course
    first_at = course.events[0].at if course.events else live.scheduled_for
    from_at = min(first_at, now) - LEAD_IN if course.started_at is None else first_at
    if window_s is not None:
        from_at = max(from_at, now - timedelta(seconds=window_s))
    drawn = curves(
        connection,
        live.chair_id,
        from_at,
        now,
        buckets=BUCKETS,
        vitals=[vital.value for vital in CURVES],
        session_id=live.id,
    )
    return {
        "series": {
            vital: {"at": [at.isoformat() for at in curve.at], "value": list(curve.value)}
            for vital, curve in drawn.items()
        },
        **_what_is_said_of_values(connection, live, from_at, now),
        "told_by_devices": _told(connection, live.id, min(first_at, now), from_at, now),
        "bp": _pressures(connection, live, from_at, now),
        "rate": [{"at": step.at.isoformat(), "ml_per_h": step.ml_per_h} for step in course.rates],
        "given": _given(course, now),
        "predicted": predicted_curve(live.policy.prediction, course, now),
        "limits": {
            vital.value: {"low": low, "high": high} for vital, (low, high) in limits_of(live, live.judged_by).items()
        },
        "limit_steps": limit_steps(live),
        "alarm_spans": [span for alarm in alarms(connection, live.id) if (span := _span(alarm)) is not None],
    }


def _what_is_said_of_values(connection: Connection, live: LiveSession, from_at: datetime, now: datetime) -> Json:
    """What beside a value is known of it: doubted, marked as artefact, struck, or late."""
    return {
        "doubted": [
            {"vital": one.vital, "from_at": one.from_at.isoformat(), "to_at": one.to_at.isoformat()}
            for one in doubted(connection, live.chair_id, live.id, from_at, now)
        ],
        "marked": [
            {
                "vital": one.vital.value,
                "from_at": one.from_at.isoformat(),
                "to_at": one.to_at.isoformat(),
                "words": f"{one.reason} ({one.by})",
            }
            for one in live.course.marked
        ],
        "struck": [
            {"vital": one.vital, "at": one.at.isoformat(), "value": one.value, "why": one.struck}
            for one in struck_readings(connection, live.chair_id, live.id, from_at, now)
        ],
        "late": {
            vital: {"at": [at.isoformat() for at, _ in points], "value": [value for _, value in points]}
            for vital, points in late_values(connection, live.chair_id, live.id, from_at, now).items()
        },
    }


def _told(connection: Connection, session_id: int, begun_at: datetime, from_at: datetime, now: datetime) -> list[Json]:
    alarmed = spans(device_alarms(connection, session_id))
    return device_lane(alarmed, pump_events(connection, session_id), begun_at, from_at, now)


def _pressures(connection: Connection, live: LiveSession, from_at: datetime, now: datetime) -> list[Json]:
    measured: dict[datetime, Json] = {}
    for record in session_readings(connection, live.id, from_at, now, [vital.value for vital in NIBP]):
        if record.quality != Quality.IMPLAUSIBLE:
            part = record.vital.removeprefix("nibp_")
            measured.setdefault(record.at, {"at": record.at.isoformat(), "mean": None})[part] = record.value
    return [one for _, one in sorted(measured.items()) if "sys" in one and "dia" in one]


def _given(course: Course, now: datetime) -> list[Json]:
    """Cumulative milligrams at each change of the rate and now: a line between them is exact."""
    if course.order is None or not course.rates:
        return []
    concentration = course.order.concentration_mg_per_ml
    times = sorted({step.at for step in course.rates} | {bolus.at for bolus in course.boluses} | {now})
    return [
        {"at": at.isoformat(), "mg": round(given_mg(course.rates, concentration, at, course.boluses), 3)}
        for at in times
        if at <= now
    ]


def _span(alarm: AlarmRecord) -> Json | None:
    """When an alarm's condition was there, at its worst priority."""
    if not alarm.events:
        return None
    worst = max(alarm.events, key=lambda event: ("low", "medium", "high").index(event.priority))
    over = [event for event in alarm.events if event.event in ("latched", "ended")]
    return {
        "vital": alarm.vital,
        "priority": worst.priority,
        "words": worst.words,
        "from_at": alarm.raised_at.isoformat(),
        "to_at": over[0].at.isoformat() if over else None,
    }
