"""The infusion pump beside the monitor: a second device that obeys its order, and whoever stands before it.

Law: what reaches the patient is what the pump delivered, step by step in `delivered`, never what was programmed. An
occluded line delivers nothing at once; the pump notices after `NOTICED_AFTER_S`, stops and raises its alarm. A pump
that is not programmed says so and gives nothing.
"""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from simulators.bedside import Outgoing
from simulators.hl7_writer import infusion_pump
from simulators.hl7_writer.infusion_pump import PumpState
from simulators.hl7_writer.words import Sender
from simulators.pharmacokinetics import RateStep

REPORT_EVERY_S = 3.0
NOTICED_AFTER_S = 20.0
BOLUS_ML_PER_H = 600.0
KNOWN_WORDS = "program ORDER, start, stop, rate ML_PER_H, bolus ML, occlude, clear"
_ORDER = re.compile(
    r"\s*(?P<dose>[\d.]+) mg/kg over (?P<over>[\d.]+) min, (?P<conc>[\d.]+) mg/mL, (?P<weight>[\d.]+) kg\s*", re.ASCII
)


class OrderRefused(Exception):
    """An order or a command that does not make sense; the text says what would."""


@dataclass(frozen=True, slots=True)
class PumpOrder:
    """What the pump is programmed to give, from `from_s` seconds on (seconds of the messages, may be negative)."""

    mg_per_kg: float
    over_min: float
    weight_kg: float
    concentration_mg_per_ml: float = 1.0
    drug: str = "Ketamine"
    from_s: float = 0.0

    @property
    def volume_ml(self) -> float:
        """The volume to be infused."""
        return self.mg_per_kg * self.weight_kg / self.concentration_mg_per_ml

    @property
    def ml_per_h(self) -> float:
        """The programmed rate."""
        return self.volume_ml / self.over_min * 60


def parse_order(text: str) -> PumpOrder:
    """Read `0.5 mg/kg over 40 min, 1 mg/mL, 70 kg`; raises OrderRefused."""
    found = _ORDER.fullmatch(text)
    try:
        dose, over, weight, conc = (float(found[name] if found else "") for name in ("dose", "over", "weight", "conc"))
    except ValueError:
        dose = over = weight = conc = 0.0
    if min(dose, over, weight, conc) <= 0:
        raise OrderRefused(f"{text!r} is not an order such as '0.5 mg/kg over 40 min, 1 mg/mL, 70 kg'")
    return PumpOrder(dose, over, weight, conc)


def check_words(words: str) -> None:
    """Refuse words no pump would obey; raises OrderRefused."""
    verb, _, rest = words.strip().partition(" ")
    if verb == "program":
        parse_order(rest)
    elif verb in ("rate", "bolus"):
        if not re.fullmatch(r"\d{1,4}(\.\d+)?", rest.strip(), re.ASCII) or float(rest) <= 0:
            raise OrderRefused(f"{verb} needs a number above 0, such as '{verb} 12'")
    elif rest or verb not in ("start", "stop", "occlude", "clear"):
        raise OrderRefused(f"{words.strip()!r}: known are {KNOWN_WORDS}")


class Pump:
    """One pump; `advance(t)` in the order of time, `obey(words)` in between."""

    def __init__(self, order: PumpOrder | None, *, offset_min: float = 0.0, identity: str = "") -> None:
        """`offset_min` is how far the visit has come at the first message; `delivered` counts minutes of the visit.

        Without an order it waits to be programmed; `identity` is its own id (left out: it is made from the bed).
        """
        self.order, self.identity, self._offset_min = order, identity, offset_min
        self.delivered: list[RateStep] = []
        self.alarm_since_s: float | None = None
        self.happened: list[tuple[str, float]] = []
        self._now_s = 0.0 if order is None else min(0.0, order.from_s)
        self._programmed_ml_per_h = 0.0 if order is None else order.ml_per_h
        self._delivered_ml = 0.0
        self._bolus_left_ml = 0.0
        self._begun = self._infusing = False
        self._occluded_since_s: float | None = None
        self._flow_mg_per_min = 0.0

    def state(self) -> PumpState:
        """What the pump shows now."""
        order = self.order
        return PumpState(
            None if order is None else order.drug,
            None if order is None else order.concentration_mg_per_ml,
            None if order is None else order.weight_kg,
            self._infusing,
            self._pushed_ml_per_h(),
            self._programmed_ml_per_h,
            self._to_be_infused_ml,
            self._delivered_ml,
        )

    @property
    def _to_be_infused_ml(self) -> float:
        return 0.0 if self.order is None else self.order.volume_ml

    def begin_at(self, t_s: float) -> None:
        """Let its time begin earlier than its order does: a hand was on it before."""
        self._now_s = min(self._now_s, t_s)

    def advance(self, t_s: float) -> None:
        """Run until `t_s`, second by second."""
        while self._now_s < t_s:
            step_s = min(1.0, t_s - self._now_s)
            self._begin_when_due()
            flow_ml_per_h = 0.0 if self._occluded_since_s is not None else self._pushed_ml_per_h()
            volume_ml = flow_ml_per_h * step_s / 3600
            if self._bolus_left_ml > 0:
                volume_ml = min(volume_ml, self._bolus_left_ml)
                self._bolus_left_ml = round(self._bolus_left_ml - volume_ml, 9)  # no crumb is a bolus
            else:
                volume_ml = min(volume_ml, max(0.0, self._to_be_infused_ml - self._delivered_ml))
            self._note_flow(volume_ml / step_s * 60)
            self._delivered_ml += volume_ml
            self._now_s += step_s
            self._after_a_step()

    def _begin_when_due(self) -> None:
        if not self._begun and self.order is not None and self._now_s >= self.order.from_s:
            self._begun = self._infusing = True
            self.happened.append(("start", self._now_s))

    def _pushed_ml_per_h(self) -> float:
        if not self._infusing:
            return 0.0
        return BOLUS_ML_PER_H if self._bolus_left_ml > 0 else self._programmed_ml_per_h

    def _note_flow(self, ml_per_min: float) -> None:
        mg_per_min = 0.0 if self.order is None else ml_per_min * self.order.concentration_mg_per_ml
        if abs(mg_per_min - self._flow_mg_per_min) > 1e-9:
            self.delivered.append(RateStep(self._now_s / 60 + self._offset_min, mg_per_min))
            self._flow_mg_per_min = mg_per_min

    def _after_a_step(self) -> None:
        since_s = self._occluded_since_s
        if since_s is not None and self._infusing and self._now_s - since_s >= NOTICED_AFTER_S:
            self.alarm_since_s = self._now_s
            self.happened.append(("occluded", self._now_s))
            self._stop("stop")
        if self._infusing and not self._bolus_left_ml and self._delivered_ml >= self._to_be_infused_ml - 1e-9:
            self._stop("complete")

    def _stop(self, why: str) -> None:
        self._infusing, self._bolus_left_ml = False, 0.0
        self.happened.append((why, self._now_s))

    def obey(self, words: str) -> str:
        """Do what a person at the pump does, in the words of KNOWN_WORDS; raises OrderRefused."""
        check_words(words)
        verb, _, rest = words.strip().partition(" ")
        if verb == "program":
            self._program(parse_order(rest))
        elif rest:
            self._number(verb, float(rest))
        else:
            self._press(verb)
        shown = self.state()
        doing = "infusing" if shown.infusing else "stopped"
        return f"{doing}, {shown.current_ml_per_h:g} mL/h, {shown.delivered_ml:.2f} mL given"

    def _program(self, order: PumpOrder) -> None:
        if self._infusing:
            raise OrderRefused("a running pump is not programmed anew: stop it first")
        self.order, self._begun = replace(order, from_s=math.inf), False  # it waits for its start
        self._programmed_ml_per_h, self._delivered_ml = order.ml_per_h, 0.0

    def _press(self, verb: str) -> None:
        if verb == "occlude" and self._occluded_since_s is None:
            self._occluded_since_s = self._now_s
        elif verb == "clear":
            self._occluded_since_s = None
            if self.alarm_since_s is not None:
                self.happened.append(("cleared", self._now_s))
        elif verb == "stop" and self._infusing:
            self._stop("stop")
        elif verb == "start" and not self._infusing:
            if self.state().remaining_ml <= 0:
                raise OrderRefused("nothing is programmed, or all of it has been given: nothing is left to start")
            self._begun = self._infusing = True
            self.happened.append(("start", self._now_s))

    def _number(self, verb: str, number: float) -> None:
        if verb == "bolus":
            if not self._infusing:
                raise OrderRefused("a bolus needs a running pump")
            self._bolus_left_ml += number
            return
        self._programmed_ml_per_h = number
        self.happened.append(("rate_changed", self._now_s))


Script = Sequence[tuple[float, str]]
"""(second, words): what a person does at the pump, in the order of time; below 0: before the first message."""


def pump_messages(
    pump: Pump, sender: Sender, start: datetime, duration_s: float | None = None, script: Script = ()
) -> Iterator[Outgoing]:
    """Reports every `REPORT_EVERY_S` seconds, and what happened since the last one before it.

    What happened before the first message (an infusion that already ran) is not told as an event.
    """
    numbers, hands = count(1), list(script)
    before = [hand for hand in hands if hand[0] < 0]
    if before:
        pump.begin_at(before[0][0])
        _obey_until(pump, hands, before[-1][0])
    pump.advance(0.0)
    pump.happened.clear()
    for tick in count():
        due_s = tick * REPORT_EVERY_S + 0.5
        if duration_s is not None and due_s >= duration_s:
            return
        _obey_until(pump, hands, due_s)
        pump.advance(due_s)
        happened, pump.happened = pump.happened, []
        for what, at_s in (*happened, ("report", due_s)):
            control = f"P{sender.bed}.{start:%y%m%d%H%M%S}{start.microsecond // 1000:03d}.{next(numbers)}"
            at = start + timedelta(seconds=at_s)
            yield Outgoing(due_s, control, _message(pump, sender, control, what, at, start))


def _obey_until(pump: Pump, hands: list[tuple[float, str]], until_s: float) -> None:
    while hands and hands[0][0] <= until_s:
        at_s, words = hands.pop(0)
        pump.advance(at_s)
        with suppress(OrderRefused):  # as at a real pump: a key that does nothing now
            pump.obey(words)


def _message(pump: Pump, sender: Sender, control: str, what: str, at: datetime, start: datetime) -> bytes:
    if what in ("occluded", "cleared"):
        began_at = start + timedelta(seconds=pump.alarm_since_s or 0.0)
        if what == "cleared":
            pump.alarm_since_s = None
        phase = "start" if what == "occluded" else "end"
        return infusion_pump.occlusion(sender, control, at, began_at, phase=phase, identity=pump.identity)
    event = None if what == "report" else what
    return infusion_pump.report(sender, control, at, pump.state(), event, pump.identity)
