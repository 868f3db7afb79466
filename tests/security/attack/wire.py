"""Attacks on the MLLP port, as a device of the clinic that was taken over."""

import contextlib
import socket

from monitor.hl7.message import parse
from tests.journeys import messages
from tests.security.attack.target import BED, Target
from tests.server import VT

INJECTED = "MSA|AA|1\rMSH|^~\\&|EVIL"


def hl7_injection(target: Target) -> None:
    """What a field holds never becomes a segment of our answer."""
    for control in (INJECTED.replace("\r", "\\X0D\\"), "1|2|3", "\\E\\X0D\\", "A" * 5000, "<script>"):
        answer = target.hl7(messages.vitals(BED, messages.CALM, control=control))
        assert answer.count(b"\rMSA|") == 1, answer
        assert answer.count(b"MSH|") == 1, answer
        assert len(parse(answer).field("MSA", 2) or "") <= 199


def values_that_are_no_numbers(target: Target) -> None:
    """Nothing of it is charted as a number, and the connection's next message is heard."""
    for value in ("NaN", "1e999", "-inf", "1_0", "９７", "97;DROP", "0x61", "9" * 400):
        row = messages.obx(1, "spo2", value, messages.now())
        answer = target.hl7(messages.message(BED, [row]))
        assert parse(answer).field("MSA", 1) in ("AA", "AE", "AR"), (value, answer)
    readings = target.clinic.nurse.get(f"/sessions/{target.session_id}/readings")
    assert all(row.get("spo2") is None or 0 < float(row["spo2"]) <= 100 for row in readings if isinstance(row, dict))


def worst_cases_of_patterns(target: Target) -> None:
    for text in ("2026" * 8_000, "^" * 32_000, "&~^\\" * 8_000, "+" * 32_000):
        payload = (
            f"MSH|^~\\&|X||||{text}||ORU^R01|1|P|2.6\rPV1||O|^^{BED}\rOBX|1|NM|{text}||{text}|{text}|||||R|||{text}\r"
        )
        assert parse(target.hl7(payload.encode())).field("MSA", 1) in ("AA", "AE", "AR")


def frames_without_end(target: Target) -> None:
    """Endless frames and floods of openings end; they are counted, and the monitors beside them are heard."""
    before = target.metric("mllp_skipped_total")
    port = target.clinic.server.mllp_port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, contextlib.suppress(OSError):
        connection.sendall(VT + b"MSH|^~\\&|X\r" + b"A" * (2 * 1024 * 1024))
        while connection.recv(65536):
            pass
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, contextlib.suppress(OSError):
        connection.sendall(VT * 20_000 + b"\x00" * 20_000)
    held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(100 * target.times)]
    for one in held:
        one.sendall(VT + b"MSH|")
    assert parse(target.hl7(messages.vitals(BED, messages.CALM))).field("MSA", 1) == "AA"
    for one in held:
        one.close()
    assert target.metric("mllp_skipped_total") > before


ATTACKS = (hl7_injection, values_that_are_no_numbers, worst_cases_of_patterns, frames_without_end)
