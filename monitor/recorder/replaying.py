"""A stored session judged again: what was received and done, in its order, through the functions the live path runs.

Laws
1. No rule of its own: a message goes through Receiving.chart, an act through Acting.happened, time through
   Judging.time, as at the bedside. Only where things come from differs: the record instead of the wire.
2. The times at which things were received are the monotonic clock; time alone is judged each second.
3. Nothing is written. What people acknowledged is an input and is acknowledged again when it stands.

Not in the record, so not replayed: messages sent again unchanged, restarts of the server, and technical alarms about
the server itself, about messages that named another patient, or about what the hospital said of the bed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.alarms.acknowledging import AcknowledgementRefused, acknowledge
from monitor.clinical.alarms.load import AlarmStep, OutOfRange
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES, LIVE_STATES, SessionEvent, SessionState
from monitor.clinical.vitals import Quality, Reading, Vital
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import Absence, DeviceAlarm, DeviceMessage, MessageKind, Withdrawal
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.recorder.acting import Acting
from monitor.recorder.bookings import Bookings
from monitor.recorder.judging import NO_NURSE, Judging
from monitor.recorder.receiving import Receiving
from monitor.recorder.rows_of import vitals_of
from monitor.recorder.striking import strike
from monitor.recorder.turn import Turn
from monitor.store.queries.alarms import AcknowledgementRecord, AlarmRecord, DeviceAlarmRecord, alarms, device_alarms
from monitor.store.queries.assessments import AssessmentRecord, assessments
from monitor.store.queries.chairs import bindings, chair
from monitor.store.queries.patients import patient
from monitor.store.queries.pump_events import PumpEventRecord, pump_events
from monitor.store.queries.received import ReceivedRow, ReceivedWithdrawal, received_rows, received_withdrawals
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord, session
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.live_session import LiveSession, PatientLabel
from monitor.ward.pump_state import words_again
from monitor.ward.restore import course_event, label, score_entry
from monitor.ward.ward import Ward

BEFORE = timedelta(minutes=15)  # what the chair heard before the check-in: how often its monitor sends
TICK = timedelta(seconds=1)
_LONGEST = timedelta(days=2)  # no session of a day clinic lasts longer
_TECHNICAL_OF_THE_SERVER = frozenset(
    {
        "not_recording",
        "judging_fault",
        "no_sounding_station",
        NO_NURSE,
        "patient_mismatch",
        "pump_silent",
        "admission_differs",
    }
)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Everything of one session that judging is replayed from, and the alarms as they were stored."""

    head: SessionRecord
    label: PatientLabel
    chair_name: str
    rows: tuple[ReceivedRow, ...]
    withdrawals: tuple[ReceivedWithdrawal, ...]
    device_alarms: tuple[DeviceAlarmRecord, ...]
    pump_events: tuple[PumpEventRecord, ...]
    events: tuple[SessionEventRecord, ...]
    assessments: tuple[AssessmentRecord, ...]
    alarms: tuple[AlarmRecord, ...]
    rebound_at: tuple[datetime, ...]
    ended_at: datetime  # of the watching; of a session that runs, when it was read

    @property
    def began_at(self) -> datetime | None:
        """When the patient was checked in and watching began; None before that."""
        return _began_at(self.events)


def stored_session(connection: Connection, session_id: int, now: datetime) -> StoredSession:
    """Read one session, up to now when it still runs; raises NotFound."""
    history = session(connection, session_id)
    head, events = history.session, history.events
    first_at = min((one.recorded_at for one in events), default=head.created_at) - BEFORE
    over = (one.recorded_at for one in events if _ends_watching(one))
    ended_at = next(over, min(now, first_at + _LONGEST))
    return StoredSession(
        head=head,
        label=label(patient(connection, head.patient_id)),
        chair_name=chair(connection, head.chair_id).name,
        rows=tuple(received_rows(connection, head.chair_id, first_at, ended_at)),
        withdrawals=tuple(received_withdrawals(connection, head.chair_id, first_at, ended_at)),
        device_alarms=tuple(device_alarms(connection, session_id)),
        pump_events=tuple(pump_events(connection, session_id)),
        events=events,
        assessments=tuple(assessments(connection, session_id)),
        alarms=tuple(alarms(connection, session_id)),
        rebound_at=tuple(one.at for one in bindings(connection, head.chair_id) if first_at < one.at <= ended_at),
        ended_at=ended_at,
    )


def watched_span(events: Sequence[SessionEventRecord], now: datetime) -> tuple[datetime, datetime] | None:
    """From the check-in to the end of the watching, or to now while it goes on; None for who was never checked in."""
    began_at = _began_at(events)
    if began_at is None:
        return None
    return began_at, next((one.recorded_at for one in events if _ends_watching(one)), max(began_at, now))


def _began_at(events: Sequence[SessionEventRecord]) -> datetime | None:
    return next((one.recorded_at for one in events if one.to_state in LIVE_STATES), None)


def _ends_watching(event: SessionEventRecord) -> bool:
    return event.event == SessionEvent.END_MONITORING or event.to_state in {str(state) for state in FINAL_STATES}


@dataclass(slots=True)
class Replayed:
    """What the functions said this time. `unmet` are acknowledgements that found nothing to acknowledge."""

    steps: list[AlarmStep] = field(default_factory=list)
    out_of_range: OutOfRange = field(default_factory=OutOfRange)
    unmet: list[str] = field(default_factory=list)
    states: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _When:
    received_at: datetime
    received_mono_s: float


class Replay:
    """One session on one chair of its own, judged once under one policy."""

    def __init__(
        self, stored: StoredSession, policy: ClinicPolicy, sources: Mapping[str, SourceSettings], codes: CodeTable
    ) -> None:
        self._stored = stored
        self._sources = sources
        self._began_at = stored.began_at or stored.head.created_at
        number = count(1)
        clock, counters = Clock(self._began_at, 0.0, system=False), Counters()
        self._chair = Chair(stored.head.chair_id, stored.chair_name, "", None, 0)
        self._ward = Ward([self._chair])
        self._judging = Judging(clock, counters, lambda: f"replayed-{next(number)}")
        self._judging.unasked = frozenset({NO_NURSE})  # who had the chair then is no question of limits
        self._receiving = Receiving(self._ward, self._judging, codes, sources, clock, counters)
        self._acting = Acting(self._ward, self._judging, Bookings(self._ward, policy.day_plan, ZoneInfo("UTC")))
        self._live = LiveSession(
            id=stored.head.id,
            patient=stored.label,
            chair_id=stored.head.chair_id,
            policy=policy,
            course=Course(state=SessionState.SCHEDULED),
            scheduled_for=stored.head.scheduled_for,
            simulated=stored.head.simulated,
        )
        self._ward.add(self._live)
        self._raised: dict[str, tuple[int, str, str]] = {}  # alarm id -> number, rule, kind
        self._result = Replayed()

    def run(self) -> Replayed:
        """Judge everything again, in the order in which it came."""
        ended_at, tick_at = self._stored.ended_at, self._began_at
        for at, _, happen in sorted(self._inputs(), key=lambda one: one[:2]):
            tick_at = self._ticks(tick_at, min(at, ended_at))
            self._turn(at, happen)
        self._ticks(tick_at, ended_at)
        self._result.out_of_range.close(self._mono_s(ended_at))
        self._result.states = dict(self._live.states)
        return self._result

    def _mono_s(self, at: datetime) -> float:
        return (at - self._began_at).total_seconds()

    def _ticks(self, tick_at: datetime, until_at: datetime) -> datetime:
        """Judge each whole second up to a time; returns the next one."""
        while tick_at <= until_at:
            if self._chair.session is not None and self._live.is_watched:
                self._turn(tick_at, lambda turn: self._judging.time(self._chair, self._live, turn))
            tick_at += TICK
        return tick_at

    def _turn(self, at: datetime, happen: Callable[[Turn], None]) -> None:
        turn = Turn(at, self._mono_s(at))
        happen(turn)
        for alarm in turn.alarms:
            self._raised[alarm.id] = (len(self._raised) + 1, alarm.rule_id, str(alarm.kind))
        for event in turn.alarm_events:
            number, rule_id, kind = self._raised[event.alarm_id]
            self._result.steps.append(
                AlarmStep(
                    number, rule_id, kind, event.at, AlarmEventName(event.event), AlarmPriority(event.priority),
                    event.value, event.limit, event.words,
                )
            )  # fmt: skip

    def _received(self) -> Iterator[tuple[datetime, Callable[[Turn], None]]]:
        """What devices sent; what a message takes back comes after what it says."""
        stored = self._stored
        alarms_of: dict[tuple[datetime, str], list[DeviceAlarmRecord]] = {}
        for alarm in stored.device_alarms:
            alarms_of.setdefault((alarm.received_at, alarm.source), []).append(alarm)
        for (at, source), rows in groupby(stored.rows, key=lambda row: (row.received_at, row.source)):
            message = _message(source, tuple(rows), alarms_of.pop((at, source), []))
            yield at, self._receives(message)
        for gone in stored.withdrawals:
            yield gone.received_at, self._takes_back(gone)
        for (at, source), said in alarms_of.items():
            yield at, self._receives(_message(source, (), said))

    def _inputs(self) -> Iterator[tuple[datetime, int, Callable[[Turn], None]]]:
        """(when, order among things of one moment, what happens)."""
        stored = self._stored
        yield from ((at, 1, happen) for at, happen in self._received())
        for told in stored.pump_events:
            yield told.received_at, 1, self._tells(told)
        for event in stored.events:
            yield event.recorded_at, 2, self._happens(event)
        for entry in stored.assessments:
            yield entry.recorded_at, 3, self._scores(entry)
        for one in stored.alarms:
            for seen in one.acknowledgements:
                yield seen.at, 4, self._acknowledges(one.rule_id, seen)
        for at in stored.rebound_at:
            yield at, 0, lambda turn: self._chair.forget_feed()

    def _receives(self, message: DeviceMessage) -> Callable[[Turn], None]:
        def happen(turn: Turn) -> None:
            chair = self._chair
            settings = self._sources.get(message.source.partition("^")[0]) or self._sources[EVERY_OTHER]
            chair.senders.mark(None, simulated=message.simulated)
            if chair.senders.keeps_the_feed(message.source, vitals_of(message), None):
                chair.source = message.source
                chair.heard(turn.mono_s)
            self._receiving.chart(chair, message, settings, _When(turn.now, turn.mono_s), turn)
            for _, live, news, _ in turn.values:
                context = self._judging.watched(chair, live, turn)
                for one in news:
                    if one.quality is not Quality.IMPLAUSIBLE:
                        self._result.out_of_range.heard(live.judged_by, context, one.vital, one.value, turn.mono_s)

        return happen

    def _takes_back(self, gone: ReceivedWithdrawal) -> Callable[[Turn], None]:
        back = Withdrawal(Vital(gone.vital), gone.device_at, gone.sub_id)
        return lambda turn: strike(self._chair, (back,), turn)

    def _tells(self, record: PumpEventRecord) -> Callable[[Turn], None]:
        def happen(turn: Turn) -> None:
            for word in words_again([record] if self._live.is_watched else []):
                self._live.pump.states.hear(word)

        return happen

    def _happens(self, record: SessionEventRecord) -> Callable[[Turn], None]:
        event = course_event(record)
        return lambda turn: self._acting.happened(self._live, event, turn, record.person_id)

    def _scores(self, record: AssessmentRecord) -> Callable[[Turn], None]:
        def happen(turn: Turn) -> None:
            self._live.scores.add(score_entry(record), record.replaces_id)
            if self._live.course.state in LIVE_STATES:
                self._judging.score(self._chair, self._live, record.kind, turn)

        return happen

    def _acknowledges(self, rule_id: str, seen: AcknowledgementRecord) -> Callable[[Turn], None]:
        def happen(turn: Turn) -> None:
            state = self._live.states.get(rule_id)
            if state is None or not state.stands:
                self._result.unmet.append(f"{seen.at:%H:%M:%S} {rule_id}: nothing stands to be acknowledged")
                return
            priority = AlarmPriority(seen.priority_seen)
            try:
                judgement = acknowledge(self._live.states, rule_id, state.alarm_id, priority, seen.value_seen, turn.now)
            except AcknowledgementRefused as refusal:
                self._result.unmet.append(f"{seen.at:%H:%M:%S} {rule_id}: {refusal.message}")
                return
            self._judging.apply(self._chair, self._live, judgement, turn, seen.person_id)

        return happen


def _message(source: str, rows: Sequence[ReceivedRow], said: Sequence[DeviceAlarmRecord]) -> DeviceMessage:
    """One message as it was read; what is not judged of it is left out.

    Whether a time was the device's own is not in the record: without one a value was measured when it was received,
    which is a lag of nothing and makes no backlog.
    """
    said_values = [
        (row.corrects, Reading(Vital(vital), value, row.device_at, row.sub_ids.get(vital, ""), _quality(row, vital)))
        for row in rows for vital, value in row.values.items()
    ]  # fmt: skip
    return DeviceMessage(
        control_id="",
        type="",
        kind=MessageKind.READINGS,
        source=source,
        simulated=source.startswith("SIM"),
        patient_id=None,
        patient_known=False,
        bed=None,
        device_id=None,
        sent_at=None,  # not in the record; only a message without continuous values would be timed by it
        measured_at=None,
        readings=tuple(reading for _, reading in said_values),
        corrections=tuple(reading for corrects, reading in said_values if corrects),
        absences=tuple(Absence(Vital(vital), reason, row.device_at) for row in rows for vital, reason in row.absences),
        device_alarms=tuple(
            DeviceAlarm(
                one.code, one.text, one.phase, one.priority, one.source_channel, one.device_at, one.state, one.audio
            )
            for one in said
        ),
    )


def _quality(row: ReceivedRow, vital: str) -> Quality:
    """As it was stored: a value once doubted stays doubted, as the monitor's own doubt is not told from ours."""
    if vital in row.implausible:
        return Quality.IMPLAUSIBLE
    return Quality.QUESTIONABLE if vital in row.questionable else Quality.ACCEPTED


def stored_steps(found: Sequence[AlarmRecord]) -> list[AlarmStep]:
    """The alarms as they were recorded, without those only the running server can know of."""
    told = [
        (event.id, alarm, event) for alarm in found if alarm.rule_id not in _TECHNICAL_OF_THE_SERVER
        for event in alarm.events
    ]  # fmt: skip
    number: dict[str, int] = {}
    steps = []
    for _, alarm, event in sorted(told, key=lambda one: one[0]):
        steps.append(
            AlarmStep(
                number.setdefault(alarm.id, len(number) + 1), alarm.rule_id, alarm.kind, event.at,
                AlarmEventName(event.event), AlarmPriority(event.priority), event.value, event.limit, event.words,
            )
        )  # fmt: skip
    return steps
