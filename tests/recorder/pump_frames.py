"""What a pump sends of itself: events (PCD-10, ORU^R42) and its state (PCD-01)."""

from datetime import datetime

START, STOP, COMPLETE = (
    "197288^MDC_EVT_PUMP_DELIV_START^MDC",
    "^MDC_EVT_PUMP_DELIV_STOP^MDC",
    "197292^MDC_EVT_PUMP_DELIV_COMP^MDC",
)
KG, ML_PER_H = "263875^MDC_DIM_KILO_G^MDC", "265266^MDC_DIM_MILLI_L_PER_HR^MDC"


def _frame(rows: list[str], at: datetime, sent_at: datetime | None, bed: str, trigger: str) -> bytes:
    stamp, sent = f"{at:%Y%m%d%H%M%S}+0000", f"{sent_at or at:%Y%m%d%H%M%S}+0000"
    head = (
        f"MSH|^~\\&|PUMP^X|WARD|||{sent}||{trigger}|p{at:%H%M%S}|P|2.6",
        "PID|||^^^H^MR||",
        f"PV1||I|^^{bed}",
        f"OBR|1|||1^PUMP|||{stamp}",
    )
    return "\r".join((*head, *(f"OBX|{n}|{row}|||||F" for n, row in enumerate(rows, 1)), "")).encode()


def pump_event(code: str, at: datetime, *, sent_at: datetime | None = None, bed: str = "BED1") -> bytes:
    """One event."""
    return _frame([f"CWE|68487^MDC_ATTR_EVT_COND^MDC|1.1.1.1|{code}|"], at, sent_at, bed, "ORU^R42^ORU_R42")


def pump_state(
    at: datetime, *, drug: str = "", weight_kg: float | None = None, running: bool | None = None,
    sent_at: datetime | None = None, bed: str = "BED1",
) -> bytes:  # fmt: skip
    """What it says of itself in a report."""
    rows = []
    if drug:
        rows.append(f"ST|184514^MDC_DRUG_NAME_LABEL^MDC|1.1.1.2|{drug}|")
    if weight_kg is not None:
        rows.append(f"NM|68063^MDC_ATTR_PT_WEIGHT^MDC|1.1.1.3|{weight_kg}|{KG}")
    if running is not None:
        word = "pump-status-infusing" if running else "pump-status-not-infusing"
        rows.append(f"CWE|184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.4|^{word}|")
    return _frame(rows, at, sent_at, bed, "ORU^R01^ORU_R01")
