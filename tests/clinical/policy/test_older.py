"""A session pinned to a policy of an earlier version of the program keeps every number of it."""

from pathlib import Path

import pytest

from monitor.clinical.policy.faults import PolicyRefused
from monitor.clinical.policy.older import parse_stored
from monitor.clinical.policy.policy import parse_policy
from tests.clinical.bedside import POLICY, TEXT

FIRST = (Path(__file__).parent / "texts" / "adult-ketamine-1.toml").read_text(encoding="utf-8")


def test_the_first_shipped_policy_is_refused_for_new_sessions_and_read_for_its_own():
    with pytest.raises(PolicyRefused):
        parse_policy(FIRST)
    policy = parse_stored(FIRST, TEXT)
    assert (policy.id, policy.version) == ("adult-ketamine", 1)
    assert policy.sha256 != POLICY.sha256


def test_every_number_it_holds_stays_in_force_and_what_it_did_not_know_is_the_shipped_one():
    text = FIRST.replace("medium = { limit = 120, persist_s = 20 }", "medium = { limit = 111, persist_s = 20 }", 1)
    gate = 'hr_low = { value = 50, unit = "/min"'
    assert gate in text
    text = text.replace(gate, gate.replace("50", "47"))
    policy = parse_stored(text, TEXT)
    assert policy.rules_by_id["hr_high"].levels[0].limit == 111
    assert policy.discharge.hr_low == 47
    assert policy.signalling == POLICY.signalling
    assert policy.technical["dose_discrepancy"] == POLICY.technical["dose_discrepancy"]
    assert policy.score_rules == POLICY.score_rules


def test_no_delay_is_lengthened_that_the_sessions_own_policy_did_not_lengthen():
    first = parse_stored(FIRST, TEXT).rules_by_id["spo2_low"]
    shipped = POLICY.rules_by_id["spo2_low"]
    assert [level.persist_s for level in first.levels] == [level.persist_s for level in shipped.levels]
    assert (first.extra_s, shipped.extra_s) == (0, 10)


def test_a_clinic_that_left_a_drug_out_is_not_given_it_back():
    lines = [line for line in FIRST.splitlines() if not line.startswith("clonidine")]
    assert "clonidine" not in parse_stored("\n".join(lines), TEXT).discharge.waits_s


def test_a_text_of_today_is_read_as_it_is():
    assert parse_stored(TEXT, "") == POLICY


@pytest.mark.parametrize("text", ["", "id = ", FIRST.replace('vital = "spo2"', 'vital = "spo3"')])
def test_what_cannot_be_read_even_so_is_refused(text):
    with pytest.raises(PolicyRefused):
        parse_stored(text, TEXT)


def test_another_text_of_the_shipped_policy_is_another_version():
    lines = (Path(__file__).parent / "texts" / "versions.txt").read_text(encoding="utf-8").splitlines()
    known = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert known.get(f"{POLICY.id} {POLICY.version}") == POLICY.sha256, (
        "the text has changed: raise `version` in it and add a line to versions.txt, never change one"
    )
