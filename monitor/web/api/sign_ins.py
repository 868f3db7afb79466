"""Where somebody is signed in, and the end of it. Law: ending one asks for nothing: it only ever shuts a door.

One's own list names its sign-ins; those of another person are listed by people.py and end all at once.
"""

from flask import Blueprint
from pydantic import Field

from monitor.security.ending import name_of, standing
from monitor.security.records import By
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Time
from monitor.web.here import holder, me, services

blueprint = Blueprint("sign_ins", __name__)


class OwnSignIn(Answer):
    """One browser in which the person who asks is signed in."""

    id: str = Field(description="16 hexadecimal digits.")
    here: bool = Field(description="Whether it is the one that asks.")
    browser: str | None = Field(description="As the browser says of itself, e.g. Chrome · Windows; null: unknown.")
    created_at: Time
    last_human_at: Time
    expires_at: Time
    locked: bool
    second_step: str | None = Field(description="app, passkey or recovery_code; null: the password alone.")


class Ended(Answer):
    """It has ended, and its live pages with it."""

    ended: bool = True


class Nothing(Body):
    """An empty object."""


@blueprint.get("/sign-ins")
@allowed(Action.VIEW_CHAIRS, answer=list[OwnSignIn])
def own_sign_ins() -> list[OwnSignIn]:
    """Where one is signed in at this moment, the newest first."""
    return own_list()


def own_list() -> list[OwnSignIn]:
    """The same for the page."""
    mine, given = holder(), services()
    return [
        OwnSignIn(
            id=name_of(one.id_hash),
            here=one.id_hash == mine.mark,
            browser=one.browser,
            created_at=one.created_at,
            last_human_at=given.sign_ins.locks.last_human_at(one),
            expires_at=one.expires_at,
            locked=given.sign_ins.locks.is_locked(one),
            second_step=one.second_step,
        )
        for one in given.read(standing, mine.person_id, given.now())
    ]


@blueprint.post("/sign-ins/<name>/end")
@allowed(Action.OWN_SIGN_IN, body=Nothing, answer=Ended)
def end_one(name: str, body: Nothing) -> Ended:
    """End one other sign-in of one's own."""
    services().sign_ins.ending.one(holder(), name)
    return Ended()


@blueprint.post("/sign-ins/end-others")
@allowed(Action.OWN_SIGN_IN, body=Nothing, answer=Ended)
def end_others(body: Nothing) -> Ended:
    """End every sign-in of one's own but this one."""
    services().sign_ins.ending.others(holder())
    return Ended()


@blueprint.post("/people/<int:person_id>/sign-out")
@allowed(Action.MANAGE_PEOPLE, body=Nothing, answer=Ended)
def sign_out_everywhere(person_id: int, body: Nothing) -> Ended:
    """End every sign-in of somebody else; they may sign in again."""
    services().sign_ins.ending.all_of(person_id, By(me().name, me().person_id))
    return Ended()
