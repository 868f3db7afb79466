"""What an alarm is and how it moves: one table.

Laws
1. Every move of an alarm stands in ALARM_MOVES, total over stages and causes; None means refused.
2. Missing data moves nothing, in no stage.
3. A held level worse than the one that stands is a new signal, whatever was acknowledged before it.
4. Only a valid value inside the limit, by the hysteresis, ends a standing alarm; a latching one then waits,
   LATCHED, for a person. (A technical alarm's valid value is the data coming back.)
5. An acknowledgement moves only what stands or waits; it never reaches a later alarm of the same rule.
6. In NORMAL, PENDING and LATCHED no level stands, so any level that has been held is worse than what stands.

Source: DESIGN.md "Alarms"; CLINICAL.md §2.6 "Words that settle", §3.4, §3.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.clinical.vitals import Vital


class AlarmPriority(StrEnum):
    """How soon a person must respond (CLINICAL.md §3.1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """1, 2, 3: greater is worse."""
        return _RANK[self]


_RANK = {AlarmPriority.LOW: 1, AlarmPriority.MEDIUM: 2, AlarmPriority.HIGH: 3}


class AlarmKind(StrEnum):
    """Whether the patient or the equipment is the matter."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class AlarmStage(StrEnum):
    """Where one rule of one session stands."""

    NORMAL = "normal"
    PENDING = "pending"  # beyond a limit, not yet for its persistence
    ACTIVE = "active"  # raised, nobody has acknowledged it
    ACKNOWLEDGED = "acknowledged"  # the condition persists, a person knows
    LATCHED = "latched"  # the condition is over, nobody has acknowledged it


class AlarmCause(StrEnum):
    """What happens to an alarm."""

    BEYOND = "beyond"  # a value beyond a limit; nothing worse than what stands has been held long enough
    HELD = "held"  # a level worse than the one that stands has been held for its persistence
    EASED = "eased"  # inside the level that stands, still beyond a milder one
    INSIDE = "inside"  # a valid value inside the limit (by the hysteresis when something stands)
    INSIDE_LATCHING = "inside_latching"  # the same, for a level that latches
    MISSING = "missing"  # no value, or one that may not be used
    ACKNOWLEDGED = "acknowledged"  # a person acknowledged what they saw
    CLOSED = "closed"  # the session is over


_G, _C = AlarmStage, AlarmCause

ALARM_MOVES: Mapping[AlarmStage, Mapping[AlarmCause, AlarmStage | None]] = {
    _G.NORMAL: {
        _C.BEYOND: _G.PENDING,
        _C.HELD: _G.ACTIVE,
        _C.EASED: _G.NORMAL,
        _C.INSIDE: _G.NORMAL,
        _C.INSIDE_LATCHING: _G.NORMAL,
        _C.MISSING: _G.NORMAL,
        _C.ACKNOWLEDGED: None,
        _C.CLOSED: _G.NORMAL,
    },
    _G.PENDING: {
        _C.BEYOND: _G.PENDING,
        _C.HELD: _G.ACTIVE,
        _C.EASED: _G.PENDING,
        _C.INSIDE: _G.NORMAL,
        _C.INSIDE_LATCHING: _G.NORMAL,
        _C.MISSING: _G.PENDING,
        _C.ACKNOWLEDGED: None,
        _C.CLOSED: _G.NORMAL,
    },
    _G.ACTIVE: {
        _C.BEYOND: _G.ACTIVE,
        _C.HELD: _G.ACTIVE,
        _C.EASED: _G.ACTIVE,
        _C.INSIDE: _G.NORMAL,
        _C.INSIDE_LATCHING: _G.LATCHED,
        _C.MISSING: _G.ACTIVE,
        _C.ACKNOWLEDGED: _G.ACKNOWLEDGED,
        _C.CLOSED: _G.NORMAL,
    },
    _G.ACKNOWLEDGED: {
        _C.BEYOND: _G.ACKNOWLEDGED,
        _C.HELD: _G.ACTIVE,
        _C.EASED: _G.ACKNOWLEDGED,
        _C.INSIDE: _G.NORMAL,
        _C.INSIDE_LATCHING: _G.NORMAL,
        _C.MISSING: _G.ACKNOWLEDGED,
        _C.ACKNOWLEDGED: _G.ACKNOWLEDGED,
        _C.CLOSED: _G.NORMAL,
    },
    _G.LATCHED: {
        _C.BEYOND: _G.LATCHED,
        _C.HELD: _G.ACTIVE,
        _C.EASED: _G.LATCHED,
        _C.INSIDE: _G.LATCHED,
        _C.INSIDE_LATCHING: _G.LATCHED,
        _C.MISSING: _G.LATCHED,
        _C.ACKNOWLEDGED: _G.NORMAL,
        _C.CLOSED: _G.NORMAL,
    },
}

STANDING = frozenset({_G.ACTIVE, _G.ACKNOWLEDGED, _G.LATCHED})  # shown to people


class AlarmEventName(StrEnum):
    """What is told and stored about an alarm."""

    RAISED = "raised"
    ESCALATED = "escalated"  # a worse level: one new signal
    DEESCALATED = "deescalated"  # a milder level: silent
    RETURNED = "returned"  # latched, and the condition is back
    ACKNOWLEDGED = "acknowledged"
    LATCHED = "latched"
    ENDED = "ended"
    AUDIO_PAUSED = "audio_paused"  # a person paused its sound for a while
    RESOUNDED = "resounded"  # still there when a pause ended
    REMINDED = "reminded"  # acknowledged, and still there after the reminder time
    CALLED_ALL_STATIONS = "called_all_stations"  # nobody acknowledged it: who is called next
    CALLED_PHYSICIAN = "called_physician"
    CALLED_EVERYONE = "called_everyone"


class Reach(StrEnum):
    """Whom an alarm that nobody acknowledged calls, from near to far."""

    STATION = "station"
    ALL_STATIONS = "all_stations"
    PHYSICIAN = "physician"
    EVERYONE = "everyone"

    @property
    def rank(self) -> int:
        """0 to 3: greater is farther."""
        return _REACH_RANK[self]


_REACH_RANK = {reach: rank for rank, reach in enumerate(Reach)}
CALLS: Mapping[AlarmEventName, Reach] = {
    AlarmEventName.CALLED_ALL_STATIONS: Reach.ALL_STATIONS,
    AlarmEventName.CALLED_PHYSICIAN: Reach.PHYSICIAN,
    AlarmEventName.CALLED_EVERYONE: Reach.EVERYONE,
}


@dataclass(frozen=True, slots=True)
class AlarmState:
    """One rule of one session. `held` is the progress of each level (seconds or measurements), below 0: not beyond it.

    `doubted` is how much of each level's delay a questionable signal has used up; `doubtful` is, for a questionable
    newest value, how many levels it is beyond (None: it is believed).
    `value_mono_s` and `fresh_until_mono_s` are monotonic seconds of receipt: progress by time runs between them.
    `waiting_since_mono_s` is since when it waits for a person, or since when the person who acknowledged it knows.
    """

    rule_id: str
    kind: AlarmKind
    stage: AlarmStage = AlarmStage.NORMAL
    vital: Vital | None = None
    alarm_id: str = ""
    priority: AlarmPriority | None = None
    value: float | None = None
    limit: float | None = None
    words: str = ""
    group: str = ""
    raised_at: datetime | None = None
    held: tuple[float, ...] = ()
    doubted: tuple[float, ...] = ()
    doubtful: int | None = None
    value_mono_s: float = 0.0
    fresh_until_mono_s: float = 0.0
    measured_at: datetime | None = None  # the device's time of the newest value judged
    heard_for: datetime | None = None  # the measurement that last gave a signal
    quiet: bool = False  # pause_monitoring keeps it from signalling
    silenced: bool = False  # a person paused its sound
    reach: Reach = Reach.STATION
    waiting_since_mono_s: float | None = None
    past: tuple[tuple[float, float], ...] = ()  # of a rule of change, kept also in NORMAL (rate_of_change.py)

    @property
    def stands(self) -> bool:
        """Whether people are shown this alarm."""
        return self.stage in STANDING

    @property
    def unacknowledged(self) -> bool:
        """Whether it waits for a person."""
        return self.stage in (AlarmStage.ACTIVE, AlarmStage.LATCHED)

    @property
    def audible(self) -> bool:
        """Whether a station sounds it now."""
        return self.unacknowledged and not self.quiet and not self.silenced


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One thing that happened to one alarm; `signal` is True when it must be heard (again)."""

    event: AlarmEventName
    rule_id: str
    alarm_id: str
    kind: AlarmKind
    vital: Vital | None
    at: datetime
    stage: AlarmStage
    priority: AlarmPriority
    value: float | None
    limit: float | None
    words: str
    cause: str
    acknowledged: bool  # a person has acknowledged it; an `ended` without is kept as a message until seen
    signal: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging changed: the caller merges `changed` into its states and stores and tells `events`."""

    changed: Mapping[str, AlarmState]
    events: tuple[AlarmEvent, ...] = ()


def next_stage(stage: AlarmStage, cause: AlarmCause) -> AlarmStage | None:
    """The stage after the cause; None when a person's acknowledgement has nothing to acknowledge."""
    return ALARM_MOVES[stage][cause]
