"""The words of every alarm, in one place. Law: they are made from rule and numbers only, so that they can be
translated.

The comparison shown is the rule's own: “> 160” is beyond above 160, “≥ 180” already at 180.
"""

from collections.abc import Mapping

from monitor.clinical.alarms.limits import AlarmRule, Direction, Level
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched

NAMES: Mapping[Vital, str] = {
    Vital.HR: "HR",
    Vital.PR: "PR",
    Vital.SPO2: "SpO₂",
    Vital.RR: "RR",
    Vital.NIBP_SYS: "BP",
    Vital.NIBP_DIA: "BP",
    Vital.NIBP_MEAN: "MAP",
    Vital.ABP_SYS: "ABP",
    Vital.ABP_DIA: "ABP",
    Vital.ABP_MEAN: "ABP mean",
    Vital.TEMP: "Temp",
    Vital.ETCO2: "EtCO₂",
    Vital.FICO2: "FiCO₂",
    Vital.PI: "PI",
    Vital.PUMP_RATE: "Pump rate",
    Vital.PUMP_VOLUME: "Pump volume",
    Vital.PUMP_DOSE: "Pump dose",
    Vital.PUMP_CONCENTRATION: "Pump concentration",
    Vital.PUMP_REMAINING: "Pump remaining",
}

LIMIT = "{name} {value} {sign} {limit}"
LIMIT_DIASTOLIC = "{name} {value}, diastolic {sign} {limit}"
AGAINST_BASELINE = ", baseline {baseline}"
CHANGE = "{name} {value}, {way} {change} within {within}"
UP, DOWN = "up", "down"
APNOEA = "Apnoea: {name} {value}"
APNOEA_DEVICE = "Apnoea alarm of the monitor"
_APNOEA_GROUP = "apnoea"

TECHNICAL: Mapping[str, str] = {
    "feed_silent": "No data from the monitor",
    "vital_missing": "No {name}",
    "spo2_missing": "No {name}",
    "lead_off": "{name}: lead or probe off",
    "implausible": "{name} {value} implausible: check patient and sensor",
    "signal_questionable": "{name} questionable: check patient and sensor",
    "bp_overdue": "BP overdue",
    "clock_wrong": "Clock of the monitor is wrong",
    "not_recording": "NOT RECORDING",
    "judging_fault": "Alarms of this chair could not be judged: watch the bedside monitor",
    "no_sounding_station": "No station can sound an alarm",
    "patient_mismatch": "The monitor names another patient",
    "dose_discrepancy": "Pump and recorded dose differ",
    "pump_silent": "No data from the pump",
    "admission_differs": "The hospital’s bed list differs",
    "no_responsible_nurse": "No responsible nurse",
}


def number(value: float) -> str:
    """A measured number as it is spoken: 86, 38.1."""
    return f"{value:.1f}".removesuffix(".0")


def limit_words(
    rule: AlarmRule, level: Level, value: float, limit: float, context: Watched, measured: Mapping[Vital, float]
) -> str:
    """“SpO₂ 86 < 90”, “BP 164/98 > 160”; `measured` are the accepted values of the same measurement."""
    name = NAMES[rule.vital]
    if rule.group == _APNOEA_GROUP:
        return APNOEA.format(name=name, value=number(value))
    template, shown = LIMIT, number(value)
    if rule.vital is Vital.NIBP_SYS and Vital.NIBP_DIA in measured:
        shown = f"{shown}/{number(measured[Vital.NIBP_DIA])}"
    elif rule.vital is Vital.NIBP_DIA:
        systolic = measured.get(Vital.NIBP_SYS)
        shown = f"{'–' if systolic is None else number(systolic)}/{shown}"
        template = LIMIT_DIASTOLIC
    if rule.within_s is not None:
        return _change_words(rule, level, limit, value, name=name, shown=shown)
    words = template.format(name=name, value=shown, sign=_sign(rule, level), limit=number(limit))
    base = context.baseline.get(rule.vital) if rule.relative and context.baseline is not None else None
    return words if base is None else words + AGAINST_BASELINE.format(baseline=number(base))


def _change_words(rule: AlarmRule, level: Level, limit: float, value: float, *, name: str, shown: str) -> str:
    """“SpO₂ 88, down 9 within 60 s”: measured from the most extreme value of the window."""
    change = level.change or 0.0
    rises = rule.direction is Direction.HIGH
    moved = value - (limit - change) if rises else limit + change - value
    within_s = rule.within_s or 0.0
    within = f"{within_s:g} s" if within_s < 120 else f"{within_s / 60:g} min"
    return CHANGE.format(name=name, value=shown, way=UP if rises else DOWN, change=number(moved), within=within)


def _sign(rule: AlarmRule, level: Level) -> str:
    if rule.direction is Direction.HIGH:
        return "≥" if level.inclusive else ">"
    return "≤" if level.inclusive else "<"


def technical_words(rule_id: str, vital: Vital | None = None, value: float | None = None) -> str:
    """The words of a technical alarm; `rule_id` without its vital."""
    return TECHNICAL[rule_id].format(
        name="" if vital is None else NAMES[vital], value="" if value is None else number(value)
    )
