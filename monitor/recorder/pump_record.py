"""What a pump tells in a message becomes rows of the record.

Law: every event is a row; a state is a row when it changed. Nothing here is a dose.
"""

from dataclasses import asdict
from datetime import datetime

from monitor.hl7.device_message import DeviceMessage, PumpEvent
from monitor.store.pump_rows import FACTS, PumpEventRow
from monitor.ward.pump_words import PumpWord


def words_of(device: DeviceMessage, recharted_at: datetime | None, received_at: datetime) -> list[PumpWord]:
    """The state first, then the events in message order: an event is what made the state."""
    source, name = device.source, device.device_id or ""
    said_at = device.measured_at or device.sent_at or received_at
    words = []
    if device.pump is not None:
        words.append(PumpWord(source, name, device.pump, said_at, recharted_at or said_at, device.sent_at))
    for event in device.pump_events:
        at = event.measured_at
        words.append(PumpWord(source, name, event, at, recharted_at or at, device.sent_at))
    return words


def row_of(chair_id: int, session_id: int | None, word: PumpWord, received_at: datetime) -> PumpEventRow:
    """One word as it is stored."""
    place = (chair_id, session_id, word.source, word.device)
    times = (word.device_at, word.at, received_at, word.is_late)
    if isinstance(word.said, PumpEvent):
        return PumpEventRow(*place, word.said.kind.value, word.said.code, word.said.words, *times)
    return PumpEventRow(*place, FACTS, "", "", *times, **asdict(word.said))


def late_rows(
    chair_id: int, session_id: int | None, device: DeviceMessage, charted_at: datetime | None, received_at: datetime
) -> tuple[PumpEventRow, ...]:
    """What a message that found its place later tells of a pump."""
    words = words_of(device, charted_at, received_at)
    late = (PumpWord(one.source, one.device, one.said, one.device_at, one.at, None, is_late=True) for one in words)
    return tuple(row_of(chair_id, session_id, word, received_at) for word in late)
