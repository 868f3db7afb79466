"""Displays on the wall. Law: a code is shown once, to whoever asked for it; what it opens sees the board only."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from monitor.errors import NotFound
from monitor.security import displays as displays_
from monitor.security.displays import CODE_HOLDS_S, mark_of, new_code
from monitor.security.records import By
from monitor.security.roles import Action
from monitor.store.queries.displays import Display, display, displays
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Time
from monitor.web.here import me, services

blueprint = Blueprint("displays", __name__)


class DisplayAnswer(Answer):
    """A display; `enrolled_at` null: its code was not used; `ended_at`: it shows nothing any more."""

    id: int
    name: str
    station: str
    offered_at: Time
    expires_at: Time
    enrolled_at: Time | None
    ended_at: Time | None
    by: str


class OfferedAnswer(DisplayAnswer):
    """A new display with its one-time code, shown this once; typed at /wall/enrol before `expires_at`."""

    code: str


class NewDisplay(Body):
    """The station the display shows, and the language it speaks; null: its browser's."""

    station: Annotated[Line, Field(max_length=64)]
    language: Literal["en", "es"] | None = None


@blueprint.get("/displays")
@allowed(Action.ENROL_DISPLAY, answer=list[DisplayAnswer])
def list_displays() -> list[DisplayAnswer]:
    """Every display, the newest first."""
    return [DisplayAnswer.model_validate(one) for one in services().read(displays)]


@blueprint.post("/displays")
@allowed(Action.ENROL_DISPLAY, body=NewDisplay, answer=OfferedAnswer, status=201)
def offer_display(body: NewDisplay) -> OfferedAnswer:
    """A one-time code for a display of a station."""
    given, code = services(), new_code()
    at = given.now()
    expires_at = at + timedelta(seconds=CODE_HOLDS_S * given.clock.speed)  # real minutes, also in a demonstration
    act = partial(
        displays_.offer,
        by=_by(),
        at=at,
        station=body.station,
        mark=mark_of(code),
        expires_at=expires_at,
        language=body.language,
    )
    made = _display(int(str(given.recorder.transact(act))))
    return OfferedAnswer(**DisplayAnswer.model_validate(made).model_dump(), code=code)


@blueprint.post("/displays/<int:display_id>/end")
@allowed(Action.ENROL_DISPLAY, answer=DisplayAnswer)
def end_display(display_id: int) -> DisplayAnswer:
    """A display shows nothing any more: its sign-in and its live page end."""
    given = services()
    person_id = given.recorder.transact(partial(displays_.end, by=_by(), at=given.now(), display_id=display_id))
    given.sockets.end_person(int(str(person_id)))
    return DisplayAnswer.model_validate(_display(display_id))


def _by() -> By:
    return By(me().name, me().person_id)


def _display(display_id: int) -> Display:
    found = services().read(display, display_id)
    if found is None:
        raise NotFound("There is no such display.")
    return found
