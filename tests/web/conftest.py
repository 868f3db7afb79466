from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.clinic import Clinic, open_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path) as opened:
        yield opened
