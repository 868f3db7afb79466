"""From the [signalling] table to SignallingPolicy. Law: no pause without an end, no ladder that jumps or goes down."""

from itertools import pairwise

from monitor.clinical.alarms.table import AlarmPriority, Reach
from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.parts import Rung, SignallingPolicy, SoundingPolicy
from monitor.clinical.policy.reader import Part

# A page renews its word every 4 s; nobody may wait longer than 15 s for the alarm that nobody would hear another.
EXPIRES_S = (6.0, 14.0)
LONGEST_RETURN_S = 300.0
LONGEST_AUDIO_PAUSE_S = 120.0  # CLINICAL.md §3.4: a timer of at most 2 min
_CALLED = tuple(reach for reach in Reach if reach is not Reach.STATION)


def read_signalling(part: Part) -> SignallingPolicy:
    """The [signalling] table."""
    signalling = SignallingPolicy(
        audio_pause_s=part.seconds("audio_pause", at_least_s=1, at_most_s=LONGEST_AUDIO_PAUSE_S),
        reminder_s=_reminders(part.part("reminder")),
        ladder=_ladders(part.part("ladder")),
        sounding=_sounding(part.part("sounding")),
    )
    part.close()
    return signalling


def _sounding(part: Part) -> SoundingPolicy:
    sounding = SoundingPolicy(
        expires_s=part.seconds("expires", at_least_s=EXPIRES_S[0], at_most_s=EXPIRES_S[1]),
        after_restart_s=part.seconds("after_restart", at_most_s=LONGEST_RETURN_S),
        check_every_s=part.seconds("check_every", at_least_s=60),
        test_every_s=part.seconds("test_every", at_least_s=60),
    )
    part.close()
    return sounding


def _reminders(part: Part) -> dict[AlarmPriority, float]:
    # A reminder every 0 s would never be silent.
    reminders = {priority: part.seconds(priority, at_least_s=1) for priority in AlarmPriority if part.has(priority)}
    part.close()
    return reminders


def _ladders(part: Part) -> dict[AlarmPriority, tuple[Rung, ...]]:
    ladders = {priority: _ladder(part.part(priority)) for priority in AlarmPriority if part.has(priority)}
    if part.close() and part.good("high") and not ladders.get(AlarmPriority.HIGH):
        part.refuse("high", NOTHING, "somebody a High alarm calls that nobody acknowledges")
    return ladders


def _ladder(part: Part) -> tuple[Rung, ...]:
    rungs = tuple(Rung(reach, part.seconds(reach)) for reach in _CALLED if part.has(reach))
    part.close()
    for near, far in pairwise(rungs):
        if near.after_s >= far.after_s:
            found = f"after {far.after_s:g} s, not later than {near.reach} after {near.after_s:g} s"
            part.refuse(far.reach, found, "who is farther away must be called later")
    return rungs
