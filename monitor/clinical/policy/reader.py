"""Checked access to the tables of a policy text.

Laws
1. Whatever is missing, unknown, not finite, out of bounds or without a source is a fault that names its place; nothing
   is defaulted silently.
2. A fault does not stop the reading: a stand-in goes on in its place, so that every fault of a text is found at once.
3. A stand-in is never without its fault, and a text with a fault becomes no policy (policy.py): none can leak.
   The stand-in of a number is NaN, which is neither above nor below anything; before whole numbers or several keys are
   compared, `good` says whether they were all read.
"""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeGuard

from monitor.clinical.policy.bounds import BY_UNIT, Span, span_words
from monitor.clinical.policy.faults import NOTHING, Findings, PolicyFault, shown
from monitor.clinical.policy.parts import Quantity
from monitor.clinical.vitals import KINDS, Vital

MARKS = ("V", "M", "D")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_STAND_IN = math.nan


class Part:
    """One table of the text: every key must be asked for, and `close` refuses those that were not.

    `silent`: the table itself is the fault that is known already, so nothing is said about what is missing in it.
    """

    def __init__(self, table: Mapping[str, object], name: str, findings: Findings, *, silent: bool = False) -> None:
        self._table = table
        self._known: set[str] = set()
        self._refused: set[str] = set()
        self._findings = findings
        self._silent = silent
        self.name = name

    def path(self, key: str = "") -> str:
        """The place of a key as faults name it; of this table itself without one."""
        if self.name and key:
            return f"{self.name}.{key}"
        return self.name or key or "policy"

    def refuse(self, key: str, found: object, accepted: str) -> None:
        """Note a fault at this key (or, "", of this table as a whole); `found` is a value or, as a text, a sentence."""
        self._refused.add(key)
        if not self._silent:
            words = found if isinstance(found, str) else shown(found)
            self._findings.faults.append(PolicyFault(self.path(key), words, accepted))

    def good(self, *keys: str) -> bool:
        """Whether these keys were all read without a fault, so that they may be compared."""
        return not self._silent and all(
            key not in self._refused and self._findings.is_good(self.path(key)) for key in keys
        )

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self._known.add(key)
        return key in self._table

    def _take(self, key: str, accepted: str) -> object:
        """What is written; None, and a fault, when nothing is (TOML has no null)."""
        self._known.add(key)
        if key not in self._table:
            self.refuse(key, NOTHING, accepted)
            return None
        return self._table[key]

    def _refuse_value(self, key: str, value: object, accepted: str) -> None:
        if value is not None:
            self.refuse(key, f"{shown(value)} is written", accepted)

    def text(self, key: str) -> str:
        """A written, not blank text."""
        value = self._take(key, accepted := "a text that is not empty")
        if isinstance(value, str) and value.strip():
            return value
        self._refuse_value(key, value, accepted)
        return ""

    def word(self, key: str, *accepted: str) -> str:
        """A text that is one of these words; "" and a fault when it is none."""
        word = self.text(key)
        if word and word not in accepted:
            self._refuse_value(key, word, " or ".join(accepted))
            return ""
        return word

    def text_or_empty(self, key: str) -> str:
        """A text that may be absent or empty."""
        value = self._take(key, "a text") if self.has(key) else ""
        if isinstance(value, str):
            return value
        self._refuse_value(key, value, "a text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = self._take(key, "a list of texts") if self.has(key) else []
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._refuse_value(key, value, "a list of texts")
        return ()

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false; the default when absent."""
        value = self._take(key, "true or false") if self.has(key) else default
        if isinstance(value, bool):
            return value
        self._refuse_value(key, value, "true or false")
        return default

    def number(self, key: str, between: Span | None = None, unit: str = "") -> float:
        """A finite number, bounds included; NaN when there is none."""
        accepted = "a number" if between is None else f"a number, {span_words(between, unit)}"
        value = self._take(key, accepted)
        if _is_number(value) and (between is None or between[0] <= value <= between[1]):
            return float(value)
        self._refuse_value(key, value, accepted)
        return _STAND_IN

    def not_negative(self, key: str) -> float:
        """A finite number of at least 0; NaN when there is none."""
        value = self.number(key)
        if value < 0:
            self._refuse_value(key, value, "a number of at least 0")
            return _STAND_IN
        return value

    def whole(self, key: str, at_most: int | None = None) -> int:
        """A whole number of at least 1; 1 and a fault when there is none."""
        value = self.number(key)
        if math.isnan(value):
            return 1
        if value != int(value) or value < 1 or (at_most is not None and value > at_most):
            upper = "of at least 1" if at_most is None else f"from 1 to {at_most}"
            self._refuse_value(key, value, f"a whole number {upper}")
            return 1
        return int(value)

    def mark(self) -> str:
        """V, M or D."""
        return self.word("mark", *MARKS)

    def part(self, key: str) -> "Part":
        """A table inside this one."""
        value = self._take(key, "a table")
        if isinstance(value, dict):
            return Part(value, self.path(key), self._findings, silent=self._silent)
        self._refuse_value(key, value, "a table")
        return Part({}, self.path(key), self._findings, silent=True)

    def written(self) -> tuple[str, ...]:
        """Every key that is written."""
        self._known.update(self._table)
        return tuple(self._table)

    def list_of(self, key: str) -> tuple["Part", ...]:
        """An array of tables, each named by its id: `rule[sbp_high]`, or by its place: `rule[#3]`."""
        value = self._take(key, accepted := "a list of tables")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._refuse_value(key, value, accepted)
            return ()
        names = [item.get("id") or f"#{place}" for place, item in enumerate(value, start=1)]
        return tuple(
            Part(item, self.path(f"{key}[{name}]"), self._findings) for item, name in zip(value, names, strict=True)
        )

    def quantity(self, key: str, *units: str, between: Span | None = None) -> float:
        """A number written with unit, source and mark, in one of these units; times come back in seconds.

        `between` are its plausible bounds in the written unit, without it those of bounds.py; NaN when there is none.
        """
        found = self.stated(key, *units, between=between)
        return found.value * _SECONDS.get(found.unit, 1.0) if found.unit else _STAND_IN

    def stated(self, key: str, *units: str, between: Span | None = None) -> Quantity:
        """The same with its source and mark, in the unit it is written in."""
        part = self.part(key)
        unit = part.word("unit", *units)
        value = part.number("value", between or BY_UNIT.get(unit, (0, math.inf)), unit)
        quantity = Quantity(part.name, value, unit, part.text("source"), part.mark())
        self._findings.quantities.append(quantity)
        part.close()
        return quantity

    def limit_of(self, key: str, vital: Vital) -> float:
        """A quantity in this vital's unit and within its plausible range (CLINICAL.md §2.5)."""
        kind = KINDS[vital]
        low, high = kind.plausible_low or 0.0, math.inf if kind.plausible_high is None else kind.plausible_high
        return self.quantity(key, kind.unit, between=(low, high))

    def seconds(self, key: str, *, at_least_s: float = 0.0, at_most_s: float = math.inf) -> float:
        """A duration written with unit s, min or h, in seconds."""
        value_s = self.quantity(key, "s", "min", "h")
        if value_s < at_least_s or value_s > at_most_s:
            self.refuse(f"{key}.value", f"{value_s:g} s is written", span_words((at_least_s, at_most_s), "s"))
            return _STAND_IN
        return value_s

    def count(self, key: str, between: Span | None = None) -> int:
        """A whole number written with unit 1; 1 and a fault when there is none."""
        value = self.quantity(key, "1", between=between)
        if math.isnan(value):
            return 1
        if value != int(value):
            self.refuse(f"{key}.value", f"{value:g} is written", "a whole number")
            return 1
        return int(value)

    def in_order(self, low_key: str, low: float, high_key: str, high: float) -> None:
        """Refuse a low limit that is not below its high one; these keys have been read as these values."""
        if low >= high:
            self.refuse(low_key, f"{low:g} is not below {high_key} {high:g}", f"less than {high:g}")

    def close(self) -> bool:
        """Refuse what is written but known to nobody: a misspelt limit must not be ignored. True when all is known."""
        unknown = sorted(set(self._table) - self._known)
        for key in unknown:
            near = get_close_matches(key, sorted(self._known), n=1)
            meant = f", did you mean “{near[0]}”?" if near else ""
            if near:  # one slip, one fault: what is missing is what was misspelt
                missing = self.path(near[0])
                self._findings.faults[:] = [
                    fault for fault in self._findings.faults if (fault.path, fault.found) != (missing, NOTHING)
                ]
            self.refuse(key, f"this key is not known here{meant}", ", ".join(sorted(self._known)) or "no key")
        return not unknown


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
