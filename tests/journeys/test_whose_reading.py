"""Whose reading is it, over real sockets: an unknown monitor finds its chair, a pump speaks beside a silent monitor."""

import time
from collections.abc import Iterator

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.server import wait_for

BED, NEW, PUMP = "BED1", "NEW9", "PUMP7"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("whose"), {"CH1": BED, "CH2": "OLD2"})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def test_an_unknown_device_is_bound_in_two_steps_and_its_earlier_readings_are_assigned(clinic: Clinic) -> None:
    session_id = clinic.plan("CH2", "W-1")
    clinic.nurse.act(session_id, "check_in")
    chair_id = clinic.chair("CH2")["id"]
    clinic.nurse.put(f"/chairs/{chair_id}", {"bed": None})
    for value in (81.0, 82.0, 83.0):
        assert b"MSA|AA" in clinic.server.send(messages.vitals(NEW, {"hr": value}))[0]
        time.sleep(0.01)

    unknown = clinic.nurse.get("/unassigned/devices")
    (device,) = [one for one in unknown["devices"] if one["bed"] == NEW]
    assert (device["count"], device["assigned"], device["vitals"]) == (3, 0, ["hr"])
    assert "CH2" in {chair["name"] for chair in unknown["chairs_without_monitor"]}
    clinic.nurse.put(f"/chairs/{chair_id}", {"bed": NEW})
    given = {"request_id": "w-1", "source": device["source"], "bed": NEW, "session_id": session_id}
    done = clinic.nurse.post("/unassigned/assign", {**given, "reason": "bound too late"})
    assert (done["assigned"], done["values"], done["remaining"]) == (3, 3, 0)

    clinic.server.send(messages.vitals(NEW, {"hr": 90.0}))
    rows = clinic.nurse.get(f"/sessions/{session_id}/readings")
    assert [(row["value"], row["late"]) for row in rows] == [(81.0, True), (82.0, True), (83.0, True), (90.0, False)]
    assert {row["assigned_by"] for row in rows if row["late"]} == {done_by(clinic)}
    waiting = clinic.nurse.get("/unassigned?waiting=true")
    assert not [one for one in waiting if one["bed"] == NEW]


def done_by(clinic: Clinic) -> str:
    assigned = next(one["assigned"] for one in clinic.nurse.get("/unassigned") if one["bed"] == NEW)
    return str(assigned["by"])


def test_a_pump_that_goes_on_talking_does_not_hide_that_the_monitor_is_unplugged(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "W-2")
    clinic.prepare(session_id, BED)
    chair_id = clinic.chair("CH1")["id"]
    clinic.nurse.put(f"/chairs/{chair_id}/devices", {"request_id": "d-1", "identifier": PUMP})
    assert [one["identifier"] for one in clinic.chair("CH1")["devices"]] == [PUMP]
    clinic.nurse.act(session_id, "start", rate_ml_per_h=60.0)
    clinic.server.send(messages.vitals(BED, messages.CALM))

    def silent() -> bool:
        clinic.server.send(messages.vitals(PUMP, {"pump_volume": 1.0}))
        return any(one["rule"] == "feed_silent" and one["state"] == "active" for one in clinic.alarms(session_id))

    wait_for(silent, 90)
    silence = next(one for one in clinic.alarms(session_id) if one["rule"] == "feed_silent")
    assert silence["priority"] == "high"
