"""What a real (not simulated) bedside monitor sends, written by hand; the numbers may be anything."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count

ROWS = {
    "hr": ("147842^MDC_ECG_HEART_RATE^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    "spo2": ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "262688^MDC_DIM_PERCENT^MDC"),
    "rr": ("151578^MDC_TTHOR_RESP_RATE^MDC", "264928^MDC_DIM_RESP_PER_MIN^MDC"),
    "nibp_sys": ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "266016^MDC_DIM_MMHG^MDC"),
    "nibp_dia": ("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "266016^MDC_DIM_MMHG^MDC"),
    "pump_volume": ("157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC", "263762^MDC_DIM_MILLI_L^MDC"),
}
CALM = {"hr": 72.0, "spo2": 97.0, "rr": 15.0}
_numbers = count(1)


def now() -> datetime:
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"


def obx(number: int, vital: str, value: object, at: datetime, *, unit: str | None = None) -> str:
    """One observation; `unit` instead of the right one."""
    code, own = ROWS[vital]
    return f"OBX|{number}|NM|{code}|1.1.1.{number}|{value}|{own if unit is None else unit}|||||R|||{stamp(at)}"


def message(
    bed: str, rows: Iterable[str], *, control: str | None = None, sent_at: datetime | None = None, patient: str = ""
) -> bytes:
    """One ORU^R01 of the monitor at this bed."""
    control, at = control or f"M{next(_numbers)}", stamp(sent_at or now())
    segments = [f"MSH|^~\\&|BEDSIDE|WARD|||{at}||ORU^R01^ORU_R01|{control}|P|2.6"]
    if patient:
        segments.append(f"PID|||{patient}^^^H^PI")
    segments += [f"PV1||O|^^{bed}", f"OBR|1|||vitals|||{at}", *rows]
    return "".join(segment + "\r" for segment in segments).encode()


def vitals(
    bed: str, values: dict[str, float], *, at: datetime | None = None, control: str | None = None, patient: str = ""
) -> bytes:
    """One message with these vitals, all measured at one time."""
    measured_at = at or now()
    rows = [obx(number, vital, value, measured_at) for number, (vital, value) in enumerate(values.items(), 1)]
    return message(bed, rows, control=control, sent_at=at, patient=patient)
