"""A bolus beyond the hard rail, over real sockets: refused until a physician, a reason and a second person are there.

The pump's own total then tells the same story, and the password of the second person stands nowhere.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Person
from tests.server import PASSWORD, wait_for

BED = "BED1"
BOLUS = {"event": "give_bolus", "dose_mg": 32.0}  # 0.4 mg/kg for 80 kg
SECOND = {"name": "nurse", "password": PASSWORD}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("rail"), {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def asked(clinic: Clinic, who: Person, session_id: int, **body: Any) -> tuple[int, Any]:
    version = clinic.nurse.get(f"/sessions/{session_id}")["version"]
    wanted = {"request_id": f"b-{len(body)}-{version}-{sorted(map(str, body.values()))[0][:8]}".replace(" ", "-")}
    return who.ask("POST", f"/sessions/{session_id}/events", {**wanted, "expected_version": version, **body})


def test_a_bolus_beyond_the_rail_needs_a_physician_a_reason_and_a_second_person(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "RAIL-1")
    clinic.begin(session_id, BED)
    status, told = asked(clinic, clinic.nurse, session_id, **BOLUS)
    assert (status, told["missing"]) == (422, ["physician", "reason", "second_person"])
    assert "bolus 0.40 mg/kg > 0.35" in told["message"]

    physician = clinic.physician
    status, told = asked(clinic, physician, session_id, **BOLUS, reason="breakthrough pain")
    assert (status, told["missing"]) == (422, ["second_person"])
    refused = (
        {"name": "physician", "password": PASSWORD},  # nobody is their own second person
        {"name": "nurse", "password": "not the password"},
        {"name": "office", "password": PASSWORD},  # an administrator checks no dose
    )
    for second in refused:
        status, told = asked(clinic, physician, session_id, **BOLUS, reason="breakthrough pain", second_person=second)
        assert status in (403, 422), told
    assert clinic.nurse.get(f"/sessions/{session_id}/dose")["dose"]["bolus_mg"] == 0

    status, told = asked(clinic, physician, session_id, **BOLUS, reason="breakthrough pain", second_person=SECOND)
    assert (status, told["state"]) == (200, "infusing")
    account = clinic.nurse.get(f"/sessions/{session_id}/dose")
    assert account["dose"]["bolus_mg"] == 32
    assert account["dose"]["predicted"]["words"] == "predicted, not measured"
    assert [line["bolus_mg"] for line in account["intervals"]] == [0, 32]

    event = clinic.nurse.get(f"/sessions/{session_id}")["history"][-1]
    assert (event["by"], event["reason"]) == ("Physician Test", "breakthrough pain")
    assert event["details"]["second_person"]["name"] == "Nurse Test"
    assert event["details"]["beyond"] == ["bolus 0.40 mg/kg > 0.35"]
    trail = [row for row in clinic.office("/audit?limit=20") if row["action"] != "record.read"]  # noted when it may
    assert trail[0]["action"] == "session.give_bolus"
    assert trail[0]["facts"]["second_person_id"] == event["details"]["second_person"]["person_id"]
    assert "second_person_refused" in [row["action"] for row in trail]


def test_the_pumps_total_is_set_against_the_record_and_rings_when_it_differs(clinic: Clinic) -> None:
    session_id = int(next(one for one in clinic.nurse.get("/sessions") if one["state"] == "infusing")["id"])
    send = clinic.server.send
    send(messages.vitals(BED, {**messages.CALM, "pump_volume": 32.0}))  # the bolus came from the pump
    dose = clinic.nurse.get(f"/sessions/{session_id}/dose")["dose"]
    assert dose["pump"]["discrepancy"] is False
    send(messages.vitals(BED, {**messages.CALM, "pump_volume": 44.0}))
    dose = clinic.nurse.get(f"/sessions/{session_id}/dose")["dose"]
    assert dose["pump"]["discrepancy"] is True
    assert dose["pump"]["totals"]["pump_volume"]["pump"] == 44
    rules = wait_for(
        lambda: {one["rule"]: one for one in clinic.alarms(session_id) if one["rule"] == "dose_discrepancy"}
    )
    assert (rules["dose_discrepancy"]["priority"], rules["dose_discrepancy"]["kind"]) == ("low", "technical")


def test_waste_is_witnessed_and_no_password_stands_anywhere(clinic: Clinic) -> None:
    session_id = int(next(one for one in clinic.nurse.get("/sessions") if one["state"] == "infusing")["id"])
    witness = {"name": "physician", "password": PASSWORD}
    status, told = asked(clinic, clinic.nurse, session_id, event="record_waste", waste_mg=4.0, second_person=witness)
    assert status == 200, told
    wastes = clinic.nurse.get(f"/sessions/{session_id}/dose")["wastes"]
    assert [(one["mg"], one["by"], one["witness"]) for one in wastes] == [(4, "Nurse Test", "Physician Test")]
    for path in clinic.server.data_dir.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
