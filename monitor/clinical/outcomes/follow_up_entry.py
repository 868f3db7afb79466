"""What somebody was told when they asked a patient after an infusion.

Laws
1. Whoever was not reached told nothing, and whoever was reached told at least one thing: an entry that says neither is
   refused.
2. What was not asked is None; “no opioid taken” and “no side effect” are answers of their own (empty lists).

Source: CLINICAL.md §5.6 (NRS, BPI), §5.7 (CTCAE), §5.8 (MME), §7.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.scores.bedside import number_within
from monitor.clinical.scores.brief_pain import SEVERITY, interference
from monitor.clinical.scores.ctcae import GONE, check_grade
from monitor.clinical.scores.items import ScoreItem, ScoreRefused, check_names, whole_number
from monitor.clinical.scores.opioids import Mme, mme
from monitor.errors import Refused

LONGEST_RELIEF_H = 24.0 * 7 * 12  # twelve weeks: longer is a slip, no series of CLINICAL.md §1.1 is judged later
MOST_SIDE_EFFECTS = 12


@dataclass(frozen=True, slots=True)
class SideEffect:
    """One side effect with its CTCAE grade."""

    symptom: str
    grade: int


@dataclass(frozen=True, slots=True)
class FollowUpEntry:
    """One follow-up as entered; pain is NRS by worst, least, average, now."""

    reached: Reached
    pain: Mapping[str, int] = field(default_factory=dict)
    relief_h: float | None = None
    side_effects: Sequence[SideEffect] | None = None
    opioids: Sequence[Mapping[str, object]] | None = None
    interference: Mapping[str, object] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What an entry adds up to; None where it was not asked or cannot be told."""

    opioids: Mme | None
    interference: float | None


def check_follow_up(entry: FollowUpEntry, caution_mme: float) -> Totals:
    """The totals of a complete entry; raises Refused with a sentence."""
    answers = (entry.pain, entry.interference)
    told = any(answers) or any(
        one is not None for one in (entry.relief_h, entry.side_effects, entry.opioids)
    )  # fmt: skip
    if entry.reached is not Reached.YES:
        if told:
            raise Refused("Whoever was not reached told nothing: choose “reached”, or clear the answers.", ("reached",))
        if entry.reached is Reached.STOP and not entry.note.strip():
            raise Refused("Say in the note why nobody is to ask again.", ("note",))
        return Totals(None, None)
    if not told:
        raise Refused("Nothing was told: enter at least the pain, the relief or the side effects.", ("pain",))
    _check_pain(entry.pain)
    if entry.relief_h is not None:
        number_within("Relief", entry.relief_h, 0, LONGEST_RELIEF_H, "h")
    _check_side_effects(entry.side_effects or ())
    opioids = None if entry.opioids is None else mme({"opioids": entry.opioids}, caution_mme)
    return Totals(opioids, interference(entry.interference) if entry.interference else None)


def _check_pain(pain: Mapping[str, int]) -> None:
    check_names("Pain", pain, (), SEVERITY)
    values = {name: whole_number("Pain", ScoreItem(name, 0, 10), value) for name, value in pain.items()}
    for low, high in combinations(("least", "average", "worst"), 2):
        _check_order(values, low, high)
    _check_order(values, "least", "now")
    _check_order(values, "now", "worst")


def _check_order(values: Mapping[str, int], low: str, high: str) -> None:
    if low in values and high in values and values[low] > values[high]:
        raise ScoreRefused(f"Pain: {low} {values[low]} is above {high} {values[high]}.", (low, high))


def _check_side_effects(side_effects: Sequence[SideEffect]) -> None:
    if len(side_effects) > MOST_SIDE_EFFECTS:
        raise ScoreRefused(f"{len(side_effects)} side effects; at most {MOST_SIDE_EFFECTS} are taken.")
    for one in side_effects:
        if one.grade == GONE:
            raise ScoreRefused(
                f"{one.symptom}: a grade from 1 is needed; leave it out when there was none.", ("grade",)
            )
        check_grade(one.symptom, one.grade)
    named = [one.symptom.strip().casefold() for one in side_effects]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None:
        raise ScoreRefused(f"“{twice}” is entered twice: keep the worse of the two.", ("side_effects",))
