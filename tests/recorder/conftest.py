"""A house for each test: the database is made once and copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.engine import open_engine
from monitor.store.store import Store
from tests.fresh_record import fresh_record
from tests.recorder.house import House, furnish, open_house


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a furnished record."""
    folder = tmp_path_factory.mktemp("furnished")
    store = Store(open_engine(fresh_record(folder / "record.db"), folder))
    furnish(store)
    store.close()
    return (folder / "record.db").read_bytes()


@pytest.fixture
def folder(furnished: bytes, tmp_path: Path) -> Path:
    """A private folder with a furnished record."""
    made = tmp_path / "house"
    made.mkdir(mode=0o700)
    path = made / "record.db"
    path.touch(mode=0o600)
    path.write_bytes(furnished)
    return made


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    with open_house(folder) as made:
        yield made
