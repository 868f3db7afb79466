"""What a message becomes in the record: wide rows, the device's own alarms, or an unassigned message.

Law: every value, other source and absence of the message is in some row; nothing here decides whose it is.
"""

from collections.abc import Sequence
from datetime import datetime

from monitor.clinical.vitals import PUMP, Quality, Reading, Vital
from monitor.hl7.device_message import DeviceMessage
from monitor.store.rows import DeviceAlarmRow, ReadingRow, UnassignedRow, WithdrawalRow

_NONE: frozenset[Vital] = frozenset()


def vitals_of(device: DeviceMessage) -> frozenset[Vital]:
    """The vitals a message speaks of, with a value or without."""
    return frozenset([one.vital for said in (device.readings, device.others, device.absences) for one in said])


def is_of_a_pump(device: DeviceMessage, vitals: frozenset[Vital]) -> bool:
    """Whether a pump speaks: its numbers among the message's vitals, its state or its events."""
    return bool(device.pump_events) or device.pump is not None or not PUMP.isdisjoint(vitals)


def equipment_words(device: DeviceMessage) -> str:
    """Maker, model and serial number, as far as the message says."""
    made = device.equipment
    return "" if made is None else " ".join(part for part in (made.manufacturer, made.model, made.serial) if part)


def unassigned_row(device: DeviceMessage, raw: bytes, received_at: datetime, peer: str, reason: str) -> UnassignedRow:
    """A message that is nobody's, with what is known of who sent it."""
    said = vitals_of(device)
    return UnassignedRow(
        received_at=received_at,
        peer=peer,
        source=device.source,
        bed=device.bed,
        patient_id=device.patient_id if device.patient_known else None,
        reason=reason,
        raw=raw,
        device_id=device.device_id,
        equipment=equipment_words(device),
        vitals=" ".join(vital.value for vital in Vital if vital in said),
    )


def withdrawal_rows(
    chair_id: int, session_id: int | None, device: DeviceMessage, received_at: datetime
) -> list[WithdrawalRow]:
    """What the device takes back."""
    return [
        WithdrawalRow(chair_id, session_id, device.source, one.vital.value, one.sub_id, one.measured_at, received_at)
        for one in device.withdrawals
    ]


def corrected_vitals(device: DeviceMessage) -> frozenset[Vital]:
    """The vitals of which a charted value replaces an earlier one (OBX-11 C)."""
    if not device.corrections:
        return _NONE
    return frozenset([one.vital for one in device.readings if one in device.corrections])


def device_alarm_rows(
    chair_id: int, session_id: int | None, device: DeviceMessage, received_at: datetime
) -> list[DeviceAlarmRow]:
    """The device's own alarms."""
    return [
        DeviceAlarmRow(
            chair_id=chair_id,
            session_id=session_id,
            source=device.source,
            code=alarm.code,
            text=alarm.text,
            phase=alarm.phase,
            priority=alarm.priority,
            device_at=alarm.measured_at,
            received_at=received_at,
            device=device.device_id,
            source_channel=alarm.source_channel,
            state=alarm.state,
            audio=alarm.audio,
        )
        for alarm in device.device_alarms
    ]


def rows_of(
    chair_id: int,
    session_id: int | None,
    device: DeviceMessage,
    assessed: Sequence[Reading],
    recharted_at: datetime | None,
    received_at: datetime,
) -> list[ReadingRow]:
    """One wide row a time of measurement: NIBP with a time of its own is a row of its own, so is a correction."""
    corrected = set(device.corrections)
    groups: dict[tuple[datetime, bool], list[Reading]] = {}
    for sent, reading in zip(device.readings, assessed, strict=True):
        key = (sent.measured_at, bool(corrected) and sent in corrected)
        if key in groups:
            groups[key].append(reading)
        else:
            groups[key] = [reading]
    for unused_at in (*(one.measured_at for one in device.others), *(one.measured_at for one in device.absences)):
        groups.setdefault((unused_at, False), [])
    return [
        ReadingRow(
            chair_id=chair_id,
            session_id=session_id,
            source=device.source,
            device_at=measured_at,
            charted_at=recharted_at or measured_at,
            received_at=received_at,
            values={reading.vital: reading.value for reading in readings},
            sub_ids={reading.vital: reading.sub_id for reading in readings if reading.sub_id},
            implausible=frozenset([one.vital for one in readings if one.quality is Quality.IMPLAUSIBLE]),
            questionable=frozenset([one.vital for one in readings if one.quality is Quality.QUESTIONABLE]),
            others=()
            if corrects
            else tuple(
                (other.vital.value, other.value, other.sub_id)
                for other in device.others
                if other.measured_at == measured_at
            ),
            absences=()
            if corrects
            else tuple(
                (absence.vital.value, absence.reason)
                for absence in device.absences
                if absence.measured_at == measured_at
            ),
            corrects=corrects,
        )
        for (measured_at, corrects), readings in groups.items()
    ]
