"""From [[rescue]] and [[stop_rule]] to what is suggested. Law: an alarm or a drug they name must be written."""

from collections.abc import Collection

from monitor.clinical.alarms.rescue import Rescue, RescueLine, StopRule
from monitor.clinical.policy.reader import Part


def read_rescues(parts: tuple[Part, ...], alarms: Collection[str], drugs: Collection[str]) -> tuple[Rescue, ...]:
    """The [[rescue]] tables, in the order they are shown."""
    rescues = []
    for part in parts:
        lines = tuple(_line(line, drugs) for line in part.list_of("lines"))
        known = _alarms(part, alarms)
        rescues.append(Rescue(part.text("id"), part.text("words"), known, lines, part.text("source"), part.mark()))
        part.close()
    return tuple(rescues)


def read_stop_rules(parts: tuple[Part, ...], alarms: Collection[str]) -> tuple[StopRule, ...]:
    """The [[stop_rule]] tables, in the order they are shown."""
    rules = []
    for part in parts:
        known = _alarms(part, alarms)
        rules.append(StopRule(part.text("id"), part.text("words"), known, part.text("source"), part.mark()))
        part.close()
    return tuple(rules)


def _alarms(part: Part, alarms: Collection[str]) -> frozenset[str]:
    names = part.texts("alarms")
    unknown = [name for name in names if name not in alarms]
    if unknown or not names:
        found = f"there is no rule “{unknown[0]}”" if unknown else "no alarm is named"
        part.refuse("alarms", found, "ids of rules and score rules")
    return frozenset(names)


def _line(part: Part, drugs: Collection[str]) -> RescueLine:
    line = RescueLine(part.text("words"), part.text_or_empty("drug"))
    if line.drug and line.drug not in drugs:
        part.refuse("drug", f"there is no medication “{line.drug}”", "the id of a medication")
    part.close()
    return line
