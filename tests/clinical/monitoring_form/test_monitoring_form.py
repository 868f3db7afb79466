"""The monitoring form of one session: what the record says, and UNKNOWN where it says nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.adverse_events import ActionTaken, AdverseEvent, Relation, Serious
from monitor.clinical.discharge.evidence import DischargeEvidence, HighAlarm
from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import evaluate
from monitor.clinical.monitoring_form.episodes import Seen, Symptom
from monitor.clinical.monitoring_form.form import Depression, Monitored, MonitoringForm, monitoring_form
from monitor.clinical.monitoring_form.ready import by_then
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY
from tests.clinical.home_time import HOME, NO_DISSOCIATION, NOW, at, every_minute, one, readings, scores


def form(evidence: DischargeEvidence = HOME, end: float | None = NOW, **changes: object) -> MonitoringForm:
    told = Monitored(evidence, None if end is None else at(end), (), (), ())
    return monitoring_form(POLICY, replace(told, **changes), at(NOW))  # type: ignore[arg-type]


def cuffs(*taken: tuple[float, float, float]) -> DischargeEvidence:
    return readings(
        nibp_sys=tuple((at(minute), sys) for minute, sys, _ in taken),
        nibp_dia=tuple((at(minute), dia) for minute, _, dia in taken),
    )


# Blood pressure: the infusion starts at -40, so its 40th minute is 0.


def test_the_nearest_cuff_of_each_moment_is_told_with_its_distance():
    found = form(cuffs((-45, 130, 80), (-30, 150, 90), (3, 160, 95), (70, 128, 76))).pressures
    assert (found.before.sys, found.before.distance_s) == (130, -300)
    assert (found.at_40_min.sys, found.at_40_min.distance_s) == (160, 180)
    assert (found.at_end.sys, found.at_end.distance_s) == (128, -300)


def test_a_cuff_too_far_from_the_moment_is_not_measured_and_never_the_next_best():
    found = form(cuffs((-102, 130, 80), (-17, 150, 90), (44, 128, 76))).pressures
    assert (found.before, found.at_40_min, found.at_end) == (None, None, None)


def test_a_cuff_after_the_start_is_never_the_one_before():
    assert form(cuffs((-39, 130, 80))).pressures.before is None


def test_while_monitoring_goes_on_there_is_no_end():
    found = form(end=None)
    assert (found.total_min, found.pressures.at_end) == (None, None)


def test_a_cuff_whose_diastolic_was_not_accepted_is_none():
    only_systolic = readings(nibp_sys=((at(0), 150.0),), nibp_dia=())
    assert form(only_systolic).pressures.at_40_min is None


# Sedation and dissociation


def test_sedation_goes_from_the_first_low_score_to_the_first_full_one_after_the_last():
    drowsy = scores(
        moaas=((at(-20), {"level": 4}), (at(0), {"level": 3}), (at(30), {"level": 5}), (at(70), {"level": 5}))
    )
    found = form(drowsy).sedation
    assert (found.seen, found.onset_min, found.resolution_min, found.within_two_hours) == (Seen.YES, 20, 70, True)
    assert found.words == "MOAA/S 4"


def test_one_scale_that_was_never_looked_at_again_is_not_gone_whatever_another_says():
    drowsy = scores(moaas=((at(-20), {"level": 4}), (at(70), {"level": 5})), poss=((at(-10), {"level": 3}),))
    found = form(drowsy).sedation
    assert (found.seen, found.resolved_at, found.within_two_hours) == (Seen.YES, None, None)


def test_nobody_who_looked_after_the_start_is_unknown_and_not_no():
    asleep = scores(moaas=((at(-50), {"level": 5}),), rass=(), poss=())
    assert form(asleep).sedation.seen is Seen.UNKNOWN
    assert form(scores(moaas=one(70, level=5), rass=(), poss=())).sedation.seen is Seen.NO


def test_what_was_charted_as_a_symptom_counts_until_it_is_said_to_be_gone():
    charted = [Symptom(at(-10), "dissociation", 2), Symptom(at(20), "dissociation", 0)]
    found = form(symptoms=charted).dissociation
    assert (found.seen, found.onset_min, found.resolution_min) == (Seen.YES, 30, 60)
    assert form(symptoms=charted[:1]).dissociation.resolved_at is None


def test_dissociation_that_was_there_before_the_drug_is_no_dissociation_by_the_drug():
    items = {**NO_DISSOCIATION, "item_1": 3}
    before = replace(scores(cadss6=one(70, **items)), baseline_scores={"nrs": 6, "cadss6": 3})
    assert form(before).dissociation.seen is Seen.NO
    assert form(scores(cadss6=one(70, **items))).dissociation.seen is Seen.YES


# Breathing, serious events


def test_signs_of_depressed_breathing_are_told_and_without_a_measurement_nothing_is_denied():
    watched = readings(rr=every_minute(14, since=-40))
    assert form(watched).respiratory_depression is Seen.NO
    assert form().respiratory_depression is Seen.UNKNOWN  # only the last 20 minutes were measured
    assert form(readings(rr=(), spo2=())).respiratory_depression is Seen.UNKNOWN
    sign = Depression(at(-5), "RR 6 < 8")
    assert form(depressions=[sign]).depressions == (sign,)
    assert form(watched, depressions=[Depression(at(-45), "before the start")]).respiratory_depression is Seen.NO


def test_only_serious_events_are_serious_and_an_apnea_is_depressed_breathing():
    apnea = AdverseEvent(
        3, "apnoea", 3, Relation.PROBABLE, ActionTaken.HELD, (Serious.LIFE_THREATENING,), "", at(-5), "Nurse"
    )
    nausea = replace(apnea, term="nausea", grade=1, serious=())
    found = form(adverse_events=[apnea, nausea])
    assert found.serious == (apnea,)
    assert found.respiratory_depression is Seen.YES


# Would have been ready


def test_ready_is_the_first_minute_at_which_all_but_the_time_was_met():
    found = form().ready
    assert (found.clinical_at, found.all_but_time_at) == (at(70), at(70))
    late = scores(confirmations=one(73, **dict(HOME.scores["confirmations"][0][1])))
    assert (form(late).ready.clinical_at, form(late).ready.all_but_time_at) == (at(70), at(73))


def test_what_came_later_does_not_make_an_earlier_minute_ready_nor_unready():
    worse_later = scores(nausea=((at(70), {"level": 0}), (at(74), {"level": 3})))
    assert form(worse_later).ready.all_but_time_at == at(70)
    alarm_later = replace(HOME, high_alarms=(HighAlarm("SpO₂ 80 < 85", at(72), at(73), acknowledged=True),))
    assert form(alarm_later).ready.all_but_time_at == at(70)
    alarm_then = replace(HOME, high_alarms=(HighAlarm("SpO₂ 80 < 85", at(60), at(73), acknowledged=True),))
    assert form(alarm_then).ready.all_but_time_at is None


@pytest.mark.parametrize("spoilt", [scores(gait=()), readings(spo2=()), replace(HOME, ended_at=None)])
def test_what_nobody_measured_or_scored_is_never_ready(spoilt: DischargeEvidence):
    assert form(spoilt).ready.all_but_time_at is None


@given(
    minute=st.integers(0, NOW),
    nausea=st.integers(0, 3),
    scored=st.integers(40, NOW),
    spo2=st.integers(85, 99),
)
@settings(max_examples=40, deadline=None)
def test_the_gate_says_of_the_minute_told_what_it_would_have_said_then(
    minute: int, nausea: int, scored: int, spo2: int
):
    evidence = replace(
        scores(nausea=one(scored, level=nausea)),
        readings={**HOME.readings, Vital.SPO2: tuple((at(m), float(spo2)) for m in range(minute, NOW))},
    )
    found = form(evidence).ready.all_but_time_at
    if found is not None:
        said = evaluate(POLICY, by_then(evidence, found), found)
        assert {one.id for one in said.criteria if one.result is not Result.MET} <= {"time"}
