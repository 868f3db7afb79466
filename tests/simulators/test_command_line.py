"""`python -m simulators` from the outside: its one line, its exit code, its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.simulators.receiver import Receiver, receiver

HERE = Path(__file__).resolve().parents[2]
START = "2026-03-01T08:00:00Z"


def command(port: int, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "simulators", *arguments, "--to", f"127.0.0.1:{port}"]


def simulate(port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(port, *arguments), cwd=HERE, capture_output=True, text=True, timeout=30, check=False)


def beds(there: Receiver) -> set[str]:
    return {message.split(b"PV1||O|^^")[1].split(b"\r")[0].decode() for message in there.messages}


def test_a_short_run_says_what_was_sent_and_acknowledged() -> None:
    with receiver() as there:
        done = simulate(there.port, "calm", "--beds", "2", "--duration", "20", "--speed", "100", "--start", START)
    assert (done.returncode, done.stdout, done.stderr) == (0, "sent 40 acked 40 refused 0\n", "")
    assert beds(there) == {"SIM1", "SIM2"}
    together = b"".join(there.messages)
    assert b"|20260301080019.000+0000|" in together
    assert b"|20260301080019.500+0000|" in together  # the second bed sends half a second later


def test_beds_may_be_named_and_send_as_often_as_asked() -> None:
    arguments = ("desaturation", "--bed", "ICU 3", "--bed", "CH9", "--hz", "2", "--duration", "5", "--speed", "100")
    with receiver() as there:
        done = simulate(there.port, *arguments)
    assert done.stdout == "sent 20 acked 20 refused 0\n"
    assert beds(there) == {"ICU 3", "CH9"}


def test_the_demo_has_eight_beds() -> None:
    with receiver() as there:
        done = simulate(there.port, "demo", "--duration", "2", "--speed", "50")
    assert done.stdout == "sent 16 acked 16 refused 0\n"
    assert beds(there) == {f"SIM{n}" for n in range(1, 9)}


def test_the_same_seed_and_start_send_the_same_bytes_in_another_process() -> None:
    seen = []
    for seed in ("5", "5", "6"):
        with receiver() as there:
            simulate(there.port, "clinic", "--seed", seed, "--start", START, "--duration", "30", "--speed", "500")
        seen.append(there.messages)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_a_recording_is_replayed_from_its_file(tmp_path: Path) -> None:
    recording = tmp_path / "own.csv"
    recording.write_text("time_s,hr,nibp_sys\n0,,\n60,62.8,\n120,,131\n")
    arguments = ("recording", str(recording), "--bed", "CH1", "--start", START, "--speed", "10000")
    with receiver() as there:
        done = simulate(there.port, *arguments)
    assert done.stdout == "sent 2 acked 2 refused 0\n"
    assert b"|62.8|" in there.messages[0]
    assert b"20260301080200.000+0000" in there.messages[1]


def test_every_scenario_is_listed_with_its_words_and_what_is_expected_of_it() -> None:
    line = [sys.executable, "-m", "simulators", "--list"]
    done = subprocess.run(line, cwd=HERE, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0
    assert "desaturation         SpO2 falls" in done.stdout
    assert "expect: alarm spo2_desaturation at HIGH in minutes 1.5 to 2.6" in done.stdout


def test_a_pump_sends_on_its_own_connection_and_does_what_is_pressed() -> None:
    arguments = ("calm", "--order", "0.5 mg/kg over 40 min, 1 mg/mL, 70 kg", "--press", "400:rate 30")
    with receiver() as there:
        done = simulate(there.port, *arguments, "--duration", "420", "--hz", "0.1", "--speed", "400", "--start", START)
    pump = [message for message in there.messages if b"MDC_DEV_PUMP_INFUS_SYRINGE_MDS" in message]
    assert done.returncode == 0
    assert there.connections == 2
    assert [b"MDC_EVT_PUMP_DELIV_START" in m or b"RATE_CHANGE" in m for m in pump].count(True) == 2
    assert b"|158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|" in pump[-1]
    assert b"|30.00|265266^" in pump[-1]


def test_faults_of_the_wire_lose_nothing_but_what_is_dropped_on_purpose() -> None:
    faults = ("--junk", "--truncate", "--lost-end-block", "--byte-by-byte", "--reorder", "--drop", "0.1")
    with receiver() as there:
        done = simulate(there.port, "calm", "--duration", "100", "--speed", "100", *faults, "--start", START)
    assert done.returncode == 0
    dropped = int(done.stderr.split(" messages were dropped")[0].split()[-1])
    assert len(set(there.controls)) == 100 - dropped
    assert dropped > 0


def test_a_trainer_acts_on_the_pump_over_the_control_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as finder:
        port = finder.getsockname()[1]
    with receiver() as there:
        process = subprocess.Popen(
            command(there.port, "apnoea", "--pump", "--control", str(port)), cwd=HERE, stdout=subprocess.PIPE, text=True
        )
        wait_for_messages(there, 2)
        with socket.create_connection(("127.0.0.1", port)) as trainer, trainer.makefile("rw") as lines:
            lines.write("SIM1 rate 12\nkick\n")
            lines.flush()
            assert lines.readline().startswith("ok SIM1: infusing, 12 mL/h")
            assert lines.readline().startswith("refused: ")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_pumps_stand_idle_until_lines_of_standard_input_program_the_one_they_name() -> None:
    arguments = ("calm", "--beds", "2", "--idle", "--hands", "--pump-id", "SIM1=PUMP7", "--speed", "5")
    before = ("--press", "SIM2@-60:program 0.5 mg/kg over 40 min, 1 mg/mL, 60 kg")
    with receiver() as there:
        process = subprocess.Popen(
            command(there.port, *arguments, *before), cwd=HERE,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(b"SIM1 program 0.5 mg/kg over 40 min, 1 mg/mL, 70 kg\nSIM1 start\nSIM1 kick\n")
        process.stdin.flush()
        started = wait_for_start_of(there, b"|PUMP7|")
        process.send_signal(signal.SIGTERM)
        _, problems = process.communicate(timeout=10)
    assert process.returncode == 0
    assert started
    assert b"SIM1 kick: refused" in problems
    pumps = [message for message in there.messages if b"MDC_DEV_PUMP_INFUS_SYRINGE_MDS" in message]
    assert any(b"|70|263875^" in message and b"|PUMP7|" in message for message in pumps)
    assert all(b"|60|263875^" in message for message in pumps if b"SIM2" in message)


def test_a_patient_identifier_is_sent_when_asked() -> None:
    with receiver() as there:
        simulate(there.port, "calm", "--duration", "1", "--patient-id", "MRN-42")
    assert b"PID|||MRN-42^^^SIM^PI\r" in there.messages[0]


def test_what_stays_unacknowledged_is_exit_code_1_and_said_on_standard_error() -> None:
    with receiver(lambda _n, _m: "AE") as there:
        done = simulate(there.port, "calm", "--duration", "1", "--patience", "0.2")
    assert done.returncode == 1
    assert done.stdout.startswith("sent 1 acked 0 refused ")
    assert "refused with AE" in done.stderr
    assert "gave up" in done.stderr


def test_a_receiver_that_is_not_there_is_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as finder:
        port = finder.getsockname()[1]
    done = simulate(port, "calm", "--duration", "1", "--patience", "0.2")
    assert (done.returncode, done.stdout) == (1, "sent 1 acked 0 refused 0\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("earthquake",),
        ("recording", "nowhere.csv", "--bed", "X"),
        ("recording",),
        ("recording", "x.csv"),
        ("calm", "x.csv"),
        ("calm", "--speed", "0"),
        ("calm", "--beds", "0"),
        ("calm", "--duration", "soon"),
        ("calm", "--start", "yesterday"),
        ("calm", "--bed", "A", "--beds", "2"),
        ("calm", "--bed", "A", "--bed", "A"),
        ("calm", "--dialect", "klingon"),
        ("calm", "--order", "a lot"),
        ("calm", "--press", "occlude"),
        ("calm", "--press", "10:kick"),
        ("calm", "--press", "10:rate nan"),
        ("calm", "--drop", "2"),
        ("calm", "--delay", "-1"),
        ("calm", "--clock-offset", "nan"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = simulate(9, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_asked(number: signal.Signals) -> None:
    with receiver() as there:
        process = subprocess.Popen(
            command(there.port, "demo"), cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        wait_for_messages(there, 8)
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    sent = len(there.messages)
    assert (process.returncode, out, err) == (0, f"sent {sent} acked {sent} refused 0\n", "")


def wait_for_start_of(there: Receiver, pump: bytes) -> bool:
    until = time.monotonic() + 10
    while not any(b"MDC_EVT_PUMP_DELIV_START" in message and pump in message for message in there.messages):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def wait_for_messages(there: Receiver, count: int) -> None:
    until = time.monotonic() + 10
    while len(there.messages) < count:
        assert time.monotonic() < until, "nothing arrived"
        time.sleep(0.02)


def test_it_ends_with_the_process_that_started_it() -> None:
    with receiver() as there:
        line = command(there.port, "calm", "--with-parent")
        starter = f"import subprocess; print(subprocess.Popen({line!r}, stdout=subprocess.DEVNULL).pid, flush=True)"
        keep = f"{starter}; import time; time.sleep(60)"
        parent = subprocess.Popen([sys.executable, "-c", keep], cwd=HERE, stdout=subprocess.PIPE, text=True)
        with parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            wait_for_messages(there, 1)
            parent.kill()
        until = time.monotonic() + 10
        while running(child):
            assert time.monotonic() < until, "the orphan still runs"
            time.sleep(0.05)


def running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z" and os.getpgid(process_id) > 0
