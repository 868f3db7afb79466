"""Who is connected to the MLLP listener, and who was turned away. Law: addresses and numbers, nothing that was sent."""

from flask import Blueprint

from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Time
from monitor.web.here import services

blueprint = Blueprint("intake", __name__)


class ConnectionAnswer(Answer):
    """One open connection; `broken` counts frames without end, stalled or too large, and stretches of junk."""

    peer: str
    since_at: Time
    tls_subject: str | None
    last_heard_at: Time | None
    frames: int
    bytes: int
    broken: int


class TurnedAwayAnswer(Answer):
    """How often an address was turned away for a reason since the server began."""

    address: str
    reason: str
    count: int
    last_at: Time


class IntakeAnswer(Answer):
    """The listener as it is now."""

    connections: list[ConnectionAnswer]
    turned_away: list[TurnedAwayAnswer]


@blueprint.get("/intake")
@allowed(Action.VIEW_QUARANTINE, answer=IntakeAnswer)
def look_at_intake() -> IntakeAnswer:
    """Every open connection, the oldest first, and the addresses that were turned away, the last first."""
    intake = services().intake
    return IntakeAnswer(
        connections=[ConnectionAnswer.model_validate(one) for one in intake.connections.all()],
        turned_away=[TurnedAwayAnswer.model_validate(one) for one in intake.peers.turned_away()],
    )
