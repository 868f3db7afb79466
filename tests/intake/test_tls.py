"""MLLP inside TLS over real sockets: only who shows a certificate of our authority is heard."""

import argparse
import contextlib
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Config
from monitor.commands import hl7
from monitor.commands.tls import VALID, make_trial
from monitor.errors import ConfigurationRefused
from monitor.intake.peers import Peers
from monitor.intake.tls import server_context
from monitor.networks import networks
from tests.intake.test_listener import END, VT, Line, answers, listening
from tests.server import Server, wait_for


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls") / "trial"
    make_trial(folder, "localhost", datetime.now(UTC))
    return folder


@pytest.fixture
def line(trial: Path) -> Iterator[Line]:
    context = server_context(trial / "server.pem", trial / "server.key", trial / "ca.pem")
    with listening(tls=context, handshake_s=0.5) as made:
        yield made


def context_of(folder: Path | None, ca: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca / "ca.pem"))
    if folder is not None:
        context.load_cert_chain(folder / "device.pem", folder / "device.key")
    return context


def talk(context: ssl.SSLContext, port: int, raw: bytes) -> list[bytes]:
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(VT + raw + END)
        return answers(connection, 1)


def test_a_device_with_a_certificate_of_the_authority_is_answered(line: Line, trial: Path) -> None:
    assert talk(context_of(trial, trial), line.port, b"MSH|1") == [b"ACK MSH|1"]


def test_its_name_and_its_numbers_are_seen_while_it_is_connected(line: Line, trial: Path) -> None:
    with (
        socket.create_connection(("127.0.0.1", line.port), 10) as plain,
        context_of(trial, trial).wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(VT + b"MSH|1" + END)
        answers(connection, 1)
        (known,) = line.intake.connections.all()
        assert (known.tls_subject, known.frames, known.bytes, known.broken) == ("trial device", 1, 8, 0)
    assert line.inbox.seen[0].peer == f"{known.peer} trial device", "its peers may be named by certificate"
    wait_for(lambda: len(line.intake.connections) == 0, 5)


@pytest.mark.parametrize("kind", ["none", "foreign", "expired"])
def test_without_one_nobody_is_heard_and_why_is_seen(line: Line, trial: Path, tmp_path: Path, kind: str) -> None:
    folder = None if kind == "none" else tmp_path / kind
    if folder is not None:
        ago = VALID + timedelta(days=1) if kind == "expired" else timedelta()
        make_trial(folder, "localhost", datetime.now(UTC) - ago)
    with contextlib.suppress(ssl.SSLError, ConnectionError):  # TLS 1.3 tells a client only when it reads
        assert talk(context_of(folder, trial), line.port, b"MSH|1") == []
    wait_for(line.intake.peers.turned_away, 5)
    (away,) = line.intake.peers.turned_away()
    assert (away.address, away.reason.startswith("TLS: ")) == ("127.0.0.1", True)
    assert line.inbox.seen == []


def test_bytes_that_are_no_tls_and_a_handshake_that_never_ends_hold_up_nobody(line: Line, trial: Path) -> None:
    with line.connect() as silent, line.connect() as plain:
        plain.sendall(VT + b"MSH|plain" + END)
        assert talk(context_of(trial, trial), line.port, b"MSH|1") == [b"ACK MSH|1"]
        silent.settimeout(5)
        assert silent.recv(1) == b""  # closed after the limit
    assert [one.raw for one in line.inbox.seen] == [b"MSH|1"]


def test_a_peer_that_is_not_on_the_list_is_closed_at_once_and_seen() -> None:
    with listening(peers=Peers(networks(["192.0.2.0/24"]))) as line, line.connect() as connection:
        assert connection.recv(1) == b""
        wait_for(line.intake.peers.turned_away, 5)
        assert line.intake.peers.turned_away()[0].reason == "not in MONITOR_MLLP_PEERS"
        assert line.count("mllp_connections_refused_total") == 1


def test_certificates_for_a_trial_are_private_and_never_overwritten(trial: Path) -> None:
    assert stat.S_IMODE((trial / "server.key").stat().st_mode) == 0o600
    before = (trial / "server.key").read_bytes()
    with pytest.raises(ConfigurationRefused, match="there already"):
        make_trial(trial, "localhost", datetime.now(UTC))
    assert (trial / "server.key").read_bytes() == before


def ran(*arguments: object) -> str:
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip().splitlines()[-1]


def refusal(capsys: pytest.CaptureFixture[str], port: int, file: Path, *own: object) -> str:
    parser = argparse.ArgumentParser()
    hl7.register(parser.add_subparsers())
    given = ["hl7", "send", file, "--to", f"localhost:{port}", "--timeout", "5", *own]
    parsed = parser.parse_args([str(one) for one in given])
    assert parsed.run(parsed, Config()) == 1
    return capsys.readouterr().err


def test_a_sender_that_is_not_believed_or_does_not_believe_is_told_what_to_do(
    line: Line, trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.hl7"
    file.write_bytes(b"MSH|^~\\&|MON||||20260302090000+0000||ORU^R01|T1|P|2.6\r")
    make_trial(tmp_path / "foreign", "localhost", datetime.now(UTC))
    own = ("--cert", trial / "device.pem", "--key", trial / "device.key")
    assert "give the authority that signed it" in refusal(
        capsys, line.port, file, "--ca", tmp_path / "foreign" / "ca.pem", *own
    )
    assert "give the authority that signed it" in refusal(capsys, line.port, file, "--tls", *own)
    assert "client certificate" in refusal(capsys, line.port, file, "--ca", trial / "ca.pem")
    assert "a port that speaks TLS" in refusal(capsys, line.port, file)
    with pytest.raises(ConfigurationRefused, match="--key needs --cert"):
        refusal(capsys, line.port, file, "--key", trial / "device.key")


def test_a_real_server_takes_both_kinds_of_connection(trial: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    files = {"CERT": "server.pem", "KEY": "server.key", "CLIENT_CA": "ca.pem"}
    settings = {f"MONITOR_MLLP_TLS_{name}": str(trial / path) for name, path in files.items()}
    server = Server(tmp_path / "clinic", {"MONITOR_CHAIRS": "1=BED1", "MONITOR_MLLPS_PORT": str(port), **settings})
    tokens = server.prepare()
    server.start()
    try:
        raw = b"MSH|^~\\&|MON||||20260302090000+0000||ORU^R01|T1|P|2.6\rPV1||I|^^BED1\rOBR|1\r"
        raw += b"OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC||72|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||F\r"
        with socket.create_connection(("127.0.0.1", port), 10) as silent:  # a handshake that never begins
            assert silent.fileno() > 0
            (answer,) = talk(context_of(trial, trial), port, raw)
            assert b"MSA|AA|T1" in answer
            assert b"MSA|AA|T2" in server.send(raw.replace(b"|T1|", b"|T2|"))[0]
            seen = server.api(tokens["nurse"]).get("/intake")
            (tmp_path / "one.hl7").write_bytes(raw.replace(b"|T1|", b"|T3|"))
            own = ["--ca", trial / "ca.pem", "--cert", trial / "device.pem", "--key", trial / "device.key"]
            sent = ran("run.py", "hl7", "send", tmp_path / "one.hl7", "--to", f"localhost:{port}", *own)
            assert sent == "sent 1 acked 1 refused 0"
            beds = ["calm", "--to", f"localhost:{port}", "--bed", "BED1", "--duration", "2", "--speed", "10"]
            assert ran("-m", "simulators", *beds, *own).endswith("refused 0")
            sources = server.api(tokens["nurse"]).get("/intake")["sources"]
            assert len(sources) >= 2
        assert len(seen["connections"]) >= 1
    finally:
        server.stop()
