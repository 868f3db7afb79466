"""What a nurse reads before the start: what is missing and who can do it, word for word, with value and bound."""

from dataclasses import replace

import pytest

from monitor.clinical.policy.preparation_parts import PreparationItem
from monitor.clinical.preparation.entries import Said
from monitor.clinical.preparation.gate_findings import GateFinding
from monitor.clinical.preparation.items import EntryRefused, ItemResult, check_entry, prepare
from monitor.clinical.preparation.screening import ScreeningRefused, check_answers, check_override
from monitor.clinical.preparation.start_gate import StartFacts, start_gate
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
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
    screening,
    steady,
)


def missing(facts: StartFacts) -> list[tuple[str, str, str, str]]:
    return [(one.id, one.words, one.who, one.detail) for one in start_gate(POLICY, facts, START).missing]


def test_of_a_session_nobody_touched_everything_is_named_with_who_can_do_it() -> None:
    everybody = "nurse or physician"
    told = missing(StartFacts())
    assert [one for one in told if one[0] != "screening"] == [
        ("order", "order", "physician", ""),
        ("consent", "consent", everybody, ""),
        ("second_check", "second check", "second person", ""),
        ("physician_clearance", "clearance", "physician", ""),
        ("baseline", "baseline", everybody, ""),
        ("weight", "weight", "nurse", ""),
        ("chair", "chair", "nurse", ""),
        ("responsible_nurse", "responsible nurse", "nurse", ""),
        ("identity", "two identifiers", everybody, ""),
        ("escort", "escort", everybody, ""),
        ("fasting", "fasting", everybody, ""),
        ("pregnancy", "pregnancy", everybody, ""),
        ("iv_access", "IV access", everybody, ""),
        ("drug", "drug prepared", everybody, ""),
        ("oxygen", "room air or oxygen", everybody, ""),
        ("rescue_ready", "rescue drugs at hand", everybody, ""),
        ("vital_gate", "vital signs", "nurse", "not looked at yet"),
    ]
    assert [one for one in told if one[0] == "screening"] == [
        ("screening", "screening", everybody, f"{len(POLICY.screening)} open")
    ]


def test_a_detail_stands_in_brackets_behind_its_words() -> None:
    (gone,) = start_gate(POLICY, replace(READY, baseline_until_at=before(1)), START).missing
    assert (gone.sentence, gone.who) == ("baseline (too old)", "nurse or physician")
    (plain,) = start_gate(POLICY, replace(READY, order=False), START).missing
    assert plain.sentence == "order"


def test_every_stop_that_stands_is_named_for_a_physician() -> None:
    said = screening(bp_hazard=answered("present"), hypersensitivity=answered("unknown"))
    hazard = "Condition in which a rise of blood pressure is a serious hazard"
    assert missing(replace(READY, said=said)) == [
        ("hard_stop", "an open hard stop", "physician", f"{hazard}; Hypersensitivity to ketamine")
    ]


def test_vital_signs_are_for_a_nurse_to_measure_and_for_a_physician_to_review() -> None:
    review = found({Vital.HR: steady(131)})
    unknown = found({Vital.RR: ()})
    (one,) = missing(replace(READY, findings=review))
    assert one == ("vital_gate", "vital signs", "physician", review[0].words)
    (one,) = missing(replace(READY, findings=(*review, *unknown)))
    assert one == ("vital_gate", "vital signs", "nurse", f"{review[0].words}; {unknown[0].words}")


# --- items ------------------------------------------------------------------------------------------------------------

HOURS = {"solids_at": before(8 * 60).isoformat(), "clear_liquids_at": before(150).isoformat()}
EVIDENCE = [
    ("identity", {"confirmed": True}, "", ItemResult.DONE, "confirmed"),
    ("identity", {"confirmed": False}, "", ItemResult.OPEN, "not confirmed"),
    ("escort", {"name": "A. Diaz"}, "", ItemResult.DONE, "A. Diaz"),
    ("fasting", HOURS, "", ItemResult.DONE, "solids 8.0 h ago, clear liquids 2.5 h ago"),
    ("pregnancy", {"possible": False}, "", ItemResult.DONE, "not possible"),
    ("pregnancy", {"possible": True, "test": "negative"}, "", ItemResult.DONE, "test negative"),
    ("pregnancy", {"possible": True, "test": "positive"}, "", ItemResult.DONE, "test positive"),
    ("pregnancy", {"possible": True, "test": "not_done"}, "", ItemResult.NOTE_NEEDED, "test not done"),
    ("pregnancy", {"possible": True, "test": "not_done"}, "sterilised", ItemResult.NOTED, "test not done"),
    ("iv_access", {"site": "left hand"}, "", ItemResult.DONE, "left hand"),
    ("iv_access", {"site": "left hand", "gauge": 20}, "", ItemResult.DONE, "left hand, 20 G"),
    ("drug", {"lot": "K7", "expires_on": "2026-03-02"}, "", ItemResult.DONE, "lot K7, expires 2026-03-02"),
    ("drug", {"lot": "K7", "expires_on": "2026-03-01"}, "", ItemResult.OPEN, "lot K7, expires 2026-03-01"),
    ("oxygen", {"on_air": True}, "", ItemResult.DONE, "room air"),
    ("oxygen", {"on_air": False}, "", ItemResult.DONE, "oxygen is given"),
    ("rescue_ready", {"confirmed": False}, "", ItemResult.OPEN, "not confirmed"),
    ("capnography", {"confirmed": False}, "", ItemResult.NOTE_NEEDED, "not confirmed"),
]


@pytest.mark.parametrize(("name", "values", "note", "result", "evidence"), EVIDENCE)
def test_an_entry_reads(name: str, values: dict[str, object], note: str, result: ItemResult, evidence: str) -> None:
    written = entry(values, note)
    states = prepare(POLICY.preparation, items(**{name: written}), START, etco2_measured=False)
    (state,) = [one for one in states if one.item is PreparationItem(name)]
    required = PreparationItem(name) in POLICY.preparation.required
    assert (state.result, state.evidence, state.entry, state.required) == (result, evidence, written, required)


def test_a_measured_etco2_is_capnography() -> None:
    written = entry({"confirmed": False})
    states = prepare(POLICY.preparation, items(capnography=written), START, etco2_measured=True)
    (state,) = [one for one in states if one.item is PreparationItem.CAPNOGRAPHY]
    assert (state.result, state.evidence, state.entry) == (ItemResult.DONE, "EtCO₂ is measured", written)


def test_an_item_nobody_wrote_is_open_without_words() -> None:
    for state in prepare(POLICY.preparation, Said(), START, etco2_measured=False):
        assert (state.result, state.evidence, state.entry) == (ItemResult.OPEN, "", None)
        assert state.required == (state.item in POLICY.preparation.required)


def test_a_note_that_is_needed_is_asked_for() -> None:
    said = items(pregnancy=entry({"possible": True, "test": "not_done"}))
    assert missing(replace(READY, said=said)) == [
        ("pregnancy", "a note on pregnancy", "nurse or physician", "test not done")
    ]


REFUSED = [
    ("shoes", {}, "There is no item “shoes” in the preparation.", "shoes"),
    ("identity", {}, "“confirmed” must be yes or no.", "confirmed"),
    ("rescue_ready", {"confirmed": 1}, "“confirmed” must be yes or no.", "confirmed"),
    ("escort", {"name": "  "}, "“name” is needed.", "name"),
    ("escort", {"name": 3}, "“name” is needed.", "name"),
    ("fasting", {**HOURS, "solids_at": "noon"}, "“solids_at” must be a time.", "solids_at"),
    (
        "fasting",
        {**HOURS, "clear_liquids_at": "2026-03-02T06:00:00"},
        "“clear_liquids_at” must be a time with its zone.",
        "clear_liquids_at",
    ),
    ("pregnancy", {}, "“possible” must be yes or no.", "possible"),
    (
        "pregnancy",
        {"possible": True, "test": "maybe"},
        "The pregnancy test is one of negative, positive, not_done.",
        "test",
    ),
    ("iv_access", {}, "“site” is needed.", "site"),
    ("drug", {"expires_on": "2027-04-30"}, "“lot” is needed.", "lot"),
    ("drug", {"lot": "K7", "expires_on": "soon"}, "“expires_on” must be a day such as 2027-04-30.", "expires_on"),
    ("oxygen", {"on_air": "yes"}, "“on_air” must be yes or no.", "on_air"),
]


@pytest.mark.parametrize(("name", "values", "words", "field"), REFUSED)
def test_an_entry_is_refused_with_its_field(name: str, values: dict[str, object], words: str, field: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        check_entry(name, values)
    assert (refused.value.message, refused.value.missing) == (words, (field,))


# --- screening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "words", "field"),
    [
        ({}, "The screening needs at least one answer.", "items"),
        ({"flu": {"answer": "clear"}}, "The screening of this policy has no item “flu”.", "flu"),
        (
            {"bp_hazard": {"answer": "no"}},
            "bp_hazard: the answer is “no”, none of clear, present, unknown.",
            "bp_hazard",
        ),
        ({"bp_hazard": "clear"}, "bp_hazard: the answer is “None”, none of clear, present, unknown.", "bp_hazard"),
    ],
)
def test_answers_are_refused_with_their_item(answers: dict[str, object], words: str, field: str) -> None:
    with pytest.raises(ScreeningRefused) as refused:
        check_answers(POLICY.screening, answers)
    assert (refused.value.message, refused.value.missing) == (words, (field,))


@pytest.mark.parametrize(
    ("said", "item", "words"),
    [
        (SAID, "flu", "The screening of this policy has no item “flu”."),
        (SAID, "bp_hazard", "There is no stop to override: “bp_hazard” is clear."),
        (Said(), "bp_hazard", "There is no stop to override: “bp_hazard” is unanswered."),
    ],
)
def test_an_override_of_no_stop_is_refused(said: Said, item: str, words: str) -> None:
    with pytest.raises(ScreeningRefused) as refused:
        check_override(POLICY.screening, said, item)
    assert (refused.value.message, refused.value.missing) == (words, ("item",))


def test_a_positive_test_answers_the_item_of_pregnancy_with_the_newer_of_two_marks() -> None:
    positive = entry({"possible": True, "test": "positive"}, version=5)
    gate = start_gate(POLICY, replace(READY, said=items(pregnancy=positive)), START)
    (one,) = [found for found in gate.screening if found.answer is not None and found.answer.note]
    assert one.answer is not None
    assert (one.answer.note, one.answer.answer.value, one.answer.mark) == (
        "pregnancy test positive",
        "present",
        positive.mark,
    )


# --- vital signs ------------------------------------------------------------------------------------------------------


def told(findings: tuple[GateFinding, ...]) -> list[tuple[str, str, str, float | None, str]]:
    return [(one.id, one.level.value, one.words, one.value, one.worse.value) for one in findings]


def test_each_finding_of_the_vital_signs_reads() -> None:
    gate = POLICY.vital_gate
    assert told(found({Vital.NIBP_SYS: (), Vital.NIBP_DIA: ()})) == [
        ("pressure", "unknown", "No blood pressure measured", None, "higher")
    ]
    assert told(found({Vital.HR: ()})) == [
        ("heart_rate", "unknown", "No heart rate in the last minutes", None, "higher")
    ]
    assert told(found({Vital.SPO2: ()})) == [("spo2", "unknown", "No SpO₂ in the last minutes", None, "higher")]
    assert told(found({Vital.RR: ()})) == [("rr", "unknown", "No respiratory rate in the last minutes", None, "higher")]
    assert told(found(poss=None)) == [("poss", "unknown", "POSS not scored", None, "higher")]
    assert told(found(on_air=None)) == [("spo2", "unknown", "Not known whether on room air", None, "higher")]
    high, low = gate.hr_high, gate.hr_low
    assert told(found({Vital.HR: steady(high + 1)})) == [
        ("heart_rate_high", "review", f"HR {high + 1:g} > {high:g}", high + 1, "higher")
    ]
    assert told(found({Vital.HR: steady(low - 1)})) == [
        ("heart_rate_low", "review", f"HR {low - 1:g} < {low:g}", low - 1, "lower")
    ]
    assert told(found({Vital.RR: steady(gate.rr_low - 1)})) == [
        ("rr", "review", f"RR {gate.rr_low - 1:g} < {gate.rr_low:g}", gate.rr_low - 1, "lower")
    ]
    least = gate.spo2_min
    assert told(found({Vital.SPO2: steady(least - 1)})) == [
        ("spo2", "review", f"SpO₂ {least - 1:g} < {least:g}", least - 1, "lower")
    ]
    assert told(found(on_air=False)) == [("spo2", "review", "SpO₂ 97 with oxygen, not on air", 97, "lower")]
    own = Baseline({Vital.SPO2: 97 + gate.spo2_below_baseline})
    assert told(found(baseline=own)) == [
        ("spo2", "review", f"SpO₂ 97, baseline {97 + gate.spo2_below_baseline:g}", 97, "lower")
    ]
    assert found(baseline=Baseline({Vital.SPO2: 96.9 + gate.spo2_below_baseline})) == ()
    assert told(found(poss=(before(3), gate.poss_from))) == [
        ("poss", "review", f"POSS {gate.poss_from} ≥ {gate.poss_from}", gate.poss_from, "higher")
    ]


def test_old_pressures_and_scores_say_how_old() -> None:
    fresh_min = POLICY.vital_gate.fresh_s / 60
    assert found(cuffs((fresh_min, 124, 78))) == ()
    (old,) = found(cuffs((fresh_min + 1, 124, 78)))
    assert (old.level.value, old.words) == ("unknown", f"BP 124/78 is {fresh_min + 1:.0f} min old")
    assert found(poss=(before(fresh_min), 1)) == ()
    (old,) = found(poss=(before(fresh_min + 1), 1))
    assert (old.level.value, old.words) == ("unknown", f"POSS is {fresh_min + 1:.0f} min old")


def test_pressures_to_acknowledge_hold_for_and_refuse_read() -> None:
    gate = POLICY.vital_gate
    sys, dia = gate.acknowledge_sys_above, gate.acknowledge_dia_above
    assert told(found(cuffs((2, sys + 1, dia + 1)))) == [
        ("systolic", "review", f"Systolic {sys + 1:g} > {sys:g}", sys + 1, "higher"),
        ("diastolic", "review", f"Diastolic {dia + 1:g} > {dia:g}", dia + 1, "higher"),
    ]
    assert found(cuffs((2, sys, dia))) == ()
    apart_min = gate.recheck_apart_s / 60
    held = gate.hold_sys_from
    (one,) = found(cuffs((2, held, 80)))
    assert one.words == f"BP {held:g}/80: hold. Recheck 1 of {gate.rechecks}, {apart_min:.0f} min after the last"
    assert (one.id, one.value, one.recheck_at) == ("pressure", held, before(2 - apart_min))
    refused = gate.refuse_sys_from
    (one,) = found(cuffs((2, refused, 80)))
    assert one.words == (
        f"BP {refused:g}/80: do not start. Two readings {apart_min:.0f} min apart below "
        f"{gate.hold_sys_from:g}/{gate.hold_dia_from:g} open this"
    )
    assert (one.id, one.value, one.recheck_at) == ("pressure", refused, before(2 - apart_min))
