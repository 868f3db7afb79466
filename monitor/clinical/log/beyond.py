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

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.alarms.limits import Direction, is_beyond, limit_of
from monitor.clinical.log.values import Timed, interval_s, to_ms
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


def beyond(vital: Vital, values: Sequence[Timed], stretches: Sequence[Stretch], until_at: datetime) -> Beyond:
    """Of one vital's values by time; `stretches` by time, the watching over at `until_at`."""
    if not values or not stretches:
        return Beyond(0.0, 0.0, 0.0)
    interval = {vital: interval_s(values)}
    stands_ms = _stands_ms(values, stretches[0], vital, interval, to_ms(until_at))
    cuts = [bisect_left(values, (to_ms(one.from_at),)) for one in stretches] + [len(values)]
    seconds = dict.fromkeys(Direction, 0.0)
    for place, stretch in enumerate(stretches):
        first, after = cuts[place], cuts[place + 1]
        for direction in Direction:
            outside = _outside(vital, stretch, direction, values[first:after])
            seconds[direction] += sum(stands_ms[first + index] for index in outside) / 1000
    measured_s = sum(stands_ms[cuts[0] :]) / 1000
    return Beyond(seconds[Direction.HIGH], seconds[Direction.LOW], measured_s)


def _stands_ms(
    values: Sequence[Timed], stretch: Stretch, vital: Vital, interval: dict[Vital, float], until_ms: int
) -> list[int]:
    """For how long each value was the present one."""
    context = Watched(stretch.context.phase, interval_s=interval)
    most_ms = round(fresh_for_s(stretch.rules, context, vital) * 1000)
    nexts = [*(at for at, _ in values[1:]), until_ms]
    return [max(0, min(after - at, most_ms)) for (at, _), after in zip(values, nexts, strict=True)]


def _outside(vital: Vital, stretch: Stretch, direction: Direction, values: Sequence[Timed]) -> set[int]:
    """The places of the values beyond the mildest limit of any rule on this side."""
    found: set[int] = set()
    for rule in stretch.rules.rules_by_vital.get(vital, ()):
        if rule.direction is not direction or stretch.context.phase not in rule.phases:
            continue
        limit = limit_of(rule, rule.levels[0], stretch.context)
        if limit is None:
            continue
        high, inclusive = direction is Direction.HIGH, rule.levels[0].inclusive
        # The plain comparison first: of ten thousand values few are at or beyond a limit.
        near = [index for index, (_, value) in enumerate(values) if (value >= limit if high else value <= limit)]
        found.update(index for index in near if inclusive or is_beyond(rule, rule.levels[0], values[index][1], limit))
    return found
