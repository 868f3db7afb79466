"""Between the ward and the clinical core: what is asked, and what its answers change.

Law: the core judges, this file only carries. A fault in judging raises an alarm of its own and loses no reading.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.clinical.alarms.acknowledging import close_all
from monitor.clinical.alarms.changing_limits import judge_changed_limits
from monitor.clinical.alarms.judging import judge_device_apnoea, judge_readings, judge_time
from monitor.clinical.alarms.limits import AlarmRule
from monitor.clinical.alarms.pausing import ENDED_BY_A_PERSON, pause_audio, resume_audio
from monitor.clinical.alarms.score_alarms import judge_unwatched
from monitor.clinical.alarms.table import AlarmEventName, AlarmStage, Judgement
from monitor.clinical.quality import assess
from monitor.clinical.repeats import after_pressure, is_first_beyond
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import NIBP, Quality, Reading, Vital
from monitor.clinical.watched import FeedPicture, MissingValue, Watched
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.hl7.device_message import Absence, DeviceAlarm
from monitor.recorder.score_judging import judge_entered, judge_set
from monitor.recorder.sound_watch import watch_sound
from monitor.recorder.turn import Told, Turn
from monitor.store.rows import AlarmEventRow, AlarmRow
from monitor.ward.admission import stands
from monitor.ward.chairs import Chair
from monitor.ward.due import bp_due
from monitor.ward.freshness import Current, Intervals
from monitor.ward.live_session import LiveSession
from monitor.ward.responsible import lacks_a_nurse
from monitor.ward.sounding import StationSounds

log = logging.getLogger(__name__)

JUDGING_FAULT = "judging_fault"
PUMP_SILENT = "pump_silent"
ADMISSION_DIFFERS = "admission_differs"
NO_NURSE = "no_responsible_nurse"
FAULT_STANDS_S = 60.0  # without another fault, until its alarm ends by itself
_APNOEA_WORDS = ("apnea", "apnoea", "asystole apn")


@dataclass(frozen=True, slots=True)
class Present:
    """What a message says of now beside its values."""

    absences: Sequence[Absence] = ()
    device_alarms: Sequence[DeviceAlarm] = ()


class Judging:
    """Asks the core about chairs and applies its judgements."""

    def __init__(
        self, clock: Clock, counters: Counters, new_id: Callable[[], str], sounds: StationSounds | None = None
    ) -> None:
        self.sounds = sounds  # None: nobody is asked whether a station can sound
        self._clock = clock
        self._counters = counters
        self._new_id = new_id
        self.not_recording = False
        self.unasked: frozenset[str] = frozenset()  # conditions that are not looked for

    def assessed(self, chair: Chair, readings: Sequence[Reading], turn: Turn) -> Sequence[Reading]:
        """The readings with their quality; a fault here is an alarm, and the readings stay as they are."""
        live = chair.session
        if live is None or not live.is_watched:
            return readings
        try:
            readings, chair.signal = assess(live.policy.quality, chair.signal, readings)
        except Exception:
            log.exception("the quality of a message could not be assessed")
            self._fault(chair, live, turn)
        return readings

    def message(
        self,
        chair: Chair,
        live: LiveSession,
        news: Sequence[Reading],
        present: Present,
        mono_s: float,
        turn: Turn,
    ) -> None:
        """Judge one message of the chair's monitor."""
        values: list[Reading | MissingValue] = [*news]
        values += [MissingValue(one.vital, one.reason) for one in present.absences]
        self._guarded(
            chair,
            live,
            turn,
            lambda: judge_readings(
                live.states, live.judged_by, self.watched(chair, live, turn), values, turn.now, mono_s, self._new_id
            ),
        )
        self._ask_to_repeat(live, news)
        if any(one.vital is Vital.NIBP_SYS and one.quality is Quality.ACCEPTED for one in news):
            self._guarded(chair, live, turn, lambda: judge_set(chair, live, turn, self._new_id))
        for alarm in present.device_alarms:
            overtaken = chair.apnoea_at is not None and alarm.measured_at < chair.apnoea_at
            if _is_apnoea(alarm) and not overtaken:
                chair.apnoea_at = alarm.measured_at
                chair.apnoea_source = True
                self._device_apnoea(chair, live, alarm, mono_s, turn)

    def _ask_to_repeat(self, live: LiveSession, news: Sequence[Reading]) -> None:
        """Note whether the newest blood pressure is to be measured once more."""
        cuff = [one.measured_at for one in news if one.vital in NIBP and one.quality is Quality.ACCEPTED]
        if cuff:
            beyond = is_first_beyond(live.judged_by, live.states, max(cuff))
            live.pressure = after_pressure(live.pressure, max(cuff), first_beyond=beyond)

    def _device_apnoea(self, chair: Chair, live: LiveSession, alarm: DeviceAlarm, mono_s: float, turn: Turn) -> None:
        active = alarm.phase != "end" and alarm.state != "inactive"
        self._guarded(
            chair,
            live,
            turn,
            lambda: judge_device_apnoea(
                live.states, live.judged_by, self.watched(chair, live, turn), active, turn.now, mono_s, self._new_id
            ),
        )

    def time(self, chair: Chair, live: LiveSession, turn: Turn) -> None:
        """Judge what time alone does to a chair, and once after a restart the scores the record holds."""
        while live.scores.unjudged:
            self.score(chair, live, live.scores.unjudged.pop(), turn)
        self._guarded(
            chair,
            live,
            turn,
            lambda: judge_time(
                live.states,
                live.judged_by,
                self.watched(chair, live, turn),
                self._feed(chair, live, turn),
                turn.now,
                turn.mono_s,
                self._new_id,
            ),
        )

    def unwatched(self, chair: Chair, live: LiveSession, turn: Turn) -> None:
        """What time does to the alarms of scores once monitoring has ended."""
        paused, signalling = self.watched(chair, live, turn).audio_paused, live.policy.signalling
        self._guarded(
            chair,
            live,
            turn,
            lambda: judge_unwatched(live.states, signalling, turn.now, turn.mono_s, audio_paused=paused),
        )

    def score(self, chair: Chair, live: LiveSession, kind: str, turn: Turn) -> None:
        """Judge a score that was entered or corrected."""
        self._guarded(chair, live, turn, lambda: judge_entered(chair, live, kind, turn, self._new_id))

    def close(self, chair: Chair, live: LiveSession, turn: Turn, cause: str) -> None:
        """The session is over: end what stands."""
        self.apply(chair, live, close_all(live.states, turn.now, cause), turn)

    def pause_audio(self, chair: Chair, live: LiveSession, turn: Turn, person_id: int | None) -> None:
        """A person pauses the sound of what signals on this chair now."""
        pause_s = live.policy.signalling.audio_pause_s
        self.apply(chair, live, pause_audio(live.states, turn.now, pause_s), turn, person_id)

    def resume_audio(self, chair: Chair, live: LiveSession, turn: Turn, person_id: int | None) -> None:
        """A person ends the sound pause of this chair."""
        self.apply(chair, live, resume_audio(live.states, turn.now, ENDED_BY_A_PERSON), turn, person_id)

    def limits_changed(
        self, chair: Chair, live: LiveSession, rule: AlarmRule, cause: str, turn: Turn, person_id: int | None
    ) -> None:
        """A person changed a limit of this session: the rule's alarm follows, with that as its cause."""
        context = self.watched(chair, live, turn)
        judgement = judge_changed_limits(
            live.states, rule, context, _cuff_values(chair), cause, turn.now, turn.mono_s, self._new_id
        )
        self.apply(chair, live, judgement, turn, person_id)

    def apply(
        self, chair: Chair, live: LiveSession, judgement: Judgement, turn: Turn, person_id: int | None = None
    ) -> None:
        """Keep the new states, and have the events stored and told."""
        for rule_id, state in judgement.changed.items():
            if state.stage is AlarmStage.NORMAL and not state.past:
                live.states.pop(rule_id, None)  # an absent state is NORMAL; keeping none is the fast path
            else:
                live.states[rule_id] = state
        for event in judgement.events:
            if event.event is AlarmEventName.RAISED:
                self._counters.alarms.labels(event.kind, event.priority).inc()
                turn.alarms.append(
                    AlarmRow(
                        event.alarm_id,
                        live.id,
                        chair.id,
                        event.rule_id,
                        event.kind,
                        None if event.vital is None else event.vital.value,
                        event.at,
                    )
                )
            turn.alarm_events.append(
                AlarmEventRow(
                    event.alarm_id,
                    event.at,
                    event.event,
                    event.stage,
                    event.priority,
                    event.value,
                    event.limit,
                    event.words,
                    event.cause,
                    person_id,
                )
            )
            turn.told.append(Told(chair, live, event, live.show(event, recorded=True)))
            turn.changed[chair.id] = chair

    def _guarded(self, chair: Chair, live: LiveSession, turn: Turn, judge: Callable[[], Judgement]) -> None:
        """Law 4: a fault in judging never loses a reading, and is an alarm."""
        try:
            judgement = judge()
        except Exception:
            log.exception("judging failed")
            self._fault(chair, live, turn)
            return
        self.apply(chair, live, judgement, turn)

    def _fault(self, chair: Chair, live: LiveSession, turn: Turn) -> None:
        self._counters.faults.inc()
        chair.faulted_mono_s = turn.mono_s
        self._raise_fault(chair, live, turn)

    def _raise_fault(self, chair: Chair, live: LiveSession, turn: Turn) -> None:
        """The alarm of the fault itself, judged apart from all rules: one of them may be what fails."""
        known = live.states.get(JUDGING_FAULT)
        picture = FeedPicture(turn.mono_s, turn.mono_s, conditions=frozenset({JUDGING_FAULT}))
        try:
            judgement = judge_time(
                {} if known is None else {JUDGING_FAULT: known},
                live.policy,
                Watched(phase=live.course.state),
                picture,
                turn.now,
                turn.mono_s,
                self._new_id,
            )
        except Exception:
            log.exception("the alarm of a fault in judging could not be raised")
            return
        self.apply(chair, live, judgement, turn)

    def watched(self, chair: Chair, live: LiveSession, turn: Turn) -> Watched:
        course, now = live.course, turn.now
        return Watched(
            phase=course.state,
            baseline=course.baseline,
            interval_s=Intervals(chair.latest),
            current=Current(chair.latest, live.policy, turn.mono_s),
            paused=course.monitoring_pause is not None and course.monitoring_pause.runs(now),
            audio_paused=course.audio_pause is not None and course.audio_pause.runs(now),
        )

    def _feed(self, chair: Chair, live: LiveSession, turn: Turn) -> FeedPicture:
        freshness = live.policy.freshness
        if chair.senders.pump_is_silent(turn.mono_s, freshness.intervals, freshness.missing_min_s):
            chair.conditions.add(PUMP_SILENT)  # until it is heard: no restart and no passing time ends it
        if self.sounds is not None:
            watch_sound(self.sounds, chair, live)
        conditions = set(chair.conditions)
        if live.course.state is not SessionState.INFUSING:
            conditions.discard(PUMP_SILENT)  # a pump that is not needed may be silent
        if self.not_recording:
            conditions.add("not_recording")
        if chair.faulted_mono_s is not None and turn.mono_s - chair.faulted_mono_s < FAULT_STANDS_S:
            conditions.add(JUDGING_FAULT)
        if live.dose_differs(turn.now):
            conditions.add("dose_discrepancy")
        if stands(chair):
            conditions.add(ADMISSION_DIFFERS)
        if lacks_a_nurse(chair, live, turn.now):
            conditions.add(NO_NURSE)
        due = bp_due(live, chair, turn.now)
        return FeedPicture(
            watching_since_mono_s=live.watching_since_mono_s,
            last_mono_s=None if chair.feed is None else chair.feed.last_mono_s,
            interval_s=None if chair.feed is None else chair.feed.interval_s,
            vitals={
                vital: latest for vital, latest in chair.latest.items() if latest.quality is not Quality.IMPLAUSIBLE
            },
            bp_due_mono_s=None if due is None else turn.mono_s + (due.at - turn.now).total_seconds(),
            bp_interval_s=None if due is None else due.interval_s,
            conditions=frozenset(conditions - self.unasked),
        )


def _cuff_values(chair: Chair) -> Mapping[Vital, float]:
    cuff = chair.cuff
    if cuff is None or cuff.quality is not Quality.ACCEPTED:
        return {}
    parts = {Vital.NIBP_SYS: cuff.systolic, Vital.NIBP_DIA: cuff.diastolic, Vital.NIBP_MEAN: cuff.mean}
    return {vital: value for vital, value in parts.items() if value is not None}


def _is_apnoea(alarm: DeviceAlarm) -> bool:
    text = alarm.text.lower()
    return any(word in text for word in _APNOEA_WORDS)
