"""What the policy says of the time before a start: every slip is named with its place and what is accepted."""

import pytest

from monitor.clinical.policy.faults import PolicyRefused
from monitor.clinical.policy.older import parse_stored
from monitor.clinical.policy.policy import parse_policy
from tests.clinical.bedside import POLICY, TEXT

REQUIRED = 'required = ["identity", '


def in_the_first(table: str, old: str, new: str) -> str:
    """The shipped text with the first `old` after the first table of this kind replaced."""
    at = TEXT.index(f"[[{table}]]")
    assert old in TEXT[at:]
    return TEXT[:at] + TEXT[at:].replace(old, new, 1)


def first_of(table: str, key: str) -> str:
    """The line of the first table of this kind that writes this key."""
    rest = TEXT[TEXT.index(f"[[{table}]]") :]
    return next(line for line in rest.splitlines() if line.startswith(f"{key} ="))


def faults(text: str) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(text)
    return [str(fault) for fault in refused.value.faults]


def test_a_screening_that_stops_no_possible_pregnancy_is_refused():
    (fault,) = faults(TEXT.replace('applies = "pregnancy_possible"\n', ""))
    assert "no item that stops applies when a pregnancy is possible" in fault


def test_a_preparation_item_nobody_knows_is_refused_with_those_there_are():
    (fault,) = faults(TEXT.replace(REQUIRED, 'required = ["identty", '))
    assert "there is no item “identty”" in fault
    assert "identity" in fault


@pytest.mark.parametrize(
    ("key", "new", "says"),
    [
        ("routes", 'routes = ["by magic"]', "by magic is written"),
        ("routes", "routes = []", "nothing is written"),
        ("low", "low = 0", "0 is written; accepted: more than 0"),
        ("high", "high = 0.000001", "at least the low dose"),
        ("id", 'id = "Midazolam"', "the name of a drug in lower case"),
    ],
)
def test_a_drug_that_cannot_be_given_so_is_refused(key, new, says):
    found = faults(in_the_first("medication", first_of("medication", key), new))
    assert any(says in fault for fault in found), found


@pytest.mark.parametrize("table", ["medication", "screening"])
def test_what_is_written_twice_is_refused(table):
    at = TEXT.index(f"[[{table}]]")
    end = TEXT.index(f"[[{table}]]", at + 5)
    twice = TEXT[:at] + TEXT[at:end] + TEXT[at:]
    assert any("is written twice" in fault for fault in faults(twice))


def test_a_text_that_lacks_a_later_table_keeps_its_own_words_on_signal_quality():
    again_within = next(line for line in TEXT.splitlines() if line.startswith("again_within"))
    policy = parse_stored(TEXT.replace(again_within, ""), TEXT)
    assert policy.rules_by_id["spo2_low"].extra_s == POLICY.rules_by_id["spo2_low"].extra_s > 0
    assert policy.medications == POLICY.medications


def test_a_score_has_no_margin_to_re_enter_by_and_no_sensor_to_doubt():
    assert {(rule.hysteresis, rule.extra_s) for rule in POLICY.score_rules} == {(0.0, 0.0)}
