"""Choosing a PIN, on the page of one's password. Law: the password says whose PIN it is; a PIN is never a sign-in."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from monitor.errors import MonitorError, Refused
from monitor.security.locks import Holder
from monitor.security.passwords import SHORTEST
from monitor.security.roles import Action
from monitor.security.sign_in import SignInRefused
from monitor.web.doors import allowed
from monitor.web.faults import status_of
from monitor.web.here import me, services

blueprint = Blueprint("lock", __name__)
_LONGEST = 1024


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.post("/pin")
@allowed(Action.OWN_SIGN_IN)
def choose_pin() -> ResponseReturnValue:
    """Another PIN for whoever is signed in."""
    identity = me()
    if identity.is_token or identity.person_id is None:
        raise Refused("A program has no PIN.")
    holder = Holder(identity.sign_in, identity.person_id, identity.name)
    try:
        services().sign_ins.locks.choose_pin(holder, _typed("current"), _typed("pin"))
    except MonitorError as refusal:
        wrong = isinstance(refusal, SignInRefused)
        error = "The present password is wrong." if wrong else refusal.message
        page = render_template("password.html", error=None, pin_error=error, forced=False, shortest=SHORTEST)
        return page, 422 if wrong else status_of(refusal)
    return redirect(url_for("pages.board"))


def _typed(field: str) -> str:
    return request.form.get(field, "")[:_LONGEST]
