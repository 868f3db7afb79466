"""The audit trail."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.security.roles import Action
from monitor.store.queries import audit_page
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Page, Time
from monitor.web.here import services

blueprint = Blueprint("audit", __name__)


class AuditAnswer(Answer):
    """Who did what to what; `hash` binds it to the entry before."""

    seq: int
    at: Time
    actor: str
    person_id: int | None
    action: str
    about: str
    facts: dict[str, object]
    hash: str


class Trail(Page):
    """A part of the trail, of one object when named, for example `session 12`."""

    about: Annotated[str, Field(max_length=200)] | None = None


@blueprint.get("/audit")
@allowed(Action.VIEW_AUDIT, query=Trail, answer=list[AuditAnswer])
def list_audit(query: Trail) -> list[AuditAnswer]:
    """A page of the trail, newest first."""
    found = services().read(audit_page, before_seq=query.before, about=query.about, limit=query.limit)
    return [
        AuditAnswer(
            seq=one.seq,
            at=one.at,
            actor=one.actor,
            person_id=one.person_id,
            action=one.action,
            about=one.about,
            facts=dict(one.facts),
            hash=one.hash.hex(),
        )
        for one in found
    ]
