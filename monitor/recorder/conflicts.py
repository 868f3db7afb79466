"""What somebody is told who acted on an older picture: who changed what, when.

Law: nothing of the act is done, and nothing of what the person entered is lost: they review what changed and send it
again, naming the version they have now seen.
"""

from monitor.errors import Conflict
from monitor.ward.course_picture import events_of
from monitor.ward.live_session import LiveSession

_MOST = 20  # of a day-old page the newest are enough to see that it must be looked at anew


def version_and_state(live: LiveSession) -> dict[str, object]:
    """Where the session stands now."""
    return {"version": live.course.version, "state": live.course.state.value}


def standing_now(live: LiveSession, seen_version: int) -> dict[str, object]:
    """Version and state now, and the changes since the version that was seen, oldest first."""
    changes = [
        {"version": one["id"], "event": one["event"], "words": one["words"], "by": one["by"], "at": one["at"]}
        for one in events_of(live.course.events)[-_MOST:]
        if isinstance(one["id"], int) and one["id"] > seen_version
    ]
    return {**version_and_state(live), "changes": changes}


def changed_meanwhile(live: LiveSession, seen_version: int) -> Conflict:
    """Somebody else acted since the version that was seen."""
    current = standing_now(live, seen_version)
    newest = live.course.events[-1] if live.course.events else None
    who = "Somebody else" if newest is None or newest.version <= seen_version else newest.by
    return Conflict(f"{who} acted first: the session is now {live.course.state}. Review what changed.", current)
