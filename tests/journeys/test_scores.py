"""A patient falls asleep too deeply: the score rings on every page, survives a kill, and ends with a better look."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import ApiRefused, wait_for

BED = "BED4"
LOOKED_AT = (
    ("consciousness", {"level": "alert"}),
    ("oxygen", {"supplemental": True, "flow_l_per_min": 2}),
    ("temperature", {"celsius": 36.8}),
)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path, {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def by_rule(clinic: Clinic, session_id: int, rule: str) -> dict[str, Any] | None:
    return next((alarm for alarm in clinic.alarms(session_id) if alarm["rule"] == rule), None)


def test_a_deep_sedation_rings_survives_a_kill_and_ends_with_a_better_score(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "S-1")
    clinic.begin(session_id, BED)
    with Page(clinic.nurse) as page:
        page.watch(board="A")
        wrong = clinic.score(session_id, "moaas", {"level": 2})
        rung = wait_for(lambda: by_rule(clinic, session_id, "moaas_deep"), 10)
        assert (rung["words"], rung["priority"], rung["state"]) == ("MOAA/S 2: deep sedation", "high", "active")
        tile = page.watch(board="A")["tiles"][0]
        assert [one["words"] for one in tile["alarms"] if one["vital"] is None] == ["MOAA/S 2: deep sedation"]

    seen = {"priority": "high", "value": 2.0}
    clinic.nurse.post(f"/sessions/{session_id}/alarms/{rung['id']}/acknowledge", seen)
    wait_for(lambda: _in_state(clinic, session_id, "acknowledged"), 10)
    clinic.server.kill()
    clinic.server.start()
    again = by_rule(clinic, session_id, "moaas_deep")
    assert again is not None
    assert (again["id"], again["state"]) == (rung["id"], "acknowledged")

    clinic.score(session_id, "moaas", {"level": 1})
    worse = wait_for(lambda: _in_state(clinic, session_id, "active"), 10)
    assert worse["words"] == "MOAA/S 1: deep sedation, stop the infusion"
    with pytest.raises(ApiRefused) as refused:
        clinic.nurse.post(f"/sessions/{session_id}/scores", {"request_id": "x", "kind": "moaas", "items": {"level": 9}})
    assert refused.value.status == 422
    clinic.score(session_id, "moaas", {"level": 5})
    ended = wait_for(lambda: _in_state(clinic, session_id, "normal"), 10)
    told = [event["event"] for event in ended["events"]]
    assert told == ["raised", "acknowledged", "escalated", "ended"]
    assert wrong["id"] in [one["id"] for one in clinic.nurse.get(f"/sessions/{session_id}/scores")]


def _in_state(clinic: Clinic, session_id: int, state: str) -> dict[str, Any] | None:
    found = by_rule(clinic, session_id, "moaas_deep")
    return found if found is not None and found["state"] == state else None


def test_news2_has_a_total_only_when_a_nurse_has_looked(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "S-2")
    clinic.begin(session_id, BED)
    clinic.server.send(messages.vitals(BED, {**messages.CALM, "spo2": 93.0, "rr": 22.0}))
    at = messages.now()
    cuff = {"nibp_sys": 108.0, "nibp_dia": 70.0}
    clinic.server.send(
        messages.message(BED, [messages.obx(n, vital, value, at) for n, (vital, value) in enumerate(cuff.items(), 1)])
    )
    before = clinic.nurse.get(f"/sessions/{session_id}/news2")
    assert (before["state"], before["total"]) == ("incomplete", None)
    assert set(before["missing"]) == {"consciousness", "oxygen", "temp"}
    for kind, items in LOOKED_AT:
        clinic.score(session_id, kind, items)
    found = clinic.nurse.get(f"/sessions/{session_id}/news2")
    assert found["state"] == "complete"
    points = {one["parameter"]: one["points"] for one in found["inputs"]}
    assert (points["nibp_sys"], points["oxygen"]) == (1, 2)
    assert found["total"] == sum(points.values())
