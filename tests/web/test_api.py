"""The API against a real record: what goes in comes out, and what is not asked for is refused."""

import base64
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import Conflict, MonitorError, NotRecording, Refused
from monitor.printing.paper import Paper
from monitor.printing.press import NotPrinted, Press
from monitor.recorder.acts import AcknowledgeAct, SessionAct, SignDischarge
from monitor.security.roles import Role
from monitor.store.rows import Batch, QuarantineRow, ReadingRow, UnassignedRow
from tests.security.clinic import GOOD, START_AT
from tests.web.clinic import ORIGIN, Clinic, Settings, open_clinic

HOSTILE = "<img src=x onerror=alert(1)>\"'</script>{{7*7}}"
OVER = {"over_min": 60.0, "concentration_mg_per_ml": 1.0}
TEMPLATES = Path(__file__).parents[2] / "templates"


def new_patient(**more: object) -> dict[str, object]:
    return {"hospital_id": "P-1", "family_name": "Kowal", "given_name": "Maria", "birth_date": "1961-05-04", **more}


def event(name: str, version: int = 0, **more: object) -> dict[str, object]:
    return {"request_id": f"r-{name}-{version}", "expected_version": version, "event": name, **more}


# Patients ------------------------------------------------------------------------------------------------------------


def test_a_patient_that_is_added_can_be_found_by_name_and_by_id(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    made = browser.post("/api/v1/patients", **new_patient())
    assert made.status_code == 201
    assert browser.get("/api/v1/patients?query=kow").json == [made.json]
    assert browser.get(f"/api/v1/patients/{made.json['id']}").json == made.json
    assert browser.get("/api/v1/patients?query=zzz").json == []


def test_the_same_patient_sent_twice_is_one_and_another_under_the_same_id_is_a_conflict(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    first = browser.post("/api/v1/patients", **new_patient())
    assert browser.post("/api/v1/patients", **new_patient()).json == first.json
    other = browser.post("/api/v1/patients", **new_patient(given_name="Marta"))
    assert (other.status_code, other.json["error"]) == (409, "conflict")
    assert other.json["current"] == {"patient_id": first.json["id"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown": 1},
        {"id": 7},
        {"hospital_id": 7},
        {"hospital_id": ""},
        {"hospital_id": "   "},
        {"family_name": None},
        {"family_name": "a\x00b"},
        {"family_name": "a\nb"},
        {"family_name": "x" * 201},
        {"birth_date": "yesterday"},
        {"birth_date": 3},
        {"sex": "x"},
    ],
)
def test_a_patient_with_wrong_unknown_or_hostile_fields_is_refused_and_named(
    clinic: Clinic, wrong: dict[str, object]
) -> None:
    reply = clinic.signed_in().post("/api/v1/patients", **new_patient(**wrong))
    assert (reply.status_code, reply.json["error"]) == (400, "invalid")
    assert reply.json["fields"] == [next(iter(wrong))]


@pytest.mark.parametrize("born", ["2030-01-01", "1800-01-01"])
def test_a_birth_date_nobody_has_is_refused(clinic: Clinic, born: str) -> None:
    assert clinic.signed_in().post("/api/v1/patients", **new_patient(birth_date=born)).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"hospital_id": NaN}', b"\xff\xfe", b"1" * 5000])
def test_what_is_not_the_json_asked_for_is_refused(clinic: Clinic, body: bytes) -> None:
    browser = clinic.signed_in()
    headers = {"X-CSRFToken": browser.token, "Content-Type": "application/json"}
    reply = browser.client.post("/api/v1/patients", base_url=ORIGIN, data=body, headers=headers)
    assert reply.status_code == 400
    assert reply.json["error"] == "invalid"


def test_a_form_in_place_of_json_is_refused(clinic: Clinic) -> None:
    reply = clinic.signed_in().form("/api/v1/patients", hospital_id="1")
    assert reply.status_code == 415


def test_a_hostile_name_comes_back_as_it_was_and_runs_on_no_page(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    made = browser.post("/api/v1/patients", **new_patient(family_name=HOSTILE))
    assert made.json["family_name"] == HOSTILE
    assert browser.get("/api/v1/patients").mimetype == "application/json"
    browser.post("/api/v1/sessions", patient_id=made.json["id"], chair_id=clinic.chair_id)
    for reply in (browser.get("/patients"), browser.get("/sessions"), browser.form("/patients", query=HOSTILE[:4])):
        text = reply.text
        assert "<img" not in text
        assert "script&gt;49" not in text  # {{7*7}} was worked out by nobody


def test_patients_are_searched_without_a_name_in_the_address(tmp_path: Path) -> None:
    with open_clinic(tmp_path, Settings(), TEMPLATES) as clinic:
        browser = clinic.signed_in()
        browser.post("/api/v1/patients", **new_patient())
        assert '<form method="post" role="search"' in browser.get("/patients").text
        found, nobody = (browser.form("/patients", query=words) for words in ("kow", "zzz<b>"))
        assert (found.status_code, found.text.count('data-testid="patient-row"')) == (200, 1)
        assert "zzz&lt;b&gt;" in nobody.text
        assert 'data-testid="patient-row"' not in nobody.text
        assert 'data-testid="patient-row"' in browser.get("/patients?query=zzz").text, "an address searches for nobody"


@pytest.mark.skipif(not (TEMPLATES / "patients.html").exists(), reason="the real pages are not built yet")
def test_a_hostile_name_runs_on_none_of_the_real_pages(tmp_path: Path) -> None:
    with open_clinic(tmp_path, Settings(), TEMPLATES) as clinic:
        browser = clinic.signed_in()
        made = browser.post("/api/v1/patients", **new_patient(family_name=HOSTILE, hospital_id=HOSTILE[:20]))
        browser.post("/api/v1/sessions", patient_id=made.json["id"], chair_id=clinic.chair_id)
        for page in ("/patients", "/sessions", "/", "/password"):
            reply = browser.get(page)
            assert reply.status_code == 200, f"{page}: {reply.text}"
            assert "<img src=x" not in reply.text
            assert "'</script>" not in reply.text


# Chairs, sessions, events --------------------------------------------------------------------------------------------


def test_a_chair_is_bound_to_another_monitor(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    reply = browser.send("PUT", f"/api/v1/chairs/{clinic.chair_id}", {"bed": "SIM1"})
    assert (reply.status_code, reply.json["bed"], reply.json["station"]) == (200, "SIM1", "A")
    assert browser.get("/api/v1/chairs").json == [reply.json]
    assert browser.send("PUT", f"/api/v1/chairs/{clinic.chair_id}", {"bed": None}).json["bed"] is None
    assert browser.send("PUT", f"/api/v1/chairs/{clinic.chair_id}", {}).json["missing"] == ["bed"]


def test_a_new_session_stands_on_the_list_of_its_day_in_the_clinics_zone(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    patient = browser.post("/api/v1/patients", **new_patient()).json["id"]
    late = {"patient_id": patient, "chair_id": clinic.chair_id, "scheduled_for": "2026-03-03T22:30:00Z"}
    made = browser.post("/api/v1/sessions", **late)
    assert made.json["state"] == "scheduled"
    assert made.json["initials"] == "M.K."
    assert browser.get("/api/v1/sessions").json == []
    assert browser.get("/api/v1/sessions?day=2026-03-03").json == [made.json]  # 23:30 in Madrid
    assert browser.get(f"/api/v1/sessions?patient_id={patient}").json == [made.json]
    assert browser.get("/api/v1/sessions?day=2026-03-03&state=infusing").json == []


def test_midnight_takes_nobody_who_is_here_off_the_list_of_today(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    yesterday = (START_AT - timedelta(days=1)).isoformat()
    patient = browser.post("/api/v1/patients", **new_patient()).json["id"]
    body = {"patient_id": patient, "chair_id": clinic.chair_id, "scheduled_for": yesterday}
    session_id = browser.post("/api/v1/sessions", **body).json["id"]
    assert browser.get("/api/v1/sessions").json == [], "who did not come yesterday is not of today"
    browser.post(f"/api/v1/sessions/{session_id}/events", **event("check_in"))
    assert [line["id"] for line in browser.get("/api/v1/sessions").json] == [session_id]
    assert browser.get(f"/api/v1/sessions?day={START_AT.date()}&state=scheduled").json == []
    assert browser.get("/api/v1/sessions?day=2026-03-03").json == []


def test_an_event_goes_to_the_spine_with_who_did_it_and_its_details(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    reply = browser.post(f"/api/v1/sessions/{session_id}/events", **event("check_in", reason="on time"))
    assert reply.json == {"version": 1, "state": "preparing"}
    body = event("record_weight", 1, weight_kg=61.5, at="2026-03-02T07:55:00+00:00")
    assert browser.post(f"/api/v1/sessions/{session_id}/events", **body).json["version"] == 2
    act = [seen for seen in clinic.spine.seen if isinstance(seen, SessionAct)][-1]
    assert (act.person.name, act.person.role) == ("Nurse RN", "nurse")
    assert act.details == {"weight_kg": 61.5}
    assert act.at == START_AT - timedelta(minutes=5)
    history = browser.get(f"/api/v1/sessions/{session_id}").json["history"]
    assert [entry["event"] for entry in history] == ["check_in", "record_weight"]


def test_the_same_request_twice_is_one_event(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    answers = [
        browser.post(f"/api/v1/sessions/{session_id}/events", **event("note", text="pale")).json for _ in range(3)
    ]
    assert answers == [{"version": 1, "state": "scheduled"}] * 3


def test_whoever_did_not_see_the_newest_is_told_what_it_is(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    browser.post(f"/api/v1/sessions/{session_id}/events", **event("check_in"))
    late = event("check_in") | {"request_id": "another", "event": "note", "text": "x"}
    reply = browser.post(f"/api/v1/sessions/{session_id}/events", **late)
    assert reply.status_code == 409
    assert reply.json["current"] == {"version": 1, "state": "preparing"}


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Refused("Not yet.", ("consent",)), 422), (NotRecording("Nothing is recorded."), 503), (Conflict("Late."), 409)],
)
def test_what_the_spine_refuses_is_told_with_its_reason(clinic: Clinic, refusal: MonitorError, status: int) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    clinic.spine.refusing = refusal
    reply = browser.post(f"/api/v1/sessions/{session_id}/events", **event("start", rate_ml_per_h=45.0))
    assert reply.status_code == status
    assert reply.json["message"] == refusal.message
    assert reply.json.get("missing") == (["consent"] if status == 422 else None)


@pytest.mark.parametrize(
    "wrong",
    [
        event("start"),
        event("start", rate_ml_per_h="45"),
        event("record_order", **OVER, password="x"),
        event("record_order", dose_mg_per_kg=0.5, rate_mg_per_kg_h=0.75, **OVER, password="x"),
        event("record_order", dose_mg_per_kg=0.5, **OVER),  # unsigned
        event("record_waste", waste_mg=5.0, second_person={"name": "eva"}),
        event("hold", second_person={"name": "eva", "password": "x"}),
        event("start", rate_ml_per_h=True),
        event("start", rate_ml_per_h=45, person="somebody else"),
        event("check_in", role="physician"),
        event("check_in", at="2026-03-02T08:00:00"),
        event("explode"),
        event("symptom", symptom="nausea", grade=6),
        {"event": "check_in"},
        {"expected_version": 0, "request_id": "r"},
        event("check_in") | {"request_id": "spaces are not allowed"},
        event("check_in") | {"expected_version": "0"},
        event("check_in") | {"expected_version": 0.5},
    ],
)
def test_an_event_with_missing_unknown_or_wrong_parts_never_reaches_the_spine(
    clinic: Clinic, wrong: dict[str, object]
) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    before = len(clinic.spine.seen)
    reply = browser.post(f"/api/v1/sessions/{session_id}/events", **wrong)
    assert (reply.status_code, reply.json["error"]) == (400, "invalid")
    assert len(clinic.spine.seen) == before


@pytest.mark.parametrize(
    ("role", "name", "more", "status"),
    [
        (Role.NURSE, "record_order", {"dose_mg_per_kg": 0.5, **OVER, "password": GOOD}, 403),
        (Role.PHYSICIAN, "record_order", {"dose_mg_per_kg": 0.5, **OVER, "password": GOOD}, 200),
        (Role.NURSE, "physician_clearance", {}, 403),
        (Role.PHARMACIST, "check_in", {}, 403),
        (Role.DISCHARGE_STAFF, "note", {"text": "x"}, 200),
        (Role.DISCHARGE_STAFF, "check_in", {}, 403),
        (Role.INTEGRATION, "check_in", {}, 403),
        (Role.NURSE, "check_in", {}, 200),
        (Role.PHYSICIAN, "discharge", {}, 422),
    ],
)
def test_which_role_may_depends_on_the_event(
    clinic: Clinic, role: Role, name: str, more: dict[str, object], status: int
) -> None:
    session_id = clinic.session(clinic.signed_in(Role.CHARGE_NURSE))
    reply = clinic.signed_in(role).post(f"/api/v1/sessions/{session_id}/events", **event(name, **more))
    assert reply.status_code == status, reply.text


def test_a_session_nobody_knows_is_not_found(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    for path in ("", "/scores", "/readings", "/alarms", "/device-alarms", "/figure"):
        assert browser.get(f"/api/v1/sessions/99{path}").status_code == 404, path


# Scores, alarms, discharge -------------------------------------------------------------------------------------------


def test_a_score_is_recorded_once_and_its_correction_stands_beside_it(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/scores"
    first = {"request_id": "s1", "kind": "moaas", "items": {"moaas": 4}}
    made = browser.post(path, **first)
    assert (made.status_code, made.json["by"], made.json["items"]) == (201, "Nurse RN", {"moaas": 4})
    assert browser.post(path, **first).json["id"] == made.json["id"]
    again = browser.post(path, request_id="s2", kind="moaas", items={"moaas": 5}, replaces=made.json["id"])
    assert [one["replaced_by"] for one in browser.get(path).json] == [again.json["id"], None]


def test_confirmations_carry_the_escorts_name(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.DISCHARGE_STAFF)
    path = f"/api/v1/sessions/{clinic.session(browser)}/scores"
    items = {"escort_present": {"name": "Jan Kowal"}, "instructions_given": True}
    made = browser.post(path, request_id="c1", kind="confirmations", items=items)
    assert made.json["items"] == items


OXYCODONE = {"drug": "oxycodone", "route": "oral", "dose": 20, "times_a_day": 2}
PATCH = {"drug": "fentanyl", "route": "transdermal", "dose": 25}


def test_a_score_says_whether_it_is_complete_and_what_stands_beside_it(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/scores"
    made = browser.post(path, request_id="o1", kind="opioids", items={"opioids": [OXYCODONE, PATCH]})
    assert made.status_code == 201, made.json
    assert made.json["items"] == {"opioids": [OXYCODONE, PATCH]}
    assert made.json["says"] == (
        "At least 50 MME a day: caution. Do not use these figures for switching from one opioid to another."
    )
    few = browser.post(path, request_id="b1", kind="bpi_interference", items={"mood": 7, "sleep": None})
    assert (few.json["state"], few.json["says"]) == ("incomplete", "1 of 7 answered; at least 4 are needed")
    warm = browser.post(path, request_id="t1", kind="temperature", items={"celsius": 36.8})
    assert (warm.json["state"], warm.json["items"]) == ("complete", {"celsius": 36.8})


def test_news2_names_what_is_missing_and_shows_what_is_known(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    found = browser.get(f"/api/v1/sessions/{clinic.session(browser)}/news2").json
    assert (found["state"], found["total"], found["response"], found["spo2_scale"]) == ("incomplete", None, None, 1)
    assert found["missing"] == ["spo2", "oxygen", "nibp_sys", "pulse", "consciousness", "temp"]
    assert [(one["parameter"], one["value"], one["points"], one["old"]) for one in found["inputs"]] == [
        ("rr", 22.0, 2, False)
    ]
    assert browser.get("/api/v1/sessions/4711/news2").status_code == 404


def test_the_opioids_and_the_grades_that_can_be_entered(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    told = browser.get("/api/v1/opioids").json
    assert "switching" in told["warning"]
    factors = {(one["drug"], one["route"]): (one["factor"], one["unit"]) for one in told["opioids"]}
    assert factors["fentanyl", "transdermal"] == (2.4, "µg/h")
    assert factors["buprenorphine", "any"] == (None, "mg")
    terms = {one["id"]: one["grades"] for one in browser.get("/api/v1/ctcae").json}
    assert list(terms["apnea"]) == ["3", "4"]


@pytest.mark.parametrize(
    ("query", "grade"),
    [
        ("systolic=118&diastolic=70", 0),
        ("systolic=162&diastolic=90", 3),
        ("systolic=125&diastolic=70&recurrent=true", 2),
        ("systolic=118&diastolic=70&life_threatening=true", 4),
    ],
)
def test_the_grade_of_a_blood_pressure(clinic: Clinic, query: str, grade: int) -> None:
    assert clinic.signed_in().get(f"/api/v1/ctcae/hypertension?{query}").json["grade"] == grade


def test_a_pressure_that_cannot_be_is_refused(clinic: Clinic) -> None:
    refused = clinic.signed_in().get("/api/v1/ctcae/hypertension?systolic=1620&diastolic=90")
    assert (refused.status_code, refused.json["fields"]) == (400, ["systolic"])


def test_an_acknowledgement_says_what_was_seen(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/alarms/a1/acknowledge"
    assert browser.post(path, priority="high", value=86.0).status_code == 200
    seen = clinic.spine.seen[-1]
    assert isinstance(seen, AcknowledgeAct)
    assert (seen.alarm_id, seen.priority, seen.value, seen.person.name) == ("a1", "high", 86.0, "Nurse RN")
    assert browser.post(path, priority="high").json["missing"] == ["value"]
    clinic.spine.refusing = Conflict("It is now HIGH.", {"priority": "high", "value": 80})
    assert browser.post(path, priority="low", value=None).status_code == 409


def test_a_signature_needs_the_signers_own_password_each_time(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/discharge/sign"
    wrong = browser.post(path, password="not it", meaning="discharge approved")
    assert (wrong.status_code, wrong.json["error"]) == (403, "wrong_password")
    assert not any(isinstance(seen, SignDischarge) for seen in clinic.spine.seen)
    assert browser.post(path, password=GOOD, meaning="discharge approved").status_code == 200
    signed = clinic.spine.seen[-1]
    assert isinstance(signed, SignDischarge)
    assert (signed.person.name, signed.override_reason) == ("Nurse RN", None)
    assert browser.post(path, password=GOOD, meaning="anything else").status_code in (400, 422)
    trail = clinic.signed_in(Role.ADMINISTRATOR).get("/api/v1/audit").json
    assert "signature_refused" in [entry["action"] for entry in trail]


def test_nobody_signs_under_the_name_of_another(clinic: Clinic) -> None:
    clinic.office.hire("doctor", Role.PHYSICIAN)
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/discharge/sign"
    assert browser.post(path, name="doctor", password=GOOD).status_code == 403


def test_only_a_physician_overrides_and_says_why(clinic: Clinic) -> None:
    nurse, doctor = clinic.signed_in(), clinic.signed_in(Role.PHYSICIAN)
    path = f"/api/v1/sessions/{clinic.session(nurse)}/discharge/override"
    alone = {"password": GOOD, "reason": "Lives next door, escort is a nurse"}
    body = {**alone, "second_person": {"name": "nurse", "password": GOOD}}
    assert nurse.post(path, **body).status_code == 403
    assert doctor.post(path, **alone).status_code == 400
    assert doctor.post(path, **(alone | {"second_person": {"name": "nurse", "password": "wrong"}})).status_code == 403
    assert doctor.post(path, **(body | {"reason": "because"})).status_code == 400
    assert doctor.post(path, **body).status_code == 200


def test_guessing_the_password_of_a_signature_gets_slow(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    path = f"/api/v1/sessions/{clinic.session(browser)}/discharge/sign"
    assert [browser.post(path, password="wrong").status_code for _ in range(6)] == [403] * 5 + [429]


# Tokens --------------------------------------------------------------------------------------------------------------


def with_token(clinic: Clinic, method: str, path: str, token: str, body: object = None) -> tuple[int, object]:
    reply = clinic.app.test_client().open(
        path, method=method, base_url=ORIGIN, json=body, headers={"Authorization": f"Bearer {token}"}
    )
    return reply.status_code, reply.json


def test_a_token_acts_without_cookie_or_csrf_in_its_role_and_under_its_name(clinic: Clinic) -> None:
    token = clinic.token(Role.NURSE)
    status, patient = with_token(clinic, "POST", "/api/v1/patients", token, new_patient())
    assert status == 201
    status, made = with_token(
        clinic, "POST", "/api/v1/sessions", token, {"patient_id": patient["id"], "chair_id": clinic.chair_id}
    )
    assert status == 201
    status, done = with_token(clinic, "POST", f"/api/v1/sessions/{made['id']}/events", token, event("check_in"))
    assert (status, done["state"]) == (200, "preparing")
    assert clinic.spine.seen[-2].person.name == "lab (program)"
    assert with_token(clinic, "GET", "/api/v1/audit", token)[0] == 403


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Bearer", "Basic bnVyc2U6eA==", "", "Token x"])
def test_a_wrong_token_is_nobody_even_beside_a_good_cookie(clinic: Clinic, header: str) -> None:
    browser = clinic.signed_in()
    assert browser.get("/api/v1/chairs", Authorization=header).status_code == 401


def test_a_token_never_signs_but_may_carry_a_persons_signature(clinic: Clinic) -> None:
    clinic.office.hire("doctor", Role.PHYSICIAN)
    clinic.office.hire("chemist", Role.PHARMACIST)
    session_id = clinic.session(clinic.signed_in())
    token, path = clinic.token(Role.INTEGRATION), f"/api/v1/sessions/{session_id}/discharge/sign"
    assert with_token(clinic, "POST", path, token, {"password": GOOD})[0] == 403
    assert with_token(clinic, "POST", path, token, {"name": "doctor", "password": "wrong"})[0] == 403
    assert with_token(clinic, "POST", path, token, {"name": "chemist", "password": GOOD})[0] == 403
    assert with_token(clinic, "POST", path, token, {"name": "program lab", "password": "none"})[0] == 403
    assert with_token(clinic, "POST", path, token, {"name": "doctor", "password": GOOD})[0] == 200
    assert clinic.spine.seen[-1].person.name == "Doctor RN"


# Readings, export, lists ---------------------------------------------------------------------------------------------


def store_readings(clinic: Clinic, session_id: int, source: str = "SIM^A") -> None:
    rows = tuple(
        ReadingRow(
            clinic.chair_id, session_id, source, at, at, at, {"hr": 70.0 + n, "spo2": 97.0}, sub_ids={"hr": "=1+1"}
        )
        for n in range(30)
        for at in (START_AT + timedelta(minutes=n),)
    )
    clinic.office.store.write(Batch(readings=rows))


def test_readings_of_a_range_come_in_order_with_units(clinic: Clinic) -> None:
    session_id = clinic.session(clinic.signed_in())
    store_readings(clinic, session_id)
    clinic.office.time.passed_s = 3600
    browser = clinic.signed_in()  # the sign-in of an hour ago has locked meanwhile
    path = f"/api/v1/sessions/{session_id}/readings"
    whole = browser.get(path).json
    assert len(whole) == 60
    some = browser.get(f"{path}?from=2026-03-02T08:00:00%2B00:00&to=2026-03-02T08:01:00Z").json
    assert [(one["vital"], one["value"], one["unit"]) for one in some] == [
        ("hr", 70.0, "/min"), ("spo2", 97.0, "%"), ("hr", 71.0, "/min"), ("spo2", 97.0, "%")
    ]  # fmt: skip
    assert browser.get(f"{path}?from=2026-03-02T08:00:00+00:00&to=2026-03-02T08:01:00Z").json == some


@pytest.mark.parametrize(
    "query", ["from=2026-03-02T08:00:00", "from=yesterday", "to=2026-03-02T08:00:00Z&until=1", "from=1e999"]
)
def test_a_range_without_zone_or_sense_is_refused(clinic: Clinic, query: str) -> None:
    browser = clinic.signed_in()
    assert browser.get(f"/api/v1/sessions/{clinic.session(browser)}/readings?{query}").status_code == 400


def test_a_bundle_is_sent_in_pieces_that_make_one_document_and_is_audited(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    session_id = clinic.session(browser)
    store_readings(clinic, session_id)
    clinic.office.time.passed_s = 3600
    browser = clinic.signed_in()
    reply = browser.get(f"/api/v1/sessions/{session_id}/export.fhir.json")
    assert reply.content_type == "application/fhir+json; charset=utf-8"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="session-{session_id}.fhir.json"'
    kinds = Counter(one["resource"]["resourceType"] for one in json.loads(reply.text)["entry"])
    assert (kinds["Observation"], kinds["Patient"], kinds["Device"]) == (60, 1, 2)
    trail = clinic.signed_in(Role.ADMINISTRATOR).get(f"/api/v1/audit?about=session%20{session_id}").json
    assert [entry["facts"]["kind"] for entry in trail if entry["action"] == "exported"] == ["fhir"]


def test_a_bundle_carries_the_printed_record_and_goes_without_it_when_it_cannot_be_drawn(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = clinic.signed_in()
    address = f"/api/v1/sessions/{clinic.session(browser)}/export.fhir.json"
    resources = [one["resource"] for one in json.loads(browser.get(address).text)["entry"]]
    (paper,) = [one for one in resources if one["resourceType"] == "DocumentReference"]
    assert paper["docStatus"] == "preliminary"
    assert base64.b64decode(paper["content"][0]["attachment"]["data"]).startswith(b"%PDF-")

    def fails(press: Press, paper: Paper) -> bytes:
        raise NotPrinted("The paper could not be drawn.")

    monkeypatch.setattr(Press, "pdf", fails)
    without = [one["resource"]["resourceType"] for one in json.loads(browser.get(address).text)["entry"]]
    assert "DocumentReference" not in without
    assert without.count("Patient") == 1


def test_refused_and_unassigned_messages_are_shown_as_text(clinic: Clinic) -> None:
    raw = b"MSH|^~\\&|X\rPID|\x00\xff"
    clinic.office.store.write(
        Batch(
            quarantine=tuple(QuarantineRow(START_AT, "10.0.0.1", f"reason {n}", "AE", "c1", raw) for n in range(3)),
            unassigned=(UnassignedRow(START_AT, "10.0.0.1", "X", "BED9", None, "no such bed", raw),),
        )
    )
    browser = clinic.signed_in()
    refused = browser.get("/api/v1/quarantine?limit=2").json
    assert [one["reason"] for one in refused] == ["reason 2", "reason 1"]
    assert refused[0]["text"] == "MSH|^~\\&|X\nPID|\\x00\\xff"
    older = browser.get(f"/api/v1/quarantine?before={refused[-1]['id']}").json
    assert [one["reason"] for one in older] == ["reason 0"]
    assert browser.get("/api/v1/unassigned").json[0]["bed"] == "BED9"


def test_a_new_persons_password_is_shown_once_and_must_be_changed(clinic: Clinic) -> None:
    admin = clinic.signed_in(Role.ADMINISTRATOR)
    made = admin.post("/api/v1/people", name="eva", printed_name="Eva Weiss RN", role="nurse")
    assert made.status_code == 201
    assert clinic.browser().sign_in("eva", made.json["one_time_password"]).location == "/password"
    assert made.json["one_time_password"] not in admin.get("/api/v1/people").text
    assert admin.post("/api/v1/people", name="EVA", printed_name="x", role="nurse").status_code == 409
    assert admin.post("/api/v1/people", name="tom", printed_name="x", role="king").status_code == 400
    reset = admin.post(f"/api/v1/people/{made.json['id']}/reset")
    assert clinic.browser().sign_in("eva", reset.json["one_time_password"]).status_code == 302


def test_a_programs_token_is_shown_once_to_an_administrator_only(clinic: Clinic) -> None:
    admin = clinic.signed_in(Role.ADMINISTRATOR)
    made = admin.post("/api/v1/tokens", name="lab", role="integration")
    assert made.status_code == 201
    answer = clinic.app.test_client().get(
        "/api/v1/chairs", base_url=ORIGIN, headers={"Authorization": f"Bearer {made.json['token']}"}
    )
    assert answer.status_code == 200
    assert made.json["token"] not in admin.get("/api/v1/people").text
    assert admin.post("/api/v1/tokens", name="lab", role="integration").status_code == 409
    assert clinic.signed_in(Role.NURSE).post("/api/v1/tokens", name="other", role="nurse").status_code == 403


def test_a_patient_or_session_asked_for_twice_with_one_request_id_is_made_once(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    patient = {"request_id": "r-1", "hospital_id": "TWICE", "family_name": "Kowal", "given_name": "Maria"}
    first, again = (browser.post("/api/v1/patients", **patient) for _ in range(2))
    assert (again.status_code, again.json) == (first.status_code, first.json) == (201, first.json)
    session = {"request_id": "r-2", "patient_id": first.json["id"], "chair_id": clinic.chair_id}
    first, again = (browser.post("/api/v1/sessions", **session) for _ in range(2))
    assert (again.status_code, again.json) == (first.status_code, first.json) == (201, first.json)
    assert len(browser.get(f"/api/v1/sessions?patient_id={session['patient_id']}").json) == 1
    assert len(browser.get("/api/v1/patients?query=TWICE").json) == 1


def test_a_request_id_used_for_something_else_is_a_conflict_and_is_its_owners_own(clinic: Clinic) -> None:
    browser, other = clinic.signed_in(), clinic.signed_in(Role.PHYSICIAN)
    patient = {"request_id": "r-1", "hospital_id": "A1", "family_name": "Kowal", "given_name": "Maria"}
    assert browser.post("/api/v1/patients", **patient).status_code == 201
    assert browser.post("/api/v1/patients", **{**patient, "hospital_id": "A2"}).status_code == 409
    assert other.post("/api/v1/patients", **{**patient, "hospital_id": "A3"}).status_code == 201
    session = browser.post("/api/v1/sessions", request_id="r-1", patient_id=1, chair_id=clinic.chair_id)
    assert session.status_code == 409
