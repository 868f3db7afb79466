"""One step of one alarm: what a value, a while, or a person does to it.

Laws
1. A missing value stops progress where it is (progress.py says how progress is made).
2. A level that latches keeps its priority until a person has acknowledged it.
3. A questionable value neither eases nor ends anything.
4. Every stage comes from alarms.next_stage; nothing here decides a move by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.clinical.alarms.limits import Stepped, is_beyond, is_inside
from monitor.clinical.alarms.progress import Limits, after_value, doubt_kept, doubted, levels_beyond, progressed
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmEventName,
    AlarmPriority,
    AlarmStage,
    AlarmState,
    Reach,
    next_stage,
)
from monitor.clinical.vitals import Quality, Reading

Words = Callable[[int], str]


def moved(state: AlarmState, cause: AlarmCause) -> AlarmStage:
    """The stage the table gives; a cause with no move leaves the stage."""
    return next_stage(state.stage, cause) or state.stage


def event_of(
    state: AlarmState,
    event: AlarmEventName,
    at: datetime,
    cause: str,
    *,
    acknowledged: bool = False,
    signal: bool = False,
) -> AlarmEvent:
    """What is told about this state."""
    return AlarmEvent(
        event=event,
        rule_id=state.rule_id,
        alarm_id=state.alarm_id,
        kind=state.kind,
        vital=state.vital,
        at=at,
        stage=state.stage,
        priority=state.priority or AlarmPriority.LOW,
        value=state.value,
        limit=state.limit,
        words=state.words,
        cause=cause,
        acknowledged=acknowledged,
        signal=signal and not state.quiet,
    )


def frozen(rule: Stepped, state: AlarmState, now_mono_s: float) -> AlarmState:
    """The state after a missing value: progress so far is kept and does not go on."""
    return replace(
        state,
        stage=moved(state, AlarmCause.MISSING),
        held=progressed(rule, state, now_mono_s),
        doubted=doubted(rule, state, now_mono_s),
        value_mono_s=now_mono_s,
        fresh_until_mono_s=now_mono_s,
    )


def taken(
    rule: Stepped,
    state: AlarmState,
    judged: Reading,
    value: float,
    limits: Limits,
    now_mono_s: float,
    fresh_for_s: float,
) -> tuple[AlarmState, AlarmCause, int]:
    """The state with this value taken in, what it does to it, and the level that then stands."""
    believed = judged.quality is not Quality.QUESTIONABLE
    same = judged.measured_at == state.measured_at
    held = after_value(rule, state, value, limits, now_mono_s, same_measurement=same, believed=believed)
    beyond = None if believed else levels_beyond(rule, value, limits)
    state = replace(
        state,
        held=held,
        doubted=doubt_kept(doubted(rule, state, now_mono_s), state.held, held),
        doubtful=beyond,
        value_mono_s=now_mono_s,
        fresh_until_mono_s=now_mono_s + fresh_for_s,
    )
    cause, level = cause_of(rule, state, value, limits)
    # A level that was held before a questionable value moved inside it rings with the value that was beyond it.
    if beyond is None or level < beyond:
        state = replace(state, value=value, measured_at=judged.measured_at)
    return state, cause, level


def standing_level(rule: Stepped, state: AlarmState) -> int:
    """The index of the level that stands, -1 when none does (law 6 of table.py)."""
    if state.stage not in (AlarmStage.ACTIVE, AlarmStage.ACKNOWLEDGED):
        return -1
    return next(index for index, level in enumerate(rule.levels) if level.priority is state.priority)


def held_level(rule: Stepped, held: Sequence[float]) -> int:
    """The index of the worst level held for its persistence, -1 when none is."""
    for index in range(len(rule.levels) - 1, -1, -1):
        if held[index] >= 0 and held[index] >= rule.levels[index].needs:
            return index
    return -1


def cause_of(rule: Stepped, state: AlarmState, value: float, limits: Limits) -> tuple[AlarmCause, int]:
    """What this value does to the state, whose `held` is already up to date, and the level that then stands."""
    standing, reached = standing_level(rule, state), held_level(rule, state.held)
    if reached > standing:
        return AlarmCause.HELD, reached
    if state.doubtful is not None:
        return AlarmCause.BEYOND if state.doubtful or standing >= 0 else AlarmCause.MISSING, standing
    if standing < 0:
        return (AlarmCause.BEYOND if any(done >= 0 for done in state.held) else AlarmCause.INSIDE), -1
    kept = standing
    while kept >= 0 and is_inside(rule, rule.levels[kept], value, limits[kept]):
        kept -= 1
    latching = rule.levels[standing].latching
    if kept < 0:
        return (AlarmCause.INSIDE_LATCHING if latching else AlarmCause.INSIDE), -1
    if kept == standing or (latching and state.stage is AlarmStage.ACTIVE):
        return AlarmCause.BEYOND, standing
    return AlarmCause.EASED, kept


def settle(
    rule: Stepped,
    state: AlarmState,
    cause: AlarmCause,
    level: int,
    limits: Limits,
    words: Words,
    at: datetime,
    new_id: Callable[[], str],
) -> tuple[AlarmState, AlarmEvent | None]:
    """Move the state by the cause, with the event to tell, if any."""
    stage = moved(state, cause)
    if cause is AlarmCause.HELD:
        return _risen(rule, state, stage, level, limits, words, at, new_id)
    if cause is AlarmCause.EASED:
        eased = replace(
            state, stage=stage, priority=rule.levels[level].priority, limit=limits[level], words=words(level)
        )
        acknowledged = stage is AlarmStage.ACKNOWLEDGED
        return eased, event_of(
            eased, AlarmEventName.DEESCALATED, at, "inside the worse level", acknowledged=acknowledged
        )
    if cause in (AlarmCause.INSIDE, AlarmCause.INSIDE_LATCHING) and stage is not state.stage and state.stands:
        return ended(replace(state, held=()), stage, at, "value back inside the limit")
    if cause is AlarmCause.BEYOND and level >= 0 and _says_more(rule, state, level, limits):
        return replace(state, stage=stage, limit=limits[level], words=words(level)), None
    return replace(state, stage=stage), None


def _says_more(rule: Stepped, state: AlarmState, level: int, limits: Limits) -> bool:
    """Whether the words may name the newest value: one inside the hysteresis is not beyond the limit they name."""
    return state.value is not None and is_beyond(rule, rule.levels[level], state.value, limits[level])


def _risen(
    rule: Stepped,
    state: AlarmState,
    stage: AlarmStage,
    level: int,
    limits: Limits,
    words: Words,
    at: datetime,
    new_id: Callable[[], str],
) -> tuple[AlarmState, AlarmEvent]:
    priority = rule.levels[level].priority
    if state.stage is AlarmStage.LATCHED:  # the worst that nobody has seen stays
        name = AlarmEventName.RETURNED
        priority = max(priority, state.priority or priority, key=lambda p: p.rank)
    else:
        name = AlarmEventName.ESCALATED if state.stands else AlarmEventName.RAISED
    fresh = not state.stands
    risen = replace(
        state,
        stage=stage,
        priority=priority,
        limit=limits[level],
        words=words(level),
        alarm_id=new_id() if fresh else state.alarm_id,
        raised_at=at if fresh else state.raised_at,
        heard_for=state.measured_at,
        silenced=False,
        reach=Reach.STATION if fresh else state.reach,
    )
    return risen, event_of(risen, name, at, _held_words(rule, state, level), signal=True)


def _held_words(rule: Stepped, state: AlarmState, level: int) -> str:
    """How long it was beyond before it was told: the delay that the alarm's own record discloses (CLINICAL.md §3.6)."""
    asked, held = rule.levels[level], state.held[level] if state.held else 0.0
    limit = "the limit"
    if asked.policy_limit is not None:
        limit = f"the patient's own limit (the policy's is {asked.policy_limit:g}, changed by {asked.changed_by})"
    if not asked.needs or (not asked.timed and asked.needs == 1):
        return f"beyond {limit}, told at once"
    unit = "s" if asked.timed else "measurements"
    return f"beyond {limit} for {held:g} {unit}, {asked.needs:g} asked for"


def ended(state: AlarmState, stage: AlarmStage, at: datetime, cause: str) -> tuple[AlarmState, AlarmEvent]:
    """The condition is over: LATCHED waits for a person, NORMAL is the end."""
    acknowledged = state.stage is AlarmStage.ACKNOWLEDGED
    over = replace(state, stage=stage)
    if stage is AlarmStage.NORMAL:
        over = replace(over, silenced=False, reach=Reach.STATION, waiting_since_mono_s=None)
    name = AlarmEventName.LATCHED if stage is AlarmStage.LATCHED else AlarmEventName.ENDED
    return over, event_of(over, name, at, cause, acknowledged=acknowledged)
