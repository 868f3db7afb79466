"""The devices' own alarms that stand at one chair, as the devices last said.

Law: they are shown as the device's words, apart from ours: no priority of ours, no sound, no acknowledgement. One that
was said with a phase stands until its end is said; silence never ends it. One that is merely repeated in reports of
readings stands until the same device reports without it for REPEATED_WITHIN.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.hl7.device_message import DeviceAlarm
from monitor.store.queries.alarms import DeviceAlarmRecord

REPEATED_WITHIN = timedelta(seconds=30)
TOLD_AGAIN_AFTER = timedelta(seconds=10)  # pages learn so often that one is still being said
MOST_STANDING = 32  # at one chair; beyond it the one not said for longest makes room

_OVER = frozenset({"end", "inactive"})
Key = tuple[str, str, str, str]  # source, device, condition code, alert source: pumps of one rack share a source


@dataclass(frozen=True, slots=True)
class Standing:
    """One alarm of a device; `since_at` and `said_at` are when the first and the latest word of it came.

    `is_from_record` says that it was read back at a start: the record knows no alert source, so any end of its code
    ends it.
    """

    source: str
    alarm: DeviceAlarm
    since_at: datetime
    said_at: datetime
    told_at: datetime
    is_from_record: bool = False


@dataclass(slots=True)
class DeviceAlarms:
    """What stands at one chair, in the order in which it began."""

    standing: dict[Key, Standing] = field(default_factory=dict)

    def hear(self, source: str, device_id: str | None, alarms: Sequence[DeviceAlarm], received_at: datetime) -> bool:
        """Take one message of a device, with or without alarms; whether pages must be told."""
        said = {(source, device_id or "", *alarm.pairing): alarm for alarm in alarms}
        changed = self._stop_repeating(source, device_id or "", said, received_at)
        for key, alarm in said.items():
            if _OVER & {alarm.phase, alarm.state}:
                changed = self._end(key) or changed
            else:
                changed = self._say(key, alarm, received_at) or changed
        return changed

    def forget(self, source: str) -> None:
        """A device that speaks for this chair no more."""
        for key in [key for key in self.standing if key[0] == source]:
            del self.standing[key]

    def stand_again(self, records: Iterable[DeviceAlarmRecord]) -> None:
        """What the record does not know to be over, at a start; in doubt it stands, as a start outnumbers its ends.

        Those without a phase are said again by the next report, or are over.
        """
        of_code: dict[tuple[str, str], list[DeviceAlarmRecord]] = {}
        for record in records:
            if record.phase is not None:
                of_code.setdefault((record.source, record.code), []).append(record)
        for (source, code), said in of_code.items():
            phases = [record.phase for record in said]
            if phases[-1] == "end" and phases.count("start") <= phases.count("end"):
                continue
            last = next(record for record in reversed(said) if record.phase != "end")
            since = next((record for record in reversed(said) if record.phase == "start"), last)
            alarm = DeviceAlarm(code, last.text, last.phase, last.priority, None, last.device_at)
            found = Standing(source, alarm, since.received_at, last.received_at, last.received_at, is_from_record=True)
            self.standing[(source, "", *alarm.pairing)] = found

    def _say(self, key: Key, alarm: DeviceAlarm, received_at: datetime) -> bool:
        known = self.standing.pop(key, None) or self._take_from_record(key)
        if known is None:
            now = Standing(key[0], alarm, received_at, received_at, received_at)
            is_news = True
        else:
            is_news = _shown(known.alarm) != _shown(alarm) or received_at - known.told_at >= TOLD_AGAIN_AFTER
            told_at = received_at if is_news else known.told_at
            now = replace(known, alarm=alarm, said_at=received_at, told_at=told_at, is_from_record=False)
        if len(self.standing) >= MOST_STANDING:
            del self.standing[min(self.standing, key=lambda key: self.standing[key].said_at)]
        self.standing[key] = now
        return is_news

    def _end(self, key: Key) -> bool:
        ended = self.standing.pop(key, None)
        return ended is not None or self._take_from_record(key) is not None

    def _take_from_record(self, said: Key) -> Standing | None:
        for key, one in self.standing.items():
            if one.is_from_record and (key[0], key[2]) == (said[0], said[2]):
                return self.standing.pop(key)
        return None

    def _stop_repeating(self, source: str, device: str, said: Container[Key], received_at: datetime) -> bool:
        over = [
            key
            for key, one in self.standing.items()
            if key[:2] == (source, device) and one.alarm.phase is None and key not in said
            and received_at - one.said_at > REPEATED_WITHIN
        ]  # fmt: skip
        for key in over:
            del self.standing[key]
        return bool(over)


def _shown(alarm: DeviceAlarm) -> tuple[object, ...]:
    return alarm.text, alarm.phase, alarm.priority, alarm.state, alarm.audio


def device_alarms_picture(alarms: DeviceAlarms, now: datetime) -> list[dict[str, object]]:
    """What pages show of them, the one that began last first."""
    return [
        {
            "source": one.source,
            "code": one.alarm.code,
            "words": one.alarm.text,
            "phase": one.alarm.phase,
            "priority": one.alarm.priority,
            "audio": one.alarm.audio,
            "since_at": one.since_at.isoformat(),
            "age_s": round(max(0.0, (now - one.said_at).total_seconds()), 1),
        }
        for one in sorted(alarms.standing.values(), key=lambda one: one.since_at, reverse=True)
    ]
