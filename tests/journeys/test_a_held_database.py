"""Another process holds the database for 4 s: alarms do not wait, senders keep their messages, nothing is lost."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.hl7.message import parse
from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.journeys.outage import held, outage
from tests.live_page import Page
from tests.server import wait_for

pytestmark = pytest.mark.faults

BED = "BED1"
HELD_S = 4.0
ALARM_WITHIN_S = 1.0
HEARTBEAT_GAP_S = 1.5


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path, {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def crisis(control: str) -> bytes:
    """A pressure that is an alarm at the first measurement."""
    return messages.vitals(BED, {"nibp_sys": 207.0, "nibp_dia": 119.0, "hr": 88.0}, control=control)


def test_alarms_do_not_wait_for_the_disk_and_are_recorded_afterwards(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "L-1")
    clinic.begin(session_id, BED)
    with Page(clinic.nurse) as page:
        page.watch(board="A")
        page.wait("heartbeat")
        payload = crisis("CRISIS1")
        with held(clinic.server.data_dir / "monitor.db", HELD_S):
            sent_s = time.monotonic()
            answer = parse(clinic.server.send(payload)[0])
            assert (answer.field("MSA", 1), answer.field("MSA", 2)) == ("AE", "CRISIS1")
            alarm, came_s = page.wait_for_alarm(lambda alarm: alarm["rule"] == "sbp_extreme", since_s=sent_s)
            assert came_s - sent_s < ALARM_WITHIN_S
            assert alarm["recorded"] is False
            page.wait("heartbeat", lambda beat: beat["recording"] is False, since_s=sent_s)
        let_go_s = time.monotonic()
        wait_for(lambda: b"MSA|AA" in clinic.server.send(payload)[0], 10)
        page.wait("heartbeat", lambda beat: beat["recording"] is True, since_s=let_go_s)
        page.wait_for_alarm(lambda now: now["id"] == alarm["id"] and now["recorded"] is True, since_s=sent_s)
        beats = [one.at_s for one in page.all("heartbeat", since_s=sent_s - 1)]
        assert len(beats) > HELD_S - 1
        assert max(later - earlier for earlier, later in pairwise(beats)) < HEARTBEAT_GAP_S
    in_the_record = [one for one in clinic.alarms(session_id) if one["rule"] == "sbp_extreme"]
    assert [one["id"] for one in in_the_record] == [alarm["id"]]
    assert [event["event"] for event in in_the_record[0]["events"]] == ["raised"]
    values = [row["value"] for row in clinic.nurse.get(f"/sessions/{session_id}/readings")]
    assert values.count(207.0) == 1


def test_senders_that_send_again_lose_nothing_to_an_outage_and_double_nothing(tmp_path: Path) -> None:
    done = outage(tmp_path, held_s=6.0, a_second=60.0, beds=6)
    assert done.refused > 0
    assert (done.lost, done.doubled) == (0, 0)
    assert done.measured.total() == 600
