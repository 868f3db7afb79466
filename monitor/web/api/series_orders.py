"""Orders of a series: what a physician signs for all its infusions, and what it comes to."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.recorder.series_orders import SignSeriesOrder
from monitor.security.roles import Action
from monitor.web.api.event_body import SecondPerson
from monitor.web.api.preparation_bodies import OrderedInfusion
from monitor.web.doors import allowed
from monitor.web.fields import RequestId, RowId, Secret, Words
from monitor.web.here import services
from monitor.web.second_person import second_person
from monitor.web.services import Json
from monitor.web.signer import SignerName, signer

blueprint = Blueprint("series_orders", __name__)
_SIGNERS_OWN = {"request_id", "seen", "reason", "second_person", "name", "password"}


class SeriesOrder(OrderedInfusion):
    """An order for every infusion of a series, with the password of the physician who signs it.

    `seen` is the order of the series that stood when it was written, null when there was none. A guard rail asks for a
    `reason`, or a second person too.
    """

    request_id: RequestId
    seen: RowId | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None
    second_person: SecondPerson | None = None
    name: SignerName | None = None
    password: Secret


@blueprint.get("/series/<int:series_id>/orders")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_series_orders(series_id: int) -> Json:
    """The orders of a series, the one that stands first, verified now, with guideline, rails and the last weight."""
    return dict(services().recorder.series_orders(series_id))


@blueprint.post("/series/<int:series_id>/orders")
@allowed(Action.ORDER, body=SeriesOrder, answer=dict[str, object], status=201)
def sign_series_order(series_id: int, body: SeriesOrder) -> Json:
    """Sign an order for a series; refused until a consultation has accepted the patient for it."""
    who, second = signer(body.name, body.password, Action.ORDER), body.second_person
    ordered = body.model_dump(mode="json", exclude=_SIGNERS_OWN, exclude_none=True)
    witness = None if second is None else second_person(second.name, second.password)
    recorder = services().recorder
    number = recorder.sign_series_order(
        SignSeriesOrder(series_id, ordered, body.seen, body.reason, body.request_id, who, witness)
    )
    return {"id": number, **recorder.series_orders(series_id)}
