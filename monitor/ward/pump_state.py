"""What the pumps of a session last told of themselves, and where that differs from what was recorded.

Law: the pump is a witness: it moves no session and changes no order. Only its own word makes or ends a difference;
silence, an earlier word and a late one do neither. Drug and weight differ only when they clearly do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.dosing.dose import RateStep
from monitor.clinical.policy.dosing import PumpPolicy
from monitor.hl7.device_message import PumpEvent, PumpEventKind, PumpFacts
from monitor.store.pump_rows import FACTS
from monitor.store.queries.pump_events import PumpEventRecord
from monitor.ward.pump_words import PumpWord, overlaid

EVENTS_KEPT = 100  # the newest; the record has all
_KETAMINE = ("ketamin", "ketalar", "ketanest")  # also esketamine, which is no clear difference
_RUNS = {PumpEventKind.START: True, PumpEventKind.STOP: False, PumpEventKind.COMPLETE: False}


@dataclass(slots=True)
class PumpState:
    """One pump: its facts, whether it runs (None: never said), since when, and when it last said so."""

    facts: PumpFacts = field(default_factory=PumpFacts)
    runs: bool | None = None
    since_at: datetime | None = None
    said_at: datetime | None = None
    heard_at: datetime | None = None

    def hear(self, said: PumpEvent | PumpFacts, at: datetime) -> None:
        """Fold in one word; one that was overtaken by a newer changes nothing."""
        if self.heard_at is not None and at < self.heard_at:
            return
        self.heard_at = at
        if isinstance(said, PumpEvent):
            runs = _RUNS.get(said.kind)
        else:
            self.facts = overlaid(self.facts, said)
            runs = said.infusing if said.delivering is None else said.delivering
        if runs is None:
            return
        if runs is not self.runs:
            self.runs, self.since_at = runs, at
        self.said_at = at


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event of a pump and the time it counts from."""

    source: str
    at: datetime
    event: PumpEvent


@dataclass(slots=True)
class PumpStates:
    """Every pump of a session by source and its own id, and their newest events."""

    known: dict[tuple[str, str], PumpState] = field(default_factory=dict)
    events: list[ToldEvent] = field(default_factory=list)

    def hear(self, word: PumpWord) -> None:
        """Fold in one word of now."""
        self.known.setdefault((word.source, word.device), PumpState()).hear(word.said, word.at)
        if isinstance(word.said, PumpEvent):
            told = ToldEvent(word.source, word.at, word.said)
            if told not in self.events:
                self.events = [*self.events, told][-EVENTS_KEPT:]

    def of_the_drug(self) -> list[PumpState]:
        """The pumps that name ketamine; all of them when none does."""
        named = [one for one in self.known.values() if one.facts.drug and is_ketamine(one.facts.drug)]
        return named or list(self.known.values())


def words_again(records: Iterable[PumpEventRecord]) -> list[PumpWord]:
    """What the record holds of the pumps' words, without those that came late."""
    return [
        PumpWord(one.source, one.device, _said(one), one.device_at, one.charted_at)
        for one in records
        if not one.is_late
    ]


def _said(one: PumpEventRecord) -> PumpEvent | PumpFacts:
    if one.kind != FACTS:
        return PumpEvent(PumpEventKind(one.kind), one.code, one.words, one.device_at)
    return PumpFacts(
        *(one.drug, one.weight_kg, one.infusing, one.delivering, one.not_delivering_reason),
        *(one.programmed_ml_per_h, one.volume_to_be_infused_ml),
    )


def is_ketamine(drug: str) -> bool:
    """Whether a pump's label may mean ketamine; one without three letters says nothing clear and may."""
    letters = "".join(letter for letter in drug.casefold() if letter.isalpha())
    return len(letters) < 3 or any(name in letters for name in _KETAMINE)


def states_differ(
    policy: PumpPolicy, rates: Sequence[RateStep], weight_kg: float | None, states: PumpStates,
    rate_at: datetime | None, now: datetime,
) -> list[str]:  # fmt: skip
    """Drug, weight and running against the record, in words; `rate_at` is when a pump last told its rate."""
    pumps = states.of_the_drug()
    words = [f"pump's drug is {one.facts.drug}, not ketamine" for one in pumps if not is_ketamine(one.facts.drug or "")]
    for one in pumps:
        set_for = one.facts.weight_kg
        if set_for is not None and weight_kg and abs(set_for - weight_kg) > weight_kg * policy.percent / 100:
            words.append(f"pump set for {set_for:g} kg, recorded {weight_kg:g} kg")
    return [*dict.fromkeys(words), *_running(policy, rates, pumps, rate_at, now)]


def _running(
    policy: PumpPolicy, rates: Sequence[RateStep], pumps: Sequence[PumpState], rate_at: datetime | None, now: datetime
) -> list[str]:
    said = [one for one in pumps if one.runs is not None]
    if not rates or not said:
        return []
    runs = any(one.runs for one in said)
    deciding = [one for one in said if one.runs is runs]
    said_at = max(one.said_at for one in deciding if one.said_at is not None)
    since_at = max(one.since_at for one in deciding if one.since_at is not None)
    recorded, recorded_since_at = _recorded(rates)
    if runs is recorded or said_at <= recorded_since_at or (rate_at is not None and rate_at > said_at):
        return []  # they agree, the pump's word is from before, or its rate is its newer word
    if (now - max(since_at, recorded_since_at)).total_seconds() < policy.rate_grace_s:
        return []
    if runs:
        return ["pump runs, recorded as not running"]
    return [f"pump stopped at {since_at:%H:%M} UTC, recorded as running"]


def _recorded(rates: Sequence[RateStep]) -> tuple[bool, datetime]:
    """Whether drug is recorded to run, and since when it is so."""
    runs, since_at = rates[-1].ml_per_h > 0, rates[-1].at
    for step in reversed(rates):
        if (step.ml_per_h > 0) is not runs:
            break
        since_at = step.at
    return runs, since_at
