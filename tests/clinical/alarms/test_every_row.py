"""Every row of the table of limits in CLINICAL.md §2.6 and every sentence under it, walked at, below and above.

The rows are written from the table, not from the policy file: (rule, priority, the last value inside, the first value
beyond, persistence, the last value that still holds it, the first that clears it). A persistence is seconds, or "2 x"
measurements. Where a second rule watches the same vital only the row's own rule is looked at.
"""

import pytest

from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline, Watched
from tests.clinical.bedside import POLICY, Bedside, told

ROWS = [
    # rule, priority, vital, inside, beyond, persistence, holds, clears
    ("sbp_high", "medium", "nibp_sys", 160, 161, "2 x", 156, 155),
    ("sbp_high", "high", "nibp_sys", 179, 180, "1 x", 176, 155),
    ("dbp_high", "medium", "nibp_dia", 100, 101, "2 x", 96, 95),
    ("dbp_high", "high", "nibp_dia", 109, 110, "1 x", 106, 95),
    ("sbp_extreme", "high", "nibp_sys", 200, 201, "1 x", 196, 195),
    ("dbp_extreme", "high", "nibp_dia", 120, 121, "1 x", 116, 115),
    ("map_high", "medium", "nibp_mean", 110, 111, "2 x", 106, 105),
    ("map_high", "high", "nibp_mean", 130, 131, "1 x", 126, 105),
    ("sbp_low", "medium", "nibp_sys", 100, 99, "2 x", 104, 105),
    ("sbp_low", "high", "nibp_sys", 91, 90, "1 x", 94, 105),
    ("dbp_low", "medium", "nibp_dia", 50, 49, "2 x", 54, 55),
    ("dbp_low", "high", "nibp_dia", 40, 39, "1 x", 44, 55),
    ("map_low", "medium", "nibp_mean", 65, 64, "2 x", 69, 70),
    ("map_low", "high", "nibp_mean", 60, 59, "1 x", 64, 70),
    ("hr_high", "medium", "hr", 120, 121, 20, 116, 115),
    ("hr_high", "high", "hr", 130, 131, 20, 126, 115),
    ("hr_low", "medium", "hr", 50, 49, 20, 52, 53),
    ("hr_low", "high", "hr", 40, 39, 20, 42, 53),
    ("pr_high", "medium", "pr", 120, 121, 20, 116, 115),
    ("pr_high", "high", "pr", 130, 131, 20, 126, 115),
    ("pr_low", "medium", "pr", 50, 49, 20, 52, 53),
    ("pr_low", "high", "pr", 40, 39, 20, 42, 53),
    ("spo2_low", "medium", "spo2", 92, 91, 30, 92, 93),
    ("spo2_low", "high", "spo2", 90, 89, 20, 90, 93),
    ("spo2_desaturation", "high", "spo2", 85, 84, 5, 85, 86),
    ("rr_low", "medium", "rr", 10, 9, 60, 10, 11),
    ("rr_low", "high", "rr", 9, 8, 15, 8, 11),
    ("rr_high", "medium", "rr", 24, 25, 30, 23, 22),
    ("rr_high", "high", "rr", 30, 31, 30, 29, 22),
    ("apnoea", "high", "rr", 1, 0, 20, 0, 1),
    ("apnoea_etco2", "high", "etco2", 1, 0, 20, 0, 1),
    ("etco2_low", "medium", "etco2", 30, 29, 30, 31, 32),
    ("etco2_low", "high", "etco2", 15, 14, 30, 16, 32),
    ("etco2_high", "medium", "etco2", 50, 51, 30, 49, 48),
    ("etco2_high", "high", "etco2", 60, 61, 30, 59, 48),
    ("temp_high", "low", "temp", 38.0, 38.1, 60, 38.0, 37.9),
    ("temp_high", "medium", "temp", 39.0, 39.1, 60, 39.0, 37.9),
    ("temp_low", "low", "temp", 36.1, 36.0, 60, 36.1, 36.2),
    ("temp_low", "medium", "temp", 35.1, 35.0, 60, 35.1, 36.2),
]
IDS = [f"{row[0]} {row[1]}" for row in ROWS]
LATCHING = {("apnoea", "high"), ("apnoea_etco2", "high"), ("spo2_desaturation", "high"), ("sbp_extreme", "high"),
            ("dbp_extreme", "high"), ("hr_low", "high"), ("pr_low", "high")}  # fmt: skip


def hold(bedside: Bedside, rule: str, vital: str, value: float, persistence: float | str, t: float = 0) -> list:
    """Keep the value for its persistence; returns (second, words) of this rule only."""
    happened = []
    times = [300.0 * n for n in range(int(persistence[0]))] if isinstance(persistence, str) else _seconds(persistence)
    for offset in times:
        events = bedside.measure(t + offset, **{vital: value})
        happened += [(offset, words) for words in told(events) if words.split()[0] == rule]
    return happened


def _seconds(persistence: float) -> list[float]:
    return [*(float(second) for second in range(0, int(persistence), 5)), float(persistence)]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_last_value_inside_never_rings_at_that_priority(row):
    rule, priority, vital, inside, _, _, _, _ = row
    bedside = Bedside()
    words = hold(bedside, rule, vital, inside, "4 x") + hold(bedside, rule, vital, inside, 120, 2000)
    assert not any(said.split()[2] == priority for _, said in words)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_first_value_beyond_rings_when_held_and_not_before(row):
    rule, priority, vital, _, beyond, persistence, _, _ = row
    bedside = Bedside()
    words = [(t, said) for t, said in hold(bedside, rule, vital, beyond, persistence) if said.split()[2] == priority]
    due = 300.0 * (int(persistence[0]) - 1) if isinstance(persistence, str) else float(persistence)
    assert [t for t, _ in words] == [due]
    assert bedside.states[rule].priority == priority
    assert bedside.states[rule].stage == "active"


@pytest.mark.parametrize("row", [row for row in ROWS if not isinstance(row[5], str)], ids=lambda row: f"{row[:2]}")
def test_half_a_second_less_is_not_held(row):
    rule, priority, vital, _, beyond, persistence, _, _ = row
    bedside = Bedside()
    for second in (*range(0, int(persistence), 5), persistence - 0.5):
        bedside.measure(float(second), **{vital: beyond})
    state = bedside.states[rule]
    assert not (state.stands and state.priority == priority)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_it_clears_by_the_hysteresis_and_one_step_before_it_holds(row):
    rule, priority, vital, _, beyond, persistence, holds, clears = row
    bedside = Bedside()
    hold(bedside, rule, vital, beyond, persistence)
    bedside.measure(5000, **{vital: holds})
    assert (bedside.stage(rule), bedside.states[rule].priority) == ("active", priority), "still this level"
    bedside.measure(5300, **{vital: clears})
    latches = (rule, priority) in LATCHING
    assert bedside.stage(rule) == ("latched" if latches else "normal")
    assert bedside.events[-1].acknowledged is False, "what nobody saw leaves a message, or waits"


RELATIVE = [
    # rule, priority, vital, baseline, inside, beyond, persistence: from the rows with Δ
    ("sbp_rise", "medium", "nibp_sys", 100, 139, 140, "2 x"),  # armed at 140: +20 % of 100 would be 120
    ("sbp_rise", "medium", "nibp_sys", 120, 143, 144, "2 x"),  # +20 % = 24 is smaller than 30
    ("sbp_rise", "medium", "nibp_sys", 160, 189, 190, "2 x"),  # +30 is smaller than 20 % = 32
    ("sbp_rise", "high", "nibp_sys", 110, 159, 160, "2 x"),  # +40 = 150, but only from 160 on
    ("sbp_rise", "high", "nibp_sys", 130, 169, 170, "2 x"),
    ("dbp_rise", "medium", "nibp_dia", 60, 89, 90, "2 x"),  # armed at 90
    ("dbp_rise", "medium", "nibp_dia", 80, 99, 100, "2 x"),
    ("dbp_rise", "high", "nibp_dia", 70, 99, 100, "2 x"),  # +25 = 95, but only from 100 on
    ("dbp_rise", "high", "nibp_dia", 80, 104, 105, "2 x"),
    ("sbp_fall", "medium", "nibp_sys", 130, 105, 104, "2 x"),
    ("sbp_fall", "high", "nibp_sys", 130, 92, 91, "2 x"),
    ("hr_rise", "medium", "hr", 80, 103, 104, 60),
    ("hr_fall", "medium", "hr", 80, 57, 56, 60),
    ("pr_rise", "medium", "pr", 80, 103, 104, 60),
    ("pr_fall", "medium", "pr", 80, 57, 56, 60),
    ("etco2_rise", "medium", "etco2", 38, 47, 48, 30),
    ("etco2_fall", "medium", "etco2", 38, 29, 28, 30),
]


@pytest.mark.parametrize("row", RELATIVE, ids=[f"{row[0]} {row[1]} from {row[3]}" for row in RELATIVE])
def test_a_row_relative_to_the_baseline(row):
    rule, priority, vital, base, inside, beyond, persistence = row
    context = Watched(SessionState.INFUSING, Baseline({Vital(vital): base}))
    quiet = hold(Bedside(context=context), rule, vital, inside, persistence)
    assert not any(said.split()[2] == priority for _, said in quiet)
    bedside = Bedside(context=context)
    rang = hold(bedside, rule, vital, beyond, persistence)
    assert (bedside.stage(rule), bedside.states[rule].priority) == ("active", priority)
    assert len(rang) == 1, "the persistence is the row's own: one signal, at its end"
    assert hold(Bedside(), rule, vital, beyond, persistence) == [], "without a baseline it is inert"


@pytest.mark.parametrize(
    ("rule", "vital", "base", "beyond", "holds", "clears"),
    [("sbp_rise", "nibp_sys", 120, 144, 140, 139), ("dbp_rise", "nibp_dia", 80, 100, 96, 95),
     ("sbp_fall", "nibp_sys", 130, 104, 108, 109), ("hr_rise", "hr", 80, 104, 100, 99),
     ("hr_fall", "hr", 80, 56, 60, 61), ("etco2_rise", "etco2", 38, 48, 47, 46),
     ("etco2_fall", "etco2", 38, 28, 29, 30)],
)  # fmt: skip
def test_a_relative_alarm_clears_inside_by_its_hysteresis(rule, vital, base, beyond, holds, clears):
    bedside = Bedside(context=Watched(SessionState.INFUSING, Baseline({Vital(vital): base})))
    hold(bedside, rule, vital, beyond, "2 x" if "bp" in rule else 60)
    assert bedside.stage(rule) == "active"
    bedside.measure(4000, **{vital: holds})
    assert bedside.stage(rule) == "active"
    bedside.measure(4300, **{vital: clears})
    assert bedside.stage(rule) == "normal"


def test_every_rule_of_the_policy_has_its_row_here():
    walked = {row[0] for row in ROWS} | {row[0] for row in RELATIVE}
    assert walked == {rule.id for rule in POLICY.rules if not rule.is_off}


# --- Words that settle how the rules are coded, one test a sentence --------------------------------------------------


def test_two_measurements_are_two_with_different_device_times():
    bedside = Bedside()
    for t in (0, 30, 60):
        bedside.measure(t, device_t=0, nibp_sys=161)
    assert bedside.stage("sbp_high") == "pending"
    bedside.measure(90, device_t=90, nibp_sys=161)
    assert bedside.stage("sbp_high") == "active"


def test_pending_resets_at_the_first_valid_value_inside_and_a_missing_one_freezes_it():
    bedside = Bedside()
    bedside.measure(0, rr=9)
    bedside.measure(10, rr=None)
    assert bedside.stage("rr_low") == "pending"
    bedside.measure(20, rr=10)
    assert bedside.stage("rr_low") == "normal"


def test_medium_to_high_is_one_new_signal_and_back_is_silent():
    bedside = Bedside()
    hold(bedside, "rr_high", "rr", 25, 30)
    hold(bedside, "rr_high", "rr", 31, 30, 40)
    bedside.measure(80, rr=28)
    events = [event for event in bedside.events if event.rule_id == "rr_high"]
    assert [(str(e.event), str(e.priority), e.signal) for e in events] == [
        ("raised", "medium", True), ("escalated", "high", True), ("deescalated", "medium", False),
    ]  # fmt: skip
    assert len({event.alarm_id for event in events}) == 1, "one alarm a rule"


def test_a_rule_with_only_a_high_level_has_no_medium_stage():
    bedside = Bedside()
    assert [said for _, said in hold(bedside, "spo2_desaturation", "spo2", 84, 5)] == ["spo2_desaturation raised high"]


def test_systolic_and_diastolic_of_one_measurement_give_one_signal():
    bedside = Bedside()
    events = bedside.measure(0, nibp_sys=181, nibp_dia=111)
    assert [event.signal for event in events] == [True, False]
    assert len(events) == 2, "both are recorded"


def test_what_latches_waits_for_a_person_and_what_does_not_leaves_a_message():
    bedside = Bedside()
    hold(bedside, "spo2_desaturation", "spo2", 84, 20)
    bedside.measure(100, spo2=97)
    ended = {event.rule_id: str(event.event) for event in bedside.events if event.event in ("ended", "latched")}
    assert ended == {"spo2_desaturation": "latched", "spo2_low": "ended"}


def test_an_apnoea_shows_in_a_rate_of_0_an_etco2_of_0_or_the_monitors_own_alarm_and_in_no_other_rate():
    for shown in ({"rr": 0}, {"etco2": 0}):
        bedside = Bedside()
        for t in range(0, 21, 5):
            bedside.measure(t, **shown)
        assert any(rule.startswith("apnoea") and state.stands for rule, state in bedside.states.items())
    bedside = Bedside()
    assert told(bedside.device_apnoea(0, True)) == ["apnoea raised high"]
    averaged = Bedside()
    for t in range(0, 120, 5):
        averaged.measure(t, rr=1 if t % 2 else None)
    assert averaged.stage("apnoea") == "normal"


TECHNICAL = {
    "feed_silent": ("medium", "high"),
    "vital_missing": ("low", "low"),
    "spo2_missing": ("low", "medium"),
    "lead_off": ("medium", "medium"),
    "implausible": ("high", "high"),
    "bp_overdue": ("medium", "medium"),
    "clock_wrong": ("low", "low"),
    "not_recording": ("medium", "medium"),
    "no_sounding_station": ("high", "high"),
    "patient_mismatch": ("medium", "medium"),
    "pump_silent": ("low", "low"),
    "admission_differs": ("low", "low"),
    "no_responsible_nurse": ("low", "low"),
}


@pytest.mark.parametrize(("name", "priorities"), TECHNICAL.items())
def test_technical_priorities_without_and_while_infusing(name, priorities):
    rule = POLICY.technical[name]
    assert (rule.priority, rule.while_infusing) == priorities
