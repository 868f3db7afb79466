"""The blood pressures a monitoring form asks for.

Law: the nearest accepted measurement with its time and how far it lies from the moment asked for; too far is “not
measured”, never the next best number.

Source: CLINICAL.md §7.1 (before, at 40 min, before the end), §4.4 (the effect is highest at about 40 min); what is too
far is [D].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.vitals import Vital

PEAK = timedelta(minutes=40)
BEFORE_AT_MOST = timedelta(minutes=60)
PEAK_AT_MOST = timedelta(minutes=15)
END_AT_MOST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Pressure:
    """One cuff in mmHg; `distance_s` from the moment asked for, negative before it."""

    at: datetime
    sys: float
    dia: float
    distance_s: float


@dataclass(frozen=True, slots=True)
class Pressures:
    """The three moments; None is not measured."""

    before: Pressure | None = None
    at_40_min: Pressure | None = None
    at_end: Pressure | None = None


def pressures(evidence: DischargeEvidence, end_at: datetime | None) -> Pressures:
    """The pressures of a session; `end_at` None while it is watched."""
    if evidence.started_at is None:
        return Pressures()
    taken = _taken(evidence)
    start_at = evidence.started_at
    before = [one for one in taken if one.at <= start_at]
    after = [one for one in taken if one.at > start_at]
    until_end = [] if end_at is None else [one for one in after if one.at <= end_at]
    return Pressures(
        _nearest(before, start_at, BEFORE_AT_MOST),
        _nearest(after, start_at + PEAK, PEAK_AT_MOST),
        None if end_at is None else _nearest(until_end, end_at, END_AT_MOST),
    )


def _taken(evidence: DischargeEvidence) -> list[Pressure]:
    diastolic = dict(evidence.readings.get(Vital.NIBP_DIA, ()))
    systolic = evidence.readings.get(Vital.NIBP_SYS, ())
    return [Pressure(at, sys, diastolic[at], 0.0) for at, sys in systolic if at in diastolic]


def _nearest(taken: Sequence[Pressure], wanted_at: datetime, most: timedelta) -> Pressure | None:
    near = min(taken, key=lambda one: abs(one.at - wanted_at), default=None)
    if near is None or abs(near.at - wanted_at) > most:
        return None
    return Pressure(near.at, near.sys, near.dia, (near.at - wanted_at).total_seconds())
