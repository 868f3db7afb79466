"""The steps around the infusions of a patient over the API alone: consultation, series, order; and the day after."""

import uuid
from typing import Any

from tests.journeys.clinic import ORDER, Clinic
from tests.prepared import SCREENED
from tests.server import PASSWORD

REASONS = ("persistent_pain", "neuropathic_or_sensitised", "opioid_side_effects", "medically_stable")
TEAMS = ("oncology", "palliative", "pain", "psychosocial")
ACCEPTED: dict[str, Any] = {
    "reasons": {name: {"answer": "yes"} for name in REASONS},
    "risks": dict(SCREENED),
    "expectations": ["temporary_relief", "off_label", "side_effects", "may_not_help"],
    "teams": {
        "oncology": {"told": True, "name": "Dr Roe", "what": "six infusions are planned", "on": "2026-03-01"},
        **{name: {"told": False} for name in TEAMS[1:]},
    },
    "decision": "accept",
}


def asked(**more: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **more}


def consulted(clinic: Clinic, patient_id: int) -> None:
    """A physician accepts the patient, signed; what is not complete is refused with what is missing."""
    path, seal = f"/patients/{patient_id}/consultations", {"password": PASSWORD}
    half = {name: answer for name, answer in ACCEPTED.items() if name != "teams"}
    status, body = clinic.physician.ask("POST", path, asked(**half, **seal))
    assert (status, "teams.oncology" in body["missing"]) == (422, True), body
    status, body = clinic.nurse.ask("POST", path, asked(**ACCEPTED, **seal))
    assert status == 403, body
    clinic.physician.post(path, asked(**ACCEPTED, **seal))
    assert clinic.nurse.get(path)["consultations"][0]["verified"] is True


def ordered_series(clinic: Clinic, patient_id: int) -> tuple[int, int]:
    """A series and its signed order, which is refused before the consultation; their numbers."""
    series_id = int(clinic.nurse.post(f"/patients/{patient_id}/series", asked(indication="neuropathic pain"))["id"])
    path, order = f"/series/{series_id}/orders", {**ORDER, "password": PASSWORD}
    status, body = clinic.physician.ask("POST", path, asked(**order))
    assert (status, "consultation" in str(body)) == (422, True), body
    consulted(clinic, patient_id)
    return series_id, int(clinic.physician.post(path, asked(**order))["id"])


def asked_the_next_day(clinic: Clinic, session_id: int, series_id: int) -> None:
    """It is too early until then; the follow-up stands beside the series."""
    answer = {"pain": {"worst": 5, "average": 3, "now": 2}, "relief_h": 20.0}
    body = asked(week=0, reached="yes", side_effects=[], **answer)
    path = f"/sessions/{session_id}/follow-ups"
    status, refusal = clinic.nurse.ask("POST", path, body)
    assert (status, refusal["missing"]) == (422, ["at"]), refusal
    clinic.goes_on_at("2026-03-02T17:00:00Z")
    assert [one["session_id"] for one in clinic.colleague.get("/follow-ups")["items"]] == [session_id]
    kept = clinic.colleague.post(path, body)
    assert clinic.colleague.get("/follow-ups")["items"] == []
    assert (kept["kind"], kept["reached"], kept["pain"]["now"]) == ("next_day", "yes", 2)
    (first,) = clinic.colleague.get(f"/series/{series_id}")["sessions"]
    assert (first["infusion_number"], first["state"]) == (1, "discharged")
