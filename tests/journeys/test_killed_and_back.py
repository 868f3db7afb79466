"""The process is killed in the middle of a session with an alarm standing: the session goes on, the alarm stands."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.clinic import Clinic
from tests.journeys.sender import Sender
from tests.live_page import Page
from tests.server import wait_for

pytestmark = pytest.mark.faults

BED = "BED7"
KILLS = 10


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path, {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def kill_and_restart(clinic: Clinic) -> None:
    clinic.server.kill()
    clinic.server.start()


def desaturation(clinic: Clinic, session_id: int) -> dict[str, Any] | None:
    """The one alarm of a saturation of 84 %, once it stands."""
    found = [alarm for alarm in clinic.alarms(session_id) if alarm["rule"] == "spo2_desaturation"]
    assert len(found) <= 1, found
    return found[0] if found else None


def nothing_acknowledged_is_lost(clinic: Clinic, session_id: int, sender: Sender) -> None:
    """Each acknowledged value is in the record at its time, once; nothing is there twice."""
    rows = clinic.nurse.get(f"/sessions/{session_id}/readings")
    stored = Counter(
        (_ms(datetime.fromisoformat(row["measured_at"])), row["value"]) for row in rows if row["vital"] == "hr"
    )
    sent = [(_ms(one.at), one.value) for one in sender.acknowledged]
    assert len(sent) > 20
    assert [one for one in sent if one not in stored] == []
    assert [one for one, count in stored.items() if count > 1] == []


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def test_a_session_survives_a_kill_with_its_alarm_and_its_readings(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "K-1")
    clinic.begin(session_id, BED)
    before = clinic.nurse.get(f"/sessions/{session_id}")
    sender = Sender(BED, clinic.server.mllp_port).start()
    standing = wait_for(lambda: desaturation(clinic, session_id), 20)
    assert standing["state"] == "active"

    kill_and_restart(clinic)
    wait_for(lambda: len(sender.acknowledged) > 0 and _newest_is_shown(clinic, session_id), 20)
    after = clinic.nurse.get(f"/sessions/{session_id}")
    assert (after["state"], after["version"]) == (before["state"], before["version"]) == ("infusing", before["version"])
    assert after["live"]["dose"]["rate_ml_per_h"] == 60.0
    alarm = desaturation(clinic, session_id)
    assert alarm is not None
    assert (alarm["id"], alarm["state"], alarm["acknowledgements"]) == (standing["id"], "active", [])
    with Page(clinic.nurse) as page:
        tile = page.watch(board="A")["tiles"][0]
    assert [(one["id"], one["state"]) for one in tile["alarms"] if one["vital"] == "spo2"] == [
        (standing["id"], "active")
    ]
    seen = {"priority": "high", "value": alarm["value"]}
    answer = clinic.nurse.post(f"/sessions/{session_id}/alarms/{alarm['id']}/acknowledge", seen)
    assert answer["state"] == "acknowledged"
    clinic.nurse.act(session_id, "hold", reason="saturation")
    sender.stop()
    nothing_acknowledged_is_lost(clinic, session_id, sender)


def _newest_is_shown(clinic: Clinic, session_id: int) -> bool:
    number = clinic.nurse.get(f"/sessions/{session_id}")["live"]["numbers"]["hr"]
    return number["state"] == "fresh" and number["age_s"] < 2


def test_what_is_sent_again_after_a_kill_is_stored_once_and_raises_nothing_twice(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "K-2")
    clinic.begin(session_id, BED)
    sender = Sender(BED, clinic.server.mllp_port).start()
    standing = wait_for(lambda: desaturation(clinic, session_id), 20)
    sender.stop()
    rows = clinic.nurse.get(f"/sessions/{session_id}/readings")
    kill_and_restart(clinic)
    again = [one.payload for one in sender.acknowledged]
    assert all(b"|AA|" in answer or b"MSA|AA" in answer for answer in clinic.server.send(*again))
    assert clinic.nurse.get(f"/sessions/{session_id}/readings") == rows
    alarm = desaturation(clinic, session_id)
    assert alarm is not None
    assert (alarm["id"], [event["event"] for event in alarm["events"]]) == (
        standing["id"],
        [event["event"] for event in standing["events"]],
    )


@pytest.mark.slow
def test_ten_kills_in_a_row_lose_nothing_that_was_acknowledged(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "K-10")
    clinic.begin(session_id, BED)
    sender = Sender(BED, clinic.server.mllp_port).start()
    standing = wait_for(lambda: desaturation(clinic, session_id), 20)
    moments = random.Random(7)
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.0, 0.6))
        kill_and_restart(clinic)
    known = len(sender.acknowledged)
    wait_for(lambda: len(sender.acknowledged) > known, 20)
    sender.stop()
    assert sender.resent >= 1
    alarm = desaturation(clinic, session_id)
    assert alarm is not None
    assert (alarm["id"], alarm["state"]) == (standing["id"], "active")
    assert clinic.nurse.get(f"/sessions/{session_id}")["state"] == "infusing"
    nothing_acknowledged_is_lost(clinic, session_id, sender)
