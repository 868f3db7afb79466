"""What the load generator sends: each bed's messages from a template in which only times and some values change.

Law: a message costs a few microseconds to make, so that 2000 beds a second leave the machine to the product.
Ten observations in each (HR PR SpO2 RR EtCO2 Temp PI and invasive systolic, diastolic, mean), all new at every message;
a cuff measurement adds its three rows once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulators.hl7_writer import Observation, Sender, oru, stamp

_STEADY = {
    "hr": "72", "pr": "72", "spo2": "97", "rr": "15", "etco2": "38", "temp": "36.8", "pi": "3.4",
    "abp_sys": "124", "abp_dia": "74", "abp_mean": "90",
}  # fmt: skip
CUFF = {"nibp_sys": "122", "nibp_dia": "76", "nibp_mean": "91"}
OBSERVATIONS = len(_STEADY)
_THEN = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Injection:
    """From `at_s` on, for `for_s` seconds, the bed shows these values (vital -> text)."""

    at_s: float
    bed: str
    values: tuple[tuple[str, str], ...]
    for_s: float

    @property
    def is_cuff(self) -> bool:
        """Whether it is a cuff measurement, which is sent once."""
        return any(vital.startswith("nibp") for vital, _ in self.values)


def parse_injection(text: str) -> Injection:
    """Read `AT_S:BED:VITAL=VALUE[,VITAL=VALUE…][:FOR_S]`; `nibp=205/118` stands for a whole cuff measurement."""
    parts = text.split(":")
    if len(parts) not in (3, 4):
        raise ValueError(f"{text!r} is not AT_S:BED:VITAL=VALUE[:FOR_S]")
    values: dict[str, str] = {}
    for pair in parts[2].split(","):
        vital, equals, value = pair.partition("=")
        if vital == "nibp":
            sys, dia = value.split("/")
            values |= {"nibp_sys": sys, "nibp_dia": dia, "nibp_mean": str(round((int(sys) + 2 * int(dia)) / 3))}
        elif equals and (vital in _STEADY or vital in CUFF):
            values[vital] = str(float(value)).removesuffix(".0")
        else:
            raise ValueError(f"{text!r}: {pair!r} is not VITAL=VALUE")
    return Injection(float(parts[0]), parts[1], tuple(values.items()), float(parts[3]) if len(parts) == 4 else 10.0)


class Template:
    """One bed's message with its holes: control id, time, heart rate and saturation."""

    def __init__(self, bed: str, values: dict[str, str]) -> None:
        """`values` replace or add to the steady ones; those of HR and SpO2 are then no longer varied."""
        shown = _STEADY | values
        self._vary = "hr" not in values and "spo2" not in values
        hole = {"hr": "@HR@", "spo2": "@SPO2@"} if self._vary else {}
        rows = [Observation(vital, text, _THEN) for vital, text in (shown | hole).items()]
        raw = b"\x0b" + oru(Sender(bed, enhanced=False), "@ID@", _THEN, rows) + b"\x1c\r"
        escaped = raw.replace(b"%", b"%%").replace(stamp(_THEN).encode(), b"%(at)b").replace(b"@ID@", b"%(id)b")
        self._raw = escaped.replace(b"@HR@", b"%(hr)b").replace(b"@SPO2@", b"%(spo2)b")
        self.observations = len(rows)

    def fill(self, control_id: bytes, at: bytes, number: int) -> bytes:
        """The framed message; heart rate and saturation vary with its number."""
        if not self._vary:
            return self._raw % {b"id": control_id, b"at": at}
        hr, spo2 = b"%d" % (70 + number % 7), b"%d" % (96 + number % 3)
        return self._raw % {b"id": control_id, b"at": at, b"hr": hr, b"spo2": spo2}


class Clock:
    """The wall clock as an HL7 time, made once a millisecond at most."""

    def __init__(self) -> None:
        self._ms = -1
        self._text = b""

    def text(self, epoch_s: float) -> bytes:
        """Times as `hl7_writer.stamp` writes them."""
        ms = int(epoch_s * 1000)
        if ms != self._ms:
            at = _EPOCH + timedelta(milliseconds=ms)
            self._ms, self._text = ms, f"{at:%Y%m%d%H%M%S}.{ms % 1000:03d}+0000".encode()
        return self._text
