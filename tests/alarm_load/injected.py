"""Events that must be caught: laid into noisy minutes of a drawn patient, and timed against the policy's own words.

Law: an event begins when an honest monitor first shows it for good (the same patient without artefacts), and is due
when the policy's own delay, with the bounded lengthening of a questionable signal, is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from monitor.clinical.alarms.limits import is_beyond
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionState
from simulators.chair import Chair
from simulators.scenario import Cuff, Event, Infusion, Scenario
from tests.alarm_load.bed import Bed
from tests.alarm_load.sessions import artefacts_of

KINDS = ("hypertension", "desaturation", "apnoea", "bradypnoea")
APNOEAS = ("both", "rr", "etco2", "device")
WARM_UP_S, LASTS_S = 60, 120
INFUSION = Infusion(from_min=-20)
CUFF = Cuff(before_min=1, infusing_min=1, after_min=1)


@dataclass(frozen=True, slots=True)
class Injected:
    """One event: what it does to the patient, and the rules of which one must ring at High."""

    kind: str
    event: Event
    rules: tuple[str, ...]
    from_s: float
    device: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it under one policy; `delay_s` from the first honest sign, None when it never rang."""

    kind: str
    delay_s: float | None
    due_s: float
    hidden_s: float  # seconds in which the monitor showed a value inside the limit meanwhile

    @property
    def late(self) -> bool:
        """Later than the policy's words, counted from the newest moment at which the monitor hid the condition."""
        return self.delay_s is not None and self.delay_s > self.due_s + self.hidden_s


def drawn(kind: str, rng: Random) -> Injected:
    """One event of a kind, sudden or gradual."""
    from_s = WARM_UP_S + rng.uniform(0, 40)
    rise_min = rng.choice((0.0, rng.uniform(0, 0.75)))
    towards: dict[str, float] = {}
    fixed: dict[str, float] = {}
    rules: tuple[str, ...]
    device, without = False, frozenset[str]()
    if kind == "hypertension":
        towards, rules = {"nibp_sys": rng.uniform(195, 225), "nibp_dia": rng.uniform(96, 118)}, ("sbp_high",)
    elif kind == "desaturation":
        towards, rules = {"spo2": rng.uniform(68, 82.5)}, ("spo2_desaturation", "spo2_low")
    elif kind == "bradypnoea":
        towards, rules = {"rr": rng.uniform(2.0, 4.5)}, ("rr_low",)
    else:
        source = rng.choice(APNOEAS)
        fixed = {vital: 0.0 for vital in ("rr", "etco2") if source in ("both", vital)}
        device, rules, rise_min = source == "device", ("apnoea", "apnoea_etco2"), 0.0
        without = frozenset({"both": (), "rr": ("etco2",), "etco2": ("rr",), "device": ("etco2",)}[source])
    until_min = from_s / 60 + rise_min + LASTS_S / 60
    event = Event(
        from_min=from_s / 60, until_min=until_min, rise_min=rise_min, towards=towards, fixed=fixed, absent=without
    )
    return Injected(kind, event, rules, from_s, device, without)


def run_event(kind: str, seed: str, artefacts: str, per_min: float, beds: Mapping[str, Bed]) -> dict[str, Outcome]:
    """One event in each bed."""
    injected = drawn(kind, Random(f"{seed}/event"))
    scenario = Scenario(
        name=kind, words=kind, minutes=5, typical=False, infusion=INFUSION, cuff=CUFF, events=(injected.event,)
    )
    chair = Chair(scenario, seed)
    false = artefacts_of(artefacts, chair, INFUSION, seed, per_min)
    honest_by_s: list[dict[str, float]] = []
    shown_by_s = []
    for second in range(int(injected.event.until_min * 60)):
        t_s = float(second)
        honest = {one.vital: float(one.text) for one in chair.observe(t_s)}
        honest = {vital: value for vital, value in honest.items() if vital not in injected.without}
        honest_by_s.append(honest)
        shown_by_s.append(false.falsify(t_s, honest))
    return {name: _judged(injected, bed, honest_by_s, shown_by_s) for name, bed in beds.items()}


def _judged(
    injected: Injected,
    bed: Bed,
    honest: list[dict[str, float]],
    shown: list[dict[str, float | None]],
) -> Outcome:
    policy = bed.policy
    begins_s, due_s = _first_sign(injected, policy, honest, longest=bed.assessing)
    bed.enter(SessionState.INFUSING, {})
    for second, values in enumerate(shown):
        t_s = float(second)
        bed.see(t_s, values)
        if injected.device and second == int(injected.from_s) + 1:
            bed.device_apnoea(t_s, active=True)
        if t_s >= begins_s and _rings(bed, injected):
            break
    else:
        return Outcome(injected.kind, None, due_s, 0.0)
    return Outcome(injected.kind, t_s - begins_s, due_s, _hidden_s(injected, policy, shown, begins_s, t_s))


def _rings(bed: Bed, injected: Injected) -> bool:
    states = (bed.states.get(rule_id) for rule_id in injected.rules)
    return any(one is not None and one.stands and one.priority is AlarmPriority.HIGH for one in states)


def _first_sign(
    injected: Injected, policy: ClinicPolicy, honest: list[dict[str, float]], *, longest: bool
) -> tuple[float, float]:
    """The second from which an honest monitor shows the event to its end, and the policy's delay from there."""
    if injected.device:
        return float(int(injected.from_s) + 1), 0.0
    found: list[tuple[float, float]] = []
    for rule_id in injected.rules:
        rule = policy.rules_by_id[rule_id]
        level, begins_s = rule.levels[-1], None
        for second, values in enumerate(honest):
            value = values.get(rule.vital)
            if value is not None and not is_beyond(rule, level, value, level.limit or 0.0):
                begins_s = None
            elif value is not None and begins_s is None:
                begins_s = float(second)
        if begins_s is not None:
            found.append((begins_s, (level.persist_s or 0.0) + (rule.extra_s if longest else 0.0)))
    begins_s, delay_s = min(found, key=lambda one: one[0] + one[1])
    return begins_s, delay_s


def _hidden_s(
    injected: Injected, policy: ClinicPolicy, shown: list[dict[str, float | None]], begins_s: float, until_s: float
) -> float:
    """From the first honest sign to the last second in which the monitor showed the vital well, or not at all."""
    last_s = begins_s - 1
    for second in range(int(begins_s), int(until_s) + 1):
        for rule_id in injected.rules:
            rule = policy.rules_by_id[rule_id]
            level = rule.levels[-1]
            if rule.vital not in shown[second]:
                continue
            value = shown[second][rule.vital]
            if value is None or not is_beyond(rule, level, value, level.limit or 0.0):
                last_s = float(second)
    return last_s + 1 - begins_s
