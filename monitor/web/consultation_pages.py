"""The pages of consultations and of orders of a series: forms for who may sign, and all that was signed."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.store.queries import patient
from monitor.store.queries.series import series
from monitor.web.doors import allowed
from monitor.web.here import me, services

blueprint = Blueprint("consultation_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/patients/<int:patient_id>/consultation")
@allowed(Action.VIEW_SESSION)
def consultation(patient_id: int) -> ResponseReturnValue:
    """Why this patient, at what risk, told what, decided how; one look says what is missing before it is signed."""
    given = services()
    return render_template(
        "consultation.html",
        patient=given.read(patient, patient_id),
        told=given.recorder.consultations(patient_id),
        may_sign=may(me(), Action.CONSULT),
        today=given.now().astimezone(given.config.timezone).date(),
    )


@blueprint.get("/series/<int:series_id>/order")
@allowed(Action.VIEW_SESSION)
def series_order(series_id: int) -> ResponseReturnValue:
    """What is ordered for a series, and a form for another order."""
    given = services()
    return render_template(
        "series_order.html",
        patient=given.read(patient, given.read(series, series_id).patient_id),
        told=given.recorder.series_orders(series_id),
        may_sign=may(me(), Action.ORDER),
    )
