"""What if: a stored session judged again under another policy, its alarms beside those of the record.

Laws
1. Computed and given back; nothing is stored, and nothing here says what happened: that are the stored alarms alone.
2. The session's own policy is judged again too. Where that does not say what was recorded, the answer says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.alarms.comparing import TOLERANCE_S, Episode, Pair, beside, episodes
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES
from monitor.errors import MonitorError, Refused
from monitor.hl7.codes import CodeTable
from monitor.hl7.source import SourceSettings
from monitor.recorder.replaying import Replay, StoredSession, stored_steps

Json = dict[str, object]


class NotJudged(MonitorError):
    """A session could not be judged again; its record is as it was."""

    code = "not_judged"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The record's alarms beside those of another policy."""

    stored: StoredSession
    own: ClinicPolicy
    other: ClinicPolicy
    pairs: tuple[Pair, ...]
    repeats_record: bool
    unmet: tuple[str, ...]


def what_if(
    stored: StoredSession,
    own: ClinicPolicy,
    other: ClinicPolicy,
    sources: Mapping[str, SourceSettings],
    codes: CodeTable,
) -> WhatIf:
    """Judge a session under another policy and under its own; raises Refused for one that was never watched."""
    require_watched(stored)
    fell = episodes(stored_steps(stored.alarms))
    again = Replay(stored, own, sources, codes).run()
    now = again if other.sha256 == own.sha256 else Replay(stored, other, sources, codes).run()
    faithful = all(pair.is_same for pair in beside(fell, episodes(again.steps)))
    return WhatIf(stored, own, other, tuple(beside(fell, episodes(now.steps))), faithful, tuple(now.unmet))


def require_watched(stored: StoredSession) -> datetime:
    """When watching began; raises Refused when it never did."""
    began_at = stored.began_at
    if began_at is None:
        raise Refused("Nobody was checked in to this session: nothing was judged, so there is nothing to judge again.")
    return began_at


def told(found: WhatIf) -> Json:
    """The comparison in JSON's own values; times ISO 8601 UTC, lengths in seconds, no word of who the patient is."""
    stored, began_at = found.stored, require_watched(found.stored)
    return {
        "session_id": stored.head.id,
        "simulated": stored.head.simulated,
        "still_running": stored.head.state not in {str(state) for state in FINAL_STATES},
        "from_at": began_at.isoformat(),
        "until_at": stored.ended_at.isoformat(),
        "watched_s": (stored.ended_at - began_at).total_seconds(),
        "readings": sum(len(row.values) for row in stored.rows),
        "own_policy": _named(found.own),
        "other_policy": _named(found.other),
        "repeats_record": found.repeats_record,
        "tolerance_s": TOLERANCE_S,
        "alarms": [_pair(pair) for pair in found.pairs],
        "acknowledgements_not_applied": len(found.unmet),
    }


def _named(policy: ClinicPolicy) -> Json:
    return {"id": policy.id, "version": str(policy.version), "sha256": policy.sha256}


def _pair(pair: Pair) -> Json:
    return {
        "where": "both" if pair.later_s is not None else "then" if pair.now is None else "now",
        "same": pair.is_same,
        "now_later_s": pair.later_s,
        "then": None if pair.then is None else _episode(pair.then),
        "now": None if pair.now is None else _episode(pair.now),
    }


def _episode(episode: Episode) -> Json:
    return {
        "rule": episode.rule_id,
        "kind": episode.kind,
        "priority": str(episode.priority),
        "words": episode.words,
        "from_at": episode.from_at.isoformat(),
        "to_at": None if episode.to_at is None else episode.to_at.isoformat(),
        "lasted_s": episode.lasted_s,
    }
