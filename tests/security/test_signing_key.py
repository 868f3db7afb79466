"""The key that signs: made once, read by its owner alone, and never taken from a file others can read."""

import stat
from pathlib import Path

import pytest

from monitor.errors import ConfigurationRefused
from monitor.security.signing_key import key_id_of, open_signing_key, read_public_keys


def test_the_key_is_made_at_the_first_start_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = open_signing_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    again = open_signing_key(tmp_path / "key")
    assert again.key_id == first.key_id
    assert again.public.verifies(first.key_id, first.sign(b"text"), b"text")
    assert (tmp_path / "key.public").read_text().count("\n") == 1


def test_another_text_another_key_and_another_signature_do_not_verify(tmp_path: Path) -> None:
    ours, theirs = open_signing_key(tmp_path / "ours"), open_signing_key(tmp_path / "theirs")
    signature = ours.sign(b"text")
    assert not ours.public.verifies(ours.key_id, signature, b"texts")
    assert not ours.public.verifies(theirs.key_id, signature, b"text")
    assert not theirs.public.verifies(ours.key_id, signature, b"text")
    assert not ours.public.verifies(ours.key_id, signature[:-1], b"text")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660])
def test_a_key_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    open_signing_key(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(ConfigurationRefused, match="chmod 600"):
        open_signing_key(tmp_path / "key")


def test_a_new_key_signs_onward_and_the_old_public_key_is_kept(tmp_path: Path) -> None:
    old = open_signing_key(tmp_path / "key")
    (tmp_path / "key").unlink()
    new = open_signing_key(tmp_path / "key")
    assert new.key_id != old.key_id
    assert set(new.public.by_id) == {old.key_id, new.key_id}
    assert new.public.verifies(old.key_id, old.sign(b"x"), b"x")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(ConfigurationRefused, match="cannot be read"):
        open_signing_key(path)
    assert path.read_bytes() == content


def test_a_broken_list_of_public_keys_is_refused(tmp_path: Path) -> None:
    open_signing_key(tmp_path / "key")
    (tmp_path / "key.public").write_text("zz\n")
    with pytest.raises(ConfigurationRefused, match="no Ed25519 public key"):
        read_public_keys(tmp_path / "key")
    assert read_public_keys(tmp_path / "none").by_id == {}


def test_a_key_is_named_by_its_own_hash() -> None:
    assert key_id_of(bytes(32)) == "66687aadf862bd77"
