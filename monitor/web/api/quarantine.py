"""What came in and was refused, and what came of reading it again."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import NotFound
from monitor.recorder.acts import ReplayQuarantine
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries import quarantine, quarantined, replays_of
from monitor.store.queries.refused import Quarantined
from monitor.store.rows import AuditEntry
from monitor.web.api.refused_bytes import shown
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Page, RequestId, Time, Words
from monitor.web.here import actor, me, request_of, services

blueprint = Blueprint("quarantine", __name__)


class ReplayAnswer(Answer):
    """One replay: `outcome` is charted, unassigned, nothing (to chart) or refused (again), `detail` says why."""

    at: Time
    by: str
    outcome: str
    detail: str
    charted: int
    chair_id: int | None
    session_id: int | None


class QuarantineAnswer(Answer):
    """Bytes that were refused, why, and what the sender was answered; `text` is their beginning, null when not asked.

    Whoever is given a `text` stands in the audit trail with the numbers of the messages.
    """

    id: int
    received_at: Time
    peer: str
    reason: str
    answer: str | None
    control_id: str
    text: str | None
    bytes: int
    replays: list[ReplayAnswer]


class ReplayWish(Body):
    """Read it again; the note says what was mended."""

    request_id: RequestId
    note: Annotated[Words, Field(max_length=1000)] | None = None


class BulkReplayWish(ReplayWish):
    """Everything that was refused for this reason and has found no place yet; at most 500 at once, the oldest first."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class ReplayedOne(Answer):
    """What came of one message."""

    quarantine_id: int
    outcome: str
    detail: str
    values: int
    chair_id: int | None
    session_id: int | None


class ReplayDone(Answer):
    """What came of each message."""

    id: int
    replayed: int
    outcomes: list[ReplayedOne]


class QuarantinePage(Page):
    """A part of the list; `text` false leaves out what was sent, which is then not noted as read."""

    text: bool = True


@blueprint.get("/quarantine")
@allowed(Action.VIEW_QUARANTINE, query=QuarantinePage, answer=list[QuarantineAnswer])
def list_quarantine(query: QuarantinePage) -> list[QuarantineAnswer]:
    """A page of refused messages, newest first, each with its replays."""
    found = services().read(_page, query)
    if query.text and found:
        note_reading("quarantine", [one.id for one in found])
    return found


@blueprint.get("/quarantine/<int:quarantine_id>")
@allowed(Action.VIEW_QUARANTINE, answer=QuarantineAnswer)
def look_at_quarantined(quarantine_id: int) -> QuarantineAnswer:
    """One refused message; that it was looked at is recorded before it is shown."""
    found = services().read(_one, quarantine_id)
    note_reading(f"quarantine {quarantine_id}", [quarantine_id])
    return found


@blueprint.post("/quarantine/<int:quarantine_id>/replay")
@allowed(Action.REPLAY_QUARANTINE, body=ReplayWish, answer=ReplayDone)
def replay_quarantine(quarantine_id: int, body: ReplayWish) -> ReplayDone:
    """Read one refused message again, as a late one: nothing of it is live, no alarm is raised."""
    return _replay(quarantine_id, None, body)


@blueprint.post("/quarantine/replay")
@allowed(Action.REPLAY_QUARANTINE, body=BulkReplayWish, answer=ReplayDone)
def replay_all(body: BulkReplayWish) -> ReplayDone:
    """Read again everything that was refused for one reason."""
    return _replay(None, body.reason, body)


def _replay(quarantine_id: int | None, of_reason: str | None, body: ReplayWish) -> ReplayDone:
    asked = request_of(body.request_id, body)
    act = ReplayQuarantine(quarantine_id, of_reason, body.note or "", actor(), asked)
    return ReplayDone.model_validate(dict(services().recorder.replay_quarantine(act)))


def note_reading(about: str, ids: list[int]) -> None:
    """Who looks at the bytes of which refused messages; raises NotRecording, and then nothing is shown."""
    given, who = services(), me()
    facts: dict[str, object] = {"ids": ids}
    entry = AuditEntry(given.now(), who.printed_name, "quarantine.read", about, who.person_id, facts)
    given.recorder.transact(partial(audit.append, entry=entry))


def _page(connection: Connection, query: QuarantinePage) -> list[QuarantineAnswer]:
    found = quarantine(connection, before_id=query.before, limit=query.limit)
    replays = replays_of(connection, [one.id for one in found])
    return [_told(one, replays.get(one.id, []), text=query.text) for one in found]


def _one(connection: Connection, quarantine_id: int) -> QuarantineAnswer:
    found = quarantined(connection, quarantine_id)
    if found is None:
        raise NotFound("There is no such refused message.")
    return _told(found, replays_of(connection, [quarantine_id]).get(quarantine_id, []), text=True)


def _told(one: Quarantined, replays: Sequence[object], *, text: bool) -> QuarantineAnswer:
    return QuarantineAnswer(
        id=one.id,
        received_at=one.received_at,
        peer=one.peer,
        reason=one.reason,
        answer=one.answer,
        control_id=one.control_id,
        text=shown(one.raw) if text else None,
        bytes=len(one.raw),
        replays=[ReplayAnswer.model_validate(replay) for replay in replays],
    )
