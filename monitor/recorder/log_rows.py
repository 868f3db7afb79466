"""Every event of a session in one list: what people did, what rang, what devices told, what became of values.

Law: nothing is left out because something later stands in its place: what was corrected is listed and says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from monitor.clinical.alarms.table import AlarmEventName
from monitor.clinical.log.silences import Silence
from monitor.clinical.vitals import Vital
from monitor.clinical.words import NAMES
from monitor.recorder.log_facts import LogFacts
from monitor.store.queries.alarms import AlarmRecord, device_alarms
from monitor.store.queries.doubted import doubted
from monitor.store.queries.later import LateAct, late_acts_of
from monitor.store.queries.pump_events import pump_events
from monitor.store.queries.struck import struck_readings
from monitor.ward.course_picture import events_of
from monitor.ward.device_alarm_log import spans
from monitor.ward.device_lane import device_lane
from monitor.ward.responsible import assignment_event

Row = dict[str, object]
_TOLD = frozenset(
    {
        *(AlarmEventName.RAISED, AlarmEventName.ESCALATED, AlarmEventName.RETURNED, AlarmEventName.ENDED),
        *(AlarmEventName.LATCHED, AlarmEventName.CALLED_ALL_STATIONS, AlarmEventName.CALLED_PHYSICIAN),
        AlarmEventName.CALLED_EVERYONE,
    }
)


def log_rows(connection: Connection, facts: LogFacts) -> list[Row]:
    """By time; each {at, to_at, kind, event, words, by, stands, late}, and what else its kind says.

    `kind` is act (a drug, a state), note, symptom, alarm, device, gap or value; `event` names it closer, `to_at` is
    null for what has no length or did not end.
    """
    live = facts.live
    rows = [
        *_acts([*events_of(live.course.events), *map(assignment_event, live.assignments)]),
        *(row for alarm in facts.alarms for row in _alarm(alarm)),
        *_devices(connection, facts),
        *map(_gap, facts.summary.silences),
        *_values(connection, facts),
        *map(_late, late_acts_of(connection, live.id).values()),
    ]
    return sorted(rows, key=lambda row: datetime.fromisoformat(str(row["at"])))


def _row(at: datetime | str, kind: str, event: str, words: str, **more: object) -> Row:
    said = at if isinstance(at, str) else at.isoformat()
    return {"at": said, "to_at": None, "kind": kind, "event": event, "words": words, "by": "", "stands": True, **more}


_KINDS = {"drug": "act", "state": "act", "note": "note", "symptom": "symptom"}


def _acts(events: Iterable[Mapping[str, object]]) -> Iterator[Row]:
    for one in events:
        at = str(one.get("happened_at") or one["at"])
        yield _row(
            *(at, _KINDS[str(one["kind"])], str(one["event"]), str(one["words"])),
            by=one["by"],
            reason=one.get("reason"),
            stands=one.get("stands", True),
            corrected=one.get("corrected_by") is not None,
            version=one["id"],
        )


def _alarm(alarm: AlarmRecord) -> Iterator[Row]:
    for one, after in pairwise([*alarm.events, None]):
        if one is None or one.event not in _TOLD:
            continue
        to_at = None if after is None else after.at.isoformat()
        yield _row(one.at, "alarm", one.event, one.words, to_at=to_at, priority=one.priority, alarm=alarm.id)
    for seen in alarm.acknowledgements:
        words = next((one.words for one in reversed(alarm.events) if one.at <= seen.at), "")
        yield _row(seen.at, "alarm", "acknowledged", words, by=seen.by, priority=seen.priority_seen, alarm=alarm.id)


def _devices(connection: Connection, facts: LogFacts) -> Iterator[Row]:
    session_id, from_at = facts.live.id, facts.from_at
    told = device_lane(
        spans(device_alarms(connection, session_id)),
        pump_events(connection, session_id),
        *(from_at, from_at, facts.until_at),
    )
    for one in told:
        words = f"{one['device']}: {one['words']}" if one["device"] else str(one["words"])
        yield _row(str(one["at"]), "device", str(one["kind"]), words, to_at=one["to_at"], late=one["is_late"])


def _gap(one: Silence) -> Row:
    to_at = one.to_at.isoformat() if one.ended else None
    words = f"No {NAMES[one.vital]}"
    return _row(one.from_at, "gap", "silence", words, to_at=to_at, vital=one.vital.value, length_s=one.length_s)


_STRUCK = {"withdrawn": "taken back by the device", "corrected": "corrected by the device"}


def _values(connection: Connection, facts: LogFacts) -> Iterator[Row]:
    live, between = facts.live, (facts.from_at, facts.until_at)
    for one in doubted(connection, live.chair_id, live.id, *between):
        words = f"{NAMES[Vital(one.vital)]} questionable"
        yield _row(one.from_at, "value", "questionable", words, to_at=one.to_at.isoformat(), vital=one.vital)
    for value in struck_readings(connection, live.chair_id, live.id, *between):
        words = f"{NAMES[Vital(value.vital)]} {value.value:g} {_STRUCK[value.struck]}"
        yield _row(value.at, "value", value.struck, words, vital=value.vital, stands=False)


def _late(act: LateAct) -> Row:
    words = "Readings assigned later" if act.kind == "assigned" else "Refused messages read once more"
    return _row(act.at, "value", act.kind, words, by=act.by, reason=act.reason, late=True)
