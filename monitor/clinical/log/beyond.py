"""How long each vital was beyond its limits, over a whole session.

Laws
1. Counts as monitor/clinical/alarms/load.py does: a value counts until the next of its vital, no longer than it may be
   taken for the present one; time without a value counts nowhere.
2. The limits are those in force when it was measured: the policy's as persons changed them, for the phase and the
   baseline of that moment. The mildest level counts, whether or not it had been held long enough to ring.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.alarms.limits import Direction, is_beyond, limit_of
from monitor.clinical.log.values import Series, to_ms
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of one phase, one baseline and one set of limits, from `from_at` until the next stretch."""

    from_at: datetime
    rules: ClinicPolicy
    context: Watched


@dataclass(frozen=True, slots=True)
class Beyond:
    """Seconds above and below the limits, and seconds for which there was a value at all."""

    above_s: float
    below_s: float
    measured_s: float


def beyond(vital: Vital, values: Series, stretches: Sequence[Stretch], until_at: datetime) -> Beyond:
    """Of one vital's values; `stretches` by time, the watching over at `until_at`."""
    if not values or not stretches:
        return Beyond(0.0, 0.0, 0.0)
    stands_ms = _stands_ms(vital, values, stretches[0], to_ms(until_at))
    cuts = [bisect_left(values.at_ms, to_ms(one.from_at)) for one in stretches] + [len(values)]
    ms = dict.fromkeys(Direction, 0)
    for stretch, (first, after) in zip(stretches, pairwise(cuts), strict=True):
        for direction in Direction:
            outside = _outside(vital, stretch, direction, values.value[first:after])
            ms[direction] += sum(stands_ms[first + place] for place in outside)
    return Beyond(ms[Direction.HIGH] / 1000, ms[Direction.LOW] / 1000, sum(stands_ms[cuts[0] :]) / 1000)


def _stands_ms(vital: Vital, values: Series, stretch: Stretch, until_ms: int) -> list[int]:
    """For how long each value was the present one."""
    context = Watched(stretch.context.phase, interval_s={vital: values.interval_s})
    most_ms = round(fresh_for_s(stretch.rules, context, vital) * 1000)
    apart = [*values.apart_ms, max(0, until_ms - values.at_ms[-1])]
    return apart if max(apart) <= most_ms else [min(one, most_ms) for one in apart]


def _outside(vital: Vital, stretch: Stretch, direction: Direction, values: Sequence[float]) -> set[int]:
    """The places of the values beyond the mildest limit of any rule on this side."""
    found: set[int] = set()
    for rule in stretch.rules.rules_by_vital.get(vital, ()):
        if not values or rule.direction is not direction or stretch.context.phase not in rule.phases:
            continue
        level = rule.levels[0]
        limit = limit_of(rule, level, stretch.context)
        farthest = max(values) if direction is Direction.HIGH else min(values)
        if limit is None or not is_beyond(rule, level, farthest, limit):
            continue  # of ten thousand values mostly none is beyond, and one look says so
        found.update(place for place, value in enumerate(values) if is_beyond(rule, level, value, limit))
    return found
