"""What a patient is said to be allergic to, and whether a drug is meant by it.

Laws
1. Nobody asked, "no known allergies" and a list are three different answers; what nobody asked is UNKNOWN, never none.
2. Nothing is erased: an allergy is withdrawn by a statement of its own, with a reason; after the last one is withdrawn
   nothing is known until somebody says "none known" anew.
3. An allergy forbids nothing; whoever gives the drug all the same says why, as the policy asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.errors import Refused


class AllergyStatus(StrEnum):
    """What is known of a patient's allergies."""

    LISTED = "listed"
    NONE_KNOWN = "none_known"
    UNKNOWN = "unknown"  # nobody asked


class Said(StrEnum):
    """What one statement says."""

    ALLERGY = "allergy"
    NONE_KNOWN = "none_known"
    WITHDRAWN = "withdrawn"  # an earlier allergy was wrong; `withdraws` names it


@dataclass(frozen=True, slots=True)
class AllergyStatement:
    """One statement about a patient, in the order of `id`; `coding` and `code` where the substance was coded."""

    id: int
    said: Said
    substance: str
    reaction: str
    coding: str
    code: str
    withdraws: int | None
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Allergies:
    """What stands: the allergies listed, oldest first, and the newest statement (None: nobody asked)."""

    status: AllergyStatus
    listed: tuple[AllergyStatement, ...]
    newest: AllergyStatement | None

    @property
    def words(self) -> str:
        """“penicillin (rash)”, “no known allergies”, “allergies not asked: unknown”."""
        if self.status is AllergyStatus.LISTED:
            return "; ".join(one.substance + (f" ({one.reaction})" if one.reaction else "") for one in self.listed)
        return "no known allergies" if self.status is AllergyStatus.NONE_KNOWN else "allergies not asked: unknown"


def standing_allergies(statements: Sequence[AllergyStatement]) -> Allergies:
    """What stands of everything that was ever said of one patient, oldest first."""
    withdrawn = {one.withdraws for one in statements if one.said is Said.WITHDRAWN}
    listed = tuple(one for one in statements if one.said is Said.ALLERGY and one.id not in withdrawn)
    newest = statements[-1] if statements else None
    if listed:
        return Allergies(AllergyStatus.LISTED, listed, newest)
    none = newest is not None and newest.said is Said.NONE_KNOWN
    return Allergies(AllergyStatus.NONE_KNOWN if none else AllergyStatus.UNKNOWN, (), newest)


NOT_ASKED = standing_allergies(())


def check_statement(standing: Allergies, said: Said, substance: str, withdraws: int | None, reason: str) -> None:
    """Raise Refused for a statement that contradicts what stands, or lacks what it needs."""
    listed = {one.id for one in standing.listed}
    if said is Said.ALLERGY and not substance.strip():
        raise Refused("Name the substance.", ("substance",))
    if said is Said.ALLERGY and any(_same(one.substance, substance) for one in standing.listed):
        raise Refused(f"{substance} is listed already.", ("substance",))
    if said is Said.NONE_KNOWN and listed:
        raise Refused(f"Listed are: {standing.words}. Withdraw what is wrong first, each with its reason.", ("said",))
    if said is Said.WITHDRAWN and withdraws not in listed:
        raise Refused("This allergy is not listed now.", ("withdraws",))
    if said is Said.WITHDRAWN and not reason.strip():
        raise Refused("A reason is needed.", ("reason",))


def meant(allergies: Allergies, drug: str, allergens: Sequence[str]) -> list[AllergyStatement]:
    """The listed allergies that mean this drug: by its name, or by a word the policy knows for it."""
    names = [_plain(drug), *map(_plain, allergens)]
    return [one for one in allergies.listed if any(_within(name, _plain(one.substance)) for name in names)]


def _within(name: str, substance: str) -> bool:
    """Either holds the other: “penicillin” means penicillin V, “benzodiazepines” a benzodiazepine."""
    return bool(name) and bool(substance) and (name in substance or substance in name)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
