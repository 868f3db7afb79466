"""The points of scores that the chair's own numbers answer now. Law: fresh, accepted numbers only, none that
somebody marked as artefact; a person confirms.

Nothing is scored here: a suggestion is shown beside the choices and never chosen beforehand.
"""

from monitor.clinical.marked_values import is_marked
from monitor.clinical.scores.bedside import OXYGEN, on_oxygen
from monitor.clinical.scores.from_vitals import (
    aldrete_circulation,
    aldrete_oxygen_saturation,
    mpadss_vital_signs,
    white_haemodynamics,
    white_spo2,
)
from monitor.clinical.scores.scales import mpadss_pain
from monitor.clinical.vitals import NIBP, Quality, Vital
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.numbers import numbers

Points = dict[str, dict[str, int]]
_CONTINUOUS = (Vital.HR, Vital.PR, Vital.SPO2)


def suggested_scores(chair: Chair, live: LiveSession, mono_s: float) -> Points:
    """Points by scale and item; what the numbers do not answer is left out."""
    now = _fresh(chair, live, mono_s)
    baseline = {} if live.course.baseline is None else live.course.baseline.values
    found: dict[tuple[str, str], int | None] = {
        ("aldrete", "circulation"): aldrete_circulation(now, baseline),
        ("mpadss", "vital_signs"): mpadss_vital_signs(now, baseline),
        ("mpadss", "pain"): _pain(live),
        ("white", "haemodynamics"): white_haemodynamics(now, baseline),
    }
    oxygen, spo2 = live.scores.newest(OXYGEN), now.get(Vital.SPO2)
    if oxygen is not None and spo2 is not None:
        given = on_oxygen(oxygen.items)
        found["aldrete", "oxygen_saturation"] = aldrete_oxygen_saturation(spo2, on_oxygen=given)
        found["white", "oxygen_saturation"] = white_spo2(spo2, on_oxygen=given)
    points: Points = {}
    for (kind, item), value in found.items():
        if value is not None:
            points.setdefault(kind, {})[item] = value
    return points


def _fresh(chair: Chair, live: LiveSession, mono_s: float) -> dict[Vital, float]:
    policy, marks = live.policy, live.course.marked
    shown = numbers(chair, policy, mono_s, _CONTINUOUS)
    values = {
        vital: shown[vital.value]["value"]
        for vital in _CONTINUOUS
        if shown[vital.value]["state"] == "fresh" and not is_marked(marks, vital, chair.latest[vital].charted_at)
    }
    cuff = chair.cuff
    if (
        cuff is not None
        and cuff.quality is Quality.ACCEPTED
        and mono_s - cuff.mono_s <= policy.discharge.episodic_fresh_s
        and not is_marked(marks, Vital.NIBP_SYS, cuff.charted_at)
    ):
        values |= dict(zip(NIBP, (cuff.systolic, cuff.diastolic, cuff.mean), strict=True))
    return {vital: value for vital, value in values.items() if value is not None}


def _pain(live: LiveSession) -> int | None:
    """From the newest NRS; against the patient's own before the infusion where the policy scores pain so."""
    newest = live.scores.newest("nrs")
    if newest is None or newest.total is None:
        return None
    relative = live.policy.discharge.pain_relative
    base = live.scores.before("nrs", live.course.started_at) if relative else None
    return mpadss_pain(int(newest.total), None if base is None else int(base))
