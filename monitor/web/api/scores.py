"""Scores and confirmations: what nurses and physicians saw."""

from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, Field

from monitor.clinical.scores.reckoning import Reckoned
from monitor.recorder.acts import Assess
from monitor.security.roles import Action
from monitor.store.queries.assessments import AssessmentRecord
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, RowId, Time, Word
from monitor.web.here import actor, services
from monitor.web.services import Json

blueprint = Blueprint("scores", __name__)


class Escort(Body):
    """Who takes the patient home."""

    name: Line


class OpioidTaken(Body):
    """One opioid as it is taken; of a patch the dose is µg/h and there are no times a day."""

    drug: Word
    route: Word
    dose: Annotated[float, Field(gt=0, le=10_000)]
    times_a_day: Annotated[float, Field(gt=0, le=100)] | None = None


Number = Annotated[int, Field(ge=-10, le=100)] | Annotated[float, Field(ge=-10, le=100)]
Item = Number | bool | Line | Escort | list[OpioidTaken] | None


class NewScore(Body):
    """A score to record; `items` are those of its scale, `replaces` the id of the score it corrects."""

    request_id: RequestId
    kind: Word
    items: Annotated[dict[Word, Item], Field(min_length=1, max_length=64)]
    replaces: RowId | None = None
    at: AwareDatetime | None = None


class ScoreAnswer(Answer):
    """A score as recorded; `replaced_by` is the correction that stands instead.

    `state` is complete, incomplete (too few answers) or unknown (it has no total); `says` is what stands beside it.
    """

    id: int
    kind: str
    items: dict[str, object]
    total: float | None
    state: str
    says: str
    at: Time
    recorded_at: Time
    by: str
    replaces: int | None
    replaced_by: int | None


@blueprint.get("/sessions/<int:session_id>/scores")
@allowed(Action.VIEW_SESSION, answer=list[ScoreAnswer])
def list_scores(session_id: int) -> list[ScoreAnswer]:
    """Every score of a session, corrected ones too, by time."""
    return [_told(one, reckoned) for one, reckoned in services().recorder.scores(session_id)]


@blueprint.get("/sessions/<int:session_id>/scores/suggested")
@allowed(Action.VIEW_SESSION, answer=dict[str, dict[str, int]])
def suggested_scores(session_id: int) -> Json:
    """The points of scores that the chair's numbers answer now, by scale and item; a person confirms them."""
    return {kind: dict(items) for kind, items in services().ward.suggested_scores(session_id).items()}


@blueprint.post("/sessions/<int:session_id>/scores")
@allowed(Action.CHART, body=NewScore, answer=ScoreAnswer, status=201)
def add_score(session_id: int, body: NewScore) -> ScoreAnswer:
    """Record a score, or a correction of one."""
    items = {name: _plain(item) for name, item in body.items.items()}
    assess = Assess(session_id, body.request_id, body.kind, items, actor(), body.at, body.replaces)
    score_id = services().recorder.assess(assess)
    found = services().recorder.scores(session_id)
    return next(_told(one, reckoned) for one, reckoned in found if one.id == score_id)


def _plain(item: object) -> object:
    if isinstance(item, Body):
        return item.model_dump(exclude_none=True)
    return [_plain(one) for one in item] if isinstance(item, list) else item


def _told(one: AssessmentRecord, reckoned: Reckoned) -> ScoreAnswer:
    return ScoreAnswer(
        id=one.id,
        kind=one.kind,
        items=dict(one.items),
        total=one.total,
        state=reckoned.state.value,
        says=reckoned.says,
        at=one.at,
        recorded_at=one.recorded_at,
        by=one.by,
        replaces=one.replaces_id,
        replaced_by=one.replaced_by_id,
    )
