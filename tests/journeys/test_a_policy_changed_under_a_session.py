"""A clinic changes its policy, or the program its version, under a running session: the session keeps its own."""

import hashlib
import re
from pathlib import Path
from typing import Any

from monitor.clock import system_clock
from monitor.store.engine import open_engine
from monitor.store.rows import Batch, PolicyRow, SessionRow
from monitor.store.sessions import insert_session
from monitor.store.store import Store
from tests.clinical.bedside import TEXT
from tests.clinical.policy.test_older import FIRST
from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.server import wait_for

BED = "BED9"
NOW_LIMIT = "medium = { limit = 92, persist_s = 30"
TIGHTER = NOW_LIMIT.replace("92", "95")


def spo2_limit(clinic: Clinic, session_id: int) -> float:
    rules = clinic.nurse.get(f"/sessions/{session_id}/limits")["rules"]
    low = next(rule for rule in rules if rule["rule"] == "spo2_low")
    return float(next(level for level in low["levels"] if level["priority"] == "medium")["limit"])


def policy_of(clinic: Clinic, session_id: int) -> dict[str, Any]:
    return dict(clinic.nurse.get(f"/sessions/{session_id}")["policy"])


def test_a_running_session_is_judged_by_the_policy_it_began_with_after_a_restart_with_another(tmp_path: Path) -> None:
    assert NOW_LIMIT in TEXT
    clinics = tmp_path / "clinic.toml"
    clinics.write_text(
        re.sub(r"(?m)^version = \d+$", "version = 99", TEXT.replace(NOW_LIMIT, TIGHTER), count=1), encoding="utf-8"
    )
    clinic = Clinic.open(tmp_path, {"CH1": BED, "CH2": "BED10"})
    session_id = clinic.plan("CH1", "P-1")
    clinic.begin(session_id, BED)
    before = policy_of(clinic, session_id)
    clinic.server.kill()
    clinic.server.settings = {**clinic.server.settings, "MONITOR_POLICY": str(clinics)}
    clinic.server.start()

    assert policy_of(clinic, session_id) == before
    assert spo2_limit(clinic, session_id) == 92
    new = clinic.plan("CH2", "P-2")
    assert policy_of(clinic, new)["version"] == "99"
    assert spo2_limit(clinic, new) == 95
    for _ in range(3):
        clinic.server.send(messages.vitals(BED, {**messages.CALM, "spo2": 93.0}))
    assert [alarm for alarm in clinic.alarms(session_id) if alarm["rule"] == "spo2_low"] == []
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def test_a_session_pinned_to_the_policy_of_an_earlier_version_is_watched_after_the_upgrade(tmp_path: Path) -> None:
    clinic = Clinic.open(tmp_path, {"CH1": BED})
    patient_id = clinic.nurse.get(f"/sessions/{clinic.plan('CH1', 'P-1')}")["patient_id"]
    chair_id = clinic.chair("CH1")["id"]
    clinic.server.stop()
    session_id = pin(clinic.server.data_dir, patient_id, chair_id)
    clinic.server.start()

    assert policy_of(clinic, session_id)["version"] == "1"
    clinic.nurse.act(session_id, "check_in")
    assert spo2_limit(clinic, session_id) == 92
    clinic.server.send(messages.vitals(BED, {**messages.CALM, "nibp_sys": 205.0, "nibp_dia": 90.0}))
    alarm = wait_for(lambda: [one for one in clinic.alarms(session_id) if one["rule"] == "sbp_extreme"], 10)[0]
    assert alarm["why"]["policy"].startswith("adult-ketamine 1 ")
    clinic.server.stop()
    assert "Traceback" not in clinic.server.log()


def pin(folder: Path, patient_id: int, chair_id: int) -> int:
    """A session on the list, planned while the first version of the program was running."""
    at, sha256 = system_clock().now(), hashlib.sha256(FIRST.encode()).hexdigest()
    policy = PolicyRow(sha256, "adult-ketamine", "1", FIRST, at)
    row = SessionRow(patient_id, chair_id, "scheduled", policy, at, False, at)
    store = Store(open_engine(f"sqlite:///{folder / 'monitor.db'}", folder))
    answer = store.write(Batch(acts=(lambda connection: insert_session(connection, row),))).answers[0]
    store.close()
    assert isinstance(answer, int), answer
    return answer
