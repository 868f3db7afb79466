"""The pages of break-glass: opening it, and reviewing what was opened.

Law: opening needs one's own password and a reason, and says before what follows; nothing else is asked.
"""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from monitor.errors import MonitorError, Refused
from monitor.security.break_glass import LASTS_MIN, LONGEST_WORDS, SHORTEST_REASON, open_glass
from monitor.security.roles import Action
from monitor.web.api.break_glass import close_review, openings_shown, reviews_shown
from monitor.web.doors import allowed, open_to_all
from monitor.web.faults import status_of
from monitor.web.here import address, services, signed_in, somebody

blueprint = Blueprint("break_glass_pages", __name__)
_LONGEST = 2048
_OPEN = "Whoever cannot show a second step opens break-glass here, with their own password and a reason."


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/break-glass")
@open_to_all(_OPEN)
def ask() -> ResponseReturnValue:
    """What it is, what follows, and the form."""
    return _page()


@blueprint.post("/break-glass")
@open_to_all(_OPEN)
def open_post() -> ResponseReturnValue:
    """Open it: a sign-in for an hour that shows everything, acknowledges, and does nothing else."""
    who = somebody()
    name = _typed("name") or ("" if who is None else who.name)
    try:
        sign_ins = services().sign_ins
        secret, identity = open_glass(sign_ins, name, _typed("password"), _typed("reason"), address())
    except MonitorError as refusal:
        return _page(refusal)
    signed_in(secret, identity)
    return redirect(url_for("pages.board"))


@blueprint.get("/break-glass/review")
@allowed(Action.REVIEW_BREAK_GLASS)
def review() -> ResponseReturnValue:
    """What was opened and waits for another person's words."""
    return _review_page()


@blueprint.post("/break-glass/review")
@allowed(Action.REVIEW_BREAK_GLASS)
def review_post() -> ResponseReturnValue:
    """Close one review."""
    typed = _typed("opening")
    try:
        if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
            raise Refused("Choose the opening to review.", ("opening",))
        close_review(int(typed), _typed("words"))
    except MonitorError as refusal:
        return _review_page(refusal)
    return redirect(url_for("break_glass_pages.review"))


def _review_page(refusal: MonitorError | None = None) -> ResponseReturnValue:
    page = render_template(
        "break_glass_review.html",
        openings=openings_shown(),
        reviews=reviews_shown(),
        longest=LONGEST_WORDS,
        error=None if refusal is None else refusal.message,
        zone=services().config.timezone,
    )
    return page, 200 if refusal is None else status_of(refusal)


def _page(refusal: MonitorError | None = None) -> ResponseReturnValue:
    who = somebody()
    page = render_template(
        "break_glass.html",
        error=None if refusal is None else refusal.message,
        name=_typed("name") or ("" if who is None or who.locked else who.name),
        reason=_typed("reason"),
        shortest=SHORTEST_REASON,
        longest=LONGEST_WORDS,
        lasts_min=LASTS_MIN,
    )
    return page, 200 if refusal is None else status_of(refusal)


def _typed(field: str) -> str:
    return request.form.get(field, "")[:_LONGEST]
