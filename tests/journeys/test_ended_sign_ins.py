"""A sign-in that ends, and one that locks: whatever the cause, no name arrives two seconds later; alarms go on.

One running server, one window of time for all causes: each has a person with an open page of their own.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from monitor.security.roles import Role
from tests.journeys import messages
from tests.journeys.clinic import PEOPLE, Clinic
from tests.live_page import Page, Person
from tests.server import PASSWORD, Server

BED = "BED1"
WITHIN_S = 2.0
LISTENED_S = 3.5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Cause = Callable[[Clinic, Person], None]


def _form(person: Person, path: str, **fields: str) -> None:
    status, answer = person._ask("POST", path, urlencode({"csrf_token": person.csrf, **fields}), FORM)
    assert status == 302, (path, status, answer[:300])


def signs_out(clinic: Clinic, person: Person) -> None:
    _form(person, "/sign-out")


def signs_out_elsewhere(clinic: Clinic, person: Person) -> None:
    Person(clinic.server, person.name).sign_in().post("/sign-ins/end-others", {})


def is_signed_out_by_an_administrator(clinic: Clinic, person: Person) -> None:
    clinic.server.api(clinic.tokens["office"]).post(f"/people/{_id_of(clinic, person)}/sign-out", {})


def is_disabled(clinic: Clinic, person: Person) -> None:
    clinic.server.api(clinic.tokens["office"]).post(f"/people/{_id_of(clinic, person)}/disable", {})


def is_given_another_role(clinic: Clinic, person: Person) -> None:
    clinic.server.api(clinic.tokens["office"]).post(
        f"/people/{_id_of(clinic, person)}/role", {"role": "discharge_staff"}
    )


def changes_the_password_elsewhere(clinic: Clinic, person: Person) -> None:
    other = Person(clinic.server, person.name).sign_in()
    _form(other, "/password", current=PASSWORD, new="bright heron mends sails")


def reaches_the_absolute_limit(clinic: Clinic, person: Person) -> None:
    _set_back(clinic, person, "expires_at")


def is_idle(clinic: Clinic, person: Person) -> None:
    _set_back(clinic, person, "last_human_at")


ENDS: tuple[Cause, ...] = (
    signs_out,
    signs_out_elsewhere,
    is_signed_out_by_an_administrator,
    is_disabled,
    is_given_another_role,
    changes_the_password_elsewhere,
    reaches_the_absolute_limit,
)
STAYS = "stays"
AN_HOUR = "break_glass"  # a physician whose phone is lost: no code of theirs is to be had
REACHED_WITHIN_S = 30.0


def _id_of(clinic: Clinic, person: Person) -> int:
    return int(next(one["id"] for one in clinic.office("/people") if one["name"] == person.name))


def _set_back(clinic: Clinic, person: Person, moment: str) -> None:
    """What eleven or more minutes would do, without waiting for them."""
    with closing(sqlite3.connect(clinic.server.data_dir / "monitor.db", timeout=10)) as database, database:
        done = database.execute(
            f"update sign_ins set {moment} = created_at - 13 * 3600 * 1000000 "  # one of two words of ours
            "where person_id = (select id from people where name = ?)",
            (person.name,),
        )
        assert done.rowcount == 1


@dataclass(frozen=True)
class Watched:
    """A page of somebody, and when what happened to them had been answered (monotonic seconds)."""

    page: Page
    ended_s: float
    reached_s: float = 0.0  # how long it took to get there

    def named_after_s(self) -> float:
        """How long after it the last frame with a name came; 0 when none came at all."""
        named = [one.at_s for one in self.page.heard if _is_named(one.event, one.payload)]
        return max(0.0, max(named, default=0.0) - self.ended_s)


def _is_named(event: str, payload: Any) -> bool:
    """A frame of a session's page, or a tile that holds more of a patient than a display on the wall shows."""
    if event in ("values", "session", "session_changed"):
        return True
    tiles = payload.get("tiles") or [] if event in ("tiles", "board") else []
    return any("id_digits" in (tile["session"] or {}) or tile.get("bed") for tile in tiles)


def _by_break_glass(clinic: Clinic) -> Watched:
    """The sign-in page, its link, a password and a reason, the live board: and how long all of it took."""
    began_s = time.monotonic()
    person = Person(clinic.server, AN_HOUR)
    status, page = person._ask("GET", "/sign-in")
    assert (status, 'href="/break-glass"' in page) == (200, True)
    person._fetch_token("/break-glass")
    _form(person, "/break-glass", name=AN_HOUR, password=PASSWORD, reason="phone lost, chair 1 calls")
    person._fetch_token("/")
    live = Page(person)
    assert live.watch(board=clinic.chair("CH1")["station"])["tiles"]
    return Watched(live, 0.0, time.monotonic() - began_s)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Watched]]:
    names = (*(cause.__name__ for cause in ENDS), is_idle.__name__, STAYS)
    server = Server(tmp_path_factory.mktemp("ends") / "clinic", {"MONITOR_CHAIRS": f"CH1={BED}"})
    tokens = server.prepare({**PEOPLE, **dict.fromkeys(names, Role.NURSE), AN_HOUR: Role.PHYSICIAN})
    server.start()
    clinic = Clinic(server, tokens, Person(server, "nurse").sign_in(), Person(server, "physician").sign_in())
    session_id = clinic.plan("CH1", "P1")
    clinic.begin(session_id, BED)
    people = {name: Person(server, name).sign_in() for name in names}
    pages = {name: Page(person) for name, person in people.items()}
    opened = _by_break_glass(clinic)
    pages[AN_HOUR] = opened.page
    over = threading.Event()
    sending = threading.Thread(target=_measure, args=(clinic, over))
    try:
        for page in pages.values():
            page.watch(session=session_id)
            page.watch(board=clinic.chair("CH1")["station"])
        sending.start()
        for page in pages.values():
            page.wait("tiles", lambda payload: _is_named("tiles", payload))
        ended = {name: time.monotonic() for name in names}
        for cause in (*ENDS, is_idle):
            cause(clinic, people[cause.__name__])
            ended[cause.__name__] = time.monotonic()
        _set_back(clinic, Person(server, AN_HOUR), "expires_at")
        hour = Watched(opened.page, time.monotonic(), opened.reached_s)
        time.sleep(LISTENED_S)
        yield {**{name: Watched(pages[name], ended[name]) for name in names}, AN_HOUR: hour}
    finally:
        over.set()
        for page in pages.values():
            page.close()
        server.stop()


def _measure(clinic: Clinic, over: threading.Event) -> None:
    """A bedside that measures on, values that call, so that every page is sent something all the time."""
    pressure = {"nibp_sys": 230.0, "nibp_dia": 120.0}
    while not over.wait(0.25):
        clinic.server.send(messages.vitals(BED, {**messages.CALM, **pressure, "hr": 70.0 + time.monotonic() % 9 // 1}))


@pytest.mark.parametrize("cause", [one.__name__ for one in (*ENDS, is_idle)])
def test_two_seconds_later_no_name_arrives_any_more(watched: dict[str, Watched], cause: str) -> None:
    assert watched[cause].named_after_s() <= WITHIN_S


@pytest.mark.parametrize("cause", [one.__name__ for one in ENDS])
def test_the_page_of_an_ended_sign_in_has_no_connection_any_more(watched: dict[str, Watched], cause: str) -> None:
    assert not watched[cause].page._client.connected


def test_the_page_of_whoever_stays_is_sent_names_all_the_time(watched: dict[str, Watched]) -> None:
    assert watched[STAYS].named_after_s() > WITHIN_S, "or the others would have been sent none either"


def test_a_page_that_locks_is_sent_the_alarms_of_its_station_on(watched: dict[str, Watched]) -> None:
    locked = watched[is_idle.__name__]
    late = locked.page.all("tiles", since_s=locked.ended_s + WITHIN_S)
    assert late, "numbers and alarms go on"
    assert late[-1].payload["tiles"][0]["alarms"]


def test_a_password_and_a_reason_reach_the_live_board_within_30_s_and_end_with_their_hour(
    watched: dict[str, Watched],
) -> None:
    hour = watched[AN_HOUR]
    assert hour.reached_s <= REACHED_WITHIN_S
    assert hour.page.all("tiles"), "and what the monitors measure comes on"
    assert hour.named_after_s() <= WITHIN_S
    assert not hour.page._client.connected
