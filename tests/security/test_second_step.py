"""The second step: an app's code, a recovery code; each once; set up by its owner alone."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from monitor.errors import Refused
from monitor.security import proof_records, records
from monitor.security.codes import RECOVERY_CODES, new_seed, step_of, step_shown
from monitor.security.proofs import APP, RECOVERY, ProofRefused, SecondStepNeeded
from monitor.security.records import By
from monitor.security.registry import SocketOwner
from monitor.security.roles import Role
from monitor.security.sealing import Sealing
from monitor.security.sign_in import Identity, SignInRefused
from monitor.security.throttle import TooMany
from monitor.store.schema import audit
from tests.security.clinic import GOOD, SECRET_KEY, START_AT, Office

ADDRESS = "10.0.0.7"


def code(office: Office, seed: str, steps_away: int = 0) -> str:
    """What the app shows now, or some steps of 30 s away."""
    return pyotp.HOTP(seed).at(step_of(office.time.clock.now()) + steps_away)


def set_up(office: Office, name: str = "voss", role: Role = Role.PHYSICIAN) -> tuple[str, Identity, list[str]]:
    """Somebody with an app; its seed, the sign-in that goes on, and the recovery codes."""
    office.hire(name, role)
    _, identity = office.sign_ins.sign_in(name, GOOD, ADDRESS)
    offered = office.second_step.offer_app(identity, None)
    changed = office.second_step.add_app(identity, code(office, offered.seed))
    return offered.seed, changed.identity, list(changed.codes)


def half(office: Office, name: str = "voss", password: str = GOOD) -> str:
    with pytest.raises(SecondStepNeeded) as needed:
        office.sign_ins.sign_in(name, password, ADDRESS)
    return needed.value.half


def audited(office: Office, action: str) -> int:
    return office.store.read(
        lambda connection: len(connection.execute(select(audit.c.seq).where(audit.c.action == action)).all())
    )


def test_the_right_password_alone_opens_nothing_once_an_app_is_set_up(office: Office) -> None:
    seed, _, _ = set_up(office)
    office.time.passed_s += 30
    secret, identity = office.second_step.prove(half(office), code(office, seed), ADDRESS)
    assert identity.second_step == APP
    assert office.sign_ins.identify(secret) == identity


def test_a_wrong_password_is_told_the_same_with_and_without_a_second_step(office: Office) -> None:
    set_up(office)
    office.hire("ana")
    for name in ("voss", "ana", "nobody"):
        with pytest.raises(SignInRefused, match=r"^The name or the password is wrong.$"):
            office.sign_ins.sign_in(name, "wrong", ADDRESS)


def test_a_code_counts_once_also_when_it_was_the_one_that_set_the_app_up(office: Office) -> None:
    seed, _, _ = set_up(office)
    used_to_set_up = code(office, seed)
    with pytest.raises(ProofRefused, match="used before"):
        office.second_step.prove(half(office), used_to_set_up, ADDRESS)
    office.time.passed_s += 30
    fresh, waiting = code(office, seed), half(office)
    office.second_step.prove(waiting, fresh, ADDRESS)
    with pytest.raises(ProofRefused):
        office.second_step.prove(half(office), fresh, ADDRESS)
    with pytest.raises(SignInRefused):
        office.second_step.prove(waiting, code(office, seed, 1), ADDRESS)
    assert audited(office, "second_step_refused") == 2


@pytest.mark.parametrize(("steps_away", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_in_its_own_half_minute_and_one_to_either_side(steps_away: int, counts: bool) -> None:
    seed, at = new_seed(), START_AT + timedelta(seconds=15)
    shown = step_shown(seed, pyotp.HOTP(seed).at(step_of(at) + steps_away), at, 0)
    assert shown == (step_of(at) + steps_away if counts else None)


def test_a_code_older_than_the_last_one_used_is_worth_nothing(office: Office) -> None:
    seed, _, _ = set_up(office)
    office.time.passed_s += 60
    office.second_step.prove(half(office), code(office, seed), ADDRESS)
    with pytest.raises(ProofRefused):
        office.second_step.prove(half(office), code(office, seed, -1), ADDRESS)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "123 45", "-12345", "0x12", "{}"])
def test_what_is_no_code_is_refused_in_words(office: Office, typed: str) -> None:
    set_up(office)
    with pytest.raises((ProofRefused, SignInRefused)):
        office.second_step.prove(half(office), typed, ADDRESS)


def test_digits_may_be_typed_in_groups(office: Office) -> None:
    seed, _, _ = set_up(office)
    office.time.passed_s += 30
    shown = code(office, seed)
    assert office.second_step.prove(half(office), f" {shown[:3]} {shown[3:]} ", ADDRESS)


def test_a_recovery_code_opens_once_however_it_is_typed(office: Office) -> None:
    _, _, codes = set_up(office)
    assert len(set(codes)) == RECOVERY_CODES
    _, identity = office.second_step.prove(half(office), codes[0].upper().replace("-", " "), ADDRESS)
    assert identity.second_step == RECOVERY
    with pytest.raises(ProofRefused):
        office.second_step.prove(half(office), codes[0], ADDRESS)
    assert office.second_step.prove(half(office), codes[1], ADDRESS)
    assert office.second_step.has(identity).recovery_codes == RECOVERY_CODES - 2
    assert audited(office, "recovery_code_used") == 2


def test_new_recovery_codes_end_the_old_ones_and_nobody_elses_open_anything(office: Office) -> None:
    _, identity, old = set_up(office)
    _, _, others = set_up(office, "imani")
    new = office.second_step.new_codes(identity, GOOD)
    for worthless in (old[0], others[0]):
        with pytest.raises(ProofRefused):
            office.second_step.prove(half(office), worthless, ADDRESS)
    assert office.second_step.prove(half(office), new[0], ADDRESS)


def test_the_record_keeps_neither_the_seed_nor_a_recovery_code_and_opens_with_its_own_key_only(office: Office) -> None:
    seed, identity, codes = set_up(office)
    tables = ("authenticator_apps", "recovery_codes", "audit")
    dumped = office.store.read(
        lambda connection: [
            str(tuple(row)) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    )
    assert not any(secret in row for row in dumped for secret in (seed, *codes, codes[0].replace("-", "")))
    sealed = office.second_step.has(identity).apps[0].sealed_seed
    assert identity.person_id is not None
    assert Sealing(SECRET_KEY).unseal(sealed, identity.person_id) == seed
    for key, person_id in (("another key of the server, long", identity.person_id), (SECRET_KEY, 99)):
        with pytest.raises(Refused, match="secret key"):
            Sealing(key).unseal(sealed, person_id)


def test_guessing_codes_gets_slow_and_is_never_locked_out(office: Office) -> None:
    seed, _, _ = set_up(office)
    office.time.passed_s += 30
    waiting = half(office)
    for _ in range(5):
        with pytest.raises(ProofRefused):
            office.second_step.prove(waiting, "000000", ADDRESS)
    with pytest.raises(TooMany):
        office.second_step.prove(half(office), code(office, seed), ADDRESS)
    office.time.passed_s += 1
    assert office.second_step.prove(half(office), code(office, seed), ADDRESS)


def test_giving_the_right_password_again_does_not_forget_wrong_codes(office: Office) -> None:
    set_up(office)
    for _ in range(5):
        with pytest.raises(ProofRefused):
            office.second_step.prove(half(office), "000000", ADDRESS)
    with pytest.raises(TooMany):
        office.second_step.prove(half(office), "000000", ADDRESS)


def test_the_second_step_is_awaited_five_minutes_and_not_beyond_a_new_password(office: Office) -> None:
    seed, _, _ = set_up(office)
    late = half(office)
    office.time.passed_s += 300
    with pytest.raises(SignInRefused, match="name and password again"):
        office.second_step.prove(late, code(office, seed), ADDRESS)
    waiting, at = half(office), office.time.clock.now()
    found = office.store.read(records.person_by_name, "voss")
    assert found is not None
    office.transact(lambda c: records.reset_password(c, By("it"), at, found.id, office.passwords.hash("other")))
    with pytest.raises(SignInRefused):
        office.second_step.prove(waiting, code(office, seed), ADDRESS)


@pytest.mark.parametrize("name", ["", "x", "' OR 1=1 --"])
def test_a_name_under_which_nothing_waits_opens_nothing(office: Office, name: str) -> None:
    set_up(office)
    with pytest.raises(SignInRefused):
        office.second_step.prove(name, "000000", ADDRESS)


def test_an_app_counts_only_once_its_first_code_was_shown(office: Office) -> None:
    office.hire("voss")
    _, identity = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    office.second_step.offer_app(identity, None)
    with pytest.raises(ProofRefused, match="time of your phone"):
        office.second_step.add_app(identity, "000000")
    assert office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    office.time.passed_s += 300
    with pytest.raises(Refused, match="Begin again"):
        office.second_step.add_app(identity, "000000")


def test_setting_one_up_ends_every_other_sign_in_and_its_live_pages(office: Office) -> None:
    person_id = office.hire("voss")
    other, first = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    _, identity = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    closed: list[str] = []
    office.sockets.on_end(closed.append)
    office.sockets.add("sid", SocketOwner(first.sign_in, person_id, ADDRESS))
    seed = office.second_step.offer_app(identity, None).seed
    changed = office.second_step.add_app(identity, code(office, seed))
    assert office.sign_ins.identify(other) is None
    assert office.sign_ins.identify(changed.secret) == changed.identity
    assert closed == ["sid"]


def test_a_sign_in_older_than_five_minutes_changes_nothing_without_the_password(office: Office) -> None:
    _, identity, _ = set_up(office)
    office.time.passed_s += 301
    for password in (None, "", "wrong"):
        with pytest.raises(SignInRefused):
            office.second_step.new_codes(identity, password)
    with pytest.raises(SignInRefused):
        office.second_step.remove(identity, None, None)
    assert office.second_step.new_codes(identity, GOOD)


def test_a_password_changed_keeps_what_was_proved_besides_it(office: Office) -> None:
    _, identity, _ = set_up(office)
    _, changed = office.sign_ins.change_password(identity, GOOD, "seven grey herons sleeping")
    assert changed.second_step == APP


def test_a_reset_ends_the_steps_and_the_sign_ins_and_sets_nothing_up(office: Office) -> None:
    seed, identity, codes = set_up(office)
    person_id, at = identity.person_id, office.time.clock.now()
    assert person_id is not None
    waiting = half(office)
    office.transact(lambda connection: proof_records.reset(connection, By("it"), at, person_id))
    for worthless in (code(office, seed, 1), codes[0]):
        with pytest.raises(ProofRefused):
            office.second_step.prove(waiting, worthless, ADDRESS)
    _, again = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    assert again.second_step is None
    assert not office.second_step.has(again).any
    assert audited(office, "second_step_reset") == 1
    with pytest.raises(Refused, match="no second step"):
        office.transact(lambda connection: proof_records.reset(connection, By("it"), at, person_id))


def test_one_hand_does_not_reset_both_password_and_second_step(office: Office) -> None:
    """Whoever did both could sign in as the owner: misuse needs two people (21 CFR 11.200)."""
    it, other = (By(name, office.hire(name, Role.ADMINISTRATOR)) for name in ("it", "other"))
    _, identity, _ = set_up(office)
    voss, at = identity.person_id, office.time.clock.now()
    assert voss is not None
    office.transact(lambda c: records.reset_password(c, it, at, voss, office.passwords.hash(GOOD)))
    with pytest.raises(Refused, match="Another administrator"):
        office.transact(lambda c: proof_records.reset(c, it, at, voss))
    office.transact(lambda c: proof_records.reset(c, other, at, voss))
    with pytest.raises(Refused, match="Another administrator"):
        office.transact(lambda c: records.reset_password(c, other, at, voss, office.passwords.hash("x")))
    office.transact(lambda c: records.reset_password(c, By("command line"), at, voss, office.passwords.hash(GOOD)))


def test_once_the_owner_has_come_the_same_hand_may_help_again(office: Office) -> None:
    it = By("it", office.hire("it", Role.ADMINISTRATOR))
    _, identity, _ = set_up(office)
    voss, at = identity.person_id, office.time.clock.now()
    assert voss is not None
    office.transact(lambda c: proof_records.reset(c, it, at, voss))
    _, again = office.sign_ins.sign_in("voss", GOOD, ADDRESS)
    seed = office.second_step.offer_app(again, None).seed
    office.second_step.add_app(again, code(office, seed))
    office.transact(lambda c: records.reset_password(c, it, at, voss, office.passwords.hash("x")))


def test_a_nurse_who_came_without_another_step_may_be_helped_by_the_same_hand(office: Office) -> None:
    it = By("it", office.hire("it", Role.ADMINISTRATOR))
    _, identity, _ = set_up(office, "ana", Role.NURSE)
    ana, at = identity.person_id, office.time.clock.now()
    assert ana is not None
    office.transact(lambda c: proof_records.reset(c, it, at, ana))
    with pytest.raises(Refused, match="Another administrator"):
        office.transact(lambda c: records.reset_password(c, it, at, ana, office.passwords.hash("x")))
    office.sign_ins.sign_in("ana", GOOD, ADDRESS)
    office.transact(lambda c: records.reset_password(c, it, at, ana, office.passwords.hash("x")))


def test_a_program_and_a_display_have_no_second_step(office: Office) -> None:
    wall = office.hire("wall", Role.STATION_DISPLAY)
    at = office.time.clock.now()
    program = Identity(wall, "lab", "lab", Role.NURSE, is_token=True)
    with pytest.raises(Refused, match="program"):
        office.second_step.offer_app(program, None)
    office.transact(lambda c: records.acts.set_password(c, wall, records.NO_PASSWORD, must_change=False))
    display = Identity(wall, "wall", "wall", Role.STATION_DISPLAY, begun_at=at)
    with pytest.raises(Refused, match="no password"):
        office.second_step.offer_app(display, None)
