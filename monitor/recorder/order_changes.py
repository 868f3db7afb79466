"""Orders are signed; another one while the drug runs or is held is for the whole infusion.

Law: the bag that hangs stays as it is, so its concentration and the first bolus are taken from the order before; the
rate changes only when somebody changes it.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from monitor.clinical.session import SessionEvent
from monitor.recorder.acts import Actor, SessionAct
from monitor.recorder.sealing import Seal, Signed
from monitor.recorder.storing_events import Stored
from monitor.recorder.turn import Turn
from monitor.security.signatures import Meaning
from monitor.store.rows import Act
from monitor.ward.live_session import LiveSession

ORDERS = {SessionEvent.RECORD_ORDER: Meaning.ORDERED, SessionEvent.CHANGE_ORDER: Meaning.ORDER_CHANGED}
Prepare = Callable[[SessionAct, Turn], Act]


def with_bag(live: LiveSession, act: SessionAct) -> SessionAct:
    """A change of the order with what the order before says of the bag; every other act as it is."""
    if act.event != SessionEvent.CHANGE_ORDER or live.course.order is None:
        return act
    before = live.course.order.ordered
    bag: dict[str, object] = {"concentration_mg_per_ml": before.concentration_mg_per_ml}
    if before.bolus_mg_per_kg:
        bag["bolus_mg_per_kg"] = before.bolus_mg_per_kg
    if before.bag_ml is not None:
        bag["bag_ml"] = before.bag_ml
    return replace(act, details={**act.details, **bag})


def order_signed(prepare: Prepare, act: SessionAct, seal: Seal, turn: Turn) -> Act:
    """The order as `prepare` stores it, with its signature in the same transaction."""
    stores = prepare(act, turn)

    def store(connection: Connection) -> object:
        stored = stores(connection)
        if isinstance(stored, Stored) and not stored.written.replayed:
            seal.give(connection, _signed(stored, act.person))
        return stored

    return store


def _signed(stored: Stored, person: Actor) -> Signed:
    """What is signed: the order, and the version of the record it makes."""
    row = stored.row
    ordered = {"kind": "order", "version": stored.written.version, "at": row.at.isoformat(), "reason": row.reason}
    content = {**ordered, "details": dict(row.details)}
    meaning = ORDERS[SessionEvent(row.event)]
    return Signed(row.session_id, row.request_id, person, meaning, content, row.recorded_at)
