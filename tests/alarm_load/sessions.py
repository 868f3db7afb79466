"""Seventy simulated minutes: 6 min before, 40 min of infusion, 24 min after it.

Law: the patient, the drug and the noise are the simulators' own; only the artefacts are laid over them here.
"""

from collections.abc import Iterator, Mapping
from statistics import median

from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from simulators.chair import Chair
from simulators.scenario import Infusion, Scenario
from tests.alarm_load.artefacts import Artefacts, Motion, Plain, Shown
from tests.alarm_load.bed import Bed

MINUTES, BEFORE_MIN, INFUSION_MIN = 70, 6, 40
INFUSION = Infusion(from_min=BEFORE_MIN, over_min=INFUSION_MIN)
VISIT = Scenario(name="visit", words="70 minutes", minutes=MINUTES, typical=False, infusion=INFUSION)


def artefacts_of(kind: str, chair: Chair, infusion: Infusion, seed: str, per_min: float) -> Artefacts:
    """The artefacts asked for by name."""
    if kind == "motion" and per_min > 0:
        return Motion(seed, per_min)
    return Plain(chair.patient, infusion, seed, per_min if kind == "plain" else 0.0)


def stream(seed: str, kind: str, per_min: float) -> Iterator[tuple[float, Shown]]:
    """What the monitor shows, second by second."""
    chair = Chair(VISIT, seed)
    false = artefacts_of(kind, chair, INFUSION, seed, per_min)
    for second in range(MINUTES * 60):
        t_s = float(second)
        yield t_s, false.falsify(t_s, {one.vital: float(one.text) for one in chair.observe(t_s)})


def run_session(seed: str, kind: str, per_min: float, beds: Mapping[str, Bed]) -> None:
    """The same session in each bed."""
    before: dict[Vital, list[float]] = {}
    for t_s, shown in stream(seed, kind, per_min):
        if t_s < BEFORE_MIN * 60:
            for word, value in shown.items():
                if value is not None:
                    before.setdefault(Vital(word), []).append(value)
        for bed in beds.values():
            if t_s == BEFORE_MIN * 60:
                bed.enter(SessionState.INFUSING, {vital: median(values) for vital, values in before.items()})
            elif t_s == (BEFORE_MIN + INFUSION_MIN) * 60:
                bed.enter(SessionState.OBSERVING)
            bed.see(t_s, shown)
