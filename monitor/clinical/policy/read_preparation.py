"""From the tables about the time before the infusion to their parts. Law: one reader a table; what could not hold back
a patient as it reads is refused.
"""

from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.preparation_parts import (
    AppliesWhen,
    MedicationPolicy,
    MedicationRule,
    Override,
    PreparationItem,
    PreparationPolicy,
    ScreeningClass,
    ScreeningItem,
    VitalGatePolicy,
)
from monitor.clinical.policy.reader import Part
from monitor.clinical.vitals import Vital

ROUTES = ("iv", "po", "sl", "im", "sc", "in", "inh", "td", "pr")
UNITS = ("mg", "ug", "g", "mL", "L/min")


def read_screening(parts: tuple[Part, ...]) -> tuple[ScreeningItem, ...]:
    """The [[screening]] tables, in the order they are asked."""
    items: list[ScreeningItem] = []
    for part in parts:
        item_class = part.word("class", *ScreeningClass) or ScreeningClass.STOP
        applies = (part.word("applies", *AppliesWhen) if part.has("applies") else "") or AppliesWhen.ALWAYS
        item = ScreeningItem(
            id=part.text("id"),
            words=part.text("words"),
            item_class=ScreeningClass(item_class),
            applies=AppliesWhen(applies),
            source=part.text("source"),
            mark=part.mark(),
        )
        _once(part, item.id, [one.id for one in items])
        items.append(item)
        part.close()
    readable = all(part.good("class", "applies") for part in parts)
    if readable and parts and not any(_stops_a_pregnancy(item) for item in items):
        parts[-1].refuse("applies", "no item that stops applies when a pregnancy is possible", "one such item")
    return tuple(items)


def _stops_a_pregnancy(item: ScreeningItem) -> bool:
    return item.item_class is ScreeningClass.STOP and item.applies is AppliesWhen.PREGNANCY_POSSIBLE


def read_vital_gate(part: Part) -> VitalGatePolicy:
    """The [vital_gate] table."""
    gate = VitalGatePolicy(
        acknowledge_sys_above=part.limit_of("acknowledge_sys_above", Vital.NIBP_SYS),
        acknowledge_dia_above=part.limit_of("acknowledge_dia_above", Vital.NIBP_DIA),
        hold_sys_from=part.limit_of("hold_sys_from", Vital.NIBP_SYS),
        hold_dia_from=part.limit_of("hold_dia_from", Vital.NIBP_DIA),
        refuse_sys_from=part.limit_of("refuse_sys_from", Vital.NIBP_SYS),
        recheck_apart_s=part.seconds("recheck_apart", at_least_s=1),
        rechecks=part.count("rechecks", between=(1, 10)),
        hr_low=part.limit_of("hr_low", Vital.HR),
        hr_high=part.limit_of("hr_high", Vital.HR),
        spo2_min=part.limit_of("spo2_min", Vital.SPO2),
        spo2_below_baseline=part.quantity("spo2_below_baseline", "%", between=(1, 100)),
        rr_low=part.limit_of("rr_low", Vital.RR),
        poss_from=part.count("poss_from", between=(1, 4)),
        fresh_s=part.seconds("fresh", at_least_s=1),
    )
    part.close()
    part.in_order("acknowledge_sys_above", gate.acknowledge_sys_above, "hold_sys_from", gate.hold_sys_from)
    part.in_order("hold_sys_from", gate.hold_sys_from, "refuse_sys_from", gate.refuse_sys_from)
    part.in_order("acknowledge_dia_above", gate.acknowledge_dia_above, "hold_dia_from", gate.hold_dia_from)
    part.in_order("hr_low", gate.hr_low, "hr_high", gate.hr_high)
    return gate


def read_preparation(part: Part) -> PreparationPolicy:
    """The [preparation] table."""
    written, known = part.texts("required"), {item.value for item in PreparationItem}
    unknown = [name for name in written if name not in known]
    if unknown:
        part.refuse("required", f"there is no item “{unknown[0]}”", " or ".join(sorted(known)))
    preparation = PreparationPolicy(
        required=frozenset(PreparationItem(name) for name in written if name in known),
        fasting_solids_s=part.seconds("fasting_solids"),
        fasting_clear_s=part.seconds("fasting_clear_liquids"),
    )
    part.close()
    return preparation


def read_medications(parts: tuple[Part, ...], part: Part) -> MedicationPolicy:
    """The [[medication]] tables and the [medications] table."""
    drugs: dict[str, MedicationRule] = {}
    for one in parts:
        drug = _medication(one)
        _once(one, drug.id, list(drugs))
        drugs[drug.id] = drug
    policy = MedicationPolicy(
        drugs,
        part.seconds("again_within"),
        beyond_most=_override(part, "beyond_most"),
        too_soon=_override(part, "too_soon"),
        allergy=_override(part, "allergy"),
    )
    part.close()
    return policy


def _override(part: Part, key: str) -> Override:
    return Override(part.word(key, *Override) or Override.PHYSICIAN)


def _medication(part: Part) -> MedicationRule:
    rule = MedicationRule(
        id=part.text("id"),
        words=part.text("words"),
        low=part.not_negative("low"),
        high=part.not_negative("high"),
        unit=part.word("unit", *UNITS),
        routes=part.texts("routes"),
        rescue=part.flag("rescue"),
        source=part.text("source"),
        mark=part.mark(),
        most=part.stated("most", *UNITS) if part.has("most") else None,
        apart=part.stated("apart", "min") if part.has("apart") else None,
        allergens=part.texts("allergens"),
    )
    _check_most(part, rule)
    if part.good("routes") and (not rule.routes or not set(rule.routes) <= set(ROUTES)):
        written = f"{', '.join(rule.routes)} is written" if rule.routes else NOTHING
        part.refuse("routes", written, ", ".join(ROUTES))
    part.close()
    if rule.low <= 0:
        part.refuse("low", f"{rule.low:g} is written", "more than 0")
    if rule.low > rule.high:
        part.refuse("high", f"{rule.high:g} is written", f"at least the low dose, {rule.low:g}")
    if rule.id != rule.id.lower():
        part.refuse("id", f"“{rule.id}” is written", "the name of a drug in lower case")
    return rule


def _check_most(part: Part, rule: MedicationRule) -> None:
    if rule.most is None:
        return
    if rule.most.unit and rule.unit and rule.most.unit != rule.unit:
        part.refuse("most.unit", f"{rule.most.unit} is written", rule.unit)
    if rule.most.value < rule.high:
        part.refuse("most.value", f"{rule.most.value:g} is less than one usual dose", f"at least {rule.high:g}")


def _once(part: Part, name: str, before: list[str]) -> None:
    if name and name in before:
        part.refuse("id", f"“{name}” is written twice", "each name once")
