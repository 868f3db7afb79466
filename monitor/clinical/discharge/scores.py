"""The criteria that nurses answer: scores, wakefulness, perception, comfort, alarms, confirmations.

Laws
1. A score older than its freshness, or taken before the infusion ended, answers nothing.
2. A set that fails breaks the row of sets: two passing sets must be consecutive.

Source: CLINICAL.md §4.5 (2), (5) to (9).
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.findings import Finding, Result, met, not_met, unknown
from monitor.clinical.discharge.vitals import seconds
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.scores.scales import CONFIRMATIONS, confirmed, score_kinds, total

Items = Mapping[str, object]


def _since_end(evidence: DischargeEvidence, kind: str, now: datetime) -> list[tuple[datetime, Items]]:
    ended_at = evidence.ended_at
    if ended_at is None:
        return []
    return [(at, items) for at, items in evidence.scores.get(kind, ()) if ended_at <= at <= now]


def scored_twice(policy: DischargePolicy, evidence: DischargeEvidence, kind: str, least: int, now: datetime) -> Finding:
    """(2) The last sets in a row pass (total, and no item of 0), the first and newest far enough apart."""
    title = score_kinds()[kind].title
    sets = _since_end(evidence, kind, now)
    if not sets:
        return unknown(f"{title} not scored")
    newest_at, newest = sets[-1]
    words = f"{title} {total(kind, newest)}"
    if now - newest_at > seconds(policy.episodic_fresh_s):
        return unknown(f"{words}, score again")
    first_at = None
    for at, items in reversed(sets):
        if total(kind, items) < least or 0 in items.values():
            break
        first_at = at
    if first_at is None:
        zero = [name for name, value in newest.items() if value == 0]
        return not_met(words + (f", {zero[0].replace('_', ' ')} 0" if zero else f" < {least}"))
    second_at = first_at + seconds(policy.sets_apart_s)
    if newest_at >= second_at:
        return met(words, newest_at)
    words = f"{words}, second set {policy.sets_apart_s / 60:g} min after the first"
    passed_s = min((now - first_at).total_seconds(), policy.sets_apart_s)
    return Finding(Result.NOT_MET, words, None, second_at, passed_s, policy.sets_apart_s)


def one_score(
    policy: DischargePolicy, evidence: DischargeEvidence, kind: str, passes: Callable[[int], bool], now: datetime
) -> Finding:
    """A scale answered by the total of its newest set."""
    title = score_kinds()[kind].title
    sets = _since_end(evidence, kind, now)
    if not sets:
        return unknown(f"{title} not assessed")
    at, items = sets[-1]
    value = total(kind, items)
    if now - at > seconds(policy.episodic_fresh_s):
        return unknown(f"{title} {value}, {(now - at).total_seconds() / 60:.0f} min old")
    return met(f"{title} {value}", at) if passes(value) else not_met(f"{title} {value}")


def against_baseline(
    policy: DischargePolicy, evidence: DischargeEvidence, kind: str, most: int | None, now: datetime
) -> Finding:
    """A scale that must be at most this, or at most its own value before the infusion."""
    base = evidence.baseline_scores.get(kind)
    sets = _since_end(evidence, kind, now)
    if base is None and most is None and sets and total(kind, sets[-1][1]) > 0:
        return unknown(f"{score_kinds()[kind].title} {total(kind, sets[-1][1])}, no baseline")
    limit = max(base or 0, most or 0)
    found = one_score(policy, evidence, kind, lambda value: value <= limit, now)
    if base is None:
        return found
    return Finding(found.result, f"{found.evidence}, baseline {base}", found.since)


def no_high_alarm(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> Finding:
    """(8) No High alarm present in the last half hour, and none that nobody has acknowledged."""
    counted = [alarm for alarm in evidence.high_alarms if not alarm.artefact]
    unseen = [alarm for alarm in evidence.high_alarms if not alarm.acknowledged]
    if unseen:
        return not_met(f"{unseen[-1].words}: not acknowledged")
    present = [alarm for alarm in counted if alarm.ended_at is None]
    if present:
        return not_met(f"{present[-1].words}: still present")
    last = max(counted, key=lambda alarm: alarm.ended_at or now, default=None)
    if last is None or last.ended_at is None:
        return met("no High alarm", evidence.ended_at)
    free_at = last.ended_at + seconds(policy.no_high_s)
    words = f"last: {last.words}"
    return met(words, free_at) if now >= free_at else not_met(words, free_at)


def drugs_waited(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> Finding:
    """(8) Long enough after a reversal or rescue drug."""
    free = [
        (at + seconds(policy.waits_s[name]), name)
        for at, name in evidence.drugs
        if at <= now and name in policy.waits_s
    ]
    if not free:
        return met("")
    free_at, name = max(free)
    words = f"{policy.waits_s[name] / 60:g} min after {name}"
    return met(words, free_at) if now >= free_at else not_met(words, free_at)


def confirmations(policy: DischargePolicy, evidence: DischargeEvidence) -> Finding:
    """(9) Every item confirmed; the newest word on an item counts. What nobody has said is UNKNOWN, a no is NOT MET."""
    said: dict[str, tuple[datetime, bool]] = {}
    for at, items in evidence.scores.get(CONFIRMATIONS, ()):
        said.update({name: (at, confirmed(name, value)) for name, value in items.items()})
    wanted = policy.confirmations
    yes = [said[name][0] for name in wanted if name in said and said[name][1]]
    words = f"{len(yes)} of {len(wanted)} manual items confirmed"
    if len(yes) == len(wanted):
        return met(words, max(yes, default=None))
    denied = [name for name in wanted if name in said and not said[name][1]]
    return not_met(f"{words}, not: {denied[0].replace('_', ' ')}") if denied else unknown(words)
