"""The page of one's own sign-ins. Law: it shows where one is signed in, and ends what should not be."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from monitor.errors import MonitorError
from monitor.security.roles import Action
from monitor.web.api.sign_ins import own_list
from monitor.web.doors import allowed
from monitor.web.faults import status_of
from monitor.web.here import holder, services

blueprint = Blueprint("sign_in_list", __name__)
_LONGEST = 64


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/sign-ins")
@allowed(Action.VIEW_CHAIRS)
def sign_ins() -> ResponseReturnValue:
    """Where one is signed in at this moment."""
    return _page()


@blueprint.post("/sign-ins/end")
@allowed(Action.VIEW_CHAIRS)
def end_one() -> ResponseReturnValue:
    """End one of them."""
    try:
        services().sign_ins.ending.one(holder(), request.form.get("which", "")[:_LONGEST])
    except MonitorError as refusal:
        return _page(refusal.message), status_of(refusal)
    return redirect(url_for("sign_in_list.sign_ins"))


@blueprint.post("/sign-ins/end-others")
@allowed(Action.VIEW_CHAIRS)
def end_others() -> ResponseReturnValue:
    """End all but this one."""
    services().sign_ins.ending.others(holder())
    return redirect(url_for("sign_in_list.sign_ins"))


def _page(error: str | None = None) -> str:
    zone = services().config.timezone
    return render_template("sign_ins.html", sign_ins=own_list(), error=error, zone=zone)
