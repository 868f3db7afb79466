"""What a policy says about the time after infusions: how relief is judged, when people are called, when to think again.

Law: plain values in seconds and percent; where each number comes from stands in ClinicPolicy.quantities, and beside
each rule.
"""

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """Which pain is compared over a series (NRS 0 to 10)."""

    AVERAGE = "average"  # of the last 24 hours or week, as the BPI asks it
    NOW = "now"


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """How much less pain is how much relief (CLINICAL.md §5.6), and what counts for the other outcomes (§1.1, §5.6)."""

    measure: Measure
    moderate_percent: float
    substantial_percent: float
    interference_points: float  # of BPI interference: less than this is no change
    opioid_percent: float  # so much less MME a day is a gain of its own
    journal_entries: int  # fewer entries of the journal after an infusion say nothing about its relief
    journal_gap_s: float  # nothing is known across a longer silence of the journal


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """When somebody is asked after an infusion, counted from its end."""

    next_day_after_s: float
    next_day_lapses_s: float  # later than this it is no next-day follow-up any more
    weekly_for: int  # weeks


@dataclass(frozen=True, slots=True)
class ReassessRule:
    """When a physician looks at the series again before the next infusion; exactly one of the two conditions is set."""

    id: str
    words: str
    before_infusion: int  # the first infusion this stands before
    response_below_percent: float | None  # less relief than this, or relief that nobody knows
    grade_from: int | None  # an adverse event of this CTCAE grade or worse
    source: str
    mark: str
