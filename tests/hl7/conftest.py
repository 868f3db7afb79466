"""What the tests of reading share: the real code table, and a message with the rows a test wants."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings

CODES = Path("monitor/hl7/codes.toml")
RECEIVED_AT = datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC)
HEADER = "MSH|^~\\&|MON|F|||{at}||{type}|{control_id}|P|2.6|||{accept}|{application}"
Read = Callable[..., DeviceMessage]


def message(
    *rows: str,
    type: str = "ORU^R01^ORU_R01",  # noqa: A002  the word of HL7
    at: str = "20260301080000+0000",
    observed: str = "20260301080000+0000",
    control_id: str = "1",
    accept: str = "",
    application: str = "",
) -> bytes:
    """A message with these OBX rows (without the leading OBX|n|)."""
    head = HEADER.format(type=type, at=at, control_id=control_id, accept=accept, application=application)
    segments = [head, "PID|||42^^^H", "PV1||I|^^B1", f"OBR|1||||||{observed}"]
    segments += [f"OBX|{number}|{row}" for number, row in enumerate(rows, 1)]
    return ("\r".join(segments) + "\r").encode()


def obx(
    code: str,
    value: str,
    unit: str = "264864^MDC_DIM_BEAT_PER_MIN^MDC",
    *,
    sub_id: str = "1",
    status: str = "F",
    at: str = "",
    kind: str = "NM",
    flags: str = "",
) -> str:
    """One observation row."""
    return f"{kind}|{code}|{sub_id}|{value}|{unit}||{flags}|||{status}|||{at}"


HR = "147842^MDC_ECG_HEART_RATE^MDC"
SPO2 = "150456^MDC_PULS_OXIM_SAT_O2^MDC"
PERCENT = "262688^MDC_DIM_PERCENT^MDC"
MMHG = "266016^MDC_DIM_MMHG^MDC"


@pytest.fixture(scope="session")
def codes() -> CodeTable:
    return CodeTable.from_toml(CODES.read_text(encoding="utf-8"))


@pytest.fixture
def read_rows(codes: CodeTable) -> Read:
    """Read a message made of these rows."""

    def reading(*rows: str, settings: SourceSettings | None = None, **header: str) -> DeviceMessage:
        return read(parse(message(*rows, **header)), codes, settings or SourceSettings(), RECEIVED_AT)

    return reading
