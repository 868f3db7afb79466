"""A pump's start, stop and end over real sockets: kept, told beside the record, and the session unmoved by them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.recorder.pump_frames import COMPLETE, START, STOP, pump_event, pump_state

BED = "BED1"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("pump"), {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def test_what_a_pump_tells_is_in_the_record_and_the_account(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "P-1")
    clinic.prepare(session_id, BED)
    clinic.nurse.act(session_id, "start", rate_ml_per_h=60.0)
    at = messages.now()
    frames = [
        pump_event(START, at),
        pump_state(at + timedelta(seconds=1), drug="Midazolam", weight_kg=20, running=True),
        pump_event(STOP, at + timedelta(seconds=2)),
        pump_event(COMPLETE, at + timedelta(seconds=3)),
    ]
    for frame in (*frames, *frames):
        assert b"MSA|AA" in clinic.server.send(frame)[0]
    told = clinic.nurse.get(f"/sessions/{session_id}/pump-events")
    assert [one["kind"] for one in told] == ["start", "facts", "stop", "complete"], "sent twice, kept once"
    account = clinic.nurse.get(f"/sessions/{session_id}/dose")
    assert [one["kind"] for one in account["pump_events"]] == ["start", "stop", "complete"]
    assert "pump's drug is Midazolam, not ketamine" in account["dose"]["pump"]["differing"]
    assert clinic.nurse.get(f"/sessions/{session_id}")["state"] == "infusing"
