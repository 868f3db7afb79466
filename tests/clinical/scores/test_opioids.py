"""MME by CDC 2022 (CLINICAL.md §5.8), with its published test values, and nothing counted as 0 for want of a factor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.opioids import KNOWN, NOT_FOR_SWITCHING, mme
from monitor.clinical.scores.reckoning import Completeness, reckon
from tests.clinical.bedside import POLICY

FACTORS = {
    ("codeine", "oral"): 0.15,
    ("fentanyl", "transdermal"): 2.4,
    ("hydrocodone", "oral"): 1.0,
    ("hydromorphone", "oral"): 5.0,
    ("methadone", "oral"): 4.7,
    ("morphine", "oral"): 1.0,
    ("morphine", "iv"): 3.0,
    ("oxycodone", "oral"): 1.5,
    ("oxymorphone", "oral"): 3.0,
    ("tapentadol", "oral"): 0.4,
    ("tramadol", "oral"): 0.2,
    ("buprenorphine", "any"): None,
}


def line(drug, dose, times=1, route="oral"):
    return {"drug": drug, "route": route, "dose": dose, "times_a_day": times}


def patch(dose):
    return {"drug": "fentanyl", "route": "transdermal", "dose": dose}


def of(*lines, caution=50):
    return mme({"opioids": list(lines)}, caution)


def test_the_factors_are_those_of_the_table_and_no_others():
    assert {(one.drug, one.route): one.factor for one in KNOWN} == FACTORS


@pytest.mark.parametrize(
    ("one", "total"),
    [
        (line("oxycodone", 20), 30),
        (line("oxycodone", 10, 2), 30),
        (line("hydrocodone", 20), 20),
        (patch(75), 180),
        (line("methadone", 10, 3), 141),
        (line("morphine", 10, 4, "iv"), 120),
        (line("tramadol", 50, 4), 40),
        (line("hydromorphone", 4, 6), 120),
    ],
)
def test_published_and_computed_values(one, total):
    assert of(one).total == pytest.approx(total)


def test_the_lines_are_added_and_each_is_told():
    found = of(line("oxycodone", 20, 2), patch(25))
    assert [one.mme for one in found.lines] == [60, 60]
    assert [one.opioid.unit for one in found.lines] == ["mg", "µg/h"]
    assert found.total == 120


def test_buprenorphine_makes_the_total_unknown_and_never_0():
    found = of(line("oxycodone", 10), line("buprenorphine", 8, 1, "sublingual"))
    assert found.total is None
    assert found.without_factor == ("buprenorphine",)
    assert found.lines[1].mme is None
    told = reckon("opioids", {"opioids": [line("buprenorphine", 8, 1, "sublingual")]}, POLICY.scores)
    assert (told.total, told.state) == (None, Completeness.UNKNOWN)
    assert told.says == f"buprenorphine has no factor. {NOT_FOR_SWITCHING}"


def test_no_opioid_at_all_is_0():
    assert (of().total, of().caution) == (0, False)


@pytest.mark.parametrize(("dose", "caution"), [(49.9, False), (50, True), (200, True)])
def test_caution_from_fifty_on(dose, caution):
    assert of(line("morphine", dose)).caution is caution


def test_what_is_known_to_be_fifty_is_a_caution_though_the_total_is_unknown():
    assert of(line("morphine", 60), line("buprenorphine", 8)).caution
    assert not of(line("morphine", 40), line("buprenorphine", 8)).caution


@given(st.lists(st.tuples(st.sampled_from(["morphine", "oxycodone", "tramadol"]), st.integers(1, 200)), max_size=6))
def test_the_result_always_says_that_it_is_not_for_switching(doses):
    found = of(*(line(drug, dose) for drug, dose in doses))
    assert found.warning == NOT_FOR_SWITCHING
    told = reckon("opioids", {"opioids": [line(drug, dose) for drug, dose in doses]}, POLICY.scores)
    assert told.says.endswith(NOT_FOR_SWITCHING)
    assert ("caution" in told.says) is (found.total >= 50)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (line("heroin", 10), "“heroin” is not in the CDC 2022 table; accepted: buprenorphine, codeine"),
        (line("oxycodone", 10, 1, "iv"), "oxycodone: the route “iv” has no factor; accepted: oral"),
        (line("morphine", 10, 1, "rectal"), "accepted: oral, iv"),
        (line("oxycodone", 0), "dose: 0 mg is not between 0.01 and 2000 mg"),
        (line("oxycodone", -5), "dose: -5 mg is not between"),
        (line("oxycodone", 2001), "dose: 2001 mg is not between"),
        (line("oxycodone", None), "dose: a number is needed"),
        (line("oxycodone", 10, None), "times_a_day: a number is needed"),
        (line("oxycodone", 10, 25), "times_a_day: 25 a day is not between 0.01 and 24 a day"),
        (patch(1001), "dose: 1001 µg/h is not between 0.01 and 1000 µg/h"),
        ({**patch(25), "times_a_day": 2}, "a patch is worn all day"),
        ({**line("oxycodone", 10), "unit": "mg"}, "“unit” is not known here"),
        ("oxycodone 10", "each line is drug, route, dose and times a day"),
    ],
)
def test_what_makes_no_sense_is_refused(one, words):
    with pytest.raises(ScoreRefused, match=words):
        of(one)


@pytest.mark.parametrize("items", [{}, {"opioids": "oxycodone"}, {"opioids": 3}, {"opioids": [], "more": 1}])
def test_opioids_are_a_list(items):
    with pytest.raises(ScoreRefused, match="a list of drug, route, dose and times a day"):
        mme(items, 50)


def test_the_bounds_themselves_are_taken():
    assert of(line("oxycodone", 2000, 24)).total == 72000
    assert of(line("oxycodone", 0.01, 0.01)).total == pytest.approx(0.00015)
    assert of(patch(1000)).total == 2400


def test_at_most_twelve_lines():
    assert of(*[line("morphine", 1)] * 12).total == 12
    with pytest.raises(ScoreRefused, match="13 lines; at most 12"):
        of(*[line("morphine", 1)] * 13)


def test_a_line_keeps_what_was_entered():
    assert [(one.dose, one.times_a_day) for one in of(line("oxycodone", 20, 2), patch(25)).lines] == [(20, 2), (25, 1)]


def test_the_total_is_what_is_recorded_and_each_drug_without_a_factor_is_named_once():
    assert reckon("opioids", {"opioids": [line("oxycodone", 20)]}, POLICY.scores).total == 30
    twice = [line("buprenorphine", 8, 1, "sublingual"), line("buprenorphine", 2, 1, "oral")]
    assert reckon("opioids", {"opioids": twice}, POLICY.scores).says.startswith("buprenorphine has no factor. ")


@pytest.mark.parametrize("items", [{"opioids": [line("morphine", 50)]}])
def test_the_caution_is_said_with_the_policy_s_number(items):
    said = reckon("opioids", items, POLICY.scores).says
    assert said == f"At least 50 MME a day: caution. {NOT_FOR_SWITCHING}"
