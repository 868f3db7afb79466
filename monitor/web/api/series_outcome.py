"""What a series did: response, infusion by infusion, opioids, function, what is missing; a physician's second look."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from babel.dates import format_date
from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.outcomes.across import dose_response, events_by_kind, relief_days
from monitor.clinical.outcomes.reassess import Asked, Decision, stopped
from monitor.clinical.outcomes.series_outcome import InfusionOutcome, SeriesOutcome
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.recorder.reassessing import Reassess
from monitor.recorder.series_record import SeriesRead, asked_of, outcome_of, read_series
from monitor.security.roles import Action
from monitor.store.queries.follow_ups import ReassessmentRecord, reassessments_of
from monitor.store.queries.series import series
from monitor.web.api.series_outcome_answers import (
    AskedAnswer,
    ChangeAnswer,
    DoseResponseAnswer,
    EventsOfKindAnswer,
    FollowUpsDoneAnswer,
    GradedAnswer,
    InfusionOutcomeAnswer,
    JournalReliefAnswer,
    PainAnswer,
    ReassessmentAnswer,
    ReliefDaysAnswer,
    ResponseAnswer,
    ScoredAnswer,
    SeriesOutcomeAnswer,
)
from monitor.web.doors import allowed
from monitor.web.fields import Body, RequestId, Secret, Word, Words
from monitor.web.figure_outcome import Said, outcome_figure
from monitor.web.here import request_of, services
from monitor.web.languages import language, text_in
from monitor.web.services import Services
from monitor.web.signer import SignerName, signer

blueprint = Blueprint("series_outcome", __name__)


class NewReassessment(Body):
    """An answer to one rule; `seen` is what `asked` said, so that nothing newer is answered unseen."""

    request_id: RequestId
    rule_id: Word
    seen: float
    decision: Literal["continue", "change", "stop"]
    words: Annotated[Words, Field(max_length=2000)]
    name: SignerName | None = None
    password: Secret


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
    """Answer what stands before the next infusion of a series, signed with a physician's own password."""
    given, decision = services(), Decision(body.decision)
    request = request_of(body.request_id, body)
    who = signer(body.name, body.password, Action.CLEAR)
    given.recorder.reassess(Reassess(series_id, body.rule_id, body.seen, decision, body.words, who, request))
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
    relief = relief_days(outcome.infusions)
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
        severity=[ScoredAnswer.model_validate(one) for one in outcome.severity],
        opioids=ChangeAnswer.model_validate(outcome.opioids),
        function=ChangeAnswer.model_validate(outcome.function),
        severity_change=ChangeAnswer.model_validate(outcome.severity_change),
        dose_response=DoseResponseAnswer.model_validate(dose_response(outcome.infusions)),
        relief_days=None if relief is None else ReliefDaysAnswer.model_validate(relief),
        events=[EventsOfKindAnswer.model_validate(one) for one in events_by_kind(outcome.infusions)],
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
