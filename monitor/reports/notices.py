"""What whoever reads an export must know of what is not in it.

Law: what is missing is said in a sentence, never left out. The sentences are English, like the record (decision 0029).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.store.queries.sessions import SessionHistory

_EXACTLY = timedelta(seconds=1)


def notices(
    history: SessionHistory, *, values: int, signatures: int, asked_at: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """What is unusual about a session of that many values and signatures; `zone` is the clinic's."""
    state, events = SessionState(history.session.state), history.events
    if values == 0:
        yield "No vital sign was recorded."
    elif values == 1:
        yield "Only one value was recorded."
    if all(one.event != "start" for one in events):
        yield "No infusion was started."
    if state is SessionState.CANCELLED:
        yield "The session was cancelled."
    elif state not in FINAL_STATES:
        yield f"The session was {state} when this was exported at {asked_at.isoformat()}: what follows is not in it."
    if state is SessionState.DISCHARGED and signatures == 0:
        yield "The discharge carries no signature."
    if events:
        until_at = events[-1].at if state in FINAL_STATES else asked_at
        yield from _clock_changes(min(one.at for one in events), until_at, zone)


def _clock_changes(from_at: datetime, until_at: datetime, zone: ZoneInfo) -> Iterator[str]:
    before, after = _offset(from_at, zone), _offset(until_at, zone)
    if before == after or until_at <= from_at:
        return
    low, high = from_at, until_at
    while high - low > _EXACTLY:
        middle = low + (high - low) / 2
        low, high = (low, middle) if _offset(middle, zone) == after else (middle, high)
    changed_at = high.replace(microsecond=0)
    moved = "back" if after < before else "forward"
    yield (
        f"The clinic's clocks went {moved} at {changed_at.isoformat()} ({zone.key}) during this session: "
        "order and durations follow UTC."
    )


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
