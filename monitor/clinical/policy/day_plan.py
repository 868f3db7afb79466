"""The [day_plan] table: how long the parts of a visit usually take, and when the clinic is open.

Law: planning numbers only; no start, no alarm and no discharge looks at them.
"""

from dataclasses import dataclass

from monitor.clinical.policy.reader import Part

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class DayPlanPolicy:
    """Usual lengths in seconds; opening and closing as seconds of the clinic's wall clock after midnight."""

    preparation_s: float
    infusion_s: float  # where no order says how long
    observation_s: float
    turnover_s: float  # a chair made ready between two patients
    step_s: float  # appointments begin on multiples of it
    opens_s: float
    closes_s: float


def read_day_plan(part: Part) -> DayPlanPolicy:
    """The [day_plan] table."""
    plan = DayPlanPolicy(
        preparation_s=part.seconds("preparation"),
        infusion_s=part.seconds("infusion", at_least_s=60),
        observation_s=part.seconds("observation"),
        turnover_s=part.seconds("turnover", at_most_s=4 * 3600),
        step_s=part.seconds("step", at_least_s=60, at_most_s=3600),
        opens_s=part.seconds("opens", at_most_s=_DAY_S),
        closes_s=part.seconds("closes", at_most_s=_DAY_S),
    )
    if part.good("opens", "closes") and plan.opens_s >= plan.closes_s:
        part.refuse("closes", "the clinic closes before it opens", "a time after opens")
    part.close()
    return plan
