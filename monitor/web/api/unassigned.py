"""Messages that were read but belong to no chair or patient known here."""

from flask import Blueprint

from monitor.security.roles import Action
from monitor.store.queries import unassigned
from monitor.web.api.refused_bytes import shown
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Page, Time
from monitor.web.here import services

blueprint = Blueprint("unassigned", __name__)


class UnassignedAnswer(Answer):
    """One message; `text` is its beginning."""

    id: int
    received_at: Time
    peer: str
    source: str
    bed: str | None
    patient_id: str | None
    reason: str
    text: str
    bytes: int


@blueprint.get("/unassigned")
@allowed(Action.VIEW_UNASSIGNED, query=Page, answer=list[UnassignedAnswer])
def list_unassigned(query: Page) -> list[UnassignedAnswer]:
    """A page of unassigned messages, newest first."""
    found = services().read(unassigned, before_id=query.before, limit=query.limit)
    return [
        UnassignedAnswer(
            id=one.id,
            received_at=one.received_at,
            peer=one.peer,
            source=one.source,
            bed=one.bed,
            patient_id=one.patient_id,
            reason=one.reason,
            text=shown(one.raw),
            bytes=len(one.raw),
        )
        for one in found
    ]
