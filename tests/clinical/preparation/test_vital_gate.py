"""The pre-infusion gate, number by number as CLINICAL.md §2.6 writes it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.preparation.entries import Review
from monitor.clinical.preparation.gate_findings import GateReadings
from monitor.clinical.preparation.vital_gate import vital_gate
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
from tests.clinical.preparation.before import CALM, POLICY, START, before, cuffs, found, mark, steady


def levels(findings) -> dict[str, str]:
    return {one.id: one.level.value for one in findings}


def test_a_calm_patient_stands_before_an_open_gate():
    assert found() == ()


# (minutes before, systolic, diastolic) … -> what stands against the start
PRESSURES = [
    (((2, 140, 90),), {}),
    (((2, 141, 90),), {"systolic": "review"}),
    (((2, 140, 91),), {"diastolic": "review"}),
    (((2, 150, 95),), {"systolic": "review", "diastolic": "review"}),
    (((2, 159, 99),), {"systolic": "review", "diastolic": "review"}),
    (((2, 160, 80),), {"pressure": "hold"}),
    (((2, 130, 100),), {"pressure": "hold"}),
    (((2, 180, 80),), {"pressure": "refuse"}),
    (((2, 179, 80),), {"pressure": "hold"}),
    # two rechecks, each 5 min after the last that counted
    (((12, 165, 80), (7, 150, 80)), {"pressure": "hold"}),  # one recheck, even a low one, is not two
    (((12, 165, 80), (7, 150, 80), (2, 138, 80)), {}),
    (((12, 165, 80), (7, 150, 80), (2, 150, 80)), {"systolic": "review"}),
    (((12, 165, 80), (7, 170, 80), (2, 159, 99)), {"systolic": "review", "diastolic": "review"}),
    (((12, 165, 80), (7, 150, 80), (2, 160, 80)), {"pressure": "refuse"}),
    (((12, 165, 80), (7, 150, 80), (2, 130, 100)), {"pressure": "refuse"}),
    (((11.9, 165, 80), (7, 130, 80), (2, 130, 80)), {"pressure": "hold"}),  # 4.9 min after: does not count
    (((12, 165, 80), (9, 130, 80), (8, 130, 80)), {"pressure": "hold"}),
    # do not start: only two low readings 5 min apart open it
    (((12, 185, 80), (7, 130, 80)), {"pressure": "refuse"}),
    (((12, 185, 80), (7, 130, 80), (2, 130, 80)), {}),
    (((12, 185, 80), (6.9, 130, 80), (2, 130, 80)), {"pressure": "refuse"}),
    (((17, 185, 80), (12, 130, 80), (7, 160, 80), (2, 130, 80)), {"pressure": "refuse"}),  # a high one begins it anew
    (((12, 165, 80), (9, 181, 80), (2, 130, 80)), {"pressure": "refuse"}),  # also between two rechecks
]


@pytest.mark.parametrize(("taken", "wanted"), PRESSURES)
def test_a_pressure_is_acknowledged_held_for_or_refused(taken, wanted):
    assert levels(found(cuffs(*taken))) == wanted


def test_a_hold_and_a_refusal_say_when_to_measure_again():
    assert found(cuffs((2, 165, 80)))[0].recheck_at == before(2) + timedelta(minutes=5)
    assert found(cuffs((9, 165, 80), (4, 165, 80)))[0].recheck_at == before(4) + timedelta(minutes=5)
    assert found(cuffs((2, 185, 80)))[0].recheck_at == before(2) + timedelta(minutes=5)
    assert found(cuffs((9, 185, 80), (4, 130, 80), (2, 130, 80)))[0].recheck_at == before(4) + timedelta(minutes=5)
    assert "Recheck 2 of 2" in found(cuffs((9, 165, 80), (4, 165, 80)))[0].words


def test_what_is_missing_or_old_is_unknown_and_never_passes():
    nothing = dict.fromkeys(CALM, ())
    assert levels(found(nothing, poss=None)) == {
        "pressure": "unknown", "heart_rate": "unknown", "spo2": "unknown", "rr": "unknown", "poss": "unknown"
    }  # fmt: skip
    assert found(cuffs((30, 124, 78))) == ()
    assert levels(found(cuffs((30.1, 124, 78)))) == {"pressure": "unknown"}
    assert found(poss=(before(30), 1)) == ()
    assert levels(found(poss=(before(30.1), 1))) == {"poss": "unknown"}
    assert levels(found(on_air=None)) == {"spo2": "unknown"}
    assert levels(found({Vital.NIBP_DIA: ()})) == {"pressure": "unknown"}  # a systolic alone is none
    assert levels(found({Vital.HR: ((before(6), 72.0),) * 3})) == {"heart_rate": "unknown"}


OTHERS = [
    ({Vital.HR: steady(110)}, None),
    ({Vital.HR: steady(111)}, ("heart_rate_high", 111)),
    ({Vital.HR: steady(50)}, None),
    ({Vital.HR: steady(49)}, ("heart_rate_low", 49)),
    ({Vital.HR: (), Vital.PR: steady(111)}, ("heart_rate_high", 111)),  # the pulse stands in
    ({Vital.SPO2: steady(94)}, None),
    ({Vital.SPO2: steady(93)}, ("spo2", 93)),
    ({Vital.RR: steady(10)}, None),
    ({Vital.RR: steady(9)}, ("rr", 9)),
]


@pytest.mark.parametrize(("readings", "wanted"), OTHERS)
def test_a_physician_reviews_what_lies_outside(readings, wanted):
    findings = found(readings)
    assert [(one.id, one.value, one.level.value) for one in findings] == ([(*wanted, "review")] if wanted else [])


def test_sedation_oxygen_and_the_own_baseline_are_reviewed():
    assert found(poss=(before(3), 2)) == ()
    assert levels(found(poss=(before(3), 3))) == {"poss": "review"}
    assert levels(found(on_air=False)) == {"spo2": "review"}
    own = Baseline({Vital.SPO2: 100.0})
    assert found({Vital.SPO2: steady(98)}, baseline=own) == ()
    assert levels(found({Vital.SPO2: steady(97)}, baseline=own)) == {"spo2": "review"}
    assert found(baseline=Baseline({})) == ()


def test_a_review_covers_its_value_and_better_ones_never_a_worse_one():
    high = found({Vital.HR: steady(115)})[0]
    low = found({Vital.RR: steady(8)})[0]
    seen = (Review("heart_rate_high", 115, mark(4)), Review("rr", 8, mark(5)))
    assert high.covered_by(seen) == seen[0]
    assert low.covered_by(seen) == seen[1]
    assert replace(high, value=114.0).covered_by(seen) is not None
    assert replace(high, value=116.0).covered_by(seen) is None
    assert replace(low, value=9.0).covered_by(seen) is not None
    assert replace(low, value=7.0).covered_by(seen) is None
    assert low.covered_by(seen[:1]) is None
    assert found(cuffs((2, 165, 80)))[0].covered_by((Review("pressure", 200, mark()),)) is None


taken = st.lists(
    st.tuples(st.integers(0, 200), st.integers(120, 190), st.integers(70, 110)),
    max_size=8,
    unique_by=lambda one: one[0],
)


@given(taken=taken, hours=st.integers(-5000, 5000))
def test_shifting_all_times_and_any_order_of_readings_change_nothing(taken, hours):
    shift = timedelta(hours=hours)
    readings = {**CALM, **cuffs(*sorted(taken, reverse=True))}
    moved = {vital: tuple((at + shift, value) for at, value in reversed(values)) for vital, values in readings.items()}
    seen = GateReadings(moved, (before(3) + shift, 1))
    shifted = vital_gate(POLICY.vital_gate, POLICY.baseline, seen, START + shift, baseline=None, on_air=True)
    assert [(one.id, one.level, one.value) for one in shifted] == [
        (one.id, one.level, one.value) for one in found(readings)
    ]


@given(taken=taken)
def test_a_pressure_of_180_is_never_passed_by_fewer_than_two_low_readings(taken):
    ordered = sorted(taken, reverse=True)
    extremes = [n for n, (_, sys, _) in enumerate(ordered) if sys >= 180]
    if extremes and len(ordered) - 1 - extremes[-1] < 2:
        assert levels(found(cuffs(*ordered)))["pressure"] == "refuse"
