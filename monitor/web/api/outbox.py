"""What is told to the other system (an EHR), and what became of it.

Law: the list names sessions by number; what a message says is shown one at a time, and that is audited.
"""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.errors import NotFound
from monitor.recorder.outbox_acts import Decide
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.outbox import (
    RELEASED,
    WITHDRAWN,
    attempts,
    message_bytes,
    outbox_counts,
    outbox_page,
    outgoing,
)
from monitor.store.rows import AuditEntry
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Page, Time, Words
from monitor.web.here import actor, services

blueprint = Blueprint("outbox", __name__)


class OutgoingAnswer(Answer):
    """One message; `state` is pending, sent, stopped or withdrawn, `words` the newest thing that became of it."""

    id: int
    session_id: int
    kind: str
    control_id: str
    created_at: Time
    bytes: int
    state: str
    outcome: str | None
    at: Time | None
    answer_code: str | None
    words: str | None


class OutboxAnswer(Answer):
    """Whether anything is sent (`on`), how many are where, and a page of messages, newest first."""

    on: bool
    pending: int
    stopped: int
    sent: int
    oldest_age_s: float | None
    messages: list[OutgoingAnswer]


class AttemptAnswer(Answer):
    """One thing that became of a message; `by` is the person who released or withdrew it."""

    at: Time
    outcome: str
    answer_code: str | None
    words: str
    by: str | None


class MessageAnswer(OutgoingAnswer):
    """One message with its segments as they are sent and everything that became of it."""

    segments: list[str]
    attempts: list[AttemptAnswer]


class Decision(Body):
    """Why."""

    reason: Annotated[Words, Field(max_length=1000)]


class QueueWish(Body):
    """Tell about this session, whenever it ended."""

    session_id: int


class StateAnswer(Answer):
    """What the message is now."""

    state: str


class QueuedAnswer(Answer):
    """How many messages were put into the outbox; 0 when all were there already."""

    new: int


@blueprint.get("/outbox")
@allowed(Action.VIEW_OUTBOX, query=Page, answer=OutboxAnswer)
def list_outbox(query: Page) -> OutboxAnswer:
    """What waits, what stopped, what was sent."""
    counts = services().read(outbox_counts)
    age_s = None if counts.oldest_at is None else (services().now() - counts.oldest_at).total_seconds()
    found = services().read(outbox_page, before_id=query.before, limit=query.limit)
    return OutboxAnswer(
        on=services().outbox.on,
        pending=counts.pending,
        stopped=counts.stopped,
        sent=counts.sent,
        oldest_age_s=age_s,
        messages=[OutgoingAnswer.model_validate(one) for one in found],
    )


@blueprint.get("/outbox/<int:outbox_id>")
@allowed(Action.VIEW_OUTBOX, answer=MessageAnswer)
def read_message(outbox_id: int) -> MessageAnswer:
    """One message as it is sent; that it was read is written down."""
    found = services().read(outgoing, outbox_id)
    if found is None:
        raise NotFound("There is no such message.")
    who = actor()
    facts = {"session": found.session_id}
    entry = AuditEntry(services().now(), who.name, "outbox.read", f"outbox {outbox_id}", who.person_id, facts)
    services().recorder.transact(lambda connection: audit.append(connection, entry))
    text = services().read(message_bytes, outbox_id).decode("utf-8", errors="replace")
    return MessageAnswer(
        **OutgoingAnswer.model_validate(found).model_dump(),
        segments=[line for line in text.split("\r") if line],
        attempts=[AttemptAnswer.model_validate(one) for one in services().read(attempts, outbox_id)],
    )


@blueprint.post("/outbox/<int:outbox_id>/release")
@allowed(Action.MANAGE_OUTBOX, body=Decision, answer=StateAnswer)
def release(outbox_id: int, body: Decision) -> StateAnswer:
    """Have a stopped message tried again, the same bytes."""
    return _decide(outbox_id, RELEASED, body)


@blueprint.post("/outbox/<int:outbox_id>/withdraw")
@allowed(Action.MANAGE_OUTBOX, body=Decision, answer=StateAnswer)
def withdraw(outbox_id: int, body: Decision) -> StateAnswer:
    """Decide that a message is not sent; it stays in the list."""
    return _decide(outbox_id, WITHDRAWN, body)


@blueprint.post("/outbox")
@allowed(Action.MANAGE_OUTBOX, body=QueueWish, answer=QueuedAnswer)
def queue(body: QueueWish) -> QueuedAnswer:
    """Tell about a session that ended while nothing was sent."""
    who, now = actor(), services().now()
    new = services().outbox.queue(body.session_id)
    entry = AuditEntry(now, who.name, "outbox.queue", f"session {body.session_id}", who.person_id, {"new": new})
    services().recorder.transact(lambda connection: audit.append(connection, entry))
    return QueuedAnswer(new=new)


def _decide(outbox_id: int, outcome: str, body: Decision) -> StateAnswer:
    act = Decide(outbox_id, outcome, body.reason, actor(), services().now())
    return StateAnswer(state=str(services().recorder.transact(act)))
