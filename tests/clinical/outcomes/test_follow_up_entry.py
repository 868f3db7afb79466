"""What is taken as a follow-up."""

from dataclasses import replace

import pytest

from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.outcomes.follow_up_entry import FollowUpEntry, SideEffect, check_follow_up
from monitor.errors import Refused

WHOLE = FollowUpEntry(
    Reached.YES,
    {"worst": 6, "least": 2, "average": 4, "now": 3},
    36.5,
    (SideEffect("nausea", 1),),
    ({"drug": "oxycodone", "route": "oral", "dose": 10, "times_a_day": 2},),
    {"mood": 2, "sleep": 4, "walking": 3, "work": 3},
)


def test_a_whole_entry_adds_up() -> None:
    found = check_follow_up(WHOLE, 50)
    assert found.opioids is not None
    assert (found.opioids.total, found.interference) == (30, 3)


def test_what_was_not_asked_is_unknown_and_none_taken_is_zero() -> None:
    assert check_follow_up(FollowUpEntry(Reached.YES, {"now": 3}), 50).opioids is None
    none_taken = check_follow_up(FollowUpEntry(Reached.YES, opioids=()), 50).opioids
    assert none_taken is not None
    assert none_taken.total == 0


def test_a_drug_without_a_factor_leaves_the_total_unknown() -> None:
    patch = {"drug": "buprenorphine", "route": "any", "dose": 1, "times_a_day": 1}
    found = check_follow_up(replace(WHOLE, opioids=(*(WHOLE.opioids or ()), patch)), 50)
    assert found.opioids is not None
    assert found.opioids.total is None


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (FollowUpEntry(Reached.YES), "Nothing was told"),
        (FollowUpEntry(Reached.NO, {"now": 3}), "not reached told nothing"),
        (FollowUpEntry(Reached.ATTEMPT, side_effects=()), "not reached told nothing"),
        (FollowUpEntry(Reached.STOP), "why nobody is to ask again"),
        (replace(WHOLE, pain={"worst": 3, "least": 4}), "least 4 is above worst 3"),
        (replace(WHOLE, pain={"worst": 3, "average": 4}), "average 4 is above worst 3"),
        (replace(WHOLE, pain={"least": 5, "now": 4}), "least 5 is above now 4"),
        (replace(WHOLE, pain={"now": 11}), "from 0 to 10"),
        (replace(WHOLE, pain={"strongest": 1}), "no item"),
        (replace(WHOLE, relief_h=-1), "not between 0"),
        (replace(WHOLE, side_effects=(SideEffect("nausea", 4),)), "has no grade 4"),
        (replace(WHOLE, side_effects=(SideEffect("nausea", 0),)), "leave it out"),
        (replace(WHOLE, side_effects=(SideEffect("Nausea", 1), SideEffect("nausea ", 2))), "entered twice"),
        (replace(WHOLE, side_effects=(SideEffect("x", 1),) * 13), "at most 12"),
        (replace(WHOLE, opioids=({"drug": "coffee", "route": "oral", "dose": 1},)), "not in the CDC 2022 table"),
    ],
)
def test_what_cannot_be_so_is_refused_with_a_sentence(entry: FollowUpEntry, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check_follow_up(entry, 50)


@pytest.mark.parametrize("reached", [Reached.ATTEMPT, Reached.NO])
def test_whoever_was_not_reached_needs_no_answers(reached: Reached) -> None:
    assert check_follow_up(FollowUpEntry(reached, note="no answer"), 50).opioids is None
