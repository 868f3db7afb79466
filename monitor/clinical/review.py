"""Why a physician should look at the record of a session that is over.

Laws
1. What is asked for once stays asked for until a physician has signed a review; no passing of time takes it back.
2. Whatever is added to a record after its review asks for a review again.

Source: RELIABILITY.md §3.7 (meaning `reviewed`); CTCAE v5 grade 3 (CLINICAL.md §5.7); the seconds are the policy's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.clinical.alarms.recorded import BECAME, RecordedAlarm
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority


class Why(StrEnum):
    """What asks for the review; the words are stored and sent."""

    OVERRIDDEN = "overridden"  # discharged although criteria were open
    LEFT = "left"  # against advice
    TRANSFERRED = "transferred"  # to a higher level of care
    ADVERSE_EVENT = "adverse_event"  # grade 3 or worse, or serious
    ALARM_UNANSWERED = "alarm_unanswered"  # of high priority
    ADDED = "added_after_review"  # an entry
    LATE_VALUES = "values_after_review"  # readings, device alarms or pump events that came late


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """How long a High alarm may wait unanswered, and whether who overrode a discharge may review that session."""

    high_alarm_unanswered_s: float
    own_override: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that asks for a review, with what names it in the record."""

    why: Why
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HighSpell:
    """One time an alarm was High: when it became so, when somebody saw it as High, when it ended by itself."""

    alarm_id: str
    rule_id: str
    became_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


def unanswered(spells: Sequence[HighSpell], over_at: datetime, policy: ReviewPolicy) -> list[Cause]:
    """The High alarms nobody answered in time, the session being over at `over_at`; each alarm once, by its longest."""
    longest: dict[str, tuple[float, HighSpell]] = {}
    for spell in spells:
        until = min(at for at in (spell.seen_at, spell.ended_at, over_at) if at is not None)
        waited_s = (until - spell.became_at).total_seconds()
        if waited_s > policy.high_alarm_unanswered_s and waited_s > longest.get(spell.alarm_id, (0.0, spell))[0]:
            longest[spell.alarm_id] = (waited_s, spell)
    return [
        Cause(Why.ALARM_UNANSWERED, {"alarm": spell.alarm_id, "rule": spell.rule_id, "waited_s": round(waited_s)})
        for waited_s, spell in longest.values()
    ]


def high_spells(alarm: RecordedAlarm) -> Iterator[HighSpell]:
    """Each time an alarm was High, from when it became so until it was less, or over; latched, it still is."""
    became_at: datetime | None = None
    for event in alarm.events:
        if event.event in BECAME and event.priority == AlarmPriority.HIGH:
            became_at = became_at or event.at
        elif became_at is not None and (event.event == AlarmEventName.ENDED or event.priority != AlarmPriority.HIGH):
            yield _spell(alarm, became_at, event.at)
            became_at = None
    if became_at is not None:
        yield _spell(alarm, became_at, None)


def _spell(alarm: RecordedAlarm, became_at: datetime, ended_at: datetime | None) -> HighSpell:
    seen = [one.at for one in alarm.acknowledgements if one.priority_seen == AlarmPriority.HIGH and one.at >= became_at]
    return HighSpell(alarm.id, alarm.rule_id, became_at, min(seen, default=None), ended_at)
