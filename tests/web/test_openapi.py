"""The description of the API is valid, complete and made from what the routes declare."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from monitor.clinical.session import TRANSITIONS
from monitor.web.api.event_bodies import ANY_EVENT
from tests.web.clinic import Clinic


def test_the_description_is_valid_openapi_3_1(clinic: Clinic) -> None:
    described = clinic.browser().get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_every_api_route_is_described_and_nothing_else(clinic: Clinic) -> None:
    described = clinic.browser().get("/api/v1/openapi.json").json
    found = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in clinic.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == found


def test_what_the_contract_promises_is_there(clinic: Clinic) -> None:
    paths = clinic.browser().get("/api/v1/openapi.json").json["paths"]
    promised = """
        get /patients | post /patients | get /chairs | put /chairs/{chair_id} | get /sessions | post /sessions
        get /sessions/{session_id} | post /sessions/{session_id}/events | get /sessions/{session_id}/scores
        post /sessions/{session_id}/scores | get /sessions/{session_id}/readings | get /sessions/{session_id}/alarms
        post /sessions/{session_id}/alarms/{alarm_id}/acknowledge | get /sessions/{session_id}/discharge
        post /sessions/{session_id}/discharge/sign | post /sessions/{session_id}/discharge/override
        get /sessions/{session_id}/export.csv | get /sessions/{session_id}/export.json
        get /sessions/{session_id}/export.pdf
        get /sessions/{session_id}/figure | get /unassigned | get /quarantine | get /audit
        get /quarantine/{quarantine_id}/explanation | get /unassigned/{unassigned_id}/explanation
        post /intake/explain
    """
    for method, path in re.findall(r"(get|post|put) (\S+)", promised):
        assert method in paths[path], f"{method} {path}"


def test_every_operation_has_its_own_name_a_summary_and_says_who_may(clinic: Clinic) -> None:
    paths = clinic.browser().get("/api/v1/openapi.json").json["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["summary"].endswith(".")
        assert operation.get("security") == [] or operation["x-roles"]


def test_every_event_of_the_course_has_its_body(clinic: Clinic) -> None:
    events = {str(event) for row in TRANSITIONS.values() for event in row}
    assert set(ANY_EVENT.json_schema()["discriminator"]["mapping"]) == events
