"""How far each level of a rule has come: the seconds or measurements it has been held, and what a doubt has cost it.

Laws
1. Progress runs on the monotonic clock of receipt, and only while the value it came from is fresh.
2. A valid value inside a level throws that level's progress away.
3. A questionable value beyond a level lengthens that level's persistence, once and by at most the rule's `extra_s`;
   inside a level it stops progress like a missing value and resets nothing.
"""

from collections.abc import Sequence

from monitor.clinical.alarms.limits import Stepped, is_beyond
from monitor.clinical.alarms.table import AlarmState

NOT_BEYOND = -1.0
Limits = Sequence[float]


def progressed(rule: Stepped, state: AlarmState, now_mono_s: float) -> tuple[float, ...]:
    """Each level's progress now: seconds go on while the value is fresh, measurements do not go on by themselves."""
    elapsed_s = max(0.0, min(now_mono_s, state.fresh_until_mono_s) - state.value_mono_s)
    held = state.held or (NOT_BEYOND,) * len(rule.levels)
    if state.doubtful is not None:
        spent = _spent(rule, state, elapsed_s)
        return tuple(
            done + elapsed_s - spent_s if level.timed and done >= 0 and index < state.doubtful else done
            for index, (level, done, spent_s) in enumerate(zip(rule.levels, held, spent, strict=True))
        )
    return tuple(
        done + elapsed_s if level.timed and done >= 0 else done for level, done in zip(rule.levels, held, strict=True)
    )


def _spent(rule: Stepped, state: AlarmState, elapsed_s: float) -> tuple[float, ...]:
    """The part of these seconds that does not count because the value was questionable."""
    doubted = state.doubted or (0.0,) * len(rule.levels)
    return tuple(min(elapsed_s, rule.extra_s - used_s) for used_s in doubted)


def doubted(rule: Stepped, state: AlarmState, now_mono_s: float) -> tuple[float, ...]:
    """How much of its lengthening each level has used up by now, seconds; a level the value is inside of uses none."""
    if state.doubtful is None:
        return state.doubted
    elapsed_s = max(0.0, min(now_mono_s, state.fresh_until_mono_s) - state.value_mono_s)
    before = state.doubted or (0.0,) * len(rule.levels)
    spent = _spent(rule, state, elapsed_s)
    return tuple(
        used_s + spent_s if index < state.doubtful else used_s
        for index, (used_s, spent_s) in enumerate(zip(before, spent, strict=True))
    )


def after_value(
    rule: Stepped,
    state: AlarmState,
    value: float,
    limits: Limits,
    now_mono_s: float,
    *,
    same_measurement: bool,
    believed: bool = True,
) -> tuple[float, ...]:
    """Each level's progress with this value judged; a repeat of the same measurement is not counted again."""
    held = []
    for level, limit, done in zip(rule.levels, limits, progressed(rule, state, now_mono_s), strict=True):
        if not is_beyond(rule, level, value, limit):
            held.append(NOT_BEYOND if believed else done)
        elif done < 0:
            held.append(0.0 if level.timed else 1.0)
        else:
            held.append(done if level.timed or same_measurement else done + 1.0)
    return tuple(held)


def levels_beyond(rule: Stepped, value: float, limits: Limits) -> int:
    """How many levels the value is beyond; they go from mild to severe."""
    return sum(is_beyond(rule, level, value, limit) for level, limit in zip(rule.levels, limits, strict=True))


def doubt_kept(used: tuple[float, ...], before: Sequence[float], held: Sequence[float]) -> tuple[float, ...]:
    """A level whose progress was thrown away, or begins now, has its lengthening back."""
    if not any(used):
        return ()
    before = before or (NOT_BEYOND,) * len(held)
    return tuple(
        used_s if was >= 0 and done >= 0 else 0.0 for used_s, was, done in zip(used, before, held, strict=True)
    )
