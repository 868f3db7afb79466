"""What a clinic wants thought of while an alarm stands: short checklists, and rules that suggest to hold the infusion.

Laws
1. Both only suggest. Nothing is held, given or moved by them; the pump is stopped by hand.
2. They follow what stands: a suggestion goes with its last alarm or charted symptom, never before.
3. The patient's wish to stop needs no alarm, no grade and no other reason: it is at hand as long as drug runs.

Source: CLINICAL.md §1.5 (rescue at hand), §1.6, §2.6 "suggested infusion actions".
"""

from collections.abc import Iterable, Mapping, Sequence
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
    """While an alarm of these stands as High or a symptom of these at its grade, holding is suggested for this reason.

    `symptoms`: the least grade by the word it is charted with; `wish`: it is the patient's own to say, at any time.
    """

    id: str
    words: str
    alarms: frozenset[str]
    symptoms: Mapping[str, int]
    wish: bool
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


def stops_for(
    rules: Sequence[StopRule], states: Iterable[AlarmState], symptoms: Mapping[str, int], *, infusing: bool
) -> tuple[StopRule, ...]:
    """The rules that suggest to hold now; none unless drug runs. `symptoms`: the newest grade of each by its word."""
    if not infusing:
        return ()
    high = {state.rule_id for state in states if _is_the_patients(state) and state.priority is AlarmPriority.HIGH}
    return tuple(one for one in rules if one.alarms & high or _severe(one, symptoms))


def wishes(rules: Sequence[StopRule], *, infusing: bool) -> tuple[StopRule, ...]:
    """The rules that are the patient's to say now; none unless drug runs."""
    return tuple(one for one in rules if one.wish and infusing)


def _severe(rule: StopRule, symptoms: Mapping[str, int]) -> bool:
    charted = {word.strip().casefold(): grade for word, grade in symptoms.items()}
    return any(charted.get(word, 0) >= grade for word, grade in rule.symptoms.items())


def _is_the_patients(state: AlarmState) -> bool:
    return state.kind is AlarmKind.PHYSIOLOGICAL and state.stands
