"""What a physician finds and decides before a series. Law: values only; what nobody answered is None, never no.

Source: CLINICAL.md §1.3 "Efficacy facts" (what is honest to promise), §1.4 (contraindications), §1.1 "Positive
response".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from monitor.clinical.policy.preparation_parts import ScreeningClass, ScreeningItem
from monitor.clinical.preparation.entries import Answer


class Reason(StrEnum):
    """Why ketamine for this patient; one that is not so speaks against it."""

    PERSISTENT_PAIN = "persistent_pain"
    NEUROPATHIC_OR_SENSITISED = "neuropathic_or_sensitised"
    OPIOID_SIDE_EFFECTS = "opioid_side_effects"
    MEDICALLY_STABLE = "medically_stable"


REASON_WORDS: Mapping[Reason, str] = {
    Reason.PERSISTENT_PAIN: "Pain persists despite adequate treatment",
    Reason.NEUROPATHIC_OR_SENSITISED: "The pain has a neuropathic or sensitised component",
    Reason.OPIOID_SIDE_EFFECTS: "Opioids help too little or have side effects that limit them",
    Reason.MEDICALLY_STABLE: "Medically stable enough for an infusion as an outpatient",
}


class Found(StrEnum):
    """The answer to one reason."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Expectation(StrEnum):
    """What the patient must have heard before anybody accepts."""

    TEMPORARY_RELIEF = "temporary_relief"
    OFF_LABEL = "off_label"
    SIDE_EFFECTS = "side_effects"
    MAY_NOT_HELP = "may_not_help"


EXPECTATION_WORDS: Mapping[Expectation, str] = {
    Expectation.TEMPORARY_RELIEF: "Relief is temporary: days to weeks, and a series may have to be repeated",
    Expectation.OFF_LABEL: "Ketamine for cancer pain is off-label",
    Expectation.SIDE_EFFECTS: "Side effects: raised blood pressure, drowsiness, dissociation, nausea, nightmares",
    Expectation.MAY_NOT_HELP: "It may not help: the largest trial in cancer pain found no better relief than placebo",
}


class Team(StrEnum):
    """Who else treats the patient."""

    ONCOLOGY = "oncology"
    PALLIATIVE = "palliative"
    PAIN = "pain"
    PSYCHOSOCIAL = "psychosocial"


TEAM_WORDS: Mapping[Team, str] = {
    Team.ONCOLOGY: "Oncology",
    Team.PALLIATIVE: "Palliative care",
    Team.PAIN: "Pain service",
    Team.PSYCHOSOCIAL: "Psychosocial care",
}


class Decision(StrEnum):
    """What the physician decides."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DEFER = "defer"


@dataclass(frozen=True, slots=True)
class ReasonFound:
    """The answer to one reason, and a note."""

    found: Found
    note: str = ""


@dataclass(frozen=True, slots=True)
class RiskFound:
    """The early answer to one item of the policy's screening; the screening of the day asks again."""

    answer: Answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class TeamTold:
    """Whether a team is told; when it is: who, what and on which day."""

    told: bool
    name: str = ""
    what: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """One evaluation, as far as it was filled in; `reason` is why it was decided so."""

    reasons: Mapping[Reason, ReasonFound] = field(default_factory=dict)
    risks: Mapping[str, RiskFound] = field(default_factory=dict)
    expectations: frozenset[Expectation] = frozenset()
    teams: Mapping[Team, TeamTold] = field(default_factory=dict)
    decision: Decision | None = None
    reason: str = ""

    @property
    def speaking_against(self) -> tuple[Reason, ...]:
        """The reasons nobody answered with yes."""
        return tuple(one for one in Reason if one not in self.reasons or self.reasons[one].found is not Found.YES)


def open_stops(items: Sequence[ScreeningItem], risks: Mapping[str, RiskFound]) -> tuple[ScreeningItem, ...]:
    """The hard stops that are present, or that nobody knows: the day's screening will stop on them."""
    stops = (one for one in items if one.item_class is ScreeningClass.STOP)
    return tuple(one for one in stops if one.id in risks and risks[one.id].answer is not Answer.CLEAR)
