"""Philips-like: an export in HL7 2.3 and Latin-1 with hexadecimal MDIL codes, alarms as TX rows, and clock messages.

Law: as the real export, but for MSH-3, which says SIM where the real one is empty. The time is in OBR-14 and has no
zone; a cuff measurement keeps its own in OBX-14. Codes are partition-term of the MDC number, in hexadecimal.
"""

from collections.abc import Iterable
from datetime import datetime

from simulators.hl7_writer.words import Observation, OwnAlarm, Sender, escape, joined, zoneless

_BPM, _RPM, _PERCENT = "0004-0aa0^bpm^MDIL", "0004-0ae0^rpm^MDIL", "0004-0220^%^MDIL"
_MMHG, _CELSIUS, _NONE = "0004-0f20^mmHg^MDIL", "0004-17a0^\u00b0C^MDIL", "0004-0200^^MDIL"
ROWS: dict[str, tuple[str, str]] = {
    "hr": ("0002-4182^HR", _BPM),
    "pr": ("0002-4822^Pulse (SpO2)", _BPM),
    "spo2": ("0002-4bb8^SpO2", _PERCENT),
    "pi": ("0002-4bb0^Perf", _NONE),
    "rr": ("0002-500a^RR", _RPM),
    "etco2": ("0002-50b0^etCO2", _MMHG),
    "fico2": ("0002-50a4^imCO2", _MMHG),
    "temp": ("0002-4b48^Temp", _CELSIUS),
    "nibp_sys": ("0002-4a05^NBPs", _MMHG),
    "nibp_dia": ("0002-4a06^NBPd", _MMHG),
    "nibp_mean": ("0002-4a07^NBPm", _MMHG),
    "abp_sys": ("0002-4a15^ABPs", _MMHG),
    "abp_dia": ("0002-4a16^ABPd", _MMHG),
    "abp_mean": ("0002-4a17^ABPm", _MMHG),
}


def _header(sender: Sender, control_id: str, kind: str) -> str:
    return f"MSH|^~\\&|SIM^{escape(sender.bed)}^L||||||{kind}|{escape(control_id)}|P|2.3||||||8859/1"


def report(
    sender: Sender, control_id: str, sent_at: datetime, observations: Iterable[Observation], alarms: Iterable[OwnAlarm]
) -> bytes:
    """One ORU^R01: the alarms that are on as TX rows, then the numbers."""
    segments = [
        _header(sender, control_id, "ORU^R01"),
        f'PID|||{escape(sender.patient_id) or chr(34) * 2}^^^^MR||""^""||""|""',
        f"PV1||I|SIM^^{escape(sender.bed)}&0&0",
        "OBR|" + "|" * 13 + zoneless(sent_at),
        "OBX||ST|0402-f8f5^sMode^MDIL|0|MONITORING||||||F||SETTING",
    ]
    segments += [f"OBX||TX|{own.grade}^MDIL-ALERT||{escape(own.words)}||||||F" for own in alarms if own.phase != "end"]
    for one in observations:
        name, unit = ROWS[one.vital]
        own_time = "" if one.measured_at == sent_at else f"|||{zoneless(one.measured_at)}"
        segments.append(f"OBX||NM|{name}^MDIL|0|{escape(one.text)}|{unit}|||||F{own_time}")
    return joined(segments, "latin-1")


def clock(sender: Sender, control_id: str, sent_at: datetime) -> bytes:
    """One NMD: the export tells its time, which is acknowledged and not charted."""
    return joined([_header(sender, control_id, "NMD"), f"NCK|{zoneless(sent_at)}"], "latin-1")
