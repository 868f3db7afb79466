"""The page of people and roles. Law: the list and every act go by the API; the page only says who may."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.web.doors import allowed
from monitor.web.here import me

blueprint = Blueprint("people_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/people")
@allowed(Action.VIEW_PEOPLE)
def people() -> ResponseReturnValue:
    """Who works here; the list itself comes by the API."""
    return render_template("people.html", may_manage=may(me(), Action.MANAGE_PEOPLE))
