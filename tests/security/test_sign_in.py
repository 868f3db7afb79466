"""Signing in and out against a real record."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from monitor.errors import NotFound, Refused
from monitor.security import records
from monitor.security.records import By
from monitor.security.registry import SocketOwner
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint, new_token
from monitor.security.sign_in import SignInRefused
from monitor.security.throttle import TooMany
from monitor.store.people import set_password
from monitor.store.queries.people import person_by_id
from monitor.store.schema import audit, sign_ins
from tests.security.clinic import GOOD, Office

ADDRESS = "10.0.0.7"
HOURS = 3600.0


def audited(office: Office) -> list[str]:
    return office.store.read(lambda connection: list(connection.execute(select(audit.c.action)).scalars()))


def test_the_right_password_gives_a_secret_that_says_who_it_is(office: Office) -> None:
    ana = office.hire("ana", Role.CHARGE_NURSE)
    secret, identity = office.sign_ins.sign_in("Ana", GOOD, ADDRESS)
    assert identity.person_id == ana
    assert identity.printed_name == "Ana RN"
    assert office.sign_ins.identify(secret) == identity
    assert "signed_in" in audited(office)


def test_the_record_keeps_neither_the_password_nor_the_secret(office: Office) -> None:
    office.hire("ana")
    secret, _ = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    dumped = office.store.read(
        lambda connection: [
            str(tuple(row))
            for table in ("people", "sign_ins", "audit")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    )
    assert not any(secret in row or GOOD in row for row in dumped)
    assert any(fingerprint(secret) in row for row in dumped)


@pytest.mark.parametrize(
    ("name", "password"), [("ana", "wrong"), ("nobody", GOOD), ("", ""), ("ana\x00", GOOD), ("%", GOOD)]
)
def test_a_wrong_name_and_a_wrong_password_are_told_the_same(office: Office, name: str, password: str) -> None:
    office.hire("ana")
    with pytest.raises(SignInRefused, match=r"^The name or the password is wrong.$"):
        office.sign_ins.sign_in(name, password, ADDRESS)
    assert "sign_in_refused" in audited(office)


def test_a_name_nobody_has_is_not_written_down(office: Office) -> None:
    with pytest.raises(SignInRefused):
        office.sign_ins.sign_in("my secret password", "x", ADDRESS)
    rows = office.store.read(lambda connection: [str(tuple(row)) for row in connection.execute(select(audit))])
    assert not any("my secret" in row for row in rows)


def test_a_disabled_person_cannot_sign_in_and_is_told_nothing_more(office: Office) -> None:
    ana = office.hire("ana")
    office.transact(lambda connection: records.disable_person(connection, By("test"), office.time.clock.now(), ana))
    with pytest.raises(SignInRefused, match="name or the password"):
        office.sign_ins.sign_in("ana", GOOD, ADDRESS)


def test_disabling_a_person_ends_their_sign_ins_at_once(office: Office) -> None:
    ana = office.hire("ana")
    secret, identity = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    office.transact(lambda connection: records.disable_person(connection, By("test"), office.time.clock.now(), ana))
    assert office.sign_ins.identify(secret) is None
    assert office.sign_ins.over({identity.sign_in}).ended == {identity.sign_in}


def test_signing_out_ends_the_sign_in_and_its_sockets(office: Office) -> None:
    ana = office.hire("ana")
    secret, identity = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    other, _ = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    closed: list[str] = []
    office.sockets.on_end(closed.append)
    office.sockets.add("sid", SocketOwner(identity.sign_in, ana, ADDRESS))
    office.sign_ins.sign_out(identity)
    assert office.sign_ins.identify(secret) is None
    assert office.sign_ins.identify(other) is not None
    assert closed == ["sid"]
    assert audited(office).count("signed_out") == 1


def test_a_sign_in_ends_after_twelve_hours(office: Office) -> None:
    office.hire("ana")
    secret, _ = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    office.time.passed_s = 11.99 * HOURS
    assert office.sign_ins.identify(secret) is not None
    office.time.passed_s = 12 * HOURS
    assert office.sign_ins.identify(secret) is None


def test_a_wall_display_does_not_go_dark_at_the_end_of_a_shift(office: Office) -> None:
    office.hire("wall", Role.STATION_DISPLAY)
    secret, _ = office.sign_ins.sign_in("wall", GOOD, ADDRESS)
    office.time.passed_s = 30 * 24 * HOURS
    assert office.sign_ins.identify(secret) is not None


def test_guessing_one_account_gets_slow_whoever_asks(office: Office) -> None:
    office.hire("ana")
    for number in range(5):
        with pytest.raises(SignInRefused):
            office.sign_ins.sign_in("ana", "wrong", f"10.0.0.{number}")
    with pytest.raises(TooMany):
        office.sign_ins.sign_in("ana", GOOD, "10.0.1.1")
    office.time.passed_s = 1.0
    assert office.sign_ins.sign_in("ana", GOOD, "10.0.1.1")


def test_the_failures_before_a_right_password_are_forgotten(office: Office) -> None:
    office.hire("ana")
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                office.sign_ins.sign_in("ana", "wrong", ADDRESS)
        office.sign_ins.sign_in("ana", GOOD, ADDRESS)


def test_one_address_asks_thirty_times_a_minute_at_most(office: Office) -> None:
    for number in range(30):
        with pytest.raises(SignInRefused):
            office.sign_ins.sign_in(f"name {number}", "wrong", ADDRESS)
    with pytest.raises(TooMany):
        office.sign_ins.sign_in("name", "wrong", ADDRESS)


def test_a_one_time_password_must_be_changed_and_ends_every_other_sign_in(office: Office) -> None:
    office.hire("ana", forced=True)
    first, identity = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    assert identity.must_change_password
    second, _ = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    third, changed = office.sign_ins.change_password(identity, GOOD, "seven grey herons sleeping")
    assert not changed.must_change_password
    assert [office.sign_ins.identify(secret) is not None for secret in (first, second, third)] == [False, False, True]
    office.sign_ins.sign_in("ana", "seven grey herons sleeping", ADDRESS)


@pytest.mark.parametrize("new", [GOOD, "too short", "ana ana ana ana ana"])
def test_a_weak_or_unchanged_password_is_refused_and_nothing_changes(office: Office, new: str) -> None:
    office.hire("ana")
    secret, identity = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    with pytest.raises(Refused):
        office.sign_ins.change_password(identity, GOOD, new)
    assert office.sign_ins.identify(secret) is not None


def test_a_token_says_its_name_and_role_and_nothing_opens_without_it(office: Office) -> None:
    token = new_token()
    at = office.time.clock.now()
    office.transact(
        lambda connection: records.add_token(
            connection, By("test"), at, name="lab", role=Role.INTEGRATION, mark=fingerprint(token)
        )
    )
    identity = office.sign_ins.identify_token(token)
    assert identity is not None
    assert (identity.is_token, identity.role, identity.printed_name) == (True, "integration", "lab (program)")
    assert office.sign_ins.identify_token(token[:-1]) is None
    assert office.sign_ins.identify_token(fingerprint(token)) is None
    assert office.sign_ins.identify(token) is None


def test_a_weak_stored_hash_is_renewed_at_sign_in(office: Office) -> None:
    ana = office.hire("ana")
    weaker = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(GOOD)
    office.transact(lambda connection: set_password(connection, ana, weaker, must_change=False))
    office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    person = office.store.read(person_by_id, ana)
    assert person is not None
    assert "m=64" in person.password_hash


def test_each_sign_in_has_its_own_row_and_a_new_secret(office: Office) -> None:
    office.hire("ana")
    secrets = {office.sign_ins.sign_in("ana", GOOD, ADDRESS)[0] for _ in range(5)}
    assert len(secrets) == 5
    assert all(len(secret) >= 43 for secret in secrets)
    rows = office.store.read(lambda connection: connection.execute(select(sign_ins)).all())
    assert len(rows) == 5


def test_a_database_that_cannot_be_read_ends_no_sign_in(office: Office) -> None:
    office.hire("ana")
    _, identity = office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    office.transact(lambda connection: connection.execute(text("ALTER TABLE sign_ins RENAME TO gone")) and None)
    assert office.sign_ins.over({identity.sign_in}).ended == frozenset()


def test_a_program_never_signs_in_and_its_token_ends_when_it_is_disabled(office: Office) -> None:
    token, at = new_token(), office.time.clock.now()
    program = office.transact(
        lambda connection: records.add_token(
            connection, By("test"), at, name="lab", role=Role.NURSE, mark=fingerprint(token)
        )
    )
    for password in ("none", "", token):
        with pytest.raises(SignInRefused):
            office.sign_ins.sign_in("program lab", password, ADDRESS)
    with pytest.raises(NotFound):
        office.transact(lambda connection: records.reset_password(connection, By("test"), at, int(str(program)), "x"))
    office.transact(lambda connection: records.disable_named(connection, By("test"), at, "program lab"))
    assert office.sign_ins.identify_token(token) is None
