"""What the server is given: a stored policy that cannot be read must not keep it from watching anybody."""

import hashlib
import logging
from pathlib import Path

import pytest

from monitor.errors import ConfigurationRefused
from monitor.provisions import read_stored_policy, secret_key
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


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    made = secret_key(None, tmp_path)
    assert secret_key(None, tmp_path) == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_key_is_taken_from_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(0o600)
    file.write_text("abcdefghijklmnopqrstuvwxyz0123456789\n")
    assert secret_key(None, tmp_path, file) == "abcdefghijklmnopqrstuvwxyz0123456789"
    file.chmod(0o640)
    with pytest.raises(ConfigurationRefused, match="other users"):
        secret_key(None, tmp_path, file)


@pytest.mark.parametrize("weak", ["short", "x" * 40, "changeme" * 5])
def test_a_key_that_can_be_guessed_is_refused_without_being_said(weak: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="no secret") as refused:
        secret_key(weak, tmp_path)
    assert weak not in refused.value.message
