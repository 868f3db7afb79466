"""The words all dialects share: an observation, the sender, an alarm of the monitor's own, times and escapes.

Law: values only; nothing here knows how a dialect looks.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": "\\X0D\\"})


@dataclass(frozen=True, slots=True)
class Observation:
    """One OBX row: the vital's word, the number as text, and the device's time of measurement."""

    vital: str
    text: str
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """The monitor at one bed; `patient_id` is sent in PID-3 when the monitor knows one.

    `enhanced` asks for a commit acknowledgement (MSH-15 AL, MSH-16 NE) as PCD-01 gateways do; without it the receiver
    answers in original mode (AA). `containment` writes the device's MDS, VMD and CHAN rows around the numbers.
    """

    bed: str
    patient_id: str = ""
    enhanced: bool = True
    containment: bool = False


@dataclass(frozen=True, slots=True)
class OwnAlarm:
    """One alarm condition of the device itself, as it stands: `phase` is start, update or end.

    `condition` is `number^MDC name`, `priority` PH, PM or PL (IHE), `grade` Philips' row code and name.
    """

    condition: str
    words: str
    phase: str
    priority: str
    grade: str
    source: str
    began_at: datetime


def stamp(at: datetime) -> str:
    """An HL7 time with milliseconds; `at` must be aware and in UTC."""
    if at.utcoffset() is None or at.utcoffset():
        raise ValueError(f"{at!r} is not an aware time in UTC")
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"


def zoneless(at: datetime) -> str:
    """The same time as a device writes it that knows no zone; milliseconds only where there are some."""
    whole, _, fraction = stamp(at).partition("+")[0].partition(".")
    return whole if fraction == "000" else f"{whole}.{fraction}"


def escape(text: str) -> str:
    """Text with HL7's separators escaped."""
    return text.translate(_ESCAPES)


def device_id(name: str) -> str:
    """An EUI-64 of a device that does not exist: locally administered, the same name always the same."""
    return "0253494D" + hashlib.sha256(name.encode()).hexdigest()[:8].upper()


def joined(segments: list[str], charset: str = "utf-8") -> bytes:
    """Segments ended by CR."""
    return "".join(segment + "\r" for segment in segments).encode(charset, "replace")
