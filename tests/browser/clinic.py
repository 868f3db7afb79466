"""A clinic for the browser: a real server, people, monitors, and patients brought to the phase a test begins with."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.security.roles import Role
from tests.browser.bedside import CUFF, Bedside
from tests.prepared import screen_and_prepare
from tests.server import HOUSE, PASSWORD, ApiRefused, Server, wait_for

CHAIRS = {name: f"BED{name}" for name in ("1", "2", "3", "4", "5", "6")}
SIMULATED_BED = "BED6"  # spoken for by a simulator process; the others by a Bedside
PEOPLE = {"nurse": Role.NURSE, "physician": Role.PHYSICIAN, "colleague": Role.CHARGE_NURSE}
NEWCOMER = "newcomer"  # signs in with a one-time password
ORDER = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}


@dataclass
class Clinic:
    """The server and its monitors; `tokens` by person."""

    server: Server
    tokens: dict[str, str]
    one_time_password: str
    monitors: dict[str, Bedside] = field(default_factory=dict)

    def monitor(self, chair: str) -> Bedside:
        """The monitor of a chair, switched on."""
        if chair not in self.monitors:
            self.monitors[chair] = Bedside(self.server, CHAIRS[chair]).switch_on()
        return self.monitors[chair]

    def chair_id(self, chair: str) -> int:
        return int(next(one["id"] for one in self.nurse.get("/chairs") if one["name"] == chair))

    @property
    def nurse(self) -> Any:
        return self.server.api(self.tokens["nurse"])

    @property
    def colleague(self) -> Any:
        """The second person: neither who ordered nor who drew up the drug."""
        return self.server.api(self.tokens["colleague"])

    @property
    def physician(self) -> Any:
        return self.server.api(self.tokens["physician"])

    def book(self, chair: str, family_name: str = "Kowal", given_name: str = "Maria", planned_days_ago: int = 0) -> int:
        """A new patient, on the list for a chair; whoever sat there has left."""
        self.free(chair)
        count = len(self.nurse.get("/patients?limit=200"))
        patient = {"hospital_id": f"B-{4000 + count}", "family_name": family_name, "given_name": given_name}
        patient_id = self.nurse.post("/patients", {**patient, "birth_date": "1961-02-03", "is_somebody_else": True})[
            "id"
        ]
        at = (datetime.now(UTC) - timedelta(days=planned_days_ago)).isoformat()
        wanted = {"patient_id": patient_id, "chair_id": self.chair_id(chair), "scheduled_for": at}
        return int(self.nurse.post("/sessions", wanted)["id"])

    def free(self, chair: str) -> None:
        """End whatever session sits in a chair, also when midnight came between."""
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        lines = self.nurse.get(f"/sessions?day={yesterday}") + self.nurse.get("/sessions")
        for line in {one["id"]: one for one in lines}.values():  # who still sits there is also on today's list
            if line["chair"] == chair and line["state"] in ("preparing", "infusing", "held", "observing"):
                self.nurse.act(line["id"], "transfer", reason="another ward", service="ward", how="on_foot")
            elif line["chair"] == chair and line["state"] == "scheduled":
                self.nurse.act(line["id"], "cancel", reason="not today")

    def empty(self) -> None:
        """Nobody sits anywhere: no alarm stands but those that a test raises."""
        for chair in CHAIRS:
            self.free(chair)

    def goes_on_at(self, time: str) -> None:
        """Its server is started again at another time; its monitors are off, as they know only the real one."""
        while self.monitors:
            self.monitors.popitem()[1].switch_off()
        self.server.stop()
        self.server.settings = {**self.server.settings, "MONITOR_CLOCK": f"1x@{time}"}
        self.server.start()

    def measure_baseline(self, chair: str) -> None:
        """Two cuff pressures far enough apart, and a monitor that sends the others."""
        monitor = self.monitor(chair)
        for minutes_ago in (4.0, 1.0):
            monitor.inflate(CUFF["nibp_sys"], CUFF["nibp_dia"], minutes_ago=minutes_ago)

    def prepared(self, chair: str, family_name: str = "Kowal") -> int:
        """A session with nothing missing before the start."""
        session_id = self.book(chair, family_name)
        self.nurse.act(session_id, "check_in")
        self.measure_baseline(chair)
        self.nurse.act(session_id, "record_weight", weight_kg=80.0)
        self.nurse.act(session_id, "confirm_consent")
        self.physician.act(session_id, "record_order", **ORDER, name="physician", password=PASSWORD)
        screen_and_prepare(self.nurse, session_id)
        wait_for(lambda: self._baseline(session_id), within_s=20.0, every_s=0.5)
        self.colleague.act(session_id, "second_check")
        self.physician.act(session_id, "physician_clearance")
        return session_id

    def _baseline(self, session_id: int) -> bool:
        """Whether it could be captured; the first seconds hold too few readings."""
        try:
            self.nurse.act(session_id, "capture_baseline")
        except ApiRefused as refusal:
            if refusal.status != 422:
                raise
            return False
        return True

    def infusing(self, chair: str, family_name: str = "Kowal") -> int:
        session_id = self.prepared(chair, family_name)
        self.nurse.act(session_id, "start", rate_ml_per_h=60.0)
        return session_id

    def observing(self, chair: str) -> int:
        session_id = self.infusing(chair)
        self.nurse.act(session_id, "end_infusion", reason="Dose complete")
        return session_id


@contextmanager
def opened(folder: Path, **settings: str) -> Iterator[Clinic]:
    """A clinic that closes behind its visitors."""
    bound = ",".join(f"{name}={bed}" for name, bed in CHAIRS.items())
    server = Server(folder / "clinic", {"MONITOR_CHAIRS": bound, "MONITOR_DEMO": "1", **settings})
    tokens = server.prepare(PEOPLE)
    given = subprocess.run(
        [sys.executable, "run.py", "user", "add", NEWCOMER, "--role", "nurse"],
        cwd=HOUSE, env=server.environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    clinic = Clinic(server.start(), tokens, given.stdout.strip())
    try:
        yield clinic
    finally:
        for monitor in clinic.monitors.values():
            monitor.switch_off()
        server.stop()
