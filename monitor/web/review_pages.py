"""The page of what waits for a physician's review. Law: it lists and leads; a review is signed beside the record."""

from datetime import datetime

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from monitor.clinical.adverse_events import title_of
from monitor.security.roles import Action
from monitor.web.api.reviews import ReviewPage, waiting
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.services import Json

blueprint = Blueprint("review_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page, and what the section beside a record is drawn from."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(review_of=review_of, title_of=title_of)
    app.jinja_env.filters.update(timepoint=_timepoint)


def review_of(session_id: int) -> Json:
    """The review of one session, as `GET /api/v1/sessions/ID/review` tells it."""
    with services().history.passage():
        return dict(services().recorder.review(session_id))


def _timepoint(at: str) -> str:
    """Day and time on the clinic's wall."""
    return str(format_datetime(datetime.fromisoformat(at), "medium"))


@blueprint.get("/reviews")
@allowed(Action.REVIEW, query=ReviewPage)
def reviews(query: ReviewPage) -> ResponseReturnValue:
    """Sessions that wait, the oldest first, and why."""
    found = waiting(query.after)
    shown = [{**one.model_dump(), "line": one.session.model_dump()} for one in found.sessions]
    return render_template("reviews.html", total=found.total, waiting=shown, after=found.after, asked=query)
