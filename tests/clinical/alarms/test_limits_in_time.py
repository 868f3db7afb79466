"""Sequences of (second, value) and what is told: persistence, hysteresis, levels, baseline.

Each row is one patient; values are in the vital's unit, None is a missing value, "tick" is time passing alone.
"""

import pytest

from monitor.clinical.alarms.limits import cleared, level_of
from monitor.clinical.session import SessionState
from monitor.clinical.watched import Watched
from tests.clinical.bedside import BASELINE, POLICY, Bedside, told

TICK = "tick"

CONTINUOUS = [
    # HR: 20 s beyond 120
    ("hr", "at the limit is inside", [(0, 120), (30, 120), (60, 120)], []),
    ("hr", "held 20 s", [(0, 121), (10, 121), (20, 121)], [(20, "hr_high raised medium")]),
    ("hr", "19 s is not 20 s", [(0, 121), (10, 121), (19, 121)], []),
    ("hr", "one value inside resets", [(0, 121), (10, 121), (15, 119), (18, 121), (28, 121)], []),
    (
        "hr",
        "…and it starts again",
        [(0, 121), (15, 119), (18, 121), (28, 121), (38, 121)],
        [(38, "hr_high raised medium")],
    ),
    ("hr", "inside the hysteresis a PENDING resets all the same", [(0, 121), (10, 118), (20, 121)], []),
    (
        "hr",
        "missing freezes: 10 s held, gap, 10 s more",
        [(0, 121), (10, None), (300, 121), (310, 121)],
        [(310, "hr_high raised medium")],
    ),
    ("hr", "missing counts for nothing itself", [(0, 121), (10, None), (300, 121), (309, 121)], []),
    ("hr", "a value older than 10 s does not count on", [(0, 121), (100, 121), (105, 121)], []),
    (
        "hr",
        "…10 s of the first value and 10 s of the next do",
        [(0, 121), (100, 121), (110, 121)],
        [(110, "hr_high raised medium")],
    ),
    ("hr", "time alone completes while fresh", [(0, 121), (10, 121), (20, TICK)], [(20, "hr_high raised medium")]),
    ("hr", "time alone does not complete a stale value", [(0, 121), (60, TICK)], []),
    (
        "hr",
        "a heart rate of 131 climbs through both levels at once",
        [(0, 131), (10, 131), (20, 131)],
        [(20, "hr_high raised high")],
    ),
    (
        "hr",
        "Medium to High is one new signal",
        [(0, 125), (10, 125), (20, 125), (25, 131), (35, 131), (45, 131)],
        [(20, "hr_high raised medium"), (45, "hr_high escalated high")],
    ),
    (
        "hr",
        "High to Medium is silent, by the hysteresis: 126 holds High, 125 does not",
        [(0, 131), (10, 131), (20, 131), (30, 126), (40, 125)],
        [(20, "hr_high raised high"), (40, "hr_high deescalated medium")],
    ),
    (
        "hr",
        "clears 5 inside: 116 holds, 115 clears",
        [(0, 121), (10, 121), (20, 121), (30, 116), (31, 115)],
        [(20, "hr_high raised medium"), (31, "hr_high ended medium")],
    ),
    (
        "hr",
        "an implausible value freezes",
        [(0, 121), (10, ("!", 400)), (20, 121), (30, 121)],
        [(10, "implausible.hr raised high"), (20, "implausible.hr ended high"), (30, "hr_high raised medium")],
    ),
    # HR low: 3 to clear, High latches
    ("hr", "49 is beyond, 50 is not", [(0, 49), (10, 50), (20, 49), (30, 49)], []),
    (
        "hr",
        "Medium low does not latch",
        [(0, 49), (10, 49), (20, 49), (30, 52), (31, 53)],
        [(20, "hr_low raised medium"), (31, "hr_low ended medium")],
    ),
    (
        "hr",
        "below 40 latches, and does not ease while unseen",
        [(0, 39), (10, 39), (20, 39), (30, 45), (40, 60)],
        [(20, "hr_low raised high"), (40, "hr_low latched high")],
    ),
    # SpO2: 30 s below 92, 20 s below 90, 5 s below 85
    ("spo2", "92 is inside", [(0, 92), (10, 92), (20, 92), (30, 92)], []),
    ("spo2", "91 for 30 s", [(0, 91), (10, 91), (20, 91), (30, 91)], [(30, "spo2_low raised medium")]),
    (
        "spo2",
        "89 for 20 s is High with no Medium before it",
        [(0, 89), (10, 89), (20, 89)],
        [(20, "spo2_low raised high")],
    ),
    (
        "spo2",
        "each level counts its own time: 91 for 25 s, then 89",
        [(0, 91), (10, 91), (20, 91), (25, 89), (30, 89), (40, 89), (45, 89)],
        [(30, "spo2_low raised medium"), (45, "spo2_low escalated high")],
    ),
    (
        "spo2",
        "below 85 at 5 s, latching",
        [(0, 84), (5, 84), (6, 90)],
        [(5, "spo2_desaturation raised high"), (6, "spo2_desaturation latched high")],
    ),
    ("spo2", "85 is not below 85", [(0, 85), (5, 85), (10, 85)], []),
    (
        "spo2",
        "92.5 is no breach, but does not clear an alarm (hysteresis 1); 93 does",
        [(0, 91), (10, 91), (20, 91), (30, 91), (40, 92.5), (41, 93)],
        [(30, "spo2_low raised medium"), (41, "spo2_low ended medium")],
    ),
    # RR
    ("rr", "9 for 60 s", [(t, 9) for t in range(0, 61, 10)], [(60, "rr_low raised medium")]),
    ("rr", "8 is High at 15 s", [(0, 8), (10, 8), (15, 8)], [(15, "rr_low raised high")]),
    (
        "rr",
        "24 is inside, 25 is not",
        [(0, 24), (10, 25), (20, 25), (30, 25), (40, 25)],
        [(40, "rr_high raised medium")],
    ),
    (
        "rr",
        "no breath: RR low at 15 s, apnoea at 20 s, latched when breathing is back",
        [(0, 0), (10, 0), (15, 0), (20, 0), (30, 12)],
        [
            (15, "rr_low raised high"),
            (20, "apnoea raised high"),
            (30, "rr_low ended high"),
            (30, "apnoea latched high"),
        ],
    ),
    # EtCO2
    ("etco2", "no breath by EtCO2", [(0, 0), (10, 0), (20, 0)], [(20, "apnoea_etco2 raised high")]),
    (
        "etco2",
        "29 for 30 s, 50 inside",
        [(0, 50), (5, 29), (15, 29), (25, 29), (35, 29)],
        [(35, "etco2_low raised medium")],
    ),
    ("etco2", "61 for 30 s is High", [(0, 61), (10, 61), (20, 61), (30, 61)], [(30, "etco2_high raised high")]),
    # Temperature: low and medium priority; a spot value stands until the next
    ("temp", "38.1 is beyond, one spot value and time", [(0, 38.1), (60, TICK)], [(60, "temp_high raised low")]),
    ("temp", "39.1 is medium", [(0, 39.1), (60, TICK)], [(60, "temp_high raised medium")]),
    (
        "temp",
        "38.0 holds it, 37.9 clears it",
        [(0, 38.1), (60, TICK), (70, 38.0), (80, 37.9)],
        [(60, "temp_high raised low"), (80, "temp_high ended low")],
    ),
    (
        "temp",
        "36.0 is beyond, 36.2 clears",
        [(0, 36.0), (60, TICK), (70, 36.1), (80, 36.2)],
        [(60, "temp_low raised low"), (80, "temp_low ended low")],
    ),
]


def run(bedside: Bedside, vital: str, sequence) -> list[tuple[float, str]]:
    happened = []
    for t, value in sequence:
        events = bedside.tick(t) if value == TICK else bedside.measure(t, **{vital: value})
        happened += [(t, words) for words in told(events)]
    return happened


@pytest.mark.parametrize(
    ("vital", "why", "sequence", "expected"), CONTINUOUS, ids=[f"{r[0]}: {r[1]}" for r in CONTINUOUS]
)
def test_a_continuous_vital(vital, why, sequence, expected):
    assert run(Bedside(), vital, sequence) == expected


PRESSURES = [
    # (why, [(second, sys, dia)], expected): 5 minutes apart unless the row is about the device's time
    ("160 is inside", [(0, 160, 100), (300, 160, 100)], []),
    ("one reading above 160 is not two", [(0, 161, 80)], []),
    ("two are", [(0, 161, 80), (300, 161, 80)], [(300, "sbp_high raised medium")]),
    ("a reading inside between them resets", [(0, 161, 80), (300, 150, 80), (600, 161, 80)], []),
    ("180 is High at once", [(0, 180, 80)], [(0, "sbp_high raised high")]),
    ("179 is not", [(0, 179, 80)], []),
    (
        "above 200: extreme and High are one signal, the extreme latches",
        [(0, 201, 80), (300, 120, 80)],
        [
            (0, "sbp_high raised high"),
            (0, "sbp_extreme raised high (silent)"),
            (300, "sbp_high ended high"),
            (300, "sbp_extreme latched high"),
        ],
    ),
    ("200 is not extreme", [(0, 200, 80)], [(0, "sbp_high raised high")]),
    (
        "systolic and diastolic of one measurement are one signal",
        [(0, 180, 110)],
        [(0, "sbp_high raised high"), (0, "dbp_high raised high (silent)")],
    ),
    (
        "diastolic alone: above 120 once",
        [(0, 150, 121)],
        [(0, "dbp_high raised high"), (0, "dbp_extreme raised high (silent)")],
    ),
    ("90 systolic is High at once", [(0, 90, 60)], [(0, "sbp_low raised high")]),
    ("99 twice is Medium", [(0, 99, 60), (300, 99, 60)], [(300, "sbp_low raised medium")]),
    ("39 diastolic is High", [(0, 110, 39)], [(0, "dbp_low raised high")]),
    (
        "156 holds, 155 clears",
        [(0, 161, 80), (300, 161, 80), (600, 156, 80), (900, 155, 80)],
        [(300, "sbp_high raised medium"), (900, "sbp_high ended medium")],
    ),
]


@pytest.mark.parametrize(("why", "sequence", "expected"), PRESSURES, ids=[r[0] for r in PRESSURES])
def test_blood_pressure_without_a_baseline(why, sequence, expected):
    bedside, happened = Bedside(), []
    for t, systolic, diastolic in sequence:
        happened += [(t, w) for w in told(bedside.measure(t, nibp_sys=systolic, nibp_dia=diastolic))]
    assert happened == expected


def test_the_same_measurement_sent_again_is_not_a_second_one():
    bedside = Bedside()
    for t in (0, 60, 120):
        assert bedside.measure(t, device_t=0, nibp_sys=165) == []
    assert told(bedside.measure(180, device_t=180, nibp_sys=165)) == ["sbp_high raised medium"]


def test_a_correction_of_the_same_measurement_to_inside_resets():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=165)
    bedside.measure(5, device_t=0, nibp_sys=150)
    assert bedside.stage("sbp_high") == "normal"


def test_two_messages_of_one_measurement_are_one_signal():
    bedside = Bedside()
    assert told(bedside.measure(0, nibp_sys=185)) == ["sbp_high raised high"]
    assert told(bedside.measure(1, device_t=0, nibp_dia=112)) == ["dbp_high raised high (silent)"]


def test_a_companion_that_was_acknowledged_does_not_speak_for_a_later_one():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=185)
    bedside.acknowledge("sbp_high")
    assert told(bedside.measure(1, device_t=0, nibp_dia=112)) == ["dbp_high raised high"]


def test_an_older_unacknowledged_high_does_not_swallow_the_next_measurement():
    bedside = Bedside()
    bedside.measure(0, nibp_sys=185)
    assert told(bedside.measure(300, nibp_sys=205)) == ["sbp_extreme raised high"]


RELATIVE = [
    # baseline 131/78, HR 76, EtCO2 38
    ("+20 % is 157.2: 157 is inside", {"nibp_sys": 157}, []),
    ("158 twice is Medium", {"nibp_sys": 158}, ["sbp_rise raised medium"]),
    (
        "+40 is 171: High, heard once with the absolute rule",
        {"nibp_sys": 171},
        ["sbp_high raised medium (silent)", "sbp_rise raised high"],
    ),
    ("-20 % is 104.8", {"nibp_sys": 104}, ["sbp_fall raised medium"]),
    (
        "-30 % is 91.7, with the absolute Medium beside it",
        {"nibp_sys": 91},
        ["sbp_low raised medium (silent)", "sbp_fall raised high"],
    ),
    ("diastolic +20 is 98", {"nibp_dia": 98}, ["dbp_rise raised medium"]),
    ("97 is not", {"nibp_dia": 97}, []),
    (
        "diastolic +25 is 103, and the absolute Medium",
        {"nibp_dia": 103},
        ["dbp_high raised medium (silent)", "dbp_rise raised high"],
    ),
]


@pytest.mark.parametrize(("why", "values", "expected"), RELATIVE, ids=[r[0] for r in RELATIVE])
def test_blood_pressure_against_a_baseline(why, values, expected):
    bedside = Bedside(context=Watched(SessionState.INFUSING, BASELINE))
    bedside.measure(0, **values)
    assert told(bedside.measure(300, **values)) == expected


def test_a_low_baseline_does_not_alarm_below_the_arming_value():
    # Arming avoids alarming on 110 -> 133: the rise is 21 %, but 133 is nobody's problem.
    baseline = type(BASELINE)({**BASELINE.values, list(BASELINE.values)[4]: 110})
    bedside = Bedside(context=Watched(SessionState.INFUSING, baseline))
    assert bedside.measure(0, nibp_sys=139) == bedside.measure(300, nibp_sys=139) == []
    bedside.measure(600, nibp_sys=140)
    assert told(bedside.measure(900, nibp_sys=140)) == ["sbp_rise raised medium"]


def test_heart_rate_30_percent_either_way_after_a_minute():
    for rate, rule in ((99, "hr_rise"), (53, "hr_fall")):
        bedside = Bedside(context=Watched(SessionState.INFUSING, BASELINE))
        happened = [told(bedside.measure(t, hr=rate)) for t in range(0, 70, 10)]
        assert happened == [[]] * 6 + [[f"{rule} raised medium"]]


def test_etco2_ten_from_baseline_either_way():
    for value, rule in ((48, "etco2_rise"), (28, "etco2_fall")):
        bedside = Bedside(context=Watched(SessionState.INFUSING, BASELINE))
        for t in (0, 10, 20, 30):
            bedside.measure(t, etco2=value)
        assert bedside.stage(rule) == "active"


def test_relative_rules_are_inert_without_a_baseline_and_when_it_goes_they_neither_clear():
    bedside = Bedside(context=Watched(SessionState.INFUSING, BASELINE))
    bedside.measure(0, nibp_sys=158)
    bedside.measure(300, nibp_sys=158)
    bedside.now(baseline=None)
    assert bedside.measure(310, nibp_sys=120) == []
    assert bedside.stage("sbp_rise") == "active"
    assert bedside.tick(311) == []


def test_the_mean_is_judged_only_when_systolic_and_diastolic_are_absent():
    bedside = Bedside()
    assert bedside.measure(0, nibp_sys=150, nibp_dia=90, nibp_mean=131) == []
    assert told(bedside.measure(300, nibp_mean=131)) == ["map_high raised high"]
    # once raised, only a mean back inside clears it, whatever else is measured
    assert bedside.measure(600, nibp_sys=150, nibp_dia=90, nibp_mean=131) == []
    assert told(bedside.measure(900, nibp_sys=150, nibp_dia=90, nibp_mean=95)) == ["map_high ended high"]


def test_the_pulse_stands_in_only_while_no_heart_rate_is_at_hand():
    bedside = Bedside()
    for t in range(0, 15, 5):
        bedside.measure(t, pr=140)
    bedside.now(current=frozenset({"hr"}))  # the heart rate is back: what was pending waits
    for t in range(15, 60, 5):
        assert bedside.measure(t, pr=140) == bedside.tick(t) == []
    assert bedside.stage("pr_high") == "pending"
    bedside.now(current=frozenset())
    bedside.measure(60, pr=140)
    bedside.now(current=frozenset({"hr"}))
    assert bedside.tick(69) == []
    bedside.now(current=frozenset())
    assert told(bedside.tick(69)) == ["pr_high raised high"]


def test_a_slow_source_counts_for_three_of_its_intervals():
    bedside = Bedside(context=Watched(SessionState.INFUSING, interval_s={"hr": 10.0}))
    bedside.measure(0, hr=125)
    assert told(bedside.tick(20)) == ["hr_high raised medium"]


def test_nothing_is_judged_in_a_phase_without_a_patient():
    bedside = Bedside(context=Watched(SessionState.SCHEDULED))
    assert bedside.measure(0, nibp_sys=230) == []


def test_level_of_and_cleared_answer_for_one_value():
    rule, context = POLICY.rules_by_id["spo2_low"], Watched(SessionState.INFUSING)
    levels = [level_of(rule, value, context) for value in (92, 91, 89)]
    assert [level and str(level.priority) for level in levels] == [None, "medium", "high"]
    assert [cleared(rule, value, context) for value in (92, 92.9, 93)] == [False, False, True]
    assert not cleared(POLICY.rules_by_id["hr_rise"], 70, context)  # inert without a baseline


def test_a_medium_raised_by_time_does_not_take_time_from_the_high_level():
    bedside = Bedside(context=Watched(SessionState.INFUSING, interval_s={"rr": 60.0}))
    bedside.measure(0, rr=9)
    assert told(bedside.tick(60)) == ["rr_low raised medium"]
    bedside.measure(61, rr=8)
    bedside.tick(70)
    assert told(bedside.tick(76)) == ["rr_low escalated high"]


def test_both_levels_completed_by_time_alone_each_at_its_own_second():
    bedside = Bedside(context=Watched(SessionState.INFUSING, interval_s={"spo2": 60.0}))
    bedside.measure(0, spo2=91)
    bedside.measure(15, spo2=89)
    assert [told(bedside.tick(t)) for t in (29, 30, 34, 35)] == [
        [],
        ["spo2_low raised medium"],
        [],
        ["spo2_low escalated high"],
    ]
