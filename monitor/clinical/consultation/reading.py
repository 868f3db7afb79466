"""A consultation as it is sent and signed, read into values. Law: only what is written; KeyError or ValueError for what
is none of the words.
"""

from collections.abc import Mapping
from datetime import date

from monitor.clinical.consultation.evaluation import (
    Consultation,
    Decision,
    Expectation,
    Found,
    Reason,
    ReasonFound,
    RiskFound,
    Team,
    TeamTold,
)
from monitor.clinical.preparation.entries import Answer

Json = Mapping[str, object]


def consultation_of(said: Json) -> Consultation:
    """The values of `reasons`, `risks`, `expectations`, `teams`, `decision` and `reason`; what is not there is open."""
    decision, expectations = said.get("decision"), said.get("expectations")
    told = expectations if isinstance(expectations, list | tuple) else ()
    return Consultation(
        reasons={
            Reason(name): ReasonFound(Found(str(one["answer"])), _text(one, "note"))
            for name, one in _tables(said, "reasons").items()
        },
        risks={
            name: RiskFound(Answer(str(one["answer"])), _text(one, "note"))
            for name, one in _tables(said, "risks").items()
        },
        expectations=frozenset(Expectation(str(one)) for one in told),
        teams={Team(name): _team(one) for name, one in _tables(said, "teams").items()},
        decision=None if decision is None else Decision(str(decision)),
        reason=_text(said, "reason"),
    )


def _team(one: Json) -> TeamTold:
    on = one.get("on")
    return TeamTold(
        told=one["told"] is True,
        name=_text(one, "name"),
        what=_text(one, "what"),
        on=None if on is None else date.fromisoformat(str(on)),
    )


def _tables(said: Json, name: str) -> dict[str, Json]:
    table = said.get(name)
    if not isinstance(table, Mapping):
        return {}
    return {str(key): one for key, one in table.items() if isinstance(one, Mapping)}


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""
