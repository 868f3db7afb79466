"""Each act leaves exactly one row in the audit trail, naming who did it; the same request twice has one effect."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journeys import messages
from tests.journeys.clinic import CONFIRMED, ORDER, Clinic
from tests.live_page import Person
from tests.prepared import PREPARED, SCREENED
from tests.server import PASSWORD, wait_for

BED, OTHER = "BED1", "BED2"
PRESENT = {"raised_iop": {"answer": "present", "note": "glaucoma, treated"}}


@dataclass
class House:
    """A clinic, its audit trail, and a visit on its way."""

    clinic: Clinic
    colleague: Person
    session_id: int = 0
    patient_id: int = 0
    seen: int = 0
    done: dict[str, Any] = field(default_factory=dict)

    def trail(self) -> list[dict[str, Any]]:
        """What was added to the trail since the last look, oldest first."""
        rows = [row for row in self.clinic.office("/audit?limit=500") if row["seq"] > self.seen]
        self.seen = max([self.seen, *(row["seq"] for row in rows)])
        return [row for row in rows[::-1] if row["action"] != "record.read"]  # reading is no act


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One visit for the whole file: the acts below are in the order of a visit."""
    clinic = Clinic.open(tmp_path_factory.mktemp("audited"), {"CH1": BED, "CH2": OTHER})
    house = House(clinic, Person(clinic.server, "colleague").sign_in())
    house.trail()
    yield house
    clinic.server.stop()
    assert "Traceback" not in (clinic.server.data_dir / "server.log").read_text(errors="replace")


def event(house: House, who: Person, name: str, **more: Any) -> tuple[str, str, dict[str, Any]]:
    version = house.clinic.nurse.get(f"/sessions/{house.session_id}")["version"]
    return "POST", f"/sessions/{house.session_id}/events", {"expected_version": version, "event": name, **more}


def patient(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return "POST", "/patients", {"hospital_id": "AU-1", "family_name": "Kowal", "given_name": "Maria"}


def planned(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    house.patient_id = house.clinic.nurse.get("/patients?query=AU-1")[0]["id"]
    return "POST", "/sessions", {"patient_id": house.patient_id, "chair_id": house.clinic.chair("CH1")["id"]}


def bound(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return "PUT", f"/chairs/{house.clinic.chair('CH2')['id']}", {"bed": "BED22"}


def taken(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    hers = house.clinic.nurse.get("/assignments")["nurses"][0]["id"]
    return "POST", f"/chairs/{house.clinic.chair('CH1')['id']}/assignments", {"person_id": hers, "seen_id": None}


def scored(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return "POST", f"/sessions/{house.session_id}/scores", {"kind": "nrs", "items": {"pain": 4}}


def confirmed(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return "POST", f"/sessions/{house.session_id}/scores", {"kind": "confirmations", "items": CONFIRMED}


def acknowledged(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    house.clinic.server.send(messages.vitals(BED, {"nibp_sys": 207.0, "nibp_dia": 119.0, "hr": 80.0}))
    found = wait_for(lambda: [one for one in house.clinic.alarms(house.session_id) if one["rule"] == "sbp_extreme"])
    path = f"/sessions/{house.session_id}/alarms/{found[0]['id']}/acknowledge"
    return "POST", path, {"priority": "high", "value": found[0]["value"]}


def overridden(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    body = {"password": who.password, "meaning": "discharge approved", "reason": "the patient is well and wants home"}
    body["second_person"] = {"name": "nurse", "password": who.password}
    return "POST", f"/sessions/{house.session_id}/discharge/override", body


def scored_poss(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return "POST", f"/sessions/{house.session_id}/scores", {"kind": "poss", "items": {"level": 3}}


def reviewed(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    return event(house, who, "acknowledge_gate", finding="poss", value=3)


def marked(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    calm = {"nibp_sys": 124.0, "nibp_dia": 78.0, "hr": 80.0}
    house.clinic.server.send(messages.vitals(BED, calm))
    alarm = wait_for(
        lambda: [
            one
            for one in house.clinic.alarms(house.session_id)
            if one["rule"] == "sbp_extreme" and one["events"][-1]["event"] in ("latched", "ended")
        ]
    )[0]
    return event(house, who, "mark_artefact", alarm_id=alarm["id"], reason="the cuff slipped")


def corrected(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    version = house.clinic.nurse.get(f"/sessions/{house.session_id}")["version"]
    symptom = {"symptom": "nausea", "grade": 2}
    return event(house, who, "correct_entry", corrects=version, instead=symptom, reason="mistyped")


def act(name: str, **more: Any) -> Callable[[House, Person], tuple[str, str, dict[str, Any]]]:
    return lambda house, who: event(house, who, name, **more)


def baseline(house: House, who: Person) -> tuple[str, str, dict[str, Any]]:
    house.clinic.measure_baseline(BED)
    return event(house, who, "capture_baseline")


# In the order of a visit: what is asked, who asks, and what the trail says (several when an act is several things).
ACTS = {
    "a patient is added": (patient, "nurse", ["patient_added"]),
    "a chair gets another monitor": (bound, "nurse", ["chair.bind"]),
    "a chair is taken": (taken, "nurse", ["chair.assign"]),
    "a session is planned": (planned, "nurse", ["session.plan"]),
    "check in": (act("check_in"), "nurse", ["session.check_in"]),
    "weight": (act("record_weight", weight_kg=80.0), "nurse", ["session.record_weight"]),
    "order": (
        act("record_order", **ORDER, password=PASSWORD),
        "physician",
        ["session.record_order", "order.sign"],
    ),
    "consent": (act("confirm_consent"), "nurse", ["session.confirm_consent"]),
    "baseline": (baseline, "nurse", ["session.capture_baseline"]),
    "screening": (act("record_screening", items=SCREENED | PRESENT), "nurse", ["session.record_screening"]),
    "override of a stop": (
        act("override_stop", item="raised_iop", reason="seen by the ophthalmologist"),
        "physician",
        ["session.override_stop"],
    ),
    "preparation": (act("record_preparation", items=PREPARED), "nurse", ["session.record_preparation"]),
    "drowsiness": (scored_poss, "nurse", ["score.record"]),
    "review of a vital sign": (reviewed, "physician", ["session.acknowledge_gate"]),
    "second check": (act("second_check"), "colleague", ["session.second_check"]),
    "clearance": (act("physician_clearance"), "physician", ["session.physician_clearance"]),
    "score": (scored, "nurse", ["score.record"]),
    "start": (act("start", rate_ml_per_h=60.0), "nurse", ["session.start"]),
    "acknowledgement": (acknowledged, "physician", ["alarm.acknowledge"]),
    "artefact": (marked, "nurse", ["session.mark_artefact"]),
    "medication": (
        act("give_medication", drug="ondansetron", dose=4.0, unit="mg", route="iv"),
        "nurse",
        ["session.give_medication"],
    ),
    "allergy": (
        lambda house, who: (
            "POST",
            f"/patients/{house.patient_id}/allergies",
            {"said": "allergy", "substance": "latex"},
        ),
        "nurse",
        ["patient.allergy"],
    ),
    "note": (act("note", text="sleepy"), "nurse", ["session.note"]),
    "symptom": (act("symptom", symptom="nausea", grade=1), "nurse", ["session.symptom"]),
    "correction": (corrected, "nurse", ["session.correct_entry"]),
    "limits": (
        act("change_limits", rule="spo2_low", limits={"medium": 91}, reason="lives with 91"),
        "nurse",
        ["session.change_limits"],
    ),
    "bolus": (act("give_bolus", dose_mg=5.0), "nurse", ["session.give_bolus"]),
    "change of rate": (act("change_rate", rate_ml_per_h=50.0), "nurse", ["session.change_rate"]),
    "hold": (act("hold", reason="line"), "nurse", ["session.hold"]),
    "resume": (act("resume", rate_ml_per_h=50.0), "nurse", ["session.resume"]),
    "pause": (act("pause_monitoring", reason="toilet"), "nurse", ["session.pause_monitoring"]),
    "end": (act("end_infusion"), "nurse", ["session.end_infusion"]),
    "confirmations": (confirmed, "nurse", ["score.record"]),
    "signature": (overridden, "physician", ["discharge.sign", "discharge.witness", "session.discharge"]),
    "addendum": (
        act("addendum", text="called at home, well", password=PASSWORD),
        "nurse",
        ["session.addendum", "addendum.sign"],
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_audited_once_with_its_person_and_done_once(house: House, name: str) -> None:
    ask, role, wanted = ACTS[name]
    who = {"physician": house.clinic.physician, "colleague": house.colleague}.get(role, house.clinic.nurse)
    method, path, body = ask(house, who)
    house.trail()
    body["request_id"] = str(uuid.uuid4())
    status, answer = who.ask(method, path, body)
    assert status in (200, 201), answer
    if name == "a session is planned":
        house.session_id = answer["id"]
    rows = house.trail()
    assert [row["action"] for row in rows] == wanted
    assert {row["actor"] for row in rows if row["action"] != "discharge.witness"} == {f"{role.capitalize()} Test"}
    assert all(row["person_id"] is not None for row in rows)

    again_status, again = who.ask(method, path, body)
    assert (again_status, again) == (status, answer), "the same request gives the same answer"
    assert house.trail() == [], "the same request has one effect"


def test_a_refused_act_leaves_no_trail_of_having_been_done(house: House) -> None:
    house.trail()
    status, _ = house.clinic.nurse.ask(
        "POST",
        f"/sessions/{house.session_id}/events",
        {"request_id": "late", "expected_version": 1, "event": "hold", "reason": "late"},
    )
    assert status in (404, 409, 422)
    assert house.trail() == []


def test_nothing_was_made_twice(house: House) -> None:
    """Each event, score, alarm and signature of the visit once."""
    session = house.clinic.nurse.get(f"/sessions/{house.session_id}")
    assert [one["version"] for one in session["history"]] == list(range(1, len(session["history"]) + 1))
    assert len(house.clinic.nurse.get(f"/sessions?patient_id={house.patient_id}")) == 1
    assert [one["kind"] for one in house.clinic.nurse.get(f"/sessions/{house.session_id}/scores")] == [
        "poss", "nrs", "confirmations"
    ]  # fmt: skip
    alarm = next(one for one in house.clinic.alarms(house.session_id) if one["rule"] == "sbp_extreme")
    assert len(alarm["acknowledgements"]) == 1
    assert (
        len(house.clinic.nurse.get(f"/sessions/{house.session_id}/discharge")["signatures"]) == 3
    )  # hers, the witness's, and the addendum's


def test_a_token_acts_under_its_own_name(house: House) -> None:
    house.trail()
    token = house.clinic.server.api(house.clinic.tokens["nurse"])
    token.post("/patients", {"hospital_id": "AU-2", "family_name": "Nowak", "given_name": "Jan"})
    rows = house.trail()
    assert [row["action"] for row in rows] == ["patient_added"]
    assert "nurse" in rows[0]["actor"].lower()
    assert rows[0]["actor"] != "Nurse Test", "a program is not the person"
