"""A limit of one patient over real sockets: changed, obeyed by the alarm, kept by a restart, dropped at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.server import ApiRefused, wait_for

BED = "BED3"
RULE = "sbp_low"  # High at 90 and below, at once


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path, {"CH1": BED})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def inflate(clinic: Clinic, systolic: float) -> None:
    clinic.server.send(messages.vitals(BED, {"nibp_sys": systolic, "nibp_dia": 60.0}))


def low_pressures(clinic: Clinic, session_id: int) -> list[dict[str, Any]]:
    return [alarm for alarm in clinic.alarms(session_id) if alarm["rule"] == RULE]


def standing(clinic: Clinic, session_id: int, state: str) -> dict[str, Any]:
    return wait_for(lambda: [one for one in low_pressures(clinic, session_id) if one["state"] == state], 10)[0]


def level(clinic: Clinic, session_id: int, priority: str) -> dict[str, Any]:
    rules = clinic.nurse.get(f"/sessions/{session_id}/limits")["rules"]
    rule = next(one for one in rules if one["rule"] == RULE)
    return next(one for one in rule["levels"] if one["priority"] == priority)


def shown(clinic: Clinic) -> tuple[float, bool]:
    with Page(clinic.nurse) as page:
        number = page.watch(board="A")["tiles"][0]["numbers"]["bp"]
    return number["low"], number["own"]


def test_a_limit_of_one_patient_from_its_change_to_the_end_of_the_session(clinic: Clinic) -> None:
    session_id = clinic.plan("CH1", "L-1")
    clinic.begin(session_id, BED)
    inflate(clinic, 90)
    alarm = standing(clinic, session_id, "active")
    assert (alarm["priority"], alarm["limit"]) == ("high", 90)

    with pytest.raises(ApiRefused) as refused:  # a High limit is a physician's
        clinic.nurse.act(session_id, "change_limits", rule=RULE, limits={"high": 85}, reason="always low")
    assert refused.value.status == 403
    with pytest.raises(ApiRefused) as refused:
        clinic.physician.act(session_id, "change_limits", rule=RULE, limits={"high": 60}, reason="always low")
    assert (refused.value.status, refused.value.body["missing"]) == (422, ["limits.high"])
    assert refused.value.body["message"] == "BP systolic low, HIGH: 60 mmHg is not accepted; 80 to 99 mmHg is."
    with pytest.raises(ApiRefused) as refused:
        clinic.physician.act(session_id, "change_limits", rule=RULE, limits={"high": 85})
    assert (refused.value.status, refused.value.body["missing"]) == (422, ["reason"])

    limits = {"medium": 85, "high": 80}
    clinic.physician.act(session_id, "change_limits", rule=RULE, limits=limits, reason="90 is her own pressure")
    alarm = standing(clinic, session_id, "latched")
    assert alarm["events"][-1]["cause"] == "limit changed by Physician Test"
    clinic.nurse.post(
        f"/sessions/{session_id}/alarms/{alarm['id']}/acknowledge", {"priority": "high", "value": alarm["value"]}
    )
    standing(clinic, session_id, "normal")

    clinic.server.kill()
    clinic.server.start()
    high = level(clinic, session_id, "high")
    assert (high["limit"], high["policy_limit"], high["own"]["by"]) == (80, 90, "Physician Test")
    assert level(clinic, session_id, "medium")["own"]["reason"] == "90 is her own pressure"
    inflate(clinic, 90)
    assert len(low_pressures(clinic, session_id)) == 1, "the restart keeps the patient's limit: 90 rings no more"
    assert shown(clinic)[1]
    inflate(clinic, 80)
    alarm = standing(clinic, session_id, "active")
    assert (alarm["priority"], alarm["limit"]) == ("high", 80)
    assert alarm["why"]["asks"].startswith("nibp_sys ≤ 80")
    assert alarm["why"]["source"].startswith("set for this patient by Physician Test; the policy's is 90")

    clinic.nurse.act(session_id, "transfer", reason="to the ward", service="ward", how="on_foot")
    again = clinic.plan("CH1", "L-2")
    clinic.nurse.act(again, "check_in")
    assert level(clinic, again, "high")["limit"] == 90
    assert shown(clinic) == (100, False)
    inflate(clinic, 90)
    assert standing(clinic, again, "active")["limit"] == 90
