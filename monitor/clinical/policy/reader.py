"""Checked access to the tables of a policy text. Law: whatever is missing, unknown, not finite or without a source is
refused with a sentence that names the place; nothing is defaulted silently.
"""

import math
from collections.abc import Mapping

from monitor.clinical.policy.parts import Quantity
from monitor.errors import ConfigurationRefused

MARKS = ("V", "M", "D")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


class PolicyRefused(ConfigurationRefused):
    """A policy that must not be used, and why."""

    code = "policy_refused"


class Part:
    """One table of the text: every key must be asked for, and `close` refuses those that were not."""

    def __init__(self, table: Mapping[str, object], name: str, seen: list[Quantity]) -> None:
        self._table = table
        self._asked: set[str] = set()
        self._quantities = seen
        self.name = name

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._table

    def _take(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._table:
            raise PolicyRefused(f"{self.name}: “{key}” is missing.")
        return self._table[key]

    def text(self, key: str) -> str:
        """A written, not blank text."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise PolicyRefused(f"{self.name}: “{key}” must be a text that is not empty.")
        return value

    def text_or_empty(self, key: str) -> str:
        """A text that may be absent or empty."""
        value = self._take(key) if self.has(key) else ""
        if not isinstance(value, str):
            raise PolicyRefused(f"{self.name}: “{key}” must be a text.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = self._take(key) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise PolicyRefused(f"{self.name}: “{key}” must be a list of texts.")
        return tuple(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false; the default when absent."""
        value = self._take(key) if self.has(key) else default
        if not isinstance(value, bool):
            raise PolicyRefused(f"{self.name}: “{key}” must be true or false.")
        return value

    def number(self, key: str) -> float:
        """A finite number."""
        return finite(self._take(key), f"{self.name}: “{key}”")

    def not_negative(self, key: str) -> float:
        """A finite number of at least 0."""
        value = self.number(key)
        if value < 0:
            raise PolicyRefused(f"{self.name}: “{key}” is {value:g} and must not be negative.")
        return value

    def whole(self, key: str) -> int:
        """A whole number of at least 1."""
        value = self.number(key)
        if value != int(value) or value < 1:
            raise PolicyRefused(f"{self.name}: “{key}” is {value:g} and must be a whole number of at least 1.")
        return int(value)

    def mark(self) -> str:
        """V, M or D."""
        mark = self.text("mark")
        if mark not in MARKS:
            raise PolicyRefused(f"{self.name}: the mark “{mark}” is none of V, M, D.")
        return mark

    def part(self, key: str) -> "Part":
        """A table inside this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise PolicyRefused(f"{self.name}: “{key}” must be a table.")
        return Part(value, f"{self.name}.{key}" if self.name else key, self._quantities)

    def written(self) -> tuple[str, ...]:
        """Every key that is written."""
        return tuple(self._table)

    def list_of(self, key: str) -> tuple["Part", ...]:
        """An array of tables."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise PolicyRefused(f"{self.name or 'policy'}: “{key}” must be a list of tables.")
        return tuple(Part(item, f"{key} {item.get('id', place)}", self._quantities) for place, item in enumerate(value))

    def quantity(self, key: str, *units: str) -> float:
        """A number written with unit, source and mark, in one of these units; times come back in seconds."""
        part = self.part(key)
        value, unit = part.not_negative("value"), part.text("unit")
        if unit not in units:
            raise PolicyRefused(f"{part.name}: the unit “{unit}” is not {' or '.join(units)}.")
        self._quantities.append(Quantity(part.name, value, unit, part.text("source"), part.mark()))
        part.close()
        return value * _SECONDS.get(unit, 1.0)

    def seconds(self, key: str) -> float:
        """A duration written with unit s, min or h, in seconds."""
        return self.quantity(key, "s", "min", "h")

    def count(self, key: str) -> int:
        """A whole number written with unit 1."""
        value = self.quantity(key, "1")
        if value != int(value):
            raise PolicyRefused(f"{self.name}.{key}: {value:g} must be a whole number.")
        return int(value)

    def close(self) -> None:
        """Refuse what is written but known to nobody: a misspelt limit must not be ignored."""
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            raise PolicyRefused(f"{self.name or 'policy'}: “{unknown[0]}” is not known here.")


def finite(value: object, what: str) -> float:
    """A TOML integer or float that is a number; raises PolicyRefused."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PolicyRefused(f"{what} must be a number.")
    return float(value)
