"""When a row was measured: OBX-14, else OBR-7, else the vendor's OBR-14, else MSH-7, else when it came.

Law: the device's own time is the identity of a reading; a time that cannot be read is noted, never mended.
"""

from datetime import datetime, timedelta

from monitor.hl7.message import Message, Segment
from monitor.hl7.source import SourceSettings
from monitor.hl7.times import parse_time

AHEAD = timedelta(minutes=2)


class Timing:
    """The times of one message; made for reading it and thrown away."""

    def __init__(self, message: Message, settings: SourceSettings, received_at: datetime, notes: list[str]) -> None:
        self._zone = settings.zone
        self._received_at = received_at
        self._notes = notes
        self._known: dict[str, datetime | None] = {}
        self._decode = message.part
        self.sent_at = self.instant(message.field("MSH", 7))
        self._observed: datetime | None = None
        self._obr14 = ""

    def instant(self, text: str) -> datetime | None:
        """The instant a raw time field names, None when it names none; unreadable ones are noted once."""
        if not text:
            return None
        if text not in self._known:
            found = parse_time(text, self._zone, self._received_at)
            if found is None:
                plain = self._decode(text)  # with components, escapes or blanks around it
                found = parse_time(plain, self._zone, self._received_at)
                if found is None and plain.strip("0"):
                    self._notes.append(f"the time {plain[:40]!r} cannot be read")
            self._known[text] = found
        return self._known[text]

    def begin_group(self, obr: Segment) -> None:
        """Rows from here on belong to this OBR."""
        self._observed = self.instant(obr[7]) if len(obr) > 7 else None
        self._obr14 = obr[14] if len(obr) > 14 else ""

    def group_at(self, *, vendor_obr14: bool = False) -> datetime | None:
        """The time of the current OBR, or of the message; None when neither has one."""
        if self._observed is not None:
            return self._observed
        if vendor_obr14 and self._obr14 and (found := self.instant(self._obr14)) is not None:
            return found
        return self.sent_at

    def row_at(self, text: str, *, vendor_obr14: bool) -> datetime | None:
        """The time of a row whose OBX-14 is `text`; None when nothing in the message tells it."""
        own = self.instant(text) if text else None
        if own is None:
            return self.group_at(vendor_obr14=vendor_obr14)
        if self.sent_at is not None and own - self.sent_at > AHEAD:
            note = f"OBX-14 {text} is more than 2 min after MSH-7"
            if note not in self._notes:
                self._notes.append(note)
        return own

    def field_of(self, text: str, *, vendor_obr14: bool) -> str:
        """Which field `row_at` takes the time of a row from, "" when it is none."""
        if text and self.instant(text) is not None:
            return "OBX-14"
        if self._observed is not None:
            return "OBR-7"
        if vendor_obr14 and self._obr14 and self.instant(self._obr14) is not None:
            return "OBR-14"
        return "MSH-7" if self.sent_at is not None else ""
