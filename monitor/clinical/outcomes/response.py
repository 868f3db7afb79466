"""How much less pain is how much relief.

Laws
1. More relief is never a lower class, and a missing value is UNKNOWN, never relief.
2. Without pain before there is nothing to relieve: UNKNOWN.

Source: CLINICAL.md §5.6: at least 30 % moderate, at least 50 % substantial (IMMPACT) [V].
"""

from enum import StrEnum

from monitor.clinical.policy.outcome_parts import ResponsePolicy


class ResponseClass(StrEnum):
    """How much relief there was."""

    UNKNOWN = "unknown"
    NONE = "none"
    MODERATE = "moderate"
    SUBSTANTIAL = "substantial"


def less_percent(before: float | None, after: float | None) -> float | None:
    """So many percent less than before, negative when more; None when either is missing or nothing was there before."""
    if before is None or after is None or before <= 0:
        return None
    return (before - after) * 100 / before


def response_class(percent: float | None, policy: ResponsePolicy) -> ResponseClass:
    """The class of so many percent less pain."""
    if percent is None:
        return ResponseClass.UNKNOWN
    if percent >= policy.substantial_percent:
        return ResponseClass.SUBSTANTIAL
    return ResponseClass.MODERATE if percent >= policy.moderate_percent else ResponseClass.NONE


RELIEF = frozenset({ResponseClass.MODERATE, ResponseClass.SUBSTANTIAL})
