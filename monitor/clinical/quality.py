"""Which values of a message are questionable: evidence that what the monitor shows is an artefact.

Laws
1. Pure: readings and a small memory in, the same readings with their quality and the new memory out.
2. Evidence only lowers what a value may be used for; it changes, drops and delays no reading.
3. Times are the device's own, so that a stored session is assessed as it was live.
4. A new level that lasts is believed: no step is doubted longer than the policy's `believed_after`.
5. A breath rate of 0 is never doubted for its step: an apnoea is sudden.
6. Heart rate and pulse that agree speak for the probe: a low perfusion index or a cuff alone is then no evidence.

Source: CLINICAL.md §2.2 (cuff on the same limb), §2.6 "Measured load"; the numbers are the policy's [quality].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from monitor.clinical.policy.read_quality import QualityPolicy, StepPolicy
from monitor.clinical.vitals import NIBP, Doubt, Quality, Reading, Vital

OXIMETER = frozenset({Vital.SPO2, Vital.PR})


class Level(NamedTuple):
    """The last believed value of a vital, when a value was last seen, and the level that is not believed yet.

    `new_since` is when the new level, of which `new_value` is the newest value, began; None when there is none.
    """

    value: float
    at: datetime
    new_value: float = 0.0
    new_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignalMemory:
    """What is remembered of one chair between two messages."""

    levels: Mapping[Vital, Level] = field(default_factory=dict)
    disagreeing_since: datetime | None = None
    cuff_at: datetime | None = None


def assess(
    policy: QualityPolicy, memory: SignalMemory, readings: Sequence[Reading]
) -> tuple[Sequence[Reading], SignalMemory]:
    """The readings of one message with their quality; those without evidence are handed back as they are."""
    usable = {one.vital: one for one in readings if one.quality is not Quality.IMPLAUSIBLE}
    levels = {**memory.levels}
    stepped = [
        vital for vital, step in policy.steps.items() if vital in usable and _steps(step, policy, usable[vital], levels)
    ]
    gap = _gap(usable)
    since = _disagreeing_since(policy, memory.disagreeing_since, gap, usable)
    cuff_at = _cuff_at(memory.cuff_at, usable)
    found: dict[Vital, list[Doubt]] = {vital: [Doubt.STEP] for vital in stepped}
    if gap is not None and gap <= policy.agree_within_per_min:
        found.pop(Vital.HR, None)  # the pulse has made the same step: an arrhythmia is sudden
    if not OXIMETER.isdisjoint(usable):
        for doubt in _of_the_probe(policy, usable, since, cuff_at, gap):
            for vital in OXIMETER & usable.keys():
                found.setdefault(vital, []).append(doubt)
    after = SignalMemory(levels, since, cuff_at)
    if not found:
        return readings, after
    return [_doubted(one, found.get(one.vital)) for one in readings], after


def _doubted(reading: Reading, doubts: Sequence[Doubt] | None) -> Reading:
    if not doubts or reading.quality is Quality.IMPLAUSIBLE:
        return reading
    return replace(reading, quality=Quality.QUESTIONABLE, doubts=(*reading.doubts, *doubts))


def _steps(step: StepPolicy, policy: QualityPolicy, reading: Reading, levels: dict[Vital, Level]) -> bool:
    """Whether this value is a step no physiology makes; keeps the level it speaks for."""
    known, at, value = levels.get(reading.vital), reading.measured_at, reading.value
    levels[reading.vital] = Level(value, at)
    if known is None or at < known.at or (reading.vital is Vital.RR and value <= 0):
        return False
    most = step.jump + step.per_s * (at - known.at).total_seconds()
    if abs(value - known.value) <= most:
        return False
    since = known.new_since
    if since is None or abs(value - known.new_value) > most:
        since = at
    if (at - since).total_seconds() >= policy.believed_after_s:
        return False
    levels[reading.vital] = Level(known.value, at, value, since)
    return True


def _gap(usable: Mapping[Vital, Reading]) -> float | None:
    """Between heart rate and pulse of one message, per minute; None when either is missing."""
    hr, pr = usable.get(Vital.HR), usable.get(Vital.PR)
    return None if hr is None or pr is None else abs(hr.value - pr.value)


def _disagreeing_since(
    policy: QualityPolicy, since: datetime | None, gap: float | None, usable: Mapping[Vital, Reading]
) -> datetime | None:
    if gap is None:
        return since if usable.keys().isdisjoint((Vital.HR, Vital.PR)) else None
    if gap <= policy.disagree_by_per_min:
        return None
    at = usable[Vital.PR].measured_at
    return at if since is None or at < since else since


def _cuff_at(cuff_at: datetime | None, usable: Mapping[Vital, Reading]) -> datetime | None:
    times = [usable[vital].measured_at for vital in NIBP if vital in usable]
    return max(times) if times else cuff_at


def _of_the_probe(
    policy: QualityPolicy,
    usable: Mapping[Vital, Reading],
    disagreeing_since: datetime | None,
    cuff_at: datetime | None,
    gap: float | None,
) -> list[Doubt]:
    """What speaks against everything the probe shows in this message."""
    at = usable[Vital.SPO2 if Vital.SPO2 in usable else Vital.PR].measured_at
    doubts = []
    if disagreeing_since is not None and (at - disagreeing_since).total_seconds() >= policy.disagree_for_s:
        doubts.append(Doubt.PULSE)
    if gap is not None and gap <= policy.agree_within_per_min:
        return doubts
    perfusion = usable.get(Vital.PI)
    if perfusion is not None and perfusion.value < policy.perfusion_low_percent:
        doubts.append(Doubt.PERFUSION)
    if policy.probe_on_cuff_limb and cuff_at is not None and abs((at - cuff_at).total_seconds()) <= policy.cuff_for_s:
        doubts.append(Doubt.CUFF)
    return doubts
