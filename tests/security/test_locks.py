"""A sign-in that locks: when, what opens it, and what is written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import Refused
from monitor.security.locks import WRONG_PINS, Holder, PinRefused
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.security.sign_in import Identity, SignInRefused
from tests.security.clinic import GOOD, Office, open_office

PIN = "739164"
OFFICE = "10.0.0.1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        opened.hire("ana")
        yield opened


def signed_in(office: Office) -> tuple[str, Holder]:
    secret, identity = office.sign_ins.sign_in("ana", GOOD, OFFICE)
    return secret, holder_of(identity)


def holder_of(identity: Identity) -> Holder:
    assert identity.person_id is not None
    return Holder(identity.sign_in, identity.person_id, identity.name)


def is_locked(office: Office, secret: str) -> bool:
    identity = office.sign_ins.identify(secret)
    assert identity is not None, "a locked sign-in is still one"
    return identity.locked


def written(office: Office) -> list[str]:
    with office.store.engines.read.connect() as connection:
        return [row[0] for row in connection.execute(text("select action from audit order by seq"))]


def test_nobody_at_the_page_for_ten_minutes_locks_it(office: Office) -> None:
    secret, _ = signed_in(office)
    office.time.passed_s += 599
    assert not is_locked(office, secret)
    office.time.passed_s += 1
    assert is_locked(office, secret)


def test_a_hand_on_the_page_begins_the_ten_minutes_anew(office: Office) -> None:
    secret, holder = signed_in(office)
    office.time.passed_s += 500
    office.sign_ins.locks.touched(holder)
    office.time.passed_s += 500
    assert not is_locked(office, secret)
    assert office.sign_ins.locks.standing(holder).lock_in_s == 100


def test_asking_who_it_is_and_how_it_stands_is_no_hand(office: Office) -> None:
    secret, holder = signed_in(office)
    for _ in range(10):
        office.time.passed_s += 60
        office.sign_ins.identify(secret)
        office.sign_ins.locks.standing(holder)
    assert is_locked(office, secret)


def test_a_lock_that_is_asked_for_is_there_at_once_and_survives_a_hand(office: Office) -> None:
    secret, holder = signed_in(office)
    office.sign_ins.locks.lock(holder, "asked")
    office.sign_ins.locks.touched(holder)
    assert is_locked(office, secret)


def test_the_pin_opens_the_lock_and_no_other_pin_does(office: Office) -> None:
    secret, holder = signed_in(office)
    office.sign_ins.locks.choose_pin(holder, GOOD, PIN)
    office.sign_ins.locks.lock(holder, "asked")
    with pytest.raises(PinRefused, match="4 more tries"):
        office.sign_ins.locks.open_by_pin(holder, "739165")
    assert is_locked(office, secret)
    office.sign_ins.locks.open_by_pin(holder, PIN)
    assert not is_locked(office, secret)
    assert written(office)[-4:] == ["pin_chosen", "locked", "pin_refused", "unlocked"]


def test_after_five_wrong_pins_only_the_password_opens_it(office: Office) -> None:
    secret, holder = signed_in(office)
    locks = office.sign_ins.locks
    locks.choose_pin(holder, GOOD, PIN)
    locks.lock(holder, "asked")
    for _ in range(WRONG_PINS):
        with pytest.raises(PinRefused):
            locks.open_by_pin(holder, "000000")
    with pytest.raises(PinRefused, match="use the password"):
        locks.open_by_pin(holder, PIN)
    assert locks.standing(holder).password_needed
    locks.open_by_password(holder, GOOD)
    assert not is_locked(office, secret)
    assert not locks.standing(holder).password_needed


def test_without_a_pin_the_password_opens_it_and_a_wrong_one_does_not(office: Office) -> None:
    secret, holder = signed_in(office)
    locks = office.sign_ins.locks
    locks.lock(holder, "asked")
    assert locks.standing(holder).password_needed
    with pytest.raises(SignInRefused):
        locks.open_by_password(holder, "wrong words altogether")
    assert is_locked(office, secret)
    locks.open_by_password(holder, GOOD)
    assert not is_locked(office, secret)


def test_a_pin_is_chosen_with_the_password_and_ends_with_it(office: Office) -> None:
    _, holder = signed_in(office)
    locks = office.sign_ins.locks
    with pytest.raises(SignInRefused):
        locks.choose_pin(holder, "wrong words altogether", PIN)
    with pytest.raises(Refused):
        locks.choose_pin(holder, GOOD, "123456")
    locks.choose_pin(holder, GOOD, PIN)
    identity = office.sign_ins.identify(office.sign_ins.sign_in("ana", GOOD, OFFICE)[0])
    assert identity is not None
    _, changed = office.sign_ins.change_password(identity, GOOD, "bright heron mends sails")
    assert not locks.standing(holder_of(changed)).has_pin


def test_one_browser_locked_leaves_the_other_one_open(office: Office) -> None:
    first, holder = signed_in(office)
    second, _ = signed_in(office)
    office.sign_ins.locks.lock(holder, "asked")
    assert is_locked(office, first)
    assert not is_locked(office, second)


@pytest.mark.parametrize("second_step", [None, "app"])
@pytest.mark.parametrize("how", ["pin", "password"])
def test_opening_a_lock_gives_a_sign_in_back_as_it_was_and_never_more(
    office: Office, how: str, second_step: str | None
) -> None:
    person = office.sign_ins.check_password("ana", GOOD, "sign_in_refused")
    secret, before = office.sign_ins.begin(person, second_step)
    holder, locks = holder_of(before), office.sign_ins.locks
    locks.choose_pin(holder, GOOD, PIN)
    ends_in_s = locks.standing(holder).ends_in_s
    locks.lock(holder, "asked")
    office.time.passed_s += 60
    if how == "pin":
        locks.open_by_pin(holder, PIN)
    else:
        locks.open_by_password(holder, GOOD)
    assert office.sign_ins.identify(secret) == before, "no second step, no later beginning, no other role"
    assert locks.standing(holder).ends_in_s == ends_in_s - 60


def test_who_must_set_up_a_second_step_must_after_unlocking_too(tmp_path: Path) -> None:
    with open_office(tmp_path, required=[Role.PHYSICIAN]) as office:
        office.hire("eva", Role.PHYSICIAN)
        secret, identity = office.sign_ins.sign_in("eva", GOOD, OFFICE)
        office.sign_ins.locks.lock(holder_of(identity), "asked")
        office.sign_ins.locks.open_by_password(holder_of(identity), GOOD)
        after = office.sign_ins.identify(secret)
        assert after is not None
        assert after.must_add_second_step


def test_opening_the_lock_of_a_sign_in_that_has_ended_brings_it_not_back(office: Office) -> None:
    secret, holder = signed_in(office)
    office.sign_ins.locks.lock(holder, "asked")
    office.sign_ins.ending.all_of(holder.person_id, By("office"))
    office.sign_ins.locks.open_by_password(holder, GOOD)
    assert office.sign_ins.identify(secret) is None
