"""Whose message it is: sender, device, bed, patient.

Law: identifiers are taken from their own fields only, never from a name or a wrong field; a placeholder is none.
"""

from dataclasses import dataclass

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import Admission
from monitor.hl7.message import Message
from monitor.hl7.source import SourceSettings
from monitor.hl7.times import parse_date
from monitor.hl7.timing import Timing

_SIMULATOR = "SIM"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent it and about whom."""

    source: str
    simulated: bool
    patient_id: str | None
    patient_known: bool
    bed: str | None
    device_id: str | None
    instance: str | None  # OBX-18


def source_key(message: Message) -> str:
    """MSH-3 as sent: what settings of a source are found by."""
    return message.field("MSH", 3)


def of(message: Message, codes: CodeTable, settings: SourceSettings) -> Identity:
    """Everything the header, PID-3.1, PV1-3 and the device rows say."""
    sender = source_key(message)
    own, instance = _device(message, codes)
    device_id = own or instance
    patient_id = message.part(message.field("PID", 3)) or None
    return Identity(
        source=f"{sender} {device_id}".strip() if device_id else sender,
        simulated=message.part(sender) == _SIMULATOR,
        patient_id=patient_id,
        patient_known=patient_id is not None and patient_id.lower() not in codes.placeholders,
        bed=instance if settings.bed_field == "OBX-18" else _bed(message, settings, 3),
        device_id=device_id,
        instance=instance,
    )


def _bed(message: Message, settings: SourceSettings, number: int) -> str | None:
    """One component of a place in PV1: its first sub-component, else its second (Comen sends &10)."""
    place = message.field("PV1", number)
    if not place or settings.bed_field == "OBX-18":
        return None
    component = int(settings.bed_field.rpartition(".")[2])
    return message.part(place, component, 1) or message.part(place, component, 2) or None


def _device(message: Message, codes: CodeTable) -> tuple[str | None, str | None]:
    """The value of MDC_ATTR_SYS_ID, and the first equipment instance (OBX-18), which the top container row carries."""
    identity = instance = None
    for segment in message.segments:
        if segment[0] != "OBX":
            continue
        if instance is None and len(segment) > 18 and segment[18]:
            instance = message.part(segment[18], 1) or message.part(segment[18], 3) or None
        if identity is None and len(segment) > 5 and segment[3].startswith(codes.identity_codes):
            own = message.part(segment[3]) in codes.identity_codes
            identity = (message.part(segment[5]) or None) if own else None
    return identity, instance


def admission(message: Message, who: Identity, settings: SourceSettings, timing: Timing) -> Admission:
    """Who is in the bed, was in it, or is merged, for an ADT."""
    name = message.field("PID", 5)
    return Admission(
        event=message.type.partition("^")[2],
        patient_id=who.patient_id,
        family_name=message.part(name, 1),
        given_name=message.part(name, 2),
        birth_date=parse_date(message.part(message.field("PID", 7))),
        sex=message.part(message.field("PID", 8)),
        bed=who.bed,
        previous_bed=_bed(message, settings, 6),
        replaced_patient_id=message.part(message.field("MRG", 1)) or None,
        said_at=timing.instant(message.part(message.field("EVN", 2))) or timing.sent_at,
        happened_at=timing.instant(message.part(message.field("EVN", 6))),
    )
