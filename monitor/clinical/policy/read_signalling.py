"""From the [signalling] table to SignallingPolicy. Law: no pause without an end, no ladder that jumps or goes down."""

from itertools import pairwise

from monitor.clinical.alarms.table import AlarmPriority, Reach
from monitor.clinical.policy.parts import Rung, SignallingPolicy
from monitor.clinical.policy.reader import Part, PolicyRefused

LONGEST_AUDIO_PAUSE_S = 120.0  # CLINICAL.md §3.4: a timer of at most 2 min
_CALLED = tuple(reach for reach in Reach if reach is not Reach.STATION)


def read_signalling(part: Part) -> SignallingPolicy:
    """The [signalling] table; raises PolicyRefused."""
    signalling = SignallingPolicy(
        audio_pause_s=part.seconds("audio_pause"),
        reminder_s=_reminders(part.part("reminder")),
        ladder=_ladders(part.part("ladder")),
    )
    if not 0 < signalling.audio_pause_s <= LONGEST_AUDIO_PAUSE_S:
        raise PolicyRefused(
            f"signalling.audio_pause: {signalling.audio_pause_s:g} s is not within 0 to {LONGEST_AUDIO_PAUSE_S:g} s."
        )
    part.close()
    return signalling


def _reminders(part: Part) -> dict[AlarmPriority, float]:
    reminders = {priority: part.seconds(priority) for priority in AlarmPriority if part.has(priority)}
    part.close()
    if any(after_s <= 0 for after_s in reminders.values()):
        raise PolicyRefused("signalling.reminder: a reminder every 0 s would never be silent.")
    return reminders


def _ladders(part: Part) -> dict[AlarmPriority, tuple[Rung, ...]]:
    ladders = {priority: _ladder(part.part(priority)) for priority in AlarmPriority if part.has(priority)}
    part.close()
    if not ladders.get(AlarmPriority.HIGH):
        raise PolicyRefused("signalling.ladder: a High alarm that nobody acknowledges must call somebody.")
    return ladders


def _ladder(part: Part) -> tuple[Rung, ...]:
    rungs = tuple(Rung(reach, part.seconds(reach)) for reach in _CALLED if part.has(reach))
    part.close()
    if any(near.after_s >= far.after_s for near, far in pairwise(rungs)):
        raise PolicyRefused(f"{part.name}: who is farther away must be called later.")
    return rungs
