"""RASS at discharge. Law: calm passes, a little drowsy passes only when a physician has accepted it at that value.

Source: CLINICAL.md §4.5 (5).
"""

from datetime import datetime

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.findings import Finding, Result, met, not_met
from monitor.clinical.discharge.scores import one_score
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.scores.scales import total


def may_accept(policy: DischargePolicy, rass: int) -> bool:
    """Whether a physician may let a patient go at this RASS."""
    return policy.rass_equals - policy.rass_drowsy_by <= rass < policy.rass_equals


def calm(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> Finding:
    """(5) The newest RASS is calm, or drowsy and accepted."""
    found = one_score(policy, evidence, "rass", lambda value: value == policy.rass_equals, now)
    if found.result is not Result.NOT_MET:
        return found
    at, items = evidence.scores["rass"][-1]
    rass = total("rass", items)
    if not may_accept(policy, rass):
        return found
    accepted = [
        one
        for one in evidence.rass_accepted
        if one.value <= rass and evidence.ended_at is not None and evidence.ended_at <= one.at <= now
    ]
    if not accepted:
        return not_met(f"{found.evidence}, a physician may accept it")
    return met(f"{found.evidence}, accepted by {accepted[-1].by}", max(at, accepted[-1].at))
