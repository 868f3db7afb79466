"""Any order of values, gaps, time, acknowledgements, restarts: the promises of the alarm machine hold.

The model is small on purpose: for SpO2 it adds up, second by second, how long each level has been held by values that
were fresh, and knows what a person has seen. The machine must agree with it.
"""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.clinical.alarms.changing_limits import judge_changed_limits
from monitor.clinical.alarms.judging import AcknowledgementRefused, after_restart
from monitor.clinical.alarms.own_limits import in_force, with_change
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.watched import FeedPicture
from tests.clinical.bedside import POLICY, START, Bedside

FRESH_S = 10
# Rises, and what is said again of an alarm that stands.
HEARD = {"raised", "escalated", "returned", "called_all_stations", "called_physician", "called_everyone", "reminded"}
LEVELS = ((92.0, 30.0, AlarmPriority.MEDIUM), (90.0, 20.0, AlarmPriority.HIGH))  # CLINICAL.md §2.6, SpO2 low


class Spo2(RuleBasedStateMachine):
    """One patient with an SpO2 sensor."""

    def __init__(self) -> None:
        super().__init__()
        self.bedside = Bedside()
        self.t = 0
        self.held = [None, None]  # the model: seconds each level has been held, None when not beyond it
        self.kept = [None, None]  # what the newest message left, all that a restart knows
        self.fresh_until = 0
        self.seen = 0  # the worst rank a person has acknowledged of what stands
        self.value: float | None = None
        self.levels = LEVELS

    def _pass(self, seconds: int) -> None:
        counted = max(0, min(self.t + seconds, self.fresh_until) - self.t)
        self.held = [None if h is None else h + counted for h in self.held]
        self.t += seconds

    @property
    def state(self):
        return self.bedside.states.get("spo2_low")

    def _stands(self) -> bool:
        return self.state is not None and self.state.stands

    @rule(seconds=st.integers(1, 12), value=st.sampled_from([84, 88, 89, 89.5, 90, 91, 91.5, 92, 92.5, 93, 97]))
    def value_arrives(self, seconds, value):
        self._pass(seconds)
        stood = self._stands()
        self.bedside.measure(self.t, spo2=value)
        self.held = [
            (h or 0) if value < limit else None for h, (limit, _, _) in zip(self.held, self.levels, strict=True)
        ]
        self.kept = self.held
        self.fresh_until = self.t + FRESH_S
        self.value = value
        if stood and not self._stands():
            assert value >= self.levels[0][0] + 1, "only a value inside by the hysteresis ends an alarm"

    @rule(seconds=st.integers(1, 60), absence=st.sampled_from([None, "off", ("!", 12)]))
    def no_value_arrives(self, seconds, absence):
        self._pass(seconds)
        self.bedside.tick(self.t)
        before = self.state
        self.bedside.measure(self.t, spo2=absence)
        self.kept = self.held
        self.fresh_until = self.t
        assert before is None or self.state.stage is before.stage, "missing data moves nothing"
        assert before is None or self.state.priority is before.priority

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds):
        self._pass(seconds)
        stood = self._stands()
        self.bedside.tick(self.t)
        assert self._stands() or not stood, "time alone never clears"

    @rule(seconds=st.integers(1, 60))
    def the_feed_is_silent(self, seconds):
        self._pass(seconds)
        stood = self._stands()
        self.bedside.tick(self.t, FeedPicture(0, last_mono_s=max(0, self.t - 60)))
        assert self._stands() or not stood

    @rule()
    def the_message_is_sent_again(self):
        if self.value is not None and self.fresh_until == self.t + FRESH_S:
            before = len(self.bedside.events)
            self.bedside.measure(self.t, spo2=self.value)
            assert len(self.bedside.events) == before, "a resend raises nothing twice"

    @rule(medium=st.integers(88, 95), high=st.integers(86, 93))
    def a_person_moves_the_limits(self, medium, high):
        if high >= medium:
            return
        self.bedside.tick(self.t)
        stood, priority = self._stands(), self.state.priority if self.state else None
        unseen = stood and self.state.stage == "active"
        own = with_change({}, "spo2_low", {AlarmPriority.MEDIUM: medium, AlarmPriority.HIGH: high}, "N", START, "so")
        self.bedside.policy = in_force(POLICY, own)
        rule = self.bedside.policy.rules_by_id["spo2_low"]
        context, at = self.bedside.context, START + timedelta(seconds=self.t)
        self.bedside.keep(
            judge_changed_limits(self.bedside.states, rule, context, {}, "moved", at, self.t, self.bedside.new_id)
        )
        self.levels = ((float(medium), 30.0, AlarmPriority.MEDIUM), (float(high), 20.0, AlarmPriority.HIGH))
        still = [self.value is not None and self.value < limit for limit, _, _ in self.levels]
        self.held = [h if beyond else None for h, beyond in zip(self.held, still, strict=True)]
        self.kept = [h if beyond else None for h, beyond in zip(self.kept, still, strict=True)]
        if unseen and priority is AlarmPriority.HIGH:
            assert self._stands(), "a High nobody has seen is never taken away by a limit"
        if stood and not self._stands():
            assert self.t <= self.fresh_until, "without a fresh value nothing ends"
            assert self.value >= medium + 1

    @rule()
    def the_server_restarts(self):
        self.bedside.tick(self.t)
        self.bedside.states = {key: after_restart(state, self.t) for key, state in self.bedside.states.items()}
        self.held = self.kept
        self.fresh_until = self.t
        self.bedside.tick(self.t)

    @precondition(lambda self: self._stands())
    @rule(seen=st.sampled_from([AlarmPriority.MEDIUM, AlarmPriority.HIGH]))
    def a_nurse_acknowledges(self, seen):
        now = self.state.priority
        try:
            self.bedside.acknowledge("spo2_low", self.t, seen)
        except AcknowledgementRefused:
            assert now.rank > seen.rank, "only what is worse than seen is refused"
        else:
            assert now.rank <= seen.rank, "an acknowledgement never hides worse"
            self.seen = now.rank

    @invariant()
    def every_held_violation_has_an_alarm_of_its_priority(self):
        self.bedside.tick(self.t)
        due = [p for h, (_, needs, p) in zip(self.held, self.levels, strict=True) if h is not None and h >= needs]
        if due:
            worst = max(due, key=lambda priority: priority.rank)
            assert self._stands()
            assert self.state.priority.rank >= worst.rank
        if not self._stands():
            self.seen = 0

    @invariant()
    def what_is_acknowledged_was_seen_at_that_priority_or_worse(self):
        if self.state is not None and self.state.stage == "acknowledged":
            assert self.state.priority.rank <= self.seen

    @invariant()
    def every_rise_was_heard_once_and_every_alarm_ends_with_an_event(self):
        events = [event for event in self.bedside.events if event.rule_id == "spo2_low"]
        assert all(event.signal == (event.event in HEARD) for event in events)
        raised = [event.alarm_id for event in events if event.event == "raised"]
        ended = [event.alarm_id for event in events if event.event == "ended"]
        assert len(raised) == len(set(raised))
        assert raised[: len(ended)] == ended
        assert len(raised) - len(ended) == int(self._stands())


Spo2.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestSpo2 = Spo2.TestCase
