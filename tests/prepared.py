"""What a prepared patient's record holds, for every test that must come past the start gate."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from monitor.provisions import read_policy
from monitor.store.trainings import TrainingRow, insert_training

POLICY, _ = read_policy("adult-ketamine")
LONG_AGO = date(2015, 1, 1)
SCREENED = {item.id: {"answer": "clear"} for item in POLICY.screening}
PREPARED: dict[str, dict[str, object]] = {
    "identity": {"confirmed": True},
    "escort": {"name": "Jan Kowalski"},
    "fasting": {"solids_at": "2026-02-28T18:00:00+00:00", "clear_liquids_at": "2026-02-28T22:00:00+00:00"},
    "pregnancy": {"possible": False},
    "iv_access": {"site": "left forearm", "gauge": 22},
    "drug": {"lot": "K1", "expires_on": "2031-01-31"},
    "oxygen": {"on_air": True},
    "rescue_ready": {"confirmed": True},
}


def trained(connection: Connection, person_id: int) -> None:
    """Somebody has every training the shipped policy knows, for as long as any clock of a test runs."""
    for course in POLICY.staff.courses:
        held = TrainingRow(
            person_id, course, LONG_AGO, date(2099, 12, 31), "", datetime(2015, 1, 1, tzinfo=UTC), None, "Test"
        )
        insert_training(connection, held)


def screen_and_prepare(nurse: Any, session_id: int) -> None:
    """Everything is clear, everything is there, somebody is responsible, and the patient is awake."""
    take_chair(nurse, session_id)
    nurse.act(session_id, "record_screening", items=SCREENED)
    nurse.act(session_id, "record_preparation", items=PREPARED)
    poss = {"request_id": str(uuid.uuid4()), "kind": "poss", "items": {"level": 1}}
    nurse.post(f"/sessions/{session_id}/scores", poss)


def take_chair(nurse: Any, session_id: int) -> None:
    """Make somebody responsible for the session's chair, unless somebody is."""
    chair_id = nurse.get(f"/sessions/{session_id}")["chair_id"]
    known = nurse.get("/assignments")
    if all(one["chair_id"] != chair_id for one in known["assignments"]):
        body = {"request_id": str(uuid.uuid4()), "person_id": known["nurses"][0]["id"], "seen_id": None}
        nurse.post(f"/chairs/{chair_id}/assignments", body)
