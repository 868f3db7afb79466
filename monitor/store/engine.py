"""Opening the database: one engine that writes through one connection, one that can only read.

Law (SQLite): WAL, synchronous=FULL, every write transaction begins IMMEDIATE; no reader ever checkpoints.
Sources: RELIABILITY findings 2, 4, 5 (a NORMAL database lost 11,826 of 11,887 acknowledged rows in power cuts).
"""

import os
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from monitor.errors import ConfigurationRefused

BUSY_TIMEOUT_MS = 2000
READERS = 4
POOL_TIMEOUT_S = 2.0

_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE would delete without asking the triggers
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)
_READER = (
    "PRAGMA query_only=ON",
    "PRAGMA wal_autocheckpoint=0",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways in, and what the health page should warn of."""

    write: Engine
    read: Engine
    warnings: tuple[str, ...] = ()

    def dispose(self) -> None:
        """Close every pooled connection; readers first, so that the writer is the last and checkpoints."""
        self.read.dispose()
        self.write.dispose()


def open_engine(url: str, data_dir: Path) -> Engines:
    """Open the database at a SQLAlchemy URL; the data folder and a SQLite file are made private to this user.

    Raises ConfigurationRefused for a URL that is neither a SQLite file nor PostgreSQL, and for what others can read.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationRefused("MONITOR_DATABASE_URL is not a database URL such as sqlite:///var/x.db") from error
    _private_folder(data_dir)
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed)
        case "postgresql":
            return _open_postgresql(parsed)
    raise ConfigurationRefused(f"MONITOR_DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")


def is_wal_reset_unsafe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can lose a commit when two connections write and checkpoint at once (finding 4)."""
    if (3, 44, 6) <= version < (3, 45, 0) or (3, 50, 7) <= version < (3, 51, 0):
        return False
    return (3, 7, 0) <= version < (3, 51, 3)


def _make_private(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)  # mkdir's mode is narrowed by the umask, never widened: say it again


def _private_folder(folder: Path) -> None:
    _make_private(folder)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise ConfigurationRefused(f"{folder} can be read by other users of this machine: chmod 700 it.")


def _private_file(path: Path) -> None:
    _make_private(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigurationRefused(f"{path} can be read by other users of this machine: chmod 600 it.") from None
    # the -wal and -shm files take the mode of the database file


def _open_sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:" or "mode=memory" in str(url):
        raise ConfigurationRefused("MONITOR_DATABASE_URL: the record needs a database file, not memory")
    _private_file(Path(url.database))
    warnings: tuple[str, ...] = ()
    if is_wal_reset_unsafe(sqlite3.sqlite_version_info):
        warnings = (
            f"SQLite {sqlite3.sqlite_version} can lose commits when two programs write at once (fixed in 3.51.3): "
            "only the server may write to this database",
        )
    connect_args = {"check_same_thread": False}  # one native thread at a time, not always the same one
    write = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=connect_args)
    read = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args=connect_args,
    )
    _speak_sqlite(write, _WRITER, "BEGIN IMMEDIATE")
    _speak_sqlite(read, _READER, "BEGIN")
    return Engines(write, read, warnings)


def _speak_sqlite(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    """Take transactions out of the sqlite3 module's hands: it would begin late and deferred, or not at all."""

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _open_postgresql(url: URL) -> Engines:
    url = url.set(drivername="postgresql+psycopg")
    common = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC"
    write = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": f"{common} -c synchronous_commit=on", "connect_timeout": 2},
    )
    read = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={"options": f"{common} -c default_transaction_read_only=on", "connect_timeout": 2},
    )
    return Engines(write, read)
