"""What every export of a session shares. Law: audited before the first byte, sent in pieces, off the hub.

The file's name is ours and holds the session's number and nothing of the patient.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from flask import Response

from monitor.clinical.session import FINAL_STATES
from monitor.store import audit
from monitor.store.queries import session
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory
from monitor.store.queries.struck import has_readings, told_readings
from monitor.store.rows import AuditEntry
from monitor.web.api.readings import began
from monitor.web.here import me, services
from monitor.web.services import Services

_LENGTHS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10))


def opened(session_id: int, kind: str) -> SessionHistory:
    """The history of a session that somebody takes away, noted in the audit trail first; raises NotFound."""
    given, who = services(), me()
    history = given.read(session, session_id)
    entry = AuditEntry(
        given.now(), who.printed_name, "exported", f"session {session_id}", who.person_id, {"kind": kind}
    )
    given.recorder.transact(partial(audit.append, entry=entry))
    return history


def sent(pieces: Iterator[bytes], mimetype: str, name: str) -> Response:
    """A file of ours, sent as it is made."""
    response = Response(pieces, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def stretches(given: Services, history: SessionHistory) -> Iterator[list[ReadingRecord]]:
    """The readings, ten minutes at a time, so that no piece holds up an alarm; time without any is skipped."""
    yield from _within(given, history, began(history), _ended(history, given.now()), _LENGTHS)


def _within(
    given: Services, history: SessionHistory, from_at: datetime, until_at: datetime, lengths: Sequence[timedelta]
) -> Iterator[list[ReadingRecord]]:
    length, *shorter = lengths
    while from_at < until_at:
        to_at = min(from_at + length, until_at)
        last_at = to_at - timedelta(milliseconds=1)
        with given.history.passage():
            look = has_readings if shorter else told_readings
            found = given.read(look, history.session.id, from_at, last_at)
        given.runtime.yield_now()
        if isinstance(found, list):
            yield found  # outside the passage: whoever downloads slowly keeps no live chart waiting
        elif found:
            yield from _within(given, history, from_at, to_at, shorter)
        from_at = to_at


def _ended(history: SessionHistory, now: datetime) -> datetime:
    """The latest moment that may be charted in a session; once it is over, a day after it ended."""
    moved = [max(one.at, one.recorded_at) for one in history.events if one.to_state != one.from_state]
    if moved and history.session.state in FINAL_STATES:
        return max(moved) + _LENGTHS[0]
    return max([now, *moved]) + timedelta(minutes=5)
