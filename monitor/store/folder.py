"""Who may write to a data folder.

Law: one process at a time; the operating system lets go of the claim when that process dies, however it dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import ConfigurationRefused


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Be the only process that writes here, while the context lasts; raises ConfigurationRefused when another is."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(data_dir / "writer.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationRefused(f"Another program is writing to {data_dir}: stop the server first") from error
        yield
    finally:
        os.close(descriptor)


def is_claimed(data_dir: Path) -> bool:
    """Whether a living process holds the claim."""
    try:
        with claim(data_dir):
            return False
    except ConfigurationRefused:
        return True
