"""The audit trail, and whether it is what was written."""

from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, Field

from monitor.security.roles import Action
from monitor.security.trail_watch import TrailState
from monitor.store.queries import audit_page
from monitor.store.queries.trail import Wanted
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Page, RowId, Time
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
    """A part of the trail: of one object (`session 12`), person or act, `since` a time and before `until`."""

    about: Annotated[str, Field(max_length=200)] | None = None
    person_id: RowId | None = None
    action: Annotated[str, Field(max_length=100)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class VerificationAnswer(Answer):
    """What the last verification found: `state` whole, broken or not_checked; `seq` the first entry that is not right.

    `whole_trail` false: only the last `entries` were verified. `anchored_seq` is the newest entry kept outside.
    """

    state: str
    checked_at: Time | None
    entries: int
    whole_trail: bool
    seq: int | None
    why: str
    anchored_seq: int
    anchored_at: Time | None
    unanchored: str


@blueprint.get("/audit")
@allowed(Action.VIEW_AUDIT, query=Trail, answer=list[AuditAnswer])
def list_audit(query: Trail) -> list[AuditAnswer]:
    """A page of the trail, newest first."""
    wanted = Wanted(query.person_id, query.action, query.about, query.since, query.until)
    found = services().read(audit_page, wanted, before_seq=query.before, limit=query.limit)
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


@blueprint.get("/audit/verification")
@allowed(Action.VIEW_AUDIT, answer=VerificationAnswer)
def verification() -> VerificationAnswer:
    """What the last verification found."""
    return _told(services().trail.state)


@blueprint.post("/audit/verify")
@allowed(Action.VIEW_AUDIT, body=Body, answer=VerificationAnswer)
def verify_now(body: Body) -> VerificationAnswer:
    """Verify all of the trail and every signature now; about half a minute for a million entries."""
    return _told(services().trail.check())


def _told(state: TrailState) -> VerificationAnswer:
    return VerificationAnswer(
        state=state.word,
        checked_at=state.checked_at,
        entries=state.entries,
        whole_trail=state.whole_trail,
        seq=state.seq,
        why=state.broken or "",
        anchored_seq=state.anchored_seq,
        anchored_at=state.anchored_at,
        unanchored=state.unanchored,
    )
