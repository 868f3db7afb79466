"""Judge what arrived, what time did, and what a person acknowledged.

Laws
1. Pure: states in, changed states and events out; the caller merges `changed` and makes ids with `new_id`.
2. No data is not good data: an absence freezes, an implausible value is an alarm of its own, neither clears anything.
   A questionable value is judged: it may lengthen a delay within the policy's bound, and clears nothing either.
3. Progress and freshness run on monotonic seconds of receipt; `at` is only what texts and charts say.

The caller judges only what is present: backlog and corrections of the past are stored, not judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.clinical.alarms.acknowledging import AcknowledgementRefused, acknowledge, after_restart, close_all
from monitor.clinical.alarms.calling import judge_waiting, waits_anew
from monitor.clinical.alarms.grouping import one_signal_a_group
from monitor.clinical.alarms.limits import AlarmRule, applies, level_of, limit_of
from monitor.clinical.alarms.pausing import ENDED_BY_TIME, resume_audio
from monitor.clinical.alarms.progress import doubted, progressed
from monitor.clinical.alarms.rate_of_change import change_limits, remembered
from monitor.clinical.alarms.stepping import frozen, held_level, settle, standing_level, taken
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmKind,
    AlarmStage,
    AlarmState,
    Judgement,
)
from monitor.clinical.alarms.technical import (
    ENDED_BY_A_VALUE,
    Technical,
    judge_absence,
    judge_feed,
    judge_implausible,
    judge_value_back,
)
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import KINDS, Cadence, Quality, Reading, Vital
from monitor.clinical.watched import FeedPicture, MissingValue, Watched
from monitor.clinical.words import APNOEA_DEVICE, limit_words

__all__ = [
    "AcknowledgementRefused",
    "acknowledge",
    "after_restart",
    "close_all",
    "fresh_for_s",
    "judge_device_apnoea",
    "judge_readings",
    "judge_time",
]

NewId = Callable[[], str]
_NOTHING = Judgement({})
_NONE_PRESENT: frozenset[Vital] = frozenset()


@dataclass(slots=True)
class _Docket:
    """What one call has changed so far; lives and dies inside the call."""

    states: Mapping[str, AlarmState]
    policy: ClinicPolicy
    context: Watched
    at: datetime
    now_mono_s: float
    new_id: NewId
    values: Sequence[Reading | MissingValue] = ()
    changed: dict[str, AlarmState] = field(default_factory=dict)
    events: list[AlarmEvent] = field(default_factory=list)

    def state(self, rule: AlarmRule) -> AlarmState:
        """The newest state of this rule, NORMAL when it never had one."""
        known = self.changed.get(rule.id) or self.states.get(rule.id)
        return known or AlarmState(rule.id, AlarmKind.PHYSIOLOGICAL, vital=rule.vital, group=rule.group)

    def put(self, state: AlarmState, event: AlarmEvent | None) -> None:
        """Keep a new state and its event; a new or worse signal starts the ladder."""
        self.changed[state.rule_id] = waits_anew(state, event, self.now_mono_s)
        if event is not None:
            self.events.append(event)

    def measured(self, at: datetime | None) -> dict[Vital, float]:
        """The usable values of the same measurement."""
        return {
            judged.vital: judged.value
            for judged in self.values
            if isinstance(judged, Reading) and judged.quality is not Quality.IMPLAUSIBLE and judged.measured_at == at
        }

    def technical(self) -> Technical:
        """The same facts, for the technical alarms."""
        return Technical(
            self.states, self.changed, self.policy, self.context, self.at, self.now_mono_s, self.new_id, self.put
        )

    def judgement(self) -> Judgement:
        """What comes out."""
        return Judgement(self.changed, one_signal_a_group(self.events, {**self.states, **self.changed}))


def judge_readings(
    states: Mapping[str, AlarmState],
    policy: ClinicPolicy,
    context: Watched,
    values: Sequence[Reading | MissingValue],
    at: datetime,
    now_mono_s: float,
    new_id: NewId,
) -> Judgement:
    """Judge the values of one message; `states` may hold any subset of rules, an absent one is NORMAL."""
    docket: _Docket | None = None
    for judged in values:
        if isinstance(judged, MissingValue) or judged.quality is Quality.IMPLAUSIBLE:
            docket = docket or _Docket(states, policy, context, at, now_mono_s, new_id, values)
            _judge_unusable(docket, judged)
            continue
        value, vital = judged.value, judged.vital
        for rule in policy.rules_by_vital.get(vital, ()):
            # The path of nearly every reading: nothing known about this rule, value inside all its levels.
            known = states.get(rule.id)
            quiet = known is None or known.stage is AlarmStage.NORMAL
            if (
                quiet
                and rule.within_s is None
                and (docket is None or rule.id not in docket.changed)
                and level_of(rule, value, context) is None
            ):
                continue
            docket = docket or _Docket(states, policy, context, at, now_mono_s, new_id, values)
            _judge_value(docket, rule, judged)
        if docket is not None or not states.keys().isdisjoint(ENDED_BY_A_VALUE[vital]):
            docket = docket or _Docket(states, policy, context, at, now_mono_s, new_id, values)
            judge_value_back(docket.technical(), vital, judged.quality)
    return _NOTHING if docket is None else docket.judgement()


def _judge_unusable(docket: _Docket, judged: Reading | MissingValue) -> None:
    """An absence or an implausible value: freeze the vital's rules, raise the technical alarm it deserves."""
    for rule in docket.policy.rules_by_vital.get(judged.vital, ()):
        known = docket.states.get(rule.id)
        if known is not None and known.stage is not AlarmStage.NORMAL:
            docket.put(frozen(rule, docket.state(rule), docket.now_mono_s), None)
    if isinstance(judged, MissingValue):
        judge_absence(docket.technical(), judged.vital, judged.reason)
    else:
        judge_implausible(docket.technical(), judged.vital, judged.value)


def _judge_value(docket: _Docket, rule: AlarmRule, judged: Reading) -> None:
    """One usable value against one rule that is concerned by it."""
    state, value, now_mono_s = docket.state(rule), judged.value, docket.now_mono_s
    limits = limits_now(rule, state, docket.context, now_mono_s)
    if rule.within_s is not None:  # what it compares with later, whatever comes of it now
        state = replace(state, past=remembered(rule, state.past, value, now_mono_s))
        docket.put(state, None)
    if limits is None:
        return
    measured = docket.measured(judged.measured_at)
    if not state.stands and not applies(rule, docket.context, frozenset(measured)):
        if state.stage is AlarmStage.PENDING:
            docket.put(frozen(rule, state, now_mono_s), None)
        return
    fresh_s = fresh_for_s(docket.policy, docket.context, rule.vital)
    state, cause, level = taken(rule, state, judged, value, limits, now_mono_s, fresh_s)
    docket.put(*_settled(docket, rule, state, cause, level, limits, measured))


def _settled(
    docket: _Docket,
    rule: AlarmRule,
    state: AlarmState,
    cause: AlarmCause,
    level: int,
    limits: tuple[float, ...],
    measured: Mapping[Vital, float],
) -> tuple[AlarmState, AlarmEvent | None]:
    def words(index: int) -> str:
        if state.value is None:
            return APNOEA_DEVICE
        return limit_words(rule, rule.levels[index], state.value, limits[index], docket.context, measured)

    return settle(rule, state, cause, level, limits, words, docket.at, docket.new_id)


def limits_now(rule: AlarmRule, state: AlarmState, context: Watched, now_mono_s: float) -> tuple[float, ...] | None:
    """The limit of each level at this moment; None when the rule has not what it needs."""
    if rule.within_s is not None:
        return change_limits(rule, state.past, now_mono_s)
    limits = [limit_of(rule, level, context) for level in rule.levels]
    known = tuple(limit for limit in limits if limit is not None)
    return known if len(known) == len(limits) else None


def fresh_for_s(policy: ClinicPolicy, context: Watched, vital: Vital) -> float:
    """How long a value of this vital is the present one: 3 intervals, at least 10 s; a spot value its own time."""
    freshness = policy.freshness
    if KINDS[vital].cadence is Cadence.EPISODIC:
        return freshness.episodic_s
    return max(freshness.continuous_min_s, freshness.intervals * context.interval_s.get(vital, 0.0))


def judge_time(
    states: Mapping[str, AlarmState],
    policy: ClinicPolicy,
    context: Watched,
    feed: FeedPicture,
    at: datetime,
    now_mono_s: float,
    new_id: NewId,
) -> Judgement:
    """Judge what time alone does: persistence of a value that is still fresh, and every technical condition."""
    docket = _Docket(states, policy, context, at, now_mono_s, new_id)
    for state in states.values():
        rule = policy.rules_by_id.get(state.rule_id)
        if rule is not None and state.stage is not AlarmStage.NORMAL:
            _judge_while(docket, rule, state)
    judge_feed(docket.technical(), feed)
    if not context.audio_paused:
        over = resume_audio({**states, **docket.changed}, at, ENDED_BY_TIME)
        docket.changed.update(over.changed)
        docket.events.extend(over.events)
    standing = [state for state in {**states, **docket.changed}.values() if state.stands]
    judge_waiting(standing, policy.signalling, at, now_mono_s, docket.put)
    return docket.judgement()


def _judge_while(docket: _Docket, rule: AlarmRule, state: AlarmState) -> None:
    """Complete a persistence by time alone."""
    held = progressed(rule, state, docket.now_mono_s)
    limits = limits_now(rule, state, docket.context, docket.now_mono_s)
    if limits is None or held_level(rule, held) <= standing_level(rule, state):
        return
    if not state.stands and not applies(rule, docket.context, _NONE_PRESENT):
        return
    now_mono_s = min(docket.now_mono_s, state.fresh_until_mono_s)
    used = doubted(rule, state, docket.now_mono_s)
    state = replace(state, held=held, doubted=used, value_mono_s=max(state.value_mono_s, now_mono_s))
    docket.put(*_settled(docket, rule, state, AlarmCause.HELD, held_level(rule, held), limits, {}))


def judge_device_apnoea(
    states: Mapping[str, AlarmState],
    policy: ClinicPolicy,
    context: Watched,
    active: bool,
    at: datetime,
    now_mono_s: float,
    new_id: NewId,
) -> Judgement:
    """The monitor's own apnoea alarm: raised at once; its end ends only what no value has spoken for (latching)."""
    rule = policy.device_apnoea
    docket = _Docket(states, policy, context, at, now_mono_s, new_id)
    state = docket.state(rule)
    limits = limits_now(rule, state, context, now_mono_s) or ()  # an absolute rule always has them (policy.py)
    worst = len(rule.levels) - 1
    if active and standing_level(rule, state) < worst:
        state = replace(state, value=None, held=(), doubted=(), doubtful=None, measured_at=None)
        docket.put(*_settled(docket, rule, state, AlarmCause.HELD, worst, limits, {}))
    elif not active and state.stands and state.value is None:
        cause = AlarmCause.INSIDE_LATCHING if rule.levels[worst].latching else AlarmCause.INSIDE
        docket.put(*settle(rule, state, cause, -1, limits, lambda _: "", at, new_id))
    return docket.judgement()
