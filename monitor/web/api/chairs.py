"""Chairs, and which bedside monitor speaks for each."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.recorder.acts import BindChair
from monitor.security.roles import Action
from monitor.store.queries import chair, chairs
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, Time
from monitor.web.here import actor, services

blueprint = Blueprint("chairs", __name__)


class ChairAnswer(Answer):
    """A chair; `bed` is null while no monitor is bound to it."""

    id: int
    name: str
    station: str | None
    bed: str | None
    bound_at: Time | None


class Binding(Body):
    """The bed the monitor sends; null for none."""

    request_id: RequestId | None = None
    bed: Annotated[Line, Field(max_length=64)] | None


@blueprint.get("/chairs")
@allowed(Action.VIEW_BOARD, answer=list[ChairAnswer])
def list_chairs() -> list[ChairAnswer]:
    """Every chair in the order in which they stand."""
    return [ChairAnswer.model_validate(one) for one in services().read(chairs)]


@blueprint.put("/chairs/<int:chair_id>")
@allowed(Action.BIND_CHAIR, body=Binding, answer=ChairAnswer)
def bind_chair(chair_id: int, body: Binding) -> ChairAnswer:
    """Bind another monitor to a chair."""
    services().recorder.bind_chair(BindChair(chair_id, body.bed, actor()))
    return ChairAnswer.model_validate(services().read(chair, chair_id))
