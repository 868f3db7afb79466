"""The discharge gate: one patient who may go, and every way of not being ready."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.findings import Result, worst
from monitor.clinical.discharge.gate import HighAlarm, evaluate, vitals_met
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY
from tests.clinical.home_time import FULL_MARKS, HOME, NOW, at, every_minute, judged, of, one, readings, scores


def test_a_recovered_patient_meets_every_criterion():
    evaluation = judged()
    assert {item.id: str(item.result) for item in evaluation.criteria} == dict.fromkeys(
        (
            *("time", "circulation", "breathing", "scores", "awake", "dissociation", "comfort"),
            *("alarms", "confirmations"),
        ),
        "met",
    )
    assert evaluation.all_met
    assert vitals_met(evaluation)
    assert evaluation.ready_at == at(70)


def test_the_evidence_is_in_words():
    evaluation = judged()
    assert of(evaluation, "circulation").evidence == "122/72, baseline 131/78 · HR 71, baseline 76"
    assert of(evaluation, "breathing").evidence == "SpO₂ 97 · RR 14 · room air"
    assert of(evaluation, "breathing").words == "SpO₂ ≥ 92 % and RR 10–24, on room air"
    assert of(evaluation, "awake").evidence == "MOAA/S 5 · RASS 0 · Orientation 3 · POSS 1"
    assert of(evaluation, "confirmations").evidence == "4 of 4 manual items confirmed"


def marks(kind: str, minute: float, **changes):
    return (at(minute), {**FULL_MARKS[kind], **changes})


HIGH = HighAlarm("SpO₂ 88 < 90", at(40), at(44), acknowledged=True)

# (why, evidence, minute, criterion, result, expected in minutes or None)
CASES = [
    # 1 time
    ("an hour is not over", HOME, 59, "time", "not_met", 60),
    ("an hour is over", HOME, 60, "time", "met", None),
    ("the infusion runs", replace(HOME, ended_at=None), NOW, "time", "not_met", None),
    # 2 scores
    ("never scored", scores(aldrete=()), NOW, "scores", "unknown", None),
    (
        "scored once: the second set is a matter of time",
        scores(aldrete=(marks("aldrete", 70),)),
        NOW,
        "scores",
        "not_met",
        85,
    ),
    ("14 min apart", scores(mpadss=(marks("mpadss", 56), marks("mpadss", 70))), NOW, "scores", "not_met", 71 + 4),
    (
        "8 points",
        scores(aldrete=(marks("aldrete", 55), marks("aldrete", 70, activity=1, respiration=1))),
        NOW,
        "scores",
        "not_met",
        None,
    ),
    (
        "an item of 0",
        scores(mpadss=(marks("mpadss", 55), marks("mpadss", 70, nausea=0))),
        NOW,
        "scores",
        "not_met",
        None,
    ),
    (
        "9 points twice",
        scores(aldrete=tuple(marks("aldrete", m, activity=1) for m in (55, 70))),
        NOW,
        "scores",
        "met",
        None,
    ),
    (
        "a failing set between breaks the row",
        scores(aldrete=(marks("aldrete", 50), marks("aldrete", 60, activity=0), marks("aldrete", 70))),
        NOW,
        "scores",
        "not_met",
        85,
    ),
    (
        "sets of the infusion do not count",
        scores(aldrete=(marks("aldrete", -5), marks("aldrete", 70))),
        NOW,
        "scores",
        "not_met",
        85,
    ),
    ("a set older than 10 min is unknown", HOME, 81, "scores", "unknown", None),
    # 3 circulation
    ("no pressure", readings(nibp_sys=()), NOW, "circulation", "unknown", None),
    (
        "a systolic without its diastolic is none",
        readings(nibp_dia=((at(69), 72.0),)),
        NOW,
        "circulation",
        "unknown",
        None,
    ),
    ("a pressure older than 10 min", readings(hr=every_minute(71, 60, 81)), 81, "circulation", "unknown", None),
    ("20 % above is near", readings(nibp_sys=((at(70), 157.0),)), NOW, "circulation", "met", None),
    (
        "farther, alone: a second reading is a matter of time",
        readings(nibp_sys=((at(70), 159.0),)),
        NOW,
        "circulation",
        "not_met",
        80,
    ),
    (
        "farther, twice 10 min apart, not rising",
        readings(nibp_sys=((at(60), 159.0), (at(70), 159.0))),
        NOW,
        "circulation",
        "met",
        None,
    ),
    ("rising", readings(nibp_sys=((at(60), 158.0), (at(70), 159.0))), NOW, "circulation", "not_met", 80),
    (
        "a diastolic rising beside it",
        readings(nibp_sys=((at(60), 159.0), (at(70), 159.0)), nibp_dia=((at(60), 70.0), (at(70), 71.0))),
        NOW,
        "circulation",
        "not_met",
        80,
    ),
    (
        "9 min apart",
        readings(nibp_sys=((at(61), 159.0), (at(70), 158.0)), nibp_dia=((at(61), 74.0), (at(70), 72.0))),
        NOW,
        "circulation",
        "not_met",
        NOW,
    ),
    (
        "160 is not below 160",
        readings(nibp_sys=((at(60), 170.0), (at(70), 160.0))),
        NOW,
        "circulation",
        "not_met",
        None,
    ),
    (
        "far below baseline is below the limits",
        readings(nibp_sys=((at(60), 100.0), (at(70), 99.0))),
        NOW,
        "circulation",
        "met",
        None,
    ),
    ("no baseline, falling", replace(HOME, baseline=None), NOW, "circulation", "met", None),
    (
        "heart rate out of range and far from baseline",
        readings(hr=every_minute(112)),
        NOW,
        "circulation",
        "not_met",
        None,
    ),
    (
        "one artefact in a minute does not close the gate",
        readings(hr=(*every_minute(71), (at(NOW - 0.5), 200.0), (at(NOW - 0.1), 71.0))),
        NOW,
        "circulation",
        "met",
        None,
    ),
    ("no heart rate, but a pulse", readings(hr=(), pr=every_minute(71)), NOW, "circulation", "met", None),
    ("neither", readings(hr=()), NOW, "circulation", "unknown", None),
    ("a heart rate older than 5 min", readings(hr=every_minute(71, 50, 69)), NOW, "circulation", "unknown", None),
    # 4 breathing
    ("no SpO2", readings(spo2=()), NOW, "breathing", "unknown", None),
    ("SpO2 older than 5 min", readings(spo2=every_minute(97, 50, 69)), NOW, "breathing", "unknown", None),
    (
        "one of 15 below is more than 5 %",
        readings(spo2=(*every_minute(97, 55, 62), (at(63), 91.0), *every_minute(97, 64))),
        NOW,
        "breathing",
        "not_met",
        78,
    ),
    ("below now: time alone will not do", readings(spo2=every_minute(91)), NOW, "breathing", "not_met", None),
    ("RR 25", readings(rr=every_minute(25)), NOW, "breathing", "not_met", None),
    ("measured only 8 of 15 min", readings(spo2=every_minute(97, 67)), NOW, "breathing", "unknown", 82),
    (
        "a gap of 5 min",
        readings(spo2=(*every_minute(97, 55, 65), *every_minute(97, 71))),
        NOW,
        "breathing",
        "unknown",
        86,
    ),
    (
        "a gap of 2 min is covered enough",
        readings(spo2=(*every_minute(97, 55, 65), *every_minute(97, 67))),
        NOW,
        "breathing",
        "met",
        None,
    ),
    ("the newest speaks no longer", readings(spo2=every_minute(97, 50, 70.5)), NOW, "breathing", "unknown", NOW + 15),
    (
        "needs oxygen",
        scores(aldrete=tuple(marks("aldrete", m, oxygen_saturation=1) for m in (55, 70))),
        NOW,
        "breathing",
        "not_met",
        None,
    ),
    ("room air not known", scores(aldrete=()), NOW, "breathing", "unknown", None),
    # 5 awake
    ("not assessed", scores(moaas=()), NOW, "awake", "unknown", None),
    ("MOAA/S 4", scores(moaas=one(70, level=4)), NOW, "awake", "not_met", None),
    ("RASS -1", scores(rass=one(70, level=-1)), NOW, "awake", "not_met", None),
    ("POSS 3", scores(poss=one(70, level=3)), NOW, "awake", "not_met", None),
    ("does not know the day", scores(orientation=one(70, person=1, place=1, time=0)), NOW, "awake", "not_met", None),
    ("assessed 11 min ago", scores(rass=one(64, level=0)), NOW, "awake", "unknown", None),
    # 6 dissociation
    (
        "CADSS-6 of 3",
        scores(cadss6=one(70, **{**HOME.scores["cadss6"][0][1], "item_1": 3})),
        NOW,
        "dissociation",
        "not_met",
        None,
    ),
    (
        "…but that was the baseline",
        replace(
            scores(cadss6=one(70, **{**HOME.scores["cadss6"][0][1], "item_1": 3})),
            baseline_scores={"nrs": 6, "cadss6": 3},
        ),
        NOW,
        "dissociation",
        "met",
        None,
    ),
    ("hallucination", scores(perception=one(70, hallucination=1, distress=0)), NOW, "dissociation", "not_met", None),
    # 7 comfort
    ("gait with help", scores(gait=one(70, level=1)), NOW, "comfort", "not_met", None),
    ("gait not assessed", scores(gait=()), NOW, "comfort", "unknown", None),
    ("nausea 2", scores(nausea=one(70, level=2)), NOW, "comfort", "not_met", None),
    ("pain above baseline", scores(nrs=one(70, pain=7)), NOW, "comfort", "not_met", None),
    ("pain without a baseline", replace(HOME, baseline_scores={}), NOW, "comfort", "unknown", None),
    (
        "no pain needs no baseline",
        replace(scores(nrs=one(70, pain=0)), baseline_scores={}),
        NOW,
        "comfort",
        "met",
        None,
    ),
    # 8 alarms
    ("a High alarm 31 min ago", replace(HOME, high_alarms=(HIGH,)), NOW, "alarms", "met", None),
    (
        "a High alarm until 29 min ago",
        replace(HOME, high_alarms=(replace(HIGH, ended_at=at(46)),)),
        NOW,
        "alarms",
        "not_met",
        76,
    ),
    (
        "a High alarm still present",
        replace(HOME, high_alarms=(replace(HIGH, ended_at=None),)),
        NOW,
        "alarms",
        "not_met",
        None,
    ),
    (
        "never acknowledged",
        replace(HOME, high_alarms=(replace(HIGH, acknowledged=False),)),
        NOW,
        "alarms",
        "not_met",
        None,
    ),
    (
        "marked as artefact",
        replace(HOME, high_alarms=(replace(HIGH, ended_at=at(60), artefact=True),)),
        NOW,
        "alarms",
        "met",
        None,
    ),
    ("midazolam half an hour ago", replace(HOME, drugs=((at(45), "midazolam"),)), NOW, "alarms", "not_met", 105),
    (
        "midazolam an hour ago, ondansetron now",
        replace(HOME, drugs=((at(14), "midazolam"), (at(74), "ondansetron"))),
        NOW,
        "alarms",
        "met",
        None,
    ),
    # 9 confirmations
    ("nothing said", scores(confirmations=()), NOW, "confirmations", "unknown", None),
    (
        "no escort",
        scores(confirmations=one(70, escort_present=False, iv_removed=True, instructions_given=True)),
        NOW,
        "confirmations",
        "not_met",
        None,
    ),
    ("one still open", scores(confirmations=one(70, iv_removed=True)), NOW, "confirmations", "unknown", None),
]


@pytest.mark.parametrize(
    ("why", "evidence", "minute", "criterion_id", "result", "expected"),
    CASES,
    ids=[f"{row[3]}: {row[0]}" for row in CASES],
)
def test_a_criterion(why, evidence, minute, criterion_id, result, expected):
    found = of(judged(evidence, minute), criterion_id)
    assert found.result == result, found.evidence
    wanted = None if expected is None else at(expected)
    assert (
        None
        if found.expected_at is None
        else max(found.expected_at, at(minute) if expected == minute else found.expected_at)
    ) == wanted


def test_ready_at_is_the_latest_of_what_time_alone_will_meet():
    evidence = replace(scores(aldrete=(marks("aldrete", 50),), mpadss=(marks("mpadss", 52),)), high_alarms=(HIGH,))
    early = judged(evidence, 55)
    assert early.ready_at is None  # nobody has assessed gait yet
    everything_else = {kind: ((at(54), sets[-1][1]),) for kind, sets in HOME.scores.items() if len(sets) == 1}
    evidence = replace(
        evidence,
        scores={**evidence.scores, **everything_else},
        readings={
            **HOME.readings,
            **{
                vital: every_minute(value, 35, 55)
                for vital, value in ((Vital.HR, 71), (Vital.SPO2, 97), (Vital.RR, 14))
            },
            Vital.NIBP_SYS: ((at(50), 122.0),),
            Vital.NIBP_DIA: ((at(50), 72.0),),
        },
    )
    assert judged(evidence, 55).ready_at == at(74)  # the High alarm ended at 44; time at 60, the second MPADSS at 67


def test_the_time_criterion_says_how_long_it_has_held():
    found = of(judged(HOME, 45), "time")
    assert (found.held_s, found.needed_s) == (45 * 60, 60 * 60)
    assert (of(judged(), "time").held_s, of(judged(), "time").since) == (60 * 60, at(60))


def test_a_heart_rate_out_of_range_but_near_its_own_baseline_is_met():
    fast = type(HOME.baseline)({**HOME.baseline.values, Vital.HR: 100})
    assert of(judged(replace(readings(hr=every_minute(118)), baseline=fast)), "circulation").result == "met"
    assert of(judged(replace(readings(hr=every_minute(121)), baseline=fast)), "circulation").result == "not_met"


def test_an_unacknowledged_alarm_is_named():
    evidence = replace(HOME, high_alarms=(replace(HIGH, acknowledged=False),))
    assert of(judged(evidence), "alarms").evidence == "SpO₂ 88 < 90: not acknowledged"


def test_ready_at_is_never_in_the_past():
    late = readings(nibp_sys=((at(61), 159.0), (at(70), 158.0)), nibp_dia=((at(61), 74.0), (at(70), 72.0)))
    assert judged(late).ready_at == at(NOW)


def test_how_long_a_sustained_rule_has_held():
    evidence = readings(spo2=(*every_minute(97, 55, 62), (at(63), 88.0), *every_minute(97, 64)))
    found = of(judged(evidence), "breathing")
    assert (found.held_s, found.needed_s) == (12 * 60, 15 * 60)
    assert "last out of limits 14:03:00 UTC, SpO₂ 88" in found.evidence


def test_a_patient_whose_own_spo2_is_lower_is_measured_by_it():
    low = type(HOME.baseline)({**HOME.baseline.values, Vital.SPO2: 90})
    assert of(judged(replace(readings(spo2=every_minute(90)), baseline=low)), "breathing").result == "met"
    assert of(judged(replace(readings(spo2=every_minute(90)), baseline=None)), "breathing").result == "not_met"


def test_captured_vitals_count_for_half_an_hour_after_monitoring_ended():
    fresh_scores = {kind: (*sets[:-1], (at(100), sets[-1][1])) for kind, sets in HOME.scores.items()}
    captured = replace(HOME, monitoring_ended_at=at(NOW), scores=fresh_scores)
    assert vitals_met(judged(captured, 105))
    late = judged(captured, 105.1)
    assert {str(of(late, name).result) for name in ("circulation", "breathing")} == {"unknown"}


def test_nothing_asked_is_unknown():
    assert worst([]) == "unknown"


# --- an independent oracle: may the patient go, straight from CLINICAL.md §4.5, for minute-by-minute patients --------


def oracle(patient, now) -> bool:
    def near(value, base):
        return abs(value - base) <= 0.2 * base

    def fresh(times, age):
        return [t for t in times if 0 <= now - t <= age]

    if now < 60:
        return False
    bp = [(t, s, d) for t, s, d in patient["bp"] if t <= now]
    if not bp or now - bp[-1][0] > 10:
        return False
    _, s, d = bp[-1]
    ok = near(s, 131) and near(d, 78)
    if not ok:
        for before in range(len(bp)):
            run = bp[before:]
            ok = ok or (
                run[-1][0] - run[0][0] >= 10
                and all(x[1] < 160 and x[2] < 100 for x in run)
                and all(b[1] <= a[1] and b[2] <= a[2] for a, b in pairwise(run))
            )
    window = [patient["spo2"].get(m) for m in range(now - 14, now + 1)]
    present = [v for v in window if v is not None]
    minutes = [m for m in range(now - 15, now) if patient["spo2"].get(m) is not None]
    spo2 = bool(present) and sum(v >= 92 for v in present) >= 0.95 * len(present) and len(minutes) >= 12
    newest = max((m for m in patient["spo2"] if patient["spo2"][m] is not None and m <= now), default=-99)
    sets = [(m, total) for m, total in patient["aldrete"] if m <= now]
    run = []
    for m, points in reversed(sets):
        if points < 9:
            break
        run.append(m)
    aldrete = bool(run) and bool(fresh([run[0]], 10)) and run[0] - run[-1] >= 15
    return ok and spo2 and now - newest <= 5 and aldrete and (not patient["gait"] or patient["gait"] == 2)


@st.composite
def patients(draw):
    minutes = sorted(draw(st.sets(st.integers(30, 80), min_size=1, max_size=5)))
    pressures = [
        (m, draw(st.sampled_from([99, 120, 150, 158, 159, 165])), draw(st.sampled_from([60, 78, 95, 101])))
        for m in minutes
    ]
    spo2 = dict.fromkeys(range(40, 81), 97.0)
    for m in draw(st.lists(st.integers(50, 80), max_size=4)):
        spo2[m] = draw(st.sampled_from([None, None, 91.0, 92.0]))
    set_minutes = sorted(draw(st.sets(st.sampled_from([45, 50, 55, 60, 65, 70]), max_size=4)))
    aldrete = [(m, draw(st.sampled_from([8, 9, 10, 10]))) for m in set_minutes]
    return {"bp": pressures, "spo2": spo2, "aldrete": aldrete, "gait": draw(st.sampled_from([1, 2, 2, 2]))}


def as_evidence(patient, now):
    items = {8: {"activity": 1, "respiration": 1}, 9: {"activity": 1}, 10: {}}
    always = {kind: ((at(now), sets[-1][1]),) for kind, sets in HOME.scores.items() if len(sets) == 1}
    return replace(
        HOME,
        readings={
            Vital.NIBP_SYS: tuple((at(m), float(s)) for m, s, _ in patient["bp"]),
            Vital.NIBP_DIA: tuple((at(m), float(d)) for m, _, d in patient["bp"]),
            Vital.SPO2: tuple((at(m), v) for m, v in patient["spo2"].items() if v is not None),
            Vital.RR: every_minute(14, now - 20, now),
            Vital.HR: every_minute(71, now - 20, now),
        },
        scores={
            **always,
            "aldrete": tuple((at(m), {**FULL_MARKS["aldrete"], **items[p]}) for m, p in patient["aldrete"]),
            "mpadss": ((at(now - 15), FULL_MARKS["mpadss"]), (at(now), FULL_MARKS["mpadss"])),
            "gait": one(now, level=patient["gait"]),
        },
    )


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(patients(), st.integers(58, 80))
def test_the_gate_agrees_with_an_independent_oracle(patient, now):
    assert evaluate(POLICY, as_evidence(patient, now), at(now)).all_met == oracle(patient, now)


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from(sorted(HOME.scores))), st.sets(st.sampled_from(sorted(HOME.readings))))
def test_whatever_is_not_known_is_never_met(no_scores, no_readings):
    evidence = replace(
        HOME,
        scores={kind: sets for kind, sets in HOME.scores.items() if kind not in no_scores},
        readings={vital: values for vital, values in HOME.readings.items() if vital not in no_readings},
    )
    evaluation = judged(evidence)
    assert evaluation.all_met == (not no_scores and not no_readings)
    assert evaluation.all_met or evaluation.ready_at is None


# --- Questionable values: they can speak against, never for ---


def doubting(**changes) -> DischargeEvidence:
    return replace(HOME, questionable={Vital(word): values for word, values in changes.items()})


def test_questionable_values_out_of_range_count_against_a_sustained_criterion() -> None:
    low = tuple((at(NOW - 5 + n / 60), 84.0) for n in range(2))
    found = of(judged(doubting(spo2=low)), "breathing")
    assert found.result is Result.NOT_MET
    assert "SpO₂ 84" in found.evidence


def test_questionable_values_in_range_help_nothing_and_hinder_nothing() -> None:
    assert of(judged(doubting(spo2=every_minute(98))), "breathing") == of(judged(), "breathing")
    accepted = readings(spo2=every_minute(97, NOW - 20, NOW - 6))
    only_doubted = replace(accepted, questionable={Vital.SPO2: every_minute(98, NOW - 6, NOW)})
    assert of(judged(only_doubted), "breathing").result is Result.UNKNOWN


def test_questionable_values_before_the_window_are_past() -> None:
    assert of(judged(doubting(spo2=((at(NOW - 15), 60.0),))), "breathing").result is Result.MET
    assert of(judged(doubting(spo2=((at(NOW + 1), 60.0),))), "breathing").result is Result.MET


def test_a_blood_pressure_with_a_newer_questionable_one_is_unknown() -> None:
    found = of(judged(doubting(nibp_sys=((at(71), 190.0),))), "circulation")
    assert (found.result, "190, is questionable" in found.evidence) == (Result.UNKNOWN, True)
    assert of(judged(doubting(nibp_sys=((at(70), 190.0),))), "circulation").result is Result.MET
    assert of(judged(doubting(nibp_sys=((at(76), 190.0),))), "circulation").result is Result.MET


def test_between_two_sets_it_is_told_how_long_the_first_has_stood():
    found = of(judged(scores(aldrete=(marks("aldrete", 65),)), 75), "scores")
    assert (found.held_s, found.needed_s, found.expected_at) == (600, 900, at(80))
