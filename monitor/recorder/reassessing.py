"""A physician's second look at a series, which the next infusion waits for.

Law: an answer names what it saw; when that is not what stands now, it is refused with what does. It is signed in its
own transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.outcomes.reassess import Asked, Decision, stopped
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import Actor
from monitor.recorder.sealing import Seal, SignedPaper
from monitor.recorder.series_record import asked_of, outcome_of, read_series
from monitor.security.roles import Action, require
from monitor.security.signatures import Meaning
from monitor.store.audit import append
from monitor.store.follow_ups import ReassessmentRow, insert_reassessment
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry
from monitor.store.signed_papers import Paper

Policies = Callable[[Connection, str], ClinicPolicy]


@dataclass(frozen=True, slots=True)
class Reassess:
    """What a physician decided about one rule, and the relief or grade they saw when they did."""

    series_id: int
    rule_id: str
    seen: float
    decision: Decision
    words: str
    person: Actor
    request: Request | None = None


def record_reassessment(connection: Connection, act: Reassess, policies: Policies, seal: Seal, now: datetime) -> int:
    """Its number (the first one's when asked again); raises Refused, Conflict, NotFound, NotAllowed."""
    require(act.person, Action.CLEAR)
    before = made_for(connection, act.request)
    if before is not None:
        return before
    read = read_series(connection, act.series_id, now)
    if read.policy_sha256 is None:
        raise NotFound("There is no such series with a session.")
    policy = policies(connection, read.policy_sha256)
    asked = {one.rule.id: one for one in asked_of(read, outcome_of(read, policy, now, seal.zone), policy)}
    stop = stopped(read.answers)
    found = asked.get(act.rule_id)
    if found is None and (stop is None or stop.rule_id != act.rule_id):
        raise Refused("Nothing asks for this reassessment now.", ("rule_id",))
    if found is not None:
        _require_same(found, act.seen)
    who = act.person
    seen, seen_words = (act.seen, "the series was stopped") if found is None else (found.seen, found.words)
    made = insert_reassessment(
        connection,
        ReassessmentRow(
            act.series_id, act.rule_id, seen, seen_words, act.decision.value, act.words, now,
            who.person_id, who.name,
        ),
    )  # fmt: skip
    remember(connection, act.request, made)
    patient_id = read.sessions[-1].patient_id
    seal.give_paper(connection, _signed(act, patient_id, made, (seen, seen_words), now))
    facts = {"rule": act.rule_id, "seen": seen_words, "decision": act.decision.value}
    append(connection, AuditEntry(now, who.name, "series.reassess", f"series {act.series_id}", who.person_id, facts))
    return made


def _signed(act: Reassess, patient_id: int, made: int, saw: tuple[float, str], now: datetime) -> SignedPaper:
    """The paper of it: the rule, what was seen, what was decided and why."""
    seen, seen_words = saw
    content: dict[str, object] = {"kind": "reassessment", "reassessment": made, "rule": act.rule_id, "words": act.words}
    return SignedPaper(
        paper=Paper.REASSESSMENT,
        patient_id=patient_id,
        series_id=act.series_id,
        replaces_id=None,
        request_id=f"reassessment-{made}",
        person=act.person,
        meaning=Meaning.REASSESSED,
        content={**content, "seen": seen, "seen_words": seen_words, "decision": act.decision.value},
        at=now,
    )


def _require_same(found: Asked, seen: float) -> None:
    if round(found.seen, 1) != round(seen, 1):
        raise Conflict(f"It is “{found.words}” now; you saw {seen:g}.", {"seen": round(found.seen, 1)})
