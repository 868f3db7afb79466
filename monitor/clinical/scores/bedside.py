"""What a nurse sees and no monitor sends: consciousness, oxygen, temperature by hand, and the SpO2 scale decided on.

Law: each is a fact with a time, never a guess; what was not looked at is unknown.

Source: CLINICAL.md §2.4 (NEWS2: Alert, new Confusion, Voice, Pain, Unresponsive; air or oxygen; scale 2 only on a
documented clinician's decision).
"""

from collections.abc import Mapping
from enum import StrEnum
from math import isfinite

from monitor.clinical.scores.items import ScoreRefused, check_names
from monitor.clinical.vitals import KINDS, Vital

CONSCIOUSNESS, OXYGEN, TEMPERATURE, SPO2_SCALE = "consciousness", "oxygen", "temperature", "spo2_scale"
FLOW_AT_MOST_L_PER_MIN = 60.0  # a high-flow cannula's; more is a slipped decimal point


class Consciousness(StrEnum):
    """How a patient responds (ACVPU)."""

    ALERT = "alert"
    CONFUSION = "confusion"  # new
    VOICE = "voice"
    PAIN = "pain"
    UNRESPONSIVE = "unresponsive"


def consciousness(items: Mapping[str, object]) -> Consciousness:
    """The level; raises ScoreRefused with the accepted words."""
    check_names("Consciousness", items, ("level",), ())
    level = items["level"]
    if level not in tuple(Consciousness):
        raise ScoreRefused(f"Consciousness, level: one of {', '.join(Consciousness)} is needed.")
    return Consciousness(str(level))


def on_oxygen(items: Mapping[str, object]) -> bool:
    """Whether oxygen is given; raises ScoreRefused. `flow_l_per_min` (litres a minute) may say how much."""
    check_names("Oxygen", items, ("supplemental",), ("flow_l_per_min",))
    supplemental = items["supplemental"]
    if not isinstance(supplemental, bool):
        raise ScoreRefused("Oxygen, supplemental: yes or no is needed.")
    flow = items.get("flow_l_per_min")
    if flow is not None:
        number_within("Oxygen, flow_l_per_min", flow, 0.1, FLOW_AT_MOST_L_PER_MIN, "L/min")
        if not supplemental:
            raise ScoreRefused("Oxygen: a flow is given only with supplemental oxygen.")
    return supplemental


def temperature_cel(items: Mapping[str, object]) -> float:
    """A temperature measured by hand in Celsius; raises ScoreRefused outside the plausible range."""
    check_names("Temperature", items, ("celsius",), ())
    kind = KINDS[Vital.TEMP]
    return number_within(
        "Temperature, celsius", items["celsius"], kind.plausible_low or 0.0, kind.plausible_high or 0.0, "°C"
    )


def spo2_scale(items: Mapping[str, object]) -> int:
    """1 or 2, with the reason a physician gives; raises ScoreRefused."""
    check_names("SpO₂ scale", items, ("scale", "reason"), ())
    scale, reason = items["scale"], items["reason"]
    if isinstance(scale, bool) or scale not in (1, 2):
        raise ScoreRefused("SpO₂ scale, scale: 1 or 2 is needed.")
    if not isinstance(reason, str) or not reason.strip():
        raise ScoreRefused("SpO₂ scale, reason: a reason is needed, for example hypercapnic respiratory failure.")
    return int(str(scale))


def number_within(what: str, value: object, low: float, high: float, unit: str) -> float:
    """A finite number of a range, bounds included, or ScoreRefused."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ScoreRefused(f"{what}: a number is needed.")
    if not low <= value <= high:
        raise ScoreRefused(f"{what}: {value:g} {unit} is not between {low:g} and {high:g} {unit}.")
    return float(value)
