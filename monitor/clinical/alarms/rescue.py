"""What a clinic wants thought of while an alarm stands: short checklists, and rules that suggest to hold the infusion.

Laws
1. Both only suggest. Nothing is held, given or moved by them; the pump is stopped by hand.
2. They follow what stands: a suggestion goes with its last alarm, never before.

Source: CLINICAL.md §1.5 (rescue at hand), §1.6, §2.6 "suggested infusion actions".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.clinical.alarms.table import AlarmKind, AlarmPriority, AlarmState


@dataclass(frozen=True, slots=True)
class RescueLine:
    """One thing to do, in a few words; `drug` names the policy's drug it is about, "" for none."""

    words: str
    drug: str


@dataclass(frozen=True, slots=True)
class Rescue:
    """A checklist beside the alarms of some rules."""

    id: str
    words: str
    alarms: frozenset[str]
    lines: tuple[RescueLine, ...]
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class StopRule:
    """While one of these alarms stands as High, holding the infusion is suggested for this reason."""

    id: str
    words: str
    alarms: frozenset[str]
    source: str
    mark: str

    @property
    def reason(self) -> str:
        """The reason a hold is recorded with."""
        return f"Stop rule: {self.words}"


def rescues_for(rescues: Sequence[Rescue], states: Iterable[AlarmState]) -> tuple[Rescue, ...]:
    """The checklists of what stands, in the order of the policy."""
    standing = {state.rule_id for state in states if _is_the_patients(state)}
    return tuple(one for one in rescues if one.alarms & standing)


def stops_for(rules: Sequence[StopRule], states: Iterable[AlarmState], *, infusing: bool) -> tuple[StopRule, ...]:
    """The rules that suggest to hold now; none unless drug runs."""
    if not infusing:
        return ()
    high = {state.rule_id for state in states if _is_the_patients(state) and state.priority is AlarmPriority.HIGH}
    return tuple(one for one in rules if one.alarms & high)


def _is_the_patients(state: AlarmState) -> bool:
    return state.kind is AlarmKind.PHYSIOLOGICAL and state.stands
