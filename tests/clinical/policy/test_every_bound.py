"""What every number of a policy may be, and what is said when it is not: a bound does not move unseen."""

from tests.clinical.policy.write_bounds import BOUNDS, every_bound


def test_the_refusals_of_every_number_are_those_that_were_read_and_agreed():
    assert every_bound() == BOUNDS.read_text(encoding="utf-8"), "python -m tests.clinical.policy.write_bounds"
