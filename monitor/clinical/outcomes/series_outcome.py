"""What a series did: pain before, after and between, response, relief, opioids, function, adverse events.

Laws
1. The response over the series is told only while its newest value is as new as the last follow-up that was due:
   once one is missing the response is UNKNOWN, and the last known one stands beside it with its date.
2. One measure is compared from beginning to end (the policy's); a value of another never stands in.
3. Baseline is the last value before the first infusion's start.

Source: CLINICAL.md §1.1, §5.6, §5.8, §7.2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from monitor.clinical.outcomes.due import Due, Ended, answered, ask_no_more, dues, still_asked
from monitor.clinical.outcomes.facts import FollowUpFacts, Graded, InfusionFacts, PainSeen, Reached, Scored, SeriesFacts
from monitor.clinical.outcomes.relief import DayOf, JournalRelief, journal_relief
from monitor.clinical.outcomes.response import ResponseClass, less_percent, response_class
from monitor.clinical.policy.outcome_parts import FollowUpPolicy, Measure, ResponsePolicy
from monitor.clinical.scores.brief_pain import SEVERITY, severity


@dataclass(frozen=True, slots=True)
class OutcomePolicy:
    """The two parts of the policy an outcome is judged by."""

    response: ResponsePolicy
    follow_up: FollowUpPolicy


@dataclass(frozen=True, slots=True)
class Response:
    """Relief over the series; `last_known` is the class `newest` had, when the present one is UNKNOWN."""

    result: ResponseClass
    percent: float | None
    before: PainSeen | None
    newest: PainSeen | None
    last_known: ResponseClass = ResponseClass.UNKNOWN
    says: str = ""


@dataclass(frozen=True, slots=True)
class InfusionOutcome:
    """One infusion: pain now before and after it, its relief, and what went wrong."""

    facts: InfusionFacts
    before: PainSeen | None
    after: PainSeen | None
    percent: float | None
    result: ResponseClass
    reported_relief_h: float | None
    journal: JournalRelief | None
    events: tuple[Graded, ...]

    @property
    def worst_grade(self) -> int | None:
        """The worst CTCAE grade; None when no adverse event was recorded."""
        return max((one.grade for one in self.events), default=None)


@dataclass(frozen=True, slots=True)
class Change:
    """A first and a newest value; None where it was not recorded or cannot be told.

    The first is no change from itself: until something newer is recorded, none can be told.
    """

    first: Scored | None
    newest: Scored | None

    @property
    def less(self) -> float | None:
        """So much less than at first."""
        if self.first is None or self.newest is None or self.newest.at <= self.first.at:
            return None
        if self.first.value is None or self.newest.value is None:
            return None
        return self.first.value - self.newest.value

    @property
    def percent_less(self) -> float | None:
        """The same in percent of the first."""
        if self.first is None or self.newest is None or self.newest.at <= self.first.at:
            return None
        return less_percent(self.first.value, self.newest.value)


@dataclass(frozen=True, slots=True)
class FollowUpsDone:
    """How complete the following-up is: of those that have lapsed or were answered, so many were answered."""

    recorded: int
    of: int
    missing: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class SeriesOutcome:
    """Everything told of a series as of one moment."""

    as_of: datetime
    baseline: PainSeen | None
    response: Response
    infusions: tuple[InfusionOutcome, ...]
    pain: tuple[PainSeen, ...]  # every value of the compared measure, by time
    mme: tuple[Scored, ...]
    interference: tuple[Scored, ...]
    severity: tuple[Scored, ...]  # BPI, the mean of its four
    opioids: Change
    function: Change
    severity_change: Change
    follow_ups: FollowUpsDone

    @property
    def cumulative_mg(self) -> float | None:
        """All drug given; None when one infusion's amount cannot be told."""
        given = [one.facts.given_mg for one in self.infusions]
        known = [mg for mg in given if mg is not None]
        return sum(known) if len(known) == len(given) else None


def series_outcome(facts: SeriesFacts, policy: OutcomePolicy, now: datetime, day_of: DayOf) -> SeriesOutcome:
    """The outcome of a series as of now."""
    reached = [one for one in facts.follow_ups if one.reached is Reached.YES]
    pain = _pain(facts, reached, policy.response.measure)
    baseline = _baseline(facts, policy.response.measure)
    done = follow_ups_done(facts, policy.follow_up, now)
    mme = _by_time([*facts.mme, *(one.mme for one in reached if one.mme is not None)])
    function = _by_time([*facts.interference, *(one.interference for one in reached if one.interference is not None)])
    severities = _by_time([*facts.severity, *_severities(reached)])
    return SeriesOutcome(
        now,
        baseline,
        _response(facts, baseline, pain, _lacking(facts, policy, now), policy.response),
        _infusions(facts, reached, policy.response, now, day_of),
        pain,
        mme,
        function,
        severities,
        Change(_before_first(mme, facts), mme[-1] if mme else None),
        Change(_before_first(function, facts), function[-1] if function else None),
        Change(_before_first(severities, facts), severities[-1] if severities else None),
        done,
    )


def wanted_of(facts: SeriesFacts, policy: FollowUpPolicy) -> tuple[Due, ...]:
    """Every follow-up the infusions of one series ask for, by time."""
    found: list[Due] = []
    stop = ask_no_more(facts.follow_ups)
    for one, later in zip_longest(facts.infusions, facts.infusions[1:]):
        if one.ended_at is not None:
            ended = Ended(one.session_id, one.ended_at, None if later is None else later.started_at)
            found += still_asked(dues(ended, policy), one.ended_at, stop)
    return tuple(sorted(found, key=lambda due: due.due_at))


def follow_ups_done(facts: SeriesFacts, policy: FollowUpPolicy, now: datetime) -> FollowUpsDone:
    """What was asked in time, and what is missing."""
    closed = answered(facts.follow_ups)
    wanted = wanted_of(facts, policy)
    reached = [one for one in wanted if one.name in closed and closed[one.name].reached is Reached.YES]
    missing = tuple(one for one in wanted if one not in reached and (one.lapses_at <= now or one.name in closed))
    return FollowUpsDone(len(reached), len(reached) + len(missing), missing)


def _pain(facts: SeriesFacts, reached: Iterable[FollowUpFacts], measure: Measure) -> tuple[PainSeen, ...]:
    found = [seen for one in facts.infusions for seen in one.pain if seen.measure is measure]
    told = (one for one in reached if measure.value in one.pain)
    found += [PainSeen(one.at, float(one.pain[measure.value]), measure) for one in told]
    return tuple(sorted(found, key=lambda seen: seen.at))


def _severities(reached: Iterable[FollowUpFacts]) -> Iterable[Scored]:
    """The BPI severity of each follow-up that told all four of its pains; fewer are no severity."""
    whole = (one for one in reached if set(one.pain) == set(SEVERITY))
    return (Scored(one.at, severity(one.pain)) for one in whole)


def _baseline(facts: SeriesFacts, measure: Measure) -> PainSeen | None:
    if not facts.infusions:
        return None
    first = facts.infusions[0]
    return _last([one for one in first.pain if one.measure is measure and one.at <= first.started_at])


def _response(
    facts: SeriesFacts,
    baseline: PainSeen | None,
    pain: Sequence[PainSeen],
    lacking: Due | None,
    policy: ResponsePolicy,
) -> Response:
    if not facts.infusions:
        return Response(ResponseClass.UNKNOWN, None, None, None, says="no infusion yet")
    if baseline is None:
        return Response(ResponseClass.UNKNOWN, None, None, None, says="no pain before the first infusion is known")
    newest = _last([one for one in pain if not _on_the_day(one, facts)])
    percent = None if newest is None else less_percent(baseline.value, newest.value)
    known = response_class(percent, policy)
    if newest is None:
        says = "no follow-up recorded yet"
        return Response(ResponseClass.UNKNOWN, None, baseline, None, says=says)
    if lacking is not None and newest.at < lacking.due_at:
        return Response(ResponseClass.UNKNOWN, None, baseline, newest, known, "a later follow-up is missing")
    says = "there was no pain before" if percent is None else ""
    return Response(known, percent, baseline, newest, says=says)


def _lacking(facts: SeriesFacts, policy: OutcomePolicy, now: datetime) -> Due | None:
    """The last follow-up that should have told the compared pain by now and did not."""
    closed = answered(facts.follow_ups)
    told = {name for name, one in closed.items() if policy.response.measure.value in one.pain}
    over = [one for one in wanted_of(facts, policy.follow_up) if one.lapses_at <= now or one.name in closed]
    return next((one for one in reversed(over) if one.name not in told), None)


def _on_the_day(seen: PainSeen, facts: SeriesFacts) -> bool:
    """Whether it was said before the first infusion, or between the start of one and the patient's leaving.

    What the drug does within hours is told for each infusion; it is no response over the series.
    """
    if seen.at <= facts.infusions[0].started_at:
        return True
    return any(seen in one.pain and seen.at > one.started_at for one in facts.infusions)


def _infusions(
    facts: SeriesFacts, reached: Sequence[FollowUpFacts], policy: ResponsePolicy, now: datetime, day_of: DayOf
) -> tuple[InfusionOutcome, ...]:
    base = _baseline(facts, Measure.NOW) or _baseline(facts, Measure.AVERAGE)
    found = []
    for one, later in zip_longest(facts.infusions, facts.infusions[1:]):
        asked = [follow_up for follow_up in reached if follow_up.session_id == one.session_id]
        told = [follow_up.relief_h for follow_up in asked if follow_up.relief_h is not None]
        before = _last([seen for seen in one.pain if seen.measure is Measure.NOW and seen.at <= one.started_at])
        after = None if one.ended_at is None else _last([s for s in one.pain if _is_after(s, one.ended_at)])
        percent = less_percent(None if before is None else before.value, None if after is None else after.value)
        journal = None
        if one.ended_at is not None:
            span = (one.ended_at, now if later is None else later.started_at)
            journal = journal_relief(facts.journal, None if base is None else base.value, span, policy, day_of)
        events = (*one.events, *(event for follow_up in asked for event in follow_up.side_effects))
        found.append(
            InfusionOutcome(
                one, before, after, percent, response_class(percent, policy),
                told[-1] if told else None, journal, events,
            )
        )  # fmt: skip
    return tuple(found)


def _is_after(seen: PainSeen, ended_at: datetime) -> bool:
    return seen.measure is Measure.NOW and ended_at <= seen.at < ended_at + timedelta(days=1)


def _before_first(scored: Sequence[Scored], facts: SeriesFacts) -> Scored | None:
    """The last total before the first infusion's start; without one there is nothing to compare with."""
    start = facts.infusions[0].started_at if facts.infusions else None
    before = [one for one in scored if start is None or one.at <= start]
    return before[-1] if before else None


def _by_time(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(scored, key=lambda one: one.at))


def _last(seen: Sequence[PainSeen]) -> PainSeen | None:
    return max(seen, key=lambda one: one.at, default=None)
