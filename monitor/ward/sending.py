"""Which of a chair's devices have been heard, and what their silence means.

Law: only what sends vital signs keeps the monitor's feed alive; a pump, or a further device, never does. Once a sender
has shown a pulse or a saturation, it is the monitor: what sends less keeps nothing alive beside it.
"""

from dataclasses import dataclass, field

from monitor.clinical.vitals import PUMP, Vital
from monitor.ward.feed import SLOWEST_INTERVAL_S, Rhythm

SENDERS_KEPT = 8
_OF_A_MONITOR = frozenset({Vital.HR, Vital.PR, Vital.SPO2})
_MONITOR = ""  # the key of the device bound by the chair's bed


@dataclass(slots=True)
class Senders:
    """What the devices of one chair have sent."""

    monitors: set[str] = field(default_factory=set)  # sources that have sent a pulse or a saturation
    pumps: dict[str, Rhythm] = field(default_factory=dict)  # by source
    simulated: set[str] = field(default_factory=set)  # identifiers of devices that are simulated; "" the monitor

    def keeps_the_feed(self, source: str, vitals: frozenset[Vital], further: str | None) -> bool:
        """Note a message; whether it shows that the chair's monitor still sends."""
        said = vitals - PUMP
        if further is not None or not said:
            return False
        if not _OF_A_MONITOR.isdisjoint(said):
            if len(self.monitors) >= SENDERS_KEPT:
                self.monitors.clear()
            self.monitors.add(source)
        return not self.monitors or source in self.monitors

    def hear_pump(self, source: str, mono_s: float) -> None:
        """Note that a pump sent something."""
        rhythm = self.pumps.pop(source, None)
        if rhythm is None:
            rhythm = Rhythm(mono_s)
        else:
            rhythm.came(mono_s)
        self.pumps[source] = rhythm  # the one heard last stands last
        if len(self.pumps) > SENDERS_KEPT:
            del self.pumps[next(iter(self.pumps))]

    def pump_interval_s(self) -> float | None:
        """How often the pump heard last speaks; None while that is not known."""
        rhythm = next(reversed(self.pumps.values()), None)
        return None if rhythm is None or not rhythm.gaps_s else rhythm.interval_s

    def pump_is_silent(self, mono_s: float, intervals: float, least_s: float) -> bool:
        """Whether the pump heard last has stopped sending; one that speaks only of events is not missed."""
        if not self.pumps:
            return False
        rhythm = next(reversed(self.pumps.values()))
        if len(rhythm.gaps_s) < 2 or min(rhythm.gaps_s) > SLOWEST_INTERVAL_S:
            return False
        return mono_s - rhythm.last_mono_s > max(least_s, intervals * rhythm.interval_s)

    def mark(self, further: str | None, *, simulated: bool) -> None:
        """What was simulated stays so until that device is taken off or another monitor is bound."""
        if simulated:
            self.simulated.add(further or _MONITOR)

    def forget_monitor(self) -> None:
        """Another monitor from now on; the further devices stay."""
        self.monitors.clear()
        self.simulated.discard(_MONITOR)

    def forget_device(self, identifier: str) -> None:
        """A further device is taken off."""
        self.simulated.discard(identifier)
        self.pumps.clear()  # whichever still sends is known again with its next message
