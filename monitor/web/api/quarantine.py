"""What came in and was refused, and what came of reading it again."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.recorder.acts import ReplayQuarantine
from monitor.security.roles import Action
from monitor.store.queries import quarantine, replays_of
from monitor.web.api.refused_bytes import shown
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Page, RequestId, Time, Words
from monitor.web.here import actor, request_of, services

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
    """Bytes that were refused, why, and what the sender was answered; `text` is their beginning."""

    id: int
    received_at: Time
    peer: str
    reason: str
    answer: str | None
    control_id: str
    text: str
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


@blueprint.get("/quarantine")
@allowed(Action.VIEW_QUARANTINE, query=Page, answer=list[QuarantineAnswer])
def list_quarantine(query: Page) -> list[QuarantineAnswer]:
    """A page of refused messages, newest first, each with its replays."""
    return services().read(_page, query)


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


def _page(connection: Connection, query: Page) -> list[QuarantineAnswer]:
    found = quarantine(connection, before_id=query.before, limit=query.limit)
    replays = replays_of(connection, [one.id for one in found])
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
            replays=[ReplayAnswer.model_validate(replay) for replay in replays.get(one.id, [])],
        )
        for one in found
    ]
