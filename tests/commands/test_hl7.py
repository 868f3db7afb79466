"""`hl7 explain` prints JSON Lines and nothing else; `hl7 send` believes only an answer that names its message."""

import argparse
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Config
from monitor.commands import hl7 as command
from monitor.hl7.ack import Outcome, acknowledge
from monitor.hl7.message import parse
from monitor.hl7.mllp import Frame, FrameBuffer, wrap

FIXTURES = Path("tests/hl7/fixtures")
AT = datetime(2026, 3, 1, tzinfo=UTC)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    parsed = parser.parse_args(["hl7", *arguments])
    return int(parsed.run(parsed, Config()))


def test_explain_prints_a_line_a_message_and_warns_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    files = ("philips_capture.mllp", "batch_cut.hl7", "mindray_two_rr.hl7")
    assert run("explain", *(str(FIXTURES / name) for name in files)) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [line["ack"] for line in lines] == ["AA", "AA", "AA", "AA", "AE", None, "CA"]
    assert "batch_cut.hl7" in printed.err


def test_explain_in_words_says_why_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "--words", str(FIXTURES / "mindray_two_rr.hl7"), str(FIXTURES / "batch_cut.hl7")) == 0
    printed = capsys.readouterr().out
    assert "rr" in printed
    assert "kept, not charted: another source of this vital goes before it" in printed
    assert "refused: an ADT without PID names no patient (at PID)" in printed


@pytest.mark.parametrize("raw", [b"", b"no hl7 at all", b"\x00\xff\x0b", b"\r\n"])
def test_explain_prints_a_line_for_what_is_no_hl7_and_succeeds(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(raw)
    assert run("explain", str(path)) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["ack"] is None


def test_a_file_that_cannot_be_opened_is_an_error_and_the_others_are_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("explain", "no-such-file.hl7", str(FIXTURES / "ge_cyrillic.hl7")) == 2
    assert len(capsys.readouterr().out.splitlines()) == 1


Answer = Callable[[bytes], bytes]


@pytest.fixture
def receiver() -> Iterator[Callable[[Answer], str]]:
    """Starts a listener that answers each frame as told; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(answer: Answer) -> None:
        connection, _ = listener.accept()
        frames = FrameBuffer(1 << 20)
        with connection:
            while chunk := connection.recv(65536):
                for item in frames.feed(chunk):
                    if isinstance(item, Frame):
                        connection.sendall(answer(item.raw))

    def start(answer: Answer) -> str:
        threads.append(threading.Thread(target=serve, args=(answer,), daemon=True))
        threads[-1].start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for thread in threads:
        thread.join(5)
    listener.close()


def accepting(raw: bytes) -> bytes:
    return wrap(acknowledge(parse(raw), Outcome.ACCEPT, at=AT, control_id="1"))


def test_send_resends_a_capture_frame_by_frame(
    receiver: Callable[[Answer], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("send", str(FIXTURES / "philips_capture.mllp"), "--to", receiver(accepting)) == 0
    assert capsys.readouterr().out == "sent 4 acked 4 refused 0\n"


def test_send_passes_over_late_answers_to_other_messages(
    receiver: Callable[[Answer], str], capsys: pytest.CaptureFixture[str]
) -> None:
    late = accepting(b"MSH|^~\\&|||||||ORU^R01|OLD|P|2.6\r")
    assert run("send", str(FIXTURES / "batch_whole.hl7"), "--to", receiver(lambda raw: late + accepting(raw))) == 0
    assert capsys.readouterr().out == "sent 2 acked 2 refused 0\n"


def test_send_fails_when_a_message_is_refused(
    receiver: Callable[[Answer], str], capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing(raw: bytes) -> bytes:
        return wrap(acknowledge(parse(raw), Outcome.ERROR, at=AT, control_id="1"))

    assert run("send", str(FIXTURES / "ge_cyrillic.hl7"), "--to", receiver(refusing)) == 1
    assert capsys.readouterr().out == "sent 1 acked 0 refused 1\n"


def test_send_fails_when_no_answer_comes(receiver: Callable[[Answer], str], capsys: pytest.CaptureFixture[str]) -> None:
    address = receiver(lambda raw: b"")
    assert run("send", str(FIXTURES / "ge_cyrillic.hl7"), "--to", address, "--timeout", "0.2") == 1
    assert capsys.readouterr().out == "sent 1 acked 0 refused 1\n"
