"""IHE PCD: ORU^R01 with MDC codes and units (PCD-01), and the monitor's own alarms as ORU^R40 (PCD-04).

Law: sub-ids are containment paths MDS.VMD.CHAN.metric; with `containment` every path has its container rows, and the
MDS row names the device in OBX-18.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from simulators.hl7_writer.words import Observation, OwnAlarm, Sender, device_id, escape, joined, stamp


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

MDS = "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC"

# The container rows of each path; all numbers as seen in messages of GE and the IHE examples but those marked K.
_VMDS = {
    "1.3": "69642^MDC_DEV_ANALY_SAT_O2_VMD^MDC",
    "1.5": "70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC",
    "1.6": "69902^MDC_DEV_METER_TEMP_VMD^MDC",  # K
    "1.7": "69798^MDC_DEV_ECG_VMD^MDC",
    "1.8": "69854^MDC_DEV_METER_PRESS_BLD_VMD^MDC",  # K
    "1.9": "69766^MDC_DEV_GEN_CONC_AWAY_VMD^MDC",
}
_CHANNELS = {
    "1.3.1": "69643^MDC_DEV_ANALY_SAT_O2_CHAN^MDC",
    "1.5.1": "70687^MDC_DEV_PRESS_BLD_NONINV_CHAN^MDC",
}
_ALARM_PROFILE = "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO"
_REPORT_PROFILE = "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"


def header(sender: Sender, control_id: str, sent_at: datetime, kind: str, profile: str) -> list[str]:
    """MSH, PID where a patient is known, PV1."""
    bed, at = escape(sender.bed), stamp(sent_at)
    accept = "AL|NE" if sender.enhanced else "|"
    segments = [
        f"MSH|^~\\&|SIM^{bed}^L|SIMULATED|||{at}||{kind}|{escape(control_id)}|P|2.6|||{accept}"
        f"||UNICODE UTF-8|||{profile}"
    ]
    if sender.patient_id:
        segments.append(f"PID|||{escape(sender.patient_id)}^^^SIM^PI")
    segments.append(f"PV1||O|^^{bed}")
    return segments


def mds_row(number: int, kind: str, identity: str) -> str:
    """The row of the device itself, with its identity in OBX-18."""
    return f"OBX|{number}||{kind}|1.0.0.0|||||||X|||||||{identity}^SIMULATED^{identity}^EUI-64"


def _observation(number: int, observation: Observation) -> str:
    row = ROWS[observation.vital]
    return (
        f"OBX|{number}|NM|{row.code}^{row.reference}^MDC|{row.path}.{row.code}|{escape(observation.text)}|{row.unit}"
        f"|||||R|||{stamp(observation.measured_at)}"
    )


def _contained(sender: Sender, observations: Sequence[Observation]) -> list[str]:
    """The numbers under the containers they belong to, in the order of the paths."""
    rows, opened = [mds_row(1, MDS, device_id(sender.bed))], {"1"}
    for observation in sorted(observations, key=lambda one: ROWS[one.vital].path):
        channel = ROWS[observation.vital].path
        vmd = channel.rpartition(".")[0]
        for path, kinds, ending in ((vmd, _VMDS, ".0.0"), (channel, _CHANNELS, ".0")):
            if path in kinds and path not in opened:
                rows.append(f"OBX|{len(rows) + 1}||{kinds[path]}|{path}{ending}|||||||X")
                opened.add(path)
        rows.append(_observation(len(rows) + 1, observation))
    return rows


def oru(sender: Sender, control_id: str, sent_at: datetime, observations: Iterable[Observation]) -> bytes:
    """One ORU^R01 in UTF-8, segments ended by CR; `control_id` becomes MSH-10."""
    control = escape(control_id)
    segments = header(sender, control_id, sent_at, "ORU^R01^ORU_R01", _REPORT_PROFILE)
    segments.append(f"OBR|1|{control}^SIM|{control}^SIM|182777000^monitoring of patient^SCT|||{stamp(sent_at)}")
    if sender.containment:
        return joined(segments + _contained(sender, list(observations)))
    segments += [_observation(number, observation) for number, observation in enumerate(observations, 1)]
    return joined(segments)


def alarm(
    sender: Sender, control_id: str, sent_at: datetime, own: OwnAlarm, device: tuple[str, str] | None = None
) -> bytes:
    """One ORU^R40: an alarm of the device itself starts, is said again, or ends.

    `device` is the MDS code and the identity of a device other than the bed's monitor.
    """
    mds, identity = device or (MDS, device_id(sender.bed))
    on = own.phase != "end"
    control, at = escape(control_id), stamp(sent_at)
    segments = header(sender, control_id, sent_at, "ORU^R40^ORU_R40", _ALARM_PROFILE)
    segments.append(f"OBR|1|{control}^SIM|{control}^SIM|196616^MDC_EVT_ALARM^MDC|||{at}")
    segments.append(mds_row(1, mds, identity))
    rows = (
        ("CWE", "196616^MDC_EVT_ALARM", f"{own.condition}^MDC"),
        ("ST", "68480^MDC_ATTR_ALERT_SOURCE", own.source),
        ("ST", "68481^MDC_ATTR_EVENT_PHASE", own.phase),
        ("ST", "68482^MDC_ATTR_ALARM_STATE", "active" if on else "inactive"),
        ("ST", "68483^MDC_ATTR_ALARM_INACTIVATION_STATE", "enabled"),
        ("ST", "68484^MDC_ATTR_ALARM_PRIORITY", own.priority),
        ("ST", "68485^MDC_ATTR_ALERT_TYPE", "SP" if own.priority == "PH" else "ST"),
        ("ST", "68546^MDC_ATTR_ALERT_TEXT", escape(own.words)),
    )
    for number, (kind, code, value) in enumerate(rows, 2):
        time = f"|||{stamp(own.began_at)}" if number == 2 else ""
        segments.append(f"OBX|{number}|{kind}|{code}^MDC|1.1.0.0.{number - 1}|{value}||||||F{time}")
    return joined(segments)
