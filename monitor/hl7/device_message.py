"""What one message of a device says, as values.

Law: every observation row of the message is accounted for: charted, kept as another source, or listed with the reason.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.clinical.vitals import Reading, Vital


class MessageKind(StrEnum):
    """What a message is for."""

    READINGS = "readings"
    DEVICE_ALARM = "device_alarm"
    ADMISSION = "admission"
    KEEP_ALIVE = "keep_alive"
    CLOCK = "clock"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Absence:
    """A vital that was sent without a usable value, and no other source of the message has one.

    `reason` is no_value, sentinel, lead_off, not_a_number or unknown_unit.
    """

    vital: Vital
    reason: str
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class NotCharted:
    """A row that is not charted; `code` as sent, `reason` as INTEROP names them."""

    code: str
    reason: str
    sub_id: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A reading the device takes back (OBX-11 D or W)."""

    vital: Vital
    measured_at: datetime
    sub_id: str


@dataclass(frozen=True, slots=True)
class DeviceAlarm:
    """An alarm of the device itself, kept apart from ours; paired by device, `code` and `source_channel`.

    `phase` is start, update, continue or end (None in a report of readings); `priority` is high, medium, low,
    information or none (None when not said); `state` and `audio` as sent: active, inactive; enabled, audio-paused, ...
    """

    code: str
    text: str
    phase: str | None
    priority: str | None
    source_channel: str | None
    measured_at: datetime
    state: str | None = None
    audio: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is in the bed, as an ADT says (`event` is A01, A03, A04 or A08); "" where it says nothing."""

    event: str
    patient_id: str | None
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str
    bed: str | None


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """One message read; `source` is MSH-3 as sent, with the device's own id behind it when the message carries one.

    `readings` holds at most one a vital; `quality` marks the implausible. `others` are the remaining numbers of the
    same vitals. `corrections` are those among both that replace an earlier value (OBX-11 C).
    """

    control_id: str
    type: str
    kind: MessageKind
    source: str
    simulated: bool
    patient_id: str | None
    patient_known: bool
    bed: str | None
    device_id: str | None
    sent_at: datetime | None
    measured_at: datetime | None
    readings: tuple[Reading, ...] = ()
    others: tuple[Reading, ...] = ()
    absences: tuple[Absence, ...] = ()
    not_charted: tuple[NotCharted, ...] = ()
    device_alarms: tuple[DeviceAlarm, ...] = ()
    notes: tuple[str, ...] = ()
    admission: Admission | None = None
    corrections: tuple[Reading, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
