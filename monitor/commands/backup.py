"""`backup make`, `backup check` and `backup restore`: copies of the record while it is written, and back from them.

Law: a copy is checked when it is made and before it is put back; it is put back only where nothing is, whole or not at
all. A backup holds the keys: it is as private as the data folder.
"""

import argparse
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import monitor
from monitor.clock import system_clock
from monitor.errors import ConfigurationRefused, MonitorError
from monitor.security.anchors import read_anchors
from monitor.security.audit import head, verify
from monitor.security.signature_check import broken_signatures
from monitor.security.signing_key import PUBLIC_SUFFIX, read_public_keys
from monitor.store import migrate
from monitor.store.backup import (
    DATABASE,
    MANIFEST,
    Manifest,
    copy_database,
    damage_of,
    kept_file,
    make_folder_durable,
    read_manifest,
    rows_of,
    sqlite_file,
    write_manifest,
)
from monitor.store.engine import open_engine

if TYPE_CHECKING:
    from config import Config

_KEY, _ANCHORS, _SECRET = "signing_key", "audit_anchors", "secret_key"  # names in a backup  # nosec B105
_NAME = "backup-%Y%m%dT%H%M%SZ"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    backup = subparsers.add_parser("backup", help="copy the record while the server runs, check a copy, put one back")
    actions = backup.add_subparsers(dest="action", required=True)
    making = actions.add_parser("make", help="a new copy in FOLDER; 1 when it could not be made or is not whole")
    making.add_argument("folder", metavar="FOLDER", type=Path)
    making.add_argument("--keep", metavar="N", type=_at_least_one, help="then remove whole copies but the newest N")
    making.set_defaults(run=make)
    checking = actions.add_parser("check", help="whether a copy is whole: files, pages, audit trail, signatures")
    checking.add_argument("backup", metavar="BACKUP", type=Path)
    checking.set_defaults(run=check)
    restoring = actions.add_parser("restore", help="put a copy into the data folder, which must be empty")
    restoring.add_argument("backup", metavar="BACKUP", type=Path)
    restoring.set_defaults(run=restore)


def make(args: argparse.Namespace, config: "Config") -> int:
    """Copy, check the copy, say what it holds; older copies go only after the new one was found whole."""
    began_s = time.monotonic()
    args.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = args.folder / system_clock().now().strftime(_NAME)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise ConfigurationRefused(f"{folder} exists already: a copy a second is the most.") from error
    try:
        _fill(folder, config)
        make_folder_durable(args.folder)
    except (OSError, MonitorError) as error:
        shutil.rmtree(folder)
        why = error.message if isinstance(error, MonitorError) else f"{error.strerror}: is the disk full?"
        raise ConfigurationRefused(f"No backup was made. {why}") from error
    if _complain(folder):
        return 1
    held = read_manifest(folder)
    size_mb = sum(one.size_bytes for one in held.files.values()) / 1e6
    print(
        f"{folder}: {size_mb:.1f} MB, {held.rows['sessions']} sessions, {held.rows['readings']} rows of readings, ",
        end="",
    )
    print(f"audit head {held.audit_head}, made and checked in {time.monotonic() - began_s:.1f} s")
    _forget(args.folder, args.keep)
    return 0


def check(args: argparse.Namespace, _config: "Config") -> int:
    """Say whether a copy is whole."""
    if _complain(args.backup):
        return 1
    held = read_manifest(args.backup)
    print(f"{args.backup}: whole; made {held.made_at} by version {held.version}, audit head {held.audit_head}")
    return 0


def restore(args: argparse.Namespace, config: "Config") -> int:
    """Check a copy and put it where the server looks for its data folder."""
    began_s = time.monotonic()
    target = config.data_dir
    if sqlite_file(config.database).resolve() != (target / DATABASE).resolve():
        raise ConfigurationRefused("MONITOR_DATABASE_URL names another place: copy the backup's files there by hand.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigurationRefused(f"{target} is not empty: move it away; nothing is ever restored over a record.")
    if _complain(args.backup):
        return 1
    held = read_manifest(args.backup)
    _put(args.backup, held, target)
    took_s = time.monotonic() - began_s
    print(f"{target}: restored as of {held.made_at} in {took_s:.1f} s. What was recorded after is not in it.")
    if held.revision != migrate.head():
        print("The copy is of an older program: run 'python run.py db upgrade' before the server starts.")
    for place in filter(None, (config.signing_key_file, config.audit_anchor_file, config.secret_key_file)):
        print(f"The settings name {place}: compare that file with the one in {target}.")
    return 0


def _put(backup: Path, held: Manifest, target: Path) -> None:
    """The files under the target's name in one step, so that a restore cut off leaves no half folder to start on."""
    fresh = target.with_name(f"{target.name}.restoring")
    if fresh.exists():
        shutil.rmtree(fresh)  # what an earlier try left
    fresh.mkdir(mode=0o700, parents=True)
    for name, kept in held.files.items():
        _copy(backup / name, fresh / name)
        if kept_file(fresh / name) != kept:
            raise ConfigurationRefused(f"{name} did not arrive as it was: look at the disk, then try again.")
    make_folder_durable(fresh)
    if target.exists():
        target.rmdir()
    fresh.rename(target)
    make_folder_durable(target.parent)


def _fill(folder: Path, config: "Config") -> None:
    """Anchors and keys before the database: every head they name is then in it."""
    public = config.signing_key.with_name(config.signing_key.name + PUBLIC_SUFFIX)
    secret = config.secret_key_file or config.data_dir / "secret_key"
    beside = {_ANCHORS: config.audit_anchors, _KEY: config.signing_key, _KEY + PUBLIC_SUFFIX: public, _SECRET: secret}
    for name, place in beside.items():
        if place.exists():
            _copy(place, folder / name)
    copy_database(sqlite_file(config.database), folder / DATABASE)
    engines = open_engine(f"sqlite:///{folder / DATABASE}", folder)
    try:
        with engines.read.connect() as connection:
            revision = migrate.current(connection)
            seq, newest = head(connection)
    finally:
        engines.dispose()
    if revision is None:
        raise ConfigurationRefused("The database is empty: there is nothing to back up yet.")
    files = {path.name: kept_file(path) for path in sorted(folder.iterdir())}
    at = system_clock().now().isoformat()
    rows = rows_of(folder / DATABASE)
    write_manifest(folder, Manifest(at, monitor.__version__, revision, f"{seq}:{newest.hex()}", rows, files))


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        shutil.copyfileobj(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())


def _complain(folder: Path) -> bool:
    """Print whatever is wrong with a copy; True when anything is."""
    wrong = list(_faults(folder, read_manifest(folder)))
    for sentence in wrong:
        print(f"backup: {sentence}")
    return bool(wrong)


def _faults(folder: Path, held: Manifest) -> Iterator[str]:
    for name, kept in held.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif kept_file(path) != kept:
            yield f"{name} is not what was copied"
    if DATABASE not in held.files or not (folder / DATABASE).is_file():
        return
    damage = list(damage_of(folder / DATABASE))
    yield from (f"{DATABASE}: {said}" for said in damage)
    if not damage:
        yield from _record_faults(folder, held)


def _record_faults(folder: Path, held: Manifest) -> Iterator[str]:
    """Whether the record in a copy is the one that its manifest tells of, and its trail what was written."""
    keys = read_public_keys(folder / _KEY)
    anchored = read_anchors(folder / _ANCHORS, keys)
    if rows_of(folder / DATABASE) != dict(held.rows):
        yield "the manifest counts other rows than the database holds"
    engines = open_engine(f"sqlite:///{folder / DATABASE}", folder)
    try:
        with engines.read.connect() as connection:
            broken = verify(connection, anchored.anchors)
            if broken is not None:
                yield f"audit entry {broken.seq} is not what was written: {broken.why}"
            seq, newest = head(connection)
            if f"{seq}:{newest.hex()}" != held.audit_head:
                yield "the audit trail ends elsewhere than the manifest says"
            if migrate.current(connection) == migrate.head():
                yield from broken_signatures(connection, keys)
    finally:
        engines.dispose()


def _forget(folder: Path, keep: int | None) -> None:
    """Remove whole copies but the newest; a folder without a manifest is left for somebody to look at."""
    if keep is None:
        return
    whole = sorted(path for path in folder.glob("backup-*") if (path / MANIFEST).is_file())
    for path in whole[:-keep]:
        shutil.rmtree(path)
        print(f"{path}: removed, {keep} newer ones are kept")


def _at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
