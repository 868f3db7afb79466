"""Which language a page speaks: the person's own, else the browser's, else English."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.security.roles import Role
from monitor.store import schema
from tests.web.clinic import Browser, Clinic, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"
SPANISH = {"Accept-Language": "es-ES,es;q=0.9,en;q=0.5"}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, templates=TEMPLATES) as opened:
        yield opened


def spoken_on(browser: Browser, path: str = "/patients") -> str:
    page = browser.get(path, **SPANISH).text
    return page.split('<html lang="', 1)[1].split('"', 1)[0]


def test_before_signing_in_the_page_speaks_what_the_browser_asks_for(clinic: Clinic) -> None:
    assert spoken_on(clinic.browser(), "/sign-in") == "es"
    assert '<html lang="en"' in clinic.browser().get("/sign-in", **{"Accept-Language": "fi"}).text


def test_who_has_chosen_nothing_is_spoken_to_as_the_browser_asks(clinic: Clinic) -> None:
    assert spoken_on(clinic.signed_in(Role.NURSE)) == "es"


def test_a_chosen_language_is_kept_in_the_record_and_audited(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    reply = browser.form("/language", language="en", next="/patients")
    assert (reply.status_code, reply.location) == (302, "/patients")
    assert spoken_on(browser) == "en"
    with clinic.office.store.engines.read.connect() as connection:
        kept = connection.execute(select(schema.people.c.language).where(schema.people.c.role == "nurse")).scalar_one()
        noted = connection.execute(select(schema.audit.c.action)).scalars().all()
    assert kept == "en"
    assert "language_chosen" in noted


def test_a_language_nobody_speaks_here_is_refused(clinic: Clinic) -> None:
    assert clinic.signed_in(Role.NURSE).form("/language", language="tlh").status_code == 422


def test_the_switch_leads_to_no_other_site(clinic: Clinic) -> None:
    reply = clinic.signed_in(Role.NURSE).form("/language", language="es", next="//evil.example")
    assert reply.location == "/"


def test_a_display_speaks_the_language_it_was_enrolled_in(clinic: Clinic) -> None:
    offered = clinic.signed_in(Role.CHARGE_NURSE).send("POST", "/api/v1/displays", {"station": "A", "language": "es"})
    assert offered.status_code == 201, offered.text
    wall = clinic.browser()
    wall.fetch_token("/wall/enrol")
    assert wall.form("/wall/enrol", code=offered.json["code"]).status_code == 302
    assert '<html lang="es"' in wall.get("/wall", **{"Accept-Language": "en"}).text


def test_the_sheet_is_in_the_patients_language_whatever_the_reader_speaks(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    session_id = clinic.session(browser)
    spanish = browser.get(f"/sessions/{session_id}/sheet?language=es", **{"Accept-Language": "en"}).text
    assert '<html lang="es"' in spanish
    assert "No conduzca" in spanish
    assert "Do not drive" not in spanish
    assert ">Print<" in spanish  # what the reader presses is in the reader's language
    assert "Do not drive" in browser.get(f"/sessions/{session_id}/sheet", **{"Accept-Language": "en"}).text
