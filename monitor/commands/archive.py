"""`archive FOLDER`: every session that is over, as a FHIR bundle in a folder, and whether they are whole still.

Law: an archive is added to, never emptied, and takes nothing out of the record; a session that was changed since is
kept again beside its earlier version. It asks the server as any program does: what leaves is in the audit trail.
"""

import argparse
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.clinical.session import FINAL_STATES
from monitor.clock import parse_clock
from monitor.commands.running import ASKED_AT, PATIENCE_S
from monitor.commands.server_file import ServerFile, running
from monitor.errors import ConfigurationRefused, MonitorError
from monitor.store.backup import KeptFile, kept_file

if TYPE_CHECKING:
    from config import Config

INDEX = "index.jsonl"
_BLOCK_BYTES = 1 << 18
_PAGE = 200
_END = b"]}\n"  # how a whole bundle ends


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the index: a session at a version, its file and that file's SHA-256."""

    session: int
    version: int
    file: str
    sha256: str
    size_bytes: int


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("archive", help="keep every session that is over as a FHIR bundle in FOLDER")
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument(
        "--token-file", metavar="FILE", type=Path, help="the token of an integration (run.py token add)"
    )
    parser.add_argument("--check", action="store_true", help="only look whether what is kept is whole")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Keep what is not kept yet; 1 when a kept file is not what it was."""
    if args.check:
        return _check(args.folder)
    server = running(config.data_dir)
    if server is None:
        raise ConfigurationRefused("No server runs on the data folder: an archive is asked of a running one.")
    if args.token_file is None:
        raise ConfigurationRefused("Say --token-file: run.py token add archive --role integration prints a token.")
    asking = _Asking(server, args.token_file.read_text(encoding="ascii").strip())
    args.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = {(one.session, one.version) for one in _index(args.folder)}
    before = parse_clock(config.clock).now().astimezone(config.timezone) - timedelta(days=config.archive_after_days)
    count = 0
    for session, version in asking.over(before.date().isoformat()):
        if (session, version) not in known:
            _keep(asking, args.folder, session, version)
            count += 1
    print(f"{args.folder}: {count} kept now, {len(known) + count} in all")
    return 0


class _Asking:
    """The API of the running server, asked as the program that a token names."""

    def __init__(self, server: ServerFile, token: str) -> None:
        self._server = server
        self._headers = {"Host": server.host, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def over(self, until_day: str) -> Iterator[tuple[int, int]]:
        """Id and version of every session that is over and was planned until a day, the latest first."""
        before: int | None = None
        while True:
            states = sorted(state.value for state in FINAL_STATES)
            wanted = {"states": states, "until_day": until_day, "limit": _PAGE, "before": before}
            page: dict[str, Any] = json.loads(b"".join(self.pieces("POST", "/sessions/search", json.dumps(wanted))))
            yield from ((int(one["id"]), int(one["version"])) for one in page["sessions"])
            before = page["before"]
            if before is None:
                return

    def pieces(self, method: str, path: str, body: str | None = None) -> Iterator[bytes]:
        """What the server answers, as it comes; raises MonitorError with its sentence."""
        address = ASKED_AT.get(self._server.http_host, self._server.http_host)
        connection = HTTPConnection(address, self._server.http_port, timeout=PATIENCE_S)
        try:
            connection.request(method, f"/api/v1{path}", body, self._headers)
            reply = connection.getresponse()
            if reply.status >= 300:
                raise MonitorError(_sentence(reply))
            while block := reply.read(_BLOCK_BYTES):
                yield block
        except (OSError, HTTPException) as error:
            raise MonitorError(f"The server's answer broke off ({error}): begin again, what is kept stays.") from error
        finally:
            connection.close()


def _sentence(reply: HTTPResponse) -> str:
    try:
        return str(json.loads(reply.read())["message"])
    except (ValueError, KeyError, TypeError):
        return f"The server refused, with status {reply.status}."


def _keep(asking: _Asking, folder: Path, session: int, version: int) -> None:
    """One bundle, durable before the index names it."""
    name = f"session-{session}-v{version}.fhir.json.gz"
    fresh, last = folder / f"{name}.part", b""
    with fresh.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        for piece in asking.pieces("GET", f"/sessions/{session}/export.fhir.json"):
            packed.write(piece)
            last = (last + piece)[-len(_END) :]
    if last != _END:
        raise MonitorError(f"The bundle of session {session} is not whole: begin again, what is kept stays.")
    with fresh.open("rb+") as whole:
        os.fsync(whole.fileno())
    fresh.chmod(0o600)
    fresh.replace(folder / name)
    kept = kept_file(folder / name)
    line = Kept(session, version, name, kept.sha256, kept.size_bytes)
    with (folder / INDEX).open("a", encoding="utf-8") as index:
        index.write(json.dumps(asdict(line)) + "\n")
        index.flush()
        os.fsync(index.fileno())


def _index(folder: Path) -> list[Kept]:
    """What the index names; a last line that a power cut left half is none, and its session is kept again."""
    try:
        lines = (folder / INDEX).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    if lines[-1]:
        fresh = folder / f"{INDEX}.new"
        fresh.write_text("".join(line + "\n" for line in lines[:-1]), encoding="utf-8")
        fresh.replace(folder / INDEX)
    try:
        return [Kept(**json.loads(line)) for line in lines[:-1] if line]
    except (ValueError, TypeError) as error:
        raise ConfigurationRefused(f"The index of {folder} cannot be read: restore it from a copy.") from error


def _check(folder: Path) -> int:
    kept, wrong = _index(folder), 0
    for one in kept:
        path = folder / one.file
        if not path.is_file():
            print(f"archive: {one.file} is missing")
        elif kept_file(path) != KeptFile(one.size_bytes, one.sha256):
            print(f"archive: {one.file} is not what was kept")
        else:
            continue
        wrong += 1
    print(f"{folder}: {len(kept) - wrong} of {len(kept)} files whole")
    return 1 if wrong else 0
