"""The same furnished house as the recorder's tests."""

from tests.recorder.conftest import folder, furnished, house

__all__ = ["folder", "furnished", "house"]
