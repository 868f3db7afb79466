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

    @property
    def pairing(self) -> tuple[str, str]:
        """What start, update and end of one alarm of a device have in common: condition code and alert source."""
        return self.code, self.source_channel or ""


class PumpEventKind(StrEnum):
    """What happened at a pump."""

    START = "start"
    STOP = "stop"
    COMPLETE = "complete"
    RATE_CHANGED = "rate_changed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PumpEvent:
    """One event a pump reports (IHE PCD-10); `code` as sent (the name when no number was), `words` for people."""

    kind: PumpEventKind
    code: str
    words: str
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class PumpFacts:
    """What a pump says beside its numbers; None where the message does not say it, or says two different things.

    `infusing` and `delivering` are the pump's own words for running; `not_delivering_reason` as sent. The programmed
    rate and the volume to be infused are what was set, never what runs. Rates in mL/h, volumes in mL, weight in kg.
    """

    drug: str | None = None
    weight_kg: float | None = None
    infusing: bool | None = None
    delivering: bool | None = None
    not_delivering_reason: str | None = None
    programmed_ml_per_h: float | None = None
    volume_to_be_infused_ml: float | None = None


@dataclass(frozen=True, slots=True)
class Equipment:
    """Which device it is; "" where the message does not say. `id` is its own (OBX 67972), `instance` OBX-18."""

    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    software: str = ""
    id: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is in the bed, as an ADT says ; "" or None where it says nothing.

    `event` is A01 (admit), A02 (transfer), A03 (discharge), A04 (register), A08 (update), A11 (cancel admit) or A40
    (merge). `previous_bed` is PV1-6, read as the bed is; `replaced_patient_id` is MRG-1, which `patient_id` replaces.
    `said_at` is when the hospital recorded it (EVN-2, else MSH-7), `happened_at` when it happened (EVN-6).
    """

    event: str
    patient_id: str | None
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str
    bed: str | None
    previous_bed: str | None = None
    replaced_patient_id: str | None = None
    said_at: datetime | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """One message read; `source` is MSH-3 as sent, with the device's own id behind it when the message carries one.

    `readings` holds at most one a vital; `quality` marks the implausible. `others` are the remaining numbers of the
    same vitals. `corrections` are those among both that replace an earlier value (OBX-11 C). `clock_at` is what the
    device's clock said when it sent (MDC_ATTR_TIME_ABS, else MSH-7), None when it does not say.
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
    pump_events: tuple[PumpEvent, ...] = ()
    pump: PumpFacts | None = None
    equipment: Equipment | None = None
    clock_at: datetime | None = None
