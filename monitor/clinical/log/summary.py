"""A whole session on one page: what was measured, how far it went, how long it was beyond, what rang and who came.

Laws
1. What was not measured has no extreme; it is not within its limits either.
2. Extremes are of accepted values; a questionable value that goes farther is told beside, so that nothing is hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.recorded import RecordedAlarm
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.log.answers import Answered, AnswerTimes, answer_times, every_answer
from monitor.clinical.log.beyond import Beyond, Stretch, beyond
from monitor.clinical.log.silences import Silence, silences
from monitor.clinical.log.values import Measured, Series, from_ms
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital


@dataclass(frozen=True, slots=True)
class Extreme:
    """A value, and when it was first measured."""

    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class VitalSummary:
    """One vital over the session; the extremes are None when nothing was accepted."""

    vital: Vital
    count: int
    lowest: Extreme | None
    highest: Extreme | None
    doubted_lowest: Extreme | None  # questionable, and lower than every accepted value
    doubted_highest: Extreme | None
    questionable: int
    implausible: int
    struck: int
    beyond: Beyond


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """The session from its first watching until `until_at`: its end, or now while it runs."""

    from_at: datetime
    until_at: datetime
    vitals: tuple[VitalSummary, ...]
    silences: tuple[Silence, ...]
    alarms: tuple[Answered, ...]
    answer_times: Mapping[AlarmPriority, AnswerTimes]


def summarised(
    policy: ClinicPolicy,
    stretches: Sequence[Stretch],
    measured: Mapping[Vital, Measured],
    alarms: Iterable[RecordedAlarm],
    from_at: datetime,
    until_at: datetime,
) -> SessionSummary:
    """The summary; vitals in the order of the enumeration, silences and alarms by time."""
    answers = every_answer(alarms)
    gaps = [
        gap for vital, one in measured.items() for gap in silences(vital, one.judged, policy.freshness, until_at)
    ]  # fmt: skip
    return SessionSummary(
        from_at=from_at,
        until_at=until_at,
        vitals=tuple(vital_summary(v, measured[v], stretches, until_at) for v in Vital if v in measured),
        silences=tuple(sorted(gaps, key=lambda gap: gap.from_at)),
        alarms=tuple(answers),
        answer_times=answer_times(answers),
    )


def vital_summary(vital: Vital, one: Measured, stretches: Sequence[Stretch], until_at: datetime) -> VitalSummary:
    """One vital's line."""
    lowest, highest = _lowest(one.accepted), _highest(one.accepted)
    doubted_low, doubted_high = _lowest(one.questionable), _highest(one.questionable)
    lower = doubted_low is not None and (lowest is None or doubted_low.value < lowest.value)
    higher = doubted_high is not None and (highest is None or doubted_high.value > highest.value)
    return VitalSummary(
        vital=vital,
        count=len(one.accepted),
        lowest=lowest,
        highest=highest,
        doubted_lowest=doubted_low if lower else None,
        doubted_highest=doubted_high if higher else None,
        questionable=len(one.questionable),
        implausible=one.implausible,
        struck=one.struck,
        beyond=beyond(vital, one.judged, stretches, until_at),
    )


def _lowest(values: Series) -> Extreme | None:
    return _first(values, min(values.value)) if values else None


def _highest(values: Series) -> Extreme | None:
    return _first(values, max(values.value)) if values else None


def _first(values: Series, value: float) -> Extreme:
    return Extreme(value, from_ms(values.at_ms[values.value.index(value)]))
