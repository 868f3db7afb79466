"""A drug given beside the infusion, and its guard.

Laws
1. What is unusual, too soon, or too much is asked about, never forbidden: it may have been given already, and the
   record must be able to say so. Who may pass what, and how, stands in the policy.
2. A name that means a known drug is written as that drug, since totals, intervals and waiting times are found by name.
3. A total counts what stands: a corrected dose as corrected, a struck one not at all.

Source: CLINICAL.md §1.5 "Antidote/rescue at hand"; doses, totals and intervals are in the policy, each with its source.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.dosing.allergies import NOT_ASKED, Allergies, AllergyStatement, meant
from monitor.clinical.dosing.rails import Rail, RailLevel
from monitor.clinical.policy.parts import Quantity
from monitor.clinical.policy.preparation_parts import MedicationPolicy, MedicationRule, Override
from monitor.errors import Refused

LEVELS = {
    Override.REASON: RailLevel.SOFT,
    Override.SECOND_PERSON: RailLevel.SECOND_PERSON,
    Override.PHYSICIAN: RailLevel.PHYSICIAN,
}
_EXACT = 1 + 1e-9  # three times 0.1 mg is 0.3 mg, not a hair more


class MedicationRefused(Refused):
    """A dose that needs another name or another unit."""

    code = "medication_refused"


@dataclass(frozen=True, slots=True)
class Given:
    """One dose that was given."""

    drug: str
    dose: float
    unit: str
    route: str
    at: datetime
    by: str


def check_name(policy: MedicationPolicy, given: Given, waits: Sequence[str]) -> None:
    """Raise MedicationRefused for a wrong name or unit.

    `waits` are the drugs a discharge waits for: their names must be written as the policy writes them.
    """
    meant = [name for name in (*policy.drugs, *waits) if name in given.drug and name != given.drug]
    if meant:
        raise MedicationRefused(f"“{given.drug}”: write the drug as “{meant[0]}”.", ("drug",))
    rule = policy.drugs.get(given.drug)
    if rule is not None and given.unit != rule.unit:
        raise MedicationRefused(f"{rule.words} is given in {rule.unit}, not {given.unit}.", ("unit",))


def medication_rails(
    policy: MedicationPolicy, given: Given, before: Sequence[Given], allergies: Allergies = NOT_ASKED
) -> list[Rail]:
    """What this dose crosses beside those that stand: usual dose and route, total, time apart, charted twice."""
    rule = policy.drugs.get(given.drug)
    same = [one for one in before if one.drug == given.drug]
    crossed = [*_allergic(policy, rule, given, allergies), *_twice(policy, given, same)]
    if rule is not None:
        crossed = [*_unusual(rule, given), *_too_much(policy, rule, given, same), *crossed]
        crossed += _too_soon(policy, rule, given, same)
    return crossed


def stated_words(quantity: Quantity) -> str:
    """“5 mg”; “5 mg (unverified)” where the number was written from memory."""
    return f"{quantity.value:g} {quantity.unit}" + (" (unverified)" if quantity.mark == "M" else "")


def allergy_words(name: str, one: AllergyStatement) -> str:
    """“Midazolam: recorded as allergic to benzodiazepines (rash), said by Nurse”."""
    reaction = f" ({one.reaction})" if one.reaction else ""
    return f"{name}: the patient is recorded as allergic to {one.substance}{reaction}, said by {one.by}"


def _allergic(policy: MedicationPolicy, rule: MedicationRule | None, given: Given, allergies: Allergies) -> list[Rail]:
    name, words = (given.drug, ()) if rule is None else (rule.words, rule.allergens)
    found = meant(allergies, given.drug, words)
    return [Rail(LEVELS[policy.allergy], "drug", allergy_words(name, one)) for one in found]


def _unusual(rule: MedicationRule, given: Given) -> list[Rail]:
    if not rule.low <= given.dose <= rule.high:
        usual = f"the usual {rule.low:g} to {rule.high:g} {rule.unit}"
        return [Rail(RailLevel.SOFT, "dose", f"{rule.words} {given.dose:g} {rule.unit} is outside {usual}")]
    if given.route not in rule.routes:
        return [Rail(RailLevel.SOFT, "route", f"{rule.words} is given {' or '.join(rule.routes)}, not {given.route}")]
    return []


def _too_much(policy: MedicationPolicy, rule: MedicationRule, given: Given, same: Sequence[Given]) -> list[Rail]:
    total = sum(one.dose for one in same) + given.dose
    if rule.most is None or total <= rule.most.value * _EXACT:
        return []
    words = f"{rule.words} {total:g} {rule.unit} in this session with this dose; the most is {stated_words(rule.most)}"
    return [Rail(LEVELS[policy.beyond_most], "dose", words)]


def _too_soon(policy: MedicationPolicy, rule: MedicationRule, given: Given, same: Sequence[Given]) -> list[Rail]:
    """A dose charted late may lie before another one: what counts is the nearest on either side."""
    nearest = min(same, key=lambda one: abs(given.at - one.at), default=None)
    if rule.apart is None or nearest is None:
        return []
    apart_min = abs(given.at - nearest.at).total_seconds() / 60
    if apart_min >= rule.apart.value:
        return []
    words = f"{rule.words} {apart_min:.0f} min apart from {_told(nearest)}; at least {stated_words(rule.apart)}"
    return [Rail(LEVELS[policy.too_soon], "at", words)]


def _twice(policy: MedicationPolicy, given: Given, same: Sequence[Given]) -> list[Rail]:
    near = timedelta(seconds=policy.again_within_s)
    within = [one for one in same if abs(given.at - one.at) < near]
    if not within:
        return []
    last = within[-1]
    words = f"{last.drug} {last.dose:g} {last.unit} was recorded at {last.at:%H:%M} UTC by {last.by}"
    return [Rail(RailLevel.SOFT, "drug", words)]


def _told(one: Given) -> str:
    return f"{one.dose:g} {one.unit} at {one.at:%H:%M} UTC"
