"""The blood pressure before a start.

Laws
1. A pressure to hold for is measured again, so often and so far apart as the policy says; only readings open it again.
2. A pressure to refuse has no override: two readings far enough apart, both below the pressure to hold for, open it.
3. A measurement somebody marked as artefact shuts like any other, is no recheck and opens nothing; as the newest one it
   leaves the pressure UNKNOWN.

Source: CLINICAL.md §2.6 "Pre-infusion gate".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple

from monitor.clinical.policy.preparation_parts import VitalGatePolicy
from monitor.clinical.preparation.gate_findings import Findings, GateFinding, GateLevel, GateReadings, minutes
from monitor.clinical.vitals import Vital
from monitor.clinical.words import number


@dataclass(frozen=True, slots=True)
class _Held:
    """A pressure to hold for was found; so many rechecks have counted, the last at this time."""

    counted_at: datetime
    rechecks: int


@dataclass(frozen=True, slots=True)
class _Refused:
    """Do not start; `low_since` is the first of the readings that may open it."""

    low_since: datetime | None


_Standing = _Held | _Refused | None


class _Cuff(NamedTuple):
    """One cuff measurement with both pressures; `marked` when somebody says it is an artefact."""

    at: datetime
    sys: float
    dia: float
    marked: bool


def _cuffs(seen: GateReadings) -> tuple[_Cuff, ...]:
    """Every cuff measurement with both pressures, oldest first."""
    taken = []
    for readings, marked in ((seen.readings, False), (seen.marked, True)):
        diastolic = dict(readings.get(Vital.NIBP_DIA, ()))
        systolic = readings.get(Vital.NIBP_SYS, ())
        taken += [_Cuff(at, sys, diastolic[at], marked) for at, sys in systolic if at in diastolic]
    return tuple(sorted(taken))


def pressure_findings(policy: VitalGatePolicy, seen: GateReadings, now: datetime) -> Findings:
    """What the cuff's pressures say against a start at `now`."""
    measured = [cuff for cuff in _cuffs(seen) if cuff.at <= now]
    standing = _standing(policy, measured)
    if not measured:
        return (GateFinding("pressure", GateLevel.UNKNOWN, "No blood pressure measured"),)
    at, sys, dia, marked = measured[-1]
    words = f"BP {number(sys)}/{number(dia)}"
    apart = timedelta(seconds=policy.recheck_apart_s)
    if isinstance(standing, _Refused):
        again_at = at if standing.low_since is None else standing.low_since
        refused = f"{words}: do not start. Two readings {minutes(apart)} apart below {_hold(policy)} open this"
        return (GateFinding("pressure", GateLevel.REFUSE, refused, sys, recheck_at=again_at + apart),)
    if isinstance(standing, _Held):
        recheck_at = standing.counted_at + apart
        held = f"{words}: hold. Recheck {standing.rechecks + 1} of {policy.rechecks}, {minutes(apart)} after the last"
        return (GateFinding("pressure", GateLevel.HOLD, held, sys, recheck_at=recheck_at),)
    if marked:
        return (GateFinding("pressure", GateLevel.UNKNOWN, f"{words} is marked as artefact: measure again"),)
    if now - at > timedelta(seconds=policy.fresh_s):
        return (GateFinding("pressure", GateLevel.UNKNOWN, f"{words} is {minutes(now - at)} old"),)
    return _to_acknowledge(policy, sys, dia)


def _standing(policy: VitalGatePolicy, measured: Sequence[_Cuff]) -> _Standing:
    """Where the gate stands after all measurements: the graver of believing nobody's mark and believing each."""
    unmarked: _Standing = None
    marked: _Standing = None
    for cuff in measured:
        unmarked = _after(policy, unmarked, cuff)
        after = _after(policy, marked, cuff)
        marked = _only_worse(marked, after) if cuff.marked else after
    return max(unmarked, marked, key=_gravity)


def _gravity(standing: _Standing) -> tuple[int, float]:
    """The graver the greater; of two alike, the one that has further to go."""
    if standing is None:
        return 0, 0.0
    if isinstance(standing, _Held):
        return 1, -standing.rechecks
    return 2, inf if standing.low_since is None else standing.low_since.timestamp()


def _after(policy: VitalGatePolicy, standing: _Standing, cuff: _Cuff) -> _Standing:
    """Where the gate stands after one more measurement."""
    apart = timedelta(seconds=policy.recheck_apart_s)
    high = cuff.sys >= policy.hold_sys_from or cuff.dia >= policy.hold_dia_from
    if cuff.sys >= policy.refuse_sys_from:
        return _Refused(None)
    if standing is None:
        return _Held(cuff.at, 0) if high else None
    if isinstance(standing, _Refused):
        return _after_a_refusal(standing, cuff.at, apart, high=high)
    if cuff.at - standing.counted_at < apart:
        return standing  # too early to count as a recheck
    if standing.rechecks + 1 < policy.rechecks:
        return _Held(cuff.at, standing.rechecks + 1)
    return _Refused(None) if high else None


def _only_worse(before: _Standing, after: _Standing) -> _Standing:
    """Where the gate stands after a marked measurement: it shuts, it is no recheck and it opens nothing."""
    shuts = before is None or (isinstance(after, _Refused) and after.low_since is None)
    return after if shuts else before


def _after_a_refusal(standing: _Refused, at: datetime, apart: timedelta, *, high: bool) -> _Standing:
    if high:
        return _Refused(None)
    if standing.low_since is None:
        return _Refused(at)
    return None if at - standing.low_since >= apart else standing


def _to_acknowledge(policy: VitalGatePolicy, sys: float, dia: float) -> Findings:
    found = []
    if sys > policy.acknowledge_sys_above:
        words = f"Systolic {number(sys)} > {number(policy.acknowledge_sys_above)}"
        found.append(GateFinding("systolic", GateLevel.REVIEW, words, sys))
    if dia > policy.acknowledge_dia_above:
        words = f"Diastolic {number(dia)} > {number(policy.acknowledge_dia_above)}"
        found.append(GateFinding("diastolic", GateLevel.REVIEW, words, dia))
    return tuple(found)


def _hold(policy: VitalGatePolicy) -> str:
    return f"{number(policy.hold_sys_from)}/{number(policy.hold_dia_from)}"
