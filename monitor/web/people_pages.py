"""The pages of people and of one's own trainings. Law: lists and acts go by the API; a page only says who may."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.web.api.trainings import my_standing
from monitor.web.doors import allowed
from monitor.web.here import me, services

blueprint = Blueprint("people_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/people")
@allowed(Action.VIEW_PEOPLE)
def people() -> ResponseReturnValue:
    """Who works here; the list itself comes by the API."""
    who = me()
    return render_template(
        "people.html", may_manage=may(who, Action.MANAGE_PEOPLE), may_train=may(who, Action.RECORD_TRAINING)
    )


@blueprint.get("/trainings")
@allowed(Action.OWN_SIGN_IN)
def trainings() -> ResponseReturnValue:
    """What whoever asks was trained in, and what their role needs."""
    return render_template("trainings.html", mine=my_standing(), courses=services().policy.staff.courses)
