"""The load generator counts, times and injects what it says."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, cast

import hl7
import pytest

from tests.bench.load import Plan, main, percentiles_ms, run
from tests.bench.traffic import CUFF, OBSERVATIONS, Clock, Template, parse_injection
from tests.simulators.receiver import control_id, receiver


def plan(port: int, **changes: object) -> Plan:
    usual = {"host": "127.0.0.1", "port": port, "beds": 10, "seconds": 1.0, "warm_up_s": 0.0, "drain_s": 1.0}
    return Plan(**(usual | changes))  # type: ignore[arg-type]


def test_every_bed_sends_on_its_own_connection_spread_over_the_second() -> None:
    with receiver() as there:
        began = time.monotonic()
        result = asyncio.run(run(plan(there.port, seconds=2.0)))
        took = time.monotonic() - began
    assert there.connections == 10
    assert (result["sent"], result["acked"], result["unacked"], result["codes"]) == (20, 20, 0, {"AA": 20})
    assert len(set(there.controls)) == 20
    assert took >= 1.9
    latency = result["ack_ms"]
    assert isinstance(latency, dict)
    assert latency["count"] == 20
    assert 0 < latency["p50"] <= latency["p99"] <= latency["max"]
    assert isinstance(result["generator_core"], float)


def test_the_warm_up_is_left_out_of_the_latencies() -> None:
    with receiver() as there:
        result = asyncio.run(run(plan(there.port, beds=4, seconds=2.0, warm_up_s=0.99)))
    assert result["acked"] == 8
    assert result["ack_ms"]["count"] == 4  # type: ignore[index]


def test_latency_is_the_receiver_s_and_refusals_are_told_apart() -> None:
    def slow_or_refused(_number: int, message: bytes) -> str:
        time.sleep(0.05)
        return "AE" if control_id(message).startswith("B3-") else "AA"

    with receiver(slow_or_refused) as there:
        result = asyncio.run(run(plan(there.port)))
    assert result["codes"] == {"AA": 9, "AE": 1}
    assert result["acked"] == 9
    assert result["ack_ms"]["p50"] >= 50  # type: ignore[index]


def test_what_is_not_answered_is_counted_and_nothing_is_sent_again() -> None:
    with receiver(lambda _n, m: "" if control_id(m).startswith("B1-") else "AA") as there:
        result = asyncio.run(run(plan(there.port, drain_s=0.2)))
    assert (result["sent"], result["acked"], result["unacked"]) == (10, 9, 1)
    assert len(there.messages) == 10


def test_a_dropped_connection_is_counted_and_its_bed_no_longer_sent() -> None:
    with receiver(lambda _n, m: None if control_id(m).startswith("B1-") else "AA") as there:
        result = asyncio.run(run(plan(there.port, seconds=2.0, drain_s=0.2)))
    assert (result["disconnects"], result["unacked"], result["unsent"]) == (1, 1, 1)
    assert result["acked"] == 18


def test_an_injection_is_sent_at_its_time_for_its_time_and_its_moment_is_known() -> None:
    injections = (parse_injection("0.5:B2:spo2=84:1"), parse_injection("0.4:B7:nibp=205/118"))
    with receiver() as there:
        result = asyncio.run(run(plan(there.port, seconds=3.0, injections=injections)))
    low, high = cast("list[dict[str, Any]]", result["injections"])
    assert (low["bed"], low["messages"], low["values"]) == ("B2", 1, {"spo2": "84"})
    assert (high["bed"], high["messages"]) == ("B7", 1)
    started = result["started_mono_s"]
    assert isinstance(started, float)
    assert 1.05 <= low["first_sent_mono_s"] - started < 3  # bed 2 of 10 sends at 0.1, 1.1, 2.1
    assert low["first_sent_mono_s"] < low["first_acked_mono_s"] < time.monotonic()
    with_205 = [control_id(m) for m in there.messages if b"|205|" in m]
    assert with_205 == [high["first_control_id"]]
    with_84 = [control_id(m) for m in there.messages if b"|84|" in m]
    assert with_84 == [low["first_control_id"]]


def test_a_message_has_ten_observations_and_the_cuff_three_more() -> None:
    steady, cuffed = Template("B1", {}), Template("B1", CUFF)
    assert (steady.observations, cuffed.observations) == (OBSERVATIONS, 13) == (10, 13)
    framed = cuffed.fill(b"B1-x-5", b"20260301080000.000+0000", 5)
    message = hl7.parse(framed.removeprefix(b"\x0b").removesuffix(b"\x1c\r").decode())
    assert str(message.segment("MSH")[10]) == "B1-x-5"
    assert {str(obx[14]) for obx in message.segments("OBX")} == {"20260301080000.000+0000"}
    assert [str(obx[5]) for obx in message.segments("OBX")][:3] == ["75", "72", "98"]


def test_times_are_written_as_the_device_s() -> None:
    assert Clock().text(1_772_352_000.25) == b"20260301080000.250+0000"


@pytest.mark.parametrize("text", ["5:B1", "x:B1:spo2=84", "5:B1:mood=1", "5:B1:nibp=205", "5:B1:spo2", "5:B1:spo2=low"])
def test_an_injection_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_injection(text)


def test_percentiles_of_nothing_are_nothing() -> None:
    assert percentiles_ms([]) == {"p50": None, "p95": None, "p99": None, "max": None, "count": 0}
    assert percentiles_ms([n / 1000 for n in range(101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100, "count": 101}


def test_the_command_line_writes_the_result_file(tmp_path: Path) -> None:
    out = tmp_path / "load.json"
    with receiver() as there:
        arguments = ["--to", f"127.0.0.1:{there.port}", "--beds", "3", "--seconds", "1", "--out", str(out)]
        assert main([*arguments, "--bed-prefix", "X", "--drain", "1"]) == 0
    assert json.loads(out.read_text("utf-8"))["acked"] == 3
    assert {control_id(m).split("-")[0] for m in there.messages} == {"X1", "X2", "X3"}


def test_a_receiver_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--to", "127.0.0.1:9", "--beds", "1", "--seconds", "1", "--out", str(tmp_path / "x")]) == 1
    assert "127.0.0.1:9" in capsys.readouterr().err
