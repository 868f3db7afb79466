"""How fast a value moves: a rule of change, judged against the most extreme value of a short past.

Laws
1. A fall is beyond when the value lies `change` or more under the highest value of the window; a rise mirrors it. The
   limit this gives is judged like any other: persistence, hysteresis, latching, one alarm a rule.
2. Without another value within the window there is nothing to compare with: the rule is inert, nothing begins or ends.
3. A missing value is no value: it neither breaches nor clears, the past only grows older.
4. The past is small: only values that can still be the most extreme are kept, one a sixtieth of the window.
5. A restart knows the value a standing alarm was judged against, and keeps it for one window.

Source: DESIGN.md "Alarms"; CLINICAL.md §2.6 has no row of change, so a policy that ships one says why it is off.
"""

from monitor.clinical.alarms.limits import AlarmRule, Direction
from monitor.clinical.alarms.table import AlarmPriority

Past = tuple[tuple[float, float], ...]  # (monotonic seconds of receipt, value): oldest first, the most extreme first
PARTS = 60  # of the window: values nearer to each other than one part are one


def change_limits(rule: AlarmRule, past: Past, now_mono_s: float) -> tuple[float, ...] | None:
    """The limit of each level now, in the vital's unit; None without a value within the window."""
    within_s = rule.within_s or 0.0
    reference = next((value for at_mono_s, value in past if now_mono_s - at_mono_s <= within_s), None)
    if reference is None:
        return None
    sign = 1.0 if rule.direction is Direction.HIGH else -1.0
    return tuple(round(reference + sign * (level.change or 0.0), 6) for level in rule.levels)


def remembered(rule: AlarmRule, past: Past, value: float, now_mono_s: float) -> Past:
    """The past with this value; what is older than the window, or can never be the most extreme again, is dropped."""
    within_s = rule.within_s or 0.0
    rises = rule.direction is Direction.HIGH
    kept = [one for one in past if now_mono_s - one[0] <= within_s]
    while kept and (kept[-1][1] >= value if rises else kept[-1][1] <= value):
        kept.pop()
    if not kept or now_mono_s - kept[-1][0] >= within_s / PARTS:
        kept.append((now_mono_s, value))
    return tuple(kept)


def past_again(rule: AlarmRule, priority: AlarmPriority | None, limit: float | None, now_mono_s: float) -> Past:
    """The past of an alarm that stood before a restart: what its limit was measured from, as if seen just now."""
    change = next((level.change for level in rule.levels if level.priority is priority), None)
    if rule.within_s is None or limit is None or change is None:
        return ()
    return ((now_mono_s, limit - change if rule.direction is Direction.HIGH else limit + change),)
