"""Judge a score when it is entered, and NEWS2 when a set of it is complete.

Laws
1. Only an entry (or a correction of one, or a new set) moves a score alarm; age alone never does.
2. Every entry worse than the one that stands is a new signal, whatever was acknowledged before it.
3. A better entry still beyond is told silently; one inside every level ends the alarm.
4. An incomplete or old NEWS2 moves nothing: no data is not good data.

Source: CLINICAL.md §2.6, the rows "on entry" and "on set". Stages come from the same table as those of vitals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.clinical.alarms.calling import judge_waiting, waits_anew
from monitor.clinical.alarms.limits import Direction, is_beyond
from monitor.clinical.alarms.pausing import ENDED_BY_TIME, resume_audio
from monitor.clinical.alarms.progress import NOT_BEYOND
from monitor.clinical.alarms.score_rules import ScoreRule
from monitor.clinical.alarms.score_words import news2_words, score_words
from monitor.clinical.alarms.stepping import cause_of, held_level, settle, standing_level
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmKind,
    AlarmPriority,
    AlarmState,
    Judgement,
)
from monitor.clinical.policy.parts import SignallingPolicy
from monitor.clinical.scores.news2 import News2
from monitor.clinical.session import SessionState

BETTER = "a better score, still beyond the limit"
Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class ScoreContext:
    """The session as judging a score sees it; `baselines` are the scores before the infusion, by kind."""

    phase: SessionState
    baselines: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Moment:
    """When this is judged, on the clock of the texts and on the monotonic one, and how an alarm gets its id."""

    at: datetime
    mono_s: float
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class _Scored:
    """One score for one rule: when it was seen, the limits it is held against, and the words for one of them.

    `at_least`: the priority that a single 3 of NEWS2 asks for by itself.
    """

    value: float
    seen_at: datetime
    limits: tuple[float, ...]
    words: Words
    at_least: AlarmPriority | None = None


def judge_score(
    states: Mapping[str, AlarmState],
    rules: Sequence[ScoreRule],
    context: ScoreContext,
    value: float,
    seen_at: datetime,
    moment: Moment,
) -> Judgement:
    """Judge the newest entry of one scale by the rules of its kind; judging it again changes nothing."""
    infusing = context.phase is SessionState.INFUSING

    def scored(rule: ScoreRule) -> _Scored:
        def words(limit: float) -> str:
            return score_words(rule, value, limit, context.baselines.get(rule.kind), infusing=infusing)

        return _Scored(value, seen_at, rule.limits(context.baselines), words)

    return _judge(states, rules, context, scored, moment)


def judge_news2(
    states: Mapping[str, AlarmState], rules: Sequence[ScoreRule], context: ScoreContext, result: News2, moment: Moment
) -> Judgement:
    """Judge a NEWS2 set; one without a total moves nothing."""
    counted, at = result.counted, result.at
    if counted is None or at is None:
        return Judgement({})

    def scored(rule: ScoreRule) -> _Scored:
        three = rule.any_three if result.counted_threes else None
        return _Scored(float(counted), at, rule.limits({}), lambda _: news2_words(result), three)

    return _judge(states, rules, context, scored, moment)


def judge_unwatched(
    states: Mapping[str, AlarmState], policy: SignallingPolicy, at: datetime, now_mono_s: float, *, audio_paused: bool
) -> Judgement:
    """What time does once the monitor is watched no more: what a score has raised still calls, a pause still ends."""
    over = Judgement({}) if audio_paused else resume_audio(states, at, ENDED_BY_TIME)
    changed, events = dict(over.changed), list(over.events)

    def put(state: AlarmState, event: AlarmEvent | None) -> None:
        changed[state.rule_id] = state
        if event is not None:
            events.append(event)

    judge_waiting(list({**states, **changed}.values()), policy, at, now_mono_s, put)
    return Judgement(changed, tuple(events))


def _judge(
    states: Mapping[str, AlarmState],
    rules: Sequence[ScoreRule],
    context: ScoreContext,
    scored: Callable[[ScoreRule], _Scored],
    moment: Moment,
) -> Judgement:
    changed: dict[str, AlarmState] = {}
    events: list[AlarmEvent] = []
    for rule in rules:
        known = states.get(rule.id) or AlarmState(rule.id, AlarmKind.PHYSIOLOGICAL)
        if not known.stands and context.phase not in rule.phases:
            continue
        after, event = _step(rule, known, scored(rule), moment)
        if after.stands or known.stands:
            changed[rule.id] = after
        if event is not None:
            events.append(event)
    return Judgement(changed, tuple(events))


def _step(rule: ScoreRule, known: AlarmState, scored: _Scored, moment: Moment) -> tuple[AlarmState, AlarmEvent | None]:
    """One score against one rule."""
    value = _as_bad_as(rule, scored)
    levels = zip(rule.levels, scored.limits, strict=True)
    state = replace(
        known,
        value=scored.value,
        held=tuple(0.0 if is_beyond(rule, level, value, limit) else NOT_BEYOND for level, limit in levels),
        measured_at=scored.seen_at,
        value_mono_s=moment.mono_s,
        fresh_until_mono_s=moment.mono_s,
    )
    cause, level = cause_of(rule, state, value, scored.limits)
    better = False
    if 0 <= standing_level(rule, known) == held_level(rule, state.held):
        if _worse(rule, scored.value, known.value):
            cause = AlarmCause.HELD
        elif scored.value != known.value:
            cause, better = AlarmCause.EASED, True

    def words(index: int) -> str:
        return scored.words(scored.limits[index])

    after, event = settle(rule, state, cause, level, scored.limits, words, moment.at, moment.new_id)
    if better and event is not None:
        event = replace(event, cause=BETTER)
    return waits_anew(after, event, moment.mono_s), event


def _as_bad_as(rule: ScoreRule, scored: _Scored) -> float:
    """The score or, if worse, the limit of the level that a single 3 asks for by itself."""
    asked = [
        limit for level, limit in zip(rule.levels, scored.limits, strict=True) if level.priority is scored.at_least
    ]
    return max([scored.value, *asked])


def _worse(rule: ScoreRule, value: float, than: float | None) -> bool:
    if than is None:
        return True
    return value > than if rule.direction is Direction.HIGH else value < than
