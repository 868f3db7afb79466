"""What stations and pages are shown: tiles, session heads, alarms. Law: plain JSON values, ages instead of promises.

Times are ISO 8601 UTC; an age is in seconds at the moment of sending, the page adds its own elapsed time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.clinical.alarms.pausing import sounding
from monitor.clinical.alarms.suggesting import SUGGESTION_WORDS, suggestions
from monitor.clinical.alarms.table import AlarmStage, Reach
from monitor.clinical.dosing.dose import remaining_s
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionState, allowed_events
from monitor.clinical.vitals import Vital
from monitor.clock import Clock
from monitor.ward.admission import difference_picture, says_picture
from monitor.ward.apnoea import notices
from monitor.ward.chairs import Chair
from monitor.ward.course import Pause
from monitor.ward.course_picture import allergies_picture, dose, events_of, medications, preparation
from monitor.ward.device_alarms import device_alarms_picture
from monitor.ward.dose_picture import compared, dose_panel, guideline
from monitor.ward.due import due_list
from monitor.ward.live_session import LiveSession
from monitor.ward.numbers import numbers
from monitor.ward.pump_panel import pump_panel
from monitor.ward.rescue_picture import rescue_picture
from monitor.ward.responsible import assignment_event, responsible_picture
from monitor.ward.shown import ShownAlarm
from monitor.ward.starting import start_gate_of
from monitor.ward.wall import locked_frame, wall_frame
from monitor.ward.ward import Ward

Json = dict[str, object]
LINE_NAMES = 3  # so many missing things a tile names
_BEFORE_THE_START = frozenset({SessionState.SCHEDULED, SessionState.PREPARING})


class Picture:
    """Draws the ward as JSON."""

    def __init__(self, ward: Ward, policy: ClinicPolicy, clock: Clock) -> None:
        self._ward = ward
        self._policy = policy
        self._clock = clock

    def stations(self) -> Iterable[str]:
        """The names of all stations."""
        return self._ward.stations()

    def board(self, station: str) -> Json:
        """One station's full snapshot; raises NotFound."""
        chairs = self._ward.of_station(station)
        tiles = [{**self.tile(chair), "trend": self._trend(chair)} for chair in chairs]
        return {"station": {"name": station, "chairs": len(chairs)}, "tiles": tiles, **self._worst(chairs)}

    def tiles(self, station: str, chair_ids: Iterable[int]) -> Json:
        """The tiles of some chairs with the station's alarm counts and newest alarm."""
        return {
            "tiles": [self.tile(self._ward.chair(chair_id)) for chair_id in chair_ids],
            **self._worst(self._ward.of_station(station)),
        }

    def for_wall(self, frame: Mapping[str, object]) -> Json:
        """The same tiles as a display on the wall is sent them."""
        return wall_frame(frame)

    def for_locked(self, frame: Mapping[str, object]) -> Json:
        """What changed on a session's page, numbers and alarms alone."""
        return locked_frame(frame)

    def tile(self, chair: Chair) -> Json:
        """One chair."""
        live = chair.session
        now = self._clock.now()
        policy = self._policy if live is None else live.policy
        return {
            "chair": chair.name,
            "id": chair.id,
            "bed": chair.bed,
            "simulated": chair.simulated or (live is not None and live.simulated),
            "session": None if live is None else self._tile_session(live, now),
            "responsible": responsible_picture(chair, now),
            "numbers": numbers(chair, policy, self._clock.mono_s()),
            "dose": None if live is None else dose(live, now),
            "line": None if live is None else self._line(live),
            "alarms": [] if live is None else [self.alarm(one, live, chair) for one in live.shown()],
            "due": [] if live is None else _due(live, chair, now),
            "feed": self.feed(chair, policy),
            "next": self._next(chair),
            "audio": None if live is None else audio(live, now),
            "notices": [] if live is None or not live.is_watched else notices(chair, policy, self._clock.mono_s()),
            "device_alarms": device_alarms_picture(chair.device_alarms, now),
            "device_alarms_left_out": len(chair.device_alarms.left_out),
            "hospital_says": says_picture(chair),
            "admission": difference_picture(chair),
        }  # fmt: skip

    def feed(self, chair: Chair, policy: ClinicPolicy) -> Json:
        """Whether the monitor is heard."""
        if chair.feed is None:
            return {"state": "none", "age_s": None}
        age_s = self._clock.mono_s() - chair.feed.last_mono_s
        silent_s = max(policy.freshness.feed_min_s, policy.freshness.intervals * chair.feed.interval_s)
        return {"state": "silent" if age_s > silent_s else "live", "age_s": round(age_s, 1)}

    def alarm(self, alarm: ShownAlarm, live: LiveSession, chair: Chair) -> Json:
        """One alarm as people are shown it."""
        seen = alarm.seen
        return {
            "id": alarm.id,
            "rule": alarm.rule_id,
            "session": live.id,
            "chair": chair.name,
            "kind": alarm.kind.value,
            "priority": alarm.priority.value,
            "state": "ended" if alarm.ended else _STATES[alarm.stage],
            "words": alarm.words,
            "value": alarm.value,
            "limit": alarm.limit,
            "vital": None if alarm.vital is None else alarm.vital.value,
            "raised_at": alarm.raised_at.isoformat(),
            "age_s": round((self._clock.now() - alarm.raised_at).total_seconds(), 1),
            "cleared_at": None if alarm.cleared_at is None else alarm.cleared_at.isoformat(),
            "acknowledged": None if seen is None else {"by": seen.by, "at": seen.at.isoformat(), "saw": seen.saw},
            "recorded": alarm.recorded,
            "silenced": alarm.silenced,
            "reach": alarm.reach.value,
        }

    def head(self, live: LiveSession, chair: Chair) -> Json:
        """What a session page says above everything else."""
        now, course = self._clock.now(), live.course
        return {
            "id": live.id,
            "version": course.version,
            "state": course.state.value,
            "state_since_at": _iso(course.state_since_at),
            "chair": chair.name,
            "initials": live.patient.initials,
            "id_digits": live.patient.id_digits,
            "weight_kg": course.weight_kg,
            "elapsed_s": _elapsed_s(live, now),
            "remaining_s": _remaining_s(live, now),
            "started_at": _iso(course.started_at),
            "ended_at": _iso(course.ended_at),
            "held_reason": course.held_reason,
            "paused_until_at": _until(course.monitoring_pause, now),
            "audio": audio(live, now),
            "policy": {
                "id": live.policy.id,
                "version": live.policy.version,
                "approved": live.policy.approved_by is not None,
            },
            "simulated": live.simulated or chair.simulated,
            "responsible": responsible_picture(chair, now),
            "hospital_says": says_picture(chair),
            "admission": difference_picture(chair),
            "missing": list(self._missing(live, chair)),
            "allowed": [event.value for event in allowed_events(course.state)],
        }

    def session(self, live: LiveSession, chair: Chair) -> Json:
        """One session page without its curves; `chair` is an empty one for a session that is over."""
        baseline = live.course.baseline
        return {
            **self.changed(chair, live),
            "numbers": numbers(chair, live.policy, self._clock.mono_s()),
            "feed": self.feed(chair, live.policy),
            "baseline": {} if baseline is None else {vital.value: value for vital, value in baseline.values.items()},
            "preparation": preparation(live),
            "guideline": guideline(live.policy.dosing.guideline),
            "compared": compared(live.policy.dosing.pump),
            "medications": medications(live.policy.medications),
            "patient_id": live.patient.id,
            "now_at": self._clock.now().isoformat(),
        }

    def changed(self, chair: Chair, live: LiveSession) -> Json:
        """Head, alarms, messages, events, dose and what is due."""
        now = self._clock.now()
        return {
            "session": self.head(live, chair),
            "allergies": allergies_picture(live.allergies),
            "alarms": [self.alarm(one, live, chair) for one in live.shown()],
            "messages": [self.alarm(one, live, chair) for one in live.messages()],
            "events": [*events_of(live.course.events), *map(assignment_event, live.assignments)],
            "dose": dose_panel(live, now),
            "pump": pump_panel(live, chair, now),
            "due": _due(live, chair, now),
            "notices": notices(chair, live.policy, self._clock.mono_s()) if live.is_watched else [],
            "device_alarms": device_alarms_picture(chair.device_alarms, now),
            "device_alarms_left_out": len(chair.device_alarms.left_out),
            "suggestions": [
                {"id": one.value, "words": SUGGESTION_WORDS[one]}
                for one in suggestions(live.states.values(), infusing=live.course.state is SessionState.INFUSING)
            ],
            **rescue_picture(live),
        }

    def values(self, chair: Chair, live: LiveSession, vitals: list[str]) -> Mapping[str, object]:
        """The numbers of some vitals."""
        return numbers(chair, live.policy, self._clock.mono_s(), [Vital(vital) for vital in vitals])

    def pump(self, chair: Chair, live: LiveSession) -> Mapping[str, object] | None:
        """What the pump says of itself beside the record."""
        return pump_panel(live, chair, self._clock.now())

    def _tile_session(self, live: LiveSession, now: datetime) -> Json:
        course = live.course
        return {
            "id": live.id,
            "version": course.version,
            "initials": live.patient.initials,
            "id_digits": live.patient.id_digits,
            "state": course.state.value,
            "state_since_at": _iso(course.state_since_at),
            "elapsed_s": _elapsed_s(live, now),
            "remaining_s": _remaining_s(live, now),
            "ready_at": None if live.outlook is None else live.outlook.ready_at,
            "held_reason": course.held_reason,
        }

    def _missing(self, live: LiveSession, chair: Chair) -> tuple[str, ...]:
        if live.course.state not in _BEFORE_THE_START:
            return ()
        return start_gate_of(live, self._clock.now(), chair=bool(chair.bed), look=live.gate).ids

    def _line(self, live: LiveSession) -> str | None:
        if live.course.state is SessionState.OBSERVING and live.outlook is not None:
            return f"{live.outlook.met} of {live.outlook.of} criteria met"
        if live.course.state is not SessionState.PREPARING:
            return None
        missing = start_gate_of(live, self._clock.now(), chair=True, look=live.gate).missing
        if not missing:
            return "Ready to start"
        words = [one.words for one in missing[:LINE_NAMES]]
        if len(missing) > LINE_NAMES:
            words.append(f"{len(missing) - LINE_NAMES} more")
        listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
        named = f"{listed[0].upper()}{listed[1:]}"
        return f"{named} still missing"

    def _next(self, chair: Chair) -> str | None:
        booked = self._ward.next_for(chair.id)
        return None if booked is None else f"{booked.scheduled_for.isoformat()} {booked.patient.initials}"

    def _trend(self, chair: Chair) -> Json:
        now_s = self._clock.now().timestamp()
        return {vital.value: [list(point) for point in trend.points(now_s)] for vital, trend in chair.trends.items()}

    def calls(self) -> list[Json]:
        """Alarms nobody acknowledged, of all chairs, that call beyond their own station; the farthest first."""
        calling = [
            (chair, chair.session, alarm)
            for chair in self._ward
            if chair.session is not None
            for alarm in chair.session.alarms.values()
            if alarm.reach is not Reach.STATION
        ]
        calling.sort(key=lambda one: (-one[2].reach.rank, -one[2].priority.rank, one[2].raised_at))
        return [{**self.alarm(alarm, live, chair), "station": chair.station} for chair, live, alarm in calling]

    def _worst(self, chairs: list[Chair]) -> Json:
        standing = [
            (chair, chair.session, alarm) for chair in chairs if chair.session for alarm in chair.session.shown()
        ]
        counts = dict.fromkeys(("high", "medium", "low"), 0)
        for _, _, alarm in standing:
            counts[alarm.priority.value] += 1
        active = [one for one in standing if one[2].stage is not AlarmStage.ACKNOWLEDGED] or standing
        newest: Json | None = None
        if active:
            chair, _, alarm = max(active, key=lambda one: (one[2].priority.rank, one[2].raised_at))
            newest = {
                "chair": chair.name,
                "words": alarm.words,
                "priority": alarm.priority.value,
                "age_s": round((self._clock.now() - alarm.raised_at).total_seconds(), 1),
            }
        return {"counts": counts, "newest": newest}


_STATES = {
    AlarmStage.ACTIVE: "active",
    AlarmStage.ACKNOWLEDGED: "acknowledged",
    AlarmStage.LATCHED: "latched",
    AlarmStage.NORMAL: "ended",
    AlarmStage.PENDING: "active",
}


def _due(live: LiveSession, chair: Chair, now: datetime) -> list[Json]:
    return [{"words": one.words, "due_s": round(one.due_s, 1)} for one in due_list(live, chair, now)]


def _elapsed_s(live: LiveSession, now: datetime) -> float | None:
    course = live.course
    since = course.started_at if course.state in (SessionState.INFUSING, SessionState.HELD) else course.state_since_at
    return None if since is None else round((now - since).total_seconds(), 1)


def _remaining_s(live: LiveSession, now: datetime) -> float | None:
    course, figures = live.course, live.course.figures()
    if figures is None or course.order is None or course.state is not SessionState.INFUSING:
        return None
    left = remaining_s(course.rates, course.order.concentration_mg_per_ml, figures.total_mg, now, course.boluses)
    return None if left is None else round(left, 1)


def _until(pause: Pause | None, now: datetime) -> str | None:
    return pause.until_at.isoformat() if pause is not None and pause.runs(now) else None


def audio(live: LiveSession, now: datetime) -> Json:
    """The priority a station sounds for this chair now, None for silence, and until when a person paused its sound."""
    heard = sounding(live.states.values())
    return {
        "priority": None if heard is None else heard.value,
        "paused_until_at": _until(live.course.audio_pause, now),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
