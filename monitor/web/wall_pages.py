"""The display on the wall: its page, where its code is typed, and where codes are made.

Law: a display sees one station and does nothing; it is never signed off by time, only ended by a person.
"""

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from monitor.errors import MonitorError
from monitor.security.roles import Action, Role
from monitor.store.queries.displays import display_of
from monitor.web.doors import allowed, open_to_all
from monitor.web.faults import status_of
from monitor.web.here import User, address, me, services

blueprint = Blueprint("wall", __name__)
_LONGEST_CODE = 64


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/wall")
@allowed(Action.VIEW_BOARD)
def wall() -> ResponseReturnValue:
    """The station a display was enrolled for; whoever is a person looks at the board instead."""
    if me().role != Role.STATION_DISPLAY:
        return redirect(url_for("pages.board"))
    return render_template("wall.html", station=_station())


@blueprint.get("/wall/enrol")
@open_to_all("A new display has no sign-in yet; its code is asked for.")
def enrol() -> ResponseReturnValue:
    """Where a display's code is typed."""
    return render_template("enrol.html", error=None)


@blueprint.post("/wall/enrol")
@open_to_all("A new display has no sign-in yet; its code is asked for.")
def enrol_post() -> ResponseReturnValue:
    """Take a one-time code; the browser then is the display, also after it was switched off and on."""
    try:
        secret, identity = services().sign_ins.enrol(request.form.get("code", "")[:_LONGEST_CODE], address())
    except MonitorError as refusal:
        return render_template("enrol.html", error=refusal.message), status_of(refusal)
    session.clear()
    session.permanent = True
    login_user(User(identity, secret))
    return redirect(url_for("wall.wall"))


@blueprint.get("/wall/offline")
@open_to_all("It holds nothing of any patient, and a display keeps it for the time without a server.")
def offline() -> ResponseReturnValue:
    """What a display shows while it cannot reach the server."""
    return render_template("wall_offline.html")


@blueprint.get("/wall-worker.js")
@open_to_all("A script like those under /static; it answers for /wall, so it stands above it.")
def worker() -> ResponseReturnValue:
    """The script that keeps that page in a display's browser."""
    return current_app.send_static_file("js/wall_worker.js")


@blueprint.get("/displays")
@allowed(Action.ENROL_DISPLAY)
def displays() -> ResponseReturnValue:
    """The displays there are, and codes for new ones; the list itself comes by the API."""
    return render_template("displays.html", stations=list(services().ward.stations()))


def _station() -> str:
    person_id = me().person_id
    found = None if person_id is None else services().read(display_of, person_id)
    return found.station if found is not None else next(iter(services().ward.stations()), "")
