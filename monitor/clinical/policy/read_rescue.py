"""From [[rescue]] and [[stop_rule]] to what is suggested.

Law: an alarm or a drug they name must be written, and a rule that nothing could bring up is refused.
"""

from collections.abc import Collection
from dataclasses import dataclass

from monitor.clinical.alarms.rescue import Rescue, RescueLine, StopRule
from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.reader import Part
from monitor.clinical.scores.ctcae import FREE_TEXT_GRADES, term_of

ACCEPTED = "ids of rules and score rules"
BROUGHT_UP_BY = ("alarms", "symptoms", "grade", "wish")


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of alarms and drugs; None when their tables have faults, of which a missing name is but an echo."""

    alarms: Collection[str] | None = None
    drugs: Collection[str] | None = None


def read_rescues(parts: tuple[Part, ...], named: Named) -> tuple[Rescue, ...]:
    """The [[rescue]] tables, in the order they are shown."""
    rescues = []
    for part in parts:
        lines = tuple(_line(line, named) for line in part.list_of("lines"))
        known = _alarms(part, named)
        rescues.append(Rescue(part.text("id"), part.text("words"), known, lines, part.text("source"), part.mark()))
        part.close()
    return tuple(rescues)


def read_stop_rules(parts: tuple[Part, ...], named: Named) -> tuple[StopRule, ...]:
    """The [[stop_rule]] tables, in the order they are shown."""
    rules = []
    for part in parts:
        known = _alarms(part, named) if part.has("alarms") else frozenset()
        symptoms, wish = _symptoms(part), part.flag("wish")
        rules.append(
            StopRule(part.text("id"), part.text("words"), known, symptoms, wish, part.text("source"), part.mark())
        )
        silent = not (known or symptoms or wish) and part.good(*BROUGHT_UP_BY)
        if part.close() and silent:
            part.refuse("", "nothing brings this rule up", "alarms, symptoms with their grade, or wish = true")
    return tuple(rules)


def _symptoms(part: Part) -> dict[str, int]:
    """The words a symptom is charted with, at the one grade that all of them have."""
    if not (part.has("symptoms") or part.has("grade")):
        return {}
    words, grade = part.texts("symptoms"), part.whole("grade", at_most=max(FREE_TEXT_GRADES))
    for word in words:
        term = term_of(word)
        if term is not None and part.good("grade") and grade not in term.grades:
            part.refuse("grade", f"{word} has no grade {grade}", ", ".join(map(str, term.grades)))
    return {word.strip().casefold(): grade for word in words}


def _alarms(part: Part, named: Named) -> frozenset[str]:
    names = part.texts("alarms")
    unknown = [] if named.alarms is None else [name for name in names if name not in named.alarms]
    if unknown:
        part.refuse("alarms", f"there is no rule “{unknown[0]}”", ACCEPTED)
    elif not names and part.good("alarms"):
        part.refuse("alarms", "no alarm is named" if part.has("alarms") else NOTHING, ACCEPTED)
    return frozenset(names)


def _line(part: Part, named: Named) -> RescueLine:
    line = RescueLine(part.text("words"), part.text_or_empty("drug"))
    if line.drug and named.drugs is not None and line.drug not in named.drugs:
        part.refuse("drug", f"there is no medication “{line.drug}”", "the id of a medication")
    part.close()
    return line
