"""A predicted end of the drug's effect moves only what is expected, never what is met."""

from dataclasses import replace

import pytest

from monitor.clinical.discharge.findings import Result
from tests.clinical.home_time import HOME, NOW, at, judged

WAITING = replace(HOME, ended_at=at(20))  # 55 of the 60 minutes since the end: only time is open


def test_only_time_is_open() -> None:
    open_criteria = [item.id for item in judged(WAITING).criteria if item.result is not Result.MET]
    assert open_criteria == ["time"]


EXPECTED = [(None, 80), (79, 80), (80, 80), (81, 81), (140, 140), (-30, 80)]


@pytest.mark.parametrize(("clear", "ready"), EXPECTED)
def test_the_later_of_criteria_and_prediction_is_expected(clear: float | None, ready: float) -> None:
    evidence = replace(WAITING, predicted_clear_at=None if clear is None else at(clear))
    assert judged(evidence).ready_at == at(ready)
    assert judged(evidence).criteria == judged(WAITING).criteria


def test_whoever_meets_every_criterion_is_ready_whatever_is_predicted() -> None:
    evidence = replace(HOME, predicted_clear_at=at(NOW + 100))
    assert judged(evidence) == judged(HOME)
    assert judged(evidence).all_met


def test_a_prediction_makes_no_promise_where_the_criteria_make_none() -> None:
    unknown = replace(HOME, scores={**HOME.scores, "gait": ()}, predicted_clear_at=at(NOW + 100))
    assert judged(unknown).ready_at is None
