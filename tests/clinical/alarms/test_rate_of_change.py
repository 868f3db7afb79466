"""How fast a value moves: falls and rises within a window, at, just under and just over, with gaps and restarts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.alarms.judging import after_restart
from monitor.clinical.alarms.limits import cleared, limit_of
from monitor.clinical.alarms.rate_of_change import PARTS, change_limits, past_again, remembered
from monitor.clinical.alarms.reasons import level_words
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from monitor.clinical.session import SessionState
from monitor.clinical.watched import FeedPicture, Watched
from tests.clinical.bedside import POLICY, TEXT, Bedside, told

FALL, RISE = "spo2_fast_fall", "sbp_fast_rise"


def switched_on(text: str = TEXT) -> str:
    """The shipped text with the rules of change on."""
    head, mark, tail = text.partition("# --- How fast a value changes")
    lines = [line for line in tail.splitlines() if not line.startswith(("off = true", "off_reason ="))]
    return head + mark + "\n".join(lines) + "\n"


# At least 4 % within 60 s, held 10 s, clears 1 % inside; with a High level that latches.
ON = parse_policy(
    switched_on().replace(
        "medium = { change = 4, persist_s = 10 }",
        "medium = { change = 4, persist_s = 10 }\nhigh = { change = 8, persist_s = 0, latching = true }",
    )
)

SEQUENCES = [
    # SpO2 above every absolute limit, so that only this rule speaks
    ("4 in 10 s, held 10 s", [(0, 98), (10, 94), (20, 94)], [(20, "raised medium")]),
    ("3 is not 4", [(0, 98), (10, 95), (20, 95), (30, 95)], []),
    ("9.9 s is not 10 s", [(0, 98), (10, 94), (19.9, 94)], []),
    ("time alone completes it", [(0, 98), (10, 94), (20, "tick")], [(20, "raised medium")]),
    ("the highest value is still within the 60 s", [(0, 98), (50, 94), (60, 94)], [(60, "raised medium")]),
    ("a tenth of a second later it is not", [(0, 98), (50, 94), (60.1, 94)], []),
    ("one value has nothing to be compared with", [(0, 94), (10, "tick"), (20, "tick")], []),
    ("slowly is not fast", [(0, 100), (35, 98), (70, 96), (105, 94)], []),
    ("the top is remembered over what lies between", [(0, 98), (10, 96), (20, 94), (30, 94)], [(30, "raised medium")]),
    ("a new top counts", [(0, 95), (10, 99), (20, 95), (30, 95)], [(30, "raised medium")]),
    ("a value inside resets what is pending", [(0, 98), (10, 94), (15, 95), (20, 94), (29, 94)], []),
    (
        "missing values neither breach nor clear",
        [(0, 98), (10, 94), (15, None), (40, 94), (45, 94)],
        [(45, "raised medium")],
    ),
    ("…and do not count as time held", [(0, 98), (10, 94), (15, None), (40, 94), (44.9, 94)], []),
    (
        "it clears 1 inside: 94.9 holds, 95 clears",
        [(0, 98), (10, 94), (20, 94), (30, 94.9), (40, 95)],
        [(20, "raised medium"), (40, "ended medium")],
    ),
    (
        "it ends when the top has left the window",
        [(0, 98), (10, 94), (20, 94), (55, 94), (60, 94), (60.1, 94)],
        [(20, "raised medium"), (60.1, "ended medium")],
    ),
    (
        "all values gone: the first one back has nothing to compare with, and clears nothing",
        [(0, 98), (10, 94), (20, 94), (200, 99), (205, 99)],
        [(20, "raised medium"), (205, "ended medium")],
    ),
    ("8 at once is High", [(0, 100), (10, 92)], [(10, "raised high")]),
    ("7.9 at once is not", [(0, 100), (10, 92.1)], []),
    (
        "Medium to High is one new signal, and it latches",
        [(0, 100), (10, 96), (20, 96), (25, 92), (30, 99)],
        [(20, "raised medium"), (25, "escalated high"), (30, "latched high")],
    ),
]


def happened(bedside: Bedside, rule: str, sequence) -> list[tuple[float, str]]:
    said = []
    for t, value in sequence:
        events = bedside.tick(t) if value == "tick" else bedside.measure(t, spo2=value)
        said += [(t, words.removeprefix(f"{rule} ")) for words in told(events) if words.startswith(rule)]
    return said


@pytest.mark.parametrize(("why", "sequence", "expected"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_a_fall_within_a_minute(why, sequence, expected):
    assert happened(Bedside(policy=ON), FALL, sequence) == expected


@pytest.mark.parametrize(("why", "sequence", "expected"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_shifting_all_times_changes_nothing(why, sequence, expected):
    shifted = [(t + 4096, value) for t, value in sequence]
    assert happened(Bedside(policy=ON), FALL, shifted) == [(t + 4096, words) for t, words in expected]


PRESSURES = [
    ("+30 twice within the quarter of an hour", [(0, 110), (300, 140), (600, 140)], ["sbp_fast_rise raised medium"]),
    ("+29 is not", [(0, 110), (300, 139), (600, 139)], []),
    ("once is not twice", [(0, 110), (300, 140)], []),
    ("the second at the last moment", [(0, 110), (600, 140), (900, 140)], ["sbp_fast_rise raised medium"]),
    ("a second later the low value is forgotten", [(0, 110), (600, 140), (901, 140)], []),
    ("from the lowest of the window", [(0, 120), (300, 112), (600, 142), (900, 142)], ["sbp_fast_rise raised medium"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "sequence", "expected"), PRESSURES, ids=[row[0] for row in PRESSURES])
def test_a_rise_of_blood_pressure(why, sequence, expected):
    bedside = Bedside(policy=ON)
    for t, value in sequence:
        bedside.measure(t, nibp_sys=value)
    assert told(bedside.events) == expected


def test_the_same_measurement_again_is_not_a_second_one():
    bedside = Bedside(policy=ON)
    bedside.measure(0, nibp_sys=110)
    for t in (300, 330, 360):
        bedside.measure(t, device_t=300, nibp_sys=140)
    assert bedside.events == []


def test_its_words_say_how_far_and_within_what():
    bedside = Bedside(policy=ON)
    for t, value in ((0, 98), (10, 93), (20, 93)):
        bedside.measure(t, spo2=value)
    assert bedside.states[FALL].words == "SpO₂ 93, down 5 within 60 s"
    assert bedside.states[FALL].limit == 94
    for t, value in ((0, 110), (300, 141), (600, 142)):
        bedside.measure(t, nibp_sys=value, nibp_dia=80)
    assert bedside.states[RISE].words == "BP 142/80, up 32 within 15 min"


def test_a_state_of_it_is_kept_in_normal_and_is_small():
    bedside = Bedside(policy=ON)
    for t in range(600):
        bedside.measure(t, spo2=100 - t / 20 if t < 200 else 90 + (t % 7) / 10)
        assert len(bedside.states[FALL].past) <= PARTS + 1
    assert all(600 - at <= 61 for at, _ in bedside.states[FALL].past)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(60, 100)), min_size=1, max_size=40),
    st.sampled_from([FALL, RISE]),
)
def test_the_reference_is_the_most_extreme_value_of_the_window_to_a_part_of_it(steps, rule_id):
    """Against adding up: the true extreme of the window lies between what is kept and what is kept a part later."""
    rule = ON.rules_by_id[rule_id]
    fall, within_s = rule_id == FALL, rule.within_s
    seen, past, now = [], (), 0.0
    for wait, value in steps:
        now += wait
        seen.append((now, float(value)))
        past = remembered(rule, past, float(value), now)
        kept = change_limits(rule, past, now)
        window = [v for at, v in seen if now - at <= within_s]
        true = max(window) if fall else min(window)
        change = rule.levels[0].change
        reference = kept[0] + change if fall else kept[0] - change
        narrower = [v for at, v in seen if now - at <= within_s - within_s / PARTS]
        least = max(narrower) if fall else min(narrower)
        assert (least <= reference <= true) if fall else (true <= reference <= least)
        values = [v for _, v in past]
        assert values == sorted(values, reverse=fall)


def test_without_a_past_there_is_no_limit():
    rule = ON.rules_by_id[FALL]
    assert change_limits(rule, (), 10) is None
    assert change_limits(rule, ((0.0, 98.0),), 60.0) == (94.0, 90.0)
    assert change_limits(rule, ((0.0, 98.0),), 60.1) is None
    assert limit_of(rule, rule.levels[0], Watched(SessionState.INFUSING)) is None
    assert not cleared(rule, 99, Watched(SessionState.INFUSING))


def test_an_equal_value_is_the_younger_one():
    rule = ON.rules_by_id[FALL]
    assert remembered(rule, ((0.0, 98.0),), 98.0, 30.0) == ((30.0, 98.0),)
    assert remembered(rule, ((0.0, 98.0), (5.0, 95.0)), 96.0, 30.0) == ((0.0, 98.0), (30.0, 96.0))
    assert remembered(rule, ((0.0, 98.0),), 97.0, 60.0) == ((0.0, 98.0), (60.0, 97.0)), "the last moment of the window"
    assert remembered(rule, ((0.0, 98.0),), 97.0, 60.1) == ((60.1, 97.0),)
    rise = ON.rules_by_id[RISE]
    assert remembered(rise, ((0.0, 110.0),), 110.0, 300.0) == ((300.0, 110.0),)
    assert remembered(rule, ((29.5, 98.0),), 97.0, 30.0) == ((29.5, 98.0),), "nearer than a part of the window"
    assert remembered(rule, ((29.0, 98.0),), 97.0, 30.0) == ((29.0, 98.0), (30.0, 97.0))


def test_a_restart_keeps_what_a_standing_alarm_was_measured_from_for_one_window():
    bedside = Bedside(policy=ON)
    for t, value in ((0, 98), (10, 94), (20, 94)):
        bedside.measure(t, spo2=value)
    state = bedside.states[FALL]
    past = past_again(ON.rules_by_id[FALL], state.priority, state.limit, 1000.0)
    assert past == ((1000.0, 98.0),)
    bedside.states = {FALL: after_restart(replace(state, past=past, held=()), 1000.0)}
    assert bedside.measure(1001, spo2=94) == []
    assert bedside.stage(FALL) == "active"
    assert told(bedside.measure(1002, spo2=95)) == ["spo2_fast_fall ended medium"]


def test_what_the_record_does_not_say_is_no_past():
    fall, rise = ON.rules_by_id[FALL], ON.rules_by_id[RISE]
    assert past_again(rise, AlarmPriority.MEDIUM, 140, 5.0) == ((5.0, 110.0),)
    assert past_again(fall, AlarmPriority.LOW, 94, 5.0) == ()
    assert past_again(fall, AlarmPriority.MEDIUM, None, 5.0) == ()
    assert past_again(POLICY.rules_by_id["spo2_low"], AlarmPriority.MEDIUM, 92, 5.0) == ()


def test_a_silent_feed_clears_nothing():
    bedside = Bedside(policy=ON)
    for t, value in ((0, 98), (10, 94), (20, 94)):
        bedside.measure(t, spo2=value)
    bedside.tick(500, FeedPicture(0, last_mono_s=20))
    assert bedside.stage(FALL) == "active"


def test_the_shipped_ones_are_off_and_say_why():
    for rule_id in (FALL, RISE):
        rule = POLICY.rules_by_id[rule_id]
        assert rule.is_off
        assert "No published alarm limit" in rule.off_reason
        assert rule not in POLICY.rules_by_vital[rule.vital]


def test_how_it_is_said_in_the_table_of_the_policy():
    rule = ON.rules_by_id[FALL]
    assert level_words(rule, rule.levels[0]) == "spo2 falls ≥ 4 % within 60 s, held 10 s"
    rise = ON.rules_by_id[RISE]
    assert level_words(rise, rise.levels[0]) == "nibp_sys rises ≥ 30 mm[Hg] within 900 s, held 2 ×"


def broken(old: str, new: str) -> str:
    text = switched_on()
    assert old in text
    return text.replace(old, new, 1)


CHANGE = "change = 4, persist_s = 10"
LEVEL = f"medium = {{ {CHANGE} }}"
HIGH_TOO = f"{LEVEL}\nhigh = {{ {CHANGE} }}"
BOUNDS = f'{LEVEL}\nadjustable = {{ medium = {{ low = 3, high = 5 }}, source = "s", mark = "D" }}'
DEVICE, BY_CHANGE = 'device_apnoea_rule = "apnoea"', 'device_apnoea_rule = "spo2_fast_fall"'
BAD = [
    ("no window", broken("within_s = 60\n", "within_s = 0\n"), "0 is written; accepted: a number, 1 to 3600 s"),
    ("a window of hours", broken("within_s = 60\n", "within_s = 3601\n"), "1 to 3600 s"),
    ("no change", broken(CHANGE, "limit = 4, persist_s = 10"), "change: nothing is written"),
    (
        "less than its hysteresis",
        broken(CHANGE, "change = 1, persist_s = 10"),
        "with hysteresis 1; accepted: more than 1",
    ),
    ("inverted", broken(LEVEL, HIGH_TOO), "inverted"),
    ("relative too", broken("within_s = 60\n", "within_s = 60\nrelative = true\n"), "take “relative” out"),
    ("both persistences", broken(CHANGE, f"{CHANGE}, measurements = 2"), "both “persist_s”"),
    ("adjustable", broken(LEVEL, BOUNDS), "no absolute limit"),
    ("misspelt", broken(CHANGE, f"{CHANGE}, persists = 3"), "persists: this key is not known"),
    ("apnoea by change", TEXT.replace(DEVICE, BY_CHANGE), "switched off"),
    ("apnoea by change, on", broken(DEVICE, BY_CHANGE), "limit of its own"),
]


@pytest.mark.parametrize(("why", "text", "sentence"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_rule_of_change_is_refused(why, text, sentence):
    with pytest.raises(PolicyRefused, match=sentence):
        parse_policy(text)


def test_the_longest_window_and_a_source_of_its_own():
    text = broken("within_s = 60\n", "within_s = 3600\n").replace(
        "change = 4, persist_s = 10", 'change = 4, source = "ours", mark = "V", persist_s = 10', 1
    )
    rule = parse_policy(text).rules_by_id[FALL]
    assert (rule.within_s, rule.levels[0].source, rule.levels[0].mark) == (3600, "ours", "V")
