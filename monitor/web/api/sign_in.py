"""One's own sign-in: whether it is locked, how long it stands, and its lock.

Law: nothing here is a sign-in: a PIN opens what is locked in this browser and nothing else.
"""

from typing import Annotated

from flask import Blueprint
from pydantic import Field, StringConstraints

from monitor.errors import Refused
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Secret
from monitor.web.here import holder, services

blueprint = Blueprint("sign_in", __name__)


class SignInAnswer(Answer):
    """How the sign-in stands; `lock_in_s` and `ends_in_s` are real seconds from now."""

    locked: bool
    has_pin: bool
    password_needed: bool = Field(description="No PIN opens the lock: there is none, or too many were wrong.")
    lock_in_s: float
    ends_in_s: float


class Opening(Body):
    """What opens the lock: the PIN, or the password of whoever locked it."""

    pin: Annotated[str, StringConstraints(max_length=64)] | None = None
    password: Secret | None = None


class NewPin(Body):
    """A PIN of 6 to 12 digits; the password says whose it is."""

    password: Secret
    pin: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Nothing(Body):
    """An empty object."""


@blueprint.get("/sign-in")
@allowed(Action.VIEW_CHAIRS, answer=SignInAnswer, while_locked=True)
def how_it_stands() -> SignInAnswer:
    """Whether it is locked, and how long until it locks and ends; asking is no activity."""
    return _standing()


@blueprint.post("/sign-in/activity")
@allowed(Action.VIEW_CHAIRS, body=Nothing, answer=SignInAnswer)
def activity(body: Nothing) -> SignInAnswer:
    """A page saw a hand or a key."""
    services().sign_ins.locks.touched(holder())
    return _standing()


@blueprint.post("/sign-in/lock")
@allowed(Action.VIEW_CHAIRS, body=Nothing, answer=SignInAnswer, while_locked=True)
def lock(body: Nothing) -> SignInAnswer:
    """Lock it now: numbers, alarms and their sound go on, names and acts wait."""
    services().sign_ins.locks.lock(holder(), "asked")
    return _standing()


@blueprint.post("/sign-in/unlock")
@allowed(Action.VIEW_CHAIRS, body=Opening, answer=SignInAnswer, while_locked=True)
def unlock(body: Opening) -> SignInAnswer:
    """Open the lock with the PIN or the password of the person who is signed in here."""
    locks = services().sign_ins.locks
    if (body.pin is None) == (body.password is None):
        raise Refused("Send either pin or password.", ("pin", "password"))
    if body.pin is not None:
        locks.open_by_pin(holder(), body.pin)
    else:
        locks.open_by_password(holder(), str(body.password))
    return _standing()


@blueprint.put("/sign-in/pin")
@allowed(Action.OWN_SIGN_IN, body=NewPin, answer=SignInAnswer)
def choose_pin(body: NewPin) -> SignInAnswer:
    """The PIN with which this person opens a lock, at every browser they are signed in at."""
    services().sign_ins.locks.choose_pin(holder(), body.password, body.pin)
    return _standing()


def _standing() -> SignInAnswer:
    return SignInAnswer.model_validate(services().sign_ins.locks.standing(holder()))
