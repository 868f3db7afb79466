"""How much less pain is how much relief."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.outcomes.response import ResponseClass, less_percent, response_class
from tests.clinical.outcomes.series import POLICY

ORDER = [ResponseClass.UNKNOWN, ResponseClass.NONE, ResponseClass.MODERATE, ResponseClass.SUBSTANTIAL]
PAIN = st.integers(0, 10)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (10, 8, ResponseClass.NONE),
        (10, 7, ResponseClass.MODERATE),  # 30 % exactly
        (7, 5, ResponseClass.NONE),  # 28.6 %
        (10, 5, ResponseClass.SUBSTANTIAL),  # 50 % exactly
        (6, 10, ResponseClass.NONE),
        (0, 0, ResponseClass.UNKNOWN),
        (None, 3, ResponseClass.UNKNOWN),
        (8, None, ResponseClass.UNKNOWN),
    ],
)
def test_relief_is_classed_by_the_percent_of_pain_that_went(
    before: int | None, after: int | None, expected: ResponseClass
) -> None:
    assert response_class(less_percent(before, after), POLICY.response) is expected


@settings(deadline=None)
@given(st.integers(1, 10), PAIN, PAIN)
def test_less_pain_is_never_a_lower_class(before: int, one: int, other: int) -> None:
    more, less = (response_class(less_percent(before, after), POLICY.response) for after in sorted((one, other)))
    assert ORDER.index(more) >= ORDER.index(less)
