"""Copies of the record: made while the server writes, and checked before anybody relies on them.

Law: a copy is one moment of the database, read in one transaction that neither waits for the writer nor holds it up;
its manifest is written last, so that a folder without one is no backup. A manifest names nobody.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from monitor.errors import ConfigurationRefused

DATABASE = "monitor.db"
MANIFEST = "manifest.json"
COUNTED = (
    *("patients", "sessions", "session_events", "readings", "alarm_events", "assessments", "discharge_signatures"),
    *("signed_papers", "follow_ups", "audit"),
)
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a backup."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: its moment, program and schema, its files, how many rows, the head of the audit trail."""

    made_at: str
    version: str
    revision: str
    audit_head: str
    rows: Mapping[str, int]
    files: Mapping[str, KeptFile]


def sqlite_file(url: str) -> Path:
    """The file of a SQLite database; raises ConfigurationRefused for a database that has its own tool."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ConfigurationRefused(
            "The record is in PostgreSQL: back it up with pg_dump, and the keys beside it (docs/operators.md, Backup)."
        )
    return Path(parsed.database)


def copy_database(source: Path, target: Path) -> None:
    """The database as it is at one moment, whole, into a file of its own; raises ConfigurationRefused."""
    if not source.exists():
        raise ConfigurationRefused(f"There is no database {source.name} to copy: has the server ever run here?")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(_opened_to_read(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)  # all pages in one step: in several, each commit of the server would begin it anew
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, not three
    except sqlite3.Error as error:
        raise ConfigurationRefused(
            f"The database cannot be copied ({error}): look at the disk, then try again."
        ) from error
    _make_durable(target)


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each counted table has."""
    with closing(_opened_to_read(database)) as reading:
        return {name: reading.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608 # nosec B608 # names are ours


def damage_of(database: Path) -> Iterator[str]:
    """What SQLite finds wrong in a file: pages, indexes, rows that refer to nothing."""
    try:
        with closing(_opened_to_read(database)) as reading:
            for (said,) in reading.execute("PRAGMA integrity_check(20)"):
                if said != "ok":
                    yield str(said)
            lost = len(reading.execute("PRAGMA foreign_key_check").fetchmany(1000))
            if lost:
                yield f"{lost} rows refer to rows that are not there"
    except sqlite3.Error as error:
        yield str(error)


def kept_file(path: Path) -> KeptFile:
    """Size and hash of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return KeptFile(path.stat().st_size, digest.hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say, durably and last, that a backup is whole."""
    fresh = folder / f"{MANIFEST}.new"
    fresh.write_text(json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    _make_durable(fresh)
    fresh.replace(folder / MANIFEST)
    make_folder_durable(folder)


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself; raises ConfigurationRefused for a folder that is none."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(name): KeptFile(int(one["size_bytes"]), str(one["sha256"])) for name, one in said["files"].items()}
        rows = {str(name): int(count) for name, count in said["rows"].items()}
        at = datetime.fromisoformat(said["made_at"]).isoformat()
        read = Manifest(at, str(said["version"]), str(said["revision"]), str(said["audit_head"]), rows, files)
    except FileNotFoundError as error:
        raise ConfigurationRefused(
            f"{folder} is no backup, or one that was never finished: it has no manifest."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationRefused(f"The manifest of {folder} cannot be read: take another backup.") from error
    if any(Path(name).name != name or name.startswith(".") for name in files):
        raise ConfigurationRefused(f"The manifest of {folder} names files outside it: take another backup.")
    return read


def make_folder_durable(folder: Path) -> None:
    """Names of new files survive a power cut only when their folder was synced too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_durable(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _opened_to_read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=5.0)
