"""The outbox over the API: who may look, what is shown, what a person decides."""

from monitor.security.roles import Role
from monitor.store.outbox import AttemptRow, OutboxRow, insert_attempt, insert_message
from monitor.store.queries.outbox import STOPPED
from monitor.store.rows import Batch
from tests.web.clinic import START_AT, Clinic

MESSAGE = b"MSH|^~\\&|IM\rPID|1||MRN1\r"


def stopped(clinic: Clinic) -> int:
    nurse = clinic.signed_in(Role.NURSE, "berta")
    session_id = clinic.session(nurse)
    wish = {"request_id": "r-1-check-in", "expected_version": 0, "event": "check_in"}
    assert nurse.post(f"/api/v1/sessions/{session_id}/events", **wish).status_code == 200

    def put(connection: object) -> int:
        event_id = connection.exec_driver_sql(  # type: ignore[attr-defined]
            "select min(id) from session_events where session_id = ?", (session_id,)
        ).scalar()
        row = OutboxRow(session_id, event_id, "summary", "260302090000S1", MESSAGE, START_AT)
        outbox_id = insert_message(connection, row)  # type: ignore[arg-type]
        assert outbox_id is not None
        insert_attempt(connection, AttemptRow(outbox_id, START_AT, STOPPED, "patient unknown", "AE"))  # type: ignore[arg-type]
        return outbox_id

    return int(str(clinic.office.store.write(Batch(acts=(put,))).answers[0]))


def test_the_list_names_no_patient_and_a_message_that_is_read_is_audited(clinic: Clinic) -> None:
    outbox_id = stopped(clinic)
    browser = clinic.signed_in(Role.CHARGE_NURSE)
    listed = browser.get("/api/v1/outbox").json
    assert (listed["on"], listed["stopped"], listed["messages"][0]["state"]) == (False, 1, "stopped")
    assert "MRN1" not in str(listed)
    read = browser.get(f"/api/v1/outbox/{outbox_id}").json
    assert read["segments"] == ["MSH|^~\\&|IM", "PID|1||MRN1"]
    assert [(one["outcome"], one["words"]) for one in read["attempts"]] == [("stopped", "patient unknown")]
    trail = clinic.signed_in(Role.ADMINISTRATOR).get(f"/api/v1/audit?about=outbox {outbox_id}").json
    assert [one["action"] for one in trail] == ["outbox.read"]


def test_a_person_releases_or_withdraws_with_a_reason_and_under_their_name(clinic: Clinic) -> None:
    outbox_id = stopped(clinic)
    browser = clinic.signed_in(Role.CHARGE_NURSE)
    assert browser.post(f"/api/v1/outbox/{outbox_id}/release").status_code == 400
    assert browser.post(f"/api/v1/outbox/{outbox_id}/release", reason="known there now").json == {"state": "pending"}
    assert browser.post(f"/api/v1/outbox/{outbox_id}/withdraw", reason="told by phone").json == {"state": "withdrawn"}
    assert browser.post(f"/api/v1/outbox/{outbox_id}/release", reason="again").status_code == 409
    attempts = browser.get(f"/api/v1/outbox/{outbox_id}").json["attempts"]
    assert [one["outcome"] for one in attempts] == ["stopped", "released", "withdrawn"]
    assert attempts[-1]["by"]


def test_a_session_that_ended_before_is_told_when_asked_for(clinic: Clinic) -> None:
    assert clinic.signed_in(Role.ADMINISTRATOR).post("/api/v1/outbox", session_id=4).json == {"new": 1}


def test_a_nurse_sees_and_decides_nothing_of_it(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    assert browser.get("/api/v1/outbox").status_code == 403
    assert browser.post("/api/v1/outbox/1/withdraw", reason="x").status_code == 403
    assert clinic.signed_in(Role.CHARGE_NURSE).get("/api/v1/outbox/99").status_code == 404
