"""The file `server.lock`: which server runs on a data folder, and how the commands of this machine reach it.

Law: readable by its owner only, because its token is an administrator's while that server lives; never believed
without the claim on the folder, which the operating system takes from a dead process.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.store.folder import is_claimed

_NAME = "server.lock"


@dataclass(frozen=True, slots=True)
class ServerFile:
    """One running server; `host` is the name it answers to, `token` is kept nowhere else and ends with it."""

    pid: int
    http_host: str
    http_port: int
    mllp_port: int
    host: str
    token: str


def say(data_dir: Path, server: ServerFile) -> None:
    """Write the file whole or not at all, so that nobody reads half of it."""
    fresh = data_dir / f"{_NAME}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(server), file)
    fresh.replace(data_dir / _NAME)


def forget(data_dir: Path) -> None:
    """The server stops."""
    (data_dir / _NAME).unlink(missing_ok=True)


def running(data_dir: Path) -> ServerFile | None:
    """The living server of a folder; None when there is none, whatever file a killed one has left."""
    try:
        found = ServerFile(**json.loads((data_dir / _NAME).read_text()))
        os.kill(found.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return found if is_claimed(data_dir) else None
