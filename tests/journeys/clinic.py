"""The people and the usual steps of a visit, as the journeys take them: every step is a request over a real socket."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.security.roles import Role
from tests.journeys import messages
from tests.live_page import Person
from tests.prepared import screen_and_prepare
from tests.server import PASSWORD, Server, wait_for

ORDER = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
PEOPLE = {
    "nurse": Role.NURSE,
    "colleague": Role.CHARGE_NURSE,
    "physician": Role.PHYSICIAN,
    "office": Role.ADMINISTRATOR,
}
SCORES: Mapping[str, Mapping[str, int]] = {
    "aldrete": dict.fromkeys(("activity", "respiration", "circulation", "consciousness", "oxygen_saturation"), 2),
    "mpadss": dict.fromkeys(("vital_signs", "ambulation", "nausea", "pain", "bleeding"), 2),
    "moaas": {"level": 5},
    "rass": {"level": 0},
    "poss": {"level": 1},
    "orientation": {"person": 1, "place": 1, "time": 1},
    "cadss6": dict.fromkeys(("item_1", "item_2", "item_6", "item_7", "item_15", "item_22"), 0),
    "perception": {"hallucination": 0, "distress": 0},
    "gait": {"level": 2},
    "nausea": {"level": 0},
    "nrs": {"pain": 2},
}
CONFIRMED = {
    "escort_present": {"name": "Ana Kowal"},
    "instructions_given": True,
    "iv_removed": True,
    "no_driving_told": True,
}


@dataclass
class Clinic:
    """A running server with its people signed in."""

    server: Server
    tokens: dict[str, str]
    nurse: Person
    physician: Person

    @classmethod
    def open(cls, folder: Path, chairs: Mapping[str, str], **settings: str) -> "Clinic":
        """Start a server with these chairs (name -> bed)."""
        bound = ",".join(f"{name}={bed}" for name, bed in chairs.items())
        server = Server(folder / "clinic", {"MONITOR_CHAIRS": bound, **settings})
        tokens = server.prepare(PEOPLE)
        server.start()
        return cls(server, tokens, Person(server, "nurse").sign_in(), Person(server, "physician").sign_in())

    @property
    def colleague(self) -> Any:
        """The second person: neither who ordered nor who drew up the drug."""
        return self.server.api(self.tokens["colleague"])

    @property
    def mllp(self) -> str:
        return f"127.0.0.1:{self.server.mllp_port}"

    def office(self, path: str) -> Any:
        """What the office reads: quarantine, unassigned, audit."""
        return self.server.api(self.tokens["office"]).get(path)

    def goes_on_at(self, time: str) -> None:
        """The server is started again at another time of its clinic, at the pace it had."""
        pace = self.server.settings["MONITOR_CLOCK"].partition("@")[0]
        self.server.stop()
        self.server.settings = {**self.server.settings, "MONITOR_CLOCK": f"{pace}@{time}"}
        self.server.start()

    def chair(self, name: str) -> dict[str, Any]:
        return next(chair for chair in self.nurse.get("/chairs") if chair["name"] == name)

    def plan(self, chair: str, hospital_id: str) -> int:
        """A new patient and a session for them."""
        names = {"hospital_id": hospital_id, "family_name": "Kowal", "given_name": "Maria", "birth_date": "1961-02-03"}
        patient = self.nurse.post("/patients", {**names, "is_somebody_else": True})
        wanted = {"patient_id": patient["id"], "chair_id": self.chair(chair)["id"]}
        return int(self.nurse.post("/sessions", wanted)["id"])

    def alarms(self, session_id: int) -> list[dict[str, Any]]:
        return list(self.nurse.get(f"/sessions/{session_id}/alarms"))

    def score(self, session_id: int, kind: str, items: Mapping[str, Any]) -> dict[str, Any]:
        body = {"request_id": str(uuid.uuid4()), "kind": kind, "items": dict(items)}
        return dict(self.nurse.post(f"/sessions/{session_id}/scores", body))

    def score_everything(self, session_id: int) -> None:
        for kind, items in SCORES.items():
            self.score(session_id, kind, items)

    def prepare(self, session_id: int, bed: str) -> None:
        """Everything up to the start, in real time; the cuff measured twice a few minutes ago."""
        self.nurse.act(session_id, "check_in")
        self.measure_baseline(bed)
        self.nurse.act(session_id, "record_weight", weight_kg=80.0)
        self.physician.act(session_id, "record_order", **ORDER, password=PASSWORD)
        self.nurse.act(session_id, "confirm_consent")
        screen_and_prepare(self.nurse, session_id)
        self.nurse.act(session_id, "capture_baseline")
        self.colleague.act(session_id, "second_check")
        self.physician.act(session_id, "physician_clearance")

    def measure_baseline(self, bed: str) -> None:
        """Two cuffs a few minutes apart, and three of everything else."""
        cuff = {"nibp_sys": 124.0, "nibp_dia": 78.0}
        for minutes in (4, 1):
            at = messages.now() - timedelta(minutes=minutes)
            rows = [messages.obx(number, vital, value, at) for number, (vital, value) in enumerate(cuff.items(), 1)]
            self.server.send(messages.message(bed, rows))
        for _ in range(3):
            self.server.send(messages.vitals(bed, messages.CALM))
            time.sleep(0.01)

    def begin(self, session_id: int, bed: str) -> None:
        """Prepare, and start the infusion."""
        self.prepare(session_id, bed)
        self.nurse.act(session_id, "start", rate_ml_per_h=60.0)

    def now(self, session_id: int) -> datetime:
        """The server's clock."""
        return datetime.fromisoformat(self.nurse.get(f"/sessions/{session_id}")["live"]["now_at"])

    def wait_until(self, session_id: int, at: datetime, within_s: float = 120.0) -> None:
        """Let the server's clock pass a moment."""
        wait_for(lambda: self.now(session_id) >= at, within_s, 0.05)


def after(start_at: str | datetime, minutes: float) -> datetime:
    """So many minutes later."""
    at = datetime.fromisoformat(start_at) if isinstance(start_at, str) else start_at
    return at + timedelta(minutes=minutes)
