"""Stations: whether they can sound, and the proofs that somebody or the page itself heard one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.recorder.sound_tests import is_due
from monitor.security.roles import Role
from monitor.store import schema
from monitor.store.sound_proofs import SoundProofRow
from tests.security.clinic import START_AT
from tests.web.clinic import Clinic

HEARD = {"request_id": "h-1", "heard": True}


def test_a_new_station_was_never_heard(clinic: Clinic) -> None:
    [station] = clinic.signed_in().get("/api/v1/stations").json
    assert station["name"] == "A"
    assert (station["check"], station["check_due"], station["test"], station["test_due"]) == (None, True, None, True)


@pytest.mark.parametrize(("path", "kind"), [("sound-checks", "check"), ("sound-tests", "test")])
def test_a_proof_names_who_gave_it_and_is_kept_once(clinic: Clinic, path: str, kind: str) -> None:
    browser = clinic.signed_in()
    for _ in range(2):
        reply = browser.post(f"/api/v1/stations/A/{path}", **HEARD)
        assert reply.status_code == 200, reply.json
    assert reply.json[kind]["heard"] is True
    assert reply.json[kind]["by"]
    assert reply.json[f"{kind}_due"] is False
    told = select(schema.audit.c.object).where(schema.audit.c.action == "sound_proof")
    assert clinic.office.store.read(lambda connection: list(connection.execute(told).scalars())) == ["station A"]


def test_what_was_not_heard_is_kept_and_asked_again(clinic: Clinic) -> None:
    reply = clinic.signed_in().post("/api/v1/stations/A/sound-checks", request_id="h-2", heard=False)
    assert reply.json["check"]["heard"] is False
    later = START_AT + timedelta(minutes=11)
    assert is_due(SoundProofRow("A", "check", START_AT, 1, "Dana", heard=False), 43_200, later)
    assert not is_due(SoundProofRow("A", "check", START_AT, 1, "Dana", heard=True), 43_200, later)
    assert is_due(SoundProofRow("A", "check", START_AT, 1, "Dana", heard=True), 43_200, START_AT + timedelta(hours=12))


def test_only_who_answers_alarms_can_say_that_one_was_heard(clinic: Clinic) -> None:
    assert clinic.signed_in(Role.ADMINISTRATOR).post("/api/v1/stations/A/sound-checks", **HEARD).status_code == 403
    assert clinic.signed_in().post("/api/v1/stations/Z/sound-checks", **HEARD).status_code == 404
