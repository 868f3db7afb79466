"""Scores alarm on entry, NEWS2 on set: rows of CLINICAL.md §2.6, corrections, and what age alone must never do."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.acknowledging import acknowledge, after_restart, close_all
from monitor.clinical.alarms.score_alarms import Moment, ScoreContext, judge_news2, judge_score, judge_unwatched
from monitor.clinical.alarms.table import AlarmEventName, AlarmPriority, AlarmStage
from monitor.clinical.scores.bedside import Consciousness
from monitor.clinical.scores.news2 import News2Facts, Taken, news2
from monitor.clinical.session import SessionState
from tests.clinical.bedside import POLICY, START

HIGH, MEDIUM = AlarmPriority.HIGH, AlarmPriority.MEDIUM
E, G = AlarmEventName, AlarmStage


class Nurse:
    """Enters scores; keeps what the caller of the core keeps."""

    def __init__(self, phase=SessionState.INFUSING, **baselines):
        self.context = ScoreContext(phase, baselines)
        self.states = {}
        self.events = []
        self._ids = count()

    def enter(self, kind, value, t=0):
        """One entry at second t; gives back what was told as (event, priority, words, signal)."""
        seen_at = START + timedelta(seconds=t)
        return self._keep(
            judge_score(self.states, POLICY.score_rules_of(kind), self.context, value, seen_at, self.at(t))
        )

    def set(self, t=0, **changes):
        """One NEWS2 set at second t."""
        result = news2(facts(t, **changes), POLICY.news2, START + timedelta(seconds=t))
        return self._keep(judge_news2(self.states, POLICY.score_rules_of("news2"), self.context, result, self.at(t)))

    def at(self, t):
        return Moment(START + timedelta(seconds=t), 100.0 + t, lambda: f"A{next(self._ids)}")

    def _keep(self, judgement):
        self.states.update(judgement.changed)
        self.events += judgement.events
        return [(one.event, one.priority, one.words, one.signal) for one in judgement.events]

    def acknowledge(self, rule_id, t=0):
        state = self.states[rule_id]
        judgement = acknowledge(
            self.states, rule_id, state.alarm_id, state.priority, state.value, START + timedelta(seconds=t)
        )
        self.states.update(judgement.changed)

    def stage(self, rule_id):
        state = self.states.get(rule_id)
        return G.NORMAL if state is None else state.stage


def facts(t=0, **changes):
    at = START + timedelta(seconds=t)
    well = News2Facts(
        Taken(125, at), Taken(14, at), Taken(97, at), Taken(76, at), Taken(36.8, at), (Consciousness.ALERT, at),
        (False, at),
    )  # fmt: skip
    return replace(well, **changes)


# CLINICAL.md §2.6, the rows "on entry": kind, value -> the rule that alarms and how.
ROWS = {
    ("moaas", 5): None,
    ("moaas", 4): None,
    ("moaas", 3): ("moaas_deep", MEDIUM, "MOAA/S 3: rouses only to loud voice"),
    ("moaas", 2): ("moaas_deep", HIGH, "MOAA/S 2: deep sedation"),
    ("moaas", 1): ("moaas_deep", HIGH, "MOAA/S 1: deep sedation, stop the infusion"),
    ("moaas", 0): ("moaas_deep", HIGH, "MOAA/S 0: deep sedation, no response, stop the infusion"),
    ("rass", 4): ("rass_agitated", HIGH, "RASS +4: combative"),
    ("rass", 3): ("rass_agitated", HIGH, "RASS +3: very agitated"),
    ("rass", 2): ("rass_agitated", MEDIUM, "RASS +2: agitated"),
    ("rass", 1): None,
    ("rass", 0): None,
    ("rass", -2): None,
    ("rass", -3): ("rass_sedated", MEDIUM, "RASS −3: moderately sedated"),
    ("rass", -4): ("rass_sedated", HIGH, "RASS −4: deeply sedated"),
    ("rass", -5): ("rass_sedated", HIGH, "RASS −5: cannot be roused"),
    ("nrs", 6): None,
    ("nrs", 7): ("pain", MEDIUM, "Pain NRS 7 ≥ 7, baseline 4"),
    ("nrs", 10): ("pain", MEDIUM, "Pain NRS 10 ≥ 7, baseline 4"),
}


@pytest.mark.parametrize(("entry", "row"), ROWS.items())
def test_the_rows_of_the_table(entry, row):
    nurse = Nurse(nrs=4)
    told = nurse.enter(*entry)
    if row is None:
        assert told == []
        assert nurse.states == {}
        return
    rule_id, priority, words = row
    assert told == [(E.RAISED, priority, words, True)]
    assert nurse.states[rule_id].stage is G.ACTIVE


@pytest.mark.parametrize(
    ("baseline", "value", "rings"),
    [(4, 7, True), (5, 7, True), (6, 7, False), (6, 8, True), (8, 9, False), (8, 10, True), (9, 10, False)],
)
def test_pain_needs_seven_and_two_above_the_baseline(baseline, value, rings):
    assert bool(Nurse(nrs=baseline).enter("nrs", value)) is rings


def test_without_a_baseline_seven_is_enough_and_the_words_name_none():
    assert Nurse().enter("nrs", 7) == [(E.RAISED, MEDIUM, "Pain NRS 7 ≥ 7", True)]
    assert Nurse().enter("nrs", 6) == []


def test_pain_before_the_start_is_the_baseline_and_no_alarm():
    nurse = Nurse(SessionState.PREPARING)
    assert nurse.enter("nrs", 10) == []
    assert nurse.states == {}


def test_stopping_is_suggested_only_while_drug_runs():
    for phase in (SessionState.PREPARING, SessionState.HELD, SessionState.OBSERVING):
        ((_, priority, words, _),) = Nurse(phase).enter("moaas", 1)
        assert (priority, words) == (HIGH, "MOAA/S 1: deep sedation")


def test_what_is_raised_says_when_why_and_how():
    nurse = Nurse()
    nurse.enter("moaas", 2, t=5)
    (event,) = nurse.events
    assert (event.value, event.limit, event.cause) == (2, 2, "beyond the limit, told at once")
    assert (event.vital, event.at, event.alarm_id) == (None, START + timedelta(seconds=5), "A0")
    state = nurse.states["moaas_deep"]
    assert (state.raised_at, state.waiting_since_mono_s) == (event.at, 105.0)
    assert state.measured_at == START + timedelta(seconds=5)


def test_worse_escalates_better_is_told_silently_and_inside_ends():
    nurse = Nurse()
    assert nurse.enter("moaas", 3, 0)[0][:2] == (E.RAISED, MEDIUM)
    assert nurse.enter("moaas", 2, 10) == [(E.ESCALATED, HIGH, "MOAA/S 2: deep sedation", True)]
    assert nurse.enter("moaas", 3, 20) == [(E.DEESCALATED, MEDIUM, "MOAA/S 3: rouses only to loud voice", False)]
    assert nurse.enter("moaas", 4, 30)[0][0] is E.ENDED
    assert nurse.stage("moaas_deep") is G.NORMAL
    assert {one.alarm_id for one in nurse.events} == {"A0"}


def test_a_new_alarm_of_the_same_rule_is_another_alarm():
    nurse = Nurse()
    nurse.enter("moaas", 3)
    nurse.enter("moaas", 5, 10)
    assert nurse.enter("moaas", 3, 20)[0][0] is E.RAISED
    assert nurse.states["moaas_deep"].alarm_id == "A1"


def test_every_worse_score_sounds_again_also_within_one_priority():
    nurse = Nurse()
    nurse.enter("moaas", 2)
    nurse.acknowledge("moaas_deep", 5)
    assert nurse.stage("moaas_deep") is G.ACKNOWLEDGED
    told = nurse.enter("moaas", 1, 10)
    assert told == [(E.ESCALATED, HIGH, "MOAA/S 1: deep sedation, stop the infusion", True)]
    assert nurse.stage("moaas_deep") is G.ACTIVE
    assert nurse.states["moaas_deep"].waiting_since_mono_s == 110.0


def test_every_worse_score_sounds_again_where_high_is_bad():
    nurse = Nurse(nrs=2)
    nurse.enter("nrs", 7)
    nurse.acknowledge("pain")
    assert nurse.enter("nrs", 8, 10)[0][0] is E.ESCALATED


def test_a_better_score_beyond_the_same_limit_changes_words_and_stays_acknowledged():
    nurse = Nurse()
    nurse.enter("moaas", 1)
    nurse.acknowledge("moaas_deep", 5)
    assert nurse.enter("moaas", 2, 10) == [(E.DEESCALATED, HIGH, "MOAA/S 2: deep sedation", False)]
    assert nurse.events[-1].cause == "a better score, still beyond the limit"
    assert nurse.events[-1].acknowledged
    assert nurse.stage("moaas_deep") is G.ACKNOWLEDGED
    assert nurse.enter("moaas", 1, 20)[0][0] is E.ESCALATED  # worse than what stands again


@pytest.mark.parametrize("acknowledged", [True, False])
def test_the_same_score_judged_again_tells_nothing(acknowledged):
    nurse = Nurse()
    nurse.enter("moaas", 2)
    if acknowledged:
        nurse.acknowledge("moaas_deep")
    before = nurse.stage("moaas_deep")
    assert nurse.enter("moaas", 2, 10) == []
    assert nurse.stage("moaas_deep") is before


def test_from_agitated_to_sedated_one_alarm_ends_and_the_other_begins():
    nurse = Nurse()
    nurse.enter("rass", 3)
    told = nurse.enter("rass", -4, 10)
    assert [(event, words) for event, _, words, _ in told] == [
        (E.RAISED, "RASS −4: deeply sedated"),
        (E.ENDED, "RASS +3: very agitated"),
    ]


def test_a_standing_alarm_ends_by_a_score_in_any_phase():
    nurse = Nurse(nrs=2)
    nurse.enter("nrs", 8)
    nurse.context = replace(nurse.context, phase=SessionState.PREPARING)
    assert nurse.enter("nrs", 3, 10)[0][0] is E.ENDED


def test_a_baseline_known_later_can_end_the_alarm():
    nurse = Nurse()
    nurse.enter("nrs", 7)
    nurse.context = replace(nurse.context, baselines={"nrs": 6})
    assert nurse.enter("nrs", 7)[0][0] is E.ENDED


def test_after_a_restart_the_same_score_tells_nothing_and_a_worse_one_sounds():
    nurse = Nurse()
    nurse.enter("moaas", 2)
    nurse.states = {name: after_restart(state, 7.0, 60.0) for name, state in nurse.states.items()}
    assert nurse.enter("moaas", 2, 10) == []
    assert nurse.enter("moaas", 1, 20)[0][0] is E.ESCALATED


def test_an_alarm_whose_value_the_record_lost_sounds_again_for_the_next_score():
    nurse = Nurse()
    nurse.enter("moaas", 2)
    nurse.states = {name: replace(state, value=None) for name, state in nurse.states.items()}
    assert nurse.enter("moaas", 2, 10)[0][0] is E.ESCALATED


def test_the_end_of_the_session_ends_it():
    nurse = Nurse()
    nurse.enter("moaas", 2)
    (event,) = close_all(nurse.states, START, "the session is discharged").events
    assert event.event is E.ENDED


def test_once_the_monitor_is_watched_no_more_the_ladder_is_still_climbed_and_a_pause_still_ends():
    nurse = Nurse(SessionState.OBSERVING)
    nurse.enter("moaas", 2)

    def after(t, *, audio_paused):
        at = START + timedelta(seconds=t)
        judgement = judge_unwatched(nurse.states, POLICY.signalling, at, 100.0 + t, audio_paused=audio_paused)
        nurse.states.update(judgement.changed)
        return [event.event for event in judgement.events]

    assert after(29, audio_paused=False) == []
    assert after(30, audio_paused=False) == [E.CALLED_ALL_STATIONS]
    nurse.states = {name: replace(state, silenced=True) for name, state in nurse.states.items()}
    assert after(31, audio_paused=True) == []
    assert after(32, audio_paused=False) == [E.RESOUNDED]
    assert not nurse.states["moaas_deep"].silenced
    assert after(60, audio_paused=False) == [E.CALLED_PHYSICIAN]
    nurse.states["moaas_deep"] = replace(nurse.states["moaas_deep"], waiting_since_mono_s=None)
    assert after(61, audio_paused=False) == []
    assert nurse.states["moaas_deep"].waiting_since_mono_s == 161.0


# --- NEWS2 ---------------------------------------------------------------------------------------------------------


def taken(value, t=0):
    return Taken(value, START + timedelta(seconds=t))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, None),
        ({"rr": taken(22), "pulse": taken(112)}, None),  # 4, no 3
        ({"rr": taken(22), "pulse": taken(112), "temp_cel": taken(38.5)}, (MEDIUM, "NEWS2 5")),
        ({"rr": taken(22), "pulse": taken(112), "systolic": taken(95)}, (MEDIUM, "NEWS2 6")),
        (
            {"rr": taken(22), "pulse": taken(112), "systolic": taken(95), "temp_cel": taken(38.5)},
            (HIGH, "NEWS2 7"),
        ),
        ({"spo2": taken(91)}, (MEDIUM, "NEWS2 3: SpO₂ scores 3")),
        ({"rr": taken(8), "pulse": taken(135)}, (MEDIUM, "NEWS2 6: RR, pulse scores 3")),
        ({"systolic": taken(230)}, (MEDIUM, "NEWS2 3: systolic BP scores 3")),
        ({"consciousness": (Consciousness.UNRESPONSIVE, START)}, (MEDIUM, "NEWS2 3: consciousness scores 3")),
    ],
)
def test_five_or_a_single_three_is_medium_and_seven_is_high(changes, told):
    found = Nurse().set(**changes)
    assert found == ([] if told is None else [(E.RAISED, *told, True)])


def test_expected_dissociation_is_not_counted_and_the_words_say_so():
    confused = {"consciousness": (Consciousness.CONFUSION, START), "ketamine": (START, START)}
    assert Nurse().set(**confused) == []
    told = Nurse().set(**confused, spo2=taken(91))
    assert told == [(E.RAISED, MEDIUM, "NEWS2 3: SpO₂ scores 3, consciousness not counted (ketamine)", True)]


def test_an_incomplete_or_old_set_moves_nothing():
    nurse = Nurse()
    nurse.set(spo2=taken(91))
    before = nurse.states["news2"]
    assert nurse.set(10, rr=None) == []
    assert nurse.set(10, temp_cel=Taken(36.8, START - timedelta(hours=5))) == []
    assert nurse.states["news2"] is before
    assert Nurse().set(rr=None, spo2=taken(85)) == []


def test_news2_gets_worse_better_and_well():
    nurse = Nurse()
    nurse.set(0, spo2=taken(91))
    nurse.acknowledge("news2")
    assert nurse.set(60, spo2=taken(91, 60)) == []
    assert nurse.set(120, spo2=taken(91, 120), rr=taken(22, 120))[0][:3] == (
        E.ESCALATED, MEDIUM, "NEWS2 5: SpO₂ scores 3",
    )  # fmt: skip
    assert nurse.set(180, spo2=taken(91, 180), rr=taken(25, 180), pulse=taken(95, 180))[0][1] is HIGH
    assert nurse.set(240, spo2=taken(93, 240), rr=taken(22, 240), pulse=taken(95, 240))[0][:2] == (
        E.DEESCALATED, MEDIUM,
    )  # fmt: skip
    # 4 without a 3 is inside; 3 with a single 3 was not.
    assert nurse.set(300, spo2=taken(93, 300), rr=taken(22, 300))[0][0] is E.ENDED


def test_a_single_three_holds_an_alarm_that_the_total_would_end():
    nurse = Nurse()
    nurse.set(0, rr=taken(22), pulse=taken(112), systolic=taken(95))
    told = nurse.set(60, rr=taken(25, 60))
    assert told == [(E.DEESCALATED, MEDIUM, "NEWS2 3: RR scores 3", False)]
    assert nurse.stage("news2") is G.ACTIVE


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=12))
def test_in_any_order_the_alarm_stands_exactly_while_the_newest_score_is_beyond(entries):
    nurse = Nurse()
    for t, (value, acknowledges) in enumerate(entries):
        before = nurse.states.get("moaas_deep")
        stood = before is not None and before.stands
        told = nurse.enter("moaas", value, t)
        stands = nurse.stage("moaas_deep") in (G.ACTIVE, G.ACKNOWLEDGED)
        assert stands is (value <= 3)
        if stands:
            assert nurse.states["moaas_deep"].priority is (HIGH if value <= 2 else MEDIUM)
            worse = not stood or value < before.value
            assert any(signal for *_, signal in told) is worse
        if stands and acknowledges:
            nurse.acknowledge("moaas_deep", t)


def test_what_an_unwatched_chair_tells_has_its_time():
    nurse = Nurse(SessionState.OBSERVING)
    nurse.enter("moaas", 2)
    later = START + timedelta(seconds=40)
    (event,) = judge_unwatched(nurse.states, POLICY.signalling, later, 140.0, audio_paused=False).events
    assert (event.event, event.at) == (E.CALLED_ALL_STATIONS, later)
