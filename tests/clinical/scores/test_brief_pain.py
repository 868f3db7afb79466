"""BPI as CLINICAL.md §5.6 has it: means, of four answers at least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.scores.brief_pain import INTERFERENCE, SEVERITY, interference, severity
from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.reckoning import Completeness, reckon
from tests.clinical.bedside import POLICY


def test_severity_is_the_mean_of_worst_least_average_and_now():
    assert severity({"worst": 9, "least": 3, "average": 6, "now": 5}) == 5.75


@pytest.mark.parametrize("missing", SEVERITY)
def test_severity_needs_all_four(missing):
    items = {name: 4 for name in SEVERITY if name != missing}
    with pytest.raises(ScoreRefused) as refused:
        severity(items)
    assert refused.value.missing == (missing,)


def test_least_is_never_above_worst():
    assert severity({"worst": 4, "least": 4, "average": 4, "now": 4}) == 4
    with pytest.raises(ScoreRefused, match="least 5 is above worst 4"):
        severity({"worst": 4, "least": 5, "average": 4, "now": 4})


@pytest.mark.parametrize("value", [-1, 11, 4.5])
def test_an_answer_is_a_whole_number_from_0_to_10(value):
    with pytest.raises(ScoreRefused, match="a whole number from 0 to 10"):
        severity({"worst": 9, "least": 0, "average": 6, "now": value})
    with pytest.raises(ScoreRefused, match="a whole number from 0 to 10"):
        interference({"mood": value})


@given(st.dictionaries(st.sampled_from(INTERFERENCE), st.one_of(st.none(), st.integers(0, 10))))
def test_interference_is_the_mean_of_the_answers_from_four_on_and_else_nothing(items):
    answers = [value for value in items.values() if value is not None]
    found = interference(items)
    if len(answers) >= 4:
        assert found == sum(answers) / len(answers)
    else:
        assert found is None


def test_three_answers_are_incomplete_and_say_so():
    items = {"mood": 8, "walking": 9, "sleep": 7, "work": None}
    found = reckon("bpi_interference", items, POLICY.scores)
    assert (found.total, found.state) == (None, Completeness.INCOMPLETE)
    assert found.says == "3 of 7 answered; at least 4 are needed"


def test_four_answers_are_a_mean_that_says_how_many():
    found = reckon("bpi_interference", {"mood": 8, "walking": 9, "sleep": 7, "work": 4}, POLICY.scores)
    assert (found.total, found.state, found.says) == (7.0, Completeness.COMPLETE, "4 of 7 answered")
    assert reckon("bpi_interference", dict.fromkeys(INTERFERENCE, 2), POLICY.scores).says == ""


def test_severity_by_its_kind():
    assert reckon("bpi_severity", dict.fromkeys(SEVERITY, 7), POLICY.scores).total == 7


def test_an_item_of_another_questionnaire_is_refused():
    with pytest.raises(ScoreRefused, match="BPI interference has no item “appetite”"):
        interference({"appetite": 2})
