"""Technical alarms: when the data or the equipment is the matter.

Laws
1. They are raised by what is missing or wrong and end by themselves when it is back, never latched.
   A questionable value shows that the sensor is on: it ends what said there was none, not what said it was wrong.
2. The whole feed silent stands for every vital missing in it.
3. Only a vital the chair has shown in this feed can be missing; a lead known to be off is not also missing.
4. During pause_monitoring those the policy names are recorded but not heard; what is still there afterwards is.

Source: CLINICAL.md §2.6 "Technical priorities", DESIGN.md "Time".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.clinical.alarms.stepping import ended, event_of, moved
from monitor.clinical.alarms.table import (
    AlarmCause,
    AlarmEvent,
    AlarmEventName,
    AlarmKind,
    AlarmStage,
    AlarmState,
)
from monitor.clinical.policy.parts import TechnicalRule
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.tables import CONDITIONS
from monitor.clinical.session import DRUG_STATES
from monitor.clinical.vitals import CONTINUOUS, Quality, Vital
from monitor.clinical.watched import FeedPicture, VitalFeed, Watched
from monitor.clinical.words import technical_words

LEAD_OFF = "lead_off"
QUESTIONABLE = "signal_questionable"
_ENDED_BY_ANY_VALUE = (LEAD_OFF, "vital_missing")
_PER_VITAL = (*_ENDED_BY_ANY_VALUE, "implausible", QUESTIONABLE)
ENDED_BY_A_VALUE: Mapping[Vital, tuple[str, ...]] = {
    vital: tuple(f"{name}.{vital}" for name in _PER_VITAL) for vital in Vital
}


@dataclass(frozen=True, slots=True)
class Technical:
    """The facts of one call, and where its results go."""

    states: Mapping[str, AlarmState]
    changed: Mapping[str, AlarmState]
    policy: ClinicPolicy
    context: Watched
    at: datetime
    now_mono_s: float
    new_id: Callable[[], str]
    put: Callable[[AlarmState, AlarmEvent | None], None]

    def standing(self, state_id: str) -> AlarmState | None:
        """The technical alarm when it stands now, None otherwise."""
        state = self.changed.get(state_id) or self.states.get(state_id)
        return state if state is not None and state.stands else None


def judge_absence(facts: Technical, vital: Vital, reason: str) -> None:
    """A vital sent without a value: only a lead or probe that is off is an alarm at once."""
    if reason == LEAD_OFF:
        _present(facts, LEAD_OFF, vital)


def judge_implausible(facts: Technical, vital: Vital, value: float) -> None:
    """A finite number no patient has: a reason to look at the patient, never nothing."""
    _present(facts, "implausible", vital, value)


def judge_value_back(facts: Technical, vital: Vital, quality: Quality) -> None:
    """An accepted value ends what said that there was none or a wrong one; a questionable one the first only."""
    ended_by = ENDED_BY_A_VALUE[vital]
    for state_id in ended_by[: len(_ENDED_BY_ANY_VALUE)] if quality is Quality.QUESTIONABLE else ended_by:
        state = facts.standing(state_id)
        if state is not None:
            _over(facts, state, "a valid value is back")


def judge_feed(facts: Technical, feed: FeedPicture) -> None:
    """Silence, overdue blood pressure and the conditions the caller found."""
    silent = _feed_is_silent(facts, feed)
    standing = facts.standing("feed_silent")
    # A longer learned interval or a restart must not end it: only data received after it was raised do.
    back = standing is not None and feed.last_mono_s is not None and feed.last_mono_s > standing.value_mono_s
    _follow(facts, "feed_silent", silent or (standing is not None and not back), "data are arriving again")
    if not silent:  # of a silent feed nothing new is said vital by vital, and what was said stays
        for vital, seen in feed.vitals.items():
            if vital not in CONTINUOUS or vital not in facts.policy.rules_by_vital:
                continue
            if _is_missing(facts, vital, seen) and facts.standing(f"{LEAD_OFF}.{vital}") is None:
                _present(facts, "vital_missing", vital)
            elif _is_long_questionable(facts, seen):
                _present(facts, QUESTIONABLE, vital)
    _follow(facts, "bp_overdue", _bp_is_overdue(facts, feed), "blood pressure is not overdue any more")
    for name in CONDITIONS:
        _follow(facts, name, name in feed.conditions, "the condition is over")
    for state_id in facts.states:
        standing = facts.standing(state_id) if state_id.partition(".")[0] in _PER_VITAL else None
        if standing is not None:
            _refresh(facts, standing)


def _feed_is_silent(facts: Technical, feed: FeedPicture) -> bool:
    if feed.last_mono_s is None and facts.context.phase not in DRUG_STATES:
        return False  # the monitor is not connected yet
    freshness = facts.policy.freshness
    since = feed.watching_since_mono_s if feed.last_mono_s is None else feed.last_mono_s
    return facts.now_mono_s - since > max(freshness.feed_min_s, freshness.intervals * (feed.interval_s or 0.0))


def _is_missing(facts: Technical, vital: Vital, seen: VitalFeed) -> bool:
    freshness = facts.policy.freshness
    least_s = freshness.missing_min_s
    if vital is Vital.SPO2 and facts.context.cuff_inflating:
        least_s = max(least_s, freshness.spo2_cuff_s)
    return facts.now_mono_s - seen.last_mono_s > max(least_s, freshness.intervals * (seen.interval_s or 0.0))


def _is_long_questionable(facts: Technical, seen: VitalFeed) -> bool:
    since_s = seen.questionable_since_mono_s
    return since_s is not None and facts.now_mono_s - since_s > facts.policy.quality.alarm_after_s


def _bp_is_overdue(facts: Technical, feed: FeedPicture) -> bool:
    if feed.bp_due_mono_s is None or feed.bp_interval_s is None:
        return False
    freshness = facts.policy.freshness
    grace_s = feed.bp_interval_s * (freshness.bp_overdue_factor - 1) + freshness.bp_overdue_extra_s
    return facts.now_mono_s > feed.bp_due_mono_s + grace_s


def rule_of(policy: ClinicPolicy, name: str, vital: Vital | None) -> TechnicalRule:
    """The policy's rule for a technical alarm; missing SpO2 has one of its own."""
    return policy.technical["spo2_missing" if name == "vital_missing" and vital is Vital.SPO2 else name]


def _follow(facts: Technical, name: str, present: bool, cause: str) -> None:
    standing = facts.standing(name)
    if present:
        _present(facts, name)
    elif standing is not None:
        _over(facts, standing, cause)


def _present(facts: Technical, name: str, vital: Vital | None = None, value: float | None = None) -> None:
    """Raise the alarm, or bring a standing one to the priority and loudness of this moment."""
    state_id = name if vital is None else f"{name}.{vital}"
    standing = facts.standing(state_id)
    if standing is not None:
        _refresh(facts, standing)
        return
    rule = rule_of(facts.policy, name, vital)
    state = AlarmState(
        rule_id=state_id,
        kind=AlarmKind.TECHNICAL,
        stage=moved(AlarmState(state_id, AlarmKind.TECHNICAL), AlarmCause.HELD),
        vital=vital,
        alarm_id=facts.new_id(),
        priority=rule.while_infusing if facts.context.infusing else rule.priority,
        value=value,
        words=technical_words(name, vital, value),
        raised_at=facts.at,
        value_mono_s=facts.now_mono_s,
        quiet=facts.context.paused and rule.quiet_in_pause,
    )
    facts.put(state, event_of(state, AlarmEventName.RAISED, facts.at, "the condition is present", signal=True))


def _refresh(facts: Technical, state: AlarmState) -> None:
    """A standing alarm follows the phase (its priority) and the pause (whether it is heard)."""
    rule = rule_of(facts.policy, state.rule_id.partition(".")[0], state.vital)
    was = state.priority or rule.priority
    priority = rule.while_infusing if facts.context.infusing else rule.priority
    quiet = facts.context.paused and rule.quiet_in_pause
    if priority is was and quiet == state.quiet:
        return
    worse = priority.rank > was.rank
    stage = moved(state, AlarmCause.HELD if worse else AlarmCause.BEYOND)
    now = replace(state, stage=stage, priority=priority, quiet=quiet, silenced=state.silenced and not worse)
    if priority is not was:
        name = AlarmEventName.ESCALATED if worse else AlarmEventName.DEESCALATED
        seen = stage is AlarmStage.ACKNOWLEDGED
        facts.put(now, event_of(now, name, facts.at, "the phase changed", acknowledged=seen, signal=worse))
    elif state.quiet and not quiet and stage is AlarmStage.ACTIVE:
        facts.put(now, event_of(now, AlarmEventName.RESOUNDED, facts.at, "the pause is over", signal=now.audible))
    elif quiet != state.quiet:
        facts.put(now, None)


def _over(facts: Technical, state: AlarmState, cause: str) -> None:
    facts.put(*ended(state, moved(state, AlarmCause.INSIDE), facts.at, cause))
