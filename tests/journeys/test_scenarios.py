"""Every outcome that a scenario's file promises is what a speeded clinic shows and keeps, over real sockets."""

import pytest

from simulators.expectations import Expectation
from tests.journeys.scenario_evidence import Evidence, gather, told

PROMISES = [(name, one) for name, scenario in told().items() for one in scenario.expected]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evidence]:
    return gather(tmp_path_factory.mktemp("scenarios"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "expected"), PROMISES, ids=[f"{name}: {one.words}" for name, one in PROMISES])
def test_a_scenario_comes_out_as_its_file_says(evidence: dict[str, Evidence], name: str, expected: Expectation) -> None:
    assert evidence[name].came_of(expected) is None
