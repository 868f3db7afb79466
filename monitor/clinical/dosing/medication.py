"""A drug given beside the infusion.

Law: what is unusual is asked about once, never forbidden; a name that means a known drug is written as that drug,
since waiting times are found by name.

Source: CLINICAL.md §1.5 "Antidote/rescue at hand"; doses are in the policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.policy.preparation_parts import MedicationPolicy, MedicationRule
from monitor.errors import Refused


class MedicationRefused(Refused):
    """A dose that needs another name, another unit or a reason."""

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


def check_medication(
    policy: MedicationPolicy, given: Given, before: Sequence[Given], *, has_reason: bool, waits: Sequence[str]
) -> None:
    """Raise MedicationRefused for a wrong name or unit; for an unusual or repeated dose unless there is a reason.

    `waits` are the drugs a discharge waits for: their names must be written as the policy writes them.
    """
    meant = [name for name in (*policy.drugs, *waits) if name in given.drug and name != given.drug]
    if meant:
        raise MedicationRefused(f"“{given.drug}”: write the drug as “{meant[0]}”.", ("drug",))
    rule = policy.drugs.get(given.drug)
    if rule is not None and given.unit != rule.unit:
        raise MedicationRefused(f"{rule.words} is given in {rule.unit}, not {given.unit}.", ("unit",))
    odd = _unusual(rule, given) or _repeated(policy, given, before)
    if odd and not has_reason:
        raise MedicationRefused(f"{odd}: give a reason if this is right.", ("reason",))


def _unusual(rule: MedicationRule | None, given: Given) -> str:
    if rule is None:
        return ""
    if not rule.low <= given.dose <= rule.high:
        return f"{rule.words} {given.dose:g} {rule.unit} is outside the usual {rule.low:g} to {rule.high:g} {rule.unit}"
    if given.route not in rule.routes:
        return f"{rule.words} is given {' or '.join(rule.routes)}, not {given.route}"
    return ""


def _repeated(policy: MedicationPolicy, given: Given, before: Sequence[Given]) -> str:
    near = timedelta(seconds=policy.again_within_s)
    same = [one for one in before if one.drug == given.drug and abs(given.at - one.at) < near]
    if not same:
        return ""
    last = same[-1]
    return f"{last.drug} {last.dose:g} {last.unit} was recorded at {last.at:%H:%M} UTC by {last.by}"
