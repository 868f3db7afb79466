"""What one question of the discharge gate found. Law: UNKNOWN is never MET; a criterion is as bad as its worst part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Result(StrEnum):
    """The answer to a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"  # nothing to judge by, or too old: never as good as MET


class CriterionKind(StrEnum):
    """Who must do something about it: the monitor, a nurse who scores, a person who confirms."""

    AUTOMATIC = "automatic"
    SCORE = "score"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer with its evidence; `expected_at` when time alone should make it MET, None when it will not."""

    result: Result
    evidence: str
    since: datetime | None = None  # MET since
    expected_at: datetime | None = None
    held_s: float | None = None
    needed_s: float | None = None


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of the gate; `words` is its title, with the policy's numbers."""

    id: str
    words: str
    kind: CriterionKind
    result: Result
    evidence: str
    since: datetime | None = None
    expected_at: datetime | None = None
    held_s: float | None = None
    needed_s: float | None = None


def met(evidence: str, since: datetime | None = None) -> Finding:
    """The criterion holds."""
    return Finding(Result.MET, evidence, since)


def not_met(evidence: str, expected_at: datetime | None = None) -> Finding:
    """It does not hold."""
    return Finding(Result.NOT_MET, evidence, expected_at=expected_at)


def unknown(evidence: str, expected_at: datetime | None = None) -> Finding:
    """It cannot be said."""
    return Finding(Result.UNKNOWN, evidence, expected_at=expected_at)


def worst(findings: Sequence[Finding]) -> Result:
    """NOT_MET before UNKNOWN before MET; nothing asked is UNKNOWN."""
    results = {finding.result for finding in findings}
    if Result.NOT_MET in results:
        return Result.NOT_MET
    return Result.MET if results == {Result.MET} else Result.UNKNOWN


def all_expected(parts: Sequence[Finding] | Sequence[CriterionResult]) -> datetime | None:
    """When time alone should have met all that is open; None when one of them needs more than time, or none is open."""
    expected = [part.expected_at for part in parts if part.result is not Result.MET]
    known = [at for at in expected if at is not None]
    return max(known) if known and len(known) == len(expected) else None


def criterion(criterion_id: str, words: str, kind: CriterionKind, findings: Sequence[Finding]) -> CriterionResult:
    """Several findings as one criterion."""
    result = worst(findings)
    held = [f for f in findings if f.held_s is not None and f.needed_s is not None]
    least = min(held, key=lambda f: f.held_s or 0.0, default=None)
    since = [f.since for f in findings if f.since is not None]
    return CriterionResult(
        id=criterion_id,
        words=words,
        kind=kind,
        result=result,
        evidence=" · ".join(f.evidence for f in findings if f.evidence),
        since=max(since, default=None) if result is Result.MET else None,
        expected_at=all_expected(findings),
        held_s=None if least is None else least.held_s,
        needed_s=None if least is None else least.needed_s,
    )
