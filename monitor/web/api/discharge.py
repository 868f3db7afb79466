"""Discharge: what is met, and who signs. Law: a signature is a person's own: name and password, each time.

A program may carry the request, but the person whose name and password it carries is the one who signs, and it is
their role that counts.
"""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.errors import NotAllowed
from monitor.recorder.acts import Actor, SignDischarge
from monitor.security.roles import Action, require
from monitor.security.sign_in import SignInRefused
from monitor.web.api.event_bodies import SecondPerson
from monitor.web.doors import allowed
from monitor.web.fields import Body, Line, RequestId, Secret, Words
from monitor.web.here import me, services
from monitor.web.second_person import second_person
from monitor.web.services import Json

blueprint = Blueprint("discharge", __name__)
APPROVED = "discharge approved"


class WrongPassword(NotAllowed):
    """The password under a signature was not the signer's."""

    code = "wrong_password"


class Signature(Body):
    """A person's password and what the signature means; `name` only when a program carries the request."""

    request_id: RequestId | None = None
    name: Annotated[Line, Field(max_length=64)] | None = None
    password: Secret
    meaning: Annotated[Line, Field(max_length=100)] = APPROVED


class Override(Signature):
    """A physician lets the patient go although criteria are not met, says why, and a second person signs too."""

    reason: Annotated[Words, Field(min_length=10, max_length=2000)]
    second_person: SecondPerson


@blueprint.get("/sessions/<int:session_id>/discharge")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_discharge(session_id: int) -> Json:
    """Every criterion as met, not_met or unknown, with its evidence, as of now."""
    return dict(services().recorder.discharge(session_id))


@blueprint.post("/sessions/<int:session_id>/discharge/sign")
@allowed(Action.VIEW_SESSION, body=Signature, answer=dict[str, object])
def sign_discharge(session_id: int, body: Signature) -> Json:
    """Sign that every criterion is met; 422 with what is missing when it is not."""
    return _sign(session_id, body, Action.SIGN_DISCHARGE, None)


@blueprint.post("/sessions/<int:session_id>/discharge/override")
@allowed(Action.VIEW_SESSION, body=Override, answer=dict[str, object])
def override_discharge(session_id: int, body: Override) -> Json:
    """Sign as a physician although criteria are not met, with the reason."""
    return _sign(session_id, body, Action.OVERRIDE_DISCHARGE, body.reason, body.second_person)


def _sign(
    session_id: int, body: Signature, action: Action, reason: str | None, second: SecondPerson | None = None
) -> Json:
    signer = _signer(body, action)
    witness = None if second is None else second_person(second.name, second.password)
    request_id = body.request_id or f"{action.value}-{signer.person_id}"
    signed = SignDischarge(session_id, request_id, signer, body.meaning, reason, witness)
    return dict(services().recorder.sign_discharge(signed))


def _signer(body: Signature, action: Action) -> Actor:
    """The person who signs, known by their password; the role is asked first, so that a guess costs nothing less."""
    identity = me()
    if identity.is_token and body.name is None:
        raise NotAllowed("Only a person signs: send the name and the password of the person who does.")
    if not identity.is_token:
        require(identity, action)
        if body.name is not None and body.name.casefold() != identity.name.casefold():
            raise NotAllowed(f"You are signed in as {identity.name}: sign under your own name, or sign out first.")
    try:
        person = services().sign_ins.check_password(body.name or identity.name, body.password, "signature_refused")
    except SignInRefused:
        raise WrongPassword("The password is wrong; nothing was signed.") from None
    if person.must_change_password:
        raise NotAllowed("Change the one-time password you were given first, at /password.")
    require(person, action)
    return Actor(person.id, person.printed_name, person.role)
