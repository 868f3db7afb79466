"""What the policy says of the time after infusions."""

import pytest

from monitor.clinical.policy.outcome_parts import Measure
from monitor.clinical.policy.policy import parse_policy
from tests.clinical.bedside import POLICY, TEXT
from tests.clinical.policy.test_read_preparation import faults

REASSESS = TEXT[TEXT.index("[[reassess]]") :]


def test_the_shipped_policy_judges_relief_by_thirty_and_fifty_percent_of_average_pain():
    assert (POLICY.response.measure, POLICY.response.moderate_percent) == (Measure.AVERAGE, 30)
    assert POLICY.response.substantial_percent == 50
    assert [rule.id for rule in POLICY.reassess] == ["little_relief", "severe_adverse_event"]


def test_a_moderate_relief_that_is_no_less_than_a_substantial_one_is_refused():
    (fault,) = faults(TEXT.replace("moderate = { value = 30", "moderate = { value = 60"))
    assert "60 is not below substantial 50" in fault


def test_a_next_day_that_lapses_before_it_is_due_is_refused():
    (fault,) = faults(TEXT.replace("next_day_lapses = { value = 72", "next_day_lapses = { value = 10"))
    assert "is not below next_day_lapses" in fault


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("response_below = 30\n", "", "one condition is needed"),
        ("response_below = 30\n", "response_below = 30\ngrade_from = 3\n", "one condition is needed"),
        ("grade_from = 3", "grade_from = 6", "a whole number from 1 to 5"),
        ('id = "severe_adverse_event"', 'id = "little_relief"', "“little_relief” is written twice"),
        ("before_infusion = 4\n", "", "nothing is written"),
    ],
)
def test_a_rule_that_could_ask_nobody_is_refused(old, new, says):
    found = faults(TEXT.replace(REASSESS, REASSESS.replace(old, new, 1)))
    assert any(says in fault for fault in found), found


def test_a_clinic_may_do_without_such_rules():
    assert parse_policy("reassess = []\n" + TEXT.replace(REASSESS, "")).reassess == ()
