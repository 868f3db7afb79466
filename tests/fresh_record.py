"""An empty record of today's schema. Law: migrated once in a process and copied; only tests of migrations migrate."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.store import migrate


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        migrate.upgrade(f"sqlite:///{path}", path.parent)
        return path.read_bytes()


def fresh_record(path: Path) -> str:
    """Put an empty record at this path, for its owner only; gives back its database URL."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"
