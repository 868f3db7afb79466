"""A real server tells another system about a session, through its outage and a kill -9."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.hl7.message import parse
from tests.journeys.clinic import Clinic
from tests.outgoing.ehr import open_ehr, silence, unused_port
from tests.server import wait_for

PORT = unused_port()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(
        tmp_path, {"1": "BED1"}, MONITOR_EHR=f"127.0.0.1:{PORT}", MONITOR_EHR_ANSWER_S="5", MONITOR_DEMO="1"
    )
    yield clinic
    clinic.server.stop()


def outbox(clinic: Clinic) -> dict[str, object]:
    return dict(clinic.office("/outbox"))


def test_a_session_is_told_once_although_nobody_listened_and_the_server_was_killed(clinic: Clinic) -> None:
    session_id = clinic.plan("1", "MRN-ИВ-1")
    clinic.begin(session_id, "BED1")
    clinic.nurse.act(session_id, "transfer", reason="to the ward", service="ward", how="on_foot")
    wait_for(lambda: outbox(clinic)["pending"] == 1, 20)
    with open_ehr(silence, port=PORT) as ehr:
        wait_for(lambda: ehr.received, 20)
        clinic.server.kill()  # sent, and not answered for yet
        clinic.server.start()
        wait_for(lambda: outbox(clinic)["sent"] == 1, 30)
        assert len(ehr.received) == 2
        assert ehr.received[0] == ehr.received[1]
        message = parse(ehr.received[0])
    assert message.part(message.field("PID", 3)) == "MRN-ИВ-1"
    assert message.field("PV1", 19) == str(session_id)
    listed = outbox(clinic)["messages"]
    assert isinstance(listed, list)
    assert [one["state"] for one in listed] == ["sent"]
