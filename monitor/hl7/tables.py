"""Typed access to TOML text. Law: a table that is wrong is refused with the place and what is wrong, at start."""

import tomllib
from collections.abc import Iterator
from typing import TypeVar

from monitor.errors import ConfigurationRefused

T = TypeVar("T")


class Table:
    """One TOML table; every getter raises ConfigurationRefused when the entry is missing or of another kind."""

    def __init__(self, entries: dict[str, object], place: str) -> None:
        self._entries = entries
        self._place = place

    @classmethod
    def parse(cls, text: str, place: str) -> "Table":
        """The whole document."""
        try:
            return cls(dict(tomllib.loads(text)), place)
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationRefused(f"{place}: {error}") from error

    def refused(self, name: str, wanted: str) -> ConfigurationRefused:
        """The error for an entry that is not `wanted`."""
        return ConfigurationRefused(f"{self._place}: {name} = {self._entries.get(name)!r} is not {wanted}")

    def names(self) -> tuple[str, ...]:
        """The keys, in order."""
        return tuple(self._entries)

    def text(self, name: str) -> str:
        """A string."""
        value = self._entries.get(name)
        if not isinstance(value, str):
            raise self.refused(name, "a text")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A number; `default` when absent and given."""
        value = self._entries.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refused(name, "a number")
        return float(value)

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._entries.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refused(name, "a whole number")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty when absent."""
        return tuple(self._every(name, str, "a list of texts"))

    def wholes(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when absent."""
        return tuple(self._every(name, int, "a list of whole numbers"))

    def numbers(self, name: str) -> tuple[float, ...]:
        """A list of numbers; empty when absent."""
        return tuple(float(value) for value in self._every(name, float, "a list of numbers with a point"))

    def ranges(self, name: str) -> tuple[tuple[int, int], ...]:
        """A list of [low, high], both inclusive."""
        found = []
        for pair in self._every(name, list, "a list of [low, high]"):
            low, high = (*pair, None, None)[:2]
            if not isinstance(low, int) or not isinstance(high, int) or len(pair) != 2 or low > high:
                raise self.refused(name, "a list of [low, high]")
            found.append((low, high))
        return tuple(found)

    def table(self, name: str) -> "Table":
        """A table inside this one."""
        value = self._entries.get(name)
        if not isinstance(value, dict):
            raise self.refused(name, "a table")
        return Table(value, f"{self._place}, {name}")

    def tables(self, name: str) -> Iterator["Table"]:
        """A list of tables."""
        for index, entry in enumerate(self._every(name, dict, "a list of tables"), 1):
            yield Table(entry, f"{self._place}, {name} {index}")

    def _every(self, name: str, kind: type[T], wanted: str) -> list[T]:
        value = self._entries.get(name, [])
        if not isinstance(value, list) or not all(
            isinstance(item, kind) and not isinstance(item, bool) for item in value
        ):
            raise self.refused(name, wanted)
        return value
