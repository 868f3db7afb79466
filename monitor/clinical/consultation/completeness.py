"""Is a consultation complete enough to be signed? One table of rules; each says what is still missing.

Laws
1. Every rule that applies to the decision is asked, and everything that is missing is named at once.
2. What nobody answered is missing, never assumed; an acceptance asks for everything, a refusal for its reason.
3. An acceptance against one of the reasons, or over a hard stop, says why: it is signed with those words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.clinical.consultation.evaluation import (
    EXPECTATION_WORDS,
    TEAM_WORDS,
    Consultation,
    Decision,
    Expectation,
    Team,
)
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.clinical.preparation.entries import Answer


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing to fill in: where on the form, and in words."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules look at: the form, the policy's items, and the clinic's day."""

    form: Consultation
    items: Sequence[ScreeningItem]
    today: date


Finds = Callable[[Asked], Iterator[Lacking]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, and the decisions it is asked of (None among them: no decision yet)."""

    id: str
    decisions: frozenset[Decision | None]
    finds: Finds


def lacking(asked: Asked) -> tuple[Lacking, ...]:
    """Everything that is missing, in the order of the form; empty when it may be signed."""
    wanted = (rule for rule in RULES if asked.form.decision in rule.decisions)
    return tuple(one for rule in wanted for one in rule.finds(asked))


def _risks(asked: Asked) -> Iterator[Lacking]:
    for item in asked.items:
        if item.id not in asked.form.risks:
            yield Lacking(f"risks.{item.id}", f"risk: {item.words}")


def _risk_notes(asked: Asked) -> Iterator[Lacking]:
    for item in asked.items:
        found = asked.form.risks.get(item.id)
        if found is not None and found.answer is not Answer.CLEAR and not found.note:
            yield Lacking(f"risks.{item.id}", f"a note on the risk: {item.words}")


def _expectations(asked: Asked) -> Iterator[Lacking]:
    for one in Expectation:
        if one not in asked.form.expectations:
            yield Lacking(f"expectations.{one}", f"discussed: {EXPECTATION_WORDS[one]}")


def _teams(asked: Asked) -> Iterator[Lacking]:
    for team in Team:
        if team not in asked.form.teams:
            yield Lacking(f"teams.{team}", f"told or not told: {TEAM_WORDS[team]}")


def _told(asked: Asked) -> Iterator[Lacking]:
    for team, told in asked.form.teams.items():
        if not told.told:
            continue
        where, whom = f"teams.{team}", TEAM_WORDS[team]
        if not told.name:
            yield Lacking(where, f"who was told: {whom}")
        if not told.what:
            yield Lacking(where, f"what they are told: {whom}")
        if told.on is None or told.on > asked.today:
            yield Lacking(where, f"on which day, today or before: {whom}")


def _decision(asked: Asked) -> Iterator[Lacking]:
    if asked.form.decision is None:
        yield Lacking("decision", "the decision")


def _why(asked: Asked) -> Iterator[Lacking]:
    if not asked.form.reason:
        yield Lacking("reason", "the reason of the decision")


def _why_all_the_same(asked: Asked) -> Iterator[Lacking]:
    if asked.form.speaking_against and not asked.form.reason:
        yield Lacking("reason", "why this patient is accepted all the same: not every reason is answered with yes")


_ACCEPTED: frozenset[Decision | None] = frozenset({Decision.ACCEPT})
_REFUSED: frozenset[Decision | None] = frozenset({Decision.DECLINE, Decision.DEFER})
_ANY: frozenset[Decision | None] = frozenset({*Decision, None})

RULES: tuple[Rule, ...] = (
    Rule("risks", _ACCEPTED, _risks),
    Rule("risk_notes", _ACCEPTED, _risk_notes),
    Rule("expectations", _ACCEPTED, _expectations),
    Rule("teams", _ACCEPTED, _teams),
    Rule("told", _ANY, _told),
    Rule("decision", _ANY, _decision),
    Rule("why", _REFUSED, _why),
    Rule("why_all_the_same", _ACCEPTED, _why_all_the_same),
)
