"""The points of a score that the vital signs themselves answer, for a nurse to confirm.

Laws
1. What is not measured gives no points, not 0 and not 2: None.
2. Differences are in percent of the patient's own baseline, never in mmHg (the copying error of CLINICAL.md §4.1).
3. Of several vitals the worst decides; a bound belongs to the better points, as the tables print it.

Source: CLINICAL.md §4.1 (Aldrete 1995: circulation, O2 saturation), §4.2 (MPADSS: BP and HR), §4.3 (White and Song:
SpO2, haemodynamics). That systolic and diastolic both count, the worse of them, is a derived choice [D].
"""

from collections.abc import Mapping

from monitor.clinical.vitals import Vital

Values = Mapping[Vital, float]
ALDRETE_PERCENT = (20.0, 50.0)
MPADSS_PERCENT = (20.0, 40.0)
WHITE_PERCENT = (15.0, 30.0)


def aldrete_circulation(now: Values, baseline: Values) -> int | None:
    """2 within 20 % of the baseline blood pressure, 1 within 50 %, 0 beyond."""
    return _within((Vital.NIBP_SYS, Vital.NIBP_DIA), now, baseline, ALDRETE_PERCENT)


def aldrete_oxygen_saturation(spo2_percent: float, *, on_oxygen: bool) -> int:
    """2 above 92 % on room air, 1 above 90 % (on oxygen, or with it needed), 0 at 90 % and below."""
    if spo2_percent > 92 and not on_oxygen:
        return 2
    return 1 if spo2_percent > 90 else 0


def mpadss_vital_signs(now: Values, baseline: Values) -> int | None:
    """2 within 20 % of the baseline blood pressure and heart rate, 1 within 40 %, 0 beyond."""
    rate = Vital.HR if Vital.HR in now and Vital.HR in baseline else Vital.PR
    return _within((Vital.NIBP_SYS, Vital.NIBP_DIA, rate), now, baseline, MPADSS_PERCENT)


def white_haemodynamics(now: Values, baseline: Values) -> int | None:
    """2 less than 15 % from the baseline mean pressure, 1 up to 30 %, 0 beyond."""
    percent = _percent(Vital.NIBP_MEAN, now, baseline)
    if percent is None:
        return None
    near, far = WHITE_PERCENT
    return 2 if percent < near else 1 if percent <= far else 0


def white_spo2(spo2_percent: float, *, on_oxygen: bool) -> int:
    """2 above 90 % on room air, 1 when oxygen is needed for it, 0 at 90 % and below."""
    if spo2_percent <= 90:
        return 0
    return 1 if on_oxygen else 2


def _within(vitals: tuple[Vital, ...], now: Values, baseline: Values, bounds: tuple[float, float]) -> int | None:
    percents = [_percent(vital, now, baseline) for vital in vitals]
    known = [percent for percent in percents if percent is not None]
    if len(known) < len(percents):
        return None
    near, far = bounds
    worst = max(known)
    return 2 if worst <= near else 1 if worst <= far else 0


def _percent(vital: Vital, now: Values, baseline: Values) -> float | None:
    value, base = now.get(vital), baseline.get(vital)
    if value is None or base is None or base <= 0:
        return None
    return round(abs(value - base) / base * 100, 6)
