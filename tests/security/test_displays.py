"""A display on the wall: one code, once, for ten minutes; then a sign-in without a password that a person can end."""

from datetime import timedelta

import pytest

from monitor.errors import NotFound, Refused
from monitor.security import displays
from monitor.security.displays import CODE_HOLDS_S, mark_of, new_code
from monitor.security.records import By
from monitor.security.roles import MAY, Action, Role
from monitor.security.sign_in import SignInRefused
from monitor.store.chairs import upsert_station
from monitor.store.queries.displays import display
from tests.security.clinic import Office

ADDRESS = "10.0.0.7"
BY = By("charge")


@pytest.fixture
def offered(office: Office) -> tuple[int, str]:
    """A display of station A and its code."""
    code, at = new_code(), office.time.clock.now()
    office.transact(lambda connection: upsert_station(connection, "A"))
    made = office.transact(
        lambda c: displays.offer(c, BY, at, "A", mark_of(code), at + timedelta(seconds=CODE_HOLDS_S))
    )
    return int(str(made)), code


def test_a_code_makes_a_browser_the_display_and_is_used_once(office: Office, offered: tuple[int, str]) -> None:
    display_id, code = offered
    secret, identity = office.sign_ins.enrol(code.upper().replace("-", " "), ADDRESS)
    assert identity.role == Role.STATION_DISPLAY
    assert office.sign_ins.identify(secret) == identity
    with pytest.raises(Refused, match="was used"):
        office.sign_ins.enrol(code, ADDRESS)
    found = office.store.read(display, display_id)
    assert found is not None
    assert (found.station, found.enrolled_at) == ("A", office.time.clock.now())


def test_a_code_older_than_ten_minutes_opens_nothing(office: Office, offered: tuple[int, str]) -> None:
    office.time.passed_s += CODE_HOLDS_S
    with pytest.raises(Refused, match="older than ten minutes"):
        office.sign_ins.enrol(offered[1], ADDRESS)


@pytest.mark.parametrize("code", ["", "aaaaa-aaaaa", "'; --"])
def test_a_wrong_code_opens_nothing_and_says_no_more(office: Office, offered: tuple[int, str], code: str) -> None:
    with pytest.raises(Refused, match="Ask for a new one"):
        office.sign_ins.enrol(code, ADDRESS)


def test_a_display_outlives_the_shift_and_ends_when_a_person_says_so(office: Office, offered: tuple[int, str]) -> None:
    secret, _ = office.sign_ins.enrol(offered[1], ADDRESS)
    office.time.passed_s += 30 * 24 * 3600
    assert office.sign_ins.identify(secret) is not None
    at = office.time.clock.now()
    office.transact(lambda connection: displays.end(connection, BY, at, offered[0]))
    assert office.sign_ins.identify(secret) is None


def test_nobody_signs_in_as_a_display_with_a_password(office: Office, offered: tuple[int, str]) -> None:
    with pytest.raises(SignInRefused):
        office.sign_ins.sign_in("display 1 of station A", "none", ADDRESS)


def test_a_display_of_no_station_is_refused(office: Office) -> None:
    at = office.time.clock.now()
    with pytest.raises(NotFound, match="no station Z"):
        office.transact(lambda connection: displays.offer(connection, BY, at, "Z", mark_of("x"), at))


def test_a_display_may_see_the_board_and_nothing_else() -> None:
    assert [action for action, roles in MAY.items() if Role.STATION_DISPLAY in roles] == [Action.VIEW_BOARD]
