"""Sedation, pain and dissociation are due by the policy's schedule, in each phase."""

from datetime import UTC, datetime, timedelta

from monitor.clinical.schedule import next_scores
from monitor.provisions import read_policy

SCHEDULE = read_policy("adult-ketamine")[0].score_schedule
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(at: float) -> datetime:
    return START + timedelta(minutes=at)


def due(ended: float | None = None, **last: float) -> dict[str, float]:
    """look -> minutes after the start."""
    seen = {look: minutes(at) for look, at in last.items()}
    found = next_scores(SCHEDULE, START, None if ended is None else minutes(ended), seen)
    return {one.look: (one.at - START).total_seconds() / 60 for one in found}


def test_from_the_start_on_each_is_due_and_what_was_scored_before_it_counts_not():
    assert due(sedation=-20, pain=-20, dissociation=-20) == {"sedation": 15, "pain": 15, "dissociation": 40}


def test_a_score_puts_the_next_one_off_by_its_interval():
    assert due(sedation=14, pain=20) == {"sedation": 29, "pain": 35, "dissociation": 40}


def test_after_the_infusion_the_intervals_of_recovery_hold():
    assert due(ended=60, sedation=58, pain=58, dissociation=41) == {"sedation": 73, "pain": 88}


def test_an_infusion_that_ends_early_asks_for_dissociation_at_its_end():
    assert due(ended=25)["dissociation"] == 25
