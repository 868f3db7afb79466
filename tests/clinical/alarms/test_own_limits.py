"""Limits of one patient: how far they move, who may move them, what they then do to alarms."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.changing_limits import judge_changed_limits
from monitor.clinical.alarms.judging import after_restart
from monitor.clinical.alarms.limits import Direction
from monitor.clinical.alarms.own_limits import (
    LimitRefused,
    accepted_range,
    check_change,
    in_force,
    read_wanted,
    rule_words,
    with_change,
)
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from monitor.clinical.session import SessionState
from monitor.clinical.watched import Watched
from monitor.errors import NotAllowed
from tests.clinical.bedside import POLICY, START, TEXT, Bedside, told

LOW, MEDIUM, HIGH = AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH
ADJUSTABLE = [
    (rule, level) for rule in POLICY.rules for level in rule.levels if level.adjustable is not None and not rule.is_off
]


def own(rule: str, **limits: float) -> dict:
    """The own limits after one change by the nurse."""
    return with_change({}, rule, {AlarmPriority(name): limit for name, limit in limits.items()}, "N. Test", START, "so")


def check(rule: str, wanted: dict | None, *, physician: bool = True, own_now: dict | None = None) -> None:
    check_change(POLICY, own_now or {}, rule, wanted, physician=physician)


class Patient(Bedside):
    """A bedside whose limits a person changes, as the recorder does it."""

    own: dict

    def change(self, t: float, rule: str, wanted: dict | None) -> list:
        self.own = with_change(getattr(self, "own", {}), rule, wanted, "N. Test", START + timedelta(seconds=t), "so")
        self.policy = in_force(POLICY, self.own)
        judgement = judge_changed_limits(
            self.states, self.policy.rules_by_id[rule], self.context, {}, "limit changed by N. Test",
            START + timedelta(seconds=t), t, self.new_id,
        )  # fmt: skip
        return self.keep(judgement)


# --- How far ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "level"), ADJUSTABLE, ids=[f"{r.id} {lv.priority}" for r, lv in ADJUSTABLE])
def test_the_accepted_range_is_accepted_at_its_ends_and_refused_a_step_outside(rule, level):
    low, high = accepted_range(POLICY, rule, level.priority)
    step = 0.1 if rule.vital == "temp" else 1
    assert level.adjustable.low <= low <= level.limit <= high <= level.adjustable.high
    check(rule.id, {level.priority: low})
    check(rule.id, {level.priority: high})
    for outside in (low - step, high + step):
        with pytest.raises(
            LimitRefused, match=rf"{level.priority.upper()}: {outside:g} .* is not accepted; {low:g} to "
        ):
            check(rule.id, {level.priority: round(outside, 6)})


@pytest.mark.parametrize(("rule", "level"), ADJUSTABLE, ids=[f"{r.id} {lv.priority}" for r, lv in ADJUSTABLE])
def test_no_own_limit_passes_a_worse_rule_of_the_same_side(rule, level):
    """An own limit must never silence what the policy says nobody may move: the extreme, the deep desaturation."""
    for other in POLICY.rules_by_vital[rule.vital]:
        if other.absolute and other.direction is rule.direction and other.id != rule.id:
            for fixed in other.levels:
                if fixed.adjustable is None:
                    worst = level.adjustable.high if rule.direction is Direction.HIGH else level.adjustable.low
                    assert worst < fixed.limit if rule.direction is Direction.HIGH else worst > fixed.limit


def test_the_life_critical_highs_are_a_physicians_and_what_nobody_may_move_has_no_bounds():
    for _, level in ADJUSTABLE:
        assert level.adjustable.physician == (level.priority is HIGH)
        assert level.adjustable.source
        assert level.adjustable.mark in "VMD"
    fixed = {rule.id for rule in POLICY.rules if not any(level.adjustable for level in rule.levels)}
    assert {"apnoea", "apnoea_etco2", "spo2_desaturation", "sbp_extreme", "dbp_extreme"} <= fixed
    assert {rule.id for rule in POLICY.rules if not rule.absolute} <= fixed


REFUSED = [
    ("unknown rule", "moon", {MEDIUM: 90}, "no alarm rule “moon”"),
    ("a rule that is off", "spo2_fast_fall", {MEDIUM: 5}, "no alarm rule “spo2_fast_fall”"),
    ("no limit named", "spo2_low", {}, "at least one limit"),
    ("no such level", "spo2_low", {LOW: 90}, "SpO₂ low has no LOW limit"),
    ("nobody may", "spo2_desaturation", {HIGH: 80}, "HIGH: this policy lets nobody change this limit"),
    ("nobody may, relative", "hr_rise", {MEDIUM: 100}, "lets nobody change"),
    ("beyond the bounds", "spo2_low", {MEDIUM: 87}, "MEDIUM: 87 % is not accepted; 91 to 95 % is"),
    ("inverted", "spo2_low", {MEDIUM: 90}, "90 % is not accepted; 91 to 95 % is"),
    ("inverted by the other level", "spo2_low", {HIGH: 92}, "92 % is not accepted; 86 to 91 % is"),
    ("inverted, both", "spo2_low", {MEDIUM: 89, HIGH: 89}, "MEDIUM: 89 % is not accepted; 90 to 95 % is"),
    ("half a step", "hr_high", {MEDIUM: 120.5}, "steps of 1"),
    ("a hundredth of a degree", "temp_high", {LOW: 38.05}, "steps of 0.1"),
    ("not a number", "hr_high", {MEDIUM: float("nan")}, "steps of 1"),
    ("taking back nothing", "hr_high", None, "no limits of its own"),
]


@pytest.mark.parametrize(("why", "rule", "wanted", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused_says_field_value_and_accepted_range(why, rule, wanted, sentence):
    with pytest.raises(LimitRefused, match=re.escape(sentence)) as refused:
        check(rule, wanted)
    assert refused.value.missing


def test_both_levels_move_together_where_one_alone_would_cross():
    check("spo2_low", {MEDIUM: 89, HIGH: 88})
    with pytest.raises(LimitRefused):
        check("spo2_low", {MEDIUM: 89})


def test_limits_of_the_two_sides_never_come_nearer_than_lets_an_alarm_clear():
    # No bounds of the shipped policy let the two sides meet, so some are written that do.
    text = TEXT.replace("medium = { low = 100, high = 145 }", "medium = { low = 51, high = 145 }", 1)
    policy = parse_policy(text)
    assert accepted_range(policy, policy.rules_by_id["hr_high"], MEDIUM) == (56, 129)  # 50, hysteresis 5, a step
    check_change(policy, {}, "hr_high", {MEDIUM: 56}, physician=False)
    with pytest.raises(LimitRefused, match="55 /min is not accepted; 56 to 129"):
        check_change(policy, {}, "hr_high", {MEDIUM: 55}, physician=False)
    moved = own("hr_low", medium=60)
    assert accepted_range(in_force(policy, moved), policy.rules_by_id["hr_high"], MEDIUM) == (66, 129)
    low_side = text.replace("medium = { low = 40, high = 60 }", "medium = { low = 41, high = 119 }", 1)
    policy = parse_policy(low_side)
    assert accepted_range(policy, policy.rules_by_id["hr_low"], MEDIUM) == (41, 114)  # 120, hysteresis 5, a step


def test_where_the_others_leave_no_room_it_says_so():
    text = TEXT.replace("medium = { low = 100, high = 145 }", "medium = { low = 119, high = 120 }", 1)
    text = text.replace("high = { low = 120, high = 150, physician = true }", "high = { low = 120, high = 150 }", 1)
    policy = parse_policy(text)
    moved = with_change({}, "hr_high", {HIGH: 121}, "N", START, "so")
    check_change(policy, {}, "hr_high", {HIGH: 121}, physician=False)
    with pytest.raises(LimitRefused, match="beside the other limits nothing is"):
        check_change(policy, moved, "hr_high", {MEDIUM: 120, HIGH: 119}, physician=False)


def test_a_level_a_physician_must_move_is_refused_to_anybody_else_also_when_it_is_taken_back():
    check("spo2_low", {HIGH: 88}, physician=True)
    check("spo2_low", {MEDIUM: 91}, physician=False)
    with pytest.raises(NotAllowed, match="SpO₂ low, HIGH: only a physician"):
        check("spo2_low", {MEDIUM: 91, HIGH: 88}, physician=False)
    with pytest.raises(NotAllowed, match="only a physician"):
        check("spo2_low", None, physician=False, own_now=own("spo2_low", high=88))
    check("spo2_low", None, physician=False, own_now=own("spo2_low", medium=91))
    check("spo2_low", None, physician=True, own_now=own("spo2_low", high=88))


def test_taking_back_is_refused_while_another_own_limit_would_cross_the_policys():
    text = TEXT.replace("medium = { low = 100, high = 145 }", "medium = { low = 51, high = 145 }", 1)
    policy = parse_policy(text.replace("medium = { low = 40, high = 60 }", "medium = { low = 41, high = 119 }", 1))
    now = {**own("hr_high", medium=129), **own("hr_low", medium=118)}
    with pytest.raises(LimitRefused, match="120 /min is not accepted; 124 to 129"):
        check_change(policy, now, "hr_high", None, physician=True)


# --- What is then in force -------------------------------------------------------------------------------------------


def test_without_own_limits_the_policy_itself_judges():
    assert in_force(POLICY, {}) is POLICY


def test_only_the_changed_level_differs_and_says_what_the_policy_said_and_who_changed_it():
    rules = in_force(POLICY, own("spo2_low", medium=88, high=86))
    medium, high = rules.rules_by_id["spo2_low"].levels
    assert (medium.limit, medium.policy_limit, medium.changed_by) == (88, 92, "N. Test")
    assert (high.limit, high.policy_limit) == (86, 90)
    assert (
        rules.rules_by_vital[medium_vital := POLICY.rules_by_id["spo2_low"].vital][0] is rules.rules_by_id["spo2_low"]
    )
    others = [rule for rule in rules.rules if rule.id != "spo2_low"]
    assert others == [rule for rule in POLICY.rules if rule.id != "spo2_low"]
    assert [rule.id for rule in rules.rules_by_vital[medium_vital]] == [
        rule.id for rule in POLICY.rules_by_vital[medium_vital]
    ]
    assert rules.sha256 == POLICY.sha256


def test_a_limit_that_is_the_policys_own_is_not_shown_as_changed():
    level = in_force(POLICY, own("spo2_low", medium=92)).rules_by_id["spo2_low"].levels[0]
    assert level is POLICY.rules_by_id["spo2_low"].levels[0]


def test_a_later_change_keeps_the_levels_it_does_not_name_and_a_reset_takes_the_rule_back():
    first = own("spo2_low", medium=91)
    second = with_change(first, "spo2_low", {HIGH: 88}, "P. Test", START, "copd")
    assert {str(priority): (one.limit, one.by, one.reason) for priority, one in second["spo2_low"].items()} == {
        "medium": (91, "N. Test", "so"), "high": (88, "P. Test", "copd"),
    }  # fmt: skip
    both = with_change(second, "hr_high", {MEDIUM: 130}, "N. Test", START, "fit")
    assert set(with_change(both, "spo2_low", None, "N. Test", START, "better")) == {"hr_high"}
    assert first == own("spo2_low", medium=91), "what was before is not changed in place"


@given(st.sampled_from(ADJUSTABLE), st.integers(0, 3000), st.booleans())
def test_whatever_is_accepted_can_still_alarm_and_clear(chosen, tenths, physician):
    """Accepted limits keep every law of a policy: ordered levels, sides apart, hysteresis that lets them clear."""
    rule, level = chosen
    limit = tenths / 10
    try:
        check(rule.id, {level.priority: limit}, physician=physician)
    except (LimitRefused, NotAllowed):
        return
    rules = in_force(POLICY, own(rule.id, **{level.priority: limit}))
    mine = [one.limit for one in rules.rules_by_id[rule.id].levels]
    assert mine == sorted(set(mine), reverse=rule.direction is Direction.LOW)
    absolute = [one for one in rules.rules_by_vital[rule.vital] if one.absolute]
    for low, high in product(absolute, absolute):
        if (low.direction, high.direction) == (Direction.LOW, Direction.HIGH):
            margin = max(low.hysteresis, high.hysteresis)
            assert max(one.limit for one in low.levels) + margin < min(one.limit for one in high.levels)


def test_words_of_a_rule():
    words = {rule: rule_words(POLICY.rules_by_id[rule]) for rule in ("spo2_low", "sbp_high", "dbp_low", "map_high")}
    assert list(words.values()) == ["SpO₂ low", "BP systolic high", "BP diastolic low", "MAP high"]


DETAILS = [
    ({"rule": "hr_high", "limits": {"medium": 130}}, ("hr_high", {MEDIUM: 130.0})),
    (
        {"rule": "hr_high", "limits": {"medium": 130, "high": 140.0}, "reset": False},
        ("hr_high", {MEDIUM: 130, HIGH: 140}),
    ),
    ({"rule": "hr_high", "reset": True}, ("hr_high", None)),
    ({"rule": "hr_high", "limits": {}, "reset": True}, ("hr_high", None)),
]


@pytest.mark.parametrize(("details", "read"), DETAILS)
def test_details_of_a_change(details, read):
    assert read_wanted(details) == read


@pytest.mark.parametrize(
    "details",
    [{}, {"rule": 3, "limits": {"medium": 1}}, {"rule": "x"}, {"rule": "x", "limits": 3},
     {"rule": "x", "limits": {"medium": True}}, {"rule": "x", "limits": {"medium": "90"}},
     {"rule": "x", "limits": {"medium": float("inf")}}, {"rule": "x", "limits": {"urgent": 90}},
     {"rule": "x", "limits": {"medium": 90}, "reset": True}, {"rule": "x", "reset": 1}],
)  # fmt: skip
def test_details_that_say_nothing_clear_are_no_change(details):
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_wanted(details)


# --- What it does to alarms ------------------------------------------------------------------------------------------


def ring(patient: Patient, value: float, seconds: int = 30, **more: float) -> None:
    for t in range(0, seconds + 1, 5):
        patient.measure(t, spo2=value, **more)


def test_the_next_value_is_judged_by_the_new_limit_and_nothing_begins_before_it():
    patient = Patient()
    patient.measure(0, spo2=93)
    assert patient.change(1, "spo2_low", {MEDIUM: 95}) == []
    assert patient.stage("spo2_low") == "normal"
    for t in range(2, 33, 5):
        patient.measure(t, spo2=93)
    assert told(patient.events) == ["spo2_low raised medium"]
    assert patient.events[0].limit == 95
    assert patient.events[0].cause == (
        "beyond the patient's own limit (the policy's is 92, changed by N. Test) for 30 s, 30 asked for"
    )
    assert patient.states["spo2_low"].words == "SpO₂ 93 < 95"


def test_a_high_at_once_also_names_the_patients_own_limit():
    patient = Patient()
    patient.change(0, "sbp_high", {HIGH: 170})
    event = patient.measure(1, nibp_sys=171)[0]
    assert event.cause == "beyond the patient's own limit (the policy's is 180, changed by N. Test), told at once"


def test_a_wider_limit_ends_a_medium_that_its_fresh_value_no_longer_passes_and_says_why():
    patient = Patient()
    ring(patient, 91)
    events = patient.change(31, "spo2_low", {MEDIUM: 90, HIGH: 88})
    assert [(str(e.event), e.cause, e.acknowledged) for e in events] == [("ended", "limit changed by N. Test", False)]
    assert patient.stage("spo2_low") == "normal"


def test_a_value_inside_the_new_limit_but_not_by_the_hysteresis_keeps_it():
    patient = Patient()
    ring(patient, 91)
    assert patient.change(31, "spo2_low", {MEDIUM: 91}) == []
    assert patient.stage("spo2_low") == "active"
    assert told(patient.measure(35, spo2=92)) == ["spo2_low ended medium"]


def test_a_high_nobody_acknowledged_is_never_taken_away_by_a_limit():
    patient = Patient()
    ring(patient, 89)
    assert patient.states["spo2_low"].priority == HIGH
    events = patient.change(31, "spo2_low", {MEDIUM: 88, HIGH: 86})
    assert [(str(e.event), str(e.priority), e.cause) for e in events] == [
        ("latched", "high", "limit changed by N. Test")
    ]
    patient.measure(35, spo2=97)
    assert patient.stage("spo2_low") == "latched", "it waits for a person"
    patient.acknowledge("spo2_low", 40)
    assert patient.stage("spo2_low") == "normal"


def test_a_high_somebody_acknowledged_ends_with_the_change_as_its_cause():
    patient = Patient()
    ring(patient, 89)
    patient.acknowledge("spo2_low", 31)
    events = patient.change(32, "spo2_low", {MEDIUM: 88, HIGH: 86})
    assert [(str(e.event), e.cause, e.acknowledged) for e in events] == [("ended", "limit changed by N. Test", True)]


def test_a_high_whose_value_passes_only_the_medium_now_is_a_medium_and_says_why():
    patient = Patient()
    ring(patient, 89)
    events = patient.change(31, "spo2_low", {HIGH: 86})
    assert [(str(e.event), str(e.priority), e.cause, e.limit) for e in events] == [
        ("deescalated", "medium", "limit changed by N. Test", 92)
    ]
    assert patient.stage("spo2_low") == "active"


def test_a_limit_that_is_still_passed_changes_nothing_but_what_the_alarm_says():
    patient = Patient()
    ring(patient, 85)
    assert patient.change(31, "spo2_low", {MEDIUM: 89, HIGH: 87}) == []
    state = patient.states["spo2_low"]
    assert (state.stage, state.priority, state.limit, state.words) == ("active", HIGH, 87, "SpO₂ 85 < 87")


def test_without_a_fresh_value_nothing_ends():
    patient = Patient()
    ring(patient, 91)
    assert (
        patient.change(40.1, "spo2_low", {MEDIUM: 90, HIGH: 88}) == []
    )  # 10 s after the last value is the last moment
    assert patient.stage("spo2_low") == "active"
    lost = Patient()
    ring(lost, 91)
    lost.measure(31, spo2=None)
    assert lost.change(32, "spo2_low", {MEDIUM: 90, HIGH: 88}) == []
    assert lost.stage("spo2_low") == "active"
    back = Patient()
    ring(back, 91)
    back.states = {rule: after_restart(state, 35) for rule, state in back.states.items()}
    assert back.change(36, "spo2_low", {MEDIUM: 90, HIGH: 88}) == []
    assert back.stage("spo2_low") == "active"
    assert told(back.measure(37, spo2=91)) == ["spo2_low ended medium"]


def test_at_the_last_fresh_moment_it_still_ends():
    patient = Patient()
    ring(patient, 91)
    assert told(patient.change(40, "spo2_low", {MEDIUM: 90, HIGH: 88})) == ["spo2_low ended medium"]


def test_an_alarm_of_the_monitor_itself_has_no_value_to_judge_again():
    patient = Patient()
    patient.device_apnoea(0, True)
    rule = replace(POLICY.rules_by_id["apnoea"], id="apnoea")
    judgement = judge_changed_limits(patient.states, rule, patient.context, {}, "x", START, 1, patient.new_id)
    assert judgement.changed == {}


def test_progress_towards_a_limit_that_moved_past_the_value_is_thrown_away():
    patient = Patient()
    for t in range(0, 26, 5):
        patient.measure(t, spo2=91)
    assert patient.change(26, "spo2_low", {MEDIUM: 90, HIGH: 88}) == []
    assert patient.stage("spo2_low") == "normal"
    for t in range(27, 56, 5):  # 25 s of the old progress would ring after 5 s
        assert patient.measure(t, spo2=89) == []
    assert told(patient.measure(57, spo2=89)) == ["spo2_low raised medium"]


def test_progress_of_a_limit_still_passed_goes_on():
    patient = Patient()
    for t in range(0, 26, 5):
        patient.measure(t, spo2=88)
    patient.states.pop("spo2_low")
    for t in range(0, 16, 5):
        patient.measure(t, spo2=89)  # 15 s of both levels
    assert patient.change(17, "spo2_low", {HIGH: 88}) == []
    state = patient.states["spo2_low"]
    assert (str(state.stage), state.held) == ("pending", (17.0, -1.0))
    patient.measure(20, spo2=89)
    assert patient.measure(29, spo2=89) == [], "29 s are not 30: no second is counted twice"
    assert told(patient.measure(30, spo2=89)) == ["spo2_low raised medium"]


def test_what_waits_for_a_person_goes_on_waiting_and_what_is_normal_stays_so():
    patient = Patient()
    for t in range(0, 21, 5):
        patient.measure(t, hr=39)
    patient.measure(25, hr=70)
    assert patient.stage("hr_low") == "latched"
    assert patient.change(26, "hr_low", {HIGH: 35}) == []
    assert patient.stage("hr_low") == "latched"
    for t in range(30, 46, 5):
        patient.measure(t, hr=49)  # beyond the Medium again, for 15 s
    assert patient.change(46, "hr_low", {MEDIUM: 45}) == []
    assert patient.stage("hr_low") == "latched"
    patient.measure(47, hr=44)
    assert patient.measure(57, hr=44) == [], "what was held towards the old limit is thrown away"
    assert told(patient.measure(67, hr=44)) == ["hr_low returned high"]
    assert patient.change(68, "hr_high", {MEDIUM: 125}) == []


def test_a_persistence_that_time_completed_just_now_keeps_its_own_cause():
    patient = Patient()
    patient.context = Watched(SessionState.INFUSING, interval_s={"spo2": 30.0})
    for t in (0, 30):
        patient.measure(t, spo2=91)
    patient.measure(31, spo2=89)
    (event,) = patient.change(51, "spo2_low", {MEDIUM: 93})
    assert (str(event.event), event.signal, event.cause) == (
        "escalated",
        True,
        "beyond the limit for 20 s, 20 asked for",
    )
    assert patient.states["spo2_low"].waiting_since_mono_s == 51


def test_a_latching_high_latches_as_ever_when_its_limit_moves_past_it():
    patient = Patient()
    for t in range(0, 21, 5):
        patient.measure(t, hr=39)
    patient.acknowledge("hr_low", 21)
    assert told(patient.change(22, "hr_low", {MEDIUM: 42, HIGH: 35})) == ["hr_low deescalated medium"]


# --- The policy's part -----------------------------------------------------------------------------------------------


def wrong(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


SBP = "medium = { low = 140, high = 175 }"
SBP_HIGH = "high = { low = 160, high = 195,"
RISE = "medium = { percent = 20, inclusive"
BOUNDS = 'adjustable = { medium = { low = 1, high = 2 }, source = "s", mark = "D" }'
BAD = [
    ("low above high", wrong(SBP, "medium = { low = 175, high = 140 }"), "above the high bound 140"),
    ("limit outside", wrong(SBP, "medium = { low = 161, high = 175 }"), "160 is outside"),
    ("limit above", wrong(SBP, "medium = { low = 140, high = 159 }"), "160 is outside"),
    ("implausible", wrong(SBP, "medium = { low = 39, high = 175 }"), "not plausible"),
    ("implausible high", wrong(SBP_HIGH, "high = { low = 160, high = 301,"), "not plausible"),
    (
        "no source",
        re.sub(r"(\[rule.adjustable\]\n[^\[]*?)source = [^\n]*\n", r"\1", TEXT, count=1),
        r"adjustable\.source: nothing is written",
    ),
    ("no such level", wrong(SBP, "low = { low = 140, high = 175 }"), "no absolute limit"),
    ("relative", wrong(RISE, f"{BOUNDS}\n{RISE}"), "no absolute limit"),
    ("misspelt", wrong(SBP, "medium = { low = 140, hi = 175 }"), "did you mean “high”"),
    ("unknown key", wrong(SBP, "medium = { low = 140, high = 175, by = 3 }"), r"\.by: this key is not known"),
    ("unknown priority", wrong(SBP, "urgent = { low = 140, high = 175 }"), r"urgent: this key is not known"),
]


@pytest.mark.parametrize(("why", "text", "sentence"), BAD, ids=[row[0] for row in BAD])
def test_bounds_that_cannot_be_right_are_refused(why, text, sentence):
    with pytest.raises(PolicyRefused, match=sentence):
        parse_policy(text)


def test_bounds_may_end_at_the_limit_and_at_what_is_plausible():
    text = wrong("medium = { low = 140, high = 175 }", "medium = { low = 40, high = 160 }")
    text = text.replace("high = { low = 160, high = 195,", "high = { low = 180, high = 300,", 1)
    levels = parse_policy(text).rules_by_id["sbp_high"].levels
    assert [(level.adjustable.low, level.adjustable.high) for level in levels] == [(40, 160), (180, 300)]
    level = parse_policy(wrong(SBP, "medium = { low = 160, high = 160 }")).rules_by_id["sbp_high"].levels[0]
    assert (level.adjustable.low, level.adjustable.high) == (160, 160)
