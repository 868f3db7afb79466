"""The devices' own alarms that stand at one chair, as the devices last said.

Law: they are shown as the device's words, apart from ours: no priority of ours, no sound, no acknowledgement. Silence
of a device ends none. One that was said with a phase stands until its end is said. One that is merely repeated in
reports stands until the same device goes on reporting without it for three of the intervals in which it was repeated.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.hl7.device_message import DeviceAlarm
from monitor.store.queries.alarms import DeviceAlarmRecord
from monitor.ward.device_alarm_log import OVER
from monitor.ward.feed import INTERVALS, Rhythm

REPEATED_MIN_S = 10.0
TOLD_AGAIN_AFTER = timedelta(seconds=10)  # pages learn so often that one is still being said
MOST_STANDING = 32  # at one chair; beyond it the least urgent, said longest ago, is only counted
MOST_COUNTED = 999

_RANK = {"high": 3, "medium": 2, "low": 1, "information": 0, "none": 0}
_UNSAID_RANK = 2  # an alarm of no stated priority is not taken for a trifle
Key = tuple[str, str, str, str]  # source, device, condition code, alert source: pumps of one rack share a source


@dataclass(frozen=True, slots=True)
class Standing:
    """One alarm of a device; `since_at` is when its first word came, `said_at` when the latest.

    `is_from_record` says that it was read back at a start and has not been heard since.
    """

    source: str
    device: str
    alarm: DeviceAlarm
    since_at: datetime
    said_at: datetime
    told_at: datetime
    rhythm: Rhythm
    is_from_record: bool = False

    @property
    def urgency(self) -> tuple[int, datetime]:
        """What gives way first when there are too many is the least of these."""
        return _RANK.get(self.alarm.priority or "", _UNSAID_RANK), self.said_at

    def is_dropped(self, at: datetime) -> bool:
        """Whether a report without it at this time says that it is over."""
        wait_s = max(REPEATED_MIN_S, INTERVALS * self.rhythm.interval_s)
        return self.alarm.phase is None and (at - self.said_at).total_seconds() > wait_s


@dataclass(slots=True)
class DeviceAlarms:
    """What stands at one chair, in the order in which it began, and what more does."""

    standing: dict[Key, Standing] = field(default_factory=dict)
    left_out: set[Key] = field(default_factory=set)

    def hear(self, source: str, device_id: str | None, alarms: Sequence[DeviceAlarm], received_at: datetime) -> bool:
        """Take one message of a device, with or without alarms; whether pages must be told."""
        if not alarms and not self.standing:
            return False
        said = {(source, device_id or "", *alarm.pairing): alarm for alarm in alarms}
        changed = self._stop_repeating(source, device_id or "", said, received_at)
        for key, alarm in said.items():
            if OVER & {alarm.phase, alarm.state}:
                changed = self._end(key) or changed
            else:
                changed = self._say(key, alarm, received_at) or changed
        return changed

    def forget(self, source: str) -> None:
        """A device that speaks for this chair no more."""
        for key in [key for key in self.standing if key[0] == source]:
            del self.standing[key]
        self.left_out = {key for key in self.left_out if key[0] != source}

    def stand_again(self, records: Iterable[DeviceAlarmRecord], heard_at: Mapping[str, datetime]) -> None:
        """What the record does not know to be over, at a start; `heard_at`: when each source was last heard.

        In doubt it stands: of a row that does not say which device or channel, a start outnumbers its ends.
        """
        of_key: dict[Key, list[DeviceAlarmRecord]] = {}
        for record in records:
            key = (record.source, record.device or "", record.code, record.source_channel or "")
            of_key.setdefault(key, []).append(record)
        for key, said in of_key.items():
            found = _as_it_stood(said)
            if found is not None and not found.is_dropped(heard_at.get(found.source, found.said_at)):
                self.standing[key] = found

    def _say(self, key: Key, alarm: DeviceAlarm, received_at: datetime) -> bool:
        known = self.standing.pop(key, None) or self._take_from_record(key)
        if known is None:
            rhythm = Rhythm(received_at.timestamp())
            now = Standing(key[0], key[1], alarm, received_at, received_at, received_at, rhythm)
            is_news = True
        else:
            changed = known.is_from_record or _shown(known.alarm) != _shown(alarm)
            is_news = changed or received_at - known.told_at >= TOLD_AGAIN_AFTER
            told_at = received_at if is_news else known.told_at
            known.rhythm.came(received_at.timestamp())
            now = replace(known, device=key[1], alarm=alarm, said_at=received_at, told_at=told_at, is_from_record=False)
        self.standing[key] = now
        self.left_out.discard(key)
        if len(self.standing) > MOST_STANDING:
            least = min(self.standing, key=lambda one: self.standing[one].urgency)
            del self.standing[least]
            if len(self.left_out) < MOST_COUNTED:
                self.left_out.add(least)
        return is_news

    def _end(self, key: Key) -> bool:
        ended = self.standing.pop(key, None)
        self.left_out.discard(key)
        return ended is not None or self._take_from_record(key) is not None

    def _take_from_record(self, said: Key) -> Standing | None:
        """The row of an older record does not say which device and channel: any word of its code is about it."""
        for key, one in self.standing.items():
            if one.is_from_record and key[1] == key[3] == "" and (key[0], key[2]) == (said[0], said[2]):
                return self.standing.pop(key)
        return None

    def _stop_repeating(self, source: str, device: str, said: Container[Key], received_at: datetime) -> bool:
        over = [
            key
            for key, one in self.standing.items()
            if key[:2] == (source, device) and key not in said and one.is_dropped(received_at)
        ]
        for key in over:
            del self.standing[key]
        return bool(over)


def _as_it_stood(said: Sequence[DeviceAlarmRecord]) -> Standing | None:
    """One alarm after these rows, in the order in which they came; None when it had ended."""
    phases = [record.phase for record in said]
    known = bool(said[-1].device or said[-1].source_channel)
    over = bool(OVER & {said[-1].phase, said[-1].state})
    if over and (known or phases.count("start") <= phases.count("end")):
        return None
    last = next((record for record in reversed(said) if record.phase != "end"), said[-1])
    starts = [record for record in said if record.phase == "start"]
    since = starts[-1] if starts else last
    rhythm = Rhythm(said[0].received_at.timestamp())
    for record in said[1:]:
        rhythm.came(record.received_at.timestamp())
    alarm = DeviceAlarm(
        last.code, last.text, last.phase, last.priority, last.source_channel, last.device_at, last.state, last.audio
    )
    return Standing(
        last.source, last.device or "", alarm, since.received_at, last.received_at, last.received_at, rhythm,
        is_from_record=True,
    )  # fmt: skip


def _shown(alarm: DeviceAlarm) -> tuple[object, ...]:
    return alarm.text, alarm.phase, alarm.priority, alarm.state, alarm.audio


def device_alarms_picture(alarms: DeviceAlarms, now: datetime) -> list[dict[str, object]]:
    """What pages show of them, the one that began last first."""
    return [
        {
            "source": one.source,
            "device": one.device,
            "code": one.alarm.code,
            "words": one.alarm.text,
            "phase": one.alarm.phase,
            "priority": one.alarm.priority,
            "state": one.alarm.state,
            "audio": one.alarm.audio,
            "since_at": one.since_at.isoformat(),
            "age_s": round(max(0.0, (now - one.said_at).total_seconds()), 1),
            "heard_again": not one.is_from_record,
        }
        for one in sorted(alarms.standing.values(), key=lambda one: one.since_at, reverse=True)
    ]
