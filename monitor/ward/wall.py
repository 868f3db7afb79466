"""What a display on the wall and a locked page are sent. Law: initials only: no digits of an id, no names, no acts.

It is taken out here, before it is sent: a display shows nothing that it was never given.
"""

from collections.abc import Mapping

from monitor.ward.responsible import staff_initials

Json = dict[str, object]
_SESSION = ("initials", "state", "state_since_at", "elapsed_s", "remaining_s", "ready_at")
_TAKEN_OUT: Json = {"bed": None, "hospital_says": None, "admission": None}
_LOCKED = ("numbers", "points", "struck", "seq")
# What a figure is drawn of without a word anybody typed: named, so that what is added to a snapshot is left out.
_MEASURED = ("now_at", "series", "bp", "late", "doubted", "struck", "baseline", "limits", "alarm_spans")
_GIVEN = ("rate", "dose", "given", "predicted")


def wall_frame(frame: Mapping[str, object]) -> Json:
    """A board's snapshot or its changed tiles, as a display on the wall gets them."""
    tiles = frame["tiles"]
    if not isinstance(tiles, list):
        raise TypeError(f"no tiles: {tiles!r}")
    return {**frame, "tiles": [wall_tile(tile) for tile in tiles]}


def locked_frame(frame: Mapping[str, object]) -> Json:
    """One session's snapshot or change, as a locked page gets it: its numbers, new points, alarms and state."""
    told: Json = {name: frame[name] for name in _LOCKED if name in frame}
    for name in ("alarms", "messages"):
        alarms = frame.get(name)
        if isinstance(alarms, list):
            told[name] = [_alarm(one) for one in alarms]
    head = frame.get("session")
    return {**told, "state": head["state"]} if isinstance(head, Mapping) else told


def locked_picture(snapshot: Mapping[str, object]) -> Json:
    """One session's snapshot as a locked page draws its curves: no event, no device's words, nobody's reason."""
    head, marked, steps = (snapshot.get(name) for name in ("session", "marked", "limit_steps"))
    return {
        **{name: snapshot[name] for name in (*_MEASURED, *_GIVEN) if name in snapshot},
        "session": {"remaining_s": head.get("remaining_s")} if isinstance(head, Mapping) else {"remaining_s": None},
        "events": [],
        "told_by_devices": [],
        "marked": [{**one, "words": ""} for one in marked] if isinstance(marked, list) else [],
        "limit_steps": {vital: [_step(step) for step in of] for vital, of in steps.items()}
        if isinstance(steps, Mapping)
        else {},
    }


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


def _step(step: Mapping[str, object]) -> Json:
    return {name: value for name, value in step.items() if name != "by"}
