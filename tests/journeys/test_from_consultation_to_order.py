"""A series over real sockets and the API alone: evaluated, ordered for, taken over, started, ordered anew meanwhile."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.clinic import ORDER, Clinic
from tests.live_page import Person
from tests.prepared import screen_and_prepare, take_chair
from tests.server import PASSWORD

BED = "BED1"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("series"), {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def sent(who: Person, path: str, **body: Any) -> tuple[int, Any]:
    return who.ask("POST", path, {"request_id": str(uuid.uuid4()), **body})


def event(clinic: Clinic, who: Person, session_id: int, **body: Any) -> tuple[int, Any]:
    version = clinic.nurse.get(f"/sessions/{session_id}")["version"]
    return sent(who, f"/sessions/{session_id}/events", expected_version=version, **body)


def form_of(asks: dict[str, Any]) -> dict[str, Any]:
    """Everything that is asked, answered so that the patient can be accepted."""
    return {
        "reasons": {one["id"]: {"answer": "yes"} for one in asks["reasons"]},
        "risks": {one["id"]: {"answer": "clear"} for one in asks["risks"]},
        "expectations": [one["id"] for one in asks["expectations"]],
        "teams": {one["id"]: {"told": False} for one in asks["teams"]},
        "decision": "accept",
    }


def test_a_series_is_evaluated_ordered_for_started_and_ordered_anew(clinic: Clinic) -> None:
    nurse, physician = clinic.nurse, clinic.physician
    names = {"hospital_id": "S-1", "family_name": "Kowal", "given_name": "Maria", "birth_date": "1961-02-03"}
    patient_id = nurse.post("/patients", names)["id"]
    series_id = nurse.post(f"/patients/{patient_id}/series", {"request_id": "sr", "indication": "pain"})["id"]
    wanted = {"patient_id": patient_id, "chair_id": clinic.chair("CH1")["id"], "series_id": series_id}
    session_id = nurse.post("/sessions", wanted)["id"]
    consulting, ordering = f"/patients/{patient_id}/consultations", f"/series/{series_id}/orders"

    order = {**ORDER, "password": PASSWORD, "seen": None}
    status, told = sent(physician, ordering, **order)
    assert (status, told["missing"]) == (422, ["consultation"])

    form = form_of(physician.get(consulting)["asks"])
    gap = {**form, "expectations": form["expectations"][1:]}
    status, told = physician.ask("POST", f"{consulting}/check", gap)
    assert (status, [one["id"] for one in told["missing"]]) == (200, ["expectations.temporary_relief"])
    assert sent(physician, consulting, **gap, password=PASSWORD)[0] == 422
    assert sent(physician, consulting, **form, password="not the password")[0] == 403
    assert sent(nurse, consulting, **form, password=PASSWORD)[0] == 403
    status, told = sent(physician, consulting, **form, password=PASSWORD, series_id=series_id)
    assert (status, told["consultations"][0]["verified"]) == (201, True)
    assert sent(physician, consulting, **form, password=PASSWORD)[0] == 409  # this one did not see it

    number = sent(physician, ordering, **order)[1]["id"]
    nurse.act(session_id, "check_in")
    clinic.measure_baseline(BED)
    nurse.act(session_id, "record_weight", weight_kg=80.0)
    adoption = {"event": "adopt_order", "series_order": number, **ORDER}
    assert event(clinic, nurse, session_id, **adoption)[0] == 403  # the shipped policy leaves it to physicians
    assert event(clinic, physician, session_id, **{**adoption, "over_min": 60.0})[0] == 409
    assert event(clinic, physician, session_id, **adoption)[0] == 200
    nurse.act(session_id, "confirm_consent")
    screen_and_prepare(nurse, session_id)
    take_chair(nurse, session_id)
    nurse.act(session_id, "capture_baseline")
    clinic.colleague.act(session_id, "second_check")
    physician.act(session_id, "physician_clearance")

    signed = nurse.get(consulting)
    status, _ = sent(physician, consulting, decision="defer", reason="fever", password=PASSWORD, seen=signed["newest"])
    status, told = event(clinic, nurse, session_id, event="start", rate_ml_per_h=60.0)
    assert (status, told["missing"]) == (422, ["consultation"])
    newest = nurse.get(consulting)["newest"]
    assert sent(physician, consulting, **form, password=PASSWORD, series_id=series_id, seen=newest)[0] == 201
    assert event(clinic, nurse, session_id, event="start", rate_ml_per_h=60.0)[0] == 200

    change = {"event": "change_order", "dose_mg_per_kg": 0.6, "over_min": 40.0}
    assert event(clinic, physician, session_id, **change, password="not the password")[0] == 403
    assert event(clinic, physician, session_id, **change, password=PASSWORD)[0] == 200
    dose = nurse.get(f"/sessions/{session_id}/dose")["dose"]
    assert (dose["ordered_mg"], dose["rate_ml_per_h"], dose["rate_differs"]) == (48.0, 60.0, True)
    (signature,) = nurse.get(f"/sessions/{session_id}/signatures")
    assert (signature["meaning"], signature["verified"]) == ("order changed", True)
    trail = [row["action"] for row in clinic.office("/audit?limit=100")]
    assert {"consultation.sign", "series_order.sign", "order.sign", "session.adopt_order"} <= set(trail)
