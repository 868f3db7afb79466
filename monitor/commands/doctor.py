"""`doctor`: is this machine fit to keep a clinic's record and to watch its patients.

Law: it changes nothing; each line is OK, WARN or FAIL and says what to do; exit code 1 when anything failed.
"""

import argparse
import json
import os
import shutil
import socket
import sqlite3
import stat
import subprocess  # nosec B404 # its one call is below, with words of our own
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from monitor.clock import system_clock
from monitor.commands.server_file import running
from monitor.errors import ConfigurationRefused, MonitorError
from monitor.provisions import read_policy, read_sources
from monitor.store import migrate
from monitor.store.backup import read_manifest
from monitor.store.engine import is_wal_reset_unsafe, open_engine

if TYPE_CHECKING:
    from config import Config

OK, WARN, FAIL = "OK", "WARN", "FAIL"
LEAST_FREE_BYTES = 1_000_000_000
COPY_TOO_OLD_H = 26  # a night and a little
CERTIFICATE_SOON = timedelta(days=30)
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "overlay", "glusterfs", "ceph"}
_ASK_S = 2.0  # also waited at a start


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` is empty when nothing is to be done."""

    what: str
    verdict: str
    said: str
    advice: str = ""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="look at settings, folder, disk, clock, database and ports")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Print what was found; 1 when anything failed."""
    found = list(examine(config, system_clock().now()))
    if args.json:
        print(json.dumps({"findings": [asdict(one) for one in found]}, indent=2))
    else:
        for one in found:
            print(f"{one.verdict:4}  {one.what}: {one.said}{'. ' + one.advice if one.advice else ''}")
    return 1 if any(one.verdict == FAIL for one in found) else 0


def examine(config: "Config", now: datetime) -> Iterator[Finding]:
    """Everything, in the order an operator mends it; the settings have been read, or there would be no `config`."""
    yield Finding("settings", OK, "read")
    yield _policy(config)
    yield _folder(config.data_dir)
    yield _room(config.data_dir)
    yield file_system(config.data_dir, _mounts())
    yield encryption(config.data_dir, _device_types)
    yield _clock()
    yield _sqlite(sqlite3.sqlite_version_info)
    yield _database(config)
    if config.backups is not None:
        yield newest_copy(config.backups, now)
    yield from _certificates(config, now)
    yield from _ports(config)


def at_start(config: "Config") -> Iterator[Finding]:
    """What threatens the record from outside the program and cannot be set: told each time the server starts."""
    found = (_room(config.data_dir), file_system(config.data_dir, _mounts()), _clock())
    return (one for one in found if one.verdict != OK)


def _policy(config: "Config") -> Finding:
    try:
        policy, _ = read_policy(config.policy)
        read_sources(config.sources, config.timezone)
    except (MonitorError, ValueError) as error:
        return Finding("policy", FAIL, str(error), "The server does not start with it")
    named = f"{policy.id} version {policy.version}"
    if policy.approved_by is None:
        return Finding("policy", WARN, f"{named} is approved by nobody", "A physician of the clinic must approve it")
    return Finding("policy", OK, named)


def _folder(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("data folder", WARN, f"{folder} does not exist yet", "The first start makes it")
    for path in (folder, *sorted(folder.iterdir())):
        if stat.S_IMODE(path.lstat().st_mode) & 0o077:
            right = "700" if path.is_dir() else "600"
            return Finding("data folder", FAIL, f"other users can read {path}", f"chmod {right} {path}")
    if not os.access(folder, os.W_OK):
        return Finding("data folder", FAIL, f"{folder} cannot be written", "Run as the user who owns it")
    return Finding("data folder", OK, "its owner's alone")


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free
    said = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", WARN, said, "Below 1 GB: make room before a full disk stops the recording")
    return Finding("disk", OK, said)


def file_system(folder: Path, mounts: list[tuple[Path, str, str]]) -> Finding:
    """Which file system holds the folder; `mounts` are (mounted at, device, type)."""
    held = mount_of(folder, mounts)
    if held is None:
        return Finding("file system", WARN, "cannot be seen here", "The folder must be on a local disk")
    if held[2] in _NETWORK_FILE_SYSTEMS:
        return Finding("file system", WARN, held[2], "SQLite may lose the record there: use a local disk")
    return Finding("file system", OK, held[2])


def encryption(folder: Path, device_types: Callable[[str], str | None]) -> Finding:
    """Whether the device under the folder, or one below it, is encrypted; `device_types` asks the system."""
    held = mount_of(folder, _mounts())
    kinds = None if held is None else device_types(held[1])
    if kinds is None:
        return Finding("disk encryption", WARN, "cannot be seen", "The database is not encrypted: its disk must be")
    if "crypt" in kinds.split():
        return Finding("disk encryption", OK, "dm-crypt")
    return Finding("disk encryption", WARN, "none seen", "The database is not encrypted: its disk must be")


def mount_of(folder: Path, mounts: list[tuple[Path, str, str]]) -> tuple[Path, str, str] | None:
    """The mount that holds a folder: the longest path above it, the last of two at one place."""
    real = _existing(folder).resolve()
    above = [one for one in mounts if real.is_relative_to(one[0])]
    return max(reversed(above), key=lambda one: len(one[0].parts), default=None)


def _mounts() -> list[tuple[Path, str, str]]:
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [(Path(at), device, kind) for device, at, kind, *_ in map(str.split, lines)]


def _device_types(device: str) -> str | None:
    return _asked("lsblk", "--inverse", "--noheadings", "--output", "TYPE", device) if device.startswith("/") else None


def _clock() -> Finding:
    said = _asked("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if said == "yes":
        return Finding("clock", OK, "synchronised")
    if said is None:
        return Finding("clock", WARN, "cannot be seen", "Codes of authenticator apps need the right time: use NTP")
    return Finding("clock", WARN, "not synchronised", "Switch on NTP: the record and authenticator apps need it")


def _sqlite(version: tuple[int, ...]) -> Finding:
    said = ".".join(map(str, version))
    if is_wal_reset_unsafe(version):
        return Finding("SQLite", WARN, said, "Below 3.51.3 only the server may write to the database")
    return Finding("SQLite", OK, said)


def _database(config: "Config") -> Finding:
    if config.database_url is None and not (config.data_dir / "monitor.db").exists():
        return Finding("database", WARN, "none yet", "run.py db upgrade makes it")
    try:
        engines = open_engine(config.database, config.data_dir)
        try:
            with engines.read.connect() as connection:
                found = migrate.current(connection)
        finally:
            engines.dispose()
    except Exception as error:  # noqa: BLE001 - any driver's own: whatever it is, the operator is told
        said = error.message if isinstance(error, MonitorError) else f"cannot be read ({type(error).__name__})"
        return Finding("database", FAIL, said, "The server does not start on it")
    if found != migrate.head():
        return Finding("database", WARN, f"revision {found or 'empty'}, not {migrate.head()}", "run.py db upgrade")
    return Finding("database", OK, f"revision {found}")


def newest_copy(folder: Path, now: datetime) -> Finding:
    """How old the newest whole copy of the record is; whether it is whole still, `backup check` says."""
    made_at = []
    for backup in folder.glob("backup-*"):
        with suppress(ConfigurationRefused):
            made_at.append(datetime.fromisoformat(read_manifest(backup).made_at))
    if not made_at:
        return Finding("backup", FAIL, f"none in {folder}", "run.py backup make, every night")
    age_h = (now - max(made_at)).total_seconds() / 3600
    if age_h > COPY_TOO_OLD_H:
        return Finding("backup", WARN, f"the newest is {age_h:.0f} h old", "Look at what makes them every night")
    return Finding("backup", OK, f"the newest is {age_h:.0f} h old")


def _certificates(config: "Config", now: datetime) -> Iterator[Finding]:
    ehr = config.ehr
    files = [config.mllp_tls[0] if config.mllp_tls else None, ehr.tls_cert if ehr else None]
    for path in filter(None, files):
        yield certificate(path, now)


def certificate(path: Path, now: datetime) -> Finding:
    """How long a certificate still holds."""
    what = f"certificate {path.name}"
    try:
        held = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return Finding(what, FAIL, "cannot be read", "It must be PEM")
    ends_at = held.not_valid_after_utc
    said = f"until {ends_at:%Y-%m-%d}"
    if not held.not_valid_before_utc <= now < ends_at:
        return Finding(what, FAIL, f"not valid now ({said})", "Have it made anew, and look at the clock")
    if ends_at - now < CERTIFICATE_SOON:
        return Finding(what, WARN, said, "Renew it: devices are refused when it has ended")
    return Finding(what, OK, said)


def _ports(config: "Config") -> Iterator[Finding]:
    server = running(config.data_dir) if config.data_dir.exists() else None
    wanted = (("HTTP", config.http_host, config.http_port), ("MLLP", config.mllp_host, config.mllp_port))
    for what, host, port in wanted:
        if server is not None:
            yield Finding(f"{what} port", OK, f"the server of this folder answers (process {server.pid})")
        else:
            yield _free(f"{what} port", host, port)


def _free(what: str, host: str, port: int) -> Finding:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        return Finding(what, FAIL, f"{host}:{port}: {error.strerror}", "Another program has it, or take another port")
    return Finding(what, OK, f"{host}:{port} is free")


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.absolute().parent)


def _asked(*command: str) -> str | None:
    """What a program of the system says; None when there is none, or it cannot say."""
    # Programs of systemd write to its socket themselves, as if they were this service.
    environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 # the words of the command are ours
            command, capture_output=True, text=True, timeout=_ASK_S, check=True, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
