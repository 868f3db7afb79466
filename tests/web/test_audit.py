"""Reading is audited without waiting for it, and the trail can be searched and verified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import NotRecording
from monitor.security.roles import Role
from monitor.web import read_trail
from tests.web.clinic import Browser, Clinic, Settings, open_clinic

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, Settings(), TEMPLATES) as clinic:
        yield clinic


def read(clinic: Clinic) -> list[tuple[str, str]]:
    """Who read what, as the trail tells it."""
    clinic.given.reads.write()
    trail = clinic.signed_in(Role.ADMINISTRATOR).get("/api/v1/audit?action=record.read&limit=500").json
    return [(one["actor"], one["about"]) for one in reversed(trail)]


def test_a_record_read_often_is_one_entry_an_hour_for_each_person(clinic: Clinic) -> None:
    nurse, doctor = clinic.signed_in(), clinic.signed_in(Role.PHYSICIAN)
    session_id = clinic.session(nurse)
    for _ in range(5):
        for path in ("", "/discharge", "/signatures", "/readings"):
            assert nurse.get(f"/api/v1/sessions/{session_id}{path}").status_code == 200
    doctor.get(f"/api/v1/sessions/{session_id}")
    assert read(clinic) == [("Nurse RN", f"session {session_id}"), ("Physician RN", f"session {session_id}")]
    clinic.office.time.passed_s += 3600
    clinic.signed_in().get(f"/api/v1/sessions/{session_id}")
    assert len(read(clinic)) == 3


@pytest.mark.parametrize(
    ("path", "about"),
    [("/patients", "patients"), ("/api/v1/patients", "patients"), ("/api/v1/patients/1", "patient 1"),
     ("/api/v1/unassigned", "unassigned"), ("/sessions", "sessions")],
)  # fmt: skip
def test_lists_of_patients_and_of_messages_are_read_records_too(clinic: Clinic, path: str, about: str) -> None:
    nurse = clinic.signed_in()
    clinic.session(nurse)
    assert nurse.get(path).status_code == 200
    assert read(clinic) == [("Nurse RN", about)]


def test_a_search_that_is_posted_is_a_reading_too(clinic: Clinic) -> None:
    clinic.signed_in().form("/patients", query="kow")
    assert read(clinic) == [("Nurse RN", "patients")]


def test_what_was_refused_or_not_found_was_not_read(clinic: Clinic) -> None:
    clinic.signed_in().get("/api/v1/sessions/99")
    clinic.signed_in(Role.PHARMACIST).get("/api/v1/unassigned")
    assert read(clinic) == []


def test_while_nothing_can_be_recorded_readings_wait_and_people_go_on_reading(clinic: Clinic) -> None:
    nurse = clinic.signed_in()
    session_id = clinic.session(nurse)
    clinic.spine.refusing = NotRecording("The disk is full.")
    clinic.given.reads.note(clinic.office.sign_ins.identify_token(clinic.token(Role.NURSE)), "session 9")  # type: ignore[arg-type]
    clinic.given.reads.write()
    assert nurse.get(f"/api/v1/sessions/{session_id}").status_code == 200
    clinic.spine.refusing = None
    assert [about for _, about in read(clinic)] == ["session 9", f"session {session_id}"]


def test_readings_for_which_there_is_no_room_are_counted_and_noted_when_there_is(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_trail, "MOST_WAITING", 2)
    who = clinic.office.sign_ins.identify_token(clinic.token(Role.NURSE))
    assert who is not None
    for number in range(5):
        clinic.given.reads.note(who, f"session {number}")
    assert "audit_readings_dropped_total 3.0" in clinic.browser().get("/metrics").text
    assert [about for _, about in read(clinic)] == ["session 0", "session 1"]
    clinic.given.reads.note(who, "session 4")
    assert [about for _, about in read(clinic)][-1] == "session 4"


def found(browser: Browser, asked: str) -> str:
    reply = browser.get(f"/audit?{asked}")
    assert reply.status_code == 200, reply.text
    return reply.text


def test_the_page_finds_by_person_act_object_and_day(real: Clinic) -> None:
    real.session(real.signed_in())
    it = real.signed_in(Role.ADMINISTRATOR)
    everything = found(it, "person=&action=&about=&since=&until=")
    assert "session_planned" in everything
    assert "patient_added" in found(it, "action=patient_added")
    assert "<b>session_planned</b>" not in found(it, "action=patient_added")
    assert "<b>session_planned</b>" in found(it, "about=session+1&since=2026-03-02&until=2026-03-02")
    for nothing in ("about=session+77", "until=2026-03-01", "since=2026-03-03", "person=999"):
        assert "Nothing was found" in found(it, nothing)


def test_the_page_goes_back_page_by_page(real: Clinic) -> None:
    for number in range(60):
        real.given.reads.note(real.office.sign_ins.identify_token(real.token(Role.NURSE, f"t{number}")), "x")  # type: ignore[arg-type]
    it = real.signed_in(Role.ADMINISTRATOR)
    assert "Older" in found(it, "")
    assert "Older" not in found(it, "before=20")


def test_verification_is_told_and_done_on_demand(clinic: Clinic) -> None:
    it = clinic.signed_in(Role.ADMINISTRATOR)
    assert it.get("/api/v1/audit/verification").json["state"] == "not_checked"
    done = it.post("/api/v1/audit/verify").json
    assert (done["state"], done["whole_trail"], done["seq"]) == ("whole", True, None)
    assert it.get("/readyz").json["audit"] == "whole"


def test_a_broken_trail_stands_on_every_page_of_an_administrator_and_stops_nothing(real: Clinic) -> None:
    it, nurse = real.signed_in(Role.ADMINISTRATOR), real.signed_in()
    assert 'data-testid="trail-broken" hidden>' in it.get("/audit").text, "where an open page will show it"
    real.office.transact(lambda connection: connection.exec_driver_sql("DROP TRIGGER audit_refuses_delete"))
    real.office.transact(lambda connection: connection.exec_driver_sql("DELETE FROM audit WHERE seq = 2"))
    done = it.post("/api/v1/audit/verify").json
    assert (done["state"], done["seq"]) == ("broken", 2)
    for path in ("/audit", "/patients", "/"):
        assert 'data-testid="trail-broken">' in it.get(path).text
    assert "trail-broken" not in nurse.get("/").text
    ready = nurse.get("/readyz")
    assert (ready.status_code, ready.json["audit"]) == (200, "broken")
