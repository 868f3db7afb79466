"""The hospital's admissions beside a running session, over real sockets: told, answered by a person, never acted on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.journeys import messages
from tests.journeys.clinic import Clinic
from tests.server import wait_for

BED = "BED1"
_numbers = count(1)


def adt(
    event: str, patient: str, bed: str = "", previous: str = "", *, at: datetime | None = None, merged: str = ""
) -> bytes:
    stamp = messages.stamp(at or messages.now())
    rows = [
        f"MSH|^~\\&|ADT^HOSPITAL|X|IM|C|{stamp}||ADT^{event}|A{next(_numbers)}|P|2.6",
        f"EVN|{event}|{stamp}",
        f"PID|||{patient}^^^H^MR||Kowalska^Maria||19610504|F",
        f"PV1||O|^^{bed}|||^^{previous}",
    ]
    return "\r".join([*rows, *([f"MRG|{merged}^^^H^MR"] if merged else []), ""]).encode()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path_factory.mktemp("adt"), {"CH1": BED, "CH2": "BED2"})
    yield clinic
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def test_admitted_offered_started_moved_away_answered_and_discharged(clinic: Clinic) -> None:
    tell(clinic, adt("A01", "ADT-1", BED))
    offered = clinic.chair("CH1")["hospital_says"]["patient"]
    assert (offered["initials"], offered["id_digits"]) == ("M.K.", "-1")
    wanted = {"patient_id": offered["id"], "chair_id": clinic.chair("CH1")["id"]}
    session_id = int(clinic.nurse.post("/sessions", wanted)["id"])
    clinic.begin(session_id, BED)
    assert head(clinic, session_id)["admission"] is None

    moved = adt("A02", "ADT-1", "WARD5", BED)
    tell(clinic, moved, moved)
    assert differs(clinic, session_id)
    tell(clinic, adt("A01", "ADT-1", BED, at=messages.now() - timedelta(minutes=9)))
    admission = head(clinic, session_id)["admission"]
    assert (admission["how"], admission["answered"]) == ("moved", None)
    assert clinic.chair("CH1")["hospital_says"]["patient"] is None
    beds = clinic.nurse.get("/hospital-beds")
    assert [(one["bed"], one["count"]) for one in beds["beds"] if one["chair"] is None] == [("WARD5", 1)]

    clinic.server.send(messages.vitals(BED, {**messages.CALM, "nibp_sys": 201.0, "nibp_dia": 121.0}))
    wait_for(lambda: any(one["rule"] == "sbp_extreme" for one in standing(clinic, session_id)))
    assert head(clinic, session_id)["state"] == "infusing"

    clinic.nurse.act(session_id, "confirm_patient", said=admission["said"], reason="wristband compared: she is here")
    wait_for(lambda: not differs_now(clinic, session_id))
    audited = clinic.office(f"/audit?about=session%20{session_id}")
    assert "session.confirm_patient" in [one["action"] for one in audited]
    tell(clinic, adt("A03", "ADT-1", "WARD5"))
    assert differs(clinic, session_id), "a newer word asks again"
    assert head(clinic, session_id)["admission"]["how"] == "left"
    assert head(clinic, session_id)["state"] == "infusing"


def test_a_cancelled_admission_and_a_merge_beside_a_running_session(clinic: Clinic) -> None:
    session_id = clinic.plan("CH2", "ADT-2")
    clinic.begin(session_id, "BED2")
    tell(clinic, adt("A01", "ADT-2", "BED2"), adt("A11", "ADT-2", "BED2"))
    assert differs(clinic, session_id)
    assert head(clinic, session_id)["admission"]["how"] == "left"
    tell(clinic, adt("A01", "ADT-77", "BED2"))
    assert head(clinic, session_id)["admission"]["how"] == "other_patient"
    tell(clinic, adt("A40", "ADT-77", merged="ADT-2"))
    wait_for(lambda: not differs_now(clinic, session_id))
    assert clinic.chair("CH2")["hospital_says"]["patient"]["id_digits"] == "77"
    assert head(clinic, session_id)["state"] == "infusing"


def tell(clinic: Clinic, *said: bytes) -> None:
    for answer in clinic.server.send(*said):
        assert b"MSA|AA" in answer, answer


def head(clinic: Clinic, session_id: int) -> dict[str, Any]:
    return dict(clinic.nurse.get(f"/sessions/{session_id}")["live"]["session"])


def standing(clinic: Clinic, session_id: int) -> list[dict[str, Any]]:
    return [one for one in clinic.alarms(session_id) if one["state"] in ("active", "acknowledged")]


def differs_now(clinic: Clinic, session_id: int) -> bool:
    return any(one["rule"] == "admission_differs" for one in standing(clinic, session_id))


def differs(clinic: Clinic, session_id: int) -> bool:
    wait_for(lambda: differs_now(clinic, session_id))
    return True
