"""One TOML table, read key by key.

Law: what is missing, of the wrong kind or left over is refused with its place; nothing is passed over.
"""

import tomllib
from typing import cast

VITALS = ("hr", "pr", "spo2", "rr", "etco2", "fico2", "temp", "pi", "nibp_sys", "nibp_dia")


class ScenarioRefused(Exception):
    """A scenario that does not exist or does not make sense; the text says which and why."""


class Table:
    """A table of a scenario's file; call `done()` when everything known was taken."""

    def __init__(self, where: str, table: object) -> None:
        if not isinstance(table, dict):
            raise ScenarioRefused(f"{where} is not a table")
        self.where, self._left = where, dict(cast("dict[str, object]", table))

    @classmethod
    def of_text(cls, name: str, text: str) -> "Table":
        """The whole of a TOML text; raises ScenarioRefused."""
        try:
            return cls(name, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ScenarioRefused(f"{name}: {error}") from error

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, default: object = None) -> object:
        """The value of a key, or the default; refused when there is neither."""
        value = self._left.pop(key, default)
        if value is None:
            raise ScenarioRefused(f"{self.where}: {key} is missing")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not a number")
        return float(value)

    def share(self, key: str) -> float:
        """A number from 0 to 1; 0 when left out."""
        value = self.number(key, 0.0)
        if not 0 <= value <= 1:
            raise ScenarioRefused(f"{self.where}: {key} = {value:g} is not a share from 0 to 1")
        return value

    def optional(self, key: str) -> float | None:
        """A number, or None when left out."""
        return self.number(key) if key in self else None

    def text(self, key: str, default: str | None = None) -> str:
        """Text."""
        value = self.take(key, default)
        if not isinstance(value, str):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not text")
        return value

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of the words that are known."""
        value = self.text(key, default)
        if value not in known:
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not one of {', '.join(known)}")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when left out."""
        value = self.take(key, False)
        if not isinstance(value, bool):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is neither true nor false")
        return value

    def table(self, key: str, default: object = None) -> "Table":
        """A table within this one."""
        return Table(f"{self.where}.{key}", self.take(key, default))

    def tables(self, key: str) -> "list[Table]":
        """A list of tables; empty when left out."""
        value = self.take(key, [])
        if not isinstance(value, list):
            raise ScenarioRefused(f"{self.where}: {key} is not a list of tables")
        return [Table(f"{self.where}.{key}[{n}]", item) for n, item in enumerate(value, 1)]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when left out."""
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise ScenarioRefused(f"{self.where}: {key} = {value!r} is not a list of words")
        return tuple(str(word) for word in value)

    def vital(self, key: str) -> str:
        """The name of a vital."""
        return self._known(self.text(key))

    def vitals(self, key: str) -> frozenset[str]:
        """A list of vitals; empty when left out."""
        return frozenset(self._known(vital) for vital in self.words(key))

    def numbers_by_vital(self, key: str) -> dict[str, float]:
        """A table of numbers by vital; empty when left out."""
        inner = self.table(key, {})
        return {inner._known(vital): inner.number(vital) for vital in list(inner._left)}

    def _known(self, vital: str) -> str:
        if vital not in VITALS:
            raise ScenarioRefused(f"{self.where}: {vital!r} is no vital; known are {', '.join(VITALS)}")
        return vital

    def done(self) -> None:
        """Refuse what was not taken."""
        if self._left:
            raise ScenarioRefused(f"{self.where}: unknown {', '.join(sorted(self._left))}")
