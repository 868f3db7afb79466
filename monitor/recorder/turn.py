"""One turn of the spine: what is to be stored, told and answered together.

Law: filled while judging, written in one transaction, told and answered after it; then forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.alarms.table import AlarmEvent
from monitor.clinical.vitals import Reading, Vital
from monitor.hl7.ack import Outcome
from monitor.hl7.ack import code as ack_code
from monitor.hl7.message import Message, Problem
from monitor.hl7.source import AckForm
from monitor.recorder.arrivals import Arrived
from monitor.recorder.source_register import SourceEntry
from monitor.store.pump_rows import PumpEventRow
from monitor.store.rows import (
    Act,
    AlarmEventRow,
    AlarmRow,
    Batch,
    DeviceAlarmRow,
    QuarantineRow,
    RawBlock,
    ReadingRow,
    UnassignedRow,
    WithdrawalRow,
)
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.shown import ShownAlarm


@dataclass(frozen=True, slots=True)
class Reply:
    """What one message is answered when its turn is recorded; `message` None has no MSH and is not answered.

    `entry` is what the register holds of its sender, `raw` the message when it was taken.
    """

    message: Message | None
    outcome: Outcome
    text: str = ""
    form: AckForm | None = None
    problem: Problem | None = None
    entry: SourceEntry | None = None
    raw: bytes = b""

    def answered(self, outcome: Outcome, *, recorded: bool) -> None:
        """Tell the register; what was not recorded comes again and is no repetition then."""
        if self.entry is None:
            return
        if not recorded:
            self.entry.expect_again(self.raw)
        if self.message is not None:
            self.entry.answered(ack_code(self.message, outcome, self.form))


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm event to be told."""

    chair: Chair
    live: LiveSession
    event: AlarmEvent
    shown: ShownAlarm | None


Follow = Callable[[object, "Turn"], None]  # what the ward does with the answer of an act that is stored


@dataclass(slots=True)
class Turn:
    """Everything that arrived or fell due at one moment."""

    now: datetime
    mono_s: float
    readings: list[ReadingRow] = field(default_factory=list)
    withdrawals: list[WithdrawalRow] = field(default_factory=list)
    alarms: list[AlarmRow] = field(default_factory=list)
    alarm_events: list[AlarmEventRow] = field(default_factory=list)
    device_alarms: list[DeviceAlarmRow] = field(default_factory=list)
    pump_events: list[PumpEventRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    unassigned: list[UnassignedRow] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)  # one an act
    replies: list[tuple[Arrived, list[Reply]]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    values: list[tuple[Chair, LiveSession, list[Reading], datetime | None]] = field(default_factory=list)
    struck: list[tuple[Chair, LiveSession, dict[Vital, datetime]]] = field(default_factory=list)
    simulated: list[int] = field(default_factory=list)
    changed: dict[int, Chair] = field(default_factory=dict)
    sessions: dict[int, tuple[Chair, LiveSession]] = field(default_factory=dict)

    def follow_up(self, act: Act, follow: Follow) -> None:
        """Have an act stored, and followed once it is."""
        self.acts.append(act)
        self.follows.append(follow)

    def batch(self) -> Batch:
        """What this turn stores."""
        return Batch(
            readings=tuple(self.readings),
            withdrawals=tuple(self.withdrawals),
            alarms=tuple(self.alarms),
            alarm_events=tuple(self.alarm_events),
            device_alarms=tuple(self.device_alarms),
            pump_events=tuple(self.pump_events),
            quarantine=tuple(self.quarantine),
            unassigned=tuple(self.unassigned),
            simulated=tuple(self.simulated),
            raw=(RawBlock(self.now, tuple(self.raw)),) if self.raw else (),
            acts=tuple(self.acts),
        )
