"""Scores and confirmations: what nurses and physicians saw."""

from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from monitor.errors import NotFound
from monitor.recorder.acts import Assess
from monitor.security.roles import Action
from monitor.store.queries import assessments, session_head
from monitor.store.queries.assessments import AssessmentRecord
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, RowId, Time, Word
from monitor.web.here import actor, services
from monitor.web.services import Json

blueprint = Blueprint("scores", __name__)


class Escort(Body):
    """Who takes the patient home."""

    name: Line


Item = Annotated[int, Field(ge=-10, le=100)] | bool | Line | Escort | None


class NewScore(Body):
    """A score to record; `items` are those of its scale, `replaces` the id of the score it corrects."""

    request_id: RequestId
    kind: Word
    items: Annotated[dict[Word, Item], Field(min_length=1, max_length=64)]
    replaces: RowId | None = None
    at: AwareDatetime | None = None


class ScoreAnswer(Answer):
    """A score as recorded; `replaced_by` is the correction that stands instead."""

    id: int
    kind: str
    items: dict[str, object]
    total: float | None
    at: Time
    recorded_at: Time
    by: str
    replaces: int | None
    replaced_by: int | None


@blueprint.get("/sessions/<int:session_id>/scores")
@allowed(Action.VIEW_SESSION, answer=list[ScoreAnswer])
def list_scores(session_id: int) -> list[ScoreAnswer]:
    """Every score of a session, corrected ones too, by time."""
    return services().read(_scores, session_id)


@blueprint.get("/sessions/<int:session_id>/scores/suggested")
@allowed(Action.VIEW_SESSION, answer=dict[str, dict[str, int]])
def suggested_scores(session_id: int) -> Json:
    """The points of scores that the chair's numbers answer now, by scale and item; a person confirms them."""
    return {kind: dict(items) for kind, items in services().ward.suggested_scores(session_id).items()}


@blueprint.post("/sessions/<int:session_id>/scores")
@allowed(Action.CHART, body=NewScore, answer=ScoreAnswer, status=201)
def add_score(session_id: int, body: NewScore) -> ScoreAnswer:
    """Record a score, or a correction of one."""
    items = {name: item.model_dump() if isinstance(item, Escort) else item for name, item in body.items.items()}
    assess = Assess(session_id, body.request_id, body.kind, items, actor(), body.at, body.replaces)
    score_id = services().recorder.assess(assess)
    return next(score for score in services().read(_scores, session_id) if score.id == score_id)


def _scores(connection: Connection, session_id: int) -> list[ScoreAnswer]:
    if session_head(connection, session_id) is None:
        raise NotFound("There is no such session.")
    return [_told(one) for one in assessments(connection, session_id, replaced=True)]


def _told(one: AssessmentRecord) -> ScoreAnswer:
    return ScoreAnswer(
        id=one.id,
        kind=one.kind,
        items=dict(one.items),
        total=one.total,
        at=one.at,
        recorded_at=one.recorded_at,
        by=one.by,
        replaces=one.replaces_id,
        replaced_by=one.replaced_by_id,
    )
