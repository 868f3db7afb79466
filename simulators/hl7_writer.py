"""Writes what a bedside monitor sends: ORU^R01 after the IHE PCD-01 profile, with MDC codes and units.

Law: bytes only; a quantity without a value has no row; every message says SIM in MSH-3, so that the receiver
marks it as simulated. Times are UTC and say so (+0000).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Row(NamedTuple):
    """How one vital is written: code, reference id, unit, and the containment path of its sub-id."""

    code: int
    reference: str
    unit: str
    path: str


_PER_MIN = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
_BREATHS = "264928^MDC_DIM_RESP_PER_MIN^MDC"
_PERCENT = "262688^MDC_DIM_PERCENT^MDC"
_MMHG = "266016^MDC_DIM_MMHG^MDC"
_CELSIUS = "268192^MDC_DIM_DEGC^MDC"

ROWS: dict[str, Row] = {
    "hr": Row(147842, "MDC_ECG_HEART_RATE", _PER_MIN, "1.7.4"),
    "pr": Row(149530, "MDC_PULS_OXIM_PULS_RATE", _PER_MIN, "1.3.1"),
    "spo2": Row(150456, "MDC_PULS_OXIM_SAT_O2", _PERCENT, "1.3.1"),
    "pi": Row(150488, "MDC_BLD_PERF_INDEX", _PERCENT, "1.3.1"),
    "rr": Row(151578, "MDC_TTHOR_RESP_RATE", _BREATHS, "1.7.1"),
    "etco2": Row(151708, "MDC_CONC_AWAY_CO2_ET", _MMHG, "1.9.1"),
    "fico2": Row(151716, "MDC_CONC_AWAY_CO2_INSP", _MMHG, "1.9.1"),
    "temp": Row(150344, "MDC_TEMP", _CELSIUS, "1.6.1"),
    "nibp_sys": Row(150021, "MDC_PRESS_BLD_NONINV_SYS", _MMHG, "1.5.1"),
    "nibp_dia": Row(150022, "MDC_PRESS_BLD_NONINV_DIA", _MMHG, "1.5.1"),
    "nibp_mean": Row(150023, "MDC_PRESS_BLD_NONINV_MEAN", _MMHG, "1.5.1"),
    "abp_sys": Row(150037, "MDC_PRESS_BLD_ART_ABP_SYS", _MMHG, "1.8.1"),
    "abp_dia": Row(150038, "MDC_PRESS_BLD_ART_ABP_DIA", _MMHG, "1.8.1"),
    "abp_mean": Row(150039, "MDC_PRESS_BLD_ART_ABP_MEAN", _MMHG, "1.8.1"),
}

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
    answers in original mode (AA).
    """

    bed: str
    patient_id: str = ""
    enhanced: bool = True


def stamp(at: datetime) -> str:
    """An HL7 time with milliseconds; `at` must be aware and in UTC."""
    if at.utcoffset() is None or at.utcoffset():
        raise ValueError(f"{at!r} is not an aware time in UTC")
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"


def escape(text: str) -> str:
    """Text with HL7's separators escaped."""
    return text.translate(_ESCAPES)


def _obx(number: int, observation: Observation) -> str:
    row = ROWS[observation.vital]
    return (
        f"OBX|{number}|NM|{row.code}^{row.reference}^MDC|{row.path}.{row.code}|{escape(observation.text)}|{row.unit}"
        f"|||||R|||{stamp(observation.measured_at)}"
    )


def oru(sender: Sender, control_id: str, sent_at: datetime, observations: Iterable[Observation]) -> bytes:
    """One ORU^R01 in UTF-8, segments ended by CR; `control_id` becomes MSH-10."""
    bed, at, control = escape(sender.bed), stamp(sent_at), escape(control_id)
    accept = "AL|NE" if sender.enhanced else "|"
    segments = [
        f"MSH|^~\\&|SIM^{bed}^L|SIMULATED|||{at}||ORU^R01^ORU_R01|{control}|P|2.6|||{accept}||UNICODE UTF-8|||"
        "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"
    ]
    if sender.patient_id:
        segments.append(f"PID|||{escape(sender.patient_id)}^^^SIM^PI")
    segments.append(f"PV1||O|^^{bed}")
    segments.append(f"OBR|1|{control}^SIM|{control}^SIM|182777000^monitoring of patient^SCT|||{at}")
    segments += [_obx(number, observation) for number, observation in enumerate(observations, 1)]
    return "".join(segment + "\r" for segment in segments).encode()
