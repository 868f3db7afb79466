"""One number as a page shows it: value, age, limits, priority. Law: what is too old is None, never the last value.

Ages and their limits: DESIGN.md "Time"; the figures are the policy's (freshness).
"""

from collections.abc import Iterable, Mapping
from math import ceil, floor
from typing import TypedDict

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.alarms.limits import Direction, limit_of
from monitor.clinical.alarms.table import AlarmPriority, AlarmStage
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import KINDS, NIBP, Quality, Vital
from monitor.clinical.watched import Watched
from monitor.ward.chairs import Chair, Limits, LimitsInForce
from monitor.ward.feed import Latest
from monitor.ward.live_session import LiveSession


class Number(TypedDict):
    """A value with its age at the moment of sending; `state` is fresh, old, missing, questionable, implausible or
    none; `doubts` is the evidence against a questionable one.
    """

    value: float | None
    unit: str
    age_s: float | None
    state: str
    low: float | None
    high: float | None
    own: bool  # whether a person changed one of its limits for this patient
    priority: str | None
    baseline: float | None
    doubts: list[str]


class BpNumber(Number):
    """A blood pressure; `value` is the systolic."""

    sys: float | None
    dia: float | None
    mean: float | None


_OWN: frozenset[Vital] = frozenset()
SHOWN = (Vital.HR, Vital.PR, Vital.SPO2, Vital.RR, Vital.ETCO2, Vital.TEMP)


def own_vitals(rules: ClinicPolicy) -> frozenset[Vital]:
    """The vitals of which a person changed a limit for this patient."""
    return frozenset(rule.vital for rule in rules.rules for level in rule.levels if level.policy_limit is not None)


def limits_of(live: LiveSession | None, policy: ClinicPolicy) -> Limits:
    """The mildest limits in force of each vital, (low, high); a relative limit needs the session's baseline.

    `policy` are the rules in force, with the limits people set for this patient.
    """
    phase = SessionState.PREPARING if live is None else live.course.state
    return _compute_limits(policy, Watched(phase, None if live is None else live.course.baseline))


def _limits_on(chair: Chair, policy: ClinicPolicy) -> LimitsInForce:
    """The same for a chair, remembered with it: asked for with every tile, changed by phase or baseline only."""
    live = chair.session
    phase, baseline = (SessionState.PREPARING, None) if live is None else (live.course.state, live.course.baseline)
    policy = policy if live is None else live.judged_by
    known = chair.limits
    if known is not None and known.holds_for(policy, phase, baseline):
        return known
    own = own_vitals(policy) if live is not None and live.course.own_limits else _OWN
    chair.limits = LimitsInForce(policy, phase, baseline, limits_of(live, policy), own)
    return chair.limits


def _compute_limits(policy: ClinicPolicy, context: Watched) -> Limits:
    phase = context.phase
    limits: dict[Vital, tuple[float | None, float | None]] = {}
    for vital, rules in policy.rules_by_vital.items():
        low: float | None = None
        high: float | None = None
        for rule in rules:
            limit = limit_of(rule, rule.levels[0], context)
            if limit is None or phase not in rule.phases:
                continue
            if rule.direction is Direction.LOW:
                low = limit if low is None else max(low, limit)
            else:
                high = limit if high is None else min(high, limit)
        limits[vital] = (_shown(vital, low, up=True), _shown(vital, high, up=False))
    return limits


def _shown(vital: Vital, limit: float | None, *, up: bool) -> float | None:
    """A limit relative to a baseline has decimals nobody reads at 4 m: rounded to the stricter whole number."""
    if limit is None or vital is Vital.TEMP:
        return limit
    return float(ceil(limit) if up else floor(limit))


def priorities_of(live: LiveSession | None) -> dict[Vital, AlarmPriority]:
    """The worst alarm of each vital whose condition lasts; the number of one that latched is well again."""
    worst: dict[Vital, AlarmPriority] = {}
    for alarm in [] if live is None else live.shown():
        if alarm.stage is AlarmStage.LATCHED:
            continue
        if alarm.vital is not None and (alarm.vital not in worst or alarm.priority.rank > worst[alarm.vital].rank):
            worst[alarm.vital] = alarm.priority
    return worst


def numbers(
    chair: Chair, policy: ClinicPolicy, mono_s: float, vitals: Iterable[Vital] = SHOWN
) -> dict[str, Number | BpNumber]:
    """The numbers of a chair by the words the pages use; blood pressure under `bp` when any part is asked for."""
    live = chair.session
    force, worst = _limits_on(chair, policy), priorities_of(live)
    wanted = tuple(vitals)
    shown: dict[str, Number | BpNumber] = {
        vital.value: _number(chair, policy, vital, force, worst, mono_s) for vital in wanted if vital not in NIBP
    }
    if wanted == SHOWN or any(vital in NIBP for vital in wanted):
        shown["bp"] = _pressure(chair, policy, force, worst, mono_s)
    return shown


def _number(
    chair: Chair,
    policy: ClinicPolicy,
    vital: Vital,
    force: LimitsInForce,
    worst: Mapping[Vital, AlarmPriority],
    mono_s: float,
) -> Number:
    latest = chair.latest.get(vital)
    number = _empty(chair.session, vital, force, worst.get(vital))
    if latest is None:
        return number
    age_s = latest.age_s(mono_s)
    number["age_s"] = round(age_s, 1)
    number["state"] = _state(policy, vital, latest, age_s)
    if number["state"] != "missing":
        number["value"] = latest.value
    if number["state"] == "questionable":
        number["doubts"] = [doubt.value for doubt in latest.doubts]
    return number


def _state(policy: ClinicPolicy, vital: Vital, latest: Latest, age_s: float) -> str:
    freshness = policy.freshness
    interval_s = latest.rhythm.interval_s
    fresh_s = fresh_for_s(policy, Watched(SessionState.PREPARING, interval_s={vital: interval_s}), vital)
    if latest.withdrawn or age_s > max(freshness.missing_min_s, freshness.intervals * interval_s, fresh_s):
        return "missing"
    if latest.quality is Quality.IMPLAUSIBLE:
        return "implausible"
    if age_s > fresh_s:
        return "old"
    return "fresh" if latest.quality is Quality.ACCEPTED else "questionable"


def _pressure(
    chair: Chair, policy: ClinicPolicy, force: LimitsInForce, worst: Mapping[Vital, AlarmPriority], mono_s: float
) -> BpNumber:
    priority = max((worst[vital] for vital in NIBP if vital in worst), key=lambda found: found.rank, default=None)
    empty = _empty(chair.session, Vital.NIBP_SYS, force, priority)
    empty["own"] = not force.own.isdisjoint(NIBP)
    cuff = chair.cuff
    if cuff is None:
        return BpNumber(**empty, sys=None, dia=None, mean=None)
    age_s = mono_s - cuff.mono_s
    state = "fresh" if age_s <= policy.freshness.episodic_s else "old"
    if cuff.quality is not Quality.ACCEPTED:
        state = cuff.quality.value
    whole: BpNumber = {**empty, "sys": cuff.systolic, "dia": cuff.diastolic, "mean": cuff.mean}
    whole["value"], whole["age_s"], whole["state"] = cuff.systolic, round(age_s, 1), state
    return whole


def _empty(live: LiveSession | None, vital: Vital, force: LimitsInForce, priority: AlarmPriority | None) -> Number:
    baseline = None if live is None or live.course.baseline is None else live.course.baseline.get(vital)
    low, high = force.limits.get(vital, (None, None))
    return Number(
        value=None,
        unit=KINDS[vital].unit,
        age_s=None,
        state="none",
        low=low,
        high=high,
        own=vital in force.own,
        priority=None if priority is None else priority.value,
        baseline=baseline,
        doubts=[],
    )
