"""The guard rails of dose at the bedside (CLINICAL.md §1.2).

Laws
1. A bound refuses; a soft rail asks whoever acts for a reason; a hard rail asks for a physician, a reason and a second
   person known by their own password. Between them a drug's guard may ask for a second person, or for a physician who
   gives it or is the second person.
2. What was crossed is written into the event: the record says which rails a person passed, and why.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import Allergies, meant
from monitor.clinical.dosing.dose import given_mg
from monitor.clinical.dosing.likeness import Setting
from monitor.clinical.dosing.medication import allergy_words, medication_rails
from monitor.clinical.dosing.orders import Ordered
from monitor.clinical.dosing.rails import (
    Rail,
    RailLevel,
    bolus_rails,
    check_bound,
    check_order_bounds,
    order_rails,
    rate_rails,
    weight_rails,
)
from monitor.clinical.preparation.entries import Mark
from monitor.clinical.session import SessionEvent
from monitor.errors import Refused
from monitor.recorder.acts import Actor, SessionAct
from monitor.security.roles import Action, may, spoken
from monitor.store.queries.sessions import last_weighing
from monitor.ward.course import ordered_of
from monitor.ward.entries import RATES, number
from monitor.ward.live_session import LiveSession
from monitor.ward.said import given

_PHYSICIAN = "physician"
_INFUSED = "ketamine"
_GRAVEST = [RailLevel.SOFT, RailLevel.SECOND_PERSON, RailLevel.PHYSICIAN, RailLevel.HARD]
_ASKS = {
    RailLevel.SOFT: "Check this: {words}. If it is right, say why.",
    RailLevel.SECOND_PERSON: "Beyond the policy's guard ({words}): say why, and a second person confirms it with their "
    "own password.",
    RailLevel.PHYSICIAN: "Beyond the policy's guard ({words}): say why, and a physician gives it or confirms it with "
    "their own name and password.",
    RailLevel.HARD: "Beyond the policy's guard rail ({words}): a physician must do this, with a reason and a second "
    "person who confirms it with their own password.",
}
_ORDERS = (SessionEvent.RECORD_ORDER, SessionEvent.ADOPT_ORDER, SessionEvent.CHANGE_ORDER)
WITNESSED = frozenset({SessionEvent.RECORD_WASTE})


class Asker(Protocol):
    """Whoever asks for a dose: a session event, or an order of a series."""

    @property
    def person(self) -> Actor:
        """Who acts."""

    @property
    def reason(self) -> str | None:
        """Why it is right."""

    @property
    def second_person(self) -> Actor | None:
        """Who saw it too."""


def dose_details(live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime) -> dict[str, object]:
    """The details to store: what was entered, who saw it too, and the rails that were passed; raises Refused."""
    details = {**act.details, **seen_by(act, event)}
    try:
        crossed = [*_allergic(live, event), *_crossed(live, act, event, at)]
    except (KeyError, TypeError) as error:
        raise Refused(f"This entry is not complete: {error}.", ("details",)) from error
    known = {"allergies": live.allergies.words} if event is SessionEvent.GIVE_MEDICATION else {}
    return {**details, **known, **passed(act, crossed)}


def seen_by(act: SessionAct, event: SessionEvent) -> dict[str, object]:
    """Who saw it too, as the event records it; raises Refused when nobody did and this event wants a witness."""
    if act.second_person is None and event in WITNESSED:
        raise Refused("A second person must see this and enter their own password.", ("second_person",))
    return seconded_by(act)


def seconded_by(act: Asker) -> dict[str, object]:
    """The second person as the record names them; raises Refused when it is none, or nobody who may."""
    second = act.second_person
    if second is None:
        return {}
    check_second(act.person, second)
    return {"second_person": {"person_id": second.person_id, "name": second.name, "role": second.role}}


def weighed(connection: Connection, live: LiveSession, act: SessionAct) -> dict[str, object]:
    """What the record of a weighing says beside the weight: asked inside the transaction, where earlier ones are known.

    Raises Refused when the weight is unusual, or not this patient's weight of the last time, and nobody says why.
    """
    last = last_weighing(connection, live.patient.id, live.id)
    previous_kg = None if last is None else number(last.details, "weight_kg")
    return passed(act, weight_rails(live.policy.dosing, number(act.details, "weight_kg"), previous_kg))


def passed(act: Asker, crossed: list[Rail]) -> dict[str, object]:
    """The rails that were crossed as the event records them; raises Refused while what they ask for is missing."""
    _ask(act, crossed)
    return {"beyond": [rail.words for rail in crossed]} if crossed else {}


def check_second(person: Actor, second: Actor) -> None:
    """Raises Refused unless the second person is another one, who may check a dose."""
    if second.person_id is None or second.person_id == person.person_id:
        raise Refused("The second person must be somebody else.", ("second_person",))
    if not may(second, Action.SECOND_CHECK):
        raise Refused(f"A {spoken(second.role)} cannot be the second person of a dose.", ("second_person",))


def _ask(act: Asker, crossed: list[Rail]) -> None:
    if not crossed:
        return
    words = "; ".join(rail.words for rail in crossed)
    level = max((rail.level for rail in crossed), key=_GRAVEST.index)
    second = act.second_person
    physicians = [one for one in (act.person, second) if one is not None and one.role == _PHYSICIAN]
    wanted = {
        "physician": level is not RailLevel.HARD or act.person.role == _PHYSICIAN,
        "reason": bool((act.reason or "").strip()),
        "second_person": _seconded(level, second, physicians),
    }
    missing = tuple(name for name, given in wanted.items() if not given)
    if missing:
        raise Refused(_ASKS[level].format(words=words), missing)


def _seconded(level: RailLevel, second: Actor | None, physicians: list[Actor]) -> bool:
    """Whether enough people stand behind it."""
    if level is RailLevel.PHYSICIAN:
        return bool(physicians)
    return level is RailLevel.SOFT or second is not None


def _allergic(live: LiveSession, event: SessionEvent) -> list[Rail]:
    asked = event in (*_ORDERS, SessionEvent.START, SessionEvent.GIVE_BOLUS)
    return allergy_rails(live.allergies) if asked else []


def allergy_rails(allergies: Allergies) -> list[Rail]:
    """The infused drug itself among the allergies: a physician and a second person, whatever the dose."""
    found = meant(allergies, _INFUSED, ())
    return [Rail(RailLevel.HARD, "drug", allergy_words(_INFUSED, one)) for one in found]


def _crossed(live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime) -> list[Rail]:
    """Bounds are checked, and what is crossed is named; the rails are per kg, so an order needs no weight."""
    policy = live.policy.dosing
    if event is SessionEvent.RECORD_WEIGHT:
        check_bound(policy, "weight_kg", number(act.details, "weight_kg"))
    if event in _ORDERS:
        ordered = ordered_of(act.details)
        check_order_bounds(policy, ordered)
        return [*order_rails(policy, ordered), *_given_more(live, event, ordered, at)]
    if event is SessionEvent.RECORD_WASTE:
        check_bound(policy, "waste_mg", number(act.details, "waste_mg"))
    if event is SessionEvent.GIVE_BOLUS:
        return _bolus(live, act, at)
    if event is SessionEvent.GIVE_MEDICATION:
        dose = given(act.details, Mark(act.person.name, at, act.person.person_id))
        return medication_rails(live.policy.medications, dose, live.course.medications, live.allergies)
    return _rate(live, act, event, at) if event in RATES else []


def _given_more(live: LiveSession, event: SessionEvent, ordered: Ordered, at: datetime) -> list[Rail]:
    """An order of less than was given already: it asks whether that is meant."""
    setting = _setting(live, at) if event is SessionEvent.CHANGE_ORDER else None
    if setting is None or setting.given_mg <= ordered.total_mg_per_kg * setting.weight_kg:
        return []
    total_mg = ordered.total_mg_per_kg * setting.weight_kg
    return [Rail(RailLevel.SOFT, ordered.form.value, f"{total_mg:.1f} mg in all, {setting.given_mg:.1f} mg were given")]


def _bolus(live: LiveSession, act: SessionAct, at: datetime) -> list[Rail]:
    mg = number(act.details, "dose_mg")
    check_bound(live.policy.dosing, "dose_mg", mg)
    setting = _setting(live, at)
    if setting is None:
        return []
    boluses = live.course.boluses
    last_mg = boluses[-1].mg if boluses else setting.figures.bolus_mg
    return bolus_rails(live.policy.dosing, setting, mg, last_mg or None)


def _rate(live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime) -> list[Rail]:
    ml_per_h = number(act.details, "rate_ml_per_h")
    check_bound(live.policy.dosing, "rate_ml_per_h", ml_per_h)
    setting = _setting(live, at)
    if setting is None:
        return []
    lowering = event is SessionEvent.CHANGE_RATE and ml_per_h < live.course.rate_ml_per_h
    starting = event is SessionEvent.START
    return rate_rails(live.policy.dosing, setting, ml_per_h, starting=starting, lowering=lowering)


def _setting(live: LiveSession, at: datetime) -> Setting | None:
    """What the pump is set for; None while order or weight is missing, which the start's own guard asks for."""
    course, figures = live.course, live.course.figures()
    if course.order is None or course.weight_kg is None or figures is None:
        return None
    given = given_mg(course.rates, course.order.concentration_mg_per_ml, at, course.boluses)
    running = [step.ml_per_h for step in course.rates if step.ml_per_h > 0]
    return Setting(course.order.ordered, figures, course.weight_kg, given, running[-1] if running else 0.0)
