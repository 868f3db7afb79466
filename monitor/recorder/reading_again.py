"""Kept bytes read once more with today's codes and settings, off the hub.

Law: reading decides nothing and changes nothing; what still cannot be read says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.message import MalformedMessage, Message, parse
from monitor.hl7.reader import read
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.recorder.pump_record import late_rows
from monitor.recorder.rows_of import device_alarm_rows, is_of_a_pump, rows_of, vitals_of, withdrawal_rows
from monitor.store.pump_rows import PumpEventRow
from monitor.store.rows import DeviceAlarmRow, ReadingRow, WithdrawalRow

CLOCK_TOLERANCE_S = 120.0  # DESIGN.md "Time"


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """One kept message as it reads now; `device` is None when it still cannot be read, for the reason in `refusal`."""

    id: int
    received_at: datetime
    peer: str
    raw: bytes
    device: DeviceMessage | None
    refusal: str = ""
    charted_at: datetime | None = None  # None: at the device's own times
    newest_at: datetime | None = None  # when the newest of it is charted
    of_wrong_peer: bool = False  # whoever sent it may not speak as its source

    def readings(self, chair_id: int, session_id: int | None) -> tuple[ReadingRow, ...]:
        """Its rows for a chair, as they were read: nothing of an earlier time is looked at for artefacts."""
        if self.device is None:
            return ()
        device = self.device
        return tuple(rows_of(chair_id, session_id, device, device.readings, self.charted_at, self.received_at))

    def withdrawals(self, chair_id: int, session_id: int | None) -> tuple[WithdrawalRow, ...]:
        """What it takes back."""
        if self.device is None:
            return ()
        return tuple(withdrawal_rows(chair_id, session_id, self.device, self.received_at))

    def alarms(self, chair_id: int, session_id: int | None) -> tuple[DeviceAlarmRow, ...]:
        """The device's own alarms in it."""
        if self.device is None:
            return ()
        return tuple(device_alarm_rows(chair_id, session_id, self.device, self.received_at))

    def pump_events(self, chair_id: int, session_id: int | None) -> tuple[PumpEventRow, ...]:
        """What a pump told in it; nothing live."""
        if self.device is None:
            return ()
        return late_rows(chair_id, session_id, self.device, self.charted_at, self.received_at)


@dataclass(frozen=True, slots=True)
class ReadingAgain:
    """Reads kept bytes."""

    codes: CodeTable
    sources: Mapping[str, SourceSettings]

    def read(self, kept_id: int, received_at: datetime, peer: str, raw: bytes) -> ReadAgain:
        """One kept message; whatever is wrong with it is said in `refusal`."""
        try:
            message = parse(raw)
            settings = self._settings(message)
            device = read(message, self.codes, settings, received_at)
        except MalformedMessage as refusal:
            return ReadAgain(kept_id, received_at, peer, raw, None, refusal.reason)
        said = [one.measured_at for one in (*device.readings, *device.others)]
        said += [*(one.measured_at for one in device.absences), *(one.measured_at for one in device.device_alarms)]
        said += [*(one.measured_at for one in device.pump_events), *(one.measured_at for one in device.withdrawals)]
        newest_at = max(said, default=device.sent_at or received_at)
        wrong = settings.clock != "device" and abs((newest_at - received_at).total_seconds()) > CLOCK_TOLERANCE_S
        charted_at = received_at if wrong else None
        wrong_peer = bool(settings.peers) and not settings.peers.allow(peer)
        return ReadAgain(kept_id, received_at, peer, raw, device, "", charted_at, charted_at or newest_at, wrong_peer)

    def _settings(self, message: Message) -> SourceSettings:
        application = message.part(message.field("MSH", 3))
        return self.sources.get(application) or self.sources[EVERY_OTHER]


def holds_something(device: DeviceMessage) -> bool:
    """Whether there is anything to chart in it."""
    vitals = vitals_of(device)
    return bool(vitals or device.device_alarms or device.withdrawals or is_of_a_pump(device, vitals))
