"""A patient whose every word is a canary goes through the whole house: no log line, address, metric or file has it."""

import contextlib
import json
import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest

from tests.journeys import messages
from tests.journeys.clinic import CONFIRMED, SCORES, Clinic
from tests.live_page import Page, Person
from tests.outgoing.ehr import answer, open_ehr, unused_port
from tests.server import PASSWORD, wait_for

CANARY, BED = "ZZPHI-CANARY", "BED1"
ID = f"{CANARY}-7"
_ADDRESS = re.compile(r"""(?:href|src|action|formaction|data-[\w-]*(?:url|href|path))\s*=\s*["']([^"']*)""")
_PLACES = ("url", "href", "path", "location", "link")


@dataclass
class Aviary:
    """The clinic after the visit, its session, and what the outside world was answered."""

    clinic: Clinic
    session_id: int
    answers: list[bytes]


def holds(text: str) -> bool:
    """Whether the canary is in there, however it is written."""
    return "zzphi" in unquote(text).casefold()


def hl7(*rows: str, kind: str = "ORU^R01^ORU_R01", bed: str = BED) -> bytes:
    """A message that names the patient, and whatever rows one likes."""
    head = f"MSH|^~\\&|BEDSIDE|WARD|||{messages.stamp(messages.now())}||{kind}|{uuid.uuid4().hex[:12]}|P|2.6"
    named = f"PID|||{ID}^^^H^PI||{CANARY}^{CANARY}||19610203|F|||{CANARY} street^^{CANARY}"
    return "\r".join([head, named, f"PV1||O|^^{bed}", *rows, ""]).encode()


def on_the_wire(clinic: Clinic) -> list[bytes]:
    """What monitors and the hospital send, well and badly; an answer goes into somebody's log too."""
    at = messages.now()
    good = messages.obx(1, "hr", 75, at)
    said = clinic.server.send(
        hl7("OBR|1|||vitals", good),
        hl7("OBR|1|||vitals", good, bed="BED99"),  # nobody's chair
        hl7("OBR|1|||vitals", messages.obx(1, "hr", CANARY, at)),
        hl7("OBR|1|||vitals", messages.obx(1, "spo2", 97, at, unit=CANARY)),
        hl7("OBR|1|||vitals", f"OBX|1|ST|{CANARY}^{CANARY}^L||{CANARY}||||||R"),
        hl7("EVN|A01", kind="ADT^A01^ADT_A01"),
        hl7("EVN|A40", f"MRG|{CANARY}-8^^^H^MR", kind="ADT^A40^ADT_A39"),
        hl7(kind=f"{CANARY}^R01"),
        f"MSH|^~\\&|BEDSIDE|WARD|||{CANARY}||ORU^R01|1|P|2.6\rPID|||{ID}||{CANARY}\rOBX|1|NM|{CANARY}".encode(),
        messages.vitals(BED, messages.CALM, patient=f"{CANARY}-9"),  # another patient's
    )
    with socket.create_connection(("127.0.0.1", clinic.server.mllp_port), timeout=10) as connection:
        connection.sendall(f"\x0bPID|||{ID}||{CANARY}^{CANARY}\r\x1c\r".encode())  # no HL7: nothing is answered
        connection.sendall(f"{CANARY}\r\n\x0bMSH|^~\\&|{CANARY}".encode())  # noise, and gone in the middle
    return said


def at_the_door(clinic: Clinic) -> None:
    """What browsers and programs get wrong with the name in their hands."""
    nurse, form = clinic.nurse, {"Content-Type": "application/x-www-form-urlencoded"}
    for path, body in (
        ("/patients", "{" + CANARY),
        ("/patients", {CANARY: CANARY}),
        ("/patients", {"hospital_id": CANARY * 20, "family_name": CANARY, "given_name": 7}),
        ("/patients", {"hospital_id": ID, "family_name": CANARY, "given_name": "another"}),  # taken
        ("/sessions/1/events", {"request_id": CANARY, "expected_version": CANARY, "event": CANARY}),
        ("/sessions/1/scores", {"request_id": str(uuid.uuid4()), "kind": CANARY, "items": {CANARY: CANARY}}),
    ):
        sent = body if isinstance(body, str) else json.dumps(body)
        status, _ = nurse._ask("POST", f"/api/v1{path}", sent, {"Content-Type": "application/json"})
        assert 400 <= status < 500, (path, status)
    assert nurse._ask("POST", "/patients", urlencode({"query": CANARY, "csrf_token": nurse.csrf}), form)[0] == 200
    nurse._ask(
        "POST",
        "/csp-report",
        json.dumps({"csp-report": {"blocked-uri": CANARY}}),
        {"Content-Type": "application/csp-report"},
    )
    stranger = Person(clinic.server, CANARY)
    stranger._fetch_token("/sign-in")
    guess = urlencode({"name": CANARY, "password": f"{CANARY} {CANARY}", "csrf_token": stranger.csrf})
    assert stranger._ask("POST", "/sign-in", guess, form)[0] == 401


def visit(clinic: Clinic) -> int:
    """The patient's afternoon, with the name in everything that may be typed."""
    nurse, physician = clinic.nurse, clinic.physician
    names = {"hospital_id": ID, "family_name": CANARY, "given_name": CANARY, "birth_date": "1961-02-03"}
    patient = nurse.post("/patients", names)
    said = {"request_id": str(uuid.uuid4()), "said": "allergy", "substance": CANARY}
    nurse.post(f"/patients/{patient['id']}/allergies", said)
    session_id = int(
        nurse.post("/sessions", {"patient_id": patient["id"], "chair_id": clinic.chair("CH1")["id"]})["id"]
    )
    clinic.begin(session_id, BED)
    with Page(nurse) as page:
        page.watch(session=session_id)
        refused = page._client.call("watch", {"board": CANARY, CANARY: CANARY}, timeout=10)
        assert not refused["ok"]
        clinic.server.send(messages.vitals(BED, {"nibp_sys": 207.0, "nibp_dia": 119.0}, patient=ID))
        wait_for(lambda: any(one["rule"] == "sbp_extreme" for one in clinic.alarms(session_id)))
    nurse.act(session_id, "note", text=f"{CANARY} is sleepy")
    nurse.act(session_id, "hold", reason=CANARY)
    nurse.act(session_id, "end_infusion")
    for kind, items in SCORES.items():
        clinic.score(session_id, kind, items)
    clinic.score(session_id, "confirmations", {**CONFIRMED, "escort_present": {"name": CANARY}})
    body = {
        "request_id": str(uuid.uuid4()),
        "password": PASSWORD,
        "meaning": "discharge approved",
        "reason": f"{CANARY} is well",
    }
    body["second_person"] = {"name": "nurse", "password": PASSWORD}  # type: ignore[assignment]
    physician.post(f"/sessions/{session_id}/discharge/override", body)
    nurse.act(session_id, "addendum", text=f"{CANARY} called", password=PASSWORD)
    return session_id


@pytest.fixture(scope="module")
def aviary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aviary]:
    port = unused_port()
    folder = tmp_path_factory.mktemp("aviary")
    clinic = Clinic.open(folder, {"CH1": BED}, MONITOR_EHR=f"127.0.0.1:{port}", MONITOR_EHR_ANSWER_S="2")
    session_id = visit(clinic)
    answers = on_the_wire(clinic)
    at_the_door(clinic)
    with open_ehr(answer("AE", f"{CANARY} is unknown"), port=port) as ehr:
        wait_for(lambda: any(one["answer_code"] for one in clinic.office("/outbox")["messages"]), 20)
        assert holds(ehr.received[0].decode()), "the other system is told who it is about"
        clinic.server.kill()
    clinic.server.start()  # everything is read again
    yield Aviary(clinic, session_id, answers)
    clinic.server.stop()


def test_the_pages_show_the_patient_and_no_address_on_them_does(aviary: Aviary) -> None:
    session, shown = f"/sessions/{aviary.session_id}", 0
    paths = ("/", "/sessions", "/patients", "/intake", session, f"{session}/discharge", f"{session}/sheet")
    for path in paths:
        status, page = aviary.clinic.nurse._ask("GET", path)
        assert status == 200, path
        shown += holds(page)
        assert [one for one in _ADDRESS.findall(page) if holds(one)] == [], path
    assert shown >= 3, "or this test looks for nothing"


def places(answer: Any) -> Iterator[str]:
    """Every text of an answer that is an address."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if isinstance(value, str) and (name in _PLACES or value.startswith(("/", "http"))):
                yield value
            yield from places(value)
    elif isinstance(answer, list):
        for one in answer:
            yield from places(one)


def test_no_answer_of_the_interface_holds_an_address_with_the_patient_in_it(aviary: Aviary) -> None:
    session = f"/sessions/{aviary.session_id}"
    for path in ("/patients", "/sessions", session, f"{session}/discharge", f"{session}/alarms", "/intake", "/outbox"):
        reader = aviary.clinic.server.api(aviary.clinic.tokens["office"]) if path == "/outbox" else aviary.clinic.nurse
        assert [one for one in places(reader.get(path)) if holds(one)] == [], path


def test_no_line_of_the_log_names_the_patient(aviary: Aviary) -> None:
    log = (aviary.clinic.server.data_dir / "server.log").read_text(errors="replace")
    assert "Infusion Monitor" in log
    assert [line for line in log.splitlines() if holds(line)] == []


def test_no_metric_and_no_word_about_health_names_the_patient(aviary: Aviary) -> None:
    for path in ("/metrics", "/healthz", "/readyz"):
        _, text = aviary.clinic.nurse._ask("GET", path)
        assert len(text) > 10
        assert not holds(text), path


def test_no_answer_to_a_device_names_the_patient(aviary: Aviary) -> None:
    assert len(aviary.answers) > 8
    assert [one for one in aviary.answers if holds(one.decode(errors="replace"))] == []


def test_no_file_beside_the_record_names_the_patient(aviary: Aviary) -> None:
    record = ("monitor.db", "monitor.db-wal", "monitor.db-shm")
    files = [path for path in Path(aviary.clinic.server.data_dir).rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"monitor.db", "secret_key", "server.lock"}
    for path in files:
        assert not holds(path.name)
        with contextlib.suppress(OSError):
            assert path.name in record or not holds(path.read_bytes().decode(errors="replace")), path.name
