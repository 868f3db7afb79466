"""A bedside for tests: a shipped policy, a patient, a clock one can push, and the states the caller owns."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from monitor.clinical.alarms.judging import acknowledge, judge_device_apnoea, judge_readings, judge_time
from monitor.clinical.alarms.pausing import ENDED_BY_A_PERSON, pause_audio, resume_audio
from monitor.clinical.alarms.table import AlarmEvent, AlarmPriority, AlarmState, Judgement
from monitor.clinical.policy.policy import ClinicPolicy, parse_policy
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Quality, Reading, Vital
from monitor.clinical.watched import Baseline, FeedPicture, MissingValue, Watched

TEXT = (Path(__file__).parents[2] / "monitor/policies/adult-ketamine.toml").read_text(encoding="utf-8")
POLICY = parse_policy(TEXT)
START = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
BASELINE = Baseline(
    {
        Vital.HR: 76,
        Vital.PR: 76,
        Vital.SPO2: 97,
        Vital.RR: 14,
        Vital.NIBP_SYS: 131,
        Vital.NIBP_DIA: 78,
        Vital.NIBP_MEAN: 95,
        Vital.ETCO2: 38,
        Vital.TEMP: 36.8,
    }
)


@dataclass
class Bedside:
    """One chair: say what arrives when, read what was told."""

    policy: ClinicPolicy = POLICY
    context: Watched = field(default_factory=lambda: Watched(SessionState.INFUSING))
    states: dict[str, AlarmState] = field(default_factory=dict)
    events: list[AlarmEvent] = field(default_factory=list)
    ids: object = field(default_factory=count)

    def now(self, **facts) -> None:
        """Change what is true of the session."""
        self.context = replace(self.context, **facts)

    def keep(self, judgement: Judgement) -> list[AlarmEvent]:
        """Merge as the recorder does."""
        self.states.update(judgement.changed)
        self.events.extend(judgement.events)
        return list(judgement.events)

    def new_id(self) -> str:
        return f"A{next(self.ids)}"

    def measure(self, t: float, device_t: float | None = None, **values: float | str | None) -> list[AlarmEvent]:
        """One message at second t: a number, None (no value), "off" (lead off), ("!", number) implausible or
        ("?", number) questionable.
        """
        measured_at = START + timedelta(seconds=t if device_t is None else device_t)
        judged = [_judged(Vital(word), value, measured_at) for word, value in values.items()]
        at = START + timedelta(seconds=t)
        return self.keep(judge_readings(self.states, self.policy, self.context, judged, at, t, self.new_id))

    def tick(self, t: float, feed: FeedPicture | None = None) -> list[AlarmEvent]:
        """Time passes; without a picture the feed is live and complete."""
        feed = feed or FeedPicture(watching_since_mono_s=0, last_mono_s=t)
        return self.keep(
            judge_time(self.states, self.policy, self.context, feed, START + timedelta(seconds=t), t, self.new_id)
        )

    def device_apnoea(self, t: float, active: bool) -> list[AlarmEvent]:
        at = START + timedelta(seconds=t)
        return self.keep(judge_device_apnoea(self.states, self.policy, self.context, active, at, t, self.new_id))

    def acknowledge(self, rule_id: str, t: float = 0, seen: AlarmPriority | None = None) -> list[AlarmEvent]:
        """A nurse acknowledges what stands (or what she says she saw)."""
        state = self.states[rule_id]
        seen = seen or state.priority
        at = START + timedelta(seconds=t)
        return self.keep(acknowledge(self.states, rule_id, state.alarm_id, seen, state.value, at))

    def pause_audio(self, t: float, pause_s: float = 120) -> list[AlarmEvent]:
        """A nurse pauses the sound of this chair; who pauses also says when it is over."""
        self.now(audio_paused=True)
        return self.keep(pause_audio(self.states, START + timedelta(seconds=t), pause_s))

    def resume_audio(self, t: float) -> list[AlarmEvent]:
        """A nurse ends the sound pause."""
        self.now(audio_paused=False)
        return self.keep(resume_audio(self.states, START + timedelta(seconds=t), ENDED_BY_A_PERSON))

    def stage(self, rule_id: str) -> str:
        """The stage of a rule in its word."""
        return str(self.states[rule_id].stage) if rule_id in self.states else "normal"


class Seen(NamedTuple):
    """What a feed has shown of one vital."""

    last_mono_s: float
    interval_s: float | None = None
    questionable_since_mono_s: float | None = None


def _judged(vital: Vital, value: object, measured_at: datetime) -> Reading | MissingValue:
    if isinstance(value, tuple):
        quality = Quality.IMPLAUSIBLE if value[0] == "!" else Quality.QUESTIONABLE
        return Reading(vital, value[1], measured_at, quality=quality)
    if value is None:
        return MissingValue(vital, "no_value")
    if value == "off":
        return MissingValue(vital, "lead_off")
    return Reading(vital, float(value), measured_at)


def told(events: list[AlarmEvent]) -> list[str]:
    """Events as "rule event priority", with a final "(silent)" for a rise that is not heard."""
    rises = ("raised", "escalated", "returned")
    return [
        f"{e.rule_id} {e.event} {e.priority}" + (" (silent)" if e.event in rises and not e.signal else "")
        for e in events
    ]
