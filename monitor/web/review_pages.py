"""The page of what waits for a physician's review. Law: it lists and leads; a review is signed beside the record."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.clinical.adverse_events import title_of
from monitor.security.roles import Action
from monitor.web.api.reviews import ReviewPage, waiting
from monitor.web.doors import allowed

blueprint = Blueprint("review_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/reviews")
@allowed(Action.REVIEW, query=ReviewPage)
def reviews(query: ReviewPage) -> ResponseReturnValue:
    """Sessions that wait, the oldest first, and why."""
    found = waiting(query.after)
    shown = [{**one.model_dump(), "line": one.session.model_dump()} for one in found.sessions]
    return render_template(
        "reviews.html", total=found.total, waiting=shown, after=found.after, asked=query, title_of=title_of
    )
