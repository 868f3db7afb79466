"""A rule for a score: which numbers of one scale alarm.

Law: one direction a rule; a scale that is bad on both sides has two.

Source: CLINICAL.md §2.6, the rows "on entry" and "on set".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.alarms.limits import Direction, Level
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import LIVE_STATES, SessionState

NEWS2 = "news2"


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """One alarm of one scale. Its levels are inclusive limits that alarm at once, from mild to severe.

    `above_baseline`: a level needs also a score so much above the patient's own before the infusion.
    `any_three`: the priority of a NEWS2 with a 3 in one parameter. `stop_infusion_at`: from this score on, the words
    suggest to stop the infusion.
    """

    id: str
    kind: str
    direction: Direction
    levels: tuple[Level, ...]
    source: str
    mark: str
    phases: frozenset[SessionState] = LIVE_STATES
    above_baseline: float | None = None
    any_three: AlarmPriority | None = None
    stop_infusion_at: float | None = None
    off_reason: str = ""  # a clinic switched the rule off, and why

    @property
    def hysteresis(self) -> float:
        """A score is a whole number: the next one is inside."""
        return 0.0

    @property
    def extra_s(self) -> float:
        """A score is no signal: nothing lengthens its alarm."""
        return 0.0

    @property
    def is_off(self) -> bool:
        """Whether the clinic switched this rule off."""
        return bool(self.off_reason)

    def limits(self, baselines: Mapping[str, float]) -> tuple[float, ...]:
        """Each level's limit for this patient; without a baseline the plain limit, which alarms sooner."""
        base = baselines.get(self.kind)
        plain = tuple(level.limit or 0.0 for level in self.levels)
        if self.above_baseline is None or base is None:
            return plain
        if self.direction is Direction.HIGH:
            return tuple(max(limit, base + self.above_baseline) for limit in plain)
        return tuple(min(limit, base - self.above_baseline) for limit in plain)
