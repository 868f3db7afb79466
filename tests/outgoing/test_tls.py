"""Telling the other system inside TLS, over real sockets: only whom its authority vouches for, by its own name."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.commands.tls import VALID, make_trial
from monitor.hl7.mllp import wrap
from monitor.intake.tls import server_context
from monitor.outgoing.exchange import Answer, Destination, Line, Tls, Trouble
from monitor.tls import client_context

MESSAGE = b"MSH|^~\\&|IM||EHR||20260302090000||ORU^R01|T1|P|2.5.1\r"
ACK = wrap(b"MSH|^~\\&|EHR||IM||20260302090000||ACK|1|P|2.5.1\rMSA|AA|T1|taken\r")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls") / "trial"
    make_trial(folder, "localhost", datetime.now(UTC))
    return folder


@contextmanager
def ehr(folder: Path, client_ca: Path) -> Iterator[int]:
    """Another system with the certificates of a folder; it takes the first message of each connection."""
    context = server_context(folder / "server.pem", folder / "server.key", client_ca / "ca.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                    if connection.recv(65536):
                        connection.sendall(ACK)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def told(port: int, believed: Path, own: Path | None, host: str = "localhost") -> Answer:
    pair = (None, None) if own is None else (own / "device.pem", own / "device.key")
    line = Line(Destination(host, port, tls=Tls(believed / "ca.pem", *pair), answer_s=5.0))
    try:
        return line.ask("T1", MESSAGE)
    finally:
        line.close()


def test_whom_its_authority_vouches_for_is_told(trial: Path) -> None:
    with ehr(trial, trial) as port:
        assert told(port, trial, trial) == Answer("AA", "taken")


def test_another_authority_is_not_believed(trial: Path, tmp_path: Path) -> None:
    make_trial(tmp_path / "foreign", "localhost", datetime.now(UTC))
    with ehr(tmp_path / "foreign", trial) as port, pytest.raises(Trouble, match="not signed by the authority we trust"):
        told(port, trial, trial)


def test_another_name_is_not_believed(trial: Path, tmp_path: Path) -> None:
    make_trial(tmp_path / "other", "ehr.other.example", datetime.now(UTC))
    with ehr(tmp_path / "other", trial) as port, pytest.raises(Trouble, match="not for the name localhost"):
        told(port, tmp_path / "other", trial)


def test_an_expired_certificate_is_not_believed(trial: Path, tmp_path: Path) -> None:
    make_trial(tmp_path / "old", "localhost", datetime.now(UTC) - VALID - timedelta(days=1))
    with ehr(tmp_path / "old", trial) as port, pytest.raises(Trouble, match="has expired"):
        told(port, tmp_path / "old", trial)


def test_without_a_certificate_of_ours_the_words_say_that_one_is_asked_for(trial: Path) -> None:
    with ehr(trial, trial) as port, pytest.raises(Trouble, match="client certificate"):
        told(port, trial, None)


def test_a_certificate_of_ours_that_it_does_not_know_is_said(trial: Path, tmp_path: Path) -> None:
    make_trial(tmp_path / "foreign", "localhost", datetime.now(UTC))
    with ehr(trial, trial) as port, pytest.raises(Trouble, match="client certificate"):
        told(port, trial, tmp_path / "foreign")


def test_a_port_without_tls_is_said(trial: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(ACK)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(Trouble, match="does not speak TLS"):
            told(listener.getsockname()[1], trial, trial)


def test_files_that_cannot_be_used_are_named(trial: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with ehr(trial, trial) as port, pytest.raises(Trouble, match=r"ca\.pem cannot be used"):
        told(port, tmp_path, None)


def test_nothing_older_than_tls_1_2_is_spoken(trial: Path) -> None:
    assert client_context(trial / "ca.pem").minimum_version is ssl.TLSVersion.TLSv1_2
