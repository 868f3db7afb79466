"""Break-glass: one's own password and a reason open it for an hour; another person closes the review."""

from datetime import timedelta
from functools import partial

import pytest

from monitor.errors import Conflict, MonitorError, NotAllowed, Refused
from monitor.security import break_glass, records
from monitor.security.break_glass import open_glass
from monitor.security.records import By
from monitor.security.roles import Action, Role, may
from monitor.security.sign_in import SignInRefused
from monitor.store.audit import stored
from monitor.store.break_glass import standing_openings
from tests.security.clinic import GOOD, START_AT, Office

WHY = "phone lost, chair 4 alarms"


def opened(office: Office, name: str = "ana", password: str = GOOD, reason: str = WHY) -> tuple[str, Role]:
    secret, identity = open_glass(office.sign_ins, name, password, reason, "10.0.0.1")
    return secret, Role(identity.role)


def audited(office: Office) -> list[str]:
    return [row[4] for row in office.store.read(lambda connection: stored(connection, 0, 100))]


def reviewed(office: Office, by: int, words: str = "Read the trail: two alarms seen.") -> object:
    act = partial(break_glass.review, by=By("x", by), printed_name="X RN", at=START_AT, opening_id=1, words=words)
    return office.transact(act)


def sealed(office: Office) -> str:
    name, hashed = break_glass.new_name(), office.passwords.hash(GOOD)
    office.transact(partial(break_glass.seal, by=By("it"), at=START_AT, name=name, password_hash=hashed))
    return name


def test_it_shows_everything_acknowledges_and_does_nothing_else() -> None:
    class Glass:
        role = Role.BREAK_GLASS.value

    can = {action for action in Action if may(Glass(), action)}
    assert can == {
        *(Action.VIEW_BOARD, Action.VIEW_CHAIRS, Action.VIEW_SESSION, Action.VIEW_PATIENTS),
        Action.ACKNOWLEDGE,
    }


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHYSICIAN, Role.PHARMACIST, Role.DISCHARGE_STAFF])
def test_whoever_treats_patients_opens_it_whatever_their_role_may_otherwise(office: Office, role: Role) -> None:
    office.hire("ana", role)
    assert opened(office)[1] is Role.BREAK_GLASS
    assert "break_glass_opened" in audited(office)


def test_it_ends_after_an_hour(office: Office) -> None:
    office.hire("ana")
    secret, _ = opened(office)
    office.time.passed_s = 59 * 60
    assert office.sign_ins.identify(secret) is not None
    office.time.passed_s = 60 * 60
    assert office.sign_ins.identify(secret) is None


@pytest.mark.parametrize("reason", ["", "help", " a    b   c   d "])
def test_no_reason_opens_nothing(office: Office, reason: str) -> None:
    office.hire("ana")
    with pytest.raises(Refused, match="10 to 500"):
        opened(office, reason=reason)
    assert office.store.read(standing_openings, START_AT) == []


def test_an_administrator_a_wrong_password_and_a_one_time_password_open_nothing(office: Office) -> None:
    office.hire("it", Role.ADMINISTRATOR)
    office.hire("new", forced=True)
    with pytest.raises(NotAllowed):
        opened(office, "it")
    with pytest.raises(Refused, match="own password"):
        opened(office, "new")
    with pytest.raises(SignInRefused):
        opened(office, "new", "wrong")
    assert "break_glass_refused" in audited(office)


def test_it_stands_until_another_person_closes_it_with_words_and_only_once(office: Office) -> None:
    ana, kim = office.hire("ana"), office.hire("kim", Role.CHARGE_NURSE)
    opened(office)
    tomorrow = START_AT + timedelta(days=1)
    with pytest.raises(Refused, match="Another person"):
        reviewed(office, ana)
    with pytest.raises(Refused, match="10 to 500"):
        reviewed(office, kim, "ok")
    assert [one.reviewed_by for one in office.store.read(standing_openings, tomorrow)] == [None]
    reviewed(office, kim)
    assert office.store.read(standing_openings, tomorrow) == []
    assert [one.reviewed_by for one in office.store.read(standing_openings, START_AT)] == ["X RN"]
    with pytest.raises(Conflict):
        reviewed(office, kim)
    assert audited(office)[-1] == "break_glass_reviewed"


def test_a_sealed_account_opens_once_and_signs_in_nowhere(office: Office) -> None:
    name = sealed(office)
    with pytest.raises(SignInRefused, match="break-glass and nothing else"):
        office.sign_ins.sign_in(name, GOOD, "10.0.0.1")
    secret, role = opened(office, name)
    assert role is Role.BREAK_GLASS
    assert office.sign_ins.identify(secret) is not None
    with pytest.raises(SignInRefused):
        opened(office, name)


def test_another_sealed_account_ends_the_one_before(office: Office) -> None:
    first, second = sealed(office), sealed(office)
    with pytest.raises(SignInRefused):
        opened(office, first)
    assert opened(office, second)[1] is Role.BREAK_GLASS


def test_nobody_is_given_the_role_and_a_sealed_account_no_other(office: Office) -> None:
    with pytest.raises(Refused):
        office.hire("eve", Role.BREAK_GLASS)
    person = office.store.read(records.known, sealed(office))
    with pytest.raises(MonitorError):
        office.transact(
            partial(records.change_role, by=By("it"), at=START_AT, person_id=person.id, role=Role.PHYSICIAN)
        )
