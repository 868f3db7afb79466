"""The automatic blood pressure cuff: when it squeezes the arm, when it has measured, what it does after a failure.

Law: the schedule is the scenario's; a failed measurement is repeated and moves no later one.
"""

from collections.abc import Iterator

from simulators.scenario import Scenario

FIRST_CUFF_S = 15.0
INFLATED_S = 35.0  # [D] how long one measurement squeezes the arm: 30 to 40 s
RETRY_S, RETRIES = 60.0, 2  # [D] a failed one is tried again a minute later, twice at most


def cuff_times(scenario: Scenario) -> Iterator[float]:
    """Seconds at which the automatic cuff finishes a measurement, for ever."""
    infusion, cuff = scenario.infusion, scenario.cuff
    at_s = FIRST_CUFF_S
    while True:
        yield at_s
        minute = scenario.visit_minute(at_s)
        if minute < infusion.from_min:
            at_s += cuff.before_min * 60
        elif minute < infusion.from_min + infusion.over_min:
            at_s += cuff.infusing_min * 60
        else:
            at_s += cuff.after_min * 60


class AutomaticCuff:
    """One chair's cuff, asked in the order of time."""

    def __init__(self, scenario: Scenario) -> None:
        self._times = cuff_times(scenario)
        self._planned_s = next(self._times)
        self._retry_s: float | None = None
        self._retries = 0

    @property
    def due_s(self) -> float:
        """When the next measurement is finished."""
        return self._planned_s if self._retry_s is None else min(self._planned_s, self._retry_s)

    def squeezes_for_s(self, t_s: float) -> float | None:
        """For how long the arm has been squeezed at `t_s`; None when it is not."""
        since_s = t_s - (self.due_s - INFLATED_S)
        return since_s if 0 <= since_s < INFLATED_S else None

    def finished_by(self, t_s: float) -> float | None:
        """The second of the newest measurement that is finished and was not told yet."""
        finished_s = None
        while self.due_s <= t_s:
            finished_s = self.due_s
            if finished_s == self._planned_s:
                self._planned_s, self._retries = next(self._times), 0
            self._retry_s = None
        return finished_s

    def failed(self, at_s: float) -> None:
        """The measurement of `at_s` gave no value: try again, unless it was tried often enough."""
        if self._retries < RETRIES:
            self._retries += 1
            self._retry_s = at_s + RETRY_S
