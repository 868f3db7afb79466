"""When a continuous vital was not measured. Law: a silence is told by its length, and never filled.

Source: DESIGN.md “Time”: missing after three intervals of the source, at least 30 s (the policy's `freshness`).
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.log.values import Series, from_ms, to_ms
from monitor.clinical.policy.parts import FreshnessPolicy
from monitor.clinical.vitals import KINDS, Cadence, Vital


@dataclass(frozen=True, slots=True)
class Silence:
    """From the last value before it until the next one, or until the watching ended (`ended` False)."""

    vital: Vital
    from_at: datetime
    to_at: datetime
    ended: bool = True

    @property
    def length_s(self) -> float:
        """Seconds."""
        return (self.to_at - self.from_at).total_seconds()


def silences(vital: Vital, values: Series, freshness: FreshnessPolicy, until_at: datetime) -> list[Silence]:
    """The silences of one vital after its first value; none of what is only measured now and then."""
    if KINDS[vital].cadence is not Cadence.CONTINUOUS or not values:
        return []
    most_ms = 1000 * max(freshness.missing_min_s, freshness.intervals * values.interval_s)
    found = [
        Silence(vital, from_ms(values.at_ms[place]), from_ms(values.at_ms[place + 1]))
        for place, apart in enumerate(values.apart_ms)
        if apart > most_ms
    ]
    last_ms = values.at_ms[-1]
    if to_ms(until_at) - last_ms > most_ms:
        found.append(Silence(vital, from_ms(last_ms), until_at, ended=False))
    return found
