"""An infusion pump's messages: PCD-01 reports, PCD-10 events (ORU^R42) and PCD-04 alarms.

Law: the pump is known by MDC_ATTR_SYS_ID, not by the bed; the current rate (158014) and the programmed one (157784)
are two numbers; an event is named by its number where one is known, else by its name. What an idle pump does not know
it does not say.
"""

from dataclasses import dataclass
from datetime import datetime

from simulators.hl7_writer import pcd01
from simulators.hl7_writer.words import OwnAlarm, Sender, device_id, escape, joined, stamp

MDS = "70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC"
EVENTS = {
    "start": "197288^MDC_EVT_PUMP_DELIV_START^MDC",
    "complete": "197292^MDC_EVT_PUMP_DELIV_COMP^MDC",
    "stop": "0^MDC_EVT_PUMP_DELIV_STOP^MDC",
    "rate_changed": "0^MDC_EVT_PUMP_RATE_CHANGE^MDC",
}
OCCLUSION = "197184^MDC_EVT_FLOW_OBSTRUC"
_ML_PER_H = "265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM"
_MG_PER_ML = "264306^MDC_DIM_MILLI_G_PER_ML^MDC^mg/mL^mg/mL^UCUM"
_UG = "263891^MDC_DIM_MICRO_G^MDC^ug^ug^UCUM"
_KG = "263875^MDC_DIM_KILO_G^MDC^kg^kg^UCUM"
_ML = "263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM"
Row = tuple[str, str, str, str]
"""(type, code, value, unit) of one row."""
_PROFILES = {
    "ORU^R01^ORU_R01": "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.1^ISO",
    "ORU^R42^ORU_R01": "IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO",
}


@dataclass(frozen=True, slots=True)
class PumpState:
    """What the pump shows at one moment; the first three are None while it is not programmed."""

    drug: str | None
    concentration_mg_per_ml: float | None
    weight_kg: float | None
    infusing: bool
    current_ml_per_h: float
    programmed_ml_per_h: float
    to_be_infused_ml: float
    delivered_ml: float

    @property
    def remaining_ml(self) -> float:
        """What is left of the programmed volume."""
        return max(0.0, self.to_be_infused_ml - self.delivered_ml)


def serial(bed: str) -> str:
    """The own identity of a pump that was given none; not the monitor's at the same bed."""
    return device_id(f"pump of {bed}")


def _rows(state: PumpState, identity: str, event: str | None) -> list[Row]:
    """Every row below the MDS."""
    word = "infusing" if state.infusing else "not-infusing"
    delivering = "delivering" if state.current_ml_per_h else "not-delivering"
    happened = [("CWE", "68487^MDC_ATTR_EVT_COND", EVENTS[event], "")] if event else []
    programmed, dose, weight = _programmed(state)
    return [
        *happened,
        ("ST", "67880^MDC_ATTR_ID_MODEL", "Simulated syringe pump", ""),
        ("ST", "67972^MDC_ATTR_SYS_ID", escape(identity), ""),
        ("CWE", "184519^MDC_PUMP_INFUSING_STATUS", f"^pump-status-{word}", ""),
        ("NM", "158014^MDC_FLOW_FLUID_PUMP_CURRENT", f"{state.current_ml_per_h:.2f}", _ML_PER_H),
        *programmed,
        ("NM", "157784^MDC_FLOW_FLUID_PUMP", f"{state.programmed_ml_per_h:.2f}", _ML_PER_H),
        ("NM", "157884^MDC_VOL_FLUID_TBI", f"{state.to_be_infused_ml:.2f}", _ML),
        ("NM", "157872^MDC_VOL_FLUID_TBI_REMAIN", f"{state.remaining_ml:.2f}", _ML),
        ("NM", "157993^MDC_VOL_FLUID_DELIV_TOTAL", f"{state.delivered_ml:.2f}", _ML),
        *dose,
        *weight,
        ("CWE", "158005^MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS", f"^pump-delivery-status-{delivering}", ""),
    ]


def _programmed(state: PumpState) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows of drug and concentration, of the dose and of the weight, as far as the pump was told."""
    per_ml, weight_kg = state.concentration_mg_per_ml, state.weight_kg
    drug = [("ST", "184514^MDC_DRUG_NAME_LABEL", escape(state.drug), "")] if state.drug else []
    weight = [] if weight_kg is None else [("NM", "68063^MDC_ATTR_PT_WEIGHT", f"{weight_kg:g}", _KG)]
    if per_ml is None:
        return drug, [], weight
    dose = ("NM", "158001^MDC_DOSE_DRUG_DELIV_TOTAL", f"{state.delivered_ml * per_ml * 1000:.0f}", _UG)
    return [*drug, ("NM", "157760^MDC_CONC_DRUG", f"{per_ml:g}", _MG_PER_ML)], [dose], weight


def report(
    sender: Sender, control_id: str, sent_at: datetime, state: PumpState, event: str | None = None, identity: str = ""
) -> bytes:
    """A report (ORU^R01), or with `event` the event it happened in (ORU^R42); `identity` is the pump's own."""
    kind = "ORU^R42^ORU_R01" if event else "ORU^R01^ORU_R01"
    control, at, drug = escape(control_id), stamp(sent_at), escape(state.drug or "no drug")
    identity = identity or serial(sender.bed)
    segments = pcd01.header(sender, control_id, sent_at, kind, _PROFILES[kind])
    segments.append(f"OBR|1|{control}^SIM|{control}^SIM|{drug}^{drug}|||{at}")
    segments.append(pcd01.mds_row(1, MDS, identity))
    for number, (kind_of, code, value, unit) in enumerate(_rows(state, identity, event), 2):
        segments.append(f"OBX|{number}|{kind_of}|{code}^MDC|1.1.2.{number - 1}|{value}|{unit}|||||R|||{at}")
    return joined(segments)


def occlusion(
    sender: Sender, control_id: str, sent_at: datetime, began_at: datetime, *, phase: str, identity: str = ""
) -> bytes:
    """The occlusion alarm of the pump (ORU^R40)."""
    own = OwnAlarm(OCCLUSION, "OCCLUSION DOWNSTREAM", phase, "PH", "", MDS, began_at)
    return pcd01.alarm(sender, control_id, sent_at, own, (MDS, identity or serial(sender.bed)))
