"""Where somebody is signed in: they see it, end it from elsewhere, and an administrator ends it for another."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from monitor.security.roles import Role
from monitor.store.queries.people import person_by_name
from monitor.web.browsers import browser_words
from tests.web.clinic import Browser, Clinic
from tests.web.test_sockets import Server, ask, is_closed, running

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)


@pytest.fixture
def server(clinic: Clinic) -> Iterator[Server]:
    with running(clinic) as started:
        yield started


def listed(browser: Browser) -> list[dict[str, object]]:
    reply = browser.get("/api/v1/sign-ins")
    assert reply.status_code == 200, reply.text
    found: list[dict[str, object]] = reply.json  # type: ignore[assignment]
    return found


def other_of(browser: Browser) -> str:
    return next(str(one["id"]) for one in listed(browser) if not one["here"])


def written(clinic: Clinic, action: str) -> list[str]:
    with clinic.office.store.engines.read.connect() as connection:
        found = connection.execute(text("select actor, object from audit where action = :a"), {"a": action})
        return [f"{actor} {about}" for actor, about in found]


def test_somebody_sees_where_they_are_signed_in_and_nobody_elses(clinic: Clinic) -> None:
    here = clinic.signed_in()
    clinic.signed_in(Role.PHYSICIAN)
    clinic.office.time.passed_s += 60
    there = clinic.browser()
    there.client.environ_base["HTTP_USER_AGENT"] = CHROME
    there.sign_in("nurse")
    newest, first = listed(here)
    assert (newest["here"], newest["browser"]) == (False, "Chrome · Windows")
    assert (first["here"], first["locked"], first["second_step"]) == (True, False, None)
    assert newest["created_at"] > first["created_at"]  # type: ignore[operator]
    assert "Chrome · Windows" in there.get("/sign-ins").text


def test_ending_one_elsewhere_ends_its_live_page_and_leaves_the_others(server: Server) -> None:
    clinic = server.clinic
    here, there = clinic.signed_in(), clinic.signed_in()
    mine, lost = server.welcome(here), server.welcome(there)
    assert here.post(f"/api/v1/sign-ins/{other_of(here)}/end").status_code == 200
    assert is_closed(lost)
    assert there.get("/api/v1/sign-ins").status_code == 401
    assert ask(mine, "watch", {"board": "A"})["ok"]
    assert len(listed(here)) == 1
    assert len(written(clinic, "signed_out_elsewhere")) == 1


def test_all_others_end_at_once_and_the_one_that_asks_stays(server: Server) -> None:
    clinic = server.clinic
    here, *elsewhere = (clinic.signed_in() for _ in range(3))
    mine, lost = server.welcome(here), [server.welcome(one) for one in elsewhere]
    assert here.form("/sign-ins/end-others").status_code == 302
    assert all(is_closed(ws) for ws in lost)
    assert ask(mine, "watch", {"board": "A"})["ok"]
    assert [one["here"] for one in listed(here)] == [True]


def test_nobody_ends_the_sign_in_of_another_or_by_mistake_their_own(clinic: Clinic) -> None:
    here, stranger = clinic.signed_in(), clinic.signed_in(Role.PHYSICIAN)
    mine = str(listed(here)[0]["id"])
    assert stranger.post(f"/api/v1/sign-ins/{mine}/end").status_code == 404
    assert stranger.form("/sign-ins/end", which=mine).status_code == 404
    assert here.post(f"/api/v1/sign-ins/{mine}/end").status_code == 422
    assert len(listed(here)) == 1


def test_an_administrator_signs_somebody_out_everywhere_who_may_come_again(server: Server) -> None:
    clinic = server.clinic
    browser, admin = clinic.signed_in(), clinic.signed_in(Role.ADMINISTRATOR)
    ws, nurse_id = server.welcome(browser), clinic.office.store.read(_id_of, "nurse")
    assert admin.post(f"/api/v1/people/{nurse_id}/sign-out").status_code == 200
    assert is_closed(ws)
    assert browser.get("/api/v1/sign-ins").status_code == 401
    assert written(clinic, "signed_out_by_another") == [f"administrator person {nurse_id}"]
    assert clinic.browser().sign_in("nurse").status_code == 302
    admin_id = clinic.office.store.read(_id_of, "administrator")
    assert admin.post(f"/api/v1/people/{admin_id}/sign-out").status_code == 422
    assert admin.post("/api/v1/people/99/sign-out").status_code == 404


def test_a_charge_nurse_signs_nobody_else_out(clinic: Clinic) -> None:
    clinic.signed_in()
    nurse_id = clinic.office.store.read(_id_of, "nurse")
    assert clinic.signed_in(Role.CHARGE_NURSE).post(f"/api/v1/people/{nurse_id}/sign-out").status_code == 403


def test_a_program_has_no_sign_ins(clinic: Clinic) -> None:
    token = clinic.token(Role.NURSE)
    assert clinic.browser().get("/api/v1/sign-ins", Authorization=f"Bearer {token}").status_code == 422


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (CHROME + " Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) Version/17.6 Mobile Safari/604.1", "Safari · iPad"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", None),
        ("", None),
    ],
)
def test_a_browser_is_told_by_program_and_system_and_never_by_its_own_words(said: str, words: str | None) -> None:
    assert browser_words(said) == words


def _id_of(connection: Connection, name: str) -> int:
    found = person_by_name(connection, name)
    assert found is not None
    return found.id
