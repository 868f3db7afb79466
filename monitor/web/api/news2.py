"""NEWS2 of a session: its total, or what is missing or too old."""

from flask import Blueprint

from monitor.clinical.scores.news2 import News2
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Time
from monitor.web.here import services

blueprint = Blueprint("news2", __name__)


class News2Input(Answer):
    """One parameter as it was scored; `value` is a number or a word of the bedside."""

    parameter: str
    value: float | str
    at: Time
    points: int
    old: bool


class News2Answer(Answer):
    """NEWS2 as of now. `total` and `response` are null unless `state` is complete.

    `counted` is what the alarm goes by: with `expected_drug_effect` the points of consciousness are not in it.
    """

    state: str
    at: Time | None
    total: int | None
    response: str | None
    counted: int | None
    expected_drug_effect: bool
    spo2_scale: int
    inputs: list[News2Input]
    missing: list[str]
    old: list[str]


@blueprint.get("/sessions/<int:session_id>/news2")
@allowed(Action.VIEW_SESSION, answer=News2Answer)
def get_news2(session_id: int) -> News2Answer:
    """NEWS2 of the newest cuff pressure, as of now or of the end of a session that is over."""
    return _told(services().recorder.news2(session_id))


def _told(found: News2) -> News2Answer:
    return News2Answer(
        state=found.state.value,
        at=found.at,
        total=found.total,
        response=None if found.response is None else found.response.value,
        counted=found.counted,
        expected_drug_effect=found.expected_drug_effect,
        spo2_scale=found.spo2_scale,
        inputs=[
            News2Input(parameter=one.parameter.value, value=one.value, at=one.at, points=one.points, old=one.old)
            for one in found.inputs
        ],
        missing=[parameter.value for parameter in found.missing],
        old=[parameter.value for parameter in found.old],
    )
