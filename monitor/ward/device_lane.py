"""What the devices of a session told, as marks of its lane: their own alarms from beginning to end, events of pumps.

Law: these are the devices' words, never ours: nothing here has a priority of ours, and nothing is closed because time
went by. A mark stands at the device's own time while that can be, else at the time it was received.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.store.queries.pump_events import PumpEventRecord
from monitor.ward.chairs import FUTURE_TOLERANCE
from monitor.ward.device_alarm_log import DeviceAlarmSpan

Json = dict[str, object]

MOST = 500  # marks of one lane; the record and its exports hold them all
BEFORE = timedelta(hours=1)  # so has one whose time is further than this before the session
_SAID = {
    "start": "started",
    "stop": "stopped",
    "complete": "infusion complete",
    "rate_changed": "rate changed",
}


def device_lane(
    alarms: Iterable[DeviceAlarmSpan],
    pumps: Sequence[PumpEventRecord],
    begun_at: datetime,
    from_at: datetime,
    until_at: datetime,
) -> list[Json]:
    """The newest `MOST` marks of a range of a session that began at `begun_at`, by time.

    Each {id, kind: alarm or pump, device, words, at, to_at, open, is_late}; `to_at` is null for what has no length,
    and, with `open` true, for an alarm whose end was not said. Where there are more, the first mark (kind left_out)
    says how many the record holds besides.
    """
    marks = [*(_alarm(span, begun_at) for span in alarms), *_pump_marks(pumps)]
    seen = [mark for mark in marks if _ends_at(mark, until_at) >= from_at]
    seen.sort(key=lambda mark: (datetime.fromisoformat(str(mark["at"])), str(mark["id"])))
    if len(seen) <= MOST:
        return seen
    words = f"{len(seen) - MOST} earlier device events are in the record and its exports only"
    left_out = _mark("device-left-out", "left_out", "", words, datetime.fromisoformat(str(seen[-MOST]["at"])))
    return [left_out, *seen[-MOST:]]


def device_name(source: str, device: str | None = None) -> str:
    """How staff know a device: the first part of its name that says anything."""
    parts = [*source.split("^"), device or ""]
    return next((part for part in parts if part.strip()), "unnamed device")


def _alarm(span: DeviceAlarmSpan, begun_at: datetime) -> Json:
    first = span.words[0]
    wrong = first.at > first.received_at + FUTURE_TOLERANCE or first.at < begun_at - BEFORE
    shift = first.received_at - first.at if wrong else timedelta()
    ended_at = span.last_said_at if span.repeated and span.ended_at is None else span.ended_at
    what = (span.source, span.device or "", span.code, span.source_channel or "", span.began_at.isoformat())
    name = device_name(span.source, span.device)
    mark = _mark("|".join(("device-alarm", *what)), "alarm", name, span.text, span.began_at + shift)
    to_at = None if ended_at is None else (max(ended_at, span.began_at) + shift).isoformat()
    return mark | {"to_at": to_at, "open": ended_at is None}


def _pump_marks(pumps: Sequence[PumpEventRecord]) -> list[Json]:
    known: dict[tuple[str, str], Mapping[str, object]] = {}
    marks = []
    for one in pumps:
        words = _SAID.get(one.kind, one.words)
        if one.kind == "facts":
            before, now = known.get((one.source, one.device), {}), _facts(one)
            known[one.source, one.device] = {**before, **now}
            words = ", ".join(said for name, said in now.items() if before.get(name) != said)
        if words:
            name = device_name(one.source, one.device)
            marks.append(_mark(f"device-pump-{one.id}", "pump", name, words, one.charted_at, is_late=one.is_late))
    return marks


def _facts(one: PumpEventRecord) -> dict[str, str]:
    """What a state says, in words; what it does not say is left out, and a volume that counts down is no news."""
    said: dict[str, str | None] = {
        "rate": None if one.programmed_ml_per_h is None else f"programmed {one.programmed_ml_per_h:g} mL/h",
        "infusing": None if one.infusing is None else "infusing" if one.infusing else "not infusing",
        "delivering": None if one.delivering is None else "delivering" if one.delivering else "not delivering",
        "reason": one.not_delivering_reason,
        "drug": one.drug and f"drug {one.drug}",
        "weight": None if one.weight_kg is None else f"weight {one.weight_kg:g} kg",
    }
    return {name: words for name, words in said.items() if words}


def _mark(mark_id: str, kind: str, device: str, words: str, at: datetime, *, is_late: bool = False) -> Json:
    named: Json = {"id": mark_id, "kind": kind, "device": device, "words": words}
    return named | {"at": at.isoformat(), "to_at": None, "open": False, "is_late": is_late}


def _ends_at(mark: Json, until_at: datetime) -> datetime:
    if mark["open"]:
        return until_at
    return datetime.fromisoformat(str(mark["to_at"] or mark["at"]))
