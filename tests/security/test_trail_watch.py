"""Anchors are kept outside; what cannot be kept or verified is said, and nothing stops for it."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.counters import Counters
from monitor.errors import ConfigurationRefused
from monitor.runtime import ThreadRuntime
from monitor.security.anchors import read_anchors
from monitor.security.signing_key import open_signing_key
from monitor.security.syslog import SyslogServer, rfc5424, syslog_server
from monitor.security.trail_watch import Outside, TrailWatch
from monitor.store.rows import AuditEntry, Batch
from tests.security.clinic import START_AT, Office, open_office

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as made:
        made.store.write(Batch(audit=tuple(AuditEntry(START_AT, "dana", "note", f"session {n}", 1) for n in range(5))))
        yield made


def watch(office: Office, folder: Path, syslog: SyslogServer | None = None, file: str = "anchors") -> TrailWatch:
    key = open_signing_key(folder / "key")
    return TrailWatch(
        office.store.read, key, Outside(folder / file, syslog), office.time.clock, ThreadRuntime(), Counters(),
        ZoneInfo("UTC"),
    )  # fmt: skip


def test_a_head_is_kept_once_until_there_is_a_newer_one(office: Office, tmp_path: Path) -> None:
    one = watch(office, tmp_path)
    one.anchor()
    one.anchor()
    assert one.state.anchored_seq == 5
    assert len(read_anchors(tmp_path / "anchors", open_signing_key(tmp_path / "key").public).anchors) == 1
    office.store.write(Batch(audit=(AuditEntry(START_AT, "dana", "note", "session 9", 1),)))
    one.anchor()
    assert (tmp_path / "anchors").read_text().count("\n") == 2


def test_an_anchor_goes_to_the_syslog_server_too(office: Office, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        watch(office, tmp_path, SyslogServer("udp", "127.0.0.1", listener.getsockname()[1])).anchor()
        message = listener.recv(4096).decode()
    assert message.startswith("<109>1 2026-03-02T08:00:00.000Z ")
    assert message.rstrip().endswith((tmp_path / "anchors").read_text().strip())


def test_over_tcp_its_length_stands_before_it(office: Office, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        watch(office, tmp_path, SyslogServer("tcp", "127.0.0.1", listener.getsockname()[1])).anchor()
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            size, _, rest = connection.makefile("rb").read().partition(b" ")
    assert int(size) == len(rest)


def test_an_anchor_that_cannot_be_kept_is_said_and_tried_again(office: Office, tmp_path: Path) -> None:
    one = watch(office, tmp_path, file="missing/anchors")
    one.anchor()
    assert "could not be kept" in one.state.unanchored
    (tmp_path / "missing").mkdir()
    one.anchor()
    assert (one.state.unanchored, one.state.anchored_seq) == ("", 5)


def test_only_the_end_is_verified_at_the_start_and_all_of_it_later(office: Office, tmp_path: Path) -> None:
    one = watch(office, tmp_path)
    assert one.state.word == "not_checked"
    assert (one.check(last=2).entries, one.state.whole_trail, one.state.word) == (2, False, "whole")
    assert (one.check().entries, one.state.whole_trail, one.state.word) == (5, True, "whole")


@pytest.mark.parametrize("address", ["log.example", "http://log.example", "tls://", "unix://", "udp://h:99999"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(ConfigurationRefused, match="MONITOR_SYSLOG"):
        syslog_server(address)


def test_addresses_of_all_four_kinds_are_read() -> None:
    assert syslog_server("tls://log.example") == SyslogServer("tls", "log.example", 6514)
    assert syslog_server("udp://10.1.2.3:5514") == SyslogServer("udp", "10.1.2.3", 5514)
    assert syslog_server("tcp://log.example").port == 601
    assert syslog_server("unix:///dev/log") == SyslogServer("unix", "/dev/log")


def test_a_message_is_one_line() -> None:
    assert rfc5424("a\r\nb", AT).count(b"\n") == 0
