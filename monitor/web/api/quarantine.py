"""What came in and was refused."""

from flask import Blueprint

from monitor.security.roles import Action
from monitor.store.queries import quarantine
from monitor.web.api.refused_bytes import shown
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Page, Time
from monitor.web.here import services

blueprint = Blueprint("quarantine", __name__)


class QuarantineAnswer(Answer):
    """Bytes that were refused, why, and what the sender was answered; `text` is their beginning."""

    id: int
    received_at: Time
    peer: str
    reason: str
    answer: str | None
    control_id: str
    text: str
    bytes: int


@blueprint.get("/quarantine")
@allowed(Action.VIEW_QUARANTINE, query=Page, answer=list[QuarantineAnswer])
def list_quarantine(query: Page) -> list[QuarantineAnswer]:
    """A page of refused messages, newest first."""
    found = services().read(quarantine, before_id=query.before, limit=query.limit)
    return [
        QuarantineAnswer(
            id=one.id,
            received_at=one.received_at,
            peer=one.peer,
            reason=one.reason,
            answer=one.answer,
            control_id=one.control_id,
            text=shown(one.raw),
            bytes=len(one.raw),
        )
        for one in found
    ]
