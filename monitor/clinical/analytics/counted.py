"""What is counted of a period, as values.

Laws
1. An alarm is one alarm, at the worst priority it had, and answered as log/answers.py says: from when it first had it.
2. Hours and alarms are those of sessions that are over: the hours of a running one are not over either.
3. Watched hours run from check-in to the end of the session; a pause of the monitoring is among them.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital

OVER = (SessionState.DISCHARGED, SessionState.LEFT, SessionState.TRANSFERRED)  # somebody was watched, and it ended


@dataclass(frozen=True, slots=True)
class CountedSession:
    """One session; the two times are those of the watching, None where there was none or it is not over."""

    id: int
    chair_id: int
    state: SessionState
    overridden: bool  # discharged by a physician's override
    watched_from_at: datetime | None
    watched_until_at: datetime | None
    series_id: int | None = None
    patient_id: int = 0

    @property
    def is_over(self) -> bool:
        """Whether its hours and alarms count."""
        return self.state in OVER

    @property
    def watched_h(self) -> float:
        """Hours from check-in to its end; none while it runs."""
        if not self.is_over or self.watched_from_at is None or self.watched_until_at is None:
            return 0.0
        return max(0.0, (self.watched_until_at - self.watched_from_at).total_seconds() / 3600)


@dataclass(frozen=True, slots=True)
class CountedAlarms:
    """So many alarms of one rule and priority; `within` counts those answered within each of log/answers.MARKS_S."""

    rule_id: str
    kind: str
    priority: AlarmPriority
    count: int
    answered: int
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountedRange:
    """How long one vital of one session was above and below its limits, and had a value at all, in seconds."""

    session_id: int
    vital: Vital
    above_s: float
    below_s: float
    measured_s: float
