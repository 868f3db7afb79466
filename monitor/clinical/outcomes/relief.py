"""How long relief lasted: as the patient reports it, and as the journal shows it.

Laws
1. Too few entries, or none soon after the infusion, say nothing: the hours are unknown, not zero.
2. Relief is counted to the last entry that shows it, never across a longer silence and never to one that was not made:
   `at_least` says that its end was not seen.
3. A day counts as a day of relief only when every entry of it shows relief.

Source: CLINICAL.md §5.6 (30 %), §7.2 (duration of relief); how many entries and which silence: the policy's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.clinical.outcomes.facts import JournalLine
from monitor.clinical.policy.outcome_parts import ResponsePolicy

DayOf = Callable[[datetime], date]  # the calendar day in the clinic's zone


@dataclass(frozen=True, slots=True)
class JournalRelief:
    """What the journal says between one infusion's end and the next start (or now).

    `relief_h` None: the journal cannot tell; `days` are the calendar days begun since, with that of the infusion.
    """

    entries: int
    days: int
    days_recorded: int
    days_of_relief: int
    relief_h: float | None
    at_least: bool = False
    says: str = ""


def journal_relief(
    lines: Sequence[JournalLine],
    baseline: float | None,
    span: tuple[datetime, datetime],
    policy: ResponsePolicy,
    day_of: DayOf,
) -> JournalRelief:
    """Relief within `span` (end of the infusion, next start or now) against the pain before the first infusion."""
    from_at, until_at = span
    inside = sorted((one for one in lines if from_at < one.at <= until_at), key=lambda one: one.at)
    days = (day_of(until_at) - day_of(from_at)).days + 1
    recorded = {day_of(one.at) for one in inside}
    if baseline is None or baseline <= 0:
        return JournalRelief(
            len(inside), days, len(recorded), 0, None, says="no pain before the first infusion is known"
        )
    most = baseline * (100 - policy.moderate_percent) / 100
    bad = {day_of(one.at) for one in inside if one.pain > most}
    counted = (len(inside), days, len(recorded), len(recorded - bad))
    if len(inside) < policy.journal_entries:
        return JournalRelief(*counted, None, says=f"{len(inside)} of at least {policy.journal_entries} entries")
    hours, at_least, says = _lasted(inside, most, from_at, timedelta(seconds=policy.journal_gap_s))
    return JournalRelief(*counted, hours, at_least, says)


def _lasted(
    lines: Sequence[JournalLine], most: float, from_at: datetime, gap: timedelta
) -> tuple[float | None, bool, str]:
    if lines[0].at - from_at > gap:
        return None, False, "no entry soon after the infusion"
    seen_at = from_at
    for line in lines:
        if line.at - seen_at > gap:
            return _hours(seen_at - from_at), True, "then the journal is silent"
        if line.pain > most:
            return _hours(seen_at - from_at), False, ""
        seen_at = line.at
    return _hours(seen_at - from_at), True, "no return of the pain recorded"


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
