"""May the infusion begin? ONE answer: what is still missing, in words, and who can do it.

Laws
1. What is not known to be done is missing; an empty list is the only permission.
2. A policy may leave out the items of preparation_parts.PreparationItem; everything else is always asked.
3. A notice stands in nobody's way: it is shown beside the answer.

Source: CLINICAL.md §1.4, §1.5, §2.6, §7.2; DESIGN.md "The session".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import PreparationItem
from monitor.clinical.preparation.entries import Review, Said
from monitor.clinical.preparation.gate_findings import GateFinding, GateLevel
from monitor.clinical.preparation.items import ITEM_PASSES, ItemResult, ItemState, prepare
from monitor.clinical.preparation.screening import PASSES, Screened, ScreeningResult, screen
from monitor.clinical.staff import StaffAct, StaffLook, StaffPolicy

NURSE, PHYSICIAN, SECOND, ANYBODY = "nurse", "physician", "second person", "nurse or physician"
OFFICE = "charge nurse or administrator"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to be done before the start; `detail` says what exactly stands against it."""

    id: str
    words: str
    who: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The words with their detail."""
        return f"{self.words} ({self.detail})" if self.detail else self.words


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before the start that does not stop it."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class StartFacts:
    """What has been done, as far as the gate asks; everything counts as not done until said.

    `consultation` is whether the physician's consultation accepts the patient for this session's series; None for a
    session of no series, which asks for none. `findings` is what vital_gate found, `staff` what
    the record says of the chair's nurse; None when nobody has looked yet. `baseline_until_at` is how long the baseline
    counts; None when there is none.
    """

    order: bool = False
    weight: bool = False
    consent: bool = False
    second_check: bool = False
    physician_clearance: bool = False
    chair: bool = False
    consultation: bool | None = None
    baseline_until_at: datetime | None = None
    said: Said = field(default_factory=Said)
    findings: tuple[GateFinding, ...] | None = None
    etco2_measured: bool = False
    reassess: tuple[str, ...] = ()  # why a physician looks at the series again before this infusion
    staff: StaffLook | None = None


@dataclass(frozen=True, slots=True)
class StartGate:
    """The answer with everything it rests on."""

    missing: tuple[Missing, ...]
    notices: tuple[Notice, ...]
    screening: tuple[ScreeningResult, ...]
    items: tuple[ItemState, ...]
    findings: tuple[GateFinding, ...] | None
    reviews: tuple[Review, ...] = ()

    @property
    def may_start(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def ids(self) -> tuple[str, ...]:
        """What is missing, by name."""
        return tuple(one.id for one in self.missing)


def start_gate(policy: ClinicPolicy, facts: StartFacts, now: datetime, notices: Sequence[Notice] = ()) -> StartGate:
    """Everything that stands between this session and its start."""
    screening = screen(policy.screening, facts.said)
    items = prepare(policy.preparation, facts.said, now, etco2_measured=facts.etco2_measured)
    missing = (
        *_steps(facts, now),
        *_staff(policy.staff, facts.staff),
        *_screening(screening),
        *(_item(state) for state in items if state.required and state.result not in ITEM_PASSES),
        *_vitals(facts),
        *_reassess(facts),
    )
    return StartGate(missing, tuple(notices), screening, items, facts.findings, facts.said.reviews)


def _steps(facts: StartFacts, now: datetime) -> tuple[Missing, ...]:
    baseline = facts.baseline_until_at is not None and now <= facts.baseline_until_at
    steps = (
        (facts.consultation is not False, Missing("consultation", "an accepted consultation", PHYSICIAN)),
        (facts.order, Missing("order", "order", PHYSICIAN)),
        (facts.consent, Missing("consent", "consent", ANYBODY)),
        (facts.second_check, Missing("second_check", "second check", SECOND)),
        (facts.physician_clearance, Missing("physician_clearance", "clearance", PHYSICIAN)),
        (baseline, Missing("baseline", "baseline", ANYBODY, "" if facts.baseline_until_at is None else "too old")),
        (facts.weight, Missing("weight", "weight", NURSE)),
        (facts.chair, Missing("chair", "chair", NURSE)),
    )
    return tuple(step for done, step in steps if not done)


def _staff(policy: StaffPolicy, look: StaffLook | None) -> tuple[Missing, ...]:
    if not policy.needs[StaffAct.START]:
        return ()
    if look is None or look.responsible is None:
        return (Missing("responsible_nurse", "responsible nurse", NURSE),)
    if not look.lacks:
        return ()
    lacks = "; ".join(one.words for one in look.lacks)
    return (Missing("training", "training of the responsible nurse", OFFICE, f"{look.responsible}: {lacks}"),)


def _screening(screening: Sequence[ScreeningResult]) -> tuple[Missing, ...]:
    stops = [one for one in screening if one.result is Screened.STOP]
    open_items = [one for one in screening if one.result not in PASSES and one.result is not Screened.STOP]
    missing = []
    if stops:
        named = "; ".join(one.item.words for one in stops)
        missing.append(Missing("hard_stop", "an open hard stop", PHYSICIAN, named))
    if open_items:
        missing.append(Missing("screening", "screening", ANYBODY, f"{len(open_items)} open"))
    return tuple(missing)


ITEM_WORDS = {
    PreparationItem.IDENTITY: "two identifiers",
    PreparationItem.ESCORT: "escort",
    PreparationItem.FASTING: "fasting",
    PreparationItem.PREGNANCY: "pregnancy",
    PreparationItem.IV_ACCESS: "IV access",
    PreparationItem.DRUG: "drug prepared",
    PreparationItem.OXYGEN: "room air or oxygen",
    PreparationItem.RESCUE_READY: "rescue drugs at hand",
    PreparationItem.CAPNOGRAPHY: "capnography",
}


def _item(state: ItemState) -> Missing:
    words = ITEM_WORDS[state.item]
    if state.result is ItemResult.NOTE_NEEDED:
        words = f"a note on {words}"
    return Missing(state.item.value, words, ANYBODY, state.evidence)


def _vitals(facts: StartFacts) -> tuple[Missing, ...]:
    if facts.findings is None:
        return (Missing("vital_gate", "vital signs", NURSE, "not looked at yet"),)
    open_findings = [one for one in facts.findings if one.covered_by(facts.said.reviews) is None]
    if not open_findings:
        return ()
    measures = any(one.level is not GateLevel.REVIEW for one in open_findings)
    detail = "; ".join(one.words for one in open_findings)
    return (Missing("vital_gate", "vital signs", NURSE if measures else PHYSICIAN, detail),)


def _reassess(facts: StartFacts) -> tuple[Missing, ...]:
    if not facts.reassess:
        return ()
    return (Missing("reassessment", "reassessment of the series", PHYSICIAN, "; ".join(facts.reassess)),)
