"""What the pumps of a session told. Law: it stands beside what staff recorded, never in it."""

from flask import Blueprint
from sqlalchemy import Connection

from monitor.errors import NotFound
from monitor.security.roles import Action
from monitor.store.queries import session_head
from monitor.store.queries.pump_events import pump_events
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Time
from monitor.web.here import services

blueprint = Blueprint("pump_events", __name__)


class PumpEventAnswer(Answer):
    """An event of a pump, or what it said of its state when that changed (kind `facts`); null where it did not say.

    `charted_at` is the time it counts from, by our clock when the pump's is wrong; `is_late`: it came as a backlog or
    was assigned later and changed nothing live.
    """

    id: int
    source: str
    device: str
    kind: str
    code: str
    words: str
    device_at: Time
    charted_at: Time
    received_at: Time
    is_late: bool
    drug: str | None
    weight_kg: float | None
    infusing: bool | None
    delivering: bool | None
    not_delivering_reason: str | None
    programmed_ml_per_h: float | None
    volume_to_be_infused_ml: float | None


@blueprint.get("/sessions/<int:session_id>/pump-events")
@allowed(Action.VIEW_SESSION, answer=list[PumpEventAnswer])
def list_pump_events(session_id: int) -> list[PumpEventAnswer]:
    """What the pumps told in a session, in its order: starts, stops, completions, and each change of their state."""
    return services().read(told_by_pumps, session_id)


def told_by_pumps(connection: Connection, session_id: int) -> list[PumpEventAnswer]:
    """The same from the record; raises NotFound."""
    if session_head(connection, session_id) is None:
        raise NotFound("There is no such session.")
    return [PumpEventAnswer.model_validate(one) for one in pump_events(connection, session_id)]
