"""A series to think about: one infusion every third day, all with the same pain before, and their follow-ups."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from monitor.clinical.outcomes.due import Due
from monitor.clinical.outcomes.facts import (
    FollowUpFacts,
    InfusionFacts,
    PainSeen,
    Reached,
    SeriesFacts,
)
from monitor.clinical.outcomes.series_outcome import OutcomePolicy, SeriesOutcome, series_outcome, wanted_of
from monitor.clinical.policy.outcome_parts import FollowUpPolicy, Measure, ResponsePolicy

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = OutcomePolicy(
    ResponsePolicy(Measure.AVERAGE, 30, 50, 1, 20, 3, 48 * 3600), FollowUpPolicy(20 * 3600, 72 * 3600, 4)
)


def seen(at: datetime, value: float, measure: Measure = Measure.AVERAGE) -> PainSeen:
    return PainSeen(at, value, measure)


def infusion(number: int, *pain: PainSeen, mg: float | None = 35.0) -> InfusionFacts:
    at = START + (number - 1) * 3 * DAY
    return InfusionFacts(number, 100 + number, at, at + HOUR, mg, None if mg is None else mg / 70, pain)


def infusions(count: int, baseline: float | None = 8) -> tuple[InfusionFacts, ...]:
    first = () if baseline is None else (seen(START - HOUR, baseline),)
    return tuple(infusion(number, *(first if number == 1 else ())) for number in range(1, count + 1))


def told(due: Due, pain: Mapping[str, int], reached: Reached = Reached.YES) -> FollowUpFacts:
    at = due.due_at + HOUR
    return FollowUpFacts(
        due.session_id * 100 + due.week, due.session_id, due.kind, due.week, due.due_at, at, reached, pain
    )


def all_told(given: tuple[InfusionFacts, ...], average: int) -> tuple[FollowUpFacts, ...]:
    return tuple(told(due, {"average": average}) for due in wanted_of(SeriesFacts(given), POLICY.follow_up))


def outcome(facts: SeriesFacts, now: datetime = START + 100 * DAY, policy: OutcomePolicy = POLICY) -> SeriesOutcome:
    return series_outcome(facts, policy, now, utc_day)


def utc_day(at: datetime) -> date:
    return at.date()
