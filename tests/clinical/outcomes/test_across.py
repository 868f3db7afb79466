"""What infusions say together, and what they do not."""

from dataclasses import replace
from datetime import timedelta

from monitor.clinical.outcomes.across import dose_response, events_by_kind, relief_days
from monitor.clinical.outcomes.facts import Graded, JournalLine, Scored, SeriesFacts
from monitor.clinical.policy.outcome_parts import Measure
from tests.clinical.outcomes.series import DAY, HOUR, START, all_told, infusion, infusions, outcome, seen


def pained(number: int, before: float, after: float | None, mg: float | None = 35.0):
    at = START + (number - 1) * 3 * DAY
    pain = [seen(at - HOUR, before, Measure.NOW)]
    pain += [] if after is None else [seen(at + 2 * HOUR, after, Measure.NOW)]
    return infusion(number, *pain, mg=mg)


def test_a_pair_needs_a_dose_and_both_pains_and_says_of_how_many():
    given = (pained(1, 8, 4), pained(2, 8, None), pained(3, 8, 2, mg=None), pained(4, 5, 6, mg=70))
    found = dose_response(outcome(SeriesFacts(given)).infusions)
    assert [(one.number, one.given_mg_per_kg, one.percent_less) for one in found.pairs] == [(1, 0.5, 50), (4, 1, -20)]
    assert (found.of, found.are_few) == (4, True)


def test_days_of_relief_are_summed_over_infusions_and_unknown_without_a_journal():
    lines = tuple(JournalLine(START + timedelta(hours=12 * n), 3 if n < 5 else 8) for n in range(1, 9))
    given = infusions(2)
    assert relief_days(outcome(SeriesFacts(given)).infusions) is None
    found = relief_days(outcome(SeriesFacts(given, journal=lines), now=START + 6 * DAY).infusions)
    assert found is not None
    assert found.of_relief < found.recorded < found.passed


def test_events_are_gathered_by_kind_with_their_worst_grade_first():
    first = replace(infusion(1), events=(Graded(START, "Nausea", 1), Graded(START, "Headache", 2)))
    second = replace(infusion(2), events=(Graded(START, "nausea ", 3),))
    found = events_by_kind(outcome(SeriesFacts((first, second))).infusions)
    assert [(one.words, one.count, one.worst_grade, one.infusions) for one in found] == [
        ("Nausea", 2, 3, (1, 2)),
        ("Headache", 1, 2, (1,)),
    ]


def test_a_severity_needs_all_four_pains_of_the_questionnaire():
    given = infusions(1)
    told = all_told(given, 4)
    whole = replace(told[0], pain={"worst": 6, "least": 2, "average": 4, "now": 4})
    found = outcome(SeriesFacts(given, (whole, *told[1:])))
    assert [one.value for one in found.severity] == [4]


def test_what_was_only_recorded_before_the_first_infusion_has_not_changed_by_nothing():
    before = Scored(START - HOUR, 7.0)
    found = outcome(SeriesFacts(infusions(1), severity=(before,))).severity_change
    assert (found.first, found.less, found.percent_less) == (before, None, None)
