"""One journey also passes with MONITOR_ASYNC_MODE=threading."""

from pathlib import Path

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import wait_for

BED = "BED1"


def test_a_visit_works_with_threads_instead_of_one_hub(tmp_path: Path) -> None:
    clinic = Clinic.open(tmp_path, {"CH1": BED}, MONITOR_ASYNC_MODE="threading")
    try:
        session_id = clinic.plan("CH1", "T-1")
        clinic.begin(session_id, BED)
        with Page(clinic.nurse) as page:
            page.watch(board="A")
            page.wait("heartbeat")
            clinic.server.send(messages.vitals(BED, {"nibp_sys": 207.0, "nibp_dia": 119.0}))
            alarm, _ = page.wait_for_alarm(lambda alarm: alarm["rule"] == "sbp_extreme" and alarm["state"] == "active")
            path = f"/sessions/{session_id}/alarms/{alarm['id']}/acknowledge"
            assert clinic.nurse.ask("POST", path, {"priority": "low", "value": 207.0})[0] == 409
            clinic.nurse.post(path, {"priority": "high", "value": 207.0})
            page.wait_for_alarm(lambda now: now["id"] == alarm["id"] and now["acknowledged"])
            assert page.watch(session=session_id)["session"]["state"] == "infusing"
            clinic.server.send(messages.vitals(BED, {"hr": 91.0}))
            page.wait("values", lambda pushed: pushed["numbers"]["hr"]["value"] == 91.0)
        clinic.nurse.act(session_id, "hold", reason="pressure")
        clinic.nurse.act(session_id, "end_infusion")
        clinic.server.kill()
        clinic.server.start()
        assert wait_for(lambda: clinic.nurse.get(f"/sessions/{session_id}"))["state"] == "observing"
        kept = next(one for one in clinic.alarms(session_id) if one["id"] == alarm["id"])
        assert [one["by"] for one in kept["acknowledgements"]] == ["Nurse Test"]
    finally:
        assert clinic.server.stop() == 0
    assert "Traceback" not in clinic.server.log()
