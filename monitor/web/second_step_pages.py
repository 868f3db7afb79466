"""The second step: its page at sign-in, and the page where people set up their own.

Law: what is shown once (a seed's picture, recovery codes) stands in the answer to a form and nowhere else; what is kept
in the cookie before the second step opens nothing.
"""

from collections.abc import Callable, Mapping

import segno
from flask import Blueprint, Flask, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from monitor.errors import MonitorError, NotFound
from monitor.security.codes import RECOVERY_CODES
from monitor.security.proofs import RECOVERY
from monitor.security.roles import Action
from monitor.security.second_step import LONGEST_LABEL, Changed, OfferedApp
from monitor.security.sign_in import SignInRefused
from monitor.web.doors import allowed, open_to_all
from monitor.web.faults import status_of
from monitor.web.here import address, me, services, signed_in
from monitor.web.paths import safe_next

blueprint = Blueprint("second_step", __name__)
_HALF, _NEXT = "half", "next"
_LONGEST = 16_384
_QUIET = 4  # modules of white around the picture, without which cameras do not find it
_OPEN = "Whoever gave the right password shows the second step here; anybody else is sent to give it."


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


def await_second_step(half: str, target: str) -> ResponseReturnValue:
    """Go on to the second step; the cookie holds the name under which it is awaited."""
    session.clear()
    session[_HALF], session[_NEXT] = half, target
    return redirect(url_for("second_step.prove"))


@blueprint.get("/sign-in/second-step")
@open_to_all(_OPEN)
def prove() -> ResponseReturnValue:
    """Where the second step is shown."""
    return _prove_page()


@blueprint.post("/sign-in/second-step")
@open_to_all(_OPEN)
def prove_post() -> ResponseReturnValue:
    """Sign in by a code or by what a passkey answered."""
    half, target = str(session.get(_HALF, "")), safe_next(str(session.get(_NEXT, "")))
    try:
        secret, identity = services().second_step.prove(half, _typed("proof"), address())
    except SignInRefused as refusal:
        return _again(refusal.message)
    except MonitorError as refusal:
        return _prove_page(refusal)
    signed_in(secret, identity)
    if identity.must_change_password:
        return redirect(url_for("pages.password"))
    return redirect(url_for("second_step.second_step") if identity.second_step == RECOVERY else target)


@blueprint.get("/second-step")
@allowed(Action.OWN_SIGN_IN, without_second_step=True)
def second_step() -> ResponseReturnValue:
    """What the signed-in person has set up, and what they can."""
    return _page()


@blueprint.post("/second-step/app")
@allowed(Action.OWN_SIGN_IN, without_second_step=True)
def app() -> ResponseReturnValue:
    """Offer a seed; its picture is shown once and counts when the first code is typed."""
    return _changing(lambda: _app_page(services().second_step.offer_app(me(), _password())))


@blueprint.post("/second-step/app/code")
@allowed(Action.OWN_SIGN_IN, without_second_step=True)
def app_code() -> ResponseReturnValue:
    """Keep the app whose first code was typed."""
    step = services().second_step
    try:
        changed = step.add_app(me(), _typed("code"))
    except MonitorError as error:
        refusal = error
    else:
        return _gone_on(changed)
    return _changing(lambda: (_app_page(step.offered_app(me()), refusal.message), status_of(refusal)))


@blueprint.post("/second-step/passkey")
@allowed(Action.OWN_SIGN_IN, without_second_step=True)
def passkey() -> ResponseReturnValue:
    """Ask the browser for a new passkey."""
    return _changing(lambda: _passkey_page(services().second_step.offer_passkey(me(), _password())))


@blueprint.post("/second-step/passkey/answer")
@allowed(Action.OWN_SIGN_IN, without_second_step=True)
def passkey_answer() -> ResponseReturnValue:
    """Keep the passkey the browser answered with."""
    return _changing(lambda: _gone_on(services().second_step.add_passkey(me(), _typed("proof"), _typed("label"))))


@blueprint.post("/second-step/codes")
@allowed(Action.OWN_SIGN_IN)
def codes() -> ResponseReturnValue:
    """Other recovery codes, shown once."""
    return _changing(lambda: _codes_page(tuple(services().second_step.new_codes(me(), _password()))))


@blueprint.post("/second-step/remove")
@allowed(Action.OWN_SIGN_IN)
def remove() -> ResponseReturnValue:
    """Remove the app, or one passkey."""
    which = _typed("which")
    if which != "app" and not (which.isascii() and which.isdigit()):
        raise NotFound("There is no such second step.")
    passkey_id = None if which == "app" else int(which)
    return _changing(lambda: _gone_on(services().second_step.remove(me(), _password(), passkey_id)))


def _changing(change: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Make a change, or show the page with why not."""
    try:
        return change()
    except MonitorError as refusal:
        wrong = isinstance(refusal, SignInRefused)
        return _page("The password is wrong." if wrong else refusal.message), 422 if wrong else status_of(refusal)


def _gone_on(changed: Changed) -> ResponseReturnValue:
    """The person goes on under a new sign-in; new recovery codes are shown first."""
    signed_in(changed.secret, changed.identity)
    return _codes_page(changed.codes) if changed.codes else redirect(url_for("second_step.second_step"))


def _prove_page(refusal: MonitorError | None = None) -> ResponseReturnValue:
    try:
        asked = services().second_step.ask_passkey(str(session.get(_HALF, "")))
    except SignInRefused as gone:
        return _again(gone.message)
    page = render_template("prove.html", error=refusal and refusal.message, asked=asked)
    response = make_response(page, 200 if refusal is None else status_of(refusal))
    if retry_after_s := getattr(refusal, "retry_after_s", None):
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _again(message: str) -> ResponseReturnValue:
    """Back to name and password."""
    target = safe_next(str(session.get(_NEXT, "")))
    session.clear()
    return render_template("sign_in.html", error=message, name="", next=target), 401


def _page(error: str | None = None) -> str:
    step, who = services().second_step, me()
    return render_template(
        "second_step.html",
        error=error,
        has=step.has(who),
        needed=step.needs(who.role),
        forced=who.must_add_second_step,
        by_recovery_code=who.second_step == RECOVERY,
        fresh=step.is_fresh(who),
        host=step.passkey_host(),
        all_codes=RECOVERY_CODES,
    )


def _app_page(offered: OfferedApp, error: str | None = None) -> str:
    rows = [list(row) for row in segno.make(offered.address, error="m").matrix_iter(border=_QUIET)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    seed = " ".join(offered.seed[at : at + 4] for at in range(0, len(offered.seed), 4))
    return render_template("second_step_app.html", error=error, size=len(rows), path=path, seed=seed)


def _passkey_page(asked: Mapping[str, object]) -> str:
    return render_template("second_step_passkey.html", asked=asked, longest_label=LONGEST_LABEL)


def _codes_page(new: tuple[str, ...]) -> str:
    return render_template("recovery_codes.html", codes=new)


def _password() -> str | None:
    """What was typed as password; None when the form had no field for it."""
    return _typed("password") if "password" in request.form else None


def _typed(field: str) -> str:
    return request.form.get(field, "")[:_LONGEST]
