"""Is there a reason not to give ketamine? Every item of the policy with its answer and what follows from it.

Laws
1. What nobody has answered is UNANSWERED, and what is answered "unknown" counts as if it were present.
2. An override names one answer: a newer answer needs a newer override.
3. A positive pregnancy test answers the item of pregnancy, whatever was said in words.

Source: CLINICAL.md §1.4; the items are in the policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.clinical.policy.preparation_parts import AppliesWhen, PreparationItem, ScreeningClass, ScreeningItem
from monitor.clinical.preparation.entries import Answer, Mark, Said, ScreeningAnswer, StopOverride
from monitor.errors import Refused


class Screened(StrEnum):
    """Where one item stands."""

    CLEAR = "clear"
    NOT_APPLICABLE = "not_applicable"
    WARN = "warn"  # present, with its note
    WARN_OPEN = "warn_open"  # present, and the note is missing
    OVERRIDDEN = "overridden"
    STOP = "stop"  # present, and no physician has overridden it
    UNANSWERED = "unanswered"


PASSES = frozenset({Screened.CLEAR, Screened.NOT_APPLICABLE, Screened.WARN, Screened.OVERRIDDEN})


class ScreeningRefused(Refused):
    """An answer or an override that cannot be taken."""

    code = "screening_refused"


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """One item with its answer."""

    item: ScreeningItem
    result: Screened
    answer: ScreeningAnswer | None = None
    override: StopOverride | None = None


def screen(items: Sequence[ScreeningItem], said: Said) -> tuple[ScreeningResult, ...]:
    """Every item of the policy, in its order."""
    return tuple(_screened(item, said) for item in items)


def _screened(item: ScreeningItem, said: Said) -> ScreeningResult:
    answer, override = said.screening.get(item.id), said.overrides.get(item.id)
    if item.applies is AppliesWhen.PREGNANCY_POSSIBLE:
        pregnancy = said.items.get(PreparationItem.PREGNANCY)
        contradicted = answer is not None and answer.answer is not Answer.CLEAR
        if pregnancy is not None and pregnancy.values.get("possible") is False and not contradicted:
            return ScreeningResult(item, Screened.NOT_APPLICABLE, answer)
        if pregnancy is not None and pregnancy.values.get("test") == "positive":
            answer = ScreeningAnswer(Answer.PRESENT, "pregnancy test positive", _newer(pregnancy.mark, answer))
    if answer is None:
        return ScreeningResult(item, Screened.UNANSWERED)
    if answer.answer is Answer.CLEAR:
        return ScreeningResult(item, Screened.CLEAR, answer)
    if item.item_class is ScreeningClass.WARN:
        return ScreeningResult(item, Screened.WARN if answer.note else Screened.WARN_OPEN, answer)
    stands = override is not None and override.mark.version > answer.mark.version
    return ScreeningResult(item, Screened.OVERRIDDEN if stands else Screened.STOP, answer, override if stands else None)


def _newer(mark: Mark, answer: ScreeningAnswer | None) -> Mark:
    return mark if answer is None or answer.mark.version < mark.version else answer.mark


def check_answers(items: Sequence[ScreeningItem], answers: Mapping[str, object]) -> None:
    """Raise ScreeningRefused for an item the policy does not have, or an answer that is none."""
    known = {item.id for item in items}
    if not answers:
        raise ScreeningRefused("The screening needs at least one answer.", ("items",))
    for name, said in answers.items():
        if name not in known:
            raise ScreeningRefused(f"The screening of this policy has no item “{name}”.", (name,))
        answer = said.get("answer") if isinstance(said, Mapping) else None
        if answer not in tuple(Answer):
            raise ScreeningRefused(f"{name}: the answer is “{answer}”, none of {', '.join(Answer)}.", (name,))


def check_override(items: Sequence[ScreeningItem], said: Said, item_id: str) -> None:
    """Raise ScreeningRefused unless this item stops the start at this moment."""
    standing = {one.item.id: one.result for one in screen(items, said)}
    if item_id not in standing:
        raise ScreeningRefused(f"The screening of this policy has no item “{item_id}”.", ("item",))
    if standing[item_id] is not Screened.STOP:
        spoken = standing[item_id].replace("_", " ")
        raise ScreeningRefused(f"There is no stop to override: “{item_id}” is {spoken}.", ("item",))
