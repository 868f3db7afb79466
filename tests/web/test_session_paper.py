"""The record of a session on paper holds what the database holds, and whoever takes it is in the trail first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection

from config import from_environment
from monitor.app.application import Application
from monitor.app.composing import create_app
from monitor.clock import Clock
from monitor.errors import NotRecording
from monitor.provisions import read_policy
from monitor.runtime import ThreadRuntime
from monitor.security.roles import Role
from monitor.store import audit
from monitor.store.patients import insert_patient
from monitor.store.queries.chairs import chairs
from monitor.store.queries.trail import Wanted, audit_page
from monitor.store.rows import AuditEntry, Batch, PatientRow, PolicyRow, ReadingRow
from monitor.web.papers.printed import session_pdf
from tests.given_series import GivenSeries
from tests.web.clinic import Clinic

AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the clock in Madrid changes half an hour later
NAME = "Каренина-Вронская"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, int]]:
    """A server that does not run, on the record of one infusion with measured values."""
    folder = tmp_path_factory.mktemp("papers")
    folder.chmod(0o700)
    made = created(folder)
    session_id = made.store.write(Batch(acts=(lambda connection: infusion(made, connection),))).answers[0]
    assert isinstance(session_id, int), session_id
    (chair, *_) = made.store.read(chairs)
    times = [AT + timedelta(seconds=20 * n) for n in range(200)]
    values = [{"hr": 71.0 + n % 7, "spo2": 88.0 if n == 50 else 97.0} for n in range(200)]
    measured = tuple(
        ReadingRow(chair.id, session_id, "MON", at, at, at, told) for at, told in zip(times, values, strict=True)
    )
    made.store.write(Batch(readings=measured))
    yield made, session_id
    made.press.close()
    made.store.close()


def created(folder: Path) -> Application:
    settings = {"MONITOR_DATA_DIR": str(folder), "MONITOR_CHAIRS": "7=B7", "MONITOR_TIMEZONE": "Europe/Madrid"}
    clock = Clock(AT + timedelta(days=3), 0.0, system=False, real_mono_s=lambda: 0.0)
    return create_app(from_environment(settings), clock, ThreadRuntime(2))


def infusion(made: Application, connection: Connection) -> int:
    policy, text = read_policy("adult-ketamine")
    patient_id = insert_patient(connection, PatientRow("H-4711", NAME, "Анна", None, "F", AT, None, "Test"))
    row = PolicyRow(policy.sha256, policy.id, str(policy.version), text, AT)
    given = GivenSeries(connection, patient_id, 1, row)
    session_id = given.infusion(given.open(AT), AT, average=6)
    audit.append(connection, AuditEntry(AT, "Test", "session.discharge", f"session {session_id}", None))
    return session_id


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_paper_holds_what_the_record_holds(recorded: tuple[Application, int]) -> None:
    made, session_id = recorded
    text = text_of(session_pdf(made.services, session_id, "en"))
    for said in (NAME, "H-4711", "35 mg ketamine, 0.5 mg/kg", "52.5", "70 kg", "Policy not approved", "Chair\n7"):
        assert said in text, said
    assert "SpO₂ %\n–\n88\n97\n97\n" in text
    assert "HR /min\n–\n71\n77\n" in text
    assert f"hash {made.store.read(audit.hash_of, 1).hex()[:8]}" in " ".join(text.split())  # type: ignore[union-attr]


def test_across_a_change_of_the_clock_every_time_says_its_distance_from_utc(recorded: tuple[Application, int]) -> None:
    made, session_id = recorded
    text = text_of(session_pdf(made.services, session_id, "en"))
    assert "01:30:00 +01:00" in text
    assert "03:10:00 +02:00" in text


def test_reading_the_paper_changes_no_byte_of_the_next_and_a_language_does(recorded: tuple[Application, int]) -> None:
    made, session_id = recorded
    first = session_pdf(made.services, session_id, "en")
    taken = AuditEntry(AT, "Somebody", "exported", f"session {session_id}", None, {"kind": "pdf"})
    made.store.write(Batch(audit=(taken,)))
    made.press.close()
    assert session_pdf(made.services, session_id, "en") == first
    assert "Sesión" in text_of(session_pdf(made.services, session_id, "es"))


def test_whoever_takes_a_paper_is_in_the_trail_first_and_its_name_is_nobodys(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    session_id = clinic.session(browser)
    reply = browser.get(f"/api/v1/sessions/{session_id}/export.pdf?language=es")
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="session-{session_id}.pdf"'
    assert "Sesión" in text_of(reply.data)
    (taken,) = clinic.office.store.read(audit_page, Wanted(action="exported"))
    assert (taken.about, taken.facts) == (f"session {session_id}", {"kind": "pdf", "language": "es"})
    clinic.spine.refusing = NotRecording("no disk")
    assert browser.get(f"/api/v1/sessions/{session_id}/export.pdf").status_code == 503


def test_there_is_no_paper_of_no_session_and_none_for_who_may_not_export(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    address = f"/api/v1/sessions/{clinic.session(browser)}/export.pdf"
    assert browser.get("/api/v1/sessions/999/export.pdf").status_code == 404
    assert clinic.signed_in(Role.PHARMACIST).get(address).status_code == 403
