"""What an entry adds up to. Law: complete with a total, incomplete or unknown without one, or refused; one place knows
every kind an assessment may be of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.clinical.scores.bedside import (
    CONSCIOUSNESS,
    OXYGEN,
    SPO2_SCALE,
    TEMPERATURE,
    consciousness,
    on_oxygen,
    spo2_scale,
    temperature_cel,
)
from monitor.clinical.scores.brief_pain import (
    INTERFERENCE,
    INTERFERENCE_ANSWERS_NEEDED,
    answered_of,
    interference,
    severity,
)
from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.opioids import OPIOIDS, mme
from monitor.clinical.scores.scales import total

BPI_SEVERITY, BPI_INTERFERENCE, WHITE = "bpi_severity", "bpi_interference", "white"
Items = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ScoresPolicy:
    """What a clinic chose about scores (CLINICAL.md §4.3, §5.8)."""

    white_min: int
    mme_caution: float


class Completeness(StrEnum):
    """Whether an entry has a total."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"  # fewer answers than the instrument asks for
    UNKNOWN = "unknown"  # it cannot be told at all, for example no factor


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The total of an entry, and in `says` what a person must know beside it."""

    total: float | None
    state: Completeness = Completeness.COMPLETE
    says: str = ""


def reckon(kind: str, items: Items, policy: ScoresPolicy) -> Reckoned:
    """Check and add up one entry; raises ScoreRefused with a sentence."""
    own = _OWN.get(kind)
    if own is not None:
        return own(items, policy)
    reached = Reckoned(float(total(kind, items)))
    return _white(reached, items, policy) if kind == WHITE else reached


def reckoned_before(kind: str, items: Items, recorded: float | None, policy: ScoresPolicy) -> Reckoned:
    """An entry of the record: the total it was recorded with stands; one that nobody could enter today is UNKNOWN."""
    try:
        found = reckon(kind, items, policy)
    except ScoreRefused as refusal:
        return Reckoned(recorded, Completeness.UNKNOWN, refusal.message)
    return Reckoned(recorded, found.state, found.says)


def white_passes(items: Items, least: int) -> bool:
    """Fast-track criteria: at least this total and no item of 0 (CLINICAL.md §4.3, the pass mark [M])."""
    return total(WHITE, items) >= least and 0 not in items.values()


def _white(reached: Reckoned, items: Items, policy: ScoresPolicy) -> Reckoned:
    passed = white_passes(items, policy.white_min)
    return Reckoned(reached.total, says="passed" if passed else "not passed")


def _severity(items: Items, policy: ScoresPolicy) -> Reckoned:
    return Reckoned(severity(items))


def _interference(items: Items, policy: ScoresPolicy) -> Reckoned:
    mean = interference(items)
    answered = answered_of(items)
    says = f"{answered} of {len(INTERFERENCE)} answered"
    if mean is None:
        return Reckoned(None, Completeness.INCOMPLETE, f"{says}; at least {INTERFERENCE_ANSWERS_NEEDED} are needed")
    return Reckoned(mean, says="" if answered == len(INTERFERENCE) else says)


def _opioids(items: Items, policy: ScoresPolicy) -> Reckoned:
    found = mme(items, policy.mme_caution)
    caution = f"At least {policy.mme_caution:g} MME a day: caution. " if found.caution else ""
    if found.total is None:
        drugs = ", ".join(dict.fromkeys(found.without_factor))
        return Reckoned(None, Completeness.UNKNOWN, f"{drugs} has no factor. {caution}{found.warning}")
    return Reckoned(found.total, says=f"{caution}{found.warning}")


def _consciousness(items: Items, policy: ScoresPolicy) -> Reckoned:
    consciousness(items)
    return Reckoned(None)


def _oxygen(items: Items, policy: ScoresPolicy) -> Reckoned:
    on_oxygen(items)
    return Reckoned(None)


def _temperature(items: Items, policy: ScoresPolicy) -> Reckoned:
    return Reckoned(temperature_cel(items))


def _spo2_scale(items: Items, policy: ScoresPolicy) -> Reckoned:
    return Reckoned(float(spo2_scale(items)))


_OWN: Mapping[str, Callable[[Items, ScoresPolicy], Reckoned]] = {
    BPI_SEVERITY: _severity,
    BPI_INTERFERENCE: _interference,
    OPIOIDS: _opioids,
    CONSCIOUSNESS: _consciousness,
    OXYGEN: _oxygen,
    TEMPERATURE: _temperature,
    SPO2_SCALE: _spo2_scale,
}
