"""How long the journal shows relief: pain 8 before, so up to 5.6 is relief."""

from datetime import timedelta

from monitor.clinical.outcomes.facts import JournalLine
from monitor.clinical.outcomes.relief import JournalRelief, journal_relief
from tests.clinical.outcomes.series import DAY, HOUR, POLICY, START, utc_day

END = START + HOUR


def relief(*entries: tuple[float, int], baseline: float | None = 8, days: int = 10) -> JournalRelief:
    lines = [JournalLine(END + timedelta(hours=hours), pain) for hours, pain in entries]
    return journal_relief(lines, baseline, (END, END + days * DAY), POLICY.response, utc_day)


def test_relief_lasted_to_the_last_entry_that_shows_it() -> None:
    found = relief((6, 3), (24, 4), (30, 7), (40, 2))
    assert (found.relief_h, found.at_least) == (24, False)


def test_relief_whose_end_nobody_saw_is_told_as_at_least() -> None:
    found = relief((6, 3), (24, 4), (30, 5))
    assert (found.relief_h, found.at_least, found.says) == (30, True, "no return of the pain recorded")


def test_a_silence_of_the_journal_is_not_counted_as_relief() -> None:
    found = relief((6, 3), (24, 4), (24 + 49, 3))
    assert (found.relief_h, found.at_least, found.says) == (24, True, "then the journal is silent")


def test_without_an_entry_soon_after_the_infusion_nothing_is_known() -> None:
    assert relief((50, 1), (60, 1), (70, 1)).relief_h is None


def test_too_few_entries_are_unknown_and_not_zero() -> None:
    found = relief((6, 1), (24, 1))
    assert (found.relief_h, found.says) == (None, "2 of at least 3 entries")


def test_pain_at_once_is_no_relief_at_all() -> None:
    assert relief((1, 8), (6, 7), (12, 8)).relief_h == 0


def test_without_a_baseline_no_day_is_a_day_of_relief() -> None:
    found = relief((6, 0), (24, 0), (30, 0), baseline=None)
    assert (found.relief_h, found.days_of_relief, found.days_recorded) == (None, 0, 2)


def test_a_day_with_one_bad_entry_is_no_day_of_relief_and_a_day_without_entries_is_not_recorded() -> None:
    found = relief((2, 3), (5, 9), (24, 4), (48, 4), (120, 4))
    assert (found.days, found.days_recorded, found.days_of_relief) == (11, 4, 3)
