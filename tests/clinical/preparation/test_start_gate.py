"""One answer to "what is missing": every item of the screening and the preparation, one fact spoilt at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.clinical.preparation.entries import Review, StopOverride
from monitor.clinical.preparation.items import EntryRefused, check_entry, who_prepared
from monitor.clinical.preparation.screening import ScreeningRefused, check_answers, check_override, screen
from monitor.clinical.preparation.start_gate import Notice, StartFacts, start_gate
from monitor.clinical.vitals import Vital
from tests.clinical.preparation.before import (
    POLICY,
    READY,
    SAID,
    START,
    answered,
    before,
    cuffs,
    entry,
    found,
    items,
    mark,
    screening,
    steady,
)
from tests.prepared import PREPARED

STOPS = [item.id for item in POLICY.screening if item.item_class.value == "stop"]
WARNS = [item.id for item in POLICY.screening if item.item_class.value == "warn"]
STEPS = ("order", "consent", "second_check", "physician_clearance", "baseline", "weight", "chair")


def missing(facts: StartFacts = READY, now=START) -> tuple[str, ...]:
    return start_gate(POLICY, facts, now).ids


def said(one) -> StartFacts:
    return replace(READY, said=one)


def test_nothing_is_missing_of_a_prepared_patient_and_everything_of_one_nobody_touched():
    assert start_gate(POLICY, READY, START).may_start
    assert missing(StartFacts()) == (*STEPS, "responsible_nurse", "screening", *PREPARED, "vital_gate")


@pytest.mark.parametrize("step", ["order", "consent", "second_check", "physician_clearance", "weight", "chair"])
def test_each_step_is_missing_alone(step):
    gate = start_gate(POLICY, replace(READY, **{step: False}), START)
    assert gate.ids == (step,)
    assert not gate.may_start


def test_a_baseline_counts_as_long_as_its_pressures_lie_in_the_window():
    assert missing(READY, START + timedelta(seconds=1)) == ("baseline",)
    assert start_gate(POLICY, READY, START + timedelta(seconds=1)).missing[0].sentence == "baseline (too old)"
    assert missing(replace(READY, baseline_until_at=None)) == ("baseline",)


def test_every_item_of_the_clinical_table_is_asked():
    assert len(STOPS) == 16
    assert WARNS == [
        "hepatic_moderate", "substance_misuse", "cardiac_failure", "cerebrovascular", "ischaemic_heart",
        "theophylline", "levothyroxine", "diazepam", "maoi", "psychostimulants", "sedatives",
    ]  # fmt: skip
    assert all(item.source and item.mark == "V" for item in POLICY.screening)


@pytest.mark.parametrize("item", STOPS)
@pytest.mark.parametrize("answer", ["present", "unknown"])
def test_an_item_that_stops_needs_a_physicians_override_newer_than_the_answer(item, answer):
    stopped = screening(**{item: answered(answer, "seen", version=5)})
    assert missing(said(stopped)) == ("hard_stop",)
    for version, wanted in ((4, ("hard_stop",)), (5, ("hard_stop",)), (6, ())):
        overridden = replace(stopped, overrides={item: StopOverride("discussed", mark(version, "Dr", 9))})
        assert missing(said(overridden)) == wanted


@pytest.mark.parametrize("item", WARNS)
def test_an_item_that_warns_needs_a_note(item):
    assert missing(said(screening(**{item: answered("present")}))) == ("screening",)
    assert missing(said(screening(**{item: answered("unknown")}))) == ("screening",)
    assert missing(said(screening(**{item: answered("present", "stable")}))) == ()


def test_what_nobody_answered_is_missing():
    left = {name: one for name, one in SAID.screening.items() if name != "maoi"}
    assert missing(said(replace(SAID, screening=left))) == ("screening",)


def test_pregnancy_is_asked_only_where_it_is_possible_and_a_positive_test_stops():
    unanswered = {name: one for name, one in SAID.screening.items() if name != "pregnancy"}
    assert missing(said(replace(SAID, screening=unanswered))) == ()  # not possible
    possible = items(pregnancy=entry({"possible": True, "test": "negative"}))
    assert missing(said(replace(possible, screening=unanswered))) == ("screening",)
    assert missing(said(possible)) == ()
    positive = items(pregnancy=entry({"possible": True, "test": "positive"}, version=7))
    assert missing(said(positive)) == ("hard_stop",)
    assert missing(said(replace(positive, screening=unanswered))) == ("hard_stop",)
    early = replace(positive, overrides={"pregnancy": StopOverride("discussed", mark(6))})
    assert missing(said(early)) == ("hard_stop",)
    late = replace(positive, overrides={"pregnancy": StopOverride("discussed", mark(8))})
    assert missing(said(late)) == ()
    nobody = replace(SAID, items={k: v for k, v in SAID.items.items() if k.value != "pregnancy"})
    assert "pregnancy" in missing(said(nobody))


NOTES = [
    ("fasting", {"solids_at": before(480).isoformat(), "clear_liquids_at": before(120).isoformat()}, "", True),
    ("fasting", {"solids_at": before(479).isoformat(), "clear_liquids_at": before(120).isoformat()}, "", False),
    ("fasting", {"solids_at": before(480).isoformat(), "clear_liquids_at": before(119).isoformat()}, "", False),
    ("fasting", {"solids_at": before(60).isoformat(), "clear_liquids_at": before(60).isoformat()}, "accepted", True),
    ("pregnancy", {"possible": True, "test": "not_done"}, "", False),
    ("pregnancy", {"possible": True, "test": "not_done"}, "declined", True),
    ("identity", {"confirmed": False}, "no wristband", False),
    ("rescue_ready", {"confirmed": False}, "on its way", False),
    ("drug", {"lot": "K1", "expires_on": "2026-03-02"}, "", True),
    ("drug", {"lot": "K1", "expires_on": "2026-03-01"}, "still good", False),
    ("oxygen", {"on_air": False}, "", True),  # the vital gate asks the physician
    ("iv_access", {"site": "left hand"}, "", True),
]


@pytest.mark.parametrize(("name", "values", "note", "passes"), NOTES)
def test_an_item_is_judged_at_every_look(name, values, note, passes):
    check_entry(name, values)
    assert missing(said(items(**{name: entry(values, note)}))) == (() if passes else (name,))


@pytest.mark.parametrize("name", PREPARED)
def test_a_policy_may_leave_an_item_out(name):
    left = replace(SAID, items={item: one for item, one in SAID.items.items() if item.value != name})
    required = frozenset(item for item in POLICY.preparation.required if item.value != name)
    lenient = replace(POLICY, preparation=replace(POLICY.preparation, required=required))
    assert name in start_gate(POLICY, said(left), START).ids
    assert name not in start_gate(lenient, said(left), START).ids


def test_capnography_is_optional_and_answered_by_the_monitor_or_a_note():
    strict = replace(POLICY.preparation, required=POLICY.preparation.required | {"capnography"})
    policy = replace(POLICY, preparation=strict)
    assert start_gate(policy, READY, START).ids == ("capnography",)
    assert start_gate(policy, replace(READY, etco2_measured=True), START).ids == ()
    precluded = entry({"confirmed": False}, "nasal tube")
    assert start_gate(policy, said(items(capnography=precluded)), START).ids == ()
    assert start_gate(policy, said(items(capnography=entry({"confirmed": True}))), START).ids == ()


BAD_ENTRIES = [
    ("shoes", {}), ("identity", {}), ("identity", {"confirmed": "yes"}), ("escort", {"name": "  "}),
    ("fasting", {"solids_at": "noon", "clear_liquids_at": before(300).isoformat()}),
    ("fasting", {"solids_at": "2026-03-01T20:00:00", "clear_liquids_at": before(300).isoformat()}),
    ("pregnancy", {"possible": True}), ("pregnancy", {"possible": None}), ("iv_access", {}),
    ("drug", {"lot": "K1", "expires_on": "soon"}), ("drug", {"expires_on": "2027-01-01"}), ("oxygen", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values"), BAD_ENTRIES)
def test_an_impossible_entry_is_refused(name, values):
    with pytest.raises(EntryRefused):
        check_entry(name, values)


def test_answers_and_overrides_that_cannot_be_are_refused():
    for answers in ({}, {"no_such_item": {"answer": "clear"}}, {"maoi": {"answer": "maybe"}}, {"maoi": "clear"}):
        with pytest.raises(ScreeningRefused):
            check_answers(POLICY.screening, answers)
    check_answers(POLICY.screening, {"maoi": {"answer": "present"}})
    stopped = screening(raised_icp=answered("present"))
    check_override(POLICY.screening, stopped, "raised_icp")
    for item in ("maoi", "delirium", "no_such_item"):
        with pytest.raises(ScreeningRefused):
            check_override(POLICY.screening, stopped, item)


def test_vital_signs_are_missing_until_looked_at_and_reviewed():
    assert missing(replace(READY, findings=None)) == ("vital_gate",)
    review = found({Vital.HR: steady(115)})
    gate = start_gate(POLICY, replace(READY, findings=review), START)
    assert [(one.id, one.who, one.detail) for one in gate.missing] == [("vital_gate", "physician", "HR 115 > 110")]
    seen = replace(SAID, reviews=(Review("heart_rate_high", 115, mark()),))
    assert missing(replace(READY, findings=review, said=seen)) == ()
    held = start_gate(POLICY, replace(READY, findings=found(cuffs((2, 165, 80)))), START)
    assert held.missing[0].who == "nurse"


def test_a_notice_stands_in_nobodys_way():
    gate = start_gate(POLICY, READY, START, [Notice("apnoea_unavailable", "Apnoea detection unavailable")])
    assert gate.may_start
    assert [one.id for one in gate.notices] == ["apnoea_unavailable"]


def test_who_drew_up_the_drug_is_known():
    assert who_prepared(SAID) == mark()
    assert who_prepared(replace(SAID, items={})) is None
    assert len(screen(POLICY.screening, SAID)) == len(POLICY.screening)
