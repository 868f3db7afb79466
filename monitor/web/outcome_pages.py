"""The page of what a series did; the page of the series shows the same part. Law: told by the API, shown here."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.store.queries import patient
from monitor.store.queries.series import series
from monitor.web.api.journal import JournalPart, told_journal
from monitor.web.api.series_outcome import outcome_told
from monitor.web.doors import allowed
from monitor.web.here import me, services

blueprint = Blueprint("outcome_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/series/<int:series_id>/outcome")
@allowed(Action.VIEW_SESSION)
def series_outcome(series_id: int) -> ResponseReturnValue:
    """What a series did."""
    given = services()
    stands = given.read(series, series_id)
    whose = given.read(patient, stands.patient_id)
    return render_template("series_outcome.html", series=stands, patient=whose, **outcome_shown(series_id))


def outcome_shown(series_id: int) -> dict[str, object]:
    """What templates/parts/series_outcome.html needs; raises NotFound."""
    return {
        "outcome": outcome_told(series_id),
        "journal": told_journal(series_id, JournalPart(limit=20)),
        "may_enter": may(me(), Action.CHART),
        "may_reassess": may(me(), Action.CLEAR),
    }
