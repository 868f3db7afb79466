"""Whom to ask today: the follow-ups that are due, the longest waiting first.

Law: each is asked for by the policy its session is pinned to; what has lapsed is missing, and no longer on the list.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.outcomes.due import WEEK, AskNoMore, Due, still_asked
from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.policy.outcome_parts import FollowUpPolicy
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.recorder.following_up import dues_of
from monitor.store.queries.follow_ups import (
    EndedInfusion,
    FollowUpRecord,
    ended_infusions,
    follow_ups_of_sessions,
    follow_ups_that_stop,
    policy_hashes,
)

Policies = Callable[[Connection, str], ClinicPolicy]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One follow-up to be done, with what was tried so far."""

    due: Due
    infusion: EndedInfusion
    attempts: tuple[FollowUpRecord, ...]


def waiting_follow_ups(connection: Connection, policies: Policies, now: datetime) -> list[Waiting]:
    """Every follow-up that is due now, the longest waiting first."""
    rules = {sha256: policies(connection, sha256) for sha256 in policy_hashes(connection)}
    if not rules:
        return []
    ended = _ended(connection, [one.follow_up for one in rules.values()], now)
    recorded: dict[tuple[int, int], list[FollowUpRecord]] = {}
    for follow_up in follow_ups_of_sessions(connection, [one.session_id for one in ended]):
        recorded.setdefault((follow_up.session_id, follow_up.week), []).append(follow_up)
    stops = _stops(connection, {one.series_id for one in ended if one.series_id is not None})
    waiting = []
    for one in ended:
        for due in still_asked(dues_of(one, rules[one.policy_sha256]), one.ended_at, stops.get(one.series_id or 0)):
            tried = recorded.get(due.name, [])
            if due.due_at <= now < due.lapses_at and all(each.reached == Reached.ATTEMPT for each in tried):
                waiting.append(Waiting(due, one, tuple(tried)))
    return sorted(waiting, key=lambda one: (one.due.due_at, one.due.session_id))


def _ended(connection: Connection, rules: Collection[FollowUpPolicy], now: datetime) -> list[EndedInfusion]:
    """The infusions any of the policies may still ask about."""
    soonest_s = min(one.next_day_after_s for one in rules)
    latest_s = max(one.next_day_lapses_s for one in rules)
    weeks = max(one.weekly_for for one in rules)
    next_day = (now - timedelta(seconds=latest_s), now - timedelta(seconds=soonest_s))
    return ended_infusions(connection, next_day, (now - (weeks + 1) * WEEK, now - WEEK))


def _stops(connection: Connection, series_ids: Collection[int]) -> dict[int, AskNoMore]:
    """The newest word that nobody is to ask again, by series."""
    found: dict[int, AskNoMore] = {}
    for one in follow_ups_that_stop(connection, series_ids):
        found[one.series_id or 0] = AskNoMore(one.at, one.due_at)
    return found
