"""What a change of a patient's limits does to an alarm of that rule.

Laws
1. The next value is judged by the new limits; nothing new begins from a value that came before them.
2. What stands is judged again by its newest value while that is fresh; without a fresh value nothing ends.
3. A High that nobody has acknowledged is never taken away by a limit: it waits, LATCHED, for a person. A milder alarm
   that ends so leaves its message, and every move is told with the change as its cause.
4. Progress towards a limit that has moved past the value is thrown away; other progress goes on.

Source: DESIGN.md law 8; CLINICAL.md §3.6.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.clinical.alarms.calling import NEW_SIGNALS, waits_anew
from monitor.clinical.alarms.judging import limits_now
from monitor.clinical.alarms.limits import AlarmRule, is_beyond
from monitor.clinical.alarms.progress import NOT_BEYOND, Limits, doubted, progressed
from monitor.clinical.alarms.stepping import cause_of, moved, settle
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmPriority,
    AlarmStage,
    AlarmState,
    Judgement,
)
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from monitor.clinical.words import limit_words


def judge_changed_limits(
    states: Mapping[str, AlarmState],
    rule: AlarmRule,
    context: Watched,
    measured: Mapping[Vital, float],
    cause: str,
    at: datetime,
    now_mono_s: float,
    new_id: Callable[[], str],
) -> Judgement:
    """Judge the rule's alarm again, `rule` being as it is in force from now on; `cause` says who changed it.

    `measured` are the accepted values of the newest measurement, for the words.
    """
    state = states.get(rule.id)
    if state is None or state.stage is AlarmStage.NORMAL:
        return Judgement({})
    limits = limits_now(rule, state, context, now_mono_s)
    if limits is None or state.value is None:
        return Judgement({})
    held, used = _still_held(rule, state, limits, now_mono_s), doubted(rule, state, now_mono_s)
    state = replace(state, held=held, doubted=used)
    if state.stage in (AlarmStage.PENDING, AlarmStage.LATCHED):  # no level stands: only progress can change
        over = all(done < 0 for done in state.held)
        stage = moved(state, AlarmCause.INSIDE if over else AlarmCause.BEYOND)
        return Judgement({rule.id: replace(state, stage=stage, value_mono_s=_reached(state, now_mono_s))})
    state = replace(state, value_mono_s=_reached(state, now_mono_s))
    if now_mono_s > state.fresh_until_mono_s:
        return Judgement({rule.id: state})
    known, event = _judged_again(rule, state, limits, context, measured, at, new_id)
    if event is None:
        return Judgement({rule.id: known})
    # What time alone has just completed keeps the cause it has; only what the limit itself moved names it.
    told = event if event.event in NEW_SIGNALS else replace(event, cause=cause)
    return Judgement({rule.id: waits_anew(known, event, now_mono_s)}, (told,))


def _still_held(rule: AlarmRule, state: AlarmState, limits: Limits, now_mono_s: float) -> tuple[float, ...]:
    value = state.value or 0.0
    return tuple(
        done if is_beyond(rule, level, value, limit) else NOT_BEYOND
        for level, limit, done in zip(rule.levels, limits, progressed(rule, state, now_mono_s), strict=True)
    )


def _reached(state: AlarmState, now_mono_s: float) -> float:
    """Until when the progress has been added up."""
    return max(state.value_mono_s, min(now_mono_s, state.fresh_until_mono_s))


def _judged_again(
    rule: AlarmRule,
    state: AlarmState,
    limits: Limits,
    context: Watched,
    measured: Mapping[Vital, float],
    at: datetime,
    new_id: Callable[[], str],
) -> tuple[AlarmState, AlarmEvent | None]:
    value = state.value or 0.0
    cause, level = cause_of(rule, state, value, limits)
    unseen_high = state.stage is AlarmStage.ACTIVE and state.priority is AlarmPriority.HIGH
    if cause is AlarmCause.INSIDE and unseen_high:
        cause = AlarmCause.INSIDE_LATCHING

    def words(index: int) -> str:
        return limit_words(rule, rule.levels[index], value, limits[index], context, measured)

    return settle(rule, state, cause, level, limits, words, at, new_id)
