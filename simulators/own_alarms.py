"""The alarms a bedside monitor raises itself, from the numbers it shows.

Law: a condition starts when its limit is passed, is said again every `SAID_AGAIN_S` while it lasts, and ends when its
number is back; nothing is known while the monitor is silent. Asked in the order of time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulators.hl7_writer.words import OwnAlarm

SAID_AGAIN_S = 15.0
DESATURATION_BELOW = 85.0
Shown = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """One alarm the monitor knows; event numbers of IHE but 196956, which is K."""

    code: str
    words: str
    priority: str
    grade: str
    source: str
    holds: Callable[[Shown], bool]


CONDITIONS = (
    Condition(
        "196670^MDC_EVT_LO",
        "*** DESAT",
        "PH",
        "1^RedAlarm",
        "150456^MDC_PULS_OXIM_SAT_O2^MDC",
        lambda shown: 0 < shown.get("spo2", 100.0) < DESATURATION_BELOW,
    ),
    Condition(
        "199680^MDC_EVT_APNEA",
        "*** APNEA",
        "PH",
        "1^RedAlarm",
        "151578^MDC_TTHOR_RESP_RATE^MDC",
        lambda shown: shown.get("rr") == 0,
    ),
    Condition(
        "196956^MDC_EVT_SENSOR_DISCONN",
        "ECG LEADS OFF",
        "PL",
        "5^HardInop",
        "147842^MDC_ECG_HEART_RATE^MDC",
        lambda shown: "hr" not in shown,
    ),
    Condition(
        "196956^MDC_EVT_SENSOR_DISCONN",
        "SpO2 SENSOR OFF",
        "PL",
        "5^HardInop",
        "150456^MDC_PULS_OXIM_SAT_O2^MDC",
        lambda shown: shown.get("spo2") == 0,
    ),
)


class OwnAlarms:
    """The alarms of one monitor."""

    def __init__(self) -> None:
        self._since: dict[Condition, datetime] = {}
        self._said: dict[Condition, datetime] = {}

    def changes(self, shown: Shown, at: datetime) -> Sequence[OwnAlarm]:
        """What starts, is said again or ends at `at`."""
        said: list[OwnAlarm] = []
        for condition in CONDITIONS:
            on = condition in self._since
            if condition.holds(shown):
                if not on:
                    self._since[condition] = at
                elif (at - self._said[condition]).total_seconds() < SAID_AGAIN_S:
                    continue
                self._said[condition] = at
                said.append(self._alarm(condition, "update" if on else "start"))
            elif on:
                said.append(self._alarm(condition, "end"))
                del self._since[condition], self._said[condition]
        return said

    def standing(self) -> Sequence[OwnAlarm]:
        """Every alarm that is on."""
        return [self._alarm(condition, "update") for condition in self._since]

    def _alarm(self, condition: Condition, phase: str) -> OwnAlarm:
        kind = condition
        return OwnAlarm(kind.code, kind.words, phase, kind.priority, kind.grade, kind.source, self._since[kind])
