"""What a series did, and how honest it is about what nobody recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.outcomes.facts import FollowUpFacts, Graded, JournalLine, Reached, Scored, SeriesFacts
from monitor.clinical.outcomes.response import RELIEF, ResponseClass
from monitor.clinical.outcomes.series_outcome import wanted_of
from monitor.clinical.policy.outcome_parts import Measure
from tests.clinical.outcomes.series import (
    DAY,
    HOUR,
    POLICY,
    START,
    all_told,
    infusion,
    infusions,
    outcome,
    seen,
    told,
)


def test_a_series_without_an_infusion_has_no_response() -> None:
    found = outcome(SeriesFacts())
    assert (found.response.result, found.response.says) == (ResponseClass.UNKNOWN, "no infusion yet")
    assert (found.follow_ups.recorded, found.follow_ups.of, found.cumulative_mg) == (0, 0, 0)


def test_the_newest_follow_up_is_compared_with_the_pain_before_the_first_infusion() -> None:
    given_ = infusions(3)
    found = outcome(SeriesFacts(given_, all_told(given_, 4)))
    assert (found.response.result, found.response.percent) == (ResponseClass.SUBSTANTIAL, 50)
    assert (found.follow_ups.recorded, found.follow_ups.of) == (7, 7)


def test_a_missing_later_follow_up_makes_the_response_unknown_and_the_last_known_stands_beside_it() -> None:
    given_ = infusions(3)
    found = outcome(SeriesFacts(given_, all_told(given_, 4)[:-1]))
    assert (found.response.result, found.response.last_known) == (ResponseClass.UNKNOWN, ResponseClass.SUBSTANTIAL)
    assert (found.follow_ups.recorded, found.follow_ups.of, len(found.follow_ups.missing)) == (6, 7, 1)


def test_a_follow_up_that_is_not_late_yet_is_not_missing() -> None:
    given_ = infusions(1)
    asked = all_told(given_, 4)
    found = outcome(SeriesFacts(given_, asked[:2]), now=asked[2].due_at + HOUR)
    assert found.response.result is ResponseClass.SUBSTANTIAL


def test_somebody_given_up_is_missing_and_never_relieved() -> None:
    given_ = infusions(1)
    asked = [replace(one, reached=Reached.NO, pain={}) for one in all_told(given_, 2)]
    found = outcome(SeriesFacts(given_, tuple(asked)))
    assert found.response.result is ResponseClass.UNKNOWN
    assert (found.follow_ups.recorded, found.follow_ups.of) == (0, 5)


def test_after_a_word_to_ask_no_more_no_later_follow_up_is_missing_and_relief_is_unknown() -> None:
    given_ = infusions(1)
    asked = all_told(given_, 2)
    stop = replace(asked[2], reached=Reached.STOP, pain={})
    found = outcome(SeriesFacts(given_, (*asked[:2], stop)))
    assert (found.follow_ups.recorded, found.follow_ups.of) == (2, 3)
    assert (found.response.result, found.response.last_known) == (ResponseClass.UNKNOWN, ResponseClass.SUBSTANTIAL)


def test_another_measure_never_stands_in() -> None:
    now_only = infusion(1, seen(START - HOUR, 8, Measure.NOW))
    found = outcome(SeriesFacts((now_only,), all_told((now_only,), 2)))
    assert (found.response.result, found.baseline) == (ResponseClass.UNKNOWN, None)


def test_pain_now_is_told_before_and_after_each_infusion() -> None:
    pain = (seen(START - 2 * HOUR, 9, Measure.NOW), seen(START - HOUR, 8, Measure.NOW))
    after = (seen(START + HOUR / 2, 1, Measure.NOW), seen(START + 2 * HOUR, 5, Measure.NOW))
    (found,) = outcome(SeriesFacts((infusion(1, *pain, *after),))).infusions
    assert found.before is not None
    assert found.after is not None
    assert (found.before.value, found.after.value, found.percent) == (8, 5, 37.5)
    assert found.result is ResponseClass.MODERATE


def test_pain_before_the_next_infusion_counts_for_the_series_and_what_the_drug_does_within_hours_does_not() -> None:
    first, second = infusion(1, seen(START - HOUR, 8), seen(START + 2 * HOUR, 0)), infusion(2)
    early = START + 2 * DAY
    assert outcome(SeriesFacts((first,)), now=early).response.result is ResponseClass.UNKNOWN
    again = replace(second, pain=(seen(second.started_at - HOUR, 5),))
    found = outcome(SeriesFacts((first, again)), now=second.started_at + HOUR)
    assert (found.response.result, found.response.percent) == (ResponseClass.MODERATE, 37.5)


def test_opioids_and_function_are_compared_with_the_last_total_before_the_first_infusion() -> None:
    given_ = infusions(1)
    asked = told(wanted_of(SeriesFacts(given_), POLICY.follow_up)[0], {"average": 5})
    later = replace(asked, mme=Scored(asked.at, 60), interference=Scored(asked.at, 4.0))
    early = (Scored(START - 9 * DAY, 90), Scored(START - HOUR, 80))
    found = outcome(SeriesFacts(given_, (later,), mme=early, interference=(Scored(START - HOUR, 6.0),)))
    assert (found.opioids.percent_less, found.function.less) == (25, 2.0)


def test_a_total_that_cannot_be_told_is_no_reduction() -> None:
    given_ = infusions(1)
    asked = told(wanted_of(SeriesFacts(given_), POLICY.follow_up)[0], {})
    later = replace(asked, mme=Scored(asked.at, None))
    found = outcome(SeriesFacts(given_, (later,), mme=(Scored(START - HOUR, 80),)))
    assert (found.opioids.newest, found.opioids.percent_less) == (Scored(asked.at, None), None)


def test_side_effects_told_later_belong_to_their_infusion() -> None:
    given_ = infusions(1)
    asked = told(wanted_of(SeriesFacts(given_), POLICY.follow_up)[0], {})
    later = replace(asked, side_effects=(Graded(asked.at, "nausea", 2),), relief_h=30)
    during = replace(given_[0], events=(Graded(START, "dizziness", 1),))
    (found,) = outcome(SeriesFacts((during,), (later,))).infusions
    assert (found.worst_grade, len(found.events), found.reported_relief_h) == (2, 2, 30)


def test_the_journal_between_two_infusions_speaks_of_the_first_of_them() -> None:
    given_ = infusions(2)
    lines = tuple(JournalLine(START + timedelta(hours=hours), 3) for hours in (6, 20, 30, 100))
    first, second = outcome(SeriesFacts(given_, journal=lines)).infusions
    assert first.journal is not None
    assert second.journal is not None
    assert (first.journal.entries, second.journal.entries) == (3, 1)


def test_one_unknown_dose_makes_the_whole_unknown() -> None:
    assert outcome(SeriesFacts((infusion(1), infusion(2)))).cumulative_mg == 70
    assert outcome(SeriesFacts((infusion(1), infusion(2, mg=None)))).cumulative_mg is None


PAINS = st.lists(st.integers(0, 10), min_size=8, max_size=8)


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 10), PAINS, st.data())
def test_what_is_missing_never_improves_the_response(
    count: int, baseline: int, pains: list[int], data: st.DataObject
) -> None:
    given_ = infusions(count, baseline)
    wanted = wanted_of(SeriesFacts(given_), POLICY.follow_up)
    whole = tuple(told(due, {"average": pain}) for due, pain in zip(wanted, pains, strict=False))
    before = outcome(SeriesFacts(given_, whole)).response.result
    lost = data.draw(st.integers(0, len(whole) - 1))
    fewer = _without(whole, lost, emptied=data.draw(st.booleans()))
    after = outcome(SeriesFacts(given_, fewer)).response.result
    assert after is before or after is ResponseClass.UNKNOWN
    assert outcome(SeriesFacts(infusions(count, None), whole)).response.result not in RELIEF


def _without(asked: tuple[FollowUpFacts, ...], lost: int, *, emptied: bool) -> tuple[FollowUpFacts, ...]:
    """Without one of them, or with one that told no pain."""
    kept = [*asked[:lost], *([replace(asked[lost], pain={})] if emptied else []), *asked[lost + 1 :]]
    return tuple(kept)


@pytest.mark.parametrize("reached", [Reached.ATTEMPT, Reached.NO])
def test_a_pain_beside_somebody_who_was_not_reached_counts_for_nothing(reached: Reached) -> None:
    given_ = infusions(1)
    asked = tuple(replace(one, reached=reached) for one in all_told(given_, 0))
    assert outcome(SeriesFacts(given_, asked)).response.newest is None
