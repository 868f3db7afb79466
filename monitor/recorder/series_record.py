"""A series as the record knows it: the facts its outcome is told from.

Law: read from stored rows only, as corrected; a session in which no drug ran is none of its infusions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.dosing.dose import given_mg
from monitor.clinical.outcomes.facts import (
    FollowUpFacts,
    FollowUpKind,
    Graded,
    InfusionFacts,
    JournalLine,
    PainSeen,
    Reached,
    Scored,
    SeriesFacts,
)
from monitor.clinical.outcomes.reassess import Answered, Asked, Decision, asked_before, still_open, stopped
from monitor.clinical.outcomes.series_outcome import OutcomePolicy, SeriesOutcome, series_outcome
from monitor.clinical.policy.outcome_parts import Measure
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.opioids import OPIOIDS
from monitor.clinical.scores.reckoning import BPI_INTERFERENCE, BPI_SEVERITY
from monitor.clinical.session import SessionEvent, SessionState
from monitor.store.queries.assessments import AssessmentRecord, assessments_of_sessions
from monitor.store.queries.follow_ups import FollowUpRecord, follow_ups_of_series, journal_of, reassessments_of
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord, events_of_sessions, sessions
from monitor.ward.adverse_events import adverse_events
from monitor.ward.course import Course
from monitor.ward.entries import CourseEvent, number, standing
from monitor.ward.restore import course_event

NRS = "nrs"
_KINDS = (NRS, BPI_SEVERITY, BPI_INTERFERENCE, OPIOIDS)


@dataclass(frozen=True, slots=True)
class SeriesRead:
    """Sessions of a series with everything its outcome rests on; `infusions` of `facts` are those in which drug ran."""

    sessions: tuple[SessionRecord, ...]
    facts: SeriesFacts
    answers: tuple[Answered, ...]

    @property
    def simulated(self) -> bool:
        """Whether any of it came from a simulator."""
        return any(one.simulated for one in self.sessions)

    @property
    def policy_sha256(self) -> str | None:
        """The policy the newest session is pinned to."""
        return self.sessions[-1].policy_sha256 if self.sessions else None


def read_series(connection: Connection, series_id: int, now: datetime) -> SeriesRead:
    """Everything recorded of a series as of now."""
    heads = sessions(connection, series_id=series_id)
    ids = [one.id for one in heads]
    events: dict[int, list[SessionEventRecord]] = {}
    for event in events_of_sessions(connection, ids):
        events.setdefault(event.session_id, []).append(event)
    scores: dict[int, list[AssessmentRecord]] = {}
    scored = assessments_of_sessions(connection, ids, _KINDS)
    for score in scored:
        scores.setdefault(score.session_id, []).append(score)
    infusions = _infusions(heads, events, scores, now)
    facts = SeriesFacts(
        infusions,
        tuple(_follow_up(one) for one in follow_ups_of_series(connection, series_id)),
        tuple(JournalLine(one.at, one.pain) for one in journal_of(connection, series_id)),
        tuple(Scored(one.at, one.total) for one in scored if one.kind == OPIOIDS),
        tuple(Scored(one.at, one.total) for one in scored if one.kind == BPI_INTERFERENCE),
        tuple(Scored(one.at, one.total) for one in scored if one.kind == BPI_SEVERITY),
    )
    answers = tuple(
        Answered(one.rule_id, Decision(one.decision), one.seen, one.at, one.by, one.words)
        for one in reassessments_of(connection, series_id)
    )
    return SeriesRead(tuple(heads), facts, answers)


def outcome_of(read: SeriesRead, policy: ClinicPolicy, now: datetime, zone: ZoneInfo) -> SeriesOutcome:
    """The outcome of what was read, judged by this policy, in days of this zone."""
    parts = OutcomePolicy(policy.response, policy.follow_up)
    return series_outcome(read.facts, parts, now, lambda at: at.astimezone(zone).date())


def asked_of(read: SeriesRead, outcome: SeriesOutcome, policy: ClinicPolicy) -> tuple[Asked, ...]:
    """What a physician is asked before the next infusion and has not answered."""
    next_number = len(read.facts.infusions) + 1
    return still_open(asked_before(policy.reassess, next_number, outcome), read.answers)


def open_reassessment(connection: Connection, series_id: int, policy: ClinicPolicy, now: datetime) -> tuple[str, ...]:
    """What stands before the start of the next infusion of a series, in words; empty: nothing."""
    read = read_series(connection, series_id, now)
    stop = stopped(read.answers)
    if stop is not None:
        return (f"{stop.by} decided to stop the series",)
    # Days do not matter here: they are only counted from the journal.
    asked = asked_of(read, outcome_of(read, policy, now, ZoneInfo("UTC")), policy)
    return tuple(f"{one.rule.words}: {one.words}" for one in asked)


def _infusions(
    heads: Sequence[SessionRecord],
    events: Mapping[int, Sequence[SessionEventRecord]],
    scores: Mapping[int, Sequence[AssessmentRecord]],
    now: datetime,
) -> tuple[InfusionFacts, ...]:
    found: list[InfusionFacts] = []
    for place, head in enumerate((one for one in heads if one.state != SessionState.CANCELLED), start=1):
        course = Course()
        for event in events.get(head.id, ()):
            course.add(course_event(event))
        if course.started_at is None:
            continue
        given = _given_mg(course, now)
        per_kg = None if given is None or course.weight_kg is None else given / course.weight_kg
        pain = tuple(_pain(scores.get(head.id, ())))
        graded = tuple(_graded(course.events))
        found.append(
            InfusionFacts(place, head.id, course.started_at, course.ended_at, given, per_kg, pain, graded)
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.started_at))


def _given_mg(course: Course, now: datetime) -> float | None:
    if course.order is None:
        return None
    until = course.ended_at or now
    return given_mg(course.rates, course.order.concentration_mg_per_ml, until, course.boluses)


def _pain(scores: Iterable[AssessmentRecord]) -> Iterable[PainSeen]:
    for one in scores:
        if one.kind == NRS and one.total is not None:
            yield PainSeen(one.at, one.total, Measure.NOW)
        elif one.kind == BPI_SEVERITY:
            for measure in Measure:
                yield PainSeen(one.at, number(one.items, measure.value), measure)


def _graded(events: Sequence[CourseEvent]) -> Iterable[Graded]:
    """What was seen and what was judged to be an adverse event, each with its grade."""
    for judged in adverse_events(events):
        yield Graded(judged.onset_at, judged.title, judged.grade)
    for one in standing(events):
        if one.event is SessionEvent.SYMPTOM and number(one.details, "grade") > 0:
            yield Graded(one.at, str(one.details.get("symptom", "")), int(number(one.details, "grade")))


def _follow_up(one: FollowUpRecord) -> FollowUpFacts:
    listed = [] if one.side_effects is None else one.side_effects["listed"]
    return FollowUpFacts(
        one.id, one.session_id, FollowUpKind(one.kind), one.week, one.due_at, one.at, Reached(one.reached), one.pain,
        one.relief_h,
        tuple(Graded(one.at, str(effect["symptom"]), int(number(effect, "grade"))) for effect in listed),
        None if one.opioids is None else Scored(one.at, one.mme),
        None if one.interference is None else Scored(one.at, one.interference_total),
    )  # fmt: skip
