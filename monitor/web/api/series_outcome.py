"""What a series did: response, infusion by infusion, opioids, function, what is missing; a physician's second look."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from babel.dates import format_date
from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.outcomes.reassess import Asked, Decision, stopped
from monitor.clinical.outcomes.series_outcome import InfusionOutcome, SeriesOutcome
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.recorder.reassessing import Reassess, record_reassessment
from monitor.recorder.series_record import SeriesRead, asked_of, outcome_of, read_series
from monitor.security.roles import Action
from monitor.store.queries.follow_ups import ReassessmentRecord, reassessments_of
from monitor.store.queries.series import series
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, RequestId, Time, Word, Words
from monitor.web.figure_outcome import Said, outcome_figure
from monitor.web.here import actor, request_of, services
from monitor.web.languages import language, text_in
from monitor.web.services import Services

blueprint = Blueprint("series_outcome", __name__)


class PainAnswer(Answer):
    """One pain, NRS 0 to 10; `measure` is average or now."""

    at: Time
    value: float
    measure: str


class ScoredAnswer(Answer):
    """A total; null: it was recorded and cannot be told."""

    at: Time
    value: float | None


class GradedAnswer(Answer):
    """An adverse event with its CTCAE grade."""

    at: Time
    words: str
    grade: int


class ResponseAnswer(Answer):
    """`result` is none, moderate, substantial or unknown; `last_known` is what `newest` told while it is unknown."""

    result: str
    percent: float | None
    before: PainAnswer | None
    newest: PainAnswer | None
    last_known: str
    says: str


class JournalReliefAnswer(Answer):
    """What the journal says after one infusion; `relief_h` null: it cannot tell; `at_least`: its end was not seen."""

    entries: int
    days: int
    days_recorded: int
    days_of_relief: int
    relief_h: float | None
    at_least: bool
    says: str


class InfusionOutcomeAnswer(Answer):
    """One infusion: pain now before and after it, relief, adverse events."""

    number: int
    session_id: int
    started_at: Time
    ended_at: Time | None
    given_mg: float | None
    given_mg_per_kg: float | None
    before: PainAnswer | None
    after: PainAnswer | None
    percent: float | None
    result: str
    reported_relief_h: float | None
    journal: JournalReliefAnswer | None
    events: list[GradedAnswer]
    worst_grade: int | None


class ChangeAnswer(Answer):
    """The last total before the first infusion, and the newest; `less` is how much less."""

    first: ScoredAnswer | None
    newest: ScoredAnswer | None
    less: float | None
    percent_less: float | None


class DueAnswer(Answer):
    """A follow-up that is asked for; `week` 0 is the next day."""

    session_id: int
    kind: str
    week: int
    due_at: Time
    lapses_at: Time


class FollowUpsDoneAnswer(Answer):
    """Of those that were answered or have lapsed, so many were answered."""

    recorded: int
    of: int
    missing: list[DueAnswer]


class AskedAnswer(Answer):
    """What a physician is asked before the next infusion; `seen` is named in the answer to it."""

    rule_id: str
    title: str
    words: str
    seen: float


class ReassessmentAnswer(Answer):
    """A physician's answer."""

    id: int
    rule_id: str
    seen: float
    seen_words: str
    decision: str
    words: str
    at: Time
    by: str


class SeriesOutcomeAnswer(Answer):
    """What a series did as of one moment; what nobody recorded is null and never counts as relief."""

    series_id: int
    as_of: Time
    simulated: bool
    measure: str
    moderate_percent: float
    substantial_percent: float
    baseline: PainAnswer | None
    response: ResponseAnswer
    infusions: list[InfusionOutcomeAnswer]
    pain: list[PainAnswer]
    mme: list[ScoredAnswer]
    interference: list[ScoredAnswer]
    opioids: ChangeAnswer
    function: ChangeAnswer
    follow_ups: FollowUpsDoneAnswer
    cumulative_mg: float | None
    asked: list[AskedAnswer]
    stopped_by: str | None
    reassessments: list[ReassessmentAnswer]


class NewReassessment(Body):
    """An answer to one rule; `seen` is what `asked` said, so that nothing newer is answered unseen."""

    request_id: RequestId
    rule_id: Word
    seen: float
    decision: Literal["continue", "change", "stop"]
    words: Annotated[Words, Field(max_length=2000)]


@blueprint.get("/series/<int:series_id>/outcome")
@allowed(Action.VIEW_SESSION, answer=SeriesOutcomeAnswer)
def get_outcome(series_id: int) -> SeriesOutcomeAnswer:
    """What a series did so far."""
    return outcome_told(series_id)


@blueprint.get("/series/<int:series_id>/outcome/figure")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_outcome_figure(series_id: int) -> dict[str, object]:
    """The same as a figure of the chart library; its colours are the page's."""
    given = services()
    found = given.read(_found, series_id, given)
    journal, response = found.read.facts.journal, found.policy.response
    said = Said(partial(text_in, language()), partial(format_date, format="d MMM", locale=language()))
    return outcome_figure(found.outcome, journal, response, given.config.timezone, said)


@blueprint.post("/series/<int:series_id>/reassessments")
@allowed(Action.CLEAR, body=NewReassessment, answer=SeriesOutcomeAnswer, status=201)
def reassess(series_id: int, body: NewReassessment) -> SeriesOutcomeAnswer:
    """Answer what stands before the next infusion of a series; physicians only."""
    given, decision = services(), Decision(body.decision)
    request = request_of(body.request_id, body)
    act = Reassess(series_id, body.rule_id, body.seen, decision, body.words, actor(), request)
    zone, now = given.config.timezone, given.now()
    given.recorder.transact(partial(record_reassessment, act=act, policies=given.policies, zone=zone, now=now))
    return outcome_told(series_id)


@dataclass(frozen=True, slots=True)
class _Found:
    read: SeriesRead
    policy: ClinicPolicy
    outcome: SeriesOutcome
    answers: list[ReassessmentRecord]


def outcome_told(series_id: int) -> SeriesOutcomeAnswer:
    """What a series did as of now; raises NotFound."""
    given = services()
    found = given.read(_found, series_id, given)
    outcome, stop = found.outcome, stopped(found.read.answers)
    return SeriesOutcomeAnswer(
        series_id=series_id,
        as_of=outcome.as_of,
        simulated=found.read.simulated,
        measure=found.policy.response.measure,
        moderate_percent=found.policy.response.moderate_percent,
        substantial_percent=found.policy.response.substantial_percent,
        baseline=None if outcome.baseline is None else PainAnswer.model_validate(outcome.baseline),
        response=ResponseAnswer.model_validate(outcome.response),
        infusions=[_infusion(one) for one in outcome.infusions],
        pain=[PainAnswer.model_validate(one) for one in outcome.pain],
        mme=[ScoredAnswer.model_validate(one) for one in outcome.mme],
        interference=[ScoredAnswer.model_validate(one) for one in outcome.interference],
        opioids=ChangeAnswer.model_validate(outcome.opioids),
        function=ChangeAnswer.model_validate(outcome.function),
        follow_ups=FollowUpsDoneAnswer.model_validate(outcome.follow_ups),
        cumulative_mg=outcome.cumulative_mg,
        asked=[_asked(one) for one in asked_of(found.read, outcome, found.policy)],
        stopped_by=None if stop is None else stop.by,
        reassessments=[ReassessmentAnswer.model_validate(one) for one in found.answers],
    )


def _found(connection: Connection, series_id: int, given: Services) -> _Found:
    series(connection, series_id)
    now = given.now()
    read = read_series(connection, series_id, now)
    policy = given.policies(connection, read.policy_sha256 or given.policy.sha256)
    outcome = outcome_of(read, policy, now, given.config.timezone)
    return _Found(read, policy, outcome, reassessments_of(connection, series_id))


def _infusion(one: InfusionOutcome) -> InfusionOutcomeAnswer:
    facts = one.facts
    return InfusionOutcomeAnswer(
        number=facts.number,
        session_id=facts.session_id,
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        given_mg=facts.given_mg,
        given_mg_per_kg=facts.given_mg_per_kg,
        before=None if one.before is None else PainAnswer.model_validate(one.before),
        after=None if one.after is None else PainAnswer.model_validate(one.after),
        percent=one.percent,
        result=one.result.value,
        reported_relief_h=one.reported_relief_h,
        journal=None if one.journal is None else JournalReliefAnswer.model_validate(one.journal),
        events=[GradedAnswer.model_validate(event) for event in one.events],
        worst_grade=one.worst_grade,
    )


def _asked(one: Asked) -> AskedAnswer:
    return AskedAnswer(rule_id=one.rule.id, title=one.rule.words, words=one.words, seen=one.seen)
