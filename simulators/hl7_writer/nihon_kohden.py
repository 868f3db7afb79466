"""Nihon-Kohden-like: HL7 2.4 with codes that name no system, one OBR for the vitals and one for the cuff.

Law: only the quantities whose codes were seen are sent (HR, pulse, SpO2, cuff); the others this dialect cannot say.
No time has a zone; the cuff's own is older than the message's. PV1-3 carries the monitor's address behind the bed.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from simulators.hl7_writer.words import Observation, Sender, device_id, escape, joined, zoneless

ROWS: dict[str, tuple[str, str]] = {
    "hr": ("001000^VITAL HR", "/min"),
    "pr": ("007001^VITAL PR(spo2)", "/min"),
    "spo2": ("007000^VITAL SpO2", "%"),
    "nibp_sys": ("009000^NIBP SYS", "mmHg"),
    "nibp_dia": ("009001^NIBP DIAS", "mmHg"),
    "nibp_mean": ("009002^NIBP MEAN", "mmHg"),
}


def _is_cuff(one: Observation) -> bool:
    return one.vital.startswith("nibp")


def report(sender: Sender, control_id: str, sent_at: datetime, observations: Sequence[Observation]) -> bytes | None:
    """One ORU^R01, or None when nothing of it can be said in this dialect."""
    said = sorted((one for one in observations if one.vital in ROWS), key=_is_cuff)
    if not said:
        return None
    at, last_byte = zoneless(sent_at), int(device_id(sender.bed)[-2:], 16)
    segments = [
        f"MSH|^~\\&|SIM^{escape(sender.bed)}^L|NIHON KOHDEN|CLIENT APP|CLIENT FACILITY|{at}||ORU^R01^ORU_R01"
        f"|{escape(control_id)}|P|2.4|||NE|AL||ASCII||ASCII"
    ]
    if sender.patient_id:
        segments.append(f"PID|||{escape(sender.patient_id)}")
    segments += [f"PV1||I|^^{escape(sender.bed)}^192.0.2.{last_byte}:1", "ORC|RE"]
    for group, (is_cuff, members) in enumerate(groupby(said, _is_cuff), 1):
        rows = list(members)
        when = zoneless(rows[0].measured_at)
        segments.append(f"OBR|{group}|||{'NIBP' if is_cuff else 'VITAL'}|||{when}" + "|" * 18 + "A")
        for number, one in enumerate(rows, 1):
            name, unit = ROWS[one.vital]
            segments.append(f"OBX|{number}|NM|{name}|1|{one.text}|{unit}|||||F|||{zoneless(one.measured_at)}|||")
    return joined(segments, "ascii")
