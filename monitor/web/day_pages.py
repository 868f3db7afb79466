"""The day plan as a page. Law: it is drawn from the same answer that the API gives, and drawn anew from it."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.web.api.day import PlanDay, day_plan
from monitor.web.doors import allowed
from monitor.web.here import me, services
from monitor.web.phrases import in_language

blueprint = Blueprint("day_pages", __name__)


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/day")
@allowed(Action.VIEW_SESSION, query=PlanDay)
def day(query: PlanDay) -> ResponseReturnValue:
    """The chairs of one day by time."""
    given, plan = services(), day_plan(query.day)
    return render_template(
        "day.html",
        plan=in_language(plan.model_dump(mode="json")),
        day=plan.day,
        today=given.now().astimezone(given.config.timezone).date(),
        may_move=may(me(), Action.MOVE_SESSION),
        may_act=may(me(), Action.ACT_SESSION),
    )
