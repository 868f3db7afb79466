"""The page of the clinic's figures over a period. Law: told by the API, shown here; nobody is named on it."""

from functools import partial
from urllib.parse import urlencode

from babel.dates import format_date
from babel.numbers import get_decimal_symbol
from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.errors import MonitorError
from monitor.security.roles import Action
from monitor.store.queries import chairs
from monitor.web.api.analytics import AnalyticsAnswer, analytics_told
from monitor.web.doors import allowed
from monitor.web.faults import status_of
from monitor.web.figure_load import load_figure
from monitor.web.here import services
from monitor.web.languages import language, text_in
from monitor.web.period import AskedPeriod, period_of

blueprint = Blueprint("analytics_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/analytics")
@allowed(Action.VIEW_ANALYTICS, query=AskedPeriod)
def analytics(query: AskedPeriod) -> ResponseReturnValue:
    """Alarm load, answers, limits and ends of a period, with its trend."""
    given = services()
    try:
        told, wrong, status = analytics_told(period_of(query, given), given), None, 200
    except MonitorError as refusal:
        told, wrong, status = None, refusal.message, status_of(refusal)
    known = given.read(chairs)
    page = render_template(
        "analytics.html",
        told=told,
        wrong=wrong,
        asked=query,
        stations=sorted({one.station for one in known if one.station}),
        chairs=known,
        figure=None if told is None or not told.sessions else _figure(told),
        export="?" + urlencode(query.model_dump(mode="json", exclude_none=True)),
    )
    return page, status


def _figure(told: AnalyticsAnswer) -> dict[str, object]:
    here = language()
    day = partial(format_date, format="d MMM", locale=here)
    return load_figure(told.weeks, partial(text_in, here), day, get_decimal_symbol(here))
