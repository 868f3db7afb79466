"""The hands at the demonstration's pumps: what is recorded of an infusion is done at the simulated pump of its chair.

Law: told in words over the simulators' standard input, as a trainer would; the pump stays a witness of its own, and
what it refuses or finishes by itself is nobody's to hide: the record then differs from it, and says so.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from monitor.clinical.dosing.dose import RateStep
from monitor.clinical.dosing.orders import Ordered
from monitor.runtime import Runtime
from monitor.ward.course import Course
from monitor.ward.ward import Ward

LOOK_S = 1.0
log = logging.getLogger(__name__)

Act = tuple[datetime, str]
"""When it is recorded to have happened, and what is done at the pump."""


def pump_id(bed: str) -> str:
    """The own id of the pump beside this monitor, by which it is bound to the chair."""
    return f"PUMP-{bed}"


@dataclass(slots=True)
class Hand:
    """What has been done so far at one pump."""

    session_id: int | None = None
    programmed: str = ""
    rates: int = 0
    boluses: int = 0
    runs_since_at: datetime | None = None

    def leave(self) -> Iterator[Act]:
        """The session sits here no more: a pump it left running is stopped."""
        if self.runs_since_at is not None:
            yield self.runs_since_at, "stop"
        self.session_id, self.programmed, self.rates, self.boluses, self.runs_since_at = None, "", 0, 0, None

    def follow(self, session_id: int, course: Course) -> Iterator[Act]:
        """What must be done at the pump for it to do what is recorded, in the order of time."""
        if session_id != self.session_id:
            yield from self.leave()
            self.session_id = session_id
        if course.order is None or not course.weight_kg:
            return
        acts: list[Act] = []
        words = order_words(course.order.ordered, course.weight_kg)
        if words != self.programmed and not self.rates:
            self.programmed = words
            acts.append((course.order.mark.at, f"program {words}"))
        for step in course.rates[self.rates :]:
            acts += [(step.at, words) for words in self._turn(step)]
        per_ml = course.order.concentration_mg_per_ml
        acts += [(one.at, f"bolus {one.mg / per_ml:.2f}") for one in course.boluses[self.boluses :]]
        self.rates, self.boluses = len(course.rates), len(course.boluses)
        yield from sorted(acts, key=lambda act: act[0])

    def _turn(self, step: RateStep) -> list[str]:
        if step.ml_per_h <= 0:
            self.runs_since_at = None
            return ["stop"]
        ran, self.runs_since_at = self.runs_since_at is not None, step.at
        return [f"rate {step.ml_per_h:.2f}", *([] if ran else ["start"])]


def order_words(said: Ordered, weight_kg: float) -> str:
    """The order as it is typed in at the pump."""
    return (
        f"{said.dose_mg_per_kg:.4f} mg/kg over {said.over_min:.4f} min, "
        f"{said.concentration_mg_per_ml:.4f} mg/mL, {weight_kg:.2f} kg"
    )


@dataclass(slots=True)
class Hands:
    """One hand for each chair with a monitor."""

    ward: Ward
    runtime: Runtime
    beds: Mapping[int, str]  # where each chair's pump stands
    by_bed: dict[str, Hand] = field(default_factory=dict)

    def acts(self) -> Iterator[tuple[str, Act]]:
        """What must be done at each pump since the last time this was asked."""
        for chair in self.ward.in_order():
            bed, live = self.beds.get(chair.id), chair.session
            if bed is None:
                continue
            hand = self.by_bed.setdefault(bed, Hand())
            for act in hand.leave() if live is None else hand.follow(live.id, live.course):
                yield bed, act

    def presses(self, now: datetime) -> Iterator[str]:
        """What was done before the devices are switched on, as the simulators' command line takes it."""
        for bed, (at, words) in self.acts():
            yield f"{bed}@{(at - now).total_seconds():.1f}:{words}"

    def work(self, lines: IO[bytes]) -> None:
        """Go on doing what is recorded, until nobody takes it any more."""
        while True:
            self.runtime.sleep(LOOK_S)
            said = "".join(f"{bed} {words}\n" for bed, (_, words) in self.acts())
            if not said:
                continue
            try:
                lines.write(said.encode())
                lines.flush()
            except (OSError, ValueError) as error:
                log.warning("the simulated pumps no longer follow the record: %s", error)
                return
