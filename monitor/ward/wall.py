"""What a display on the wall and a locked page are sent. Law: initials only: no digits of an id, no names, no acts.

It is taken out here, before it is sent: a display shows nothing that it was never given.
"""

from collections.abc import Mapping

from monitor.ward.responsible import staff_initials

Json = dict[str, object]
_SESSION = ("initials", "state", "state_since_at", "elapsed_s", "remaining_s", "ready_at")
_TAKEN_OUT: Json = {"bed": None, "hospital_says": None, "admission": None}


def wall_frame(frame: Mapping[str, object]) -> Json:
    """A board's snapshot or its changed tiles, as a display on the wall gets them."""
    tiles = frame["tiles"]
    if not isinstance(tiles, list):
        raise TypeError(f"no tiles: {tiles!r}")
    return {**frame, "tiles": [wall_tile(tile) for tile in tiles]}


def locked_frame(frame: Mapping[str, object]) -> Json:
    """One session's snapshot or change, as a page gets it whose sign-in is locked: its numbers and its alarms."""
    told: Json = {name: frame[name] for name in ("numbers", "seq") if name in frame}
    alarms = frame.get("alarms")
    return {**told, "alarms": [_alarm(one) for one in alarms]} if isinstance(alarms, list) else told


def wall_tile(tile: Mapping[str, object]) -> Json:
    """One chair; its session without an id (so that it opens nothing), its alarms without a button."""
    session, alarms = tile["session"], tile["alarms"]
    kept = {**session, "held_reason": None} if isinstance(session, Mapping) else None
    told = alarms if isinstance(alarms, list) else []
    return {
        **tile,
        **_TAKEN_OUT,
        "bound": bool(tile["bed"]),
        "session": None if kept is None else {name: kept[name] for name in _SESSION},
        "alarms": [_alarm(alarm) for alarm in told],
    }


def _alarm(alarm: Mapping[str, object]) -> Json:
    seen = alarm["acknowledged"]
    by = {"by": staff_initials(str(seen["by"])), "saw": seen["saw"]} if isinstance(seen, Mapping) else None
    return {**alarm, "session": None, "acknowledged": by}
