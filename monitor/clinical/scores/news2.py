"""NEWS2 (Royal College of Physicians 2017), for adults of 16 and more, not in pregnancy.

Laws
1. A set is COMPLETE or it has no total: what is missing or too old is named, never left out silently.
2. Scale 2 of SpO2 scores only when a physician decided so, with a reason; else scale 1.
3. Confusion or response to voice while ketamine works is shown with its 3 points and tagged; for the alarm it is not
   counted. No other parameter is ever left out, and pain or unresponsive is never expected.
4. A value between two whole numbers (a median) scores as the worse of the two.

Source: CLINICAL.md §2.4 [V]: cut points, response thresholds, and the caveats for ketamine [D]. NEWS2 does not score a
systolic pressure of 160 to 219: hypertension has rules of its own. Reproduced with acknowledgement of the Royal College
of Physicians: National Early Warning Score (NEWS) 2, London 2017.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from monitor.clinical.scores.bedside import Consciousness


class Parameter(StrEnum):
    """What NEWS2 scores."""

    RR = "rr"
    SPO2 = "spo2"
    OXYGEN = "oxygen"
    SYSTOLIC = "nibp_sys"
    PULSE = "pulse"
    CONSCIOUSNESS = "consciousness"
    TEMPERATURE = "temp"


class News2State(StrEnum):
    """Whether there is a total."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OLD_INPUTS = "old_inputs"


class Response(StrEnum):
    """What the total asks for (CLINICAL.md §2.4)."""

    ROUTINE = "routine"  # 0: 12-hourly
    LOW = "low"  # 1-4: a registered nurse decides, 4 to 6-hourly
    SINGLE_THREE = "single_three"  # 3 in one parameter: the medical team reviews, hourly
    URGENT = "urgent"  # 5-6: urgent assessment, hourly
    EMERGENCY = "emergency"  # 7 or more: emergency assessment, continuous


@dataclass(frozen=True, slots=True)
class Taken:
    """A number and when it was true."""

    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class News2Facts:
    """The newest of everything NEWS2 asks for; None was never seen.

    The measured ones belong to one set: the cuff's systolic and the medians of the time before it. `ketamine` is when
    drug began to run and when it last ran (now while it runs).
    """

    systolic: Taken | None = None
    rr: Taken | None = None
    spo2: Taken | None = None
    pulse: Taken | None = None
    temp_cel: Taken | None = None
    consciousness: tuple[Consciousness, datetime] | None = None
    oxygen: tuple[bool, datetime] | None = None
    spo2_scale: int = 1
    ketamine: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class News2Policy:
    """What a clinic chose about the inputs."""

    near_nibp_s: float  # medians are taken over so long before a cuff measurement
    set_max_age_s: float
    consciousness_max_age_s: float
    temperature_max_age_s: float
    oxygen_max_age_s: float
    expected_effect_s: float  # so long after ketamine ran, dissociation is expected


@dataclass(frozen=True, slots=True)
class Input:
    """One parameter as it was scored; `value` is a number or a word of the bedside, `old` when its age is over."""

    parameter: Parameter
    value: float | str
    at: datetime
    points: int
    old: bool


@dataclass(frozen=True, slots=True)
class News2:
    """One evaluation. `total` and `response` are None unless COMPLETE; `counted` is the total the alarm goes by."""

    state: News2State
    at: datetime | None  # of the set: the cuff's time
    inputs: tuple[Input, ...]
    missing: tuple[Parameter, ...]
    spo2_scale: int
    expected_drug_effect: bool
    total: int | None
    response: Response | None
    counted: int | None
    counted_threes: tuple[Parameter, ...]  # parameters that score 3 and count

    @property
    def old(self) -> tuple[Parameter, ...]:
        """What is too old."""
        return tuple(one.parameter for one in self.inputs if one.old)


def rr_points(per_min: float) -> int:
    """Respiratory rate, /min."""
    return _worse(per_min, lambda rr: _rising(rr, ((8, 3), (11, 1), (20, 0), (24, 2)), 3))


def spo2_points(percent: float, *, scale: int, oxygen: bool) -> int:
    """SpO2, %; scale 2 asks whether oxygen is given."""
    if scale == 1:
        return _worse(percent, lambda spo2: _rising(spo2, ((91, 3), (93, 2), (95, 1)), 0))
    above = ((92, 0), (94, 1), (96, 2)) if oxygen else ()
    return _worse(percent, lambda spo2: _rising(spo2, ((83, 3), (85, 2), (87, 1), *above), 3 if oxygen else 0))


def oxygen_points(*, oxygen: bool) -> int:
    """Air or oxygen."""
    return 2 if oxygen else 0


def systolic_points(mmhg: float) -> int:
    """Systolic pressure, mmHg."""
    return _worse(mmhg, lambda sys: _rising(sys, ((90, 3), (100, 2), (110, 1), (219, 0)), 3))


def pulse_points(per_min: float) -> int:
    """Pulse, /min."""
    return _worse(per_min, lambda pulse: _rising(pulse, ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2)), 3))


def consciousness_points(level: Consciousness) -> int:
    """Alert or not."""
    return 0 if level is Consciousness.ALERT else 3


def temperature_points(celsius: float) -> int:
    """Temperature, Celsius, to one decimal as it is measured."""
    tenths = _worse_of(round(celsius * 10, 6))
    return max(_rising(tenth, ((350, 3), (360, 1), (380, 0), (390, 1)), 2) for tenth in tenths)


def _rising(value: float, bands: tuple[tuple[int, int], ...], above: int) -> int:
    """The points of the first band whose upper bound holds the value."""
    return next((points for highest, points in bands if value <= highest), above)


def _worse_of(value: float) -> tuple[int, int]:
    return floor(value), ceil(value)


def _worse(value: float, points: Callable[[int], int]) -> int:
    return max(points(whole) for whole in _worse_of(value))


def response_of(total: int, *, any_three: bool) -> Response:
    """What a total asks for; a 3 in one parameter asks for more than a total of 4 or less."""
    if total >= 7:
        return Response.EMERGENCY
    if total >= 5:
        return Response.URGENT
    if any_three:
        return Response.SINGLE_THREE
    return Response.LOW if total >= 1 else Response.ROUTINE


def news2(facts: News2Facts, policy: News2Policy, now: datetime) -> News2:
    """Score what is known as of now."""
    inputs = _inputs(facts, policy, now)
    found = {one.parameter for one in inputs}
    missing = tuple(parameter for parameter in Parameter if parameter not in found)
    expected = _effect_expected(facts, policy, now)
    state = News2State.COMPLETE
    if missing:
        state = News2State.INCOMPLETE
    elif any(one.old for one in inputs):
        state = News2State.OLD_INPUTS
    complete = state is News2State.COMPLETE
    counted = [one for one in inputs if not (expected and one.parameter is Parameter.CONSCIOUSNESS)]
    total = sum(one.points for one in inputs)
    return News2(
        state=state,
        at=None if facts.systolic is None else facts.systolic.at,
        inputs=inputs,
        missing=missing,
        spo2_scale=facts.spo2_scale,
        expected_drug_effect=expected,
        total=total if complete else None,
        response=response_of(total, any_three=any(one.points == 3 for one in inputs)) if complete else None,
        counted=sum(one.points for one in counted) if complete else None,
        counted_threes=tuple(one.parameter for one in counted if one.points == 3) if complete else (),
    )


def _effect_expected(facts: News2Facts, policy: News2Policy, now: datetime) -> bool:
    if facts.consciousness is None or facts.ketamine is None:
        return False
    level, seen_at = facts.consciousness
    began_at, last_at = facts.ketamine
    within = began_at <= seen_at and now - last_at <= timedelta(seconds=policy.expected_effect_s)
    return within and level in (Consciousness.CONFUSION, Consciousness.VOICE)


def _inputs(facts: News2Facts, policy: News2Policy, now: datetime) -> tuple[Input, ...]:
    """What can be scored; SpO2 on scale 2 cannot while nobody knows whether oxygen is given."""
    oxygen = None if facts.oxygen is None else facts.oxygen[0]
    spo2 = facts.spo2
    measured: Mapping[Parameter, tuple[Taken | None, Callable[[float], int]]] = {
        Parameter.RR: (facts.rr, rr_points),
        Parameter.SPO2: (
            None if oxygen is None and facts.spo2_scale == 2 else spo2,
            lambda value: spo2_points(value, scale=facts.spo2_scale, oxygen=bool(oxygen)),
        ),
        Parameter.SYSTOLIC: (facts.systolic, systolic_points),
        Parameter.PULSE: (facts.pulse, pulse_points),
        Parameter.TEMPERATURE: (facts.temp_cel, temperature_points),
    }
    ages = {Parameter.TEMPERATURE: policy.temperature_max_age_s}
    inputs = {
        parameter: Input(
            parameter,
            taken.value,
            taken.at,
            points(taken.value),
            _is_old(taken.at, ages.get(parameter, policy.set_max_age_s), now),
        )
        for parameter, (taken, points) in measured.items()
        if taken is not None
    }
    if facts.oxygen is not None:
        given, at = facts.oxygen
        old = _is_old(at, policy.oxygen_max_age_s, now)
        words = "oxygen" if given else "air"
        inputs[Parameter.OXYGEN] = Input(Parameter.OXYGEN, words, at, oxygen_points(oxygen=given), old)
    if facts.consciousness is not None:
        level, at = facts.consciousness
        old = _is_old(at, policy.consciousness_max_age_s, now)
        kind = Parameter.CONSCIOUSNESS
        inputs[kind] = Input(kind, level.value, at, consciousness_points(level), old)
    return tuple(inputs[parameter] for parameter in Parameter if parameter in inputs)


def _is_old(at: datetime, max_age_s: float, now: datetime) -> bool:
    return now - at > timedelta(seconds=max_age_s)
