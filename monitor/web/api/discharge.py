"""Discharge: what is met, who signs, and whether what was signed still is. Law: a signature is a person's own."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from monitor.recorder.acts import SignDischarge
from monitor.security.roles import Action
from monitor.web.api.event_body import SecondPerson
from monitor.web.doors import allowed
from monitor.web.fields import Body, RequestId, Secret, Word, Words
from monitor.web.here import services
from monitor.web.second_person import second_person
from monitor.web.services import Json
from monitor.web.signer import SignerName, signer

blueprint = Blueprint("discharge", __name__)


class Signature(Body):
    """A person's password and what the signature means; `name` only when a program carries the request.

    `seen` are the answers by criterion that stood before the signer: what turned since is told in a refusal, and an
    override is refused when one of them turned to anything but met.
    """

    request_id: RequestId | None = None
    name: SignerName | None = None
    password: Secret
    meaning: Literal["discharge approved"] = "discharge approved"
    seen: Annotated[dict[Word, Literal["met", "not_met", "unknown"]], Field(max_length=64, default_factory=dict)]


class Override(Signature):
    """A physician lets the patient go although criteria are not met, says why, and a second person signs too."""

    reason: Annotated[Words, Field(min_length=10, max_length=2000)]
    second_person: SecondPerson


@blueprint.get("/sessions/<int:session_id>/discharge")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_discharge(session_id: int) -> Json:
    """Every criterion as met, not_met or unknown, with its evidence, as of now; signatures are verified now."""
    return dict(services().recorder.discharge(session_id))


@blueprint.get("/sessions/<int:session_id>/handover-sheet")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_hand_over_sheet(session_id: int) -> Json:
    """What another team must know of the patient, each value with its time and age; as of now, or of the end."""
    return dict(services().recorder.hand_over_sheet(session_id))


@blueprint.get("/sessions/<int:session_id>/monitoring-form")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_monitoring_form(session_id: int) -> Json:
    """What a monitoring form asks, computed from the record; null was not measured, `unknown`: nobody looked."""
    with services().history.passage():
        return dict(services().recorder.monitoring_form(session_id))


@blueprint.get("/sessions/<int:session_id>/signatures")
@allowed(Action.VIEW_SESSION, answer=list[dict[str, object]])
def get_signatures(session_id: int) -> list[Json]:
    """Every signature with the very text that was signed and its Ed25519 key, to be verified by anybody."""
    return [dict(one) for one in services().recorder.signatures(session_id)]


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
    who = signer(body.name, body.password, action)
    witness = None if second is None else second_person(second.name, second.password)
    request_id = body.request_id or f"{action.value}-{who.person_id}"
    act = SignDischarge(session_id, request_id, who, reason, witness, body.seen)
    return dict(services().recorder.sign_discharge(act))
