"""What no policy may ask for, whatever clinic wrote it. Law: generous, and only against slips of the pen: a decimal
point, a wrong field, minutes for seconds. What is good practice is the clinic's decision, not this file's.

Marks: D throughout (derived), from the sources named beside them.
"""

import math
from collections.abc import Mapping

from monitor.clinical.alarms.table import AlarmPriority

Span = tuple[float, float]

# By unit, for a quantity that says no narrower span itself.
BY_UNIT: Mapping[str, Span] = {
    "s": (0, 48 * 3600),  # no session and no wait of CLINICAL.md §4.5 lasts two days
    "min": (0, 48 * 60),
    "h": (0, 48),
    "%": (0, 200),
    "/min": (0, 300),  # CLINICAL.md §2.5
    "mm[Hg]": (0, 300),
    "Cel": (25, 45),
    "mg/kg": (0, 20),  # anaesthetic induction is 1 to 4.5 mg/kg
    "mg/kg/h": (0, 20),
    "mg/mL": (0, 100),  # ketamine is sold up to 100 mg/mL
    "mL/h": (0, 1500),
    "kg": (0, 500),
    "ng/mL": (0, 10_000),
    "1": (0, 10_000),
}

# The longest a condition may be held before it is told. CLINICAL.md §3.1: High is for harm at once, Medium for harm
# soon, Low for harm later; §2.2: no vendor offers more than 30 s for SpO2 or 40 s for apnoea, so High has twice 30 s.
LONGEST_DELAY_S: Mapping[AlarmPriority, float] = {
    AlarmPriority.HIGH: 60,
    AlarmPriority.MEDIUM: 300,
    AlarmPriority.LOW: 900,
}
MOST_MEASUREMENTS = 5  # at the closest NIBP schedule, every 5 min, already 20 min late
LONGEST_WINDOW_S = 3600.0  # of a rule of change: what is slower is a trend, for eyes
APNOEA_DELAY_S: Span = (10, 40)  # CLINICAL.md §2.6: configurable 10 to 40 s


def span_words(span: Span, unit: str) -> str:
    """A span as a fault names it."""
    words = f"at least {span[0]:g}" if math.isinf(span[1]) else f"{span[0]:g} to {span[1]:g}"
    return words if unit in ("", "1") else f"{words} {unit}"
