"""What the tests of the simulated body share: a chair under a few lines of scenario, and what it showed."""

from dataclasses import dataclass

from simulators.chair import Chair
from simulators.scenario import Scenario, parse_scenario

HEAD = """
words = "a test"
minutes = 60
patient = "PATIENT"
[infusion]
from_min = -10
over_min = 40
mg_per_kg = 0.5
[cuff]
before_min = 2
infusing_min = 2
after_min = 2
"""


@dataclass(frozen=True)
class Shown:
    """One row for each second: what the monitor showed, by vital; a vital that was not shown is missing."""

    rows: tuple[dict[str, float], ...]

    def of(self, vital: str, from_s: float = 0, until_s: float = 1e9) -> list[float]:
        return [row[vital] for t, row in enumerate(self.rows) if vital in row and from_s <= t < until_s]

    def seconds_without(self, vital: str) -> list[int]:
        return [t for t, row in enumerate(self.rows) if vital not in row]


def scenario(event: str = "", *, patient: str = "typical") -> Scenario:
    events = f"[[event]]\n{event}" if event else ""
    return parse_scenario("test", HEAD.replace("PATIENT", patient) + events)


def watch(event: str, minutes: float, seed: str = "1", *, patient: str = "typical") -> Shown:
    chair = Chair(scenario(event, patient=patient), seed)
    seen = (chair.observe(float(t)) for t in range(round(minutes * 60)))
    return Shown(tuple({one.vital: float(one.text) for one in row} for row in seen))
