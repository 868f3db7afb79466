"""The table action x role x chair, asked of a running server: every route and session event, as each role, over HTTP.

The routes are those of the application; what each needs is what its door declares. Nothing asked here is complete
enough to change anything: whoever may gets another refusal, whoever may not gets 403.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection

import pytest

from monitor.clinical.session import SessionEvent
from monitor.security.roles import GIVEN, MAY, Action, Role, action_of_event
from monitor.web.api.event_bodies import ANY_EVENT
from monitor.web.doors import door_of
from tests.live_page import Person
from tests.server import PASSWORD, Server
from tests.web.clinic import open_clinic

NOBODY = "999999"
LEFT_OUT = {"static", "pages.sign_out", "sign_in.lock"}  # a door of its own, tested in its own room
NEEDS: dict[str, dict[str, object]] = {
    "start": {"rate_ml_per_h": 60.0},
    "change_rate": {"rate_ml_per_h": 60.0},
    "resume": {"rate_ml_per_h": 60.0},
    "give_bolus": {"dose_mg": 5.0},
    "record_waste": {"waste_mg": 5.0},
    "record_order": {
        "dose_mg_per_kg": 0.5,
        "over_min": 40.0,
        "concentration_mg_per_ml": 1.0,
        "password": PASSWORD,
    },
    "adopt_order": {"series_order": 1, "dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0},
    "change_order": {"dose_mg_per_kg": 0.5, "over_min": 40.0, "password": PASSWORD},
    "record_weight": {"weight_kg": 70.0},
    "change_limits": {"rule": "spo2_low"},
    "record_screening": {"items": {"x": {"answer": "clear"}}},
    "override_stop": {"item": "x", "reason": "because it is so"},
    "record_preparation": {"items": {}},
    "acknowledge_gate": {"finding": "x", "value": 1.0, "reason": "because it is so"},
    "give_medication": {"drug": "ondansetron", "dose": 4.0, "unit": "mg", "route": "iv"},
    "mark_artefact": {"alarm_id": "A1"},
    "mark_values": {
        "vital": "spo2",
        "from_at": "2026-03-01T08:00:00Z",
        "to_at": "2026-03-01T08:01:00Z",
        "reason": "because it is so",
    },
    "confirm_patient": {"said": 1},
    "reschedule": {"chair_id": 1},
    "correct_entry": {"corrects": 1, "reason": "because it is so"},
    "record_adverse_event": {"term": "nausea", "grade": 2, "relation": "possible", "action": "none"},
    "resolve_adverse_event": {"adverse_event": 1},
    "leave_against_advice": {"told": "x", "capacity": "not_assessed", "escort": "no", "signed": "refused"},
    "transfer": {"service": "emergency department", "how": "ambulance"},
    "note": {"text": "x"},
    "symptom": {"symptom": "nausea", "grade": 1},
    "addendum": {"text": "x", "password": PASSWORD},
}


@dataclass
class House:
    """A server with two chairs, a session on each, and somebody of every role signed in."""

    server: Server
    chairs: dict[int, int] = field(default_factory=dict)  # chair -> session

    def status(self, person: Person, method: str, path: str, body: object = None) -> int:
        headers = {"Cookie": person.cookie, "X-CSRFToken": person.csrf, "Origin": self.server.origin}
        connection = HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)
        sent = None if method == "GET" else json.dumps(body if body is not None else {})
        connection.request(method, path, sent, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = Server(tmp_path_factory.mktemp("house") / "var", {"MONITOR_CHAIRS": "1=BED1,2=BED2"})
    tokens = server.prepare({role.value: role for role in GIVEN})
    server.start()
    house, nurse = House(server), server.api(tokens["nurse"])
    for chair in nurse.get("/chairs"):
        patient = {"hospital_id": f"P{chair['id']}", "family_name": "Kowal", "given_name": "Maria"}
        patient_id = nurse.post("/patients", patient)["id"]
        made = nurse.post("/sessions", {"patient_id": patient_id, "chair_id": chair["id"]})
        house.chairs[chair["id"]] = made["id"]
    yield house
    server.stop()


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, Action]]:
    """Every route that needs somebody: its method, its pattern and the action its door declares."""
    found = []
    with open_clinic(tmp_path_factory.mktemp("routes")) as clinic:
        for rule in clinic.app.url_map.iter_rules():
            door = door_of(clinic.app.view_functions[rule.endpoint])
            if rule.endpoint in LEFT_OUT or door is None or door.action is None:
                continue
            found += [(method, rule.rule, door.action) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    assert len(found) > 80
    return found


def path_of(pattern: str, chair_id: int, session_id: int) -> str:
    path = pattern.replace("<int:chair_id>", str(chair_id)).replace("<int:session_id>", str(session_id))
    return re.sub(r"<[^>]+>", NOBODY, path)


@pytest.mark.parametrize("role", sorted(GIVEN))
def test_every_route_and_every_event_on_each_chair_is_for_the_roles_of_the_table_and_no_other(
    house: House, routes: list[tuple[str, str, Action]], role: Role
) -> None:
    person = Person(house.server, role.value).sign_in()
    wrong = []
    for chair_id, session_id in house.chairs.items():
        for method, pattern, action in routes:
            status = house.status(person, method, path_of(pattern, chair_id, session_id))
            if (status == 403) == (role in MAY[action]) or status >= 500:
                wrong.append(f"{method} {pattern} on chair {chair_id}: {status}, {action}")
        for event in SessionEvent:
            asked = {"request_id": "r", "expected_version": 9999, "event": event.value, **NEEDS.get(event.value, {})}
            ANY_EVENT.validate_json(json.dumps(asked))
            status = house.status(person, "POST", f"/api/v1/sessions/{session_id}/events", asked)
            if (status == 403) == (role in MAY[action_of_event(event.value)]) or status < 400 or status >= 500:
                wrong.append(f"{event.value} on chair {chair_id}: {status}")
    assert wrong == []
