"""Passkeys and security keys: only for our origin, only what was asked, never twice, never a copy."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from monitor.errors import Refused
from monitor.security.passkeys import Passkeys
from monitor.security.proofs import PASSKEY, ProofRefused, SecondStepNeeded
from monitor.security.sign_in import Identity, SignInRefused
from tests.security.authenticator import Authenticator
from tests.security.clinic import GOOD, Office

ADDRESS = "10.0.0.7"


def plain(options: Mapping[str, object]) -> dict[str, Any]:
    """The options as the page gets them."""
    read: dict[str, Any] = json.loads(json.dumps(dict(options)))
    return read


def set_up(office: Office, key: Authenticator, name: str = "voss") -> Identity:
    office.hire(name)
    _, identity = office.sign_ins.sign_in(name, GOOD, ADDRESS)
    asked = plain(office.second_step.offer_passkey(identity, None))
    changed = office.second_step.add_passkey(identity, key.create(asked), "badge key")
    assert len(changed.codes) == 10
    return changed.identity


def ask(office: Office, name: str = "voss") -> tuple[str, dict[str, Any]]:
    with pytest.raises(SecondStepNeeded) as needed:
        office.sign_ins.sign_in(name, GOOD, ADDRESS)
    asked = office.second_step.ask_passkey(needed.value.half)
    assert asked is not None
    return needed.value.half, plain(asked)


def test_a_key_signs_in_after_the_password_and_its_label_is_kept(office: Office) -> None:
    key = Authenticator()
    identity = set_up(office, key)
    assert identity.second_step == PASSKEY
    half, asked = ask(office)
    _, again = office.second_step.prove(half, key.get(asked), ADDRESS)
    assert again.second_step == PASSKEY
    kept = office.second_step.has(again).passkeys[0]
    assert (kept.label, kept.sign_count, kept.last_used_at) == ("badge key", 2, office.time.clock.now())


def test_an_answer_counts_once(office: Office) -> None:
    key = Authenticator()
    set_up(office, key)
    half, asked = ask(office)
    answer = key.get(asked)
    office.second_step.prove(half, answer, ADDRESS)
    with pytest.raises(SignInRefused):
        office.second_step.prove(half, answer, ADDRESS)
    half, _ = ask(office)
    with pytest.raises(ProofRefused):
        office.second_step.prove(half, answer, ADDRESS)
    with pytest.raises(SignInRefused, match="name and password again"):
        office.second_step.prove(half, answer, ADDRESS)


def test_a_copy_of_a_key_is_known_by_its_count(office: Office) -> None:
    key = Authenticator()
    set_up(office, key)
    key.count += 7
    half, asked = ask(office)
    office.second_step.prove(half, key.get(asked), ADDRESS)
    key.count -= 1
    half, asked = ask(office)
    with pytest.raises(ProofRefused, match="copied"):
        office.second_step.prove(half, key.get(asked), ADDRESS)


def test_a_key_that_never_counts_is_accepted(office: Office) -> None:
    key = Authenticator()
    key.count = -1
    set_up(office, key)
    for _ in range(2):
        key.count = -1
        half, asked = ask(office)
        _, identity = office.second_step.prove(half, key.get(asked), ADDRESS)
        assert identity.second_step == PASSKEY
        assert [one.sign_count for one in office.second_step.has(identity).passkeys] == [0]


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://localhost:8000", "http://localhost.evil.example"])
def test_a_key_shown_to_another_page_opens_nothing(office: Office, origin: str) -> None:
    key = Authenticator()
    set_up(office, key)
    key.origin = origin
    half, asked = ask(office)
    with pytest.raises(ProofRefused):
        office.second_step.prove(half, key.get(asked), ADDRESS)


def test_another_key_and_another_persons_key_open_nothing(office: Office) -> None:
    mine, theirs = Authenticator(), Authenticator()
    set_up(office, mine)
    set_up(office, theirs, "imani")
    for key in (theirs, Authenticator(), Authenticator(host="evil.example")):
        half, asked = ask(office)
        with pytest.raises(ProofRefused):
            office.second_step.prove(half, key.get(asked), ADDRESS)


def test_a_new_key_answers_what_was_asked_of_this_sign_in(office: Office) -> None:
    office.hire("voss")
    _, first = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    _, second = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    answer = Authenticator().create(plain(office.second_step.offer_passkey(first, None)))
    office.second_step.offer_passkey(second, None)
    with pytest.raises(Refused):
        office.second_step.add_passkey(second, answer, "x")
    office.second_step.add_passkey(first, answer, "x")


def test_a_host_name_is_needed_and_is_that_of_the_public_origin() -> None:
    assert Passkeys(("https://monitor.clinic.example",)).host == "monitor.clinic.example"
    assert Passkeys(("http://127.0.0.1:8000", "http://localhost:8000")).host == "localhost"
    for bare in ("https://10.1.2.3", "http://127.0.0.1:8000", "http://monitor.clinic.example"):
        with pytest.raises(Refused, match="host name"):
            Passkeys((bare,)).ask_new(1, "ana", "Ana", [])
