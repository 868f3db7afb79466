"""Session events: what people do to a session."""

from flask import Blueprint

from monitor.errors import Refused
from monitor.recorder.acts import Actor, Proof, SessionAct
from monitor.security.roles import Action, action_of_event, require
from monitor.web.api.event_bodies import ANY_EVENT, SIGNED, AnyEvent, details_of, second_of
from monitor.web.doors import allowed
from monitor.web.fields import Answer
from monitor.web.here import actor, me, services
from monitor.web.second_person import second_person
from monitor.web.signer import signer

blueprint = Blueprint("events", __name__)


class EventDone(Answer):
    """Where the session stands now."""

    version: int
    state: str


@blueprint.post("/sessions/<int:session_id>/events")
@allowed(Action.VIEW_SESSION, body=ANY_EVENT, answer=EventDone)
def act(session_id: int, body: AnyEvent) -> EventDone:
    """Do something to a session; which role may do it depends on the event."""
    require(me(), action_of_event(body.event))
    if body.event == "discharge":
        raise Refused("A discharge is signed, with a password, at …/discharge/sign.", ("signature",))
    second = second_of(body)
    who, proof = _who(body)
    done = services().recorder.act(
        SessionAct(
            session_id=session_id,
            request_id=body.request_id,
            expected_version=body.expected_version,
            event=body.event,
            person=who,
            proof=proof,
            reason=body.reason,
            at=body.at,
            details=details_of(body),
            second_person=None if second is None else second_person(second.name, second.password),
        )
    )
    return EventDone.model_validate(done)


def _who(body: AnyEvent) -> tuple[Actor, Proof]:
    """Whoever asks; of what is signed, whoever's password it carries."""
    if isinstance(body, SIGNED) and body.password is not None:
        return signer(body.name, body.password, action_of_event(body.event)), Proof.ENTERED_AGAIN
    return actor(), Proof.SIGNED_IN
