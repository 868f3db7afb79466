"""The clinic over a period: alarm load, answers, limits that ring, how sessions ended. Law: nobody is named."""

from datetime import date

from flask import Blueprint
from sqlalchemy import Connection

from monitor.clinical.alarms.own_limits import rule_words
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.analytics.figures import LimitLoad, PriorityLoad, VitalRange, Week, clinic_figures
from monitor.clinical.log.answers import MARKS_S
from monitor.clinical.words import NAMES, TECHNICAL
from monitor.security.roles import Action
from monitor.store.queries.analytics import simulated_sessions
from monitor.web.doors import allowed
from monitor.web.fields import Answer
from monitor.web.here import services
from monitor.web.period import AskedPeriod, Period, counted_weeks, period_of
from monitor.web.services import Services

blueprint = Blueprint("analytics", __name__)


class PriorityAnswer(Answer):
    """The alarms of one priority; `shares` by seconds, null of no alarm; `per_chair_hour` null without hours."""

    priority: str
    count: int
    answered: int
    per_chair_hour: float | None
    shares: dict[str, float | None]


class LimitAnswer(Answer):
    """How often one rule rang."""

    rule_id: str
    words: str
    kind: str
    count: int
    high: int
    medium: int
    low: int
    per_chair_hour: float | None
    share_of_all: float


class RangeAnswer(Answer):
    """How long one vital was beyond its limits, in seconds of the time it had a value; `share` is null without any."""

    vital: str
    name: str
    sessions: int
    above_s: float
    below_s: float
    measured_s: float
    share: float | None


class EndsAnswer(Answer):
    """How the sessions planned for the period ended; `overridden` are among the discharged."""

    total: int
    discharged: int
    overridden: int
    left: int
    transferred: int
    cancelled: int
    running: int
    scheduled: int


class WeekAnswer(Answer):
    """One week of the period, or the part of it that lies in it."""

    from_day: date
    sessions: int
    chair_hours: float
    priorities: list[PriorityAnswer]


class AnalyticsAnswer(Answer):
    """A period; `sessions`, hours and alarms are of sessions that are over, `ends` of all that were planned.

    `ranges` are of `ranges_of_sessions` of them: a session is reckoned some minutes after its end.
    """

    from_day: date
    until_day: date
    simulated: bool
    simulated_left_out: int
    sessions: int
    chair_hours: float
    priorities: list[PriorityAnswer]
    limits: list[LimitAnswer]
    ranges: list[RangeAnswer]
    ranges_of_sessions: int
    ends: EndsAnswer
    weeks: list[WeekAnswer]


@blueprint.get("/analytics")
@allowed(Action.VIEW_ANALYTICS, query=AskedPeriod, answer=AnalyticsAnswer)
def get_analytics(query: AskedPeriod) -> AnalyticsAnswer:
    """Alarm load, answers and ends of a period."""
    given = services()
    return analytics_told(period_of(query, given), given)


def analytics_told(period: Period, given: Services) -> AnalyticsAnswer:
    """The figures of a period."""
    figures = clinic_figures(counted_weeks(period, given))
    words = given.read(_rule_words, given)
    left_out = 0 if given.config.demo else given.read(simulated_sessions, period.from_at, period.until_at)
    return AnalyticsAnswer(
        from_day=period.from_day,
        until_day=period.until_day,
        simulated=given.config.demo,
        simulated_left_out=left_out,
        sessions=figures.sessions,
        chair_hours=figures.watched_h,
        priorities=[_priority(one) for one in figures.priorities],
        limits=[_limit(one, words) for one in figures.limits],
        ranges=[_range(one) for one in figures.ranges],
        ranges_of_sessions=figures.reckoned,
        ends=EndsAnswer.model_validate(figures.ends),
        weeks=[_week(one) for one in figures.weeks],
    )


def _rule_words(connection: Connection, given: Services) -> dict[str, str]:
    """What the rules of the policy in use are called; `{name}` of a technical one is every vital's."""
    policy = given.policies(connection, given.policy.sha256)
    technical = {
        rule_id: words.replace("{name} {value} ", "").replace("{name}", "vital") for rule_id, words in TECHNICAL.items()
    }
    return {**technical, **{rule.id: rule_words(rule) for rule in policy.rules}}


def _priority(one: PriorityLoad) -> PriorityAnswer:
    return PriorityAnswer(
        priority=one.priority.value,
        count=one.count,
        answered=one.answered,
        per_chair_hour=one.per_hour,
        shares={str(mark): share for mark, share in zip(MARKS_S, one.shares, strict=True)},
    )


def _range(one: VitalRange) -> RangeAnswer:
    return RangeAnswer(
        vital=one.vital.value,
        name=NAMES[one.vital],
        sessions=one.sessions,
        above_s=one.above_s,
        below_s=one.below_s,
        measured_s=one.measured_s,
        share=one.share,
    )


def _limit(one: LimitLoad, words: dict[str, str]) -> LimitAnswer:
    return LimitAnswer(
        rule_id=one.rule_id,
        words=words.get(one.rule_id) or one.rule_id.replace("_", " ").capitalize(),
        kind=one.kind,
        count=one.count,
        **{priority.value: one.by_priority.get(priority, 0) for priority in AlarmPriority},
        per_chair_hour=one.per_hour,
        share_of_all=one.share_of_all,
    )


def _week(one: Week) -> WeekAnswer:
    priorities = [_priority(each) for each in one.priorities]
    return WeekAnswer(from_day=one.from_day, sessions=one.sessions, chair_hours=one.watched_h, priorities=priorities)
