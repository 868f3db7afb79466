"""What the server is given: a stored policy that cannot be read must not keep it from watching anybody."""

import hashlib
import logging

import pytest

from monitor.provisions import read_stored_policy
from tests.clinical.bedside import POLICY, TEXT
from tests.clinical.policy.test_older import FIRST


def test_a_stored_policy_is_the_one_its_session_began_with() -> None:
    assert read_stored_policy(TEXT, POLICY) == POLICY
    assert read_stored_policy(FIRST, POLICY).version == 1


def test_one_that_cannot_be_read_is_replaced_by_the_policy_in_use_and_said(caplog: pytest.LogCaptureFixture) -> None:
    broken = "id = 'broken"
    with caplog.at_level(logging.ERROR):
        policy = read_stored_policy(broken, POLICY)
    assert policy.sha256 == hashlib.sha256(broken.encode()).hexdigest()
    assert policy.rules == POLICY.rules
    assert "cannot be read, its sessions have the policy in use" in caplog.text
