"""Calls made from the API's own description, right and wrong, are answered as it says and never by a fault.

MONITOR_FAULT_RUNS is how many calls of each kind are made; a few, when it is not set.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from monitor.security.roles import GIVEN
from tests.server import Server

CALLS = int(os.environ.get("MONITOR_FAULT_RUNS", "4"))
ASKED_FIRST = ("nurse", "physician", "charge_nurse", "administrator")
ONE_KIND = settings(
    max_examples=CALLS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("described") / "clinic"
    yield (started := Server(folder, {"MONITOR_CHAIRS": "1=BED1,2=BED2", "MONITOR_WRITES_A_MINUTE": "100000"}))
    started.stop()


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    made = server.prepare({role.value: role for role in GIVEN})
    server.start()
    nurse = server.api(made["nurse"])
    for number in (1, 2):
        person = {
            "hospital_id": f"H{number}",
            "family_name": "Roe",
            "given_name": "Ann",
            "birth_date": f"196{number}-05-04",
        }
        patient = nurse.post("/patients", person)
        session = nurse.post("/sessions", {"patient_id": patient["id"], "chair_id": number})
        if number == 1:
            nurse.act(session["id"], "check_in")
    return made


def token_for(operation: Mapping[str, object], tokens: Mapping[str, str]) -> str:
    """Of a role that may, a clinical one first; of a nurse where everybody may."""
    roles = operation.get("x-roles") or ["nurse"]
    assert isinstance(roles, list)
    return tokens[next((role for role in ASKED_FIRST if role in roles), roles[0])]


@dataclass
class Caller:
    """Makes calls with one token; every second one is about something that is there."""

    server: Server
    token: str
    answered: Counter[int]
    made: int = 0

    def __call__(self, case: schemathesis.Case) -> None:
        self.made += 1
        if self.made % 2:
            numbers = (name for name, value in case.path_parameters.items() if isinstance(value, int))
            case.path_parameters.update(dict.fromkeys(numbers, 1))
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = case.call(base_url=f"{self.server.origin}/api/v1", headers=headers, timeout=20)
        self.answered[answer.status_code] += 1
        case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])


def test_every_call_that_the_description_allows_is_answered_without_a_fault(
    server: Server, tokens: dict[str, str]
) -> None:
    described = requests.get(f"{server.origin}/api/v1/openapi.json", timeout=10).json()
    answered: Counter[int] = Counter()
    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        operation = found.ok()
        caller = Caller(server, token_for(operation.definition.raw, tokens), answered)

        @ONE_KIND
        @given(case=operation.as_strategy())
        def call(case: schemathesis.Case) -> None:
            caller(case)  # noqa: B023  # called before the next caller is made

        call()
    assert {200, 201, 400, 404, 409, 422} <= answered.keys(), answered
    assert answered.total() > 2 * len(described["paths"])
