"""What NEWS2 is scored on, from the live chair.

Laws
1. One set belongs to one cuff pressure; what only a person sees comes from the scores that stand.
2. What somebody marked as artefact is not scored, and nothing else in its place: NEWS2 then has no total and names it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.clinical.marked_values import MarkedValues
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.bedside import (
    CONSCIOUSNESS,
    OXYGEN,
    SPO2_SCALE,
    TEMPERATURE,
    Consciousness,
    consciousness,
    on_oxygen,
    spo2_scale,
    temperature_cel,
)
from monitor.clinical.scores.news2 import News2Facts, News2Policy, Taken
from monitor.clinical.vitals import Quality, Vital
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.scores import Scores


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The newest cuff pressure with the medians before it, and the newest temperature of the monitor.

    `pulse_of` is what the pulse was counted from: the ECG, or the probe where there is none.
    """

    systolic: Taken | None = None
    rr: Taken | None = None
    spo2: Taken | None = None
    pulse: Taken | None = None
    temp_cel: Taken | None = None
    pulse_of: Vital = Vital.HR


def unmarked(measured: MeasuredSet, marks: Sequence[MarkedValues], near_s: float) -> MeasuredSet:
    """The set without what was marked; a median over a marked value is none: the rest may hide what that one was."""

    def kept(vital: Vital, taken: Taken | None, over_s: float) -> Taken | None:
        if taken is None:
            return None
        from_at = taken.at - timedelta(seconds=over_s)
        return None if any(mark.touches(vital, from_at, taken.at) for mark in marks) else taken

    return replace(
        measured,
        systolic=kept(Vital.NIBP_SYS, measured.systolic, 0.0),
        rr=kept(Vital.RR, measured.rr, near_s),
        spo2=kept(Vital.SPO2, measured.spo2, near_s),
        pulse=kept(measured.pulse_of, measured.pulse, near_s),
        temp_cel=kept(Vital.TEMP, measured.temp_cel, 0.0),
    )


def measured_set(chair: Chair, policy: ClinicPolicy) -> MeasuredSet:
    """What the chair's monitor has shown; without a cuff pressure there is no set."""
    temp = chair.latest.get(Vital.TEMP)
    stands = temp is not None and temp.quality is Quality.ACCEPTED and not temp.withdrawn
    temp_cel = Taken(temp.value, temp.charted_at) if temp is not None and stands else None
    cuff = chair.cuff
    if cuff is None or cuff.systolic is None or cuff.quality is not Quality.ACCEPTED:
        return MeasuredSet(temp_cel=temp_cel)
    until_s = cuff.charted_at.timestamp()

    def taken(vital: Vital) -> Taken | None:
        middle = chair.recent.median(vital, until_s - policy.news2.near_nibp_s, until_s)
        return None if middle is None else Taken(middle, cuff.charted_at)

    return set_at(Taken(cuff.systolic, cuff.charted_at), taken, temp_cel)


def set_at(systolic: Taken, taken: Callable[[Vital], Taken | None], temp_cel: Taken | None) -> MeasuredSet:
    """The set of a cuff pressure; `taken` gives the median before it."""
    ecg = taken(Vital.HR)
    pulse, pulse_of = (taken(Vital.PR), Vital.PR) if ecg is None else (ecg, Vital.HR)
    return MeasuredSet(systolic, taken(Vital.RR), taken(Vital.SPO2), pulse, temp_cel, pulse_of)


def news2_facts(
    measured: MeasuredSet, scores: Scores, course: Course, policy: News2Policy, now: datetime
) -> News2Facts:
    """Everything NEWS2 asks for, as of now."""
    measured = unmarked(measured, course.marked, policy.near_nibp_s)
    scale = scores.newest(SPO2_SCALE)
    return News2Facts(
        systolic=measured.systolic,
        rr=measured.rr,
        spo2=measured.spo2,
        pulse=measured.pulse,
        temp_cel=_temperature(measured, scores),
        consciousness=_consciousness(scores),
        oxygen=_oxygen(scores),
        spo2_scale=1 if scale is None else spo2_scale(scale.items),
        ketamine=ketamine_ran(course, now),
    )


def ketamine_ran(course: Course, now: datetime) -> tuple[datetime, datetime] | None:
    """When drug began to run and when it last ran; now while it runs, None when it never did."""
    times = [bolus.at for bolus in course.boluses]
    if course.rates:
        times += [course.rates[0].at, now if course.rate_ml_per_h > 0 else course.rates[-1].at]
    return (min(times), max(times)) if times else None


def _temperature(measured: MeasuredSet, scores: Scores) -> Taken | None:
    """The newer of the monitor's and the one taken by hand."""
    by_hand = scores.newest(TEMPERATURE)
    known = [] if measured.temp_cel is None else [measured.temp_cel]
    known += [] if by_hand is None else [Taken(temperature_cel(by_hand.items), by_hand.at)]
    return max(known, key=lambda taken: taken.at, default=None)


def _consciousness(scores: Scores) -> tuple[Consciousness, datetime] | None:
    seen = scores.newest(CONSCIOUSNESS)
    return None if seen is None else (consciousness(seen.items), seen.at)


def _oxygen(scores: Scores) -> tuple[bool, datetime] | None:
    seen = scores.newest(OXYGEN)
    return None if seen is None else (on_oxygen(seen.items), seen.at)
