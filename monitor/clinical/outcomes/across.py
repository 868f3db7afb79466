"""What the infusions of one series say together: dose against relief, days of relief, adverse events.

Laws
1. A pair needs both its halves: an infusion whose dose or whose change of pain is not known is counted as missing.
2. No line is drawn through the pairs and no coefficient told: a dose was chosen by what came before, and they are few.
3. Days without an entry are neither days of relief nor days without.

Source: CLINICAL.md §5.6, §5.7, §7.2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.clinical.outcomes.series_outcome import InfusionOutcome

FEW = 6  # pairs below which it is said that they show no relation


@dataclass(frozen=True, slots=True)
class DosePair:
    """One infusion: what was given, and how much less the pain was just after than just before, in percent."""

    number: int
    given_mg_per_kg: float
    percent_less: float


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """The pairs there are, of so many infusions."""

    pairs: tuple[DosePair, ...]
    of: int

    @property
    def are_few(self) -> bool:
        """Whether they are too few to be looked at for a relation."""
        return len(self.pairs) < FEW


@dataclass(frozen=True, slots=True)
class ReliefDays:
    """Days by the journal, from the end of each infusion to the next or to now."""

    of_relief: int
    recorded: int
    passed: int


@dataclass(frozen=True, slots=True)
class EventsOfKind:
    """One kind of adverse event or symptom over the series."""

    words: str
    count: int
    infusions: tuple[int, ...]  # their numbers
    worst_grade: int


def dose_response(infusions: Sequence[InfusionOutcome]) -> DoseResponse:
    """Dose by weight against the change of pain now, infusion by infusion."""
    pairs = (
        DosePair(one.facts.number, one.facts.given_mg_per_kg, one.percent)
        for one in infusions
        if one.facts.given_mg_per_kg is not None and one.percent is not None
    )
    return DoseResponse(tuple(pairs), len(infusions))


def relief_days(infusions: Iterable[InfusionOutcome]) -> ReliefDays | None:
    """The days of all infusions together; None when the journal says nothing of any."""
    told = [one.journal for one in infusions if one.journal is not None and one.journal.days_recorded]
    if not told:
        return None
    return ReliefDays(
        sum(one.days_of_relief for one in told), sum(one.days_recorded for one in told), sum(one.days for one in told)
    )


def events_by_kind(infusions: Iterable[InfusionOutcome]) -> tuple[EventsOfKind, ...]:
    """Every kind, the worst and then the most frequent first."""
    found: dict[str, list[tuple[int, int]]] = {}
    names: dict[str, str] = {}
    for one in infusions:
        for event in one.events:
            key = event.words.strip().casefold()
            names.setdefault(key, event.words.strip())
            found.setdefault(key, []).append((event.grade, one.facts.number))
    kinds = [
        EventsOfKind(names[key], len(seen), tuple(sorted({number for _, number in seen})), max(seen)[0])
        for key, seen in found.items()
    ]
    return tuple(sorted(kinds, key=lambda kind: (-kind.worst_grade, -kind.count, kind.words)))
